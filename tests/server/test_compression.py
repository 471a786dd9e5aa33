"""Content encodings over HTTP: each answer in the one that its client wants most, never twice, always whole."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from urllib.parse import quote

import brotli
import httpx
import pytest
import zstandard

from egov_kg.errors import EgovKGError
from egov_kg.server.compression import chosen
from tests.server.conftest import Server, start, stop

ROWS = "sparql?query=" + quote("SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } ORDER BY ?o")
LARGE = "sparql?query=" + quote("SELECT * { ?s ?p ?o . ?x a ?y } LIMIT 6000")


def plain(response: httpx.Response, body: bytes) -> bytes:
    """Return a body without its encoding."""
    match response.headers.get("content-encoding"):
        case "gzip":
            return gzip.decompress(body)
        case "br":
            return bytes(brotli.decompress(body))
        case "zstd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


def sent(client: httpx.Client, path: str, encoding: str | None, method: str = "GET", **headers: str) -> httpx.Response:
    """Return a response with its body as it was sent."""
    request = client.build_request(method, path, headers=headers)
    del request.headers["accept-encoding"]
    if encoding is not None:
        request.headers["accept-encoding"] = encoding
    response = client.send(request, stream=True)
    response.extensions["sent"] = b"".join(response.iter_raw())
    return response


@pytest.fixture(scope="module")
def raw(server: Server) -> Iterator[httpx.Client]:
    """A client of the server."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP;Q=1.0", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("zstd;q=0, *", "br"),
        ("*", "zstd"),
        ("*;q=0.1, identity", None),
        ("deflate, compress", None),
        ("gzip;q=0", None),
        ("gzip;q=0.3, identity;q=0.7", None),
        ("gzip;q=0.7, identity;q=0.3", "gzip"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("gzip;q=abc, br", "br"),
        (",,;q=1,", None),
    ],
)
def test_a_header_has_one_answer(header: str | None, encoding: str | None) -> None:
    """RFC 9110, 12.5.3; of equals the fastest wins."""
    assert chosen(header) == encoding


@pytest.mark.parametrize("header", ["identity;q=0", "*;q=0", "deflate, identity;q=0", "identity;q=0, gzip;q=0"])
def test_who_refuses_all_gets_nothing(raw: httpx.Client, header: str) -> None:
    """406 names what there is; the error itself comes as it is."""
    with pytest.raises(EgovKGError, match="Accept-Encoding"):
        chosen(header)
    response = sent(raw, ROWS, header)

    assert (response.status_code, response.headers["content-type"]) == (406, "application/problem+json")
    assert b'"available": ["zstd", "br", "gzip"' in response.extensions["sent"]


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize(
    "path",
    [
        ROWS,
        "sparql",
        "page/law/kr/act",
        "ontology.ttl",
        "void.ttl",
        "queries",
    ],
)
def test_every_kind_of_answer_comes_encoded(raw: httpx.Client, path: str, encoding: str) -> None:
    """And is the same as without."""
    accept = {"Accept": "text/html"} if path.startswith("page") else {}
    expected = sent(raw, path, None, **accept).extensions["sent"]
    responses = [sent(raw, path, encoding, **accept) for _ in range(2)]

    for response in responses:
        body = response.extensions["sent"]
        assert response.headers["content-encoding"] == encoding
        assert "Accept-Encoding" in response.headers["vary"]
        assert int(response.headers.get("content-length", len(body))) == len(body) < len(expected)
        assert path.startswith("page") or plain(response, body) == expected


@pytest.mark.parametrize("encoding", [None, "gzip", "br", "zstd"])
def test_a_large_body_is_encoded_while_it_is_sent(server: Server, encoding: str | None) -> None:
    """Nobody knows its length beforehand; without encoding it is known."""
    roomy = start(server.out, server.release, result_bytes=16 << 20)
    try:
        with httpx.Client(base_url=roomy.url, trust_env=False, timeout=30) as client:
            response = sent(client, LARGE, encoding)
            head = sent(client, LARGE, encoding, "HEAD")
            expected = sent(client, LARGE, None).extensions["sent"]
    finally:
        stop(roomy)

    assert len(expected) > 2 << 20
    assert plain(response, response.extensions["sent"]) == expected
    assert response.headers.get("content-encoding") == encoding
    assert response.headers.get("content-length") == (str(len(expected)) if encoding is None else None)
    assert head.extensions["sent"] == b""
    assert head.headers.get("content-length") == response.headers.get("content-length")


