"""Whatever is added and deleted in whatever order: the facts are those of deriving anew, and have proofs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.inference.entailment import entail
from egov_kg.inference.plan import Plan
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
