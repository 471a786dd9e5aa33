"""The prover derives what owlrl derives, and each of its steps is an instance of its rule."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owlrl import DeductiveClosure, OWLRL_Semantics
from pyoxigraph import NamedNode, Triple
from rdflib import Literal as RdflibLiteral

from egov_kg.inference import entail
from egov_kg.inference.axioms import TYPE, Axioms, read_axioms, triple_text
from egov_kg.inference.lean import lean_filter
from egov_kg.inference.prover import Step, prove
from egov_kg.rdf.convert import rdflib_graph, triples_from_rdflib

Facts = Callable[[str], list[Triple]]
RandomFacts = Callable[[int, int], list[Triple]]


def stock_owlrl(facts: Sequence[Triple], ontology: Sequence[Triple]) -> set[Triple]:
    """What owlrl derives as it comes, as facts about individuals."""
    graph = rdflib_graph([*facts, *ontology])
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    for triple in list(graph):
        if isinstance(triple[0], RdflibLiteral) or "agent-ont" in f"{triple[1]} {triple[2]}":
            graph.remove(triple)
    is_lean = lean_filter(read_axioms(ontology, facts))
    return {triple for triple in triples_from_rdflib(graph) if is_lean(triple)} - set(facts)


def leaves(steps: Mapping[Triple, Step], goal: Triple, asserted: set[Triple]) -> set[Triple]:
    """Return the asserted triples that the proof of a triple ends in."""
    seen: set[Triple] = set()
    waiting = [goal]
    while waiting:
        triple = waiting.pop()
        if triple not in seen:
            seen.add(triple)
            waiting += () if triple in asserted else steps[triple].premises
    return seen & asserted


def is_instance(triple: Triple, step: Step) -> bool:
    """Whether a step is an instance of its rule: checked on the texts of its axiom and premises alone."""
    goal = triple_text(triple).split(" ", 2)
    facts = [triple_text(premise).split(" ", 2) for premise in step.premises]
    axiom = [word for word in step.axiom.split() if word not in "()"]
    first, last = axiom[0], axiom[-1]
    (s, p, o), *_ = facts
    match step.rule:
        case "prp-spo1" | "prp-eqp1":
            return p == first and goal == [s, last, o]
        case "prp-eqp2":
            return p == last and goal == [s, first, o]
        case "prp-dom":
            return p == first and goal == [s, "rdf:type", last]
        case "prp-rng":
            return p == first and goal == [o, "rdf:type", last]
        case "cax-sco" | "cax-eqc1":
            return (p, o) == ("rdf:type", first) and goal == [s, p, last]
        case "cax-eqc2":
            return (p, o) == ("rdf:type", last) and goal == [s, p, first]
        case "prp-inv1":
            return p == first and goal == [o, last, s]
        case "prp-inv2":
            return p == last and goal == [o, first, s]
        case "prp-symp":
            return p == first and last == "owl:SymmetricProperty" and goal == [o, p, s]
        case "prp-trp":
            joined = facts[0][2] == facts[1][0] and facts[0][1] == facts[1][1] == first
            return joined and last == "owl:TransitiveProperty" and goal == [s, p, facts[1][2]]
        case "prp-spo2":
            joined = all(left[2] == right[0] for left, right in pairwise(facts))
            return joined and [fact[1] for fact in facts] == axiom[2:] and goal == [s, first, facts[-1][2]]
        case "eq-sym":
            return p == "owl:sameAs" and goal == [o, p, s]
        case "eq-trans":
            return facts[0][2] == facts[1][0] and goal == [s, "owl:sameAs", facts[1][2]]
        case "eq-rep-s":
            return facts[1][0] == s and goal == [o, *facts[1][1:]]
        case "eq-rep-o":
            return facts[1][2] == s and goal == [*facts[1][:2], o]
        case "eq-rep-p":
            return facts[1][1] == s and goal == [facts[1][0], o, facts[1][2]]
    return False


SMALL = """
egov:p rdfs:domain egov:A ; rdfs:range egov:B ; rdfs:subPropertyOf egov:q ; owl:inverseOf egov:pi .
egov:q owl:equivalentProperty egov:qq .
egov:A rdfs:subClassOf egov:C . egov:C owl:equivalentClass egov:D .
egov:s a owl:SymmetricProperty . egov:t a owl:TransitiveProperty .
egov:one owl:propertyChainAxiom ( egov:p ) .
egov:two owl:propertyChainAxiom ( egov:p egov:q ) .
egov:three owl:propertyChainAxiom ( egov:p egov:p egov:s ) .
egov:five owl:propertyChainAxiom ( egov:p egov:q egov:p egov:q egov:p ) .
egov:t owl:propertyChainAxiom ( egov:s egov:t ) .
"""
RULES = {
    "prp-dom": ("<a> egov:p <b> .", "<a> a egov:A ."),
    "prp-rng": ("<a> egov:p <b> .", "<b> a egov:B ."),
    "prp-spo1": ("<a> egov:p <b> .", "<a> egov:q <b> ."),
    "prp-eqp1": ("<a> egov:q <b> .", "<a> egov:qq <b> ."),
    "prp-eqp2": ("<a> egov:qq <b> .", "<a> egov:q <b> ."),
    "prp-inv1": ("<a> egov:p <b> .", "<b> egov:pi <a> ."),
    "prp-inv2": ("<b> egov:pi <a> .", "<a> egov:p <b> ."),
    "prp-symp": ("<a> egov:s <b> .", "<b> egov:s <a> ."),
    "prp-trp": ("<a> egov:t <b> . <b> egov:t <c> .", "<a> egov:t <c> ."),
    "cax-sco": ("<a> a egov:A .", "<a> a egov:C ."),
    "cax-eqc1": ("<a> a egov:C .", "<a> a egov:D ."),
    "cax-eqc2": ("<a> a egov:D .", "<a> a egov:C ."),
    "eq-sym": ("<a> owl:sameAs <b> .", "<b> owl:sameAs <a> ."),
    "eq-trans": ("<a> owl:sameAs <b> . <b> owl:sameAs <c> .", "<a> owl:sameAs <c> ."),
    "eq-rep-s": ("<a> owl:sameAs <b> . <a> egov:u <c> .", "<b> egov:u <c> ."),
    "eq-rep-o": ("<a> owl:sameAs <b> . <c> egov:u <a> .", "<c> egov:u <b> ."),
}


class TestRules:
    """One rule at a time, over a small ontology."""

    @pytest.mark.parametrize("rule", sorted(RULES))
    def test_each_rule_gives_its_triple(self, facts: Facts, rule: str) -> None:
        """One premise or two and one axiom give the triple, with the rule's name on the step."""
        given_text, expected = RULES[rule]

        closure = entail(facts(given_text), facts(SMALL), reasoner="owlrl")

        assert closure.steps[facts(expected)[0]].rule == rule
        assert closure.report["unproved"] == closure.report["unconfirmed"] == []

    @pytest.mark.parametrize(
        ("members", "head"),
        [("p", "one"), ("p q", "two"), ("p p s", "three"), ("p q p q p", "five")],
    )
    def test_a_chain_of_any_length_is_one_step(self, facts: Facts, members: str, head: str) -> None:
        """A chain of n properties is one prp-spo2 with n premises, in the order of the chain."""
        names = members.split()
        path = facts(" ".join(f"<x{n}> egov:{name} <x{n + 1}> ." for n, name in enumerate(names)))
        (goal,) = facts(f"<x0> egov:{head} <x{len(names)}> .")

        step = prove(path, read_axioms(facts(SMALL)))[goal]

        assert step == Step(
            "prp-spo2", f"egov:{head} owl:propertyChainAxiom ( {' '.join(f'egov:{n}' for n in names)} )", tuple(path)
        )

    def test_a_chain_that_is_broken_gives_nothing(self, facts: Facts) -> None:
        """Two links that do not meet are no path."""
        steps = prove(facts("<a> egov:p <b> . <c> egov:qq <d> ."), read_axioms(facts(SMALL)))

        assert not [t for t in steps if t.predicate.value.endswith("#two")]

    def test_the_shortest_proof_is_kept(self, facts: Facts) -> None:
        """Of two ways to a triple the one with fewer steps below it stays."""
        ontology = facts(
            "egov:p rdfs:subPropertyOf egov:q . egov:p rdfs:subPropertyOf egov:r . egov:q rdfs:subPropertyOf egov:r ."
        )
        (goal,) = facts("<a> egov:r <b> .")

        assert prove(facts("<a> egov:p <b> ."), read_axioms(ontology))[goal].axiom == "egov:p rdfs:subPropertyOf egov:r"

    def test_of_two_equally_short_proofs_the_lower_in_term_order_is_kept(self, facts: Facts) -> None:
        """Two paths of the same length through <x> and <y>: the one through <x>."""
        text = "<a> egov:t <y> . <y> egov:t <b> . <a> egov:t <x> . <x> egov:t <b> ."
        (goal,) = facts("<a> egov:t <b> .")

        step = prove(facts(text), read_axioms(facts(SMALL)))[goal]

        assert list(step.premises) == facts("<a> egov:t <x> . <x> egov:t <b> .")

    def test_a_long_transitive_line_is_closed(self, facts: Facts) -> None:
        """A line of 60 gives all 60 × 61 / 2 pairs, without deep recursion."""
        line = facts(" ".join(f"<x{n:02}> egov:t <x{n + 1:02}> ." for n in range(60)))

        closure = entail(line, facts(SMALL))

        assert len(closure.entailed) == 60 * 61 // 2 - 60
        assert sorted(leaves(closure.steps, *facts("<x00> egov:t <x60> ."), set(line)), key=str) == line


