"""What studies and strategies argue: barriers, enablers, goals, recommendations, findings, methods, in their own words.

The sides of a verb are phrases here, not names: a list of barriers is cut out of the sentence by the clause model and
split into its members. An actor or a named system is no barrier, a pronoun no phrase.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.details import read_details
from egov_kg.extraction.lexicon import Lexicon, read_toml
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.extraction.predications import Predication
from egov_kg.extraction.tokens import singular
from egov_kg.model import Block, Thing

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["Argument", "Arguments", "argue", "argue_list", "read_arguments", "read_listed"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A family of verbs with a phrase on one side.

    Attributes:
        id: Its name and that of its rule.
        kind: Which side is the phrase: ``cause``, ``suffered``, ``announced``, ``predicated``, ``named``,
            ``advised``, ``found``, ``used``.
        cls: The class of the phrase; empty where a noun says it.
        property: What the phrase does to the other side; empty if nothing.
        examples, counter: As in the rules; they are tests.
    """

    id: str
    kind: str
    cls: str
    property: str
    examples: tuple[Mapping[str, Any], ...]
    counter: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Arguments:
    """All of them, by verb, with the nouns that announce a list."""

    all: tuple[Argument, ...]
    by_verb: Mapping[str, tuple[Argument, ...]]
    nouns: Mapping[str, str]
    documents: frozenset[str]


def read_arguments(path: Path, lexicon: Lexicon) -> Arguments:
    """Return the arguments of a file.

    Raises:
        DataFileError: If a verb is not in the verb table, or an argument lacks examples.
    """
    table = read_toml(path)
    found: list[Argument] = []
    by_verb: dict[str, list[Argument]] = {}
    for raw in table["argument"]:
        if len(raw.get("examples", ())) < 2 or not raw.get("counter"):
            raise DataFileError(path, 0, f"argument {raw.get('id')}: needs two examples and a counter-example")
        cls = f"egov:{raw['class']}" if "class" in raw else ""
        made = Argument(
            raw["id"], raw["kind"], cls, raw.get("property", ""), tuple(raw["examples"]), tuple(raw["counter"])
        )
        found.append(made)
        for verb in raw["verbs"]:
            if verb.split()[0] not in lexicon.verbs and verb != "be":
                raise DataFileError(path, 0, f"argument {made.id}: {verb!r} is not in the verb table")
            by_verb.setdefault(verb, []).append(made)
    nouns = {n: f"egov:{cls}" for cls, names in table["nouns"].items() if cls != "documents" for n in names}
    documents = frozenset(table["nouns"]["documents"])
    return Arguments(tuple(found), {k: tuple(v) for k, v in by_verb.items()}, nouns, documents)


_OF_TARGET: Final = frozenset({"to", "of", "for", "in", "facing", "against"})
_RELATION: Final = {"egov:Barrier": "egov:hampers", "egov:Enabler": "egov:enables"}
_LIGHT_VERBS: Final = frozenset(
    {"adopt", "establish", "create", "introduce", "provide", "develop", "prepare", "build", "set up", "offer", "ensure"}
)
_OFFERED: Final = re.compile(
    r"\s(?:should\s|must\s)?be\s(?:\w+ly\s)?(?:offered|provided|introduced|established|created|set\sup|developed|adopted|made\savailable)\b",
    re.IGNORECASE,
)
_HELPING: Final = frozenset(
    ["possible", "success", "successful", "enabled", "facilitated", "helped", "contributed", "supported", "success"]
)  # fmt: skip
_HINDERING: Final = frozenset(["failure", "hampered", "hindered", "impeded", "failed", "difficult", "delay", "delays"])
_COUNT: Final = re.compile(
    r"^(?:\d[\d,]*|(?:two|three|four|five|six|seven|eight|nine|ten|twelve|several|some|a\snumber\sof))\s"
)
_AFTER: Final = re.compile(r",?\s(?:although|though|whereas|while|because|since|so\sthat|which|who)\s", re.IGNORECASE)


@dataclass(slots=True)
class _Side:
    """A stretch of the view that may hold phrases."""

    start: int
    end: int
    chunks: list[Chunk] = field(default_factory=list)


