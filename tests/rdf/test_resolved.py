"""The promises of the loader's other decisions: with which whole a part began, and whose a thing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pyoxigraph import Literal

from egov_kg.model import TimeValue, Value
from egov_kg.rdf import Background, assemble
from egov_kg.rdf.assertion import named

PART = "system/kr/portal"


@pytest.fixture
def packages(page: Any) -> Any:
    """Return a function that gives a page on a portal listed in packages, each with the year it began or none."""

    def make(years: Sequence[str | None], *, nested: bool = False, own: str = "") -> Any:
        words = " ".join(f"Package {number} ({year})." for number, year in enumerate(years, 1))
        made = page("document/int/example", f"{words} The Portal is listed. {own}\n")
        portal = made.thing(PART, "egov:InformationSystem", "Portal")
        wholes = []
        for number, year in enumerate(years, 1):
            whole = made.thing(f"project/kr/package-{number}", "egov:Project", f"Package {number}")
            wholes.append(whole)
            made.say(portal, "egov:partOf", whole, "Portal is listed")
            if year:
                made.say(whole, "egov:beganIn", TimeValue(year, year), f"Package {number} ({year})")
        if nested:
            made.say(wholes[0], "egov:partOf", wholes[1], "Package 1")
        if own:
            made.say(portal, "egov:beganIn", TimeValue(own, own), own)
        return made

    return make


class TestBegunWith:
    @pytest.mark.parametrize(
        ("years", "first"),
        [
            ([None], {"package-1"}),
            (["2001"], {"package-1"}),
            (["2001", "2003"], {"package-1"}),
            (["2003", "2001"], {"package-2"}),
            (["2001", "2001"], set()),
            (["2001", None], set()),
            (["2001", "2001-05"], set()),
            (["2001/2002", "2002"], set()),
            (["2001", "2003", "2002"], {"package-1"}),
        ],
    )
    def test_a_part_began_with_its_one_or_its_strictly_earliest_whole(
        self, packages: Any, triples_of: Any, years: list[str | None], first: set[str]
    ) -> None:
        """If several wholes are not all dated, or two may be of one time, nothing is said."""
        quads = assemble([packages(years).extraction])

        found = triples_of(quads, "background/resolved", "egov:begunWith")

        assert found == {(PART, "egov:begunWith", f"project/kr/{slug}") for slug in first}

    def test_a_whole_of_a_whole_does_not_count(self, packages: Any, triples_of: Any) -> None:
        """A portal of a package of a programme has one direct whole, whatever the dates."""
        quads = assemble([packages([None, None], nested=True).extraction])

        assert triples_of(quads, "background/resolved", "egov:begunWith") == {
            (PART, "egov:begunWith", "project/kr/package-1"),
            ("project/kr/package-1", "egov:begunWith", "project/kr/package-2"),
        }

    def test_a_whole_three_levels_up_does_not_count_either(self, page: Any, triples_of: Any) -> None:
        """A document that lists a portal under each level says nothing of where it began but the nearest."""
        made = page("document/int/example", "Portal, Package, Programme, Strategy\n")
        portal, package, programme, strategy = (
            made.thing(f"project/kr/{name.lower()}", "egov:Project", name)
            for name in ("Portal", "Package", "Programme", "Strategy")
        )
        for part, whole in ((portal, package), (portal, strategy), (package, programme), (programme, strategy)):
            made.say(part, "egov:partOf", whole, "Portal, Package, Programme, Strategy")

        found = triples_of(assemble([made.extraction]), "background/resolved", "egov:begunWith")

        assert {o for s, _, o in found if s == portal.id} == {package.id}

    def test_a_cycle_ends(self, page: Any, triples_of: Any) -> None:
        """A contradiction of the documents is left to validation; each still has one whole."""
        made = page("document/int/example", "A of B, B of A\n")
        a, b = (made.thing(f"project/kr/{name.lower()}", "egov:Project", name) for name in "AB")
        made.say(a, "egov:partOf", b, "A of B")
        made.say(b, "egov:partOf", a, "B of A")

        assert len(triples_of(assemble([made.extraction]), "background/resolved", "egov:begunWith")) == 2

    def test_a_part_that_is_older_than_its_whole_did_not_begin_with_it(self, packages: Any, triples_of: Any) -> None:
        """A system of 1999 that a package of 2001 lists was there before."""
        quads = assemble([packages(["2001"], own="1999").extraction])

        assert triples_of(quads, "background/resolved", "egov:begunWith") == set()

    def test_a_loose_date_does_not_decide_which_whole_came_first(self, page: Any, triples_of: Any) -> None:
        """A package of about 2001 is an undated one."""
        made = page("document/int/example", "Package A, about 2001, and Package B, 2009, list the Portal.\n")
        portal = made.thing(PART, "egov:InformationSystem", "Portal")
        for name, time in (("a", TimeValue("2001", "about 2001", approximate=True)), ("b", TimeValue("2009", "2009"))):
            whole = made.thing(f"project/kr/package-{name}", "egov:Project", f"Package {name.upper()}")
            made.say(portal, "egov:partOf", whole, "Portal")
            made.say(whole, "egov:beganIn", time, time.words)

        quads = assemble([made.extraction])

        assert triples_of(quads, "background/resolved", "egov:begunWith") == set()

    def test_what_somebody_else_initiated_did_not_begin_with_the_whole(self, page: Any, triples_of: Any) -> None:
        """A stated initiator of its own stands against the whole's."""
        made = page("document/int/example", "Kim began the Portal. Roh began the Package.\n")
        portal = made.thing(PART, "egov:InformationSystem", "Portal")
        package = made.thing("project/kr/package", "egov:Project", "Package")
        made.say(portal, "egov:partOf", package, "Package")
        for thing, slug, word in ((portal, "kim-dae-jung", "Kim"), (package, "roh-moo-hyun", "Roh")):
            head = made.thing(f"administration/kr/{slug}", "egov:Administration", word)
            made.say(thing, "egov:initiatedBy", head, f"{word} began the {thing.label}")

        quads = assemble([made.extraction])

        assert triples_of(quads, "background/resolved", "egov:begunWith") == set()

    def test_being_part_of_a_document_begins_nothing(self, page: Any, triples_of: Any) -> None:
        """Only undertakings begin with undertakings."""
        made = page("document/int/example", "Table 1 of the Report.\n")
        table = made.thing("part/int/table-1", "egov:Table", "Table 1")
        made.say(
            table, "egov:partOf", made.thing("document/int/report", "egov:Document", "Report"), "Table 1 of the Report"
        )

        assert triples_of(assemble([made.extraction]), "background/resolved", "egov:begunWith") == set()

    def test_the_decision_shows_the_words_it_rests_on(self, packages: Any) -> None:
        """Membership and the dates that were compared, certainty inferable, with the rule."""
        quads = assemble([packages(["2001", "2003"]).extraction])
        statement = next(
            q.subject for q in quads if q.predicate == named("rdf:predicate") and q.object == named("egov:begunWith")
        )
        of = [q for q in quads if q.subject == statement]

        assert [q.object for q in of if q.predicate == named("egov:certainty")] == [Literal("inferable")]
        assert [q.object for q in of if q.predicate == named("egov:ruleId")] == [Literal("resolved.begun-with")]
        assert sum(q.predicate == named("oa:hasTarget") for q in of) == 3


