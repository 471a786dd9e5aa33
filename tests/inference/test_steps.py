"""Proofs survive a release: written sorted, read lazily, shown as trees and in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Triple

from egov_kg.errors import NotEntailed, ReleaseDamaged
from egov_kg.inference import Closure, entail, read_steps, rule_in_words, write_steps
from egov_kg.inference.axioms import Axioms, triple_text
from egov_kg.inference.words import RULES

Close = Callable[[str], Closure]
Facts = Callable[[str], list[Triple]]
RandomFacts = Callable[[int, int], list[Triple]]

LAW = """
<law/kr/a> egov:promulgatedOn <time/kr/2001> . <time/kr/2001> egov:insideTerm <term/kr/k> .
<administration/kr/k> egov:hasTerm <term/kr/k> .
"""


class TestFile:
    """The file of proofs in a release."""

    def test_what_is_written_is_read_again(
        self, ontology: tuple[Triple, ...], random_facts: RandomFacts, tmp_path: Path
    ) -> None:
        """All steps of a random closure, literals and all, come back equal and in the same order."""
        closure = entail(random_facts(3, 150), ontology)

        write_steps(closure, tmp_path / "proofs.tsv")

        assert list(read_steps(tmp_path / "proofs.tsv").items()) == list(closure.steps.items())

    def test_a_literal_with_a_tab_and_a_full_stop_survives(self, close: Close, facts: Facts, tmp_path: Path) -> None:
        """Nothing in a label can break a cell or a line of the file."""
        text = r'<a> skos:prefLabel "a\tb . <c> \n\"d\" \u2028"@en .'
        closure = close(text)

        write_steps(closure, tmp_path / "proofs.tsv")

        steps = read_steps(tmp_path / "proofs.tsv")
        (label,) = facts(text.replace("skos:prefLabel", "rdfs:label"))
        assert steps[label] == closure.steps[label]

    def test_a_line_is_a_triple_a_rule_an_axiom_and_premises(self, close: Close, tmp_path: Path) -> None:
        """The file is read by people and by other programs: N-Triples in the cells, sorted."""
        write_steps(close("<a> skos:prefLabel 'x'@en ."), tmp_path / "proofs.tsv")

        assert (tmp_path / "proofs.tsv").read_bytes().decode() == (
            "triple\trule\taxiom\tpremises\n"
            '<https://w3id.org/egov-kg/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "x"@en .\tprp-spo1\t'
            "skos:prefLabel rdfs:subPropertyOf rdfs:label\t"
            '<https://w3id.org/egov-kg/id/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "x"@en .\n'
        )

    def test_an_empty_closure_is_a_header_alone(self, close: Close, tmp_path: Path) -> None:
        """A graph from which nothing follows has a file of proofs all the same."""
        write_steps(close(""), tmp_path / "proofs.tsv")

        assert dict(read_steps(tmp_path / "proofs.tsv")) == {}

    @pytest.mark.parametrize("content", [None, b"", b"subject\trule\n", b"\xff\xfe"])
    def test_a_damaged_file_is_an_error_that_names_it(self, tmp_path: Path, content: bytes | None) -> None:
        """Missing, empty, another header, not UTF-8."""
        path = tmp_path / "proofs.tsv"
        if content is not None:
            path.write_bytes(content)

        with pytest.raises(ReleaseDamaged, match=r"proofs\.tsv"):
            read_steps(path)


class TestExplain:
    """Proof trees."""

    def test_a_law_is_led_back_to_its_promulgation(self, close: Close, facts: Facts) -> None:
        """The tree of an administration: one chain, below it a sub-property and an inverse, then stated facts."""
        asserted = set(facts(LAW))
        (goal,) = facts("<law/kr/a> egov:enactedUnder <administration/kr/k> .")

        proof = close(LAW).steps.explain(goal, asserted.__contains__)

        assert [f"{'  ' * depth}{triple_text(p.triple)} [{p.rule}]" for depth, p in proof.walk()] == [
            f"{_iri('law/kr/a')} egov:enactedUnder {_iri('administration/kr/k')} [prp-spo2]",
            f"  {_iri('law/kr/a')} egov:enactedIn {_iri('time/kr/2001')} [prp-spo1]",
            f"    {_iri('law/kr/a')} egov:promulgatedOn {_iri('time/kr/2001')} [asserted]",
            f"  {_iri('time/kr/2001')} egov:insideTerm {_iri('term/kr/k')} [asserted]",
            f"  {_iri('term/kr/k')} egov:termOf {_iri('administration/kr/k')} [prp-inv2]",
            f"    {_iri('administration/kr/k')} egov:hasTerm {_iri('term/kr/k')} [asserted]",
        ]
        assert set(proof.leaves()) == asserted
        assert proof.in_words() == "enacted in a time that lies inside the term of the administration"
        assert proof.in_words("ko") == "제정 시점이 그 정부의 임기 안에 있음"

    def test_an_asserted_triple_is_a_leaf(self, close: Close, facts: Facts) -> None:
        """Nothing needs to be proved about what a document states."""
        (goal, *_) = facts(LAW)

        proof = close(LAW).steps.explain(goal, set(facts(LAW)).__contains__)

        assert (proof.rule, proof.axiom, proof.premises) == ("asserted", "", ())
        assert proof.is_asserted
        assert proof.in_words("en") == "stated"

    def test_a_triple_that_does_not_follow_is_an_error(self, close: Close, facts: Facts) -> None:
        """The error carries the triple in N-Triples form."""
        (goal,) = facts("<law/kr/a> egov:enactedUnder <administration/kr/other> .")

        with pytest.raises(NotEntailed) as caught:
            close(LAW).steps.explain(goal, set(facts(LAW)).__contains__)

        assert caught.value.triple == f"{goal} ."


class TestWords:
    """Rules in English and Korean."""

    def test_every_chain_of_the_ontology_has_words_of_its_own(self, axioms: Axioms) -> None:
        """No page shows a bare chain of CURIEs for a derivation of ours, in either language."""
        for chain in axioms.chains:
            assert "egov:" not in rule_in_words("prp-spo2", chain.text), chain.text
            assert "egov:" not in rule_in_words("prp-spo2", chain.text, "ko"), chain.text

    @pytest.mark.parametrize("rule", sorted(RULES))
    def test_every_rule_has_words_in_both_languages(self, rule: str) -> None:
        """The clause is filled, with labels where a name is given."""
        axiom = "egov:a word egov:b"

        english, korean = (rule_in_words(rule, axiom, lang, lambda curie: curie[-1]) for lang in ("en", "ko"))

        assert "{" not in english + korean
        assert any("가" <= character <= "힣" for character in korean)

    def test_a_chain_of_somebody_else_is_spelled_out(self) -> None:
        """A chain that we have no words for shows its members in order."""
        text = rule_in_words("prp-spo2", "ex:uncle owl:propertyChainAxiom ( ex:parent ex:brother )")

        assert text == "“ex:parent → ex:brother”, one after the other, give “ex:uncle”"


def _iri(thing: str) -> str:
    return f"<https://w3id.org/egov-kg/id/{thing}>"
