"""Why a fact was missed, and what is wrong with one that should not be: a word for each, to be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from egov_kg.evaluation.gold import Gold, GoldFact
from egov_kg.evaluation.labels import folded
from egov_kg.evaluation.matching import Matcher
from egov_kg.evaluation.predictions import Prediction

__all__ = ["Causes"]


class Causes:
    """Looks for what came nearest to a fact.

    Args:
        gold: The gold.
        matcher: What compares.
        predictions: Everything that was found.
        named: Further labels that were found in each document.
    """

    def __init__(
        self, gold: Gold, matcher: Matcher, predictions: Sequence[Prediction], named: Mapping[str, Iterable[str]]
    ) -> None:
        self._gold = gold
        self._matcher = matcher
        self._predictions = predictions
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        for doc, labels in named.items():
            self._named[doc].update(folded(label) for label in labels)
        for one in predictions:
            self._named[one.doc].update((folded(one.subject), folded(one.object)))

    def of_miss(self, fact: GoldFact) -> str:
        """Return why a fact was missed: a thing that nothing names, another relation, or none."""
        for one in self._predictions:
            if self._matcher.pair(one, fact):
                return f"related as {one.relation}"
        subject, value = self._is_named(fact, fact.subject), self._is_named(fact, fact.object)
        if subject and value:
            return "not related"
        if subject or value:
            return "object not named" if subject else "subject not named"
        return "neither thing named"

    def of_false(self, one: Prediction) -> str:
        """Return what the gold has instead: another relation, or no such thing."""
        facts = [fact for fact in self._gold.facts if one.doc in {"", fact.doc}]
        for fact in facts:
            if self._matcher.pair(one, fact):
                return f"gold has {fact.relation}"
        known = [
            any(self._matcher.names(one, label, fact, other) for fact in facts for other in (fact.subject, fact.object))
            for label in (one.subject, one.object)
        ]
        return {
            (True, True): "not in the gold",
            (True, False): "unknown object",
            (False, True): "unknown subject",
            (False, False): "unknown things",
        }[known[0], known[1]]

    def _is_named(self, fact: GoldFact, label: str) -> bool:
        wanted = folded(label)
        return any(self._gold.names(fact.doc, found, wanted) for found in self._named[fact.doc])
