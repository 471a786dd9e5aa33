"""What is around every answer: its id, its headers, HEAD and OPTIONS, limits of the head, and errors as problems."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from egov_kg.errors import EgovKGError
from egov_kg.server import admin, graph_store, logs, negotiation, reconciling
from egov_kg.server.authorization import authorize_asking
from egov_kg.server.exchange import visit_of
from egov_kg.server.limits import ASKING, Asking, Budgets, Client
from egov_kg.server.link import EXTENSION, Link
from egov_kg.server.outgoing import Outgoing
from egov_kg.server.problems import MEDIA_TYPE, TYPES, Problem, problem_of
from egov_kg.server.responses import PAGE_HEADERS
from egov_kg.server.serving import Served, Serving
from egov_kg.server.sparql_protocol import ACCEPT_POST, METHODS
from egov_kg.server.watching import RECORD, Record, Watch

__all__ = ["Envelope"]

_LOG = logging.getLogger(__name__)

_LONGEST_ADDRESS: Final = 32 << 10
_LONGEST_HEADERS: Final = 64 << 10
_READING: Final = ("GET", "HEAD", "OPTIONS")
_TOLD_TWICE: Final = frozenset({b"host", b"content-length", b"transfer-encoding"})
_ALWAYS_ANSWERED: Final = frozenset({"/healthz", "/readyz"})

Who = Callable[[str | None, Iterable[tuple[bytes, bytes]]], Client]


class Envelope:
    """The outermost layer of the application.

    Args:
        app: What is inside.
        serving: Knows the release that is served now.
        budgets: What clients may cost.
        who: Tells who asks, from the other end of a connection and the headers of a request.
        watch: Takes notice of every answer.
        direct: What answers at some paths for any method; they are asked often, and a router would cost more than they.
        asks_for_token: Whether asking needs a token.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        serving: Serving,
        budgets: Budgets,
        who: Who,
        watch: Watch,
        direct: Mapping[str, Callable[[Request], Awaitable[Response]]],
        asks_for_token: bool = False,
    ) -> None:
        self.app, self.serving, self.budgets, self.who = app, serving, budgets, who
        self.watch, self.direct, self.asks_for_token = watch, direct, asks_for_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        link: Link | None = (scope.get("extensions") or {}).get(EXTENSION)
        made = link.made if link is not None else None
        served, path = self.serving.now if made is None else made.served, scope["path"]
        client = self.who((scope.get("client") or (None,))[0], scope["headers"])
        request_id, method = self.serving.next_id(), scope["method"]
        agent = next((v for n, v in scope["headers"] if n == b"user-agent"), b"").decode("latin-1")
        record = Record(client, method, path, agent)
        if made is not None:
            record.began = made.began
        scope.setdefault("state", {}).update(request_id=request_id, served=served, client=client, record=record)
        logs.REQUEST.set(request_id)
        RECORD.set(record)
        is_always_answered = path in _ALWAYS_ANSWERED
        ASKING.set(None if is_always_answered else Asking(client, self.budgets))
        request = Request({**scope, "method": "GET"} if method == "HEAD" else scope, receive)
        outgoing = Outgoing(request, send, method)
        try:
            if not is_always_answered and made is None:
                self.budgets.must_have_errors(client)
            if (refusal := _refused(request)) is not None:
                await outgoing.respond(await self._problem(request, refusal))
                return
            if self.asks_for_token:
                authorize_asking(request, method)
            if method == "OPTIONS":
                await outgoing.respond(_options(request))
            elif path in self.direct:
                await outgoing.respond(await self._directly(request, method))
            else:
                await self.app(request.scope, receive, outgoing.send)
        except ClientDisconnect:
            return
        except Exception as error:
            if outgoing.has_started:
                raise
            if not isinstance(error, EgovKGError | HTTPException):
                _LOG.exception("request %s failed", request.state.request_id)
            await outgoing.respond(await self._problem(request, _translated(error, request)))
        finally:
            self.watch.done(record)

    async def _directly(self, request: Request, method: str) -> Response:
        if method not in METHODS:
            raise HTTPException(405)
        return await self.direct[request.scope["path"]](request)

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


def _refused(request: Request) -> Problem | None:
    scope = request.scope
    address = len(scope.get("raw_path") or b"") + len(scope["query_string"]) + 1
    if address > _LONGEST_ADDRESS:
        detail = f"the address has {address} bytes; the most is {_LONGEST_ADDRESS}"
        return Problem(TYPES["uri-too-long"], detail, {"limit": _LONGEST_ADDRESS})
    size = hosts = lengths = 0
    for name, value in scope["headers"]:
        size += len(name) + len(value) + 4
        if name in _TOLD_TWICE:
            hosts, lengths = hosts + (name == b"host"), lengths + (name != b"host")
    if size > _LONGEST_HEADERS:
        detail = f"the headers have {size} bytes; the most is {_LONGEST_HEADERS}"
        return Problem(TYPES["headers-too-large"], detail, {"limit": _LONGEST_HEADERS})
    if lengths > 1:
        detail = "the request has both Content-Length and Transfer-Encoding"
        return Problem(TYPES["bad-encoding"], detail, headers={"Connection": "close"})
    if hosts != 1 and (hosts or scope.get("http_version") == "1.1"):
        detail = f"the request has {hosts or 'no'} header Host; one is needed (RFC 9112, 3.2)"
        return Problem(TYPES["bad-encoding"], detail, headers={"Connection": "close"})
    return None


def _allowed(request: Request) -> tuple[str, ...]:
    path: str = request.scope["path"]
    for_operators = [methods for start, methods in sorted(admin.METHODS.items()) if path.startswith(start)]
    if for_operators:
        return (*for_operators[-1], "OPTIONS")
    if graph_store.is_graph_path(path) and request.state.served.changing is not None:
        return graph_store.METHODS
    is_endpoint = path.rstrip("/") == "/sparql" or path in request.app.envelope.direct
    return METHODS if is_endpoint else reconciling.METHODS.get(path.rstrip("/"), _READING)


def _options(request: Request) -> Response:
    methods, path = _allowed(request), request.scope["path"].rstrip("/")
    headers = {
        "Allow": ", ".join(methods),
        "Access-Control-Allow-Methods": _for_others(methods),
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    if methods is METHODS:
        headers["Accept-Post"] = ACCEPT_POST
    elif methods is graph_store.METHODS:
        headers["Accept-Post"] = graph_store.ACCEPT_POST
    elif path in reconciling.ACCEPT_POST:
        headers["Accept-Post"] = reconciling.ACCEPT_POST[path]
    return Response(status_code=204, headers=headers)


def _for_others(methods: tuple[str, ...]) -> str:
    """Return the methods that scripts of other origins may use: none that writes."""
    is_asked_by_post = methods is METHODS or methods in reconciling.METHODS.values()
    return ", ".join(m for m in ("GET", "HEAD", "POST") if m in methods and (m != "POST" or is_asked_by_post))


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
