"""Conflicts of time: what the sources date against one another, against the registers, and against reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from egov_kg.validation.asserted import Asserted, Node, node
from egov_kg.validation.finding import Finding

__all__ = [
    "attributions_against_dates",
    "bodies_older_than_their_law",
    "documents_before_what_they_cite",
    "ends_before_beginnings",
    "laws_without_date",
    "literal_days",
    "overlapping_terms",
    "several_values",
    "stated_days",
    "stated_years",
]

_ENACTMENT: Final = ("egov:promulgatedOn", "egov:adoptedOn", "egov:enactedIn")
_LAW_DATES: Final = (*_ENACTMENT, "egov:inForceFrom", "egov:dated", "egov:statedYear", "egov:statedDate")
_LITERAL_DATES: Final = ("egov:statedYear", "egov:statedDate", "egov:startYear", "egov:endYear", "dcterms:issued")


class _Date(NamedTuple):
    """A date of a thing: first and last day as ISO dates, and the fact (property, value) that gives it."""

    first: str
    last: str
    prop: str
    value: Node

    @property
    def year(self) -> str:
        return self.first[:4]


def literal_days(text: str) -> tuple[str, str] | None:
    """Return the first and last day of a year, month or day as ISO dates, or None for any other text.

    The last day of a month is written 31; such dates are compared, never counted.

    Example:
        >>> literal_days("1996"), literal_days("1996-02")
        (('1996-01-01', '1996-12-31'), ('1996-02-01', '1996-02-31'))
        >>> literal_days("early 1990s")
    """
    rest = {4: "-12-31", 7: "-31", 10: ""}.get(len(text))
    if rest is None or not text.replace("-", "").isdigit():
        return None
    return (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10], text + rest


def _dates(asserted: Asserted, thing: NamedNode, *properties: str) -> list[_Date]:
    found = []
    for prop in properties:
        for value in asserted.objects(thing, prop):
            days = literal_days(value.value) if prop in _LITERAL_DATES else asserted.days(value)
            if days:
                found.append(_Date(*days, prop, value))
    return sorted(found, key=lambda date: (date.first, date.last, date.prop, str(date.value)))


def stated_years(asserted: Asserted) -> Iterator[Finding]:
    """Yield stated years of laws that are not the year of promulgation.

    A year in which the law was adopted or entered into force explains itself and is an ``info``; any other one is a
    doubt. Without a promulgation or adoption there is nothing to compare with.
    """
    for law, year in asserted.pairs("egov:statedYear"):
        enacted = _dates(asserted, law, "egov:promulgatedOn")
        others = _dates(asserted, law, "egov:inForceFrom", "egov:adoptedOn")
        if not enacted or any(_holds(date, year.value) for date in enacted):
            continue
        explained = next((date for date in others if _holds(date, year.value)), None)
        grounds = [(law, "egov:statedYear", year), *((law, date.prop, date.value) for date in (*enacted, *others))]
        name, known = asserted.name(law), enacted[0].year
        if explained is None:
            text = f"{name} is stated with the year {year.value}, but was promulgated in {known}"
        elif explained.prop == "egov:inForceFrom":
            text = (
                f"{name} is stated with {year.value}, the year in which it entered into force; promulgated in {known}"
            )
        else:
            text = f"{name} is stated with {year.value}, the year in which it was adopted; promulgated in {known}"
        yield Finding(
            severity="info" if explained else "warning",
            check="stated-year",
            focus=law.value,
            message=text,
            path=node("egov:statedYear").value,
            value=year.value,
            statements=asserted.statements(*grounds),
        )


def stated_days(asserted: Asserted) -> Iterator[Finding]:
    """Yield days that a register states for a law and that are none of its days of promulgation, adoption or force.

    What comes back from the row of a wrong link is found here: the day that was decided before stays, and this one is
    told.
    """
    for law, day in asserted.pairs("egov:statedDate"):
        enacted = _dates(asserted, law, "egov:promulgatedOn")
        known = [*enacted, *_dates(asserted, law, "egov:inForceFrom", "egov:adoptedOn")]
        if not enacted or any(date.first <= day.value <= date.last for date in known):
            continue
        text = f"{asserted.name(law)} is stated with the date {day.value}, but was promulgated on {enacted[0].first}"
        yield Finding(
            severity="warning",
            check="stated-date",
            focus=law.value,
            message=text,
            path=node("egov:statedDate").value,
            value=day.value,
            statements=asserted.statements(
                (law, "egov:statedDate", day), *((law, date.prop, date.value) for date in enacted)
            ),
        )


def _holds(date: _Date, year: str) -> bool:
    return date.first[:4] <= year <= date.last[:4]


_SINGLE: Final = {
    "egov:statedYear": "stated year",
    "egov:statedDate": "stated date",
    "egov:startYear": "start year",
    "egov:endYear": "end year",
    "egov:memberCount": "number of members",
    "egov:actNumber": "act number",
    "dcterms:issued": "day of issue",
}


def several_values(asserted: Asserted) -> Iterator[Finding]:
    """Yield things with two values where one is expected: years, numbers of members, act numbers, days of issue.

    A date and a more precise form of it (2020, 2020-12-31) are one value.
    """
    for prop, words in _SINGLE.items():
        values: defaultdict[NamedNode, list[Node]] = defaultdict(list)
        for thing, value in asserted.pairs(prop):
            values[thing].append(value)
        for thing, several in sorted(values.items(), key=lambda item: item[0].value):
            texts = sorted({value.value for value in several})
            if all(_agree(one, other) for one, other in combinations(texts, 2)):
                continue
            yield Finding(
                severity="warning",
                check="several-values",
                focus=thing.value,
                message=f"{asserted.name(thing)} has more than one {words}: {', '.join(texts)}",
                path=node(prop).value,
                statements=asserted.statements(*((thing, prop, value) for value in several)),
            )


def _agree(one: str, other: str) -> bool:
    return one.startswith(f"{other}-") or other.startswith(f"{one}-")


def ends_before_beginnings(asserted: Asserted) -> Iterator[Finding]:
    """Yield things that end, by all that is said, before they begin."""
    for thing in sorted({thing for thing, _ in asserted.pairs("egov:endYear", "egov:endedIn")}, key=str):
        begins = _dates(asserted, thing, "egov:startYear", "egov:beganIn")
        ends = _dates(asserted, thing, "egov:endYear", "egov:endedIn")
        if begins and ends and max(date.last for date in ends) < min(date.first for date in begins):
            grounds = ((thing, date.prop, date.value) for date in (*begins, *ends))
            yield Finding(
                severity="warning",
                check="end-before-beginning",
                focus=thing.value,
                message=f"{asserted.name(thing)} is said to end in {ends[-1].year} and to begin in {begins[0].year}",
                statements=asserted.statements(*grounds),
            )


def laws_without_date(asserted: Asserted) -> Iterator[Finding]:
    """Yield laws that carry no date at all, so that no administration can be found for them."""
    texts = {law for text, law in asserted.pairs("egov:textOf") if _dates(asserted, text, *_LAW_DATES)}
    for law in asserted.members("egov:Law"):
        if law not in texts and not asserted.objects(law, *_LAW_DATES):
            grounds = ((law, "rdf:type", cls) for cls in asserted.links(law, "rdf:type"))
            yield Finding(
                severity="warning",
                check="law-date",
                focus=law.value,
                message=f"{asserted.name(law)} has no date: no administration can be found for it",
                statements=asserted.statements(*grounds),
            )


_ACT_DATES: Final = ("egov:dated", "egov:beganIn", "egov:ranDuring", *_ENACTMENT, "egov:startYear", "dcterms:issued")


def bodies_older_than_their_law(asserted: Asserted) -> Iterator[Finding]:
    """Yield bodies that acted, or began, before the law under which they are said to be founded.

    The law counts from the earliest of all its dates, an act from the last day that it can have begun on.
    """
    acts: defaultdict[Node, list[tuple[NamedNode, str]]] = defaultdict(list)
    roles = sorted({*asserted.below("egov:involves"), "egov:createdBy"})
    for role in roles:
        for act, body in asserted.pairs(role):
            acts[body].append((act, role))
    for body, law in asserted.pairs("egov:foundedUnder"):
        if not isinstance(law, NamedNode):
            continue
        law_dates = _dates(asserted, law, *_LAW_DATES)
        if not law_dates:
            continue
        early = [
            (date, act, role)
            for act, role in [*acts.get(body, ()), (body, "")]
            for date in _dates(asserted, act, *_ACT_DATES)
            if date.last < law_dates[0].first
        ]
        if early:
            early.sort(key=lambda one: (one[0].first, one[1].value, one[2]))
            yield _older_body(asserted, body, law, law_dates, early)


def _older_body(
    asserted: Asserted,
    body: NamedNode,
    law: NamedNode,
    law_dates: list[_Date],
    early: list[tuple[_Date, NamedNode, str]],
) -> Finding:
    grounds = [(body, "egov:foundedUnder", law), *((law, date.prop, date.value) for date in law_dates)]
    for date, act, role in early:
        grounds.append((act, date.prop, date.value))
        if role:
            grounds.append((act, role, body))
    date, act, role = early[0]
    did = f"has a part in {asserted.name(act)} of" if role else "is dated"
    return Finding(
        severity="warning",
        check="legal-basis",
        focus=body.value,
        message=f"{asserted.name(body)} is said to be founded under {asserted.name(law)} ({law_dates[0].year}), "
        f"but {did} {date.year}",
        path=node("egov:foundedUnder").value,
        value=law.value,
        statements=asserted.statements(*grounds),
    )


_OWN_DATES: Final = ("dcterms:issued", "egov:dated")


def documents_before_what_they_cite(asserted: Asserted) -> Iterator[Finding]:
    """Yield documents dated before a work that they, a part of them or a citation of theirs cite; one for each.

    The last of the document's dates is compared with the first of the work's, by years.
    """
    cited: defaultdict[NamedNode, list[tuple[Node, tuple[NamedNode, str, Node]]]] = defaultdict(list)
    for prop in asserted.below("egov:cites"):
        for source, work in asserted.pairs(prop):
            cited[source].append((work, (source, prop, work)))
    for source, citation in asserted.pairs("egov:hasCitation"):
        if isinstance(citation, NamedNode):
            for work in asserted.objects(citation, "egov:citedWork"):
                cited[source].append((work, (citation, "egov:citedWork", work)))
    for part, whole in asserted.pairs(*asserted.below("egov:partOf")):
        if isinstance(whole, NamedNode) and part in cited:
            cited[whole] += cited[part]
    for document in asserted.members("egov:Document"):
        own = _dates(asserted, document, *_OWN_DATES)
        if not own or document not in cited:
            continue
        latest = max(date.last[:4] for date in own)
        later = []
        for work, ground in cited[document]:
            dates = _dates(asserted, work, *_OWN_DATES) if isinstance(work, NamedNode) else []
            if dates and dates[0].year > latest and work != document:
                later.append((dates[0], work, ground))
        if later:
            yield _before_cited(asserted, document, own, later)


def _before_cited(
    asserted: Asserted,
    document: NamedNode,
    own: list[_Date],
    later: list[tuple[_Date, Node, tuple[NamedNode, str, Node]]],
) -> Finding:
    grounds = [(document, date.prop, date.value) for date in own]
    for date, work, ground in later:
        assert isinstance(work, NamedNode)
        grounds += [ground, (work, date.prop, date.value)]
    years = sorted({date.year for date, _, _ in later})
    count = len({work for _, work, _ in later})
    works = "a work" if count == 1 else f"{count} works"
    return Finding(
        severity="warning",
        check="cited-later",
        focus=document.value,
        message=f"{asserted.name(document)} is dated {own[-1].last[:4]} and cites {works} of {', '.join(years)}",
        path=node("egov:cites").value,
        statements=asserted.statements(*grounds),
    )


def overlapping_terms(asserted: Asserted) -> Iterator[Finding]:
    """Yield pairs of terms of office of one jurisdiction that share more than a day at their edge."""
    terms: defaultdict[Node, list[tuple[str, str, NamedNode]]] = defaultdict(list)
    for term in asserted.members("egov:TermOfOffice"):
        days = asserted.days(term)
        for jurisdiction in asserted.links(term, "egov:inJurisdiction"):
            if days:
                terms[jurisdiction].append((*days, term))
    for _, group in sorted(terms.items(), key=lambda item: str(item[0])):
        for (first, last, term), (start, end, other) in combinations(sorted(group, key=str), 2):
            if first < end and start < last:
                edges = ((t, prop) for t in (term, other) for prop in ("egov:firstDay", "egov:lastDay"))
                grounds = ((t, prop, value) for t, prop in edges for value in asserted.objects(t, prop))
                yield Finding(
                    severity="violation",
                    check="term-overlap",
                    focus=term.value,
                    message=f"{asserted.name(term)} ({first} to {last}) overlaps {asserted.name(other)} "
                    f"({start} to {end})",
                    value=other.value,
                    statements=asserted.statements(*grounds),
                )


_ATTRIBUTIONS: Final = {
    "egov:enactedUnder": ("egov:promulgatedOn", "egov:enactedIn"),
    "egov:initiatedBy": ("egov:beganIn",),
    "egov:begunUnder": ("egov:beganIn",),
    "egov:endedUnder": ("egov:endedIn",),
    "egov:datedUnder": ("egov:dated", "egov:beganIn"),
}


def attributions_against_dates(asserted: Asserted) -> Iterator[Finding]:
    """Yield attributions to an administration whose term none of the dates of the thing touches.

    Read from the calendar: a date that touches no term at all says nothing.
    """
    administrations: defaultdict[Node, set[Node]] = defaultdict(set)
    for administration, term in asserted.pairs("egov:hasTerm"):
        administrations[term].add(administration)
    for prop, dates in _ATTRIBUTIONS.items():
        for thing, claimed in asserted.pairs(prop):
            grounds: list[tuple[NamedNode, str, Node]] = [(thing, prop, claimed)]
            possible: set[Node] = set()
            for date in _dates(asserted, thing, *dates):
                assert isinstance(date.value, NamedNode)
                grounds.append((thing, date.prop, date.value))
                for touched in asserted.links(date.value, "egov:insideTerm", "egov:meetsTerm"):
                    possible |= administrations[touched]
            if possible and claimed not in possible:
                names = " or ".join(sorted(map(asserted.name, possible)))
                yield Finding(
                    severity="warning",
                    check="attribution",
                    focus=thing.value,
                    message=f"{asserted.name(thing)} is ascribed to the {asserted.name(claimed)}; "
                    f"its date points to the {names}",
                    path=node(prop).value,
                    value=claimed.value,
                    statements=asserted.statements(*grounds),
                )
