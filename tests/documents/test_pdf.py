"""PDF files: what the eye tells by place, size and weight becomes blocks. The files are made here."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from egov_kg.documents import read_document
from egov_kg.model import Block, Document

LEFT: Final = 72.0
PROSE: Final = (
    "The council met in the spring and heard the report of the ministry on the state of the registers. It found that "
    "most of them were kept on paper, and that few of the offices could read what the others had written down. "
)


class Press:
    """Sets lines on pages, as a program does that knows nothing of paragraphs."""

    def __init__(self) -> None:
        self._made = io.BytesIO()
        self.canvas = Canvas(self._made, pagesize=(595, 842))
        self.y = 770.0

    def line(
        self, words: str, *, x: float = LEFT, size: float = 10, font: str = "Helvetica", lead: float = 1.2
    ) -> None:
        """Set one line below the one before."""
        self.canvas.setFont(font, size)
        self.y -= lead * size
        self.canvas.drawString(x, self.y, words)

    def prose(
        self, words: str, *, x: float = LEFT, width: float = 440, size: float = 10, font: str = "Helvetica"
    ) -> None:
        """Set a paragraph, with some space above it."""
        self.y -= 0.6 * size
        line = ""
        for word in words.split():
            if pdfmetrics.stringWidth(f"{line} {word}", font, size) > width:
                self.line(line, x=x, size=size, font=font)
                line = ""
            line = f"{line} {word}".strip()
        self.line(line, x=x, size=size, font=font)

    def page(self) -> None:
        """Begin the next page."""
        self.canvas.showPage()
        self.y = 770.0

    def done(self) -> bytes:
        """Return the file."""
        self.canvas.save()
        return self._made.getvalue()


Read = Callable[[Press], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read what a press has set."""

    def reading(press: Press) -> Document:
        path = tmp_path / "report.pdf"
        path.write_bytes(press.done())
        return read_document(path)

    return reading


def shown(document: Document, *kinds: str) -> list[tuple[str, str]]:
    """Return kind and words of each block that has words, or of those of some kinds."""
    return [(b.kind, b.view.text) for b in document.blocks if (b.kind in kinds if kinds else b.view.text)]


def of_kind(document: Document, kind: str) -> list[Block]:
    """Return the blocks of a kind."""
    return [block for block in document.blocks if block.kind == kind]


