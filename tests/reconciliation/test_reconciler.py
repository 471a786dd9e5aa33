"""Which things are meant: the names, weights, vetoes and rules of the matcher, for one question at a time."""

from __future__ import annotations

import math
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.linking.comparing import best_pairing, compared
from egov_kg.linking.forms import folded
from egov_kg.linking.kinds import cut
from egov_kg.linking.ours import entities
from egov_kg.linking.periods import read_period
from egov_kg.linking.rows import Label, Row
from egov_kg.linking.scoring import scored
from egov_kg.linking.specification import Feature, LabelColumn, Match
from egov_kg.linking.tally import Tally
from egov_kg.reconciliation.model import Candidate, Condition, Question, Value, Wanted
from egov_kg.reconciliation.reconciler import Reconciler
from tests.reconciliation.worlds import LAWS, laws_and_many, quads_of, reconciler_of


@pytest.fixture(scope="module")
def reconciler(tmp_path_factory: pytest.TempPathFactory) -> Reconciler:
    """Laws, orders, persons, administrations; two persons of one name."""
    return reconciler_of(LAWS, tmp_path_factory.mktemp("laws"))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Reconciler:
    """The same, and sixty agencies of one name among two hundred."""
    names = [f"Agency of District {number}" for number in range(140)] + ["Ministry of Silence"] * 60
    return laws_and_many(tmp_path_factory.mktemp("crowd"), names)


def asked(reconciler: Reconciler, text: str, *conditions: Condition, **options: object) -> list[Candidate]:
    """Return the candidates for one question."""
    return reconciler.match([Question(text, conditions=conditions, **options)], ("en",))[0]  # type: ignore[arg-type]


def condition(name: str, *texts: str, **options: object) -> Condition:
    """Return a condition on values as they are written."""
    return Condition(f"egov:{name}", tuple(Value(text) for text in texts), **options)  # type: ignore[arg-type]


def bits(candidate: Candidate) -> dict[str, float | bool]:
    """Return the features of a candidate by id."""
    return {one.id: one.value for one in candidate.features}


class TestNames:
    @pytest.mark.parametrize(
        ("text", "best"),
        [
            ("E-Government Act", "law/kr/e-government-act"),
            ("e government  ACT", "law/kr/e-government-act"),
            ("전자 정부법", "law/kr/e-government-act"),
            ("E-Goverment Act", "law/kr/e-government-act"),
            ("Enforcement Decree of the E-Government Act", "order/kr/e-government-decree"),
            ("Moo-hyun Noh", "person/kr/roh"),
            ("노무현", "person/kr/roh"),
        ],
    )
    def test_finds_a_name_however_it_is_written(self, reconciler: Reconciler, text: str, best: str) -> None:
        """Case, spaces, hyphens, a wrong letter, the other script, another spelling, the other order."""
        found = asked(reconciler, text)

        assert found[0].id == best

    def test_a_name_alone_is_never_a_match(self, reconciler: Reconciler) -> None:
        """Two features of different kind must agree: namesakes are in the data."""
        found = asked(reconciler, "E-Government Act")[0]

        assert 50 < found.score < 95
        assert not found.match

    def test_what_a_name_is_worth_depends_on_how_many_have_it(self, reconciler: Reconciler) -> None:
        """Two persons of one name: neither is likelier than the other, and both are less likely than one alone."""
        one, other = asked(reconciler, "Kim Min-su")[:2]

        assert {one.id, other.id} == {"person/kr/kim-1", "person/kr/kim-2"}
        assert one.score == other.score < 50
        assert not one.match

    def test_the_parts_of_a_score_add_up_to_it(self, reconciler: Reconciler) -> None:
        """Bits of features and the prior, as a probability of a hundred."""
        found = asked(reconciler, "E-Government Act", condition("promulgatedOn", "2001-03-28"))[0]
        total = sum(value for value in bits(found).values() if not isinstance(value, bool))

        assert found.score == pytest.approx(100 / (1 + 2**-total), abs=0.3)

    def test_an_act_is_not_its_decree(self, reconciler: Reconciler) -> None:
        """A kind that contradicts is a veto; what it would have been worth is told, and the score is 0."""
        found = {one.id: one for one in asked(reconciler, "전자정부법 시행령")}

        assert found["order/kr/e-government-decree"].score > 50
        act = found["law/kr/e-government-act"]
        assert act.score == 0
        assert next(one.name for one in act.features if one.id == "veto") == "kind (act against decree)"

    def test_a_person_is_not_the_administration_of_that_person(self, reconciler: Reconciler) -> None:
        """The name of the person is that of the person first."""
        assert asked(reconciler, "Roh Moo-hyun")[0].id == "person/kr/roh"

    def test_among_equals_things_go_before_sources_and_preferred_names_first(self, reconciler: Reconciler) -> None:
        """A document that is named like a person is known of; it is seldom meant."""
        assert [one.id for one in asked(reconciler, "Roh Moo-hyun")][:2] == ["person/kr/roh", "document/int/roh"]
        assert [one.id for one in asked(reconciler, "Harbour Act")][:2] == ["law/kr/zone", "law/kr/old"]

    def test_nothing_is_found_where_there_is_nothing(self, reconciler: Reconciler) -> None:
        """No letters, or none that a name has."""
        assert [asked(reconciler, text) for text in ("", " -- ", "zzzz", "\ud800", "%" * 5000)] == [[]] * 5


