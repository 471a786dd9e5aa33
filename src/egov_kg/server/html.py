"""What the server asks of its pages, so that the routes know nothing of templates and the pages nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.routing import BaseRoute

from egov_kg.reconciliation.model import Described
from egov_kg.server.problems import Problem
from egov_kg.server.wording import LANGUAGES, chosen_language
from egov_kg.sparql import NamedQuery

__all__ = ["DumpFile", "HtmlPages", "Visit"]


@dataclass(frozen=True, slots=True)
class Visit:
    """What every page may know of the request.

    Attributes:
        path: As it was asked for, decoded.
        query_string: As it was asked for, not decoded.
        accept_language: The header, or None.
        request_id: The id that stands in the answer's headers.
    """

    path: str
    query_string: str = ""
    accept_language: str | None = None
    request_id: str = ""

    @property
    def lang(self) -> str:
        """The language of the page: what the address asks for, else what the browser prefers, else English."""
        asked = (value for key, value in parse_qsl(self.query_string) if key == "lang" and value in LANGUAGES)
        return chosen_language(next(asked, None), self.accept_language)


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file that people may download.

    Attributes:
        name: Below the release: ``egov-kg-all.ttl``.
        href: Its local address.
        media_type: What it is served as.
        bytes: Its size.
        sha256: Hexadecimal.
    """

    name: str
    href: str
    media_type: str
    bytes: int
    sha256: str


class HtmlPages(Protocol):
    """The pages of one release. Methods that ask the graph are coroutines and run under the deadline of queries."""

    async def home(self, visit: Visit, files: Sequence[DumpFile] = ()) -> str:
        """Return the first page; the files are those of the release."""

    async def thing(self, visit: Visit, thing: str) -> str:
        """Return the page of a thing, by its id below ``id/``; raise `NotFound` if the graph does not mention it."""

    async def graph(self, visit: Visit, name: str) -> str:
        """Return the page of a named graph that exists, by its name below ``graph/``."""

    async def ontology(self, visit: Visit) -> str:
        """Return the page of the ontology."""

    async def editor(self, visit: Visit) -> str:
        """Return the page where people write queries."""

    async def answer(self, visit: Visit, text: str, answer: Mapping[str, Any]) -> str:
        """Return the answer to a query.

        Args:
            visit: The request.
            text: The query.
            answer: SPARQL JSON with at most 1,000 rows and the true number as ``total``; or ``boolean``; or ``turtle``
                with at most 1,000 triples and ``total``.
        """

    async def questions(self, visit: Visit) -> str:
        """Return the list of the named queries."""

    async def question(
        self, visit: Visit, query: NamedQuery, values: Mapping[str, str], answer: Mapping[str, Any] | None
    ) -> str:
        """Return a named query with its form; `answer` as in `answer`, None while a required value is missing."""

    async def downloads(self, visit: Visit, release: str, files: Sequence[DumpFile]) -> str:
        """Return the list of the files of a release."""

    async def explanation(self, visit: Visit, proof: Mapping[str, Any]) -> str:
        """Return why a triple is in the graph; `proof` is what ``/explain`` gives as JSON."""

    async def reconciliation(self, visit: Visit, types: Sequence[tuple[str, str]]) -> str:
        """Return the page on how tables are matched with the graph; `types` are CURIE and name of likely classes."""

    async def preview(self, visit: Visit, described: Described | None, name: str) -> str:
        """Return a small page about a thing, to be framed by others.

        Args:
            visit: The request.
            described: The thing, or None if there is none of that name.
            name: As it was asked for.
        """

    async def problem(self, visit: Visit, problem: Problem, text: str = "") -> str:
        """Return the page of an error; `text` is the query that caused it, if one did."""

    def routes(self) -> Sequence[BaseRoute]:
        """Return further routes: browsing, searching, style sheets."""
