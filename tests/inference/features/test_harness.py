"""The comparison finds what differs, makes it small, and is quiet where nothing does."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode, Triple

from tests.inference.features.axioms import OWL, RDFS, TYPE
from tests.inference.features.comparing import difference, minimised, oracle
from tests.inference.features.making import NAMESPACE, feature_names, make_problem
from tests.inference.features.values import VALUES


def without_symmetry(triples: Sequence[Triple]) -> set[Triple]:
    """A reasoner that does not know prp-symp."""
    kept = [t for t in triples if t.object != OWL["SymmetricProperty"]]
    return oracle(kept) | set(triples)


class TestProblems:
    def test_a_seed_is_a_problem(self) -> None:
        """The same seed gives the same triples, in the same order."""
        assert [make_problem(seed) for seed in range(8)] == [make_problem(seed) for seed in range(8)]

    def test_the_first_has_every_feature(self) -> None:
        """Each word of OWL 2 RL that the features are made of is in a problem that has all of them."""
        words = {t.predicate.value.rpartition("#")[2] for t in make_problem(0).ontology}
        kinds = {t.object.value.rpartition("#")[2] for t in make_problem(0).ontology if isinstance(t.object, NamedNode)}

        assert words >= {
            *("subClassOf", "equivalentClass", "subPropertyOf", "equivalentProperty", "domain", "range", "inverseOf"),
            *(
                "propertyChainAxiom",
                "hasValue",
                "someValuesFrom",
                "allValuesFrom",
                "intersectionOf",
                "unionOf",
                "oneOf",
            ),
            *("hasKey", "maxCardinality", "maxQualifiedCardinality", "sameAs", "disjointWith", "complementOf"),
        }
        assert kinds >= {f"{kind}Property" for kind in ("Symmetric", "Transitive", "Functional", "InverseFunctional")}
        assert len(feature_names()) == 45

    def test_axioms_at_random_have_every_kind(self) -> None:
        """Over some seeds each kind of axiom is made."""
        seen = {t.predicate for seed in range(3, 400, 4) for t in make_problem(seed).ontology}

        assert seen >= {OWL[name] for name in ("hasKey", "oneOf", "unionOf", "sameAs", "targetIndividual", "onClass")}
        assert RDFS["subClassOf"] in seen

    def test_data_are_about_the_words_of_the_ontology(self) -> None:
        """No problem of the first forty is without facts, and facts use what is declared."""
        for seed in range(40):
            problem = make_problem(seed)
            known = {t.subject for t in problem.ontology} | {TYPE, OWL["sameAs"]}
            assert problem.facts
            assert {fact.predicate for fact in problem.facts} <= known


class TestDifference:
    def test_the_oracle_agrees_with_itself(self) -> None:
        """What is the same differs in nothing, and says so."""
        found = difference(make_problem(2).triples, oracle)

        assert not found
        assert str(found) == "no difference"

    def test_literals_of_equal_value_are_one(self) -> None:
        """To write 01 where the other writes 1 is no difference."""
        thing, prop = NamedNode(f"{NAMESPACE}i"), NamedNode(f"{NAMESPACE}p")
        first, second = (Triple(thing, prop, literal) for literal in VALUES[0][:2])

        assert not difference([first], lambda _: [second], lambda _: [first])

    def test_a_rule_that_is_not_known_is_found_and_made_small(self) -> None:
        """Two triples are enough to show that a symmetric property is not one; without either nothing differs."""
        problem = make_problem(0)
        link = next(t for t in problem.facts if t.predicate == NamedNode(f"{NAMESPACE}besides"))

        found = difference(problem.triples, without_symmetry)
        least = minimised(problem, lambda part: bool(difference(part, without_symmetry)))

        assert not found.extra
        assert Triple(link.object, link.predicate, link.subject) in found.missing  # type: ignore[arg-type]
        assert {t.predicate for t in least} > {TYPE}
        assert sorted(str(t.object) for t in least if t.predicate == TYPE) == [str(OWL["SymmetricProperty"])]
        assert len(least) == 2

    def test_what_is_too_much_is_told_apart(self) -> None:
        """Extra and missing have their names."""
        thing = NamedNode(f"{NAMESPACE}i")
        triple = Triple(thing, thing, thing)

        found = difference([], lambda _: [triple], lambda _: [])

        assert (found.extra, found.missing) == ((triple,), ())
        assert str(found) == f"extra    {triple}"
