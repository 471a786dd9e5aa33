"""SPARQL 1.1 Protocol, the query part: each row of the table in docs/reference/http.md."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from egov_kg import iri
from tests.server.conftest import Ask, Server, slug

ASK = "ASK { ?s ?p ?o }"
TRUE = {"head": {}, "boolean": True}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
DOCUMENT = iri.graph_iri("document/int/laws")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def number(response: httpx.Response) -> int:
    """Return the one number of a CSV answer."""
    assert response.status_code == 200
    return int(response.text.split()[1])


class TestQuery:
    def test_get(self, ask: Ask) -> None:
        """The query stands in the address."""
        response = ask(ASK)

        assert (response.status_code, response.json()) == (200, TRUE)
        assert response.headers["content-type"] == "application/sparql-results+json"

    @pytest.mark.parametrize("path", ["sparql", "sparql/"])
    def test_post_of_a_form(self, client: httpx.Client, path: str) -> None:
        """The query stands in the body, and the address may end with a slash."""
        assert client.post(path, data={"query": ASK}).json() == TRUE

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/sparql-query",
            "application/sparql-query; charset=utf-8",
            'Application/SPARQL-Query;charset="UTF-8"',
        ],
    )
    def test_post_of_the_query_itself(self, client: httpx.Client, content_type: str) -> None:
        """The body is the query."""
        response = client.post(
            "sparql", content="ASK { ?s ?p '전자정부법'@ko }", headers={"Content-Type": content_type}
        )

        assert response.json() == TRUE

    def test_a_byte_order_mark_is_no_part_of_the_query(self, client: httpx.Client) -> None:
        """Editors write it."""
        headers = {"Content-Type": "application/sparql-query"}

        assert client.post("sparql", content=b"\xef\xbb\xbfASK {}", headers=headers).json() == TRUE

    def test_head_has_the_headers_of_get_and_no_body(self, server: Server, ask: Ask) -> None:
        """Content-Length included."""
        head = server.raw(
            f"HEAD /sparql?query={quote(ASK)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        ).decode()
        lines = dict(line.split(": ", 1) for line in head.split("\r\n\r\n")[0].split("\r\n")[1:])

        assert head.endswith("\r\n\r\n")
        assert lines["content-length"] == ask(ASK).headers["content-length"]
        assert lines["etag"] == ask(ASK).headers["etag"]
        assert lines["content-type"] == "application/sparql-results+json"

    def test_head_of_an_error_has_no_body_either(self, server: Server) -> None:
        """A body would break the connection for the next request."""
        head = server.raw(b"HEAD /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        assert head.startswith(b"HTTP/1.1 404 ")
        assert head.endswith(b"\r\n\r\n")

    def test_unknown_parameters_are_ignored(self, ask: Ask) -> None:
        """Editors of others send ac=1; names are case-sensitive, so Query is unknown."""
        assert ask(ASK, ac="1", Query="DROP ALL", FORMAT="pdf").json() == TRUE

    def test_an_empty_query_is_a_syntax_error(self, ask: Ask) -> None:
        """It is a query, and none of SPARQL."""
        response = ask("")

        assert (response.status_code, slug(response)) == (400, "syntax")

    def test_construct_and_describe_give_graphs(self, ask: Ask) -> None:
        """Turtle with our prefixes unless something else is asked for."""
        describe = ask(f"DESCRIBE <{iri.thing_iri('law/kr/act')}>")
        construct = ask("CONSTRUCT WHERE { ?s a <https://w3id.org/egov-kg/ontology#Law> }")

        assert describe.headers["content-type"] == "text/turtle; charset=utf-8"
        assert "a egov:Law" in construct.text
        assert len(list(ox.parse(construct.content, format=ox.RdfFormat.TURTLE))) == 301


class TestDatasets:
    def test_the_default_graph_holds_each_fact_once(self, ask: Ask) -> None:
        """Asserted and entailed, and not the graphs of ontology and catalogue."""
        twice = "SELECT (COUNT(*) AS ?n) { SELECT ?s ?p ?o { ?s ?p ?o } GROUP BY ?s ?p ?o HAVING (COUNT(*) > 1) }"

        assert number(ask(twice, format="csv")) == 0
        assert ask("ASK { ?x a <http://www.w3.org/2002/07/owl#Class> }").json()["boolean"] is False

    def test_parameters_replace_the_dataset(self, client: httpx.Client) -> None:
        """Naming one kind of graph makes the other kind empty; the address and a form count together."""
        parameters = {"format": "csv", "default-graph-uri": DOCUMENT}
        total = number(client.get("sparql", params={"query": COUNT, **parameters}))

        assert total == 905
        assert number(client.get("sparql", params={"query": COUNT_NAMED, **parameters})) == 0
        named = {"query": COUNT_NAMED, "named-graph-uri": DOCUMENT}
        assert number(client.post("sparql?format=csv", data=named)) == total
        assert number(client.post("sparql", params=parameters, data={"query": COUNT})) == total
        headers = {"Content-Type": "application/sparql-query"}
        assert number(client.post("sparql", params=parameters, content=COUNT, headers=headers)) == total

    def test_parameters_may_be_repeated(self, client: httpx.Client) -> None:
        """The default graph is then the merge."""
        pairs = [("query", COUNT), ("format", "csv"), ("default-graph-uri", DOCUMENT)]
        entailed = [("default-graph-uri", iri.graph_iri("entailed"))]
        alone = number(client.get("sparql", params=[*pairs[:2], *entailed]))

        assert number(client.get("sparql", params=[*pairs, *entailed])) == 905 + alone

    def test_they_win_over_from(self, client: httpx.Client) -> None:
        """And a graph of ours that this release does not hold is empty."""
        query = f"SELECT (COUNT(*) AS ?n) FROM <{iri.graph_iri('nothing')}> {{ ?s ?p ?o }}"
        parameters = {"query": query, "format": "csv"}

        assert number(client.get("sparql", params=parameters)) == 0
        assert number(client.get("sparql", params={**parameters, "default-graph-uri": DOCUMENT})) == 905


class TestFormats:
    @pytest.mark.parametrize(
        ("token", "content_type"),
        [
            ("json", "application/sparql-results+json"),
            ("xml", "application/sparql-results+xml"),
            ("csv", "text/csv; charset=utf-8"),
            ("tsv", "text/tab-separated-values; charset=utf-8"),
            ("csv-excel", "text/csv; charset=utf-8"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("html", "text/html; charset=utf-8"),
            ("text/csv", "text/csv; charset=utf-8"),
            ("application/sparql-results+xml", "application/sparql-results+xml"),
            ("application/sparql-results xml", "application/sparql-results+xml"),  # its plus sign was not encoded
        ],
    )
    @pytest.mark.parametrize("query", [ASK, "SELECT ?s { ?s ?p ?o } LIMIT 3"])
    def test_tables(self, ask: Ask, query: str, token: str, content_type: str) -> None:
        """``format=`` wins over Accept."""
        response = ask(query, accept="image/png", format=token)

        assert (response.status_code, response.headers["content-type"]) == (200, content_type)
        assert ("attachment" in response.headers.get("content-disposition", "")) == (
            "csv" in content_type or "tab-" in content_type or token == "xlsx"
        )

    @pytest.mark.parametrize(
        ("token", "content_type"),
        [
            ("ttl", "text/turtle; charset=utf-8"),
            ("nt", "application/n-triples"),
            ("rdf", "application/rdf+xml"),
            ("xml", "application/rdf+xml"),
            ("jsonld", "application/ld+json"),
            ("json", "application/ld+json"),
            ("trig", "application/trig"),
            ("nq", "application/n-quads"),
            ("html", "text/html; charset=utf-8"),
        ],
    )
    def test_graphs(self, ask: Ask, token: str, content_type: str) -> None:
        """The same tokens mean the formats of graphs here."""
        response = ask("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 5", accept="image/png", format=token)

        assert (response.status_code, response.headers["content-type"]) == (200, content_type)

    def test_csv_bytes_are_those_of_the_w3c(self, ask: Ask) -> None:
        """No byte order mark; what a spreadsheet would run stays as it is."""
        assert ask("SELECT ('=1+1' AS ?x) {}", format="csv").content == b"x\r\n=1+1\r\n"

    def test_a_form_without_an_acceptable_format(self, ask: Ask) -> None:
        """406 names what there is."""
        response = ask(ASK, accept="text/turtle")

        assert (response.status_code, slug(response)) == (406, "not-acceptable")
        assert "application/sparql-results+json" in response.json()["available"]

    def test_of_two_formats_the_first_known_one_counts(self, client: httpx.Client) -> None:
        """A client in wide use tries two spellings at once."""
        response = client.get(f"sparql?query={quote(ASK)}&format=rdf%2Bxml&format=nonsense&format=tsv&format=")

        assert (response.status_code, slug(response)) == (406, "not-acceptable")
        assert client.get(f"sparql?query={quote(ASK)}&format=nonsense&format=tsv").text == "true"

    def test_an_unknown_format_lists_the_known_ones(self, ask: Ask) -> None:
        """Not a silent default."""
        response = ask(ASK, format="pdf")

        assert (response.status_code, slug(response)) == (400, "bad-parameter")
        assert {"json", "ttl", "csv-excel"} <= set(response.json()["available"])


class TestWithoutQuery:
    @pytest.mark.parametrize(
        "accept", [None, "*/*", "text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
    )
    def test_the_service_description(self, client: httpx.Client, accept: str | None) -> None:
        """For whoever prefers RDF or nothing."""
        request = client.build_request("GET", "sparql")
        request.headers.pop("accept")
        if accept is not None:
            request.headers["accept"] = accept
        response = client.send(request)

        form = ox.RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
        assert form is not None
        triples = {q.triple for q in ox.parse(response.content, format=form)}
        endpoint = ox.NamedNode(f"{client.base_url}sparql")
        assert [t for t in triples if t.predicate.value.endswith("#endpoint") and t.object == endpoint]
        assert not [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]

    def test_it_names_graphs_prefixes_examples_and_partitions(self, client: httpx.Client) -> None:
        """All that editors of others ask for, because the default graph holds facts only."""
        triples = list(ox.parse(client.get("sparql").content, format=ox.RdfFormat.TURTLE))
        store = ox.Store()
        store.extend(triples)
        query = """
            PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX sh: <http://www.w3.org/ns/shacl#>
            PREFIX void: <http://rdfs.org/ns/void#>
            ASK { ?service a sd:Service ; sd:defaultDataset/sd:namedGraph/sd:name ?name ; sh:prefixes/sh:declare ?p .
                  ?p sh:prefix "egov" ; sh:namespace ?n . ?q a sh:SPARQLExecutable ; sh:select ?text .
                  ?d void:classPartition ?c FILTER NOT EXISTS { ?service sd:feature sd:UnionDefaultGraph } }
        """

        assert store.query(query, substitutions={ox.Variable("name"): ox.NamedNode(DOCUMENT)})

    def test_a_browser_gets_the_query_page(self, client: httpx.Client) -> None:
        """HTML is preferred strictly."""
        response = client.get("sparql", headers={"Accept": BROWSER})

        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<textarea" in response.text
        assert "Accept-Language" in response.headers["vary"]

    def test_a_post_without_query(self, client: httpx.Client) -> None:
        """400 says what is missing."""
        response = client.post("sparql", data={"other": "1"})

        assert (response.status_code, slug(response)) == (400, "missing-query")


class TestUpdates:
    @pytest.mark.parametrize(
        ("content_type", "body", "refusal"),
        [
            ("application/sparql-update", "DROP ALL", (403, "read-only")),
            ("application/x-www-form-urlencoded", "update=DROP+ALL", (403, "read-only")),
            ("application/x-www-form-urlencoded", "query=DROP+ALL", (400, "syntax")),
            ("application/sparql-query", "DELETE WHERE { ?s ?p ?o }", (400, "syntax")),
            ("application/sparql-query", "LOAD <http://127.0.0.1/>", (400, "syntax")),
        ],
    )
    def test_an_update_is_refused(
        self, client: httpx.Client, ask: Ask, content_type: str, body: str, refusal: tuple[int, str]
    ) -> None:
        """And nothing has changed."""
        before = number(ask(COUNT, format="csv"))
        response = client.post("sparql", content=body, headers={"Content-Type": content_type})

        assert (response.status_code, slug(response)) == refusal
        assert number(ask(COUNT, format="csv")) == before

    def test_an_update_in_an_address_is_refused_as_such(self, client: httpx.Client) -> None:
        """GET changes nothing, anywhere."""
        response = client.get("sparql", params={"update": "DROP ALL"})

        assert (response.status_code, slug(response)) == (400, "update-needs-post")


class TestMethods:
    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
    def test_others_are_not_allowed(self, client: httpx.Client, method: str) -> None:
        """405 names those that are."""
        response = client.request(method, "sparql")

        assert (response.status_code, slug(response)) == (405, "method-not-allowed")
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"

    def test_options(self, client: httpx.Client) -> None:
        """Also the preflight of browsers, for any origin, without credentials."""
        response = client.options(
            "sparql", headers={"Origin": "http://x.example", "Access-Control-Request-Method": "POST"}
        )

        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["access-control-allow-methods"] == "GET, HEAD, POST"
        assert response.headers["access-control-allow-headers"] == "Accept, Content-Type, If-None-Match"
        assert response.headers["access-control-max-age"] == "86400"
        assert "access-control-allow-credentials" not in response.headers
        assert response.headers["accept-post"].startswith("application/sparql-query, ")


class TestHeaders:
    def test_every_answer_names_its_release(self, server: Server, client: httpx.Client, ask: Ask) -> None:
        """Errors too."""
        for response in (ask(ASK), ask("nonsense"), client.get("nothing"), client.options("sparql")):
            assert response.headers["egov-release"] == server.release
            assert re.fullmatch(r"[0-9a-f]{16}", response.headers["x-request-id"])
            assert response.headers["access-control-allow-origin"] == "*"
            assert "Egov-Release" in response.headers["access-control-expose-headers"]
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
            assert "unsafe" not in response.headers["content-security-policy"]
            assert response.headers["referrer-policy"] == "strict-origin-when-cross-origin"
            assert '</sparql>; rel="service-desc"' in response.headers["link"]
            assert response.headers["vary"].startswith("Accept, Accept")

    def test_an_answer_may_be_kept(self, ask: Ask, client: httpx.Client) -> None:
        """A weak tag and five minutes for GET; a conditional POST would have to be an error, so POST has neither."""
        got, posted = ask(ASK), client.post("sparql", data={"query": ASK})

        assert re.fullmatch(r'W/"[0-9a-f]{32}"', got.headers["etag"])
        assert got.headers["cache-control"] == "public, max-age=300"
        assert "queue;dur=" in got.headers["server-timing"]
        assert "etag" not in posted.headers

    def test_whoever_has_it_hears_so(self, client: httpx.Client, ask: Ask) -> None:
        """304 comes before any query process is asked: a list of tags, weak or strong."""
        etag = ask(ASK).headers["etag"]

        for value in (etag, f'"x", {etag}', etag.removeprefix("W/")):
            response = client.get("sparql", params={"query": ASK}, headers={"If-None-Match": value})
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["etag"] == etag

    def test_the_tag_depends_on_query_dataset_and_format(self, client: httpx.Client, ask: Ask) -> None:
        """A byte more is another query."""
        tags = {
            ask(ASK).headers["etag"],
            ask(ASK + " ").headers["etag"],
            ask(ASK, accept="text/csv").headers["etag"],
            ask(ASK, **{"default-graph-uri": DOCUMENT}).headers["etag"],
            ask(ASK, **{"named-graph-uri": DOCUMENT}).headers["etag"],
        }

        assert len(tags) == 5
        assert client.get("sparql", params={"query": ASK}, headers={"If-None-Match": '"x"'}).status_code == 200

    @pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
    def test_what_changes_is_not_kept(self, ask: Ask, call: str) -> None:
        """No tag, and no store."""
        response = ask(f"SELECT ({call} AS ?x) {{}}")

        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers


class TestErrors:
    def test_a_syntax_error_has_its_place(self, ask: Ask) -> None:
        """Line, column, word and hint are members of the problem."""
        response = ask("SELECT *\nWHERE { ?s egov:x ?o }")

        assert (response.status_code, slug(response)) == (400, "syntax")
        problem = response.json()
        assert (problem["line"], problem["column"], problem["token"]) == (2, 12, "egov:x")
        assert problem["hint"] == "add this line at the top: PREFIX egov: <https://w3id.org/egov-kg/ontology#>"

    def test_people_get_a_page(self, ask: Ask) -> None:
        """With the query in its field, and the same status."""
        response = ask("SELECT * { ?s <script>alert(1)</script> ?o }", accept=BROWSER)

        assert response.status_code == 400
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<script>alert" not in response.text
        assert "&lt;script&gt;alert" in response.text

    def test_every_type_has_a_page(self, client: httpx.Client) -> None:
        """The list at /problem is what can happen."""
        listed = client.get("problem").json()

        for kind in listed:
            described = client.get(f"problem/{kind['type'].rpartition('/')[2]}")
            assert json.loads(described.content) == kind
