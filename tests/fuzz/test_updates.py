"""Updates, whole and broken: their patch leads to the state that the engine itself would reach."""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.errors import EgovKGError, QueryRefused
from egov_kg.sparql.patches import Patch
from egov_kg.sparql.updating import update
from tests.chaos.attacking import LONG
from tests.fuzz.smith import GRAPHS, Smith

COUNT: Final = 20_000 if LONG else 300
GLUED: Final = re.compile(r"PREFIX\S|INSERTDATA|[^\S \t\r\n]", re.IGNORECASE)


def small() -> ox.Store:
    """Return a store of a few quads in three graphs."""
    store = ox.Store()
    law, amends = "https://w3id.org/egov-kg/id/law/kr/law-{}", ox.NamedNode("https://w3id.org/egov-kg/ontology#amends")
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [ox.DefaultGraph(), *map(ox.NamedNode, GRAPHS)]
    for graph in graphs:
        for number in range(3):
            store.add(ox.Quad(ox.NamedNode(law.format(number)), amends, ox.NamedNode(law.format(number + 1)), graph))
        store.add(ox.Quad(ox.NamedNode("x:y"), ox.NamedNode("x:p"), ox.Literal(1), graph))
    return store


def state(store: ox.Store) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a store holds, blank nodes by what is said of them: quads and named graphs."""
    quads = ox.Dataset(store)
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, quads)), frozenset(map(str, store.named_graphs()))


def engine(text: str) -> tuple[frozenset[str], frozenset[str]] | Exception:
    """Return the state after an update by the engine alone."""
    store = small()
    try:
        store.update(text.removeprefix("\ufeff"), base_iri=iri.BASE)
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        return error
    return state(store)


def ours(text: str) -> tuple[frozenset[str], frozenset[str]] | EgovKGError:
    """Return the state after an update by its patch: what it took away and what it added, on a store as before."""
    patch = Patch(small())
    try:
        update(patch, text, base=iri.BASE)
    except EgovKGError as error:
        return error
    again = small()
    for quad in patch.removed:
        again.remove(quad)
    again.extend(patch.added)
    for name in patch.created:
        again.add_graph(ox.NamedNode(name))
    for name in patch.dropped:
        again.remove_graph(ox.NamedNode(name))
    assert state(again) == state(patch.store)
    return state(patch.store)


@pytest.mark.parametrize("broken", [False, True])
def test_a_patch_leads_to_the_state_of_the_engine(broken: bool) -> None:
    """Or both refuse. Words without a space between them, and spaces that are none, may be read in two ways."""
    smith, wrong, done = Smith(8 + broken), [], 0
    for _ in range(COUNT):
        text = smith.broken_update() if broken else smith.update()
        expected, found = engine(text), ours(text)
        if found == expected:
            done += 1
        elif isinstance(found, QueryRefused):
            assert found.slug in {"service-refused", "load-refused"}
        elif not (GLUED.search(text) or (isinstance(found, EgovKGError) and isinstance(expected, Exception))):
            wrong.append((text, expected, found))

    assert wrong == []
    assert done > COUNT // 20
