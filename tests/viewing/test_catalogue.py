"""The catalogue as a server gives it: its own addresses, the id of the release, the releases that led to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from egov_kg import dumps, iri, store
from egov_kg.sparql.spool import Spool
from egov_kg.store.history import earlier
from egov_kg.viewing import view_work
from egov_kg.viewing.catalogue import served_catalogue
from tests.dumps.test_catalogue_shapes import findings
from tests.server.conftest import publish

PUBLIC = "https://data.example/kg/"
CATALOG = f"{iri.BASE}catalog"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three releases; the second has the version of the first."""
    folder = tmp_path_factory.mktemp("out")
    publish(folder, "2026.1.0")
    one_more = ox.Triple(
        ox.NamedNode(iri.thing_iri("law/kr/act")),
        ox.NamedNode(iri.expand("skos:altLabel")),
        ox.Literal("one more", language="en"),
    )
    publish(folder, "2026.1.0", [one_more])
    publish(folder, "2026.2.0")
    return folder


def told(out: Path, release: store.Release | None = None) -> set[ox.Triple]:
    """Return the catalogue of a release, of the current one if none is given."""
    release = release or store.open_release(out)
    before = earlier(out, release.id)
    return set(served_catalogue(release.path, iri.BASE, release=release.id, public_url=PUBLIC, earlier=before))


def catalogue(out: Path, release: store.Release | None = None) -> ox.Store:
    """Return the same, ready to ask."""
    found = ox.Store()
    found.extend(ox.Quad(*triple) for triple in told(out, release))
    return found


