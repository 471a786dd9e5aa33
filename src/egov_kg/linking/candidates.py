"""What a reconciliation service (API 0.2) is asked about things of ours, and its answers as a table of candidates.

Nothing here opens a connection. An answer is the word of a stranger: every part of it is looked at before it is a cell.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.linking.ours import Entity, entities
from egov_kg.linking.specification import CANDIDATE_COLUMNS, Asking, Match, Specification

__all__ = [
    "SEPARATOR",
    "Answer",
    "Candidate",
    "Question",
    "answers",
    "candidate_table",
    "extend_form",
    "extended",
    "queries_form",
    "questions",
]

SEPARATOR: Final = "|"
"""Parts several values in one cell of the table."""

_LONGEST: Final = 2000
_MOST_VALUES: Final = 50
_NOTHING: Final = ("", "")


class Answer(ValueError):
    """An answer is not as the API has it; the message says what was expected, and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A name of ours that a service is asked about.

    Attributes:
        block: The number of the block of the specification.
        name: The name.
        type: What candidates are wanted of, as it is called there, or empty.
    """

    block: int
    name: str
    type: str = ""


@dataclass(slots=True)
class Candidate:
    """Something of theirs that may be one of ours.

    Attributes:
        block: The number of the block of the specification.
        id, name, description, types: As they are told; several types are parted by `SEPARATOR`.
        score: The best one that the service gave it, as it is told.
        is_match: Whether the service is sure of it for one of the names.
        asked: The names of ours that led to it.
        values: What was asked besides, by column: values, and the ids of those that are things.
    """

    block: int
    id: str
    name: str
    description: str = ""
    types: str = ""
    score: float = 0.0
    is_match: bool = False
    asked: set[str] = field(default_factory=set)
    values: dict[str, tuple[str, str]] = field(default_factory=dict)


def questions(store: ox.Store, specification: Specification, base: str = iri.BASE) -> tuple[Question, ...]:
    """Return what a service is asked: for each block each preferred name in a language of the block, once, sorted.

    Args:
        store: The default graph holds all facts.
        specification: Its blocks name classes of ours, and languages.
        base: The base of our IRIs.
    """
    found = {
        Question(match.number, name, match.cls)
        for match in specification.matches
        for entity in entities(store, match, specification.prefixes, base)
        for name in _names(entity, match)
    }
    return tuple(sorted(found, key=lambda one: (one.block, one.name)))


def _names(entity: Entity, match: Match) -> list[str]:
    """Return the preferred names in the languages of the block; without one there, the first name."""
    wanted = {column.lang.lower().partition("-")[0] for column in match.labels}
    preferred = [one for one in entity.aliases if one.preferred] or list(entity.aliases[:1])
    fitting = [one.text for one in preferred if "" in wanted or one.lang.partition("-")[0] in wanted]
    return [" ".join(text.split())[:_LONGEST] for text in fitting or [preferred[0].text]]


def queries_form(batch: Sequence[Question], asking: Asking) -> dict[str, str]:
    """Return the form that asks for the candidates of some names.

    Example:
        >>> queries_form([Question(1, "Korea", "Q6256")], Asking(limit=3))
        {'queries': '{"q0": {"query": "Korea", "limit": 3, "type": "Q6256"}}'}
    """
    asked = {
        f"q{number}": {"query": one.name, "limit": asking.limit, **({"type": one.type} if one.type else {})}
        for number, one in enumerate(batch)
    }
    return {"queries": json.dumps(asked, ensure_ascii=False)}


def extend_form(ids: Sequence[str], asking: Asking) -> dict[str, str]:
    """Return the form that asks for properties of some candidates."""
    properties = [{"id": prop} for prop in dict.fromkeys(asking.extend.values())]
    return {"extend": json.dumps({"ids": list(ids), "properties": properties}, ensure_ascii=False)}


def answers(data: bytes, batch: Sequence[Question]) -> Iterator[Candidate]:
    """Yield the candidates of an answer to `queries_form`.

    Raises:
        Answer: If it is not as the API has it.
    """
    told = _parsed(data)
    for number, one in enumerate(batch):
        result = _of(told, f"q{number}", dict).get("result")
        if not isinstance(result, list):
            raise Answer(f"has no list 'result' for query q{number}")
        for entry in result:
            if not isinstance(entry, dict):
                raise Answer(f"has a candidate for query q{number} that is no object")
            candidate = _candidate(entry, one)
            if candidate is not None:
                yield candidate


def _candidate(entry: Mapping[str, Any], one: Question) -> Candidate | None:
    name, thing = _text(entry.get("name")), _id(entry.get("id"))
    if not name or not thing:
        raise Answer("has a candidate without 'id' or 'name'")
    if len(thing) > _LONGEST or not thing.isprintable() or " " in thing:
        return None  # cut or mended it would be the id of something else
    kinds = entry.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    types = [_text(kind.get("id") if isinstance(kind, dict) else kind) for kind in kinds[:_MOST_VALUES]]
    score = entry.get("score", 0.0)
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    return Candidate(
        block=one.block,
        id=thing,
        name=name,
        description=_text(entry.get("description")),
        types=_joined(types),
        score=float(score) if is_number and math.isfinite(score) and abs(score) < 1e12 else 0.0,
        is_match=entry.get("match") is True,
        asked={one.name},
    )


def extended(data: bytes, ids: Sequence[str], asking: Asking) -> dict[str, dict[str, tuple[str, str]]]:
    """Return what an answer to `extend_form` tells of each candidate, by id and column.

    A value that is a thing of theirs is told by its name, with its id beside it.

    Raises:
        Answer: If it is not as the API has it.
    """
    rows = _of(_parsed(data), "rows", dict)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for one in ids:
        row = rows.get(one, {})
        if not isinstance(row, dict):
            raise Answer("has a row that is no object")
        found[one] = {column: _values(row.get(prop, [])) for column, prop in asking.extend.items()}
    return found


def _values(told: object) -> tuple[str, str]:
    if not isinstance(told, list):
        raise Answer("has a property whose values are no list")
    names, ids = [], []
    for value in told[:_MOST_VALUES]:
        if not isinstance(value, dict):
            raise Answer("has a value that is no object")
        thing = _text(value.get("id"))
        plain = next((_text(value[kind]) for kind in ("str", "date", "int", "float", "bool") if kind in value), "")
        names.append(_text(value.get("name")) or thing or plain)
        ids.append(thing)
    return _joined(names), _joined(ids)


def _text(value: object) -> str:
    """Return a value as a cell: one line, no sign that parts values, not too long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.15g}" if isinstance(value, int) and abs(value) >= 10**15 else str(value)
    if not isinstance(value, str):
        return ""
    shown = "".join(sign if sign.isprintable() else " " for sign in value[:_LONGEST])
    return " ".join(shown.replace(SEPARATOR, "/").split())


