"""Where asking needs a token (``reading = "token"``): who has none gets nothing, and no cache keeps what others got."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError
from egov_kg.server import create_app
from egov_kg.store.tokens import SCOPES, new_token, revoke_token
from tests.server.conftest import publish, slug, start, stop

ASK = "ASK { ?s ?p ?o }"
QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of tokens."""
    return tmp_path_factory.mktemp("tokens") / "tokens.json"


@pytest.fixture(scope="module")
def bearers(file: Path) -> dict[str, dict[str, str]]:
    """The header Authorization of one token for each scope."""
    return {scope: {"Authorization": f"Bearer {new_token(file, [scope], days=1)[0]}"} for scope in SCOPES}


@pytest.fixture(scope="module")
def closed(
    tmp_path_factory: pytest.TempPathFactory, file: Path, bearers: dict[str, dict[str, str]]
) -> Iterator[httpx.Client]:
    """A client of a server that takes changes and answers holders of tokens alone."""
    assert bearers  # the file is there before the server
    out = tmp_path_factory.mktemp("closed")
    server = start(out, publish(out).id, reading="token", token_file=str(file), mode="updates")
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        yield client
    stop(server)


class TestWithoutAToken:
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize(
        "path",
        [
            "",
            "sparql",
            f"sparql?query={ASK}",
            "sparql/description",
            "queries",
            "queries/laws-by-administration.csv",
            "id/law/kr/act",
            "page/law/kr/act",
            "data/law/kr/act",
            "graph/entailed",
            "graph?default",
            "dumps/",
            "dumps/latest/egov-kg-all.ttl",
            "void.ttl",
            "catalog",
            "linkset",
            "dataset/kr-iso",
            "mappings/kr-iso",
            "browse",
            "search?q=act",
            "explain",
            "openapi.json",
            "updates/1",
            "metrics",
            "admin/queries",
            "nothing",
        ],
    )
    def test_nothing_is_told(self, closed: httpx.Client, path: str, method: str) -> None:
        """Not even whether there is something."""
        response = closed.request(method, path)

        assert response.status_code == 401
        assert response.headers["www-authenticate"] == 'Bearer realm="egov-kg"'
        assert response.headers["cache-control"] == "no-store"
        assert (slug(response) if method == "GET" else "token-required") == "token-required"

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [(QUERY, ASK), (FORM, f"query={ASK}"), (FORM, ""), ("text/csv", "a"), ("", "")],
    )
    def test_nothing_is_answered_by_post(self, closed: httpx.Client, content_type: str, body: str) -> None:
        """Whatever was sent."""
        response = closed.post("sparql", content=body, headers={"Content-Type": content_type})

        assert (response.status_code, slug(response)) == (401, "token-required")

    @pytest.mark.parametrize("path", ["healthz", "readyz", "robots.txt"])
    def test_balancers_and_crawlers_are_answered(self, closed: httpx.Client, path: str) -> None:
        """They have no token, and learn nothing of the graph."""
        assert closed.get(path).status_code == 200

    def test_people_get_a_page(self, closed: httpx.Client) -> None:
        """It says what is missing."""
        response = closed.get("page/law/kr/act", headers={"Accept": BROWSER})

        assert response.status_code == 401
        assert response.headers["content-type"].startswith("text/html")
        assert "Authorization: Bearer" in response.text

    def test_a_preflight_allows_no_token(self, closed: httpx.Client) -> None:
        """The page of somebody else cannot use one; see docs/reference/http.md."""
        response = closed.options("sparql", headers={"Origin": "https://a.example"})

        assert response.status_code == 204
        assert "authorization" not in response.headers["access-control-allow-headers"].lower()

    def test_what_others_got_is_not_handed_on(self, closed: httpx.Client, bearers: dict[str, dict[str, str]]) -> None:
        """Caches of ours and ready answers stand behind the question for a token."""
        for _ in range(3):
            assert closed.get("sparql", params={"query": ASK}, headers=bearers["read"]).status_code == 200

        assert closed.get("sparql", params={"query": ASK}).status_code == 401


