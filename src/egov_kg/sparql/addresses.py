"""Which addresses of the network a name may stand for: found once, judged, and then used as they are."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final

from egov_kg.errors import FetchFailed

__all__ = ["is_public", "resolve"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_WRAPPERS: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10")
)
"""IPv6 addresses that stand for an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo), and site-local ones."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, and says so itself: no other address is wrapped in it.

    Example:
        >>> [is_public(ipaddress.ip_address(a)) for a in ("9.9.9.9", "10.0.0.1", "169.254.169.254", "::ffff:9.9.9.9")]
        [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _WRAPPERS):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int, *, private: bool) -> str:
    """Return the one address that a host is called at.

    All addresses of a name must be allowed: a name with a public and a private address is a trap or a mistake.

    Args:
        host: A name, or an address without brackets.
        port: Where.
        private: Whether it may stand in a private network or on this machine. Multicast and unspecified addresses are
            refused all the same.

    Raises:
        FetchFailed: If there is none, or one that is not allowed.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed("its name does not resolve") from error
    addresses = [str(entry[4][0]) for entry in found]
    for text in addresses:
        address = ipaddress.ip_address(text)
        if address.is_multicast or address.is_unspecified:
            raise FetchFailed("its name stands for an address that no server has")
        if not private and not is_public(address):
            raise FetchFailed("its address is in a private network, which its entry in the list does not allow")
    if not addresses:
        raise FetchFailed("its name does not resolve")
    return addresses[0]
