"""Persons with their titles, administrations by the name of who led them, offices, countries."""

from __future__ import annotations

import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.eojeol import is_modifier
from egov_kg.extraction.korean.particles import particle_at, split_particle
from egov_kg.extraction.korean.sheet import Found, Sheet, is_tail

__all__ = ["find_administrations", "find_countries", "find_offices", "find_persons", "may_name"]

_OFFICE: Final = re.compile(r"(?<![가-힣])(?:대통령|국무총리|총리|수상|부총리)(?=\s?(?:직속|소속|산하))")
_ADMINISTRATION: Final = re.compile(
    r"(?<![가-힣])(?P<name>(?:[가-힣]{2,6}\s)?[가-힣]{2,7}?)\s?(?P<kind>정부|행정부|내각)(?![가-힣]*\d)"
)
_PLACES: Final = frozenset(["차장", "소장", "관장", "단장", "국장", "실장", "사장", "본부장"])
"""Titles that end other words too, where no space parts them from a name: 공영주차장."""
_AWARDS: Final = frozenset(["수상"])
_ENDING: Final = re.compile(
    r"[A-Za-z]|(?:든지|처럼|까지|부터|에서|에게|마다|조차|라도|면서|하고|해서|지만|으로|로서|보다|따르면|[지하되가]자|하되|[았었했켰됐]고|[가-힣]{3}란|하면|되면|하며|되며)$"
)
"""What no name of a person holds: Latin letters, particles, endings of verbs."""
_KOREAN_NAME: Final = 3
"""How many syllables nearly all Korean names have."""
_HEADS_OF_STATE: Final = frozenset(["대통령", "총리", "국무총리", "수상", "장관", "국왕", "여왕", "주석", "부총리"])
_TITLE_SIGNS: Final = ("령", "리", "상", "관", "장", "사", "왕", "석", "재", "자")
"""Syllables one of which every title holds: a quick look before the slow one."""


def find_administrations(sheet: Sheet) -> None:
    """Take in "홍길동 정부", and "덴마크 정부" as the government of a country."""
    if "정부" not in sheet.text and "내각" not in sheet.text:
        return
    for match in _ADMINISTRATION.finditer(sheet.text):
        if not sheet.free(match.start("kind"), match.end()):
            continue
        if match["kind"] == "행정부" and match.end("name") == match.start("kind"):
            continue  # 안전행정부 is a ministry
        if match["kind"] == "정부" and sheet.text[match.end() - 3 : match.end()] in sheet.words.unlike:
            continue  # and so is 기획재정부
        particle = particle_at(sheet.text, match.end(), match["kind"][-1])
        if particle is None and not sheet.text.startswith(("(", " ("), match.end()):
            continue
        if match["name"].endswith("의"):
            continue
        name = _name_of_person(sheet, match.start("name"), match.end("name"), match["kind"])
        if name is None:
            continue
        start, end = name
        code = sheet.words.countries.get(sheet.text[start:end], "")
        if code:
            sheet.add(
                Found(start, match.end(), start, match.end(), "egov:Agency", sheet.text[start : match.end()],
                      country=code, head="정부")
            )  # fmt: skip
        else:
            sheet.add(
                Found(
                    start,
                    match.end(),
                    start,
                    match.end(),
                    "egov:Administration",
                    sheet.text[start:end],
                    head=match["kind"],
                )
            )


def _name_of_person(sheet: Sheet, start: int, end: int, kind: str) -> tuple[int, int] | None:
    words = [(m.start() + start, m[0]) for m in re.finditer(r"[가-힣]+", sheet.text[start:end])]
    if not words:
        return None
    place, last = words[-1]
    if last in sheet.words.countries:
        return place, end
    if not may_name(sheet, last) or not sheet.free(place, end):
        return None
    glued = sheet.text[end : end + 1] != " "
    korean = last[0] in sheet.words.surnames and (len(last) == _KOREAN_NAME or (len(last) == 2 and not glued))
    if glued and not korean:
        return None  # 국민주권정부, 인민정부, 거국내각
    if not korean and (kind == "정부" and (len(last) < 3 or last[-1] in "국형적화주시도민별")):
        return None
    if len(words) == 2 and not (korean and len(last) == _KOREAN_NAME):
        first_place, first = words[0]
        if may_name(sheet, first) and is_modifier(first, sheet.words) and sheet.free(first_place, end):
            return first_place, end
    return place, end


def may_name(sheet: Sheet, word: str) -> bool:
    """Return whether a word may be a name of a person: no noun, title, country, verb or word for a kind."""
    words = sheet.words
    return (
        len(word) >= 2
        and word not in words.not_persons
        and _ENDING.search(word) is None
        and word not in words.stop
        and word not in words.nouns
        and word not in words.titles
        and word not in words.verbal_nouns
        and word not in words.countries
        and not words.is_generic(word)
        and sheet.head(word) is None
        and is_modifier(word, words)
    )


def find_persons(sheet: Sheet) -> None:
    """Take in names of persons before their titles: "홍길동 대통령", "항만부 홍길동 장관"."""
    for i, word in enumerate(sheet.eojeols):
        if not any(t in word.text for t in _TITLE_SIGNS):
            continue
        for base, tail in split_particle(word.text):
            title = next((t for t in sheet.words.title_ends if base.endswith(t)), None)
            if title is None or (tail and not is_tail(tail)):
                continue
            _person(sheet, i, base, title)
            break


