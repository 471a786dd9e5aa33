"""Mapping files: SSSOM as a table of tabs with its metadata above, sorted, the same bytes for the same mappings.

``confidence`` is our probability that the mapping is right, with four decimals. Rejected pairs stay, with ``Not`` as
``predicate_modifier``; rows that a person decided carry a reviewer and a date, and no run changes them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from egov_kg import iri
from egov_kg.errors import DataFileError
from egov_kg.linking.comments import parts_of
from egov_kg.linking.mapping_tables import read_table
from egov_kg.review.table import guarded, unguarded

__all__ = [
    "COLUMNS",
    "COMPOSITE",
    "MANUAL",
    "REVIEWERS",
    "MappingRow",
    "MappingSet",
    "parts_of",
    "plain_text",
    "read_mappings",
    "sssom_text",
]

COLUMNS: Final = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "confidence", "similarity_score", "similarity_measure", "match_string", "mapping_tool",
    "mapping_tool_version", "reviewer_id", "mapping_date", "comment",
)  # fmt: skip
_NEEDED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
COMPOSITE: Final = "semapv:CompositeMatching"
MANUAL: Final = "semapv:ManualMappingCuration"

_SEMAPV: Final = "https://w3id.org/semapv/vocab/"
_OURS: Final = "egovid"
_PREDICATES: Final = frozenset(
    {*(f"skos:{name}Match" for name in ("exact", "close", "narrow", "broad", "related")), "rdfs:seeAlso"}
)
_LOCAL: Final = re.compile(r"(?!//)[A-Za-z0-9._~%!$&'()*+,;=@/-]+\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]+")
_BAND: Final = re.compile(r"band=(accept|review|veto)")
_LABELS: Final = frozenset({"subject_label", "object_label", "match_string"})
REVIEWERS: Final = {"github": "https://github.com/", "orcid": "https://orcid.org/"}
"""What the ids of reviewers mostly begin with."""

_OF_THE_WEB: Final = re.compile(r"(?:https?|urn):[^\s<>\"]+\Z")
_ITEM: Final = re.compile(r"\s+-\s+(.*)\Z")


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row: an identity with something outside that was proposed, accepted or rejected.

    Attributes:
        subject, object: IRIs, ours and theirs.
        predicate: A CURIE: ``skos:exactMatch`` ...
        negated: Whether the pair was rejected.
        justification: `COMPOSITE`, or `MANUAL` once a person decided.
        confidence: From 0 to 1; None where nobody said.
        other names: The columns of SSSOM.
        extra: Cells of columns that we do not know, by name; they stay.
    """

    subject: str
    predicate: str
    object: str
    justification: str = COMPOSITE
    negated: bool = False
    subject_label: str = ""
    object_label: str = ""
    confidence: float | None = None
    similarity_score: float | None = None
    similarity_measure: str = ""
    match_string: str = ""
    tool: str = ""
    tool_version: str = ""
    reviewer: str = ""
    date: str = ""
    comment: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        """Whose identity it is about: the IRIs of both."""
        return (self.subject, self.object)

    @property
    def is_decided(self) -> bool:
        """Whether a person decided it."""
        return self.justification == MANUAL

    @property
    def band(self) -> str:
        """What a run made of it: ``accept``, ``review``, ``veto``; empty if no run proposed it."""
        told = (_BAND.fullmatch(part) for part in self.comment.split("; "))
        return next((found[1] for found in told if found), "")

    @property
    def is_accepted(self) -> bool:
        """Whether it may enter the graph: a person accepted it, or a run did and no person said otherwise."""
        if self.negated:
            return False
        return self.is_decided or self.band == "accept"


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A mapping file.

    Attributes:
        metadata: The slots above the table, without the prefixes.
        prefixes: Prefix to namespace, of the data set.
        mappings: The rows.
    """

    metadata: Mapping[str, str]
    prefixes: Mapping[str, str]
    mappings: tuple[MappingRow, ...] = field(default=())


def sssom_text(found: MappingSet, base: str = iri.BASE) -> str:
    """Return a mapping file: metadata, then rows sorted by subject, object and predicate.

    Args:
        found: What it holds.
        base: The base of our IRIs.
    """
    rows = [_cells(one, found.prefixes, base) for one in found.mappings]
    rows.sort(key=lambda row: (row["subject_id"], row["object_id"], row["predicate_id"], row["predicate_modifier"]))
    used = {row[name].partition(":")[0] for row in rows for name in ("object_id", "predicate_id", "reviewer_id")}
    prefixes = {_OURS: f"{base}id/", "semapv": _SEMAPV, "skos": iri.PREFIXES["skos"]}
    known = {**REVIEWERS, **iri.PREFIXES, **found.prefixes}
    prefixes |= {name: known[name] for name in sorted(used) if name in known}
    text = io.StringIO()
    text.write("#curie_map:\n")
    for name, namespace in sorted(prefixes.items()):
        text.write(f"#  {name}: {_yaml(namespace)}\n")
    for name, value in sorted(found.metadata.items()):
        text.write(f"#{name}: {value if _is_list(value) else _yaml(value)}\n")
    columns = (*COLUMNS, *sorted({name for one in found.mappings for name, _ in one.extra}))
    writer = csv.DictWriter(text, columns, "", delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _cells(one: MappingRow, prefixes: Mapping[str, str], base: str) -> dict[str, str]:
    cells = {
        "subject_id": _curie(one.subject, {_OURS: f"{base}id/"}),
        "subject_label": one.subject_label,
        "predicate_id": one.predicate,
        "predicate_modifier": "Not" if one.negated else "",
        "object_id": _curie(one.object, {**prefixes, **iri.PREFIXES}),
        "object_label": one.object_label,
        "mapping_justification": one.justification,
        "confidence": "" if one.confidence is None else f"{one.confidence:.4f}",
        "similarity_score": "" if one.similarity_score is None else f"{one.similarity_score:.4f}",
        "similarity_measure": one.similarity_measure,
        "match_string": one.match_string,
        "mapping_tool": one.tool,
        "mapping_tool_version": one.tool_version,
        "reviewer_id": one.reviewer,
        "mapping_date": one.date,
        "comment": one.comment,
    }
    cells |= dict(one.extra)
    free = _LABELS | {name for name, _ in one.extra}
    clean = {name: plain_text(value) for name, value in cells.items()}
    return {name: guarded(value) if name in free else value for name, value in clean.items()}


def plain_text(text: str) -> str:
    r"""Return a text in one line, without what steers a terminal or turns the direction of writing.

    Example:
        >>> plain_text("\x1b[31mred\tand\u202e more ")
        '[31mred and more'
    """
    return " ".join(_CONTROL.sub(" ", text).split())


def _curie(name: str, prefixes: Mapping[str, str]) -> str:
    """Return the CURIE of an IRI by the longest namespace that fits; the IRI itself if none does."""
    fitting = [(len(space), prefix) for prefix, space in prefixes.items() if name.startswith(space)]
    for length, prefix in sorted(fitting, reverse=True):
        if _LOCAL.match(name[length:]):
            return f"{prefix}:{name[length:]}"
    return name


def _yaml(value: str) -> str:
    clean = plain_text(value)
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_mappings(path: Path, base: str = iri.BASE) -> MappingSet:
    """Return a mapping file.

    Args:
        path: The file, as `sssom_text` writes it, or after a way through a program for tables.
        base: The base of our IRIs.

    Raises:
        DataFileError: If it cannot be read, lacks a column, or a row is wrong; names the line.
    """
    table = read_table(path)
    metadata, prefixes = _metadata(path, table.above)
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise DataFileError(path, table.head, f"there is no column {missing[0]!r}; expected those of SSSOM, by tabs")
    read = {**REVIEWERS, **iri.PREFIXES, **prefixes, _OURS: f"{base}id/"}
    mappings = tuple(_mapping(path, line, row, read) for line, row in table.rows)
    _check_decided_once(path, [line for line, _ in table.rows], mappings)
    known = {_OURS, "semapv", *iri.PREFIXES, *REVIEWERS}
    own = {name: space for name, space in prefixes.items() if name not in known}
    return MappingSet(metadata, own, mappings)


def _check_decided_once(path: Path, lines: Sequence[int], mappings: Sequence[MappingRow]) -> None:
    decided: dict[tuple[str, str], tuple[int, MappingRow]] = {}
    for line, one in zip(lines, mappings, strict=True):
        if one.is_decided:
            before, other = decided.setdefault((one.subject, one.object), (line, one))
            if (other.predicate, other.negated) != (one.predicate, one.negated):
                problem = f"decides otherwise about the pair that line {before} decides; leave one of the two"
                raise DataFileError(path, line, problem)


def _metadata(path: Path, lines: Iterable[tuple[int, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the slots above a table, a list in one line as JSON writes it, and the prefixes."""
    metadata: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    last = ""
    for number, line in lines:
        if (item := _ITEM.match(line)) and (not metadata.get(last, "no list") or _is_list(metadata.get(last, ""))):
            items = json.loads(metadata[last] or "[]")
            metadata[last] = json.dumps([*items, _unquoted(item[1])], ensure_ascii=False)
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise DataFileError(path, number, f"{line[:60]!r} is no metadata, expected '#name: value'")
        if name.startswith((" ", "\t")) and last == "curie_map":
            prefixes[name.strip()] = _unquoted(value)
        else:
            last = name.strip()
            if last != "curie_map":
                metadata[last] = _unquoted(value)
    return metadata, prefixes


