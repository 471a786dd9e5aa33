"""Which axioms no rule of OWL 2 RL reads, and which are malformed beyond their lists."""

from __future__ import annotations

from collections.abc import Iterator

from egov_kg.inference import owl
from egov_kg.inference.plan import Ignored
from egov_kg.inference.tbox import TBox, count_of

__all__ = ["ignored_axioms"]


def ignored_axioms(tbox: TBox) -> Iterator[Ignored]:
    """Yield what the rules do not read."""
    for predicate, reason in owl.UNREAD.items():
        for subject, value in tbox.pairs(predicate):
            yield Ignored((subject, predicate, value), reason, False)
    for predicate in (owl.MAX, owl.MAX_QUALIFIED):
        for subject, value in tbox.pairs(predicate):
            count = count_of(value)
            if count is None:
                yield Ignored((subject, predicate, value), "a count is expected, such as 1 as xsd:integer", True)
            elif count > 1:
                yield Ignored((subject, predicate, value), "only counts of 0 and 1 have rules", False)
    for prop in tbox.typed(owl.word("ReflexiveProperty")):
        triple = (prop, owl.TYPE, owl.word("ReflexiveProperty"))
        yield Ignored(triple, "no rule relates all things to themselves", False)
