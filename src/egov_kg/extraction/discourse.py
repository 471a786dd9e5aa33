"""Anaphora, few and explicit: what "he", "it", "these initiatives" and "President Kim" stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from egov_kg import vocab
from egov_kg.extraction.patterns import Mention
from egov_kg.extraction.resolution import Resolver, family, surname_of
from egov_kg.extraction.tokens import fold, singular
from egov_kg.model import Thing

__all__ = ["History", "Seen"]


class Seen(NamedTuple):
    """A thing that running text has named.

    Attributes:
        thing: What.
        mention: By which words.
        sentence: The number of the sentence, over the document.
        section: The number of the section (headings count it up).
        paragraph: The number of the paragraph.
    """

    thing: Thing
    mention: Mention
    sentence: int
    section: int
    paragraph: int


@dataclass
class History:
    """What has been named so far, for anaphors to look back on."""

    resolver: Resolver
    seen: list[Seen] = field(default_factory=list)
    sentence: int = 0
    section: int = 0
    paragraph: int = 0
    muted: bool = False

    def note(self, thing: Thing, mention: Mention) -> None:
        """Remember that a thing was named; the rows of a table are no running text."""
        if self.muted:
            return
        self.seen.append(Seen(thing, mention, self.sentence, self.section, self.paragraph))

    def again(self, thing: Thing) -> None:
        """Remember that a pronoun has named a thing once more, so that the next one can mean it too."""
        for seen in reversed(self.seen):
            if seen.thing.id == thing.id:
                self.seen.append(seen._replace(sentence=self.sentence, section=self.section, paragraph=self.paragraph))
                return

    def person_of_surname(self, name: str) -> Thing | None:
        """Return the nearest person named in full with a surname, in the document so far; else nothing."""
        wanted = name.casefold()
        korean = self.resolver.jurisdiction in ("kr", "cn", "jp", "vn", "hk", "tw")
        for seen in reversed(self.seen):
            full = ""
            if seen.thing.cls == "egov:Person":
                full = seen.thing.label
            elif seen.thing.cls == "egov:Administration":
                full = seen.thing.label.removesuffix(" administration")
            words = full.casefold().split()
            surnames = {surname_of(full, korean_order=korean)} if full else set()
            if len(words) > 1 and not any("-" in w for w in words):
                surnames |= {words[0], words[-1]} if korean else {words[-1]}
            if len(words) > 1 and wanted in surnames:
                return self.resolver.person(full)
        return None

    def last_actor(self) -> Thing | None:
        """Return the level of government or the group that the sentence before this one spoke of last."""
        for seen in reversed(self.seen):
            if seen.paragraph != self.paragraph or self.sentence - seen.sentence > 1:
                break
            if seen.sentence < self.sentence and vocab.is_subclass(seen.thing.cls, "egov:ActorGroup"):
                return seen.thing
        return None

    def pronoun(self, word: str, *, done: bool = False) -> list[Thing]:
        """Return what a pronoun at the beginning of a clause stands for; nothing if it is open.

        Args:
            word: The pronoun, lower case.
            done: Whether its verb says what is done to works and laws ("it was adopted").
        """
        near = [s for s in self.seen if self.sentence - s.sentence <= 1 and s.paragraph == self.paragraph]
        if word in ("he", "she"):
            return [s.thing for s in reversed(near) if s.thing.cls == "egov:Person"][:1]
        if word == "it":
            before = [s for s in near if s.sentence < self.sentence] or near
            if done and before and vocab.is_subclass(before[0].thing.cls, "egov:Body"):
                kinds = ("egov:Undertaking", "egov:Enactable")
                works = [s for s in before if any(vocab.is_subclass(s.thing.cls, c) for c in kinds)]
                before = works[:1] or before
            for seen in before:
                if any(
                    vocab.is_subclass(seen.thing.cls, c) for c in ("egov:Body", "egov:Undertaking", "egov:Enactable")
                ):
                    return [seen.thing]
        return []

    def definite(self, mention: Mention) -> list[Thing]:
        """Return what "the plan", "this agency", "these initiatives" stand for; nothing if it is open."""
        if mention.det not in ("the", "this", "these", "those", "that", "their", "its"):
            return []
        plural = mention.name.casefold() != mention.head
        group = family(mention.cls)
        near = [s for s in self.seen if s.paragraph == self.paragraph]
        if mention.det in ("the", "its", "their") and not plural:
            near = [s for s in near if self.sentence - s.sentence <= 2]
        for seen in reversed(near):
            words = fold(seen.thing.label).split()
            same_head = singular(seen.mention.head) == mention.head or mention.head in (*words[-1:], *words[:1])
            if family(seen.thing.cls) != group or not same_head:
                continue
            is_plural = seen.mention.count > 1 or _is_plural(seen.mention)
            if plural == is_plural:
                return [seen.thing]
        if plural:
            several = [
                s.thing
                for s in near
                if family(s.thing.cls) == group and fold(s.thing.label).split()[-1:] == [mention.head]
            ]
            return list(dict.fromkeys(several))
        protagonist = self._protagonist(mention, group)
        if not protagonist and mention.cls in ("egov:Agency", "egov:Committee") and mention.det in ("the", "this"):
            # the bodies of the sentence itself are what is said to belong to the agency, or to do something to it
            earlier = [s for s in near if s.sentence < self.sentence]
            last = max((s.sentence for s in earlier), default=0)
            subjects = [s for s in earlier if s.sentence == last]
            for seen in subjects or [*reversed(near)]:
                if seen.thing.cls != "egov:Administration" and vocab.is_subclass(seen.thing.cls, mention.cls):
                    return [seen.thing]
        return protagonist

    def _protagonist(self, mention: Mention, group: str) -> list[Thing]:
        """Return the one thing of a kind that the document has spoken of so far, or twice as often as of any other."""
        if mention.det not in ("the", "this"):
            return []
        kind = re.compile(rf"\b{re.escape(mention.head)}\b", re.IGNORECASE)
        often = Counter(
            s.thing.id for s in self.seen if family(s.thing.cls) == group and kind.search(s.thing.label)
        ).most_common(2)
        if not often or (len(often) > 1 and often[0][1] < 2 * often[1][1]):
            return []
        return [next(s.thing for s in self.seen if s.thing.id == often[0][0])]

    def counted(self, mention: Mention) -> Thing | None:
        """Return the counted set that "each E-Government project" or, in a past event, "E-Government projects" means.

        The nearest earlier set of that description in running text; a quantifier or a possessive keeps the words
        from meaning it.
        """
        words = fold(mention.name).split()
        for seen in reversed(self.seen):
            if seen.mention.count > 1:
                described = [w for w in fold(seen.mention.name).split() if not self.resolver.lexicon.number(w)]
                if described == words:
                    return seen.thing
        return None


def _is_plural(mention: Mention) -> bool:
    last = mention.name.casefold().split()[-1]
    return singular(last) != last


def distinct(things: Sequence[Thing]) -> tuple[Thing, ...]:
    """Return things, each once, in order."""
    return tuple({t.id: t for t in things}.values())
