"""What studies argue, as data: the verbs with a phrase on one side, and the nouns that announce a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from egov_kg.errors import DataFileError
from egov_kg.extraction.lexicon import Lexicon, read_toml

__all__ = ["Argument", "Arguments", "read_arguments"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A family of verbs with a phrase on one side.

    Attributes:
        id: Its name and that of its rule.
        kind: Which side is the phrase: ``cause``, ``suffered``, ``announced``, ``predicated``, ``named``,
            ``advised``, ``found``, ``used``.
        cls: The class of the phrase; empty where a noun says it.
        property: What the phrase does to the other side; empty if nothing.
        examples, counter: As in the rules; they are tests.
    """

    id: str
    kind: str
    cls: str
    property: str
    examples: tuple[Mapping[str, Any], ...]
    counter: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Arguments:
    """All of them, by verb, with the nouns that announce a list."""

    all: tuple[Argument, ...]
    by_verb: Mapping[str, tuple[Argument, ...]]
    nouns: Mapping[str, str]
    documents: frozenset[str]


def read_arguments(path: Path, lexicon: Lexicon) -> Arguments:
    """Return the arguments of a file.

    Raises:
        DataFileError: If a verb is not in the verb table, or an argument lacks examples.
    """
    table = read_toml(path)
    found: list[Argument] = []
    by_verb: dict[str, list[Argument]] = {}
    for raw in table["argument"]:
        if len(raw.get("examples", ())) < 2 or not raw.get("counter"):
            raise DataFileError(path, 0, f"argument {raw.get('id')}: needs two examples and a counter-example")
        cls = f"egov:{raw['class']}" if "class" in raw else ""
        made = Argument(
            raw["id"], raw["kind"], cls, raw.get("property", ""), tuple(raw["examples"]), tuple(raw["counter"])
        )
        found.append(made)
        for verb in raw["verbs"]:
            if verb.split()[0] not in lexicon.verbs and verb != "be":
                raise DataFileError(path, 0, f"argument {made.id}: {verb!r} is not in the verb table")
            by_verb.setdefault(verb, []).append(made)
    nouns = {n: f"egov:{cls}" for cls, names in table["nouns"].items() if cls != "documents" for n in names}
    documents = frozenset(table["nouns"]["documents"])
    return Arguments(tuple(found), {k: tuple(v) for k, v in by_verb.items()}, nouns, documents)
