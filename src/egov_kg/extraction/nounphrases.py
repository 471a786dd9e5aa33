"""Noun phrases: how far the words of one name reach, to the left and to the right of its head."""

from __future__ import annotations

import re

from egov_kg import vocab
from egov_kg.extraction.lexicon import Head
from egov_kg.extraction.name_ends import abbreviates, is_portfolio, second_complement
from egov_kg.extraction.scan import CALENDAR, Scan, is_capital
from egov_kg.extraction.tokens import ORDINAL_WORDS, singular

__all__ = ["infinitive", "is_modifier", "left", "phrase", "right"]

_NAMES_TOO = frozenset(["IT", "WHO", "One", "You", "Me", "Us", "We", "Now", "Here", "My", "Your", "All"])
LONGEST_NAME = 12
"""Words before a head that can belong to its name."""

LONGEST_COMPLEMENT = 40
"""Words behind a head that can belong to its name."""
# "the whole-of-government Quay Strategy": written small, and no part of the name
_DESCRIBES = re.compile(r"[a-z]{3,}-")
_ONE_WORD_BODIES = ("parliament", "cabinet", "congress", "senate", "treasury", "presidency", "government", "customs")
_LEADING_TO = ("access", "right", "rights", "support", "transition", "adaptation", "assistance", "aid")
_ACRONYM = re.compile(r"(?:[a-z][A-Z]{2,6}|[A-Z][A-Z0-9&-]{2,})\Z")
_TITLE_HEADS = frozenset({"act", "law", "code", "decree", "ordinance", "statute"})


def is_modifier(scan: Scan, i: int, *, capital: bool) -> bool:
    """Whether a word may stand before a head, inside one name."""
    if not scan.is_word(i):
        return False
    word, lex = scan.words[i], scan.lexicon
    if word.start in scan.in_time:
        return False
    low = word.low
    named = is_capital(word.text) and (word.start != scan.first_of_sentence or capital)
    spelled = (len(low) > 3 and low not in lex.determiners) or (word.text in _NAMES_TOO and not capital_line(scan))
    if low in lex.stop and not (named and spelled and scan.is_name_word(i)):
        return False
    if lex.is_adverb(low) and not named:
        return False
    if capital and not named and ("-" not in low or _DESCRIBES.match(low)):
        return False
    if named and scan.is_name_word(i):
        return True
    if i == 0 and low in lex.imperatives and scan.words[i + 1].text[0].islower():
        return False
    forms = lex.verb_forms(low)
    before = scan.lows[i - 1]
    if not forms:
        return not (low.endswith("ed") and before in lex.auxiliaries)
    if "gerund" in forms:
        return low in lex.nominal_gerunds and before != "by"
    if forms & {"past", "participle"}:
        if low in lex.nominal_participles:
            return before not in lex.auxiliaries
        before_forms = lex.verb_forms(before)
        return before in lex.determiners or bool(before_forms & {"past", "third"} and "participle" not in forms)
    if "third" in forms and "base" not in forms:
        # "Public registers act (2001)": a verb has an object, and none that a bracket or the end follows at once
        return scan.lows[i + 1] in _TITLE_HEADS and scan.lows[i + 2] in ("", "(", ".", ",", ";")
    return not (before == "to" or before in lex.auxiliaries)


def capital_line(scan: Scan) -> bool:
    """Whether a sentence is written in capitals throughout, so that they say nothing."""
    return scan.text[scan.start : scan.end].isupper()


def is_head(scan: Scan, i: int) -> bool:
    """Whether a word heads names, in the number in which it stands."""
    low = scan.lows[i]
    return any(not h.plural_only or singular(low) != low for h in scan.lexicon.head_at((low,)))


def left(scan: Scan, h: int, head: Head, *, capital: bool) -> int:
    """Return the first word of the noun phrase that ends at `h`."""
    j = h
    while h - j < LONGEST_NAME + (4 if head.cls in _TITLED else 0):
        if not capital and j < h and _is_body(scan, j - 1):
            # "... helped the Harbour Agency get quay registers": whoever acts is a name of its own
            return j
        if is_modifier(scan, j - 1, capital=capital):
            j -= 1
            continue
        if not capital:
            begin = _named_work(scan, j) if j < h else None
            return j if begin is None else begin
        if j == h and not scan.is_name_word(h):
            break
        if _is_year_inside(scan, j) or _is_plural_owner(scan, j):
            j -= 2
            continue
        if head.cls in _TITLED and _opens_title(scan, j, h):
            j -= 1
            continue
        low = scan.lows[j - 1]
        if low in ("and", "&"):
            begin = _joined(scan, j, head)
        elif low in ("of", "to", "for", "on", "in") and head.cls in _TITLED:
            begin = _titled(scan, j)
        elif low == "." and scan.lows[j - 2] in ("u.s", "u.k", "u.n"):
            begin = j - 2
        elif low == ")" and head.cls in _TITLED:
            # a bracket inside a title, as in "the Public Sector (Governance) Act"
            k = next((n for n in range(j - 2, max(0, j - 16), -1) if scan.lows[n] == "("), 0)
            begin = k if k and is_modifier(scan, k - 1, capital=True) else None
        else:
            break
        if begin is None:
            break
        j = begin
    return j


