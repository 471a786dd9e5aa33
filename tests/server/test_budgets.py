"""What a client may cost: worker time and errors, never requests; and who a client is, behind proxies too."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import config
from egov_kg.errors import ConfigurationError, RateLimited
from egov_kg.server.limits import ASKING, Asking, Budgets, Client, charged, client_of, trusted_networks
from egov_kg.sparql import Limits, Pool, Request
from tests.server.conftest import Server, publish, slug, start, stop
from tests.server.test_limits import ENDLESS
from tests.sparql.conftest import release

__all__ = ["release"]

SOMEBODY = Client("203.0.113.9", "203.0.113.9", is_exempt=False)
SOMEBODY_ELSE = Client("203.0.113.10", "203.0.113.10", is_exempt=False)
PROXIES = trusted_networks("10.0.0.0/8, 127.0.0.1, 2001:db8:ffff::/48")


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def budgets(clock: Clock) -> Budgets:
    """The defaults: 60 s of worker time a minute, 120 s at once, 30 errors."""
    return Budgets(seconds=60, burst=120, errors=30, clock=clock)


class TestWorkerTime:
    def test_ends_after_the_burst(self, budgets: Budgets) -> None:
        """Twelve queries of 10 s are answered, the thirteenth is not, and the error says when it will be."""
        for _ in range(12):
            budgets.must_have_time(SOMEBODY)
            budgets.charge(SOMEBODY, 10)

        with pytest.raises(RateLimited, match="60 seconds of query time a minute; ask again in 1 seconds"):
            budgets.must_have_time(SOMEBODY)

    def test_comes_back_at_one_second_a_second(self, budgets: Budgets, clock: Clock) -> None:
        """What was used beyond the burst must be waited for."""
        budgets.charge(SOMEBODY, 150)

        with pytest.raises(RateLimited) as caught:
            budgets.must_have_time(SOMEBODY)
        assert caught.value.wait == 30
        clock.now += 29.9
        with pytest.raises(RateLimited):
            budgets.must_have_time(SOMEBODY)
        clock.now += 0.2
        budgets.must_have_time(SOMEBODY)

    def test_is_never_saved_beyond_the_burst(self, budgets: Budgets, clock: Clock) -> None:
        """An hour of silence gives no more than 120 s."""
        budgets.charge(SOMEBODY, 1)
        clock.now += 3600
        budgets.charge(SOMEBODY, 120)

        with pytest.raises(RateLimited):
            budgets.must_have_time(SOMEBODY)

    def test_of_one_client_is_not_that_of_another(self, budgets: Budgets) -> None:
        """Nor are its errors."""
        budgets.charge(SOMEBODY, 500)
        for _ in range(40):
            budgets.count_error(SOMEBODY)

        budgets.must_have_time(SOMEBODY_ELSE)
        budgets.must_have_errors(SOMEBODY_ELSE)

    def test_that_was_not_used_is_not_counted(self, budgets: Budgets) -> None:
        """A million requests that cost nothing are answered, and nothing is kept for them."""
        for _ in range(1000):
            budgets.must_have_time(SOMEBODY)
            budgets.must_have_errors(SOMEBODY)
            budgets.charge(SOMEBODY, 0)

        assert len(budgets) == 0

    def test_may_have_no_limit(self, clock: Clock) -> None:
        """A zero in the configuration switches a budget off, and not the other one."""
        free = Budgets(seconds=0, burst=120, errors=2, clock=clock)
        free.charge(SOMEBODY, 10_000)
        free.must_have_time(SOMEBODY)
        free.count_error(SOMEBODY)
        free.count_error(SOMEBODY)

        with pytest.raises(RateLimited):
            free.must_have_errors(SOMEBODY)


class TestErrors:
    def test_are_thirty_a_minute(self, budgets: Budgets, clock: Clock) -> None:
        """Then one every two seconds."""
        for _ in range(30):
            budgets.must_have_errors(SOMEBODY)
            budgets.count_error(SOMEBODY)

        with pytest.raises(RateLimited, match="30 errors a minute") as caught:
            budgets.must_have_errors(SOMEBODY)
        assert caught.value.wait == 2
        clock.now += 2
        budgets.must_have_errors(SOMEBODY)
        budgets.count_error(SOMEBODY)
        with pytest.raises(RateLimited):
            budgets.must_have_errors(SOMEBODY)

    def test_of_many_are_looked_up_and_not_gone_through(self, clock: Clock) -> None:
        """Whoever answers without the books asks whether a client may be refused: quickly, also among many."""
        budgets = Budgets(seconds=60, burst=120, errors=1, most=3, clock=clock)
        clients = [Client(f"2001:db8:{n}::1", f"2001:db8:{n}::/64", is_exempt=False) for n in range(10)]
        for client in clients:
            budgets.count_error(client)

        assert [budgets.is_refused(client.key) for client in clients[-4:]] == [False, True, True, True]
        assert not budgets.is_refused("198.51.100.1")
        assert budgets.is_refused(None)
        clock.now += 61
        assert not budgets.is_refused(clients[-1].key)
        assert not budgets.is_refused(None)

    def test_leave_the_time_alone(self, budgets: Budgets) -> None:
        """The two budgets are two."""
        for _ in range(31):
            budgets.count_error(SOMEBODY)

        budgets.must_have_time(SOMEBODY)


class TestMemory:
    def test_of_clients_has_an_end(self, clock: Clock) -> None:
        """Those that were not heard of for longest are forgotten."""
        budgets = Budgets(seconds=60, burst=120, errors=30, most=100, clock=clock)
        clients = [Client(str(n), str(n), is_exempt=False) for n in range(1000)]
        for client in clients:
            budgets.charge(client, 500)

        assert len(budgets) == 100
        budgets.must_have_time(clients[899])
        with pytest.raises(RateLimited):
            budgets.must_have_time(clients[900])

    def test_of_a_client_that_owes_nothing_is_none(self, budgets: Budgets, clock: Clock) -> None:
        """Full accounts are dropped when they are looked at."""
        budgets.charge(SOMEBODY, 5)
        budgets.count_error(SOMEBODY)
        clock.now += 10
        budgets.must_have_time(SOMEBODY)

        assert len(budgets) == 0

    def test_somebody_on_this_machine_has_no_account(self, budgets: Budgets) -> None:
        """Without a proxy in between."""
        budgets.charge(dataclasses.replace(SOMEBODY, is_exempt=True), 1000)
        budgets.count_error(dataclasses.replace(SOMEBODY, is_exempt=True))

        assert len(budgets) == 0


def asked(peer: str, told: str = "", *, name: str = "x-forwarded-for", header: str = "x-forwarded-for") -> Client:
    """Return the client of a request with one header of a proxy."""
    return client_of(peer, [(b"host", b"x"), (name.encode(), told.encode())], PROXIES, header)


class TestClient:
    @pytest.mark.parametrize(
        ("peer", "told", "address"),
        [
            ("203.0.113.9", "", "203.0.113.9"),
            ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
            ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
            ("10.1.2.3", "127.0.0.1, 198.51.100.7", "198.51.100.7"),
            ("10.1.2.3", "192.0.2.1, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
            ("10.1.2.3", " 198.51.100.7:5123 ", "198.51.100.7"),
            ("10.1.2.3", "[2001:db8::1]:443", "2001:db8::1"),
            ("10.1.2.3", "2001:db8::1", "2001:db8::1"),
            ("10.1.2.3", "198.51.100.7, unknown", "10.1.2.3"),
            ("10.1.2.3", "198.51.100.7, <script>", "10.1.2.3"),
            ("10.1.2.3", "10.7.7.7", "10.7.7.7"),
            ("10.1.2.3", "", "10.1.2.3"),
            ("::ffff:10.1.2.3", "198.51.100.7", "198.51.100.7"),
            ("2001:db8:ffff::1", "::ffff:198.51.100.7", "198.51.100.7"),
        ],
    )
    def test_is_the_rightmost_that_is_no_proxy(self, peer: str, told: str, address: str) -> None:
        """Whatever stands left of it may be a lie; whatever comes from elsewhere is not looked at."""
        assert asked(peer, told).address == address

    @pytest.mark.parametrize(
        ("told", "address"),
        [
            ("for=198.51.100.7", "198.51.100.7"),
            ("for=192.0.2.1, For=198.51.100.7;proto=https;by=10.0.0.1", "198.51.100.7"),
            ('proto=https; for="[2001:db8::17]:4711"', "2001:db8::17"),
            ('for="_hidden"', "10.1.2.3"),
            ("proto=https", "10.1.2.3"),
        ],
    )
    def test_is_read_from_forwarded_where_the_proxy_writes_that(self, told: str, address: str) -> None:
        """RFC 7239."""
        assert asked("10.1.2.3", told, name="forwarded", header="forwarded").address == address

    def test_is_not_read_from_the_header_that_the_proxy_does_not_write(self) -> None:
        """A proxy hands on what it does not know, as the client sent it."""
        assert asked("10.1.2.3", "for=198.51.100.7", name="forwarded").address == "10.1.2.3"
        assert asked("10.1.2.3", "198.51.100.7", header="forwarded").address == "10.1.2.3"

    def test_of_ipv6_is_its_network(self) -> None:
        """A subscriber has 2^64 addresses, and one budget."""
        one, other, third = (asked(a) for a in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"))

        assert one.key == other.key == "2001:db8:1:2::/64"
        assert third.key != one.key

    def test_on_this_machine_is_exempt_unless_it_came_through_a_proxy(self) -> None:
        """A proxy on this machine says whom it asks for."""
        assert [client_of(peer, [], (), "x-forwarded-for").is_exempt for peer in ("127.0.0.1", "::1", "127.9.9.9")] == [
            True
        ] * 3
        assert not asked("127.0.0.1", "198.51.100.7").is_exempt
        assert asked("127.0.0.1").is_exempt
        assert not asked("203.0.113.9", "127.0.0.1").is_exempt

    @pytest.mark.parametrize("told", ["unix:", "unknown", "127.0.0.1", "127.0.0.1, ::1", ","])
    def test_that_a_proxy_on_this_machine_hides_is_not_exempt(self, told: str) -> None:
        """Somebody came through it, whoever that is."""
        assert asked("127.0.0.1", told).is_exempt is (told == ",")

    @given(st.text(max_size=60), st.text(max_size=200))
    def test_is_found_whatever_is_sent(self, peer: str, told: str) -> None:
        """And never a client that the header invents beside a peer that is no proxy."""
        headers = [(b"x-forwarded-for", told.encode("utf-8", "replace"))]

        for header in ("x-forwarded-for", "forwarded"):
            client_of(peer, headers, PROXIES, header)
            client_of("10.0.0.1", headers, PROXIES, header)
            assert client_of("203.0.113.9", headers, PROXIES, header).key == "203.0.113.9"

    @given(st.lists(st.ip_addresses(), max_size=5), st.ip_addresses(v=4))
    def test_that_the_proxy_saw_counts(
        self, lies: list[ipaddress.IPv4Address | ipaddress.IPv6Address], seen: ipaddress.IPv4Address
    ) -> None:
        """Whatever the client wrote before it."""
        told = ", ".join(map(str, [*lies, seen]))
        if not any(seen in network for network in PROXIES if network.version == 4):
            assert asked("10.0.0.1", told).address == str(seen)

    def test_networks_that_are_none_are_refused(self) -> None:
        """With the word."""
        with pytest.raises(ConfigurationError, match=r"trusted_proxies: '10\.0\.0\.1/8' is no address and no network"):
            trusted_networks("127.0.0.1, 10.0.0.1/8")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy on this machine, where a client has 0.1 s of worker time and three errors."""
    out = tmp_path_factory.mktemp("out")
    settings: dict[str, Any] = {
        "client_seconds": 0.06,
        "client_burst_seconds": 0.1,
        "client_errors": 3,
        "trusted_proxies": "127.0.0.1",
        "security_contact": "mailto:security@example.org",
    }
    running = start(out, publish(out).id, **settings)
    yield running
    stop(running)


