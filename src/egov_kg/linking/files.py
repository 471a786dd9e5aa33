"""Text tables as DuckDB is to read them: unpacked, in UTF-8, checked to the last byte before anything is compared."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final, Protocol

import zstandard

from egov_kg.errors import UnreadableTarget
from egov_kg.linking.specification import Dialect

__all__ = ["check_file", "header_of", "text_file", "unpacked"]

_CHUNK: Final = 1 << 20
_LARGEST_HEAD: Final = 1 << 20
_LARGEST: Final = 64 << 30
_FREE_OF_RATIO: Final = 64 << 20
_RATIO: Final = 200
"""How many times its size a file may unpack to, if it unpacks to more than `_FREE_OF_RATIO`."""

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_UTF_8: Final = frozenset({"utf-8", "utf-8-sig", "ascii"})
_AGAIN: Final = "Fetch it again and compare its checksum."


def check_file(path: Path) -> None:
    """Refuse what is no regular file before anything opens it: a pipe would wait for ever, a device never ends.

    Raises:
        UnreadableTarget: If it is none, or not there.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UnreadableTarget(path, f"cannot be read: {error.strerror}", "Check its name and its rights.") from error
    if not stat.S_ISREG(mode):
        raise UnreadableTarget(path, "is no file", "Check its name.")


def text_file(path: Path, dialect: Dialect, folder: Path, tell: Callable[[int], object] | None = None) -> Path:
    """Return a file of UTF-8 with the text of a table: the file itself if it is that, else a copy.

    Args:
        path: The table, as it is, or as gzip or Zstandard.
        dialect: Its encoding.
        folder: Where a copy is written.
        tell: Called with the number of lines below the header; a cell may hold several.

    Raises:
        UnreadableTarget: If it is missing, empty, cut off, damaged, or not text in that encoding; names the line.
    """
    name = codecs.lookup(dialect.encoding).name
    as_it_is = name in _UTF_8 and not _packing(path)
    copy = folder / "target.txt"
    with open_sink(None if as_it_is else copy) as sink:
        read, lines, last = 0, 0, "\n"
        for text in _decoded(path, name):
            read += len(text)
            lines += text.count("\n")
            last = text[-1:]
            if "\0" in text:
                problem = "holds a NUL character, so it is not text" + _hint_of_nul(name)
                raise UnreadableTarget(path, problem, "State its encoding, or convert it.")
            if not as_it_is:
                _write(sink, text, path)
    if not read:
        raise UnreadableTarget(path, "is empty", "Look at where it comes from.")
    if tell is not None:
        tell(lines + (last != "\n") - dialect.header)
    return path if as_it_is else copy


def _write(sink: IO[bytes], text: str, path: Path) -> None:
    try:
        sink.write(text.encode("utf-8"))
    except UnicodeEncodeError as error:  # some encodings give halves of characters
        raise UnreadableTarget(path, "holds halves of characters", "Convert it to UTF-8.") from error
    except OSError as error:
        problem = f"cannot be unpacked or converted: {error.strerror}"
        raise UnreadableTarget(path, problem, "Make room where temporary files stand, or set TMPDIR.") from error


def _hint_of_nul(name: str) -> str:
    return "" if name.startswith("utf-16") else f" in {name}; it may be utf-16"


def open_sink(path: Path | None) -> IO[bytes]:
    """Return a file to write to, or one that keeps nothing."""
    return _Nothing() if path is None else path.open("wb")


class _Nothing(io.BytesIO):
    def write(self, data: object, /) -> int:
        del data
        return 0


