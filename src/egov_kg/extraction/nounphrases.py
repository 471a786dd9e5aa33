"""Noun phrases: how far the words of one name reach, to the left and to the right of its head."""

from __future__ import annotations

from egov_kg import vocab
from egov_kg.extraction.lexicon import Head
from egov_kg.extraction.scan import Scan, is_capital

__all__ = ["infinitive", "is_modifier", "left", "phrase", "right"]

LONGEST_NAME = 12
"""Words before a head that can belong to its name."""


def is_modifier(scan: Scan, i: int, *, capital: bool) -> bool:
    """Whether a word may stand before a head, inside one name."""
    if not scan.is_word(i):
        return False
    word, lex = scan.words[i], scan.lexicon
    if word.start in scan.in_time:
        return False
    low = word.low
    named = is_capital(word.text) and (word.start != scan.first_of_sentence or capital)
    if low in lex.stop and not (named and len(low) > 3 and low not in lex.determiners and scan.is_name_word(i)):
        return False
    if lex.is_adverb(low) and not named:
        return False
    if capital and not named and "-" not in low:
        return False
    if named and scan.is_name_word(i):
        return True
    forms = lex.verb_forms(low)
    if not forms:
        return True
    before = scan.lows[i - 1]
    if "gerund" in forms:
        return low in lex.nominal_gerunds and before != "by"
    if forms & {"past", "participle"}:
        if low in lex.nominal_participles:
            return True
        before_forms = lex.verb_forms(before)
        return before in lex.determiners or bool(before_forms & {"past", "third"} and "participle" not in forms)
    if "third" in forms and "base" not in forms:
        return False
    return not (before == "to" or before in lex.auxiliaries)


def left(scan: Scan, h: int, *, capital: bool) -> int:
    """Return the first word of the noun phrase that ends at `h`."""
    j = h
    while h - j < LONGEST_NAME:
        if is_modifier(scan, j - 1, capital=capital):
            j -= 1
        elif (
            scan.lows[j - 1] in ("and", "&")
            and capital
            and scan.is_name_word(j)
            and scan.is_name_word(j - 2)
            and j - 3 >= 0
            and not scan.words[j - 2].text.isupper()
            and not scan.lexicon.head_at((scan.lows[j - 2],))
            and is_modifier(scan, j - 2, capital=True)
            and (scan.lows[j - 3] in scan.lexicon.determiners)
        ):
            j -= 2
        else:
            break
    return j


def right(scan: Scan, h: int, head: Head, *, capital: bool) -> int:
    """Return the end of the name whose head is word `h`: its complements, as far as they are one name."""
    end = h + 1
    while end < scan.size:
        low = scan.lows[end]
        if low not in head.complements and not (end > h + 1 and low in ("of", "and", "for", "in", "between")):
            break
        if head.cls == "egov:ActorGroup" and (
            (low == "in" and scan.lows[end + 1] != "charge") or end > h + 1 or low not in head.complements
        ):
            break
        if low == "to":
            stop = infinitive(scan, end)
        elif low in ("and", "&"):
            stop = _coordinate(scan, end, capital=capital, head=head)
        else:
            stop = phrase(scan, end + 1, capital=capital)
        if stop is None:
            break
        end = stop
    return end


def phrase(scan: Scan, i: int, *, capital: bool) -> int | None:
    """Return the end of a determiner-less or definite noun phrase at `i` inside a name."""
    start = i
    lex = scan.lexicon
    if scan.lows[i] in ("the", "a", "an", "its", "their"):
        i += 1
    if scan.is_strong(i):
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
    if following in lex.stop and following != "the":
        return None
    if capital:
        if not scan.is_name_word(i + 1) or scan.is_strong(i + 1):
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
    if stop is None:
        return None
    # A second head ("... plan for X and the Y project") begins another name.
    if not vocab.is_subclass(head.cls, "egov:Law") and any(
        lex.head_at((scan.lows[k],)) and not scan.is_word(k + 1) for k in range(i + 1, stop)
    ):
        return None
    return stop
