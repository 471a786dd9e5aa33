"""The Korean blocks of a document in order: text, outlines under a named thing, lists of acts, chronologies."""

from __future__ import annotations

import itertools
import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.bibliography import cite
from egov_kg.extraction.citations import find_citations
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import Gazetteer
from egov_kg.extraction.korean.definitions import NUMBER
from egov_kg.extraction.korean.duties import read_duties
from egov_kg.extraction.korean.leaders import read_leaders
from egov_kg.extraction.korean.lists import read_lists
from egov_kg.extraction.korean.organisation import read_organisation
from egov_kg.extraction.korean.reader import Grammar, KoreanReader, Sentence
from egov_kg.extraction.korean.relations import read_relations
from egov_kg.extraction.korean.renaming import read_renaming
from egov_kg.extraction.korean.series import follow_numbered
from egov_kg.extraction.korean.studies import StudyReader
from egov_kg.extraction.korean.tables import read_dated_row
from egov_kg.extraction.named import Named
from egov_kg.model import Block, Span, Thing, Value

__all__ = ["KoreanText"]

_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NEGATED: Final = re.compile(r"않|못|아니|예정|계획이|검토")
_LONGEST_DEED: Final = 50
_LONGEST_TITLE: Final = 80
_SHORT: Final = 24
"""An item of fewer characters may head the items below it."""
_HEADING_GAP: Final = 10
"""How many sentences a heading counts, so that nothing points back over it."""
_ENTRY: Final = re.compile(r"^(?P<key>[가-힣 ]{2,12}?)\s?[:：]\s?(?P<value>.+)$")
_AMENDMENT: Final = re.compile(r"^(?:전부|일부|전면|타법)?\s?개정\s?[:：]")
_DUTIES: Final = re.compile(
    r"(?:하는\s?일|(?:주요|담당|핵심)\s?(?:업무|사무)|(?P<mission>(?:주요|핵심)\s?(?:기능|임무|역할)|설립\s?목적))"
)
_ENTITLED: Final = re.compile(r"(?:명칭|이름|시스템명|사업명|서비스명|기관명|법령명)\s?[:：]\s?(?P<name>.{2,60})$")
_SITE: Final = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,6}(?:/\S*)?")


