"""How the process holds memory: arrays of a megabyte come and go thousands of times while a file is read."""

from __future__ import annotations

import sys
from typing import Final

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_LARGEST: Final = 1 << 25
_KEPT: Final = 1 << 28


def keep_freed_memory() -> bool:
    """Let the process keep up to 256 MiB that it has freed, instead of giving them back and asking for them again.

    By default glibc takes arrays from the system one by one, and the system clears each page anew: for 1.4 million
    triples 630,000 pages and 1.3 s of its time, instead of 60,000 pages and 0.2 s. It holds for the whole process, so
    it is for a command to ask for, not for a library.

    Returns:
        Whether it holds: the C library is glibc.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - a command that reads no large file does without it

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST) and mallopt(_TRIM_THRESHOLD, _KEPT))
