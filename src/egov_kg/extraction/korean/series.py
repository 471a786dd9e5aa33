"""Series of Korean plans: of one title, numbered one after another."""

from __future__ import annotations

import re

from egov_kg import vocab
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.tokens import fold
from egov_kg.model import Thing

__all__ = ["follow_numbered"]


def follow_numbered(draft: Draft) -> None:
    """Take in that "제2차 …" follows "제1차 …" of the same title; the order is that of the numbers."""
    series: dict[tuple[str, str], dict[int, Thing]] = {}
    named = {t.id for f in draft.facts for t in (f.subject, f.object) if isinstance(t, Thing)}
    for thing in sorted(draft.resolver.things.values(), key=lambda t: t.id):
        if thing.id not in named or not vocab.is_subclass(thing.cls, "egov:Undertaking"):
            continue
        match = re.search(r"제?(\d{1,2})(?:차|단계)", fold(thing.label))
        if match:
            title = fold(thing.label).replace(match[0], "", 1)
            series.setdefault((vocab.segment(thing.cls), title), {})[int(match[1])] = thing
    for key in sorted(series):
        numbered = series[key]
        for number in sorted(numbered):
            if number + 1 in numbered:
                one, two = numbered[number], numbered[number + 1]
                evidence = (*draft.mentions.get(one.id, ())[:1], *draft.mentions.get(two.id, ())[:1])
                draft.emit(one, "egov:followedBy", two, evidence, "ko.series.ordinal.1", "inferable")