class TestJurisdictions:
    def test_laws_bodies_and_undertakings_are_in_the_jurisdiction_they_are_named_under(
        self, page: Any, korean_terms: Background, triples_of: Any
    ) -> None:
        """A technology has none, and a law of a country that nobody describes gets none."""
        made = page("document/int/example", "Act, Agency, Plan, Blockchain, Estonian Act.\n")
        made.thing("law/kr/act", "egov:Law", "Act")
        made.thing("agency/kr/agency", "egov:Agency", "Agency")
        made.thing("plan/kr/plan", "egov:Plan", "Plan")
        made.thing("technology/int/blockchain", "egov:Technology", "Blockchain")
        made.thing("law/ee/act", "egov:Law", "Estonian Act")

        found = triples_of(assemble([made.extraction], korean_terms), "background/resolved", "egov:inJurisdiction")

        assert found == {
            (thing, "egov:inJurisdiction", "jurisdiction/kr/republic-of-korea")
            for thing in ("law/kr/act", "agency/kr/agency", "plan/kr/plan")
        }

    def test_a_jurisdiction_that_a_document_names_serves_as_well(self, page: Any, triples_of: Any) -> None:
        """Another country's documents need no background tables."""
        made = page("document/int/example", "Estonia passed the Act.\n")
        made.thing("jurisdiction/ee/estonia", "egov:Country", "Estonia")
        made.thing("law/ee/act", "egov:Law", "Act")

        found = triples_of(assemble([made.extraction]), "background/resolved", "egov:inJurisdiction")

        assert found == {("law/ee/act", "egov:inJurisdiction", "jurisdiction/ee/estonia")}


class TestNamesOfAdministrations:
    def test_an_administration_without_a_name_is_called_after_its_head(
        self, page: Any, korean_terms: Background, triples_of: Any
    ) -> None:
        """The person's names in both languages make the administration's and the term's."""
        made = page("document/int/example", "노태우 (Roh Tae-woo)\n")
        person = made.thing("person/kr/roh-tae-woo", "egov:Person", "Roh Tae-woo")
        made.say(person, "skos:prefLabel", Value("노태우", "rdf:langString", "ko"), "노태우")

        found = triples_of(assemble([made.extraction], korean_terms), "background/resolved", "skos:prefLabel")

        assert found == {
            ("administration/kr/roh-tae-woo", "skos:prefLabel", "Roh Tae-woo administration"),
            ("administration/kr/roh-tae-woo", "skos:prefLabel", "노태우 정부"),
            ("term/kr/roh-tae-woo", "skos:prefLabel", "Term of office of the Roh Tae-woo administration"),
            ("term/kr/roh-tae-woo", "skos:prefLabel", "노태우 정부 임기"),
        }
