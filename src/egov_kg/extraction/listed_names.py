"""Items that begin with a name and say in a fragment what it is: "LetterNet: the portal for letters"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.chunks import chunks_of
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.coined_forms import is_name
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.patterns import Reading
from egov_kg.extraction.verb_groups import PREPOSITIONS
from egov_kg.model import Block

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["with_verb_of_lead"]

_MARKS: Final = frozenset([":", "-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015"])
_SUBJECTS: Final = ("egov:Body", "egov:Undertaking", "egov:Enactable")
_ARTICLES: Final = frozenset(["the", "a", "an"])
LONGEST_LEAD: Final = 6
"""In words: a longer lead is a sentence."""


def with_verb_of_lead(narrator: Narrator, block: Block, reading: Reading, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the items of an entry with the verb that the mark behind its name stands for.

    "LetterNet: opened in 2001 by the Post Agency" was opened, "Office of Seals - manages the seals" has its own
    verb, and "LetterNet - the portal for letters" is that. A fragment with a subject and a verb of its own stays as it
    is, and so does one behind anything else than the name of a body, an undertaking or a law.
    """
    lexicon = narrator.resolver.lexicon
    place = next((i for i, x in enumerate(items[: LONGEST_LEAD + 1]) if x.text in _MARKS), 0)
    rest = tuple(items[place + 1 :])
    if not place or not rest:
        return tuple(items)
    mark, first = items[place], rest[0]
    described = first.text in _ARTICLES and not _has_a_finite_verb(rest, lexicon)
    lead = items[0] if place == 1 else None
    if (lead is None or lead.kind != "thing") and described:
        lead = _named_by_what_it_is(narrator, block, reading, items[:place], rest)
    if lead is None or len(lead.things) != 1 or not any(vocab.is_subclass(lead.cls, one) for one in _SUBJECTS):
        return tuple(items)
    forms = lexicon.verb_forms(first.text) if first.kind == "word" else frozenset()
    if "third" in forms or first.text in lexicon.auxiliaries:
        return (lead, *rest)
    if "participle" in forms:
        return (lead, Item("word", "was", mark.start, mark.end), *rest)
    if not described:
        return tuple(items)
    done = next((i for i in range(2, len(rest)) if rest[i - 1].text == "," and _is_participle(rest[i], lexicon)), 0)
    if done:
        # "LetterNet, the portal for letters, was opened in 2001"
        comma, was = (Item("sign", ",", mark.start, mark.end), Item("word", "was", rest[done].start, rest[done].start))
        return (lead, comma, *rest[:done], was, *rest[done:])
    return (lead, Item("word", "is", mark.start, mark.end), *rest)


def _is_participle(item: Item, lexicon: Lexicon) -> bool:
    return item.kind == "word" and "participle" in lexicon.verb_forms(item.text)


def _named_by_what_it_is(
    narrator: Narrator, block: Block, reading: Reading, lead: Sequence[Item], rest: Sequence[Item]
) -> Item | None:
    """Return a name that nothing knows as a thing of the kind that its description tells: "the tax portal of ..."."""
    start, end = lead[0].start, lead[-1].end
    name = " ".join(reading.text[start:end].split())
    cls = _kind_told(rest, narrator.resolver.lexicon)
    if not cls or any(x.kind == "thing" for x in lead) or not is_name(name, opening=True):
        return None
    thing = narrator.resolver.make(cls, name)
    narrator.draft.place(thing, narrator.draft.spans(block, start, end))
    return Item("thing", name, start, end, (thing,), ((start, end),), bound=((),))


def _kind_told(rest: Sequence[Item], lexicon: Lexicon) -> str:
    """Return the class of a description by its noun in small letters: "the tax portal of ..."; empty for a name."""
    noun = ""
    for item in rest[1 : LONGEST_LEAD + 1]:
        if item.kind == "thing":
            return item.cls if item.text[:1].islower() and _may_be_subject(item.cls) else ""
        if item.kind != "word" or item.text in PREPOSITIONS:
            break
        noun = item.text
    heads = lexicon.head_at((noun,)) if noun else ()
    return next((head.cls for head in heads if _may_be_subject(head.cls)), "")


def _may_be_subject(cls: str) -> bool:
    return any(vocab.is_subclass(cls, one) for one in ("egov:Body", "egov:Undertaking"))


def _has_a_finite_verb(items: Sequence[Item], lexicon: Lexicon) -> bool:
    """Whether a fragment is a clause: it has a verb, and not only one of a relative clause."""
    relative, before = False, ""
    for chunk in chunks_of(items, lexicon):
        if chunk.kind == "R":
            relative = True
        elif chunk.kind == "V" and chunk.form == "finite" and not relative and before != "K":
            # behind a comma it is a participle: "the portal for letters, opened in 2001"
            return True
        before = chunk.kind
    return False