def _is_list(value: str) -> bool:
    try:
        return value.startswith("[") and all(isinstance(one, str) for one in json.loads(value))
    except ValueError:
        return False


def _unquoted(value: str) -> str:
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        inner = text[1:-1]
        return re.sub(r"\\(.)", r"\1", inner) if text[0] == '"' else inner.replace("''", "'")
    return text


def _mapping(path: Path, line: int, row: Mapping[str, str], prefixes: Mapping[str, str]) -> MappingRow:
    cells = {name: row.get(name, "") for name in COLUMNS}
    extra = tuple((name, unguarded(cell)) for name, cell in row.items() if name and name not in COLUMNS and cell)
    labels = {name: unguarded(cells[name]) for name in _LABELS}
    predicate, modifier = cells["predicate_id"], cells["predicate_modifier"]
    if predicate not in _PREDICATES:
        raise DataFileError(
            path, line, f"predicate_id is {predicate!r}, expected one of: {', '.join(sorted(_PREDICATES))}"
        )
    if modifier not in {"", "Not"}:
        raise DataFileError(path, line, f"predicate_modifier is {modifier!r}, expected Not or nothing")
    justification, reviewer, date = cells["mapping_justification"], cells["reviewer_id"], cells["mapping_date"]
    if not justification:
        expected = f"{MANUAL} where a person decided, {COMPOSITE} of a run"
        raise DataFileError(path, line, f"mapping_justification is empty; expected {expected}")
    if justification == MANUAL and not reviewer:
        raise DataFileError(path, line, "a decision has no reviewer_id; write who decided")
    if date and not _is_day(date):
        raise DataFileError(path, line, f"mapping_date is {date!r}, expected a day: 2026-11-22")
    return MappingRow(
        subject=_iri(path, line, "subject_id", cells["subject_id"], prefixes),
        predicate=predicate,
        object=_iri(path, line, "object_id", cells["object_id"], prefixes),
        justification=justification,
        negated=modifier == "Not",
        subject_label=labels["subject_label"],
        object_label=labels["object_label"],
        confidence=_number(path, line, "confidence", cells["confidence"]),
        similarity_score=_number(path, line, "similarity_score", cells["similarity_score"]),
        similarity_measure=cells["similarity_measure"],
        match_string=labels["match_string"],
        tool=cells["mapping_tool"],
        tool_version=cells["mapping_tool_version"],
        reviewer=reviewer,
        date=date,
        comment=cells["comment"],
        extra=extra,
    )


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _iri(path: Path, line: int, column: str, cell: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = cell.partition(":")
    name = prefixes[prefix] + local if colon and not local.startswith("//") and prefix in prefixes else cell
    if _OF_THE_WEB.match(name):
        return name
    raise DataFileError(path, line, f"{column} is {cell!r}, expected a CURIE with a prefix of curie_map, or an IRI")


def _number(path: Path, line: int, column: str, cell: str) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell.replace(",", ".") if cell.count(",") == 1 else cell)  # as some countries write decimals
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise DataFileError(path, line, f"{column} is {cell!r}, expected a number from 0 to 1")
    return value
