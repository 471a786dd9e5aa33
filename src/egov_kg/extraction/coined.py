"""Coined names: names without a telling head that the words around them class, or that are written as no word is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.brackets import with_bracket
from egov_kg.extraction.coined_forms import is_coined
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import CALENDAR, Scan, is_capital

__all__ = ["find_coined"]

_LONGEST = 5
_INSIDE: Final = frozenset({"of", "de", "do", "da", "del", "la", "e", "y"})
_CALLED: Final = frozenset({"called", "named", "dubbed", "branded", "titled", "entitled", "christened"})


_BODIES: Final = re.compile(
    r"\b(?:agencies|ministries|bodies|institutions|organi[sz]ations|companies|firms|departments|authorities)\b,?"
    r"\s(?:such\sas|including|namely|like)\s[^.;]{0,160}$"
)


def find_coined(scan: Scan) -> Iterator[Mention]:
    """Yield the names that an apposition, a class word or their own form shows to be names."""
    i = 0
    while i < scan.size:
        end = _run(scan, i)
        if end is None:
            i += 1
            continue
        dated = _with_year(scan, i, end)
        named = ("egov:Plan", dated, "coined.form") if dated else _class_of(scan, i, end)
        if named is not None:
            cls, end, pattern = named
            yield _mention(scan, i, end, cls, pattern)
        i = max(end, i + 1)


def _run(scan: Scan, i: int) -> int | None:
    """Return the end of the capitalised words that begin at `i`, if they may be a name of their own."""
    if not _may_begin(scan, i):
        return None
    end = i + 1
    while end < scan.size and end - i < _LONGEST:
        if (
            _is_name(scan, end)
            or (scan.is_name_word(end) and scan.is_name_word(end + 1) and scan.words[end].text[1:].islower())
            or (end > i and re.fullmatch(r"\d\.\d|II|III|IV", scan.words[end].text))
        ):
            end += 1
        elif scan.lows[end] in _INSIDE and end + 1 < scan.size and _is_name(scan, end + 1):
            end += 2
        else:
            break
    return end


_YEARS: Final = re.compile(r"(?:19|20)\d\d(?:/\d{4})?")
_TOPICS: Final = frozenset(
    ["digital", "egovernment", "e-government", "government", "smart", "connected", "connecting", "online", "cloud",
     "information", "society", "ict", "electronic", "cyber", "data", "knowledge", "innovation", "broadband", "mobile"]
)  # fmt: skip


def _with_year(scan: Scan, i: int, end: int) -> int:
    """Return the end of a name whose topic a year or a period completes ("Connecting Isles 2030"), or 0."""
    lows = scan.lows[i:end]
    if end >= scan.size or not scan.is_time(end) or _TOPICS.isdisjoint(lows):
        return 0
    if not scan.lexicon.not_titled.isdisjoint(lows):
        return 0
    time = next((t for t in scan.times if t.start == scan.words[end].start), None)
    if time is None or not _YEARS.fullmatch(time.value.edtf) or not time.value.words[0].isdigit():
        return 0
    return next((k for k in range(end, scan.size) if scan.words[k].start >= time.end), scan.size)


def _may_begin(scan: Scan, i: int) -> bool:
    if not _is_name(scan, i):
        return False
    lex, low = scan.lexicon, scan.lows[i]
    counted = low[0].isdigit() and not _ACRONYM.match(scan.words[i].text)
    if low in lex.country_words or low in lex.places or low in lex.titles or counted or low in CALENDAR:
        return False
    before = scan.lows[i - 1]
    joined = before in ("-", "/") and scan.words[i - 1].end == scan.words[i].start
    if (
        joined
        or before in ("@", "&")
        or (before in ("of", "and") and scan.is_name_word(i - 2) and not is_coined(scan.words[i].text))
    ):
        return False
    # adverbs and participles open sentences in capitals
    first = scan.words[i].start == scan.first_of_sentence
    return not (first and (lex.is_adverb(low) or low in lex.stop or lex.verb_forms(low)))


def _is_name(scan: Scan, i: int) -> bool:
    if not scan.is_word(i) or scan.is_strong(i) or scan.words[i].start in scan.in_time:
        return False
    word = scan.words[i]
    return is_capital(word.text) and (word.low not in scan.lexicon.stop or is_coined(word.text))


def _class_of(scan: Scan, i: int, end: int) -> tuple[str, int, str] | None:
    """Return the class of the name at words `i` to `end`, where the name ends, and the pattern that says so."""
    lex = scan.lexicon
    before = _called(scan, i)
    if before:
        if vocab.is_subclass(before, "egov:Plan"):
            end = _title_end(scan, i, end)
        return before, end, "coined.kind"
    # a name that ends in a class word has it from there
    if lex.head_at((scan.lows[end - 1],)) and end - i > 1:
        return None
    if end - i == 2 and scan.lows[i] in lex.country_bodies and scan.lows[i + 1] in lex.country_words:
        return "egov:Agency", end, "coined.form"
    if scan.lows[end - 1] in lex.not_named_for:
        return None
    # a single capitalised class word is no name
    if end - i == 1 and (lex.head_at((scan.lows[i],)) or scan.lows[i] in lex.kinds):
        return None
    if scan.lows[end] == "," and scan.lows[end + 1] in ("a", "an", "the", "its", "another"):
        single_first = end - i == 1 and scan.words[i].start == scan.first_of_sentence
        if (
            scan.lows[end + 1] in ("a", "an", "another")
            or not single_first
            or is_coined(scan.words[i].text)
            or "," in scan.lows[end + 2 : end + 14]
        ):
            cls = _kind(scan, end + 2)
            if cls:
                return cls, end, "coined.kind"
    if scan.lows[end] in ("is", "was") and scan.lows[end + 1] in ("a", "an", "the") and end - i <= 3:
        cls = _kind(scan, end + 2)
        if cls and not any(scan.lows[k] in lex.given_names or scan.lows[k] in lex.not_joined for k in range(i, end)):
            return cls, end, "coined.kind"
    if is_coined(scan.words[i].text):
        return _by_use(scan, i, end), end, "coined.form"
    if end - i == 1 and _ACRONYM.match(scan.words[i].text) and scan.lows[i] not in lex.generic_acronyms:
        return ("egov:Agency", end, "coined.form") if _acts(scan, i, end) else None
    versioned = end - i == 2 and re.fullmatch(r"\d\.\d", scan.words[end - 1].text) and scan.lows[end] not in _AMOUNTS
    if versioned and scan.words[i].text.isupper() and len(scan.lows[i]) > 1 and not lex.head_at((scan.lows[i],)):
        return "egov:InformationSystem", end, "coined.form"
    if _is_made(scan, i, end):
        return "egov:InformationSystem", end, "coined.verb"
    if any(is_coined(scan.words[k].text) for k in range(i + 1, end)) and scan.lows[i] not in lex.given_names:
        return _by_use(scan, i, end), end, "coined.form"
    cls = _by_verb(scan, i, end)
    return (cls, end, "coined.verb") if cls else None


_MADE: Final = frozenset(
    {"develop", "launch", "build", "pilot", "introduce", "operate", "conceive", "unveil", "upgrade"}
)


def _is_made(scan: Scan, i: int, end: int) -> bool:
    """Whether a sentence opens with a name that the words between commas say was made: "Portnet, launched in ..."."""
    lex = scan.lexicon
    if scan.words[i].start != scan.first_of_sentence or scan.lows[end] != "," or scan.words[i].text.isupper():
        return False
    if any(
        scan.lows[k] in lex.given_names or scan.lows[k] in lex.kinds or scan.lows[k] in lex.not_joined
        for k in range(i, end)
    ):
        return False
    verb = scan.lows[end + 1]
    made = lex.lemma(verb) in _MADE and "participle" in lex.verb_forms(verb)
    return made and "," in scan.lows[end + 2 : end + 24] and len(scan.words[i].text) > 3


_AMOUNTS: Final = ("million", "billion", "trillion", "crore", "lakh", "m", "bn", "per", "%", "percent", "points")
_ACRONYM: Final = re.compile(r"[A-Z]{3,8}\Z|\d{1,2}[A-Z]\Z")


def _acts(scan: Scan, i: int, end: int) -> bool:
    """Whether an acronym does what bodies alone do: "launched by MDA", "MDA announced"."""
    lex, lows = scan.lexicon, scan.lows
    if lows[i - 1] == "by" and i > 1 and lex.verb_forms(lows[i - 2]) & {"participle"}:
        return lows[i - 2] not in ("followed", "replaced", "abbreviated", "measured", "caused", "affected")
    behind = end + (lows[end] in ("has", "have", "also", "had"))
    return lows[behind] in lex.acting_words


_BE: Final = frozenset(["was", "were", "is", "been", "being"])


def _by_verb(scan: Scan, i: int, end: int) -> str:
    """Return the class that a verb gives a capitalised name: what is launched is a system; or nothing.

    A name that opens the sentence, one in capitals throughout and that of a person are left alone.
    """
    lex, lows = scan.lexicon, scan.lows
    if scan.words[i].start == scan.first_of_sentence or any(w.text.isupper() for w in scan.words[i:end]):
        return ""
    if any(lows[k] in lex.given_names or lows[k] in lex.not_joined or lows[k] in lex.kinds for k in range(i, end)):
        return ""
    k = i - 1
    the = lows[k] == "the"
    k -= the
    if lows[k] == "by" and (the or end == i + 1) and lows[k - 1] in lex.passing_words:
        return "egov:Agency"
    if lows[k] == "by" and end == i + 1 and len(lows[i]) > 4 and lows[k - 1] in lex.running_words:
        return "egov:Agency"
    if lows[k] in ("and", "as") and not the and scan.is_name_word(k - 1):
        while k > 0 and (scan.is_name_word(k - 1) or lows[k - 1] in (",", "and", "of")):
            k -= 1
        k -= 1
    if k > 0 and lows[k] in lex.launch_words and lows[k - 1] not in _BE:
        return "egov:InformationSystem"
    stop = end
    while lows[stop] in ("has", "have", "had", "was", "were", "is", "been", "then", "also", "first", "later", "went"):
        stop += 1
    if lows[stop] in lex.launch_words and lows[stop - 1] in (*_BE, "first", "later", "then", "also"):
        return "egov:InformationSystem"
    return "egov:InformationSystem" if lows[stop] == "live" and lows[stop - 1] == "went" else ""


def _called(scan: Scan, i: int) -> str:
    """Return the class that the words before a name give it: "the portal egov.kz", "a service called X"; or nothing."""
    lex = scan.lexicon
    k = i - 1
    if scan.lows[k] in ('"', "“", "‘", "'") and k:
        k -= 1
    low = scan.lows[k]
    if low in _CALLED or (low == "as" and "known" in scan.lows[max(0, k - 8) : k]):
        for n in range(k - 1, max(-1, k - 15), -1):
            if (
                scan.lows[n] in lex.kinds
                and scan.words[n].text.islower()
                and scan.lows[n - 1] not in ("for", "of", "in", "on", "to")
            ):
                return lex.kinds[scan.lows[n]]
        return ""
    if k < 0 or not scan.words[k].text.islower() or low not in lex.kinds:
        return ""
    cls = lex.kinds[low]
    if vocab.is_subclass(cls, "egov:Enactable") and not vocab.is_subclass(cls, "egov:Plan"):
        return ""
    first = scan.words[i]
    # "the agency Estonia founded": the name of a country or of a person begins another phrase
    return "" if first.low in lex.country_words or first.low in lex.given_names else cls


def _title_end(scan: Scan, i: int, end: int) -> int:
    """Return the end of a title that begins at `i` and goes on over small words: "the plan Opening the Ports"."""
    while end - i < 12 and scan.lows[end] in ("the", "of", "and", "for", "a", "to", "with", "our", "in"):
        k = end + 1 + (scan.lows[end + 1] in ("the", "a", "our"))
        gerund = scan.lows[i].endswith("ing")
        if not scan.is_name_word(k) or scan.is_strong(k) or (scan.lows[end] == "in" and not gerund):
            break
        while scan.is_name_word(k) and not scan.is_strong(k) and not scan.is_time(k):
            k += 1
        end = k
    return end


def _kind(scan: Scan, i: int) -> str:
    """Return the class that an apposition gives: the head of the noun phrase that begins at `i`."""
    lex = scan.lexicon
    last = ""
    for k in range(i, min(scan.size, i + 10)):
        low = scan.lows[k]
        if not scan.is_word(k) or (low in lex.stop and not scan.is_name_word(k)):
            break
        if low in lex.kinds or " ".join(scan.lows[k : k + 2]) in lex.kinds:
            last = lex.kinds.get(low) or lex.kinds[" ".join(scan.lows[k : k + 2])]
        elif last and (lex.verb_forms(low) & {"participle", "gerund", "past"} or low.endswith("ed")):
            break
        else:
            last = ""
    return last


def _by_use(scan: Scan, i: int, end: int) -> str:
    """Return the class of a name by its use alone: "developed by DanID" is a body; else it is a system."""
    if _BODIES.search(scan.text, scan.start, scan.words[i].start):
        return "egov:Agency"
    before = scan.lows[i - 1] if i else ""
    if before == "by" and scan.lexicon.verb_forms(scan.lows[i - 2]) & {"participle", "past"}:
        return "egov:Agency"
    if before in ("between", "with") and scan.lows[end] == "and":
        return "egov:Agency"
    following = scan.lexicon.verb_forms(scan.lows[end])
    if scan.lows[end] in (
        "manages",
        "operates",
        "developed",
        "published",
        "coordinates",
        "launched",
        "took",
        "adopted",
    ):
        return "egov:Agency" if following else "egov:InformationSystem"
    if re.search(r"(?:19|20)\d\d\Z", scan.words[end - 1].text):
        return "egov:Plan"
    return "egov:InformationSystem"


def _mention(scan: Scan, begin: int, end: int, cls: str, pattern: str) -> Mention:
    outer, det = scan.words[begin].start, ""
    name_start, name_end = outer, scan.words[end - 1].end
    k = begin - 1
    # "the state portal eesti.ee": the class words belong to the mention, not to the name
    if pattern == "coined.kind" and k >= 0 and scan.lows[k] in scan.lexicon.kinds and scan.words[k].text.islower():
        while k > 0 and scan.is_word(k - 1) and scan.lows[k - 1] not in scan.lexicon.stop and begin - k < 6:
            if scan.lexicon.verb_forms(scan.lows[k - 1]) or scan.words[k - 1].start in scan.in_time:
                break
            k -= 1
        outer = scan.words[k].start
        k -= 1
    if k >= 0 and scan.lows[k] in ("the", "a", "an", "this", "its"):
        outer, det = scan.words[k].start, scan.lows[k]
    country = next((scan.lexicon.country_words[w] for w in scan.lows[begin:end] if w in scan.lexicon.country_words), "")
    mention = Mention(
        outer, name_end, cls, scan.between(name_start, name_end), name_start, name_end, det=det, country=country,
        pattern=pattern,
    )  # fmt: skip
    return with_bracket(scan, mention, end)
