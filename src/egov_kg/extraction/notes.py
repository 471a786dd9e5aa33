"""Notes and lists: what a note says about its anchor, which missions a list gives, which work it points to."""

from __future__ import annotations

import re

from egov_kg import vocab
from egov_kg.extraction.bibliography import cite, work_of
from egov_kg.extraction.citations import SEE
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.narrative import Named, Narrator
from egov_kg.extraction.patterns import Mention, Reading, read_sentence
from egov_kg.model import Block, Thing, Value

__all__ = [
    "anchor_of",
    "body_of",
    "keep_listed_missions",
    "read_mission",
    "read_note",
    "read_works",
    "speaks_of_missions",
]

_SITE = re.compile(r"\b(?:web\s?site|home\s?page|site|portal|web\spage)\b", re.IGNORECASE)
_MISSIONS = re.compile(
    r"\b(?:missions?|functions?|mandates?|responsibilities|duties|main\stasks|roles)\b[^.,;]{0,80}$|(?:임무|기능|업무)[^.]*$",
    re.IGNORECASE,
)


def anchor_of(narrator: Narrator, parent: Block, note: Block) -> tuple[Named | None, Named | None]:
    """Return what a note hangs on and the subject of the sentence that it hangs on.

    The thing of the anchor is the last name that overlaps the anchor's words; a filler ("etc.") has none.
    """
    text = parent.view.text
    start = int(note.attributes.get("anchor_start", "0"))
    end = int(note.attributes.get("anchor_end", str(len(text))))
    for reading in narrator.readings(parent):
        if not (reading.start <= start < reading.end or reading.start < end <= reading.end):
            continue
        subject = _subject(narrator, reading)
        for mention in reversed(reading.mentions):
            if mention.start < end and start < mention.end:
                first = _first_in(reading, start, end) or mention
                things = narrator.things_of(first, reading)
                if things:
                    return Named(things[0], first.start, first.end), subject
        return None, subject
    return None, None


def _first_in(reading: Reading, start: int, end: int) -> Mention | None:
    inside = [m for m in reading.mentions if m.start < end and start < m.end]
    return inside[0] if inside else None


def _subject(narrator: Narrator, reading: Reading) -> Named | None:
    for mention in reading.mentions:
        if vocab.is_subclass(mention.cls, "egov:Body") and not mention.is_bare and mention.det not in ("a", "an"):
            things = narrator.things_of(mention, reading)
            if things:
                return Named(things[0], mention.start, mention.end)
    return None


def read_note(narrator: Narrator, note: Block, parent: Block) -> None:
    """Take in what a note says: about its anchor, about the works it names, about the site it links."""
    draft = narrator.draft
    anchor, subject = anchor_of(narrator, parent, note)
    if note.view.text:
        narrator.read(note, anchor=anchor or subject, anchor_block=parent)
        read_works(narrator, note, anchor, parent)
    url = note.attributes.get("url", "")
    if url and _SITE.search(_with_children(draft, note)):
        body = body_of(narrator, anchor, subject, note, parent)
        link = next(
            (
                b
                for b in draft.document.blocks
                if b.parent is not None
                and draft.document.blocks[b.parent] is note
                and b.attributes.get("key") == "link"
            ),
            None,
        )
        if body is not None and link is not None and vocab.is_subclass(body.cls, "egov:Body"):
            evidence = (
                *draft.spans(link),
                *(draft.spans(parent, anchor.start, anchor.end) if anchor else ()),
                *draft.spans(note),
            )
            draft.emit(body, "foaf:homepage", Value(url, "xsd:anyURI"), evidence, "note.website.1")


def _with_children(draft: Draft, note: Block) -> str:
    blocks = draft.document.blocks
    return " ".join(b.view.text for b in blocks if b is note or (b.parent is not None and blocks[b.parent] is note))


def _body_in(narrator: Narrator, block: Block) -> Thing | None:
    text = block.view.text
    resolver = narrator.resolver
    reading = read_sentence(text, 0, len(text), resolver.lexicon, narrator.gazetteer, narrator.defined)
    for mention in reversed(reading.mentions):
        if vocab.is_subclass(mention.cls, "egov:Body") and not mention.is_bare and mention.det not in ("a", "an"):
            thing = resolver.thing(mention)
            if thing is not None:
                return thing
    return None


