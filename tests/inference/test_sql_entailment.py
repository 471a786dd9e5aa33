"""The plan as SQL gives the same triples as the NumPy engine, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pyoxigraph as ox
import pytest

from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.sql_entailment import SqlClosure, derive
from egov_kg.inference.terms import Table, encode
from tests.inference.features.making import make_problem

pytest.importorskip("duckdb", reason="needs the extra duckdb")
from egov_kg.inference.duckdb_engine import DuckDb

PREFIXES = """
    @prefix : <http://a.example/#> . @prefix b: <http://b.example/#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def triples(text: str) -> list[ox.Triple]:
    """Read Turtle."""
    return [quad.triple for quad in ox.parse((PREFIXES + text).encode(), ox.RdfFormat.TURTLE)]


def lines(table: Table) -> list[str]:
    """Return a table as N-Triples."""
    text = table.dictionary.text
    rows = zip(table.subjects.tolist(), table.predicates.tolist(), table.objects.tolist(), strict=True)
    return [f"{text(s)} {text(p)} {text(o)} ." for s, p, o in rows]


@pytest.fixture
def database() -> Iterator[DuckDb]:
    """Return an empty database."""
    with DuckDb(threads=1) as opened:
        yield opened


def by_sql(database: DuckDb, ontology: str, facts: str, namespace: str | None = None) -> SqlClosure:
    """Derive over SQL."""
    return derive(encode(triples(facts)), compile_ontology(triples(ontology)), database, namespace=namespace)


class TestSameAsNumPy:
    @pytest.mark.parametrize("expand", [False, True], ids=["representative", "expand"])
    @pytest.mark.parametrize("seed", range(12))
    def test_on_problems_from_a_seed(self, seed: int, expand: bool) -> None:
        """Both engines give the same set, with equal things named once or by every name."""
        problem = make_problem(seed)
        plan = compile_ontology(problem.ontology)
        same_as: Literal["expand", "representative"] = "expand" if expand else "representative"

        with DuckDb(threads=1) as database:
            by_database = lines(derive(encode(problem.facts), plan, database, expand=expand).table)

        assert sorted(by_database) == sorted(lines(entail(problem.facts, plan, same_as=same_as).table()))

    def test_schema_that_follows_from_data(self, database: DuckDb) -> None:
        """A sub-property of rdfs:subClassOf states axioms, for which the ontology is compiled anew."""
        ontology, facts = ":under rdfs:subPropertyOf rdfs:subClassOf .", ":Law :under :Text . :act a :Law ."

        found = by_sql(database, ontology, facts)

        assert found.compilations == 2
        assert any("#act>" in line and "#Text>" in line for line in lines(found.table))
        assert sorted(lines(found.table)) == sorted(
            lines(entail(triples(facts), compile_ontology(triples(ontology))).table())
        )


class TestOrder:
    def test_lines_come_in_term_order(self, database: DuckDb) -> None:
        """What goes out is sorted as the bytes of its lines are."""
        found = by_sql(
            database, ":p a owl:SymmetricProperty . :p rdfs:domain :C .", ":b :p :a . :ab :p :é . :é :p :z ."
        )

        assert lines(found.table) == sorted(lines(found.table), key=str.encode)
        assert len(found.table) == 3 + 5


class TestReach:
    @pytest.mark.parametrize("count", [2, 60])
    def test_a_chain_reaches_every_later_node(self, database: DuckDb, count: int) -> None:
        """A transitive property over n nodes in a row holds for n(n-1)/2 pairs."""
        facts = "".join(f":n{i} :partOf :n{i + 1} ." for i in range(count - 1))

        found = by_sql(database, ":partOf a owl:TransitiveProperty .", facts)

        assert len(found.table) == count * (count - 1) // 2 - (count - 1)

    def test_merged_nodes_join_two_chains(self, database: DuckDb) -> None:
        """Where the end of one chain is the same as the start of another, the first reaches through."""
        ontology = ":partOf a owl:TransitiveProperty . :code a owl:InverseFunctionalProperty ."

        found = by_sql(database, ontology, ':a :partOf :b . :c :partOf :d . :b :code "1" . :c :code "1" .')

        assert "<http://a.example/#a> <http://a.example/#partOf> <http://a.example/#d> ." in lines(found.table)


class TestNamespaces:
    def test_terms_of_others_are_listed_and_not_merged(self, database: DuckDb) -> None:
        """With a namespace of our own, a functional property does not make a foreign term the same as ours."""
        found = by_sql(
            database, ":head a owl:FunctionalProperty .", ":x :head :a, b:a .", namespace="http://a.example/#"
        )

        assert len(found.table) == 0
        assert found.foreign == (("<http://b.example/#a>", "<http://a.example/#a>"),)

    def test_our_own_term_stands_for_another_that_may_be_merged(self, database: DuckDb) -> None:
        """Of two namespaces that may be merged, the name is ours, whatever the order of terms."""
        plan = compile_ontology(triples(":head a owl:FunctionalProperty ."))
        facts = encode(triples(":x :head :a, b:a . b:a :near :y ."))

        found = derive(facts, plan, database, namespace="http://b.example/#", merge=["http://a.example/#"])

        assert lines(found.table) == [
            "<http://a.example/#a> <http://www.w3.org/2002/07/owl#sameAs> <http://b.example/#a> ."
        ]


class TestFolder:
    def test_nothing_is_left_behind(self, tmp_path: Path) -> None:
        """The tables stand in a folder that is gone afterwards."""
        with DuckDb(folder=tmp_path) as database:
            database.put("t", "a, b", [(1, 2)])
            assert list(tmp_path.iterdir())

        assert list(tmp_path.iterdir()) == []
