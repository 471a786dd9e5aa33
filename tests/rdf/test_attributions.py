"""The promises of what an administration did: through its head or in a stage of a history, if nothing is against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal

from egov_kg.model import TimeValue
from egov_kg.rdf import Background, assemble
from egov_kg.rdf.assertion import named


@pytest.fixture
def decided(korean_terms: Background, triples_of: Any) -> Callable[[Any, str], set[str]]:
    """Return a function that gives the administrations to which the loader relates what a page tells of."""

    def administrations(made: Any, prop: str) -> set[str]:
        found = triples_of(assemble([made.extraction], korean_terms), "background/resolved", prop)
        return {o.rpartition("/")[2] for _, _, o in found}

    return administrations


class TestHeadsOfGovernment:
    @pytest.fixture
    def introduced(self, page: Any) -> Any:
        """Return a function that gives a page on a plan which a president introduced, begun in some year."""

        def make(year: str, *, cls: str = "egov:Plan", heads: tuple[str, ...] = ("park-chung-hee",)) -> Any:
            made = page("document/int/example", f"President Park introduced the Plan ({year}).\n")
            thing = made.thing("plan/kr/plan", cls, "Plan")
            park = made.thing("person/kr/park-chung-hee", "egov:Person", "Park")
            for slug in heads:
                administration = made.thing(f"administration/kr/{slug}", "egov:Administration", "President Park")
                made.say(administration, "egov:headedBy", park, "President Park")
            made.say(thing, "egov:introducedBy", park, "President Park introduced the Plan")
            made.say(thing, "egov:beganIn", TimeValue(year, year), year)
            return made

        return make

    @pytest.mark.parametrize(
        ("arguments", "initiators"),
        [
            ({"year": "1978"}, {"park-chung-hee"}),
            ({"year": "1979"}, {"park-chung-hee"}),
            ({"year": "1995"}, set()),
            ({"year": "1978", "cls": "egov:PolicyGoal"}, set()),
            ({"year": "1978", "heads": ("park-chung-hee", "park-again")}, set()),
        ],
    )
    def test_what_a_head_of_government_introduced_the_administration_initiated(
        self, introduced: Any, decided: Callable[[Any, str], set[str]], arguments: Any, initiators: set[str]
    ) -> None:
        """Not outside the term, not for a mere idea, not where the person headed two."""
        assert decided(introduced(**arguments), "egov:initiatedBy") == initiators


class TestOrdersOfHeads:
    @pytest.fixture
    def issued(self, page: Any) -> Any:
        """Return a function that gives a page on an order which a president issued, with a date of its own or none."""

        def make(cls: str = "egov:ExecutiveOrder", year: str = "", heads: tuple[str, ...] = ("park-chung-hee",)) -> Any:
            made = page("document/int/example", f"President Park issued the Order. {year}\n")
            order = made.thing("order/kr/order", cls, "Order")
            park = made.thing("person/kr/park-chung-hee", "egov:Person", "Park")
            for slug in heads:
                administration = made.thing(f"administration/kr/{slug}", "egov:Administration", "President Park")
                made.say(administration, "egov:headedBy", park, "President Park")
            made.say(order, "egov:issuedBy", park, "President Park issued the Order")
            if year:
                made.say(order, "egov:inForceFrom", TimeValue(year, year), year)
            return made

        return make

    @pytest.mark.parametrize(
        ("arguments", "administrations"),
        [
            ({}, {"park-chung-hee"}),
            ({"year": "1970"}, {"park-chung-hee"}),
            ({"year": "1995"}, set()),
            ({"cls": "egov:Plan"}, set()),
            ({"heads": ("park-chung-hee", "park-again")}, set()),
            ({"heads": ()}, {"park-chung-hee"}),
        ],
    )
    def test_an_order_that_a_head_of_government_issued_came_under_the_administration(
        self, issued: Any, decided: Callable[[Any, str], set[str]], arguments: Any, administrations: set[str]
    ) -> None:
        """Not where a date lies outside the term, not for what is no order; the register knows who heads what."""
        assert decided(issued(**arguments), "egov:datedUnder") == administrations

    def test_an_agency_that_issues_an_order_is_no_head(
        self, page: Any, decided: Callable[[Any, str], set[str]]
    ) -> None:
        """A ministry's order of no known date came under an administration that nobody names."""
        made = page("document/int/example", "The Ministry issued the Order.\n")
        order = made.thing("order/kr/order", "egov:ExecutiveOrder", "Order")
        made.say(order, "egov:issuedBy", made.thing("agency/kr/m", "egov:Ministry", "Ministry"), "Ministry issued")

        assert decided(made, "egov:datedUnder") == set()


