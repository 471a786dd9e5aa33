"""Bytes that are no HTTP, or HTTP that two programs read differently: one request has one answer, and no other."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from tests.chaos.attacking import LONG, controlled
from tests.chaos.wire import Answer, answers, exchanged
from tests.server.conftest import Server

POST: Final = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
ALIVE: Final = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
CLOSE: Final = b"Connection: close\r\n\r\n"
SMUGGLED: Final = b"GET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
ASK: Final = b"6\r\nASK {}\r\n0\r\n\r\n"


def sent(server: Server, request: bytes, *, half_close: bool = False) -> list[Answer]:
    """Return the answers to some bytes, after checking what holds for all of them."""
    found = answers(exchanged(server, request, half_close=half_close), to_head=request.startswith(b"HEAD"))
    for answer in found:
        names = [name for name, _ in answer.headers]
        assert {"egov-release", "x-request-id", "content-security-policy"} <= set(names)
        assert not {"set-cookie", "server", "x-evil", "x-powered-by"} & set(names)
        assert answer.status != 500
        assert b"/smuggled" not in answer.body
    return found


class TestFraming:
    @pytest.mark.parametrize(
        "head",
        [
            b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
            b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
            b"Transfer-Encoding: gzip, chunked\r\n",
            b"Transfer-Encoding: chunked, gzip\r\n",
            b"Transfer-Encoding: identity\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Transfer-Encoding: chunked, chunked\r\n",
            b"Transfer-Encoding : chunked\r\n",
            b"Transfer-Encoding: \x0bchunked\r\n",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            b"Content-Length: 6\r\nContent-Length: 7\r\n",
            b"Content-Length: +6\r\n",
            b"Content-Length: -6\r\n",
            b"Content-Length: 0x6\r\n",
            b"Content-Length: 0_6\r\n",
            b"Content-Length: 6;\r\n",
            b"Content-Length: 99999999999999999999999\r\n",
            b"Content-Length:\r\n",
            b"Content-Length: six\r\n",
        ],
    )
    def test_a_length_that_can_be_read_in_two_ways_is_refused(self, server: Server, head: bytes) -> None:
        """With 4xx, and the connection ends: what comes after belongs to nobody."""
        found = sent(server, POST + head + b"\r\n" + ASK + SMUGGLED, half_close=True)

        assert [400 <= answer.status < 500 for answer in found] == [True]
        assert found[0].header("connection").lower() == "close"

    @pytest.mark.parametrize(
        "body",
        [
            b"zz\r\nASK {}\r\n0\r\n\r\n",
            b"-6\r\nASK {}\r\n0\r\n\r\n",
            b"0x6\r\nASK {}\r\n0\r\n\r\n",
            b"0_6\r\nASK {}\r\n0\r\n\r\n",
            b"6\r\nASK {}XX0\r\n\r\n",
            b"6;a\nASK {}\r\n0\r\n\r\n",
            b"\r\nASK {}\r\n0\r\n\r\n",
            b"7\r\nASK {}\r\n0\r\n\r\n",
            b"5\r\nASK {}\r\n0\r\n\r\n",
        ],
    )
    def test_a_broken_chunk_is_refused(self, server: Server, body: bytes) -> None:
        """It may not be mended, because others would mend it differently."""
        found = sent(server, POST + b"Transfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED)

        assert [400 <= answer.status < 500 for answer in found] == [True]

    @pytest.mark.parametrize(
        "body",
        [
            b"FFFFFFFFFFFFFFFFFFFF\r\nASK {}\r\n0\r\n\r\n",
            b"10000000000000006\r\nASK {}\r\n0\r\n\r\n",
            b"FFFFFFFFFFFFFFFF\r\nASK {}\r\n0\r\n\r\n",
            b"6\r\nASK {}\r\n",
            b"6;" + b"a" * 300_000 + b"\r\nASK {}\r\n0\r\n\r\n",
            b"6\r\nASK {}\r\n0\r\nX-A: " + b"b" * 300_000 + b"\r\n\r\n",
            b"6\r\nASK {}\r\n0\r\nHost: evil.example\r\n\r\n",
            b"6 \r\nASK {}\r\n0\r\n\r\n",
            b"6\nASK {}\n0\n\n",
        ],
        ids=range(9),
    )
    def test_an_odd_chunk_has_one_answer_at_most(self, server: Server, body: bytes) -> None:
        """Whether it is borne or not; no length wraps around."""
        found = sent(server, POST + b"Transfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED, half_close=True)

        assert len(found) <= 1 or [answer.status for answer in found[1:]] in ([404], [400])

    @pytest.mark.parametrize("length", [60, (1 << 31) + 6, (1 << 32) + 6, (1 << 64) + 6])
    def test_a_body_that_is_too_short_has_no_answer(self, server: Server, client: httpx.Client, length: int) -> None:
        """Half a query is no query, even if it would parse; no length wraps around."""
        found = sent(server, POST + b"Content-Length: %d\r\n\r\nASK {}" % length, half_close=True)

        assert [answer.status for answer in found if answer.status < 400] == []
        assert client.get("healthz").status_code == 200

    def test_what_follows_a_body_is_the_next_request(self, server: Server) -> None:
        """A request inside a body of stated length is part of the body; the one after it is answered."""
        inside = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
        first = b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inside) + inside

        found = sent(server, first + ALIVE + CLOSE)

        assert [answer.status for answer in found] in ([405, 200], [405])

    def test_a_get_with_a_body_is_one_request(self, server: Server) -> None:
        """The body is no second one."""
        inside = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

        found = sent(server, ALIVE + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(inside) + inside)

        assert [answer.status for answer in found] == [200]

    def test_pipelined_requests_are_answered_in_order(self, server: Server) -> None:
        """Each gets the answer to its own question."""
        asked = b"".join(
            f"GET /sparql?format=csv&query={quote(f'SELECT ({n} AS ?n) {{}}')} HTTP/1.1\r\nHost: x\r\n".encode()
            + (b"\r\n" if n < 39 else CLOSE)
            for n in range(40)
        )

        found = sent(server, asked)

        assert [answer.body for answer in found] == [b"n\r\n%d\r\n" % n for n in range(40)]

    def test_pipelined_refusals_do_not_shift_the_answers(self, server: Server) -> None:
        """Pages, data, problems and queries keep their places."""
        query = POST + b"Content-Length: 6\r\n\r\nASK {}"
        missing = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"

        found = sent(server, ALIVE + b"\r\n" + query + missing + query + ALIVE + CLOSE)

        assert [answer.status for answer in found] == [200, 200, 404, 200, 200]

    def test_head_and_its_successor_are_told_apart(self, server: Server) -> None:
        """No answer to HEAD has a body, not even an error, or the next answer would be misread."""
        heads = b"".join(
            b"HEAD " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n"
            for path in (b"/nothing", b"/sparql?query=nonsense", b"/dumps/nothing", b"/graph?graph=x:y", b"/")
        )

        found = answers(exchanged(server, heads + b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n" + CLOSE), to_head=True)

        assert [answer.status for answer in found] == [404, 400, 404, 404, 200, 200]


class TestRequestLines:
    @pytest.mark.parametrize(
        "line",
        [
            b"TRACE /sparql HTTP/1.1",
            b"TRACE / HTTP/1.1",
            b"CONNECT 127.0.0.1:80 HTTP/1.1",
            b"get /healthz HTTP/1.1",
            b"FOO /healthz HTTP/1.1",
            b"PROPFIND /graph/entailed HTTP/1.1",
            b"A" * 5000 + b" /healthz HTTP/1.1",
            b"GET\x0b/healthz HTTP/1.1",
            b"GET evil.example:80 HTTP/1.1",
            b"GET * HTTP/1.1",
            b"GET ?query=ASK%20{} HTTP/1.1",
            b"GET //evil.example/healthz HTTP/1.1",
            b"GET file:///etc/passwd HTTP/1.1",
            b"GET /id/%zz HTTP/1.1",
            b"GET /id/%ff%fe HTTP/1.1",
            b"GET /id/a%00b HTTP/1.1",
            b"GET /graph/%ed%a0%80 HTTP/1.1",
            b"GET /id/%c0%ae%c0%ae/etc/passwd HTTP/1.1",
            b"GET /healthz",
            b"GET  HTTP/1.1",
            b"nonsense",
        ],
    )
    def test_a_line_that_asks_for_nothing_here(self, server: Server, line: bytes) -> None:
        """4xx, and nothing of what was sent comes back as it was."""
        found = sent(server, line + b"\r\nHost: x\r\nX-Secret: 4711\r\n" + CLOSE)

        assert [400 <= answer.status < 500 for answer in found] == [True]
        assert not [value for answer in found for _, value in answer.headers if "evil" in value or "4711" in value]
        assert b"4711" not in found[0].body

    @pytest.mark.parametrize(
        "line", [b"GET http://evil.example/ HTTP/1.1", b"GET http://evil.example/id/law/kr/act HTTP/1.1"]
    )
    def test_an_address_of_somebody_else_leads_nowhere(self, server: Server, line: bytes) -> None:
        """Whole addresses are for proxies: this one answers for itself, or not at all."""
        found = sent(server, line + b"\r\nHost: evil.example\r\nAccept: text/html\r\n" + CLOSE)

        assert [answer.status in {200, 303, 400, 404, 421} for answer in found] == [True]
        assert not [value for _, value in found[0].headers if "evil" in value]

    @pytest.mark.parametrize(
        "version", [b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9", b"HTTX/1.1", b"HTTP/1.1 x"]
    )
    def test_other_versions(self, server: Server, version: bytes) -> None:
        """Are answered as 1.1, or refused."""
        found = sent(server, b"GET /healthz " + version + b"\r\nHost: x\r\n" + CLOSE)

        assert [answer.status in {200, 400, 505} for answer in found] == [True]

    @pytest.mark.parametrize(
        "start",
        [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
            b"\x00" * 1000,
            b"\xff" * 1000,
            b"USER anonymous\r\nPASS x\r\n",
            b"EHLO evil.example\r\n",
            b"SSH-2.0-OpenSSH_9.2p1\r\n",
        ],
        ids=["HTTP/2", "TLS", "zeros", "ones", "FTP", "SMTP", "SSH"],
    )
    def test_other_protocols(self, server: Server, client: httpx.Client, start: bytes) -> None:
        """Get a refusal or silence, and the next client is served."""
        found = answers(exchanged(server, start, half_close=True))

        assert [answer for answer in found if not 400 <= answer.status < 500] == []
        assert client.get("healthz").status_code == 200

    def test_an_upgrade_is_not_made(self, server: Server) -> None:
        """The connection stays what it is."""
        for wanted in (b"websocket", b"h2c"):
            found = sent(
                server, ALIVE + b"Upgrade: " + wanted + b"\r\nConnection: Upgrade, close\r\n\r\n", half_close=True
            )

            assert {answer.status for answer in found} <= {200, 400}


class TestHeaders:
    @pytest.mark.parametrize(
        "head",
        [
            b"",
            b"Host: x\r\nHost: y\r\n",
            b"Host: x\r\nnonsense\r\n",
            b"Host: x\r\n: v\r\n",
            b"Host: x\r\nX-A: a\x00b\r\n",
            b"Host: x\r\nX-A: a\rX-Evil: b\r\n",
            b"Host: x\r\nX A: b\r\n",
            b"Host: x\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(20_000)),
        ],
        ids=["no host", "two hosts", "no colon", "no name", "NUL", "carriage return", "space in a name", "20,000"],
    )
    def test_heads_that_are_none(self, server: Server, head: bytes) -> None:
        """RFC 9112 wants 400; too many headers are too large."""
        found = sent(server, b"GET /healthz HTTP/1.1\r\n" + head + CLOSE)

        assert [answer.status in {400, 431} for answer in found] == [True]

    @pytest.mark.parametrize(
        "header",
        [
            b"Host: evil.example",
            b"Host: evil.example:99999",
            b"Host: x\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\nForwarded: host=evil.example",
            b"Host: x\r\nX-Original-URL: /evil\r\nX-Rewrite-URL: /evil\r\nX-HTTP-Method-Override: DELETE",
            b"Host: x\r\nX-Forwarded-Prefix: /evil\r\nX-Forwarded-Path: /evil\r\nX-Script-Name: /evil",
            b"Host: x\r\nX-Request-Id: evil\r\nX-Amzn-Trace-Id: evil\r\nTraceparent: evil\r\nOrigin: https://evil.example",
            b"Host: x\r\nAccept-Language: evil\r\nAccept-Charset: evil\r\nUser-Agent: evil\r\nReferer: http://evil.example/",
        ],
    )
    def test_what_a_client_says_of_itself_is_not_repeated(self, server: Server, header: bytes) -> None:
        """Whoever keeps the answer for others would keep the lie."""
        paths = (
            "/ /sparql /sparql/description /id/law/kr/act /page/law/kr/act /data/law/kr/act.ttl /dumps /dumps/ /void "
            "/dumps/latest/egov-kg-all.ttl /catalog /openapi.json /graph?default /nothing /.well-known/void /queries"
        )
        for accept in (b"*/*", b"text/html"):
            for path in paths.split():
                asked = f"GET {path} HTTP/1.1\r\n".encode() + header + b"\r\nAccept: " + accept + b"\r\n" + CLOSE
                received = exchanged(server, asked)

                assert b"evil" not in received, path

    @pytest.mark.parametrize(
        "accept",
        [
            b",;q=,/*;;" * 500,
            b"\xff\xfe/\xe9",
            b"*/*;q=nan, text/csv;q=1e999, text/html;q=-1",
            b"text/" + b"a" * 20_000,
            b", " * 20_000,
            b'text/turtle;profile="' + b'\\"' * 5_000,
            b"text/csv\r\nAccept: text/html",
        ],
        ids=range(7),
    )
    def test_what_nobody_can_read_in_accept(self, server: Server, accept: bytes) -> None:
        """Is an answer or 4xx, at once."""
        found = sent(server, b"GET /sparql?query=ASK%20{} HTTP/1.1\r\nHost: x\r\nAccept: " + accept + b"\r\n" + CLOSE)

        assert [answer.status in {200, 400, 406, 431} for answer in found] == [True]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            (b"Range", b"bytes=0-,5-,-,-0," + b"0-0," * 5_000),
            (b"Range", b"bytes=99999999999999999999-"),
            (b"Range", b"bytes=5-2"),
            (b"If-None-Match", b'"a",' * 9_000),
            (b"If-None-Match", b'W/"' + b"a" * 30_000),
            (b"If-Match", b'"a"'),
            (b"If-Modified-Since", b"Sun, 99 Foo 99999 99:99:99 GMT"),
            (b"Accept-Encoding", b"gzip;q=nan, br;q=9, zstd;q=, identity;q=0, *;q=0"),
            (b"Accept-Encoding", b"gzip," * 5_000),
            (b"Accept-Language", b"ko;q=nan," * 5_000),
            (b"Expect", b"teapot"),
            (b"Content-Type", b"\xff"),
            (b"Cookie", b"a=b;" * 5_000),
            (b"Authorization", b"Bearer " + b"a" * 30_000),
            (b"Authorization", b"Basic \xff"),
            (b"TE", b"trailers, deflate;q=0.5"),
        ],
    )
    def test_odd_values_of_other_headers(self, server: Server, name: bytes, value: bytes) -> None:
        """None of them is a defect of ours."""
        for path in (
            b"/sparql?query=ASK%20{}",
            b"/dumps/%s/egov-kg-all.nt" % server.release.encode(),
            b"/page/law/kr/act",
        ):
            asked = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + name + b": " + value + b"\r\n" + CLOSE

            found = sent(server, asked)

            assert [answer.status < 500 for answer in found] == [True]


class TestSplitting:
    PLACES: Final = (
        "/id/law/kr/act{}",
        "/page/law/kr/act{}",
        "/data/law/kr/act{}",
        "/data/law/kr/act{}.ttl",
        "/graph/entailed{}",
        "/graph?graph={}",
        "/dumps/latest/egov-kg-all.ttl{}",
        "/dumps/{}",
        "/queries/{}",
        "/ontology/{}",
        "/alignments/{}",
        "/problem/{}",
        "/search?q={}",
        "/browse/{}",
        "/network?thing={}",
        "/explain?s={}&p=egov:amends&o=1",
        "/sparql?query={}",
        "/sparql?query=ASK%20{{}}&format={}",
        "/sparql?query=ASK%20{{}}&default-graph-uri={}",
        "/nothing{}",
    )

    @pytest.mark.parametrize(
        "evil", ["%0d%0aX-Evil:%201", "%0aX-Evil:1", "%0d%0a%0d%0a<script>", "%E5%98%8D%E5%98%8AX-Evil:1"]
    )
    def test_a_line_feed_in_an_address_makes_no_header(self, server: Server, evil: str) -> None:
        """In any address that goes into a header: Location, Link, Content-Disposition."""
        for place in self.PLACES:
            for accept in ("text/html", "text/turtle", "text/csv", "*/*"):
                line = f"GET {place.format(evil)} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n"

                found = sent(server, line.encode() + CLOSE)

                assert len(found) == 1, place
                assert b"<script>" not in found[0].body or "html" not in found[0].header("content-type")

    @pytest.mark.parametrize(
        "path",
        [
            "//evil.example",
            "//evil.example/%2e%2e",
            "/%2f%2fevil.example",
            "/id//evil.example",
            "/id/http://evil.example",
            "/id/%2f%2fevil.example",
            "/id/law/kr/act/..//..//evil.example",
            "/page//evil.example",
            "/data/http://evil.example",
            "/dumps//evil.example",
            "/dumps/latest//evil.example",
            "/ontology//evil.example",
            "/ontology/http://evil.example",
            "/graph//evil.example",
            "/%5cevil.example",
            "/id/%5c%5cevil.example",
            "/.evil.example",
            "/@evil.example",
        ],
    )
    def test_nobody_is_sent_elsewhere(self, server: Server, path: str) -> None:
        """A redirect leads to a path of ours or there is none."""
        for accept in (b"text/html", b"text/turtle", b"*/*"):
            asked = b"GET " + path.encode() + b" HTTP/1.1\r\nHost: evil.example\r\nAccept: " + accept + b"\r\n" + CLOSE

            found = sent(server, asked)

            places = [answer.header("location") for answer in found]
            assert [place for place in places if place and (place[:1] != "/" or place[1:2] in {"/", "\\"})] == []


class TestPaths:
    UPS: Final = (
        "../" * 8,
        "..%2f" * 8,
        "%2e%2e/" * 8,
        "%2e%2e%2f" * 8,
        "..%5c" * 8,
        "%252e%252e%252f" * 8,
        "..%c0%af" * 8,
        "..;/" * 8,
        "....//" * 8,
        "//",
        "/%00/../",
        "C:%5c",
        "%5c%5cserver%5cshare%5c",
        "file:///",
    )
    FOLDERS: Final = [
        "",
        "dumps/",
        "dumps/latest/",
        "dumps/{release}/",
        "page/",
        "data/",
        "graph/",
        "queries/",
        "static/",
        "ontology/",
        "alignments/",
        "problem/",
        "browse/",
        "document/",
        "id/",
        ".well-known/",
    ]

    @pytest.mark.parametrize("up", UPS)
    def test_no_path_leads_out(self, server: Server, up: str) -> None:
        """Whatever stands for "the folder above": there is nothing, on every family of addresses."""
        for folder in self.FOLDERS:
            for file in ("etc/passwd", "manifest.json", "etc/passwd%00.ttl"):
                path = f"/{folder.format(release=server.release)}{up}{file}"

                found = sent(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode() + CLOSE)

                assert [answer.status in {400, 404} for answer in found] == [True], path
                assert b"root:" not in found[0].body
                assert b"sha256" not in found[0].body

    @pytest.mark.parametrize(
        "name", ["", ".", "store", "store/CURRENT", "report.json/..", "CON", "a" * 5000, "%20", "*"]
    )
    def test_files_come_from_a_table(self, server: Server, name: str) -> None:
        """What stands in the folder of a release and not in its manifest is not handed out."""
        found = sent(server, f"GET /dumps/{server.release}/{name} HTTP/1.1\r\nHost: x\r\n".encode() + CLOSE)

        assert [answer.status for answer in found] == [404 if name else 200]


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        [
            b"ASK { ?s ?p '\xff' }",
            b"ASK { ?s ?p '\xc0\xaf' }",
            b"ASK { ?s ?p '\xed\xa0\x80' }",
            b"ASK { ?s ?p '\xf4\x90\x80\x80' }",
            "ASK { ?s ?p ?o }".encode("utf-16"),
            "ASK { ?s ?p ?o }".encode("utf-32"),
            b"ASK { ?s ?p '\x00' }",
            bytes(range(256)) * 256,
        ],
        ids=["no UTF-8", "overlong", "surrogate", "beyond Unicode", "UTF-16", "UTF-32", "NUL", "noise"],
    )
    def test_what_is_no_text_is_refused(self, client: httpx.Client, text: bytes) -> None:
        """In a body as in an address."""
        headers = {"Content-Type": "application/sparql-query"}

        posted = client.post("sparql", content=text, headers=headers)
        asked = client.get(f"sparql?query={quote(text[:2000], safe='')}")

        assert [response.status_code for response in (posted, asked)] == [400, 400]
        assert {response.json()["type"].rpartition("/")[2] for response in (posted, asked)} == {"bad-encoding"}

    def test_a_byte_order_mark_is_borne(self, client: httpx.Client) -> None:
        """Editors put it before a text; it is none of the query."""
        text = "\ufeffASK {}".encode()
        for response in (
            client.post("sparql", content=text, headers={"Content-Type": "application/sparql-query"}),
            client.post("sparql", data={"query": "\ufeffASK {}"}),
            client.get(f"sparql?query={quote(text)}"),
        ):
            assert response.status_code == 200
            assert response.json()["boolean"] is True

    @pytest.mark.parametrize(
        ("query", "statuses"),
        [
            ("SELECT * { ?s ?p <http://x.example/" + "a" * 1_000_000 + "> }", {413}),
            ("SELECT * { ?s ?p 'a'@" + "a" * 100_000 + " }", {200, 400}),
            ("#" + "a" * 2_000_000 + "\nASK {}", {413}),
            ("SELECT * { ?s ?p '" + "a" * 30_000_000 + "' }", {413}),
            ("SELECT ?" + "v" * 120_000 + " {}", {200, 400}),
            ("PREFIX " + "p" * 120_000 + ": <http://x.example/> ASK {}", {200, 400}),
            ("SELECT (1" + "0" * 120_000 + " AS ?x) {}", {200, 400}),
            ("ASK { <http://x.example/" + "a" * 120_000 + "> ?p ?o }", {200}),
        ],
        ids=["IRI", "language tag", "comment", "literal", "variable", "prefix", "number", "IRI that fits"],
    )
    def test_huge_words(self, client: httpx.Client, query: str, statuses: set[int]) -> None:
        """Are refused by their size, or read."""
        response = client.post("sparql", content=query, headers={"Content-Type": "application/sparql-query"})

        assert response.status_code in statuses
        json.loads(response.content)


class TestStalling:
    COUNT: Final = 1000 if LONG else 200

    def test_half_requests_keep_nobody_out(self, server: Server) -> None:
        """200 connections with a head that does not end, and as many with a body that does not come."""
        halves = (b"POST /sparql HTTP/1.1\r\nHost: x\r\n", POST + b"Content-Length: 1000\r\n\r\nASK", b"GET /", b"")
        with contextlib.ExitStack() as stack:
            for number in range(self.COUNT):
                connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
                connection.sendall(halves[number % len(halves)])
            with controlled(server):
                time.sleep(1)

    def test_clients_that_read_nothing_keep_nobody_out(self, server: Server) -> None:
        """Twelve of them, each with 20 large answers to come, hold files and no processes."""
        query = quote("SELECT * { ?s ?p ?o . VALUES ?x { 1 2 } }")
        asked = f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 20
        with contextlib.ExitStack() as stack:
            for _ in range(12):
                connection = stack.enter_context(socket.socket())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.connect(("127.0.0.1", server.port))
                connection.sendall(asked)
            with controlled(server):
                time.sleep(1)
