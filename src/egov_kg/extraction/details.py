"""What the words of a barrier or of a recommendation say beyond naming it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from egov_kg import vocab
from egov_kg.extraction.coordination import split_enumeration
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.phrases import phrase
from egov_kg.extraction.sentence_items import things_of
from egov_kg.model import Block

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["read_details"]

_REMEDY = re.compile(
    r"(?:resolution|reduction|removal|elimination|alleviation|mitigation|overcoming|relaxation|easing)\s(?:of|for)\s(?:the\s)?(?P<what>.+)",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:that|which)\s(?:can|could|may|will|helps?\sto|to)?\s?(?:resolve|reduce|overcome|close|bridge|address|mitigate|eliminate|"
    r"alleviate|remove|tackle|prevent)s?\s(?:the\s)?(?P<what>[^,;]+)",
    re.IGNORECASE,
)
_RISK = re.compile(
    r"\b(?:with|against|under|facing)\s(?:the\s)?(?P<what>(?:possibility|risk|threat|danger|fear)s?\sof\s[^,;]+)",
    re.IGNORECASE,
)
_SUCH_AS = re.compile(r"^(?P<kind>[^,;]+?)\s(?:such\sas|including|like)\s(?:the\s)?(?P<examples>.+)$", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:in\scomparison\s(?:to|with)|compared\s(?:to|with)|than\s(?:in|that\sof|those\sof))\s", re.IGNORECASE
)
_KIND_WORDS = re.compile(
    r"\s(?:requirements?|factors?|conditions?|issues?|elements?|provisions?|rules?|clauses?)$", re.IGNORECASE
)


def read_details(narrator: Narrator, block: Block, reading: Reading, named: Named) -> None:
    """Take in what the words of a barrier or of a recommendation say beyond naming it.

    For a barrier: whom it concerns and with whom it compares. For a recommendation: who is to provide it, whom it is
    meant for, and the barrier that it names as what it is good against.
    """
    draft, text = narrator.draft, reading.text
    spans = draft.spans(block, named.start, named.end)
    inside = [m for m in reading.mentions if named.start <= m.start and m.end <= named.end]
    inside += [m for m in reading.inner if named.start <= m.start and m.end <= named.end]
    for mention in inside:
        if not vocab.is_subclass(mention.cls, "egov:ActorGroup") or mention.is_bare:
            continue
        before = text[named.start : mention.start].rstrip().casefold()
        for thing in things_of(narrator, mention, reading):
            if named.thing.cls == "egov:Barrier":
                if _COMPARED.search(text[max(named.start, mention.start - 30) : mention.name_start]):
                    draft.emit(named.thing, "egov:comparedWith", thing, spans, "barrier.compared.1")
                elif before.endswith(" of") and mention.end >= named.end - 1:
                    draft.emit(named.thing, "egov:concerns", thing, spans, "barrier.concerns.1")
            elif before.endswith(" at") and mention.cls == "egov:GovernmentLevel":
                draft.emit(named.thing, "egov:toBeProvidedBy", thing, spans, "recommendation.provider.1")
            elif mention.cls == "egov:ActorGroup" and before.endswith((" of", " for", " among", " to")):
                draft.emit(named.thing, "egov:targets", thing, spans, "recommendation.target.1")
    if named.thing.cls == "egov:Recommendation":
        _against(narrator, block, reading, named)


def _against(narrator: Narrator, block: Block, reading: Reading, named: Named) -> None:
    """Take in the barrier that a recommendation names: "programmes that can resolve X", "resolution of X such as Y"."""
    draft, text = narrator.draft, reading.text
    for pattern, rule in (
        (_AGAINST, "recommendation.against.1"),
        (_RISK, "recommendation.against.2"),
        (_REMEDY, "recommendation.against.3"),
    ):
        match = pattern.search(text, named.start, named.end)
        if match is None or (pattern is _REMEDY and match.start() > named.start + 4):
            continue
        spans = draft.spans(block, named.start, named.end)
        examples = _SUCH_AS.match(match["what"]) if pattern is _REMEDY else None
        barriers: list[Named] = []
        if examples is None:
            barrier = phrase(narrator, block, reading, match.start("what"), match.end("what"), "egov:Barrier")
            barriers = [barrier] if barrier else []
        else:
            base = match.start("what") + examples.start("examples")
            kind = _KIND_WORDS.sub("", examples["kind"])
            for member in split_enumeration(examples["examples"], concrete=True):
                start, end = base + member.start, base + member.end
                cause = next((m for m in reading.mentions if start - 4 <= m.start and m.end <= end + 1), None)
                words = re.sub(r"^(?:the|an?)\s", "", text[start:end])
                barrier_thing = narrator.resolver.make("egov:Barrier", f"{kind} {words}")
                where = draft.spans(block, match.start("what"), end)
                draft.place(barrier_thing, where)
                barriers.append(Named(barrier_thing, match.start("what"), end))
                for thing in things_of(narrator, cause, reading) if cause else ():
                    draft.emit(barrier_thing, "egov:stemsFrom", thing, where, "barrier.stems.1")
        for barrier in barriers:
            draft.emit(named.thing, "egov:addresses", barrier.thing, spans, rule)
            draft.emit(draft.work, "egov:reports", barrier.thing, spans, rule, "inferable")
            if narrator.context is not None:
                context = draft.spans(block, narrator.context.start, narrator.context.end)
                draft.emit(barrier.thing, "egov:inContext", narrator.context.thing, (*context, *spans), rule)
