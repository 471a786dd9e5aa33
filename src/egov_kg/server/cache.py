"""Answers kept in memory within a budget of bytes, and equal queries that come at once answered by one run.

A key stands for all that an answer depends on: the state of the graph, the text, the dataset, the formats. Never the
host, the method or the client: GET and POST share entries, and so does everybody. It is a digest: a query may be a
thousand times as long as its answer, and would be kept beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final, Protocol

from egov_kg.errors import Busy, EngineStopped, RateLimited
from egov_kg.server.compression import encode
from egov_kg.sparql import Answer

__all__ = ["AnswerCache", "Content", "Presence", "key_of"]

_IN_LOOP: Final = 16 << 10
"""Bodies up to this size are encoded at once; larger ones in a thread, so that others do not wait."""

_OVERHEAD: Final = 1000
"""What an entry takes besides its bytes, about."""

_IN_MEMORY: Final = 1 << 20
"""Answers up to this size are read into memory, whether they are kept or not."""

_OF_ONE_CLIENT: Final = (Busy, RateLimited)
"""Errors that tell of who asked, and nothing of the query."""


@dataclass(slots=True)
class Content:
    """A complete answer that several requests may send at the same time.

    Attributes:
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        format: The name of its format.
        cacheable: Whether the same query over the same state always has the same answer.
        seconds: How long its parts took; empty if it came out of the cache.
        length: How many bytes it has.
        data: The bytes, or None if they stand in a file.
        encoded: The bytes by content encoding, where somebody asked for them so.
    """

    form: str
    format: str
    cacheable: bool
    seconds: Mapping[str, float]
    length: int
    data: bytes | None
    _file: IO[bytes] | None = None
    _start: int = 0
    _users: int = 1
    encoded: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Answer) -> Content:
        """Return the content of an answer, read into memory if it is small."""
        if answer.length <= _IN_MEMORY:
            return cls(answer.form, answer.format, answer.cacheable, answer.seconds, answer.length, answer.read())
        place = answer.offset
        return cls(
            answer.form, answer.format, answer.cacheable, answer.seconds, answer.length, None, answer.body, place
        )

    def share(self) -> Content:
        """Return the same content for one more user, each of whom closes it."""
        self._users += 1
        return self

    def close(self) -> None:
        """Say that one user is done; the last one closes the file."""
        self._users -= 1
        if self._users == 0 and self._file is not None:
            self._file.close()

    def parts(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in pieces; several may do so at once."""
        if self.data is not None or self._file is None:
            yield self.data or b""
            return
        try:
            descriptor = self._file.fileno()
        except OSError:  # a file in memory that is larger than what the cache takes
            yield from self._parts_by_seeking(size)
            return
        for place in range(0, self.length, size):
            yield os.pread(descriptor, min(size, self.length - place), self._start + place)

    def _parts_by_seeking(self, size: int) -> Iterator[bytes]:
        assert self._file is not None
        for place in range(0, self.length, size):
            self._file.seek(self._start + place)
            yield self._file.read(min(size, self.length - place))

    def read(self) -> bytes:
        """Return all bytes, and close."""
        with contextlib.closing(self):
            return b"".join(self.parts(1 << 20))


class Cancellable(Protocol):
    """What can be told to end."""

    def cancel(self) -> object:
        """End."""


def key_of(*parts: object) -> bytes:
    """Return the key of an answer.

    Args:
        *parts: All that it depends on: texts, tuples of texts, None.

    Example:
        >>> len(key_of("state", "ASK {}" + " " * 100_000, None, ("x:g",)))
        32
        >>> key_of("a", None, "b") == key_of("a", "None", "b")
        False
    """
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


