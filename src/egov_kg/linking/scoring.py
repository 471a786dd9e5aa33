"""Fellegi and Sunter: every feature adds the logarithm of how much likelier its outcome is if the two are one.

m is the chance of an agreement where the two are one; it has defaults, and shifts with what people decided. u is the
chance where they are not; it comes from how often the value stands in the target. All parts are in bits (log2).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from egov_kg.linking.comparing import Comparison, NameLevel
from egov_kg.linking.periods import Agreement
from egov_kg.linking.rows import Row
from egov_kg.linking.tally import Tally

__all__ = [
    "DATE_BESIDE_NUMBER",
    "DEFAULTS",
    "LEAST_OF_DATES",
    "Score",
    "evidence",
    "learned",
    "probability",
    "scored",
]

DEFAULTS: Final[Mapping[str, float]] = {
    "name": 0.9,
    "language": 0.95,
    "number": 0.95,
    "code": 0.99,
    "date": 0.95,
    "kind": 0.98,
    "jurisdiction": 0.99,
    "parent": 0.9,
}
"""How often each feature agrees where two things are one, before anybody decided anything."""

_NAMES: Final = {
    NameLevel.exact: 1.0,
    NameLevel.key: 0.9,
    NameLevel.core: 0.06,
    NameLevel.near: 0.05,
    NameLevel.alike: 0.03,
    NameLevel.faint: 0.01,
}
"""How much of m falls to each level of agreement of names."""

LEAST_OF_DATES: Final = 0.01
"""Days come in bundles: a body passes many acts on one day."""

DATE_BESIDE_NUMBER: Final = 0.25
"""Who has the number has the day: it says little more."""

_WEIGHT_OF_DEFAULTS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Score:
    """What a comparison is worth.

    Attributes:
        parts: Bits by feature, the largest first; a feature that says nothing is not there.
        prior: Bits before anything was compared: how unlikely a random row is.
        agreeing: The features of different kinds that agree, sorted.
        bits: The sum.
    """

    parts: tuple[tuple[str, float], ...]
    prior: float
    agreeing: tuple[str, ...]
    bits: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Add up once what is compared often."""
        object.__setattr__(self, "bits", round(self.prior + sum([bits for _, bits in self.parts]), 6))

    @property
    def probability(self) -> float:
        """How probable it is that the two are one."""
        return probability(self.bits)

    def without(self, features: Iterable[str]) -> float:
        """Return the probability as it would be if some features had said nothing."""
        left_out = set(features)
        return probability(self.prior + sum(bits for name, bits in self.parts if name not in left_out))


def probability(bits: float) -> float:
    """Return the probability that bits of evidence stand for.

    Example:
        >>> round(probability(0), 2), round(probability(4.25), 2), probability(-2000), probability(2000)
        (0.5, 0.95, 0.0, 1.0)
    """
    if bits < -60:
        return 0.0
    return 1.0 if bits > 60 else 1.0 / (1.0 + 2.0**-bits)


def evidence(m: float, u: float, *, agrees: bool) -> float:
    """Return what an agreement or a disagreement is worth, in bits.

    Args:
        m: How often the two agree if they are one.
        u: How often if they are not.
        agrees: Whether they do.

    Example:
        >>> round(evidence(0.9, 0.1, agrees=True), 2), round(evidence(0.9, 0.1, agrees=False), 2)
        (3.17, -3.17)
    """
    return math.log2(m / max(u, 1e-9)) if agrees else math.log2((1 - m) / max(1 - u, 1e-9))


