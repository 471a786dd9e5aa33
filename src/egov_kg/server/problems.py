"""The one place where errors become HTTP: RFC 9457 problem documents with a stable type each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from egov_kg.errors import (
    BatchTooLarge,
    Busy,
    ChangeLogDamaged,
    ChangeTaken,
    DeadlineExceeded,
    EgovKGError,
    EngineStopped,
    FormatNotAvailable,
    MemoryExceeded,
    NotEntailed,
    NotFound,
    ParameterError,
    QueryAborted,
    QueryRefused,
    QuerySyntaxError,
    RateLimited,
    RdfSyntaxError,
    ReleaseDamaged,
    ReleaseNotFound,
    ResultTooLarge,
    ServiceFailed,
    SpoolFull,
    StorageFull,
    StoreUnavailable,
    UnknownFunction,
    UnreadableJson,
    UpdateFailed,
)

__all__ = ["ADDRESS", "MEDIA_TYPE", "TYPES", "Problem", "ProblemType", "RequestRefused", "problem_of", "refused"]

ADDRESS: Final = "https://w3id.org/egov-kg/problem/"
"""Where the types of problems are described; it does not move with the base."""

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem.

    Attributes:
        slug: The last part of its address.
        status: The HTTP status.
        title: What it is, the same for every occurrence.
        advice: What to do about it.
        retry_after: Seconds after which asking again may help, or 0.
    """

    slug: str
    status: int
    title: str
    advice: str
    retry_after: int = 0

    @property
    def is_avoidable(self) -> bool:
        """Whether the client could have done without; what the server lacks is not counted against anybody.

        Example:
            >>> [slug for slug, kind in TYPES.items() if not kind.is_avoidable][:5]
            ['rate-limited', 'internal', 'no-search-index', 'busy', 'aborted']
        """
        return self.slug not in _OURS


_OURS: Final = frozenset(
    {
        "rate-limited",
        "internal",
        "aborted",
        "busy",
        "no-search-index",
        "service-failed",
        "store-unavailable",
        "not-ready",
        "storage-full",
    }
)

