"""What belongs to a body in Korean: parts that it has, a body that it was put under, tasks that passed to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.definitions import read_brackets
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.sheet import Found
from egov_kg.model import Thing

__all__ = ["body_spoken_of", "read_organisation"]

_PARTS: Final = re.compile(
    r"(?:(?:조직은|산하에는|산하에|소속으로|밑에|밑으로)\s(?:(?:원장|청장|처장|위원장|장관|이사장)\s(?:아래|밑)에?\s)?"
    r"|(?:원장|청장|처장|위원장|장관|이사장)\s(?:아래|밑)에?\s"
    r"|(?:소속|산하|부속)\s?(?:[가-힣]{2,6}\s?)?(?:기관|기구)(?:으로는|으로|에는)?\s|하부\s?조직(?:으로는|으로|에는)\s)"
    r"(?P<list>[^.;]{2,160}?)(?:\s등)?(?:을|를|이|가)\s(?:각각\s)?(?:두고\s있|두었|둔다|있(?:다|고|으며|는데))"
)
_CUT: Final = re.compile(r",\s?(?:그리고\s|및\s)?|\s및\s|(?<=[가-힣)])(?:와|과)\s|\s?\u00b7\s?")
_UNIT: Final = re.compile(r"[가-힣A-Za-z0-9 ]{1,24}[과국실팀단원터소서처청관회부]$")
_BRACKET: Final = re.compile(r"\s?\((?P<in>[^()]{1,40})\)$")
_OPEN: Final = re.compile(r"않|예정|계획|검토|필요")
_PASSED: Final = re.compile(
    r"(?:업무|기능|사무)(?:\s등)?(?:이|가|은|는|을|를|도)\s(?:모두\s|각각\s)?(?P<to>[^,.;]{2,40}?)(?:으로|로)\s"
    r"(?:이관|이양|넘어갔|넘겼|넘겨졌|옮겨졌|옮겼|통합)(?:되었|됐|하였|했|되고|돼|되어|되면서)?"
)
_OF_TASK: Final = re.compile(r"[가-힣A-Za-z0-9\u00b7 ]{0,24}?(?:업무|기능|사무)")
_THIS: Final = re.compile(r"(?:이|동|해당)\s(?:부처|기관|부|청|위원회|처|원)$")
_PUT_UNDER: Final = re.compile(r"\s?소속(?:으로)?\s?(?:이관|변경|편입|전환|이동)?(?:됨|되었다|되다)?[.\s]*$")


def body_spoken_of(reader: KoreanReader, sentence: Sentence, before: int) -> Thing | None:
    """Return the body that a sentence is about before a place: its topic, else that of the text or the document."""
    for item in reversed(sentence.found):
        if item.role in ("topic", "subject") and item.outer <= before and _is_body(item):
            thing = reader.memory.thing(item)
            if thing is not None:
                return thing
    if any(f.role == "topic" and f.outer <= before for f in sentence.found):
        return None
    subject = reader.memory.subject
    last = reader.memory.last_topic_body(marked=subject is not None)
    if last is None or subject is None:
        return last or subject or reader.memory.topic_of_block()
    parts = {
        f.subject.id
        for f in reader.draft.facts
        if f.property == "egov:subOrganizationOf" and isinstance(f.object, Thing) and f.object.id == subject.id
    }
    return subject if last.id in parts else last


def read_organisation(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in parts, tasks that passed, and what a line of a chronology puts a body under."""
    _parts(reader, sentence)
    _passed(reader, sentence)
    _put_under(reader, sentence)


