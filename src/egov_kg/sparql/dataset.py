"""The dataset parameters of an update, ``using-graph-uri`` and ``using-named-graph-uri``, written into its text.

The engine takes no dataset for an update (pyoxigraph 0.5.13), and the SPARQL 1.1 Protocol (section 2.2.3) gives the
parameters the meaning of USING and USING NAMED in every operation that has a WHERE.
"""

from __future__ import annotations

from collections.abc import Sequence

from egov_kg.errors import QueryRefused, QuerySyntaxError
from egov_kg.sparql import lexer
from egov_kg.sparql.operations import Operation, operations

__all__ = ["with_dataset"]


def with_dataset(text: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    """Return an update that runs over a dataset.

    Args:
        text: The update.
        using: IRIs of the graphs that make its default graph.
        using_named: IRIs of the graphs that GRAPH sees.

    Returns:
        The update as it is if there is no graph in either list; else with USING before each WHERE.

    Raises:
        QueryRefused: ``dataset-conflict`` if it says USING or WITH itself.
        QuerySyntaxError: As in `egov_kg.sparql.operations.operations`; and for an operation that is none, or whose
            words are not apart (``DELETEWHERE``, which the engine would take): it must not run over another dataset.

    Example:
        >>> with_dataset("DELETE WHERE { ?s ?p ?o }", ["http://example.org/g"], [])
        'DELETE { ?s ?p ?o } USING <http://example.org/g> WHERE { ?s ?p ?o }'
    """
    if not using and not using_named:
        return text
    clause = "".join([f"USING <{name}> " for name in using] + [f"USING NAMED <{name}> " for name in using_named])
    parts, done = [], 0
    for operation in operations(text):
        if operation.has_dataset:
            raise _conflict(text, operation)
        if not operation.kind:
            raise _unknown(text, operation)
        if operation.where < 0:
            continue
        parts.append(text[done : operation.where])
        if operation.kind == "DELETE WHERE":
            parts.append(operation.blocks["WHERE"].of(text) + " ")
        parts.append(clause)
        done = operation.where
    return "".join([*parts, text[done:]])


def _conflict(text: str, operation: Operation) -> QueryRefused:
    words = (t for t in operation.words if t.kind == "word" and t.text.upper() in {"USING", "WITH"})
    token = next(words)
    line, column = lexer.line_and_column(text, token.start)
    return QueryRefused(
        "dataset-conflict",
        f"{token.text.upper()} at line {line}, column {column}: the request names its dataset by parameters already; "
        "give either parameters or USING and WITH",
    )


def _unknown(text: str, operation: Operation) -> QuerySyntaxError:
    token = operation.words[0]
    line, column = lexer.line_and_column(text, token.start)
    hint = "write INSERT, DELETE, DATA and WHERE as words of their own"
    return QuerySyntaxError(
        "this is no operation of SPARQL Update", line=line, column=column, token=token.text, hint=hint
    )
