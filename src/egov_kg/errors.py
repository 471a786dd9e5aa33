"""Every error that egov-kg raises on purpose, and the exit code that the command line gives it.

EgovKGError
├── ConfigurationError            the configuration, a flag or a data file of ours is wrong   exit 2
│   ├── UsageError                a value on the command line or in a call                     exit 2
│   ├── DataFileError             a table or rule file under data/, with file and line         exit 2
│   └── MissingExtra              an optional package is not installed                         exit 2
├── InputError                    something that the user gave cannot be read                  exit 3
│   ├── DocumentError             a document
│   │   ├── UnreadableDocument    missing, a folder, no permission, empty, binary, too large ...
│   │   └── SpanOutOfRange        a range that reaches outside its text
│   ├── UnreadableTarget          a data set to link with
│   ├── UnreadableJson            a request in JSON, with the place in it
│   ├── RdfSyntaxError            an RDF file or body
│   ├── RefusedAxiom              an axiom that would collapse the language itself
│   └── QueryError                a SPARQL query
│       ├── QuerySyntaxError      with line and column
│       ├── QueryRefused          legal, but not allowed here (SERVICE, LOAD, what releases make)
│       ├── UnknownFunction       a function that this engine does not have
│       ├── UpdateFailed          an update that parses and cannot be done
│       ├── FormatNotAvailable    a format that this form of query does not come in
│       └── ParameterError        a parameter of a named query
├── NotFound                      a release, a named query, a thing, a graph                   exit 2
│   ├── ReleaseNotFound
│   ├── NotEntailed               a triple that is neither asserted nor entailed
│   └── UnknownTerm               a class or property that the ontology does not have
├── FindingsError                 the work was done and has findings (validation, differences) exit 1
├── LimitExceeded                 a limit of time, memory or size                              exit 4
│   ├── DeadlineExceeded
│   ├── MemoryExceeded
│   ├── ResultTooLarge
│   ├── TooManyTerms             more terms than the reasoner can number
│   ├── SchemaTooLarge            more entailed schema triples than can be written
│   ├── ExpansionTooLarge        more facts than may be written out under every name of a thing
│   ├── InferenceTooLarge        what follows does not fit the memory that the reasoner may take
│   │   └── TooLittleMemory      an engine that keeps facts on disk needs more to work in
│   ├── InferenceTooSlow         what follows was not all found in time
│   ├── BatchTooLarge             more questions at once than are answered at once
│   ├── SpoolFull                 there is no room now for a large answer
│   ├── Busy                      more queries wait than may wait
│   └── RateLimited               a client of the server has used up what it may cost
├── RemoteError                   another server did not answer as asked                       exit 4
│   ├── FetchFailed               for one request
│   ├── ServiceFailed             an endpoint that SERVICE names
│   ├── StoreUnavailable          the store that holds our graph
│   └── SparkFailed               the master or the workers of Spark
├── EngineStopped                 a query process ended by itself                              exit 70
│   └── QueryAborted              an administrator has ended it
├── ReleaseDamaged                a file of a release does not match its checksum              exit 3
├── WorkDamaged                   a file that an engine was working in is not what it wrote    exit 3
├── ChangeLogDamaged              a record of the change log is missing or was altered         exit 3
├── ChangeTaken                   another process has written the record of that number        exit 4
└── StorageFull                   the disk keeps nothing more                                  exit 4
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "BatchTooLarge",
    "Busy",
    "ChangeLogDamaged",
    "ChangeTaken",
    "ConfigurationError",
    "DataFileError",
    "DeadlineExceeded",
    "DocumentError",
    "EgovKGError",
    "EngineStopped",
    "ExpansionTooLarge",
    "FetchFailed",
    "FindingsError",
    "FormatNotAvailable",
    "InferenceTooLarge",
    "InferenceTooSlow",
    "InputError",
    "LimitExceeded",
    "MemoryExceeded",
    "MissingExtra",
    "NotEntailed",
    "NotFound",
    "ParameterError",
    "QueryError",
    "QueryRefused",
    "QuerySyntaxError",
    "RateLimited",
    "RdfSyntaxError",
    "RefusedAxiom",
    "ReleaseDamaged",
    "ReleaseNotFound",
    "RemoteError",
    "ResultTooLarge",
    "SchemaTooLarge",
    "ServiceFailed",
    "SpanOutOfRange",
    "SparkFailed",
    "StorageFull",
    "StoreUnavailable",
    "TooLittleMemory",
    "TooManyTerms",
    "UnknownTerm",
    "UnreadableDocument",
    "UnreadableJson",
    "UnreadableTarget",
    "UpdateFailed",
    "UsageError",
    "WorkDamaged",
]


class EgovKGError(Exception):
    """Something that egov-kg refuses or cannot do; the message is one sentence and a next step."""

    exit_code = 70


class ConfigurationError(EgovKGError, ValueError):
    """The configuration, a flag or a data file of ours is wrong."""

    exit_code = 2


class UsageError(ConfigurationError):
    """A value on the command line or in a call is not one of those that are allowed."""


class DataFileError(ConfigurationError):
    """A table or rule file is wrong.

    Attributes:
        path: The file.
        line: The 1-based line, or 0 where the whole file is meant.
        problem: What was found and what was expected.
    """

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        self.path, self.line, self.problem = Path(path), line, problem
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {problem}")


class MissingExtra(ConfigurationError):
    """An optional package is not installed.

    Attributes:
        extra: The name of the extra that installs it.
        purpose: What it is needed for.
    """

    def __init__(self, extra: str, purpose: str) -> None:
        self.extra, self.purpose = extra, purpose
        super().__init__(f"{purpose} needs the extra {extra!r}: pip install 'egov-kg[{extra}]'")


class InputError(EgovKGError, ValueError):
    """Something that the user gave cannot be read."""

    exit_code = 3


class DocumentError(InputError):
    """A document cannot be read or does not have what was asked for."""


class UnreadableDocument(DocumentError):
    """A file is not a document that we can read.

    Attributes:
        path: The file.
        reason: Why, as a clause ("is empty", "is not text: byte 0x00 at offset 12").
        remedy: What the user can do about it.
    """

    def __init__(self, path: Path | str, reason: str, remedy: str) -> None:
        self.path, self.reason, self.remedy = Path(path), reason, remedy
        super().__init__(f"{path} {reason}. {remedy}")


class SpanOutOfRange(DocumentError):
    """A range reaches outside the text of its document.

    Attributes:
        document: The document's id.
        start, end: The half-open range, in Unicode code points.
        length: How many code points the document has.
    """

    def __init__(self, document: str, start: int, end: int, length: int) -> None:
        self.document, self.start, self.end, self.length = document, start, end, length
        super().__init__(f"span {start}:{end} lies outside {document}, which has {length} characters")


class UnreadableTarget(InputError):
    """A data set to link with cannot be read, or is not as its link specification says.

    Attributes:
        path: The file.
        reason: Why, as a clause.
        remedy: What the user can do about it.
        line: The 1-based line, or 0 where the whole file is meant.
    """

    def __init__(self, path: Path | str, reason: str, remedy: str, *, line: int = 0) -> None:
        self.path, self.reason, self.remedy, self.line = Path(path), reason, remedy, line
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place} {reason}. {remedy}")


class UnreadableJson(InputError):
    """A request in JSON is not what was expected.

    Attributes:
        pointer: Where, as a JSON pointer (RFC 6901); empty for the whole text.
        expected: What was expected there.
        found: What stands there, shortened.
    """

    def __init__(self, pointer: str, expected: str, found: str) -> None:
        self.pointer, self.expected, self.found = pointer, expected, found
        super().__init__(f"{f'at {pointer}: ' if pointer else ''}expected {expected}, found {found}")


class RdfSyntaxError(InputError):
    """An RDF file or request body cannot be parsed.

    Attributes:
        source: The file or the word that names the body.
        line, column: The 1-based place, or 0 where the parser does not say.
    """

    def __init__(self, source: str, problem: str, *, line: int = 0, column: int = 0) -> None:
        self.source, self.problem, self.line, self.column = source, problem, line, column
        place = f"{source}:{line}:{column}" if line else source
        super().__init__(f"{place}: {problem}")


class RefusedAxiom(InputError):
    """An axiom would make one word of RDF, RDFS or OWL of another, or one thing of all things.

    Attributes:
        triple: The axiom, as N-Triples terms.
        reason: What it would do.
    """

    def __init__(self, triple: tuple[str, str, str], reason: str) -> None:
        self.triple, self.reason = triple, reason
        super().__init__(f"the axiom {' '.join(triple)} is refused: {reason}; take it out of the ontology")


class QueryError(InputError):
    """A SPARQL query cannot be answered as it stands."""


class QuerySyntaxError(QueryError):
    """A SPARQL query does not parse.

    Attributes:
        line, column: The 1-based place.
        token: The text at that place, at most 40 characters.
        hint: What may have been meant, or an empty string.
    """

    def __init__(self, message: str, *, line: int, column: int, token: str = "", hint: str = "") -> None:
        self.message, self.line, self.column, self.token, self.hint = message, line, column, token, hint
        tail = f" ({hint})" if hint else ""
        super().__init__(f"line {line}, column {column}: {message}{tail}")


class QueryRefused(QueryError):
    """A query is legal SPARQL and not allowed here.

    Attributes:
        slug: The problem type: ``service-refused``, ``load-refused``, ``derived-graph``, ``dataset-refused``,
            ``expansion-refused``.
    """

    def __init__(self, slug: str, message: str) -> None:
        self.slug = slug
        super().__init__(message)


class UnknownFunction(QueryError):
    """A query calls a function that is legal SPARQL and that the engine does not have.

    Attributes:
        function: Its IRI.
    """

    def __init__(self, function: str) -> None:
        self.function = function
        super().__init__(f"there is no function <{function}> here; the functions of SPARQL 1.1 and casts are available")


class UpdateFailed(QueryError):
    """An update parses and cannot be done, such as DROP of a graph that is not there; nothing has changed.

    Attributes:
        problem: Why, in the words of the engine.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"the update was not done: {problem}; nothing has changed")


