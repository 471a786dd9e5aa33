"""Syntax errors as people need them: the place, and what may have been meant.

The engine says ``error at 1:10: expected CONSTRUCT`` for a misspelt SELECT at column 1: its column is where the word
that it tried would have ended (pyoxigraph 0.5.13). What it says of an undeclared prefix does not name the prefix.
"""

from __future__ import annotations

import bisect
import difflib
import itertools
import re
from collections.abc import Callable, Sequence
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import QuerySyntaxError
from egov_kg.sparql import lexer
from egov_kg.sparql.lexer import Token

__all__ = ["syntax_error"]

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_EXPECTED: Final = re.compile(r"""\[(?:'[^']*'|[^\]'])*\]|"(?:[^"])*"|[^,\["]+""")
_BRACKETS: Final = {"}": "{", ")": "(", "]": "["}
_SCHEMES: Final = ("http", "https", "urn", "file", "mailto")
_LONGEST: Final = 200
_LONGEST_KEYWORDS: Final = frozenset({"OPTIONAL", "CONSTRUCT", "ENCODE_FOR_URI"})
"""What the engine names, alone, where many keywords would do: the longest, because it reaches farthest."""
_PADDING: Final = " " * 24
_MOST_PADDED: Final = 16 * 1024

_UPDATE_KEYWORDS: Final = (
    *("ADD", "CLEAR", "COPY", "CREATE", "DATA", "DEFAULT", "DELETE", "DROP", "INSERT", "INTO", "LOAD", "MOVE"),
    *("SILENT", "TO", "USING", "WITH"),
)
_KEYWORDS: Final = tuple(
    """
    ABS ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY
    DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR
    HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LATERAL LCASE
    LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED
    REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR
    STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE
    TRUE TZ UCASE UNDEF UNION URI UUID VALUES VERSION WHERE YEAR
    """.split()  # noqa: SIM905 -- a paragraph of words reads better than a column of quotes
)


def _parse_query(text: str) -> None:
    ox.Store().query(text, base_iri=iri.BASE)


def syntax_error(text: str, message: str, *, parse: Callable[[str], None] = _parse_query) -> QuerySyntaxError:
    """Return the error for a query, or an update, that the engine refused to parse.

    Args:
        text: The query.
        message: What the engine said.
        parse: Lets the engine read a text of the same kind; raises `SyntaxError`.

    Returns:
        The error with the 1-based place, the word at that place and a hint.

    Example:
        >>> error = syntax_error("SELEC * {}", "error at 1:10: expected CONSTRUCT")
        >>> error.line, error.column, error.token, error.hint
        (1, 1, 'SELEC', 'did you mean SELECT?')
    """
    words = list(lexer.tokens(text))
    certain = _certain(text, words)
    if certain is not None:
        token, problem, hint = certain
        return _error(text, token.start, token.text, problem, hint)
    place, expected = _place(text, words, message, parse)
    token_there = next((t for t in words if t.start <= place < t.start + len(t.text)), None)
    if token_there is None:
        token_there = next((t for t in words if t.start >= place), None)
    start, found = (token_there.start, token_there.text) if token_there is not None else (len(text), "")
    known = _KEYWORDS if parse is _parse_query else (*_KEYWORDS, *_UPDATE_KEYWORDS)
    return _error(text, start, found, _problem(found, expected), _hint(text, words, token_there, known))


def _error(text: str, start: int, token: str, problem: str, hint: str) -> QuerySyntaxError:
    line, column = lexer.line_and_column(text, start)
    return QuerySyntaxError(problem[:_LONGEST], line=line, column=column, token=token[:40], hint=hint)


def _certain(text: str, words: Sequence[Token]) -> tuple[Token, str, str] | None:
    """Return the first defect that needs no parser: word, problem, hint."""
    declared = {*lexer.prologue(text).prefixes, *_declared_later(words)}
    for number, token in enumerate(words):
        before = words[number - 1] if number else None
        if token.kind == "mark" and token.text in {'"', "'"}:
            return (
                token,
                "the string that begins here is never closed",
                "close it, or use three quotes for several lines",
            )
        if token.kind == "pname" and (before is None or before.text.upper() != "PREFIX"):
            prefix = token.text.partition(":")[0]
            if before is not None and before.text == "<" and before.start + 1 == token.start and prefix in _SCHEMES:
                hint = 'close it with >; a space or one of " { } | ^ ` in it must be percent-encoded'
                return before, "the IRI that begins here is not closed", hint
            if prefix not in declared:
                return token, f"the prefix {prefix}: is not declared", _advice(prefix)
    return None


