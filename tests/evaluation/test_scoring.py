"""Promises of the scores: what is right, what is found, what is false, and what is known to be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.evaluation import Gold, Prediction, Relations, read_gold, score
from egov_kg.evaluation.predictions import Passage


@pytest.fixture
def facts(gold: Path, relations: Relations) -> Gold:
    """The small gold, read."""
    return read_gold(gold, relations)


def said(subject: str, relation: str, value: str, doc: str = "page") -> Prediction:
    """A prediction."""
    return Prediction(doc, subject, relation, value, "egov:Agency", "some.rule.1", (Passage("page.md:3", "the words"),))


class TestTriples:
    def test_are_right_in_the_direction_of_their_property(self, facts: Gold, relations: Relations) -> None:
        """The ontology names the project first, the reader the administration."""
        found = [said("Bright Window project", "egov:initiatedBy", "the Kim Dae-jung administration")]

        outcome = score(facts, found, relations)

        assert outcome.levels["triple"].right == 1
        assert outcome.levels["triple"].found == 1

    def test_are_wrong_the_other_way_round(self, facts: Gold, relations: Relations) -> None:
        """Of two names of one agency only one is the new one; that the two belong together is seen as a pair."""
        outcome = score(facts, [said("Coastal Agency", "egov:renamedTo", "Harbour Agency")], relations)

        assert outcome.levels["triple"].right == 0
        assert outcome.levels["pair"].right == 1
        assert [one.why for one in outcome.false] == ["gold has was renamed to"]

    def test_count_once_however_often_they_are_said(self, facts: Gold, relations: Relations) -> None:
        """Repetition is no merit."""
        found = [said("Harbour Agency", "egov:renamedTo", name) for name in ("Coastal Agency", "the coastal agency")]

        outcome = score(facts, found, relations)

        assert (outcome.levels["triple"].predicted, outcome.levels["triple"].right) == (1, 1)

    def test_of_another_document_do_not_count(self, facts: Gold, relations: Relations) -> None:
        """A fact of one page is no fact of another."""
        outcome = score(facts, [said("Harbour Agency", "egov:renamedTo", "Coastal Agency", doc="other")], relations)

        assert (outcome.levels["triple"].right, outcome.levels["triple"].found) == (0, 0)

    def test_without_a_document_may_be_found_and_are_never_false(self, facts: Gold, relations: Relations) -> None:
        """What a reasoner derives helps recall; nobody asked the page for the rest."""
        derived = [
            said("Harbour Agency", "egov:renamedTo", "Coastal Agency", doc=""),
            said("Harbour Agency", "egov:successor", "Coastal Agency", doc=""),
        ]

        outcome = score(facts, derived, relations)

        assert (outcome.levels["triple"].found, outcome.levels["triple"].predicted) == (1, 0)
        assert outcome.false == ()

    def test_are_right_by_an_inferable_fact_that_need_not_be_found(self, facts: Gold, relations: Relations) -> None:
        """Recall asks for what is explicit; a reader who went further is not punished."""
        outcome = score(facts, [said("Coastal Agency", "egov:renamedFrom", "Harbour Agency")], relations)

        assert outcome.levels["triple"].precision == 1.0
        assert outcome.levels["triple"].gold == 4

    def test_that_are_none_give_nought_and_no_division_by_it(self, facts: Gold, relations: Relations) -> None:
        """An extractor that says nothing has neither precision nor recall."""
        outcome = score(facts, [], relations)

        assert [(one.precision, one.recall, one.f1) for one in outcome.levels.values()] == [(0.0, 0.0, 0.0)] * 3


class TestEntities:
    def test_are_the_labels_on_both_sides(self, facts: Gold, relations: Relations) -> None:
        """Two of the eight labels are found, and two of the three that are claimed are known."""
        found = [
            said("Harbour Agency", "egov:renamedTo", "Coastal Agency"),
            said("Harbour Agency", "egov:involves", "Nobody"),
        ]

        entity = score(facts, found, relations).levels["entity"]

        assert (entity.gold, entity.found, entity.predicted, entity.right) == (6, 2, 3, 2)


class TestCauses:
    @pytest.mark.parametrize(
        ("found", "why"),
        [
            ([], "neither thing named"),
            ([said("Harbour Agency", "egov:involves", "Nobody")], "object not named"),
            ([said("Nobody", "egov:involves", "Coastal Agency")], "subject not named"),
            ([said("Harbour Agency", "egov:mergedInto", "Coastal Agency")], "related as egov:mergedInto"),
            (
                [said("Harbour Agency", "egov:involves", "A"), said("Coastal Agency", "egov:involves", "B")],
                "not related",
            ),
        ],
    )
    def test_of_a_miss_say_how_far_the_extractor_came(
        self, facts: Gold, relations: Relations, found: list[Prediction], why: str
    ) -> None:
        """A name that is not known is another defect than a verb that is not."""
        outcome = score(facts, found, relations)

        assert {one.fact.relation: one.why for one in outcome.misses}["was renamed to"] == why

    def test_know_the_names_that_are_in_no_fact(self, facts: Gold, relations: Relations) -> None:
        """A thing that was seen and about which nothing was understood was not overlooked."""
        outcome = score(facts, [], relations, named={"page": ["Harbour Agency", "the Coastal Agency"]})

        assert {one.fact.relation: one.why for one in outcome.misses}["was renamed to"] == "not related"


class TestNegatives:
    def test_are_hit_by_what_they_forbid(self, facts: Gold, relations: Relations) -> None:
        """Any relation between the two is wrong, or this one in this direction."""
        found = [
            said("River Board", "egov:collaboratedWith", "Harbour Agency"),
            said("Coastal Agency", "egov:renamedTo", "Harbour Agency"),
        ]

        outcome = score(facts, found, relations)

        assert [hit.negative.why for hit in outcome.hits] == ["denied", "the other way round"]

    def test_are_not_hit_by_what_is_right(self, facts: Gold, relations: Relations) -> None:
        """The right direction of a renaming is no hit of the wrong one."""
        outcome = score(facts, [said("Harbour Agency", "egov:renamedTo", "Coastal Agency")], relations)

        assert outcome.hits == ()


class TestBreakdowns:
    def test_count_every_fact_and_every_prediction_once(self, facts: Gold, relations: Relations) -> None:
        """Whatever the rows are, they add up to the whole."""
        found = [
            said("Harbour Agency", "egov:renamedTo", "Coastal Agency"),
            said("Bright Window project", "egov:beganIn", "2001"),
            said("Bright Window project", "egov:beganIn", "2002"),
        ]

        outcome = score(facts, found, relations)

        for rows in (outcome.by_doc, outcome.by_class, outcome.by_relation):
            assert sum(one.gold for one in rows.values()) == outcome.levels["triple"].gold
            assert sum(one.predicted for one in rows.values()) == outcome.levels["triple"].predicted
            assert sum(one.right for one in rows.values()) == outcome.levels["triple"].right
        assert {name: (one.predicted, one.right) for name, one in outcome.by_rule.items()} == {"some.rule.1": (3, 2)}
        assert outcome.by_relation["point in time"].found == 1
