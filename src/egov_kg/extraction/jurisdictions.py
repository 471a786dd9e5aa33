"""Which countries a document speaks of, and which of them it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from egov_kg.extraction.lexicon import Country, Lexicon
from egov_kg.extraction.places import countries_of
from egov_kg.extraction.tokens import Token
from egov_kg.model import Block, Document

__all__ = ["Section", "count_countries", "main_country"]

_KOREA = re.compile(
    r"대한민국|우리나라|(?<![가-힣])한국(?![가-힣]{3})|국내"
    # Bodies that no other country has under these names: its own press names them, and seldom the country.
    r"|행정안전부|안전행정부|행정자치부|행안부|과기정통부|기획재정부|정보통신부|지방자치단체|특별시|광역시|청와대|국무총리|시·도"
)
# 수단, 오만, 이란 and the like are words of every day too.
_LONGEST_TITLE: Final = 120
_EVERYDAY = frozenset(["수단", "오만", "이란", "말리", "가나", "인도", "차드", "기니", "피지", "통가", "대만"])


@cache
def _korean_names(countries: tuple[Country, ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    codes = {name: c.code for c in countries for name in c.korean.split("|") if name and c.code != "kr"}
    longest = sorted(codes, key=lambda n: (-len(n), n))
    names = "|".join(re.escape(n) + (r"(?=\s?정부)" if n in _EVERYDAY else "") for n in longest)
    ends = r"(?=은|는|이|가|을|를|의|에|와|과|도|로|으로|처럼|\s|,|\.|·|\)|\(|정부|$)"
    return re.compile(rf"(?<![가-힣])(?:{names}){ends}"), codes


class Section:
    """The country that the nearest heading speaks of: "3.2 Estonia", "Denmark: one portal for all".

    Attributes:
        lexicon: The word tables.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        """Begin before the first heading."""
        self.lexicon = lexicon
        self._open: list[tuple[int, str]] = []
        self._title = True

    def head(self, block: Block, words: Sequence[Token]) -> None:
        """Take in a heading; it holds for what stands below it, further headings included, up to one of its own level.

        One that opens with a country is about it for sure; one that only names it ("Lessons from Denmark") may be.

        The first heading is that of the whole document, of which the document's own jurisdiction takes care.
        """
        level = int(block.attributes.get("level", "2"))
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        found = countries_of(words, self.lexicon)
        if not self._title:
            code, place = next(iter(found.items())) if len(found) == 1 else ("", 0)
            opens = not any(w.text[0].isalpha() and w.low != "the" for w in words[:place])
            self._open.append((level, code if opens or not code else f"?{code}"))
        self._title = False

    def place(self, words: Sequence[Token]) -> str:
        """Return the country that a paragraph below the heading is about, as `Mention.place` has it, or nothing.

        That of the heading, unless the paragraph itself speaks of others; else the only one that the paragraph names.
        """
        found = countries_of(words, self.lexicon)
        code = next((c for _, c in reversed(self._open) if c), "")
        if code:
            return code if not found or code.strip("?") in found else f"?{code.strip('?')}"
        return f"?{next(iter(found))}" if len(found) == 1 else ""


def count_countries(document: Document, words: Mapping[int, Iterable[Token]], lexicon: Lexicon) -> Counter[str]:
    """Return how often a document names each country, by name or adjective.

    Args:
        document: The document.
        words: The words of its blocks, by the index of the block.
        lexicon: The word tables.
    """
    counts: Counter[str] = Counter(_of_title(document, words, lexicon))
    first_words, names = lexicon.country_word_widths, lexicon.country_words
    for index, tokens in words.items():
        found = list(tokens)
        behind = 0
        for i, word in enumerate(found):
            if word.low not in first_words or i < behind or not word.text[0].isupper():
                continue
            for several in range(first_words[word.low], 0, -1):
                name = " ".join(t.low for t in found[i : i + several])
                code = names.get(name) or lexicon.places.get(name)
                if code:
                    counts[code] += 1
                    behind = i + several
                    break
        block = document.blocks[index]
        if block.lang == "ko":
            named = len(_KOREA.findall(block.view.text))
            counts.update({"kr": named} if named else {})
            pattern, codes = _korean_names(lexicon.countries)
            counts.update(codes[match[0]] for match in pattern.finditer(block.view.text))
    return counts


_TITLE_COUNTS: Final = 3
_OFTEN: Final = 4


def _of_title(document: Document, words: Mapping[int, Iterable[Token]], lexicon: Lexicon) -> Mapping[str, int]:
    """Return the only country that the title of a document names, as if the text had named it three times."""
    first = next((i for i, b in enumerate(document.blocks) if b.kind != "chrome" and b.view.text.strip()), -1)
    if first not in words or len(document.blocks[first].view.text) > _LONGEST_TITLE:
        return {}
    found = countries_of(tuple(words[first]), lexicon)
    return dict.fromkeys(found, _TITLE_COUNTS) if len(found) == 1 else {}


def main_country(document: Document, counts: Counter[str]) -> str:
    """Return the code of the country that a document names most, or ``int``."""
    if not counts:
        korean = sum(len(b.view.text) for b in document.blocks if b.lang == "ko")
        total = sum(len(b.view.text) for b in document.blocks if b.kind != "chrome")
        return "kr" if total and korean * 2 > total else "int"
    best = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    if len(best) > 1 and best[0][1] < 2 * best[1][1]:
        return "int"
    if best[0][1] < _OFTEN and 2 * best[0][1] <= sum(counts.values()):
        # one country to each paragraph, and one of them twice
        return "int"
    return best[0][0]
