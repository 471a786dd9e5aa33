"""Which things are the same, by which rule, resting on what; and which never are."""

from __future__ import annotations

import pytest

from egov_kg.inference.facts import Facts, Merge
from tests.inference.test_entailment import close

CASES = {
    "prp-fp": ":p a owl:FunctionalProperty . :x :p :a , :b .",
    "prp-ifp": ":p a owl:InverseFunctionalProperty . :a :p :x . :b :p :x .",
    "prp-ifp of literals": ':p a owl:InverseFunctionalProperty . :a :p "1"^^xsd:integer . :b :p "01"^^xsd:integer .',
    "prp-key": ":C owl:hasKey ( :p :q ) . :a a :C ; :p :x , :y ; :q 1 . :b a :C ; :p :y , :z ; :q 1.0 .",
    "cls-maxc2": """:x a [ owl:onProperty :p ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] ; :p :a , :b .""",
    "cls-maxqc3": """:x a [ owl:onProperty :p ; owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ;
        owl:onClass :C ] ; :p :a , :b , :c . :a a :C . :b a :C .""",
    "cls-maxqc4": """:x a [ owl:onProperty :p ; owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ;
        owl:onClass owl:Thing ] ; :p :a , :b .""",
    "asserted": ":b owl:sameAs :a .",
}
NEVER = {
    "one of them is another's value": ":p a owl:FunctionalProperty . :x :p :a . :y :p :b .",
    "unequal literals": ':p a owl:InverseFunctionalProperty . :a :p "1" . :b :p 1 .',
    "one key is another": ":C owl:hasKey ( :p :q ) . :a a :C ; :p :x ; :q 1 . :b a :C ; :p :x ; :q 2 .",
    "one has no key": ":C owl:hasKey ( :p :q ) . :a a :C ; :p :x . :b a :C ; :p :x ; :q 2 .",
    "one is not in the class of the key": ":C owl:hasKey ( :p ) . :a a :C ; :p :x . :b :p :x .",
    "one is not in the class that is counted": """:x a [ owl:onProperty :p ; owl:onClass :C ;
        owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ] ; :p :a , :b . :a a :C .""",
    "literals are never": ':p a owl:FunctionalProperty . :x :p "a" , "b" .',
}


def stage(facts: Facts, triple: tuple[str, str, str]) -> int | None:
    """The stage of a fact."""
    subject, predicate, thing = triple
    if predicate.endswith("#type>"):
        return facts.member_stage(thing, subject)
    return facts.pair_stage(predicate, subject, thing)


class TestRules:
    @pytest.mark.parametrize("rule", CASES)
    def test_it_makes_two_names_one(self, rule: str) -> None:
        """The second name goes, and the record names the rule and premises of lower stages."""
        facts = close(CASES[rule]).facts

        merges = facts.merges()

        assert facts.equals("<urn:x:b>") == ("<urn:x:a>", "<urn:x:b>")
        assert [merge.rule for merge in merges] == [rule.split(" ", maxsplit=1)[0]]
        assert {merges[0].left, merges[0].right} == {"<urn:x:a>", "<urn:x:b>"}
        assert merges[0].premises
        for premise in merges[0].premises:
            found = stage(facts, premise)
            assert found is not None
            assert found < merges[0].stage

    @pytest.mark.parametrize("why", NEVER)
    def test_it_does_not_where_something_lacks(self, why: str) -> None:
        """Nothing is the same as anything else."""
        assert close(NEVER[why]).facts.merges() == ()


class TestRecord:
    def test_a_group_of_n_has_n_less_one_merges(self) -> None:
        """Many pairs say the same; the record has those that joined two groups."""
        text = " ".join(f":n{one} owl:sameAs :n{other} ." for one in range(6) for other in range(6))

        merges = close(text).facts.merges()

        assert len(merges) == 5
        assert {merge.rule for merge in merges} == {"asserted"}

    def test_one_merge_may_make_the_next(self) -> None:
        """A value of what became one thing is compared with the other's, under the names of then."""
        facts = close(":f a owl:FunctionalProperty . :x :f :a , :b . :a :f :c . :b :f :d .").facts

        first, second = facts.merges()

        assert (first.left, first.right) in {("<urn:x:a>", "<urn:x:b>"), ("<urn:x:b>", "<urn:x:a>")}
        assert {second.left, second.right} == {"<urn:x:c>", "<urn:x:d>"}
        assert first.stage < second.stage
        assert isinstance(first, Merge)

    def test_old_names_keep_their_rows(self) -> None:
        """A row that was rewritten has its stage under its old name, and is listed for who asks for lower stages."""
        facts = close(":f a owl:FunctionalProperty . :x :f :a , :b . :b :p :c .").facts

        assert facts.pair_stage("<urn:x:p>", "<urn:x:b>", "<urn:x:c>") == 0
        assert list(facts.pairs("<urn:x:p>")) == [
            ("<urn:x:a>", "<urn:x:c>", facts.pair_stage("<urn:x:p>", "<urn:x:a>", "<urn:x:c>"))
        ]
        assert list(facts.subjects("<urn:x:p>", "<urn:x:c>", 1)) == [("<urn:x:b>", 0)]


class TestGroups:
    @pytest.mark.parametrize("others", [0, 2000])
    def test_those_with_one_of_some_names(self, others: int) -> None:
        """However many names are asked for: the groups that have one, whole, and no other."""
        closure = close(":a owl:sameAs :b . :c owl:sameAs :d . :e owl:sameAs :d . :x :p :y .")
        names = {"<urn:x:d>", "<urn:x:x>", "<urn:x:nobody>", *(f"<urn:z:{number}>" for number in range(others))}

        found = closure._engine.equality.groups_with(names)

        text = closure.asserted.dictionary.text
        assert [[text(one) for one in group] for group in found.values()] == [["<urn:x:c>", "<urn:x:d>", "<urn:x:e>"]]
