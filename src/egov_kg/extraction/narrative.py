"""Running text: sentences into clauses of named things, rules over them, facts with their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from egov_kg.extraction.announcing import read_listed
from egov_kg.extraction.arguments import Arguments
from egov_kg.extraction.chronicles import Chronicle, DateLine, with_copula
from egov_kg.extraction.chunks import chunks_of
from egov_kg.extraction.clauses import Item, clauses, group_items
from egov_kg.extraction.definitions import read_definitions
from egov_kg.extraction.discourse import History
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.firing import fire
from egov_kg.extraction.frames import Frames
from egov_kg.extraction.gazetteer import Gazetteer
from egov_kg.extraction.listed_names import with_verb_of_lead
from egov_kg.extraction.named import Named, emit_time
from egov_kg.extraction.openings import without_lead
from egov_kg.extraction.patterns import Mention, Reading, read_sentence
from egov_kg.extraction.phrases import phrase
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.rules import RuleSet, encode
from egov_kg.extraction.sentence_items import items_of, things_of
from egov_kg.extraction.telling import tell
from egov_kg.extraction.tokens import sentences, singular
from egov_kg.model import Block, Thing

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


@dataclass
class Narrator:
    """Reads the running text of one document.

    Attributes:
        draft: Where facts go.
        rules: The rules.
        frames: What verbs say.
        arguments: What studies argue.
        gazetteer: The known names, with those that the document defines.
        defined: The names that the document defines.
        resolver: Where things come from.
        line: The date of the entry of a chronology whose first sentence is being read.
        bare: That of the entry that was read last, if the entry names something and says nothing of it.
    """

    draft: Draft
    rules: RuleSet
    frames: Frames
    arguments: Arguments
    gazetteer: Gazetteer
    defined: frozenset[str]
    resolver: Resolver = field(init=False)
    history: History = field(init=False)
    chronicle: Chronicle = field(init=False)
    line: DateLine | None = None
    bare: DateLine | None = None
    context: Named | None = None
    topic: Named | None = None
    subject: Named | None = None
    opened: tuple[str, list[Thing], tuple[Block, int, int]] | None = None
    speaks_of_itself: bool = False
    expected: tuple[str, list[Thing], str, int] | None = None
    heads: set[str] = field(init=False)
    _readings: dict[int, tuple[Reading, ...]] = field(default_factory=dict, repr=False)
    _kept: list[Block] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.resolver = self.draft.resolver
        self.history = History(self.resolver)
        self.chronicle = Chronicle(self)
        self.heads = set()

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
            # a block that nobody else keeps must not leave its identity to another one
            self._kept.append(block)
        yield from known

    def preload(self, blocks: Sequence[Block], readings: Mapping[int, tuple[Reading, ...]]) -> None:
        """Take over what the sentences of blocks name, by the index of the block, where that is known already."""
        self._readings.update({id(blocks[i]): found for i, found in readings.items()})

    def read(
        self,
        block: Block,
        *,
        anchor: Named | None = None,
        anchor_block: Block | None = None,
        row: Sequence[Named] = (),
        stage: Named | None = None,
        stage_block: Block | None = None,
        line: DateLine | None = None,
    ) -> None:
        """Take in the facts of a block's running text; `line` dates it if it is an entry of a table of events."""
        if not row and stage is None and anchor is None:
            self.history.paragraph += 1
            self.context = None
            self.topic = None
            if block.kind == "item":
                read_listed(self, block)
            else:
                self.opened = None
                self.speaks_of_itself = False
                if len(block.view.text) < 60 and not block.view.text.rstrip().endswith((".", ":", ";")):
                    self.announce(block)
            self.line, self.bare = line or self.chronicle.line(block), None
        for reading in self.readings(block):
            self.history.sentence += 1
            fixed: dict[str, tuple[Named, Block]] = {"document": (Named(self.draft.work, 0, 0), block)}
            if anchor is not None:
                fixed["anchor"] = (anchor, anchor_block or block)
            if stage is not None:
                fixed["stage"] = (stage, stage_block or block)
            self.read_sentence(block, reading, fixed, row)
            self.line = None

    def head(self, block: Block) -> None:
        """Take in a heading: it may announce what the items below it are ("Barriers to adoption")."""
        self.history.section += 1
        self.bare = self.chronicle.head(block)
        self.announce(block)

    def announce(self, block: Block) -> None:
        """Take in a line over a list: the caption of a box, a heading."""
        self.opened = None
        words = block.view.text.casefold().strip(" .:").split()
        cls = next((c for w in words if (c := self.arguments.nouns.get(singular(w))) and singular(w) != w), "")
        if cls and cls != "egov:PolicyGoal" and len(words) <= 8:
            self.opened = (cls, [], (block, 0, len(block.view.text)))

    # --- one sentence -------------------------------------------------------------------------------------------

    def read_sentence(
        self, block: Block, reading: Reading, fixed: Mapping[str, tuple[Named, Block]], row: Sequence[Named] = ()
    ) -> None:
        """Take in the facts of a sentence: its definitions first, then what the rules find in it and in its clauses."""
        text = reading.text
        items = items_of(self, block, reading, fixed)
        read_definitions(self, block, reading)
        if not reading.mentions and not reading.times and len(reading.tokens) < 3:
            return
        if block.kind in ("paragraph", "item", "note"):
            self._frame(text, reading)
        grouped = self._without_frame(group_items(items))
        if self.line is not None:
            grouped = with_copula(grouped, self.resolver.lexicon, self.frames)
            self.bare = (
                None
                if any(c.kind == "V" and c.form != "gerund" for c in chunks_of(grouped, self.resolver.lexicon))
                else self.line
            )
        elif block.kind == "item" and reading.start == 0:
            grouped = with_verb_of_lead(self, block, reading, grouped)
        self._genera(block, grouped)
        fired = self._rules(block, reading, grouped, fixed, row)
        if block.kind in ("paragraph", "item", "note", "caption") and block.lang != "ko":
            told = tell(self, block, reading, grouped)
            if not told and (behind := without_lead(grouped, self.resolver.lexicon)) != grouped:
                # what stands before the subject may hide it: "With his interest in A and B in general, president C ..."
                told = tell(self, block, reading, behind)
            fired += told
        if fired:
            self.bare = None
        if not fired and block.kind in ("paragraph", "item") and len(reading.mentions) >= 2:
            self.draft.refused(self.draft.spans(block, reading.start, reading.end), "no-rule", "")

    def _rules(
        self, block: Block, reading: Reading, grouped: tuple[Item, ...], fixed: Mapping[str, tuple[Named, Block]],
        row: Sequence[Named],
    ) -> int:  # fmt: skip
        """Try the rules on a sentence and on its clauses; return how many facts they gave."""
        lang = block.lang if block.lang == "ko" else "en"
        words = {x.text for x in grouped if x.kind in ("word", "sign")}
        # "played a role in implementing" is read as "implemented", which no word of the sentence shows
        light = not words.isdisjoint(("role", "roles", "part"))
        fired = 0
        for scope in ("sentence", "clause"):
            if not light and not self.rules.may_fire(words, block.kind, scope, lang):
                continue
            stripped = without_lead(grouped, self.resolver.lexicon) if scope == "sentence" else grouped
            whole = (grouped,) if stripped == grouped else (grouped, stripped)
            for part in whole if scope == "sentence" else clauses(grouped, self.resolver.lexicon):
                encoded = encode(part)
                for match in self.rules.matches(encoded, block.kind, scope, lang):
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
                    fired += fire(self, block, reading, match, fixed, row)
        return fired

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

    def things_of(self, mention: Mention, reading: Reading) -> list[Thing]:
        """Return what a mention names, anaphors included; nothing if that is open."""
        return things_of(self, mention, reading)

    def phrase(self, block: Block, reading: Reading, start: int, end: int, cls: str) -> Named | None:
        """Return the thing that a phrase names: the name in it, if the phrase is little more, else its own words."""
        return phrase(self, block, reading, start, end, cls)
