"""The folder that keeps a writable store: one server has it at a time, and its log holds each change that was made."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ConfigurationError
from egov_kg.sparql.writes import Curated, Write
from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.durable import lock_file

__all__ = ["Keeping"]

_LOCK: Final = ".lock"


class Keeping:
    """Keeps changes in a folder.

    Args:
        folder: The folder; made if it is not there.
        curated: Where the folder holds releases: what their changes are made on.
        note: Called with each change that was kept, and how many quads there were before and are after.

    Attributes:
        folder: The same.
        log: Its change log.
    """

    def __init__(self, folder: Path, curated: Curated | None, note: Callable[[Change, int, int], None] | None) -> None:
        self.folder, self._curated, self._note = folder, curated, note
        self.log = ChangeLog(folder / CHANGES, with_nodes=curated is None)
        self._lock: int | None = None

    def take(self) -> None:
        """Let no other server write there, and remove what those that died have left.

        Raises:
            ConfigurationError: If another one does, or the folder cannot be written.
        """
        place = self.folder / _LOCK
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock_file(place, wait=False)
            os.ftruncate(self._lock, 0)
            os.write(self._lock, f"{os.getpid()}\n".encode())
            self.log.tidy()
        except BlockingIOError as error:
            who = _holder_of(place)
            raise ConfigurationError(
                f"{self.folder} is served by another process already{who}; stop it first, or serve another folder"
            ) from error
        except OSError as error:
            self.let_go()
            raise ConfigurationError(f"{self.folder} cannot be written: {error.strerror}") from error

    def let_go(self) -> None:
        """Let another server write there."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def keep(
        self, write: Write, head: Mapping[str, Any], removed: Sequence[str], added: Sequence[str], *, quads: int
    ) -> Change:
        """Return the record of a change, which is on the disk then.

        Args:
            write: What was asked for.
            head: Which graphs are ``created`` and ``dropped``.
            removed: Lines of N-Quads that go.
            added: Those that come.
            quads: How many there were before.

        Raises:
            StorageFull, ChangeTaken, ChangeLogDamaged: As `ChangeLog.append`; then nothing is kept.
        """
        record = self.log.append(
            token=write.token,
            media_type=write.media_type,
            request=write.body,
            base=self._curated.release() if self._curated else "",
            removed=removed,
            added=added,
            created=head["created"],
            dropped=head["dropped"],
        )
        if self._note is not None:
            self._note(record, quads, quads + len(added) - len(removed))
        return record


def _holder_of(lock: Path) -> str:
    """Return words about the process that has a lock, as far as its file says it."""
    with contextlib.suppress(OSError):
        number = lock.read_text(encoding="ascii", errors="replace").strip()
        if number.isdecimal():
            return f" (process {number})"
    return ""
