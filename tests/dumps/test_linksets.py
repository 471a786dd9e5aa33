"""The links with data sets of others are counted from the graphs that hold them, and told with the file behind them."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import assets, dumps, iri
from egov_kg import store as store_
from tests.dumps.test_catalogue import DATASET, LAW, METADATA, RELEASE, ask, term

EXACT, CLOSE = "skos:exactMatch", "skos:closeMatch"
FILE = dumps.MappingFile("court-names", b"# a file of mappings\nsubject_id\tpredicate_id\tobject_id\n")
ACT = "law/kr/public-data-act"


def outside(name: str) -> ox.NamedNode:
    """Return a thing of somebody else's."""
    return ox.NamedNode(f"https://courts.example/{name}")


def link(dataset: str, thing: str, predicate: str, name: str) -> list[ox.Quad]:
    """Return an accepted link, in the graph of its data set and in the default graph."""
    spo = (term(thing), term(predicate), outside(name))
    return [ox.Quad(*spo), ox.Quad(*spo, ox.NamedNode(iri.graph_iri(f"links/{dataset}")))]


def told(path: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    """Return what the evidence tells of a mapping set or of a data set."""
    return ox.Quad(ox.NamedNode(iri.BASE + path), term(predicate), value, ox.NamedNode(iri.graph_iri("evidence")))


LINKED = [
    *DATASET,
    *link("court-names", LAW, EXACT, "1"),
    *link("court-names", ACT, EXACT, "2"),
    *link("court-names", ACT, CLOSE, "3"),
    *link("offices", LAW, CLOSE, "1"),
    told("mappings/court-names", "dcterms:identifier", ox.Literal(f"sha256:{FILE.sha256}")),
    told("mappings/court-names", "dcterms:license", ox.NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")),
    told("dataset/court-names", "rdfs:label", ox.Literal("Names of courts", language="en")),
    told("dataset/court-names", "rdfs:label", ox.Literal("법원 이름", language="ko")),
    told("dataset/court-names", "dcat:version", ox.Literal("2026-06-08")),
    told("dataset/court-names", "dcterms:rights", ox.Literal("public works")),
    told("dataset/offices", "dcterms:license", ox.NamedNode("https://licence.example/")),
]
"""Links with two data sets, of which one has told who it is and has its file at hand."""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """The description of a dataset with links."""
    store = ox.Store()
    metadata = dataclasses.replace(METADATA, mappings=(FILE,))
    store.extend(ox.Quad(*triple) for triple in dumps.described(LINKED, metadata).triples)
    return store


class TestLinksets:
    def test_the_counts_are_those_of_the_graphs_of_links(self, store: ox.Store) -> None:
        """One link set for each data set and predicate; together they hold what the graphs hold."""
        query = """SELECT ?target ?predicate ?count { ?set a void:Linkset ; void:objectsTarget ?target ;
            void:subjectsTarget ?ours ; void:linkPredicate ?predicate ; void:triples ?count }"""

        start = iri.graph_iri("links/")
        held = Counter(
            (f"{iri.BASE}dataset/{quad.graph_name.value.removeprefix(start)}", quad.predicate.value)
            for quad in LINKED
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(start)
        )
        assert {(row[0], row[1]): int(row[2]) for row in ask(store, query)} == dict(held)
        assert sum(held.values()) == 4

    def test_links_are_counted_apart_from_what_is_asserted(self, store: ox.Store) -> None:
        """Four facts, two that follow, four links."""
        query = f"SELECT ?s ?t {{ <{RELEASE}> void:subset ?s . ?s void:triples ?t }}"

        counts = {row[0].removeprefix(f"{RELEASE}-"): row[1] for row in ask(store, query)}

        assert [counts[name] for name in ("asserted", "entailed", "linked", "not-derived")] == ["4", "2", "4", "8"]

    def test_a_link_that_a_document_states_as_well_is_a_stated_fact(self) -> None:
        """Each triple of the default graph is counted once."""
        same = ox.Quad(term(LAW), term(EXACT), outside("1"), ox.NamedNode(iri.graph_iri("document/a")))
        triples = dumps.described([*LINKED, same], METADATA).triples

        def count(name: str) -> ox.Triple:
            return next(t for t in triples if t.subject.value == f"{RELEASE}-{name}" and "triples" in t.predicate.value)  # type: ignore[union-attr]

        assert [count(name).object for name in ("asserted", "linked")] == [ox.Literal(5), ox.Literal(3)]

    def test_the_data_set_is_told_with_its_name_version_day_and_terms(self, store: ox.Store) -> None:
        """As the build has told it in the evidence."""
        query = """SELECT ?name ?version ?day ?terms { <dataset/court-names> dcterms:title ?name ;
            dcat:version ?version ; dcterms:date ?day ; dcterms:rights/rdfs:label ?terms }"""

        assert ask(store, f"BASE <{iri.BASE}> {query}") == [
            ("Names of courts", "2026-06-08", "2026-06-08", "public works"),
            ("법원 이름", "2026-06-08", "2026-06-08", "public works"),
        ]
        assert ask(store, f"BASE <{iri.BASE}> SELECT ?l {{ <dataset/offices> dcterms:license ?l }}") == [
            ("https://licence.example/",)
        ]

    def test_a_data_set_without_a_name_is_called_by_its_id(self, store: ox.Store) -> None:
        """Somebody may have put links there by an update, without a mapping file."""
        assert ask(store, f"SELECT ?t {{ <{iri.BASE}dataset/offices> dcterms:title ?t }}") == [("offices",)]

    def test_the_file_is_named_with_its_checksum(self, store: ox.Store) -> None:
        """Whoever has a copy can tell whether it is the one."""
        query = f"""SELECT DISTINCT ?sum ?set {{ ?links void:objectsTarget <{iri.BASE}dataset/court-names> ;
            prov:wasDerivedFrom ?file . ?file spdx:checksum/spdx:checksumValue ?sum ; prov:specializationOf ?set }}"""

        expected = hashlib.sha256(FILE.content).hexdigest()
        assert ask(store, query) == [(expected, f"{iri.BASE}mappings/court-names")]
        told = f"SELECT ?id {{ <{iri.BASE}mappings/court-names> dcterms:identifier ?id }}"
        assert ask(store, told) == [(f"sha256:{expected}",)]

    def test_without_the_file_the_mapping_set_is_named(self, store: ox.Store) -> None:
        """Its checksum is known only if the build has told it."""
        query = f"SELECT ?s {{ ?l void:objectsTarget <{iri.BASE}dataset/offices> ; prov:wasDerivedFrom ?s }}"

        assert ask(store, query) == [(f"{iri.BASE}mappings/offices",)]

    def test_the_mapping_file_is_a_distribution(self) -> None:
        """With its size, its terms and the address of the copy in the release."""
        metadata = dataclasses.replace(METADATA, mappings=(FILE,))
        store = ox.Store()
        triples = [*dumps.described(LINKED, metadata).dcat, *dumps.dump_triples((), metadata)]
        store.extend(ox.Quad(*triple) for triple in triples)
        query = f"""SELECT ?url ?bytes ?licence {{ <{RELEASE}> dcat:distribution ?file . ?file dcat:byteSize ?bytes ;
            dcat:downloadURL ?url ; dcterms:license ?licence ; spdx:checksum ?sum ;
            dcat:mediaType <https://www.iana.org/assignments/media-types/text/tab-separated-values> }}"""

        assert ask(store, query) == [
            (
                f"{iri.BASE}dumps/latest/court-names.sssom.tsv",
                str(len(FILE.content)),
                "https://creativecommons.org/publicdomain/zero/1.0/",
            )
        ]


def test_graphs_of_links_of_any_name_are_told_apart() -> None:
    """An update may write into any graph; a name that does not fit into an address ends no build."""
    odd = ["a#b", "a-b", "a%20b", "가", "나", "a/b"]
    dataset = [
        ox.Quad(term(LAW), term(EXACT), outside("1"), ox.NamedNode(f"{iri.graph_iri('links/')}{name}")) for name in odd
    ]

    triples = dumps.described(dataset, METADATA).triples

    kind, linkset = ox.NamedNode(iri.expand("rdf:type")), ox.NamedNode(iri.expand("void:Linkset"))
    found = {t.subject for t in triples if (t.predicate, t.object) == (kind, linkset)}
    assert len(found) == len(odd)


class TestMappingFiles:
    def test_they_are_known_by_their_ending(self, tmp_path: Path) -> None:
        """What else stands in the folder is none; a file of the same name in a later folder takes its place."""
        for folder, text in (("a", "one"), ("b", "two")):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "courts.sssom.tsv").write_text(text, encoding="utf-8")
            (tmp_path / folder / "courts.toml").write_text("", encoding="utf-8")

        found = dumps.mapping_files([*sorted(tmp_path.glob("a/*")), *sorted(tmp_path.glob("b/*"))])

        assert [(file.dataset, file.name, file.content) for file in found] == [("courts", "courts.sssom.tsv", b"two")]


class TestShippedRelease:
    def test_the_counts_are_those_of_its_graphs(self, built: Path) -> None:
        """Computed by the build, and found again in what it has written."""
        release, start = store_.open_release(built), iri.graph_iri("links/")
        held = Counter(
            (f"{iri.BASE}dataset/{quad.graph_name.value.removeprefix(start)}", quad.predicate.value)
            for quad in release.quads()
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(start)
        )
        store = ox.Store()
        store.load(release.file("void.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
        query = """SELECT ?target ?predicate ?count { ?set a void:Linkset ; void:objectsTarget ?target ;
            void:linkPredicate ?predicate ; void:triples ?count }"""

        assert {(row[0], row[1]): int(row[2]) for row in ask(store, query)} == dict(held)
        assert held

    def test_it_holds_the_mapping_files_that_it_was_made_from(self, built: Path) -> None:
        """Byte for byte, with the checksums that the catalogue tells."""
        release, store = store_.open_release(built), ox.Store()
        store.load(release.file("catalog.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
        query = """SELECT ?url ?sum { ?file dcat:downloadURL ?url ; spdx:checksum/spdx:checksumValue ?sum
            FILTER STRENDS(STR(?url), ".sssom.tsv") }"""
        shipped = {path.name: path.read_bytes() for path in assets.data("mappings").glob("*.sssom.tsv")}

        told = {row[0].rpartition("/")[2]: row[1] for row in ask(store, query)}

        assert {name: release.file(f"mappings/{name}").read_bytes() for name in shipped} == shipped
        assert told == {name: hashlib.sha256(content).hexdigest() for name, content in shipped.items()}
