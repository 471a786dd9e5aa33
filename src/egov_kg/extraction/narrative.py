"""Running text: sentences into clauses of named things, rules over them, facts with their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from egov_kg import vocab
from egov_kg.extraction.clauses import Item, clauses, group_items, without_lead
from egov_kg.extraction.coordination import Member, split_enumeration
from egov_kg.extraction.discourse import History
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import Gazetteer
from egov_kg.extraction.patterns import Mention, Reading, read_sentence
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.rules import Match, RuleSet, encode
from egov_kg.extraction.times import TimeMention, years_of
from egov_kg.extraction.tokens import fold, sentences
from egov_kg.model import Block, Certainty, Span, Thing, TimeValue, Value

__all__ = ["Named", "Narrator", "emit_time"]

LONGEST_SENTENCE = 4_000
_FRAME_WORDS = frozenset(
    [
        "from",
        "the",
        "a",
        "of",
        "in",
        "at",
        "on",
        "within",
        "under",
        "perspective",
        "viewpoint",
        "standpoint",
        "point",
        "view",
        "side",
        "terms",
        "aspect",
        "aspects",
        "dimension",
    ]
)
_LIST_ENDS = re.compile(
    r"\s(?:due to|because of|as a result of|owing to|thanks to)\s|,?\setc\.?\s(?=of\b|in\b|for\b|from\b)"
)
_ACTION_ON = re.compile(
    r"\s*(?:the\s)?[a-z-]+(?:tion|sion|ment|ance|ing|al|y)\s(?:and\s[a-z-]+\s)?(?:of|in)\s(?:the\s)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with the range of the view that names it here."""

    thing: Thing
    start: int
    end: int
    times: tuple[TimeMention, ...] = ()


def emit_time(
    draft: Draft, thing: Thing, time: TimeMention, spans: Sequence[Span], rule: str, *, instant: str = ""
) -> None:
    """Take in the time of a thing: a law's stated year, the two ends of a range, or a point.

    Args:
        draft: Where to.
        thing: Whose time.
        time: The words.
        spans: The evidence.
        rule: The rule's id.
        instant: The property of a single year; ``egov:dated`` if empty, unless the thing is a law.
    """
    first, last = years_of(time.value)
    if vocab.is_subclass(thing.cls, "egov:Law") or thing.cls == "egov:ExecutiveOrder":
        if "/" not in time.value.edtf:
            if len(time.value.edtf) == 10:
                draft.emit(thing, "egov:statedDate", Value(time.value.edtf, "xsd:date"), spans, rule)
            draft.emit(thing, "egov:statedYear", Value(first, "xsd:gYear"), spans, rule)
        return
    if "/" in time.value.edtf and not time.value.approximate:
        draft.emit(thing, "egov:startYear", Value(first, "xsd:gYear"), spans, rule)
        draft.emit(thing, "egov:endYear", Value(last, "xsd:gYear"), spans, rule)
        return
    draft.emit(thing, instant or "egov:dated", time.value, spans, rule)


