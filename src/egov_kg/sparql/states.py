"""A writable store as a chain of states: each change makes the next one, durable before anybody is told of it.

A state is a process that never changes what it holds (`egov_kg.sparql.holder`). A request keeps the state that it began
with; the process of a state ends when nobody holds the state any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from egov_kg import iri
from egov_kg.errors import Busy, DeadlineExceeded, EgovKGError, EngineStopped
from egov_kg.sparql import copies, wire
from egov_kg.sparql.engine import Answer, Request
from egov_kg.sparql.keeping import Keeping
from egov_kg.sparql.limits import Limits
from egov_kg.sparql.processes import processor_seconds
from egov_kg.sparql.state import Changed, State
from egov_kg.sparql.turns import Turn, Turns
from egov_kg.sparql.writes import Curated, Document, Write
from egov_kg.store.changes import Change

__all__ = ["Changed", "Curated", "Document", "State", "StateChain", "Write"]

_LOG: Final = logging.getLogger(__name__)
_HOLDER: Final = "egov_kg.sparql.holder"
_LIMITS: Final = Limits()
_SNAPSHOT_EVERY: Final = 1000

T = TypeVar("T")


class StateChain:
    """A writable store, from the folder that keeps it.

    Use it as an asynchronous context, or call `start` and `close`.

    Args:
        folder: Keeps the changes and the snapshots; made if it is not there.
        limits: What queries and changes may take.
        base: The base of relative IRIs.
        on_state: Gets each state as soon as it is the newest.
        entails: Whether queries see what follows under RDFS; a request with a view sees what is asserted.
        curated: Where the folder holds releases: the chain is over what the current one asserts.
        names: The base of names that are ours, for facts under every name; `base` if None.
        note: Called, in a thread, with each change that was kept, and how many quads there were before and are after.

    Attributes:
        quads: How many there are.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits = _LIMITS,
        *,
        base: str,
        on_state: Callable[[State], None] | None = None,
        entails: bool = False,
        curated: Curated | None = None,
        names: str | None = None,
        note: Callable[[Change, int, int], None] | None = None,
    ) -> None:
        self.folder, self.limits, self.base, self._curated = folder, limits, base, curated
        self._names = names or base
        self._options = [str(limits.memory)] + [wire.ASSERTED] * (curated is not None) + [wire.RDFS] * entails
        self._keeping = Keeping(folder, curated, note)
        self.quads = 0
        self._turns = Turns(limits.workers, limits.waiting, limits.waiting_client)
        self._on_state = on_state
        self._changing = asyncio.Lock()
        self._until = 0.0
        self._starting = asyncio.Lock()
        self._now: State | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    @property
    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs of the newest state, sorted."""
        return self.now.graphs

    @property
    def now(self) -> State:
        """The newest state."""
        if self._now is None:
            raise EngineStopped("the store is not open")
        return self._now

    async def start(self) -> None:
        """Read the folder, and hold what it keeps.

        Raises:
            ConfigurationError: If another server holds the folder, or it cannot be made.
            ChangeLogDamaged: If it is damaged.
        """
        await asyncio.to_thread(self._keeping.take)
        try:
            self._make_spare(await self._open())
        except BaseException:
            self._keeping.let_go()
            raise

    async def _open(self) -> State:
        original, head = await copies.start(_HOLDER, [self.folder, *self._options])
        self._keeping.log.refresh()
        self.quads = head["quads"]
        return self._be(State(self, original, head["number"], head["record"], frozenset(head["graphs"])))

    def _be(self, state: State) -> State:
        self._now = state
        if self._on_state is not None:
            self._on_state(state)
        return state

    async def reopen(self) -> State:
        """Read the folder again, because something else has written there. Call it inside `writing`."""
        async with self._starting:
            return await self._open()

    async def close(self) -> None:
        """End all processes."""
        state, self._now = self._now, None
        if state is not None:
            await state.original.end()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._keeping.let_go()

    async def _living(self, state: State | None = None) -> State:
        """Return a state that can make copies: the one that is wanted, else the newest, read anew if it has died."""
        if state is not None and state.is_alive:
            return state
        async with self._starting:
            now = self.now
            if not now.is_alive:
                _LOG.warning("the process of state %s has ended; its folder is read again", now.id)
                now = await self._open()
        if state is not None and state.number != now.number:
            raise EngineStopped(f"state {state.id} is gone")
        return now

    async def _copy(self, kind: bytes, state: State | None = None) -> copies.Copy:
        """Return a copy of a state; once more if its process has just died."""
        living = await self._living(state)
        try:
            return await living.original.copy(kind)
        except EngineStopped:
            return await (await self._living(state)).original.copy(kind)

    async def _copy_for_query(self, state: State) -> copies.Copy:
        """Return a copy that answers queries: one that has, the one that is coming, or a new one."""
        if not state.idle and state.coming is not None and not state.coming.done():
            await asyncio.wait((state.coming,))
        return state.idle.pop() if state.idle else await self._copy(wire.QUERY, state)

    async def _copy_for_change(self) -> copies.Copy:
        """Return a copy of the newest state: the one that stands by, if it still does."""
        spare = (await self._living()).spare
        while spare:
            copy = spare.pop()
            if not self.now.original.has_ended(copy.pid):
                return copy
            copy.end()
        return await self._copy(wire.CHANGE)

    def _make_spare(self, state: State) -> None:
        """Let a copy for the next change be made."""
        self._background(self._spare(state))

    def _background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _spare(self, state: State) -> None:
        async with self._changing:  # the process of a state knows one copy for changes at a time
            if state is self._now and not state.spare:
                with contextlib.suppress(EngineStopped):
                    state.spare.append(await state.original.copy(wire.CHANGE))

    async def answer(self, request: Request, *, client: str = "", state: State | None = None) -> Answer:
        """Return the complete answer to a query from a state, the newest if None.

        Raises:
            DeadlineExceeded, MemoryExceeded, ResultTooLarge, Busy, QueryError, EngineStopped: As their names say.
        """
        loop = asyncio.get_running_loop()
        seconds, began = min(self.limits.seconds, request.seconds or self.limits.seconds), loop.time()
        try:
            async with asyncio.timeout_at(began + seconds):
                for turn in self._turns.turns(client, patient=request.patient):
                    async with turn:
                        return await self._answered(request, began, seconds, state, turn)
        except TimeoutError as error:
            raise DeadlineExceeded(seconds) from error
        raise AssertionError  # a turn that is over was left by an answer or an error

    async def _answered(
        self, request: Request, began: float, seconds: float, state: State | None, turn: Turn
    ) -> Answer:
        living = await self._living(state)
        living.was_asked = True
        copy = await self._copy_for_query(living)
        turn.measure(functools.partial(processor_seconds, copy.pid))
        started = asyncio.get_running_loop().time()
        if request.started is not None:
            request.started()
        try:
            text, attached = request.text.encode(), _attached(request)
            asked = {**self._query(request, seconds), "text": len(text)}
            head, body, length = await copy.ask(asked, text + attached)
        except BaseException:  # the deadline, a caller that has gone, an error: another copy is made quickly
            turn.stop()
            copy.end()
            raise
        living.idle.append(copy)
        timings = {"queue": started - began, **head["seconds"]}
        return Answer(head["form"], head["format"], head["cacheable"], timings, body, length)

    def _query(self, request: Request, seconds: float) -> Mapping[str, Any]:
        return {
            "table": request.table,
            "graph": request.graph,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "substitutions": dict(request.substitutions),
            "asserted": request.view is not None,
            "expands": self._names if request.expands else "",
            "base": self.base,
            "limit": self.limits.result_bytes,
            "seconds": seconds,
            "job": dict(request.job) if request.job is not None else None,
        }

    async def settled(self) -> None:
        """Wait until the snapshots that are being written are on the disk."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[State]:
        """Let nobody else change anything, and give the state that the next change will be made on."""
        until = asyncio.get_running_loop().time() + self.limits.seconds
        try:
            async with asyncio.timeout_at(until):
                await self._changing.acquire()
        except TimeoutError as error:
            raise Busy(1) from error
        self._until = until
        try:
            yield await self._living()
        finally:
            self._changing.release()
            if self._now is not None:
                self._make_spare(self._now)

    async def change(self, write: Write) -> Changed:
        """Make a change; when this returns it is on the disk, and the next query sees it. Call it inside `writing`.

        Raises:
            QueryRefused, QuerySyntaxError, UpdateFailed, RdfSyntaxError: If it cannot be made as it stands.
            DeadlineExceeded, MemoryExceeded, EngineStopped: If it took too much.
            StorageFull: If it cannot be kept. After any of these the state is as it was.
        """
        copy = await self._copy_for_change()
        before = self.now
        try:
            async with asyncio.timeout_at(self._until):
                head, body, _ = await copy.ask(self._change(write), _content(write))
            with body:
                lines = body.read().decode().splitlines()
        except TimeoutError as error:
            copy.end()
            raise DeadlineExceeded(self.limits.seconds) from error
        except BaseException:
            copy.end()
            raise
        if not lines and not head["created"] and not head["dropped"]:
            copy.end()
            return Changed(before.number, 0, 0, (), (), before, before)
        return await _to_the_end(self._background(self._keep(before, copy, write, head, lines)))

    def _change(self, write: Write) -> Mapping[str, Any]:
        return {
            "kind": "graph" if write.method else "update",
            "using": list(write.using),
            "using_named": list(write.using_named),
            "method": write.method,
            "graph": write.graph,
            "parts": [{"length": len(d.data), "format": d.format, "name": d.name} for d in write.documents],
            "base": write.base or self.base,
            "genid": f"{self._curated.base}{iri.GENID}" if self._curated else "",
            "curated": self._curated.base if self._curated else "",
            "limit": self.limits.result_bytes,
            "seconds": self.limits.seconds,
        }

    async def _keep(
        self, before: State, copy: copies.Copy, write: Write, head: Mapping[str, Any], lines: Sequence[str]
    ) -> Changed:
        """Let the log keep a change, then let its copy be the next state. Nothing interrupts this."""
        removed = [line[2:] for line in lines if line.startswith("-")]
        added = [line[2:] for line in lines if line.startswith("+")]
        original = copy.detach()
        coming = self._background(original.copy(wire.QUERY)) if before.was_asked else None
        try:
            record = await asyncio.to_thread(self._keeping.keep, write, head, removed, added, quads=self.quads)
        except BaseException:
            copy.end()
            original.close()
            if coming is not None:
                coming.add_done_callback(_end)
                coming.cancel()
            raise
        self.quads += len(added) - len(removed)
        named = before.named
        if head["created"] or head["dropped"]:
            named = (named | set(head["created"])) - set(head["dropped"])
        after = await self._follow(before, original, record.number, named)
        if coming is not None:
            after.expect(coming)
        created, dropped = tuple(head["created"]), tuple(head["dropped"])
        return Changed(record.number, len(removed), len(added), created, dropped, before, after)

    async def _follow(self, before: State, original: copies.Original, number: int, named: frozenset[str]) -> State:
        """Let a process be the newest state, whose last change has been kept."""
        _, digest = self._keeping.log.head()
        if not original.is_alive:
            async with self._starting:
                return await self._open_after(before, number, digest, named)
        await before.original.leave()
        after = self._be(State(self, original, number, digest, named))
        if number % _SNAPSHOT_EVERY == 0 and self._curated is None:
            self._background(self._snapshot(after))
        return after

    async def _open_after(self, before: State, number: int, digest: str, named: frozenset[str]) -> State:
        """Read the folder again; if that fails, leave it to the next request: who asked must hear that it is kept."""
        try:
            return await self._open()
        except EgovKGError as error:
            _LOG.warning("state %d is kept, and cannot be read just now: %s", number, error)
            before.original.close()
            return self._be(State(self, before.original, number, digest, named))

    async def _snapshot(self, state: State) -> None:
        """Write the whole of a state, so that the next start is fast; without it nothing is lost."""
        try:
            copy = await state.original.copy(wire.SNAPSHOT)
            try:
                head = {"folder": str(self.folder), "number": state.number, "record": state.record}
                _, body, _ = await copy.ask(head)
                body.close()
            finally:
                copy.end()
        except EgovKGError as error:
            _LOG.warning("no snapshot of state %s was written: %s", state.id, error)


async def _to_the_end(task: asyncio.Task[Changed]) -> Changed:
    """Return what a task gives; who is cancelled meanwhile waits for its end too, on which the next change is made."""
    gone: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            gone = error
    if gone is None:
        return task.result()
    if not task.cancelled() and (failure := task.exception()) is not None:
        _LOG.warning("a change that nobody waits for any more was not kept: %s", failure)
    raise gone


def _end(made: asyncio.Task[copies.Copy]) -> None:
    """End a copy that nobody needs any more."""
    if not made.cancelled() and made.exception() is None:
        made.result().end()


def _content(write: Write) -> bytes:
    return b"".join(document.data for document in write.documents) if write.method else write.body


def _attached(request: Request) -> bytes:
    """Return the bytes that go with a query: answers of other endpoints."""
    if request.attached is None:
        return b""
    request.attached.seek(0)
    return request.attached.read()
