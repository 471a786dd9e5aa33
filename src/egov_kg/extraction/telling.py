"""From predications to facts: which things play the parts of a frame, with the words and the date that they rest on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.announcing import argue_list
from egov_kg.extraction.arguing import argue
from egov_kg.extraction.casting import Cast
from egov_kg.extraction.clauses import Item, segments
from egov_kg.extraction.describing import describe
from egov_kg.extraction.frames import FrameFact, Role
from egov_kg.extraction.merging import read_mergers
from egov_kg.extraction.named import Named, emit_time
from egov_kg.extraction.openings import uncleft, without_aside
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.predications import predications_of
from egov_kg.extraction.times import TimeMention
from egov_kg.model import Block, Certainty, Span, Thing, TimeValue, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["tell"]

_PARTS: Final = frozenset(
    ["version", "phase", "stage", "update", "upgrade", "edition", "release", "renewal", "testing"]
)
# "began operations", "opened its doors": what opens is the subject.
_OWN_WORK: Final = frozenset(["operations", "operation", "work", "activities", "service", "doors"])
_FORMER: Final = frozenset(["formerly", "previously", "originally", "initially", "once"])
_LATER: Final = frozenset(["later", "now", "currently", "subsequently", "since", "today", "then"])
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
    for segment in segments(uncleft(without_aside(items)), narrator.resolver.lexicon):
        if len(segment) > 200:
            continue
        chunks, found = predications_of(segment, narrator.resolver.lexicon, frames.nouns)
        argue(narrator, block, reading, segment, chunks, found)
        describe(narrator, block, reading, segment, chunks, found)
        merged = read_mergers(narrator, block, items, segment, found)
        rest: Sequence[Item] = ()
        if not listed and (colon := _colon_behind(items, segment)) is not None:
            # a sentence announces one list: what follows the first colon
            listed = True
            argue_list(narrator, block, reading, segment, chunks, found, colon)
            rest = [x for x in items if x.start > colon]
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
                scene.rest = rest
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


class _Scene(Cast):
    """One predication under one frame."""

    def tell(self) -> None:
        if self.frame.id == "called" and self._renamed():
            return
        if self.frame.needs and not self._chunks(self.frame.needs):
            return
        if any(self._players(role) for role in self.frame.bars):
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
        self._tell_end()

    def _emit(self, subject: Named, fact: FrameFact, obj: Named | Value) -> None:
        places = [(subject.start, subject.end), self._verb_place()]
        if isinstance(obj, Named):
            places.append((obj.start, obj.end))
        certainty: Certainty = "inferable" if fact.certainty == "inferable" else "stated"
        value: Thing | Value = obj.thing if isinstance(obj, Named) else obj
        self.draft.emit(subject.thing, fact.property, value, self._spans(places), fact.rule, certainty)

    def _renamed(self) -> bool:
        """Take in "X was formerly known as Y": another name at another time is a renaming, not a second name."""
        first, last = self.made.verb_at
        words = {x.text for x in self.items[max(0, first - 1) : last]}
        until = any(p in ("until", "till") for p, _ in self.made.times)
        former, later = until or words & _FORMER, words & _LATER
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

    def _tell_end(self) -> None:
        """Take in "ran until 2009": when what lasted came to an end."""
        ends = [self.items[i] for p, i in self.made.times if p in ("until", "till")]
        if len(ends) != 1 or ends[0].time is None or "/" in ends[0].time.value.edtf:
            return
        for role in self.frame.period:
            for named in self._players(role):
                spans = self._spans([(named.start, named.end), self._verb_place(), (ends[0].start, ends[0].end)])
                self.draft.emit(named.thing, "egov:endedIn", ends[0].time.value, spans, "until.end.1")

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
            since = told.rule.rpartition(".")[2] == "since"
            if since != (preposition == "since"):
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
        return self.items[made.objects[0].main].text not in _OWN_WORK

    def _objects(self, fact: FrameFact) -> list[Named] | list[Value]:
        if fact.property == "skos:altLabel":
            words = [self._words(c) for c in self._chunks(fact.object.name)]
            named = all(self.items[c.main].text[:1].isupper() for c in self._chunks(fact.subject.name))
            proper = [w for w in words if named and "(" not in w and len(w.split()) < 10 and w[:1].isupper()]
            return [Value(w, "rdf:langString", "en") for w in proper]
        if fact.property in vocab.DATA_PROPERTIES or fact.property == "dcterms:type":
            return [Value(self._words(c)) for c in self._chunks(fact.object.name) if self._words(c)]
        return self._players(fact.object)
