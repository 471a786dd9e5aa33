"""Conditions of link specifications: SQL over the columns of one row, and nothing else.

A specification may be somebody else's. The engine opens one file and no other; here its grammar is narrowed too: a
condition asks no question of its own, calls nothing that waits, writes, differs from run to run, or takes without end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final

__all__ = ["problem_of_condition"]

_FICKLE: Final = frozenset(
    {
        "current_setting", "currval", "gen_random_uuid", "getvariable", "nextval", "query", "query_table", "random",
        "setseed", "sleep_ms", "uuid", "uuidv4", "uuidv7", "write_log",
    }
)  # fmt: skip
_ENDLESS: Final = frozenset(
    {
        "damerau_levenshtein", "editdist3", "generate_series", "levenshtein", "lpad", "range", "repeat", "rpad",
    }
)  # fmt: skip
"""A clock does not end them in time: the distance of two words of a million letters takes days."""

_LONGEST: Final = 10_000
_NOTHING: Final[tuple[object, ...]] = (None, [], {})


def problem_of_condition(engine: ModuleType, where: str) -> str:
    """Return why a text is no condition, or an empty text if it is one.

    Args:
        engine: DuckDB.
        where: The text.
    """
    if len(where) > _LONGEST:
        return f"it has {len(where):,} characters, expected at most {_LONGEST:,}"
    text = f"SELECT 1 WHERE ({where}\n)"
    try:
        if len(engine.extract_statements(text)) != 1:
            return "it is more than one statement"
        connection = engine.connect(":memory:", config={"enable_external_access": "false"})
        with connection:
            row = connection.execute("SELECT json_serialize_sql(?)", [text]).fetchone()
    except engine.Error as error:
        return str(error)
    try:
        told = json.loads(row[0])
    except RecursionError:
        return "it is nested too deeply"
    if told.get("error"):
        return str(told.get("error_message", "it cannot be read"))
    return _problem(told["statements"][0]["node"])


def _problem(node: Mapping[str, Any]) -> str:
    beside = ("modifiers", "group_expressions", "group_sets", "having", "sample", "qualify")
    if node.get("type") != "SELECT_NODE" or any(node.get(name) not in _NOTHING for name in beside):
        return "it ends the condition and goes on; expected a condition alone"
    for part in _parts(node.get("where_clause")):
        if part.get("class") == "SUBQUERY":
            return "it asks a question of its own (SELECT); expected a condition over the columns of a row"
        name = str(part.get("function_name", "")).casefold()
        if name in _FICKLE:
            return f"it calls {name}, which waits, writes, or differs from run to run"
        if name in _ENDLESS:
            return f"it calls {name}, which may take without end"
    return ""


def _parts(tree: object) -> Iterator[Mapping[str, Any]]:
    """Yield all objects of a tree."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
