"""What a body is: "X, a unit of Y", "X is a statutory board under Y", by apposition and copula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.leading import read_heads
from egov_kg.extraction.named import Named
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.predications import Predication
from egov_kg.extraction.tokens import singular
from egov_kg.model import Block, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["describe"]

_KINDS: Final = frozenset(
    [
        "agency", "body", "unit", "department", "division", "office", "authority", "committee", "board", "corporation",
        "company", "institution", "organisation", "organization", "commission", "council", "association", "foundation",
        "enterprise", "centre", "center", "directorate", "secretariat", "arm", "branch", "institute", "bureau",
        "regulator", "subsidiary", "service", "partnership", "consortium",
    ]
)  # fmt: skip
_INSIDE: Final = frozenset(
    [
        "unit",
        "department",
        "division",
        "arm",
        "branch",
        "office",
        "part",
        "directorate",
        "subsidiary",
        "agency",
        "body",
        "service",
        "section",
        "institution",
        "entity",
        "centre",
        "center",
    ]
)
_WITHIN: Final = frozenset(["of", "under", "within", "in", "inside"])


def describe(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk],
    made: Sequence[Predication],
) -> None:  # fmt: skip
    """Take in the kind of a body, what it is part of and who heads it."""
    for owner, chunk in _descriptions(items, chunks, made):
        for named in _bodies(items, owner):
            _kind(narrator, block, reading, items, chunks, named, chunk)
        _successor(narrator, block, items, chunks, owner, chunk)
        _service(narrator, block, items, chunks, owner, chunk)
        _one_of(narrator, block, items, chunks, owner, chunk)
        _basis(narrator, block, items, chunks, owner, chunk)
        _basis(narrator, block, items, chunks, chunk, owner)
    read_heads(narrator, block, reading, items, chunks, made)


def _descriptions(
    items: Sequence[Item], chunks: Sequence[Chunk], made: Sequence[Predication]
) -> Iterator[tuple[Chunk, Chunk]]:
    """Yield who and the words that say what it is."""
    for one in made:
        if one.verb in ("be", "remain") and one.form == "finite" and not one.status and one.subjects and one.objects:
            yield one.subjects[0], one.objects[0]
    for n in range(2, len(chunks)):
        comma = chunks[n - 1].kind == "K" and chunks[n].kind == "N" and chunks[n - 2].kind == "N"
        main = items[chunks[n].main]
        if comma and (items[chunks[n].first].text in ("a", "an") or main.kind == "thing" or main.text in _RELATIONS):
            yield chunks[n - 2], chunks[n]


def _bodies(items: Sequence[Item], chunk: Chunk) -> list[Named]:
    item = items[chunk.main]
    if item.kind != "thing":
        return []
    return [
        Named(t, a, b)
        for t, (a, b) in zip(item.things, item.places, strict=True)
        if vocab.is_subclass(t.cls, "egov:Agency") or t.cls == "egov:Committee"
    ]


def _kind(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item], chunks: Sequence[Chunk], named: Named,
    chunk: Chunk,
) -> None:  # fmt: skip
    main = items[chunk.main]
    if main.kind == "thing" and _PART_OF.match(reading.text, main.start, main.end):
        _named_kind(narrator, block, reading, main, named)
        return
    kind = singular(main.text.casefold().split()[-1]) if main.text else ""
    if items[chunk.first].text not in ("a", "an", "the") and not re.match(
        r"an?\s", reading.text[main.start : main.end]
    ):
        return
    if kind not in _KINDS or (main.kind == "thing" and not main.things):
        return
    draft = narrator.draft
    first = chunk.first + (items[chunk.first].text in ("a", "an", "the"))
    if main.kind == "word" and first <= chunk.main and items[chunk.first].text in ("a", "an"):
        start, end = items[first].start, items[chunk.main].end
        words = re.sub(r"\s+", " ", reading.text[start:end])
        if 2 <= len(words.split()) <= 5 and words == words.lower():
            spans = draft.spans(block, min(named.start, start), max(named.end, end))
            draft.emit(named.thing, "dcterms:type", Value(words), spans, "describe.kind.1")
    at = next((i for i, c in enumerate(chunks) if c is chunk), len(chunks))
    if (
        at + 2 < len(chunks)
        and chunks[at + 1].text in _WITHIN
        and kind in _INSIDE | {"corporation", "authority", "board"}
    ):
        for whole in _bodies(items, chunks[at + 2]):
            if whole.thing.label.endswith(" government"):
                # every body is of some government
                continue
            spans = draft.spans(block, min(named.start, whole.start), max(named.end, whole.end))
            draft.emit(named.thing, "egov:partOf", whole.thing, spans, "describe.within.1")


def _service(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, items: Sequence[Item], chunks: Sequence[Chunk], owner: Chunk, chunk: Chunk
) -> None:
    """Take in who runs a system: "X, a service of the Y"."""
    at = next((i for i, c in enumerate(chunks) if c is chunk), len(chunks))
    item, indefinite = items[chunk.main], items[chunk.first].text in ("a", "an")
    if not indefinite or item.text not in _SERVICES or at + 2 >= len(chunks) or chunks[at + 1].text != "of":
        return
    system = items[owner.main]
    for thing, (a, b) in zip(system.things, system.places, strict=True):
        for body in _bodies(items, chunks[at + 2]) if vocab.is_subclass(thing.cls, "egov:Undertaking") else ():
            spans = narrator.draft.spans(block, min(a, body.start), max(b, body.end))
            narrator.draft.emit(thing, "egov:managedBy", body.thing, spans, "describe.service.1")


def _successor(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, items: Sequence[Item], chunks: Sequence[Chunk], owner: Chunk, chunk: Chunk
) -> None:
    """Take in "X, the successor to Y"."""
    at = next((i for i, c in enumerate(chunks) if c is chunk), len(chunks))
    if items[chunk.main].text not in _RELATIONS or at + 2 >= len(chunks) or chunks[at + 1].text not in ("of", "to"):
        return
    after, before = owner, chunks[at + 2]
    if items[chunk.main].text == "predecessor":
        after, before = before, after
    for new in _things(items, after):
        for old in _things(items, before):
            spans = narrator.draft.spans(block, min(new.start, old.start), max(new.end, old.end))
            if vocab.is_subclass(new.thing.cls, "egov:Body") and vocab.is_subclass(old.thing.cls, "egov:Body"):
                narrator.draft.emit(old.thing, "egov:functionsPassedTo", new.thing, spans, "describe.successor.1")
            elif vocab.is_subclass(new.thing.cls, "egov:Undertaking"):
                narrator.draft.emit(new.thing, "egov:supersedes", old.thing, spans, "describe.successor.1")


def _one_of(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, items: Sequence[Item], chunks: Sequence[Chunk], owner: Chunk, chunk: Chunk
) -> None:
    """Take in "X is one of the components of Y"."""
    at = next((i for i, c in enumerate(chunks) if c is chunk), len(chunks))
    if items[chunk.first].text != "one" or chunk.last != chunk.first + 1 or at + 4 >= len(chunks):
        return
    parts, whole = chunks[at + 2], chunks[at + 4]
    if chunks[at + 1].text != "of" or chunks[at + 3].text not in ("of", "in", "under") or parts.kind != "N":
        return
    if items[parts.main].text.split()[-1] not in _COMPONENTS:
        return
    for part in _things(items, owner):
        for body in _things(items, whole):
            spans = narrator.draft.spans(block, min(part.start, body.start), max(part.end, body.end))
            narrator.draft.emit(part.thing, "egov:partOf", body.thing, spans, "describe.one-of.1")


def _things(items: Sequence[Item], chunk: Chunk) -> list[Named]:
    item = items[chunk.main] if chunk.kind == "N" else None
    if item is None or item.kind != "thing":
        return []
    return [Named(t, a, b) for t, (a, b) in zip(item.things, item.places, strict=True)]


def _basis(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, items: Sequence[Item], chunks: Sequence[Chunk], basis: Chunk, law: Chunk
) -> None:
    """Take in "the legal basis of X is the Y Act", and the same turned round."""
    at = next((i for i, c in enumerate(chunks) if c is basis), len(chunks))
    words = " ".join(x.text for x in items[basis.first : basis.last])
    if not _LEGAL_BASIS.search(words) or at + 2 >= len(chunks) or chunks[at + 1].text not in ("of", "for"):
        return
    item, founded = items[law.main], items[chunks[at + 2].main]
    for norm, (a, b) in zip(item.things, item.places, strict=True):
        if not (vocab.is_subclass(norm.cls, "egov:Law") or norm.cls == "egov:ExecutiveOrder"):
            continue
        for thing, (c, d) in zip(founded.things, founded.places, strict=True):
            if vocab.is_subclass(thing.cls, "egov:Body") or vocab.is_subclass(thing.cls, "egov:Undertaking"):
                spans = narrator.draft.spans(block, min(a, c), max(b, d))
                narrator.draft.emit(thing, "egov:foundedUnder", norm, spans, "describe.basis.1")


_RELATIONS: Final = frozenset(["successor", "predecessor"])
_COMPONENTS: Final = frozenset(
    ["components", "parts", "elements", "pillars", "projects", "modules", "subsystems", "initiatives", "systems",
     "services", "building", "blocks", "agencies", "departments", "units", "programmes", "programs"]
)  # fmt: skip
_SERVICES: Final = frozenset(["service", "system", "portal", "website", "platform", "application", "app", "database"])
_LEGAL_BASIS: Final = re.compile(r"\b(?:legal|statutory)\s(?:basis|foundation|base)$")
_PART_OF: Final = re.compile(
    r"an?\s(?:[\w-]+\s){0,3}?(?:unit|department|division|arm|branch|office|part|directorate|subsidiary|agency|body)\s"
    r"(?:of|under|within|in|inside)\s",
    re.IGNORECASE,
)


def _named_kind(narrator: Narrator, block: Block, reading: Reading, item: Item, named: Named) -> None:
    """Take in what "X, a unit of the Y" belongs to, where the words behind the comma were read as one name."""
    match = _PART_OF.match(reading.text, item.start, item.end)
    if match is None:
        return
    for mention in reading.inner:
        if match.end() <= mention.start <= match.end() + 4 and mention.end <= item.end:
            if not vocab.is_subclass(mention.cls, "egov:Body"):
                continue
            for whole in narrator.things_of(mention, reading):
                spans = narrator.draft.spans(block, min(named.start, item.start), item.end)
                narrator.draft.emit(named.thing, "egov:partOf", whole, spans, "describe.within.1")
            return