class Presence:
    """Somebody who waits for an answer, or has gone.

    Args:
        task: What works on the answer; its `cancel` is called when nobody waits any more.

    Attributes:
        client: Who it is; a query that waits in the queue of one client is not shared with others.
        has_begun: Whether the query has left the queue.
    """

    def __init__(self, task: Cancellable | None) -> None:
        self.client, self.has_begun = "", False
        self._task = task
        self._flight: _Flight | None = None

    @property
    def is_leading(self) -> bool:
        """Whether others may wait for the same answer."""
        return self._flight is not None

    def begin(self) -> None:
        """Note that the query has left the queue."""
        self.has_begun = True

    def works(self, task: Cancellable | None) -> None:
        """Note what works on the answer."""
        self._task = task

    def leads(self, flight: _Flight | None) -> None:
        """Note that others may wait for the same answer."""
        self._flight = flight

    def leave(self) -> None:
        """Stop waiting."""
        if self._flight is not None and self._flight.followers:
            self._flight.is_abandoned = True
        else:
            self.cancel()

    def cancel(self) -> None:
        """End the work."""
        if self._task is not None:
            self._task.cancel()


class _Flight:
    """One run of a query, and those who wait for what it gives."""

    __slots__ = ("followers", "is_abandoned", "leader", "outcome")

    def __init__(self, leader: Presence) -> None:
        self.leader, self.followers, self.is_abandoned = leader, 0, False
        self.outcome: asyncio.Future[Content | None] | None = None

    async def follow(self) -> Content | None:
        """Return the content, or None if everybody has to run on their own; raise what the run raised."""
        if self.outcome is None:
            self.outcome = asyncio.get_running_loop().create_future()
        self.followers += 1
        try:
            return await asyncio.shield(self.outcome)
        except asyncio.CancelledError:
            if self.outcome.done() and not self.outcome.exception() and (content := self.outcome.result()) is not None:
                content.close()  # it has just been shared with us
            raise
        finally:
            self.followers -= 1
            if self.is_abandoned and not self.followers and not self.outcome.done():
                self.leader.cancel()

    def land(self, content: Content | None) -> None:
        if self.outcome is not None and not self.outcome.done():
            if content is not None:
                for _ in range(self.followers):
                    content.share()
            self.outcome.set_result(content)

    def fail(self, error: BaseException) -> None:
        if self.outcome is None or self.outcome.done():
            return
        if isinstance(error, _OF_ONE_CLIENT):
            self.outcome.set_result(None)
        elif isinstance(error, Exception):
            self.outcome.set_exception(error)
            self.outcome.exception()  # so that nobody complains if all followers have gone
        else:
            self.outcome.set_exception(EngineStopped("the run was ended"))
            self.outcome.exception()


