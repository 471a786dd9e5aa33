"""Queries that ask other endpoints: complete, or an error that names the endpoint; under one clock."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.errors import DeadlineExceeded, EgovKGError, QueryRefused, ServiceFailed
from egov_kg.sparql import Limits, Pool, Request
from egov_kg.sparql.federation import Federation, federated
from egov_kg.sparql.fetching import Endpoint, Fetcher
from tests.sparql import stores
from tests.sparql.conftest import LAWS, Canary, law
from tests.sparql.remotes import ONE_ROW, Remote, closed_port, hostile, running, send
from tests.sparql.stores import Store

T = TypeVar("T")
SECONDS = 30.0


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """A server of somebody else."""
    with running() as remote:
        yield remote


@pytest.fixture(scope="module")
def bad(remote: Remote) -> dict[str, str]:
    """The address of each kind of badness."""
    return hostile(remote)


@pytest.fixture(scope="module")
def laws(remote: Remote) -> str:
    """An endpoint that knows, for every third law, a page; and a thing without a name."""
    store = ox.Store()
    page = ox.NamedNode("http://pages.example/page")
    for number in range(0, LAWS, 3):
        store.add(ox.Quad(law(number), page, ox.Literal(f"page {number}")))
        store.add(ox.Quad(law(number), page, ox.BlankNode("somewhere")))
    return remote.store("laws", store)


def with_federation(
    release: Path,
    work: Callable[[Federation], Awaitable[T]],
    *urls: str,
    rows: int = 1000,
    private: bool = True,
    patience: float = 20.0,
) -> T:
    """Run some work with an engine over the small release that may ask some endpoints."""

    async def run() -> T:
        engine = Federation(
            Pool(release, Limits(workers=1, seconds=SECONDS)),
            urls,
            Fetcher([Endpoint(url, private=private) for url in urls], agent="egov-kg/0 (https://example.org/contact)"),
            seconds=SECONDS,
            service_seconds=patience,
            rows=rows,
            size=1 << 20,
        )
        await engine.start()
        try:
            return await work(engine)
        finally:
            await engine.close()

    return asyncio.run(run())


async def rows_of(engine: Federation, text: str) -> list[dict[str, str]]:
    """Return the rows of a SELECT as plain texts."""
    answer = await engine.answer(Request(text))
    bindings = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


class TestAnswers:
    def test_our_laws_and_their_pages(self, release: Path, remote: Remote, laws: str) -> None:
        """The join of both; the endpoint was told who asks, and was asked for our laws alone."""
        text = (
            f"SELECT ?law ?page {{ ?law <{iri.expand('skos:prefLabel')}> ?name FILTER(STRENDS(STR(?name), '9')) "
            f"SERVICE <{laws}> {{ ?law <http://pages.example/page> ?page FILTER(isLiteral(?page)) }} }} ORDER BY ?law"
        )
        before = len(remote.seen)

        found = with_federation(release, lambda engine: rows_of(engine, text), laws)

        assert found == [
            {"law": law(number).value, "page": f"page {number}"}
            for number in sorted(range(9, LAWS, 30), key=lambda n: law(n).value)
        ]
        headers = remote.seen[-1][1]
        assert headers["user-agent"] == "egov-kg/0 (https://example.org/contact)"
        assert remote.queries("laws")[-1].count("VALUES (?law)") == 1
        assert len(remote.seen) - before == 1

    def test_an_answer_is_never_kept(self, release: Path, laws: str) -> None:
        """Nobody knows when the other endpoint changes; its time is told."""
        text = f"ASK {{ SERVICE <{laws}> {{ ?s ?p ?o }} }}"

        answer = with_federation(release, lambda engine: engine.answer(Request(text)), laws)

        assert not answer.cacheable
        assert {"queue", "run", "write", "services"} <= set(answer.seconds)
        assert json.loads(answer.read())["boolean"] is True

    def test_a_query_without_service_is_as_before(self, release: Path, laws: str) -> None:
        """It is kept, and nobody is asked."""
        answer = with_federation(release, lambda engine: engine.answer(Request("ASK { ?s ?p ?o }")), laws)

        assert answer.cacheable
        assert "services" not in answer.seconds
        answer.body.close()

    def test_the_data_set_of_the_request_holds(self, release: Path, laws: str) -> None:
        """Also where values are looked up for the endpoint."""
        text = f"SELECT * {{ ?law ?p ?o SERVICE <{laws}> {{ ?law <http://pages.example/page> ?page }} }}"

        async def work(engine: Federation) -> bytes:
            asked = Request(text, default_graphs=[iri.graph_iri("document/int/none")], named_graphs=[])
            return (await engine.answer(asked)).read()

        assert json.loads(with_federation(release, work, laws))["results"]["bindings"] == []

    def test_blank_nodes_are_blank(self, release: Path, laws: str) -> None:
        """One node in one answer, whatever it is joined with."""
        text = (
            f"SELECT (COUNT(*) AS ?all) (COUNT(DISTINCT ?page) AS ?nodes) {{ ?law <{iri.expand('egov:amends')}> ?other "
            f"SERVICE <{laws}> {{ ?law <http://pages.example/page> ?page }} FILTER(isBlank(?page)) }}"
        )

        found = with_federation(release, lambda engine: rows_of(engine, text), laws)

        assert found == [{"all": str(LAWS // 3), "nodes": "1"}]


class TestVirtuoso:
    """Debian's Virtuoso as the other endpoint."""

    def test_it_is_asked_like_any_other(self, release: Path, virtuoso_store: Store) -> None:
        """With values, in OPTIONAL, whole, with literals that it folds; what it cuts is found out."""
        page, graph = "http://pages.example/page", "http://pages.example/"
        lines = " ".join(f'<{law(n).value}> <{page}> {n} , "page {n}"@en-GB .' for n in range(0, LAWS, 3))
        auth = httpx.DigestAuth("dba", stores.PASSWORD)
        with stores.client(auth) as client:
            for update in (f"DROP SILENT GRAPH <{graph}>", f"INSERT DATA {{ GRAPH <{graph}> {{ {lines} }} }}"):
                client.post(virtuoso_store.update, data={"update": update}).raise_for_status()
        there = f"SERVICE <{virtuoso_store.query}> {{ GRAPH <{graph}> {{ ?law <{page}> ?page }} }}"
        amends, label = iri.expand("egov:amends"), iri.expand("skos:prefLabel")

        async def work(engine: Federation) -> None:
            some = f"?law <{amends}> ?other . ?law <{label}> ?name FILTER(STRENDS(STR(?name), '9'))"
            assert len(await rows_of(engine, f"SELECT ?page {{ {some} {there} }}")) == 20
            flat = there.replace(f"GRAPH <{graph}> {{", "{")
            assert len(await rows_of(engine, f"SELECT ?page {{ {some} {flat} }}")) == 20
            bare = f"SERVICE <{virtuoso_store.query}> {{ ?law <{page}> ?page }}"
            found = await rows_of(
                engine, f"SELECT ?name ?page {{ {some} OPTIONAL {{ {bare} FILTER(isNumeric(?page)) }} }}"
            )
            assert collections.Counter("page" in row for row in found) == {True: 10, False: 20}
            found = await rows_of(engine, f"SELECT ?law {{ ?law <{label}> ?name {bare} FILTER(?page = 3) }}")
            assert found == [{"law": law(3).value}]
            with pytest.raises(ServiceFailed, match="it says that its answer is cut"):
                await engine.answer(
                    Request(f"SELECT * {{ SERVICE <{virtuoso_store.query}> {{ ?a ?b ?c . ?d ?e ?f }} }}")
                )

        with_federation(release, work, virtuoso_store.query, rows=20_000)


