"""Texts about e-government to measure with: made up, varied, the same for the same seed.

    python benchmarks/corpus.py FOLDER [--documents 1000] [--bytes 10000] [--seed 1] [--lang mixed]

Countries are real, everything said of them is invented. A document is of one country and has what pages of the genre
have: an abstract, narrative sections with sentences that state something and sentences that do not, a list of laws, a
chronology, a table. Documents of one country share some of its ministries, laws and systems, so that things meet over
documents as they do in a real collection. They agree on who did what and when, but for one statement in twenty. One
document in five is Korean.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

COUNTRIES = (
    ("Albania", "Albanian"), ("Armenia", "Armenian"), ("Austria", "Austrian"), ("Bangladesh", "Bangladeshi"),
    ("Belgium", "Belgian"), ("Brazil", "Brazilian"), ("Bulgaria", "Bulgarian"), ("Chile", "Chilean"),
    ("Colombia", "Colombian"), ("Croatia", "Croatian"), ("Denmark", "Danish"), ("Ecuador", "Ecuadorian"),
    ("Estonia", "Estonian"), ("Ethiopia", "Ethiopian"), ("Finland", "Finnish"), ("Ghana", "Ghanaian"),
    ("Hungary", "Hungarian"), ("Iceland", "Icelandic"), ("India", "Indian"), ("Indonesia", "Indonesian"),
    ("Jordan", "Jordanian"), ("Kazakhstan", "Kazakh"), ("Kenya", "Kenyan"), ("Latvia", "Latvian"),
    ("Lithuania", "Lithuanian"), ("Malta", "Maltese"), ("Mexico", "Mexican"), ("Moldova", "Moldovan"),
    ("Mongolia", "Mongolian"), ("Nepal", "Nepalese"), ("Norway", "Norwegian"), ("Peru", "Peruvian"),
    ("Poland", "Polish"), ("Portugal", "Portuguese"), ("Rwanda", "Rwandan"), ("Slovenia", "Slovenian"),
    ("Spain", "Spanish"), ("Sweden", "Swedish"), ("Uruguay", "Uruguayan"), ("Vietnam", "Vietnamese"),
)  # fmt: skip
SURNAMES = (
    "Aldana", "Berkov", "Castel", "Dorn", "Ekström", "Farago", "Gallen", "Harrow", "Iversen", "Jansky", "Kessel",
    "Lindqvist", "Moreau", "Novak", "Okoro", "Petrov", "Quill", "Rask", "Santoro", "Tamm", "Ulvik", "Varga", "Wenzel",
)  # fmt: skip
FIRST = ("Anna", "Bela", "Carla", "Daniel", "Elena", "Frida", "Goran", "Hana", "Ivan", "Julia", "Karl", "Lena", "Marta")
FIELDS = (
    "land registration", "tax filing", "customs clearance", "health insurance", "school admission", "social benefits",
    "business licensing", "vehicle registration", "public procurement", "civil registration", "building permits",
    "court records", "pension payments", "passport renewal", "electronic invoicing", "document exchange",
    "population statistics", "emergency calls", "water permits", "fisheries quotas", "library loans", "farm subsidies",
)  # fmt: skip
KINDS = ("portal", "project", "system", "platform", "programme", "network", "database")
WORKS = (
    "Finance", "the Interior", "Justice", "Public Administration", "Economic Affairs", "Communications", "Health",
    "Education", "Labour", "Transport", "Agriculture", "Social Affairs", "Regional Development", "Science",
)  # fmt: skip
AGENCIES = (
    "Digital Agency", "Information Board", "Statistics Office", "Data Protection Authority", "Land Survey Office",
    "Tax Administration", "Communications Commission", "Informatics Institute", "Innovation Council",
)  # fmt: skip
LAWS = (
    "Electronic Signature", "Public Information", "Personal Data Protection", "Digital Services", "State Archives",
    "Electronic Documents", "Public Procurement", "Population Register", "Administrative Procedure", "Cyber Security",
    "Open Data", "Electronic Identity", "Land Cadastre", "Municipal Services", "Statistics", "Tax Administration",
)  # fmt: skip
TECHNOLOGIES = (
    "cloud computing", "mobile devices", "open source software", "artificial intelligence", "broadband internet",
    "digital signatures", "smart cards", "blockchain", "big data", "geographic information systems",
)  # fmt: skip
BARRIERS = (
    "lack of trained staff", "weak coordination among ministries", "poor data quality", "slow networks in rural areas",
    "limited budgets", "outdated hardware", "low public trust", "resistance of middle management", "legal uncertainty",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
FILLERS = (
    "Visitors often remark how quiet the counters have become, although nobody has counted the queues.",
    "The building in which the servers stand was once a mill, and its thick walls keep the rooms cool.",
    "Opinions differ about what should come next, and the debate is likely to go on for years.",
    "Several newspapers have asked whether paper forms will be needed at all in ten years.",
    "A second phase has been proposed, but no budget has been set aside for it.",
    "Those who remember the first terminals speak of them with a smile.",
    "It is too early to say how much time citizens save, and the survey does not ask.",
    "Training was given in small groups, mostly in the evening and close to where people live.",
    "The interface was redesigned twice after complaints from older users.",
    "Neighbouring states have shown interest, without any formal agreement so far.",
    "Some offices kept their own files for a long time, partly out of habit.",
    "Costs fell more slowly than had been hoped, and the reasons were discussed in public.",
)


DISAGREEING = 0.05
"""How often a statement has another year, day or body than the others of the same thing."""


class Law(NamedTuple):
    """A law with its dates."""

    name: str
    year: int
    day: str
    month: str
    force: str


class Work(NamedTuple):
    """A project or system with who made it, and when."""

    name: str
    maker: str
    keeper: str
    helper: str
    year: int
    day: str
    whole: str
    head: str


class Country:
    """The institutions of one country: the same whoever asks, so that documents of it agree."""

    def __init__(self, number: int, seed: int) -> None:
        self.name, self.adjective = COUNTRIES[number % len(COUNTRIES)]
        pick = random.Random(f"{seed} {number}")
        self.ministries = [f"Ministry of {work}" for work in pick.sample(WORKS, 8)]
        self.agencies = [f"{self.adjective} {name}" for name in pick.sample(AGENCIES, 5)]
        years = sorted(pick.sample(range(1990, 2018), 4))
        self.renamings = list(zip(self.agencies, self.agencies[1:], years, strict=False))
        self.laws = [
            Law(
                f"{law} Act",
                pick.randint(1985, 2019),
                str(pick.randint(1, 28)),
                pick.choice(MONTHS),
                pick.choice(MONTHS),
            )
            for law in pick.sample(LAWS, 10)
        ]
        self.heads = [f"{pick.choice(FIRST)} {name}" for name in pick.sample(SURNAMES, 5)]
        fields = zip(pick.sample(FIELDS, 6), pick.choices(KINDS, k=6), strict=True)
        firsts = ("National", "Integrated", "Central")
        names = [f"{pick.choice(firsts)} {field.title()} {kind.title()}" for field, kind in fields]
        self.shared = [self.work(pick, name, pick.randint(1988, 2012), "") for name in names]

    def work(self, pick: random.Random, name: str, year: int, whole: str) -> Work:
        """Return a project of the country that began in a year, as a part of another one or of none."""
        maker, keeper, helper = pick.sample([*self.ministries, *self.agencies], 3)
        day = f"{pick.randint(1, 28)} {pick.choice(MONTHS)}"
        return Work(name, maker, keeper, helper, year, day, whole, pick.choice(self.heads))


class Page:
    """One document in the making."""

    def __init__(self, number: int, seed: int) -> None:
        self.number, self.chance = number, random.Random(f"page {seed} {number}")
        self.country = Country(number % len(COUNTRIES), seed)
        chance = self.chance
        words = (
            *("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Iris", "Juniper", "Kestrel"),
            *("Lantern", "Meadow", "Nimbus", "Orchard", "Pebble", "Quartz", "River", "Summit", "Tundra", "Willow"),
        )
        fields = chance.sample(FIELDS, 12)
        self.topic = fields[0]
        self.year = chance.randint(1988, 2012)
        self.projects = [
            self.country.work(
                chance,
                f"{chance.choice(words)} {chance.choice(words)} {field.title()} {chance.choice(KINDS).title()}",
                self.year + chance.randint(0, 14),
                chance.choice(self.country.shared).name,
            )
            for field in fields
        ]

    def _project(self) -> Work:
        found = self.chance.choice([*self.projects, *self.projects, *self.country.shared])
        if self.chance.random() >= DISAGREEING:
            return found
        return found._replace(maker=self._body(), keeper=self._body(), year=self.year + self.chance.randint(0, 14))

    def _own(self) -> Work:
        return self.chance.choice(self.projects)

    def _body(self) -> str:
        return self.chance.choice([*self.country.ministries, *self.country.agencies])

    def _law(self) -> Law:
        found = self.chance.choice(self.country.laws)
        if self.chance.random() >= DISAGREEING:
            return found
        return found._replace(day=str(self.chance.randint(1, 28)), force=self.chance.choice(MONTHS))

    def sentence(self) -> str:
        """Return a sentence; half of them state nothing that a rule could find."""
        chance = self.chance
        if chance.random() < 0.5:
            return chance.choice(FILLERS) if chance.random() < 0.7 else self._hedged()
        law, work, own = self._law(), self._project(), self._own()
        surname = work.head.split()[-1]
        makers: tuple[Callable[[], str], ...] = (
            lambda: f"The {work.maker} launched the {work.name} in {work.year}.",
            lambda: f"The {work.name} was developed by the {work.maker} and is managed by the {work.keeper}.",
            lambda: f"The {law.name} was enacted in {law.year}.",
            lambda: f"The {law.name} was promulgated on {law.day} {law.month} {law.year}.",
            lambda: f"The {law.name} entered into force on 1 {law.force} {law.year + 1}.",
            lambda: f"The {surname} administration introduced the {work.name} in {work.year}.",
            lambda: f"The {surname} administration continued the {work.name}.",
            lambda: f"In {work.year}, the {work.maker} established the {work.keeper} committee on {self.topic}.",
            lambda: f"The {work.name} uses {chance.choice(TECHNOLOGIES)} and {chance.choice(TECHNOLOGIES)}.",
            lambda: f"The {own.name} was launched in {own.year} as part of the {own.whole}.",
            lambda: f"{chance.choice(BARRIERS).capitalize()} hampered the {work.name}.",
            lambda: f"The {work.maker} coordinated the {work.name} together with the {work.helper}.",
            lambda: f"The {work.helper} monitored the {work.name} until {work.year + 5}.",
            lambda: f"President {work.head} approved the {work.name} on {work.day} {work.year}.",
            lambda: f"The {work.name} was supported by the {work.helper}.",
            lambda: "The {} was renamed the {} in {}.".format(*chance.choice(self.country.renamings)),
            lambda: f"{self.country.name} passed the {law.name} in {law.year}; it was proposed by the {work.keeper}.",
        )
        return chance.choice(makers)()

    def _hedged(self) -> str:
        chance = self.chance
        return chance.choice(
            (
                f"The {self._body()} will replace the {self._project().name} if funds allow.",
                f"The {self._project().name} was not developed by the {self._body()}.",
                f"Whether the {self._body()} should run the {self._project().name} is an open question.",
                f"According to press reports, the {self._project().name} may be moved to the {self._body()}.",
            )
        )

    def paragraph(self) -> str:
        """Return four to eight sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.randint(4, 8)))

    def laws(self) -> str:
        """Return a list of laws with their years."""
        found = self.chance.sample(self.country.laws, self.chance.randint(3, 6))
        return "\n".join(f"- {law.name} ({law.year})" for law in found)

    def chronology(self) -> str:
        """Return a list of years with what happened in them."""
        works = sorted((self._project() for _ in range(self.chance.randint(4, 8))), key=lambda work: work.year)
        return "\n".join(f"- {work.year}: The {work.maker} launched the {work.name}." for work in works)

    def table(self) -> str:
        """Return a table of projects."""
        works = [self._project() for _ in range(self.chance.randint(4, 9))]
        rows = [f"| {work.name} | {work.maker} | {work.year} |" for work in works]
        return "\n".join(["| Project | Responsible body | Start |", "| --- | --- | --- |", *rows])

    def text(self, size: int) -> str:
        """Return the document: at least `size` bytes, and less than one paragraph more."""
        title = f"{self.country.name} and {self.topic}: report {self.number + 1}"
        parts = [f"# {title}", self.paragraph()]
        sections = 0
        while sum(len(part.encode()) + 2 for part in parts) < size:
            sections += 1
            parts.append(f"## {self.chance.choice(FIELDS).capitalize()} in {self.country.name}, part {sections}")
            parts += [self.paragraph(), self.paragraph()]
            extra = self.chance.choice((self.laws, self.chronology, self.table, self.paragraph))
            parts.append(extra())
        return "\n\n".join(parts) + "\n"


