"""The ontology is read whole: what is malformed is an error, what the prover does not read is listed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Triple

from egov_kg.errors import ConfigurationError
from egov_kg.inference.axioms import Axioms, read_axioms

Facts = Callable[[str], list[Triple]]

BROKEN = {
    "a cycle": "egov:h owl:propertyChainAxiom <1> . <1> rdf:first egov:a ; rdf:rest <1> .",
    "two firsts": "egov:h owl:propertyChainAxiom <1> . <1> rdf:first egov:a , egov:b ; rdf:rest rdf:nil .",
    "no end": "egov:h owl:propertyChainAxiom <1> . <1> rdf:first egov:a .",
    "a missing cell": "egov:h owl:propertyChainAxiom <1> .",
    "a literal": "egov:h owl:propertyChainAxiom <1> . <1> rdf:first 'a' ; rdf:rest rdf:nil .",
}


class TestReading:
    """Axioms from triples."""

    @pytest.mark.parametrize("name", sorted(BROKEN))
    def test_a_broken_list_is_an_error_that_names_its_axiom(self, facts: Facts, name: str) -> None:
        """Cycles, forks, missing ends and literals in a chain."""
        with pytest.raises(ConfigurationError, match="list of egov:h"):
            read_axioms(facts(BROKEN[name]))

    def test_the_prover_reads_all_of_our_ontology(self, axioms: Axioms) -> None:
        """No axiom of the shipped ontology lies outside what proofs cover."""
        assert axioms.outside == ()

    def test_axioms_outside_are_listed(self, facts: Facts) -> None:
        """A functional property and a key are read by owlrl alone, and said so."""
        axioms = read_axioms(facts("egov:p a owl:FunctionalProperty . egov:A owl:hasKey <1> ."))

        assert axioms.outside == (
            "egov:A owl:hasKey <https://w3id.org/egov-kg/id/1>",
            "egov:p rdf:type owl:FunctionalProperty",
        )
