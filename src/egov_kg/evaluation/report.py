"""An evaluation as text and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from egov_kg.evaluation.predictions import Passage, Prediction
from egov_kg.evaluation.running import Run
from egov_kg.evaluation.scoring import Score

__all__ = ["Table", "as_data", "tables", "wrong_lines"]

_DIGITS: Final = 4
_SHARES: Final = ("precision", "recall", "F1")
_COUNTS: Final = ("gold", "found", "predicted", "right")


class Table(NamedTuple):
    """Rows for people.

    Attributes:
        title: What it shows.
        head: The names of the columns.
        rows: Words and numbers.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def tables(run: Run) -> Iterator[Table]:
    """Yield the scores by level, document, class, group of relations and rule; then why facts were missed or false."""
    outcome = run.evaluation
    yield _scores("level", outcome.levels)
    yield _scores("document", outcome.by_doc)
    yield _scores("class of the subject", outcome.by_class)
    yield _scores("relation", outcome.by_relation)
    rules = sorted(outcome.by_rule.items(), key=lambda item: (item[1].right - item[1].predicted, item[0]))
    yield Table(
        "rule",
        ("rule", "facts", "right", "wrong"),
        tuple((rule, one.predicted, one.right, one.predicted - one.right) for rule, one in rules),
    )
    yield _causes("missed because", [miss.why for miss in outcome.misses])
    yield _causes("false because", [one.why for one in outcome.false])


def _scores(title: str, scores: Mapping[str, Score]) -> Table:
    def row(name: str, one: Score) -> tuple[str | int, ...]:
        shares = (f"{share:.3f}" for share in (one.precision, one.recall, one.f1))
        return (name, *shares, one.gold, one.found, one.predicted, one.right)

    return Table(title, (title, *_SHARES, *_COUNTS), tuple(row(name, one) for name, one in scores.items()))


def _causes(title: str, words: list[str]) -> Table:
    counted = sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
    return Table(title, (title, "facts"), tuple(counted))


def wrong_lines(run: Run) -> Iterator[str]:
    """Yield every miss, every false fact and every hit of a negative, each with its passage."""
    outcome = run.evaluation
    for miss in outcome.misses:
        fact = miss.fact
        yield f"missed  {fact.doc}: {fact.subject} | {fact.relation} | {fact.object}  ({miss.why})"
        yield from _quoted(run.passage(fact))
    for one in outcome.false:
        said = one.prediction
        rule = f"; {said.rule}" if said.rule else ""
        yield f"false   {said.doc}: {said.subject} | {said.relation} | {said.object}  ({one.why}{rule})"
        for passage in said.passages:
            yield from _quoted(passage)
    for hit in outcome.hits:
        said = hit.prediction
        yield f"WRONG   {said.doc}: {said.subject} | {said.relation} | {said.object}  ({hit.negative.why})"
        for passage in said.passages:
            yield from _quoted(passage)


def _quoted(passage: Passage) -> Iterator[str]:
    if passage.quote:
        place = f"{passage.place}: " if passage.place else ""
        yield f"        {place}{passage.quote}"


def as_data(run: Run) -> dict[str, Any]:
    """Return everything as plain data, shares rounded to four digits."""
    outcome = run.evaluation
    return {
        "source": run.source,
        "levels": _data(outcome.levels),
        "documents": _data(outcome.by_doc),
        "classes": _data(outcome.by_class),
        "relations": _data(outcome.by_relation),
        "rules": {
            rule: {"facts": one.predicted, "right": one.right, "wrong": one.predicted - one.right}
            for rule, one in outcome.by_rule.items()
        },
        "misses": [
            {
                "doc": miss.fact.doc,
                "subject": miss.fact.subject,
                "relation": miss.fact.relation,
                "object": miss.fact.object,
                "line": miss.fact.line,
                "why": miss.why,
                "passage": run.passage(miss.fact)._asdict(),
            }
            for miss in outcome.misses
        ],
        "false": [{**_said(one.prediction), "why": one.why} for one in outcome.false],
        "negatives": [{**_said(hit.prediction), "why": hit.negative.why} for hit in outcome.hits],
    }


def _said(one: Prediction) -> dict[str, Any]:
    return {
        "doc": one.doc,
        "subject": one.subject,
        "relation": one.relation,
        "object": one.object,
        "rule": one.rule,
        "passages": [passage._asdict() for passage in one.passages],
    }


def _data(scores: Mapping[str, Score]) -> dict[str, dict[str, float | int]]:
    return {
        name: {
            "precision": round(one.precision, _DIGITS),
            "recall": round(one.recall, _DIGITS),
            "f1": round(one.f1, _DIGITS),
            "gold": one.gold,
            "found": one.found,
            "predicted": one.predicted,
            "right": one.right,
        }
        for name, one in scores.items()
    }
