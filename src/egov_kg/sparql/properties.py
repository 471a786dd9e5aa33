"""Which property says more generally what another one says, and which one is another one read the other way round."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from egov_kg import iri

__all__ = ["Properties"]

_SUB: Final = ox.NamedNode(iri.expand("rdfs:subPropertyOf"))
_CHAIN: Final = ox.NamedNode(iri.expand("owl:propertyChainAxiom"))
_INVERSE: Final = ox.NamedNode(iri.expand("owl:inverseOf"))
_FIRST: Final = ox.NamedNode(iri.expand("rdf:first"))
_REST: Final = ox.NamedNode(iri.expand("rdf:rest"))

Chain = tuple[ox.NamedNode, ...]


class Properties:
    """The properties of the ontology in one store; what was read is kept.

    Args:
        store: Of a release.
        graph: The named graph of its ontology.
    """

    def __init__(self, store: ox.Store, graph: ox.NamedNode) -> None:
        self._store, self._graph = store, graph
        self._above: dict[ox.NamedNode, frozenset[ox.NamedNode]] = {}
        self._chains: dict[ox.NamedNode, list[Chain]] | None = None

    def inverse(self, predicate: ox.NamedNode) -> ox.NamedNode | None:
        """Return the property that reads this one the other way round, if there is one."""
        for quad in self._store.quads_for_pattern(predicate, _INVERSE, None, self._graph):
            if isinstance(quad.object, ox.NamedNode):
                return quad.object
        for quad in self._store.quads_for_pattern(None, _INVERSE, predicate, self._graph):
            if isinstance(quad.subject, ox.NamedNode):
                return quad.subject
        return None

    def is_above(self, wider: ox.NamedNode, narrower: ox.NamedNode) -> bool:
        """Whether one property only restates more generally what another one says.

        It does if it is a superproperty, or if both follow from chains and each link of its chain is that of the
        other one or a superproperty of it: "dated under" says less than "enacted under".
        """
        if wider == narrower or narrower in self._superproperties(wider):
            return False
        return wider in self._superproperties(narrower) or any(
            self._covers(chain, other)
            for chain in self._chains_of(wider)
            for other in self._chains_of(narrower)
            if chain != other
        )

    def _covers(self, chain: Chain, other: Chain) -> bool:
        return len(chain) == len(other) and all(
            link == of or link in self._superproperties(of) for link, of in zip(chain, other, strict=True)
        )

    def _superproperties(self, predicate: ox.NamedNode) -> frozenset[ox.NamedNode]:
        if predicate not in self._above:
            found: set[ox.NamedNode] = set()
            todo = [predicate]
            while todo:
                for quad in self._store.quads_for_pattern(todo.pop(), _SUB, None, self._graph):
                    if isinstance(quad.object, ox.NamedNode) and quad.object not in found:
                        found.add(quad.object)
                        todo.append(quad.object)
            self._above[predicate] = frozenset(found)
        return self._above[predicate]

    def _chains_of(self, predicate: ox.NamedNode) -> list[Chain]:
        if self._chains is None:
            self._chains = {}
            for quad in self._store.quads_for_pattern(None, _CHAIN, None, self._graph):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                    self._chains.setdefault(quad.subject, []).append(self._list(quad.object))
        return self._chains.get(predicate, [])

    def _list(self, node: ox.NamedNode) -> Chain:
        found: list[ox.NamedNode] = []
        rest: ox.NamedNode | None = node
        while rest is not None:
            found.extend(self._nodes(rest, _FIRST))
            rest = next(iter(self._nodes(rest, _REST)), None)
        return tuple(found)

    def _nodes(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        quads = self._store.quads_for_pattern(subject, predicate, None, self._graph)
        return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)]
