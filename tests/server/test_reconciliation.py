"""The routes of reconciliation, both versions: what a request is answered with, whatever is found."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest

from egov_kg.server.outgoing import CSP, FRAMED
from egov_kg.store.tokens import new_token
from tests.conformance.serving import scratch_server
from tests.reconciliation.schemas import has_schemas, schema_errors
from tests.reconciliation.shapes import (
    ENTITIES_02,
    ENTITIES_10,
    EXTENSION_02,
    EXTENSION_10,
    MANIFEST_02,
    MANIFEST_10,
    PROPERTIES_02,
    PROPERTIES_10,
    PROPOSALS,
    RESULTS_02,
    RESULTS_10,
    TYPES,
    misfits,
)
from tests.server.conftest import Server, slug, start, stop
from tests.server.fixed import TURNED, start_fixed

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BODY = 256 << 10


@pytest.fixture(scope="module")
def fixed(server: Server) -> Iterator[Server]:
    """A server with fixed answers and a deadline of a second."""
    running = start_fixed(server.out, server.release, query_seconds=1.0)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def web(fixed: Server) -> Iterator[httpx.Client]:
    """A client that follows no redirect."""
    with httpx.Client(base_url=fixed.url, trust_env=False, timeout=30) as client:
        yield client


def fitting(response: httpx.Response, shape: Any, schema: str) -> Any:
    """Return the JSON of an answer, after checking that it is what the specification says.

    Args:
        response: The answer.
        shape: Of its prose; see `tests.reconciliation.shapes`.
        schema: Version and name of its schema, which is asked where there is a copy: ``0.2/manifest``.
    """
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    value = response.json()
    assert list(misfits(value, shape)) == []
    if has_schemas():
        version, _, name = schema.partition("/")
        assert schema_errors(version, name, value) == []
    return value


def ask(web: httpx.Client, **queries: Any) -> httpx.Response:
    """Send a batch of version 0.2."""
    return web.post("reconcile", data={"queries": json.dumps(queries)})


def first(web: httpx.Client, *, headers: dict[str, str] | None = None, path: str = "reconcile", **query: Any) -> str:
    """Return what the reconciler was asked by one query of version 0.2."""
    response = web.post(path, data={"queries": json.dumps({"q0": query})}, headers=headers)
    said: str = fitting(response, RESULTS_02, "0.2/reconciliation-result-batch")["q0"]["result"][0]["description"]
    return said


class TestVersion02:
    def test_the_manifest(self, web: httpx.Client) -> None:
        """With the addresses under which people see the server; browsers of programs (``*/*``) get it too."""
        manifest = fitting(web.get("reconcile"), MANIFEST_02, "0.2/manifest")

        assert manifest == fitting(web.get("reconcile/", headers={"Accept": "*/*"}), MANIFEST_02, "0.2/manifest")
        assert manifest["identifierSpace"] == "https://w3id.org/egov-kg/id/"
        assert manifest["schemaSpace"] == "https://w3id.org/egov-kg/ontology#"
        assert manifest["view"]["url"] == f"{web.base_url}reconcile/view?id={{{{id}}}}"
        assert manifest["defaultTypes"] == [{"id": "Law", "name": "law"}, {"id": "Agency", "name": "agency"}]
        suggest = manifest["suggest"]["entity"]
        assert suggest["service_url"] + suggest["service_path"] == f"{web.base_url}reconcile/suggest/entity"

    def test_the_manifest_of_an_address_with_a_language(self, web: httpx.Client) -> None:
        """Views and previews then have it too, because clients send no header there."""
        manifest = fitting(web.get("reconcile?lang=ko"), MANIFEST_02, "0.2/manifest")

        assert manifest["preview"]["url"].endswith("/reconcile/preview?id={{id}}&lang=ko")

    def test_people_get_a_page(self, web: httpx.Client) -> None:
        """In their language, with the address that they paste."""
        page = web.get("reconcile", headers={"Accept": BROWSER, "Accept-Language": "ko"})

        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["content-language"] == "ko"
        assert f"<code>{web.base_url}reconcile</code>" in page.text

    def test_a_batch(self, web: httpx.Client) -> None:
        """Answers under the keys of the queries, in their order."""
        answer = ask(web, q1={"query": "a", "limit": 1}, q0={"query": "nothing"})

        found = fitting(answer, RESULTS_02, "0.2/reconciliation-result-batch")
        assert {key: len(one["result"]) for key, one in found.items()} == {"q1": 1, "q0": 0}
        assert list(found) == ["q1", "q0"]
        assert answer.headers["cache-control"] == "no-cache"
        assert found["q1"]["result"][0]["id"] == "law/kr/act"

    def test_a_batch_in_the_address(self, web: httpx.Client) -> None:
        """May be kept as long as the release is served."""
        parameters = {"queries": json.dumps({"q0": {"query": "전자정부법"}})}
        answer = web.get("reconcile", params=parameters)

        fitting(answer, RESULTS_02, "0.2/reconciliation-result-batch")
        assert answer.headers["cache-control"] == "public, max-age=300"
        known = {"If-None-Match": answer.headers["etag"]}
        assert web.get("reconcile", params=parameters, headers=known).status_code == 304
        korean = {**known, "Accept-Language": "ko"}
        assert web.get("reconcile", params=parameters, headers=korean).status_code == 200

    def test_what_is_asked_arrives(self, web: httpx.Client) -> None:
        """Name, type, conditions, languages: those of the address win over those of the browser."""
        asked: Any = {"query": " 전자정부법 ", "type": "Law", "properties": [{"pid": "amends", "v": "x"}]}

        assert first(web, **asked) == "전자정부법||egov:Law|must|1|en"
        assert first(web, **asked, type_strict="should") == "전자정부법||egov:Law|should|1|en"
        assert first(web, query="a", headers={"Accept-Language": "ko-KR, en;q=0.5"}) == "a|||should|0|ko,en"
        assert first(web, query="a", path="reconcile?lang=ko", headers={"Accept-Language": "en"}).endswith("|ko")

    def test_values_of_properties(self, web: httpx.Client) -> None:
        """By POST and by GET; every thing has every column."""
        asked = {
            "ids": ["law/kr/act", "nothing"],
            "properties": [{"id": "amends", "settings": {"limit": "2"}}, {"id": "unknown"}],
        }
        answer = web.post("reconcile", data={"extend": json.dumps(asked)})

        found = fitting(answer, EXTENSION_02, "0.2/data-extension-response")
        assert found["meta"][0] == {"id": "amends", "name": "amends", "type": {"id": "Law", "name": "law"}}
        assert found["rows"]["law/kr/act"]["amends"] == [
            {"id": "law/kr/law-0", "name": "Law 0"},
            {"date": "2013-07-30T00:00:00Z"},
        ]
        assert found["rows"]["nothing"] == {"amends": [], "unknown": []}
        by_get = web.get("reconcile", params={"extend": json.dumps(asked)})
        assert fitting(by_get, EXTENSION_02, "0.2/data-extension-response") == found

    def test_suggestions(self, web: httpx.Client) -> None:
        """Of things, classes and properties; ten, from where the cursor says."""
        things = web.get("reconcile/suggest/entity", params={"prefix": "전자", "type": "Law", "cursor": "20"})
        types = web.get("reconcile/suggest/type", params={"prefix": "", "limit": "100"})
        properties = web.get("reconcile/suggest/property", params={"prefix": "p", "type": ""})

        found = fitting(things, ENTITIES_02, "0.2/suggest-entities-response")["result"][0]
        assert (found["description"], found["notable"]) == ("전자|egov:Law|10|20|en", [{"id": "Law", "name": "law"}])
        found = fitting(types, TYPES, "0.2/suggest-types-response")["result"][0]
        assert (found["description"], found["broader"]) == ("|25|0|en", [{"id": "Norm", "name": "norm"}])
        found = fitting(properties, PROPERTIES_02, "0.2/suggest-properties-response")["result"][0]
        assert found["description"] == "p||10|0|en"
        assert "etag" in things.headers

    def test_proposed_properties(self, web: httpx.Client) -> None:
        """OpenRefine sends an empty type for a column that was matched without one."""
        answer = web.get("reconcile/properties", params={"type": "Law", "limit": "3"})

        found = fitting(answer, PROPOSALS, "0.2/data-extension-property-proposal")
        assert (found["type"], found["limit"], found["properties"][0]["description"]) == ("Law", 3, "egov:Law|3|en")
        nothing = fitting(web.get("reconcile/properties?type="), PROPOSALS, "0.2/data-extension-property-proposal")
        assert nothing["properties"][0]["description"] == "|0|en"


class TestVersion10:
    def test_the_manifest(self, web: httpx.Client) -> None:
        """Its templates are RFC 6570's."""
        manifest = fitting(web.get("reconcile/1.0"), MANIFEST_10, "1.0-draft/manifest")

        assert manifest == fitting(web.get("reconcile/1.0/"), MANIFEST_10, "1.0-draft/manifest")
        assert manifest["view"]["url"] == f"{web.base_url}reconcile/view?id={{id}}"
        assert manifest["standardizedScore"] is True

    def test_a_batch(self, web: httpx.Client) -> None:
        """Answers in the order of the queries."""
        conditions = [{"matchType": "name", "propertyValue": "전자정부법"}]
        queries = [
            {"conditions": [{"matchType": "name", "propertyValue": "nothing"}]},
            {"conditions": conditions, "type": "Law", "lang": "ko", "limit": 1},
        ]
        answer = web.post("reconcile/1.0/match", json={"queries": queries}, headers={"Accept-Language": "ko"})

        found = fitting(answer, RESULTS_10, "1.0-draft/reconciliation-result-batch")["results"]
        assert [len(one["candidates"]) for one in found] == [0, 1]
        assert found[1]["candidates"][0]["description"] == "전자정부법|ko|egov:Law|must|0|ko"
        assert answer.headers["content-language"] == "ko"

    def test_values_of_properties(self, web: httpx.Client) -> None:
        """In rows."""
        asked = {"ids": ["law/kr/act", "nothing"], "properties": [{"id": "amends"}]}
        answer = web.post("reconcile/1.0/extend", json=asked)

        rows = fitting(answer, EXTENSION_10, "1.0-draft/data-extension-response")["rows"]
        assert rows[0]["properties"][0]["values"][3] == {"str": "en", "lang": "en"}
        assert rows[1] == {"id": "nothing", "properties": [{"id": "amends", "values": []}]}

    def test_suggestions(self, web: httpx.Client) -> None:
        """Skipped by ``offset``; properties say how their values can be compared."""
        things = web.get("reconcile/1.0/suggest/entity", params={"prefix": "a", "offset": "3", "limit": "2"})
        types = web.get("reconcile/1.0/suggest/type", params={"prefix": ""})
        properties = web.get("reconcile/1.0/suggest/property", params={"prefix": ""})

        found = fitting(things, ENTITIES_10, "1.0-draft/suggest-entities-response")["result"][0]
        assert (found["lang"], found["description"]) == ("en", "a||2|3|en")
        fitting(types, TYPES, "1.0-draft/suggest-types-response")
        found = fitting(properties, PROPERTIES_10, "1.0-draft/suggest-properties-response")["result"][0]
        assert [way["id"] for way in found["matchQualifiers"]] == ["EDTF:Level-0"]

    def test_proposed_properties(self, web: httpx.Client) -> None:
        """Of a type."""
        answer = web.get("reconcile/1.0/extend/propose", params={"type": "Law"})

        found = fitting(answer, PROPOSALS, "1.0-draft/data-extension-property-proposal")
        assert found["properties"][0]["description"] == "egov:Law|0|en"


class TestPages:
    @pytest.mark.parametrize("path", ["reconcile/preview", "reconcile/1.0/preview"])
    def test_a_preview_may_be_framed(self, web: httpx.Client, path: str) -> None:
        """It is the one page that may; nothing runs in it, and names are text."""
        page = web.get(path, params={"id": "law/kr/act"})

        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["content-security-policy"] == FRAMED
        assert "frame-ancestors *" in FRAMED
        assert "script" not in FRAMED
        assert "<script" not in page.text
        assert "<i>" not in page.text
        assert "<b>" not in page.text
        assert "&lt;script&gt;alert(&#39;&amp;&#34;&#39;)&lt;/script&gt;" in page.text
        assert '<bdi lang="ko">전자정부법</bdi>' in page.text
        assert f"<bdi>{TURNED}</bdi>" in page.text
        assert 'href="/id/law/kr/act"' in page.text

    def test_a_preview_in_korean(self, web: httpx.Client) -> None:
        """By the address or by the header; the links keep what the address says."""
        page = web.get("reconcile/preview?id=law/kr/act&lang=ko")

        assert '<html lang="ko">' in page.text
        assert 'href="/id/law/kr/act?lang=ko"' in page.text
        assert "2001년 3월 28일" in page.text
        header = web.get("reconcile/preview?id=law/kr/act", headers={"Accept-Language": "ko"})
        assert '<html lang="ko">' in header.text
        assert "Accept-Language" in header.headers["vary"]

    def test_a_preview_of_nothing_says_so_in_the_frame(self, web: httpx.Client) -> None:
        """Where a page that may not be framed would be blank."""
        page = web.get("reconcile/preview", params={"id": "nothing"})

        assert (page.status_code, page.headers["content-security-policy"]) == (404, FRAMED)
        assert "There is no such thing in this graph" in page.text
        assert page.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("path", ["", "reconcile", "reconcile/preview", "reconcile/suggest/entity"])
    def test_no_other_page_may_be_framed(self, web: httpx.Client, path: str) -> None:
        """Not even an error at the address of a preview."""
        page = web.get(path, headers={"Accept": BROWSER})

        assert page.headers["content-security-policy"] == CSP
        assert "frame-ancestors 'none'" in CSP

    @pytest.mark.parametrize(
        "name",
        [
            "law/kr/act",
            "law%2Fkr%2Fact",
            " law/kr/act ",
            "egov:law/kr/act",
            "egovid:law/kr/act",
            "id/law/kr/act",
            "https://w3id.org/egov-kg/id/law/kr/act",
            quote("https://w3id.org/egov-kg/id/law/kr/act", safe=""),
        ],
    )
    def test_a_view_leads_to_the_thing(self, web: httpx.Client, name: str) -> None:
        """By whichever of its names."""
        answer = web.get(f"reconcile/view?id={name}")

        assert (answer.status_code, answer.headers["location"]) == (303, "/id/law/kr/act")
        assert web.get(answer.headers["location"]).status_code == 303

    def test_a_view_keeps_the_language(self, web: httpx.Client) -> None:
        """That the address asks for."""
        assert web.get("reconcile/view?id=law/kr/act&lang=ko").headers["location"] == "/id/law/kr/act?lang=ko"

    @pytest.mark.parametrize(
        "name",
        [
            "//evil.example/x",
            "/evil",
            "https://evil.example/id/law/kr/act",
            "javascript:alert(1)",
            "../../admin",
            "law/../../admin",
            "law/kr/act%0d%0aSet-Cookie:%20a=b",
            "law//act",
            "x",
        ],
    )
    def test_a_view_leads_nowhere_else(self, web: httpx.Client, name: str) -> None:
        """Whatever the id."""
        answer = web.get("reconcile/view", params={"id": unquote(name)})

        assert (answer.status_code, slug(answer)) == (404, "not-found")
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("path", ["reconcile/view", "reconcile/preview", "reconcile/view?id="])
    def test_an_id_must_be_given(self, web: httpx.Client, path: str) -> None:
        """It is named in the problem."""
        answer = web.get(path)

        assert (slug(answer), answer.json()["parameter"]) == ("bad-parameter", "id")


class TestMethods:
    @pytest.mark.parametrize(
        ("path", "allow", "accepts"),
        [
            ("reconcile", "GET, HEAD, POST, OPTIONS", "application/x-www-form-urlencoded"),
            ("reconcile/", "GET, HEAD, POST, OPTIONS", "application/x-www-form-urlencoded"),
            ("reconcile/1.0/match", "POST, OPTIONS", "application/json"),
            ("reconcile/1.0/extend", "POST, OPTIONS", "application/json"),
            ("reconcile/1.0", "GET, HEAD, OPTIONS", None),
            ("reconcile/suggest/entity", "GET, HEAD, OPTIONS", None),
        ],
    )
    def test_any_origin_may_ask(self, web: httpx.Client, path: str, allow: str, accepts: str | None) -> None:
        """By the methods that there are."""
        headers = {"Origin": "http://127.0.0.1:3333", "Access-Control-Request-Method": "POST"}
        answer = web.options(path, headers=headers)

        assert (answer.status_code, answer.headers["allow"]) == (204, allow)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == allow.removesuffix(", OPTIONS")
        assert answer.headers.get("accept-post") == accepts
        assert web.request("DELETE", path).headers["allow"] == allow

    def test_head_is_get_without_a_body(self, web: httpx.Client) -> None:
        """With the same length."""
        for path in ("reconcile", "reconcile/1.0", "reconcile/suggest/type?prefix=", "reconcile/preview?id=law/kr/act"):
            head, get = web.head(path), web.get(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-type"] == get.headers["content-type"]
            assert head.headers.get("etag") == get.headers.get("etag")

    def test_matches_are_asked_by_post(self, web: httpx.Client) -> None:
        """In version 1.0."""
        answer = web.get("reconcile/1.0/match")

        assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("form", "kind"),
        [
            ({}, "bad-parameter"),
            ({"query": "a"}, "bad-parameter"),
            ({"queries": ""}, "json-not-as-expected"),
            ({"queries": "[]"}, "json-not-as-expected"),
            ({"queries": '{"q0": {"query": "\\ud800"}}'}, "json-not-as-expected"),
            ({"extend": "{}"}, "json-not-as-expected"),
            ({"queries": "{}", "extend": "{}"}, "duplicate-parameter"),
        ],
    )
    def test_forms(self, web: httpx.Client, form: dict[str, str], kind: str) -> None:
        """Each with what to do."""
        answer = web.post("reconcile", data=form, headers={"Content-Type": "application/x-www-form-urlencoded"})

        assert (answer.status_code, slug(answer)) == (400, kind)

    def test_the_place_is_named(self, web: httpx.Client) -> None:
        """With what was expected and found there."""
        for answer in (
            ask(web, q0={"query": "a"}, q1={"query": "a", "limit": "many"}),
            web.get("reconcile", params={"queries": json.dumps({"q1": {"query": "a", "limit": "many"}})}),
        ):
            problem = answer.json()
            assert (slug(answer), problem["pointer"]) == ("json-not-as-expected", "/q1/limit")
            assert (problem["expected"], problem["found"]) == ("a whole number from 1", "'many'")

    def test_version_01_is_told_what_to_send(self, web: httpx.Client) -> None:
        """A single query is of that version."""
        answer = web.get("reconcile", params={"query": "전자정부법"})

        assert (answer.status_code, slug(answer)) == (400, "bad-parameter")
        assert "version 0.1" in answer.json()["detail"]
        assert "queries=" in answer.json()["detail"]

    def test_what_nests_deep(self, web: httpx.Client) -> None:
        """Is refused before it is parsed: 100,000 arrays."""
        for text in ("[" * 100_000, '{"a":' * 40_000):
            answer = web.post("reconcile/1.0/match", content=text, headers={"Content-Type": "application/json"})
            assert (answer.status_code, slug(answer)) == (400, "json-not-as-expected")

    def test_what_is_large(self, web: httpx.Client) -> None:
        """A body of more than 256 KiB, whatever stands in it; up to there it is read."""
        large = json.dumps({"q0": {"query": "a" * (1 << 20)}})
        answer = web.post("reconcile", data={"queries": large})
        assert (answer.status_code, slug(answer)) == (413, "too-large")
        text = '{"queries": []}'
        headers = {"Content-Type": "application/json"}
        assert web.post("reconcile/1.0/match", content=text + " " * (BODY - len(text)), headers=headers).is_success
        answer = web.post("reconcile/1.0/match", content=text + " " * (BODY - len(text) + 1), headers=headers)
        assert (answer.status_code, slug(answer)) == (413, "too-large")

    def test_more_queries_than_a_batch_may_have(self, web: httpx.Client) -> None:
        """Fifty are answered."""
        queries = {f"q{number}": {"query": "a"} for number in range(51)}
        answer = ask(web, **queries)

        assert (answer.status_code, slug(answer)) == (413, "batch-too-large")
        assert (answer.json()["limit"], answer.json()["count"]) == (50, 51)
        queries.popitem()
        assert len(ask(web, **queries).json()) == 50

    @pytest.mark.parametrize(
        ("path", "media_type", "accepts"),
        [
            ("reconcile", "application/json", "application/x-www-form-urlencoded"),
            ("reconcile", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"),
            ("reconcile", "application/x-www-form-urlencoded; charset=latin-1", "application/x-www-form-urlencoded"),
            ("reconcile/1.0/match", "application/x-www-form-urlencoded", "application/json"),
            ("reconcile/1.0/extend", "text/plain", "application/json"),
        ],
    )
    def test_other_media_types(self, web: httpx.Client, path: str, media_type: str, accepts: str) -> None:
        """With the one that is taken."""
        answer = web.post(path, content="{}", headers={"Content-Type": media_type})

        assert (answer.status_code, slug(answer)) == (415, "unsupported-media-type")
        assert answer.headers["accept-post"] == accepts

    def test_bytes_that_are_no_text(self, web: httpx.Client) -> None:
        """Are not guessed at."""
        answer = web.post(
            "reconcile/1.0/match", content=b'{"queries": ["\xff"]}', headers={"Content-Type": "application/json"}
        )

        assert (answer.status_code, slug(answer)) == (400, "bad-encoding")

    def test_more_suggestions_than_there_may_be_are_as_many_as_there_may(self, web: httpx.Client) -> None:
        """As with the limit of a query, however large the number is."""
        few = web.get("reconcile/1.0/suggest/type?prefix=l&limit=100000")
        many = web.get(f"reconcile/1.0/suggest/type?prefix=l&limit={10**12}")

        assert (few.status_code, many.status_code) == (200, 200)
        assert few.json() == many.json() != {"result": []}

    @pytest.mark.parametrize(
        ("path", "parameter"),
        [
            ("reconcile/suggest/entity", "prefix"),
            (f"reconcile/suggest/entity?prefix={'a' * 201}", "prefix"),
            ("reconcile/suggest/entity?prefix=a&cursor=-1", "cursor"),
            ("reconcile/suggest/entity?prefix=a&cursor=10001", "cursor"),
            ("reconcile/suggest/entity?prefix=a&cursor=1e3", "cursor"),
            ("reconcile/suggest/entity?prefix=a&cursor=%D9%A3", "cursor"),
            (f"reconcile/suggest/entity?prefix=a&cursor={'9' * 5000}", "cursor"),
            ("reconcile/1.0/suggest/type?prefix=a&offset=x", "offset"),
            ("reconcile/1.0/suggest/type?prefix=a&limit=0", "limit"),
            ("reconcile/properties?type=Law&limit=no", "limit"),
            (f"reconcile/properties?type={'a' * 501}", "type"),
            ("reconcile?lang=not%20a%20tag", "lang"),
        ],
    )
    def test_parameters(self, web: httpx.Client, path: str, parameter: str) -> None:
        """By name."""
        answer = web.get(path)

        assert (answer.status_code, slug(answer)) == (400, "bad-parameter")
        assert answer.json()["parameter"] == parameter

    def test_other_suggestions(self, web: httpx.Client) -> None:
        """There are three kinds."""
        assert slug(web.get("reconcile/suggest/flyout?prefix=a")) == "not-found"

    def test_the_deadline_of_queries_holds(self, web: httpx.Client) -> None:
        """And the server answers on."""
        answer = ask(web, q0={"query": "slow"})

        assert (answer.status_code, slug(answer)) == (503, "time-limit")
        assert ask(web, q0={"query": "a"}).status_code == 200

    def test_too_many_at_once(self, web: httpx.Client) -> None:
        """Are told when to come again; OpenRefine does so."""
        answer = ask(web, q0={"query": "busy"})

        assert (answer.status_code, slug(answer), answer.headers["retry-after"]) == (503, "busy", "1")


class TestManyAtOnce:
    """On a server that really looks."""

    def test_each_gets_an_answer_or_is_told_to_come_again(self, server: Server) -> None:
        """200 batches of one client that is none of this machine; then the server answers as before."""
        running = start(server.out, server.release, seconds=8, trusted_proxies="127.0.0.1", client_errors=0)
        body = {"queries": json.dumps({"q0": {"query": "전자정부법"}, "q1": {"query": "Law 17", "type": "Law"}})}

        async def flood() -> list[httpx.Response]:
            headers = {"X-Forwarded-For": "198.51.100.7"}
            async with httpx.AsyncClient(base_url=running.url, trust_env=False, timeout=60, headers=headers) as web:
                return await asyncio.gather(*(web.post("reconcile", data=body) for _ in range(200)))

        try:
            answers = asyncio.run(flood())
            after = httpx.post(f"{running.url}reconcile", data=body, trust_env=False, timeout=30)
        finally:
            stop(running)

        answered = [answer.json() for answer in answers if answer.status_code == 200]
        others = [(answer.status_code, slug(answer)) for answer in answers if answer.status_code != 200]
        assert answered
        assert all(one == after.json() for one in answered)
        assert set(others) <= {(503, "busy")}
        assert [one["result"][0]["id"] for one in after.json().values()] == ["law/kr/act", "law/kr/law-17"]
        assert all("retry-after" in answer.headers for answer in answers if answer.status_code != 200)


class TestServers:
    def test_without_an_index_of_names(self) -> None:
        """Every address says what is missing; a store that is written at once has none."""
        with scratch_server() as (url, _), httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            for path in ("reconcile", "reconcile/1.0", "reconcile/suggest/type?prefix=", "reconcile/preview?id=a/b"):
                answer = client.get(path)
                assert (answer.status_code, slug(answer)) == (501, "no-search-index")
            assert client.post("reconcile", data={"queries": "{}"}).status_code == 501

    def test_a_token_is_needed_for_all_but_the_manifest(self, server: Server, tmp_path: Any) -> None:
        """Which says so in its security scheme; scopes other than reading are not enough."""
        tokens = tmp_path / "tokens.json"
        reads, writes = (
            {"Authorization": f"Bearer {new_token(tokens, (scope,), days=1)[0]}"} for scope in ("read", "update")
        )
        running = start_fixed(server.out, server.release, reading="token", token_file=str(tokens))
        try:
            with httpx.Client(base_url=running.url, trust_env=False, timeout=30) as web:
                manifest = fitting(web.get("reconcile"), MANIFEST_02, "0.2/manifest")
                assert manifest["authentication"] == {"type": "apiKey", "name": "Authorization", "in": "header"}
                assert "authentication" in fitting(web.get("reconcile/1.0"), MANIFEST_10, "1.0-draft/manifest")
                assert web.get("reconcile").headers["cache-control"].startswith("private")
                closed = [
                    "reconcile?queries={}",
                    "reconcile?extend={}",
                    "reconcile/suggest/type?prefix=",
                    "reconcile/preview?id=law/kr/act",
                    "reconcile/properties?type=Law",
                    "reconcile/view?id=law/kr/act",
                    "reconcile/1.0/suggest/type?prefix=",
                    "reconcile/1.0/extend/propose?type=Law",
                ]
                assert [web.get(path).status_code for path in closed] == [401] * len(closed)
                assert ask(web, q0={"query": "a"}).status_code == 401
                assert web.post("reconcile/1.0/match", json={"queries": []}).status_code == 401
                form = {"queries": "{}"}
                assert web.post("reconcile", data=form, headers=writes).status_code == 403
                assert web.post("reconcile", data=form, headers=reads).status_code == 200
                assert web.get("reconcile?queries={}", headers=reads).status_code == 200
        finally:
            stop(running)

    def test_the_openapi_document_has_the_addresses(self, web: httpx.Client) -> None:
        """All of both versions."""
        paths = web.get("openapi.json").json()["paths"]

        assert {path for path in paths if path.startswith("/reconcile")} >= {
            "/reconcile",
            "/reconcile/suggest/entity",
            "/reconcile/properties",
            "/reconcile/view",
            "/reconcile/preview",
            "/reconcile/1.0",
            "/reconcile/1.0/match",
            "/reconcile/1.0/extend",
            "/reconcile/1.0/extend/propose",
            "/reconcile/1.0/suggest/type",
        }
