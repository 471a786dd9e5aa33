"""The pages of one release: what each of them shows, asked from the query processes and handed to the templates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.routing import BaseRoute

from egov_kg import iri
from egov_kg.errors import NotFound
from egov_kg.ntriples import is_iri
from egov_kg.reconciliation.model import Reconciling
from egov_kg.server import schema_org, wording
from egov_kg.server.browsing import Browsing
from egov_kg.server.html import DumpFile, Visit
from egov_kg.server.link_pages import LinkPages
from egov_kg.server.lookups import Lookups, sort_key
from egov_kg.server.pages import FORMATS_OF_THINGS, Format, Imprint, Pages, Reader, excerpt, json_ld
from egov_kg.server.passages import gathered, parted, triple_of, with_gathered_evidence, with_passages
from egov_kg.server.problems import Problem
from egov_kg.server.query_pages import QueryPages
from egov_kg.server.reconcile_views import preview_page, reconciliation_page
from egov_kg.server.terms import TermPage, class_view, ontology_sections
from egov_kg.server.terms_of_office import with_terms
from egov_kg.sparql import GRAPH, Engine, NamedQuery

if TYPE_CHECKING:
    from egov_kg.reconciliation.model import Described
    from egov_kg.sparql.description import Description

__all__ = ["SitePages"]

_NOTES: Final = "egov:hasQualityNote"
"""Notes stand in a box of their own, not among the facts."""
_LARGE: Final = 5000
"""Of a graph with more triples the page lists nothing: it would be slow, and nobody reads it there."""
_FACTS: Final = 200
"""How many facts of a graph a page lists."""
_MAIN: Final = (
    "egov:Administration",
    "egov:Agency",
    "egov:Law",
    "egov:Project",
    "egov:Technology",
    "egov:Barrier",
    "egov:Recommendation",
    "egov:Plan",
    "egov:InformationSystem",
    "egov:Committee",
    "egov:Person",
    "egov:Stage",
    "egov:Enabler",
    "egov:ServiceDomain",
    "egov:Document",
)
"""The classes of the first page, in its order."""

_HOME_QUESTIONS: Final = (
    "laws-by-administration",
    "laws-undecided",
    "continued-not-begun",
    "agency-today",
    "barriers-and-recommendations",
    "technologies-by-use",
)
"""The questions of the first page, those of them that there are."""


Describe = Callable[[str], Awaitable["Description | None"]]


class SitePages:
    """The pages of one release.

    Args:
        pool: The query processes of the release.
        queries: The named queries.
        imprint: What every page says.
        describe: Gives the description of a thing by its IRI.
        seconds: The deadline of queries, for the words beside the editor.
        mappings: The folder of the mapping files of the release, or None.
        reconciling: The search index of the release, or None.
    """

    def __init__(
        self,
        pool: Engine,
        queries: Mapping[str, NamedQuery],
        imprint: Imprint,
        *,
        describe: Describe,
        seconds: float,
        mappings: Path | None = None,
        reconciling: Reconciling | None = None,
    ) -> None:
        self._queries, self._imprint = queries, imprint
        self._describe = describe
        self._pages = Pages(imprint)
        self._lookups = Lookups(pool, imprint.base, reconciling)
        self._asking = QueryPages(self._pages, self._lookups, queries, imprint, seconds=seconds)
        self._browsing = Browsing(self._pages, self._lookups)
        self._links = LinkPages(self._pages, self._lookups, describe, imprint.base, mappings)

    async def home(self, visit: Visit, files: Sequence[DumpFile] = ()) -> str:
        """Return the first page: questions, counts, documents, addresses, licence."""
        reader = _reader(visit)
        questions = self._asking.listed(reader, by_group=True)
        counts, sizes, documents = await asyncio.gather(
            self._lookups.counts(), self._lookups.sizes(), self._lookups.documents()
        )
        terms = await self._lookups.ontology()
        classes = [
            {
                **class_view(terms, curie, reader.lang),
                "count": counts[curie][0],
                "example": await self._lookups.named(counts[curie][1]),
            }
            for curie in _MAIN
            if curie in counts
        ]
        return self._pages.render(
            "home",
            reader,
            questions=[q for name in _HOME_QUESTIONS for q in questions if q["name"] == name],
            counts=sizes,
            classes=classes,
            documents=sorted(documents, key=lambda d: sort_key(d["named"], reader.lang)),
            bibtex=self._bibtex(),
            link_sets=await self._lookups.link_sets(),
            schema_org=json_ld(schema_org.dataset(self._imprint, await self._lookups.coverage(), files, reader.lang)),
            formats=[Format("DCAT (Turtle)", "/catalog.ttl"), Format("VoID", "/void.ttl")],
        )

    async def thing(self, visit: Visit, thing: str) -> str:
        """Return the page of a thing, by its id below ``id/``.

        Raises:
            NotFound: If the release does not mention it.
        """
        reader = _reader(visit)
        address = iri.thing_iri(thing, self._imprint.base)
        description = await self._describe(address) if is_iri(address) else None
        if description is None:
            raise NotFound(f"the graph does not mention {thing}; search for it by its name")
        facts, general = parted(
            [self._group(g, address, reader) for g in description["facts"] if g["property"]["curie"] != _NOTES]
        )
        incoming, general_incoming = parted(
            [self._group(g, address, reader, turned=True) for g in description["incoming"]]
        )
        values = {g["property"]["curie"]: g["values"] for g in description["facts"]}
        possible = [f["term"] for f in values.get("egov:possiblyEnactedUnder", ())]
        return self._pages.render(
            "entity",
            reader,
            d={
                **description,
                "facts": await with_terms(facts, self._describe),
                "incoming": incoming,
                "notes": [{**note, "claims": with_passages(note["claims"])} for note in description["notes"]],
                "proposed": with_passages(description["proposed"]),
            },
            schema_org=json_ld(
                schema_org.page_of(
                    self._imprint,
                    quote(visit.path),
                    reader.lang,
                    thing=description["thing"],
                    classes=[c["curie"] for c in description["classes"]],
                    same=[f["term"]["named"]["iri"] for f in values.get("skos:exactMatch", ()) if "named" in f["term"]],
                )
            ),
            general=general,
            general_incoming=general_incoming,
            implied=[
                {**one, "proof": _proof_link(reader, triple_of(address, one["property"]["iri"], one, turned=False))}
                for one in description["implied"]
            ],
            undecided=[] if "egov:enactedUnder" in values else possible,
            query_link=reader.link(f"/sparql?{urlencode({'thing': thing})}"),
            graph_link=reader.link(f"/graph/{quote(graph)}") if (graph := await self._graph_of(address)) else "",
            print_link=reader.link(f"{quote(visit.path)}?view=print"),
            formats=[
                Format(name, f"/data/{quote(thing)}.{token}", type=GRAPH[token].media_type)
                for token, name in FORMATS_OF_THINGS
            ],
        )

    async def graph(self, visit: Visit, name: str) -> str:
        """Return the page of a named graph: what it is, how large, and how to take it away."""
        reader = _reader(visit)
        address = iri.graph_iri(name, self._imprint.base)
        total, things = await self._lookups.graph(address)
        count, facts = await self._lookups.facts(address, _FACTS) if total <= _LARGE else (0, [])
        terms = await self._lookups.ontology()
        about = await self._document_of(name)
        return self._pages.render(
            "graph",
            reader,
            name=name,
            iri=address,
            about=about,
            total=total,
            count_of_things=things,
            count_of_facts=count,
            is_large=total > _LARGE,
            facts=[[await self._term(row[part], terms) for part in ("s", "p", "o")] for row in facts],
            formats=[Format(label, f"/graph/{quote(name)}.{token}") for token, label in FORMATS_OF_THINGS],
        )

    async def ontology(self, visit: Visit) -> str:
        """Return every class and property with its labels, definition, axioms and number of instances."""
        reader = _reader(visit)
        terms, counts = await asyncio.gather(self._lookups.ontology(), self._lookups.counts())
        sections = ontology_sections(terms, {curie: count for curie, (count, _) in counts.items()})
        return self._pages.render(
            "ontology",
            reader,
            sections=[{"id": s.id, "title": wording.message(reader.lang, s.title), "terms": s.terms} for s in sections],
            namespace=iri.ONTOLOGY,
            ontology_version=terms.version,
            formats=[Format(name, f"/ontology.{token}") for token, name in FORMATS_OF_THINGS],
        )

    async def editor(self, visit: Visit) -> str:
        """Return the page where people write queries; ``example`` or ``thing`` in the address fills it."""
        reader = _reader(visit)
        values = dict(parse_qsl(visit.query_string, keep_blank_values=True))
        return self._asking.editor(reader, self._asking.prefilled(values))

    async def answer(self, visit: Visit, text: str, answer: Mapping[str, Any]) -> str:
        """Return a query with its answer."""
        reader = _reader(visit)
        return self._asking.editor(reader, text, result=self._asking.result(answer, reader, posted=True))

    async def questions(self, visit: Visit) -> str:
        """Return the named queries by group."""
        reader = _reader(visit)
        groups: dict[str, list[Any]] = {}
        for question in self._asking.listed(reader, by_group=True):
            groups.setdefault(question["group"], []).append(question)
        return self._pages.render(
            "questions",
            reader,
            groups=[
                {"title": self._asking.group_title(name, reader), "questions": found} for name, found in groups.items()
            ],
            formats=[Format("JSON", "/queries?format=json")],
        )

    async def question(
        self, visit: Visit, query: NamedQuery, values: Mapping[str, str], answer: Mapping[str, Any] | None
    ) -> str:
        """Return a named query with its form and, if nothing is missing, its answer."""
        return await self._asking.question(_reader(visit), query, values, answer)

    async def downloads(self, visit: Visit, release: str, files: Sequence[DumpFile]) -> str:
        """Return the files of a release."""
        reader = _reader(visit)
        sizes = {f.name: f.bytes for f in files}
        listed = [
            {
                "name": f.name,
                "href": f.href,
                "format": f.media_type,
                "bytes": f.bytes,
                "gzip": sizes.get(f"{f.name}.gz", 0),
                "sha256": f.sha256,
                "part": "all" if "-all." in f.name else "asserted" if "-asserted." in f.name else "other",
            }
            for f in files
            if not f.name.endswith(".gz")
        ]
        return self._pages.render(
            "downloads",
            reader,
            release=release,
            parts_of_release=[
                {"title": wording.message(reader.lang, f"downloads.{part}"), "files": found}
                for part in ("all", "asserted", "other")
                if (found := [f for f in listed if f["part"] == part])
            ],
            formats=[Format("JSON", "/dumps/?format=json")],
        )

    async def explanation(self, visit: Visit, proof: Mapping[str, Any]) -> str:
        """Return why a triple is in the graph."""
        reader = _reader(visit)
        proof = with_gathered_evidence(proof)
        asked = parse_qsl(visit.query_string)
        pairs = [(k, v) for k, v in asked if k in {"s", "p", "o"}]
        more = [] if ("all", "1") not in asked else [("all", "1")]
        return self._pages.render(
            "explain",
            reader,
            proof=proof,
            all_link="" if more or not proof["step"] else reader.link(f"/explain?{urlencode([*pairs, ('all', '1')])}"),
            formats=[
                Format(name, f"/explain?{urlencode([*pairs, *more, ('format', token)])}")
                for name, token in (("JSON", "json"), ("Proof", "proof"), ("Text", "text"))
            ],
        )

    async def reconciliation(self, visit: Visit, types: Sequence[tuple[str, str]]) -> str:
        """Return the page on how tables are matched with the graph."""
        reader, terms = _reader(visit), await self._lookups.ontology()
        labelled = [(curie, class_view(terms, curie, reader.lang)["label"]) for curie, _ in types]
        return reconciliation_page(self._pages, reader, labelled)

    async def preview(self, visit: Visit, described: Described | None, name: str) -> str:
        """Return a small page about a thing, to be framed by others."""
        return preview_page(self._pages, _reader(visit), described, name)

    async def problem(self, visit: Visit, problem: Problem, text: str = "") -> str:
        """Return the page of an error; a query that caused it is shown with its place marked."""
        reader = _reader(visit)
        members = problem.members
        line, column = int(members.get("line", 0) or 0), int(members.get("column", 0) or 0)
        shown = {
            "title": problem.kind.title,
            "detail": problem.detail,
            "status": problem.kind.status,
            "type": problem.kind.slug,
            "hint": members.get("hint") or problem.kind.advice,
            "line": line,
            "column": column,
            "parameter": members.get("parameter", ""),
            "excerpt": excerpt(text, line, column) if text and line else "",
            "instance": visit.request_id,
        }
        name = visit.path.removeprefix("/queries/")
        if problem.kind.slug == "bad-parameter" and name in self._queries:
            values = dict(parse_qsl(visit.query_string, keep_blank_values=True))
            return await self._asking.question(reader, self._queries[name], values, None, problem=shown)
        if text or visit.path.rstrip("/") == "/sparql":
            return self._asking.editor(reader, text or self._asking.prefilled({}), problem=shown)
        return self._pages.render("problem", reader, problem=shown)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes that only people use: browsing, searching, style sheets."""
        return (*self._links.routes(), *self._browsing.routes())

    # What pages are made of

    async def _document_of(self, graph: str) -> dict[str, Any] | None:
        """Return the document whose facts a graph holds, or None if it is no graph of a document."""
        family, _, slug = graph.partition("/")
        if family != "document":
            return None
        documents = await self._lookups.documents()
        read = [document["digest"] or document["named"] for document in documents]
        return next((named for named in read if named["id"].rpartition("/")[2] == slug), None)

    async def _graph_of(self, thing: str) -> str:
        """Return the name of the graph with the facts of a document that was read, or an empty text."""
        for document in await self._lookups.documents():
            read = document["digest"]["iri"] if document["digest"] else document["iri"]
            if thing in {read, document["iri"]}:
                return f"document/{read.rpartition('/')[2]}"
        return ""

    async def _term(self, value: Mapping[str, str], terms: TermPage) -> dict[str, Any]:
        """Return a term of an answer as the templates take it."""
        shown: dict[str, Any] = {"value": value["value"], "lang": value.get("xml:lang", ""), "datatype": ""}
        if value["type"] == "uri":
            address = value["value"]
            ours = address.startswith(iri.ONTOLOGY)
            shown["named"] = terms.named(iri.curie(address)) if ours else await self._lookups.named(address)
        elif "datatype" in value:
            shown["datatype"] = iri.curie(value["datatype"])
        return shown

    def _group(self, group: Any, address: str, reader: Reader, *, turned: bool = False) -> dict[str, Any]:
        property_ = group["property"]["iri"]
        pattern = f"?value <{property_}> <{address}>" if turned else f"<{address}> <{property_}> ?value"
        values = [
            {
                **fact,
                "evidence": gathered(fact["evidence"]),
                "proof": _proof_link(reader, triple_of(address, property_, fact, turned=turned)),
            }
            for fact in group["values"]
        ]
        query = f"SELECT ?value WHERE {{ {pattern} }} ORDER BY ?value"
        return {**group, "values": values, "query": reader.link(f"/sparql?{urlencode({'query': query})}")}

    def _bibtex(self) -> str:
        site = self._imprint
        year = site.issued[:4]
        return (
            f"@misc{{egov-kg-{year},\n  title = {{{site.title}: {wording.message('en', 'site.tagline')}}},\n"
            f"  year = {{{year}}},\n  version = {{{site.version}}},\n  note = {{Release {site.release[:12]}}},\n"
            f"  url = {{{site.base}}}\n}}"
        )


def _proof_link(reader: Reader, triple: Mapping[str, str]) -> str:
    return reader.link(f"/explain?{urlencode(triple)}")


def _reader(visit: Visit) -> Reader:
    return Reader.of(visit.path, visit.query_string, visit.accept_language)
