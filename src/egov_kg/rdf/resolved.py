"""Decisions of the loader: which date enacts a law, with which whole a part began, whose calendar a thing is in.

What an administration did itself is decided in `rdf.attributions`. Each decision is an assertion of
``graph/background/resolved`` with a rule and with the evidence of the facts it rests on. The reasoner is monotonic:
what is asserted here cannot be taken back, so nothing is asserted where the facts disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from egov_kg import vocab
from egov_kg.model import Certainty, Value
from egov_kg.rdf.assertion import Assertion, by_property, classes_of
from egov_kg.rdf.calendar import Days, Term, read_position, relations
from egov_kg.rdf.disputes import STATED
from egov_kg.rdf.labels import RESOLVED, Name

__all__ = [
    "GRAPH",
    "administration_names",
    "as_stated",
    "beginnings",
    "begins_of",
    "decision",
    "enactments",
    "is_any",
    "joint",
    "jurisdictions_of",
    "possible_enactments",
    "settle_dates",
]

GRAPH: Final = "background/resolved"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A date that something gives to a law.

    Attributes:
        position: The id of the position in the law's calendar.
        days: Its days.
        assertion: What gives it.
    """

    position: str
    days: Days
    assertion: Assertion

    @property
    def of_register(self) -> bool:
        return not self.assertion.spans


def settle_dates(assertions: Iterable[Assertion]) -> list[Assertion]:
    """Return the assertions with at most one date of promulgation per law, and no ``enactedIn``.

    ``promulgatedOn`` and ``enactedIn`` place a law in time for good: were a year left beside the day, the other
    administration of that year would stay possible. So only the most precise date of promulgation of the best source
    (register before document) keeps its property; every other one, and every date that a document calls that of the
    enactment, is written as what the document states (``statedYear``, ``statedDate``, else ``statedPeriod``). Where
    dates of promulgation disagree, all of them are.
    """
    assertions = list(assertions)
    kept: dict[str, str | None] = {}
    for law, found in by_property(assertions).get("egov:promulgatedOn", {}).items():
        kept[law] = _most_precise(_claims(found))
    return [_settled(assertion, kept) for assertion in assertions]


def _settled(assertion: Assertion, kept: Mapping[str, str | None]) -> Assertion:
    if assertion.property == "egov:promulgatedOn" and kept.get(assertion.subject) == assertion.object:
        return assertion
    if assertion.property not in {"egov:promulgatedOn", "egov:enactedIn"}:
        return assertion
    return as_stated(assertion)


def as_stated(assertion: Assertion) -> Assertion:
    """Return a date as what its source states, which decides nothing: ``statedYear``, ``statedDate`` or in words."""
    position = read_position(str(assertion.object))
    if position is None:
        return assertion
    prop, datatype = {
        "egov:Year": ("egov:statedYear", "xsd:gYear"),
        "egov:Day": ("egov:statedDate", "xsd:date"),
    }.get("" if position.approximate else position.cls, ("egov:statedPeriod", "xsd:string"))
    return replace(assertion, property=prop, object=Value(position.edtf, datatype))


def _claims(assertions: Iterable[Assertion]) -> list[_Claim]:
    """Return the dates that assertions give to one law; approximate ones decide nothing and are left out."""
    claims = []
    for assertion in assertions:
        value = assertion.object
        if isinstance(value, Value):
            thing = f"time/{assertion.subject.split('/')[1]}/{value.lexical.replace('/', '..')}"
        else:
            thing = str(value)
        try:
            position = read_position(thing)
        except ValueError:
            continue  # a stated period in words
        if position and not position.approximate:
            claims.append(_Claim(thing, position.days, assertion))
    return claims


def _most_precise(claims: Sequence[_Claim]) -> str | None:
    """Return the position that lies within all others, from registers if any says so; None if they disagree."""
    best = [claim for claim in claims if claim.of_register] or claims
    for claim in sorted(best, key=lambda c: (c.days.last - c.days.first, c.position)):
        if all(claim.days.within(other.days) for other in best):
            return claim.position
        return None
    return None


