"""What a query process does with a query besides answering it from its store: the part of it in a larger work.

A request says a job by its ``kind``; the bytes that are attached to it are foreign, and are read here only, in a
process without network that may be ended.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from egov_kg.errors import QueryRefused, UsageError
from egov_kg.sparql import elsewhere, evaluation, guard
from egov_kg.sparql.anatomy import anatomy
from egov_kg.sparql.service_groups import Need, Reply, Services
from egov_kg.sparql.spool import Spool

__all__ = ["run"]


def run(
    store: ox.Store, graphs: Collection[str], head: Mapping[str, Any], text: str, buffer: Spool
) -> Mapping[str, Any]:
    """Do the job of a request; return the head of the answer.

    Args:
        store: The data.
        graphs: The IRIs of its named graphs.
        head: Of the request; ``job`` and ``attached`` are in it.
        text: The query.
        buffer: Gets the body of the answer.

    Raises:
        EgovKGError: As the job says.
    """
    match head["job"]["kind"]:
        case "anatomy":
            found = anatomy(text, base=head["base"], graphs=graphs, services=head["job"]["services"])
            buffer.write(json.dumps(found, ensure_ascii=False).encode())
            return {"form": "ANATOMY", "format": "json", "cacheable": True, "seconds": {}}
        case "services":
            return _answer_with_services(store, head, text, buffer)
        case "elsewhere-prepare":
            replies = list(_replies(head["job"].get("replies", []), head["attached"]))
            return elsewhere.prepare(store, graphs, head, text, buffer, replies=replies)
        case "elsewhere-read":
            return elsewhere.read(head, buffer)
        case kind:
            raise UsageError(f"there is no job {kind!r}")


def _answer_with_services(store: ox.Store, head: Mapping[str, Any], text: str, buffer: Spool) -> Mapping[str, Any]:
    """Answer a query that may name other endpoints, or say what is to be asked there first.

    The job has ``allow``, the endpoints that may be named; ``rows``, how many rows count as cut; ``replies``, for each
    group so far ``lengths`` of its parts in the attached bytes, or None where they failed, and ``whole``. The answer
    with the form ``NEED`` has a `Need` in JSON as its body.
    """
    job, base = head["job"], head["base"]
    checked = guard.check(text, base=base, services=job["allow"])
    dataset = evaluation.dataset_of(head["default_graphs"], head["named_graphs"])
    functions = None
    if checked.services:
        if head["substitutions"]:
            raise QueryRefused("service-refused", "a query with parameters cannot ask other endpoints by SERVICE")
        services = Services(checked, base=base, rows=job["rows"])
        if not job["replies"]:
            services.check_syntax()
        found = services.next(store, dataset, list(_replies(job["replies"], head["attached"])))
        if isinstance(found, Need):
            buffer.write(json.dumps(dataclasses.asdict(found)).encode())
            return {"form": "NEED", "format": "json", "cacheable": False, "seconds": {}}
        complete, functions = found
        checked = dataclasses.replace(checked, text=complete)
    outcome = evaluation.run(
        store,
        checked,
        buffer,
        table=head["table"],
        graph=head["graph"],
        dataset=dataset,
        substitutions=head["substitutions"],
        base=base,
        functions=functions,
    )
    return {
        "form": outcome.form,
        "format": outcome.format.name,
        "cacheable": outcome.cacheable,
        "seconds": dict(outcome.seconds),
    }


def _replies(told: list[Mapping[str, Any]], attached: memoryview) -> Iterator[Reply]:
    at = 0
    for reply in told:
        if reply["lengths"] is None:
            yield Reply(None, reply["whole"])
            continue
        parts = []
        for length in reply["lengths"]:
            parts.append(bytes(attached[at : at + length]))
            at += length
        yield Reply(parts, reply["whole"])
