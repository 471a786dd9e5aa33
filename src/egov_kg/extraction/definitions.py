"""What names say by themselves: acronyms, other names, sizes, bracketed times, heads of administrations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from egov_kg import vocab
from egov_kg.extraction.laws import number_of
from egov_kg.extraction.named import emit_time
from egov_kg.extraction.patterns import Mention, Reading
from egov_kg.extraction.tokens import fold
from egov_kg.model import Block, Span, Thing, Value

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["administration_under", "in_jurisdiction", "read_definitions"]


def read_definitions(narrator: Narrator, block: Block, reading: Reading) -> None:
    """Take in what names say by themselves: acronyms, other names, sizes, bracketed times, heads."""
    draft, resolver = narrator.draft, narrator.resolver
    known = [(m.start, m.end) for m in reading.mentions if m.thing and m.cls == "egov:Administration"]
    outermost = len(reading.mentions)
    acronyms = {m.acronym for m in reading.mentions if m.acronym}
    for place, mention in enumerate((*reading.mentions, *reading.inner)):
        outer = place < outermost
        if not outer and mention.acronym in acronyms:
            # the bracket belongs to the whole name: "Directorate of the Ports System (DPS)"
            continue
        if not outer and mention.cls == "egov:Administration" and any(a <= mention.name_start < b for a, b in known):
            # the pattern would name another administration by the surname in the name of a known one
            continue
        things = narrator.things_of(mention, reading) if outer else [t for t in (resolver.thing(mention),) if t]
        if not things:
            continue
        spans = draft.spans(block, mention.start, mention.end)
        for i, thing in enumerate(things):
            if outer:
                _times_of(narrator, block, mention, thing, i, len(things))
                _year_of_name(narrator, block, mention, thing)
            if mention.acronym and not mention.names and mention.acronym != thing.label:
                draft.name(thing, mention.acronym, "acronym", spans)
                draft.emit(
                    thing,
                    "egov:acronym",
                    Value(mention.acronym, "rdf:langString", "en"),
                    spans,
                    "definition.bracket.1",
                )
            if mention.alias and not resolver.lexicon.head_at((mention.alias.casefold(),)):
                draft.name(thing, mention.alias, "alt", spans)
                draft.emit(
                    thing,
                    "skos:altLabel",
                    Value(mention.alias, "rdf:langString", "en"),
                    spans,
                    "definition.bracket.2",
                )
            if number := mention.number or _number(mention, thing):
                draft.emit(thing, "egov:actNumber", Value(number), spans, "definition.number.1")
            if mention.count > 1 and not mention.names and not vocab.is_subclass(thing.cls, "egov:ActorGroup"):
                draft.emit(thing, "egov:memberCount", Value(str(mention.count), "xsd:integer"), spans, "set.count.1")
            if vocab.is_subclass(thing.cls, "egov:Undertaking") and (period := _PERIOD.search(thing.label)):
                _period(narrator, thing, period, spans)
        if outer:
            _known_names(narrator, block, reading, mention, things[0])
        if mention.pattern == "administration.number":
            continue
        if mention.cls == "egov:Administration":
            _administration(narrator, block, mention, things[0])
        elif mention.cls == "egov:Person" and mention.head and mention.head not in resolver.lexicon.honorifics:
            if mention.head in resolver.lexicon.heads_of_government:
                narrator.heads.add(things[0].id)
            office = resolver.office(mention.head, resolver.jurisdiction)
            draft.emit(things[0], "egov:holdsOffice", office, spans, "person.title.1")


def _number(mention: Mention, thing: Thing) -> str:
    return number_of(mention.name) if thing.cls in ("egov:Law", "egov:ExecutiveOrder") else ""


# "Digital Strategy 2016-2020", "Plan 2008-12"; and not "Law 2004/38".
_PERIOD = re.compile(r"(?<![\d/.])((?:19|20)\d\d)\s?[-–—]\s?((?:19|20)?\d\d)(?![\d/-])")


def _period(narrator: Narrator, thing: Thing, period: re.Match[str], spans: Sequence[Span]) -> None:
    """Take in the first and the last year that a plan bears in its name."""
    first, last = period[1], period[2] if len(period[2]) == 4 else period[1][:2] + period[2]
    if int(first) < int(last) <= int(first) + 40:
        narrator.draft.emit(thing, "egov:startYear", Value(first, "xsd:gYear"), spans, "name.period.1")
        narrator.draft.emit(thing, "egov:endYear", Value(last, "xsd:gYear"), spans, "name.period.1")


def _times_of(  # noqa: PLR0917 - each is a different thing
    narrator: Narrator, block: Block, mention: Mention, thing: Thing, i: int, several: int
) -> None:
    if block.kind == "row":
        return
    times = mention.times if len(mention.times) != several or several == 1 else (mention.times[i],)
    for time in times[:1] if several == 1 else times:
        spans = narrator.draft.spans(block, mention.start, mention.end)
        emit_time(narrator.draft, thing, time, spans, "time.bracket.1")


# Privacy Act 1988; Data Protection Act, 2019; Public Act 25 of 2002; Law No. 63/2012; Directive 2019/1024
_NAMED_YEAR = re.compile(
    r"(?:\s|\sof\s|/|\s57\d\d[-\u2013])(?P<last>(?:19|20)\d\d)$|\s(?P<first>(?:19|20)\d\d)/\d{1,5}(?:/[A-Z]{2,3})?$"
)


def _year_of_name(narrator: Narrator, block: Block, mention: Mention, thing: Thing) -> None:
    """Take in the year that the name of a law carries."""
    if mention.times or mention.names or thing.cls not in ("egov:Law", "egov:ExecutiveOrder"):
        return
    match = _NAMED_YEAR.search(mention.name)
    if match:
        spans = narrator.draft.spans(block, mention.name_start, mention.name_end)
        year = Value(match["last"] or match["first"], "xsd:gYear")
        narrator.draft.emit(thing, "egov:statedYear", year, spans, "law.named-year.1")


def _known_names(narrator: Narrator, block: Block, reading: Reading, mention: Mention, thing: Thing) -> None:
    """A known thing under another name than the preferred one: a variant, or an acronym that stands alone."""
    if not mention.thing or not narrator.resolver.applies(mention.thing):
        return
    surface = re.sub(r"\s+", " ", reading.text[mention.name_start : mention.name_end])
    spans = narrator.draft.spans(block, mention.name_start, mention.name_end)
    row = next(
        (n for n in narrator.gazetteer.names_of(mention.thing) if n.name == surface and n.kind == "acronym"),
        None,
    )
    if row is not None and not mention.acronym:
        narrator.draft.name(thing, surface, "acronym", spans)
        narrator.draft.emit(
            thing, "egov:acronym", Value(surface, "rdf:langString", "en"), spans, "definition.known.1", "inferable"
        )
    elif thing.cls == "egov:Person" and fold(surface) != fold(thing.label) and len(surface.split()) > 1:
        narrator.draft.name(thing, surface, "alt", spans)
        lang = "ko" if re.search("[가-힣]", surface) else "en"
        if lang == thing.lang:
            narrator.draft.emit(thing, "skos:altLabel", Value(surface, "rdf:langString", lang), spans, "name.variant.1")


def _administration(narrator: Narrator, block: Block, mention: Mention, thing: Thing) -> None:
    spans = narrator.draft.spans(block, mention.start, mention.end)
    if mention.thing == thing.id and not mention.name.casefold().endswith(" administration"):
        # a name from a list: who its head is, only the list can say
        head = thing.id.replace("administration/", "person/", 1)
        if narrator.gazetteer.holds(head):
            narrator.draft.emit(thing, "egov:headedBy", narrator.resolver.known(head), spans, "administration.head.1")
        in_jurisdiction(narrator, thing, spans)
        return
    name = mention.name.removesuffix(" administration")
    person = narrator.resolver.person(name)
    if len(name.split()) == 1:
        person = narrator.history.person_of_surname(name) or person
    narrator.heads.add(person.id)
    narrator.draft.emit(thing, "egov:headedBy", person, spans, "administration.head.1")
    if fold(name) != fold(person.label):
        lang = "en"
        narrator.draft.name(person, name, "alt", spans)
        narrator.draft.emit(person, "skos:altLabel", Value(name, "rdf:langString", lang), spans, "name.variant.1")
    in_jurisdiction(narrator, thing, spans)


def in_jurisdiction(narrator: Narrator, thing: Thing, spans: Sequence[Span]) -> None:
    """Take in that an administration governs the country that the document speaks of."""
    code = narrator.resolver.jurisdiction
    if any(c.code == code for c in narrator.resolver.lexicon.countries):
        country = narrator.resolver.country(code)
        narrator.draft.emit(thing, "egov:inJurisdiction", country, spans, "administration.jurisdiction.1", "inferable")


def administration_under(narrator: Narrator, person: Thing, spans: Sequence[Span]) -> Thing | None:
    """Return the administration under a person whom the document knows as a head of government; else nothing."""
    if person.cls != "egov:Person" or person.id not in narrator.heads:
        return None
    known = set(narrator.resolver.things)
    thing = narrator.resolver.administration_of(person)
    if thing.id not in known and not narrator.gazetteer.holds(thing.id):
        # nobody calls the government by this name: that a head of government acted is all that is said
        return None
    narrator.draft.emit(thing, "egov:headedBy", person, spans, "administration.head.2", "inferable")
    in_jurisdiction(narrator, thing, spans)
    return thing