def enactments(
    assertions: Sequence[Assertion], undecided: Collection[str] = (), disputed: Collection[tuple[str, str]] = ()
) -> Iterator[Assertion]:
    """Yield one ``enactedIn`` per law, from the most precise date of the best kind: adopted, else stated.

    A law with a date of promulgation gets none, because that date entails it. Where dates of the best kind disagree,
    nothing is guessed. Only laws, orders and legal texts are placed so; a plan begins, it is not enacted.

    Args:
        assertions: After `settle_dates`.
        undecided: Statements of links: dates that rest on them are stated, and of what is open.
        disputed: Things and properties of which links and documents give dates that contradict: none of them counts.
    """
    index, classes = by_property(assertions), classes_of(assertions)
    for law in sorted(classes):
        if not is_any(classes[law], "egov:Law", "egov:ExecutiveOrder", "egov:LegalText"):
            continue
        if law in index.get("egov:promulgatedOn", {}):
            continue
        for kind, props in (("adopted", ("egov:adoptedOn",)), ("stated", STATED)):
            counted = (prop for prop in props if (law, prop) not in disputed)
            given = (a for prop in counted for a in index.get(prop, {}).get(law, ()))
            claims = _claims(a for a in given if not set(a.grounds) & set(undecided))
            if claims:
                yield from _enactment(claims, kind)
                break


def _enactment(claims: Sequence[_Claim], kind: str) -> Iterator[Assertion]:
    position = _most_precise(claims)
    for claim in claims:
        if position and claim.position == position:
            yield decision(claim.assertion, "egov:enactedIn", position, f"resolved.enacted-in.{kind}")


def decision(ground: Assertion, prop: str, value: str, rule: str) -> Assertion:
    """Return what one assertion decides, on the evidence of that assertion."""
    certainty: Certainty = "inferable" if ground.spans else "background"
    return replace(ground, property=prop, object=value, graph=GRAPH, rule=rule, certainty=certainty)


def possible_enactments(assertions: Sequence[Assertion], terms: Sequence[Term]) -> Iterator[Assertion]:
    """Yield ``possiblyEnactedUnder`` for a law without any date: the administrations of its stage's years.

    Args:
        assertions: After `settle_dates`.
        terms: The terms of office of all jurisdictions.
    """
    index = by_property(assertions)
    dated = {
        law for prop in ("egov:promulgatedOn", "egov:adoptedOn", *STATED[:2]) for law in index.get(prop, {})
    }  # fmt: skip
    for law, in_stage in sorted(index.get("egov:enactedInStage", {}).items()):
        if law in dated:
            continue
        for membership in in_stage:
            for extent in index.get("egov:ranDuring", {}).get(str(membership.object), ()):
                yield from _possible(membership, extent, terms)


def _possible(membership: Assertion, extent: Assertion, terms: Sequence[Term]) -> Iterator[Assertion]:
    position = read_position(str(extent.object))
    if position is None or position.approximate:
        return
    own = [term for term in terms if term.jurisdiction == membership.subject.split("/")[1]]
    near = relations(position.days, own)
    for term in ([near.inside] if near.inside else []) + list(near.meets):
        yield joint(
            membership.subject,
            "egov:possiblyEnactedUnder",
            term.administration,
            "resolved.enacted-in-stage",
            (membership, extent),
        )


def joint(subject: str, prop: str, value: str, rule: str, grounds: Iterable[Assertion]) -> Assertion:
    """Return what several assertions decide together, on the evidence of all of them."""
    grounds = tuple(grounds)
    spans = tuple(sorted({span for ground in grounds for span in ground.spans}))
    sources = tuple(sorted({source for ground in grounds for source in ground.sources}))
    links = tuple(sorted({link for ground in grounds for link in ground.grounds}))
    certainty: Certainty = "inferable" if spans else "background"
    return Assertion(subject, prop, value, GRAPH, rule, certainty, spans, sources, links)


def beginnings(assertions: Sequence[Assertion]) -> Iterator[Assertion]:
    """Yield ``begunWith``: the whole in which a part first came, through which initiation passes on.

    A part with one whole began with it. A part with several began with the earliest, if all of them are dated and one
    begins before all others do. Wholes of wholes do not count: they pass initiation on by themselves. A part that is
    older than that whole, or that somebody else is said to have initiated, did not begin with it.
    """
    index, classes = by_property(assertions), classes_of(assertions)
    wholes: defaultdict[str, dict[str, list[Assertion]]] = defaultdict(lambda: defaultdict(list))
    for part, memberships in index.get("egov:partOf", {}).items():
        for membership in memberships:
            whole = str(membership.object)
            if is_any(classes.get(part, ()), "egov:Undertaking") and is_any(classes.get(whole, ()), "egov:Undertaking"):
                wholes[part][whole].append(membership)
    begins = begins_of(index)
    initiators = {
        thing: {str(a.object) for a in found} for thing, found in index.get("egov:initiatedBy", {}).items()
    }  # fmt: skip
    for part, found in sorted(wholes.items()):
        own = {w for w in found if w != part and not any(w in _above(other, wholes) for other in found if other != w)}
        first = _earliest(own, begins)
        if first is None or not initiators.get(part, set()) <= initiators.get(first, set()):
            continue
        if part in begins and first in begins and begins[part][0].last < begins[first][0].first:
            continue
        dates = [ground for whole in sorted(own) for ground in begins[whole][1]] if len(own) > 1 else []
        for membership in found[first]:
            yield joint(part, "egov:begunWith", first, "resolved.begun-with", (membership, *dates))