TYPES: Final[Mapping[str, ProblemType]] = {
    kind.slug: kind
    for kind in (
        ProblemType("missing-query", 400, "No query", "Send the query as the parameter query or as the body."),
        ProblemType("duplicate-parameter", 400, "Parameter given twice", "Send each parameter once."),
        ProblemType("bad-parameter", 400, "Bad parameter", "Look at the parameter that is named, and at its values."),
        ProblemType("bad-encoding", 400, "Bad encoding", "Send UTF-8; percent-encode what an address may not hold."),
        ProblemType("syntax", 400, "Syntax error", "Look at the line and column, and at the hint."),
        ProblemType(
            "json-not-as-expected",
            400,
            "JSON not as expected",
            "Look at the place that pointer names, and at expected.",
        ),
        ProblemType("service-not-constant", 400, "SERVICE with a variable", "Write the endpoint as an IRI."),
        ProblemType(
            "rdf-syntax", 400, "RDF syntax error", "Look at the line and column; the body must be what its type says."
        ),
        ProblemType("dataset-conflict", 400, "Two datasets", "Name the dataset by parameters, or by USING and WITH."),
        ProblemType("update-needs-post", 400, "Updates need POST", "Send updates by POST, never in an address."),
        ProblemType("token-required", 401, "Token required", "Send the header Authorization: Bearer TOKEN."),
        ProblemType("token-invalid", 401, "Token not valid", "Ask whoever runs the server for another token."),
        ProblemType("derived-graph", 403, "Derived graph", "Change the graphs that it is made from."),
        ProblemType("read-only", 403, "Read-only", "The graph is changed by building a release, not through here."),
        ProblemType("insufficient-scope", 403, "Token not sufficient", "Ask for a token with the scope that is named."),
        ProblemType("load-refused", 403, "LOAD refused", "Send the data itself, by INSERT DATA or to /graph."),
        ProblemType(
            "service-refused", 403, "SERVICE refused", "Ask the other endpoint on its own, and join the answers."
        ),
        ProblemType("dataset-refused", 403, "Graph refused", "Name graphs of this release; nothing is ever fetched."),
        ProblemType("not-found", 404, "Not found", "Search for it, or look into the list of graphs and queries."),
        ProblemType("no-such-graph", 404, "No such graph", "Ask SELECT DISTINCT ?g { GRAPH ?g {} } for the graphs."),
        ProblemType("not-entailed", 404, "Not in the graph", "The triple is neither asserted nor entailed."),
        ProblemType("method-not-allowed", 405, "Method not allowed", "Use one of the methods in the header Allow."),
        ProblemType("not-acceptable", 406, "Not acceptable", "Ask for one of the media types under available."),
        ProblemType("request-timeout", 408, "Request too slow", "Send the whole body within 20 seconds."),
        ProblemType("precondition-failed", 412, "Not as expected", "Read the graph again, and change what it is now."),
        ProblemType("too-large", 413, "Request too large", "Make the text shorter; long lists fit better into VALUES."),
        ProblemType("batch-too-large", 413, "Too much at once", "Send it in several requests."),
        ProblemType("uri-too-long", 414, "Address too long", "Send long queries by POST."),
        ProblemType("unsupported-media-type", 415, "Unsupported media type", "See the header Accept-Post."),
        ProblemType("range-not-satisfiable", 416, "Range outside the file", "Ask for a range inside its length."),
        ProblemType("service-too-large", 422, "Other answer too large", "Ask the other endpoint for less."),
        ProblemType("change-rejected", 422, "Change set aside", "Look at the reasons; the graph is as it was."),
        ProblemType("update-failed", 422, "Update failed", "Look at the reason; nothing was changed."),
        ProblemType("expansion-refused", 422, "Too many names", "Ask on one name, and for the others by owl:sameAs."),
        ProblemType("result-too-large", 422, "Result too large", "Add LIMIT, or download the dump, which has it all."),
        ProblemType(
            "rate-limited", 429, "Budget used up", "Wait as long as Retry-After says, or download the dump.", 1
        ),
        ProblemType("headers-too-large", 431, "Headers too large", "Send fewer or shorter headers."),
        ProblemType("internal", 500, "Defect of the server", "Report it with the request id."),
        ProblemType("no-search-index", 501, "No index of names", "Whoever runs the server builds the release again."),
        ProblemType("unknown-function", 501, "Unknown function", "Use the functions of SPARQL 1.1 and XSD casts."),
        ProblemType("store-refused", 501, "Query not understood", "The store takes less than SPARQL 1.1 has."),
        ProblemType("busy", 503, "Busy", "Ask again in a second.", 1),
        ProblemType("time-limit", 503, "Time limit", "Make the query narrower, or download the dump.", 10),
        ProblemType("memory-limit", 503, "Memory limit", "Sort, group and DISTINCT less; narrow it before.", 10),
        ProblemType("aborted", 503, "Query ended", "An operator of this server has ended the query.", 60),
        ProblemType("worker-crashed", 503, "Engine stopped", "Write the query differently.", 1),
        ProblemType("service-failed", 503, "Other endpoint failed", "Ask again later, or write SERVICE SILENT.", 10),
        ProblemType("store-unavailable", 503, "Store not available", "Ask again later; downloads work.", 10),
        ProblemType("storage-full", 503, "Storage full", "Nothing was changed; tell whoever runs the server.", 60),
        ProblemType("not-ready", 503, "Not ready", "The server is starting or changing its release.", 1),
    )
}
"""All problem types by slug."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence.

    Attributes:
        kind: Its type.
        detail: What happened, in one sentence.
        members: Further members of the document: ``line``, ``column``, ``hint``, ``available`` ...
        headers: Headers that go with it: ``Allow``, ``Accept-Post`` ...
    """

    kind: ProblemType
    detail: str
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, *, instance: str, release: str) -> dict[str, Any]:
        """Return the members of the problem document in their order.

        Args:
            instance: The id of the request.
            release: The id of the release that answered.
        """
        return {
            "type": ADDRESS + self.kind.slug,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": f"urn:request:{instance}",
            "release": release,
            **self.members,
        }

    def body(self, *, instance: str, release: str) -> bytes:
        """Return the problem document as JSON."""
        return json.dumps(self.document(instance=instance, release=release), ensure_ascii=False).encode(
            "utf-8", "replace"
        )

    def all_headers(self) -> dict[str, str]:
        """Return the headers that go with it, Retry-After included."""
        retry = {"Retry-After": str(self.kind.retry_after)} if self.kind.retry_after else {}
        return {**retry, **self.headers}


