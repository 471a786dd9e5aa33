"""Equality over SQL: pairs by grouping, groups by the least label, columns rewritten by join."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from egov_kg.inference.plan import Plan, Term

if TYPE_CHECKING:
    from egov_kg.inference.sql_fixpoint import Database, Places

__all__ = ["SqlEquality"]

_OWN: Final = 1 << 40
"""Taken from the labels of our own namespace, so that they come before all others."""


class SqlEquality:
    """Groups of equal terms in the table ``rep(id, r)``: who is named otherwise, and how.

    Attributes:
        found: Whether any two terms are the same.
    """

    def __init__(
        self,
        database: Database,
        plan: Plan,
        number: Callable[[Term], int],
        places: Places,
        *,
        own: tuple[int, int] | None = None,
        allowed: Sequence[tuple[int, int]] | None = None,
        different: int | None = None,
    ) -> None:
        """Prepare the tables.

        Args:
            database: Holds ``ty``, ``pr`` and ``lit(id, v)``, the literals that another of their value stands for.
            plan: The plan.
            number: Gives the number of a term.
            places: Where kinds of terms stand among the numbers.
            own: The numbers of our own namespace, first and last; its terms stand for others.
            allowed: The numbers that may be merged, as ranges; None for all.
            different: The number of ``owl:differentFrom``, whose facts are kept in ``former(p, s, o)`` as they were
                before their terms were merged; None if nothing is different.
        """
        self.found = False
        self._database, self._places, self._own = database, places, own
        self._allowed = allowed
        self._selects = list(_selects(plan, number, places))
        self._watched = _watched(plan, number, places)
        database.put("rep", "id, r", [])
        database.put("apart", "a, b", [])
        database.put("former", "p, s, o", [])
        self._different = different

    def settle(self, dty: str, dpr: str) -> bool:
        """Merge until nothing that is new makes two more terms the same; tell whether any were merged."""
        merged = False
        while self._concerned(dty, dpr) and self._unite():
            merged = self.found = True
            self._rename(dty, dpr)
        return merged

    def _concerned(self, dty: str, dpr: str) -> bool:
        props, classes = self._watched
        database = self._database
        some = f"SELECT 1 FROM {dpr} WHERE p IN ({', '.join(map(str, props))}) LIMIT 1"
        if database.rows(some):
            return True
        listed = ", ".join(map(str, classes))
        return bool(classes and database.rows(f"SELECT 1 FROM {dty} WHERE c IN ({listed}) LIMIT 1"))

    def _unite(self) -> bool:
        """Make ``moved(id, r)``: the representatives of what has another one now; tell whether there are any."""
        database = self._database
        database.make("equal", f"SELECT DISTINCT a, b FROM ({' UNION ALL '.join(self._selects)}) e WHERE a <> b")
        if self._allowed is not None:
            both = " AND ".join(_within(side, self._allowed) for side in "ab")
            database.make("kept", f"SELECT a, b FROM equal WHERE NOT ({both})")
            database.append("apart", "kept")
            database.make("equal2", f"SELECT a, b FROM equal WHERE {both}")
            database.make("equal", "SELECT * FROM equal2")
        if not database.make("links", "SELECT a, b FROM equal UNION SELECT b AS a, a AS b FROM equal"):
            return False
        database.make("label", f"SELECT DISTINCT a AS id, {self._label('a')} AS l FROM links")
        self._spread()
        count = database.make("moved", f"SELECT id, {_term('l')} AS r FROM label WHERE {_term('l')} <> id")
        database.make("rep2", "SELECT t.id AS id, COALESCE(m.r, t.r) AS r FROM rep t LEFT JOIN moved m ON m.id = t.r")
        database.make("rep", "SELECT id, r FROM rep2 UNION ALL SELECT id, r FROM moved")
        return count > 0

    def _spread(self) -> None:
        """Give each id the least label of its component: from neighbours, then from the label's own label."""
        database = self._database
        while True:
            database.make(
                "near",
                "SELECT id, MIN(l) AS l FROM (SELECT id, l FROM label UNION ALL"
                " SELECT k.b AS id, t.l AS l FROM links k JOIN label t ON t.id = k.a) e GROUP BY id",
            )
            database.make("far", f"SELECT t.id AS id, u.l AS l FROM near t JOIN near u ON u.id = {_term('t.l')}")
            changed = database.rows("SELECT 1 FROM far t JOIN label u ON u.id = t.id WHERE u.l <> t.l LIMIT 1")
            database.make("label", "SELECT id, l FROM far")
            if not changed:
                return

    def _label(self, name: str) -> str:
        if self._own is None:
            return name
        first, last = self._own
        return f"CASE WHEN {name} BETWEEN {first} AND {last} THEN {name} - {_OWN} ELSE {name} END"

    def _rename(self, dty: str, dpr: str) -> None:
        """Write representatives into all facts; what is new by that is new to the rules as well."""
        database = self._database
        if self._different is not None:
            database.make("differing", f"SELECT p, s, o FROM pr WHERE p = {self._different}")
            database.append("former", "differing")
        for known, new, columns, renamed in (
            (
                "ty",
                dty,
                "x, c",
                "SELECT DISTINCT COALESCE(m.r, t.x) AS x, t.c AS c FROM {} t LEFT JOIN moved m ON m.id = t.x",
            ),
            ("pr", dpr, "p, s, o", _PAIRS + self._no_loops()),
        ):
            database.make("before", f"SELECT {columns} FROM {known}")
            database.make("after", renamed.format(known))
            database.make("still", renamed.format(new))
            database.make(new, "SELECT * FROM after EXCEPT SELECT * FROM before UNION SELECT * FROM still")
            database.make(known, "SELECT * FROM after")
        database.make(
            "r_out2", "SELECT t.c AS c, t.p AS p, COALESCE(m.r, t.v) AS v FROM r_out t LEFT JOIN moved m ON m.id = t.v"
        )
        database.make("r_out", "SELECT * FROM r_out2")
        database.make(
            "r_in2", "SELECT t.p AS p, COALESCE(m.r, t.v) AS v, t.c AS c FROM r_in t LEFT JOIN moved m ON m.id = t.v"
        )
        database.make("r_in", "SELECT * FROM r_in2")
        database.drop("before", "after", "still")

    def _no_loops(self) -> str:
        same = self._places.same_as
        return f" WHERE NOT (t.p = {same} AND COALESCE(m.r, t.s) = COALESCE(n.r, t.o))"

    def rename_pairs(self, name: str) -> None:
        """Write the representatives of all groups into a table of pairs."""
        query = _PAIRS.replace("moved", "rep").format(name)
        self._database.make("renamed", query)
        self._database.make(name, "SELECT * FROM renamed")


