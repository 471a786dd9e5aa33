"""Which mappings may enter the graph, and what the rows that they lead to bring back."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg import iri
from egov_kg.errors import DataFileError, UnreadableTarget, UsageError
from egov_kg.linking.accepting import AcceptedLinks, accepted_links, accepted_rows
from egov_kg.linking.sssom import MANUAL, MappingRow, MappingSet, sssom_text
from egov_kg.model import TimeValue, Value
from egov_kg.rdf.calendar import Days

LAW = f"{iri.BASE}id/law/kr/public-data-act"
ROW = "https://register.example/id/"

SPECIFICATION = """
[dataset]
id = "register"
title = { en = "A register", ko = "등록부" }
licence = "CC0"
source = "register.csv"
version = "2026-01-01"
format = "csv"
dialect = { delimiter = ",", quote = '"', encoding = "utf-8", header = true }
prefix = { reg = "https://register.example/id/" }

[[match]]
ours = "egov:Law"
level = "work"
id = "reg:{id}"
label = [{ column = "title", lang = "ko" }]
"""

PAYBACK = """
[[payback]]
match = 1
when = { action = ["enacted", "made"] }
property = "egov:promulgatedOn"
column = "day"
rule = "register.enactment"

[[payback]]
match = 1
when = { action = "enacted" }
property = "egov:actNumber"
column = "number"
strip = "0"
rule = "register.enactment"
"""

TABLE = "id,title,action,day,number\n7,전자정부법,revised,2007-01-03,08171\n8,공공데이터법,enacted,2013-07-30,011956\n"

BY_RUN = MappingRow(LAW, "skos:exactMatch", f"{ROW}8", confidence=0.99, comment="name=+9.0; veto=none; band=accept")
BY_PERSON = replace(
    BY_RUN, justification=MANUAL, reviewer="egovid:reviewer/maintainers", date="2026-11-22", object_label="공공데이터법"
)

DAY = TimeValue("2013-07-30", "2013-07-30")

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a folder with a mapping file, its specification, and the data set."""

    def written(
        *rows: MappingRow, specification: str = SPECIFICATION + PAYBACK, table: str = TABLE, name: str = "register"
    ) -> Path:
        found = MappingSet({"license": "https://licence.example/", "mapping_set_version": "3"}, {"reg": ROW}, rows)
        (tmp_path / f"{name}.sssom.tsv").write_text(sssom_text(found), encoding="utf-8")
        if specification:
            (tmp_path / f"{name}.toml").write_text(specification, encoding="utf-8")
        if table:
            (tmp_path / "register.csv").write_text(table, encoding="utf-8")
        return tmp_path

    return written


def only(found: AcceptedLinks) -> tuple[tuple[object, ...], ...]:
    """Return what the links of the one set bring back, as plain values."""
    (one,) = found.sets
    return tuple((paid.link.subject, paid.property, paid.value, paid.rule) for paid in one.paid)


class TestWhichRows:
    def test_a_run_accepts_and_a_person_decides(self) -> None:
        """What only waits for a person, or met a veto, stays outside."""
        waiting = replace(BY_RUN, object=f"{ROW}1", comment="name=+9.0; veto=none; band=review")
        vetoed = replace(BY_RUN, object=f"{ROW}2", comment="name=+9.0; veto=kind; band=veto")
        refused = replace(BY_PERSON, object=f"{ROW}3", negated=True)
        kept = replace(waiting, object=f"{ROW}4", justification=MANUAL, reviewer="x")

        assert accepted_rows([BY_RUN, waiting, vetoed, refused, kept]) == (BY_RUN, kept)

    def test_a_decision_wins_over_a_run_on_the_same_pair(self) -> None:
        """Whatever it decides: another predicate, or that the two are not the same."""
        close = replace(BY_PERSON, predicate="skos:closeMatch")

        assert accepted_rows([BY_RUN, close]) == (close,)
        assert accepted_rows([BY_RUN, replace(BY_PERSON, negated=True)]) == ()

    def test_one_predicate_may_be_refused_and_another_one_accepted(self) -> None:
        """Not the same, but close."""
        close = replace(BY_PERSON, predicate="skos:closeMatch")

        assert accepted_rows([close, replace(BY_PERSON, negated=True)]) == (close,)

    def test_a_row_that_stands_twice_counts_once(self) -> None:
        """Each triple stands in the graph once."""
        assert accepted_rows([BY_PERSON, BY_PERSON]) == (BY_PERSON,)