_TITLED = ("egov:Law",)


def _is_body(scan: Scan, i: int) -> bool:
    """Whether a capitalised word ends the name of a body before words that are written small."""
    if not scan.is_name_word(i) or scan.is_name_word(i + 1) or not scan.is_name_word(i - 1):
        return False
    return any(vocab.is_subclass(h.cls, "egov:Body") for h in scan.lexicon.head_at((scan.lows[i],)))


def _is_plural_owner(scan: Scan, j: int) -> bool:
    """Whether "Citizens'" stands before word `j`: "the Citizens' Charter"."""
    if j < 2 or scan.lows[j - 1] != "'" or not scan.lows[j - 2].endswith("s") or not scan.is_name_word(j):
        return False
    owner = scan.words[j - 2]
    return is_capital(owner.text) and owner.end == scan.words[j - 1].start and owner.low not in scan.lexicon.stop


def _opens_title(scan: Scan, j: int, h: int) -> bool:
    """Whether the first word of a line opens the title of an act, verb or not: "Building Register Act (1998)"."""
    if j != 1 or scan.lows[h + 1] not in ("(", "", ".") or not is_capital(scan.words[0].text):
        return False
    return j < h + 1 and scan.lows[0] not in scan.lexicon.stop and scan.is_name_word(1)


def _is_year_inside(scan: Scan, j: int) -> bool:
    """Whether a year stands before word `j` inside a name: "Digital Isles 2030 Masterplan"."""
    year = scan.words[j - 1] if j > 1 else None
    return (
        year is not None
        and len(year.text) == 4
        and year.text.isdigit()
        and scan.is_name_word(j)
        and is_modifier(scan, j - 2, capital=True)
        and scan.is_name_word(j - 2)
        and (scan.lows[j - 2] not in scan.lexicon.country_words or scan.is_name_word(j - 3))
    )


def _joined(scan: Scan, j: int, head: Head) -> int | None:
    """Return where the first part of a name joined by "and" before word `j` begins: "IT and Telecom Agency", or None.

    Two names may stand there as well; so the first part must follow a determiner or open the sentence, hold no head of
    its own, and be neither a country, a title nor an acronym.
    """
    lex = scan.lexicon
    if not scan.is_name_word(j):
        return None
    k = j - 1
    while k > 0 and j - k < 7 and is_modifier(scan, k - 1, capital=True):
        k -= 1
    # the first word of a sentence counts where it goes on in capitals
    if k == j - 1:
        return None
    lows = scan.lows[k : j - 1]
    heads = [n for n in range(k, j - 1) if is_head(scan, n)]
    if head.cls in _TITLED:
        # "the Ports Administration and Services Act": only another law ends before "and"
        heads = [n for n in heads if any(h.cls in _TITLED for h in lex.head_at((scan.lows[n],)))]
    elif scan.lows[k - 1] == "the" and (
        vocab.is_subclass(head.cls, "egov:Body")
        or (scan.roots[k] in lex.body_words and "service" in scan.roots[j : j + 4])
    ):
        # "the National Database and Registration Authority": only another body does
        heads = [n for n in heads if any(vocab.is_subclass(h.cls, "egov:Body") for h in lex.head_at((scan.lows[n],)))]
    if heads or (len(lows) == 1 and lows[0] in lex.not_joined and not lows[0].startswith("e")):
        return None
    if any(low in lex.country_words or low in lex.titles for low in (lows[1:] if len(lows) > 1 else lows)):
        return None
    if any(_ACRONYM.match(w.text) and w.low not in lex.field_acronyms for w in scan.words[k : j - 1]):
        return None
    before = scan.lows[k - 1]
    if not (k == 0 or before in lex.determiners or before in ("'s", ";", ":", "(", '"', "“", "-", "–", "·", "|")):
        # "three consecutive Harbour Information and Communication Plans": so much for one kind of thing
        counted = lex.number(scan.lows[k - 2]) is not None or lex.number(before) is not None
        return k if counted and before not in lex.stop else None
    return k


