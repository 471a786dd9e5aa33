"""Web pages that a browser saved as one file, MHTML: the page is the first part in HTML, as RFC 2557 has it."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import Message
from typing import Final

__all__ = ["page_in"]

_HEAD: Final = 4096
_SIGN = re.compile(rb"^Content-Type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
_VERSION = re.compile(rb"^MIME-Version:", re.IGNORECASE | re.MULTILINE)
_MOST_PARTS: Final = 10_000


def page_in(data: bytes) -> bytes | None:
    r"""Return the markup of the page that an MHTML file holds, empty if it holds none; None for any other file.

    Example:
        >>> page_in(
        ...     b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
        ...     b"--x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>caf=C3=A9\n--x--\n"
        ... )
        b'<p>caf\xc3\xa9'
        >>> page_in(b"<p>An act") is None
        True
    """
    head = data[:_HEAD]
    if not (_SIGN.search(head) and _VERSION.search(head)):
        return None
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = message.get_payload()
    for part in parts[:_MOST_PARTS] if isinstance(parts, list) else ():
        if isinstance(part, Message) and part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    return b""
