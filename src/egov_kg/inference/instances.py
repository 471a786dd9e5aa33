"""Instances of rules: from an axiom of a plan and rows of its columns to a step as the tables write it.

Columns go by one name where classes or properties are the same, and rows by what stood for their terms at the time; a
step names what its axiom names. Where the two differ, steps of equality stand between them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from egov_kg import iri
from egov_kg.inference.literals import canonical
from egov_kg.inference.plan import Axiom, Plan, SchemaStep, SchemaTriple, Term
from egov_kg.inference.rules import RULES, Atom, ListOf, Pattern, Rule

__all__ = ["FALSE", "SAME_AS", "TYPE", "Goal", "Instances", "Step", "Triple", "bridged", "one_value"]

Triple: TypeAlias = tuple[Term, Term, Term]

SAME_AS: Final = f"<{iri.expand('owl:sameAs')}>"
TYPE: Final = f"<{iri.expand('rdf:type')}>"
FALSE: Final = ("", "", "")
"""What contradictions conclude."""
_FIRST, _REST = (f"<{iri.expand(f'rdf:{name}')}>" for name in ("first", "rest"))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One application of a rule: its axiom and its premises, in the order of the table.

    Steps are told apart by what they are, not by what they hold: a path of thousands is compared at once.
    """

    rule: str
    axiom: Axiom
    premises: tuple[Goal, ...]


class Goal(NamedTuple):
    """A triple that wants a proof; with a step its last one is settled already."""

    triple: Triple
    step: Step | None = None


def bridged(start: Goal, wanted: Triple) -> Goal:
    """Return a goal for the same fact under other names: a step of equality for each term that differs."""
    if wanted[1] == SAME_AS and start.triple == (wanted[2], SAME_AS, wanted[0]) != wanted:
        return Goal(wanted, Step("eq-sym", (), (start,)))
    for place, rule in ((1, "eq-rep-p"), (0, "eq-rep-s"), (2, "eq-rep-o")):
        old, new = start.triple[place], wanted[place]
        if old != new:
            terms = [*start.triple]
            terms[place] = new
            start = Goal((terms[0], terms[1], terms[2]), Step(rule, (), (Goal((old, SAME_AS, new)), start)))
    return start


def one_value(left: Term, right: Term) -> bool:
    """Return whether two literals mean the same value."""
    if not (left.startswith('"') and right.startswith('"')):
        return False
    return left == right or canonical(left) == canonical(right)