class TestServer:
    def test_answers_429_when_the_time_is_used_up(self, strict: Server) -> None:
        """With the seconds to wait; others go on, and so does what costs nothing."""
        with httpx.Client(base_url=strict.url, trust_env=False, timeout=30) as proxy:
            one, other = {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "198.51.100.2"}
            query = {"query": ENDLESS, "timeout": "0.3"}
            first = proxy.get("sparql", params=query, headers=one)
            second = proxy.get("sparql", params={"query": "ASK {}"}, headers=one)
            of_other = proxy.get("sparql", params={"query": "ASK {}"}, headers=other)
            alive = proxy.get("readyz", headers=one)

        assert slug(first) == "time-limit"
        assert (second.status_code, slug(second)) == (429, "rate-limited")
        assert second.json()["seconds"] == int(second.headers["retry-after"]) > 60
        assert (of_other.status_code, alive.status_code) == (200, 200)

    def test_answers_429_after_too_many_errors(self, strict: Server) -> None:
        """Whatever is asked then; a 429 is no further error, and asking for the health is no request."""
        with httpx.Client(base_url=strict.url, trust_env=False, timeout=30) as proxy:
            headers = {"X-Forwarded-For": "192.0.2.9, 198.51.100.3"}
            statuses = [proxy.get("sparql?query=x", headers=headers).status_code for _ in range(6)]
            limited = proxy.get("robots.txt", headers=headers)
            spoofed = proxy.get("robots.txt", headers={"X-Forwarded-For": "192.0.2.1, 198.51.100.3"})
            other = proxy.get("robots.txt", headers={"X-Forwarded-For": "198.51.100.4"})
            alive = proxy.get("readyz", headers=headers)

        assert statuses == [400, 400, 400, 429, 429, 429]
        assert (limited.status_code, spoofed.status_code) == (429, 429)
        assert 1 <= int(limited.headers["retry-after"]) <= 20
        assert (other.status_code, alive.status_code) == (200, 200)

    def test_says_whom_to_tell_of_a_weakness(self, strict: Server) -> None:
        """RFC 9116, if the operator has set it."""
        response = httpx.get(f"{strict.url}.well-known/security.txt", trust_env=False)

        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.text.startswith("Contact: mailto:security@example.org\nExpires: 2")

    def test_does_not_limit_this_machine(self, server: Server) -> None:
        """Where no proxy is configured a header is not read, so that nobody can pretend to be somebody else."""
        headers = {"X-Forwarded-For": "198.51.100.3"}
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            statuses = {client.get("sparql?query=x", headers=headers).status_code for _ in range(40)}

        assert statuses == {400}


