"""A curated graph under holders of a token who mean harm: what is derived stays derived, and a gate stops the rest."""

from __future__ import annotations

import json
from typing import Final

import pytest

from egov_kg import iri
from egov_kg.store.audit import AUDIT
from egov_kg.store.changes import CHANGES, ChangeLog
from tests.chaos.attacking import LONG
from tests.server.test_curated import CURATED, Curated, plain, server

__all__ = ["plain", "server"]

ENTAILED: Final = f"<{iri.graph_iri('entailed')}>"
DERIVED: Final = (
    f"INSERT DATA{{GRAPH{ENTAILED}{{<x:s><x:p>1}}}}",
    f"INSERTDATA{{GRAPH{ENTAILED}{{<x:s><x:p>1}}}}",
    "INSERT DATA { <x:s> <x:p> 1 }",
    f"PREFIX g: <{iri.graph_iri('')}> INSERT DATA {{ GRAPH g:entailed {{ <x:s> <x:p> 1 }} }}",
    f"PREFIX g: <{iri.graph_iri('')}> INSERT DATA {{ GRAPH g:ent\\u0061iled {{ <x:s> <x:p> 1 }} }}",
    "BASE <https://w3id.org/egov-kg/x/> INSERT DATA { GRAPH <../graph/entailed> { <x:s> <x:p> 1 } }",
    "INSERT DATA { GRAPH <graph/./entailed> { <x:s> <x:p> 1 } }",
    "BASE <https://w3id.org/egov-kg/graph/> WITH <evidence> INSERT { <x:s> <x:p> 1 } WHERE {}",
    f"INSERT {{ GRAPH ?g {{ <x:s> <x:p> 1 }} }} WHERE {{ BIND({ENTAILED} AS ?g) }}",
    f"INSERT {{ GRAPH ?g {{ <x:s> <x:p> 1 }} }} WHERE {{ VALUES ?g {{ {CURATED} {ENTAILED} }} }}",
    f"ADD {CURATED} TO DEFAULT ; INSERT DATA {{ <x:s> <x:p> 1 }}",
    f"INSERT DATA {{ GRAPH {CURATED} {{ <x:s> <x:p> 1 }} }} ; COPY {CURATED} TO {ENTAILED}",
    f"INSERT DATA {{ GRAPH {CURATED} {{ <x:s> <x:p> 1 }} }} ; MOVE {CURATED} TO DEFAULT",
    f"INSERT DATA {{ GRAPH {CURATED} {{ <x:s> <x:p> 1 }} GRAPH <{iri.graph_iri('catalogue')}> {{ <x:s> <x:p> 1 }} }}",
)


MEANING: Final = {
    "all things are one": "?a <http://www.w3.org/2002/07/owl#sameAs> <https://w3id.org/egov-kg/id/law/kr/everything>",
    "all things are of all classes": "?a a ?class",
    "all things are related to all": "?a ?p ?b",
}


def attempt(server: Curated, text: str) -> int:
    """Return the status of an update that is sent as it stands."""
    kind = {"Content-Type": "application/sparql-update"}
    return server.client.post("sparql", content=text, headers=kind).status_code


@pytest.mark.parametrize("text", DERIVED, ids=range(len(DERIVED)))
def test_a_derived_graph_is_not_written_in_any_spelling(server: Curated, text: str) -> None:
    """403, and neither a record nor a line of the audit: also if a part of the update would have been right."""
    log, audit = ChangeLog(server.out / CHANGES), server.out / CHANGES / AUDIT
    head, lines = log.head(), audit.read_bytes() if audit.exists() else b""

    status = attempt(server, text)

    assert status in {400, 403}
    assert log.head() == head
    assert (audit.read_bytes() if audit.exists() else b"") == lines


def test_what_is_written_down_of_a_change_is_one_line(server: Curated) -> None:
    """Whatever stands in the update, in its headers and in its literals."""
    evil = '\\n{\\"level\\": \\"admin\\"}\\r\\n- <x:s> <x:p> 1 .\\u2028'
    text = f'INSERT DATA {{ GRAPH {CURATED} {{ <x:s> <http://www.w3.org/2004/02/skos/core#note> "{evil}" }} }}'
    headers = {"Content-Type": "application/sparql-update", "User-Agent": '{"level": "admin"}', "X-Request-Id": "evil"}

    accepted = server.client.post("sparql", content=text, headers=headers)

    assert accepted.status_code == 202
    for line in (server.out / CHANGES / AUDIT).read_text(encoding="utf-8").split("\n")[:-1]:
        assert isinstance(json.loads(line), dict)
    number = int(accepted.headers["location"].rpartition("/")[2])
    record = (server.out / CHANGES / f"{number:012d}.nqp").read_bytes()
    assert record.count(b"\n") == 2


@pytest.mark.parametrize("facts", sorted(MEANING) if LONG else ["all things are one"])
def test_a_change_of_all_meaning_is_not_published(server: Curated, facts: str) -> None:
    """It is set aside with the reasons, and the release before it stays."""
    before = server.client.get("sparql", params={"query": "ASK {}"}).headers["egov-release"]
    where = "GRAPH ?g1 { ?a ?x ?y } GRAPH ?g2 { ?b ?v ?w . ?z a ?class . ?s ?p ?o }"
    text = f"INSERT {{ GRAPH {CURATED} {{ {MEANING[facts]} }} }} WHERE {{ {where} }}"

    response = server.client.post(
        "sparql", content=text, headers={"Content-Type": "application/sparql-update", "Prefer": "wait=60"}
    )

    assert response.status_code in {413, 422, 503}
    after = server.client.get("sparql", params={"query": "ASK {} # again"}).headers["egov-release"]
    assert after == before
