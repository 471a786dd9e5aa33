"""Cards: a row of a mapping file with all that a person needs to decide it, as plain data for terminal and pages."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from egov_kg import iri
from egov_kg.link_review.desk import Desk
from egov_kg.link_review.theirs import Cell, Theirs, read_theirs
from egov_kg.linking import MappingRow, MappingSet
from egov_kg.linking.forms import folded
from egov_kg.linking.sssom import plain_text
from egov_kg.linking.telling import Told, told
from egov_kg.linking.verdicts import Neighbours, neighbours
from egov_kg.server.link_cards import our_side, state_of
from egov_kg.sparql.description import Description, describe
from egov_kg.store import Release

__all__ = ["Card", "Cards", "card_data"]


@dataclass(frozen=True, slots=True)
class Card:
    """A row with both its sides.

    Attributes:
        row: The row.
        told: What its comment tells.
        ours: What the release says of our thing; None if it does not mention it.
        theirs: Rows of theirs, each of cells; empty if they are not at hand.
        problem: Why they are not.
        beside: Other rows of the file about the same thing, or the same row of theirs.
        prefixes: Of the file, to write IRIs of theirs short.
    """

    row: MappingRow
    told: Told
    ours: Description | None
    theirs: tuple[tuple[Cell, ...], ...]
    problem: str
    beside: Neighbours
    prefixes: Mapping[str, str]

    def short(self, name: str, base: str = iri.BASE) -> str:
        """Return an IRI as a CURIE of ours, or of the file."""
        fitting = [(len(space), prefix) for prefix, space in self.prefixes.items() if name.startswith(space)]
        for length, prefix in sorted(fitting, reverse=True):
            return f"{prefix}:{name[length:]}"
        own = iri.id_of(name, base)
        return own if own is not None else iri.curie(name, base)


class Cards:
    """Makes cards from a release and a desk; their side is read once for all rows of the file.

    Args:
        release: Ours.
        desk: The mapping file, with the data set where it is at hand.
    """

    def __init__(self, release: Release, desk: Desk) -> None:
        self._release, self._desk = release, desk
        self._describe = functools.lru_cache(maxsize=512)(self._described)
        self._theirs: Theirs | None = None

    def _described(self, thing: str) -> Description | None:
        return describe(self._release.store(), thing, base=self._release.base)

    @property
    def theirs(self) -> Theirs:
        """Their side of every row of the file."""
        if self._theirs is None:
            objects = {one.object for one in self._desk.read().mappings}
            desk = self._desk
            self._theirs = read_theirs(desk.specification, desk.target, objects, desk.rows)
        return self._theirs

    def card(self, row: MappingRow, mappings: MappingSet) -> Card:
        """Return the card of a row.

        Args:
            row: The row.
            mappings: The file that it is from, as it is now.
        """
        rows = self.theirs.rows.get(row.object, ())
        problem = self.theirs.problem or ("" if rows else "the data set at hand has no such row")
        return Card(
            row=row,
            told=told(row),
            ours=self._describe(row.subject),
            theirs=rows,
            problem=problem,
            beside=neighbours(mappings, row),
            prefixes=mappings.prefixes,
        )

    def cards(self, rows: Iterable[MappingRow], mappings: MappingSet) -> list[Card]:
        """Return the cards of rows, in their order."""
        return [self.card(row, mappings) for row in rows]


def card_data(card: Card, base: str = iri.BASE) -> dict[str, Any]:
    """Return a card as plain data: what ``--json`` prints, and what pages show.

    Args:
        card: The card.
        base: The base of our IRIs.
    """
    row = card.row
    return {
        "subject": row.subject,
        "object": row.object,
        "object_short": card.short(row.object, base),
        "subject_label": row.subject_label,
        "object_label": row.object_label,
        "predicate": row.predicate,
        "negated": row.negated,
        "band": card.told.band or "review",
        "confidence": row.confidence,
        "parts": [{"feature": name, "bits": bits} for name, bits in card.told.parts],
        "prior": card.told.prior,
        "bits": card.told.bits,
        "veto": card.told.veto,
        "reasons": card.told.reasons,
        "met": row.match_string,
        "similarity": row.similarity_score,
        "decision": _decision(row, card.told),
        "ours": our_side(card.ours) if card.ours is not None else None,
        "theirs": [
            [{"column": cell.column, "role": cell.role, "text": cell.text} for cell in cells] for cells in card.theirs
        ],
        "problem": card.problem,
        "same_thing": [_beside(card, one, base) for one in card.beside.of_thing],
        "same_row": [_beside(card, one, base) for one in card.beside.of_row],
    }


def _decision(row: MappingRow, words: Told) -> dict[str, str] | None:
    if not row.is_decided:
        return None
    verdict = "no" if row.negated else row.predicate.removeprefix("skos:").removesuffix("Match")
    return {"verdict": verdict, "reviewer": row.reviewer, "date": row.date, "note": words.note}


def _beside(card: Card, row: MappingRow, base: str) -> dict[str, Any]:
    return {
        "subject": row.subject,
        "subject_label": row.subject_label,
        "object": row.object,
        "object_short": card.short(row.object, base),
        "object_label": row.object_label,
        "predicate": row.predicate,
        "confidence": row.confidence,
        "state": state_of(row),
    }


def names_of(ours: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the names of our side with their languages: preferred ones first, English before others.

    Names that differ in case or spaces alone stand once.
    """
    labels = ours["thing"]["labels"]
    first = [(text, lang) for lang, text in sorted(labels.items(), key=lambda one: (one[0] != "en", one[0]))]
    named = [*first, *((one["text"], one["lang"]) for one in ours["alternatives"])]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for text, lang in named:
        found.setdefault((folded(text), lang), (plain_text(text), lang))
    return list(found.values())
