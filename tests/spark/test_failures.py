"""What Java and Spark say when they fail is told in one sentence of ours, with what to do."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from egov_kg.errors import ConfigurationError, SparkFailed, StorageFull
from egov_kg.spark.failures import check_java, check_master, in_our_words

MASTER = "spark://a.example:7077"


def failure(text: str) -> Exception:
    """Return an error as Spark raises it."""
    errors = pytest.importorskip("pyspark.errors", reason="the extra spark is not installed")
    found: Exception = errors.PySparkRuntimeError(text)
    return found


class TestJava:
    def test_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """It is said what to install."""
        monkeypatch.delenv("JAVA_HOME", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(ConfigurationError, match=r"no 'java' on PATH.*install Java 17 or newer"):
            check_java()

    def test_a_home_without_it(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """JAVA_HOME is what Spark looks at first, so it is named."""
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

        with pytest.raises(ConfigurationError, match="which has no bin/java"):
            check_java()

    def test_that_is_too_old(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Its version is told."""
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n", encoding="utf-8")
        java.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

        with pytest.raises(ConfigurationError, match=r"17 or newer, and .* is Java 11; install"):
            check_java()


class TestAMaster:
    def test_that_does_not_listen(self) -> None:
        """It is told at once, where Spark would try for a minute and then tell of a stopped context."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # nobody listens, and nobody else gets the port
            master = f"spark://127.0.0.1:{taken.getsockname()[1]}"

            with pytest.raises(SparkFailed, match=f"{master}: no master answers there. Start it") as caught:
                check_master(master)

        assert caught.value.exit_code == 4

    @pytest.mark.parametrize("master", ["spark://a.example", "spark://:7077", "spark://a.example:port"])
    def test_that_is_no_address(self, master: str) -> None:
        """A host and a port are needed."""
        with pytest.raises(ConfigurationError, match="write spark://HOST:PORT"):
            check_master(master)

    def test_the_second_of_two_may_listen(self) -> None:
        """Of several masters one is enough."""
        with socket.socket() as taken, socket.socket() as open_socket:
            taken.bind(("127.0.0.1", 0))
            open_socket.bind(("127.0.0.1", 0))
            open_socket.listen()
            places = [f"127.0.0.1:{one.getsockname()[1]}" for one in (taken, open_socket)]

            check_master(f"spark://{','.join(places)}")


class TestInOurWords:
    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ("java.lang.OutOfMemoryError: Java heap space", "its memory did not suffice. Give it more"),
            ("Job aborted: ExecutorLostFailure (executor 1 exited)", "it lost workers, again and again. Look at"),
            ("Cannot call methods on a stopped SparkContext.", "it has stopped. Look at the logs of the master"),
            ("java.io.FileNotFoundException: /a/part", "a worker cannot use a file. Every worker has to see"),
            ("An error occurred while calling o1.run.\n: a.B: it is so\n\tat a.b(C.scala:1)", ": it is so. Look at"),
        ],
        ids=["memory", "lost", "stopped", "unseen", "other"],
    )
    def test_what_it_means(self, tmp_path: Path, said: str, told: str) -> None:
        """The cause and the next step are told, and no trace of Java."""
        found = in_our_words(failure(said), MASTER, tmp_path)

        assert isinstance(found, SparkFailed)
        assert told in str(found)
        assert str(found).startswith(f"Spark at {MASTER}: ")
        assert "\n" not in str(found)

    def test_a_full_disk(self, tmp_path: Path) -> None:
        """It is told as every other full disk."""
        found = in_our_words(failure("java.io.IOException: No space left on device"), MASTER, tmp_path)

        assert isinstance(found, StorageFull)

    def test_what_is_not_sparks_stays(self, tmp_path: Path) -> None:
        """An error of our own code keeps its trace."""
        assert in_our_words(ValueError("x"), MASTER, tmp_path) is None
