"""Countries and unions of countries, where a sentence names them as such and not by an adjective."""

from __future__ import annotations

from collections.abc import Iterable

from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan

__all__ = ["find_countries"]


def find_countries(scan: Scan) -> Iterable[Mention]:
    """Yield the countries that are named as such, not by an adjective."""
    names, first_words = scan.lexicon.country_names, scan.lexicon.country_first_words
    for i, word in enumerate(scan.words):
        if word.low not in first_words or not word.text[0].isupper() or scan.is_strong(i):
            continue
        for width in range(first_words[word.low], 0, -1):
            key = tuple(scan.lows[i : i + width])
            if key not in names or i + width > scan.size or scan.lows[i + width] == "-":
                continue
            code, name = names[key]
            begin = scan.words[i - 1].start if scan.lows[i - 1] == "the" else word.start
            end = scan.words[i + width - 1].end
            yield Mention(begin, end, "egov:Country", name, word.start, end, country=code, pattern="country.name")
            break
