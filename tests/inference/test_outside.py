"""Names of others are never merged with ours unless it is asked for, whatever makes them the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import iri
from egov_kg.inferring import Inferred, Wish, identities, infer_files, report_of

PREFIXES = """
    @prefix : <https://w3id.org/egov-kg/id/law/kr/> . @prefix out: <http://out.example/> .
    @prefix far: <http://far.example/> .
    @prefix p: <http://p.example/> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
OURS = "<https://w3id.org/egov-kg/id/law/kr/a>"
OUTSIDE = {
    "asserted": ":a owl:sameAs out:b .",
    "asserted, the other way": "out:b owl:sameAs :a .",
    "prp-fp": "p:f a owl:FunctionalProperty . p:x p:f :a , out:b .",
    "prp-ifp": "p:f a owl:InverseFunctionalProperty . :a p:f 1 . out:b p:f 01 .",
    "prp-key": "p:C owl:hasKey ( p:k ) . :a a p:C ; p:k 1 . out:b a p:C ; p:k 1 .",
    "cls-maxc2": """p:x a [ owl:onProperty p:f ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] ; p:f :a , out:b .""",
    "cls-maxqc4": """p:x a [ owl:onProperty p:f ; owl:onClass owl:Thing ;
        owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ] ; p:f :a , out:b .""",
}
"""What makes one of ours the same as one of others, by the rule."""


def inferred(tmp_path: Path, text: str, *merges: str, base: str = iri.BASE) -> Inferred:
    """What follows from a text alone."""
    (tmp_path / "facts.ttl").write_text(PREFIXES + text, encoding="utf-8")
    (tmp_path / "none.ttl").write_text("", encoding="utf-8")
    return infer_files(
        [tmp_path / "facts.ttl"], Wish(merges=merges, base=base, memory=1 << 30), ontology=[tmp_path / "none.ttl"]
    )


def lines(found: Inferred) -> list[str]:
    """The entailed triples, sorted."""
    texts = found.entailed.dictionary.texts
    columns = (found.entailed.subjects, found.entailed.predicates, found.entailed.objects)
    return sorted(" ".join(row) for row in zip(*map(texts, columns), strict=True))


class TestFiles:
    @pytest.mark.parametrize("way", OUTSIDE)
    def test_ours_stays_apart_from_theirs(self, tmp_path: Path, way: str) -> None:
        """No fact of theirs comes to ours, or back, and the report names both with the rule."""
        found = inferred(tmp_path, OUTSIDE[way] + " out:b p:says 1 . :a p:tells 2 .")

        (told,) = report_of(found)["foreign"]
        assert lines(found) == []
        assert told["names"] == ["<http://out.example/b>", OURS]
        assert told["rule"] == way.partition(",")[0]

    def test_the_report_tells_why_and_what_to_do(self, tmp_path: Path) -> None:
        """The reason is a namespace, the next step an option, which then merges."""
        found = inferred(tmp_path, OUTSIDE["asserted"] + " out:b p:says 1 .")
        (told,) = report_of(found)["foreign"]

        merged = inferred(tmp_path, OUTSIDE["asserted"] + " out:b p:says 1 .", iri.BASE, "http://out.example/")

        assert told["reason"] == f"<http://out.example/b> is outside {iri.BASE}"
        assert told["next"] == f"to merge them give --merge-same-as {iri.BASE} --merge-same-as http://out.example/"
        assert next(identities(found)).startswith(f"kept apart: <http://out.example/b> and {OURS}; ")
        assert f'{OURS} <http://p.example/says> "1"^^<http://www.w3.org/2001/XMLSchema#integer>' in lines(merged)
        assert report_of(merged)["foreign"] == []

    def test_two_of_theirs_stay_apart_beside_ours(self, tmp_path: Path) -> None:
        """Two outside names are not merged among themselves: a third party decides nothing in our graph."""
        found = inferred(tmp_path, ":a p:is out:b . out:b owl:sameAs far:b ; p:says 1 .")

        (told,) = report_of(found)["foreign"]
        assert lines(found) == []
        assert told["names"] == ["<http://far.example/b>", "<http://out.example/b>"]
        assert told["reason"].startswith("<http://far.example/b> and <http://out.example/b> are outside ")

    def test_two_of_ours_do_not_meet_in_one_of_theirs(self, tmp_path: Path) -> None:
        """That both are said to be one outside thing makes them no one thing."""
        found = inferred(tmp_path, ":a owl:sameAs out:x ; p:tells 1 . :b owl:sameAs out:x .")

        assert lines(found) == []
        assert len(report_of(found)["foreign"]) == 2

    def test_a_node_without_a_name_is_no_bridge(self, tmp_path: Path) -> None:
        """A blank node is merged with ours, and not with theirs as well."""
        found = inferred(tmp_path, "_:n owl:sameAs :a , out:b . out:b p:says 1 . :a p:tells 2 .")

        assert not [line for line in lines(found) if "out.example" in line]
        assert len(report_of(found)["foreign"]) == 1

    def test_two_of_ours_are_merged(self, tmp_path: Path) -> None:
        """What is ours we may say."""
        found = inferred(tmp_path, ":a owl:sameAs :b . :b p:says 1 . out:x owl:sameAs far:x .")

        assert any(line.startswith(f"{OURS} <http://p.example/says>") for line in lines(found))
        assert found.report["same_as"]["groups"] == 1

    def test_without_anything_of_ours_all_names_are_the_users(self, tmp_path: Path) -> None:
        """RDF that has nothing to do with our graph is merged as OWL says."""
        found = inferred(tmp_path, "out:a owl:sameAs far:b . out:a p:says 1 .")

        assert "<http://far.example/b> <http://p.example/says>" in "".join(lines(found))
        assert found.namespaces == ()

    def test_another_base_has_other_names_of_its_own(self, tmp_path: Path) -> None:
        """A deployment with a base of its own keeps its names apart from ours."""
        text = "<http://my.example/id/a> owl:sameAs :a ; p:says 1 ."

        found = inferred(tmp_path, text, base="http://my.example/")

        assert lines(found) == []
        assert found.namespaces == ("http://my.example/",)

    @pytest.mark.parametrize("relation", ["skos:exactMatch", "skos:closeMatch"])
    def test_a_link_is_no_identity(self, tmp_path: Path, relation: str) -> None:
        """Nothing follows from a link, and there is nothing to report."""
        found = inferred(tmp_path, f":a {relation} out:b . out:b p:says 1 .")

        assert lines(found) == []
        assert report_of(found)["foreign"] == []


class TestLargeGroups:
    def test_a_group_above_the_bound_is_named_with_its_size(self, tmp_path: Path) -> None:
        """51 names are reported, 50 are not."""
        sizes = {"a": 50, "b": 51}
        text = " ".join(f":{name}0 owl:sameAs :{name}{n} ." for name, size in sizes.items() for n in range(1, size))

        found = inferred(tmp_path, text)

        name = OURS.replace("/a>", "/b0>")
        assert report_of(found)["same_as"] == {"groups": 2, "members": 101, "large": {name: 51}}
        assert list(identities(found)) == [f"large group: 51 names are one thing, for which {name} stands"]

    def test_many_pairs_are_told_in_part_and_reported_whole(self, tmp_path: Path) -> None:
        """A person sees five and how many there are more."""
        found = inferred(tmp_path, " ".join(f":a owl:sameAs out:b{n} ." for n in range(9)))

        told = list(identities(found))

        assert len(told) == 6
        assert told[-1] == "kept apart: 4 pairs more; --report names all"
        assert len(report_of(found)["foreign"]) == 9
