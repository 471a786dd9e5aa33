"""Things, graphs, the ontology and metadata at their own addresses."""

from __future__ import annotations

import json

import httpx
import pyoxigraph as ox
import pytest

from egov_kg import iri
from tests.server.conftest import Server, node, slug

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SKOLEM = """
    SELECT ?node { GRAPH ?g { ?node <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> ?rest }
    FILTER(CONTAINS(STR(?node), "/ontology/")) } LIMIT 1
"""
FORMATS = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


def triples(response: httpx.Response) -> set[ox.Triple]:
    """Return the triples of an RDF answer."""
    assert response.status_code == 200
    form = ox.RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    assert form is not None
    return {quad.triple for quad in ox.parse(response.content, format=form)}


class TestThings:
    @pytest.mark.parametrize(
        ("accept", "location"),
        [
            (None, "/data/law/kr/act.ttl"),
            ("*/*", "/data/law/kr/act.ttl"),
            ("text/turtle", "/data/law/kr/act.ttl"),
            ("application/rdf+xml", "/data/law/kr/act.rdf"),
            ("application/ld+json", "/data/law/kr/act.jsonld"),
            ("application/n-triples", "/data/law/kr/act.nt"),
            ("text/csv", "/data/law/kr/act.csv"),
            (BROWSER["Accept"], "/page/law/kr/act"),
        ],
    )
    def test_a_thing_sends_people_to_its_page_and_programs_to_its_data(
        self, client: httpx.Client, accept: str | None, location: str
    ) -> None:
        """303, because a law is no document; the address is a path of this server."""
        response = client.get("id/law/kr/act", headers={"Accept": accept} if accept else {})

        assert (response.status_code, response.headers["location"]) == (303, location)

    def test_an_extension_wins(self, client: httpx.Client) -> None:
        """Even over a browser."""
        assert client.get("id/law/kr/act.nt", headers=BROWSER).headers["location"] == "/data/law/kr/act.nt"

    def test_dots_of_an_id_are_no_extension(self, client: httpx.Client) -> None:
        """2003..2007 is a stretch of time."""
        assert client.get("id/time/kr/2003..2007").headers["location"] == "/data/time/kr/2003..2007.ttl"
        assert "2003 to 2007" in client.get("data/time/kr/2003..2007.ttl").text

    @pytest.mark.parametrize("extension", FORMATS)
    def test_the_data_are_its_triples_its_neighbours_names_and_what_points_to_it(
        self, client: httpx.Client, extension: str
    ) -> None:
        """The same triples in every format."""
        response = client.get(f"data/law/kr/law-0.{extension}")
        law, amends, label = node("law/kr/law-0"), node("egov:amends"), node("skos:prefLabel")

        assert response.headers["content-type"] == FORMATS[extension]
        assert {
            ox.Triple(law, label, ox.Literal("Law 0", language="en")),
            ox.Triple(law, amends, node("law/kr/law-1")),
            ox.Triple(node("law/kr/law-1"), label, ox.Literal("Law 1", language="en")),
            ox.Triple(node("law/kr/act"), amends, law),
            ox.Triple(node("law/kr/act"), label, ox.Literal("전자정부법", language="ko")),
        } <= triples(response)

    def test_the_data_as_a_table(self, client: httpx.Client) -> None:
        """One row a fact."""
        response = client.get("data/law/kr/act.csv")

        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert "전자정부법,ko\r\n" in response.text

    def test_two_answers_have_the_same_bytes(self, client: httpx.Client) -> None:
        """Data are sorted."""
        assert client.get("data/law/kr/law-0.ttl").content == client.get("data/law/kr/law-0.ttl").content

    def test_the_page_is_made_of_the_same_graph(self, client: httpx.Client) -> None:
        """In the reader's language."""
        response = client.get("page/law/kr/act", headers={**BROWSER, "Accept-Language": "ko"})

        assert response.status_code == 200
        assert "전자정부법" in response.text
        assert "Accept-Language" in response.headers["vary"]

    def test_whoever_has_the_data_hears_so(self, client: httpx.Client) -> None:
        """By the tag."""
        etag = client.get("data/law/kr/act.ttl").headers["etag"]

        assert client.get("data/law/kr/act.ttl", headers={"If-None-Match": etag}).status_code == 304
        assert client.get("data/law/kr/act.nt", headers={"If-None-Match": etag}).status_code == 200


