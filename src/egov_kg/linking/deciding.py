"""From scores to bands: what is accepted, what a person has to look at, what is dropped, and why.

A name alone never decides. A pair is accepted if it is probable, far ahead of the next one on both sides, and at least
two features of different kind agree; a name that is only like another one needs an official number or code beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from egov_kg.linking.comparing import Comparison, NameLevel
from egov_kg.linking.rows import Row
from egov_kg.linking.scoring import Score
from egov_kg.linking.specification import WEAK, Match
from egov_kg.linking.things import Entity

__all__ = ["Band", "CandidateLink", "Scored", "decided"]

Band = Literal["accept", "review", "veto"]
_MOST_SHOWN: Final = 3


class Scored(NamedTuple):
    """A pair with its score.

    Attributes:
        entity: Ours.
        row: Theirs.
        comparison: What agrees.
        score: What it is worth.
    """

    entity: Entity
    row: Row
    comparison: Comparison
    score: Score

    @property
    def order(self) -> tuple[float, str, str]:
        """The best first, and ties by IRI."""
        return (-self.score.bits, self.row.id, self.row.label)


@dataclass(frozen=True, slots=True)
class CandidateLink:
    """A proposed identity with something outside.

    Attributes:
        pair: The two, and what agrees.
        band: ``accept``, ``review``, or ``veto``: it would have passed but for a contradiction.
        predicate: One of `egov_kg.linking.specification.PREDICATES`.
        reasons: Why it is not accepted, as words; empty if it is.
    """

    pair: Scored
    band: Band
    predicate: str
    reasons: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """Our probability that the mapping is right; 0 under a veto."""
        return 0.0 if self.band == "veto" else self.pair.score.probability


def decided(
    pairs: Iterable[Scored],
    match: Match,
    *,
    known: Collection[tuple[str, str]] = (),
    taken: Mapping[str, str] | None = None,
) -> tuple[CandidateLink, ...]:
    """Return the candidate links of one block, sorted by thing, then by falling score.

    Args:
        pairs: All pairs with their scores.
        match: The block: thresholds, margin, predicate.
        known: Pairs of IRIs that people have decided, either way; they are not proposed again.
        taken: The other side of each IRI that people have linked in this block, in both directions.
    """
    links = taken or {}
    open_pairs = [one for one in _best_rows(pairs) if (one.entity.iri, one.row.id) not in known]
    free = [one for one in open_pairs if not one.comparison.vetoes]
    by_thing = _grouped(free, lambda one: one.entity.iri)
    by_row = _grouped(free, lambda one: one.row.id)
    found: list[CandidateLink] = []
    for thing, mine in by_thing.items():
        best = mine[0]
        if best.score.probability < match.review:
            continue
        rivals = [one for one in by_row[best.row.id] if one.score.probability >= match.review]
        reasons = _reasons(best, mine, by_row[best.row.id], match)
        if len(rivals) > 1:
            reasons.append(f"shared by {len(rivals)} of ours")
        if thing in links or best.row.id in links:
            reasons.append("linked already by a decision")
        predicate = _predicate(rivals, match)
        if not reasons:
            found.append(CandidateLink(best, "accept", predicate))
            continue
        found.append(CandidateLink(best, "review", predicate, tuple(reasons)))
        found += [_behind(one, by_row, match) for one in mine[1:_MOST_SHOWN] if _is_near(one, best, match)]
    found += _vetoed(open_pairs, match)
    return tuple(sorted(found, key=lambda one: (one.pair.entity.iri, one.band == "veto", *one.pair.order)))


def _vetoed(pairs: Sequence[Scored], match: Match) -> list[CandidateLink]:
    """Return pairs that would have been shown but for a contradiction, the best few of each thing."""
    passing = [
        one for one in pairs if one.comparison.vetoes and one.score.without(_vetoing(one)) >= match.review
    ]  # fmt: skip
    return [
        CandidateLink(one, "veto", match.predicate, one.comparison.vetoes)
        for mine in _grouped(passing, lambda one: one.entity.iri).values()
        for one in mine[:_MOST_SHOWN]
    ]


def _best_rows(pairs: Iterable[Scored]) -> list[Scored]:
    """Return for each thing and each IRI of theirs the row that speaks best, best first.

    A row without a contradiction goes before one with a contradiction: a person held several offices, and one fits.
    """
    best: dict[tuple[str, str], Scored] = {}
    for one in pairs:
        key = (one.entity.iri, one.row.id)
        if key not in best or (bool(one.comparison.vetoes), one.order) < (
            bool(best[key].comparison.vetoes),
            best[key].order,
        ):
            best[key] = one
    return sorted(best.values(), key=lambda one: (*one.order, one.entity.iri))


def _grouped(pairs: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    groups: defaultdict[str, list[Scored]] = defaultdict(list)
    for one in pairs:
        groups[key(one)].append(one)
    return groups


def _reasons(best: Scored, mine: Sequence[Scored], theirs: Sequence[Scored], match: Match) -> list[str]:
    reasons = []
    if best.score.probability < match.accept:
        reasons.append(f"p {best.score.probability:.4f} below {match.accept:g}")
    if len(mine) > 1 and (ahead := best.score.bits - mine[1].score.bits) < match.margin_bits:
        reasons.append(f"{ahead:.1f} bits ahead of {mine[1].row.id}")
    others = [one for one in theirs if one.entity.iri != best.entity.iri]
    if others and (ahead := best.score.bits - others[0].score.bits) < match.margin_bits:
        reasons.append(f"{ahead:.1f} bits ahead of {others[0].entity.iri}")
    if len(best.score.agreeing) < 2:
        reasons.append(f"only {' '.join(best.score.agreeing) or 'nothing'} agrees")
    if best.comparison.name.level < NameLevel.key and not {"number", "code"} & set(best.score.agreeing):
        reasons.append("the names are only alike")
    return reasons


def _behind(one: Scored, by_row: Mapping[str, Sequence[Scored]], match: Match) -> CandidateLink:
    rivals = [other for other in by_row[one.row.id] if other.score.probability >= match.review]
    return CandidateLink(one, "review", _predicate(rivals, match), ("not the best",))


def _predicate(rivals: Sequence[Scored], match: Match) -> str:
    """Return what a pair says: two of ours on one of theirs are never the same thing."""
    return "skos:closeMatch" if len(rivals) > 1 and match.predicate != WEAK else match.predicate


def _is_near(one: Scored, best: Scored, match: Match) -> bool:
    return one.score.probability >= match.review and best.score.bits - one.score.bits < match.margin_bits


def _vetoing(one: Scored) -> set[str]:
    return {veto.partition(" ")[0] for veto in one.comparison.vetoes}