class _Speaker:
    """One clause, as an argument."""

    def __init__(  # noqa: PLR0917 - each is a different thing
        self, narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
        made: Sequence[Predication],
    ) -> None:  # fmt: skip
        self.narrator, self.block, self.reading = narrator, block, reading
        self.items, self.chunks, self.made = items, chunks, made
        self.draft, self.arguments = narrator.draft, narrator.arguments
        self.adviser = narrator.draft.work

    # --- stretches of the sentence ------------------------------------------------------------------------------

    def before(self, one: Predication) -> _Side | None:
        """Return what stands before a verb as its subject."""
        if not one.subjects or one.subjects[0].first >= one.verb_at[0]:
            return None
        if any(c.kind == "R" and one.subjects[0].first < c.first < one.verb_at[0] for c in self.chunks):
            return None
        return self._side(one.subjects[0].first, one.verb_at[0])

    def behind(self, one: Predication) -> _Side | None:
        """Return what stands behind a verb, up to the next clause."""
        stop = len(self.items)
        for other in self.made:
            if other.form == "finite" and other.verb_at[0] > one.verb_at[1]:
                own = [s.first for s in other.subjects if s.first > one.verb_at[1]]
                stop = min(stop, own[0] if own else other.verb_at[0])
                break
        return self._side(one.verb_at[1], stop)

    def agents(self, one: Predication) -> _Side | None:
        """Return the stretch of what does it, in either voice."""
        if not one.passive:
            return self.before(one)
        by = next((c for p, c in one.adjuncts if p == "by"), None)
        behind = self.behind(one)
        if by is None or behind is None:
            return None
        return self._side(by.first, self._index(behind.end))

    def themes(self, one: Predication) -> _Side | None:
        """Return the stretch of what it is done to, in either voice."""
        if one.passive:
            return self.before(one)
        return self._side(one.objects[0].first, len(self.items)) if one.objects else self.behind(one)

    def _index(self, place: int) -> int:
        return next((i for i, x in enumerate(self.items) if x.start >= place), len(self.items))

    def _side(self, first: int, stop: int) -> _Side | None:
        while stop > first and (
            self.items[stop - 1].kind == "sign" or self.items[stop - 1].text in ("and", "or", "but", "that")
        ):
            stop -= 1
        if stop <= first:
            return None
        start, end = self.items[first].start, self.items[stop - 1].end
        if cut := _AFTER.search(self.reading.text, start, end):
            end = cut.start()
        return _Side(start, end, [c for c in self.chunks if first <= c.first < stop])

    # --- what the stretches hold --------------------------------------------------------------------------------

    def members(self, side: _Side | None, cls: str) -> list[Named]:
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

    def target(self, side: _Side | None) -> list[Named]:
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
        return self.target(self._side(first, last))

    def owner(self, chunk: Chunk) -> list[Named]:
        """Return whose goals are announced: "the objectives of X", "X's aims", "its priorities", "X, whose aim"."""
        at = next((i for i, c in enumerate(self.chunks) if c is chunk), -1)
        first = self.items[chunk.first]
        if at > 1 and self.chunks[at - 1].text == "whose":
            holder = self.chunks[at - 3] if self.chunks[at - 2].kind == "K" and at > 2 else self.chunks[at - 2]
            return self._things(holder)
        if 0 <= at < len(self.chunks) - 2 and self.chunks[at + 1].text == "of":
            return self._things(self.chunks[at + 2])
        if first.kind == "thing":
            return [Named(t, a, b) for t, (a, b) in zip(first.things, first.places, strict=True)]
        if first.text in ("its", "their"):
            return [Named(t, first.start, first.end) for t in self.narrator.history.pronoun("it")]
        return []

    def _things(self, chunk: Chunk) -> list[Named]:
        item = self.items[chunk.main] if chunk.kind == "N" else None
        if item is None or item.kind != "thing":
            return []
        return [Named(t, a, b) for t, (a, b) in zip(item.things, item.places, strict=True)]

    # --- facts --------------------------------------------------------------------------------------------------

    def report(self, found: Sequence[Named], rule: str, *, also: Sequence[Named] = (), prop: str = "") -> None:
        """Take in that the document reports phrases, and what they do to something."""
        for named in found:
            spans = self.draft.spans(self.block, named.start, named.end)
            if named.thing.cls in ("egov:Barrier", "egov:Enabler", "egov:Finding"):
                if not self._by_others():
                    self.draft.emit(self.draft.work, "egov:reports", named.thing, spans, rule)
                context = self.narrator.context
                if context is not None:
                    where = (*self.draft.spans(self.block, context.start, context.end), *spans)
                    self.draft.emit(named.thing, "egov:inContext", context.thing, where, rule)
                read_details(self.narrator, self.block, self.reading, named)
            for other in also:
                start, end = min(named.start, other.start), max(named.end, other.end)
                self.draft.emit(named.thing, prop, other.thing, self.draft.spans(self.block, start, end), rule)

    def _by_others(self) -> bool:
        """Whether "according to X" gives the words to somebody else."""
        text = self.reading.text[self.reading.start : self.reading.end]
        return bool(
            re.match(r"according\sto\s(?!(?:this|the|our)\s(?:study|paper|survey|report)\b)", text, re.IGNORECASE)
        )

    def speak(self, one: Predication, argument: Argument) -> None:
        """Take in what one verb argues."""
        getattr(self, f"_{argument.kind}")(one, argument)

    def _cause(self, one: Predication, argument: Argument) -> None:
        agents = self.agents(one)
        nouns = [c for c in agents.chunks if c.kind == "N"] if agents else []
        if nouns and self.announces(nouns[0]) == argument.cls and len(nouns) == 1:
            # "Several obstacles impede X. A, B and C were named ...": the next sentence says which
            things = [n.thing for n in self.target(self.themes(one))]
            self.narrator.expected = (argument.cls, things, argument.property, self.narrator.history.sentence)
            return
        found = self.members(agents, argument.cls)
        if not found:
            return
        also = self.target(self.themes(one))
        self.report(found, f"{argument.id}.phrase", also=also, prop=argument.property)

    def _named(self, one: Predication, argument: Argument) -> None:
        """Take in what the last sentence announced: "A, B and C were named by most respondents"."""
        expected = self.narrator.expected
        if expected is None or not one.passive or self.narrator.history.sentence - expected[3] != 1:
            return
        cls, things, prop, _ = expected
        found = self.members(self.before(one), cls)
        self.report(found, f"{argument.id}.phrase")
        for named in found:
            spans = self.draft.spans(self.block, named.start, named.end)
            for thing in things:
                self.draft.emit(named.thing, prop, thing, spans, f"{argument.id}.phrase")

    def _suffered(self, one: Predication, argument: Argument) -> None:
        if one.passive:
            return
        found = self.members(self.behind(one), argument.cls)
        also = [n for s in one.subjects for n in self._things(s)]
        if also:
            self.report(found, f"{argument.id}.phrase", also=also, prop=argument.property)

    def _announced(self, one: Predication, argument: Argument) -> None:
        if one.passive or not one.subjects:
            return
        cls = self.announces(one.subjects[0])
        behind = self.behind(one)
        if not cls or behind is None or not one.subjects[0].first < one.verb_at[0]:
            return
        self.take(one.subjects[0], cls, behind.start, behind.end, f"{argument.id}.phrase")

    def take(self, announced: Chunk, cls: str, start: int, end: int, rule: str) -> None:
        """Take in an announced list."""
        if cls == "egov:PolicyGoal":
            owners = self.owner(announced)
            for goal in goals(self.narrator, self.block, self.reading, start, end) if owners else ():
                for owner in owners:
                    first, last = min(owner.start, goal.start), max(owner.end, goal.end)
                    self.draft.emit(
                        owner.thing, "egov:hasGoal", goal.thing, self.draft.spans(self.block, first, last), rule
                    )
            return
        found = members(self.narrator, self.block, self.reading, start, end, cls)
        if cls == "egov:Recommendation":
            for named in found:
                self._recommended(named, rule)
            return
        self.report(found, rule, also=self.target_of(announced), prop=_RELATION[cls])

    def seen_as(self, one: Predication) -> None:
        """Take in "audits pointed to A, B and C as obstacles to X", "the report names A and B as barriers"."""
        for prep, chunk in one.adjuncts:
            cls = self.announces(chunk) if prep == "as" else ""
            if cls not in _RELATION:
                continue
            stop = next((c.first for c in self.chunks if c.kind == "P" and c.last == chunk.first), chunk.first)
            side = self._side(one.verb_at[1], stop)
            self.report(self.members(side, cls), "seen-as.phrase", also=self.target_of(chunk), prop=_RELATION[cls])

    def aims(self, one: Predication) -> None:
        """Take in "the objectives of X are to A and to B": no plan of anybody's, but what X is for."""
        if not one.subjects or self.announces(one.subjects[0]) != "egov:PolicyGoal":
            return
        behind = self.behind(one)
        if behind is not None:
            self.take(
                one.subjects[0], "egov:PolicyGoal", self.items[one.verb_at[0] + 2].start, behind.end, "list.phrase"
            )

    def _predicated(self, one: Predication, argument: Argument) -> None:
        if one.passive or not one.objects or not one.subjects:
            return
        cls = self.announces(one.objects[0])
        if cls not in _RELATION or self.announces(one.subjects[0]):
            return
        found = self.members(self.before(one), cls)
        self.report(found, f"{argument.id}.phrase", also=self.target_of(one.objects[0]), prop=_RELATION[cls])

    def _advised(self, one: Predication, argument: Argument) -> None:
        if one.passive or not one.subjects:
            return
        self.adviser = self.draft.work
        if not self.is_document(one.subjects):
            adviser = self.items[one.subjects[0].main]
            if argument.id != "recommend" or one.verb != "recommend" or adviser.kind != "thing":
                return
            if not any(vocab.is_subclass(adviser.cls, c) for c in ("egov:Body", "egov:Person", "egov:Document")):
                return
            self.adviser = adviser.things[0]
        start, end = self.items[one.verb_at[1] - 1].end, self.items[-1].end
        text = self.reading.text
        if re.match(r"\s*,?\s*that\b", text[start:end]):
            for part in re.split(r"(?:;|,)?\s*(?:and\s)?\bthat\s", text[start : self.reading.end]):
                at = text.index(part, start) if part.strip(" .,;") else -1
                if at >= 0:
                    self._clause(at, at + len(part.rstrip(" .,;")), argument)
            return
        for named in members(self.narrator, self.block, self.reading, start, end, "egov:Recommendation"):
            self._recommended(named, f"{argument.id}.phrase")

    def _clause(self, start: int, end: int, argument: Argument) -> None:
        """Take in "the ministry adopt a framework", "training be offered to clerks"."""
        text = self.reading.text
        rule = f"{argument.id}.phrase"
        provider = next(
            (m for m in self.reading.mentions if start <= m.start <= start + 5 and m.end <= end
             and any(vocab.is_subclass(m.cls, c) for c in ("egov:Body", "egov:ActorGroup"))), None,
        )  # fmt: skip
        if provider is not None:
            after = re.match(r"\s*(?:should\s)?(?:\([A-Z]+\)\s)?(?P<verb>[a-z]+)\s", text[provider.end : end])
            begin = provider.end + (after.start("verb") if after else 0)
            if after and after["verb"] in _LIGHT_VERBS:
                begin = provider.end + after.end()
            named = phrase(self.narrator, self.block, self.reading, begin, end, "egov:Recommendation")
            if named:
                self._recommended(named, rule)
                spans = self.draft.spans(self.block, start, end)
                for thing in self.narrator.things_of(provider, self.reading):
                    self.draft.emit(named.thing, "egov:toBeProvidedBy", thing, spans, rule)
            return
        offered = _OFFERED.search(text, start, end)
        named = phrase(
            self.narrator, self.block, self.reading, start, offered.start() if offered else end, "egov:Recommendation"
        )
        if named:
            self._recommended(named, rule)

    def _recommended(self, named: Named, rule: str) -> None:
        spans = self.draft.spans(self.block, named.start, named.end)
        self.draft.emit(self.adviser, "egov:recommends", named.thing, spans, rule)
        context = self.narrator.context
        if context is not None:
            where = (*self.draft.spans(self.block, context.start, context.end), *spans)
            self.draft.emit(named.thing, "egov:inContext", context.thing, where, rule)
        read_details(self.narrator, self.block, self.reading, named)

    def _found(self, one: Predication, argument: Argument) -> None:
        if one.passive or not self.is_document(one.subjects):
            return
        start = self.items[one.verb_at[1] - 1].end
        that = re.match(r"\s+that\s", self.reading.text[start : self.reading.end])
        if that is None or re.match(r"\s+that\sthere\s", self.reading.text[start : self.reading.end]):
            return
        end = self.reading.end
        named = phrase(self.narrator, self.block, self.reading, start + that.end(), end, argument.cls)
        if named:
            self.report([named], f"{argument.id}.phrase")

    def _used(self, one: Predication, argument: Argument) -> None:
        if not self.is_document(one.subjects):
            return
        behind = self.behind(one)
        if behind is None:
            return
        for named in members(self.narrator, self.block, self.reading, behind.start, behind.end, "egov:Concept"):
            label = _COUNT.sub("", named.thing.label)
            if not re.search(
                r"interview|survey|analys|stud|questionnaire|review|observation|group|data|statistic|model|regression|workshop|experiment|test",
                label,
                re.IGNORECASE,
            ):
                continue
            label = re.split(r"\s(?:with|in|of|among|from|across)\s", label)[0] if len(label.split()) > 3 else label
            thing = self.narrator.resolver.make("egov:Concept", label)
            spans = self.draft.spans(self.block, named.start, named.end)
            self.draft.place(thing, spans)
            self.draft.emit(self.draft.work, argument.property, thing, spans, f"{argument.id}.phrase")


