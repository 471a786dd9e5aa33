"""The work of a process that finds things by name: it maps the search folder of a release, and may be ended."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from egov_kg.errors import NotFound, UsageError
from egov_kg.reconciliation.carried import packed, unpacked
from egov_kg.reconciliation.gathered import SEARCH
from egov_kg.reconciliation.inquiries import questions_of
from egov_kg.reconciliation.replies import replies_of, replies_to_bytes

__all__ = ["search_work"]

_GARBAGE: Final = (100_000, 20, 50)
"""What is kept has no cycles; to look for them as often as usual takes a tenth of the time."""

_ASKED: Final = frozenset(
    {
        "match",
        "replies",
        "suggest_entities",
        "suggest_types",
        "suggest_properties",
        "properties_of",
        "extend",
        "describe",
    }
)


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


Work = Callable[[Mapping[str, Any], str, _Sink], Mapping[str, Any]]


def search_work(_store: object, folder: Path, _graphs: object) -> Work:
    """Return what answers for the search folder of a release.

    The text of a request is what `egov_kg.reconciliation.carried` makes of the name of a method of
    `egov_kg.reconciliation.reconciler.Reconciler`, or of ``replies`` (`egov_kg.reconciliation.replies`), its arguments,
    and pairs of names and further arguments.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a thread for nothing, in every process
    # Where it is needed: the process of which all others are copies has one thread, and no arrays.
    from egov_kg.reconciliation.reconciler import Reconciler  # noqa: PLC0415

    place = folder / SEARCH
    reconciler = Reconciler.open(place) if place.is_dir() else None
    gc.freeze()
    gc.set_threshold(*_GARBAGE)

    told = {"form": "VIEW", "format": "json", "cacheable": True, "seconds": {}}

    def work(_head: Mapping[str, Any], text: str, sink: _Sink) -> Mapping[str, Any]:
        if reconciler is None:
            raise NotFound("this release was built without a search folder; build it again")
        method, arguments, named = unpacked(text.encode("utf-8", "surrogatepass"))
        if method not in _ASKED:
            raise UsageError(f"a search process knows no {method!r}")
        if method == "replies":
            inquiries, langs = arguments
            answers = reconciler.match(questions_of(inquiries), langs)
            sink.write(replies_to_bytes(replies_of(inquiries, answers, **dict(named))))
            return told
        found = getattr(reconciler, method)(*arguments, **dict(named))
        if method == "extend":
            infos, rows = found
            found = (infos, tuple(rows.items()))
        sink.write(packed(found))
        return told

    return work
