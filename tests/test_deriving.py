"""What a build, an update and a trial derive: outside names stay apart, and the report says which and why."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.deriving import derive

PREFIXES = f"""
    @prefix : <{iri.thing_iri("law/kr/")}> . @prefix out: <http://out.example/> . @prefix far: <http://far.example/> .
    @prefix p: <http://p.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
OURS = f"<{iri.thing_iri('law/kr/a')}>"
WAYS = {
    "asserted": "",
    "prp-fp": "p:f a owl:FunctionalProperty .",
    "prp-ifp": "p:i a owl:InverseFunctionalProperty .",
    "prp-key": "p:C owl:hasKey ( p:k ) .",
}
FACTS = {
    "asserted": ":a owl:sameAs out:b .",
    "prp-fp": "p:x p:f :a , out:b .",
    "prp-ifp": ":a p:i 1 . out:b p:i 1 .",
    "prp-key": ":a a p:C ; p:k 1 . out:b a p:C ; p:k 1 .",
}


def triples(text: str) -> list[ox.Triple]:
    """The triples of some Turtle."""
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


class TestOutsideNames:
    @pytest.mark.parametrize("way", WAYS)
    def test_are_not_merged_with_ours(self, way: str) -> None:
        """Whatever says so, an axiom of the ontology included."""
        derived = derive(triples(FACTS[way] + " out:b p:says 1 . :a p:tells 2 ."), triples(WAYS[way]), iri.BASE)

        (told,) = derived.report["foreign"]
        assert derived.entailed == ()
        assert told["names"] == ["<http://out.example/b>", OURS]
        assert (told["rule"], told["reason"]) == (way, f"<http://out.example/b> is outside {iri.BASE}")
        assert "skos:exactMatch" in told["next"]

    def test_are_not_merged_with_each_other(self) -> None:
        """Also where nothing of ours is near: the base of a build is always set."""
        derived = derive(triples("out:a owl:sameAs far:a ; p:says 1 ."), [], iri.BASE)

        assert derived.entailed == ()
        assert [told["names"] for told in derived.report["foreign"]] == [
            ["<http://far.example/a>", "<http://out.example/a>"]
        ]

    def test_of_links_are_none_of_the_reasoners(self) -> None:
        """skos:exactMatch says nothing that a rule reads."""
        derived = derive(triples(":a skos:exactMatch out:a . out:a p:says 1 ."), [], iri.BASE)

        assert (derived.entailed, derived.report["foreign"]) == ((), [])


class TestGroups:
    def test_of_ours_keep_facts_on_one_name(self) -> None:
        """And are counted; one of more than 50 names is named with its size."""
        pairs = " ".join(f":n{number} owl:sameAs :a ." for number in range(50))

        derived = derive(triples(f"{pairs} :n7 p:says 1 . :x owl:sameAs :y ."), [], iri.BASE)

        said = [triple for triple in derived.entailed if triple.predicate.value == "http://p.example/says"]
        assert [str(triple.subject) for triple in said] == [OURS]
        assert derived.report["same_as"] == {"groups": 2, "members": 53, "large": {OURS: 51}}
