"""Small datasets: what a document and a register assert, each triple of the document with a Statement of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from egov_kg import iri
from egov_kg.rdf.ontology import ontology_quads
from egov_kg.validation import Finding, find_conflicts

PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iri.PREFIXES.items())
BASE = "https://example.org/kg/"

Dataset = Callable[..., list[Quad]]
Conflicts = Callable[..., tuple[Finding, ...]]


def triples(text: str) -> list[Triple]:
    """Return the triples of Turtle; relative IRIs are ids."""
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE, base_iri=f"{BASE}id/")]


@pytest.fixture(scope="session")
def ontology() -> Sequence[Quad]:
    """The ontology with its alignments, in its graph."""
    return ontology_quads(BASE)


@pytest.fixture
def dataset() -> Dataset:
    """``dataset(stated, register)``: Turtle in a document graph, with Statements, and Turtle in a background graph."""

    def make(stated: str, register: str = "") -> list[Quad]:
        document, background, evidence = (
            NamedNode(iri.graph_iri(name, BASE)) for name in ("document/d", "background/register", "evidence")
        )
        quads = [Quad(t.subject, t.predicate, t.object, background) for t in triples(register)]
        numbers = count(1)
        for triple in triples(stated):
            quads.append(Quad(triple.subject, triple.predicate, triple.object, document))
            name = NamedNode(iri.thing_iri(f"statement/{next(numbers)}", BASE))
            for part, term in (
                ("rdf:type", NamedNode(iri.expand("egov:Statement"))),
                ("rdf:subject", triple.subject),
                ("rdf:predicate", triple.predicate),
                ("rdf:object", triple.object),
                ("egov:certainty", Literal("stated")),
                ("egov:ruleId", Literal("test.1")),
                ("prov:wasQuotedFrom", NamedNode(iri.thing_iri("document/int/d", BASE))),
                ("prov:wasGeneratedBy", NamedNode(iri.thing_iri("build/b", BASE))),
                ("oa:hasTarget", NamedNode(iri.thing_iri("span/s", BASE))),
            ):
                quads.append(Quad(name, NamedNode(iri.expand(part)), term, evidence))
        return quads

    return make


@pytest.fixture
def conflicts(dataset: Dataset, ontology: Sequence[Quad]) -> Conflicts:
    """The conflicts of such a dataset."""
    return lambda stated, register="": find_conflicts(dataset(stated, register), ontology, BASE)


@pytest.fixture
def words() -> Callable[[Finding], list[str]]:
    """The numbers of the Statements that a finding names, in the order of the document's triples."""
    return lambda finding: sorted((name.rpartition("/")[2] for name in finding.statements), key=int)
