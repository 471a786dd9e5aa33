"""Replays proofs: is every node an instance of its rule, and every leaf a triple that was given?

It shares nothing with the engine and with the search for proofs but the rules as data and the values of literals.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from egov_kg import iri
from egov_kg.inference import literals
from egov_kg.inference.rules import RULES, Atom, Kind, ListOf, Pattern, Rule

__all__ = ["Defect", "check"]

Triple: TypeAlias = tuple[str, str, str]
_Marks: TypeAlias = tuple[tuple[str, str], ...]

_FIRST, _REST, _NIL = (f"<{iri.expand(f'rdf:{name}')}>" for name in ("first", "rest", "nil"))


class Defect(NamedTuple):
    """What is wrong with a node of a proof."""

    node: str
    reason: str


def check(proof: Mapping[str, Any], asserted: Container[Triple], schema: Collection[Triple]) -> tuple[Defect, ...]:
    """Return what is wrong with a proof; nothing if it holds.

    Args:
        proof: ``root``, ``nodes`` and ``axioms``, terms in N-Triples form; a ``triple`` of null is a contradiction.
        asserted: The facts that were given.
        schema: The axioms that were given, lists included.
    """
    return tuple(_Checker(proof, asserted, schema).defects())


class _Checker:
    def __init__(self, proof: Mapping[str, Any], asserted: Container[Triple], schema: Collection[Triple]) -> None:
        self.root, self.nodes, self.axioms = proof["root"], proof["nodes"], proof["axioms"]
        self.asserted, self.schema = asserted, schema
        self.cells: dict[tuple[str, str], list[str]] = {}
        for subject, predicate, thing in schema:
            if predicate in {_FIRST, _REST}:
                self.cells.setdefault((subject, predicate), []).append(thing)

    def defects(self) -> Iterator[Defect]:
        if self.root not in self.nodes:
            yield Defect(self.root, "the root is no node of the proof")
        for name, node in self.nodes.items():
            if reason := self._wrong(node):
                yield Defect(name, reason)
        yield from (Defect(name, "it rests on itself") for name in self._on_cycles())

    def _wrong(self, node: Mapping[str, Any]) -> str:
        triple = _triple(node["triple"])
        if "asserted" in node and triple not in self.asserted and triple not in self.schema:
            return "it is not asserted"
        if "rule" not in node:
            return "" if "asserted" in node else "it is neither asserted nor derived"
        if (rule := RULES.get(node["rule"])) is None:
            return f"{node['rule']} is no rule"
        if missing := [name for name in self._below(node) if name not in self.nodes]:
            return f"its premise {missing[0]} is no node of the proof"
        if (axiom := node.get("axiom")) is not None and axiom not in self.axioms:
            return f"its axiom {axiom} is not in the proof"
        triples = [_triple(triple) for triple in self.axioms[axiom]["triples"]] if axiom is not None else []
        proved = {_triple(self.nodes[name]["triple"]) for name in self._below(node)[len(node["premises"]) :]}
        for told in triples:
            if told not in self.schema and told not in proved:
                return f"the axiom {' '.join(told)} is neither given nor proved"
        premises = [_triple(self.nodes[name]["triple"]) for name in node["premises"]]
        conclusion = triple if node["triple"] is not None else None
        return "" if self._fits(rule, triples, premises, conclusion) else f"it is no instance of {rule.name}"

    def _below(self, node: Mapping[str, Any]) -> list[str]:
        return [*node.get("premises", ()), *self.axioms.get(node.get("axiom"), {}).get("steps", ())]

    def _on_cycles(self) -> list[str]:
        state: dict[str, bool] = {}  # False while its premises are looked at, True afterwards
        found: list[str] = []
        for start in self.nodes:
            waiting = [start]
            while waiting:
                name = waiting[-1]
                if name in state or name not in self.nodes:
                    state[name] = True
                    waiting.pop()
                    continue
                state[name] = False
                below = self._below(self.nodes[name])
                found += [premise for premise in below if state.get(premise) is False]
                waiting += [premise for premise in below if premise not in state]
        return sorted(set(found))

    def members(self, head: str) -> tuple[str, ...] | None:
        """Return the members of a list; None if it is broken."""
        found: list[str] = []
        seen: set[str] = set()
        while head != _NIL:
            first, rest = self.cells.get((head, _FIRST), ()), self.cells.get((head, _REST), ())
            if head in seen or len(first) != 1 or len(rest) != 1:
                return None
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def _fits(self, rule: Rule, axioms: list[Triple], premises: list[Triple], conclusion: Triple | None) -> bool:
        if rule.condition:
            return not axioms and _holds(rule.name, premises, conclusion)
        first, then = rule.axioms, rule.facts
        if rule.kind is Kind.SCHEMA and not axioms:
            first, then, axioms, premises = then, first, premises, axioms
        binding: dict[str, str] = {}
        length = self._match(first, axioms, binding, ())
        if length is None or (conclusion is None) != (not rule.conclusions):
            return False
        named = {term for triple in (*premises, *(() if conclusion is None else (conclusion,))) for term in triple}
        for marks in _choices(rule, binding, length, named):
            chosen = dict(binding)
            if self._match(then, premises, chosen, marks, length) is not None and (
                conclusion is None or any(_unify(_place(p, marks), conclusion, dict(chosen)) for p in rule.conclusions)
            ):
                return True
        return False

    def _match(
        self, atoms: tuple[Atom, ...], triples: list[Triple], binding: dict[str, str], marks: _Marks, length: int = 0
    ) -> int | None:
        """Match triples in their order, filling `binding`; the length of the list, None if they do not fit."""
        left = iter(triples)
        for atom in atoms:
            if isinstance(atom, ListOf):
                items = self.members(binding[atom.head])
                if items is None:
                    return None
                length = len(items)
                binding.update({f"{atom.member}_{place}": item for place, item in enumerate(items, 1)})
                continue
            each = [(("_i+1", f"_{n + 1}"), ("_i", f"_{n}")) for n in range(1, length + 1)] if atom.every else [marks]
            for here in each:
                triple = next(left, None)
                if triple is None or not _unify(_place(atom, here), triple, binding):
                    return None
        return None if next(left, None) is not None else length


def _triple(terms: Sequence[str] | None) -> Triple:
    subject, predicate, thing = terms or ("", "", "")
    return subject, predicate, thing


def _choices(rule: Rule, binding: Mapping[str, str], length: int, named: Collection[str]) -> Iterator[_Marks]:
    """Yield every choice of one member of the rule's list, and of another one, among those that the triples name."""
    lists = [atom for atom in (*rule.axioms, *rule.facts) if isinstance(atom, ListOf)]
    last = ("_n+1", f"_{length + 1}")
    if not lists or "_i" not in rule.text or "all" in rule.text:
        if not lists or length:
            yield (last,)
        return
    values = {literals.canonical(term) for term in named if term.startswith('"')} | {*named}
    members = [(n, binding[f"{lists[0].member}_{n}"]) for n in range(1, length + 1)]
    places = [n for n, one in members if one in values or (one[0] == '"' and literals.canonical(one) in values)]
    for place in places:
        for other in places if "_j" in rule.text else (0,):
            if other != place:
                yield (("_i", f"_{place}"), ("_j", f"_{other}"), last)