class TestAgreement:
    """Two engines, one closure."""

    @pytest.mark.parametrize("seed", range(4))
    def test_steps_cover_exactly_what_stock_owlrl_derives(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts, seed: int
    ) -> None:
        """On random facts over the whole ontology: owlrl as it comes, ours, and the prover give the same set."""
        facts = random_facts(seed, 60)

        closure = entail(facts, ontology, reasoner="owlrl")

        assert closure.report["unproved"] == closure.report["unconfirmed"] == []
        assert set(closure.entailed) == set(closure.steps)
        lower = {_lower(triple) for triple in closure.entailed}  # rdflib folds language tags
        assert lower == {_lower(triple) for triple in stock_owlrl(facts, ontology)}

    @pytest.mark.parametrize("seed", range(100, 112))
    def test_every_step_is_an_instance_of_its_rule_and_ends_in_asserted_facts(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts, seed: int
    ) -> None:
        """Each step is checked against the pattern of its rule, apart from the prover; no proof runs in a circle."""
        facts = random_facts(seed, 150)

        closure = entail(facts, ontology)

        assert set(closure.entailed) == set(closure.steps)
        assert [str(t) for t, step in closure.steps.items() if not is_instance(t, step)] == []
        for triple in closure.entailed:
            assert leaves(closure.steps, triple, set(facts)) <= set(facts)

    @given(seed=st.integers(0, 10**6), count=st.integers(0, 40))
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_the_engines_agree_on_any_facts(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts, seed: int, count: int
    ) -> None:
        """The rules of owlrl as we run them and the prover derive the same facts, with identities among them too."""
        facts = random_facts(seed, count)
        if seed % 3 == 0 and len(facts) > 1:
            same = NamedNode("http://www.w3.org/2002/07/owl#sameAs")
            facts.append(Triple(facts[0].subject, same, facts[-1].subject))

        report = entail(facts, ontology, reasoner="owlrl").report

        assert (report["unproved"], report["unconfirmed"]) == ([], [])

    @pytest.mark.parametrize("seed", range(20, 26))
    def test_our_reasoner_alone_gives_what_both_give(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts, seed: int
    ) -> None:
        """Triples, their order, steps, contradictions; only the name of the engine differs."""
        facts = random_facts(seed, 200)

        own = entail(facts, ontology)
        both = entail(facts, ontology, reasoner="owlrl")

        assert own.entailed == both.entailed == tuple(sorted(own.entailed, key=str))
        assert list(own.steps.items()) == list(both.steps.items())
        assert own.inconsistencies == both.inconsistencies
        assert own.report == both.report | {"engine": "own"}
        assert "owlrl" in both.report["engine"]

    def test_our_reasoner_reads_every_axiom_of_our_ontology(self, axioms: Axioms) -> None:
        """Else a build would wait for owlrl, which a large graph cannot."""
        assert axioms.outside == ()

    def test_the_order_of_the_input_changes_nothing(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts
    ) -> None:
        """Shuffled facts and axioms give the same triples, the same steps, the same report."""
        facts, axioms = random_facts(7, 120), list(ontology)
        once = entail(facts, axioms)
        random.Random(3).shuffle(facts)
        random.Random(4).shuffle(axioms)

        twice = entail(facts, axioms)

        assert twice.entailed == once.entailed
        assert list(twice.steps.items()) == list(once.steps.items())
        assert twice.report == once.report
        assert twice.inconsistencies == once.inconsistencies


