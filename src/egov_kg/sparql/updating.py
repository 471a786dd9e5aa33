"""An update, or a write of one graph, applied to a store in memory, with the patch that it makes.

The engine changes a store and does not say how. So the templates of an operation are first instantiated into graphs of
their own beside the data, read there, and then applied: what it costs is as large as the change, not as the store. For
what the words alone do not explain, the whole store is compared instead.
"""

from __future__ import annotations

import re
import secrets
import urllib.parse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import QueryRefused, UpdateFailed
from egov_kg.sparql import guard, hints, lexer
from egov_kg.sparql.evaluation import translated
from egov_kg.sparql.foreign import parse_foreign
from egov_kg.sparql.lexer import Token
from egov_kg.sparql.operations import Block, Operation, operations
from egov_kg.sparql.patches import DEFAULT, Graph, Patch

__all__ = ["Part", "update", "write_graph"]

_RDF: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a body.

    Attributes:
        data: As it came.
        format: The name of its format: ``ttl``, ``nt``, ``rdf`` or ``jsonld``.
        name: What messages call it.
    """

    data: bytes
    format: str
    name: str = "the body"


def update(patch: Patch, text: str, *, base: str) -> None:
    """Apply an update.

    Args:
        patch: Holds the store, and takes what changes.
        text: The update, its dataset parameters written into it.
        base: The base of relative IRIs.

    Raises:
        QueryRefused: ``service-refused``, ``load-refused``. ``LOAD SILENT`` does nothing: there is no network here.
        QuerySyntaxError, UnknownFunction: As their names say.
        UpdateFailed: If it cannot be done, such as ``DROP`` of a graph that is not there. The store is no use then.
    """
    text = lexer.closed_up(text.removeprefix("\ufeff"))
    found = operations(text)
    try:
        _check(text, base)
        if not found:  # declarations alone, or what cannot be told from them
            ox.Store().update(text, base_iri=base)
    except SyntaxError as error:
        raise hints.syntax_error(text, str(error), parse=lambda other: _check(other, base)) from error
    guard.check_update(text)
    for operation in found:
        try:
            _run(patch, text, operation, base)
        except (RuntimeError, OSError) as error:
            raise _failed(error) from error


def _failed(error: RuntimeError | OSError) -> Exception:
    message = " ".join(str(error).split())
    if message.startswith("The graph"):
        return UpdateFailed(message[:200])
    return translated(error)


def _check(text: str, base: str) -> None:
    """Let the engine parse an update without running it: at once if it can, else one operation after another.

    Raises:
        SyntaxError: With the place in the whole text.
    """
    found = operations(text)
    if len({one.prologue for one in found}) == 1 and _parses(text, found[0].start, base):
        return
    for operation in found:
        _check_operation(text, operation, base)


def _parses(text: str, start: int, base: str) -> bool:
    """Whether the engine can read a whole update whose first operation begins at a place."""
    try:
        ox.Store().update(f"{text[:start]}{_stop()}{text[start:]}", base_iri=base)
    except SyntaxError:
        return False
    except (RuntimeError, OSError):
        return True
    return False


def _stop() -> str:
    """Return an operation that fails: what stands after it is read and never run."""
    return f"DROP GRAPH <urn:none:{secrets.token_hex(8)}> ; "


def _check_operation(text: str, operation: Operation, base: str) -> None:
    """Let the engine parse an operation without running it: an operation that fails at once stands before it.

    Raises:
        SyntaxError: With the place in the whole text.
    """
    stop = _stop()
    try:
        ox.Store().update(f"{operation.prologue}{stop}{text[operation.start : operation.end]}", base_iri=base)
    except SyntaxError as error:
        raise SyntaxError(_in_place(text, operation, stop, str(error))) from error
    except (RuntimeError, OSError):
        return  # it parses


_PLACE: Final = re.compile(r"error at (\d+):(\d+):")


def _in_place(text: str, operation: Operation, stop: str, message: str) -> str:
    """Return what the engine says of an operation with the place in the whole text."""
    match = _PLACE.match(message)
    if match is None:
        return message
    line, column = int(match[1]), int(match[2])
    declared = operation.prologue.count("\n")
    first = text.count("\n", 0, operation.start)
    before = operation.start - (text.rfind("\n", 0, operation.start) + 1)
    if line <= declared:  # in the prologue, which the engine reads when it is the first thing
        return message
    if line == declared + 1:
        column += before - len(stop)
    return f"error at {first + line - declared}:{max(column, 1)}:{message[match.end() :]}"


def _run(patch: Patch, text: str, operation: Operation, base: str) -> None:
    own = text[operation.start : operation.end]
    match operation.kind:
        case "INSERT DATA":
            patch.change([], _data(operation.prologue + own, base))
        case "DELETE DATA":
            word = operation.words[0]
            inserted = "INSERT" + own[len(word.text) :]
            patch.change(_data(operation.prologue + inserted, base), [])
        case "LOAD":
            _refuse_load(operation)
        case "CLEAR" | "DROP" | "CREATE" | "ADD" | "MOVE" | "COPY":
            graphs = _managed(operation, base)
            patch.observe(graphs, lambda: patch.store.update(operation.prologue + own, base_iri=base))
        case "MODIFY" | "DELETE WHERE":
            try:
                changed = _Templates(text, operation, base).instantiated(patch.store)
            except (_Unusual, SyntaxError):  # the engine needs no dot between the triples of DELETE, but of INSERT
                _compare(patch, operation.prologue + own, base)
            else:
                patch.change(*changed)
        case _:
            _compare(patch, operation.prologue + own, base)


def _compare(patch: Patch, text: str, base: str) -> None:
    patch.observe(None, lambda: patch.store.update(text, base_iri=base))


def _data(text: str, base: str) -> set[ox.Quad]:
    """Return the quads of an ``INSERT DATA``."""
    empty = ox.Store()
    empty.update(text, base_iri=base)
    return set(empty)


def _refuse_load(operation: Operation) -> None:
    if not (operation.is_silent or operation.words[0].text.upper().startswith("LOADSILENT")):
        raise QueryRefused(
            "load-refused",
            "LOAD is not allowed here: no update opens a connection; send the data itself, by INSERT DATA or to /graph",
        )


_KNOWN: Final = frozenset({"CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "SILENT", "GRAPH", "TO", "DEFAULT"})


def _managed(operation: Operation, base: str) -> list[Graph] | None:
    """Return the graphs that an operation on whole graphs can change, or None if that is all of them."""
    words = {token.text.upper() for token in operation.words if token.kind == "word"}
    if not words <= _KNOWN:  # ALL, NAMED, and words that are not apart, such as SILENTALL
        return None
    named = [token for token in operation.words if token.kind in {"iri", "pname"}]
    try:
        found: list[Graph] = [*_resolved(named, operation, base).values()]
    except SyntaxError:  # GRAPHex:g
        return None
    return [*found, DEFAULT] if "DEFAULT" in words else found


def _resolved(tokens: Sequence[Token], operation: Operation, base: str) -> dict[str, ox.NamedNode]:
    """Return the IRIs that tokens stand for, as the engine resolves them."""
    texts = list(dict.fromkeys(token.text for token in tokens))
    if not texts:
        return {}
    head = " ".join(f"({text} AS ?iri{number})" for number, text in enumerate(texts))
    solutions = ox.Store().query(f"{operation.prologue}SELECT {head} {{}}", base_iri=base)
    assert isinstance(solutions, ox.QuerySolutions)
    found = dict(zip(texts, next(solutions), strict=True))
    return {text: iri for text, iri in found.items() if isinstance(iri, ox.NamedNode)}


class _Unusual(Exception):
    """An operation whose words do not show what its templates are."""


class _Templates:
    """An operation whose templates fill graphs of their own instead of changing the data.

    Every graph of a template has a stand-in: for a constant name a number, for a variable the value with a prefix.
    """

    def __init__(self, text: str, operation: Operation, base: str) -> None:
        self.base, self.operation = base, operation
        self._own = f"urn:patch:{secrets.token_hex(8)}:"
        self._mark = f"patch{secrets.token_hex(8)}"
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._variables: dict[tuple[str, str], str] = {}
        blocks, where = operation.blocks, operation.blocks["WHERE"]
        self._with = self._with_graph()
        if operation.kind == "DELETE WHERE":
            template, middle = self._template(text, where, "-"), ""
        else:
            signs = {"DELETE": "-", "INSERT": "+"}
            template = " ".join(self._template(text, blocks[k], s) for k, s in signs.items() if k in blocks)
            middle = text[max(blocks[k].end for k in signs if k in blocks) : operation.where]
        before = f"WITH {self._with} " if self._with else ""
        self.text = f"{operation.prologue}{before}INSERT {{ {template} }} {middle} WHERE {self._where(text, where)}"

    def _with_graph(self) -> str:
        words = self.operation.words
        if words[0].text.upper() != "WITH":
            return ""
        if words[1].kind not in {"iri", "pname"}:
            raise _Unusual
        return words[1].text

    def _template(self, text: str, block: Block, sign: str) -> str:
        """Return a template with its graphs exchanged."""
        words = [t for t in self.operation.words if block.start < t.start < block.end - 1]
        parts: list[str] = []
        begin = depth = 0
        opened: str | None = None

        def outside(end: int) -> None:
            first = begin + 1 if begin and begin < end and words[begin].text == "." else begin
            if first < end:
                piece = text[words[first].start : words[end - 1].start + len(words[end - 1].text)]
                parts.append(f"GRAPH {self._stand_in(sign, self._with)} {{ {piece} }}")

        for number, token in enumerate(words):
            if token.kind != "mark" or token.text not in {"{", "}"}:
                continue
            if token.text == "{":
                if depth == 0 and text[token.start + 1] != "|":
                    name = self._graph_name(words, number)
                    outside(number - 2)
                    begin, opened = number + 1, name
                elif depth == 0:
                    opened = None
                depth += 1
            else:
                depth -= 1
                if depth == 0 and opened is not None:
                    inside = text[words[begin - 1].start + 1 : token.start]
                    parts.append(f"GRAPH {self._stand_in(sign, opened)} {{ {inside}\n}}")
                    begin = number + 1
        outside(len(words))
        return "\n".join(parts)

    @staticmethod
    def _graph_name(words: Sequence[Token], number: int) -> str:
        if number < 2 or words[number - 2].text.upper() != "GRAPH" or words[number - 2].kind != "word":
            raise _Unusual
        name = words[number - 1]
        if name.kind not in {"iri", "pname", "variable"}:
            raise _Unusual
        return name.text

    def _stand_in(self, sign: str, name: str) -> str:
        if name.startswith(("?", "$")):
            return self._variables.setdefault((sign, name[1:]), f"?{self._mark}{len(self._variables)}")
        return f"<{self._stand_ins.setdefault((sign, name), f'{self._own}{len(self._stand_ins)}')}>"

    def _where(self, text: str, where: Block) -> str:
        if not self._variables:
            return where.of(text)
        binds = " ".join(
            f'BIND(IF(isIRI(?{name}), IRI(CONCAT("{self._own}{sign}", ENCODE_FOR_URI(STR(?{name})))), '
            f"?{self._mark}) AS {stand_in})"
            for (sign, name), stand_in in self._variables.items()
        )
        return f"{{ {where.of(text)} {binds} }}"

    def instantiated(self, store: ox.Store) -> tuple[set[ox.Quad], set[ox.Quad]]:
        """Return the quads that the operation deletes and those that it inserts; the store is as it was before."""
        store.update(self.text, base_iri=self.base)
        found: dict[str, set[ox.Quad]] = {"-": set(), "+": set()}
        for sign, stand_in, graph in list(self._filled(store)):
            for quad in store.quads_for_pattern(None, None, None, stand_in):
                found[sign].add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
            store.remove_graph(stand_in)
        return found["-"], found["+"]

    def _filled(self, store: ox.Store) -> Iterator[tuple[str, ox.NamedNode, Graph]]:
        wanted = {name for _, name in self._stand_ins}
        names = [t for t in self.operation.words if t.text in wanted]
        iris = _resolved([t for t in names if t.kind in {"iri", "pname"}], self.operation, self.base)
        for (sign, name), stand_in in self._stand_ins.items():
            node = ox.NamedNode(stand_in)
            if store.contains_named_graph(node):
                yield sign, node, iris[name] if name else DEFAULT
        if self._variables:
            for found in store.named_graphs():
                if isinstance(found, ox.NamedNode) and found.value.startswith((f"{self._own}-", f"{self._own}+")):
                    value = found.value.removeprefix(self._own)
                    yield value[0], found, ox.NamedNode(urllib.parse.unquote(value[1:]))


def write_graph(patch: Patch, method: str, graph: Graph, parts: Collection[Part], *, base: str) -> None:
    """Replace, extend or delete a graph.

    Args:
        patch: Holds the store, and takes what changes.
        method: ``PUT``, ``POST`` or ``DELETE``.
        graph: Which.
        parts: What is put or added; each has blank nodes of its own.
        base: The base of relative IRIs.

    Raises:
        RdfSyntaxError: With line and column, if a part cannot be read.
    """
    if method == "DELETE":
        patch.drop(graph)
        return
    new = {quad for part in parts for quad in _parsed(part, graph, base)}
    old = set(patch.store.quads_for_pattern(None, None, None, graph)) if method == "PUT" else set()
    patch.create(graph)
    patch.change(old, new)


def _parsed(part: Part, graph: Graph, base: str) -> Iterator[ox.Quad]:
    for quad in parse_foreign(part.data, _RDF[part.format], base=base, name=part.name, without_named_graphs=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
