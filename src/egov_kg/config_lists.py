"""Settings that are lists: addresses of endpoints, data sets beside the release."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.errors import ConfigurationError

__all__ = ["ADDRESS", "addresses_from", "beside_from", "is_endpoint"]

ADDRESS: Final = re.compile(r"https?://[^\s/?#<>\"{}|\\^`]+(?:/[^\s<>\"{}|\\^`]*)?")
"""How an address begins and what it may hold."""

_MOST_BESIDE: Final = 8
_BESIDE: Final = re.compile(r"(?=.{1,40}(?:=|\Z))[a-z0-9]+(?:-[a-z0-9]+)*(?:=[^\x00]+)?")


def beside_from(value: object, origin: str) -> tuple[str, ...]:
    """Return the data sets beside the release that a list names, or a text with spaces between.

    Raises:
        ConfigurationError: If one is no name, or a name stands there twice.
    """
    words = value.split() if isinstance(value, str) else value
    wanted = (
        f"a list of at most {_MOST_BESIDE} data sets, each a name in lower-case letters, digits and hyphens, alone or "
    )
    wanted += "with a path: 'kr-iso', 'mine=data/mine.ttl'"
    if not isinstance(words, list | tuple) or len(words) > _MOST_BESIDE:
        raise ConfigurationError(f"{origin}: beside must be {wanted}, not {value!r}")
    for word in words:
        if not isinstance(word, str) or not _BESIDE.fullmatch(word):
            raise ConfigurationError(f"{origin}: beside must be {wanted}, not {word!r}")
    names = [word.partition("=")[0] for word in words]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ConfigurationError(f"{origin}: beside names {twice!r} twice; give each data set a name of its own")
    return tuple(words)


def addresses_from(key: str, value: object, origin: str) -> tuple[str, ...]:
    """Return the endpoints of a list, or of a text with spaces between, each once.

    Raises:
        ConfigurationError: If one is no address of an endpoint.
    """
    words = value.split() if isinstance(value, str) else value
    if isinstance(words, list) and all(isinstance(word, str) and is_endpoint(word) for word in words):
        return tuple(dict.fromkeys(words))
    wrong = value
    if isinstance(words, list):
        wrong = next(word for word in words if not isinstance(word, str) or not is_endpoint(word))
    raise ConfigurationError(
        f"{origin}: {key} must be a list of addresses that begin with http:// or https://, without user and fragment, "
        f"not {wrong!r}"
    )


def is_endpoint(text: str) -> bool:
    """Whether this is the address of an endpoint: nobody's name in it, and no fragment."""
    host = text.partition("://")[2].partition("/")[0]
    return bool(ADDRESS.fullmatch(text)) and "@" not in host and "#" not in text
