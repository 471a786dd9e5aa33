"""Table 5 of OWL 2 Profiles, rule by rule: what it derives, in each direction, and what it must not."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest


class TestProperties:
    def test_prp_ap(self, reasoning: Any) -> None:
        """The annotation properties of RDFS and OWL are declared, in the full closure only."""
        assert "rdfs:label rdf:type owl:AnnotationProperty" in reasoning.full(":x rdfs:label 'x' .")
        assert reasoning.schema(":x rdfs:label 'x' .") == set()

    def test_prp_dom(self, reasoning: Any) -> None:
        """The subject is in the domain; its value is not, nor are subjects of another property."""
        assert reasoning.facts(":p rdfs:domain :C . :x :p :y . :z :q :y .") == {"x rdf:type C"}
        assert reasoning.facts(":p rdfs:domain :C, :D . :x :p 1 .") == {"x rdf:type C", "x rdf:type D"}

    def test_prp_rng(self, reasoning: Any) -> None:
        """The value is in the range; its subject is not, and literals are no subjects of triples."""
        assert reasoning.facts(":p rdfs:range :C . :x :p :y . :x :q :z .") == {"y rdf:type C"}
        assert reasoning.facts(":p rdfs:range :C . :x :p 1 .") == set()

    def test_prp_fp(self, reasoning: Any) -> None:
        """Two values of one subject are the same; values of two subjects are not."""
        functional = ":p a owl:FunctionalProperty ."

        assert reasoning.facts(f"{functional} :x :p :a, :b, :c .") == {"b owl:sameAs a", "c owl:sameAs a"}
        assert reasoning.facts(f"{functional} :x :p :a . :y :p :b . :x :q :c .") == set()

    def test_prp_fp_with_a_literal_between(self, reasoning: Any) -> None:
        """Literals do not hide the values beside them."""
        assert "c owl:sameAs a" in reasoning.facts(':p a owl:FunctionalProperty . :x :p :a, "b", :c .')

    def test_prp_ifp(self, reasoning: Any) -> None:
        """Two subjects of one value are the same; subjects of two values are not."""
        inverse = ":p a owl:InverseFunctionalProperty ."

        assert "b owl:sameAs a" in reasoning.facts(f"{inverse} :a :p :x . :b :p :x .")
        assert reasoning.facts(f"{inverse} :a :p :x . :b :p :y . :a :q :x .") == set()

    def test_prp_ifp_by_value(self, reasoning: Any) -> None:
        """Literals of one value are one value; those of two are not."""
        inverse = ":p a owl:InverseFunctionalProperty ."

        assert "b owl:sameAs a" in reasoning.facts(f'{inverse} :a :p 1 . :b :p "01"^^xsd:integer .')
        assert reasoning.facts(f'{inverse} :a :p 1 . :b :p "1"^^xsd:double .') == set()

    def test_prp_irp(self, reasoning: Any) -> None:
        """A pair of a thing with itself, under any of its names."""
        irreflexive = ":p a owl:IrreflexiveProperty ."

        assert reasoning.clashes(f"{irreflexive} :x :p :x .") == ["prp-irp"]
        assert reasoning.clashes(f"{irreflexive} :x :p :y . :x owl:sameAs :y .") == ["prp-irp"]
        assert reasoning.clashes(f"{irreflexive} :x :p :y . :x :q :x .") == []

    def test_prp_symp(self, reasoning: Any) -> None:
        """The pair the other way round, of this property alone."""
        assert reasoning.facts(":p a owl:SymmetricProperty . :x :p :y . :x :q :z .") == {"y p x"}

    def test_prp_asyp(self, reasoning: Any) -> None:
        """A pair both ways, or of a thing with itself."""
        asymmetric = ":p a owl:AsymmetricProperty ."

        assert reasoning.clashes(f"{asymmetric} :x :p :y . :y :p :x .") == ["prp-asyp"]
        assert reasoning.clashes(f"{asymmetric} :x :p :x .") == ["prp-asyp"]
        assert reasoning.clashes(f"{asymmetric} :x :p :y . :y :p :z . :y :q :x .") == []

    def test_prp_trp(self, reasoning: Any) -> None:
        """Along a path, and round a ring; not over another property."""
        transitive = ":p a owl:TransitiveProperty ."

        assert reasoning.facts(f"{transitive} :a :p :b . :b :p :c . :c :p :d .") == {"a p c", "a p d", "b p d"}
        assert reasoning.facts(f"{transitive} :a :p :b . :b :p :a .") == {"a p a", "b p b"}
        assert reasoning.facts(f"{transitive} :a :p :b . :b :q :c .") == set()

    def test_prp_spo1(self, reasoning: Any) -> None:
        """Upwards, never downwards."""
        assert reasoning.facts(":p rdfs:subPropertyOf :q . :x :p :y . :a :q :b .") == {"x q y"}
        assert reasoning.facts(":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :x :p 1 .") == {
            'x q "1"^^xsd:integer',
            'x r "1"^^xsd:integer',
        }

    @pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
    def test_prp_spo2(self, reasoning: Any, length: int) -> None:
        """A chain of any length, from its first subject to its last value; no part of it."""
        props = " ".join(f":p{number}" for number in range(length))
        path = " ".join(f":u{number} :p{number} :u{number + 1} ." for number in range(length))

        assert reasoning.facts(f":q owl:propertyChainAxiom ( {props} ) . {path}") == {f"u0 q u{length}"}

    @pytest.mark.parametrize("missing", [0, 1, 2])
    def test_prp_spo2_needs_every_step(self, reasoning: Any, missing: int) -> None:
        """The first, the middle and the last one."""
        steps = [f":u{number} :p{number} :u{number + 1} ." for number in range(3)]
        steps[missing] = f":u{missing} :other :u{missing + 1} ."

        assert reasoning.facts(":q owl:propertyChainAxiom ( :p0 :p1 :p2 ) . " + " ".join(steps)) == set()

    def test_prp_spo2_through_itself(self, reasoning: Any) -> None:
        """Parts of parts belong to the whole's administration."""
        text = ":under owl:propertyChainAxiom ( :partOf :under ) . :a :partOf :b . :b :partOf :c . :c :under :x ."

        assert reasoning.facts(text) == {"a under x", "b under x"}

    def test_prp_spo2_of_a_property_with_itself(self, reasoning: Any) -> None:
        """It is transitive: 400 steps are closed at once, and a proof has a chain for each step."""
        path = " ".join(f":u{number} :p :u{number + 1} ." for number in range(400))

        closure = reasoning.close(f":p owl:propertyChainAxiom ( :p :p ) . {path}")

        assert sum(1 for _ in closure.entailed()) == 400 * 401 // 2 - 400

    def test_prp_eqp1(self, reasoning: Any) -> None:
        """From the first to the second."""
        assert reasoning.facts(":p owl:equivalentProperty :q . :x :p :y .") == {"x q y"}

    def test_prp_eqp2(self, reasoning: Any) -> None:
        """From the second to the first; not turned round."""
        assert reasoning.facts(":p owl:equivalentProperty :q . :x :q :y . :y :r :x .") == {"x p y"}

    def test_prp_pdw(self, reasoning: Any) -> None:
        """One pair under both properties."""
        disjoint = ":p owl:propertyDisjointWith :q ."

        assert reasoning.clashes(f"{disjoint} :x :p :y ; :q :y .") == ["prp-pdw"]
        assert reasoning.clashes(f"{disjoint} :x :p 1 ; :q 1 .") == ["prp-pdw"]
        assert reasoning.clashes(f"{disjoint} :x :p :y ; :q :z . :y :q :x .") == []

    @pytest.mark.parametrize(("one", "other"), list(combinations((":p", ":q", ":r"), 2)))
    def test_prp_adp(self, reasoning: Any, one: str, other: str) -> None:
        """One pair under any two properties of the list."""
        disjoint = "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) ."

        assert reasoning.clashes(f"{disjoint} :x {one} :y ; {other} :y .") == ["prp-adp"]
        assert reasoning.clashes(f"{disjoint} :x {one} :y ; {other} :z ; :s :y .") == []

    def test_prp_inv1(self, reasoning: Any) -> None:
        """From the first to the second, turned round."""
        assert reasoning.facts(":p owl:inverseOf :q . :x :p :y .") == {"y q x"}

    def test_prp_inv2(self, reasoning: Any) -> None:
        """From the second to the first, turned round."""
        assert reasoning.facts(":p owl:inverseOf :q . :x :q :y .") == {"y p x"}

    def test_prp_inv_of_literals(self, reasoning: Any) -> None:
        """A literal is the subject of no triple."""
        assert reasoning.facts(":p owl:inverseOf :q . :x :p 1 .") == set()

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_prp_key(self, reasoning: Any, count: int) -> None:
        """Members that share a value of every property of the key."""
        props = [f":k{number}" for number in range(count)]
        key = f":C owl:hasKey ( {' '.join(props)} ) . :a a :C . :b a :C ."
        values = " ".join(f"{name} {prop} :v{number} ." for name in (":a", ":b") for number, prop in enumerate(props))

        assert "b owl:sameAs a" in reasoning.facts(f"{key} {values}")

    @pytest.mark.parametrize("other", [0, 1, 2])
    def test_prp_key_needs_every_property(self, reasoning: Any, other: int) -> None:
        """Another value of the first, the middle or the last one is another thing."""
        key = ":C owl:hasKey ( :k0 :k1 :k2 ) . :a a :C ; :k0 :v ; :k1 :v ; :k2 :v . :b a :C ."
        values = " ".join(f":b :k{number} :{'w' if number == other else 'v'} ." for number in range(3))

        assert reasoning.facts(f"{key} {values}") == set()

    def test_prp_key_is_for_members(self, reasoning: Any) -> None:
        """Who is not in the class has no key."""
        assert reasoning.facts(":C owl:hasKey ( :k ) . :a a :C ; :k :v . :b :k :v .") == set()

    def test_prp_key_by_value(self, reasoning: Any) -> None:
        """Numbers written in two ways are one value; a string is none."""
        key = ":C owl:hasKey ( :k ) . :a a :C ; :k 7 . :b a :C ."

        assert "b owl:sameAs a" in reasoning.facts(f'{key} :b :k "7.0"^^xsd:decimal .')
        assert reasoning.facts(f'{key} :b :k "7" .') == set()

    def test_prp_npa1(self, reasoning: Any) -> None:
        """A pair that is said not to hold."""
        negative = "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y ."

        assert reasoning.clashes(f"{negative} :x :p :y .") == ["prp-npa1"]
        assert reasoning.clashes(f"{negative} :x :p :z . :y :p :x . :x :q :y .") == []

    def test_prp_npa2(self, reasoning: Any) -> None:
        """A value that is said not to hold, whichever way it is written."""
        negative = "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 ."

        assert reasoning.clashes(f"{negative} :x :p 1 .") == ["prp-npa2"]
        assert reasoning.clashes(f'{negative} :x :p "01"^^xsd:integer .') == ["prp-npa2"]
        assert reasoning.clashes(f"{negative} :x :p 2 . :y :p 1 . :x :q 1 .") == []