def goals(narrator: Narrator, block: Block, reading: Reading, start: int, end: int) -> list[Named]:
    """Return the goals of a stretch: infinitives, gerunds or noun phrases, each its own."""
    text = reading.text
    cuts = [start]
    for match in re.finditer(r"(?:[,;]\s*(?:and\s)?|\sand\s)(?:to\s)?(?P<next>[a-z]+)", text[start:end]):
        forms = narrator.resolver.lexicon.verb_forms(match["next"])
        opening = re.match(r"\s*(?:are|is|were|was)?\s*(?:to\s)?([a-z]+)", text[cuts[0] : end])
        first = narrator.resolver.lexicon.verb_forms(opening[1]) if opening else frozenset()
        if (forms & {"base"} and first & {"base"} and not first & {"gerund"}) or (
            forms & {"gerund"} and first & {"gerund"}
        ):
            cuts.append(start + match.start())
    if len(cuts) == 1:
        stretch = re.match(r"\s*(?:to\s)", text[start:end])
        begin = start + (stretch.end() if stretch else 0)
        opening = re.match(r"[a-z]+", text[begin:end])
        if opening and narrator.resolver.lexicon.verb_forms(opening[0]) & {"base", "gerund"}:
            named = phrase(narrator, block, reading, begin, end, "egov:PolicyGoal")
            return [named] if named else []
        return members(narrator, block, reading, start, end, "egov:PolicyGoal")
    found = []
    for a, b in zip(cuts, [*cuts[1:], end], strict=True):
        lead = re.match(r"[\s,;]*(?:and\s)?(?:to\s)?", text[a:b])
        named = phrase(narrator, block, reading, a + (lead.end() if lead else 0), b, "egov:PolicyGoal")
        if named:
            found.append(named)
    return found


