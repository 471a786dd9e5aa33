"""Small values that are made by the ten thousand: frozen for whoever writes code, not at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

__all__ = ["value"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """Return a data class with slots that compares and hashes by its fields.

    The type checker refuses to set a field of it, as of any frozen data class. At run time nothing does: what refuses
    there makes the constructor take six times as long, and sentences are read by making these values.

    Example:
        >>> @value
        ... class Place:
        ...     start: int
        ...     end: int = 0
        >>> Place(3) == Place(3, 0), len({Place(3), Place(3)})
        (True, 1)
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
