"""Brackets behind a name: its acronym, its other name, its time, or nothing that we know."""

from __future__ import annotations

import re
from collections.abc import Sequence

from egov_kg import vocab
from egov_kg.extraction.mentions import LIGHT_WORDS, Mention, acronym_fits
from egov_kg.extraction.scan import Scan, is_capital
from egov_kg.extraction.times import TimeMention
from egov_kg.extraction.tokens import singular
from egov_kg.values import replace

__all__ = ["CHANGED", "has_acronym", "with_bracket"]

_ACRONYM = re.compile(r"(?:[a-z]{1,2}\.?)?[A-Z][A-Za-z0-9&.+/-]{0,11}(?:\s(?:II|III|IV|\d))?\Z")
_ONE_WORD = re.compile(r"\s?[A-Z\u00c0-\u00de][\w’'-]{2,30}\s?\Z")
_WIDEST = 40
# "(German: E-Government-Gesetz, abbreviated E-GovG)": what only leads over to the other name
_LEADS = re.compile(
    r"\A(?:(?:abbreviated|abbr\.?|shortened|short|or|also|better|commonly|(?:here(?:in)?after|henceforth)|hereinafter|called|known|"
    r"referred|in\sshort|acronym|original|native|in|as|to|its|the|simply)\s){1,5}(?=\S)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"(?:here(?:in)?after|henceforth|hereinafter|(?:also\s)?(?:referred\sto|known|called))\b", re.IGNORECASE
)
_MARKS = " \"“”'"
_NO_NAME = re.compile(
    r"(?:romani[sz]ed|lit(?:erally|\.)|pronounced|meaning|translated|see|as\sabove|descri(?:bed|ption))\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Z][a-z]+(?:ish|ese|ian|ean|ic|ch|an|i|sh|ay|ek|u|il|la|go|dic|mal)\Z")
# what a company or an institute carries behind its name: "the Agency for Ports, I.P. (AP)"
_SUFFIXES = frozenset(
    ["ip", "i.p", "sa", "s.a", "jsc", "ltd", "inc", "plc", "llc", "gmbh", "aö", "ag", "bhd", "ab", "as", "spa"]
)
CHANGED = re.compile(
    r"[,;]\s(?:as\s|last\s|most\srecently\s|since\s){0,2}(?:amended|revised|updated|modified|consolidated)"
    r"(?:\s(?:in|by|on|to|several|multiple|many|times|repeatedly)){0,3}"
)
_RENAMED = re.compile(r"(?:later|now|currently|formerly|previously|since|then|subsequently|today)\b")


def has_acronym(scan: Scan, end: int) -> bool:
    """Whether a bracket with an acronym opens at word `end`."""
    if scan.lows[end] != "(" or end + 1 >= scan.size:
        return False
    inside = scan.words[end + 1].text
    return bool(_ACRONYM.match(inside)) and sum(c.isupper() for c in inside) >= 2


def with_bracket(scan: Scan, mention: Mention, end: int) -> Mention:
    """Return a mention with what the brackets behind its last word say."""
    end = _behind_suffix(scan, end)
    while scan.lows[end] == "(":
        close = _close(scan, end)
        if close is None or any(w.outer[0] == scan.words[end].start for w in scan.works):
            return mention
        inside = scan.text[scan.words[end + 1].start : scan.words[close - 1].end] if close > end + 1 else ""
        times = tuple(t for t in scan.times if scan.words[end].start < t.start < scan.words[close].start)
        rest = _without(inside, times, scan.words[end + 1].start) if times else "?"
        changed = CHANGED.search(inside)
        if changed and times and times[0].end <= scan.words[end + 1].start + changed.start():
            # "(2003, amended 2020)": the first time is the act's own
            times, rest = times[:1], CHANGED.sub("", rest)
        if times and not re.sub(r"[\s,;]|and|년|circa|c\.", "", rest):
            mention = replace(mention, times=mention.times + times, end=scan.words[close].end)
            end = close + 1
            continue
        if not re.sub(r"[\s,;~–-]|and", "", inside) or mention.acronym:
            return mention
        where = scan.lexicon.country_names.get(tuple(inside.casefold().split()))
        if where and not mention.is_bare and vocab.is_subclass(mention.cls, "egov:Body"):
            return replace(mention, country=where[0], end=scan.words[close].end)
        acronym, alias = _definition(scan, inside, mention)
        if not acronym and not alias:
            alias = "" if _NO_NAME.match(inside) else _other_title(scan, end, close, mention)
        if not acronym and not alias:
            if has_acronym(scan, close + 1):
                # its legal form, and then its acronym
                end = close + 1
                continue
            return mention
        mention = replace(mention, acronym=acronym, alias=alias, end=scan.words[close].end)
        end = close + 1
        if scan.lows[end] == "of" and scan.is_name_word(end + 1) and scan.lows[end + 1] in scan.lexicon.country_words:
            # the country behind the bracket belongs to the name: "the Registers Authority (RA) of Estonia"
            name = f"{mention.name} of {scan.words[end + 1].text}"
            return replace(mention, name=name, end=scan.words[end + 1].end)
        # "National Basic Information System (NBIS) project": the noun after the bracket says what it is
        head = scan.lexicon.head_at((scan.lows[end],))
        if alias and not acronym:
            return mention
        if head and singular(scan.lows[end]) == scan.lows[end] and not scan.is_strong(end):
            name = mention.name if head[0].cls == "egov:Office" else f"{mention.name} {scan.words[end].text}"
            mention = replace(mention, cls=head[0].cls, head=scan.lows[end], name=name, end=scan.words[end].end)
            end += 1
    return _with_acronym_behind(scan, mention, end)


