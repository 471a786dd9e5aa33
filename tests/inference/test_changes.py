"""Whatever is added and deleted in whatever order: the facts are those of deriving anew, and have proofs."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.errors import InferenceTooLarge, InferenceTooSlow, UsageError
from egov_kg.inference import fixpoint
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import Closure, entail
from egov_kg.inference.plan import Plan
from egov_kg.inference.terms import encode
from tests.inference.test_entailment import close, read, short
from tests.inference.test_fixpoint import ALL, PLAIN, Fact, all_facts, assert_proved, derived, plain_facts, triples

Steps = list[tuple[bool, set[Fact]]]


def replayed(start: set[Fact], steps: Steps, plan: Plan, *, prove: bool = False) -> None:
    """Change a closure step by step, and compare it with a new one after each."""
    facts = set(start)
    closure = entail(triples(facts), plan)
    for adds, batch in steps:
        some = set(batch)
        if adds:
            closure.add(triples(some))
            facts |= some
        else:
            # Of what is given, mostly: a fact that is not there cannot be taken away.
            some |= set(sorted(facts)[: len(some)])
            closure.delete(triples(some))
            facts -= some
        anew = entail(triples(facts), plan)
        assert derived(closure) == derived(anew)
        assert closure.report["kept"] == anew.report["kept"]
        if prove:
            assert_proved(closure, facts, plan)


class TestSequences:
    @given(plain_facts, st.lists(st.tuples(st.booleans(), plain_facts), max_size=4))
    @settings(max_examples=30)
    def test_without_equality(self, start: set[Fact], steps: Steps) -> None:
        """Added facts go on from where the rules were; deleted ones take with them what rests on nothing else."""
        replayed(start, steps, PLAIN)

    @given(all_facts, st.lists(st.tuples(st.booleans(), all_facts), max_size=3))
    @settings(max_examples=15)
    def test_with_equality(self, start: set[Fact], steps: Steps) -> None:
        """The same where terms become the same, and cease to be."""
        replayed(start, steps, ALL)

    @given(plain_facts, st.lists(st.tuples(st.booleans(), plain_facts), max_size=3))
    @settings(max_examples=8)
    def test_proofs_stay_well_founded(self, start: set[Fact], steps: Steps) -> None:
        """What came back after a deletion has premises of lower stages, as everything has."""
        replayed(start, steps, PLAIN, prove=True)

    @given(all_facts, st.lists(st.tuples(st.just(True), all_facts), max_size=2))
    @settings(max_examples=8)
    def test_proofs_after_more_is_the_same(self, start: set[Fact], steps: Steps) -> None:
        """What is added under a name that another one stands for is found by its own name."""
        replayed(start, steps, ALL, prove=True)


class TestAdd:
    def test_schema_that_new_facts_entail(self) -> None:
        """A fact that states a hierarchy is compiled in."""
        closure = close(":under rdfs:subPropertyOf rdfs:subClassOf . :x a :A .")
        closure.add(read(":A :under :B ."))

        assert short(closure.entailed(schema=False)) == ["A subClassOf B", "x type B"]

    def test_what_was_derived_is_given(self) -> None:
        """A derived fact that is given is none of the entailed any more, and is again when it is taken back."""
        closure = close(":p rdfs:domain :C . :a :p :b .")
        closure.add(read(":a a :C ."))
        given = short(closure.entailed())
        closure.delete(read(":a a :C ."))

        assert given == []
        assert short(closure.entailed()) == ["a type C"]

    def test_new_literals_have_their_datatypes(self) -> None:
        """A literal that was not there before is in the datatypes that rules ask for."""
        closure = close(":R owl:onProperty :p ; owl:someValuesFrom xsd:decimal . :a :p :b .")
        closure.add(read(":c :p 7 ."))

        assert short(closure.entailed()) == ["c type R"]


class TestDelete:
    def test_a_cycle_does_not_hold_itself(self) -> None:
        """Two facts that only follow from one another go when the third one does."""
        closure = close(":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :r rdfs:subPropertyOf :q . :a :p :b .")
        closure.delete(read(":a :p :b ."))

        assert list(closure.entailed(schema=False)) == []

    def test_an_edge_of_a_long_way(self) -> None:
        """A way that is cut is two ways."""
        text = ":p a owl:TransitiveProperty . " + " ".join(f":n{n} :p :n{n + 1} ." for n in range(9))
        closure = close(text + " :x :q :y , :z . :y :q :z . ")
        closure.delete(read(":n4 :p :n5 ."))

        assert closure.report["kept"] == 10 + 10 + 3

    def test_what_was_not_given_stays(self) -> None:
        """To delete a derived fact, or one that nobody knows, changes nothing."""
        closure = close(":p rdfs:domain :C . :a :p :b .")
        closure.delete(read(":a a :C . :u :v :w ."))

        assert short(closure.entailed()) == ["a type C"]

    def test_nothing_of_it_stays(self) -> None:
        """A literal that no fact has any more is in no datatype, though its number is still known."""
        closure = close("xsd:int owl:disjointWith xsd:short . :a :p :b .")
        closure.add(read(':a :p "5"^^xsd:short .'))
        while_there = len(closure.check())
        closure.delete(read(':a :p "5"^^xsd:short .'))

        assert (while_there, closure.check()) == (1, ())

    def test_pairs_that_are_kept_apart(self) -> None:
        """Names of others that a deleted fact would have merged are not listed any more."""
        closure = close(":z owl:sameAs other:a .", namespace="urn:x:")
        closure.delete(read(":z owl:sameAs other:a ."))

        assert closure.report["foreign"] == []


CHAIN = ":p a owl:TransitiveProperty . " + " ".join(f":n{n} :p :n{n + 1} ." for n in range(400) if n != 200)


def state_of(closure: Closure) -> tuple[list[str], int, int]:
    """What a closure says, and how much it knows."""
    return short(closure.entailed()), len(closure.asserted), closure.report["kept"]


class TestAllOrNothing:
    def test_what_does_not_fit(self) -> None:
        """If what follows outgrows the memory, the closure is what it was, and takes changes as before."""
        closure = close(CHAIN, memory=1_000_000)
        before = state_of(closure)

        with pytest.raises(InferenceTooLarge):
            closure.add(read(":n200 :p :n201 ."))

        assert state_of(closure) == before
        closure.add(read(":n200 :q :n201 ."))
        assert len(closure.asserted) == before[1] + 1

    def test_more_than_may_be_given(self) -> None:
        """Given triples are counted against the memory, those that came later included."""
        closure = close(":a :p :b .", memory=2_000)

        with pytest.raises(InferenceTooLarge, match="31 triples"):
            closure.add(read(" ".join(f":n{n} :q :b ." for n in range(30))))

        assert len(closure.asserted) == 1

    def test_what_takes_too_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """When the time is over, in the middle of a change, the closure is what it was: added to, and deleted from."""
        closure = close(CHAIN, seconds=3600)
        before = state_of(closure)
        clock = iter([0.0, *[3601.0] * 1000])
        monkeypatch.setattr(fixpoint, "monotonic", lambda: next(clock))

        with pytest.raises(InferenceTooSlow):
            closure.add(read(":n200 :p :n201 ."))
        assert state_of(closure) == before
        clock = iter([0.0, *[3601.0] * 1000])
        with pytest.raises(InferenceTooSlow):
            closure.delete(read(":n7 :p :n8 ."))
        assert state_of(closure) == before

    def test_any_other_error(self) -> None:
        """Also one that comes from outside, while things are being merged."""
        is_stopped = False

        def stop(_: str) -> None:
            if is_stopped:
                raise KeyboardInterrupt

        triples = read(":p a owl:FunctionalProperty ; rdfs:subPropertyOf :q . :a :p :b . :x :p :y ; :s :z .")
        closure = entail(triples[2:], compile_ontology(triples[:2]), progress=stop)
        before = state_of(closure)
        is_stopped = True

        with pytest.raises(KeyboardInterrupt):
            closure.add(read(":a :p :c . :c :r :d . :x owl:sameAs :a ; :r :d ."))

        assert state_of(closure) == before

    def test_triples_that_cannot_be_read(self) -> None:
        """An error of who gives the triples comes before anything is done."""
        closure = close(":p rdfs:domain :C . :a :p :b .")
        before = state_of(closure)

        def broken() -> Iterator[ox.Triple]:
            yield from read(":u :p :v .")
            raise ValueError

        with pytest.raises(ValueError, match=r"^$"):
            closure.add(broken())

        assert state_of(closure) == before

    def test_a_table_of_another_dictionary(self) -> None:
        """Its numbers mean other terms."""
        closure = close(":a :p :b .")

        with pytest.raises(UsageError, match="another dictionary"):
            closure.add(encode(read(":a :p :c .")))


class TestState:
    def test_what_was_tried_leaves_no_trace(self) -> None:
        """A closure is made what it was, after adding that merges things and after deleting that derives anew."""
        closure = close(":f a owl:FunctionalProperty ; rdfs:domain :C . :a :f :b .")
        before, known = closure.state(), state_of(closure)

        for _ in range(2):
            closure.add(read(":a :f :c . :c :q :d ."))
            closure.delete(read(":a :f :b ."))
            closure.restore(before)

            assert state_of(closure) == known
        assert closure.report["same_as"]["groups"] == 0


class TestLongSeries:
    def test_it_stays_small(self) -> None:
        """However many single changes there were, columns are in few parts, and what is given is one table."""
        closure = close(":p rdfs:subPropertyOf :q . :q rdfs:domain :C . :a :p :b .")
        for number in range(1500):
            closure.add(read(f":n{number % 50} :p :b ."))
            closure.delete(read(f":n{(number * 7) % 50} :p :b ."))
            closure.add(read(":a :q :b ."))

        rows = closure.asserted
        columns = [closure._engine.tables.classes, *closure._engine.tables.pairs.values()]
        assert len(set(zip(rows.subjects.tolist(), rows.predicates.tolist(), rows.objects.tolist(), strict=True))) == (
            len(rows)
        )
        assert max(len(column.parts) for column in columns) <= 8
        assert max(len(column.layers) for column in columns) <= 30
        anew = entail(rows, closure.plan)
        assert short(closure.entailed()) == short(anew.entailed())
