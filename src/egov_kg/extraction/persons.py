"""People: with a title before or behind the name, or with a given name that is common somewhere."""

from __future__ import annotations

import re

from egov_kg import vocab
from egov_kg.extraction.administrations import administration_at, named_administrations, numbered_administration
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan

__all__ = ["find_people"]

_ADMINISTRATIONS = ("administration", "administrations", "government", "governments", "cabinet", "cabinets")
_THEN = re.compile(r"(?:then|ex|former)-(?=\w)")
# "Foreign Minister", "Science Secretary"; the word before "CEO" is a company
_OVER_SOMETHING = ("minister", "secretary", "commissioner", "officer", "champion", "chancellor", "adviser", "advisor")
_BY = ("by", "under")
_LED = frozenset(["headed", "led", "chaired", "directed", "succeeded", "presided", "created", "set", "spearheaded"])
_INITIAL = re.compile(r"[A-Z]\Z")
# two syllables, each with one vowel sound and one consonant behind it at most: "Dae-jung", and not "Real-time"
_KOREAN_GIVEN = re.compile(
    r"[B-DF-HJ-NP-TV-Z]?[b-df-hj-np-tv-z]?[AEIOUYWaeiouyw]{1,4}(?:ng|ck|[nklmpbthrg])?"
    r"-(?!(?:to|up|on|by|at|go)\Z)[b-df-hj-np-tv-z]{0,2}[aeiouyw]{1,4}(?:ng|ck|[nklmpbthrg])?\Z"
)


def find_people(scan: Scan) -> list[Mention]:
    """Return persons, and administrations named after a person."""
    found: list[Mention] = []
    titles, given = scan.lexicon.titles, scan.lexicon.given_names
    i = 0
    while i < scan.size:
        low = scan.lows[i]
        if low in titles or _THEN.match(low):
            read = _titled(scan, i)
            if read is not None:
                mention, i = read
                found.append(mention)
                continue
        if i and low in _ADMINISTRATIONS:
            # "the Open Government Partnership" is the name of something else
            named = (
                scan.words[i].text[0].isupper()
                and scan.is_name_word(i + 1)
                and scan.lows[i + 1] not in scan.lexicon.stop
            )
            numbered = numbered_administration(scan, i)
            found.extend([numbered] if numbered else [] if named else named_administrations(scan, i))
        elif low in _BY or low in given or ("-" in low and _is_double_given(scan, i)):
            person = (
                _by_context(scan, i)
                if low in _BY
                else _by_given_name(scan, i)
                if scan.words[i].text[0].isupper()
                else None
            )
            if person is not None:
                found.append(person[0])
                i = person[1]
                continue
        i += 1
    return found


def _titled(scan: Scan, i: int) -> tuple[Mention, int] | None:
    """Return the person whose title begins at word `i`, or the administration named so, and the word behind it."""
    end = _title(scan, i)
    if not end:
        return None
    weak = " ".join(scan.lows[i:end]) in scan.lexicon.weak_titles
    begin = end + 1 if scan.lows[end] == "." else end
    if scan.lows[begin] in ("of", "for"):
        begin = _behind_office(scan, begin)
        weak = True
    if not begin:
        return None
    stop = person_name(scan, begin)
    if not stop or (weak and not _is_likely(scan, begin, stop)):
        return None
    first = i
    over = scan.lows[end - 1] in _OVER_SOMETHING
    while over and scan.is_name_word(first - 1) and i - first < 3 and _may_head_title(scan, first - 1):
        first -= 1
    start = scan.words[first - 1].start if scan.lows[first - 1] == "the" and first else scan.words[first].start
    behind = stop + 1 if scan.lows[stop] == "'s" else stop
    if scan.lows[behind] in ("administration", "government", "cabinet") and not weak:
        return administration_at(scan, begin, stop, behind, start), behind + 1
    words = scan.lows[first : begin - (scan.lows[begin - 1] in (",", "."))]
    if scan.lows[end] in ("of", "for") and " ".join(words[end + 1 - first :]) in scan.lexicon.country_words:
        words = scan.lows[first:end]
    head = " ".join(scan.lows[i:end]) if first == i and begin == end else " ".join(words)
    return _person(scan, begin, stop, start, head, "person.title"), stop


