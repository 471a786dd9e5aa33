"""What operators may do: see the queries that run, end one, change the release at once. Nobody else may."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from egov_kg.store.tokens import new_token
from tests.server.conftest import Server, publish, slug, start, stop
from tests.server.test_limits import ENDLESS

Headers = dict[str, str]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Headers, Headers]:
    """A file of tokens, and headers with one for operators and one for readers."""
    path = tmp_path_factory.mktemp("tokens") / "tokens.json"
    admin, _ = new_token(path, ["admin"], days=1)
    reader, _ = new_token(path, ["read", "update"], days=1)
    return path, {"Authorization": f"Bearer {admin}"}, {"Authorization": f"Bearer {reader}"}


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory, tokens: tuple[Path, Headers, Headers]) -> Iterator[Server]:
    """A server with tokens, and a deadline of 60 s."""
    out = tmp_path_factory.mktemp("out")
    running = start(out, publish(out).id, seconds=60, token_file=str(tokens[0]))
    yield running
    stop(running)


@pytest.fixture
def client(operated: Server) -> Iterator[httpx.Client]:
    """A client of that server."""
    with httpx.Client(base_url=operated.url, trust_env=False, timeout=60) as client:
        yield client


def running(client: httpx.Client, headers: Headers) -> list[dict[str, Any]]:
    """Return the queries that run, once there is one."""
    until = time.monotonic() + 30
    while not (found := client.get("admin/queries", headers=headers).json()["queries"]):
        assert time.monotonic() < until
        time.sleep(0.02)
    listed: list[dict[str, Any]] = found
    return listed


class TestQueries:
    def test_that_run_are_listed_and_ended(self, client: httpx.Client, tokens: tuple[Path, Headers, Headers]) -> None:
        """The list tells no text and no address; who asked hears that it was ended."""
        _, admin, _ = tokens
        with ThreadPoolExecutor(1) as executor:
            pending = executor.submit(client.post, "sparql", data={"query": ENDLESS})
            (listed,) = running(client, admin)
            ended = client.delete(f"admin/queries/{listed['id']}", headers=admin)
            answer = pending.result()
        again = client.delete(f"admin/queries/{listed['id']}", headers=admin)

        assert set(listed) == {"id", "started", "seconds", "client", "digest"}
        assert "127.0.0.1" not in str(listed)
        assert "CONCAT" not in str(listed)
        assert (ended.status_code, again.status_code) == (204, 404)
        assert answer.status_code == 503
        assert slug(answer) == "aborted"

    def test_of_another_release_are_not_ended(
        self, client: httpx.Client, tokens: tuple[Path, Headers, Headers]
    ) -> None:
        """The same number may stand for another query there."""
        with ThreadPoolExecutor(1) as executor:
            pending = executor.submit(client.post, "sparql", data={"query": ENDLESS, "timeout": "2"})
            (listed,) = running(client, tokens[1])
            number = listed["id"].partition("-")[2]
            wrong = client.delete(f"admin/queries/000000000000-{number}", headers=tokens[1])
            answer = pending.result()

        assert wrong.status_code == 404
        assert slug(answer) == "time-limit"


class TestReload:
    def test_changes_the_release_at_once(
        self, client: httpx.Client, operated: Server, tokens: tuple[Path, Headers, Headers]
    ) -> None:
        """The answer names what is served afterwards; without another release nothing changes."""
        same = client.post("admin/reload", headers=tokens[1])
        new = publish(operated.out, "2026.2.0").id
        changed = client.post("admin/reload", headers=tokens[1])
        after = client.get("healthz")

        assert same.json() == {"release": operated.release}
        assert changed.json()["release"] == after.json()["release"] == new != operated.release

    def test_to_what_is_damaged_is_refused(
        self, client: httpx.Client, operated: Server, tokens: tuple[Path, Headers, Headers]
    ) -> None:
        """What was served goes on."""
        before = client.get("healthz").json()["release"]
        (operated.out / "aside").symlink_to("releases/none")
        kept = (operated.out / "current").readlink()
        (operated.out / "aside").replace(operated.out / "current")
        refused = client.post("admin/reload", headers=tokens[1])
        (operated.out / "aside").symlink_to(kept)
        (operated.out / "aside").replace(operated.out / "current")

        assert (refused.status_code, slug(refused)) == (503, "not-ready")
        assert str(operated.out) not in refused.text
        assert client.get("healthz").json()["release"] == before


class TestAccess:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "admin/queries"), ("DELETE", "admin/queries/x-1"), ("POST", "admin/reload")],
    )
    def test_needs_the_scope(
        self, client: httpx.Client, tokens: tuple[Path, Headers, Headers], method: str, path: str
    ) -> None:
        """A token for other things is not enough, and neither is being on the same machine."""
        without = client.request(method, path)
        other = client.request(method, path, headers=tokens[2])

        assert (without.status_code, slug(without)) == (401, "token-required")
        assert (other.status_code, slug(other)) == (403, "insufficient-scope")

    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "admin/queries"), ("DELETE", "admin/queries/x-1"), ("POST", "admin/reload")],
    )
    def test_does_not_exist_without_tokens(self, server: Server, method: str, path: str) -> None:
        """Even for whoever sends one."""
        response = httpx.request(
            method, f"{server.url}{path}", headers={"Authorization": "Bearer egovkg_x"}, trust_env=False
        )

        assert (response.status_code, slug(response)) == (404, "not-found")

    def test_is_by_the_methods_that_are_named(
        self, client: httpx.Client, tokens: tuple[Path, Headers, Headers]
    ) -> None:
        """Others are 405 with the right ones."""
        listing = client.post("admin/queries", headers=tokens[1])
        reload = client.get("admin/reload", headers=tokens[1])
        query = client.get("admin/queries/x-1", headers=tokens[1])

        assert [r.headers["allow"] for r in (listing, reload, query)] == [
            "GET, HEAD, OPTIONS",
            "POST, OPTIONS",
            "DELETE, OPTIONS",
        ]
        assert {r.status_code for r in (listing, reload, query)} == {405}
