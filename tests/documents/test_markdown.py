"""Markdown: the block structure of CommonMark with tables and footnotes, inline markup lifted from the views."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.documents import document_from_text
from egov_kg.documents.frontmatter import read_front_matter

Outlined = list[tuple[str, str]]

DIGEST = """\
+++
kind = "digest"                  # not the original
[work]
title = "The Portal"
iri = "document/int/the-portal"
authors = ["Ann Lee", 'Chul Oh']
issued = 2015
licence = "unknown"
text_digest = "00ff"
[[work.measurement]]
kind = "views"
value = 41085
[digest]
licence = "CC-BY-4.0"
+++

# The Portal

It began.
"""


class TestBlocks:
    def test_inline_markup_is_lifted(self, outlined: Callable[[str], Outlined]) -> None:
        """Emphasis, code, links, images and addresses leave their words."""
        text = "# T\n\nThe **first** _portal_ of `2001` is [open](http://x.example/a_(b)), see <http://y.example>."

        assert outlined(text)[1] == ("paragraph", "The first portal of 2001 is open, see http://y.example.")

    def test_underscores_inside_words_stay(self, outlined: Callable[[str], Outlined]) -> None:
        """Names of files and unpaired stars are no emphasis."""
        assert outlined("# T\n\nThe file a_b_c has 2 * 3 lines.")[1] == ("paragraph", "The file a_b_c has 2 * 3 lines.")

    def test_quotations_and_nested_lists(self, outlined: Callable[[str], Outlined]) -> None:
        """Marks of quotations and lists are no words."""
        text = "# T\n\n> It was\n> quoted.\n\n- one\n  wrapped\n  - two\n\n1. three\n"

        assert outlined(text)[1:] == [
            ("paragraph", "It was quoted."),
            ("item", "one wrapped"),
            ("item", "two"),
            ("item", "three"),
        ]

    def test_code_and_html_are_chrome(self) -> None:
        """What is no prose yields nothing."""
        document = document_from_text("# T\n\n```\nact = 1\n```\n\n<div>act</div>\n\nAn act.\n", "a.md")

        assert [block.kind for block in document.blocks] == ["heading", "chrome", "paragraph"]

    def test_headings_of_both_kinds(self) -> None:
        """Hash marks and underlines give levels; the first heading is the title."""
        document = document_from_text("The Portal\n==========\n\nText.\n\n### Scope ###\n\nMore.\n", "a.md")

        assert [(b.view.text, b.attributes["level"]) for b in document.blocks if b.kind == "heading"] == [
            ("The Portal", "1"),
            ("Scope", "3"),
        ]
        assert document.metadata["title"] == "The Portal"


class TestTables:
    def test_a_first_line_in_bold_type_is_a_heading(self, outlined: Callable[[str], Outlined]) -> None:
        """Not a key with its value, and not a sentence that is set off."""
        text = "# T\n\n**Ports Register**\nIt holds *all* ports.\n\n**Note:**\nNothing.\n\n**All is well.**\nIt is.\n"

        assert [(kind, words) for kind, words in outlined(text)][1:3] == [
            ("heading", "Ports Register"),
            ("paragraph", "It holds all ports."),
        ]
        assert [kind for kind, _ in outlined(text)].count("heading") == 2

    def test_a_table_of_stages(self, outlined: Callable[[str], Outlined]) -> None:
        """A first cell with a title and a period is a stage; an empty one goes on with it."""
        text = (
            "# T\n\nTable 4. Stages\n\n| Stage | Laws |\n|---|---|\n| Base (1980-1995) | First **act** (1986) |\n"
            "| | Second act (1987) |\n| Growth (1996-2002) | Third \\| act |\n\nSource: Lee 2012\nNote: x = y\n"
        )

        assert outlined(text)[1:] == [
            ("table", "Stage | Laws"),
            ("caption", "Table 4. Stages"),
            ("stage", "Base (1980-1995)"),
            ("row", "First act (1986)"),
            ("row", "Second act (1987)"),
            ("stage", "Growth (1996-2002)"),
            ("row", "Third | act"),
            ("credit", "Source: Lee 2012"),
            ("credit", "Note: x = y"),
        ]

    def test_cells_can_be_found_in_the_row(self) -> None:
        """A row without stage is its cells; their ranges and the columns stand in the attributes."""
        document = document_from_text("# T\n\n| Act | Year |\n|---|---|\n| Portal Act | 2001 |\n", "a.md")

        row = next(block for block in document.blocks if block.kind == "row")
        table = next(block for block in document.blocks if block.kind == "table")
        cells = [row.view.text[slice(*map(int, c.split("-")))] for c in row.attributes["cells"].split()]

        assert row.view.text == "Portal Act | 2001"
        assert cells == ["Portal Act", "2001"]
        assert table.attributes["columns"] == "Act | Year"


class TestFootnotes:
    def test_a_note_hangs_on_marked_words(self) -> None:
        """Words in emphasis directly before the reference are the anchor; a list in the note is nested in it."""
        text = "# T\n\nThe body proposed **11 projects**[^a] early.\n\n[^a]: They are:\n\n    1. Tax\n    2. Cabinet\n"

        blocks = document_from_text(text, "a.md").blocks

        note = next(block for block in blocks if block.kind == "note")
        assert note.parent is not None
        view = blocks[note.parent].view.text
        assert view == "The body proposed 11 projects early."
        assert view[int(note.attributes["anchor_start"]) : int(note.attributes["anchor_end"])] == "11 projects"
        assert [b.view.text for b in blocks if b.kind == "item"] == ["Tax", "Cabinet"]
        assert all(b.parent == blocks.index(note) for b in blocks if b.kind == "item")

    def test_a_note_without_marked_words_hangs_on_the_last_few(self) -> None:
        """The words since the last comma, eight at most."""
        blocks = document_from_text("# T\n\nIn 2001, the body closed[^1].\n\n[^1]: Later.\n", "a.md").blocks

        note = next(block for block in blocks if block.kind == "note")
        view = blocks[note.parent or 0].view.text
        assert view[int(note.attributes["anchor_start"]) : int(note.attributes["anchor_end"])] == "the body closed"


class TestMetadataBlock:
    def test_a_digest_is_a_document_of_its_own(self) -> None:
        """It names its work, and does not take its id."""
        document = document_from_text(DIGEST, "digest.md")

        assert document.id == "document/int/the-portal-digest"
        assert document.metadata == {
            "kind": "digest",
            "lang": "en",
            "licence": "CC-BY-4.0",
            "profile": "markdown",
            "title": "The Portal",
            "work": "document/int/the-portal",
            "work_licence": "unknown",
            "work_text_digest": "00ff",
        }

    def test_each_value_of_the_block_can_be_quoted(self) -> None:
        """Values are fields without their quotation marks; a measurement is named by its kind."""
        document = document_from_text(DIGEST, "digest.md")

        fields = [(b.attributes["key"], b.view.text) for b in document.blocks if b.kind == "field"]

        assert fields == [
            ("kind", "digest"),
            ("work.title", "The Portal"),
            ("work.iri", "document/int/the-portal"),
            ("work.authors", "Ann Lee"),
            ("work.authors", "Chul Oh"),
            ("work.issued", "2015"),
            ("work.licence", "unknown"),
            ("work.text_digest", "00ff"),
            ("work.measurement.kind", "views"),
            ("work.measurement.views", "41085"),
            ("digest.licence", "CC-BY-4.0"),
        ]

    def test_an_original_with_a_block_has_the_id_of_the_work(self) -> None:
        """Where the text itself may be passed on, the block describes it."""
        text = '+++\nkind = "original"\n[work]\ntitle = "The Portal"\njurisdiction = "ee"\n+++\nIt began.\n'

        document = document_from_text(text, "portal.md")

        assert (document.id, document.metadata["kind"]) == ("document/int/the-portal", "original")
        assert document.metadata["jurisdiction"] == "ee"

    def test_other_people_use_yaml(self) -> None:
        """Simple keys, values and lists are read; the title is taken."""
        text = '---\ntitle: "The Portal"\ntags:\n  - law\n  - portal\n---\n\nIt began.\n'

        document = document_from_text(text, "portal.md")

        assert document.metadata["title"] == "The Portal"
        assert [(b.attributes["key"], b.view.text) for b in document.blocks if b.kind == "field"] == [
            ("title", "The Portal"),
            ("tags", "law"),
            ("tags", "portal"),
        ]

    @pytest.mark.parametrize("text", ["", "No block.\n", "----\nx\n", "+++ x\n", "---\nno end\n"])
    def test_a_text_without_a_block(self, text: str) -> None:
        """Rules and lines of plus signs elsewhere are not taken for one."""
        assert read_front_matter(text) is None

    def test_arrays_over_lines_comments_and_dates(self) -> None:
        """The places of values are found in all the forms that people write."""
        text = '+++\nn = [ # names\n  "a, b", # one\n  """c""",\n]\nd = 2001-03-28\ne.f = true\nq = { x = 1 }\n+++\n'

        block = read_front_matter(text)

        assert block is not None
        assert [(value.key, text[value.start : value.end]) for value in block.values] == [
            ("n", "a, b"),
            ("n", "c"),
            ("d", "2001-03-28"),
            ("e.f", "true"),
        ]


def test_a_heading_needs_no_space_behind_its_signs() -> None:
    """Many pages are written so; a single sign is a tag of a social network and no heading."""
    document = document_from_text("##Scope of the plan\nIt is wide.\n\n###Aims\n\n#opendata is a tag.\n", "a.md")

    assert [(b.kind, b.view.text) for b in document.blocks if b.kind != "chrome"] == [
        ("heading", "Scope of the plan"),
        ("paragraph", "It is wide."),
        ("heading", "Aims"),
        ("paragraph", "#opendata is a tag."),
    ]


def test_attributes_of_a_block_are_no_words() -> None:
    """Names of styles in braces are for the program that prints the page."""
    document = document_from_text("# Scope\n\nFigure 1: The portal {: .fig #fig-1}\n\nIt is wide.\n", "a.md")

    assert [b.view.text for b in document.blocks if b.kind == "caption"] == ["Figure 1: The portal"]
