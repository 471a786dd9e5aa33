"""When a noun with what stands before it describes rather than names."""

from __future__ import annotations

import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.sheet import TELLING
from egov_kg.extraction.korean.words import Head, Words

__all__ = ["describes"]

_BODIES: Final = ("egov:Agency", "egov:Committee", "egov:LocalGovernment")


def describes(words: Words, modifiers: str, head: Head) -> bool:
    """Return whether the words before a head, with it, name nothing: "추진 위원회", "행정 정보 시스템".

    Example:
        >>> from egov_kg.assets import data
        >>> from egov_kg.extraction.korean.words import read_words
        >>> known = read_words(data("rules"), ())
        >>> [describes(known, m, known.heads["위원회"]) for m in ("추진", "항만기록")]
        [True, False]
    """
    compact = re.sub(r"\s", "", modifiers)
    if re.match(r"\d{1,3}개(?!년)", compact) and not vocab.is_subclass(head.cls, "egov:Body"):
        return True
    if head.cls == "egov:LocalGovernment" and len(head.word) == 1:
        return False
    if head.word in words.networks:
        return not compact
    if head.cls == "egov:Ministry" and len(head.word) > 1:
        return False
    if head.cls == "egov:Law" and modifiers.rstrip().endswith(
        ("개별", "관련", "각종", "해당", "기존", "다른", "현행", "국내")
    ):
        return True
    if head.cls in ("egov:Law", "egov:ExecutiveOrder", "egov:Ministry"):
        return len(compact) < 2
    if re.search(r"제\s?\d+차|\d+개년|[A-Z]{2}|\d대", modifiers):
        return bool(re.fullmatch(r"\d+단계|\d+개년", compact))
    if head.cls in _BODIES:
        if head.word in words.alone or (len(head.word) > 2 and compact in ("국가", "중앙", "정부", "국립")):
            return False
        return compact in words.body_generic or len(compact) < 2
    if words.is_generic(compact):
        if head.cls == "egov:InformationSystem" and not head.weak:
            return len(compact) < TELLING
        if head.cls == "egov:PublicService":
            return len(compact) <= TELLING
        return len(compact) < TELLING or words.topics.search(compact) is None
    if head.weak:
        return len(compact) < 3
    return len(compact) < 2
