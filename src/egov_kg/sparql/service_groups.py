"""SERVICE groups in the process that runs the query: what to ask whom, and the answers put in their place.

This process has no network. It says which queries are to be sent, gets the bytes that came back, reads them, and
replaces each group by VALUES. What is sent is the whole pattern, or, where that is provably the same, the pattern
together with the values that its variables can have at all (a bind join). With ``A`` for what the group is joined with,
``R`` for its solutions, and ``v`` for variables that each solution of both sides binds, the rows of ``R`` that agree
with no row of ``A`` in ``v`` change nothing in ``Join(A, R)``, ``LeftJoin(A, R)`` and ``Minus(A, R)``. So they need not
be asked for; everywhere else (in EXISTS, in GRAPH, left of OPTIONAL, behind a projection) the whole pattern is sent.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import QueryRefused, ServiceFailed
from egov_kg.sparql import groups, hints, inline, lexer
from egov_kg.sparql.evaluation import Dataset, Functions
from egov_kg.sparql.groups import Element, Group
from egov_kg.sparql.guard import Checked
from egov_kg.sparql.inline import Term

__all__ = ["BLOCK", "MOST", "Need", "Services"]

MOST: Final = 16
"""How many SERVICE groups a query may have."""
BLOCK: Final = 50
"""How many combinations of values are sent at once."""
_MOST_VALUES: Final = 20 * BLOCK
"""Beyond so many combinations the whole pattern is sent."""

_NOT_REPEATABLE: Final = frozenset(
    {"RAND", "NOW", "UUID", "STRUUID", "BNODE", "LIMIT", "OFFSET", "SAMPLE", "GROUP_CONCAT", "LATERAL"}
)
"""Words of patterns that need not have the same solutions twice."""
_JOINS: Final = frozenset({"triples", "values", "graph", "group"})
_SCHEME: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")

Path = Sequence[tuple[Group, Element]]


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be asked next.

    Attributes:
        number: Which of the groups it is for.
        endpoint: Whom.
        is_silent: Whether the query goes on if this fails.
        is_whole: Whether all solutions of the group are asked for.
        queries: The queries; none if no solution can matter.
    """

    number: int
    endpoint: str
    is_silent: bool
    is_whole: bool
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        parts: The bytes of each answer; None if SILENT stands there and an answer failed.
        is_whole: As of the `Need`.
    """

    parts: Sequence[bytes] | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Call:
    """A SERVICE group: the element, the groups around it from the outermost, whether EXISTS is around it."""

    element: Element
    path: Path
    in_exists: bool
    endpoint: str

    @property
    def group(self) -> Group:
        return self.element.groups[0]


class Services:
    """The SERVICE groups of a query that has passed the guard.

    Args:
        checked: The query.
        base: The base of relative IRIs.
        rows: An answer of so many rows or more counts as cut.

    Raises:
        QueryRefused: ``service-refused`` if there are too many, or one stands where it cannot be asked soundly.
    """

    def __init__(self, checked: Checked, *, base: str, rows: int) -> None:
        self._text, self._base, self._rows = checked.text, base, rows
        self._read = lexer.prologue(checked.text, base)
        self._query = groups.read_groups(checked.text, base)
        self._calls = sorted(self._all_calls(), key=lambda call: call.element.start)
        self._secret = secrets.token_hex(8)  # no query can call the function, or use a variable, that is named with it
        self._function = ox.NamedNode(f"urn:egov-kg:node-of-{self._secret}")
        if len(self._calls) > MOST:
            raise QueryRefused(
                "service-refused", f"the query has {len(self._calls)} SERVICE groups; the most is {MOST}"
            )
        for call in self._calls:
            self._refuse_if_unsound(call)

    # What is there

    def _all_calls(self) -> Iterator[_Call]:
        yield from self._calls_in(self._query.where, (), in_exists=False)
        for group in self._query.others:
            yield from self._calls_in(group, (), in_exists=True)

    def _calls_in(self, group: Group, path: Path, *, in_exists: bool) -> Iterator[_Call]:
        for element in group.elements:
            here = (*path, (group, element))
            if element.kind == "service":
                assert element.name is not None
                yield _Call(element, here, in_exists, self._read.resolve(element.name) or "")
                continue
            for number, inner in enumerate(element.groups):
                is_exists = element.kind in {"filter", "bind"} or (element.kind == "subselect" and number > 0)
                yield from self._calls_in(inner, here, in_exists=in_exists or is_exists)

    def _refuse_if_unsound(self, call: _Call) -> None:
        """Refuse EXISTS whose group compares a variable from outside: the endpoint would have to know its value."""
        if not call.in_exists:
            return
        inside = self._query.variables(call.group.start, call.group.end)
        words = len(self._query.words)
        outside = self._query.variables(0, call.element.start) | self._query.variables(call.element.end, words)
        doubtful = sorted((inside & outside) - self._certain(call.group))
        if doubtful:
            line, column = lexer.line_and_column(self._text, self._query.words[call.element.start].start)
            raise QueryRefused(
                "service-refused",
                f"SERVICE in EXISTS (line {line}, column {column}) shares ?{doubtful[0]} with what is around it, and "
                "no triple of its own binds it; write it with OPTIONAL and FILTER instead",
            )

    def _certain(self, group: Group) -> set[str]:
        """Return the variables that each solution of a group binds; there may be more."""
        found: set[str] = set()
        for element in group.elements:
            if element.kind == "triples":
                found |= self._query.variables(element.start, element.end)
        return found

    def check_syntax(self) -> None:
        """Let the engine parse the query before anybody is asked.

        Raises:
            QuerySyntaxError: With the place in the query.
        """
        blank = self._text
        for call in self._calls:
            start, brace = (self._query.words[n].start for n in (call.element.start, call.group.start))
            blank = blank[:start] + " " * (brace - start) + blank[brace:]
        try:
            ox.Store().query(blank, base_iri=self._base)
        except SyntaxError as error:
            raise hints.syntax_error(self._text, str(error)) from error
        except (RuntimeError, OSError):
            return  # functions that only the endpoint knows, and nested SERVICE

    # What to ask

    def next(
        self, store: ox.Store, dataset: Dataset, replies: Sequence[Reply], *, keeps_nodes: bool = True
    ) -> Need | tuple[str, Functions]:
        """Return what is to be asked next, or the query that can be run now and the functions that it calls.

        Args:
            store: Where to look up what a group is joined with.
            dataset: The graphs of the request.
            replies: What came back for the first groups, in their order.
            keeps_nodes: Whether the query is for an engine that knows the functions; without them it cannot have the
                blank nodes of an answer.

        Raises:
            ServiceFailed: If one of the replies is no answer, or might be cut.
        """
        done: dict[int, str] = {}
        for number, (call, reply) in enumerate(zip(self._calls, replies, strict=False)):
            try:
                put = self._replacement(number, call, reply, keeps_nodes=keeps_nodes)
            except ServiceFailed:
                if not call.element.is_silent:
                    raise
                put = self._nothing(call)
            if put is None:
                return self._need(number, (self._whole(call),), is_whole=True)
            done[call.element.start] = put
        functions: Functions = {self._function: inline.node}
        if len(replies) >= len(self._calls):
            return self._spliced(0, len(self._query.words), done), functions
        number, call = len(replies), self._calls[len(replies)]
        queries = self._bound(store, dataset, call, done, functions)
        if queries is None:
            return self._need(number, (self._whole(call),), is_whole=True)
        return self._need(number, queries, is_whole=False)

    def _need(self, number: int, queries: tuple[str, ...], *, is_whole: bool) -> Need:
        call = self._calls[number]
        return Need(number, call.endpoint, call.element.is_silent, is_whole, queries)

    def _whole(self, call: _Call) -> str:
        inside = self._inside(call.group)
        return f"{self._prologue(call.group)}SELECT * WHERE {{ {inside} }} LIMIT {self._rows}"

    def _inside(self, group: Group) -> str:
        return self._query.between(group.start + 1, group.end - 1)

    def _prologue(self, group: Group) -> str:
        """Return the declarations that the text of a group needs."""
        inside = self._query.words[group.start : group.end]
        used = {token.text.partition(":")[0] for token in inside if token.kind == "pname"}
        is_relative = any(token.kind == "iri" and not _SCHEME.match(token.text) for token in inside)
        return self._read.declared(used, base=is_relative)

    def _bound(
        self, store: ox.Store, dataset: Dataset, call: _Call, done: Mapping[int, str], functions: Functions
    ) -> tuple[str, ...] | None:
        """Return the pattern with the values that can matter, in blocks, or None where the whole is to be asked."""
        asked = self._values_query(call, done)
        if asked is None:
            return None
        default, named = dataset
        try:
            found = store.query(
                asked, base_iri=self._base, default_graph=default, named_graphs=named, custom_functions=functions
            )
            assert isinstance(found, ox.QuerySolutions)
            names = [variable.value for variable in found.variables]
            rows = [tuple(row) for row in found]
        except (SyntaxError, RuntimeError, OSError):
            return None  # whatever is wrong, the whole query will say it
        if len(rows) > _MOST_VALUES:
            return None
        rows = [row for row in rows if not any(isinstance(term, ox.BlankNode) for term in row)]  # equal nowhere else
        kept = [n for n in range(len(names)) if all(inline.is_the_same_everywhere(row[n]) for row in rows)]
        if rows and not kept:
            return None
        lines = sorted({" ".join(str(row[n]) for n in kept) for row in rows})
        head = " ".join(f"?{names[n]}" for n in kept)
        inside, declared = self._inside(call.group), self._prologue(call.group)
        return tuple(
            f"{declared}SELECT * WHERE {{ {{ {inside} }} VALUES ({head}) {{ "
            f"{' '.join(f'({line})' for line in lines[at : at + BLOCK])} }} }} LIMIT {self._rows}"
            for at in range(0, len(lines), BLOCK)
        )

    def _values_query(self, call: _Call, done: Mapping[int, str]) -> str | None:
        """Return the query for the values that the variables of a group can have, if it is sound to ask it."""
        joined = self._joined_with(call)
        if joined is None:
            return None
        elements, filters = joined
        certain = {name for e in elements if e.kind == "triples" for name in self._query.variables(e.start, e.end)}
        known: set[str] = set()
        for element in elements:
            known |= self._query.variables(element.start, element.end)
            if _NOT_REPEATABLE & self._words_of(element):
                return None
        shared = sorted(known & self._certain(call.group))
        if not shared or _NOT_REPEATABLE & self._words_of(call.element):
            return None
        for element in filters:
            words = self._words_of(element)
            names = self._query.variables(element.start, element.end)
            if names <= certain and not words & {*_NOT_REPEATABLE, "EXISTS"}:
                elements = [*elements, element]
        where = " ".join(self._element(element, done) for element in elements)
        datasets = " ".join(self._query.between(*words) for words in self._query.datasets)
        declared = self._text[: self._read.start]
        head = " ".join(f"?{name}" for name in shared)
        return f"{declared}\nSELECT DISTINCT {head} {datasets} WHERE {{ {where} }} LIMIT {_MOST_VALUES + 1}"

    def _words_of(self, element: Element) -> set[str]:
        return {token.text.upper() for token in self._query.words[element.start : element.end] if token.kind == "word"}

    def _element(self, element: Element, done: Mapping[int, str]) -> str:
        end = element.end
        if element.kind == "triples" and self._query.words[end - 1].text == ".":
            end -= 1
        text = self._spliced(element.start, end, done)
        return f"{text} ." if element.kind == "triples" else text

    def _joined_with(self, call: _Call) -> tuple[list[Element], list[Element]] | None:
        """Return what a group is joined with, and the filters over both, or None where that cannot be said."""
        if call.in_exists or any(element.kind == "graph" for _, element in call.path):
            return None
        path, only_before = list(call.path), False
        while path:
            group, element = path.pop()
            at = next(n for n, one in enumerate(group.elements) if one is element)
            before = [one for one in group.elements[:at] if one.kind != "filter"]
            after = [] if only_before else self._joins_after(group.elements[at + 1 :])
            filters = [one for one in group.elements if one.kind == "filter"]
            if before or after:
                return [*before, *after], filters
            if (
                len(filters) + 1 < len(group.elements)
                or not path
                or path[-1][1].kind not in {"group", "optional", "minus"}
            ):
                return None
            only_before = only_before or path[-1][1].kind != "group"
        return None

    def _joins_after(self, elements: Sequence[Element]) -> list[Element]:
        found: list[Element] = []
        for element in elements:
            if element.kind in _JOINS:
                if "SERVICE" not in self._words_of(element):
                    found.append(element)
            elif element.kind not in {"filter", "service"}:
                break
        return found

    # What came back

    def _replacement(self, number: int, call: _Call, reply: Reply, *, keeps_nodes: bool) -> str | None:
        """Return what stands in place of a group, or None if the whole has to be asked for."""
        if reply.parts is None:
            return self._nothing(call)
        columns = self._visible(call.group)
        rows: list[list[Term | None]] = []
        has_nodes = False
        for part_number, part in enumerate(reply.parts):
            for row in self._rows_of(part, call, columns):
                has_nodes = has_nodes or any(isinstance(term, ox.BlankNode) for term in row)
                rows.append([inline.renamed(term, f"s{number}p{part_number}x") for term in row])
            if len(rows) >= self._rows:
                raise ServiceFailed(
                    call.endpoint, f"its answer has {self._rows} rows or more, so that it may be cut", kind="size"
                )
        if has_nodes and not keeps_nodes:
            reason = "its answer has blank nodes, which cannot be handed on to the store that answers here"
            raise ServiceFailed(call.endpoint, reason, kind="format")
        if has_nodes and len(reply.parts) > 1:
            return None  # a blank node of two answers may be one node: only one answer can tell
        return self._values(columns, rows)

    def _rows_of(self, part: bytes, call: _Call, columns: Sequence[str]) -> Iterator[list[Term | None]]:
        try:
            found = ox.parse_query_results(part, format=ox.QueryResultsFormat.JSON)
            if not isinstance(found, ox.QuerySolutions):
                raise ServiceFailed(call.endpoint, "its answer is no table", kind="format")
            names = [variable.value for variable in found.variables]
            if not set(names) <= set(columns):
                raise ServiceFailed(call.endpoint, "its answer has columns that were not asked for", kind="format")
            for row in found:
                if any(isinstance(term, ox.Triple) and inline.has_node(term) for term in row):
                    raise ServiceFailed(call.endpoint, "its answer has blank nodes in triple terms", kind="format")
                yield [row[name] if name in names else None for name in columns]
        except (SyntaxError, ValueError, OSError) as error:
            raise ServiceFailed(
                call.endpoint, "its answer is not well-formed to its end (SPARQL results in JSON)", kind="format"
            ) from error

    def _nothing(self, call: _Call) -> str:
        """Return one solution that binds nothing; the variables stay visible."""
        columns = self._visible(call.group)
        return self._values(columns, [[None] * len(columns)])

    def _values(self, columns: Sequence[str], rows: Sequence[Sequence[Term | None]]) -> str:
        return inline.values(columns, rows, function=self._function, secret=self._secret)

    def _spliced(self, start: int, end: int, done: Mapping[int, str]) -> str:
        """Return the text of a range of words with the groups that have been answered replaced."""
        words = self._query.words
        parts, at = [], start
        for call in self._calls:
            if start <= call.element.start and call.element.end <= end and call.element.start in done:
                parts.append(self._between(at, call.element.start))
                parts.append(done[call.element.start])
                at = call.element.end
        last = words[end - 1].start + len(words[end - 1].text) if end > at else None
        parts.append(self._text[self._place(at) : last] if last is not None else "")
        return " ".join(parts)

    def _between(self, start: int, end: int) -> str:
        return self._text[self._place(start) : self._place(end)]

    def _place(self, number: int) -> int:
        """Return where a word begins; the first one begins where the text does."""
        return self._query.words[number].start if number else 0

    def _visible(self, group: Group) -> tuple[str, ...]:
        """Return the variables that a group shows outside, in the order of the text."""
        return tuple(dict.fromkeys(self._shown(group)))

    def _shown(self, group: Group) -> Iterator[str]:
        words = self._query.words
        for element in group.elements:
            tokens = words[element.start : element.end]
            match element.kind:
                case "triples":
                    yield from (token.text[1:] for token in tokens if token.kind == "variable")
                case "bind":
                    yield tokens[-2].text[1:]
                case "values":
                    brace = next(n for n, token in enumerate(tokens) if token.text == "{")
                    yield from (token.text[1:] for token in tokens[:brace] if token.kind == "variable")
                case "optional" | "graph" | "service" | "group":
                    if element.name is not None and element.name.kind == "variable":
                        yield element.name.text[1:]
                    for inner in element.groups:
                        yield from self._shown(inner)
                case "subselect":
                    yield from self._projected(element)

    def _projected(self, element: Element) -> Iterator[str]:
        """Yield the variables of a SELECT clause: those that stand alone, and those behind AS."""
        inner = element.groups[0]
        tokens = self._query.words[element.start : inner.start]
        if any(token.text == "*" for token in tokens) and not any(token.kind == "variable" for token in tokens):
            yield from self._shown(inner)
            return
        depth = 0
        for number, token in enumerate(tokens):
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "mark" else 0
            if token.kind == "variable" and (depth == 0 or tokens[number - 1].text.upper() == "AS"):
                yield token.text[1:]
