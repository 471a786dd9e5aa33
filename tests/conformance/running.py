"""Runs the tests of a suite against a server that is known by its addresses only."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

import httpx
import pyoxigraph as ox

from tests.conformance.answers import Answer, distinct, graph_answer, is_same, read_answer, read_quads
from tests.conformance.suite import Case, Exchange, Source

__all__ = ["Runner", "Server", "Verdict"]

Verdict = Literal["pass", "lenient", "fail", "skip"]

_TURTLE: Final = "text/turtle, application/n-triples;q=0.9"
_ACCEPT: Final = {
    "srx": "application/sparql-results+xml",
    "srj": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_FORMATS: Final = {
    "boolean": frozenset({"application/sparql-results+xml", "application/sparql-results+json"}),
    "tabular": frozenset(_ACCEPT.values()),
    "RDF": frozenset({"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}),
}
_STATUSES: Final = {"OK": 200, "Created": 201, "NoContent": 204, "BadRequest": 400, "NotFound": 404}
_ALL: Final = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_COMMENT: Final = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<[^<>\s]*>)|#[^\n]*""")
_MANAGING: Final = re.compile(r"\b(LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b(?!\s+SILENT)", re.IGNORECASE)
_FROM: Final = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
_ORDERED: Final = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


class _Failed(Exception):
    """A test that the server does not pass."""


@dataclass(slots=True)
class Server:
    """A server under test.

    Attributes:
        url: Its address, with a slash at its end.
        client: Sends the token of the server.
        holds: What is in the store, if that is known.
    """

    url: str
    client: httpx.Client
    holds: frozenset[ox.Quad] | None = None

    def query(self, text: str, accept: str) -> httpx.Response:
        """Return the answer to a query."""
        return self.client.post(f"{self.url}sparql", data={"query": text}, headers={"Accept": accept})

    def update(self, text: str) -> httpx.Response:
        """Return the answer to an update."""
        self.holds = None
        headers = {"Content-Type": "application/sparql-update"}
        return self.client.post(f"{self.url}sparql", content=text.encode(), headers=headers)

    def fill(self, quads: Iterable[ox.Quad]) -> None:
        """Let the store hold these quads and nothing else."""
        wanted = frozenset(quads)
        if wanted == self.holds:
            return
        by_graph: dict[object, list[str]] = {}
        for quad in wanted:
            by_graph.setdefault(quad.graph_name, []).append(f"{quad.triple} .\n")
        blocks = "".join(
            f"GRAPH {graph} {{ {''.join(lines)} }}\n" if isinstance(graph, ox.NamedNode) else "".join(lines)
            for graph, lines in sorted(by_graph.items(), key=lambda pair: isinstance(pair[0], ox.NamedNode))
        )
        answer = self.update(f"DROP ALL ; INSERT DATA {{ {blocks} }}")
        if not answer.is_success:
            raise _Failed(f"the store cannot be filled: {answer.status_code} {answer.text[:200]}")
        self.holds = wanted


def _media_type(response: httpx.Response) -> str:
    value: str = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower()


