"""What the matcher promises: more often right than a comparison of strings, and silent where it does not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.errors import UnreadableTarget
from egov_kg.linking import comparing
from egov_kg.linking import parts as parts_module
from egov_kg.linking.blocking import TooManyPairs
from egov_kg.linking.comparing import Comparison, Pairing
from egov_kg.linking.mapping_sets import merged
from egov_kg.linking.matching import link
from egov_kg.linking.rows import Row
from egov_kg.linking.specification import Match
from egov_kg.linking.sssom import MANUAL, MappingRow, MappingSet, parts_of, sssom_text
from egov_kg.linking.tables import BATCH
from egov_kg.linking.things import Entity
from tests.linking.conftest import DATASET, LAWS, PEOPLE, Desk, told

PUBLIC_DATA = "공공데이터의 제공 및 이용 활성화에 관한 법률"


class TestLaws:
    def test_are_accepted_by_name_number_and_day(self, desk: Desk) -> None:
        """Three features agree, and nothing else is near."""
        links = desk.laws(["5,전자서명법,법률,05792,1999-02-05"])

        assert told(links) == [("digital-signature-act", "5", "accept", "exact")]
        assert links[0].pair.score.agreeing == ("date", "kind", "name", "number")

    def test_are_told_with_every_part_of_the_score(self, desk: Desk) -> None:
        """The bits of the features and the prior add up to the probability."""
        (one,) = desk.laws(["5,전자서명법,법률,05792,1999-02-05"])

        parts = dict(one.pair.score.parts)

        assert set(parts) == {"name", "number", "date", "kind", "language"}
        assert one.pair.score.bits == pytest.approx(sum(parts.values()) + one.pair.score.prior, abs=0.01)
        assert list(parts.values()) == sorted(parts.values(), reverse=True)

    def test_meet_under_another_middle_dot_and_other_spaces(self, desk_of: Callable[[str], Desk]) -> None:
        """U+318D of one source is U+00B7 of the other."""
        desk = desk_of(
            'law:a a egov:Law ; skos:prefLabel "10·27법난 피해자의 명예회복 등에 관한 법률"@ko ; egov:actNumber "9" .'
        )

        links = desk.laws(["5,10ㆍ27법난피해자의 명예회복등에관한 법률,법률,00009,2008-03-28"])

        assert told(links) == [("a", "5", "accept", "exact")]

    def test_of_a_year_meet_the_day_inside_it(self, desk: Desk) -> None:
        """2013 and 30 July 2013 agree, by the coarser of the two."""
        links = desk.laws([f"7,{PUBLIC_DATA},법률,11956,2013-07-30"])

        assert told(links) == [("public-data-act", "7", "accept", "exact")]
        assert links[0].pair.comparison.date.name == "year"

    @pytest.mark.parametrize("kind", ["대통령령", "대법원규칙"])
    def test_are_not_their_decrees_and_rules(self, desk: Desk, kind: str) -> None:
        """A decree of the same title, number and day is told with the reason why it is not the act."""
        links = desk.laws([f"5,전자서명법,{kind},05792,1999-02-05"])

        assert [one.band for one in links] == ["veto"]
        assert links[0].confidence == 0.0
        assert links[0].reasons[0].startswith("kind (act against ")

    def test_are_not_a_decree_that_says_so_in_its_title_alone(self, desk: Desk) -> None:
        """Without a column of kinds the class words tell."""
        specification = LAWS.replace("kind = {", "#kind = {")
        rows = [
            "id,title,kind,number,day",
            "5,전자서명법 시행령,,05792,1999-02-05",
            *[f"{n},다른{n}법,,{n},1950" for n in range(99)],
        ]

        links = desk.run(specification, "\n".join(rows) + "\n").links

        assert [one.reasons for one in links] == [("kind (act against decree)",)]

    def test_do_not_take_the_first_row_of_a_retitled_history_for_the_enactment(self, desk: Desk) -> None:
        """The register begins with the retitling of 2007; the act of 2001 stood under another title."""
        links = desk.laws(["7,전자정부법,법률,08171,2007-01-03"])

        assert told(links) == [("e-government-act", "7", "veto", "exact")]
        assert links[0].reasons == ("date (2001-03-28 against 2007-01-03)", "number (6439 against 8171)")

    def test_are_not_linked_by_a_name_alone(self, desk: Desk) -> None:
        """One name that is equal is for a person to look at, whatever the probability."""
        specification = (
            LAWS.replace("kind = {", "#kind = {").replace("number = {", "#number = {").replace("date = {", "#date = {")
        )

        links = desk.run(
            specification.replace("LAWS", ""),
            "id,title\n5,전자서명법\n" + "".join(f"{n},다른{n}법\n" for n in range(50)),
        ).links

        assert told(links) == [("digital-signature-act", "5", "review", "exact")]
        assert "only name agrees" in links[0].reasons

    def test_are_not_linked_by_a_title_that_stands_on_two_statutes(self, desk: Desk) -> None:
        """A title that two rows have says less, and neither is ahead of the other."""
        links = desk.laws(["5,전자서명법,법률,,", "6,전자서명법,법률,,"])

        assert {one.band for one in links} <= {"review"}

    def test_are_not_linked_by_the_number_of_an_act_that_amended_many(self, desk: Desk) -> None:
        """One number on many laws is worth nothing; the names do not agree either."""
        links = desk.laws([f"a{n},조직개편에 따른 법 제{n}조,법률,05792,1999-02-05" for n in range(200)])

        assert told(links) == []

    def test_only_alike_need_a_number(self, desk: Desk) -> None:
        """A title that is nearly the same, of the same day, is shown and not accepted."""
        links = desk.laws([f"7,{PUBLIC_DATA.replace('활성화', '촉진')},법률,,2013-07-30"])

        assert told(links) == [("public-data-act", "7", "review", "exact")]
        assert "the names are only alike" in links[0].reasons

    def test_have_no_match_where_the_register_has_none(self, desk: Desk) -> None:
        """Nothing is the right answer then."""
        assert desk.laws([]) == ()

    def test_share_a_row_only_closely(self, desk_of: Callable[[str], Desk]) -> None:
        """One law of the register carries two of ours under successive titles: both close, both for a person."""
        desk = desk_of(
            'law:a a egov:Law ; skos:prefLabel "정보화촉진기본법"@ko ; egov:actNumber "77" .'
            'law:b a egov:Law ; skos:prefLabel "정보화촉진기본법"@ko ; egov:actNumber "77" .'
        )

        links = desk.laws(["28,정보화촉진기본법,법률,77,1995-08-04"])

        assert told(links) == [("a", "28", "review", "close"), ("b", "28", "review", "close")]

    def test_of_another_country_are_others(self, desk: Desk) -> None:
        """The same name in another jurisdiction is vetoed."""
        rows = [
            "id,title,kind,number,day",
            "5,전자서명법,법률,05792,1999-02-05",
            *[f"{n},다른{n}법,법률,,1950" for n in range(99)],
        ]

        links = desk.run(LAWS.replace('value = "kr"', 'value = "jp"'), "\n".join(rows) + "\n").links

        assert [one.reasons for one in links] == [("jurisdiction (kr against jp)",)]

    def test_of_another_level_neither_agree_nor_contradict_by_number_and_day(self, desk: Desk) -> None:
        """Number and day of the latest text of a law are not those of the law."""
        specification = LAWS.replace('strip = "0"', 'strip = "0", of = "text"').replace(
            'column = "day"', 'column = "day", of = "text"'
        )
        rows = [
            "id,title,kind,number,day",
            "7,전자정부법,법률,21394,2026-02-27",
            *[f"{n},다른{n}법,법률,,1950" for n in range(99)],
        ]

        (one,) = desk.run(specification, "\n".join(rows) + "\n").links

        assert {"number", "date"}.isdisjoint(dict(one.pair.score.parts))
        assert one.band == "review"

    def test_that_count_differently_are_others(self, desk_of: Callable[[str], Desk]) -> None:
        """The first plan is not the second one, in words or in figures."""
        desk = desk_of('law:a a egov:Law ; egov:actNumber "77" ; skos:prefLabel "First Act on Computerization"@en .')
        rows = [
            "id,title,kind,number,day",
            "5,Second Act on Computerization,법률,77,",
            *[f"{n},Other {n},법률,,1950" for n in range(99)],
        ]

        links = desk.run(LAWS, "\n".join(rows) + "\n").links

        assert [(one.band, one.reasons) for one in links] == [("veto", ("count (1 against 2)",))]


CROWD = "".join(
    f"x{n},Person {chr(97 + n % 26)}{chr(97 + n // 26)} Name{n},Minister of {n % 30},19{50 + n % 50}-01-0{1 + n % 9}\n"
    for n in range(300)
)
HEAD = "id,person,position,start\n"


class TestPeople:
    @pytest.mark.parametrize("name", ["Roh Moo-hyun", "No Mu-hyeon", "Moo-hyun Roh", "노무현"])
    def test_are_found_in_any_spelling_and_order(self, desk: Desk, name: str) -> None:
        """Romanisation and order of names are keys; office and first day decide."""
        links = desk.run(PEOPLE, f"{HEAD}1,{name},President,2003-02-25\n{CROWD}").links

        assert told(links) == [("roh-moo-hyun", "1", "accept", "exact")]

    def test_are_not_the_next_one_of_their_family_name(self, desk: Desk) -> None:
        """A president of before the list is not the nearest name in it."""
        links = desk.run(PEOPLE, f"{HEAD}1,Roh Moo-hyun,President,2003-02-25\n{CROWD}").links

        assert "roh-tae-woo" not in {one[0] for one in told(links)}

    def test_are_not_their_namesakes(self, desk: Desk) -> None:
        """An author is no minister of the same name, turned round or not."""
        assert desk.run(PEOPLE, f"{HEAD}1,Kim Jung-sook,Minister of 3,2001-01-29\n{CROWD}").links == ()

    def test_in_several_offices_are_known_by_the_one_that_fits(self, desk: Desk) -> None:
        """Rows of one id speak of one person."""
        rows = "1,Roh Moo-hyun,Minister of 3,2000-08-07\n1,Roh Moo-hyun,President,2003-02-25\n"

        links = desk.run(PEOPLE, f"{HEAD}{rows}{CROWD}").links

        assert told(links) == [("roh-moo-hyun", "1", "accept", "exact")]

    def test_are_no_administrations(self, desk: Desk) -> None:
        """The person who headed an administration is not the administration."""
        specification = (
            PEOPLE.replace("egov:Person", "egov:Administration")
            .replace("review = 0.7", 'predicate = "skos:closeMatch"\nnames = "egov:headedBy"')
            .replace('egov:headOf/egov:hasTerm/egov:firstDay"', 'egov:hasTerm/egov:firstDay", of = "body"')
        )

        links = desk.run(specification, f"{HEAD}1,Roh Moo-hyun,President,2003-02-25\n{CROWD}").links

        assert [(one.band, one.reasons) for one in links] == [("veto", ("class (an administration against a person)",))]

    def test_head_administrations_whose_tenures_are_close(self, desk: Desk) -> None:
        """An administration and the tenure of its head are one on two levels."""
        specification = (
            PEOPLE.replace("egov:Person", "egov:Administration")
            .replace('level = "person"', 'level = "tenure"')
            .replace("review = 0.7", 'predicate = "skos:closeMatch"\nnames = "egov:headedBy"')
            .replace('egov:headOf/egov:hasTerm/egov:firstDay"', 'egov:hasTerm/egov:firstDay", of = "body"')
        )

        links = desk.run(
            specification, f"{HEAD}1,Roh Moo-hyun,President,2003-02-25\n2,Roh Moo-hyun,Mayor of 4,1998-07-01\n{CROWD}"
        ).links

        assert [one for one in told(links) if one[2] != "veto"] == [("roh-moo-hyun", "1", "accept", "close")]


COUNTRIES = (
    DATASET
    + """