class TestParagraphs:
    def test_lines_are_joined_and_divided_words_are_made_whole(self, read: Read) -> None:
        """A hyphen at the end of a line goes, but where the word has one elsewhere, or a part that always takes one."""
        press = Press()
        press.line("The administration of the first decade kept its registers by long-term planning: the adminis-")
        press.line("tration of the second decade kept them by machines and called that e-")
        press.line("government, which ended the long-")
        press.line("term plans of Gov-for-")
        press.line("Citizens.")

        document = read(press)

        (paragraph,) = of_kind(document, "paragraph")
        assert paragraph.view.text == (
            "The administration of the first decade kept its registers by long-term planning: the administration of "
            "the second decade kept them by machines and called that e-government, which ended the long-term plans of "
            "Gov-for-Citizens."
        )

    def test_lines_that_are_not_filled_divide_no_words(self, read: Read) -> None:
        """Where lines end with their words, at the right of a ragged edge, a hyphen belongs to the word.

        Before "and", "or" and "to" it stands for what follows.
        """
        press = Press()
        press.prose(PROSE * 3)
        press.y -= 10
        for words in (
            "The ministry runs the registers through a company that is wholly state-",
            "owned and that the treasury watches over, together with a council of",
            "the users of the registers, which meets in the spring, and with a fourth-",
            "generation network of the regions, at a short- and a long-",
            "range mast in each of the districts, and with the help of the mid-",
            "to long-term programmes of the larger municipalities.",
        ):
            press.line(words)

        paragraph = of_kind(read(press), "paragraph")[-1]

        assert "wholly state-owned and" in paragraph.view.text
        assert "fourth-generation network" in paragraph.view.text
        assert "mid- to long-term programmes" in paragraph.view.text

    def test_a_date_in_figures_goes_on_in_the_next_line(self, read: Read) -> None:
        """The number of a month at the beginning of a line is no mark of a list; nor is a range of years two words."""
        press = Press()
        press.line("It was adopted by the assembly on 2009.")
        press.line("5. 22. and amended under the plan of 2010-")
        press.line("2014 again.")

        assert shown(read(press)) == [
            (
                "paragraph",
                "It was adopted by the assembly on 2009. 5. 22. and amended under the plan of 2010-2014 again.",
            )
        ]

    def test_space_and_indentation_part_paragraphs(self, read: Read) -> None:
        """Either will do; so does a line that ends where the next word would have had room."""
        press = Press()
        press.prose(PROSE)
        press.prose(PROSE)
        press.line(
            "The ministry answered that the machines were late, and that the clerks were not, which is why it", x=90
        )
        press.line("would wait.")
        press.line("So it did.")

        words = [text for _, text in shown(read(press))]

        assert [text[:12] for text in words] == ["The council ", "The council ", "The ministry", "So it did."]
        assert words[2].endswith("why it would wait.")

    def test_a_paragraph_goes_on_across_pages(self, read: Read) -> None:
        """It is one block, which has the page on which it begins; what stands on each page does not come between."""
        press = Press()
        press.canvas.setFont("Helvetica", 10)
        for page, top in ((1, 770), (2, 600), (3, 700)):
            press.canvas.drawString(LEFT, 810, "Review of Registers")
            press.canvas.drawString(290, 30, f"- {page} -")
            press.y = top
            press.line("and so on for the registers of the districts, which were many and which nobody had counted")
            press.line("before the ministry asked, and which it had reason to ask for, as the law said, every")
            if page < 3:
                press.page()

        (paragraph,) = of_kind(read(press), "paragraph")

        assert paragraph.view.text.count("every and so on") == 2
        assert paragraph.attributes["page"] == "1"
        assert "Review" not in paragraph.view.text

    def test_ligatures_and_raised_letters_are_letters(self, read: Read) -> None:
        """A unit with a raised number is a word; it is no reference where there is no such note."""
        press = Press()
        press.line("The office has 40 m")
        press.canvas.setFont("Helvetica", 6)
        press.canvas.drawString(LEFT + pdfmetrics.stringWidth("The office has 40 m", "Helvetica", 10), press.y + 4, "2")

        assert shown(read(press)) == [("paragraph", "The office has 40 m2")]


class TestColumns:
    def test_columns_are_read_one_by_one(self, read: Read) -> None:
        """The heading over both comes first, and the one that parts them ends both."""
        press = Press()
        press.line("Registers of Utopia", size=18, font="Helvetica-Bold")
        for part in ("first", "second"):
            press.y -= 20
            press.line(f"The {part} part of the report on registers and on all that follows from them", size=14)
            top = press.y
            for x, side in ((LEFT, "left"), (320.0, "right")):
                press.y = top
                press.prose(f"Here the {part} {side} column begins. {PROSE}", x=x, width=220)

        document = read(press)

        starts = [text[:40] for _, text in shown(document)]
        assert starts == [
            "Registers of Utopia",
            "The first part of the report on registers and"[:40],
            "Here the first left column begins. The council"[:40],
            "Here the first right column begins. The council"[:40],
            "The second part of the report on registers and"[:40],
            "Here the second left column begins. The council"[:40],
            "Here the second right column begins. The council"[:40],
        ]

    def test_a_sentence_goes_on_in_the_next_column(self, read: Read) -> None:
        """The last line of the left column and the first of the right one are one paragraph."""
        press = Press()
        sentence = f"{PROSE}{PROSE}{PROSE}".split()
        half = len(sentence) // 2
        press.prose(" ".join(sentence[:half]), width=220)
        press.y = 770
        press.prose(" ".join(sentence[half:]), x=320, width=220)

        assert shown(read(press)) == [("paragraph", " ".join(sentence))]

    def test_a_column_may_hold_lists_and_short_lines(self, read: Read) -> None:
        """Columns that meet in the middle of the page are columns, if one of them is prose."""
        press = Press()
        press.prose(f"{PROSE}{PROSE}{PROSE}", width=220)
        press.y = 770
        press.line("Acts of the council", x=320, size=13, font="Helvetica-Bold")
        for act in ("Register Act (1987)", "Land Act (1989)", "Data Act (1994)", "Office Act (1996)"):
            press.line(act, x=332)

        found = [(kind, text[:20]) for kind, text in shown(read(press))]

        assert found == [
            ("paragraph", "The council met in t"),
            ("heading", "Acts of the council"),
            ("item", "Register Act (1987)"),
            ("item", "Land Act (1989)"),
            ("item", "Data Act (1994)"),
            ("item", "Office Act (1996)"),
        ]