def _with_acronym_behind(scan: Scan, mention: Mention, end: int) -> Mention:
    """Return a name with the acronym that commas set off: "the Ports Data Backbone, PDB, has"."""
    if mention.acronym or scan.lows[end] != "," or scan.lows[end + 2] not in (",", ".", ";", ")"):
        return mention
    letters = scan.words[end + 1].text
    if not (letters.isalpha() and letters.isupper() and len(letters) > 2):
        return mention
    initials = "".join(w[0] for w in re.findall(r"[^\W_]+", mention.name.casefold()) if w not in LIGHT_WORDS)
    if initials != letters.casefold():
        return mention
    return replace(mention, acronym=letters, end=scan.words[end + 1].end)


def _behind_suffix(scan: Scan, end: int) -> int:
    """Return the word behind ", I.P." or ", Ltd" if a bracket follows it there, else `end`."""
    if scan.lows[end] == "'s" and has_acronym(scan, end + 1):
        return end + 1
    if scan.lows[end] != "," or scan.lows[end + 1] not in _SUFFIXES:
        return end
    k = end + 2 + (scan.lows[end + 2] == ".")
    return k if scan.lows[k] == "(" else end


def _close(scan: Scan, end: int) -> int | None:
    """Return the word that closes the bracket at `end`, if it is near."""
    depth = 1
    for close in range(end + 1, min(scan.size, end + _WIDEST)):
        depth += {"(": 1, ")": -1}.get(scan.lows[close], 0)
        if depth == 0:
            return close
    return None


def _definition(scan: Scan, inside: str, mention: Mention) -> tuple[str, str]:
    """Return (acronym, other name) of "ACR", "ACR: other name", "alias, ACR", "ACR, after its name in Spanish"."""
    if _RENAMED.match(inside):
        return "", ""
    found = [_LEADS.sub("", _LEADS.sub("", p.strip(_MARKS)).strip(_MARKS)) for p in re.split(r"[:,;]|\s[-–]\s", inside)]
    parts = [p for p in found if p and not _NO_NAME.match(p)]
    if any(word.casefold() in scan.lexicon.formats for p in parts for word in p.split()):
        return "", ""
    if _CALLS.match(inside) and len(parts) == 1 and not mention.is_bare:
        return "", parts[0]
    glossed = len(parts) > 1 and ":" in inside and _is_language(scan, parts[0])
    parts = parts[1:] if glossed else parts
    if not parts or len(parts) > 3:
        return "", ""
    acronyms = [p for p in parts if _ACRONYM.match(p) and sum(c.isupper() or c.isdigit() for c in p) >= 2]
    others = [p for p in parts if p not in acronyms]
    acronym = next(
        (a for a in acronyms if acronym_fits(a, mention.name) or any(acronym_fits(a, o) for o in others)), ""
    )
    titled = not mention.is_bare and (sum(is_capital(w) for w in mention.name.split()) >= 2 or " " not in mention.name)
    if not acronym and acronyms and acronyms[0] == parts[0] and _may_abbreviate(scan, acronyms[0], mention):
        acronym = acronyms[0]
    if glossed and others and not re.match(r"[A-Za-zÀ-ž]", others[0]):
        return acronym, ""
    if glossed and not acronym and len(others) == 1 and others[0][0].isupper() and not mention.is_bare:
        return "", others[0]
    alias = others[0] if len(others) == 1 and others[0][0].isupper() and acronym else ""
    if not acronym and len(parts) == 1 and titled and _ONE_WORD.match(inside):
        word = inside.strip()
        if _is_other_name(scan, word, mention):
            return (word, "") if len(word) <= 8 else ("", word)
    return acronym, alias if acronym else ""


