"""The time that DuckDB may take for the next rows; a condition of a specification, or a file, may ask for more."""

from __future__ import annotations

import threading
from typing import Any, Final

__all__ = ["SECONDS", "EngineClock"]

SECONDS: Final = 300.0


class EngineClock:
    """Ends what the engine does if it takes too long; may be used time and again.

    Attributes:
        is_late: Whether it did.
    """

    def __init__(self, connection: Any) -> None:
        self._connection, self._timer = connection, threading.Timer(0, int)
        self.is_late = False

    def __enter__(self) -> None:
        self._timer = threading.Timer(SECONDS, self._end)
        self._timer.daemon = True
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def fetched(self, asked: Any, most: int) -> list[tuple[str, ...]]:
        """Return the next rows, at most so many."""
        with self:
            rows: list[tuple[str, ...]] = asked.fetchmany(most)
        return rows

    def _end(self) -> None:
        self.is_late = True
        self._connection.interrupt()
