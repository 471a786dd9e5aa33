"""What a document may cost: bytes, seconds, memory."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document of a foreign format may cost; text and Markdown have a limit of size alone.

    Attributes:
        bytes: The largest file.
        seconds: How long reading it may take.
        memory: How much memory reading it may take, in bytes.
    """

    bytes: int = 64 * 1024 * 1024
    seconds: float = 60.0
    memory: int = 1024 * 1024 * 1024