[[match]]
ours = "egov:Country"
level = "place"
id = "reg:{code}"
label = [{ column = "name", lang = "en" }, { column = "official", lang = "en" }]
code = { column = "code" }
"""
)


class TestCountries:
    def test_are_told_apart_where_one_name_is_part_of_the_other(self, desk: Desk) -> None:
        """The name "Republic of Korea" is part of "Democratic People's Republic of Korea"."""
        north = "KP,\"Korea, Democratic People's Republic of\",Democratic People's Republic of Korea\n"
        rows = f"{north}KR,South Korea,Republic of Korea\n"
        others = "".join(f"{chr(65 + n // 26)}{chr(65 + n % 26)},Land {n},State of Land {n}\n" for n in range(200))

        links = desk.run(COUNTRIES, f"code,name,official\n{rows}{others}").links

        assert told(links) == [("republic-korea", "KR", "accept", "exact")]


class TestDecisions:
    @staticmethod
    def _decision(target: str, *, negated: bool) -> MappingRow:
        return MappingRow(
            subject="https://w3id.org/egov-kg/id/law/kr/digital-signature-act",
            predicate="skos:exactMatch",
            object=f"https://register.example/id/{target}",
            justification=MANUAL,
            negated=negated,
            reviewer="orcid:0000-0002-1825-0097",
            date="2026-01-02",
        )

    def test_to_reject_a_pair_hold_for_later_runs(self, desk: Desk) -> None:
        """A rejected pair does not come back."""
        rejected = self._decision("5", negated=True)

        assert desk.laws(["5,전자서명법,법률,05792,1999-02-05"], (rejected,)) == ()

    def test_to_reject_a_pair_make_room_for_the_next_one(self, desk: Desk) -> None:
        """What was rejected competes no more."""
        rows = ["5,전자서명법,법률,05792,1999-02-05", "6,전자서명법,법률,05792,1999-02-05"]

        links = desk.laws(rows, (self._decision("5", negated=True),))

        assert [one[1] for one in told(links)] == ["6"]

    def test_to_accept_a_pair_keep_another_one_from_being_accepted(self, desk: Desk) -> None:
        """What a person linked is not linked again without a person."""
        links = desk.laws(["5,전자서명법,법률,05792,1999-02-05"], (self._decision("4", negated=False),))

        assert told(links) == [("digital-signature-act", "5", "review", "exact")]

    def test_stand_in_the_file_after_every_run(self, desk: Desk) -> None:
        """Decided rows stay as they are, also if the register has lost the row."""
        decision = self._decision("gone", negated=False)
        run = desk.run(LAWS, "id,title,kind,number,day\n1,전자정부법,법률,06439,2001-03-28\n", (decision,))

        assert decision in merged(run, (decision,)).mappings


class TestNumbers:
    @pytest.mark.parametrize("cell", ["06439", "법률 제6439호", "Act No. 6439", "제06439호", "６４３９", "Law no 6439"])
    def test_agree_however_they_are_cited(self, desk: Desk, cell: str) -> None:
        """The word for an act and the signs of a number say nothing, before it or behind it."""
        (link,) = desk.run(LAWS, f'id,title,kind,number,day\n1,전자정부법,법률,"{cell}",2001-03-28\n').links

        assert link.pair.comparison.number is True
        assert not link.pair.comparison.vetoes

    @pytest.mark.parametrize(
        "cell",
        ["법률 제6438호", "대통령령 제6439호", "제6439호의2", "6439-2", "64.39", "16439", "법률 제6439호, 제6440호"],
    )
    def test_that_say_something_else_stay_apart(self, desk: Desk, cell: str) -> None:
        """Another number, the number of a decree, of a branch, of two acts."""
        found = desk.run(LAWS, f'id,title,kind,number,day\n1,전자정부법,법률,"{cell}",2001-03-28\n').links

        assert [link.pair.comparison.number for link in found if link.pair.comparison.number] == []

    def test_have_the_words_of_the_specification_if_it_has_any(self, desk: Desk) -> None:
        """Where decrees are linked, the word for one is no difference; with an empty list every word counts."""
        table = 'id,title,kind,number,day\n1,전자정부법,법률,"대통령령 제6439호",2001-03-28\n'
        decrees = LAWS.replace('strip = "0"', 'strip = "0", words = ["대통령령", "제", "호"]')
        none = LAWS.replace('strip = "0"', 'strip = "0", words = []')

        (link,) = desk.run(decrees, table).links

        assert link.pair.comparison.number is True
        found = desk.run(none, table.replace("대통령령 ", "")).links
        assert True not in [one.pair.comparison.number for one in found]


class TestInjection:
    @pytest.mark.parametrize("number", ["1; band=accept; x", "name=+99.0; band=accept", "1;band=accept"])
    def test_in_a_value_accepts_nothing(self, desk: Desk, number: str) -> None:
        """What a target says cannot end its part of a comment and begin another one."""
        rows = [f'5,전자서명법,법률,"{number}",1999-02-05', *(f"{n},다른{n}법,법률,,1950" for n in range(99))]
        run = desk.run(
            LAWS.replace('strip = "0"', 'strip = "제"'), "\n".join(["id,title,kind,number,day", *rows]) + "\n"
        )

        (one,) = merged(run, ()).mappings

        assert (one.band, one.is_accepted) == ("veto", False)
        assert parts_of(one.comment)["name"] < 99

    def test_in_a_country_accepts_nothing(self, desk: Desk) -> None:
        """Nor where white space stays."""
        specification = LAWS.replace('{ value = "kr" }', '{ column = "place" }')
        rows = [
            '5,전자서명법,법률,5792,1999-02-05,"jp; band=accept; y"',
            *(f"{n},다른{n}법,법률,,1950,kr" for n in range(99)),
        ]

        (one,) = merged(
            desk.run(specification, "\n".join(["id,title,kind,number,day,place", *rows]) + "\n"), ()
        ).mappings

        assert (one.band, one.is_accepted) == ("veto", False)


class TestEqualRows:
    ROW = "전자서명법,법률,5792,1999-02-05"

    @pytest.fixture
    def compared(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The things of ours that were compared with a row, one for each comparison."""
        found: list[str] = []
        compare = comparing.compared

        def counted(entity: Entity, row: Row, match: Match, name: Pairing) -> Comparison:
            found.append(entity.iri)
            return compare(entity, row, match, name)

        monkeypatch.setattr(parts_module, "compared", counted)
        return found

    @pytest.mark.parametrize("identifier", ["5", "{n}"])
    def test_are_compared_once(self, desk: Desk, compared: list[str], identifier: str) -> None:
        """However many batches they fill, and if their ids differ; they are counted as often as they stand there."""
        lines = [f"{identifier.format(n=n)},{self.ROW}" for n in range(3 * BATCH)]

        run = desk.run(LAWS, "\n".join(["id,title,kind,number,day", *lines]) + "\n")

        assert len(compared) == len(set(compared)) > 0
        assert (run.blocks[0].rows, run.blocks[0].pairs["name"]) == (3 * BATCH, 3 * BATCH)

    @pytest.mark.parametrize("times", [2, 13, 61])
    def test_give_the_same_bytes_as_one_by_one(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        """Ids, frequencies, margins: rows that a batch brings together say what they say alone."""
        lines = [f"{n},{self.ROW}" for n in range(times)]
        lines += [f"a{n},전자정부법,법률,6439,2001-03-28" for n in range(times)]
        lines += [f"b{n},{name},법률,{n},1950" for n in range(5) for name in ("공공데이터법", "전자정부법")] * times
        lines += [f",{self.ROW}"] * times
        table = "\n".join(["id,title,kind,number,day", *lines]) + "\n"
        specification = LAWS.replace("level =", "repeats = true\nlevel =")
        together = desk.run(specification, table)
        monkeypatch.setattr(parts_module, "equal_rows", lambda batch, _: [[n] for n in range(len(batch["id"]))])
        monkeypatch.setattr(parts_module, "_MOST_SEEN", -1)

        alone = desk.run(specification, table)

        assert together.blocks == alone.blocks
        assert sssom_text(MappingSet({}, {}, merged(together, ()).mappings)) == sssom_text(
            MappingSet({}, {}, merged(alone, ()).mappings)
        )
        assert [(one.pair.row, one.pair.score) for one in together.links] == [
            (one.pair.row, one.pair.score) for one in alone.links
        ]


class TestRuns:
    def test_give_the_same_bytes_whatever_the_order_of_the_rows(self, desk: Desk) -> None:
        """Ties are broken by IRI, not by place."""
        rows = [
            "5,전자서명법,법률,05792,1999-02-05",
            "7,전자정부법,법률,06439,2001-03-28",
            "8,전자정부법,법률,06439,2001-03-28",
        ]
        crowd = [f"{n},다른{n}법,법률,{n},1950-01-01" for n in range(100, 200)]

        texts = [
            sssom_text(merged(desk.run(LAWS, "\n".join(["id,title,kind,number,day", *lines]) + "\n"), ()))
            for lines in ([*rows, *crowd], [*crowd, *reversed(rows)])
        ]

        assert texts[0] == texts[1]

    def test_stop_before_comparing_too_many_pairs_and_tell_which(self, desk: Desk) -> None:
        """A million identical labels are counted, not compared."""
        data = "id,title,kind,number,day\n" + "".join(f"{n},전자서명법,법률,,\n" for n in range(40_000))

        with pytest.raises(TooManyPairs) as caught:
            desk.run(LAWS + "max_pairs = 1000\n", data)

        assert caught.value.counts == {"name": 40_000}
        assert "[[match]] 1 of register.toml gives 40,000 pairs, more than max_pairs = 1,000" in str(caught.value)
        assert "'전자서명법' in 40,000 rows" in str(caught.value)

    def test_accept_nothing_among_identical_labels(self, desk: Desk) -> None:
        """A name that all rows have says nothing."""
        data = "id,title,kind,number,day\n" + "".join(f"{n},전자서명법,법률,,\n" for n in range(5000))

        assert desk.run(LAWS, data).links == ()

    def test_refuse_an_id_that_stands_for_rows_that_differ(self, desk: Desk) -> None:
        """Two statutes of one id would become one; it is told with both."""
        rows = "5,전자서명법,법률,05792,1999-02-05\n5,전자서명법,대통령령,1,1950-01-01\n"

        with pytest.raises(UnreadableTarget, match=r"gives the id https://register\.example/id/5 to rows that differ"):
            desk.run(LAWS, f"id,title,kind,number,day\n{rows}")

    def test_count_rows_that_give_no_iri(self, desk: Desk) -> None:
        """A row without an id is told and not linked."""
        run = desk.run(LAWS, "id,title,kind,number,day\n,전자서명법,법률,05792,1999-02-05\n")

        assert (run.blocks[0].nameless, run.links) == (1, ())

    def test_escape_what_would_leave_its_place_in_an_iri(self, desk: Desk) -> None:
        """An id of theirs cannot leave the namespace, or hold what no IRI holds."""
        rows = ['"../x?y#z <a>",전자서명법,법률,05792,1999-02-05']

        (one,) = desk.laws(rows)

        assert one.pair.row.id == "https://register.example/id/..%2Fx%3Fy%23z%20%3Ca%3E"

    def test_take_files_of_a_folder_by_name(self, desk: Desk) -> None:
        """A folder that lacks one says what it holds."""
        desk.specification(LAWS)

        with pytest.raises(UnreadableTarget, match=r"holds no file 'register\.csv'; it holds register\.toml"):
            link(desk.store, desk.specification(LAWS), desk.folder)


class TestFilesOfATarget:
    def test_are_the_one_that_was_named(self, desk: Desk) -> None:
        """A newer copy is read, although the file that the specification names stands beside it."""
        desk.target("id,title,kind,number,day\n")
        newer = desk.target("id,title,kind,number,day\n1,가,법률,1,1950\n", "register-2.csv")

        found = link(desk.store, desk.specification(LAWS), newer)

        assert found.blocks[0].rows == 1

    def test_stand_beside_each_other_where_there_are_several(self, desk: Desk) -> None:
        """The one that was named stands for its own block, the other one is found by its name."""
        second = LAWS.partition("[[match]]")[2].replace('level = "work"', 'level = "work"\nsource = "current.csv"')
        desk.target("id,title,kind,number,day\n1,가,법률,1,1950\n2,나,법률,2,1951\n", "current.csv")
        named = desk.target("id,title,kind,number,day\n1,가,법률,1,1950\n")

        found = link(desk.store, desk.specification(f"{LAWS}\n[[match]]{second}"), named)

        assert [block.rows for block in found.blocks] == [1, 2]
