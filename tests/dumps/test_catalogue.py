"""The metadata counts what is there and says where to get it."""

from __future__ import annotations

import dataclasses

import pyoxigraph as ox
import pytest

from egov_kg import dumps, iri

LAW, KIM = "law/kr/e-government-act", "administration/kr/kim-dae-jung"
METADATA = dumps.Metadata(
    title="A graph",
    base=iri.BASE,
    version="2026.11.0",
    issued="2026-11-22",
    licence="https://creativecommons.org/licenses/by/4.0/",
    publisher="A publisher",
    software="0.1.0",
    sources=("document/int/a",),
    build="build/0123",
)
RELEASE = "https://w3id.org/egov-kg/catalog#2026.11.0"


def term(name: str) -> ox.NamedNode:
    """Return an IRI from a CURIE or an id."""
    return ox.NamedNode(iri.expand(name) if ":" in name else iri.thing_iri(name))


def quads(graph: str, *rows: tuple[str, str, str | ox.Literal]) -> list[ox.Quad]:
    """Return triples in the default graph and in a named graph."""
    name = ox.NamedNode(iri.graph_iri(graph))
    found = []
    for subject, prop, value in rows:
        spo = (term(subject), term(prop), value if isinstance(value, ox.Literal) else term(value))
        found += [ox.Quad(*spo), ox.Quad(*spo, name)]
    return found


DATASET = [
    *quads(
        "document/a",
        (LAW, "rdf:type", "egov:Law"),
        (KIM, "rdf:type", "egov:Administration"),
        (LAW, "skos:prefLabel", ox.Literal("전자정부법", language="ko")),
        (LAW, "skos:altLabel", ox.Literal("Act", language="en")),
    ),
    *quads("entailed", (LAW, "egov:enactedUnder", KIM), (LAW, "rdf:type", "egov:Enactable")),
]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Return the metadata of a small dataset, ready to ask."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in dumps.catalogue_triples(DATASET, METADATA))
    return store