def header_of(path: Path, dialect: Dialect, shown: Path) -> tuple[str, ...]:
    """Return the names of the columns of a table in UTF-8.

    Args:
        path: The file in UTF-8.
        dialect: How it is written.
        shown: Its name for people.

    Raises:
        UnreadableTarget: If two columns have one name, or one has none.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(_LARGEST_HEAD)
    quoting: dict[str, Any] = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=dialect.delimiter, **quoting)
    try:
        cells = next(itertools.chain(reader, [[]]))
    except csv.Error as error:
        raise UnreadableTarget(
            shown, f"has a first line that cannot be read: {error}", "Look at its dialect."
        ) from error
    if not cells:
        raise UnreadableTarget(shown, "has an empty first line", "Put the names of the columns there.", line=1)
    if not dialect.header:
        return tuple(f"column{number}" for number in range(1, len(cells) + 1))
    names = tuple(cell.strip() for cell in cells)
    for number, name in enumerate(names, 1):
        if not name:
            raise UnreadableTarget(shown, f"has no name for column {number}", "Name every column in line 1.", line=1)
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(name.casefold(), name)
        if other is not name:
            problem = f"has two columns that are called {name!r}"
            problem += "" if other == name else f" and {other!r}, which differ in case alone"
            raise UnreadableTarget(shown, problem, "Give every column its own name.", line=1)
    return names


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    lines = 1
    chunks = itertools.chain(((chunk, False) for chunk in unpacked(path)), [(b"", True)])
    for chunk, last in chunks:
        try:
            text = decoder.decode(chunk, last)
        except UnicodeDecodeError as error:
            begin = error.object[: error.start]
            line = lines + begin.count(b"\n")
            byte = error.object[error.start]
            problem = f"is not {encoding}: byte 0x{byte:02x} in line {line}"
            if line == 1 and error.object[:2] == _GZIP:
                raise UnreadableTarget(path, "is packed twice", "Unpack it once, and try again.") from error
            if last and error.end == len(error.object):
                problem = f"ends in the middle of a character of {encoding}: it is cut off"
            problem += "; it may be utf-16" if b"\0" in error.object[:1000] else ""
            remedy = "State the encoding that it has; where lines have different ones, convert it first."
            raise UnreadableTarget(path, problem, remedy, line=line) from error
        lines += text.count("\n")
        if text:
            yield text


def unpacked(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file, unpacked if it is gzip or Zstandard, whatever its name.

    Raises:
        UnreadableTarget: If it is missing, cut off, damaged, or unpacks to far more than its size.
    """
    packing = _packing(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            source = _opened(raw, packing)
            total = 0
            while chunk := source.read(_CHUNK):
                total += len(chunk)
                if total > _LARGEST or (total > _FREE_OF_RATIO and total > _RATIO * size):
                    problem = f"unpacks to more than {total >> 20} MiB from {size} bytes"
                    raise UnreadableTarget(path, problem, "It may be made to harm; unpack it yourself.")
                yield chunk
    except EOFError as error:
        raise UnreadableTarget(path, "is cut off: its gzip data end too early", _AGAIN) from error
    except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise UnreadableTarget(path, f"is damaged: {error}", _AGAIN) from error
    except OSError as error:
        raise UnreadableTarget(path, f"cannot be read: {error.strerror}", "Check its name and its rights.") from error


def _opened(raw: IO[bytes], packing: str) -> _Readable:
    match packing:
        case "gzip":
            return gzip.GzipFile(fileobj=raw)
        case "zstd":
            return _WholeFrames(raw)
        case _:
            return raw


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _WholeFrames:
    """Unpacks Zstandard and tells when the last frame is cut off, which the library's reader does not."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._unpacker = raw, zstandard.ZstdDecompressor().decompressobj()
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return some bytes, none at the end."""
        while True:
            chunk = self._rest or self._raw.read(size >> 3)
            self._rest = b""
            if not chunk:
                if not self._unpacker.eof:
                    raise zstandard.ZstdError("its Zstandard data end too early")
                return b""
            if self._unpacker.eof:
                self._unpacker = zstandard.ZstdDecompressor().decompressobj()
            found = self._unpacker.decompress(chunk)
            self._rest = self._unpacker.unused_data if self._unpacker.eof else b""
            if found:
                return found


def _packing(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise UnreadableTarget(path, f"cannot be read: {error.strerror}", "Check its name and its rights.") from error
    if head[:2] == _GZIP:
        return "gzip"
    return "zstd" if head == _ZSTD else ""
