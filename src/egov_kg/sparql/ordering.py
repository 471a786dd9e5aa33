"""An order for what SPARQL leaves without one: literals of different kinds in ORDER BY.

The engine compares a date with a text in one way and both with a number in another, so that its order has circles; its
sorting notices that for some data and ends the process (pyoxigraph 0.5.13). Sorted first by the kind of the value,
which the specification leaves open (SPARQL 1.1 section 15.1), there are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from egov_kg.sparql.lexer import Token, tokens

__all__ = ["kinds_apart"]


class _Condition(NamedTuple):
    """A condition of ORDER BY: where it begins, its direction, and its expression."""

    start: int
    direction: str
    expression: str


def kinds_apart(text: str) -> str:
    """Return a query that sorts by the kind of a literal before its value, wherever it sorts.

    Numbers stay one kind. What has no order of its own (a date and a text) comes out kind after kind.

    Example:
        >>> kinds_apart("SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 1")
        'SELECT * { ?s ?p ?o } ORDER BY ASC(IF(isLiteral(?o),IF(isNumeric(?o),"",STR(DATATYPE(?o))),"")) ?o LIMIT 1'
    """
    parts, at = [], 0
    for start, direction, expression in _conditions(list(tokens(text)), text):
        kind = f'IF(isNumeric({expression}),"",STR(DATATYPE({expression})))'
        parts += [text[at:start], f'{direction}(IF(isLiteral({expression}),{kind},"")) ']
        at = start
    return "".join([*parts, text[at:]])


def _conditions(words: Sequence[Token], text: str) -> Iterator[_Condition]:
    at = 0
    while at < len(words) - 1:
        at += 1
        if not (_is(words[at - 1], "ORDER") and _is(words[at], "BY")):
            continue
        at += 1
        while at < len(words):
            end = _end(words, at)
            if end is None:
                break
            first, last = words[at], words[end - 1]
            direction = first.text.upper() if _is(first, "ASC") or _is(first, "DESC") else ""
            begin = words[at + 1].start if direction else first.start
            expression = text[begin : last.start + len(last.text)]
            yield _Condition(first.start, direction or "ASC", expression)
            at = end


def _end(words: Sequence[Token], at: int) -> int | None:
    """Return where the condition ends that begins at a word, or None if none begins there."""
    if words[at].kind == "variable":
        return at + 1
    if words[at].kind in {"word", "pname", "iri"}:
        at += 1
    if at >= len(words) or words[at].text != "(":
        return None
    depth = 0
    for place in range(at, len(words)):
        depth += {"(": 1, ")": -1}.get(words[place].text, 0) if words[place].kind == "mark" else 0
        if depth == 0:
            return place + 1
    return None


def _is(word: Token, keyword: str) -> bool:
    return word.kind == "word" and word.text.upper() == keyword
