"""The promises of the background tables: each row is checked, only verified ones become triples, with their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from egov_kg import iri
from egov_kg.errors import DataFileError
from egov_kg.model import Value
from egov_kg.rdf import assemble, read_background
from egov_kg.rdf.assertion import named

Write = Callable[..., Path]
LAW = "law/kr/act\tegov:Law\tegov:promulgatedOn\t2001-03-28\tedtf\tregister\tverified\t\n"


class TestReading:
    def test_verified_rows_are_read_and_unverified_ones_counted(self, write_background: Write) -> None:
        """A hint of what to look up never becomes a value."""
        hint = "law/kr/act\tegov:Law\tegov:actNumber\t1\txsd:string\t\tunverified\tfrom memory\n"

        background = read_background(write_background(laws=LAW + hint))

        assert [row.property for row in background.rows] == ["egov:promulgatedOn"]
        assert (background.verified, background.unverified) == ({"laws": 1, "terms": 0}, {"laws": 1, "terms": 0})

    def test_terms_of_office_are_read_in_order_with_inclusive_days(self, write_background: Write) -> None:
        """First and last day as the sources write them."""
        terms = (
            "administration/kr/b\tperson/kr/b\t2003-02-25\t2008-02-24\tregister\tverified\t\n"
            "administration/kr/a\tperson/kr/a\t1998-02-25\t2003-02-24\tregister\tverified\t\n"
        )

        found = read_background(write_background(terms=terms)).terms_of("kr")

        assert [(t.id, t.head, t.days.first, t.days.last) for t in found] == [
            ("term/kr/a", "person/kr/a", dt.date(1998, 2, 25), dt.date(2003, 2, 24)),
            ("term/kr/b", "person/kr/b", dt.date(2003, 2, 25), dt.date(2008, 2, 24)),
        ]

    def test_a_term_may_be_open(self, write_background: Write, triples_of: Any) -> None:
        """Who is in office has no last day, and none is made up."""
        terms = "administration/kr/a\tperson/kr/a\t2022-05-10\t\tregister\tverified\t\n"
        background = read_background(write_background(terms=terms))

        assert background.terms[0].open
        assert triples_of(assemble([], background), "background/register", "egov:lastDay") == set()

    def test_neighbouring_terms_may_share_a_day(self, write_background: Write) -> None:
        """One head takes over on the day on which the other leaves."""
        terms = (
            "administration/kr/a\tperson/kr/a\t1963-12-17\t1979-10-26\tregister\tverified\t\n"
            "administration/kr/b\tperson/kr/b\t1979-10-26\t1980-08-16\tregister\tverified\t\n"
        )

        assert len(read_background(write_background(terms=terms)).terms) == 2

    def test_labels_and_jurisdictions_can_be_asked_for(self, write_background: Write) -> None:
        """Other stages look names and countries up."""
        rows = (
            "jurisdiction/kr/korea\tegov:Country\tdcterms:identifier\tKR\txsd:string\tregister\tverified\t\n"
            "jurisdiction/kr/korea\tegov:Country\tskos:prefLabel\t대한민국\tko\tregister\tverified\t\n"
        )
        background = read_background(write_background(jurisdictions=rows))

        assert [row.value for row in background.labels()] == [Value("대한민국", "rdf:langString", "ko")]
        assert background.jurisdictions() == {"kr": "jurisdiction/kr/korea"}

    def test_the_digest_moves_with_any_change(self, write_background: Write) -> None:
        """A release names the tables it was built from."""
        first = read_background(write_background(laws=LAW)).digest

        assert read_background(write_background(laws=LAW)).digest == first
        assert read_background(write_background(laws=LAW.replace("28", "29"))).digest != first


WRONG_ROWS = [
    ("law/kr/act\tegov:Law\n", "has 2 columns"),
    (LAW.replace("\tverified", "\tchecked"), "unknown status 'checked'"),
    (LAW.replace("\tregister", "\t"), "needs a source"),
    (LAW.replace("\tregister", "\tmemory"), "unknown source 'memory'"),
    (LAW.replace("\tregister", "\tregister; memory"), "unknown source 'memory'"),
    (LAW.replace("2001-03-28", "2001-02-30"), "'2001-02-30' is no date"),
    (LAW.replace("2001-03-28", "in 2001"), "'in 2001' is no date"),
    (LAW.replace("2001-03-28", ""), "has no value"),
    (LAW.replace("promulgatedOn", "promulgated"), "unknown property 'egov:promulgated'"),
    (LAW.replace("promulgatedOn", "amendedBy"), "unknown property 'egov:amendedBy'"),
    (LAW.replace("edtf", "xsd:date"), "egov:promulgatedOn takes edtf, not 'xsd:date'"),
    (LAW.replace("edtf", "day"), "egov:promulgatedOn takes edtf"),
    (LAW.replace("edtf", "xsd:time"), "unknown type 'xsd:time'"),
    (LAW.replace("egov:Law", "egov:Agency"), "must begin with 'agency'"),
    (LAW.replace("egov:Law", "egov:Statute"), "egov:Statute is no term of the ontology"),
    (LAW.replace("law/kr/act", "person/kr/kim").replace("egov:Law", "egov:Person"), "is said of egov:Enactable"),
    (LAW.replace("law/kr/act", "law/Korea/Act"), "'law/Korea/Act' is no id"),
    (LAW + LAW, "repeats line 2"),
    (LAW.replace("2001-03-28", " 2001-03-28"), "white space"),
    ("\n" + LAW, "an empty line"),
    (
        "law/kr/act\tegov:Law\tegov:replaces\tagency/kr/a\tegov:Agency\tregister\tverified\t\n",
        "egov:replaces takes egov:Enactable",
    ),
    ("law/kr/act\tegov:Law\tskos:prefLabel\tAct\txsd:string\tregister\tverified\t\n", "takes a language"),
    ("law/kr/act\tegov:Law\tegov:actNumber\t1\txsd:integer\tregister\tverified\t\n", "takes xsd:string"),
    (
        "law/kr/act\tegov:Law\tegov:memberCount\televen\txsd:integer\tregister\tverified\t\n",
        "'eleven' is no xsd:integer",
    ),
    ("law/kr/act\tegov:Law\tegov:statedDate\t2001-3-28\txsd:date\tregister\tverified\t\n", "is no day"),
    ("law/kr/act\tegov:Law\tfoaf:page\tnot an address\tiri\tregister\tverified\t\n", "not an address"),
    (
        "".join(
            f"law/kr/act\tegov:Law\tskos:prefLabel\t{name}\ten\tregister\tverified\t\n" for name in ("Act", "The Act")
        ),
        "a second preferred label of law/kr/act",
    ),
]


class TestWrongTables:
    @pytest.mark.parametrize(("rows", "problem"), WRONG_ROWS, ids=[problem for _, problem in WRONG_ROWS])
    def test_a_wrong_row_is_named_with_file_and_line(self, write_background: Write, rows: str, problem: str) -> None:
        """What was found and what was expected, at the line to mend."""
        folder = write_background(laws=rows)

        with pytest.raises(DataFileError) as caught:
            read_background(folder)

        assert problem in str(caught.value)
        assert caught.value.path == folder / "laws.tsv"
        assert caught.value.line == rows.count("\n") + 1 - (rows.startswith("\n"))

    @pytest.mark.parametrize(
        ("term", "problem"),
        [
            ("administration/kr/a\tperson/kr/a\t2003-02-25\t2002-02-24\tregister\tverified\t\n", "before it begins"),
            ("administration/kr/a\tperson/kr/a\t2003\t2008\tregister\tverified\t\n", "'2003' is no day"),
            ("agency/kr/a\tperson/kr/a\t2003-02-25\t2008-02-24\tregister\tverified\t\n", "must begin with"),
            ("administration/kr/a\tagency/kr/a\t2003-02-25\t2008-02-24\tregister\tverified\t\n", "must begin with"),
        ],
    )
    def test_a_wrong_term_is_named_too(self, write_background: Write, term: str, problem: str) -> None:
        """The same for terms of office."""
        with pytest.raises(DataFileError, match=problem):
            read_background(write_background(terms=term))

    def test_terms_that_share_more_than_a_day_are_refused(self, write_background: Write) -> None:
        """An acting head within somebody's term is no term."""
        terms = (
            "administration/kr/a\tperson/kr/a\t2013-02-25\t2017-03-10\tregister\tverified\t\n"
            "administration/kr/b\tperson/kr/b\t2016-12-09\t2017-05-09\tregister\tverified\t\n"
        )

        with pytest.raises(DataFileError, match="share more than one day"):
            read_background(write_background(terms=terms))

    def test_a_folder_without_sources_is_no_background(self, tmp_path: Path) -> None:
        """Common knowledge is not a source."""
        with pytest.raises(DataFileError, match=r"sources\.tsv: is missing"):
            read_background(tmp_path)

    def test_wrong_columns_are_named(self, write_background: Write) -> None:
        """A table of another shape is not guessed at."""
        folder = write_background()
        (folder / "laws.tsv").write_text("thing\tvalue\n", encoding="utf-8")

        with pytest.raises(DataFileError, match="expected"):
            read_background(folder)

    def test_a_table_is_read_as_a_spreadsheet_saves_it(self, write_background: Write) -> None:
        """With a byte order mark and other line ends."""
        folder = write_background()
        before = read_background(folder)
        for path in sorted(folder.glob("*.tsv")):
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

        after = read_background(folder)

        assert (after.rows, after.terms, after.sources) == (before.rows, before.terms, before.sources)

    def test_a_file_in_another_encoding_is_refused(self, write_background: Write) -> None:
        """Tables are UTF-8."""
        folder = write_background()
        (folder / "laws.tsv").write_bytes("법".encode("euc-kr"))

        with pytest.raises(DataFileError, match="is not text in UTF-8; save the table as UTF-8"):
            read_background(folder)

    @pytest.mark.parametrize(
        ("source", "problem"),
        [
            ("Not a slug\tRegister\t\t\tunknown\t\n", "is no slug"),
            ("register\t\t\t\tunknown\t\n", "needs a title"),
            ("register\tRegister\t\tsomewhere\tunknown\t\n", "is no web address"),
        ],
    )
    def test_a_wrong_source_is_named(self, write_background: Write, source: str, problem: str) -> None:
        """Sources are checked as rows are."""
        sources = "source\ttitle\tpublisher\turl\tlicence\tnote\n" + source

        with pytest.raises(DataFileError, match=problem):
            read_background(write_background(sources=sources))

    @pytest.mark.parametrize(
        ("words", "problem"), [("a\x07b", r"U\+0007"), ("a\uffff", r"U\+FFFF"), ("cafe\u0301", "normalisation form C")]
    )
    def test_a_value_that_is_no_clean_text_is_refused(self, write_background: Write, words: str, problem: str) -> None:
        """The dump in XML could not hold it, or a name would not be found in a document."""
        row = f"law/kr/act\tegov:Law\tskos:prefLabel\t{words}\ten\tregister\tverified\t\n"

        with pytest.raises(DataFileError, match=rf"laws\.tsv:2: .*{problem}"):
            read_background(write_background(laws=row))

    def test_two_sources_of_one_name_are_refused(self, write_background: Write) -> None:
        """A row could not say which of them it means."""
        folder = write_background(laws=LAW)
        with (folder / "sources.tsv").open("a", encoding="utf-8", newline="") as file:
            file.write("register\tAnother register\t\t\t\t\n")

        with pytest.raises(DataFileError, match=r"sources\.tsv:\d+: a second source is called 'register'"):
            read_background(folder)

    def test_a_table_that_is_no_file_is_named(self, write_background: Write) -> None:
        """A folder of that name would be passed over, or end the build as a defect of ours."""
        folder = write_background(laws=LAW)
        (folder / "more.tsv").mkdir()

        with pytest.raises(DataFileError, match=r"more\.tsv: cannot be read: "):
            read_background(folder)

    def test_an_unverified_row_may_hold_words_that_still_need_splitting(self, write_background: Write) -> None:
        """Type ``text`` marks a value for people."""
        hint = "law/kr/act\tegov:Law\tegov:replaces\tan older act, name unknown\ttext\t\tunverified\t\n"

        assert read_background(write_background(laws=hint)).unverified["laws"] == 1


