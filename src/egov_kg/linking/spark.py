"""The own engine over Spark: our side is sent to every node, rows are compared where they are, the best come back.

What the nodes find adds up to what one process finds, so the mapping file has the same bytes. The target is read here,
by the same reader with the same checks, and goes to the nodes in waves.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final

from egov_kg.linking.parts import Comparer, Found, found_in
from egov_kg.linking.parts import Setting as _Setting
from egov_kg.linking.tables import Batch
from egov_kg.spark.sessions import spark_session

__all__ = ["compare_over_spark"]

_BATCHES: Final = 16
"""For each core of the cluster in one wave."""


def compare_over_spark(master: str, setting: _Setting, batches: Iterable[Batch]) -> Found:
    """Return what `egov_kg.linking.workers.compare_here` returns, compared by the nodes of Spark.

    Args:
        master: Where Spark runs.
        setting: Our side, and what is compared.
        batches: The rows.

    Raises:
        MissingExtra: If Spark is not installed.
        TooManyPairs: If there are more pairs than may be compared.
        UnreadableTarget: If the target is not as its specification says.
    """
    total, rows = Comparer(setting).part, iter(batches)
    with (
        tempfile.TemporaryDirectory(prefix="egov-kg-spark-") as folder,
        spark_session(master, Path(folder)) as spark,
    ):
        context = spark.sparkContext
        told = context.broadcast(pickle.dumps(setting))
        cores = context.defaultParallelism
        for first in rows:
            wave = list(islice(chain([first], rows), cores * _BATCHES))
            parted = context.parallelize(wave, min(cores, len(wave)))
            for part in parted.mapPartitions(lambda some: _compared(told.value, some)).collect():
                total.add(pickle.loads(part))  # noqa: S301 - what our own code gave
    return found_in(total, setting)


def _compared(told: bytes, batches: Iterator[Batch]) -> Iterator[bytes]:
    comparer = Comparer(pickle.loads(told))  # noqa: S301 - what our own code sent
    for batch in batches:
        comparer.take(batch)
    yield pickle.dumps(comparer.part)
