"""What every rule declares, in whatever language it is written: its name, its facts, its tests, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from egov_kg.errors import DataFileError

__all__ = ["ATTRIBUTES", "DeclaredRule", "Give", "declared", "failing"]

ATTRIBUTES: Final = frozenset({"id", "gives", "instant", "examples", "counter"})
"""The keys that a rule of any language has in its file."""


@dataclass(frozen=True, slots=True)
class Give:
    """A fact that a rule gives.

    Attributes:
        subject, object: A slot or role, one with a step (``who.administration``), ``document``, ``anchor``, or for the
            object a fixed literal in quotation marks.
        property: The CURIE.
        certainty: ``stated`` or ``inferable``.
    """

    subject: str
    property: str
    object: str
    certainty: str = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRule:
    """What rules of all languages share.

    Attributes:
        id: Its name.
        gives: The facts of a match.
        instant: (property, slot or role): a time in the clause is one of what stands there; or None.
        examples, counter: As in the file; they are the rule's tests.
        file: Where it stands.
    """

    id: str
    gives: tuple[Give, ...]
    instant: tuple[str, str] | None
    examples: tuple[Mapping[str, Any], ...]
    counter: tuple[Mapping[str, Any], ...]
    file: str


def failing(raw: Mapping[str, Any], path: Path) -> Callable[[str], NoReturn]:
    """Return what refuses a rule: it raises with the file, the rule's name and the problem."""
    name = str(raw.get("id", "?"))

    def fail(problem: str) -> NoReturn:
        raise DataFileError(path, 0, f"rule {name}: {problem}")

    return fail


def declared(raw: Mapping[str, Any], path: Path, *, keys: Collection[str], needed: Collection[str]) -> dict[str, Any]:
    """Return the shared attributes of a rule of a file.

    Args:
        raw: The rule as in the file.
        path: The file.
        keys: The keys that a rule of this language has besides `ATTRIBUTES`.
        needed: Those of them that it must have.

    Raises:
        DataFileError: If the rule has an unknown key, lacks one, or has fewer than two examples or no counter-example.
    """
    fail = failing(raw, path)
    if unknown := sorted(set(raw) - ATTRIBUTES - set(keys)):
        fail(f"unknown key {unknown[0]!r}")
    for key in ("id", *needed, "gives", "examples", "counter"):
        if key not in raw:
            fail(f"lacks {key!r}")
    if len(raw["examples"]) < 2 or not raw["counter"]:
        fail("needs two examples and a counter-example")
    instant = raw.get("instant")
    return {
        "id": raw["id"],
        "gives": tuple(
            Give(g["subject"], g["property"], g["object"], g.get("certainty", "stated")) for g in raw["gives"]
        ),
        "instant": (instant["property"], instant["of"]) if instant else None,
        "examples": tuple(raw["examples"]),
        "counter": tuple(raw["counter"]),
        "file": path.name,
    }
