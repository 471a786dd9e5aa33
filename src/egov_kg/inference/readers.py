"""Which rules a delta concerns: found by the columns that they read, not by asking every rule."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from egov_kg.inference.columns import SHIFT
from egov_kg.inference.plan import Kind
from egov_kg.inference.tables import Delta

__all__ = ["Readers"]


class Readers:
    """Rules by the numbers of the columns that they read.

    A chain of 100,000 properties has a rule for each step and needs a round for each: asking all of them every time
    would take ten thousand million questions.
    """

    def __init__(self) -> None:
        self._of_properties: dict[int, list[int]] = defaultdict(list)
        self._of_classes: dict[int, list[int]] = defaultdict(list)
        self._classes: np.ndarray[tuple[int], np.dtype[np.uint64]] | None = None

    def note(self, rule: int, kind: Kind, column: int) -> None:
        """Note that a rule reads a column."""
        (self._of_classes if kind is Kind.CLASS else self._of_properties)[column].append(rule)
        self._classes = None

    def of(self, delta: Delta) -> list[int]:
        """Return the rules that read a column of which a delta has rows, each once, in their order."""
        found: set[int] = set()
        for prop in delta.pairs:
            found.update(self._of_properties.get(prop, ()))
        for cls in self._classes_in(delta):
            found.update(self._of_classes[cls])
        return sorted(found)

    def _classes_in(self, delta: Delta) -> list[int]:
        """Return the classes that rules read and a delta has members of, by the shorter of the two lists."""
        if not self._of_classes or not len(delta.classes):
            return []
        if self._classes is None:
            self._classes = np.array(sorted(self._of_classes), dtype=np.uint64)
        if len(self._classes) > len(delta.classes):
            return [cls for cls in np.unique(delta.classes >> SHIFT).tolist() if cls in self._of_classes]
        first = np.searchsorted(delta.classes, self._classes << SHIFT)
        end = np.searchsorted(delta.classes, (self._classes + np.uint64(1)) << SHIFT)
        met: list[int] = self._classes[end > first].tolist()
        return met
