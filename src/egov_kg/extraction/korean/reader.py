"""Korean running text of one document: sentences into clauses, rules over them, facts with their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.citations import find_citations
from egov_kg.extraction.declared import Give
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import Gazetteer
from egov_kg.extraction.korean.clauses import Argument, Clause, arguments, clauses
from egov_kg.extraction.korean.definitions import NUMBER
from egov_kg.extraction.korean.frames import Frame, Frames
from egov_kg.extraction.korean.mentions import find_mentions
from egov_kg.extraction.korean.naming import take_name
from egov_kg.extraction.korean.particles import particle_at
from egov_kg.extraction.korean.predicates import Predicate, find_predicates, hedged
from egov_kg.extraction.korean.roles import Binding, bind
from egov_kg.extraction.korean.sentences import korean_sentences
from egov_kg.extraction.korean.sheet import UNKNOWN, Found
from egov_kg.extraction.korean.things import CONTEXT, Memory
from egov_kg.extraction.korean.times import YearMemory, find_korean_times
from egov_kg.extraction.korean.words import Words
from egov_kg.extraction.times import TimeMention, years_of
from egov_kg.model import Block, Span, Thing, Value
from egov_kg.values import replace, value

__all__ = ["Grammar", "KoreanReader", "Sentence"]

LONGEST_SENTENCE: Final = 2_000
_DAY: Final = 10
"""How many characters a full date has."""
_BEHIND: Final = re.compile(r"\s?\([^()]{1,60}\)")
_PAST: Final = ("egov:beganIn", "egov:dated", "enacted", "egov:adoptedOn", "egov:promulgatedOn", "egov:endedIn")


@dataclass(frozen=True)
class Grammar:
    """What is known of Korean: word tables and rules."""

    words: Words
    frames: Frames


@value
class Sentence:
    """A sentence with what was found in it.

    Attributes:
        block: Where it stands.
        offset: Where it begins in the block's view.
        text: Its words; citations are blanked, character by character.
        times, found, predicates, clauses: What it holds; ranges count from its beginning.
        hedge: Why it is no claim as a whole, or empty.
    """

    block: Block
    offset: int
    text: str
    times: tuple[TimeMention, ...]
    found: tuple[Found, ...]
    predicates: tuple[Predicate, ...]
    arguments: tuple[Argument, ...]
    clauses: tuple[Clause, ...]
    hedge: str


class KoreanReader:
    """Reads the Korean blocks of one document, in order."""

    def __init__(self, draft: Draft, grammar: Grammar, gazetteer: Gazetteer) -> None:
        self.draft, self.grammar = draft, grammar
        self.memory = Memory(draft, grammar.words, gazetteer)
        self._asked = 0
        issued = self._issued()
        self.years = YearMemory(int(issued[:4]) if issued else None, issued if len(issued) == 10 else "")

    def read(self, block: Block) -> Iterator[Sentence]:
        """Yield the sentences of a block, what their verbs say taken in, one by one."""
        for start, end in korean_sentences(block.view.text):
            yield from self._pieces(block, start, end)

    def _pieces(self, block: Block, start: int, end: int) -> Iterable[Sentence]:
        for a in range(start, end, LONGEST_SENTENCE):
            sentence = self.sentence(block, a, min(end, a + LONGEST_SENTENCE))
            self.take(sentence)
            yield sentence

    def _issued(self) -> str:
        """Return when the document was issued, as its words about itself say: a day, a month, a year, or nothing.

        Only the facts are looked at that came in since it was asked last.
        """
        work, first = self.draft.work.id, self._asked
        self._asked = len(self.draft.facts)
        for fact in self.draft.facts[first:]:
            if fact.property == "dcterms:issued" and fact.subject.id == work and isinstance(fact.object, Value):
                return fact.object.lexical
        return ""

    # --- finding ------------------------------------------------------------------------------------------------

    def sentence(self, block: Block, start: int, end: int) -> Sentence:
        """Return a sentence with its names, times, verbs and clauses."""
        memory = self.memory
        memory.sentence += 1
        if self.years.issued is None and (issued := self._issued()):
            self.years.issued = int(issued[:4])
            self.years.day = self.years.last_day = issued if len(issued) == _DAY else ""
        text = _blanked(block.view.text[start:end])
        times = every = find_korean_times(text, self.years)
        memory.place = self._place(text)
        found = find_mentions(text, self.grammar.words, memory.hits(text), times)
        covered = bytearray(len(text) + 1)
        for item in found:
            end = max(item.outer, item.particle.end)
            covered[item.outer_start : end] = b"\1" * (end - item.outer_start)
        for time in times:
            covered[time.start : time.end] = b"\1" * (time.end - time.start)
        for item in found:
            for a, b in item.brackets:
                covered[a:b] = b"\1" * (b - a)
        times = tuple(
            t for t in times if not any(f.cls == "egov:Event" and 0 <= f.outer_start - t.end <= 2 for f in found)
        )
        predicates = find_predicates(text, self.grammar.words, lambda i: bool(covered[i]))
        args = arguments(text, found)
        return Sentence(
            block, start, text, every, found, predicates, args, clauses(text, args, times, predicates), hedged(text)
        )

    def _place(self, text: str) -> str:
        """Return the code of the one country that a sentence speaks of, if it is not the document's own."""
        countries = self.grammar.words.countries
        opening = text[:400]
        codes = {countries[name] for name in countries if name in opening and _stands_alone(name, opening)}
        own = self.draft.resolver.jurisdiction
        if len(codes) == 1 and (code := next(iter(codes))) != own:
            opens = any(0 <= text.find(name) <= 16 for name, c in countries.items() if c == code)
            return code if opens or own == "int" else ""
        return ""

    # --- taking in ----------------------------------------------------------------------------------------------

    def take(self, sentence: Sentence) -> None:
        """Take in the facts of a sentence: definitions first, then what the rules find in its clauses."""
        for item in sentence.found:
            thing = self.memory.thing(item)
            if thing is not None:
                self.named(sentence, item, thing)
                self.memory.note(
                    thing, topic=item.role in ("topic", "subject"), place=item.start, marked=item.role == "topic"
                )
        for item in sentence.found:
            time = next((t for t in sentence.times if 0 <= item.outer_start - t.end <= 2), None)
            if item.cls == "egov:Event" and time is not None and not item.known and not sentence.hedge:
                event = self.memory.thing(item)
                where = self.draft.spans(sentence.block, sentence.offset + time.start, sentence.offset + item.outer)
                if event is not None:
                    self.draft.emit(event, "egov:dated", time.value, where, "ko.event.date.1")
        for argument in sentence.arguments:
            several = tuple(t for m in argument.members if not m.bare and (t := self.memory.thing(m)) is not None)
            if len(several) > 1:
                self.memory.groups.append((self.memory.sentence, argument.start, several))
        used: Argument | None = None
        if sentence.block is not self.memory.block:
            self.memory.block, self.memory.context = sentence.block, None
        for clause in sentence.clauses:
            self._clause(sentence, clause, used)
            applied = clause.predicate.is_any("apply") and clause.predicate.form == "linked"
            used = next((a for a in reversed(clause.arguments) if a.role == "object"), None) if applied else None
        self._remember(sentence)

    def _remember(self, sentence: Sentence) -> None:
        """Keep what a sentence was about, for one that goes on without a subject; nothing if it was about several."""
        topics = [a for a in sentence.arguments if a.role in ("topic", "subject")]
        if not topics:
            return
        leading = [a for a in topics if a.role == "topic"] or topics
        thing = self.memory.thing(leading[0].members[0]) if len(leading) == 1 and len(leading[0].members) == 1 else None
        self.memory.context = thing

    def named(self, sentence: Sentence, item: Found, thing: Thing) -> None:
        """Take in that a name stands for a thing here, with what the name and its brackets say."""
        take_name(self, sentence, item, thing)

    def _clause(self, sentence: Sentence, clause: Clause, used: Argument | None) -> None:
        predicate = clause.predicate
        groups = frozenset(g for s in predicate.stems for g in s.groups)
        frames = tuple(self.grammar.frames.of(groups))
        if not frames:
            return
        reason = predicate.mood or (sentence.hedge if predicate.form != "before" else "")
        if reason:
            spans = self.draft.spans(sentence.block, sentence.offset + clause.start, sentence.offset + predicate.end)
            if clause.arguments:
                self.draft.refused(spans, "refused", f"{frames[0].id}: {reason}")
            return
        clause = self._with_context(sentence, clause)
        for frame in frames:
            binding = bind(frame, clause, sentence.text, used)
            if binding is not None:
                self._fire(sentence, clause, frame, binding)

    def _with_context(self, sentence: Sentence, clause: Clause) -> Clause:
        """Return a clause of a sentence without a subject as one about what the sentence before it was about."""
        thing, predicate = self.memory.context, clause.predicate
        if (
            thing is None
            or predicate.form == "before"
            or predicate.voice == "nominal"
            or (predicate.voice == "active" and not any(s.intransitive for s in predicate.stems))
            or any(f.role in ("topic", "subject", "object", "also") for f in sentence.found)
            or re.search(r"(?<!같)(?:은|는|이|가|을|를)\s", sentence.text[clause.start : predicate.start])
        ):
            return clause
        place = predicate.start
        item = Found(place, place, place, place, thing.cls, thing.label, known=CONTEXT)
        return replace(clause, arguments=(*clause.arguments, Argument((item,), "topic", place, place)))

    def _fire(self, sentence: Sentence, clause: Clause, frame: Frame, binding: Binding) -> None:
        things: dict[str, list[tuple[Found, Thing]]] = {}
        for role in sorted(binding.roles):
            for item in binding.roles[role]:
                for thing in self._meant(item, frame):
                    if not any(vocab.is_subclass(thing.cls, c) for c in frame.roles[role]):
                        continue
                    if item.cls == UNKNOWN:
                        self.named(sentence, item, thing)
                    things.setdefault(role, []).append((item, thing))
        if set(things) != set(frame.roles):
            return
        for giving in frame.gives:
            self._give(sentence, clause, frame, giving, things)
        listed = [a for a in clause.arguments if a.role == "of" and len(a.members) > 1]
        counted = next(
            (
                a.members[-1]
                for a in clause.arguments
                if a.role == "to" and a.members[-1].count and any(0 <= a.start - x.end <= 1 for x in listed)
            ),
            None,
        )
        if counted is not None and clause.predicate.is_any("form"):
            number = Value(str(counted.count), "xsd:integer")
            for item, thing in things.get("patient", ()):
                spans = self.evidence(sentence, clause, item, counted)
                self.draft.emit(thing, "egov:memberCount", number, spans, frame.id)
        behind = _BEHIND.match(sentence.text, clause.predicate.end)
        stop = behind.end() if behind is not None else clause.predicate.end
        if frame.id == "ko.law.enacted.1" and (act := NUMBER.search(sentence.text, clause.start, stop)):
            for item, thing in things["patient"]:
                spans = self.evidence(sentence, clause, item)
                self.draft.emit(thing, "egov:actNumber", Value(act[1]), spans, "ko.law.number.2")
        if frame.instant is not None:
            prop, role = frame.instant
            self._instant(sentence, clause, frame, prop, things[role])

    def _meant(self, item: Found, frame: Frame) -> tuple[Thing, ...]:
        """Return what a name stands for: several things for "이들 법률", where a list named them."""
        if item.bare and item.det == "이들" and (several := self.memory.group(item)):
            return several
        thing = self.memory.thing(item, frame.unknown)
        return (thing,) if thing is not None else ()

    def _give(
        self,
        sentence: Sentence,
        clause: Clause,
        frame: Frame,
        giving: Give,
        things: dict[str, list[tuple[Found, Thing]]],
    ) -> None:
        for first, subject in self._ends(giving.subject, things):
            for second, obj in self._ends(giving.object, things):
                spans = self.evidence(sentence, clause, first, second)
                self.draft.emit(subject, giving.property, obj, spans, frame.id, giving.certainty)  # type: ignore[arg-type]

    def _ends(self, end: str, things: dict[str, list[tuple[Found, Thing]]]) -> list[tuple[Found, Thing]]:
        role, _, step = end.partition(".")
        if step == "government":
            return [(f, self.draft.resolver.government_of(t)) for f, t in things[role]]
        return things[role]

    def evidence(self, sentence: Sentence, clause: Clause, *items: Found) -> tuple[Span, ...]:
        """Return the words that a fact rests on: from the first name or the clause's beginning to the verb's end."""
        inside = [i for i in items if i.outer_start >= clause.start] or list(items)
        start = min((i.outer_start for i in inside), default=clause.start)
        end = max(clause.predicate.end, *(i.outer for i in items), start + 1)
        spans = list(self.draft.spans(sentence.block, sentence.offset + start, sentence.offset + end))
        for item in items:
            if not start <= item.outer_start < end:
                spans.extend(
                    self.draft.spans(sentence.block, sentence.offset + item.outer_start, sentence.offset + item.outer)
                )
        return tuple(sorted(set(spans)))

    # --- times --------------------------------------------------------------------------------------------------

    def _instant(
        self, sentence: Sentence, clause: Clause, frame: Frame, prop: str, things: list[tuple[Found, Thing]]
    ) -> None:
        time = self._time(sentence.text, clause, frame)
        if time is None:
            return
        for item, thing in things:
            if any(
                a <= t.start and t.end <= b and t.end - t.start >= len(sentence.text[a:b].strip(" .()"))
                for a, b in item.brackets
                for t in sentence.times
            ):
                continue  # a member of a list with a date of its own
            start = min(time.start, item.outer_start) if item.outer_start >= clause.start else time.start
            spans = self.draft.spans(
                sentence.block,
                sentence.offset + start,
                sentence.offset + max(clause.predicate.end, time.end, item.outer),
            )
            if self.draft.resolver.things.get(thing.id) is not None:
                self.date(thing, prop, time, spans, frame.id)

    def _time(self, text: str, clause: Clause, frame: Frame) -> TimeMention | None:
        """Return the one time of a clause that says when; None where there is none or more than one could."""
        kept = []
        for time in clause.times:
            after = text[time.end : time.end + 8].lstrip()
            if after.startswith("까지") and "/" not in time.value.edtf:
                if frame.until:
                    return time
                continue
            if re.match(
                r"(?:이전|전까지|무렵|경(?![가-힣])|즈음|전후|이래|말까지|기준|현재|년도\s?예산|당시|이후)", after
            ):
                continue
            kept.append(time)
        if len(kept) > 1 and clause.predicate.voice != "nominal":
            return kept[0] if len({t.value.edtf for t in kept}) == 1 else None
        return kept[-1] if kept else None

    def date(self, thing: Thing, prop: str, time: TimeMention, spans: Sequence[Span], rule: str) -> None:
        """Take in the time of a thing by the property of a rule.

        ``enacted`` stands for what a precision allows: a year alone is a stated year. ``period`` takes ranges alone,
        all others points alone.
        """
        draft, edtf = self.draft, time.value.edtf
        if self.years.issued is not None and prop in _PAST and edtf[:4] > str(self.years.issued):
            return  # a year to come: what was planned when the text was written
        if prop == "period":
            if "/" in edtf and not time.value.approximate:
                first, last = years_of(time.value)
                draft.emit(thing, "egov:startYear", Value(first, "xsd:gYear"), spans, rule)
                draft.emit(thing, "egov:endYear", Value(last, "xsd:gYear"), spans, rule)
            return
        if "/" in edtf and not time.value.approximate:
            return
        if prop == "enacted":
            if time.value.approximate:
                return
            if len(edtf) == 4:
                draft.emit(thing, "egov:statedYear", Value(edtf, "xsd:gYear"), spans, rule)
                return
            prop = "egov:enactedIn"
        draft.emit(thing, prop, time.value, spans, rule)


def _stands_alone(name: str, text: str) -> bool:
    """Return whether a name stands as a word of its own, particles aside: 한국 is no country in 한국전산원."""
    place = text.find(name)
    while place >= 0:
        end = place + len(name)
        if not (place and "\uac00" <= text[place - 1] <= "\ud7a3") and particle_at(text, end, name[-1]) is not None:
            return True
        place = text.find(name, end)
    return False


def _blanked(text: str) -> str:
    """Return a sentence with the works that it cites blanked, so that nothing inside one is a name or a date."""
    if not re.search(r"(?:19|20)\d\d", text):
        return text
    for work in find_citations(text):
        if re.search(r"[가-힣]", work.authors) and not re.search(r"외|·|,|[가-힣]{2,4}$", work.authors):
            continue
        start, end = (work.outer[0], work.outer[1])
        text = text[:start] + " " * (end - start) + text[end:]
    return text
