"""JSON-LD 1.1 with an inline context: nothing has to be fetched, and a JSON tool reads it as a list of things."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.terms import RDF_TYPE, Names, by_subject

__all__ = ["jsonld"]

_STRING = iri.expand("xsd:string")


def jsonld(triples: Iterable[ox.Triple | ox.Quad], base: str, *, ordered: bool = False) -> bytes:
    """Return triples as JSON-LD, UTF-8: a context of prefixes, then one object a subject, each on its own line.

    Args:
        triples: Without blank nodes, each once, in any order; graph names of quads are ignored.
        base: The base that our own IRIs are written relative to.
        ordered: Whether they are quads in the order of `egov_kg.dumps.terms.in_order`.
    """
    names = Names(base)
    nodes = []
    for subject, predicates in by_subject(triples, ordered=ordered):
        node: dict[str, Any] = {"@id": _name(names, subject)}
        for predicate, values in predicates:
            if predicate == RDF_TYPE:
                node["@type"] = [_name(names, v) for v in values if isinstance(v, ox.NamedNode)]
            else:
                key = names.prefixed(predicate.value) or predicate.value
                node[key] = [_value(names, value) for value in values]
        nodes.append(json.dumps(node, ensure_ascii=False))
    context = json.dumps({"@base": base, **dict(names.used())}, ensure_ascii=False)
    body = ",\n".join(nodes)
    return f'{{"@context": {context},\n"@graph": [\n{body}\n]}}\n'.encode()


def _name(names: Names, node: ox.NamedNode) -> str:
    return names.prefixed(node.value) or names.relative(node.value)


def _value(names: Names, value: ox.NamedNode | ox.Literal) -> object:
    if isinstance(value, ox.NamedNode):
        return {"@id": _name(names, value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == _STRING:
        return value.value
    return {"@value": value.value, "@type": _name(names, value.datatype)}