class FormatNotAvailable(QueryError):
    """The answer to a query does not come in the format that was asked for.

    Attributes:
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        available: What there is, as names or media types, the preferred one first.
    """

    def __init__(self, form: str, available: tuple[str, ...]) -> None:
        self.form, self.available = form, available
        super().__init__(f"the answer to {form} comes as {', '.join(available)}; ask for one of these")


class ParameterError(QueryError):
    """A parameter of a named query is missing, unknown or of the wrong type.

    Attributes:
        parameter: Its name.
        message: What is wrong with it.
    """

    def __init__(self, parameter: str, message: str) -> None:
        self.parameter, self.message = parameter, message
        super().__init__(f"parameter {parameter!r}: {message}")


class NotFound(EgovKGError, LookupError):
    """A thing that was named does not exist."""

    exit_code = 2


class ReleaseNotFound(NotFound):
    """There is no release where one was looked for.

    Attributes:
        path: The folder that was searched.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        super().__init__(f"no release in {path}. Build one with: egov-kg build --out {path}")


class NotEntailed(NotFound):
    """A triple is neither asserted nor entailed.

    Attributes:
        triple: The triple in N-Triples form.
    """

    def __init__(self, triple: str) -> None:
        self.triple = triple
        super().__init__(f"the graph does not hold {triple.removesuffix(' .')}: it is neither asserted nor entailed")


class UnknownTerm(NotFound):
    """A class or property that the ontology does not have, or that cannot be used so.

    Attributes:
        term: Its CURIE.
    """

    def __init__(self, term: str, problem: str = "is no term of the ontology") -> None:
        self.term = term
        super().__init__(f"{term} {problem}")


class FindingsError(EgovKGError):
    """The work was done and has findings.

    Attributes:
        count: How many.
    """

    exit_code = 1

    def __init__(self, count: int, what: str) -> None:
        self.count = count
        super().__init__(f"{count} {what}")


class LimitExceeded(EgovKGError):
    """A limit of time, memory or size was reached."""

    exit_code = 4


class DeadlineExceeded(LimitExceeded, TimeoutError):
    """A query did not end in time and was stopped.

    Attributes:
        seconds: The limit.
        retry_after: After how many seconds the same query may be tried again; None if at any time.
    """

    def __init__(self, seconds: float, *, retry_after: int | None = None) -> None:
        self.seconds, self.retry_after = seconds, retry_after
        what = "was stopped" if retry_after is None else f"is not tried again for {retry_after} seconds"
        super().__init__(f"the query did not end within {seconds:g} seconds and {what}; make it narrower")


class MemoryExceeded(LimitExceeded, MemoryError):
    """A query needed more memory than it may have.

    Attributes:
        limit: The limit in bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(
            f"the query needed more than {limit} bytes of memory and was stopped; sorting, grouping and DISTINCT keep "
            "all rows, so make it narrower before"
        )


