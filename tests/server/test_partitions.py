"""What generic editors learn from the service description: the same schema as from VoID, in few bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx
import pyoxigraph as ox

from egov_kg import iri
from egov_kg.viewing.partitions import shortened

if TYPE_CHECKING:
    from tests.conftest import Served

SCHEMA: Final = """
    PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
    SELECT DISTINCT ?class ?property ?value ?datatype {
      ?partition void:class ?class ; void:propertyPartition ?use . ?use void:property ?property .
      OPTIONAL { { ?use void:classPartition/void:class ?value } UNION
                 { ?use void-ext:datatypePartition/void-ext:datatype ?datatype } }
    }"""
"""What the editors of SIB ask for, in its first part."""


def schema(turtle: bytes) -> set[str]:
    """Return the rows of `SCHEMA` over a document."""
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE, base_iri=iri.BASE)
    rows = store.query(SCHEMA)
    assert isinstance(rows, ox.QuerySolutions)
    return {" ".join(str(term) for term in row) for row in rows}


def test_the_schema_is_that_of_void(client: httpx.Client) -> None:
    """No class, property or kind of value is missing."""
    described = schema(client.get("sparql").content)

    assert described == schema(client.get("void.ttl").content)
    assert any("ontology#amends" in row for row in described)


def test_the_shipped_graph_is_described_in_200_kilobytes(served: Served) -> None:
    """Editors fetch it before the first query; they wait five seconds."""
    described = httpx.get(f"{served.url}/sparql", trust_env=False).content

    assert len(described) <= 200_000
    assert schema(described) == schema(httpx.get(f"{served.url}/void.ttl", trust_env=False).content)


def test_the_default_graph_says_nothing_of_that(served: Served) -> None:
    """One triple of it there, and those editors would never read the description."""
    words = "sh:prefix sh:namespace sh:declare sh:select sh:ask sh:construct void:classPartition void:propertyPartition"
    names = " ".join(f"<{iri.expand(word)}>" for word in words.split())
    text = f"ASK {{ VALUES ?p {{ {names} <http://ldf.fi/void-ext#datatypePartition> }} ?s ?p ?o }}"
    kinds = f"ASK {{ ?s a ?c FILTER(?c IN (<{iri.expand('void:Dataset')}>, <{iri.expand('sh:SPARQLExecutable')}>)) }}"

    for query in (text, kinds):
        answer = httpx.get(f"{served.url}/sparql", params={"query": query}, trust_env=False)
        assert answer.json()["boolean"] is False


def test_counts_of_single_properties_and_dumps_are_left_to_void() -> None:
    """What remains of a partition by a property is the property and the kinds of its values."""
    turtle = """
        PREFIX : <https://w3id.org/egov-kg/catalog#> PREFIX void: <http://rdfs.org/ns/void#>
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX egov: <https://w3id.org/egov-kg/ontology#>
        :d void:propertyPartition :p ; void:classPartition :law ; dcat:distribution :dump ; void:triples 9 .
        :p void:property egov:amends ; void:triples 4 . :dump dcat:mediaType <x:y> .
        :law void:class egov:Law ; void:entities 3 ; void:propertyPartition :law-amends .
        :law-amends void:property egov:amends ; void:triples 4 ; void:classPartition :law-amends-law .
        :law-amends-law void:class egov:Law ; void:triples 4 ."""
    catalog, void = "https://w3id.org/egov-kg/catalog#", "http://rdfs.org/ns/void#"

    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    left = sorted(str(t).replace(catalog, ":").replace(void, "") for t in set(shortened(triples, iri.BASE)))

    number = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert left == [
        "<:d> <classPartition> <:law>",
        f"<:d> <triples> {number.format(9)}",
        f"<:law> <class> <{iri.ONTOLOGY}Law>",
        f"<:law> <entities> {number.format(3)}",
        "<:law> <propertyPartition> <:use-1>",
        "<:use-1> <classPartition> <:values-egov-Law>",
        f"<:use-1> <property> <{iri.ONTOLOGY}amends>",
        f"<:values-egov-Law> <class> <{iri.ONTOLOGY}Law>",
    ]
