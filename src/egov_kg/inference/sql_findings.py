"""Inconsistencies over SQL: statements pick the few facts that may contradict one another, and the rules judge these.

A contradiction is made of facts that are there, never of one that is missing. So the rules of
`egov_kg.inference.findings`, over any part of the facts that holds all who contradict one another, find the same.
"""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from egov_kg.inference import literals, owl
from egov_kg.inference.facts import Merge
from egov_kg.inference.findings import Finding, find_inconsistencies
from egov_kg.inference.plan import Plan, Term
from egov_kg.inference.sql_fixpoint import Database, Places
from egov_kg.inference.sql_source import Source

__all__ = ["find_by_sql"]

_AT_ONCE: Final = 1 << 17
"""Literals that are in memory at a time."""

_NONE_OF: Final = (
    "FROM ty t JOIN r_none_of m ON t.c = m.c JOIN pr p ON p.p = m.p AND p.s = t.x JOIN ty f ON f.c = m.d AND f.x = p.o"
)
_SEVERAL: Final = "(SELECT m.n AS n, {0} FROM {1} t JOIN {2} m ON {3} GROUP BY m.n, {0} HAVING COUNT(*) > 1) k"
_CLASSES_APART: Final = _SEVERAL.format("t.x", "ty", "r_apart", "t.c = m.c")
_PAIRS_APART: Final = _SEVERAL.format("t.s, t.o", "pr", "r_pairs_apart", "t.p = m.p")
_CLASSES: Final = {
    "r_empty": ["SELECT t.x, t.c FROM ty t JOIN r_empty m ON t.c = m.c"],
    "r_apart": [
        f"SELECT t.x, t.c FROM ty t JOIN r_apart m ON t.c = m.c JOIN {_CLASSES_APART} ON k.n = m.n AND k.x = t.x"
    ],
    "r_none": ["SELECT t.x, t.c FROM ty t JOIN r_none m ON t.c = m.c JOIN pr p ON p.p = m.p AND p.s = t.x"],
    "r_none_of": [f"SELECT t.x, t.c {_NONE_OF}", f"SELECT f.x, f.c {_NONE_OF}"],
}
_PAIRS: Final = {
    "r_no_pair": "SELECT t.p, t.s, t.o FROM pr t JOIN r_no_pair m ON t.p = m.p",
    "r_pairs_apart": f"SELECT t.p, t.s, t.o FROM pr t JOIN r_pairs_apart m ON t.p = m.p JOIN {_PAIRS_APART}"
    " ON k.n = m.n AND k.s = t.s AND k.o = t.o",
    "r_no_loop": "SELECT t.p, t.s, t.o FROM pr t JOIN r_no_loop m ON t.p = m.p WHERE t.s = t.o",
    "r_one_way": "SELECT t.p, t.s, t.o FROM pr t JOIN r_one_way m ON t.p = m.p"
    " JOIN pr b ON b.p = t.p AND b.s = t.o AND b.o = t.s",
    "r_none": "SELECT p.p, p.s, p.o FROM ty t JOIN r_none m ON t.c = m.c JOIN pr p ON p.p = m.p AND p.s = t.x",
    "r_none_of": f"SELECT p.p, p.s, p.o {_NONE_OF}",
    "r_denied": "SELECT t.p, t.s, t.o FROM pr t JOIN r_denied m ON t.p = m.p AND t.s = m.s",
}
_RULES: Final = {
    "r_empty": "c",
    "r_apart": "n, k, c",
    "r_none": "c, p",
    "r_none_of": "c, p, d",
    "r_no_pair": "p",
    "r_pairs_apart": "n, k, p",
    "r_no_loop": "p",
    "r_one_way": "p",
    "r_denied": "p, s",
    "r_one_value": "p",
}


def find_by_sql(
    plan: Plan, source: Source, database: Database, places: Places, number: Callable[[Term], int | None]
) -> tuple[Finding, ...]:
    """Return all contradictions in the tables ``ty`` and ``pr`` at their fixpoint, sorted: the same as in memory.

    Args:
        plan: What was applied.
        source: Has the terms.
        database: Has the tables.
        places: Where kinds of terms stand among the numbers.
        number: Gives the number of a term, an auxiliary one too; None if no fact names it.
    """
    facts = _Picked(plan, source, database, number)
    _Picking(plan, source, database, places, number=number, facts=facts).pick()
    bad = source.ill_typed()
    ill: list[tuple[Term, Term, Term]] = []
    if bad:
        database.put("bad", "id", [(one,) for one in bad])
        rows = database.rows("SELECT DISTINCT g.s, g.p, g.o FROM given g JOIN bad b ON b.id = g.o")
        ill = [(source.text(s), source.text(p), source.text(o)) for s, p, o in rows]
    return find_inconsistencies(plan, facts, ill)