def _is_language(scan: Scan, word: str) -> bool:
    """Whether a word before a colon names a language: "German: ..."."""
    low = word.casefold()
    return " " not in word and (low in scan.lexicon.country_words or bool(_LANGUAGE.match(word)))


def _other_title(scan: Scan, end: int, close: int, mention: Mention) -> str:
    """Return the words of a bracket that are another name, as that of another language; or nothing.

    A name of another kind says something else: who is in charge, where, or what it is an example of.
    """
    words = scan.words[end + 1 : close]
    titled = sum(is_capital(w) for w in mention.name.split()) >= 2 and not mention.count
    kinds = ("egov:Enactable", "egov:Body", "egov:Undertaking")
    if not (2 <= len(words) <= 9 and titled and any(vocab.is_subclass(mention.cls, k) for k in kinds)):
        return ""
    lex = scan.lexicon
    if not is_capital(words[0].text) or not all(w.text[0].isalpha() for w in words):
        return ""
    if any(w.low in lex.country_words or w.low in lex.places or w.low in lex.titles for w in words):
        return ""
    if len(words) == 2 and words[0].low in lex.body_words and lex.head_at((words[1].low,)):
        # "(Public Organisation)": its legal form
        return ""
    if words[0].low in lex.stop or any(w.low in lex.auxiliaries or w.low in lex.given_names for w in words):
        return ""
    heads = [head.cls for w in words for head in lex.head_at((w.low,)) if is_capital(w.text)]
    related = all(any(vocab.is_subclass(h, k) and vocab.is_subclass(mention.cls, k) for k in kinds) for h in heads)
    return scan.between(words[0].start, words[-1].end) if related else ""


def _may_abbreviate(scan: Scan, acronym: str, mention: Mention) -> bool:
    """Whether an acronym whose letters do not fit may stand for a name all the same: that of another language."""
    if mention.is_bare or mention.count or mention.names or acronym.casefold() in scan.lexicon.country_words:
        return False
    capitals = sum(is_capital(w) for w in mention.name.split())
    inner = mention.name.rpartition(" of the ")
    if inner[0] and any(
        vocab.is_subclass(h.cls, "egov:Ministry") or h.cls == "egov:Agency"
        for w in inner[2].casefold().split()
        for h in scan.lexicon.head_at((w,))
    ):
        # "the Data Division of the Quay Ministry (KAI)": the bracket explains the nearer name
        return False
    own = any(vocab.is_subclass(mention.cls, c) for c in ("egov:Body", "egov:Undertaking", "egov:Enactable"))
    return own and (capitals >= 2 or (len(mention.name.split()) >= 3 and vocab.is_subclass(mention.cls, "egov:Body")))


def _is_other_name(scan: Scan, word: str, mention: Mention) -> bool:
    """Whether one capitalised word in brackets is a name of the thing, and no place or kind."""
    low = word.casefold()
    lex = scan.lexicon
    if low in lex.country_words or low in lex.titles or low in lex.stop or low in lex.kinds or lex.head_at((low,)):
        return False
    if lex.verb_forms(low) or low in lex.given_names:
        return False
    foreign = len(word) > 9 or not word.isascii() or "-" in word
    named = vocab.is_subclass(mention.cls, "egov:Undertaking") and len(mention.name.split()) > 2 and len(word) > 4
    return vocab.is_subclass(mention.cls, "egov:Body") or foreign or (named and low not in lex.places)


def _without(inside: str, times: Sequence[TimeMention], offset: int) -> str:
    parts = []
    place = 0
    for t in times:
        parts.append(inside[place : t.start - offset])
        place = t.end - offset
    parts.append(inside[place:])
    return "".join(parts)
