"""What a query costs, instead of what it answers: ``explain=1``."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import time
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from egov_kg.errors import Busy, EngineStopped, LimitExceeded, RateLimited
from egov_kg.server.exchange import Exchange
from egov_kg.server.limits import charged
from egov_kg.server.problems import problem_of, refused
from egov_kg.server.requests import Parameters, attended
from egov_kg.sparql import GRAPH, TABLE, Answer, Request

__all__ = ["is_asked_for", "report"]

_NO_PLAN: Final = "the engine does not tell how it plans a query; this is read off its words and off one run"
_CHUNK: Final = 1 << 20


def is_asked_for(parameters: Parameters) -> bool:
    """Whether the cost of a query is asked for, and not its answer.

    Raises:
        RequestRefused: ``bad-parameter`` if ``explain`` is neither yes nor no.
    """
    value = parameters.one("explain")
    if value in {"1", "true"}:
        return True
    if value in {None, "", "0", "false"}:
        return False
    raise refused("bad-parameter", f"explain={value[:40]!r} is neither 1 nor 0", parameter="explain")


async def report(exchange: Exchange, query: Request) -> Response:
    """Run a query, and answer with what it cost.

    It is run anew, whatever is kept, and written as TSV or N-Triples, whose lines are its rows. One that reaches a
    limit is a result too: the report says which.

    Raises:
        EgovKGError: Whatever is wrong with the query; no run has begun then. Also if there is no process for it.
    """
    site, config = exchange.site, exchange.site.config
    words = await _words(exchange, query)
    began = time.perf_counter()
    made: dict[str, Any]
    try:
        plain = dataclasses.replace(query, table="tsv", graph="nt")
        answer = await attended(exchange.request, lambda _presence: site.answer(plain, client=exchange.client))
    except (Busy, RateLimited):
        raise
    except (LimitExceeded, EngineStopped) as error:
        problem = problem_of(error)
        made = {"answer": None, "problem": {"type": problem.kind.slug, "detail": problem.detail}, "seconds": {}}
    else:
        made = {"answer": await asyncio.to_thread(_measured, answer), "seconds": dict(answer.seconds)}
    made["seconds"]["total"] = time.perf_counter() - began
    made["seconds"] = {name: round(seconds, 6) for name, seconds in made["seconds"].items()}
    document = {
        "release": site.release.id,
        "query": words,
        "dataset": {"default": query.default_graphs, "named": query.named_graphs, "expanded": query.expands},
        **made,
        "limits": {
            "seconds": min(config.query_seconds, query.seconds or config.query_seconds),
            "bytes": config.result_bytes,
            "memory": config.query_memory,
        },
        "plan": None,
        "note": _NO_PLAN,
    }
    return JSONResponse(document, headers={"Cache-Control": "no-store"})


async def _words(exchange: Exchange, query: Request) -> Any:
    """Return what the words of a query tell, read in a query process; None where there is none of a release."""
    site = exchange.site
    if not site.pools:
        return None
    job = {"kind": "anatomy", "services": list(site.services)}
    answer = await charged(site.pools[0], dataclasses.replace(query, job=job), client=exchange.client)
    return json.loads(answer.read())


def _measured(answer: Answer) -> dict[str, Any]:
    """Return what is known of an answer, and close it."""
    formats = GRAPH if answer.form in {"CONSTRUCT", "DESCRIBE"} else TABLE
    with contextlib.closing(answer.body):
        lines, left = 0, answer.length
        while left and (part := answer.body.read(min(left, _CHUNK))):
            lines += part.count(b"\n")
            left -= len(part)
    rows = None if answer.form == "ASK" else lines - 1 if answer.form == "SELECT" else lines
    return {
        "form": answer.form,
        "rows": rows,
        "bytes": answer.length,
        "bytes_as": answer.format,
        "cacheable": answer.cacheable,
        "formats": list(formats),
    }
