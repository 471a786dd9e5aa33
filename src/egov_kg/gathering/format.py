"""An extraction as bytes and back: an explicit JSON form that runs no code when it is read, whoever wrote it.

The form follows the types of `egov_kg.model`: an array of its fields for each value, in their order. What stands often
is written once: the document's text and the things are in tables, and a span is two numbers. Reading checks every
value against the type of its field, that every span lies in the text, and that the text has the hash it claims.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, Union

from egov_kg.errors import EgovKGError
from egov_kg.model import Document, Extraction, Span, Thing

__all__ = ["MalformedFacts", "decode", "encode"]

Json = Any
Writer = Callable[[Any, "_Pen"], Json]
Reader = Callable[[Json, "_Book"], Any]


class MalformedFacts(EgovKGError, ValueError):
    """Bytes are not the form of an extraction."""


def encode(extraction: Extraction) -> bytes:
    """Return the facts of one document, with its text and without its blocks, as UTF-8."""
    document = extraction.document
    pen = _Pen(document.id)
    body = {
        field.name: _writer(_hints(Extraction)[field.name])(getattr(extraction, field.name), pen)
        for field in dataclasses.fields(Extraction)
        if field.name != "document"
    }
    head = {
        "id": document.id,
        "source": document.source,
        "text": document.text,
        "text_digest": document.text_digest,
        "metadata": dict(document.metadata),
        "blocks": len(document.blocks),
    }
    table = {"document": head, "table": pen.rows, **body}
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> tuple[Extraction, int]:
    """Return the extraction that bytes hold, its document without blocks, and how many blocks the document had.

    Raises:
        MalformedFacts: If they are anything else.
    """
    try:
        table = json.loads(data.decode("utf-8", "surrogatepass"))
        document, blocks = _document(table["document"])
        book = _Book(document)
        read_thing = _fields_reader(Thing)
        book.things = [read_thing(row, book) for row in _list(table["table"])]
        values = {
            field.name: _reader(_hints(Extraction)[field.name])(table[field.name], book)
            for field in dataclasses.fields(Extraction)
            if field.name != "document"
        }
    except MalformedFacts:
        raise
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise MalformedFacts(f"not the facts of a document: {error!r}") from error
    return Extraction(document=document, **values), blocks


def _document(head: Mapping[str, Json]) -> tuple[Document, int]:
    words = [head[name] for name in ("id", "text", "source", "text_digest")]
    metadata, blocks = head["metadata"], head["blocks"]
    if not all(isinstance(word, str) for word in words) or not isinstance(metadata, dict) or type(blocks) is not int:
        raise MalformedFacts("a field of the document has the wrong type")
    if not all(isinstance(value, str) for value in metadata.values()):
        raise MalformedFacts("the metadata of the document must be words")
    identifier, text, source, digest = words
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != digest:
        raise MalformedFacts("the text of the document is not the one of its hash")
    return Document(identifier, text, (), dict(sorted(metadata.items())), source, digest), blocks


class _Pen:
    """What is written once and referred to by number."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.rows: list[Json] = []
        self._numbers: dict[Thing, int] = {}

    def thing(self, thing: Thing) -> int:
        number = self._numbers.get(thing)
        if number is None:
            number = self._numbers[thing] = len(self.rows)
            self.rows.append([getattr(thing, field.name) for field in dataclasses.fields(Thing)])
        return number


