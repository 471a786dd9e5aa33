"""The outline that a profile draws of a text, and the blocks that it becomes."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass, field

from egov_kg.documents.script import language
from egov_kg.model import Block, BlockKind, View, line_number, line_starts

__all__ = ["Outline"]

_NO_VIEW = View("", ())


@dataclass(slots=True)
class _Draft:
    kind: BlockKind
    start: int
    end: int
    view: View
    parent: int | None
    attributes: dict[str, str]
    children: list[int] = field(default_factory=list)


class Outline:
    """Blocks in the making. A profile adds what it recognises, in any order; what it leaves out becomes chrome.

    Attributes:
        text: The document's text.
        title: The title of the document; empty if the profile found none.
        metadata: What the profile learned and the text does not say in fields.
        notices: What a person should look at: markup not closed, a table whose stages do not follow each other.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = ""
        self.metadata: dict[str, str] = {}
        self.notices: list[str] = []
        self._drafts: list[_Draft] = []
        self._starts: list[int] = []

    def add(
        self,
        kind: BlockKind,
        start: int,
        end: int,
        *,
        view: View = _NO_VIEW,
        parent: int | None = None,
        **attributes: str,
    ) -> int:
        """Add a block and return its handle.

        Args:
            kind: Its role.
            start: Where it begins.
            end: Where it ends, half-open; the end of a block that is nested in no other moves to where the next begins.
            view: What patterns read.
            parent: The handle of the block that it is nested in or belongs to.
            attributes: As `egov_kg.model.Block` lists them.
        """
        self._drafts.append(_Draft(kind, start, end, view, parent, attributes))
        return len(self._drafts) - 1

    def extend(self, handle: int, end: int) -> None:
        """Let a block, and those that it is nested in, reach at least to `end`."""
        next_handle: int | None = handle
        while next_handle is not None:
            draft = self._drafts[next_handle]
            draft.end = max(draft.end, end)
            next_handle = draft.parent

    def view(self, handle: int) -> View:
        """Return the view of a block that was added."""
        return self._drafts[handle].view

    def kind(self, handle: int) -> BlockKind:
        """Return the kind of a block that was added."""
        return self._drafts[handle].kind

    def line(self, offset: int) -> int:
        """Return the 1-based line of a place in the text."""
        if not self._starts:
            self._starts = line_starts(self.text)
        return line_number(self._starts, offset)

    def holders(self) -> Callable[[int], int | None]:
        """Return a function from a place in the text to the smallest block, of those added so far, that holds it."""
        order = sorted(range(len(self._drafts)), key=lambda handle: (self._drafts[handle].start, handle))
        starts = [self._drafts[handle].start for handle in order]

        def holder(offset: int) -> int | None:
            index = bisect.bisect_right(starts, offset) - 1
            handle: int | None = order[index] if index >= 0 else None
            while handle is not None and not self._drafts[handle].start <= offset < self._drafts[handle].end:
                handle = self._drafts[handle].parent
            return handle

        return holder

    def fields(self) -> list[tuple[str, View]]:
        """Return key and value of each field added so far, in the order of the text."""
        drafts = sorted((draft for draft in self._drafts if draft.kind == "field"), key=lambda draft: draft.start)
        return [(draft.attributes["key"], draft.view) for draft in drafts]

    def first_heading(self) -> View | None:
        """Return the view of the heading of the highest level, the first of them."""
        drafts = [draft for draft in self._drafts if draft.kind == "heading" and draft.view.text]
        return min(drafts, key=lambda draft: (draft.attributes["level"], draft.start)).view if drafts else None

    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks in reading order, parents first, chrome where nothing was added."""
        roots: list[int] = []
        for handle in range(len(self._drafts)):
            self._drafts[handle].children.clear()
        for handle, draft in enumerate(self._drafts):
            if draft.parent is not None and self._is_inside(draft, self._drafts[draft.parent]):
                self._drafts[draft.parent].children.append(handle)
            else:
                roots.append(handle)
        order = self._fill(sorted(roots, key=lambda handle: (self._drafts[handle].start, handle)))
        indexes = {handle: index for index, handle in enumerate(self._walk(order))}
        return tuple(self._block(handle, indexes) for handle in indexes)

    def _is_inside(self, draft: _Draft, parent: _Draft) -> bool:
        return parent.start <= draft.start and draft.end <= parent.end

    def _fill(self, roots: list[int]) -> list[int]:
        """Put chrome where nothing was added, and let each block end where the next begins."""
        order: list[int] = []
        position = 0
        for handle in [*roots, None]:
            start = len(self.text) if handle is None else self._drafts[handle].start
            gap = self.text[position:start]
            if gap.strip():
                first = position + len(gap) - len(gap.lstrip())
                order.append(self.add("chrome", first, start))
            if handle is not None:
                order.append(handle)
                position = max(position, self._drafts[handle].end)
        for handle, following in zip(order, [*order[1:], None], strict=True):
            self._drafts[handle].end = len(self.text) if following is None else self._drafts[following].start
        if order:
            self._drafts[order[0]].start = 0
        return order

    def _walk(self, order: list[int]) -> list[int]:
        walked: list[int] = []
        stack = list(reversed(order))
        while stack:
            handle = stack.pop()
            walked.append(handle)
            children = sorted(self._drafts[handle].children, key=lambda child: (self._drafts[child].start, child))
            stack.extend(reversed(children))
        return walked

    def _block(self, handle: int, indexes: dict[int, int]) -> Block:
        draft = self._drafts[handle]
        parent = None if draft.parent is None else indexes[draft.parent]
        lang = "und" if draft.kind == "chrome" else language(draft.view.text)
        return Block(draft.kind, draft.start, draft.end, parent, lang, draft.view, draft.attributes)
