"""What view processes make: graphs and files in any format, and the description of the endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.errors import NotFound, ParameterError
from egov_kg.sparql.spool import Spool
from egov_kg.viewing import view_work
from tests.server.conftest import publish

HEAD: dict[str, Any] = {"default_graphs": None, "named_graphs": None, "substitutions": {}, "base": iri.BASE}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small release."""
    return publish(tmp_path_factory.mktemp("out")).path


def made(folder: Path, text: str = "", **view: str) -> bytes:
    """Return what a view process makes."""
    store, spool = ox.Store.read_only(str(folder / "store")), Spool(1 << 30)
    graphs = frozenset(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    head: dict[str, Any] = {**HEAD, "view": view}
    view_work(store, folder, graphs)(head, text, spool)
    return bytes(spool.finish()[0])


class TestGraph:
    def test_it_is_sorted_and_each_triple_stands_once(self, folder: Path) -> None:
        """Whatever the order of the rows."""
        query = "CONSTRUCT { ?s a ?c } { ?s a ?c , ?d }"

        lines = made(folder, query, kind="graph", format="nt").decode().splitlines()

        assert lines == sorted(set(lines))
        assert len(lines) > 300


class TestFile:
    @pytest.mark.parametrize("name", ["void", "ontology", "alignments"])
    def test_it_says_the_same_in_another_format(self, folder: Path, name: str) -> None:
        """As many triples as the Turtle has."""
        triples = made(folder, kind="file", name=name, format="nt")

        assert len(set(ox.parse(triples, format=ox.RdfFormat.N_TRIPLES))) == len(triples.splitlines()) > 20

    def test_there_are_no_others(self, folder: Path) -> None:
        """A name is no path."""
        with pytest.raises(NotFound):
            made(folder, kind="file", name="../manifest.json", format="nt")


class TestEndpoint:
    def test_it_names_the_address_and_the_promise(self, folder: Path) -> None:
        """And SERVICE only where it may be used."""
        told = {"public_url": "https://data.example/", "limits": "A query ends within 1 second.", "format": "nt"}

        plain = made(folder, kind="service", federated="", **told).decode()
        federated = made(folder, kind="service", federated="yes", **told).decode()

        assert "<https://data.example/sparql>" in plain
        assert "A query ends within 1 second." in plain
        assert "BasicFederatedQuery" not in plain
        assert "BasicFederatedQuery" in federated


def test_what_is_no_literal_is_a_wrong_parameter(folder: Path) -> None:
    """It is read here, not where the request was."""
    with pytest.raises(ParameterError):
        made(folder, kind="explanation", subject="<x:s>", property="<x:p>", object='"open')
