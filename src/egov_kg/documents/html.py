"""Web pages: the tree of a page written out as plain text, with its headings, lists, tables and notes as blocks.

The text is ours: a line a paragraph, ``- `` before an item, a stroke between cells, ``[1]`` where a note is referred
to and the notes at the end. Nothing is fetched, and no script is run.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from egov_kg.documents import fields, shapes
from egov_kg.documents.composition import Cell, Composition, Run, clean
from egov_kg.documents.formats import Refusal
from egov_kg.documents.furniture import content_of, is_furniture, is_hidden
from egov_kg.documents.grid import grid_of, is_layout
from egov_kg.documents.head import fields_of_head
from egov_kg.documents.outline import Outline
from egov_kg.documents.runs import joined, keyed, paragraphs_of_cell, text_of, without_start
from egov_kg.documents.sites import WebSite, choose_web_site, web_sites_from
from egov_kg.documents.tree import Element, Page, Source, is_too_deep, with_all_above
from egov_kg.documents.web_lists import WebList
from egov_kg.documents.web_notes import WebNotes, find_notes
from egov_kg.documents.web_tables import WebTables
from egov_kg.documents.web_titles import is_inside, marked_fields, title_of

__all__ = ["READER", "outline", "outline_page"]

READER: Final = f"selectolax {version('selectolax')}"
"""What made the tree; where a version of it reads a page otherwise, the text may change."""

_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_NO_WORDS: Final = (
    "Open it in a browser, wait until its words are there, and save it again; or copy them into a text file."
)
_STRONG: Final = frozenset(["b", "strong", "dt", "th", "summary", "legend", "u"])
# Class names of lines that are headings in all but name: "tit", "sub_title", "con-heading2".
_TITLED = re.compile(
    r"(?:\w{1,20}[-_])?(?:s?tit(?:le)?|sub-?tit(?:le)?|heading|headline|h[2-5])(?:[-_]?\d)?", re.IGNORECASE
)
_UNSEEN = re.compile(r"(?:sr-only|visually-?hidden|screen-reader-text|blind|hide-text|ir|skip)\b", re.IGNORECASE)
_LABEL = re.compile(r"\s*[\[(]?(\d{1,3})[\])]?\s*")
_DEFINITION = re.compile(r"\[(\d{1,3})\] +\S")
_MEASURE = re.compile(r"(?:\b[kcdm]?m|\bCO|\bH|\d)$")
_DATED = re.compile(r"\s*(?:19|20)\d\d\b")
_DEEPEST: Final = 8


def outline(data: bytes, option: str = "") -> Outline:
    """Return the outline of a web page.

    Args:
        data: Its markup in UTF-8.
        option: What is known of sites, as `Sites.as_json` writes it; nothing if empty.

    Raises:
        Refusal: If the page has no words of its own.
    """
    return outline_page(data.decode("utf-8", "replace"), web_sites_from(option))


def outline_page(markup: str, sites: Sequence[WebSite] = ()) -> Outline:
    """Return the outline of a web page; its text is written anew, so that every character can be pointed at.

    Args:
        markup: The text of the file: no NUL, no lone surrogates.
        sites: What is known of sites; the one whose signs the page bears best is taken.

    Raises:
        Refusal: If the page has no words of its own.
    """
    if is_too_deep(markup):
        raise Refusal("is nested too deeply to be read", "Open it in a browser, and copy its words into a text file.")
    source = Source(markup)
    site = choose_web_site(source, sites)
    page = source.page(site.selectors)
    result = _Reader(page, site).read()
    if not result.has_content():
        raise Refusal("is a web page without words of its own", _NO_WORDS)
    result.metadata |= {"profile": site.name, "reader": READER, **site.metadata}
    if page.address:
        result.metadata["address"] = clean(page.address)
    return result


class _Reader:
    """One pass over the tree. Nothing here calls itself: pages may be nested at will."""

    def __init__(self, page: Page, site: WebSite) -> None:
        self.page, self.site, self.body = page, site, page.body
        self.numbers = {element: number for number, element in enumerate(self.body.walk())}
        self.notes: WebNotes = find_notes(self.body, self.numbers)
        self.content = content_of(self.body, self.numbers)
        self.composition = Composition()
        self.tables = WebTables(self.composition, self._cell, self._is_key)
        self.lines: list[list[Run]] = [[]]
        self.strong = 0
        self.level = 0  # of the heading that is being read
        self.lists: list[WebList] = []
        self.marker = ""  # of the item whose first words are to come
        self.term: list[Run] = []  # the words that a definition is about to explain
        self.note: list[Run] | None = None
        self.holder: Element | None = None
        self.cell: list[list[Run]] | None = None
        self.left: Element | None = None  # the element in the line that ended right before
        self.preformatted = 0
        self.is_caption = self.is_term = False
        self.inside = self.content is None
        self.linked = frozenset(self.notes.holders.values())
        self.captioned: set[Element] = set()  # captions that were read before their tables
        self.raised: set[str] = set()  # the labels of references without a link
        self.kept = with_all_above([*self.notes.holders, *([self.content] if self.content else [])])

    def read(self) -> Outline:
        self._head()
        self._walk(self.body)
        self._flush()
        return self.composition.finish()

    # Title and fields of the head

    def _head(self) -> None:
        title, element = title_of(self.page, self.numbers, self.content)
        start = (self.content or self.body).words(600)
        if title and not (is_inside(element, self.content) if element else start.startswith(title)):
            self.composition.heading([Run(title)], 1)
        self.composition.title = title
        for key, value in (*fields_of_head(self.page), *marked_fields(self.numbers)):
            self.composition.field(key, [Run(value)])

    # The walk

    def _walk(self, root: Element) -> None:
        stack: list[tuple[Element, int]] = [(root, -1)]
        while stack:
            element, index = stack.pop()
            if index < 0:
                if not self._enter(element):
                    continue
                index = 0
            if index < len(element.children):
                stack += [(element, index + 1), (element.children[index], -1)]
            else:
                self._leave(element)

    def _enter(self, element: Element) -> bool:
        """Read the beginning of an element; return whether what stands in it is to be read and left."""
        if element.text:
            self.left = None
            self._words(element.text)
            return False
        tag = element.tag
        if element in self.notes.labels:
            self._refer(element)
            return False
        if tag == "br":
            self._break()
            return False
        if element.marks and any(mark.startswith("field:") for mark in element.marks):
            return False
        if is_hidden(element):
            self._chrome(element)
            return False
        if not element.is_block:
            return self._enter_inline(element)
        if element is self.content:
            self._flush()
            self.inside = True
        elif self.cell is None and self.note is None and self._is_chrome(element):
            self._chrome(element)
            return False
        if tag == "figure":
            self._caption_first(element)
        elif tag == "figcaption" and element in self.captioned:
            return False
        if tag == "table" and self.cell is None and not is_layout(element):
            self._table(element)
            return False
        self._enter_block(element)
        return True

    def _caption_first(self, figure: Element) -> None:
        """Read the caption of a table that stands below it before the table."""
        below = list(itertools.islice(figure.walk(), 60))
        if any(inner.tag == "table" for inner in below):
            for caption in [inner for inner in below if inner.tag == "figcaption"][:1]:
                self._walk(caption)
                self.captioned.add(caption)

    def _is_chrome(self, element: Element) -> bool:
        if element in self.kept:
            return False
        return is_furniture(element, self.body, inside=self.inside and self.content is not None)

    def _enter_inline(self, element: Element) -> bool:
        if element.tag == "sup" and self._superscript(element):
            return False
        if self.holder is not None and element.tag == "a" and self._leads_back(element):
            return False
        if any(_UNSEEN.match(name) for name in element.get("class").split()[:6]):
            return False
        if self._stands_apart(element):
            self.lines[-1].append(Run(" "))
        self.strong += self._is_strong(element)
        return True

    def _stands_apart(self, element: Element) -> bool:
        """Return whether an element is set apart by style alone from the one before it: a date, a department.

        Word processors cut words into such elements too, in paragraphs and with styles of their own.
        """
        before, above = self.left, element.parent
        self.left = None
        return (
            before is not None
            and above is not None
            and before.parent is above
            and above.tag in {"div", "li"}
            and before.tag == element.tag == "span"
            and "style" not in element.attributes
        )

    def _enter_block(self, element: Element) -> None:
        tag = element.tag
        self._flush()
        self.strong += self._is_strong(element)
        if element in self.notes.holders and self.note is None:
            self.note, self.holder = [], element
        if tag in {"ul", "ol", "menu", "dir"}:
            start = re.match(r"\d{1,6}", element.get("start"))
            self.lists.append(WebList(tag, int(start[0]) - 1 if start else 0, element.get("type")))
        elif tag == "li":
            self.marker = self.lists[-1].marker() if self.lists else "-"
        elif tag in _HEADINGS:
            self.level = int(tag[1])
        elif "title" in element.marks:
            self.level = 1
        elif tag in {"dt", "dd"}:
            self.is_term = tag == "dt"
        elif tag == "pre":
            self.preformatted += 1
        elif tag in {"caption", "figcaption"}:
            self.is_caption = True

    def _leave(self, element: Element) -> None:
        tag = element.tag
        if not element.is_block:
            self.strong -= self._is_strong(element)
            self.left = element
            return
        self._flush()
        self.strong -= self._is_strong(element)
        if tag in {"ul", "ol", "menu", "dir"}:
            self.lists.pop()
        elif tag == "li":
            self.marker = ""
        elif tag in _HEADINGS or "title" in element.marks:
            self.level = 0
        elif tag == "pre":
            self.preformatted -= 1
        elif tag in {"caption", "figcaption"}:
            self.is_caption = False
        elif tag == "dt":
            self.is_term = False
        elif tag == "dd":
            self.term = []
        elif tag == "dl" and self.term:
            self.composition.paragraph(self.term)
            self.term = []
        if element is self.holder:
            self._end_note(element)
        if element is self.content:
            self.inside = False

    def _is_strong(self, element: Element) -> bool:
        if element.tag in _STRONG:
            return True
        return bool(element.attributes) and any(
            _TITLED.fullmatch(name) for name in element.get("class").split()[:6] if len(name) < 40
        )

    # Words

    def _words(self, text: str) -> None:
        if not self.preformatted:
            self.lines[-1].append(Run(text, self.strong > 0))
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._break()
            self.lines[-1].append(Run(line, self.strong > 0))

    def _break(self) -> None:
        self.lines.append([])

    def _refer(self, link: Element) -> None:
        self.lines[-1].append(Run("", note=self.notes.labels[link]))

    def _superscript(self, element: Element) -> bool:
        """Read a raised label as a reference, or as the label of a note; return whether it is one."""
        links = [inner for inner in element.walk() if inner in self.notes.labels]
        for link in links:
            self._refer(link)
        label = _LABEL.fullmatch(element.words(40))
        if links or label is None or element.links or label[1] in self.linked:
            return bool(links)
        line = self.lines[-1]
        before = text_of(line[-3:])
        if not before and not any(run.text.strip() for run in line):
            self.lines[-1].append(Run(f"[{label[1]}] "))
        elif _MEASURE.search(before):
            return False
        else:
            self.lines[-1].append(Run("", note=label[1]))
            self.raised.add(label[1])
        return True

    def _leads_back(self, link: Element) -> bool:
        assert self.holder is not None
        return "#" in link.get("href") and self.notes.leads_back(link, self.holder, self.numbers)

    def _chrome(self, element: Element) -> None:
        if element.is_block:
            self._flush()
            if self.cell is None and self.note is None:
                self.composition.chrome(element.words(1 << 24))

    # Blocks

    def _flush(self) -> None:
        """Write the lines that were read as what they are."""
        every = self.lines
        if len(every) == 1 and not every[0]:
            return
        lines = [line for line in every if any(run.note or run.text.strip() for run in line)]
        self.lines = [[]]
        if not lines:
            return
        if self.note is not None:
            self.note += joined(lines)
        elif not self.inside:
            self.composition.chrome(" ".join("".join(run.text for run in line) for line in lines))
        elif self.cell is not None:
            self.cell += paragraphs_of_cell(lines)
        elif self.level:
            self.composition.heading(joined(lines), self.level)
        elif self.is_caption:
            self.composition.caption(joined(lines))
        elif self.preformatted:
            self._preformatted(every)
        elif self.is_term:
            self.term += [*([Run(", ")] if self.term else []), *joined(lines)[:-1]]
        elif self.term:
            self._definition(joined(lines))
        elif not self._is_raised_note(lines):
            self._running(lines)

    def _running(self, lines: list[list[Run]]) -> None:
        if self.marker:
            lines = self._item(lines)
        indent = 2 * min(max(0, len(self.lists) - 1), _DEEPEST)
        for number, line in enumerate(lines):
            known = keyed(line, self._is_key)
            if known is None:
                self.composition.paragraph(line, indent=indent, tight=number > 0)
            else:
                self.composition.field(*known)

    def _definition(self, words: list[Run]) -> None:
        """Write a term with what explains it: a field, an entry of a chronology, or an item."""
        term, key = self.term, text_of(self.term).rstrip(":： ")
        is_date = bool(_DATED.match(key)) and len(key) <= 40
        if is_date:
            self.composition.paragraph([Run(f"{key} "), *words], tight=True)
        elif self._is_key(key):
            self.composition.field(key, words)
        elif text_of(term).endswith((":", "：")):
            self.composition.item([*term, Run(" "), *words], level=max(1, len(self.lists)), marker="-")
        else:
            self.composition.item([*term, Run(": "), *words], level=max(1, len(self.lists)), marker="-")
        if not (is_date and self.marker):
            self.term = []  # a date holds for each item of the list that explains it
        self.marker = ""

    def _is_raised_note(self, lines: list[list[Run]]) -> bool:
        """Write lines that begin with a raised label as the note that was referred to; return whether it was."""
        match = _DEFINITION.match(text_of(lines[0])) if self.raised else None
        if match is None or match[1] not in self.raised:
            return False
        self.raised.discard(match[1])
        self.composition.note(match[1], without_start(joined(lines), rf"\s*\[{match[1]}\]\s*"))
        return True

    def _item(self, lines: list[list[Run]]) -> list[list[Run]]:
        """Write the first line as an item, unless it brings a mark or a key of its own; return the other lines."""
        first, marker = lines[0], self.marker
        self.marker = ""
        words = text_of(first)
        if shapes.item(words) or keyed(first, self._is_key) is not None:
            return lines
        level = max(1, min(len(self.lists), _DEEPEST))
        if any(shapes.item(text_of(line)) for line in lines[1:]):
            self.composition.item(first, level=level, marker=marker)
            return lines[1:]
        self.composition.item(joined(lines), level=level, marker=marker)
        return []

    def _is_key(self, words: str) -> bool:
        return fields.is_key(words) or words.casefold() in self.site.keys

    def _preformatted(self, lines: list[list[Run]]) -> None:
        tight = False
        for line in lines:
            words = "".join(run.text for run in line)
            if not words.strip():
                tight = False
                continue
            indent = len(words.expandtabs(8)) - len(words.expandtabs(8).lstrip())
            self.composition.paragraph(line, indent=indent, tight=tight)
            tight = True

    # Tables and notes

    def _table(self, element: Element) -> None:
        self._flush()
        grid = grid_of(element)
        if not self.inside:
            self.composition.chrome(element.words(1 << 24))
            return
        if grid.caption is not None and not grid.is_infobox:
            self._walk(grid.caption)
        self.tables.add(grid)

    def _cell(self, element: Element) -> Cell:
        kept, self.lines, self.cell = self.lines, [[]], []
        marker, self.marker = self.marker, ""
        self._walk(element)
        self._flush()
        found, self.cell, self.lines, self.marker = self.cell, None, kept, marker
        return found

    def _end_note(self, element: Element) -> None:
        runs, label = self.note or [], self.notes.holders[element]
        self.note = self.holder = None
        sign = r"[\s^↑↩⏎*†‡]"
        self.composition.note(label, without_start(runs, rf"{sign}*(?:[\[(]?{re.escape(label)}[\])]?[.:]?\s)?{sign}*"))
