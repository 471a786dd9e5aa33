"""The two pages that the profiles were learned from: navigation, fields, notes, and a table that has lost its cells."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from egov_kg.documents import read_document
from egov_kg.model import Block, Document

pytestmark = pytest.mark.shared

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def page(name: str) -> Document:
    """Return an original page, or skip the test where it is not there."""
    path = SEEDS / name
    if not path.exists():
        pytest.skip(f"needs the original {name}, which is not part of the project")
    return read_document(path)


@pytest.fixture(scope="module")
def leadership() -> Document:
    """The K-Developedia page on leadership for e-government."""
    return page("003_7f9da50741b1fc5e.txt")


@pytest.fixture(scope="module")
def services() -> Document:
    """The institute's page on a report about local government."""
    return page("000_7f3db59c61ea85ca.txt")


def of_kind(document: Document, kind: str) -> list[Block]:
    """Return the blocks of one kind."""
    return [block for block in document.blocks if block.kind == kind]


def fields(document: Document) -> dict[str, str]:
    """Return the fields of a document that are nested in no note."""
    return {b.attributes["key"]: b.view.text for b in of_kind(document, "field") if b.attributes["key"] != "link"}


def parent(document: Document, block: Block) -> Block:
    """Return the block that another belongs to."""
    assert block.parent is not None
    return document.blocks[block.parent]


class TestFrames:
    def test_each_page_finds_its_profile(self, leadership: Document, services: Document) -> None:
        """The profile is chosen by score, and the id made from the title."""
        assert leadership.metadata["profile"] == "kdevelopedia"
        assert leadership.id == "document/int/visionary-and-sustainable-leadership-for-e-government"
        assert services.metadata["profile"] == "krila"
        assert services.id.startswith("document/int/civil-public-services-and-welfare-services-innovation")

    def test_the_text_is_the_one_that_was_published(self, leadership: Document, services: Document) -> None:
        """The SHA-256 of a text is that of its file: nothing was cut away."""
        assert leadership.text_digest == "d106692944244a9e58b25b7dee9952e9f8a94a2568d90cfd33d3c8d2cdef331b"
        assert services.text_digest == "d9c39ecfe00c3f41aff0156d0ae8804c54a292ad5a86949732da25dfdebc2b43"

    def test_keys_and_values_without_a_colon(self, leadership: Document) -> None:
        """Fields of the site have no separator; an empty value stays empty."""
        assert fields(leadership) == {
            "number in series": "06",
            "Title": "Visionary and Sustainable Leadership for E-Government",
            "Similar Titles": "",
            "Material Type": "Reports",
            "Date": "2015",
            "Language": "Korean",
            "File Type": "Theme",
            "Subject": "Government and Law < Governance",
            "License": "",
            "is part of": "Sub-Theme 2",
        }

    def test_stacked_keys_and_counters(self, services: Document) -> None:
        """The publisher stands in Korean on line 1; the counter called search counts views."""
        assert fields(services) == {
            "publisher": "한국지방행정연구원",
            "series": "Basic Report",
            "Year": "2020",
            "Author": "Jung-sook Kim, Jae-yong Lee",
            "search": "41,085",
            "download": "2,767",
        }

    def test_navigation_and_buttons_are_chrome(self, leadership: Document, services: Document) -> None:
        """Nothing of the frame can be read as content, and the title is a heading once."""
        for document, words in ((leadership, "FACEBOOK"), (leadership, "Related Document"), (services, "DOWNLOAD")):
            assert document.block_at(document.text.index(words)).kind == "chrome"
        titles = [b for b in of_kind(leadership, "heading") if b.view.text == leadership.metadata["title"]]
        assert len(titles) == 1

    def test_paragraphs_are_whole(self, services: Document) -> None:
        """Five paragraphs, the indented ones without their indent."""
        starts = [block.view.text.split()[:2] for block in of_kind(services, "paragraph")]

        assert starts == [["It", "is"], ["There", "are"], ["This", "study"], ["Examination", "of"], ["In", "order"]]


