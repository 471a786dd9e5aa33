"""Names that end in a telling noun: how far they reach to the left, and when they merely describe."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.extraction.korean.descriptions import describes
from egov_kg.extraction.korean.eojeol import is_modifier
from egov_kg.extraction.korean.particles import split_particle
from egov_kg.extraction.korean.sheet import LONGEST_NAME, Found, Sheet, count_in, is_tail
from egov_kg.extraction.korean.words import Head

__all__ = ["find_headed"]

_DETERMINERS: Final = frozenset(
    ["이", "동", "본", "해당", "같은", "그", "위", "당해", "이들", "이러한", "이번", "그러한"]
)
_KINDS: Final = ("기관", "부처", "업체", "단체", "기업")
"""What a body is called before its name: "정보화 담당기관 항만개발원"."""
_ONE_WORD: Final = frozenset(["egov:Ministry", "egov:LocalGovernment"])
_BODIES: Final = ("egov:Agency", "egov:Committee", "egov:LocalGovernment")
_NUMBERED: Final = ("egov:Plan", "egov:Project", "egov:Programme", "egov:Initiative")


def find_headed(sheet: Sheet) -> None:
    """Take in the names that end in a telling noun, the last word of the sentence first."""
    for i in range(len(sheet.eojeols) - 1, -1, -1):
        word = sheet.eojeols[i]
        if sheet.taken[word.start]:
            continue
        for base, tail in split_particle(word.text):
            if tail and not is_tail(tail):
                continue
            suffix = re.match(r"(?P<body>.*?[가-힣])(?P<number>\d{1,4}(?:\.\d)?)?$", base)
            if suffix is None:
                continue
            head = sheet.head(suffix["body"])
            if head is not None:
                _name_before(sheet, i, base, head)
                break


def _name_before(sheet: Sheet, i: int, base: str, head: Head) -> None:
    word = sheet.eojeols[i]
    end = word.start + len(base)
    if not sheet.free(word.start, end):
        return
    start = word.start
    stem = re.sub(r"[\d.]+$", "", base)[: -len(head.word)]
    if not word.open and not (head.cls in _ONE_WORD or (head.word in ("처", "청"))):
        start = _extended(sheet, i, head)
    before = sheet.before(start)
    modifiers = sheet.text[start : word.start] + stem
    number = re.match(r"\s(?:19|20)?\d\d(?=\(|\s?$|[은는이가을를과와의]|\s?[,(])", sheet.text[end:])
    if number is not None and start < word.start + len(stem) + 1 and head.cls in _NUMBERED and not sheet.times_at(end):
        end += number.end()
        sheet.take(end - number.end() + 1, end, 0)
    det = ""
    if stem in ("동", "본") and start == word.start:
        det, modifiers = stem, ""
    elif before is not None and before.text in _DETERMINERS and not before.close:
        det = before.text
    elif before is not None and before.text in ("동법", "같은법"):
        det = "동"
    bare = describes(sheet.words, modifiers, head)
    # "에스토니아 정보센터": the country makes it a name
    country = before if before is not None and before.text in sheet.words.countries and not before.close else None
    if bare and head.cls in _BODIES and modifiers.strip() and country is not None and sheet.taken[country.start]:
        sheet.found = [f for f in sheet.found if f.start != country.start]
        sheet.take(country.start, country.end, 0)
        start, bare = country.start, False
    count = count_in(sheet.text[start:end])
    if count:
        bare = False
    if bare and det and modifiers.strip():
        start = word.start
    sheet.add(
        Found(start, end, start, end, head.cls, " ".join(sheet.text[start:end].split()), head=head.word, bare=bare,
              det=det, count=count)
    )  # fmt: skip


def _extended(sheet: Sheet, i: int, head: Head) -> int:
    start = sheet.eojeols[i].start
    for k in range(i - 1, max(-1, i - 1 - LONGEST_NAME), -1):
        word = sheet.eojeols[k]
        if word.close or sheet.eojeols[k + 1].open:
            break
        if _country_inside(sheet, k, i):
            # "스마트 르완다 마스터플랜": a country inside a name
            sheet.found = [f for f in sheet.found if f.start != word.start]
            sheet.take(word.start, word.end, 0)
        if not sheet.free(word.start, word.end):
            break
        if word.text == "및" and k and start == sheet.eojeols[k + 1].start and _opens(sheet, k):
            start = sheet.eojeols[0].start
            break
        if not is_modifier(word.text, sheet.words) or word.text in sheet.words.titles or word.text.endswith(_KINDS):
            break
        other = sheet.head(word.text)
        if other is not None and _parts(other, head, word.text):
            break
        start = word.start
    return start


def _opens(sheet: Sheet, k: int) -> bool:
    """Return whether a line begins with the first half of a name: "스마트도시 및 정보화 기본계획(2021~2025)"."""
    before = sheet.eojeols[:k]
    return len(before) <= 2 and all(
        not w.close and sheet.free(w.start, w.end) and is_modifier(w.text, sheet.words) and sheet.head(w.text) is None
        for w in before
    )


def _country_inside(sheet: Sheet, k: int, i: int) -> bool:
    if k < 1 or sheet.eojeols[k].text not in sheet.words.countries or not sheet.taken[sheet.eojeols[k].start]:
        return False
    before = sheet.eojeols[k - 1]
    return (
        not before.close
        and not sheet.eojeols[k].open
        and sheet.free(before.start, before.end)
        and is_modifier(before.text, sheet.words)
        and sheet.head(before.text) is None
        and i - k <= 2
    )


def _parts(other: Head, head: Head, word: str) -> bool:
    """Return whether a word with a head of its own is another name rather than a part of this one."""
    if word == other.word and other.word not in ("국회", "의회"):
        return False
    bodies = ("egov:Ministry", "egov:Agency", "egov:Committee", "egov:LocalGovernment")
    if other.cls in bodies:
        return not (head.cls in bodies and other.cls == "egov:Agency" and len(word) < 4) and len(word) > 2
    if other.cls in ("egov:Law", "egov:ExecutiveOrder"):
        return head.cls != "egov:ExecutiveOrder"
    return False
