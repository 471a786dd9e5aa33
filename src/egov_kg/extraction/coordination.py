"""Enumerations: where a list of phrases comes apart, and what its members share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

__all__ = ["Member", "content_words", "split_enumeration"]


class Member(NamedTuple):
    """A member of an enumeration.

    Attributes:
        start, end: Its half-open range in the text that was split.
        prefix: The words of a scope head that it shares with an earlier member ("lack of"), or empty.
        prefix_start, prefix_end: Where those words stand.
    """

    start: int
    end: int
    prefix: str = ""
    prefix_start: int = 0
    prefix_end: int = 0


# "lack of A and B": each lacks. The phrase after them is what distributes; a nominalised action ("provision of A and
# B") is one action and keeps its objects together.
_SCOPE_HEADS = re.compile(
    r"(?:the\s)?(?:lack|shortage|absence|insufficiency|scarcity|deficiency|want)\sof\s|(?:inadequate|insufficient|poor|weak|limited|low|"
    r"lacking|outdated|unequal|unclear|fragmented|missing|inconsistent)\s",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"(?:the\s)?(?:(?:means|ways|methods|measures|ease)|[a-z-]+(?:tion|sion|ment|ance|ence|ing|al|age|ity|ency|sis))\s(?:and\s[a-z-]+\s)?(?:of|for|to|in)\s",
    re.IGNORECASE,
)
_SHARED_HEAD = re.compile(
    r"(?!the\b|a\b|an\b)[\w-]+\s(?:and|or)\s(?!the\b|a\b|an\b|of\b|other\b)[\w-]+\s(?!of\b|for\b|in\b)[\w-]+"
)
_ACTION_OF = re.compile(r"(?:the\s)?[a-z-]+(?:tion|sion|ment|ance|ence|ing|al|sis)\sof\s", re.IGNORECASE)
_TAKING_PART = re.compile(
    r"(?:the\s)?(?:participation|involvement|engagement|investment|integration)\s(?:in|by|with)\s", re.IGNORECASE
)
_WAYS = re.compile(r"(?:the\s)?(?:means|ways|methods|measures)\s", re.IGNORECASE)
_LIGHT: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "and",
        "or",
        "to",
        "in",
        "on",
        "at",
        "by",
        "with",
        "from",
        "as",
        "its",
        "their",
        "his",
        "her",
        "this",
        "that",
        "these",
        "those",
        "between",
        "among",
        "towards",
        "toward",
        "into",
        "through",
        "under",
        "over",
        "such",
        "than",
        "also",
        "both",
        "other",
    ]
)
_OWN = re.compile(r"(?:by\s|an?\s(?:\w+\s){1,3}?(?:of|in|between|among|for)\b|an?\s\w+\s\w+)", re.IGNORECASE)
_DEFINITE = re.compile(r"the\s(?:[\w-]+\s){1,2}(?:of|between|among|in|to)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where)\b")
_TAIL = re.compile(r"[\s,]*(?:,?\s*(?:and\s)?(?:etc\.?|so\son|others|and\sthe\slike|등)\s*)+[\s,.]*$")
_LEAD = re.compile(r"\s*(?:(?:and|or|but|by|as\swell\sas|along\swith|및)\s+|etc\.?\s+)*", re.IGNORECASE)
_WORD = re.compile(r"[\w’'-]+")


def content_words(text: str) -> list[str]:
    """Return the words of a phrase that carry meaning, lower case.

    Example:
        >>> content_words("the competencies of the public servants in charge")
        ['competencies', 'public', 'servants', 'charge']
    """
    return [w for w in (m[0].casefold() for m in _WORD.finditer(re.sub(r"\([^)]*\)", " ", text))) if w not in _LIGHT]


def split_enumeration(
    text: str, *, keep: Callable[[int], bool] | None = None, concrete: bool = False
) -> tuple[Member, ...]:
    """Return the members of an enumeration, in order.

    Cut at commas and semicolons outside brackets and at "and" before the last; inside a piece at "and" only where both
    sides have two content words or more and no relative clause stands to the left. "A such as B and C" stays whole.

    Args:
        text: The enumeration, without its opener.
        keep: Whether no cut may be made at a place (inside a name that is known to be one).
        concrete: Whether the members are things rather than abstract phrases: then each "and" parts two of them.

    Example:
        >>> text = "leadership of the head, skills of the staff in charge and organisational support and culture, etc."
        >>> [text[m.start:m.end] for m in split_enumeration(text)]
        ['leadership of the head', 'skills of the staff in charge', 'organisational support and culture']
        >>> [(m.prefix + text2[m.start:m.end]) for text2 in ["lack of skilled staff and regular training"]
        ...     for m in split_enumeration(text2)]
        ['lack of skilled staff', 'lack of regular training']
        >>> [text3[m.start:m.end] for text3 in ["platform, education, learning and support programmes for the old"]
        ...     for m in split_enumeration(text3)]
        ['platform', 'education, learning and support programmes for the old']
    """
    tail = _TAIL.search(text)
    end = tail.start() if tail else len(text.rstrip(" .,;"))
    kept = keep or (lambda _: False)
    pieces = _at_commas(text, end, kept)
    members: list[Member] = []
    for start, stop, whole in pieces if concrete else _single_words_before_head(text, pieces):
        members.extend([Member(start, stop)] if whole else _at_and(text, start, stop, kept, concrete=concrete))
    return tuple(m for m in members if m.start < m.end)


def _at_commas(text: str, end: int, kept: Callable[[int], bool]) -> list[tuple[int, int, bool]]:
    pieces: list[tuple[int, int]] = []
    depth = 0
    start = 0
    for i in range(end):
        c = text[i]
        depth = max(0, depth + {"(": 1, ")": -1, "[": 1, "]": -1}.get(c, 0))
        if c == "," and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit():
            # "1,298 people"
            continue
        if c in ",;、" and not depth and not kept(i):
            # "etc.," inside a "such as" belongs to what stands before it
            pieces.append((start, i))
            start = i + 1
    pieces.append((start, end))
    joined: list[tuple[int, int, bool]] = []
    for a, b in pieces:
        lead = _LEAD.match(text, a, b)
        a2 = lead.end() if lead else a
        stop = b
        while stop > a2 and text[stop - 1].isspace():
            stop -= 1
        if tail := re.search(r"[,\s]+etc\.?$", text[a2:stop]):
            stop = a2 + tail.start()
        if re.fullmatch(r"etc\.?", text[a2:stop]):
            continue
        if a2 < stop:
            if joined and _OPEN_ENDED.search(text[joined[-1][0] : joined[-1][1]]) and _CLOSES.match(text[a2:stop]):
                joined[-1] = (joined[-1][0], stop, True)
            else:
                joined.append((a2, stop, False))
    return joined


# "in accordance with the income" + "age and home language of the public": one phrase, cut by its own commas
_OPEN_ENDED = re.compile(r"\b(?:with|by|of|to|in|on|for|between|across)\s(?:the\s)?[\w-]+$")
_CLOSES = re.compile(r"[\w-]+\s(?:and|or)\s(?:[\w-]+\s){1,3}(?:of|among|between)\s(?:the\s)?\w")


def _single_words_before_head(text: str, pieces: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Join "education" and "learning and support programmes": single words that share a head."""
    result: list[tuple[int, int, bool]] = []
    i = 0
    while i < len(pieces):
        j = i
        while j < len(pieces) and len(_WORD.findall(text[pieces[j][0] : pieces[j][1]])) == 1:
            j += 1
        if j > i and j < len(pieces) and _SHARED_HEAD.match(text[pieces[j][0] : pieces[j][1]]):
            # only the word directly before the shared head belongs to it for certain
            result.extend(pieces[i : j - 1])
            result.append((pieces[j - 1][0], pieces[j][1], True))
            i = j + 1
        else:
            result.append(pieces[i])
            i += 1
    return result