def _person(sheet: Sheet, i: int, base: str, title: str) -> None:
    word = sheet.eojeols[i]
    end = word.start + len(base)
    if not sheet.free(word.start, end):
        return
    inner = base[: -len(title)]
    if inner:
        if len(title) > 1 and _of_body(sheet, i, inner, title):
            return
        placed = title in _PLACES or inner[-1] in "읍면동리군시구도역항당"
        placed = placed or (title == "지사" and inner[-1] in "권부")  # "여수권지사", "남동부지사": branches
        if len(inner) == _KOREAN_NAME and inner[0] in sheet.words.surnames and may_name(sheet, inner) and not placed:
            _add_person(sheet, word.start, word.start + len(inner), end, title)
        return
    j = i - 1
    while (j >= 0 and sheet.eojeols[j].text in ("전", "신임", "당시", "현", "초대", "前", "현직")) or (
        j >= 0 and re.fullmatch(r"제?\d+대", sheet.eojeols[j].text)
    ):
        j -= 1
    if j < 0 or sheet.eojeols[j].close:
        return
    if title in _AWARDS and not any(_tells_country(sheet, e.text) for e in sheet.eojeols[max(0, j - 2) : j]):
        return  # 수상 is an award more often than a prime minister
    body = None
    before = sheet.eojeols[j]
    head = sheet.head(before.text)
    if head is None and j and re.fullmatch("[A-Z]{2,6}", before.text):
        j -= 1  # "홍길동 UN 사무총장"
        before = sheet.eojeols[j]
        if before.close or not (len(before.text) == _KOREAN_NAME and before.text[0] in sheet.words.surnames):
            return
        head = sheet.head(before.text)
    if head is not None and j and not sheet.eojeols[j - 1].close:
        body = (before.start, before.end)
        j -= 1
        before = sheet.eojeols[j]
        if not (len(before.text) == 3 and before.text[0] in sheet.words.surnames):
            return
    if not may_name(sheet, before.text) or not sheet.free(before.start, before.end):
        return
    if before.text.endswith(("당", "회")) and title in ("총재", "대표", "의장"):
        return  # 민주당 총재
    start = before.start
    if not (before.text[0] in sheet.words.surnames and len(before.text) in (2, 3, 4)):
        k = j - 1
        while k >= 0 and j - k <= 2 and not sheet.eojeols[k].close and not sheet.eojeols[k + 1].open:
            earlier = sheet.eojeols[k]
            first = k == 0 or sheet.eojeols[k - 1].text in sheet.words.countries or sheet.eojeols[k - 1].close
            told = re.fullmatch(r"[가-힣]{1,3}[^\W의는은을를]", earlier.text)
            given = first and told and earlier.text not in sheet.words.stop
            if not (given or may_name(sheet, earlier.text)) or not sheet.free(earlier.start, earlier.end):
                break
            start = earlier.start
            k -= 1
        if len(before.text) < 2 or (start == before.start and len(before.text) < 3):
            return
        if start == before.start and title not in _HEADS_OF_STATE:
            return
    elif title not in _HEADS_OF_STATE and len(before.text) != 3:
        return
    _add_person(sheet, start, before.end, end, title, body)


def _tells_country(sheet: Sheet, word: str) -> bool:
    return any(base in sheet.words.countries for base, _ in split_particle(word))


def _of_body(sheet: Sheet, i: int, inner: str, title: str) -> bool:
    """Take in "홍길동 항만청장": title and body share a syllable; return whether the word was such a title."""
    word, name = sheet.eojeols[i], inner + title[0]
    head = sheet.head(name)
    if head is None or not vocab.is_subclass(head.cls, "egov:Body"):
        return False
    if inner[0] in sheet.words.surnames and len(inner) == _KOREAN_NAME and name not in sheet.words.local_governments:
        return False
    before = sheet.eojeols[i - 1] if i else None
    if (
        before is not None
        and not before.close
        and len(before.text) == 3
        and before.text[0] in sheet.words.surnames
        and may_name(sheet, before.text)
        and sheet.free(before.start, before.end)
    ):
        place = (word.start, word.start + len(name))
        sheet.found.append(Found(*place, *place, head.cls, name, head=head.word))
        _add_person(sheet, before.start, before.end, word.start + len(inner) + len(title), title, place)
    return True


def _add_person(  # noqa: PLR0917 - each is a different place
    sheet: Sheet, start: int, end: int, outer: int, title: str, body: tuple[int, int] | None = None
) -> None:
    name = " ".join(sheet.text[start:end].split())
    sheet.found.append(Found(start, end, start, outer, "egov:Person", name, office=title, head=title, body=body))
    sheet.take(start, end)
    sheet.take(outer - len(title), outer)


def find_countries(sheet: Sheet) -> None:
    """Take in names of countries, alone or with particles."""
    countries = sheet.words.countries
    for word in sheet.eojeols:
        if not sheet.free(word.start, word.end):
            continue
        for base, _ in split_particle(word.text):
            if base in countries:
                end = word.start + len(base)
                sheet.add(
                    Found(word.start, end, word.start, end, "egov:Country", base, country=countries[base], head=base)
                )
                break


def find_offices(sheet: Sheet) -> None:
    """Take in the offices that a body belongs to ("대통령 직속 위원회")."""
    for match in _OFFICE.finditer(sheet.text):
        if sheet.free(match.start(), match.end()):
            sheet.add(
                Found(match.start(), match.end(), match.start(), match.end(), "egov:Office", match[0], head=match[0])
            )
