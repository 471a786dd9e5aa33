"""The filter of system calls: what it refuses, it refuses to machine code; what is needed goes on."""

from __future__ import annotations

import errno
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from egov_kg import seccomp

linux = pytest.mark.skipif(not seccomp.is_available(), reason="the system takes no filter of system calls")

_TRIES: Final = """
import ctypes, errno, json, os, signal, socket, sys, threading
from egov_kg import seccomp

program, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
libc = ctypes.CDLL(None, use_errno=True)
ours, _ = socket.socketpair()
unconnected = socket.socket()
kept = open(folder + "/kept", "rb")
name, path = ctypes.create_string_buffer(b"x"), (folder + "/kept").encode()

def call(done, *more):
    if done < 0:
        raise OSError(ctypes.get_errno(), "refused")

def fork():
    pid = libc.fork()
    if pid == 0:
        os._exit(0)
    call(pid)

def thread():
    one = threading.Thread(target=int)
    one.start()
    one.join()

def spawn():
    os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})

def connected(family, address):
    with socket.socket(family) as connection:
        connection.settimeout(5)
        connection.connect(address)
        connection.sendall(b"x")

tries = {
    "call over the internet": lambda: connected(socket.AF_INET, ("127.0.0.1", port)),
    "call with an old socket": lambda: unconnected.connect(("127.0.0.1", port)),
    "look up a name": lambda: socket.getaddrinfo("localhost", port),
    "internet socket": lambda: call(libc.socket(2, 1, 0)),
    "internet socket of version 6": lambda: call(libc.socket(10, 1, 0)),
    "datagram socket": lambda: call(libc.socket(2, 2, 0)),
    "socket of this machine": lambda: call(libc.socket(1, 1, 0)),
    "netlink socket": lambda: call(libc.socket(16, 3, 0)),
    "packet socket": lambda: call(libc.socket(17, 3, 0)),
    "virtual machine socket": lambda: call(libc.socket(40, 1, 0)),
    "socket pair": socket.socketpair,
    "bind": lambda: unconnected.bind(("127.0.0.1", 0)),
    "listen": lambda: unconnected.listen(),
    "io_uring": lambda: call(libc.syscall(425, 8, ctypes.create_string_buffer(120))),
    "execute": lambda: call(libc.execv(sys.executable.encode(), (ctypes.c_char_p * 2)(sys.executable.encode(), None))),
    "spawn": spawn,
    "fork": fork,
    "vfork": lambda: call(libc.syscall(58)) if sys.argv[4] == "x86_64" else call(-1),
    "signal to the parent": lambda: call(libc.kill(os.getppid(), 0)),
    "signal to all": lambda: call(libc.kill(-1, 0)),
    "descriptor of the parent": lambda: call(libc.syscall(434, os.getppid(), 0)),
    "trace": lambda: call(libc.ptrace(16, os.getppid(), 0, 0)),
    "write a new file": lambda: open(folder + "/new", "wb"),
    "write a new file by number": lambda: call(libc.open((folder + "/new").encode(), 0o101, 0o600)),
    "write an old file": lambda: call(libc.open(path, 1)),
    "write and read an old file": lambda: call(libc.open(path, 2)),
    "empty an old file": lambda: call(libc.open(path, 0o1000)),
    "open in another way": lambda: call(libc.syscall(437, -100, path, ctypes.create_string_buffer(24), 24)),
    "truncate": lambda: call(libc.truncate(path, 0)),
    "delete": lambda: call(libc.unlink(path)),
    "rename": lambda: call(libc.rename(path, path + b"2")),
    "folder": lambda: call(libc.mkdir((folder + "/new").encode(), 0o700)),
    "hard link": lambda: call(libc.link(path, path + b"2")),
    "soft link": lambda: call(libc.symlink(path, path + b"2")),
    "pipe with a name": lambda: call(libc.mkfifo(path + b"2", 0o600)),
    "rights": lambda: call(libc.chmod(path, 0o777)),
    "rights of an open file": lambda: call(libc.fchmod(kept.fileno(), 0o777)),
    "owner": lambda: call(libc.chown(path, os.getuid(), os.getgid())),
    "time of a file": lambda: os.utime(path, (0, 0)),
    "attribute": lambda: call(libc.setxattr(path, b"user.x", b"x", 1, 0)),
    "other limits of the parent": lambda: call(libc.prlimit(os.getppid(), 4, (ctypes.c_ulong * 2)(), None)),
    "read a file": lambda: open(path).read(),
    "start a thread": thread,
    "import": lambda: __import__("wave"),
    "own limits": lambda: __import__("resource").setrlimit(4, (0, 0)),
    "signal to itself": lambda: call(libc.kill(os.getpid(), 0)),
}
seccomp.install(getattr(seccomp, program)())
found = {}
for name, attempt in tries.items():
    try:
        attempt()
    except OSError as error:
        found[name] = error.errno or type(error).__name__
    else:
        found[name] = "done"
print(json.dumps(found))
"""
ALWAYS: Final = {"read a file", "start a thread", "import", "own limits", "signal to itself"}
CALLING: Final = {
    "call over the internet",
    "call with an old socket",
    "look up a name",
    "internet socket",
    "internet socket of version 6",
    "datagram socket",
}


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """An address of this machine, and what it was told."""
    heard: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                heard.append(connection.recv(10))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def tried(program: str, port: int, folder: Path) -> dict[str, str | int]:
    """Return what became of each attempt behind a filter; numbers are errors of the system."""
    kept = folder / "kept"
    kept.write_bytes(b"kept")
    machine = "x86_64" if sys.platform == "linux" and seccomp._machine().column == 0 else ""
    command = [sys.executable, "-c", _TRIES, program, str(port), str(folder), machine]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    found: dict[str, str | int] = json.loads(done.stdout)
    assert list(folder.iterdir()) == [kept]
    assert kept.read_bytes() == b"kept"
    return found


