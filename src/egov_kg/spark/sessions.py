"""A session of Spark for one run: quiet, with its files in our folder, ended with the run."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ConfigurationError, MissingExtra

__all__ = ["spark_session"]

_LOGGING: Final = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
"""


@contextlib.contextmanager
def spark_session(master: str, folder: Path, *, with_splink: bool = False) -> Iterator[Any]:
    """Yield a session of Spark.

    Args:
        master: Where it runs: ``local[*]``, ``spark://...``, ``yarn``.
        folder: For its files; every node has to see it where they are several.
        with_splink: Whether Splink's functions are loaded into it.

    Raises:
        MissingExtra: If PySpark is not installed.
        ConfigurationError: If there is no Java, or the session cannot be started.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtra("spark", "work over Spark") from error
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise ConfigurationError("Spark needs Java 17 or newer; there is no 'java' on PATH and no JAVA_HOME")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    words = folder / "log4j2.properties"
    words.write_text(_LOGGING, encoding="utf-8")
    # where this process found our package
    paths = os.pathsep.join(path for path in sys.path if path)
    builder = (
        SparkSession.builder.master(master)
        .appName("egov-kg")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.local.dir", str(folder / "spark"))
        .config("spark.executorEnv.PYTHONPATH", paths)
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={words.as_uri()}")
    )
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", "4")
    if with_splink:
        from splink.backends.spark import similarity_jar_location  # noqa: PLC0415 - an extra

        builder = builder.config("spark.jars", similarity_jar_location())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            spark = builder.getOrCreate()
        except Exception as error:  # Java's words, whatever they are
            first = str(error).strip().splitlines()[:1]
            raise ConfigurationError(f"Spark cannot be started at {master}: {' '.join(first)}") from error
        try:
            spark.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
            yield spark
        finally:
            spark.stop()