class TestGraphs:
    @pytest.mark.parametrize("extension", FORMATS)
    def test_a_graph_in_each_format(self, client: httpx.Client, extension: str) -> None:
        """All of it."""
        assert len(triples(client.get(f"graph/document/int/laws.{extension}"))) == 905

    def test_a_graph_is_negotiated(self, client: httpx.Client) -> None:
        """Turtle for programs, a page for people; strong tags, which If-Match can use."""
        response = client.get("graph/document/int/laws")

        assert response.headers["content-type"] == "text/turtle; charset=utf-8"
        assert response.headers["etag"].startswith('"')
        assert client.get("graph/document/int/laws", headers=BROWSER).headers["content-type"].startswith("text/html")

    def test_indirectly(self, client: httpx.Client) -> None:
        """By the graph store protocol: a parameter names the graph, or the default graph."""
        name = iri.graph_iri("document/int/laws")
        default = triples(client.get("graph?default"))

        assert len(triples(client.get("graph", params={"graph": name}))) == 905
        assert ox.Triple(node("law/kr/act"), node("rdf:type"), node("egov:Law")) in default
        assert len(default) > 905

    @pytest.mark.parametrize(
        ("parameters", "status", "kind"),
        [
            ("", 400, "bad-parameter"),
            ("default&graph=x:y", 400, "bad-parameter"),
            ("graph=http://127.0.0.1/", 404, "no-such-graph"),
            (f"graph={iri.graph_iri('nothing')}", 404, "no-such-graph"),
            ("default&default", 400, "duplicate-parameter"),
        ],
    )
    def test_indirectly_wrong(self, client: httpx.Client, parameters: str, status: int, kind: str) -> None:
        """Both or neither, or a graph of somebody else."""
        response = client.get(f"graph?{parameters}")

        assert (response.status_code, slug(response)) == (status, kind)


class TestOntologyAndMetadata:
    @pytest.mark.parametrize("extension", FORMATS)
    def test_the_ontology_in_each_format(self, client: httpx.Client, extension: str) -> None:
        """The same axioms."""
        law = ox.Triple(node("egov:Law"), node("rdf:type"), node("owl:Class"))

        assert law in triples(client.get(f"ontology.{extension}"))
        assert law in triples(client.get("ontology", headers={"Accept": FORMATS[extension]}))

    def test_its_version_and_its_nodes_without_name(self, client: httpx.Client) -> None:
        """Every IRI of the graph has an answer."""
        node_without_name = client.get("sparql", params={"query": SKOLEM, "format": "csv"}).text.split()[1]
        response = client.get(node_without_name.removeprefix(iri.BASE))

        assert (response.status_code, response.headers["location"]) == (303, "/ontology")
        assert client.get("ontology/1.0.0").status_code == 200
        assert client.get("ontology/list/nothing/1").status_code == 404

    @pytest.mark.parametrize("path", ["alignments", "alignments.nt", "alignments/1.0.0"])
    def test_the_alignments(self, client: httpx.Client, path: str) -> None:
        """Our terms against those of others, in a file of their own."""
        assert any(t.subject == node("egov:Law") for t in triples(client.get(path)))

    def test_the_ontology_for_people(self, client: httpx.Client) -> None:
        """Each term is an element whose id is the fragment of its IRI."""
        assert 'id="Law"' in client.get("ontology", headers=BROWSER).text

    @pytest.mark.parametrize("path", ["void.ttl", "catalog", "catalog.ttl", "catalog.jsonld", "catalog.rdf", "void.nt"])
    def test_the_release_describes_itself(self, client: httpx.Client, path: str) -> None:
        """VoID and DCAT, made by the build."""
        dataset = ox.NamedNode(f"{iri.BASE}catalog#2026.1.0")

        assert ox.Triple(dataset, node("rdf:type"), node("void:Dataset")) in triples(client.get(path))

    def test_the_well_known_address(self, client: httpx.Client) -> None:
        """Where crawlers look."""
        response = client.get(".well-known/void")

        assert (response.status_code, response.headers["location"]) == (303, "/void.ttl")

    def test_the_first_page(self, client: httpx.Client) -> None:
        """HTML for people and for those who do not say; the catalogue for who asks for RDF."""
        assert client.get("", headers=BROWSER).headers["content-type"].startswith("text/html")
        assert client.get("").headers["content-type"].startswith("text/html")
        response = client.get("", headers={"Accept": "text/turtle"})
        assert (response.status_code, response.headers["location"]) == (303, "/catalog")


