"""Inline markup of Markdown: which characters a reader does not see, and which words are marked."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from egov_kg.documents.view import Cut

__all__ = ["Inline", "Reference", "inline_markup"]

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`+)"
    r"|(?P<comment><!--.{0,2000}?-->|\{:[^{}\n]{0,200}\})"
    r"|<(?P<auto>(?:https?|ftp|mailto):[^\s<>]{1,2000})>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,500})?/?>)"
    r"|\[\^(?P<note>[^\]\s\[]{1,80})\]"
    r"|!?\[(?P<words>(?:[^\[\]\n]|\n(?!\s*\n)){0,500})\](?:\((?P<target>[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?)"
    r"(?:\s+(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\)|\[(?P<ref>[^\[\]\n]{0,100})\])"
    r"|(?P<run>\*+|_+|~~)",
    re.DOTALL,
)
_SIGN = re.compile(r"[\\`<{\[!*_~]")  # with one of which every token begins
_WORDY: Final = re.compile(r"\w")


class Reference(NamedTuple):
    """A reference to a footnote.

    Attributes:
        label: As written between the brackets.
        start: Where it stands.
        marked: The range of the marked words that it directly follows, or None.
    """

    label: str
    start: int
    marked: Cut | None


class Inline(NamedTuple):
    """The inline markup of a range.

    Attributes:
        cuts: What a reader does not see, sorted.
        references: References to footnotes.
        marked: The ranges of words in emphasis or links, markup left out, sorted.
    """

    cuts: list[Cut]
    references: list[Reference]
    marked: list[Cut]


def inline_markup(text: str, start: int, end: int) -> Inline:
    """Return the inline markup of a range of Markdown.

    Emphasis is read as CommonMark reads it, but for runs of which only a part closes: those stay as they are.

    Example:
        >>> found = inline_markup("of **12 tasks**[^3] and [more](https://example.org)", 0, 51)
        >>> found.cuts
        [(3, 5), (13, 15), (15, 19), (24, 25), (29, 51)]
        >>> found.references
        [Reference(label='3', start=15, marked=(5, 13))]
    """
    cuts: list[Cut] = []
    references: list[Reference] = []
    marked: list[Cut] = []
    ends: dict[int, Cut] = {}  # where marked words end, markup included
    openers: dict[str, list[int]] = {}
    position = start
    while sign := _SIGN.search(text, position, end):
        match = _TOKEN.match(text, sign.start(), end)
        if match is None:
            position = sign.end()
            continue
        position = match.end()
        if match["escape"]:
            cuts.append((match.start(), match.start() + 1))
        elif match["code"]:
            close = _closing_ticks(text, match.end(), end, len(match["code"]))
            if close >= 0:
                cuts += [match.span(), (close, close + len(match["code"]))]
                position = close + len(match["code"])
        elif match["comment"] or match["tag"]:
            cuts.append(match.span())
        elif match["auto"]:
            cuts += [(match.start(), match.start() + 1), (match.end() - 1, match.end())]
        elif match["note"]:
            references.append(Reference(match["note"], match.start(), ends.get(match.start())))
            cuts.append(match.span())
        elif match["run"]:
            words = _emphasis(text, match, (start, end), openers)
            if words:
                cuts += [(words[0] - len(match["run"]), words[0]), match.span()]
                marked.append(words)
                ends[match.end()] = words
        else:
            words = match.span("words")
            cuts += [(match.start(), words[0]), (words[1], match.end())]
            inner = inline_markup(text, *words) if words[0] < words[1] else None
            if inner:
                cuts += inner.cuts
            marked.append(words)
            ends[match.end()] = words
    return Inline(sorted(cuts), references, sorted(marked))


def _closing_ticks(text: str, start: int, end: int, length: int) -> int:
    for match in re.finditer("`+", text[start : min(end, start + 2000)]):
        if len(match.group()) == length:
            return start + match.start()
    return -1


def _emphasis(text: str, match: re.Match[str], bounds: Cut, openers: dict[str, list[int]]) -> Cut | None:
    """Return the words that a run of marks closes, or None and remember it if it may open."""
    run, (first, last) = match["run"], match.span()
    before = text[first - 1] if first > bounds[0] else " "
    after = text[last] if last < bounds[1] else " "
    may_open, may_close = not after.isspace(), not before.isspace()
    if run[0] == "_":
        may_open, may_close = may_open and not _WORDY.match(before), may_close and not _WORDY.match(after)
    waiting = openers.setdefault(run, [])
    if may_close and waiting:
        return waiting.pop() + len(run), first
    if may_open:
        waiting.append(first)
    return None
