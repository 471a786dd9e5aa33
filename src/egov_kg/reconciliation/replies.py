"""The candidates of queries as JSON, written where they are found, and kept for who asks the same again.

The process that faces the network puts such texts together and reads none of them: it is one, and the processes that
search are several.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final, NamedTuple

from egov_kg.reconciliation.answers import candidate_json
from egov_kg.reconciliation.inquiries import Inquiry, gathered
from egov_kg.reconciliation.model import Candidate

__all__ = ["Kept", "Reply", "replies_from", "replies_of", "replies_to_bytes"]

_OVERHEAD: Final = 1500
"""About how many bytes a question and its place take besides the text of the reply."""

_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


class Reply(NamedTuple):
    """The answer to a query.

    Attributes:
        outcome: ``match`` if a candidate is certain, ``candidates`` if there are others, ``none``.
        text: The candidates, a JSON array in UTF-8 without line feeds.
    """

    outcome: str
    text: bytes


def replies_of(
    inquiries: Sequence[Inquiry], answers: Sequence[Sequence[Candidate]], *, with_names: bool
) -> list[Reply]:
    """Return the replies to some queries.

    Args:
        inquiries: The queries.
        answers: To their questions, as `egov_kg.reconciliation.inquiries.gathered` takes them.
        with_names: As in `egov_kg.reconciliation.answers.candidate_json`: what the version of the protocol wants.
    """
    return [_reply(candidates, with_names=with_names) for candidates in gathered(inquiries, answers)]


def _reply(candidates: Sequence[Candidate], *, with_names: bool) -> Reply:
    outcome = "match" if any(one.match for one in candidates) else "candidates" if candidates else "none"
    text = _encode([candidate_json(one, with_names=with_names) for one in candidates])
    return Reply(outcome, text.encode("utf-8", "replace"))


def replies_to_bytes(replies: Iterable[Reply]) -> bytes:
    r"""Return replies as they are carried between two processes: each in a line.

    Example:
        >>> replies_to_bytes([Reply("none", b"[]")]), replies_from(b"none\t[]\n")
        (b'none\t[]\n', [Reply(outcome='none', text=b'[]')])
    """
    return b"".join([b"%s\t%s\n" % (one.outcome.encode(), one.text) for one in replies])


def replies_from(data: bytes) -> list[Reply]:
    """Return the replies that `replies_to_bytes` wrote."""
    lines = (line.partition(b"\t") for line in data.split(b"\n")[:-1])
    return [Reply(outcome.decode(), text) for outcome, _, text in lines]


class Kept:
    """Replies that were given, by what was asked; those that were not wanted for longest are forgotten.

    Args:
        size: How many bytes they may take, about.

    Example:
        >>> kept = Kept(4000)
        >>> for name in ("a", "b", "a", "c"):
        ...     kept[name] = Reply("none", b"[]")
        >>> [name for name in "abc" if kept.get(name)]
        ['a', 'c']
    """

    def __init__(self, size: int) -> None:
        self._left = size
        self._replies: OrderedDict[Hashable, Reply] = OrderedDict()

    def get(self, asked: Hashable) -> Reply | None:
        """Return the reply to what is asked, if it is kept."""
        found = self._replies.get(asked)
        if found is not None:
            self._replies.move_to_end(asked)
        return found

    def __setitem__(self, asked: Hashable, reply: Reply) -> None:
        old = self._replies.pop(asked, None)
        self._left += _size(old) if old is not None else 0
        self._replies[asked] = reply
        self._left -= _size(reply)
        while self._left < 0 and self._replies:
            self._left += _size(self._replies.popitem(last=False)[1])


def _size(reply: Reply) -> int:
    return len(reply.text) + _OVERHEAD