class TestStructure:
    def test_headings_have_levels_by_size_and_weight(self, read: Read) -> None:
        """The largest, if there is but one, is the title; bold lines in the size of the text come last."""
        press = Press()
        press.line("Registers of Utopia", size=20)
        press.line("Beginnings", size=14, font="Helvetica-Bold", lead=2)
        press.line("Paper", font="Helvetica-Bold", lead=2)
        press.prose(PROSE)
        press.line("Growth", size=14, font="Helvetica-Bold", lead=2)
        press.prose(PROSE)

        document = read(press)

        found = [(block.view.text, block.attributes["level"]) for block in of_kind(document, "heading")]
        assert found == [("Registers of Utopia", "1"), ("Beginnings", "2"), ("Paper", "3"), ("Growth", "2")]
        assert document.metadata["title"] == "Registers of Utopia"

    def test_items_go_on_in_indented_lines(self, read: Read) -> None:
        """The mark is no part of the words; deeper items have a deeper level."""
        press = Press()
        press.prose(PROSE)
        press.line("1. The register of persons, which the ministry keeps for the whole of the country and its", lead=2)
        press.line("districts", x=LEFT + 12)
        press.line("- of the towns", x=LEFT + 24)
        press.line("2. The register of land")

        items = [(b.view.text, b.attributes["marker"], b.attributes["level"]) for b in of_kind(read(press), "item")]

        assert items == [
            (
                "The register of persons, which the ministry keeps for the whole of the country and its districts",
                "1.",
                "1",
            ),
            ("of the towns", "-", "2"),
            ("The register of land", "2.", "1"),
        ]

    @pytest.mark.parametrize("shape", ["disc", "square"])
    def test_marks_of_items_may_be_drawn(self, read: Read, shape: str) -> None:
        """Browsers print the mark of an item as a small shape; a shape between words is none."""
        press = Press()
        press.prose(PROSE)
        press.y -= 6
        for words in ("Tax Portal, opened by the ministry", "Land Register of the council", "Mail Service"):
            press.line(words, x=LEFT + 20)
            if shape == "disc":
                press.canvas.circle(LEFT + 10, press.y + 3, 2, stroke=0, fill=1)
            else:
                press.canvas.rect(LEFT + 8, press.y + 1, 4, 4, stroke=0, fill=1)
        press.y -= 12
        press.prose(PROSE)
        press.canvas.drawString(LEFT, press.y - 24, "The council")
        press.canvas.circle(LEFT + 56, press.y - 21, 2, stroke=0, fill=1)
        press.canvas.drawString(LEFT + 62, press.y - 24, "and the ministry agreed.")

        document = read(press)

        assert shown(document, "item") == [
            ("item", "Tax Portal, opened by the ministry"),
            ("item", "Land Register of the council"),
            ("item", "Mail Service"),
        ]
        assert document.blocks[-1].view.text == "The council and the ministry agreed."

    def test_a_note_at_the_foot_belongs_to_the_words_before_its_number(self, read: Read) -> None:
        """It is no part of the text of the page, and its anchor is what is set off before the raised number."""
        press = Press()
        press.prose(PROSE)
        press.line("The council opened ", lead=2)
        x = LEFT + pdfmetrics.stringWidth("The council opened ", "Helvetica", 10)
        for words, font, size, rise in (("ten offices", "Helvetica-Bold", 10, 0), ("1", "Helvetica", 6, 4)):
            press.canvas.setFont(font, size)
            press.canvas.drawString(x, press.y + rise, words)
            x += pdfmetrics.stringWidth(words, font, size)
        press.canvas.setFont("Helvetica", 10)
        press.canvas.drawString(x, press.y, " in that year.")
        press.y = 100
        press.line("1) They include the office of", size=7)
        press.line("the capital.", size=7)

        document = read(press)
        (note,) = of_kind(document, "note")

        assert note.view.text == "They include the office of the capital."
        assert note.parent is not None
        parent = document.blocks[note.parent]
        assert parent.view.text == "The council opened ten offices in that year."
        start, end = int(note.attributes["anchor_start"]), int(note.attributes["anchor_end"])
        assert parent.view.text[start:end] == "ten offices"

    def test_notes_at_the_end_of_the_file(self, read: Read) -> None:
        """A numbered list at the end is that of the notes, if raised numbers in the text refer to it."""
        press = Press()
        press.prose(PROSE)
        press.line("The council opened ten offices", lead=2)
        x = LEFT + pdfmetrics.stringWidth("The council opened ten offices", "Helvetica", 10)
        press.canvas.setFont("Helvetica", 6)
        press.canvas.drawString(x, press.y + 4, "1")
        press.page()
        press.line("Notes", font="Helvetica-Bold")
        press.line("1. See the Office Act.", lead=2)
        press.line("Printed in Utopia", lead=3)

        document = read(press)

        (note,) = of_kind(document, "note")
        assert note.view.text == "See the Office Act."
        assert document.blocks[note.parent or 0].view.text == "The council opened ten offices"
        assert (note.attributes["page"], note.attributes["marker"]) == ("2", "1")

    def test_fields_and_entries_by_year_stay_lines(self, read: Read) -> None:
        """Lines that were broken on purpose are read as in plain text."""
        press = Press()
        press.line("Publisher: Ministry of Registers")
        press.line("Year: 2001")
        press.y -= 20
        press.line("1987  First register")
        press.line("1991  Second register")

        assert shown(read(press), "field", "item") == [
            ("field", "Ministry of Registers"),
            ("field", "2001"),
            ("item", "1987 First register"),
            ("item", "1991 Second register"),
        ]