class TestExplanations:
    def test_a_derived_triple_has_a_proof(self, client: httpx.Client) -> None:
        """What is amended is amended by: an inverse property."""
        response = client.get("explain", params={"s": "law/kr/law-0", "p": "egov:amendedBy", "o": "law/kr/act"})

        assert response.status_code == 200
        assert "egov:amends" in response.text

    def test_an_asserted_triple_is_its_own_proof(self, client: httpx.Client) -> None:
        """Literals are given as in Turtle, or as their text where they have no language."""
        response = client.get("explain", params={"s": "law/kr/act", "p": "skos:prefLabel", "o": '"전자정부법"@ko'})

        assert response.status_code == 200

    def test_people_get_a_page(self, client: httpx.Client) -> None:
        """With the same tree."""
        parameters = {"s": "law/kr/law-0", "p": "egov:amendedBy", "o": "law/kr/act"}

        assert "<h1>" in client.get("explain", params=parameters, headers=BROWSER).text

    def test_a_proof_comes_as_a_graph_of_steps(self, client: httpx.Client) -> None:
        """Nodes with rule, axiom and premises; what is given names its graphs; the release stands beside."""
        parameters = {"s": "law/kr/law-0", "p": "egov:amendedBy", "o": "law/kr/act", "format": "proof", "all": "1"}

        response = client.get("explain", params=parameters)
        proof = response.json()

        assert response.headers["content-type"] == "application/vnd.egov-kg.proof+json"
        assert (proof["status"], proof["nodes"]["n0"]["rule"][:-1]) == ("entailed", "prp-inv")
        assert proof["nodes"]["n1"]["asserted"]["graphs"]
        assert proof["release"].startswith("sha256:")

    def test_a_proof_comes_as_text(self, client: httpx.Client) -> None:
        """Each premise below what it gives, as on a terminal; in the language that is asked for."""
        parameters = {"s": "law/kr/law-0", "p": "egov:amendedBy", "o": "law/kr/act", "format": "text"}

        response = client.get("explain", params=parameters)
        korean = client.get("explain", params={**parameters, "lang": "ko"})
        lines = response.text.splitlines()

        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert lines[1:3] == [
            "  law/kr/law-0 egov:amendedBy law/kr/act",
            "  derived: “amended by” is “amends” read the other way round",
        ]
        assert "    law/kr/act egov:amends law/kr/law-0" in map(str.rstrip, (line[2:] for line in lines))
        assert "derived: “다음에 의해 개정됨”" in korean.text or "관계의 역임" in korean.text

    @pytest.mark.parametrize(
        ("parameters", "status", "kind"),
        [
            ({"s": "law/kr/act", "p": "egov:amends", "o": "law/kr/law-0", "all": "2"}, 400, "bad-parameter"),
            ({"s": "law/kr/act", "p": "egov:amends", "o": "law/kr/act", "format": "proof"}, 404, "not-entailed"),
            ({"s": "law/kr/act", "p": "egov:amends"}, 400, "bad-parameter"),
            ({"s": "law/kr/act", "p": "egov:amends", "o": ""}, 400, "bad-parameter"),
            ({"s": "nonsense", "p": "egov:amends", "o": "law/kr/act"}, 400, "bad-parameter"),
            ({"s": "law/kr/act", "p": '"x"', "o": "law/kr/act"}, 400, "bad-parameter"),
            ({"s": "law/kr/act", "p": "egov:amends", "o": '"x" . <a:b> <a:c> <a:d>'}, 400, "bad-parameter"),
            ({"s": "law/kr/act", "p": "egov:amends", "o": '"open'}, 400, "bad-parameter"),
            ({"s": "law/kr/act", "p": "egov:amends", "o": "law/kr/act"}, 404, "not-entailed"),
            ({"s": "law/kr/act", "p": "skos:prefLabel", "o": "no such name"}, 404, "not-entailed"),
        ],
    )
    def test_what_cannot_be_explained(
        self, client: httpx.Client, parameters: dict[str, str], status: int, kind: str
    ) -> None:
        """Not in the graph is not found."""
        response = client.get("explain", params=parameters)

        assert (response.status_code, slug(response)) == (status, kind)


