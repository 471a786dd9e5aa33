"""Our own run of the shapes finds what pySHACL finds: on our data, and on data that was damaged at random."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from egov_kg import assets, iri
from egov_kg.deriving import derive
from egov_kg.documents import document_from_text
from egov_kg.extraction import load_extractor
from egov_kg.rdf import assemble, default_graph, ontology_quads, read_background
from egov_kg.rdf.ontology import read_turtle
from egov_kg.validation.shacl import Graph, Shapes, unknown_words
from egov_kg.validation.shapes import run_shapes

TEXT = """# Digital offices in Norway

The Ministry of Works launched the Harbour Portal in 2001. The Harbour Records Act was enacted in 1996. The Larsen
administration introduced the Harbour Portal. The Harbour Portal uses cloud computing. Lack of trained staff hampered
the Harbour Portal. President Anna Larsen headed the Larsen administration. The report had 120 views.
"""
ONTOLOGY = ontology_quads()


def _entailed(quads: list[Quad]) -> tuple[Triple, ...]:
    facts = (quad.triple for quad in default_graph(quads, ()))
    return derive(facts, (quad.triple for quad in ONTOLOGY), iri.BASE).entailed


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    """Return the asserted dataset of one document and no background."""
    extraction = load_extractor(assets.data()).extract_all([document_from_text(TEXT, "norway.md")])
    return list(assemble(extraction))


def _damaged(quads: list[Quad], seed: int) -> list[Quad]:
    """Return the quads with some dropped, and some with another value, subject or graph."""
    chance = random.Random(seed)
    nodes = sorted({q.subject for q in quads if isinstance(q.subject, NamedNode)}, key=str)
    values: list[Literal | NamedNode] = [
        *(Literal(text) for text in ("", "x", "-1")),
        Literal("x", language="en"),
        Literal("x", language="ko"),
        *(Literal(text, datatype=NamedNode(iri.expand("xsd:integer"))) for text in ("-1", "7", "seven")),
        Literal("1996", datatype=NamedNode(iri.expand("xsd:gYear"))),
        NamedNode(iri.expand("egov:Law")),
        NamedNode(iri.expand("egov:Unheard")),
    ]
    damaged = []
    for quad in quads:
        luck = chance.random()
        if luck < 0.05:
            continue
        damaged.append(quad)
        if luck < 0.12:
            thing = chance.choice([*values, *nodes])
            damaged.append(Quad(quad.subject, quad.predicate, thing, quad.graph_name))
        elif luck < 0.15:
            damaged.append(Quad(chance.choice(nodes), quad.predicate, quad.object, quad.graph_name))
    return damaged


class TestAgainstPySHACL:
    """The oracle is the engine that knows all of SHACL."""

    @pytest.mark.parametrize("seed", range(6))
    def test_damaged_data_has_the_same_findings(self, quads: list[Quad], seed: int) -> None:
        """All shapes, those that conflicts tell as well; messages, values and Statements included."""
        data = _damaged(quads, seed)
        entailed = _entailed(data)

        own = run_shapes(data, entailed, ONTOLOGY)
        oracle = run_shapes(data, entailed, ONTOLOGY, engine="pyshacl")

        assert len({finding.check for finding in oracle}) > 10
        assert own == oracle

    def test_a_damaged_background_has_the_same_findings(self) -> None:
        """Terms, calendars, citations and notes."""
        whole = list(assemble([], read_background(assets.data("background"))))
        entailed = _entailed(whole)
        data = _damaged(whole, 1)

        own = run_shapes(data, entailed, ONTOLOGY)

        assert own
        assert own == run_shapes(data, entailed, ONTOLOGY, engine="pyshacl")

    def test_our_shapes_have_no_word_that_is_not_known(self) -> None:
        """Else every build would wait for pySHACL."""
        assert unknown_words(read_turtle(assets.ontology("shapes.ttl"))) == ()

    def test_shapes_with_another_word_are_left_to_pyshacl(self, tmp_path: Path) -> None:
        """They work; they are slower."""
        shapes = tmp_path / "shapes.ttl"
        shapes.write_text(
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            '<urn:s> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:maxLength 1 ; sh:message "too long"@en .\n',
            encoding="utf-8",
        )

        (found,) = run_shapes([], [], ONTOLOGY, shapes=shapes)

        assert (found.check, found.focus) == ("urn:s", "urn:a")
        assert unknown_words(read_turtle(shapes)) == ("maxLength",)


class TestConstraints:
    """Corners that the data does not reach."""

    @pytest.mark.parametrize(
        ("constraint", "good", "bad"),
        [
            ("sh:datatype xsd:integer", '"7"^^xsd:integer', '"seven"^^xsd:integer'),
            ("sh:datatype xsd:date", '"2001-02-03"^^xsd:date', '"2001-13-01"^^xsd:date'),
            ("sh:minInclusive 0", "0", "-1"),
            ("sh:pattern '^a'", '"ab"', '"ba"'),
            ("sh:languageIn ( 'en' )", '"a"@en-GB', '"a"@ko'),
            ("sh:not [ sh:nodeKind sh:IRI ]", '"a"', "<urn:b>"),
            ("sh:or ( [ sh:class <urn:C> ] [ sh:hasValue 1 ] )", "1", "2"),
            ("sh:hasValue <urn:b>", "<urn:b>", "<urn:c>"),
            ("sh:lessThan <urn:q>", "1", "9"),
        ],
    )
    def test_a_constraint_holds_for_the_good_and_not_for_the_bad(self, constraint: str, good: str, bad: str) -> None:
        """One property shape on one node."""
        prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        text = f"{prefixes}<urn:s> a sh:PropertyShape ; sh:targetNode <urn:a> ; sh:path <urn:p> ; {constraint} .\n"
        shapes = Shapes(_turtle(text))

        found = [
            list(shapes.results(Graph(_turtle(f"{prefixes}<urn:a> <urn:p> {value} ; <urn:q> 5 ."))))
            for value in (good, bad)
        ]

        assert [len(results) for results in found] == [0, 1]
        assert found[1][0]["resultPath"] == [NamedNode("urn:p")]


def _turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
