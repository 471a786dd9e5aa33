"""Countries, where a sentence names them as such and not by an adjective; and their governments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.scan import Scan
from egov_kg.extraction.tokens import Token

__all__ = ["countries_of", "find_countries", "find_governments", "place_of"]


def find_countries(scan: Scan) -> Iterable[Mention]:
    """Yield the countries that are named as such, not by an adjective."""
    names, first_words = scan.lexicon.country_names, scan.lexicon.country_first_words
    if first_words.keys().isdisjoint(scan.lows):
        return
    for i, word in enumerate(scan.words):
        if word.low not in first_words or not word.text[0].isupper() or scan.is_strong(i):
            continue
        for width in range(first_words[word.low], 0, -1):
            key = tuple(scan.lows[i : i + width])
            if key not in names or i + width > scan.size or scan.lows[i + width] == "-":
                continue
            code, name = names[key]
            first = i - 2 if scan.lows[i - 1] == "of" and scan.lows[i - 2] == "republic" else i
            the = first > 0 and scan.lows[first - 1] == "the"
            begin = scan.words[first - 1 if the else first].start
            end = scan.words[i + width - 1].end
            yield Mention(
                begin, end, "egov:Country", name, scan.words[first].start, end, country=code, pattern="country.name"
            )
            break


_WHOLE = frozenset(["federal", "central", "national", "union"])
_ALONE = frozenset(["cabinet", "parliament", "congress", "senate", "presidency", "treasury"])


def place_of(scan: Scan) -> str:
    """Return the code of the only country that a sentence speaks of, with a question mark unless it opens with it.

    Example:
        "In Denmark, the ministry ..." is surely about Denmark; "It sold the system to Denmark" may be about another.
    """
    if scan.lexicon.country_word_widths.keys().isdisjoint(scan.lows):
        return ""
    found = countries_of(scan.words, scan.lexicon)
    if len(found) != 1:
        return ""
    code, place = next(iter(found.items()))
    return code if place == 1 and scan.lows[0] in ("in", "for") else f"?{code}"


def countries_of(words: Sequence[Token], lexicon: Lexicon) -> dict[str, int]:
    """Return the countries that words name, by name, adjective or city, each with the first word that does."""
    found: dict[str, int] = {}
    widths = lexicon.country_word_widths
    behind = 0
    for i, word in enumerate(words):
        width = widths.get(word.low, 0)
        if not width or i < behind or not word.text[0].isupper():
            continue
        for several in range(width, 0, -1):
            name = " ".join(w.low for w in words[i : i + several]) if several > 1 else word.low
            code = lexicon.country_words.get(name) or lexicon.places.get(name)
            if code:
                found.setdefault(code, i)
                behind = i + several
                break
    return found


def find_governments(scan: Scan) -> Iterable[Mention]:
    """Yield the governments of countries: "the Government of Rwanda", "the Danish government", "the government".

    The last one names no country; it is that of the document, if it has one.
    """
    lex = scan.lexicon
    for i, low in enumerate(scan.lows[: scan.size]):
        if low != "government" and low not in _ALONE:
            continue
        if low in _ALONE and scan.words[i].text[0].isupper() and i and scan.lows[i - 1] == "the":
            behind = scan.lows[i + 1]
            if behind not in ("of", "'s", "for", "-") and not scan.is_name_word(i + 1) and behind not in lex.kinds:
                start, end = scan.words[i].start, scan.words[i].end
                yield Mention(
                    scan.words[i - 1].start, end, "egov:Agency", scan.words[i].text, start, end, det="the",
                    pattern="body.alone",
                )  # fmt: skip
        if scan.lows[i] != "government" or scan.is_strong(i) or scan.lows[i + 1] in ("-", "'s"):
            continue
        word = scan.words[i]
        first = i - 1 if scan.lows[i - 1] in _WHOLE and scan.is_name_word(i - 1) and word.text[0].isupper() else i
        if scan.lows[i + 1] == "of":
            k = i + 3 if scan.lows[i + 2] == "the" else i + 2
            code, end = _country_at(scan, k)
            if code:
                yield _government(scan, first, end, code)
            continue
        if scan.is_name_word(i + 1) or scan.lows[i + 1] in lex.kinds or lex.head_at((scan.lows[i + 1],)):
            continue
        for width in (3, 2, 1):
            words = " ".join(scan.lows[max(0, i - width) : i])
            code = lex.country_words.get(words, "") if i >= width else ""
            if code and scan.words[i - width].text[0].isupper():
                yield _government(scan, i - width, i + 1, code)
                break
        else:
            if scan.lows[first - 1] == "the" and i and scan.lows[i + 1] not in ("and", "sector", "agencies"):
                start, begin = scan.words[first - 1].start, scan.words[first].start
                yield Mention(
                    start, word.end, "egov:Agency", scan.between(begin, word.end), begin, word.end, det="the",
                    pattern="government.own",
                )  # fmt: skip


def _country_at(scan: Scan, i: int) -> tuple[str, int]:
    """Return the code of the country named at word `i`, and the word behind it."""
    names, widths = scan.lexicon.country_names, scan.lexicon.country_first_words
    for width in range(widths.get(scan.lows[i], 0), 0, -1):
        found = names.get(tuple(scan.lows[i : i + width]))
        if found:
            return found[0], i + width
    if tuple(scan.lows[i : i + 2]) == ("republic", "of"):
        code, end = _country_at(scan, i + 2) if scan.lows[i + 2] != "republic" else ("", 0)
        return code, end
    return "", 0


def _government(scan: Scan, begin: int, end: int, code: str) -> Mention:
    outer, det = scan.words[begin].start, ""
    if begin and scan.lows[begin - 1] == "the":
        outer, det = scan.words[begin - 1].start, "the"
    start, stop = scan.words[begin].start, scan.words[end - 1].end
    return Mention(
        outer, stop, "egov:Agency", scan.between(start, stop), start, stop, det=det, country=code,
        pattern="government.name",
    )  # fmt: skip
