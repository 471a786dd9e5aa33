"""The plan: an ontology compiled into rules over columns, the same for every engine.

A *column* holds the members of a class, or the subject and object pairs of a property. A rule says which columns it
reads and which one it writes; no rule reads the schema. Terms are strings in N-Triples form (``<iri>``, ``_:label``,
``"text"@en``), so that a plan knows no dictionary. Names that begin with `AUXILIARY` belong to steps between two rules;
no triple carries them.

Rule names are those of the W3C's OWL 2 Profiles, tables 4 to 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

__all__ = [
    "AUXILIARY",
    "AllValues",
    "AtMostNone",
    "Both",
    "Chain",
    "Column",
    "Different",
    "Disjoint",
    "DisjointProperties",
    "Edge",
    "Functional",
    "HasValue",
    "Ignored",
    "InverseFunctional",
    "Key",
    "Kind",
    "Member",
    "NegativeAssertion",
    "Op",
    "Plan",
    "PropertyCheck",
    "SchemaStep",
    "SchemaTriple",
    "SomeValues",
    "Term",
    "Transitive",
]

Term: TypeAlias = str
SchemaTriple: TypeAlias = tuple[Term, Term, Term]
Axiom: TypeAlias = tuple[SchemaTriple, ...]
"""The schema triples, asserted or entailed, that a rule rests on; those of a list's cells are left out."""

AUXILIARY: Final = "aux:"


class Kind(StrEnum):
    """What a column holds."""

    CLASS = "class"
    PROPERTY = "property"


class Column(NamedTuple):
    """Members of a class, or pairs of a property."""

    kind: Kind
    name: Term


class Op(StrEnum):
    """How an edge makes a row of its target from a row of its source."""

    SAME = "same"
    FLIP = "flip"
    SUBJECT = "subject"
    OBJECT = "object"


class Edge(NamedTuple):
    """A rule of one premise.

    cax-sco, cax-eqc1/2, prp-spo1, prp-eqp1/2, prp-inv1/2, prp-symp, prp-dom, prp-rng, cls-int2,
    cls-uni, cls-svf2, and the shapes with one member of cls-int1 and prp-spo2.
    """

    source: Column
    op: Op
    target: Column
    rule: str
    axiom: Axiom


class SomeValues(NamedTuple):
    """cls-svf1: ``x prop y`` and y in `filler` give x in `target`."""

    prop: Term
    filler: Term
    target: Term
    axiom: Axiom


class AllValues(NamedTuple):
    """cls-avf: x in `source` and ``x prop y`` give y in `target`."""

    source: Term
    prop: Term
    target: Term
    axiom: Axiom


class HasValue(NamedTuple):
    """cls-hv1: x in `cls` gives ``x prop value``; cls-hv2: the other way round."""

    cls: Term
    prop: Term
    value: Term
    axiom: Axiom


class Chain(NamedTuple):
    """prp-spo2 of two steps: ``x first y`` and ``y second z`` give ``x target z``.

    Longer chains go through auxiliary properties; `members` are the whole chain where `target` is not auxiliary.
    """

    first: Term
    second: Term
    target: Term
    members: tuple[Term, ...]
    axiom: Axiom


class Both(NamedTuple):
    """cls-int1 of two classes: longer intersections go through auxiliary classes; `members` as in `Chain`."""

    first: Term
    second: Term
    target: Term
    members: tuple[Term, ...]
    axiom: Axiom


class Transitive(NamedTuple):
    """prp-trp; where `axiom` is a chain ``( prop prop )`` of `prop`, prp-spo2, which says the same."""

    prop: Term
    axiom: Axiom


class Functional(NamedTuple):
    """prp-fp, cls-maxc2, cls-maxqc3, cls-maxqc4.

    Two values of `prop` for one subject (in `cls`, if one is named) that are both in `filler` (if one is named) are the
    same.
    """

    prop: Term
    cls: Term | None
    filler: Term | None
    rule: str
    axiom: Axiom


class InverseFunctional(NamedTuple):
    """prp-ifp."""

    prop: Term
    axiom: Axiom


class Key(NamedTuple):
    """prp-key: members of `cls` that share a value of each of `props` are the same."""

    cls: Term
    props: tuple[Term, ...]
    axiom: Axiom


class Member(NamedTuple):
    """cls-oo: a fact."""

    individual: Term
    cls: Term
    axiom: Axiom


