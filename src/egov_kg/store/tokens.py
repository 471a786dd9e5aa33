"""Tokens: who may what. A file holds the SHA-256 of each, its scopes and its last day, and never the token itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from egov_kg.errors import ConfigurationError, DataFileError, NotFound, UsageError
from egov_kg.store.durable import locked, replace_file

__all__ = ["SCOPES", "Scope", "Token", "TokenFile", "new_token", "read_tokens", "revoke_token"]

_LOG: Final = logging.getLogger(__name__)

Scope = Literal["read", "update", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""What a token may allow: asking, where asking needs one; changing facts; ending queries, reloading."""

_FORMAT: Final = 1
_PREFIX: Final = "egovkg_"
"""Begins every token, so that those who look for secrets in files find one."""
_SECRET_BYTES: Final = 32
_LONGEST_NOTE: Final = 200
_LONGEST_TOKEN: Final = 200
_OTHERS_WRITE: Final = 0o022


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token.

    Attributes:
        id: Names it in lists, in the change log and in the audit file; it is no secret.
        sha256: Of its UTF-8 bytes, hexadecimal.
        scopes: What it allows, sorted.
        created: The second it was made, UTC, ISO 8601.
        expires: The second from which it is worth nothing, or an empty string.
        note: Whose it is, in the words of who made it.
    """

    id: str
    sha256: str
    scopes: tuple[Scope, ...]
    created: str
    expires: str = ""
    note: str = ""

    def is_expired(self, now: dt.datetime) -> bool:
        """Whether it is worth nothing any more."""
        return bool(self.expires) and now >= dt.datetime.fromisoformat(self.expires)


def new_token(
    path: Path, scopes: Collection[str], *, days: int | None, note: str = "", now: dt.datetime | None = None
) -> tuple[str, Token]:
    """Make a token and keep its hash.

    Args:
        path: The file; made, readable for its owner alone, if there is none.
        scopes: What it allows.
        days: How long; None is for ever.
        note: Whose it is, on one line.
        now: The time, for tests.

    Returns:
        The token, which nobody can tell again, and what is kept of it.

    Raises:
        UsageError: If a scope is unknown, none is given, or the note is long or has several lines.
        ConfigurationError: If the file cannot be written.
        DataFileError: If there is a file that holds no tokens.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise UsageError(
            f"a token has one or more of the scopes {', '.join(SCOPES)}, not {', '.join(unknown) or 'none'}"
        )
    if len(note) > _LONGEST_NOTE or not note.isprintable():
        raise UsageError(f"a note is one line of at most {_LONGEST_NOTE} characters")
    now = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    token = Token(
        id=f"t-{secrets.token_hex(4)}",
        sha256=_hashed(secret),
        scopes=tuple(scope for scope in sorted(SCOPES) if scope in scopes),
        created=now.isoformat(),
        expires="" if days is None else (now + dt.timedelta(days=days)).isoformat(),
        note=note,
    )
    with _editing(path) as tokens:
        tokens.append(token)
    return secret, token


def revoke_token(path: Path, name: str) -> Token:
    """Take a token out of the file; a server notices it with the next request.

    Args:
        path: The file.
        name: The id of the token.

    Raises:
        NotFound: If there is none of that id.
        DataFileError: If the file holds no tokens.
        ConfigurationError: If it cannot be read or written.
    """
    with _editing(path) as tokens:
        found = [token for token in tokens if token.id == name]
        if not found:
            raise NotFound(f"there is no token {name!r} in {path}; egov-kg token list shows them")
        tokens[:] = [token for token in tokens if token.id != name]
    return found[0]


def read_tokens(path: Path) -> tuple[Token, ...]:
    """Return what a file keeps, in the order in which the tokens were made.

    Raises:
        DataFileError: If it holds no tokens.
        ConfigurationError: If it cannot be read, or others than its owner may write it.
    """
    try:
        with path.open("rb") as file:
            if sys.platform != "win32" and os.fstat(file.fileno()).st_mode & _OTHERS_WRITE:
                raise ConfigurationError(f"{path}: others than its owner may write it; type: chmod 600 {path}")
            data = file.read()
    except OSError as error:
        raise ConfigurationError(f"{path}: the tokens cannot be read: {error.strerror}") from error
    try:
        table: dict[str, Any] = json.loads(data)
        if table["format"] != _FORMAT:
            raise DataFileError(path, 0, f"its format is {table['format']!r}; this egov-kg reads {_FORMAT}")
        return tuple(_read(row) for row in table["tokens"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, DataFileError):
            raise
        raise DataFileError(path, 0, f"is no file of tokens ({error}); egov-kg token new makes one") from error


def _read(row: dict[str, Any]) -> Token:
    token = Token(**{**row, "scopes": tuple(row["scopes"])})
    if not re.fullmatch(r"[0-9a-f]{64}", token.sha256) or not set(token.scopes) <= set(SCOPES):
        raise ValueError(f"token {token.id}")
    if token.expires and dt.datetime.fromisoformat(token.expires).tzinfo is None:
        raise ValueError(f"token {token.id} expires in no time zone")
    return token


@contextlib.contextmanager
def _editing(path: Path) -> Iterator[list[Token]]:
    """Let the tokens of a file be changed under a lock, and write them; an error writes nothing."""
    try:
        with locked(path.with_name(f".{path.name}.lock")):
            tokens = list(read_tokens(path)) if path.exists() else []
            yield tokens
            table = {"format": _FORMAT, "tokens": [asdict(token) for token in tokens]}
            replace_file(path, (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode(), mode=0o600)
    except OSError as error:
        raise ConfigurationError(f"{path}: the tokens cannot be written: {error.strerror}") from error


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class TokenFile:
    """The tokens of a file, read again whenever it changes, so that what is revoked is worth nothing at once.

    Args:
        path: The file.

    Raises:
        DataFileError, ConfigurationError: As in `read_tokens`, at the start. Later a file that cannot be read means
            that no token is worth anything.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tokens = read_tokens(path)
        self._seen = self._state()

    def find(self, secret: str, *, now: dt.datetime | None = None) -> Token | None:
        """Return what is kept of a token that is worth something now, or None.

        Every kept token is compared, each in constant time: how long it takes says nothing about any of them.

        Args:
            secret: What the client sent.
            now: The time, for tests.
        """
        self._refresh()
        found = None
        if len(secret) <= _LONGEST_TOKEN:
            digest = _hashed(secret)
            for token in self._tokens:
                if hmac.compare_digest(token.sha256, digest):
                    found = token
        return None if found is None or found.is_expired(now or dt.datetime.now(dt.UTC)) else found

    def _refresh(self) -> None:
        state = self._state()
        if state == self._seen:
            return
        try:
            self._tokens = read_tokens(self.path)
        except ConfigurationError as error:
            _LOG.warning("no token is worth anything until this is mended: %s", error)
            self._tokens = ()
        self._seen = state

    def _state(self) -> tuple[int, ...] | None:
        """Return what tells that the file is another one: each is written anew and renamed."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_mode
