"""Why two terms are the same: the only path between them in the forest of merges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from egov_kg.inference.facts import Merge
from egov_kg.inference.plan import Term

__all__ = ["Sameness"]


class _Up(NamedTuple):
    above: Term
    merge: Merge


class Sameness:
    """Paths between terms that are the same.

    Merges join two groups each, so they form a forest: between two terms there is one path, and it holds nothing that
    came after they were the same.
    """

    def __init__(self, merges: Iterable[Merge]) -> None:
        near: dict[Term, list[tuple[Term, Merge]]] = {}
        for merge in merges:
            near.setdefault(merge.left, []).append((merge.right, merge))
            near.setdefault(merge.right, []).append((merge.left, merge))
        self._up: dict[Term, _Up | None] = {}
        self._depth: dict[Term, int] = {}
        for root in near:
            if root in self._up:
                continue
            self._up[root], self._depth[root] = None, 0
            waiting = [root]
            while waiting:
                term = waiting.pop()
                for other, merge in near[term]:
                    if other not in self._up:
                        self._up[other] = _Up(term, merge)
                        self._depth[other] = self._depth[term] + 1
                        waiting.append(other)

    def path(self, left: Term, right: Term) -> tuple[Merge, ...] | None:
        """Return the merges between two terms in their order; None if they are not the same.

        Example:
            >>> one, two = (Merge(a, b, "asserted", (), -1, 0) for a, b in (("<a>", "<b>"), ("<c>", "<b>")))
            >>> Sameness([one, two]).path("<a>", "<c>") == (one, two)
            True
        """
        if left == right:
            return ()
        if left not in self._up or right not in self._up:
            return None
        front: list[Merge] = []
        back: list[Merge] = []
        while left != right:
            if self._depth[left] >= self._depth[right]:
                step = self._up[left]
                if step is None:
                    return None
                front.append(step.merge)
                left = step.above
            else:
                step = self._up[right]
                if step is None:
                    return None
                back.append(step.merge)
                right = step.above
        return (*front, *reversed(back))

    def stage(self, left: Term, right: Term) -> int | None:
        """Return the stage at which two terms became the same; None if they are not."""
        path = self.path(left, right)
        return None if path is None else max((merge.stage for merge in path), default=0)
