"""RDF that others wrote: what the engine's parsers do not refuse and should. To be read in a process that may die.

The parsers read no file and no address. But the one of RDF/XML expands entities until memory ends, and takes a DOCTYPE
anywhere, even inside of an element (pyoxigraph 0.5.13); the one of Turtle overflows the stack on nested triple terms.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import IO, Final

import pyoxigraph as ox

from egov_kg.errors import RdfSyntaxError

__all__ = ["MOST_NESTED", "Declared", "Packed", "parse_foreign"]

MOST_NESTED: Final = 64
"""How deep a triple term may stand in others; deeper ones overflow the stack of whoever holds them."""

_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST: Final = len(b"<!DOCTYPE")
_MARK: Final = b"\xef\xbb\xbf"
_CHUNK: Final = 64 << 10
_MOST_RATIO: Final = 100
_FREE: Final = 1 << 20
_REFUSED: Final = "DOCTYPE and ENTITY are not read; leave them out"


def parse_foreign(
    data: bytes | IO[bytes], form: ox.RdfFormat, *, base: str, name: str, without_named_graphs: bool = False
) -> Iterator[ox.Quad]:
    """Yield the quads of a foreign document; its blank nodes get names that no other document has.

    Args:
        data: The document, or what it is read from; a byte order mark is no part of it.
        form: Its format.
        base: The base of relative IRIs.
        name: What messages call it.
        without_named_graphs: Whether graph names are an error.

    Raises:
        RdfSyntaxError: If it is none; for XML also if it has a DOCTYPE. With line and column, if they are known.
    """
    source = Declared(io.BytesIO(data) if isinstance(data, bytes) else data, name, xml=form == ox.RdfFormat.RDF_XML)
    try:
        for quad in ox.parse(
            source,  # type: ignore[arg-type]
            format=form,
            base_iri=base,
            without_named_graphs=without_named_graphs,
            rename_blank_nodes=True,
        ):
            _refuse_nesting(quad, name)
            yield quad
    except SyntaxError as error:
        message = str(error.msg)[:200]
        raise RdfSyntaxError(name, message, line=error.lineno or 0, column=error.offset or 0) from error


def _refuse_nesting(quad: ox.Quad, name: str) -> None:
    term, depth = quad.object, 0
    while isinstance(term, ox.Triple):
        term, depth = term.object, depth + 1
        if depth > MOST_NESTED:
            raise RdfSyntaxError(name, f"a triple term stands in more than {MOST_NESTED} others")


class Declared(io.RawIOBase):
    """A document as it is read, without its byte order mark; XML ends with an error where it declares something.

    Args:
        source: Where it comes from.
        name: What the message calls it.
        xml: Whether it is XML.
    """

    def __init__(self, source: IO[bytes], name: str, *, xml: bool) -> None:
        super().__init__()
        self._source, self._name, self._xml = source, name, xml
        self._line, self._column, self._before, self._begun = 1, 1, b"", False

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            RdfSyntaxError: Where XML declares something.
        """
        data = self._source.read(min(size, _CHUNK) if size and size > 0 else _CHUNK)
        if not self._begun:
            self._begun = True
            while 0 < len(data) < len(_MARK) and (more := self._source.read(len(_MARK) - len(data))):
                data += more
            data = data.removeprefix(_MARK) or (self._source.read(_CHUNK) if data else data)
        if self._xml and data:
            self._look(self._before + data)
        return data

    def _look(self, seen: bytes) -> None:
        """Look at some bytes, which begin with the last ones of those before."""
        found = _DECLARATION.search(seen)
        end = found.start() if found else max(0, len(seen) - _LONGEST)
        self._line += seen.count(b"\n", 0, end)
        last = seen.rfind(b"\n", 0, end)
        self._column = end - last if last >= 0 else self._column + end
        self._before = seen[end:]
        if found:
            raise RdfSyntaxError(self._name, _REFUSED, line=self._line, column=self._column)


class Packed(io.RawIOBase):
    """What a gzip file holds, as long as it unpacks to no more than a hundred times what was read of it.

    Args:
        source: The file.
    """

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        self._unpacker = zlib.decompressobj(wbits=31)
        self._packed = self._unpacked = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            OSError: If it is no gzip file, is cut off, or unpacks to too much.
        """
        wanted = size if size and size > 0 else _CHUNK
        while True:
            if self._unpacker.eof:
                rest = self._unpacker.unused_data.lstrip(b"\0") or self._more().lstrip(b"\0")
                if not rest:
                    return b""
                self._unpacker = zlib.decompressobj(wbits=31)
            else:
                rest = self._unpacker.unconsumed_tail or self._more()
            try:
                data = self._unpacker.decompress(rest, wanted)
            except zlib.error as error:
                raise OSError(f"is no gzip file: {error}") from error
            self._unpacked += len(data)
            if self._unpacked > max(_FREE, _MOST_RATIO * self._packed):
                raise OSError(f"unpacks to more than {_MOST_RATIO} times its size")
            if data:
                return data
            if not rest and not self._unpacker.eof:
                raise OSError("is cut off: the gzip file has no end")

    def _more(self) -> bytes:
        data = self._source.read(_CHUNK)
        self._packed += len(data)
        return data
