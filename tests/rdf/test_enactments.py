"""The table of the ontology page, row by row: what a date decides, what it leaves possible, what it leaves open.

The calendar facts that this stage writes are checked, and what follows from them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Quad

from egov_kg import iri
from egov_kg.deriving import derive
from egov_kg.model import TimeValue, Value
from egov_kg.rdf import Background, assemble, default_graph, read_background
from egov_kg.rdf.ontology import ontology_triples

Triples = set[tuple[str, ...]]
LAW = "law/kr/example-act"


def closed(quads: tuple[Quad, ...]) -> Triples:
    """Return the asserted and entailed triples of a dataset, in short forms."""
    asserted = [quad.triple for quad in default_graph(quads, [])]
    entailed = derive(asserted, ontology_triples(), iri.BASE).entailed
    return {tuple(iri.curie(term.value) for term in t) for t in [*asserted, *entailed]}


def slugs(triples: Triples, subject: str, prop: str) -> set[str]:
    """Return the slugs of what a property leads to from a subject."""
    return {o.rpartition("/")[2] for s, p, o in triples if (s, p) == (subject, f"egov:{prop}")}


def law_page(page: Any, date: str, *, name: str = "document/int/example", prop: str = "") -> Any:
    """Return a page on one law with a date: a stated year, or a day of enactment."""
    made = page(name, f"The Example Act ({date}) was passed.\n")
    law = made.thing(LAW, "egov:Law", "Example Act")
    value = TimeValue(date, date) if prop or len(date) > 4 else Value(date, "xsd:gYear")
    made.say(law, prop or ("egov:statedYear" if len(date) == 4 else "egov:enactedIn"), value, f"Act ({date})")
    return made


class TestTheTable:
    @pytest.mark.parametrize(
        ("date", "certain", "possible"),
        [
            ("2001-03-28", {"kim-dae-jung"}, {"kim-dae-jung"}),
            ("2001", {"kim-dae-jung"}, {"kim-dae-jung"}),
            ("2013-02-24", {"lee-myung-bak"}, {"lee-myung-bak"}),
            ("2013-02-25", {"park-geun-hye"}, {"park-geun-hye"}),
            ("2013", set(), {"lee-myung-bak", "park-geun-hye"}),
            ("1998", set(), {"kim-young-sam", "kim-dae-jung"}),
            ("2003", set(), {"kim-dae-jung", "roh-moo-hyun"}),
            ("2008", set(), {"roh-moo-hyun", "lee-myung-bak"}),
            ("1979-10-26", set(), {"park-chung-hee", "choi-kyu-hah"}),
            ("1980-08-20", set(), set()),
            ("2017-04-01", set(), set()),
            ("1950", set(), set()),
        ],
    )
    def test_a_law_is_attributed_as_far_as_its_date_decides(
        self, page: Any, korean_terms: Background, date: str, certain: set[str], possible: set[str]
    ) -> None:
        """A date inside one term decides; one that meets two leaves both possible; a gap gives no answer."""
        triples = closed(assemble([law_page(page, date).extraction], korean_terms))

        assert slugs(triples, LAW, "enactedUnder") == certain
        assert slugs(triples, LAW, "possiblyEnactedUnder") == possible
        assert slugs(triples, LAW, "enactedIn") == {date}

    @pytest.mark.parametrize(
        ("date", "expected"),
        [
            ("2001", ({"kim-dae-jung"}, set(), {"kim-dae-jung"})),
            ("2013", (set(), {"lee-myung-bak", "park-geun-hye"}, {"park-geun-hye"})),
            ("1998", (set(), {"kim-young-sam", "kim-dae-jung"}, {"kim-dae-jung"})),
            ("1979-10-26", (set(), {"park-chung-hee", "choi-kyu-hah"}, set())),
        ],
    )
    def test_the_loader_writes_the_comparison_into_the_calendar(
        self, page: Any, korean_terms: Background, triples_of: Any, date: str, expected: tuple[set[str], ...]
    ) -> None:
        """Inside or meets, never both; the reasoner adds that what is inside is met."""
        calendar = triples_of(assemble([law_page(page, date).extraction], korean_terms), "background/calendar")

        found = (slugs(calendar, f"time/kr/{date}", prop) for prop in ("insideTerm", "meetsTerm", "mainlyInTerm"))
        assert tuple(found) == expected

    def test_the_day_of_the_register_decides_the_law_of_2013(
        self, page: Any, write_background: Callable[..., Any], korean_terms: Background
    ) -> None:
        """With its day known, the other administration of the year is no longer possible."""
        terms = "".join(
            f"administration/kr/{t.head[10:]}\t{t.head}\t{t.days.first}\t{t.days.last}\tregister\tverified\t\n"
            for t in korean_terms.terms
        )
        law = f"{LAW}\tegov:Law\tegov:promulgatedOn\t2013-07-30\tedtf\tregister\tverified\t\n"
        background = read_background(write_background(terms=terms, laws=law))

        triples = closed(assemble([law_page(page, "2013").extraction], background))

        assert slugs(triples, LAW, "enactedUnder") == {"park-geun-hye"}
        assert slugs(triples, LAW, "possiblyEnactedUnder") == {"park-geun-hye"}
        assert slugs(triples, LAW, "statedYear") == {"2013"}

    def test_a_plan_of_five_years_is_active_under_two_and_mainly_under_one(
        self, page: Any, korean_terms: Background
    ) -> None:
        """A plan for 2007-2011 begins under one administration and lies mainly under the next."""
        made = page("document/int/example", "The Example Plan (2007-2011) followed.\n")
        plan = made.thing("plan/kr/example-plan", "egov:Plan", "Example Plan")
        made.say(plan, "egov:startYear", Value("2007", "xsd:gYear"), "2007")
        made.say(plan, "egov:endYear", Value("2011", "xsd:gYear"), "2011")

        triples = closed(assemble([made.extraction], korean_terms))

        assert slugs(triples, plan.id, "activeUnder") == {"roh-moo-hyun", "lee-myung-bak"}
        assert slugs(triples, plan.id, "mainlyUnder") == {"lee-myung-bak"}
        assert slugs(triples, plan.id, "begunUnder") == {"roh-moo-hyun"}
        assert slugs(triples, plan.id, "endedUnder") == {"lee-myung-bak"}
        assert slugs(triples, plan.id, "enactedIn") == set()

    def test_an_agency_renamed_twice_leads_to_its_last_form(self, write_background: Callable[..., Any]) -> None:
        """Two renamings give three pairs of successors and two current forms."""
        rows = "".join(
            f"agency/kr/{one}\tegov:Agency\tegov:{prop}\tagency/kr/{other}\tegov:Agency\tregister\tverified\t\n"
            for one, prop, other in (("a", "renamedTo", "b"), ("b", "renamedTo", "c"), ("c", "inUse", "c"))
        )
        triples = closed(assemble([], read_background(write_background(agencies=rows))))

        assert {(s, o) for s, p, o in triples if p == "egov:successor"} == {
            ("agency/kr/a", "agency/kr/b"),
            ("agency/kr/a", "agency/kr/c"),
            ("agency/kr/b", "agency/kr/c"),
        }
        assert {(s, o) for s, p, o in triples if p == "egov:currentForm"} == {
            ("agency/kr/a", "agency/kr/c"),
            ("agency/kr/b", "agency/kr/c"),
        }

    def test_a_part_two_levels_down_is_under_who_began_and_who_continued_the_whole(
        self, page: Any, korean_terms: Background
    ) -> None:
        """Association passes through the whole; attribution passes with what began in it."""
        made = page("document/int/example", "Kim began the Programme. Roh continued it. The Project has a System.\n")
        kim = made.thing("administration/kr/kim-dae-jung", "egov:Administration", "Kim")
        roh = made.thing("administration/kr/roh-moo-hyun", "egov:Administration", "Roh")
        programme = made.thing("project/kr/programme", "egov:Programme", "Programme")
        project = made.thing("project/kr/project", "egov:Project", "Project")
        system = made.thing("system/kr/system", "egov:InformationSystem", "System")
        made.say(programme, "egov:initiatedBy", kim, "Kim began the Programme")
        made.say(programme, "egov:continuedBy", roh, "Roh continued it")
        made.say(project, "egov:partOf", programme, "Project")
        made.say(system, "egov:partOf", project, "The Project has a System")

        triples = closed(assemble([made.extraction], korean_terms))

        assert slugs(triples, system.id, "underAdministration") == {"kim-dae-jung", "roh-moo-hyun"}
        assert slugs(triples, system.id, "initiatedBy") == {"kim-dae-jung"}
        assert slugs(triples, system.id, "continuedBy") == {"roh-moo-hyun"}

    def test_loose_words_decide_nothing(self, page: Any, korean_terms: Background) -> None:
        """What began in the early 2000s is begun under nobody, certain or possible."""
        made = page("document/int/example", "The Example Project began in the early 2000s.\n")
        project = made.thing("project/kr/example-project", "egov:Project", "Example Project")
        made.say(project, "egov:beganIn", TimeValue("2000/2009", "early 2000s", approximate=True), "early 2000s")

        triples = closed(assemble([made.extraction], korean_terms))

        assert slugs(triples, project.id, "beganIn") == {"2000..2009~"}
        assert slugs(triples, project.id, "possiblyBegunUnder") == set()

    def test_a_law_of_another_country_is_not_placed_in_this_calendar(self, page: Any, korean_terms: Background) -> None:
        """The year 2001 of Estonia lies in no Korean term."""
        made = page("document/int/example", "The Example Act (2001) was passed.\n")
        law = made.thing("law/ee/example-act", "egov:Law", "Example Act")
        made.say(law, "egov:statedYear", Value("2001", "xsd:gYear"), "2001")

        triples = closed(assemble([made.extraction], korean_terms))

        assert slugs(triples, law.id, "enactedIn") == {"2001"}
        assert slugs(triples, law.id, "possiblyEnactedUnder") == set()


class TestWhichDateCounts:
    def test_the_most_precise_of_compatible_dates_is_the_date_of_enactment(self, page: Any, triples_of: Any) -> None:
        """One document gives the year, another the day within it."""
        year, exact = law_page(page, "2001"), law_page(page, "2001-03-28", name="document/int/other")

        quads = assemble([year.extraction, exact.extraction])

        assert triples_of(quads, "background/resolved", "egov:enactedIn") == {
            (LAW, "egov:enactedIn", "time/kr/2001-03-28")
        }
        assert triples_of(quads, "document/", "egov:statedDate") == {(LAW, "egov:statedDate", "2001-03-28")}
        assert triples_of(quads, "document/", "egov:enactedIn") == set()

    def test_two_documents_that_disagree_give_no_date_of_enactment(self, page: Any, triples_of: Any) -> None:
        """Both years stay as stated; nothing is guessed."""
        pages = [law_page(page, "1995"), law_page(page, "1996", name="document/int/other")]

        quads = assemble([p.extraction for p in pages])

        assert triples_of(quads, "background/resolved", "egov:enactedIn") == set()
        assert {o for _, _, o in triples_of(quads, "document/", "egov:statedYear")} == {"1995", "1996"}

    def test_the_register_wins_over_the_document(
        self, page: Any, write_background: Callable[..., Any], triples_of: Any
    ) -> None:
        """A document's other day of promulgation is kept as what it states, and moves the law nowhere."""
        row = f"{LAW}\tegov:Law\tegov:promulgatedOn\t2001-03-28\tedtf\tregister\tverified\t\n"
        made = law_page(page, "2003-03-28", prop="egov:promulgatedOn")

        quads = assemble([made.extraction], read_background(write_background(laws=row)))

        assert triples_of(quads, "", "egov:promulgatedOn") == {(LAW, "egov:promulgatedOn", "time/kr/2001-03-28")}
        assert triples_of(quads, "document/", "egov:statedDate") == {(LAW, "egov:statedDate", "2003-03-28")}
        assert triples_of(quads, "", "egov:enactedIn") == set()

    def test_a_year_of_promulgation_gives_way_to_its_day(self, page: Any, triples_of: Any) -> None:
        """Were the year left beside the day, the other administration of that year would stay possible."""
        coarse = law_page(page, "2013", prop="egov:promulgatedOn")
        exact = law_page(page, "2013-07-30", name="document/int/other", prop="egov:promulgatedOn")

        quads = assemble([coarse.extraction, exact.extraction])

        assert triples_of(quads, "document/", "egov:promulgatedOn") == {
            (LAW, "egov:promulgatedOn", "time/kr/2013-07-30")
        }
        assert triples_of(quads, "document/", "egov:statedYear") == {(LAW, "egov:statedYear", "2013")}

    def test_the_adoption_counts_before_a_stated_year(self, page: Any, triples_of: Any) -> None:
        """Without a promulgation, the day of adoption is nearest to the enactment."""
        adopted = law_page(page, "2000-12-20", prop="egov:adoptedOn")
        stated = law_page(page, "2001", name="document/int/other")

        quads = assemble([adopted.extraction, stated.extraction])

        assert triples_of(quads, "background/resolved", "egov:enactedIn") == {
            (LAW, "egov:enactedIn", "time/kr/2000-12-20")
        }

    def test_entry_into_force_dates_no_enactment(self, page: Any, triples_of: Any) -> None:
        """A law may enter into force under the next administration."""
        quads = assemble([law_page(page, "2001-07-01", prop="egov:inForceFrom").extraction])

        assert triples_of(quads, "background/resolved", "egov:enactedIn") == set()

    def test_a_law_without_any_year_is_possible_in_its_stage(
        self, page: Any, korean_terms: Background, triples_of: Any
    ) -> None:
        """The stage's years are all there is; they make nothing certain."""
        made = page("document/int/example", "Stage One (2003-2007)\n- Example Act\n- Other Act (2005)\n")
        stage = made.thing("stage/kr/stage-one", "egov:Stage", "Stage One")
        law = made.thing(LAW, "egov:Law", "Example Act")
        dated = made.thing("law/kr/other-act", "egov:Law", "Other Act")
        made.say(stage, "egov:startYear", Value("2003", "xsd:gYear"), "2003-2007")
        made.say(stage, "egov:endYear", Value("2007", "xsd:gYear"), "2003-2007")
        for act in (law, dated):
            made.say(act, "egov:enactedInStage", stage, act.label, "Stage One (2003-2007)")
        made.say(dated, "egov:statedYear", Value("2005", "xsd:gYear"), "2005")

        quads = assemble([made.extraction], korean_terms)

        assert triples_of(quads, "background/resolved", "egov:possiblyEnactedUnder") == {
            (LAW, "egov:possiblyEnactedUnder", "administration/kr/kim-dae-jung"),
            (LAW, "egov:possiblyEnactedUnder", "administration/kr/roh-moo-hyun"),
        }
        assert slugs(closed(quads), "law/kr/other-act", "enactedUnder") == {"roh-moo-hyun"}
