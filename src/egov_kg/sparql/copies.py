"""The server's end of a process that copies itself: `egov_kg.sparql.holder` holds the other one."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from egov_kg.errors import DeadlineExceeded, EgovKGError, EngineStopped, MemoryExceeded
from egov_kg.sparql import wire
from egov_kg.sparql.processes import environment

__all__ = ["Copy", "Original", "start"]

_IN_MEMORY: Final = 1 << 20
_CHUNK: Final = 256 << 10
_START_SECONDS: Final = 60.0
_STATUS_SECONDS: Final = 1.0
_PAUSE: Final = 0.002
_KEPT_STATUSES: Final = 64
_LARGE_PAGES: Final = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"}
"""Copying a process copies the table of its pages; with pages of 2 MiB that takes less than half of the time."""


class _Channel:
    """One end of a pair of sockets, for frames."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection

    async def send(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        loop = asyncio.get_running_loop()
        for part in wire.frame(head, body):
            await loop.sock_sendall(self.connection, part)

    async def receive(self) -> tuple[dict[str, Any], IO[bytes], int]:
        """Return the next head, and its body with its length.

        Raises:
            EOFError: If the other end has closed.
        """
        lengths = await self._exactly(wire.LENGTHS.size)
        head_length, body_length = wire.LENGTHS.unpack(lengths)
        head = wire.head_of(await self._exactly(head_length))
        spool: IO[bytes] = io.BytesIO() if body_length <= _IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115
        try:
            left = body_length
            while left:
                part = await self._part(min(left, _CHUNK))
                spool.write(part)
                left -= len(part)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return head, spool, body_length

    async def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = await self._part(count)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    async def _part(self, most: int) -> bytes:
        try:
            part = await asyncio.get_running_loop().sock_recv(self.connection, most)
        except OSError as error:
            raise EOFError from error
        if not part:
            raise EOFError
        return part

    def close(self) -> None:
        self.connection.close()


class Original:
    """A process that makes copies of itself.

    Attributes:
        pid: Of the process.
        is_alive: Whether it can make copies.
    """

    def __init__(self, channel: _Channel, pid: int) -> None:
        self.pid, self.is_alive = pid, True
        self._channel = channel
        self._unread = b""
        self._statuses: dict[int, int] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(channel.connection, self._read)

    async def copy(self, kind: bytes) -> Copy:
        """Return a new copy.

        Raises:
            EngineStopped: If the process has ended.
        """
        ours, theirs = socket.socketpair()
        channel = _Channel(ours)
        try:
            with theirs:
                await self._pass(kind, theirs)
            head, _, _ = await channel.receive()
            if kind == wire.QUERY:
                await channel.receive()  # that its walls stand
        except BaseException as error:
            channel.close()
            if isinstance(error, OSError | EOFError):
                self._read()
                raise EngineStopped("no copy of the state could be made") from error
            raise
        return Copy(self, channel, head["pid"])

    async def _pass(self, kind: bytes, descriptor: socket.socket) -> None:
        if not self.is_alive:
            raise EOFError
        while True:
            try:
                socket.send_fds(self._channel.connection, [kind], [descriptor.fileno()])
            except BlockingIOError:
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def leave(self) -> None:
        """Tell the process that the copy of the last change goes on without it."""
        with contextlib.suppress(OSError):
            await self._loop.sock_sendall(self._channel.connection, wire.LEAVE)

    async def status(self, pid: int) -> int | None:
        """Return how a copy has ended, as `subprocess` tells it, or None if nobody says so in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STATUS_SECONDS):
                while pid not in self._statuses and self.is_alive:  # noqa: ASYNC110 - this is rare, and takes no time
                    await asyncio.sleep(_PAUSE)
        return self._statuses.pop(pid, None)

    def has_ended(self, pid: int) -> bool:
        """Whether it is known that a copy has ended."""
        return pid in self._statuses

    def _read(self) -> None:
        """Take in how copies have ended, and whether this process has."""
        if not self.is_alive:
            return
        try:
            data = self._channel.connection.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            told = json.loads(line)
            self._statuses[told["pid"]] = told["status"]
        while len(self._statuses) > _KEPT_STATUSES:
            self._statuses.pop(next(iter(self._statuses)))

    def close(self) -> None:
        """Need it no more; it ends, and so do the copies that it made."""
        if self.is_alive:
            self.is_alive = False
            self._loop.remove_reader(self._channel.connection)
            self._channel.close()
            _ENDING.append(self.pid)
            _ENDING[:] = [pid for pid in _ENDING if not _has_ended(pid)]

    async def end(self) -> None:
        """Need it no more, and wait until it has ended, if it is a child of this process."""
        self.close()
        with contextlib.suppress(ChildProcessError):
            await asyncio.to_thread(os.waitpid, self.pid, 0)


_ENDING: Final[list[int]] = []
"""Processes that are needed no more. Where nobody else takes in orphans, as in a container, they are ours to reap."""


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) != (0, 0)
    except ChildProcessError:
        return True


class Copy:
    """A copy, for one conversation.

    Attributes:
        pid: Of the process.
    """

    def __init__(self, original: Original, channel: _Channel, pid: int) -> None:
        self.pid = pid
        self._original, self._channel = original, channel

    async def ask(self, head: Mapping[str, Any], body: bytes = b"") -> tuple[dict[str, Any], IO[bytes], int]:
        """Return the head of its answer, and the body with its length.

        Raises:
            MemoryExceeded, DeadlineExceeded, EngineStopped: If it ends without an answer, by how it has ended.
            EgovKGError: If the answer is an error.
        """
        try:
            await self._channel.send(head, body)
            answer, spool, length = await self._channel.receive()
        except (EOFError, OSError) as error:
            raise _stopped(await self._original.status(self.pid)) from error
        if "error" in answer:
            spool.close()
            raise wire.error_from_head(answer)
        return answer, spool, length

    def detach(self) -> Original:
        """Return this copy as one that makes copies itself."""
        return Original(self._channel, self.pid)

    def end(self) -> None:
        """End it, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._channel.close()


def _stopped(status: int | None) -> EgovKGError:
    if status == -signal.SIGABRT:  # how the engine ends when memory is refused
        return MemoryExceeded(768 << 20)
    if status == -signal.SIGXCPU:
        return DeadlineExceeded(0)
    if status is None:
        return EngineStopped("it is gone")
    return EngineStopped(f"signal {-status}" if status < 0 else f"status {status}")


async def start(module: str, arguments: Sequence[str | Path]) -> tuple[Original, dict[str, Any]]:
    """Start a process that makes copies of itself, in a fresh interpreter.

    Returns:
        Its end, and what it says of itself once it is ready.

    Raises:
        EgovKGError: What it says if it cannot be ready.
        EngineStopped: If it ends without a word.
    """
    ours, theirs = socket.socketpair()
    channel = _Channel(ours)
    try:
        with theirs:
            pid = os.posix_spawn(  # noqa: ASYNC221 - it is not waited for
                sys.executable,
                [sys.executable, "-m", module, *map(str, arguments)],
                {**_LARGE_PAGES, **environment()},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                ],
            )
        async with asyncio.timeout(_START_SECONDS):
            head, body, _ = await channel.receive()
        body.close()
    except BaseException as error:
        channel.close()
        if isinstance(error, OSError | EOFError):
            raise EngineStopped("the state could not be read") from error
        raise
    if "error" in head:
        channel.close()
        raise wire.error_from_head(head)
    return Original(channel, pid), head
