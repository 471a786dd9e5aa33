"""Where an answer stands until its client has read it: small ones in memory, the others in an unlinked file.

The server makes the file and hands it to a query process, which fills it; only its length comes back. So an answer of
any size passes through no socket and no memory, and a slow reader holds a file and not a process.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from egov_kg.errors import ResultTooLarge, SpoolFull

__all__ = ["INLINE", "SLACK", "Spool", "SpoolFile", "Spools"]

INLINE: Final = 128 << 10
"""How many bytes of an answer stay in memory: more than these go into a file, if there is one."""

SLACK: Final = 64 << 10
"""How many bytes the file may have beyond the largest answer: room that was held for the head of a document."""


class Spool:
    """What takes the bytes of an answer: an end of a file that only grows.

    Args:
        limit: How long the answer may become.
        file: The descriptor of an empty file for what does not stay in memory; None for memory alone.
        has_file: Whether there should be one. Then without one an answer that needs it is refused.
    """

    def __init__(self, limit: int, file: int | None = None, *, has_file: bool = False) -> None:
        self.limit = limit
        self._file, self._must_have = file, has_file
        self._kept = bytearray()
        self._written = 0
        self._held = self._head = 0

    def write(self, data: bytes | memoryview, /) -> int:
        """Append.

        Raises:
            ResultTooLarge: If the limit would be passed.
            SpoolFull: If there is no room for an answer of this size.
        """
        if self.length + len(data) > self.limit:
            raise ResultTooLarge(self.limit)
        self._kept += data
        if len(self._kept) > INLINE and (self._file is not None or self._must_have):
            self._flush()
        return len(data)

    def flush(self) -> None:
        """Do nothing: what writes to files calls it."""

    def hold(self, length: int) -> None:
        """Leave room of a length at the beginning, before anything is written, for what is known at the end."""
        assert not self._kept
        self._held = self._head = length
        self._kept += bytes(length)

    def fill(self, head: bytes) -> None:
        """Write what room was held for; it ends where the rest begins."""
        assert len(head) <= self._held
        self._head = self._held - len(head)
        if self._written:
            assert self._file is not None
            os.pwrite(self._file, head, self._head)
        else:
            self._kept[self._head : self._held] = head
        if self.length > self.limit:
            raise ResultTooLarge(self.limit)

    @property
    def length(self) -> int:
        """How many bytes the answer has."""
        return self._written + len(self._kept) - self._head

    def _flush(self) -> None:
        if self._file is None:
            raise SpoolFull
        view = memoryview(self._kept)
        try:
            while view:
                count = os.write(self._file, view)
                self._written += count
                view = view[count:]
        except OSError as error:  # the disk, or a limit of the system
            raise SpoolFull from error
        self._kept = bytearray()

    def finish(self) -> tuple[memoryview, int | None]:
        """Return the answer, or an empty view if it stands in the file, and then where in the file it begins."""
        if not self._written:
            return memoryview(self._kept)[self._head :], None
        if self._kept:
            self._flush()
        return memoryview(b""), self._head


class SpoolFile(io.FileIO):
    """An unlinked file that counts as long as it is open."""

    def __init__(self, descriptor: int, forget: Callable[[], None]) -> None:
        super().__init__(descriptor, "r+b")
        self._forget = forget

    def close(self) -> None:
        """Close, and be forgotten."""
        if not self.closed:
            self._forget()
        super().close()


class Spools:
    """Makes files for answers, only so many at a time.

    Args:
        folder: Where; the system's folder for temporary files if None.
        most: How many.
    """

    def __init__(self, folder: Path | None, most: int) -> None:
        self.folder, self.most = folder, most
        self.open = 0

    def make(self) -> SpoolFile | None:
        """Return an empty file, or None if there are too many, or there is no place for one."""
        if self.open >= self.most:
            return None
        try:
            descriptor = _unlinked(self.folder)
        except OSError:
            return None
        self.open += 1
        return SpoolFile(descriptor, self._forget)

    def _forget(self) -> None:
        self.open -= 1


def _unlinked(folder: Path | None) -> int:
    """Return the descriptor of a file without a name; of one in memory where no folder can be written."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            return os.dup(file.fileno())
    except OSError:
        if folder is None and sys.platform == "linux":
            return os.memfd_create("answer")
        raise
