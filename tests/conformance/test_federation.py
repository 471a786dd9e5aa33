"""The federation tests of the W3C, over endpoints on 127.0.0.1; their data is no part of the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from egov_kg.errors import QueryRefused
from egov_kg.sparql import guard
from egov_kg.sparql.service_groups import Need, Reply, Services
from tests.sparql.remotes import Remote, running
from tests.sparql.test_service_groups import Rows, table

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "tests-data" / "w3c-sparql11" / "service"
BASE: Final = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/service/"
AWAY: Final = "http://invalid.endpoint.org/sparql"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/tests-data/w3c-sparql11"),
]

CASES: Final[dict[str, tuple[str, str | None, dict[str, str]]]] = {
    "service1": ("service01", "data01", {"http://example.org/sparql": "data01endpoint"}),
    "service2": (
        "service02",
        None,
        {"http://example1.org/sparql": "data02endpoint1", "http://example2.org/sparql": "data02endpoint2"},
    ),
    "service3": (
        "service03",
        None,
        {"http://example1.org/sparql": "data03endpoint1", "http://example2.org/sparql": "data03endpoint2"},
    ),
    "service4a": ("service04a", "data04", {"http://example.org/sparql": "data04endpoint"}),
    "service6": ("service06", None, {"http://example1.org/sparql": "data06endpoint1"}),
    "service7": ("service07", "data07", {}),
}


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """The endpoints; one that is asked for another one asks it by itself."""
    with running() as remote:
        yield remote


def store(name: str | None) -> ox.Store:
    """Return a store with a file of the tests."""
    made = ox.Store()
    if name is not None:
        made.load(path=DATA / f"{name}.ttl", format=ox.RdfFormat.TURTLE, base_iri=BASE)
    return made


def expected(name: str) -> Rows:
    """Return the solutions that a file of results names."""
    found = ox.parse_query_results(path=str(DATA / f"{name}.srx"), format=ox.QueryResultsFormat.XML)
    assert isinstance(found, ox.QuerySolutions)
    names = sorted(variable.value for variable in found.variables)
    return Rows(tuple(f"{name}={row[name]}" for name in names) for row in found)


@pytest.mark.parametrize("name", CASES)
def test_the_w3c_federation_tests(remote: Remote, name: str) -> None:
    """Joined, in OPTIONAL, nested, with VALUES behind, with SILENT and nobody there."""
    query, local, endpoints = CASES[name]
    text, here = (DATA / f"{query}.rq").read_text(encoding="utf-8"), store(local)
    stores: dict[str, ox.Store] = {}
    for number, (iri, file) in enumerate(endpoints.items()):
        url = remote.store(f"{name}-{number}", store(file))
        stores[url] = store(file)
        text = text.replace(iri, url)
    services = Services(guard.check(text, base=BASE, graphs=(), services=[*stores, AWAY]), base=BASE, rows=100)

    replies: list[Reply] = []
    while isinstance(need := services.next(here, (None, None), replies), Need):
        replies[need.number :] = [answered(need, stores)]

    assert table(here, need[0], base_iri=BASE, custom_functions=need[1]) == expected(query.removesuffix("a"))


def answered(need: Need, stores: dict[str, ox.Store]) -> Reply:
    """Return what an endpoint answers; the one that is away answers nothing."""
    if need.endpoint not in stores:
        assert need.is_silent
        return Reply(None, need.is_whole)
    parts = []
    for query in need.queries:
        found = stores[need.endpoint].query(query)
        assert isinstance(found, ox.QuerySolutions)
        parts.append(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    return Reply(parts, need.is_whole)


def test_an_endpoint_in_a_variable_is_refused() -> None:
    """The fifth test: decision 23."""
    text = (DATA / "service05.rq").read_text(encoding="utf-8")

    with pytest.raises(QueryRefused) as caught:
        guard.check(text, base=BASE, graphs=(), services=["http://example.org/sparql"])

    assert caught.value.slug == "service-not-constant"
