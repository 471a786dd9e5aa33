"""The rows of a review: every fact once, what is most doubtful first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from egov_kg.model import Document, Extraction, Fact, Thing, TimeValue, Value, line_number, line_starts
from egov_kg.review.applying import Stale
from egov_kg.review.decisions import Decision
from egov_kg.review.identity import fact_id, fact_ids, object_text, passage

__all__ = ["DOUBTS", "review_rows"]

DOUBTS: Final = ("proposed", "inferable", "single-use", "conflict", "", "stale", "resting")
"""Why a fact is worth a look, in the order of the table: claimed by an extractor that is not ours; found by combining
two passages; by a rule that found nothing else; contradicted; no reason; a decision about a fact that is gone, and one
about a document or an extractor that is not in this build."""


def review_rows(
    extractions: Sequence[Extraction],
    proposals: Iterable[Extraction],
    decisions: Mapping[str, Decision],
    stale: Iterable[Stale] = (),
    *,
    resting: Iterable[Decision] = (),
    in_conflict: Callable[[Document, Fact], bool] = lambda _document, _fact: False,
) -> list[dict[str, str]]:
    """Return a row for each fact, before any decision took effect, and one for each decision about a fact that is gone.

    Undecided rows come first, and within these the doubtful ones; then document and place.

    Args:
        extractions: What the rules gave.
        proposals: What other extractors gave.
        decisions: What was decided before; it stands in the rows.
        stale: Decisions that no fact answers to; their rows are kept as they were.
        resting: Decisions about what is not in this build; kept as they were, too.
        in_conflict: Whether a fact is one of those that a quality note sets against each other.
    """
    uses = Counter(fact.rule for extraction in extractions for fact in extraction.facts)
    ordered: list[tuple[tuple[object, ...], dict[str, str]]] = []
    seen: set[str] = set()
    offered = [*((one, False) for one in extractions), *((one, True) for one in proposals)]
    for extraction, is_proposed in offered:
        starts = line_starts(extraction.document.text)
        for fact in extraction.facts:
            name = fact_id(extraction.document, fact)
            if name in seen:
                continue
            seen.add(name)
            doubts = list(_doubts(fact, uses, contradicted=in_conflict(extraction.document, fact)))
            if is_proposed:  # whatever the extractor says of it
                doubts = list(dict.fromkeys(["proposed", *doubts]))
            decision = _decided(extraction, fact, decisions)
            row = _row(extraction.document, fact, starts, " ".join(doubts), decision)
            rank = DOUBTS.index(doubts[0] if doubts else "")
            ordered.append(((decision is not None, rank, extraction.document.id, fact.evidence[0].start, name), row))
    rows = [row for _, row in sorted(ordered, key=lambda item: item[0])]
    rows += [_kept(one.decision, "stale") for one in stale]
    return [*rows, *(_kept(one, "resting") for one in resting)]


def _kept(decision: Decision, doubt: str) -> dict[str, str]:
    return {**decision.row, "doubt": doubt}


def _doubts(fact: Fact, uses: Mapping[str, int], *, contradicted: bool) -> Iterator[str]:
    if fact.certainty in {"proposed", "inferable"}:
        yield fact.certainty
    if uses.get(fact.rule) == 1:
        yield "single-use"
    if contradicted:
        yield "conflict"


def _decided(extraction: Extraction, fact: Fact, decisions: Mapping[str, Decision]) -> Decision | None:
    if not decisions:
        return None
    return next((decisions[name] for name in fact_ids(extraction, fact) if name in decisions), None)


def _row(document: Document, fact: Fact, starts: list[int], doubt: str, decision: Decision | None) -> dict[str, str]:
    value = fact.object
    return {
        "fact": decision.fact if decision else fact_id(document, fact),
        "decision": decision.verdict if decision else "",
        "by": decision.by if decision else "",
        "note": decision.note if decision else "",
        "doubt": doubt,
        "document": document.id,
        "place": f"{document.source}, line {line_number(starts, fact.evidence[0].start)}",
        "subject": fact.subject.label,
        "relation": fact.property,
        "object": object_text(fact),
        "quote": passage(document, fact.evidence),
        "certainty": fact.certainty,
        "rule": fact.rule,
        "subject_class": fact.subject.cls,
        "subject_id": fact.subject.id,
        "object_class": _class(value),
        "object_id": value.id if isinstance(value, Thing) else "",
        "spans": " ".join(f"{span.start}..{span.end}" for span in fact.evidence),
    }


def _class(value: Thing | Value | TimeValue) -> str:
    match value:
        case Thing():
            return value.cls
        case Value():
            return f"{value.datatype}@{value.lang}" if value.lang else value.datatype
        case TimeValue():
            return "egov:TimePosition"
