"""What every file in ``queries/federated`` promises; what they answer is asked over HTTP in ``tests/server``."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from egov_kg import assets, iri, vocab
from egov_kg.config_lists import is_endpoint
from egov_kg.sparql import guard
from egov_kg.sparql.federated_queries import FOLDER, endpoints_of, federated_queries
from egov_kg.sparql.named import NamedQuery, named_queries
from egov_kg.sparql.service_groups import Services

FOLDER_OF_ALL = assets.queries()
QUERIES: Mapping[str, NamedQuery] = named_queries(FOLDER_OF_ALL / FOLDER)
SHIPPED = {f"{iri.BASE}beside/{path.stem}/sparql" for path in (assets.data("external")).iterdir() if path.is_dir()}


@pytest.fixture(params=sorted(QUERIES))
def query(request: pytest.FixtureRequest) -> NamedQuery:
    """Each of them."""
    return QUERIES[request.param]


class TestHead:
    def test_it_asks_in_both_languages(self, query: NamedQuery) -> None:
        """Question, description and columns; the columns are those of the answer."""
        assert set(query.question) == {"en", "ko"}
        assert re.search("[가-힣]", query.question["ko"])
        assert set(query.description) in (set(), {"en", "ko"})
        assert re.findall(r"\?(\w+)", query.text.partition("SELECT")[2].partition("WHERE")[0]) == list(query.columns)
        assert all(set(column.label) == {"en", "ko"} for column in query.columns.values())

    def test_it_has_no_parameters(self, query: NamedQuery) -> None:
        """Their values would not go to the other endpoint."""
        assert query.parameters == {}

    def test_its_name_is_taken_by_no_other(self, query: NamedQuery) -> None:
        """Both kinds have addresses below ``/queries/``."""
        assert query.name not in named_queries(FOLDER_OF_ALL)

    def test_its_group_says_whom_it_asks(self, query: NamedQuery) -> None:
        """What comes along, or endpoints in the net, which the description names and says to be run by hand."""
        asked = endpoints_of(query.text)

        if query.group == "beside":
            assert asked
            assert asked <= SHIPPED
        else:
            assert query.group == "elsewhere"
            assert asked or "no SERVICE can ask it" in query.description["en"]
            assert all(is_endpoint(one) and one in query.description["en"] for one in asked)
            assert "Run it by hand" in query.description["en"]


class TestText:
    def test_it_is_sparql_for_two_parsers(self, query: NamedQuery) -> None:
        """The engine's, and that of rdflib."""
        ox.Store().query(query.text, base_iri=iri.BASE)
        assert prepareQuery(query.text, base=iri.BASE).algebra is not None

    def test_its_groups_can_be_asked(self, query: NamedQuery) -> None:
        """The guard lets it through where its endpoints are listed, and its SERVICE groups can be cut out."""
        allowed = endpoints_of(query.text)

        checked = guard.check(query.text, base=iri.BASE, services=allowed)
        Services(checked, base=iri.BASE, rows=10).check_syntax()

        assert set(checked.services) == allowed

    def test_it_has_a_fixed_order(self, query: NamedQuery) -> None:
        """By columns of the answer."""
        assert set(re.findall(r"\?(\w+)", query.text.rpartition("ORDER BY")[2])) <= set(query.columns)
        assert "ORDER BY" in query.text

    def test_it_uses_terms_that_exist(self, query: NamedQuery) -> None:
        """Of the ontology."""
        known = {*vocab.CLASSES, *vocab.OBJECT_PROPERTIES, *vocab.DATA_PROPERTIES}

        assert set(re.findall(r"egov:\w+", query.text)) <= known

    def test_its_columns_are_those_of_the_tables(self, query: NamedQuery) -> None:
        """A property of a column that the table does not have would give no row, and no error."""
        for prefix, dataset in re.findall(rf"PREFIX (\w+): <{iri.BASE}beside/([a-z-]+)#>", query.text):
            used = set(re.findall(rf"\b{prefix}:(\w+)", query.text))

            assert used <= _columns(assets.data(f"external/{dataset}")), dataset


def _columns(folder: Path) -> set[str]:

    heads = [
        (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).split(b"\n", 1)[0]
        for path in folder.iterdir()
        if ".csv" in path.name
    ]
    return {name.strip() for head in heads for name in head.decode("utf-8-sig").split(",")}


class TestOffered:
    def test_where_all_endpoints_may_be_asked(self) -> None:
        """None without any; those alone whose endpoints are there."""
        iso = f"{iri.BASE}beside/kr-iso/sparql"

        assert federated_queries(FOLDER_OF_ALL, ()) == {}
        assert list(federated_queries(FOLDER_OF_ALL, (iso,))) == ["codes-of-jurisdictions"]
        assert list(federated_queries(FOLDER_OF_ALL, (iso,), "https://other.example/")) == []

    def test_a_variable_is_never_offered(self) -> None:
        """What it stands for is not known."""
        assert endpoints_of("SELECT * { SERVICE ?where { ?s ?p ?o } }") == {""}
