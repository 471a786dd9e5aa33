"""What Korean noun phrases say without a verb of their own: belonging, being, goals, the offices of persons."""

from __future__ import annotations

import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.sheet import Found
from egov_kg.model import Thing, Value

__all__ = ["read_relations"]

_KIND: Final = re.compile(
    r"\s?(?P<kind>(?:[가-힣]+\s){0,2}[가-힣]*(?:기관|기구|공공기관|준정부기관|연구기관|책임운영기관|행정기관|위원회|법인))(?P<end>이다|이며|이고|인|으로(?:서)?|입니다|이었다|로)(?![가-힣])"
)
_GOAL: Final = re.compile(
    r"(?P<goal>[^,.;:()「」\'\"\u2018\u2019\u201c\u201d]{4,70}?)(?:을|를)\s?(?P<mark>목표로|목적으로|위해|위하여|위한)(?![가-힣])"
)
_NO_GOAL: Final = ("topic", "subject", "in", "at", "basis", "through")
_DOING: Final = ("start", "formulate", "advance", "announce", "build")
_UNIT: Final = re.compile(r"(?:국|실|과|관|단|본부|센터|팀)$")


def read_relations(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in the facts of a sentence that no verb carries."""
    if sentence.hedge:
        return
    _belonging(reader, sentence)
    _heads(reader, sentence)
    _own(reader, sentence)
    _goals(reader, sentence)


def _belonging(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "X 산하 Y", "X Y국", "… X 산하 준정부기관이다"."""
    text, found = sentence.text, sentence.found
    for i, item in enumerate(found):
        if not vocab.is_subclass(_cls(item), "egov:Body") and item.cls != "egov:Office":
            continue
        following = found[i + 1] if i + 1 < len(found) else None
        between = text[item.particle.end : following.outer_start].strip() if following is not None else ""
        if item.role == "under" and "에" not in item.particle.text and "로" not in item.particle.text:
            kind = _KIND.match(text, item.particle.end)
            if kind is not None:
                subject = _subject(reader, sentence, i)
                if subject is not None:
                    _under(reader, sentence, subject, None, item, kind.end())
                    spans = reader.draft.spans(
                        sentence.block, sentence.offset + item.start, sentence.offset + kind.end()
                    )
                    value = kind["kind"].strip()
                    if " " in value or len(value) > 4:
                        reader.draft.emit(subject, "dcterms:type", Value(value), spans, "ko.being.type.1")
            elif following is not None and not between and vocab.is_subclass(_cls(following), "egov:Body"):
                thing = reader.memory.thing(following)
                if thing is not None:
                    _under(reader, sentence, thing, following, item, following.end)
        elif (
            item.role in ("", "of")
            and following is not None
            and not between
            and not item.brackets
            and vocab.is_subclass(_cls(following), "egov:Agency")
            and _UNIT.search(following.name)
            and (item.role == "" or following.name.endswith(("국", "실", "본부", "과")))
            and text[item.outer : following.outer_start].strip() in ("", "의")
            and "," not in text[item.outer : following.outer_start]
        ):
            thing = reader.memory.thing(following)
            if thing is not None:
                _under(reader, sentence, thing, following, item, following.end)


_HEADED: Final = re.compile(
    r"(?:(?P<order>초대|현)\s)?(?P<title>원장|청장|위원장|이사장|처장|소장|센터장|본부장|장관)(?:은|는)\s(?P<name>[가-힣]{3}|[가-힣]{2,6}\s[가-힣]{2,6})(?:이다|이며|이고|이었다|,|$)"
    r"|(?P<name2>[가-힣]{3})(?:이|가)\s(?:초대\s)?(?P<title2>원장|청장|위원장|이사장|처장|소장|장관)(?:을|를|에|으로|로)\s(?:맡|취임|임명|선출)"
)
_ENDS: Final = {
    "원장": "원", "청장": "청", "위원장": "위원회", "이사장": "", "처장": "처", "소장": "소", "센터장": "센터",
    "본부장": "본부", "장관": "부",
}  # fmt: skip


def _heads(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in who heads a body: "원장은 홍길동이다", "홍길동이 초대 원장을 맡았다"."""
    match = _HEADED.search(sentence.text)
    if match is None or re.search(r"않|예정|못", sentence.text[match.end() : match.end() + 12]):
        return
    name, title = match["name"] or match["name2"], match["title"] or match["title2"]
    place = match.start("name") if match["name"] else match.start("name2")
    person = reader.memory.thing(Found(0, 0, 0, 0, "egov:Person", name))
    ends = _ENDS[title]
    body = reader.memory.body_ending(ends) if ends else None
    words = reader.grammar.words
    if person is None or (name[0] not in words.surnames and " " not in name) or name in words.not_persons:
        return
    draft = reader.draft
    spans = draft.spans(sentence.block, sentence.offset + match.start(), sentence.offset + match.end())
    where = draft.spans(sentence.block, sentence.offset + place, sentence.offset + place + len(name))
    draft.place(person, where)
    draft.name(person, name, "alt", where)
    office = draft.resolver.make("egov:Office", title, lang="ko")
    draft.place(office, spans)
    draft.emit(person, "egov:holdsOffice", office, spans, "ko.heads.1")
    if body is not None:
        draft.emit(body, "egov:headedBy", person, spans, "ko.heads.1")


_OFFSHOOT: Final = re.compile(
    r"\s?(?:외청|소속\s?기관|산하\s?기관|부속\s?기관|산하\s?공공기관|하부\s?조직)(?:이다|이며|으로|인|이고)"
)
_HOLDS: Final = re.compile(
    r"(?:소속|산하)\s?(?:[가-힣]{2,6}\s?)?(?:기관|기구|공공기관)?(?:으로는|으로|에는|에)\s(?P<list>[^.]{2,120}?)(?:을|를|이|가)\s(?:두고\s있|두었|있)"
)
_CHARGED: Final = re.compile(
    r"(?P<what>[^.;]{4,70}?)(?:을|를)\s(?:관장|담당|총괄|수행|전담)하는\s(?P<kind>(?:[가-힣]+\s){0,2}[가-힣]*(?:기관|기구|부처|법인))(?:이다|이며|이고)"
)


def _own(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "소속기관으로 A를 두고 있다", "A는 X의 외청이다", "X는 …을 관장하는 중앙행정기관이다"."""
    draft, text = reader.draft, sentence.text
    for item in sentence.found:
        if (
            item.role in ("of", "")
            and vocab.is_subclass(_cls(item), "egov:Body")
            and _OFFSHOOT.match(text, item.particle.end)
        ):
            above = reader.memory.thing(item)
            for argument in sentence.arguments:
                if argument.role not in ("topic", "subject") or argument.end > item.start:
                    continue
                for member in argument.members:
                    thing = reader.memory.thing(member)
                    if thing is not None and above is not None and vocab.is_subclass(thing.cls, "egov:Body"):
                        _under(reader, sentence, thing, member, item, item.particle.end)
    held = _HOLDS.search(text)
    body = reader.memory.subject
    if held is not None and body is not None and not re.search(r"않|예정|계획", text[held.end() : held.end() + 8]):
        for item in sentence.found:
            inside = held.start("list") <= item.start < held.end("list")
            thing = reader.memory.thing(item) if inside and vocab.is_subclass(_cls(item), "egov:Agency") else None
            if thing is not None and thing.id != body.id and item.role in ("object", "subject", "with", ""):
                spans = draft.spans(sentence.block, sentence.offset + held.start(), sentence.offset + held.end())
                draft.emit(thing, "egov:subOrganizationOf", body, spans, "ko.own.1", "inferable")
    charged = _CHARGED.search(text)
    topic = next((f for f in sentence.found if f.role == "topic" and vocab.is_subclass(_cls(f), "egov:Body")), None)
    if charged is not None and topic is not None and topic.particle.end <= charged.end("what"):
        thing = reader.memory.thing(topic)
        start = max(charged.start("what"), topic.particle.end)
        what = text[start : charged.end("what")].strip()
        if thing is not None and len(what) > 3:
            spans = draft.spans(sentence.block, sentence.offset + topic.start, sentence.offset + charged.end())
            made = draft.resolver.make("egov:Concept", what, lang="ko")
            draft.place(made, spans)
            draft.emit(thing, "egov:responsibleFor", made, spans, "ko.charge.1")
            draft.emit(thing, "dcterms:type", Value(charged["kind"].strip()), spans, "ko.charge.1")


def _cls(item: Found) -> str:
    return item.cls if item.cls in vocab.CLASSES else "egov:Concept"


def _subject(reader: KoreanReader, sentence: Sentence, i: int) -> Thing | None:
    for item in reversed(sentence.found[:i]):
        if item.role in ("topic", "subject") and vocab.is_subclass(_cls(item), "egov:Body"):
            return reader.memory.thing(item)
    if not any(f.role in ("topic", "subject") for f in sentence.found[:i]) and i == 0:
        return reader.memory.last_topic_body()
    return None


def _under(  # noqa: PLR0917 - each is a different thing
    reader: KoreanReader, sentence: Sentence, thing: Thing, at: Found | None, item: Found, end: int
) -> None:
    above = reader.memory.thing(item)
    if above is None:
        return
    start = min(item.outer_start, at.outer_start) if at is not None else item.outer_start
    spans = reader.draft.spans(sentence.block, sentence.offset + start, sentence.offset + max(end, item.outer))
    prop = "egov:partOf" if item.cls == "egov:Office" else "egov:subOrganizationOf"
    reader.draft.emit(thing, prop, above, spans, "ko.belonging.1")


def _goals(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in what an undertaking is for: "… 향상을 목표로 …계획을 수립하였다", "… 향상을 위한 …계획"."""
    text = sentence.text
    for match in _GOAL.finditer(text):
        start = match.start("goal")
        for argument in sentence.arguments:
            if start <= argument.start < match.end("goal") and argument.role in _NO_GOAL:
                start = max(start, argument.end)
        for predicate in sentence.predicates:
            if start < predicate.end <= match.end("goal") and predicate.form in ("linked", "final"):
                start = predicate.end
        for time in sentence.times:
            if start <= time.start < match.end("goal"):
                after = re.match(r"(?:에는|에|부터|까지|의)?\s?", text[time.end :])
                start = time.end + (after.end() if after else 0)
        goal = text[start : match.end("goal")].strip()
        goal = re.sub(r"^(?:또한|특히|이후|이를|그리고|이는|정부는|이에)\s", "", goal)
        if not 4 <= len(goal) <= 60 or re.search(r"(?:은|는|이|가)\s|다\s", goal):
            continue
        what = _aimed(reader, sentence, match)
        if what is None:
            continue
        item, thing = what
        if item.outer_start <= start < item.outer:
            continue
        made = reader.draft.resolver.make("egov:PolicyGoal", goal, lang="ko")
        spans = reader.draft.spans(
            sentence.block,
            sentence.offset + min(start, item.outer_start),
            sentence.offset + max(match.end(), item.outer),
        )
        reader.draft.place(
            made,
            reader.draft.spans(
                sentence.block, sentence.offset + match.end("goal") - len(goal), sentence.offset + match.end("goal")
            ),
        )
        reader.draft.emit(thing, "egov:hasGoal", made, spans, "ko.goal.1")


def _aimed(reader: KoreanReader, sentence: Sentence, match: re.Match[str]) -> tuple[Found, Thing] | None:
    """Return the undertaking that a purpose belongs to: the object of the next claim, or the noun right behind."""
    if match["mark"] == "위한":
        item = next((f for f in sentence.found if 0 <= f.outer_start - match.end() <= 2), None)
        if item is None or not vocab.is_subclass(_cls(item), "egov:Undertaking") or item.bare:
            return None
        thing = reader.memory.thing(item)
        return (item, thing) if thing is not None else None
    for clause in sentence.clauses:
        if clause.predicate.start < match.end():
            continue
        if clause.predicate.mood or not any(clause.predicate.is_any(group) for group in _DOING):
            return None
        roles = ("object",) if clause.predicate.voice == "active" else ("subject", "topic")
        for argument in reversed(clause.arguments):
            if argument.role in roles:
                for item in argument.members:
                    thing = reader.memory.thing(item)
                    if thing is not None and vocab.is_subclass(thing.cls, "egov:Undertaking"):
                        return item, thing
        return None
    return None