def test_a_view_waits_in_the_queue_of_who_asks(release: Path, budgets: Budgets) -> None:
    """One client that wants many views has two processes at most, and a third one is left for somebody else."""

    async def run() -> list[bytes]:
        async with Pool(release, Limits(workers=1), views=True) as pool:
            slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i) }"
            ASKING.set(Asking(SOMEBODY, budgets))
            flood = [asyncio.ensure_future(charged(pool, Request(slow), client="")) for _ in range(4)]
            await asyncio.sleep(0.2)
            ASKING.set(Asking(SOMEBODY_ELSE, budgets))
            answer = await charged(pool, Request("ASK {}", table="csv"), client="")
            waiting = [one.done() for one in flood]
            for one in flood:
                one.cancel()
            await asyncio.gather(*flood, return_exceptions=True)
            return [answer.read(), str(any(waiting)).encode()]

    assert asyncio.run(run()) == [b"true", b"False"]


def test_a_proxy_is_configured_as_networks(tmp_path: Path) -> None:
    """A word that is none stops the server before it starts."""
    assert config.load(tmp_path, {"EGOVKG_TRUSTED_PROXIES": "10.0.0.0/8,::1"})[0].trusted_proxies == "10.0.0.0/8,::1"
    with pytest.raises(ConfigurationError, match="trusted_proxies must be addresses or networks"):
        config.load(tmp_path, {"EGOVKG_TRUSTED_PROXIES": "proxy.example"})
    with pytest.raises(ConfigurationError, match="proxy_header must be x-forwarded-for or forwarded"):
        config.load(tmp_path, {"EGOVKG_PROXY_HEADER": "cf-connecting-ip"})
