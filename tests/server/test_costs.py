"""``explain=1``: what a query costs instead of what it answers."""

from __future__ import annotations

import httpx

from egov_kg.config import Config
from tests.server.conftest import SECONDS, Ask, Server, slug
from tests.server.test_limits import ENDLESS


class TestReport:
    def test_tells_what_a_run_cost(self, server: Server, ask: Ask) -> None:
        """The form, the rows, the bytes, the seconds of each phase; and that there is no plan."""
        report = ask("SELECT ?s { ?s a <https://w3id.org/egov-kg/ontology#Law> } LIMIT 7", explain="1").json()

        assert report["release"] == server.release
        assert (report["answer"]["form"], report["answer"]["rows"], report["answer"]["cacheable"]) == (
            "SELECT",
            7,
            True,
        )
        assert set(report["seconds"]) == {"queue", "run", "write", "total"}
        assert sum(report["seconds"].values()) <= 2.001 * report["seconds"]["total"]
        assert report["plan"] is None
        assert report["limits"] == {"seconds": SECONDS, "bytes": 1 << 20, "memory": Config().query_memory}
        assert report["query"]["parts"] == {"LIMIT": 1, "SELECT": 1}

    def test_counts_rows_of_every_form(self, ask: Ask) -> None:
        """Triples of a graph; an ASK has none; a line feed in a value is no row."""
        construct = ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 5", explain="1").json()
        asked = ask("ASK { ?s ?p ?o }", explain="true").json()
        lines = ask("SELECT ('a\\nb\\rc' AS ?x) {}", explain="1").json()
        none = ask("SELECT * { ?s <urn:none> ?o }", explain="1").json()

        assert (construct["answer"]["rows"], asked["answer"]["rows"]) == (5, None)
        assert (lines["answer"]["rows"], none["answer"]["rows"]) == (1, 0)

    def test_names_the_dataset_of_the_request(self, ask: Ask) -> None:
        """As it stands in the parameters."""
        graph = "https://w3id.org/egov-kg/graph/none"
        report = ask("SELECT * { ?s ?p ?o }", explain="1", **{"default-graph-uri": graph}).json()

        assert report["dataset"] == {"default": [graph], "named": [], "expanded": False}
        assert report["answer"]["rows"] == 0

    def test_of_a_query_that_reaches_a_limit_says_which(self, ask: Ask) -> None:
        """Such a query is the one that somebody wants explained."""
        response = ask(f"{ENDLESS} # explained", explain="1", timeout="0.3")
        report = response.json()

        assert response.status_code == 200
        assert (report["answer"], report["problem"]["type"]) == (None, "time-limit")
        assert report["limits"]["seconds"] == 0.3
        assert report["seconds"]["total"] >= 0.29

    def test_is_never_kept(self, ask: Ask) -> None:
        """Two runs cost differently."""
        response = ask("ASK {}", explain="1")

        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers

    def test_can_be_posted(self, client: httpx.Client) -> None:
        """With the query as a form or as the body."""
        form = client.post("sparql", data={"query": "ASK {}", "explain": "1"})
        body = client.post("sparql?explain=1", content="ASK {}", headers={"Content-Type": "application/sparql-query"})

        assert form.json()["answer"]["form"] == body.json()["answer"]["form"] == "ASK"

    def test_of_what_is_wrong_is_the_problem(self, ask: Ask) -> None:
        """As without it."""
        assert slug(ask("SELECT * { ?s ?p }", explain="1")) == "syntax"
        assert slug(ask("SELECT * { SERVICE <http://127.0.0.1/> {} }", explain="1")) == "service-refused"
        assert slug(ask("ASK {}", explain="perhaps")) == "bad-parameter"

    def test_is_not_asked_for_by_no(self, ask: Ask) -> None:
        """Then there is the answer."""
        assert ask("ASK {}", explain="0").json()["boolean"] is True