@pytest.fixture
def listed(page: Any) -> Any:
    """Return a function that gives a history with a stage, and in it one thing that began in some year."""

    def make(
        year: str,
        *,
        cls: str = "egov:Project",
        prop: str = "egov:beganIn",
        stage: str = "1996/2005",
        says: tuple[tuple[str, str, str], ...] = (),
    ) -> Any:
        words = " ".join(label for _, label, _ in says)
        made = page("document/int/example", f"Stage One ({stage})\n- Launch of the Example project ({year})\n{words}\n")
        segment = {"egov:Project": "project", "egov:Plan": "plan", "egov:PolicyGoal": "goal"}[cls]
        thing = made.thing(f"{segment}/kr/example", cls, "Example project")
        period = made.thing("stage/kr/stage-one", "egov:Stage", "Stage One")
        made.say(period, "egov:ranDuring", TimeValue(stage, stage), "Stage One")
        made.say(thing, "egov:accomplishedIn", period, "Stage One", "Launch of the Example project")
        made.say(thing, prop, TimeValue(year, year), f"Launch of the Example project ({year})")
        for role, label, actor in says:
            made.say(thing, role, made.thing(actor, _CLASSES[actor.split("/")[0]], label), label)
        return made

    return make


_CLASSES = {
    "administration": "egov:Administration",
    "agency": "egov:Agency",
    "group": "egov:ActorGroup",
    "person": "egov:Person",
}


class TestStages:
    @pytest.mark.parametrize(
        ("year", "initiators"),
        [
            ("1997", {"kim-young-sam"}),
            ("1999", {"kim-dae-jung"}),
            ("2001/2002", {"kim-dae-jung"}),
            ("1998", set()),
            ("2003", set()),
            ("2002/2003", set()),
            ("2003-03", {"roh-moo-hyun"}),
            ("1995", set()),
        ],
    )
    def test_what_began_in_one_term_was_initiated_by_its_administration(
        self, listed: Any, decided: Callable[[Any, str], set[str]], year: str, initiators: set[str]
    ) -> None:
        """A year of handover leaves it open, unless the month is known; a year outside the stage is a slip."""
        assert decided(listed(year), "egov:initiatedBy") == initiators

    @pytest.mark.parametrize(
        ("arguments", "initiators"),
        [
            ({"cls": "egov:Plan", "prop": "egov:dated"}, {"kim-dae-jung"}),
            ({"cls": "egov:Project", "prop": "egov:dated"}, set()),
            ({"cls": "egov:Project", "prop": "egov:endedIn"}, set()),
            ({"cls": "egov:PolicyGoal", "prop": "egov:beganIn"}, set()),
        ],
    )
    def test_a_date_that_is_no_beginning_decides_nothing(
        self, listed: Any, decided: Callable[[Any, str], set[str]], arguments: Any, initiators: set[str]
    ) -> None:
        """A plan was made in the year behind it; a project of that year may be older, and an idea is no undertaking."""
        assert decided(listed("1999", **arguments), "egov:initiatedBy") == initiators

    @pytest.mark.parametrize(
        ("said", "initiators"),
        [
            (("egov:initiatedBy", "the Kim Young-sam government", "administration/kr/kim-young-sam"), set()),
            (("egov:continuedBy", "the Kim government", "administration/kr/kim-dae-jung"), set()),
            (("egov:continuedBy", "the Roh government", "administration/kr/roh-moo-hyun"), {"kim-dae-jung"}),
            (("egov:introducedBy", "President Roh", "person/kr/roh-moo-hyun"), set()),
            (("egov:developedBy", "Ministry of Harbours", "agency/kr/ministry-of-harbours"), {"kim-dae-jung"}),
            (("egov:developedBy", "Seoul", "agency/kr-11/seoul-metropolitan-government"), set()),
            (("egov:proposedBy", "Estonia", "agency/ee/government"), set()),
            (("egov:implementedBy", "companies", "group/kr/companies"), set()),
        ],
    )
    def test_somebody_else_who_is_named_stands_against_it(
        self, listed: Any, decided: Callable[[Any, str], set[str]], said: tuple[str, str, str], initiators: set[str]
    ) -> None:
        """Another initiator, the one who took it over, a city, another country, a firm: whose it was is open."""
        assert decided(listed("1999", says=(said,)), "egov:initiatedBy") == initiators

    def test_what_is_in_no_stage_is_nobodys(self, page: Any, decided: Callable[[Any, str], set[str]]) -> None:
        """A city, a firm or a foundation may have launched it; the year alone says who was in office then."""
        made = page("document/int/example", "The Example project was launched in 1999.\n")
        project = made.thing("project/kr/example", "egov:Project", "Example project")
        made.say(project, "egov:beganIn", TimeValue("1999", "1999"), "1999")

        assert decided(made, "egov:initiatedBy") == set()

    def test_the_decision_rests_on_the_row_the_stage_and_the_date(self, listed: Any, korean_terms: Background) -> None:
        """One Statement of three passages, inferable, with the rule."""
        quads = assemble([listed("1999").extraction], korean_terms)
        (node,) = {q.subject for q in quads if q.object == Literal("resolved.stage-initiates")}
        of = [q for q in quads if q.subject == node]

        assert [q.object for q in of if q.predicate == named("egov:certainty")] == [Literal("inferable")]
        assert [q.object for q in of if q.predicate == named("rdf:predicate")] == [named("egov:initiatedBy")]
        assert sum(q.predicate == named("oa:hasTarget") for q in of) == 3
