"""The shipped configuration of nginx: Debian's nginx takes it, it keeps what it may, and nothing for long."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import Server, publish, slug, start, stop

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx" / "egov-kg.conf"
LABEL = "SELECT ?l { <https://w3id.org/egov-kg/id/law/kr/act> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }"
ROWS = "SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } ORDER BY ?o"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

_MAIN = """{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    log_format upstream '$request_uri $upstream_cache_status $upstream_status';
    include {folder}/egov-kg.conf;
}}
"""


def configuration(folder: Path, port: int, server: int) -> Path:
    """Write the shipped configuration for ports and folders of a test, and what is around it; return the latter.

    Without TLS, and without the server that sends everybody there: `test_page` has them.
    """
    here = SHIPPED.read_text(encoding="utf-8")
    redirect = here[here.index("server {\n    listen 80;") : here.index("server {\n    listen 443 ssl")]
    for words, instead in (
        (redirect, ""),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (r"    listen \[::\]:443.*\n", ""),
        (r"    ssl_.*\n", ""),
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{server};"),
        (r"/var/cache/nginx-egov-kg", str(folder / "cache")),
        (r"access_log /var/log/nginx/(.*)", rf"access_log {folder}/\1 access_log {folder}/cache.log upstream;"),
    ):
        pattern = re.escape(words) if words is redirect else words
        here, count = re.subn(pattern, instead, here)
        assert count
    (folder / "egov-kg.conf").write_text(here, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""  # its processes would be nobody's, and this folder is ours
    main = folder / "nginx.conf"
    main.write_text(_MAIN.format(folder=folder, user=user), encoding="utf-8")
    return main


@dataclass(slots=True)
class Proxy:
    """A running nginx in front of a server.

    Attributes:
        url: Its address.
        folder: Where its files are.
        server: What stands behind it.
    """

    url: str
    folder: Path
    server: Server

    def seen(self, mark: str, count: int = 1) -> list[list[str]]:
        """Return the state of the cache, and the status of the server, for each request with a mark in its address.

        Args:
            mark: The mark.
            count: Of how many requests there must be a line; it may be written after the answer.
        """
        until = time.monotonic() + 20
        while True:
            lines = (self.folder / "cache.log").read_text(encoding="utf-8").splitlines()
            found = [line.split()[-2:] for line in lines if f"mark={mark}" in line]
            if len(found) >= count or time.monotonic() > until:
                return found
            time.sleep(0.05)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Proxy]:
    """Run nginx with the shipped configuration in front of a server of the small release."""
    out, place = folder / "out", folder / "nginx"
    place.mkdir()
    server = start(out, publish(out, "2026.1.0").id, trusted_proxies="127.0.0.1", metrics="local")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    main = configuration(place, port, server.port)
    assert NGINX is not None
    process = subprocess.Popen([NGINX, "-p", str(place), "-c", str(main)], stderr=subprocess.PIPE, text=True)
    try:
        _wait(port, process)
        yield Proxy(f"http://127.0.0.1:{port}/", place, server)
    finally:
        process.terminate()
        process.communicate(timeout=20)
        stop(server)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy for all tests that leave it as it is."""
    with running(tmp_path_factory.mktemp("proxy")) as made:
        yield made


