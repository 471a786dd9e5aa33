"""A SPARQL store elsewhere that answers in place of our processes; guard, limits, formats and checks stay ours.

The store holds a release that was published into it (`egov_kg.sparql.remote_publishing`). A query passes the guard and
the parser in a process of ours, goes to the store, and its answer is read to the end in such a process again, before
anybody sees it. After that the store is asked which release it holds: an answer is given only if that is the release
that is served, and has been all the while.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import math
from collections.abc import Mapping
from typing import IO, Any, Final
from urllib.parse import urlsplit

from egov_kg import __version__, iri
from egov_kg.config import Config, engine_secret
from egov_kg.errors import (
    ConfigurationError,
    DeadlineExceeded,
    FetchFailed,
    QueryRefused,
    ResultTooLarge,
    StoreUnavailable,
)
from egov_kg.sparql.checks import Checks
from egov_kg.sparql.engine import Answer, Engine, Request
from egov_kg.sparql.federation import federated
from egov_kg.sparql.fetching import Endpoint, Fetcher

__all__ = ["RemoteEngine", "credentials", "default_graph", "mark_query"]

_PREPARE: Final = "elsewhere-prepare"
_TABLE: Final = "application/sparql-results+json"
_MARK_BYTES: Final = 64 << 10
_SPARE_SECONDS: Final = 0.5
"""What the store is told to leave of the deadline, to read its answer in."""


def default_graph(config: Config, base: str) -> str:
    """Return the graph of another store in which our default graph stands."""
    return config.engine_default_graph or iri.graph_iri("default", base)


def mark_query(base: str) -> str:
    """Return the query for the mark of a store: which release it holds, and when it was published into it."""
    graph = iri.graph_iri("published", base)
    return f"SELECT ?mark WHERE {{ GRAPH <{graph}> {{ <{graph}> <{iri.expand('dcterms:identifier')}> ?mark }} }}"


def credentials(config: Config, secret: str) -> dict[str, str] | None:
    """Return how we say who we are to another store, or None if we need not.

    Raises:
        ConfigurationError: If a name or the secret is missing.
    """
    if config.engine_auth == "none":
        return None
    if not secret:
        raise ConfigurationError(
            f"engine_auth is {config.engine_auth}, and EGOVKG_ENGINE_SECRET, the password or token, is not set"
        )
    if config.engine_auth != "bearer" and not config.engine_user:
        raise ConfigurationError(f"engine_auth is {config.engine_auth}, and engine_user, the name, is not set")
    return {"kind": config.engine_auth, "user": config.engine_user, "secret": secret}


def _marks(data: bytes, store: str) -> list[str]:
    """Return the marks that stand in the answer to `mark_query`.

    Raises:
        StoreUnavailable: If that is no such answer.
    """
    try:
        return [str(row["mark"]["value"]) for row in json.loads(data)["results"]["bindings"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise StoreUnavailable(store, "its answer is not well-formed to its end", kind="format") from error


class RemoteEngine:
    """Queries over a release that a store elsewhere holds.

    Args:
        local: Processes of ours, which read queries and answers, over the same release. No query is answered from
            their data; what SERVICE is joined with is looked up there.
        config: Of the deployment; ``engine_url`` is set.
        release: The id of the release that is served.
        base: The base of its IRIs.
        contact: How operators of endpoints that SERVICE may name reach ours.
        beside: As in `egov_kg.sparql.federation.federated`.

    Attributes:
        name: What the store is called in messages: its host and port.
        engine: The processes of ours.
    """

    def __init__(
        self,
        local: Engine,
        config: Config,
        *,
        release: str,
        base: str,
        contact: str = "",
        beside: Mapping[str, Engine] | None = None,
    ) -> None:
        self.engine, self._config, self._release, self._base = local, config, release, base
        self._preparing = federated(local, config, contact=contact, job=_PREPARE, beside=beside)
        self.name = urlsplit(config.engine_url).netloc
        endpoint = Endpoint(config.engine_url, private=True, auth=credentials(config, engine_secret()))
        self._fetcher = Fetcher([endpoint], agent=f"egov-kg/{__version__} (SPARQL store)")
        self._mark = ""
        self._checks = Checks(self._read_mark)

    @property
    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs of the release."""
        return self.engine.graphs

    async def start(self) -> None:
        """Make ready. The store may be away: it is asked when a query comes, and each time anew."""
        await self._preparing.start()
        await self._fetcher.start()

    async def close(self) -> None:
        """End the processes; the store goes on."""
        await self._checks.close()
        await self._fetcher.close()
        await self._preparing.close()

    async def answer(self, request: Request, *, client: str = "") -> Answer:
        """Return the complete answer to a query.

        Raises:
            StoreUnavailable: If the store does not answer, not completely, or not from the release that is served.
            DeadlineExceeded, ResultTooLarge: As their names say.
            QueryRefused: ``expansion-refused`` for facts under every name: the store has them on one.
            EgovKGError: As our processes say.
        """
        if request.expands:
            told = "another store answers here, and has facts on one name of a thing; ask for names by owl:sameAs"
            raise QueryRefused("expansion-refused", told)
        loop = asyncio.get_running_loop()
        seconds = min(self._config.query_seconds, request.seconds or self._config.query_seconds)
        ends = loop.time() + seconds
        try:
            if not self._mark:
                self._mark = await self._current_mark(ends)
            before = self._mark
            answer = await self._answer(request, ends, client)
            try:
                after = self._mark = await self._current_mark(ends)
                self._must_be_the_same(before, after)
            except BaseException:
                answer.body.close()
                raise
        except DeadlineExceeded as error:
            raise DeadlineExceeded(seconds) from error
        except StoreUnavailable:
            self._mark = ""
            raise
        return answer

    def _must_be_the_same(self, before: str, after: str) -> None:
        if before != after:
            raise StoreUnavailable(self.name, "its release was published anew while it answered")

    async def _current_mark(self, ends: float) -> str:
        """Return the mark that the store has now; whoever wants to know it at once with others shares one request.

        Raises:
            StoreUnavailable: If it does not hold the release that is served.
            DeadlineExceeded: If it does not say so in time.
        """
        try:
            async with asyncio.timeout_at(ends):
                return await self._checks.result()
        except TimeoutError as error:
            raise DeadlineExceeded(self._config.query_seconds) from error

    async def _read_mark(self) -> str:
        ends = asyncio.get_running_loop().time() + self._config.query_seconds
        sent = {"text": mark_query(self._base), "form": "SELECT", "media": _TABLE}
        with await self._fetched(sent, ends, is_ours=True, limit=_MARK_BYTES) as body:
            marks = _marks(body.read(), self.name)
        if len(marks) != 1 or marks[0].partition("/")[0] != self._release:
            found = f"release {marks[0][:12]}" if len(marks) == 1 else "no complete release"
            raise StoreUnavailable(self.name, f"it holds {found}, and release {self._release[:12]} is served")
        return marks[0]

    async def _answer(self, request: Request, ends: float, client: str) -> Answer:
        loop = asyncio.get_running_loop()
        began = loop.time()
        prepared = await self._run(self._preparing, request, {"kind": _PREPARE}, ends, client)
        sent = json.loads(prepared.read())
        asked = loop.time()
        with await self._fetched(sent, ends) as body:
            came = loop.time()
            job = {"kind": "elsewhere-read", "store": self.name, "sent": sent, "rows": self._config.engine_rows}
            request = dataclasses.replace(request, started=None)
            answer = await self._run(self.engine, dataclasses.replace(request, attached=body), job, ends, client)
        services = prepared.seconds.get("services")
        timings = {"queue": asked - began, "run": came - asked, "write": loop.time() - came}
        if services is not None:
            timings = {**timings, "queue": timings["queue"] - services, "services": services}
        return dataclasses.replace(answer, seconds=timings)

    async def _run(self, engine: Engine, request: Request, job: Mapping[str, Any], ends: float, client: str) -> Answer:
        left = max(ends - asyncio.get_running_loop().time(), 0.001)
        return await engine.answer(dataclasses.replace(request, job=job, seconds=left), client=client)

    async def _fetched(
        self, sent: Mapping[str, Any], ends: float, *, is_ours: bool = False, limit: int | None = None
    ) -> IO[bytes]:
        left = ends - asyncio.get_running_loop().time()
        form: dict[str, str | list[str]] = {"query": sent["text"]}
        if not is_ours:
            form |= self._dataset(sent)
        if self._config.engine_timeout_parameter:
            unit = 1000 if self._config.engine_timeout_unit == "ms" else 1
            form[self._config.engine_timeout_parameter] = str(max(1, math.ceil(unit * (left - _SPARE_SECONDS))))
        media = [sent["media"]] if sent["form"] not in {"SELECT", "ASK"} else [sent["media"], "application/json"]
        try:
            return await self._fetcher.fetch(
                self._config.engine_url, form, media=media, seconds=left, limit=limit or self._config.result_bytes
            )
        except FetchFailed as error:
            if error.kind == "bytes":
                raise ResultTooLarge(self._config.result_bytes) from error
            if error.kind == "time":
                raise DeadlineExceeded(self._config.query_seconds) from error
            raise StoreUnavailable(self.name, error.reason, kind=error.kind) from error

    def _dataset(self, sent: Mapping[str, Any]) -> dict[str, str | list[str]]:
        """Return the dataset of a query as parameters: ours never is the one that the store would take.

        Other graphs of the store, such as those of a release that is just being published, are so never seen.
        """
        if sent["default_graphs"] is not None:
            return {"default-graph-uri": sent["default_graphs"], "named-graph-uri": sent["named_graphs"]}
        if sent["has_dataset"]:
            return {}
        named = list(self.graphs) if sent["sees_graphs"] else []
        return {"default-graph-uri": default_graph(self._config, self._base), "named-graph-uri": named}
