"""Names that signs or letters set apart: quotation marks, a colon, brackets that explain, Latin letters."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.extraction.gazetteer import class_of
from egov_kg.extraction.korean.descriptions import describes
from egov_kg.extraction.korean.eojeol import is_modifier
from egov_kg.extraction.korean.latin_names import is_proper, sounds_alike
from egov_kg.extraction.korean.particles import particle_at, split_particle
from egov_kg.extraction.korean.sheet import LONGEST_NAME, TELLING, UNKNOWN, Found, Sheet, count_in

__all__ = ["find_coined", "find_latin", "find_opener", "find_quoted"]

_SENTENCE: Final = re.compile(r"(?:다|요|까|자|라|함|됨|음|것|며|고|서|는|은|을|를|에|된|한)$|[?!,]|\.\s")
_LATIN: Final = re.compile(
    r"(?<![\w./@-])(?:[A-Z][A-Za-z0-9]*|[a-z]{1,2}-?[A-Z][A-Za-z0-9]*|[A-Za-z]+\d[\w]*)(?:[.+-][A-Za-z0-9]+)*"
    r"(?:\s(?:(?:of|for|and|the|on|in|to)\s)?[A-Z0-9][A-Za-z0-9.+-]*){0,6}(?![A-Za-z0-9_@/]|\.\w)"
)
_HANGUL_NUMBER: Final = re.compile(
    r"(?<![가-힣A-Za-z0-9])(?!제\d)[가-힣]{2,8}\d{1,3}(?:\.\d)?"
    r"(?![\d%]|\s?(?:년|월|일|개|건|명|대|위|차|호|조|항|단계|세|회|만|억|종|배|시|분|p|쪽|장|절|급|곳|주|층|원))"
)
_COINED: Final = re.compile(
    r"(?<![가-힣A-Za-z0-9])(?P<name>[가-힣][가-힣0-9]{1,11})\((?P<latin>[A-Za-z][A-Za-z0-9 .:&@'\u2019-]{1,60})\)"
)
_DEED: Final = re.compile(r"(?:화|성|력|율|률|적|도|기술|제도|체계|제|망)$")
"""How words end that name a quality, a process or a kind: 일원화(Single Window)."""
_OPENER: Final = re.compile(
    r"^[\s\-○●□■·•]{0,4}(?:\(?\d{1,2}[.)]\s?)?(?P<name>[가-힣A-Za-z][가-힣A-Za-z0-9 \u00b7.-]{1,38}?)"
    r"(?P<bracket>\s?\([^()]{1,60}\))?\s?[:：]\s(?=\S)"
)
_QUOTES: Final = re.compile(
    r"「(?P<a>[^「」\n]{2,90})」|『(?P<b>[^『』\n]{2,90})』|〈(?P<c>[^〈〉\n]{2,60})〉|《(?P<d>[^《》\n]{2,60})》"
    r"|<(?P<e>[\uac00-\ud7a3][^<>\n]{1,60})>|\u2018(?P<f>[^\u2018\u2019\n]{2,40})\u2019|\u201c(?P<g>[^\u201c\u201d\n]{2,60})\u201d"
    r"|(?<![\w'])'(?P<h>[^'\n]{2,40})'(?!\d)|(?<!\w)\"(?P<i>[^\"\n]{2,60})\"|`(?P<j>[^`\n]{2,40})`"
)


def find_quoted(sheet: Sheet) -> None:
    """Take in what stands in quotation marks and is no sentence: 「…법」, ‘정부24’ 서비스."""
    if not any(c in sheet.text for c in "「『〈《<\u2018\u201c'\"`"):
        return
    for match in _QUOTES.finditer(sheet.text):
        kind = match.lastgroup or "a"
        inner = match[kind].strip()
        if re.match(r"\d\d(?!\d)[.~년-]|\d", inner) and kind in "hi":
            continue
        start = match.start(kind) + (len(match[kind]) - len(match[kind].lstrip()))
        end = start + len(inner)
        bare = re.sub(r"\s?\([^()]*\)$", "", inner)
        cls, head = _class_of_title(sheet, bare, kind, match.start(), match.end())
        if not cls or (
            kind in "fghij" and (len(inner) > (60 if head else 30) or (_SENTENCE.search(bare) and not head))
        ):
            sheet.take(match.start(), match.end(), 0)
            continue
        known = next((h.thing for h in sheet.hits if (h.start, h.end) == (start, start + len(bare))), "")
        if not known and cls == UNKNOWN and (bare in sheet.words.topics_only or sheet.words.is_generic(bare)):
            continue
        sheet.add(
            Found(
                start, start + len(bare), match.start(), max(match.end(), end), class_of(known) if known else cls,
                " ".join(bare.split()), known=known, head=head, quoted=True, count=count_in(bare),
            )
        )  # fmt: skip
        sheet.take(match.start(), match.end())


def _class_of_title(sheet: Sheet, inner: str, kind: str, start: int, end: int) -> tuple[str, str]:
    last = inner.rsplit(maxsplit=1)[-1] if inner.split() else ""
    if any(last.endswith(word) for word in sheet.words.occasions):
        return "", ""
    head = sheet.head(re.sub(r"[\d.\s]+$", "", last)) or sheet.head(last)
    if head is not None and not (kind in "fghij" and sheet.words.is_generic(inner)):
        return head.cls, head.word
    if kind in "abcde" and " " in inner and last in sheet.words.kinds:
        return sheet.words.kinds[last], last
    after = re.match(r"\s?([가-힣]{1,8})", sheet.text[end:])
    if after:
        for base, _ in split_particle(after[1]):
            if base in sheet.words.kinds:
                return sheet.words.kinds[base], base
    before = re.search(r"([가-힣]{1,12})(?:\([^()]*\))?(?:인|,)?\s?$", sheet.text[:start])
    for word in (before[1], before[1].removesuffix("인")) if before else ():
        for length in range(min(6, len(word)), 0, -1):
            if word[-length:] in sheet.words.kinds:
                return sheet.words.kinds[word[-length:]], word[-length:]
    if kind in "bcde":
        return "egov:Document", ""
    if kind == "a" and len(inner) > 20:
        return "", ""
    return UNKNOWN, ""


def find_opener(sheet: Sheet) -> None:
    """Take in what an entry is about: "엑스로드(X-Road): 2001년 구축된 …"."""
    match = _OPENER.match(sheet.text)
    if match is None or not sheet.free(match.start("name"), match.end("name")):
        return
    name, start, end = match["name"], match.start("name"), match.end("name")
    words = name.split()
    if (
        name in sheet.words.keys
        or len(words) > LONGEST_NAME
        or re.search(r"(?:[을를은는]|에서|으로|하여|다)$|^\d", name)
    ):
        return
    if name in sheet.words.not_persons or any(w in sheet.words.stop for w in words):
        return
    head = sheet.head(words[-1])
    cls = head.cls if head is not None else UNKNOWN
    if cls == UNKNOWN and not re.search(r"\d", sheet.text[end:]) and match["bracket"] is None:
        return
    if cls == UNKNOWN and (sheet.words.is_generic(name) and len(name) < TELLING):
        return
    if head is not None and describes(sheet.words, name.removesuffix(head.word), head) and match["bracket"] is None:
        return
    sheet.add(Found(start, end, start, end, cls, " ".join(words), head=head.word if head else ""))


def find_coined(sheet: Sheet) -> None:
    """Take in a name that only its brackets explain: "싱패스(SingPass) 서비스"."""
    for match in _COINED.finditer(sheet.text):
        name, latin = match["name"], match["latin"]
        sounds = is_proper(name, latin) or sounds_alike(name, latin)
        if sheet.free(match.start(), match.end("name")) and (sounds or is_modifier(name, sheet.words)):
            cls, head = _class_of_title(sheet, "", "f", match.start(), match.end())
            start = _coined_from(sheet, match.start())
            name = " ".join(sheet.text[start : match.end("name")].split())
            words = sheet.words
            if len(name) < 3 and match["latin"].isupper():
                continue  # "공장(AIDF)": the last word of a phrase
            if name in words.topics_only or words.is_generic(name) or name in words.titles or _DEED.search(name):
                continue
            if cls == UNKNOWN and is_proper(name, match["latin"]):
                cls = "egov:InformationSystem"
            sheet.add(Found(start, match.end("name"), start, match.end("name"), cls, name, head=head))


def _coined_from(sheet: Sheet, place: int) -> int:
    """Return where a coined name begins: "디지털 우편함(Digital Post)" takes the nouns right before it."""
    start = place
    for word in reversed([e for e in sheet.eojeols if e.end < place][-2:]):
        if word.close or not sheet.free(word.start, word.end) or not is_modifier(word.text, sheet.words):
            break
        if sheet.head(word.text) is not None or word.text in sheet.words.titles or word.text in sheet.words.not_persons:
            break
        start = word.start
    return start


def find_latin(sheet: Sheet) -> None:
    """Take in names in Latin letters, and names of Hangul with a number behind: "GOV.UK", "민원24"."""
    for pattern in (_LATIN, _HANGUL_NUMBER):
        for match in pattern.finditer(sheet.text):
            if not sheet.free(match.start(), match.end()) or match[0] in sheet.words.topics_only or len(match[0]) < 2:
                continue
            if re.fullmatch(r"[A-Z]+[ -]?\d{3,}", match[0]):
                continue  # a product: IBM 1401
            if _in_brackets(sheet, match.start()) or particle_at(sheet.text, match.end(), match[0][-1]) is None:
                continue
            after = re.match(r"\s?([가-힣]{1,8})", sheet.text[match.end() :])
            cls, head = UNKNOWN, ""
            if after:
                for base, _ in split_particle(after[1]):
                    if base in sheet.words.kinds:
                        cls, head = sheet.words.kinds[base], base
                        break
            if cls == UNKNOWN and len(match[0]) < 3 and not match[0].isupper():
                continue
            sheet.add(
                Found(
                    match.start(),
                    match.end(),
                    match.start(),
                    match.end(),
                    cls,
                    " ".join(match[0].split()),
                    head=head,
                )
            )


def _in_brackets(sheet: Sheet, place: int) -> bool:
    opened = sheet.text.rfind("(", 0, place)
    return opened >= 0 and sheet.text.find(")", opened, place) < 0
