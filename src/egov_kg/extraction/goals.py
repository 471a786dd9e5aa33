"""The goals of a stretch of words: infinitives, gerunds or noun phrases, each its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import members, phrase
from egov_kg.model import Block

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["goals"]

_ADJECTIVES: Final = re.compile(
    r"\s*(?:[\w-]+(?:al|ic|ive|ary|ous|able|ible|ent|ant|ed),\s)*[\w-]+(?:al|ic|ive|ary|ous),?\sand\s[\w-]+\s\w",
    re.IGNORECASE,
)


def goals(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, start: int, end: int, cls: str = "egov:PolicyGoal"
) -> list[Named]:
    """Return the goals, or the missions, of a stretch: infinitives, gerunds or noun phrases, each its own."""
    text = reading.text
    cuts = [start]
    for match in re.finditer(r"(?:[,;]\s*(?:and\s)?|\sand\s)(?:to\s)?(?P<next>[a-z]+)", text[start:end]):
        forms = narrator.resolver.lexicon.verb_forms(match["next"]) or _gerund(match["next"])
        opening = re.match(r"\s*(?:are|is|were|was)?\s*(?:to\s)?([a-z]+)", text[cuts[0] : end])
        first = narrator.resolver.lexicon.verb_forms(opening[1]) or _gerund(opening[1]) if opening else frozenset()
        if (forms & {"base"} and first & {"base"} and not first & {"gerund"}) or (
            forms & {"gerund"} and first & {"gerund"}
        ):
            last = re.search(r"([a-z]+)\W*$", text[cuts[-1] : start + match.start()])
            if last is None or not narrator.resolver.lexicon.verb_forms(last[1]) & {"base"}:
                # "to promote and develop trade" is one goal
                cuts.append(start + match.start())
    if len(cuts) == 1:
        stretch = re.match(r"\s*(?:to|for)\s", text[start:end])
        begin = start + (stretch.end() if stretch else 0)
        opening = re.match(r"[a-z]+", text[begin:end])
        if opening and narrator.resolver.lexicon.verb_forms(opening[0]) & {"base", "gerund"}:
            named = phrase(narrator, block, reading, begin, end, cls)
            return [named] if named else []
        if _ADJECTIVES.match(text[begin:end]):
            # "economic, social and governance transformation" is one
            named = phrase(narrator, block, reading, begin, end, cls)
            return [named] if named else []
        return members(narrator, block, reading, start, end, cls)
    behind = re.search(r",\sand\s", text[cuts[-1] + 2 : end])
    if behind and "," not in text[cuts[-1] + 2 : cuts[-1] + 2 + behind.start()] and len(cuts) > 1:
        # "reducing gaps, accelerating growth, and open ports"
        cuts.append(cuts[-1] + 2 + behind.start())
    found = []
    for a, b in zip(cuts, [*cuts[1:], end], strict=True):
        lead = re.match(r"[\s,;]*(?:and\s)?(?:to\s)?", text[a:b])
        named = phrase(narrator, block, reading, a + (lead.end() if lead else 0), b, cls)
        if named:
            found.append(named)
    return found


def _gerund(word: str) -> frozenset[str]:
    """Return the form that the ending of a verb shows which no table knows: "harnessing"."""
    return frozenset({"gerund"}) if word.endswith("ing") and len(word) > 6 else frozenset()
