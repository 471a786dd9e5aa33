"""Changes of a curated graph over HTTP: kept before they are answered, published with the next release."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.errors import ChangeTaken, ConfigurationError, EgovKGError, NotFound, QueryRefused
from egov_kg.server import metrics
from egov_kg.server.authorization import authorize
from egov_kg.server.changing import check_conditions, check_state
from egov_kg.server.companions import Companion
from egov_kg.server.exchange import Exchange
from egov_kg.server.html import HtmlPages
from egov_kg.server.limits import ASKING
from egov_kg.server.problems import refused
from egov_kg.server.publishing import Publisher
from egov_kg.server.requests import while_connected
from egov_kg.server.serving import Served, Serving
from egov_kg.server.site import Site, limits_of
from egov_kg.sparql.states import Changed, Curated, State, StateChain, Write
from egov_kg.store import list_releases
from egov_kg.store.audit import note_change
from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.manifest import MANIFEST, Manifest
from egov_kg.store.release import RELEASES

__all__ = ["CuratedChanges", "CuratedServing", "tell"]

_LOG: Final = logging.getLogger(__name__)
_NO_STORE: Final = {"Cache-Control": "no-store"}
_LONGEST_WAIT: Final = 60.0
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}")
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})", re.IGNORECASE)


class CuratedServing(Serving):
    """Serves the current release, and takes changes that a later one will hold.

    Args:
        config: Of the deployment.
        path: The folder that holds the releases.
        make_pages: Makes the pages of a site.
        beside: The data sets that stand beside the release.

    Raises:
        ConfigurationError: If the folder is that of one release, or nobody could write.
    """

    def __init__(
        self,
        config: Config,
        path: Path,
        make_pages: Callable[[Site], HtmlPages],
        beside: Sequence[Companion] = (),
    ) -> None:
        if not config.token_file:
            raise ConfigurationError("changes need tokens: give --token-file FILE, which egov-kg token new makes")
        if not (path / RELEASES).is_dir():
            raise ConfigurationError(f"{path} holds no releases; with --updates --from names the folder that does")
        self.changes = CuratedChanges(config, path, self)
        super().__init__(config, path, make_pages, beside)

    def _open(self) -> Served:
        return dataclasses.replace(super()._open(), changing=self.changes)

    async def _change(self) -> None:
        before = self.now.site.release.manifest
        await super()._change()
        after = self.now.site.release.manifest
        if after.mark < before.mark or after.inputs != before.inputs:  # somebody has built, or gone back
            self.changes.begin_anew()
        self.changes.publisher.wake()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts; what was accepted before is published."""
        async with super().running(), self.changes.running():
            yield