@dataclass
class Narrator:
    """Reads the running text of one document.

    Attributes:
        draft: Where facts go.
        rules: The rules.
        gazetteer: The known names, with those that the document defines.
        defined: The names that the document defines.
    """

    draft: Draft
    rules: RuleSet
    gazetteer: Gazetteer
    defined: frozenset[str]
    history: History = field(init=False)
    context: Named | None = None
    topic: Named | None = None
    subject: Named | None = None
    heads: set[str] = field(init=False)
    _readings: dict[int, tuple[Reading, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.history = History(self.draft.resolver)
        self.heads = set()

    @property
    def resolver(self) -> Resolver:
        """Where things come from."""
        return self.draft.resolver

    def readings(self, block: Block) -> Iterator[Reading]:
        """Yield what each sentence of a block names."""
        known = self._readings.get(id(block))
        if known is None:
            text = block.view.text
            known = tuple(
                read_sentence(
                    text, a, min(end, a + LONGEST_SENTENCE), self.resolver.lexicon, self.gazetteer, self.defined
                )
                for start, end in sentences(text)
                for a in range(start, end, LONGEST_SENTENCE)
            )
            self._readings[id(block)] = known
        yield from known

    def read(
        self,
        block: Block,
        *,
        anchor: Named | None = None,
        anchor_block: Block | None = None,
        row: Sequence[Named] = (),
        stage: Named | None = None,
        stage_block: Block | None = None,
    ) -> None:
        """Take in the facts of a block's running text."""
        if not row and stage is None and anchor is None:
            self.history.paragraph += 1
            self.context = None
            self.topic = None
        for reading in self.readings(block):
            self.history.sentence += 1
            fixed: dict[str, tuple[Named, Block]] = {"document": (Named(self.draft.work, 0, 0), block)}
            if anchor is not None:
                fixed["anchor"] = (anchor, anchor_block or block)
            if stage is not None:
                fixed["stage"] = (stage, stage_block or block)
            self.read_sentence(block, reading, fixed, row)

    # --- one sentence -------------------------------------------------------------------------------------------

    def read_sentence(
        self, block: Block, reading: Reading, fixed: Mapping[str, tuple[Named, Block]], row: Sequence[Named] = ()
    ) -> None:
        """Take in the facts of a sentence: its definitions first, then what the rules find in it and in its clauses."""
        text = reading.text
        items = self.items(block, reading, fixed)
        self._definitions(block, reading)
        if not reading.mentions and not reading.times and len(reading.tokens) < 3:
            return
        if block.kind in ("paragraph", "item", "note"):
            self._frame(text, reading)
        grouped = self._without_frame(group_items(items))
        self._genera(block, grouped)
        stripped = without_lead(grouped, self.resolver.lexicon)
        whole = (grouped,) if stripped == grouped else (grouped, stripped)
        fired = 0
        for scope, parts in (("sentence", whole), ("clause", clauses(grouped, self.resolver.lexicon))):
            for part in parts:
                encoded = encode(part)
                for match in self.rules.matches(encoded, block.kind, scope, block.lang if block.lang == "ko" else "en"):
                    if (
                        part is grouped
                        and len(whole) == 2
                        and scope == "sentence"
                        and match.rule.source.startswith("^")
                    ):
                        # what a rule for whole sentences reads from the beginning on begins behind the lead
                        continue
                    reason = self.rules.refusal(match)
                    if reason:
                        spans = self.draft.spans(block, reading.start, reading.end)
                        self.draft.refused(spans, "refused", f"{match.rule.id}: {reason}")
                        continue
                    fired += self._fire(block, reading, match, fixed, row)
        if not fired and block.kind in ("paragraph", "item") and len(reading.mentions) >= 2:
            self.draft.refused(self.draft.spans(block, reading.start, reading.end), "no-rule", "")

    def _frame(self, text: str, reading: Reading) -> None:
        """Keep the context that a sentence names; a sentence that goes on from the last one keeps the last one's."""
        contexts = [m for m in reading.mentions if m.cls == "egov:Context" and not m.is_bare]
        framed = [
            m
            for m in contexts
            if re.search(
                r"(?:perspective|viewpoint|point of view|side|level|terms|aspects?|standpoint|dimension)"
                r"\s(?:of\s)?(?:the\s)?$"
                r"|\b(?:[Ii]n|[Ww]ithin|[Uu]nder)\s(?:the\s)?$",
                text[reading.start : m.name_start],
            )
        ]
        if len(framed) == 1 and not framed[0].names:
            thing = self.resolver.thing(framed[0])
            if thing is not None:
                self.context = Named(thing, framed[0].name_start, framed[0].name_end)
                return
        opening = reading.tokens[0].low if reading.tokens else ""
        if opening not in (
            "however",
            "moreover",
            "furthermore",
            "besides",
            "also",
            "but",
            "similarly",
            "likewise",
            "nevertheless",
        ):
            self.context = None

    def _without_frame(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """Return a sentence without the words that set its context ("from the perspective of the internal context")."""
        if self.context is None:
            return tuple(items)
        place = next(
            (
                i
                for i, x in enumerate(items)
                if x.kind == "thing" and x.cls == "egov:Context" and x.start <= self.context.start < x.end
            ),
            None,
        )
        if place is None:
            return tuple(items)
        start = place
        while start and items[start - 1].kind == "word" and items[start - 1].text in _FRAME_WORDS:
            start -= 1
        if start == place:
            return tuple(items)
        after = tuple(items[place + 1 :])
        if start == 0 and after and after[0].text == ",":
            after = after[1:]
        return (*items[:start], *after)

    def _genera(self, block: Block, items: Sequence[Item]) -> None:
        """Take in that examples belong to their genus: technologies below a kind, members in a counted set."""
        for item in items:
            if item.genus is None:
                continue
            spans = self.draft.spans(block, item.start, item.end)
            for thing in item.things:
                if item.genus.cls == "egov:Technology" and thing.cls == "egov:Technology":
                    self.draft.emit(thing, "egov:narrowerThan", item.genus, spans, "genus.technology.1")

    def items(self, block: Block, reading: Reading, fixed: Mapping[str, tuple[Named, Block]]) -> list[Item]:
        """Return a sentence as items, its names and anaphors resolved."""
        found: list[Item] = []
        mentions = list(reading.mentions)
        times = list(reading.times)
        cited = [w.outer for w in reading.works]
        k = 0
        tokens = reading.tokens
        while k < len(tokens):
            token = tokens[k]
            if any(a <= token.start < b for a, b in cited):
                k += 1
                continue
            mention = next((m for m in mentions if m.start <= token.start < m.end), None)
            if mention is not None:
                item = self._thing_item(block, mention, reading)
                if item is not None:
                    found.append(item)
                    while k < len(tokens) and tokens[k].start < mention.end:
                        k += 1
                    continue
            time = next((t for t in times if t.start <= token.start < t.end), None)
            if time is not None:
                found.append(Item("time", time.value.words, time.start, time.end, time=time))
                while k < len(tokens) and tokens[k].start < time.end:
                    k += 1
                continue
            item = self._pronoun_item(reading, k, fixed)
            found.append(
                item
                or Item(
                    "word" if token.text[0].isalnum() or token.low == "'s" else "sign",
                    token.low,
                    token.start,
                    token.end,
                )
            )
            k += 1
        return found

    def _pronoun_item(self, reading: Reading, k: int, fixed: Mapping[str, tuple[Named, Block]]) -> Item | None:
        token = reading.tokens[k]
        if token.low in ("they", "these", "it") and "anchor" in fixed and k == 0:
            thing = fixed["anchor"][0].thing
            return Item("thing", token.text, token.start, token.end, (thing,), ((token.start, token.end),), bound=((),))
        if token.low == "it" and k and reading.tokens[k - 1].low != "made":
            verb = self.resolver.lexicon.verb_forms(reading.tokens[k - 1].low)
            here = [
                s.thing
                for s in self.history.seen
                if s.sentence == self.history.sentence and vocab.is_subclass(s.thing.cls, "egov:Undertaking")
            ]
            if verb and here:
                place = ((token.start, token.end),)
                return Item("thing", "it", token.start, token.end, (here[-1],), place, bound=((),))
        if token.low == "it" and _is_expletive(reading, k):
            return None
        if token.low in ("he", "she", "it") and (
            k == 0 or reading.tokens[k - 1].low in ("and", ",", "but", "when", "where", "while")
        ):
            things = self.history.pronoun(token.low)
            if things:
                return Item(
                    "thing", token.text, token.start, token.end, tuple(things), ((token.start, token.end),), bound=((),)
                )
        return None

    def _thing_item(self, block: Block, mention: Mention, reading: Reading) -> Item | None:
        things = self.things_of(mention, reading)
        if not things:
            return None
        for thing, name in zip(things, mention.names or (mention.name,) * len(things), strict=False):
            self.history.note(thing, mention)
            spans = self.draft.spans(block, mention.name_start, mention.name_end)
            self.draft.place(thing, spans)
            if not mention.is_bare:
                surface = re.sub(r"\s+", " ", reading.text[mention.name_start : mention.name_end])
                self.draft.name(thing, surface if not mention.names else name, "alt", spans)
        bound: tuple[tuple[TimeMention, ...], ...]
        if len(things) > 1 and len(mention.times) == len(things):
            bound = tuple((t,) for t in mention.times)
        elif mention.times and len(mention.times) == 1:
            bound = (mention.times,) * len(things)
        else:
            bound = ((),) * len(things)
        place = (mention.start, mention.end)
        return Item(
            "thing", mention.name, mention.start, mention.end, tuple(things), (place,) * len(things), bound=bound
        )

    def things_of(self, mention: Mention, reading: Reading) -> list[Thing]:
        """Return what a mention names, anaphors included; nothing if that is open."""
        if mention.names:
            return [t for n in mention.names if (t := self.resolver.thing(mention, n)) is not None]
        if mention.cls == "egov:Person" and not mention.thing and len(mention.name.split()) == 1:
            person = self.history.person_of_surname(mention.name)
            return [person] if person else []
        if mention.is_bare and mention.head != "executive order" and not self.resolver.is_topic(mention):
            return self.history.definite(mention)
        if mention.det in self.resolver.lexicon.quantifiers and vocab.is_subclass(mention.cls, "egov:Undertaking"):
            return []
        if (
            not mention.count
            and mention.det in ("each", "every", "these", "those", "the")
            and mention.cls == "egov:Project"
        ):
            known = self.history.counted(mention)
            if known is not None:
                return [known]
        if (
            not mention.count
            and not mention.det
            and mention.cls == "egov:Project"
            and _is_past(reading, self.resolver)
            and not re.search(r"[’']s ", mention.name)
        ):
            known = self.history.counted(mention)
            if known is not None:
                return [known]
        thing = self.resolver.thing(mention)
        return [thing] if thing is not None else []

    # --- definitions --------------------------------------------------------------------------------------------

    def _definitions(self, block: Block, reading: Reading) -> None:
        """Take in what names say by themselves: acronyms, other names, sizes, bracketed times, heads."""
        draft, resolver = self.draft, self.resolver
        for mention in (*reading.mentions, *reading.inner):
            outer = mention in reading.mentions
            things = self.things_of(mention, reading) if outer else [t for t in (resolver.thing(mention),) if t]
            if not things:
                continue
            spans = draft.spans(block, mention.start, mention.end)
            for i, thing in enumerate(things):
                if outer:
                    self._times_of(block, mention, thing, i, len(things))
                if mention.acronym and not mention.names:
                    draft.name(thing, mention.acronym, "acronym", spans)
                    draft.emit(
                        thing,
                        "egov:acronym",
                        Value(mention.acronym, "rdf:langString", "en"),
                        spans,
                        "definition.bracket.1",
                    )
                if mention.alias:
                    draft.name(thing, mention.alias, "alt", spans)
                    draft.emit(
                        thing,
                        "skos:altLabel",
                        Value(mention.alias, "rdf:langString", "en"),
                        spans,
                        "definition.bracket.2",
                    )
                if mention.count > 1 and not mention.names:
                    draft.emit(
                        thing, "egov:memberCount", Value(str(mention.count), "xsd:integer"), spans, "set.count.1"
                    )
            if outer:
                self._known_names(block, reading, mention, things[0])
            if mention.cls == "egov:Administration":
                self._administration(block, mention, things[0])
            elif mention.cls == "egov:Person" and mention.head in resolver.lexicon.heads_of_government:
                self.heads.add(things[0].id)
                office = resolver.office(mention.head, resolver.jurisdiction)
                draft.emit(things[0], "egov:holdsOffice", office, spans, "person.title.1")

    def _times_of(self, block: Block, mention: Mention, thing: Thing, i: int, several: int) -> None:
        if block.kind == "row":
            return
        times = mention.times if len(mention.times) != several or several == 1 else (mention.times[i],)
        for time in times[:1] if several == 1 else times:
            spans = self.draft.spans(block, mention.start, mention.end)
            emit_time(self.draft, thing, time, spans, "time.bracket.1")

    def _known_names(self, block: Block, reading: Reading, mention: Mention, thing: Thing) -> None:
        """A known thing under another name than the preferred one: a variant, or an acronym that stands alone."""
        if not mention.thing or not self.resolver.applies(mention.thing):
            return
        surface = re.sub(r"\s+", " ", reading.text[mention.name_start : mention.name_end])
        spans = self.draft.spans(block, mention.name_start, mention.name_end)
        row = next(
            (n for n in self.gazetteer.by_thing.get(mention.thing, ()) if n.name == surface and n.kind == "acronym"),
            None,
        )
        if row is not None and not mention.acronym:
            self.draft.name(thing, surface, "acronym", spans)
            self.draft.emit(
                thing, "egov:acronym", Value(surface, "rdf:langString", "en"), spans, "definition.known.1", "inferable"
            )
        elif thing.cls == "egov:Person" and fold(surface) != fold(thing.label) and len(surface.split()) > 1:
            self.draft.name(thing, surface, "alt", spans)
            lang = "ko" if re.search("[가-힣]", surface) else "en"
            if lang == thing.lang:
                self.draft.emit(thing, "skos:altLabel", Value(surface, "rdf:langString", lang), spans, "name.variant.1")

    def _administration(self, block: Block, mention: Mention, thing: Thing) -> None:
        spans = self.draft.spans(block, mention.start, mention.end)
        name = mention.name.removesuffix(" administration")
        person = self.resolver.person(name)
        if len(name.split()) == 1:
            person = self.history.person_of_surname(name) or person
        self.heads.add(person.id)
        self.draft.emit(thing, "egov:headedBy", person, spans, "administration.head.1")
        if fold(name) != fold(person.label):
            lang = "en"
            self.draft.name(person, name, "alt", spans)
            self.draft.emit(person, "skos:altLabel", Value(name, "rdf:langString", lang), spans, "name.variant.1")
        self._in_jurisdiction(thing, spans)

    def _in_jurisdiction(self, thing: Thing, spans: Sequence[Span]) -> None:
        """Take in that an administration governs the country that the document speaks of."""
        code = self.resolver.jurisdiction
        if any(c.code == code for c in self.resolver.lexicon.countries):
            country = self.resolver.country(code)
            self.draft.emit(thing, "egov:inJurisdiction", country, spans, "administration.jurisdiction.1", "inferable")

    # --- rules --------------------------------------------------------------------------------------------------

    def _fire(
        self,
        block: Block,
        reading: Reading,
        match: Match,
        fixed: Mapping[str, tuple[Named, Block]],
        row: Sequence[Named],
    ) -> int:
        """Take in the facts of a match; return how many."""
        bound: dict[str, list[Named]] = {}
        rule = match.rule
        own = self._words_of(match)
        for name, (first, last) in match.slots.items():
            bound[name] = self._bind(block, reading, match, name, first, last)
        count = len(self.draft.facts)
        if "target" in bound and rule.kinds["target"] == "phrase" and bound["target"]:
            self.topic = bound["target"][0]
        # The words that the fact rests on: those of the clause which the match covers.
        for give in rule.gives:
            for subject, subject_spans in self._values(block, give.subject, bound, fixed, row, match, reading):
                for obj, object_spans in self._values(block, give.object, bound, fixed, row, match, reading):
                    if isinstance(subject, (Value, TimeValue)):
                        continue
                    evidence = self._evidence(block, own, subject_spans, object_spans)
                    if block.kind == "note" and "anchor" in fixed:
                        named, owner = fixed["anchor"]
                        if named.thing.id in (subject.id, obj.id if isinstance(obj, Thing) else ""):
                            evidence.extend(self.draft.spans(owner, named.start, named.end))
                    certainty: Certainty = "inferable" if give.certainty == "inferable" else "stated"
                    self.draft.emit(subject, give.property, obj, evidence, rule.id, certainty)
        for named in (n for values in bound.values() for n in values):
            if named.thing.cls in ("egov:Barrier", "egov:Recommendation"):
                detail(self, block, reading, named)
        self._instant(block, match, bound, own)
        if rule.member_time:
            for named in (n for values in bound.values() for n in values):
                for time in named.times:
                    spans = self.draft.spans(block, min(named.start, time.start), max(named.end, time.end))
                    emit_time(self.draft, named.thing, time, spans, f"{rule.id}.time", instant=rule.member_time)
        return len(self.draft.facts) - count

    def _instant(self, block: Block, match: Match, bound: Mapping[str, list[Named]], own: tuple[int, int]) -> None:
        if match.rule.instant is None:
            return
        prop, slot = match.rule.instant
        if match.rule.kinds.get(slot) in ("list", "phrase"):
            return
        times = [x for x in match.encoded.items if x.kind == "time"]
        if len(times) != 1 or times[0].time is None:
            return
        value = times[0].time.value
        if "/" in value.edtf and not value.approximate:
            return
        start, end = min(own[0], times[0].start), max(own[1], times[0].end)
        for named in bound.get(slot, ()):
            if named.times or (vocab.is_subclass(named.thing.cls, "egov:Law") and prop not in vocab.OBJECT_PROPERTIES):
                continue
            obj: TimeValue | Value = value
            if prop in vocab.DATA_PROPERTIES:
                obj = Value(value.edtf[:4], "xsd:gYear")
            self.draft.emit(named.thing, prop, obj, self.draft.spans(block, start, end), match.rule.id)

    def _words_of(self, match: Match) -> tuple[int, int]:
        covered = match.encoded.items[match.start : match.end]
        return min(x.start for x in covered), max(x.end for x in covered)

    def _evidence(self, block: Block, own: tuple[int, int], *others: Sequence[tuple[Block, int, int]]) -> list[Span]:
        found: list[Span] = []
        places = [p for other in others for p in other]
        here = [(a, b) for owner, a, b in places if owner is block and b > a]
        start = min([own[0], *(a for a, _ in here)])
        end = max([own[1], *(b for _, b in here)])
        if end - start > 1_200:
            start, end = own
        found.extend(self.draft.spans(block, start, end))
        for owner, a, b in places:
            if owner is not block:
                found.extend(self.draft.spans(owner, a, b))
        return found

    def _values(  # noqa: PLR0917 - each is a different thing
        self, block: Block, reference: str, bound: Mapping[str, list[Named]], fixed: Mapping[str, tuple[Named, Block]],
        row: Sequence[Named], match: Match, reading: Reading,
    ) -> list[tuple[Thing | Value, list[tuple[Block, int, int]]]]:  # fmt: skip
        """Return what a subject or object of a rule stands for in a match, each with its own words."""
        if reference.startswith("="):
            return [(Value(reference[1:]), [])]
        base, _, step = reference.partition(".")
        if base == "row":
            inside = [n for n in row if n.start <= match.encoded.items[match.start].start < n.end] or list(row)
            return [(n.thing, []) for n in inside]
        if base == "context":
            return [(self.context.thing, [(block, self.context.start, self.context.end)])] if self.context else []
        if base == "actor":
            actor = self.history.last_actor()
            return [(actor, [])] if actor is not None else []
        if base == "topic":
            return [(self.topic.thing, [(block, self.topic.start, self.topic.end)])] if self.topic else []
        if base in fixed:
            named_here, owner = fixed[base]
            return [(named_here.thing, [(owner, named_here.start, named_here.end)] if named_here.end else [])]
        if step in ("words", "kind") or match.rule.kinds.get(base) == "words":
            if base not in match.slots:
                return []
            first, last = match.slots[base]
            items = match.encoded.items[first:last]
            start, end = items[0].start, items[-1].end
            if step == "kind" and not re.match(r"an?\s", reading.text[start:end], re.IGNORECASE):
                return []
            words = re.sub(r"\s+", " ", reading.text[start:end]).strip(" ,.")
            return [(Value(re.sub(r"^(?:the|a|an)\s", "", words)), [(block, start, end)])]
        values: list[tuple[Thing | Value, list[tuple[Block, int, int]]]] = []
        for named in bound.get(base, ()):
            thing: Thing = named.thing
            if step == "administration":
                if thing.cls == "egov:Person" and thing.id in self.heads:
                    person, thing = thing, self.resolver.administration_of(thing)
                    spans = self.draft.spans(block, *self._words_of(match))
                    self.draft.emit(thing, "egov:headedBy", person, spans, "administration.head.2", "inferable")
                    self._in_jurisdiction(thing, spans)
                elif thing.cls != "egov:Administration":
                    continue
            if step == "government":
                if not vocab.is_subclass(thing.cls, "egov:Country"):
                    continue
                thing = self.resolver.government_of(thing)
            values.append((thing, [(block, named.start, named.end)]))
        return values

    def _bind(self, block: Block, reading: Reading, match: Match, name: str, first: int, last: int) -> list[Named]:  # noqa: PLR0917 - each is a different thing
        kind = match.rule.kinds[name]
        items = match.encoded.items[first:last]
        if not items or kind in ("time", "words"):
            return []
        if kind in ("thing", "genus"):
            item = items[0]
            if kind == "genus" and item.genus is not None:
                return [Named(item.genus, item.start, item.end)]
            return [
                Named(t, a, b, times) for t, (a, b), times in zip(item.things, item.places, item.bound, strict=True)
            ]
        cls = match.rule.slots[name][0]
        while len(items) > 1 and items[-1].kind == "sign" and items[-1].text not in (")", "%"):
            items = items[:-1]
        start, end = items[0].start, items[-1].end
        if kind == "phrase":
            named = self.phrase(block, reading, start, end, cls)
            return [named] if named else []
        return self.members(block, reading, start, end, cls, items)

    def members(  # noqa: PLR0917 - each is a different thing
        self, block: Block, reading: Reading, start: int, end: int, cls: str, items: Sequence[Item] = ()
    ) -> list[Named]:
        """Return the members of an enumeration: named things where names stand, else phrases of a class."""
        del items
        opened = re.search(r",?\s(?:including|namely|such as)\s,?", reading.text[start:end])
        if opened and cls in ("egov:Concept", "egov:ServiceDomain", "egov:InformationSystem"):
            start += opened.end()
        if cut := _LIST_ENDS.search(reading.text[start:end]):
            end = start + cut.start()
        text = reading.text[start:end]
        inside = [m for m in reading.mentions if start <= m.start and m.end <= end and not m.names]
        concrete = cls in ("egov:InformationSystem", "egov:Technology", "egov:Agency", "egov:Concept")
        found: list[Named] = []
        split = split_enumeration(
            text, keep=lambda i: any(m.start < start + i < m.end for m in inside), concrete=concrete
        )
        for index, member in enumerate(split):
            a, b = start + member.start, start + member.end
            suffix = _shared_head(text, split, index) if cls == "egov:InformationSystem" else ""
            if cls == "egov:ServiceDomain":
                found.extend(self._domains(block, reading, a, b))
                continue
            halves = [(a, b)]
            towards = re.search(r"\stowards?\s", reading.text[a:b])
            if cls == "egov:Barrier" and towards:
                # Which role the words after "towards" have is open: phrases of their own, and the weaker statement.
                place = a + towards.end()
                objects = split_enumeration(reading.text[place:b])
                halves = [(a, a + towards.start()), *((place + m.start, place + m.end) for m in objects)]
            for first, last in halves:
                named = self.phrase(
                    block, reading, first, last, cls, prefix=member.prefix, prefix_start=start + member.prefix_start,
                    suffix=suffix,
                )  # fmt: skip
                if named:
                    found.append(named)
        return found

    def _domains(self, block: Block, reading: Reading, start: int, end: int) -> list[Named]:
        """Return the domains, contexts and levels that a phrase speaks of ("innovation of social welfare services")."""
        inside = [
            m
            for m in reading.mentions
            if start <= m.start and m.end <= end + 1 and m.cls in ("egov:Context", "egov:GovernmentLevel")
        ]
        if inside:
            return [Named(t, m.start, m.end) for m in inside for t in self.things_of(m, reading)]
        opening = re.compile(r"\s*of\s(?:the\s)?").match(reading.text, start, end)
        start = opening.end() if opening else start
        action = _ACTION_ON.match(reading.text, start, end)
        if action:
            start = action.end()
        found: list[Named] = []
        for m in split_enumeration(reading.text[start:end]):
            named = self.phrase(block, reading, start + m.start, start + m.end, "egov:ServiceDomain")
            if named:
                found.append(named)
        return found

    def phrase(
        self,
        block: Block,
        reading: Reading,
        start: int,
        end: int,
        cls: str,
        *,
        prefix: str = "",
        prefix_start: int = 0,
        suffix: str = "",
    ) -> Named | None:
        """Return the thing that a phrase names: the name in it, if the phrase is little more, else its own words."""
        text = reading.text
        while start < end and (text[start].isspace() or text[start] in ",.;:"):
            start += 1
        while end > start and (text[end - 1].isspace() or text[end - 1] in ",.;:"):
            end -= 1
        lead = re.match(r"(?:(?:the|a|an|some|any|various|and|or|etc\.?)\s+)+", text[start:end], re.IGNORECASE)
        if lead:
            start += lead.end()
        times = tuple(t for t in reading.times if start <= t.start and t.end <= end)
        trimmed = end
        for t in reversed(times):
            before = re.search(r"\s+(?:in|of|since|from|by)\s+(?:the\s)?$", text[start : t.start])
            if before and t.end == trimmed:
                trimmed = start + before.start()
        if start >= trimmed:
            return None
        if cls in ("egov:Barrier", "egov:Enabler", "egov:Recommendation") and re.match(
            r"(?:as|in|for|on|with|from|by|according|despite|at|to|of|it|there|that|which)\s",
            text[start:trimmed],
            re.IGNORECASE,
        ):
            return None
        if cls in ("egov:Barrier", "egov:Recommendation", "egov:Enabler") and re.fullmatch(
            r"(?:it|they|he|she|this|these|those|which|who)", text[start:trimmed], re.IGNORECASE
        ):
            return None
        if cls == "egov:Barrier" and not re.match(r"without\b", text[start:trimmed]):
            lacking = re.search(r"\swithout\s", text[start:trimmed])
            trimmed = start + lacking.start() if lacking else trimmed
        if cls == "egov:Enabler" and (
            re.search(r"\b(?:was|were|is|are|has|have|had)\b", text[start:trimmed])
            or any(
                m.start <= start + 4 and m.end >= trimmed and vocab.is_subclass(m.cls, "egov:Actor")
                for m in reading.mentions
            )
        ):
            return None
        if cls == "egov:Enabler" and (purpose := re.search(r"\sto\s(?=[a-z]+\b)", text[start:trimmed])):
            after = re.match(r"[a-z]+", text[start + purpose.end() : trimmed])
            if after and "base" in self.resolver.lexicon.verb_forms(after[0]):
                trimmed = start + purpose.start()
        if cls in ("egov:PolicyGoal", "egov:Project", "egov:InformationSystem") and (
            tail := re.search(r",?\s(?:such as|including)\s", text[start:trimmed])
        ):
            trimmed = start + tail.start()
        if cls == "egov:Finding" and re.match(
            r"(?:\w+\s){0,2}(?:gaps?|lack|shortage|disparit\w+|imbalance|deficit)\b", text[start:trimmed]
        ):
            cls = "egov:Barrier"
        free = cls in (
            "egov:Barrier",
            "egov:Enabler",
            "egov:Recommendation",
            "egov:Finding",
            "egov:Mission",
            "egov:PolicyGoal",
        )
        if not prefix and not free:
            for mention in reading.mentions:
                core = max(start, mention.start) == mention.start and mention.start - start <= 4
                if core and mention.end >= trimmed - 1 and mention.start < trimmed:
                    things = self.things_of(mention, reading)
                    if things and not (cls == "egov:ServiceDomain" and things[0].cls != "egov:ServiceDomain"):
                        return Named(things[0], start, end, times or mention.times)
        words = re.sub(r"\s+", " ", text[start:trimmed]).strip()
        words, acronym, alias, known = self._definition_in(words)
        label = (prefix + words + suffix).strip(' ,.;:"“”')
        if not re.search(r"[^\W\d_]", label) or len(label) > 300:
            return None
        if not free and acronym is None and label.casefold() in ("etc", "others", "so on", "more"):
            return None
        thing = known or self.resolver.make(cls, label)
        spans = self.draft.spans(block, start, trimmed)
        if prefix:
            spans = self.draft.spans(block, prefix_start, prefix_start + len(prefix.rstrip())) + spans
        self.draft.place(thing, spans)
        self.draft.name(thing, label, "alt", spans)
        if known and fold(words) != fold(known.label):
            self.draft.emit(known, "skos:altLabel", Value(words, "rdf:langString", "en"), spans, "definition.bracket.3")
        if acronym and not known:
            self.draft.name(thing, acronym, "acronym", spans)
            self.draft.emit(
                thing, "egov:acronym", Value(acronym, "rdf:langString", "en"), spans, "definition.bracket.1"
            )
            self.resolver.acronyms.setdefault(acronym, thing)
        if alias and not known:
            self.draft.name(thing, alias, "alt", spans)
            self.draft.emit(thing, "skos:altLabel", Value(alias, "rdf:langString", "en"), spans, "definition.bracket.2")
        return Named(thing, start, end, times)

    def _definition_in(self, words: str) -> tuple[str, str | None, str, Thing | None]:
        """Return (name, acronym, other name, known thing) of "Name (ACR: other name)" or "alias (Name, ACR)"."""
        match = re.fullmatch(r"(.+?)\s?\(([^()]{2,80})\)", words)
        if not match:
            return words, None, "", None
        parts = [p.strip() for p in re.split(r"[:,;]", match[2])]
        acronyms = [
            p
            for p in parts
            if re.fullmatch(r"[A-Z][A-Za-z0-9&-]{1,9}", p) and sum(c.isupper() or c.isdigit() for c in p) > 1
        ]
        if not acronyms:
            return words, None, "", None
        known = self.resolver.acronyms.get(acronyms[0])
        others = [p for p in parts if p not in acronyms]
        alias = others[0] if others and others[0][:1].isupper() else ""
        return match[1].strip(), acronyms[0], alias, known


_REMEDY = re.compile(
    r"(?:resolution|reduction|removal|elimination|alleviation|mitigation|overcoming|relaxation|easing)\s(?:of|for)\s(?:the\s)?(?P<what>.+)",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:that|which)\s(?:can|could|may|will|helps?\sto|to)?\s?(?:resolve|reduce|overcome|close|bridge|address|mitigate|eliminate|"
    r"alleviate|remove|tackle|prevent)s?\s(?:the\s)?(?P<what>[^,;]+)",
    re.IGNORECASE,
)
_RISK = re.compile(
    r"\b(?:with|against|under|facing)\s(?:the\s)?(?P<what>(?:possibility|risk|threat|danger|fear)s?\sof\s[^,;]+)",
    re.IGNORECASE,
)
_SUCH_AS = re.compile(r"^(?P<kind>[^,;]+?)\s(?:such\sas|including|like)\s(?:the\s)?(?P<examples>.+)$", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:in\scomparison\s(?:to|with)|compared\s(?:to|with)|than\s(?:in|that\sof|those\sof))\s", re.IGNORECASE
)
_KIND_WORDS = re.compile(
    r"\s(?:requirements?|factors?|conditions?|issues?|elements?|provisions?|rules?|clauses?)$", re.IGNORECASE
)


def detail(narrator: Narrator, block: Block, reading: Reading, named: Named) -> None:
    """Take in what the words of a barrier or of a recommendation say beyond naming it.

    For a barrier: whom it concerns and with whom it compares. For a recommendation: who is to provide it, whom it is
    meant for, and the barrier that it names as what it is good against.
    """
    draft, text = narrator.draft, reading.text
    spans = draft.spans(block, named.start, named.end)
    inside = [m for m in reading.mentions if named.start <= m.start and m.end <= named.end]
    inside += [m for m in reading.inner if named.start <= m.start and m.end <= named.end]
    for mention in inside:
        if not vocab.is_subclass(mention.cls, "egov:ActorGroup") or mention.is_bare:
            continue
        before = text[named.start : mention.start].rstrip().casefold()
        for thing in narrator.things_of(mention, reading):
            if named.thing.cls == "egov:Barrier":
                if _COMPARED.search(text[max(named.start, mention.start - 30) : mention.name_start]):
                    draft.emit(named.thing, "egov:comparedWith", thing, spans, "barrier.compared.1")
                elif before.endswith(" of") and mention.end >= named.end - 1:
                    draft.emit(named.thing, "egov:concerns", thing, spans, "barrier.concerns.1")
            elif before.endswith(" at") and mention.cls == "egov:GovernmentLevel":
                draft.emit(named.thing, "egov:toBeProvidedBy", thing, spans, "recommendation.provider.1")
            elif mention.cls == "egov:ActorGroup" and before.endswith((" of", " for", " among", " to")):
                draft.emit(named.thing, "egov:targets", thing, spans, "recommendation.target.1")
    if named.thing.cls == "egov:Recommendation":
        _against(narrator, block, reading, named)


def _against(narrator: Narrator, block: Block, reading: Reading, named: Named) -> None:
    """Take in the barrier that a recommendation names: "programmes that can resolve X", "resolution of X such as Y"."""
    draft, text = narrator.draft, reading.text
    for pattern, rule in (
        (_AGAINST, "recommendation.against.1"),
        (_RISK, "recommendation.against.2"),
        (_REMEDY, "recommendation.against.3"),
    ):
        match = pattern.search(text, named.start, named.end)
        if match is None or (pattern is _REMEDY and match.start() > named.start + 4):
            continue
        spans = draft.spans(block, named.start, named.end)
        examples = _SUCH_AS.match(match["what"]) if pattern is _REMEDY else None
        barriers: list[Named] = []
        if examples is None:
            barrier = narrator.phrase(block, reading, match.start("what"), match.end("what"), "egov:Barrier")
            barriers = [barrier] if barrier else []
        else:
            base = match.start("what") + examples.start("examples")
            kind = _KIND_WORDS.sub("", examples["kind"])
            for member in split_enumeration(examples["examples"], concrete=True):
                start, end = base + member.start, base + member.end
                cause = next((m for m in reading.mentions if start - 4 <= m.start and m.end <= end + 1), None)
                words = re.sub(r"^(?:the|an?)\s", "", text[start:end])
                barrier_thing = narrator.resolver.make("egov:Barrier", f"{kind} {words}")
                where = draft.spans(block, match.start("what"), end)
                draft.place(barrier_thing, where)
                barriers.append(Named(barrier_thing, match.start("what"), end))
                for thing in narrator.things_of(cause, reading) if cause else ():
                    draft.emit(barrier_thing, "egov:stemsFrom", thing, where, "barrier.stems.1")
        for barrier in barriers:
            draft.emit(named.thing, "egov:addresses", barrier.thing, spans, rule)
            draft.emit(draft.work, "egov:reports", barrier.thing, spans, rule, "inferable")
            if narrator.context is not None:
                context = draft.spans(block, narrator.context.start, narrator.context.end)
                draft.emit(barrier.thing, "egov:inContext", narrator.context.thing, (*context, *spans), rule)


_EXPLETIVE = re.compile(
    r"it\s(?:is|was|will\sbe|would\sbe|can\sbe|could\sbe|has\sbeen|seems|appears)\s(?:\w+ly\s|also\s|not\s|therefore\s)?(?:necessary|possible|"
    r"essential|important|required|recommended|needed|crucial|vital|imperative|advisable|seen|said|noted|forecasted|forecast|"
    r"expected|clear|likely|estimated|argued|known|believed|worth|difficult|easy)\b|it\s(?:seems|appears)\b",
    re.IGNORECASE,
)


def _is_expletive(reading: Reading, k: int) -> bool:
    """Whether an "it" stands for nothing: "it is necessary to", "it can be seen that"."""
    return bool(_EXPLETIVE.match(reading.text, reading.tokens[k].start))


def _shared_head(text: str, split: Sequence[Member], place: int) -> str:
    """Return the head that a member shares with the last one, as in "residence and vehicle registration"."""
    if place + 1 != len(split) - 1:
        return ""
    mine, last = split[place], split[place + 1]
    words = text[last.start : last.end].split()
    alone = re.fullmatch(r"[a-z-]+", text[mine.start : mine.end])
    joined = re.fullmatch(r"\s(?:and|or)\s", text[mine.end : last.start])
    return f" {words[-1]}" if alone and joined and len(words) == 2 and words[0].islower() else ""


def _is_past(reading: Reading, resolver: Resolver) -> bool:
    """Whether a sentence tells of a past event: a past form, and no present one."""
    lexicon = resolver.lexicon
    lows = [t.low for t in reading.tokens]
    past = any("past" in lexicon.verb_forms(w) or w in ("was", "were", "had") for w in lows)
    present = any(w in ("is", "are", "has", "have") for w in lows)
    return past and not present
