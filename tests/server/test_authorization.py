"""Only the header Authorization lets anybody write, and every refusal says what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from egov_kg.server.authorization import authorize
from egov_kg.server.problems import RequestRefused
from egov_kg.store.tokens import TokenFile, new_token, revoke_token


def request(tokens: Path | None, headers: Sequence[tuple[str, str]], query: str = "") -> Request:
    """Return a request to a server with these tokens."""
    state = SimpleNamespace(tokens=TokenFile(tokens) if tokens else None)
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    app = SimpleNamespace(state=state)
    return Request({"type": "http", "method": "POST", "headers": raw, "query_string": query.encode(), "app": app})


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    """Return a file of tokens that holds one of no interest."""
    place = tmp_path / "tokens.json"
    new_token(place, ["read", "update", "admin"], days=1)
    return place


class TestAuthorize:
    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
    def test_returns_the_id_of_the_token(self, tokens: Path, scheme: str) -> None:
        """The scheme is read whatever its case (RFC 9110, section 11.1)."""
        secret, token = new_token(tokens, ["update"], days=1)

        assert authorize(request(tokens, [("authorization", f"{scheme} {secret}")]), "update") == token.id

    @pytest.mark.parametrize(
        ("headers", "query"),
        [
            ([], ""),
            ([("cookie", "token={secret}; Authorization=Bearer {secret}")], ""),
            ([], "token={secret}&access_token={secret}&Authorization=Bearer+{secret}"),
            ([("x-authorization", "Bearer {secret}"), ("proxy-authorization", "Bearer {secret}")], ""),
            ([("authorization", "Basic {secret}")], ""),
            ([("authorization", "")], ""),
        ],
    )
    def test_takes_a_token_from_nowhere_else(self, tokens: Path, headers: list[tuple[str, str]], query: str) -> None:
        """Cookies and addresses are sent by browsers without their users' will, and addresses are logged."""
        secret, _ = new_token(tokens, ["update"], days=1)
        sent = [(name, value.format(secret=secret)) for name, value in headers]

        with pytest.raises(RequestRefused) as refusal:
            authorize(request(tokens, sent, query.format(secret=secret)), "update")

        assert refusal.value.problem.kind.slug == "token-required"
        assert refusal.value.problem.kind.status == 401
        assert refusal.value.problem.headers["WWW-Authenticate"] == 'Bearer realm="egov-kg"'

    @pytest.mark.parametrize("secret", ["", "x", "egovkg_" + "A" * 43, "\xff" * 30, "{token} {token}", "x" * 50_000])
    def test_refuses_what_is_no_token(self, tokens: Path, secret: str) -> None:
        """An unknown token is 401, and the answer does not say what was wrong with it."""
        with pytest.raises(RequestRefused) as refusal:
            authorize(request(tokens, [("authorization", f"Bearer {secret}")]), "update")

        assert refusal.value.problem.kind.slug == "token-invalid"
        assert 'error="invalid_token"' in refusal.value.problem.headers["WWW-Authenticate"]

    def test_refuses_two_headers(self, tokens: Path) -> None:
        """Of two tokens a proxy and we might believe different ones."""
        secret, _ = new_token(tokens, ["update"], days=1)

        with pytest.raises(RequestRefused, match="unknown, revoked or expired"):
            authorize(request(tokens, [("authorization", f"Bearer {secret}")] * 2), "update")

    def test_refuses_a_token_after_it_was_revoked(self, tokens: Path) -> None:
        """Replaying what once was valid is 401 from the moment of revocation."""
        secret, token = new_token(tokens, ["update"], days=1)
        asked = request(tokens, [("authorization", f"Bearer {secret}")])
        assert authorize(asked, "update") == token.id

        revoke_token(tokens, token.id)

        with pytest.raises(RequestRefused, match="unknown, revoked or expired"):
            authorize(asked, "update")

    @pytest.mark.parametrize("scope", ["read", "admin"])
    def test_refuses_a_token_for_other_things(self, tokens: Path, scope: str) -> None:
        """A token allows what it names and nothing else: 403 with the scope that is missing."""
        secret, _ = new_token(tokens, ["update"], days=1)

        with pytest.raises(RequestRefused) as refusal:
            authorize(request(tokens, [("authorization", f"Bearer {secret}")]), scope)  # type: ignore[arg-type]

        assert (refusal.value.problem.kind.slug, refusal.value.problem.kind.status) == ("insufficient-scope", 403)
        assert refusal.value.problem.members == {"scope": scope}

    def test_lets_nobody_in_without_a_file(self) -> None:
        """A server that was given no tokens has no token that is right."""
        with pytest.raises(RequestRefused, match="unknown, revoked or expired"):
            authorize(request(None, [("authorization", "Bearer egovkg_x")]), "update")
