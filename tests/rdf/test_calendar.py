"""The promises of the calendar: positions, and how they lie to the terms of office, day by day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.model import TimeValue
from egov_kg.rdf.assertion import Outside
from egov_kg.rdf.calendar import (
    Days,
    Term,
    all_different,
    calendar_assertions,
    days_of,
    position_id,
    read_position,
    relations,
    succession_assertions,
)

START = dt.date(1979, 1, 1)

day = st.integers(0, 80).map(lambda n: START + dt.timedelta(days=n))
stretch = st.tuples(day, day).map(lambda pair: Days(min(pair), max(pair)))


@st.composite
def terms_of_office(draw: st.DrawFn) -> list[Term]:
    """Terms of one jurisdiction: in order, with gaps or with a shared day between neighbours."""
    terms: list[Term] = []
    first = START
    for number in range(draw(st.integers(0, 5))):
        first += dt.timedelta(days=draw(st.integers(0, 6)))
        last = first + dt.timedelta(days=draw(st.integers(1, 20)))
        terms.append(Term(f"term/xx/{number}", f"administration/xx/{number}", f"person/xx/{number}", Days(first, last)))
        first = last
    return terms


def term(name: str, first: str, last: str) -> Term:
    """Return a Korean term of office."""
    days = Days(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    return Term(f"term/kr/{name}", f"administration/kr/{name}", f"person/kr/{name}", days, ("document/int/register",))


PARK = term("park-chung-hee", "1963-12-17", "1979-10-26")
CHOI = term("choi-kyu-hah", "1979-10-26", "1980-08-16")
CHUN = term("chun-doo-hwan", "1980-09-01", "1988-02-24")
ROH = term("roh-tae-woo", "1988-02-25", "1993-02-24")
TERMS = [PARK, CHOI, CHUN, ROH]


def days(days: Days) -> set[dt.date]:
    """Return each single day of a stretch."""
    return {days.first + dt.timedelta(days=n) for n in range((days.last - days.first).days + 1)}


class TestRelations:
    @settings(deadline=None)
    @given(stretch, terms_of_office())
    def test_intervals_agree_with_a_comparison_day_by_day(self, own: Days, terms: list[Term]) -> None:
        """Inside, meets and mainly are what a count of single days says."""
        common = {t.id: days(own) & days(t.days) for t in terms}
        met = [t.id for t in terms if common[t.id]]
        inside = met[0] if len(met) == 1 and common[met[0]] == days(own) else None
        most = [t.id for t in terms if len(common[t.id]) > len(days(own)) / 2]

        found = relations(own, terms)

        assert (found.inside.id if found.inside else None) == inside
        assert [t.id for t in found.meets] == [t for t in met if t != inside]
        assert (found.mainly.id if found.mainly else None) == (most[0] if len(most) == 1 else None)

    @settings(deadline=None)
    @given(stretch, terms_of_office(), st.randoms(use_true_random=False))
    def test_the_order_of_the_terms_does_not_matter(self, own: Days, terms: list[Term], random: object) -> None:
        """Terms may be given in any order."""
        shuffled = list(terms)
        random.shuffle(shuffled)  # type: ignore[attr-defined]

        assert relations(own, shuffled) == relations(own, terms)

    def test_a_day_that_two_terms_share_only_meets_both(self) -> None:
        """On 26 October 1979 one term ended and the next began: the day decides nothing."""
        assert relations(days_of("1979-10-26"), TERMS) == (None, (PARK, CHOI), None)

    def test_the_day_before_a_shared_day_lies_inside(self) -> None:
        """Its neighbour is decided."""
        assert relations(days_of("1979-10-25"), TERMS) == (PARK, (), PARK)

    def test_a_day_in_a_gap_has_no_answer(self) -> None:
        """From 17 to 31 August 1980 nobody was in office."""
        assert relations(days_of("1980-08-20"), TERMS) == (None, (), None)

    def test_a_month_that_reaches_into_a_gap_only_meets_its_term(self) -> None:
        """August 1980 touches one term and is not inside it, though more than half of its days are."""
        assert relations(days_of("1980-08"), TERMS) == (None, (CHOI,), CHOI)

    def test_a_year_of_two_terms_meets_both_and_lies_mainly_in_the_longer_part(self) -> None:
        """1988 had 55 days of one term and 311 of the next."""
        assert relations(days_of("1988"), TERMS) == (None, (CHUN, ROH), ROH)

    def test_an_open_term_holds_all_later_days(self) -> None:
        """A term whose end is not known goes on."""
        now = Term("term/kr/now", "administration/kr/now", "person/kr/now", Days(dt.date(2022, 5, 10), dt.date.max))

        assert relations(days_of("2024"), [now]).inside is now


class TestDates:
    @pytest.mark.parametrize(
        ("edtf", "first", "last"),
        [
            ("2001", "2001-01-01", "2001-12-31"),
            ("2001-03", "2001-03-01", "2001-03-31"),
            ("2000-02", "2000-02-01", "2000-02-29"),
            ("1900-02", "1900-02-01", "1900-02-28"),
            ("2001-03-28", "2001-03-28", "2001-03-28"),
            ("2003/2007", "2003-01-01", "2007-12-31"),
            ("1960/1979", "1960-01-01", "1979-12-31"),
            ("1986-05/1987", "1986-05-01", "1987-12-31"),
        ],
    )
    def test_both_ends_are_included(self, edtf: str, first: str, last: str) -> None:
        """A range ends with the last day of its end."""
        assert days_of(edtf) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))

    @pytest.mark.parametrize(
        "edtf", ["", "01", "2001-13", "2001-02-30", "2007/2003", "2001/", "/2001", "early 2000s", "0000"]
    )
    def test_what_is_no_date_is_refused(self, edtf: str) -> None:
        """Words, impossible days and ranges that end before they begin."""
        with pytest.raises(ValueError, match=edtf or "is no date"):
            days_of(edtf)


class TestPositions:
    @settings(deadline=None)
    @given(
        st.sampled_from(["2001", "2001-03", "2001-03-28", "2003/2007", "1986-05/1987"]),
        st.booleans(),
        st.sampled_from(["kr", "ee", "kr-11", "int"]),
    )
    def test_an_id_says_everything_about_its_position(self, edtf: str, approximate: bool, code: str) -> None:
        """Jurisdiction, days and whether the words are loose can be read from the id alone."""
        position = read_position(position_id(code, TimeValue(edtf, "", approximate)))

        assert position is not None
        assert (position.jurisdiction, position.edtf, position.approximate) == (code, edtf, approximate)
        assert position.days == days_of(edtf)

    def test_a_range_of_one_year_is_that_year(self) -> None:
        """``2003/2003`` and ``2003`` are one position."""
        assert position_id("kr", TimeValue("2003/2003", "")) == "time/kr/2003"

    def test_the_same_year_of_two_jurisdictions_is_two_positions(self) -> None:
        """One global year would place a law of one country under the head of another."""
        assert position_id("kr", TimeValue("2013", "")) != position_id("us", TimeValue("2013", ""))

    def test_a_term_of_another_jurisdiction_is_never_met(self) -> None:
        """Each position is compared with the terms of its own jurisdiction alone."""
        found = calendar_assertions(["time/us/1985", "time/int/1985"], TERMS, {})

        assert not [a for a in found if a.property.endswith("Term")]

    def test_an_approximate_position_decides_nothing(self) -> None:
        """Loose words lie in no term and meet none; their position is marked."""
        found = {a.property for a in calendar_assertions(["time/kr/1985~"], TERMS, {})}

        assert "egov:approximate" in found
        assert not found & {"egov:insideTerm", "egov:meetsTerm", "egov:mainlyInTerm"}

    def test_other_things_are_passed_over(self) -> None:
        """Only ids of positions have days."""
        assert list(calendar_assertions(["law/kr/e-government-act", "term/kr/roh-tae-woo"], TERMS, {})) == []

    def test_a_position_has_names_in_both_languages(self) -> None:
        """Pages show days and ranges as people write them."""
        found = [
            a.object
            for a in calendar_assertions(["time/kr/2003-02-25..2008"], [], {})
            if a.property == "skos:prefLabel"
        ]

        assert [(v.lang, v.lexical) for v in found] == [  # type: ignore[union-attr]
            ("en", "25 February 2003–2008"),
            ("ko", "2003년 2월 25일–2008년"),
        ]


class TestSuccession:
    def test_terms_that_touch_follow_each_other_and_gaps_only_precede(self) -> None:
        """The next day or the same day is a direct succession; a fortnight without anybody is not."""
        found = [(a.subject[18:], a.property, str(a.object)[18:]) for a in succession_assertions(reversed(TERMS))]

        assert found == [
            ("park-chung-hee", "egov:followedBy", "choi-kyu-hah"),
            ("choi-kyu-hah", "egov:precedes", "chun-doo-hwan"),
            ("chun-doo-hwan", "egov:followedBy", "roh-tae-woo"),
        ]

    def test_jurisdictions_do_not_follow_each_other(self) -> None:
        """The order is one of each country."""
        other = Term("term/ee/x", "administration/ee/x", "person/ee/x", CHUN.days)

        assert list(succession_assertions([other, CHUN])) == []


class TestAllDifferent:
    def test_the_members_form_a_list_with_names(self) -> None:
        """Every administration of a jurisdiction is in one list, sorted, without a blank node."""
        found = list(all_different(["administration/kr/b", "administration/kr/a", "administration/ee/alone"]))

        assert [(a.subject, a.property, a.object) for a in found] == [
            ("scheme/kr/administrations", "rdf:type", Outside("http://www.w3.org/2002/07/owl#AllDifferent")),
            ("scheme/kr/administrations", "owl:distinctMembers", "scheme/kr/administrations/1"),
            ("scheme/kr/administrations/1", "rdf:first", "administration/kr/a"),
            ("scheme/kr/administrations/1", "rdf:rest", "scheme/kr/administrations/2"),
            ("scheme/kr/administrations/2", "rdf:first", "administration/kr/b"),
            (
                "scheme/kr/administrations/2",
                "rdf:rest",
                Outside("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"),
            ),
        ]
