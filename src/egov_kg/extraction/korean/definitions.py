"""What stands in brackets behind a Korean name: years, numbers of acts, acronyms, foreign names, aliases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.korean.latin_names import is_proper
from egov_kg.extraction.korean.sheet import Found
from egov_kg.extraction.named import emit_time
from egov_kg.model import Thing, Value

if TYPE_CHECKING:
    from egov_kg.extraction.korean.reader import KoreanReader, Sentence

__all__ = ["NUMBER", "read_brackets"]

NUMBER: Final = re.compile(r"(?:법률|대통령령|총리령|부령|조례|훈령|법)?\s?제\s?(\d{1,6})\s?호")
_FILED: Final = re.compile(r"(?:No\.?\s?)?(?!(?:19|20)\d\d/)\d{1,4}/\d{4}(?:/[^\s()/]{1,12})?")
"""The number of an act with the year of its session: 24/2023/QH15."""
_ALIAS: Final = re.compile(
    r"^(?:이하|약칭|별칭|일명|통칭)\s?[:：]?\s?[\u2018'\u201c\"「『]?(?P<a>[가-힣A-Za-z0-9 .]{2,30}?)"
    r"[\u2019'\u201d\"」』]?(?:\s?(?:이라|라)\s?(?:한다|함|칭함))?$"
)
NEXT: Final = re.compile(r"차세대|신규|제\s?2의|[2-9]세대")
"""What is of the next generation has its short name from the one before it."""
_LEADER: Final = re.compile(
    r"^(?P<title>장관|원장|청장|처장|위원장|이사장|사장|소장|시장|도지사|지사|군수|구청장|총장|관장|대표|의장)[:\s]\s?(?P<name>[가-힣]{2,4})$"
)
_UNDER: Final = re.compile(r"^(?P<a>[가-힣]{2,14}(?:부|처|청|원|위원회|실))\s(?:소속|산하)$")
_FORMER: Final = re.compile(r"^(?:구|舊|옛|전)[.\s:]\s?(?P<a>[가-힣A-Za-z0-9 ]{2,30})$")
_NOW: Final = re.compile(r"^(?:현|現|현재)[.\s:]\s?(?P<a>[가-힣A-Za-z0-9 ]{2,30})$")
_ACRONYM: Final = re.compile(r"^[A-Za-z][A-Za-z0-9&.-]{0,11}$")
_LATIN: Final = re.compile(r"^[A-Za-z][\w\s&@'\u2019.,:()-]{2,90}$")
_URL: Final = re.compile(r"^(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,6}(?:/\S*)?$", re.IGNORECASE)
_HANGUL: Final = re.compile(r"^[가-힣][가-힣A-Za-z0-9 \u00b7]{1,24}$")
_ORDER: Final = {"제정": "enacted", "공포": "egov:promulgatedOn", "시행": "egov:inForceFrom", "의결": "egov:adoptedOn"}


def read_brackets(reader: KoreanReader, sentence: Sentence, item: Found, thing: Thing) -> None:
    """Take in what the brackets behind a name say of the thing."""
    for start, end in item.brackets:
        whole = sentence.text[start:end]
        if _FILED.fullmatch(whole.strip()) and vocab.is_subclass(thing.cls, "egov:Enactable"):
            spans = reader.draft.spans(sentence.block, sentence.offset + item.start, sentence.offset + end)
            reader.draft.emit(thing, "egov:actNumber", Value(whole.strip()), spans, "ko.law.number.3")
            continue
        place = start
        for part in re.split(r"([,;/])", whole):
            words = part.strip()
            if words and part not in (",", ";", "/"):
                begin = place + part.index(words)
                _part(reader, sentence, item, thing, begin, begin + len(words))
            place += len(part)


def _part(  # noqa: PLR0917 - each is a different thing
    reader: KoreanReader, sentence: Sentence, item: Found, thing: Thing, start: int, end: int
) -> None:
    draft, text = reader.draft, sentence.text[start:end]
    spans = draft.spans(sentence.block, sentence.offset + item.start, sentence.offset + end)
    here = draft.spans(sentence.block, sentence.offset + start, sentence.offset + end)
    times = [t for t in sentence.times if start <= t.start and t.end <= end]
    if times:
        rest = re.sub(r"[\s.,()~부터까지년월일]", "", text.replace(times[0].value.words, "", 1))
        law = vocab.is_subclass(thing.cls, "egov:Enactable") and not vocab.is_subclass(thing.cls, "egov:Plan")
        order = next((p for w, p in _ORDER.items() if rest == w), "")
        if not rest:
            emit_time(draft, thing, times[0], spans, "ko.bracket.time.1")
        elif order and law:
            reader.date(thing, order, times[0], spans, "ko.bracket.time.2")
        elif (
            rest in ("설립", "출범", "신설", "개통", "수립", "도입", "시작", "착수", "발족", "설치", "구축") and not law
        ):
            reader.date(thing, "egov:beganIn", times[0], spans, "ko.bracket.time.3")
        return
    if (number := NUMBER.fullmatch(text)) and vocab.is_subclass(thing.cls, "egov:Enactable"):
        draft.emit(thing, "egov:actNumber", Value(number[1]), spans, "ko.law.number.1")
        return
    if (
        (leader := _LEADER.fullmatch(text))
        and vocab.is_subclass(thing.cls, "egov:Body")
        and leader["name"][0] in reader.grammar.words.surnames
        and leader["name"] not in reader.grammar.words.not_persons
    ):
        person = reader.memory.thing(Found(0, 0, 0, 0, "egov:Person", leader["name"]))
        if person is not None:
            draft.place(person, here)
            draft.name(person, leader["name"], "alt", here)
            office = draft.resolver.make("egov:Office", leader["title"], lang="ko")
            draft.place(office, here)
            draft.emit(thing, "egov:headedBy", person, spans, "ko.definition.leader.1")
            draft.emit(person, "egov:holdsOffice", office, here, "ko.definition.leader.1")
        return
    if (above := _UNDER.fullmatch(text)) and vocab.is_subclass(thing.cls, "egov:Body"):
        item_above = Found(0, 0, 0, 0, "egov:Agency", above["a"])
        body = reader.memory.thing(item_above)
        if body is not None and body.id != thing.id:
            draft.place(body, here)
            draft.name(body, above["a"], "alt", here)
            draft.emit(thing, "egov:subOrganizationOf", body, spans, "ko.definition.under.1")
        return
    if alias := _ALIAS.fullmatch(text):
        name = alias["a"].strip()
        if NEXT.search(item.name):
            return  # the short name is that of the one before it, too
        reader.memory.aliases[name] = thing
        draft.name(thing, name, "alt", here)
        if text.startswith(("약칭", "별칭", "일명", "통칭")) or _tells(reader, name):
            draft.emit(thing, "skos:altLabel", Value(name, "rdf:langString", "ko"), spans, "ko.definition.alias.1")
        return
    if (former := _FORMER.fullmatch(text)) or (now := _NOW.fullmatch(text)):
        other = (former or now)["a"].strip()  # type: ignore[index]
        if vocab.is_subclass(thing.cls, "egov:Agency") or vocab.is_subclass(thing.cls, "egov:Committee"):
            made = draft.resolver.make(thing.cls, other, lang="ko")
            draft.place(made, here)
            one, two = (made, thing) if former else (thing, made)
            draft.emit(one, "egov:renamedTo", two, spans, "ko.definition.former.1")
        return
    if (
        _URL.fullmatch(text)
        and "." in text
        and text == text.lower()
        and not re.fullmatch(r"[A-Z.]+|\S*\d\.\d\S*", text)
    ):
        draft.emit(thing, "foaf:homepage", Value(text, "xsd:anyURI"), spans, "ko.definition.homepage.1")
        return
    _named(reader, item, thing, text, spans, here)


def _is_body(reader: KoreanReader, text: str) -> bool:
    """Return whether words in brackets name a body: who is in charge, and no other name of the undertaking."""
    head = reader.grammar.words.head_of(text.rsplit(maxsplit=1)[-1])
    return head is not None and vocab.is_subclass(head.cls, "egov:Body")


def _tells(reader: KoreanReader, name: str) -> bool:
    """Return whether a short name for the text at hand tells the thing elsewhere too: 과기정통부, and not 위원회."""
    words = reader.grammar.words
    return len(name) > 2 and name not in words.heads and name not in words.kinds and not words.is_generic(name)


def _named(reader, item, thing, text, spans, here) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, PLR0917
    draft = reader.draft
    if item.cls in ("egov:Person", "egov:Country", "egov:Administration"):
        if _LATIN.fullmatch(text) and item.cls == "egov:Person":
            draft.name(thing, text, "alt", here)
        return
    if _ACRONYM.fullmatch(text) and (sum(c.isupper() or c.isdigit() for c in text) * 2 >= len(text)):
        draft.name(thing, text, "acronym", here)
        draft.emit(thing, "egov:acronym", Value(text, "rdf:langString", "en"), spans, "ko.definition.acronym.1")
        reader.memory.aliases.setdefault(text, thing)
        draft.resolver.acronyms.setdefault(text, thing)
        return
    if _LATIN.fullmatch(text):
        if not (text[0].isupper() or text[1:2] == "-" or is_proper(item.name, text)):
            return  # the translation of a word, and no name
        draft.name(thing, text, "alt", here)
        draft.emit(thing, "skos:altLabel", Value(text, "rdf:langString", "en"), spans, "ko.definition.name.1")
        if len(text) < 30:
            reader.memory.aliases.setdefault(text, thing)
        return
    if (
        _HANGUL.fullmatch(text)
        and vocab.is_subclass(thing.cls, "egov:Undertaking")
        and not reader.grammar.words.is_generic(text)
        and text != thing.label
        and not _is_body(reader, text)
        and not re.search(
            r"(?:소관|주관|담당|학교|제정|개정|기준|포함|제외|이하|현재|예정|단위|참조|등|안|년|제외|시범|당시|명|개|원)$",
            text,
        )
    ):
        if NEXT.search(item.name):
            return
        reader.memory.aliases.setdefault(text, thing)
        draft.name(thing, text, "alt", here)
        draft.emit(thing, "skos:altLabel", Value(text, "rdf:langString", "ko"), spans, "ko.definition.name.2")
