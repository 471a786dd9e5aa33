"""What opens a sentence and hides its subject: adverbials, and "it was in 2009 that"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egov_kg.extraction.clauses import Item, finite_at
from egov_kg.extraction.lexicon import Lexicon

__all__ = ["uncleft", "without_aside", "without_lead"]


_LEADS: Final = frozenset(
    [
        "as",
        "in",
        "for",
        "on",
        "with",
        "from",
        "by",
        "according",
        "despite",
        "besides",
        "moreover",
        "furthermore",
        "however",
        "therefore",
        "thus",
        "also",
        "similarly",
        "likewise",
        "additionally",
        "finally",
        "first",
        "second",
        "third",
        "lastly",
        "accordingly",
        "consequently",
        "nevertheless",
        "under",
        "through",
        "at",
        "to",
        "based",
        "given",
        "after",
        "before",
        "since",
        "during",
        "among",
    ]
)


def without_aside(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return a sentence without "among others" between commas: "runs, among others, the X and the Y"."""
    for i, item in enumerate(items[2:-1], 2):
        if item.text == "others" and items[i - 1].text == "among":
            first = i - 1 - (items[i - 2].text == ",")
            last = i + 1 + (items[i + 1].text == "," and first < i - 1)
            return (*items[:first], *items[last:])
    return tuple(items)


def uncleft(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return "it was in 2009 that X was opened" as "in 2009, X was opened", "it was X that opened" as "X opened"."""
    words = [x.text.casefold() for x in items[:3]]
    if len(items) < 6 or words[0] != "it" or words[1] not in ("was", "is"):
        return tuple(items)
    that = next((i for i in range(3, min(len(items), 12)) if items[i].text in ("that", "who")), 0)
    if not that or any(x.kind == "sign" for x in items[2:that]):
        return tuple(items)
    inside, rest = tuple(items[2:that]), tuple(items[that + 1 :])
    if inside[-1].kind == "time":
        # "it was not until 2009 that": it was in 2009
        start = inside[-1].start
        return (Item("word", "in", start, start), inside[-1], Item("sign", ",", start, start), *rest)
    if len(inside) == 1 and inside[0].kind == "thing":
        return (*inside, *rest)
    return tuple(items)


def without_lead(items: Sequence[Item], lexicon: Lexicon) -> tuple[Item, ...]:
    """Return a sentence without the adverbials that open it, each closed by a comma ("As a result of surveys, ...")."""
    rest = tuple(items)
    while rest and rest[0].kind == "word" and rest[0].text in _LEADS:
        comma = next((i for i, x in enumerate(rest) if x.text == "," and x.kind == "sign"), None)
        if comma is None or finite_at(rest[:comma], lexicon) is not None or comma + 1 >= len(rest):
            break
        rest = rest[comma + 1 :]
    return rest
