"""A release goes into a store of others wholly or not at all, and what else that store holds stays."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.errors import ConfigurationError, StoreUnavailable
from egov_kg.sparql import remote_publishing
from egov_kg.sparql.remote_publishing import publish_into_store
from egov_kg.store import Release
from tests.server.conftest import publish
from tests.sparql import stores
from tests.sparql.remotes import closed_port
from tests.sparql.stores import Store

BASE = iri.BASE
PUBLISHED = iri.graph_iri("published")
FOREIGN = "http://foreign.example/graph"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest) -> Store:
    """A store that holds a graph of somebody else."""
    store: Store = request.getfixturevalue(f"{request.param}_store")
    write(store, f"INSERT DATA {{ GRAPH <{FOREIGN}> {{ <x:a> <x:p> <x:b> }} }}")
    return store


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """Two releases of one graph."""
    out = tmp_path_factory.mktemp("releases")
    return publish(out, "2026.3.0"), publish(out, "2026.4.0")


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGOVKG_ENGINE_SECRET", stores.PASSWORD)


def config(store: Store, **more: str) -> Config:
    """Return the configuration that names a store."""
    return Config(**{**store.settings, **more})  # type: ignore[arg-type]


def write(store: Store, update: str) -> None:
    """Run an update as somebody else would."""
    auth = httpx.DigestAuth(store.user, stores.PASSWORD) if store.auth == "digest" else None
    with stores.client(auth) as client:
        client.post(store.update, data={"update": update}).raise_for_status()


def graphs(store: Store) -> dict[str, int]:
    """Return how many triples each graph holds that the tests have to do with."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    headers = {"Accept": "application/sparql-results+json"}
    with stores.client() as client:
        answer = client.post(store.query, data={"query": query}, headers=headers)
    rows = json.loads(answer.content)["results"]["bindings"]
    found = {row["g"]["value"]: int(row["n"]["value"]) for row in rows}
    return {graph: n for graph, n in sorted(found.items()) if graph.startswith((BASE, FOREIGN))}


def wanted(release: Release) -> dict[str, int]:
    """Return how many triples each graph should hold."""
    counts = {iri.graph_iri(name): n for name, n in release.counts["graphs"].items()}
    return dict(sorted({**counts, PUBLISHED: len(counts) + 1, FOREIGN: 1}.items()))


class TestPublishing:
    def test_a_release_takes_the_place_of_another(self, store: Store, releases: tuple[Release, Release]) -> None:
        """Each graph holds what it should; nothing is left of the other one, nor beside it; the rest is untouched."""
        told: list[str] = []

        for release in (*releases, releases[0]):
            published = publish_into_store(release, config(store), told.append)

            assert graphs(store) == wanted(release)
            assert published.is_new
            assert published.release == release.id
            assert sum(published.graphs.values()) == sum(release.counts["graphs"].values())
        assert len(told) == 3

    def test_what_is_there_is_not_written_again(self, store: Store, releases: tuple[Release, Release]) -> None:
        """Publishing twice is publishing once."""
        publish_into_store(releases[0], config(store))
        before = graphs(store)

        assert not publish_into_store(releases[0], config(store)).is_new
        assert graphs(store) == before

    def test_what_was_damaged_is_written_again(self, store: Store, releases: tuple[Release, Release]) -> None:
        """The counts are looked at, not the mark alone."""
        publish_into_store(releases[0], config(store))
        write(store, f"DROP SILENT GRAPH <{iri.graph_iri('entailed')}>")

        assert publish_into_store(releases[0], config(store)).is_new
        assert graphs(store) == wanted(releases[0])

    def test_graphs_that_are_gone_are_removed(self, store: Store, releases: tuple[Release, Release]) -> None:
        """Those of the release before, and what a publication left that did not end; nothing of others."""
        publish_into_store(releases[0], config(store))
        part, old, staging = iri.expand("dcterms:hasPart"), iri.graph_iri("document/int/old"), iri.graph_iri("staging")
        left = f"{staging}/0123/0"
        for graph, listed in ((PUBLISHED, old), (PUBLISHED, FOREIGN), (staging, left)):
            write(store, f"INSERT DATA {{ GRAPH <{graph}> {{ <{graph}> <{part}> <{listed}> }} }}")
            if listed != FOREIGN:
                write(store, f"INSERT DATA {{ GRAPH <{listed}> {{ <x:a> <x:p> <x:b> }} }}")

        publish_into_store(releases[1], config(store))

        assert graphs(store) == wanted(releases[1])

    def test_without_the_graph_store_protocol(self, store: Store, releases: tuple[Release, Release]) -> None:
        """Updates do as well."""
        publish_into_store(releases[0], config(store))

        publish_into_store(releases[1], config(store, engine_graph_store_url=""))

        assert graphs(store) == wanted(releases[1])