KO_FIELDS = (
    "토지등기", "세금신고", "통관", "건강보험", "입학", "복지급여", "사업자등록", "차량등록", "조달", "주민등록",
    "건축허가", "전자문서", "연금", "여권", "전자세금계산서", "통계", "재난신고", "수질허가", "도서대출", "농업보조금",
)  # fmt: skip
KO_KINDS = ("시스템", "사업", "포털", "플랫폼")
KO_WORDS = ("새봄", "한빛", "누리", "가람", "다온", "푸른", "미래", "열린", "온새", "해돋이", "늘봄", "바른")
KO_BODIES = (
    "행정안전부", "정보통신부", "기획재정부", "보건복지부", "국세청", "조달청", "통계청", "특허청", "관세청",
    "한국정보화진흥원", "국토교통부", "법무부", "교육부", "고용노동부",
)  # fmt: skip
KO_LAWS = (
    ("전자정부법", 2001, 3, 28), ("전자서명법", 1999, 2, 5), ("개인정보 보호법", 2011, 3, 29),
    ("정보화촉진기본법", 1995, 8, 4), ("공공기록물 관리에 관한 법률", 1999, 1, 29), ("주민등록법", 1962, 5, 10),
    ("통계법", 1962, 1, 15),
)  # fmt: skip
KO_HEADS = ("김대중", "노무현", "이명박", "박근혜", "문재인", "김영삼", "노태우", "전두환")
KO_FILLERS = (
    "창구가 얼마나 조용해졌는지 방문객들은 자주 이야기하지만 대기 시간을 재어 본 사람은 없다.",
    "다음에 무엇을 할지에 대해서는 의견이 갈리며 논의는 몇 해 더 이어질 전망이다.",
    "2단계 확대가 제안되었으나 예산은 아직 정해지지 않았다.",
    "종이 서식이 앞으로도 필요할지는 알 수 없다.",
    "교육은 저녁 시간에 작은 모임으로 이루어졌다.",
    "비용은 기대보다 천천히 줄었고 그 까닭은 공개적으로 논의되었다.",
)


