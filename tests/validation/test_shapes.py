"""Shapes and checks of integrity: a sound graph passes, each planted flaw is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib import Graph

from egov_kg import iri
from egov_kg.errors import ConfigurationError, RdfSyntaxError
from egov_kg.model import Document, Extraction, Fact, Label, Span, Thing, Value
from egov_kg.rdf import assemble, default_graph
from egov_kg.validation import Finding, ValidationReport, check_shapes, validate
from egov_kg.validation.shapes import run_shapes

Dataset = Callable[..., list[Quad]]
BASE = "https://example.org/kg/"
UNREADABLE_QUERY = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:s> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:sparql [ a sh:SPARQLConstraint ; sh:select "SELECT $this" ] .
"""
TEXT = "The Network Act (1996) is law."


def node(thing: str) -> NamedNode:
    """Return the IRI of a thing."""
    return NamedNode(iri.thing_iri(thing, BASE))


@pytest.fixture
def document() -> Document:
    """A document of one sentence."""
    return Document("document/int/d", TEXT, (), {"title": "History"}, "d.md", "ab" * 32)


@pytest.fixture
def sound(document: Document) -> list[Quad]:
    """The whole dataset of that document, assembled as a build does, with its default graph; nothing is entailed."""
    law = Thing("law/kr/network-act", "egov:Law", "Network Act")
    where = (Span(document.id, 4, 15),)
    fact = Fact(law, "egov:statedYear", Value("1996", "xsd:gYear"), (Span(document.id, 4, 22),), "law.year")
    labels = {law.id: (Label("Network Act", "en", "pref", where), Label("전산망법", "ko", "pref"))}
    extraction = Extraction(document, {law.id: law}, labels, {law.id: where}, (fact,), ())
    quads = assemble([extraction], base=BASE, version="1")
    return [*quads, *default_graph(quads, [])]


def flaws(quads: Sequence[Quad], document: Document | None = None) -> set[tuple[str, str]]:
    """Return check and focus of the violations."""
    found = check_shapes(quads, [], BASE, documents=[document] if document else [])
    return {(f.check, iri.id_of(f.focus, BASE) or f.focus) for f in found if f.severity == "violation"}


class TestSound:
    """A dataset as builds make it."""

    def test_a_sound_dataset_has_no_violation(self, sound: list[Quad], document: Document) -> None:
        """Shapes, evidence, quotations and graphs together."""
        assert flaws(sound, document) == set()


