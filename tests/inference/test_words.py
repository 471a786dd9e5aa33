"""Rules in words: every rule of the tables, in English and Korean, with the names of its axiom."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Triple

from egov_kg import iri
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.rules import RULES, Pattern
from egov_kg.inference.words import RULES as WORDS
from egov_kg.inference.words import rule_in_words

DERIVING = [name for name, rule in RULES.items() if rule.conclusions]
CONTRADICTING = [name for name, rule in RULES.items() if not rule.conclusions]


def axiom_of(rule: str) -> str:
    """Return an axiom of a rule in CURIEs, every variable a name of its own."""
    patterns = [atom for atom in RULES[rule].axioms if isinstance(atom, Pattern)]
    lists = {atom[0] for atom in RULES[rule].axioms if not isinstance(atom, Pattern)}
    return " ".join(
        f"{_name(pattern.subject)} {_name(pattern.predicate)} "
        f"{'( ex:one ex:two )' if pattern.object in lists else _name(pattern.object)} ."
        for pattern in patterns
    )


def _name(term: str) -> str:
    return f"ex:{term[1:]}" if term.startswith("?") else "owl:it"


class TestEveryRule:
    def test_of_the_tables_has_words(self) -> None:
        """Those that derive and those that contradict; and being stated is none of them."""
        assert WORDS.keys() == {"asserted", *RULES}
        assert DERIVING
        assert CONTRADICTING

    @pytest.mark.parametrize("rule", sorted(WORDS))
    def test_has_them_in_both_languages(self, rule: str) -> None:
        """With nothing left to fill in: each name in them stands in the axiom."""
        axiom = axiom_of(rule) if rule in RULES else ""

        english, korean = (rule_in_words(rule, axiom, lang) for lang in ("en", "ko"))

        assert not set("{}…") & {*english, *korean}
        assert any("가" <= character <= "힣" for character in korean)
        assert not any("가" <= character <= "힣" for character in english)

    @pytest.mark.parametrize("rule", sorted(WORDS))
    def test_has_them_without_its_axiom(self, rule: str) -> None:
        """Then an ellipsis stands for what is not known."""
        assert "{" not in rule_in_words(rule) + rule_in_words(rule, lang="ko")


class TestNames:
    def test_every_chain_of_the_ontology_has_words_of_its_own(self, ontology: tuple[Triple, ...]) -> None:
        """No page shows a bare chain of CURIEs for a derivation of ours, in either language."""
        told = entail([], compile_ontology(ontology)).prover.axiom_text
        chains = [t for t in ontology if t.predicate == NamedNode(iri.expand("owl:propertyChainAxiom"))]

        assert len(chains) > 10
        for chain in chains:
            text = told(((str(chain.subject), str(chain.predicate), str(chain.object)),))
            assert "egov:" not in rule_in_words("prp-spo2", text), text
            assert "egov:" not in rule_in_words("prp-spo2", text, "ko"), text

    def test_a_chain_of_somebody_else_is_spelled_out(self) -> None:
        """A chain that we have no words for shows its members in order."""
        text = rule_in_words("prp-spo2", "ex:uncle owl:propertyChainAxiom ( ex:parent ex:brother )")

        assert text == "“ex:parent → ex:brother”, one after the other, give “ex:uncle”"

    def test_labels_stand_for_names(self) -> None:
        """Of everything but literals."""
        axiom = 'ex:c owl:hasValue "a . b" . ex:c owl:onProperty ex:p .'

        assert rule_in_words("cls-hv1", axiom, name=str.upper) == 'every EX:C has “EX:P” "a . b"'

    def test_a_list_is_told_member_by_member(self) -> None:
        """However many there are."""
        axiom = "_:b0 rdf:type owl:AllDisjointClasses . _:b0 owl:members ( ex:a ex:b ex:c ) ."

        assert rule_in_words("cax-adc", axiom) == "nothing is two of these at once: ex:a, ex:b, ex:c"

    def test_what_has_no_name_is_told_so(self) -> None:
        """No label of a blank node means anything to a reader."""
        assert rule_in_words("cax-sco", "_:b0 rdfs:subClassOf ex:D .") == "every (unnamed class) is a ex:D"