def _declared_later(words: Sequence[Token]) -> set[str]:
    """Return the prefixes that are declared anywhere: in an update each operation may declare some."""
    pairs = itertools.pairwise(words)
    return {name.text.partition(":")[0] for word, name in pairs if word.text.upper() == "PREFIX"}


def _place(text: str, words: Sequence[Token], message: str, parse: Callable[[str], None]) -> tuple[int, str]:
    """Return the place of the error in the text, and what the engine expected there."""
    if len(text) <= _MOST_PADDED:
        padded, places = _padded(text, words)
        try:
            parse(padded)
        except SyntaxError as error:
            place, expected = _read(padded, str(error))
            number = bisect.bisect_right([there for there, _ in places], place) - 1
            if number >= 0 and (number + 1 < len(places) or place < len(padded)):
                return places[number][1], expected
            return len(text), expected
        except (RuntimeError, OSError, ValueError):
            pass
    return _read(text, message)


def _padded(text: str, words: Sequence[Token]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with wide gaps, and the places of its words there and here.

    With gaps wider than any keyword the engine's column cannot reach into the next word.
    """
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    length = end = 0
    for token in words:
        gap = _PADDING if token.start > end or token.text in "{}()[],;" or text[end - 1 : end] in "{}()[],;" else ""
        parts += [gap, token.text]
        places.append((length + len(gap), token.start))
        length += len(gap) + len(token.text)
        end = token.start + len(token.text)
    return "".join([*parts, _PADDING]), places


def _read(text: str, message: str) -> tuple[int, str]:
    match = _PLACE.match(message)
    if match is None:
        return len(text), " ".join(message.split())
    line, column = int(match[1]), int(match[2])
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1, " ".join(match[3].split())


def _problem(found: str, expected: str) -> str:
    """Say what was found, and what was expected where that helps: sentences and marks, no character classes."""
    parts = [part.strip() for part in _EXPECTED.findall(expected)]
    sentence = next((part for part in parts if " " in part and part[:1] not in {"[", '"'}), "")
    if sentence:
        return sentence
    useful = [part for part in parts if part and part[0] not in "[\\" and "\\" not in part]
    if len(useful) == 1 and useful[0] in _LONGEST_KEYWORDS:
        useful = []
    wanted = f"; expected {', '.join(useful)}" if 0 < len(useful) <= 8 else ""
    return (f"unexpected {found[:40]}" if found else "the query ends too early") + wanted


def _advice(prefix: str) -> str:
    if prefix in iri.PREFIXES:
        return f"add this line at the top: PREFIX {prefix}: <{iri.PREFIXES[prefix]}>"
    near = difflib.get_close_matches(prefix.lower(), iri.PREFIXES, n=1)
    if near:
        return f"did you mean {near[0]}:? Then add: PREFIX {near[0]}: <{iri.PREFIXES[near[0]]}>"
    return f"add a line PREFIX {prefix}: <...> at the top"


def _hint(text: str, words: Sequence[Token], token: Token | None, keywords: Sequence[str]) -> str:
    if not words:
        return "the query is empty"
    if token is not None and token.kind == "word" and token.text.upper() not in keywords and token.text != "a":
        near = difflib.get_close_matches(token.text.upper(), keywords, n=1)
        return f"did you mean {near[0]}?" if near else "this is neither a keyword nor a function of SPARQL"
    unclosed = _unclosed(words)
    if unclosed is not None:
        line, column = lexer.line_and_column(text, unclosed.start)
        return f"the {unclosed.text} of line {line}, column {column} has no partner"
    if token is not None and token.kind == "iri" and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", token.text):
        return "this IRI is relative, and what it would stand for is no IRI"
    return ""


def _unclosed(words: Sequence[Token]) -> Token | None:
    stack: list[Token] = []
    for token in words:
        if token.kind == "mark" and token.text in _BRACKETS.values():
            stack.append(token)
        elif token.kind == "mark" and token.text in _BRACKETS:
            if not stack or stack[-1].text != _BRACKETS[token.text]:
                return token
            stack.pop()
    return stack[-1] if stack else None
