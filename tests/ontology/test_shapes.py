"""The shapes find what they are meant to find, and nothing in a sound graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyshacl
import pytest
from rdflib import DCTERMS, RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from egov_kg import assets, vocab
from egov_kg.iri import ONTOLOGY, expand

HOME = "https://w3id.org/egov-kg/shapes"
DATA = Path(__file__).parent / "data"

Closed = tuple[Graph, tuple[str, ...]]
Found = set[tuple[str, str, str]]

ASSERTED = {
    ("LabelShape", "two-english-labels", "Violation"),
    ("LabelShape", "label-without-language", "Violation"),
    ("LabelShape", "alias-without-language", "Violation"),
    ("EnglishLabelShape", "no-english-label", "Warning"),
    ("KoreanLabelShape", "no-korean-label", "Warning"),
    ("StatementShape", "statement-without-object", "Violation"),
    ("StatementShape", "statement-with-odd-certainty", "Violation"),
    ("StatementShape", "statement-with-more", "Violation"),
    ("StatementTargetShape", "statement-without-words", "Violation"),
    ("StatementTargetShape", "background-without-source", "Violation"),
    ("QualityNote-class", "statement-with-more", "Violation"),
    ("certainty-value", "statement-with-odd-certainty", "Violation"),
    ("SpanShape", "span-without-position", "Violation"),
    ("QuoteLengthShape", "span-of-other-length", "Violation"),
    ("QuoteShape", "quote-of-nothing", "Violation"),
    ("OffsetShape", "backward-position", "Violation"),
    ("TimePositionShape", "backward-span", "Violation"),
    ("TimePositionShape", "position-without-days", "Violation"),
    ("TimePositionShape", "position-in-two-terms", "Violation"),
    ("TermShape", "term-of-nobody", "Violation"),
    ("TermOverlapShape", "term-that-overlaps", "Violation"),
    ("TermOverlapShape", "term", "Violation"),
    ("TermOverlapShape", "open-term", "Violation"),
    ("TermOverlapShape", "term-inside-an-open-one", "Violation"),
    ("AdministrationShape", "headless-administration", "Violation"),
    ("TermKnownShape", "administration-without-term", "Warning"),
    ("CalendarShape", "law-of-another-calendar", "Violation"),
    ("EnactmentShape", "law-of-two-years", "Violation"),
    ("StaleEnactmentShape", "law-with-stale-year", "Violation"),
    ("CitationShape", "citation-of-nothing", "Violation"),
    ("MeasurementShape", "measurement-of-nothing", "Violation"),
    ("TenureShape", "tenure-of-nobody", "Violation"),
    ("QualityNoteShape", "note-without-text", "Violation"),
    ("EmptyNoteShape", "note-without-statement", "Warning"),
    ("startYear-value", "year-as-text", "Violation"),
    ("endYear-value", "no-such-year", "Violation"),
    ("statedYear-value", "day-as-year", "Violation"),
    ("acronym-value", "acronym-without-language", "Violation"),
    ("memberCount-value", "empty-set", "Violation"),
    ("textDigest-value", "digest-too-short", "Violation"),
    ("issued-value", "issued-in-words", "Violation"),
    ("homepage-value", "homepage-as-text", "Violation"),
    ("Administration-class", "us", "Violation"),
    ("Administration-class", "agency", "Violation"),
    ("Actor-class", "report", "Violation"),
    ("Enactable-class", "person-with-act-number", "Violation"),
    ("hampers-object", "office", "Violation"),
    ("hampers-object", "other-barrier", "Violation"),
    ("InUseShape", "in-use-as-another", "Violation"),
    ("DeclaredTermShape", "misspelt-property", "Violation"),
    ("DeclaredTermShape", "inverse-name", "Violation"),
    ("DeclaredTermShape", "same-as-another", "Violation"),
    ("DeclaredClassShape", "Projekt", "Violation"),
    ("SameAsShape", "same-as-another", "Violation"),
    ("BlankNodeShape", "", "Violation"),
    ("StatedYearShape", "stated-year-of-neither", "Warning"),
    ("LawDateShape", "law-without-date", "Warning"),
    ("StatedLanguageShape", "english-that-says-korean", "Warning"),
    ("PossiblySameShape", "possibly-another", "Warning"),
}
"""Shape, thing and severity of each result for `planted.ttl`."""

CLOSURE = {
    ("successor-cycle", "renamed", "Violation"),
    ("successor-cycle", "renamed-back", "Violation"),
    ("partOf-cycle", "part", "Violation"),
    ("partOf-cycle", "whole", "Violation"),
    ("precedes-cycle", "before", "Violation"),
    ("precedes-cycle", "after", "Violation"),
    ("successorLaw-cycle", "law", "Violation"),
    ("successorLaw-cycle", "replacing-law", "Violation"),
    ("UndecidedLawShape", "law-of-two-administrations", "Warning"),
    ("LegalBasisShape", "founded-late", "Warning"),
    ("CitedLaterShape", "paper-of-2015", "Warning"),
    ("recommendedFor-object", "office", "Violation"),
}
"""The same for the closure of `planted-closure.ttl`."""


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """The file of shapes."""
    return Graph().parse(assets.ontology("shapes.ttl"))


@pytest.fixture(scope="module")
def check(shapes: Graph) -> Callable[[Graph, str], Found]:
    """Return what the shapes of one part find: the name of the shape, of the thing, and the severity."""

    def found(graph: Graph, part: str) -> Found:
        active = Graph() + shapes
        for shape, other in shapes.subject_objects(DCTERMS.isPartOf):
            if other != URIRef(f"{HOME}/{part}"):
                active.add((shape, SH.deactivated, Literal(True)))
        _, report, _ = pyshacl.validate(graph, shacl_graph=active, inplace=True)
        assert isinstance(report, Graph)
        return {_result(report, node, shapes) for node in report.subjects(RDF.type, SH.ValidationResult)}

    return found


def _result(report: Graph, node: Node, shapes: Graph) -> tuple[str, str, str]:
    shape = report.value(node, SH.sourceShape)
    while isinstance(shape, BNode):
        shape = shapes.value(predicate=SH.property, object=shape)
    focus = report.value(node, SH.focusNode)
    thing = report.value(node, SH.value) if focus == URIRef(HOME) else focus
    name = "" if isinstance(thing, BNode) else str(thing).removeprefix(ONTOLOGY).rpartition("/")[2]
    return str(shape).rpartition("#")[2], name, str(report.value(node, SH.resultSeverity)).rpartition("#")[2]


class TestShapes:
    def test_each_shape_has_name_message_severity_and_part(self, shapes: Graph) -> None:
        """A finding can be shown to people in both languages, and each shape knows on which graph it runs."""
        named = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in shapes.subjects(RDF.type, kind)}

        for shape in named:
            for prop in (SH.name, SH.message):
                assert sorted(str(getattr(o, "language", "")) for o in shapes.objects(shape, prop)) == ["en", "ko"], (
                    shape
                )
            assert [*shapes.objects(shape, SH.severity)] in ([SH.Violation], [SH.Warning]), shape
            assert [*shapes.objects(shape, DCTERMS.isPartOf)] in (
                [URIRef(f"{HOME}/asserted")],
                [URIRef(f"{HOME}/closure")],
            ), shape

    def test_each_domain_and_range_is_checked_before_inference(self, shapes: Graph) -> None:
        """The shapes of classes have as targets exactly the properties that the ontology gives that class."""
        targets: dict[str, set[tuple[str, str]]] = {}
        for shape, cls in shapes.subject_objects(SH["class"]):
            if str(shape).endswith("-class"):
                targets[str(cls)] = {
                    (side, str(o))
                    for side, prop in (("domain", SH.targetSubjectsOf), ("range", SH.targetObjectsOf))
                    for o in shapes.objects(shape, prop)
                }
        expected: dict[str, set[tuple[str, str]]] = {}
        for name in (*vocab.OBJECT_PROPERTIES, *vocab.DATA_PROPERTIES):
            if vocab.domain(name):
                expected.setdefault(expand(vocab.domain(name)), set()).add(("domain", expand(name)))
            if name in vocab.OBJECT_PROPERTIES and vocab.range_of(name):
                expected.setdefault(expand(vocab.range_of(name)), set()).add(("range", expand(name)))

        assert targets == expected

    def test_each_data_property_has_its_datatype(self, shapes: Graph) -> None:
        """The datatypes of the shapes are those of the vocabulary; a value may be a decimal or an integer."""
        for name, prop in vocab.DATA_PROPERTIES.items():
            shape = URIRef(f"{HOME}#{name.removeprefix('egov:')}-value")
            datatypes = {str(o) for o in shapes.objects(shape, SH.datatype)}
            assert datatypes == (set() if name == "egov:value" else {expand(prop.datatype)}), name

    def test_the_closed_list_has_every_forward_name(self, shapes: Graph) -> None:
        """Each property that may be asserted is in the list, and no inverse name."""
        head = shapes.value(URIRef(f"{HOME}#DeclaredTermShape"), SH.ignoredProperties)
        assert head is not None
        listed = {str(n) for n in Collection(shapes, head)}
        expected = {expand(n) for n in (*vocab.OBJECT_PROPERTIES, *vocab.DATA_PROPERTIES, *vocab.OUTSIDE_PROPERTIES)}

        assert expected <= listed
        assert listed & {expand(n) for n in vocab.INVERSES} == set()

    def test_they_speak_of_declared_terms_only(self, shapes: Graph, ontology: Graph) -> None:
        """A shape for a term that does not exist would never find anything."""
        used = {
            n for t in shapes for n in t if isinstance(n, URIRef) and str(n).startswith(ONTOLOGY) and str(n) != ONTOLOGY
        }

        assert used <= set(ontology.subjects(RDF.type))


class TestFindings:
    @pytest.mark.parametrize("part", ["asserted", "closure"])
    def test_a_sound_graph_has_no_finding(self, axioms: Graph, check: Callable[[Graph, str], Found], part: str) -> None:
        """Complete things with complete evidence pass, a shared boundary day and an explained year included."""
        graph = Graph().parse(DATA / "sound.ttl") + axioms

        assert check(graph, part) == set()

    def test_planted_errors_are_found(self, axioms: Graph, check: Callable[[Graph, str], Found]) -> None:
        """Each error in asserted triples is found, with its severity, and nothing else is."""
        graph = Graph().parse(DATA / "planted.ttl") + axioms

        assert check(graph, "asserted") == ASSERTED

    def test_errors_of_the_closure_are_found(
        self, close: Callable[[Graph], Closed], check: Callable[[Graph, str], Found]
    ) -> None:
        """Cycles and contradictions that follow from asserted triples are found in their closure."""
        graph, _ = close(Graph().parse(DATA / "planted-closure.ttl"))

        assert check(graph, "closure") == CLOSURE

    def test_every_shape_is_tried(self, shapes: Graph) -> None:
        """Each shape has a planted error, but for the siblings of a family that is made alike."""
        tried = {shape for shape, _, _ in ASSERTED | CLOSURE}
        families = ("-class", "-value")
        named = {str(s).rpartition("#")[2] for s in shapes.subjects(DCTERMS.isPartOf)}

        assert {name for name in named - tried if not name.endswith(families)} == set()
