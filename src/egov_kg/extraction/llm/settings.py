"""How a language model is asked; the key is in no text that is made of this."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from egov_kg.errors import ConfigurationError

__all__ = ["Settings"]

_TAIL: Final = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a language model is asked.

    Attributes:
        model: Its name at the service.
        cache: The folder where answers are kept.
        url: The address of an OpenAI-compatible service, up to ``/v1`` or to ``/chat/completions``; empty means that
            only kept answers are used.
        key: What the service wants to know its customers by; empty if nothing.
        prompt: A file with instructions; ours if None.
        seconds: The deadline of one request, from its first byte to the last of the answer.
        budget_seconds: How long all requests of a run may take together, waiting included.
        max_tokens: The longest answer.
        concurrency: How many requests may be under way at once.
        attempts: How often a request is sent, if the service is busy, broken or out of reach.
        pause: Seconds before the second attempt; each further pause is twice as long, and none longer than 30 s.
        answer_bytes: The largest body of an answer.

    Raises:
        ConfigurationError: If there is no model, or the address would give the key away.
    """

    model: str
    cache: Path
    url: str = ""
    key: str = field(default="", repr=False)
    prompt: Path | None = None
    seconds: float = 60.0
    budget_seconds: float = 3600.0
    max_tokens: int = 4096
    concurrency: int = 2
    attempts: int = 4
    pause: float = 1.0
    answer_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        if not self.model:
            raise ConfigurationError("which model is asked? Set llm_model, or the variable EGOVKG_LLM_MODEL")
        if self.url:
            self._check_address()
        elif not self.cache.is_dir():
            raise ConfigurationError(
                f"there is no address of a language model and no answer is kept in {self.cache}; set llm_url, or the "
                "variable EGOVKG_LLM_URL"
            )

    def _check_address(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname or "", parts.port
        except ValueError as error:
            raise ConfigurationError("llm_url is no address; expected something like https://host/v1") from error
        if parts.scheme not in {"http", "https"} or not host:
            raise ConfigurationError("llm_url is no address; expected something like https://host/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ConfigurationError(
                "llm_url must hold neither a name, a password nor a query; a key goes into the variable EGOVKG_LLM_KEY"
            )
        if self.key and parts.scheme == "http" and not _is_loopback(host):
            raise ConfigurationError(
                f"llm_url would send the key to {host} unencrypted; use https://, or no key for a service of your own"
            )
        if self.key and not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise ConfigurationError("the key in EGOVKG_LLM_KEY has spaces, line breaks or letters outside ASCII")

    @property
    def address(self) -> str:
        """The address that requests go to."""
        return self.url if self.url.endswith(_TAIL) else self.url.rstrip("/") + _TAIL


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
