"""Names in a Korean sentence: titles in quotation marks, names that end in a telling noun, persons, countries."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from egov_kg.extraction.gazetteer import Hit, class_of
from egov_kg.extraction.korean.eojeol import Eojeol, eojeols, is_modifier
from egov_kg.extraction.korean.particles import Particle, particle_at, split_particle
from egov_kg.extraction.korean.words import Head, Words
from egov_kg.extraction.times import TimeMention

__all__ = ["SURNAMES", "UNKNOWN", "Found", "find_mentions"]

UNKNOWN: Final = "?"
"""The class of a name that stands in quotation marks or Latin letters and has no telling noun."""

_OFFICE: Final = re.compile(r"(?<![가-힣])(?:대통령|국무총리|총리|수상|부총리)(?=\s?(?:직속|소속|산하))")
_LONGEST_NAME: Final = 6
"""How many words may stand before the head of a name without quotation marks."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a sentence.

    Attributes:
        start, end: The half-open range of the name.
        outer_start, outer: The range with its quotation marks and the brackets behind it.
        cls: Its class, or `UNKNOWN`.
        name: The name with single spaces.
        known: The id of the gazetteer, or empty.
        head: Its last telling noun.
        bare: Whether it names nothing by itself ("이 계획", "정보 시스템").
        det: The word that points back: 이, 동, 해당, 같은; or empty.
        count: The number of members that the name tells ("31대 과제").
        country: The code of the country that stands before it.
        office: For a person: the title.
        brackets: The ranges of what stands in brackets behind it.
        particle: What follows.
        quoted: Whether it stands in quotation marks.
        body: For a person: the range of the body whose title it is.
    """

    start: int
    end: int
    outer_start: int
    outer: int
    cls: str
    name: str
    known: str = ""
    head: str = ""
    bare: bool = False
    det: str = ""
    count: int = 0
    country: str = ""
    office: str = ""
    brackets: tuple[tuple[int, int], ...] = ()
    particle: Particle = field(default=Particle(0, "", ""))
    quoted: bool = False
    body: tuple[int, int] | None = None

    @property
    def role(self) -> str:
        """The role that the particles give."""
        return self.particle.role


_QUOTES: Final = re.compile(
    r"「(?P<a>[^「」\n]{2,90})」|『(?P<b>[^『』\n]{2,90})』|〈(?P<c>[^〈〉\n]{2,60})〉|《(?P<d>[^《》\n]{2,60})》"
    r"|<(?P<e>[\uac00-\ud7a3][^<>\n]{1,60})>|\u2018(?P<f>[^\u2018\u2019\n]{2,40})\u2019|\u201c(?P<g>[^\u201c\u201d\n]{2,60})\u201d"
    r"|(?<![\w'])'(?P<h>[^'\n]{2,40})'(?!\d)|(?<!\w)\"(?P<i>[^\"\n]{2,60})\""
)
_SENTENCE: Final = re.compile(r"(?:다|요|까|자|라|함|됨|음|것|며|고|서|는|은|을|를|에|된|한)$|[?!,]|\.\s")
_BRACKET: Final = re.compile(r"\s?[(（](?P<in>[^()（）]{1,160})[)）]")
_LATIN: Final = re.compile(
    r"(?<![\w./@-])(?:[A-Z][A-Za-z0-9]*|[a-z]{1,2}-?[A-Z][A-Za-z0-9]*|[A-Za-z]+\d[\w]*)(?:[.+-][A-Za-z0-9]+)*"
    r"(?:\s(?:(?:of|for|and|the|on|in|to)\s)?[A-Z0-9][A-Za-z0-9.+-]*){0,6}(?![A-Za-z0-9_@/]|\.\w)"
)
_HANGUL_NUMBER: Final = re.compile(
    r"(?<![가-힣A-Za-z0-9])(?!제\d)[가-힣]{2,8}\d{1,3}(?:\.\d)?"
    r"(?![\d%]|\s?(?:년|월|일|개|건|명|대|위|차|호|조|항|단계|세|회|만|억|종|배|시|분|p|쪽|장|절|급|곳|주|층|원))"
)
_LAW_ABOUT: Final = re.compile(
    r"(?:[가-힣A-Za-z0-9\u00b7\u318d]+(?:,\s|\s)){0,14}?[가-힣A-Za-z0-9\u00b7\u318d]+(?:\s등)?에\s?(?:관한|대한|의한)\s?"
    r"(?:기본|특별|특례)?(?:법률|법|특별법|특례법|규칙|규정|시행령|조례)(?:\s?(?:시행령|시행규칙))?"
)
_ADMINISTRATION: Final = re.compile(
    r"(?<![가-힣])(?P<name>(?:[가-힣]{2,6}\s)?[가-힣]{2,7}?)\s?(?P<kind>정부|행정부|내각)(?![가-힣]*\d)"
)
_COINED: Final = re.compile(
    r"(?<![가-힣A-Za-z0-9])(?P<name>[가-힣][가-힣0-9]{1,11})\([A-Za-z][A-Za-z0-9 .:&'\u2019-]{1,60}\)"
)
SURNAMES: Final = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염"
    "여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
_COUNT: Final = re.compile(r"(?<!\d)(\d{1,3})(?:대|개)(?!년|월|국|소)(?=\s|[가-힣])")
_DETERMINERS: Final = frozenset(
    ["이", "동", "본", "해당", "같은", "그", "위", "당해", "이들", "이러한", "이번", "그러한"]
)
_HEADS_OF_STATE: Final = frozenset(["대통령", "총리", "국무총리", "수상", "장관", "국왕", "여왕", "주석", "부총리"])
_ONE_WORD: Final = frozenset(["egov:Ministry", "egov:LocalGovernment"])
_SHORT_HEADS: Final = frozenset(["부", "처", "청", "법", "망"])
_LOOKALIKES: Final = frozenset(
    ["신청", "요청", "초청", "부처", "방법", "입법", "기법", "전망", "희망", "출처", "대처", "정부", "여부", "일부"]
)
_BODIES: Final = ("egov:Agency", "egov:Committee", "egov:LocalGovernment")
_TELLING: Final = 4
"""From how many syllables on words that name nothing singly name something together: 통합민원 시스템."""
_ALONE: Final = frozenset(["국회", "의회", "감사원", "대법원", "국무원", "국무회의"])
_ARTICLE: Final = re.compile(r"\s?제\d{1,3}조(?:의\s?\d{1,2})?(?:\s?제\d{1,2}항)?(?:\s?제\d{1,2}호)?")
_OPENING: Final = 4
"""How far from its beginning the thing may stand that an entry is about."""
_OPENER: Final = re.compile(
    r"^[\s\d.)(\-○●□■·]{0,6}(?P<name>[가-힣A-Za-z][가-힣A-Za-z0-9 \u00b7.-]{1,38}?)"
    r"(?P<bracket>\s?\([^()]{1,60}\))?\s?[:：]\s(?=\S)"
)
_OWN: Final = re.compile(r"(?:한국|국립|국가|대한|중앙)[가-힣]{2,8}(?:원|소|단|회|(?<!기)관)$")
_TITLE_SIGNS: Final = ("령", "리", "상", "관", "장", "사", "왕", "석", "재", "자")
"""Syllables one of which every title holds: a quick look before the slow one."""
_NUMBERED: Final = ("egov:Plan", "egov:Project", "egov:Programme", "egov:Initiative")
_NETWORKS: Final = frozenset(["전산망", "통신망", "행정망", "교육망", "금융망", "국방망", "공안망", "데이터베이스"])
_NO_NAME: Final = frozenset(
    [
        "전자정부", "디지털정부", "정보화", "전산화", "전자민원", "디지털", "전환", "혁신", "전자정부서비스",
        "국가정보화", "정보사회", "지식정보사회", "정보통신", "UN", "EU", "OECD", "WTO", "IT", "ICT", "GDP", "SNS",
        "CEO", "CIO", "URL", "API", "PC", "TV", "유엔", "정부", "국민", "클라우드",
    ]
)  # fmt: skip


def find_mentions(text: str, words: Words, hits: Iterable[Hit], times: Iterable[TimeMention]) -> tuple[Found, ...]:
    """Return the names in a sentence, none inside another, in order.

    Args:
        text: The sentence.
        words: The word tables.
        hits: The known names in it, those that may be meant.
        times: The expressions of time in it; nothing inside one belongs to a name.
    """
    return _Finder(text, words, tuple(hits), tuple(times)).find()


class _Finder:
    """Finds the names of one sentence: surest first, each keeps its words."""

    def __init__(self, text: str, words: Words, hits: tuple[Hit, ...], times: tuple[TimeMention, ...]) -> None:
        self.text, self.words, self.hits = text, words, hits
        self.taken = bytearray(len(text) + 1)
        self.found: list[Found] = []
        self.eojeols = eojeols(text)
        self.times = times
        for time in times:
            self._take(time.start, time.end, 2)

    def _take(self, start: int, end: int, mark: int = 1) -> None:
        self.taken[start:end] = bytes([mark]) * (end - start)

    def _free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def find(self) -> tuple[Found, ...]:
        self._quoted()
        self._opener()
        self._offices()
        self._laws_about()
        self._administrations()
        self._persons()
        self._countries()
        self._known(("agency", "committee", "administration", "person", "law", "order"))
        self._headed()
        self._coined()
        self._bodies_meant()
        self._governments()
        self._levels()
        self._known(())
        self._latin()
        self.found.sort(key=lambda f: f.start)
        return tuple(_outside_brackets([self._finished(f) for f in self.found]))

    def _add(self, found: Found) -> None:
        self.found.append(found)
        self._take(found.outer_start, found.end)

    # --- quotation marks ----------------------------------------------------------------------------------------

    def _quoted(self) -> None:
        if not any(c in self.text for c in "「『〈《<\u2018\u201c'\""):
            return
        for match in _QUOTES.finditer(self.text):
            kind = match.lastgroup or "a"
            inner = match[kind].strip()
            if re.match(r"\d\d(?!\d)[.~년-]|\d", inner) and kind in "hi":
                continue
            start = match.start(kind) + (len(match[kind]) - len(match[kind].lstrip()))
            end = start + len(inner)
            bare = re.sub(r"\s?\([^()]*\)$", "", inner)
            cls, head = self._class_of_title(bare, kind, match.start(), match.end())
            if not cls or (
                kind in "fghi" and (len(inner) > (60 if head else 30) or (_SENTENCE.search(bare) and not head))
            ):
                self._take(match.start(), match.end(), 0)
                continue
            if cls == UNKNOWN and (bare in _NO_NAME or self.words.is_generic(bare)):
                continue
            self._add(
                Found(
                    start, start + len(bare), match.start(), max(match.end(), end), cls, " ".join(bare.split()),
                    head=head, quoted=True, count=_count(bare),
                )
            )  # fmt: skip
            self._take(match.start(), match.end())

    def _class_of_title(self, inner: str, kind: str, start: int, end: int) -> tuple[str, str]:
        last = inner.rsplit(maxsplit=1)[-1] if inner.split() else ""
        head = self._head(re.sub(r"[\d.\s]+$", "", last)) or self._head(last)
        if head is not None and not (kind in "fghi" and self.words.is_generic(inner)):
            return head.cls, head.word
        after = re.match(r"\s?([가-힣]{1,8})", self.text[end:])
        if after:
            for base, _ in split_particle(after[1]):
                if base in self.words.kinds:
                    return self.words.kinds[base], base
        before = re.search(r"([가-힣]{1,12})(?:\([^()]*\))?(?:인|,)?\s?$", self.text[:start])
        if before:
            for length in range(min(6, len(before[1])), 0, -1):
                if before[1][-length:] in self.words.kinds:
                    return self.words.kinds[before[1][-length:]], before[1][-length:]
        if kind in "bd":
            return "egov:Document", ""
        if kind in "ace" and len(inner) > 20:
            return "", ""
        return UNKNOWN, ""

    def _opener(self) -> None:
        """Take in what an entry is about: "엑스로드(X-Road): 2001년 구축된 …"."""
        match = _OPENER.match(self.text)
        if match is None or not self._free(match.start("name"), match.end("name")):
            return
        name, start, end = match["name"], match.start("name"), match.end("name")
        words = name.split()
        if (
            name in self.words.keys
            or len(words) > _LONGEST_NAME
            or re.search(r"(?:[을를은는]|에서|으로|하여|다)$|^\d", name)
        ):
            return
        if name in self.words.not_persons or any(w in self.words.stop for w in words):
            return
        head = self._head(words[-1])
        cls = head.cls if head is not None else UNKNOWN
        if cls == UNKNOWN and not re.search(r"\d", self.text[end:]) and match["bracket"] is None:
            return
        if cls == UNKNOWN and (self.words.is_generic(name) and len(name) < _TELLING):
            return
        if head is not None and self._describes(name.removesuffix(head.word), head) and match["bracket"] is None:
            return
        self._add(Found(start, end, start, end, cls, " ".join(words), head=head.word if head else ""))

    def _offices(self) -> None:
        """Take in the offices that a body belongs to ("대통령 직속 위원회")."""
        for match in _OFFICE.finditer(self.text):
            if self._free(match.start(), match.end()):
                self._add(
                    Found(
                        match.start(), match.end(), match.start(), match.end(), "egov:Office", match[0], head=match[0]
                    )
                )

    # --- laws on something --------------------------------------------------------------------------------------

    def _laws_about(self) -> None:
        if not re.search(r"(?:관|대|의)한\s?(?:기본|특별|특례)?(?:법|규|시행|조례)", self.text):
            return
        for match in _LAW_ABOUT.finditer(self.text):
            if not self._free(match.start(), match.end()):
                start = max((i + 1 for i in range(match.start(), match.end()) if self.taken[i]), default=match.start())
                if start >= match.end() - 6:
                    continue
            else:
                start = match.start()
            while start < match.end() and self.text[start] in " ,」』":
                start += 1
            start = self._law_start(start, match.end())
            name = " ".join(self.text[start : match.end()].split())
            if particle_at(self.text, match.end(), name[-1]) is None and not self.text.startswith(
                ("(", " ("), match.end()
            ):
                continue
            head = self._head(name.split()[-1]) or Head("법률", "egov:Law", weak=False)
            self._add(Found(start, match.end(), start, match.end(), head.cls, name, head=head.word))

    def _law_start(self, start: int, end: int) -> int:
        """Return where the title of a law begins: behind the last word that is no part of a title."""
        words = [e for e in self.eojeols if start <= e.start and e.end <= end]
        begin = start
        for i, word in enumerate(words[:-1]):
            text = word.text
            inside = bool(
                text.endswith("에") and words[i + 1].text.startswith(("관한", "대한", "의한"))
            ) or text.endswith(("의", "및", "등의", "등", "위한", "을", "를", "과", "와", "이나")) or text in (
                "및", "등", "또는", "등의", "이", "위한", "관한", "대한", "기타",
            ) or is_modifier(text, self.words)  # fmt: skip
            if text.endswith(("을", "를")) and not any(
                w.text in ("위한", "위하여", "통한") for w in words[i + 1 : i + 2]
            ):
                inside = inside and text.endswith(("마을", "을")) and is_modifier(text, self.words)
            if (
                (text in self.words.stop and text not in ("및", "등", "등의", "또는", "위한", "관한", "대한"))
                or not inside
                or (word.close and self.text[word.end : word.end + 1] in ",)」』" and self.text[word.end] != ",")
            ):
                begin = words[i + 1].start
        return begin

    # --- administrations, persons, countries --------------------------------------------------------------------

    def _administrations(self) -> None:
        if "정부" not in self.text and "내각" not in self.text:
            return
        for match in _ADMINISTRATION.finditer(self.text):
            if not self._free(match.start("kind"), match.end()):
                continue
            if match["kind"] == "행정부" and match.end("name") == match.start("kind"):
                continue  # 안전행정부 is a ministry
            particle = particle_at(self.text, match.end(), match["kind"][-1])
            if particle is None and not self.text.startswith(("(", " ("), match.end()):
                continue
            if match["name"].endswith("의"):
                continue
            name = self._name_of_person(match.start("name"), match.end("name"), match["kind"])
            if name is None:
                continue
            start, end = name
            code = self.words.countries.get(self.text[start:end], "")
            if code:
                self._add(
                    Found(start, match.end(), start, match.end(), "egov:Agency", self.text[start : match.end()],
                          country=code, head="정부")
                )  # fmt: skip
            else:
                self._add(
                    Found(
                        start,
                        match.end(),
                        start,
                        match.end(),
                        "egov:Administration",
                        self.text[start:end],
                        head=match["kind"],
                    )
                )

    def _name_of_person(self, start: int, end: int, kind: str) -> tuple[int, int] | None:
        words = [(m.start() + start, m[0]) for m in re.finditer(r"[가-힣]+", self.text[start:end])]
        if not words:
            return None
        place, last = words[-1]
        if last in self.words.countries:
            return place, end
        if not self._may_name(last) or not self._free(place, end):
            return None
        korean = last[0] in SURNAMES and 2 <= len(last) <= 4
        if not korean and (kind == "정부" and (len(last) < 3 or last[-1] in "국형적화주시도민별")):
            return None
        if len(words) == 2 and not (korean and len(last) in (3, 4)):
            first_place, first = words[0]
            if self._may_name(first) and is_modifier(first, self.words) and self._free(first_place, end):
                return first_place, end
        return place, end

    def _may_name(self, word: str) -> bool:
        words = self.words
        return (
            len(word) >= 2
            and word not in words.not_persons
            and word not in words.stop
            and word not in words.nouns
            and word not in words.titles
            and word not in words.verbal_nouns
            and word not in words.countries
            and not words.is_generic(word)
            and self._head(word) is None
            and is_modifier(word, words)
        )

    def _persons(self) -> None:
        for i, word in enumerate(self.eojeols):
            if not any(t in word.text for t in _TITLE_SIGNS):
                continue
            for base, tail in split_particle(word.text):
                title = next((t for t in self.words.title_ends if base.endswith(t)), None)
                if title is None or (tail and not _is_tail(tail)):
                    continue
                self._person(i, base, title)
                break

    def _person(self, i: int, base: str, title: str) -> None:
        word = self.eojeols[i]
        end = word.start + len(base)
        if not self._free(word.start, end):
            return
        inner = base[: -len(title)]
        if inner:
            if 2 <= len(inner) <= 4 and inner[0] in SURNAMES and self._may_name(inner):
                self._add_person(word.start, word.start + len(inner), end, title)
            return
        j = i - 1
        while (j >= 0 and self.eojeols[j].text in ("전", "신임", "당시", "현", "초대", "前", "현직")) or (
            j >= 0 and re.fullmatch(r"제?\d+대", self.eojeols[j].text)
        ):
            j -= 1
        if j < 0 or self.eojeols[j].close:
            return
        body = None
        before = self.eojeols[j]
        head = self._head(before.text)
        if head is not None and j and not self.eojeols[j - 1].close:
            body = (before.start, before.end)
            j -= 1
            before = self.eojeols[j]
            if not (len(before.text) == 3 and before.text[0] in SURNAMES):
                return
        if not self._may_name(before.text) or not self._free(before.start, before.end):
            return
        start = before.start
        if not (before.text[0] in SURNAMES and len(before.text) in (2, 3, 4)):
            k = j - 1
            while k >= 0 and j - k <= 2 and not self.eojeols[k].close and not self.eojeols[k + 1].open:
                earlier = self.eojeols[k]
                first = k == 0 or self.eojeols[k - 1].text in self.words.countries or self.eojeols[k - 1].close
                given = first and re.fullmatch("[가-힣]{2,4}", earlier.text) and earlier.text not in self.words.stop
                if not (given or self._may_name(earlier.text)) or not self._free(earlier.start, earlier.end):
                    break
                start = earlier.start
                k -= 1
            if len(before.text) < 2 or (start == before.start and len(before.text) < 3):
                return
            if start == before.start and title not in _HEADS_OF_STATE:
                return
        elif title not in _HEADS_OF_STATE and len(before.text) != 3:
            return
        self._add_person(start, before.end, end, title, body)

    def _add_person(self, start: int, end: int, outer: int, title: str, body: tuple[int, int] | None = None) -> None:
        name = " ".join(self.text[start:end].split())
        self.found.append(Found(start, end, start, outer, "egov:Person", name, office=title, head=title, body=body))
        self._take(start, end)
        self._take(outer - len(title), outer)

    def _countries(self) -> None:
        countries = self.words.countries
        for word in self.eojeols:
            if not self._free(word.start, word.end):
                continue
            for base, _ in split_particle(word.text):
                if base in countries:
                    end = word.start + len(base)
                    self._add(
                        Found(
                            word.start, end, word.start, end, "egov:Country", base, country=countries[base], head=base
                        )
                    )
                    break

    # --- known names --------------------------------------------------------------------------------------------

    def _coined(self) -> None:
        """Take in a name that only its brackets explain: "싱패스(SingPass) 서비스"."""
        for match in _COINED.finditer(self.text):
            if self._free(match.start(), match.end("name")) and is_modifier(match["name"], self.words):
                cls, head = self._class_of_title("", "f", match.start(), match.end())
                start = self._coined_from(match.start())
                name = " ".join(self.text[start : match.end("name")].split())
                if name in _NO_NAME or self.words.is_generic(name) or name in self.words.titles:
                    continue
                self._add(Found(start, match.end("name"), start, match.end("name"), cls, name, head=head))

    def _coined_from(self, place: int) -> int:
        """Return where a coined name begins: "디지털 우편함(Digital Post)" takes the nouns right before it."""
        start = place
        for word in reversed([e for e in self.eojeols if e.end < place][-2:]):
            if word.close or not self._free(word.start, word.end) or not is_modifier(word.text, self.words):
                break
            if (
                self._head(word.text) is not None
                or word.text in self.words.titles
                or word.text in self.words.not_persons
            ):
                break
            start = word.start
        return start

    def _levels(self) -> None:
        for word in self.eojeols:
            if self._free(word.start, word.end):
                for base, _ in split_particle(word.text):
                    if base in self.words.levels:
                        end = word.start + len(base)
                        self._add(Found(word.start, end, word.start, end, "egov:GovernmentLevel", base, head=base))
                        break

    def _bodies_meant(self) -> None:
        """Take in "이 기관은": the body that the text spoke of last."""
        for before, word in itertools.pairwise(self.eojeols):
            if before.text in ("이", "동", "해당") and not before.close and self._free(word.start, word.end):
                for base, _ in split_particle(word.text):
                    if base in ("기관", "기구", "조직"):
                        end = word.start + len(base)
                        self._add(
                            Found(word.start, end, word.start, end, "egov:Agency", base, head=base, bare=True, det="이")
                        )
                        break

    def _governments(self) -> None:
        """Take in "정부는", "중앙정부가": the government of the country that the text speaks of."""
        for word in self.eojeols:
            if self._free(word.start, word.end):
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
                        self._add(Found(word.start, end, word.start, end, "egov:Agency", base, head="정부"))
                        break

    def _known(self, segments: tuple[str, ...]) -> None:
        for hit in self.hits:
            segment = hit.thing.partition("/")[0]
            if (segments and segment not in segments) or not self._free(hit.start, hit.end):
                continue
            if segments and hit.name.kind != "acronym" and self._goes_on(hit):
                continue
            self._add(
                Found(
                    hit.start, hit.end, hit.start, hit.end, class_of(hit.thing),
                    " ".join(self.text[hit.start : hit.end].split()), known=hit.thing,
                    head=self.text[hit.end - 1 : hit.end],
                )
            )  # fmt: skip

    def _goes_on(self, hit: Hit) -> bool:
        """Return whether a law's name is the beginning of its decree's."""
        return bool(re.match(r"\s?시행(?:령|규칙)", self.text[hit.end :]))

    # --- names with a telling noun ------------------------------------------------------------------------------

    def _head(self, word: str) -> Head | None:
        """Return the head of a word that may be a name, unless the word merely looks like one."""
        words = self.words
        if word in words.not_heads:
            return None
        head = words.head_of(word)
        if head is None:
            return Head(word[-1], "egov:Agency", weak=False) if _OWN.fullmatch(word) else None
        if head.word in _SHORT_HEADS:
            stem = word[: -len(head.word)]
            if (word[-2:] in _LOOKALIKES and not word.endswith("통신청")) or any(
                word[-n:] in words.not_heads for n in range(3, min(7, len(word)) + 1) if head.word != "부"
            ):
                return None
            if len(stem) < 2 and stem:
                return None
            if not stem and head.word != "망":
                return head if head.word == "법" else None
        return head

    def _headed(self) -> None:
        for i in range(len(self.eojeols) - 1, -1, -1):
            word = self.eojeols[i]
            if self.taken[word.start]:
                continue
            for base, tail in split_particle(word.text):
                if tail and not _is_tail(tail):
                    continue
                suffix = re.match(r"(?P<body>.*?[가-힣])(?P<number>\d{1,4}(?:\.\d)?)?$", base)
                if suffix is None:
                    continue
                head = self._head(suffix["body"])
                if head is not None:
                    self._name_before(i, base, head)
                    break

    def _name_before(self, i: int, base: str, head: Head) -> None:
        word = self.eojeols[i]
        end = word.start + len(base)
        if not self._free(word.start, end):
            return
        start = word.start
        stem = re.sub(r"[\d.]+$", "", base)[: -len(head.word)]
        if not word.open and not (head.cls in _ONE_WORD or (head.word in ("처", "청"))):
            start = self._extended(i, head)
        before = self._before(start)
        modifiers = self.text[start : word.start] + stem
        number = re.match(r"\s(?:19|20)?\d\d(?=\(|\s?$|[은는이가을를과와의]|\s?[,(])", self.text[end:])
        if (
            number is not None
            and start < word.start + len(stem) + 1
            and head.cls in _NUMBERED
            and not self.times_at(end)
        ):
            end += number.end()
            self._take(end - number.end() + 1, end, 0)
        det = ""
        if stem in ("동", "본") and start == word.start:
            det, modifiers = stem, ""
        elif before is not None and before.text in _DETERMINERS and not before.close:
            det = before.text
        elif before is not None and before.text in ("동법", "같은법"):
            det = "동"
        bare = self._describes(modifiers, head)
        # "에스토니아 정보센터": the country makes it a name
        country = before if before is not None and before.text in self.words.countries and not before.close else None
        if bare and head.cls in _BODIES and modifiers.strip() and country is not None and self.taken[country.start]:
            self.found = [f for f in self.found if f.start != country.start]
            self._take(country.start, country.end, 0)
            start, bare = country.start, False
        count = _count(self.text[start:end])
        if count:
            bare = False
        if bare and det and modifiers.strip():
            start = word.start
        self._add(
            Found(start, end, start, end, head.cls, " ".join(self.text[start:end].split()), head=head.word, bare=bare,
                  det=det, count=count)
        )  # fmt: skip

    def _describes(self, modifiers: str, head: Head) -> bool:
        compact = re.sub(r"\s", "", modifiers)
        if head.word in _NETWORKS:
            return not compact
        if head.cls == "egov:Ministry" and len(head.word) > 1:
            return False
        if head.cls in ("egov:Law", "egov:ExecutiveOrder", "egov:Ministry"):
            return len(compact) < 2
        if re.search(r"제\s?\d+차|\d+개년|[A-Z]{2}|\d대", modifiers):
            return bool(re.fullmatch(r"\d+단계", compact))
        if head.cls in _BODIES:
            if head.word in _ALONE or (len(head.word) > 2 and compact in ("국가", "중앙", "정부", "국립")):
                return False
            return compact in self.words.body_generic or len(compact) < 2
        if self.words.is_generic(compact):
            if head.cls == "egov:InformationSystem" and not head.weak:
                return len(compact) < _TELLING
            if head.cls == "egov:PublicService":
                return len(compact) <= _TELLING
            return len(compact) < _TELLING or self.words.topics.search(compact) is None
        if head.weak:
            return len(compact) < 3
        return len(compact) < 2

    def _extended(self, i: int, head: Head) -> int:
        start = self.eojeols[i].start
        for k in range(i - 1, max(-1, i - 1 - _LONGEST_NAME), -1):
            word = self.eojeols[k]
            if word.close or self.eojeols[k + 1].open:
                break
            if self._country_inside(k, i):
                # "스마트 르완다 마스터플랜": a country inside a name
                self.found = [f for f in self.found if f.start != word.start]
                self._take(word.start, word.end, 0)
            if not self._free(word.start, word.end):
                break
            if word.text == "및" and k and start == self.eojeols[k + 1].start and self._opens(k):
                start = self.eojeols[0].start
                break
            if not is_modifier(word.text, self.words) or word.text in self.words.titles:
                break
            other = self._head(word.text)
            if other is not None and self._parts(other, head, word.text):
                break
            start = word.start
        return start

    def _opens(self, k: int) -> bool:
        """Return whether a line begins with the first half of a name: "스마트도시 및 정보화 기본계획(2021~2025)"."""
        before = self.eojeols[:k]
        return len(before) <= 2 and all(
            not w.close
            and self._free(w.start, w.end)
            and is_modifier(w.text, self.words)
            and self._head(w.text) is None
            for w in before
        )

    def _country_inside(self, k: int, i: int) -> bool:
        if k < 1 or self.eojeols[k].text not in self.words.countries or not self.taken[self.eojeols[k].start]:
            return False
        before = self.eojeols[k - 1]
        return (
            not before.close
            and not self.eojeols[k].open
            and self._free(before.start, before.end)
            and is_modifier(before.text, self.words)
            and self._head(before.text) is None
            and i - k <= 2
        )

    def _parts(self, other: Head, head: Head, word: str) -> bool:
        """Return whether a word with a head of its own is another name rather than a part of this one."""
        if word == other.word and other.word not in ("국회", "의회"):
            return False
        bodies = ("egov:Ministry", "egov:Agency", "egov:Committee", "egov:LocalGovernment")
        if other.cls in bodies:
            return not (head.cls in bodies and other.cls == "egov:Agency" and len(word) < 4) and len(word) > 2
        if other.cls in ("egov:Law", "egov:ExecutiveOrder"):
            return head.cls != "egov:ExecutiveOrder"
        return False

    def times_at(self, place: int) -> bool:
        """Return whether a full date, and not a bare year, stands behind a place."""
        return any(place <= t.start <= place + 1 and not re.fullmatch(r"\d{4}", t.value.words) for t in self.times)

    def _before(self, start: int) -> Eojeol | None:
        return next((e for e in reversed(self.eojeols) if e.end <= start), None)

    # --- Latin letters ------------------------------------------------------------------------------------------

    def _latin(self) -> None:
        for pattern in (_LATIN, _HANGUL_NUMBER):
            for match in pattern.finditer(self.text):
                if not self._free(match.start(), match.end()) or match[0] in _NO_NAME or len(match[0]) < 2:
                    continue
                if re.fullmatch(r"[A-Z]+[ -]?\d{3,}", match[0]):
                    continue  # a product: IBM 1401
                if self._in_brackets(match.start()) or particle_at(self.text, match.end(), match[0][-1]) is None:
                    continue
                after = re.match(r"\s?([가-힣]{1,8})", self.text[match.end() :])
                cls, head = UNKNOWN, ""
                if after:
                    for base, _ in split_particle(after[1]):
                        if base in self.words.kinds:
                            cls, head = self.words.kinds[base], base
                            break
                if cls == UNKNOWN and len(match[0]) < 3 and not match[0].isupper():
                    continue
                self._add(
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

    def _in_brackets(self, place: int) -> bool:
        opened = self.text.rfind("(", 0, place)
        return opened >= 0 and self.text.find(")", opened, place) < 0

    # --- what follows -------------------------------------------------------------------------------------------

    def _finished(self, found: Found) -> Found:
        """Return a name with the brackets and the particles behind it, and the country before it."""
        outer, brackets = found.outer, []
        if found.quoted and outer > found.end + 1:
            # a bracket inside the quotation marks
            match = _BRACKET.match(self.text, found.end)
            if match is not None and match.end() <= outer:
                brackets.append((match.start("in"), match.end("in")))
        for _ in range(2):
            match = _BRACKET.match(self.text, outer)
            if match is None:
                break
            brackets.append((match.start("in"), match.end("in")))
            outer = match.end()
        last = self.text[found.end - 1]
        among = re.match(r"\s?등", self.text[outer:])
        if among and re.match(r"(?:의|이|을|은|에|으로|과|\s|,|$)", self.text[outer + among.end() :]):
            outer, last = outer + among.end(), "등"
        particle = None
        if found.quoted and outer < len(self.text):
            # ‘정부24’ 서비스를: the noun behind belongs to the name, the particle stands behind the noun
            before_noun = outer
            noun = re.match(r"\s?([가-힣]{1,10})", self.text[outer:])
            if noun and not brackets:
                for base, _ in split_particle(noun[1]):
                    if base == found.head and found.head and not found.name.endswith(found.head):
                        outer += noun.end() - len(noun[1]) + len(base)
                        last = base[-1]
                        break
            if outer > before_noun:
                match = _BRACKET.match(self.text, outer)
                if match is not None:
                    brackets.append((match.start("in"), match.end("in")))
                    outer = match.end()
        elif found.head and not found.known and self.text[found.end : outer] == "" and found.cls != UNKNOWN:
            noun = re.match(rf"\s{re.escape(found.head)}", self.text[outer:])
            if noun and not found.name.endswith(found.head):
                outer += noun.end()
                last = found.head[-1]
        if found.cls == "egov:Technology" and (
            noun := re.match(r"\s?(?:기술|솔루션)(?=[을를이가은는과와의]|\s|로|$)", self.text[outer:])
        ):
            outer, last = outer + noun.end(), noun[0][-1]
        if found.cls == "egov:Law" and (article := _ARTICLE.match(self.text, outer)):
            outer, last = article.end(), article[0][-1]
        particle = particle_at(self.text, outer, last)
        if self.text[outer : outer + 1] in (":", "：") and found.outer_start <= _OPENING:
            particle = Particle(outer + 1, "topic", ":")
        if particle is None or (not particle.text and brackets):
            particle = particle_at(self.text, outer, self.text[outer - 1]) or particle
        country = found.country
        if not country and found.cls not in ("egov:Person", "egov:Country"):
            before = self._before(found.outer_start)
            if before is not None and not before.close:
                for base, tail in split_particle(before.text):
                    if base in self.words.countries and tail in ("", "의"):
                        country = self.words.countries[base]
                        break
        return replace(
            found,
            bare=found.bare and not _telling(self.text, brackets),
            outer=outer,
            brackets=tuple(brackets),
            particle=particle or Particle(outer, "", ""),
            country=country,
        )


def _outside_brackets(found: list[Found]) -> Iterator[Found]:
    """Yield the names that stand in no brackets of another, and no country that merely opens the name behind it."""
    inside = [b for f in found for b in f.brackets]
    for i, item in enumerate(found):
        if any(a <= item.start < b for a, b in inside):
            continue
        if i and found[i - 1].outer_start < item.start < found[i - 1].outer:
            continue
        following = found[i + 1] if i + 1 < len(found) else None
        if (
            item.cls == "egov:Country"
            and item.role in ("", "of")
            and following is not None
            and following.country == item.country
            and following.outer_start - item.particle.end <= 2
        ):
            continue
        yield item


def _is_tail(tail: str) -> bool:
    return tail not in ("다", "이라", "로의")


def _telling(text: str, brackets: list[tuple[int, int]]) -> bool:
    """Return whether brackets show that the words before them are a name: they hold an acronym or a foreign name."""
    return any(
        re.match(r"[A-Z][A-Za-z0-9]|[\u2018'\"]?이하|약칭|(?:19|20)\d\d\s?[~-]|[a-z0-9-]+\.[a-z.]{2,}$", text[a:b])
        for a, b in brackets
    )


def _count(name: str) -> int:
    match = _COUNT.search(name)
    return int(match[1]) if match and int(match[1]) > 1 else 0


def overlapping(found: Iterable[Found], start: int, end: int) -> Iterator[Found]:
    """Yield the names that a range touches."""
    for item in found:
        if item.outer_start < end and start < item.outer:
            yield item
