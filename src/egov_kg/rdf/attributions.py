"""What an administration did although no sentence says so: decided from heads of government, stages and the calendar.

Each decision is an assertion of ``graph/background/resolved`` with a rule and with the evidence of all the facts that
it rests on; ``docs/decisions/0019`` has the reasons. Where a document, or the calendar, leaves a doubt, nothing is
decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from egov_kg import vocab
from egov_kg.rdf.assertion import Assertion, by_property, classes_of
from egov_kg.rdf.calendar import Days, Term, read_position, relations
from egov_kg.rdf.resolved import begins_of, decision, is_any, joint

__all__ = ["attributions"]

_ROLES: Final = tuple(
    sorted(prop for prop in vocab.OBJECT_PROPERTIES if "egov:involves" in vocab.superproperties(prop))
)  # fmt: skip
_DATES: Final = ("egov:dated", "egov:inForceFrom", "egov:adoptedOn", "egov:promulgatedOn")


def attributions(assertions: Sequence[Assertion], terms: Sequence[Term]) -> list[Assertion]:
    """Return what follows for administrations from what their heads did, and from the stages of a history.

    Args:
        assertions: What documents and registers say, after dates are settled.
        terms: The terms of office of all jurisdictions.
    """
    known = _Known(assertions, terms)
    return [*_introduced(known), *_issued(known), *_of_stages(known)]


class _Known:
    """Assertions, indexed.

    Attributes:
        index: By property and subject.
    """

    def __init__(self, assertions: Sequence[Assertion], terms: Sequence[Term]) -> None:
        self.index: Mapping[str, Mapping[str, list[Assertion]]] = by_property(assertions)
        self._classes = classes_of(assertions)
        self._terms: defaultdict[str, list[Term]] = defaultdict(list)
        for term in terms:
            self._terms[_jurisdiction(term.administration)].append(term)
        self._headed: defaultdict[str, set[str]] = defaultdict(set)
        for body, found in self.index.get("egov:headedBy", {}).items():
            if self.is_a(body, "egov:Administration"):
                for assertion in found:
                    self._headed[str(assertion.object)].add(body)

    def is_a(self, thing: str, *classes: str) -> bool:
        """Return whether a thing is of one of some classes."""
        return is_any(self._classes.get(thing, ()), *classes)

    def said(self, prop: str, thing: str) -> Sequence[Assertion]:
        """Return what is said of a thing by one property."""
        return self.index.get(prop, {}).get(thing, ())

    def administration_of(self, person: str, jurisdiction: str) -> str | None:
        """Return the one administration of a jurisdiction that a person heads, None if there are several or none."""
        headed = {body for body in self._headed[person] if _jurisdiction(body) == jurisdiction}
        return next(iter(headed)) if len(headed) == 1 else None

    def may_be_of(self, days: Days | None, administration: str) -> bool:
        """Return whether some days, where they are known, touch the known term of an administration."""
        own = [t for t in self._terms[_jurisdiction(administration)] if t.administration == administration]
        if days is None or not own:
            return True
        near = relations(days, own)
        return near.inside is not None or bool(near.meets)

    def in_office(self, days: Days, jurisdiction: str) -> Term | None:
        """Return the one term of office that has all of some days, None if another may have been meant."""
        return relations(days, self._terms[jurisdiction]).inside


def _jurisdiction(thing: str) -> str:
    return thing.split("/")[1]


def _introduced(known: _Known) -> Iterator[Assertion]:
    """Yield ``initiatedBy`` for what a head of government introduced: that person's administration initiated it.

    Only where the person heads one administration of that jurisdiction, and what was introduced is not known to have
    begun outside its term.
    """
    begins = begins_of(known.index)
    for thing, found in sorted(known.index.get("egov:introducedBy", {}).items()):
        if not known.is_a(thing, "egov:Undertaking"):
            continue
        days = begins[thing][0] if thing in begins else None
        for assertion in found:
            administration = known.administration_of(str(assertion.object), _jurisdiction(thing))
            if administration and known.may_be_of(days, administration):
                yield decision(assertion, "egov:initiatedBy", administration, "resolved.head-initiates")


def _issued(known: _Known) -> Iterator[Assertion]:
    """Yield ``datedUnder`` for an order that a head of government issued: it was issued under the administration.

    The same conditions as for what a head introduced, with every date that is known of the order.
    """
    dates = [begins_of(known.index, (prop,)) for prop in _DATES]
    for order, found in sorted(known.index.get("egov:issuedBy", {}).items()):
        if not known.is_a(order, "egov:ExecutiveOrder"):
            continue
        days = [of_kind[order][0] for of_kind in dates if order in of_kind]
        for assertion in found:
            administration = known.administration_of(str(assertion.object), _jurisdiction(order))
            if administration and all(known.may_be_of(one, administration) for one in days):
                yield decision(assertion, "egov:datedUnder", administration, "resolved.head-issues")


def _of_stages(known: _Known) -> Iterator[Assertion]:
    """Yield ``initiatedBy`` for what a history lists among the accomplishments of a stage, from the year it began.

    A history of a government's undertakings says in each row what that government did, and when. Where all days on
    which it may have begun lie in one term of office, and in the stage, it was the administration of that term, unless
    the documents name somebody else.
    """
    begun = begins_of(known.index, ("egov:beganIn",))
    made = begins_of(known.index)  # the year that stands behind a plan is that in which it was made
    for thing, memberships in sorted(known.index.get("egov:accomplishedIn", {}).items()):
        when = (made if known.is_a(thing, "egov:Plan") else begun).get(thing)
        if when is None or not known.is_a(thing, "egov:Undertaking"):
            continue
        days, grounds = when
        term = known.in_office(days, _jurisdiction(thing))
        if term is None or _of_others(known, thing, term.administration):
            continue
        for membership in memberships:
            if _in_stage(known, days, str(membership.object)):
                row = (membership, *grounds)
                found = joint(thing, "egov:initiatedBy", term.administration, "resolved.stage-initiates", row)
                yield replace(found, sources=tuple(sorted({*found.sources, *term.sources})))


def _in_stage(known: _Known, days: Days, stage: str) -> bool:
    """Return whether days lie in all periods that documents give to a stage."""
    positions = (read_position(str(a.object)) for a in known.said("egov:ranDuring", stage))
    return all(days.within(position.days) for position in positions if position)


def _of_others(known: _Known, thing: str, administration: str) -> bool:
    """Return whether documents name somebody by whom a thing was begun, or for whom it was done, instead."""
    if any(a.object != administration for a in known.said("egov:initiatedBy", thing)):
        return True
    if any(a.object == administration for a in known.said("egov:continuedBy", thing)):
        return True
    heads = (str(a.object) for a in known.said("egov:introducedBy", thing))
    if any(known.administration_of(head, _jurisdiction(thing)) != administration for head in heads):
        return True
    return any(_is_elsewhere(known, thing, actor) for actor in _actors(known, thing))


def _actors(known: _Known, thing: str) -> Iterable[str]:
    return sorted({str(a.object) for role in ("egov:involves", *_ROLES) for a in known.said(role, thing)})


def _is_elsewhere(known: _Known, thing: str, actor: str) -> bool:
    """Return whether an actor is no part of the government in whose jurisdiction a thing is: a city, a firm, abroad."""
    if _jurisdiction(actor) not in {_jurisdiction(thing), "int"}:
        return True
    of_government = ("egov:Administration", "egov:Agency", "egov:Committee", "egov:Person")
    return known.is_a(actor, "egov:LocalGovernment") or not known.is_a(actor, *of_government)
