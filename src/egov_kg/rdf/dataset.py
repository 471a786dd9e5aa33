"""A dataset that need not be in memory as quads: what is said as quads, and the evidence for it as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge

from pyoxigraph import Quad

from egov_kg.rdf.evidence import Evidence

__all__ = ["Dataset"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """All graphs of a release.

    Nine quads in ten are evidence, and all of these are alike; as values they take a tenth of the memory.

    Attributes:
        quads: Everything but the evidence of facts, in canonical order, each quad once.
        evidence: The Statements and the words that they point at; none if None.
        base: The base of the deployment.
    """

    quads: tuple[Quad, ...]
    evidence: Evidence | None
    base: str

    def all_quads(self) -> Iterator[Quad]:
        """Yield every quad, in canonical order."""
        if self.evidence is None:
            return iter(self.quads)
        return merge(self.quads, self.evidence.quads(), key=lambda quad: f"{quad}".encode())

    def __len__(self) -> int:
        """Return how many quads it has."""
        return len(self.quads) + (len(self.evidence) if self.evidence is not None else 0)

    def with_quads(self, quads: Iterable[Quad]) -> Dataset:
        """Return a dataset with the same evidence and other quads.

        Args:
            quads: In canonical order, each once.
        """
        return Dataset(tuple(quads), self.evidence, self.base)
