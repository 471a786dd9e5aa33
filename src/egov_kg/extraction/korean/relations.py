"""What Korean noun phrases say without a verb of their own: belonging, being, goals, the offices of persons."""

from __future__ import annotations

import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.sheet import Found
from egov_kg.extraction.korean.studies import enumerated
from egov_kg.model import Thing, Value

__all__ = ["read_relations"]

_KIND: Final = re.compile(
    r"\s?(?P<kind>(?:[가-힣]+\s){0,2}[가-힣]*(?:기관|기구|공공기관|준정부기관|연구기관|책임운영기관|행정기관|위원회|법인))(?P<end>이다|이며|이고|인|으로(?:서)?|입니다|이었다|로)(?![가-힣])"
)
_GOAL: Final = re.compile(
    r"(?P<goal>[^,.;:()「」\'\"\u2018\u2019\u201c\u201d]{2,70}?)(?:을|를)\s?(?P<mark>목표로|목적으로|위해|위하여|위한)(?![가-힣])"
)
_NO_GOAL: Final = ("topic", "subject", "in", "at", "basis", "through")
_DOING: Final = ("start", "formulate", "advance", "announce", "build")
_UNIT: Final = re.compile(r"(?:국|실|과|관|단|본부|센터|팀)$")


def read_relations(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in the facts of a sentence that no verb carries."""
    if sentence.hedge:
        return
    _belonging(reader, sentence)
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


_OFFSHOOT: Final = re.compile(
    r"\s?(?:외청|소속\s?기관|산하\s?기관|부속\s?기관|산하\s?공공기관|하부\s?조직)(?:이다|이며|으로|인|이고)"
)
_CHARGED: Final = re.compile(
    r"(?P<what>[^.;]{4,70}?)(?:을|를)\s(?:관장|담당|총괄|수행|전담)하는\s(?P<kind>(?:[가-힣]+\s){0,2}[가-힣]*(?:기관|기구|부처|법인))(?:이다|이며|이고)"
)


def _own(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "A는 X의 외청이다", "X는 …을 관장하는 중앙행정기관이다"."""
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
        if match["mark"] == "목표로" and _HAVING.match(text, match.end()):
            _goals_of_topic(reader, sentence, match)
            continue
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
        if not 4 <= len(goal) <= 60 or re.search(r"(?:은|는|이|가)\s|다\s", goal) or not _is_goal(reader, goal):
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


_CLAUSE_BEFORE: Final = re.compile(r"[가-힣](?:으로서?|로서|하고|하며|이고|이며|하여|에\s따라),?\s(?<=,\s)")
_HAVING: Final = re.compile(r"\s(?:하였|했|한다|하고|하며|삼|하는|둔|두고)")


def _goals_of_topic(reader: KoreanReader, sentence: Sentence, match: re.Match[str]) -> None:
    """Take in "이 계획은 A, B, C를 목표로 하였다": each is a goal of what the sentence is about."""
    item = next(
        (f for f in reversed(sentence.found) if f.role in ("topic", "subject") and f.particle.end <= match.end("goal")),
        None,
    )
    thing = reader.memory.thing(item) if item is not None else None
    if item is None or thing is None or not vocab.is_subclass(thing.cls, "egov:Undertaking"):
        return
    draft = reader.draft
    spans = draft.spans(sentence.block, sentence.offset + item.outer_start, sentence.offset + match.end())
    # "…하는 사업으로, A와 B를 목표로": what stands before the last clause says what the plan is, no goal
    clauses = list(_CLAUSE_BEFORE.finditer(sentence.text, item.particle.end, match.end("goal")))
    start = clauses[-1].end() if clauses else item.particle.end
    for phrase in enumerated(sentence.text, start, match.end("goal")):
        name = re.sub(r"\s?\([^()]*\)", "", phrase.text)
        if not 4 <= len(name) <= 60 or re.search(r"(?:다|(?<![제보])고|며)$|(?:은|는)\s", name):
            continue
        made = draft.resolver.make("egov:PolicyGoal", name, lang="ko")
        draft.place(made, draft.spans(sentence.block, sentence.offset + phrase.start, sentence.offset + phrase.end))
        draft.emit(thing, "egov:hasGoal", made, spans, "ko.goal.2")


_NO_END: Final = re.compile(r"에서\s|(?:^|\s)(?:지난|매년|오는)\s|고\s있|까지\s|앞서\s|\d월")
_ENDS: Final = re.compile(
    r"(?:화|향상|강화|제고|증진|확산|방지|예방|구현|실현|확보|개선|해소|조성|육성|구축|완화|발전|촉진|보호|절감|단축|혁신|도약|정착|"
    r"안정|확대|증대|달성|극복|대응|보장|창출|전환|지원|편의|투명성|효율성|경쟁력|축소|간소화|통합|연계|공유|협력|수출|이용|활용)$"
)


def _is_goal(reader: KoreanReader, words: str) -> bool:
    """Return whether words tell an end: they close with a noun for a deed, and tell no place and no time."""
    last = words.rsplit(maxsplit=1)[-1]
    return _NO_END.search(words) is None and (
        _ENDS.search(last) is not None or last in reader.grammar.words.verbal_nouns
    )


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
