"""Gates that no release passes which says more than it should: poisoned identity, runaway inference, sudden growth.

A table or a change that makes everything the same, or puts a class into every class, breaks no shape. It shows in the
figures: how much follows from one asserted fact, how many things are one, how much more there is than before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.validation import Finding

__all__ = ["check_gates", "largest_cluster"]

_SAME: frozenset[ox.NamedNode] = frozenset(ox.NamedNode(iri.expand(name)) for name in ("owl:sameAs", "skos:exactMatch"))


def check_gates(
    counts: Mapping[str, int], same: Iterable[ox.Triple], config: Config, *, before: Mapping[str, int] | None = None
) -> Iterator[Finding]:
    """Yield a violation for each gate that a release does not pass.

    Args:
        counts: Its totals: ``asserted``, ``entailed``, ``facts``, ``documents``.
        same: Its triples, of which those count that say that two things are one.
        config: The limits: `gate_ratio`, `gate_cluster`, `gate_growth`.
        before: The totals of the release that it is to replace, if there is one. Growth is that of the facts for each
            document, so that more documents may give more facts.
    """
    asserted, entailed = counts["asserted"], counts["entailed"]
    if entailed > config.gate_ratio * max(asserted, 1):
        yield Finding(
            "violation",
            "gate.ratio",
            "",
            f"{entailed} triples follow from {asserted} asserted ones, more than {config.gate_ratio:g} for each "
            "(gate_ratio)",
        )
    size, names = largest_cluster(same)
    if size > config.gate_cluster:
        shown = ", ".join(names)
        yield Finding(
            "violation",
            "gate.cluster",
            names[0],
            f"{size} things are said to be one, more than {config.gate_cluster} (gate_cluster): {shown} ...",
        )
    if before:
        was = before["facts"] / max(before["documents"], 1)
        now = counts["facts"] / max(counts["documents"], 1)
        if now > config.gate_growth * max(was, _FEW):
            yield Finding(
                "violation",
                "gate.growth",
                "",
                f"{now:.0f} facts for each document, where the last release has {was:.0f}: more than "
                f"{config.gate_growth:g} times as many (gate_growth)",
            )
        if now * config.gate_growth < was and was > _FEW:
            yield Finding(
                "violation",
                "gate.loss",
                "",
                f"{now:.0f} facts for each document, where the last release has {was:.0f}: less than one in "
                f"{config.gate_growth:g} (gate_growth)",
            )


_FEW = 1000
"""So many facts for each document are no growth to speak of."""


def largest_cluster(triples: Iterable[ox.Triple]) -> tuple[int, tuple[str, ...]]:
    """Return how many things the largest set has whose members are said to be one, and the first three of them.

    Example:
        >>> same = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
        >>> a, b, c = (ox.NamedNode(f"https://example.org/{name}") for name in "abc")
        >>> largest_cluster([ox.Triple(a, same, b), ox.Triple(b, same, c), ox.Triple(c, same, c)])
        (3, ('https://example.org/a', 'https://example.org/b', 'https://example.org/c'))
    """
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for triple in triples:
        if triple.predicate in _SAME and isinstance(triple.object, ox.NamedNode):
            one, other = root(str(triple.subject)), root(str(triple.object))
            above[max(one, other)] = min(one, other)
    clusters: defaultdict[str, list[str]] = defaultdict(list)
    for name in above:
        clusters[root(name)].append(name.strip("<>"))
    largest: list[str] = max(clusters.values(), key=len, default=[])
    return len(largest), tuple(sorted(largest)[:3])
