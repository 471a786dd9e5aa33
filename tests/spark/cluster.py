"""A cluster of Spark on this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster.

    Attributes:
        master: Its address.
        folders: Where its workers keep what they run, one for each.
    """

    master: str
    folders: tuple[Path, ...]

    def ran(self) -> list[int]:
        """Return how many executors each worker has started so far."""
        return [len(list(one.glob("app-*/*"))) for one in self.folders]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers of one core each, on this machine alone; all end with the tests of this module."""
    pyspark = pytest.importorskip("pyspark", reason="the extra spark is not installed")
    home, folder = Path(pyspark.__file__).parent, tmp_path_factory.mktemp("spark")
    env = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    scala = next(home.glob("jars/scala-library-*.jar")).stem.removeprefix("scala-library-")
    env["SPARK_SCALA_VERSION"] = scala.rpartition(".")[0]  # a worker would look for it in a checkout of Spark
    java = ["java", "-Xmx512m", "-Dspark.master.rest.enabled=false", "-cp", f"{home}/jars/*"]
    there = ["--host", "127.0.0.1", "--webui-port", "0"]
    with contextlib.ExitStack() as ends:

        def started(name: str, *words: str) -> Path:
            log = folder / f"{name}.log"
            sink = ends.enter_context(log.open("wb"))
            process = subprocess.Popen([*java, *words], stdout=sink, stderr=sink, env=env)
            ends.callback(process.wait, 30)
            ends.callback(process.terminate)
            return log

        classes = "org.apache.spark.deploy"
        log = started("master", f"{classes}.master.Master", *there, "--port", "0")
        master = told(log, r"Starting Spark master at (spark://\S+)")
        folders = tuple(folder / f"worker{number}" for number in range(2))
        for one in folders:
            words = ["--cores", "1", "--memory", "1g", "--work-dir", str(one), master]
            told(
                started(one.name, f"{classes}.worker.Worker", *there, *words), r"Successfully registered with (master)"
            )
        yield Cluster(master, folders)


def told(log: Path, pattern: str) -> str:
    """Wait until a process has told something in its log; return the group."""
    for _ in range(SECONDS * 5):
        found = re.search(pattern, log.read_text(errors="replace"))
        if found is not None:
            return found[1]
        time.sleep(0.2)
    raise AssertionError(f"{pattern} is not in {log.read_text(errors='replace')[-3000:]}")
