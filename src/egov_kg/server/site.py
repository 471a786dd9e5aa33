"""One release being served: its files, its query processes, its named queries, and what routes ask of them."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg import assets
from egov_kg.config import Config
from egov_kg.errors import EgovKGError
from egov_kg.reconciliation.gathered import SEARCH
from egov_kg.server import searches
from egov_kg.server.limits import charged
from egov_kg.server.searches import Searching
from egov_kg.server.watching import RECORD
from egov_kg.sparql import Answer, Engine, Limits, NamedQuery, Pool, Request, named_queries, processes_of
from egov_kg.sparql.federated_queries import federated_queries
from egov_kg.sparql.federation import federated
from egov_kg.sparql.remote import RemoteEngine
from egov_kg.store import Release, open_release
from egov_kg.store.history import hold

if TYPE_CHECKING:
    from egov_kg.server.companions import Companion

__all__ = ["Site", "limits_of", "public_url"]

_VIEWERS: Final = 2
_WORKS: Final = {
    "query": "egov_kg.sparql.worker:query_work",
    "view": "egov_kg.viewing:view_work",
    "search": searches.WORK,
}
_VIEWS_WAITING: Final = 256
_SEARCHERS: Final = 2
_SEARCHES_WAITING: Final = 64


@dataclass(slots=True)
class Site:
    """A release and the processes that answer for it.

    Attributes:
        config: Of the deployment.
        release: What is served.
        queries: The named queries by name.
        pool: What answers queries from outside.
        viewers: The processes for descriptions and proofs; queries from outside cannot keep them busy.
        descriptions: The service description by format, as far as it was asked for.
        reconciling: What finds things by name; None where nothing does: an old release, or a store that is written at
            once.
        held: Keeps the files of the release on the disk for as long as they are served.
        companion: What this is, if it is no release but a data set beside one.
        services: The endpoints that SERVICE may name.
    """

    config: Config
    release: Release
    queries: Mapping[str, NamedQuery]
    pool: Engine
    viewers: Engine
    descriptions: dict[str, bytes] = field(default_factory=dict)
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    reconciling: Searching | None = None
    companion: Companion | None = None
    services: tuple[str, ...] = ()

    @classmethod
    def open(cls, config: Config, path: Path, *, beside: Mapping[str, Engine] | None = None) -> Site:
        """Open a release without starting anything.

        Args:
            config: Of the deployment.
            path: A release folder, or the folder that holds ``current``.
            beside: What answers for data sets beside the release, by the names that SERVICE may give them.

        Raises:
            ReleaseNotFound, ReleaseDamaged: As in `egov_kg.store.open_release`.
        """
        release = open_release(path)
        processes = processes_of(
            release.path,
            memory=config.query_memory,
            result_bytes=config.result_bytes,
            quads=config.held_quads,
            works=_WORKS,
            prepare="egov_kg.sparql.proving:prepare",
        )
        make_pool = functools.partial(
            Pool,
            release.path,
            spool=Path(config.spool) if config.spool else None,
            spool_bytes=config.spool_bytes,
            base=release.base,
            processes=processes,
        )
        limits = limits_of(config)
        pool: Engine = make_pool(limits=limits, repeat_seconds=config.repeat_seconds)
        if config.engine_url:
            engine: Engine = RemoteEngine(
                pool, config, release=release.id, base=release.base, contact=public_url(config), beside=beside
            )
        else:
            engine = federated(pool, config, contact=public_url(config), beside=beside)
        few = dataclasses.replace(limits, workers=_VIEWERS, waiting=_VIEWS_WAITING, waiting_client=_VIEWS_WAITING)
        viewers = make_pool(limits=few, repeat_seconds=0, views=True)
        services = (*config.federation_allow, *(beside or ()))
        folder = assets.queries()
        queries = {**named_queries(folder), **federated_queries(folder, services, release.base)}
        site = cls(config, release, queries, engine, viewers, services=services)
        if (release.path / SEARCH).is_dir():
            fast = dataclasses.replace(limits, workers=_SEARCHERS, waiting=_SEARCHES_WAITING)
            site.reconciling = Searching(release.path / SEARCH, make_pool(limits=fast, repeat_seconds=0, kind="search"))
        return site

    async def start(self) -> None:
        """Start the processes.

        Raises:
            ReleaseDamaged: If none of them can open the release.
        """
        if self.release.path.is_dir():
            self.held.enter_context(hold(self.release.path))
        await self.pool.start()
        await self.viewers.start()

    async def close(self) -> None:
        """End the processes."""
        if self.reconciling is not None:
            await self.reconciling.close()
        await self.pool.close()
        await self.viewers.close()
        self.held.close()

    @property
    def state(self) -> str:
        """What names the state of the graph: no answer of one state is ever given for another.

        A release never changes. An engine whose graph does has a ``state`` of its own, another one after each change.
        """
        return getattr(self.pool, "state", None) or self.release.id

    @property
    def base(self) -> str:
        """The base of our IRIs, with its closing slash."""
        return self.release.base

    @property
    def public_url(self) -> str:
        """The address under which people see the server, with its closing slash."""
        return public_url(self.config)

    @property
    def licence(self) -> str:
        """The IRI of the licence of the facts; that of the configuration if the release does not say."""
        return self.release.manifest.licence or self.config.licence

    @property
    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted."""
        return self.pool.graphs

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The query processes, those for queries from outside first, whatever stands before them."""
        found = []
        for engine in (self.pool, self.viewers):
            inner: Any = engine
            while not isinstance(inner, Pool) and inner is not None:
                inner = getattr(inner, "engine", None)
            if inner is not None:
                found.append(inner)
        return tuple(found)

    async def answer(self, request: Request, *, client: str) -> Answer:
        """Return the answer to a query from outside; errors as in `egov_kg.server.limits.charged`."""
        record = RECORD.get()
        if record is not None:
            record.query = request.text
        answer = await charged(self.pool, request, client=client)
        if record is not None:
            record.form, record.seconds = answer.form, answer.seconds
        return answer

    async def ask(self, text: str, **terms: str) -> bool:
        """Return the answer to an ASK query of ours.

        Args:
            text: The query.
            **terms: Terms in N-Triples form by variable.
        """
        request = Request(text, table="json", graph=None, substitutions=terms)
        answer = await charged(self.viewers, request, client="")
        with contextlib.closing(answer.body):
            return bool(json.loads(answer.read())["boolean"])

    async def viewed(self, kind: str, query: Request | None = None, **arguments: str) -> Answer:
        """Return what a view process makes: see `egov_kg.viewing.work`.

        Args:
            kind: Of the view.
            query: The query that goes with it.
            **arguments: Of the view.
        """
        request = dataclasses.replace(query or Request(""), view={"kind": kind, **arguments})
        return await charged(self.viewers, request, client="")

    async def made(self, kind: str, **arguments: str) -> bytes:
        """Return the bytes of what a view process makes."""
        return (await self.viewed(kind, None, **arguments)).read()

    async def described(self, extension: str) -> bytes:
        """Return the service description in a format; it is made once.

        Raises:
            ReleaseDamaged: If the release has no readable ``void.ttl``.
        """
        if extension not in self.descriptions:
            config = self.config
            limits = (
                f"A query ends within {config.query_seconds:g} seconds, its text has at most {config.query_bytes} "
                f"bytes and its answer at most {config.result_bytes}; beyond that it is an error, never a part of one."
            )
            self.descriptions[extension] = await self.made(
                "service",
                format=extension,
                public_url=self.public_url,
                limits=limits,
                federated="yes" if self.services else "",
            )
        return self.descriptions[extension]

    async def prepare(self) -> None:
        """Make what clients ask for before all else, so that the first of them need not wait."""
        with contextlib.suppress(EgovKGError):  # then whoever asks hears of it
            await self.described("ttl")

    async def view(self, kind: str, **arguments: Any) -> Any:
        """Return the value that a view process makes: see `egov_kg.viewing.work`."""
        return json.loads(await self.made(kind, **arguments))


def limits_of(config: Config) -> Limits:
    """Return what queries and changes may take."""
    return Limits(
        workers=config.workers,
        seconds=config.query_seconds,
        result_bytes=config.result_bytes,
        waiting=config.queue,
        waiting_client=config.client_queue,
        memory=config.query_memory,
    )


def public_url(config: Config) -> str:
    """Return the address under which people see a server, with its closing slash."""
    url = config.public_url or f"http://{_host(config.host)}:{config.port}/"
    return url if url.endswith("/") else f"{url}/"


def _host(host: str) -> str:
    """Return a host as it stands in an address."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - not bound to here
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
