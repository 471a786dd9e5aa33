"""What Prometheus may read of the server: the series, their words, and the text that /metrics gives.

The series stand in a registry of their own. If several fronts share the port they count in files that
``PROMETHEUS_MULTIPROC_DIR`` names, which must be set before this module is imported; whichever front is asked then
answers for all of them.
"""

from __future__ import annotations

import collections
import datetime as dt
import functools
import os
from collections.abc import Mapping, Sequence
from typing import Final
from weakref import WeakKeyDictionary

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from egov_kg.sparql import Pool

__all__ = [
    "ANSWERS",
    "ANSWER_SECONDS",
    "BUDGET_REFUSALS",
    "BYTES",
    "CACHE",
    "CACHE_BYTES",
    "CHANGES",
    "CHANGES_PENDING",
    "CONTENT_TYPE",
    "KILLS",
    "LOG_BYTES",
    "OLDEST_PENDING",
    "PUBLISHER_FAILURES",
    "PUBLISHER_RUNS",
    "QUERY_SECONDS",
    "RECONCILED",
    "RELEASE",
    "RELEASE_ISSUED",
    "RELEASE_SERVED",
    "RELOADS",
    "RUNNING",
    "STATE_NUMBER",
    "WAITING",
    "WORKERS",
    "cache_requests",
    "exposition",
    "measure",
    "observe",
    "serve_release",
]

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 10.5, 30.0, 60.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which says when it began to count
REGISTRY: Final = CollectorRegistry(auto_describe=True)

ANSWERS: Final = Counter(
    "egov_answers",
    "Answers by what was asked for (the form of a query, or the first part of the address), status (0 if the client "
    "left) and type of problem.",
    ["form", "status", "problem"],
    registry=REGISTRY,
)
ANSWER_SECONDS: Final = Histogram(
    "egov_answer_seconds",
    "From the head of a request to the last byte of its answer.",
    ["form"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)
QUERY_SECONDS: Final = Histogram(
    "egov_query_seconds",
    "How long queries waited for a process (queue), ran (run) and were written (write).",
    ["phase"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)
BYTES: Final = Counter("egov_answer_bytes", "Bytes of bodies that were sent.", ["form"], registry=REGISTRY)
KILLS: Final = Counter(
    "egov_kills",
    "Query processes that were ended before their time, by reason.",
    ["reason"],
    registry=REGISTRY,
)
RUNNING: Final = Gauge(
    "egov_queries_running", "Queries that a process works on.", registry=REGISTRY, multiprocess_mode="livesum"
)
WAITING: Final = Gauge(
    "egov_queries_waiting", "Queries that wait for a process.", registry=REGISTRY, multiprocess_mode="livesum"
)
WORKERS: Final = Gauge("egov_workers", "Query processes that live.", registry=REGISTRY, multiprocess_mode="livesum")
CACHE: Final = Counter(
    "egov_cache_requests", "Queries by how the cache of answers took part.", ["result"], registry=REGISTRY
)
CACHE_BYTES: Final = Gauge(
    "egov_cache_bytes", "What the cache of answers holds.", registry=REGISTRY, multiprocess_mode="livesum"
)
BUDGET_REFUSALS: Final = Counter(
    "egov_budget_refusals", "Requests of clients that had used up a budget.", ["budget"], registry=REGISTRY
)
RECONCILED: Final = Counter(
    "egov_reconciled",
    "Queries of reconciliation by version and outcome: match (one candidate is certain), candidates, none.",
    ["version", "outcome"],
    registry=REGISTRY,
)
RELEASE: Final = Gauge(
    "egov_release_info",
    "1 for the release that is served.",
    ["release", "version"],
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
RELEASE_ISSUED: Final = Gauge(
    "egov_release_issued_timestamp_seconds",
    "The day of the release that is served; its age is time() minus this.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
RELEASE_SERVED: Final = Gauge(
    "egov_release_served_timestamp_seconds",
    "Since when the release is served.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
RELOADS: Final = Counter("egov_reloads", "Changes to another release, by outcome.", ["outcome"], registry=REGISTRY)

CHANGES: Final = Counter(
    "egov_changes", "Changes that this server took, by what came of them.", ["outcome"], registry=REGISTRY
)
CHANGES_PENDING: Final = Gauge(
    "egov_changes_pending", "Changes that are in no release yet.", registry=REGISTRY, multiprocess_mode="livemax"
)
OLDEST_PENDING: Final = Gauge(
    "egov_changes_oldest_pending_timestamp_seconds",
    "When the oldest of them was accepted; 0 if there is none.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
LOG_BYTES: Final = Gauge(
    "egov_change_log_bytes", "What the change log holds.", registry=REGISTRY, multiprocess_mode="livemax"
)
STATE_NUMBER: Final = Gauge(
    "egov_state_number",
    "The number of the last change that the next one is made on.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
PUBLISHER_RUNS: Final = Counter(
    "egov_publisher_runs", "Runs of the publisher, by outcome.", ["outcome"], registry=REGISTRY
)
PUBLISHER_FAILURES: Final = Gauge(
    "egov_publisher_failures",
    "How many runs of the publisher have failed since the last one that did not.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)

_SEEN: Final[WeakKeyDictionary[Pool, collections.Counter[str]]] = WeakKeyDictionary()
"""The kills that have been counted."""

if _SHARED not in os.environ:
    ProcessCollector(registry=REGISTRY)  # of the front; there is no sum of these over several


def observe(form: str, status: int, problem: str, *, took: float, length: int, phases: Mapping[str, float]) -> None:
    """Count an answer.

    Args:
        form: What was asked for, one of a small number of words.
        status: Its status, 0 if the client left.
        problem: The type of the problem, or an empty text.
        took: Seconds from its head to the last byte of its answer.
        length: How many bytes of body were sent.
        phases: Seconds of the phases of its query.
    """
    answers, times, sizes = _series_of(form, status, problem)
    answers.inc()
    times.observe(took)
    sizes.inc(length)
    for phase, seconds in phases.items():
        _seconds_of(phase).observe(seconds)


@functools.lru_cache(maxsize=1024)
def _series_of(form: str, status: int, problem: str) -> tuple[Counter, Histogram, Counter]:
    return ANSWERS.labels(form, str(status), problem), ANSWER_SECONDS.labels(form), BYTES.labels(form)


@functools.lru_cache(maxsize=16)
def _seconds_of(phase: str) -> Histogram:
    return QUERY_SECONDS.labels(phase)


@functools.lru_cache(maxsize=16)
def cache_requests(result: str) -> Counter:
    """Return the counter of queries for which the cache took part in this way."""
    return CACHE.labels(result)


def serve_release(release: str, version: str, issued: dt.date) -> None:
    """Say which release is served from now on.

    Args:
        release: Its id.
        version: The version of its data.
        issued: Its day.
    """
    RELEASE.clear()
    RELEASE.labels(release, version).set(1)
    RELEASE_ISSUED.set(dt.datetime.combine(issued, dt.time(), dt.UTC).timestamp())
    RELEASE_SERVED.set_to_current_time()


def measure(pools: Sequence[Pool]) -> None:
    """Take over what the query processes of a release count themselves."""
    for pool in pools:
        before, _SEEN[pool] = _SEEN.get(pool, collections.Counter()), pool.kills.copy()
        for reason, count in (pool.kills - before).items():
            KILLS.labels(reason).inc(count)
    WORKERS.set(sum(len(pool.pids()) for pool in pools))


def exposition() -> bytes:
    """Return all series as text (format 0.0.4), those of other fronts included."""
    registry = REGISTRY
    if _SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
