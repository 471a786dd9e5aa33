"""The title of a web page, and the fields that a site profile finds on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from egov_kg.documents.composition import clean
from egov_kg.documents.head import titles_of_head
from egov_kg.documents.tree import Element, Page

__all__ = ["is_inside", "marked_fields", "title_of"]

_TITLE_KEYS: Final = frozenset({"title", "제목", "자료명", "과제명", "보고서명"})
_FIRST_PAGE = re.compile(
    r"(?:https?://[^/?#]{1,100})?/?(?:index\.\w{1,5}|main\.\w{1,5})?|#|javascript:.{0,40}", re.IGNORECASE
)


def title_of(page: Page, elements: Collection[Element], content: Element | None) -> tuple[str, Element | None]:
    """Return the title of a page, and the heading that says it, if one does.

    What a profile marks wins; then the first ``h1`` of the content; then a heading that the name of the window or the
    word "Title" in a record repeats; then these.

    Args:
        page: The page.
        elements: All that stands on it, in order.
        content: What holds its content; all of it if None.
    """
    named = [*_titles_in_records(elements), *titles_of_head(page)]
    headings = [element for element in elements if element.tag in {"h1", "h2", "h3"} and element.size]
    marked = [element for element in elements if element.marks and "title" in element.marks and element.size]
    for element in marked:
        return clean(element.words(400)).strip(), element
    headings = [element for element in headings[:200] if not _is_logo(element)]
    within = [element for element in headings if is_inside(element, content)]
    words = {element: element.words(400) for element in (within or headings)[:40]}
    first = next((element for element in words if element.tag == "h1"), None)
    if first is None:
        first = next((element for element in words if _is_named(words[element], named)), None)
    if first is None and not within:
        first = next((element for element in headings if element.tag == "h1"), None)
    if first is not None:
        return clean(first.words(400)).strip(), first
    return (clean(named[0]).strip() if named else ""), None


def is_inside(element: Element, content: Element | None) -> bool:
    """Return whether an element is in the content of a page, which is all of it if None."""
    return content is None or any(above is content for above in (element, *element.ancestors()))


def marked_fields(elements: Iterable[Element]) -> Iterator[tuple[str, str]]:
    """Yield key and value of what a site profile says are fields; the key need not be said again in the value."""
    for element in elements:
        for mark in element.marks:
            if mark.startswith("field:"):
                words = element.words(400)
                key = mark.removeprefix("field:")
                match = re.match(rf"{re.escape(key)}\s*[:：]?\s*", words, re.IGNORECASE)
                value = words[match.end() :] if match else words
                if value:
                    yield key, value


def _is_logo(element: Element) -> bool:
    """Return whether a heading is the name of the site: a link to its first page, or one in its header."""
    if element.linked < element.size:
        return False
    links = [inner.get("href") for inner in element.walk() if inner.tag == "a"]
    in_header = any(above.tag == "header" for above in element.ancestors())
    return in_header or all(_FIRST_PAGE.fullmatch(link) for link in links)


def _titles_in_records(elements: Iterable[Element]) -> Iterator[str]:
    """Yield what stands beside the word "Title" in a table of keys and values."""
    for key in elements:
        if key.tag != "th" or key.size > 12 or key.parent is None or len(key.parent.children) > 20:
            continue
        if key.words(40).casefold() in _TITLE_KEYS:
            row = [cell for cell in key.parent.children if cell.tag in {"th", "td"}]
            value = row[row.index(key) + 1] if key is not row[-1] else key
            if value.tag == "td" and 0 < value.size <= 200:
                yield value.words(400)


def _is_named(heading: str, titles: Iterable[str]) -> bool:
    """Return whether a heading is what the window is named, or says it in more words."""
    folded = heading.casefold()
    return any(folded == title.casefold() or (len(title) >= 4 and title.casefold() in folded) for title in titles)
