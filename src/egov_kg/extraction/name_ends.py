"""How names of bodies end behind "and": with an acronym, a portfolio, or another name."""

from __future__ import annotations

from typing import Final

from egov_kg.extraction.mentions import LIGHT_WORDS
from egov_kg.extraction.scan import Scan

__all__ = ["abbreviates", "capital_end", "is_portfolio", "second_complement"]

_LONGEST: Final = 12


def is_portfolio(scan: Scan, i: int, stop: int) -> bool:
    """Whether words behind "and the" are what a ministry is for, too: "the Ministry of Ports and the Sea"."""
    return stop == i + 1 and scan.lows[i] in scan.lexicon.portfolios


def abbreviates(scan: Scan, begin: int, end: int) -> bool:
    """Whether the bracket at word `end` holds no acronym, or that of the words from `begin` on alone."""
    inside = [w.text for w in scan.words[end + 1 : end + 24]]
    stop = inside.index(")") if ")" in inside else 0
    acronyms = [w for w in inside[:stop] if len(w) > 2 and w.isupper()]
    initials = "".join(w[0] for w in scan.lows[begin:end] if w not in LIGHT_WORDS)
    return not acronyms or any(a.casefold() == initials for a in acronyms)


def second_complement(scan: Scan, i: int) -> int | None:
    """Return the end of "and of the Ports System (DPS)": a body is for two things, and an acronym ends its name."""
    end = capital_end(scan, i)
    return end if scan.lows[end] == "(" and scan.words[end + 1].text.isupper() else None


def capital_end(scan: Scan, i: int) -> int:
    """Return the end of the capitalised words from `i` on, with the small ones between them."""
    end = i
    while end - i < _LONGEST and (scan.is_name_word(end) or scan.lows[end] in ("of", "the", "and", "for")):
        end += 1
    return end
