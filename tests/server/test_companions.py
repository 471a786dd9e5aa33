"""Data sets of others beside the release: endpoints of their own, asked by SERVICE without any connection."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.errors import ConfigurationError
from egov_kg.server.companions import prepared
from egov_kg.sparql.remote_publishing import publish_into_store
from egov_kg.store import open_release
from egov_kg.store.tokens import new_token
from tests.server.conftest import BASE, Server, publish, slug, start, stop
from tests.sparql import stores

LABEL = iri.expand("skos:prefLabel")
AMENDS = iri.expand("egov:amends")
ACT = iri.thing_iri("law/kr/act")
PAGE = "http://pages.example/page"
ISO = f"{BASE}beside/kr-iso#"
ENDLESS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?a), STR(?d), STR(?g)) = 'x')"
PAGES = f"""
<{ACT}> <{PAGE}> "the page of the act" .
<{ACT}> <{LABEL}> "another name" .
<{iri.thing_iri("law/kr/law-7")}> <{PAGE}> "seven", "sieben" .
GRAPH <{iri.graph_iri("entailed")}> {{ <{ACT}> <http://pages.example/said> "under a name of ours" }}
GRAPH <http://pages.example/more> {{ <relative> <{PAGE}> _:b . _:b <{PAGE}> "blank" }}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of two files in two formats, beside something that is no RDF."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "pages.trig").write_text(PAGES, encoding="utf-8")
    lines = "".join(f'<http://pages.example/{n}> <http://pages.example/number> "{n}" .\n' for n in range(400))
    (folder / "more.nt.gz").write_bytes(gzip.compress(lines.encode()))
    (folder / "README.md").write_text("# Pages\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def beside(server: Server, folder: Path) -> Iterator[Server]:
    """A server of the small release with two data sets beside it."""
    settings: dict[str, Any] = {"beside": ["kr-iso", f"pages={folder}"], "federation_rows": 300}
    running = start(server.out, server.release, seconds=4, **settings)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def asking(beside: Server) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=beside.url, trust_env=False, timeout=30) as client:
        yield client


def rows(answer: httpx.Response) -> list[list[str]]:
    """Return the values of an answer as CSV, without its head."""
    assert answer.status_code == 200, answer.text
    return [line.split(",") for line in answer.text.split("\r\n")[1:-1]]


class TestEndpoint:
    """The protocol, the limits and the tags of the main endpoint, over other data."""

    def test_a_shipped_table_by_its_columns(self, asking: httpx.Client) -> None:
        """Names and codes under plain vocabulary, every cell under its column; no class, nothing of our ontology."""
        korea = f"{BASE}id/jurisdiction/iso-3166-1/KR"

        answer = asking.get("beside/kr-iso/sparql", params={"query": f"DESCRIBE <{korea}>", "format": "nt"})

        identifier = iri.expand("dcterms:identifier")
        assert sorted(answer.text.splitlines()) == sorted(
            [
                f'<{korea}> <{LABEL}> "Korea, Republic of"@en .',
                f'<{korea}> <{identifier}> "KR" .',
                f'<{korea}> <{ISO}alpha2> "KR" .',
                f'<{korea}> <{ISO}alpha3> "KOR" .',
                f'<{korea}> <{ISO}numeric> "410" .',
                f'<{korea}> <{ISO}name> "Korea, Republic of" .',
            ]
        )

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            ("*/*", "application/sparql-results+json"),
            ("application/sparql-results+xml", "application/sparql-results+xml"),
            ("text/csv", "text/csv; charset=utf-8"),
            ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
        ],
    )
    def test_formats(self, asking: httpx.Client, accept: str, media_type: str) -> None:
        """All but pages: a browser gets data."""
        answer = asking.get("beside/kr-iso/sparql", params={"query": "ASK {}"}, headers={"Accept": accept})

        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)

    def test_a_page_is_no_format(self, asking: httpx.Client) -> None:
        """And the error lists what there is."""
        answer = asking.get("beside/kr-iso/sparql", params={"query": "ASK {}", "format": "html"})

        assert (answer.status_code, slug(answer)) == (400, "bad-parameter")

    def test_its_answers_have_its_own_tag_and_name(self, asking: httpx.Client, beside: Server) -> None:
        """The same query over the release is another answer; what is known is not sent again."""
        query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}

        pages, ours = asking.get("beside/pages/sparql", params=query), asking.get("sparql", params=query)
        again = asking.get("beside/pages/sparql", params=query, headers={"If-None-Match": pages.headers["etag"]})

        assert rows(pages) == [["404"]]
        assert pages.headers["etag"] != ours.headers["etag"]
        assert ours.headers["egov-release"] == beside.release
        assert pages.headers["egov-release"] == again.headers["egov-release"] != beside.release
        assert again.status_code == 304

    def test_the_same_bytes_have_the_same_name(self, asking: httpx.Client, folder: Path) -> None:
        """So that caches survive a restart; other bytes have another name."""
        listed = {one["name"]: one["id"] for one in asking.get("beside").json()}

        with prepared(Config(beside=(f"pages={folder}", "kr-iso", f"other={folder}"))) as found:
            assert {one.name: one.id for one in found[:2]} == listed
            assert found[2].id != listed["pages"]

    def test_posts(self, asking: httpx.Client) -> None:
        """A form and a query as the body."""
        ask = f"ASK {{ <{ACT}> <{PAGE}> ?page }}"
        kind = {"Content-Type": "application/sparql-query"}

        assert asking.post("beside/pages/sparql", data={"query": ask}).json()["boolean"] is True
        assert asking.post("beside/pages/sparql/", content=ask, headers=kind).json()["boolean"] is True
        assert asking.post("beside/kr-iso/sparql", data={"query": ask}).json()["boolean"] is False

    def test_methods(self, asking: httpx.Client) -> None:
        """As of an endpoint."""
        allowed = "GET, HEAD, POST, OPTIONS"

        assert asking.head("beside/pages/sparql", params={"query": "ASK {}"}).headers["content-length"] == "26"
        assert asking.options("beside/pages/sparql").headers["allow"] == allowed
        put = asking.put("beside/pages/sparql")
        assert (put.status_code, slug(put), put.headers["allow"]) == (405, "method-not-allowed", allowed)

    @pytest.mark.parametrize(
        ("form", "expected"),
        [
            ({"update": "DROP ALL"}, (403, "read-only")),
            ({"query": "DROP ALL"}, (400, "syntax")),
            ({"query": "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, (403, "service-refused")),
            ({"query": f"ASK {{ SERVICE <{BASE}beside/kr-iso/sparql> {{ ?s ?p ?o }} }}"}, (403, "service-refused")),
            ({"query": "ASK { } LIMIT x"}, (400, "syntax")),
            ({"question": "ASK {}"}, (400, "missing-query")),
        ],
    )
    def test_refusals(self, asking: httpx.Client, form: dict[str, str], expected: tuple[int, str]) -> None:
        """Nothing is written and nobody is asked, not even the other data set."""
        answer = asking.post("beside/pages/sparql", data=form)

        assert (answer.status_code, slug(answer)) == expected

    def test_graphs_of_the_request(self, asking: httpx.Client) -> None:
        """One that is not there is empty; nothing is fetched."""
        ask, address = "ASK { ?s ?p ?o }", "http://127.0.0.1:1/"

        named = asking.get(
            "beside/pages/sparql", params={"query": ask, "default-graph-uri": "http://pages.example/more"}
        )
        missing = asking.get("beside/pages/sparql", params={"query": ask, "default-graph-uri": address})
        said = asking.get("beside/pages/sparql", params={"query": f"ASK FROM <{address}> {{ ?s ?p ?o }}"})

        assert [one.json()["boolean"] for one in (named, missing, said)] == [True, False, False]

    def test_limits(self, asking: httpx.Client) -> None:
        """Of time and size, as everywhere; the next query is answered."""
        late = asking.get("beside/pages/sparql", params={"query": f"ASK {{ {ENDLESS} }}", "timeout": "0.5"})
        large = asking.get(
            "beside/pages/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }", "format": "json"}
        )

        assert (late.status_code, slug(late)) == (503, "time-limit")
        assert (large.status_code, slug(large)) == (422, "result-too-large")
        assert asking.get("beside/pages/sparql", params={"query": "ASK {}"}).status_code == 200

    def test_the_description(self, asking: httpx.Client, beside: Server) -> None:
        """What it is, what it holds, in every format of graphs; nothing that it cannot do."""
        answer = asking.get("beside/pages/sparql", headers={"Accept": "application/n-triples"})
        turtle = asking.get("beside/kr-iso/sparql")

        assert answer.status_code == 200
        endpoint = f"{beside.url}beside/pages/sparql"
        sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#triples"
        number = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        assert f"<{endpoint}#service> <{sd}endpoint> <{endpoint}> ." in answer.text
        assert f"<{endpoint}#default-graph> <{void}> {number.format(404)} ." in answer.text
        assert f"<{iri.graph_iri('entailed')}> <{void}> {number.format(1)} ." in answer.text
        assert f"<http://pages.example/more> <{void}> {number.format(2)} ." in answer.text
        assert "Update" not in answer.text
        assert "BasicFederatedQuery" not in answer.text
        assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
        assert "LGPL-2.1-or-later" in turtle.text
        assert "ISO 3166 국가" in turtle.text

    def test_the_list(self, asking: httpx.Client, client: httpx.Client, beside: Server, folder: Path) -> None:
        """What stands beside the release, and where; no path of this machine."""
        listed = asking.get("beside").json()

        assert [(one["name"], one["quads"], one["endpoint"]) for one in listed] == [
            ("kr-iso", 1832, f"{beside.url}beside/kr-iso/sparql"),
            ("pages", 407, f"{beside.url}beside/pages/sparql"),
        ]
        assert str(folder.parent.parent) not in json.dumps(listed)
        assert client.get("beside").json() == []

    def test_addresses_of_what_is_not_there(self, asking: httpx.Client, client: httpx.Client) -> None:
        """404, with the way to the list; the name alone leads to the endpoint."""
        assert asking.get("beside/kr-iso").headers["location"] == "/beside/kr-iso/sparql"
        assert slug(asking.get("beside/nothing")) == "not-found"
        assert slug(asking.get("beside/nothing/sparql", params={"query": "ASK {}"})) == "not-found"
        assert slug(asking.get("beside/kr%2Diso%2F../sparql", params={"query": "ASK {}"})) == "not-found"
        assert slug(client.get("beside/kr-iso/sparql", params={"query": "ASK {}"})) == "not-found"


class TestApart:
    """Nothing of a data set beside comes into the graph, whatever its graphs are called."""

    def test_the_release_is_as_it_was(self, asking: httpx.Client, client: httpx.Client) -> None:
        """Its graphs, the default graph, what follows, the description."""
        for query in (
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
            f"SELECT * {{ GRAPH <{iri.graph_iri('entailed')}> {{ <{ACT}> ?p ?o }} }} ORDER BY ?p ?o",
            f"SELECT * {{ <{ACT}> <{LABEL}> ?name }} ORDER BY ?name",
            f"ASK {{ GRAPH ?g {{ ?s <{PAGE}> ?o }} }}",
        ):
            form = {"query": query, "format": "tsv"}

            assert asking.get("sparql", params=form).text == client.get("sparql", params=form).text

    def test_a_graph_of_theirs_with_a_name_of_ours(self, asking: httpx.Client) -> None:
        """Is theirs at their endpoint, and ours at ours."""
        query = {"query": f"SELECT ?o {{ GRAPH <{iri.graph_iri('entailed')}> {{ ?s ?p ?o }} }}", "format": "csv"}

        assert rows(asking.get("beside/pages/sparql", params=query)) == [["under a name of ours"]]
        assert ["under a name of ours"] not in rows(asking.get("sparql", params=query))

    def test_a_relative_name_tells_no_path(self, asking: httpx.Client) -> None:
        """It is below the name of the data set."""
        query = {"query": f"SELECT ?s {{ GRAPH ?g {{ ?s <{PAGE}> ?b FILTER(isBlank(?b)) }} }}", "format": "csv"}

        assert rows(asking.get("beside/pages/sparql", params=query)) == [[f"{BASE}beside/pages/relative"]]


class TestService:
    """The main endpoint asks them by SERVICE, within its own clock."""

    @pytest.mark.parametrize("name", ["beside/pages/sparql", f"{BASE}beside/pages/sparql", "URLbeside/pages/sparql"])
    def test_the_join_of_both(self, asking: httpx.Client, beside: Server, name: str) -> None:
        """By a name below our base, also a relative one, and by the address."""
        endpoint = name.replace("URL", beside.url)
        query = (
            f"SELECT ?law ?page {{ ?law <{AMENDS}> ?other SERVICE <{endpoint}> {{ ?law <{PAGE}> ?page }} }} "
            "ORDER BY ?law ?page"
        )

        answer = asking.get("sparql", params={"query": query, "format": "csv"})

        seven = iri.thing_iri("law/kr/law-7")
        assert rows(answer) == [[ACT, "the page of the act"], [seven, "seven"], [seven, "sieben"]]
        assert "services;dur=" in answer.headers["server-timing"]
        assert answer.headers["egov-release"] == beside.release

    def test_nobody_is_called(self, asking: httpx.Client, beside: Server) -> None:
        """There is no process that could open a connection, before and after; and no listener is needed."""
        query = f"ASK {{ SERVICE <{beside.url}beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page }} }}"

        answer = asking.get("sparql", params={"query": query})

        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in _children(beside.process.pid)]
        assert answer.json()["boolean"] is True
        assert any(b"egov_kg.sparql.zygote" in one for one in commands)
        assert not any(b"egov_kg.sparql.fetcher" in one for one in commands)

    def test_both_data_sets_in_one_query(self, asking: httpx.Client) -> None:
        """One after the other, and values go from one to the next."""
        query = (
            f"SELECT ?page ?code {{ SERVICE <beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page }} "
            f"SERVICE <beside/kr-iso/sparql> {{ ?country <{ISO}alpha2> 'KR' ; <{ISO}alpha3> ?code }} }}"
        )

        answer = asking.get("sparql", params={"query": query, "format": "csv"})

        assert rows(answer) == [["the page of the act", "KOR"]]

    def test_only_what_is_served(self, asking: httpx.Client, beside: Server) -> None:
        """Neither our own endpoint, nor another data set, nor a part of a name."""
        for endpoint in (f"{beside.url}sparql", f"{BASE}beside/other/sparql", f"{BASE}beside/pages", f"{BASE}sparql"):
            answer = asking.post("sparql", data={"query": f"ASK {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"})

            assert (answer.status_code, slug(answer)) == (403, "service-refused")

    def test_no_loop(self, asking: httpx.Client) -> None:
        """A data set asks nobody: SERVICE in what it is sent fails there, and nothing comes back to us."""
        inner = f"SERVICE <{BASE}beside/kr-iso/sparql> {{ ?x <{ISO}alpha2> 'KR' }}"
        query = f"SELECT * {{ SERVICE <{BASE}beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page {inner} }} }}"

        answer = asking.post("sparql", data={"query": query})
        silent = asking.post("sparql", data={"query": query.replace("SERVICE", "SERVICE SILENT", 1)})

        assert (answer.status_code, slug(answer)) == (503, "service-failed")
        assert answer.json()["reason"].startswith("it does not answer: SERVICE is not allowed here")
        assert silent.json()["results"]["bindings"] == [{}]

    def test_too_many_rows(self, asking: httpx.Client) -> None:
        """The limit of SERVICE holds here too."""
        query = "SELECT * { SERVICE <beside/pages/sparql> { ?s <http://pages.example/number> ?n } }"

        answer = asking.post("sparql", data={"query": query})

        assert (answer.status_code, slug(answer)) == (422, "service-too-large")

    @pytest.mark.parametrize("silent", ["", "SILENT"])
    def test_one_clock_over_both(self, asking: httpx.Client, silent: str) -> None:
        """What is asked there ends with the query; both answer again at once."""
        endless = ENDLESS.replace("'x'", f"'{silent}'")  # what was late a moment ago is refused at once
        query = f"ASK {{ SERVICE {silent} <beside/pages/sparql> {{ {endless} }} }}"

        answer = asking.post("sparql?timeout=1", data={"query": query})

        assert (answer.status_code, slug(answer)) in {(503, "time-limit"), (503, "service-failed")}
        assert asking.get("beside/pages/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
        assert asking.get("sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True

    def test_what_is_asked_of_it_in_the_cost_of_a_query(self, asking: httpx.Client) -> None:
        """The words of such a query are read like others."""
        query = f"ASK {{ SERVICE <beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page }} }}"

        told = asking.get("sparql", params={"query": query, "explain": "1"}).json()

        assert told["query"]["services"] == [f"{BASE}beside/pages/sparql"]

    def test_the_description_says_so(self, asking: httpx.Client) -> None:
        """A client may plan with it."""
        assert "BasicFederatedQuery" in asking.get("sparql", params={"format": "nt"}).text


class TestProcesses:
    """They may end; what they kept does not stay behind."""

    def test_a_query_process_that_is_killed(self, server: Server, folder: Path) -> None:
        """All processes of the server's children are killed: a query fails at most once, then all answers are back."""
        running = start(server.out, server.release, seconds=8, beside=[f"pages={folder}"])
        query = {"query": f"ASK {{ SERVICE <beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page }} }}"}
        try:
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client:
                assert client.get("sparql", params=query).json()["boolean"] is True
                for pid in _children(running.process.pid):
                    os.kill(pid, signal.SIGKILL)
                until = time.monotonic() + 60
                while (answer := client.get("sparql", params=query)).status_code != 200:
                    assert answer.status_code == 503
                    assert time.monotonic() < until

                assert answer.json()["boolean"] is True
        finally:
            stop(running)

    def test_what_a_killed_server_left_is_removed(self, server: Server, folder: Path, tmp_path: Path) -> None:
        """By the next one; what another living server uses stays."""
        settings: dict[str, Any] = {"beside": [f"pages={folder}"], "spool": str(tmp_path)}
        first, second = (start(server.out, server.release, **settings) for _ in range(2))
        left = len(list(tmp_path.glob("egov-kg-beside-*")))
        first.process.kill()
        first.process.wait()
        third = start(server.out, server.release, **settings)
        found = len(list(tmp_path.glob("egov-kg-beside-*")))
        for running in (second, third):
            stop(running)
        assert first.process.stdout is not None
        first.process.stdout.close()

        assert (left, found) == (2, 2)
        assert list(tmp_path.glob("egov-kg-beside-*")) == []

    def test_a_server_that_is_told_to_end_while_it_reads(self, server: Server, tmp_path: Path) -> None:
        """It ends at once, and leaves neither files nor the process that reads."""
        lines = "".join(f"<http://a.example/{n}> <http://b.example/> <http://c.example/> .\n" for n in range(300_000))
        (tmp_path / "long.nt").write_text(lines)
        command = [sys.executable, "-m", "egov_kg", "serve", "--from", str(server.out), "--port", "0"]
        kept = tmp_path / "kept"
        kept.mkdir()
        starting = subprocess.Popen(
            [*command, "--beside", f"long={tmp_path / 'long.nt'}"],
            env={**os.environ, "EGOVKG_SPOOL": str(kept)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        while not list(kept.glob("*/long/egov.nq")):
            assert starting.poll() is None
            time.sleep(0.01)
        reading = _children(starting.pid)
        starting.terminate()

        assert starting.communicate(timeout=60)[0] == b""
        assert list(kept.iterdir()) == []
        assert reading
        until = time.monotonic() + 60
        while any(Path(f"/proc/{pid}").exists() for pid in reading):
            assert time.monotonic() < until
            time.sleep(0.05)

    def test_several_fronts_read_it_once(self, server: Server, folder: Path, tmp_path: Path) -> None:
        """Each has query processes of its own over the same files."""
        running = start(
            server.out, server.release, seconds=8, beside=[f"pages={folder}"], fronts=2, spool=str(tmp_path)
        )
        query = {"query": f"ASK {{ SERVICE <beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page }} }}"}
        try:
            kept = list(tmp_path.glob("egov-kg-beside-*"))
            answers = [httpx.get(f"{running.url}sparql", params=query, trust_env=False, timeout=30) for _ in range(8)]
        finally:
            stop(running)

        assert len(kept) == 1
        assert [answer.json()["boolean"] for answer in answers] == [True] * 8

    def test_it_stays_when_the_release_changes(self, tmp_path: Path, folder: Path) -> None:
        """The next release asks the same data set."""
        running = start(tmp_path, publish(tmp_path).id, seconds=8, beside=[f"pages={folder}"])
        query = {
            "query": f"SELECT ?n {{ <{ACT}> <{LABEL}> ?n SERVICE <beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?p }} }}"
        }
        try:
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client:
                before = client.get("sparql", params=query)
                newer = publish(tmp_path, "2026.2.0").id
                until = time.monotonic() + 60
                while (after := client.get("sparql", params=query)).headers["egov-release"] != newer:
                    assert time.monotonic() < until
                    time.sleep(0.2)
        finally:
            stop(running)

        assert "Act 2026.1.0" in before.text
        assert "Act 2026.2.0" in after.text

    def test_a_scratch_store_has_one_beside_it(self, tmp_path: Path, folder: Path) -> None:
        """Its SERVICE names it below its own address."""
        command = [sys.executable, "-m", "egov_kg", "serve", "--scratch", "--port", "0", "--beside", f"pages={folder}"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path
        ) as it:
            assert it.stdout is not None
            url = it.stdout.readline().strip()
            query = {"query": f"ASK {{ SERVICE <beside/pages/sparql> {{ <{ACT}> <{PAGE}> ?page }} }}"}
            answer = httpx.get(f"{url}sparql", params=query, trust_env=False, timeout=30)
            it.terminate()

        assert answer.json()["boolean"] is True


class TestOtherModes:
    """The data set is the same, whatever answers for the release, and whoever may ask."""

    def test_another_store_answers_for_the_release(self, tmp_path: Path, folder: Path) -> None:
        """What the data set says goes there as VALUES; its own endpoint needs no store."""
        release = open_release(publish(tmp_path).path)
        service = f"SERVICE <beside/pages/sparql> {{ ?law <{PAGE}> ?page }}"
        query = {"query": f"SELECT ?page {{ ?law <{AMENDS}> ?other {service} }} ORDER BY ?page", "format": "csv"}
        with stores.oxigraph() as store:
            config: dict[str, Any] = {"engine_url": store.query, "engine_update_url": store.update}
            publish_into_store(release, Config(**config))
            running = start(tmp_path, release.id, seconds=8, beside=[f"pages={folder}"], **config)
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client:
                joined = client.get("sparql", params=query)
        try:
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client:
                alone = client.get("beside/pages/sparql", params={"query": f"ASK {{ <{ACT}> <{PAGE}> ?page }}"})
        finally:
            stop(running)

        assert rows(joined) == [["seven"], ["sieben"], ["the page of the act"]]
        assert alone.json()["boolean"] is True

    def test_asking_needs_the_token_here_too(self, server: Server, folder: Path, tmp_path: Path) -> None:
        """Where asking needs one at all; no cache keeps the answer for others."""
        tokens = tmp_path / "tokens.json"
        secret, _ = new_token(tokens, ("read",), days=None, note="reads")
        settings: dict[str, Any] = {"beside": [f"pages={folder}"], "reading": "token", "token_file": str(tokens)}
        running = start(server.out, server.release, **settings)
        query, bearer = {"query": "ASK {}"}, {"Authorization": f"Bearer {secret}"}
        try:
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client:
                refused = [
                    client.get("beside/pages/sparql", params=query),
                    client.post("beside/pages/sparql", data=query),
                    client.get("beside"),
                ]
                answered = client.get("beside/pages/sparql", params=query, headers=bearer)
        finally:
            stop(running)

        assert [slug(one) for one in refused] == ["token-required"] * 3
        assert answered.status_code == 200
        assert "private" in answered.headers["cache-control"]

    def test_an_operator_sees_and_ends_its_queries(self, server: Server, folder: Path, tmp_path: Path) -> None:
        """With the ids of the data set, beside those of the release."""
        tokens = tmp_path / "tokens.json"
        secret, _ = new_token(tokens, ("admin",), days=None, note="ends")
        settings: dict[str, Any] = {"beside": [f"pages={folder}"], "token_file": str(tokens)}
        running = start(server.out, server.release, seconds=60, **settings)
        bearer = {"Authorization": f"Bearer {secret}"}
        answers: list[httpx.Response] = []
        address, form = f"{running.url}beside/pages/sparql", {"query": f"ASK {{ {ENDLESS} }}"}
        asking = threading.Thread(
            target=lambda: answers.append(httpx.post(address, data=form, trust_env=False, timeout=120))
        )
        asking.start()
        try:
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client:
                identifier = client.get("beside").json()[0]["id"]
                until = time.monotonic() + 60
                while not (listed := client.get("admin/queries", headers=bearer).json()["queries"]):
                    assert time.monotonic() < until
                ended = client.delete(f"admin/queries/{listed[0]['id']}", headers=bearer)
                asking.join()
        finally:
            stop(running)

        assert listed[0]["id"].startswith(identifier[:12])
        assert ended.status_code == 204
        assert slug(answers[0]) == "aborted"


def _children(pid: int) -> list[int]:
    """Return the processes below one, the deepest first."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    found = [int(word) for word in listed.stdout.split()]
    return [inner for child in found for inner in (*_children(child), child)]


class TestUnreadable:
    """A data set that cannot be read whole is not served, and neither is anything else: one sentence says why."""

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("broken.ttl", b"<http://a/> <http://b/> <http://c/> .\n<http://a/> <http://b", r"broken\.ttl.*:2:"),
            ("wrong.nt", b"\xff\xfe\x00", "wrong.nt"),
            ("empty.ttl.gz", b"", "gzip"),
            ("cut.nt.gz", gzip.compress(b"<http://a/> <http://b/> <http://c/> .\n" * 1000)[:-9], "cut off"),
            ("bomb.nt.gz", gzip.compress(b"<http://a/> <http://b/> <http://c/> .\n" * 200_000), "100 times its size"),
            (
                "entities.rdf",
                b'<!DOCTYPE r [<!ENTITY a "aaaa">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
                "DOCTYPE and ENTITY are not read",
            ),
            ("table.csv", b"a,b\n1,2\n", "names no RDF format"),
            ("spec.toml", b"[dataset]\nid = 'x'\n", "spec.toml"),
        ],
    )
    def test_a_file(self, tmp_path: Path, name: str, content: bytes, said: str) -> None:
        """Broken, cut off, made to harm, of another kind."""
        (tmp_path / name).write_bytes(content)

        with (
            pytest.raises(ConfigurationError, match=said) as caught,
            prepared(Config(beside=(f"mine={tmp_path / name}",))),
        ):
            pass

        assert str(caught.value).startswith("the data set mine is not served: ")

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        """Missing, an empty folder, a pipe that would never end, a device, a name that does not come along."""
        os.mkfifo(tmp_path / "pipe.nt")
        (tmp_path / "folder").mkdir()

        for given, said in (
            (f"mine={tmp_path / 'missing.ttl'}", "is no file"),
            (f"mine={tmp_path / 'folder'}", "holds no RDF"),
            (f"mine={tmp_path / 'pipe.nt'}", "is no file"),
            ("mine=/dev/zero", "is no file"),
            ("mine", "comes along; there are kr-iso, kr-law-history, kr-offices"),
        ):
            with pytest.raises(ConfigurationError, match=said), prepared(Config(beside=(given,))):
                pass

    def test_too_much(self, tmp_path: Path) -> None:
        """More quads than the setting allows, and more graphs than a description should have."""
        (tmp_path / "many.nt").write_text("".join(f"<http://a/{n}> <http://b/> <http://c/> .\n" for n in range(50)))
        (tmp_path / "graphs.nq").write_text(
            "".join(f"<http://a/> <http://b/> <http://c/> <http://g/{n}> .\n" for n in range(1001))
        )

        for name, most, said in (("many.nt", 49, "more than 49 quads"), ("graphs.nq", 10_000, "1001 named graphs")):
            with (
                pytest.raises(ConfigurationError, match=said),
                prepared(Config(beside=(f"mine={tmp_path / name}",), beside_quads=most)),
            ):
                pass

    def test_a_file_that_changes_while_it_is_read(self, tmp_path: Path) -> None:
        """Its name would be that of other bytes."""
        path = tmp_path / "growing.nt"
        path.write_text('<http://a/> <http://b/> "0" .\n' * 20_000)
        is_done = threading.Event()

        def grow() -> None:
            while not is_done.wait(0.01):
                with path.open("a") as file:
                    file.write('<http://a/> <http://b/> "1" .\n')

        growing = threading.Thread(target=grow)
        growing.start()
        try:
            with (
                pytest.raises(ConfigurationError, match="changed while it was read"),
                prepared(Config(beside=(f"mine={path}",))),
            ):
                pass
        finally:
            is_done.set()
            growing.join()

    def test_nothing_is_left(self, tmp_path: Path) -> None:
        """Not after an error either."""
        (tmp_path / "broken.ttl").write_text("no")

        with (
            pytest.raises(ConfigurationError),
            prepared(Config(beside=(f"m={tmp_path}/broken.ttl",), spool=str(tmp_path))),
        ):
            pass

        assert [path.name for path in tmp_path.iterdir()] == ["broken.ttl"]

    def test_the_server_says_it_and_ends(self, tmp_path: Path, server: Server) -> None:
        """With 2, before it listens to anybody."""
        (tmp_path / "broken.ttl").write_text("no")
        command = [sys.executable, "-m", "egov_kg", "serve", "--from", str(server.out), "--port", "0"]

        done = subprocess.run(
            [*command, "--beside", f"mine={tmp_path / 'broken.ttl'}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert done.returncode == 2
        assert "the data set mine is not served" in done.stderr
        assert done.stdout == ""


class TestOwnTable:
    def test_a_specification_with_its_table_beside_it(self, tmp_path: Path) -> None:
        """The user's own table needs no conversion."""
        (tmp_path / "acts.csv").write_text("no;title\n1;전자서명법\n", encoding="utf-8")
        (tmp_path / "acts.toml").write_text(
            '[dataset]\nid = "my-acts"\ntitle = { en = "My acts" }\nlicence = "CC0"\nsource = "acts.csv"\n'
            'format = "csv"\ndialect = { delimiter = ";", quote = \'"\', encoding = "utf-8", header = true }\n'
            'prefix = { act = "https://acts.example/id/" }\n[[match]]\nours = "egov:Law"\nlevel = "work"\n'
            'id = "act:{no}"\nlabel = [{ column = "title", lang = "ko" }]\n',
            encoding="utf-8",
        )

        with prepared(Config(beside=(f"acts={tmp_path / 'acts.toml'}",))) as (found,):
            quads = set(ox.parse(path=f"{found.folder}/egov.nq", format=ox.RdfFormat.N_QUADS))

        assert (dict(found.title), found.licence, found.rows, found.nameless) == ({"en": "My acts"}, "CC0", 1, 0)
        act = ox.NamedNode("https://acts.example/id/1")
        assert {(quad.subject, quad.predicate.value, quad.object) for quad in quads} == {
            (act, LABEL, ox.Literal("전자서명법", language="ko")),
            (act, f"{BASE}beside/my-acts#no", ox.Literal("1")),
            (act, f"{BASE}beside/my-acts#title", ox.Literal("전자서명법")),
        }
