"""Korean morphotactics without an analyser: which particles may end a word, and what role they give to a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["Particle", "has_final", "is_hangul", "particle_at", "split_particle"]

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL: Final = 8
"""The number of the final consonant after which the short form of ``로`` stands."""


class Particle(NamedTuple):
    """The particles after a name.

    Attributes:
        end: Where they end.
        role: ``topic``, ``subject``, ``object``, ``of``, ``at``, ``from``, ``to``, ``with``, ``by``, ``basis``,
            ``through``, ``purpose``, ``named``, ``also``, ``copula`` or, where there is none, an empty string.
        text: The particles as written.
    """

    end: int
    role: str
    text: str


def is_hangul(char: str) -> bool:
    """Return whether a character is a Hangul syllable.

    Example:
        >>> is_hangul("법"), is_hangul("A")
        (True, False)
    """
    return "\uac00" <= char <= "\ud7a3"


def has_final(char: str) -> bool | None:
    """Return whether a syllable ends in a consonant; None where it is no Hangul syllable or a digit.

    Example:
        >>> has_final("법"), has_final("부"), has_final("A"), has_final("3")
        (True, False, None, True)
    """
    if is_hangul(char):
        return (ord(char) - _FIRST) % _FINALS != 0
    if char.isdigit():
        return char in "013678"
    return None


# The particles that give each role, as written.
_ROLES: Final = {
    "by": (
        "에 의하여|에 의해서|에 의해|에 의한|에의해|을 중심으로|를 중심으로|의 주도하에|의 주도 하에|"
        "의 주도로|의 주관으로|의 주관하에| 주도로| 주도하에| 주관으로| 주관하에"
    ),
    "basis": (
        "에 의거하여|에 의거해|에 의거한|에 의거|에 근거하여|에 근거해|에 근거한|에 근거를 둔|"
        "에 근거를 두고|에 근거|에 기초하여|에 기초해|에 기초한|에 따라서|에 따라|에 따른|을 근거로|"
        "를 근거로"
    ),
    "through": (
        "에 기반하여|에 기반해|에 기반한|을 통하여|를 통하여|을 통해서|를 통해서|을 통해|를 통해|을 통한|"
        "를 통한|을 기반으로|를 기반으로|을 바탕으로|를 바탕으로|을 토대로|를 토대로|으로써|로써"
    ),
    "attribution": ("에 따르면|에 의하면"),
    "response": ("에 대응하여|에 대응해|에 대한 대응으로|에 맞서|에 대응한"),
    "about": ("에 대하여|에 대해|에 대한|에 관하여|에 관한|에 관해"),
    "after": ("에 이어|을 계기로|를 계기로"),
    "purpose": (
        "을 위하여|를 위하여|을 위해서|를 위해서|을 위해|를 위해|을 위한|를 위한|을 목표로|를 목표로|"
        "을 목적으로|를 목적으로"
    ),
    "whole": ("의 일환으로|의 하나로|의 일부로| 일환으로"),
    "successor": ("의 후신으로|의 후신인"),
    "predecessor": ("의 전신인|의 전신으로"),
    "under": (" 소속으로| 산하에| 산하의| 산하| 소속의| 소속| 직속으로| 직속의| 직속|의 산하| 아래에"),
    "responsible": (" 소관의| 소관"),
    "in": ("에서는|에서도|에서의|에서"),
    "from": ("에게서|으로부터|로부터|부터"),
    "at": ("에게|에는|에도|에만|에|에의"),
    "subject": ("께서|이|가"),
    "named": ("이라고|라고|이라는|라는|이란|이라"),
    "copula": ("이었던|였던|이었으나|였으나|이었다|였다|이며|이고|이자|이다|다|이던|인|입니다"),
    "as": ("으로서|로서"),
    "to": ("으로의|로의|으로는|로는|으로|로"),
    "or": ("이나"),
    "until": ("까지는|까지"),
    "with": ("과의|와의|과는|와는|과 함께|와 함께|과 공동으로|와 공동으로|과|와"),
    "of": ("의"),
    "topic": ("은|는"),
    "object": ("을|를"),
    "also": ("도|만|역시| 역시"),
}
_DEEDS: Final = "운영|관리|개발|구축|추진|시행|도입|수립|유지관리|총괄"
_AFTER_DEED: Final = {"은": "topic", "는": "topic", "을": "object", "를": "object", "이": "subject", "가": "subject"}


def _final_before(particle: str) -> bool | str | None:
    """Return what a particle asks of the syllable before it: a final consonant, none, "ro" (none or rieul), or nothing.

    Example:
        >>> _final_before("을 위해"), _final_before("를"), _final_before("로"), _final_before("에서")
        (True, False, 'ro', None)
    """
    if particle[0] in "을은이과으":
        return True
    if particle[0] in "를는가와라였다":
        return False
    return "ro" if particle[0] == "로" else None


def _table() -> Iterator[tuple[str, bool | str | None, str]]:
    for role, particles in _ROLES.items():
        for particle in particles.split("|"):
            yield particle, _final_before(particle), role
    for deed in _DEEDS.split("|"):
        for particle, role in _AFTER_DEED.items():
            # "포털의 운영은": what is done to the portal; the particle fits the deed, and the deed any name
            if (_final_before(particle) is True) is has_final(deed[-1]):
                yield f"의 {deed}{particle}", None, role


_PARTICLES: Final = tuple(_table())
_BY_TEXT: Final = {text: (final, role) for text, final, role in _PARTICLES}
_PATTERN: Final = re.compile(
    "|".join(
        re.escape(text).replace(r"\ ", r"\s?" if text[0] != " " else r"\s")
        for text in sorted(_BY_TEXT, key=lambda x: (-len(x), x))
    )
)
_COMPACT: Final = {re.sub(r"\s", "", text): value for text, value in sorted(_BY_TEXT.items())}
_FOLLOWED: Final = re.compile(r"(?![가-힣A-Za-z0-9])")


def _agrees(final: bool | str | None, before: str) -> bool:  # noqa: FBT001 - a final or none, not a switch
    known = has_final(before)
    if final is None or known is None:
        return True
    if final == "ro":
        return not known or (is_hangul(before) and (ord(before) - _FIRST) % _FINALS == _RIEUL) or before in "178"
    return known is final


def particle_at(text: str, place: int, before: str) -> Particle | None:
    """Return the particles that stand at a place in a text, or None if another word begins there.

    Args:
        text: The text.
        place: Where the name (with its closing quotation mark and brackets) ends.
        before: The last character of the name: 은 and 는, 이 and 가, 을 and 를, 과 and 와 depend on it.

    Example:
        >>> particle_at("한국전산원은 컸다", 5, "원")
        Particle(end=6, role='topic', text='은')
        >>> particle_at("한국전산원장은 컸다", 5, "원") is None
        True
        >>> particle_at("국회에 의해 제정", 2, "회").role
        'by'
    """
    match = _PATTERN.match(text, place)
    while match is not None:
        found = _BY_TEXT.get(match[0]) or _COMPACT.get(re.sub(r"\s", "", match[0]))
        if found is None:
            break
        final, role = found
        if _FOLLOWED.match(text, match.end()) and _agrees(final, before):
            return Particle(match.end(), role, match[0])
        shorter = _PATTERN.match(text, place, match.end() - 1) if match.end() - 1 > place else None
        if shorter is None or shorter.end() >= match.end():
            break
        match = shorter
    if _FOLLOWED.match(text, place):
        return Particle(place, "", "")
    return None


_FURTHER: Final = frozenset(["에서부터", "까지의", "부터의", "이라는", "들은", "들이", "들을", "들의", "들"])
_SUFFIXES: Final = frozenset({t for t, _, _ in _PARTICLES if " " not in t} | _FURTHER)
_LONGEST: Final = max(map(len, _SUFFIXES))


@lru_cache(maxsize=65_536)
def split_particle(word: str) -> tuple[tuple[str, str], ...]:
    """Return the ways to read a word as a name and its particle, the whole word first, then longer names first.

    Example:
        >>> split_particle("위원회의")
        (('위원회의', ''), ('위원회', '의'))
        >>> split_particle("국가")
        (('국가', ''),)
    """
    found = [(word, "")]
    for length in range(1, min(_LONGEST, len(word) - 1) + 1):
        suffix = word[-length:]
        if suffix in _SUFFIXES:
            base = word[:-length]
            final = _BY_TEXT.get(suffix, (None, ""))[0]
            if _agrees(final, base[-1]):
                found.append((base, suffix))
    return tuple(found)
