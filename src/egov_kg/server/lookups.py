"""What pages need to know of a release besides the thing they show: counts, sizes, labels, members, hits.

All of it is asked from the query processes. A release never changes: what does not depend on the reader is asked once.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from egov_kg import iri, vocab
from egov_kg.server.terms import TermPage
from egov_kg.sparql import Pool, Request

__all__ = ["Hit", "Lookups", "ntriples_string", "ranked"]

T = TypeVar("T")
Row = Mapping[str, Mapping[str, str]]

_MOST_HITS: Final = 100
_MOST_KEPT: Final = 2000

_PREFIXES: Final = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX egov: <https://w3id.org/egov-kg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
_COUNTS: Final = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) (MIN(?thing) AS ?example) WHERE { ?thing a ?class } GROUP BY ?class
"""
_SIZES: Final = "SELECT ?graph (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_TRIPLES_OF_GRAPH: Final = "SELECT ?graph ?s ?p ?o WHERE { GRAPH ?graph { ?s ?p ?o } }"
_THINGS_OF_GRAPH: Final = "SELECT DISTINCT ?graph ?s WHERE { GRAPH ?graph { ?s ?p ?o } } ORDER BY ?s"
_MEMBERS: Final = "SELECT ?class ?thing ?label WHERE { ?thing a ?class OPTIONAL { ?thing skos:prefLabel ?label } }"
_LABELS: Final = "SELECT ?thing ?label WHERE { ?thing skos:prefLabel ?label }"
_SEARCH: Final = """
SELECT ?text ?thing ?name ?class ?label WHERE {
  { ?thing skos:prefLabel|skos:altLabel ?name } UNION { ?thing egov:actNumber ?name }
  FILTER(CONTAINS(LCASE(REPLACE(STR(?name), " ", "")), LCASE(REPLACE(?text, " ", ""))))
  ?thing a ?class .
  OPTIONAL { ?thing skos:prefLabel ?label }
}
"""
_DOCUMENTS: Final = """
SELECT ?thing ?label ?issued WHERE {
  ?thing egov:textDigest ?digest ; skos:prefLabel ?label . OPTIONAL { ?thing dcterms:issued ?issued }
}
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that a search found.

    Attributes:
        named: The thing with its labels.
        cls: The CURIE of its most specific class.
        name: The name that matched, the best one if several did.
        lang: Its language.
    """

    named: Mapping[str, Any]
    cls: str
    name: str
    lang: str


