"""Contradictions are found, named by their axiom, and led back to what was asserted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Triple

from egov_kg.inference import Closure

Close = Callable[[str], Closure]
Facts = Callable[[str], list[Triple]]

PLANTED = {
    "a country as initiator": (
        "<project/kr/p> a egov:Project ; egov:initiatedBy <jurisdiction/kr> . <jurisdiction/kr> a egov:Country .",
        "owl:AllDisjointClasses ( egov:Actor egov:Jurisdiction )",
        "<project/kr/p> egov:initiatedBy <jurisdiction/kr> . <jurisdiction/kr> a egov:Country .",
    ),
    "an agency as initiator": (
        "<project/kr/p> egov:initiatedBy <agency/kr/a> . <agency/kr/a> a egov:Agency .",
        "owl:AllDisjointClasses ( egov:Administration egov:Agency )",
        "<agency/kr/a> a egov:Agency . <project/kr/p> egov:initiatedBy <agency/kr/a> .",
    ),
    "a document as proposer": (
        "<plan/kr/p> egov:proposedBy <document/int/d> . <document/int/d> a egov:Document .",
        "owl:AllDisjointClasses ( egov:Actor egov:Document )",
        "<document/int/d> a egov:Document . <plan/kr/p> egov:proposedBy <document/int/d> .",
    ),
}


class TestPlantedErrors:
    """Errors put in on purpose, and none where there is none."""

    @pytest.mark.parametrize("name", sorted(PLANTED))
    def test_a_thing_in_the_wrong_role_is_an_inconsistency_with_its_premises(
        self, close: Close, facts: Facts, name: str
    ) -> None:
        """The range types it, disjointness forbids it, and the asserted facts behind it are named."""
        text, axiom, leaves = PLANTED[name]

        closure = close(text)

        (found,) = [one for one in closure.inconsistencies if one.axiom == axiom]
        assert found.rule == "cax-adc"
        assert set(found.leaves) == set(facts(leaves))
        assert found.message in closure.report["inconsistencies"]

    @pytest.mark.parametrize(
        ("difference", "rule"),
        [
            (
                """<scheme/kr/all> a owl:AllDifferent ; owl:distinctMembers <scheme/kr/all/1> .
                <scheme/kr/all/1> rdf:first <administration/kr/a> ; rdf:rest <scheme/kr/all/2> .
                <scheme/kr/all/2> rdf:first <administration/kr/b> ; rdf:rest rdf:nil .""",
                "eq-diff2",
            ),
            ("<administration/kr/b> owl:differentFrom <administration/kr/a> .", "eq-diff1"),
        ],
    )
    def test_two_administrations_that_are_the_same_and_different(
        self, close: Close, facts: Facts, difference: str, rule: str
    ) -> None:
        """The last member of a list counts too; each pair is reported once, whichever way it was asserted."""
        identity = "<administration/kr/b> owl:sameAs <administration/kr/a> ."

        closure = close(identity + difference)

        (found,) = closure.inconsistencies
        assert found.rule == rule
        assert list(found.leaves) == facts(identity)

    def test_every_pair_of_disjoint_classes_counts(self, close: Close) -> None:
        """First, middle and last member of the long list of disjoint classes."""
        closure = close("<a> a egov:Office , egov:Law , egov:TimePosition .")

        assert [one.axiom for one in closure.inconsistencies] == [
            "owl:AllDisjointClasses ( egov:Law egov:Office )",
            "owl:AllDisjointClasses ( egov:Law egov:TimePosition )",
            "owl:AllDisjointClasses ( egov:Office egov:TimePosition )",
        ]

    def test_a_sound_graph_has_none(self, close: Close) -> None:
        """A law, its time and its administration contradict nothing."""
        closure = close(
            "<law/kr/a> a egov:Law ; egov:enactedUnder <administration/kr/a> ; egov:enactedIn <time/kr/2001> ."
        )

        assert closure.inconsistencies == ()
