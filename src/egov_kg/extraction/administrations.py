"""Administrations: what a head of government leads, called by that person's name."""

from __future__ import annotations

import re

from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan
from egov_kg.extraction.tokens import ORDINAL_WORDS

__all__ = ["administration_at", "named_administrations", "numbered_administration"]


_NUMBER = re.compile(r"[IVXL]{1,6}\Z|\d{1,3}(?:st|nd|rd|th)\Z")


def numbered_administration(scan: Scan, i: int) -> Mention | None:
    """Return the administration that a number tells from the others: "the XV Constitutional Government"."""
    begin = i
    while i - begin < 2 and scan.is_name_word(begin - 1) and not _NUMBER.match(scan.words[begin - 1].text):
        begin -= 1
    begin -= 1
    if begin < 0 or not scan.words[i].text[0].isupper() or not _is_number(scan, begin):
        return None
    start, end = scan.words[begin].start, scan.words[i].end
    the = begin > 0 and scan.lows[begin - 1] == "the"
    outer = scan.words[begin - 1].start if the else start
    return Mention(
        outer, end, "egov:Administration", scan.between(start, end), start, end, head="administration",
        det="the" if the else "", pattern="administration.number",
    )  # fmt: skip


def _is_number(scan: Scan, i: int) -> bool:
    text = scan.words[i].text
    return bool(_NUMBER.match(text)) or (scan.is_name_word(i) and scan.lows[i] in ORDINAL_WORDS)


def named_administrations(scan: Scan, i: int) -> list[Mention]:
    """Return the administrations of "the A administration" and "the A and the B administrations"."""
    plural = scan.lows[i].endswith("s")
    government = scan.lows[i].startswith(("government", "cabinet"))
    capital = scan.words[i].text[0].isupper()
    found: list[Mention] = []
    end = i
    stop = i
    while True:
        begin = end
        while (
            begin > 0
            and end - begin < 3
            and scan.words[begin - 1].text[0].isupper()
            and scan.lows[begin - 1] not in scan.lexicon.stop
            and scan.lows[begin - 1] not in scan.lexicon.country_words
            and scan.is_word(begin - 1)
        ):
            begin -= 1
        if scan.lows[end - 1] == "'s" and not found:
            end -= 1
            continue
        if begin == end or not _is_person_like(scan, begin, end, government=government, capital=capital):
            break
        start = scan.words[begin - 1].start if scan.lows[begin - 1] == "the" else scan.words[begin].start
        found.append(administration_at(scan, begin, end, stop, start))
        if not plural:
            break
        k = begin - 1
        if scan.lows[k] == "the":
            k -= 1
        if scan.lows[k] not in ("and", ",", "&"):
            break
        while scan.lows[k] in ("and", ",", "&"):
            k -= 1
        end = k + 1
        stop = k
    return list(reversed(found))


def _is_person_like(scan: Scan, begin: int, end: int, *, government: bool, capital: bool) -> bool:
    """Whether capitalised words before "administration" are a person's name."""
    lows = scan.lows[begin:end]
    lexicon = scan.lexicon
    if any(
        low in lexicon.not_persons or low in lexicon.country_words or low in lexicon.places or lexicon.head_at((low,))
        for low in lows
    ):
        return False
    if any(scan.words[k].text.isupper() and len(scan.words[k].text) > 3 for k in range(begin, end)):
        return False
    if capital and len(lows) == 1:
        return scan.lows[begin - 1] in ("the", "and", ",") and not _ADJECTIVE.search(lows[0])
    return not government or not _NATION.search(lows[-1])


def administration_at(scan: Scan, begin: int, end: int, stop: int, start: int) -> Mention:
    """Return the administration named by words `begin` to `end`, the last word of the mention being `stop`."""
    name_start, name_end = scan.words[begin].start, scan.words[end - 1].end
    last = scan.words[stop].end if stop >= end else name_end
    return Mention(
        start, last, "egov:Administration", f"{scan.between(name_start, name_end)} administration", name_start,
        name_end, head="administration", det="the", pattern="administration.name",
    )  # fmt: skip


_NATION = re.compile(r"(?:ish|ese|ian|ean|ic|ern)$")
_ADJECTIVE = re.compile(r"(?:ive|al|ic|ory|ing|ed|ian|ese|ish|ment|tion|ous|ary|ful|able|ible|ern)$")