class TestIds:
    @pytest.mark.parametrize(
        "text",
        [
            "law/kr/e-government-act",
            "id/law/kr/e-government-act",
            "https://w3id.org/egov-kg/id/law/kr/e-government-act",
            " law/kr/e-government-act ",
        ],
    )
    def test_an_id_gives_its_thing(self, reconciler: Reconciler, text: str) -> None:
        """A path, or an IRI: nobody needs to guess."""
        [found] = asked(reconciler, text)

        assert (found.id, found.score, found.match) == ("law/kr/e-government-act", 100.0, True)

    def test_an_id_with_another_type_is_no_match(self, reconciler: Reconciler) -> None:
        """One of the two is wrong: where the type must hold nothing is found, else a person decides."""
        act = "law/kr/e-government-act"
        [found] = asked(reconciler, act, type="egov:Person", strictness="should")

        assert (found.id, found.score, found.match) == (act, 50.0, False)
        assert bits(found) == {"id": True, "type": False}
        assert asked(reconciler, act, type="egov:Person", strictness="must") == []
        assert asked(reconciler, act, type="egov:NoSuch", strictness="must") == []
        for kind in ("egov:Law", "egov:Enactable"):
            assert [one.match for one in asked(reconciler, act, type=kind, strictness="must")] == [True]

    def test_an_id_that_lacks_what_is_required_is_left_out(self, reconciler: Reconciler) -> None:
        """A required condition holds for whatever is found."""
        number = condition("actNumber", "1", required=True)

        assert asked(reconciler, "law/kr/e-government-act", number) == []
        right = condition("actNumber", "6439", required=True)
        assert [one.match for one in asked(reconciler, "law/kr/e-government-act", right)] == [True]


class TestTypes:
    def test_should_lets_others_follow_at_a_loss(self, reconciler: Reconciler) -> None:
        """The type is a part of the score."""
        free = asked(reconciler, "E-Government Act", type="egov:ExecutiveOrder", strictness="any")
        held = asked(reconciler, "E-Government Act", type="egov:ExecutiveOrder", strictness="should")

        assert free[0].id == held[0].id == "law/kr/e-government-act"
        assert bits(held[0])["type"] < -3
        assert held[0].score < free[0].score

    def test_must_leaves_others_out(self, reconciler: Reconciler) -> None:
        """Also where nothing is left."""
        found = asked(reconciler, "E-Government Act", type="egov:Law", strictness="must")

        assert {one.id.split("/")[0] for one in found} == {"law"}
        assert asked(reconciler, "E-Government Act", type="egov:Person", strictness="must") == []
        assert asked(reconciler, "E-Government Act", type="egov:NoSuch", strictness="must") == []

    def test_a_class_above_is_a_type_too(self, reconciler: Reconciler) -> None:
        """A law is something that is enacted."""
        found = asked(reconciler, "E-Government Act", type="egov:Enactable", strictness="must")

        assert [one.id for one in found[:1]] == ["law/kr/e-government-act"]
        assert found[0].types[0] == ("egov:Law", "law")