class _Picked:
    """Some facts, as `egov_kg.inference.facts.Facts`; stages are not known."""

    def __init__(self, plan: Plan, source: Source, database: Database, number: Callable[[Term], int | None]) -> None:
        self._plan, self._source, self._database, self._number = plan, source, database, number
        self._members: dict[int, set[Term]] = defaultdict(set)
        self._pairs: dict[int, set[tuple[Term, Term]]] = defaultdict(set)
        self._former: set[tuple[int, Term, Term]] = set()

    def take_members(self, rows: Iterable[Sequence[int]]) -> None:
        """Take rows ``(x, c)``."""
        for x, c in rows:
            self._members[c].add(self._source.text(x))

    def take_pairs(self, rows: Iterable[Sequence[int]]) -> None:
        """Take rows ``(p, s, o)``."""
        for p, s, o in rows:
            self._pairs[p].add((self._source.text(s), self._source.text(o)))

    def take_former(self, rows: Iterable[Sequence[int]]) -> None:
        """Take rows ``(p, s, o)`` that stood there before their terms were merged with others."""
        for p, s, o in rows:
            self._former.add((p, self._source.text(s), self._source.text(o)))

    def _column(self, name: Term) -> int:
        number = self._number(self._plan.aliases.get(name, name))
        return -1 if number is None else number

    def name(self, term: Term) -> Term:
        """Return the representative of a term."""
        number = self._source.find(term)
        if number is None:
            return term
        heads = self._database.rows(f"SELECT r FROM rep WHERE id = {number}")
        return self._source.text(heads[0][0]) if heads else term

    def equals(self, term: Term) -> tuple[Term, ...]:
        """Return all terms that are the same as this one, itself included, in term order."""
        head = self._source.find(self.name(term))
        if head is None:
            return (term,)
        rows = self._database.rows(f"SELECT id FROM rep WHERE r = {head}")
        return tuple(sorted({self._source.text(head), *(self._source.text(one) for (one,) in rows)}))

    def merges(self) -> tuple[Merge, ...]:
        """Return nothing: it is not kept why terms are the same."""
        return ()

    def member_stage(self, cls: Term, individual: Term) -> int | None:
        """Return 0 for a member of a class."""
        return 0 if individual in self._members.get(self._column(cls), ()) else None

    def pair_stage(self, prop: Term, subject: Term, value: Term) -> int | None:
        """Return 0 for a pair that holds, or held before its terms were merged."""
        column = self._column(prop)
        is_there = (subject, value) in self._pairs.get(column, ()) or (column, subject, value) in self._former
        return 0 if is_there else None

    def members(self, cls: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Yield the members of a class."""
        del below
        yield from ((one, 0) for one in sorted(self._members.get(self._column(cls), ())))

    def values(self, prop: Term, subject: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Yield the values of a property for a subject."""
        del below
        yield from ((o, 0) for s, o in sorted(self._pairs.get(self._column(prop), ())) if s == subject)

    def subjects(self, prop: Term, value: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Yield the subjects that have a value."""
        del below
        yield from ((s, 0) for s, o in sorted(self._pairs.get(self._column(prop), ())) if o == value)

    def pairs(self, prop: Term) -> Iterator[tuple[Term, Term, int]]:
        """Yield all pairs of a property."""
        yield from ((s, o, 0) for s, o in sorted(self._pairs.get(self._column(prop), ())))


class _Picking:
    """The statements that pick facts."""

    def __init__(
        self,
        plan: Plan,
        source: Source,
        database: Database,
        places: Places,
        *,
        number: Callable[[Term], int | None],
        facts: _Picked,
    ) -> None:
        self._plan, self._source, self._database, self._places = plan, source, database, places
        self._number, self._facts = number, facts

    def _column(self, name: Term) -> int:
        number = self._number(self._plan.aliases.get(name, name))
        return -1 if number is None else number

    def pick(self) -> None:
        """Pick all facts that a rule may find to be wrong."""
        rules = self._rules()
        for name, rows in rules.items():
            self._database.put(name, _RULES[name], sorted(set(rows)))
        for name in (name for name, rows in rules.items() if rows):
            for text in _CLASSES.get(name, ()):
                self._facts.take_members(self._database.rows(text))
            if name in _PAIRS:
                self._facts.take_pairs(self._database.rows(_PAIRS[name]))
        self._differences()
        self._values()
        self._datatypes()

    def _rules(self) -> dict[str, list[tuple[int, ...]]]:
        rules: dict[str, list[tuple[int, ...]]] = {name: [] for name in _RULES}
        for n, classes in enumerate(rule.classes for rule in self._plan.disjoint):
            rows = [(n, k, self._column(cls)) for k, cls in enumerate(classes)]
            rules["r_apart"] += rows if len(rows) > 1 else []
            rules["r_empty"] += [(row[2],) for row in rows] if len(rows) == 1 else []
        for n, props in enumerate(rule.props for rule in self._plan.disjoint_properties):
            rows = [(n, k, self._column(prop)) for k, prop in enumerate(props)]
            rules["r_pairs_apart"] += rows if len(rows) > 1 else []
            rules["r_no_pair"] += [(row[2],) for row in rows] if len(rows) == 1 else []
        for check in self._plan.property_checks:
            rules["r_no_loop" if check.rule == "prp-irp" else "r_one_way"].append((self._column(check.prop),))
        for rule in self._plan.at_most_none:
            row = self._column(rule.cls), self._column(rule.prop)
            if rule.filler is None:
                rules["r_none"].append(row)
            else:
                rules["r_none_of"].append((*row, self._column(rule.filler)))
        for denied in self._plan.negative:
            subject = self._source.find(self._facts.name(denied.source))
            if subject is not None:
                rules["r_denied"].append((self._column(denied.prop), subject))
        rules["r_one_value"] = [(self._column(one.prop),) for one in self._plan.functional]
        rules["r_one_value"].append((self._places.same_as,))
        return rules

    def _differences(self) -> None:
        """Pick what is different from something that goes by the same name now, or that has its value."""
        number = self._source.find(owl.DIFFERENT)
        if number is None:
            return
        least = self._places.literals
        doubtful = f"(s = o OR (s <= {least} AND o <= {least}))"
        self._facts.take_pairs(self._database.rows(f"SELECT p, s, o FROM pr WHERE p = {number} AND {doubtful}"))
        self._facts.take_former(self._database.rows("SELECT p, s, o FROM former"))

    def _values(self) -> None:
        """Pick who has several values where only one may be, and in which classes they are."""
        several = (
            "SELECT t.p AS p, t.s AS s FROM pr t JOIN r_one_value m ON t.p = m.p LEFT JOIN lit l ON l.id = t.o"
            f" WHERE t.o <= {self._places.literals} GROUP BY t.p, t.s HAVING COUNT(DISTINCT COALESCE(l.v, t.o)) > 1"
        )
        literal = f"t.o <= {self._places.literals}"
        rows = self._database.rows(
            f"SELECT t.p, t.s, t.o FROM pr t JOIN ({several}) k ON k.p = t.p AND k.s = t.s WHERE {literal}"
        )
        self._facts.take_pairs(rows)
        classes = {name for one in self._plan.functional for name in (one.cls, one.filler) if name is not None}
        if rows and classes:
            self._database.put("ends", "x", sorted({(end,) for row in rows for end in row[1:]}))
            listed = ", ".join(str(self._column(name)) for name in sorted(classes))
            self._facts.take_members(
                self._database.rows(f"SELECT t.x, t.c FROM ty t JOIN ends e ON e.x = t.x WHERE t.c IN ({listed})")
            )

    def _datatypes(self) -> None:
        """Pick literals in datatypes that have not their value, and what is the same as a literal."""
        numbers = {n: name for name in sorted(literals.DATATYPES) if (n := self._number(self._named(name))) is not None}
        if not numbers:
            return
        listed, least = ", ".join(map(str, numbers)), self._places.literals
        for first in range(0, least + 1, _AT_ONCE):
            last = min(first + _AT_ONCE - 1, least)
            rows = self._database.rows(
                f"SELECT x, c FROM ty WHERE c IN ({listed}) AND x BETWEEN {first} AND {last} ORDER BY x, c"
            )
            self._facts.take_members(row for row in rows if not self._is_in(row[0], row[1], numbers))
        same = f"p.p = {self._places.same_as} AND p.s = t.x AND p.o <= {least}"
        rows = self._database.rows(
            f"SELECT t.x, t.c, p.p, p.s, p.o FROM ty t JOIN pr p ON {same} WHERE t.c IN ({listed}) AND t.x > {least}"
        )
        self._facts.take_members(row[:2] for row in rows)
        self._facts.take_pairs(row[2:] for row in rows)

    def _named(self, name: Term) -> Term:
        return self._plan.aliases.get(name, name)

    def _is_in(self, literal: int, cls: int, names: dict[int, Term]) -> bool:
        """Return whether it is plain that a literal has a value of a datatype."""
        return names[cls] in literals.datatypes(self._source.text(literal))