class TooManyTerms(LimitExceeded):
    """The reasoner numbers terms with 32 bits.

    Attributes:
        most: How many there may be.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"there are more than {most} terms, which is what the reasoner can number; split the data")


class SchemaTooLarge(LimitExceeded):
    """More schema triples follow than anybody could write.

    Attributes:
        most: How many may be listed.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"more than {most} schema triples follow from the ontology (long chains of sub-classes or sub-properties "
            "have a square of pairs); write the entailed facts without them"
        )


class ExpansionTooLarge(LimitExceeded):
    """Facts under every name of a thing would be more than may be written out.

    Attributes:
        most: How many triples may be.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"facts under every name of a thing are more than {most}; ask for them on one name")


class InferenceTooLarge(LimitExceeded, MemoryError):
    """What follows from the data does not fit the memory that the reasoner may take.

    Attributes:
        needed: Bytes, estimated.
        limit: The limit in bytes.
        what: What would take them: the data, or the column that grows.
    """

    def __init__(self, needed: int, limit: int, what: str) -> None:
        self.needed, self.limit, self.what = needed, limit, what
        super().__init__(
            f"inference needs about {needed >> 20} MiB for {what} and may take {limit >> 20} MiB; give it more memory, "
            "or work out of core with --engine duckdb"
        )


class TooLittleMemory(InferenceTooLarge):
    """An engine that keeps facts on disk cannot work in the memory that it may take.

    Attributes:
        least: Bytes that suffice for small data.
    """

    def __init__(self, limit: int, what: str, *, least: int) -> None:
        super().__init__(max(least, limit), limit, what)
        self.least = least
        sentence = (
            f"{limit >> 20} MiB of memory do not suffice for {what}, of which a part has to be in memory at a time"
        )
        self.args = (f"{sentence}, though the rest goes to disk; give it {least >> 20}M or more with --memory",)


class InferenceTooSlow(LimitExceeded, TimeoutError):
    """What follows from the data was not all found in time.

    Attributes:
        seconds: The limit.
        what: The column that was being made.
    """

    def __init__(self, seconds: float, what: str) -> None:
        self.seconds, self.what = seconds, what
        super().__init__(f"inference did not end within {seconds:g} seconds; it was at {what}")


class Busy(LimitExceeded):
    """More queries wait than may wait.

    Attributes:
        waiting: How many wait.
    """

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} queries are waiting already; ask again in a second")


class RateLimited(LimitExceeded):
    """A client of the server has used up what it may cost.

    Attributes:
        budget: What it may cost, in words ("60 seconds of query time a minute").
        wait: After how many seconds it may ask again.
    """

    def __init__(self, budget: str, wait: int) -> None:
        self.budget, self.wait = budget, wait
        super().__init__(f"your address has used up its budget of {budget}; ask again in {wait} seconds")


class ResultTooLarge(LimitExceeded):
    """A result is larger than the limit.

    Attributes:
        limit: The limit in bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the result is larger than {limit} bytes; add a LIMIT, or download the dump")


