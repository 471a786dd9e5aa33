"""Who asks, and what a client may cost: a budget of worker time and one of errors for each, as Wikidata has it.

Requests are not counted. What an answer cost the query processes is, and so is every error that the client could have
avoided; an answer from a cache costs nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import ipaddress
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import ConfigurationError, RateLimited
from egov_kg.server import metrics
from egov_kg.sparql import Answer, Engine, Request

__all__ = ["ASKING", "Asking", "Budgets", "Client", "Meter", "charged", "client_of", "key_of_peer", "trusted_networks"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST_CLIENTS: Final = 16_384
_MOST_HOPS: Final = 32
_SWEEP_SECONDS: Final = 1.0
_SUBSCRIBER: Final = 64
"""What one subscriber of IPv6 has at least: a prefix of so many bits."""
_BRACKETED: Final = re.compile(r"\[(?P<host>[^\]]*)\](?::\d+)?")
_FORWARDED_FOR: Final = re.compile(r"(?:^|;)\s*for\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s;\"]*))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks.

    Attributes:
        address: The address, as text; empty if the connection has none.
        key: What its budgets are kept under: the address, or the /64 network around one of IPv6.
        is_exempt: Whether it has no budgets: somebody on this machine who did not come through a proxy.
    """

    address: str
    key: str
    is_exempt: bool


def trusted_networks(text: str) -> tuple[Network, ...]:
    """Return the networks whose word on an address is taken.

    Args:
        text: Addresses and networks (``10.0.0.0/8``, ``::1``) with commas between.

    Raises:
        ConfigurationError: If one is neither.

    Example:
        >>> trusted_networks("127.0.0.1, 10.0.0.0/8")
        (IPv4Network('127.0.0.1/32'), IPv4Network('10.0.0.0/8'))
    """
    networks = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(word))
        except ValueError as error:
            raise ConfigurationError(
                f"trusted_proxies: {word!r} is no address and no network such as 10.0.0.0/8: {error}"
            ) from error
    return tuple(networks)


def client_of(
    peer: str | None, headers: Iterable[tuple[bytes, bytes]], trusted: Sequence[Network], header: str
) -> Client:
    """Return who asks.

    A proxy adds the address that it saw to the right of what it was told, so that the rightmost address that is none of
    our proxies is the one that somebody whom we trust has seen. Whatever stands left of it, anybody can have written.

    Args:
        peer: The other end of the connection.
        headers: Of the request, names in lower case.
        trusted: The networks of our proxies; without any no header is read.
        header: The header that they write: ``x-forwarded-for`` or ``forwarded``. The other one is never read, because a
            proxy that does not know it hands on what a client has put there.

    Example:
        >>> proxies = trusted_networks("10.0.0.0/8")
        >>> told = [(b"x-forwarded-for", b"127.0.0.1, 203.0.113.9, 10.0.0.7")]
        >>> client_of("10.0.0.1", told, proxies, "x-forwarded-for").address
        '203.0.113.9'
        >>> client_of("198.51.100.1", told, proxies, "x-forwarded-for").address
        '198.51.100.1'
    """
    address, hops = _address(peer or ""), []
    if address is not None and _is_one_of(address, trusted):
        hops = _hops(headers, header)
        for word in hops:
            seen = _address(word)
            if seen is None:
                break  # "unknown", or a name: the proxy hides it, and all that it hides share a budget
            address = seen
            if not _is_one_of(address, trusted):
                break
    if address is None:
        return Client("", peer or "", is_exempt=not peer)
    return _client(address, is_direct=not hops)


def key_of_peer(peer: str, trusted: Sequence[Network]) -> str | None:
    """Return what the budgets of whoever is at the other end of a connection are kept under; None for our proxies.

    Example:
        >>> key_of_peer("198.51.100.1", ()), key_of_peer("10.0.0.1", trusted_networks("10.0.0.0/8"))
        ('198.51.100.1', None)
    """
    address = _address(peer)
    if address is not None and _is_one_of(address, trusted):
        return None
    return client_of(peer, (), (), "").key


@functools.lru_cache(maxsize=4096)
def _client(address: Address, *, is_direct: bool) -> Client:
    return Client(str(address), _key(address), address.is_loopback and is_direct)


def _hops(headers: Iterable[tuple[bytes, bytes]], header: str) -> list[str]:
    """Return what the proxies saw, the nearest first; only so many as can be true."""
    wanted = header.encode("ascii")
    words = ",".join(value.decode("latin-1") for name, value in headers if name == wanted).split(",")
    nearest = [word.strip() for word in words[-_MOST_HOPS:]][::-1]
    if header == "forwarded":
        found = [_FORWARDED_FOR.search(word) for word in nearest]
        return [(match["quoted"] or match["bare"] or "") if match else "" for match in found]
    return [word for word in nearest if word]


@functools.lru_cache(maxsize=4096)
def _address(word: str) -> Address | None:
    """Return the address that a word spells, with or without a port; one of IPv4 also where IPv6 carries it."""
    bracketed = _BRACKETED.fullmatch(word)
    host = bracketed["host"] if bracketed else word.partition(":")[0] if word.count(":") == 1 else word
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_one_of(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _key(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> _SUBSCRIBER << _SUBSCRIBER, _SUBSCRIBER)))


@dataclass(slots=True)
class _Account:
    """What a client has left, at a moment of the clock."""

    seconds: float
    errors: float
    at: float