_PAIRS: Final = (
    "SELECT DISTINCT t.p AS p, COALESCE(m.r, t.s) AS s, COALESCE(n.r, t.o) AS o"
    " FROM {} t LEFT JOIN moved m ON m.id = t.s LEFT JOIN moved n ON n.id = t.o"
)


def _term(label: str) -> str:
    return f"CASE WHEN {label} < 0 THEN {label} + {_OWN} ELSE {label} END"


def _within(side: str, ranges: Sequence[tuple[int, int]]) -> str:
    return "(" + " OR ".join(f"{side} BETWEEN {first} AND {last}" for first, last in ranges) + ")"


def _watched(plan: Plan, number: Callable[[Term], int], places: Places) -> tuple[list[int], list[int]]:
    props = {places.same_as} | {number(one.prop) for one in plan.functional}
    props |= {number(inverse.prop) for inverse in plan.inverse_functional}
    props |= {number(prop) for key in plan.keys for prop in key.props}
    classes = {number(name) for one in plan.functional for name in (one.cls, one.filler) if name is not None}
    return sorted(props), sorted(classes | {number(key.cls) for key in plan.keys})


def _selects(plan: Plan, number: Callable[[Term], int], places: Places) -> Iterator[str]:
    """Return the selects of pairs ``(a, b)`` that are the same."""
    least = places.literals
    yield f"SELECT s AS a, o AS b FROM pr WHERE p = {places.same_as} AND s > {least} AND o > {least}"
    yield (
        "SELECT v.s AS a, v.m AS b FROM (SELECT t.s AS s, MIN(t.s) OVER (PARTITION BY COALESCE(l.v, t.o)) AS m"
        f" FROM pr t LEFT JOIN lit l ON l.id = t.o WHERE t.p = {places.same_as} AND t.s > {least} AND t.o <= {least}) v"
        " WHERE v.s <> v.m"
    )
    for one in plan.functional:
        joins = ""
        if one.cls is not None:
            joins += f" JOIN ty k ON k.x = t.s AND k.c = {number(one.cls)}"
        if one.filler is not None:
            joins += f" JOIN ty f ON f.x = t.o AND f.c = {number(one.filler)}"
        where = f"t.p = {number(one.prop)} AND t.o > {least}"
        yield (
            f"SELECT v.o AS a, v.m AS b FROM (SELECT t.o AS o, MIN(t.o) OVER (PARTITION BY t.s) AS m"
            f" FROM pr t{joins} WHERE {where}) v WHERE v.o <> v.m"
        )
    for inverse in plan.inverse_functional:
        yield (
            "SELECT v.s AS a, v.m AS b FROM (SELECT t.s AS s, MIN(t.s) OVER (PARTITION BY COALESCE(l.v, t.o)) AS m"
            f" FROM pr t LEFT JOIN lit l ON l.id = t.o WHERE t.p = {number(inverse.prop)} AND t.s > {least}) v"
            " WHERE v.s <> v.m"
        )
    for key in plan.keys:
        if key.props:
            yield _key(number(key.cls), [number(prop) for prop in key.props], least)


def _key(cls: int, props: Sequence[int], least: int) -> str:
    joins, values = "", []
    for place, prop in enumerate(props):
        joins += f" JOIN pr p{place} ON p{place}.p = {prop} AND p{place}.s = k.x"
        joins += f" LEFT JOIN lit l{place} ON l{place}.id = p{place}.o"
        values.append(f"COALESCE(l{place}.v, p{place}.o)")
    return (
        f"SELECT v.x AS a, v.m AS b FROM (SELECT k.x AS x, MIN(k.x) OVER (PARTITION BY {', '.join(values)}) AS m"
        f" FROM ty k{joins} WHERE k.c = {cls} AND k.x > {least}) v WHERE v.x <> v.m"
    )
