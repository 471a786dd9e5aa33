"""Dates that the row of a link gives, against those that documents state of the same thing.

Neither is chosen: a wrong link would otherwise move a law to another year, for certain, and past the words of the
document. Only a day that a table decided stands above both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from egov_kg.model import Value
from egov_kg.rdf.assertion import Assertion, by_property
from egov_kg.rdf.calendar import Days, read_position

__all__ = ["STATED", "agree", "days_given", "disputed_by", "stated_days", "without_disputed"]

STATED: Final = ("egov:statedDate", "egov:statedYear", "egov:statedPeriod")
"""The literals with which a source dates a thing without saying what happened then."""

_ADOPTION, _STAGE = "egov:adoptedOn", "egov:enactedInStage"
_OF_ENACTMENT: Final = frozenset({"egov:promulgatedOn", "egov:enactedIn", *STATED})
_YEARS_TO_PROMULGATION: Final = 1
"""An act that is adopted in December is promulgated in January; one that waits for years is another act."""

StatedDays = Mapping[str, Mapping[str, list[Days]]]
AsStated = Callable[[Assertion], Assertion]


def days_given(value: object, subject: str) -> Days | None:
    """Return the days of a date, be it a position or a literal; None for words, and for anything else.

    Those of an approximate one reach as far again on either side, and at least a year.

    Example:
        >>> print(*days_given("time/kr/2013", "law/kr/act"))
        2013-01-01 2013-12-31
        >>> print(*days_given(Value("2000/2009~"), "law/kr/act"))
        1990-01-01 2019-12-31
    """
    if isinstance(value, Value):
        value = f"time/{subject.split('/')[1]}/{value.lexical.replace('/', '..')}"
    try:
        position = read_position(str(value))
    except ValueError:
        return None  # a stated period in words
    if position is None:
        return None
    first, last = position.days
    if not position.approximate:
        return position.days
    years = last.year - first.year + 1
    return Days(
        first.replace(year=max(dt.MINYEAR, first.year - years), day=1),
        last.replace(year=min(dt.MAXYEAR, last.year + years), day=min(last.day, 28) if last.month == 2 else last.day),
    )


def stated_days(said: Iterable[Assertion]) -> StatedDays:
    """Return the days that documents state, and tables where they say no more than that, by thing and property.

    A law that has none of its own is of the years of the stage that a document puts it in.
    """
    found: dict[str, dict[str, list[Days]]] = {}
    said = list(said)
    for one in said:
        if one.spans or one.property in STATED:
            days = days_given(one.object, one.subject)
            if days is not None:
                found.setdefault(one.subject, {}).setdefault(one.property, []).append(days)
    index = by_property(said)
    for law, stages in index.get(_STAGE, {}).items():
        if _OF_ENACTMENT.isdisjoint(found.get(law, ())):
            extents = (e for stage in stages for e in index.get("egov:ranDuring", {}).get(str(stage.object), ()))
            years = [days for extent in extents if (days := days_given(extent.object, law)) is not None]
            if years:
                found.setdefault(law, {})[_STAGE] = years
    return found


def disputed_by(stated: Mapping[str, list[Days]], prop: str, days: Days) -> frozenset[str]:
    """Return the properties whose dates are in doubt, because a date that a link gives contradicts what is stated.

    Args:
        stated: What `stated_days` has of the thing.
        prop: The property of the date that the link gives.
        days: Its days.

    Returns:
        Those of the stated dates and of the link's; nothing where all agree. A year agrees with each of its days; an
        adoption with a promulgation of its year or the next.
    """
    of_enactment = prop in _OF_ENACTMENT or prop == _ADOPTION
    compared = {*_OF_ENACTMENT, _ADOPTION, _STAGE} if of_enactment else {prop}
    against = {
        other for other in compared if any(not _go_together(prop, days, other, one) for one in stated.get(other, ()))
    }
    if not against:
        return frozenset()
    return frozenset({prop, *against, *(_OF_ENACTMENT if of_enactment else ())})


def _go_together(prop: str, days: Days, other: str, stated: Days) -> bool:
    if {prop, other} == {_ADOPTION, "egov:promulgatedOn"}:
        adopted, promulgated = (days, stated) if prop == _ADOPTION else (stated, days)
        years = promulgated.first.year - adopted.last.year
        return adopted.first <= promulgated.last and years <= _YEARS_TO_PROMULGATION
    return agree(days, stated)


def agree(one: Days, other: Days) -> bool:
    """Return whether one of two dates is the other more precisely.

    Example:
        >>> from egov_kg.rdf.calendar import days_of
        >>> agree(days_of("2013-07-30"), days_of("2013")), agree(days_of("1999-02-05"), days_of("2013"))
        (True, False)
    """
    return one.within(other) or other.within(one)


def without_disputed(
    said: Iterable[Assertion], disputed: Collection[tuple[str, str]], as_stated: AsStated
) -> list[Assertion]:
    """Return what is said, with dates in doubt, of documents and of links, as what these state, which decides nothing.

    Args:
        said: What documents and tables assert, or links.
        disputed: Things and properties.
        as_stated: Writes a date so.
    """
    if not disputed:
        return [*said]
    return [
        as_stated(one) if (one.spans or one.grounds) and (one.subject, one.property) in disputed else one
        for one in said
    ]
