"""What all routes of reconciliation share: who answers, in which languages, within which limits, and their JSON."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.responses import Response
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from egov_kg.errors import DeadlineExceeded
from egov_kg.reconciliation import inquiries
from egov_kg.reconciliation.inquiries import Extension, Inquiry
from egov_kg.reconciliation.model import Candidate, PropertyInfo, Reconciling, TypeInfo
from egov_kg.reconciliation.replies import Reply
from egov_kg.reconciliation.terms import curie_of
from egov_kg.server import metrics
from egov_kg.server.authorization import authorize_query
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.requests import Parameters, body_of, content_type, media_type_of, while_connected
from egov_kg.server.responses import DataResponse, cache_headers, etag_of, is_known, not_modified
from egov_kg.server.watching import RECORD
from egov_kg.sparql.states import State

__all__ = [
    "ACCEPT_POST",
    "FORM",
    "JSON",
    "METHODS",
    "Version",
    "answer",
    "extended",
    "is_answered_by",
    "json_response",
    "langs_of",
    "languages",
    "matched",
    "note",
    "posted",
    "proposed",
    "reconciler_of",
    "suggested",
]

T = TypeVar("T")

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
ACCEPT_POST: Final[Mapping[str, str]] = {
    "/reconcile": FORM,
    "/reconcile/1.0/match": JSON,
    "/reconcile/1.0/extend": JSON,
}
"""Where questions are sent by POST, and as what."""
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    path: ("GET", "HEAD", "POST", "OPTIONS") if path == "/reconcile" else ("POST", "OPTIONS") for path in ACCEPT_POST
}
BODY: Final = 256 << 10
"""The largest body of a request."""
PREFIX: Final = 200
"""The most characters of what somebody has typed."""
SUGGESTED: Final = 10
"""How many suggestions are made if nothing is said."""
FURTHEST: Final = 10_000
"""How many suggestions can be skipped."""
_GRACE: Final = 0.5
_LONGEST_TYPE: Final = 500
_LANGUAGES: Final = 5
_TAG: Final = re.compile(r"([A-Za-z]{2,8})(?:-[A-Za-z0-9]{1,8}){0,8}")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the protocol, as far as its routes differ.

    Attributes:
        name: Of the version.
        offset: The parameter that says how many suggestions are skipped.
        with_names: Whether features of candidates have names.
        entities, types, properties, proposals, extension: Write answers.
    """

    name: str
    offset: str
    with_names: bool
    entities: Callable[[Sequence[Candidate]], dict[str, Any]]
    types: Callable[[Sequence[TypeInfo]], dict[str, Any]]
    properties: Callable[[Sequence[PropertyInfo]], dict[str, Any]]
    proposals: Callable[[str, int | None, Sequence[PropertyInfo]], dict[str, Any]]
    extension: Callable[..., dict[str, Any]]


def reconciler_of(exchange: Exchange) -> Reconciling:
    """Return what answers.

    Raises:
        RequestRefused: ``no-search-index`` if nothing does: a store that is written at once, or an old release.
    """
    found: Reconciling | None = exchange.site.reconciling
    if found is None:
        scratch = isinstance(exchange.site.pool, State)
        why = "a store that is written at once has none" if scratch else "this release was built without one"
        detail = f"names are found by the search index of a release, and {why}: build the release again, and serve it"
        raise refused("no-search-index", detail)
    return found


async def answer(exchange: Exchange, work: Awaitable[T]) -> T:
    """Return the result of some work, unless the client leaves or the deadline of queries passes.

    Search processes keep that deadline themselves; this holds it whatever they do.

    Raises:
        DeadlineExceeded: If it passes.
        ClientDisconnect: If the client has gone.
    """
    seconds = exchange.site.config.query_seconds
    try:
        async with asyncio.timeout(seconds + _GRACE):
            return await while_connected(exchange.request, work)
    except TimeoutError as error:
        if isinstance(error, DeadlineExceeded):
            raise
        raise DeadlineExceeded(seconds) from error


