"""Decisions take effect: rejected facts go, accepted proposals enter the graph of their document, and none is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from egov_kg.extraction.checking import Checker
from egov_kg.extraction.quotations import folded
from egov_kg.extraction.times import find_times
from egov_kg.extraction.tokens import is_korean
from egov_kg.model import Certainty, Document, Extraction, Fact, Span, Thing, TimeValue, Value
from egov_kg.review.decisions import Decision, review_id
from egov_kg.review.identity import fact_ids, id_of_words, passage

__all__ = ["RULE", "Outcome", "Stale", "apply_decisions"]

RULE: Final = "review"
"""The rule of a fact that is in the graph because a person accepted it."""

_EDTF: Final = re.compile(r"\d{4}(?:-\d\d){0,2}(?:/\d{4}(?:-\d\d){0,2})?")
_SPAN: Final = re.compile(r"(\d{1,9})\.\.(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Stale:
    """A decision that no fact answers to any more.

    Attributes:
        decision: The decision.
        reason: Why, as a clause.
    """

    decision: Decision
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What decisions made of the facts.

    Attributes:
        extractions: What goes on: without rejected facts, with accepted proposals.
        proposals: What stays proposed, by the name of the extractor.
        accepted: Decisions that confirmed a fact or let a proposal in.
        rejected: Decisions that took a fact away.
        stale: Decisions about documents of this build that found nothing.
        resting: Decisions about documents, or proposals of extractors, that are not in this build.
        reviews: The names of those whose acceptance is the source of a fact, by the id of their review.
    """

    extractions: tuple[Extraction, ...]
    proposals: Mapping[str, tuple[Extraction, ...]]
    accepted: tuple[Decision, ...] = ()
    rejected: tuple[Decision, ...] = ()
    stale: tuple[Stale, ...] = ()
    resting: tuple[Decision, ...] = ()
    reviews: Mapping[str, str] | None = None

    def counts(self) -> dict[str, int]:
        """Return how many decisions there are of each kind."""
        return {
            "accepted": len(self.accepted),
            "rejected": len(self.rejected),
            "stale": len(self.stale),
            "resting": len(self.resting),
        }


def apply_decisions(
    extractions: Sequence[Extraction],
    proposals: Mapping[str, Sequence[Extraction]],
    decisions: Mapping[str, Decision],
) -> Outcome:
    """Return the facts as the decisions leave them.

    An accepted fact that no extractor of this build offers is taken from the row itself, if its words are unchanged
    and its passage still stands in the document: so a build needs no model for what was accepted once.

    Args:
        extractions: What the rules gave.
        proposals: What other extractors gave, by their names.
        decisions: By the id of the fact.
    """
    offered = {name: tuple(found) for name, found in proposals.items()}
    if not decisions:
        return Outcome(tuple(extractions), offered)
    work = _Work(decisions)
    stayed = {one.document.id: work.sift(one) for one in extractions}
    left = {
        name: tuple(_rebuilt(one, work.sift(one, entering=True)) for one in found)
        for name, found in sorted(offered.items())
    }
    stale, resting = work.look_for_the_rest({one.document.id: one.document for one in extractions}, offered)
    done = []
    for one in extractions:
        facts = (*stayed[one.document.id], *work.entering.get(one.document.id, ()))
        done.append(one if facts == one.facts else _rebuilt(one, facts))
    used = [decision for _, decision in sorted(work.used.items())]
    return Outcome(
        extractions=tuple(done),
        proposals=left,
        accepted=tuple(decision for decision in used if decision.verdict == "accept"),
        rejected=tuple(decision for decision in used if decision.verdict == "reject"),
        stale=stale,
        resting=resting,
        reviews=dict(sorted(work.reviews.items())),
    )


class _Work:
    """Decisions while they are applied: which were used, and what they let in.

    Args:
        decisions: By the id of the fact.
    """

    def __init__(self, decisions: Mapping[str, Decision]) -> None:
        self._decisions = decisions
        self.used: dict[str, Decision] = {}
        self.entering: dict[str, list[Fact]] = {}
        self.reviews: dict[str, str] = {}

    def sift(self, extraction: Extraction, *, entering: bool = False) -> tuple[Fact, ...]:
        """Return the facts that stay where they are: not the rejected ones, nor accepted ones that enter elsewhere."""
        stay: list[Fact] = []
        for fact in extraction.facts:
            names = fact_ids(extraction, fact)
            matched = [self._decisions[name] for name in names if name in self._decisions]
            self.used.update((decision.fact, decision) for decision in matched)
            if not matched:
                stay.append(fact)
            elif matched[0].verdict == "accept":
                if entering:
                    self._enter(extraction.document.id, fact, matched[0])
                else:
                    stay.append(fact)
        return tuple(stay)

    def look_for_the_rest(
        self, documents: Mapping[str, Document], offered: Mapping[str, object]
    ) -> tuple[tuple[Stale, ...], tuple[Decision, ...]]:
        """Take accepted facts that nobody offers from their rows; return the decisions that are stale or resting."""
        stale: list[Stale] = []
        resting: list[Decision] = []
        for name, decision in self._decisions.items():
            document = decision.row.get("document", "")
            if name in self.used:
                continue
            if (document and document not in documents) or _is_of_another_extractor(decision, offered):
                resting.append(decision)
                continue
            outcome = _restored(decision, documents[document]) if document else "its row names no document"
            if isinstance(outcome, Fact):
                self._enter(document, outcome, decision)
                self.used[name] = decision
            else:
                stale.append(Stale(decision, outcome))
        return tuple(stale), tuple(resting)

    def _enter(self, document: str, fact: Fact, decision: Decision) -> None:
        source = review_id(decision.by)
        self.reviews[source] = min(self.reviews.get(source, decision.by), decision.by)
        certainty: Certainty = "stated" if fact.certainty == "proposed" else fact.certainty
        entered = replace(fact, rule=RULE, certainty=certainty, sources=(source,))
        self.entering.setdefault(document, []).append(entered)


