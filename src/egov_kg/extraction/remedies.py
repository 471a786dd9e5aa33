"""Recommendations and the barriers that they are good against, by the words that both share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from egov_kg.extraction.coordination import content_words
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.tokens import stem
from egov_kg.model import Fact, Thing

__all__ = ["match_remedies"]

# Words of planning and of the genre: they stand in any barrier and in any recommendation.
_GENERIC: Final = frozenset(
    stem(w)
    for w in [
        "establish",
        "establishment",
        "support",
        "provide",
        "provision",
        "introduce",
        "introduction",
        "system",
        "program",
        "programme",
        "plan",
        "level",
        "service",
        "administrative",
        "government",
        "public",
        "local",
        "central",
        "national",
        "inadequate",
        "lack",
        "lower",
        "low",
        "high",
        "insufficient",
        "poor",
        "limited",
        "relevant",
        "regular",
        "various",
        "use",
        "utilization",
        "application",
        "apply",
        "technology",
        "technological",
        "data-related",
        "means",
        "resource",
        "innovation",
        "digital",
        "management",
        "operation",
        "development",
        "improve",
        "improvement",
        "procedure",
        "charge",
        "continued",
        "employment",
        "context",
        "information",
    ]
)
_ACTOR_WORDS: Final = re.compile(
    r"\b(?:local|municipal|regional|central|autonomous|metropolitan|city)(?:\s\w+)?\s(?:governments?|authorit\w+)\b|\b(?:public|civil)\s(?:servants?|officials?)\b|\b(?:citizens|residents|officials|employees|municipalit\w+|counties|provinces|regions|states|agencies|ministries)\b",
    re.IGNORECASE,
)
_PLAN: Final = re.compile(r"\b(?:road\s?map|plan|strategy|master\s?plan|blueprint)\b", re.IGNORECASE)


def match_remedies(draft: Draft) -> None:
    """Take in which recommendation addresses which barrier of the same document.

    A recommendation addresses a barrier of its own context if both name a matter that few of the barriers name. A plan
    for a kind of government addresses the barrier that speaks of that kind. A barrier without a context of its own is
    in that of the recommendation against it. All of it is inferable, not stated: two passages are combined.
    """
    reported = [f for f in draft.facts if f.property == "egov:reports" and _is(f.object, "egov:Barrier")]
    recommended = [f for f in draft.facts if f.property == "egov:recommends" and _is(f.object, "egov:Recommendation")]
    if not reported or not recommended:
        return
    contexts = {
        f.subject.id: (f.object, f.evidence)
        for f in draft.facts
        if f.property == "egov:inContext" and isinstance(f.object, Thing)
    }
    stated = {f.subject.id for f in draft.facts if f.property == "egov:addresses"}
    barriers = _distinct(reported)
    spread = Counter(s for f in barriers for s in _matters(f.object))
    for remedy in _distinct(recommended):
        assert isinstance(remedy.object, Thing)
        if remedy.object.id in stated:
            continue
        found = [b for b in barriers if _shares(remedy.object, b.object, spread) and _together(remedy, b, contexts)]
        rule = "remedy.words.1"
        if not found and _PLAN.search(remedy.object.label):
            rule = "remedy.actor.1"
            actors = _actors(remedy.object.label)
            found = [
                b
                for b in barriers
                if isinstance(b.object, Thing) and b.object.id not in contexts and actors & _actors(b.object.label)
            ]
        for barrier in found:
            assert isinstance(barrier.object, Thing)
            evidence = (*barrier.evidence, *remedy.evidence)
            draft.emit(remedy.object, "egov:addresses", barrier.object, evidence, rule, "inferable")
            if barrier.object.id not in contexts and remedy.object.id in contexts:
                context, words = contexts[remedy.object.id]
                draft.emit(
                    barrier.object, "egov:inContext", context, (*evidence, *words), "remedy.context.1", "inferable"
                )


def _is(thing: object, cls: str) -> bool:
    return isinstance(thing, Thing) and thing.cls == cls


def _distinct(facts: list[Fact]) -> list[Fact]:
    found: dict[str, Fact] = {}
    for fact in facts:
        if isinstance(fact.object, Thing):
            found.setdefault(fact.object.id, fact)
    return list(found.values())


def _matters(thing: object) -> frozenset[str]:
    """Return the stems of the words by which a barrier or recommendation says what it is about."""
    if not isinstance(thing, Thing):
        return frozenset()
    words = content_words(thing.label) + [
        w for part in re.findall(r"\(([^)]*)\)", thing.label) for w in content_words(part)
    ]
    label = _ACTOR_WORDS.sub(" ", " ".join(words))
    return frozenset(s for s in (stem(w) for w in label.split() if len(w) > 3 or w.isupper()) if s not in _GENERIC)


def _shares(remedy: Thing, barrier: object, spread: Counter[str]) -> bool:
    return any(spread[s] <= 2 for s in _matters(remedy) & _matters(barrier))


def _together(remedy: Fact, barrier: Fact, contexts: Mapping[str, tuple[Thing, object]]) -> bool:
    """Whether both lie in one context, or one of them in none that is told.

    Platforms and personnel are recommended in one context and missed in another, so another context is no bar as long
    as the shared words are rare; a barrier that is stated to be external is met only by what is recommended there.
    """
    assert isinstance(remedy.object, Thing)
    assert isinstance(barrier.object, Thing)
    mine, theirs = contexts.get(remedy.object.id), contexts.get(barrier.object.id)
    return mine is None or theirs is None or mine[0].id == theirs[0].id or "external" not in theirs[0].label


def _actors(label: str) -> frozenset[str]:
    return frozenset(
        stem(w) for m in _ACTOR_WORDS.finditer(label) for w in m[0].split() if stem(w) != stem("government")
    )