class TestWithAToken:
    def test_answers_may_be_kept_by_the_holder_alone(
        self, closed: httpx.Client, bearers: dict[str, dict[str, str]]
    ) -> None:
        """Shared caches see ``private``, and that the answer depends on the token."""
        first = closed.get("sparql", params={"query": ASK}, headers=bearers["read"])
        again = closed.get(
            "sparql", params={"query": ASK}, headers={**bearers["read"], "If-None-Match": first.headers["etag"]}
        )
        dump = closed.get("dumps/latest/egov-kg-all.ttl", headers=bearers["read"], follow_redirects=True)

        assert [response.status_code for response in (first, again, dump)] == [200, 304, 200]
        assert first.headers["cache-control"] == again.headers["cache-control"] == "private, max-age=300"
        assert dump.headers["cache-control"] == "private, max-age=31536000, immutable"
        for response in (first, again, dump):
            assert response.headers["vary"] == "Accept, Accept-Encoding, Authorization"

    def test_posted_queries_are_answered(self, closed: httpx.Client, bearers: dict[str, dict[str, str]]) -> None:
        """As a form, and as they are."""
        for content_type, body in ((QUERY, ASK), (FORM, f"query={ASK}")):
            response = closed.post("sparql", content=body, headers={**bearers["read"], "Content-Type": content_type})

            assert (response.status_code, response.json()["boolean"]) == (200, True)

    @pytest.mark.parametrize("scope", ["update", "admin"])
    def test_other_scopes_do_not_ask(
        self, closed: httpx.Client, bearers: dict[str, dict[str, str]], scope: str
    ) -> None:
        """Each scope allows one thing."""
        got = closed.get("sparql", params={"query": ASK}, headers=bearers[scope])
        by_form = closed.post("sparql", data={"query": ASK}, headers=bearers[scope])
        by_body = closed.post("sparql", content=ASK, headers={**bearers[scope], "Content-Type": QUERY})

        for response in (got, by_form, by_body):
            assert (response.status_code, slug(response)) == (403, "insufficient-scope")
            assert 'scope="read"' in response.headers["www-authenticate"]

    def test_programs_are_told_that_they_need_one(
        self, closed: httpx.Client, bearers: dict[str, dict[str, str]]
    ) -> None:
        """By the OpenAPI document."""
        document = closed.get("openapi.json", headers=bearers["read"]).json()

        assert document["security"] == [{"token": []}]
        assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}

    def test_their_own_things_are_theirs(self, closed: httpx.Client, bearers: dict[str, dict[str, str]]) -> None:
        """Who changes the graph, or ends queries, need not be able to ask."""
        update = {"update": "INSERT DATA { GRAPH <https://w3id.org/egov-kg/graph/mine> { <urn:a> <urn:b> <urn:c> } }"}
        changed = closed.post("sparql", data=update, headers=bearers["update"])
        told = closed.get(changed.headers["location"], headers=bearers["update"])
        listed = closed.get("admin/queries", headers=bearers["admin"])
        refused = closed.post("sparql", data=update, headers=bearers["read"])

        assert [response.status_code for response in (changed, told, listed, refused)] == [202, 200, 200, 403]

    def test_one_that_was_revoked_is_none(self, closed: httpx.Client, file: Path) -> None:
        """With the next request."""
        secret, token = new_token(file, ["read"], days=1)
        headers = {"Authorization": f"Bearer {secret}"}
        before = closed.get("queries", headers=headers).status_code
        revoke_token(file, token.id)
        after = closed.get("queries", headers=headers)

        assert (before, after.status_code, slug(after)) == (200, 401, "token-invalid")


def test_it_needs_a_file_of_tokens(tmp_path: Path) -> None:
    """Else nobody could ask, and the reason would be hard to find."""
    publish(tmp_path)

    with pytest.raises(ConfigurationError, match="token_file"):
        create_app(Config(reading="token"), tmp_path)