def _wait(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    """And never sends what is old because the server is slow, or away."""
    shipped = SHIPPED.read_text(encoding="utf-8")

    assert NGINX is not None
    done = subprocess.run(
        [NGINX, "-t", "-p", str(tmp_path), "-c", str(configuration(tmp_path, 8080, 8000))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^\s*proxy_cache_use_stale", shipped, re.MULTILINE) == []


def test_what_may_be_kept_is_kept(proxy: Proxy) -> None:
    """The second answer is nginx's own; a tag is answered by nginx too, and what changes is not kept."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        rows, uuid = {"query": ROWS, "mark": "kept"}, {"query": "SELECT (UUID() AS ?x) {}", "mark": "changing"}
        answers = [client.get("sparql", params=rows) for _ in range(3)]
        known = client.get("sparql", params=rows, headers={"If-None-Match": answers[0].headers["etag"]})
        changing = [client.get("sparql", params=uuid).text for _ in range(3)]
        posted = [client.post("sparql", data={"query": ROWS}, params={"mark": "posted"}) for _ in range(2)]
        token = client.get("sparql", params={**rows, "mark": "token"}, headers={"Authorization": "Bearer x"})

    assert len({a.content for a in (*answers, *posted)}) == 1
    assert known.status_code == 304
    assert len(set(changing)) == 3
    assert token.status_code in {200, 401}
    assert proxy.seen("kept", 4)[0] == ["MISS", "200"]
    assert ["HIT", "-"] in proxy.seen("kept", 4)
    assert proxy.seen("changing", 3) == [["MISS", "200"]] * 3
    assert proxy.seen("posted", 2) == [["-", "200"]] * 2
    assert [state for state, _ in proxy.seen("token")] == ["BYPASS"]


def test_nothing_of_an_old_release_is_sent_for_longer_than_two_seconds(proxy: Proxy) -> None:
    """Without a purge: the tag has the release in it, and nginx, which counts whole seconds, asks with it."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        parameters = {"query": LABEL, "format": "csv"}
        before = [client.get("sparql", params=parameters) for _ in range(3)]
        second = publish(proxy.server.out, "2026.2.0").id
        with httpx.Client(base_url=proxy.server.url, trust_env=False) as behind:
            until = time.monotonic() + 30
            while behind.get("healthz").headers["egov-release"] != second:
                assert time.monotonic() < until
                time.sleep(0.1)
        time.sleep(2)
        after = [client.get("sparql", params=parameters) for _ in range(3)]

    assert all("Act 2026.1.0" in a.text for a in before)
    assert all("Act 2026.2.0" in a.text and a.headers["egov-release"] == second for a in after)


def test_an_answer_is_renewed_without_being_sent_again(proxy: Proxy) -> None:
    """After a second the server says that it is still the same."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        first = client.get("sparql", params={"query": ROWS, "mark": "renewed"})
        time.sleep(2.5)
        second = client.get("sparql", params={"query": ROWS, "mark": "renewed"})

    assert first.content == second.content
    assert proxy.seen("renewed", 2) == [["MISS", "200"], ["REVALIDATED", "304"]]


def test_nobody_waits_for_somebody_else_who_asks_the_same(proxy: Proxy) -> None:
    """Equal queries reach the server together, which runs one: nginx, which looks every 500 ms, lets nobody wait."""
    pairs = "?a skos:prefLabel ?b . ?c skos:prefLabel ?d . VALUES ?n { 1 2 3 4 } FILTER(STRLEN(?b) > STRLEN(?d) + ?n)"
    prefix = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
    with ThreadPoolExecutor(8) as clients, httpx.Client(base_url=proxy.url, trust_env=False, timeout=30) as client:
        for number in range(10):  # on a busy machine the first may have its answer before another one asks
            before = _shared(proxy.server.url)
            query = f"{prefix} SELECT (COUNT(*) + {number} AS ?x) {{ {pairs} }}"
            made = [clients.submit(client.get, "sparql", params={"query": query}) for _ in range(8)]
            answers = {(answer.result().status_code, answer.result().content) for answer in made}
            if _shared(proxy.server.url) > before:
                break
        else:
            pytest.fail("equal queries never had one run together")

    assert [status for status, _ in answers] == [200]


def _shared(url: str) -> int:
    """Return how many queries had the run of another one."""
    text = httpx.get(f"{url}metrics", trust_env=False).text
    found = re.search(r'^egov_cache_requests_total\{result="shared"\} (\d+)', text, re.MULTILINE)
    return int(found[1]) if found else 0


def test_its_log_has_neither_addresses_nor_queries(proxy: Proxy) -> None:
    """What was asked, when, and how it went."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        client.get("sparql", params={"query": "ASK { ?secret ?p ?o }"}, headers={"X-Forwarded-For": "203.0.113.9"})
    log = proxy.folder / "egov-kg.log"
    until = time.monotonic() + 20
    while " GET /sparql 200 " not in (text := log.read_text(encoding="utf-8")):
        assert time.monotonic() < until
        time.sleep(0.1)

    assert "secret" not in text
    assert "203.0.113.9" not in text
    assert "127.0.0.1" not in text


def test_encodings_and_formats_are_told_apart(proxy: Proxy) -> None:
    """Each client gets what it asked for, whoever asked before."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        for accept in ("text/csv", "application/sparql-results+json", "text/csv"):
            for encoding in ("identity", "gzip", "br", "zstd", "gzip"):
                headers = {"Accept": accept, "Accept-Encoding": encoding}
                response = client.get("sparql", params={"query": ROWS}, headers=headers)
                assert response.headers["content-type"].partition(";")[0] == accept
                assert response.headers.get("content-encoding", "identity") == encoding
                assert "Law 1" in response.text


def test_a_server_that_is_down_is_a_problem_document(tmp_path: Path) -> None:
    """Like any other error."""
    with running(tmp_path) as proxy, httpx.Client(base_url=proxy.url, trust_env=False) as client:
        proxy.server.process.kill()
        proxy.server.process.wait(20)
        response = client.get("sparql", params={"query": "ASK {}"})

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.content)["type"].endswith("/not-ready")
    assert response.headers["retry-after"] == "5"


def test_a_long_address_reaches_the_server(proxy: Proxy) -> None:
    """And its refusal the client."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        long = client.get("sparql", params={"query": "ASK {} #" + "x" * 30_000})
        longer = client.get("sparql", params={"query": "ASK {} #" + "x" * 40_000})

    assert long.status_code == 200
    assert slug(longer) == "uri-too-long"


def test_budgets_are_those_of_the_clients_behind(proxy: Proxy) -> None:
    """One that makes many errors is refused, and nobody else is."""
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        one, other = ({"X-Forwarded-For": address} for address in ("203.0.113.7", "203.0.113.8"))
        for number in range(31):
            last = client.get("sparql", params={"query": f"nonsense {number}"}, headers=one)
        somebody_else = client.get("sparql", params={"query": "ASK { ?s ?p 429 }"}, headers=other)

    assert slug(last) == "rate-limited"
    assert somebody_else.status_code == 200
