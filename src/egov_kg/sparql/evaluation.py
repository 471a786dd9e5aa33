"""One query over one store, in this process: guard, engine, format."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import EngineStopped, LimitExceeded, QueryError, UnknownFunction
from egov_kg.sparql import guard, hints, results
from egov_kg.sparql.formats import Format
from egov_kg.sparql.guard import Checked
from egov_kg.sparql.results import Sink

__all__ = ["Dataset", "Functions", "Outcome", "dataset_of", "evaluate", "graphs_of", "run", "translated"]

Dataset = tuple[list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None, list[ox.NamedNode | ox.BlankNode] | None]
"""The graphs that make the default graph, and those that GRAPH sees; None twice where the query or the store says."""

Functions = dict[ox.NamedNode, Callable[..., ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]]
"""Functions by their IRI."""

_UNKNOWN_FUNCTION: Final = re.compile(r"The custom (?:aggregate )?function <(.*)> is not supported", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of an answer once its last byte is written.

    Attributes:
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        format: Of the bytes.
        cacheable: Whether the same query over the same release always has the same answer.
        seconds: How long it took to ``run`` (guard, plan, aggregate) and to ``write`` (iterate, serialise).
    """

    form: str
    format: Format
    cacheable: bool
    seconds: Mapping[str, float] = field(default_factory=dict)


def graphs_of(store: ox.Store) -> frozenset[str]:
    """Return the IRIs of the named graphs that a store holds."""
    return frozenset(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))


def evaluate(
    store: ox.Store,
    text: str,
    sink: Sink,
    *,
    table: str | None = "json",
    graph: str | None = "ttl",
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    substitutions: Mapping[str, str] | None = None,
    base: str = iri.BASE,
) -> Outcome:
    """Write the complete answer to a query.

    Args:
        store: Where to ask.
        text: A SPARQL query; relative IRIs are resolved against `base`.
        sink: Gets the bytes; what it raises is passed on.
        table: The name of the format for SELECT and ASK, or None if none is acceptable.
        graph: The same for CONSTRUCT and DESCRIBE.
        default_graphs: IRIs of the graphs that make the default graph; with `named_graphs` it replaces FROM.
        named_graphs: IRIs of the graphs that GRAPH sees. If either list is given the other counts as empty.
        substitutions: Terms in N-Triples form by variable name without its mark; in SELECT each must be projected.
        base: The base of our IRIs.

    A graph that the store does not hold is empty; nothing is ever fetched.

    Returns:
        What is known of the answer. Nothing is: if this raises, what the sink has got is no answer.

    Raises:
        QueryRefused, QuerySyntaxError, UnknownFunction, FormatNotAvailable: As their names say.
    """
    checked = guard.check(text, base=base)
    dataset = dataset_of(default_graphs, named_graphs)
    return run(store, checked, sink, table=table, graph=graph, dataset=dataset, substitutions=substitutions, base=base)


def run(
    store: ox.Store,
    checked: Checked,
    sink: Sink,
    *,
    table: str | None,
    graph: str | None,
    dataset: Dataset,
    substitutions: Mapping[str, str] | None = None,
    base: str = iri.BASE,
    functions: Functions | None = None,
) -> Outcome:
    """Write the complete answer to a query that has passed the guard.

    Args:
        store: Where to ask.
        checked: The query.
        sink: Gets the bytes; what it raises is passed on.
        table: The name of the format for SELECT and ASK, or None if none is acceptable.
        graph: The same for CONSTRUCT and DESCRIBE.
        dataset: The graphs of the default graph and those that GRAPH sees, or None twice.
        substitutions: Terms in N-Triples form by variable name without its mark.
        base: The base of relative IRIs.
        functions: Functions that the query may call besides those of SPARQL.

    Raises:
        QuerySyntaxError, UnknownFunction, FormatNotAvailable, EngineStopped: As their names say.
    """
    began = time.perf_counter()
    default, named = dataset
    bound = {ox.Variable(name): _term(term) for name, term in (substitutions or {}).items()}
    found: results.Results | None = None
    try:
        found = store.query(
            checked.text,
            base_iri=base,
            default_graph=default,
            named_graphs=named,
            substitutions=bound or None,
            custom_functions=functions,
        )
        ran = time.perf_counter()
        written = results.write(found, sink, table=table, graph=graph, form=checked.form, prefixes=checked.prefixes)
    except BaseException as error:
        found = None  # what the engine gave must end in this thread, not in one that collects garbage
        traceback.clear_frames(error.__traceback__)
        if isinstance(error, SyntaxError):
            raise hints.syntax_error(checked.text, str(error)) from error
        if isinstance(error, RuntimeError | OSError):
            raise translated(error) from error
        raise
    seconds = {"run": ran - began, "write": time.perf_counter() - ran}
    return Outcome(_form(found, checked.form), written, checked.cacheable, seconds)


def _form(found: results.Results, read: str) -> str:
    """Return the form of a query: as it was read, unless the engine, which needs no space between words, read another.

    ``CONSTRUCTWHERE{?s ?p ?o}`` has one for the engine (pyoxigraph 0.5.13).
    """
    match found:
        case ox.QueryBoolean():
            return "ASK"
        case ox.QueryTriples():
            return read if read in {"CONSTRUCT", "DESCRIBE"} else "CONSTRUCT"
    return "SELECT"


def dataset_of(default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None) -> Dataset:
    """Return both lists or neither: with one of them alone the engine shows all graphs of the other kind."""
    if default_graphs is None and named_graphs is None:
        return None, None
    default, named = ([ox.NamedNode(name) for name in names or ()] for names in (default_graphs, named_graphs))
    return list(default), list(named)


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    """Return the IRI or literal that a string in N-Triples form spells."""
    triple = next(iter(ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    assert isinstance(triple.object, ox.NamedNode | ox.Literal)
    return triple.object


def translated(error: RuntimeError | OSError) -> Exception:
    """Return our error for one of the engine's."""
    unknown = _UNKNOWN_FUNCTION.search(str(error))
    if unknown:
        return UnknownFunction(unknown[1])
    if isinstance(error, LimitExceeded | QueryError):
        return error
    return EngineStopped(" ".join(str(error).split())[:200])
