"""Whether a server with this configuration lets in whom it should: address, proxies, tokens, metrics, user."""

from __future__ import annotations

import datetime as dt
import errno
import ipaddress
import os
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from egov_kg.config import Config
from egov_kg.doctor.holdings import who
from egov_kg.doctor.outcome import Check
from egov_kg.errors import EgovKGError

__all__ = ["examine"]

_SOON: Final = dt.timedelta(days=14)
_PORT_REMEDIES: Final = {
    errno.EADDRINUSE: "if that is not the server itself: `ss -ltnp` says who it is; set port to another one",
    errno.EACCES: "set port to one from 1024: the proxy listens at 80 and 443",
    errno.EADDRNOTAVAIL: "set host to an address of this machine: 127.0.0.1",
}


def examine(config: Config) -> Iterator[Check]:
    """Yield the outcome of every check.

    Args:
        config: Says where the server listens, who stands before it and where tokens are.
    """
    yield _port(config.host, config.port)
    yield _address(config)
    yield _proxies(config)
    yield _tokens(config)
    yield _user()


def _port(host: str, port: int) -> Check:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = _PORT_REMEDIES.get(getattr(error, "errno", None) or 0, "set port to a number from 0 to 65535")
        return Check("port", "warn", f"{host}:{port} cannot be used: {reason}", remedy)
    return Check("port", "ok", f"{host}:{port} is free")


def _address(config: Config) -> Check:
    if not _is_local(config.host) and not config.public_url.startswith("https://"):
        return Check(
            "address",
            "warn",
            f"{config.host} can be reached from elsewhere, without encryption",
            "listen at 127.0.0.1 behind a proxy with TLS, and set public_url to its https:// address",
        )
    known = urlsplit(config.public_url)
    if known.scheme == "http" and not _is_local(known.hostname or ""):
        found = f"is known as {config.public_url}: queries and tokens travel without encryption"
        return Check("address", "warn", found, "give the proxy a certificate, and public_url its https:// address")
    if config.trusted_proxies and _is_local(known.hostname or config.host):
        found = f"a proxy is trusted, and public_url is {config.public_url or 'not set'}: links lead to this machine"
        return Check("address", "warn", found, "set public_url to the address that people see")
    return Check(
        "address", "ok", f"listens at {config.host}, is known as {config.public_url or 'http://' + config.host}"
    )


def _proxies(config: Config) -> Check:
    """Look for the mistake that turns everybody into one client, or into somebody on this machine."""
    is_behind_one = (
        config.public_url and _is_local(config.host) and not _is_local(urlsplit(config.public_url).hostname or "")
    )
    if is_behind_one and not config.trusted_proxies:
        status, more = ("fail", ", and everybody may read /metrics") if config.metrics == "local" else ("warn", "")
        return Check(
            "proxy",
            status,  # type: ignore[arg-type]
            f"a proxy seems to stand before the server (public_url), and none is trusted: no client has a budget{more}",
            'let the proxy send X-Forwarded-For, and set trusted_proxies = "127.0.0.1"',
        )
    return Check("proxy", "ok", f"trusted: {config.trusted_proxies or 'none'}")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tokens(config: Config) -> Check:
    from egov_kg.store.tokens import read_tokens  # noqa: PLC0415 - the doctor must speak where it cannot be imported

    if not config.token_file:
        if config.reading == "token":
            return Check("tokens", "fail", "none, and with reading = token nobody may ask", "egov-kg token new --help")
        if config.mode != "read-only":
            found, remedy = f"none, and with mode = {config.mode} nobody may write", "egov-kg token new --help"
            return Check("tokens", "warn", found, remedy)
        return Check("tokens", "ok", "none; nobody may write, and there is no /admin")
    path = Path(config.token_file)
    try:
        tokens = read_tokens(path)
    except EgovKGError as error:
        remedy = f"restore it from a copy, or remove it: egov-kg token new --token-file {path} makes one"
        if isinstance(error.__cause__, PermissionError):
            remedy = f"let the user that serves read it: chown {who()} {path}"
        return Check("tokens", "fail", str(error), remedy)
    if sys.platform != "win32" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return Check("tokens", "warn", f"others than its owner may read {path}", f"chmod 600 {path}")
    now = dt.datetime.now(dt.UTC)
    old = [token.id for token in tokens if token.is_expired(now)]
    soon = [token.id for token in tokens if token.id not in old and token.is_expired(now + _SOON)]
    if old or soon:
        found = f"of {len(tokens)} tokens have expired: {', '.join(old) or 'none'}; expire within 14 days: "
        return Check("tokens", "warn", found + (", ".join(soon) or "none"), "egov-kg token new, then token revoke ID")
    return Check("tokens", "ok", f"{len(tokens)} in {path}")


def _user() -> Check:
    if sys.platform != "win32" and os.geteuid() == 0:
        return Check(
            "user", "warn", "this is root", "serve as a user of its own, as deploy/systemd/egov-kg.service does"
        )
    return Check("user", "ok", "not root")
