"""What is around every answer: its id, its headers, HEAD and OPTIONS, limits of the head, and errors as problems."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from egov_kg.errors import EgovKGError
from egov_kg.server import logs, negotiation
from egov_kg.server.exchange import visit_of
from egov_kg.server.limits import ASKING, Asking, Budgets, Client
from egov_kg.server.problems import MEDIA_TYPE, TYPES, Problem, problem_of
from egov_kg.server.responses import PAGE_HEADERS
from egov_kg.server.serving import Served
from egov_kg.server.sparql_protocol import ACCEPT_POST, METHODS
from egov_kg.server.watching import RECORD, Record, Watch

__all__ = ["CSP", "Envelope", "constant_headers"]

_LOG = logging.getLogger(__name__)

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""One constant policy for every answer."""

_LONGEST_ADDRESS: Final = 32 << 10
_LONGEST_HEADERS: Final = 64 << 10
_EXPOSED: Final = "ETag, Link, Retry-After, Egov-Release, X-Request-Id, Server-Timing"
_LINKS: Final = '</sparql>; rel="service-desc", </.well-known/void>; rel="describedby"'
_CONSTANT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READING: Final = ("GET", "HEAD", "OPTIONS")
_ALWAYS_ANSWERED: Final = frozenset({"/healthz", "/readyz"})

Who = Callable[[str | None, Iterable[tuple[bytes, bytes]]], Client]


def constant_headers(release: str, request_id: str) -> dict[str, str]:
    """Return what stands on every answer, errors included.

    Args:
        release: The id of the release that answers.
        request_id: The id of the request.
    """
    return {"Egov-Release": release, "X-Request-Id": request_id, **_CONSTANT}


class Envelope:
    """The outermost layer of the application.

    Args:
        app: What is inside.
        served: Gives the release that is served now.
        budgets: What clients may cost.
        who: Tells who asks, from the other end of a connection and the headers of a request.
        watch: Takes notice of every answer.
    """

    def __init__(self, app: ASGIApp, *, served: Callable[[], Served], budgets: Budgets, who: Who, watch: Watch) -> None:
        self.app, self.served, self.budgets, self.who, self.watch = app, served, budgets, who, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        served = self.served()
        client = self.who((scope.get("client") or (None,))[0], scope["headers"])
        request_id = secrets.token_hex(8)
        agent = next((v for n, v in scope["headers"] if n == b"user-agent"), b"").decode("latin-1")
        record = Record(client, scope["method"], scope["path"], agent)
        scope.setdefault("state", {}).update(request_id=request_id, served=served, client=client, record=record)
        logs.REQUEST.set(request_id)
        RECORD.set(record)
        is_always_answered = scope["path"] in _ALWAYS_ANSWERED
        ASKING.set(None if is_always_answered else Asking(client, self.budgets))
        request = Request(scope, receive)
        exchange = _Exchange(send, scope, served.release, record)
        try:
            if not is_always_answered:
                self.budgets.must_have_errors(client)
            if (refusal := _refused(request)) is not None:
                await (await self._problem(request, refusal))(scope, receive, exchange.send)
            elif scope["method"] == "OPTIONS":
                await _options(request)(scope, receive, exchange.send)
            else:
                if exchange.is_head:
                    scope["method"] = "GET"
                await self.app(scope, receive, exchange.send)
        except ClientDisconnect:
            return
        except Exception as error:
            if exchange.has_started:
                raise
            if not isinstance(error, EgovKGError | HTTPException):
                _LOG.exception("request %s failed", request.state.request_id)
            await (await self._problem(request, _translated(error, request)))(scope, receive, exchange.send)
        finally:
            self.watch.done(record)

    async def _problem(self, request: Request, problem: Problem) -> Response:
        request.state.record.problem = problem.kind.slug
        if problem.kind.is_avoidable:
            self.budgets.count_error(request.state.client)
        served: Served = request.state.served
        instance = request.state.request_id
        headers = {**problem.all_headers(), "Cache-Control": "no-store"}
        status = problem.kind.status
        if negotiation.prefers_html(request.headers.get("accept")):
            try:
                visit = visit_of(request)
                page = await served.pages.problem(visit, problem, getattr(request.state, "text", ""))
                return HTMLResponse(page, status, {**PAGE_HEADERS, **headers, "Content-Language": visit.lang})
            except Exception:  # noqa: BLE001 - then the problem goes out as JSON
                _LOG.exception("the page of a problem could not be made")
        body = problem.body(instance=instance, release=served.release)
        return Response(body, status, headers, media_type=MEDIA_TYPE)


class _Exchange:
    """Adds the headers of every answer, and takes the body away where HEAD was asked."""

    def __init__(self, send: Send, scope: Scope, release: str, record: Record) -> None:
        self._send, self._scope, self._release, self._record = send, scope, release, record
        self.is_head = scope["method"] == "HEAD"
        self.has_started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_started = True
            self._record.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in constant_headers(self._release, self._scope["state"]["request_id"]).items():
                headers[name] = value
            headers.setdefault("Vary", "Accept, Accept-Encoding")
            headers["Link"] = f"{headers['Link']}, {_LINKS}" if "Link" in headers else _LINKS
        elif self.is_head:
            message = {**message, "body": b""}
        else:
            self._record.length += len(message.get("body", b""))
        await self._send(message)


def _refused(request: Request) -> Problem | None:
    scope = request.scope
    address = len(scope.get("raw_path") or b"") + len(scope["query_string"]) + 1
    if address > _LONGEST_ADDRESS:
        detail = f"the address has {address} bytes; the most is {_LONGEST_ADDRESS}"
        return Problem(TYPES["uri-too-long"], detail, {"limit": _LONGEST_ADDRESS})
    size = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if size > _LONGEST_HEADERS:
        detail = f"the headers have {size} bytes; the most is {_LONGEST_HEADERS}"
        return Problem(TYPES["headers-too-large"], detail, {"limit": _LONGEST_HEADERS})
    if "content-length" in request.headers and "transfer-encoding" in request.headers:
        detail = "the request has both Content-Length and Transfer-Encoding"
        return Problem(TYPES["bad-encoding"], detail, headers={"Connection": "close"})
    return None


def _allowed(request: Request) -> tuple[str, ...]:
    return METHODS if request.scope["path"].rstrip("/") == "/sparql" else _READING


def _options(request: Request) -> Response:
    methods = _allowed(request)
    headers = {
        "Allow": ", ".join(methods),
        "Access-Control-Allow-Methods": "GET, HEAD, POST" if "POST" in methods else "GET, HEAD",
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    if "POST" in methods:
        headers["Accept-Post"] = ACCEPT_POST
    return Response(status_code=204, headers=headers)


def _translated(error: Exception, request: Request) -> Problem:
    if isinstance(error, HTTPException):
        path = request.scope["path"][:200]
        if error.status_code == 405:
            methods = ", ".join(_allowed(request))
            detail = f"{request.method[:20]} is not allowed here; {methods} are"
            return Problem(TYPES["method-not-allowed"], detail, headers={"Allow": methods})
        if error.status_code == 416:
            return Problem(
                TYPES["range-not-satisfiable"], "the range lies outside the file", headers=error.headers or {}
            )
        slug = {400: "bad-parameter", 404: "not-found"}.get(error.status_code, "internal")
        return Problem(TYPES[slug], f"there is nothing at {path!r}" if slug == "not-found" else str(error.detail))
    return problem_of(error)