class TestTables:
    def test_columns_without_lines_are_told_by_the_white_between_them(self, read: Read) -> None:
        """A cell may go on in the next line; text behind the table is text."""
        press = Press()
        press.prose(PROSE)
        press.y -= 20
        rows = [("Law", "Year", "Body"), ("Register Act", "1987", "Council of the Registers"), ("", "", "and Offices")]
        for row in [*rows, ("Land Act", "1991", "Ministry"), ("Data Act", "1994", "Agency")]:
            press.y -= 12
            press.canvas.setFont("Helvetica", 10)
            for x, cell in zip((LEFT, 220, 300), row, strict=True):
                press.canvas.drawString(x, press.y, cell)
        press.y -= 20
        press.prose(PROSE)

        document = read(press)

        assert shown(document, "table", "row") == [
            ("table", "Law | Year | Body"),
            ("row", "Register Act | 1987 | Council of the Registers and Offices"),
            ("row", "Land Act | 1991 | Ministry"),
            ("row", "Data Act | 1994 | Agency"),
        ]
        assert [kind for kind, _ in shown(document)].count("paragraph") == 2

    def test_lines_below_the_cells_part_rows(self, read: Read) -> None:
        """A row ends at the line below it, piece by piece of the width of its cells; a cell may have several lines."""
        press = Press()
        press.prose(PROSE)
        rows = (
            (("Plan",), ("Period",), ("Outcome",)),
            (("Register", "Plan"), ("1987-", "1991"), ("registers on", "machines")),
            (("Portal Plan",), ("1992-1999",), ("one door for all", "services (1996)", "and a seal")),
        )
        for row in rows:
            press.y -= 8
            for x, cell in zip((LEFT, 180, 260), row, strict=True):
                for index, words in enumerate(cell):
                    press.canvas.setFont("Helvetica", 10)
                    press.canvas.drawString(x + 4, press.y - 12 * (index + 1), words)
            press.y -= 12 * max(len(cell) for cell in row) + 6
            for x0, x1 in ((LEFT, 180), (180, 260), (260, 400)):
                press.canvas.line(x0, press.y, x1, press.y)
        press.y -= 20
        press.prose(PROSE)

        document = read(press)

        assert shown(document, "table", "row") == [
            ("table", "Plan | Period | Outcome"),
            ("row", "Register Plan | 1987-1991 | registers on machines"),
            ("row", "Portal Plan | 1992-1999 | one door for all services (1996) and a seal"),
        ]
        assert [kind for kind, _ in shown(document)].count("paragraph") == 2

    def test_a_title_that_fills_its_lines_is_no_table(self, read: Read) -> None:
        """Large words set apart from each other to fill a line are no columns."""
        press = Press()
        for left, right in (("Stages of", "digital"), ("government", "in the"), ("southern", "federal")):
            press.line(left, size=20)
            press.canvas.drawString(LEFT + 140, press.y, right)
        press.line("administration", size=20)
        press.y -= 14
        press.prose(PROSE)

        assert shown(read(press), "heading", "table") == [
            ("heading", "Stages of digital government in the southern federal administration")
        ]

    def test_a_ruled_table_keeps_cells_that_span_rows(self, read: Read) -> None:
        """Where no line parts two cells they are one; a stage heads the rows beside it."""
        press = Press()
        press.line("Table 1. Stages")
        for y in (740, 720, 680, 660):
            press.canvas.line(LEFT, y, 400, y)
        press.canvas.line(200, 700, 400, 700)
        for x in (LEFT, 200, 400):
            press.canvas.line(x, 740, x, 660)
        for x, y, words in (
            (80, 726, "Stage"), (210, 726, "Laws"), (80, 706, "Base (1980-1990)"), (210, 706, "Register Act (1987)"),
            (210, 686, "Land Act (1989)"), (80, 666, "Growth (1991-1999)"), (210, 666, "Data Act (1994)"),
        ):  # fmt: skip
            press.canvas.setFont("Helvetica", 10)
            press.canvas.drawString(x, y, words)

        document = read(press)

        rows = [(document.blocks[b.parent or 0].view.text, b.view.text) for b in of_kind(document, "row")]
        assert rows == [
            ("Base (1980-1990)", "Register Act (1987)"),
            ("Base (1980-1990)", "Land Act (1989)"),
            ("Growth (1991-1999)", "Data Act (1994)"),
        ]
        assert shown(document, "caption") == [("caption", "Table 1. Stages")]


