"""From predications to facts: which things play the parts of a frame, with the words and the date that they rest on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.announcing import argue_list
from egov_kg.extraction.arguing import argue
from egov_kg.extraction.belongings import SUPPORT, examples_behind, owners_of
from egov_kg.extraction.chronicles import DateLine
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item, segments
from egov_kg.extraction.closed_classes import AIMS
from egov_kg.extraction.coined_forms import is_name
from egov_kg.extraction.definitions import administration_under
from egov_kg.extraction.describing import describe
from egov_kg.extraction.frames import Frame, FrameFact, Role
from egov_kg.extraction.goals import goals
from egov_kg.extraction.merging import read_mergers
from egov_kg.extraction.named import Named, emit_time
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import phrase
from egov_kg.extraction.predications import Predication, predications_of
from egov_kg.extraction.quoted import is_cut_from_title
from egov_kg.extraction.sentence_items import is_description
from egov_kg.extraction.times import TimeMention
from egov_kg.model import Block, Certainty, Span, Thing, TimeValue, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["tell"]

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
_PARTS: Final = frozenset(
    ["version", "phase", "stage", "update", "upgrade", "edition", "release", "renewal", "testing"]
)
_GENERIC: Final = frozenset(
    ["service", "services", "system", "platform", "portal", "programme", "program", "project", "initiative", "layer",
     "app", "application", "software", "framework", "scheme", "network", "website", "register", "tool"]
)  # fmt: skip
_FORMER: Final = frozenset(["formerly", "previously", "originally", "initially", "once"])
_LATER: Final = frozenset(["later", "now", "currently", "subsequently", "since", "today", "then"])
_MERGERS: Final = frozenset(["merger", "amalgamation", "fusion", "consolidation", "merging", "unification"])
_GOVERNMENT: Final = re.compile(
    r"(?:the\s)?(?:(?:national|central|federal|state|new|then|current)\s)?(?:(?P<who>[\w-]+)\s(?:federal\s|central\s)?)?"
    r"(?:government|governments|authorities)",
    re.IGNORECASE,
)
_INDEFINITE: Final = re.compile(r"an?\s", re.IGNORECASE)
_INSTANT: Final = frozenset({"in", "on", "at", "during", "", "from", "since", "of", "as of"})


def tell(narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item]) -> int:
    """Take in what the frames give for a sentence; return how many facts."""
    count = len(narrator.draft.facts)
    if "?" in {x.text for x in items if x.kind == "sign"}:
        return 0
    frames = narrator.frames
    founded: Named | None = None
    listed = False
    line = narrator.line
    for segment in segments(items, narrator.resolver.lexicon):
        if len(segment) > 200:
            continue
        chunks, found = predications_of(segment, narrator.resolver.lexicon, frames.nouns)
        argue(narrator, block, reading, segment, chunks, found)
        describe(narrator, block, reading, segment, chunks, found)
        merged = read_mergers(narrator, block, items, segment, found)
        if not listed and (colon := _colon_behind(items, segment)) is not None:
            # a sentence announces one list: what follows the first colon
            listed = True
            argue_list(narrator, block, reading, segment, chunks, found, colon)
        for made in found:
            matching = frames.of(made.verb, made.form)
            if not matching or made in merged:
                continue
            if made.status:
                spans = narrator.draft.spans(block, reading.start, reading.end)
                narrator.draft.refused(spans, "refused", f"{matching[0].id}: {made.status}")
                continue
            dated, line = line, None
            for frame in matching:
                scene = _Scene(narrator, block, reading, segment, made, frame, dated)
                scene.tell()
                if frame.id == "found":
                    founded = scene.founded() or founded
                elif founded is not None and frame.id in ("merge", "merges", "merging", "consolidate"):
                    scene.merge_into(founded)
    return len(narrator.draft.facts) - count


def _colon_behind(items: Sequence[Item], segment: Sequence[Item]) -> int | None:
    """Return where the colon stands that ends a segment, or None."""
    last = segment[-1].end
    following = next((x for x in items if x.start >= last), None)
    return following.start if following is not None and following.text == ":" else None


class _Scene:
    """One predication under one frame."""

    def __init__(  # noqa: PLR0917 - each is a different thing
        self, narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], made: Predication,
        frame: Frame, line: DateLine | None = None,
    ) -> None:  # fmt: skip
        self.narrator, self.block, self.reading = narrator, block, reading
        self.items, self.made, self.frame, self.line = items, made, frame, line
        self.draft = narrator.draft
        self._known: dict[Role, list[Named]] = {}

    def tell(self) -> None:
        if self.frame.id == "called" and self._renamed():
            return
        if self.frame.needs and not self._chunks(self.frame.needs):
            return
        under = any(p == "under" and self.items[c.main].cls == "egov:Administration" for p, c in self.made.before)
        for fact in self.frame.facts:
            for subject in self._players(fact.subject):
                for obj in self._objects(fact):
                    if under and isinstance(obj, Named) and obj.thing.id.endswith("/government"):
                        # the government under an administration: it is the administration that brings it in
                        continue
                    self._emit(subject, fact, obj)
        self._tell_time()

    def _emit(self, subject: Named, fact: FrameFact, obj: Named | Value) -> None:
        places = [(subject.start, subject.end), self._verb_place()]
        if isinstance(obj, Named):
            places.append((obj.start, obj.end))
        certainty: Certainty = "inferable" if fact.certainty == "inferable" else "stated"
        value: Thing | Value = obj.thing if isinstance(obj, Named) else obj
        self.draft.emit(subject.thing, fact.property, value, self._spans(places), fact.rule, certainty)

    def _verb_place(self) -> tuple[int, int]:
        first, last = self.made.verb_at
        return self.items[first].start, self.items[last - 1].end

    def _spans(self, places: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
        start, end = min(a for a, _ in places), max(b for _, b in places)
        return self.draft.spans(self.block, start, end)

    def _renamed(self) -> bool:
        """Take in "X was formerly known as Y": another name at another time is a renaming, not a second name."""
        first, last = self.made.verb_at
        words = {x.text for x in self.items[max(0, first - 1) : last]}
        former, later = words & _FORMER, words & _LATER
        if not former and not later:
            return False
        body = ("egov:Body",)
        for one in self._players(Role("theme", body)):
            for other in self._players(Role("other", body)):
                old, new = (other, one) if former else (one, other)
                places = [(one.start, one.end), (other.start, other.end)]
                self.draft.emit(old.thing, "egov:renamedTo", new.thing, self._spans(places), "called.renamed")
        return True

    def founded(self) -> Named | None:
        """Return the body that the sentence says was founded."""
        return next(iter(self._players(Role("theme", ("egov:Body",)))), None)

    def merge_into(self, whole: Named) -> None:
        """Take in "X was formed when A and B merged": they went into X."""
        if any(self._players(Role(r, ("egov:Body",))) for r in ("other", "@into", "@with")):
            return
        parts = self._players(Role("theme", ("egov:Body",))) or (
            [n for c in self.made.subjects for n in self._named(c, Role("theme", ("egov:Body",)))]
        )
        for part in parts:
            if vocab.is_subclass(part.thing.cls, "egov:Body") and part.thing.id != whole.thing.id:
                spans = self._spans([(part.start, part.end), self._verb_place(), (whole.start, whole.end)])
                self.draft.emit(part.thing, "egov:mergedInto", whole.thing, spans, "found.merging")

    # --- time ---------------------------------------------------------------------------------------------------

    def _tell_time(self) -> None:
        when = self._when()
        if when is None:
            return
        preposition, time, place = when
        value = time.value
        if "/" in value.edtf and not value.approximate:
            for role in self.frame.period:
                for named in self._players(role):
                    spans = place([(named.start, named.end), self._verb_place()])
                    emit_time(self.draft, named.thing, time, spans, f"{self.frame.id}.period")
        if "/" in value.edtf and not value.approximate and not re.fullmatch(r"(?P<d>\d{3})0/(?P=d)9", value.edtf):
            return
        for told in self.frame.when:
            if preposition == "since" and told.rule.rpartition(".")[2] != "since":
                continue
            if told.role.name == "theme" and (self._does_something() or self._is_part(told.role)):
                continue
            for named in self._players(told.role):
                if named.times:
                    continue
                spans = place([(named.start, named.end), self._verb_place()])
                prop = told.day if len(value.edtf) == 10 else told.coarse
                obj: TimeValue | Value = value
                if prop in vocab.DATA_PROPERTIES:
                    if "/" in value.edtf:
                        continue
                    obj = Value(value.edtf[:4], "xsd:gYear")
                self.draft.emit(named.thing, prop, obj, spans, told.rule)

    def _when(self) -> tuple[str, TimeMention, Callable[[list[tuple[int, int]]], tuple[Span, ...]]] | None:
        """Return the date of the predication: its own, or that of the entry of a chronology that it stands in.

        With it come its preposition and what makes evidence of the other places.
        """
        times = [t for t in self.made.times if t[0] in _INSTANT]
        if len(times) == 1:
            item = self.items[times[0][1]]
            if item.time is not None:
                return times[0][0], item.time, lambda places: self._spans([*places, (item.start, item.end)])
        if self.made.times or self.line is None:
            return None
        line = self.line
        return "", line.time, lambda places: tuple(sorted({*line.spans, *self._spans(places)}))

    def _is_part(self, role: Role) -> bool:
        """Whether it is a later part of a thing that begins: "a new version of the portal went live"."""
        return any(
            self.items[c.main].text in _PARTS and all(x.text != "first" for x in self.items[c.first : c.main])
            for c in self._chunks(role.name)
        )

    def _does_something(self) -> bool:
        """Whether an intransitive frame meets an object: "the board opened e-Tax" is not the beginning of the board."""
        made = self.made
        if not self.frame.intransitive or made.passive or " " in made.verb or not made.objects:
            return False
        return self.items[made.objects[0].main].text not in ("operations", "operation", "work", "activities", "service")

    # --- who plays a part ---------------------------------------------------------------------------------------

    def _objects(self, fact: FrameFact) -> list[Named] | list[Value]:
        if fact.property == "skos:altLabel":
            words = [self._words(c) for c in self._chunks(fact.object.name)]
            named = all(self.items[c.main].text[:1].isupper() for c in self._chunks(fact.subject.name))
            proper = [w for w in words if named and "(" not in w and len(w.split()) < 10 and w[:1].isupper()]
            return [Value(w, "rdf:langString", "en") for w in proper]
        if fact.property in vocab.DATA_PROPERTIES or fact.property == "dcterms:type":
            return [Value(self._words(c)) for c in self._chunks(fact.object.name) if self._words(c)]
        return self._players(fact.object)

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
        if role == "merged":
            return [
                made.of[c.first] for _, c in made.adjuncts if self.items[c.main].text in _MERGERS and c.first in made.of
            ]
        if role == "possessor":
            return []
        if role.startswith("+"):
            nouns = SUPPORT[role[1:]]
            return [
                made.of[c.first] for _, c in made.adjuncts if self.items[c.main].text in nouns and c.first in made.of
            ]
        if role.startswith("~"):
            nouns = AIMS if role == "~aim" else {role[1:]}
            has = not made.passive and any(self.items[c.main].text in nouns for c in made.objects)
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
            if self.frame.id in ("rename", "becomes") and role.name != "theme" and self._is_kind(chunk):
                continue
            found.extend(n for n in self._named(chunk, role) if role.fits(n.thing.cls))
        return found

    def _is_kind(self, chunk: Chunk) -> bool:
        """Take in that a body became something of a kind: "was turned into a public institute" is no renaming."""
        item = self.items[chunk.main]
        if not is_description(item):
            return False
        for named in self._players(Role("theme", ("egov:Body",))):
            spans = self._spans([(named.start, named.end), self._verb_place(), (item.start, item.end)])
            self.draft.emit(named.thing, "dcterms:type", Value(item.text), spans, "becomes.kind")
        return True

    def _named(self, chunk: Chunk, role: Role) -> list[Named]:
        item = self.items[chunk.main]
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
        if item.text in _TRANSPARENT and chunk.first in self.made.of:
            return self._named(self.made.of[chunk.first], role)
        whose = self.made.of.get(chunk.first)
        if item.text == "government" and whose is not None and self.items[whose.main].cls == "egov:Person":
            # "the government of Prime Minister X": X is who acted
            return self._named(whose, role)
        members = examples_behind(self.items, chunk)
        if members:
            return [m for m in members if role.fits(m.thing.cls)]
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
        legislature = text.casefold() in ("parliament", "congress", "cabinet", "senate") and text[0].isupper()
        opening = (
            self.items[first].start == self.reading.start
            and not legislature
            and not (other is not None and other.kind == "thing")
        )
        if chunk.main != chunk.last - 1 or not is_name(text, opening=opening):
            return None
        if is_cut_from_title(
            self.reading.text, self.reading.start, self.items[first].start, self.items[chunk.main].end
        ):
            return None
        if self.narrator.resolver.lexicon.head_at((text.casefold(),)) and not legislature:
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
