"""Answers on their way out: the headers that stand on all of them, HEAD, content encodings, ready answers."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Send

from egov_kg.server import compression
from egov_kg.server.authorization import OPEN
from egov_kg.server.problems import RequestRefused
from egov_kg.server.ready import LONGEST_BODY, Ready
from egov_kg.server.requests import link_of
from egov_kg.server.responses import DataResponse
from egov_kg.server.serving import Served
from egov_kg.server.watching import Record

__all__ = ["CSP", "FRAMED", "Outgoing", "constant_headers", "head_lines"]

Headers = list[tuple[bytes, bytes]]

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""One constant policy for every answer but one."""

FRAMED: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""The policy of previews, which clients of reconciliation show in a frame: nothing runs there, and nothing is sent."""

_EXPOSED: Final = "ETag, Link, Retry-After, Egov-Release, X-Request-Id, Server-Timing"
_LINKS: Final = b'</sparql>; rel="service-desc", </.well-known/void>; rel="describedby"; type="text/turtle"'
_VARY: Final = (b"vary", b"Accept, Accept-Encoding")
_CONSTANT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_CONSTANT_LINES: Final = [(name.lower().encode(), value.encode()) for name, value in _CONSTANT.items()]
_POLICY: Final = b"content-security-policy"
_FRAMED_LINES: Final = [(name, FRAMED.encode() if name == _POLICY else value) for name, value in _CONSTANT_LINES]
_ID: Final = b"x-request-id"
_SET_HERE: Final = frozenset({b"egov-release", _ID, b"link", *(name for name, _ in _CONSTANT_LINES)})
_IN_ONE_PIECE: Final = 64 << 10
_IN_LOOP: Final = 16 << 10
_BODILESS: Final = frozenset({204, 304})


def constant_headers(release: str, request_id: str) -> dict[str, str]:
    """Return what stands on every answer, errors included.

    Args:
        release: The id of the release that answers.
        request_id: The id of the request.
    """
    return {"Egov-Release": release, "X-Request-Id": request_id, **_CONSTANT}


def _for_holders(headers: Headers) -> Headers:
    """Return the headers of an answer that only holders of a token get: no cache may keep it for others."""
    changed = [pair for pair in headers if pair[0] not in {b"vary", b"cache-control"}]
    given = dict(headers)
    kept = [part.strip() for part in given.get(b"cache-control", b"no-cache").split(b",")]
    if b"no-store" not in kept:
        kept = [b"private", *(part for part in kept if part != b"public")]
    vary = given.get(b"vary", _VARY[1])
    return [*changed, (b"cache-control", b", ".join(kept)), (b"vary", vary + b", Authorization")]


def _completed(headers: Headers, release: str, request_id: str) -> Headers:
    """Return the headers of an answer with those that stand on every answer."""
    given = dict(headers)
    own = headers if given.keys().isdisjoint(_SET_HERE) else [pair for pair in headers if pair[0] not in _SET_HERE]
    links = given.get(b"link")
    return [
        *own,
        *(() if b"vary" in given else (_VARY,)),
        (b"link", _LINKS if links is None else links + b", " + _LINKS),
        (b"egov-release", release.encode()),
        (_ID, request_id.encode()),
        *(_FRAMED_LINES if given.get(_POLICY) == FRAMED.encode() else _CONSTANT_LINES),
    ]


def head_lines(headers: Mapping[str, str], release: str, request_id: str) -> bytes:
    """Return the lines of the headers of an answer with those that stand on every answer, each with its line end."""
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return _lines(_completed(raw, release, request_id))


def _lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


class Outgoing:
    """What one request is answered with.

    Args:
        request: The request.
        send: Takes the messages of ASGI.
        method: As it was asked with; the request of HEAD is handed on as one of GET.

    Attributes:
        has_started: Whether something has been sent, so that no other answer can be.
    """

    def __init__(self, request: Request, send: Send, method: str) -> None:
        self._request, self._send = request, send
        state = request.scope["state"]
        self._served: Served = state["served"]
        self._record: Record = state["record"]
        self._id: str = state["request_id"]
        self._state = self._served.site.state
        self._is_head = method == "HEAD"
        self._is_for_holders: bool = request.app.state.reading_needs_token and request.scope["path"] not in OPEN
        self._start: Message | None = None
        self._encoder: compression.Encoder | None = None
        self.has_started = False

    @property
    def _release(self) -> str:
        """What the answer names: the release that the request began with, or the state that it has made."""
        served: Served = self._request.state.served
        return served.release

    async def respond(self, response: Response) -> None:
        """Send a response of ours, in one piece if it is short and the connection takes it."""
        if isinstance(response, DataResponse) or (
            type(response).__call__ is Response.__call__ and response.background is None
        ):
            await self._whole(response)
        else:
            await response(self._request.scope, self._request.receive, self.send)

    async def _whole(self, response: Response) -> None:
        status, body = response.status_code, bytes(response.body)
        headers, body = await self._encoded(status, response.raw_headers, body)
        headers = self._with_constants(headers)
        self._record.status, self._record.length = status, 0 if self._is_head else len(body)
        link = link_of(self._request)
        if link is None or len(body) > _IN_ONE_PIECE:
            self.has_started = True
            await self._send({"type": "http.response.start", "status": status, "headers": headers})
            await self._send({"type": "http.response.body", "body": b"" if self._is_head else body})
            return
        place = next(number for number, pair in enumerate(headers) if pair[0] == _ID)
        before, after = _lines(headers[:place]), b"\r\n" + _lines(headers[place + 1 :])
        if before.count(b"\n") + after.count(b"\n") != len(headers):
            raise ValueError("a line end in a header")
        before += _ID + b": "
        self.has_started = True
        await link.send(status, before + self._id.encode() + after, b"" if self._is_head else body)
        if link.asked is not None and getattr(response, "may_be_ready", False) and len(body) <= LONGEST_BODY:
            given = (name for name, _ in self._request.scope["headers"])
            if b"authorization" not in given:  # a token may cease to be one
                rest = after + b"\r\n" + body
                ready = Ready(status, before, rest, self._record.kind, self._record)
                self._served.ready.keep(self._state, link.asked, ready)

    def _with_constants(self, headers: Headers) -> Headers:
        if self._is_for_holders:
            headers = _for_holders(headers)
        return _completed(headers, self._release, self._id)

    async def send(self, message: Message) -> None:
        """Send a message of ASGI; the first one waits for the second, which says whether the body is whole."""
        if message["type"] == "http.response.start":
            self._start = message
        elif self._start is not None:
            await self._begin(self._start, message)
        elif message["type"] == "http.response.body":
            await self._go_on(message)
        else:
            await self._send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        status, headers, body = start["status"], list(start.get("headers", ())), first.get("body", b"")
        if first.get("more_body", False):
            headers = self._begun(status, headers)
        else:
            headers, body = await self._encoded(status, headers, body)
            first = {**first, "body": body}
        self._start, self.has_started = None, True
        self._record.status = status
        headers = self._with_constants(headers)
        await self._send({**start, "headers": headers})
        await self._go_on(first)

    async def _go_on(self, message: Message) -> None:
        if self._is_head:
            message = {**message, "body": b""}
        elif self._encoder is not None:
            step = functools.partial(self._step, self._encoder, message.get("body", b""))
            message = {**message, "body": await asyncio.to_thread(step, is_last=not message.get("more_body", False))}
        self._record.length += len(message.get("body", b""))
        await self._send(message)

    @staticmethod
    def _step(encoder: compression.Encoder, body: bytes, *, is_last: bool) -> bytes:
        made = encoder.update(body) if body else b""
        return made + encoder.finish() if is_last else made

    async def _encoded(self, status: int, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        """Return headers and body in the encoding that the client prefers."""
        name = self._encoding(status, headers, len(body))
        if name is None:
            return headers, body
        if len(body) <= _IN_LOOP:
            made = compression.encode(name, body)
        else:
            made = await asyncio.to_thread(compression.encode, name, body)
        return [*_retagged(headers, name), (b"content-length", b"%d" % len(made))], made

    def _begun(self, status: int, headers: Headers) -> Headers:
        """Return the headers of a body that comes in pieces, and make ready to encode it."""
        name = self._encoding(status, headers, None)
        if name is None:
            return headers
        self._encoder = compression.encoder(name)
        return _retagged(headers, name)

    def _encoding(self, status: int, headers: Headers, size: int | None) -> str | None:
        given = dict(headers)
        if status in _BODILESS or b"content-encoding" in given or b"accept-ranges" in given or size == 0:
            return None
        wanted = self._request.headers.get("accept-encoding")
        if not compression.is_worth_it(given.get(b"content-type", b"").decode("latin-1"), size, wanted):
            return None
        try:
            return compression.chosen(wanted)
        except RequestRefused:
            if status < 400:  # an error is told in any case
                raise
            return None


def _retagged(headers: Headers, encoding: str) -> Headers:
    """Return headers for an encoded body: without its length, and with a strong tag of its own."""
    changed: Headers = []
    for name, value in headers:
        if name == b"etag" and not value.startswith(b"W/"):
            changed.append((name, value[:-1] + b"-" + encoding.encode() + b'"'))
        elif name != b"content-length":
            changed.append((name, value))
    return [*changed, (b"content-encoding", encoding.encode())]
