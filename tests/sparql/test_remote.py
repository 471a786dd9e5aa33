"""A store of others answers, and we vouch for it: the answer is complete, and of the release that is served."""

from __future__ import annotations

import asyncio
import collections
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox
import pytest

from egov_kg import assets, iri
from egov_kg.config import Config
from egov_kg.errors import (
    ConfigurationError,
    DeadlineExceeded,
    EgovKGError,
    FormatNotAvailable,
    QueryRefused,
    QuerySyntaxError,
    ResultTooLarge,
    ServiceFailed,
    StoreUnavailable,
)
from egov_kg.sparql import Answer, Limits, Pool, Request, named_queries
from egov_kg.sparql.federation import federated, fetcher_of
from egov_kg.sparql.remote import RemoteEngine, mark_query
from egov_kg.sparql.remote_publishing import publish_into_store
from egov_kg.store import Release, open_release
from tests.server.conftest import publish
from tests.sparql import stores
from tests.sparql.remotes import ONE_ROW, Remote, closed_port, hostile, running, send
from tests.sparql.stores import Store

T = TypeVar("T")
SECONDS: Final = 20.0
LABEL: Final = iri.expand("skos:prefLabel")

UNLIKE: Final[dict[str, dict[str, str]]] = {
    "oxigraph": {},
    "virtuoso": {
        "administrations-of-a-stage": "truth values of expressions are the numbers 0 and 1",
        "figures-of-a-thing": "a truth value is a number to it",
        "search": "a path in a named graph inside of NOT EXISTS finds nothing",
        "roles-in-a-project": "the same",
        "names-and-acronyms": "COALESCE over a comparison with nothing is false",
    },
}
"""Where the answer of a store is another one (Virtuoso 7.2.5 of Debian), and why. This list may only shrink."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A small release."""
    return publish(tmp_path_factory.mktemp("small"))


@pytest.fixture
def oxigraph(small: Release, oxigraph_store: Store) -> Store:
    """An Oxigraph server that holds it."""
    publish_into_store(small, Config(**oxigraph_store.settings))  # type: ignore[arg-type]
    return oxigraph_store


@pytest.fixture
def remote() -> Iterator[Remote]:
    """A server that is no store."""
    with running() as remote:
        yield remote


def asking(release: Release, work: Callable[[RemoteEngine], Awaitable[T]], **settings: Any) -> T:
    """Run some work with an engine over a release that a store elsewhere answers for."""

    async def run() -> T:
        config = Config(**{"query_seconds": SECONDS, **settings})
        local = Pool(release.path, Limits(seconds=config.query_seconds), base=release.base)
        engine = RemoteEngine(local, config, release=release.id, base=release.base)
        await engine.start()
        try:
            return await work(engine)
        finally:
            await engine.close()

    return asyncio.run(run())


def pretending(
    remote: Remote, release: Release, answer: Callable[[Any, str], None], marks: list[str] | None = None
) -> str:
    """Let a server say that it holds a release, and answer all other queries in its own way; return its address."""
    told = iter(marks or [])

    def act(handler: Any, body: str) -> None:
        if "published" not in body:
            answer(handler, body)
            return
        mark = next(told, f"{release.id}/1")
        row = {"mark": {"type": "literal", "value": mark}}
        send(handler, json.dumps({"head": {"vars": ["mark"]}, "results": {"bindings": [row]}}).encode())

    return remote.on("pretending", act)


def rows(answer: bytes) -> collections.Counter[str]:
    """Return how often each row of a result in JSON comes."""
    return collections.Counter(json.dumps(row, sort_keys=True) for row in json.loads(answer)["results"]["bindings"])