class TestFailures:
    def test_every_badness_is_an_error_that_names_the_endpoint(self, release: Path, bad: dict[str, str]) -> None:
        """Never a part of an answer, never a word of the other server; with SILENT the query goes on."""
        text = "SELECT * { SERVICE%s <%s> { ?x ?y ?z } }"
        kinds = [kind for kind in bad if kind != "undeclared"]

        async def work(engine: Federation) -> None:
            for kind in kinds:
                with pytest.raises(ServiceFailed) as caught:
                    await engine.answer(Request(text % ("", bad[kind])))
                assert caught.value.endpoint == bad[kind]
                assert "secret" not in str(caught.value)
                assert await rows_of(engine, text % (" SILENT", bad[kind])) == [{}]

        with_federation(release, work, *bad.values(), patience=0.7)

    def test_nobody_is_there(self, release: Path) -> None:
        """That is said, with what to do."""
        url = f"http://127.0.0.1:{closed_port()}/"
        text = f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"

        with pytest.raises(ServiceFailed) as caught:
            with_federation(release, lambda engine: engine.answer(Request(text)), url)

        assert str(caught.value) == (
            f"the endpoint <{url}> did not give a complete answer: no connection to it could be opened. "
            "Ask again later, ask it for less, or write SERVICE SILENT to go on without it"
        )

    def test_one_block_that_fails_fails_all(self, release: Path, remote: Remote) -> None:
        """Half of the values would be a partial answer."""
        asked: list[str] = []

        def second_fails(handler: object, body: str) -> None:
            asked.append(body)
            send(handler, ONE_ROW.replace(b"x", b"law"), status=200 if len(asked) == 1 else 500)  # type: ignore[arg-type]

        url = remote.on("second-fails", second_fails)
        label = iri.expand("skos:prefLabel")
        text = f"SELECT * {{ ?law <{label}> ?n SERVICE%s <{url}> {{ ?law <x:p> <x:o> }} }}"

        with pytest.raises(ServiceFailed, match="status 500"):
            with_federation(release, lambda engine: engine.answer(Request(text % "")), url)
        asked.clear()
        silent = with_federation(release, lambda engine: rows_of(engine, text % " SILENT"), url)

        assert len(silent) == LAWS

    def test_a_query_asks_others_a_limited_number_of_times(
        self, release: Path, laws: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever asks us cannot make us a nuisance to others."""
        monkeypatch.setattr("egov_kg.sparql.federation._MOST_REQUESTS", 7)
        label = iri.expand("skos:prefLabel")
        service = f"SERVICE <{laws}> {{ ?law <http://pages.example/page> ?page }}"

        async def work(engine: Federation) -> None:
            (await engine.answer(Request(f"SELECT * {{ ?law <{label}> ?n {service} }}"))).body.close()
            with pytest.raises(ServiceFailed, match="would ask others more than 7 times"):
                await engine.answer(Request(f"SELECT * {{ ?law <{label}> ?n {service} {{ {service} }} }}"))

        with_federation(release, work, laws)

    def test_the_deadline_is_one(self, release: Path, bad: dict[str, str]) -> None:
        """Asking others takes from the time of the query, whatever each of them may take."""
        text = "SELECT * { " + f"SERVICE SILENT <{bad['slow']}> {{ ?s ?p ?o }} " * 8 + "}"

        async def work(engine: Federation) -> float:
            began = time.monotonic()
            with pytest.raises(DeadlineExceeded):
                await engine.answer(Request(text, seconds=2))
            return time.monotonic() - began

        assert with_federation(release, work, bad["slow"]) < 4

    def test_a_cancelled_query_asks_no_more(self, release: Path, bad: dict[str, str]) -> None:
        """And its place is free."""
        text = f"SELECT * {{ SERVICE <{bad['endless']}> {{ ?s ?p ?o }} }}"

        async def work(engine: Federation) -> bool:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(engine.answer(Request(text)), 0.3)
            answer = await engine.answer(Request("ASK {}"))
            return bool(json.loads(answer.read())["boolean"])

        assert with_federation(release, work, bad["endless"])


class TestRefusals:
    """Whom nobody listed nobody asks."""

    @pytest.mark.parametrize(
        ("service", "slug"),
        [
            ("SERVICE <{}>", "service-refused"),
            ("SERVICE SILENT <{}>", "service-refused"),
            ("sErViCe <{}x>", "service-refused"),
            ("SERVICE <{}../>", "service-refused"),
            ("SERVICE ?where", "service-not-constant"),
        ],
    )
    def test_another_endpoint(self, release: Path, laws: str, canary: Canary, service: str, slug: str) -> None:
        """By a constant or by a variable, also beside one that is listed, also inside of what would be sent there."""
        group = f"{service.format(canary.url)} {{ ?s ?p ?o }}"

        async def work(engine: Federation) -> None:
            for text in (
                f"SELECT * {{ {group} }}",
                f"SELECT * {{ SERVICE <{laws}> {{ ?s ?p ?o OPTIONAL {{ {group} }} }} }}",
            ):
                with pytest.raises(QueryRefused) as caught:
                    await engine.answer(Request(text))
                assert caught.value.slug == slug

        with_federation(release, work, laws)
        assert canary.calls == 0

    def test_a_private_address_that_is_not_listed_as_such(self, release: Path, canary: Canary) -> None:
        """Listing a name does not open the network behind it."""
        text = f"SELECT * {{ SERVICE <{canary.url}> {{ ?s ?p ?o }} }}"

        with pytest.raises(ServiceFailed, match="its address is in a private network"):
            with_federation(release, lambda engine: engine.answer(Request(text)), canary.url, private=False)
        assert canary.calls == 0

    def test_the_query_process_has_no_way_out(self, release: Path, canary: Canary, laws: str) -> None:
        """What is put in place of an answer is data; whatever it holds, no connection is opened."""
        attempts = [
            "FROM <http://127.0.0.1/> ASK {}",
            f"SELECT * FROM <{canary.url}> {{ SERVICE <{laws}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE <{laws}> {{ ?s ?p ?o }} GRAPH <{canary.url}> {{ ?s ?p ?o }} }}",
        ]

        async def work(engine: Federation) -> None:
            for text in attempts:
                with contextlib.suppress(EgovKGError):
                    (await engine.answer(Request(text))).body.close()

        with_federation(release, work, laws)
        assert canary.calls == 0


class TestConfiguration:
    def test_without_a_list_there_is_no_federation(self, release: Path) -> None:
        """The engine is what it was: nothing more runs."""
        pool = Pool(release)

        assert federated(pool, Config(), contact="c") is pool

    def test_the_list_says_who_may_be_private(self, release: Path, laws: str) -> None:
        """And the limits are those of the configuration."""
        config = Config(federation_allow=(laws,), federation_private=(laws,), federation_rows=5)

        async def run() -> None:
            engine = federated(Pool(release), config, contact="c")
            await engine.start()
            try:
                await engine.answer(Request(f"SELECT * {{ SERVICE <{laws}> {{ ?s ?p ?o }} }}"))
            finally:
                await engine.close()

        with pytest.raises(ServiceFailed, match="its answer has 5 rows or more") as caught:
            asyncio.run(run())
        assert caught.value.kind == "size"
