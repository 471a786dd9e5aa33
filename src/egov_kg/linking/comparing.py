"""One thing of ours against one row of theirs: what agrees, how well, and what forbids that they are one."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple, Self

from egov_kg.linking.forms import numbers_in
from egov_kg.linking.kinds import cut
from egov_kg.linking.people import person_keys
from egov_kg.linking.periods import Agreement, Period, compare
from egov_kg.linking.rows import Label, Row, Told
from egov_kg.linking.specification import Match
from egov_kg.linking.things import Alias, Entity

__all__ = [
    "NEAR",
    "Compared",
    "Comparison",
    "NameLevel",
    "Pairing",
    "at_most_likely",
    "best_pairing",
    "compared",
    "level_of_cosine",
    "likely",
    "names_people",
    "pairing",
]

NEAR: Final = 0.85
_ALIKE: Final = 0.7
_TINY: Final = 1e-5


class NameLevel(IntEnum):
    """How well two names agree; the higher the better."""

    none = 0
    faint = 1
    alike = 2
    near = 3
    core = 4
    key = 5
    exact = 6


class Pairing(NamedTuple):
    """The two names that met best.

    Attributes:
        level: How well.
        similarity: From 0 to 1: 1 for the same form, else the cosine of trigrams.
        alias: Ours; None if no two names are comparable.
        label: Theirs.
        keys: The keys that both names of a person have.
    """

    level: NameLevel
    similarity: float = 0.0
    alias: Alias | None = None
    label: Label | None = None
    keys: frozenset[str] = frozenset()


class Comparison(NamedTuple):
    """What was found.

    Attributes:
        name: The names.
        number, code, kind, jurisdiction, parent: True if they agree, False if they disagree, None if one side is
            silent or speaks of another level.
        met: The value in which numbers, codes and parents agree, by the name of the feature.
        date: How the dates agree.
        dates: The two dates that agree best, ours first.
        vetoes: Why the two cannot be one, as words; sorted.
    """

    name: Pairing
    number: bool | None = None
    code: bool | None = None
    kind: bool | None = None
    jurisdiction: bool | None = None
    parent: bool | None = None
    met: tuple[tuple[str, str], ...] = ()
    date: Agreement = Agreement.unknown
    dates: tuple[Period, Period] | None = None
    vetoes: tuple[str, ...] = ()


def names_people(match: Match) -> bool:
    """Return whether the names that a block compares are those of persons.

    They are if the things of ours are persons, or are known by other things' names while a row tells of a tenure.
    """
    return match.ours == "egov:Person" or (bool(match.names) and match.level in {"person", "tenure"})


def likely(comparison: Comparison) -> float:
    """Return a rough score, before frequencies are known: which rows of a thing are worth keeping."""
    agreement = {True: 1.0, False: -1.0, None: 0.0}
    points = 2.0 * comparison.name.level + 4.0 * comparison.name.similarity
    points += 10.0 * agreement[comparison.number] + 12.0 * agreement[comparison.code]
    points += 3.0 * agreement[comparison.parent] + agreement[comparison.kind]
    if comparison.date is Agreement.contradiction:
        points -= 6.0
    else:
        points += 1.5 * (comparison.date - Agreement.unknown)
    return round(points - 5.0 * bool(comparison.vetoes), 6)


class Compared(NamedTuple):
    """What counts of a thing besides its names, ready for many rows: nothing that is of another level."""

    numbers: frozenset[str]
    codes: frozenset[str]
    parents: frozenset[str]
    kind: str
    dates: tuple[Period, ...]
    jurisdiction: str

    @classmethod
    def of(cls, entity: Entity, match: Match) -> Self:
        """Return what counts of a thing."""
        has_number = match.number_ is not None and match.is_of_our_level(match.number_)
        has_date = match.date is not None and match.is_of_our_level(match.date)
        return cls(
            frozenset(entity.numbers if has_number else ()),
            frozenset(entity.codes),
            frozenset(entity.parents),
            entity.kind,
            entity.dates if has_date else (),
            entity.jurisdiction,
        )


def at_most_likely(ours: Compared, told: Told, cosine: float) -> float:
    """Return what `likely` is at most, for a row whose name is only alike; much cheaper than comparing.

    Args:
        ours: What counts of the thing.
        told: What the row tells besides its name.
        cosine: How like the names are.
    """
    points, vetoed = 2.0 * level_of_cosine(cosine) + 4.0 * cosine, False
    if ours.numbers and told.numbers:
        vetoed = ours.numbers.isdisjoint(told.numbers)
        points += -10.0 if vetoed else 10.0
    if ours.codes and told.codes:
        apart = ours.codes.isdisjoint(told.codes)
        points, vetoed = points + (-12.0 if apart else 12.0), vetoed or apart
    if ours.parents and told.parents:
        points += -3.0 if ours.parents.isdisjoint(told.parents) else 3.0
    if ours.kind and told.kind:
        apart = ours.kind != told.kind
        points, vetoed = points + (-1.0 if apart else 1.0), vetoed or apart
    if ours.dates and told.dates:
        if len(ours.dates) == len(told.dates) == 1:
            best = compare(ours.dates[0], told.dates[0])
        else:
            best = max(compare(one, other) for one in ours.dates for other in told.dates)
        apart = best is Agreement.contradiction
        points, vetoed = points + (-6.0 if apart else 1.5 * (best - Agreement.unknown)), vetoed or apart
    if not vetoed and ours.jurisdiction != told.jurisdiction:
        vetoed = _same_place(ours.jurisdiction, told.jurisdiction) is False
    return points - 5.0 * vetoed + _TINY


def compared(entity: Entity, row: Row, match: Match, name: Pairing) -> Comparison:
    """Return what agrees between a thing of ours and a row.

    Args:
        entity: The thing.
        row: The row.
        match: The block: whose level a value is of.
        name: How their names agree.
    """
    number = _agree(entity.numbers, row.numbers) if match.number_ and match.is_of_our_level(match.number_) else None
    code = _agree(entity.codes, row.codes)
    kind = entity.kind == row.kind if entity.kind and row.kind else None
    jurisdiction = _same_place(entity.jurisdiction, row.jurisdiction)
    parent = _agree(entity.parents, row.parents)
    date, dates = _dates(entity, row) if match.date and match.is_of_our_level(match.date) else (Agreement.unknown, None)
    met = []
    if number:
        met.append(("number", _met(entity.numbers, row.numbers)))
    if code:
        met.append(("code", _met(entity.codes, row.codes)))
    if parent:
        met.append(("parent", _met(entity.parents, row.parents)))
    vetoes = []
    if kind is False:
        vetoes.append(f"kind ({entity.kind} against {row.kind})")
    if number is False:
        vetoes.append(f"number ({entity.numbers[0]} against {row.numbers[0]})")
    if code is False:
        vetoes.append(f"code ({entity.codes[0]} against {row.codes[0]})")
    if jurisdiction is False:
        vetoes.append(f"jurisdiction ({entity.jurisdiction} against {row.jurisdiction})")
    if date is Agreement.contradiction and dates is not None:
        vetoes.append(f"date ({dates[0]} against {dates[1]})")
    vetoes += _counted(name)
    vetoes += _person_or_administration(match)
    return Comparison(
        name=name,
        number=number,
        code=code,
        kind=kind if row.kind_of == "column" else None,
        jurisdiction=jurisdiction,
        parent=parent,
        met=tuple(met),
        date=date,
        dates=dates,
        vetoes=tuple(sorted(vetoes)),
    )


def pairing(alias: Alias, label: Label, cosine: float, *, people: bool) -> Pairing:
    """Return how two names agree.

    Args:
        alias: Ours.
        label: Theirs.
        cosine: How like their trigrams are; 0 if that is not known.
        people: Whether they are names of persons.
    """
    if alias.form == label.form:
        return Pairing(NameLevel.exact, 1.0, alias, label)
    if people and (keys := person_keys(alias.text) & person_keys(label.text)):
        return Pairing(NameLevel.key, max(cosine, 0.9), alias, label, keys)
    if not people and _same_core(alias, label):
        return Pairing(NameLevel.core, max(cosine, 0.9), alias, label)
    return Pairing(level_of_cosine(cosine), cosine, alias, label)


def level_of_cosine(cosine: float) -> NameLevel:
    """Return how well two names agree that are only alike."""
    if cosine >= NEAR:
        return NameLevel.near
    if cosine >= _ALIKE:
        return NameLevel.alike
    return NameLevel.faint if cosine > 0 else NameLevel.none


def _same_core(alias: Alias, label: Label) -> bool:
    """Return whether two names differ in class words alone; a core stands in its name as it is."""
    core = cut(label.text).core
    return len(core) > 1 and core in alias.form and cut(alias.text).core == core


def best_pairing(entity: Entity, row: Row, cosines: dict[tuple[str, str], float], *, people: bool) -> Pairing:
    """Return the two names of a thing and a row that agree best.

    Args:
        entity: The thing.
        row: The row.
        cosines: How like a form of ours and a form of theirs are, where that is known.
        people: Whether they are names of persons.
    """
    pairs = [(alias, label) for alias in entity.aliases for label in row.labels]
    same = [(alias, label) for alias, label in pairs if alias.form == label.form]  # nothing is better
    found = [
        pairing(alias, label, cosines.get((alias.form, label.form), 0.0), people=people)
        for alias, label in same or pairs
    ]
    return found[0] if len(found) == 1 else max(found, key=_rank, default=Pairing(NameLevel.none))


def _rank(pair: Pairing) -> tuple[int, float, bool, bool]:
    assert pair.alias is not None
    assert pair.label is not None
    same = pair.alias.lang.partition("-")[0] == pair.label.lang.partition("-")[0]
    return (pair.level, pair.similarity, same, pair.alias.preferred)


def _agree(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool | None:
    return bool(set(ours) & set(theirs)) if ours and theirs else None


def _met(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    return min(set(ours) & set(theirs))


def _same_place(ours: str, theirs: str) -> bool | None:
    """Return whether two codes name one place, or one a part of the other: a city's act is an act of its country."""
    if not ours or not theirs:
        return None
    return ours == theirs or ours.startswith(f"{theirs}-") or theirs.startswith(f"{ours}-")


def _dates(entity: Entity, row: Row) -> tuple[Agreement, tuple[Period, Period] | None]:
    pairs = [(compare(one, other), (one, other)) for one in entity.dates for other in row.dates]
    return max(pairs, key=lambda pair: pair[0], default=(Agreement.unknown, None))


def _counted(name: Pairing) -> list[str]:
    """Return a veto if the two names count differently: the first plan is not the second, nor 11 projects 31."""
    if name.alias is None or name.label is None or name.level is NameLevel.exact:
        return []
    theirs = numbers_in(name.label.text)
    if not theirs:
        return []
    ours = numbers_in(name.alias.text)
    if not ours or ours == theirs:
        return []
    return [f"count ({_numbers(ours)} against {_numbers(theirs)})"]


def _numbers(found: tuple[int, ...]) -> str:
    return " and ".join(map(str, found))


def _person_or_administration(match: Match) -> list[str]:
    if match.ours == "egov:Administration" and match.level == "person":
        return ["class (an administration against a person)"]
    if match.ours == "egov:Person" and match.level in {"body", "work", "text", "place"}:
        return [f"class (a person against a {match.level})"]
    return []
