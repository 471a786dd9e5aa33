"""A web page as a tree of its elements, with what a reader of its text needs to know of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

__all__ = ["BLOCKS", "Element", "Page", "Source", "is_page", "is_selector", "is_too_deep", "is_xml", "with_all_above"]

_START = re.compile(
    r"\s*(?:<\?xml\b[^<>]{0,300}>\s*)?(?:<!--(?:[^-]|-(?!->)){0,4000}-->\s*)*(?:<!doctype\s+html|<html\b|<head\b|<body\b)",
    re.IGNORECASE,
)
_XML = re.compile(r"\s*(?:<\?xml\b|<!doctype\b|<!\[CDATA\[)", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:html|head|body|div|p|table|h[1-6]|ul|ol|section|article)\b[^<>]{0,400}>", re.IGNORECASE)

BLOCKS: Final = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section",
        "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ]
)  # fmt: skip
"""The elements that begin a line of their own; any other, but one whose name has a hyphen, stands in a line."""

# They hold no words of the page, or words that nobody sees.
_WORDLESS: Final = frozenset(
    [
        "applet", "area", "audio", "base", "button", "canvas", "col", "colgroup", "datalist", "embed", "frame",
        "frameset", "head", "iframe", "img", "input", "link", "map", "meta", "noembed", "noframes", "noscript",
        "object", "optgroup", "option", "param", "picture", "progress", "rp", "rt", "script", "select", "source",
        "style", "svg", "template", "textarea", "title", "track", "video",
    ]
)  # fmt: skip
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S{1,2000})\s*-->")
_NO_ATTRIBUTES: Final[Mapping[str, str | None]] = {}
# A tag with more attributes than any author writes: the parser looks at each pair of them.
_LONG_TAG = re.compile(r"<[A-Za-z][A-Za-z0-9-]{0,30}(?=[\s/])[^<>]{4000,}")
_MOST_ATTRIBUTES: Final = 1000
# Elements that nothing but their own end closes: an item or a paragraph may stay open without holding the next one.
_NESTING = re.compile(
    r"<(/?)(?:article|aside|b|big|blockquote|center|div|em|fieldset|font|footer|form|header|i|ins|main|nav|ol|q|s|section"
    r"|small|span|strike|strong|sub|sup|table|u|ul)(?=[\s/>])",
    re.IGNORECASE,
)
_DEEPEST: Final = 20_000
_DATED = re.compile(r"(?:19|20)\d\d|\((?:No|제)")


class Element:
    """An element of a page, or a text in it.

    Attributes:
        tag: Its name in lower case, empty for a text.
        text: The characters of a text, empty for an element.
        attributes: As written; none for a text.
        parent: None for the root.
        children: In order.
        size: How many characters stand in it, white space left out.
        linked: How many of them stand in links.
        links: How many links it holds; `anchors` of them lead to a place on the page, `dated` name a year or a number.
        titles: How many ``h1`` it holds.
        marks: Which lists of selectors of a site profile it matches.
    """

    __slots__ = (
        "anchors", "attributes", "children", "dated", "linked", "links", "marks", "parent", "size", "tag", "text",
        "titles",
    )  # fmt: skip

    def __init__(self, tag: str, parent: Element | None, attributes: Mapping[str, str | None]) -> None:
        self.tag = tag
        self.text = ""
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element] = []
        self.size = self.linked = self.links = self.anchors = self.dated = self.titles = 0
        self.marks: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Return an attribute, an empty string where it has none."""
        return self.attributes.get(name) or ""

    @property
    def is_block(self) -> bool:
        """Whether it begins a line of its own."""
        return self.tag in BLOCKS or "-" in self.tag

    def walk(self) -> Iterator[Element]:
        """Yield it and all that stands in it, in the order of the page."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.children))

    def words(self, longest: int = 4000) -> str:
        """Return what stands in it, white space folded, up to about so many characters."""
        parts: list[str] = []
        length = 0
        for element in self.walk():
            if element.text:
                parts.append(element.text)
                length += len(element.text)
                if length > longest:
                    break
            elif element.is_block or element.tag == "br":
                parts.append(" ")
        return " ".join("".join(parts).split())

    def ancestors(self) -> Iterator[Element]:
        """Yield what it stands in, the nearest first."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was parsed.

    Attributes:
        body: Its words.
        title: What the window is named.
        metadata: Name and content of each ``meta``, in order, names in lower case.
        data: The texts of its JSON-LD scripts; nothing runs them.
        address: Where it was saved from, if it says so.
        lang: The language that it names.
    """

    body: Element
    title: str
    metadata: tuple[tuple[str, str], ...]
    data: tuple[str, ...]
    address: str
    lang: str


def is_page(text: str, *, by_name: bool = False) -> bool:
    """Return whether a text is a web page.

    Args:
        text: Any text.
        by_name: Whether the name of its file says so; then tags anywhere in the text do.

    Example:
        >>> is_page("<!DOCTYPE html><p>An act."), is_page("See <b>acts</b>."), is_page("<p>An act", by_name=True)
        (True, False, True)
    """
    return bool(_START.match(text)) or (by_name and bool(_MARKUP.search(text)))


def is_xml(text: str) -> bool:
    """Return whether a text is markup of another kind than a web page.

    Example:
        >>> is_xml('<?xml version="1.0"?><rss>'), is_xml("<!DOCTYPE svg>"), is_xml("An act.")
        (True, True, False)
    """
    return bool(_XML.match(text))


def is_too_deep(markup: str) -> bool:
    """Return whether more elements of a page stand in one another than its parser can take.

    It looks at all that are open whenever one is closed: 20,000 take it half a second, 100,000 a quarter of a minute.

    Example:
        >>> is_too_deep("<div>" * 20_001 + "An act."), is_too_deep("<div>An act.</div>" * 20_001)
        (True, False)
    """
    if markup.count("<") <= _DEEPEST:
        return False
    depth = 0
    for tag in _NESTING.finditer(markup):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def is_selector(words: str) -> bool:
    """Return whether words are a CSS selector that the parser understands.

    Example:
        >>> is_selector("div.content > p"), is_selector("div[")
        (True, False)
    """
    try:
        LexborHTMLParser("<p></p>").css(words)
    except (SelectolaxError, ValueError):
        return False
    return True


class Source:
    """The markup of a page, parsed; broken markup is read as browsers read it.

    Args:
        markup: The text of the file, without NUL.
    """

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self._parser = LexborHTMLParser(_LONG_TAG.sub(_shortened, markup))

    def matches(self, selector: str) -> bool:
        """Return whether an element matches a CSS selector."""
        return bool(self._parser.css_matches(selector))

    def page(self, selectors: Mapping[str, Iterable[str]]) -> Page:
        """Return the page.

        Args:
            selectors: For each mark the CSS selectors of the elements that get it.
        """
        parser = self._parser
        marked: dict[int, tuple[str, ...]] = {}
        for mark, several in selectors.items():
            for selector in several:
                for node in parser.css(selector):
                    marked[node.mem_id] = tuple(dict.fromkeys((*marked.get(node.mem_id, ()), mark)))
        title = parser.css_first("title")
        html = parser.css_first("html")
        saved = _SAVED_FROM.search(self.markup[:4096])
        metadata = []
        for node in parser.css("meta"):
            attributes = node.attributes
            name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
            content = " ".join((attributes.get("content") or "").split())
            if name and content:
                metadata.append((name.strip().casefold(), content))
        scripts = [node for node in parser.css("script") if node.attributes.get("type") == "application/ld+json"]
        return Page(
            _tree(parser.body, marked),
            " ".join(title.text().split()) if title else "",
            tuple(metadata),
            tuple(node.text() for node in scripts),
            saved[1] if saved else "",
            (html.attributes.get("lang") or "").strip() if html else "",
        )


def with_all_above(elements: Iterable[Element]) -> set[Element]:
    """Return elements with all that they stand in."""
    found: set[Element] = set()
    for element in elements:
        above: Element | None = element
        while above is not None and above not in found:
            found.add(above)
            above = above.parent
    return found


def _shortened(tag: re.Match[str]) -> str:
    words = tag[0]
    return words if words.count(" ") + words.count("\n") + words.count("\t") <= _MOST_ATTRIBUTES else words.split()[0]


def _tree(body: LexborNode | None, marked: Mapping[int, tuple[str, ...]]) -> Element:
    """Return a body as elements, without what holds no words. Nothing calls itself: pages may be nested at will."""
    root = Element("body", None, {})
    node = body.child if body is not None else None
    if body is None or node is None:
        return root
    above = root
    while True:
        element = _element(node, above, marked)
        if element is not None:
            above.children.append(element)
        down = node.child if element is not None and not element.text else None
        if down is not None and element is not None:
            node, above = down, element
            continue
        if element is not None:
            _close(element)
        while node.next is None:
            parent = node.parent
            if parent is None or above is root or above.parent is None:
                return root
            node = parent
            _close(above)
            above = above.parent
        node = node.next


def _element(node: LexborNode, above: Element, marked: Mapping[int, tuple[str, ...]]) -> Element | None:
    tag: Any = node.tag
    if tag == "-text":
        text = node.text_content or ""
        element = Element("", above, _NO_ATTRIBUTES)
        element.text = text
        element.size = len(text) - text.count(" ") - text.count("\n") - text.count("\t")
        return element if text else None
    if not tag or tag in _WORDLESS or tag[0] == "-":
        return None
    element = Element(tag, above, node.attributes)
    if marked and node.mem_id in marked:
        element.marks = marked[node.mem_id]
        if "drop" in element.marks:
            return None
    return element


def _first_text(element: Element) -> str:
    return element.children[0].text[:200] if element.children else ""


def _close(element: Element) -> None:
    """Add what an element holds to what the one above it holds."""
    if element.tag == "a" and (target := element.get("href")):
        element.linked = element.size
        element.links += 1
        element.anchors += target.startswith("#")
        element.dated += bool(_DATED.search(element.words(200) if element.children[1:] else _first_text(element)))
    elif element.tag == "h1":
        element.titles += 1
    above = element.parent
    if above is not None:
        above.size += element.size
        above.linked += element.linked
        above.links += element.links
        above.anchors += element.anchors
        above.dated += element.dated
        above.titles += element.titles
