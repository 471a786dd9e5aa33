"""The groups of a query: which braces belong together, and what stands between them. Not a grammar of the rest.

Only queries that name another endpoint are read so: their SERVICE groups are cut out, and to do that soundly one must
know what each is joined with. What is not understood is refused, never guessed.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from egov_kg.errors import QueryRefused
from egov_kg.sparql import lexer
from egov_kg.sparql.lexer import Token

__all__ = ["Element", "Group", "Query", "read_groups"]

Kind = Literal["triples", "filter", "bind", "values", "optional", "minus", "graph", "service", "group", "subselect"]

_DEEPEST: Final = 100
_GROUPS: Final = {"OPTIONAL": "optional", "MINUS": "minus", "GRAPH": "graph", "SERVICE": "service"}
_BEGINNINGS: Final = frozenset({*_GROUPS, "FILTER", "BIND", "VALUES"})
_IN_TRIPLES: Final = frozenset({"A", "TRUE", "FALSE"})


@dataclass(slots=True)
class Element:
    """One part of a group.

    Attributes:
        kind: What it is; ``group`` is one group, or several with UNION between.
        start, end: Its words, as a half-open range of their numbers.
        groups: The groups in it, those of EXISTS included.
        name: The word that names the graph or the endpoint.
        is_silent: Whether SILENT stands before the endpoint.
    """

    kind: Kind
    start: int
    end: int = 0
    groups: list[Group] = field(default_factory=list)
    name: Token | None = None
    is_silent: bool = False


@dataclass(slots=True)
class Group:
    """What stands between two braces.

    Attributes:
        start, end: The numbers of the first brace, and of the word after the last one.
        elements: In their order; a group that is a sub-select has that one alone.
    """

    start: int
    end: int = 0
    elements: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Query:
    """The words of a query and its groups.

    Attributes:
        text: As written.
        words: All words, without comments.
        where: The group of WHERE.
        others: Groups of EXISTS outside of it (in SELECT, HAVING, ORDER BY).
        datasets: The ranges of FROM and FROM NAMED.
    """

    text: str
    words: Sequence[Token]
    where: Group
    others: Sequence[Group]
    datasets: Sequence[tuple[int, int]]

    def between(self, start: int, end: int) -> str:
        """Return the text of a half-open range of words."""
        if start >= end:
            return ""
        last = self.words[end - 1]
        return self.text[self.words[start].start : last.start + len(last.text)]

    def variables(self, start: int, end: int) -> set[str]:
        """Return the names of the variables in a half-open range of words."""
        return {token.text[1:] for token in self.words[start:end] if token.kind == "variable"}


def read_groups(text: str, base: str = "") -> Query:
    """Return the groups of a query.

    Raises:
        QueryRefused: ``service-refused`` if it cannot be read so; says where.

    Example:
        >>> query = read_groups("SELECT * { ?s ?p ?o OPTIONAL { SERVICE <x:y> { ?o ?q ?r } } }")
        >>> [element.kind for element in query.where.elements]
        ['triples', 'optional']
    """
    words = list(lexer.tokens(text))
    start = lexer.prologue(text, base).start
    return _Reader(text, words).query(bisect.bisect_left([word.start for word in words], start))


class _Reader:
    """Goes through the words once."""

    def __init__(self, text: str, words: Sequence[Token]) -> None:
        self._text, self._words = text, words
        self._at = 0
        self._depth = 0

    def _word(self) -> str:
        """Return the word that is next: keywords in capitals, an empty string at the end."""
        if self._at >= len(self._words):
            return ""
        token = self._words[self._at]
        return token.text.upper() if token.kind == "word" else token.text if token.kind == "mark" else " "

    def _unclear(self) -> QueryRefused:
        place = self._words[self._at].start if self._at < len(self._words) else len(self._text)
        line, column = lexer.line_and_column(self._text, place)
        return QueryRefused(
            "service-refused",
            f"a query with SERVICE is cut into parts, and that of line {line}, column {column} is not understood; "
            "write it with less nesting and in the words of SPARQL 1.1",
        )

    def _expect(self, word: str) -> None:
        if self._word() != word:
            raise self._unclear()
        self._at += 1

    def query(self, start: int) -> Query:
        self._at = start
        others: list[Group] = []
        datasets: list[tuple[int, int]] = []
        if self._word() == "CONSTRUCT":
            self._at += 1
            if self._word() == "{":
                self._skip_braces()
        while (word := self._word()) != "{":
            if word == "FROM":
                began = self._at
                self._at += 3 if self._at + 1 < len(self._words) and self._peek() == "NAMED" else 2
                datasets.append((began, min(self._at, len(self._words))))
            else:
                self._skip_one(others)
        where = self._group()
        while self._word():
            self._skip_one(others)
        return Query(self._text, self._words, where, others, datasets)

    def _peek(self) -> str:
        return self._words[self._at + 1].text.upper()

    def _skip_one(self, groups: list[Group]) -> None:
        """Go on by one word, or by what it begins: parentheses, the rows of VALUES, EXISTS."""
        match self._word():
            case "":
                raise self._unclear()
            case "(":
                groups += self._parentheses()
            case "EXISTS":
                self._at += 1
                groups.append(self._group())
            case "VALUES":
                self._skip_values()
            case "{" | "}":
                raise self._unclear()
            case _:
                self._at += 1

    def _skip_values(self) -> None:
        while self._word() not in {"{", ""}:
            self._at += 1
        self._skip_braces()

    def _skip_braces(self) -> None:
        self._expect("{")
        depth = 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self._word(), 0)
            if not self._word():
                raise self._unclear()
            self._at += 1

    def _parentheses(self) -> list[Group]:
        """Go through balanced parentheses; return the groups of EXISTS in them."""
        self._expect("(")
        depth, groups = 1, []
        while depth:
            word = self._word()
            if word == "EXISTS":
                self._at += 1
                groups.append(self._group())
                continue
            if word in {"", "{", "}"}:
                raise self._unclear()
            depth += {"(": 1, ")": -1}.get(word, 0)
            self._at += 1
        return groups

    def _group(self) -> Group:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._unclear()
        group = Group(self._at)
        self._expect("{")
        if self._word() == "SELECT":
            group.elements = [self._subselect()]
        else:
            group.elements = list(self._elements())
        self._expect("}")
        group.end = self._at
        self._depth -= 1
        return group

    def _subselect(self) -> Element:
        element = Element("subselect", self._at)
        while self._word() != "{":
            self._skip_one(element.groups)
        element.groups.insert(0, self._group())
        while self._word() != "}":
            self._skip_one(element.groups)
        element.end = self._at
        return element

    def _elements(self) -> Iterator[Element]:
        while (word := self._word()) != "}":
            if word == ".":
                self._at += 1
                continue
            start = self._at
            if word in _GROUPS:
                element = self._named_group(_GROUPS[word])  # type: ignore[arg-type]
            elif word == "{":
                element = self._union()
            elif word == "FILTER":
                self._at += 1
                element = Element("filter", start, groups=self._constraint())
            elif word == "BIND":
                self._at += 1
                element = Element("bind", start, groups=self._parentheses())
            elif word == "VALUES":
                self._skip_values()
                element = Element("values", start)
            else:
                self._triples()
                element = Element("triples", start)
            element.start, element.end = start, self._at
            yield element

    def _named_group(self, kind: Kind) -> Element:
        element = Element(kind, self._at)
        self._at += 1
        if kind == "service" and self._word() == "SILENT":
            element.is_silent = True
            self._at += 1
        if kind in {"graph", "service"}:
            if self._word() != " ":
                raise self._unclear()
            element.name = self._words[self._at]
            self._at += 1
        element.groups = [self._group()]
        return element

    def _union(self) -> Element:
        element = Element("group", self._at, groups=[self._group()])
        while self._word() == "UNION":
            self._at += 1
            element.groups.append(self._group())
        return element

    def _constraint(self) -> list[Group]:
        if self._word() == "(":
            return self._parentheses()
        if self._word() == "NOT":
            self._at += 1
        if self._word() == "EXISTS":
            self._at += 1
            return [self._group()]
        self._at += 1  # the name of a function
        return self._parentheses()

    def _triples(self) -> None:
        """Go through triples until another element begins; annotations (``{| |}``) belong to them."""
        began = self._at
        while True:
            word = self._word()
            if word == "{" and self._at > began and self._at + 1 < len(self._words) and self._peek() == "|":
                self._skip_braces()
                continue
            if word in {"", "{", "}"} or word in _BEGINNINGS:
                break
            if word.isalpha() and word not in _IN_TRIPLES:
                raise self._unclear()
            self._at += 1
        if self._at == began:
            raise self._unclear()