class TestNotes:
    def test_notes_hang_on_their_anchors(self, leadership: Document) -> None:
        """Layers and pop-ups become notes; the anchor is a range of the sentence's view."""
        anchors = {}
        for note in of_kind(leadership, "note"):
            start, end = int(note.attributes["anchor_start"]), int(note.attributes["anchor_end"])
            anchors[note.attributes["marker"]] = parent(leadership, note).view.text[start:end]

        assert anchors == {
            "18": "11 E-Government projects",
            "19": "decentralization.",
            "20": "National Computerization Agency (NCA)",
            "21": "the NCA (later renamed the National Information Society Agency)",
            "22": "etc.",
        }

    def test_the_sentence_reads_on_through_its_notes(self, leadership: Document) -> None:
        """A name that a note cuts in two is whole in the view, and its evidence has no marker inside."""
        block = next(b for b in of_kind(leadership, "paragraph") if "working-level" in b.view.text)
        words = "government innovations and decentralization."
        start = block.view.text.index(words)

        spans = block.view.pieces(leadership, start, start + len(words))

        assert [" ".join(leadership.quote(span).split()) for span in spans] == [
            "government innovations and",
            "decentralization.",
        ]

    def test_no_marker_is_left_in_a_view(self, leadership: Document) -> None:
        """Markup is lifted everywhere."""
        assert not [block for block in leadership.blocks if "##" in block.view.text or "[2" in block.view.text]

    def test_a_pop_up_over_many_lines_keeps_its_list(self, leadership: Document) -> None:
        """Note 22 has seven items, a credit and a link, and its paragraph goes on behind it."""
        note = next(b for b in of_kind(leadership, "note") if b.attributes["marker"] == "22")
        index = leadership.blocks.index(note)
        children = [block.kind for block in leadership.blocks if block.parent == index]

        assert children == ["item"] * 7 + ["credit", "field"]
        assert note.attributes["url"] == "http://eng.nia.or.kr/site/nia_eng/main.do"
        assert "etc. The NCA managed" in parent(leadership, note).view.text


class TestTable:
    def test_six_stages_in_order(self, leadership: Document) -> None:
        """Stages are found although title and period stand on one, two or three lines."""
        assert [(b.attributes["title"], b.attributes["period"]) for b in of_kind(leadership, "stage")] == [
            ("Initiating ICT Projects", "1960s and 1970s"),
            ("Developing Basic ICT Infrastructure", "1980-1995"),
            ("Upgrading ICT Infrastructure and Formulating E-Government", "1996-2002"),
            ("Implementing E-Government", "2003-2007"),
            ("Integrating E-Government Systems", "2008-2012"),
            ("Upgrading E-Government Systems", "2013-2017"),
        ]

    def test_twenty_nine_statements(self, leadership: Document) -> None:
        """Rows are joined over lines, cut at semicolons, and parted where two were glued."""
        rows = [block.parent for block in of_kind(leadership, "row")]

        assert [len(list(group)) for _, group in groupby(rows)] == [2, 6, 6, 3, 7, 5]

    @pytest.mark.parametrize(
        "words",
        [
            "Formulation of the second five-year basic plan for administrative computerization (1982)",
            "Implementation of the 31 E-Government projects (2003)",
            "Establishment of national ICT master plan (2008)",
            "ICT-enabled growth and jobs",
        ],
    )
    def test_glued_rows_are_rows_of_their_own(self, leadership: Document, words: str) -> None:
        """A deed with a capital letter begins a row."""
        assert words in [block.view.text for block in of_kind(leadership, "row")]

    def test_no_space_behind_a_hyphen_at_the_end_of_a_line(self, leadership: Document) -> None:
        """A name that is broken at its hyphen is one word."""
        assert any("(Government-for-Citizens, G4C)" in block.view.text for block in of_kind(leadership, "row"))

    def test_header_caption_and_credits_belong_to_the_table(self, leadership: Document) -> None:
        """What stands around the rows names the table as its parent."""
        table = of_kind(leadership, "table")[0]
        index = leadership.blocks.index(table)
        around = [
            (b.kind, b.view.text.split()[0]) for b in leadership.blocks if b.parent == index and b.kind != "stage"
        ]

        assert table.attributes["columns"] == "Stage of E-Government Main Accomplishments and Laws"
        assert around == [("caption", "Table"), ("credit", "Source:"), ("credit", "Note:")]

    def test_the_source_of_the_figure_is_given_once(self, leadership: Document) -> None:
        """A caption over three lines is one, and the credit that the pop-up repeats is chrome."""
        figure = next(b for b in of_kind(leadership, "caption") if b.attributes["label"] == "Figure")
        index = leadership.blocks.index(figure)
        credits_of_figure = [block for block in of_kind(leadership, "credit") if block.parent == index]

        assert figure.view.text.startswith("Figure 6. Institutional Structure")
        assert figure.view.text.endswith("Korean E-Government")
        assert len(credits_of_figure) == 1
