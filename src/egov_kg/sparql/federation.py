"""Queries that name other endpoints: a query process says what to ask, another process asks, a third run answers.

Nothing of the query and nothing of the answers is understood here. A query process reads the query and says what is
needed next; `Fetcher` gets it from listed endpoints, or the query processes of a data set beside ours give it; the
bytes go back with the query, until it can be answered. All of it runs under one clock, and what fails is told: a
partial answer is never given.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Any, Final, NoReturn

from egov_kg import __version__
from egov_kg.config import Config
from egov_kg.errors import (
    DeadlineExceeded,
    EgovKGError,
    FetchFailed,
    LimitExceeded,
    QueryError,
    ResultTooLarge,
    ServiceFailed,
)
from egov_kg.sparql.engine import Answer, Engine, Request
from egov_kg.sparql.fetching import Endpoint, Fetcher

__all__ = ["Federation", "federated", "fetcher_of"]

_MEDIA: Final = ("application/sparql-results+json", "application/json")
_IN_MEMORY: Final = 1 << 20
_AT_ONCE: Final = 4
"""How many requests of one query run at once."""
_AT_ONCE_IN_ALL: Final = 16
_MOST_REQUESTS: Final = 100
"""How many requests to others one query may cause."""

_LEAST_SECONDS: Final = 0.005
"""With less time than this left a query is at its deadline."""


def fetcher_of(config: Config, *, contact: str) -> Fetcher:
    """Return what asks the endpoints that a configuration lists; its process starts when it is first needed.

    Args:
        config: Of the deployment.
        contact: How operators of endpoints reach ours, unless the configuration says so.
    """
    return Fetcher(
        [Endpoint(url, private=url in config.federation_private) for url in config.federation_allow],
        agent=f"egov-kg/{__version__} (SPARQL federated query; {config.federation_contact or contact})",
    )


def federated(
    engine: Engine,
    config: Config,
    *,
    contact: str,
    fetcher: Fetcher | None = None,
    job: str = "services",
    beside: Mapping[str, Engine] | None = None,
) -> Engine:
    """Return an engine whose queries may name the endpoints that a configuration lists: itself if there are none.

    Args:
        engine: What answers queries over our data.
        config: Of the deployment.
        contact: How operators of endpoints reach ours, unless the configuration says so.
        fetcher: What asks them, if several engines share it; whoever made it closes it then.
        job: What a query process does once it has all answers, or as long as it wants some; see `Federation`.
        beside: What answers on this machine for endpoints that need no listing, see `Federation`.
    """
    if not config.federation_allow and not beside:
        return engine
    return Federation(
        engine,
        config.federation_allow,
        fetcher or fetcher_of(config, contact=contact),
        closes=fetcher is None,
        seconds=config.query_seconds,
        service_seconds=config.federation_seconds,
        rows=config.federation_rows,
        size=config.federation_bytes,
        job=job,
        beside=beside,
    )


class Federation:
    """An engine whose queries may name listed endpoints by SERVICE.

    Args:
        engine: Answers queries over our data; its query processes know the job ``services``.
        endpoints: What SERVICE may name.
        fetcher: What asks them.
        closes: Whether it is closed with this engine.
        seconds: The deadline of a query, all requests to others included.
        service_seconds: How long one of these requests may take.
        rows: So many rows from one SERVICE are too many.
        size: So many bytes of one answer are too many.
        job: The name of the job of the query processes; its answer has the form ``NEED`` as long as something is to be
            asked.
        beside: What answers for some endpoints in place of `fetcher`: the engines of data sets beside ours, which ask
            nobody themselves, so that no query comes back to us. They are not closed with this engine.
    """

    def __init__(
        self,
        engine: Engine,
        endpoints: Sequence[str],
        fetcher: Fetcher,
        *,
        closes: bool = True,
        seconds: float = 10.0,
        service_seconds: float = 5.0,
        rows: int = 10_000,
        size: int = 8 << 20,
        job: str = "services",
        beside: Mapping[str, Engine] | None = None,
    ) -> None:
        self.engine, self.seconds = engine, seconds
        self._beside, self._fetches = dict(beside or {}), bool(endpoints)
        self._allowed = list(dict.fromkeys((*endpoints, *self._beside)))
        self._fetcher, self._closes = fetcher, closes
        self._service_seconds, self._rows, self._size, self._job = service_seconds, rows, size, job
        self._turns = asyncio.Semaphore(_AT_ONCE_IN_ALL)

    @property
    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs of our data."""
        return self.engine.graphs

    async def start(self) -> None:
        """Make ready."""
        await self.engine.start()
        if self._fetches:
            await self._fetcher.start()

    async def close(self) -> None:
        """End everything."""
        if self._closes:
            await self._fetcher.close()
        await self.engine.close()

    async def answer(self, request: Request, *, client: str = "") -> Answer:
        """Return the complete answer to a query.

        Raises:
            ServiceFailed: If one of the endpoints did not give a complete answer.
            DeadlineExceeded: If all of it took too long.
            EgovKGError: As the engine says.
        """
        loop = asyncio.get_running_loop()
        seconds = min(self.seconds, request.seconds or self.seconds)
        ends, waited = loop.time() + seconds, 0.0
        replies: list[_Reply] = []
        requests = 0
        try:
            while True:
                answer = await self._step(request, replies, ends - loop.time(), client)
                if answer.form != "NEED":
                    return dataclasses.replace(
                        answer, seconds={**answer.seconds, **({"services": waited} if replies else {})}
                    )
                need = json.loads(answer.read())
                requests += len(need["queries"])
                if requests > _MOST_REQUESTS:
                    _too_many(need["endpoint"])
                began = loop.time()
                for old in replies[need["number"] :]:
                    old.close()
                replies[need["number"] :] = [await self._asked(need, ends, client)]
                waited += loop.time() - began
                request = dataclasses.replace(request, started=None)
        except DeadlineExceeded as error:
            raise DeadlineExceeded(seconds) from error
        finally:
            for reply in replies:
                reply.close()

    async def _step(self, request: Request, replies: Sequence[_Reply], left: float, client: str) -> Answer:
        if left < _LEAST_SECONDS:  # also where an endpoint may fail: it was the query that had no time
            raise DeadlineExceeded(left)
        job = {
            "kind": self._job,
            "allow": self._allowed,
            "rows": self._rows,
            "replies": [reply.told() for reply in replies],
        }
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as attached:
            for reply in replies:
                for part in reply.parts or ():
                    part.seek(0)
                    shutil.copyfileobj(part, attached)
            asked = dataclasses.replace(request, job=job, attached=attached if replies else None, seconds=left)
            return await self.engine.answer(asked, client=client)

    async def _asked(self, need: Mapping[str, Any], ends: float, client: str) -> _Reply:
        """Return what an endpoint answers to all queries for one group."""
        at_once = asyncio.Semaphore(_AT_ONCE)
        tasks = [
            asyncio.ensure_future(self._fetched(need["endpoint"], query, ends, at_once, client))
            for query in need["queries"]
        ]
        try:
            parts = await asyncio.gather(*tasks)
            if sum(part.seek(0, io.SEEK_END) for part in parts) > self._size:
                _too_large(self._size)
            return _Reply(parts, is_whole=need["is_whole"])
        except BaseException as error:
            for task in tasks:
                task.cancel()
            for found in await asyncio.gather(*tasks, return_exceptions=True):
                if not isinstance(found, BaseException):
                    found.close()
            if not isinstance(error, FetchFailed):
                raise
            if need["is_silent"]:
                return _Reply(None, is_whole=need["is_whole"])
            kind = "size" if error.kind == "bytes" else error.kind
            raise ServiceFailed(need["endpoint"], error.reason, kind=kind) from error

    async def _fetched(
        self, endpoint: str, query: str, ends: float, at_once: asyncio.Semaphore, client: str
    ) -> IO[bytes]:
        loop = asyncio.get_running_loop()
        async with at_once:
            try:
                async with asyncio.timeout_at(ends):
                    await self._turns.acquire()
            except TimeoutError as error:
                raise FetchFailed("too many other queries were asking endpoints", kind="time") from error
            try:
                seconds = min(self._service_seconds, ends - loop.time())
                if endpoint in self._beside:
                    return await _answered(self._beside[endpoint], query, client, seconds=seconds, limit=self._size)
                return await self._fetcher.fetch(
                    endpoint, {"query": query}, media=_MEDIA, seconds=seconds, limit=self._size
                )
            finally:
                self._turns.release()


