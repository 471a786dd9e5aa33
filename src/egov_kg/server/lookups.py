"""What pages need to know of a release besides the thing they show: counts, sizes, labels, members, hits.

All of it is asked from the query processes. A release never changes: what does not depend on the reader is asked once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from egov_kg import iri, vocab
from egov_kg.reconciliation.model import Candidate, Question, Reconciling
from egov_kg.server import wording
from egov_kg.server.limits import charged
from egov_kg.server.searching import Name, best_names, folded
from egov_kg.server.terms import TermPage
from egov_kg.sparql import Engine, Request

__all__ = ["ALIKE", "MOST_SCANNED", "Coverage", "Hit", "Lookups", "ntriples_string", "sort_key"]

T = TypeVar("T")
Row = Mapping[str, Mapping[str, str]]

ALIKE: Final = 4
"""The rank of a name that is only like what was typed."""

MOST_SCANNED: Final = 10_000
"""Of how many things every name is looked at: that takes some 40 ms there; the index of a million names takes 30."""

_MOST_HITS: Final = 100
_MOST_ALIKE: Final = 10
_CLOSE: Final = 0.2
_MOST_KEPT: Final = 2000

_PREFIXES: Final = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX egov: <https://w3id.org/egov-kg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
"""
_CLASSES: Final = "SELECT ?thing ?class WHERE { ?thing a ?class }"
_WEIGHTS: Final = "SELECT ?thing (COUNT(*) AS ?count) WHERE { ?thing ?property ?value } GROUP BY ?thing"
_SIZES: Final = "SELECT ?graph (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_TRIPLES_OF_GRAPH: Final = "SELECT ?graph ?s ?p ?o WHERE { GRAPH ?graph { ?s ?p ?o } }"
_THINGS_OF_GRAPH: Final = """
SELECT ?graph (COUNT(DISTINCT ?s) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph
"""
_MEMBERS: Final = "SELECT ?class ?thing ?label WHERE { ?thing a ?class OPTIONAL { ?thing skos:prefLabel ?label } }"
_LABELS: Final = "SELECT ?thing ?label WHERE { ?thing skos:prefLabel ?label }"
_NAMES: Final = "SELECT DISTINCT ?thing ?name WHERE { ?thing skos:prefLabel|skos:altLabel|egov:actNumber ?name }"
_LINKS: Final = """
SELECT ?graph ?set ?statement ?subject ?predicate ?object ?label ?note ?rule WHERE {
  GRAPH ?graph {
    ?statement prov:wasQuotedFrom ?set ;
      rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; egov:ruleId ?rule .
    OPTIONAL { ?statement skos:note ?note }
    OPTIONAL { ?object rdfs:label ?label }
  }
}
ORDER BY ?subject ?object ?predicate ?label
"""
_DOCUMENTS: Final = """
SELECT ?thing ?label ?original ?work ?issued WHERE {
  ?thing egov:textDigest ?digest .
  OPTIONAL { ?thing skos:prefLabel ?label }
  OPTIONAL { ?thing prov:wasDerivedFrom ?original }
  BIND(COALESCE(?original, ?thing) AS ?work)
  OPTIONAL { ?work dcterms:issued ?issued }
}
"""
_PERIOD: Final = """
SELECT ?graph ?first ?last WHERE {
  GRAPH ?graph { ?set dcterms:temporal ?period . ?period dcat:startDate ?first ; dcat:endDate ?last }
}
"""
_PLACES: Final = """
SELECT DISTINCT ?graph ?place ?label WHERE {
  GRAPH ?graph { ?set dcterms:spatial ?place . ?place skos:prefLabel ?label FILTER(LANG(?label) = "en") }
}
ORDER BY ?place
"""
_LINK_SETS: Final = """
SELECT ?graph ?thing ?label ?version ?predicate ?count WHERE {
  GRAPH ?graph {
    ?set a void:Linkset ; void:objectsTarget ?thing ; void:linkPredicate ?predicate ; void:triples ?count .
    OPTIONAL { ?thing dcterms:title ?label }
    OPTIONAL { ?thing dcat:version ?version }
  }
}
ORDER BY ?thing ?predicate ?label
"""
_FACTS_OF_GRAPH: Final = """
SELECT ?graph ?s ?p ?o WHERE {
  GRAPH ?graph { ?s ?p ?o }
  FILTER(?p NOT IN (rdf:type, rdfs:label, skos:prefLabel, skos:altLabel))
}
ORDER BY ?s ?p ?o
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that a search found.

    Attributes:
        named: The thing with its labels.
        cls: The CURIE of its most specific class.
        name: The name that matched, the best one if several did.
        lang: Its language.
        rank: How well it fits, see `egov_kg.server.searching.Name.rank`; 0 is the whole name, `ALIKE` one that is only
            like it.
    """

    named: Mapping[str, Any]
    cls: str
    name: str
    lang: str
    rank: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the graph is about, as its catalogue tells.

    Attributes:
        years: The first and the last; none if the catalogue tells none.
        places: IRI and English name of each country.
        languages: The tags of names, without regions.
    """

    years: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]


class Lookups:
    """Questions about one release, each asked once.

    Args:
        pool: The query processes of the release.
        base: The base of our IRIs.
        reconciling: The search index of the release, or None if it has none.
    """

    def __init__(self, pool: Engine, base: str, reconciling: Reconciling | None = None) -> None:
        self._pool, self._base, self._reconciling = pool, base, reconciling
        self._kept: dict[str, asyncio.Task[Any]] = {}

    async def counts(self) -> dict[str, tuple[int, str]]:
        """Return how many things each class of ours has, and one that much is said of; keys are CURIEs."""

        async def ask() -> dict[str, tuple[int, str]]:
            weights = {row["thing"]["value"]: int(row["count"]["value"]) for row in await self._select(_WEIGHTS)}
            members: dict[str, list[str]] = {}
            for thing, classes in (await self._classes()).items():
                for curie in classes:
                    members.setdefault(curie, []).append(thing)
            return {
                curie: (len(things), min(things, key=lambda thing: (-weights.get(thing, 0), thing)))
                for curie, things in members.items()
            }

        return await self._once("counts", ask)

    async def _classes(self) -> dict[str, set[str]]:
        """Return the CURIEs of our classes by thing."""

        async def ask() -> dict[str, set[str]]:
            found: dict[str, set[str]] = {}
            for row in await self._select(_CLASSES):
                if row["class"]["value"].startswith(iri.ONTOLOGY):
                    found.setdefault(row["thing"]["value"], set()).add(iri.curie(row["class"]["value"]))
            return found

        return await self._once("classes", ask)

    async def sizes(self) -> dict[str, int]:
        """Return the number of triples that documents state, that registers give, that are derived, that link."""

        async def ask() -> dict[str, int]:
            sizes = {"stated": 0, "register": 0, "derived": 0, "linked": 0}
            start = iri.graph_iri("", self._base)
            families = {"document": "stated", "background": "register", "entailed": "derived", "links": "linked"}
            for row in await self._select(_SIZES):
                family = row["graph"]["value"].removeprefix(start).partition("/")[0]
                if family in families:
                    sizes[families[family]] += int(row["count"]["value"])
            return sizes

        return await self._once("sizes", ask)

    async def coverage(self) -> Coverage:
        """Return what the graph is about."""

        async def ask() -> Coverage:
            graph = {"graph": f"<{iri.graph_iri('catalogue', self._base)}>"}
            years = await self._select(_PERIOD, graph)
            places = await self._select(_PLACES, graph)
            labels = await self._labels()
            tags = {tag.partition("-")[0] for thing in labels.values() for tag in thing["labels"]}
            return Coverage(
                tuple(years[0][name]["value"] for name in ("first", "last")) if years else (),
                tuple((row["place"]["value"], row["label"]["value"]) for row in places),
                tuple(sorted(tags - {""})),
            )

        return await self._once("coverage", ask)

    async def link_sets(self) -> list[dict[str, Any]]:
        """Return the data sets of others that things are linked with.

        Each has its labels as ``named``, its ``version`` or an empty text, and ``links``: CURIE of the property to
        number.
        """

        async def ask() -> list[dict[str, Any]]:
            graph = {"graph": f"<{iri.graph_iri('catalogue', self._base)}>"}
            rows = await self._select(_LINK_SETS, graph)
            found = []
            for named in _labelled(rows, self._base):
                own = [row for row in rows if row["thing"]["value"] == named["iri"]]
                links = {iri.curie(row["predicate"]["value"]): int(row["count"]["value"]) for row in own}
                version = next((row["version"]["value"] for row in own if "version" in row), "")
                found.append({"named": named, "version": version, "links": links})
            return found

        return await self._once("link sets", ask)

    async def links(self, dataset: str, first: int, most: int) -> list[dict[str, str]]:
        """Return some of the links with a data set, ordered by our thing and theirs.

        Args:
            dataset: Its short name.
            first: How many are left out before them.
            most: How many are returned.
        """
        terms = {
            "graph": f"<{iri.graph_iri('evidence', self._base)}>",
            "set": f"<{self._base}mappings/{dataset}>",
        }
        rows = await self._select(f"{_LINKS}LIMIT {most} OFFSET {first}", terms)
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    async def documents(self) -> list[dict[str, Any]]:
        """Return the works that were read, each once.

        Each has its labels as ``named``, the ``year`` it was issued or an empty text, its IRI as ``iri`` and, as
        ``digest``, the digest that was read in its place or None.
        """

        async def ask() -> list[dict[str, Any]]:
            rows = await self._select(_DOCUMENTS)
            things = {thing["iri"]: thing for thing in _labelled(rows, self._base)}
            years = {row["work"]["value"]: row["issued"]["value"][:4] for row in rows if "issued" in row}
            originals = {row["thing"]["value"]: row["original"]["value"] for row in rows if "original" in row}
            digests = {original: things[digest] for digest, original in sorted(originals.items())}
            works = {iri_: thing for iri_, thing in things.items() if iri_ not in originals}
            works |= {iri_: await self.named(iri_) for iri_ in digests if iri_ not in works}
            return [
                {"iri": key, "named": works[key], "year": years.get(key, ""), "digest": digests.get(key)}
                for key in sorted(works)
            ]

        return await self._once("documents", ask)

    async def ontology(self) -> TermPage:
        """Return the triples of the ontology's graph."""

        async def ask() -> TermPage:
            graph = iri.graph_iri("ontology", self._base)
            rows = await self._select(_TRIPLES_OF_GRAPH, {"graph": f"<{graph}>"})
            return TermPage.of((row["s"], row["p"], row["o"]) for row in rows)

        return await self._once("ontology", ask)

    async def graph(self, address: str) -> tuple[int, int]:
        """Return the number of triples of a named graph, and of the things it speaks of."""
        sizes = await self._once("graphs", lambda: self._select(_SIZES))
        things = await self._once("things of graphs", lambda: self._select(_THINGS_OF_GRAPH))

        def of(rows: Sequence[Row]) -> int:
            return next((int(r["count"]["value"]) for r in rows if r["graph"]["value"] == address), 0)

        return of(sizes), of(things)

    async def members(self, cls: str) -> list[dict[str, Any]]:
        """Return the things of a class with their labels, in the order of their IRIs.

        Args:
            cls: The CURIE of the class.
        """

        async def ask() -> list[dict[str, Any]]:
            return _labelled(await self._select(_MEMBERS, {"class": f"<{iri.expand(cls)}>"}), self._base)

        return await self._once(f"members {cls}", ask)

    async def named(self, address: str) -> dict[str, Any]:
        """Return one thing with its labels."""
        return (await self._labels()).get(address) or _plain(address, self._base)

    async def facts(self, address: str, most: int) -> tuple[int, list[Row]]:
        """Return how many facts a named graph holds, labels and classes apart, and the first of them in order."""

        async def ask() -> tuple[int, list[Row]]:
            rows = await self._select(_FACTS_OF_GRAPH, {"graph": f"<{address}>"})
            return len(rows), rows[:most]

        return await self._once(f"facts {most} {address}", ask)

    async def search(self, text: str) -> list[Hit]:
        """Return the things with a name, acronym or act number that fits a text, the best first.

        Where none does, those with a name that is like it, as the search index tells. In a release of many things the
        index alone is asked: to look at every name would take longer, and hold all of them here.

        Args:
            text: What was typed.
        """
        index = self._reconciling
        if index is not None and index.size > MOST_SCANNED:
            return await self._beginning(index, text) or await self._alike(index, text)
        found = await self._fitting(text)
        return found if found or index is None else await self._alike(index, text)

    async def _beginning(self, index: Reconciling, text: str) -> list[Hit]:
        """Return the things that the index suggests for a text."""
        wanted = folded(text)[0]
        if not wanted:
            return []
        found = await index.suggest_entities(text, langs=_languages(text), limit=_MOST_HITS)
        ranks = [0 if folded(one.name)[0] == wanted else 2 if wanted in folded(one.name)[0] else ALIKE for one in found]
        return [self._hit(one, rank) for one, rank in zip(found, ranks, strict=True)]

    async def _alike(self, index: Reconciling, text: str) -> list[Hit]:
        """Return the things with a name that is like a text, without those that are much less so than the best."""
        [found] = await index.match([Question(text, limit=_MOST_ALIKE)], _languages(text))
        least = _CLOSE * max((one.score for one in found), default=0.0)
        return [self._hit(one, ALIKE) for one in found if one.score and one.score >= least]

    def _hit(self, found: Candidate, rank: int) -> Hit:
        named = {**_plain(found.thing, self._base), "labels": {found.lang: found.name}}
        return Hit(named, found.types[0][0] if found.types else "owl:Thing", found.name, found.lang, rank)

    async def _fitting(self, text: str) -> list[Hit]:
        names = await self._names()
        found = await asyncio.to_thread(best_names, names, text)
        classes = await self._classes()
        return [
            Hit(await self.named(name.thing), _class_of(classes.get(name.thing, set())), name.text, name.lang, rank)
            for name, rank in found[:_MOST_HITS]
        ]

    async def _names(self) -> list[Name]:
        async def ask() -> list[Name]:
            rows = await self._select(_NAMES)
            return [Name.of(r["thing"]["value"], r["name"]["value"], r["name"].get("xml:lang", "")) for r in rows]

        return await self._once("names", ask)

    async def _labels(self) -> dict[str, dict[str, Any]]:
        """Return every thing that has a preferred label, by its IRI."""

        async def ask() -> dict[str, dict[str, Any]]:
            return {thing["iri"]: thing for thing in _labelled(await self._select(_LABELS), self._base)}

        return await self._once("labels", ask)

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
        answer = await charged(self._pool, request, client="")
        with answer.body:
            rows: list[Row] = json.loads(answer.read())["results"]["bindings"]
        return rows


def ntriples_string(text: str) -> str:
    r"""Return a text as a literal in N-Triples form.

    Example:
        >>> print(ntriples_string('a "b"'))
        "a \"b\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def sort_key(named: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """Return what a thing is sorted by in lists for people: its label in their language, then its IRI."""
    return (wording.best_label(named["labels"], lang, named["curie"]).text.casefold(), named["iri"])


def _class_of(classes: set[str]) -> str:
    known = tuple(sorted(c for c in classes if c in vocab.CLASSES))
    specific = vocab.most_specific(known)
    return specific[0] if specific else "owl:Thing"


def _languages(text: str) -> tuple[str, ...]:
    """Return the languages in which names are shown beside what was typed: that of its letters first."""
    return ("en", "ko") if text.isascii() else ("ko", "en")


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
