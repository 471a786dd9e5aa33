"""The audit file: who changed how much when, one synced line of JSON for each change, and no text of anybody."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Final

from egov_kg.store.changes import Change
from egov_kg.store.durable import sync_folder

__all__ = ["AUDIT", "note_change"]

_LOG: Final = logging.getLogger(__name__)

AUDIT: Final = "audit.jsonl"
"""The name of the file, beside the records of the change log."""


def note_change(folder: Path, change: Change, *, before: int, after: int) -> None:
    """Add a line about a change that the log has kept; synced when this returns.

    The change is durable already, so a line that cannot be written is told in the log of the server, and refuses
    nothing. A line that a crash has cut is ended first, so that it costs itself alone.

    Args:
        folder: That of the change log.
        change: The change.
        before: How many quads there were.
        after: How many there are.
    """
    line = {
        "time": change.time,
        "number": change.number,
        "token": change.token,
        "request": change.request,
        "release": change.base,
        "removed": len(change.removed),
        "added": len(change.added),
        "before": before,
        "after": after,
    }
    path = folder / AUDIT
    try:
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            end = os.lseek(handle, 0, os.SEEK_END)
            is_cut = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
            os.write(handle, (b"\n" if is_cut else b"") + json.dumps(line).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(folder)
    except OSError as error:
        _LOG.error("the audit file %s lacks change %s: %s", path, change.number, error.strerror)