class TestFailures:
    def test_nobody_is_there(self, store: Store, releases: tuple[Release, Release]) -> None:
        """The store is named."""
        port = closed_port()

        with pytest.raises(StoreUnavailable, match=f"the store 127.0.0.1:{port} did not give a complete answer"):
            publish_into_store(releases[0], config(store, engine_url=f"http://127.0.0.1:{port}/query"))

    @pytest.mark.parametrize("setting", ["engine_update_url", "engine_graph_store_url"])
    def test_what_cannot_be_written_changes_nothing(
        self, store: Store, releases: tuple[Release, Release], setting: str
    ) -> None:
        """The release that was there is there; the setting that is wrong is named."""
        publish_into_store(releases[0], config(store))
        nowhere = {setting: store.query.rpartition("/")[0] + "/nowhere"}

        with pytest.raises(StoreUnavailable, match="see engine_update_url and engine_graph_store_url"):
            publish_into_store(releases[1], config(store, **nowhere))

        assert {k: v for k, v in graphs(store).items() if "/staging" not in k} == wanted(releases[0])
        assert not publish_into_store(releases[0], config(store)).is_new
        assert graphs(store) == wanted(releases[0])

    def test_a_password_that_is_wrong(
        self, store: Store, releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is said which settings are meant; without a password nothing is tried."""
        if store.auth == "none":
            pytest.skip("this store asks nobody who he is")
        publish_into_store(releases[0], config(store))

        monkeypatch.setenv("EGOVKG_ENGINE_SECRET", "wrong")
        with pytest.raises(StoreUnavailable, match="it refused us") as caught:
            publish_into_store(releases[1], config(store))
        monkeypatch.delenv("EGOVKG_ENGINE_SECRET")
        with pytest.raises(ConfigurationError, match="EGOVKG_ENGINE_SECRET"):
            publish_into_store(releases[1], config(store))

        assert caught.value.kind == "credentials"
        assert graphs(store) == wanted(releases[0])

    def test_no_store_is_configured(self, releases: tuple[Release, Release]) -> None:
        """That is a matter of the configuration."""
        with pytest.raises(ConfigurationError, match="set engine_url"):
            publish_into_store(releases[0], Config())


def test_a_store_that_is_killed_keeps_one_release(releases: tuple[Release, Release], tmp_path: Path) -> None:
    """Before the last write, which changes over, it holds the old release; publishing again mends the rest.

    With ``EGOVKG_EVERY_STEP`` in the environment it is killed before each write.
    """
    old, new = releases
    port = stores.free_port()
    with stores.oxigraph(port, tmp_path / "data") as store:
        write(store, f"INSERT DATA {{ GRAPH <{FOREIGN}> {{ <x:a> <x:p> <x:b> }} }}")
        publish_into_store(old, config(store))
        steps = _writes_until(10_000, new, store)
        publish_into_store(old, config(store))
    chosen = range(1, steps + 1) if "EGOVKG_EVERY_STEP" in os.environ else (steps,)

    for step in chosen:
        with stores.oxigraph(port, tmp_path / "data") as store, pytest.raises(StoreUnavailable):
            _writes_until(step, new, store)
        with stores.oxigraph(port, tmp_path / "data") as store:
            found = {graph: n for graph, n in graphs(store).items() if "/staging" not in graph}
            assert found == wanted(old), step
            publish_into_store(new, config(store))
            assert graphs(store) == wanted(new), step
            publish_into_store(old, config(store))


def _writes_until(step: int, release: Release, store: Store) -> int:
    """Publish, and kill the store before one of the requests that write; return how many there were."""
    sent = remote_publishing._Store._sent
    count = itertools.count(1)

    def watched(self: remote_publishing._Store, method: str, url: str, **more: Any) -> httpx.Response:
        if "query" not in more.get("data", {}) and next(count) == step:
            store.process.kill()
            store.process.wait()
        return sent(self, method, url, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remote_publishing._Store, "_sent", watched)
        publish_into_store(release, config(store))
    return next(count) - 1
