"""DOCX files: styles, numbering, tables, notes and tracked changes become blocks. The files are made here."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import docx
import pytest
from docx.document import Document as WordFile
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from egov_kg.documents import read_document
from egov_kg.model import Document

NAMES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"

Read = Callable[[WordFile], Document]


@pytest.fixture
def made() -> WordFile:
    """A DOCX file without words."""
    new: WordFile = docx.Document()
    return new


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Save a file and read it."""

    def reading(file: WordFile) -> Document:
        stream = io.BytesIO()
        file.save(stream)
        path = tmp_path / "text.docx"
        path.write_bytes(stream.getvalue())
        return read_document(path)

    return reading


def add(file: WordFile, content: str) -> None:
    """Add a paragraph with a content in WordprocessingML."""
    body: Any = file.element.body
    body.insert(len(body) - 1, parse_xml(f"<w:p {NAMES}>{content}</w:p>"))


def add_part(file: WordFile, name: str, content: str) -> None:
    """Add a part: ``footnotes``, ``endnotes``."""
    data = f"<w:{name} {NAMES}>{content}</w:{name}>".encode()
    part = Part(PackURI(f"/word/{name}.xml"), f"{TYPES}.{name}+xml", data, file.part.package)
    file.part.relate_to(part, f"{RELATIONS}/{name}")


