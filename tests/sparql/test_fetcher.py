"""One process opens connections: to listed addresses only, within limits, and nothing of what it gets is believed."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ipaddress
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from egov_kg import seccomp
from egov_kg.errors import FetchFailed
from egov_kg.sparql import addresses, fetcher
from egov_kg.sparql.fetcher import Rights
from egov_kg.sparql.fetching import Endpoint, Fetcher
from tests.sparql.conftest import Canary
from tests.sparql.remotes import JSON, ONE_ROW, Remote, closed_port, hostile, running, send

T = TypeVar("T")


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """A server that is as bad as its path says."""
    with running() as remote:
        yield remote


@pytest.fixture(scope="module")
def bad(remote: Remote) -> dict[str, str]:
    """The address of each kind of badness."""
    return hostile(remote)


def fetching(work: Callable[[Fetcher], Awaitable[T]], *urls: str, private: bool = True) -> T:
    """Run some work with a fetcher that may call some addresses."""

    async def run() -> T:
        async with Fetcher([Endpoint(url, private=private) for url in urls], agent="egov-kg/0 (tests)") as fetcher:
            return await work(fetcher)

    return asyncio.run(run())


async def get(fetcher: Fetcher, url: str, *, seconds: float = 5, limit: int = 1 << 20) -> bytes:
    """Return what an endpoint answers."""
    with await fetcher.fetch(url, {"query": "SELECT * {}"}, media=[JSON], seconds=seconds, limit=limit) as body:
        return body.read()


def failures(urls: Mapping[str, str], *, private: bool = True, limit: int = 1 << 20) -> dict[str, str]:
    """Return why fetching from each of some addresses fails, all asked by one process."""

    async def reason(fetcher: Fetcher, kind: str) -> str:
        with pytest.raises(FetchFailed) as caught:
            await get(fetcher, urls[kind], seconds=0.5 if kind in {"slow", "endless"} else 20, limit=limit)
        return caught.value.reason

    async def work(fetcher: Fetcher) -> list[str]:
        return await asyncio.gather(*(reason(fetcher, kind) for kind in urls))

    return dict(zip(urls, fetching(work, *urls.values(), private=private), strict=True))


def failure(url: str, *, private: bool = True, seconds: float = 5, limit: int = 1 << 20) -> FetchFailed:
    """Return how fetching from an address fails."""
    with pytest.raises(FetchFailed) as caught:
        fetching(lambda fetcher: get(fetcher, url, seconds=seconds, limit=limit), url, private=private)
    return caught.value


class TestAnswers:
    def test_an_answer_comes_as_it_was_sent(self, remote: Remote) -> None:
        """The query is posted as a form; the format is asked for; who asks is said."""
        url = remote.says("good", ONE_ROW)

        assert fetching(lambda fetcher: get(fetcher, url), url) == ONE_ROW

        path, headers, body = remote.seen[-1]
        assert (path, body) == ("/good", "query=SELECT+%2A+%7B%7D")
        assert headers["host"] == f"127.0.0.1:{remote.port}"
        assert headers["user-agent"] == "egov-kg/0 (tests)"
        assert headers["accept"] == JSON
        assert headers["accept-encoding"] == "gzip"
        assert "cookie" not in headers

    def test_gzip_is_unpacked(self, remote: Remote) -> None:
        """It is the one compression that we ask for, so it is the one that we take."""
        url = remote.says("packed", gzip.compress(ONE_ROW), Content_Encoding="gzip")

        assert fetching(lambda fetcher: get(fetcher, url), url) == ONE_ROW

    def test_many_requests_run_at_once(self, remote: Remote, bad: dict[str, str]) -> None:
        """A slow endpoint keeps nobody else waiting, and each answer comes to who asked for it."""
        urls = [remote.says(f"number-{n}", b"%d" % n * 70_000) for n in range(6)]

        async def work(fetcher: Fetcher) -> list[bytes]:
            slow = asyncio.ensure_future(get(fetcher, bad["slow"], seconds=20))
            found = await asyncio.gather(*(get(fetcher, url) for url in urls))
            assert not slow.done()
            slow.cancel()
            return found

        assert fetching(work, *urls, bad["slow"]) == [b"%d" % n * 70_000 for n in range(6)]

    def test_a_variable_of_the_environment_sends_nothing_elsewhere(
        self, remote: Remote, canary: Canary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Proxies and credentials are not taken from the environment."""
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, canary.url)
        url = remote.says("direct", ONE_ROW)

        assert fetching(lambda fetcher: get(fetcher, url), url) == ONE_ROW
        assert canary.calls == 0

    def test_a_connection_that_was_closed_meanwhile_is_opened_again(self, remote: Remote) -> None:
        """Servers close what is idle, sometimes just when somebody asks."""
        closed: list[str] = []

        def answer(handler: Any, _: str) -> None:
            if closed:
                send(handler, ONE_ROW)
            else:
                closed.append("the first time")
                handler.close_connection = True

        url = remote.on("closing", answer)

        assert fetching(lambda fetcher: get(fetcher, url), url) == ONE_ROW