_NOUN_LIKE = re.compile(
    r"(?:tion|sion|ment|ity|ics|ing|ance|ence|ogy|ture|ial|nal|ive|ary|ism|ship|ness|cy|ty|ers|ies|ices|s)\Z"
)


def _is_likely(scan: Scan, begin: int, stop: int) -> bool:
    """Whether capitalised words behind a weak title name a person: by a given name, else as two words like no noun."""
    lex = scan.lexicon
    first = scan.lows[begin]
    if first in lex.given_names or first.split("-", 1)[0] in lex.given_names or _looks_korean(scan, begin, stop):
        return True
    words = range(begin, stop)
    if stop - begin not in (2, 3) or scan.is_name_word(stop):
        return False
    return not any(
        _NOUN_LIKE.search(scan.lows[k])
        or not re.fullmatch(r"\w[a-zà-ž’']+(?:-\w[a-zà-ž]+)?", scan.words[k].text)
        or scan.lows[k] in lex.kinds
        or scan.lows[k] in lex.not_joined
        or scan.lows[k] in lex.body_words
        or scan.lows[k] in lex.not_persons
        or scan.lows[k] in lex.places
        or scan.lows[k] in lex.titles
        or scan.lows[k] in lex.verbs
        for k in words
    )


def _may_head_title(scan: Scan, i: int) -> bool:
    """Whether a capitalised word belongs to the title behind it: "Foreign Minister", "Science Secretary"."""
    low = scan.lows[i]
    return low not in scan.lexicon.country_words and low not in scan.lexicon.stop and scan.words[i].text[1:].islower()


def _behind_office(scan: Scan, i: int) -> int:
    """Return where the name begins behind "of ICT and Innovation" or "for Digital Affairs, ", or 0."""
    lex = scan.lexicon
    for k in range(i + 1, min(scan.size, i + 12)):
        low, text = scan.lows[k], scan.words[k].text
        if low in lex.given_names and text[0].isupper() and scan.is_name_word(k + 1):
            return k
        if (
            scan.lows[k - 1] == ","
            and k > i + 1
            and (stop := person_name(scan, k))
            and scan.lows[stop] in (",", ".", "")
        ):
            return k if _is_likely(scan, k, stop) else 0
        if not (scan.is_name_word(k) or low in ("and", "&", "of", "the", ",", "for", "-")):
            return 0
    return 0


def _title(scan: Scan, i: int) -> int:
    first = _THEN.sub("", scan.lows[i])
    for parts in scan.lexicon.titles.get(first, ()):
        if all(scan.lows[i + k] == p for k, p in enumerate(parts) if k):
            return i + len(parts)
    return 0


def _looks_korean(scan: Scan, begin: int, end: int) -> bool:
    return any(_KOREAN_GIVEN.match(scan.words[k].text) for k in range(begin, end))


def person_name(scan: Scan, i: int) -> int:
    """Return the end of the one to five words of a person's name at `i`, or 0."""
    j = i
    while j < scan.size and j - i < 7:
        word = scan.words[j]
        if word.text == "." and j > i and _INITIAL.match(scan.words[j - 1].text):
            j += 1
            continue
        if word.low in scan.lexicon.name_particles and scan.is_name_word(j + 1) and (j > i or word.text[0].isupper()):
            j += 1
            continue
        if not word.text[0].isupper() or (len(word.text) == 1 and scan.lows[j + 1] != "."):
            break
        if word.low in scan.lexicon.stop or word.low in _ADMINISTRATIONS or word.low in scan.lexicon.country_words:
            break
        if scan.lexicon.head_at((word.low,)) or (word.text.isupper() and len(word.text) > 3):
            break
        j += 1
    while j > i and not (scan.words[j - 1].text[0].isupper() and len(scan.words[j - 1].text) > 1):
        j -= 1
    return j if j > i else 0


def _by_given_name(scan: Scan, i: int) -> tuple[Mention, int] | None:
    """Return the person whose given name is word `i`, and the word behind the name; None for the name of a body."""
    text = scan.words[i].text
    begin = i
    if _KOREAN_GIVEN.match(text):
        # "Kim Dae-jung": the surname stands before
        if not scan.is_name_word(i - 1) and not (i == 1 and scan.words[0].text[0].isupper()):
            return None
        surname = scan.words[i - 1]
        if len(surname.text) > 6 or surname.low in scan.lexicon.stop or scan.lexicon.head_at((surname.low,)):
            return None
        begin, stop = i - 1, i + 1
    else:
        stop = person_name(scan, i)
        if stop - i < 2 or _is_part_of_name(scan, i, stop):
            return None
    head = _title_before(scan, begin) or _title_behind(scan, stop)
    start = scan.words[begin].start
    return _person(scan, begin, stop, start, head, "person.name"), stop


