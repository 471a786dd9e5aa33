"""Foreign files are read in another process: it may run out of time or memory, or crash, and only its file is lost.

One process serves many files, as starting one takes half a second. It is replaced when it has failed, and after
`MOST_FILES`. What it says is plain data, which is checked.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from egov_kg.documents.child import receive, send
from egov_kg.documents.formats import FORMATS, need
from egov_kg.documents.limits import Limits
from egov_kg.documents.outline import Outline
from egov_kg.errors import UnreadableDocument

__all__ = ["MOST_FILES", "IsolatedReader"]

MOST_FILES: Final = 64
"""How many files one process reads."""

_START_SECONDS: Final = 60.0
_MOST_OUTPUT: Final = 256 * 1024 * 1024
_SPLIT: Final = "Split the file, or raise the limit document_"
_SAVE: Final = "Open it in the program that it comes from, save it again, and read that file."


class IsolatedReader:
    """Reads foreign files, one at a time. Close it, or use it in a ``with``; nothing is started before it is needed.

    Args:
        limits: What a file may cost.

    Attributes:
        is_filtered: Whether the system filters the calls of the process; None before there was one. Without a filter
            (elsewhere than on Linux) limits and an audit hook of Python stand.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.is_filtered: bool | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._owner = 0
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def outline(self, key: str, data: bytes, path: Path, *, option: str = "") -> Outline:
        """Return the outline of a file.

        Args:
            key: Its format, a key of `egov_kg.documents.formats.FORMATS`.
            data: Its bytes.
            path: Its name, for the error.
            option: What the reader of this format wants to know besides: the name of a sheet.

        Raises:
            UnreadableDocument: If it cannot be read, or not within the limits.
        """
        need(key, path)
        head = {"format": key, "option": option, "seconds": self.limits.seconds, "memory": self.limits.memory}
        try:
            answer, body = self._ask(head, data)
            if "read" in answer:
                return Outline.from_data(json.loads(body))
        except TimeoutError as error:
            self._kill()
            reason = f"could not be read in {self.limits.seconds:g} seconds"
            raise UnreadableDocument(path, reason, f"{_SPLIT}seconds.") from error
        except (EOFError, ConnectionError) as error:
            raise UnreadableDocument(path, self._ending(), _SAVE) from error
        except (ValueError, KeyError, TypeError) as error:
            self._kill()
            reason = f"was read as something that is no {FORMATS[key].name} file ({error})"
            raise UnreadableDocument(path, reason[:200], _SAVE) from error
        except BaseException:  # Ctrl-C, anything: an answer that comes later must not be taken for the next one
            self._kill()
            raise
        if "memory" in answer:
            self._kill()
            reason = f"needs more than {self.limits.memory >> 20:,} MiB of memory to be read"
            raise UnreadableDocument(path, reason, f"{_SPLIT}memory.")
        raise UnreadableDocument(path, str(answer.get("reason")), str(answer.get("remedy")))

    def close(self) -> None:
        """End the process, if there is one."""
        self._kill()

    def _ask(self, head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        connection = self._living()
        self._files += 1
        end = time.monotonic() + self.limits.seconds
        connection.settimeout(self.limits.seconds)
        send(connection, head, data)
        connection.settimeout(max(0.001, end - time.monotonic()))
        received = receive(connection, _MOST_OUTPUT)
        if received is None:
            raise EOFError
        return received

    def _living(self) -> socket.socket:
        """Return the connection to a process that can take a file."""
        if self._owner != os.getpid():  # this process was forked: the other one is not ours
            self._process = self._connection = None
        if self._files >= MOST_FILES or (self._process is not None and self._process.poll() is not None):
            self._kill()
        if self._connection is None:
            self._start()
        assert self._connection is not None
        return self._connection

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "egov_kg.documents.child"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(place for place in sys.path if place),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PYTHONHASHSEED": "0",
                    "PYTHONWARNINGS": "ignore",
                    "OPENBLAS_NUM_THREADS": "1",  # or it takes address space for each core
                },
            )
        finally:
            theirs.close()
        self._connection, self._owner, self._files = ours, os.getpid(), 0
        ours.settimeout(_START_SECONDS)
        greeting = receive(ours)
        if greeting is None:
            raise EOFError
        self.is_filtered = bool(greeting[0]["filter"])

    def _ending(self) -> str:
        """Return how the process ended that was reading a file; it is gone afterwards."""
        status = 0
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self._process.wait(timeout=5)
        self._kill()
        if sys.platform != "win32":
            if status in {-signal.SIGXCPU, -signal.SIGALRM}:
                return f"could not be read in {self.limits.seconds:g} seconds"
            if status == -signal.SIGKILL:
                return "could not be read: the system ended the process that read it, as it does where memory is short"
        ended = f"signal {-status}" if status < 0 else f"status {status}"
        return f"could not be read: the process that read it ended with {ended}"

    def _kill(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