def _parts(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "산하기관으로 A(AA)와 B를 두고 있다", "조직은 원장 아래 A과, B과 등을 두고 있으며"."""
    if "두" not in sentence.text and "있" not in sentence.text:
        return
    match = _PARTS.search(sentence.text)
    if match is None or _OPEN.search(sentence.text[match.end() : match.end() + 8]):
        return
    body = body_spoken_of(reader, sentence, match.start() + 1)
    if body is None:
        return
    spans = reader.draft.spans(sentence.block, sentence.offset + match.start(), sentence.offset + match.end())
    for start, end in _members(sentence.text, *match.span("list")):
        part = _part(reader, sentence, start, end)
        if part is not None and part.id != body.id:
            reader.draft.emit(part, "egov:subOrganizationOf", body, spans, "ko.own.1")


def _members(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    place = start
    for cut in [*_CUT.finditer(text, start, end), None]:
        stop = cut.start() if cut is not None else end
        words = text[place:stop].strip()
        if words:
            begin = text.index(words, place)
            yield begin, begin + len(words)
        place = cut.end() if cut is not None else end


def _part(reader: KoreanReader, sentence: Sentence, start: int, end: int) -> Thing | None:
    """Return the body that a member of a list names, what it is called in brackets taken in."""
    known = next((f for f in sentence.found if f.outer_start == start and f.outer <= end and _is_body(f)), None)
    if known is not None and not known.bare:
        return reader.memory.thing(known)
    text = sentence.text[start:end]
    bracket = _BRACKET.search(text)
    name = text[: bracket.start()] if bracket else text
    if not _UNIT.fullmatch(name) or name in reader.grammar.words.heads:
        return None
    thing = reader.draft.resolver.make("egov:Agency", name, lang="ko")
    spans = reader.draft.spans(sentence.block, sentence.offset + start, sentence.offset + start + len(name))
    reader.draft.place(thing, spans)
    reader.draft.name(thing, name, "alt", spans)
    if bracket:
        inner = (start + bracket.start("in"), start + bracket.end("in"))
        item = Found(start, start + len(name), start, end, "egov:Agency", name, brackets=(inner,))
        read_brackets(reader, sentence, item, thing)
    return thing


def _passed(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "A의 전자정부 업무와 B의 기능 등이 X로 이관되었다": the tasks of A and B passed to X."""
    text = sentence.text
    for match in _PASSED.finditer(text):
        if _OPEN.search(text[match.end() : match.end() + 8]) or "이관하지" in text:
            continue
        target = _target(reader, sentence, match)
        if target is None:
            continue
        for item in sentence.found:
            if item.role != "of" or not _is_body(item) or item.outer > match.start() or item.bare:
                continue
            if text.count(".", item.outer, match.start()) or not _OF_TASK.match(text, item.particle.end):
                continue
            thing = reader.memory.thing(item)
            if thing is not None and thing.id != target.id:
                spans = reader.draft.spans(
                    sentence.block, sentence.offset + item.outer_start, sentence.offset + match.end()
                )
                reader.draft.emit(thing, "egov:functionsPassedTo", target, spans, "ko.passed.1")


def _target(reader: KoreanReader, sentence: Sentence, match: re.Match[str]) -> Thing | None:
    for item in sentence.found:
        if item.role == "to" and _is_body(item) and match.start("to") <= item.outer_start < match.end("to"):
            return reader.memory.thing(item)
    return reader.memory.last_topic_body() if _THIS.search(match["to"]) else None


def _put_under(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in a dated line "행정항만부 소속으로 이관" in the history of a body: the body under its name of then."""
    bodies = [f for f in sentence.found if _is_body(f)]
    if sentence.block.kind not in ("item", "row") or len(bodies) != 1 or bodies[0].bare:
        return
    item = bodies[0]
    if not _PUT_UNDER.match(sentence.text, item.end) or not sentence.times:
        return
    body, above = reader.memory.last_name or reader.memory.subject, reader.memory.thing(item)
    if body is not None and above is not None and body.id != above.id:
        spans = reader.draft.spans(
            sentence.block, sentence.offset + item.outer_start, sentence.offset + len(sentence.text.rstrip())
        )
        reader.draft.emit(body, "egov:subOrganizationOf", above, spans, "ko.put-under.1")


def _is_body(item: Found) -> bool:
    return item.cls in vocab.CLASSES and vocab.is_subclass(item.cls, "egov:Body") and item.cls != "egov:Administration"
