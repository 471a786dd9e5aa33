"""What a change does to a dataset: the quads that it takes away and adds, the graphs that it creates and drops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

__all__ = ["Graph", "Patch", "graph_of"]

Graph = ox.NamedNode | ox.DefaultGraph
DEFAULT: Final = ox.DefaultGraph()


def graph_of(name: str | None) -> Graph:
    """Return the graph that an IRI names; None is the default graph."""
    return DEFAULT if name is None else ox.NamedNode(name)


@dataclass(slots=True)
class Patch:
    """The difference between two states of a store, in the order of the changes that make it up.

    Attributes:
        store: What is changed, step by step; it holds the new state.
        removed, added: Quads of the old state that the new one has not, and the other way round.
        created, dropped: The same for named graphs, which may be empty.
        renamed: Gives the IRI of a new blank node, where blank nodes may not stay.
    """

    store: ox.Store
    removed: set[ox.Quad] = field(default_factory=set)
    added: set[ox.Quad] = field(default_factory=set)
    created: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    renamed: Callable[[ox.BlankNode], ox.NamedNode] | None = None

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take quads away, then add quads; those that are not there, or there already, do not count."""
        new = {self._named(quad) for quad in added} if self.renamed is not None else set(added)
        gone = {quad for quad in removed if quad not in new and quad in self.store}
        fresh = {quad for quad in new if quad not in self.store}
        for quad in gone:
            self.store.remove(quad)
        self._create({quad.graph_name for quad in fresh})
        self.store.extend(fresh)
        self._note(gone, fresh)

    def observe(self, graphs: Iterable[Graph] | None, act: Callable[[], None]) -> None:
        """Do something to some graphs, all of them if None, and see what it has changed."""
        observed = None if graphs is None else set(graphs)
        quads, names = self._content(observed)
        act()
        new_quads, new_names = self._content(observed)
        self._note(quads - new_quads, new_quads - quads)
        self._note_graphs(new_names - names, names - new_names)

    def create(self, graph: Graph) -> None:
        """Create a graph unless it is there."""
        self._create({graph})

    def drop(self, graph: Graph) -> None:
        """Drop a graph; the default graph is emptied."""
        if isinstance(graph, ox.DefaultGraph):
            self.observe([graph], lambda: self.store.clear_graph(graph))
        else:
            self.observe([graph], lambda: self.store.remove_graph(graph))

    def lines(self) -> Iterator[str]:
        """Yield the canonical N-Quads, ``- `` or ``+ `` before each: sorted, what is removed first."""
        for sign, quads in (("-", self.removed), ("+", self.added)):
            for line in sorted(f"{quad} ." for quad in quads):
                yield f"{sign} {line}"

    @property
    def graphs(self) -> set[str | None]:
        """The graphs that differ; None is the default graph."""
        named = {quad.graph_name for quads in (self.removed, self.added) for quad in quads}
        found = {None if isinstance(graph, ox.DefaultGraph) else graph.value for graph in named}
        return found | self.created | self.dropped

    def _content(self, graphs: set[Graph] | None) -> tuple[set[ox.Quad], set[str]]:
        if graphs is None:
            return set(self.store), {graph.value for graph in self.store.named_graphs()}
        quads = {quad for graph in graphs for quad in self.store.quads_for_pattern(None, None, None, graph)}
        return quads, {
            graph.value
            for graph in graphs
            if isinstance(graph, ox.NamedNode) and self.store.contains_named_graph(graph)
        }

    def _create(self, graphs: Iterable[object]) -> None:
        for graph in graphs:
            if isinstance(graph, ox.NamedNode) and not self.store.contains_named_graph(graph):
                self.store.add_graph(graph)
                self._note_graphs({graph.value}, set())

    def _note(self, removed: set[ox.Quad], added: set[ox.Quad]) -> None:
        back, again = removed & self.added, added & self.removed
        self.removed = (self.removed - again) | (removed - back)
        self.added = (self.added - back) | (added - again)

    def _note_graphs(self, created: set[str], dropped: set[str]) -> None:
        back, again = dropped & self.created, created & self.dropped
        self.dropped = (self.dropped - again) | (dropped - back)
        self.created = (self.created - back) | (created - again)

    def _named(self, quad: ox.Quad) -> ox.Quad:
        subject, value = (self._term(term) for term in (quad.subject, quad.object))
        return ox.Quad(subject, quad.predicate, value, quad.graph_name)  # type: ignore[arg-type]

    def _term(self, term: object) -> object:
        if isinstance(term, ox.BlankNode) and self.renamed is not None:
            return self.renamed(term)
        if isinstance(term, ox.Triple):
            return ox.Triple(self._term(term.subject), term.predicate, self._term(term.object))  # type: ignore[arg-type]
        return term
