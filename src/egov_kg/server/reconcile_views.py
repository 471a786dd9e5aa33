"""The two pages of reconciliation: how tables are matched with the graph, and the preview of a thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.reconciliation.model import Day, Described, Number, PartialDate, Reference, Text, Typed
from egov_kg.reconciliation.terms import local_name, path_of
from egov_kg.server import wording
from egov_kg.server.pages import Pages, Reader
from egov_kg.server.wording import Text as Words

__all__ = ["preview_page", "reconciliation_page"]

_FACTS: Final = 3
"""How many properties a preview shows."""
_VALUES: Final = 3
_CUT: Final = 160
"""After so many characters a text is cut: the frame is small."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A property with its first values, in words."""

    name: str
    values: tuple[Words, ...]
    has_more: bool


def reconciliation_page(pages: Pages, reader: Reader, types: Sequence[tuple[str, Words]]) -> str:
    """Return the page that says what reconciliation is, and what to type into OpenRefine.

    Args:
        pages: Makes it.
        reader: Who reads.
        types: CURIE and label of the classes that most tables are about.
    """
    root = pages.imprint.public_url.removesuffix("/")
    shown = [(local_name(curie), label) for curie, label in types]
    return pages.render("reconcile", reader, root=root, types=shown)


def preview_page(pages: Pages, reader: Reader, described: Described | None, name: str) -> str:
    """Return the preview of a thing, made to be framed: no script, no form, nothing from elsewhere.

    Args:
        pages: Makes it.
        reader: Who reads.
        described: The thing, or None if there is none.
        name: What was asked for.
    """
    if described is None:
        return pages.render("preview", reader, thing=None, name=name[:_CUT], others=[], facts=[], place="")
    path = path_of(described.thing, pages.imprint.base)
    said = f"{described.name}\n{described.description}".casefold()
    others = dict.fromkeys(Words(_cut(text), lang) for text, lang in described.names if text.casefold() not in said)
    return pages.render(
        "preview",
        reader,
        thing=described,
        name=described.name,
        others=list(others)[:_FACTS],
        facts=[] if described.definition else _facts(described, reader.lang),
        place=reader.link(f"/id/{path}") if path else "",
    )


def _facts(described: Described, lang: str) -> list[Fact]:
    found = [
        Fact(one.name, tuple(_words(value, lang) for value in values[:_VALUES]), len(values) > _VALUES)
        for one, values in described.values
        if values
    ]
    return found[:_FACTS]


def _words(value: Typed, lang: str) -> Words:
    match value:
        case Reference():
            return Words(_cut(value.name or value.id), value.lang)
        case Text():
            return Words(_cut(value.text), value.lang)
        case Day():
            return Words(wording.day(value.day, lang), lang)
        case PartialDate():
            return Words(value.text, "")
        case Number():
            return Words(f"{value.number:,}", "")
    return Words("true" if value.holds else "false", "en")


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"
