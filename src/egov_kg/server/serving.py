"""The release that is served now, and the change to the next one when ``current`` moves."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg.config import Config
from egov_kg.errors import EgovKGError, StoreUnavailable
from egov_kg.server import metrics
from egov_kg.server.cache import AnswerCache
from egov_kg.server.companions import Companion, Companions
from egov_kg.server.downloads import Downloads
from egov_kg.server.health import State, must_be_fit
from egov_kg.server.html import HtmlPages
from egov_kg.server.ready import ReadyAnswers
from egov_kg.server.site import Site
from egov_kg.sparql import Pool
from egov_kg.store import CURRENT, MANIFEST, digest, open_release

if TYPE_CHECKING:
    from egov_kg.server.changing import Changing

__all__ = ["Served", "Serving", "request_ids"]

_LOG = logging.getLogger(__name__)
_POLL_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 60.0
"""After so many seconds a release that was refused is tried again: memory or descriptors may have been missing."""
_STORE_SECONDS: Final = 5.0
"""The same for a release that the store which should answer does not hold yet."""


@dataclass(frozen=True, slots=True)
class Served:
    """One release with all that answers for it; a request keeps the one it began with.

    Attributes:
        site: The release and its processes.
        pages: What makes pages.
        downloads: Its files; a store that changes has none.
        cache: Answers to queries.
        ready: Answers to whole requests.
        changing: What accepts changes, if anything does.
        heads: Heads of answers by their kind, with holes (`egov_kg.server.direct`).
    """

    site: Site
    pages: HtmlPages
    downloads: Downloads | None
    cache: AnswerCache
    ready: ReadyAnswers
    changing: Changing | None = None
    heads: dict[tuple[bool, str], bytes] = field(default_factory=dict)

    @property
    def release(self) -> str:
        """The id of the release."""
        return self.site.release.id


def request_ids() -> Iterator[str]:
    """Yield ids of requests that nobody can guess: 16 hexadecimal digits; the system is asked once for many."""
    while True:
        digits = secrets.token_hex(8 * 256)
        yield from (digits[place : place + 16] for place in range(0, len(digits), 16))


class Serving:
    """Opens a release, follows ``current``, closes.

    Args:
        config: Of the deployment.
        path: A release folder, or the folder that holds ``current``.
        make_pages: Makes the pages of a site.
        beside: The data sets that stand beside the release, whichever that is.

    Attributes:
        now: What is served to a request that comes now.
        companions: Those data sets with their processes.
        next_id: Gives the id of the next request.
    """

    def __init__(
        self,
        config: Config,
        path: Path,
        make_pages: Callable[[Site], HtmlPages],
        beside: Sequence[Companion] = (),
    ) -> None:
        self.config, self.path, self._make_pages = config, path, make_pages
        self.companions = Companions(config, beside)
        self.now = self._open()
        self.state = State()
        self._again = 0.0
        self._changing = asyncio.Lock()
        self.next_id: Callable[[], str] = functools.partial(next, request_ids())
        self._tasks: set[asyncio.Task[None]] = set()

    def _open(self) -> Served:
        site = Site.open(self.config, self.path, beside=self.companions.engines)
        cache = AnswerCache(self.config.cache_bytes, self.config.cache_answer_bytes)
        ready = ReadyAnswers(self.config.cache_bytes // 8)
        return Served(site, self._make_pages(site), Downloads(site.release), cache, ready)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts."""
        async with self.companions.running():
            await self.now.site.start()
            self._tell()
            following = asyncio.ensure_future(self._follow())
            try:
                yield
            finally:
                following.cancel()
                for task in list(self._tasks):
                    task.cancel()
                await asyncio.gather(following, *self._tasks, return_exceptions=True)
                await self.now.site.close()

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The query processes of the release and of the data sets beside it."""
        return (*self.now.site.pools, *self.companions.pools)

    def _tell(self) -> None:
        manifest = self.now.site.release.manifest
        metrics.serve_release(self.now.release, manifest.version, dt.date.fromisoformat(manifest.issued))
        task = asyncio.ensure_future(self.now.site.prepare())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Say from now on that the server is about to stop."""
        self.state.is_stopping = True

    async def _follow(self) -> None:
        is_following = (self.path / CURRENT).exists()  # otherwise one release was asked for
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            metrics.measure(self.pools)
            try:
                if is_following:
                    await self.follow()
            except (EgovKGError, OSError) as error:
                _LOG.warning("the release that current points to is not served: %s", error)

    async def reload(self) -> None:
        """Change at once to the release that ``current`` points to, also if it was refused just now.

        Raises:
            ReleaseNotFound, ReleaseDamaged: If it cannot be served; what was served before goes on.
        """
        self._again = 0.0
        await self.follow()

    def reload_soon(self) -> None:
        """Do what `reload` does, and say in the log how it went."""
        task = asyncio.ensure_future(self._reload_and_tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reload_and_tell(self) -> None:
        try:
            await self.reload()
        except (EgovKGError, OSError) as error:
            _LOG.warning("the release that current points to is not served: %s", error)
        else:
            _LOG.info("reloaded: release %s is served", self.now.release)

    async def follow(self) -> None:
        """Change to the release that ``current`` points to, if it is another one and was not refused just now.

        Raises:
            ReleaseNotFound, ReleaseDamaged: If it cannot be served; what was served before goes on.
        """
        async with self._changing:
            await self._follow_now()

    async def _follow_now(self) -> None:
        wanted = self._points_to()
        if wanted in {None, self.now.release}:
            self.state.refused = self.state.reason = ""
        elif wanted != self.state.refused or asyncio.get_running_loop().time() >= self._again:
            self.state.changing_to = wanted or ""
            try:
                await self._change()
            except (EgovKGError, OSError) as error:
                reason, pause = "it is damaged or incomplete; the log of the server says more", _AGAIN_SECONDS
                if isinstance(error, StoreUnavailable):
                    reason, pause = str(error), _STORE_SECONDS
                self.state.refused, self.state.reason = wanted or "", reason
                self._again = asyncio.get_running_loop().time() + pause
                metrics.RELOADS.labels("refused").inc()
                raise
            else:
                self.state.refused = self.state.reason = ""
                metrics.RELOADS.labels("served").inc()
            finally:
                self.state.changing_to = ""

    def _points_to(self) -> str | None:
        pointer = self.path / CURRENT
        with contextlib.suppress(OSError):
            if pointer.is_symlink():
                return pointer.resolve().name
            if pointer.is_dir():  # a copy that followed the link; its name does not say which release it is
                return digest(pointer / MANIFEST)[0]
            return pointer.read_text(encoding="ascii").strip()
        return None

    async def _change(self) -> None:
        release = await asyncio.to_thread(open_release, self.path)
        _LOG.info("changing to release %s", release.id)
        served = await asyncio.to_thread(self._open)
        try:
            await served.site.start()
            await must_be_fit(served.site)
        except BaseException:
            await served.site.close()
            raise
        before, self.now = self.now, served
        self._tell()
        task = asyncio.ensure_future(self._close(before))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self, served: Served) -> None:
        """End a release that is served no more, when its last query must have ended."""
        try:
            await asyncio.sleep(self.config.query_seconds + 1)
        finally:
            await served.site.close()
            metrics.measure(served.site.pools)
