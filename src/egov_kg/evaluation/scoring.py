"""Precision, recall and F1 of entities, pairs and triples, in all and by class, relation, rule and document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from egov_kg.evaluation.causes import Causes
from egov_kg.evaluation.gold import Gold, GoldFact, Negative
from egov_kg.evaluation.labels import folded
from egov_kg.evaluation.matching import Matcher
from egov_kg.evaluation.predictions import Prediction
from egov_kg.evaluation.relations import Relations

__all__ = ["LEVELS", "Evaluation", "Falsehood", "Hit", "Miss", "Score", "score"]

LEVELS: Final = ("entity", "pair", "triple")

Says = Callable[[Prediction, GoldFact], bool]


@dataclass(frozen=True, slots=True)
class Score:
    """How much was found, and how much of what was found is right.

    Attributes:
        gold: How many the gold has.
        found: How many of these were found.
        predicted: How many were predicted.
        right: How many of these are right.
    """

    gold: int = 0
    found: int = 0
    predicted: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of what was predicted that is right; 0 if nothing was."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found; 0 if there is none."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        Example:
            >>> Score(gold=4, found=2, predicted=2, right=2).f1
            0.6666666666666666
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """A fact of the gold that was not found.

    Attributes:
        fact: The fact.
        why: As `Causes.of_miss` says.
    """

    fact: GoldFact
    why: str


@dataclass(frozen=True, slots=True)
class Falsehood:
    """A prediction that the gold does not have.

    Attributes:
        prediction: The prediction.
        why: As `Causes.of_false` says.
    """

    prediction: Prediction
    why: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A prediction that is known to be wrong.

    Attributes:
        prediction: The prediction.
        negative: The row that says so.
    """

    prediction: Prediction
    negative: Negative


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a comparison with the gold gave.

    Attributes:
        levels: The scores of `LEVELS`.
        by_doc, by_class, by_relation: Scores of triples: by document, by class of the subject, by group of relations.
        by_rule: Of each rule the facts that rest on it, and how many of them are right.
        misses, false, hits: One by one, in the order of the gold, of the predictions, and of the negatives.
    """

    levels: Mapping[str, Score]
    by_doc: Mapping[str, Score]
    by_class: Mapping[str, Score]
    by_relation: Mapping[str, Score]
    by_rule: Mapping[str, Score]
    misses: tuple[Miss, ...]
    false: tuple[Falsehood, ...]
    hits: tuple[Hit, ...]


def score(
    gold: Gold,
    predictions: Iterable[Prediction],
    relations: Relations,
    *,
    certainties: frozenset[str] = frozenset({"explicit"}),
    named: Mapping[str, Iterable[str]] | None = None,
) -> Evaluation:
    """Compare predictions with the gold.

    Recall is over the facts of the gold with one of `certainties`; a prediction is right if any fact of the gold, of
    whatever certainty, agrees. Matching is many to one. A prediction without a document may be found, never false.

    Args:
        gold: What is right, and what is known to be wrong.
        predictions: What was found; those that agree in document, folded labels and relation count once.
        relations: Which relations say the same.
        certainties: The facts of the gold that have to be found.
        named: Further labels that were found in each document, to say why a fact was missed.
    """
    found = _distinct(predictions)
    matcher = Matcher(gold, relations)
    compared = _Compared(gold, found, matcher, certainties)
    causes = Causes(gold, matcher, found, named or {})
    false = [one for one, fact in compared.right if fact is None]
    return Evaluation(
        levels={"entity": compared.entities(), "pair": compared.pairs(), "triple": compared.triples()},
        by_doc=compared.by(lambda fact: fact.doc, lambda one, _: one.doc),
        by_class=compared.by(lambda fact: fact.subject_class or "-", lambda one, _: _local(one.subject_class)),
        by_relation=compared.by(
            lambda fact: relations.group(fact.relation),
            lambda one, fact: relations.group(fact.relation if fact else one.relation),
        ),
        by_rule=compared.by_rule(),
        misses=tuple(Miss(fact, causes.of_miss(fact)) for fact in compared.missed()),
        false=tuple(Falsehood(one, causes.of_false(one)) for one in false),
        hits=tuple(_hits(gold.negatives, false, matcher)),
    )


def _local(curie: str) -> str:
    return curie.rpartition(":")[2] or "-"


def _hits(negatives: Iterable[Negative], suspects: Sequence[Prediction], matcher: Matcher) -> Iterator[Hit]:
    for negative in negatives:
        said = next((one for one in suspects if matcher.says(one, negative)), None)
        if said is not None:
            yield Hit(said, negative)


def _distinct(predictions: Iterable[Prediction]) -> list[Prediction]:
    """Return predictions once each, with the passages of all that agree."""
    kept: dict[tuple[str, ...], Prediction] = {}
    for one in predictions:
        known = kept.get(_key(one))
        passages = one.passages if known is None else (*known.passages, *one.passages)
        kept[_key(one)] = replace(known or one, passages=tuple(dict.fromkeys(passages)))
    return list(kept.values())


def _key(one: GoldFact | Prediction) -> tuple[str, ...]:
    """Return what makes two facts one."""
    return one.doc, folded(one.subject), one.relation, folded(one.object)


def _labels(facts: Iterable[GoldFact] | Iterable[Prediction]) -> set[str]:
    return {folded(label) for fact in facts for label in (fact.subject, fact.object)}


class _Compared:
    """Every prediction and every fact of the gold with what agrees with it.

    Attributes:
        right: The predictions that can be false, each with the first fact of the gold that it states.
    """

    def __init__(
        self, gold: Gold, predictions: Sequence[Prediction], matcher: Matcher, certainties: frozenset[str]
    ) -> None:
        self._gold = gold
        self._predictions = predictions
        self._matcher = matcher
        self._facts = {doc: [fact for fact in gold.facts if fact.doc == doc] for doc in gold.docs}
        self._found_in = {doc: [one for one in predictions if one.doc in {"", doc}] for doc in gold.docs}
        wanted = {_key(fact): fact for fact in reversed(gold.facts) if fact.certainty in certainties}
        self._wanted = list(wanted.values())[::-1]
        self.right, self._found = self._compare(matcher.triple)

    def _compare(self, says: Says) -> tuple[list[tuple[Prediction, GoldFact | None]], list[bool]]:
        """Return what each prediction says of the gold, and which facts of it are said."""

        def first(one: Prediction) -> GoldFact | None:
            return next((fact for fact in self._facts.get(one.doc, ()) if says(one, fact)), None)

        right = [(one, first(one)) for one in self._predictions if one.doc]
        return right, [any(says(one, fact) for one in self._found_in[fact.doc]) for fact in self._wanted]

    def missed(self) -> Iterator[GoldFact]:
        """Yield the facts that were not found."""
        return (fact for fact, found in zip(self._wanted, self._found, strict=True) if not found)

    def triples(self) -> Score:
        """Return the score of facts."""
        return _in_all(self.right, self._found)

    def pairs(self) -> Score:
        """Return the score of two things that have to do with one another."""
        return _in_all(*self._compare(self._matcher.pair))

    def entities(self) -> Score:
        """Return the score of labels."""
        known = {doc: _labels(facts) for doc, facts in self._facts.items()}
        said = {doc: _labels(ones) for doc, ones in self._found_in.items()}
        wanted = {(fact.doc, folded(label)) for fact in self._wanted for label in (fact.subject, fact.object)}
        claimed = {(one.doc, folded(label)) for one, _ in self.right for label in (one.subject, one.object)}
        names = self._gold.names
        return Score(
            len(wanted),
            sum(any(names(doc, other, label) for other in said[doc]) for doc, label in wanted),
            len(claimed),
            sum(any(names(doc, label, other) for other in known.get(doc, ())) for doc, label in claimed),
        )

    def by(
        self, of_fact: Callable[[GoldFact], str], of_prediction: Callable[[Prediction, GoldFact | None], str]
    ) -> dict[str, Score]:
        """Return the scores of facts by some word, sorted: of the gold's facts and of the predictions apart."""
        gold = Counter(of_fact(fact) for fact in self._wanted)
        found = Counter(of_fact(fact) for fact, ok in zip(self._wanted, self._found, strict=True) if ok)
        return self._by(of_prediction, gold, found)

    def by_rule(self) -> dict[str, Score]:
        """Return the scores of predictions by rule, sorted."""
        return self._by(lambda one, _: one.rule or "-", Counter(), Counter())

    def _by(
        self, word: Callable[[Prediction, GoldFact | None], str], gold: Counter[str], found: Counter[str]
    ) -> dict[str, Score]:
        predicted = Counter(word(one, fact) for one, fact in self.right)
        right = Counter(word(one, fact) for one, fact in self.right if fact is not None)
        return {key: Score(gold[key], found[key], predicted[key], right[key]) for key in sorted({*gold, *predicted})}


def _in_all(right: Sequence[tuple[Prediction, GoldFact | None]], found: Sequence[bool]) -> Score:
    return Score(len(found), sum(found), len(right), sum(fact is not None for _, fact in right))