def _is_double_given(scan: Scan, i: int) -> bool:
    """Whether a word with a hyphen is a given name: "Dae-jung", "Anna-Karin"."""
    word = scan.words[i]
    return bool(_KOREAN_GIVEN.match(word.text)) or (
        word.low.split("-", 1)[0] in scan.lexicon.given_names and word.text.rpartition("-")[2][:1].isupper()
    )


def _by_context(scan: Scan, i: int) -> tuple[Mention, int] | None:
    """Return the person whom a body is said to be led by, and the word behind the name: "headed by Ylva Torkelund"."""
    if scan.lows[i - 1] not in _LED or not scan.is_name_word(i + 1):
        return None
    stop = person_name(scan, i + 1)
    if not stop or not _is_likely(scan, i + 1, stop):
        return None
    return _person(scan, i + 1, stop, scan.words[i + 1].start, _title_behind(scan, stop), "person.name"), stop


def _is_part_of_name(scan: Scan, i: int, stop: int) -> bool:
    """Whether a name of a person names something else: "the Paul Scherrer Institute", "Banco Antonio Gil"."""
    if scan.is_name_word(stop) or scan.lows[stop] in ("-", "&"):
        return True
    if scan.lows[stop] in scan.lexicon.kinds or scan.lexicon.head_at((scan.lows[stop],)):
        return True
    before = scan.lows[i - 1]
    return bool(i and scan.is_name_word(i - 1) and before not in scan.lexicon.titles) or before in ("-", "&")


def _title_before(scan: Scan, begin: int) -> str:
    """Return the title before a comma: "the Science Secretary, Peter Kyle"."""
    if scan.lows[begin - 1] != "," or begin < 3 or scan.lows[begin - 2] not in scan.lexicon.titles:
        return ""
    first = begin - 2
    while first > 0 and scan.is_word(first - 1) and scan.words[first - 1].text[0].isupper() and begin - first < 6:
        if scan.lows[first - 1] in scan.lexicon.stop or scan.lows[first - 1] in scan.lexicon.country_words:
            break
        first -= 1
    return " ".join(scan.lows[first : begin - 1])


def _title_behind(scan: Scan, stop: int) -> str:
    """Return the title behind a comma: "Martha Lane Fox, the digital champion", "Lee Chen, minister of state"."""
    if scan.lows[stop] != ",":
        return ""
    first = stop + 1
    if scan.lows[first] in ("the", "a", "an", "then", "its", "former"):
        first += 1
    for k in range(first, min(scan.size, first + 5)):
        end = _title(scan, k)
        if end:
            return " ".join(scan.lows[k : _portfolio_end(scan, end)])
        if not scan.is_word(k) or (scan.lows[k] in scan.lexicon.stop and scan.lows[k] != "then"):
            return ""
    return ""


def _portfolio_end(scan: Scan, end: int) -> int:
    """Return the end of "for Administrative Modernisation" behind a title, or its own end."""
    if scan.lows[end] not in ("for", "of") or not scan.is_name_word(end + 1):
        return end
    if scan.lows[end + 1] in scan.lexicon.country_words:
        return end
    k = end + 1
    while k < scan.size and k - end < 9 and (scan.is_name_word(k) or scan.lows[k] in ("and", "of", "&")):
        k += 1
    body = any(
        vocab.is_subclass(h.cls, "egov:Body") for low in scan.lows[end + 1 : k] for h in scan.lexicon.head_at((low,))
    )
    return k if scan.is_name_word(k - 1) and not body else end


def _person(scan: Scan, begin: int, stop: int, start: int, head: str, pattern: str) -> Mention:  # noqa: PLR0917 - as above
    first, last = scan.words[begin].start, scan.words[stop - 1].end
    return Mention(start, last, "egov:Person", scan.between(first, last), first, last, head=head, pattern=pattern)
