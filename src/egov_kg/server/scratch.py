"""A writable store without pipeline, for teaching and tests: each accepted change is seen by the next query."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError, EgovKGError
from egov_kg.server import logs, metrics
from egov_kg.server.cache import AnswerCache
from egov_kg.server.changing import check_conditions, check_state
from egov_kg.server.companions import Companion, Companions
from egov_kg.server.exchange import Exchange
from egov_kg.server.health import State as Health
from egov_kg.server.html import HtmlPages
from egov_kg.server.limits import ASKING
from egov_kg.server.problems import refused
from egov_kg.server.ready import ReadyAnswers
from egov_kg.server.requests import while_connected
from egov_kg.server.serving import Served, Serving, request_ids
from egov_kg.server.site import Site, limits_of, public_url
from egov_kg.sparql import Request as Query
from egov_kg.sparql.federation import federated, fetcher_of
from egov_kg.sparql.states import Changed, State, StateChain, Write
from egov_kg.store import Manifest, Release
from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.release import RELEASES

__all__ = ["ScratchServing", "is_ready"]

_LOG: Final = logging.getLogger(__name__)
_VERSION: Final = "scratch"


class ScratchServing(Serving):
    """Serves the newest state of a writable store, and makes the next one.

    A folder of releases is none: its log is that of curated changes.

    Args:
        config: Of the deployment; the base of IRIs is the address of the server.
        folder: Where the changes are kept.
        make_pages: Makes the pages of a site.
        beside: The data sets that stand beside the store.
        entails: Whether queries see what follows under RDFS.

    Attributes:
        entails: See above.

    Raises:
        ConfigurationError: If the folder holds releases.
    """

    def __init__(
        self,
        config: Config,
        folder: Path,
        make_pages: Callable[[Site], HtmlPages],
        beside: Sequence[Companion] = (),
        *,
        entails: bool = False,
    ) -> None:
        if (folder / RELEASES).is_dir():
            raise ConfigurationError(
                f"{folder} holds releases, and --scratch would write among their changes; choose another --out, or "
                f"give --updates --from {folder}"
            )
        self.entails = entails
        self.config, self.path, self._make_pages = config, folder, make_pages
        self.companions = Companions(config, beside)
        self._beside = self.companions.engines
        self.state = Health()
        self.next_id = functools.partial(next, request_ids())
        self._cache = AnswerCache(config.cache_bytes, config.cache_answer_bytes)
        self._ready = ReadyAnswers(0 if logs.ACCESS.isEnabledFor(logging.INFO) else config.cache_bytes // 8)
        self._pages: HtmlPages | None = None
        base = public_url(config)
        self._fetcher = fetcher_of(config, contact=base)
        self._manifest = Manifest(title=config.title, base=base, version=_VERSION, issued=config.issued, versions={})
        self._log = ChangeLog(folder / CHANGES, with_nodes=True)
        self.chain = StateChain(
            folder,
            limits_of(config),
            base=base,
            entails=entails,
            names=config.base,
            on_state=self._show,
            note=self._note,
        )

    def _note(self, change: Change, before: int, after: int) -> None:
        del before, after
        metrics.CHANGES.labels("accepted").inc()
        metrics.LOG_BYTES.inc(self._log.size(change.number))

    def _show(self, state: State) -> None:
        """Let the requests that come from now on see a state."""
        release = Release(self.path, state.id, self._manifest)
        contact = public_url(self.config)
        engine = federated(state, self.config, contact=contact, fetcher=self._fetcher, beside=self._beside)
        services = (*self.config.federation_allow, *self._beside)
        site = Site(self.config, release, {}, engine, state, services=services)
        if self._pages is None:  # they ask the newest state, whichever it is
            self._pages = self._make_pages(Site(self.config, release, {}, self.chain, self.chain))
        metrics.STATE_NUMBER.set(state.number)
        self.now = Served(site, self._pages, None, self._cache, self._ready, _Making(self))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts."""
        async with self.companions.running(), self.chain, self._fetcher:
            if self.config.federation_allow:
                await self._fetcher.start()
            metrics.LOG_BYTES.set(await asyncio.to_thread(self._log.size))
            metrics.serve_release(_VERSION, _VERSION, dt.date.fromisoformat(self.config.issued))
            yield


class _Making:
    """Makes changes at once: they are done, and kept, when they are answered."""

    def __init__(self, serving: ScratchServing) -> None:
        self._serving = serving

    async def update(self, exchange: Exchange, write: Write) -> Response:
        """Answer an update with 204; it is not made if the client leaves before it is kept."""

        async def done() -> None:
            async with self._serving.chain.writing() as state:
                check_state(exchange.request, state=state.id, why="what is named is not the present state")
                await self._change(exchange, write)

        await while_connected(exchange.request, done())
        return Response(status_code=204)

    async def write_graph(self, exchange: Exchange, write: Write, *, location: str | None) -> Response:
        """Answer a request that writes a graph, as `update`: 201 if it is new, else 204."""

        async def done() -> bool:
            async with self._serving.chain.writing() as state:
                exists = write.graph is None or write.graph in state.named
                check_conditions(exchange.request, state=state.id, graph=write.graph, exists=exists)
                if write.method == "DELETE" and not exists:
                    raise refused("no-such-graph", f"there is no graph <{(write.graph or '')[:200]}>")
                await self._change(exchange, write)
            return exists

        exists = await while_connected(exchange.request, done())
        if location is not None:
            return Response(status_code=201, headers={"Location": location})
        return Response(status_code=204 if exists else 201)

    async def _change(self, exchange: Exchange, write: Write) -> Changed:
        """Make a change; its time is taken from the budget of who asks, and the answer names the state that it made."""
        asking, began = ASKING.get(), time.monotonic()
        if asking is not None:
            asking.budgets.must_have_time(asking.client)
        try:
            done = await self._serving.chain.change(write)
        finally:
            if asking is not None:
                asking.budgets.charge(asking.client, time.monotonic() - began)
        exchange.request.state.served = self._serving.now
        _LOG.debug(
            "change %d by token %s: %d quads removed, %d added", done.number, write.token, done.removed, done.added
        )
        return done


async def is_ready(request: Request) -> Response:
    """Answer that the newest state has answered a query.

    Raises:
        RequestRefused: ``not-ready`` if it has not, or the server is about to stop.
    """
    serving: ScratchServing = request.app.state.serving
    if serving.state.is_stopping:
        raise refused("not-ready", "the server has been told to stop")
    site = Exchange.of(request).site
    try:
        answer = await site.pool.answer(Query("ASK {}", table="json"), client="readyz")
        answer.body.close()
    except EgovKGError as error:
        raise refused("not-ready", "the store does not answer") from error
    return JSONResponse({"status": "ready", "state": site.state}, headers={"Cache-Control": "no-store"})
