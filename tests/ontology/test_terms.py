"""The terms of the ontology: complete for people, and the same in every file that names them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection

from egov_kg import assets, vocab
from egov_kg.iri import ONTOLOGY, PREFIXES, expand

ROOT = Path(__file__).parents[2]
DESIGN = ROOT.parent / "shared" / "design" / "ontology.md"
REFERENCE = ROOT / "docs" / "reference" / "ontology.md"
HOME = URIRef(ONTOLOGY.removesuffix("#"))

VOCABULARY = sorted({*vocab.CLASSES, *vocab.OBJECT_PROPERTIES, *vocab.INVERSES, *vocab.DATA_PROPERTIES})


def curie(node: object) -> str:
    """Return the CURIE of a term of the ontology."""
    return "egov:" + str(node).removeprefix(ONTOLOGY)


def own(graph: Graph, kind: URIRef) -> set[str]:
    """Return the CURIEs of our terms of a kind."""
    return {curie(s) for s in graph.subjects(RDF.type, kind) if str(s).startswith(ONTOLOGY)}


class TestWords:
    @pytest.mark.parametrize("term", VOCABULARY)
    def test_a_term_is_labelled_defined_and_shown_by_example(self, ontology: Graph, term: str) -> None:
        """Each has one label in English and one in Korean, one definition, one example, and its ontology."""
        node = URIRef(expand(term))
        labels = [label for label in ontology.objects(node, RDFS.label) if isinstance(label, Literal)]
        definitions = [str(d) for d in ontology.objects(node, SKOS.definition)]

        assert sorted(str(label.language) for label in labels) == ["en", "ko"]
        assert re.search("[가-힣]", next(str(label) for label in labels if label.language == "ko"))
        assert len(definitions) == 1
        assert re.fullmatch(r"[A-Z].{20,}\.", definitions[0])
        assert len([*ontology.objects(node, SKOS.example)]) == 1
        assert [*ontology.objects(node, RDFS.isDefinedBy)] == [HOME]

    def test_no_two_terms_share_a_definition(self, ontology: Graph) -> None:
        """A definition tells its term from all others."""
        definitions = [str(d) for d in ontology.objects(None, SKOS.definition)]

        assert len(definitions) == len(set(definitions)) == len(VOCABULARY)

    def test_outside_terms_have_a_name_too(self, ontology: Graph) -> None:
        """A property that facts use as it is can be shown in both languages."""
        for term in vocab.OUTSIDE_PROPERTIES:
            languages = sorted(
                str(getattr(label, "language", "")) for label in ontology.objects(URIRef(expand(term)), RDFS.label)
            )
            assert languages == ["en", "ko"], term

    def test_the_ontology_tells_version_and_licence(self, ontology: Graph) -> None:
        """It has one version IRI below its own, a licence, and imports nothing."""
        assert [str(v) for v in ontology.objects(HOME, OWL.versionIRI)] == [f"{HOME}/1.0.0"]
        assert len([*ontology.objects(HOME, URIRef(expand("dcterms:license")))]) == 1
        assert [*ontology.objects(None, OWL.imports)] == []


class TestVocabulary:
    def test_there_are_as_many_terms_as_the_contract_has(self) -> None:
        """54 classes, 125 object properties, 92 inverses, 23 data properties."""
        sizes = [len(t) for t in (vocab.CLASSES, vocab.OBJECT_PROPERTIES, vocab.INVERSES, vocab.DATA_PROPERTIES)]

        assert sizes == [54, 125, 92, 23]

    def test_classes_are_those_of_the_file(self, ontology: Graph) -> None:
        """Names and direct super-classes agree."""
        told = {
            name: {curie(o) for o in ontology.objects(URIRef(expand(name)), RDFS.subClassOf)} for name in vocab.CLASSES
        }

        assert own(ontology, OWL.Class) == set(vocab.CLASSES)
        assert told == {name: set(cls.parents) for name, cls in vocab.CLASSES.items()}

    def test_disjoint_classes_are_those_of_the_file(self, ontology: Graph) -> None:
        """The three groups agree."""
        groups = {
            frozenset(curie(c) for c in Collection(ontology, head)) for head in ontology.objects(None, OWL.members)
        }

        assert groups == {frozenset(group) for group in vocab.DISJOINT}

    def test_object_properties_are_those_of_the_file(self, ontology: Graph) -> None:
        """Names, domains, ranges, super-properties and characteristics agree."""
        assert own(ontology, OWL.ObjectProperty) == {*vocab.OBJECT_PROPERTIES, *vocab.INVERSES}
        for name, prop in vocab.OBJECT_PROPERTIES.items():
            node = URIRef(expand(name))
            assert [curie(o) for o in ontology.objects(node, RDFS.domain)] == [prop.domain] * bool(prop.domain), name
            assert [curie(o) for o in ontology.objects(node, RDFS.range)] == [prop.range] * bool(prop.range), name
            assert {curie(o) for o in ontology.objects(node, RDFS.subPropertyOf)} == set(prop.parents), name
        assert own(ontology, OWL.SymmetricProperty) == {n for n, p in vocab.OBJECT_PROPERTIES.items() if p.symmetric}
        assert own(ontology, OWL.TransitiveProperty) == {n for n, p in vocab.OBJECT_PROPERTIES.items() if p.transitive}

    def test_inverses_are_those_of_the_file(self, ontology: Graph) -> None:
        """Each inverse name stands for one forward name."""
        told = {curie(s): curie(o) for s, o in ontology.subject_objects(OWL.inverseOf)}

        assert told == dict(vocab.INVERSES)

    def test_data_properties_are_those_of_the_file(self, ontology: Graph) -> None:
        """Names and domains agree; datatypes stand in the shapes."""
        assert own(ontology, OWL.DatatypeProperty) == set(vocab.DATA_PROPERTIES)
        for name, prop in vocab.DATA_PROPERTIES.items():
            node = URIRef(expand(name))
            assert [curie(o) for o in ontology.objects(node, RDFS.domain)] == [prop.domain] * bool(prop.domain), name
            assert [*ontology.objects(node, RDFS.range)] == [], name

    def test_nothing_else_has_a_name_in_the_namespace(self, ontology: Graph) -> None:
        """No term is used in an axiom that is not declared."""
        named = {str(n) for triple in ontology for n in triple if str(n).startswith(ONTOLOGY) and isinstance(n, URIRef)}

        assert named == {expand(term) for term in VOCABULARY}

    def test_every_class_that_can_have_things_has_a_segment(self) -> None:
        """Only the three abstract classes above all others have none."""
        without = []
        for name in vocab.CLASSES:
            try:
                vocab.segment(name)
            except LookupError:
                without.append(name)

        assert without == ["egov:Actor", "egov:Enactable", "egov:Undertaking"]


def names_in(page: str) -> set[str]:
    """Return the names that a page puts into code in the first cell of the rows of its tables and in its lists."""
    cells = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    items = re.findall(r"^- (`.*)$", page, re.MULTILINE)
    return {n for cell in cells for n in re.findall(r"`([A-Za-z]+)`", cell)} | {
        n for item in items for n in re.findall(r"`([a-zA-Z]+)` \(", item)
    }


class TestPages:
    def test_the_reference_page_names_every_term(self) -> None:
        """The page of the documentation has a row for each term and no other."""
        assert {f"egov:{n}" for n in names_in(REFERENCE.read_text(encoding="utf-8"))} == set(VOCABULARY)

    @pytest.mark.shared
    @pytest.mark.skipif(not DESIGN.exists(), reason="the design pages are not here")
    def test_the_design_page_names_every_term(self) -> None:
        """The contract that the ontology was made from has the same names."""
        page = DESIGN.read_text(encoding="utf-8")
        tables = page[page.index("## 3. Classes") : page.index("## 5. Alignments")]

        assert {f"egov:{n}" for n in names_in(tables)} - {"egov:xsd"} == set(VOCABULARY)


class TestContext:
    def test_the_context_names_every_term(self) -> None:
        """Each term has its local name in JSON-LD, an object property with IRIs as values."""
        context = json.loads(assets.ontology("context.jsonld").read_text(encoding="utf-8"))["@context"]

        def target(name: str) -> str:
            value = context[name.removeprefix("egov:")]
            return str(value["@id"] if isinstance(value, dict) else value)

        assert {name: target(name) for name in VOCABULARY} == {name: name for name in VOCABULARY}
        for name in (*vocab.OBJECT_PROPERTIES, *vocab.INVERSES):
            assert context[name.removeprefix("egov:")]["@type"] == "@id"
        for name, prop in vocab.DATA_PROPERTIES.items():
            value = context[name.removeprefix("egov:")]
            told = value if isinstance(value, str) else value.get("@type", value.get("@container"))
            assert told == {"rdf:langString": "@language", "xsd:string": name}.get(prop.datatype, prop.datatype)

    def test_its_prefixes_are_ours(self) -> None:
        """A prefix means the same in JSON-LD as everywhere else."""
        context = json.loads(assets.ontology("context.jsonld").read_text(encoding="utf-8"))["@context"]
        told = {k: v for k, v in context.items() if isinstance(v, str) and v.startswith("http")}

        assert told.items() <= PREFIXES.items()
        assert told["egov"] == ONTOLOGY

    def test_a_document_reads_as_rdf(self) -> None:
        """A law written with the context gives typed and language-tagged literals."""
        context = json.loads(assets.ontology("context.jsonld").read_text(encoding="utf-8"))
        document = {
            **context,
            "id": "https://w3id.org/egov-kg/id/law/kr/e-government-act",
            "type": "Law",
            "prefLabel": {"en": "E-Government Act", "ko": "전자정부법"},
            "statedYear": "2001",
            "enactedIn": "https://w3id.org/egov-kg/id/time/kr/2001",
        }

        graph = Graph().parse(data=json.dumps(document), format="json-ld")

        law = URIRef(document["id"])
        assert set(graph) == {
            (law, RDF.type, URIRef(expand("egov:Law"))),
            (law, SKOS.prefLabel, Literal("E-Government Act", lang="en")),
            (law, SKOS.prefLabel, Literal("전자정부법", lang="ko")),
            (law, URIRef(expand("egov:statedYear")), Literal("2001", datatype=expand("xsd:gYear"))),
            (law, URIRef(expand("egov:enactedIn")), URIRef("https://w3id.org/egov-kg/id/time/kr/2001")),
        }
