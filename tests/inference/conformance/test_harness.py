"""The judge of the cases: graph matching, and our own cases shown right by the reference."""

from __future__ import annotations

import pytest

from egov_kg.inference.reference import expand_with_owlrl
from tests.inference.conformance.cases import Case, collected_cases, entails, turtle
from tests.inference.conformance.own_cases import OWN

BY_VALUE = {
    *("dt-eq", "dt-diff", "dt-diff of one thing", "dt-type2", "cls-hv2 by value", "prp-npa2 by value"),
    *("dt-not-type of a range", "dt-not-type of a range by value", "a functional data property, by value"),
}
"""What owlrl does not know, see its known bugs."""
LISTS = {"eq-diff2 last", "eq-diff3 ends", "prp-adp last", "prp-adp of two"}
"""Where it skips the last member of a list."""


class TestMatching:
    def test_a_part_is_entailed(self) -> None:
        """Simple entailment of ground graphs is the subset."""
        assert entails(turtle(":a :p :b . :b :p :c ."), turtle(":b :p :c ."))
        assert not entails(turtle(":a :p :b ."), turtle(":b :p :a ."))

    def test_blank_nodes_stand_for_any_term(self) -> None:
        """One blank node is one term everywhere: literals and names too."""
        have = turtle(":a :p :b . :c :p 1 . :b :q :c .")

        assert entails(have, turtle("_:x :p _:y . _:y :q _:z . _:z :p 1 ."))
        assert not entails(have, turtle("_:x :p _:y . _:y :q _:x ."))

    def test_two_blank_nodes_may_be_one_term(self) -> None:
        """Entailment asks for a mapping, not for an isomorphism."""
        assert entails(turtle(":a :p :a ."), turtle("_:x :p _:y ."))

    def test_a_wrong_first_guess_is_taken_back(self) -> None:
        """The first candidate leads nowhere, the second fits."""
        have = turtle(":a :p :b . :a :p :c . :c :q :d .")

        assert entails(have, turtle(":a :p _:x . _:x :q _:y ."))

    def test_nothing_is_entailed_by_everything(self) -> None:
        """An empty conclusion follows."""
        assert entails((), ())


class TestOwnCases:
    @pytest.mark.parametrize(
        "case", [case for case in OWN if case.id not in BY_VALUE | LISTS], ids=lambda case: case.id
    )
    def test_the_reference_agrees(self, case: Case) -> None:
        """Our own cases are right where owlrl, mended, can tell."""
        found = expand_with_owlrl(case.premise, mended=True)

        assert entails(found.triples, case.conclusion)
        assert not set(case.never) & found.triples
        assert bool(found.errors) == (case.kind == "inconsistency")

    def test_ids_are_unique(self) -> None:
        """A case is known by its name."""
        assert len({case.id for case in OWN}) == len(OWN)


@pytest.mark.shared
class TestCollection:
    def test_it_is_the_whole_of_it(self) -> None:
        """Two hundred and seventy-three cases, sixty-four of them inconsistencies."""
        cases = collected_cases()
        if not cases:
            pytest.skip("the collection of cases is not on this machine")

        assert len(cases) == 273
        assert sum(case.kind == "inconsistency" for case in cases) == 64
