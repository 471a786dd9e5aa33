"""Entries of chronologies that name a thing and say nothing of it: "2007 MyUtopia", "2014 Launch of Digital Utopia"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.chronicles import DateLine
from egov_kg.extraction.coined_forms import is_name
from egov_kg.extraction.columns import ColumnRule
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.named import Named, emit_time
from egov_kg.extraction.narrative import Narrator
from egov_kg.extraction.stages import BEGINNING
from egov_kg.extraction.table_rows import NEAR, TableRows
from egov_kg.extraction.times import find_times
from egov_kg.extraction.word_lists import WordList
from egov_kg.model import Block, View

__all__ = ["read_bare_entry"]

_ENTRY: Final = ColumnRule("chronicle.entry.1", "name", "egov:Project", "", False, (), ())
_KINDS: Final = ("egov:Undertaking", "egov:Enactable", "egov:Body")
# "Launch of", "Formulation of": what an entry that begins so names is an action, by its own words.
_ACTION: Final = re.compile(r"[A-Z][a-z-]+(?:tion|sion|ment|ance|ing|al|ch|up)\s(?:and\s[a-z]+\s)?of\s")
# "Launch of LetterNet": what is named is what the action is done to.
_ACTION_ON: Final = re.compile(r"(?P<action>[A-Z][a-z]+)\sof\s(?:the\s|an?\s)?(?=[\"\u201c\u2018]?[A-Z])")
_MADE_KNOWN: Final = frozenset(["publication", "release", "presentation", "approval", "signing", "announcement"])
_APPOSED: Final = re.compile(r",\s(?:the|an?|its)\s(?P<kind>[^,;]{3,120})")
_KIND_ENDS: Final = re.compile(r"\s(?:for|of|to|in|on|that|which|by|with|from)\b|\s?\(|$")
_NO_NAME: Final = re.compile(r"[:;?!%]|\.\s|\d{2,}(?:st|nd|rd|th)\b")
FEWEST_CAPITALS: Final = 2
"""So many words with a capital behind the first one make an entry a name: "First working day of MITA" is none."""
LONGEST_ENTRY: Final = 120


def read_bare_entry(narrator: Narrator, block: Block, line: DateLine, words: Mapping[str, WordList]) -> None:
    """Take in an entry of a chronology that names a thing and says nothing of it: it is dated.

    Args:
        narrator: Where names are resolved and facts go.
        block: The entry.
        line: Its date.
        words: The lists of words in cells.
    """
    stop = re.search(r"\.\s(?=[A-Z])", block.view.text)
    text = block.view.text[: stop.start() if stop and stop.start() > line.start else None].rstrip(" .")
    start, instant, apposed = line.start, "", None
    action = _ACTION_ON.match(text, start)
    if action and action["action"].casefold() in BEGINNING | _MADE_KNOWN:
        start = action.end()
        instant = "egov:beganIn" if action["action"].casefold() in BEGINNING else ""
        apposed = _APPOSED.search(text, start)
    end = apposed.start() if apposed else len(text)
    said = text[start:end]
    if not said or len(said) > LONGEST_ENTRY or _NO_NAME.search(said):
        return
    cell = _cell(block, start, end)
    reader = TableRows(narrator, narrator.draft.work, (), words)
    mention = next((m for m in reader.reading(cell).mentions if m.name_start <= NEAR and not m.is_bare), None)
    if not _is_name(cell.view.text, mention, narrator.resolver.lexicon, done_to=bool(action)):
        return
    kind = mention.cls if mention is not None else _kind_told(apposed, narrator.resolver.lexicon)
    named = reader.subject(cell, replace(_ENTRY, cls=kind) if kind else _ENTRY)
    if named is None:
        return
    evidence = (*line.spans, *narrator.draft.spans(cell))
    emit_time(narrator.draft, named.thing, line.time, evidence, "chronicle.entry.1", instant=instant)
    _tell_period(narrator, block, named, apposed)


def _cell(block: Block, start: int, end: int) -> Block:
    """Return a part of an entry as a cell, without the marks of a quotation around it."""
    text = block.view.text
    if start < end - 1 and text[start] in '"\u201c\u2018' and text[end - 1] in '"\u201d\u2019':
        start, end = start + 1, end - 1
    view = View(text[start:end], block.view.offsets[start:end])
    return Block("row", view.offsets[0], view.offsets[-1] + 1, block.parent, block.lang, view)


def _is_name(said: str, mention: Mention | None, lexicon: Lexicon, *, done_to: bool) -> bool:
    """Whether an entry names something: it has a name or an action, and no verb tells anything of it."""
    behind = said if mention is None else re.sub(r"\([^()]*\)", "", said[mention.end :])
    telling = {"third", "past"} if mention is None else {"third"}
    if any(lexicon.verb_forms(word) & telling for word in re.findall(r"\b[a-z]+", behind)):
        return False
    if mention is not None:
        return any(vocab.is_subclass(mention.cls, cls) for cls in _KINDS)
    if done_to and is_name(said, opening=False):
        return True
    capitals = len(re.findall(r"\s[\w-]*[A-Z]", said)) + 2 * (re.match(r"[\w-]+[A-Z]", said) is not None)
    return capitals >= FEWEST_CAPITALS or _ACTION.match(said) is not None


def _kind_told(apposed: re.Match[str] | None, lexicon: Lexicon) -> str:
    """Return the class that a description tells by its noun: "the national strategy for ..."; empty for none."""
    if apposed is None:
        return ""
    ends = _KIND_ENDS.search(apposed["kind"])
    words = apposed["kind"][: ends.start() if ends else None].casefold().split()
    heads = lexicon.head_at((words[-1],)) if words else ()
    return next((head.cls for head in heads if any(vocab.is_subclass(head.cls, cls) for cls in _KINDS)), "")


def _tell_period(narrator: Narrator, block: Block, named: Named, apposed: re.Match[str] | None) -> None:
    """Take in the years that a description gives to what was launched: "the strategy for 2014-2020"."""
    times = find_times(apposed[0]) if apposed is not None else ()
    if apposed is None or len(times) != 1 or "/" not in times[0].value.edtf:
        return
    evidence = narrator.draft.spans(block, apposed.start(), apposed.end())
    emit_time(narrator.draft, named.thing, times[0], evidence, "chronicle.entry.2")