def languages(asked: str | None, accept: str | None) -> tuple[str, ...]:
    """Return the languages that somebody wants names in, the first one most.

    Args:
        asked: The value of ``lang`` in the address, or None; it wins.
        accept: The header Accept-Language, or None.

    Example:
        >>> languages(None, "ko-KR,ko;q=0.9,en;q=0.5,*;q=0.1"), languages("ko", "en"), languages(None, None)
        (('ko', 'en'), ('ko',), ('en',))
    """
    tags = [asked] if asked else [tag for tag, quality in parse_accept_header(accept, LanguageAccept) if quality > 0]
    found = (_TAG.fullmatch(tag) for tag in tags)
    return tuple(dict.fromkeys(match[1].lower() for match in found if match))[:_LANGUAGES] or ("en",)


def langs_of(exchange: Exchange) -> tuple[str, ...]:
    """Return the languages that a request wants names in.

    Raises:
        RequestRefused: ``bad-parameter`` if ``lang`` is no language tag.
    """
    asked = exchange.parameters.one("lang")
    if asked and not _TAG.fullmatch(asked):
        raise refused("bad-parameter", f"lang={asked[:40]!r} is no language tag such as en or ko", parameter="lang")
    return languages(asked, exchange.header(b"accept-language"))


async def posted(exchange: Exchange, media_type: str, hint: str) -> bytes:
    """Return the body of a POST.

    Args:
        exchange: The request.
        media_type: What it must be.
        hint: What to do if it is something else.

    Raises:
        RequestRefused: ``unsupported-media-type``, ``too-large``, ``request-timeout``; or as
            `egov_kg.server.authorization.authorize_query`.
    """
    request = exchange.request
    authorize_query(request)
    found, charset = media_type_of(content_type(request))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if found != media_type or charset not in {"", "utf-8", "utf8"} or encoding not in {"", "identity"}:
        said = found[:80] or "a body without Content-Type"
        detail = f"{said} is not accepted here: send {media_type} in UTF-8. {hint}"
        raise refused("unsupported-media-type", detail, headers={"Accept-Post": media_type})
    return await body_of(request, BODY)


def json_response(exchange: Exchange, value: Mapping[str, Any] | bytes, *, etag: str | None = None) -> Response:
    """Return a JSON answer; one to GET may be kept.

    Args:
        exchange: The request.
        value: The answer, or its text.
        etag: Its tag, or None for POST.
    """
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    keeping = {**cache_headers(), "ETag": etag} if etag is not None else {"Cache-Control": "no-cache"}
    headers = {"Content-Type": JSON, **keeping, **_varies(exchange), "Content-Length": str(len(body))}
    return DataResponse(200, headers, body)


def _varies(exchange: Exchange) -> dict[str, str]:
    return {"Content-Language": langs_of(exchange)[0], "Vary": "Accept, Accept-Language, Accept-Encoding"}


async def is_answered_by(
    exchange: Exchange, make: Callable[[Reconciling, tuple[str, ...]], Awaitable[Mapping[str, Any] | bytes]]
) -> Response:
    """Return the answer to a GET, or 304: a release does not change.

    Args:
        exchange: The request.
        make: Makes the answer.
    """
    reconciler, langs = reconciler_of(exchange), langs_of(exchange)
    etag = etag_of(exchange.site.state, exchange.visit.path, exchange.visit.query_string, langs)
    if is_known(exchange.request, etag):
        return not_modified(etag, {**cache_headers(), **_varies(exchange)})
    return json_response(exchange, await answer(exchange, make(reconciler, langs)), etag=etag)


