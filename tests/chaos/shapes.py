"""Queries that are made to harm: nested and chained shapes of any length, and queries that never end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

__all__ = ["ENDLESS", "NESTED", "PLANNING", "filled"]

Shape = Callable[[int], str]


def _around(before: str, opening: str, middle: str, closing: str, after: str) -> Shape:
    """Return the shape that repeats an opening and a closing around a middle."""
    return lambda count: before + opening * count + middle + closing * count + after


def _chain(before: str, first: str, more: str, after: str) -> Shape:
    """Return the shape that repeats one part in a row."""
    return lambda count: before + first + more * (count - 1) + after


NESTED: Final[Mapping[str, Shape]] = {
    "parentheses": _around("SELECT (", "(", "1", ")", " AS ?x) {}"),
    "groups": _around("SELECT * ", "{", "{}", "}", ""),
    "groups with a triple": _around("SELECT * ", "{?s ?p ?o ", "{}", "}", ""),
    "negations": _around("SELECT (", "!", "true", "", " AS ?x) {}"),
    "signs": _around("SELECT (", "-", "1", "", " AS ?x) {}"),
    "blank nodes": _around("SELECT * { ?s ?p ", "[ ?p ", "1", "]", " }"),
    "collections": _around("SELECT * { ?s ?p ", "(", "1", ")", " }"),
    "OPTIONAL": _around("SELECT * ", "{ ?s ?p ?o OPTIONAL ", "{}", "}", ""),
    "MINUS": _around("SELECT * ", "{ ?s ?p ?o MINUS ", "{}", "}", ""),
    "GRAPH": _around("SELECT * ", "{ GRAPH ?g ", "{}", "}", ""),
    "LATERAL": _around("SELECT * ", "{ ?s ?p ?o LATERAL ", "{}", "}", ""),
    "sub-select": _around("SELECT * ", "{ SELECT * ", "{}", "}", ""),
    "EXISTS": _around("SELECT * ", "{ ?s ?p ?o FILTER EXISTS ", "{}", "}", ""),
    "NOT EXISTS": _around("SELECT * ", "{ ?s ?p ?o FILTER NOT EXISTS ", "{}", "}", ""),
    "IF": _around("SELECT (", "IF(true,", "1", ",0)", " AS ?x) {}"),
    "COALESCE": _around("SELECT (", "COALESCE(", "1", ")", " AS ?x) {}"),
    "CONCAT": _around("SELECT (", "CONCAT(", "'a'", ")", " AS ?x) {}"),
    "IN": _around("SELECT (", "1 IN (", "1", ")", " AS ?x) {}"),
    "sums": _chain("SELECT (", "1", "+1", " AS ?x) {}"),
    "differences": _chain("SELECT (", "1", "-1", " AS ?x) {}"),
    "alternatives": _chain("SELECT (", "?x", "||?x", " AS ?y) {}"),
    "UNION": _chain("SELECT * { ", "{?a ?b ?c}", "UNION{?a ?b ?c}", " }"),
    "inverse paths": _around("SELECT * { ?s ", "^(", "<x:p>", ")", " ?o }"),
    "starred paths": _around("SELECT * { ?s ", "(", "<x:p>", ")*", " ?o }"),
    "negated paths": _chain("SELECT * { ?s !(", "<x:p>", "|<x:p>", ") ?o }"),
    "alternative paths": _chain("SELECT * { ?s ", "<x:p>", "|<x:p>", " ?o }"),
    "triple terms": _around("SELECT * { ?s ?p ", "<<(?s ?p ", "1", ")>>", " }"),
    "reified triples": _around("SELECT * { ", "<< ", "<a:a> <a:b> <a:c>", " ?p ?o >>", " ?p ?o }"),
    "triples in expressions": _around("SELECT (", "TRIPLE(<a:a>,<a:b>,", "1", ")", " AS ?x) {}"),
    "UNION in UNION": _around("SELECT * ", "{ {?s ?p ?o} UNION ", "{}", "}", ""),
    "steps in steps": _around("SELECT * { ?s ", "(", "<x:p>", "/<x:p>)", " ?o }"),
    "comparisons": _around("SELECT (", "(", "1", "=1)", " AS ?x) {}"),
    "triples of a template": lambda count: "CONSTRUCT { " + "?s ?p ?o ." * count + " } { ?s ?p ?o }",
    "BIND": lambda count: (
        "SELECT * { BIND(1 AS ?x0) " + "".join(f"BIND(?x{n} AS ?x{n + 1})" for n in range(count)) + "}"
    ),
    "VALUES": _chain("SELECT * { ", "VALUES ?x {1}", "VALUES ?x {1}", " }"),
    "unclosed": lambda count: "SELECT * " + "{" * count,
    "prefixes": lambda count: "".join(f"PREFIX p{n}:<x:>" for n in range(count)) + "ASK {}",
}
"""Shapes that nest or chain, by name: each gives the query of a length."""

_STAR: Final = "".join(f"?x <x:{n}> ?o{n} ." for n in range(300))

PLANNING: Final[Mapping[str, str]] = {
    "a star of 300 patterns": f"SELECT * {{ {_STAR} }}",
    "a star of 300 patterns with the words of the graph": (
        "PREFIX egov: <https://w3id.org/egov-kg/ontology#> SELECT * {"
        + "".join(f"?x egov:amends ?o{n} ." for n in range(300))
        + "}"
    ),
    "300 OPTIONAL": "SELECT * {" + "".join(f"OPTIONAL {{ ?x <x:{n}> ?o{n} }}" for n in range(300)) + "}",
    "a path of 2,000 steps": "SELECT * { ?a " + "/".join(["<x:p>"] * 2000) + " ?b }",
    "6,000 alternatives in a filter": "SELECT * { ?s ?p ?o FILTER(" + "||".join(["?o = 1"] * 6000) + ") }",
    "300 sub-selects": "SELECT * {" + "".join(f"{{ SELECT ?x {{ ?x <x:{n}> ?y }} }}" for n in range(300)) + "}",
}
"""Queries whose plan takes longer than their answer would."""

_IMPOSSIBLE: Final = "FILTER(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j)) = 'x')"
_FOUR: Final = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"

ENDLESS: Final = f"ASK {{ {_FOUR} {_IMPOSSIBLE} }}"
"""All fours of triples, none of which fits."""


def filled(shape: Shape, size: int) -> str:
    """Return the longest query of a shape that has at most so many bytes.

    Example:
        >>> filled(NESTED["parentheses"], 25)
        'SELECT ((((1))) AS ?x) {}'
    """
    low, high = 1, size
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(shape(middle).encode()) <= size else (low, middle - 1)
    return shape(low)
