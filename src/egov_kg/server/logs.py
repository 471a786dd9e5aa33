r"""What the server writes down: one line an event, the id of the request in it, and nothing that tells who asked what.

Two forms, text for people and JSON for programs. In both an event is one line whatever is in it: a query, a path or a
name of a program cannot end the line and begin one of its own, nor send codes to a terminal.

An address is written as a digest under a salt that is drawn anew each day and kept nowhere, so that the requests of a
client belong together for a day and to nobody afterwards. The text of queries is written only if that is configured.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final, TextIO

__all__ = ["ACCESS", "REQUEST", "DailySalt", "JsonLines", "TextLines", "event", "start"]

ACCESS: Final = logging.getLogger("egov_kg.access")
"""One event for each answer; silent unless ``access_log`` is configured."""

REQUEST: Final[ContextVar[str]] = ContextVar("REQUEST", default="")
"""The id of the request that is being answered, which stands in every line about it."""

_FIELDS: Final = "egov_kg_fields"
_LONGEST: Final = 4096


def event(logger: logging.Logger, level: int, name: str, **fields: Any) -> None:
    """Write down an event.

    Args:
        logger: Of the module where it happened.
        level: Of `logging`.
        name: A few words, the same for every event of its kind.
        **fields: Numbers and texts that belong to it; a long text is cut.
    """
    if logger.isEnabledFor(level):
        logger.log(level, "%s", name, extra={_FIELDS: {key: _short(value) for key, value in fields.items()}})


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value


def start(*, form: str, access: bool, stream: TextIO | None = None) -> None:
    """Write down events from now on, and nothing twice.

    Args:
        form: ``text`` or ``json``.
        access: Whether each answer is an event.
        stream: Where lines go; stderr if None.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("egov_kg").setLevel(logging.INFO)
    ACCESS.setLevel(logging.INFO if access else logging.CRITICAL)


class JsonLines(logging.Formatter):
    r"""An event as a line of JSON in ASCII: no character of what is written down can end the line.

    Example:
        >>> record = logging.makeLogRecord({"name": "n", "levelname": "INFO", "msg": "a\n{}", "created": 0})
        >>> print(JsonLines().format(record))
        {"time": "1970-01-01T00:00:00.000Z", "level": "info", "logger": "n", "event": "a\n{}"}
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps({**_head(record), **_rest(record)}, default=str)


class TextLines(logging.Formatter):
    r"""An event as a line for people; what does not print is escaped, and the lines of a traceback begin with a bar.

    Example:
        >>> record = logging.makeLogRecord({"name": "n", "levelname": "INFO", "msg": "a\nb", "created": 0})
        >>> record.egov_kg_fields = {"path": "/x y\n", "status": 200}
        >>> print(TextLines().format(record))
        1970-01-01T00:00:00.000Z info n: a\nb path="/x y\n" status=200
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it those of a traceback."""
        head, rest = _head(record), _rest(record)
        lines = str(rest.pop("exception", "")).splitlines()
        fields = "".join(f" {key}={_word(value)}" for key, value in rest.items())
        first = f"{head['time']} {head['level']} {head['logger']}: {_printable(head['event'])}{fields}"
        return "\n".join([first, *(f"  | {_printable(line)}" for line in lines)])


def _head(record: logging.LogRecord) -> dict[str, str]:
    at = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return {
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": record.getMessage(),
    }


def _rest(record: logging.LogRecord) -> dict[str, Any]:
    fields: Mapping[str, Any] = getattr(record, _FIELDS, {})
    rest = {"request": REQUEST.get(), **fields} if REQUEST.get() else dict(fields)
    if record.exc_info and record.exc_info[0] is not None:
        rest["exception"] = "".join(traceback.format_exception(*record.exc_info))
    return rest


def _word(value: Any) -> str:
    text = str(value)
    plain = text.isprintable() and text and not set(text) & set(' "=\\')
    return text if plain else json.dumps(text)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


class DailySalt:
    """Digests of addresses that hold for one day (UTC).

    Args:
        clock: Seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._day, self._salt = -1, b""

    def digest(self, address: str) -> str:
        """Return what stands for an address today: 12 hexadecimal digits, or nothing for no address."""
        if not address:
            return ""
        today = int(self._clock() // 86_400)
        if today != self._day:
            self._day, self._salt = today, secrets.token_bytes(16)
        return hashlib.blake2b(address.encode("utf-8", "replace"), key=self._salt, digest_size=6).hexdigest()
