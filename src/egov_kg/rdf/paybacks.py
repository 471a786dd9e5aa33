"""What accepted links bring back from the rows that they lead to: dates, numbers, terms of office, as background.

A value that comes back never takes the place of one that was decided before: a day that a table gives stays, and the
day of the register is then what the register states. Where no table decided and a document states another date, none of
the two decides anything. All are kept, each with its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from egov_kg.model import TimeValue, Value
from egov_kg.rdf.assertion import Assertion, by_property, class_of, classes_of
from egov_kg.rdf.background import SOURCES_GRAPH, Background, Source
from egov_kg.rdf.calendar import Days, Term, position_id, read_position
from egov_kg.rdf.disputes import STATED, StatedDays, agree, days_given, disputed_by, stated_days, without_disputed
from egov_kg.rdf.labels import BACKGROUND, Name
from egov_kg.rdf.links import LinkSet, Paid
from egov_kg.rdf.resolved import as_stated, is_any

__all__ = ["PaidBack", "paid_back", "source_assertions", "source_names"]

_STATED_PERIOD: Final = "egov:statedPeriod"


@dataclass(frozen=True, slots=True)
class PaidBack:
    """What links brought back.

    Attributes:
        assertions: Each in the graph of its data set, with the Statement of the link that it rests on.
        terms: Terms of office that nobody gave before.
        undecided: The Statements of links whose dates contradict: what they state decides nothing else.
        disputed: Things and properties of which documents state another date than a link gives: neither decides.
    """

    assertions: tuple[Assertion, ...] = ()
    terms: tuple[Term, ...] = ()
    undecided: frozenset[str] = frozenset()
    disputed: frozenset[tuple[str, str]] = frozenset()


def paid_back(
    sets: Sequence[LinkSet], said: Sequence[Assertion], terms: Sequence[Term], jurisdictions: Mapping[str, str]
) -> PaidBack:
    """Return what links bring back to the things that are known.

    Args:
        sets: The accepted links.
        said: What documents and tables assert.
        terms: The terms of office of the tables.
        jurisdictions: The id of the jurisdiction for each code.
    """
    if not any(one.paid for one in sets):
        return PaidBack()
    classes, heads = classes_of(said), by_property(said).get("egov:headedBy", {})
    told, decided, stated = _told_by(sets), _decided(said), stated_days(said)
    undecided: set[str] = set()
    disputed: set[tuple[str, str]] = set()
    doubtful: set[str] = set()
    assertions: list[Assertion] = []
    added: dict[str, Term] = {}
    for one in sets:
        for paid in one.paid:
            if not is_any(classes.get(paid.link.subject, ()), paid.cls):
                continue
            if isinstance(paid.value, Days):
                known = {term.administration: term for term in (*terms, *added.values())}
                head = {str(a.object) for a in heads.get(paid.link.subject, ())}
                term = _term(one, paid, known, head)
                if term is not None and term.administration not in known:
                    added[term.administration] = term
                assertions += _of_term(one, paid, term, jurisdictions, known)
            else:
                found = _of_value(one, paid, paid.value, {**told, **decided})
                doubts = frozenset[str]() if _key(paid) in decided else _doubts(found, paid, stated)
                disputed |= {(paid.link.subject, prop) for prop in doubts}
                doubtful |= {paid.link.statement} if doubts else set()
                assertions.append(as_stated(found) if doubts else found)
                if doubts or found.property != paid.property:
                    undecided.add(paid.link.statement)
    settled = without_disputed(assertions, disputed, as_stated)
    # A row of another year may be the row of another act: its number would be that act's.
    kept = tuple(one for one in settled if one.property in STATED or doubtful.isdisjoint(one.grounds))
    return PaidBack(kept, tuple(added.values()), frozenset(undecided), frozenset(disputed))


def _key(paid: Paid) -> tuple[str, str]:
    return paid.link.subject, paid.property


def _doubts(found: Assertion, paid: Paid, stated: StatedDays) -> frozenset[str]:
    """Return the properties whose dates are in doubt, because a document states another one than a link gives."""
    is_date = isinstance(paid.value, TimeValue) or paid.property in STATED
    days = days_given(found.object, found.subject) if is_date else None
    return frozenset() if days is None else disputed_by(stated.get(found.subject, {}), paid.property, days)


def _assertion(one: LinkSet, paid: Paid, prop: str, value: str | Value, subject: str = "") -> Assertion:
    return Assertion(
        subject or paid.link.subject,
        prop,
        value,
        one.background,
        paid.rule,
        "background",
        sources=(one.source,),
        grounds=(paid.link.statement,),
    )


def _of_value(
    one: LinkSet, paid: Paid, value: Value | TimeValue, decided: Mapping[tuple[str, str], list[Days]]
) -> Assertion:
    if isinstance(value, Value):
        return _assertion(one, paid, paid.property, value)
    subject = paid.link.subject
    found = _assertion(one, paid, paid.property, position_id(subject.split("/")[1], value))
    position = read_position(str(found.object))
    others = decided.get((subject, paid.property), ())
    if position is None or all(agree(position.days, days) for days in others):
        return found
    return as_stated(found)


def _decided(said: Iterable[Assertion]) -> dict[tuple[str, str], list[Days]]:
    """Return the days that tables give, by thing and property."""
    found: dict[tuple[str, str], list[Days]] = {}
    for one in said:
        if one.spans or not isinstance(one.object, str) or not one.object.startswith("time/"):
            continue
        position = read_position(one.object)
        if position is not None and not position.approximate:
            found.setdefault((one.subject, one.property), []).append(position.days)
    return found


def _told_by(sets: Iterable[LinkSet]) -> dict[tuple[str, str], list[Days]]:
    """Return the days that the rows of links give, by thing and property."""
    found: dict[tuple[str, str], list[Days]] = {}
    for paid in (paid for one in sets for paid in one.paid):
        if isinstance(paid.value, TimeValue):
            position = read_position(position_id(paid.link.subject.split("/")[1], paid.value))
            if position is not None:
                found.setdefault((paid.link.subject, paid.property), []).append(position.days)
    return found


def _term(one: LinkSet, paid: Paid, known: Mapping[str, Term], heads: set[str]) -> Term | None:
    """Return the term of office that a row gives: the known one if it agrees, a new one, or None if it contradicts."""
    administration, days = paid.link.subject, paid.value
    assert isinstance(days, Days)
    if administration in known:
        return known[administration] if known[administration].days == days else None
    _, jurisdiction, slug = administration.split("/", 2)
    found = Term(f"term/{jurisdiction}/{slug}", administration, min(heads, default=""), days, (one.source,))
    others = [term.days for term in known.values() if term.jurisdiction == jurisdiction]
    overlaps = any(days.first < other.last and other.first < days.last for other in others)
    return None if overlaps or len(heads) != 1 else found


def _of_term(
    one: LinkSet, paid: Paid, term: Term | None, jurisdictions: Mapping[str, str], known: Mapping[str, Term]
) -> Iterator[Assertion]:
    days = paid.value
    assert isinstance(days, Days)
    if term is None:
        words = f"{days.first.isoformat()}/{days.last.isoformat()}"
        yield _assertion(one, paid, _STATED_PERIOD, Value(words))
        return
    yield _assertion(one, paid, "egov:hasTerm", term.id)
    yield _assertion(one, paid, "egov:firstDay", Value(days.first.isoformat(), "xsd:date"), term.id)
    yield _assertion(one, paid, "egov:lastDay", Value(days.last.isoformat(), "xsd:date"), term.id)
    if term.administration not in known:
        kind = _assertion(one, paid, "rdf:type", "", term.id)
        yield replace(kind, object=class_of("egov:TermOfOffice"))
        if term.jurisdiction in jurisdictions:
            yield _assertion(one, paid, "egov:inJurisdiction", jurisdictions[term.jurisdiction], term.id)


def source_assertions(sets: Iterable[LinkSet], paid: PaidBack) -> Iterator[Assertion]:
    """Yield that each data set which brought something back is a document, as the sources of tables are."""
    for one in _used(sets, paid):
        yield Assertion(
            one.source,
            "rdf:type",
            class_of("egov:Document"),
            SOURCES_GRAPH,
            "background.sources",
            "background",
            sources=(one.source,),
        )


def source_names(sets: Iterable[LinkSet], paid: PaidBack, background: Background) -> Iterator[Name]:
    """Yield the names of these data sets; that of the table of sources, where it has one, is the only one."""
    for one in _used(sets, paid):
        known: Source | None = background.sources.get(one.dataset)
        titles = {"en": known.title} if known is not None else one.titles
        for lang, text in sorted(titles.items()):
            value = Value(text, "rdf:langString", lang)
            yield Name(
                Assertion(
                    one.source,
                    "skos:prefLabel",
                    value,
                    SOURCES_GRAPH,
                    "background.sources",
                    "background",
                    sources=(one.source,),
                ),
                BACKGROUND,
            )


def _used(sets: Iterable[LinkSet], paid: PaidBack) -> list[LinkSet]:
    used = {source for assertion in paid.assertions for source in assertion.sources}
    return [one for one in sets if one.source in used]
