"""What studies and strategies argue: barriers, enablers, goals, recommendations, findings, methods, in their own words.

The sides of a verb are phrases here, not names: a list of barriers is cut out of the sentence by the clause model and
split into its members. An actor or a named system is no barrier, a pronoun no phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.arguments import Argument
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.details import read_details
from egov_kg.extraction.goals import goals
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.extraction.predications import Predication
from egov_kg.extraction.stretches import Stretches
from egov_kg.extraction.tokens import singular
from egov_kg.model import Block

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["RELATION", "Speaker", "argue"]


RELATION: Final = {"egov:Barrier": "egov:hampers", "egov:Enabler": "egov:enables"}
_LIGHT_VERBS: Final = frozenset(
    {"adopt", "establish", "create", "introduce", "provide", "develop", "prepare", "build", "set up", "offer", "ensure"}
)
_OFFERED: Final = re.compile(
    r"\s(?:should\s|must\s)?be\s(?:\w+ly\s)?(?:offered|provided|introduced|established|created|set\sup|developed|adopted|made\savailable)\b",
    re.IGNORECASE,
)
_ACTORS: Final = frozenset(
    ["government", "country", "authority", "administration", "policymaker", "municipality", "state", "institution",
     "agency", "ministry", "organisation", "organization", "leader", "manager", "official",
     "donor", "city", "decision-maker"]
)  # fmt: skip
_METHOD: Final = re.compile(
    r"interview|survey|analys|stud(?:y|ies)|questionnaire|review|observation|group|data|statistic|model|regression|workshop|"
    r"experiment|test|ethnograph|delphi|sampling|methods|design",
    re.IGNORECASE,
)
_CARRIED_OUT: Final = frozenset(["follow", "conduct", "apply", "use", "employ", "carry out"])
_CHANGING: Final = frozenset(["increase", "raise", "improve", "reduce", "lower", "decrease"])
# "already weakened buildings", "data was only updated twice": no noun phrase
_NO_PHRASE: Final = re.compile(r"\s(?:was|were|is|are|has|have|had)\s|\s(?:already|also|still|only)$")
_MISSIONS: Final = frozenset(["mission", "task", "tasks", "mandate", "role", "function", "functions", "duty", "duties"])
_LOSSES: Final = frozenset(
    ["low", "lack", "delay", "delays", "failure", "failures", "poor", "decline", "loss", "losses", "weak", "limited",
     "slow", "exclusion", "confusion", "inequality", "mistrust", "distrust", "crisis", "problem", "problems"]
)  # fmt: skip
_CHANCES: Final = frozenset(["likelihood", "probability", "chance", "chances", "odds"])
_COUNT: Final = re.compile(
    r"^(?:\d[\d,]*|(?:two|three|four|five|six|seven|eight|nine|ten|twelve|several|some|a\snumber\sof))\s"
)


class Speaker(Stretches):
    """One clause, as an argument."""

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
        if one.verb in _CHANGING and not self._chance(one):
            return
        agents = self.agents(one)
        nouns = [c for c in agents.chunks if c.kind == "N"] if agents else []
        if nouns and self.announces(nouns[0]) == argument.cls and len(nouns) == 1:
            # "Several obstacles impede X. A, B and C were named ...": the next sentence says which
            things = [n.thing for n in self.target(self.themes(one))]
            self.narrator.expected = (argument.cls, things, argument.property, self.narrator.history.sentence)
            return
        if self._is_loss(one):
            # what contributes to low adoption helps nothing; what limits losses hampers nothing
            return
        if argument.cls == "egov:Enabler" and one.subjects and not one.passive:
            self._helps(one, argument)
            if one.verb == "underpin" and self.items[one.subjects[0].main].cls == "egov:Technology":
                return
        found = [n for n in self.members(agents, argument.cls) if not _NO_PHRASE.search(n.thing.label)]
        if not found:
            return
        chance = self._chance(one)
        also = self.target(self.side(chance.first, len(self.items)) if chance is not None else self.themes(one))
        self.report(found, f"{argument.id}.phrase", also=also, prop=argument.property)

    def _is_loss(self, one: Predication) -> bool:
        """Whether what is brought about is a bad thing: "the low adoption", "delays"."""
        themes = one.subjects if one.passive else one.objects
        return any(x.text in _LOSSES for c in themes for x in self.items[c.first : c.last])

    def _chance(self, one: Predication) -> Chunk | None:
        """Return what becomes likelier: "increase the likelihood of X"."""
        if one.passive or not one.objects or self.items[one.objects[0].main].text not in _CHANCES:
            return None
        return one.of.get(one.objects[0].first)

    def _helps(self, one: Predication, argument: Argument) -> None:
        """Take in what a named system or technology enables."""
        kinds = ("egov:Undertaking", "egov:Technology")
        things = [n for n in self.things(one.subjects[0]) if any(vocab.is_subclass(n.thing.cls, c) for c in kinds)]
        for target in self.target(self.themes(one)) if things else ():
            for named in things if len(target.thing.label.split()) > 1 else ():
                spans = self.draft.spans(self.block, min(named.start, target.start), max(named.end, target.end))
                self.draft.emit(named.thing, "egov:enables", target.thing, spans, f"{argument.id}.named")

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
        also = [n for s in one.subjects for n in self.things(s)]
        if also:
            self.report(found, f"{argument.id}.phrase", also=also, prop=argument.property)

    def _announced(self, one: Predication, argument: Argument) -> None:
        if (one.passive and one.verb != "relate to") or not one.subjects:
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
        if cls == "egov:Finding":
            named = phrase(self.narrator, self.block, self.reading, start, end, cls)
            self.report([named] if named else [], rule)
            return
        found = members(self.narrator, self.block, self.reading, start, end, cls)
        if cls == "egov:Recommendation":
            for named in found:
                self._recommended(named, rule)
            return
        self.report(found, rule, also=self.target_of(announced), prop=RELATION[cls])

    def ought(self, one: Predication) -> None:
        """Take in "governments should A": advice to an actor, not a fact about it."""
        words = [x.text for x in self.items[one.verb_at[0] : one.verb_at[1]]]
        if ("should" not in words and "ought" not in words) or "not" in words or one.verb in ("be", "have"):
            return
        if not one.subjects or any(
            c.kind == "R" and one.subjects[0].first < c.first < one.verb_at[0] for c in self.chunks
        ):
            return
        subject = self.items[one.subjects[0].main]
        named = subject.kind == "thing" and any(
            vocab.is_subclass(subject.cls, c) for c in ("egov:Body", "egov:ActorGroup", "egov:Country")
        )
        if not named and singular(subject.text) not in _ACTORS:
            return
        behind = self.behind(one)
        main = next((i for i in range(one.verb_at[1] - 1, one.verb_at[0], -1) if self._is_base(i)), one.verb_at[1] - 1)
        if behind is None:
            return
        found = phrase(
            self.narrator, self.block, self.reading, self.items[main].start, behind.end, "egov:Recommendation"
        )
        if found is None or len(found.thing.label.split()) < 2:
            return
        self._recommended(found, "should.phrase")
        spans = self.draft.spans(self.block, min(subject.start, found.start), found.end)
        for thing in subject.things if named and subject.cls != "egov:Country" else ():
            self.draft.emit(found.thing, "egov:toBeProvidedBy", thing, spans, "should.phrase")

    def _is_base(self, i: int) -> bool:
        return "base" in self.narrator.resolver.lexicon.verb_forms(self.items[i].text)

    def seen_as(self, one: Predication) -> None:
        """Take in "audits pointed to A, B and C as obstacles to X", "the report names A and B as barriers"."""
        if one.verb in ("become", "remain", "stay"):
            # "became permanent, showing its role as a driver": nobody sees anything as anything
            return
        for prep, chunk in one.adjuncts:
            cls = self.announces(chunk) if prep == "as" else ""
            if cls not in RELATION:
                continue
            stop = next((c.first for c in self.chunks if c.kind == "P" and c.last == chunk.first), chunk.first)
            # "the report names A and B as barriers", "A and B are named as barriers"
            side = self.before(one) if one.passive else self.side(one.verb_at[1], stop)
            self.report(self.members(side, cls), "seen-as.phrase", also=self.target_of(chunk), prop=RELATION[cls])

    def missions(self, one: Predication) -> None:
        """Take in "the mission of X is to A and to B"."""
        subject = one.subjects[0] if one.subjects else None
        if subject is None or self.items[subject.main].text not in _MISSIONS:
            return
        behind = self.behind(one)
        owners = [n for n in self.owner(subject) if vocab.is_subclass(n.thing.cls, "egov:Body")]
        if behind is None or not owners:
            return
        start = self.items[one.verb_at[0] + 2].start
        for mission in goals(self.narrator, self.block, self.reading, start, behind.end, "egov:Mission"):
            for owner in owners:
                spans = self.draft.spans(self.block, min(owner.start, mission.start), max(owner.end, mission.end))
                self.draft.emit(owner.thing, "egov:hasMission", mission.thing, spans, "list.mission.1")

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
        if cls not in RELATION or self.announces(one.subjects[0]):
            return
        if any(self.items[c.main].cls in ("egov:Technology", "egov:InformationSystem") for c in one.subjects):
            # a device or a system is what one has, no barrier and no factor
            return
        found = self.members(self.before(one), cls)
        self.report(found, f"{argument.id}.phrase", also=self.target_of(one.objects[0]), prop=RELATION[cls])

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
        side = None
        done = one.passive and one.form == "finite" and one.verb in _CARRIED_OUT
        if one.passive and one.subjects and self.items[one.subjects[0].main].text in ("data", "results", "findings"):
            # the data of a study were collected through what it did
            through = next((c for p, c in one.adjuncts if p in ("through", "via", "by", "from", "with", "using")), None)
            behind = self.behind(one)
            side = self.side(through.first, self._index(behind.end)) if through and behind else None
        elif done:
            side = self.before(one)
        elif self.is_document(one.subjects):
            side = self.behind(one)
        if side is None:
            return
        for named in members(self.narrator, self.block, self.reading, side.start, side.end, "egov:Concept"):
            label = _COUNT.sub("", named.thing.label)
            if not _METHOD.search(label) or not named.thing.id.startswith("concept/"):
                continue
            label = (
                re.split(r"\s(?:with|in|of|among|from|across|during|to)\s", label)[0]
                if len(label.split()) > 3
                else label
            )
            thing = self.narrator.resolver.make("egov:Concept", label)
            spans = self.draft.spans(self.block, named.start, named.end)
            self.draft.place(thing, spans)
            self.draft.emit(self.draft.work, argument.property, thing, spans, f"{argument.id}.phrase")


def argue(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
    made: Sequence[Predication],
) -> None:  # fmt: skip
    """Take in what a clause argues."""
    by_verb = narrator.arguments.by_verb
    itself = [p for p in made if p.form == "finite" and p.subjects]
    if itself:
        narrator.speaks_of_itself = Speaker(narrator, block, reading, items, chunks, made).is_document(
            itself[0].subjects
        )
    for one in made:
        if one.status == "modal" and not one.passive:
            Speaker(narrator, block, reading, items, chunks, made).ought(one)
        if one.status == "modal" and one.verb_at[1] - one.verb_at[0] >= 3 and items[one.verb_at[0] + 1].text == "to":
            Speaker(narrator, block, reading, items, chunks, made).aims(one)
            Speaker(narrator, block, reading, items, chunks, made).missions(one)
        if not one.status:
            Speaker(narrator, block, reading, items, chunks, made).seen_as(one)
        if one.status or one.form in ("infinitive", "noun"):
            continue
        for argument in by_verb.get(one.verb, ()):
            Speaker(narrator, block, reading, items, chunks, made).speak(one, argument)