class BatchTooLarge(LimitExceeded):
    """More is asked at once than is answered at once.

    Attributes:
        count: How many there are.
        limit: How many there may be.
        what: Of what.
    """

    def __init__(self, count: int, limit: int, what: str) -> None:
        self.count, self.limit, self.what = count, limit, what
        super().__init__(f"{count} {what} at once; at most {limit} are answered. Send them in several requests")


class RemoteError(EgovKGError):
    """Another server did not answer as asked.

    Attributes:
        reason: What it did, in our words; nothing that it sent is repeated.
        kind: ``time``, ``size`` (cut, or too many rows), ``bytes`` (too many), ``format``, ``credentials``, ``refused``
            (it does not take this query), ``busy`` (it may take it later), ``broken`` (the connection), or empty.
        after: In how many seconds it wants to be asked again; 0 where it does not say.
    """

    exit_code = 4

    def __init__(self, reason: str, *, kind: str = "", after: float = 0.0) -> None:
        self.reason, self.kind, self.after = reason, kind, after
        super().__init__(reason)


class FetchFailed(RemoteError):
    """One request to another server failed."""


class ServiceFailed(RemoteError):
    """An endpoint that SERVICE names did not answer, so neither did the query.

    Attributes:
        endpoint: Its address.
    """

    def __init__(self, endpoint: str, reason: str, *, kind: str = "") -> None:
        super().__init__(reason, kind=kind)
        self.endpoint = endpoint
        sentence = f"the endpoint <{endpoint}> did not give a complete answer: {reason}"
        self.args = (f"{sentence}. Ask again later, ask it for less, or write SERVICE SILENT to go on without it",)


