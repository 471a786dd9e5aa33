"""The words of RDF, RDFS and OWL that rules read, as N-Triples terms, and which triples belong to the schema."""

from __future__ import annotations

from typing import Final

from egov_kg.inference.plan import Term

__all__ = ["META_CLASSES", "NAMESPACES", "SCHEMA_PREDICATES", "is_schema", "is_word", "rdf", "rdfs", "word"]

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_OWL: Final = "http://www.w3.org/2002/07/owl#"
NAMESPACES: Final = tuple(f"<{namespace}" for namespace in (_RDF, _RDFS, _OWL))


def word(name: str) -> Term:
    """Return a word of OWL.

    >>> word("Thing")
    '<http://www.w3.org/2002/07/owl#Thing>'
    """
    return f"<{_OWL}{name}>"


def rdf(name: str) -> Term:
    """Return a word of RDF."""
    return f"<{_RDF}{name}>"


def rdfs(name: str) -> Term:
    """Return a word of RDFS."""
    return f"<{_RDFS}{name}>"


TYPE: Final = rdf("type")
FIRST: Final = rdf("first")
REST: Final = rdf("rest")
NIL: Final = rdf("nil")
SUB_CLASS: Final = rdfs("subClassOf")
SUB_PROPERTY: Final = rdfs("subPropertyOf")
DOMAIN: Final = rdfs("domain")
RANGE: Final = rdfs("range")
EQUIVALENT_CLASS: Final = word("equivalentClass")
EQUIVALENT_PROPERTY: Final = word("equivalentProperty")
INVERSE: Final = word("inverseOf")
THING: Final = word("Thing")
NOTHING: Final = word("Nothing")
CLASS: Final = word("Class")
SAME: Final = word("sameAs")
DIFFERENT: Final = word("differentFrom")
ON_PROPERTY: Final = word("onProperty")
ON_CLASS: Final = word("onClass")
SOME: Final = word("someValuesFrom")
ALL: Final = word("allValuesFrom")
HAS_VALUE: Final = word("hasValue")
INTERSECTION: Final = word("intersectionOf")
UNION: Final = word("unionOf")
ONE_OF: Final = word("oneOf")
COMPLEMENT: Final = word("complementOf")
DISJOINT: Final = word("disjointWith")
PROPERTY_DISJOINT: Final = word("propertyDisjointWith")
CHAIN: Final = word("propertyChainAxiom")
KEY: Final = word("hasKey")
MEMBERS: Final = word("members")
DISTINCT_MEMBERS: Final = word("distinctMembers")
MAX: Final = word("maxCardinality")
MAX_QUALIFIED: Final = word("maxQualifiedCardinality")

OBJECT_PROPERTY: Final = word("ObjectProperty")
DATATYPE_PROPERTY: Final = word("DatatypeProperty")

UNREAD: Final = {
    word("cardinality"): "an exact cardinality has no rule; state owl:maxCardinality beside it",
    word("qualifiedCardinality"): "an exact cardinality has no rule; state owl:maxQualifiedCardinality beside it",
    word("minCardinality"): "a least number of values has no rule, since rules make no individuals",
    word("minQualifiedCardinality"): "a least number of values has no rule, since rules make no individuals",
    word("hasSelf"): "things related to themselves have no rule",
    word("disjointUnionOf"): "no rule reads it; state owl:unionOf and owl:AllDisjointClasses, its two parts",
    word("onDataRange"): "no rule counts literals of a datatype",
    word("onDatatype"): "no rule reads a datatype with facets",
    word("withRestrictions"): "no rule reads a datatype with facets",
    word("datatypeComplementOf"): "no rule reads the complement of a datatype",
    word("onProperties"): "no rule reads a restriction of several properties",
}
"""Predicates that no rule of OWL 2 RL reads, each with what is missing and, if there is one, the way round."""

SCHEMA_PREDICATES: Final = frozenset(
    {FIRST, REST, SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE, EQUIVALENT_CLASS, EQUIVALENT_PROPERTY, INVERSE, ON_PROPERTY}
    | {ON_CLASS, SOME, ALL, HAS_VALUE, INTERSECTION, UNION, ONE_OF, COMPLEMENT, DISJOINT, PROPERTY_DISJOINT, CHAIN, KEY}
    | {MEMBERS, DISTINCT_MEMBERS, MAX, MAX_QUALIFIED}
    | {word("sourceIndividual"), word("assertionProperty"), word("targetIndividual"), word("targetValue")}
    | UNREAD.keys()
)
META_CLASSES: Final = frozenset(
    {CLASS, OBJECT_PROPERTY, DATATYPE_PROPERTY, rdfs("Class"), rdfs("Datatype"), rdf("Property"), rdf("List")}
    | {
        word(name)
        for name in [
            "AllDifferent",
            "AllDisjointClasses",
            "AllDisjointProperties",
            "AnnotationProperty",
            "AsymmetricProperty",
            "DataRange",
            "DeprecatedClass",
            "DeprecatedProperty",
            "FunctionalProperty",
            "InverseFunctionalProperty",
            "IrreflexiveProperty",
            "NegativePropertyAssertion",
            "OntologyProperty",
            "ReflexiveProperty",
            "Restriction",
            "SymmetricProperty",
            "TransitiveProperty",
        ]
    }
)


def is_schema(subject: Term, predicate: Term, value: Term) -> bool:
    """Tell whether a triple belongs to the schema: what a plan is compiled from, and not the data.

    These are triples with a schema predicate, typings by a class of RDFS or OWL, and the cells of lists. Facts with
    ``owl:sameAs`` and ``owl:differentFrom`` are data, also between classes.

    >>> is_schema("<a>", TYPE, CLASS), is_schema("<a>", TYPE, THING), is_schema("_:l", FIRST, "<a>")
    (True, False, True)
    """
    del subject
    return predicate in SCHEMA_PREDICATES or (predicate == TYPE and value in META_CLASSES)


def is_word(term: Term) -> bool:
    """Tell whether a term is a word of RDF, RDFS or OWL."""
    return term.startswith(NAMESPACES)
