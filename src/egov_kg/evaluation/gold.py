"""What a careful reader takes from documents: the tables of facts, of wrong facts, and of further wordings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from egov_kg.errors import DataFileError, UsageError
from egov_kg.evaluation.labels import agree, folded
from egov_kg.evaluation.relations import Relations
from egov_kg.evaluation.tables import Row, read_table

__all__ = ["CERTAINTIES", "Gold", "GoldFact", "Negative", "read_gold"]

CERTAINTIES: Final = ("explicit", "inferable", "world-knowledge")
LEVELS: Final = ("pair", "triple", "entity")
ANY: Final = "any value"

_LINES: Final = re.compile(r"(?:-|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)?")


@dataclass(frozen=True, slots=True)
class GoldFact:
    """A fact of the gold table.

    Attributes:
        line: Where it stands in the table.
        doc: The document, as the table calls it.
        subject, relation, object: As written.
        subject_class: The reader's class of the subject, may be empty.
        certainty: One of `CERTAINTIES`.
        lines: The lines of the document that say it, may be empty.
    """

    line: int
    doc: str
    subject: str
    relation: str
    object: str
    subject_class: str = ""
    certainty: str = "explicit"
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Negative:
    """A tempting fact that is wrong.

    Attributes:
        doc: The document.
        subject, relation, object: As written; ``any value`` as object is whatever is stated.
        level: ``pair`` (any relation between the two is wrong), ``triple`` (this one is) or ``entity`` (no fact may
            name any of the things in `object`).
        why: The reason.
    """

    doc: str
    subject: str
    relation: str
    object: str
    level: str
    why: str

    @property
    def names(self) -> tuple[str, ...]:
        """The labels in `object`, folded; several are parted by a slash between spaces."""
        return tuple(folded(name) for name in self.object.split(" / "))


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold of some documents.

    Attributes:
        facts: Each once, in the order of the table.
        negatives: The wrong facts.
        aliases: Folded wordings that count as right, by document and folded label.
    """

    facts: tuple[GoldFact, ...]
    negatives: tuple[Negative, ...] = ()
    aliases: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def docs(self) -> tuple[str, ...]:
        """The names of the documents, sorted."""
        return tuple(sorted({fact.doc for fact in self.facts}))

    def names(self, doc: str, label: str, gold_label: str) -> bool:
        """Return whether a label names what a label of the gold names.

        Args:
            doc: The document.
            label: Folded.
            gold_label: Folded, as the gold has it.
        """
        if agree(label, gold_label):
            return True
        return any(agree(label, alias) for alias in self.aliases.get((doc, gold_label), ()))


def read_gold(
    path: Path, relations: Relations, *, negative: Path | None = None, aliases: Path | None = None, strict: bool = False
) -> Gold:
    """Return the gold of a table, with the two tables that belong to it.

    Args:
        path: The facts: columns ``seed`` (or ``doc``), ``subject``, ``relation``, ``object``; ``subject_class``,
            ``evidence_lines`` and ``certainty`` if there are.
        relations: The relations that are known.
        negative: The wrong facts. If None, the table beside the facts is taken if there is one: ``negative.tsv`` of
            ``facts.tsv``, ``NAME-negative.tsv`` of ``NAME-gold.tsv``.
        aliases: The further wordings; if None, the table beside the facts likewise.
        strict: Leave the further wordings out.

    Raises:
        DataFileError: If a table is wrong; names line and column and what was expected.
    """
    facts = tuple(dict.fromkeys(_fact(row, relations) for row in _rows(path, "subject", "relation", "object")))
    if not facts:
        raise DataFileError(path, 0, "has no fact; expected at least one line below the header")
    beside = {"negative": negative or _beside(path, "negative"), "aliases": aliases or _beside(path, "aliases")}
    docs = {fact.doc for fact in facts}
    wrong = [_negative(row, docs) for row in _optional(beside["negative"], "subject", "relation", "object", "level")]
    others: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in () if strict else _optional(beside["aliases"], "label", "also_accepted"):
        others[_known(row, docs), folded(row["label"])].append(folded(row["also_accepted"]))
    return Gold(facts, tuple(wrong), {key: tuple(found) for key, found in others.items()})


def certainties(words: str) -> frozenset[str]:
    """Return the certainties in a list with commas.

    Raises:
        UsageError: If one of them is none.

    Example:
        >>> sorted(certainties("explicit,inferable"))
        ['explicit', 'inferable']
    """
    wanted = frozenset(word.strip() for word in words.split(",") if word.strip())
    if not wanted or not wanted <= set(CERTAINTIES):
        raise UsageError(f"{words!r} is no list of certainties; expected some of {', '.join(CERTAINTIES)}")
    return wanted


def _rows(path: Path, *columns: str) -> Iterable[Row]:
    return read_table(path, ("seed/doc", *columns), filled=("seed", *columns))


def _optional(path: Path | None, *columns: str) -> Iterable[Row]:
    return _rows(path, *columns) if path is not None else ()


def _beside(path: Path, what: str) -> Path | None:
    """Return the table of another kind that belongs to a table of facts, if it is there."""
    stem = path.stem
    for kind in ("gold", "facts"):
        if stem == kind or stem.endswith(f"-{kind}"):
            other = path.with_name(f"{stem.removesuffix(kind)}{what}{path.suffix}")
            return other if other.is_file() else None
    return None


def _fact(row: Row, relations: Relations) -> GoldFact:
    relation = row["relation"]
    if not relations.of(relation):
        near = relations.nearest(relation)
        hint = f"; did you mean {near!r}?" if near else ""
        raise row.wrong("relation", f"{relation!r} is neither a relation that is known nor a property{hint}")
    if "certainty" in row.cells:
        row.one_of("certainty", CERTAINTIES)
    return GoldFact(
        line=row.line,
        doc=row["seed"],
        subject=row["subject"],
        relation=relation,
        object=row["object"],
        subject_class=row.get("subject_class").rpartition(":")[2],
        certainty=row.get("certainty") or "explicit",
        lines=_lines(row),
    )


def _lines(row: Row) -> tuple[int, ...]:
    words = row.get("evidence_lines").replace(" ", "")
    if not _LINES.fullmatch(words):
        raise row.wrong("evidence_lines", f"{words!r} is no list of lines; expected 12, 12-14 or 3,12-14")
    found: list[int] = []
    for part in words.split(",") if words not in {"", "-"} else ():
        first, _, last = part.partition("-")
        found.extend(range(int(first), min(int(last or first), int(first) + 1000) + 1))
    return tuple(found)


def _known(row: Row, docs: set[str]) -> str:
    if row["seed"] not in docs:
        raise row.wrong("seed", f"{row['seed']!r} is no document of the facts; there are {', '.join(sorted(docs))}")
    return row["seed"]


def _negative(row: Row, docs: set[str]) -> Negative:
    level = row.one_of("level", LEVELS)
    why = row.get("why_wrong")
    if level == "entity" and row["object"] == ANY:
        raise row.wrong("object", f"{ANY!r} names nothing; expected the name that no fact may have")
    return Negative(_known(row, docs), row["subject"], row["relation"], row["object"], level, why)
