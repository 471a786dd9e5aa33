"""What on a web page is no content: navigation, banners, forms, notices, lists of links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from egov_kg.documents.tree import Element

__all__ = ["content_of", "is_furniture", "is_hidden"]

_ELEMENTS: Final = frozenset(["nav", "aside", "dialog", "menu", "search", "footer"])
_ROLES: Final = frozenset(
    [
        "alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "directory", "doc-toc", "menu",
        "menubar", "navigation", "search", "status", "tablist", "toolbar", "tooltip",
    ]
)  # fmt: skip
# One class or id of an element, whole: "site-header", "gnb", "skip_nav", "cookie-consent__inner", "satisfaction".
_NAMES = re.compile(
    r"(?:site|page|main|top|global|left|right|sub|inner|wrap|bottom|quick|local|mobile|primary|secondary)?[-_]*"
    r"(?:gnb|lnb|snb|fnb|tnb|nav(?:bar|igation|box|igator|icon)?|menu|sidebar|side|aside|bread-?crumbs?|footer|foot|skip[-_]?(?:to\w*|nav\w*)?|"
    r"cookies?|consent|gdpr|share|sharing|social|sns|pagination|paging|pager|paginate|related(?:posts)?|comments?|"
    r"respond|advert(?:s|isement)?|ads?|promo|newsletter|subscribe|popup|modal|toc|tableofcontents|toolbar|"
    r"util(?:ity)?|satisfaction|feedback|survey|copyright|family-?site|rss|login|sitemap|banner|catlinks|"
    r"printfooter|noprint|skiplinks?|accessibility|widget|tags?-?(?:links|cloud)|print|btns?|buttons?)"
    r"(?:[-_]+(?:wrap(?:per)?|area|box|bar|list|links?|inner|container|consent|notice|banner|section|menu|nav|"
    r"navigation|content|block|top|bottom|left|right|\d+)){0,3}(?:__\w{1,30})?(?:--\w{1,30})?",
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?:foot|end)?-?notes?\b|fn\b|references?\b|reflist|doc-(?:foot|end)notes?", re.IGNORECASE)
_HIDDEN = re.compile(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)

MOST: Final = 0.4
"""What holds more of the words of a page that are no links than this share is its content, whatever its name."""
_LEAST_CONTENT: Final = 0.25


def is_hidden(element: Element) -> bool:
    """Return whether nobody sees an element.

    Example:
        >>> is_hidden(Element("p", None, {"style": "color:red; DISPLAY: none"})), is_hidden(Element("p", None, {}))
        (True, False)
    """
    attributes = element.attributes
    if not attributes:
        return False
    return (
        "hidden" in attributes
        or (element.get("aria-hidden").casefold() == "true" and element.tag != "sup")
        or bool(_HIDDEN.search(element.get("style")))
    )


def is_furniture(element: Element, page: Element, *, inside: bool) -> bool:
    """Return whether an element is no content, by its name, role, class or its links.

    Args:
        element: A block.
        page: The body.
        inside: Whether it stands in what `content_of` found, where a list of links may be a list of acts.
    """
    if not element.size or {"content", "keep"} & set(element.marks):
        return False
    if "chrome" in element.marks:
        return True
    role, names = element.get("role").casefold(), f"{element.get('class')} {element.get('id')}"
    if role.startswith("doc-") and role not in {"doc-toc", "doc-pagelist"}:
        return False
    if _NOTE.match(role) or (element.tag in {"aside", "div", "section"} and _NOTE.match(names.strip())):
        return False
    prose = element.size - element.linked
    if prose > MOST * max(1, page.size - page.linked):
        return False
    if element.tag in _ELEMENTS or role in _ROLES:
        return not any(above.tag == "blockquote" for above in element.ancestors())
    if element.tag == "header":
        return not inside and not element.titles
    if element.tag == "form":
        return True
    if any(_NAMES.fullmatch(name) for name in names.split()[:8] if len(name) <= 60):
        return not element.titles
    return element.links >= 3 and _is_link_list(element, inside=inside)


def content_of(body: Element, elements: Iterable[Element]) -> Element | None:
    """Return the element that holds the content of a page, None where the page does not say.

    The selectors of a site profile win; then ``main`` and the role of that name; then an ``article`` that stands alone.

    Args:
        body: The page.
        elements: All that stands in it, in order.
    """
    marked: list[Element] = []
    mains: list[Element] = []
    articles: list[Element] = []
    for element in elements:
        if element.text:
            continue
        if element.marks and "content" in element.marks:
            marked.append(element)
        elif element.tag == "main" or (element.attributes and element.get("role").casefold() == "main"):
            mains.append(element)
        elif element.tag == "article":
            articles.append(element)
    if marked:
        return max(marked, key=lambda element: element.size)
    mains = [element for element in mains if not is_hidden(element)]
    for several in (mains, articles if len(articles) == 1 else []):
        best = max(several, key=lambda element: element.size, default=None)
        if best is not None and best.size - best.linked >= _LEAST_CONTENT * (body.size - body.linked):
            return best
    return None


def _is_link_list(element: Element, *, inside: bool) -> bool:
    """Return whether a block is links and little else, and no list of acts or plans."""
    if element.tag not in {"ul", "ol", "div", "p", "section", "td", "dl", "li"}:
        return False
    if element.linked < 0.8 * element.size:
        return False
    if element.anchors == element.links:
        return True  # a table of contents
    return not inside and element.dated < 0.3 * element.links and element.linked <= 30 * element.links
