"""A sentence as items: its names and anaphors resolved to things, the other words as they are."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Mention, Reading
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.times import TimeMention
from egov_kg.model import Block, Thing

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["is_description", "items_of", "things_of"]


def items_of(
    narrator: Narrator, block: Block, reading: Reading, fixed: Mapping[str, tuple[Named, Block]]
) -> list[Item]:
    """Return a sentence as items, its names and anaphors resolved."""
    found: list[Item] = []
    mentions = deque(reading.mentions)
    times = deque(reading.times)
    cited = [w.outer for w in reading.works]
    k = 0
    tokens = reading.tokens
    while k < len(tokens):
        token = tokens[k]
        if cited and any(a <= token.start < b for a, b in cited):
            k += 1
            continue
        while mentions and mentions[0].end <= token.start:
            mentions.popleft()
        mention = mentions[0] if mentions and mentions[0].start <= token.start else None
        if mention is not None:
            item = _thing_item(narrator, block, mention, reading)
            if item is not None:
                found.append(item)
                while k < len(tokens) and tokens[k].start < mention.end:
                    k += 1
                continue
        while times and times[0].end <= token.start:
            times.popleft()
        time = times[0] if times and times[0].start <= token.start else None
        if time is not None:
            found.append(Item("time", time.value.words, time.start, time.end, time=time))
            while k < len(tokens) and tokens[k].start < time.end:
                k += 1
            continue
        item = _pronoun_item(narrator, reading, k, fixed) if token.low in _PRONOUNS else None
        found.append(
            item
            or Item(
                "word" if token.text[0].isalnum() or token.low == "'s" else "sign",
                token.low,
                token.start,
                token.end,
            )
        )
        k += 1
    return found


_PRONOUNS: Final = frozenset({"they", "these", "it", "he", "she"})


def _pronoun_item(
    narrator: Narrator, reading: Reading, k: int, fixed: Mapping[str, tuple[Named, Block]]
) -> Item | None:
    token = reading.tokens[k]
    if token.low in ("they", "these", "it") and "anchor" in fixed and k == 0:
        thing = fixed["anchor"][0].thing
        return Item("thing", token.text, token.start, token.end, (thing,), ((token.start, token.end),), bound=((),))
    if token.low == "it" and k and reading.tokens[k - 1].low != "made":
        verb = narrator.resolver.lexicon.verb_forms(reading.tokens[k - 1].low)
        here = [s.thing for s in narrator.history.here if vocab.is_subclass(s.thing.cls, "egov:Undertaking")]
        if verb and here:
            place = ((token.start, token.end),)
            return Item("thing", "it", token.start, token.end, (here[-1],), place, bound=((),))
    if token.low == "it" and k == 0 and narrator.speaks_of_itself:
        return None
    if token.low == "it" and _is_expletive(reading, k):
        return None
    if token.low in ("he", "she", "it") and (
        k == 0
        or reading.tokens[k - 1].low in ("and", ",", ";", "but", "when", "where", "while")
        or (k <= 5 and reading.tokens[k - 1].text[:4].isdigit())
    ):
        things = narrator.history.pronoun(token.low, done=_is_done_to(narrator, reading, k))
        for thing in things:
            narrator.history.again(thing)
        if things:
            return Item(
                "thing", token.text, token.start, token.end, tuple(things), ((token.start, token.end),), bound=((),)
            )
    return None


_DONE: Final = frozenset(
    ["adopt", "launch", "develop", "approve", "implement", "introduce", "replace", "update", "revise", "host",
     "publish", "extend", "amend", "repeal", "enact", "design", "manage", "operate", "pilot", "upgrade", "discontinue"]
)  # fmt: skip


def _is_done_to(narrator: Narrator, reading: Reading, k: int) -> bool:
    """Whether "it" is what something is done to that is done to works and laws, not to bodies: "it was adopted"."""
    words = [t.low for t in reading.tokens[k + 1 : k + 5]]
    if words[:1] not in (["was"], ["is"], ["has"], ["had"]):
        return False
    lexicon = narrator.resolver.lexicon
    return any("participle" in lexicon.verb_forms(w) and lexicon.lemma(w) in _DONE for w in words[1:])


_WHEN: Final = re.compile(
    r"(?:(?:in|on|since|by|during|from|at|for|with|under|after|before|following|as|through|according|to|based|today|now|then|"
    r"later|also|however|currently|initially|finally|meanwhile|thus|instead|recently|moreover|furthermore)\b[^;]{0,120},\s?"
    r"|(?:in|on|since|by|until|from)\s[^,;]{0,20}\d{4}\s?|(?:today|now|then|later|also|currently)\s)?(?:the\s)?[\"“‘']?",
    re.IGNORECASE,
)


def _leads(reading: Reading, mention: Mention) -> bool:
    """Whether a sentence begins with a name, but for when or where something was: its subject, as a rule."""
    return bool(_WHEN.fullmatch(reading.text, reading.start, mention.start))


def _thing_item(narrator: Narrator, block: Block, mention: Mention, reading: Reading) -> Item | None:
    things = things_of(narrator, mention, reading)
    if not things:
        return None
    for thing, name in zip(things, mention.names or (mention.name,) * len(things), strict=False):
        if not (mention.det in ("a", "an") and _IS.search(reading.text, reading.start, mention.start)):
            narrator.history.note(thing, mention, leads=_leads(reading, mention))
        spans = narrator.draft.spans(block, mention.name_start, mention.name_end)
        narrator.draft.place(thing, spans)
        if not mention.is_bare:
            surface = re.sub(r"\s+", " ", reading.text[mention.name_start : mention.name_end])
            narrator.draft.name(thing, surface if not mention.names else name, "alt", spans)
    bound: tuple[tuple[TimeMention, ...], ...]
    if len(things) > 1 and len(mention.times) == len(things):
        bound = tuple((t,) for t in mention.times)
    elif mention.times and len(mention.times) == 1:
        bound = (mention.times,) * len(things)
    else:
        bound = ((),) * len(things)
    place = (mention.start, mention.end)
    many = len(things)
    return Item(
        "thing", mention.name, mention.start, mention.end, tuple(things), (place,) * many, bound=bound, det=mention.det
    )


_IS = re.compile(r"(?:\b(?:is|was|are|were|became|remains|as)(?:\s(?:now|also|still|currently))?|,)\s\Z")


def is_description(item: Item) -> bool:
    """Return whether an item says what a body is and names none: "a government agency"."""
    return len(item.things) == 1 and _describes(item.things[0], item.det, item.text)


def _describes(thing: Thing, det: str, name: str) -> bool:
    return det in ("a", "an") and name.islower() and vocab.is_subclass(thing.cls, "egov:Body")


def things_of(narrator: Narrator, mention: Mention, reading: Reading) -> list[Thing]:
    """Return what a mention names, anaphors included; nothing if that is open, or if there is none ("no law")."""
    if mention.det in ("no", "neither", "any"):
        return []
    if mention.names:
        return [t for n in mention.names if (t := narrator.resolver.thing(mention, n)) is not None]
    if mention.cls == "egov:Person" and not mention.thing and len(mention.name.split()) == 1:
        person = narrator.history.person_of_surname(mention.name)
        return [person] if person else []
    if mention.is_bare and mention.head != "executive order" and not narrator.resolver.is_topic(mention):
        return narrator.history.definite(mention)
    if mention.det in narrator.resolver.lexicon.quantifiers and vocab.is_subclass(mention.cls, "egov:Undertaking"):
        return []
    if (
        not mention.count
        and mention.det in ("each", "every", "these", "those", "the")
        and mention.cls == "egov:Project"
    ):
        known = narrator.history.counted(mention)
        if known is not None:
            return [known]
    if (
        not mention.count
        and not mention.det
        and mention.cls == "egov:Project"
        and _is_past(reading, narrator.resolver)
        and not re.search(r"[’']s ", mention.name)
    ):
        known = narrator.history.counted(mention)
        if known is not None:
            return [known]
    thing = narrator.resolver.thing(mention)
    return [thing] if thing is not None else []


_EXPLETIVE = re.compile(
    r"it\s(?:is|was|will\sbe|would\sbe|can\sbe|could\sbe|has\sbeen|seems|appears)\s(?:\w+ly\s|also\s|not\s|therefore\s)?(?:necessary|possible|"
    r"essential|important|required|recommended|needed|crucial|vital|imperative|advisable|seen|said|noted|forecasted|forecast|"
    r"expected|clear|likely|estimated|argued|known|believed|worth|difficult|easy)\b|it\s(?:seems|appears)\b"
    r"|it\s(?:\w+\s)?(?:takes|took|costs?)\s(?:\w+\s){0,4}?(?:hours?|days?|weeks?|months?|years?|minutes?|time|long)\b",
    re.IGNORECASE,
)


def _is_expletive(reading: Reading, k: int) -> bool:
    """Whether an "it" stands for nothing: "it is necessary to", "it can be seen that"."""
    return bool(_EXPLETIVE.match(reading.text, reading.tokens[k].start))


def _is_past(reading: Reading, resolver: Resolver) -> bool:
    """Whether a sentence tells of a past event: a past form, and no present one."""
    lexicon = resolver.lexicon
    lows = [t.low for t in reading.tokens]
    past = any("past" in lexicon.verb_forms(w) or w in ("was", "were", "had") for w in lows)
    present = any(w in ("is", "are", "has", "have") for w in lows)
    return past and not present
