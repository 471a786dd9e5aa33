"""The process that faces the network: it knows no RDF, whatever it is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from tests.server.conftest import Server, publish

_SERVE = """
import sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import run

run(Config(port=0), Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
print(*sorted({name.partition(".")[0] for name in sys.modules}), flush=True)
"""

ADDRESSES = [
    "",
    "sparql",
    "sparql?format=rdf",
    "sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+3",
    "sparql?query=CONSTRUCT+WHERE+%7B+%3Fs+%3Fp+%3Fo+%7D",
    "sparql?query=SELECT",
    "id/law/kr/act",
    "page/law/kr/act",
    "data/law/kr/act.ttl",
    "data/law/kr/act.csv",
    "data/law/kr/act.jsonld",
    "graph/document/int/laws.rdf",
    "graph?default",
    "ontology.jsonld",
    "ontology",
    "alignments.nt",
    "void.ttl",
    "void.jsonld",
    "catalog.rdf",
    "explain?s=law/kr/act&p=egov:amends&o=law/kr/law-0",
    "explain?s=law/kr/act&p=skos:prefLabel&o=%22Act+2026.1.0%22%40en",
    "explain?s=law/kr/act&p=skos:prefLabel&o=%22Act",
    "explain?s=law/kr/act&p=egov:amends&o=law/kr/law-0&format=proof",
    "queries/laws-by-administration.csv",
    "queries/what-a-thing-is.csv?thing=law/kr/act",
    "search?q=act",
    "dumps/latest/",
    "readyz",
    "openapi.json",
    "id/no such thing",
    "id/%3Cb%3E",
]


def test_it_loads_no_library_of_rdf(tmp_path: Path) -> None:
    """What is RDF is read and written by the query and view processes, which may be ended."""
    release = publish(tmp_path).id
    command = [sys.executable, "-c", _SERVE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        server = Server(tmp_path, release, process)
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            statuses = {
                address: client.get(address, headers={"Accept": accept}).status_code
                for address in ADDRESSES
                for accept in ("text/html", "*/*")
            }
        process.terminate()
        assert process.stdout is not None
        modules = set(process.stdout.readline().split())

    assert {address: status for address, status in statuses.items() if status >= 500} == {}
    assert {"egov_kg", "starlette"} <= modules
    assert modules & {"pyoxigraph", "rdflib", "owlrl", "pyshacl"} == set()