class Disjoint(NamedTuple):
    """cax-dw, cax-adc, cls-com: no individual is in two of `classes`, which stand once each.

    A class alone (``owl:Nothing`` by cls-nothing2, one that is disjoint with itself) has no members at all.
    """

    classes: tuple[Term, ...]
    rule: str
    axiom: Axiom


class DisjointProperties(NamedTuple):
    """prp-pdw, prp-adp: no pair is in two of `props`, which stand once each; one alone has no pairs at all."""

    props: tuple[Term, ...]
    rule: str
    axiom: Axiom


class PropertyCheck(NamedTuple):
    """prp-irp (no pair of a thing with itself), prp-asyp (no pair both ways)."""

    prop: Term
    rule: str
    axiom: Axiom


class AtMostNone(NamedTuple):
    """cls-maxc1, cls-maxqc1, cls-maxqc2: no member of `cls` has a value of `prop` (in `filler`, if one is named)."""

    cls: Term
    prop: Term
    filler: Term | None
    rule: str
    axiom: Axiom


class Different(NamedTuple):
    """eq-diff1 (two members), eq-diff2, eq-diff3: no two of `members` are the same, a repeated one included.

    Those of eq-diff1 are the ``owl:differentFrom`` of the ontology itself; those of the data are rows of its column.
    """

    members: tuple[Term, ...]
    rule: str
    axiom: Axiom


class NegativeAssertion(NamedTuple):
    """prp-npa1, prp-npa2: ``source prop target`` does not hold."""

    source: Term
    prop: Term
    target: Term
    rule: str
    axiom: Axiom


class SchemaStep(NamedTuple):
    """How an entailed schema triple follows: its rule, and the schema triples before it."""

    rule: str
    premises: tuple[SchemaTriple, ...]


class Ignored(NamedTuple):
    """An axiom, or a part of one, that no rule of OWL 2 RL reads, or that is malformed.

    Attributes:
        triple: The triple that stands for it.
        reason: A sentence: what was expected.
        malformed: Whether it is broken (a list with two tails), not only outside the profile.
    """

    triple: SchemaTriple
    reason: str
    malformed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An ontology, compiled.

    Attributes:
        schema: The schema triples that were given.
        entailed: The schema triples that follow and were not given, with the step of each, sorted, those with
            blank nodes too: the border of the output drops what it must. Found when asked for: listing a closure
            beyond 10 M pairs is refused, looking up is not. What declarations imply of every class and property
            (``c rdfs:subClassOf c``, ``c rdfs:subClassOf owl:Thing``) can be looked up and is not listed.
        edges: The single edges, for proofs, sorted.
        composed: For each source column, what one application of the edges' closure under composition writes: targets
            with ops, sorted, without ``(source, SAME)``. Engines use these alone. A value is found when asked for, at
            the cost of its length: ask for columns with rows, do not go through all. ``owl:Thing`` is a target only
            where a rule reads it.
        aliases: Classes and properties that are ``owl:sameAs`` one another: each with the name that columns carry.
        bridges: Columns named by words of RDF, RDFS or OWL that rules read or write as ordinary ones: engines put the
            schema triples, given and entailed, into them.
        ignored: What no rule reads.
    """

    schema: frozenset[SchemaTriple]
    entailed: Mapping[SchemaTriple, SchemaStep]
    edges: tuple[Edge, ...]
    composed: Mapping[Column, tuple[tuple[Column, Op], ...]]
    some_values: tuple[SomeValues, ...] = ()
    all_values: tuple[AllValues, ...] = ()
    has_values: tuple[HasValue, ...] = ()
    chains: tuple[Chain, ...] = ()
    intersections: tuple[Both, ...] = ()
    transitive: tuple[Transitive, ...] = ()
    functional: tuple[Functional, ...] = ()
    inverse_functional: tuple[InverseFunctional, ...] = ()
    keys: tuple[Key, ...] = ()
    members: tuple[Member, ...] = ()
    disjoint: tuple[Disjoint, ...] = ()
    disjoint_properties: tuple[DisjointProperties, ...] = ()
    property_checks: tuple[PropertyCheck, ...] = ()
    at_most_none: tuple[AtMostNone, ...] = ()
    different: tuple[Different, ...] = ()
    negative: tuple[NegativeAssertion, ...] = ()
    aliases: Mapping[Term, Term] = field(default_factory=dict)
    bridges: frozenset[Column] = frozenset()
    ignored: tuple[Ignored, ...] = ()