@linux
class TestReaders:
    def test_it_reads_and_does_nothing_else(self, listener: tuple[int, list[bytes]], tmp_path: Path) -> None:
        """No socket, no program, no process, no signal, no change of a file: to Python and to machine code."""
        port, heard = listener

        found = tried("program_for_readers", port, tmp_path)

        done = {name for name, end in found.items() if end == "done"}
        assert done - {"look up a name"} == ALWAYS  # a name in a file of the machine may be found
        assert found["open in another way"] == errno.ENOSYS  # libraries then try the way that is seen
        assert heard == []


@linux
class TestFetching:
    def test_it_calls_over_the_internet_protocols_and_does_nothing_else(
        self, listener: tuple[int, list[bytes]], tmp_path: Path
    ) -> None:
        """Sockets of this machine and of the kernel are none, nobody can call it, and no file is changed."""
        port, heard = listener

        found = tried("program_for_fetching", port, tmp_path)

        done = {name for name, end in found.items() if end == "done"}
        assert done | {"internet socket of version 6"} == ALWAYS | CALLING  # which not every machine has
        assert found["socket of this machine"] == found["netlink socket"] == errno.EAFNOSUPPORT
        assert heard[0] == b"x"


@linux
class TestInstalled:
    def test_where_the_system_refuses_it_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """And nothing is installed."""
        monkeypatch.setattr("platform.machine", lambda: "riscv64")

        assert not seccomp.is_available()
        assert not seccomp.installed(seccomp.program_for_readers)


class TestFilter:
    @pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
    def test_a_filter_begins_with_the_processor_that_it_was_made_for(
        self, machine: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Numbers of calls mean something else on another one: there everything is refused."""
        monkeypatch.setattr("platform.machine", lambda: machine)
        word = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]

        for make in (
            seccomp.program_for_queries,
            seccomp.program_without_network,
            seccomp.program_for_readers,
            seccomp.program_for_fetching,
        ):
            program = make()
            load, test, refuse = (program[at : at + 8] for at in (0, 8, 16))

            assert load == bytes([0x20, 0, 0, 0, 4, 0, 0, 0])
            assert test == bytes([0x15, 0, 1, 0]) + word.to_bytes(4, "little")
            assert refuse == bytes([0x06, 0, 0, 0, 1, 0, 5, 0])
            assert len(program) % 8 == 0
            assert len(program) // 8 < 4096

    @linux
    def test_numbers_of_the_other_kind_are_refused(self) -> None:
        """x32 knows every call a second time, under a number with one bit more."""
        if sys.platform != "linux" or seccomp._machine().x32 == 0:
            pytest.skip("this processor has no second kind")
        code = (
            "import ctypes, os; from egov_kg import seccomp\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            "seccomp.install(seccomp.program_without_network())\n"
            "libc.syscall(ctypes.c_long(0x40000000 + 41), 2, 1, 0)\n"
            "os.write(1, b'%d' % ctypes.get_errno())\n"
        )

        found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)

        assert found.stdout == b"1"
