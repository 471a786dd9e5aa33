"""What a query may not do: change the graph, open a connection, or name a dataset that is not ours.

The engine's parser works without separate words: it takes ``SERVICEex:x{``, ``trueSERVICE<x>{`` and
``?a<'>'SERVICE<x>{`` as calls of a service (seen with pyoxigraph 0.5.13), where the words of the specification differ.
So the rules here are wider than the grammar: whatever *may* be read as ``SERVICE`` is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import QueryRefused
from egov_kg.sparql import lexer
from egov_kg.sparql.lexer import Prologue, Token

__all__ = ["Checked", "check", "check_graph_name", "check_update"]

_NOT_CACHEABLE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_SERVICE: Final = re.compile(r"service", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may run.

    Attributes:
        text: What the engine gets: the query without a byte order mark.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT``, ``DESCRIBE``, or empty where only the engine can say what is wrong.
        prefixes: The prefixes that the query declares.
        cacheable: Whether the same query over the same release always has the same answer.
    """

    text: str
    form: str
    prefixes: Mapping[str, str]
    cacheable: bool


def check(text: str, *, base: str, graphs: Collection[str]) -> Checked:
    """Return the query if it may run.

    Args:
        text: A SPARQL query.
        base: The base of our IRIs, which is also the base of relative IRIs in the query.
        graphs: The IRIs of the named graphs of the release.

    Raises:
        QueryRefused: ``read-only`` for an update, ``service-refused`` for SERVICE in any form, ``dataset-refused``
            for FROM and FROM NAMED of an address that is neither one of `graphs` nor below `base`.

    Example:
        >>> check("ASK { ?s ?p 'SERVICE' }", base="http://example.org/", graphs=()).form
        'ASK'
        >>> try:
        ...     check("DROP ALL", base="http://example.org/", graphs=())
        ... except QueryRefused as error:
        ...     error.slug
        'read-only'
    """
    text = text.removeprefix("\ufeff")
    read = lexer.prologue(text, base)
    if read.is_update:
        line, column = lexer.line_and_column(text, read.start)
        raise QueryRefused(
            "read-only",
            f"{read.keyword} at line {line}, column {column}: this is an update, and the graph is read-only here; "
            "only SELECT, ASK, CONSTRUCT and DESCRIBE are answered",
        )
    words = list(lexer.tokens(text))
    _refuse_services(text, words)
    _refuse_datasets(words, read, base, graphs)
    cacheable = not any(t.kind == "word" and t.text.upper() in _NOT_CACHEABLE for t in words)
    return Checked(text, read.form, read.prefixes, cacheable)


def check_update(text: str) -> None:
    """Refuse an update that asks another endpoint.

    Raises:
        QueryRefused: ``service-refused``.
    """
    _refuse_services(text, list(lexer.tokens(text)))


def check_graph_name(name: str, *, base: str, graphs: Collection[str]) -> str:
    """Return the IRI of a graph that a request may name.

    A graph below the base that this release does not hold is allowed: it is empty.

    Raises:
        QueryRefused: ``dataset-refused`` for any other address; nothing is ever fetched.
    """
    if name in graphs or name.startswith(base):
        return name
    raise QueryRefused(
        "dataset-refused",
        f"<{name[:200]}> is not a graph of this release, and nothing is fetched; the graphs are below <{base}graph/>",
    )


def _refuse_services(text: str, words: Sequence[Token]) -> None:
    if not _SERVICE.search(text):
        return
    hidden = any(t.kind == "iri" and "'" in t.text for t in words)  # `?a<'>'` is an operator to the engine
    for number, token in enumerate(words):
        if (
            hidden
            or (token.kind == "word" and _SERVICE.search(token.text))
            or (token.kind == "pname" and _is_service_call(words, number))
        ):
            place = _SERVICE.search(text).start() if hidden else token.start  # type: ignore[union-attr]
            line, column = lexer.line_and_column(text, place)
            raise QueryRefused(
                "service-refused",
                f"SERVICE is not allowed here (line {line}, column {column}): no query opens a connection to another "
                "endpoint; ask that endpoint on its own and join the answers",
            )


def _is_service_call(words: Sequence[Token], number: int) -> bool:
    """Whether ``SERVICEex:x {`` stands here; a graph may be called so (``GRAPH service:x {``)."""
    prefix = words[number].text.partition(":")[0]
    if not _SERVICE.search(prefix):
        return False
    before = words[number - 1].text.upper() if number else ""
    after = words[number + 1].text if number + 1 < len(words) else ""
    return after == "{" and before not in {"GRAPH", "FROM", "NAMED"}


def _refuse_datasets(words: Iterable[Token], read: Prologue, base: str, graphs: Collection[str]) -> None:
    expected = False
    for token in words:
        word = token.text.upper() if token.kind == "word" else ""
        if word == "FROM":
            expected = True
        elif expected and word != "NAMED":
            expected = False
            if token.kind in {"iri", "pname"} and (name := read.resolve(token)) is not None:
                check_graph_name(name, base=base, graphs=graphs)
