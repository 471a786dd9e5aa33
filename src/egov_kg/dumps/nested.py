"""JSON-LD for people and for programs that know no RDF: short names, and each thing inside the one that mentions it.

The context stands in the document, so that nothing has to be fetched, and says for each name which property it is and
what its values are; a reader of JSON-LD gets exactly the triples that were given.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.terms import RDF_TYPE, Names, by_subject

__all__ = ["nested_jsonld"]

_STRING: Final = iri.expand("xsd:string")
_DEEPEST: Final = 8
"""How deep things stand inside each other; what is deeper stands at the top, so that no chain of things is too long."""
_KEYWORDS: Final = {"id": "@id", "type": "@type"}

Value = ox.NamedNode | ox.Literal
Properties = Sequence[tuple[ox.NamedNode, Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class _Short:
    """The short name of a property.

    Attributes:
        name: ``title``.
        definition: What the context says of it.
        by_language: Whether its values stand below their languages.
        datatype: The datatype of all its values, or empty.
    """

    name: str
    definition: object
    by_language: bool = False
    datatype: str = ""


def nested_jsonld(triples: Iterable[ox.Triple], root: str, *, links: Collection[str] = ()) -> bytes:
    """Return triples as JSON-LD 1.1, UTF-8.

    Args:
        triples: Without blank nodes, each once, in any order.
        root: The IRI of the thing that the document begins with.
        links: CURIEs of properties that only name a thing: it does not stand inside the one that they lead from.
    """
    things: dict[str, Properties] = {s.value: values for s, values in by_subject(triples)}
    names = Names("")
    short = _short_names(things, names)
    document = _Document(things, names, short, frozenset(map(iri.expand, links)))
    found = [document.thing(name) for name in [root, *things] if name in things and name not in document.told]
    context = {"@version": 1.1, **_KEYWORDS}
    context |= {one.name: one.definition for one in sorted(short.values(), key=lambda one: one.name)}
    spaces = dict(names.used())
    whole = {"@context": {**spaces, **context}, **(found[0] if len(found) == 1 else {"@graph": found})}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _short_names(things: Mapping[str, Properties], names: Names) -> dict[str, _Short]:
    """Return the short name of each property; where two would have the same one, their prefixed names."""
    values: dict[str, list[Value]] = {}
    for properties in things.values():
        for predicate, found in properties:
            if predicate != RDF_TYPE:
                values.setdefault(predicate.value, []).extend(found)
    plain = {name: names.prefixed(name) or name for name in sorted(values)}
    locals_ = [name.rpartition(":")[2] for name in plain.values()]
    made = {}
    for name, prefixed in plain.items():
        local = prefixed.rpartition(":")[2]
        is_alone = "/" not in local and locals_.count(local) == 1 and local not in {*_KEYWORDS, *iri.PREFIXES}
        made[name] = _short(local if is_alone else prefixed, prefixed, values[name], names)
    return made


def _short(name: str, prefixed: str, values: Sequence[Value], names: Names) -> _Short:
    if all(isinstance(value, ox.NamedNode) for value in values):
        return _Short(name, {"@id": prefixed, "@type": "@id"})
    literals = [value for value in values if isinstance(value, ox.Literal)]
    if len(literals) == len(values):
        if all(value.language for value in literals):
            return _Short(name, {"@id": prefixed, "@container": "@language"}, by_language=True)
        datatypes = {value.datatype.value for value in literals}
        if len(datatypes) == 1 and not any(value.language for value in literals):
            datatype = datatypes.pop()
            if datatype == _STRING:
                return _Short(name, prefixed, datatype=datatype)
            written = names.prefixed(datatype) or datatype
            return _Short(name, {"@id": prefixed, "@type": written}, datatype=datatype)
    return _Short(name, prefixed)


class _Document:
    """Writes things, each in the first place that leads to it.

    Attributes:
        told: The IRIs of those that were written.
    """

    def __init__(
        self, things: Mapping[str, Properties], names: Names, short: Mapping[str, _Short], links: frozenset[str]
    ) -> None:
        self._things, self._names, self._short, self._links = things, names, short, links
        self.told: set[str] = set()
        self._depth = 0

    def thing(self, name: str) -> dict[str, Any]:
        self.told.add(name)
        self._depth += 1
        made: dict[str, Any] = {"id": name}
        for predicate, values in self._things[name]:
            if predicate == RDF_TYPE:
                made["type"] = _one_or_more([self._names.prefixed(v.value) or v.value for v in values])
            else:
                short = self._short[predicate.value]
                made[short.name] = self._values(short, values, is_link=predicate.value in self._links)
        self._depth -= 1
        return made

    def _values(self, short: _Short, values: Sequence[Value], *, is_link: bool) -> object:
        if short.by_language:
            texts: dict[str, list[object]] = {}
            for value in values:
                assert isinstance(value, ox.Literal)
                assert value.language
                texts.setdefault(value.language, []).append(value.value)
            return {lang: _one_or_more(found) for lang, found in texts.items()}
        return _one_or_more([self._value(short, value, is_link=is_link) for value in values])

    def _value(self, short: _Short, value: Value, *, is_link: bool) -> object:
        if isinstance(value, ox.NamedNode):
            is_new = value.value in self._things and value.value not in self.told
            if is_new and not is_link and self._depth < _DEEPEST:
                return self.thing(value.value)
            is_plain = isinstance(short.definition, dict)
            return value.value if is_plain else {"id": value.value}
        if short.datatype:
            return value.value
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == _STRING:
            return value.value
        return {"@value": value.value, "@type": self._names.prefixed(value.datatype.value) or value.datatype.value}


def _one_or_more(values: Sequence[object]) -> object:
    return values[0] if len(values) == 1 else values
