"""Laws and other norms by number, by date or by quoted title, and the number and date behind any name of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.extraction.brackets import CHANGED
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan
from egov_kg.extraction.times import MONTH, TimeMention, month_number
from egov_kg.model import TimeValue
from egov_kg.values import replace

__all__ = ["ACT_NUMBER", "find_norms", "number_of", "with_number"]

_LEAD = (
    r"(?:(?:Presidential|Executive|Legislative|Supreme|Royal|Imperial|Sultani|Amiri|Emiri|Ministerial|Government|Cabinet"
    r"|Council|Emergency|Federal|Organic|Constitutional|Public|Statutory|Implementing(?!\sExecutive)|Delegated|Enforcement"
    r"|Administrative|Joint|Framework|Republic|State|Prime\sMinisterial|Commission|Parliamentary|Interim|Basic)\s){0,3}"
)
_KIND = (
    r"(?:Decree[-\s]Law|Decree\swith\sForce\sof\sLaw|Legislative\sDecree|Act|Law|Statute|Code|Ordinance|Decree|Order"
    r"|Regulation|Directive|Resolution|Decision|Circular|Proclamation|Instruction|Instrument|Edict|Memorandum"
    r"|Notification|Legal\sNotice|Government\sNotice)"
)
_OWNER = r"(?:\sof\s(?:the\s)?[A-Z]\w+(?:\sof\s(?:the\s)?[A-Z]\w+(?:\s[A-Z]\w+){0,3}|\s[A-Z]\w+){0,2})?"
_UNION = r"(?:\s\((?P<union>EU|EC|EEC|Euratom)\))?"
ACT_NUMBER: Final = r"(?:[A-Z]{1,4}-)?\d{1,6}(?:[.,]\d{3}){0,2}(?:[-/][A-Za-z0-9]{1,6}){0,3}"
_NO = rf"(?:[Nn]os?\b\.?|[Nn]umber|[Nn]r\b\.?|№|[Nn][°º])\s?(?P<number>{ACT_NUMBER}|[IVXLCDM]{{1,9}}\b)"
# Law No. 6439; Resolution of the Government No. 827; Regulation (EU) No 910/2014
_NUMBERED = re.compile(rf"\b(?P<kind>{_LEAD}{_KIND})(?P<owner>{_OWNER}){_UNION},?\s{_NO}")
# Directive 2019/1024; Decree-Law 43/99/M; Executive Order 13356; Public Law 107-347; Public Act 25 of 2002
_SHORT = re.compile(
    rf"\b(?P<kind>{_LEAD}{_KIND}){_UNION}\s(?P<number>\d{{1,4}}/\d{{1,4}}(?:/[A-Z]{{1,7}})?|\d{{1,3}}-\d{{1,4}}"
    r"|\d{1,4}(?=\sof\s\d{1,2}\s[A-Z][a-z]{2,8}\s(?:19|20)\d\d\b)|\d{1,3}(?:[.,]\d{3}){1,2}|(?:19|20)\d\d-\d{1,5}|\d{4,6}(?<!\b(?:19|20)\d\d)|\d{1,4}(?=\sof\s(?:19|20)\d\d\b)"
    r"|[IVXLCDM]{2,9}(?=\sof\s(?:19|20)\d\d\b))(?![\w/])"
)
# Law "On Informatization"; Law of the Republic of Kazakhstan «On Public Services»
_QUOTED = re.compile(
    rf"\b(?P<kind>{_LEAD}{_KIND})(?P<owner>{_OWNER})\s(?:[\"“«‘'](?P<title>[A-Z][^\"”»\n]{{3,180}}?)[\"”»’'])(?![\w])"
)
# Decree of 18 October 2000; law of 1983 on documents
_DATED = re.compile(rf"\b(?P<kind>{_LEAD}(?:{_KIND}|law|act|decree|ordinance))\sof\s(?=\d|[A-Z][a-z])")
_ANY_KIND = re.compile(rf"(?:{_KIND}|Regulations|Rules)\b|(?:law|act|decree|ordinance)\s")
_NO_WORD = re.compile(r"\b[Nn](?:o|r|umber)\b")
# An entry "Law No. 19,628 - Protection of Letters (1999)"
_ENTITLED = re.compile(r"\s[-\u2013\u2014:]\s(?P<title>[A-Z][^().;:\n]{3,120}?)(?=\s\((?:19|20)\d\d|\s*$)")
# Law No. 19 on Electronic Seals and the Registers of the State
_ON_TITLE = re.compile(r"(?P<on>\s(?:on|concerning|regarding)\s(?:the\s)?)(?=[A-Z])[\w’'-]+(?:\s[\w’'-]+){0,12}")
_DIGIT = re.compile(r"\d")
_MATTER = re.compile(r"\s(?:on|concerning|regarding|relating\sto|approving)\s(?:the\s)?")
# (First) Act Amending the E-Government Act; Law on Amendments to the Electronic Commerce Law
_AMENDING = re.compile(
    r"\b(?P<kind>(?:(?:First|Second|Third|Fourth|Fifth)\s)?(?:Act|Law|Decree)\s"
    r"(?:[Aa]mending(?:\sand\s[Ss]upplementing)?|[Oo]n\s[Aa]mendments?\s(?:to|of)|to\s[Aa]mend))\s(?:the\s)?"
    r"(?P<title>(?:[A-Z][\w-]*\s(?:(?:of|and|on|for|the)\s){0,2}){1,7}(?:Act|Law|Code))\b"
)
# Electronic Letters (Online Content) Regulations, 2020; Written Laws (Miscellaneous Amendments) (No. 5) Act, 2019
_TITLED_YEAR = re.compile(
    r"\b(?!(?:Under|In|By|For|With|From|And|See|Since|On|As|To|At|This|These|Its|Of|New|The|A|An)\b)"
    r"(?P<title>(?:[A-Z][\w’'-]*,?\s(?:(?:and|of|for|the|on|in|to|&)\s){0,2}){1,8})"
    r"(?:(?P<bracket>\([A-Z][^()]{2,60}\)\s)(?:\([Nn]o\.?\s?\d{1,3}\)\s)?(?P<kind>Act|Law|Ordinance|Decree|Regulations|Rules|Order)"
    r"|(?P<plain>Regulations|Rules)|(?P<dual>Act|Law|Ordinance),\s57\d\d[-\u2013](?=\d)),?(?:\s|(?<=[-\u2013]))(?:of\s)?(?P<year>(?:19|20)\d\d)\b"
)
_LAWS = re.compile(r"(?:Act|Law|Statute|Code|Ordinance|act|law|ordinance|Proclamation)$")

_NO_AT_END = re.compile(r",?\s(?:No|Nr)\.?$")
_THEN_NUMBER = re.compile(rf",?\s(?:{_LEAD}{_KIND}\s)?{_NO}")
# (No. 24), (Act No. 24), (24/2019), (Act 772)
_THEN_BRACKET = re.compile(
    rf"\s?\((?:the\s)?(?:(?:{_LEAD}{_KIND}\s)?(?:{_NO}|(?P<short>\d{{1,4}}/\d{{4}}))"
    rf"|(?:Act|Law|Decree|Ordinance)\s(?P<plain>\d{{1,5}})(?=\)|\sof\s))"
)
_THEN_DATE = re.compile(r",?\s(?:of|dated|from)\s(?:the\s)?|\s?\((?=\d|[A-Z][a-z]{2})")
_THEN_TITLE = re.compile(r",?\s[\"“«](?P<title>[A-Z][^\"”»\n]{3,180}?)[\"”»]")


# "Law No. 7, on Ports (hereinafter the "Ports Law")": how the text calls it from then on
_CALLED = re.compile(
    r"[^().;\d]{0,120}?\((?:hereinafter|hereafter|henceforth|from\snow\son|(?:also\s)?(?:referred\sto|known|called))"
    r"[^()\"“]{0,40}[\"“](?P<title>[A-Z][^\"”]{1,60})[\"”]\)"
)


def number_of(name: str) -> str:
    """Return the number by which a norm is named, or an empty string.

    Example:
        >>> number_of("Law No. 63/2012"), number_of("Directive 2019/1024"), number_of("Privacy Act 1988")
        ('63/2012', '2019/1024', '')
    """
    match = _NUMBERED.match(name) or _SHORT.match(name)
    return match["number"] if match else ""


# Decree-Law No. 116/2007 of 27 April: the number has the year
_DAY_OF_NUMBER = re.compile(
    rf",?\s(?:of|dated)\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month>{MONTH})(?!,?\s\d{{4}})\b"
)
LAST_DAY: Final = 31
_YEAR_OF_NUMBER = re.compile(r"(?:.*[/-])?((?:19|20)\d\d)(?:[/-].*)?")


# "the new data statute, Law No. 7": what it is, and then its name
_THEN_NORM = re.compile(rf",\s{_LEAD}{_KIND}\s(?:No|Nr|Number)\b")


class _Tail(NamedTuple):
    """What stands behind the name of a norm."""

    end: int
    number: str = ""
    times: tuple[TimeMention, ...] = ()
    title: str = ""


def find_norms(scan: Scan) -> Iterator[Mention]:
    """Yield the norms that a sentence names by number, by date or by a quoted title.

    "Decree No. 9,756 of 11 April 2019" is called "Decree No. 9,756" and dated; 'Law "On Public Services"' is called
    "Law on Public Services".
    """
    text = scan.text
    if not _ANY_KIND.search(text, scan.start, scan.end):
        return
    taken: list[tuple[int, int]] = []
    digits = _DIGIT.search(text, scan.start, scan.end) is not None
    numbered = (_TITLED_YEAR, _AMENDING, _NUMBERED, _SHORT, _QUOTED, _DATED)
    for pattern in numbered if digits else (_AMENDING, _QUOTED, _DATED):
        for match in pattern.finditer(text, scan.start, scan.end):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            mention = _dated(scan, match) if pattern is _DATED else _named(scan, match)
            if mention is not None:
                taken.append((mention.start, mention.end))
                yield mention


def _named(scan: Scan, match: re.Match[str]) -> Mention | None:
    """Return the norm of a number or a quoted title, or of a title with its year."""
    if match.re is _TITLED_YEAR:
        kind, tail = match["kind"] or match["plain"] or match["dual"], _tail(scan, match.end())
        year = _time_at(scan, match.start("year"))
        tail = tail._replace(times=tail.times or ((year,) if year else ()))
        return _mention(scan, match.start(), scan.between(*match.span()), match.end(), kind, {}, tail)
    text, groups = scan.text, match.groupdict()
    number, title = groups.get("number") or "", groups.get("title") or ""
    kind = " ".join(match["kind"].split())
    tail = _with_day(scan, _tail(scan, match.end()), number)
    if match.re is _AMENDING:
        name = scan.between(match.start(), match.end())
        return _mention(scan, match.start(), name, match.end(), "Act", {}, tail)
    if title:
        # Law "On X" is the law on X; a programme or a report between quotation marks is no law
        if not re.match(r"On\s|Concerning\s|Regarding\s|About\s", title) and not tail.number:
            return None
        name = (
            f"{kind} {title[0].lower()}{title[1:]}" if title.startswith(("On ", "Concerning ", "Regarding ")) else title
        )
        name_end = match.end()
    else:
        name_end = match.end("number")
        if (
            number.isdigit()
            and tail.times
            and len(tail.times[0].value.edtf) == 4
            and (len(number) < 4 or not _NO_WORD.search(match[0]))
            and text[tail.times[0].end : tail.times[0].end + 1] != ")"
        ):
            # "Public Act 25 of 2002", "Law No. 27 of 2022": the number counts within the year
            name_end = tail.times[0].end
        if tail.end == name_end and (entitled := _ON_TITLE.match(text, name_end, scan.end)):
            # "Law No. 19 on Electronic Seals (2002)": what the law is on is a part of its name, if it is a title
            name_end = _capital_end(scan, entitled.end("on"), entitled.end())
            tail = _tail(scan, name_end)._replace(number=number)
        name = scan.between(match.start(), name_end)
        entitled = _ENTITLED.match(text, max(tail.end, name_end), scan.end)
        if entitled and match.start() == scan.start and not tail.title:
            behind = _tail(scan, entitled.end())
            tail = tail._replace(end=behind.end, times=tail.times or behind.times, title=entitled["title"])
    return _mention(scan, match.start(), name, name_end, kind, groups, _Tail(
        tail.end, number or tail.number, tail.times, tail.title
    ))  # fmt: skip


def _dated(scan: Scan, match: re.Match[str]) -> Mention | None:
    """Return the norm of a date: "Decree of 18 October 2000", "law of 1983 on documents"."""
    time = _time_at(scan, match.end())
    if time is None or "/" in time.value.edtf:
        return None
    matter = _MATTER.match(scan.text, time.end, scan.end)
    kind = " ".join(match["kind"].split())
    if matter is None and (kind[0].islower() or len(time.value.edtf) == 4):
        return None
    end = time.end
    if matter is not None:
        phrase = re.compile(r"[\w’'-]+(?:\s(?:and\s|of\s|the\s)?[\w’'-]+){0,9}").match(
            scan.text, matter.end(), scan.end
        )
        if kind[0].islower():
            phrase = re.compile(r"[\w’'-]+").match(scan.text, matter.end(), scan.end)
        end = phrase.end() if phrase else end
        if phrase and kind[0].isupper():
            end = _capital_end(scan, matter.end(), end)
    name = scan.between(match.start(), end)
    return _mention(scan, match.start(), name, end, kind, {}, _Tail(end, "", (time,), ""))


def _capital_end(scan: Scan, start: int, end: int) -> int:
    """Return where the capitalised words from `start` on end, at `end` at most; all of them if the first is none."""
    stop = start
    for word in re.compile(r"[\w’'-]+").finditer(scan.text, start, end):
        if not word[0][0].isupper() and word[0] not in ("and", "of", "the", "for", "in", "on", "to"):
            break
        if word[0][0].isupper():
            stop = word.end()
    return stop if stop > start else end


def _mention(  # noqa: PLR0917 - each is a different thing
    scan: Scan, start: int, name: str, name_end: int, kind: str, groups: dict[str, str | None], tail: _Tail
) -> Mention:
    outer, det = start, ""
    k = next((i for i, w in enumerate(scan.words) if w.start >= start), scan.size)
    if scan.lows[k - 1] in ("the", "this", "that", "a", "an") and k:
        outer, det = scan.words[k - 1].start, scan.lows[k - 1]
    owner = groups.get("owner") or ""
    country = "eu" if groups.get("union") else _country(scan, owner)
    cls = "egov:Law" if _LAWS.search(kind) or groups.get("union") else "egov:ExecutiveOrder"
    if re.match(r"(?:Directive|Regulation)\s\d+/", name):
        cls = "egov:Law"
    return Mention(
        outer, max(tail.end, name_end), cls, name, start, name_end, det=det, alias=tail.title, times=tail.times,
        country=country, number=tail.number, pattern="norm",
    )  # fmt: skip


def _country(scan: Scan, owner: str) -> str:
    words = owner.casefold().split()
    names = scan.lexicon.country_words
    for first in range(len(words)):
        for last in range(len(words), first, -1):
            code = names.get(" ".join(words[first:last]))
            if code:
                return code
    return ""


def _time_at(scan: Scan, place: int) -> TimeMention | None:
    return next((t for t in scan.times if t.start == place), None)


def _tail(scan: Scan, place: int) -> _Tail:
    """Return what stands behind the name of a norm at a place: its number, its date, its title."""
    text, tail = scan.text, _Tail(place)
    for _ in range(4):
        number = None if tail.number else _THEN_NUMBER.match(text, tail.end, scan.end)
        if number:
            tail = tail._replace(end=number.end(), number=number["number"])
            continue
        bracket = None if tail.number else _THEN_BRACKET.match(text, tail.end, scan.end)
        if bracket:
            inner = _tail(scan, bracket.end())
            if text[inner.end : inner.end + 1] == ")":
                times = tail.times or inner.times
                tail = tail._replace(
                    end=inner.end + 1, number=bracket["number"] or bracket["short"] or bracket["plain"], times=times
                )
                continue
        coarse = not tail.times or (len(tail.times[0].value.edtf) == 4 and tail.number)
        date = _THEN_DATE.match(text, tail.end, scan.end) if coarse else None
        time = _time_at(scan, date.end()) if date else None
        if date and time is not None and "/" not in time.value.edtf and (not tail.times or len(time.value.edtf) == 10):
            opened = date[0].endswith("(")
            changed = CHANGED.match(text, time.end, scan.end) if opened else None
            changing = _time_at(scan, changed.end() + 1) if changed else None
            end = changing.end if changing else changed.end() if changed else time.end
            closed = text[end : end + 1] == ")"
            if closed or not opened:
                tail = tail._replace(end=end + (closed and opened), times=(time,))
                continue
        break
    # the title is another name, but what it names may be named in it: it stays outside
    title = _THEN_TITLE.match(text, tail.end, scan.end)
    title = title or _CALLED.match(text, tail.end, scan.end)
    return tail._replace(title=title["title"]) if title else tail


def _with_day(scan: Scan, tail: _Tail, number: str) -> _Tail:
    """Return a tail with the day that stands behind a number which has the year: "No. 116/2007 of 27 April"."""
    year, match = _YEAR_OF_NUMBER.fullmatch(number), _DAY_OF_NUMBER.match(scan.text, tail.end, scan.end)
    if tail.times or year is None or match is None or not 1 <= int(match["day"]) <= LAST_DAY:
        return tail
    value = TimeValue(f"{year[1]}-{month_number(match['month']):02}-{int(match['day']):02}", match[0].split(None, 1)[1])
    start = match.start("day")
    return tail._replace(end=match.end(), times=(TimeMention(start, match.end(), value),))


def with_number(scan: Scan, mention: Mention) -> Mention | None:
    """Return the mention of a law with the number and the date that stand behind it; None for a kind of law alone.

    "General Personal Data Protection Law (LGPD), Law No. 13,709 of 14 August 2018" is one law with number and date.
    """
    if mention.cls not in ("egov:Law", "egov:ExecutiveOrder") or mention.number or mention.names or mention.det == "a":
        return mention
    if not vocab.is_subclass(mention.cls, "egov:Enactable") or mention.is_bare:
        return mention
    if cut := _NO_AT_END.search(mention.name):
        # "Law on Public Services No. 12": the number is no part of the title
        end = mention.name_end - len(cut[0])
        mention = replace(mention, name=mention.name[: cut.start()], name_end=end, end=end)
    tail = _tail(scan, mention.end)
    says_what = mention.name.islower() and _THEN_NORM.match(scan.text, mention.end, scan.end)
    if tail.number and (says_what or re.fullmatch(rf"{_LEAD}{_KIND}", mention.name)):
        # "Republic Act No. 10844" is named by its number, elsewhere in this module
        return None
    if not tail.number and not (tail.times and not mention.times and scan.text[tail.end - 1] != ")"):
        return mention
    return replace(
        mention, end=tail.end, number=tail.number, times=mention.times or tail.times, alias=mention.alias or tail.title
    )
