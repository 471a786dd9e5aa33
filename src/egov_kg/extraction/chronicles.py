"""Entries of chronologies: the date before an entry, or in the heading above it, dates what the entry tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from egov_kg.extraction.clauses import Item
from egov_kg.extraction.relative_times import date_line
from egov_kg.extraction.times import TimeMention, find_times, years_of
from egov_kg.extraction.verb_groups import CONJUNCTIONS, PREPOSITIONS
from egov_kg.model import Block, Span

if TYPE_CHECKING:
    from egov_kg.extraction.frames import Frames
    from egov_kg.extraction.lexicon import Lexicon
    from egov_kg.extraction.narrative import Narrator

__all__ = ["Chronicle", "DateLine", "with_copula"]

_ENDS: Final = frozenset({",", ";", ".", ")", "("})
# "X adopted by Y", "X launched as a pilot": what may follow a participle that no auxiliary stands before.
_FOLLOWS: Final = PREPOSITIONS | CONJUNCTIONS
_PARTICLES: Final = frozenset({"up", "out", "in"})


FEWEST_HEADINGS: Final = 2
"""So many blocks that are a date alone make headings of dates those of a chronology."""
FEWEST_DATES: Final = 3
"""So many make any block that is a date alone the date of what follows."""
LONGEST_DATE: Final = 40


class DateLine(NamedTuple):
    """The date of an entry.

    Attributes:
        time: What it names.
        spans: Where it stands.
        start: Where the words of the entry begin in the view of its block.
    """

    time: TimeMention
    spans: tuple[Span, ...]
    start: int


def _level(block: Block) -> int:
    return int(block.attributes.get("level", "2"))


def with_copula(items: Sequence[Item], lexicon: Lexicon, frames: Frames) -> tuple[Item, ...]:
    """Return the items of a headline with the "was" that it leaves out: "Seals Act adopted by parliament".

    Only before the participle of a verb of the frames that ends the headline or goes on with a preposition; with any
    other verb before it the words are a sentence, and stay as they are.
    """
    for i, item in enumerate(items):
        if item.kind == "word" and item.text in lexicon.auxiliaries:
            return tuple(items)
        if item.kind != "word" or "participle" not in lexicon.verb_forms(item.text):
            continue
        after = items[i + 1] if i + 1 < len(items) else None
        lemma = lexicon.lemma(item.text)
        if after is not None and after.text in _PARTICLES and frames.of(f"{lemma} {after.text}", "participle"):
            lemma = f"{lemma} {after.text}"
            after = items[i + 2] if i + 2 < len(items) else None
        before = items[i - 1] if i else None
        named = any(x.kind == "thing" for x in items[:i])
        if before is None or not named or before.kind not in ("thing", "word") or not frames.of(lemma, "participle"):
            continue
        if after is None or after.text in _ENDS or after.text in _FOLLOWS:
            return (*items[:i], Item("word", "was", item.start, item.start), *items[i:])
        return tuple(items)
    return tuple(items)


@dataclass
class Chronicle:
    """Knows the date of the entry that is being read.

    Attributes:
        narrator: Where the entries are read.
    """

    narrator: Narrator
    _above: tuple[TimeMention, Block] | None = field(default=None, repr=False)
    _named: bool = field(default=False, repr=False)
    _entries: int = field(init=False, repr=False)
    _dates: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        blocks = [b for b in self.narrator.draft.document.blocks if b.kind in ("paragraph", "item", "heading")]
        starts = [(b, b.view.text[:120]) for b in blocks]
        self._entries = sum(b.kind == "paragraph" and date_line(text, listed=False) is not None for b, text in starts)
        self._dates = sum(_date_of(text) is not None for _, text in starts)

    def head(self, block: Block) -> DateLine | None:
        """Take notice of a heading: one that is a date alone dates what stands below it.

        Returns:
            The date of a heading below such a one: it names the entry that follows.
        """
        time = _date_of(block.view.text)
        if time is None and self._above is not None and _level(block) > _level(self._above[1]):
            above, heading = self._above
            self._named = True
            return DateLine(above, self.narrator.draft.spans(heading), 0)
        self._above = (time, block) if time is not None and self._dates >= FEWEST_HEADINGS else None
        self._named = False
        return None

    def line(self, block: Block) -> DateLine | None:
        """Return the date of a block: its own, or that of the heading above."""
        draft, text = self.narrator.draft, block.view.text
        if (date := int(block.attributes.get("date", 0))) and (time := _date_of(text[:date])):
            return DateLine(time, draft.spans(block, time.start, time.end), date + 1)
        alone = _date_of(text)
        if alone is not None:
            self._above = (alone, block) if self._dates >= FEWEST_DATES else self._above
            return None
        listed = block.kind == "item"
        # one paragraph behind a date is news; several are entries
        found = date_line(text, listed=listed) if listed or self._entries > 1 else None
        if found is not None:
            time, start = found
            return DateLine(time, draft.spans(block, time.start, time.end), start)
        # what stands below the heading of an entry describes it, and is no entry of its own
        if self._above is not None and block.kind in ("item", "paragraph") and not self._named:
            time, heading = self._above
            own = find_times(text[:40])
            if own and years_of(own[0].value) != years_of(time.value):
                return None
            return DateLine(time, draft.spans(heading), 0)
        return None


def _date_of(text: str) -> TimeMention | None:
    """Return the date that a text is, if it is one and nothing else."""
    if len(text) > LONGEST_DATE:
        return None
    times = find_times(text)
    alone = len(times) == 1 and times[0].value.words.strip() == text.strip(" .:()[]\u2013-")
    return times[0] if alone and not times[0].value.approximate else None
