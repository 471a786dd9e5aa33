"""Whether a prediction says what a fact of the gold says, and whether it says what is known to be wrong."""

from __future__ import annotations

from egov_kg.evaluation.gold import ANY, Gold, GoldFact, Negative
from egov_kg.evaluation.labels import agree, folded
from egov_kg.evaluation.predictions import Prediction
from egov_kg.evaluation.relations import Relations

__all__ = ["Matcher"]


class Matcher:
    """Compares single facts.

    A prediction without a document is compared with the facts of all documents.
    """

    def __init__(self, gold: Gold, relations: Relations) -> None:
        self._gold = gold
        self._relations = relations

    def names(self, one: Prediction, label: str, fact: GoldFact, gold_label: str) -> bool:
        """Return whether a label of a prediction names what a label of a fact names."""
        return one.doc in {"", fact.doc} and self._gold.names(fact.doc, folded(label), folded(gold_label))

    def straight(self, one: Prediction, fact: GoldFact) -> bool:
        """Return whether subject is subject and object is object."""
        return self.names(one, one.subject, fact, fact.subject) and self.names(one, one.object, fact, fact.object)

    def crossed(self, one: Prediction, fact: GoldFact) -> bool:
        """Return whether subject is object and object is subject."""
        return self.names(one, one.object, fact, fact.subject) and self.names(one, one.subject, fact, fact.object)

    def pair(self, one: Prediction, fact: GoldFact) -> bool:
        """Return whether both speak of the same two things."""
        return self.straight(one, fact) or self.crossed(one, fact)

    def triple(self, one: Prediction, fact: GoldFact) -> bool:
        """Return whether both say the same of the same two things."""
        same, turned = self._related(one.relation, fact.relation)
        return (same and self.straight(one, fact)) or (turned and self.crossed(one, fact))

    def says(self, one: Prediction, negative: Negative) -> bool:
        """Return whether a prediction states what is wrong."""
        if one.doc != negative.doc:
            return False
        subject, value = folded(one.subject), folded(one.object)
        if negative.level == "entity":
            return bool({subject, value} & set(negative.names))
        wrong_subject, wrong_value = folded(negative.subject), folded(negative.object)
        straight = agree(subject, wrong_subject) and (negative.object == ANY or agree(value, wrong_value))
        crossed = agree(subject, wrong_value) and agree(value, wrong_subject)
        if negative.level == "pair" or not (straight or crossed):
            return straight or crossed
        return any(self._related(one.relation, negative.relation))

    def _related(self, predicted: str, wanted: str) -> tuple[bool, bool]:
        """Return whether two relations say the same of two things in the same order, and in the other order."""
        same, turned = predicted == wanted, False
        for mine in self._relations.of(predicted):
            for theirs in self._relations.of(wanted):
                if mine.group == theirs.group:
                    same = same or mine.loose(theirs) or not mine.turned(theirs)
                    turned = turned or mine.loose(theirs) or mine.turned(theirs)
        return same, turned