class TestTriples:
    def test_a_row_stands_in_the_graph_of_each_of_its_sources(self, write_background: Write) -> None:
        """Two registers that agree are two witnesses, each with its Statement."""
        sources = "source\ttitle\tpublisher\turl\tlicence\tnote\na\tA\t\t\tunknown\t\nb\tB\t\t\tunknown\t\n"
        row = LAW.replace("register", "b; a")

        quads = assemble([], read_background(write_background(sources=sources, laws=row)))

        graphs = {q.graph_name.value for q in quads if q.predicate == named("egov:promulgatedOn")}  # type: ignore[union-attr]
        assert graphs == {iri.graph_iri("background/a"), iri.graph_iri("background/b")}
        assert sum(q.object == named("egov:promulgatedOn") for q in quads) == 2

    def test_its_statement_names_table_certainty_and_source(self, write_background: Write) -> None:
        """Pages say which register says so."""
        quads = assemble([], read_background(write_background(laws=LAW)))
        (node,) = {q.subject for q in quads if q.object == named("egov:promulgatedOn")}
        found = {iri.curie(q.predicate.value): q.object for q in quads if q.subject == node}

        assert found["egov:certainty"] == Literal("background")
        assert found["egov:ruleId"] == Literal("background.laws")
        assert found["dcterms:source"] == NamedNode(iri.thing_iri("document/int/register"))
        assert "oa:hasTarget" not in found

    def test_a_source_is_a_document_with_title_and_page(self, write_background: Write, triples_of: Any) -> None:
        """A source that no verified row uses is left out."""
        sources = (
            "source\ttitle\tpublisher\turl\tlicence\tnote\n"
            "register\tThe Register\tArchive\thttps://example.org/register\tunknown\t\n"
            "unused\tUnused\t\t\tunknown\t\n"
        )

        found = triples_of(
            assemble([], read_background(write_background(sources=sources, laws=LAW))), "background/sources"
        )

        assert found == {
            ("document/int/register", "rdf:type", "egov:Document"),
            ("document/int/register", "skos:prefLabel", "The Register"),
            ("document/int/register", "foaf:page", "https://example.org/register"),
        }

    def test_a_term_gives_administration_head_and_days(self, write_background: Write, triples_of: Any) -> None:
        """What the calendar chains need."""
        rows = "jurisdiction/kr/korea\tegov:Country\tdcterms:identifier\tKR\txsd:string\tregister\tverified\t\n"
        terms = "administration/kr/a\tperson/kr/a\t1998-02-25\t2003-02-24\tregister\tverified\t\n"
        background = read_background(write_background(terms=terms, jurisdictions=rows))

        assert {
            ("administration/kr/a", "rdf:type", "egov:Administration"),
            ("administration/kr/a", "egov:headedBy", "person/kr/a"),
            ("administration/kr/a", "egov:hasTerm", "term/kr/a"),
            ("administration/kr/a", "egov:inJurisdiction", "jurisdiction/kr/korea"),
            ("person/kr/a", "rdf:type", "egov:Person"),
            ("term/kr/a", "rdf:type", "egov:TermOfOffice"),
            ("term/kr/a", "egov:firstDay", "1998-02-25"),
            ("term/kr/a", "egov:lastDay", "2003-02-24"),
            ("term/kr/a", "egov:inJurisdiction", "jurisdiction/kr/korea"),
        } <= triples_of(assemble([], background), "background/register")
