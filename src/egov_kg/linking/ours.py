"""Our side: the things of a class with all their names, kinds, dates, numbers, codes, places and wholes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.linking.forms import distinct, folded
from egov_kg.linking.kinds import cut, kind_of_class
from egov_kg.linking.periods import Period, read_period
from egov_kg.linking.specification import Feature, Match
from egov_kg.linking.things import Alias, Entity

__all__ = ["Alias", "Entity", "Ours", "entities"]

_DEFAULT: Final = ox.DefaultGraph()
_NAMES: Final = ("skos:prefLabel", "skos:altLabel")


def entities(store: ox.Store, match: Match, prefixes: Mapping[str, str], base: str = iri.BASE) -> tuple[Entity, ...]:
    """Return the things that a block of a specification is about, sorted by IRI; those without a name are left out.

    Args:
        store: The default graph holds all facts, what follows included.
        match: The block: class, paths.
        prefixes: Prefix to namespace, for the paths.
        base: The base of our IRIs.
    """
    ours = Ours(store, prefixes, base)
    found = (ours.entity(node, match) for node in ours.members(match.ours))
    return tuple(entity for entity in found if entity.aliases)


class Ours:
    """Questions to the graph.

    Args:
        store: The default graph holds all facts.
        prefixes: Prefix to namespace.
        base: The base of our IRIs.
    """

    def __init__(self, store: ox.Store, prefixes: Mapping[str, str], base: str = iri.BASE) -> None:
        self._store, self._prefixes, self._base = store, prefixes, base

    def members(self, cls: str) -> list[ox.NamedNode]:
        """Return the things of a class, sorted by IRI."""
        pattern = self._store.quads_for_pattern(None, _node("rdf:type"), _node(cls), _DEFAULT)
        things = {quad.subject for quad in pattern if isinstance(quad.subject, ox.NamedNode)}
        return sorted(things, key=lambda node: node.value)

    def entity(self, node: ox.NamedNode, match: Match) -> Entity:
        """Return a thing as a block of a specification compares it."""
        named = [one for one in self.follow([node], match.names) if isinstance(one, ox.NamedNode)]
        aliases = tuple(sorted({alias for one in named for alias in self.aliases(one)}, key=_order))
        kinds = sorted({kind for alias in aliases if (kind := cut(alias.text).kind)}) if not match.names else []
        return Entity(
            iri=node.value,
            cls=match.ours,
            label=self._label(node),
            aliases=aliases,
            kind=kinds[0] if len(kinds) == 1 else kind_of_class(match.ours),
            jurisdiction=self._jurisdiction(node),
            dates=tuple(sorted(self._dates(node, match))) if match.date else (),
            numbers=self._texts(node, match.number_) if match.number_ else (),
            codes=self._texts(node, match.code) if match.code else (),
            parents=self._parents(node, match.parent.ours) if match.parent else (),
        )

    def _label(self, node: ox.NamedNode) -> str:
        ranked = sorted(
            self.aliases(node), key=lambda one: (not one.preferred, one.lang != "en", one.lang, one.text)
        )  # fmt: skip
        return ranked[0].text if ranked else node.value

    def aliases(self, node: ox.NamedNode) -> Iterator[Alias]:
        """Yield the names of a thing."""
        for name in _NAMES:
            for quad in self._store.quads_for_pattern(node, _node(name), None, _DEFAULT):
                if isinstance(quad.object, ox.Literal) and (form := folded(quad.object.value)):
                    lang = (quad.object.language or "").lower()
                    yield Alias(quad.object.value, lang, form, name == "skos:prefLabel")

    def follow(self, nodes: Iterable[Node], path: str) -> list[Node]:
        """Return what a path of properties leads to, each once, sorted; the nodes themselves if it is empty."""
        found = list(nodes)
        for step in path.split("/") if path else ():
            prop = ox.NamedNode(self._expanded(step))
            reached = {
                quad.object
                for node in found
                if isinstance(node, ox.NamedNode)
                for quad in self._store.quads_for_pattern(node, prop, None, _DEFAULT)
            }
            found = sorted((one for one in reached if isinstance(one, ox.NamedNode | ox.Literal)), key=str)
        return found

    def _expanded(self, name: str) -> str:
        if name.startswith("<"):
            return name[1:-1]
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local

    def _first(self, node: ox.NamedNode, paths: Iterable[str]) -> list[Node]:
        return next((found for path in paths if (found := self.follow([node], path))), [])

    def _texts(self, node: ox.NamedNode, feature: Feature) -> tuple[str, ...]:
        values = (one.value for one in self._first(node, feature.ours) if isinstance(one, ox.Literal))
        return distinct(sorted(feature.number(value) for value in values))

    def _dates(self, node: ox.NamedNode, match: Match) -> set[Period]:
        assert match.date is not None
        found = (self._period(one) for one in self._first(node, match.date.ours))
        return {one for one in found if one is not None}

    def _period(self, node: Node) -> Period | None:
        if isinstance(node, ox.Literal):
            return read_period(node.value)
        first = [one.value for one in self.follow([node], "egov:firstDay")]
        last = [one.value for one in self.follow([node], "egov:lastDay")]
        if not first or not last:
            return None
        told = read_period(node.value.rpartition("/")[2])
        if told is not None and (told.first, told.last) == (first[0], last[0]):
            return told
        return Period(first[0], last[0], "day" if first[0] == last[0] else "span")

    def _parents(self, node: ox.NamedNode, paths: Iterable[str]) -> tuple[str, ...]:
        reached = self._first(node, paths)
        forms = {alias.form for one in reached if isinstance(one, ox.NamedNode) for alias in self.aliases(one)}
        forms |= {folded(one.value) for one in reached if isinstance(one, ox.Literal)}
        return tuple(sorted(forms - {""}))

    def _jurisdiction(self, node: ox.NamedNode) -> str:
        told = self.follow([node], "egov:inJurisdiction/dcterms:identifier")
        if told:
            return told[0].value.lower()
        parts = (iri.id_of(node.value, self._base) or "").split("/")
        return parts[1] if len(parts) > 2 and parts[1] != "int" else ""


Node = ox.NamedNode | ox.Literal


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


def _order(alias: Alias) -> tuple[bool, str, str]:
    return (not alias.preferred, alias.lang, alias.text)
