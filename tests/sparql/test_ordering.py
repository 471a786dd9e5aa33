"""ORDER BY over values that have no order among them: what the engine cannot sort is sorted kind after kind."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.rdf.canonical import to_nquads
from egov_kg.sparql import Limits, Pool, Request, forking
from egov_kg.sparql.ordering import kinds_apart
from egov_kg.store import write_store

XSD = iri.PREFIXES["xsd"]


def literal(lexical: str, kind: str) -> ox.Literal:
    """Return a literal of one of the kinds of XSD."""
    return ox.Literal(lexical, datatype=ox.NamedNode(XSD + kind))


def mixed() -> list[ox.Quad]:
    """Return values of many kinds, again and again, in an order that none of them has."""
    made = []
    for number in range(400):
        values: list[ox.NamedNode | ox.Literal] = [
            literal(str(number * 7 % 400), "integer"),
            literal(f"{1900 + number * 11 % 200}-0{1 + number % 9}-11", "date"),
            literal(str(1900 + number * 13 % 200), "gYear"),
            literal("true" if number % 2 else "false", "boolean"),
            ox.Literal(f"text {number * 17 % 400}"),
            ox.Literal(f"name {number * 19 % 400}", language="en" if number % 3 else "ko"),
            ox.NamedNode(f"https://w3id.org/egov-kg/id/law/{number * 23 % 400}"),
        ]
        subject = ox.NamedNode(f"https://w3id.org/egov-kg/id/thing/{number}")
        for place, value in enumerate(values):
            made.append(ox.Quad(subject, ox.NamedNode(f"{iri.ONTOLOGY}p{place}"), value, ox.DefaultGraph()))
    return made


def column(store: ox.Store, query: str) -> list[object]:
    """Return the values of ``?o`` in the order of the answer."""
    rows = store.query(query, prefixes=dict(iri.PREFIXES))
    assert isinstance(rows, ox.QuerySolutions)
    return [row["o"] for row in rows]


class TestKindsApart:
    @pytest.mark.parametrize(
        ("condition", "direction", "expression"),
        [
            ("?o", "ASC", "?o"),
            ("DESC(?o)", "DESC", "(?o)"),
            ("asc ( STR(?o) )", "ASC", "( STR(?o) )"),
            ("(?a + (?b))", "ASC", "(?a + (?b))"),
            ("STRLEN(?o)", "ASC", "STRLEN(?o)"),
        ],
    )
    def test_each_condition_gets_one_before_it(self, condition: str, direction: str, expression: str) -> None:
        """In its direction; what stands behind stays."""
        kind = f'IF(isNumeric({expression}),"",STR(DATATYPE({expression})))'
        before = f'{direction}(IF(isLiteral({expression}),{kind},""))'

        changed = kinds_apart(f"SELECT * {{ ?s ?p ?o }} ORDER BY {condition} LIMIT 3")

        assert changed == f"SELECT * {{ ?s ?p ?o }} ORDER BY {before} {condition} LIMIT 3"

    def test_every_place_that_sorts_is_meant(self) -> None:
        """Also in sub-selects; not in texts and comments."""
        text = "SELECT * { { SELECT ?a { ?a ?b ?c } ORDER BY ?a DESC(?b) } FILTER(?x = 'ORDER BY ?a') } # ORDER BY ?a"

        assert kinds_apart(text).count("isLiteral") == 2

    def test_what_has_an_order_keeps_it(self) -> None:
        """Numbers of all types together; texts; dates; IRIs before literals, unbound before all."""
        store = ox.Store()
        store.extend(mixed())
        for kind, text in itertools.product(
            ["isNumeric(?o)", "isIRI(?o)", "DATATYPE(?o) = xsd:date", "LANG(?o) = 'en'", "DATATYPE(?o) = xsd:string"],
            [
                "SELECT ?o {{ ?s ?p ?o FILTER({}) }} ORDER BY ?o",
                "SELECT ?o {{ ?s ?p ?o FILTER({}) }} ORDER BY DESC(?o)",
            ],
        ):
            query = text.format(kind)
            expected = column(store, query)

            found = column(store, kinds_apart(query))

            assert found == expected
            assert len(found) >= 130


@pytest.mark.skipif(not forking.is_supported(), reason="nobody hears the last words of a process there")
@pytest.mark.parametrize("condition", ["?o", "DESC(?o)", "?p DESC(?o) ?s"])
def test_mixed_values_are_sorted_and_no_process_is_in_the_way(tmp_path: Path, condition: str) -> None:
    """The engine may give up over them; then the query is answered all the same."""
    write_store(mixed(), tmp_path / "store")
    (tmp_path / "egov.nq").write_bytes(to_nquads(mixed()))

    async def run() -> bytes:
        async with Pool(tmp_path, Limits(workers=1), quads=10_000) as pool:
            text = f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {condition}"
            return (await pool.answer(Request(text, table="tsv"))).read()

    assert asyncio.run(run()).count(b"\n") == 1 + 7 * 400
