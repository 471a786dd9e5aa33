"""Facts under every name of a thing are those that the reasoner writes when it is asked to, and no others."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import iri
from egov_kg.errors import ExpansionTooLarge
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.store.expansion import SAME_AS, expanded_copy, facts_of, groups_in, under_every_name

P, Q = ox.NamedNode("http://p.example/p"), ox.NamedNode("http://p.example/q")
OUTSIDE = ox.NamedNode("http://out.example/a")


def ours(name: str) -> ox.NamedNode:
    """A name of ours."""
    return ox.NamedNode(iri.thing_iri(f"law/kr/{name}"))


A, B, C = ours("a"), ours("b"), ours("c")


def store_of(*triples: ox.Triple) -> ox.Store:
    """A store with some triples in its default graph."""
    store = ox.Store()
    store.extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    return store


def triples_in(store: ox.Store) -> set[ox.Triple]:
    """The triples of the default graph."""
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}


class TestGroups:
    def test_links_of_links_are_one_group(self) -> None:
        """What is the same as the same is the same; groups are in term order."""
        assert groups_in([(C, B), (A, B)], iri.BASE) == dict.fromkeys((A, B, C), (A, B, C))

    def test_outside_names_are_in_no_group(self) -> None:
        """Neither with ours nor with one another, and they join no two of ours."""
        far = ox.NamedNode("http://far.example/a")

        assert groups_in([(A, OUTSIDE), (OUTSIDE, B), (OUTSIDE, far)], iri.BASE) == {}

    def test_literals_are_in_no_group(self) -> None:
        """A value is no name."""
        assert groups_in([(A, ox.Literal("a"))], iri.BASE) == {}


class TestFacts:
    def test_subject_predicate_and_object_take_every_name(self) -> None:
        """Wherever the name stands."""
        same = ox.Triple(B, SAME_AS, A)

        store = expanded_copy(store_of(same, ox.Triple(A, P, C), ox.Triple(C, P, B), ox.Triple(C, A, C)), iri.BASE)

        made = {ox.Triple(B, P, C), ox.Triple(C, P, A), ox.Triple(C, B, C), ox.Triple(A, SAME_AS, B)}
        assert made < triples_in(store)
        assert len(store) == 8

    def test_what_no_name_is_in_is_left_alone(self) -> None:
        """Without names there is no copy, and an outside name brings nothing."""
        plain = store_of(ox.Triple(A, P, B))
        outside = store_of(ox.Triple(A, SAME_AS, OUTSIDE), ox.Triple(OUTSIDE, P, B))

        assert expanded_copy(plain, iri.BASE) is plain
        assert expanded_copy(outside, iri.BASE) is outside

    def test_named_graphs_stay_as_they_are(self) -> None:
        """Only the default graph has more; graphs that are empty are there as well."""
        graph = ox.NamedNode("http://g.example/")
        store = store_of(ox.Triple(A, SAME_AS, B))
        store.add(ox.Quad(A, P, C, graph))
        store.add_graph(ox.NamedNode("http://g.example/empty"))

        copy = expanded_copy(store, iri.BASE)

        assert list(copy.quads_for_pattern(None, None, None, graph)) == [ox.Quad(A, P, C, graph)]
        assert len(list(copy.named_graphs())) == 2
        assert len(store) == 2

    def test_a_store_on_the_disk_is_not_touched(self, tmp_path: Path) -> None:
        """It was opened for reading."""
        made = ox.Store(str(tmp_path))
        made.extend([ox.Quad(A, SAME_AS, B), ox.Quad(A, P, C)])
        made.flush()
        del made

        copy = expanded_copy(ox.Store.read_only(str(tmp_path)), iri.BASE)

        assert ox.Triple(B, P, C) in triples_in(copy)

    def test_too_many_are_refused_before_the_first(self) -> None:
        """100 names for each end are 10,000 triples."""
        names = [ours(f"n{number}") for number in range(100)]
        same = [ox.Triple(name, SAME_AS, names[0]) for name in names[1:]]

        assert len(facts_of(store_of(*same, ox.Triple(names[0], P, names[1])), iri.BASE, most=20_000)) == 19_800
        with pytest.raises(ExpansionTooLarge, match="more than 19999"):
            facts_of(store_of(*same, ox.Triple(names[0], P, names[1])), iri.BASE, most=19_999)

    def test_each_is_made_once(self) -> None:
        """Two names that say the same say it together."""
        groups = groups_in([(A, B)], iri.BASE)

        found = list(under_every_name([ox.Triple(A, P, C), ox.Triple(B, P, C)], groups))

        assert found == [ox.Triple(A, P, C), ox.Triple(B, P, C)]


NAMES = st.sampled_from([*(ours(name) for name in "abcdef"), OUTSIDE])
TRIPLES = st.lists(
    st.one_of(
        st.builds(ox.Triple, NAMES, st.just(SAME_AS), NAMES),
        st.builds(ox.Triple, NAMES, st.sampled_from([P, Q]), st.one_of(NAMES, st.just(ox.Literal("1")))),
    ),
    max_size=8,
)


class TestAgainstTheReasoner:
    @given(TRIPLES)
    def test_it_is_what_the_reasoner_writes_when_asked(self, given_: list[ox.Triple]) -> None:
        """What was given with the facts on one name, expanded here, is what it gives for every name."""
        plan = compile_ontology([])
        once, each = (
            set(entail(given_, plan, same_as=way, namespace=iri.BASE).entailed())
            for way in ("representative", "expand")
        )

        found = triples_in(expanded_copy(store_of(*given_, *once), iri.BASE))

        assert found == {*given_, *each}
