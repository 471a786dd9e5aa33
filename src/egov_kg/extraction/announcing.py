"""Lists that words announce: behind a colon in the sentence, or as the items below it or below a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from egov_kg import vocab
from egov_kg.extraction.arguing import RELATION, Speaker
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.details import read_details
from egov_kg.extraction.goals import goals
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.extraction.predications import Predication
from egov_kg.extraction.tokens import singular
from egov_kg.model import Block, Thing

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["argue_list", "read_listed"]


def argue_list(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
    made: Sequence[Predication], colon: int,
) -> None:  # fmt: skip
    """Take in the list behind a colon, if the words before it announce one; keep the announcement for a list below."""
    narrator.opened = None
    speaker = Speaker(narrator, block, reading, items, chunks, made)
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
            owners = owners or [n for s in one.subjects for n in speaker.things(s)]
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
                narrator.draft.emit(owner.thing, "egov:hasGoal", goal.thing, spans, "colon.list")
        return
    if cls == "egov:Finding":
        # the label of a part of an abstract; what follows is read as any text
        return
    if cls == "egov:Recommendation":
        speaker.take(chunk, cls, colon + 1, reading.end, "colon.list")
        return
    also = speaker.target_of(chunk)
    for one in made:
        if one.verb == "make" and one.objects and "possible" in {x.text for x in items}:
            # what the factors made possible is what they enable
            first, last = one.objects[0].first, one.objects[0].last
            also = speaker.target(speaker.side(first, last - (items[last - 1].text == "possible")))
    found = members(narrator, block, reading, colon + 1, reading.end, cls)
    if len(found) < 2 and not reading.text[: reading.end].rstrip().endswith("."):
        # a title with a subtitle
        return
    speaker.report(found, "colon.list", also=also, prop=RELATION[cls])


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
        narrator.draft.emit(subject, prop, named.thing, spans, "colon.items")
    if cls in ("egov:Barrier", "egov:Recommendation"):
        read_details(narrator, item, reading, named)
    return True
