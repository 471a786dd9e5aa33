"""Equality: which terms are the same, why, and one representative of each group in all columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from egov_kg.errors import InferenceTooLarge
from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Column, Rows, pack, sorted_unique
from egov_kg.inference.facts import Merge
from egov_kg.inference.joins import count_matches, probe
from egov_kg.inference.keys import shared
from egov_kg.inference.plan import Functional, InverseFunctional, Key, Kind, Plan, Term
from egov_kg.inference.reach import connected
from egov_kg.inference.readers import Readers
from egov_kg.inference.tables import Delta, Tables
from egov_kg.inference.traffic import Rule, reads

__all__ = ["ASSERTED", "SAME_AS", "TYPE", "Equality", "Foreign", "Pairs"]

SAME_AS: Final[Term] = "<http://www.w3.org/2002/07/owl#sameAs>"
TYPE: Final[Term] = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ASSERTED: Final = "asserted"
Places: TypeAlias = NDArray[np.int64]
_R = TypeVar("_R", bound=Rule)
_MOST_OF_A_KEY: Final = 1 << 29

_FEW_NAMES: Final = 1000


class Premise(NamedTuple):
    """One premise of many pairs: a triple for each of them."""

    subjects: Rows
    predicate: Term
    objects: Rows | Term


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of ids that a rule finds to be the same.

    Attributes:
        rule: As in `facts.Merge`.
        axiom: As in `facts.Merge`.
        left: One id of each pair.
        right: The other one.
        premises: What each pair rests on.
        stage: When they were found.
    """

    rule: str
    axiom: int
    left: Rows
    right: Rows
    premises: tuple[Premise, ...] = ()
    stage: int = 0

    def only(self, chosen: NDArray[np.bool_] | Places, stage: int) -> Pairs:
        """Return some of the pairs, or all in another order, with a stage."""
        premises = tuple(
            Premise(
                one.subjects[chosen],
                one.predicate,
                one.objects if isinstance(one.objects, str) else one.objects[chosen],
            )
            for one in self.premises
        )
        return Pairs(self.rule, self.axiom, self.left[chosen], self.right[chosen], premises, stage)


class Foreign(NamedTuple):
    """Two terms that a rule finds to be the same and that are kept apart: one is of another namespace."""

    left: Term
    right: Term
    rule: str