def _named_work(scan: Scan, j: int) -> int | None:
    """Return where a name before a class word begins: "the National Architecture for Digital Services programme"."""
    if not scan.is_name_word(j):
        return None
    k = j - 1
    if scan.lows[k] in ("a", "the") and scan.lows[k - 1] in ("in", "on", "for", "of"):
        k -= 1
    elif scan.lows[k] not in ("for", "of", "and"):
        return None
    if not scan.is_name_word(k - 1):
        return None
    while k > 0 and j - k < 6 and scan.is_name_word(k - 1) and is_modifier(scan, k - 1, capital=True):
        k -= 1
    if any(scan.lows[n][0].isdigit() or scan.lows[n] in ORDINAL_WORDS for n in range(k, j + 1)):
        return None
    if scan.lows[k - 1] != "the" or any(is_head(scan, n) or scan.lows[n] in scan.lexicon.titles for n in range(k, j)):
        return None
    return k


def _titled(scan: Scan, j: int) -> int | None:
    """Return where the title of an act begins that goes on over "of" or "to": "Freedom of Information Act", or None."""
    k = j - 1
    while k > 0 and j - k < 5 and is_modifier(scan, k - 1, capital=True):
        k -= 1
    if k == 1 and j == 2 and is_capital(scan.words[0].text) and scan.lows[0] in scan.lexicon.imperatives:
        # "Support for Regions Act": a verb, were it not the first word of a title
        k = 0
    lows = scan.lows[k : j - 1]
    if not lows or any(
        low[0].isdigit() or low in scan.lexicon.not_titled or low in scan.lexicon.titles for low in lows
    ):
        return None
    return None if scan.lexicon.head_at((lows[-1],)) else k


def right(scan: Scan, h: int, head: Head, *, capital: bool) -> int:
    """Return the end of the name whose head is word `h`: its complements, as far as they are one name."""
    end = h + 1
    while end < scan.size and end - h < LONGEST_COMPLEMENT:
        low = scan.lows[end]
        if low not in head.complements and not (
            end > h + 1 and (low in ("of", "and", "&", "for", "in", "between") or (capital and low in ("to", "on")))
        ):
            break
        if head.cls == "egov:ActorGroup" and (
            (low == "in" and scan.lows[end + 1] != "charge") or end > h + 1 or low not in head.complements
        ):
            break
        body = vocab.is_subclass(head.cls, "egov:Body")
        if (
            low == "to"
            and capital
            and scan.is_name_word(end + 1)
            and end > h + 1
            and (not body or scan.lows[end - 1] in _LEADING_TO)
        ):
            stop = phrase(scan, end + 1, capital=True)
        elif low == "to" and "to" not in head.complements:
            break
        elif low == "to":
            stop = infinitive(scan, end)
        elif low in ("and", "&"):
            stop = _coordinate(scan, end, capital=capital, head=head)
        else:
            stop = phrase(scan, end + 1, capital=capital)
        if stop is None:
            break
        end = stop
    if capital and end > h + 1 and scan.lows[end] == "," and vocab.is_subclass(head.cls, "egov:Body"):
        end = _listed(scan, end) or end
    return end


def _listed(scan: Scan, i: int) -> int | None:
    """Return the end of ", Innovation and Technology" at `i`, the rest of what a ministry is for, or None."""
    lex = scan.lexicon
    for _ in range(6):
        last = False
        i += 1
        if scan.lows[i] in ("and", "&"):
            last = True
            i += 1
        begin = i
        while scan.is_name_word(i) and i - begin < 5 and not scan.is_strong(i):
            low = scan.lows[i]
            if is_head(scan, i) or low in lex.country_words or low in lex.titles or low in lex.stop:
                return None
            i += 1
        if i == begin:
            return None
        if last:
            return i
        if scan.lows[i] in ("and", "&"):
            i -= 1
            continue
        if scan.lows[i] != ",":
            return None
    return None


def phrase(scan: Scan, i: int, *, capital: bool) -> int | None:
    """Return the end of a determiner-less or definite noun phrase at `i` inside a name."""
    start = i
    lex = scan.lexicon
    if scan.lows[i] in ("the", "a", "an", "its", "their"):
        i += 1
    if scan.is_strong(i) or (scan.lows[i].isdigit() and not scan.is_name_word(i + 1)) or scan.lows[i] in CALENDAR:
        return None
    begin = i
    while scan.is_word(i) and not scan.is_strong(i) and i - begin < 10:
        low = scan.lows[i]
        if scan.words[i].start in scan.in_time:
            break
        if low in lex.stop and not scan.is_name_word(i):
            break
        if capital and not scan.is_name_word(i) and "-" not in low:
            break
        if i > begin and _ends_phrase(scan, i):
            break
        forms = lex.verb_forms(low)
        if (
            forms
            and not scan.is_name_word(i)
            and (
                (
                    i > begin
                    and forms & {"past", "third"}
                    and low not in lex.nominal_participles
                    and not _is_noun_like(scan, i)
                )
                or (lex.is_adverb(low))
            )
        ):
            break
        i += 1
    return i if i > begin and i > start else None