class TestConditions:
    def test_name_and_date_make_a_match(self, reconciler: Reconciler) -> None:
        """Rule 7: probable, far ahead of the second, two features of different kind agree."""
        found = asked(
            reconciler, "E-Government Act", condition("promulgatedOn", "2001-03-28"), condition("actNumber", "06439")
        )

        assert found[0].match
        assert {"name", "date", "number"} <= bits(found[0]).keys()
        assert not any(one.match for one in found[1:])

    @pytest.mark.parametrize(
        ("told", "qualifier", "agrees"),
        [
            ("2001-03-28", "", True),
            ("2001-03", "EDTF:Level-0", True),
            ("2001", "", True),
            ("2001", "ExactMatch", False),
            ("2001-03-28", "ExactMatch", True),
            ("2001년 3월 28일", "", True),
            ("2002", "", False),
            ("2001-03-29", "EDTF:Level-0", False),
        ],
    )
    def test_dates_have_a_precision(self, reconciler: Reconciler, told: str, qualifier: str, agrees: bool) -> None:
        """The coarser of two counts, unless they must be equal."""
        found = asked(reconciler, "E-Government Act", condition("promulgatedOn", told, qualifier=qualifier))
        law = next(one for one in found if one.id == "law/kr/e-government-act")

        assert (bits(law)["date"] > 0) is agrees
        assert (law.score == 0) is not agrees
        assert ("veto" in bits(law)) is not agrees

    def test_the_finer_the_date_the_more_it_says(self, tmp_path: Path) -> None:
        """A day is rarer than a year."""
        months = [f"2001-{number:02}" for number in range(4, 13)]
        years = "".join(
            f'<law/kr/n{month}> a egov:Law ; skos:prefLabel "Act {month} of Harbours"@en ; '
            f"egov:promulgatedOn <time/{month}> .\n<time/{month}> a egov:Month, egov:TimePosition ; "
            f'egov:firstDay "{month}-01"^^xsd:date ; egov:lastDay "{month}-28"^^xsd:date .\n'
            for month in months
        )
        reconciler = reconciler_of(LAWS + years, tmp_path)
        day, year = (
            bits(asked(reconciler, "E-Government Act", condition("promulgatedOn", told))[0])["date"]
            for told in ("2001-03-28", "2001")
        )

        assert day > year > 0

    @pytest.mark.parametrize(
        "value",
        [Value("Republic of Korea"), Value("대한민국"), Value("KR"), Value("x", "jurisdiction/kr"), Value("kr")],
    )
    def test_a_thing_is_told_by_id_or_any_name(self, reconciler: Reconciler, value: Value) -> None:
        """A jurisdiction also by its code; another one is a veto."""
        korea = asked(reconciler, "Public Information Act", Condition("egov:inJurisdiction", (value,)))
        estonian = next(one for one in korea if one.id == "law/ee/public-information-act")

        assert estonian.score == 0
        assert "veto" in bits(estonian)
        act = asked(reconciler, "E-Government Act", Condition("egov:inJurisdiction", (value,)))[0]
        assert bits(act)["jurisdiction"] > 0

    def test_what_nobody_knows_says_nothing(self, reconciler: Reconciler) -> None:
        """A place that is not in the graph may be another name of one that is."""
        found = asked(reconciler, "E-Government Act", condition("inJurisdiction", "Zembla"))[0]

        assert bits(found)["jurisdiction"] == 0.0
        assert found.score > 50

    @pytest.mark.parametrize(
        ("name", "text", "sign"),
        [
            ("memberCount", "31", 1),
            ("memberCount", "32", -1),
            ("approximate", "true", 1),
            ("approximate", "false", -1),
            ("enactedUnder", "박근혜 정부", 1),
            ("enactedUnder", "Roh Moo-hyun administration", -1),
        ],
    )
    def test_any_property_may_be_a_condition(self, reconciler: Reconciler, name: str, text: str, sign: int) -> None:
        """Numbers, truths, things by their names; what disagrees costs, and is no veto."""
        found = asked(reconciler, "공공데이터법", condition(name, text))[0]

        assert math.copysign(1, bits(found)[name]) == sign
        assert "veto" not in bits(found)

    def test_a_property_of_another_vocabulary_is_called_by_its_name(self, reconciler: Reconciler) -> None:
        """Half an IRI is the name of nothing."""
        wanted = [Wanted("http://schema.org/legislationDate"), Wanted("dcterms:issuedTwice")]

        columns, _ = reconciler.extend([], wanted)

        assert [one.name for one in columns] == ["http://schema.org/legislationDate", "issued twice"]

    def test_an_unknown_property_is_told_and_costs_nothing(self, reconciler: Reconciler) -> None:
        """It is ignored, also if it is required."""
        plain = asked(reconciler, "E-Government Act")[0]
        found = asked(reconciler, "E-Government Act", Condition("population", (Value("5"),), required=True))[0]

        assert found.score == plain.score
        assert bits(found)["unknown-property"] is False

    def test_required_leaves_out_what_does_not_fulfil_it(self, reconciler: Reconciler) -> None:
        """Also what has no value."""
        required = condition("actNumber", "6439", required=True)

        assert [one.id for one in asked(reconciler, "Act", required, type="egov:Law")] == ["law/kr/e-government-act"]
        assert asked(reconciler, "Roh Moo-hyun", required, type="egov:Person", strictness="must") == []

    @pytest.mark.parametrize(
        ("quantifier", "texts", "fulfilled"),
        [
            ("any", ("6439", "1"), True),
            ("all", ("6439", "1"), False),
            ("all", ("6439",), True),
            ("none", ("6439", "1"), False),
            ("none", ("1", "2"), True),
        ],
    )
    def test_quantifiers(
        self, reconciler: Reconciler, quantifier: str, texts: tuple[str, ...], fulfilled: bool
    ) -> None:
        """Any, all or none of the values."""
        told = condition("actNumber", *texts, quantifier=quantifier, required=True)
        found = asked(reconciler, "E-Government Act", told, type="egov:Law")

        assert ("law/kr/e-government-act" in {one.id for one in found}) is fulfilled

    @pytest.mark.parametrize(
        ("written", "agrees"),
        [
            ("6439", True),
            ("06439", True),
            ("제6439호", True),
            ("법률 제6439호", True),
            ("법률 제 06439 호", True),
            ("Act No. 6439", True),
            ("Law No 6439", True),
            ("대통령령 제6439호", False),
            ("법률 제6440호", False),
        ],
    )
    def test_numbers_of_acts_are_read_as_people_write_them(
        self, reconciler: Reconciler, written: str, agrees: bool
    ) -> None:
        """With what they are numbers of; the number of a decree is another one, and a contradiction."""
        (found, *_) = asked(reconciler, "E-Government Act", condition("actNumber", written), type="egov:Law")

        assert found.id == "law/kr/e-government-act"
        assert (bits(found)["number"] > 0, "veto" in bits(found)) == (agrees, not agrees)

    def test_conditions_alone_find(self, reconciler: Reconciler) -> None:
        """Without a name: who has the number, the date, the place."""
        assert asked(reconciler, "", condition("actNumber", "6439"))[0].id == "law/kr/e-government-act"
        assert {one.id for one in asked(reconciler, "", condition("promulgatedOn", "2001"))} == {
            "law/kr/e-government-act",
            "order/kr/e-government-decree",
        }

    def test_a_number_finds_what_the_name_does_not(self, reconciler: Reconciler) -> None:
        """An official number is a key."""
        found = asked(reconciler, "Data opening statute", condition("actNumber", "11956"))

        assert "law/kr/public-data-act" in {one.id for one in found}

    def test_values_tell_namesakes_apart(self, crowd: Reconciler) -> None:
        """However many things have one name, those that have the value are among the candidates."""
        found = asked(crowd, "Ministry of Silence", condition("actNumber", "187"))

        assert found[0].id == "agency/xx/n187"
        assert found[0].score > 75
        assert {one.score for one in found[1:]} == {0.0}


