"""What ``egov-kg doctor`` says of a machine and a configuration on which a server is to run."""

from __future__ import annotations

import datetime as dt
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg import seccomp
from egov_kg.config import Config
from egov_kg.doctor import Check, exposure, machine
from egov_kg.store.tokens import new_token


def exposed(name: str, **settings: object) -> Check:
    """Return the outcome of a check of the configuration."""
    config = Config(**{"port": 0, **settings})  # type: ignore[arg-type]
    return next(check for check in exposure.examine(config) if check.name == name)


def of_machine(name: str, config: Config | None = None) -> Check:
    """Return the outcome of a check of the machine."""
    return next(check for check in machine.examine(config or Config()) if check.name == name)


class TestWalls:
    @pytest.mark.skipif(not seccomp.is_available(), reason="the system takes no filter of system calls")
    def test_are_built_and_tried(self) -> None:
        """In a process like that of a query."""
        check = of_machine("walls")

        assert (check.status, check.remedy) == ("ok", "")
        assert "a query can open no socket" in check.found

    def test_without_address_space_are_a_failure(self) -> None:
        """The stack of a query does not fit; the remedy names the limit."""
        program = (
            "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
            "from egov_kg.doctor import machine; check = machine._walls(); print(check.status, check.remedy)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

        assert done.stdout.startswith("fail raise limits on memory and threads (ulimit -v")


class TestMemory:
    def test_is_that_of_every_query_process_at_once(self) -> None:
        """And of the release, once."""
        config = Config(workers=2, query_memory=100 << 20, held_quads=5000)

        assert machine.most_memory(replace(config, workers=4), 0) - machine.most_memory(config, 0) == 2 * (100 << 20)
        assert machine.most_memory(config, 5000) - machine.most_memory(config, 0) == 1024 * 5000
        assert machine.most_memory(config, 5001) == machine.most_memory(config, 0)

    def test_that_is_missing_is_named_with_the_number_of_workers_that_fit(self) -> None:
        """Here it is missing on every machine."""
        check = of_machine("memory", Config(workers=64, query_memory=1 << 40, out=Path("none")))

        assert check.status == "warn"
        assert check.remedy.startswith("set workers = 1;")

    @pytest.mark.parametrize(
        ("own", "files", "limit"),
        [
            ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": "1000"}, 1000),
            ("0::/\n", {"memory.max": "5000"}, 5000),
            ("0::/a\n", {"a/memory.max": "9000", "memory.max": "max"}, 9000),
            ("4:memory:/a\n0::/\n", {"memory/a/memory.limit_in_bytes": "700"}, 700),
            ("4:memory:/a\n", {"memory/a/memory.limit_in_bytes": "9223372036854771712"}, 0),
            ("0::/a\n", {}, 0),
        ],
    )
    def test_of_a_control_group_counts(self, tmp_path: Path, own: str, files: dict[str, str], limit: int) -> None:
        """The least one of those around the process, in both versions of control groups."""
        for name, text in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="ascii")
        (tmp_path / "own").write_text(own, encoding="ascii")

        assert machine._cgroup_limit(tmp_path / "cgroup", tmp_path / "own") == limit


class TestPlaces:
    def test_for_answers_must_be_there(self, tmp_path: Path) -> None:
        """The remedy names the setting."""
        check = of_machine("spool", Config(spool=str(tmp_path / "none")))

        assert check.status == "fail"
        assert "set spool" in check.remedy

    def test_for_answers_must_be_large(self) -> None:
        """An answer of the largest size fits at least."""
        assert of_machine("spool", Config(result_bytes=1 << 40)).status == "fail"
        assert of_machine("spool", Config(result_bytes=1 << 10, spool_bytes=1 << 50)).status == "warn"
        assert of_machine("spool", Config(result_bytes=1 << 10, spool_bytes=1 << 10)).status == "ok"

    def test_for_descriptors_are_counted(self) -> None:
        """Each client needs one, and each waiting answer."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, before[1]), before[1]))
        try:
            check = of_machine("descriptors")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

        assert check.status == "warn"
        assert check.remedy.startswith("ulimit -n ")


class TestClock:
    def test_before_the_day_of_the_release_is_wrong(self, tmp_path: Path) -> None:
        """Tokens would live too long."""
        tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).date().isoformat()

        assert of_machine("clock", Config(issued=tomorrow, out=tmp_path)).status == "warn"
        assert of_machine("clock", Config(issued="2020-01-01", out=tmp_path)).status == "ok"

    def test_before_the_newest_file_is_wrong(self, tmp_path: Path) -> None:
        """It was right when the release was published."""
        (tmp_path / "current").touch()
        os.utime(tmp_path / "current", (4e9, 4e9))

        check = of_machine("clock", Config(issued="2020-01-01", out=tmp_path))

        assert check.status == "warn"
        assert "newest file" in check.found


class TestExposure:
    @pytest.fixture
    def taken(self) -> Iterator[int]:
        """A port at which somebody listens."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield server.getsockname()[1]

    def test_of_a_port_that_is_taken(self, taken: int) -> None:
        """Another one can be had."""
        assert exposed("port", port=taken).status == "warn"
        assert exposed("port").status == "ok"

    def test_without_encryption(self) -> None:
        """Strangers come through a proxy with TLS."""
        assert exposed("address", host="0.0.0.0").status == "warn"
        assert exposed("address", host="0.0.0.0", public_url="https://kg.example.org/").status == "ok"
        assert exposed("address").status == "ok"

    def test_through_a_proxy_that_is_not_known(self) -> None:
        """Everybody would be somebody on this machine: without budgets, and with metrics if they are local."""
        public = "https://kg.example.org/"

        assert exposed("proxy", public_url=public).status == "warn"
        assert exposed("proxy", public_url=public, metrics="local").status == "fail"
        assert exposed("proxy", public_url=public, trusted_proxies="127.0.0.1").status == "ok"
        assert exposed("proxy", public_url="http://localhost:8000/").status == "ok"

    @pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
    def test_of_tokens(self, tmp_path: Path) -> None:
        """A file that others read, tokens that expire, modes in which nobody may write, or ask."""
        path = tmp_path / "tokens.json"
        assert exposed("tokens", mode="updates").status == "warn"
        assert exposed("tokens", reading="token").status == "fail"
        assert exposed("tokens", token_file=str(path)).status == "fail"
        new_token(path, ["update"], days=100)
        assert exposed("tokens", token_file=str(path)).status == "ok"
        path.chmod(0o644)
        assert exposed("tokens", token_file=str(path)).remedy == f"chmod 600 {path}"
        path.chmod(0o600)
        new_token(path, ["read"], days=3)
        assert "expire within 14 days: t-" in exposed("tokens", token_file=str(path)).found

    def test_of_root(self) -> None:
        """A server needs no rights."""
        assert exposed("user").status == ("warn" if os.geteuid() == 0 else "ok")