class TestBadness:
    """Whatever a remote does, there is a reason in our words, in time, and none of its own words."""

    def test_a_bad_answer_is_none(self, bad: dict[str, str]) -> None:
        """The reason is one of ours; the connection is over."""
        said = {
            "slow": "it did not answer within 0.5 seconds",
            "endless": "it did not answer within 0.5 seconds",
            "huge": "its answer has more than 1048576 bytes",
            "short": "the connection broke before its answer was complete",
            "redirecting": "it redirects (status 302), which is not followed; list the address itself",
            "redirecting-with-post": "it redirects (status 307), which is not followed; list the address itself",
            "broken": "it answered with status 500",
            "empty": "it answered with status 204",
            "html": "it answered in another format than application/sparql-results+json",
            "bomb": "its answer has more than 1048576 bytes",
            "half-packed": "the connection broke before its answer was complete",
            "not-packed": "its answer cannot be decompressed",
            "oddly-packed": "its answer is compressed in another way than gzip",
        }

        assert failures({kind: bad[kind] for kind in said}) == said

    def test_a_bomb_is_stopped_by_its_ratio_where_much_is_allowed(self, bad: dict[str, str]) -> None:
        """A thousand to one is no answer to a query."""
        assert failure(bad["bomb"], limit=1 << 30).reason == "its answer is compressed more than 100 to 1"

    def test_a_redirect_is_not_followed(self, remote: Remote, bad: dict[str, str]) -> None:
        """Not even to an address that is listed."""
        target = remote.says("target", ONE_ROW)

        with pytest.raises(FetchFailed):
            fetching(lambda fetcher: get(fetcher, bad["redirecting"]), bad["redirecting"], target)

        assert "/target" not in {path for path, _, _ in remote.seen}

    def test_nobody_listens(self) -> None:
        """That is said at once."""
        url = f"http://127.0.0.1:{closed_port()}/sparql"

        assert failure(url).reason == "no connection to it could be opened"

    def test_the_process_ends_and_comes_back(self, remote: Remote, bad: dict[str, str]) -> None:
        """What was under way fails; the next request finds a new process."""
        url = remote.says("again", ONE_ROW)

        async def work(fetcher: Fetcher) -> bytes:
            slow = asyncio.ensure_future(get(fetcher, bad["slow"], seconds=20))
            await get(fetcher, url)
            assert fetcher._process is not None
            os.kill(fetcher._process.pid, signal.SIGKILL)
            with pytest.raises(FetchFailed, match="our client ended"):
                await slow
            await fetcher._process.wait()
            return await get(fetcher, url)

        assert fetching(work, url, bad["slow"]) == ONE_ROW

    def test_who_asks_no_more_is_not_worked_for(self, remote: Remote, bad: dict[str, str]) -> None:
        """A cancelled request closes its connection."""
        asked = threading.Event()
        closed = threading.Event()
        original = remote._answers["/endless"]

        def watched(handler: object, body: str) -> None:
            asked.set()
            try:
                original(handler, body)  # type: ignore[arg-type]
            finally:
                closed.set()

        remote._answers["/watched"] = watched
        url = f"{remote.url}watched"

        async def work(fetcher: Fetcher) -> bool:
            task = asyncio.ensure_future(get(fetcher, url, seconds=60))
            await asyncio.to_thread(asked.wait, 20)
            task.cancel()
            return await asyncio.to_thread(closed.wait, 20)

        assert fetching(work, url)
        assert bad


