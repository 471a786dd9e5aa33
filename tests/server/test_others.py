"""Other endpoints by SERVICE, and another store behind us: between real servers, over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.sparql.remote_publishing import publish_into_store
from egov_kg.store import open_release
from tests.server.conftest import LAWS, Server, publish, slug, start, stop
from tests.sparql import stores

LABEL = iri.expand("skos:prefLabel")
AMENDS = iri.expand("egov:amends")


@pytest.fixture(scope="module")
def asking(server: Server) -> Iterator[httpx.Client]:
    """A client of a server of the same release that may ask the other server."""
    endpoint = f"{server.url}sparql"
    settings: dict[str, Any] = {
        "federation_allow": [endpoint],
        "federation_private": [endpoint],
        "federation_rows": 500,
    }
    other = start(server.out, server.release, seconds=8, **settings)
    with httpx.Client(base_url=other.url, trust_env=False, timeout=30) as client:
        yield client
    stop(other)


class TestTwoServers:
    """One of ours asks another one of ours."""

    def test_the_join_of_both(self, asking: httpx.Client, server: Server) -> None:
        """Here the names, there the laws that they amend; not kept by anybody."""
        query = (
            f"SELECT ?law ?other {{ ?law <{LABEL}> ?name FILTER(STRSTARTS(?name, 'Law 29')) "
            f"SERVICE <{server.url}sparql> {{ ?law <{AMENDS}> ?other }} }} ORDER BY ?law"
        )

        answer = asking.get("sparql", params={"query": query, "format": "csv"})

        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert "services;dur=" in answer.headers["server-timing"]
        numbers = [29, *range(290, 300)]
        assert answer.text.split() == [
            "law,other",
            *(
                f"{iri.thing_iri(f'law/kr/law-{n}')},{iri.thing_iri(f'law/kr/law-{(n + 1) % LAWS}')}"
                for n in sorted(numbers, key=lambda n: f"law-{n}")
            ),
        ]

    def test_what_is_not_listed_is_refused(self, asking: httpx.Client, server: Server) -> None:
        """By its own problem type each; the list is told."""
        for group, expected in (
            (f"SERVICE <{server.url}> {{ ?s ?p ?o }}", (403, "service-refused")),
            (f"SERVICE SILENT <{server.url}graph> {{ ?s ?p ?o }}", (403, "service-refused")),
            ("SERVICE ?where { ?s ?p ?o }", (400, "service-not-constant")),
        ):
            answer = asking.post("sparql", data={"query": f"SELECT * {{ {group} }}"})

            assert (answer.status_code, slug(answer)) == expected
            assert f"{server.url}sparql" in json.loads(answer.content)["detail"]

    def test_too_many_rows(self, asking: httpx.Client, server: Server) -> None:
        """An answer of the limit or more is none: it may be cut."""
        query = f"SELECT * {{ SERVICE <{server.url}sparql> {{ ?s <{LABEL}>|<{AMENDS}> ?o }} }}"

        answer = asking.get("sparql", params={"query": query})

        assert (answer.status_code, slug(answer)) == (422, "service-too-large")
        assert json.loads(answer.content)["endpoint"] == f"{server.url}sparql"

    def test_a_query_that_the_other_one_cannot_answer_in_time(self, asking: httpx.Client, server: Server) -> None:
        """Its 503 is ours, with its name; nothing of its problem document is repeated."""
        pattern = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j)) = 'x')"
        query = f"ASK {{ SERVICE <{server.url}sparql> {{ {pattern} }} }}"

        answer = asking.get("sparql", params={"query": query})

        assert (answer.status_code, slug(answer)) == (503, "service-failed")
        assert answer.headers["retry-after"] == "10"
        problem = json.loads(answer.content)
        assert problem["reason"] in {"it answered with status 503", "it did not answer within 5 seconds"}

    def test_the_description_says_so(self, asking: httpx.Client, client: httpx.Client) -> None:
        """A client may plan with it; without a list there is no such feature."""
        feature = "http://www.w3.org/ns/sparql-service-description#BasicFederatedQuery"

        assert feature in asking.get("sparql", params={"format": "nt"}).text
        assert feature not in client.get("sparql", params={"format": "nt"}).text


class TestAnotherStore:
    """The pages and the protocol are ours, the answers come from a store elsewhere."""

    def test_it_answers_goes_away_and_comes_back(self, tmp_path: Path) -> None:
        """Ready only while the store holds the release; in between each answer says what is the matter."""
        release = open_release(publish(tmp_path).path)
        port = stores.free_port()
        config: dict[str, Any] = {
            "engine_url": f"http://127.0.0.1:{port}/query",
            "engine_update_url": f"http://127.0.0.1:{port}/update",
        }
        server = start(tmp_path, release.id, seconds=8, **config)
        query = {"query": f"SELECT (COUNT(*) AS ?n) {{ ?s <{AMENDS}> ?o }}", "format": "csv"}
        try:
            with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
                away = client.get("sparql", params=query)
                assert (away.status_code, slug(away)) == (503, "store-unavailable")
                assert f"the store 127.0.0.1:{port} did not give a complete answer" in away.json()["detail"]
                not_ready = client.get("readyz")
                assert (not_ready.status_code, slug(not_ready)) == (503, "not-ready")
                assert f"127.0.0.1:{port}" in not_ready.json()["detail"]
                assert client.get("healthz").status_code == 200
                assert client.get("dumps/latest/").status_code == 200

                with stores.oxigraph(port):
                    publish_into_store(release, Config(**config))
                    there = client.get("sparql", params=query)
                    assert (there.status_code, there.text.split()) == (200, ["n", str(LAWS + 1)])
                    assert there.headers["egov-release"] == release.id
                    assert client.get("readyz").status_code == 200
                    assert client.get("page/law/kr/act").status_code == 200

                assert client.get("sparql", params={**query, "format": "json"}).status_code == 503
                assert client.get("readyz").status_code == 503
        finally:
            stop(server)

    def test_a_release_that_the_store_does_not_hold_is_not_served(self, tmp_path: Path) -> None:
        """The server stays with the one before; as soon as the store holds the next one, it changes."""
        first = open_release(publish(tmp_path, "2026.5.0").path)
        with stores.oxigraph() as store:
            config: dict[str, Any] = {
                "engine_url": store.query,
                "engine_update_url": store.update,
                "engine_graph_store_url": store.graphs,
            }
            publish_into_store(first, Config(**config))
            server = start(tmp_path, first.id, seconds=8, **config)
            try:
                with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
                    second = open_release(publish(tmp_path, "2026.6.0").path)
                    until(lambda: "refused" in client.get("readyz").json())
                    assert (
                        client.get("sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["egov-release"] == first.id
                    )

                    publish_into_store(second, Config(**config))

                    until(lambda: client.get("readyz").json().get("release") == second.id)
                    assert (
                        client.get("sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["egov-release"] == second.id
                    )
            finally:
                stop(server)


def until(is_so: object, seconds: float = 120) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < ends
        time.sleep(0.1)
