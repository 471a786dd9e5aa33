"""Korean sentences: what is said of laws and administrations, and what is not."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor

EXTRACTOR = load_extractor(data())


def facts(text: str) -> set[tuple[str, str, str]]:
    """Return the facts of a Korean text."""
    rows = facts_table([EXTRACTOR.extract(document_from_text(text, "example.txt"))])
    return {(r["subject"], r["relation"], r["object"]) for r in rows}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("「해양기록법」은 1995년 8월 4일에 공포되었다.", ("해양기록법", "egov:promulgatedOn", "1995-08-04")),
        ("국회는 2001년 「해양기록법」을 제정하였다.", ("해양기록법", "egov:enactedIn", "2001")),
        ("2014년 1월 1일 「해양기록법」이 시행되었다.", ("해양기록법", "egov:inForceFrom", "2014-01-01")),
        ("「해양기록법」(2009)은 개정되지 않았다.", ("해양기록법", "egov:statedYear", "2009")),
        ("대한민국의 전자정부법은 2001년에 제정되었다.", ("E-Government Act", "egov:enactedIn", "2001")),
        (
            "홍길동 정부는 2003년에 항만정보화 종합계획을 수립하였다.",
            ("항만정보화 종합계획", "egov:initiatedBy", "홍길동 administration"),
        ),
        (
            "항만정보화 종합계획은 홍길동 정부에 의해 계승되었다.",
            ("항만정보화 종합계획", "egov:continuedBy", "홍길동 administration"),
        ),
    ],
)
def test_a_sentence_says_what_it_says(text: str, expected: tuple[str, str, str]) -> None:
    """Dates of enactment, promulgation and force are three things; the agent stands before the verb."""
    assert expected in facts(text)


@pytest.mark.parametrize(
    "text",
    [
        "「해양기록법」은 2001년에 제정되지 않았다.",
        "국회는 2027년 「해양기록법」을 제정할 예정이다.",
        "「해양기록법시행령」의 시행은 검토되었다.",
    ],
)
def test_what_is_denied_or_planned_is_no_fact(text: str) -> None:
    """A negation or an intention gives no date."""
    assert not {f for f in facts(text) if f[1] in ("egov:enactedIn", "egov:promulgatedOn", "egov:inForceFrom")}


def test_a_level_of_government_is_no_person() -> None:
    """Local, central and electronic government are not named after anybody."""
    text = "지방 정부는 전자민원 종합계획을 수립하였다. 중앙 정부가 디지털 전환 사업을 추진하였다."

    assert not {f for f in facts(text) if f[1] in ("egov:headedBy", "egov:initiatedBy", "egov:advancedBy")}