class Instances:
    """Makes steps from the axioms of a plan.

    Args:
        plan: The plan.
        name: Gives the representative of a term.
        asserted: What was given: lists are read as they stand there.
    """

    def __init__(self, plan: Plan, name: Callable[[Term], Term], asserted: Container[Triple]) -> None:
        self._aliases, self._name = plan.aliases, name
        self._cells: dict[tuple[Term, Term], Term] = {}
        for subject, predicate, thing in sorted(plan.schema, reverse=True):
            if predicate in {_FIRST, _REST} and (subject, predicate, thing) in asserted:
                self._cells[subject, predicate] = thing

    def members(self, head: Term) -> tuple[Term, ...]:
        """Return the members of a list."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head not in seen and (head, _FIRST) in self._cells and (head, _REST) in self._cells:
            seen.add(head)
            found.append(self._cells[head, _FIRST])
            head = self._cells[head, _REST]
        return tuple(found)

    def cell_of(self, head: Term, member: Term) -> Triple | None:
        """Return the first triple of a list that names a member; None if none does."""
        seen: set[Term] = set()
        while head not in seen and (head, _FIRST) in self._cells:
            if self._cells[head, _FIRST] == member:
                return (head, _FIRST, member)
            seen.add(head)
            head = self._cells.get((head, _REST), head)
        return None

    def goal(self, name: str, axiom: Axiom, rows: Sequence[Triple], wanted: Triple | None) -> Goal | None:
        """Return a goal whose last step is this application; None if it is none.

        Args:
            name: Of the rule.
            axiom: Its triples in any order.
            rows: Its premises as they stand in the columns, in the order of the table.
            wanted: The conclusion; the goal is for it, whatever names the axiom uses. None for a contradiction, which
                is the goal of a triple without terms.
        """
        rule = RULES[name]
        ordered, binding, length = self._axiom(rule, axiom)
        for marks in _choices(rule, self._places(rule, binding, length, rows, wanted)):
            bound = dict(binding)
            patterns = _expanded(rule.facts, marks, length)
            if len(patterns) != len(rows):
                return None
            premises = [self._filled(pattern, row, bound) for pattern, row in zip(patterns, rows, strict=True)]
            if any(premise is None for premise in premises):
                continue
            step = Step(name, ordered, tuple(premise for premise in premises if premise is not None))
            if wanted is None:
                return Goal(FALSE, step)
            for pattern in _expanded(rule.conclusions, marks, length):
                found = self._conclusion(pattern, wanted, bound)
                if found is not None:
                    return bridged(Goal(found, step), wanted)
        return None

    def of_list(self, step: SchemaStep, wanted: SchemaTriple) -> Goal:
        """Return a goal for an entailed schema triple that follows from a list: its members may go by other names."""
        (axiom,) = step.premises
        subject, predicate, thing = wanted
        place = 2 if step.rule == "scm-int" else 0
        for member in self.members(axiom[2]):
            if self._alike(member, wanted[place]):
                found = (subject, predicate, member) if place else (member, predicate, thing)
                return bridged(Goal(found, Step(step.rule, (), (Goal(axiom),))), wanted)
        return Goal(wanted, Step(step.rule, (), (Goal(axiom),)))

    @functools.lru_cache(maxsize=4096)  # noqa: B019 - as long as the plan it reads
    def _axiom_of(self, name: str, axiom: Axiom) -> tuple[Axiom, tuple[tuple[str, Term], ...], int]:
        left = list(axiom)
        ordered: list[SchemaTriple] = []
        binding: dict[str, Term] = {}
        length = 0
        for atom in RULES[name].axioms:
            if isinstance(atom, ListOf):
                members = self.members(binding[atom.head])
                length = len(members)
                binding.update({f"{atom.member}_{n}": member for n, member in enumerate(members, 1)})
                continue
            for triple in left:
                trial = dict(binding)
                if all(
                    trial.setdefault(term, found) == found
                    if term.startswith("?")
                    else term == found or term.startswith('"')
                    for term, found in zip(atom[:3], triple, strict=True)
                ):
                    binding = trial
                    left.remove(triple)
                    ordered.append(triple)
                    break
        return tuple(ordered), tuple(binding.items()), length

    def _places(
        self, rule: Rule, binding: Mapping[str, Term], length: int, rows: Sequence[Triple], wanted: Triple | None
    ) -> list[int]:
        """Return the places of a list whose members the rows, or what is wanted, speak of: a few of 100,000."""
        if not _is_of_one(rule):
            return []
        (member,) = (atom.member for atom in rule.axioms if isinstance(atom, ListOf))
        terms = {term for row in rows for term in row} | set(wanted or ())
        met = {self._named(term) for term in terms} | {self._name(term) for term in terms}
        met |= {canonical(term) for term in terms if term.startswith('"')}
        found = ((n, binding[f"{member}_{n}"]) for n in range(1, length + 1))
        places = [(one not in terms, n) for n, one in found if not met.isdisjoint(self._marks_of(one))]
        return [n for _, n in sorted(places)]  # those that are named so come before those that are the same

    def _marks_of(self, term: Term) -> tuple[Term, ...]:
        if term.startswith('"'):
            return (term, canonical(term))
        return (term, self._named(term), self._name(term))

    def _axiom(self, rule: Rule, axiom: Axiom) -> tuple[Axiom, dict[str, Term], int]:
        ordered, binding, length = self._axiom_of(rule.name, axiom)
        return ordered, dict(binding), length

    def _named(self, term: Term) -> Term:
        return self._aliases.get(term, term)

    def _alike(self, left: Term, right: Term) -> bool:
        if left == right or self._named(left) == self._named(right) or one_value(left, right):
            return True
        return self._name(left) == self._name(right)

    def _filled(self, pattern: Triple, row: Triple, binding: dict[str, Term]) -> Goal | None:
        wanted = tuple(
            binding.setdefault(term, found) if term.startswith("?") else term
            for term, found in zip(pattern, row, strict=True)
        )
        if not all(map(self._alike, wanted, row)):
            return None
        return bridged(Goal(row), (wanted[0], wanted[1], wanted[2]))

    def _conclusion(self, pattern: Triple, wanted: Triple, binding: dict[str, Term]) -> Triple | None:
        found = tuple(binding.get(term, term) for term in pattern)
        turned = (wanted[2], SAME_AS, wanted[0])
        if all(map(self._alike, found, wanted)) or (wanted[1] == SAME_AS and found == turned):
            return found[0], found[1], found[2]
        return None


_Marks: TypeAlias = tuple[tuple[str, str], ...]


def _is_of_one(rule: Rule) -> bool:
    """Return whether a rule speaks of some member of its list, not of all."""
    return "_i" in rule.text and "all" not in rule.text


def _choices(rule: Rule, places: Sequence[int]) -> Iterator[_Marks]:
    if not _is_of_one(rule):
        yield ()
        return
    for place in places:
        for other in places if "_j" in rule.text else (0,):
            if other != place:
                yield (("_i", f"_{place}"), ("_j", f"_{other}"))


def _expanded(atoms: Iterable[Atom], marks: _Marks, length: int) -> list[Triple]:
    found: list[Triple] = []
    for atom in atoms:
        assert isinstance(atom, Pattern)
        if atom.every:
            found += [_placed(atom, (("_i+1", f"_{n + 1}"), ("_i", f"_{n}"))) for n in range(1, length + 1)]
        else:
            found.append(_placed(atom, (*marks, ("_n+1", f"_{length + 1}"))))
    return found


def _placed(pattern: Pattern, marks: _Marks) -> Triple:
    terms = [pattern.subject, pattern.predicate, pattern.object]
    for mark, instead in marks:
        terms = [term.replace(mark, instead) if term.startswith("?") else term for term in terms]
    return terms[0], terms[1], terms[2]