class RequestRefused(EgovKGError):
    """A request that the server does not answer.

    Attributes:
        problem: Why.
    """

    exit_code = 2

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)


def refused(slug: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> RequestRefused:
    """Return the error for a request with a problem of a type."""
    return RequestRefused(Problem(TYPES[slug], detail, members, headers or {}))


_SLUGS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (BatchTooLarge, "batch-too-large"),
    (Busy, "busy"),
    (DeadlineExceeded, "time-limit"),
    (MemoryExceeded, "memory-limit"),
    (RateLimited, "rate-limited"),
    (ResultTooLarge, "result-too-large"),
    (SpoolFull, "busy"),
    (QueryAborted, "aborted"),
    (EngineStopped, "worker-crashed"),
    (StorageFull, "storage-full"),
    (ChangeTaken, "busy"),
    (ChangeLogDamaged, "not-ready"),
    (ReleaseDamaged, "not-ready"),
    (ReleaseNotFound, "not-ready"),
    (NotEntailed, "not-entailed"),
    (NotFound, "not-found"),
    (UnknownFunction, "unknown-function"),
    (UnreadableJson, "json-not-as-expected"),
    (FormatNotAvailable, "not-acceptable"),
    (ParameterError, "bad-parameter"),
    (QuerySyntaxError, "syntax"),
    (RdfSyntaxError, "rdf-syntax"),
    (UpdateFailed, "update-failed"),
)


_HIDDEN: Final = (ReleaseDamaged, EngineStopped, StorageFull, ChangeTaken, ChangeLogDamaged)
"""Errors whose sentence names paths, or holds words of the engine."""


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error is.

    Example:
        >>> problem_of(QuerySyntaxError("unexpected )", line=2, column=7)).kind.slug
        'syntax'
    """
    if isinstance(error, RequestRefused):
        return error.problem
    if isinstance(error, ServiceFailed):
        slug = "service-too-large" if error.kind == "size" else "service-failed"
        return Problem(TYPES[slug], str(error), {"endpoint": error.endpoint, "reason": error.reason})
    if isinstance(error, StoreUnavailable):
        slug = {"size": "result-too-large", "refused": "store-refused"}.get(error.kind, "store-unavailable")
        return Problem(TYPES[slug], str(error), {"store": error.store, "reason": error.reason})
    if isinstance(error, QueryRefused):
        return Problem(TYPES[error.slug], str(error))
    slug = next((slug for kind, slug in _SLUGS if isinstance(error, kind)), "internal")
    if slug == "internal":
        return Problem(TYPES[slug], "This should not have happened; please report it with the request id.")
    detail = error.message if isinstance(error, QuerySyntaxError) else str(error)
    if isinstance(error, _HIDDEN) and not isinstance(error, QueryAborted):
        detail = TYPES[slug].title
    return Problem(TYPES[slug], detail, _members(error), _retry_after(error))


def _retry_after(error: Exception) -> dict[str, str]:
    match error:
        case RateLimited():
            return {"Retry-After": str(error.wait)}
        case DeadlineExceeded() if error.retry_after is not None:
            return {"Retry-After": str(error.retry_after)}
    return {}


def _members(error: Exception) -> dict[str, Any]:
    match error:
        case QuerySyntaxError():
            members = {"line": error.line, "column": error.column, "token": error.token, "hint": error.hint}
            return {key: value for key, value in members.items() if value != ""}
        case RdfSyntaxError():
            return {"line": error.line, "column": error.column} if error.line else {}
        case FormatNotAvailable():
            return {"available": list(error.available)}
        case UnknownFunction():
            return {"function": error.function}
        case UnreadableJson():
            return {"pointer": error.pointer, "expected": error.expected, "found": error.found}
        case BatchTooLarge():
            return {"limit": error.limit, "count": error.count}
        case ParameterError():
            return {"parameter": error.parameter}
        case DeadlineExceeded():
            return {"seconds": error.seconds}
        case ResultTooLarge():
            return {"limit": error.limit, "dump": "/dumps/latest/"}
        case MemoryExceeded():
            return {"limit": error.limit}
        case RateLimited():
            return {"budget": error.budget, "seconds": error.wait}
    return {}
