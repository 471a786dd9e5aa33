"""Whom to tell of a weakness: ``/.well-known/security.txt`` (RFC 9116), if the operator has said it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from egov_kg.errors import NotFound
from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers

__all__ = ["security_txt", "text_of"]

_DAYS: Final = 180


async def security_txt(request: Request) -> Response:
    """Answer with whom to tell.

    Raises:
        NotFound: If the operator has not said it.
    """
    site = Exchange.of(request).site
    return PlainTextResponse(text_of(site.config.security_contact, site.public_url), headers=cache_headers())


def text_of(contact: str, public_url: str, *, today: dt.date | None = None) -> str:
    """Return the text, which holds for half a year.

    Args:
        contact: Whom to tell, as a URI.
        public_url: The address of the server, with its closing slash.
        today: The day, for tests.

    Raises:
        NotFound: If nobody is to be told.

    Example:
        >>> print(text_of("mailto:a@example.org", "https://example.org/", today=dt.date(2026, 1, 1)))
        Contact: mailto:a@example.org
        Expires: 2026-06-30T00:00:00Z
        Preferred-Languages: en, ko
        Canonical: https://example.org/.well-known/security.txt
        <BLANKLINE>
    """
    if not contact:
        raise NotFound("the operator has not said whom to tell of a weakness")
    expires = (today or dt.datetime.now(dt.UTC).date()) + dt.timedelta(days=_DAYS)
    lines = {
        "Contact": contact,
        "Expires": f"{expires.isoformat()}T00:00:00Z",
        "Preferred-Languages": "en, ko",
        "Canonical": f"{public_url}.well-known/security.txt",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())
