"""The checker accepts every instance of every rule, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from egov_kg.inference.checker import Defect, check
from egov_kg.inference.rules import RULES, Atom, Kind, ListOf, Pattern, Rule

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SAME, DIFFERENT = "<http://www.w3.org/2002/07/owl#sameAs>", "<http://www.w3.org/2002/07/owl#differentFrom>"
TYPE = f"<{RDF}type>"
INTEGER, DECIMAL = (f"^^<http://www.w3.org/2001/XMLSchema#{name}>" for name in ("integer", "decimal"))
PATTERNED = [rule for rule in RULES.values() if not rule.condition]
SYMMETRIC = {"prp-asyp", "prp-adp", "cax-adc"}
"""Exchanging their two premises gives another instance of the same rule."""

Triple = tuple[str, str, str]


class Instance:
    """One application of a rule to names of its own, with a list of some length, at one place of that list."""

    def __init__(self, rule: Rule, length: int, place: int) -> None:
        self.rule, self.length, self.place = rule, length, place
        self.lists: list[Triple] = []
        self.axioms = self._triples(rule.axioms)
        self.premises = self._triples(rule.facts)
        self.conclusions = [self._triple(pattern, 0) for pattern in rule.conclusions]

    def _term(self, term: str, at: int) -> str:
        if not term.startswith("?"):
            return term
        other = self.length if self.place == 1 else self.place - 1
        for mark, number in (("_i+1", at + 1), ("_i", at or self.place), ("_j", other), ("_n+1", self.length + 1)):
            term = term.replace(mark, f"_{number}")
        return f"<urn:{term[1:]}>"

    def _triple(self, pattern: Pattern, at: int) -> Triple:
        return self._term(pattern.subject, at), self._term(pattern.predicate, at), self._term(pattern.object, at)

    def _triples(self, atoms: tuple[Atom, ...]) -> list[Triple]:
        found: list[Triple] = []
        for atom in atoms:
            if isinstance(atom, ListOf):
                self._list(atom)
            else:
                found += [self._triple(atom, at) for at in (range(1, self.length + 1) if atom.every else (0,))]
        return found

    def _list(self, atom: ListOf) -> None:
        cells = [self._term(atom.head, 0), *(f"_:c{n}" for n in range(2, self.length + 1)), f"<{RDF}nil>"]
        for n, cell in enumerate(cells[:-1], 1):
            self.lists.append((cell, f"<{RDF}first>", f"<urn:{atom.member[1:]}_{n}>"))
            self.lists.append((cell, f"<{RDF}rest>", cells[n]))

    def schema(self) -> set[Triple]:
        """The axioms, with the cells of lists."""
        return {*self.axioms, *self.lists}

    def proof(self, conclusion: Triple | None) -> dict[str, Any]:
        """The proof of one conclusion from asserted premises."""
        nodes: dict[str, Any] = {f"p{n}": {"triple": list(t), "asserted": {}} for n, t in enumerate(self.premises)}
        root: dict[str, Any] = {
            "triple": conclusion and list(conclusion),
            "rule": self.rule.name,
            "premises": [*nodes],
        }
        if self.axioms:
            root["axiom"] = "a0"
        nodes["n0"] = root
        axioms = {"a0": {"triples": [list(triple) for triple in self.axioms]}} if self.axioms else {}
        return {"root": "n0", "nodes": nodes, "axioms": axioms}

    def proofs(self) -> list[dict[str, Any]]:
        """A proof of each conclusion."""
        return [self.proof(conclusion) for conclusion in self.conclusions] or [self.proof(None)]

    def check(self, proof: dict[str, Any]) -> tuple[Defect, ...]:
        """Check a proof against what this instance asserts."""
        return check(proof, set(self.premises), self.schema())


def instances(rule: Rule) -> Iterator[Instance]:
    """Yield instances of a rule: where it has a list, of one to four members, at each place."""
    listed = any(isinstance(atom, ListOf) for atom in (*rule.axioms, *rule.facts))
    lengths = (2, 3, 4) if "_j" in rule.text else (1, 2, 3, 4)
    for length in lengths if listed else (0,):
        for place in range(1, length + 1) if "_i " in f"{rule.text} " else (1,):
            yield Instance(rule, length, place)


@pytest.mark.parametrize("rule", PATTERNED, ids=lambda rule: rule.name)
class TestEveryRule:
    def test_its_instances_hold(self, rule: Rule) -> None:
        """Lists of any length, every member of them, every conclusion."""
        defects = [one.check(proof) for one in instances(rule) for proof in one.proofs()]

        assert defects
        assert not any(defects)

    def test_no_other_rule_explains_them(self, rule: Rule) -> None:
        """A step names the rule that it applies, and no similar one."""
        for one in instances(rule):
            for proof in one.proofs():
                for other in RULES:
                    proof["nodes"]["n0"]["rule"] = other
                    reasons = [defect.reason for defect in one.check(proof)]
                    assert reasons == ([] if other == rule.name else [f"it is no instance of {other}"])

    def test_no_premise_can_be_left_out_or_stand_twice(self, rule: Rule) -> None:
        """A premise more or less is another step."""
        for one in instances(rule):
            for proof in one.proofs():
                premises = proof["nodes"]["n0"]["premises"]
                for n, name in enumerate(premises):
                    for changed in ([*premises[:n], *premises[n + 1 :]], [*premises, name]):
                        mutant = copy.deepcopy(proof)
                        mutant["nodes"]["n0"]["premises"] = changed
                        assert one.check(mutant) == (Defect("n0", f"it is no instance of {rule.name}"),)

    def test_premises_stand_in_the_order_of_the_table(self, rule: Rule) -> None:
        """Exchanged premises are refused, but where the rule is symmetric."""
        for one in instances(rule):
            for proof in one.proofs():
                premises = proof["nodes"]["n0"]["premises"]
                for n in range(len(premises) - 1):
                    mutant = copy.deepcopy(proof)
                    swapped = [*premises[:n], premises[n + 1], premises[n], *premises[n + 2 :]]
                    mutant["nodes"]["n0"]["premises"] = swapped
                    assert bool(one.check(mutant)) == (rule.name not in SYMMETRIC)

    def test_no_term_can_be_another_one(self, rule: Rule) -> None:
        """In the conclusion, in a premise, in an axiom: one other term and the step is refused."""
        for one in instances(rule):
            for proof in one.proofs():
                for name, node in proof["nodes"].items():
                    for place in range(3):
                        if node["triple"] is None:
                            continue
                        mutant = copy.deepcopy(proof)
                        mutant["nodes"][name]["triple"][place] = "<urn:other>"
                        extra = tuple(mutant["nodes"][name]["triple"])
                        found = check(mutant, {*one.premises, extra}, one.schema())
                        assert bool(found) != _fits_anyway(one, proof, name, place)

    def test_an_axiom_that_nobody_gave_is_refused(self, rule: Rule) -> None:
        """Each triple of an axiom is in the schema, or proved."""
        for one in instances(rule):
            for triple in one.axioms:
                for proof in one.proofs():
                    found = check(proof, set(one.premises), one.schema() - {triple})
                    assert found == (Defect("n0", f"the axiom {' '.join(triple)} is neither given nor proved"),)

    def test_a_broken_list_supports_nothing(self, rule: Rule) -> None:
        """A cell without a tail, and a cell with two members."""
        for one in instances(rule):
            for cell in one.lists:
                for broken in (one.schema() - {cell}, one.schema() | {(cell[0], cell[1], "<urn:other>")}):
                    assert all(check(proof, set(one.premises), broken) for proof in one.proofs())

    def test_a_premise_must_be_asserted(self, rule: Rule) -> None:
        """A leaf that was not given is named."""
        for one in instances(rule):
            for n, premise in enumerate(one.premises):
                left = [triple for triple in one.premises if triple != premise]
                found = check(one.proofs()[0], left, one.schema())
                assert Defect(f"p{n}", "it is not asserted") in found

    def test_nothing_rests_on_itself(self, rule: Rule) -> None:
        """A conclusion among its own premises, at any distance, is a cycle."""
        for one in instances(rule):
            if one.conclusions and one.premises:
                proof = one.proofs()[0]
                leaf = proof["nodes"]["p0"]
                del leaf["asserted"]
                leaf.update(rule="eq-sym", premises=["n0"])
                assert "it rests on itself" in {defect.reason for defect in one.check(proof)}


def _fits_anyway(one: Instance, proof: dict[str, Any], name: str, place: int) -> bool:
    """Say whether a term may be any other one: a variable that stands nowhere else."""
    terms = [term for node in proof["nodes"].values() for term in node["triple"] or ()]
    terms += [term for axiom in one.axioms for term in axiom]
    terms += [term for cell in one.lists if cell[1] == f"<{RDF}first>" for term in (cell[0], cell[2])]
    term = proof["nodes"][name]["triple"][place]
    return term.startswith("<urn:") and terms.count(term) == 1


class TestLiterals:
    @pytest.mark.parametrize(
        ("left", "right"),
        [(f'"1"{INTEGER}', f'"01"{INTEGER}'), (f'"1"{INTEGER}', f'"1.0"{DECIMAL}'), ('"a"', '"a"')],
    )
    def test_dt_eq_holds_between_literals_of_one_value(self, left: str, right: str) -> None:
        """It needs no premise: the two literals say it."""
        assert not _check_pair("dt-eq", left, SAME, right)

    @pytest.mark.parametrize(
        ("left", "right"),
        [(f'"1"{INTEGER}', f'"2"{INTEGER}'), (f'"1"{INTEGER}', '"1"'), ("<urn:a>", "<urn:a>"), ('"a"', '"A"')],
    )
    def test_dt_eq_holds_for_nothing_else(self, left: str, right: str) -> None:
        """Other values, other types, and things that are no literals."""
        assert _check_pair("dt-eq", left, SAME, right)

    def test_dt_diff_holds_between_literals_of_two_values(self) -> None:
        """And not between two ways to write one value."""
        assert not _check_pair("dt-diff", f'"1"{INTEGER}', DIFFERENT, f'"2"{INTEGER}')
        assert _check_pair("dt-diff", f'"1"{INTEGER}', DIFFERENT, f'"01"{INTEGER}')

    def test_dt_not_type_needs_a_value_outside_the_datatype(self) -> None:
        """A word is no integer, and neither is an ill-typed one; a literal of an unknown datatype may be anything."""
        xsd = "<http://www.w3.org/2001/XMLSchema#integer>"

        assert not _check_type('"a"', xsd)
        assert not _check_type(f'"a"{INTEGER}', xsd)
        assert _check_type(f'"1"{INTEGER}', xsd)
        assert _check_type('"1"^^<urn:unknown>', xsd)
        assert _check_type('"1"', "<urn:unknown>")

    def test_a_cardinality_is_a_number_and_not_its_digits(self) -> None:
        """Whoever writes ``"01"^^xsd:integer`` means one."""
        one = next(instances(RULES["cls-maxc2"]))
        written = [(s, p, f'"01"{INTEGER}' if o.startswith('"') else o) for s, p, o in one.axioms]
        one.axioms = written

        assert not one.check(one.proofs()[0])


def _check_pair(rule: str, left: str, word: str, right: str) -> tuple[Defect, ...]:
    node = {"triple": [left, word, right], "rule": rule, "premises": []}
    return check({"root": "n0", "nodes": {"n0": node}, "axioms": {}}, set(), set())


def _check_type(literal: str, datatype: str) -> tuple[Defect, ...]:
    nodes = {
        "n0": {"triple": None, "rule": "dt-not-type", "premises": ["n1"]},
        "n1": {"triple": [literal, TYPE, datatype], "asserted": {}},
    }
    return check({"root": "n0", "nodes": nodes, "axioms": {}}, {(literal, TYPE, datatype)}, set())


class TestTheShapeOfAProof:
    def test_an_axiom_may_be_proved(self) -> None:
        """``C`` below ``E`` is not given, but ``C`` below ``D`` and ``D`` below ``E`` are."""
        below = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
        proof: dict[str, Any] = {
            "root": "n0",
            "nodes": {
                "n0": {"triple": ["<urn:x>", TYPE, "<urn:E>"], "rule": "cax-sco", "axiom": "a0", "premises": ["n1"]},
                "n1": {"triple": ["<urn:x>", TYPE, "<urn:C>"], "asserted": {}},
                "n2": {"triple": ["<urn:C>", below, "<urn:E>"], "rule": "scm-sco", "premises": ["n3", "n4"]},
                "n3": {"triple": ["<urn:C>", below, "<urn:D>"], "asserted": {}},
                "n4": {"triple": ["<urn:D>", below, "<urn:E>"], "asserted": {}},
            },
            "axioms": {"a0": {"triples": [["<urn:C>", below, "<urn:E>"]], "steps": ["n2"]}},
        }
        facts = {("<urn:x>", TYPE, "<urn:C>")}
        schema = {("<urn:C>", below, "<urn:D>"), ("<urn:D>", below, "<urn:E>")}

        assert check(proof, facts, schema) == ()
        proof["axioms"]["a0"]["steps"] = []
        assert check(proof, facts, schema) == (
            Defect("n0", f"the axiom <urn:C> {below} <urn:E> is neither given nor proved"),
        )

    def test_a_proof_of_ten_thousand_steps_is_replayed(self) -> None:
        """No step costs a frame of the interpreter's stack."""
        axiom = ("<urn:p>", TYPE, "<http://www.w3.org/2002/07/owl#SymmetricProperty>")
        terms = ["<urn:a>", "<urn:b>"]
        nodes: dict[str, Any] = {"n10000": {"triple": ["<urn:a>", "<urn:p>", "<urn:b>"], "asserted": {}}}
        for n in range(10_000):
            subject, thing = terms if n % 2 == 0 else terms[::-1]
            step = {"rule": "prp-symp", "axiom": "a0", "premises": [f"n{n + 1}"]}
            nodes[f"n{n}"] = {"triple": [subject, "<urn:p>", thing], **step}

        found = check(
            {"root": "n0", "nodes": nodes, "axioms": {"a0": {"triples": [axiom]}}},
            {("<urn:a>", "<urn:p>", "<urn:b>")},
            {axiom},
        )

        assert found == ()

    @pytest.mark.parametrize(
        ("node", "reason"),
        [
            ({"triple": ["<urn:a>", SAME, "<urn:b>"]}, "it is neither asserted nor derived"),
            ({"triple": ["<urn:a>", SAME, "<urn:b>"], "rule": "eq-magic", "premises": []}, "eq-magic is no rule"),
            (
                {"triple": ["<urn:a>", SAME, "<urn:b>"], "rule": "eq-sym", "premises": ["n9"]},
                "its premise n9 is no node of the proof",
            ),
            (
                {"triple": ["<urn:a>", SAME, "<urn:b>"], "rule": "eq-sym", "premises": [], "axiom": "a9"},
                "its axiom a9 is not in the proof",
            ),
        ],
    )
    def test_what_is_missing_is_named(self, node: dict[str, Any], reason: str) -> None:
        """Every node has an origin, a rule that exists, and premises and axioms that the proof holds."""
        assert check({"root": "n0", "nodes": {"n0": node}, "axioms": {}}, set(), set()) == (Defect("n0", reason),)

    def test_nothing_follows_from_a_contradiction(self) -> None:
        """A node without a triple is the premise of no rule."""
        false: dict[str, Any] = {"triple": None, "rule": "cls-nothing2", "premises": []}
        node = {"triple": ["<urn:a>", SAME, "<urn:b>"], "rule": "eq-sym", "premises": ["n1"]}

        found = check({"root": "n0", "nodes": {"n0": node, "n1": false}, "axioms": {}}, set(), set())

        assert found == (
            Defect("n0", "it is no instance of eq-sym"),
            Defect("n1", "it is no instance of cls-nothing2"),
        )

    def test_the_root_is_a_node(self) -> None:
        """A proof of nothing is none."""
        found = check({"root": "n0", "nodes": {}, "axioms": {}}, set(), set())

        assert found == (Defect("n0", "the root is no node of the proof"),)


def test_every_rule_of_the_tables_is_here() -> None:
    """Nine, twenty, nineteen, five, five and twenty; contradictions conclude nothing."""
    assert [sum(rule.table == n for rule in RULES.values()) for n in range(4, 10)] == [9, 20, 19, 5, 5, 20]
    findings = [name for name, rule in RULES.items() if rule.kind is Kind.FINDING]
    assert [name for name, rule in RULES.items() if not rule.conclusions] == [
        name for name in findings if name != "dt-diff"
    ]
