"""Korean sentences: a date or an ordinal with a full stop ends none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from egov_kg.extraction.tokens import sentences

__all__ = ["korean_sentences"]

_OPEN = re.compile(r"(?:^|[\s(~\u2018\u2019'.\-\u2013])\d{1,4}\.$|(?:^|\s)[가-하]\.$")


def korean_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open range of each sentence of a Korean text, without the white space around it.

    Example:
        >>> text = "1996. 8. 정보화촉진기본법 제정. 2001. 3. 28. 공포되었다. 이 법은 컸다."
        >>> [text[a:b] for a, b in korean_sentences(text)]
        ['1996. 8. 정보화촉진기본법 제정.', '2001. 3. 28. 공포되었다.', '이 법은 컸다.']
    """
    start = -1
    for a, b in sentences(text):
        if start < 0:
            start = a
        if _OPEN.search(text[max(start, b - 8) : b]) and b < len(text):
            continue
        yield start, b
        start = -1
    if start >= 0:
        yield start, len(text.rstrip())
