"""Names between quotation marks before the noun that says what they name: the "Digital Isles" initiative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.brackets import with_bracket
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan

__all__ = ["find_long_titles", "find_quoted", "is_cut_from_title"]

_QUOTED: Final = re.compile(r"(?<!\w)[\"“«‘'](?P<title>\w[^\"“”«»‘\n]{2,80}?),?[\"”»’'](?=\s[a-zA-Z])")
_LONG: Final = re.compile(r"(?<!\w)[\"“«](?P<title>[A-Z][^\"“”«»\n]{20,160}?),?[\"”»](?!\w)")
_SMALL: Final = re.compile(r"(?:[a-z]{1,3}|with|from|towards?|through|into|over|your|their|&|[-–])\Z")
_KINDS: Final = ("egov:Undertaking", "egov:Plan")
_MOST: Final = 3


def find_quoted(scan: Scan) -> Iterator[Mention]:
    """Yield the undertakings whose names stand between quotation marks before their kind.

    What is quoted is the name; the words up to the noun, three at most, only say what it is.
    """
    marks = [m for m in _QUOTED.finditer(scan.text, scan.start, scan.end) if not scan.is_cited(m.start())]
    if not marks:
        return
    places = {w.start: i for i, w in enumerate(scan.words)}
    for match in marks:
        first = places.get(match.start())
        inside = places.get(match.start("title"))
        behind = next((i for i, w in enumerate(scan.words) if w.start >= match.end()), scan.size)
        if first is None or inside is None or any(w.low in scan.lexicon.auxiliaries for w in scan.words[inside:behind]):
            continue
        found = _kind_at(scan, behind)
        if found is None:
            continue
        cls, end = found
        det = scan.lows[first - 1] if first and scan.lows[first - 1] in ("the", "a", "its", "this") else ""
        start = scan.words[first - 1].start if det else scan.words[first].start
        name = scan.between(match.start("title"), match.end("title"))
        mention = Mention(
            start, scan.words[end - 1].end, cls, name, match.start("title"), match.end("title"), det=det,
            pattern="coined.kind",
        )  # fmt: skip
        yield with_bracket(scan, mention, end)


def find_long_titles(scan: Scan) -> list[tuple[int, int]]:
    """Return where titles of four words or more stand between quotation marks: what is inside is no other name.

    In what somebody said, most words are small.
    """
    found = []
    for match in _LONG.finditer(scan.text, scan.start, scan.end):
        words = match["title"].replace(",", "").replace(":", "").split()
        if len(words) > _MOST and all(w[0].isupper() or w[0].isdigit() or _SMALL.match(w) for w in words):
            found.append(match.span("title"))
    return found


def is_cut_from_title(text: str, begin: int, start: int, end: int) -> bool:
    """Return whether words are only the first part of what stands between quotation marks.

    Args:
        text: The text.
        begin: Where the sentence begins.
        start: Where the words begin.
        end: Where they end.

    Example:
        >>> line = 'It was replaced by "A Safer and Faster Port", by "Portnet" and by Safer Ports.'
        >>> [is_cut_from_title(line, 0, a, a + len(w)) for w in ("Safer", "Portnet") for a in [line.index(w)]]
        [True, False]
    """
    marks = text.count('"', begin, start)
    inside = marks % 2 == 1 or text.count("“", begin, start) > text.count("”", begin, start)
    return inside and text[end : end + 1] not in ('"', "”", ",")


def _kind_at(scan: Scan, i: int) -> tuple[str, int] | None:
    """Return the class of the noun phrase that begins at word `i`, and the word behind it; None for no undertaking."""
    lex = scan.lexicon
    for k in range(i, min(scan.size, i + _MOST)):
        if not scan.is_word(k) or lex.verb_forms(scan.lows[k]) & {"past", "third"} or scan.lows[k] in lex.stop:
            return None
        cls = lex.kinds.get(scan.lows[k], "")
        if cls and scan.lows[k + 1] not in lex.kinds:
            return (cls, k + 1) if any(vocab.is_subclass(cls, kind) for kind in _KINDS) else None
    return None