class TestFiles:
    def test_specification_and_metadata_describe_the_set(self, folder: Folder) -> None:
        """Title, licence and version of the data set are from the specification, those of the set from its head."""
        (one,) = accepted_links([folder(BY_PERSON)]).sets

        assert (one.dataset, one.titles, one.licence, one.version) == (
            "register", {"en": "A register", "ko": "등록부"}, "CC0", "2026-01-01",
        )  # fmt: skip
        assert (one.set_licence, one.set_version, one.rows) == ("https://licence.example/", "3", 1)
        (link,) = one.links
        assert (link.subject, link.predicate, link.object, link.label) == (
            "law/kr/public-data-act", "skos:exactMatch", f"{ROW}8", "공공데이터법",
        )  # fmt: skip
        assert link.rule == MANUAL
        assert link.note == (
            "confidence=0.9900; reviewer=egovid:reviewer/maintainers; decided=2026-11-22; "
            "name=+9.0; veto=none; band=accept"
        )
        assert link.reviewer == f"{iri.BASE}id/reviewer/maintainers"

    @pytest.mark.parametrize(
        ("reviewer", "expected"),
        [
            ("orcid:0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
            ("https://people.example/a", "https://people.example/a"),
            ("github:me", "https://github.com/me"),
            ("egovid:reviewer/maintainers", f"{iri.BASE}id/reviewer/maintainers"),
            ("reg:people/a", f"{ROW}people/a"),
            ("javascript:alert(1)", ""),
            ("data:text/html,a", ""),
            ("Kim", ""),
        ],
    )
    def test_a_reviewer_has_an_iri_where_there_is_one(self, folder: Folder, reviewer: str, expected: str) -> None:
        """The words stay in the note in any case."""
        (one,) = accepted_links([folder(replace(BY_PERSON, reviewer=reviewer))]).sets

        assert one.links[0].reviewer == expected
        assert f"reviewer={reviewer};" in one.links[0].note

    def test_without_a_specification_the_links_are_there_and_bring_nothing(self, folder: Folder) -> None:
        """A mapping file of somebody else has links all the same."""
        found = accepted_links([folder(BY_PERSON, specification="", table="")])

        assert [(one.titles, len(one.links), one.paid) for one in found.sets] == [({"en": "register"}, 1, ())]
        assert [name for name, _ in found.files] == ["register.sssom.tsv"]

    def test_every_file_that_decides_something_is_named(self, folder: Folder) -> None:
        """For the manifest: mapping file, specification, and the table that values come from."""
        found = accepted_links([folder(BY_PERSON)])

        assert [name for name, _ in found.files] == ["register.sssom.tsv", "register.toml", "register/register.csv"]

    def test_a_later_folder_takes_the_place_of_an_earlier_one(self, folder: Folder, tmp_path: Path) -> None:
        """For one data set; an empty mapping file leaves its links out."""
        earlier = folder(BY_PERSON)
        later = tmp_path / "later"
        later.mkdir()
        (later / "register.sssom.tsv").write_text(sssom_text(MappingSet({}, {})), encoding="utf-8")

        assert [len(one.links) for one in accepted_links([earlier]).sets] == [1]
        assert [len(one.links) for one in accepted_links([earlier, later]).sets] == [0]

    def test_the_same_files_give_the_same_links(self, folder: Folder) -> None:
        """Nothing depends on when or where."""
        here = folder(BY_PERSON, BY_RUN)

        assert accepted_links([here]) == accepted_links([here])

    def test_a_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        """It is named, with what is expected."""
        with pytest.raises(UsageError, match=r"nowhere is no folder of mapping files; expected one with \{dataset\}"):
            accepted_links([tmp_path / "nowhere"])

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            (replace(BY_PERSON, subject="https://example.org/a"), "is no thing of ours, expected one below"),
            (replace(BY_PERSON, object="https://example.org/<a>"), r"object_id is '.*', expected a CURIE|is no IRI"),
            (
                replace(BY_PERSON, object="javascript:alert(1)"),
                r"object_id is 'javascript:.*', expected a CURIE",
            ),
            (replace(BY_PERSON, object=iri.expand("owl:Nothing")), "is a word of a vocabulary, expected"),
            (
                replace(BY_PERSON, object=iri.expand("egov:Law")),
                "is a word of a vocabulary, expected",
            ),
        ],
        ids=["of-others", "no-iri", "script", "reasoner", "class"],
    )
    def test_a_row_with_wrong_ends_is_refused(self, folder: Folder, row: MappingRow, message: str) -> None:
        """Ours is one of our IRIs, theirs is an IRI."""
        with pytest.raises(DataFileError, match=message):
            accepted_links([folder(row)])

    def test_the_specification_may_have_another_file_name(self, folder: Folder, tmp_path: Path) -> None:
        """The id in it counts; one about another data set, or a file that is no TOML, is left alone."""
        here = folder(BY_PERSON)
        (here / "register.toml").rename(here / "statutes.toml")
        (here / "other.toml").write_text('[dataset]\nid = "other"\n', encoding="utf-8")
        (here / "broken.toml").write_text("[", encoding="utf-8")

        found = accepted_links([here])

        assert found.sets[0].titles["en"] == "A register"
        assert [name for name, _ in found.files] == ["register.sssom.tsv", "statutes.toml", "register/register.csv"]
        shutil.copy(tmp_path / "statutes.toml", tmp_path / "twice.toml")
        with pytest.raises(
            DataFileError, match=r"twice\.toml: is about 'register', as statutes\.toml is; expected one"
        ):
            accepted_links([here])

    def test_a_specification_of_that_name_that_is_no_toml_is_refused(self, folder: Folder) -> None:
        """It is not passed over in silence."""
        with pytest.raises(DataFileError, match=r"register\.toml.*is not TOML"):
            accepted_links([folder(BY_PERSON, specification="[dataset")])