def _with(word: str, particles: str) -> str:
    """Return a word with one of two particles: the first behind a consonant, the second behind a vowel."""
    return word + particles[not (ord(word[-1]) - 0xAC00) % 28]


class KoreanWork(NamedTuple):
    """A Korean project with who made it, and when."""

    name: str
    maker: str
    keeper: str
    helper: str
    year: int
    head: str


class KoreanPage:
    """One Korean document in the making."""

    def __init__(self, number: int, seed: int) -> None:
        self.number, self.chance = number, random.Random(f"ko {seed} {number}")
        chance = self.chance
        self.fields = chance.sample(KO_FIELDS, 10)
        self.year = chance.randint(1990, 2014)
        self.projects = [
            KoreanWork(
                f"{chance.choice(KO_WORDS)} {chance.choice(KO_WORDS)} {field} {chance.choice(KO_KINDS)}",
                chance.choice(KO_BODIES),
                chance.choice(KO_BODIES),
                chance.choice(KO_BODIES),
                self.year + chance.randint(0, 9),
                chance.choice(KO_HEADS),
            )
            for field in self.fields
        ]

    def sentence(self) -> str:
        """Return a sentence; half of them state nothing that a rule could find."""
        chance = self.chance
        if chance.random() < 0.5:
            return chance.choice(KO_FILLERS)
        work, whole = chance.choice(self.projects[1:]), self.projects[0]
        law, year, month, day = chance.choice(KO_LAWS)
        if chance.random() < DISAGREEING:
            work, day = work._replace(maker=chance.choice(KO_BODIES), year=self.year), chance.randint(1, 28)
        made = _with(work.name, "을를")
        return chance.choice(
            (
                f"{work.year}년 {_with(work.maker, '은는')} {made} 구축하였다.",
                f"{_with(work.name, '은는')} {_with(work.keeper, '이가')} 운영하고 있다.",
                f"{_with(law, '은는')} {year}년 {month}월 {day}일에 제정되었다.",
                f"{work.head} 정부는 {work.year}년 {made} 추진하였다.",
                "정보통신부는 방송통신위원회로 개편되었다.",
                f"{_with(work.name, '은는')} {whole.name}의 일부로 {work.year}년에 시작되었다.",
                f"{_with(work.maker, '과와')} {_with(work.helper, '은는')} {made} 공동으로 개발하였다.",
                f"{law}에 따라 {_with(work.keeper, '이가')} 설치되었다.",
            )
        )

    def paragraph(self) -> str:
        """Return four to eight sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.randint(4, 8)))

    def text(self, size: int) -> str:
        """Return the document: at least `size` bytes, and less than one paragraph more."""
        parts = [f"# 전자정부 {self.fields[0]} 분야 보고서 제{self.number + 1}호", self.paragraph()]
        sections = 0
        while sum(len(part.encode()) + 2 for part in parts) < size:
            sections += 1
            parts.append(f"## {sections}. {self.chance.choice(KO_FIELDS)} 분야")
            parts += [self.paragraph(), self.paragraph()]
            if self.chance.random() < 0.5:
                works = sorted(self.chance.sample(self.projects, 5), key=lambda work: work.year)
                parts.append("\n".join(f"- {work.year}년: {work.name} 구축" for work in works))
        return "\n\n".join(parts) + "\n"


def documents(count: int, size: int, *, seed: int = 1, lang: str = "mixed") -> Iterator[tuple[str, str]]:
    """Yield file names and texts.

    Args:
        count: How many.
        size: About how many bytes each has, at least.
        seed: Another one gives other texts.
        lang: ``en``, ``ko``, or ``mixed``: every fifth one Korean.
    """
    for number in range(count):
        korean = lang == "ko" or (lang == "mixed" and number % 5 == 4)
        page = KoreanPage(number, seed) if korean else Page(number, seed)
        yield f"{'ko' if korean else 'en'}-{number:05}.md", page.text(size)


def write(folder: Path, count: int, size: int, *, seed: int = 1, lang: str = "mixed") -> int:
    """Write documents into a folder; return their bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, text in documents(count, size, seed=seed, lang=lang):
        data = text.encode()
        (folder / name).write_bytes(data)
        total += len(data)
    return total


def main() -> int:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--bytes", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lang", choices=("en", "ko", "mixed"), default="mixed")
    options = parser.parse_args()
    total = write(options.folder, options.documents, options.bytes, seed=options.seed, lang=options.lang)
    print(f"{options.documents} documents, {total} bytes in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
