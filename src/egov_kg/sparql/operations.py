"""The operations of an update: where each begins and ends, its prologue, its blocks; words are told apart, not grammar.

The engine takes a whole request, refuses ``PREFIX`` after a semicolon, which the grammar allows (pyoxigraph 0.5.13),
and does not say what a request has changed. So a request is cut into its operations here, and each runs alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from egov_kg.errors import QuerySyntaxError
from egov_kg.sparql import lexer
from egov_kg.sparql.lexer import Token

__all__ = ["Block", "Operation", "operations"]

_MANAGING: Final = frozenset({"LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_OPENING: Final = frozenset({"{", "}"})


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between a pair of braces, as places in the text: of the first brace, and after the last."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the block with its braces."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an update.

    Attributes:
        kind: ``INSERT DATA``, ``DELETE DATA``, ``DELETE WHERE``, ``MODIFY`` (templates and WHERE), ``LOAD``, ``CLEAR``,
            ``DROP``, ``CREATE``, ``ADD``, ``MOVE``, ``COPY``; or empty where only the engine can say what it is.
        prologue: The declarations that hold for it, in their order, as they were written.
        start, end: Its place in the text, without its prologue and the semicolon after it.
        words: Its tokens.
        blocks: Its blocks at the outermost level by the keyword before each: ``DELETE``, ``INSERT``, ``WHERE``,
            ``DATA``.
        where: The place of the keyword WHERE, or -1.
        has_dataset: Whether it says USING or WITH.
    """

    kind: str
    prologue: str
    start: int
    end: int
    words: Sequence[Token]
    blocks: Mapping[str, Block] = field(default_factory=dict)
    where: int = -1
    has_dataset: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether it says SILENT."""
        return len(self.words) > 1 and self.words[1].text.upper() == "SILENT" and self.words[1].kind == "word"


def operations(text: str) -> tuple[Operation, ...]:
    """Return the operations of an update in their order.

    Args:
        text: An update, which need not be right: the engine judges each operation.

    Raises:
        QuerySyntaxError: For two semicolons without an operation between them, and for a blank node that two
            ``INSERT DATA`` share; all else is left to the engine.

    Example:
        >>> text = "PREFIX ex: <http://example.org/> INSERT DATA { ex:a a ex:B } ; CLEAR GRAPH ex:g"
        >>> [(one.kind, text[one.start : one.end]) for one in operations(text)]
        [('INSERT DATA', 'INSERT DATA { ex:a a ex:B }'), ('CLEAR', 'CLEAR GRAPH ex:g')]
    """
    found: list[Operation] = []
    prologue = ""
    for words, separator in _parts(list(lexer.tokens(text))):
        declared = _declarations(words)
        if declared:
            last = words[declared - 1]
            prologue += text[words[0].start : last.start + len(last.text)] + "\n"
        rest = words[declared:]
        if rest:
            found.append(_operation(rest, prologue))
        elif separator is not None:
            line, column = lexer.line_and_column(text, separator.start)
            raise QuerySyntaxError("an operation must stand before ;", line=line, column=column, token=";")  # noqa: S106
    _refuse_shared_nodes(text, found)
    return tuple(found)


def _parts(words: Sequence[Token]) -> Iterator[tuple[Sequence[Token], Token | None]]:
    """Yield the tokens between semicolons outside of braces, with the semicolon that ends them."""
    depth = begin = 0
    for number, token in enumerate(words):
        if token.kind != "mark":
            continue
        depth += (token.text == "{") - (token.text == "}")
        if token.text == ";" and depth == 0:
            yield words[begin:number], token
            begin = number + 1
    yield words[begin:], None


def _declarations(words: Sequence[Token]) -> int:
    """Return how many of the tokens are declarations."""
    number = 0
    while number < len(words) and words[number].kind == "word":
        length = {"BASE": 2, "PREFIX": 3, "VERSION": 2}.get(words[number].text.upper(), 0)
        if not length or number + length > len(words):
            break
        number += length
    return number


def _operation(words: Sequence[Token], prologue: str) -> Operation:
    blocks: dict[str, Block] = {}
    where, depth, opened, keyword, has_dataset = -1, 0, 0, "", False
    for token in words:
        if token.kind == "mark" and token.text in _OPENING:
            if token.text == "{":
                opened = token.start if depth == 0 else opened
                depth += 1
            else:
                depth -= 1
                if depth == 0:
                    blocks.setdefault(keyword, Block(opened, token.start + 1))
        elif depth == 0 and token.kind == "word":
            keyword = token.text.upper()
            has_dataset = has_dataset or keyword in {"USING", "WITH"}
            where = token.start if keyword == "WHERE" and where < 0 else where
    last = words[-1]
    kind = _kind(words, blocks, where)
    end = last.start + len(last.text)
    return Operation(kind, prologue, words[0].start, end, words, blocks, where, has_dataset)


def _kind(words: Sequence[Token], blocks: Mapping[str, Block], where: int) -> str:
    first, second = ((t.text.upper() if t.kind == "word" else "") for t in (*words[:2], *words[:1])[:2])
    if first.startswith("LOAD"):  # the engine reads LOADSILENT<x> too
        return "LOAD"
    if first in _MANAGING:
        return first
    if first in {"INSERT", "DELETE"} and second == "DATA" and set(blocks) == {"DATA"}:
        return f"{first} DATA"
    if first == "DELETE" and second == "WHERE" and set(blocks) == {"WHERE"}:
        return "DELETE WHERE"
    if first in {"WITH", "INSERT", "DELETE"} and where >= 0 and set(blocks) in _TEMPLATES:
        return "MODIFY"
    return ""


_TEMPLATES: Final = ({"INSERT", "WHERE"}, {"DELETE", "WHERE"}, {"DELETE", "INSERT", "WHERE"})


def _refuse_shared_nodes(text: str, found: Sequence[Operation]) -> None:
    """Refuse a blank node of two ``INSERT DATA``: the engine sees one of them at a time, and would not notice."""
    owners: dict[str, int] = {}
    for number, operation in enumerate(found):
        if operation.kind != "INSERT DATA":
            continue
        for token in operation.words:
            if token.kind == "blank" and owners.setdefault(token.text, number) != number:
                line, column = lexer.line_and_column(text, token.start)
                message = f"the blank node {token.text} stands in two operations"
                raise QuerySyntaxError(message, line=line, column=column, token=token.text)
