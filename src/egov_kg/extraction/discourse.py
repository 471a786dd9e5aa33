"""Anaphora, few and explicit: what "he", "it", "these initiatives" and "President Kim" stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.extraction.patterns import Mention
from egov_kg.extraction.resolution import Resolver, family, surname_of
from egov_kg.extraction.tokens import fold, singular
from egov_kg.model import Thing

__all__ = ["History", "Seen"]


_NEUTER: Final = ("egov:Body", "egov:Undertaking", "egov:Enactable")
_KINDS: Final = (
    "egov:Agency",
    "egov:Committee",
    "egov:InformationSystem",
    "egov:Programme",
    "egov:Initiative",
    "egov:Project",
)
_OFTEN: Final = 3
"""Times from which on a thing is what a document speaks of, wherever it was named last."""

_ALIKE: Final = (
    frozenset({"law", "act", "statute", "code"}),
    frozenset(
        ["agency", "authority", "office", "department", "directorate", "unit", "institute", "bureau", "centre",
         "center", "organisation", "organization", "service", "secretariat", "corporation", "division", "inspectorate"]
    ),
    frozenset({"board", "committee", "commission", "council", "task force", "working group"}),
    frozenset({"system", "platform", "portal", "network", "service", "app", "website", "infrastructure", "gateway"}),
    frozenset({"programme", "program", "initiative", "project", "scheme", "campaign"}),
)  # fmt: skip
"""Nouns of which one may take up what another one named."""


class Seen(NamedTuple):
    """A thing that running text has named.

    Attributes:
        thing: What.
        mention: By which words.
        sentence: The number of the sentence, over the document.
        section: The number of the section (headings count it up).
        paragraph: The number of the paragraph.
        leads: Whether the sentence begins with it, but for when or where something was.
    """

    thing: Thing
    mention: Mention
    sentence: int
    section: int
    paragraph: int
    leads: bool = False


@dataclass
class History:
    """What has been named so far, for anaphors to look back on.

    A document may be long: what is asked of all of it is kept by what is asked for, the rest is read from its end.

    Attributes:
        resolver: Where things come from.
        seen: What was named, in order.
        sentence, section, paragraph: The numbers of those that are being read; they only grow.
        muted: Whether what is read is no running text.
        often: How often each thing was named, by id, in the order of their first names.
    """

    resolver: Resolver
    seen: list[Seen] = field(default_factory=list)
    sentence: int = 0
    section: int = 0
    paragraph: int = 0
    muted: bool = False
    often: Counter[str] = field(default_factory=Counter)
    _people: dict[Thing, None] = field(default_factory=dict, repr=False)
    _sets: dict[tuple[str, ...], Thing] = field(default_factory=dict, repr=False)
    _by_word: dict[str, dict[Thing, list[int]]] = field(default_factory=dict, repr=False)

    def note(self, thing: Thing, mention: Mention, *, leads: bool = False) -> None:
        """Remember that a thing was named; the rows of a table are no running text."""
        if self.muted:
            return
        self._add(Seen(thing, mention, self.sentence, self.section, self.paragraph, leads))

    def _add(self, seen: Seen) -> None:
        thing, mention = seen.thing, seen.mention
        self.often[thing.id] += 1
        if thing.cls in ("egov:Person", "egov:Administration"):
            self._people.pop(thing, None)
            self._people[thing] = None
        if mention.count > 1:
            words = (w for w in fold(mention.name).split() if not self.resolver.lexicon.number(w))
            self._sets[tuple(words)] = thing
        for word in set(_words(thing.label)):
            places = self._by_word.setdefault(word, {}).setdefault(thing, [len(self.seen), 0, 0])
            places[1:] = len(self.seen), places[2] + 1
        self.seen.append(seen)

    @property
    def here(self) -> list[Seen]:
        """What was named in this sentence, in order."""
        first = len(self.seen)
        while first and self.seen[first - 1].sentence == self.sentence:
            first -= 1
        return self.seen[first:]

    @property
    def near(self) -> list[Seen]:
        """What was named in this paragraph, in order."""
        first = len(self.seen)
        while first and self.seen[first - 1].paragraph == self.paragraph:
            first -= 1
        return self.seen[first:]

    def again(self, thing: Thing) -> None:
        """Remember that a pronoun has named a thing once more, so that the next one can mean it too."""
        for seen in reversed(self.seen):
            if seen.thing.id == thing.id:
                self._add(
                    seen._replace(sentence=self.sentence, section=self.section, paragraph=self.paragraph, leads=True)
                )
                return

    def person_of_surname(self, name: str) -> Thing | None:
        """Return the nearest person named in full with a surname, in the document so far; else nothing."""
        wanted = name.casefold()
        korean = self.resolver.jurisdiction in ("kr", "cn", "jp", "vn", "hk", "tw")
        for thing in reversed(self._people):
            full = thing.label if thing.cls == "egov:Person" else thing.label.removesuffix(" administration")
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
        near = [s for s in self.near if self.sentence - s.sentence <= 1]
        if word in ("he", "she"):
            people = [s for s in near if s.thing.cls == "egov:Person"]
            leading = [s for s in people if s.leads and s.sentence < self.sentence]
            several = len({s.thing.id for s in people}) > 1
            return [s.thing for s in (leading[-1:] if several and leading else people[-1:])]
        if word == "it":
            before = [s for s in near if s.sentence < self.sentence] or near
            if done and before and vocab.is_subclass(before[0].thing.cls, "egov:Body"):
                kinds = ("egov:Undertaking", "egov:Enactable")
                works = [s for s in before if any(vocab.is_subclass(s.thing.cls, c) for c in kinds)]
                before = works[:1] or before
            fitting = [s for s in before if any(vocab.is_subclass(s.thing.cls, c) for c in _NEUTER)]
            if not fitting:
                return []
            # the subject of the sentence before, or the only thing there that can be meant
            alone = len({s.thing.id for s in fitting}) == 1 and any(s.leads for s in before)
            if fitting[0].leads or done or alone:
                return [fitting[0].thing]
        return []

    def definite(self, mention: Mention) -> list[Thing]:
        """Return what "the plan", "this agency", "these initiatives" stand for; nothing if it is open."""
        if mention.det not in ("the", "this", "these", "those", "that", "their", "its"):
            return []
        if mention.det == "the" and mention.name[0].isupper() and mention.name.casefold() in self.resolver.called:
            return [self.resolver.called[mention.name.casefold()]]
        plural = mention.name.casefold() != mention.head
        group = family(mention.cls)
        near = self.near
        if plural:
            return self._several(mention, group, near)
        if mention.det in ("the", "its", "their"):
            near = [s for s in near if self.sentence - s.sentence <= 2]
        named = self._with_head(mention, group, near)
        protagonist = self._protagonist(mention, group)
        if not named and (leading := self._of_kind(mention, near)):
            return leading
        if named:
            latest = [s for s in named if s.sentence == named[-1].sentence]
            if len({s.thing.id for s in latest}) == 1:
                return [] if self._is_rivalled(latest[0], mention, near) else [latest[0].thing]
            # two are near: only what the text has been about before can be meant
            before = [s for s in self.seen if s.sentence < latest[0].sentence]
            rivals = {s.thing.id for s in latest} - {t.id for t in protagonist}
            known = {s.sentence for s in before if any(s.thing.id == t.id for t in protagonist)}
            clear = len(known) > 1 and not any(s.thing.id in rivals for s in before)
            return [t for t in protagonist if clear and any(s.thing.id == t.id for s in named)]
        return protagonist

    def _with_head(self, mention: Mention, group: str, near: Sequence[Seen]) -> list[Seen]:
        """Return the single things of a kind whose names have the noun itself, else one that means the same.

        What a thing is only said to be ("... is a federal law") comes last.
        """
        single = [
            s
            for s in near
            if family(s.thing.cls) == group
            and not (s.mention.count > 1 or _is_plural(s.mention))
            and _head_of(s, mention)
        ]
        for kept in (
            [s for s in single if s.mention.det not in ("a", "an") and _head_of(s, mention) == 2],
            [s for s in single if s.mention.det not in ("a", "an")],
        ):
            if kept:
                return kept
        return single

    def _is_rivalled(self, seen: Seen, mention: Mention, near: Sequence[Seen]) -> bool:
        """Whether the sentence that names a thing speaks of another one that the same noun may mean."""
        return any(
            s.leads and s.thing.id != seen.thing.id and s.sentence == seen.sentence and self._may_be(s, mention)
            for s in near
        )

    def _several(self, mention: Mention, group: str, near: Sequence[Seen]) -> list[Thing]:
        """Return the set, or the single things, that a plural stands for."""
        for seen in reversed(near):
            plural = seen.mention.count > 1 or _is_plural(seen.mention)
            if plural and family(seen.thing.cls) == group and _head_of(seen, mention) == 2:
                return [seen.thing]
        several = [
            s.thing for s in near if family(s.thing.cls) == group and fold(s.thing.label).split()[-1:] == [mention.head]
        ]
        return list(dict.fromkeys(several))

    def _of_kind(self, mention: Mention, near: Sequence[Seen]) -> list[Thing]:
        """Return the thing that a noun of its kind means: the subject of the sentence before, or the only one there.

        Its own name must not say that it is something else: no ministry is "the agency".
        """
        if mention.det not in ("the", "this") or mention.cls not in _KINDS:
            return []
        # the things of the sentence itself are what is said to belong to it, or to do something to it
        earlier = [s for s in near if s.sentence < self.sentence]
        last = [s for s in earlier if s.sentence == earlier[-1].sentence]
        fitting = [s for s in last if self._may_be(s, mention)]
        if fitting and (fitting[0].leads or len({s.thing.id for s in fitting}) == 1):
            return [fitting[0].thing]
        return []

    def _may_be(self, seen: Seen, mention: Mention) -> bool:
        thing = seen.thing
        if thing.cls == "egov:Administration" or thing.id.endswith("/government"):
            return False
        if not vocab.is_subclass(thing.cls, mention.cls) and family(thing.cls) != "egov:Undertaking":
            return False
        words = fold(thing.label).split()
        heads = {w for w in (*words[:1], *words[-1:]) if self.resolver.lexicon.head_at((w,))}
        if seen.mention.head:
            heads.add(singular(seen.mention.head))
        alike = next((kinds for kinds in _ALIKE if mention.head in kinds), frozenset({mention.head}))
        return not heads or not heads.isdisjoint(alike)

    def _protagonist(self, mention: Mention, group: str) -> list[Thing]:
        """Return the one thing of a kind that the document speaks of, or twice as often as of any other.

        What was named once or twice must have been named in this paragraph or the one before.
        """
        if mention.det not in ("the", "this"):
            return []
        kind = re.compile(rf"\b{re.escape(mention.head)}\b", re.IGNORECASE)
        named = self._by_word.get(_words(mention.head)[0], {}) if _words(mention.head) else {}
        alike = [
            (places, thing)
            for thing, places in named.items()
            if family(thing.cls) == group and kind.search(thing.label)
        ]
        counts: Counter[str] = Counter()
        for (_, _, count), thing in sorted(alike, key=lambda one: one[0]):
            counts[thing.id] += count
        often = counts.most_common(2)
        if not often or (len(often) > 1 and often[0][1] < 2 * often[1][1]):
            return []
        last = self.seen[max(places[1] for places, thing in alike if thing.id == often[0][0])]
        if often[0][1] < _OFTEN and self.paragraph - last.paragraph > 1:
            return []
        return [last.thing]

    def counted(self, mention: Mention) -> Thing | None:
        """Return the counted set that "each E-Government project" or, in a past event, "E-Government projects" means.

        The nearest earlier set of that description in running text; a quantifier or a possessive keeps the words
        from meaning it.
        """
        return self._sets.get(tuple(fold(mention.name).split()))


_WORD: Final = re.compile(r"\w+")


def _words(name: str) -> list[str]:
    return _WORD.findall(name.casefold())


def _head_of(seen: Seen, mention: Mention) -> int:
    """Return 2 if an earlier name has the head noun of an anaphor, 1 if it has another noun for laws, else 0."""
    words = fold(seen.thing.label).split()
    heads = {singular(seen.mention.head), *words[-1:], *words[:1]}
    if mention.head in heads:
        return 2
    return 1 if mention.head in _ALIKE[0] and not _ALIKE[0].isdisjoint(heads) else 0


def _is_plural(mention: Mention) -> bool:
    last = mention.name.casefold().split()[-1]
    return singular(last) != last


def distinct(things: Sequence[Thing]) -> tuple[Thing, ...]:
    """Return things, each once, in order."""
    return tuple({t.id: t for t in things}.values())