def ask(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query as sorted tuples of text."""
    result = store.query(query, prefixes=dict(iri.PREFIXES))
    assert isinstance(result, ox.QuerySolutions)
    return sorted(
        tuple(t.value if isinstance(t, ox.NamedNode | ox.Literal) else "" for t in solution) for solution in result
    )


class TestCounts:
    """Numbers are computed from the quads."""

    def test_totals_are_those_of_the_default_graph(self, store: ox.Store) -> None:
        """Each fact counts once, whatever number of graphs holds it."""
        query = f"""SELECT ?t ?e ?c ?p {{
            <{RELEASE}> void:triples ?t; void:entities ?e; void:classes ?c; void:properties ?p }}"""

        assert ask(store, query) == [("6", "2", "3", "4")]

    def test_asserted_and_derived_are_counted_apart(self, store: ox.Store) -> None:
        """A reader sees how much of the graph is inference."""
        query = f"SELECT ?s ?t {{ <{RELEASE}> void:subset ?s . ?s void:triples ?t FILTER CONTAINS(STR(?s), '#') }}"

        assert ask(store, query) == [
            (f"{RELEASE}-asserted", "4"),
            (f"{RELEASE}-entailed", "2"),
            (f"{RELEASE}-linked", "0"),
            (f"{RELEASE}-not-derived", "4"),
        ]

    def test_each_named_graph_is_a_subset_with_its_size(self, store: ox.Store) -> None:
        """The names are those of the dataset."""
        query = (
            f"SELECT ?s ?t {{ <{RELEASE}> void:subset ?s . ?s void:triples ?t FILTER CONTAINS(STR(?s), '/graph/') }}"
        )

        assert ask(store, query) == [(iri.graph_iri("document/a"), "4"), (iri.graph_iri("entailed"), "2")]

    def test_class_partitions(self, store: ox.Store) -> None:
        """Every class with the number of its things, derived types included."""
        query = f"SELECT ?c ?n {{ <{RELEASE}> void:classPartition [ void:class ?c; void:entities ?n ] }}"

        assert ask(store, query) == [
            (iri.expand("egov:Administration"), "1"),
            (iri.expand("egov:Enactable"), "1"),
            (iri.expand("egov:Law"), "1"),
        ]

    def test_property_partitions(self, store: ox.Store) -> None:
        """Every property with its triples, subjects and objects."""
        query = f"""SELECT ?n ?s ?o {{ <{RELEASE}> void:propertyPartition [
            void:property rdf:type; void:triples ?n; void:distinctSubjects ?s; void:distinctObjects ?o ] }}"""

        assert ask(store, query) == [("3", "2", "3")]

    def test_the_use_of_a_property_stands_at_the_most_specific_class(self, store: ox.Store) -> None:
        """A law is also an Enactable; who reads the schema wants to hear of laws."""
        query = """SELECT ?c ?target { ?cls void:class ?c; void:propertyPartition ?use .
            ?use void:property egov:enactedUnder; void:classPartition/void:class ?target }"""

        assert ask(store, query) == [(iri.expand("egov:Law"), iri.expand("egov:Administration"))]

    def test_the_datatypes_of_values(self, store: ox.Store) -> None:
        """Literals are described by datatype, as schema-reading clients expect."""
        query = """PREFIX ext: <http://ldf.fi/void-ext#>
            SELECT ?type { [] void:property skos:prefLabel; ext:datatypePartition/ext:datatype ?type }"""

        assert ask(store, query) == [(iri.expand("rdf:langString"),)]

    def test_graphs_are_counted_by_name(self) -> None:
        """The manifest and the pages use these names."""
        assert dumps.graph_counts(DATASET, iri.BASE) == {"default": 6, "document/a": 4, "entailed": 2}


class TestDescription:
    """What a catalogue harvester reads."""

    def test_what_the_dataset_says_of_itself(self, store: ox.Store) -> None:
        """Version, day and licence come from the configuration, languages and vocabularies from the data."""
        query = f"""SELECT ?v ?d ?l ?f {{ <{RELEASE}> a dcat:Dataset, void:Dataset; dcat:version ?v; dcterms:issued ?d;
            dcterms:license ?l; dcat:inSeries ?s; dcterms:publisher/foaf:name ?f; prov:wasDerivedFrom ?src;
            void:vocabulary <{iri.ONTOLOGY}>; void:exampleResource <{iri.thing_iri(LAW)}> }}"""

        assert ask(store, query) == [
            ("2026.11.0", "2026-11-22", "https://creativecommons.org/licenses/by/4.0/", "A publisher")
        ]
        languages = ask(store, f"SELECT ?l {{ <{RELEASE}> dcterms:language ?l }}")
        assert [row[0][-3:] for row in languages] == ["ENG", "KOR"]

    def test_each_dump_is_a_distribution(self, store: ox.Store) -> None:
        """Twelve files, and twelve compressed."""
        query = f"SELECT ?u {{ <{RELEASE}> dcat:distribution/dcat:downloadURL ?u }}"
        addresses = [row[0] for row in ask(store, query)]

        assert len(addresses) == 24
        assert "https://w3id.org/egov-kg/dumps/latest/egov-kg-all.ttl.gz" in addresses

    def test_there_is_no_blank_node(self) -> None:
        """The dataset holds none, and this is a part of it."""
        triples = dumps.catalogue_triples(DATASET, METADATA)

        assert all(isinstance(t.subject, ox.NamedNode) and not isinstance(t.object, ox.BlankNode) for t in triples)

    def test_the_same_quads_in_another_order_are_described_alike(self) -> None:
        """The description enters the hash of the release."""
        assert dumps.catalogue_triples(DATASET[::-1], METADATA) == dumps.catalogue_triples(DATASET, METADATA)

    def test_a_build_of_nothing_is_described(self) -> None:
        """Zero is a number too."""
        triples = dumps.catalogue_triples([], dataclasses.replace(METADATA, build=""))

        assert ox.Triple(ox.NamedNode(RELEASE), term("void:triples"), ox.Literal(0)) in triples

    def test_sizes_and_checksums_are_given_apart(self) -> None:
        """They cannot stand in the graph, which is a part of the dumps."""
        form = dumps.FORMATS["ttl"]

        triples = dumps.dump_triples([dumps.Dump("egov-kg-all.ttl", form, "all", False, 7, "abcd")], METADATA)

        assert {t.object.value for t in triples if isinstance(t.object, ox.Literal)} == {"7", "abcd"}