class CuratedChanges:
    """Accepts changes, lets the publisher work, and tells what came of each.

    Args:
        config: Of the deployment.
        out: The folder that holds the releases and the change log.
        serving: What is served; it follows the releases that are published.
    """

    def __init__(self, config: Config, out: Path, serving: Serving) -> None:
        self._config, self._out, self._serving = config, out, serving
        self._log = ChangeLog(out / CHANGES)
        self._published = asyncio.Condition()
        self._chain: StateChain | None = None
        self._is_stale = False
        self.publisher = Publisher(config, out, mark=self._mark, done=self._after_release, tell=self._tell_problem)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Accept changes for as long as the context lasts.

        Raises:
            ConfigurationError: If another server takes changes of this folder.
            ChangeLogDamaged: If the log is damaged.
        """
        config, base = self._config, self._serving.now.site.base
        chain = StateChain(
            self._out,
            limits_of(config),
            base=base,
            curated=Curated(base, lambda: self._serving.now.release),
            note=self._note,
        )
        async with chain:
            self._chain = chain
            metrics.STATE_NUMBER.set(chain.now.number)
            async with self.publisher.running():
                yield

    @property
    def chain(self) -> StateChain:
        """What changes are made on."""
        assert self._chain is not None  # no request is answered before
        return self._chain

    def _mark(self) -> int:
        return self._serving.now.site.release.manifest.mark

    def _note(self, change: Change, before: int, after: int) -> None:
        removed, added = len(change.removed), len(change.added)
        _LOG.info("change %d by token %s: %d quads removed, %d added", change.number, change.token, removed, added)
        note_change(self._log.folder, change, before=before, after=after)
        metrics.CHANGES.labels("accepted").inc()
        metrics.STATE_NUMBER.set(change.number)

    def _tell_problem(self, problem: str) -> None:
        self._serving.state.unpublished = problem

    async def _after_release(self, rejected: tuple[int, ...]) -> None:
        """Serve the release that has just been made, without what it could not take."""
        if rejected:
            _LOG.warning("changes were set aside: %s", ", ".join(map(str, rejected)))
            self.begin_anew()
        with contextlib.suppress(EgovKGError, OSError):  # told by /readyz; the release before goes on
            await self._serving.follow()
        async with self._published:
            self._published.notify_all()

    def begin_anew(self) -> None:
        """Let the next change be made on what the current release asserts, with what was accepted and not set aside."""
        self._is_stale = True

    async def update(self, exchange: Exchange, write: Write) -> Response:
        """Answer an update whose sender may write: 202, or 200 if its release is waited for.

        Raises:
            RequestRefused: ``precondition-failed``; ``change-rejected`` if it was waited for in vain.
            EgovKGError: If it is not made; then nothing has changed.
        """
        return await self._accept(exchange, write, {})

    async def write_graph(self, exchange: Exchange, write: Write, *, location: str | None) -> Response:
        """Answer a request that replaces, extends or deletes a graph, as `update`.

        Raises:
            RequestRefused: As `update`, and ``no-such-graph`` for deleting what is not there.
            QueryRefused: ``derived-graph``.
            EgovKGError: If it is not made; then nothing has changed.
        """
        if write.graph is None or iri.is_derived_graph(write.graph, exchange.site.base):
            name = f"<{write.graph[:200]}>" if write.graph is not None else "the default graph"
            raise QueryRefused("derived-graph", f"{name} is made by every release from the other graphs; change those")
        return await self._accept(exchange, write, {} if location is None else {"graph": write.graph})

    async def _accept(self, exchange: Exchange, write: Write, more: Mapping[str, Any]) -> Response:
        wait = _wait(exchange.request)
        changed = await while_connected(exchange.request, self._made(exchange, write))
        if changed.state is changed.before:
            return JSONResponse({"status": "unchanged", "release": exchange.site.release.id, **more}, headers=_NO_STORE)
        place = {**_NO_STORE, "Location": f"{exchange.site.public_url}updates/{changed.number}"}
        if wait is not None and await self._wait_for(changed.number, wait):
            told = await asyncio.to_thread(self._status, changed.number)
            if told["status"] == "rejected":
                raise refused("change-rejected", _why(told), headers=place, reasons=told["reasons"])
            headers = {**place, "Preference-Applied": f"wait={wait:g}"}
            return JSONResponse({**told, **more}, headers=headers)
        told = {"number": changed.number, "status": "pending", "removed": changed.removed, "added": changed.added}
        return JSONResponse({**told, **more}, 202, headers=place)

    async def _made(self, exchange: Exchange, write: Write) -> Changed:
        """Make a change, unless the client leaves before it is kept."""
        try:
            return await self._change(exchange, write)
        except ChangeTaken:  # the command line has written meanwhile
            self.begin_anew()
            return await self._change(exchange, write)
        finally:
            self.publisher.wake()  # also if the client has left just after it was kept

    async def _change(self, exchange: Exchange, write: Write) -> Changed:
        async with self.chain.writing():
            if self._is_stale:
                await self.chain.reopen()
                self._is_stale = False
            self._check(exchange, write, self.chain.now)
            return await self._charged(write)

    async def _charged(self, write: Write) -> Changed:
        """Make a change; its time is taken from the budget of who asks."""
        asking, began = ASKING.get(), time.monotonic()
        if asking is not None:
            asking.budgets.must_have_time(asking.client)
        try:
            return await self.chain.change(write)
        finally:
            if asking is not None:
                asking.budgets.charge(asking.client, time.monotonic() - began)

    def _check(self, exchange: Exchange, write: Write, state: State) -> None:
        """Check the conditions of a request against what its change would be made on.

        ``If-Match`` takes the id of a release, which is what the client has seen: it holds while that release is
        current and nothing was accepted since. A graph has tags as well, as its readers get them.
        """
        request, release = exchange.request, self._serving.now.release
        exists = write.graph is not None and write.graph in state.named
        if write.method == "DELETE" and not exists:
            raise refused("no-such-graph", f"there is no graph <{(write.graph or '')[:200]}>")
        is_clean = not any(self._is_waiting(number) for number in range(self._mark() + 1, state.number + 1))
        tags = {tag.strip().strip('"') for value in request.headers.getlist("if-match") for tag in value.split(",")}
        if tags and is_clean and release in tags:
            return
        seen = exchange.site.state if is_clean else f"{release}+{state.id}"
        if write.method:
            check_conditions(request, state=seen, graph=write.graph, exists=exists)
        else:
            why = "is not the current release" if is_clean else "is not all: changes were accepted since"
            check_state(request, state=seen, why=f"what is named {why}")

    def _is_waiting(self, number: int) -> bool:
        return self._log.rejection(number) is None

    async def _wait_for(self, number: int, seconds: float) -> bool:
        """Wait until it is known what came of a change; return whether it is."""

        def is_known() -> bool:
            return self._mark() >= number or self._log.rejection(number) is not None

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._published:
                await self._published.wait_for(is_known)
        return is_known()

    async def tell(self, number: int) -> Response:
        """Answer what came of a change.

        Raises:
            NotFound: If there is no change of that number.
        """
        return JSONResponse(await asyncio.to_thread(self._status, number), headers=_NO_STORE)

    def _status(self, number: int) -> dict[str, Any]:
        change = self._log.find(number)
        if change is None:
            raise NotFound(f"there is no change {number}")
        told: dict[str, Any] = {
            "number": number,
            "status": "pending",
            "time": change.time,
            "base": change.base,
            "removed": len(change.removed),
            "added": len(change.added),
        }
        rejection = self._log.rejection(number)
        if rejection is not None:
            return {**told, "status": "rejected", "reasons": list(rejection.reasons)}
        if self._mark() >= number:
            return {**told, "status": "published", "release": self._release_of(number)}
        return {**told, "problem": self.publisher.problem} if self.publisher.problem else told

    def _release_of(self, number: int) -> str:
        """Return the id of the first release with a change, as far as releases are kept."""
        found = []
        for name in list_releases(self._out):
            with contextlib.suppress(EgovKGError, OSError):
                place = self._out / RELEASES / name / MANIFEST
                mark = Manifest.from_bytes(place.read_bytes(), place).mark
                if mark >= number:
                    found.append((mark, name != self._serving.now.release, name))
        return min(found, default=(0, False, self._serving.now.release))[2]


def _wait(request: Request) -> float | None:
    """Return how many seconds a client prefers to wait (RFC 7240, 4.3), at most 60, or None if it says nothing."""
    match = _WAIT.search(", ".join(request.headers.getlist("prefer")))
    return min(float(match[1]), _LONGEST_WAIT) if match else None


def _why(told: Mapping[str, Any]) -> str:
    words = "; ".join(str(reason.get("message", "")) for reason in told["reasons"][:3])
    return f"change {told['number']} is in no release: {words}"[:500]


async def tell(request: Request) -> Response:
    """Answer a request for what came of a change.

    Raises:
        RequestRefused: As in `authorize`, for the scope ``update``: reasons may quote what was to be said.
        NotFound: If this server takes no changes, or there is none of that number.
    """
    changes = Exchange.of(request).served.changing
    if not isinstance(changes, CuratedChanges):
        raise NotFound("this server takes no changes that would be published later")
    authorize(request, "update")
    number = request.path_params["number"]
    if not _NUMBER.fullmatch(number):
        raise NotFound(f"there is no change {number[:40]!r}")
    return await changes.tell(int(number))
