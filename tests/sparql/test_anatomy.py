"""What is said of a query without running it."""

from __future__ import annotations

import pytest

from egov_kg.errors import QueryRefused, QuerySyntaxError
from egov_kg.sparql.anatomy import anatomy

BASE = "https://example.org/"
QUERY = """
PREFIX ex: <https://example.org/x/>
PREFIX unused: <https://example.org/y/>
SELECT ?law (COUNT(?part) AS ?n) (RAND() AS ?r)
FROM ex:one FROM NAMED <graph/two>
{ ?law a ex:Law # DISTINCT in a comment
  OPTIONAL { ?law ex:part ?part } FILTER(?law != "MINUS") }
GROUP BY ?law OFFSET 3
"""


class TestAnatomy:
    def test_is_of_the_words_of_the_query(self) -> None:
        """Not of its comments and strings."""
        found = anatomy(QUERY, base=BASE, graphs=())

        assert found["form"] == "SELECT"
        assert found["variables"] == ["law", "n", "part", "r"]
        assert found["prefixes"] == {"ex": "https://example.org/x/"}
        assert found["from"] == [{"default": "https://example.org/x/one"}, {"named": "https://example.org/graph/two"}]
        assert found["parts"] == {
            "OPTIONAL": 1,
            "FILTER": 1,
            "SELECT": 1,
            "GROUP": 1,
            "OFFSET": 1,
            "FROM": 2,
            "COUNT": 1,
        }

    def test_says_why_an_answer_is_not_kept(self) -> None:
        """The functions that change with every run, and other endpoints."""
        service = "SELECT * { SERVICE <https://other.example/sparql> { ?s ?p ?o } }"
        allowed = ["https://other.example/sparql"]

        assert anatomy(QUERY, base=BASE, graphs=())["not_cacheable_because"] == ["RAND"]
        assert anatomy("ASK {}", base=BASE, graphs=())["not_cacheable_because"] == []
        assert anatomy(service, base=BASE, graphs=(), services=allowed)["not_cacheable_because"] == ["SERVICE"]
        assert anatomy(service, base=BASE, graphs=(), services=allowed)["services"] == allowed

    def test_notes_what_is_known_to_cost(self) -> None:
        """In words, and nothing where nothing is known."""
        graphs = [name for dataset in anatomy(QUERY, base=BASE, graphs=())["from"] for name in dataset.values()]

        notes = anatomy(QUERY, base=BASE, graphs=graphs)["notes"]

        assert notes == [
            "GROUP: all rows are kept in memory, also those that LIMIT leaves out",
            "OFFSET without ORDER BY: nothing promises the same order twice",
        ]
        assert anatomy("SELECT * { ?s ?p ?o } LIMIT 3", base=BASE, graphs=())["notes"] == []

    def test_notes_graphs_that_are_not_there(self) -> None:
        """They are empty, which an answer cannot tell from a typing error."""
        text = "ASK FROM <urn:here> FROM NAMED <urn:away> {}"

        assert anatomy(text, base=BASE, graphs=["urn:here"])["notes"] == [
            "<urn:away> is no graph here: it is empty, and nothing is fetched"
        ]

    def test_of_what_may_not_run_is_refused(self) -> None:
        """As the query itself would be."""
        with pytest.raises(QueryRefused):
            anatomy("ASK { SERVICE <urn:x> {} }", base=BASE, graphs=())
        with pytest.raises(QuerySyntaxError):
            anatomy("DROP ALL", base=BASE, graphs=())