class _Book:
    """What was read and is referred to by number."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.length = len(document.text)
        self.things: list[Thing] = []


_MISSING: Final = object()


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise MalformedFacts(f"a list was expected, not {str(value)[:40]!r}")
    return value


# --- writing ---


@functools.cache
def _writer(hint: Any) -> Writer:
    origin, items = typing.get_origin(hint), typing.get_args(hint)
    if hint is Thing:
        return lambda value, pen: pen.thing(value)
    if hint is Span:
        return _write_span
    if dataclasses.is_dataclass(hint):
        return _fields_writer(hint)  # type: ignore[arg-type]
    if origin is tuple:
        if items[-1] is Ellipsis:
            one = _writer(items[0])
            return lambda value, pen: [one(item, pen) for item in value]
        several = tuple(map(_writer, items))
        return lambda value, pen: [write(item, pen) for write, item in zip(several, value, strict=True)]
    if origin in {Union, types.UnionType}:
        return _union_writer(items)
    if origin is not None and _is_mapping(origin):
        inner = _writer(items[1])
        return lambda value, pen: [[key, inner(item, pen)] for key, item in value.items()]
    return lambda value, _pen: value


def _write_span(span: Span, pen: _Pen) -> Json:
    return [span.start, span.end] if span.document == pen.document else [span.start, span.end, span.document]


def _fields_writer(cls: type) -> Writer:
    fields = [(field.name, _writer(_hints(cls)[field.name])) for field in dataclasses.fields(cls)]
    return lambda value, pen: [write(getattr(value, name), pen) for name, write in fields]


def _union_writer(members: tuple[Any, ...]) -> Writer:
    """Write which member it is, then the value."""
    writers = [(_plain(member), _writer(member)) for member in members]

    def write(value: Any, pen: _Pen) -> Json:
        for number, (kind, writer) in enumerate(writers):
            if isinstance(value, kind):
                return [number, writer(value, pen)]
        raise TypeError(f"{value!r} is none of {members}")

    return write


def _plain(hint: Any) -> type:
    """Return the class that `isinstance` knows for a type."""
    if hint is None:
        return type(None)
    found = typing.get_origin(hint) or hint
    return found if isinstance(found, type) else object


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


# --- reading ---


@functools.cache
def _reader(hint: Any) -> Reader:
    origin, items = typing.get_origin(hint), typing.get_args(hint)
    if hint is Thing:
        return _read_thing
    if hint is Span:
        return _read_span
    if dataclasses.is_dataclass(hint):
        return _fields_reader(hint)
    if origin is tuple:
        if items[-1] is Ellipsis:
            one = _reader(items[0])
            return lambda value, book: tuple([one(item, book) for item in _list(value)])
        several = tuple(map(_reader, items))
        return lambda value, book: _zipped(several, value, book)
    if origin in {Union, types.UnionType}:
        readers = tuple(map(_reader, items))
        return lambda value, book: _read_member(readers, value, book)
    if origin is Literal:
        return _words_reader(items)
    if origin is not None and _is_mapping(origin):
        inner = _reader(items[1])
        return lambda value, book: {
            _text(pair[0]): inner(pair[1], book) for pair in _list(value) if len(_list(pair)) == 2 or _fail("a pair")
        }
    return _plain_reader(hint)


def _fields_reader(cls: Any) -> Reader:
    readers = tuple(_reader(_hints(cls)[field.name]) for field in dataclasses.fields(cls))
    return lambda value, book: cls(*_zipped(readers, value, book))


def _zipped(readers: tuple[Reader, ...], value: Json, book: _Book) -> tuple[Any, ...]:
    if len(_list(value)) != len(readers):
        raise MalformedFacts(f"{len(readers)} values were expected, not {len(value)}")
    return tuple([read(item, book) for read, item in zip(readers, value, strict=True)])


def _read_thing(value: Json, book: _Book) -> Thing:
    if type(value) is not int or not 0 <= value < len(book.things):
        raise MalformedFacts(f"there is no thing {value!r}")
    return book.things[value]


def _read_span(value: Json, book: _Book) -> Span:
    numbers = _list(value)
    start, end = numbers[0], numbers[1]
    if type(start) is not int or type(end) is not int:
        raise MalformedFacts(f"a span needs two numbers, not {value!r}")
    if len(numbers) == 3:
        return Span(_text(numbers[2]), start, end)
    if not 0 <= start <= end <= book.length:
        raise MalformedFacts(f"a span {start}:{end} lies outside the text")
    return Span(book.document.id, start, end)


def _read_member(readers: tuple[Reader, ...], value: Json, book: _Book) -> Any:
    number, inner = _list(value) if len(_list(value)) == 2 else _fail("a number and a value", value)
    if type(number) is not int or not 0 <= number < len(readers):
        raise MalformedFacts(f"there is no member {number!r}")
    return readers[number](inner, book)


def _words_reader(words: Iterable[Any]) -> Reader:
    known = {word: word for word in words}

    def read(value: Json, _book: _Book) -> Any:
        found = known.get(value, _MISSING)
        return found if found is not _MISSING else _fail(f"one of {', '.join(map(str, known))}", value)

    return read


def _plain_reader(hint: Any) -> Reader:
    wanted = type(None) if hint is None else hint

    def read(value: Json, _book: _Book) -> Any:
        return value if type(value) is wanted else _fail(getattr(wanted, "__name__", str(wanted)), value)

    return read


def _text(value: Json) -> str:
    return value if isinstance(value, str) else _fail("str", value)


def _fail(expected: str, found: Json = None) -> Any:
    raise MalformedFacts(f"{expected} was expected, not {str(found)[:40]!r}")
