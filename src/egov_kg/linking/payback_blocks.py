"""The blocks ``[[payback]]`` of a link specification, every key checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from egov_kg import vocab
from egov_kg.linking.specification import Dataset, Match, Payback
from egov_kg.linking.toml_tables import TomlTable

__all__ = ["PLAIN", "payback_of"]

PLAIN: Final = ("xsd:string", "xsd:integer", "xsd:gYear", "xsd:date")
"""The datatypes of literals that a cell may hold."""

_RULE: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*\Z")
_TERM: Final = "egov:hasTerm"
_KEYS: Final = ("match", "when", "property", "column", "first", "last", "strip", "rule")


def payback_of(table: TomlTable, number: int, dataset: Dataset, matches: Sequence[Match]) -> Payback:
    """Return what a block ``[[payback]]`` says.

    Args:
        table: The block.
        number: Its place among these blocks, from 1.
        dataset: The data set.
        matches: The blocks ``[[match]]``.

    Raises:
        DataFileError: If a key is missing, unknown or has a wrong value.
    """
    table.only(_KEYS)
    if dataset.format not in {"csv", "tsv"}:
        raise table.error("", f"a target of format {dataset.format!r} brings nothing back, only 'csv' and 'tsv' do")
    match = _match(table, matches)
    name = _property(table, match)
    rule = table.text("rule")
    if not _RULE.match(rule):
        raise table.error("rule", f"'rule' is {rule!r}, expected words with dots between: 'register.enactment'")
    needed = ("first", "last") if name == _TERM else ("column",)
    for key in ("column", "first", "last"):
        if key in table and key not in needed:
            raise table.error(key, f"{name} takes {' and '.join(map(repr, needed))}, not {key!r}")
    when = {}
    if "when" in table:
        inner = table.table("when")
        when = {key: inner.texts(key) for key in inner.keys}
    return Payback(
        number=number,
        match=match,
        prop=name,
        columns=tuple(table.text(key) for key in needed),
        rule=rule,
        when=when,
        strip=table.text("strip", ""),
    )


def _match(table: TomlTable, matches: Sequence[Match]) -> Match:
    number = table.number("match", 1, least=1, most=len(matches))
    if number != int(number):
        raise table.error("match", f"'match' is {number:g}, expected the number of a block [[match]]")
    match = matches[int(number) - 1]
    if match.repeats:
        raise table.error(
            "match", f"rows of one id repeat in [[match]] {match.number}: which of them counts is not said"
        )
    return match


def _property(table: TomlTable, match: Match) -> str:
    name = table.text("property")
    datatype = vocab.OUTSIDE_PROPERTIES.get(name, "")
    if name in vocab.DATA_PROPERTIES:
        datatype = vocab.DATA_PROPERTIES[name].datatype
    is_date = name in vocab.OBJECT_PROPERTIES and vocab.OBJECT_PROPERTIES[name].range == "egov:TimePosition"
    if not is_date and name != _TERM and datatype not in {*PLAIN, "date"}:
        raise table.error(
            "property",
            f"'property' is {name!r}, expected a date (egov:promulgatedOn), a literal (egov:actNumber), or {_TERM}",
        )
    domain = "" if name in vocab.OUTSIDE_PROPERTIES else vocab.domain(name)
    if domain and not vocab.is_subclass(match.ours, domain):
        raise table.error("property", f"{name} is said of {domain}, but [[match]] {match.number} is about {match.ours}")
    return name