class Runner:
    """Runs tests, one after another.

    Args:
        server: It is emptied before each test.
    """

    def __init__(self, server: Server) -> None:
        self.server = server

    def run(self, case: Case) -> tuple[Verdict, str]:
        """Return whether the server passes a test, and why not.

        A test that is right up to the lexical form of numbers, or that is refused for what it would do and not for its
        syntax, is passed leniently.
        """
        if case.needs_network or case.id.startswith("service/"):
            return "skip", "it asks another endpoint"
        try:
            match case.kind:
                case "QueryEvaluationTest" | "CSVResultFormatTest":
                    return self._query(case)
                case "UpdateEvaluationTest":
                    return self._update(case)
                case "PositiveSyntaxTest" | "NegativeSyntaxTest":
                    return self._query_syntax(case)
                case "PositiveUpdateSyntaxTest" | "NegativeUpdateSyntaxTest":
                    return self._update_syntax(case)
                case "ProtocolTest":
                    return self._protocol(case, self._protocol_address)
                case "GraphStoreProtocolTest":
                    return self._protocol(case, self._graph_address)
                case "ServiceDescriptionTest":
                    return self._description(case)
        except _Failed as error:
            return "fail", str(error)
        return "skip", f"nothing here runs a {case.kind}"

    def _load(self, sources: Iterable[Source]) -> set[ox.Quad]:
        quads: set[ox.Quad] = set()
        for source in sources:
            found = read_quads(source.path.read_bytes(), source.path.suffix[1:], source.base)
            if source.graph is not None:
                found = {ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(source.graph)) for q in found}
            quads |= found
        return quads

    def _query(self, case: Case) -> tuple[Verdict, str]:
        assert case.action is not None
        text = case.action.path.read_text(encoding="utf-8")
        words = _COMMENT.sub(lambda match: match[1] or "", text)
        self.server.fill(self._load([*case.data, *self._named(case, words)]))
        (file,) = case.result
        form = file.path.suffix[1:]
        expected = read_answer(file.path.read_bytes(), form, file.base)
        is_graph = expected.names == ("s", "p", "o") and form not in _ACCEPT
        accept = _TURTLE if is_graph else _ACCEPT.get(form, _ACCEPT["srj"])
        response = self.server.query(f"BASE <{case.action.base}>\n{text}", accept)
        if response.status_code != 200:
            raise _Failed(f"{response.status_code}: {response.text[:300]}")
        got = read_answer(response.content, _media_type(response), file.base)
        if case.is_lax and len(got.rows) <= len(expected.rows):
            expected, got = distinct(expected), distinct(got)
        outermost = re.sub(r"\{.*\}", "", words, flags=re.DOTALL)
        return self._compared(expected, got, ordered=expected.is_ordered and bool(_ORDERED.search(outermost)))

    def _named(self, case: Case, words: str) -> Iterable[Source]:
        """Yield the files that a query names by FROM."""
        assert case.action is not None
        known = {source.graph for source in case.data}
        for reference in _FROM.findall(words):
            name = urllib.parse.urljoin(case.action.base, reference)
            path = case.action.path.parent / name.rpartition("/")[2]
            if name not in known and path.is_file():
                known.add(name)
                yield Source(path, name, name)

    @staticmethod
    def _compared(expected: Answer, got: Answer, *, ordered: bool = False) -> tuple[Verdict, str]:
        if is_same(expected, got, ordered=ordered):
            return "pass", ""
        if is_same(expected, got, by_value=True, ordered=ordered):
            return "lenient", "numbers are written otherwise"
        raise _Failed(f"expected {expected.boolean} {expected.rows[:4]}, got {got.boolean} {got.rows[:4]}"[:600])

    def _update(self, case: Case) -> tuple[Verdict, str]:
        assert case.action is not None
        self.server.fill(self._load(case.data))
        text = f"BASE <{case.action.base}>\n{case.action.path.read_text(encoding='utf-8')}"
        response = self.server.update(text)
        if not response.is_success:
            raise _Failed(f"{response.status_code}: {response.text[:300]}")
        wanted = self._load(case.result)
        rows = tuple(
            (q.graph_name if isinstance(q.graph_name, ox.NamedNode) else None, q.subject, q.predicate, q.object)
            for q in wanted
        )
        answer = self.server.query(_ALL, _ACCEPT["srj"])
        got = read_answer(answer.content, _media_type(answer), "")
        return self._compared(Answer(None, ("g", "s", "p", "o"), rows), got)

    def _query_syntax(self, case: Case) -> tuple[Verdict, str]:
        assert case.action is not None
        text = case.action.path.read_text(encoding="utf-8", errors="surrogateescape")
        positive = case.kind.startswith("Positive")
        if positive:
            text = f"BASE <{case.action.base}>\n{text}"
        response = self.server.query(text, f"{_ACCEPT['srj']}, text/turtle;q=0.9")
        if not positive:
            return self._refused(response)
        if response.is_success:
            return "pass", ""
        if response.status_code in {403, 501}:
            return "lenient", f"it is refused when it runs ({response.status_code})"
        raise _Failed(f"{response.status_code}: {response.text[:300]}")

    @staticmethod
    def _refused(response: httpx.Response) -> tuple[Verdict, str]:
        if response.is_client_error:
            return "pass", ""
        raise _Failed(f"it is accepted ({response.status_code})")

    def _update_syntax(self, case: Case) -> tuple[Verdict, str]:
        assert case.action is not None
        self.server.fill(())
        text = case.action.path.read_text(encoding="utf-8")
        if case.kind.startswith("Negative"):
            return self._refused(self.server.update(text))
        text = f"BASE <{case.action.base}>\n{text}"
        response = self.server.update(text)
        if response.is_success:
            return "pass", ""
        bare = _COMMENT.sub(lambda match: match[1] or "", text)
        if self.server.update(_MANAGING.sub(r"\1 SILENT", bare)).is_success:
            return "lenient", f"it is refused when it runs ({response.status_code})"
        raise _Failed(f"{response.status_code}: {response.text[:300]}")

    def _protocol(self, case: Case, address: Callable[[Exchange, str], str]) -> tuple[Verdict, str]:
        self.server.fill(self._load(case.data))
        self.server.holds = None
        location = ""
        for step, exchange in enumerate(case.exchanges, 1):
            url = address(exchange, location)
            response = self.server.client.request(
                exchange.method, url, headers=exchange.headers, content=_body(exchange, location)
            )
            self._check(exchange, response, f"step {step}")
            if exchange.has_location:
                location = urllib.parse.urljoin(url, response.headers["location"])
            if exchange.content and exchange.method != "HEAD":
                wanted = exchange.content.replace("$LOCATION$", location).encode()
                got = read_quads(response.content, _media_type(response), url)
                self._compared(graph_answer(read_quads(wanted, "ttl", url)), graph_answer(got))
        return "pass", ""

    def _protocol_address(self, exchange: Exchange, _location: str) -> str:
        parameters = exchange.path.partition("?")[2]
        return f"{self.server.url}sparql" + (f"?{parameters}" if parameters else "")

    def _graph_address(self, exchange: Exchange, location: str) -> str:
        path = exchange.path.removeprefix("/gsp").replace("$LOCATION$", urllib.parse.quote(location, safe=""))
        return f"{self.server.url}graph{path}"

    @staticmethod
    def _check(exchange: Exchange, response: httpx.Response, where: str) -> None:
        status = response.status_code
        right = [
            name
            for name in exchange.statuses
            if _STATUSES.get(name) == status or name == f"StatusCode{status // 100}xx"
        ]
        if exchange.statuses and not right:
            raise _Failed(f"{where}: {status} instead of {exchange.statuses}: {response.text[:200]}")
        media_type = _media_type(response)
        if exchange.format and media_type not in _FORMATS[exchange.format]:
            raise _Failed(f"{where}: {media_type!r} is no {exchange.format} format")
        if exchange.content_type and media_type != exchange.content_type.partition(";")[0].strip():
            raise _Failed(f"{where}: {media_type!r} instead of {exchange.content_type!r}")
        if exchange.has_location and "location" not in response.headers:
            raise _Failed(f"{where}: no Location")
        if exchange.method == "HEAD" and response.content:
            raise _Failed(f"{where}: HEAD is answered with a body")
        if exchange.boolean is not None and read_answer(response.content, media_type, "").boolean != exchange.boolean:
            raise _Failed(f"{where}: the answer should be {exchange.boolean}")

    def _description(self, case: Case) -> tuple[Verdict, str]:
        url = f"{self.server.url}sparql"
        response = self.server.client.get(url, headers={"Accept": "text/turtle"})
        if response.status_code != 200 or _media_type(response) != "text/turtle":
            raise _Failed(f"{response.status_code} {_media_type(response)}")
        store = ox.Store()
        store.extend(read_quads(response.content, "text/turtle", url))
        prefix = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
        asked = {
            "returns-rdf": "ASK { ?s ?p ?o }",
            "has-endpoint-triple": f"ASK {{ ?s a sd:Service ; sd:endpoint <{url}> }}",
            "conforms-to-schema": (
                "ASK { ?s a sd:Service ; sd:endpoint ?e FILTER NOT EXISTS { ?x sd:namedGraph ?g "
                "FILTER NOT EXISTS { ?g sd:name ?n } } FILTER NOT EXISTS { ?s sd:feature|sd:resultFormat ?l "
                "FILTER isLiteral(?l) } }"
            ),
        }[case.id.rpartition("/")[2]]
        if not bool(store.query(prefix + asked)):
            raise _Failed(f"the description does not hold: {asked}")
        return "pass", ""


def _body(exchange: Exchange, location: str) -> bytes | None:
    """Return the body of a request; lines of a form end as the standard says."""
    if exchange.body is None:
        return None
    text = exchange.body.replace(b"$LOCATION$", location.encode())
    if "multipart" not in exchange.headers.get("content-type", ""):
        return text
    lines = [line.strip() if line.strip().startswith((b"--", b"Content-")) else line for line in text.split(b"\n")]
    return b"\r\n".join(line.rstrip(b"\r") for line in b"\n".join(lines).strip().split(b"\n")) + b"\r\n"