class StoreUnavailable(RemoteError):
    """The store that holds our graph does not answer queries now.

    Attributes:
        store: Its address.
    """

    def __init__(self, store: str, reason: str, *, kind: str = "") -> None:
        super().__init__(reason, kind=kind)
        self.store = store
        self.args = (f"the store {store} did not give a complete answer: {reason}",)


class SparkFailed(RemoteError):
    """Spark did not do the work to its end.

    Attributes:
        master: Where it runs.
        remedy: What the user can do about it.
    """

    def __init__(self, master: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.master, self.remedy = master, remedy
        self.args = (f"Spark at {master}: {reason}. {remedy}",)


class SpoolFull(LimitExceeded):
    """There is no room now for an answer that is not small."""

    def __init__(self) -> None:
        super().__init__("large answers take up all the room there is for them; ask again in a while, or for less")


class EngineStopped(EgovKGError):
    """The process that ran a query ended by itself.

    Attributes:
        reason: The signal or exit status.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the query stopped the engine ({reason}); this is a defect of the engine, write it differently"
        )


class QueryAborted(EngineStopped):
    """An administrator has ended a query."""

    def __init__(self) -> None:
        self.reason = "aborted"
        EgovKGError.__init__(self, "an administrator has ended the query")


class ReleaseDamaged(EgovKGError):
    """A file of a release does not match its checksum.

    Attributes:
        path: The file.
        problem: What was found.
    """

    exit_code = 3

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path, self.problem = Path(path), problem
        super().__init__(f"{path} is damaged: {problem}. Build the release again, or restore it from a copy")


class WorkDamaged(EgovKGError):
    """A file that an engine was working in is not what the engine wrote: its disk loses data, or somebody wrote there.

    Attributes:
        path: The folder of the file.
        problem: What was found.
    """

    exit_code = 3

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path, self.problem = Path(path), problem
        super().__init__(f"a file in {path} was damaged during the work: {problem}. Run it again in another folder")


class ChangeLogDamaged(EgovKGError):
    """A record of the change log is missing, or is not what was written.

    Attributes:
        path: The file.
        problem: What was found.
    """

    exit_code = 3

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path, self.problem = Path(path), problem
        super().__init__(f"{path} is damaged: {problem}. Restore it from a copy; no change after it is read")


class ChangeTaken(EgovKGError):
    """Another process has written the record that a change was to have.

    Attributes:
        path: The file.
    """

    exit_code = 4

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        super().__init__(f"{path} was written by another process; one server at a time may take changes")


class StorageFull(EgovKGError):
    """The disk keeps nothing more; nothing was changed.

    Attributes:
        path: What could not be written.
        reason: In the system's words.
    """

    exit_code = 4

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = Path(path), reason
        super().__init__(f"{path} cannot be written: {reason}; make room there, nothing was changed")
