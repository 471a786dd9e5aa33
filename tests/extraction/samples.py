"""Small documents for the tests of rules: one statement in a block of the kind that the rule reads."""

from __future__ import annotations

import hashlib

from egov_kg.model import Block, BlockKind, Document, View

ANCHOR = "The council proposed seven harbour projects in spring."
STAGE = "Example stage (2000-2010)"


def _view(text: str, start: int) -> View:
    return View(text, tuple(range(start, start + len(text))))


def _block(kind: BlockKind, text: str, start: int, parent: int | None = None, **attributes: str) -> Block:
    lang = "ko" if any("가" <= c <= "힣" for c in text) else "en"
    return Block(kind, start, start + len(text), parent, lang, _view(text, start), attributes)


def document_of(text: str, kind: BlockKind = "paragraph", *, jurisdiction: str = "int") -> Document:
    """Return a document that says one thing, in a block of a kind; a row has a stage, a note has an anchor."""
    parts: list[tuple[BlockKind, str, int | None, dict[str, str]]]
    if kind == "row":
        parts = [
            ("table", "Stage Accomplishments", None, {}),
            ("stage", STAGE, 0, {"title": "Example stage", "period": "2000-2010"}),
            ("row", text, 1, {}),
        ]
    elif kind == "note":
        at = ANCHOR.index("seven harbour projects")
        anchor = {"anchor_start": str(at), "anchor_end": str(at + len("seven harbour projects")), "marker": "1"}
        parts = [("paragraph", ANCHOR, None, {}), ("note", text, 0, anchor)]
    else:
        parts = [(kind, text, None, {})]
    blocks: list[Block] = []
    whole = ""
    for block_kind, words, parent, attributes in parts:
        blocks.append(_block(block_kind, words, len(whole), parent, **attributes))
        whole += words + "\n"
    digest = hashlib.sha256(whole.encode()).hexdigest()
    metadata = {"title": "Example report"} | ({"jurisdiction": jurisdiction} if jurisdiction else {})
    return Document("document/int/example-report", whole, tuple(blocks), metadata, "example.txt", digest)
