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

from egov_kg.errors import QueryRefused, QuerySyntaxError
from egov_kg.sparql import lexer
from egov_kg.sparql.lexer import Prologue, Token

__all__ = ["NOT_CACHEABLE", "Checked", "check", "check_graph_name", "check_update"]

NOT_CACHEABLE: Final = ("NOW", "RAND", "UUID", "BNODE")
"""What ends the name of a function that gives another value each time; ``FILTERRAND()`` is a call to the engine."""

_SERVICE: Final = re.compile(r"service", re.IGNORECASE)
_UPDATE: Final = "this is an update; a server that takes changes gets it by POST as update="
_TELLING: Final = re.compile(r"service|from|now|rand|uuid|bnode", re.IGNORECASE | re.ASCII)
"""Every rule below is about one of these; a text in ASCII that has none of them need not be read word by word."""
_SHOWN: Final = 5
"""How many of the listed endpoints an error names."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NO_REFERENCE: Final = re.compile(r"[?&()=!*;,$]")


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may run.

    Attributes:
        text: What the engine gets: the query without a byte order mark.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT``, ``DESCRIBE``, or empty where only the engine can say what is wrong.
        prefixes: The prefixes that the query declares.
        cacheable: Whether the same query over the same release always has the same answer.
        services: The endpoints that it names by SERVICE, all of them listed; most queries name none.
    """

    text: str
    form: str
    prefixes: Mapping[str, str]
    cacheable: bool
    services: tuple[str, ...] = ()


def check(text: str, *, base: str, graphs: Collection[str] | None = None, services: Collection[str] = ()) -> Checked:
    """Return the query if it may run.

    Args:
        text: A SPARQL query.
        base: The base of our IRIs, which is also the base of relative IRIs in the query.
        graphs: What FROM may name, besides what is below `base`, where the engine might fetch another address; None
            for an engine that fetches nothing: a graph that it does not hold is empty.
        services: The endpoints that SERVICE may name.

    Raises:
        QueryRefused: ``service-refused`` for SERVICE in any form but with the IRI of one of `services`,
            ``service-not-constant`` where one of them might be meant by a variable, ``dataset-refused`` for FROM and
            FROM NAMED of an address that is neither one of `graphs` nor below `base`.
        QuerySyntaxError: If it is an update.

    Example:
        >>> check("ASK { ?s ?p 'SERVICE' }", base="http://example.org/").form
        'ASK'
        >>> try:
        ...     check("DROP ALL", base="http://example.org/")
        ... except QuerySyntaxError as error:
        ...     error.message
        'DROP begins an update, not a query'
    """
    text = lexer.closed_up(text.removeprefix("\ufeff"))
    read = lexer.prologue(text, base)
    if read.is_update:
        line, column = lexer.line_and_column(text, read.start)
        message = f"{read.keyword} begins an update, not a query"
        raise QuerySyntaxError(message, line=line, column=column, token=read.keyword, hint=_UPDATE)
    if text.isascii() and not _TELLING.search(text):
        return Checked(text, read.form, read.prefixes, cacheable=True)
    words = list(lexer.tokens(text))
    named = _services(text, words, read, services)
    if graphs is not None:
        _refuse_datasets(words, read, base, graphs)
    cacheable = not named and not any(t.kind == "word" and t.text.upper().endswith(NOT_CACHEABLE) for t in words)
    return Checked(text, read.form, read.prefixes, cacheable, named)


def check_update(text: str) -> None:
    """Refuse an update that asks another endpoint.

    Raises:
        QueryRefused: ``service-refused``.
    """
    _services(text, list(lexer.tokens(text)), lexer.prologue(text), ())


def check_graph_name(name: str, *, base: str, graphs: Collection[str]) -> str:
    """Return the IRI of a graph that a request may name to an engine which might fetch another address.

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


def _services(text: str, words: Sequence[Token], read: Prologue, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the endpoints that SERVICE names, if all of them are allowed."""
    if not _SERVICE.search(text):
        return ()
    found: dict[str, None] = {}
    hidden = any(t.kind == "iri" and "'" in t.text for t in words)  # `?a<'>'` is an operator to the engine
    for number, token in enumerate(words):
        if hidden:
            raise _refused_service(text, _SERVICE.search(text).start())  # type: ignore[union-attr]
        if token.kind == "word" and _SERVICE.search(token.text):
            found[_endpoint(text, words, number, read, allowed)] = None
        elif token.kind == "pname" and _is_service_call(words, number):
            raise _refused_service(text, token.start)
    if found and (doubtful := next((t for t in words if t.kind == "iri" and _may_be_operators(t)), None)):
        raise _refused_service(text, doubtful.start)
    return tuple(found)


def _endpoint(text: str, words: Sequence[Token], number: int, read: Prologue, allowed: Collection[str]) -> str:
    """Return the endpoint that the SERVICE at a place names."""
    token = words[number]
    if not allowed or token.text.upper() != "SERVICE":
        raise _refused_service(text, token.start)
    after = [*words[number + 1 : number + 4], *[Token("mark", "", len(text))] * 3]
    name, brace = after[1:3] if after[0].text.upper() == "SILENT" else after[:2]
    if name.kind == "variable":
        line, column = lexer.line_and_column(text, name.start)
        raise QueryRefused(
            "service-not-constant",
            f"SERVICE {name.text} (line {line}, column {column}): the endpoint must be written as an IRI, because only "
            f"listed ones are asked; listed are {_some(allowed)}",
        )
    endpoint = read.resolve(name) if name.kind in {"iri", "pname"} else None
    if endpoint is None or endpoint not in allowed or brace.text != "{":
        raise _refused_service(text, token.start, allowed)
    return endpoint


def _some(allowed: Collection[str]) -> str:
    """Return the first endpoints of a list, and how many more there are."""
    shown = [f"<{url}>" for url in sorted(allowed)[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(allowed) - _SHOWN} more" if len(allowed) > _SHOWN else "")


def _may_be_operators(token: Token) -> bool:
    """Whether the engine might read an IRI token as two comparisons: ``?a<?b&&?c>?d``."""
    inside = token.text[1:-1]
    return "&&" in inside or (not _SCHEME.match(inside) and bool(_NO_REFERENCE.search(inside)))


def _refused_service(text: str, place: int, allowed: Collection[str] = ()) -> QueryRefused:
    line, column = lexer.line_and_column(text, place)
    where = f"SERVICE is not allowed here (line {line}, column {column})"
    if allowed:
        return QueryRefused(
            "service-refused",
            f"{where}: only listed endpoints are asked: {_some(allowed)}",
        )
    return QueryRefused(
        "service-refused",
        f"{where}: no query opens a connection to another endpoint; ask that endpoint on its own and join the answers",
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
