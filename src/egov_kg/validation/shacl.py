"""The part of SHACL that our shapes use, over the terms of the engine: one walk over the focus nodes of each shape.

pySHACL runs any shapes and needs an rdflib graph, a kilobyte a triple and a millisecond a node. A graph of a million
triples needs neither. What is not known here, `unknown_words` names, and the caller leaves those shapes to pySHACL; the
tests hold the two against each other on our data and on graphs with planted flaws.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from egov_kg import iri
from egov_kg.errors import ConfigurationError
from egov_kg.validation.asserted import Node, node

__all__ = ["Graph", "Result", "Shapes", "unknown_words"]

Result = dict[str, list[Any]]
"""A validation result as the words of SHACL: ``focusNode``, ``sourceShape``, ``resultPath``, ``value`` ..."""

_SH: Final = iri.PREFIXES["sh"]
_TYPE, _SUB_CLASS = node("rdf:type"), node("rdfs:subClassOf")
_FIRST, _REST, _NIL = node("rdf:first"), node("rdf:rest"), node("rdf:nil")

_CONSTRAINTS: Final = frozenset(
    [
        *("class", "closed", "datatype", "hasValue", "in", "languageIn", "lessThan", "lessThanOrEquals", "maxCount"),
        *("minCount", "minInclusive", "minLength", "nodeKind", "not", "or", "pattern", "property"),
        *("qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShape", "sparql", "uniqueLang"),
    ]
)
_OTHER_WORDS: Final = frozenset(
    [
        *("alternativePath", "deactivated", "declare", "ignoredProperties", "inversePath", "message", "name"),
        *("namespace", "path", "prefix", "prefixes", "resultPath", "select", "severity", "targetClass", "targetNode"),
        *("targetObjectsOf", "targetSubjectsOf", "value", "description", "order", "group", "defaultValue"),
    ]
)
_LEXICAL: Final = {
    "boolean": re.compile(r"true|false|0|1"),
    "date": re.compile(r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(Z|[+-]\d\d:\d\d)?"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "gYear": re.compile(r"-?\d{4,}(Z|[+-]\d\d:\d\d)?"),
    "integer": re.compile(r"[+-]?\d+"),
}


def unknown_words(axioms: Iterable[Triple]) -> tuple[str, ...]:
    """Return the words of SHACL in some shapes that are not known here, sorted."""
    used = {t.predicate.value.removeprefix(_SH) for t in axioms if t.predicate.value.startswith(_SH)}
    return tuple(sorted(used - _CONSTRAINTS - _OTHER_WORDS))


class Graph:
    """Triples by subject and by property, as constraints read them."""

    def __init__(self, triples: Iterable[Quad | Triple]) -> None:
        self.of: defaultdict[Node, defaultdict[NamedNode, set[Node]]] = defaultdict(lambda: defaultdict(set))
        self.pairs: defaultdict[NamedNode, dict[tuple[Node, Node], None]] = defaultdict(dict)
        for triple in triples:
            subject, predicate, thing = triple.subject, triple.predicate, triple.object
            self.of[subject][predicate].add(thing)  # type: ignore[index,arg-type]  # nothing quotes triples
            self.pairs[predicate][subject, thing] = None  # type: ignore[index]
        self._inverse: dict[NamedNode, dict[Node, set[Node]]] = {}
        self._above: dict[Node, frozenset[Node]] = {}
        self._kinds: list[Node] | None = None

    def objects(self, subject: Node, predicate: NamedNode) -> set[Node]:
        """Return the values of a property."""
        found = self.of.get(subject)
        return found.get(predicate, _NOTHING) if found is not None else _NOTHING

    def subjects(self, predicate: NamedNode, thing: Node) -> set[Node]:
        """Return what has a value."""
        if predicate not in self._inverse:
            index: dict[Node, set[Node]] = {}
            for subject, value in self.pairs.get(predicate, ()):
                index.setdefault(value, set()).add(subject)
            self._inverse[predicate] = index
        return self._inverse[predicate].get(thing, _NOTHING)

    def is_a(self, thing: Node, cls: Node) -> bool:
        """Return whether a thing is of a class or of one below it."""
        return any(kind == cls or cls in self.above(kind) for kind in self.objects(thing, _TYPE))

    def above(self, cls: Node) -> frozenset[Node]:
        """Return the classes above a class."""
        if cls not in self._above:
            found: set[Node] = set()
            waiting = [cls]
            while waiting:
                higher = self.objects(waiting.pop(), _SUB_CLASS) - found
                found |= higher
                waiting += higher
            self._above[cls] = frozenset(found)
        return self._above[cls]

    def members(self, cls: Node) -> Iterator[Node]:
        """Yield the things of a class and of those below it."""
        if self._kinds is None:
            self._kinds = list(dict.fromkeys(thing for _, thing in self.pairs.get(_TYPE, ())))
        for kind in self._kinds:
            if kind == cls or cls in self.above(kind):
                yield from self.subjects(_TYPE, kind)

    def triples(self, predicates: frozenset[NamedNode] | None) -> Iterator[Triple]:
        """Yield the triples with any of the properties; all if None."""
        for predicate, pairs in self.pairs.items():
            if predicates is None or predicate in predicates:
                for subject, thing in pairs:
                    yield Triple(subject, predicate, thing)  # type: ignore[arg-type]


_NOTHING: Final[set[Node]] = set()

Check = Callable[["Graph", Node, "list[Node]"], Iterable[tuple[Node, "NamedNode | None", Any]]]
"""From a focus node and its value nodes to results: source shape, path (None: that of the shape), value."""


Holds = Callable[["Graph", Node], bool]
"""Whether a constraint holds for one value."""


class Shapes:
    """Shapes, read once.

    Args:
        axioms: The triples of a file of shapes.
        off: The IRIs of shapes that are not run.
    """

    def __init__(self, axioms: Iterable[Triple], off: frozenset[str] = frozenset()) -> None:
        self._of: dict[Node, dict[str, list[Node]]] = {}
        self._triples: dict[Node, dict[NamedNode, list[Node]]] = {}
        for triple in axioms:
            subject: Node = triple.subject  # type: ignore[assignment]
            self._triples.setdefault(subject, {}).setdefault(triple.predicate, []).append(triple.object)  # type: ignore[arg-type]
            if triple.predicate.value.startswith(_SH):
                word = triple.predicate.value.removeprefix(_SH)
                self._of.setdefault(subject, {}).setdefault(word, []).append(triple.object)  # type: ignore[arg-type]
        self._off = off
        self._checks: dict[Node, list[Check]] = {}
        self._stores: dict[tuple[int, frozenset[NamedNode] | None], ox.Store] = {}

    def results(self, graph: Graph) -> Iterator[Result]:
        """Yield a result for each violation, of any severity.

        Raises:
            ConfigurationError: If a query or a list of the shapes cannot be read.
        """
        for shape in sorted(self._of, key=str):
            if any(word.startswith("target") for word in self._of[shape]) and not self._is_off(shape):
                focus = dict.fromkeys(self._focus(shape, graph))
                for one in focus:
                    yield from self._results(shape, graph, one)
        self._stores.clear()

    def _is_off(self, shape: Node) -> bool:
        if isinstance(shape, NamedNode) and shape.value in self._off:
            return True
        return any(value.value == "true" for value in self._of.get(shape, {}).get("deactivated", ()))

    def _focus(self, shape: Node, graph: Graph) -> Iterator[Node]:
        words = self._of[shape]
        yield from words.get("targetNode", ())
        for cls in words.get("targetClass", ()):
            yield from graph.members(cls)
        for prop in words.get("targetSubjectsOf", ()):
            yield from (subject for subject, _ in graph.pairs.get(prop, ()))  # type: ignore[arg-type]
        for prop in words.get("targetObjectsOf", ()):
            yield from (thing for _, thing in graph.pairs.get(prop, ()))  # type: ignore[arg-type]

    def _results(self, shape: Node, graph: Graph, focus: Node) -> Iterator[Result]:
        """Yield the results of a shape for one focus node."""
        if self._is_off(shape):
            return
        words = self._of.get(shape, {})
        path = words["path"][0] if "path" in words else None
        values = self._values(graph, focus, path) if path is not None else [focus]
        for check in self._checks_of(shape):
            for source, at, value in check(graph, focus, values):
                if isinstance(value, _Nested):
                    for one in value.nodes:
                        yield from self._results(value.shape, graph, one)
                    continue
                told = self._of.get(source, {})
                result: Result = {
                    "focusNode": [focus],
                    "sourceShape": [source],
                    "resultSeverity": told.get("severity") or [_VIOLATION],
                    "resultMessage": list(told.get("message", ())),
                }
                where, found = at or path, value
                if isinstance(value, _Answer):
                    result["resultMessage"] = [value.message(one) for one in told.get("message", ())]
                    found = value.value if value.value is not None else focus
                if where is not None:
                    result["resultPath"] = [where]
                if found is not None:
                    result["value"] = [found]
                yield result

    def _conforms(self, shape: Node, graph: Graph, thing: Node) -> bool:
        return next(self._results(shape, graph, thing), None) is None

    def _values(self, graph: Graph, focus: Node, path: Node) -> list[Node]:
        if isinstance(path, NamedNode):
            return list(graph.objects(focus, path))
        words = self._of.get(path, {})
        if "inversePath" in words:
            (inner,) = words["inversePath"]
            return list(graph.subjects(inner, focus))  # type: ignore[arg-type]
        if "alternativePath" in words:
            (head,) = words["alternativePath"]
            return list({v: None for one in self._list(head) for v in self._values(graph, focus, one)})
        raise ConfigurationError(f"a path of the shapes cannot be read: {path}")

    def _list(self, head: Node) -> list[Node]:
        items: list[Node] = []
        while head != _NIL:
            cell = self._triples.get(head, {})
            if len(cell.get(_FIRST, ())) != 1 or len(cell.get(_REST, ())) != 1 or len(items) > 10_000:
                raise ConfigurationError(f"a list of the shapes is broken at {head}")
            items.append(cell[_FIRST][0])
            head = cell[_REST][0]
        return items

    def _checks_of(self, shape: Node) -> list[Check]:
        if shape not in self._checks:
            words = self._of.get(shape, {})
            self._checks[shape] = [
                check for word in sorted(words.keys() & _CONSTRAINTS) for check in self._made(shape, word, words)
            ]
        return self._checks[shape]

    def _made(self, shape: Node, word: str, words: Mapping[str, list[Node]]) -> Iterator[Check]:
        for operand in words[word]:
            match word:
                case "property":
                    yield _nested(operand)
                case "sparql":
                    yield self._query(shape, operand)
                case "closed":
                    if operand.value == "true":
                        yield self._closed(shape, words)
                case "qualifiedMinCount" | "qualifiedMaxCount":
                    yield self._qualified(shape, words, word, int(operand.value))
                case "qualifiedValueShape":
                    pass
                case "minCount" | "maxCount" | "uniqueLang" | "lessThan" | "lessThanOrEquals" | "hasValue":
                    yield _of_all(shape, word, operand)
                case "or":
                    yield self._each(shape, self._any_of(self._list(operand)))
                case "not":
                    yield self._each(shape, self._none_of(operand))
                case "class":
                    yield self._each(shape, _is_of(operand))
                case "in":
                    yield self._each(shape, _is_among(frozenset(self._list(operand))))
                case "languageIn":
                    yield self._each(shape, _speaks(tuple(one.value.lower() for one in self._list(operand))))
                case _:
                    yield self._each(shape, _alone(_TESTS[word](operand)))

    def _any_of(self, members: list[Node]) -> Holds:
        return lambda graph, value: any(self._conforms(member, graph, value) for member in members)

    def _none_of(self, member: Node) -> Holds:
        return lambda graph, value: not self._conforms(member, graph, value)

    @staticmethod
    def _each(shape: Node, holds: Holds) -> Check:
        return lambda graph, _focus, values: [(shape, None, value) for value in values if not holds(graph, value)]

    def _closed(self, shape: Node, words: Mapping[str, list[Node]]) -> Check:
        allowed: set[Node] = {p for head in words.get("ignoredProperties", ()) for p in self._list(head)}
        for inner in words.get("property", ()):
            allowed.update(p for p in self._of.get(inner, {}).get("path", ()) if isinstance(p, NamedNode))

        def check(graph: Graph, _focus: Node, values: list[Node]) -> list[tuple[Node, NamedNode | None, Any]]:
            return [
                (shape, predicate, thing)
                for value in values
                for predicate, things in graph.of.get(value, _NO_FACTS).items()
                if predicate not in allowed
                for thing in things
            ]

        return check

    def _qualified(self, shape: Node, words: Mapping[str, list[Node]], word: str, limit: int) -> Check:
        (inner,) = words["qualifiedValueShape"]

        def check(graph: Graph, _focus: Node, values: list[Node]) -> list[tuple[Node, NamedNode | None, Any]]:
            count = sum(self._conforms(inner, graph, value) for value in values)
            wrong = count < limit if word == "qualifiedMinCount" else count > limit
            return [(shape, None, None)] if wrong else []

        return check

    def _query(self, shape: Node, constraint: Node) -> Check:
        words = self._of.get(constraint, {})
        text = words["select"][0].value
        prefixes = {
            self._of[one]["prefix"][0].value: self._of[one]["namespace"][0].value
            for home in words.get("prefixes", ())
            for one in self._of.get(home, {}).get("declare", ())
        }
        used = _used(text, prefixes)

        def check(graph: Graph, focus: Node, _values: list[Node]) -> list[tuple[Node, NamedNode | None, Any]]:
            store = self._store(graph, used)
            try:
                answer = store.query(text, prefixes=prefixes, substitutions={ox.Variable("this"): focus})
            except (SyntaxError, ValueError) as error:
                raise ConfigurationError(f"the query of {shape} cannot be run: {error}") from error
            assert isinstance(answer, ox.QuerySolutions)
            names = [variable.value for variable in answer.variables]
            found = []
            for solution in answer:
                row = {name: term for name, term in zip(names, solution, strict=True) if term is not None}
                row.setdefault("this", focus)
                at = row.get("path")
                found.append((shape, at if isinstance(at, NamedNode) else None, _Answer(row)))
            return found

        return check

    def _store(self, graph: Graph, used: frozenset[NamedNode] | None) -> ox.Store:
        key = (id(graph), used)
        if key not in self._stores:
            store = ox.Store()
            store.bulk_extend(Quad(*triple) for triple in graph.triples(used))
            self._stores[key] = store
        return self._stores[key]


class _Nested:
    """Values that a property shape is to be run on."""

    def __init__(self, shape: Node, nodes: list[Node]) -> None:
        self.shape, self.nodes = shape, nodes


class _Answer:
    """A row of a query."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.value = row.get("value")

    def message(self, template: Any) -> Literal:
        text = re.sub(
            r"\{[?$](\w+)\}",
            lambda found: self.row[found[1]].value if found[1] in self.row else found[0],
            template.value,
        )
        return Literal(text, language=template.language) if template.language else Literal(text)


