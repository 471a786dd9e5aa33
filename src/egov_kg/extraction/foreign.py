"""Bodies by their names in other languages of Latin letters: the noun in front or at the end says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.brackets import with_bracket
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan

__all__ = ["find_foreign"]

_LONGEST: Final = 14
_ELIDED: Final = re.compile(r"(?:l|d|dell|all|nell|sull)['’][A-ZÀ-Þ]\w+\Z")


def find_foreign(scan: Scan) -> Iterator[Mention]:
    """Yield the bodies that have their names in another language: "Agenzia per l'Italia Digitale".

    Where a bracket behind the name gives it in English, that is the name, and the other one is another name.
    """
    lex = scan.lexicon
    i = 0
    while i < scan.size:
        low = scan.lows[i]
        cls = lex.foreign_bodies.get(low, "") if scan.words[i].text[0].isupper() and not scan.is_strong(i) else ""
        end = _end(scan, i) if cls else 0
        if not end and len(low) > 9 and scan.is_name_word(i) and low.endswith(lex.foreign_endings):
            cls, end = "egov:Agency", i + 1
        if not end:
            i += 1
            continue
        yield _mention(scan, i, end, cls)
        i = end


def _end(scan: Scan, i: int) -> int:
    """Return the end of the capitalised words and the small foreign ones between them from `i` on; 0 for one alone."""
    end = i + 1
    small = scan.lexicon.foreign_particles
    while end < scan.size and end - i < _LONGEST:
        k = end
        while scan.lows[k] in small and k - end < 3:
            k += 1
        word = scan.words[k].text if k < scan.size else ""
        if not word or not (scan.is_name_word(k) or _ELIDED.match(word)) or scan.is_time(k) or scan.is_strong(k):
            break
        if scan.lexicon.head_at((scan.lows[k],)) and k == end:
            break
        end = k + 1
    return end if end > i + 1 else 0


def _mention(scan: Scan, begin: int, end: int, cls: str) -> Mention:
    start, stop = scan.words[begin].start, scan.words[end - 1].end
    the = begin > 0 and scan.lows[begin - 1] == "the"
    outer = scan.words[begin - 1].start if the else start
    mention = with_bracket(
        scan,
        Mention(
            outer, stop, cls, scan.between(start, stop), start, stop, det="the" if the else "", pattern="foreign"
        ),
        end,
    )  # fmt: skip
    heads = [h.cls for w in mention.alias.casefold().split() for h in scan.lexicon.head_at((w,))]
    if heads and all(vocab.is_subclass(h, "egov:Body") for h in heads[:1]):
        return replace(mention, name=mention.alias, alias=mention.name)
    return mention
