"""Series: plans of one title, numbered one after another, follow each other."""

from __future__ import annotations

import re

from egov_kg import vocab
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.tokens import ORDINAL_WORDS, fold
from egov_kg.model import Thing

__all__ = ["follow_series"]


def follow_series(draft: Draft) -> None:
    """Take in that the second of two plans of one title, numbered n and n + 1, follows the first.

    The evidence is where each of them is named; the order is that of the numbers, so the fact is inferable.
    """
    series: dict[tuple[str, str], dict[int, Thing]] = {}
    named = {t.id for f in draft.facts for t in (f.subject, f.object) if isinstance(t, Thing)}
    for thing in sorted(draft.resolver.things.values(), key=lambda t: t.id):
        if not vocab.is_subclass(thing.cls, "egov:Undertaking") or thing.id not in named:
            continue
        words = fold(thing.label).split()
        ordinals = [w for w in words if re.fullmatch(r"\d+(?:st|nd|rd|th)", ORDINAL_WORDS.get(w, w))]
        if len(ordinals) == 1:
            title = " ".join(w for w in words if w not in ordinals)
            series.setdefault((vocab.segment(thing.cls), title), {})[int(re.sub(r"\D", "", ordinals[0]))] = thing
    for key in sorted(series):
        numbered = series[key]
        for number in sorted(numbered):
            if number + 1 in numbered:
                first, second = numbered[number], numbered[number + 1]
                evidence = (*draft.mentions.get(first.id, ())[:1], *draft.mentions.get(second.id, ())[:1])
                draft.emit(first, "egov:followedBy", second, evidence, "series.ordinal.1", "inferable")
