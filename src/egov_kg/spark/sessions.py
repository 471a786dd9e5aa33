"""A session of Spark for one run: quiet, with its files in our folder, ended with the run."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ConfigurationError, MissingExtra, SparkFailed
from egov_kg.spark.failures import check_java, check_master, in_our_words, translated

__all__ = ["spark_session"]

_LOGGING: Final = """
rootLogger.level = off
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
"""


_SECONDS: Final = 120
"""In which workers of a cluster have to be there."""

_SMALL: Final = 64 << 20
"""Less data than this takes less time than compiling what works on it: measured, 34 s of a processor against 58 s."""

_PARTITION: Final = 64 << 20
_LEAST_PARTITIONS: Final = 4


@contextlib.contextmanager
def spark_session(master: str, folder: Path, *, with_splink: bool = False, size: int = 0) -> Iterator[Any]:
    """Yield a session of Spark; what it raises within are errors of ours.

    Args:
        master: Where it runs: ``local[*]``, ``spark://...``, ``yarn``.
        folder: For its files; every node has to see it where they are several.
        with_splink: Whether Splink's functions are loaded into it.
        size: Bytes of the data, from which follows in how many partitions Spark shuffles, and how much Java compiles;
            0 if nobody knows.

    Raises:
        MissingExtra: If PySpark is not installed.
        ConfigurationError: If there is no Java, or the session cannot be started.
        SparkFailed: If there is no master, there are no workers, or they fail.
        StorageFull: If there is no room for its files.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtra("spark", "work over Spark") from error
    check_java()
    check_master(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("egov-kg")
    for name, value in _settings(master, folder, size).items():
        builder = builder.config(name, value)
    if with_splink:
        from splink.backends.spark import similarity_jar_location  # noqa: PLC0415 - an extra

        builder = builder.config("spark.jars", similarity_jar_location())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            spark = builder.getOrCreate()
        except Exception as error:  # Java's words, whatever they are
            raise in_our_words(error, master, folder) or ConfigurationError(
                f"Spark cannot be started at {master}: {' '.join(str(error).strip().splitlines()[:1])}"
            ) from error
        try:
            with translated(master, folder):
                _wait_for_workers(spark, master)
                spark.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
                yield spark
        finally:
            spark.stop()
            atexit.register(_sweep, folder)


def _sweep(folder: Path) -> None:
    """Take away what a later session of the same Java has made again in the folder of an earlier one."""
    shutil.rmtree(folder / "spark", ignore_errors=True)
    with contextlib.suppress(OSError):  # it is not there, or has other files in it
        folder.rmdir()


def _settings(master: str, folder: Path, size: int) -> dict[str, str]:
    words = folder / "log4j2.properties"
    words.write_text(_LOGGING, encoding="utf-8")
    paths = os.pathsep.join(path for path in sys.path if path)  # where this process found our package
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",  # what goes wrong comes as an error
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "spark"),
        "spark.executorEnv.PYTHONPATH": paths,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={words.as_uri()}",
        "spark.cleaner.referenceTracking.cleanCheckpoints": "true",
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    }
    if 0 < size < _SMALL:
        settings["spark.driver.extraJavaOptions"] += " -XX:TieredStopAtLevel=1"
        settings["spark.sql.codegen.wholeStage"] = "false"
    is_local = master.startswith("local")
    if is_local or re.match(r"spark://(?:localhost|127\.[0-9.]+):", master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if is_local or size:
        settings["spark.sql.shuffle.partitions"] = str(max(_LEAST_PARTITIONS, size // _PARTITION))
    return settings


def _wait_for_workers(spark: Any, master: str) -> None:
    """Wait until a cluster has given us an executor; without one Spark would wait for ever.

    Raises:
        SparkFailed: If none has come in two minutes.
    """
    if master.startswith("local"):
        return
    status = spark.sparkContext._jsc.sc().statusTracker()  # noqa: SLF001 - Python has no face for it
    end = time.monotonic() + _SECONDS
    while len(status.getExecutorInfos()) <= 1:  # the driver is one
        if time.monotonic() > end:
            raise SparkFailed(
                master,
                f"no worker has taken the work within {_SECONDS} seconds",
                "Start workers, or ask for less of each: SPARK_EXECUTOR_MEMORY, SPARK_EXECUTOR_CORES",
            )
        time.sleep(0.1)
