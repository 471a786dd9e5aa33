"""A thing with its place in a sentence, and the time that the words give it."""

from __future__ import annotations

from collections.abc import Sequence

from egov_kg import vocab
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.times import TimeMention, years_of
from egov_kg.model import Span, Thing, Value
from egov_kg.values import value

__all__ = ["Named", "emit_time"]


@value
class Named:
    """A thing with the range of the view that names it here."""

    thing: Thing
    start: int
    end: int
    times: tuple[TimeMention, ...] = ()


def emit_time(
    draft: Draft, thing: Thing, time: TimeMention, spans: Sequence[Span], rule: str, *, instant: str = ""
) -> None:
    """Take in the time of a thing: a law's stated year, the two ends of a range, or a point.

    Args:
        draft: Where to.
        thing: Whose time.
        time: The words.
        spans: The evidence.
        rule: The rule's id.
        instant: The property of a single year; ``egov:dated`` if empty, unless the thing is a law.
    """
    first, last = years_of(time.value)
    if vocab.is_subclass(thing.cls, "egov:Law") or thing.cls == "egov:ExecutiveOrder":
        if "/" not in time.value.edtf:
            if len(time.value.edtf) == 10:
                draft.emit(thing, "egov:statedDate", Value(time.value.edtf, "xsd:date"), spans, rule)
            else:
                draft.emit(thing, "egov:statedYear", Value(first, "xsd:gYear"), spans, rule)
        return
    if "/" in time.value.edtf and not time.value.approximate:
        draft.emit(thing, "egov:startYear", Value(first, "xsd:gYear"), spans, rule)
        draft.emit(thing, "egov:endYear", Value(last, "xsd:gYear"), spans, rule)
        return
    draft.emit(thing, instant or "egov:dated", time.value, spans, rule)