_NO_FACTS: Final[Mapping[NamedNode, set[Node]]] = {}
_VIOLATION: Final = NamedNode(f"{_SH}Violation")
_PREFIXED: Final = re.compile(r"(?<![\w?$:])([A-Za-z][\w-]*):([A-Za-z_][\w-]*)")
_FREE: Final = re.compile(r"[?$]\w+\s+[?$]\w+\s+[?$\"<\w]")


def _used(query: str, prefixes: Mapping[str, str]) -> frozenset[NamedNode] | None:
    """Return the properties that a query can ask for; None if it may be any.

    Example:
        >>> sorted(p.value for p in _used("SELECT $this { ?a x:p ?b ; x:q/x:r 1 }", {"x": "urn:"}) or ())
        ['urn:p', 'urn:q', 'urn:r']
        >>> _used("SELECT $this { ?a ?p ?b }", {}) is None
        True
    """
    body = query[query.find("{") :]
    if _FREE.search(body) or "<" in re.sub(r"\s<=?\s", " ", body) or "!" in body.replace("!=", ""):
        return None
    names = {NamedNode(prefixes[p] + local) for p, local in _PREFIXED.findall(body) if p in prefixes}
    if re.search(r"(?:^|[\s/^|(])a\s", body):
        names.add(_TYPE)
    return frozenset(names)