class TestKorean:
    def test_fonts_of_the_reader_are_read(self, read: Read) -> None:
        """A font that is not in the file has its letters by a table of the standard; a divided word is made whole."""
        pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
        press = Press()
        for words in (
            "전자정부법은 2001년에 제정되었다. 행정자치부는 전자정부 사업을 추진하였고, 전자정",
            "부 사업은 2003년에 끝났다.",
        ):
            press.line(words, font="HYSMyeongJo-Medium")

        document = read(press)

        (paragraph,) = of_kind(document, "paragraph")
        assert paragraph.view.text == (
            "전자정부법은 2001년에 제정되었다. 행정자치부는 전자정부 사업을 추진하였고, "
            "전자정부 사업은 2003년에 끝났다."
        )
        assert document.metadata["lang"] == "ko"

    def test_words_that_a_line_divides_are_made_whole(self, read: Read) -> None:
        """Lines of Korean end anywhere in a word: particles and endings tell where one goes on."""
        pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
        press = Press()
        for words in (
            "정부는 1967년 경제기획원에 전자계산기",
            "를 도입하였다. 한국전산원은 1987년에",
            "설립되어 국가기간전산망 사업을 지원하",
            "였고, 1995년에는 정보화촉진기본법이 제",
            "정되었다. 정부는 전자정부 사업을 추진",
            "하였다.",
        ):
            press.line(words, font="HYSMyeongJo-Medium")

        (paragraph,) = of_kind(read(press), "paragraph")

        assert paragraph.view.text == (
            "정부는 1967년 경제기획원에 전자계산기를 도입하였다. 한국전산원은 1987년에 설립되어 국가기간전산망 사업을 "
            "지원하였고, 1995년에는 정보화촉진기본법이 제정되었다. 정부는 전자정부 사업을 추진하였다."
        )

    def test_lines_that_are_filled_to_the_last_syllable_divide_words(self, read: Read) -> None:
        """Where no line lacks the width of a syllable, a name goes on in the next, without any ending that tells."""
        pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
        text = (
            "나라 살림을 맡은 관청은 문서를 주고받는 새 누리집을 열고 지방의 여러 관청과 함께 쓰기로 했다 그 뒤 "
            "전산처리 담당관실은 마을마다 창구를 두고 주민등록 관리체계를 넓혀 "
            "백성이 제 고장에서 민원서류 발급을 받게 했다"
        )
        press = Press()
        line = ""
        for syllable in text:
            if pdfmetrics.stringWidth(line + syllable, "HYSMyeongJo-Medium", 10) > 150:
                press.line(line.strip(), font="HYSMyeongJo-Medium")
                line = ""
            line = (line + syllable).lstrip()
        press.line(line, font="HYSMyeongJo-Medium")

        words = " ".join(text for _, text in shown(read(press)))

        assert all(name in words for name in ("전산처리 담당관실", "주민등록 관리체계", "민원서류 발급"))

    def test_a_name_that_stands_elsewhere_is_not_joined_to_the_word_before(self, read: Read) -> None:
        """An adverb at the end of a filled line ends there, if what follows begins a word in other lines as well."""
        pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
        press = Press()
        for words in (
            "나라는 옛 관청의 이름을 행정자치부로 고",
            "쳤고 그 뒤에 행정자치부는 여러 일을 맡았",
            "는데 또 이름을 바꾸어 옛 관청이 이제 다시",
            "행정자치부가 되었으며 백성들은 이를 반겼",
            "다.",
        ):
            press.line(words, font="HYSMyeongJo-Medium")

        (paragraph,) = of_kind(read(press), "paragraph")

        assert "이제 다시 행정자치부가 되었으며 백성들은 이를 반겼다." in paragraph.view.text
        assert "행정자치부로 고쳤고" in paragraph.view.text


