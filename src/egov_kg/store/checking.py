"""A store is what its release says: every index is read to the end, and all of them count the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import ReleaseDamaged

__all__ = ["check_store"]

# The lengths are of no interest: to know them every term has to be read.
_READ: Final = "SELECT ?g (COUNT(*) AS ?n) (SUM(STRLEN(STR(?s)) + STRLEN(STR(?p)) + STRLEN(STR(?o))) AS ?all)"
_BY_SUBJECT: Final = tuple(
    f"{_READ} WHERE {{ {where} }} GROUP BY ?g" for where in ("GRAPH ?g { ?s ?p ?o }", "?s ?p ?o")
)
_BY_PREDICATE: Final = tuple(
    f"SELECT ?p (COUNT(*) AS ?n) {{ {where} }} GROUP BY ?p" for where in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }")
)


def check_store(store: ox.Store, quads: Iterable[ox.Quad], place: Path) -> None:
    """Read a store through its indexes, which makes RocksDB check every block, and count it against its quads.

    The engine keeps quads in the order of subjects, of predicates and of objects, once for the default graph and once
    for named graphs. Which order is read depends on what is bound; a file that was damaged on the way to the disk is
    found here, before anybody is answered from it.

    Args:
        store: Opened for reading.
        quads: What it was made from. The engine folds numbers, so that only their count is compared.
        place: Its folder, for the message.

    Raises:
        ReleaseDamaged: If it cannot be read to the end, or holds other quads.
    """
    expected: Counter[str] = Counter()
    predicates: Counter[tuple[ox.NamedNode, bool]] = Counter()
    objects = set()
    for quad in quads:
        expected[str(quad.graph_name)] += 1
        predicates[quad.predicate, isinstance(quad.graph_name, ox.NamedNode)] += 1
        objects.add(quad.object)
    try:
        found = _graphs(store)
        _must_equal(found, expected, "", place)
        for (predicate, is_named), number in predicates.items():
            _must_equal(_count(store, predicate, is_named=is_named), number, f" of {predicate}", place)
        read = sum(1 for thing in objects for _ in store.quads_for_pattern(None, None, thing, None))
    except (OSError, RuntimeError) as error:
        raise ReleaseDamaged(place, f"it cannot be read ({error})") from error
    if read < expected.total():  # it may be more: the engine takes 1.0 and 1.00 for the same object
        raise ReleaseDamaged(place, f"by objects it holds {read} quads and should hold {expected.total()}")


def _graphs(store: ox.Store) -> Counter[str]:
    found: Counter[str] = Counter()
    for query in _BY_SUBJECT:
        answer = store.query(query)
        assert isinstance(answer, ox.QuerySolutions)
        for solution in answer:
            name, number = solution["g"], solution["n"]
            assert isinstance(number, ox.Literal)
            if int(number.value):
                found[str(name) if name is not None else str(ox.DefaultGraph())] = int(number.value)
    return found


def _count(store: ox.Store, predicate: ox.NamedNode, *, is_named: bool) -> int:
    answer = store.query(_BY_PREDICATE[is_named], substitutions={ox.Variable("p"): predicate})
    assert isinstance(answer, ox.QuerySolutions)
    for solution in answer:
        number = solution["n"]
        assert isinstance(number, ox.Literal)
        return int(number.value)
    return 0


def _must_equal(found: Counter[str] | int, expected: Counter[str] | int, what: str, place: Path) -> None:
    if found != expected:
        numbers = [one if isinstance(one, int) else one.total() for one in (found, expected)]
        raise ReleaseDamaged(place, f"it holds {numbers[0]} quads{what} and should hold {numbers[1]}")