def argue(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
    made: Sequence[Predication],
) -> None:  # fmt: skip
    """Take in what a clause argues."""
    by_verb = narrator.arguments.by_verb
    itself = [p for p in made if p.form == "finite" and p.subjects]
    if itself:
        narrator.speaks_of_itself = _Speaker(narrator, block, reading, items, chunks, made).is_document(
            itself[0].subjects
        )
    for one in made:
        if one.status == "modal" and one.verb_at[1] - one.verb_at[0] >= 3 and items[one.verb_at[0] + 1].text == "to":
            _Speaker(narrator, block, reading, items, chunks, made).aims(one)
        if not one.status and not one.passive:
            _Speaker(narrator, block, reading, items, chunks, made).seen_as(one)
        if one.status or one.form in ("infinitive", "noun"):
            continue
        for argument in by_verb.get(one.verb, ()):
            _Speaker(narrator, block, reading, items, chunks, made).speak(one, argument)


def argue_list(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
    made: Sequence[Predication], colon: int,
) -> None:  # fmt: skip
    """Take in the list behind a colon, if the words before it announce one; keep the announcement for a list below."""
    narrator.opened = None
    speaker = _Speaker(narrator, block, reading, items, chunks, made)
    if any(p.status in ("negated", "modal", "conditional") for p in made):
        return
    announced = [
        c
        for c in chunks
        if c.kind == "N" and speaker.announces(c) and singular(items[c.main].text) != items[c.main].text
    ]
    if not announced:
        return
    chunk = announced[-1]
    cls = speaker.announces(chunk)
    owners: list[Named] = []
    if cls == "egov:PolicyGoal":
        owners = speaker.owner(chunk)
        for one in reversed(made):
            owners = owners or [n for s in one.subjects for n in speaker._things(s)]  # noqa: SLF001
        owners = [o for o in owners if not vocab.is_subclass(o.thing.cls, "egov:Country")][:1]
        if not owners:
            return
    if colon + 1 >= reading.end or not reading.text[colon + 1 : reading.end].strip(" .*-"):
        narrator.opened = (cls, [o.thing for o in owners], (block, reading.start, colon))
        return
    if cls == "egov:PolicyGoal":
        for goal in goals(narrator, block, reading, colon + 1, reading.end):
            for owner in owners:
                first, last = min(owner.start, goal.start), max(owner.end, goal.end)
                spans = narrator.draft.spans(block, first, last)
                narrator.draft.emit(owner.thing, "egov:hasGoal", goal.thing, spans, "list.colon")
        return
    if cls == "egov:Recommendation":
        speaker.take(chunk, cls, colon + 1, reading.end, "list.colon")
        return
    also = speaker.target_of(chunk)
    for one in made:
        if one.verb == "make" and one.objects and "possible" in {x.text for x in items}:
            # what the factors made possible is what they enable
            first, last = one.objects[0].first, one.objects[0].last
            also = speaker.target(speaker._side(first, last - (items[last - 1].text == "possible")))  # noqa: SLF001
    found = members(narrator, block, reading, colon + 1, reading.end, cls)
    speaker.report(found, "list.colon", also=also, prop=_RELATION[cls])


def read_listed(narrator: Narrator, item: Block) -> bool:
    """Take in an item of a list that the words above it announce; return whether it was one."""
    if narrator.opened is None or not item.view.text.strip():
        return False
    cls, owners, (block, start, end) = narrator.opened
    readings = list(narrator.readings(item))
    if not readings:
        return False
    reading = readings[0]
    text = reading.text
    stop = reading.end
    colon = re.search(r"\s?[:\u2013\u2014]\s", text[reading.start : stop])
    if colon and colon.start() > 3:
        stop = reading.start + colon.start()
    named = phrase(narrator, item, reading, reading.start, stop, cls)
    if named is None or len(named.thing.label.split()) > 25:
        return False
    spans = (*narrator.draft.spans(block, start, end), *narrator.draft.spans(item, named.start, named.end))
    subjects: list[Thing] = owners or [narrator.draft.work]
    prop = {"egov:PolicyGoal": "egov:hasGoal", "egov:Recommendation": "egov:recommends"}.get(cls, "egov:reports")
    for subject in subjects:
        narrator.draft.emit(subject, prop, named.thing, spans, "list.items")
    if cls in ("egov:Barrier", "egov:Recommendation"):
        read_details(narrator, item, reading, named)
    return True
