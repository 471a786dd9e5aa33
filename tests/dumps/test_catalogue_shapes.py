"""The description is what DCAT-AP 3 and VoID ask for: by shapes of our own, and each of them finds what is missing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from egov_kg import dumps, iri
from egov_kg.dumps.files import SUBSETS, dump_name
from tests.dumps.test_catalogue import METADATA, quads
from tests.dumps.test_linksets import FILE, LINKED

SHAPES = Path(__file__).with_name("catalogue-shapes.ttl")
FACTS = [
    *LINKED,
    *quads(
        "background/places",
        ("jurisdiction/int/kr", "rdf:type", "egov:Country"),
        ("time/kr/2001", "egov:firstDay", ox.Literal("2001-01-01", datatype=ox.NamedNode(iri.expand("xsd:date")))),
    ),
]
WHOLE = dataclasses.replace(METADATA, mappings=(FILE,), contact="mailto:people@publisher.example")
RELEASE = f"{iri.BASE}catalog#{METADATA.version}"


def description() -> list[ox.Triple]:
    """Return all that is told of a release with everything in it."""
    listed = [
        dumps.Dump(dump_name(form.extension, subset, compressed=packed), form, subset, packed, 7, "ab" * 32)
        for form in dumps.FORMATS.values()
        for subset in SUBSETS
        for packed in (False, True)
    ]
    return [*dumps.described(FACTS, WHOLE).triples, *dumps.dump_triples(listed, WHOLE)]


def findings(triples: Iterable[ox.Triple]) -> list[str]:
    """Return what the shapes find in triples, each as the focus and the message."""
    graph = rdflib.Graph()
    graph.parse(data="".join(f"{triple} .\n" for triple in set(triples)), format="nt")
    shapes = rdflib.Graph().parse(SHAPES)
    conforms, results, _ = pyshacl.validate(graph, shacl_graph=shapes)
    assert isinstance(results, rdflib.Graph)
    sh = rdflib.Namespace(iri.PREFIXES["sh"])
    words = (sh.focusNode, sh.resultPath, sh.resultMessage)
    found = [
        " ".join(str(results.value(result, word)) for word in words)
        for result in results.subjects(rdflib.RDF.type, sh.ValidationResult)
    ]
    assert conforms == (not found)
    return sorted(found)


def test_the_description_has_all_that_the_profile_asks_for() -> None:
    """Mandatory and recommended properties, their number, classes and vocabularies."""
    assert findings(description()) == []


def test_the_shipped_release_has_it_too(built: Path) -> None:
    """Both of its files together, for VoID speaks of nodes of the catalogue."""
    current = next(path for path in (built / "releases").iterdir() if path.name == _current(built))
    triples = [
        quad.triple
        for name in ("catalog.ttl", "void.ttl")
        for quad in ox.parse(path=current / name, format=ox.RdfFormat.TURTLE)
    ]

    assert findings(triples) == []


def _current(out: Path) -> str:
    current = out / "current"
    return current.resolve().name if current.is_symlink() else current.read_text(encoding="utf-8").strip()


MISSING = [
    *(("catalog", name) for name in ("dcterms:title", "dcterms:publisher", "dcat:dataset", "dcat:service")),
    *(("catalog", name) for name in ("dcterms:license", "dcterms:language", "dcat:themeTaxonomy", "foaf:homepage")),
    ("catalog#series", "dcterms:description"),
    *((f"catalog#{METADATA.version}", name) for name in ("dcterms:description", "dcat:theme", "dcat:inSeries")),
    *((f"catalog#{METADATA.version}", name) for name in ("dcat:version", "dcterms:accessRights", "dcat:distribution")),
    *(
        (f"catalog#{METADATA.version}-dump-egov-kg-all.ttl", name)
        for name in ("dcat:accessURL", "dcat:downloadURL", "dcat:byteSize", "spdx:checksum", "dcterms:format")
    ),
    (f"catalog#{METADATA.version}-mapping-court-names", "spdx:checksum"),
    (f"catalog#{METADATA.version}-sha256-egov-kg-all.ttl", "spdx:checksumValue"),
    *(("catalog#sparql", name) for name in ("dcat:endpointURL", "dcat:endpointDescription", "dcat:servesDataset")),
    ("catalog#contact", "vcard:hasEmail"),
    ("catalog#publisher", "foaf:name"),
    *(
        (f"catalog#{METADATA.version}-links-court-names-skos-exactMatch", name)
        for name in ("void:linkPredicate", "void:objectsTarget", "void:triples", "prov:wasDerivedFrom")
    ),
    ("graph/document/a", "void:triples"),
    ("catalog#class-egov-Law", "void:class"),
]


@pytest.mark.parametrize(("node", "predicate"), MISSING)
def test_what_is_missing_is_found(node: str, predicate: str) -> None:
    """Without this the shapes would prove nothing."""
    whole = description()
    subject, name = ox.NamedNode(iri.BASE + node), ox.NamedNode(iri.expand(predicate))
    left = [triple for triple in whole if (triple.subject, triple.predicate) != (subject, name)]

    assert len(left) < len(whole)
    assert findings(left)


def test_a_second_publisher_and_a_format_of_ones_own_are_found() -> None:
    """Numbers and vocabularies count as well."""
    dump = ox.NamedNode(f"{RELEASE}-dump-egov-kg-all.ttl")
    more = [
        ox.Triple(ox.NamedNode(RELEASE), ox.NamedNode(iri.expand("dcterms:publisher")), dump),
        ox.Triple(dump, ox.NamedNode(iri.expand("dcat:mediaType")), ox.NamedNode("https://example.org/turtle")),
    ]

    found = findings([*description(), *more])

    assert any(line.startswith(f"{RELEASE} ") and "publisher" in line for line in found)
    assert any("mediaType" in line for line in found)


def test_nobody_is_given_a_contact() -> None:
    """Where the configuration names none there is none."""
    triples = dumps.described(FACTS, METADATA).triples

    assert not any("contact" in triple.predicate.value for triple in triples)


def test_an_address_of_a_page_is_a_contact_too() -> None:
    """Many offices have a form in place of an address for mail."""
    metadata = dataclasses.replace(WHOLE, contact="https://publisher.example/contact")
    triples = dumps.described(FACTS, metadata).dcat

    assert any(triple.predicate.value.endswith("ns#hasURL") for triple in triples)
