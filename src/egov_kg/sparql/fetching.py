"""The server's hold on the process that opens connections: requests go there, bytes that nobody has read come back."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, Self

from egov_kg.errors import EngineStopped, FetchFailed
from egov_kg.sparql import wire
from egov_kg.sparql.processes import environment

__all__ = ["Endpoint", "Fetcher"]

_LOG: Final = logging.getLogger(__name__)
_IN_MEMORY: Final = 1 << 20
_START_SECONDS: Final = 30.0
_GRACE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What may be called.

    Attributes:
        url: Its address; only a request for exactly this one is sent.
        private: Whether it may stand in a private network or on this machine.
        auth: ``kind`` (``basic``, ``digest``, ``bearer``), ``user`` and ``secret``, where we have to say who we are.
    """

    url: str
    private: bool = False
    auth: Mapping[str, str] | None = None


class _Pending:
    """One request that is under way: its bytes so far, and how it will have ended."""

    def __init__(self) -> None:
        self.body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Fetcher:
    """The process that opens connections; it is started again when it has ended.

    Args:
        endpoints: All that it may call.
        agent: The name that we give ourselves: software, version, and where its operator is reached.

    Attributes:
        is_filtered: Whether the system filters the calls of the process; None before there was one.
    """

    def __init__(self, endpoints: Sequence[Endpoint], *, agent: str) -> None:
        told = {e.url: {"private": e.private, "auth": dict(e.auth) if e.auth else None} for e in endpoints}
        self._told = {"agent": agent, "endpoints": told}
        self.is_filtered: bool | None = None
        self._numbers = itertools.count()
        self._pending: dict[int, _Pending] = {}
        self._starting = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the process now, so that no request has to wait for it.

        Raises:
            EngineStopped: If it does not start.
        """
        await self._connected()

    async def fetch(
        self, url: str, form: Mapping[str, str | list[str]], *, media: Sequence[str], seconds: float, limit: int
    ) -> IO[bytes]:
        """Return the answer to a request, complete and unread, at its beginning.

        Args:
            url: One of the listed endpoints.
            form: What is posted.
            media: The media types that are accepted.
            seconds: The clock of the whole request.
            limit: The most bytes, after decompression.

        Raises:
            FetchFailed: If there is no complete answer.
        """
        writer = await self._connected()
        number, pending = next(self._numbers), _Pending()
        self._pending[number] = pending
        head = {
            "number": number,
            "url": url,
            "form": form,
            "media": list(media),
            "seconds": max(seconds, 0.001),
            "bytes": limit,
        }
        try:
            for part in wire.frame(head):
                writer.write(part)
            async with asyncio.timeout(seconds + _GRACE_SECONDS):
                await pending.ended
        except BaseException as error:
            pending.body.close()
            if isinstance(error, FetchFailed):
                raise
            with contextlib.suppress(OSError):
                for part in wire.frame({"cancel": number}):
                    writer.write(part)
            if isinstance(error, TimeoutError | OSError):
                raise FetchFailed("our client did not answer", kind="time") from error
            raise
        finally:
            self._pending.pop(number, None)
        pending.body.seek(0)
        return pending.body

    async def close(self) -> None:
        """End the process; requests that are under way fail."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if self._reading is not None:
            await self._reading
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _connected(self) -> asyncio.StreamWriter:
        async with self._starting:
            if self._process is None or self._process.returncode is not None or self._writer is None:
                await self.close()
                await self._start()
        assert self._writer is not None
        return self._writer

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "egov_kg.sparql.fetcher",
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment(),
            )
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        try:
            for part in wire.frame(self._told):
                self._writer.write(part)
            async with asyncio.timeout(_START_SECONDS):
                greeting, _ = await _received(reader)
        except (EOFError, TimeoutError, OSError) as error:
            await self.close()
            raise EngineStopped("the process that opens connections did not start") from error
        self.is_filtered = bool(greeting["filter"])
        _LOG.info("the process that opens connections has %s filter of system calls", "a" if self.is_filtered else "no")
        self._reading = asyncio.ensure_future(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Give each part of an answer to its request, until the process ends; then fail what is left."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                head, body = await _received(reader)
                pending = self._pending.get(head["number"])
                if pending is None or pending.ended.done():
                    continue  # nobody waits for it any more
                pending.body.write(body)
                if "failed" in head:
                    after = float(head.get("after", 0.0))
                    pending.ended.set_exception(FetchFailed(head["failed"], kind=head["kind"], after=after))
                elif "complete" in head:
                    pending.ended.set_result(None)
        for pending in self._pending.values():
            if not pending.ended.done():
                pending.ended.set_exception(FetchFailed("our client ended"))


async def _received(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    head_length, body_length = wire.LENGTHS.unpack(await reader.readexactly(wire.LENGTHS.size))
    head = json.loads(await reader.readexactly(head_length))
    return head, await reader.readexactly(body_length)