def _ends_phrase(scan: Scan, i: int) -> bool:
    """Whether a small word begins what is only said of the noun: "widely known", "responsible for", "driven by"."""
    if scan.is_name_word(i):
        return False
    lex, low = scan.lexicon, scan.lows[i]
    if low in lex.phrase_ends or lex.is_adverb(low):
        return True
    forms = lex.verb_forms(low)
    return "participle" in forms and low not in lex.nominal_participles and scan.lows[i + 1] in lex.stop


def _is_noun_like(scan: Scan, i: int) -> bool:
    """Whether a word that may be a verb stands where a noun does: before a preposition, a sign or the end."""
    following = scan.lows[i + 1]
    return "third" in scan.lexicon.verb_forms(scan.lows[i]) and (
        not following or not following[0].isalnum() or following in ("of", "for", "in", "and", "on")
    )


def infinitive(scan: Scan, i: int) -> int | None:
    """Return the end of "to develop E-Government" at `i`."""
    if "base" not in scan.lexicon.verb_forms(scan.lows[i + 1]):
        return None
    stop = phrase(scan, i + 2, capital=False)
    if stop is None:
        return None
    while scan.lows[stop] in ("of", "for", "in"):
        further = phrase(scan, stop + 1, capital=False)
        if further is None:
            break
        stop = further
    return stop


def _coordinate(scan: Scan, i: int, *, capital: bool, head: Head) -> int | None:
    """Return the end of "and decentralization" at `i`, if it goes on with the same name."""
    following = scan.lows[i + 1]
    lex = scan.lexicon
    if capital and following == "of" and vocab.is_subclass(head.cls, "egov:Body"):
        return second_complement(scan, i + 1)
    if following in lex.stop and following != "the":
        return None
    if capital:
        first = i + 2 if following == "the" else i + 1
        if not scan.is_name_word(first) or scan.is_strong(first):
            return None
        word = scan.words[first].text
        if word.isupper() and len(word) > 2 and following not in lex.field_acronyms:
            return None
        if lex.country_words.get(scan.lows[first]):
            return None
    else:
        forms = lex.verb_forms(following)
        if forms - {"base", "gerund"} and not _is_noun_like(scan, i + 1):
            return None
        if lex.is_adverb(following) or scan.is_name_word(i + 1):
            return None
        if not vocab.is_subclass(head.cls, "egov:Enactable") and not vocab.is_subclass(head.cls, "egov:Body"):
            return None
        if vocab.is_subclass(head.cls, "egov:Plan") and scan.lows[i + 2] == "of":
            return None
    stop = phrase(scan, i + 1, capital=capital)
    if stop is not None and following == "the" and capital:
        if scan.lows[stop] == "and" and scan.is_name_word(stop + 1):
            stop = phrase(scan, stop + 1, capital=True)
        if stop is None or (scan.lows[stop] != "(" and not is_portfolio(scan, i + 2, stop)):
            return None
    if stop is None:
        return None
    # A second head ("... plan for X and the Y project") begins another name.
    if following == "the" and capital:
        return stop
    body = capital and vocab.is_subclass(head.cls, "egov:Body")
    if body and stop == i + 2 and following not in _ONE_WORD_BODIES:
        # "the Centre for Ships and Society": no body is called by its class word alone
        return stop
    if body and scan.lows[stop] == "(" and not abbreviates(scan, i + 1, stop):
        return stop
    if not vocab.is_subclass(head.cls, "egov:Law") and any(
        _heads_another(scan, k, body=body)
        and (k + 1 == stop if body else not scan.is_word(k + 1))
        and not (capital and singular(scan.lows[k]) != scan.lows[k])
        for k in range(i + 1, stop)
    ):
        return None
    return stop


def _heads_another(scan: Scan, i: int, *, body: bool) -> bool:
    """Whether word `i` heads another name behind "and"; a ministry may be for "Works and Digital Infrastructure"."""
    heads = scan.lexicon.head_at((scan.lows[i],))
    if not body:
        return bool(heads)
    return is_head(scan, i) and any(vocab.is_subclass(h.cls, "egov:Body") for h in heads)
