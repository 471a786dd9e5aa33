"""Notes in inline markup and tables without cells, on pages of our own making: the grammar is not that of two pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.documents import document_from_text, passed_over, read_documents
from egov_kg.documents.notes import parse
from egov_kg.documents.read import SUFFIXES
from egov_kg.documents.tables import statements
from egov_kg.model import Document, View

FRAME = """\
HOME
Related Document
Frame of Image

Portals of Utopia03

Full Text
Title Portals of Utopia
Similar Titles
Material Type Reports
Author(English) Lee, Ann
Date 2011
License

Abstract
"""


def page(body: str) -> Document:
    """Return a page with the frame of the site and this body."""
    return document_from_text(FRAME + body, "page.txt")


def notes(document: Document) -> list[tuple[str, str, str]]:
    """Return anchor, marker and words of each note."""
    found = []
    for block in document.blocks:
        if block.kind == "note":
            assert block.parent is not None
            view = document.blocks[block.parent].view.text
            anchor = view[int(block.attributes["anchor_start"]) : int(block.attributes["anchor_end"])]
            found.append((anchor, block.attributes["marker"], block.view.text))
    return found


class TestGrammar:
    def test_a_layer_and_a_pop_up_in_one_sentence(self) -> None:
        """Both kinds of note hang on their own words, and the sentence is whole."""
        document = page(
            "The ##3D_LAYER##Portal[1]##3D_TEXT:It is public.##3D_LAYER_END## and the "
            "##LINK_POPUP##Register[2]##MAINTITLE:R##TITLE:##CONTENT:It is not.##LINK_POPUP_END## opened.\n"
        )

        assert notes(document) == [("Portal", "1", "It is public."), ("Register", "2", "It is not.")]
        assert "The Portal and the Register opened." in [block.view.text for block in document.blocks]

    def test_words_around_a_note_without_spaces_are_parted(self) -> None:
        """A note right behind a word does not glue it to the next."""
        document = page("the ##3D_LAYER##portal[1]##3D_TEXT:x##3D_LAYER_END##opened in 2001.\n")

        assert document.blocks[-2].view.text == "the portal opened in 2001."

    def test_a_marker_that_nothing_closes_ends_with_its_line(self) -> None:
        """The next paragraph is not swallowed, and the report says where to look."""
        document = page("A ##3D_LAYER##portal[1]##3D_TEXT:It is public.\n\nThe next paragraph.\n")

        assert notes(document) == [("portal", "1", "It is public.")]
        assert document.blocks[-1].view.text == "The next paragraph."
        assert document.metadata["notices"] == "line 16: ##3D_LAYER## is not closed"

    def test_a_note_inside_a_note(self) -> None:
        """The inner note hangs on the words of the outer one."""
        document = page(
            "A ##LINK_POPUP##plan[1]##CONTENT:It had ##3D_LAYER##aims[2]##3D_TEXT:Two.##3D_LAYER_END## only."
            "##LINK_POPUP_END## was made.\n"
        )

        assert notes(document) == [("plan", "1", "It had aims only."), ("aims", "2", "Two.")]

    @pytest.mark.parametrize("text", ["C## is a language", "##lower##", "#######", "## Heading ##"])
    def test_other_number_signs_are_no_markers(self, text: str) -> None:
        """Only capitals between two pairs are a marker."""
        assert parse(text) == ([], [])

    def test_fields_of_the_site_on_another_page(self) -> None:
        """The keys are the site's, not those of one page."""
        document = page("It began.\n")

        fields = {b.attributes["key"]: b.view.text for b in document.blocks if b.kind == "field"}

        assert fields["Author(English)"] == "Lee, Ann"
        assert fields["number in series"] == "03"
        assert document.id == "document/int/portals-of-utopia"


class TestStatements:
    @pytest.mark.parametrize(
        ("row", "parts"),
        [
            ("a plan (x; y); a network", ["a plan (x; y)", "a network"]),
            ("register of cars Establishment of a council", ["register of cars", "Establishment of a council"]),
            ("new portal (2003) Opening of the archive", ["new portal (2003)", "Opening of the archive"]),
            ("work of the Department of State", ["work of the Department of State"]),
            ("plan by Government of Utopia", ["plan by Government of Utopia"]),
            ("support for Integration of systems", ["support for Integration of systems"]),
            ("design and Implementation of systems", ["design and Implementation of systems"]),
            ("Formulation of a plan", ["Formulation of a plan"]),
            ("; ;", []),
        ],
    )
    def test_rows_are_cut_where_a_new_deed_begins(self, row: str, parts: list[str]) -> None:
        """At semicolons outside brackets and before a deed with a capital letter; names of bodies are left alone."""
        assert [view.text for view in statements(View(row, tuple(range(len(row)))))] == parts


class TestManyDocuments:
    def test_folders_are_read_one_level_deep_and_sorted(self, tmp_path: Path) -> None:
        """Text and Markdown, not hidden files, not folders inside; a file named twice is read once."""
        (tmp_path / "inner").mkdir()
        for name in ("b.txt", "a.md", ".hidden.txt", "c.odt", "inner/d.txt"):
            (tmp_path / name).write_text(f"Act of {name.replace('/', ' ')}\n\nIt began.\n", encoding="utf-8")

        documents = read_documents([tmp_path, tmp_path / "b.txt", tmp_path / "inner" / "d.txt"])

        assert [document.source for document in documents] == ["a.md", "b.txt", "d.txt"]

    def test_a_readme_tells_of_its_folder(self, tmp_path: Path) -> None:
        """It is no document of the folder; who means it names it. What is passed over can be asked for."""
        for name in ("a.txt", "README.md", "b.odt", ".hidden"):
            (tmp_path / name).write_text(f"Act of {name}\n\nIt began.\n", encoding="utf-8")

        assert [document.source for document in read_documents([tmp_path])] == ["a.txt"]
        assert [d.source for d in read_documents([tmp_path / "README.md"])] == ["README.md"]
        assert passed_over([tmp_path, tmp_path / "a.txt"]) == (
            (tmp_path / "README.md", "tells of the folder"),
            (tmp_path / "b.odt", f"does not end with {', '.join(SUFFIXES)}"),
        )

    def test_the_order_of_the_places_does_not_matter(self, tmp_path: Path) -> None:
        """The same files give the same documents in the same order."""
        for name in ("b.txt", "a.txt"):
            (tmp_path / name).write_text(f"Act of {name}\n\nIt began.\n", encoding="utf-8")

        assert read_documents([tmp_path / "b.txt", tmp_path / "a.txt"]) == read_documents([tmp_path])
