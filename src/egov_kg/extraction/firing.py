"""From a match of a rule to facts: slots to things, the words they rest on, the time of the clause."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from egov_kg import vocab
from egov_kg.extraction.definitions import administration_under
from egov_kg.extraction.details import read_details
from egov_kg.extraction.named import Named, emit_time
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.extraction.rules import Match
from egov_kg.model import Block, Certainty, Span, Thing, TimeValue, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["fire"]


# What can play a role has played none so far.
_MAY_PLAY = re.compile(r"\b(?:can|could|may|might|will|would|should)\s(?:\w+ly\s|also\s)?play\b")
# "an executive agency of the Ministry of Works": what kind of agency it is stands before the preposition.
_KIND_ENDS = re.compile(r"\s(?:of|under|within|for|in|that|which|responsible|charged|tasked)\s")


def fire(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator,
    block: Block,
    reading: Reading,
    match: Match,
    fixed: Mapping[str, tuple[Named, Block]],
    row: Sequence[Named],
) -> int:
    """Take in the facts of a match; return how many."""
    bound: dict[str, list[Named]] = {}
    rule = match.rule
    own = _words_of(match)
    if rule.id.startswith("enabler.role") and _MAY_PLAY.search(reading.text, *own):
        return 0
    for name, (first, last) in match.slots.items():
        bound[name] = _bind(narrator, block, reading, match, name, first, last)
    count = len(narrator.draft.facts)
    if "target" in bound and rule.kinds["target"] == "phrase" and bound["target"]:
        narrator.topic = bound["target"][0]
    # The words that the fact rests on: those of the clause which the match covers.
    for give in rule.gives:
        for subject, subject_spans in _values(narrator, block, give.subject, bound, fixed, row, match, reading):
            for obj, object_spans in _values(narrator, block, give.object, bound, fixed, row, match, reading):
                if isinstance(subject, (Value, TimeValue)):
                    continue
                evidence = _evidence(narrator, block, own, subject_spans, object_spans)
                if block.kind == "note" and "anchor" in fixed:
                    named, owner = fixed["anchor"]
                    if named.thing.id in (subject.id, obj.id if isinstance(obj, Thing) else ""):
                        evidence.extend(narrator.draft.spans(owner, named.start, named.end))
                certainty: Certainty = "inferable" if give.certainty == "inferable" else "stated"
                narrator.draft.emit(subject, give.property, obj, evidence, rule.id, certainty)
    for named in (n for values in bound.values() for n in values):
        if named.thing.cls in ("egov:Barrier", "egov:Recommendation"):
            read_details(narrator, block, reading, named)
    _instant(narrator, block, match, bound, own)
    if rule.member_time:
        for named in (n for values in bound.values() for n in values):
            for time in named.times:
                spans = narrator.draft.spans(block, min(named.start, time.start), max(named.end, time.end))
                emit_time(narrator.draft, named.thing, time, spans, f"{rule.id}.time", instant=rule.member_time)
    return len(narrator.draft.facts) - count


def _instant(
    narrator: Narrator, block: Block, match: Match, bound: Mapping[str, list[Named]], own: tuple[int, int]
) -> None:
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
        narrator.draft.emit(named.thing, prop, obj, narrator.draft.spans(block, start, end), match.rule.id)


def _words_of(match: Match) -> tuple[int, int]:
    covered = match.encoded.items[match.start : match.end]
    return min(x.start for x in covered), max(x.end for x in covered)


def _evidence(
    narrator: Narrator, block: Block, own: tuple[int, int], *others: Sequence[tuple[Block, int, int]]
) -> list[Span]:
    found: list[Span] = []
    places = [p for other in others for p in other]
    here = [(a, b) for owner, a, b in places if owner is block and b > a]
    start = min([own[0], *(a for a, _ in here)])
    end = max([own[1], *(b for _, b in here)])
    if end - start > 1_200:
        start, end = own
    found.extend(narrator.draft.spans(block, start, end))
    for owner, a, b in places:
        if owner is not block:
            found.extend(narrator.draft.spans(owner, a, b))
    return found


def _values(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reference: str, bound: Mapping[str, list[Named]],
    fixed: Mapping[str, tuple[Named, Block]],
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
        return (
            [(narrator.context.thing, [(block, narrator.context.start, narrator.context.end)])]
            if narrator.context
            else []
        )
    if base == "actor":
        actor = narrator.history.last_actor()
        return [(actor, [])] if actor is not None else []
    if base == "topic":
        return [(narrator.topic.thing, [(block, narrator.topic.start, narrator.topic.end)])] if narrator.topic else []
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
        if step == "kind":
            words = _KIND_ENDS.split(words)[0]
        return [(Value(re.sub(r"^(?:the|a|an)\s", "", words)), [(block, start, end)])]
    values: list[tuple[Thing | Value, list[tuple[Block, int, int]]]] = []
    for named in bound.get(base, ()):
        thing: Thing = named.thing
        if step == "administration" and thing.cls != "egov:Administration":
            under = administration_under(narrator, thing, narrator.draft.spans(block, *_words_of(match)))
            if under is None:
                continue
            thing = under
        if step == "government":
            if not vocab.is_subclass(thing.cls, "egov:Country"):
                continue
            thing = narrator.resolver.government_of(thing)
        values.append((thing, [(block, named.start, named.end)]))
    return values


def _bind(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, match: Match, name: str, first: int, last: int
) -> list[Named]:
    kind = match.rule.kinds[name]
    items = match.encoded.items[first:last]
    if not items or kind in ("time", "words"):
        return []
    if kind in ("thing", "genus"):
        item = items[0]
        if kind == "genus" and item.genus is not None:
            return [Named(item.genus, item.start, item.end)]
        return [Named(t, a, b, times) for t, (a, b), times in zip(item.things, item.places, item.bound, strict=True)]
    cls = match.rule.slots[name][0]
    while len(items) > 1 and items[-1].kind == "sign" and items[-1].text not in (")", "%"):
        items = items[:-1]
    start, end = items[0].start, items[-1].end
    if kind == "phrase":
        named = phrase(narrator, block, reading, start, end, cls)
        return [named] if named else []
    return members(narrator, block, reading, start, end, cls, items)
