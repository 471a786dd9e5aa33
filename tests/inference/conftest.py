"""Facts written by hand, random facts over the real ontology, and what both are closed with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from egov_kg import iri
from egov_kg.deriving import Derived, derive
from egov_kg.inference import Closure, entail
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.owl import is_schema
from egov_kg.inference.plan import Plan
from egov_kg.rdf.ontology import ontology_triples

Facts = Callable[[str], list[Triple]]
PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iri.PREFIXES.items())


@pytest.fixture(scope="session")
def ontology() -> tuple[Triple, ...]:
    """The ontology with its alignments."""
    return ontology_triples()


@pytest.fixture(scope="session")
def plan_of() -> Callable[[str], Plan]:
    """The plan of an ontology in Turtle; ``:a`` is ``<e:a>``."""
    prefixes = PREFIXES + "@prefix : <e:> .\n"
    return lambda text: compile_ontology(quad.triple for quad in parse(prefixes + text, format=RdfFormat.TURTLE))


class Reasoning:
    """What the rules make of facts and axioms in Turtle.

    ``:a`` is ``<e:a>``; what comes out is short: ``a rdf:type C``.
    """

    def close(self, text: str, **options: Any) -> Closure:
        """Return the closure."""
        triples = _read(text)
        given = [t for t in triples if not is_schema(str(t.subject), str(t.predicate), str(t.object))]
        return entail(given, compile_ontology(triples), **options)

    def facts(self, text: str, **options: Any) -> set[str]:
        """Return the entailed facts of the lean closure."""
        return {_short(triple) for triple in self.close(text, **options).entailed(schema=False)}

    def schema(self, text: str) -> set[str]:
        """Return the entailed triples of the lean closure, those of the schema included."""
        return {_short(triple) for triple in self.close(text).entailed()}

    def full(self, text: str) -> set[str]:
        """Return the entailed triples of the full closure."""
        return {_short(triple) for triple in self.close(text, closure="full").entailed()}

    def clashes(self, text: str) -> list[str]:
        """Return the rules that found a contradiction."""
        return [finding.rule for finding in self.close(text).check()]


def _read(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + "@prefix : <e:> .\n" + text, format=RdfFormat.TURTLE)]


def _short(triple: Triple) -> str:
    text = " ".join(str(term) for term in triple)
    for prefix, namespace in iri.PREFIXES.items():
        text = re.sub(f"<{re.escape(namespace)}([^>]*)>", f"{prefix}:\\1", text)
    return re.sub("<e:([^>]*)>", "\\1", text)


@pytest.fixture(scope="session")
def reasoning() -> Reasoning:
    """The reasoner, on facts and axioms in Turtle."""
    return Reasoning()


@pytest.fixture(scope="session")
def facts() -> Facts:
    """Triples from Turtle with our prefixes; relative IRIs are ids: ``<law/kr/a> egov:enactedIn <time/kr/2001> .``."""

    def read(text: str) -> list[Triple]:
        quads = parse(PREFIXES + text, format=RdfFormat.TURTLE, base_iri=f"{iri.BASE}id/")
        return [quad.triple for quad in quads]

    return read


@pytest.fixture(scope="session")
def close(ontology: tuple[Triple, ...], facts: Facts) -> Callable[[str], Derived]:
    """What follows from facts in Turtle under the whole ontology."""
    return lambda text: derive(facts(text), ontology, iri.BASE)


@pytest.fixture(scope="session")
def links(close: Callable[[str], Derived]) -> Callable[[str, str], set[tuple[str, str]]]:
    """Who is linked to whom by a property in the closure of facts in Turtle, as ids; asserted links are left out."""

    def read(text: str, prop: str) -> set[tuple[str, str]]:
        predicate = NamedNode(iri.expand(prop))
        found = (t for t in close(text).entailed if t.predicate == predicate)
        return {(_id(t.subject), _id(t.object)) for t in found}

    return read


def _id(term: object) -> str:
    return (iri.id_of(term.value) or term.value) if isinstance(term, NamedNode) else str(term)