def text(words: str, look: str = "") -> str:
    """Return a run of words."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def shown(document: Document) -> list[tuple[str, str]]:
    """Return kind and words of each block that has words."""
    return [(block.kind, block.view.text) for block in document.blocks if block.view.text]


class TestParagraphs:
    def test_headings_have_the_level_of_their_style(self, made: WordFile, read: Read) -> None:
        """The title has level 1, and the headings below it follow; without a title they begin with 1."""
        made.add_heading("Registers", 0)
        made.add_heading("Beginnings", 1)
        made.add_heading("Paper", 2)
        made.add_paragraph("The council kept registers on paper.")

        document = read(made)

        levels = [(b.view.text, b.attributes["level"]) for b in document.blocks if b.kind == "heading"]
        assert levels == [("Registers", "1"), ("Beginnings", "2"), ("Paper", "3")]
        assert document.metadata["title"] == "Registers"

    def test_a_style_is_known_by_its_level_and_not_by_its_name(self, made: WordFile, read: Read) -> None:
        """Programs in other languages name their styles otherwise; a level in the paragraph wins."""
        style = made.styles["Heading 1"]
        style.element.find("{*}name").set(
            f"{{{RELATIONS[:0]}http://schemas.openxmlformats.org/wordprocessingml/2006/main}}val", "제목 1"
        )
        style.element.find("{*}pPr").append(parse_xml(f'<w:outlineLvl {NAMES} w:val="0"/>'))
        add(made, f'<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{text("전자정부의 시작")}')
        add(made, f'<w:pPr><w:outlineLvl w:val="1"/></w:pPr>{text("Paper")}')

        levels = [(b.view.text, b.attributes["level"]) for b in read(made).blocks if b.kind == "heading"]

        assert levels == [("전자정부의 시작", "1"), ("Paper", "2")]

    def test_the_words_of_a_paragraph_are_those_that_a_reader_sees(self, made: WordFile, read: Read) -> None:
        """What was deleted, moved away, hidden or computes a field is left out; what was inserted or linked is read."""
        add(
            made,
            text("The ")
            + f"<w:del>{text('second ').replace('w:t', 'w:delText')}</w:del>"
            + f"<w:moveFrom>{text('old ')}</w:moveFrom>"
            + f"<w:ins>{text('first ')}</w:ins>"
            + text("secret ", "<w:vanish/>")
            + f"<w:hyperlink w:anchor='x'>{text('act')}</w:hyperlink>"
            + '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>'
            + "<w:r><w:tab/><w:t>was</w:t><w:br/><w:t>co</w:t><w:noBreakHyphen/><w:t>enacted.</w:t></w:r>",
        )

        assert shown(read(made)) == [("paragraph", "The first act was co-enacted.")]

    def test_a_table_of_contents_says_nothing(self, made: WordFile, read: Read) -> None:
        """Its lines are chrome."""
        made.styles.add_style("toc 1", 1)
        made.add_paragraph("Beginnings 5", style="toc 1")
        made.add_paragraph("The council kept registers.")

        document = read(made)

        assert [block.kind for block in document.blocks] == ["chrome", "paragraph"]

    def test_lines_of_keys_and_values_are_fields(self, made: WordFile, read: Read) -> None:
        """As paragraphs, and as lines of one paragraph."""
        made.add_paragraph("Publisher: The Ministry\nYear: 2001")
        made.add_paragraph("Language: English")

        fields = [(b.attributes["key"], b.view.text) for b in read(made).blocks if b.kind == "field"]

        assert fields == [("Publisher", "The Ministry"), ("Year", "2001"), ("Language", "English")]

    def test_a_text_box_is_read_once(self, made: WordFile, read: Read) -> None:
        """It stands behind the paragraph that it hangs on; the copy for old programs is passed over."""
        box = f"<w:txbxContent><w:p>{text('The act of 2001 was the first.')}</w:p></w:txbxContent>"
        choice = f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        alternatives = f"<mc:AlternateContent>{choice}<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        add(made, text("The council met.") + f"<w:r>{alternatives}</w:r>")

        assert shown(read(made)) == [("paragraph", "The council met."), ("paragraph", "The act of 2001 was the first.")]


class TestLists:
    def test_items_have_the_marks_that_the_program_shows(self, made: WordFile, read: Read) -> None:
        """Counted for each list, with the levels above where the list shows them."""
        made.add_paragraph("registers of persons", style="List Bullet")
        made.add_paragraph("of towns", style="List Bullet 2")
        made.add_paragraph("The council meets.", style="List Number")
        made.add_paragraph("The council reports.", style="List Number")

        items = [(b.attributes["marker"], b.view.text) for b in read(made).blocks if b.kind == "item"]

        assert items == [
            ("-", "registers of persons"),
            ("-", "of towns"),
            ("1.", "The council meets."),
            ("2.", "The council reports."),
        ]

    def test_articles_of_a_law_have_their_numbers(self, made: WordFile, read: Read) -> None:
        """The pattern of the list is that of the program: "제1조"."""
        numbering = made.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
            for n, (form, pattern) in enumerate([("decimal", "제%1조"), ("ganada", "%2."), ("lowerRoman", "(%1-%3)")])
        )
        numbering.insert(0, parse_xml(f'<w:abstractNum {NAMES} w:abstractNumId="77">{levels}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {NAMES} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for depth, words in ((0, "목적"), (0, "정의"), (1, "등록부"), (2, "토지")):
            number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
            add(made, f"<w:pPr>{number}</w:pPr>{text(words)}")

        items = [(b.attributes["marker"], b.view.text) for b in read(made).blocks if b.kind == "item"]

        assert items == [("제1조", "목적"), ("제2조", "정의"), ("가.", "등록부"), ("(2-i)", "토지")]


class TestTables:
    def test_cells_that_span_rows_and_columns(self, made: WordFile, read: Read) -> None:
        """What is spanned is empty; each line of a cell beside a stage is a statement."""
        made.add_paragraph("Table 1. Stages")
        table = made.add_table(4, 3)
        for row, cells in enumerate(
            [
                ("Stage", "Laws", "Body"),
                ("Base (1980-1990)", "Register Act (1987)\nLand Act (1989)", ""),
                ("", "Data Act (1990)", ""),
            ]
        ):
            for column, words in enumerate(cells):
                table.cell(row, column).text = words
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(3, 0).merge(table.cell(3, 2)).text = "Growth (1991-1999)"

        document = read(made)

        assert shown(document) == [
            ("table", "Stage | Laws | Body"),
            ("caption", "Table 1. Stages"),
            ("stage", "Base (1980-1990)"),
            ("row", "Register Act (1987)"),
            ("row", "Land Act (1989)"),
            ("row", "Data Act (1990)"),
            ("stage", "Growth (1991-1999)"),
        ]

    def test_a_caption_that_the_program_numbered(self, made: WordFile, read: Read) -> None:
        """It has no full stop behind its number."""
        made.add_paragraph("Table 2 Laws of the council", style="Caption")
        table = made.add_table(2, 2)
        for column, words in enumerate(("Law", "Year", "Land Act", "1989")):
            table.cell(column // 2, column % 2).text = words

        document = read(made)

        (caption,) = [block for block in document.blocks if block.kind == "caption"]
        assert (caption.attributes["number"], document.blocks[caption.parent or 0].kind) == ("2", "table")

    def test_a_table_of_keys_is_fields_and_a_frame_is_nothing(self, made: WordFile, read: Read) -> None:
        """Two columns with the keys of a record; one cell around a paragraph."""
        record = made.add_table(2, 2)
        for column, words in enumerate(("Publisher", "The Ministry", "Year", "2001")):
            record.cell(column // 2, column % 2).text = words
        made.add_table(1, 1).cell(0, 0).text = "The council met."

        assert shown(read(made)) == [("field", "The Ministry"), ("field", "2001"), ("paragraph", "The council met.")]


class TestNotes:
    def test_notes_belong_to_the_words_before_their_number(self, made: WordFile, read: Read) -> None:
        """Footnotes and endnotes; those set off right before the number, else the last few; separators are none."""
        add(
            made,
            text("The council opened ")
            + text("ten offices", "<w:b/>")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>'
            + text(" by the act of the year")
            + '<w:r><w:endnoteReference w:id="5"/></w:r>'
            + text("."),
        )
        add_part(
            made,
            "footnotes",
            f'<w:footnote w:id="-1" w:type="separator"><w:p>{text("---")}</w:p></w:footnote>'
            f'<w:footnote w:id="2"><w:p>{text("One is in the capital.")}</w:p>'
            f"<w:p>{text('It is large.')}</w:p></w:footnote>",
        )
        add_part(made, "endnotes", f'<w:endnote w:id="5"><w:p>{text("The Office Act.")}</w:p></w:endnote>')

        document = read(made)

        parent = next(block for block in document.blocks if block.kind == "paragraph")
        notes = [block for block in document.blocks if block.kind == "note"]
        anchors = [parent.view.text[int(n.attributes["anchor_start"]) : int(n.attributes["anchor_end"])] for n in notes]
        assert parent.view.text == "The council opened ten offices by the act of the year."
        assert [note.view.text for note in notes] == ["One is in the capital. It is large.", "The Office Act."]
        assert anchors == ["ten offices", "ten offices by the act of the year"]


class TestFile:
    def test_what_it_says_of_itself_is_told(self, made: WordFile, read: Read) -> None:
        """Title and author of the file, and what read it."""
        made.core_properties.title, made.core_properties.author = "Registers", "A. Clerk"
        made.add_paragraph("The council met.")

        metadata = read(made).metadata

        assert (metadata["file_title"], metadata["file_author"], metadata["profile"]) == (
            "Registers",
            "A. Clerk",
            "docx",
        )
        assert metadata["reader"].startswith("python-docx 1.")

    def test_heads_and_feet_of_pages_are_not_read(self, made: WordFile, read: Read) -> None:
        """They are repeated on each page and say nothing."""
        made.sections[0].header.paragraphs[0].text = "Review of Registers"
        made.add_paragraph("The council met.")

        assert shown(read(made)) == [("paragraph", "The council met.")]