class Budgets:
    """What every client may cost. An account fills by itself; one that is full is forgotten.

    Args:
        seconds: Of worker time a minute; 0 sets no limit.
        burst: Of worker time at once, after a while without queries.
        errors: Errors a minute, and at once; 0 sets no limit.
        most: How many accounts are kept; beyond that the one that was not touched for longest is forgotten.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        *,
        seconds: float,
        burst: float,
        errors: float,
        most: int = _MOST_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._burst, self._errors, self._most, self._clock = seconds, burst, errors, most, clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._refused: dict[str, float] = {}
        self._swept = clock()

    def is_refused(self, key: str | None) -> bool:
        """Whether a client may have made too many errors: certainly not if this says so.

        Args:
            key: Of the client, or None for somebody who has not been told apart.
        """
        if not self._refused:
            return False
        now = self._clock()
        if key is not None:
            return self._refused.get(key, now) > now
        if now >= self._swept + _SWEEP_SECONDS:  # and not for each request: there may be as many as accounts
            self._swept = now
            self._refused = {other: until for other, until in self._refused.items() if until > now}
        return bool(self._refused)

    def __len__(self) -> int:
        """Return how many accounts are kept."""
        return len(self._accounts)

    def must_have_time(self, client: Client) -> None:
        """Let a query through only if there is worker time left for its client.

        Raises:
            RateLimited: Otherwise.
        """
        account = self._now(client.key)
        if account is not None and self._seconds and account.seconds <= 0:
            wait = _whole(-account.seconds / (self._seconds / 60))
            metrics.BUDGET_REFUSALS.labels("time").inc()
            raise RateLimited(f"{self._seconds:g} seconds of query time a minute", wait)

    def must_have_errors(self, client: Client) -> None:
        """Let a request through only if its client has not made too many errors.

        Raises:
            RateLimited: Otherwise.
        """
        account = self._now(client.key)
        if account is not None and self._errors and account.errors < 1:
            wait = _whole((1 - account.errors) / (self._errors / 60))
            metrics.BUDGET_REFUSALS.labels("errors").inc()
            raise RateLimited(f"{self._errors:g} errors a minute", wait)

    def lets_through(self, client: Client) -> bool:
        """Whether a client has time and errors left, so that neither of the above would refuse its query."""
        account = self._now(client.key) if self._accounts else None
        if account is None:
            return True
        return (not self._seconds or account.seconds > 0) and (not self._errors or account.errors >= 1)

    def charge(self, client: Client, seconds: float) -> None:
        """Take worker time from a client; what it used may be more than it had."""
        if not client.is_exempt and self._seconds and seconds > 0:
            self._touched(client.key).seconds -= seconds

    def count_error(self, client: Client) -> None:
        """Take an error from a client."""
        if not client.is_exempt and self._errors:
            account = self._touched(client.key)
            account.errors -= 1
            if account.errors < 1:
                self._refused[client.key] = account.at + 60 * (1 - account.errors) / self._errors
                if len(self._refused) > 2 * self._most:  # some may be of accounts that are forgotten
                    self._refused = {key: until for key, until in self._refused.items() if until > account.at}

    def _now(self, key: str) -> _Account | None:
        """Return the account of a client as it is now, or None if it is full."""
        account = self._accounts.get(key)
        if account is None:
            return None
        now = self._clock()
        passed = max(0.0, now - account.at) / 60
        account.seconds = min(self._burst, account.seconds + passed * self._seconds)
        account.errors = min(self._errors, account.errors + passed * self._errors)
        account.at = now
        if account.seconds >= self._burst and account.errors >= self._errors:
            del self._accounts[key]
            return None
        return account

    def _touched(self, key: str) -> _Account:
        account = self._now(key)
        if account is None:
            account = self._accounts[key] = _Account(self._burst, self._errors, self._clock())
            if len(self._accounts) > self._most:
                self._refused.pop(self._accounts.popitem(last=False)[0], None)
        self._accounts.move_to_end(key)
        return account


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks in the request that is being answered, and who keeps the books.

    Attributes:
        client: The client.
        budgets: Of all clients.
    """

    client: Client
    budgets: Budgets


ASKING: Final[ContextVar[Asking | None]] = ContextVar("ASKING", default=None)
"""Set for each request; None for what the server does for itself."""


async def charged(engine: Engine, request: Request, *, client: str) -> Answer:
    """Return the answer of query processes, and take the time that it kept one busy from the budget of who asks.

    Waiting costs nothing, and neither does what the server asks for itself.

    Args:
        engine: The query processes.
        request: The query.
        client: Whose place in the queue it takes; empty for that of who asks, so that the views that one client wants
            do not keep those of others waiting.

    Raises:
        RateLimited: If there is no time left for who asks.
        EgovKGError: As `egov_kg.sparql.Engine.answer`.
    """
    asking = ASKING.get()
    if asking is not None:
        asking.budgets.must_have_time(asking.client)
        client = client or asking.client.key
    meter, told = Meter(), request.started

    def begin() -> None:
        meter.start()
        if told is not None:
            told()

    patient = asking is None or asking.client.is_exempt
    try:
        return await engine.answer(dataclasses.replace(request, started=begin, patient=patient), client=client)
    finally:
        seconds = meter.stop()
        if asking is not None:
            asking.budgets.charge(asking.client, seconds)


class Meter:
    """The time for which a query keeps a process busy; the gauges of what waits and runs move with it."""

    def __init__(self) -> None:
        self.began: float | None = None
        metrics.WAITING.inc()

    def start(self) -> None:
        """The query is taken up."""
        if self.began is None:
            self.began = time.monotonic()
            metrics.WAITING.dec()
            metrics.RUNNING.inc()

    def stop(self) -> float:
        """Return the seconds since it was."""
        if self.began is None:
            metrics.WAITING.dec()
            return 0.0
        metrics.RUNNING.dec()
        return time.monotonic() - self.began
