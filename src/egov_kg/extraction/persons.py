"""People and what is named after them: persons with a title, administrations, governments and cabinets."""

from __future__ import annotations

import re

from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan

__all__ = ["find_people"]

_ADMINISTRATIONS = ("administration", "administrations", "government", "governments")


def find_people(scan: Scan) -> list[Mention]:
    """Return persons with a title, and administrations named after a person."""
    found: list[Mention] = []
    titles = scan.lexicon.titles
    i = 0
    while i < scan.size:
        low = scan.lows[i]
        title_end = _title(scan, i) if low in titles else 0
        stop = _person_name(scan, title_end) if title_end else 0
        if stop:
            start = scan.words[i - 1].start if scan.lows[i - 1] == "the" else scan.words[i].start
            behind = stop + 1 if scan.lows[stop] == "'s" else stop
            if scan.lows[behind] in ("administration", "government"):
                found.append(_administration(scan, title_end, stop, behind, start))
                i = behind + 1
                continue
            begin, end = scan.words[title_end].start, scan.words[stop - 1].end
            found.append(
                Mention(
                    start, end, "egov:Person", scan.between(begin, end), begin, end,
                    head=" ".join(scan.lows[i:title_end]), pattern="person.title",
                )
            )  # fmt: skip
            i = stop
            continue
        if i and low in _ADMINISTRATIONS:
            # "the Open Government Partnership" is the name of something else
            named = (
                scan.words[i].text[0].isupper()
                and scan.is_name_word(i + 1)
                and scan.lows[i + 1] not in scan.lexicon.stop
            )
            found.extend([] if named else _named_administrations(scan, i))
        i += 1
    return found


def _title(scan: Scan, i: int) -> int:
    for parts in scan.lexicon.titles.get(scan.lows[i], ()):
        if all(scan.lows[i + k] == p for k, p in enumerate(parts)):
            return i + len(parts)
    return 0


def _person_name(scan: Scan, i: int) -> int:
    """Return the end of one to four capitalised words at `i`, or 0."""
    j = i
    while j < scan.size and j - i < 4:
        word = scan.words[j]
        if not (word.text[0].isupper() and (len(word.text) > 1 or scan.lows[j + 1] == ".")):
            if word.text == "." and j > i and len(scan.words[j - 1].text) == 1:
                j += 1
                continue
            if word.low in ("de", "da", "di", "van", "von", "al", "bin", "dos") and j > i:
                j += 1
                continue
            break
        if (
            word.low in scan.lexicon.stop
            or word.low in ("administration", "government")
            or scan.lexicon.head_at((word.low,))
        ):
            break
        if word.text.isupper() and len(word.text) > 3:
            break
        j += 1
    while j > i and not scan.words[j - 1].text[0].isupper():
        j -= 1
    return j if j > i else 0


def _named_administrations(scan: Scan, i: int) -> list[Mention]:
    """Return the administrations of "the A administration" and "the A and the B administrations"."""
    plural = scan.lows[i].endswith("s")
    government = scan.lows[i].startswith("government")
    capital = scan.words[i].text[0].isupper()
    found: list[Mention] = []
    end = i
    stop = i
    while True:
        begin = end
        while (
            begin > 0
            and end - begin < 3
            and scan.words[begin - 1].text[0].isupper()
            and scan.lows[begin - 1] not in scan.lexicon.stop
            and scan.lows[begin - 1] not in scan.lexicon.country_words
            and scan.is_word(begin - 1)
        ):
            begin -= 1
        if scan.lows[end - 1] == "'s" and not found:
            end -= 1
            continue
        if begin == end or not _is_person_like(scan, begin, end, government=government, capital=capital):
            break
        start = scan.words[begin - 1].start if scan.lows[begin - 1] == "the" else scan.words[begin].start
        found.append(_administration(scan, begin, end, stop, start))
        if not plural:
            break
        k = begin - 1
        if scan.lows[k] == "the":
            k -= 1
        if scan.lows[k] not in ("and", ",", "&"):
            break
        while scan.lows[k] in ("and", ",", "&"):
            k -= 1
        end = k + 1
        stop = k
    return list(reversed(found))


def _is_person_like(scan: Scan, begin: int, end: int, *, government: bool, capital: bool) -> bool:
    """Whether capitalised words before "administration" are a person's name."""
    lows = scan.lows[begin:end]
    lexicon = scan.lexicon
    if any(low in lexicon.not_persons or low in lexicon.country_words or lexicon.head_at((low,)) for low in lows):
        return False
    if any(scan.words[k].text.isupper() and len(scan.words[k].text) > 3 for k in range(begin, end)):
        return False
    if capital and len(lows) == 1:
        return scan.lows[begin - 1] in ("the", "and", ",") and not _ADJECTIVE.search(lows[0])
    return not government or len(lows) >= 1


def _administration(scan: Scan, begin: int, end: int, stop: int, start: int) -> Mention:
    """Return the administration named by words `begin` to `end`, the last word of the mention being `stop`."""
    name_start, name_end = scan.words[begin].start, scan.words[end - 1].end
    last = scan.words[stop].end if stop >= end else name_end
    return Mention(
        start, last, "egov:Administration", f"{scan.between(name_start, name_end)} administration", name_start,
        name_end, head="administration", det="the", pattern="administration.name",
    )  # fmt: skip


_ADJECTIVE = re.compile(r"(?:ive|al|ic|ory|ing|ed|ian|ese|ish|ment|tion|ous|ary|ful|able|ible|ern)$")
