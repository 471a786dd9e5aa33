"""Contradictions under our ontology are found, named by their axiom, and led back to what was asserted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Triple

from egov_kg import iri
from egov_kg.deriving import Derived

Close = Callable[[str], Derived]
Facts = Callable[[str], list[Triple]]

PLANTED = {
    "a country as initiator": (
        "<project/kr/p> a egov:Project ; egov:initiatedBy <jurisdiction/kr> . <jurisdiction/kr> a egov:Country .",
        {"egov:Actor", "egov:Jurisdiction"},
        "<project/kr/p> egov:initiatedBy <jurisdiction/kr> . <jurisdiction/kr> a egov:Country .",
    ),
    "an agency as initiator": (
        "<project/kr/p> egov:initiatedBy <agency/kr/a> . <agency/kr/a> a egov:Agency .",
        {"egov:Administration", "egov:Agency"},
        "<agency/kr/a> a egov:Agency . <project/kr/p> egov:initiatedBy <agency/kr/a> .",
    ),
    "a document as proposer": (
        "<plan/kr/p> egov:proposedBy <document/int/d> . <document/int/d> a egov:Document .",
        {"egov:Actor", "egov:Document"},
        "<document/int/d> a egov:Document . <plan/kr/p> egov:proposedBy <document/int/d> .",
    ),
}


def classes(derived: Derived) -> list[set[str]]:
    """Return the classes that the facts of each contradiction name."""
    return [{iri.curie(thing[1:-1]) for _, _, thing in one.triples} for one in derived.contradictions]


def leaves(derived: Derived, number: int) -> set[str]:
    """Return the facts below a contradiction, schema left out."""
    found = derived.closure.prover.contradiction(derived.contradictions[number])
    return {" ".join(leaf) for leaf in found.leaves}


class TestPlantedErrors:
    """Errors put in on purpose, and none where there is none."""

    @pytest.mark.parametrize("name", sorted(PLANTED))
    def test_a_thing_in_the_wrong_role_is_a_contradiction_with_its_premises(
        self, close: Close, facts: Facts, name: str
    ) -> None:
        """The range types it, disjointness forbids it, and the asserted facts behind it are named."""
        text, clash, expected = PLANTED[name]

        derived = close(text)

        number = classes(derived).index(clash)
        assert derived.contradictions[number].rule == "cax-adc"
        assert leaves(derived, number) == set(map(str, facts(expected)))
        assert derived.report["contradictions"]["cax-adc"] == len(derived.contradictions)

    @pytest.mark.parametrize(
        ("difference", "rule"),
        [
            (
                """<scheme/kr/all> a owl:AllDifferent ; owl:distinctMembers <scheme/kr/all/1> .
                <scheme/kr/all/1> rdf:first <administration/kr/a> ; rdf:rest <scheme/kr/all/2> .
                <scheme/kr/all/2> rdf:first <administration/kr/b> ; rdf:rest rdf:nil .""",
                "eq-diff3",
            ),
            ("<administration/kr/b> owl:differentFrom <administration/kr/a> .", "eq-diff1"),
        ],
        ids=["a list", "a pair"],
    )
    def test_two_administrations_that_are_the_same_and_different(
        self, close: Close, facts: Facts, difference: str, rule: str
    ) -> None:
        """The last member of a list counts too; each pair is reported once, whichever way it was asserted."""
        identity = "<administration/kr/b> owl:sameAs <administration/kr/a> ."

        derived = close(identity + difference)

        (found,) = derived.contradictions
        assert found.rule == rule
        assert set(map(str, facts(identity))) <= leaves(derived, 0)

    def test_every_pair_of_disjoint_classes_counts(self, close: Close) -> None:
        """First, middle and last member of the long list of disjoint classes."""
        derived = close("<a> a egov:Office , egov:Law , egov:TimePosition .")

        assert classes(derived) == [
            {"egov:Law", "egov:Office"},
            {"egov:Law", "egov:TimePosition"},
            {"egov:Office", "egov:TimePosition"},
        ]

    def test_a_sound_graph_has_none(self, close: Close) -> None:
        """A law, its time and its administration contradict nothing."""
        derived = close(
            "<law/kr/a> a egov:Law ; egov:enactedUnder <administration/kr/a> ; egov:enactedIn <time/kr/2001> ."
        )

        assert derived.contradictions == ()