class Equality:
    """Groups of equal terms.

    Attributes:
        found: The pairs that joined groups, in the order in which they were found.
    """

    def __init__(
        self, plan: Plan, tables: Tables, *, namespace: str | None = None, opted_in: Iterable[str] = ()
    ) -> None:
        self._plan, self._tables = plan, tables
        self._namespace = f"<{namespace}" if namespace is not None else None
        self._allowed = ("_:", self._namespace or "<", *(f"<{one}" for one in opted_in))
        self._representatives: Rows | None = None
        self.found: list[Pairs] = []
        self.check: Callable[[int, str], object] = lambda _bytes, _what: None
        self._ranked: tuple[Rows, Places] = (NO_ROWS, np.empty(0, dtype=np.int64))
        self._foreign: set[tuple[int, int, str]] = set()
        self._same_as = tables.property_names.number(SAME_AS)
        self._rules: list[Callable[[Delta], Iterator[Pairs]]] = [self._stated]
        self._readers = Readers()
        self._readers.note(0, Kind.PROPERTY, self._same_as)
        self._read(plan.functional, self._functional)
        self._read(plan.inverse_functional, self._inverse_functional)
        self._read(plan.keys, self._key)

    def _read(self, rules: Sequence[_R], found: Callable[[_R, int, Delta], Iterator[Pairs]]) -> None:
        tables = self._tables
        for axiom, rule in enumerate(rules):
            for column in reads(rule):
                names = tables.class_names if column.kind is Kind.CLASS else tables.property_names
                self._readers.note(len(self._rules), column.kind, names.number(column.name))
            self._rules.append(partial(found, rule, axiom))

    @property
    def has_pairs(self) -> bool:
        """Whether any two terms were found to be the same, merged or kept apart."""
        return self._representatives is not None or bool(self._foreign)

    @property
    def representatives(self) -> Rows | None:
        """For each id the one that stands for it; None while nothing is equal."""
        if self._representatives is not None:
            self._grow()
        return self._representatives

    def representative(self, term: int) -> int:
        """Return the id that stands for a term."""
        known = self._representatives
        return int(known[term]) if known is not None and term < len(known) else term

    def renamed(self, ids: Rows) -> Rows:
        """Return the ids that stand for some."""
        if self._representatives is None:
            return ids
        self._grow()
        found: Rows = self._representatives[ids]
        return found

    def renamed_pairs(self, rows: Rows) -> Rows:
        """Return pairs, each side by the id that stands for it, unsorted."""
        return (self.renamed(rows >> SHIFT) << SHIFT) | self.renamed(rows & LOW)

    def named(self, delta: Delta, stage: int) -> tuple[Delta, int]:
        """Return given facts by the names that columns have for their terms, and the next free stage."""
        if self.representatives is None:
            return delta, stage
        named = Delta()
        tables = self._tables
        members = (delta.classes & ~LOW) | self.renamed(delta.classes & LOW)
        named.classes = _renamed_only(tables.classes, delta.classes, members, stage)
        for prop, rows in delta.pairs.items():
            renamed = self.renamed_pairs(rows)
            kept = renamed >> SHIFT != renamed & LOW if prop == self._same_as else slice(None)
            fresh = _renamed_only(tables.pairs[prop], rows, renamed, stage, kept)
            if len(fresh):
                named.pairs[prop] = fresh
        return named, stage + 1

    def state(self) -> tuple[Rows | None, int, set[tuple[int, int, str]]]:
        """Return what `restore` needs to make the groups as they are now."""
        return self._representatives, len(self.found), set(self._foreign)

    def restore(self, state: tuple[Rows | None, int, set[tuple[int, int, str]]]) -> None:
        """Make the groups as they were."""
        self._representatives, found, self._foreign = state
        del self.found[found:]

    def foreign(self) -> list[Foreign]:
        """Return the pairs that were kept apart, by their representatives, in term order."""
        text, name = self._tables.terms.text, self.representative
        pairs = ((text(name(left)), text(name(right)), rule) for left, right, rule in self._foreign)
        return sorted({Foreign(min(left, right), max(left, right), rule) for left, right, rule in pairs})

    def groups(self) -> dict[int, list[int]]:
        """Return the groups of two and more ids by their representative, all in term order."""
        if self._representatives is None:
            return {}
        return self._groups(self._moved())

    def groups_with(self, names: AbstractSet[Term]) -> dict[int, list[int]]:
        """Return the groups that have one of some terms; where these are fewer, no other group is looked at."""
        known = self.representatives
        if known is None:
            return {}
        moved = self._moved()
        if len(names) > len(moved) + _FEW_NAMES:
            text = self._tables.terms.text
            return {head: group for head, group in self.groups().items() if not names.isdisjoint(map(text, group))}
        found = [number for number in map(self._tables.terms.find, names) if number is not None]
        heads = np.unique(known[np.array(found, dtype=np.int64)])
        return self._groups(moved[np.isin(known[moved], heads)])

    def _moved(self) -> NDArray[np.intp]:
        assert self._representatives is not None
        return np.flatnonzero(self._representatives != np.arange(len(self._representatives), dtype=np.uint64))

    def _groups(self, moved: NDArray[np.intp]) -> dict[int, list[int]]:
        assert self._representatives is not None
        text = self._tables.terms.text
        groups: dict[int, list[int]] = {}
        for member, head in zip(moved.tolist(), self._representatives[moved].tolist(), strict=True):
            groups.setdefault(head, [head]).append(member)
        return {head: sorted(groups[head], key=text) for head in sorted(groups, key=text)}

    def merges(self) -> Iterator[Merge]:
        """Return why groups were joined: of the pairs found, those that joined two groups one by one."""
        parent: dict[int, int] = {}

        def root(one: int) -> int:
            while (above := parent.get(one, one)) != one:
                parent[one] = one = parent.get(above, above)
            return one

        text = self._tables.terms.text
        for pairs in self.found:
            for place, (left, right) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)):
                one, other = root(left), root(right)
                if one != other:
                    parent[other] = one
                    premises = tuple(
                        (
                            text(int(part.subjects[place])),
                            part.predicate,
                            part.objects if isinstance(part.objects, str) else text(int(part.objects[place])),
                        )
                        for part in pairs.premises
                    )
                    yield Merge(text(left), text(right), pairs.rule, premises, pairs.axiom, pairs.stage)

    def settle(self, delta: Delta, stage: int) -> tuple[Delta, int]:
        """Return the delta once nothing in it makes two more terms the same, and the next free stage.

        No other rule may see a delta before: a fact that was joined under its old name only would be lost.
        """
        while True:
            rules = self._readers.of(delta)
            moved = self._unite([pairs for place in rules for pairs in self._rules[place](delta)], stage)
            if moved is None:
                return delta, stage
            delta = self._rename(delta, moved, stage + 1)
            stage += 2

    def _stated(self, delta: Delta) -> Iterator[Pairs]:
        stated = delta.pairs.get(self._same_as)
        if stated is not None:
            left, right = stated >> SHIFT, stated & LOW
            yield Pairs(ASSERTED, -1, left, right, (Premise(left, SAME_AS, right),))
            if self._tables.literal[right].any():
                yield from self._of_one_value()

    def _of_one_value(self) -> Iterator[Pairs]:
        """dt-eq: things that are the same as literals of one value."""
        found = self._by_value_once(self._tables.pairs[self._same_as].rows(), of_literals=True)
        if found is not None:
            left, right = found
            premises = tuple(Premise(side >> SHIFT, SAME_AS, side & LOW) for side in found)
            yield Pairs("dt-eq", -1, left >> SHIFT, right >> SHIFT, premises)

    def _functional(self, rule: Functional, axiom: int, delta: Delta) -> Iterator[Pairs]:
        tables = self._tables
        prop = tables.property_names.number(rule.prop)
        rows = self._touched(prop, rule, delta)
        # Literals go before neighbours are paired: two IRIs with a literal between them are neighbours.
        rows = rows[~tables.literal[rows & LOW]]
        if rule.cls is not None and len(rows):
            rows = rows[tables.in_class(rows >> SHIFT, tables.class_names.number(rule.cls))]
        if rule.filler is not None and len(rows):
            rows = rows[tables.in_class(rows & LOW, tables.class_names.number(rule.filler))]
        pair = self._beside(rows >> SHIFT, rows & LOW, [])
        if pair is None:
            return
        one, other = pair
        subject, left, right = rows[one] >> SHIFT, rows[one] & LOW, rows[other] & LOW
        premises = [] if rule.cls is None else [Premise(subject, TYPE, rule.cls)]
        for value in (left, right):
            premises.append(Premise(subject, rule.prop, value))
            if rule.filler is not None:
                premises.append(Premise(value, TYPE, rule.filler))
        yield Pairs(rule.rule, axiom, left, right, tuple(premises))

    def _touched(self, prop: int, rule: Functional, delta: Delta) -> Rows:
        """Return the pairs of a property, in order, of all subjects that something new is known of."""
        tables = self._tables
        fresh = delta.pairs.get(prop, NO_ROWS)
        if not tables.parts(prop):
            return NO_ROWS
        if tables.is_whole(prop, fresh):
            return tables.pairs[prop].rows()
        subjects = [fresh >> SHIFT]
        if rule.cls is not None:
            subjects.append(delta.members(tables.class_names.number(rule.cls)))
        if rule.filler is not None:
            new = delta.members(tables.class_names.number(rule.filler))
            subjects += [found & LOW for found in probe(new, new, tables.turned(prop))]
        keys = sorted_unique(np.concatenate(subjects))
        return np.sort(np.concatenate([NO_ROWS, *probe(keys, keys, tables.parts(prop))]))

    def _inverse_functional(self, rule: InverseFunctional, axiom: int, delta: Delta) -> Iterator[Pairs]:
        tables, name = self._tables, rule.prop
        prop = tables.property_names.number(name)
        fresh = delta.pairs.get(prop)
        if fresh is None:
            return
        literal = tables.literal
        if literal[fresh & LOW].any() or tables.is_whole(prop, fresh):
            rows = tables.pairs[prop].rows()
        else:
            keys = sorted_unique(fresh & LOW)
            rows = np.concatenate([NO_ROWS, *probe(keys, keys, tables.turned(prop), swap=True)])
        found = self._by_value_once(rows)
        if found is not None:
            left, right = found
            premises = tuple(Premise(side >> SHIFT, name, side & LOW) for side in found)
            yield Pairs("prp-ifp", axiom, left >> SHIFT, right >> SHIFT, premises)

    def _by_value_once(self, rows: Rows, *, of_literals: bool = False) -> tuple[Rows, Rows] | None:
        """Return rows with one value and two subjects that are no literals, side by side."""
        literal = self._tables.literal
        rows = rows[~literal[rows >> SHIFT]]
        if of_literals:
            rows = rows[literal[rows & LOW]]
        pair = self._beside(self.by_value(rows & LOW), rows >> SHIFT, [rows & LOW])
        return None if pair is None else (rows[pair[0]], rows[pair[1]])

    def _beside(self, groups: Rows, ids: Rows, carried: Sequence[Rows]) -> tuple[Places, Places] | None:
        """Return the places of ids of one group, side by side in the order in which they stand for one another.

        Which pairs these are depends on terms alone, not on their numbers, and so do proofs. Ids that may not be merged
        stand beside the first of their group, not between two that may.

        Args:
            groups: What each id belongs to.
            ids: Terms; one may be there several times.
            carried: What comes with each: of several for one id in one group, the first in term order is taken.
        """
        size = np.unique(groups, return_inverse=True, return_counts=True)
        places = np.flatnonzero(size[2][size[1]] > 1)
        if not len(places):
            return None
        groups, ids, carried = groups[places], ids[places], [one[places] for one in carried]
        rank = self._ranks([groups, ids, *carried])
        order = np.lexsort((*reversed(rank[2:]), rank[1], rank[0]))
        groups, ids, places = groups[order], ids[order], places[order]
        new = np.concatenate([[True], (groups[1:] != groups[:-1]) | (ids[1:] != ids[:-1])])
        groups, ids, places = groups[new], ids[new], places[new]
        right = np.flatnonzero(groups[1:] == groups[:-1]) + 1
        if not len(right):
            return None
        left = right - 1
        if self._namespace is not None:
            starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
            firsts = np.repeat(starts, np.diff(np.concatenate([starts, [len(groups)]])))
            left = np.where(self._are_foreign(ids[right]), firsts[right], left)
        return places[left], places[right]

    def _ranks(self, columns: Sequence[Rows]) -> list[Places]:
        """Return the place of each id in the order in which terms stand for others."""
        ids = sorted_unique(np.concatenate(columns))
        known = np.searchsorted(self._ranked[0], ids)
        known[known == len(self._ranked[0])] = 0
        if not len(self._ranked[0]) or not np.array_equal(self._ranked[0][known], ids):
            rank = np.empty(len(ids), dtype=np.int64)
            rank[np.searchsorted(ids, self._in_order(ids))] = np.arange(len(ids))
            self._ranked = (ids, rank)
        return [self._ranked[1][np.searchsorted(self._ranked[0], column)] for column in columns]

    def _are_foreign(self, ids: Rows) -> NDArray[np.bool_]:
        text = self._tables.terms.text
        return np.array([not text(number).startswith(self._allowed) for number in ids.tolist()], dtype=np.bool_)

    def _key(self, rule: Key, axiom: int, delta: Delta) -> Iterator[Pairs]:
        tables, cls_name, prop_names = self._tables, rule.cls, rule.props
        cls = tables.class_names.number(cls_name)
        props = [tables.property_names.number(name) for name in prop_names]
        if not props or (all(prop not in delta.pairs for prop in props) and not len(delta.members(cls))):
            return
        owners = tables.members(cls)
        owners = owners[~tables.literal[owners]]
        code, held = np.zeros(len(owners), dtype=np.uint64), list[Rows]()
        for name, prop in zip(prop_names, props, strict=True):
            matches = count_matches(owners, tables.parts(prop))
            self._check_size(matches * (len(held) + 4), f"{name}, of a key of {cls_name}")
            places = np.arange(len(owners), dtype=np.uint64)
            found = np.concatenate([NO_ROWS, *probe(owners, places, tables.parts(prop))])
            place, value = found >> SHIFT, found & LOW
            owners, held = owners[place], [*(values[place] for values in held), value]
            kept, code = self._shared(owners, code[place], value)
            owners, held = owners[kept], [values[kept] for values in held]
        pair = self._beside(code, owners, [])
        if pair is None:
            return
        premises = []
        for side in pair:
            premises.append(Premise(owners[side], TYPE, cls_name))
            premises += [
                Premise(owners[side], name, values[side]) for name, values in zip(prop_names, held, strict=True)
            ]
        yield Pairs("prp-key", axiom, owners[pair[0]], owners[pair[1]], tuple(premises))

    def _shared(self, owners: Rows, before: Rows, values: Rows) -> tuple[Places, Rows]:
        """Return the rows of owners that hold what another one holds, and codes of that, numbered in term order."""
        ranks = self._ranks([owners, values, self.by_value(values)])
        owner_rank, value_rank, meant_rank = (rank.astype(np.uint64) for rank in ranks)
        return shared(pack(before, meant_rank), owner_rank, value_rank)

    def _check_size(self, numbers: int, what: str) -> None:
        if numbers > _MOST_OF_A_KEY:
            raise InferenceTooLarge(8 * numbers, 8 * _MOST_OF_A_KEY, what)
        self.check(8 * numbers, what)

    def by_value(self, ids: Rows) -> Rows:
        """Return the ids that stand for the values of some; terms that are no literals stand for themselves."""
        if not len(ids) or not self._tables.literal[ids].any():
            return ids
        return self._tables.terms.values()[ids].astype(np.uint64)

    def _unite(self, proposals: Sequence[Pairs], stage: int) -> Rows | None:
        """Join the groups of all pairs; return what stands now for each id that stood for some, if any moved."""
        literal = self._tables.literal
        chosen: list[Pairs] = []
        for pairs in proposals:
            left, right = self.renamed(pairs.left), self.renamed(pairs.right)
            apart = (left != right) & ~literal[pairs.left] & ~literal[pairs.right]
            if self._namespace is not None and apart.any():
                apart = self._ours(pairs, apart)
            if apart.any():
                chosen.append(pairs.only(apart, stage))
        if not chosen:
            return None
        terms = [
            [pairs.left, pairs.right, *(ids for one in pairs.premises for ids in (one.subjects, one.objects))]
            for pairs in chosen
        ]
        columns = [[ids for ids in some if not isinstance(ids, str)] for some in terms]
        ranks = iter(self._ranks([ids for some in columns for ids in some]))
        for number, (pairs, some) in enumerate(zip(chosen, columns, strict=True)):
            order = np.lexsort(tuple(reversed([next(ranks) for _ in some])))
            chosen[number] = pairs.only(order, stage)
        self.found += chosen
        self._grow()
        assert self._representatives is not None
        left = self._representatives[np.concatenate([pairs.left for pairs in chosen])]
        right = self._representatives[np.concatenate([pairs.right for pairs in chosen])]
        involved = self._in_order(sorted_unique(np.concatenate([left, right])))
        place = np.zeros(len(self._representatives), dtype=np.int64)
        place[involved] = np.arange(len(involved))
        moved = np.arange(len(self._representatives), dtype=np.uint64)
        moved[involved] = involved[connected(place[left], place[right], len(involved))]
        self._representatives = moved[self._representatives]
        return moved

    def _in_order(self, ids: Rows) -> Rows:
        """Return ids so that the one that should stand for others comes first: own namespace, then term order."""
        text = self._tables.terms.text
        own = self._namespace
        named = [(text(number), number) for number in ids.tolist()]
        keyed = [(own is not None and not term.startswith(own), term, number) for term, number in named]
        return np.array([number for *_, number in sorted(keyed)], dtype=np.uint64)

    def _ours(self, pairs: Pairs, apart: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which pairs stay within the namespaces that may be merged, and note the others."""
        text = self._tables.terms.text
        for place in np.flatnonzero(apart).tolist():
            left, right = text(int(pairs.left[place])), text(int(pairs.right[place]))
            if not (left.startswith(self._allowed) and right.startswith(self._allowed)):
                apart[place] = False
                self._foreign.add((int(pairs.left[place]), int(pairs.right[place]), pairs.rule))
        return apart

    def _rename(self, delta: Delta, moved: Rows, stage: int) -> Delta:
        """Write the new representatives into all columns; return what is new to the rules."""
        tables = self._tables
        changed = moved != np.arange(len(moved), dtype=np.uint64)
        gone = [changed[part & LOW] for part in tables.classes.parts]
        rows = _chosen(tables.classes, gone)
        fresh = tables.classes.replace(gone, (rows & ~LOW) | moved[rows & LOW], stage) if len(rows) else NO_ROWS
        classes = np.sort(np.concatenate([_unchanged(delta.classes, changed, members=True), fresh]))
        pairs: dict[int, Rows] = {}
        for prop, column in tables.pairs.items():
            gone = [changed[part & LOW] | changed[part >> SHIFT] for part in column.parts]
            rows = _chosen(column, gone)
            new = NO_ROWS
            if len(rows):
                renamed = (moved[rows >> SHIFT] << SHIFT) | moved[rows & LOW]
                if prop == self._same_as:
                    renamed = renamed[renamed >> SHIFT != renamed & LOW]
                new = column.replace(gone, renamed, stage)
            left = _unchanged(delta.pairs.get(prop, NO_ROWS), changed)
            if len(left) or len(new):
                pairs[prop] = np.sort(np.concatenate([left, new]))
        return Delta(classes, pairs)

    def _grow(self) -> None:
        """Let terms that came later stand for themselves."""
        count = len(self._tables.terms)
        known = self._representatives
        if known is None:
            self._representatives = np.arange(count, dtype=np.uint64)
        elif len(known) < count:
            self._representatives = np.concatenate([known, np.arange(len(known), count, dtype=np.uint64)])


def _chosen(column: Column, chosen: Sequence[NDArray[np.bool_]]) -> Rows:
    rows = [part[some] for part, some in zip(column.parts, chosen, strict=True) if some.any()]
    return np.concatenate(rows) if rows else NO_ROWS


def _unchanged(rows: Rows, changed: NDArray[np.bool_], *, members: bool = False) -> Rows:
    gone = changed[rows & LOW]
    if not members:
        gone = gone | changed[rows >> SHIFT]
    left: Rows = rows[~gone]
    return left


def _renamed_only(
    column: Column, rows: Rows, renamed: Rows, stage: int, kept: NDArray[np.bool_] | slice = slice(None)
) -> Rows:
    """Put a column's newest rows under other names; return what is new, ordered."""
    changed = rows != renamed
    if not changed.any():
        return rows
    column.withdraw(rows[changed])
    allowed = np.zeros(len(rows), dtype=np.bool_)
    allowed[kept] = True
    fresh = column.new(renamed[changed & allowed])
    column.add(fresh, stage)
    return np.sort(np.concatenate([rows[~changed], fresh]))