class TestIntegrity:
    """What SHACL cannot say."""

    def test_a_triple_of_a_document_without_statement(self, sound: list[Quad]) -> None:
        """Every triple of a document graph needs evidence."""
        graph = next(q.graph_name for q in sound if "document/" in str(q.graph_name))
        extra = Quad(node("law/kr/network-act"), NamedNode(iri.expand("egov:actNumber")), Literal("12"), graph)

        assert flaws([*sound, extra]) >= {("no-statement", "law/kr/network-act")}

    def test_a_statement_about_what_nothing_asserts(self, sound: list[Quad]) -> None:
        """Evidence must not outlive its triple."""
        kept = [
            quad for quad in sound if not ("statedYear" in str(quad.predicate) and "document/" in str(quad.graph_name))
        ]

        assert ("stale-statement", "law/kr/network-act") in flaws(kept)

    def test_a_property_that_the_ontology_does_not_have(self, dataset: Dataset) -> None:
        """A slip of the pen in a table or a rule."""
        assert ("undeclared-property", "law/kr/a") in flaws(
            dataset("<law/kr/a> egov:enactedUnter <administration/kr/a> .")
        )

    @pytest.mark.parametrize("text", ["<law/kr/a> egov:partOf 'the code' .", "<law/kr/a> egov:actNumber <law/kr/b> ."])
    def test_a_value_of_the_wrong_kind(self, dataset: Dataset, text: str) -> None:
        """A literal under an object property, a thing under a data property; the Statement is named."""
        found = check_shapes(dataset(text), [], BASE)

        (finding,) = [f for f in found if f.check == "kind-of-value"]
        assert finding.statements == (f"{BASE}id/statement/1",)

    def test_a_blank_node(self, sound: list[Quad]) -> None:
        """There is none anywhere in a dataset."""
        extra = Quad(
            BlankNode("b"), NamedNode(iri.expand("rdf:type")), NamedNode(iri.expand("egov:Law")), sound[0].graph_name
        )

        assert ("blank-node", "_:b") in flaws([*sound, extra])

    def test_an_entailed_triple_that_is_asserted(self, sound: list[Quad]) -> None:
        """The entailed graph holds only what is asserted nowhere."""
        triple = next(quad.triple for quad in sound if "document/" in str(quad.graph_name))

        found = check_shapes(sound, [triple], BASE)

        assert "entailed-twice" in {finding.check for finding in found}

    def test_a_default_graph_that_lacks_or_adds_something(self, sound: list[Quad]) -> None:
        """It holds asserted and entailed triples, each once, and nothing else."""
        first = next(quad for quad in sound if isinstance(quad.graph_name, DefaultGraph))
        extra = Quad(node("law/kr/x"), first.predicate, first.object, DefaultGraph())

        found = flaws([*(quad for quad in sound if quad != first), extra])

        assert {check for check, _ in found} == {"default-graph"}
        assert len([one for one in found if one[1] == "law/kr/x"]) == 1

    @pytest.mark.parametrize(
        ("predicate", "value", "problem"),
        [
            (
                "oa:exact",
                Literal("Network Ast"),
                "the words at 4 to 15 are 'Network Act', the quotation is 'Network Ast'",
            ),
            ("oa:prefix", Literal("A "), "what stands before 4 is not 'A '"),
            ("oa:suffix", Literal("!"), "what stands after 15 is not '!'"),
            ("oa:end", Literal(99), "a quotation has no place in the text (4 to 99 of 30)"),
        ],
    )
    def test_a_quotation_that_is_not_verbatim(
        self, sound: list[Quad], document: Document, predicate: str, value: Literal, problem: str
    ) -> None:
        """Words, context and offsets are compared with the text, character by character."""
        word = NamedNode(iri.expand(predicate))
        span = next(
            q.subject for q in sound if str(q.object) == '"Network Act"' and q.predicate.value.endswith("exact")
        )
        parent = str(span).rstrip(">").rpartition("/")[0]
        changed = [
            Quad(q.subject, word, value, q.graph_name)
            if q.predicate == word and str(q.subject).startswith(parent)
            else q
            for q in sound
        ]

        found = check_shapes(changed, [], BASE, documents=[document])

        assert [f.message for f in found if f.check == "quotation"] == [f"d.md: {problem}"]


class TestShapes:
    """Results of SHACL as findings."""

    def test_a_result_names_shape_thing_property_and_statements(self, dataset: Dataset) -> None:
        """The IRI in the message is told by its name."""
        text = "<law/kr/a> a egov:Law ; skos:prefLabel 'A'@en , '가'@ko ; egov:statedYear '96' ."

        found = check_shapes(dataset(text), [], BASE)

        (finding,) = [f for f in found if f.check == "stated-year-value"]
        assert finding == Finding(
            severity="violation",
            check="stated-year-value",
            focus=f"{BASE}id/law/kr/a",
            message="A: The value of egov:statedYear is a year",
            path=iri.expand("egov:statedYear"),
            value="96",
            statements=(f"{BASE}id/statement/4",),
        )

    def test_a_shape_of_a_role_names_the_property_and_its_statements(self, dataset: Dataset) -> None:
        """An agency as initiator: the class is wrong because of one fact, and that fact is named."""
        text = "<agency/kr/a> a egov:Agency . <project/kr/p> a egov:Project ; egov:initiatedBy <agency/kr/a> ."

        found = check_shapes(dataset(text), [], BASE)

        (finding,) = [f for f in found if f.check == "administration-class"]
        assert finding.message == "a: A property is used that needs egov:Administration here (egov:initiatedBy)"
        assert finding.statements == (f"{BASE}id/statement/3",)

    def test_a_nested_shape_has_name_and_severity_of_the_shape_around_it(self, dataset: Dataset) -> None:
        """A law without an English label, told by the shape of English labels."""
        found = check_shapes(dataset("<law/kr/a> a egov:Law ; skos:prefLabel '가'@ko ."), [], BASE)

        (finding,) = [f for f in found if f.check == "english-label"]
        assert finding.severity == "warning"
        assert finding.message.endswith("The English label is missing (skos:prefLabel)")

    def test_a_warning_is_a_warning(self, dataset: Dataset) -> None:
        """A missing Korean label is no violation."""
        found = check_shapes(dataset("<law/kr/a> a egov:Law ; skos:prefLabel 'A'@en ."), [], BASE)

        assert [f.severity for f in found if f.check == "korean-label"] == ["warning"]

    def test_shapes_of_the_closure_see_what_is_entailed(self, dataset: Dataset) -> None:
        """An entailed recommendation for a barrier is found, an asserted part is not needed."""
        recommended = Triple(
            node("recommendation/int/r"), NamedNode(iri.expand("egov:recommendedFor")), node("barrier/int/b")
        )

        found = check_shapes(dataset("<barrier/int/b> a egov:Barrier ."), [recommended], BASE)

        assert ("recommended-for-object", f"{BASE}id/barrier/int/b") in {(f.check, f.focus) for f in found}

    def test_what_conflicts_tell_is_run_on_demand(self, dataset: Dataset) -> None:
        """The shape of dates of laws stays silent unless all shapes are asked for."""
        quads = dataset("<law/kr/a> a egov:Law .")

        quiet, loud = (check_shapes(quads, [], BASE, all_shapes=flag) for flag in (False, True))

        assert "law-date" not in {f.check for f in quiet}
        assert "law-date" in {f.check for f in loud}

    @pytest.mark.parametrize(
        "content",
        [
            "@prefix sh:",
            "",
            UNREADABLE_QUERY,
        ],
    )
    def test_a_broken_file_of_shapes_is_our_error(self, tmp_path: Path, ontology: Sequence[Quad], content: str) -> None:
        """Not Turtle, or a query that is none: an error of ours that names the file; no shape at all finds nothing."""
        path = tmp_path / "shapes.ttl"
        path.write_text(content, encoding="utf-8")

        if content:
            with pytest.raises((ConfigurationError, RdfSyntaxError), match=r"shapes\.ttl"):
                run_shapes([], [], ontology, BASE, shapes=path)
        else:
            assert run_shapes([], [], ontology, BASE, shapes=path) == ()