class TestRights:
    """What is not listed is not called."""

    def test_an_address_that_is_not_listed(self, canary: Canary) -> None:
        """Whatever else is listed, and however near it comes."""
        near = [f"{canary.url}x", canary.url.rstrip("/"), canary.url.upper(), canary.url.replace("127.0.0.1", "[::1]")]

        async def work(fetcher: Fetcher) -> None:
            for url in near:
                with pytest.raises(FetchFailed, match="it is not one of the listed endpoints"):
                    await get(fetcher, url)

        fetching(work, canary.url)
        assert canary.calls == 0

    def test_a_private_address_needs_its_permission(self, canary: Canary) -> None:
        """However it is written, and whichever name stands for it."""
        hosts = (
            "127.0.0.1",
            "localhost",
            "127.1",
            "0x7f.0.0.1",
            "2130706433",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
        )

        found = failures({host: canary.url.replace("127.0.0.1", host) for host in hosts}, private=False)

        assert set(found.values()) <= {
            "its address is in a private network, which its entry in the list does not allow",
            "its name stands for an address that no server has",
            "its name does not resolve",
        }
        assert canary.calls == 0

    @pytest.mark.parametrize(
        "address",
        [
            "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1", "fec0::1",
            "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:9.9.9.9", "::127.0.0.1", "64:ff9b::7f00:1",
            "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        ],
    )  # fmt: skip
    def test_what_is_not_public(self, address: str) -> None:
        """Private, shared, local, reserved, for documentation, for groups, or with another address inside."""
        assert not addresses.is_public(ipaddress.ip_address(address))

    @pytest.mark.parametrize("address", ["9.9.9.9", "193.99.144.80", "2620:fe::fe", "2a00:1450:4001:81b::200e"])
    def test_what_is_public(self, address: str) -> None:
        """Addresses of the open internet."""
        assert addresses.is_public(ipaddress.ip_address(address))

    def test_a_name_is_looked_up_once(self) -> None:
        """The connection goes to the address that was judged; a second look-up could find another one."""
        url = "https://localhost:8443/sparql?x=1"
        rights = Rights({"agent": "a", "endpoints": {url: {"private": True}}})
        asked = {"url": url, "form": {"query": "ASK {}"}, "media": [JSON]}

        request = asyncio.run(rights._request(asked))

        assert request.url.host in {"127.0.0.1", "::1"}
        assert request.url.raw_path == b"/sparql?x=1"
        assert request.headers["Host"] == "localhost:8443"
        assert request.extensions["sni_hostname"] == "localhost"

    def test_credentials_go_to_the_endpoint_that_they_are_for(self, remote: Remote) -> None:
        """A name and a password by Basic, a token by Bearer; no other endpoint gets them."""
        one, two, three = (remote.says(path, ONE_ROW) for path in ("basic", "bearer", "open"))
        endpoints = [
            Endpoint(one, private=True, auth={"kind": "basic", "user": "ann", "secret": "s"}),
            Endpoint(two, private=True, auth={"kind": "bearer", "secret": "t"}),
            Endpoint(three, private=True),
        ]

        async def run() -> None:
            async with Fetcher(endpoints, agent="a") as fetcher:
                for endpoint in endpoints:
                    await get(fetcher, endpoint.url)

        asyncio.run(run())

        sent = {path: headers.get("authorization") for path, headers, _ in remote.seen}
        assert (sent["/basic"], sent["/bearer"], sent["/open"]) == ("Basic YW5uOnM=", "Bearer t", None)

    def test_digest_is_answered(self, remote: Remote) -> None:
        """Virtuoso asks for it."""

        def answer(handler: object, _: str) -> None:
            given = handler.headers.get("Authorization", "")  # type: ignore[attr-defined]
            if given.startswith('Digest username="ann"'):
                send(handler, ONE_ROW)  # type: ignore[arg-type]
            else:
                send(handler, b"", status=401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')  # type: ignore[arg-type]

        url = remote.on("digest", answer)

        async def run() -> bytes:
            auth = {"kind": "digest", "user": "ann", "secret": "s"}
            async with Fetcher([Endpoint(url, private=True, auth=auth)], agent="a") as fetcher:
                return await get(fetcher, url)

        assert asyncio.run(run()) == ONE_ROW


class TestCertificates:
    """The connection goes to an address, the certificate must be for the name."""

    @pytest.mark.parametrize(("name", "is_right"), [("localhost", True), ("other.example", False)])
    def test_the_name_must_be_in_the_certificate(self, tmp_path: Path, name: str, is_right: bool) -> None:
        """One for another name is refused, also by somebody who trusts who signed it."""
        with encrypted(tmp_path, name) as (url, certificate):
            trusting = ssl.create_default_context(cafile=certificate)

            assert asyncio.run(fetched(url, trusting)) == (
                ONE_ROW if is_right else "no connection to it could be opened"
            )

    def test_nobody_signs_for_himself(self, tmp_path: Path) -> None:
        """Certificates are those that the world trusts."""
        with encrypted(tmp_path, "localhost") as (url, _):
            assert failure(url).reason == "no connection to it could be opened"


@contextlib.contextmanager
def encrypted(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Give the address of a server with a certificate of its own for a name, and the file of the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, which makes the certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    names = ["-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*made, *names], check=True, capture_output=True)
    with running() as remote:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        remote.encrypt(context)
        remote.says("encrypted", ONE_ROW)
        yield f"https://localhost:{remote.port}/encrypted", str(certificate)


async def fetched(url: str, context: ssl.SSLContext) -> bytes | str:
    """Return what comes from an address, or why nothing does."""
    rights = Rights({"agent": "a", "endpoints": {url: {"private": True}}})
    rights._clients[url] = fetcher._client("a", None, context)
    asked = {"url": url, "form": {"query": "ASK {}"}, "media": [JSON], "bytes": 1 << 20}
    try:
        return b"".join([chunk async for chunk in rights.fetch(asked)])
    except FetchFailed as error:
        return error.reason
    finally:
        await rights.close()


@pytest.mark.skipif(not seccomp.is_available(), reason="the system takes no filter of system calls")
def test_the_system_filters_the_calls_of_the_process(remote: Remote) -> None:
    """What the filter refuses stands in the tests of `egov_kg.seccomp`; here that it stands, and that answers come."""
    url = remote.says("filtered", ONE_ROW)

    async def work(fetcher: Fetcher) -> str:
        await fetcher.start()
        assert fetcher.is_filtered
        assert fetcher._process is not None
        status = await asyncio.to_thread(Path(f"/proc/{fetcher._process.pid}/status").read_text, "ascii")
        assert await get(fetcher, url) == ONE_ROW
        return status

    assert "\nSeccomp:\t2\n" in fetching(work, url)


def test_the_process_ends_with_its_parent() -> None:
    """When the connection closes, so does it."""

    async def run() -> int:
        fetcher = Fetcher([], agent="a")
        await fetcher._connected()
        process, writer = fetcher._process, fetcher._writer
        assert process is not None
        assert writer is not None
        writer.transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        status = await process.wait()
        await fetcher.close()
        return status

    assert asyncio.run(run()) == 0


def test_httpx_knows_the_extension_that_keeps_the_name() -> None:
    """The check of the certificate must be of the name, not of the address; httpcore says so by this extension."""
    assert "sni_hostname" in httpx.Request("GET", "https://x/", extensions={"sni_hostname": "y"}).extensions
