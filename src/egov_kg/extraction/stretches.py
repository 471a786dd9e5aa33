"""Stretches of a clause that may hold phrases: what stands before a verb, behind it, behind "by"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.extraction.predications import Predication
from egov_kg.extraction.tokens import singular
from egov_kg.model import Block

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["Side", "Stretches"]

_OF_TARGET: Final = frozenset({"to", "of", "for", "in", "facing", "against"})
_HELPING: Final = frozenset(
    ["possible", "success", "successful", "enabled", "facilitated", "helped", "contributed", "supported", "success"]
)  # fmt: skip
_HINDERING: Final = frozenset(["failure", "hampered", "hindered", "impeded", "failed", "difficult", "delay", "delays"])
_AFTER: Final = re.compile(r",?\s(?:although|though|whereas|while|because|since|so\sthat|which|who)\s", re.IGNORECASE)


@dataclass(slots=True)
class Side:
    """A stretch of the view that may hold phrases."""

    start: int
    end: int
    chunks: list[Chunk] = field(default_factory=list)


class Stretches:
    """The stretches of one clause, and what they hold."""

    def __init__(  # noqa: PLR0917 - each is a different thing
        self, narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
        made: Sequence[Predication],
    ) -> None:  # fmt: skip
        self.narrator, self.block, self.reading = narrator, block, reading
        self.items, self.chunks, self.made = items, chunks, made
        self.draft, self.arguments = narrator.draft, narrator.arguments
        self.adviser = narrator.draft.work

    # --- stretches of the sentence ------------------------------------------------------------------------------

    def before(self, one: Predication) -> Side | None:
        """Return what stands before a verb as its subject."""
        if not one.subjects or one.subjects[0].first >= one.verb_at[0]:
            return None
        if any(c.kind == "R" and one.subjects[0].first < c.first < one.verb_at[0] for c in self.chunks):
            return None
        return self.side(one.subjects[0].first, one.verb_at[0])

    def behind(self, one: Predication) -> Side | None:
        """Return what stands behind a verb, up to the next clause."""
        stop = len(self.items)
        for other in self.made:
            if other.form == "finite" and other.verb_at[0] > one.verb_at[1] and not self._is_relative(other):
                own = [s.first for s in other.subjects if s.first > one.verb_at[1]]
                stop = min(stop, own[0] if own else other.verb_at[0])
                break
        return self.side(one.verb_at[1], stop)

    def _is_relative(self, other: Predication) -> bool:
        """Whether a verb is that of a relative clause ("ordinances that recognise payments")."""
        before = [c for c in self.chunks if c.last <= other.verb_at[0]]
        return bool(before) and before[-1].kind == "R"

    def agents(self, one: Predication) -> Side | None:
        """Return the stretch of what does it, in either voice."""
        if not one.passive:
            return self.before(one)
        by = next((c for p, c in one.adjuncts if p == "by"), None)
        behind = self.behind(one)
        if by is None or behind is None:
            return None
        return self.side(by.first, self._index(behind.end))

    def themes(self, one: Predication) -> Side | None:
        """Return the stretch of what it is done to, in either voice."""
        if one.passive:
            return self.before(one)
        return self.side(one.objects[0].first, len(self.items)) if one.objects else self.behind(one)

    def _index(self, place: int) -> int:
        return next((i for i, x in enumerate(self.items) if x.start >= place), len(self.items))

    def side(self, first: int, stop: int) -> Side | None:
        """Return a stretch of items without the joints at its end, up to a clause that explains it."""
        while stop > first and (
            self.items[stop - 1].kind == "sign" or self.items[stop - 1].text in ("and", "or", "but", "that")
        ):
            stop -= 1
        if stop <= first:
            return None
        start, end = self.items[first].start, self.items[stop - 1].end
        if cut := _AFTER.search(self.reading.text, start, end):
            end = cut.start()
        return Side(start, end, [c for c in self.chunks if first <= c.first < stop])

    # --- what the stretches hold --------------------------------------------------------------------------------

    def members(self, side: Side | None, cls: str) -> list[Named]:
        """Return the phrases of a stretch, unless an actor, a system or an announcing noun stands there."""
        if side is None:
            return []
        nouns = [c for c in side.chunks if c.kind == "N"]
        if nouns and (self.announces(nouns[0]) or self._is_named(nouns[0])):
            return []
        return members(self.narrator, self.block, self.reading, side.start, side.end, cls)

    def _is_named(self, chunk: Chunk) -> bool:
        item = self.items[chunk.main]
        if item.kind != "thing":
            return item.text in ("this", "that", "it", "they", "which", "government", "ministry", "agency") or (
                chunk.first == chunk.main and item.text in self.narrator.resolver.lexicon.determiners
            )
        return any(
            vocab.is_subclass(item.cls, c) for c in ("egov:Actor", "egov:Undertaking", "egov:Country", "egov:Enactable")
        )

    def announces(self, chunk: Chunk) -> str:
        """Return the class of what a phrase announces ("main challenges"), or an empty string."""
        item = self.items[chunk.main]
        if item.kind != "word":
            return ""
        one = singular(item.text)
        if one == "factor" and item.text != one:
            words = {x.text for x in self.items}
            return "egov:Enabler" if words & _HELPING else "egov:Barrier" if words & _HINDERING else ""
        two = f"{self.items[chunk.main - 1].text} {one}" if chunk.main > chunk.first else one
        return self.arguments.nouns.get(two, "") or self.arguments.nouns.get(one, "")

    def is_document(self, chunks: Sequence[Chunk]) -> bool:
        """Whether the subject is the document itself: "this study", "the authors"."""
        if not chunks:
            return False
        chunk = chunks[0]
        item = self.items[chunk.main]
        if item.kind == "thing":
            return any(t.id == self.draft.work.id for t in item.things)
        text = item.text
        return singular(text) in self.arguments.documents or (text == "it" and self.narrator.speaks_of_itself)

    def target(self, side: Side | None) -> list[Named]:
        """Return what a barrier hampers or an enabler helps: the thing named, else the phrase."""
        if side is None:
            return []
        nouns = [c for c in side.chunks if c.kind == "N"]
        if nouns and self.announces(nouns[0]):
            return []
        if len(nouns) == 1 and self.items[nouns[0].main].kind == "thing":
            item = self.items[nouns[0].main]
            return [Named(t, a, b) for t, (a, b) in zip(item.things, item.places, strict=True)]
        named = phrase(self.narrator, self.block, self.reading, side.start, side.end, "egov:PolicyGoal")
        return [named] if named and len(named.thing.label.split()) <= 12 else []

    def target_of(self, chunk: Chunk) -> list[Named]:
        """Return what "barriers to X" are barriers to."""
        at = next((i for i, c in enumerate(self.chunks) if c is chunk), -1)
        if at < 0 or at + 2 >= len(self.chunks) or self.chunks[at + 1].text not in _OF_TARGET:
            return []
        first, last = self.chunks[at + 2].first, self.chunks[at + 2].last
        k = at + 3
        while (
            k + 1 < len(self.chunks) and self.chunks[k].text in ("of", "in", "for") and self.chunks[k + 1].kind == "N"
        ):
            last, k = self.chunks[k + 1].last, k + 2
        return self.target(self.side(first, last))

    def owner(self, chunk: Chunk) -> list[Named]:
        """Return whose goals are announced: "the objectives of X", "X's aims", "its priorities", "X, whose aim"."""
        at = next((i for i, c in enumerate(self.chunks) if c is chunk), -1)
        first = self.items[chunk.first]
        if at > 1 and self.chunks[at - 1].text == "whose":
            holder = self.chunks[at - 3] if self.chunks[at - 2].kind == "K" and at > 2 else self.chunks[at - 2]
            return self.things(holder)
        if 0 <= at < len(self.chunks) - 2 and self.chunks[at + 1].text == "of":
            return self.things(self.chunks[at + 2])
        if first.kind == "thing":
            return [Named(t, a, b) for t, (a, b) in zip(first.things, first.places, strict=True)]
        if first.text in ("its", "their"):
            return [Named(t, first.start, first.end) for t in self.narrator.history.pronoun("it")]
        return []

    def things(self, chunk: Chunk) -> list[Named]:
        """Return what a noun phrase names."""
        item = self.items[chunk.main] if chunk.kind == "N" else None
        if item is None or item.kind != "thing":
            return []
        return [Named(t, a, b) for t, (a, b) in zip(item.things, item.places, strict=True)]