class TestFile:
    def test_what_it_says_of_itself_is_told(self, read: Read) -> None:
        """Title and author of the file, and what read it; the title is taken where no heading gives one."""
        press = Press()
        press.canvas.setTitle("Registers")
        press.canvas.setAuthor("A. Clerk")
        press.prose(PROSE)

        metadata = read(press).metadata

        assert metadata["title"] == metadata["file_title"] == "Registers"
        assert (metadata["file_author"], metadata["pages"], metadata["profile"]) == ("A. Clerk", "1", "pdf")
        assert metadata["reader"].startswith("pdfminer.six 20")

    def test_pages_that_lie_on_their_side_are_turned(self, read: Read) -> None:
        """Words are read as they are shown, on pages turned by any right angle."""
        press = Press()
        press.prose(PROSE)
        for angle in (90, 180, 270):
            press.page()
            press.canvas.setPageRotation(angle)
            press.canvas.translate(*{90: (842, 0), 180: (595, 842), 270: (0, 595)}[angle])
            press.canvas.rotate(angle)
            press.y = 400
            press.prose(f"Turned by {angle}. {PROSE}", width=300)

        starts = [block.view.text[:10] for block in of_kind(read(press), "paragraph")]

        assert starts == ["The counci", "Turned by ", "Turned by ", "Turned by "]

    def test_pictures_beside_words_do_no_harm(self, read: Read) -> None:
        """What they show is not read."""
        press = Press()
        from PIL import Image  # noqa: PLC0415 - reportlab brings it

        press.canvas.drawImage(ImageReader(Image.new("RGB", (9, 9), "grey")), 72, 300, 90, 90)
        press.prose(PROSE)

        assert [kind for kind, _ in shown(read(press))] == ["paragraph"]

    def test_the_same_file_gives_the_same_document(self, read: Read) -> None:
        """Reading twice, in two processes, gives equal text, blocks and metadata."""
        documents = []
        for _ in range(2):
            press = Press()
            press.line("Registers", size=14)
            press.prose(PROSE)
            documents.append(read(press))

        assert documents[0] == documents[1]