def scored(
    comparison: Comparison,
    row: Row,
    tally: Tally,
    alike: int,
    m: Mapping[str, float] = DEFAULTS,
) -> Score:
    """Return what a comparison is worth.

    Args:
        comparison: What agrees.
        row: The row.
        tally: The frequencies in the target.
        alike: How many rows have a name that is at least as like to one of ours.
        m: As `DEFAULTS`, or as `learned` gives it.
    """
    sums = _Sums(m)
    sums.add_name(comparison, tally, alike)
    met = dict(comparison.met)
    if comparison.number is not None:
        number = f"{row.kind if row.kind_of == 'column' else ''}|{met.get('number', '')}"
        sums.add("number", tally.share(tally.numbers[number]), agrees=comparison.number)
    if comparison.code is not None:
        sums.add("code", tally.share(tally.codes[met.get("code", "")]), agrees=comparison.code)
    if comparison.parent is not None:
        sums.add("parent", tally.share(tally.parents[met.get("parent", "")]), agrees=comparison.parent)
    if comparison.kind is not None and len(tally.kinds) > 1:
        sums.add("kind", tally.share(tally.kinds[row.kind]), agrees=comparison.kind)
    if comparison.jurisdiction is not None and len(tally.jurisdictions) > 1:
        sums.add("jurisdiction", tally.share(tally.jurisdictions[row.jurisdiction]), agrees=comparison.jurisdiction)
    if comparison.dates is not None:
        u = max(tally.share_of_date(*comparison.dates, comparison.date), LEAST_OF_DATES)
        u = max(u, DATE_BESIDE_NUMBER) if comparison.number else u
        sums.add("date", u, agrees=comparison.date is not Agreement.contradiction)
    ordered = sorted(((name, round(bits, 3)) for name, bits in sums.parts.items()), key=lambda one: (-one[1], one[0]))
    return Score(tuple(ordered), -math.log2(max(tally.rows, 1)), tuple(sorted(sums.agreeing)))


class _Sums:
    """The bits of one comparison, by feature, while they are collected."""

    def __init__(self, m: Mapping[str, float]) -> None:
        self._m = m
        self.parts: dict[str, float] = {}
        self.agreeing: set[str] = set()

    def add(self, feature: str, u: float, *, agrees: bool) -> None:
        """Add a feature that agrees or not."""
        self.parts[feature] = evidence(self._m[feature], u, agrees=agrees)
        if agrees and self.parts[feature] > 0:
            self.agreeing.add(feature)

    def add_name(self, comparison: Comparison, tally: Tally, alike: int) -> None:
        """Add the names, and whether their languages are the same."""
        pair = comparison.name
        if pair.level is NameLevel.none or pair.alias is None or pair.label is None:
            self.parts["name"] = math.log2(1 - self._m["name"])
            return
        match pair.level:
            case NameLevel.exact:
                count = tally.names[pair.alias.form]
            case NameLevel.key:
                count = max(tally.names[key] for key in pair.keys)
            case _:
                count = alike
        self.parts["name"] = math.log2(self._m["name"] * _NAMES[pair.level] / tally.share(count))
        if self.parts["name"] > 0:
            self.agreeing.add("name")
        ours, theirs = pair.alias.lang, pair.label.lang
        if ours and theirs and "latn" not in ours + theirs:
            same = ours.partition("-")[0] == theirs.partition("-")[0]
            u = 0.9  # most rows of a column have its language, whatever they name
            self.add("language", u, agrees=same)
            self.agreeing.discard("language")


def learned(decided: Iterable[Mapping[str, float]], defaults: Mapping[str, float] = DEFAULTS) -> dict[str, float]:
    """Return m as people's decisions shift it: the defaults count as much as twenty decisions.

    Args:
        decided: For each accepted mapping its bits by feature.
        defaults: Where to start.

    Example:
        >>> learned([])["name"], round(learned([{"name": -3.0}] * 20)["name"], 2)
        (0.9, 0.45)
    """
    agreed = {name: chance * _WEIGHT_OF_DEFAULTS for name, chance in defaults.items()}
    seen = dict.fromkeys(defaults, _WEIGHT_OF_DEFAULTS)
    for parts in decided:
        for name, bits in parts.items():
            if name in seen:
                seen[name] += 1
                agreed[name] += bits > 0
    return {name: min(max(agreed[name] / seen[name], 0.05), 0.995) for name in defaults}