def _of_all(shape: Node, word: str, operand: Node) -> Check:
    """Return the check of a constraint that looks at all values together."""
    single = [(shape, None, None)]
    match word:
        case "minCount":
            least = int(operand.value)
            return lambda _g, _f, values: single if len(values) < least else []
        case "maxCount":
            most = int(operand.value)
            return lambda _g, _f, values: single if len(values) > most else []
        case "hasValue":
            return lambda _g, _f, values: [] if operand in values else single
        case "uniqueLang":
            return lambda _g, _f, values: single * len(_repeated(values)) if operand.value == "true" else []
        case _:
            strict = word == "lessThan"
            return lambda graph, focus, values: [
                (shape, None, value)
                for value in values
                for other in graph.objects(focus, operand)  # type: ignore[arg-type]
                if not _is_less(value, other, strict=strict)
            ]


def _repeated(values: Iterable[Node]) -> set[str]:
    seen: set[str] = set()
    tags = [value.language.lower() for value in values if isinstance(value, Literal) and value.language]
    return {tag for tag in tags if tag in seen or seen.add(tag)}  # type: ignore[func-returns-value]


def _is_less(one: Node, other: Node, *, strict: bool) -> bool:
    left, right = _comparable(one), _comparable(other)
    if isinstance(left, float) and isinstance(right, float):
        return left < right or (not strict and left == right)
    if isinstance(left, str) and isinstance(right, str):
        return left < right or (not strict and left == right)
    return False