def test_small_bodies_are_sent_as_they_are(raw: httpx.Client) -> None:
    """Unless the client refuses that."""
    assert "content-encoding" not in sent(raw, "sparql?query=ASK {}", "gzip").headers
    assert sent(raw, "sparql?query=ASK {}", "gzip, identity;q=0").headers["content-encoding"] == "gzip"


def test_a_weak_tag_is_that_of_all_encodings(raw: httpx.Client) -> None:
    """Whoever has the answer in one of them need not fetch it in another."""
    tags = {sent(raw, ROWS, name).headers["etag"] for name in (None, "gzip", "br", "zstd")}

    assert len(tags) == 1
    assert sent(raw, ROWS, "gzip", **{"If-None-Match": tags.pop()}).status_code == 304


def test_a_strong_tag_is_that_of_one_encoding(raw: httpx.Client) -> None:
    """Its bytes are others; what a client has in one of them is fresh all the same."""
    graph = "graph/document/int/laws"
    tags = {name: sent(raw, graph, name).headers["etag"] for name in (None, "gzip", "br", "zstd")}

    assert len(set(tags.values())) == 4
    assert not any(tag.startswith("W/") for tag in tags.values())
    for tag in tags.values():
        assert sent(raw, graph, "br", **{"If-None-Match": tag}).status_code == 304


def test_head_says_what_get_says(raw: httpx.Client) -> None:
    """Encoding and length included."""
    for path in (ROWS, "void.ttl"):
        get, head = (sent(raw, path, "gzip", method) for method in ("GET", "HEAD"))
        assert head.extensions["sent"] == b""
        for name in ("content-encoding", "content-length", "content-type", "vary"):
            assert head.headers[name] == get.headers[name]


class TestDumps:
    def test_the_file_beside_a_dump_is_its_encoded_form(self, raw: httpx.Client, server: Server) -> None:
        """No processor time is spent on it, and it has its own tag and length."""
        path = f"dumps/{server.release}/egov-kg-all.nq"
        as_it_is, encoded, packed = sent(raw, path, None), sent(raw, path, "gzip"), sent(raw, f"{path}.gz", "gzip")

        assert encoded.headers["content-type"] == as_it_is.headers["content-type"]
        assert encoded.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in packed.headers
        assert encoded.extensions["sent"] == packed.extensions["sent"]
        assert gzip.decompress(encoded.extensions["sent"]) == as_it_is.extensions["sent"]
        assert encoded.headers["etag"] != as_it_is.headers["etag"]
        assert int(encoded.headers["content-length"]) == len(encoded.extensions["sent"])
        for tag in (encoded.headers["etag"], as_it_is.headers["etag"]):
            assert sent(raw, path, "gzip", **{"If-None-Match": tag}).status_code == 304

    def test_a_range_is_one_of_the_file_as_it_is(self, raw: httpx.Client, server: Server) -> None:
        """Whoever goes on with a download must not get the middle of something else."""
        path = f"dumps/{server.release}/egov-kg-all.nq"
        whole, encoded = sent(raw, path, None), sent(raw, path, "gzip")
        part = sent(raw, path, "gzip", Range="bytes=100-199")
        other = sent(raw, path, "gzip", **{"Range": "bytes=100-199", "If-Range": encoded.headers["etag"]})

        assert (part.status_code, part.extensions["sent"]) == (206, whole.extensions["sent"][100:200])
        assert "content-encoding" not in part.headers
        assert part.headers["etag"] == whole.headers["etag"]
        assert (other.status_code, other.extensions["sent"]) == (200, whole.extensions["sent"])

    def test_what_is_packed_is_not_packed_again(self, raw: httpx.Client, server: Server) -> None:
        """Nor is what has no encoded form beside it, unless it is small enough to be read at once."""
        packed = sent(raw, f"dumps/{server.release}/egov-kg-all.ttl.gz", "br, gzip, zstd")

        assert "content-encoding" not in packed.headers
        assert packed.extensions["sent"][:2] == b"\x1f\x8b"


def test_a_broken_body_is_never_a_whole_one() -> None:
    """What decodes ends where the server ended it."""
    with pytest.raises((EOFError, zlib.error)):
        gzip.decompress(gzip.compress(b"x" * 1000)[:-4])
