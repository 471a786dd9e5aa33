"""Bodies that became one: "X emerged from the merger of A and B", "A and B were merged to form X"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.named import Named
from egov_kg.extraction.predications import Predication
from egov_kg.model import Block

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["MERGERS", "read_mergers"]

MERGERS: Final = frozenset(
    ["merger", "mergers", "amalgamation", "fusion", "consolidation", "merging", "unification", "merge"]
)
_MERGING: Final = frozenset(
    ["merge", "merge with", "merge into", "amalgamate", "combine", "consolidate", "unite", "fuse", "join", "unify"]
)
_WORDS: Final = MERGERS | frozenset(
    ["merged", "amalgamated", "combined", "consolidated", "united", "fused", "joined", "unified", "merging"]
)
_FORMING: Final = frozenset(["form", "create", "establish", "become", "constitute", "found", "set up", "make up"])
# What arises from a merger is the subject of these, or what is done to it.
_ARISING: Final = frozenset(
    [
        "emerge",
        "result",
        "result from",
        "arise",
        "come into being",
        "grow out of",
        "begin",
        "grow",
        "stem from",
        "originate",
    ]
)
_YIELDING: Final = _FORMING | frozenset(
    ["give rise to", "lead to", "lead to the creation of", "lead to the establishment of", "lead to the formation of",
     "result in", "result in the creation of", "result in the establishment of", "result in the formation of"]
)  # fmt: skip
_OUTCOMES: Final = MERGERS | frozenset(["result", "product", "outcome"])
_JOINTS: Final = frozenset([",", "and", "with", "&", ":", "namely", "as"])


def read_mergers(
    narrator: Narrator, block: Block, items: Sequence[Item], segment: Sequence[Item], found: Sequence[Predication]
) -> list[Predication]:
    """Take in which bodies went into which; return the predications that say no more than that.

    Args:
        narrator: Where facts go.
        block: Where the sentence stands.
        items: The sentence: the bodies may stand behind a colon.
        segment: The clause.
        found: Its predications.
    """
    if _WORDS.isdisjoint({x.text for x in segment if x.kind == "word"}):
        return []
    told: list[Predication] = []
    for made in found:
        if made.status or made.verb not in _MERGING or made.form == "noun":
            continue
        for whole in _formed(segment, found, made):
            told.append(made)
            parts = [n for c in (*_merged(made), *_companions(made)) for n in bodies_of(segment, c)]
            _emit(narrator, block, parts, whole, "merging.verb.1")
            _date(narrator, block, segment, made, whole)
    for place, item in enumerate(segment):
        if item.kind == "word" and item.text in MERGERS and _takes(segment, place):
            verbs = {segment[p.verb_at[0]].start for p in found if p.form == "finite"}
            parts = list(_parts(items, item.end, verbs))
            for whole in _arisen(segment, found, place):
                _emit(narrator, block, parts, whole, "merging.noun.1")
    return told


def bodies_of(items: Sequence[Item], chunk: Chunk) -> list[Named]:
    """Return the bodies that a noun phrase names."""
    item = items[chunk.main]
    if item.kind != "thing":
        return []
    found = [Named(t, a, b) for t, (a, b) in zip(item.things, item.places, strict=True)]
    return [n for n in found if vocab.is_subclass(n.thing.cls, "egov:Body")]


def _takes(segment: Sequence[Item], place: int) -> bool:
    return place + 1 < len(segment) and segment[place + 1].text in ("of", "between", "with", "in")


def _merged(made: Predication) -> list[Chunk]:
    """Return what a verb of merging says went into something else."""
    if made.passive or not made.objects:
        return made.subjects
    return [*made.subjects, *made.objects] if made.verb in ("merge with", "join") else made.objects


def _companions(made: Predication) -> list[Chunk]:
    found = [c for p, c in made.adjuncts if p == "with"]
    return [*found, *made.objects] if made.verb == "merge with" and made.passive else found


def _formed(segment: Sequence[Item], found: Sequence[Predication], made: Predication) -> list[Named]:
    """Return what "to form X" behind a verb of merging names, or what "created by merging A and B" is about."""
    if made.further is not None:
        return bodies_of(segment, made.further)
    behind = [p for p in found if p.form in ("infinitive", "gerund") and p.verb_at[0] > made.verb_at[0]]
    forming = next((p for p in behind if p.verb in _FORMING and not p.passive), None)
    return [n for c in forming.objects[:1] for n in bodies_of(segment, c)] if forming else []


def _arisen(segment: Sequence[Item], found: Sequence[Predication], place: int) -> list[Named]:
    """Return what arose from the merger whose noun stands at a place."""
    for made in found:
        if made.status or made.form in ("infinitive", "noun"):
            continue
        before = made.verb_at[0] < place
        outcome = made.verb == "be" and bool(made.objects) and segment[made.objects[0].main].text in _OUTCOMES
        if before and made.verb in _FORMING and made.form != "gerund":
            chunks = made.subjects if made.passive else made.objects
        elif before and (made.verb in _ARISING or outcome):
            chunks = made.subjects
        elif not before and made.verb in _YIELDING and made.subjects and made.subjects[0].main == place:
            chunks = made.objects
        else:
            continue
        named = [n for c in chunks[:1] for n in bodies_of(segment, c)]
        if len(named) == 1:
            return named
    return []


def _parts(items: Sequence[Item], behind: int, verbs: set[int]) -> Iterator[Named]:
    """Yield the bodies of the list behind a noun: members, and neither what describes them nor what follows."""
    aside, first = False, True
    before = ""
    for item in items:
        if item.start < behind:
            continue
        if item.text in ("which", "who", "that", "whose") and item.kind == "word":
            aside = True
        elif item.start in verbs or item.text in ("was", "were", "is", "has", "had"):
            if not aside:
                return
            aside = False
        elif item.kind == "thing" and item.det not in ("a", "an") and _joins(before, first=first, aside=aside):
            first = False
            for thing, (a, b) in zip(item.things, item.places, strict=True):
                if vocab.is_subclass(thing.cls, "egov:Body"):
                    yield Named(thing, a, b)
        if item.text not in ("the", "former", "then"):
            before = item.text if item.kind != "thing" else ""


def _joins(before: str, *, first: bool, aside: bool) -> bool:
    """Whether a body behind a word is a member of the list, and not within what is said about one."""
    return (before in _JOINTS or (first and before in ("of", "between"))) and not (aside and before != "and")


def _emit(narrator: Narrator, block: Block, parts: Sequence[Named], whole: Named, rule: str) -> None:
    for part in parts:
        spans = narrator.draft.spans(block, min(part.start, whole.start), max(part.end, whole.end))
        narrator.draft.emit(part.thing, "egov:mergedInto", whole.thing, spans, rule)


def _date(narrator: Narrator, block: Block, segment: Sequence[Item], made: Predication, whole: Named) -> None:
    """Take in that what was formed began when its parts were merged."""
    if len(made.times) != 1 or made.further is not None:
        return
    item = segment[made.times[0][1]]
    if made.times[0][0] not in ("in", "on", "") or item.time is None or "/" in item.time.value.edtf:
        return
    spans = narrator.draft.spans(block, min(item.start, whole.start), max(item.end, whole.end))
    narrator.draft.emit(whole.thing, "egov:beganIn", item.time.value, spans, "merging.date.1")
