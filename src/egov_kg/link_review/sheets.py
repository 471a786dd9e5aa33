"""Decisions that were made in a program for tables: a copy of the mapping file with one more column, read back.

The copy is the mapping file itself, with the columns ``decision`` and ``note``. What is written there - a word or a
letter of the terminal - is a decision; so is a row that was edited by hand into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from egov_kg import iri
from egov_kg.errors import DataFileError
from egov_kg.linking import MappingRow, MappingSet, read_mappings, sssom_text
from egov_kg.linking.mapping_tables import read_table
from egov_kg.linking.telling import told
from egov_kg.linking.verdicts import VERDICTS, Verdict, decided_row

__all__ = ["Brought", "decisions_of_table", "table_to_decide"]

_DECISION: Final = "decision"
_NOTE: Final = "note"


def table_to_decide(mappings: MappingSet, rows: Iterable[MappingRow], base: str = iri.BASE) -> str:
    """Return some rows of a mapping file as a table with empty columns for decisions.

    Args:
        mappings: The file.
        rows: Those of its rows that are wanted.
        base: The base of our IRIs.
    """
    text = sssom_text(replace(mappings, mappings=tuple(rows)), base)
    lines = text.splitlines()
    above = sum(line.startswith("#") for line in lines)
    head, *table = lines[above:]
    return "\n".join([*lines[:above], f"{_DECISION}\t{_NOTE}\t{head}", *(f"\t\t{line}" for line in table)]) + "\n"


@dataclass(frozen=True, slots=True)
class Brought:
    """What an edited table brings.

    Attributes:
        decided: Decisions that the mapping file does not have.
        kept: Rows that the mapping file decides otherwise, on the same day or later; these stay as they are there.
    """

    decided: tuple[MappingRow, ...]
    kept: tuple[MappingRow, ...]


def decisions_of_table(path: Path, mappings: MappingSet, *, reviewer: str, day: str, base: str = iri.BASE) -> Brought:
    """Return the decisions of an edited table that the mapping file does not have yet.

    Args:
        path: The table.
        mappings: The mapping file, as it is now.
        reviewer: Who decided where the table says only what; may be empty if it says who everywhere.
        day: When, where it does not say.
        base: The base of our IRIs.

    Raises:
        DataFileError: If the table cannot be read, a decision is none, or it is about a pair that the mapping file does
            not hold; names the line.
        UsageError: If nobody is named for a decision.
    """
    table = read_table(path)
    now = {one.pair: one for one in mappings.mappings}
    found: dict[tuple[str, str], tuple[int, MappingRow]] = {}
    kept: list[MappingRow] = []
    for (line, cells), row in zip(table.rows, read_mappings(path, base).mappings, strict=True):
        word = _word(path, line, cells)
        if not word and not row.is_decided:
            continue
        current = now.get(row.pair)
        if current is None:
            raise DataFileError(path, line, f"decides about a pair that the mapping file does not hold: {row.object}")
        made = _made(row, current, word, cells.get(_NOTE, ""), (reviewer, day))
        if not word and current.is_decided and _verdict(current) != _verdict(made) and current.date >= made.date:
            kept.append(current)
            continue
        before, other = found.setdefault(row.pair, (line, made))
        if _verdict(other) != _verdict(made):
            raise DataFileError(path, line, f"decides otherwise about the pair that line {before} decides")
    decided = tuple(made for _, made in found.values() if made != now[made.pair])
    return Brought(decided, tuple(kept))


def _word(path: Path, line: int, cells: Mapping[str, str]) -> str:
    word = cells.get(_DECISION, "").casefold().rstrip("!")
    if word and word not in VERDICTS:
        known = ", ".join(sorted(name for name in VERDICTS if len(name) > 1))
        raise DataFileError(path, line, f"{_DECISION} is {word[:40]!r}, expected one of: {known}; or nothing")
    return word


def _made(row: MappingRow, current: MappingRow, word: str, note: str, by: tuple[str, str]) -> MappingRow:
    """Return a decision: the words of the run are those of the mapping file, what was decided that of the table."""
    verdict = VERDICTS[word] if word else VERDICTS["no"] if row.negated else _named(row.predicate)
    reviewer, day = by
    who, when = (reviewer or row.reviewer, day) if word else (row.reviewer, row.date or day)
    made = decided_row(current, verdict, reviewer=who, day=when, note=note or told(row).note)
    return made if word else replace(made, predicate=row.predicate)


def _named(predicate: str) -> Verdict:
    return VERDICTS.get(predicate.removeprefix("skos:").removesuffix("Match"), "yes")


def _verdict(row: MappingRow) -> tuple[str, bool]:
    return (row.predicate, row.negated)