def _is_of_another_extractor(decision: Decision, offered: Mapping[str, object]) -> bool:
    """Return whether a decision keeps something out that no extractor of this build could bring in."""
    row = decision.row
    extractor = row.get("rule", "").partition(".")[0]
    is_proposed = row.get("certainty") == "proposed" or "proposed" in row.get("doubt", "").split()
    return decision.verdict == "reject" and is_proposed and extractor not in offered


def _rebuilt(extraction: Extraction, facts: Iterable[Fact]) -> Extraction:
    """Return an extraction with other facts: in reading order, with the things that they name and no others."""
    ordered = tuple(dict.fromkeys(sorted(facts, key=_order)))
    things: dict[str, Thing] = {}
    for fact in ordered:
        for thing in (fact.subject, fact.object, *(value for _, value in fact.qualifiers)):
            if isinstance(thing, Thing):
                things[thing.id] = extraction.things.get(thing.id, things.get(thing.id, thing))
    return replace(
        extraction,
        things=dict(sorted(things.items())),
        labels={name: labels for name, labels in extraction.labels.items() if name in things},
        mentions={name: spans for name, spans in extraction.mentions.items() if name in things},
        facts=ordered,
    )


def _order(fact: Fact) -> tuple[object, ...]:
    value = fact.object
    key = value.id if isinstance(value, Thing) else value.lexical if isinstance(value, Value) else value.edtf
    return (fact.evidence[0].start, fact.evidence[-1].end, fact.subject.id, fact.property, key, fact.rule)


def _restored(decision: Decision, document: Document) -> Fact | str:
    """Return the accepted fact that a row holds, or why it cannot be taken from there."""
    row = decision.row
    if decision.verdict == "reject":
        return "no fact of this build answers to it; it stays rejected should it come back"
    words = (row.get("document", ""), row.get("subject", ""), row.get("relation", ""), row.get("object", ""))
    if id_of_words(*words, row.get("quote", "")) != decision.fact:
        return "no fact of this build answers to it, and the words of its row were changed"
    spans = _spans(row, document)
    if not spans:
        return "its passage does not stand in the document any more, or stands there more than once"
    subject = _thing(row, "subject")
    value = _object(row)
    if subject is None or value is None:
        return "its row lacks the classes or ids of what it is about"
    certainty: Certainty = "inferable" if row.get("certainty") == "inferable" else "stated"
    fact = Fact(subject, row["relation"], value, spans, RULE, certainty)
    refusal = Checker(document, by_block=False).refusal(fact)
    return f"it is no fact that the graph may hold ({refusal})" if refusal else fact


def _thing(row: Mapping[str, str], part: str) -> Thing | None:
    name, cls, label = row.get(f"{part}_id", ""), row.get(f"{part}_class", ""), row.get(part, "")
    return Thing(name, cls, label, "ko" if is_korean(label) else "en") if name and cls and label else None


def _object(row: Mapping[str, str]) -> Thing | Value | TimeValue | None:
    cls, text = row.get("object_class", ""), row.get("object", "")
    if cls == "egov:TimePosition":
        if _EDTF.fullmatch(text):
            return TimeValue(text, text)
        return next((found.value for found in find_times(text)), None)
    if cls.startswith("egov:"):
        return _thing(row, "object")
    datatype, _, lang = cls.partition("@")
    return Value(text, datatype, lang) if datatype and text else None


def _spans(row: Mapping[str, str], document: Document) -> tuple[Span, ...]:
    """Return the spans of a row: where it says, if these words stand there; else where its words stand only once."""
    quote = row.get("quote", "")
    told = [Span(document.id, int(a), int(b)) for a, b in _SPAN.findall(row.get("spans", ""))]
    if told and all(span.start < span.end <= len(document.text) for span in told) and passage(document, told) == quote:
        return tuple(told)
    text = folded(document.text)
    found: list[Span] = []
    for part in quote.split(" ... "):
        places = list(islice(text.find(part), 2))
        if len(places) != 1:
            return ()
        found.append(Span(document.id, *places[0]))
    return tuple(sorted(found))