class TestAnswers:
    def test_the_name_is_in_the_language_that_is_asked_for(self, reconciler: Reconciler) -> None:
        """The description has the other one; English stands in."""
        korean, english = (reconciler.match([Question("E-Government Act")], (lang,))[0][0] for lang in ("ko", "en"))

        assert (korean.name, korean.lang, korean.description) == (
            "전자정부법",
            "ko",
            "법률, 대한민국, 2001, E-Government Act",
        )
        assert (english.name, english.lang) == ("E-Government Act", "en")
        assert english.description == "law, Republic of Korea, 2001, 전자정부법"
        assert reconciler.match([Question("Public Information Act")], ("ko",))[0][0].lang == "en"

    def test_questions_have_nothing_to_do_with_each_other(self, reconciler: Reconciler) -> None:
        """A batch gives what its questions give alone, in their order."""
        batch = [Question("E-Government Act"), Question(""), Question("노무현", "ko"), Question("E-Government Act")]

        assert reconciler.match(batch, ("en",)) == [reconciler.match([one], ("en",))[0] for one in batch]

    def test_limits_are_kept(self, reconciler: Reconciler) -> None:
        """The best come first, the same each time."""
        found = asked(reconciler, "act", limit=2)

        assert len(found) <= 2
        assert found == asked(reconciler, "act", limit=25)[:2]

    @pytest.mark.parametrize("text", ["a" * 100_000, "ab" * 5000, "\n" * 50, "가" * 9999, "(" * 3000, "\x00\ud800"])
    def test_whatever_is_sent_is_answered(self, crowd: Reconciler, text: str) -> None:
        """Long, empty, or no text at all."""
        values = tuple(Value(text, text, math.inf) for _ in range(50))

        names = ("promulgatedOn", "memberCount", "partOf", "actNumber", "inJurisdiction") * 20

        found = asked(crowd, text, *(Condition(f"egov:{name}", values) for name in names))

        assert len(found) <= 5


