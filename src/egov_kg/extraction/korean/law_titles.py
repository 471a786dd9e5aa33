"""Titles of laws that tell what they are about: "… 촉진에 관한 법률"."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.extraction.korean.eojeol import is_modifier
from egov_kg.extraction.korean.particles import particle_at
from egov_kg.extraction.korean.sheet import Found, Sheet
from egov_kg.extraction.korean.words import Head

__all__ = ["find_law_titles"]

_LAW_ABOUT: Final = re.compile(
    r"(?:[가-힣A-Za-z0-9\u00b7\u318d]+(?:,\s|\s)){0,14}?[가-힣A-Za-z0-9\u00b7\u318d]+(?:\s등)?에\s?(?:관한|대한|의한)\s?"
    r"(?:기본|특별|특례)?(?:법률|법|특별법|특례법|규칙|규정|시행령|조례)(?:\s?(?:시행령|시행규칙))?"
)


_ORDER: Final = re.compile(
    r"(?<![가-힣])(?:(?:총리|대통령|국무총리|국왕|정부|내각|장관|의회|국회|각료회의)\s?)?"
    r"(?:결정|결의|지시|훈령|명령|법령|칙령|포고|의정|대통령령|총리령|법률명령|행정명령|고시)\s제\s?\d{1,5}호"
)


def _find_orders(sheet: Sheet) -> None:
    """Take in orders that have a number and no title: "총리 결정 제7호"."""
    if "호" not in sheet.text:
        return
    for match in _ORDER.finditer(sheet.text):
        if sheet.free(match.start(), match.end()) and not sheet.text[: match.start()].endswith("("):
            name = " ".join(match[0].split())
            sheet.add(Found(*match.span(), *match.span(), "egov:ExecutiveOrder", name, head="호"))


def find_law_titles(sheet: Sheet) -> None:
    """Take in titles that are phrases, from the word where they begin to the word for a law."""
    _find_orders(sheet)
    if not re.search(r"(?:관|대|의)한\s?(?:기본|특별|특례)?(?:법|규|시행|조례)", sheet.text):
        return
    for match in _LAW_ABOUT.finditer(sheet.text):
        if not sheet.free(match.start(), match.end()):
            start = max((i + 1 for i in range(match.start(), match.end()) if sheet.taken[i]), default=match.start())
            if start >= match.end() - 6:
                continue
        else:
            start = match.start()
        while start < match.end() and sheet.text[start] in " ,」』":
            start += 1
        start = _law_start(sheet, start, match.end())
        name = " ".join(sheet.text[start : match.end()].split())
        if particle_at(sheet.text, match.end(), name[-1]) is None and not sheet.text.startswith(
            ("(", " ("), match.end()
        ):
            continue
        head = sheet.head(name.split()[-1]) or Head("법률", "egov:Law", weak=False)
        sheet.add(Found(start, match.end(), start, match.end(), head.cls, name, head=head.word))


def _law_start(sheet: Sheet, start: int, end: int) -> int:
    """Return where the title of a law begins: behind the last word that is no part of a title."""
    words = [e for e in sheet.eojeols if start <= e.start and e.end <= end]
    begin = start
    for i, word in enumerate(words[:-1]):
        text = word.text
        inside = bool(
            text.endswith("에") and words[i + 1].text.startswith(("관한", "대한", "의한"))
        ) or text.endswith(("의", "및", "등의", "등", "위한", "을", "를", "과", "와", "이나")) or text in (
            "및", "등", "또는", "등의", "이", "위한", "관한", "대한", "기타",
        ) or is_modifier(text, sheet.words)  # fmt: skip
        if text.endswith(("을", "를")) and not any(w.text in ("위한", "위하여", "통한") for w in words[i + 1 : i + 2]):
            inside = inside and text.endswith(("마을", "을")) and is_modifier(text, sheet.words)
        if (
            (text in sheet.words.stop and text not in ("및", "등", "등의", "또는", "위한", "관한", "대한"))
            or not inside
            or (word.close and sheet.text[word.end : word.end + 1] in ",)」』" and sheet.text[word.end] != ",")
        ):
            begin = words[i + 1].start
    return begin
