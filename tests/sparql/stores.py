"""Stores of others, started by the tests on 127.0.0.1 with data of their own in a temporary folder."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

_START_SECONDS: Final = 60
PASSWORD: Final = "dba"
"""Of a fresh Virtuoso; it listens on 127.0.0.1 alone, and holds nothing but what the tests put into it."""


@dataclass(slots=True)
class Store:
    """A store that runs.

    Attributes:
        name: What it is.
        query, update, graphs: Its addresses.
        auth: How it wants to know who we are.
        user: The name for that.
        process: It.
    """

    name: str
    query: str
    update: str
    graphs: str
    auth: str
    user: str
    process: subprocess.Popen[bytes]

    @property
    def settings(self) -> dict[str, str]:
        """The configuration that names it."""
        return {
            "engine_url": self.query,
            "engine_update_url": self.update,
            "engine_graph_store_url": self.graphs,
            "engine_auth": self.auth,
            "engine_user": self.user,
        }


def client(auth: httpx.Auth | None = None) -> httpx.Client:
    """Return a client for servers on this machine; it is spared the certificates of the world, which take 0.1 s."""
    return httpx.Client(auth=auth, trust_env=False, verify=False, timeout=60)


def free_port() -> int:
    """Return a port of 127.0.0.1 at which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def oxigraph_command() -> str:
    """Return the `oxigraph` server that is installed beside this Python; skip the test where there is none."""
    found = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if found is None:
        pytest.skip("needs the oxigraph server: pip install oxigraph")
    return found


@contextlib.contextmanager
def oxigraph(port: int = 0, location: Path | None = None) -> Iterator[Store]:
    """Run an Oxigraph server, in memory or in a folder."""
    port = port or free_port()
    place = ["--location", str(location)] if location is not None else []
    command = [oxigraph_command(), "serve", "--bind", f"127.0.0.1:{port}", *place]
    url = f"http://127.0.0.1:{port}"
    with _running(command, None, f"{url}/query") as process:
        yield Store("oxigraph", f"{url}/query", f"{url}/update", f"{url}/store", "none", "", process)


@contextlib.contextmanager
def virtuoso(folder: Path, *, rows: int = 10_000) -> Iterator[Store]:
    """Run Debian's Virtuoso in a folder; skip the test where it is not installed.

    Args:
        folder: Empty.
        rows: At how many rows it cuts answers.
    """
    command = shutil.which("virtuoso-t")
    if command is None:
        pytest.skip("needs Debian's virtuoso-opensource-7 (virtuoso-t)")
    port = free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(sql=free_port(), http=port, rows=rows), encoding="ascii")
    url = f"http://127.0.0.1:{port}"
    with _running([command, "+foreground", "+configfile", str(ini)], folder, f"{url}/sparql") as process:
        yield Store(
            "virtuoso", f"{url}/sparql", f"{url}/sparql-auth", f"{url}/sparql-graph-crud-auth", "digest", "dba", process
        )


@contextlib.contextmanager
def _running(command: list[str], folder: Path | None, url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(url, process)
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _START_SECONDS
    with client() as asking:
        while time.monotonic() < ends and process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if asking.get(url, params={"query": "ASK {}"}, timeout=10).status_code == 200:
                    return
            time.sleep(0.02)
    raise AssertionError(f"{url} did not come up")


_INI: Final = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0

[Parameters]
ServerPort = 127.0.0.1:{sql}
LiteMode = 0
DisableUnixSocket = 1
MaxClientConnections = 5
CheckpointInterval = 0
NumberOfBuffers = 2000
MaxDirtyBuffers = 1200
CaseMode = 2
DirsAllowed = .
SchedulerInterval = 10
ThreadsPerQuery = 1

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
MaxClientConnections = 8
EnabledDavVSP = 0
HTTPProxyEnabled = 0
TempASPXDir = 0
ServerThreads = 8
MaxKeepAlives = 5
KeepAliveTimeout = 5
HTTPThreadSize = 280000
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
"""