class TestSameAsTheMatcher:
    def test_bits_are_those_of_a_row(self, reconciler: Reconciler) -> None:
        """Name, number and date of a law are worth what they are worth where our laws are the target."""
        store = ox.Store()
        store.extend(quads_of(LAWS))
        match = Match(
            1,
            "egov:Law",
            "work",
            "",
            "{x}",
            (LabelColumn("name"),),
            number_=Feature("number", ours=("egov:actNumber",), strip="0"),
            date=Feature("date", ours=("egov:promulgatedOn",)),
        )
        ours = entities(store, match, iri.PREFIXES)
        law = next(one for one in ours if one.iri.endswith("e-government-act"))
        text, day = "E-Government Act", read_period("2001-03-28")
        assert day is not None
        row = Row("", (Label(text, "en", folded(text)),), cut(text).kind, "name", ("6439",), (), (day,))
        expected = scored(
            compared(law, row, match, best_pairing(law, row, {}, people=False)), row, Tally.of_things(ours, match), 1
        )

        conditions = (condition("promulgatedOn", "2001-03-28"), condition("actNumber", "6439"))
        found = asked(reconciler, text, *conditions, lang="en", type="egov:Law")[0]

        told = {name: round(value, 2) for name, value in expected.parts}
        assert {name: value for name, value in bits(found).items() if name != "prior"} == told
        assert bits(found)["prior"] == round(expected.prior, 2)
        assert found.score == round(100 * expected.probability, 1)
