"""The protocol: chat completions as many services speak them, with deadlines, bounded retries and no redirects."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from egov_kg.errors import EgovKGError, MissingExtra
from egov_kg.extraction.llm.answers import Answer
from egov_kg.extraction.llm.settings import Settings

if TYPE_CHECKING:
    import httpx

__all__ = ["Completions", "ServiceRefused", "Unanswered"]

_LONGEST_PAUSE: Final = 30.0
_BUSY: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_NOT_UNDERSTOOD: Final = frozenset({400, 415, 422, 501})
_FORMATS: Final = ("json_schema", "json_object", "")
_EXCERPT: Final = 200
_GIVING_UP: Final = 5


class Unanswered(Exception):
    """One question has no answer now; the next run may ask it again.

    Attributes:
        reason: ``deadline``, ``unreachable``, ``busy``, ``too-large``, ``unreadable``, ``budget``.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ServiceRefused(EgovKGError):
    """The service answers no question of ours: a wrong key, model or address."""


class _Failure(NamedTuple):
    """Why an attempt gave no answer.

    Attributes:
        reason: As of `Unanswered`.
        status: That of the service, or 0 if it sent none.
        told: What it wrote, white space folded.
        wait: How long it asks to wait, in seconds; 0 if it does not.
    """

    reason: str
    status: int = 0
    told: str = ""
    wait: float = 0.0


class Completions:
    """A service that answers chat completions. It keeps what it has learned: the form that is understood, its limits.

    Args:
        settings: Where it is, and how long it may take.
        schema: The JSON schema of an answer.
    """

    def __init__(self, settings: Settings, schema: Mapping[str, Any]) -> None:
        self._settings, self._schema = settings, schema
        self._form = 0
        self._ends = 0.0
        self._lost = 0

    def client(self) -> httpx.AsyncClient:
        """Return a client for one event loop: no redirects, no proxies or passwords of the environment.

        Raises:
            MissingExtra: If httpx is not installed.
        """
        try:
            import httpx  # noqa: PLC0415 - only who asks a model needs it
        except ImportError as error:
            raise MissingExtra("llm", "asking a language model") from error
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "egov-kg"}
        if self._settings.key:
            headers["Authorization"] = f"Bearer {self._settings.key}"
        return httpx.AsyncClient(
            headers=headers, timeout=self._settings.seconds + 1, follow_redirects=False, trust_env=False
        )

    async def ask(self, client: httpx.AsyncClient, instructions: str, question: str) -> Answer:
        """Return the answer to a question.

        Args:
            client: From `client`.
            instructions: What the model is told first.
            question: The passage.

        Raises:
            Unanswered: If there is none within deadline, budget and attempts.
            ServiceRefused: If the service will not answer any question.
        """
        self._ends = self._ends or time.monotonic() + self._settings.budget_seconds
        attempt, failure = 0, _Failure("unreachable")
        while attempt < self._settings.attempts:
            if self._lost >= _GIVING_UP:
                raise Unanswered("unreachable")
            form = self._form
            outcome = await self._attempt(client, self._body(instructions, question))
            if isinstance(outcome, Answer):
                self._lost = 0
                return outcome
            failure = outcome
            if failure.status in _NOT_UNDERSTOOD and form < len(_FORMATS) - 1:
                self._form = max(self._form, form + 1)  # the same question in a plainer form is no further attempt
                continue
            self._refuse(failure)
            if failure.reason == "too-large":
                break
            attempt += 1
            if attempt < self._settings.attempts:
                await self._rest(failure.wait or min(self._settings.pause * 2 ** (attempt - 1), _LONGEST_PAUSE))
        self._lost += failure.reason == "unreachable"
        raise Unanswered(failure.reason)

    def _body(self, instructions: str, question: str) -> bytes:
        form = _FORMATS[self._form]
        table: dict[str, Any] = {
            "model": self._settings.model,
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": question}],
            "temperature": 0,
            "max_tokens": self._settings.max_tokens,
            "stream": False,
        }
        if form == "json_schema":
            described = {"name": "claims", "strict": True, "schema": self._schema}
            table["response_format"] = {"type": form, "json_schema": described}
        elif form:
            table["response_format"] = {"type": form}
        return json.dumps(table, ensure_ascii=False).encode()

    async def _attempt(self, client: httpx.AsyncClient, body: bytes) -> Answer | _Failure:
        import httpx  # noqa: PLC0415 - as above

        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unanswered("budget")
        try:
            async with asyncio.timeout(min(self._settings.seconds, left)):
                async with client.stream(
                    "POST", self._settings.address, content=body, headers={"Content-Type": "application/json"}
                ) as response:
                    data = await self._read(response)
        except TimeoutError:
            if self._ends - time.monotonic() <= 0:
                raise Unanswered("budget") from None
            return _Failure("deadline")
        except httpx.TimeoutException:
            return _Failure("deadline")
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return _Failure("unreachable")
        if response.status_code != 200:
            told = " ".join((data or b"").decode("utf-8", "replace").split())
            wait = _retry_after(response.headers.get("retry-after", ""))
            return _Failure("busy", response.status_code, told, wait)
        if data is not None and self._settings.key:
            data = data.replace(self._settings.key.encode(), b"***")  # a service may echo it, and answers are kept
        return _Failure("too-large", 200) if data is None else _answer(data)

    async def _read(self, response: httpx.Response) -> bytes | None:
        """Return the body, or None if it is larger than an answer may be."""
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_raw():
            size += len(part)
            if size > self._settings.answer_bytes:
                return None
            parts.append(part)
        return b"".join(parts)

    def _refuse(self, failure: _Failure) -> None:
        """Raise if asking again cannot help.

        Raises:
            ServiceRefused: Names the status and what to do; never the key.
        """
        status, told = failure.status, failure.told
        if status in _BUSY or status in {0, 200}:
            return
        if status in {401, 403}:
            has = "refuses the key in" if self._settings.key else "wants a key:"
            raise ServiceRefused(f"the language model's service {has} EGOVKG_LLM_KEY (status {status})")
        if 300 <= status < 400:
            raise ServiceRefused(f"the language model's service is elsewhere (status {status}): set llm_url right")
        words = told.replace(self._settings.key, "***") if self._settings.key else told
        words = words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…"
        raise ServiceRefused(f"the language model's service refuses the question (status {status}): {words}")

    async def _rest(self, seconds: float) -> None:
        left = self._ends - time.monotonic()
        if seconds >= left:
            raise Unanswered("budget")
        await asyncio.sleep(seconds)


def _retry_after(value: str) -> float:
    """Return the seconds that a service asks to wait, at most a minute; 0 if it names none."""
    return min(float(value), 60.0) if value.isascii() and value.isdigit() and len(value) < 9 else 0.0


def _answer(data: bytes) -> Answer | _Failure:
    try:
        choice = json.loads(data)["choices"][0]
        content = choice["message"]["content"]
        finish = choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _Failure("unreadable", 200)
    if not isinstance(content, str):
        return _Failure("unreadable", 200)
    return Answer(content, is_whole=finish != "length")
