"""Who heads a body: "its director general is Z", "Z was appointed director of X", "Z, the head of X"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.merging import bodies_of
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.predications import Predication
from egov_kg.model import Block, Span, Thing

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["read_heads"]

_HEADS: Final = frozenset(
    ["head", "director", "chair", "chairman", "chairwoman", "chairperson", "chief", "president", "commissioner",
     "director-general", "general", "leader", "ceo", "executive", "governor"]
)  # fmt: skip
_OFFICER: Final = re.compile(r"(?:chief|executive|managing)\s(?:\w+\s){0,2}(?:officer|director)", re.IGNORECASE)
_NO_OFFICE: Final = frozenset(["head", "leader", "chief", "executive", "general"])
_TITLE: Final = re.compile(
    r"(?:director|head|chief|chair(?:man|woman|person)?|president|ceo|executive\sdirector|commissioner)\b",
    re.IGNORECASE,
)
_DEPUTY: Final = re.compile(r"\b(?:deputy|vice|assistant|former|co-?)", re.IGNORECASE)
# "served as director of X", "succeeded Y as director of X"
_SERVING: Final = frozenset(["serve as", "act as", "work as", "succeed", "replace", "follow"])
_NAMING: Final = frozenset(["appoint", "name", "nominate", "elect", "become", "hire", "choose"])
_CAPITALS: Final = re.compile(r"(?:[A-ZÀ-Ž][\w’'.-]+\s){1,3}[A-ZÀ-Ž][\w’'-]+")
_NO_NAME: Final = frozenset(["the", "a", "an", "his", "her", "its", "who", "he", "she", "it", "they"])


def read_heads(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
    made: Sequence[Predication],
) -> None:  # fmt: skip
    """Take in who heads which body, and the office that somebody is said to have got."""
    reader = _Heads(narrator, block, reading, items, chunks)
    reader.titled()
    if not any(reader.is_post(c) for c in chunks if c.kind == "N"):
        return
    for one in made:
        if one.status or one.form == "noun":
            continue
        if one.verb == "be" and one.subjects and one.objects:
            reader.is_head(one.subjects[0], one.objects[0])
        elif (one.verb in _NAMING or one.verb in _SERVING) and one.subjects:
            reader.gets(one)
    reader.apposed()


class _Heads:
    """Reads one clause."""

    def __init__(
        self, narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk]
    ) -> None:
        self.narrator, self.block, self.reading = narrator, block, reading
        self.items, self.chunks = items, chunks

    def is_post(self, chunk: Chunk) -> bool:
        """Whether a phrase names the head of something: "the first director general"."""
        item = self.items[chunk.main]
        if item.kind == "thing":
            return item.cls == "egov:Office" and bool(_OFFICER.search(item.text) or item.text.split()[-1:] == ["CEO"])
        words = " ".join(x.text for x in self.items[chunk.first : chunk.last])
        return (item.text in _HEADS or bool(_OFFICER.search(words))) and not _DEPUTY.search(words)

    def is_head(self, subject: Chunk, other: Chunk) -> None:
        """Take in "the head of X is Z" and "Z is the head of X"."""
        for post, person in ((subject, other), (other, subject)):
            if self.is_post(post) and (named := self._person(person, sure=post is subject)) is not None:
                self._head(post, named)
                if len(self._words(post).split()) > 1:
                    self._office(post, named)
                return

    def gets(self, one: Predication) -> None:
        """Take in "Z was appointed director of X", "Z became the first head of X"."""
        acted_on = one.passive or one.verb == "become" or one.verb in _SERVING
        who = one.subjects[0] if acted_on else (one.objects[0] if one.objects else None)
        posts = [c for p, c in one.adjuncts if p in ("as", "to")]
        posts += one.objects[:1] if acted_on else [one.further] if one.further is not None else []
        if who is not None and not acted_on and self.items[who.first].kind == "thing" and who.last > who.first + 1:
            # "appointed Anna Larsen director general": two phrases without a joint
            posts.append(who._replace(first=who.first + 1))
            who = who._replace(last=who.first + 1, main=who.first)
        post = next((c for c in posts if self.is_post(c)), None)
        person = self._person(who, sure=True) if who is not None and post is not None else None
        if post is None or person is None:
            return
        self._head(post, person)
        self._office(post, person)

    def _office(self, post: Chunk, person: Named) -> None:
        """Take in the office that somebody is said to have."""
        words = self._words(post)
        if words and words not in _NO_OFFICE:
            office = self.narrator.resolver.office(words, self.narrator.resolver.jurisdiction)
            spans = self._spans(person, self.items[post.first].start, self.items[post.last - 1].end)
            self.narrator.draft.emit(person.thing, "egov:holdsOffice", office, spans, "describe.head.3")

    def titled(self) -> None:
        """Take in "Harbour Agency director Z"."""
        for body, person in itertools.pairwise(self.items):
            if person.kind != "thing" or person.cls != "egov:Person" or body.kind != "thing" or len(body.things) != 1:
                continue
            title = self.reading.text[person.start : person.places[0][1]]
            agency = vocab.is_subclass(body.cls, "egov:Agency") and body.cls != "egov:Ministry"
            if agency and _TITLE.match(title) and body.end + 1 >= person.start:
                spans = self.narrator.draft.spans(self.block, body.start, person.end)
                self.narrator.draft.emit(body.things[0], "egov:headedBy", person.things[0], spans, "describe.head.4")

    def apposed(self) -> None:
        """Take in "Z, the head of X, ..."."""
        for n in range(2, len(self.chunks) - 2):
            comma = self.chunks[n - 1].kind == "K" and self.chunks[n].kind == "N" and self.chunks[n - 2].kind == "N"
            if comma and self.chunks[n + 1].text == "of" and self.is_post(self.chunks[n]):
                person = self._person(self.chunks[n - 2], sure=False)
                if person is not None:
                    self._head(self.chunks[n], person, rule="describe.head.2")

    def _head(self, post: Chunk, person: Named, rule: str = "describe.head.1") -> None:
        for owner in self._owners(post):
            spans = self._spans(person, owner.start, owner.end)
            self.narrator.draft.emit(owner.thing, "egov:headedBy", person.thing, spans, rule)

    def _owners(self, post: Chunk) -> list[Named]:
        """Return the body that somebody is the head of."""
        chunks = self.chunks
        at = next((i for i, c in enumerate(chunks) if c.first <= post.first < c.last), -1)
        first = self.items[post.first]
        if at > 1 and chunks[at - 1].text == "whose":
            holder = chunks[at - 3] if at > 2 and chunks[at - 2].kind == "K" else chunks[at - 2]
            described = holder.kind == "N" and self.items[holder.main].det in ("a", "an")
            if described and at > 3 and chunks[at - 3].kind == "K" and chunks[at - 2] is holder:
                # "X, a unit of Y whose first chair was Z": it is X that Z chaired
                holder = chunks[at - 4] if at > 3 else holder
            return _agencies(self.items, holder) if holder.kind == "N" else []
        if 0 <= at < len(chunks) - 2 and chunks[at + 1].text in ("of", "at") and chunks[at + 2].kind == "N":
            return _agencies(self.items, chunks[at + 2])
        if first.text in ("its", "their"):
            return [Named(t, first.start, first.end) for t in self._protagonist(first.start)]
        return []

    def _protagonist(self, before: int) -> list[Thing]:
        """Return the body that "its" stands for: the one that this sentence, or the last, spoke of first."""
        history = self.narrator.history
        near = [s for s in history.near if history.sentence - s.sentence <= 1]
        here = [s for s in near if s.sentence == history.sentence and s.mention.start < before]
        for seen in (here, [s for s in near if s.sentence < history.sentence]):
            bodies = [
                s.thing for s in seen
                if vocab.is_subclass(s.thing.cls, "egov:Agency") or s.thing.cls == "egov:Committee"
            ]  # fmt: skip
            bodies = [b for b in bodies if not b.id.endswith("/government")]
            if not bodies:
                continue
            often = history.often.most_common(1)
            several = len({b.id for b in bodies}) > 1
            return [] if several and bodies[0].id != often[0][0] and bodies[0].cls == "egov:Ministry" else bodies[:1]
        return []

    def _person(self, chunk: Chunk, *, sure: bool) -> Named | None:
        """Return the person whom a phrase names; where the sentence leaves no doubt, one that only capitals show."""
        item = self.items[chunk.main]
        if item.kind == "thing":
            is_person = item.cls == "egov:Person" and len(item.things) == 1
            return Named(item.things[0], item.start, item.end) if is_person else None
        start, end = self.items[chunk.first].start, self.items[chunk.main].end
        if (
            not sure
            or self.items[chunk.first].text in _NO_NAME
            or not _CAPITALS.fullmatch(self.reading.text[start:end])
        ):
            return None
        if any(x.kind == "thing" for x in self.items[chunk.first : chunk.last]):
            return None
        lexicon = self.narrator.resolver.lexicon
        words = [x.text for x in self.items[chunk.first : chunk.main + 1]]
        if any(lexicon.head_at((w,)) or w in lexicon.country_words for w in words):
            return None
        return Named(self.narrator.resolver.person(" ".join(self.reading.text[start:end].split())), start, end)

    def _words(self, post: Chunk) -> str:
        item = self.items[post.main]
        if item.kind == "thing":
            return item.text
        words = [x.text for x in self.items[post.first : post.last]]
        while words and words[0] in (
            "the",
            "a",
            "an",
            "its",
            "first",
            "new",
            "interim",
            "current",
            "founding",
            "their",
        ):
            words = words[1:]
        return " ".join(words)

    def _spans(self, person: Named, start: int, end: int) -> tuple[Span, ...]:
        return self.narrator.draft.spans(self.block, min(person.start, start), max(person.end, end))


def _agencies(items: Sequence[Item], chunk: Chunk) -> list[Named]:
    return [
        n for n in bodies_of(items, chunk)
        if vocab.is_subclass(n.thing.cls, "egov:Agency") or n.thing.cls == "egov:Committee"
    ]  # fmt: skip
