"""Our side of a comparison: names, kinds, dates and numbers as the graph has them, and the index of all names."""

from __future__ import annotations

from collections.abc import Callable

from egov_kg.linking.comparing import best_pairing, compared
from egov_kg.linking.ours import Entity, entities
from egov_kg.linking.periods import Period
from egov_kg.linking.rows import Label, Row
from egov_kg.linking.scoring import scored
from egov_kg.linking.tally import Tally
from tests.linking.conftest import LAWS, PEOPLE, Desk


def things(desk: Desk, specification: str) -> dict[str, Entity]:
    """Return the things of the first block of a specification, by slug."""
    read = desk.specification(specification)
    found = entities(desk.store, read.matches[0], read.prefixes)
    return {one.iri.rpartition("/")[2]: one for one in found}


class TestThings:
    def test_have_all_their_names_with_languages(self, desk: Desk) -> None:
        """Preferred ones first; the label is the English one."""
        law = things(desk, LAWS)["e-government-act"]

        assert [(one.text, one.lang) for one in law.aliases] == [("E-Government Act", "en"), ("전자정부법", "ko")]
        assert law.label == "E-Government Act"

    def test_have_kind_country_number_and_day(self, desk: Desk) -> None:
        """The kind is what the names say, the country that of the jurisdiction."""
        law = things(desk, LAWS)["digital-signature-act"]

        assert (law.kind, law.jurisdiction, law.numbers, [str(day) for day in law.dates]) == (
            "act", "kr", ("5792",), ["1999-02-05"],
        )  # fmt: skip

    def test_keep_the_precision_of_their_dates(self, desk: Desk) -> None:
        """A year is not its first of January."""
        assert [str(one) for one in things(desk, LAWS)["public-data-act"].dates] == ["2013"]

    def test_have_what_paths_lead_to(self, desk: Desk) -> None:
        """A person's first day is that of the term of the administration that the person headed."""
        person = things(desk, PEOPLE)["roh-moo-hyun"]

        assert [str(one) for one in person.dates] == ["2003-02-25"]
        assert person.parents == ("presidentofsouthkorea",)

    def test_without_a_name_are_left_out(self, desk_of: Callable[[str], Desk]) -> None:
        """Nothing could be compared."""
        assert things(desk_of("law:a a egov:Law . law:b a egov:Law ; <urn:label> 'b' ."), LAWS) == {}

    def test_of_two_kinds_by_their_names_have_that_of_their_class(self, desk_of: Callable[[str], Desk]) -> None:
        """One name says decree, another one act."""
        desk = desk_of('law:a a egov:Law ; skos:prefLabel "전자서명법"@ko ; skos:altLabel "전자서명법 시행령"@ko .')

        assert things(desk, LAWS)["a"].kind == "act"


class TestQuestions:
    def test_are_weighed_by_how_frequent_their_values_are_among_our_things(self, desk: Desk) -> None:
        """A name and a day from outside, without any data set: the same parts, the same vetoes."""
        match = desk.specification(LAWS).matches[0]
        laws = things(desk, LAWS)
        asked = Row(
            "", (Label("전자 정부법", "ko", "전자정부법"),), dates=(Period("2001-01-01", "2001-12-31", "year"),)
        )
        tally = Tally.of_things(list(laws.values()), match)

        scores = {}
        for slug, law in laws.items():
            name = best_pairing(law, asked, {}, people=False)
            comparison = compared(law, asked, match, name)
            scores[slug] = (scored(comparison, asked, tally, 1), comparison.vetoes)

        best = max(scores, key=lambda slug: scores[slug][0].bits)
        assert best == "e-government-act"
        assert scores[best][0].agreeing == ("date", "name")
        assert scores["digital-signature-act"][1] == ("date (1999-02-05 against 2001)",)
