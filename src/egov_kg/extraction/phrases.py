"""Phrases that name barriers, enablers, goals ... by their own words, alone or as members of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from egov_kg import vocab
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.coined_forms import is_coined
from egov_kg.extraction.coordination import Member, split_enumeration
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.sentence_items import things_of
from egov_kg.extraction.tokens import fold
from egov_kg.extraction.verb_groups import PREPOSITIONS
from egov_kg.model import Block, Thing, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["members", "phrase"]

_NO_PHRASE = r"(?:it|they|he|she|this|these|those|which|who|several|many|some|most|others|both|all|few)"
# What is no factor of anything: somebody by an acronym, a thing that is pointed at, the end of a list.
_NO_FACTOR = re.compile(
    r"[A-Z]{3,}s?(?:\s(?:also|itself|alone))?$|(?:[Tt]his|[Tt]hese|[Tt]hose|[Ss]uch|[Ii]ncluding)\s"
)
# "It is important to note that": the writer's remark, no advice.
_REMARK = re.compile(
    r"(?:note|remember|stress|emphasi[sz]e|recogni[sz]e|acknowledge|mention|recall|observe|distinguish|bear\sin\smind|"
    r"keep\sin\smind|point\sout)\b",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"(?:[a-z-]+\s){0,2}(?:site|website|platform|portal|system|app|application|tool|database|service|software|page)s?",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r",?\sand\s(?:it|they|he|she|this|these)\s|,\s(?:with|which|while|whereas|but)\s")
_LIST_ENDS = re.compile(
    r"\s(?:due to|because of|as a result of|owing to|thanks to)\s|,?\setc\.?\s(?=of\b|in\b|for\b|from\b)"
)
_ACTION_ON = re.compile(
    r"\s*(?:the\s)?[a-z-]+(?:tion|sion|ment|ance|ing|al|y)\s(?:and\s[a-z-]+\s)?(?:of|in)\s(?:the\s)?", re.IGNORECASE
)


def members(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, start: int, end: int, cls: str, items: Sequence[Item] = ()
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
    split = split_enumeration(text, keep=lambda i: any(m.start < start + i < m.end for m in inside), concrete=concrete)
    for index, member in enumerate(split):
        a, b = start + member.start, start + member.end
        suffix = _shared_head(text, split, index) if cls == "egov:InformationSystem" else ""
        if cls == "egov:ServiceDomain":
            found.extend(_domains(narrator, block, reading, a, b))
            continue
        halves = [(a, b)]
        towards = re.search(r"\stowards?\s", reading.text[a:b])
        if cls == "egov:Barrier" and towards:
            # Which role the words after "towards" have is open: phrases of their own, and the weaker statement.
            place = a + towards.end()
            objects = split_enumeration(reading.text[place:b])
            halves = [(a, a + towards.start()), *((place + m.start, place + m.end) for m in objects)]
        for first, last in halves:
            named = phrase(
                narrator, block, reading, first, last, cls, prefix=member.prefix,
                prefix_start=start + member.prefix_start, suffix=suffix,
            )  # fmt: skip
            if named:
                found.append(named)
    return found


def _domains(narrator: Narrator, block: Block, reading: Reading, start: int, end: int) -> list[Named]:
    """Return the domains, contexts and levels that a phrase speaks of ("innovation of social welfare services")."""
    inside = [
        m
        for m in reading.mentions
        if start <= m.start and m.end <= end + 1 and m.cls in ("egov:Context", "egov:GovernmentLevel")
    ]
    if inside:
        return [Named(t, m.start, m.end) for m in inside for t in things_of(narrator, m, reading)]
    opening = re.compile(r"\s*of\s(?:the\s)?").match(reading.text, start, end)
    start = opening.end() if opening else start
    action = _ACTION_ON.match(reading.text, start, end)
    if action:
        start = action.end()
    found: list[Named] = []
    for m in split_enumeration(reading.text[start:end]):
        named = phrase(narrator, block, reading, start + m.start, start + m.end, "egov:ServiceDomain")
        if named:
            found.append(named)
    return found


def phrase(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator,
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
        r"(?:as|in|for|on|with|from|by|according|despite|at|to|of|it|there|that|which|how|what|why|whether)\s",
        text[start:trimmed],
        re.IGNORECASE,
    ):
        return None
    if cls in ("egov:Barrier", "egov:Recommendation", "egov:Enabler") and re.fullmatch(
        r"(?:it|they|he|she|this|these|those|which|who|several|many|some|most|others|both|all|few)",
        text[start:trimmed],
        re.IGNORECASE,
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
        if after and "base" in narrator.resolver.lexicon.verb_forms(after[0]):
            trimmed = start + purpose.start()
    if cls in ("egov:PolicyGoal", "egov:Project", "egov:InformationSystem") and (
        tail := re.search(r",?\s(?:such as|including)\s", text[start:trimmed])
    ):
        trimmed = start + tail.start()
    if cls == "egov:PolicyGoal" and (tail := _NEXT_CLAUSE.search(text, start, trimmed)):
        # "facilitates sharing, and it highlights ...": another clause
        trimmed = tail.start()
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
                things = things_of(narrator, mention, reading)
                if things and not (cls == "egov:ServiceDomain" and things[0].cls != "egov:ServiceDomain"):
                    return Named(things[0], start, end, times or mention.times)
    words = re.sub(r"\s+", " ", text[start:trimmed]).strip()
    if free:
        # an acronym behind a phrase belongs to the last name in it, not to the phrase
        words, acronym, alias, known = re.sub(r"\s?\([A-Z][\w.&-]{1,9}\)$", "", words), None, "", None
    else:
        words, acronym, alias, known = _definition_in(narrator, words)
    label = (prefix + words + suffix).strip(' ,.;:"“”')
    if cls in ("egov:Barrier", "egov:Enabler") and _NO_FACTOR.match(label):
        return None
    if cls == "egov:Enabler" and (_SYSTEM.fullmatch(label) or is_coined(label)):
        return None
    if cls == "egov:Recommendation" and _REMARK.match(label):
        return None
    if cls == "egov:PolicyGoal" and (label.casefold() in ("example", "instance", "fact", "addition")):
        return None
    if cls == "egov:PolicyGoal" and "gerund" in narrator.resolver.lexicon.verb_forms(label.casefold()):
        return None
    if cls in ("egov:Barrier", "egov:Enabler") and "participle" in narrator.resolver.lexicon.verb_forms(
        label.casefold()
    ):
        # "Established in 2021, the agency plays ..."
        return None
    if not re.search(r"[^\W\d_]", label) or len(label) > 300:
        return None
    low = label.casefold()
    if low in PREPOSITIONS or low in narrator.resolver.lexicon.number_words:
        # "to" before a list, "two" before a colon: what they announce stands elsewhere
        return None
    if not free and acronym is None and label.casefold() in ("etc", "others", "so on", "more"):
        return None
    thing = known or narrator.resolver.make(cls, label)
    spans = narrator.draft.spans(block, start, trimmed)
    if prefix:
        spans = narrator.draft.spans(block, prefix_start, prefix_start + len(prefix.rstrip())) + spans
    narrator.draft.place(thing, spans)
    narrator.draft.name(thing, label, "alt", spans)
    if known and fold(words) != fold(known.label):
        narrator.draft.emit(known, "skos:altLabel", Value(words, "rdf:langString", "en"), spans, "definition.bracket.3")
    if acronym and not known:
        narrator.draft.name(thing, acronym, "acronym", spans)
        narrator.draft.emit(
            thing, "egov:acronym", Value(acronym, "rdf:langString", "en"), spans, "definition.bracket.1"
        )
        narrator.resolver.acronyms.setdefault(acronym, thing)
    if alias and not known:
        narrator.draft.name(thing, alias, "alt", spans)
        narrator.draft.emit(thing, "skos:altLabel", Value(alias, "rdf:langString", "en"), spans, "definition.bracket.2")
    return Named(thing, start, end, times)


def _definition_in(narrator: Narrator, words: str) -> tuple[str, str | None, str, Thing | None]:
    """Return (name, acronym, other name, known thing) of "Name (ACR: other name)" or "alias (Name, ACR)"."""
    match = re.fullmatch(r"(.+?)\s?\(([^()]{2,80})\)", words)
    if not match:
        return words, None, "", None
    parts = [p.strip() for p in re.split(r"[:,;]", match[2])]
    if any(word.casefold() in narrator.resolver.lexicon.formats for p in parts for word in p.split()):
        return match[1].strip(), None, "", None
    acronyms = [
        p
        for p in parts
        if re.fullmatch(r"[A-Z][A-Za-z0-9&-]{1,9}", p) and sum(c.isupper() or c.isdigit() for c in p) > 1
    ]
    if not acronyms:
        return words, None, "", None
    known = narrator.resolver.acronyms.get(acronyms[0])
    others = [p for p in parts if p not in acronyms]
    alias = others[0] if others and others[0][:1].isupper() else ""
    return match[1].strip(), acronyms[0], alias, known


def _shared_head(text: str, split: Sequence[Member], place: int) -> str:
    """Return the head that a member shares with the last one, as in "residence and vehicle registration"."""
    if place + 1 != len(split) - 1:
        return ""
    mine, last = split[place], split[place + 1]
    words = text[last.start : last.end].split()
    alone = re.fullmatch(r"[a-z-]+", text[mine.start : mine.end])
    joined = re.fullmatch(r"\s(?:and|or)\s", text[mine.end : last.start])
    return f" {words[-1]}" if alone and joined and len(words) == 2 and words[0].islower() else ""