def _above(thing: str, wholes: Mapping[str, Mapping[str, object]]) -> set[str]:
    """Return the wholes of a thing, and theirs in turn."""
    found: set[str] = set()
    rest = [thing]
    while rest:
        above = set(wholes.get(rest.pop(), {})) - found
        found |= above
        rest += sorted(above)
    return found


def begins_of(
    index: Mapping[str, Mapping[str, list[Assertion]]], properties: Sequence[str] = ("egov:dated", "egov:beganIn")
) -> Mapping[str, tuple[Days, list[Assertion]]]:
    """Return when each thing began, where its dates agree, with the assertions that say so.

    Args:
        index: Assertions by property and subject.
        properties: Those that say it, the weaker ones first.
    """
    found: dict[str, tuple[Days, list[Assertion]]] = {}
    for prop in properties:
        for thing, assertions in index.get(prop, {}).items():
            claims = _claims(assertions)
            position = _most_precise(claims)
            if position:
                grounds = [c.assertion for c in claims if c.position == position]
                found[thing] = next(c.days for c in claims if c.position == position), grounds
    return found


def _earliest(wholes: set[str], begins: Mapping[str, tuple[Days, list[Assertion]]]) -> str | None:
    if len(wholes) == 1:
        return next(iter(wholes))
    if not wholes or not all(whole in begins for whole in wholes):
        return None
    first = min(wholes, key=lambda w: (begins[w][0], w))
    others = wholes - {first}
    if all(begins[first][0].last < begins[other][0].first for other in others):
        return first
    return None


_OF_A_JURISDICTION: Final = ("egov:Enactable", "egov:Undertaking", "egov:Body")


def jurisdictions_of(assertions: Sequence[Assertion], jurisdictions: Mapping[str, str]) -> Iterator[Assertion]:
    """Yield ``inJurisdiction`` for laws, bodies and undertakings, from the jurisdiction under which they were named.

    Args:
        assertions: With the types of things.
        jurisdictions: The id of the jurisdiction for each code.
    """
    index, classes = by_property(assertions), classes_of(assertions)
    for thing, types in sorted(index.get("rdf:type", {}).items()):
        code = thing.split("/")[1]
        if code not in jurisdictions or thing in index.get("egov:inJurisdiction", {}):
            continue
        if is_any(classes[thing], *_OF_A_JURISDICTION):
            ground = min(types, key=lambda a: (a.graph, a.spans))
            yield decision(ground, "egov:inJurisdiction", jurisdictions[code], "resolved.jurisdiction")


def administration_names(terms: Iterable[Term], names: Mapping[tuple[str, str], str]) -> Iterator[Name]:
    """Yield names for administrations and their terms, made from the name of the head of government.

    Args:
        terms: The terms of office.
        names: The preferred labels of persons, by id and language.
    """
    for term in terms:
        for lang, (of_administration, of_term) in _PATTERNS.items():
            name = names.get((term.head, lang))
            if name:
                for thing, pattern in ((term.administration, of_administration), (term.id, of_term)):
                    value = Value(pattern.format(name), "rdf:langString", lang)
                    assertion = Assertion(
                        thing, "skos:prefLabel", value, GRAPH, "resolved.name-of-head", "background", (), term.sources
                    )
                    yield Name(assertion, RESOLVED)


_PATTERNS: Final = {
    "en": ("{} administration", "Term of office of the {} administration"),
    "ko": ("{} 정부", "{} 정부 임기"),
}


def is_any(classes: Iterable[str], *of: str) -> bool:
    """Return whether one of some classes is one of others, or a kind of it."""
    return any(vocab.is_subclass(cls, wanted) for cls in classes if cls in vocab.CLASSES for wanted in of)
