"""Citations in running text and in the credits of tables and figures: which work, which year, which page."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["SEE", "Work", "find_citations", "find_titles", "find_works"]


class Work(NamedTuple):
    """A cited work, where a text names it.

    Attributes:
        start, end: The half-open range of its name in the view, brackets outside.
        authors: As written, connected: ``Kim and Choi``, ``Moon et al.``
        year: Four digits, and a letter if the text gives one: ``2012b``.
        page: The page that is cited, or empty.
        outer: The start and end of the whole citation, brackets included.
    """

    start: int
    end: int
    authors: str
    year: str
    page: str
    outer: tuple[int, int]

    @property
    def label(self) -> str:
        """The name of the work: authors and year."""
        return f"{self.authors} {self.year}"


_NAME = r"(?:\b(?:de|van|von|der|del|al)\s)*[A-Z][\w’'.-]*[\w.](?:\s[A-Z][\w’'-]+)?"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_PAGE = r"(?:[,.:;]?\s*(?:[Pp]{1,2}\.?\s*|[Pp]ages?\s)?(\d{1,4})(?:\s?[-–]\s?\d{1,4})?(?=[.\s,;)]|$))?"
# Moon, et al., 2019 | Kim and Choi 2016 | OECD, 2020 | Lee 2012b | Special Committee for E-Government 2003
_AUTHORS = rf"{_NAME}(?:,?\s(?:and|&)\s{_NAME}|,?\s+et\sal\.?,?|(?:,\s{_NAME})+,?\s(?:and|&)\s{_NAME})?"
_IN_BRACKETS = re.compile(
    rf"\s*(?:see\s(?:also\s)?|e\.g\.,?\s|cf\.\s)?(?P<authors>{_AUTHORS}),?\s+(?P<year>{_YEAR}){_PAGE}\s*"
)
_BRACKET = re.compile(r"\(([^()]{4,300})\)")
# Kim and Choi (2016) | Kim and Choi(2016). P.24
_NARRATIVE = re.compile(
    rf"(?<![\w-])(?P<authors>{_AUTHORS})\s?\((?P<year>{_YEAR})(?:,\s?(?:pp?\.?\s?)?(?P<inner>\d{{1,4}}))?\)(?:\.?\s?[Pp]{{1,2}}\.\s?(?P<page>\d{{1,4}}))?"
)
_KOREAN = re.compile(rf"(?P<authors>[가-힣]{{2,4}}(?:\s외|[·,]\s?[가-힣]{{2,4}})?)\s?\((?P<year>{_YEAR})\)")
_KOREAN_INSIDE = re.compile(
    rf"\s*(?P<authors>[가-힣]{{2,12}}(?:\s외|[·]\s?[가-힣]{{2,4}})?),\s(?P<year>{_YEAR})(?::\s?(\d+))?\s*"
)
# "National Quay Policy and Action Plan (2000)" is no pair of authors
_NO_AUTHOR = re.compile(
    r"\b(?:Plans?|Polic(?:y|ies)|Acts?|Strateg(?:y|ies)|Laws?|Programmes?|Programs?|Agenda|Projects?|Initiatives?|Systems?|Services?"
    r"|Regulations?|Codes?|Orders?|Decrees?|Frameworks?|Roadmap|Portals?|Agency|Authority|Ministry|Commission|Network|Platform)\Z"
)
_BRACKETED_YEAR = re.compile(r"\((?:19|20)\d\d")
# Names that begin a credit without looking like a person: "Special Committee for E-Government 2003, 59"
_CREDIT = re.compile(
    rf"(?P<authors>[A-Z][\w’'.&-]*(?:,?\s(?:and|&|of|for|on|the|et|al\.?|[A-Z][\w’'.&-]*))*),?\s?\(?(?P<year>{_YEAR})\)?"
    rf"(?:\.?,?\s*(?:[Pp]{{1,2}}\.?\s*)?(?P<page>\d{{1,4}})(?=[.\s,;)]|$))?"
)
_NOT_AUTHORS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "in",
        "since",
        "by",
        "from",
        "until",
        "during",
        "figure",
        "table",
        "the",
        "this",
        "these",
        "act",
        "law",
        "year",
        "no",
        "stage",
        "version",
        "december",
    ]
)


SEE = re.compile(
    r"\b[Ss]ee\s(?:also\s)?(?P<title>[A-Z][^()]{6,160}?)\s\((?P<year>(?:19|20)\d\d)\)"
    r"(?:,\s(?:published\sby\s|issued\sby\s)?(?:the\s)?(?P<publisher>[A-Z][^.;()]{3,120}))?"
)
"""A reference by title, year and publisher: "see Digital Nordland (2005), the Ministry of Works"."""


def find_titles(text: str) -> tuple[tuple[int, int], ...]:
    """Return where titles of works stand that a text refers to; nothing inside one is a name.

    Example:
        >>> text = "Please see Offices of the Open Administration (2005)."
        >>> [text[a:b] for a, b in find_titles(text)]
        ['Offices of the Open Administration']
    """
    if "(" not in text or not ("see" in text or "See" in text):
        return ()
    return tuple(m.span("title") for m in SEE.finditer(text))


# Made for the year behind "the State", and for the one behind "55 million Euros".
# "Access to Letters (2008)": the word ends a title.
_NO_AUTHOR_BEHIND = re.compile(
    r"(?:\b(?:the|a|an|its|their)|\d|\b(?:million|billion|percent|thousand)"
    r"|\b(?!According|Following|In|As|See|Of)[A-Z][\w-]+\s(?:to|of|on|for|in|with))\s$"
)
# OECD (2010), Denmark: Efficient ...; a body that publishes, with the title behind it
_THEN_TITLE = re.compile(r",\s[\"“‘']?[A-Z]")


def _tidy(authors: str) -> str:
    """Return the authors of a work in one spelling.

    Example:
        >>> _tidy("Moon, et al.,"), _tidy("Song  & Cho")
        ('Moon et al.', 'Song and Cho')
    """
    authors = re.sub(r"\s+", " ", authors).strip(" ,;")
    authors = re.sub(r",?\s(?:et\sal\.?|외)$", lambda m: " 외" if "외" in m[0] else " et al.", authors)
    return authors.replace(" & ", " and ")


def find_citations(text: str) -> tuple[Work, ...]:
    """Return the works that a sentence cites, in order; nothing inside one is a name of a person or a date.

    Example:
        >>> text = "It changes (Moon, et al., 2019; Song and Cho 2007). Kim and Choi (2016) agree."
        >>> [w.label for w in find_citations(text)]
        ['Moon et al. 2019', 'Song and Cho 2007', 'Kim and Choi 2016']
        >>> find_citations("The Informatization act (1996), reform of the State (2019), 5 million Euros (2018).")
        ()
    """
    found: list[Work] = []
    if "(" not in text:
        return ()
    for bracket in _BRACKET.finditer(text):
        place = bracket.start(1)
        works: list[Work] = []
        for part in bracket[1].split(";"):
            match = _IN_BRACKETS.fullmatch(part) or _KOREAN_INSIDE.fullmatch(part)
            if match is None or match["authors"].split()[0].casefold().strip(",") in _NOT_AUTHORS:
                works = []
                break
            works.append(
                Work(
                    place + match.start("authors"),
                    place + match.end("year"),
                    _tidy(match["authors"]),
                    match["year"],
                    match[3] or "",
                    bracket.span(),
                )
            )
            place += len(part) + 1
        found.extend(works)
    for pattern in (_NARRATIVE, _KOREAN) if _BRACKETED_YEAR.search(text) else ():
        for match in pattern.finditer(text):
            if any(match.start() < w.outer[1] and w.outer[0] < match.end() for w in found):
                continue
            first = match["authors"].split()[0].casefold()
            acronym = match["authors"].isupper() and _THEN_TITLE.match(text, match.end())
            if first in _NOT_AUTHORS or not (acronym or _looks_like_authors(match["authors"])):
                continue
            if _NO_AUTHOR_BEHIND.search(text, max(0, match.start() - 40), match.start()):
                continue
            page = (match["inner"] or match["page"] or "") if pattern is _NARRATIVE else ""
            found.append(
                Work(match.start(), match.end("year") + 1, _tidy(match["authors"]), match["year"], page, match.span())
            )
    return tuple(sorted(found))


def _looks_like_authors(words: str) -> bool:
    """Return whether words before a bracketed year are authors rather than the name of an act or a plan."""
    if re.search(r"[가-힣]", words):
        several = re.search(r"외$|[·,]", words) is not None
        return (several or len(words) == 3) and not re.search(r"(?:법|령|률|획|업|단|망|원|부|처|청|회)$", words)
    if _NO_AUTHOR.search(words):
        return False
    return bool(re.search(r"\bet\sal\b|\b(?:and|&)\b", words)) or (
        len(words.split()) == 1 and words[1:].islower() and len(words) > 2
    )


def find_works(text: str) -> tuple[Work, ...]:
    """Return the works that the credit of a table or figure names, in order.

    Example:
        >>> credit = "Lee 2012b; Song and Cho 2007; Ministry of Land 2003, 59. Kim and Choi(2016). P.24"
        >>> [(w.label, w.page) for w in find_works(credit)]
        [('Lee 2012b', ''), ('Song and Cho 2007', ''), ('Ministry of Land 2003', '59'), ('Kim and Choi 2016', '24')]
    """
    found = []
    for match in _CREDIT.finditer(text):
        authors = _tidy(match["authors"])
        first = authors.split()[0].casefold()
        if first in _NOT_AUTHORS:
            continue
        found.append(
            Work(match.start("authors"), match.end("year"), authors, match["year"], match["page"] or "", match.span())
        )
    return tuple(found)
