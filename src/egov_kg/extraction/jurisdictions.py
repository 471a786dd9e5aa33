"""Which countries a document speaks of, and which of them it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.tokens import Token
from egov_kg.model import Document

__all__ = ["count_countries", "main_country"]

_KOREA = re.compile(r"대한민국|우리나라|한국")


def count_countries(document: Document, words: Mapping[int, Iterable[Token]], lexicon: Lexicon) -> Counter[str]:
    """Return how often a document names each country, by name or adjective.

    Args:
        document: The document.
        words: The words of its blocks, by the index of the block.
        lexicon: The word tables.
    """
    counts: Counter[str] = Counter()
    first_words, names = lexicon.country_word_widths, lexicon.country_words
    for index, tokens in words.items():
        found = list(tokens)
        i = 0
        while i < len(found):
            word = found[i]
            width = first_words.get(word.low, 0) if word.text[0].isupper() else 0
            i += 1
            for several in range(width, 0, -1):
                name = " ".join(t.low for t in found[i - 1 : i - 1 + several])
                code = names.get(name) or lexicon.places.get(name)
                if code:
                    counts[code] += 1
                    i += several - 1
                    break
        block = document.blocks[index]
        if block.lang == "ko":
            named = len(_KOREA.findall(block.view.text))
            counts.update({"kr": named} if named else {})
    return counts


def main_country(document: Document, counts: Counter[str]) -> str:
    """Return the code of the country that a document names most, or ``int``."""
    if not counts:
        korean = sum(len(b.view.text) for b in document.blocks if b.lang == "ko")
        total = sum(len(b.view.text) for b in document.blocks if b.kind != "chrome")
        return "kr" if total and korean * 2 > total else "int"
    best = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    if len(best) > 1 and best[0][1] < 2 * best[1][1]:
        return "int"
    return best[0][0]