def _at_and(text: str, start: int, end: int, kept: Callable[[int], bool], *, concrete: bool) -> list[Member]:
    piece = text[start:end]
    scope = _SCOPE_HEADS.match(piece)
    action = not scope and _ACTION.match(piece) and not re.search(r"\bas well as\b", piece)
    cuts: list[tuple[int, int]] = []
    for match in re.finditer(r"\s(?:and|as\swell\sas|및)\s", piece):
        place = start + match.start()
        before = piece[(cuts[-1][1] - start) if cuts else 0 : match.start()]
        if not cuts and scope:
            before = before[scope.end() :]
        after = piece[match.end() :]
        upto = re.search(r"\s(?:and|as\swell\sas)\s", after)
        next_part = after[: upto.start()] if upto and len(content_words(after[upto.end() :])) >= 2 else after
        if kept(place + 1) or _depth(piece, match.start()):
            continue
        if _RELATIVE.search(piece[: match.start()]) or re.search(r"\b(?:such as|between)\b", piece[: match.start()]):
            break
        parallel = (
            bool(_ACTION_OF.match(after) or _TAKING_PART.match(after)) and " of " in before and not _WAYS.match(piece)
        )
        definite = after.startswith("the ") and " of " not in before and not scope
        # "... and by a lack of X", "... and low Y": the words behind "and" open a phrase of their own
        own = (
            bool(_OWN.match(after))
            or (not action and bool(_DEFINITE.match(after)))
            or bool(_SCOPE_HEADS.match(after) and len(content_words(after)) >= 2)
        )
        scope_of = _SCOPE_HEADS.match(after)
        lacking = bool(scope_of and scope_of[0].casefold().endswith("of "))
        if action and not parallel and not lacking and not _OWN.match(after):
            continue
        if (
            not concrete
            and not definite
            and not own
            and (len(content_words(before)) < 2 or len(content_words(next_part)) < 2)
        ):
            continue
        if re.search(r"\b(?:of|for|in|on|to|with|by|among|towards?)$", before.strip()):
            continue
        by = 3 if after.startswith("by ") else 0
        cuts.append((place, start + match.end() + by))
    if not cuts:
        return [Member(start, end)]
    members = []
    begin = start
    for a, b in [*cuts, (end, end)]:
        members.append(Member(begin, a))
        begin = b
    if scope:
        shared = piece[: scope.end()]
        at = start + scope.end()
        return [
            members[0],
            *(
                m
                if _SCOPE_HEADS.match(text, m.start, m.end)
                or _OWN.match(text, m.start, m.end)
                or _DEFINITE.match(text, m.start, m.end)
                or (scope[0].casefold().endswith("of ") and " of " in text[m.start : m.end])
                else m._replace(prefix=shared, prefix_start=start, prefix_end=at)
                for m in members[1:]
            ),
        ]
    return members


def _depth(text: str, place: int) -> int:
    return text.count("(", 0, place) - text.count(")", 0, place)