class AnswerCache:
    """The least recently used answers go first.

    Args:
        budget: The most bytes of all bodies together; 0 keeps none.
        largest: The largest body that is kept.
    """

    def __init__(self, budget: int = 64 << 20, largest: int = 1 << 20) -> None:
        self.budget, self.largest = budget, min(largest, budget)
        self._kept: OrderedDict[Hashable, Content] = OrderedDict()
        self._flights: dict[Hashable, _Flight] = {}
        self._used = 0

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._kept)

    @property
    def used(self) -> int:
        """How many bytes of the budget are taken."""
        return self._used

    def find(self, key: Hashable) -> Content | None:
        """Return what is kept under a key, or None."""
        content = self._kept.get(key)
        if content is not None:
            self._kept.move_to_end(key)
        return content

    async def answer(
        self, key: Hashable, run: Callable[[], Awaitable[Answer]], presence: Presence, *, seconds: float | None = None
    ) -> tuple[Content, str]:
        """Return the answer to a query that is not kept, from the run of an equal one if there is one.

        Args:
            key: What the answer depends on.
            run: Runs the query.
            presence: Who waits; while others wait for the same the run goes on without them.
            seconds: The deadline that was asked for; only queries of one deadline share a run.

        Returns:
            The answer, and where it comes from: ``miss`` (a run of its own), ``shared`` (that of an equal query), or
            ``bypass`` (a run whose answer is for nobody else).

        Raises:
            EgovKGError: As `run` does. Whoever joined a run gets its error, but for one that tells of who began it.
        """
        place = key, seconds
        while (flight := self._flights.get(place)) is not None:
            if not flight.leader.has_begun and flight.leader.client != presence.client:
                with contextlib.suppress(Busy):
                    return await self._beside(flight, key, run), "bypass"
            followed = await flight.follow()
            if followed is None:
                break
            return followed, "shared"
        if place in self._flights:  # the answer was nobody else's, and yet another run has begun
            return Content.of(await run()), "bypass"
        self._begin(place, presence)
        try:
            content = Content.of(await run())
        except BaseException as error:
            self.fail(key, presence, error, seconds=seconds)
            raise
        return content, self.land(key, presence, content, seconds=seconds)

    def lead(self, key: Hashable, presence: Presence) -> bool:
        """Begin a run whose answer others may share; the caller ends it with `land` or `fail`.

        Args:
            key: What the answer depends on.
            presence: Who waits.

        Returns:
            Whether it has begun: not if the answer is kept, or such a run goes on.
        """
        place = key, None
        if key in self._kept or place in self._flights:
            return False
        self._begin(place, presence)
        return True

    def _begin(self, place: Hashable, presence: Presence) -> None:
        flight = self._flights[place] = _Flight(presence)
        presence.leads(flight)

    def land(self, key: Hashable, presence: Presence, content: Content, *, seconds: float | None = None) -> str:
        """End a run with an answer; return where that comes from, as `answer` does.

        Args:
            key: What the answer depends on.
            presence: Who has led.
            content: The answer.
            seconds: The deadline that was asked for.
        """
        self._end(key, presence, seconds).land(content if content.cacheable else None)
        if not content.cacheable:
            return "bypass"
        self._keep(key, content)
        return "miss"

    def fail(self, key: Hashable, presence: Presence, error: BaseException, *, seconds: float | None = None) -> None:
        """End a run without an answer; arguments as of `land`."""
        self._end(key, presence, seconds).fail(error)

    def _end(self, key: Hashable, presence: Presence, seconds: float | None) -> _Flight:
        flight = self._flights.pop((key, seconds))
        presence.leads(None)
        return flight

    async def _beside(self, flight: _Flight, key: Hashable, run: Callable[[], Awaitable[Answer]]) -> Content:
        """Return the answer from a run of one's own, because the first one waits behind other queries of its client.

        Whoever is first gives the answer to all who wait for it.
        """
        content = Content.of(await run())
        if content.cacheable:
            flight.land(content)
            self._keep(key, content)
        return content

    def _keep(self, key: Hashable, content: Content) -> None:
        if content.data is None or content.length > self.largest or key in self._kept:
            return
        kept = Content(
            content.form, content.format, content.cacheable, {}, content.length, content.data, encoded=content.encoded
        )
        self._kept[key] = kept
        self._grow(content.length + _OVERHEAD)

    def _grow(self, size: int) -> None:
        self._used += size
        while self._used > self.budget and self._kept:
            _, oldest = self._kept.popitem(last=False)
            self._used -= oldest.length + _OVERHEAD + sum(map(len, oldest.encoded.values()))

    async def encoded(self, key: Hashable, content: Content, name: str) -> bytes:
        """Return the bytes of a content in an encoding, and keep them beside it if it is kept."""
        found = content.encoded.get(name)
        if found is not None:
            return found
        assert content.data is not None
        if content.length <= _IN_LOOP:
            made = encode(name, content.data)
        else:
            made = await asyncio.to_thread(functools.partial(encode, name), content.data)
        kept = self._kept.get(key)
        if kept is not None and kept.encoded is content.encoded and name not in kept.encoded:
            kept.encoded[name] = made
            self._grow(len(made))
        return made

    def clear(self) -> None:
        """Forget all answers."""
        self._kept.clear()
        self._used = 0
