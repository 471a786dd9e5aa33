"""The one process that may open connections. Started as ``python -m egov_kg.sparql.fetcher``.

It holds no data and parses no answer: it asks listed addresses for answers to queries, within limits, and hands the
bytes on; a query process without network reads them. What it may call is told once, when it starts, through the
connection to its parent, which is standard input; whatever a request says, nothing else is called. On Linux the system
refuses it all but that (`egov_kg.seccomp`): it writes no file, starts no program or process, calls nobody on this
machine but by the internet protocols, and nobody can call it. When the parent ends, the connection closes, and so does
this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email.utils
import functools
import json
import os
import signal
import socket
import ssl
import sys
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any, Final

import httpx

from egov_kg import seccomp
from egov_kg.errors import FetchFailed
from egov_kg.sparql import addresses, wire

__all__ = ["Rights", "main"]

_MEMORY: Final = 512 << 20
_RATIO: Final = 100
"""How many times larger than what came over the wire an answer may be; SPARQL JSON reaches 50."""
_FREE_OF_RATIO: Final = 1 << 20


class Rights:
    """What may be called: one client for each listed address.

    Args:
        told: ``agent``, the name that we give ourselves, and ``endpoints``: by address whether it may be ``private``,
            and ``auth`` (kind, user, secret) where we have to say who we are.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._endpoints: Mapping[str, Mapping[str, Any]] = told["endpoints"]
        context = httpx.create_ssl_context(trust_env=False)  # reads all certificates of the world: once
        self._clients = {
            url: _client(told["agent"], entry.get("auth"), context) for url, entry in self._endpoints.items()
        }

    async def fetch(self, asked: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of an answer, decompressed.

        Args:
            asked: ``url``, exactly as listed; ``form``, what is posted; ``media``, the media types that are taken, of
                which the first is asked for;
                ``bytes``, the most of them.

        Raises:
            FetchFailed: If it does not answer 200 in one of these types within the sizes. The clock is the caller's.
        """
        if asked["url"] not in self._clients:
            raise FetchFailed("it is not one of the listed endpoints")
        try:
            request = await self._request(asked)
            async with contextlib.aclosing(_received(self._clients[asked["url"]], request, asked)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except httpx.ConnectError as error:
            raise FetchFailed("no connection to it could be opened", kind="broken") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise FetchFailed("the connection broke before its answer was complete", kind="broken") from error

    async def _request(self, asked: Mapping[str, Any]) -> httpx.Request:
        """Return the request to the address that was judged; Host and the check of the certificate take the name."""
        url = httpx.URL(asked["url"])
        port = url.port or (443 if url.scheme == "https" else 80)
        private = bool(self._endpoints[asked["url"]].get("private"))
        address = await addresses.resolve(url.host, port, private=private)
        return self._clients[asked["url"]].build_request(
            "POST",
            url.copy_with(host=address),
            data=asked["form"],
            headers={
                "Host": url.netloc.decode("ascii"),
                "Accept": asked["media"][0],
                "Accept-Encoding": "gzip",
            },
            extensions={"sni_hostname": url.host},
            timeout=None,  # the clock is the caller's
        )

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()


def _client(agent: str, auth: Mapping[str, str] | None, context: ssl.SSLContext) -> httpx.AsyncClient:
    headers = {"User-Agent": agent}
    how: httpx.Auth | None = None
    match (auth or {}).get("kind"):
        case "basic":
            how = httpx.BasicAuth(auth["user"], auth["secret"])  # type: ignore[index]
        case "digest":
            how = httpx.DigestAuth(auth["user"], auth["secret"])  # type: ignore[index]
        case "bearer":
            headers["Authorization"] = f"Bearer {auth['secret']}"  # type: ignore[index]
    return httpx.AsyncClient(headers=headers, auth=how, verify=context, trust_env=False, follow_redirects=False)


async def _received(
    client: httpx.AsyncClient, request: httpx.Request, asked: Mapping[str, Any]
) -> AsyncGenerator[bytes, None]:
    try:
        response = await client.send(request, stream=True)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        # A connection that was kept open may be closed by the other side just then; asking changes nothing, so again.
        response = await client.send(request, stream=True)
    try:
        _check(response, asked["media"])
        unpacked = _Unpacked(response.headers.get("content-encoding", "").strip().lower(), asked["bytes"])
        async for chunk in response.aiter_raw():
            for part in unpacked.parts(chunk):
                yield part
        unpacked.finish()
    finally:
        await response.aclose()


def _check(response: httpx.Response, media: list[str]) -> None:
    """Refuse an answer by its head; nothing of its body is ever told."""
    if response.is_redirect:
        raise FetchFailed(
            f"it redirects (status {response.status_code}), which is not followed; list the address itself"
        )
    if response.status_code in {401, 403}:
        raise FetchFailed(f"it refused us (status {response.status_code})", kind="credentials")
    if response.status_code != 200:
        reason, kind = f"it answered with status {response.status_code}", _KINDS.get(response.status_code, "")
        raise FetchFailed(reason, kind=kind, after=_wait(response))
    if "x-sparql-maxrows" in response.headers or "x-sql-state" in response.headers:  # what Virtuoso says
        raise FetchFailed("it says that its answer is cut", kind="size")
    found = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found not in media:
        raise FetchFailed(f"it answered in another format than {media[0]}", kind="format")
    if found in _LINES and not {"content-length", "transfer-encoding"} & set(response.headers):
        raise FetchFailed("nothing tells where its answer ends", kind="format")


_KINDS: Final = {400: "refused", 422: "refused", 501: "refused", 429: "busy", 502: "busy", 503: "busy", 504: "busy"}


def _wait(response: httpx.Response) -> float:
    """Return in how many seconds it wants to be asked again, at most a day; 0 where it does not say."""
    told = response.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return min(float(told[:9]), 86_400.0)
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        moment = email.utils.parsedate_to_datetime(told)
        return min(max((moment - dt.datetime.now(tz=dt.UTC)).total_seconds(), 0.0), 86_400.0)
    return 0.0


_LINES: Final = frozenset({"application/n-triples"})
"""Formats that are well-formed after each line, so that a broken connection would not show."""


class _Unpacked:
    """Takes the bytes of an answer as they come and gives them unpacked, within a size and a ratio."""

    def __init__(self, encoding: str, limit: int) -> None:
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise FetchFailed("its answer is compressed in another way than gzip", kind="format")
        self._inflate = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
        self._limit, self._in, self._out = limit, 0, 0

    def parts(self, data: bytes) -> Iterator[bytes]:
        self._in += len(data)
        if self._inflate is None:
            yield self._counted(data)
            return
        while data:
            try:
                part = self._inflate.decompress(data, 1 << 16)
            except zlib.error as error:
                raise FetchFailed("its answer cannot be decompressed", kind="format") from error
            yield self._counted(part)
            data = self._inflate.unconsumed_tail
            if self._inflate.eof and (self._inflate.unused_data or data):
                raise FetchFailed("its answer cannot be decompressed", kind="format")

    def _counted(self, part: bytes) -> bytes:
        self._out += len(part)
        if self._out > self._limit:
            raise FetchFailed(f"its answer has more than {self._limit} bytes", kind="bytes")
        if self._out > max(_FREE_OF_RATIO, _RATIO * self._in):
            raise FetchFailed(f"its answer is compressed more than {_RATIO} to 1", kind="size")
        return part

    def finish(self) -> None:
        if self._inflate is not None and not self._inflate.eof:
            raise FetchFailed("the connection broke before its answer was complete")


class _Connection:
    """The parent's end: requests come in, parts of answers go out, each with the number of its request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._turn = asyncio.Lock()

    async def receive(self) -> dict[str, Any]:
        head_length, _ = wire.LENGTHS.unpack(await self._reader.readexactly(wire.LENGTHS.size))
        head: dict[str, Any] = json.loads(await self._reader.readexactly(head_length))
        return head

    async def send(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        async with self._turn:
            for part in wire.frame(head, body):
                self._writer.write(part)
            await self._writer.drain()


async def _answer(connection: _Connection, rights: Rights, asked: Mapping[str, Any]) -> None:
    number = asked["number"]
    try:
        async with asyncio.timeout(asked["seconds"]), contextlib.aclosing(rights.fetch(asked)) as chunks:
            async for chunk in chunks:
                await connection.send({"number": number}, chunk)
    except TimeoutError:
        reason = f"it did not answer within {asked['seconds']:.3g} seconds"
        await connection.send({"number": number, "failed": reason, "kind": "time"})
    except FetchFailed as error:
        told = {"number": number, "failed": error.reason, "kind": error.kind, "after": error.after}
        await connection.send(told)
    except ConnectionError:
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        await connection.send({"number": number, "failed": f"our client failed ({type(error).__name__})", "kind": ""})
    else:
        await connection.send({"number": number, "complete": True})


async def _serve() -> None:
    ours = socket.socket(fileno=os.dup(0))
    connection = _Connection(*await asyncio.open_connection(sock=ours))
    rights = Rights(await connection.receive())
    await connection.send({"ready": True, "filter": seccomp.installed(seccomp.program_for_fetching)})
    running: dict[int, asyncio.Task[None]] = {}
    try:
        while True:
            asked = await connection.receive()
            if "cancel" in asked:
                if (task := running.get(asked["cancel"])) is not None:
                    task.cancel()
                continue
            number = asked["number"]
            running[number] = asyncio.ensure_future(_answer(connection, rights, asked))
            running[number].add_done_callback(functools.partial(_forget, running, number))
    except (EOFError, ConnectionError):
        left = list(running.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
    await rights.close()


def _forget(running: dict[int, asyncio.Task[None]], number: int, _task: asyncio.Task[None]) -> None:
    running.pop(number, None)


def _build_walls() -> None:
    """Let the system refuse what fetching does not need: files, core dumps, much memory."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    for wall, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_DATA, _MEMORY)):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(wall, (value, value))


def main() -> int:
    """Fetch for the parent until it closes the connection; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the connection
    _build_walls()
    asyncio.run(_serve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
