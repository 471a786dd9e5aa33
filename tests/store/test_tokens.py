"""A token is long, kept as a hash, worth something for a while, and worth nothing from the moment it is revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from egov_kg.errors import ConfigurationError, DataFileError, NotFound, UsageError
from egov_kg.store.tokens import TokenFile, new_token, read_tokens, revoke_token

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return where tokens are to be kept; nothing is there yet."""
    return tmp_path / "tokens.json"


class TestNewToken:
    def test_is_kept_as_a_hash_alone(self, place: Path) -> None:
        """Who reads the file cannot write facts."""
        secret, token = new_token(place, ["update"], days=None)

        assert secret not in place.read_text(encoding="utf-8")
        assert read_tokens(place)[0].sha256 == token.sha256 == hashlib.sha256(secret.encode()).hexdigest()

    def test_has_256_random_bits(self, place: Path) -> None:
        """43 characters of base64 behind a prefix that scanners for secrets know; no two are alike."""
        secrets = {new_token(place, ["read"], days=1)[0] for _ in range(20)}

        assert len(secrets) == 20
        assert {len(secret) for secret in secrets} == {len("egovkg_") + 43}

    def test_file_is_its_owners_alone(self, place: Path) -> None:
        """The file has mode 0600, and writing it leaves nothing beside it but its lock."""
        new_token(place, ["read"], days=1)

        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert sorted(path.name for path in place.parent.iterdir()) == [".tokens.json.lock", "tokens.json"]

    def test_two_at_once_are_both_kept(self, place: Path) -> None:
        """The file is read and written under a lock."""
        with ThreadPoolExecutor(4) as pool:
            made = {token.id for _, token in pool.map(lambda _: new_token(place, ["read"], days=1), range(12))}

        assert {token.id for token in read_tokens(place)} == made

    @pytest.mark.parametrize("scopes", [[], ["write"]])
    def test_needs_scopes_that_there_are(self, place: Path, scopes: list[str]) -> None:
        """A token without a scope, or with one of another product, is a mistake."""
        with pytest.raises(UsageError, match="read, update, admin"):
            new_token(place, scopes, days=1)

        assert not place.exists()

    def test_does_not_touch_a_file_of_another_kind(self, place: Path) -> None:
        """A wrong name on the command line costs no file."""
        place.write_text("port = 8000\n")

        with pytest.raises(DataFileError, match="no file of tokens"):
            new_token(place, ["read"], days=1)

        assert place.read_text() == "port = 8000\n"


class TestTokenFile:
    def test_finds_what_was_made(self, place: Path) -> None:
        """The token of a client leads to its id and scopes; any other text to nothing."""
        secret, token = new_token(place, ["update", "read"], days=1)
        file = TokenFile(place)

        assert file.find(secret) == token
        assert token.scopes == ("read", "update")
        assert [
            file.find(other) for other in ("", secret[:-1], secret + "x", token.sha256, "\ud800", "x" * 100_000)
        ] == [None] * 6

    def test_notices_that_a_token_was_revoked(self, place: Path) -> None:
        """Revocation works at once, without a restart."""
        secret, token = new_token(place, ["update"], days=None)
        file = TokenFile(place)
        assert file.find(secret) is not None

        revoke_token(place, token.id)

        assert file.find(secret) is None

    def test_notices_a_new_token(self, place: Path) -> None:
        """A token that is made while the server runs is worth something at once."""
        new_token(place, ["read"], days=1)
        file = TokenFile(place)

        secret, token = new_token(place, ["update"], days=1)

        assert file.find(secret) == token

    def test_ends_with_its_time(self, place: Path) -> None:
        """A token is good to the last second before it expires."""
        secret, token = new_token(place, ["update"], days=2, now=NOON)
        file = TokenFile(place)

        assert token.expires == "2026-11-24T12:00:00+00:00"
        assert file.find(secret, now=NOON + dt.timedelta(days=2, seconds=-1)) == token
        assert file.find(secret, now=NOON + dt.timedelta(days=2)) is None

    @pytest.mark.parametrize(
        "damage", ["{", "[]", '{"format": 2, "tokens": []}', '{"format": 1, "tokens": [{"id": "t"}]}']
    )
    def test_that_breaks_lets_nobody_in(self, place: Path, damage: str) -> None:
        """A file that cannot be read is no reason to trust what it said before."""
        secret, _ = new_token(place, ["update"], days=1)
        file = TokenFile(place)

        place.write_text(damage)

        assert file.find(secret) is None
        with pytest.raises(DataFileError):
            TokenFile(place)

    def test_that_vanishes_lets_nobody_in(self, place: Path) -> None:
        """The same holds for a file that is gone; when it is back, its tokens are worth something again."""
        secret, token = new_token(place, ["update"], days=1)
        file = TokenFile(place)
        place.rename(place.with_name("elsewhere"))
        assert file.find(secret) is None

        place.with_name("elsewhere").rename(place)

        assert file.find(secret) == token

    @pytest.mark.skipif(os.name == "nt", reason="there are no modes on Windows")
    def test_that_others_may_write_is_refused(self, place: Path) -> None:
        """Whoever can write the file can make tokens."""
        new_token(place, ["update"], days=1)
        place.chmod(0o620)

        with pytest.raises(ConfigurationError, match="chmod 600"):
            TokenFile(place)


class TestRevoking:
    def test_an_unknown_token_is_told(self, place: Path) -> None:
        """A mistyped id must not look like success."""
        new_token(place, ["read"], days=1)

        with pytest.raises(NotFound, match="token list"):
            revoke_token(place, "t-00000000")

    def test_keeps_the_others(self, place: Path) -> None:
        """Only the one that is named goes."""
        kept = new_token(place, ["read"], days=1)[1]
        gone = new_token(place, ["read"], days=1)[1]

        revoke_token(place, gone.id)

        assert read_tokens(place) == (kept,)
        assert json.loads(place.read_text(encoding="utf-8"))["format"] == 1
