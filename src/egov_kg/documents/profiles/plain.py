"""Plain text of no known site: headings by shape, lists, fields, tables by caption."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from egov_kg.documents import fields, shapes
from egov_kg.documents.footnotes import add_footnotes, find_footnotes
from egov_kg.documents.layout import lay_out
from egov_kg.documents.masthead import byline, masthead
from egov_kg.documents.outline import Outline
from egov_kg.documents.running_heads import running_heads, split_words, without_running_heads
from egov_kg.documents.sites import TextSite
from egov_kg.documents.view import Line, Surface

__all__ = ["NAME", "SURENESS", "outline"]

NAME = "plain"
SURENESS: Final = 0.2
"""How sure another profile must be at least: plain text is what nothing else claims."""
_TITLE_KEYS = frozenset({"title", "제목", "사업명", "project name", "official name", "name"})
LONGEST_TITLE = 200
LINES_ABOVE = 6
"""So many lines about the text stand above its title at most."""
LINES_BELOW = 12
"""So many lines about the text stand below its title at most, blank ones included."""
LINES_OF_TITLE = 3
_CREDITED = re.compile(r"(?:edited|prepared|compiled|written|presented|submitted)\sby\s")
_OPEN_ENDS = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "&"])


def outline(text: str, site: TextSite | None = None) -> Outline:
    """Return the outline of a plain text.

    The title is the value of a title field, else the first line, if that is short and no sentence. Lines above it that
    say what kind of text it is, or of which day, are no title: "Working Paper 14".
    """
    result = Outline(text)
    bare = Surface(text).lines()
    heads = running_heads(bare)
    footnotes = find_footnotes(text, without_running_heads(bare, heads))
    cuts = [*footnotes.cuts, *split_words(text), *((bare[index].start, bare[index].end) for index in heads)]
    surface = Surface(text, tuple(sorted(cut for cut in cuts if cut[0] < cut[1])))
    lines = without_running_heads(surface.lines(), heads)
    if site is not None:
        lines = _without_furniture(lines, site.chrome)
    first = _below_the_masthead(lines)
    for index in range(first):
        lay_out(result, surface, lines[index : index + 1])
    if first < len(lines) and _is_title(lines, first):
        last = _title_end(lines, first)
        start, end = lines[first].start, lines[last - 1].end
        view = surface.view(start, end)
        result.title = view.text
        result.add("heading", start, end, view=view, level="1")
        first = _about(result, surface, lines, last)
    for _, start, end in footnotes.definitions:
        lay_out(result, surface, lines[first:start])
        first = end
    lay_out(result, surface, lines[first:])
    add_footnotes(result, surface, lines, footnotes)
    for key, value in result.fields():
        if key.casefold() in _TITLE_KEYS and value.text and len(value.text) <= LONGEST_TITLE:
            result.title = value.text
            break
    return result


# "담당부서", "배포 일시": the key of a line of a press release, known or not; a title has no such short first part
_KOREAN_KEY = re.compile(r"[가-힣]{2,6}(?:\s?[가-힣]{2,4})?")


def _without_furniture(lines: list[Line], patterns: Sequence[str]) -> list[Line]:
    """Return lines with those emptied that a profile says are no content; so they become chrome."""
    known = [re.compile(pattern) for pattern in patterns]
    return [
        Line(line.start, line.end, "") if any(one.fullmatch(line.text.strip()) for one in known) else line
        for line in lines
    ]


def _below_the_masthead(lines: list[Line]) -> int:
    """Return the index of the first line that says something else than what kind of text this is."""
    above = 0
    for index, line in enumerate(lines):
        if line.is_blank:
            continue
        if above < LINES_ABOVE and (masthead(line.text) or (above and _is_furniture(line.text))):
            above += 1
            continue
        return index if above == 0 or _is_title(lines, index) else _first(lines)
    return _first(lines)


def _about(outline: Outline, surface: Surface, lines: list[Line], first: int) -> int:
    """Add the lines below a title that say of the text who wrote it, where and when, each as a block."""
    for index in range(first, min(len(lines), first + LINES_BELOW)):
        if lines[index].is_blank:
            continue
        if not _is_about(lines[index].text):
            break
        lay_out(outline, surface, lines[index : index + 1])
        first = index + 1
    return first


def _is_about(text: str) -> bool:
    return bool(masthead(text)) or byline(text) is not None


def _is_furniture(text: str) -> bool:
    """Whether a line below the first one of a masthead is a field ("ISSN: 2040-7459") or says whose the rights are."""
    found = fields.field(text)
    known = found is not None and (fields.is_key(found.key) or _KOREAN_KEY.fullmatch(found.key) is not None)
    return known or text.lstrip().startswith(("\u00a9", "(c)", "Copyright"))


def _title_end(lines: list[Line], first: int) -> int:
    """Return the index behind the title: a line that ends with "of" or "and" goes on in the next one."""
    end = first + 1
    while end < min(len(lines), first + LINES_OF_TITLE) and not lines[end].is_blank and _is_open(lines[end - 1].text):
        end += 1
    return end


def _is_open(text: str) -> bool:
    return text.rsplit(maxsplit=1)[-1].casefold() in _OPEN_ENDS


def _first(lines: list[Line]) -> int:
    return next((index for index, line in enumerate(lines) if not line.is_blank), len(lines))


def _is_title(lines: list[Line], index: int) -> bool:
    text = lines[index].text
    if (
        len(text.strip()) > LONGEST_TITLE
        or (shapes.closes_a_sentence(text) and not _asks(lines, index))
        or shapes.credit(text)
        or shapes.caption(text)
    ):
        return False
    if _is_field(lines, index) or fields.is_key(text) or shapes.item(text) or shapes.chronology_entry(text):
        return False
    following = next((line for line in lines[index + 1 :] if not line.is_blank), None)
    goes_on = following is not None and following.start == lines[index].end + 1 and following.text[:1].islower()
    return following is not None and (not goes_on or _is_open(text) or bool(_CREDITED.match(following.text)))


def _asks(lines: list[Line], index: int) -> bool:
    """Whether a line is a question that stands alone, as titles of studies do."""
    alone = index + 1 == len(lines) or lines[index + 1].is_blank or _is_about(lines[index + 1].text)
    return alone and lines[index].text.rstrip().endswith("?") and lines[index].text.count("?") == 1


def _is_field(lines: list[Line], index: int) -> bool:
    """Whether a line with a colon is a field: by its key, or because the next line is one too."""
    found = fields.field(lines[index].text)
    if found is None or fields.is_key(found.key):
        return found is not None
    return index + 1 < len(lines) and fields.field(lines[index + 1].text) is not None
