"""Tables by stage and chronologies: periods, what each row accomplished, which law it lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from egov_kg import vocab
from egov_kg.extraction.coordination import split_enumeration
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.laws import ACT_NUMBER
from egov_kg.extraction.narrative import Named, Narrator, emit_time
from egov_kg.extraction.patterns import Mention, Reading, read_sentence
from egov_kg.extraction.times import TimeMention, find_times, years_of
from egov_kg.model import Block, Span, Thing, Value

__all__ = ["BEGINNING", "read_row", "read_stage"]

# "Formulation of", "Establishment and operation of": an action and what it is done to
_ACTION = re.compile(
    r"(?:the\s)?(?P<action>[A-Za-z-]+(?:tion|sion|ment|ance|ence|ing|al|ch|out|up|sis|age))(?:\s(?:and\s)?[a-z-]+(?:tion|sion|ment|ance|ence|ing|al))?\sof\s(?:the\s|an?\s)?",
    re.IGNORECASE,
)
BEGINNING = frozenset(
    [
        "formulation",
        "establishment",
        "introduction",
        "launch",
        "launching",
        "creation",
        "adoption",
        "start",
        "inauguration",
        "initiation",
        "foundation",
        "founding",
        "announcement",
        "unveiling",
        "opening",
        "enactment",
        "promulgation",
        "issuance",
    ]
)
_MADE_LAW = frozenset(["enactment", "promulgation", "adoption", "passage", "passing", "introduction"])
_NEXT_ACTION = re.compile(
    r",?\s(?:and|as\swell\sas)\s(?=(?:the\s)?[a-z-]+(?:tion|sion|ment|ance|ence|ing|al)\sof\s)", re.IGNORECASE
)
_INCLUDING = re.compile(r",?\s(?:including|such\sas|namely|consisting\sof|comprising)\s", re.IGNORECASE)
_DETAIL = re.compile(r"\s(?:using|through|based\son|by\smeans\sof|with\sthe\suse\sof)\s", re.IGNORECASE)


def read_stage(  # noqa: PLR0917 - each is a different thing
    draft: Draft, block: Block, table: Thing, ordinal: int, before: Named | None, before_block: Block | None
) -> Named:
    """Take in a stage of a table: its period, its number, its place after the stage before.

    Args:
        draft: Where to.
        block: The stage's header.
        table: The table.
        ordinal: The number of the stage by reading.
        before: The stage before it, with its header.
        before_block: That header.
    """
    text = block.view.text
    title = block.attributes.get("title") or re.sub(r"\s*\([^()]*\)\s*$", "", text)
    thing = draft.resolver.make("egov:Stage", title)
    spans = draft.spans(block)
    draft.place(thing, spans)
    draft.name(thing, title, "alt", spans)
    for time in find_times(text)[-1:]:
        first, last = years_of(time.value)
        loose = (
            time.value.approximate or not re.fullmatch(r"\d{4}/\d{4}|\d{4}", time.value.edtf) or "s" in time.value.words
        )
        certainty = "inferable" if loose else "stated"
        draft.emit(thing, "egov:startYear", Value(first, "xsd:gYear"), spans, "stage.period.1", certainty)  # type: ignore[arg-type]
        draft.emit(thing, "egov:endYear", Value(last, "xsd:gYear"), spans, "stage.period.1", certainty)  # type: ignore[arg-type]
        if loose:
            draft.emit(thing, "egov:statedPeriod", Value(time.value.words), spans, "stage.period.2")
    draft.emit(thing, "egov:describedIn", table, spans, "stage.table.1")
    draft.emit(thing, "egov:ordinal", Value(str(ordinal), "xsd:integer"), spans, "stage.order.1", "inferable")
    if before is not None and before_block is not None:
        evidence = (*draft.spans(before_block), *spans)
        draft.emit(before.thing, "egov:followedBy", thing, evidence, "stage.order.2")
    return Named(thing, 0, len(text))


def read_row(narrator: Narrator, block: Block, stage: Named | None, stage_block: Block | None) -> None:
    """Take in a row of a stage (or an entry of a chronology): the law or the accomplishments that it lists."""
    draft, text = narrator.draft, block.view.text
    reading = read_sentence(text, 0, len(text), draft.resolver.lexicon, narrator.gazetteer, narrator.defined)
    header: tuple[Span, ...] = draft.spans(stage_block) if stage_block is not None else ()
    narrator.history.sentence += 1
    narrator.history.muted = True
    try:
        _read_row(narrator, block, reading, header, stage, stage_block)
    finally:
        narrator.history.muted = False


def _read_row(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator,
    block: Block,
    reading: Reading,
    header: Sequence[Span],
    stage: Named | None,
    stage_block: Block | None,
) -> None:
    draft, text = narrator.draft, reading.text
    law = next((m for m in reading.mentions if _is_law_row(text, m)), None)
    if law is not None:
        _read_law(narrator, block, reading, law, stage, header)
        return
    named = list(_accomplishments(narrator, block, reading))
    for item, action, times in named:
        spans = draft.spans(block, item.start, item.end)
        if stage is not None and vocab.is_subclass(item.thing.cls, "egov:Law"):
            draft.emit(item.thing, "egov:enactedInStage", stage.thing, (*header, *spans), "row.law.2")
        elif stage is not None:
            draft.emit(item.thing, "egov:accomplishedIn", stage.thing, (*header, *spans), "row.accomplishment.1")
        for time in times:
            instant = "egov:beganIn" if action in BEGINNING else "egov:dated"
            where = draft.spans(block, min(item.start, time.start), max(item.end, time.end))
            emit_time(draft, item.thing, time, where, "row.time.1", instant=instant)
    fixed = {"document": (Named(draft.work, 0, 0), block)}
    if stage is not None and stage_block is not None:
        fixed["stage"] = (stage, stage_block)
    narrator.read_sentence(block, reading, fixed, [n for n, _, _ in named])


def _is_law_row(text: str, mention: Mention) -> bool:
    if mention.cls not in ("egov:Law", "egov:ExecutiveOrder") or mention.is_bare:
        return False
    before = text[: mention.start].strip(" \u00b7-")
    action = _ACTION.fullmatch(before + " ") or re.fullmatch(r"(?:the\s)?", before)
    if before and not (action and before.split()[0].casefold() in _MADE_LAW):
        return False
    after = text[mention.end :].strip(" .,")
    return not after or bool(
        re.fullmatch(
            r"(?:\((?:Act|Law|No\.?|Decree)[^()]*\))?\s*(?:\([^()]*\))?(?:enacted|promulgated|passed|adopted)?(?:\sin\s\d{4})?",
            after,
        )
    )


def _read_law(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, reading: Reading, mention: Mention, stage: Named | None, header: Sequence[Span]
) -> None:
    draft = narrator.draft
    things = narrator.things_of(mention, reading)
    for thing in things:
        narrator.history.note(thing, mention)
        whole = draft.spans(block, mention.start, mention.end)
        draft.place(thing, draft.spans(block, mention.name_start, mention.name_end))
        surface = re.sub(r"\s+", " ", reading.text[mention.name_start : mention.name_end])
        draft.name(thing, surface, "alt", draft.spans(block, mention.name_start, mention.name_end))
        if stage is not None:
            draft.emit(thing, "egov:enactedInStage", stage.thing, (*header, *whole), "row.law.1")
        for time in (*mention.times, *reading.times)[:1]:
            spans = draft.spans(block, min(mention.start, time.start), max(mention.end, time.end))
            emit_time(draft, thing, time, spans, "law.title-year.1")
        number = re.search(rf"(?:Act|Law|Decree)\sNo\.?\s?({ACT_NUMBER})|제\s?(\d+)\s?호", reading.text)
        found = mention.number or (number and (number[1] or number[2]))
        if found:
            draft.emit(thing, "egov:actNumber", Value(found), draft.spans(block), "law.number.1")


def _accomplishments(
    narrator: Narrator, block: Block, reading: Reading
) -> list[tuple[Named, str, tuple[TimeMention, ...]]]:
    """Return what a row lists, each with its action ("formulation") and times."""
    text = reading.text
    end = len(text.rstrip(" ."))
    common = tuple(t for t in reading.times)
    tail = re.search(r"\s*\([^()]*\)\s*$", text[:end])
    if tail and any(tail.start() <= t.start < tail.end() for t in _all_times(reading)):
        common = tuple(t for t in _all_times(reading) if t.start >= tail.start())
        end = tail.start()
    found: list[tuple[Named, str, tuple[TimeMention, ...]]] = []
    if re.match(r"investments?\s(?:in|for)\b", text, re.IGNORECASE):
        return found
    for start, stop in _parts(text, end, reading):
        action = _ACTION.match(text, start, stop)
        core = stop
        for cut in (_INCLUDING.search(text, start, stop), _DETAIL.search(text, start, stop)):
            core = min(core, cut.start()) if cut else core
        verb = action["action"].casefold() if action else ""
        begin = action.end() if action else start
        mentions = [m for m in reading.mentions if begin <= m.name_start < core]
        first = mentions[0] if mentions else None
        if (
            first is not None
            and first.start - begin <= 4
            and _names_undertaking(first)
            and (not action or _plain(text, first, core))
        ):
            things = narrator.things_of(first, reading)
            group = [(first, things)]
            for further in mentions[1:]:
                between = text[group[-1][0].end : further.start].strip()
                if between not in ("and", ",", "and the", ", and") or not _names_undertaking(further):
                    break
                group.append((further, narrator.things_of(further, reading)))
            added = False
            for mention, several in group:
                for i, thing in enumerate(several):
                    times = mention.times or common
                    if len(several) > 1 and len(times) == len(several):
                        times = (times[i],)
                    elif len(times) > 1:
                        times = ()
                    narrator.history.note(thing, mention)
                    found.append((Named(thing, start if mention is first else mention.start, mention.end), verb, times))
                    added = True
            if added:
                continue
        if vocab_law := next(
            (m for m in mentions if m.cls == "egov:Law" and action and m.start - begin <= 4 and verb in _MADE_LAW), None
        ):
            found.extend(
                (Named(thing, start, vocab_law.end), verb, common if len(common) == 1 else ())
                for thing in narrator.things_of(vocab_law, reading)
            )
            continue
        named = narrator.phrase(block, replace(reading, mentions=(), times=()), start, core, "egov:Project")
        if named is not None:
            found.append((named, verb, common if len(common) == 1 else ()))
    return found


def _all_times(reading: Reading) -> list[TimeMention]:
    return sorted({*reading.times, *(t for m in reading.mentions for t in m.times)})


def _parts(text: str, end: int, reading: Reading) -> list[tuple[int, int]]:
    """Return the statements of a row: cut before each further action, or at the commas of a list of names."""
    cuts = [(m.start(), m.end()) for m in _NEXT_ACTION.finditer(text, 0, end)]
    cuts = [c for c in cuts if _ACTION.match(text) and " of " in text[: c[0]]]
    if cuts:
        parts = []
        start = 0
        for a, b in cuts:
            parts.append((start, a))
            start = b
        parts.append((start, end))
        return parts
    including = _INCLUDING.search(text, 0, end)
    stop = including.start() if including else end
    if _ACTION.match(text) or "," not in text[:stop]:
        return [(0, end)]
    members = split_enumeration(text[:stop], keep=lambda i: any(m.start < i < m.end for m in reading.mentions))
    parts = [(m.start, m.end) for m in members]
    if including and parts:
        parts[-1] = (parts[-1][0], end)
    return parts or [(0, end)]


def _names_undertaking(mention: Mention) -> bool:
    """Whether a mention is a name of its own, and not what an action is done to ("integration of systems")."""
    if not vocab.is_subclass(mention.cls, "egov:Undertaking") or (mention.is_bare and not mention.thing):
        return False
    own = mention.thing or mention.acronym or mention.count or mention.ordinal or mention.names
    return bool(own) or mention.cls != "egov:InformationSystem" or bool(re.match(r"[A-Z]", mention.name))


def _plain(text: str, mention: Mention, core: int) -> bool:
    """Whether little stands between the name and the end of the statement, so that the name is the statement."""
    rest = text[mention.end : core].strip(" ,.")
    return not rest or rest.startswith(("and ", "for ", "(", "to ", "in ", "by "))
