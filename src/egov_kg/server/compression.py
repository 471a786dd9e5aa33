"""Content encodings: which one a client wants most (RFC 9110, 12.5.3), and bodies in it.

Only what shrinks is encoded: text, JSON, XML and the formats of RDF; what is packed already is never packed again.
Levels are those for answers that somebody waits for.
"""

from __future__ import annotations

import functools
import zlib
from typing import Final, Protocol

import brotli
import zstandard

from egov_kg.server.problems import refused

__all__ = ["ENCODINGS", "SMALLEST", "Encoder", "chosen", "encode", "encoder", "is_worth_it", "without_suffix"]

ENCODINGS: Final = ("zstd", "br", "gzip")
"""The encodings in the order in which the server prefers them."""

SMALLEST: Final = 512
"""Bodies of fewer bytes are not encoded, unless the client refuses them as they are."""

_GZIP_LEVEL, _BROTLI_QUALITY, _ZSTD_LEVEL = 5, 4, 3
_WITH_HEADER: Final = 16 + zlib.MAX_WBITS
_SHRINKING: Final = (
    "text/",
    "application/json",
    "application/xml",
    "application/xhtml+xml",
    "application/n-",
    "application/trig",
    "application/sparql-",
    "application/openapi",
    "image/svg+xml",
)


class Encoder(Protocol):
    """Encodes a body piece by piece."""

    def update(self, data: bytes) -> bytes:
        """Return what can be sent once these bytes are in."""

    def finish(self) -> bytes:
        """Return the rest."""


@functools.lru_cache(maxsize=256)
def chosen(header: str | None, available: tuple[str, ...] = ENCODINGS) -> str | None:
    """Return the encoding that a header Accept-Encoding prefers, or None for none at all.

    Of equals the first of `available` wins, and any of them wins over sending a body as it is.

    Args:
        header: The value of Accept-Encoding, or None.
        available: The encodings that there are.

    Raises:
        RequestRefused: ``not-acceptable`` if the header refuses the body as it is and names no encoding of ours.

    Example:
        >>> chosen("gzip, br;q=0.9, *;q=0.1"), chosen("identity"), chosen("gzip;q=0, *")
        ('gzip', None, 'zstd')
        >>> chosen(None), chosen("deflate"), chosen("gzip;q=0.5, identity;q=0.9")
        (None, None, None)
    """
    if header is None:
        return None
    weights = _weights(header)
    others = weights.get("*", 0.0)
    plain = weights.get("identity", weights.get("*"))
    best = max(available, key=lambda name: weights.get(name, others), default=None)  # the first of equals
    wanted = weights.get(best, others) if best is not None else 0.0
    if wanted > 0 and (plain is None or "identity" not in weights or wanted >= plain):
        return best
    if plain == 0:
        detail = "the header Accept-Encoding refuses the body as it is, and every encoding in which it comes"
        raise refused("not-acceptable", detail, available=[*available, "identity"])
    return None


def _weights(header: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        quality = 1.0
        key, _, value = parameters.partition("=")
        if key.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                continue
        name = name.strip()
        if name:
            found["gzip" if name == "x-gzip" else name] = quality
    return found


def is_worth_it(media_type: str, size: int | None, header: str | None) -> bool:
    """Whether a body should be encoded if the client wants that.

    Args:
        media_type: The Content-Type.
        size: How many bytes it has, or None if nobody knows.
        header: The value of Accept-Encoding; who refuses bodies as they are gets even the smallest one encoded.
    """
    shrinks = media_type.startswith(_SHRINKING) or media_type.partition(";")[0].endswith(("+json", "+xml"))
    is_small = size is not None and size < SMALLEST
    return shrinks and (not is_small or (header is not None and "q=0" in header.replace(" ", "")))


def encoder(name: str) -> Encoder:
    """Return what encodes one body."""
    match name:
        case "gzip":
            return _Gzip()
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
    raise ValueError(name)


def encode(name: str, body: bytes) -> bytes:
    """Return a body in an encoding.

    Example:
        >>> zlib.decompress(encode("gzip", b"SELECT"), wbits=31)
        b'SELECT'
    """
    made = encoder(name)
    return made.update(body) + made.finish()


class _Gzip:
    def __init__(self) -> None:
        self._made = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _WITH_HEADER)

    def update(self, data: bytes) -> bytes:
        return self._made.compress(data)

    def finish(self) -> bytes:
        return self._made.flush()


class _Brotli:
    def __init__(self) -> None:
        self._made = brotli.Compressor(quality=_BROTLI_QUALITY)

    def update(self, data: bytes) -> bytes:
        return bytes(self._made.process(data))

    def finish(self) -> bytes:
        return bytes(self._made.finish())


class _Zstd:
    def __init__(self) -> None:
        self._made = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()

    def update(self, data: bytes) -> bytes:
        return self._made.compress(data)

    def finish(self) -> bytes:
        return self._made.flush()


_SUFFIXES: Final = tuple(f'-{name}"' for name in ENCODINGS)


def without_suffix(tag: str) -> str:
    """Return a strong tag without the name of the encoding that it was given with.

    Example:
        >>> without_suffix('"0a1b-gzip"'), without_suffix('"0a1b"')
        ('"0a1b"', '"0a1b"')
    """
    found = next((suffix for suffix in _SUFFIXES if tag.endswith(suffix)), None)
    return tag if found is None else f'{tag.removesuffix(found)}"'