def _id(value: object) -> str:
    """Return an id as it was told, at most one sign too long: it is asked for again, and stands in an IRI."""
    return value[: _LONGEST + 1] if isinstance(value, str) else _text(value)


def _joined(texts: Iterable[str]) -> str:
    return SEPARATOR.join(dict.fromkeys(text for text in texts if text))


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Answer("is no JSON") from error
    if not isinstance(told, dict):
        raise Answer("is no JSON object")
    return told


def _of(told: Mapping[str, Any], key: str, kind: type[dict[str, Any]]) -> dict[str, Any]:
    value = told.get(key)
    if not isinstance(value, kind):
        raise Answer(f"has no object {key!r}")
    return value


def candidate_table(found: Iterable[Candidate], asking: Asking) -> bytes:
    """Return candidates as a CSV file, each once for each block, sorted; the same answers give the same bytes."""
    merged: dict[tuple[int, str], Candidate] = {}
    for one in found:
        known = merged.setdefault((one.block, one.id), one)
        known.asked |= one.asked
        known.score, known.is_match = max(known.score, one.score), known.is_match or one.is_match
        known.name = min(known.name, one.name)
        known.description, known.types = max(known.description, one.description), max(known.types, one.types)
        known.values.update(one.values)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    extra = [name for column in asking.extend for name in (column, f"{column}_id")]
    writer.writerow([*CANDIDATE_COLUMNS, *extra])
    for _, one in sorted(merged.items()):
        values = [cell for column in asking.extend for cell in one.values.get(column, _NOTHING)]
        match = "true" if one.is_match else "false"
        head = [one.block, one.id, one.name, one.description, one.types, f"{one.score:g}", match]
        writer.writerow([*head, _joined(sorted(_text(name) for name in one.asked)), *values])
    return text.getvalue().encode("utf-8", errors="replace")
