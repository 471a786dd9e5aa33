"""What a request says: parameters decoded strictly, bodies read within limits, one clock for a client that leaves."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import unquote_to_bytes

from starlette.requests import ClientDisconnect, Request

from egov_kg.ntriples import is_iri
from egov_kg.server.cache import Presence
from egov_kg.server.link import EXTENSION, Link
from egov_kg.server.problems import refused
from egov_kg.sparql.formats import by_name

__all__ = [
    "Parameters",
    "absolute_iris",
    "attended",
    "body_of",
    "content_type",
    "is_absolute_iri",
    "link_of",
    "media_type_of",
    "parameters_of",
    "while_connected",
]

T = TypeVar("T")

_BAD_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BODY_SECONDS: Final = 20.0
_MOST_READ: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a request in order; names are case-sensitive."""

    pairs: tuple[tuple[str, str], ...]

    def __add__(self, other: Parameters) -> Parameters:
        """Return the parameters of both."""
        return Parameters(self.pairs + other.pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a parameter."""
        return tuple(value for key, value in self.pairs if key == name)

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, or None if it is not there.

        Raises:
            RequestRefused: ``duplicate-parameter`` if it is there twice.
        """
        values = self.all(name)
        if len(values) > 1:
            raise refused("duplicate-parameter", f"{name} is given {len(values)} times", parameter=name)
        return values[0] if values else None

    @property
    def format(self) -> str | None:
        """The value of ``format``; of several the first that we know, because some clients try two spellings."""
        values = self.all("format")
        return next((value for value in values if any(by_name(value))), values[0] if values else None)

    @property
    def expands(self) -> bool:
        """Whether facts are wanted under every name of a thing: ``same-as=expand``.

        Raises:
            RequestRefused: ``bad-parameter`` for another value.
        """
        value = self.one("same-as")
        if value not in {None, "", "expand", "representative"}:
            detail = f"same-as={value[:40]!r} is neither 'expand' nor 'representative'"
            raise refused("bad-parameter", detail, parameter="same-as")
        return value == "expand"

    def only(self, names: Collection[str]) -> dict[str, str]:
        """Return those of the named parameters that are there, each given once."""
        return {name: value for name in names if (value := self.one(name)) is not None}


def parameters_of(data: bytes) -> Parameters:
    """Decode a query string or a form.

    Args:
        data: As it stands in the request.

    Raises:
        RequestRefused: ``bad-encoding`` for a percent sign without two digits, bytes that are not UTF-8, and NUL.

    Example:
        >>> parameters_of(b"query=ASK+%7B%7D&x=").pairs
        (('query', 'ASK {}'), ('x', ''))
    """
    pairs = []
    for part in data.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((_decoded(name, "a parameter name"), _decoded(value, "a parameter")))
    return Parameters(tuple(pairs))


def is_absolute_iri(text: str) -> bool:
    """Whether a text can be an absolute IRI.

    Example:
        >>> is_absolute_iri("urn:a"), is_absolute_iri("a"), is_absolute_iri("http://a/b c")
        (True, False, False)
    """
    return is_iri(text)


def absolute_iris(parameters: Parameters, name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may be given several times.

    Raises:
        RequestRefused: ``bad-parameter`` if one is no absolute IRI.
    """
    values = parameters.all(name)
    for value in values:
        if not is_absolute_iri(value):
            raise refused("bad-parameter", f"{name}={value[:80]!r} is not an absolute IRI", parameter=name)
    return values


def _decoded(data: bytes, what: str) -> str:
    bad = _BAD_PERCENT.search(data)
    if bad:
        found = data[bad.start() : bad.start() + 3].decode("ascii", "replace")
        raise refused("bad-encoding", f"{what} holds {found!r}, which is no percent-encoded byte")
    return text_of(unquote_to_bytes(data.replace(b"+", b" ")), what)


def text_of(data: bytes, what: str) -> str:
    """Return the text that UTF-8 bytes spell.

    Raises:
        RequestRefused: ``bad-encoding`` if they are not UTF-8, or hold NUL.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            "bad-encoding", f"{what} is not UTF-8: byte 0x{data[error.start]:02x} at {error.start}"
        ) from error
    if "\x00" in text:
        raise refused("bad-encoding", f"{what} holds the character NUL")
    return text


def content_type(request: Request) -> str | None:
    """Return the header Content-Type; several are joined, which is no media type, because others may take any of them.

    Args:
        request: The request.
    """
    return ", ".join(request.headers.getlist("content-type")) or None


def media_type_of(header: str | None) -> tuple[str, str]:
    """Return the media type and the charset of a header Content-Type, both in lower case, empty if they are missing.

    Example:
        >>> media_type_of('application/sparql-query; charset="UTF-8"')
        ('application/sparql-query', 'utf-8')
    """
    parts = [part.strip() for part in (header or "").lower().split(";")]
    charset = next((part.partition("=")[2].strip('"') for part in parts[1:] if part.startswith("charset=")), "")
    return parts[0], charset


async def body_of(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    What is too large is read on for a while and thrown away: a client that is still sending would not hear the answer.

    Raises:
        RequestRefused: ``too-large`` beyond the limit, ``request-timeout`` if it takes more than 20 seconds.
    """
    data = bytearray()
    length = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                length += len(part)
                if length > _MOST_READ:
                    break
                if length <= limit:
                    data += part
    except TimeoutError as error:
        headers = {"Connection": "close"}
        raise refused("request-timeout", "the body did not arrive within 20 seconds", headers=headers) from error
    if length > limit:
        raise _too_large(limit)
    return bytes(data)


def _too_large(limit: int) -> Exception:
    return refused("too-large", f"the body is larger than {limit} bytes", headers={"Connection": "close"}, limit=limit)


def link_of(request: Request) -> Link | None:
    """Return the way to the connection under a request, if that is ours."""
    found: Link | None = (request.scope.get("extensions") or {}).get(EXTENSION)
    return found


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """Return the result of some work; cancel it when the client has gone, which nobody answers.

    Raises:
        ClientDisconnect: When the client has gone.
    """

    async def done(_presence: Presence) -> T:
        return await work

    return await attended(request, done)


async def attended(request: Request, work: Callable[[Presence], Awaitable[T]]) -> T:
    """Return the result of some work; tell it when the client has gone.

    Args:
        request: What is being answered.
        work: Does it. It gets the presence of the client, by which others may make it go on without that client.

    Raises:
        ClientDisconnect: When the client has gone and the work was cancelled.
    """
    link = link_of(request)
    if link is None:
        return await _attended_by_receiving(request, work)
    presence = Presence(asyncio.current_task())
    link.when_left(presence.leave)
    try:
        return await work(presence)
    except asyncio.CancelledError:
        if link.has_ended:
            raise ClientDisconnect from None
        raise
    finally:
        link.when_left(None)


async def _attended_by_receiving(request: Request, work: Callable[[Presence], Awaitable[T]]) -> T:
    presence = Presence(None)
    task = asyncio.ensure_future(work(presence))
    presence.works(task)
    gone = asyncio.ensure_future(_until_gone(request))
    waiting: Sequence[asyncio.Future[object]] = (task, gone)  # type: ignore[assignment]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            presence.leave()
            await asyncio.wait((task,))
        if task.cancelled():
            raise ClientDisconnect
        return task.result()
    finally:
        for future in (task, gone):
            future.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await future


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
