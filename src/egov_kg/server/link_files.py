"""The mapping files of a release as pages show them: what the graph does not hold of a link, and rows that are none."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from egov_kg import iri
from egov_kg.errors import EgovKGError
from egov_kg.linking.comments import read_comment
from egov_kg.linking.sssom import MappingRow, MappingSet, read_mappings
from egov_kg.linking.their_cells import OTHER, read_cells
from egov_kg.linking.verdicts import neighbours
from egov_kg.server.link_cards import link_card, our_side, state_of

__all__ = ["BANDS", "LinkFile", "LinkFiles"]

BANDS: Final[Mapping[str, frozenset[str]]] = {
    "rejected": frozenset({"rejected"}),
    "contradicted": frozenset({"veto"}),
    "waiting": frozenset({"review"}),
}
"""The rows that are no links, by how they stand."""

_MOST_BYTES: Final = 1 << 23
"""Some 20,000 rows: half a second to read, and 90 MiB of memory."""

_KEPT: Final = 2


class LinkFile:
    """A mapping file.

    Args:
        found: What it holds.
        base: The base of our IRIs.
    """

    def __init__(self, found: MappingSet, base: str) -> None:
        self._found, self._base = found, base
        self._rows = {row.pair: row for row in sorted(found.mappings, key=lambda row: not row.is_decided)}
        parted = {name: [r for r in self._rows.values() if state_of(r) in states] for name, states in BANDS.items()}
        self.parted = {name: sorted(rows, key=lambda row: row.pair) for name, rows in parted.items()}

    def besides(self, subject: str, target: str) -> dict[str, Any]:
        """Return what the file tells of a pair and the graph does not: their columns, and what stands beside it.

        Args:
            subject: The IRI of our thing.
            target: Theirs.
        """
        row = self._rows.get((subject, target))
        if row is None:
            return {}
        beside = neighbours(self._found, row)
        return {
            "subject_label": row.subject_label,
            "object_label": row.object_label,
            "object_short": self._short(target),
            "met": row.match_string,
            "theirs": _theirs(row),
            "problem": "" if _theirs(row) else "it carries no columns of theirs",
            "same_thing": [self._beside(one) for one in beside.of_thing],
            "same_row": [self._beside(one) for one in beside.of_row],
        }

    def card(self, row: MappingRow, description: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a row that is no link as the templates take it.

        Args:
            row: The row.
            description: Of our thing, or None.
        """
        words = read_comment(row.comment)
        decision = None
        if row.is_decided:
            decision = {
                "verdict": iri.curie(row.predicate, self._base),
                "reviewer": iri.curie(row.reviewer, self._base),
                "date": row.date,
                "note": words.note,
            }
        return link_card(
            {
                "subject": row.subject,
                "object": row.object,
                "predicate": row.predicate,
                "negated": row.negated,
                "band": words.band or "review",
                "confidence": row.confidence,
                "parts": [{"feature": name, "bits": bits} for name, bits in words.parts],
                "prior": words.prior,
                "bits": words.bits,
                "veto": words.veto,
                "reasons": words.reasons,
                "decision": decision,
                "ours": our_side(description) if description is not None else None,
                "is_mentioned": False,  # the graph knows nothing of what it has no link with
                **self.besides(row.subject, row.object),
            }
        )

    def _short(self, name: str) -> str:
        fitting = [(len(space), prefix) for prefix, space in self._found.prefixes.items() if name.startswith(space)]
        for length, prefix in sorted(fitting, reverse=True):
            return f"{prefix}:{name[length:]}"
        return iri.curie(name, self._base)

    def _beside(self, row: MappingRow) -> dict[str, Any]:
        return {
            "subject": row.subject,
            "subject_label": row.subject_label,
            "object": row.object,
            "object_short": self._short(row.object),
            "object_label": row.object_label,
            "predicate": row.predicate,
            "confidence": row.confidence,
            "state": state_of(row),
        }


def _theirs(row: MappingRow) -> list[list[dict[str, str]]]:
    cells = read_cells(dict(row.extra).get(OTHER, ""))
    return [[{"column": one.column, "role": one.role, "text": one.text} for one in cells]] if cells else []


class LinkFiles:
    """The mapping files of a release, each read when it is first asked for.

    Args:
        folder: Where they are, or None where there are none.
        base: The base of our IRIs.
    """

    def __init__(self, folder: Path | None, base: str) -> None:
        self._folder, self._base = folder, base
        self.read = functools.lru_cache(maxsize=_KEPT)(self._read)

    def _read(self, name: str) -> LinkFile | None:
        """Return the file of a data set; None if there is none, it is longer than 8 MiB, or it cannot be read.

        Args:
            name: The short name of a data set of the release.
        """
        if self._folder is None:
            return None
        path = self._folder / f"{name}.sssom.tsv"
        try:
            if not path.is_file() or path.stat().st_size > _MOST_BYTES:
                return None
            return LinkFile(read_mappings(path, self._base), self._base)
        except (EgovKGError, OSError):
            return None  # the links themselves are in the graph