class TestPayBack:
    def test_the_row_of_a_link_brings_date_and_number(self, folder: Folder) -> None:
        """The day for the calendar, the number without its zeros."""
        assert only(accepted_links([folder(BY_PERSON)])) == (
            ("law/kr/public-data-act", "egov:promulgatedOn", DAY, "register.enactment"),
            ("law/kr/public-data-act", "egov:actNumber", Value("11956"), "register.enactment"),
        )

    def test_a_row_of_another_kind_brings_nothing_and_says_why(self, folder: Folder) -> None:
        """The first row of a law that was retitled is a revision: it dates a text, not the law."""
        retitled = replace(BY_PERSON, object=f"{ROW}7")
        (one,) = accepted_links([folder(retitled)]).sets

        assert one.paid == ()
        assert [*one.passed.values()] == ["action is 'revised', not 'enacted' or 'made'"]

    @pytest.mark.parametrize("predicate", ["rdfs:seeAlso", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"])
    def test_a_link_that_claims_no_identity_brings_nothing_and_says_why(self, folder: Folder, predicate: str) -> None:
        """The day of a decree, or of a page to read beside, is not the day of the act that it belongs to."""
        (one,) = accepted_links([folder(replace(BY_PERSON, predicate=predicate))]).sets

        assert [link.predicate for link in one.links] == [predicate]
        assert one.paid == ()
        assert [*one.passed.values()] == [
            f"{predicate} says that the row is about something else, or does not say what it is"
        ]

    def test_a_rejected_pair_brings_nothing(self, folder: Folder) -> None:
        """Only what is linked is read."""
        (one,) = accepted_links([folder(replace(BY_PERSON, negated=True))]).sets

        assert (one.links, one.paid, dict(one.passed)) == ((), (), {})

    def test_the_table_may_stand_beside_in_a_folder_or_in_external(self, folder: Folder, tmp_path: Path) -> None:
        """Packed or not; nothing is fetched."""
        here = folder(BY_PERSON, table="")
        inner = tmp_path / "register"
        inner.mkdir()
        (inner / "register.csv").write_bytes(gzip.compress(TABLE.encode()))

        assert len(only(accepted_links([here]))) == 2

        (inner / "register.csv").unlink()
        outer = tmp_path.parent / "external" / "register"
        outer.mkdir(parents=True, exist_ok=True)
        (outer / "register.csv").write_text(TABLE, encoding="utf-8")

        assert len(only(accepted_links([here]))) == 2

        (outer / "register.csv").unlink()
        with pytest.raises(DataFileError, match=r"brings values back from 'register\.csv', which is not there; it may"):
            accepted_links([here])

    def test_a_data_set_may_not_be_called_like_a_graph_of_the_build(self, folder: Folder) -> None:
        """What comes back would stand among the positions of the calendar."""
        specification = (SPECIFICATION + PAYBACK).replace('id = "register"', 'id = "calendar"')

        with pytest.raises(
            DataFileError, match="brings values back into graph/background/calendar, which the build makes"
        ):
            accepted_links([folder(BY_PERSON, specification=specification, name="calendar")])

    def test_a_row_that_the_table_lacks_is_an_error(self, folder: Folder) -> None:
        """Both ends and the file are named, and what to do."""
        message = (
            r"law/kr/public-data-act is linked with https://register\.example/id/9, which register\.csv does not have"
        )
        with pytest.raises(DataFileError, match=message):
            accepted_links([folder(replace(BY_PERSON, object=f"{ROW}9"))])

    def test_a_link_into_another_name_space_is_none_of_its_business(self, folder: Folder) -> None:
        """A data set may have rows of several kinds, of which one brings something."""
        (one,) = accepted_links([folder(replace(BY_PERSON, object="https://else.example/9"))]).sets

        assert (len(one.links), one.paid) == (1, ())

    @pytest.mark.parametrize(
        ("table", "message"),
        [
            (
                "id,title,action,day\n8,a,enacted,2013-07-30\n",
                r"register\.csv:1: has no column 'number', which \[\[payback\]\] 2 names; it has: id, title",
            ),
            (
                "id,title,action,day,number\n8,a,enacted,30.7.2013,1\n",
                r"register\.csv:2: day, which \[\[payback\]\] 1 reads: '30\.7\.2013' is no date",
            ),
            ("id,title,action,day,number\n8,a,enacted\n", r"register\.csv:2: has 3 columns, expected 5"),
            (
                "id,title,action,day,number\n8,a,enacted,2013-07-30,1\n8,a,enacted,2014-07-30,1\n",
                r"register\.csv:3: https://register\.example/id/8 stands on line 2 with other values",
            ),
            ('id,title,action,day,number\n8,"a"b,enacted,2013-07-30,1\n', r"csv:2: is not as its dialect says"),
        ],
        ids=["no-column", "no-date", "short-row", "two-rows", "late-quote"],
    )  # fmt: skip
    def test_a_table_that_is_not_as_declared_is_an_error(self, folder: Folder, table: str, message: str) -> None:
        """It names the file, the line, and what was expected."""
        with pytest.raises(DataFileError, match=message):
            accepted_links([folder(BY_PERSON, table=table)])

    def test_a_damaged_table_is_an_error(self, folder: Folder) -> None:
        """As for every target."""
        here = folder(BY_PERSON, table="")
        (here / "register.csv").write_bytes(gzip.compress(TABLE.encode())[:30])

        with pytest.raises(UnreadableTarget, match="is cut off"):
            accepted_links([here])

    def test_a_cell_that_is_empty_brings_nothing(self, folder: Folder) -> None:
        """What is not known is not said."""
        found = accepted_links([folder(BY_PERSON, table=TABLE.replace(",2013-07-30,", ",,"))])

        assert [paid[1] for paid in only(found)] == ["egov:actNumber"]


TERM = """
[[payback]]
match = 1
property = "egov:hasTerm"
first = "start"
last = "end"
rule = "register.tenure"
"""


class TestTerms:
    def test_a_tenure_brings_first_and_last_day(self, folder: Folder) -> None:
        """Both days belong to it."""
        specification = SPECIFICATION.replace("egov:Law", "egov:Administration").replace('"work"', '"body"') + TERM
        subject = f"{iri.BASE}id/administration/kr/kim-dae-jung"
        row = replace(BY_PERSON, subject=subject)
        table = "id,title,start,end\n8,a,1998-02-25,2003-02-24\n"

        assert only(accepted_links([folder(row, specification=specification, table=table)])) == (
            (
                "administration/kr/kim-dae-jung",
                "egov:hasTerm",
                Days(dt.date(1998, 2, 25), dt.date(2003, 2, 24)),
                "register.tenure",
            ),
        )
        with pytest.raises(DataFileError, match="the term ends on 1998-02-25, before it begins on 2003-02-24"):
            accepted_links(
                [folder(row, specification=specification, table="id,title,start,end\n8,a,2003-02-24,1998-02-25\n")]
            )
        with pytest.raises(DataFileError, match=r"end, which \[\[payback\]\] 1 reads: '2003' is no day"):
            accepted_links(
                [folder(row, specification=specification, table="id,title,start,end\n8,a,1998-02-25,2003\n")]
            )

    def test_who_is_still_in_office_brings_nothing(self, folder: Folder) -> None:
        """A table of 2022 does not know how long."""
        specification = SPECIFICATION.replace("egov:Law", "egov:Administration").replace('"work"', '"body"') + TERM
        row = replace(BY_PERSON, subject=f"{iri.BASE}id/administration/kr/kim-dae-jung")
        (one,) = accepted_links(
            [folder(row, specification=specification, table="id,title,start,end\n8,a,1998-02-25,\n")]
        ).sets

        assert (one.paid, [*one.passed.values()]) == ((), ["end is empty"])


class TestDeclarations:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('rule = "register.enactment"', "", "the key 'rule' is missing"),
            ('rule = "register.enactment"', 'rule = "Register!"', "'rule' is 'Register!', expected words"),
            ("match = 1", "match = 3", "'match' is 3, expected a number from 1 to 1"),
            ('"egov:promulgatedOn"', '"egov:enactedUnder"', "'property' is 'egov:enactedUnder', expected a date"),
            ('"egov:promulgatedOn"', '"egov:nothing"', "'property' is 'egov:nothing', expected a date"),
            ('"egov:actNumber"', '"egov:memberCount"', ""),
            ('"egov:actNumber"', '"egov:firstDay"', "egov:firstDay is said of egov:TimePosition, but"),
            ('"egov:actNumber"', '"egov:hasTerm"', "egov:hasTerm is said of egov:Administration, but"),
            ('column = "day"', 'first = "day"', "egov:promulgatedOn takes 'column', not 'first'"),
            ('column = "day"', 'columns = "day"', "there is no key 'columns'; did you mean 'column'?"),
            ('when = { action = "enacted" }', "when = { action = 1 }", "'action' is 1, expected text or a list"),
        ],
        ids=str,
    )  # fmt: skip
    def test_a_wrong_declaration_is_refused(self, folder: Folder, old: str, new: str, message: str) -> None:
        """The block and the key are named; a count of members may come back as well."""
        specification = (SPECIFICATION + PAYBACK).replace(old, new)
        if message:
            with pytest.raises(DataFileError) as caught:
                accepted_links([folder(BY_PERSON, specification=specification)])
            assert message in str(caught.value)
            assert "[[payback]]" in str(caught.value)
        else:
            assert len(only(accepted_links([folder(BY_PERSON, specification=specification)]))) == 2

    def test_what_is_no_text_table_brings_nothing_back(self, folder: Folder) -> None:
        """A build must not need what only the matcher does."""
        lines = [line for line in (SPECIFICATION + PAYBACK).splitlines() if not line.startswith("dialect")]
        specification = "\n".join(lines).replace('"csv"', '"parquet"')

        with pytest.raises(
            DataFileError, match="a target of format 'parquet' brings nothing back, only 'csv' and 'tsv'"
        ):
            accepted_links([folder(BY_PERSON, specification=specification)])

    def test_rows_that_repeat_bring_nothing_back(self, folder: Folder) -> None:
        """Which of several rows counts is not said."""
        specification = (SPECIFICATION + PAYBACK).replace('id = "reg:{id}"', 'id = "reg:{id}"\nrepeats = true')

        with pytest.raises(DataFileError, match=r"rows of one id repeat in \[\[match\]\] 1"):
            accepted_links([folder(BY_PERSON, specification=specification)])