def ask(found: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query, as sorted tuples of text."""
    rows = found.query(query, prefixes=dict(iri.PREFIXES))
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(
        tuple(term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" for term in row) for row in rows
    )


class TestAddresses:
    def test_files_are_where_this_server_has_them_for_good(self, out: Path) -> None:
        """Under the id of the release: what is called the latest will be another file one day."""
        release = store.open_release(out)
        query = f"""SELECT ?url ?sum {{ <{CATALOG}#2026.2.0> dcat:distribution ?file .
            ?file dcat:downloadURL ?url ; spdx:checksum/spdx:checksumValue ?sum }}"""

        found = {row[0]: row[1] for row in ask(catalogue(out), query)}

        listed = {file.path: file.sha256 for file in release.manifest.files if file.path.startswith("dumps/egov-kg-")}
        assert found == {
            f"{PUBLIC}dumps/{release.id}/{path.removeprefix('dumps/')}": sha256 for path, sha256 in listed.items()
        }
        assert len(found) == 24

    def test_services_are_this_servers(self, out: Path) -> None:
        """Names stay below the base, addresses do not."""
        query = "SELECT ?s ?url { ?s a dcat:DataService ; dcat:endpointURL ?url }"

        assert ask(catalogue(out), query) == [
            (f"{CATALOG}#reconciliation-0.2", f"{PUBLIC}reconcile"),
            (f"{CATALOG}#reconciliation-1.0", f"{PUBLIC}reconcile/1.0"),
            (f"{CATALOG}#sparql", f"{PUBLIC}sparql"),
        ]

    def test_the_ontology_is_a_name(self, out: Path) -> None:
        """A standard is called the same wherever a copy of it stands."""
        query = f"SELECT ?s {{ <{CATALOG}#2026.2.0> dcterms:conformsTo ?s }}"

        assert ask(catalogue(out), query) == [(f"{iri.BASE}ontology",)]


class TestVersions:
    def test_each_release_knows_the_one_before(self, out: Path) -> None:
        """The newest of a version has its name; another one has its id behind it."""
        before = earlier(out, store.open_release(out).id)
        rows = ask(catalogue(out), "SELECT ?later ?before { ?later dcat:previousVersion ?before }")

        first = f"{CATALOG}#2026.1.0-{before[1][:12]}"
        assert rows == [(f"{CATALOG}#2026.1.0", first), (f"{CATALOG}#2026.2.0", f"{CATALOG}#2026.1.0")]

    def test_all_are_datasets_of_the_series(self, out: Path) -> None:
        """With their ids, and each with its own files."""
        release = store.open_release(out)
        query = """SELECT ?id (COUNT(?file) AS ?files) { ?c a dcat:Catalog ; dcat:dataset ?d . ?d dcat:inSeries ?s ;
            dcterms:identifier ?id ; dcat:distribution ?file . ?file dcat:downloadURL ?url
            FILTER CONTAINS(STR(?url), ?id) } GROUP BY ?id"""

        ids = [release.id, *earlier(out, release.id)]
        assert ask(catalogue(out), query) == sorted((name, "24") for name in ids)

    def test_all_have_what_the_profile_asks_for(self, out: Path) -> None:
        """What a server adds is held to the same shapes as what a build knows."""
        assert findings(told(out)) == []

    def test_the_first_release_has_none_before(self, out: Path) -> None:
        """What came later is not told either: it is for the catalogue of that one."""
        first = store.open_release(out / store.RELEASES / earlier(out, store.open_release(out).id)[-1])

        found = catalogue(out, first)

        assert ask(found, "SELECT ?b { ?a dcat:previousVersion ?b }") == []
        assert len(ask(found, "SELECT ?d { ?d a dcat:Dataset }")) == 1

    def test_a_release_that_cannot_be_read_is_passed_over(self, out: Path) -> None:
        """It may be removed between two requests."""
        release = store.open_release(out)
        gone = "0" * 64
        before = [gone, *earlier(out, release.id)]

        triples = set(served_catalogue(release.path, iri.BASE, release=release.id, public_url=PUBLIC, earlier=before))

        assert triples == told(out)


def test_where_asking_needs_a_token_the_data_are_not_called_public(out: Path) -> None:
    """Whoever runs the server decides who may have them; of that nothing is said."""
    release, access = store.open_release(out), ox.NamedNode(iri.expand("dcterms:accessRights"))
    place = {"release": release.id, "public_url": PUBLIC, "earlier": earlier(out, release.id)}

    closed = set(served_catalogue(release.path, iri.BASE, **place, is_open=False))  # type: ignore[arg-type]  # one dict

    assert closed == {triple for triple in told(out) if triple.predicate != access} != told(out)


class TestForms:
    def made(self, out: Path, extension: str) -> bytes:
        """Return what the view process makes."""
        release = store.open_release(out)
        view = {"kind": "catalogue", "format": extension, "release": release.id, "public_url": PUBLIC, "open": "yes"}
        head: dict[str, Any] = {"base": iri.BASE, "view": {**view, "earlier": " ".join(earlier(out, release.id))}}
        spool = Spool(1 << 30)
        view_work(ox.Store(), release.path, frozenset())(head, "", spool)
        return bytes(spool.finish()[0])

    @pytest.mark.parametrize("extension", list(dumps.FORMATS))
    def test_every_form_says_the_same(self, out: Path, extension: str) -> None:
        """As sets of triples, exactly."""
        form = ox.RdfFormat.from_extension(extension)
        assert form is not None

        found = {quad.triple for quad in ox.parse(self.made(out, extension), format=form)}

        assert found == told(out)

    @pytest.mark.parametrize(("extension", "name"), [("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")])
    def test_the_reader_of_harvesters_reads_it_as_well(self, out: Path, extension: str, name: str) -> None:
        """CKAN reads catalogues with rdflib."""
        graph = rdflib.Graph().parse(data=self.made(out, extension), format=name)

        assert len(graph) == len(told(out))
        assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)

    def test_json_is_for_who_knows_no_rdf(self, out: Path) -> None:
        """Short names, texts below their languages, and each thing inside the one that mentions it."""
        data = json.loads(self.made(out, "jsonld"))

        current = next(one for one in data["dataset"] if one.get("version") == "2026.2.0")
        file = next(one for one in current["distribution"] if one["id"].endswith("-all.ttl"))
        assert data["type"] == "dcat:Catalog"
        assert set(data["description"]) == {"en", "ko"}
        assert all(isinstance(one, dict) for one in [*data["dataset"], *data["service"]])
        assert isinstance(current["previousVersion"], str)
        assert file["byteSize"].isdecimal()
        assert len(file["checksum"]["checksumValue"]) == 64
        assert file["title"]["en"] == "Turtle: every fact once, asserted and derived"