def _place(pattern: Pattern, marks: _Marks) -> Triple:
    terms = [pattern.subject, pattern.predicate, pattern.object]
    for mark, instead in marks:
        terms = [term.replace(mark, instead) if term.startswith("?") else term for term in terms]
    return _triple(terms)


def _unify(pattern: Triple, triple: Triple, binding: dict[str, str]) -> bool:
    return all(
        binding.setdefault(term, found) == found if term.startswith("?") else _same(term, found)
        for term, found in zip(pattern, triple, strict=True)
    )


def _same(constant: str, term: str) -> bool:
    return constant == term or (term.startswith('"') and literals.canonical(constant) == literals.canonical(term))


def _holds(rule: str, premises: list[Triple], conclusion: Triple | None) -> bool:
    """Return whether literals are what a rule on datatypes says of them."""
    outside = rule == "dt-not-type"
    if len(premises) != outside or (conclusion is None) != outside:
        return False
    left, word, right = conclusion or premises[0]
    (pattern,) = RULES[rule].conclusions or RULES[rule].facts
    if not left.startswith('"') or not isinstance(pattern, Pattern) or word != pattern.predicate:
        return False
    if rule == "dt-eq":
        return right.startswith('"') and literals.canonical(left) == literals.canonical(right)
    if rule == "dt-diff":
        return right.startswith('"') and literals.are_different(left, right)
    known = literals.datatypes(left)
    if outside:
        return right in {*literals.DATATYPES} - {*known} and bool(known or not literals.is_well_formed(left))
    return rule == "dt-type2" and right in known