class TestDownloads:
    def test_the_list(self, server: Server, client: httpx.Client) -> None:
        """Every dump with bytes and SHA-256."""
        listing = client.get("dumps/").json()
        names = {file["name"] for file in listing["files"]}

        assert (listing["release"], listing["releases"]) == (server.release, [server.release])
        assert {"egov-kg-all.ttl", "egov-kg-asserted.nq.gz", "SHA256SUMS", "manifest.json", "void.ttl"} <= names
        assert not any("store" in name for name in names)
        assert client.get("dumps/", headers=BROWSER).headers["content-type"].startswith("text/html")

    def test_every_file_of_the_list_can_be_had(self, client: httpx.Client) -> None:
        """With its length, its type, its checksum as tag, and the bytes that the list promises."""
        for file in client.get("dumps/").json()["files"]:
            response = client.get(file["href"].removeprefix("/"), headers={"Accept-Encoding": "identity"})
            assert response.status_code == 200
            assert int(response.headers["content-length"]) == len(response.content) == file["bytes"]
            assert response.headers["content-type"] == file["media_type"]
            assert response.headers["etag"] == f'"{file["sha256"]}"'
            assert "content-encoding" not in response.headers

    def test_the_latest_is_a_redirect(self, server: Server, client: httpx.Client) -> None:
        """302: tomorrow it is another release."""
        response = client.get("dumps/latest/egov-kg-all.ttl")

        assert response.status_code == 302
        assert response.headers["location"] == f"/dumps/{server.release}/egov-kg-all.ttl"
        assert client.get("dumps").headers["location"] == "/dumps/"

    def test_a_part_of_a_file(self, client: httpx.Client) -> None:
        """Ranges, for downloads that were cut; a range outside the file is an error."""
        address = client.get("dumps/latest/egov-kg-all.nt").headers["location"].removeprefix("/")
        whole = client.get(address).content
        part = client.get(address, headers={"Range": "bytes=10-19"})
        outside = client.get(address, headers={"Range": f"bytes={len(whole) + 1}-"})

        assert (part.status_code, part.content) == (206, whole[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
        assert client.get(address, headers={"Range": "bytes=-7"}).content == whole[-7:]
        assert client.get(address, headers={"Range": "bytes=x"}).content == whole
        assert client.get(address, headers={"Range": "bytes=1-2", "If-Range": '"other"'}).content == whole
        assert (outside.status_code, slug(outside)) == (416, "range-not-satisfiable")

    def test_whoever_has_a_file_hears_so(self, client: httpx.Client) -> None:
        """It never changes."""
        address = client.get("dumps/latest/egov-kg-all.nt").headers["location"].removeprefix("/")
        response = client.get(address)

        assert "immutable" in response.headers["cache-control"]
        assert client.get(address, headers={"If-None-Match": response.headers["etag"]}).status_code == 304

    def test_head_of_a_file(self, client: httpx.Client) -> None:
        """Its length without its bytes."""
        address = client.get("dumps/latest/egov-kg-all.nt").headers["location"].removeprefix("/")
        response = client.head(address, headers={"Accept-Encoding": "identity"})

        assert int(response.headers["content-length"]) == len(client.get(address).content)
        assert response.content == b""


class TestQuestions:
    def test_the_list(self, client: httpx.Client) -> None:
        """Every named query with its question, parameters and formats."""
        listed = {query["name"]: query for query in client.get("queries").json()}

        assert listed["laws-by-administration"]["question"].keys() == {"en", "ko"}
        assert "csv" in listed["laws-by-administration"]["formats"]
        assert client.get("queries", headers=BROWSER).headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize("extension", ["csv", "tsv", "json", "xml", "csv-excel", "html"])
    def test_an_answer_in_each_format(self, client: httpx.Client, extension: str) -> None:
        """By extension, by ``format=``, and the same bytes."""
        by_extension = client.get(f"queries/things-of-a-class.{extension}?class=egov:Law")
        by_name = client.get(f"queries/things-of-a-class?class=egov:Law&format={extension}")

        assert by_extension.status_code == by_name.status_code == 200
        if extension != "html":
            assert by_extension.content == by_name.content

    def test_a_parameter_is_bound(self, client: httpx.Client) -> None:
        """As a term."""
        laws = client.get("queries/things-of-a-class.csv", params={"class": "egov:Law"}).text
        people = client.get("queries/things-of-a-class.csv", params={"class": "egov:Person"}).text

        assert "law/kr/act" in laws
        assert "law/kr/act" not in people

    def test_the_text_with_its_values(self, client: httpx.Client) -> None:
        """For an editor."""
        response = client.get("queries/things-of-a-class.rq", params={"class": "egov:Law"})

        assert response.headers["content-type"] == "application/sparql-query; charset=utf-8"
        assert "VALUES ?class { <https://w3id.org/egov-kg/ontology#Law> }" in response.text

    def test_unknown_parameters_are_ignored(self, client: httpx.Client) -> None:
        """Clients of others add theirs."""
        assert client.get("queries/administrations.csv?ac=1").status_code == 200

    @pytest.mark.parametrize(
        ("parameters", "kind"),
        [
            ("class=nonsense", "bad-parameter"),
            ("class=http://x.example/%3E%7D%20%3B%20DROP%20ALL%20%23", "bad-parameter"),
            ("class=egov:Law&class=egov:Person", "duplicate-parameter"),
            ("class=egov:Law&lang=%27", "bad-parameter"),
            ("class=%ff", "bad-encoding"),
            ("class=egov:Law&format=pdf", "bad-parameter"),
        ],
    )
    def test_a_bad_value_is_named(self, client: httpx.Client, parameters: str, kind: str) -> None:
        """400, in data formats and for people."""
        response = client.get(f"queries/things-of-a-class?{parameters}", headers={"Accept": "text/csv"})
        page = client.get(f"queries/things-of-a-class?{parameters}", headers=BROWSER)

        assert (response.status_code, slug(response)) == (400, kind)
        assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")

    def test_whoever_has_an_answer_hears_so(self, client: httpx.Client) -> None:
        """By the tag, which depends on the values."""
        response = client.get("queries/things-of-a-class.csv?class=egov:Law")
        headers = {"If-None-Match": response.headers["etag"]}

        assert client.get("queries/things-of-a-class.csv?class=egov:Law", headers=headers).status_code == 304
        assert client.get("queries/things-of-a-class.csv?class=egov:Person", headers=headers).status_code == 200

    def test_every_shipped_query_answers(self, client: httpx.Client) -> None:
        """With the example or default of each parameter; what needs a value says so."""
        for query in client.get("queries").json():
            response = client.get(f"queries/{query['name']}.json")
            required = any(p["required"] and p["default"] is None for p in query["parameters"])
            assert response.status_code == (400 if required else 200), query["name"]


class TestSmallAddresses:
    def test_health(self, server: Server, client: httpx.Client) -> None:
        """Alive, and ready because a query process has answered."""
        assert client.get("healthz").json() == {"status": "ok", "release": server.release}
        assert client.get("readyz").json() == {"status": "ready", "release": server.release}
        assert client.get("readyz").headers["cache-control"] == "no-store"

    def test_robots_and_icon(self, client: httpx.Client) -> None:
        """Crawlers read pages and leave the endpoint alone; a missing icon would be an error in every browser."""
        assert "Disallow: /sparql\n" in client.get("robots.txt").text
        assert client.get("favicon.ico").headers["content-type"] == "image/svg+xml"

    def test_nobody_is_told_of_a_weakness_unless_the_operator_says_whom(self, client: httpx.Client) -> None:
        """Then there is no such address."""
        assert client.get(".well-known/security.txt").status_code == 404

    def test_openapi(self, client: httpx.Client) -> None:
        """Each named query has its path and parameters."""
        document = json.loads(client.get("openapi.json").content)

        assert document["openapi"] == "3.1.0"
        assert {"get", "post"} <= document["paths"]["/sparql"].keys()
        parameters = document["paths"]["/queries/things-of-a-class"]["get"]["parameters"]
        assert {"class", "format"} <= {parameter["name"] for parameter in parameters}