class TestReport:
    """The outcome in three forms."""

    FINDINGS = (
        Finding("violation", "kind-of-value", "urn:a", "A", iri.expand("egov:partOf"), "the code", ("urn:s",)),
        Finding("warning", "law-date", "urn:b", "B"),
    )

    def test_it_conforms_without_violations(self) -> None:
        """Doubts about the sources are no flaw of the graph."""
        assert ValidationReport(self.FINDINGS[1:]).conforms
        assert not ValidationReport(self.FINDINGS).conforms

    def test_text_is_for_people(self) -> None:
        """A line a finding and the counts."""
        assert ValidationReport(self.FINDINGS).to_text() == (
            "violation  kind-of-value: A\nwarning    law-date: B\n1 violation, 1 warning, 0 remarks\n"
        )

    def test_json_is_for_programs(self) -> None:
        """All fields of every finding."""
        content = json.loads(ValidationReport(self.FINDINGS).to_json())

        assert (content["conforms"], content["counts"]) == (False, {"violation": 1, "warning": 1, "info": 0})
        assert content["findings"][0]["statements"] == ["urn:s"]

    def test_turtle_is_a_shacl_report(self) -> None:
        """What SHACL tools read: a report with results, readable by rdflib too."""
        turtle = ValidationReport(self.FINDINGS).to_turtle()

        kinds = [
            iri.curie(q.object.value)
            for q in parse(turtle, format=RdfFormat.TURTLE)
            if q.predicate.value.endswith("type") and isinstance(q.object, NamedNode)
        ]
        assert kinds == ["sh:ValidationReport", "sh:ValidationResult", "sh:ValidationResult"]
        asked = "PREFIX sh: <http://www.w3.org/ns/shacl#> ASK { ?r sh:conforms false ; sh:result/sh:value 'the code' }"
        assert Graph().parse(data=turtle, format="turtle").query(asked).askAnswer
        assert turtle == ValidationReport(self.FINDINGS).to_turtle()

    def test_one_call_runs_everything(self, dataset: Dataset, ontology: Sequence[Quad]) -> None:
        """Conflicts, shapes and integrity in one report."""
        quads = [*dataset("<law/kr/a> a egov:Law ; skos:prefLabel 'A'@en ; egov:partOf 'x' ."), *ontology]

        checks = {finding.check for finding in validate(quads, [], BASE).findings}

        assert checks >= {"law-date", "korean-label", "kind-of-value"}
