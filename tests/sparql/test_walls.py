"""The walls around a query process: what it tries from inside is refused by the system, whatever the guard says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from egov_kg import seccomp
from egov_kg.sparql import walls
from tests.sparql.conftest import Canary

linux = pytest.mark.skipif(not seccomp.is_available(), reason="the system takes no filter of system calls")

_TRIES = """
import ctypes, ipaddress, json, mmap, os, resource, signal, socket, sys, threading
import pyoxigraph as ox
from egov_kg.sparql import walls

port, secret, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ours, theirs = socket.socketpair()
store = ox.Store()
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")

def big_file():
    with open(secret + ".made", "wb") as file:
        file.write(b"x")

def send_to_others():
    theirs.sendto(b"x", ("127.0.0.1", port))

tries = {
    "inet socket": lambda: socket.socket(),
    "inet6 socket": lambda: socket.socket(socket.AF_INET6),
    "datagram socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "socket pair": socket.socketpair,
    "connect": lambda: ours.connect(("127.0.0.1", port)),
    "bind": lambda: ours.bind(b"\\0egov-kg-test"),
    "listen": ours.listen,
    "accept": ours.accept,
    "send to others": send_to_others,
    "name": lambda: socket.getaddrinfo("localhost", port),
    "io_uring": lambda: call(425, 8, ctypes.create_string_buffer(120)),
    "SERVICE": lambda: list(store.query("SELECT * { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } }" % port)),
    "LOAD": lambda: store.update("LOAD <http://127.0.0.1:%d/>" % port),
    "read a file": lambda: open(secret).read(),
    "write a file": big_file,
    "list a folder": lambda: os.listdir("/"),
    "look at a file": lambda: os.stat(secret),
    "delete a file": lambda: os.unlink(secret),
    "memory file": lambda: os.memfd_create("x"),
    "execute": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    "fork": os.fork,
    "thread": lambda: threading.Thread(target=print).start(),
    "signal to the parent": lambda: os.kill(os.getppid(), 0),
    "signal to a thread of the parent": lambda: call(234, os.getppid(), os.getppid(), 0),
    "trace": lambda: libc.ptrace(16, os.getppid(), 0, 0) == -1 and call(-1),
    "executable memory": lambda: mmap.mmap(-1, 4096, prot=7),
    "limits of the parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
    "higher limits": lambda: resource.setrlimit(resource.RLIMIT_DATA, (1 << 50, 1 << 50)),
    "memory": lambda: bytearray(walls.QUERY.memory + (64 << 20)),
}
free = "a query", "own limit"
tries["a query"] = lambda: list(store.query("SELECT (NOW() AS ?n) (RAND() AS ?r) (UUID() AS ?u) {}"))
tries["own limit"] = lambda: walls.limit_processor_time(5)

found = {"walls": walls.build(getattr(walls, kind))}
for name, attempt in tries.items():
    if name == "fork" and kind != "QUERY":
        continue
    try:
        attempt()
    except BaseException as error:
        found[name] = type(error).__name__
    else:
        found[name] = "done"
os.write(1, json.dumps(found).encode())
os._exit(0)
"""


def tried(canary: Canary, secret: Path, kind: str) -> dict[str, Any]:
    """Return what became of each attempt, made from inside the walls."""
    port = canary.url.rpartition(":")[2].rstrip("/")
    command = [sys.executable, "-c", _TRIES, port, str(secret), kind]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return found


@linux
class TestQuery:
    def test_nothing_is_left_but_to_answer(self, canary: Canary, tmp_path: Path) -> None:
        """Sockets of every family, files, programs, processes, threads, other processes, memory beyond the limit."""
        secret = tmp_path / "canary"
        secret.write_text("secret", encoding="ascii")

        found = tried(canary, secret, "QUERY")

        assert found.pop("walls") == [
            "calls",
            "core",
            "descriptors",
            "files",
            "memory",
            "network",
            "oom",
            "processes",
            "processor",
        ]
        assert {name for name, end in found.items() if end == "done"} == {"a query", "own limit"}
        assert canary.calls == 0
        assert secret.read_text(encoding="ascii") == "secret"
        assert sorted(tmp_path.iterdir()) == [secret]


@linux
class TestView:
    def test_files_may_be_opened_and_nothing_else(self, canary: Canary, tmp_path: Path) -> None:
        """Views read proofs; they need no socket, no program, and no look into other processes."""
        secret = tmp_path / "canary"
        secret.write_text("secret", encoding="ascii")

        found = tried(canary, secret, "VIEW")

        refused = {"inet socket", "unix socket", "netlink socket", "socket pair", "connect", "bind", "listen", "accept"}
        refused |= {
            "io_uring",
            "SERVICE",
            "LOAD",
            "execute",
            "trace",
            "send to others",
            "memory",
            "limits of the parent",
        }
        assert {name: end for name, end in found.items() if name in refused and end == "done"} == {}
        assert found["read a file"] == "done"
        assert canary.calls == 0


_MOVED = """
import json, resource
from egov_kg.sparql import walls

processor, found = walls.ProcessorTime(), []
for seconds in (5, 5, 5, 60, 5):
    processor.allow(seconds)
    found.append(resource.getrlimit(resource.RLIMIT_CPU)[0])
print(json.dumps(found))
"""


def test_the_wall_of_processor_time_stands_behind_each_query_and_never_before_it() -> None:
    """It moves when a query may take more, and when the next one may take less; what is used comes on top."""
    done = subprocess.run([sys.executable, "-c", _MOVED], capture_output=True, check=True, timeout=60)
    found = json.loads(done.stdout)

    used = 5  # what the interpreter may have taken by then
    assert all(
        seconds + 1 <= limit <= seconds + 3 + used for seconds, limit in zip((5, 5, 5, 60, 5), found, strict=True)
    )
    assert found[3] - found[2] >= 54
    assert found[4] - found[2] <= 1


def test_growth_is_looked_at_again_once_much_has_been_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for every small query, but for the next one behind a large one, and after some in any case."""
    now, grown = [0.0], [100]
    growth = walls.Growth()
    monkeypatch.setattr("egov_kg.sparql.walls.time.process_time", lambda: now[0])
    monkeypatch.setattr(growth, "bytes", lambda: grown[0])

    first = growth.noticed()
    grown[0] = 200
    soon = growth.noticed()
    now[0] = 1.0
    later = growth.noticed()
    grown[0] = 300
    many = [growth.noticed() for _ in range(40)]

    assert (first, soon, later) == (100, 100, 200)
    assert set(many) == {200, 300}