async def matched(exchange: Exchange, version: Version, asked: Sequence[Inquiry]) -> list[Reply]:
    """Return the candidates of the queries of a batch, and count them."""
    found = await reconciler_of(exchange).replies(asked, langs_of(exchange), with_names=version.with_names)
    for outcome, count in Counter(one.outcome for one in found).items():
        metrics.RECONCILED.labels(version.name, outcome).inc(count)
    return found


def note(text: str) -> None:
    """Note the text of what is asked, for logs that are told to have it."""
    record = RECORD.get()
    if record is not None:
        record.query = text


async def extended(exchange: Exchange, version: Version, asked: Extension) -> dict[str, Any]:
    """Return the values of properties of things."""
    reconciler, langs = reconciler_of(exchange), langs_of(exchange)
    properties, values = await reconciler.extend(asked.things, asked.wanted, langs=langs)
    return version.extension(asked, properties, values)


async def suggested(exchange: Exchange, version: Version, kind: str) -> Response:
    """Answer somebody who types a name.

    Args:
        exchange: The request.
        version: Of the protocol.
        kind: ``entity``, ``type`` or ``property``.

    Raises:
        RequestRefused: ``bad-parameter`` without ``prefix``, or for one that is too long, or numbers that are none.
    """
    parameters = exchange.parameters
    prefix = parameters.one("prefix")
    if prefix is None or len(prefix) > PREFIX:
        said = "is missing" if prefix is None else f"has {len(prefix)} characters"
        raise refused("bad-parameter", f"prefix {said}: give at most {PREFIX} characters", parameter="prefix")
    offset = number(parameters, version.offset, 0, FURTHEST)
    limit = number(parameters, "limit", 1, inquiries.MOST, cut=True)
    cls, many = _type(parameters), {"limit": limit or SUGGESTED, "offset": offset or 0}

    async def make(reconciler: Reconciling, langs: tuple[str, ...]) -> Mapping[str, Any]:
        if kind == "type":
            return version.types(await reconciler.suggest_types(prefix, langs=langs, **many))
        if kind == "property":
            return version.properties(await reconciler.suggest_properties(prefix, langs=langs, cls=cls, **many))
        return version.entities(await reconciler.suggest_entities(prefix, langs=langs, cls=cls, **many))

    return await is_answered_by(exchange, make)


async def proposed(exchange: Exchange, version: Version) -> Response:
    """Answer with the properties that things of a type have.

    Raises:
        RequestRefused: ``bad-parameter`` if ``limit`` is no whole number from 1.
    """
    parameters = exchange.parameters
    kind, cls = parameters.one("type") or "", _type(parameters)
    limit = number(parameters, "limit", 1, 10**6, cut=True)

    async def make(reconciler: Reconciling, langs: tuple[str, ...]) -> Mapping[str, Any]:
        return version.proposals(kind, limit, await reconciler.properties_of(cls, langs=langs, limit=limit or 0))

    return await is_answered_by(exchange, make)


def _type(parameters: Parameters) -> str:
    """Return the CURIE of the class that an address names, or an empty text; clients send an empty one for any."""
    name = next((value for value in parameters.all("type") if value.strip()), "")
    if len(name) > _LONGEST_TYPE:
        raise refused("bad-parameter", f"type has {len(name)} characters: give the id of a type", parameter="type")
    return curie_of(name)


def number(parameters: Parameters, name: str, least: int, most: int, *, cut: bool = False) -> int | None:
    """Return the value of a parameter that is a whole number, or None if it is not there or empty.

    Args:
        parameters: Of the address.
        name: Of the parameter.
        least: The least that it may be.
        most: The most.
        cut: Whether more is cut to the most.

    Raises:
        RequestRefused: ``bad-parameter`` if it is something else.
    """
    text = parameters.one(name)
    if not text:
        return None
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= 1000 else -1
    if found < least or (found > most and not cut):
        said = f"{name}={text[:40]!r} is no whole number from {least}{'' if cut else f' to {most}'}"
        raise refused("bad-parameter", said, parameter=name)
    return min(found, most)
