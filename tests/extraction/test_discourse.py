"""What pronouns and definite nouns stand for: one thing that can be meant, or nothing."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.extraction import load_extractor
from tests.extraction.test_rules import document_of

EXTRACTOR = load_extractor(data())


def subjects(text: str, prop: str) -> set[str]:
    """Return the labels of what a text gives a property."""
    facts = EXTRACTOR.extract(document_of(text)).facts
    return {f.subject.label for f in facts if f.property == prop}


class TestTheAgency:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("The Harbour Agency is small. The agency was founded in 1990.", {"Harbour Agency"}),
            ("The Harbour Agency met the Quay Agency. The agency was founded in 1990.", set()),
            (
                "The Port Centre (PORTIC) is new. PORTIC works with the Quay Agency. The agency was founded in 1990.",
                set(),
            ),
            ("The Ministry of Ports moved. The agency was founded in 1990.", set()),
            (
                "The Harbour Agency moved. PORTIC became the Quay Agency. The agency was founded in 1990.",
                {"Quay Agency"},
            ),
            ("The Port Centre is a federal agency for quays. The agency was founded in 1990.", {"Port Centre"}),
        ],
    )
    def test_is_the_only_one_that_can_be_meant(self, text: str, meant: set[str]) -> None:
        """Two bodies near, or one whose name says that it is something else: nothing is said of either."""
        assert subjects(text, "egov:beganIn") == meant


class TestTheAct:
    def test_is_the_law_whatever_its_noun(self) -> None:
        """A code is an act; what the act is only said to be is not meant."""
        text = "The Harbour Code is a federal law on ships. The act was adopted on 3 May 1999."

        assert subjects(text, "egov:adoptedOn") == {"Harbour Code"}


class TestIt:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("The Harbour Agency is small. It was founded in 1990.", {"Harbour Agency"}),
            ("In 2001, the Harbour Agency met the Quay Agency. It was founded in 1990.", {"Harbour Agency"}),
            ("The team met the Harbour Agency and the Quay Agency. It was founded in 1990.", set()),
            ("The latter drew up the Harbour Plan. It was founded in 1990.", set()),
        ],
    )
    def test_is_what_the_sentence_before_begins_with(self, text: str, meant: set[str]) -> None:
        """Its subject, or the only thing in it; else it is open."""
        assert subjects(text, "egov:beganIn") == meant


def test_of_two_the_latter_stays_open() -> None:
    """A participle with a subject of its own says nothing of both that stand before it."""
    text = "It was formed out of the Coastal Bureau and the Harbour Directorate, the latter having been set up in 2002."

    assert subjects(text, "egov:beganIn") == set()


def test_what_repealed_an_act_does_not_follow_a_comma() -> None:
    """Behind ", and by" the clause outside may go on: who else acted there stays open."""
    text = "The card rests on the Seals Act, which was repealed in 2020 by the Letters Act, and by the Ports Act."

    assert subjects(text, "egov:repeals") == {"Letters Act"}
