"""Files as they are, gzip or Zstandard, as one stream of bytes, and how far they are read."""

from __future__ import annotations

import contextlib
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from egov_kg.errors import UnreadableDocument

__all__ = ["Progress", "opened"]


class Progress(Protocol):
    """What hears how far a file is read."""

    def __call__(self, name: str, done: int, total: int | None, /) -> None:
        """Hear how many bytes of a file are read, of how many there are."""


class _Heard(io.RawIOBase):
    """A file whose reading is told."""

    def __init__(self, file: IO[bytes], name: str, progress: Progress | None) -> None:
        super().__init__()
        self._file, self._name, self._progress = file, name, progress
        self._done = 0
        self._total = Path(name).stat().st_size if Path(name).is_file() else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._done += len(data)
        if self._progress is not None:
            self._progress(self._name, self._done, self._total)
        return len(data)


@contextlib.contextmanager
def opened(path: Path, progress: Progress | None = None) -> Iterator[IO[bytes]]:
    """Open a file as it is, gzip or Zstandard; ``-`` is standard input.

    Raises:
        UnreadableDocument: If it cannot be read, or is cut off.
    """
    try:
        with contextlib.ExitStack() as open_files:
            file = sys.stdin.buffer if str(path) == "-" else open_files.enter_context(path.open("rb"))
            yield _unpacked(io.BufferedReader(_Heard(file, str(path), progress), 1 << 20))
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableDocument(
            path, f"cannot be read: {reason}", "Check its name, its rights and its end."
        ) from error


def _unpacked(file: io.BufferedReader) -> io.BufferedReader:
    magic = file.peek(4)[:4]
    if magic[:2] == b"\x1f\x8b":
        return io.BufferedReader(_Unpacked(file, lambda: zlib.decompressobj(wbits=31), 1 << 16, zlib.error))
    if magic == b"\x28\xb5\x2f\xfd":
        import zstandard  # noqa: PLC0415 - most files are as they are

        new = zstandard.ZstdDecompressor().decompressobj
        return io.BufferedReader(_Unpacked(file, new, 1 << 12, zstandard.ZstdError))
    return file


class _Unpacker(Protocol):
    """What zlib and zstandard have in common."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, /) -> bytes:
        """Return what is unpacked of the next bytes."""


class _Unpacked(io.RawIOBase):
    """What a packed file holds, all its parts.

    Args:
        file: The packed one.
        new: Makes an unpacker for the next part.
        step: How many bytes are unpacked at once: few, for they may become a hundred thousand times as many.
        error: What the unpacker raises.
    """

    def __init__(self, file: io.BufferedReader, new: Callable[[], Any], step: int, error: type[Exception]) -> None:
        super().__init__()
        self._file, self._new, self._step, self._error = file, new, step, error
        self._unpacker: _Unpacker = new()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._rest:
            packed = self._file.read(self._step)
            if self._unpacker.eof:
                packed = (self._unpacker.unused_data + packed).lstrip(b"\0")
                if not packed:
                    return 0
                self._unpacker = self._new()
            elif not packed:
                raise EOFError("it ends too early")
            try:
                self._rest = self._unpacker.decompress(packed)
            except self._error as error:
                raise OSError(f"it cannot be unpacked: {error}") from error
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
