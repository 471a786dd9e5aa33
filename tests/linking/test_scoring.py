"""Scores in bits: what is rare says much, what is common says nothing, and bands follow from them."""

from __future__ import annotations

import math

import pytest

from egov_kg.linking.comparing import Comparison, NameLevel, Pairing
from egov_kg.linking.deciding import Scored, decided
from egov_kg.linking.ours import Alias, Entity
from egov_kg.linking.periods import Agreement, read_period
from egov_kg.linking.rows import Label, Row
from egov_kg.linking.scoring import learned, probability, scored
from egov_kg.linking.specification import LabelColumn, Match
from egov_kg.linking.tally import Tally

MATCH = Match(1, "egov:Law", "work", "register.csv", "reg:{id}", (LabelColumn("title"),))
EXACT = Pairing(NameLevel.exact, 1.0, Alias("전자정부법", "ko", "전자정부법"), Label("전자정부법", "ko", "전자정부법"))


def tally(rows: int, **counts: int) -> Tally:
    """Return frequencies of a target: of the name, the number 1, the day, the kind act."""
    found = Tally((), MATCH)
    found.rows = rows
    found.names["전자정부법"] = counts.get("name", 1)
    found.numbers["act|1"] = counts.get("number", 1)
    found.dates["2001-03-28"] = counts.get("day", 1)
    found.kinds.update(
        {"act": counts.get("act", rows), "decree": rows - counts.get("act", rows)} if "act" in counts else {}
    )
    return found


def pair(thing: str, row: str, comparison: Comparison, found: Tally) -> Scored:
    """Return a scored pair."""
    theirs = Row(f"https://register.example/{row}", (Label(row, "", row),), kind="act", kind_of="column")
    entity = Entity(f"https://w3id.org/egov-kg/id/law/kr/{thing}", "egov:Law", thing, ())
    return Scored(entity, theirs, comparison, scored(comparison, theirs, found, 1))


class TestScore:
    @pytest.mark.parametrize(("count", "bits"), [(1, 13.32), (2, 11.73), (69, 6.22), (5674, -0.15)])
    def test_of_a_name_falls_with_its_frequency(self, count: int, bits: float) -> None:
        """A title that is unique among 5,674 is worth 13.3 bits at m = 0.9; one that all have, nothing."""
        one = pair("a", "1", Comparison(EXACT), tally(5674, name=count))

        assert dict(one.score.parts)["name"] == pytest.approx(bits, abs=0.01)

    def test_begins_with_how_unlikely_a_row_is(self) -> None:
        """The prior is one row in all."""
        assert pair("a", "1", Comparison(EXACT), tally(1024)).score.prior == -10

    def test_of_a_kind_that_all_rows_have_is_nothing(self) -> None:
        """The class of a table of one class is no feature."""
        one = pair("a", "1", Comparison(EXACT, kind=True), tally(1000))

        assert "kind" not in dict(one.score.parts)
        assert one.score.agreeing == ("name",)

    def test_of_a_kind_says_how_much_narrower_the_choice_is(self) -> None:
        """A quarter of the rows: two bits, but for the chance of a mistake."""
        one = pair("a", "1", Comparison(EXACT, kind=True), tally(1000, act=250))

        assert dict(one.score.parts)["kind"] == pytest.approx(2, abs=0.05)

    def test_of_a_day_says_little_beside_the_number(self) -> None:
        """Who has the number has the day."""
        day = read_period("2001-03-28")
        assert day is not None
        alone = Comparison(EXACT, date=Agreement.day, dates=(day, day))
        beside = Comparison(EXACT, number=True, met=(("number", "1"),), date=Agreement.day, dates=(day, day))

        found = [dict(pair("a", "1", one, tally(5000)).score.parts)["date"] for one in (alone, beside)]

        assert found == pytest.approx([math.log2(0.95 / 0.01), math.log2(0.95 / 0.25)], abs=0.01)

    def test_shifts_with_what_people_decided(self) -> None:
        """A feature that disagrees in accepted links weighs less."""
        weights = learned([{"date": -4.0, "name": 12.0}] * 10)

        assert weights["date"] < 0.65
        assert weights["name"] > 0.9

    @pytest.mark.parametrize(("bits", "p"), [(-10, 0.001), (0, 0.5), (4.25, 0.95), (4000, 1.0), (-4000, 0.0)])
    def test_is_a_probability(self, bits: float, p: float) -> None:
        """Also far out."""
        assert probability(bits) == pytest.approx(p, abs=0.0005)


GOOD = Comparison(EXACT, number=True, met=(("number", "1"),))


class TestBands:
    def test_accept_what_is_far_ahead_on_both_sides(self) -> None:
        """Nothing else is near."""
        (one,) = decided([pair("a", "1", GOOD, tally(1000))], MATCH)

        assert (one.band, one.reasons) == ("accept", ())

    def test_do_not_accept_one_of_two_rows_that_are_as_good(self) -> None:
        """The margin to the second one is told, and both are shown."""
        found = decided([pair("a", row, GOOD, tally(1000)) for row in ("1", "2")], MATCH)

        assert [(one.band, one.reasons[0]) for one in found] == [
            ("review", "0.0 bits ahead of https://register.example/2"),
            ("review", "not the best"),
        ]

    def test_do_not_accept_a_name_alone_however_probable(self) -> None:
        """Two features of different kind, or a person."""
        one = pair("a", "1", Comparison(EXACT), tally(1000))
        sure = Match(1, "egov:Law", "work", "r", "reg:{id}", (LabelColumn("title"),), accept=0.5)

        (found,) = decided([one], sure)

        assert (found.band, found.reasons) == ("review", ("only name agrees",))

    def test_drop_what_is_improbable(self) -> None:
        """No row is an answer, too."""
        assert decided([pair("a", "1", Comparison(EXACT), tally(1000, name=900))], MATCH) == ()

    def test_make_close_and_show_what_two_of_ours_share(self) -> None:
        """Neither is accepted."""
        found = decided([pair(thing, "1", GOOD, tally(1000)) for thing in ("a", "b")], MATCH)

        assert [(one.band, one.predicate) for one in found] == [("review", "skos:closeMatch")] * 2

    def test_tell_of_a_veto_what_would_have_been_shown(self) -> None:
        """And say nothing of what is improbable anyway."""
        vetoed = Comparison(EXACT, number=True, met=(("number", "1"),), vetoes=("kind (act against decree)",))

        likely = decided([pair("a", "1", vetoed, tally(1000))], MATCH)
        unlikely = decided([pair("a", "1", vetoed, tally(1000, name=1000, number=1000))], MATCH)

        assert [(one.band, one.confidence, one.reasons) for one in likely] == [("veto", 0.0, vetoed.vetoes)]
        assert unlikely == ()