class KoreanText:
    """Reads the Korean blocks of one document: what stands under a named thing is said of it.

    Attributes:
        reader: Reads running text.
    """

    def __init__(self, draft: Draft, grammar: Grammar, gazetteer: Gazetteer) -> None:
        self.draft = draft
        self.reader = KoreanReader(draft, grammar, gazetteer)
        self.studies = StudyReader(self.reader)
        self.headers: dict[int, tuple[Thing, Block]] = {}
        self.numbered: set[str] = set()
        self.duties: tuple[str, int, Block] | None = None

    def read(self, block: Block) -> None:
        """Take in what a heading, paragraph, item, note or row says."""
        if block.kind == "heading":
            self.headers.clear()
            self._subject(block)
            self.studies.heading(block.view.text)
            self.reader.memory.sentence += _HEADING_GAP
            return
        level = int(block.attributes.get("level", "1")) if block.kind == "item" else 0
        if block.kind != "item":
            self.headers = {k: v for k, v in self.headers.items() if k == 0} if block.kind == "row" else {}
        for known in [k for k in self.headers if k >= level and k > 0]:
            del self.headers[known]
        if block.kind == "item" and self._listed_duty(block, level):
            return
        if block.kind == "item" and self._entitled(block):
            return
        above = self.headers[max(self.headers)] if self.headers else None
        if above is not None and self._entry(block, *above):
            return
        self._works(block)
        if block.kind == "item" and " | " in block.view.text and self.dated_row(block):
            return
        found = []
        for sentence in self.reader.read(block):
            found.append(sentence)
            read_relations(self.reader, sentence)
            self._further(sentence)
            read_lists(self.reader, sentence)
            read_renaming(self.reader, sentence)
            self.studies.read(sentence)
        if block.kind == "item" and block.attributes.get("level", "1") == "1" and len(block.view.text) < _SHORT:
            self.studies.heading(block.view.text)
        if block.kind == "item" and len(found) == 1:
            self._header(block, level, found[0])

    def _listed_duty(self, block: Block, level: int) -> bool:
        """Take in an item below "하는 일" or "주요 기능" on the page of a body; return whether it was one."""
        text = block.view.text.strip(" .")
        kind = _DUTIES.fullmatch(text)
        if kind is not None:
            self.duties = ("egov:hasMission" if kind["mission"] else "egov:responsibleFor", level, block)
            return True
        body = self.reader.memory.subject
        if self.duties is None or level < self.duties[1] or body is None:
            self.duties = None
            return False
        if not 4 <= len(text) <= _LONGEST_DEED or re.search(r"(?:다|음|함|됨)$|[:：|]|\d{4}", text):
            return False
        prop, _, header = self.duties
        cls = "egov:Mission" if prop == "egov:hasMission" else "egov:Concept"
        thing = self.draft.resolver.make(cls, text, lang="ko")
        spans = self.draft.spans(block)
        self.draft.place(thing, spans)
        self.draft.emit(body, prop, thing, (*self.draft.spans(header), *spans), "ko.duty.2")
        return True

    def _entitled(self, block: Block) -> bool:
        """Take in "명칭: 항만온": the items beside it say more of that thing; return whether it was such an item."""
        match = _ENTITLED.match(block.view.text)
        if match is None:
            return False
        sentence = self.reader.sentence(block, match.start("name"), len(block.view.text))
        item = sentence.found[0] if sentence.found and sentence.found[0].outer_start == 0 else None
        thing = self.reader.memory.thing(item, "egov:InformationSystem") if item is not None else None
        if item is None or thing is None:
            return False
        self.reader.named(sentence, item, thing)
        self.headers[0] = (thing, block)
        return True

    def _site(self) -> None:
        """Take in the site that a line of its own tells on the page of a body."""
        body = self.reader.memory.subject
        for block in self.draft.document.blocks:
            if block.kind == "field" and block.attributes.get("key") in ("누리집", "홈페이지") and body is not None:
                value = _SITE.fullmatch(block.view.text.strip())
                if value is not None:
                    site = Value(value[0], "xsd:anyURI")
                    self.draft.emit(body, "foaf:homepage", site, self.draft.spans(block), "ko.entry.site.1")

    def _further(self, sentence: Sentence) -> None:
        """Take in what a sentence says of bodies without a verb of the rules: leaders, parts, duties."""
        if sentence.hedge:
            return
        for read in (read_leaders, read_organisation, read_duties):
            read(self.reader, sentence)

    def _subject(self, block: Block) -> None:
        """Keep the one body that the title of the document names."""
        if self.reader.memory.subject is not None or block.attributes.get("level", "1") != "1":
            return
        sentence = self.reader.sentence(block, 0, min(len(block.view.text), _LONGEST_TITLE))
        bodies = [
            f
            for f in sentence.found
            if vocab.is_subclass(f.cls if f.cls in vocab.CLASSES else "egov:Concept", "egov:Agency")
        ]
        if len(bodies) == 1 and not bodies[0].bare and bodies[0].head != "정부":
            self.reader.memory.subject = self.reader.memory.thing(bodies[0])

    def dated_row(self, block: Block, columns: str = "") -> bool:
        """Take in a row whose first cell is a date; return whether it is one."""
        return read_dated_row(self.reader, block, columns)

    def row(self, block: Block, stage: Named | None, header: Block | None) -> None:
        """Take in a row of a table: what its words say, and what the stage above it accomplished by it."""
        sentences = []
        for sentence in self.reader.read(block):
            sentences.append(sentence)
            read_relations(self.reader, sentence)
            self._further(sentence)
        if stage is None or header is None:
            return
        above = self.draft.spans(header)
        start = len(self.draft.facts)
        for sentence in sentences:
            for item in sentence.found:
                thing = self.reader.memory.thing(item)
                if thing is None or item.role not in ("", "object", "subject"):
                    continue
                spans = self.draft.spans(block, sentence.offset + item.start, sentence.offset + item.outer)
                if vocab.is_subclass(thing.cls, "egov:Law") or thing.cls == "egov:ExecutiveOrder":
                    self.draft.emit(thing, "egov:enactedInStage", stage.thing, (*above, *spans), "ko.row.law.1")
                elif vocab.is_subclass(thing.cls, "egov:Undertaking"):
                    self.draft.emit(
                        thing, "egov:accomplishedIn", stage.thing, (*above, *spans), "ko.row.accomplishment.1"
                    )
        if len(self.draft.facts) == start:
            self._accomplished(block, stage, above)

    def _accomplished(self, block: Block, stage: Named, above: tuple[Span, ...]) -> None:
        """Take in what a row says was done, where it names nothing: its own words without a verb that adds nothing."""
        text = block.view.text.strip(" .·-")
        name = re.sub(r"(?<=[가-힣])\s(?:추진|구축|도입|시행|수립|완료|착수|실시|마련)$", "", text)
        if not 4 <= len(name) <= _LONGEST_DEED or re.search(r"(?:다|음|함|됨)$|[:|]", name):
            return
        thing = self.draft.resolver.make("egov:Project", name, lang="ko")
        spans = self.draft.spans(block)
        self.draft.place(thing, spans)
        self.draft.emit(thing, "egov:accomplishedIn", stage.thing, (*above, *spans), "ko.row.accomplishment.2")

    def finish(self) -> None:
        """Take in what takes the whole document: plans of one title that are numbered follow each other."""
        follow_numbered(self.draft)
        self._site()

    def _works(self, block: Block) -> None:
        """Take in the works that a block cites."""
        if not _YEAR.search(block.view.text):
            return
        for work in find_citations(block.view.text):
            thing = cite(self.draft, block, work, "citation.work.1")
            spans = self.draft.spans(block, work.start, work.end)
            self.draft.emit(self.draft.work, "egov:cites", thing, spans, "citation.work.1")

    # --- outlines -----------------------------------------------------------------------------------------------

    def _header(self, block: Block, level: int, sentence: Sentence) -> None:
        """Keep the thing that an item consists of, for the items below it."""
        if len(sentence.found) != 1 or sentence.predicates:
            return
        item = sentence.found[0]
        rest = sentence.text[: item.outer_start] + sentence.text[item.outer :]
        if re.sub(r"[\s\d.()\-○●□■·:]", "", rest):
            return
        thing = self.reader.memory.thing(item)
        if thing is not None:
            self.headers[level] = (thing, block)

    def _entry(self, block: Block, thing: Thing, header: Block) -> bool:
        """Take in one line below a named thing; return whether nothing more is to be read in it."""
        text = block.view.text.strip()
        entry = _ENTRY.match(text)
        law = vocab.is_subclass(thing.cls, "egov:Law") or thing.cls == "egov:ExecutiveOrder"
        evidence = (*self.draft.spans(header), *self.draft.spans(block))
        if law and _AMENDMENT.match(text):
            return True
        if (
            law
            and (NUMBER.search(text) or re.match(r"\d{4}[^가-힣]{1,16}(?:일\s?)?(?:제정|공포|시행)", text))
            and not re.match(r"[「『]|.{0,12}제명", text)
        ):
            self._law_line(block, thing, evidence)
            return not re.search(r"「|따라|폐지하고", text)
        if law:
            self._lineage(block, thing, header)
        if entry is None:
            return False
        key, value = entry["key"].replace(" ", ""), entry["value"]
        start = entry.start("value")
        if key in (
            "소관부처",
            "소관",
            "소관기관",
            "담당부처",
            "주관부처",
            "소관부서",
            "관리기관",
            "운영기관",
            "담당기관",
            "주관기관",
            "시행기관",
            "추진기관",
        ):
            for named in self._named(block, start):
                if not vocab.is_subclass(named.cls, "egov:Actor"):
                    continue
                if law or key.startswith("소관"):
                    self.draft.emit(named, "egov:responsibleFor", thing, evidence, "ko.entry.responsible.1")
                else:
                    prop = (
                        "egov:managedBy"
                        if key in ("관리기관", "운영기관", "담당기관", "담당부처")
                        else "egov:implementedBy"
                    )
                    self.draft.emit(thing, prop, named, evidence, "ko.entry.manager.1")
            return True
        if key in ("목적", "목표", "비전", "추진목적", "추진목표", "사업목적", "제정목적"):
            goal = value.strip(" .")
            if not re.search(r"(?:다|요)$", goal):
                made = self.draft.resolver.make("egov:PolicyGoal", goal, lang="ko")
                self.draft.place(made, self.draft.spans(block, start))
                self.draft.emit(thing, "egov:hasGoal", made, evidence, "ko.entry.goal.1")
                return True
        if key in ("근거", "근거법령", "근거법률", "법적근거", "운영근거", "설치근거", "설립근거", "추진근거"):
            for named in self._named(block, start):
                if vocab.is_subclass(named.cls, "egov:Enactable"):
                    self.draft.emit(thing, "egov:foundedUnder", named, evidence, "ko.entry.basis.1")
            return True
        if key in (
            "기간",
            "추진기간",
            "사업기간",
            "계획기간",
            "시행기간",
            "설립",
            "설립일",
            "설립연도",
            "개통",
            "개통일",
            "시행",
            "시행일",
            "제정",
            "제정일",
            "공포일",
            "수립",
        ):
            self._dated(block, thing, key, evidence)
            return True
        return key in ("예산", "사업비", "총사업비", "인원", "전화", "주소", "소재지", "비고")

    def _lineage(self, block: Block, thing: Thing, header: Block) -> None:
        """Take in what a line below an act says of others: those it ended, those that it came from."""
        text, draft = block.view.text, self.draft
        ended = re.search(
            r"(?:을|를)\s(?P<verbs>폐지(?:하고|함|하였다|하며)?[^.]{0,8}대체|폐지|대체)(?:함|하였|했|한다|한\s것|하고)",
            text,
        )
        chain = re.search(r"(?:을|를)\s거쳐\s[^.]{0,30}(?:제명|명칭|이름|법률명)", text)
        if ended is None and chain is None:
            return
        sentence = self.reader.sentence(block, 0, len(text))
        laws = [f for f in sentence.found if f.cls == "egov:Law" and not f.bare]
        evidence = (*draft.spans(header), *draft.spans(block))
        if ended is not None and laws and laws[0].outer <= ended.start() + 1 and not _NEGATED.search(text):
            other = self.reader.memory.thing(laws[0])
            if other is not None:
                self.reader.named(sentence, laws[0], other)
                for word, prop in (("폐지", "egov:repeals"), ("대체", "egov:replaces")):
                    if word in ended["verbs"]:
                        draft.emit(thing, prop, other, evidence, "ko.entry.lineage.1")
        if chain is not None:
            line = [t for f in laws if (t := self.reader.memory.thing(f)) is not None]
            for one, two in itertools.pairwise([*line, thing]):
                draft.emit(one, "egov:successorLaw", two, evidence, "ko.entry.lineage.2")

    def _named(self, block: Block, start: int) -> list[Thing]:
        sentence = self.reader.sentence(block, start, len(block.view.text))
        things = []
        for item in sentence.found:
            thing = self.reader.memory.thing(item)
            if thing is not None:
                self.reader.named(sentence, item, thing)
                things.append(thing)
        return things

    def _dated(self, block: Block, thing: Thing, key: str, evidence: tuple[object, ...]) -> None:
        sentence = self.reader.sentence(block, 0, len(block.view.text))
        if len(sentence.times) != 1:
            return
        law = vocab.is_subclass(thing.cls, "egov:Law") or thing.cls == "egov:ExecutiveOrder"
        prop = "egov:beganIn"
        if key.endswith("기간"):
            prop = "period"
        elif law:
            prop = (
                "egov:inForceFrom"
                if key.startswith("시행")
                else "enacted"
                if key.startswith("제정")
                else "egov:promulgatedOn"
            )
        self.reader.date(thing, prop, sentence.times[0], evidence, "ko.entry.time.1")  # type: ignore[arg-type]

    def _law_line(self, block: Block, thing: Thing, evidence: tuple[object, ...]) -> None:
        """Take in number and dates of an act: "법률 제6439호, 2001. 3. 28. 제정"; the first line counts."""
        first = thing.id not in self.numbered
        text = block.view.text
        if not first and not re.search(r"제정|공포", text):
            return
        self.numbered.add(thing.id)
        sentence = self.reader.sentence(block, 0, len(text))
        number = NUMBER.search(text)
        if number:
            self.draft.emit(thing, "egov:actNumber", Value(number[1]), evidence, "ko.entry.number.1")  # type: ignore[arg-type]
        for time in sentence.times:
            after = text[time.end :].lstrip(" .,")
            for word, prop in _DATED.items():
                if re.match(rf"(?:에\s)?{word}", after):
                    self.reader.date(thing, prop, time, evidence, "ko.entry.date.1")  # type: ignore[arg-type]
                    break
        known = re.search(r"(?:제명|법률명|명칭)\s?[:：]\s?(?P<name>[^()]{4,60})", text)
        if known:
            name = known["name"].strip(" .")
            here = self.draft.spans(block, known.start("name"), known.start("name") + len(known["name"].rstrip(" .")))
            self.draft.name(thing, name, "alt", here)
            self.draft.emit(thing, "skos:altLabel", Value(name, "rdf:langString", "ko"), evidence, "ko.entry.title.1")  # type: ignore[arg-type]


_DATED: Final = {
    "제정": "egov:enactedIn", "공포": "egov:promulgatedOn", "전부개정": "egov:promulgatedOn",
    "시행": "egov:inForceFrom",
    "의결": "egov:adoptedOn", "통과": "egov:adoptedOn",
}  # fmt: skip
