"""Which things play the parts of a frame in a predication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.belongings import SUPPORT, examples_behind, listed_behind, owners_of
from egov_kg.extraction.chronicles import DateLine
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.closed_classes import AIMS
from egov_kg.extraction.coined_forms import is_name
from egov_kg.extraction.definitions import administration_under
from egov_kg.extraction.frames import Frame, Role
from egov_kg.extraction.goals import goals
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.extraction.predications import Predication
from egov_kg.extraction.quoted import is_cut_from_title
from egov_kg.extraction.sentence_items import is_description
from egov_kg.model import Block, Span, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["Cast"]

# "the implementation of the plan": what is done to the plan is done to it through its implementation.
_TRANSPARENT: Final = frozenset(
    [
        "issue", "issuance", "work", "provision", "delivery", "testing", "registration", "renewal",
        "implementation", "development", "progress", "operation", "rollout", "use", "deployment", "execution",
        "construction", "creation", "establishment", "formation",
        "design", "maintenance", "management", "building", "introduction", "version",
        "phase", "stage", "system", "systems", "operations", "activities", "realisation", "realization",
    ]
)  # fmt: skip
_STOPS: Final = frozenset(
    [".", ";", ":", "which", "that", "who", "where", "while", "when", "as", "by", "through", "under"]
)
_GENERIC: Final = frozenset(
    ["service", "services", "system", "platform", "portal", "programme", "program", "project", "initiative", "layer",
     "app", "application", "software", "framework", "scheme", "network", "website", "register", "tool"]
)  # fmt: skip
_GOVERNMENT: Final = re.compile(
    r"(?:the\s)?(?:(?:national|central|federal|state|new|then|current)\s)?(?:(?P<who>[\w-]+)\s(?:federal\s|central\s)?)?"
    r"(?:government|governments|authorities)",
    re.IGNORECASE,
)
# "... and is administered by", "... and names the": another verb follows
_FURTHER_VERB: Final = re.compile(r",?\sand\s(?:is|are|was|were|has|have|had|\w+s\s(?:the|a|an|its|that))\s")
_ORIGINS: Final = frozenset(["origins", "origin", "roots", "beginnings", "history"])
_POWERS: Final = frozenset(["parliament", "congress", "cabinet", "senate", "council of ministers"])
_INDEFINITE: Final = re.compile(r"an?\s", re.IGNORECASE)


class Cast:
    """One predication under one frame, and who plays what in it."""

    def __init__(  # noqa: PLR0917 - each is a different thing
        self, narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], made: Predication,
        frame: Frame, line: DateLine | None = None,
    ) -> None:  # fmt: skip
        self.narrator, self.block, self.reading = narrator, block, reading
        self.items, self.made, self.frame, self.line = items, made, frame, line
        self.draft = narrator.draft
        # What stands behind the colon that ends the clause.
        self.rest: Sequence[Item] = ()
        self._known: dict[Role, list[Named]] = {}

    def _verb_place(self) -> tuple[int, int]:
        first, last = self.made.verb_at
        return self.items[first].start, self.items[last - 1].end

    def _spans(self, places: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
        start, end = min(a for a, _ in places), max(b for _, b in places)
        return self.draft.spans(self.block, start, end)

    def _words(self, chunk: Chunk) -> str:
        text = self.reading.text[self.items[chunk.first].start : self.items[chunk.last - 1].end]
        return re.sub(r"^(?:the|a|an)\s", "", re.sub(r"\s+", " ", text), flags=re.IGNORECASE)

    def _chunks(self, role: str) -> list[Chunk]:
        made = self.made
        if role == "@in":
            # only what stands directly behind the verb or its date
            return [c for p, c in made.adjuncts[:1] if p == "in"]
        if role.startswith("@"):
            return [c for p, c in made.adjuncts if p == role[1:].replace("-", " ")]
        if role.startswith("^"):
            first = next(([a] for a in made.adjuncts if a[0] not in ("by", "jointly by")), [])
            return [c for p, c in (*made.before, *first) if p == role[1:]]
        if role == "possessor":
            return []
        if role.startswith("+"):
            return self._behind_noun(SUPPORT[role[1:]])
        if role.startswith("~"):
            wanted = AIMS if role == "~aim" else SUPPORT.get(role[1:], frozenset({role[1:]}))
            has = not made.passive and any(self.items[c.main].text in wanted for c in made.objects)
            return list(made.subjects) if has else []
        acted_on = made.passive or made.form == "noun"
        if role == "doer":
            # "in 2004 came the portal": the subject stands behind
            inverted = made.objects if self.frame.id == "came" else []
            return [] if acted_on else list(made.subjects or inverted)
        if role == "agent":
            return [c for p, c in made.adjuncts if p in ("by", "jointly by")] if acted_on else list(made.subjects)
        if self.frame.intransitive and not acted_on:
            return list(made.subjects) if role == "theme" else list(made.objects)
        if role == "theme":
            return list(made.subjects) if acted_on else list(made.objects)
        if role == "other":
            return list(made.objects) if acted_on else ([made.further] if made.further else [])
        return []

    def _behind_noun(self, nouns: frozenset[str]) -> list[Chunk]:
        """Return X of "with the support of X", "with a loan from X"."""
        adjuncts = self.made.adjuncts
        found = []
        for n, (_, chunk) in enumerate(adjuncts):
            if self.items[chunk.main].text not in nouns:
                continue
            if chunk.first in self.made.of:
                found.append(self.made.of[chunk.first])
            elif n + 1 < len(adjuncts) and adjuncts[n + 1][0] == "from":
                found.append(adjuncts[n + 1][1])
        return found

    def _players(self, role: Role) -> list[Named]:
        """Return who plays a part: found once for the facts and dates of the frame that ask for it."""
        known = self._known.get(role)
        if known is None:
            known = self._known[role] = self._found(role)
        return known

    def _found(self, role: Role) -> list[Named]:
        if role.name == "purpose":
            return self._purpose(role)
        found: list[Named] = []
        if role.name == "words":
            return self._in_words(role)
        if role.name == "possessor":
            themes = [c for c in self._chunks("theme") if self.items[c.main].kind == "word"]
            owners = [n for c in themes for n in owners_of(self.narrator, self.items, self.made.of.get(c.first), c)]
            return [n for n in owners if role.fits(n.thing.cls)]
        base, _, step = role.name.partition(".")
        if step:
            for named in self._players(Role(base, ("egov:Person",))):
                spans = self._spans([(named.start, named.end), self._verb_place()])
                thing = administration_under(self.narrator, named.thing, spans)
                if thing is not None:
                    found.append(Named(thing, named.start, named.end))
            return found
        for chunk in self._chunks(role.name):
            if self.frame.id in ("rename", "becomes") and role.name != "theme":
                if any(x.text == "former" for x in self.items[self.made.verb_at[1] : chunk.main]):
                    # "X was renamed A, and the former Y B"
                    break
                if self._is_kind(chunk):
                    continue
            found.extend(n for n in self._named(chunk, role) if role.fits(n.thing.cls))
        if role.name == "@under":
            # "under President Larsen" tells the time
            found = [n for n in found if n.thing.id not in self.narrator.heads]
        return found

    def _in_words(self, role: Role) -> list[Named]:
        """Return what the objects of an active verb say, where none of them is a name."""
        objects = [] if self.made.passive else self.made.objects
        inner = [self.made.of[c.first] for c in objects if c.first in self.made.of and self.items[c.main].text == "use"]
        if not objects or any(self.items[c.main].kind == "thing" for c in (*objects, *inner)):
            return []
        first = objects[0].first
        behind = (x.start for x in self.items[first:] if x.text in _STOPS and x.kind in ("word", "sign"))
        start, end = self.items[first].start, next(behind, self.items[-1].end)
        if further := _FURTHER_VERB.search(self.reading.text, start, end):
            end = further.start()
        listed = self.frame.id == "regulate" and re.search(r",\s(?:and\s)?the\s", self.reading.text[start:end])
        if self.frame.id != "define" and not listed:
            named = phrase(self.narrator, self.block, self.reading, start, end, role.classes[0])
            return [named] if named else []
        found = members(self.narrator, self.block, self.reading, start, end, role.classes[0])
        return [n for n in found if len(n.thing.label.split()) > 1]

    def _is_kind(self, chunk: Chunk) -> bool:
        """Take in that a body became something of a kind: "was turned into a public institute" is no renaming."""
        item = self.items[chunk.main]
        if not is_description(item):
            return False
        for named in self._players(Role("theme", ("egov:Body",))):
            spans = self._spans([(named.start, named.end), self._verb_place(), (item.start, item.end)])
            self.draft.emit(named.thing, "dcterms:type", Value(item.text), spans, "becomes.kind.1")
        return True

    def _named(self, chunk: Chunk, role: Role) -> list[Named]:
        item = self.items[chunk.main]
        if self.rest and chunk.last == len(self.items) and (listed := listed_behind(item, self.rest)):
            named = any(x.kind == "thing" for x in self.items[chunk.first : chunk.main])
            if (item.kind == "word" and not named) or (item.kind == "thing" and item.text.islower()):
                return [m for m in listed if role.fits(m.thing.cls)]
            if item.kind == "thing":
                self._contains(item, listed)
        if is_description(item) and chunk in self.made.subjects and self.made.form != "finite":
            return []
        if item.kind == "thing":
            own = self.items[chunk.first : chunk.main]
            if item.cls == "egov:Country" and any(
                x.text not in self.narrator.resolver.lexicon.determiners for x in own
            ):
                # "Huduma Kenya" is no country
                return []
            proper = self._proper_name(chunk, item, role)
            if proper is not None:
                return [proper]
            return [
                self._acting(Named(t, a, b, times), role)
                for t, (a, b), times in zip(item.things, item.places, item.bound, strict=True)
            ]
        before = self.items[chunk.main - 1] if chunk.main > chunk.first else None
        if item.text in _GENERIC and before is not None and before.kind == "thing":
            # "the X-Road platform", where only the name itself was found
            return [
                Named(t, a, b, ts) for t, (a, b), ts in zip(before.things, before.places, before.bound, strict=True)
            ]
        origins = self.frame.id == "date" and item.text in _ORIGINS
        if (item.text in _TRANSPARENT or origins) and chunk.first in self.made.of:
            return self._named(self.made.of[chunk.first], role)
        whose = self.made.of.get(chunk.first)
        if item.text == "government" and whose is not None and self.items[whose.main].cls == "egov:Person":
            # "the government of Prime Minister X": X is who acted
            return self._named(whose, role)
        examples = examples_behind(self.items, chunk)
        if examples:
            return [m for m in examples if role.fits(m.thing.cls)]
        government = self._government(chunk)
        if government is not None:
            return [government]
        minted = self._minted(chunk, role)
        if minted is not None:
            return [minted]
        apposed = self.made.apposed.get(chunk.first)
        if apposed is not None and self.items[apposed.main].kind == "thing":
            # "three bodies, namely A, B and C, were merged"
            return self._named(apposed, role)
        return []

    def _contains(self, item: Item, listed: Sequence[Named]) -> None:
        """Take in that a named set has members: "develops the Harbour services: A, B and C"."""
        for member in listed:
            if vocab.is_subclass(item.cls, "egov:Undertaking") and vocab.is_subclass(
                member.thing.cls, "egov:Undertaking"
            ):
                spans = self._spans([(item.start, item.end), (member.start, member.end)])
                self.draft.emit(member.thing, "egov:partOf", item.things[0], spans, "list.member.1")

    def _proper_name(self, chunk: Chunk, item: Item, role: Role) -> Named | None:
        """Return what the words behind the comma name: "a new national strategy, The Digital Future, covers"."""
        apposed = self.made.apposed.get(chunk.first)
        text = self.reading.text
        if apposed is None or not _INDEFINITE.match(text, item.start, item.end):
            return None
        name = self.items[apposed.main]
        if name.kind == "thing":
            return Named(name.things[0], *name.places[0]) if role.fits(name.cls) else None
        words = text[self.items[apposed.first].start : name.end]
        if not is_name(words, opening=False) or len(words.split()) < 2:
            return None
        thing = self.narrator.resolver.make(item.cls, re.sub(r"^(?:the|a|an)\s", "", words, flags=re.IGNORECASE))
        start, end = self.items[apposed.first].start, name.end
        self.draft.place(thing, self.draft.spans(self.block, start, end))
        return Named(thing, start, end)

    def _acting(self, named: Named, role: Role) -> Named:
        """A country acts through its government, where a part is for an actor."""
        acts = role.name == "agent"
        if acts and vocab.is_subclass(named.thing.cls, "egov:Country") and not role.fits(named.thing.cls):
            return Named(self.narrator.resolver.government_of(named.thing), named.start, named.end)
        return named

    def _government(self, chunk: Chunk) -> Named | None:
        """Return the government that "the government", "the Danish government" names, in a document on one country."""
        resolver = self.narrator.resolver
        words = " ".join([x.text for x in self.items[chunk.first : chunk.last]])
        match = _GOVERNMENT.fullmatch(words)
        if match is None:
            return None
        code = resolver.jurisdiction
        who = (match["who"] or "").casefold()
        if who and who not in ("national", "central", "federal", "new", "coalition", "the"):
            code = resolver.lexicon.country_words.get(who, "")
        if not any(c.code == code for c in resolver.lexicon.countries):
            return None
        thing = resolver.government_of(resolver.country(code))
        start, end = self.items[chunk.first].start, self.items[chunk.last - 1].end
        self.draft.place(thing, self.draft.spans(self.block, start, end))
        return Named(thing, start, end)

    def _minted(self, chunk: Chunk, role: Role) -> Named | None:
        """Return a new thing for a phrase that its capitals show to be a name ("X-Road", "borger.dk")."""
        cls = self.frame.mints.get(role.name)
        apposed = self.made.apposed.get(chunk.first)
        other = self.items[apposed.main] if apposed is not None else None
        if other is not None and other.kind == "thing":
            # "Aadhaar, the identity system, was introduced": the words behind the comma say what it is
            cls = other.cls
        if cls is None or not role.fits(cls):
            return None
        first = chunk.first
        while first < chunk.main and self.items[first].text in self.narrator.resolver.lexicon.determiners:
            first += 1
        text = self.reading.text[self.items[first].start : self.items[chunk.main].end]
        legislature = text.casefold() in _POWERS and (text[0].isupper() or role.name == "agent")
        if self.frame.id == "replace" and any(self.items[c.main].cls == "egov:Person" for c in self.made.objects):
            return None
        if legislature and text.islower():
            # "the cabinet approved": in a document on one country it is that country's
            thing = self.narrator.resolver.make(cls, text[0].upper() + text[1:])
            self.draft.place(thing, self.draft.spans(self.block, self.items[first].start, self.items[chunk.main].end))
            return Named(thing, self.items[first].start, self.items[chunk.main].end)
        opening = (
            self.items[first].start == self.reading.start
            and not legislature
            and not (other is not None and other.kind == "thing")
        )
        if chunk.main != chunk.last - 1 or not is_name(text, opening=opening):
            return None
        if " " not in text and chunk.last < len(self.items) and self.items[chunk.last].text == "of":
            # "the Staff of the Prime Minister": a word of a description
            return None
        if is_cut_from_title(
            self.reading.text, self.reading.start, self.items[first].start, self.items[chunk.main].end
        ):
            return None
        if self.narrator.resolver.lexicon.head_at((text.casefold(),)) and not legislature:
            return None
        if not re.search(r"[^\W\d_]{2}", text) or text.casefold() in ("the", "a", "an"):
            return None
        first_word, _, others = text.partition(" ")
        if len(others.split()) == 1 and first_word.casefold() in self.narrator.resolver.lexicon.given_names:
            # somebody's name
            return None
        if cls == "egov:Agency" and role.name == "agent" and " " in text and not re.search(r"\b[A-Z]{2,}\b|-", text):
            # two plain capitalised words are as often a person
            return None
        thing = self.narrator.resolver.make(cls, re.sub(r"\s+", " ", text))
        start, end = self.items[first].start, self.items[chunk.main].end
        self.draft.place(thing, self.draft.spans(self.block, start, end))
        return Named(thing, start, end)

    def _purpose(self, role: Role) -> list[Named]:
        if self.made.purpose is None or not role.classes:
            return []
        first, last = self.made.purpose
        if self.frame.id == "intend" and first != self.made.verb_at[1]:
            return []
        while last > first + 1 and (self.items[last - 1].kind == "sign" or self.items[last - 1].text in ("and", "or")):
            last -= 1
        if last <= first + 1 or last - first > 24:
            return []
        if any(x.text in ("it", "them", "this", "him") for x in self.items[first:last]):
            return []
        start, end = self.items[first + 1].start, self.items[last - 1].end
        if role.classes[0] in ("egov:PolicyGoal", "egov:Mission"):
            return goals(self.narrator, self.block, self.reading, start, end, role.classes[0])
        named = phrase(self.narrator, self.block, self.reading, start, end, role.classes[0])
        return [named] if named else []