async def _answered(engine: Engine, query: str, client: str, *, seconds: float, limit: int) -> IO[bytes]:
    """Return what an engine on this machine answers, as `Fetcher.fetch` would.

    Raises:
        FetchFailed: If there is no complete answer.
    """
    request = Request(query, table="json", graph=None, seconds=max(seconds, _LEAST_SECONDS), patient=True)
    try:
        answer = await engine.answer(request, client=client)
    except DeadlineExceeded as error:
        raise FetchFailed(f"it did not answer within {seconds:.3g} seconds", kind="time") from error
    except ResultTooLarge as error:
        raise FetchFailed(f"its answer has more than {limit} bytes", kind="bytes") from error
    except (LimitExceeded, QueryError) as error:
        raise FetchFailed(f"it does not answer: {error}", kind="refused") from error
    except EgovKGError as error:  # what it says is for whoever runs the server
        raise FetchFailed("its query process has ended", kind="refused") from error
    if answer.length > limit:
        answer.body.close()
        raise FetchFailed(f"its answer has more than {limit} bytes", kind="bytes")
    return io.BytesIO(answer.read())


def _too_many(endpoint: str) -> NoReturn:
    reason = f"the query would ask others more than {_MOST_REQUESTS} times"
    raise ServiceFailed(endpoint, reason, kind="size")


def _too_large(size: int) -> NoReturn:
    raise FetchFailed(f"its answer has more than {size} bytes", kind="size")


class _Reply:
    """What came back for one group: a file for each query, or None where that failed and may."""

    def __init__(self, parts: Sequence[IO[bytes]] | None, *, is_whole: bool) -> None:
        self.parts, self.is_whole = parts, is_whole

    def told(self) -> dict[str, Any]:
        lengths = None if self.parts is None else [part.seek(0, io.SEEK_END) for part in self.parts]
        return {"lengths": lengths, "whole": self.is_whole}

    def close(self) -> None:
        for part in self.parts or ():
            with contextlib.suppress(OSError):
                part.close()
