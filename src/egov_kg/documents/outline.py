"""The outline that a profile draws of a text, and the blocks that it becomes."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from egov_kg.documents.script import languages
from egov_kg.model import BLOCK_KINDS, Block, BlockKind, View, line_number, line_starts

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

    def number_pages(self, starts: Sequence[tuple[int, int]]) -> None:
        """Give each block the number of the page that it begins on as its attribute ``page``.

        Args:
            starts: Places in the text, each with its page; a block has the page of the last place before it.
        """
        order = sorted(starts)
        places = [place for place, _ in order]
        for draft in self._drafts:
            index = bisect.bisect_right(places, draft.start) - 1
            if index >= 0:
                draft.attributes["page"] = str(order[index][1])

    def fields(self) -> list[tuple[str, View]]:
        """Return key and value of each field added so far, in the order of the text."""
        drafts = sorted((draft for draft in self._drafts if draft.kind == "field"), key=lambda draft: draft.start)
        return [(draft.attributes["key"], draft.view) for draft in drafts]

    def first_heading(self) -> View | None:
        """Return the view of the heading of the highest level, the first of them."""
        drafts = [draft for draft in self._drafts if draft.kind == "heading" and draft.view.text]
        return min(drafts, key=lambda draft: (draft.attributes["level"], draft.start)).view if drafts else None

    def has_content(self) -> bool:
        """Return whether a block that is read was added, and no field alone."""
        return any(draft.kind not in {"chrome", "field"} and draft.view.text for draft in self._drafts)

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
        read = [handle for handle in indexes if self._drafts[handle].kind != "chrome"]
        told = languages([self._drafts[handle].view.text for handle in read])
        langs = dict(zip(read, told, strict=True))
        return tuple(self._block(handle, indexes, langs.get(handle, "und")) for handle in indexes)

    def data(self) -> dict[str, Any]:
        """Return all of the outline as what JSON can hold; `from_data` is the way back."""
        return {
            "text": self.text,
            "title": self.title,
            "metadata": self.metadata,
            "notices": self.notices,
            "drafts": [
                [d.kind, d.start, d.end, d.view.text, _runs(d.view.offsets), d.parent, d.attributes]
                for d in self._drafts
            ],
        }

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the outline that `data` gave; every value is checked, as it may come from elsewhere.

        Raises:
            ValueError: If it is no outline: a wrong type, a place outside the text, a view that is not in the text.
        """
        match data:
            case {"text": str(text), "title": str(title), "metadata": dict(known), "notices": list(notices)}:
                outline = cls(text)
            case _:
                raise ValueError("no outline")
        outline.title = title
        outline.metadata = {_string(key): _string(value) for key, value in known.items()}
        outline.notices = [_string(notice) for notice in notices]
        for index, draft in enumerate(data["drafts"]):
            outline._drafts.append(_draft(draft, index, text))
        return outline

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

    def _block(self, handle: int, indexes: dict[int, int], lang: str) -> Block:
        draft = self._drafts[handle]
        parent = None if draft.parent is None else indexes[draft.parent]
        return Block(draft.kind, draft.start, draft.end, parent, lang, draft.view, draft.attributes)


def _runs(offsets: Sequence[int]) -> list[int]:
    """Return ascending offsets as runs: where each begins, and how long it is.

    Example:
        >>> _runs((3, 4, 5, 9, 9))
        [3, 3, 9, 1, 9, 1]
    """
    runs: list[int] = []
    start = 0
    for index in range(1, len(offsets) + 1):
        if index == len(offsets) or offsets[index] != offsets[index - 1] + 1:
            runs += [offsets[start], index - start]
            start = index
    return runs


def _draft(data: Any, index: int, text: str) -> _Draft:
    kind, start, end, words, runs, parent, attributes = data
    numbers = [start, end, *runs, -1 if parent is None else parent]
    if kind not in BLOCK_KINDS or any(type(number) is not int for number in numbers):
        raise ValueError("no block")
    if not 0 <= start <= end <= len(text) or not (parent is None or 0 <= parent < index):
        raise ValueError("a block outside the text")
    offsets: list[int] = []
    for first, length in zip(runs[::2], runs[1::2], strict=True):
        if not (first >= 0 and 0 < length <= len(text) - first and (not offsets or offsets[-1] <= first)):
            raise ValueError("a view outside the text")
        offsets.extend(range(first, first + length))
    if len(offsets) != len(_string(words)) or any(
        text[offset] != character != " " for offset, character in zip(offsets, words, strict=True)
    ):
        raise ValueError("a view that is not in the text")
    known = {_string(key): _string(value) for key, value in attributes.items()}
    return _Draft(kind, start, end, View(words, tuple(offsets)), parent, known)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no string")  # noqa: TRY004 - data of the wrong form, whatever is wrong with it
    return value
