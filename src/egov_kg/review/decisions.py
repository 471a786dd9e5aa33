"""Decisions: what a person wrote into a table of facts, read back with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from egov_kg.errors import DataFileError, UsageError
from egov_kg.iri import slug
from egov_kg.review.identity import FACT
from egov_kg.review.table import read_table

__all__ = ["Decision", "Verdict", "read_decisions", "review_id"]

Verdict = Literal["accept", "reject"]
_VERDICTS: Final[Mapping[str, Verdict | None]] = {
    "": None,
    "accept": "accept",
    "accepted": "accept",
    "reject": "reject",
    "rejected": "reject",
}
_LONGEST_NAME: Final = 120
_WORKBOOKS: Final = (".xlsx", ".xls", ".ods", ".numbers")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a fact.

    Attributes:
        fact: The id of the fact.
        verdict: ``accept`` or ``reject``.
        by: Who.
        note: Why, or empty.
        row: The row as it was read, by column.
        path: The table.
        line: The line of it that the row ends on.
    """

    fact: str
    verdict: Verdict
    by: str
    note: str = ""
    row: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    path: Path = Path()
    line: int = 0

    @property
    def place(self) -> str:
        """Where it stands, for reports: the name of the file and the line."""
        return f"{self.path.name}:{self.line}"


def review_id(name: str) -> str:
    """Return the id of the review of somebody: what stands as the source of the facts that they accepted.

    Example:
        >>> review_id("Jane Doe"), review_id("김")
        ('document/int/review-jane-doe', 'document/int/review-u-ae40')
    """
    made = slug(name) if name.isascii() else f"u-{'-'.join(f'{ord(sign):x}' for sign in name[:16])}"
    return f"document/int/review-{made or 'unnamed'}"


def read_decisions(folders: Iterable[Path]) -> Mapping[str, Decision]:
    """Return the decisions of all ``*.tsv`` and ``*.csv`` of some folders, by the id of the fact.

    Args:
        folders: A later one wins over an earlier one; a file may stand for a folder.

    Raises:
        UsageError: If a folder is missing.
        DataFileError: If a table cannot be read, a decision is unknown or has no name beside it, or two rows of one
            folder decide differently about one fact.
    """
    found: dict[str, Decision] = {}
    for folder in folders:
        if not folder.exists():
            raise UsageError(f"{folder} does not exist; it should hold the tables of a review, *.tsv")
        paths = [folder] if folder.is_file() else sorted([*folder.glob("*.tsv"), *folder.glob("*.csv")])
        for path in [folder] if folder.is_file() else sorted(folder.iterdir()):
            if path.suffix.lower() in _WORKBOOKS and not path.name.startswith((".", "~")):
                raise DataFileError(path, 0, "is a workbook; save it as Unicode text or as CSV UTF-8, and move it away")
        own: dict[str, Decision] = {}
        for path in paths:
            for line, row in read_table(path):
                decision = _decision(path, line, row)
                if decision is None:
                    continue
                other = own.setdefault(decision.fact, decision)
                if other.verdict != decision.verdict:
                    raise DataFileError(
                        path, line, f"{decision.fact} is to be {decision.verdict}ed, but {other.place} says otherwise"
                    )
        found.update(own)
    return dict(sorted(found.items()))


def _decision(path: Path, line: int, row: Mapping[str, str]) -> Decision | None:
    word = row.get("decision", "").casefold()
    if word not in _VERDICTS:
        raise DataFileError(path, line, f"the decision must be accept, reject or empty, not {row['decision']!r}")
    verdict = _VERDICTS[word]
    if verdict is None:
        return None
    fact = row.get("fact", "")
    if not FACT.fullmatch(fact):
        raise DataFileError(path, line, f"the column 'fact' must keep the id that was written there, not {fact!r}")
    by = row.get("by", "")
    if not by:
        raise DataFileError(path, line, f"who decided to {verdict} this? Give a name in the column 'by'")
    if len(by) > _LONGEST_NAME or not by.isprintable():
        raise DataFileError(path, line, f"the name in the column 'by' is not one of at most {_LONGEST_NAME} characters")
    return Decision(fact, verdict, by, row.get("note", ""), row, path, line)
