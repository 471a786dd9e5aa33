"""What tells one edition of a plan or an act from the next: a year, a period, a number, a quoted title behind it."""

from __future__ import annotations

import re

from egov_kg import vocab
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan
from egov_kg.extraction.times import TimeMention
from egov_kg.values import replace

__all__ = ["with_edition", "with_title"]

_NUMBERED = re.compile(r"\s(?:\d\.\d|II|III|IV|VI{0,3})(?![\w.])")
_COUNTED = re.compile(r"\s(?P<number>\d{1,4})\sof\s(?P<year>(?:19|20)\d\d)(?!\w)")
_QUOTED = re.compile(r"\s[\"“«‘'](?P<title>[A-Z0-9][^\"”»’\n]{2,100}?)[\"”»’'](?!\w)")
_CALLED = re.compile(r",\s[\"“«](?P<title>[A-Z][^\"”»\n]{3,140}?),?[\"”»](?!\w)")
_ENTITLED = re.compile(r"\s[\"“«](?P<title>[A-Z][^\"”»\n]{3,140}?),?[\"”»](?!\w)")
_BEFORE = re.compile(r"[\"“«](?P<title>[A-Z][^\"“”«»\n]{3,140}?),?[\"”»],?\s\Z")
_FOR = re.compile(r"\s(?:for|covering|over)\s(?:the\s(?:years|period)\s)?")


def with_edition(scan: Scan, mention: Mention) -> Mention:
    """Return the mention of an undertaking or a law with what belongs to its name behind the noun.

    "Digital Strategy 2016-2020" is named with its period, "Digital Agenda 2030" with its year, "Data Protection Act
    1998" with that of its enactment, 'State Programme "Digital Kazakhstan"' with its title.
    """
    law = mention.cls == "egov:Law"
    if mention.names:
        return mention
    if vocab.is_subclass(mention.cls, "egov:Body") and mention.end == mention.name_end:
        quoted = _QUOTED.match(scan.text, mention.end, scan.end)
        if quoted:
            name = f"{mention.name} {quoted['title']}"
            return replace(mention, name=name, end=quoted.end(), name_end=quoted.end())
    if not (law or vocab.is_subclass(mention.cls, "egov:Undertaking")):
        return mention
    if mention.end != mention.name_end:
        return mention if law else _titled(scan, mention)
    end = mention.end
    if law and (counted := _COUNTED.match(scan.text, end, scan.end)):
        # "Transactions Act 25 of 2002": the number counts within the year, and both are part of the name
        year = _time_at(scan, counted.start("year"))
        name = scan.between(mention.name_start, counted.end())
        end = counted.end()
        dated = (year,) if year else ()
        return replace(mention, name=name, end=end, name_end=end, number=counted["number"], times=dated)
    number = _NUMBERED.match(scan.text, end, scan.end)
    end = number.end() if number else end
    quoted = None if law or number else _QUOTED.match(scan.text, end, scan.end)
    if quoted:
        name = f"{mention.name} {quoted['title']}"
        mention = replace(mention, name=name, end=quoted.end(), name_end=quoted.end())
        period = _FOR.match(scan.text, quoted.end(), scan.end)
        time = _time_at(scan, period.end()) if period else None
        return replace(mention, end=time.end, times=(time,)) if time and "/" in time.value.edtf else mention
    time = _time_at(scan, end + 1) if scan.text[end : end + 1] == " " else None
    if law and time is None and scan.text[end : end + 2] == ", ":
        # "the Information Technology Act, 2000"
        time = _time_at(scan, end + 2)
        time = time if time and len(time.value.words) == 4 else None
    times: tuple[TimeMention, ...] = ()
    if time is not None and time.value.words[0].isdigit() and len(time.value.edtf) != 7 and len(time.value.edtf) != 10:
        end = time.end
        times = (time,) if law or "/" in time.value.edtf else ()
        if not law and "/" not in time.value.edtf:
            end = _of_country(scan, end)
    if end != mention.name_end:
        name = scan.between(mention.name_start, end)
        mention = replace(mention, name=name, end=end, name_end=end, times=mention.times + times)
    return mention if law else _titled(scan, mention)


def _titled(scan: Scan, mention: Mention) -> Mention:
    """Return a mention with the quoted title that stands beside it, as another name."""
    if mention.alias or mention.is_bare:
        return mention
    behind = _CALLED.match(scan.text, mention.end, scan.end)
    if behind:
        return replace(mention, alias=behind["title"])
    before = _BEFORE.search(scan.text, max(scan.start, mention.start - 150), mention.start)
    return replace(mention, alias=before["title"]) if before else mention


def with_title(scan: Scan, mention: Mention) -> Mention:
    """Return a plan or a work under the title that stands quoted behind it: "a first agenda, "Quays for All", was".

    Words written small only say what it is.
    """
    agenda = mention.cls == "egov:PolicyGoal" and mention.head == "agenda"
    named = agenda or vocab.is_subclass(mention.cls, "egov:Undertaking")
    if not named or mention.end != mention.name_end or mention.count or not mention.name.islower():
        return mention
    behind = _CALLED.match(scan.text, mention.end, scan.end) or _ENTITLED.match(scan.text, mention.end, scan.end)
    if behind is None:
        return mention
    start, end = behind.span("title")
    cls = "egov:Plan" if agenda else mention.cls
    return replace(
        mention, cls=cls, name=behind["title"], end=behind.end(), name_start=start, name_end=end, head="", ordinal=""
    )


def _of_country(scan: Scan, end: int) -> int:
    """Return the end of "for Estonia" behind a year, or `end`."""
    match = re.compile(r"\s(?:for|of)\s(?:the\s)?([A-Z]\w+)").match(scan.text, end, scan.end)
    return match.end() if match and match[1].casefold() in scan.lexicon.country_words else end


def _time_at(scan: Scan, place: int) -> TimeMention | None:
    return next((t for t in scan.times if t.start == place), None)