class Lookups:
    """Questions about one release, each asked once.

    Args:
        pool: The query processes of the release.
        base: The base of our IRIs.
    """

    def __init__(self, pool: Pool, base: str) -> None:
        self._pool, self._base = pool, base
        self._kept: dict[str, asyncio.Task[Any]] = {}

    async def counts(self) -> dict[str, tuple[int, str]]:
        """Return how many things each class of ours has, and the IRI of one of them; keys are CURIEs."""

        async def ask() -> dict[str, tuple[int, str]]:
            return {
                iri.curie(row["class"]["value"]): (int(row["count"]["value"]), row["example"]["value"])
                for row in await self._select(_COUNTS)
                if "class" in row and row["class"]["value"].startswith(iri.ONTOLOGY)
            }

        return await self._once("counts", ask)

    async def sizes(self) -> dict[str, int]:
        """Return the number of triples that documents state, that registers give, and that are derived."""

        async def ask() -> dict[str, int]:
            sizes = {"stated": 0, "register": 0, "derived": 0}
            start = iri.graph_iri("", self._base)
            families = {"document": "stated", "background": "register", "entailed": "derived"}
            for row in await self._select(_SIZES):
                family = row["graph"]["value"].removeprefix(start).partition("/")[0]
                if family in families:
                    sizes[families[family]] += int(row["count"]["value"])
            return sizes

        return await self._once("sizes", ask)

    async def documents(self) -> list[dict[str, Any]]:
        """Return the documents that were read: each with its labels and the year it was issued, if known."""

        async def ask() -> list[dict[str, Any]]:
            rows = await self._select(_DOCUMENTS)
            years = {row["thing"]["value"]: row["issued"]["value"][:4] for row in rows if "issued" in row}
            return [{"named": thing, "year": years.get(thing["iri"], "")} for thing in _labelled(rows, self._base)]

        return await self._once("documents", ask)

    async def ontology(self) -> TermPage:
        """Return the triples of the ontology's graph."""

        async def ask() -> TermPage:
            graph = iri.graph_iri("ontology", self._base)
            rows = await self._select(_TRIPLES_OF_GRAPH, {"graph": f"<{graph}>"})
            return TermPage.of((row["s"], row["p"], row["o"]) for row in rows)

        return await self._once("ontology", ask)

    async def graph(self, address: str) -> tuple[int, list[str]]:
        """Return the number of triples of a named graph, and the IRIs of the things it speaks of, in order."""
        sizes = await self._once("graphs", lambda: self._select(_SIZES))
        rows = await self._select(_THINGS_OF_GRAPH, {"graph": f"<{address}>"})
        total = next((int(r["count"]["value"]) for r in sizes if r["graph"]["value"] == address), 0)
        return total, [row["s"]["value"] for row in rows]

    async def members(self, cls: str) -> list[dict[str, Any]]:
        """Return the things of a class with their labels, in the order of their IRIs.

        Args:
            cls: The CURIE of the class.
        """

        async def ask() -> list[dict[str, Any]]:
            return _labelled(await self._select(_MEMBERS, {"class": f"<{iri.expand(cls)}>"}), self._base)

        return await self._once(f"members {cls}", ask)

    async def named(self, address: str) -> dict[str, Any]:
        """Return one term with its labels."""

        async def ask() -> dict[str, Any]:
            found = _labelled(await self._select(_LABELS, {"thing": f"<{address}>"}), self._base)
            return found[0] if found else _plain(address, self._base)

        return await self._once(f"named {address}", ask)

    async def search(self, text: str) -> list[Hit]:
        """Return the things with a name or act number that holds a text; case and spaces do not count.

        Args:
            text: What was typed, not empty.
        """
        rows = await self._select(_SEARCH, {"text": ntriples_string(text)})
        labels = {thing["iri"]: thing for thing in _labelled(rows, self._base)}
        names: dict[str, set[tuple[str, str]]] = {}
        classes: dict[str, set[str]] = {}
        for row in rows:
            thing = row["thing"]["value"]
            names.setdefault(thing, set()).add((row["name"]["value"], row["name"].get("xml:lang", "")))
            if row["class"]["value"].startswith(iri.ONTOLOGY):
                classes.setdefault(thing, set()).add(iri.curie(row["class"]["value"]))
        return [
            Hit(labels[thing], _class_of(classes.get(thing, set())), *name)
            for thing, name in ranked(names, text)[:_MOST_HITS]
        ]

    async def _once(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of some work that is done once a release; a failure is forgotten, so that it is retried."""
        task = self._kept.get(key)
        if task is None:
            task = asyncio.ensure_future(work())
            if len(self._kept) < _MOST_KEPT:
                self._kept[key] = task
        try:
            result: T = await asyncio.shield(task)
        except BaseException:
            if task.done() and self._kept.get(key) is task:
                del self._kept[key]
            raise
        return result

    async def _select(self, text: str, substitutions: Mapping[str, str] | None = None) -> list[Row]:
        """Return the rows of a query of ours; substituted variables stand in its projection, as the engine demands."""
        request = Request(_PREFIXES + text, table="json", graph=None, substitutions=substitutions or {})
        answer = await self._pool.answer(request)
        with answer.body:
            rows: list[Row] = json.loads(answer.read())["results"]["bindings"]
        return rows


def ranked(names: Mapping[str, set[tuple[str, str]]], text: str) -> list[tuple[str, tuple[str, str]]]:
    """Return each thing with its best name, the best things first.

    A whole name comes before a beginning, that before a place inside; then the shorter name.

    Args:
        names: The matching names of each thing, with their languages.
        text: What was searched.

    Example:
        >>> ranked({"b": {("E-Government Act", "en")}, "a": {("Public E-Government", "en")}}, "e-government")
        [('b', ('E-Government Act', 'en')), ('a', ('Public E-Government', 'en'))]
    """
    wanted = re.sub(r"\s+", "", text.casefold())

    def rank(name: tuple[str, str]) -> tuple[int, int, str, str]:
        folded = name[0].casefold().replace(" ", "")
        place = 0 if folded == wanted else 1 if folded.startswith(wanted) else 2
        return (place, len(folded), folded, name[1])

    best = {thing: min(found, key=rank) for thing, found in names.items()}
    return [(thing, best[thing]) for thing in sorted(best, key=lambda thing: (rank(best[thing]), thing))]


def ntriples_string(text: str) -> str:
    r"""Return a text as a literal in N-Triples form.

    Example:
        >>> print(ntriples_string('a "b"'))
        "a \"b\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _class_of(classes: set[str]) -> str:
    known = tuple(sorted(c for c in classes if c in vocab.CLASSES))
    specific = vocab.most_specific(known)
    return specific[0] if specific else "owl:Thing"


def _plain(address: str, base: str) -> dict[str, Any]:
    return {"iri": address, "curie": iri.curie(address, base), "id": iri.id_of(address, base) or "", "labels": {}}


def _labelled(rows: Sequence[Row], base: str) -> list[dict[str, Any]]:
    """Return the things of some rows, each once with its labels by language, in the order of their IRIs."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if "thing" not in row:
            continue
        named = found.setdefault(row["thing"]["value"], _plain(row["thing"]["value"], base))
        if "label" in row:
            named["labels"].setdefault(row["label"].get("xml:lang", ""), row["label"]["value"])
    return [found[key] for key in sorted(found)]
