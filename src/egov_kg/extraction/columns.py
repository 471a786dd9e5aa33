"""What the headers of a table say of its columns; the words stand in ``data/rules/columns.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.lexicon import read_toml
from egov_kg.extraction.word_lists import WordList, read_word_lists

__all__ = ["ColumnRule", "ColumnRules", "read_column_rules"]

_ROLES: Final = frozenset({"name", "period", "time", "things", "content", "text"})
_KEYS: Final = frozenset({"id", "words", "role", "class", "property", "inverse", "entries", "example", "counter"})
_WORDS: Final = ("cell.empty", "cell.planned", "cell.done", "cell.begun", "cell.ongoing", "heading.missions")
# "Name in Dutch"
_NAME_IN = re.compile(r"(?:official\s)?name\sin\s[a-z]+")
_QUALIFIER = re.compile(
    r"(?:main|key|major|principal|important|selected|responsible|lead|leading|relevant|corresponding|overall|strategic"
    r"|first|current|acting"
    r"|name\sof(?:\sthe)?|title\sof(?:\sthe)?|주요|핵심|관련)\s*"
)


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What the cells of a column say.

    Attributes:
        id: Its id.
        role: ``name``, ``period``, ``time``, ``things``, ``content`` or ``text``.
        cls: The class of what the cells name; empty for times and literals.
        property: What the cells say of the row's thing; empty for a name and for what was done in a stage.
        inverse: Whether what a cell names is the subject.
        examples: Tables, each with the facts that are taken from it as ``subject | property | object``.
        counters: Tables, each with the reason why nothing is.
        entries: Whether what the cells name are events, told in headlines or sentences as in a chronology.
    """

    id: str
    role: str
    cls: str
    property: str
    inverse: bool
    examples: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    counters: tuple[tuple[tuple[str, ...], str], ...]
    entries: bool = False


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """The rules by the words of a header; a word may name what a row is about and, in another column, say more of it.

    Attributes:
        rules: Every rule.
        words: The lists of words in cells, by id.
        names: The rule of a header that says what the rows are about.
        values: The rule of a header that says something of it.
        periods: The rule of a first column of periods, whose rows are stages without a name of their own.
    """

    rules: tuple[ColumnRule, ...]
    words: Mapping[str, WordList]
    names: Mapping[str, ColumnRule]
    values: Mapping[str, ColumnRule]
    periods: Mapping[str, ColumnRule]

    def of_table(self, columns: str) -> tuple[ColumnRule | None, ...] | None:
        """Return the rule of each column, or None for a table whose headers do not say what a row is about.

        Args:
            columns: The headers with a stroke between them, as a block of kind ``table`` has them.
        """
        headers = [header_words(header) for header in columns.split(" | ")]
        if self._by_period(headers):
            found = [self._find(self.values, header) for header in headers]
            return (self.periods[headers[0]], *found[1:])
        # "Lead agency" says who does it; a column of bodies is what the rows are about only where no other one is.
        known = [(i, self._find(self.names, header), header in self.names) for i, header in enumerate(headers)]
        named = [(i, rule) for i, rule, exact in known if rule and (exact or rule.cls != "egov:Agency")]
        others = [i for i, rule in named if rule.cls != "egov:Agency"]
        first = next(iter(others or [i for i, _ in named]), None)
        if first is None:
            return None
        rules = [self._find(self.values, header) if i != first else None for i, header in enumerate(headers)]
        rules[first] = self._find(self.names, headers[first])
        return tuple(rules) if sum(rule is not None for rule in rules) > 1 else None

    def _by_period(self, headers: Sequence[str]) -> bool:
        """Whether the rows are about the periods of the first column: no other column names a thing of its own."""
        if headers[0] not in self.periods:
            return False
        content = [h for h in headers[1:] if (rule := self._find(self.values, h)) and rule.role == "content"]
        return any((name := self._find(self.names, h)) is None or name.cls == "egov:Law" for h in content)

    def of_key(self, key: str) -> ColumnRule | None:
        """Return what the key of a record says of the record's thing."""
        return self._find(self.values, header_words(key))

    def name_of_key(self, key: str) -> ColumnRule | None:
        """Return the rule of a key whose value names what a record is about."""
        return self._find(self.names, header_words(key))

    def _find(self, rules: Mapping[str, ColumnRule], header: str) -> ColumnRule | None:
        plain = _QUALIFIER.sub("", header)
        found = rules.get(header) or rules.get(plain) or rules.get(plain.removesuffix("s"))
        if found is None and "/" in header:
            # "ministry / agency", "year/period": both say the same of the column, or it says nothing
            parts = {rule.id: rule for part in header.split("/") if (rule := self._find(rules, part.strip()))}
            found = next(iter(parts.values())) if len(parts) == 1 else None
        return found


def header_words(header: str) -> str:
    """Return a header as it is compared: lower case, brackets and marks left out.

    Example:
        >>> header_words("Main Outcome (2003)"), header_words("Launched:")
        ('main outcome', 'launched')
    """
    plain = " ".join(re.sub(r"\([^()]*\)|[*:]", " ", header).casefold().split())
    return _NAME_IN.sub("native name", plain)


def read_column_rules(path: Path) -> ColumnRules:
    """Return the rules of a file.

    Raises:
        DataFileError: If a rule has an unknown role, class or property, a word two meanings, or no example.
    """
    rules: list[ColumnRule] = []
    names: dict[str, ColumnRule] = {}
    values: dict[str, ColumnRule] = {}
    periods: dict[str, ColumnRule] = {}
    for raw in read_toml(path).get("column", []):
        rule = _rule(path, raw)
        rules.append(rule)
        table = {"name": names, "period": periods}.get(rule.role, values)
        for word in raw["words"]:
            if word != header_words(word) or word in table:
                why = (
                    f"stands already in {table[word].id}" if word in table else f"is compared as {header_words(word)!r}"
                )
                raise DataFileError(path, 0, f"{rule.id}: the header {word!r} {why}")
            table[word] = rule
    return ColumnRules(tuple(rules), read_word_lists(path, _WORDS), names, values, periods)


def _rule(path: Path, raw: Mapping[str, object]) -> ColumnRule:
    name = str(raw.get("id", "a [[column]] without id"))
    if unknown := sorted(set(raw) - _KEYS):
        raise DataFileError(path, 0, f"{name}: unknown keys {', '.join(unknown)}")
    role, cls, prop = (str(raw.get(key, "")) for key in ("role", "class", "property"))
    if role not in _ROLES or not raw.get("words"):
        raise DataFileError(path, 0, f"{name}: needs words and a role of {', '.join(sorted(_ROLES))}")
    if bool(cls) != (role in ("name", "period", "things")) or (cls and cls not in vocab.CLASSES):
        raise DataFileError(path, 0, f"{name}: class {cls!r} does not fit the role {role}")
    known = prop in vocab.OBJECT_PROPERTIES or prop in vocab.DATA_PROPERTIES or prop in vocab.OUTSIDE_PROPERTIES
    if bool(prop) != (role in ("time", "things", "text")) or (prop and not known):
        raise DataFileError(path, 0, f"{name}: property {prop!r} does not fit the role {role}")
    example, counter = raw.get("example"), raw.get("counter")
    if not isinstance(example, dict) or not isinstance(counter, dict):
        raise DataFileError(path, 0, f"{name}: needs an example and a counter")
    return ColumnRule(
        name,
        role,
        cls,
        prop,
        bool(raw.get("inverse", False)),
        ((tuple(example["table"]), tuple(example["facts"])),),
        ((tuple(counter["table"]), str(counter["why"])),),
        bool(raw.get("entries", False)),
    )
