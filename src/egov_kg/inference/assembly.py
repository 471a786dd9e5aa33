"""From well-formed axioms to rules over columns: tables 4 to 7, axiom by axiom."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from egov_kg.inference import owl
from egov_kg.inference.plan import (
    AUXILIARY,
    AllValues,
    AtMostNone,
    Both,
    Chain,
    Column,
    Different,
    Disjoint,
    DisjointProperties,
    Edge,
    Functional,
    HasValue,
    InverseFunctional,
    Key,
    Kind,
    Member,
    NegativeAssertion,
    Op,
    PropertyCheck,
    SchemaTriple,
    SomeValues,
    Term,
    Transitive,
)
from egov_kg.inference.saturation import Saturation
from egov_kg.inference.tbox import Restriction, TBox, count_of
from egov_kg.inference.traffic import Rule, reads, writes

__all__ = ["Assembly"]


class Assembly:
    """The rules of an ontology, collected.

    Attributes:
        read: The columns that rules of several premises and checks read.
        written: The columns that they write.
    """

    def __init__(self, tbox: TBox, saturation: Saturation) -> None:
        self._tbox, self._saturation = tbox, saturation
        self.edges: set[Edge] = set()
        self.some_values: list[SomeValues] = []
        self.all_values: list[AllValues] = []
        self.has_values: list[HasValue] = []
        self.chains: list[Chain] = []
        self.intersections: list[Both] = []
        self.transitive: list[Transitive] = []
        self.functional: list[Functional] = []
        self.inverse_functional: list[InverseFunctional] = []
        self.keys: list[Key] = []
        self.members: list[Member] = []
        self.disjoint: list[Disjoint] = [Disjoint((owl.NOTHING,), "cls-nothing2", ())]
        self.disjoint_properties: list[DisjointProperties] = []
        self.property_checks: list[PropertyCheck] = []
        self.at_most_none: list[AtMostNone] = []
        self.different: list[Different] = []
        self.negative: list[NegativeAssertion] = []
        self._auxiliary: dict[tuple[Kind, Term, Term], Term] = {}
        self._properties()
        self._chains()
        self._classes()
        self._restrictions()
        self._cardinalities()
        self._disjointness()
        self._assertions()
        self.read = frozenset(column for rule in self.rules() for column in reads(rule))
        self.written = frozenset(column for rule in self.rules() for column in writes(rule))
        self._things()

    def _edge(self, source: Column, op: Op, target: Column, rule: str, axiom: SchemaTriple) -> None:
        self.edges.add(Edge(source, op, target, rule, (axiom,)))

    def _properties(self) -> None:
        """Make the rules of table 5, but for chains."""
        tbox = self._tbox
        for lower, upper in tbox.names(owl.SUB_PROPERTY):
            self._edge(_prop(lower), Op.SAME, _prop(upper), "prp-spo1", (lower, owl.SUB_PROPERTY, upper))
        for left, right in tbox.names(owl.EQUIVALENT_PROPERTY):
            axiom = (left, owl.EQUIVALENT_PROPERTY, right)
            self._edge(_prop(left), Op.SAME, _prop(right), "prp-eqp1", axiom)
            self._edge(_prop(right), Op.SAME, _prop(left), "prp-eqp2", axiom)
        for left, right in tbox.names(owl.INVERSE):
            self._edge(_prop(left), Op.FLIP, _prop(right), "prp-inv1", (left, owl.INVERSE, right))
            self._edge(_prop(right), Op.FLIP, _prop(left), "prp-inv2", (left, owl.INVERSE, right))
        for prop, cls in tbox.names(owl.DOMAIN):
            self._edge(_prop(prop), Op.SUBJECT, _class(cls), "prp-dom", (prop, owl.DOMAIN, cls))
        for prop, cls in tbox.names(owl.RANGE):
            self._edge(_prop(prop), Op.OBJECT, _class(cls), "prp-rng", (prop, owl.RANGE, cls))
        for prop, axiom in self._typed("SymmetricProperty"):
            self._edge(_prop(prop), Op.FLIP, _prop(prop), "prp-symp", axiom)
        self.transitive += [Transitive(prop, (axiom,)) for prop, axiom in self._typed("TransitiveProperty")]
        self.functional += [
            Functional(prop, None, None, "prp-fp", (axiom,)) for prop, axiom in self._typed("FunctionalProperty")
        ]
        self.inverse_functional += [
            InverseFunctional(prop, (axiom,)) for prop, axiom in self._typed("InverseFunctionalProperty")
        ]
        for kind, rule in (("IrreflexiveProperty", "prp-irp"), ("AsymmetricProperty", "prp-asyp")):
            self.property_checks += [PropertyCheck(prop, rule, (axiom,)) for prop, axiom in self._typed(kind)]
        for axiom, props in tbox.lists(owl.KEY):
            self.keys.append(Key(axiom[0], props, (axiom,)))

    def _typed(self, kind: str) -> list[tuple[Term, SchemaTriple]]:
        cls = owl.word(kind)
        return [(node, (node, owl.TYPE, cls)) for node in self._tbox.typed(cls)]

    def _chains(self) -> None:
        """prp-spo2: a chain of one is an edge; longer ones are cut into steps of two, equal beginnings once."""
        for axiom, props in self._tbox.lists(owl.CHAIN):
            if len(props) == 1:
                self._edge(_prop(props[0]), Op.SAME, _prop(axiom[0]), "prp-spo2", axiom)
                continue
            if props == (axiom[0], axiom[0]):  # transitive, under another rule: joined with itself it would explode
                self.transitive.append(Transitive(axiom[0], (axiom,)))
                continue
            first = props[0]
            for second in props[1:-1]:
                first, new = self._shared(Kind.PROPERTY, first, second)
                if new:
                    self.chains.append(Chain(*new, first, (), (axiom,)))
            self.chains.append(Chain(first, props[-1], axiom[0], props, (axiom,)))

    def _shared(self, kind: Kind, first: Term, second: Term) -> tuple[Term, tuple[Term, Term] | None]:
        """Return the auxiliary name for a pair, and the pair if the name is new."""
        key = (kind, first, second)
        if key in self._auxiliary:
            return self._auxiliary[key], None
        name = self._auxiliary[key] = f"{AUXILIARY}{len(self._auxiliary)}"
        return name, (first, second)

    def _classes(self) -> None:
        """Make the rules of table 7 and those of table 6 for lists of classes."""
        tbox = self._tbox
        for lower, upper in tbox.names(owl.SUB_CLASS):
            self._edge(_class(lower), Op.SAME, _class(upper), "cax-sco", (lower, owl.SUB_CLASS, upper))
        for left, right in tbox.names(owl.EQUIVALENT_CLASS):
            axiom = (left, owl.EQUIVALENT_CLASS, right)
            self._edge(_class(left), Op.SAME, _class(right), "cax-eqc1", axiom)
            self._edge(_class(right), Op.SAME, _class(left), "cax-eqc2", axiom)
        for axiom, classes in tbox.lists(owl.UNION):
            for cls in classes:
                self._edge(_class(cls), Op.SAME, _class(axiom[0]), "cls-uni", axiom)
        for axiom, classes in tbox.lists(owl.INTERSECTION):
            for cls in classes:
                self._edge(_class(axiom[0]), Op.SAME, _class(cls), "cls-int2", axiom)
            self._intersection(axiom, classes)
        for axiom, individuals in tbox.lists(owl.ONE_OF):
            self.members += [Member(individual, axiom[0], (axiom,)) for individual in dict.fromkeys(individuals)]

    def _intersection(self, axiom: SchemaTriple, classes: tuple[Term, ...]) -> None:
        """cls-int1; a class that is its own member says nothing."""
        distinct = sorted(set(classes))
        if axiom[0] in distinct:
            return
        if len(distinct) < 2:
            self._edge(_class(distinct[0]), Op.SAME, _class(axiom[0]), "cls-int1", axiom)
            return
        first = distinct[0]
        for second in distinct[1:-1]:
            first, new = self._shared(Kind.CLASS, first, second)
            if new:
                self.intersections.append(Both(*new, first, (), (axiom,)))
        self.intersections.append(Both(first, distinct[-1], axiom[0], classes, (axiom,)))

    def _restrictions(self) -> None:
        """cls-svf, cls-avf, cls-hv, and what table 9 finds between restrictions."""
        tbox = self._tbox
        for each in tbox.restrictions(owl.SOME):
            if each.value == owl.THING:
                self.edges.add(Edge(_prop(each.prop), Op.SUBJECT, _class(each.node), "cls-svf2", each.axiom))
            else:
                self.some_values.append(SomeValues(each.prop, each.value, each.node, each.axiom))
        self.all_values += [
            AllValues(each.node, each.prop, each.value, each.axiom) for each in tbox.restrictions(owl.ALL)
        ]
        self.has_values += [
            HasValue(each.node, each.prop, each.value, each.axiom) for each in tbox.restrictions(owl.HAS_VALUE)
        ]
        for lower, uppers in self._saturation.classes.above.items():
            for upper, direct in uppers.items():
                if direct.generation and lower != upper:
                    self._edge(_class(lower), Op.SAME, _class(upper), "cax-sco", (lower, owl.SUB_CLASS, upper))

    def _cardinalities(self) -> None:
        for each in self._tbox.restrictions(owl.MAX):
            most = count_of(each.value)
            if most == 0:
                self.at_most_none.append(AtMostNone(each.node, each.prop, None, "cls-maxc1", each.axiom))
            elif most == 1:
                self.functional.append(Functional(each.prop, each.node, None, "cls-maxc2", each.axiom))
        for each in self._tbox.restrictions(owl.MAX_QUALIFIED):
            most = count_of(each.value)
            for filler in self._tbox.values(each.node, owl.ON_CLASS):
                self._qualified(each, most, filler)

    def _qualified(self, each: Restriction, most: int | None, filler: Term) -> None:
        axiom = (*each.axiom, (each.node, owl.ON_CLASS, filler))
        cls = None if filler == owl.THING else filler
        if most == 0:
            rule = "cls-maxqc1" if cls else "cls-maxqc2"
            self.at_most_none.append(AtMostNone(each.node, each.prop, cls, rule, axiom))
        elif most == 1:
            self.functional.append(Functional(each.prop, each.node, cls, "cls-maxqc3" if cls else "cls-maxqc4", axiom))

    def _disjointness(self) -> None:
        tbox = self._tbox
        for predicate, rule in ((owl.DISJOINT, "cax-dw"), (owl.COMPLEMENT, "cls-com")):
            for left, right in tbox.names(predicate):
                self.disjoint.append(Disjoint(_distinct((left, right)), rule, ((left, predicate, right),)))
        for left, right in tbox.names(owl.PROPERTY_DISJOINT):
            axiom = (left, owl.PROPERTY_DISJOINT, right)
            self.disjoint_properties.append(DisjointProperties(_distinct((left, right)), "prp-pdw", (axiom,)))
        for lists, members in self._all("AllDisjointClasses", owl.MEMBERS):
            self.disjoint += [Disjoint(some, "cax-adc", lists) for some in _with_repeated(members)]
        for lists, members in self._all("AllDisjointProperties", owl.MEMBERS):
            self.disjoint_properties += [DisjointProperties(some, "prp-adp", lists) for some in _with_repeated(members)]
        for predicate, rule in ((owl.MEMBERS, "eq-diff2"), (owl.DISTINCT_MEMBERS, "eq-diff3")):
            self.different += [Different(found, rule, lists) for lists, found in self._all("AllDifferent", predicate)]

    def _all(self, kind: str, predicate: Term) -> list[tuple[tuple[SchemaTriple, SchemaTriple], tuple[Term, ...]]]:
        """Return the axiom and the list of each thing of a kind, such as ``owl:AllDifferent``."""
        return [
            ((declared, (node, predicate, head)), members)
            for node, declared in self._typed(kind)
            for head in self._tbox.values(node, predicate)
            if (members := self._tbox.members(node, predicate, head, literals=kind == "AllDifferent"))
        ]

    def _assertions(self) -> None:
        """prp-npa1 and prp-npa2."""
        values = self._tbox.values
        source, prop = owl.word("sourceIndividual"), owl.word("assertionProperty")
        for target, rule in ((owl.word("targetIndividual"), "prp-npa1"), (owl.word("targetValue"), "prp-npa2")):
            for node in sorted({node for node, _ in self._tbox.pairs(target)}):
                for s, p, o in itertools.product(values(node, source), values(node, prop), values(node, target)):
                    axiom = ((node, source, s), (node, prop, p), (node, target, o))
                    self.negative.append(NegativeAssertion(s, p, o, rule, axiom))

    def rules(self) -> Iterator[Rule]:
        """Return the rules and checks that are no edges."""
        groups: tuple[Sequence[Rule], ...] = (
            self.some_values,
            self.all_values,
            self.has_values,
            self.chains,
            self.intersections,
            self.transitive,
            self.functional,
            self.inverse_functional,
            self.keys,
            self.members,
            self.disjoint,
            self.disjoint_properties,
            self.property_checks,
            self.at_most_none,
            self.negative,
        )
        return itertools.chain.from_iterable(groups)

    def _things(self) -> None:
        """Lead declared classes to ``owl:Thing``, and ``owl:Nothing`` to them, where something hangs on it."""
        thing, nothing = _class(owl.THING), _class(owl.NOTHING)
        above = any(edge.source == thing and edge.target != thing for edge in self.edges)
        for cls in sorted(self._saturation.declared):
            if cls != owl.THING and (above or thing in self.read):
                self._edge(_class(cls), Op.SAME, thing, "cax-sco", (cls, owl.SUB_CLASS, owl.THING))
            if cls != owl.NOTHING and self._saturation.nothings:
                self._edge(nothing, Op.SAME, _class(cls), "cax-sco", (owl.NOTHING, owl.SUB_CLASS, cls))


def _prop(name: Term) -> Column:
    return Column(Kind.PROPERTY, name)


def _class(name: Term) -> Column:
    return Column(Kind.CLASS, name)


def _distinct(names: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return names once each, in order: a class that is disjoint with itself stands alone, and has no members."""
    return tuple(dict.fromkeys(names))


def _with_repeated(names: tuple[Term, ...]) -> list[tuple[Term, ...]]:
    """Return a list of disjoint names without repetition, and each repeated name alone."""
    once = _distinct(names)
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    return [once, *((name,) for name in repeated)] if len(once) > 1 else [(name,) for name in repeated]