class TestTheSameAnswers:
    @pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
    def test_the_shipped_queries(
        self, built: Path, request: pytest.FixtureRequest, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every question on the shipped graph has the answer that it has here."""
        monkeypatch.setenv("EGOVKG_ENGINE_SECRET", stores.PASSWORD)
        release = open_release(built)
        unlike: set[str] = set()

        async def work(engine: RemoteEngine) -> None:
            for query in named_queries(assets.queries()).values():
                terms = query.bind({p.name: p.example for p in query.parameters.values() if p.required}, release.base)
                asked = Request(query.text, table="json", graph="nt", substitutions=terms)
                here, there = await asyncio.gather(engine.engine.answer(asked), engine.answer(asked))
                if rows(here.read()) != rows(there.read()):
                    unlike.add(query.name)

        store: Store = request.getfixturevalue(f"{kind}_store")
        publish_into_store(release, Config(**store.settings))  # type: ignore[arg-type]
        asking(release, work, **store.settings)

        assert unlike == set(UNLIKE[kind])

    def test_every_form_and_format(self, small: Release, oxigraph: Store) -> None:
        """The bytes are those of our own writers; what cannot be had is said before anybody is asked."""
        law = iri.thing_iri("law/kr/law-7")
        asked = [
            (f"SELECT ?n {{ <{law}> <{LABEL}> ?n }}", "csv", None, b"n\r\nLaw 7\r\n"),
            (f"SELECT ?n {{ <{law}> <{LABEL}> ?n }}", "csv-excel", None, b"\xef\xbb\xbfn\r\nLaw 7\r\n"),
            (f"ASK {{ <{law}> <{LABEL}> ?n }}", "json", None, b'{"head":{},"boolean":true}'),
            (f"ASK {{ <{law}> <{LABEL}> 1 }}", "csv", None, b"false"),
            (f"CONSTRUCT WHERE {{ <{law}> <{LABEL}> ?n }}", None, "nt", f'<{law}> <{LABEL}> "Law 7"@en .\n'.encode()),
            (
                f"PREFIX s: <{iri.PREFIXES['skos']}> CONSTRUCT {{ <x:a> s:prefLabel ?n }} {{ <{law}> s:prefLabel ?n }}",
                None,
                "ttl",
                b'@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n<x:a> s:prefLabel "Law 7"@en .\n',
            ),
        ]  # fmt: skip

        async def work(engine: RemoteEngine) -> list[bytes]:
            with pytest.raises(FormatNotAvailable):
                await engine.answer(Request("ASK {}", table=None, graph="ttl"))
            return [(await engine.answer(Request(text, table=t, graph=g))).read() for text, t, g, _ in asked]

        assert asking(small, work, **oxigraph.settings) == [expected for *_, expected in asked]

    def test_the_dataset_is_ours(self, small: Release, oxigraph: Store) -> None:
        """Neither other data of the store nor a release that is being published are seen; parameters and FROM hold."""
        with stores.client() as client:
            other = "INSERT DATA { <x:a> <x:p> <x:b> . GRAPH <x:g> { <x:a> <x:p> <x:b> } }"
            client.post(oxigraph.update, data={"update": other}).raise_for_status()
        document, count = iri.graph_iri("document/int/laws"), "SELECT (COUNT(*) AS ?n) "
        counts = small.counts["graphs"]
        asked = [
            (Request(f"{count}{{ ?s ?p ?o }}"), counts["default"]),
            (Request(f"{count}{{ <x:a> ?p ?o }}"), 0),
            (Request(f"{count}{{ GRAPH ?g {{ <x:a> ?p ?o }} }}"), 0),
            (Request("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"), len(counts) - 1),
            (Request(f"{count}FROM <{document}> {{ ?s ?p ?o }}"), counts["document/int/laws"]),
            (
                Request(f"{count}{{ ?s ?p ?o }}", default_graphs=[document], named_graphs=[]),
                counts["document/int/laws"],
            ),
            (Request(f"{count}{{ GRAPH ?g {{ ?s ?p ?o }} }}", default_graphs=[document], named_graphs=[]), 0),
            (Request(f"{count}FROM <document/int/none> {{ ?s ?p ?o }}"), 0),
            (Request(f"{count}{{ ?s <ontology#amends> <id/law/kr/law-0> }}"), 2),
            (Request("SELECT ?s ?o { ?s ?p ?o }", substitutions={"s": f"<{iri.thing_iri('law/kr/act')}>"}), None),
        ]

        async def work(engine: RemoteEngine) -> None:
            for request, expected in asked:
                there = (await engine.answer(request)).read()
                here = (await engine.engine.answer(request)).read()
                assert rows(there) == rows(here), request.text
                if expected is not None:
                    assert json.loads(there)["results"]["bindings"][0]["n"]["value"] == str(expected), request.text

        asking(small, work, **oxigraph.settings)

    def test_the_guard_is_ours(self, small: Release, oxigraph: Store) -> None:
        """Updates, SERVICE, foreign graphs and syntax errors do not reach the store."""

        async def work(engine: RemoteEngine) -> None:
            with pytest.raises(QuerySyntaxError):
                await engine.answer(Request("DROP ALL"))
            for text, slug in (
                ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "service-refused"),
                ("SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }", "dataset-refused"),
            ):
                with pytest.raises(QueryRefused) as refused:
                    await engine.answer(Request(text))
                assert refused.value.slug == slug
            with pytest.raises(QuerySyntaxError) as wrong:
                await engine.answer(Request("SELECT *\n{ ?s ?p }"))
            assert wrong.value.line == 2

        asking(small, work, **oxigraph.settings)


class TestServices:
    """SERVICE in front of another store: we ask the endpoint, and the store gets its answer with the query."""

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT ?law ?page { ?law a egov:Law SERVICE <ONE> { ?law <urn:page> ?page } }",
            "SELECT ?law ?page { ?law a egov:Law OPTIONAL { SERVICE <ONE> { ?law <urn:page> ?page } } }",
            "SELECT ?law { ?law a egov:Law MINUS { SERVICE <ONE> { ?law <urn:page> ?page } } }",
            "SELECT ?page { { SERVICE <ONE> { [] <urn:page> ?page } } UNION { ?law egov:amends ?page } }",
            "SELECT (COUNT(?page) AS ?n) { GRAPH ?g { ?law a egov:Law } SERVICE <ONE> { ?law <urn:page> ?page } }",
            "SELECT ?law ?page { ?law a egov:Law SERVICE SILENT <AWAY> { ?law <urn:page> ?page } }",
        ],
    )
    def test_the_answers_are_those_from_here(self, small: Release, oxigraph: Store, remote: Remote, text: str) -> None:
        """The same query over our own data, and over the store that holds the same."""
        other = ox.Store()
        for number in range(5):
            law = ox.NamedNode(iri.thing_iri(f"law/kr/law-{number}"))
            other.add(ox.Quad(law, ox.NamedNode("urn:page"), ox.Literal(f"page {number}", language="en")))
        other.add(ox.Quad(ox.BlankNode(), ox.NamedNode("urn:page"), ox.Literal("of nothing")))
        asked, away = remote.store("sparql", other), f"http://127.0.0.1:{closed_port()}/"
        query = "PREFIX egov: <https://w3id.org/egov-kg/ontology#> " + text.replace("ONE", asked).replace("AWAY", away)
        allowed = {"federation_allow": (asked, away), "federation_private": (asked, away)}

        async def work(engine: RemoteEngine) -> tuple[Answer, Answer]:
            fetcher = fetcher_of(engine._config, contact="tests")
            here = federated(engine.engine, engine._config, contact="tests", fetcher=fetcher)
            try:
                return await engine.answer(Request(query)), await here.answer(Request(query))
            finally:
                await fetcher.close()

        there, here = asking(small, work, **oxigraph.settings, **allowed)

        assert rows(there.read()) == rows(here.read())
        assert not there.cacheable

    def test_blank_nodes_cannot_be_handed_on(self, small: Release, oxigraph: Store, remote: Remote) -> None:
        """VALUES holds none, and the store has no function of ours that makes them."""
        node = ONE_ROW.replace(b'"literal","value":"remote"', b'"bnode","value":"b0"')
        url = remote.says("sparql", node)

        async def work(engine: RemoteEngine) -> bytes:
            with pytest.raises(ServiceFailed, match="has blank nodes, which cannot be handed on"):
                await engine.answer(Request(f"SELECT ?x {{ SERVICE <{url}> {{ ?x ?y ?z }} }}"))
            silent = await engine.answer(Request(f"SELECT ?x {{ SERVICE SILENT <{url}> {{ ?x ?y ?z }} }}"))
            return silent.read()

        answer = asking(small, work, **oxigraph.settings, federation_allow=(url,), federation_private=(url,))

        assert json.loads(answer)["results"]["bindings"] == [{}]

    def test_only_listed_endpoints_are_asked(self, small: Release, oxigraph: Store, remote: Remote) -> None:
        """The store itself is never told to ask one."""
        url = remote.says("sparql", ONE_ROW)

        async def work(engine: RemoteEngine) -> None:
            for text, slug in (
                (f"SELECT * {{ SERVICE <{url}other> {{ ?s ?p ?o }} }}", "service-refused"),
                ("SELECT * { ?s ?p ?x SERVICE ?x { ?s ?p ?o } }", "service-not-constant"),
            ):
                with pytest.raises(QueryRefused) as refused:
                    await engine.answer(Request(text))
                assert refused.value.slug == slug
            with pytest.raises(QuerySyntaxError):
                await engine.answer(Request(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p }} }}"))

        asking(small, work, **oxigraph.settings, federation_allow=(url,), federation_private=(url,))

        assert remote.seen == []


class TestTheRelease:
    """An answer is of the release that is served, or there is none."""

    def test_a_store_without_our_release(self, small: Release, tmp_path: Path) -> None:
        """Nothing, or another release: both are said; once it is there, it answers."""
        other = publish(tmp_path, "2026.9.0")

        async def work(engine: RemoteEngine) -> None:
            with pytest.raises(StoreUnavailable, match="it holds no complete release, and release"):
                await engine.answer(Request("ASK {}"))
            await asyncio.to_thread(publish_into_store, other, engine._config)
            with pytest.raises(
                StoreUnavailable, match=f"it holds release {other.id[:12]}, and release {small.id[:12]}"
            ):
                await engine.answer(Request("ASK {}"))
            await asyncio.to_thread(publish_into_store, small, engine._config)
            (await engine.answer(Request("ASK {}"))).body.close()

        with stores.oxigraph() as store:
            asking(small, work, **store.settings)

    def test_a_release_that_changes_meanwhile(self, small: Release, remote: Remote) -> None:
        """An answer between two marks is of nobody knows which release."""
        url = pretending(remote, small, lambda h, _: send(h, ONE_ROW), [f"{small.id}/{n}" for n in (1, 2, 2, 2)])

        async def work(engine: RemoteEngine) -> Answer:
            with pytest.raises(StoreUnavailable, match="published anew while it answered"):
                await engine.answer(Request("SELECT ?x {}"))
            return await engine.answer(Request("SELECT ?x {}"))

        assert b"remote" in asking(small, work, engine_url=url).read()

    def test_there_is_one_look_at_the_mark_for_each_answer(self, small: Release, remote: Remote) -> None:
        """After it; the look after the one before is the one before it."""
        url = pretending(remote, small, lambda handler, _: send(handler, ONE_ROW))

        async def work(engine: RemoteEngine) -> None:
            for _ in range(3):
                (await engine.answer(Request("SELECT ?x {}"))).body.close()

        asking(small, work, engine_url=url)

        looks = ["published" in query for query in remote.queries("pretending")]
        assert looks == [True, False, True, False, True, False, True]

    @pytest.mark.parametrize("said", [b"[]", b"{", b'{"results":{"bindings":[1]}}', b"[" * 60_000, b"\xff"])
    def test_a_mark_that_cannot_be_read(self, small: Release, remote: Remote, said: bytes) -> None:
        """It is no answer of a store, and no failure of ours."""
        url = remote.says("sparql", said)

        async def work(engine: RemoteEngine) -> None:
            with pytest.raises(StoreUnavailable, match="not well-formed"):
                await engine.answer(Request("ASK {}"))

        asking(small, work, engine_url=url)

    def test_the_mark_is_asked_for_in_its_graph(self) -> None:
        """Which no query of others sees."""
        graph = "https://w3id.org/egov-kg/graph/published"

        assert mark_query(iri.BASE) == (
            f"SELECT ?mark WHERE {{ GRAPH <{graph}> {{ <{graph}> <http://purl.org/dc/terms/identifier> ?mark }} }}"
        )


class TestFailures:
    def test_it_is_away_and_comes_back(self, small: Release) -> None:
        """Each query asks anew; the store is named."""
        port = stores.free_port()
        config = {
            "engine_url": f"http://127.0.0.1:{port}/query",
            "engine_update_url": f"http://127.0.0.1:{port}/update",
        }

        async def work(engine: RemoteEngine) -> None:
            for _ in range(2):
                with pytest.raises(StoreUnavailable) as away:
                    await engine.answer(Request("ASK {}"))
                assert str(away.value) == (
                    f"the store 127.0.0.1:{port} did not give a complete answer: no connection to it could be opened"
                )
                with stores.oxigraph(port):
                    await asyncio.to_thread(publish_into_store, small, engine._config)
                    (await engine.answer(Request("ASK {}"))).body.close()

        asking(small, work, **config)

    def test_every_badness_is_an_error(self, small: Release, remote: Remote) -> None:
        """Never a part of an answer, never a word of the store."""
        bad = hostile(remote)
        current = ""
        url = pretending(remote, small, lambda handler, body: remote.act(current, handler, body))
        said: dict[str, str] = {}

        async def work(engine: RemoteEngine) -> None:
            nonlocal current
            for kind in bad:
                current = kind
                seconds = 1.5 if kind in {"slow", "endless"} else None
                with pytest.raises(EgovKGError) as caught:
                    (await engine.answer(Request("SELECT ?x {}", seconds=seconds))).body.close()
                assert "secret" not in str(caught.value)
                said[kind] = type(caught.value).__name__

        asking(small, work, engine_url=url, result_bytes=1 << 20)

        expected = dict.fromkeys(bad, "StoreUnavailable") | {
            "slow": "DeadlineExceeded",
            "endless": "DeadlineExceeded",
            "huge": "ResultTooLarge",
            "bomb": "ResultTooLarge",
        }
        assert said == expected

    def test_triples_must_say_where_they_end(self, small: Release, remote: Remote) -> None:
        """Each line of N-Triples is a document, so a broken connection would not show."""
        line = b"<x:a> <x:b> <x:c> .\n"

        def without_end(handler: Any, _: str) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/n-triples")
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(line)

        def cut(handler: Any, _: str) -> None:
            send(
                handler,
                line,
                Content_Type="application/n-triples",
                Content_Length=str(2 * len(line)),
                Connection="close",
            )

        def half(handler: Any, _: str) -> None:
            send(handler, line[:-4], Content_Type="application/n-triples")

        for answer, reason in (
            (without_end, "nothing tells where its answer ends"),
            (cut, "the connection broke before its answer was complete"),
            (half, "its answer is not well-formed to its end"),
        ):
            url = pretending(remote, small, answer)
            with pytest.raises(StoreUnavailable, match=reason):
                asking(small, lambda engine: engine.answer(Request("CONSTRUCT WHERE { ?s ?p ?o }")), engine_url=url)

    def test_rows_at_which_it_cuts(self, small: Release, remote: Remote, oxigraph: Store) -> None:
        """By the number that is configured, and by what Virtuoso says of itself."""
        text = f"SELECT ?s {{ ?s <{LABEL}> ?o }} LIMIT 100"
        triples = f"CONSTRUCT {{ ?s <x:p> ?o }} {{ ?s <{LABEL}> ?o }} LIMIT 100"

        async def work(engine: RemoteEngine) -> None:
            for query in (text, triples):
                with pytest.raises(StoreUnavailable, match="its answer has 100 rows or more") as cut:
                    await engine.answer(Request(query))
                assert cut.value.kind == "size"
            (await engine.answer(Request(text.replace("100", "99")))).body.close()

        asking(small, work, **oxigraph.settings, engine_rows=100)
        url = pretending(remote, small, lambda h, _: send(h, ONE_ROW, X_SPARQL_MaxRows="10000"))
        with pytest.raises(StoreUnavailable, match="it says that its answer is cut"):
            asking(small, lambda engine: engine.answer(Request(text)), engine_url=url)

    def test_virtuoso_cuts_and_is_found_out(
        self, small: Release, virtuoso_store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The real one cuts at 10,000 rows, and says so in a header; behind its password it does the same."""
        monkeypatch.setenv("EGOVKG_ENGINE_SECRET", stores.PASSWORD)
        settings = virtuoso_store.settings
        publish_into_store(small, Config(**settings))  # type: ignore[arg-type]

        async def cut(engine: RemoteEngine) -> None:
            (await engine.answer(Request("SELECT * { ?s ?p ?o }"))).body.close()
            with pytest.raises(StoreUnavailable, match="it says that its answer is cut"):
                await engine.answer(Request("SELECT * { ?s ?p ?o . ?a ?b ?c }"))

        async def refused(engine: RemoteEngine) -> None:
            with pytest.raises(StoreUnavailable, match=r"it refused us \(status 401\)") as caught:
                await engine.answer(Request("ASK {}"))
            assert caught.value.kind == "credentials"

        asking(small, cut, query_seconds=60, **settings)
        asking(small, cut, query_seconds=60, **{**settings, "engine_url": virtuoso_store.update})
        monkeypatch.setenv("EGOVKG_ENGINE_SECRET", "wrong")
        asking(small, refused, **{**settings, "engine_url": virtuoso_store.update})

    def test_a_query_that_it_does_not_take(self, small: Release, remote: Remote) -> None:
        """Not every store has all of SPARQL."""
        url = pretending(remote, small, lambda h, _: send(h, b"secret words", status=400))

        with pytest.raises(StoreUnavailable) as caught:
            asking(small, lambda engine: engine.answer(Request("ASK {}")), engine_url=url)

        assert caught.value.kind == "refused"

    def test_the_deadline_holds_and_is_passed_on(self, small: Release, remote: Remote) -> None:
        """In the unit of the store, a little less than what is left."""
        hostile(remote)
        url = pretending(remote, small, lambda handler, body: remote.act("slow", handler, body))
        settings = {"engine_url": url, "engine_timeout_parameter": "timeout", "engine_timeout_unit": "ms"}

        async def work(engine: RemoteEngine) -> float:
            began = time.monotonic()
            with pytest.raises(DeadlineExceeded):
                await engine.answer(Request("SELECT ?x {}", seconds=3))
            return time.monotonic() - began

        assert asking(small, work, **settings) < 6
        forms = [body for _, _, body in remote.seen if "timeout=" in body]
        assert 1 <= int(forms[-1].rpartition("timeout=")[2]) <= 2500

    def test_the_largest_answer(self, small: Release, oxigraph: Store) -> None:
        """The limit is ours, whoever answers."""
        with pytest.raises(ResultTooLarge):
            asking(
                small,
                lambda engine: engine.answer(Request("SELECT * { ?s ?p ?o }")),
                **oxigraph.settings,
                result_bytes=10_000,
            )

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"engine_auth": "basic", "engine_user": "ann"}, "EGOVKG_ENGINE_SECRET"),
            ({"engine_auth": "digest"}, "EGOVKG_ENGINE_SECRET"),
        ],
    )
    def test_a_secret_that_is_missing(self, small: Release, settings: dict[str, str], said: str) -> None:
        """It is said when the server starts."""
        with pytest.raises(ConfigurationError, match=said):
            asking(small, lambda engine: engine.answer(Request("ASK {}")), engine_url="http://127.0.0.1/", **settings)
