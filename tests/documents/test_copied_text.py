"""Text copied out of paged files: running heads, page numbers, split words, tables in columns, Korean outlines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.documents import document_from_text

Outlined = list[tuple[str, str]]
FILLER = "".join(f"The council of district {n} approved the plan of the ministry.\n" for n in range(14))


def pages(*texts: str, head: str = "National Report on Portals") -> str:
    """Return a text copy of pages, with a head and a number on each."""
    return "Portals of Utopia\n\n" + "".join(
        f"{head}    {number}\n\n{FILLER}{text}\n\n- {number} -\n" for number, text in enumerate(texts, start=3)
    )


class TestPages:
    def test_heads_and_numbers_are_chrome(self) -> None:
        """What stands on each page is no content; what stands once is."""
        document = document_from_text(pages("First.", "Second.", "Third."), "report.txt")

        read = " ".join(block.view.text for block in document.blocks)
        assert "National Report" not in read
        assert "- 4 -" not in read
        assert all(word in read for word in ("Portals of Utopia", "First.", "Second.", "Third."))

    def test_a_sentence_goes_on_over_the_page(self) -> None:
        """The head and the number between the halves of a sentence are skipped; the quotation holds them."""
        text = pages("It was run by the ministry", "Fine.", "End.").replace(
            "National Report on Portals    4\n\n",
            "National Report on Portals    4\n\nuntil the agency took it over. ",
            1,
        )

        document = document_from_text(text, "report.txt")

        assert any("by the ministry until the agency took it over." in block.view.text for block in document.blocks)

    @pytest.mark.parametrize(
        "text",
        [
            "Plans\n\n" + "".join(f"{year}\nThe plan of that year was approved.\n\n" for year in range(1996, 2006)),
            "Acts\n\n" + "Scope of the act\n\nIt is wide.\n\n" * 2,
            "List\n\n" + "- The same item\n" * 20,
        ],
    )
    def test_years_and_repeated_items_are_content(self, text: str) -> None:
        """Years that head paragraphs are no page numbers, and near repetitions no running heads."""
        document = document_from_text(text, "plans.txt")

        assert not [block for block in document.blocks if block.kind == "chrome"]

    def test_split_words(self, outlined: Callable[[str], Outlined]) -> None:
        """A word that was split at the end of a line is whole in the view, if the text has it whole elsewhere."""
        text = "The Plan\n\nIt is a govern-\nment plan of the government, and a long-\nterm one.\n"

        assert outlined(text)[1] == ("paragraph", "It is a government plan of the government, and a long-term one.")


class TestTablesInColumns:
    @pytest.mark.parametrize(
        "table",
        [
            "Plan          Period      Ministry\nFirst plan    1996-2000   Interior\nSecond plan   2001-2005   Works\n",
            "Plan\tPeriod\tMinistry\nFirst plan\t1996-2000\tInterior\nSecond plan\t2001-2005\tWorks\n",
            "|Plan|Period|Ministry|\n|First plan|1996-2000|Interior|\n|Second plan|2001-2005|Works|\n",
            "┌──┐\n│Plan│Period│Ministry│\n├──┼──┤\n│First plan│1996-2000│Interior│\n│Second plan│2001-2005│Works\n",
        ],
    )
    def test_columns(self, table: str) -> None:
        """Tabs, spaces, strokes and drawn boxes part cells; the first row names the columns."""
        document = document_from_text(
            f"Plans of Utopia\n\nTable 2. Plans\n\n{table}\nSource: Lee (2005)\n", "plans.txt"
        )

        found = [block for block in document.blocks if block.kind in {"table", "row"}]
        assert found[0].attributes["columns"] == "Plan | Period | Ministry"
        cells = [
            [
                row.view.text[int(start) : int(end)]
                for start, end in (c.split("-") for c in row.attributes["cells"].split())
            ]
            for row in found[1:]
        ]
        assert cells == [["First plan", "1996-2000", "Interior"], ["Second plan", "2001-2005", "Works"]]
        assert [block.kind for block in document.blocks if block.parent == document.blocks.index(found[0])] == [
            "caption",
            "row",
            "row",
            "credit",
        ]

    def test_two_columns_of_prose_are_no_table(self, outlined: Callable[[str], Outlined]) -> None:
        """Lines of two columns have no names above them and begin with small letters."""
        text = (
            "Portals\n\nThe government of     when the agency took\nUtopia launched the   it over from them and\n"
            "portal in the year    merged it with others\n"
        )

        assert "table" not in [kind for kind, _ in outlined(text)]


class TestKoreanNotes:
    def test_a_number_stuck_to_a_word(self) -> None:
        """Where each number behind a word has its note further down, they are notes, whatever marks them."""
        text = (
            "전자정부\n\n전자정부법1)은 2001년에 제정되었고 행정자치부2)가 맡았다.\n\n정부24가 열렸다.\n\n"
            "1) 법률 제6439호\n주 2) 현 행정안전부\n"
        )

        document = document_from_text(text, "notes.txt")

        notes = [block for block in document.blocks if block.kind == "note"]
        assert [(block.attributes["marker"], block.view.text) for block in notes] == [
            ("1)", "법률 제6439호"),
            ("2)", "현 행정안전부"),
        ]
        assert document.blocks[1].view.text == "전자정부법은 2001년에 제정되었고 행정자치부가 맡았다."
        assert {block.parent for block in notes} == {1}

    @pytest.mark.parametrize(
        "text",
        [
            "전자정부\n\n다음(사업1)과 같다.\n\n1) 첫째 사업\n2) 둘째 사업\n",
            "Portals\n\nThe parts (part1) are these:\n\n1) the first\n2) the second\n",
            "전자정부\n\n사업2)가 있다.\n\n1) 첫째 사업\n2) 둘째 사업\n",
        ],
    )
    def test_lists_stay_lists(self, outlined: Callable[[str], Outlined], text: str) -> None:
        """Numbers in brackets, or some without their notes, make no notes."""
        assert [kind for kind, _ in outlined(text)][-2:] == ["item", "item"]


class TestKoreanOutlines:
    def test_marks_nest_without_indent(self) -> None:
        """Squares, circles and dashes are of three levels, whichever of their forms is used."""
        text = "추진경과\n\nⅡ. 추진 경과\n\n□ 기반 조성\n○ 제1차 계획\n- 행정망\n- 금융망\nㅇ 제2차 계획\nㅁ 확산\n"

        items = [block for block in document_from_text(text, "outline.txt").blocks if block.kind == "item"]

        assert [(block.attributes["level"], block.view.text) for block in items] == [
            ("1", "기반 조성"),
            ("2", "제1차 계획"),
            ("3", "행정망"),
            ("3", "금융망"),
            ("2", "제2차 계획"),
            ("1", "확산"),
        ]

    def test_roman_numbers_are_headings(self, outlined: Callable[[str], Outlined]) -> None:
        """Chapters are numbered with signs of their own."""
        assert ("heading", "Ⅱ. 추진 경과") in outlined("전자정부\n\nⅡ. 추진 경과\n\n2001년에 시작하였다.\n")
