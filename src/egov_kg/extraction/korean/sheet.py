"""The working sheet of one Korean sentence: its words, the names found so far, and the words that these hold."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final

from egov_kg.extraction.gazetteer import Hit
from egov_kg.extraction.korean.eojeol import Eojeol, eojeols
from egov_kg.extraction.korean.particles import Particle
from egov_kg.extraction.korean.words import Head, Words
from egov_kg.extraction.times import TimeMention
from egov_kg.values import value

__all__ = ["LONGEST_NAME", "TELLING", "UNKNOWN", "Found", "Sheet", "count_in", "is_tail"]

UNKNOWN: Final = "?"
"""The class of a name that stands in quotation marks or Latin letters and has no telling noun."""
_COUNT: Final = re.compile(r"(?<![\d제])(\d{1,3})대(?!강|도시|기업|대학)(?=\s|[가-힣])")
_SHORT_HEADS: Final = frozenset(["부", "처", "청", "법", "망"])
_OWN: Final = re.compile(r"(?:한국|국립|국가|대한|중앙)[가-힣]{2,8}(?:원|소|단|회|(?<!기)관)$")
LONGEST_NAME: Final = 6
"""How many words may stand before the head of a name without quotation marks."""
TELLING: Final = 4
"""From how many syllables on words that name nothing singly name something together: 통합민원 시스템."""


@value
class Found:
    """A name in a sentence.

    Attributes:
        start, end: The half-open range of the name.
        outer_start, outer: The range with its quotation marks and the brackets behind it.
        cls: Its class, or `UNKNOWN`.
        name: The name with single spaces.
        known: The id of the gazetteer, or empty.
        head: Its last telling noun.
        bare: Whether it names nothing by itself ("이 계획", "정보 시스템").
        det: The word that points back: 이, 동, 해당, 같은; or empty.
        count: The number of members that the name tells ("31대 과제").
        country: The code of the country that stands before it.
        office: For a person: the title.
        brackets: The ranges of what stands in brackets behind it.
        particle: What follows.
        quoted: Whether it stands in quotation marks.
        body: For a person: the range of the body whose title it is.
    """

    start: int
    end: int
    outer_start: int
    outer: int
    cls: str
    name: str
    known: str = ""
    head: str = ""
    bare: bool = False
    det: str = ""
    count: int = 0
    country: str = ""
    office: str = ""
    brackets: tuple[tuple[int, int], ...] = ()
    particle: Particle = field(default=Particle(0, "", ""))
    quoted: bool = False
    body: tuple[int, int] | None = None

    @property
    def role(self) -> str:
        """The role that the particles give."""
        return self.particle.role


class Sheet:
    """What is known of a sentence while its names are found: surest first, each keeps its words.

    Attributes:
        text: The sentence.
        words: The word tables.
        hits: The known names in it, those that may be meant.
        times: The expressions of time in it; nothing inside one belongs to a name.
        taken: For each character whether a name (1) or a time (2) holds it.
        found: The names so far.
        eojeols: The words between spaces.
    """

    def __init__(self, text: str, words: Words, hits: tuple[Hit, ...], times: tuple[TimeMention, ...]) -> None:
        self.text, self.words, self.hits = text, words, hits
        self.taken = bytearray(len(text) + 1)
        self.found: list[Found] = []
        self.eojeols = eojeols(text)
        self.times = times
        for time in times:
            self.take(time.start, time.end, 2)

    def take(self, start: int, end: int, mark: int = 1) -> None:
        """Mark a range: 1 for a name, 2 for a time, 0 to give it back."""
        self.taken[start:end] = bytes([mark]) * (end - start)

    def free(self, start: int, end: int) -> bool:
        """Return whether nothing holds any character of a range."""
        return not any(self.taken[start:end])

    def add(self, found: Found) -> None:
        """Keep a name, with its words."""
        self.found.append(found)
        self.take(found.outer_start, found.end)

    def head(self, word: str) -> Head | None:
        """Return the head of a word that may be a name, unless the word merely looks like one."""
        words = self.words
        if word in words.not_heads:
            return None
        if word in words.local_governments:
            return Head(word[-1], "egov:LocalGovernment", weak=False)
        head = words.head_of(word)
        if head is None:
            return Head(word[-1], "egov:Agency", weak=False) if _OWN.fullmatch(word) else None
        if head.word in _SHORT_HEADS:
            stem = word[: -len(head.word)]
            if (word[-2:] in words.lookalikes and word[-3:] not in words.unlike) or any(
                word[-n:] in words.not_heads for n in range(3, min(7, len(word)) + 1) if head.word != "부"
            ):
                return None
            if len(stem) < 2 and stem:
                return None
            if not stem and head.word != "망":
                return head if head.word == "법" else None
        return head

    def times_at(self, place: int) -> bool:
        """Return whether a full date, and not a bare year, stands behind a place."""
        return any(place <= t.start <= place + 1 and not re.fullmatch(r"\d{4}", t.value.words) for t in self.times)

    def before(self, start: int) -> Eojeol | None:
        """Return the word right before a place."""
        return next((e for e in reversed(self.eojeols) if e.end <= start), None)


def is_tail(tail: str) -> bool:
    """Return whether particles may end a name: a copula in the bare "다" ends a verb."""
    return tail not in ("다", "이라", "로의")


def count_in(name: str) -> int:
    """Return the number of members that a name tells, more than one; else 0.

    Example:
        >>> count_in("11대 과제"), count_in("기본계획")
        (11, 0)
    """
    match = _COUNT.search(name)
    number = int(match[1]) if match else 0
    return number if number > 1 else 0
