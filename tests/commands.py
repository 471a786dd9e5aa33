"""Commands of egov-kg in processes of their own, without their start: copies of one process that has imported them.

A command takes a second to import what it needs, and a run of all tests makes hundreds. What a test says of the start
itself, of signals, or of a pipe that closes belongs into a process that is started anew.

Started as a script this is the process that is copied.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn

__all__ = ["run", "text"]

_MOST: Final = 1 << 16
_IMPORTED: Final = (
    *("egov_kg.cli", "egov_kg.api", "egov_kg.pipeline", "egov_kg.rdf_files", "egov_kg.inferring", "egov_kg.asking"),
    *(
        "egov_kg.disagreeing",
        "egov_kg.evaluation",
        "egov_kg.loading",
        "egov_kg.targets",
        "egov_kg.doctor",
        "egov_kg.views",
    ),
)
"""What commands import when they are called; none of it starts a thread or opens a store."""


def run(
    *words: str | Path, stdin: bytes = b"", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end.

    Args:
        words: After ``egov-kg``.
        stdin: What it can read.
        cwd: Where it runs; here if None.
        env: Variables besides those of this process.
    """
    arguments = list(map(str, words))
    environment = {**os.environ, **(env or {})}
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        command = [sys.executable, "-m", "egov_kg", *arguments]
        return subprocess.run(command, input=stdin, cwd=cwd, env=environment, capture_output=True, check=False)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        asked = {"words": arguments, "cwd": str(cwd or Path.cwd()), "env": environment}
        files = [file.fileno() for file in (given, out, err)]
        status = _original().ask(asked, files)
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(["egov-kg", *arguments], status, out.read(), err.read())


def text(
    *words: str | Path, stdin: str = "", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and read what it says; otherwise as `run`."""
    done = run(*words, stdin=stdin.encode(), cwd=cwd, env=env)
    return subprocess.CompletedProcess(done.args, done.returncode, _lines(done.stdout), _lines(done.stderr))


def _lines(data: bytes) -> str:
    return data.decode().replace("\r\n", "\n")


class _Original:
    """The process that is copied."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )
        atexit.register(self.close)

    def ask(self, asked: Mapping[str, object], files: list[int]) -> int:
        """Return the exit status of a command, as `subprocess` tells it."""
        content = json.dumps(asked).encode()
        assert len(content) <= _MOST, "the environment is too large to be sent"
        socket.send_fds(self._socket, [content], files)
        answer = self._socket.recv(_MOST)
        assert answer, "the process that is copied has ended"
        return int(answer)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()


_ORIGINALS: Final[dict[int, _Original]] = {}


def _original() -> _Original:
    """Return the process of this process: a copy of a test process needs its own."""
    if os.getpid() not in _ORIGINALS:
        _ORIGINALS[os.getpid()] = _Original()
    return _ORIGINALS[os.getpid()]


def _serve(connection: socket.socket) -> int:
    """Make a copy for each command until nobody asks any more; return the exit status."""
    for name in _IMPORTED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    while True:
        content, files, _flags, _address = socket.recv_fds(connection, _MOST, 3)
        if not content:
            return 0
        pid = os.fork()
        if pid == 0:
            connection.close()
            _command(json.loads(content), files)
        for file in files:
            os.close(file)
        _, status = os.waitpid(pid, 0)
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _command(asked: Mapping[str, object], files: list[int]) -> NoReturn:
    """Run a command with the streams, the folder and the variables that it would be started with."""
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)))
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w", closefd=False)), errors="backslashreplace", line_buffering=True
    )
    assert isinstance(asked["env"], dict)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(str(asked["cwd"]))
    assert isinstance(asked["words"], list)
    sys.argv = ["egov-kg", *asked["words"]]
    from egov_kg.__main__ import main  # noqa: PLC0415 - in the copy

    code = main()
    # As an interpreter that ends; only what it holds is not given back piece by piece.
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
