"""owlrl as it comes: a slow second opinion, and the oracle of the tests.

It walks every triple in every round, and half of what it writes nobody asked for (`NOISE`). It also has bugs; those
that are known stand in `egov_kg.inference.reference_bugs`, each with the data that shows it. Literals go in as they are
written: to rdflib ``"1"`` and ``"01"`` are two things, as they are to owlrl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import pyoxigraph as ox
import rdflib
from owlrl.Namespaces import ERRNS
from owlrl.OWLRL import OWLRL_Annotation_properties, OWLRL_Semantics
from owlrl.XsdDatatypes import OWL_RL_Datatypes
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import OWL, RDF, RDFS

from egov_kg.errors import UsageError
from egov_kg.inference.literals import canonical
from egov_kg.inference.owl import is_schema
from egov_kg.rdf.convert import rdflib_graph, triples_from_rdflib

__all__ = [
    "NOISE",
    "Expansion",
    "Noise",
    "derived_by_owlrl",
    "expand_with_owlrl",
    "is_lean",
    "noise_of",
    "owlrl_expansion",
    "stood_for",
]

RdflibTriple = tuple[Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """What owlrl makes of a graph.

    Attributes:
        triples: What was given and what follows; without its error messages, and without `generalised`.
        generalised: How many triples followed that RDF cannot say, because their subject is a literal.
        errors: The inconsistencies that it noticed, sorted, as it words them.
    """

    triples: frozenset[Triple]
    generalised: int
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """One kind of triple that owlrl writes, that is true, and that nobody asks for.

    Attributes:
        rule: The rule that writes it, as the W3C's tables name it.
        what: Which triples these are.
        is_it: Whether a triple is one.
    """

    rule: str
    what: str
    is_it: Callable[[Triple], bool]


def owlrl_expansion(triples: Iterable[Triple], *, mended: bool = False) -> set[Triple]:
    """Return what was given and what owlrl derives from it, noise included, as far as RDF can say it.

    Args:
        triples: Facts and axioms together. owlrl takes minutes for thousands, and for a few hundred in dense equality:
            give it nothing from a stranger.
        mended: With the bugs taken out that derive too much, see `expand_with_owlrl`.

    Example:
        >>> a, b, same = NamedNode("urn:a"), NamedNode("urn:b"), NamedNode(str(OWL.sameAs))
        >>> Triple(b, same, a) in owlrl_expansion([Triple(a, same, b)])
        True
    """
    return set(expand_with_owlrl(triples, mended=mended).triples)


def expand_with_owlrl(triples: Iterable[Triple], *, mended: bool = False) -> Expansion:
    """Return all that owlrl says of some triples.

    Args:
        triples: Facts and axioms together.
        mended: Whether keys compare each of their properties, as prp-key has it (owlrl skips the last one), and whether
            two literals stay two where a functional property or a cardinality has both as values (owlrl makes them
            the same, and then gives each thing that has one the other, too). An oracle needs both.

    Raises:
        ValueError: As owlrl does, of lists that lead back to themselves.
        AttributeError: As owlrl does, of cardinalities that are no literals.
        decimal.InvalidOperation: As owlrl does, of an ill-typed ``xsd:decimal``.
    """
    graph = rdflib_graph(triples)
    rules = _MendedRules(graph, False, False) if mended else OWLRL_Semantics(graph, False, False)
    rules.closure()
    messages = set(graph.subjects(RDF.type, ERRNS.ErrorMessage))
    said = rdflib.Graph()
    generalised = 0
    for triple in graph:
        if isinstance(triple[0], rdflib.Literal):
            generalised += 1
        elif triple[0] not in messages and not _mentions(triple, messages):
            said.add(triple)
    return Expansion(
        triples=frozenset(triples_from_rdflib(said)),
        generalised=generalised,
        errors=tuple(sorted(rules.error_messages)),
    )


def derived_by_owlrl(triples: Iterable[Triple], *, lean: bool = True) -> Expansion:
    """Return what owlrl derives and nobody gave, without the bugs that derive too much.

    Args:
        triples: Facts and axioms together.
        lean: Whether only what a lean closure shows is wanted, see `is_lean`.

    Raises:
        UsageError: If it ends in an exception of its own, as it does for what `KNOWN_BUGS` lists.
    """
    given = set(triples)
    try:
        found = expand_with_owlrl(given, mended=True)
    except (ValueError, AttributeError, ArithmeticError) as error:
        raise UsageError(f"owlrl ended with an error ({error!r}); our own reasoner does not") from error
    derived = (triple for triple in found.triples if triple not in given)
    return replace(found, triples=frozenset(filter(is_lean, derived) if lean else derived))


def is_lean(triple: Triple) -> bool:
    """Tell whether a lean closure shows a triple: no noise, no schema with blank nodes, nothing of the language itself.

    Example:
        >>> a, thing = NamedNode("urn:a"), NamedNode(str(OWL.Thing))
        >>> is_lean(Triple(a, NamedNode(str(RDF.type)), a)), is_lean(Triple(a, NamedNode(str(RDFS.domain)), thing))
        (True, False)
    """
    subject, thing = triple.subject, triple.object
    if noise_of(triple) is not None or thing == _THING or _is_of_the_language(subject):
        return False
    blank = isinstance(subject, BlankNode) or isinstance(thing, BlankNode)
    return not (blank and is_schema(str(subject), str(triple.predicate), str(thing)))


def _is_of_the_language(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith("http://www.w3.org/")


def stood_for(triple: Triple) -> Triple:
    """Return a triple with the literal that stands for all of its object's value: to owlrl each is another thing.

    Example:
        >>> a, integer = NamedNode("urn:a"), NamedNode("http://www.w3.org/2001/XMLSchema#integer")
        >>> stood_for(Triple(a, a, Literal("01", datatype=integer))).object.value
        '1'
    """
    thing = triple.object
    if not isinstance(thing, Literal):
        return triple
    text = canonical(str(thing))
    if text == str(thing):
        return triple
    quad = next(iter(ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    return Triple(triple.subject, triple.predicate, quad.object)


def noise_of(triple: Triple) -> Noise | None:
    """Return the kind of noise that a triple is; None if it says something.

    Example:
        >>> a = NamedNode("urn:a")
        >>> kind = noise_of(Triple(a, NamedNode(str(OWL.sameAs)), a))
        >>> kind.rule if kind else None
        'eq-ref'
    """
    return next((noise for noise in NOISE if noise.is_it(triple)), None)


def _mentions(triple: RdflibTriple, messages: set[Any]) -> bool:
    """Tell whether a triple is about owlrl's error messages: equality replicates them if there is a second round."""
    return any(term in messages or term == ERRNS.ErrorMessage for term in triple)


