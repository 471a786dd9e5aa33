"""Names as keys: which spellings are one name, which words of it count, and what is only a class word."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.coined_forms import is_coined
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.tokens import ORDINAL_WORDS, fold

__all__ = ["alike", "digits", "family", "key_of", "number_key", "own_name", "surname_of"]

_WORKS: Final = "egov:Undertaking"
_SHORTEST: Final = 3

_FAMILIES: Final = (
    "egov:Administration",
    "egov:Person",
    "egov:Body",
    "egov:ActorGroup",
    "egov:Plan",
    "egov:Undertaking",
    "egov:Enactable",
)


@cache
def family(cls: str) -> str:
    """Return the class within which two names that read alike name one thing.

    A project and the system that it builds share their names in texts; a plan and an act never do.

    Example:
        >>> family("egov:InformationSystem"), family("egov:Plan"), family("egov:Barrier")
        ('egov:Undertaking', 'egov:Plan', 'egov:Barrier')
    """
    return next((f for f in _FAMILIES if vocab.is_subclass(cls, f)), cls)


_NUMBER = re.compile(r"\d")
_LEGAL_FORM = re.compile(r"(?<=\w)\s(?:ltd|limited|plc|inc|jsc|llc|gmbh)\Z")
_ONE_WORD = re.compile(r"\b(e|master|road)(government|governance|plan|map)\b")


def digits(number: str) -> str:
    """Return a number without what parts its thousands.

    Example:
        >>> digits("13,709"), digits("13.709")
        ('13709', '13709')
    """
    return re.sub(r"[.,]", "", number)


def alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two names have a token F1 of 0.9 or more and the same numbers and ordinals.

    Example:
        >>> one = "national council for digital registers of ports".split()
        >>> alike(one, [*one, "today"]), alike(one, [*one[:-1], "2"]), alike(one, ["second", *one])
        (True, False, False)
    """
    a, b = set(words), set(others)
    if {w for w in a ^ b if _NUMBER.search(w) or w in ORDINAL_WORDS}:
        return False
    return 2 * len(a & b) >= 0.9 * (len(a) + len(b))


def surname_of(name: str, *, korean_order: bool) -> str:
    """Return the surname in a person's full name, lower case.

    Args:
        name: A full name in Latin letters.
        korean_order: Whether the family name stands first unless a hyphen shows the given name in front.

    Example:
        >>> surname_of("Kim Dae-jung", korean_order=True), surname_of("Tony Blair", korean_order=False)
        ('kim', 'blair')
    """
    words = name.split()
    if not words:
        return ""
    if len(words) >= 2 and "-" in words[0] and "-" not in words[-1]:
        return words[-1].casefold()
    if len(words) >= 2 and ("-" in words[-1] or korean_order):
        return words[0].casefold()
    return words[-1].casefold()


def key_of(name: str, mention: Mention, lexicon: Lexicon, jurisdiction: str) -> str:
    """Return the key under which a name is one with others: folded; counted sets without "key", "major" ...

    Args:
        name: The name.
        mention: Where it stands.
        lexicon: The word tables.
        jurisdiction: The country of the document, which adds nothing to the name of a body or a law.
    """
    folded = _ONE_WORD.sub(r"\1 \2", fold(name))
    if mention.count:
        words = [w for w in folded.split() if w not in lexicon.empty_modifiers]
        number = str(mention.count)
        words = [number, *(w for w in words if w != number and lexicon.number(w) != mention.count)]
        return " ".join(words)
    if vocab.is_subclass(mention.cls, "egov:Initiative"):
        words = [w for w in folded.split() if w != "initiative" and w not in lexicon.country_words]
        return " ".join(words) or folded
    if vocab.is_subclass(mention.cls, "egov:Body"):
        # "the Estonian Registers Authority" is "the Registers Authority" of a text on Estonia
        return _without_country(_LEGAL_FORM.sub("", folded), lexicon, jurisdiction)
    if mention.cls in ("egov:Law", "egov:Plan"):
        return _without_country(folded, lexicon, jurisdiction)
    return folded


def _without_country(folded: str, lexicon: Lexicon, jurisdiction: str) -> str:
    """Return a name without the document's own country, unless too little is left: "Ports Act of Austria"."""
    words = [w for w in folded.split() if lexicon.country_words.get(w) != jurisdiction]
    if words[-1:] == ["republic"]:
        words.pop()
    return " ".join(words) if len(words) >= 2 and len(words) < len(folded.split()) else folded


def own_name(mention: Mention, name: str, lexicon: Lexicon, acronyms: Collection[str]) -> str:
    """Return the proper name in front of a class word written small ("the Irembo platform"), or an empty string."""
    own, _, last = name.rpartition(" ")
    if not own or last != mention.head or mention.count or mention.ordinal or family(mention.cls) != _WORKS:
        return ""
    words = own.split()
    if len(own) < _SHORTEST or not all(w[0].isupper() or is_coined(w) for w in words):
        return ""
    if own.isupper() and own not in acronyms and not is_coined(own):
        return ""
    for low in own.casefold().split():
        if low in lexicon.not_joined or lexicon.head_at((low,)) or low in lexicon.given_names:
            return ""
        if low in lexicon.kinds:
            return ""
    if all(low in lexicon.country_words or low in lexicon.places for low in own.casefold().split()):
        return ""
    return own


def number_key(mention: Mention, where: str) -> tuple[str, ...]:
    """Return by what a norm is the only one of a country, its kind and number; nothing for a small one."""
    number = digits(mention.number)
    kind = re.match(r"[\w-]+(?:\s[\w-]+){0,3}?(?=,?\s(?:[Nn]os?\b|[Nn]umber|[Nn]r\b|№))", mention.name)
    return (where, kind[0].casefold(), number) if kind and len(number) > 3 else ()
