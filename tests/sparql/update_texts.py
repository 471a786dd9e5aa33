"""Updates over a small vocabulary, for properties that hold for all of them."""

from __future__ import annotations

import re

from hypothesis import strategies as st

__all__ = ["datasets", "modifications", "requests"]

_NAMES = ("ex:a", "ex:b", "<http://example.org/c>", "<d>")
_GRAPHS = ("ex:g", "<http://example.org/h>", "<i>")
_LITERALS = ('"}"', "'WHERE {'", '"""USING <x> ;\n"""', "1", "1.50", '"a"@ko', "true")
_VARIABLES = ("?s", "?p", "?o", "$t")

_name = st.sampled_from(_NAMES)
_graph = st.sampled_from(_GRAPHS)
_term = st.one_of(_name, st.sampled_from(_LITERALS))
_space = st.sampled_from([" ", "\n", " # } WHERE ;\n", "\t"])


def _triples(terms: st.SearchStrategy[str], names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds(lambda s, p, o, gap: f"{s}{gap}{p} {o}", names, names, terms, _space)
    lists = st.builds(lambda s, p, o, q, r: f"{s} {p} {o} , {r} ; {q} {o}", names, names, terms, names, terms)
    return st.lists(st.one_of(one, lists), min_size=0, max_size=3).map(" . ".join)


def _quads(triples: st.SearchStrategy[str], graph: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda first, middle, dot, last: f"{first} {middle} {dot if middle else ''} {last if middle else ''}",
        triples,
        st.one_of(st.just(""), st.builds(lambda g, t, gap: f"GRAPH {g}{gap}{{ {t} }}", graph, triples, _space)),
        st.sampled_from([".", ""]),
        triples,
    )


_data = _quads(_triples(_term, _name), _graph)
_any_name = st.one_of(_name, st.sampled_from(_VARIABLES))
_any_graph = st.one_of(_graph, st.just("?g"))
_pattern = _quads(_triples(st.one_of(_term, st.sampled_from(_VARIABLES)), _any_name), _any_graph)
_nodes = st.sampled_from(["_:x", "_:y", "[]"])
_new = _quads(
    _triples(st.one_of(_term, st.sampled_from(_VARIABLES), _nodes), st.one_of(_name, st.just("?s"))), _any_graph
)
_EMPTY_GRAPH = re.compile(r"GRAPH \S+?(?:\s|# } WHERE ;\n)*\{\s*\}")
# The engine overlooks such a group in DELETE WHERE, where it has no solution in a store without that graph.
_short = _pattern.filter(lambda pattern: not _EMPTY_GRAPH.search(pattern))
_group = st.one_of(
    _pattern,
    st.just("?s ?p ?o OPTIONAL { GRAPH ?g { ?s ?q $t } }"),
    st.just("{ SELECT ?s (COUNT(*) AS ?o) { ?s ?p ?x } GROUP BY ?s } VALUES ?p { ex:a } VALUES ?g { ex:g UNDEF 1 }"),
    st.just("GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ex:a '}' } BIND(STR(?o) AS $t)"),
)

modifications = st.one_of(
    st.builds(lambda d, w, gap: f"DELETE{gap}{{ {d} }} WHERE {{ {w} }}", _pattern, _group, _space),
    st.builds(lambda i, w, gap: f"INSERT {{ {i} }}{gap}WHERE{gap}{{ {w} }}", _new, _group, _space),
    st.builds(lambda d, i, w: f"DELETE {{ {d} }} INSERT {{ {i} }} WHERE {{ {w} }}", _pattern, _new, _group),
    st.builds(lambda p, gap: f"DELETE{gap}WHERE {{ {p} }}", _short, _space),
)
"""Operations that have a WHERE, without USING and WITH."""

_with_dataset = st.builds(
    lambda g, d, i, u, w: f"WITH {g} DELETE {{ {d} }} INSERT {{ {i} }} {u} WHERE {{ {w} }}",
    *(_graph, _pattern, _new, st.sampled_from(["", "USING ex:g", "USING ex:g USING NAMED <i>", "USING NAMED ex:g"])),
    _group,
)
_managing = st.one_of(
    st.builds(lambda v, t: f"{v} SILENT {t}", st.sampled_from(["CLEAR", "DROP"]), st.sampled_from(["ALL", "DEFAULT"])),
    st.builds(lambda v, g: f"{v} SILENT GRAPH {g}", st.sampled_from(["CLEAR", "DROP", "CREATE"]), _graph),
    st.builds(
        lambda v, a, b: f"{v} SILENT {a} TO {b}",
        *(st.sampled_from(["ADD", "MOVE", "COPY"]), st.one_of(_graph, st.just("DEFAULT")), _graph),
    ),
)
_inserting = st.builds(lambda d: f"INSERT DATA {{ {d} }}", _data)
_operation = st.one_of(
    *(_inserting, st.builds(lambda d: f"DELETE DATA {{ {d} }}", _data), modifications, _with_dataset, _managing),
)

requests = st.builds(
    lambda found, end: "BASE <http://example.org/> PREFIX ex: <http://example.org/> " + " ;\n".join(found) + end,
    st.lists(_operation, min_size=1, max_size=4),
    st.sampled_from(["", " ;", " # end"]),
)
"""Whole updates."""

datasets = st.lists(_inserting, min_size=1, max_size=4).map(
    lambda found: "BASE <http://example.org/> PREFIX ex: <http://example.org/> " + " ;\n".join(found)
)
"""Updates that fill an empty store."""
