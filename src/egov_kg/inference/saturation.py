"""Table 9: the schema triples that follow from schema triples, each with the step that gives it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from egov_kg.inference import owl
from egov_kg.inference.hierarchy import Hierarchy
from egov_kg.inference.plan import SchemaStep, SchemaTriple, Term
from egov_kg.inference.tbox import Restriction, TBox

__all__ = ["Saturation"]

_PROPERTY_CLASSES: Final = (owl.OBJECT_PROPERTY, owl.DATATYPE_PROPERTY)


class Saturation:
    """The schema at its fixpoint.

    Every declared class lies above ``owl:Nothing`` and below ``owl:Thing`` and itself (scm-cls). These steps are in
    the graph only where something hangs on them; else they are known and not stored.

    Args:
        tbox: The schema triples.
        same: Which terms count as one, as values of ``owl:hasValue``.

    Attributes:
        classes, properties: What lies above what.
        things: Whether something lies above ``owl:Thing``.
        nothings: Whether something lies below ``owl:Nothing`` or is a domain, range or filler.
    """

    def __init__(self, tbox: TBox, same: Callable[[Term], Term]) -> None:
        self.tbox, self.same = tbox, same
        self.classes = Hierarchy(owl.SUB_CLASS, "scm-sco")
        self.properties = Hierarchy(owl.SUB_PROPERTY, "scm-spo")
        self.declared = frozenset(tbox.typed(owl.CLASS)) | {owl.THING, owl.NOTHING}
        self.declared_properties = frozenset(p for cls in _PROPERTY_CLASSES for p in tbox.typed(cls))
        self.bounds: dict[Term, dict[Term, set[Term]]] = {owl.DOMAIN: defaultdict(set), owl.RANGE: defaultdict(set)}
        self.things = self.nothings = False
        self._read()
        self._restrict()

    def _read(self) -> None:
        """Make the steps that one axiom gives."""
        for hierarchy, equivalent, rule in (
            (self.classes, owl.EQUIVALENT_CLASS, "scm-eqc1"),
            (self.properties, owl.EQUIVALENT_PROPERTY, "scm-eqp1"),
        ):
            for lower, upper in self.tbox.names(hierarchy.predicate):
                hierarchy.add(lower, upper, None)
            for left, right in self.tbox.names(equivalent):
                step = SchemaStep(rule, ((left, equivalent, right),))
                hierarchy.add(left, right, step)
                hierarchy.add(right, left, step)
        for axiom, members in self.tbox.lists(owl.INTERSECTION):
            for member in members:
                self.classes.add(axiom[0], member, SchemaStep("scm-int", (axiom,)))
        for axiom, members in self.tbox.lists(owl.UNION):
            for member in members:
                self.classes.add(member, axiom[0], SchemaStep("scm-uni", (axiom,)))
        for predicate, bounds in self.bounds.items():
            for prop, cls in self.tbox.names(predicate):
                bounds[prop].add(cls)
        bounded = (cls for bounds in self.bounds.values() for classes in bounds.values() for cls in classes)
        fillers = (value for predicate in (owl.SOME, owl.ALL) for _, value in self.tbox.pairs(predicate))
        self.nothings = owl.NOTHING in {*bounded, *fillers}

    def _bound_by_thing_and_nothing(self) -> None:
        """Put the steps of scm-cls into the graph, as soon as something hangs on them."""
        above = self.classes.above
        if not self.things and above.get(owl.THING, {}).keys() - {owl.THING}:
            self.things = True
            for cls in sorted(self.declared - {owl.THING}):
                self.classes.add(cls, owl.THING, declaration(cls))
        if not self.nothings:
            self.nothings = any(owl.NOTHING in uppers for lower, uppers in above.items() if lower != owl.NOTHING)
        if self.nothings:
            for cls in sorted(self.declared - {owl.NOTHING}):
                self.classes.add(owl.NOTHING, cls, declaration(cls))

    def _fillers(self, filler: Term) -> set[Term]:
        """Return the classes above a filler, itself included where it is declared."""
        found = self.classes.reach(filler) | ({filler} & self.declared)
        return found if self.declared.isdisjoint(found) else found | {owl.THING}

    def _wider(self, prop: Term) -> set[Term]:
        return self.properties.reach(prop) | ({prop} if prop in self.declared_properties else set())

    def _restrict(self) -> None:
        """scm-hv, scm-svf1/2, scm-avf1/2, until no step is new."""
        some, every = list(self.tbox.restrictions(owl.SOME)), list(self.tbox.restrictions(owl.ALL))
        fixed = list(self._by_property(list(self.tbox.restrictions(owl.HAS_VALUE)), "scm-hv", self.same))
        fixed += self._by_property(some, "scm-svf2", _itself)
        fixed += ((upper, lower, step) for lower, upper, step in self._by_property(every, "scm-avf2", _itself))
        for lower, upper, step in fixed:
            self.classes.add(lower, upper, step, generation=1)
        generation, new = 1, [True]
        while any(new):
            generation += 1
            self._bound_by_thing_and_nothing()
            found = [*self._by_filler(some, "scm-svf1"), *self._by_filler(every, "scm-avf1")]
            new = [self.classes.add(lower, upper, step, generation=generation) for lower, upper, step in found]

    def _by_property(
        self, restrictions: list[Restriction], rule: str, value: Callable[[Term], Term]
    ) -> Iterator[tuple[Term, Term, SchemaStep]]:
        """Yield pairs of restrictions with one value, and one property below the other."""
        index: dict[tuple[Term, Term], list[Restriction]] = defaultdict(list)
        for restriction in restrictions:
            index[restriction.prop, value(restriction.value)].append(restriction)
        wider = {prop: sorted(self._wider(prop)) for prop in {restriction.prop for restriction in restrictions}}
        for one in restrictions:
            for prop in wider[one.prop]:
                for other in index.get((prop, value(one.value)), ()):
                    premise = (one.prop, owl.SUB_PROPERTY, prop)
                    said = (other.node, other.triple[1], one.value)  # other words for the value follow by eq-rep-o
                    yield one.node, other.node, SchemaStep(rule, (*one.axiom, said, other.axiom[1], premise))

    def _by_filler(self, restrictions: list[Restriction], rule: str) -> Iterator[tuple[Term, Term, SchemaStep]]:
        """Yield pairs of restrictions of one property, and one filler below the other."""
        index: dict[tuple[Term, Term], list[Restriction]] = defaultdict(list)
        for restriction in restrictions:
            index[restriction.prop, restriction.value].append(restriction)
        upper = {filler: sorted(self._fillers(filler)) for filler in {one.value for one in restrictions}}
        for one in restrictions:
            for filler in upper[one.value]:
                for other in index.get((one.prop, filler), ()):
                    premise = (one.value, owl.SUB_CLASS, filler)
                    yield one.node, other.node, SchemaStep(rule, (*one.axiom, *other.axiom, premise))

    def about(self, subject: Term) -> dict[SchemaTriple, SchemaStep]:
        """Return the schema triples about a subject that follow from others, each with its step.

        Some may be given, too; those of `implied` are among them where the graph holds them.
        """
        found: dict[SchemaTriple, SchemaStep] = {}
        for hierarchy, equivalent, rule in (
            (self.classes, owl.EQUIVALENT_CLASS, "scm-eqc2"),
            (self.properties, owl.EQUIVALENT_PROPERTY, "scm-eqp2"),
        ):
            component = hierarchy.component(subject)
            for upper, step in hierarchy.ways(subject).items():
                triple = (subject, hierarchy.predicate, upper)
                if step is not None:
                    found[triple] = step
                if hierarchy.component(upper) == component:
                    back = (upper, hierarchy.predicate, subject)
                    found[subject, equivalent, upper] = SchemaStep(rule, (triple, back))
        for predicate, bounds in self.bounds.items():
            if bounds:
                self._bounds_about(subject, predicate, found)
        return found

    def _bounds_about(self, subject: Term, predicate: Term, found: dict[SchemaTriple, SchemaStep]) -> None:
        """scm-dom1/2, scm-rng1/2: those that wider properties hand down come before those that wider classes give."""
        bounds = self.bounds[predicate]
        by_class, by_property = ("scm-dom1", "scm-dom2") if predicate == owl.DOMAIN else ("scm-rng1", "scm-rng2")
        known = dict.fromkeys(sorted(bounds.get(subject, ())))
        for prop in sorted(self.properties.reach(subject) & bounds.keys() - {subject}):
            for cls in sorted(bounds[prop] - known.keys()):
                known[cls] = None
                premises = ((prop, predicate, cls), (subject, owl.SUB_PROPERTY, prop))
                found[subject, predicate, cls] = SchemaStep(by_property, premises)
        for cls in known:
            for upper in sorted(self.classes.reach(cls) - known.keys()):
                premises = ((subject, predicate, cls), (cls, owl.SUB_CLASS, upper))
                found.setdefault((subject, predicate, upper), SchemaStep(by_class, premises))

    def implied(self, subject: Term) -> dict[SchemaTriple, SchemaStep]:
        """Return what the declarations of classes and properties imply about a subject, and what follows from that.

        cls-thing, cls-nothing1, scm-cls, scm-op and scm-dp: each class lies below itself and ``owl:Thing`` and above
        ``owl:Nothing``, each property below itself. True of everything, and so not among what is listed as entailed.
        """
        found: dict[SchemaTriple, SchemaStep] = {}
        if subject in {owl.THING, owl.NOTHING}:
            rule = "cls-thing" if subject == owl.THING else "cls-nothing1"
            found[subject, owl.TYPE, owl.CLASS] = SchemaStep(rule, ())
        if subject in self.declared:
            for predicate, upper in ((owl.SUB_CLASS, subject), (owl.EQUIVALENT_CLASS, subject)):
                found[subject, predicate, upper] = declaration(subject)
            found[subject, owl.SUB_CLASS, owl.THING] = declaration(subject)
        elif middle := min(self.classes.reach(subject) & self.declared, default=None):
            premises = ((subject, owl.SUB_CLASS, middle), (middle, owl.SUB_CLASS, owl.THING))
            found[subject, owl.SUB_CLASS, owl.THING] = SchemaStep("scm-sco", premises)
        if subject == owl.NOTHING:
            self._above_nothing(found)
        for prop in {subject} & self.declared_properties:
            rule, kind = _declared_property(self.tbox, prop)
            for predicate in (owl.SUB_PROPERTY, owl.EQUIVALENT_PROPERTY):
                found[prop, predicate, prop] = SchemaStep(rule, ((prop, owl.TYPE, kind),))
        for predicate, rule in ((owl.DOMAIN, "scm-dom1"), (owl.RANGE, "scm-rng1")):
            if cls := self._declared_bound(subject, predicate):
                premises = ((subject, predicate, cls), (cls, owl.SUB_CLASS, owl.THING))
                found[subject, predicate, owl.THING] = SchemaStep(rule, premises)
        return found

    def _above_nothing(self, found: dict[SchemaTriple, SchemaStep]) -> None:
        """Go up from all declared classes at once."""
        for cls in sorted(self.declared):
            found[owl.NOTHING, owl.SUB_CLASS, cls] = declaration(cls)
        frontier = sorted(self.declared)
        while frontier:
            level = {upper: cls for cls in reversed(frontier) for upper in self.classes.above.get(cls, ())}
            frontier = sorted(upper for upper in level if (owl.NOTHING, owl.SUB_CLASS, upper) not in found)
            for upper in frontier:
                middle = level[upper]
                premises = ((owl.NOTHING, owl.SUB_CLASS, middle), (middle, owl.SUB_CLASS, upper))
                found[owl.NOTHING, owl.SUB_CLASS, upper] = SchemaStep("scm-sco", premises)

    def _declared_bound(self, subject: Term, predicate: Term) -> Term | None:
        """Return the first class that a property has as its domain or range and that lies below ``owl:Thing``."""
        bounds = self.bounds[predicate]
        own = set(bounds.get(subject, ()))
        if bounds:
            own.update(*(bounds[prop] for prop in self.properties.reach(subject) & bounds.keys()))
        below = (cls for cls in sorted(own) if not self.declared.isdisjoint({cls, *self.classes.reach(cls)}))
        return next((cls for cls in below if cls != owl.THING), None)

    def subjects(self) -> list[Term]:
        """Return the terms that `about` and `implied` have something to say of, in term order."""
        found = set(self.classes.above) | set(self.properties.above) | self.declared | self.declared_properties
        found.update(self.bounds[owl.DOMAIN], self.bounds[owl.RANGE])
        return sorted(found)


def declaration(cls: Term) -> SchemaStep:
    """Return the step of scm-cls for a declared class."""
    return SchemaStep("scm-cls", ((cls, owl.TYPE, owl.CLASS),))


def _declared_property(tbox: TBox, prop: Term) -> tuple[str, Term]:
    """Return the rule for a declared property, and the class that it is declared with."""
    if owl.OBJECT_PROPERTY in tbox.values(prop, owl.TYPE):
        return "scm-op", owl.OBJECT_PROPERTY
    return "scm-dp", owl.DATATYPE_PROPERTY


def _itself(term: Term) -> Term:
    return term