def _comparable(term: Node) -> float | str | None:
    if not isinstance(term, Literal) or term.language:
        return None
    name = term.datatype.value.rpartition("#")[2]
    if name in {"integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long"}:
        try:
            return float(term.value)
        except ValueError:
            return None
    return f"{name} {term.value}"


def _nested(shape: Node) -> Check:
    return lambda _graph, _focus, values: [(shape, None, _Nested(shape, values))]


def _alone(test: Callable[[Node], bool]) -> Holds:
    return lambda _graph, value: test(value)


def _is_of(cls: Node) -> Holds:
    return lambda graph, value: not isinstance(value, Literal) and graph.is_a(value, cls)


def _is_among(known: frozenset[Node]) -> Holds:
    return lambda _graph, value: value in known


def _speaks(tags: tuple[str, ...]) -> Holds:
    def holds(_graph: Graph, value: Node) -> bool:
        if not isinstance(value, Literal) or not value.language:
            return False
        own = value.language.lower()
        return any(own == tag or own.startswith(f"{tag}-") for tag in tags)

    return holds


def _has_datatype(operand: Node) -> Callable[[Node], bool]:
    lexical = _LEXICAL.get(operand.value.rpartition("#")[2]) if operand.value.startswith(iri.PREFIXES["xsd"]) else None

    def test(value: Node) -> bool:
        if not isinstance(value, Literal) or value.datatype != operand:
            return False
        return lexical is None or lexical.fullmatch(value.value) is not None

    return test


def _has_kind(operand: Node) -> Callable[[Node], bool]:
    name = operand.value.removeprefix(_SH)
    kinds = tuple(
        kind for word, kind in (("IRI", NamedNode), ("Literal", Literal), ("BlankNode", BlankNode)) if word in name
    )
    return lambda value: isinstance(value, kinds)


def _is_at_least(operand: Node) -> Callable[[Node], bool]:
    return lambda value: _is_less(operand, value, strict=False)


def _matches(operand: Node) -> Callable[[Node], bool]:
    pattern = re.compile(operand.value)
    return lambda value: not isinstance(value, BlankNode) and pattern.search(value.value) is not None


def _is_long(operand: Node) -> Callable[[Node], bool]:
    least = int(operand.value)
    return lambda value: not isinstance(value, BlankNode) and len(value.value) >= least


_TESTS: Final[Mapping[str, Callable[[Node], Callable[[Node], bool]]]] = {
    "datatype": _has_datatype,
    "minInclusive": _is_at_least,
    "minLength": _is_long,
    "nodeKind": _has_kind,
    "pattern": _matches,
}
