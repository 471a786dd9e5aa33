"""Linking a release with a data set outside, from the files that ship to the mapping file."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg import api, assets, targets
from egov_kg.errors import UnreadableTarget, UsageError
from egov_kg.linking import read_specification
from egov_kg.store import Release

NAMES = ("kr-iso", "kr-law-history", "kr-offices")

CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://portal.example/> .
ex:catalogue a dcat:Catalog ; dcat:catalog ex:catalogue ; dcat:dataset ex:korea .
ex:korea a dcat:Dataset ; dcterms:title "Republic of Korea"@en, "대한민국"@ko ; dcterms:identifier "KR" ;
    dcat:dataset ex:korea .
"""
CATALOGUE += "".join(
    f'ex:d{n} a dcat:Dataset ; dcterms:title "Data set {n}"@en ; dcterms:identifier "X{n}" .\n' for n in range(200)
)

SPECIFICATION = """
[dataset]
id = "portal"
title = { en = "A portal" }
licence = "CC0"
source = "portal.ttl"
format = "rdf"

[[match]]
ours = "egov:Country"
level = "place"
class = "dcat:Dataset"
label = [{ column = "dcterms:title", lang = "en" }]
code = { column = "dcterms:identifier" }
"""


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


def test_the_shipped_specifications_accept_what_is_right_and_nothing_else(release: Release, tmp_path: Path) -> None:
    """Written out in full: presidents since 1998, two enactments, one country."""
    accepted = set()
    for name in NAMES:
        path = assets.data(f"mappings/{name}.toml")
        found = targets.link(release, assets.data(f"external/{name}"), path, decided=tmp_path / "none.tsv")
        for one in found.run.links:
            if one.band == "accept":
                ours, theirs = one.pair.entity.iri.partition("/id/")[2], one.pair.row.id.rpartition("/")[2]
                accepted.add((ours, theirs, one.predicate))

    presidents = {
        "kim-dae-jung": ("Q45785", "1998-02-25"),
        "roh-moo-hyun": ("Q14345", "2003-02-25"),
        "lee-myung-bak": ("Q14342", "2008-02-25"),
        "park-geun-hye": ("Q138048", "2013-02-25"),
        "moon-jae-in": ("Q21001", "2017-05-10"),
    }
    assert accepted == {
        *((f"person/kr/{slug}", wikidata, "skos:exactMatch") for slug, (wikidata, _) in presidents.items()),
        *((f"administration/kr/{slug}", f"{q}-{day}", "skos:closeMatch") for slug, (q, day) in presidents.items()),
        ("law/kr/digital-signature-act", "54720", "skos:closeMatch"),
        ("law/kr/public-data-act", "142444", "skos:closeMatch"),
        ("jurisdiction/kr/republic-korea", "KR", "skos:exactMatch"),
    }


class TestCatalogues:
    def test_of_dcat_are_targets(self, release: Release, tmp_path: Path) -> None:
        """Read in a process of its own; that a catalogue holds itself does not matter."""
        (tmp_path / "portal.ttl").write_text(CATALOGUE, encoding="utf-8")
        (tmp_path / "portal.toml").write_text(SPECIFICATION, encoding="utf-8")

        found = targets.link(release, tmp_path, tmp_path / "portal.toml")

        (one,) = found.mappings.mappings
        assert (one.object, one.predicate, one.band) == ("https://portal.example/korea", "skos:exactMatch", "accept")

    def test_that_do_not_parse_are_told_with_the_line(self, release: Release, tmp_path: Path) -> None:
        """Nothing is written."""
        (tmp_path / "portal.ttl").write_text(CATALOGUE + "ex:broken a .\n", encoding="utf-8")
        (tmp_path / "portal.toml").write_text(SPECIFICATION, encoding="utf-8")

        with pytest.raises(
            UnreadableTarget, match=r"portal\.ttl:\d+ is not Turtle, as its ending says, in column \d+: "
        ):
            targets.link(release, tmp_path, tmp_path / "portal.toml")

        assert not (tmp_path / "portal.sssom.tsv").exists()

    def test_that_are_missing_are_told(self, release: Release, tmp_path: Path) -> None:
        """By name."""
        (tmp_path / "portal.toml").write_text(SPECIFICATION, encoding="utf-8")

        with pytest.raises(UnreadableTarget, match=r"is no file"):
            targets.link(release, tmp_path / "portal.nt", tmp_path / "portal.toml")


class _Endpoint(http.server.BaseHTTPRequestHandler):
    answer = b""

    def do_POST(self) -> None:
        """Answer any query."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if self.answer else 500)
        self.send_header("Content-Type", "text/csv")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of an endpoint on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()


def _asking(address: str, folder: Path) -> Path:
    path = folder / "countries.toml"
    path.write_text(
        f"""
[dataset]
id = "countries"
title = {{ en = "Countries" }}
licence = "CC0"
source = "{address}"
format = "sparql"
query = "SELECT ?iri ?code ?name WHERE {{ ?iri ?p ?name }}"

[[match]]
ours = "egov:Country"
level = "place"
id = "{{iri}}"
label = [{{ column = "name", lang = "en" }}]
code = {{ column = "code" }}
""",
        encoding="utf-8",
    )
    return path


class TestEndpoints:
    def test_are_asked_once_and_their_answer_is_the_target(
        self, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The dated file stands beside the specification, and a later run may take it."""
        monkeypatch.setattr(_Endpoint, "answer", b"iri,code,name\nhttps://c.example/kr,KR,Republic of Korea\n")
        specification = read_specification(_asking(endpoint, tmp_path))

        path = targets.fetch_endpoint(specification, endpoint, private=True)

        assert path.parent == tmp_path
        assert path.name.startswith("countries-2")
        assert path.read_bytes() == _Endpoint.answer

    def test_that_fail_leave_no_file(self, endpoint: str, tmp_path: Path) -> None:
        """An error of theirs is told as theirs."""
        specification = read_specification(_asking(endpoint, tmp_path))

        with pytest.raises(UnreadableTarget, match="gave no answer"):
            targets.fetch_endpoint(specification, endpoint, private=True)

        assert [one.name for one in tmp_path.iterdir()] == ["countries.toml"]

    def test_on_this_machine_are_not_asked_unless_that_is_wanted(self, endpoint: str, tmp_path: Path) -> None:
        """A specification of somebody else's cannot make us call what stands behind our own wall."""
        specification = read_specification(_asking(endpoint, tmp_path))

        with pytest.raises(UnreadableTarget, match="gave no answer"):
            targets.fetch_endpoint(specification, endpoint)

    def test_other_than_that_of_the_specification_are_not_asked(self, tmp_path: Path) -> None:
        """The specification names the one address."""
        specification = read_specification(_asking("https://a.example/sparql", tmp_path))

        with pytest.raises(UsageError, match=r"expected format 'sparql' with this address as its source"):
            targets.fetch_endpoint(specification, "https://b.example/sparql")