def body_of(
    narrator: Narrator, anchor: Named | None, subject: Named | None, note: Block, parent: Block
) -> Thing | None:
    """Return the body that a note speaks of: one it names, else the latest name in its anchor, else the subject."""
    blocks = narrator.draft.document.blocks
    for block in blocks:
        if block.parent is not None and blocks[block.parent] is note and block.kind == "credit":
            found = _body_in(narrator, block)
            if found is not None:
                return found
    found = _body_in(narrator, note) if note.view.text else None
    if found is not None:
        return found
    if anchor is not None:
        start = int(note.attributes.get("anchor_start", "0"))
        end = int(note.attributes.get("anchor_end", "0"))
        resolver = narrator.resolver
        reading = read_sentence(parent.view.text, start, end, resolver.lexicon, narrator.gazetteer, narrator.defined)
        bodies = [
            t
            for m in reading.mentions
            if vocab.is_subclass(m.cls, "egov:Body") and (t := resolver.thing(m)) is not None
        ]
        return bodies[-1] if bodies else anchor.thing
    return subject.thing if subject else None


def read_works(narrator: Narrator, block: Block, anchor: Named | None, parent: Block | None) -> None:
    """Take in the works that a block cites; the work at the end of a note documents the note's anchor."""
    draft = narrator.draft
    referred = list(SEE.finditer(block.view.text))
    for match in referred:
        thing = work_of(draft, match["title"].strip(" ,"))
        spans = draft.spans(block, match.start("title"), match.end("title"))
        draft.place(thing, spans)
        draft.emit(draft.work, "egov:cites", thing, spans, "note.see-work.1")
        whole = draft.spans(block, match.start("title"), match.end())
        draft.emit(thing, "dcterms:issued", Value(match["year"], "xsd:gYear"), whole, "note.see-work.1")
        if match["publisher"]:
            text = block.view.text
            resolver = draft.resolver
            reading = read_sentence(
                text, match.start("publisher"), match.end("publisher"), resolver.lexicon, narrator.gazetteer
            )
            for mention in reading.mentions:
                body = resolver.thing(mention)
                if body is not None and vocab.is_subclass(body.cls, "egov:Body"):
                    draft.emit(thing, "dcterms:publisher", body, whole, "note.see-work.1")
                    break
    for reading in narrator.readings(block):
        for work in reading.works:
            if any(match.start("title") <= work.start < match.end() for match in referred):
                continue  # the last word of a title is no author
            thing = cite(draft, block, work, "citation.work.1")
            draft.emit(draft.work, "egov:cites", thing, draft.spans(block, work.start, work.end), "citation.work.1")
            if anchor is not None and block.kind == "note" and parent is not None:
                evidence = (*draft.spans(parent, anchor.start, anchor.end), *draft.spans(block, work.start, work.end))
                draft.emit(anchor.thing, "egov:describedIn", thing, evidence, "note.citation.1")


def speaks_of_missions(text: str) -> bool:
    """Return whether words open a list of the missions of a body.

    Example:
        >>> speaks_of_missions("It has the following missions:"), speaks_of_missions("It has offices in:")
        (True, False)
        >>> speaks_of_missions("Describe the mission, the legal basis and the following:")
        False
    """
    return bool(_MISSIONS.search(text.strip()))


def read_mission(narrator: Narrator, item: Block, body: Thing, opener: Block) -> None:
    """Take in one mission of a body, and the plans and acts that it concerns."""
    draft, text = narrator.draft, item.view.text
    end = len(text.rstrip(" .;,"))
    label = re.sub(r"^[Tt]o\s(?=[a-z])", "", re.sub(r"\s+", " ", text[:end]).strip())
    if not label:
        return
    mission = draft.resolver.make("egov:Mission", label)
    spans = draft.spans(item, 0, end)
    draft.place(mission, spans)
    draft.name(mission, label, "alt", spans)
    draft.emit(body, "egov:hasMission", mission, (*draft.spans(opener), *spans), "list.missions.1")
    resolver = draft.resolver
    reading = read_sentence(text, 0, len(text), resolver.lexicon, narrator.gazetteer, narrator.defined)
    for mention in reading.mentions:
        if mention.cls in ("egov:Plan", "egov:Law", "egov:ExecutiveOrder") and not mention.is_bare:
            thing = resolver.thing(mention)
            if thing is not None:
                where = draft.spans(item, mention.start, mention.end)
                draft.place(thing, where)
                draft.emit(mission, "egov:concerns", thing, spans, "list.missions.2")


def keep_listed_missions(draft: Draft) -> None:
    """Leave out the purpose of a founding where the same passage opens a list of missions: the list says it in full."""
    openers = [span for fact in draft.facts if fact.rule == "list.missions.1" for span in fact.evidence]
    draft.facts[:] = [
        fact
        for fact in draft.facts
        if fact.rule != "found.mission" or not any(span.start <= fact.evidence[0].start < span.end for span in openers)
    ]
