"""Web pages: the tree of a page written out as plain text, with its headings, lists, tables and notes as blocks.

The text is ours: a line a paragraph, ``- `` before an item, a stroke between cells, ``[1]`` where a note is referred
to and the notes at the end. Nothing is fetched, and no script is run.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from egov_kg.documents import fields, shapes, tables
from egov_kg.documents.composition import Cell, Composition, Run, clean
from egov_kg.documents.formats import Refusal
from egov_kg.documents.furniture import content_of, is_furniture, is_hidden
from egov_kg.documents.grid import Cell as GridCell
from egov_kg.documents.grid import Grid, grid_of, is_layout
from egov_kg.documents.head import fields_of_head, titles_of_head
from egov_kg.documents.outline import Outline
from egov_kg.documents.sites import WebSite, choose_web_site, web_sites_from
from egov_kg.documents.tree import Element, Page, Source
from egov_kg.documents.webnotes import WebNotes, find_notes
from egov_kg.model import View

__all__ = ["READER", "outline", "outline_page"]

READER: Final = f"selectolax {version('selectolax')}"
"""What made the tree; where a version of it reads a page otherwise, the text may change."""

_TITLE_KEYS: Final = frozenset({"title", "제목", "자료명", "과제명", "보고서명"})
_FIRST_PAGE = re.compile(
    r"(?:https?://[^/?#]{1,100})?/?(?:index\.\w{1,5}|main\.\w{1,5})?|#|javascript:.{0,40}", re.IGNORECASE
)
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
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LABEL = re.compile(r"\s*[\[(]?(\d{1,3})[\])]?\s*")
_DEFINITION = re.compile(r"\[(\d{1,3})\] +\S")
_MEASURE = re.compile(r"(?:\b[kcdm]?m|\bCO|\bH|\d)$")
_DATED = re.compile(r"\s*(?:19|20)\d\d\b")
_DEEPEST: Final = 8
_NUMBERED: Final = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


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


@dataclass(slots=True)
class _List:
    """A list that is being read."""

    kind: str
    number: int
    style: str

    def marker(self) -> str:
        """Return the mark of its next item."""
        if self.kind != "ol":
            return "-"
        self.number += 1
        letters = _NUMBERED.get(self.style)
        if letters and 0 < self.number <= len(letters):
            return f"{letters[self.number - 1]}."
        return f"{self.number}."


class _Reader:
    """One pass over the tree. Nothing here calls itself: pages may be nested at will."""

    def __init__(self, page: Page, site: WebSite) -> None:
        self.page, self.site, self.body = page, site, page.body
        self.numbers = {element: number for number, element in enumerate(self.body.walk())}
        self.notes: WebNotes = find_notes(self.body, self.numbers)
        self.content = content_of(self.body, self.numbers)
        self.composition = Composition()
        self.lines: list[list[Run]] = [[]]
        self.strong = 0
        self.level = 0  # of the heading that is being read
        self.lists: list[_List] = []
        self.marker = ""  # of the item whose first words are to come
        self.term: list[Run] = []  # the words that a definition is about to explain
        self.note: list[Run] | None = None
        self.holder: Element | None = None
        self.cell: list[list[Run]] | None = None
        self.preformatted = 0
        self.is_caption = self.is_term = False
        self.inside = self.content is None
        self.linked = frozenset(self.notes.holders.values())
        self.captioned: set[Element] = set()  # captions that were read before their tables
        self.raised: set[str] = set()  # the labels of references without a link
        self.kept = _with_all_above([*self.notes.holders, *([self.content] if self.content else [])])

    def read(self) -> Outline:
        self._head()
        self._walk(self.body)
        self._flush()
        return self.composition.finish()

    # Title and fields of the head

    def _head(self) -> None:
        title, element = self._title()
        start = (self.content or self.body).words(600)
        if title and not (self._is_inside(element) if element else start.startswith(title)):
            self.composition.heading([Run(title)], 1)
        self.composition.title = title
        for key, value in (*fields_of_head(self.page), *self._marked_fields()):
            self.composition.field(key, [Run(value)])

    def _title(self) -> tuple[str, Element | None]:
        """Return the title of the page, and the heading that says it."""
        named = [*self._titles_in_records(), *titles_of_head(self.page)]
        headings = [element for element in self.numbers if element.tag in {"h1", "h2", "h3"} and element.size]
        marked = [element for element in self.numbers if element.marks and "title" in element.marks and element.size]
        for element in marked:
            return clean(element.words(400)).strip(), element
        headings = [element for element in headings[:200] if not self._is_logo(element)]
        within = [element for element in headings if self._is_inside(element)]
        words = {element: element.words(400) for element in (within or headings)[:40]}
        first = next((element for element in words if element.tag == "h1"), None)
        if first is None:
            first = next((element for element in words if _is_named(words[element], named)), None)
        if first is None and not within:
            first = next((element for element in headings if element.tag == "h1"), None)
        if first is not None:
            return clean(first.words(400)).strip(), first
        return (clean(named[0]).strip() if named else ""), None

    def _is_logo(self, element: Element) -> bool:
        """Return whether a heading is the name of the site: a link to its first page, or one in its header."""
        if element.linked < element.size:
            return False
        links = [inner.get("href") for inner in element.walk() if inner.tag == "a"]
        in_header = any(above.tag == "header" for above in element.ancestors())
        return in_header or all(_FIRST_PAGE.fullmatch(link) for link in links)

    def _titles_in_records(self) -> Iterator[str]:
        """Yield what stands beside the word "Title" in a table of keys and values."""
        for key in self.numbers:
            if key.tag != "th" or key.size > 12 or key.parent is None or len(key.parent.children) > 20:
                continue
            if key.words(40).casefold() in _TITLE_KEYS:
                row = [cell for cell in key.parent.children if cell.tag in {"th", "td"}]
                value = row[row.index(key) + 1] if key is not row[-1] else key
                if value.tag == "td" and 0 < value.size <= 200:
                    yield value.words(400)

    def _is_inside(self, element: Element) -> bool:
        content = self.content
        return content is None or any(above is content for above in (element, *element.ancestors()))

    def _marked_fields(self) -> Iterator[tuple[str, str]]:
        for element in self.numbers:
            for mark in element.marks:
                if mark.startswith("field:"):
                    words = element.words(400)
                    key = mark.removeprefix("field:")
                    match = re.match(rf"{re.escape(key)}\s*[:：]?\s*", words, re.IGNORECASE)
                    value = words[match.end() :] if match else words
                    if value:
                        yield key, value

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
        self.strong += self._is_strong(element)
        return True

    def _enter_block(self, element: Element) -> None:
        tag = element.tag
        self._flush()
        self.strong += self._is_strong(element)
        if element in self.notes.holders and self.note is None:
            self.note, self.holder = [], element
        if tag in {"ul", "ol", "menu", "dir"}:
            start = re.match(r"\d{1,6}", element.get("start"))
            self.lists.append(_List(tag, int(start[0]) - 1 if start else 0, element.get("type")))
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
        before = _text(line[-3:])
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
            self.note += _joined(lines)
        elif not self.inside:
            self.composition.chrome(" ".join("".join(run.text for run in line) for line in lines))
        elif self.cell is not None:
            self.cell += _paragraphs_of_cell(lines)
        elif self.level:
            self.composition.heading(_joined(lines), self.level)
        elif self.is_caption:
            self.composition.caption(_joined(lines))
        elif self.preformatted:
            self._preformatted(every)
        elif self.is_term:
            self.term += [*([Run(", ")] if self.term else []), *_joined(lines)[:-1]]
        elif self.term:
            self._definition(_joined(lines))
        elif not self._is_raised_note(lines):
            self._running(lines)

    def _running(self, lines: list[list[Run]]) -> None:
        if self.marker:
            lines = self._item(lines)
        indent = 2 * min(max(0, len(self.lists) - 1), _DEEPEST)
        for number, line in enumerate(lines):
            known = self._keyed(line)
            if known is None:
                self.composition.paragraph(line, indent=indent, tight=number > 0)
            else:
                self.composition.field(*known)

    def _definition(self, words: list[Run]) -> None:
        """Write a term with what explains it: a field, an entry of a chronology, or an item."""
        term, key = self.term, _text(self.term).rstrip(":： ")
        is_date = bool(_DATED.match(key)) and len(key) <= 40
        if is_date:
            self.composition.paragraph([Run(f"{key} "), *words], tight=True)
        elif self._is_key(key):
            self.composition.field(key, words)
        elif _text(term).endswith((":", "：")):
            self.composition.item([*term, Run(" "), *words], level=max(1, len(self.lists)), marker="-")
        else:
            self.composition.item([*term, Run(": "), *words], level=max(1, len(self.lists)), marker="-")
        if not (is_date and self.marker):
            self.term = []  # a date holds for each item of the list that explains it
        self.marker = ""

    def _is_raised_note(self, lines: list[list[Run]]) -> bool:
        """Write lines that begin with a raised label as the note that was referred to; return whether it was."""
        match = _DEFINITION.match(_text(lines[0])) if self.raised else None
        if match is None or match[1] not in self.raised:
            return False
        self.raised.discard(match[1])
        self.composition.note(match[1], _without_start(_joined(lines), rf"\s*\[{match[1]}\]\s*"))
        return True

    def _item(self, lines: list[list[Run]]) -> list[list[Run]]:
        """Write the first line as an item, unless it brings a mark or a key of its own; return the other lines."""
        first, marker = lines[0], self.marker
        self.marker = ""
        words = _text(first)
        if shapes.item(words) or self._keyed(first) is not None:
            return lines
        level = max(1, min(len(self.lists), _DEEPEST))
        if any(shapes.item(_text(line)) for line in lines[1:]):
            self.composition.item(first, level=level, marker=marker)
            return lines[1:]
        self.composition.item(_joined(lines), level=level, marker=marker)
        return []

    def _keyed(self, line: list[Run]) -> tuple[str, list[Run]] | None:
        """Return key and value of a line that begins with a key in strong type; None for others."""
        count = 0
        while count < len(line) and line[count].strong and not line[count].note:
            count += 1
        if not count:
            return None
        key = _text(line[:count]).rstrip(":： ")
        rest = _text(line[count:])
        if not rest or len(rest) > fields.LONGEST_VALUE or not self._is_key(key):
            return None
        value = [*line[count:]]
        while value and not value[0].text.strip(" :：\n\t\r"):
            value.pop(0)
        if not value:
            return None
        value[0] = Run(value[0].text.lstrip(" :：\n\t\r"), note=value[0].note)
        return key, value

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
        if grid.caption is not None:
            self._walk(grid.caption)
        if not self.inside:
            self.composition.chrome(element.words(1 << 24))
        elif grid.is_record:
            self._record(grid)
        else:
            self.composition.table(self._rows(grid), header=grid.header > 0, keyed=not grid.header)

    def _record(self, grid: Grid) -> None:
        """Write keys and values: as fields of the page where its keys say so, else as rows without a header."""
        pairs = [[self._cell(cell.element) for cell in pair] for row in grid.rows for pair in _pairs(row)]
        keys = [_text(run for paragraph in pair[0] for run in paragraph).rstrip(":： ") for pair in pairs]
        if grid.is_infobox or 2 * sum(map(self._is_key, keys)) < len(keys):
            self.composition.table(pairs, header=False, keyed=False)
            return
        for key, pair in zip(keys, pairs, strict=True):
            value = [run for cell in pair[1:] for paragraph in cell for run in (*paragraph, Run(" "))]
            self.composition.field(key, value)

    def _rows(self, grid: Grid) -> list[list[Cell]]:
        """Return the cells of a table, header rows made one; what spans rows stands in each, but for stages."""
        cells: dict[Element, Cell] = {}
        for row in grid.rows:
            for cell in row:
                if cell is not None and cell.element not in cells:
                    cells[cell.element] = self._cell(cell.element)
        rows: list[list[Cell]] = []
        if grid.header:
            rows.append(_names(grid, cells))
        for row in grid.rows[grid.header :]:
            seen: set[Element] = set()
            written: list[Cell] = []
            for cell in row:
                is_again = cell is not None and (
                    cell.element in seen or (not cell.is_first and _is_stage(cells[cell.element]))
                )
                written.append([] if cell is None or is_again else cells[cell.element])
                if cell is not None:
                    seen.add(cell.element)
            rows.append(written)
        width = max((len(row) for row in rows), default=0)
        return [[*row, *([] for _ in range(width - len(row)))] for row in rows]

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
        self.composition.note(label, _without_start(runs, rf"{sign}*(?:[\[(]?{re.escape(label)}[\])]?[.:]?\s)?{sign}*"))


def _is_named(heading: str, titles: Iterable[str]) -> bool:
    """Return whether a heading is what the window is named, or says it in more words."""
    folded = heading.casefold()
    return any(folded == title.casefold() or (len(title) >= 4 and title.casefold() in folded) for title in titles)


def _with_all_above(elements: Iterable[Element]) -> set[Element]:
    found: set[Element] = set()
    for element in elements:
        above: Element | None = element
        while above is not None and above not in found:
            found.add(above)
            above = above.parent
    return found


def _text(line: Iterable[Run]) -> str:
    return _SPACE.sub(" ", "".join(run.text for run in line)).strip()


def _joined(lines: Iterable[list[Run]]) -> list[Run]:
    return [run for line in lines for run in (*line, Run(" "))]


def _without_start(runs: list[Run], pattern: str) -> list[Run]:
    """Return runs without what a pattern matches at their beginning."""
    match = re.match(pattern, "".join(run.text for run in runs))
    left = match.end() if match else 0
    kept: list[Run] = []
    for run in runs:
        text = run.text[left:]
        left = max(0, left - len(run.text))
        kept.append(Run(text, run.strong, run.note))
    return kept


def _paragraphs_of_cell(lines: list[list[Run]]) -> list[list[Run]]:
    """Return the paragraphs of a cell: a line break in it begins one only before the mark of an item."""
    paragraphs: list[list[Run]] = []
    for line in lines:
        if paragraphs and not shapes.item(_text(line)):
            paragraphs[-1] += [Run(" "), *line]
        else:
            paragraphs.append([*line])
    return paragraphs


def _pairs(row: Iterable[GridCell | None]) -> Iterator[list[GridCell]]:
    """Yield key and value, as they follow each other in a row; what spans the table stands alone."""
    cells = [cell for cell in row if cell is not None and cell.is_first and cell.element.size]
    for index in range(0, len(cells), 2):
        yield cells[index : index + 2]


def _names(grid: Grid, cells: Mapping[Element, Cell]) -> list[Cell]:
    """Return the names of the columns, those of several header rows joined."""
    names: list[Cell] = []
    for column in range(max(len(row) for row in grid.rows)):
        above: list[Element] = []
        for row in grid.rows[: grid.header]:
            cell = row[column] if column < len(row) else None
            is_new = cell is not None and cell.element not in above
            if cell is not None and is_new and (grid.header > 1 or cell.is_first):
                above.append(cell.element)
        runs = [run for element in above for paragraph in cells[element] for run in (*paragraph, Run(" "))]
        names.append([runs] if runs else [])
    return names


def _is_stage(cell: Cell) -> bool:
    words = _text(run for paragraph in cell for run in (*paragraph, Run(" ")))
    found = tables.stage_head(View(words, tuple(range(len(words)))))
    return found is not None and found[1] == len(words)
