"""What is worth writing: facts about individuals. The rest of a closure is true and asked for by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from egov_kg import iri
from egov_kg.inference.axioms import SAME_AS, TYPE, Axioms, is_schema_predicate

__all__ = ["lean_filter"]

_META: Final = (iri.PREFIXES["owl"], iri.PREFIXES["rdfs"])


def lean_filter(axioms: Axioms) -> Callable[[Triple], bool]:
    """Return the question whether a derived triple is written.

    Not written: triples about classes, properties and lists; subjects that are literals; types in classes without a
    name and in those of OWL and RDFS itself (``owl:Thing``); ``x owl:sameAs x``; blank nodes.
    """
    schema, anonymous = axioms.schema_terms, axioms.anonymous

    def is_lean(triple: Triple) -> bool:
        subject, predicate, thing = triple.subject, triple.predicate, triple.object
        if not isinstance(subject, NamedNode) or subject in schema or isinstance(thing, BlankNode):
            return False
        if thing in anonymous or predicate in anonymous:
            return False
        if is_schema_predicate(predicate) or (predicate == SAME_AS and subject == thing):
            return False
        return not (predicate == TYPE and isinstance(thing, NamedNode) and thing.value.startswith(_META))

    return is_lean
