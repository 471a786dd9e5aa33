"""Names that are known beforehand, and words that mean what the text or its country has one of."""

from __future__ import annotations

import itertools
import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.gazetteer import Hit, class_of
from egov_kg.extraction.korean.particles import split_particle
from egov_kg.extraction.korean.sheet import Found, Sheet

__all__ = ["find_bodies_meant", "find_governments", "find_known", "find_levels", "find_short_names"]

_SHORT: Final = ("시는", "군은", "도는", "구는", "시가", "군이", "도가", "구가")
_NEXT: Final = re.compile(r"(?:차세대|신규|새로운|제\s?2의|[2-9]세대|신)\s?$")


def find_known(sheet: Sheet, segments: tuple[str, ...]) -> None:
    """Take in the known names of some kinds; of all kinds where none is named."""
    for hit in sheet.hits:
        segment = hit.thing.partition("/")[0]
        if (segments and segment not in segments) or not sheet.free(hit.start, hit.end):
            continue
        if segments and hit.name.kind != "acronym" and _goes_on(sheet, hit):
            continue
        start = _another(sheet, hit)
        if start < hit.start:
            name = " ".join(sheet.text[start : hit.end].split())
            sheet.add(Found(start, hit.end, start, hit.end, class_of(hit.thing), name))
            continue
        sheet.add(
            Found(
                hit.start, hit.end, hit.start, hit.end, class_of(hit.thing),
                " ".join(sheet.text[hit.start : hit.end].split()), known=hit.thing,
                head=sheet.text[hit.end - 1 : hit.end],
            )
        )  # fmt: skip


def _another(sheet: Sheet, hit: Hit) -> int:
    """Return where a name begins that is of the next generation of a known one: "차세대 나라장터" is no 나라장터."""
    if not vocab.is_subclass(class_of(hit.thing), "egov:Undertaking"):
        return hit.start
    match = _NEXT.search(sheet.text, max(0, hit.start - 6), hit.start)
    return match.start() if match is not None and sheet.free(match.start(), hit.start) else hit.start


def _goes_on(sheet: Sheet, hit: Hit) -> bool:
    """Return whether a law's name is the beginning of its decree's."""
    return bool(re.match(r"\s?시행(?:령|규칙)", sheet.text[hit.end :]))


def find_levels(sheet: Sheet) -> None:
    """Take in levels of government: "지방자치단체는"."""
    for word in sheet.eojeols:
        if sheet.free(word.start, word.end):
            for base, _ in split_particle(word.text):
                if base in sheet.words.levels:
                    end = word.start + len(base)
                    sheet.add(Found(word.start, end, word.start, end, "egov:GovernmentLevel", base, head=base))
                    break


def find_bodies_meant(sheet: Sheet) -> None:
    """Take in "이 기관은": the body that the text spoke of last."""
    for before, word in itertools.pairwise(sheet.eojeols):
        if before.text in ("이", "동", "해당") and not before.close and sheet.free(word.start, word.end):
            for base, _ in split_particle(word.text):
                if base in ("기관", "기구", "조직"):
                    end = word.start + len(base)
                    sheet.add(
                        Found(word.start, end, word.start, end, "egov:Agency", base, head=base, bare=True, det="이")
                    )
                    break


def find_short_names(sheet: Sheet) -> None:
    """Take in "시는", "군이": the city or county that the text spoke of."""
    if not any(sign in sheet.text for sign in _SHORT):
        return
    for word in sheet.eojeols:
        if word.text in _SHORT and not word.open and sheet.free(word.start, word.end):
            sheet.add(
                Found(word.start, word.start + 1, word.start, word.start + 1, "egov:LocalGovernment", word.text[0],
                      head=word.text[0], bare=True)
            )  # fmt: skip


def find_governments(sheet: Sheet) -> None:
    """Take in "정부는", "중앙정부가": the government of the country that the text speaks of."""
    for word in sheet.eojeols:
        if sheet.free(word.start, word.end):
            for base, tail in split_particle(word.text):
                if base in ("정부", "중앙정부", "연방정부") and tail in (
                    "은",
                    "는",
                    "가",
                    "이",
                    "에서",
                    "에서는",
                    "도",
                ):
                    end = word.start + len(base)
                    sheet.add(Found(word.start, end, word.start, end, "egov:Agency", base, head="정부"))
                    break
