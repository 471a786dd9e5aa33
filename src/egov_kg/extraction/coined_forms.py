"""Words that are written as names are made: "X-Road", "NemID", "borger.dk"; and what only looks so."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_coined", "is_name"]

_LIGHT: Final = frozenset({"of", "for", "and", "the", "on", "in", "de", "la", "&", "to"})

_GENERIC = re.compile(
    r"(?:e|m|i|u|t|smart|mobile|digital)-?(?:government|governments|governance|services?|commerce|mail|procurement|learning|health"
    r"|participation|democracy|business|signatures?|banking|voting|readiness|inclusion|waste|citizens?|books?|id|payments?"
    r"|invoic\w+|administration|society|justice|education|taxation|tendering|forms?|files?|documents?|identity|identities"
    r"|commerce|consultation|petitions?|leadership|transformation|skills|literacy|governed|solutions?|platforms?)\Z"
)
_CAMEL = re.compile(
    r"(?:[a-z]{1,3})?[A-Z]+[a-zà-ÿ]+[A-ZÀ-Þ0-9][A-Za-z0-9À-ÿ]*\Z|[a-z]{1,2}[A-Z][A-Za-z0-9]{1,}\Z|[A-Z]{2,}[a-z]{2,}\Z"
)
_HYPHEN = re.compile(r"[A-Z][a-z]+-ID\Z|(?:e|i|m|u|x|E|I|M|U|X|G|K)-[A-Z][A-Za-z0-9]+\Z")
_DOTTED = re.compile(r"[A-Za-z][\w-]{1,30}(?:\.[A-Za-z]{2,10}){1,3}\Z")
_NO_CAMEL = re.compile(
    r"(?:[A-Z]{1,2}[a-z]{0,3}|US|NT|EUR|USD|[Kk]r)\d[\d.,]*(?:m|bn|[MBK])?\Z|(?:Mc|Mac|De|Di|La|Le|Van|O)[A-Z][a-z]+\Z|[A-Z]+s\Z|(?:PhD|LinkedIn|YouTube|iPhone|iPad|JavaScript)\Z"
)


_PRODUCT = re.compile(r"[a-z](?!Gov|Serv|Health|Commerce|Learning|Procure|Particip|Book|Democ)[A-Z][a-z]{3,}\Z")


def is_coined(word: str) -> bool:
    """Return whether a word is written as names are made: "X-Road", "NemID", "borger.dk", and no plain word.

    Example:
        >>> [is_coined(w) for w in ("X-Road", "NemID", "borger.dk", "GOV.UK", "e-Tax", "iGov2010")]
        [True, True, True, True, True, True]
        >>> [is_coined(w) for w in ("E-Government", "Estonia", "OECD", "McKinsey", "SMEs", "e-services")]
        [False, False, False, False, False, False]
    """
    if len(word) < 4 or _GENERIC.match(word.casefold()):
        # "eSignature" is a product where "e-signature" is a kind, but for what everybody writes so
        return bool(_PRODUCT.match(word))
    if "-" in word:
        return bool(_HYPHEN.match(word))
    if "." in word:
        return bool(_DOTTED.match(word)) and not word.endswith((".g", ".e"))
    return bool(_CAMEL.match(word)) and not _NO_CAMEL.match(word)


def is_name(text: str, *, opening: bool) -> bool:
    """Return whether words are a proper name by their shape.

    Args:
        text: The words, without an article.
        opening: Whether they open a sentence, so that a capital says nothing.

    Example:
        >>> is_name("X-Road", opening=True), is_name("Services", opening=True), is_name("borger.dk", opening=False)
        (True, False, True)
    """
    words = text.split()
    if not words or len(words) > 8:
        return False
    telling = 0
    for n, word in enumerate(words):
        if word.casefold() in _LIGHT and n:
            continue
        inner = bool(re.search(r".[A-Z0-9]|[a-z]\.[a-z]", word))
        if not (word[0].isupper() or inner):
            return False
        telling += inner or (word[0].isupper() and not (opening and n == 0))
    return telling > 0 and (words[-1][0].isupper() or bool(re.search(r".[A-Z0-9]|[a-z]\.[a-z]", words[-1])))