def _lower(triple: Triple) -> str:
    return str(triple).lower()


class TestLean:
    """What is written of a closure."""

    def test_only_facts_about_individuals_come_out(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts, axioms: Axioms
    ) -> None:
        """No schema triple, no owl:Thing, no x sameAs x, no literal or blank subject, nothing that was asserted."""
        facts = random_facts(5, 150)

        entailed = entail(facts, ontology).entailed

        assert not set(entailed) & set(facts)
        assert {type(t.subject) for t in entailed} == {NamedNode}
        assert not {t for t in entailed if t.subject in axioms.schema_terms}
        assert not {t for t in entailed if t.subject == t.object and t.predicate.value.endswith("sameAs")}
        kinds = {t.object.value for t in entailed if t.predicate == TYPE and isinstance(t.object, NamedNode)}
        assert not {
            kind
            for kind in kinds
            if kind.startswith(("http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"))
        }

    def test_types_in_unnamed_classes_and_properties_are_left_out(self, facts: Facts) -> None:
        """A restriction and an inverse without a name take part in the rules; their facts are not written."""
        ontology = facts(
            "egov:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty egov:p ; owl:hasValue <v> ] ."
            "egov:q rdfs:subPropertyOf [ owl:inverseOf egov:r ] ."
        )

        closure = entail(facts("<a> a egov:A . <a> egov:q <b> ."), ontology)

        assert set(closure.entailed) == set(facts("<a> egov:p <v> . <b> egov:r <a> ."))

    def test_what_the_prover_cannot_prove_is_listed(self, facts: Facts) -> None:
        """Where an ontology has more kinds of axioms owlrl works too: its triple is in the graph, and is told."""
        ontology = facts("egov:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty egov:p ; owl:hasValue <v> ] .")

        closure = entail(facts("<a> a egov:A ."), ontology)

        assert closure.report["unproved"] == [f"{facts('<a> egov:p <v> .')[0]} ."]
        assert closure.report["unread_axioms"] != []
        assert list(closure.entailed) == facts("<a> egov:p <v> .")

    def test_literals_keep_their_lexical_form(self, facts: Facts) -> None:
        """An integer "01" stays "01" beside "1"."""
        ontology = facts("egov:actNumber rdfs:subPropertyOf dcterms:identifier .")
        text = '<a> egov:actNumber "01"^^xsd:integer , "1"^^xsd:integer , "x"@en-GB .'

        closure = entail(facts(text), ontology)

        assert set(closure.entailed) == set(facts(text.replace("egov:actNumber", "dcterms:identifier")))
