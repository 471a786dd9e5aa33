"""What a line looks like: item, caption, credit, heading, entry of a chronology. In English and Korean."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from egov_kg.documents.view import part, without
from egov_kg.model import View

__all__ = [
    "MONTH",
    "Mark",
    "caption",
    "caption_words",
    "captions_a_table",
    "chronology_entry",
    "closes_a_sentence",
    "closes_an_entry",
    "closing",
    "credit",
    "date_alone",
    "divides_a_date",
    "heading_level",
    "is_numbered_heading",
    "item",
    "looks_like_a_heading",
    "mark_kind",
    "nests",
]

_LETTERS = "가나다라마바사아자차카타파하"  # the Korean a, b, c of lists
# Made for "- text", "• text", "○ 추진 배경", "1) text", "(2) text", "3. text", "가. 추진 배경", "① text".
_ITEM = re.compile(
    rf"\s*(?P<mark>[-–—•·∙▪■□◦○●◎◇◆▷▶➢✓※*ㅇㅁ◈❍▸‣⦁▫◼◻❏➤☞]"
    rf"|\(?\d{{1,3}}[.)]|\(?[A-Za-z{_LETTERS}][.)]|[①-⑳])[ \t\u00a0]+(?=\S)"
)
# Made for "[Table 4. History", "Figure 6: Structure", "<표 4> 추진 경과", "[그림 1] 체계"; "Table 4 shows" is prose.
_CAPTION = re.compile(
    r"\s*(?P<open>[\[<〈【(]?)\s*(?P<label>Table|Figure|Fig|Chart|Box|Diagram|표|그림|도표)\s*\.?\s*"
    r"(?P<number>[A-Z]?\d{1,3}(?:[-.]\d{1,3}){0,3})\s*(?P<close>[.:\]>〉】)])",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"\s*(?P<key>Sources?|Notes?|Credits?|자료|출처|주)\s*[:：]", re.IGNORECASE)
_NUMBERED_HEADING = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[Ⅰ-Ⅻ]\.?|[가나다라마바사아자차카타파하]\.|제\s*\d+\s*[장절편조관]|"
    r"(?:Chapter|Section|Part|Annex|Appendix|Article)\s+[\dA-Z]{1,4}[.:]?)\s+\S"
)
_CHRONOLOGY = re.compile(r"\s*(?:19|20)\d\d(?:[-–—~]\d{2,4}|[./-]\s?\d{1,2}[./-]?|년)?(?:\s*[:：–—-])?[ \t\u00a0]+\S")
MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
# Made for "May 1999", "12 May 1999", "May 12, 1999", "1999", "1999-2001", "2001. 3.", "Q3 2004".
_DATE: Final = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{MONTH}(?:\s\d{{1,2}}(?:st|nd|rd|th)?,?)?\s(?:19|20)\d\d|Q[1-4]\s(?:19|20)\d\d|\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:\s?[-\u2010-\u2015~]\s?(?:(?:19|20)\d\d|present|today)|[./]\s?\d{1,2}[./]?|년(?:\s?\d{1,2}월)?)?)"
)
_DATE_ALONE = re.compile(rf"\s*\(?{_DATE}\)?\s?[:.\u2010-\u2015-]?\s*")
_DATED_ENTRY = re.compile(rf"\s*{_DATE}\s*[:|\u2010-\u2015-]\s+\S")
_SENTENCE_END = re.compile(r"[.!?。;:,]['\"”’)\]]*\s*$|(?:다|함|음|임)\.?\s*$")
# Made for "2009." above "5. 22. 제정", and "2009. 5." above "22. 제정".
_DATE_BEGUN = re.compile(r"(?<!\d)(?:19|20)\d\d\.\s*$")
_DATE_ENDED = re.compile(r"\s*\d{1,2}\. ?\d{1,2}\.")
_MONTH_BEGUN = re.compile(r"(?<!\d)(?:19|20)\d\d\. ?\d{1,2}\.\s*$")
_MONTH_ENDED = re.compile(r"\s*\d{1,2}\.(?! ?\d)")
_YEAR_OR_NUMBER_IN_BRACKETS = re.compile(r"\((?:[^()]*\d{4}[^()]*|No\.[^()]*|제\d+호[^()]*)\)\s*$")
_SMALL_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "under",
        "via",
        "with",
    ]
)

LONGEST_HEADING: Final = 140
_BRACKETS: Final = {"[": "]", "<": ">", "〈": "〉", "【": "】", "(": ")"}


class Mark(NamedTuple):
    """The mark that begins an item.

    Attributes:
        text: As written.
        end: Where the item's words begin, in the line.
    """

    text: str
    end: int


def item(line: str) -> Mark | None:
    """Return the list mark that a line begins with.

    Example:
        >>> item("  2) Managing networks"), item("○ 추진 배경"), item("-5 percent")
        (Mark(text='2)', end=5), Mark(text='○', end=2), None)
    """
    match = _ITEM.match(line)
    return Mark(match["mark"], match.end()) if match else None


# The order in which Korean administrations nest marks without setting them in.
_OUTLINE: Final = {
    "□": 0,
    "■": 0,
    "ㅁ": 0,
    "◼": 0,
    "◻": 0,
    "❏": 0,
    "○": 1,
    "ㅇ": 1,
    "●": 1,
    "◦": 1,
    "❍": 1,
    "-": 2,
    "–": 2,
}


def mark_kind(mark: str) -> str:
    """Return what kind of mark one is: marks of one kind are of one level.

    Example:
        >>> mark_kind("3."), mark_kind("12."), mark_kind("(가)"), mark_kind("ㅇ"), mark_kind("⑦")
        ('1.', '1.', '(가)', '○', '①')
    """
    folded = {"ㅇ": "○", "ㅁ": "□", "❍": "○", "◻": "□", "❏": "□", "–": "-", "—": "-"}.get(mark, mark)
    if "①" <= folded <= "⑳":
        return "①"
    folded = re.sub(r"\d+", "1", folded)
    return re.sub(rf"[{_LETTERS}]", "가", re.sub(r"[A-Za-z]", lambda m: "a" if m[0].islower() else "A", folded))


def nests(outer: str, inner: str) -> bool:
    """Return whether a kind of mark at the same indent is of the level below another, as in Korean outlines.

    Example:
        >>> nests("□", "○"), nests("○", "-"), nests("-", "○"), nests("•", "-")
        (True, True, False, False)
    """
    return outer in _OUTLINE and inner in _OUTLINE and _OUTLINE[outer] < _OUTLINE[inner]


def caption(line: str) -> re.Match[str] | None:
    """Return the match of a caption's start, with the groups ``open``, ``label``, ``number`` and ``close``.

    Example:
        >>> caption("[Table 4. History of the portal]")["number"], caption("<표 2-1> 추진 경과")["label"]
        ('4', '표')
        >>> caption("Table 4 shows the history.") is None
        True
    """
    return _CAPTION.match(line)


def captions_a_table(line: str) -> bool:
    """Whether a line is the caption of a table, and of no figure.

    Example:
        >>> captions_a_table("Table 4. History"), captions_a_table("<그림 1> 체계")
        (True, False)
    """
    match = caption(line)
    return match is not None and match["label"].casefold() in {"table", "표", "도표"}


def closing(opening: str) -> str:
    """Return the bracket that closes another, an empty string for none."""
    return _BRACKETS.get(opening, "")


def caption_words(view: View) -> tuple[View, re.Match[str]]:
    """Return the words of a caption without the brackets around it or around its label, and the match of its start.

    Args:
        view: One for which `caption` finds a match.

    Example:
        >>> caption_words(View("<표 2> 추진 경과", tuple(range(11))))[0].text
        '표 2 추진 경과'
    """
    match = _CAPTION.match(view.text)
    assert match
    start = 0
    if match["open"]:
        close = view.text.find(_BRACKETS[match["open"]])
        view = without(view, close) if close >= 0 else view
        start = match.start("open") + 1
    return part(view, start, len(view.text)), match


def credit(line: str) -> str:
    """Return the key of a credit line ("Source", "Note", "자료" ...), or an empty string.

    Example:
        >>> credit("Source:Special Committee 2003"), credit("Sources of law")
        ('Source', '')
    """
    match = _CREDIT.match(line)
    return match["key"] if match else ""


def closes_a_sentence(line: str) -> bool:
    """Whether a line ends as sentences and clauses do.

    Example:
        >>> closes_a_sentence("It was founded in 1987."), closes_a_sentence("The stages")
        (True, False)
    """
    return bool(_SENTENCE_END.search(line))


def divides_a_date(before: str, line: str) -> bool:
    """Whether a line goes on with the date in figures that the line before begins; its number is no mark of a list.

    Example:
        >>> divides_a_date("the act (2009.", "5. 22.) was"), divides_a_date("since 2009.", "5. Lessons")
        (True, False)
    """
    return bool(_DATE_BEGUN.search(before[-20:]) and _DATE_ENDED.match(line)) or bool(
        _MONTH_BEGUN.search(before[-20:]) and _MONTH_ENDED.match(line)
    )


def is_numbered_heading(line: str) -> bool:
    """Whether a line begins as numbered headings do: "2.1 Scope", "제2장 총칙", "Chapter 3 Duties"."""
    return bool(_NUMBERED_HEADING.match(line))


def heading_level(line: str) -> int:
    """Return the level of a heading below the title, which has level 1: by the parts of its number.

    Example:
        >>> heading_level("Scope"), heading_level("2. Scope"), heading_level("2.1 Scope of the act")
        (2, 2, 3)
    """
    number = re.match(r"\s*\d{1,2}((?:\.\d{1,2})*)", line)
    return 2 + (number[1].count(".") if number else 0)


def closes_an_entry(line: str) -> bool:
    """Whether a line ends with a year or an act number in brackets, as entries of a list of laws do.

    Example:
        >>> closes_an_entry("Digital Signature Act (1999)"), closes_an_entry("전자정부법 (제6439호)")
        (True, True)
        >>> closes_an_entry("Digital Signature Act (draft)")
        False
    """
    return bool(_YEAR_OR_NUMBER_IN_BRACKETS.search(line))


def chronology_entry(line: str) -> bool:
    """Whether a line begins with a date and goes on: an entry of a chronology.

    Example:
        >>> chronology_entry("1987-1991 First network project"), chronology_entry("In 1987 it began")
        (True, False)
        >>> chronology_entry("12 May 1999: the portal opens"), chronology_entry("May 1999 was cold")
        (True, False)
    """
    return bool(_CHRONOLOGY.match(line) or _DATED_ENTRY.match(line))


def date_alone(line: str) -> bool:
    """Whether a line is a date and nothing else, as above an entry of a chronology.

    Example:
        >>> date_alone("May 1999"), date_alone(" 2001:"), date_alone("1999 Acts"), date_alone("41,085")
        (True, True, False, False)
    """
    return bool(_DATE_ALONE.fullmatch(line))


def looks_like_a_heading(line: str) -> bool:
    """Whether a line, by itself, could be a heading: short, no end of a sentence, capitals or a number.

    A line that closes with a year or an act number in brackets is an entry of a list of laws, not a heading.

    Example:
        >>> looks_like_a_heading("Stages of Development"), looks_like_a_heading("제1장 총칙")
        (True, True)
        >>> looks_like_a_heading("Digital Signature Act (1999)"), looks_like_a_heading("it was founded in 1987")
        (False, False)
    """
    words = line.split()
    if not words or len(line.strip()) > LONGEST_HEADING or not any(c.isalpha() for c in line):
        return False
    if closes_a_sentence(line) or closes_an_entry(line):
        return False
    if _NUMBERED_HEADING.match(line):
        return True
    if not line.isascii() and any("가" <= c <= "힣" for c in line):
        return len(line.strip()) <= 40
    chief = [word for word in words if word.strip("()[]\"'“”‘’").casefold() not in _SMALL_WORDS]
    capitals = sum(not word.strip("()[]\"'“”‘’")[:1].islower() for word in chief)
    return len(words) <= 16 and words[0][:1].isupper() and (capitals >= 0.6 * len(chief) or len(words) <= 6)
