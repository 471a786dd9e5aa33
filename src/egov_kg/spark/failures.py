"""What Java and Spark say when they fail, in our words: what happened, and what to do."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from egov_kg.errors import ConfigurationError, EgovKGError, SparkFailed, StorageFull

__all__ = ["check_java", "check_master", "in_our_words", "translated"]

_LEAST_JAVA: Final = 17
_SECONDS: Final = 10

_DISK: Final = re.compile(r"No space left on device|Disk quota exceeded|not enough space")
_MEMORY: Final = re.compile(
    r"OutOfMemoryError|Unable to acquire \d+ bytes|Cannot broadcast the table|exit(?:ed with)? code:? (?:52|137)"
)
_LOST: Final = re.compile(
    r"ExecutorLostFailure|Checkpoint block \S+ not found|stage failure.*FetchFailed|MetadataFetchFailed|worker lost|"
    r"Worker shutting down|Python worker exited unexpectedly",
    re.DOTALL,
)
_STOPPED: Final = re.compile(
    r"stopped SparkContext|SparkContext was shut down|All masters are unresponsive|Answer from Java side is empty"
    r"|Error while (?:sending or )?receiving|Connection refused|JVM is no longer|cancelled because SparkContext"
)
_UNSEEN: Final = re.compile(r"FileNotFoundException|Mkdirs failed|Permission denied|AccessDeniedException")


def check_java() -> None:
    """Check that there is a Java that Spark can run on.

    Raises:
        ConfigurationError: If there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    remedy = f"install Java {_LEAST_JAVA} or newer (on Debian: apt install openjdk-17-jre-headless) or set JAVA_HOME"
    if java is None or not Path(java).is_file():
        where = f"JAVA_HOME is {home}, which has no bin/java" if home else "there is no 'java' on PATH and no JAVA_HOME"
        raise ConfigurationError(f"Spark needs Java; {where}; {remedy}")
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - the user's Java
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigurationError(f"Spark needs Java, and {java} does not start; {remedy}") from error
    version = java_version(done.stderr + done.stdout)
    if version is not None and version < _LEAST_JAVA:
        raise ConfigurationError(f"Spark needs Java {_LEAST_JAVA} or newer, and {java} is Java {version}; {remedy}")


def java_version(told: str) -> int | None:
    """Return the version that Java tells; None if it tells none.

    Example:
        >>> java_version('openjdk version "17.0.15" 2025-04-15'), java_version('java version "1.8.0_412"')
        (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None


def check_master(master: str) -> None:
    """Check that something listens where a standalone master is said to be: Spark itself would wait for minutes.

    Raises:
        ConfigurationError: If the address is none.
        SparkFailed: If nothing answers.
    """
    if not master.startswith("spark://"):
        return
    places = [place.rpartition(":") for place in master.removeprefix("spark://").split(",")]
    if not all(host and port.isdigit() and int(port) < 1 << 16 for host, _, port in places):
        raise ConfigurationError(f"{master!r} is no address of a master of Spark; write spark://HOST:PORT")
    for host, _, port in places:
        with contextlib.suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), _SECONDS):
            return
    raise SparkFailed(master, "no master answers there", "Start it, or name another with --master")


@contextlib.contextmanager
def translated(master: str, folder: Path) -> Iterator[None]:
    """Turn what Spark raises into errors of ours.

    Args:
        master: Where it runs.
        folder: Where it keeps its files.

    Raises:
        StorageFull: If there is no room for its files.
        SparkFailed: If it cannot go on for any other reason.
    """
    try:
        yield
    except EgovKGError:
        raise
    except Exception as error:
        found = in_our_words(error, master, folder)
        if found is None:
            raise
        raise found from error


def in_our_words(error: Exception, master: str, folder: Path) -> EgovKGError | None:
    """Return what an error of Spark means; None for what is not Spark's."""
    if not type(error).__module__.startswith(("pyspark", "py4j")) and not isinstance(error, ConnectionError):
        return None
    text = f"{error} {getattr(error, 'java_exception', '')}"
    if _DISK.search(text):
        return StorageFull(folder, "no space is left there or on a worker's disk")
    for pattern, problem, remedy in (
        (_MEMORY, "its memory did not suffice", _MORE_MEMORY),
        (
            _UNSEEN,
            "a worker cannot use a file",
            f"Every worker has to see {folder} under this path and may have to write",
        ),
        (_LOST, "it lost workers, again and again", "Look at the workers' own logs, then run it again"),
        (_STOPPED, "it has stopped", "Look at the logs of the master and of the workers, then run it again"),
    ):
        if pattern.search(text):
            return SparkFailed(master, problem, remedy)
    return SparkFailed(master, first_words(text), "Look at the logs of its workers; if data cause it, it is our defect")


_MORE_MEMORY: Final = (
    "Give it more (environment variables SPARK_DRIVER_MEMORY and SPARK_EXECUTOR_MEMORY, such as 8g), or more workers"
)


def first_words(text: str) -> str:
    r"""Return what an error of Java says, without its trace.

    Example:
        >>> first_words("An error occurred while calling o1.run.\n: java.lang.X: it is so\n\tat a.b(C.scala:1)")
        'it is so'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not re.match(r"\s+at |\.\.\. ", line)]
    told = [line for line in lines if not line.startswith("An error occurred while calling")]
    return re.sub(r"^:? ?(?:[\w$]+\.)+[\w$]+: ", "", told[0])[:300] if told else "it does not say why"
