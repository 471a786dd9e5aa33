"""One question from the command line: where its text comes from, what its parameters mean, how long it may take."""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from egov_kg import iri, naming, sparql
from egov_kg.errors import DeadlineExceeded, InputError, NotFound, UsageError
from egov_kg.sparql.formats import by_name
from egov_kg.store import Release

__all__ = ["formats", "limited", "parameters", "question", "read_text", "shown"]

T = TypeVar("T")

_STACK: Final = 1 << 29
_DESCRIBE: Final = re.compile(r"\s*(?:(?:PREFIX|BASE)\s.*)?DESCRIBE\s+\S", re.IGNORECASE | re.DOTALL)
"""The one form of query that needs no braces: ``DESCRIBE <https://w3id.org/egov-kg/id/law/kr/e-government-act>``."""


def parameters(words: Iterable[str]) -> dict[str, str]:
    """Return the values of ``NAME=VALUE`` words.

    Raises:
        UsageError: If one has another form.

    Example:
        >>> parameters(["law=law/kr/e-government-act", "year="])
        {'law': 'law/kr/e-government-act', 'year': ''}
    """
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise UsageError(f"--param takes NAME=VALUE, not {word!r}")
        found[name] = value
    return found


def question(
    release: Release,
    queries: Mapping[str, sparql.NamedQuery],
    *,
    name: str | None,
    text: str,
    values: Mapping[str, str],
) -> tuple[str, dict[str, str]]:
    """Return the SPARQL that was meant, and the terms, in N-Triples form, for its variables.

    Args:
        release: Where names are looked up.
        queries: The named queries.
        name: The name of one of them, or None.
        text: SPARQL, if there is no name.
        values: Of a named query, read by the types of its parameters; of another one a name of a thing, or a literal.

    Raises:
        NotFound: If there is no query of this name; with the nearest one.
        ParameterError: If a value does not fit.
    """
    if name is None:
        return text, {key: str(_term(release, value)) for key, value in values.items()}
    if name not in queries:
        near = naming.suggestion(name, queries) or "; --list shows them all"
        raise NotFound(f"there is no query {name!r}{near}")
    return queries[name].text, queries[name].bind(values, release.base)


def _term(release: Release, value: str) -> ox.NamedNode | ox.Literal:
    literal = naming.read_literal(value)
    if literal is not None:
        return literal
    try:
        return naming.read_thing(release, value)
    except NotFound:
        return ox.Literal(value)


def read_text(file: str) -> str:
    """Return a query from a file, from stdin for ``-``, or the words themselves if they are SPARQL and no file.

    Raises:
        InputError: If there is no such file, or it is not UTF-8.
    """
    try:
        if file == "-":
            if sys.stdin is None:
                raise InputError("- stands for stdin, and stdin is closed; name a file")
            return sys.stdin.buffer.read().decode("utf-8-sig")
        if "{" in file or _DESCRIBE.match(file):
            return file
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8: {error.reason} at byte {error.start}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{file[:80]} cannot be read: {reason}") from error


def formats(form: str | None, *, to_terminal: bool) -> tuple[str | None, str | None]:
    """Return the names of the formats for tables and for graphs.

    Args:
        form: What ``--format`` says, or None.
        to_terminal: Whether a person looks at the answer.

    Raises:
        UsageError: If there is no such format; with the nearest one.

    Example:
        >>> formats(None, to_terminal=False), formats(None, to_terminal=True), formats("json", to_terminal=True)
        (('csv', 'ttl'), ('table', 'ttl'), ('json', 'jsonld'))
    """
    if form is None:
        return ("table" if to_terminal else "csv"), "ttl"
    if form == "table":
        return "table", "ttl"
    table, graph = by_name(form)
    if form == "html" or (table is None and graph is None):
        known = [name for name in dict.fromkeys(["table", *sparql.TABLE, *sparql.GRAPH]) if name != "html"]
        near = naming.suggestion(form, known) or "."
        raise UsageError(f"there is no format {form!r}{near} Formats are {', '.join(known)}")
    return table, graph


def shown(
    table: Mapping[str, Any], base: str, named: sparql.NamedQuery | None = None
) -> tuple[list[str], list[list[str]]]:
    """Return the headings and cells of a result for people: IRIs short, hidden columns left out.

    A column ``lawLabel`` takes the place of ``law`` beside it.

    Args:
        table: The result in SPARQL's JSON.
        base: The base of our IRIs.
        named: The query that was asked, if it has a name.
    """
    names = list(table["head"]["vars"])
    columns = named.columns if named is not None else {}
    visible = [n for n in names if f"{n}Label" not in names and not (n in columns and columns[n].hidden)]

    def heading(name: str) -> str:
        column = columns.get(name.removesuffix("Label")) or columns.get(name)
        return column.label.get("en", name) if column is not None else name.removesuffix("Label")

    def cell(term: Mapping[str, str] | None) -> str:
        if term is None:
            return ""
        return iri.curie(term["value"], base) if term["type"] == "uri" else term["value"]

    rows = [[cell(row.get(name)) for name in visible] for row in table["results"]["bindings"]]
    return [heading(name) for name in visible], rows


def limited(seconds: float, work: Callable[[], T]) -> T:
    """Return what a call returns, run on a thread with a stack for deeply nested queries.

    The engine cannot be interrupted; so that Ctrl-C and the limit hold, the process ends while the thread still works.

    Args:
        seconds: How long it may take; 0 is for ever.
        work: The call.

    Raises:
        DeadlineExceeded: If it did not return in time.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            # The frames hold values of the engine, which complain when they are dropped on another thread.
            traceback.clear_frames(error.__traceback__)
            errors.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join(seconds if 0 < seconds < threading.TIMEOUT_MAX else None)
    if thread.is_alive():
        raise DeadlineExceeded(seconds)
    if errors:
        raise errors[0]
    return results[0]
