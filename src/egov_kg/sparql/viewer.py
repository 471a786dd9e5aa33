"""The work of a process that also makes views: descriptions of things and proofs.

It answers nothing from outside but names of things, so it may open files. What proofs need is inferred once for a
release: by the process of which this one is a copy, or when it is first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from egov_kg.errors import UsageError
from egov_kg.sparql.description import describe
from egov_kg.sparql.explaining import explain
from egov_kg.sparql.spool import Spool
from egov_kg.sparql.worker import Work, query_work

if TYPE_CHECKING:
    from egov_kg.sparql.proving import StoreProver

__all__ = ["view_work"]


def view_work(store: ox.Store, folder: Path, graphs: frozenset[str]) -> Work:
    """Return what answers views and our own queries over a store.

    The views are ``description`` of ``iri``, and ``explanation`` of ``subject``, ``property`` and ``object``, terms in
    N-Triples form. Each is JSON; ``null`` for a thing that the release does not mention. ``proof`` of the same triple
    is its proof as a graph of steps, as `egov_kg.inference.Proof.as_json` gives it. With ``all`` both list all its last
    steps.
    """
    answer_query = query_work(store, folder, graphs)

    def prover(base: str) -> StoreProver:
        from egov_kg.sparql.proving import prover_of  # noqa: PLC0415 - NumPy, which queries do not need

        return prover_of(store, base)

    def work(head: Mapping[str, Any], text: str, buffer: Spool) -> Mapping[str, Any]:
        view, base = head["view"], head["base"]
        if view is None:
            return answer_query(head, text, buffer)
        made: object
        match view["kind"]:
            case "description":
                made = describe(store, view["iri"], prover=prover(base), base=base)
            case "explanation":
                made = explain(store, _triple(view), prover=prover(base), base=base, all_steps=bool(view["all"]))
            case "proof":
                made = prover(base).explain(_triple(view), all_steps=bool(view["all"])).as_json()
            case kind:
                raise UsageError(f"there is no view {kind!r}")
        buffer.write(json.dumps(made, ensure_ascii=False).encode())
        return {"form": "VIEW", "format": "json", "cacheable": True, "seconds": {}}

    return work


def _triple(view: Mapping[str, Any]) -> ox.Triple:
    line = f"{view['subject']} {view['property']} {view['object']} ."
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    triple: ox.Triple = quad.triple
    return triple
