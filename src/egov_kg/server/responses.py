"""The forms of our responses: bodies in files, tags for caches, redirects."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Final, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from egov_kg import __version__
from egov_kg.server.compression import without_suffix
from egov_kg.sparql.formats import GRAPH, TABLE, Format

__all__ = [
    "PAGE_HEADERS",
    "BodyResponse",
    "ContentResponse",
    "DataResponse",
    "cache_headers",
    "data_headers",
    "etag_of",
    "form_of",
    "is_known",
    "not_modified",
    "see_other",
]

_CHUNK: Final = 64 << 10


def cache_headers(*, cacheable: bool = True) -> dict[str, str]:
    """Return the headers that say how long an answer may be kept."""
    return {"Cache-Control": "public, max-age=300" if cacheable else "no-store"}


PAGE_HEADERS: Final = {**cache_headers(), "Vary": "Accept, Accept-Language, Accept-Encoding"}
"""What stands on every page."""


class BodyResponse(Response):
    """A response whose body stands in a file, from where it is open on; the file is closed whatever happens."""

    def __init__(self, body: IO[bytes], length: int, headers: Mapping[str, str], *, status: int = 200) -> None:
        super().__init__(status_code=status, headers={**headers, "Content-Length": str(length)})
        self.file, self.left = body, length

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the file in pieces."""
        with contextlib.closing(self.file):
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while part := self.file.read(min(self.left, _CHUNK)):
                self.left -= len(part)
                await send({"type": "http.response.body", "body": part, "more_body": True})
                await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class DataResponse(Response):
    """A short response with its body, made without the detours of a general one.

    Attributes:
        may_be_ready: Whether the same request would get the same answer until the state of the graph changes.
    """

    may_be_ready = False

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ]


class Parts(Protocol):
    """A body in pieces, which is closed when it has been sent."""

    length: int

    def parts(self, size: int) -> Iterator[bytes]:
        """Yield the pieces."""

    def close(self) -> None:
        """Be done."""


class ContentResponse(Response):
    """A response whose body several requests may be sending; it is closed whatever happens."""

    def __init__(self, content: Parts, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=200, headers={**headers, "Content-Length": str(content.length)})
        self.content = content

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the body in pieces."""
        with contextlib.closing(self.content):
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for part in self.content.parts(_CHUNK):
                await send({"type": "http.response.body", "body": part, "more_body": True})
                await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def form_of(form: str, name: str) -> Format:
    """Return the format of an answer.

    Args:
        form: Of the query: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        name: Of the format.
    """
    return (GRAPH if form in {"CONSTRUCT", "DESCRIBE"} else TABLE)[name]


def data_headers(
    form: Format, *, timing: str, cacheable: bool, keeping: Mapping[str, str], etag: str | None, filename: str
) -> dict[str, str]:
    """Return the headers of an answer with data, without what depends on its encoding.

    Args:
        form: Its format.
        timing: How long its parts took, as Server-Timing says it.
        cacheable: Whether it may be kept.
        keeping: What says how long, if it has a tag and may be kept.
        etag: Its tag, or None for POST.
        filename: What a file of it is called, without extension.
    """
    headers = {"Content-Type": form.content_type, "Server-Timing": timing}
    if not cacheable:
        headers.update(cache_headers(cacheable=False))
    elif etag is not None:
        headers.update({**keeping, "ETag": etag})
    else:
        headers["Cache-Control"] = "no-cache"
    if form.attachment:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{filename}.{form.extension}"
    return headers


def etag_of(release: str, *parts: Iterable[str] | str | None) -> str:
    """Return a weak tag for what a release answers.

    Args:
        release: The id of the release.
        *parts: All else that the answer depends on.

    Example:
        >>> etag_of("r", "ASK {}", None, ["a"]) == etag_of("r", "ASK {}", ["a"], None)
        False
    """
    texts = [part if part is None or isinstance(part, str) else tuple(part) for part in (__version__, release, *parts)]
    return f'W/"{hashlib.sha256(repr(texts).encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str, *, is_there: bool = False) -> bool:
    """Whether the client has this already, by If-None-Match; in which encoding does not matter.

    Args:
        request: Whose header is read; several are one list.
        etag: Of what would be sent.
        is_there: Whether there is certainly something to send, so that ``*`` fits it. Of a query that is not known
            before it has run.
    """
    tags = [tag.strip() for value in request.headers.getlist("if-none-match") for tag in value.split(",")]
    weak = etag.removeprefix("W/")
    return (is_there and "*" in tags) or any(without_suffix(tag.removeprefix("W/")) == weak for tag in tags)


def not_modified(etag: str, headers: Mapping[str, str]) -> Response:
    """Return the answer to somebody who has it already."""
    response = DataResponse(304, {**headers, "ETag": etag}, b"")
    response.may_be_ready = True
    return response


def see_other(path: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a 303 to a path of this server.

    Args:
        path: Percent-encoded, with one leading slash.
        headers: Further headers.
    """
    assert path.startswith("/")
    assert not path.startswith("//")
    return Response(status_code=303, headers={**(headers or {}), "Location": path})
