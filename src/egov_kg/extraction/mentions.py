"""What reading a sentence yields: mentions, words that name a thing before it is known which one."""

from __future__ import annotations

import re

from egov_kg.extraction.citations import Work
from egov_kg.extraction.times import TimeMention
from egov_kg.extraction.tokens import Token, singular
from egov_kg.values import value

__all__ = ["LIGHT_WORDS", "Mention", "Reading", "acronym_fits"]


@value
class Mention:
    """Words of a view that name a thing, before it is known which one.

    Attributes:
        start, end: The half-open range in the view, with determiner, acronym and bracket.
        cls: The class that the words suggest.
        name: The naming words themselves, determiner and bracket left out.
        name_start, name_end: Where the naming words stand.
        thing: The id, when the name is a known one.
        head: The head noun, singular and lower case; empty for a name without one.
        det: The determiner or quantifier before it, lower case; empty if there is none.
        acronym: The acronym that the text gives with it, or empty.
        alias: Another name that the text gives in the bracket, or empty.
        count: The size of a counted set, or 0.
        ordinal: ``1st``, ``2nd`` ... or empty.
        times: The bracketed times that follow it.
        country: The code of the country that its words name, or empty.
        place: The code of the only country that the sentence speaks of, where its words name none; with a question
            mark before it unless the sentence opens with it ("In Denmark, ..."); or empty.
        pattern: The id of the pattern that found it.
        number: The number of a law, as written, or empty.
        names: The single names, where a coordination shares one head ("the 1st and 2nd plans"); else empty.
    """

    start: int
    end: int
    cls: str
    name: str
    name_start: int
    name_end: int
    thing: str = ""
    head: str = ""
    det: str = ""
    acronym: str = ""
    alias: str = ""
    count: int = 0
    ordinal: str = ""
    times: tuple[TimeMention, ...] = ()
    country: str = ""
    place: str = ""
    pattern: str = ""
    number: str = ""
    names: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether the words are a head noun alone, as in "the plan": an anaphor, no name."""
        if " " in self.name and " " not in self.head:
            return False
        if self.cls in ("egov:GovernmentLevel", "egov:ActorGroup"):
            return self.name.casefold() in (self.head, f"{self.head}s") and " " not in self.head
        return bool(self.head) and not self.number and singular(self.name.casefold()) == self.head


@value
class Reading:
    """What a sentence (or a row, a caption, a note) names.

    Attributes:
        text: The view it stands in.
        start, end: Its half-open range there.
        tokens: Its words.
        mentions: The outermost mentions, in order, none overlapping.
        inner: Mentions inside others (a technology inside the name of a project).
        times: The times outside citations, in order.
        works: The works it cites.
    """

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    inner: tuple[Mention, ...]
    times: tuple[TimeMention, ...]
    works: tuple[Work, ...]


LIGHT_WORDS = frozenset(
    ["of", "for", "and", "the", "to", "on", "in", "at", "a", "an", "with", "by", "&", "de", "la", "del"]
)
"""Words of a long form that lend no letter to its acronym."""


def acronym_fits(acronym: str, name: str) -> bool:
    """Return whether the letters of an acronym come from its long form.

    Word initials first (light words may be skipped), then letters in order; 2 and 4 may stand for "to" and "for".

    Example:
        >>> acronym_fits("PPSS", "Personnel Policy Support System"), acronym_fits("G4C", "Government for Citizens")
        (True, True)
        >>> acronym_fits("KONEPS", "Korean Online E-Procurement System"), acronym_fits("PC", "office equipment")
        (True, False)
    """
    letters = [c for c in acronym.casefold() if c.isalnum()]
    if len(letters) < 2:
        return False
    words = [w.casefold() for w in re.findall(r"[^\W_]+", name)]
    for skip_light in (True, False):
        initials = [w[0] for w in words if not (skip_light and w in LIGHT_WORDS)]
        if initials == letters:
            return True
    plain = [{"4": "for", "2": "to"}.get(c, c) if c in "42" else c for c in letters]
    if [w if p == w else w[0] for w, p in zip(words, plain, strict=False)] == plain and len(words) == len(plain):
        return True
    rest = "".join(c for c in name.casefold() if c.isalnum())
    if not words or letters[0] != rest[:1] or len(letters) < 3 or len(words) > len(letters) * 2:
        return False
    for letter in letters:
        place = rest.find(letter)
        if place < 0:
            return False
        rest = rest[place + 1 :]
    return True