class _MendedRules(OWLRL_Semantics):  # type: ignore[misc]
    def _properties(self, triple: RdflibTriple, cycle_num: int) -> None:
        cls, word, keys = triple
        if word != OWL.hasKey:
            super()._properties(triple, cycle_num)
            return
        properties = self._list(keys)
        for left, right in combinations(list(self.graph.subjects(RDF.type, cls)), 2) if properties else ():
            if all(self._share(left, right, prop) for prop in properties):
                self.store_triple((left, OWL.sameAs, right))

    def _share(self, left: Any, right: Any, prop: Any) -> bool:
        return any((right, prop, value) in self.graph for value in self.graph.objects(left, prop))

    def store_triple(self, t: RdflibTriple) -> None:
        subject, word, thing = t
        if isinstance(subject, rdflib.Literal) and isinstance(thing, rdflib.Literal) and word == OWL.sameAs:
            if subject != thing:
                self.add_error(f"{subject.n3()} and {thing.n3()} would be the same")
            return
        super().store_triple(t)


def _node(term: object) -> NamedNode:
    return NamedNode(str(term))


_TYPE: Final = _node(RDF.type)
_SAME_AS: Final = _node(OWL.sameAs)
_CLASS: Final = _node(OWL.Class)
_THING: Final = _node(OWL.Thing)
_NOTHING: Final = _node(OWL.Nothing)
_SUB_CLASS: Final = _node(RDFS.subClassOf)
_CLASS_AXIOMS: Final = frozenset([_SUB_CLASS, _node(OWL.equivalentClass)])
_PROPERTY_AXIOMS: Final = frozenset([_node(RDFS.subPropertyOf), _node(OWL.equivalentProperty)])
_DATATYPES: Final = frozenset(map(_node, OWL_RL_Datatypes))
_DATATYPE: Final = _node(RDFS.Datatype)
_ANNOTATIONS: Final = frozenset(map(_node, OWLRL_Annotation_properties))
_ANNOTATION: Final = _node(OWL.AnnotationProperty)
_DISJOINT: Final = _node(OWL.disjointWith)


def _is_typing(triple: Triple, cls: NamedNode, members: frozenset[NamedNode]) -> bool:
    return triple.predicate == _TYPE and triple.object == cls and triple.subject in members


NOISE: Final = (
    Noise(
        "eq-ref",
        "each term is the same as itself",
        lambda t: t.predicate == _SAME_AS and t.subject == t.object,
    ),
    Noise(
        "cls-thing",
        "owl:Thing is a class",
        lambda t: _is_typing(t, _CLASS, frozenset([_THING])),
    ),
    Noise(
        "cls-nothing1",
        "owl:Nothing is a class",
        lambda t: _is_typing(t, _CLASS, frozenset([_NOTHING])),
    ),
    Noise(
        "prp-ap",
        "the annotation properties of RDFS and OWL are some",
        lambda t: _is_typing(t, _ANNOTATION, _ANNOTATIONS),
    ),
    Noise(
        "dt-type1",
        "the datatypes of OWL 2 RL are datatypes, whether the graph names them or not",
        lambda t: _is_typing(t, _DATATYPE, _DATATYPES),
    ),
    Noise(
        "dt-disjoint",
        "datatypes that the graph uses are disjoint; no rule says so, it stands for dt-diff",
        lambda t: t.predicate == _DISJOINT and t.subject in _DATATYPES and t.object in _DATATYPES,
    ),
    Noise(
        "scm-cls",
        "each class is a sub-class of itself and of owl:Thing, equals itself, and owl:Nothing is a sub-class of it",
        lambda t: (
            (t.predicate in _CLASS_AXIOMS and t.subject == t.object)
            or (t.predicate == _SUB_CLASS and (t.object == _THING or t.subject == _NOTHING))
        ),
    ),
    Noise(
        "scm-op",
        "each property is a sub-property of itself and equals itself (scm-dp does the same)",
        lambda t: t.predicate in _PROPERTY_AXIOMS and t.subject == t.object,
    ),
    Noise(
        "owl:Thing",
        "each member of a class is a thing, by cax-sco and scm-cls",
        lambda t: t.predicate == _TYPE and t.object == _THING,
    ),
    Noise(
        "anonymous classes",
        "a restriction or an intersection without a name has members",
        lambda t: t.predicate == _TYPE and isinstance(t.object, BlankNode),
    ),
)
"""The written list: what of owlrl's output is noise. Triples with a literal as subject never leave `expand_with_owlrl`,
nor do error messages. The lean closure has none of these."""
