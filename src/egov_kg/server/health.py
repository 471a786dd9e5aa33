"""Whether the server is there, whether it can answer, and whether a release is fit to be served."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from egov_kg.errors import EgovKGError, ReleaseDamaged, StoreUnavailable
from egov_kg.server.problems import refused
from egov_kg.server.site import Site
from egov_kg.sparql import Request as Query

__all__ = ["State", "is_alive", "is_ready", "must_be_fit"]

_GOLDEN: Final = "ASK { ?s ?p ?o }"
_NO_STORE: Final = {"Cache-Control": "no-store"}
_MOST_COUNTED: Final = 2_000_000
"""How many quads are counted one by one; a larger release is asked for one of each graph."""
_NAMED: Final = 8
"""How many of the named queries are asked before a release is served."""


@dataclass(slots=True)
class State:
    """What a server is doing besides answering.

    Attributes:
        is_stopping: Whether it was told to stop.
        changing_to: The id of the release that it is about to serve, or an empty text.
        refused: The id of the release that should be served and is not fit for it, or an empty text.
        reason: Why it is not.
        unpublished: Why changes that were accepted are not published, or an empty text.
    """

    is_stopping: bool = False
    changing_to: str = ""
    refused: str = ""
    reason: str = ""
    unpublished: str = ""


def is_alive(site: Site) -> Response:
    """Answer that the front lives; no query process is asked."""
    return JSONResponse({"status": "ok", "release": site.release.id}, headers=_NO_STORE)


async def is_ready(site: Site, state: State) -> Response:
    """Answer that a query process has answered a query of the current release that has a known answer.

    While the server changes to another release the old one answers, so that it is ready all the time. What it changes
    to, and what it refused to serve, stands in the answer.

    Raises:
        RequestRefused: ``not-ready`` if no process answers, or the server is about to stop.
    """
    if state.is_stopping:
        raise refused("not-ready", "the server has been told to stop")
    try:
        is_right = await _ask(site, _GOLDEN)
    except EgovKGError as error:
        detail = str(error) if isinstance(error, StoreUnavailable) else "no query process answers"
        raise refused("not-ready", detail) from error
    if not is_right:
        raise refused("not-ready", "the release is empty")
    more = {
        "changing_to": state.changing_to,
        "refused": state.refused,
        "reason": state.reason,
        "unpublished": state.unpublished,
    }
    content = {"status": "ready", "release": site.release.id, **{key: text for key, text in more.items() if text}}
    return JSONResponse(content, headers=_NO_STORE)


async def must_be_fit(site: Site) -> None:
    """Ask golden queries of a release that has been opened, before others may ask it.

    The graphs must hold what the manifest says, and the first of the named queries must be answered.

    Raises:
        ReleaseDamaged: If one is answered otherwise, or not at all.
        StoreUnavailable: If the store that should answer does not, or holds another release.
    """
    found = await _faults(site)
    if found:
        raise ReleaseDamaged(site.release.path, "; ".join(found)[:500])


async def _faults(site: Site) -> list[str]:
    counts = site.release.counts.get("graphs", {})
    found = []
    try:
        if sum(counts.values()) <= _MOST_COUNTED:
            found += await _miscounted(site)
        elif not await _ask(site, _GOLDEN):
            found.append("it is empty")
        ready = [query for query in site.queries.values() if not any(p.required for p in query.parameters.values())]
        for query in ready[:_NAMED]:
            terms = query.bind({}, site.base)
            answer = await site.pool.answer(Query(query.text, substitutions=terms), client="golden")
            answer.body.close()
    except StoreUnavailable:
        raise
    except EgovKGError as error:
        found.append(f"a golden query was not answered: {error}")
    return found


async def _miscounted(site: Site) -> list[str]:
    text = "SELECT ?g (COUNT(*) AS ?n) { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o } } GROUP BY ?g"
    answer = await site.pool.answer(Query(text, table="json"), client="golden")
    with contextlib.closing(answer.body):
        rows = json.loads(answer.read())["results"]["bindings"]
    start = f"{site.base}graph/"
    found = {row["g"]["value"].removeprefix(start) if "g" in row else "default": int(row["n"]["value"]) for row in rows}
    wanted = site.release.counts["graphs"]
    return [
        f"the graph {name} holds {found.get(name, 0)} triples, not {wanted.get(name, 0)}"
        for name in sorted(found.keys() | wanted.keys())
        if found.get(name, 0) != wanted.get(name, 0)
    ]


async def _ask(site: Site, text: str) -> bool:
    answer = await site.pool.answer(Query(text, table="json"), client="readyz")
    with contextlib.closing(answer.body):
        return bool(json.loads(answer.read())["boolean"])
