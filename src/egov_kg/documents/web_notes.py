"""Notes of web pages: a link with a short label leads forward to the block that holds the note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from egov_kg.documents.tree import Element

__all__ = ["WebNotes", "find_notes"]

_LABEL = re.compile(
    r"[\[(]?\s*(?:(?:(?:foot|end)?notes?|fn|n|nb|ref|주|각주)\s*\.?\s*)?(?P<label>\d{1,3}|[A-Za-z]{1,2}|[*†‡§¶]{1,3}|[ivxl]{1,5})\s*[\])]?",
    re.IGNORECASE,
)
_HOLDERS: Final = frozenset(["li", "p", "dd", "div", "aside", "tr", "section"])
_INLINE: Final = frozenset(["a", "span", "sup", "b", "strong", "em", "i", "cite", "small"])
_LARGEST: Final = 6000
"""A note has fewer characters; what has more is a section that a link leads to."""


@dataclass(frozen=True, slots=True)
class WebNotes:
    """The notes of a page, by the identity of elements.

    Attributes:
        labels: Of each link to a note its label.
        holders: Of each element that holds a note its label.
        places: The names on the page, and the number of the element that has each, in the order of the page.
    """

    labels: Mapping[Element, str]
    holders: Mapping[Element, str]
    places: Mapping[str, int]

    def leads_back(self, link: Element, holder: Element, numbers: Mapping[Element, int]) -> bool:
        """Return whether a link in a note leads to the place that refers to it."""
        target = self.places.get(_fragment(link))
        return target is not None and target <= numbers[holder] and len(link.words(40)) <= 12


def find_notes(body: Element, numbers: Mapping[Element, int]) -> WebNotes:
    """Return the notes of a page.

    A link is a reference if its words are a label ("1", "[2]", "a", "*", "note 3"), the place that it leads to comes
    later on the page, and what stands there is small. Saved pages name the place in a full address.

    Args:
        body: The page.
        numbers: The number of each element, in the order of the page.
    """
    named: dict[str, Element] = {}
    links: list[Element] = []
    for element in numbers:
        if not element.attributes:
            continue
        for name in (element.get("id"), element.get("name") if element.tag == "a" else ""):
            if name:
                named.setdefault(name, element)
        if element.tag == "a" and element.size <= 16 and "#" in element.get("href"):
            links.append(element)
    labels: dict[Element, str] = {}
    holders: dict[Element, str] = {}
    used: set[str] = set()
    for link in links:
        match = _LABEL.fullmatch(link.words(40))
        target = named.get(_fragment(link))
        if match is None or target is None or numbers[target] <= numbers[link]:
            continue
        holder = _holder(target)
        if holder is None or holder is body or not holder.size or holder.size > _LARGEST:
            continue
        if holder not in holders:
            label = match["label"] if match["label"].isalnum() else str(len(holders) + 1)
            while label in used:
                label = f"{label}x" if len(label) > 6 else str(len(used) + 1000)
            used.add(label)
            holders[holder] = label
        labels[link] = holders[holder]
    return WebNotes(labels, holders, {name: numbers[element] for name, element in named.items()})


def _fragment(link: Element) -> str:
    return link.get("href").partition("#")[2]


def _holder(target: Element) -> Element | None:
    """Return the block that holds the note at a place: the place itself, or the nearest block around it."""
    element: Element | None = target
    for _ in range(6):
        if element is None or element.tag in _HOLDERS:
            break
        if element.tag not in _INLINE:
            return None
        element = element.parent
    return element if element is not None and element.tag in _HOLDERS else None
