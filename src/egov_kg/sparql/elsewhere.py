"""Queries that another store answers, in the process that has no network: what is sent to it, and what came back.

The query passes the same guard and the same parser as it would here, so that refusals and syntax errors are ours. The
answer is read to its end before anybody sees it, and written in the format that was asked for.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from egov_kg.errors import EngineStopped, FormatNotAvailable, QueryRefused, QuerySyntaxError, StoreUnavailable
from egov_kg.sparql import evaluation, guard, hints, lexer, results
from egov_kg.sparql.evaluation import Dataset
from egov_kg.sparql.formats import available
from egov_kg.sparql.guard import Checked
from egov_kg.sparql.named import with_values
from egov_kg.sparql.service_groups import Need, Reply, Services
from egov_kg.sparql.spool import Spool

__all__ = ["NTRIPLES", "TABLE", "Sent", "prepare", "read"]

TABLE: Final = "application/sparql-results+json"
NTRIPLES: Final = "application/n-triples"
_SCHEME: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Sent:
    """What is to be sent to another store.

    Attributes:
        text: The query.
        media: The media type of the answer.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        prefixes: That the query declares.
        is_cacheable: Whether the same query over the same release always has the same answer.
        default_graphs, named_graphs: The dataset of the request; None where the query says it, or nobody does.
        has_dataset: Whether the query says it.
        sees_graphs: Whether the query looks into named graphs.
    """

    text: str
    media: str
    form: str
    prefixes: Mapping[str, str]
    is_cacheable: bool
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    has_dataset: bool
    sees_graphs: bool


def prepare(
    store: ox.Store,
    graphs: Collection[str],
    head: Mapping[str, Any],
    text: str,
    buffer: Spool,
    *,
    replies: Sequence[Reply] = (),
) -> Mapping[str, Any]:
    """Write what is to be sent for a query, a `Sent` in JSON; return the head of the answer.

    The job may have ``allow``, the endpoints that SERVICE may name, and ``rows``, how many rows of one count as cut. As
    long as one of them is to be asked the answer has the form ``NEED``, and a `Need` in JSON as its body.

    Args:
        store: The release here, which the other store holds as well; what SERVICE is joined with is looked up in it.
        graphs: The named graphs of the release.
        head: Of the request.
        text: The query.
        buffer: Gets the body of the answer.
        replies: What the endpoints answered that have been asked.

    Raises:
        QueryRefused, QuerySyntaxError, FormatNotAvailable: As for a query that is answered here.
        ServiceFailed: If one of the replies is no answer, or cannot be handed on.
    """
    base, job = head["base"], head["job"]
    checked = guard.check(text, base=base, graphs=graphs, services=job.get("allow", ()))
    lists = head["default_graphs"], head["named_graphs"]
    for name in (name for names in lists for name in names or ()):
        guard.check_graph_name(name, base=base, graphs=graphs)
    default, named = evaluation.dataset_of(*lists)
    if checked.services:
        found = _with_answers(store, checked, (default, named), head, replies)
        if isinstance(found, Need):
            buffer.write(json.dumps(dataclasses.asdict(found)).encode())
            return {"form": "NEED", "format": "json", "cacheable": False, "seconds": {}}
        checked = found
    _must_parse(checked.text, base)
    is_table = checked.form in {"SELECT", "ASK"}
    if (head["table"] if is_table else head["graph"]) is None:
        raise FormatNotAvailable(checked.form, available(checked.form))
    words = list(lexer.tokens(checked.text))
    keywords = {token.text.upper() for token in words if token.kind == "word"}
    is_relative = any(token.kind == "iri" and not _SCHEME.match(token.text) for token in words)
    read_prologue = lexer.prologue(checked.text, base)
    complete = read_prologue.declared(base=is_relative) + checked.text[read_prologue.start :]
    sent = Sent(
        text=with_values(complete, head["substitutions"] or {}),
        media=TABLE if is_table else NTRIPLES,
        form=checked.form,
        prefixes=dict(checked.prefixes),
        is_cacheable=checked.cacheable,
        default_graphs=None if default is None else tuple(_value(graph) for graph in default),
        named_graphs=None if named is None else tuple(_value(graph) for graph in named),
        has_dataset="FROM" in keywords,
        sees_graphs="GRAPH" in keywords,
    )
    buffer.write(json.dumps(dataclasses.asdict(sent)).encode())
    return {"form": "SENT", "format": "json", "cacheable": False, "seconds": {}}


def _with_answers(
    store: ox.Store, checked: Checked, dataset: Dataset, head: Mapping[str, Any], replies: Sequence[Reply]
) -> Checked | Need:
    """Return a query with the answers of other endpoints in place of what asks them, or what is to be asked first."""
    if head["substitutions"]:
        raise QueryRefused("service-refused", "a query with parameters cannot ask other endpoints by SERVICE")
    services = Services(checked, base=head["base"], rows=head["job"]["rows"])
    if not replies:
        services.check_syntax()
    found = services.next(store, dataset, replies, keeps_nodes=False)
    return found if isinstance(found, Need) else dataclasses.replace(checked, text=found[0])


def _must_parse(text: str, base: str) -> None:
    try:
        ox.Store().query(text, base_iri=base)
    except SyntaxError as error:
        raise hints.syntax_error(text, str(error)) from error
    except (RuntimeError, OSError):
        return  # functions that only the other store has


def _value(graph: object) -> str:
    assert isinstance(graph, ox.NamedNode)
    return graph.value


def read(head: Mapping[str, Any], buffer: Spool) -> Mapping[str, Any]:
    """Write an answer that came back in the format that was asked for; return the head of the answer.

    The job has ``store``, its name; ``sent``, what was sent; ``rows``, the number at which it cuts answers, or 0.

    Raises:
        StoreUnavailable: If the answer is not well-formed to its end, is of another form, or may be cut.
        FormatNotAvailable, ResultTooLarge: As for a query that is answered here.
    """
    job, data = head["job"], bytes(head["attached"])
    sent = job["sent"]
    try:
        if job["rows"] and _count(data, sent["media"]) >= job["rows"]:
            raise StoreUnavailable(
                job["store"], f"its answer has {job['rows']} rows or more, at which it cuts answers", kind="size"
            )
        written = results.write(
            _parsed(data, sent, job["store"]),
            buffer,
            table=head["table"],
            graph=head["graph"],
            form=sent["form"],
            prefixes=sent["prefixes"],
        )
    except (SyntaxError, ValueError) as error:
        if isinstance(error, QuerySyntaxError):
            raise
        raise StoreUnavailable(job["store"], "its answer is not well-formed to its end", kind="format") from error
    except (RuntimeError, OSError) as error:
        raise EngineStopped("reading the answer of another store") from error
    return {"form": sent["form"], "format": written.name, "cacheable": sent["is_cacheable"], "seconds": {}}


def _parsed(data: bytes, sent: Mapping[str, Any], store: str) -> results.Results:
    if sent["media"] == NTRIPLES:
        return _triples(data)
    found = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean) is not (sent["form"] == "ASK"):
        raise StoreUnavailable(store, "its answer is of another form than the query", kind="format")
    return found


def _triples(data: bytes) -> Iterator[ox.Triple]:
    """Yield each triple once: the answer is a set, and not every store says it as one."""
    seen: set[ox.Triple] = set()
    for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
        if quad.triple not in seen:
            seen.add(quad.triple)
            yield quad.triple


def _count(data: bytes, media: str) -> int:
    if media == NTRIPLES:
        return sum(1 for _ in ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    found = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    return 0 if isinstance(found, ox.QueryBoolean) else sum(1 for _ in found)
