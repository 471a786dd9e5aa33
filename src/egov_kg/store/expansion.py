"""Facts under every name of a thing: what ``owl:sameAs`` says of our own names, written out where that is asked for.

A graph of ours keeps facts once, on the name that stands for a group, and says which names are the same as it. Names of
others are never merged with ours, so nothing is written out for an ``owl:sameAs`` with one of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import ExpansionTooLarge

__all__ = ["MOST", "SAME_AS", "Groups", "expanded_copy", "facts_of", "groups_in", "under_every_name"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Groups: TypeAlias = Mapping[Term, tuple[Term, ...]]
"""The group of each name that has others, in term order."""

MOST: Final = 100_000
"""How many triples may be written out for a query."""

SAME_AS: Final = ox.NamedNode(iri.expand("owl:sameAs"))
_DEFAULT: Final = ox.DefaultGraph()


def groups_in(pairs: Iterable[tuple[Term, Term]], base: str) -> Groups:
    """Return the groups that pairs of equal names make; pairs with a name of others are passed over.

    Args:
        pairs: As ``owl:sameAs`` states them.
        base: The base of our IRIs.

    Example:
        >>> a, b, other = (ox.NamedNode(name) for name in ("http://x.example/a", "http://x.example/b", "http://y.example/"))
        >>> groups_in([(a, b), (b, other)], "http://x.example/")[b] == (a, b)
        True
    """
    near: dict[Term, set[Term]] = {}
    for left, right in pairs:
        if left != right and _is_ours(left, base) and _is_ours(right, base):
            near.setdefault(left, set()).add(right)
            near.setdefault(right, set()).add(left)
    groups: dict[Term, tuple[Term, ...]] = {}
    for start in near:
        if start in groups:
            continue
        seen, waiting = {start}, [start]
        while waiting:
            new = near[waiting.pop()] - seen
            seen |= new
            waiting += new
        groups |= dict.fromkeys(seen, tuple(sorted(seen, key=str)))
    return groups


def _is_ours(term: Term, base: str) -> bool:
    return isinstance(term, ox.BlankNode) or (isinstance(term, ox.NamedNode) and term.value.startswith(base))


def under_every_name(triples: Iterable[ox.Triple], groups: Groups, *, most: int = MOST) -> Iterator[ox.Triple]:
    """Yield what triples say under all names of the things in them, each once; also what was given.

    Args:
        triples: Those without a name that has others are passed over, and so are those that say of such a name that it
            is the same as one outside of its group.
        groups: As `groups_in` gives them.
        most: How many may be yielded.

    Raises:
        ExpansionTooLarge: If there are more; before the first is yielded.
    """
    once: dict[tuple[tuple[Term, ...], ...], None] = {}
    total = 0
    for triple in triples:
        if groups.keys().isdisjoint(triple):
            continue
        names = tuple(groups.get(term, (term,)) for term in triple)
        if names not in once and (triple.predicate != SAME_AS or names[0] == names[2]):
            once[names] = None
            total += len(names[0]) * len(names[1]) * len(names[2])
            if total > most:
                raise ExpansionTooLarge(most)
    for subject, predicate, value in itertools.chain.from_iterable(itertools.product(*names) for names in once):
        is_reflexive = predicate == SAME_AS and subject == value
        if isinstance(predicate, ox.NamedNode) and not (is_reflexive or isinstance(subject, ox.Literal)):
            yield ox.Triple(subject, predicate, value)


def facts_of(store: ox.Store, base: str, *, most: int = MOST) -> tuple[ox.Quad, ...]:
    """Return what the default graph of a store lacks until its facts stand under every name.

    Raises:
        ExpansionTooLarge: If that is too much.
    """
    same = store.quads_for_pattern(None, SAME_AS, None, _DEFAULT)
    groups = groups_in(((quad.subject, quad.object) for quad in same), base)
    said = (quad.triple for name in groups for quad in _about(store, name))
    made = under_every_name(said, groups, most=most)
    quads = (ox.Quad(one.subject, one.predicate, one.object, _DEFAULT) for one in made)
    return tuple(quad for quad in quads if quad not in store)


def _about(store: ox.Store, name: Term) -> Iterator[ox.Quad]:
    """Yield the quads of the default graph in which a name stands."""
    if isinstance(name, ox.NamedNode | ox.BlankNode):
        yield from store.quads_for_pattern(name, None, None, _DEFAULT)
    if isinstance(name, ox.NamedNode):
        yield from store.quads_for_pattern(None, name, None, _DEFAULT)
    yield from store.quads_for_pattern(None, None, name, _DEFAULT)


def expanded_copy(store: ox.Store, base: str, *, most: int = MOST) -> ox.Store:
    """Return a store in memory whose default graph has its facts under every name; the store itself if nothing lacks.

    Raises:
        ExpansionTooLarge: If that is too much.
    """
    facts = facts_of(store, base, most=most)
    if not facts:
        return store
    copy = ox.Store()
    copy.bulk_extend(store)
    for graph in store.named_graphs():
        copy.add_graph(graph)
    copy.bulk_extend(facts)
    return copy
