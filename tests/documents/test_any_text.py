"""What holds for every text: it becomes a document whose characters can be pointed at, or an error that says why."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from egov_kg.documents import document_from_text
from egov_kg.documents.view import lift
from egov_kg.errors import UnreadableDocument
from egov_kg.model import BLOCK_KINDS, Block, Document

# Pieces that the profiles look for, so that chance finds the ways in which they meet.
_PIECES = st.sampled_from(
    [
        "\n", "\n\n", " ", "   ", "\t", "\u00a0", "\u200b", "- ", "• ", "1) ", "2. ", "1.1 ", "Act on Portals (2001)",
        "The agency was founded in 1987.", "Government-for-\nCitizens", "; ", "Title", "Year", "Author", "Ann Lee",
        "search 41,085", "download 2,767", "DOWNLOAD", "한국지방행정연구원", "전자정부법", "[Table 4. History]",
        "Table 1: Stages", "[Figure 6. Bodies", "]", "<표 2> 경과", "Source: Lee 2012", "Note: x", "자료: 통계청",
        "Initiating (1960s)", "Base (1980-1995) - First row", " Formulation of the plan", "1987-1991 Network",
        "##3D_LAYER##", "##3D_TEXT:", "##3D_LAYER_END##", "##LINK_POPUP##", "##CONTENT:", "##TITLE:", "##SOURCE:",
        "##LINK:", "##LINK_POPUP_END##", "words[18]", "Material Type Reports", "Date 2015", "Field",
        "License", "Title The Portal", "Full Text", "Related Document", "# ", "## Part", "| | e |\n",
        "| a | b |\n|---|---|\n| c (1990-1999) | d |\n", "the plan [1]", "word [2]", "\n[1] See b\n", "\n[2] c\n",
        "[^1]", "\n\n[^1]: They include A.\n", "**bold**", "*", "_", "`", "[", "](x)", "> ", "    ", "\\", "<b>", "***",
        "+++\n", 'title = "x"\n', "[work]\n", "---\n", "key: value\n", "Publisher: The Ministry\n", "Country: Utopia\n",
        "Sub-Theme 2 | The Portal",
    ]
)  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=8), max_size=40).map("".join)


def read(text: str) -> Document | UnreadableDocument:
    """Return the document of a text, or the error that refuses it."""
    try:
        return document_from_text(text, "any.txt")
    except UnreadableDocument as error:
        return error


def document_of(text: str) -> Document | None:
    """Return the document of a text, None if it is refused."""
    outcome = read(text)
    return outcome if isinstance(outcome, Document) else None


def tiles(document: Document) -> list[Block]:
    """Return the blocks that lie in no other block."""

    def lies_inside(block: Block) -> bool:
        if block.parent is None:
            return False
        parent = document.blocks[block.parent]
        return parent.start <= block.start and block.end <= parent.end

    return [block for block in document.blocks if not lies_inside(block)]


def narrow(character: str) -> str:
    """Return the sign of ASCII that a full-width form stands for, the character itself for any other."""
    if character == "\u2011":
        return "-"
    return chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character


class TestAnyText:
    @given(st.text(max_size=200) | _TEXTS)
    @example("\ud800")
    @example("\x00")
    @example("+++\n")
    @settings(max_examples=300, deadline=None)
    def test_a_text_gives_a_document_or_a_named_error(self, text: str) -> None:
        """No text makes the reader raise anything but UnreadableDocument, which names reason and remedy."""
        outcome = read(text)

        if isinstance(outcome, UnreadableDocument):
            assert outcome.reason
            assert outcome.remedy
        else:
            assert outcome.blocks
            assert outcome.id.startswith("document/")
            assert outcome.text_digest == hashlib.sha256(outcome.text.encode()).hexdigest()

    @given(_TEXTS)
    @settings(max_examples=300, deadline=None)
    def test_blocks_tile_the_text_in_order(self, text: str) -> None:
        """The blocks that lie in no other follow each other without a gap from the first character to the last."""
        document = document_of(text)
        if document is None:
            return

        bounds = [(block.start, block.end) for block in tiles(document)]

        assert bounds[0][0] == 0
        assert bounds[-1][1] == len(document.text)
        assert all(before[1] == after[0] for before, after in itertools.pairwise(bounds))
        assert all(start < end for start, end in bounds)

    @given(_TEXTS)
    @settings(max_examples=300, deadline=None)
    def test_a_view_leads_back_to_the_text(self, text: str) -> None:
        """Each character of a view stands in the text at its place, but for joints, which are spaces."""
        document = document_of(text)
        if document is None:
            return

        for block in document.blocks:
            offsets = block.view.offsets
            assert list(offsets) == sorted(set(offsets))
            for character, offset in zip(block.view.text, offsets, strict=True):
                assert character in (document.text[offset], narrow(document.text[offset]), " ")
                assert character != " " or document.text[offset].isspace() or document.text[offset] in "#]<[*_`!"

    @given(_TEXTS)
    @settings(max_examples=300, deadline=None)
    def test_a_view_lies_in_its_block(self, text: str) -> None:
        """Evidence taken from a view lies inside the block that the view is of, and is never white space alone."""
        document = document_of(text)
        if document is None:
            return

        for block in document.blocks:
            assert block.view.text == block.view.text.strip()
            if block.view.text:
                spans = block.view.pieces(document, 0, len(block.view.text))
                assert block.start <= spans[0].start
                assert spans[-1].end <= block.end
                assert all(document.quote(span).strip() for span in spans)

    @given(_TEXTS)
    @settings(max_examples=300, deadline=None)
    def test_parents_come_first_and_are_of_a_kind_that_has_children(self, text: str) -> None:
        """A row has a stage or a table above it, a note a block with its anchor in bounds."""
        document = document_of(text)
        if document is None:
            return

        for index, block in enumerate(document.blocks):
            assert block.kind in BLOCK_KINDS
            if block.kind == "stage":
                assert block.parent is not None
            if block.kind == "row":
                assert block.parent is not None
                assert document.blocks[block.parent].kind in {"stage", "table"}
            if block.parent is not None:
                assert 0 <= block.parent < len(document.blocks)
                assert block.parent != index
            if "anchor_end" in block.attributes:
                assert block.parent is not None
                parent = document.blocks[block.parent]
                start, end = int(block.attributes["anchor_start"]), int(block.attributes["anchor_end"])
                assert 0 <= start <= end <= len(parent.view.text)

    @given(_TEXTS)
    @settings(max_examples=50, deadline=None)
    def test_the_same_text_gives_the_same_document(self, text: str) -> None:
        """Reading has no memory."""
        assert document_of(text) == document_of(text)

    @given(st.text(min_size=1, max_size=80))
    @settings(max_examples=100, deadline=None)
    def test_the_text_is_normal(self, text: str) -> None:
        """The text of a document is NFC, without carriage returns and control characters but the tab."""
        document = document_of(text)
        if document is None:
            return

        assert unicodedata.is_normalized("NFC", document.text)
        assert not [c for c in document.text if unicodedata.category(c) == "Cc" and c not in "\n\t"]

    @given(st.text(alphabet="ab -\n\u00a0\u200b#", max_size=40), st.data())
    @settings(max_examples=200, deadline=None)
    def test_a_view_is_the_words_of_what_was_kept(self, text: str, data: st.DataObject) -> None:
        """Whatever is cut, the characters that are no white space stay, in order and in their places."""
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))

        view = lift(text, 0, len(text), [(start, end)] if start < end else [])

        kept = [i for i, c in enumerate(text) if not start <= i < end and not c.isspace() and c != "\u200b"]
        assert [i for c, i in zip(view.text, view.offsets, strict=True) if c != " "] == kept


HOSTILE = {
    "a line of a million characters": "the act of 2001, " * 60_000,
    "ten thousand nested brackets": "[" * 10_000 + "x" + "]" * 10_000 + "(x)",
    "ten thousand nested quotations": ">" * 10_000 + " x",
    "ten thousand nested lists": "\n".join(" " * n + "- x" for n in range(300)) + "\n- " * 10_000,
    "markers that nothing closes": "##3D_LAYER##a[1]##3D_TEXT:b " * 10_000,
    "markers that nothing opens": "x ##3D_LAYER_END## " * 20_000,
    "notes inside notes": "##3D_LAYER##a##3D_TEXT:b" * 3_000 + "##3D_LAYER_END##" * 3_000,
    "emphasis that nothing closes": "*a **b _c " * 30_000,
    "ticks of every length": " ".join("`" * (n % 97 + 1) for n in range(10_000)),
    "footnotes without end": "".join(f"x[^{n}]\n\n[^{n}]: y[^{n + 1}]\n\n" for n in range(3_000)),
    "a table of ten thousand rows": "| a | b |\n|---|---|\n" + "| Base (1980-1995) | d |\n" * 10_000,
    "captions without tables": "[Table 1. x\n" * 20_000,
    "a million blank lines": "a" + "\n" * 1_000_000 + "- b",
    "keys without values": "Year\n" * 50_000,
    "semicolons": "[Table 1. x]\nhead\n- " + "a; " * 100_000 + "\nSource: y",
    "glued rows": "[Table 1. x]\n" + "- a) Formulation of b " * 20_000 + "\nSource: y",
    "marks of direction": "\u202e\u2067act\u2069 " * 50_000,
    "brackets of a stage": "[Table 1. x]\n- r\n" + "a (" * 20_000 + "\nSource: y",
}


class TestHostileText:
    @pytest.mark.parametrize("name", sorted(HOSTILE))
    def test_a_hostile_text_is_read(self, name: str) -> None:
        """Texts that are large, deep or unbalanced give a document, without exhausting stack or memory."""
        document = document_from_text("An Act of Things\n\n" + HOSTILE[name], "hostile.txt")

        assert sum(block.end - block.start for block in tiles(document)) == len(document.text)
