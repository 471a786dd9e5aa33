"""Plain text of no known site, in the genres that the rules are written for: its structure is read from its shape."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.documents.field_lines import keyed

Outlined = list[tuple[str, str]]


class TestProse:
    def test_wrapped_lines_are_one_paragraph(self, outlined: Callable[[str], Outlined]) -> None:
        """Lines join with one space, and with none behind a hyphen at the end of a line."""
        text = "The Portal\n\nThe Ministry of Digital\nAffairs and Government-for-\nCitizens run it.\n"

        assert outlined(text)[1:] == [
            ("paragraph", "The Ministry of Digital Affairs and Government-for-Citizens run it.")
        ]

    def test_a_hyphen_that_keeps_words_together_is_a_hyphen(self, outlined: Callable[[str], Outlined]) -> None:
        """Web pages write it in names; they are the same names."""
        assert outlined("The Portal\n\nThe E\u2011Government Act is in force.\n")[1:] == [
            ("paragraph", "The E-Government Act is in force.")
        ]

    def test_a_suspended_hyphen_keeps_its_space(self, outlined: Callable[[str], Outlined]) -> None:
        """Before "and", "or" and "to" a hyphen at the end of a line does not glue."""
        assert outlined("The Plan\n\nIt is a mid-\nto long-term plan.")[1:] == [
            ("paragraph", "It is a mid- to long-term plan.")
        ]

    def test_an_indented_line_behind_a_full_stop_begins_a_paragraph(self, outlined: Callable[[str], Outlined]) -> None:
        """Paragraphs may be parted by their indent alone."""
        text = "The Portal\n\nIt was founded in 1999.\n   In 2001 it was renamed.\n"

        assert outlined(text)[1:] == [
            ("paragraph", "It was founded in 1999."),
            ("paragraph", "In 2001 it was renamed."),
        ]

    def test_full_width_forms(self) -> None:
        """Digits, letters and brackets of East Asian width are read as those of ASCII, and quoted as they stand."""
        document = document_from_text(
            "전자정부\n\n전자정부법（Ｅ－Ｇｏｖ Ａｃｔ）은 ２００１년에 제정되었다.\n", "a.txt"
        )

        block = document.blocks[-1]
        assert block.view.text == "전자정부법(E-Gov Act)은 2001년에 제정되었다."
        assert document.quote(block.view.pieces(document, 0, 16)[0]) == "전자정부법（Ｅ－Ｇｏｖ Ａｃｔ）"

    def test_headings_are_told_by_their_shape(self, outlined: Callable[[str], Outlined]) -> None:
        """Short lines without the end of a sentence, and numbered ones, are headings."""
        text = "Acts of Utopia\n\n1. Scope\n\nIt began.\n\nLater Years\nIt went on long.\n\n제2장 총칙\n\n시작.\n"

        assert [view for kind, view in outlined(text) if kind == "heading"] == [
            "Acts of Utopia",
            "1. Scope",
            "Later Years",
            "제2장 총칙",
        ]

    def test_levels_follow_the_numbers(self) -> None:
        """The title has level 1, a section 2, and 2.1 has 3."""
        text = "Acts of Utopia\n\n2. Scope\n\nOne act.\n\n2.1 Duties of agencies\n\nMany."

        document = document_from_text(text, "acts.txt")

        assert [b.attributes["level"] for b in document.blocks if b.kind == "heading"] == ["1", "2", "3"]


class TestLists:
    def test_items_lose_their_marks_and_keep_their_level(self) -> None:
        """Marks of three levels, Korean ones among them; a wrapped item is one item."""
        text = "추진 체계\n\n□ 위원회 설치\n ○ 실무위원회\n   - 매주 회의\n ○ 한국전산원의\n   기술 지원\n"

        items = [b for b in document_from_text(text, "list.txt").blocks if b.kind == "item"]

        assert [(b.attributes["level"], b.attributes["marker"], b.view.text) for b in items] == [
            ("1", "□", "위원회 설치"),
            ("2", "○", "실무위원회"),
            ("3", "-", "매주 회의"),
            ("2", "○", "한국전산원의 기술 지원"),
        ]

    def test_a_list_of_laws_needs_no_marks(self, outlined: Callable[[str], Outlined]) -> None:
        """Lines that close with a year or a number in brackets are entries, not one sentence and no heading."""
        text = "Laws of Utopia\n\nPublic Information Act (2000)\nDigital Signatures Act (Act No. 7, 2000)\n"

        assert outlined(text)[1:] == [
            ("item", "Public Information Act (2000)"),
            ("item", "Digital Signatures Act (Act No. 7, 2000)"),
        ]

    def test_a_chronology_keeps_its_dates(self, outlined: Callable[[str], Outlined]) -> None:
        """Each line that begins with a date is an entry with its date."""
        text = "Chronology\n\n1996 Programme\n2000-2001 Tax portal, and\n  the cabinet portal\n2001: Exchange layer\n"

        assert outlined(text)[1:] == [
            ("item", "1996 Programme"),
            ("item", "2000-2001 Tax portal, and the cabinet portal"),
            ("item", "2001: Exchange layer"),
        ]


class TestFields:
    def test_a_record_is_read_as_fields(self) -> None:
        """Keys and values with a colon; the name is the title."""
        text = "Name: Agency for Digital Utopia\nAcronym: ADU\nWebsite: https://adu.example\n\nIt runs the portal.\n"

        document = document_from_text(text, "agency.txt")

        assert [(b.attributes["key"], b.view.text) for b in document.blocks if b.kind == "field"] == [
            ("Name", "Agency for Digital Utopia"),
            ("Acronym", "ADU"),
            ("Website", "https://adu.example"),
        ]
        assert document.metadata["title"] == "Agency for Digital Utopia"

    def test_stacked_keys(self, outlined: Callable[[str], Outlined]) -> None:
        """A known key alone on its line takes the next line as its value."""
        text = "Portals of Utopia\n\nAuthor\nAnn Lee\n발행연도\n2019\n"

        assert outlined(text)[1:] == [("field", "Ann Lee"), ("field", "2019")]

    def test_a_colon_in_prose_makes_no_field(self, outlined: Callable[[str], Outlined]) -> None:
        """A sentence that announces a list stays a sentence."""
        text = "Portals\n\nThe plan has three aims: speed, trust and thrift.\n"

        assert outlined(text)[1:] == [("paragraph", "The plan has three aims: speed, trust and thrift.")]


class TestTables:
    def test_a_korean_table_of_stages(self, outlined: Callable[[str], Outlined]) -> None:
        """Captions, periods and credits are read in Korean, too."""
        text = (
            "추진 경과\n\n<표 2> 단계별 실적\n단계 주요 성과\n기반 조성기 (1987~1996년)\n- 행정전산망 구축\n"
            "확산기 (1996~2002년)\n- 전자정부법 (2001)\n자료: 행정부(2008)\n"
        )

        assert outlined(text)[1:] == [
            ("table", "단계 주요 성과"),
            ("caption", "표 2 단계별 실적"),
            ("stage", "기반 조성기 (1987~1996년)"),
            ("row", "행정전산망 구축"),
            ("stage", "확산기 (1996~2002년)"),
            ("row", "전자정부법 (2001)"),
            ("credit", "자료: 행정부(2008)"),
        ]

    def test_a_caption_without_a_table_stays_a_caption(self, outlined: Callable[[str], Outlined]) -> None:
        """Prose behind a caption is not turned into rows."""
        text = "Portals\n\nTable 1. Portals by year\n\nThe first portal was opened in 1999. It was closed in 2004.\n"

        assert outlined(text)[1:] == [
            ("caption", "Table 1. Portals by year"),
            ("paragraph", "The first portal was opened in 1999. It was closed in 2004."),
        ]

    def test_a_figure_has_its_credit(self) -> None:
        """The source below a figure belongs to its caption."""
        text = "Portals\n\nFigure 3: Bodies\nSource: Lee 2012, p. 4\n\nIt ends here.\n"

        blocks = document_from_text(text, "figure.txt").blocks

        credit = next(block for block in blocks if block.kind == "credit")
        assert credit.parent is not None
        assert blocks[credit.parent].attributes == {"label": "Figure", "number": "3"}

    def test_stages_out_of_order_are_kept_and_noticed(self) -> None:
        """A table whose stages do not follow each other is read as it stands."""
        text = "T\n\nTable 1. Stages\nBase (1990-1999)\n- a\nGrowth (1980-1985)\n- b\nSource: x\n"

        document = document_from_text(text, "t.txt")

        assert [b.view.text for b in document.blocks if b.kind == "row"] == ["a", "b"]
        assert document.metadata["notices"] == "line 3: stage 'Growth' (1980-1985) does not follow (1990-1999)"


class TestFootnotes:
    def test_a_note_hangs_on_the_words_before_its_number(self) -> None:
        """The number is lifted from the sentence; the note names the range that it explains."""
        text = "Portals\n\nThe portal, run by the agency [1], was closed.\n\n[1] See https://example.org/portal.\n"

        blocks = document_from_text(text, "portal.txt").blocks

        note = next(block for block in blocks if block.kind == "note")
        assert note.parent is not None
        sentence = blocks[note.parent].view.text
        assert sentence == "The portal, run by the agency, was closed."
        assert (
            sentence[int(note.attributes["anchor_start"]) : int(note.attributes["anchor_end"])] == "run by the agency"
        )
        assert (note.view.text, note.attributes["marker"]) == ("See https://example.org/portal.", "1")
        assert note.attributes["url"] == "https://example.org/portal"

    def test_a_number_without_a_note_stays(self, outlined: Callable[[str], Outlined]) -> None:
        """References to nothing are words of the sentence."""
        assert outlined("Portals\n\nIt was closed [4].\n")[1:] == [("paragraph", "It was closed [4].")]


class TestIdentity:
    def test_the_id_comes_from_the_title(self) -> None:
        """The same text under another file name is the same document."""
        text = "The First Portal Act\n\nIt was enacted in 2001."

        assert (
            document_from_text(text, "a.txt").id
            == document_from_text(text, "b.txt").id
            == ("document/int/the-first-portal-act")
        )

    def test_a_title_in_hangul_has_an_id_too(self) -> None:
        """What has no slug gets the start of its SHA-256, always the same."""
        first = document_from_text("전자정부 추진 경과\n\n시작되었다.", "a.txt")
        second = document_from_text("전자정부 추진 현황\n\n시작되었다.", "a.txt")

        assert first.id == "document/int/text-78ca501470db"
        assert second.id != first.id

    def test_languages_are_told_by_script(self) -> None:
        """A field says Korean and the text is English: the script decides, block by block."""
        text = "Language: Korean\nTitle: 전자정부법\n\nThe act is in English.\n"

        assert [block.lang for block in document_from_text(text, "a.txt").blocks] == ["en", "ko", "en"]


class TestMasthead:
    @pytest.mark.parametrize("line", ["Working Paper 14", "News story", "보도자료", "Policy Brief No. 3"])
    def test_the_kind_of_a_text_is_not_its_title(self, line: str) -> None:
        """The title is what stands below the line that says what kind of text it is."""
        document = document_from_text(f"{line}\n\nFrom counters to platforms\n\nServices moved in 2001.", "a.txt")

        assert document.metadata["title"] == "From counters to platforms"

    def test_a_title_may_have_a_colon(self) -> None:
        """A colon alone makes no field: its key is none of a record, and no field follows."""
        document = document_from_text("Report 7\n\nFrom counters to platforms: a study\n\nServices moved.", "a.txt")

        assert document.metadata["title"] == "From counters to platforms: a study"

    def test_a_text_that_says_only_its_kind_goes_by_that(self) -> None:
        """Where nothing else could be a title, the first line is it."""
        document = document_from_text("Report\n\nServices moved from counters to platforms in 2001.", "a.txt")

        assert document.metadata["title"] == "Report"


class TestFlatRecords:
    """Boxes and data sheets that are copied as text keep no sign between a key and its value."""

    LINES = tomllib.loads(data("rules/keyed_lines.toml").read_text(encoding="utf-8"))

    @pytest.mark.parametrize("row", LINES["example"], ids=lambda row: row["line"])
    def test_a_known_key_begins_a_field(self, row: dict[str, str]) -> None:
        """Each example of the data file has its key and its value."""
        found = keyed(row["line"])

        assert found is not None
        assert (found.key, row["line"][found.start : found.end]) == (row["key"], row["value"])

    @pytest.mark.parametrize("row", LINES["counter"], ids=lambda row: row["line"])
    def test_other_lines_do_not(self, row: dict[str, str]) -> None:
        """A counter-example is no field, for the reason that the data file states."""
        assert keyed(row["line"]) is None, row["why"]

    def test_three_of_them_are_a_record_and_values_go_on(self) -> None:
        """A line without a key belongs to the value above it; blank lines end the record."""
        text = (
            "Post Agency\n\nFormed 12 March 1998\nJurisdiction Utopia\nImplementing agency Ministry of Letters,\n"
            "Department of Seals\nWebsite https://post.example\n\nIt runs the portal.\n"
        )
        found = [
            (b.attributes.get("key"), b.view.text)
            for b in document_from_text(text, "a.txt").blocks
            if b.kind == "field"
        ]

        assert found == [
            ("Formed", "12 March 1998"),
            ("Jurisdiction", "Utopia"),
            ("Implementing agency", "Ministry of Letters, Department of Seals"),
            ("Website", "https://post.example"),
        ]

    def test_two_of_them_are_text(self) -> None:
        """Two lines may begin with such words by chance."""
        text = "Post Agency\n\nFormed 12 March 1998\nJurisdiction Utopia\n\nIt runs the portal.\n"

        assert [b.kind for b in document_from_text(text, "a.txt").blocks if b.kind == "field"] == []
