"""The pages of one release: what each of them shows, asked from the query processes and handed to the templates."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from egov_kg import iri
from egov_kg.errors import NotFound, ParameterError
from egov_kg.ntriples import is_iri
from egov_kg.server import wording
from egov_kg.server.html import DumpFile, Visit
from egov_kg.server.lookups import Hit, Lookups, ntriples_string
from egov_kg.server.pages import (
    EXCEL,
    FORMATS_OF_ROWS,
    FORMATS_OF_THINGS,
    Format,
    Imprint,
    Pages,
    Reader,
    ResultView,
    excerpt,
    json_ld,
    result_view,
)
from egov_kg.server.problems import Problem
from egov_kg.server.responses import PAGE_HEADERS, cache_headers, see_other
from egov_kg.server.searching import LONGEST
from egov_kg.server.terms import TermPage, ontology_sections
from egov_kg.sparql import GRAPH, Engine, NamedQuery, Parameter

if TYPE_CHECKING:
    from egov_kg.sparql.description import Description

__all__ = ["SitePages", "gathered", "parted"]

_OPTIONS: Final = 50
_LISTED: Final = 500
_ROWS: Final = 200
"""How many rows of an answer the page of a question shows."""
_VALUES: Final = 10
"""How many values of a property a page shows; behind them stands the way to all."""
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

_EXAMPLES: Final = 12
_EDITOR_PREFIXES: Final = ("egov", "skos", "rdf", "rdfs", "dcterms", "xsd", "prov", "oa")

Describe = Callable[[str], Awaitable["Description | None"]]


class SitePages:
    """The pages of one release.

    Args:
        pool: The query processes of the release.
        queries: The named queries.
        imprint: What every page says.
        describe: Gives the description of a thing by its IRI.
        seconds: The deadline of queries, for the words beside the editor.
    """

    def __init__(
        self, pool: Engine, queries: Mapping[str, NamedQuery], imprint: Imprint, *, describe: Describe, seconds: float
    ) -> None:
        self._queries, self._imprint = queries, imprint
        self._describe, self._seconds = describe, seconds
        self._pages = Pages(imprint)
        self._lookups = Lookups(pool, imprint.base)

    async def home(self, visit: Visit) -> str:
        """Return the first page: questions, counts, documents, addresses, licence."""
        reader = _reader(visit)
        questions = self._questions(reader, by_group=True)
        counts, sizes, documents = await asyncio.gather(
            self._lookups.counts(), self._lookups.sizes(), self._lookups.documents()
        )
        terms = await self._lookups.ontology()
        classes = [
            {
                **_class(terms, curie, reader),
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
            documents=sorted(documents, key=lambda d: self._sort_key(d["named"], reader)),
            bibtex=self._bibtex(),
            schema_org=json_ld(self._schema_org()),
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
                "facts": facts,
                "incoming": incoming,
                "notes": [{**note, "claims": _with_passages(note["claims"])} for note in description["notes"]],
                "proposed": _with_passages(description["proposed"]),
            },
            general=general,
            general_incoming=general_incoming,
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
        return self._editor(reader, self._prefilled(values))

    async def answer(self, visit: Visit, text: str, answer: Mapping[str, Any]) -> str:
        """Return a query with its answer."""
        reader = _reader(visit)
        return self._editor(reader, text, result=self._result(answer, reader, posted=True))

    async def questions(self, visit: Visit) -> str:
        """Return the named queries by group."""
        reader = _reader(visit)
        groups: dict[str, list[Any]] = {}
        for question in self._questions(reader, by_group=True):
            groups.setdefault(question["group"], []).append(question)
        return self._pages.render(
            "questions",
            reader,
            groups=[{"title": self._group_title(name, reader), "questions": found} for name, found in groups.items()],
            formats=[Format("JSON", "/queries?format=json")],
        )

    async def question(
        self, visit: Visit, query: NamedQuery, values: Mapping[str, str], answer: Mapping[str, Any] | None
    ) -> str:
        """Return a named query with its form and, if nothing is missing, its answer."""
        return await self._question(_reader(visit), query, values, answer)

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
        proof = _with_gathered_evidence(proof)
        pairs = [(k, v) for k, v in parse_qsl(visit.query_string) if k in {"s", "p", "o"}]
        form = Format("JSON", f"/explain?{urlencode([*pairs, ('format', 'json')])}")
        return self._pages.render("explain", reader, proof=proof, formats=[form])

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
            return await self._question(reader, self._queries[name], values, None, problem=shown)
        if text or visit.path.rstrip("/") == "/sparql":
            return self._editor(reader, text or self._prefilled({}), problem=shown)
        return self._pages.render("problem", reader, problem=shown)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes that only people use: browsing, searching, style sheets."""
        static = StaticFiles(directory=Path(__file__).parent / "static")
        return (
            Route("/browse", self._browse_all),
            Route("/browse/{name}", self._browse),
            Route("/search", self._search),
            Route("/api", self._api),
            Mount("/static", static, name="static"),
        )

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
            shown["named"] = _term_named(terms, iri.curie(address)) if ours else await self._lookups.named(address)
        elif "datatype" in value:
            shown["datatype"] = iri.curie(value["datatype"])
        return shown

    async def _browse_all(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        counts, terms = await asyncio.gather(self._lookups.counts(), self._lookups.ontology())
        classes = [
            {**_class(terms, curie, reader), "count": count, "definition": terms.definition(curie)}
            for curie, (count, _) in sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
        ]
        title = wording.message(reader.lang, "browse.title")
        return _html(self._pages.render("browse", reader, title=title, classes=classes), reader)

    async def _browse(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        name = request.path_params["name"]
        curie = f"egov:{name}"
        if curie not in await self._lookups.counts():
            raise NotFound(f"no thing of the graph is a {name[:80]!r}; see /browse for the classes")
        things = await self._lookups.members(curie)
        label = _class(await self._lookups.ontology(), curie, reader)["label"].text
        address = f"SELECT ?thing WHERE {{ ?thing a <{iri.expand(curie)}> }} ORDER BY ?thing"
        return _html(
            self._pages.render(
                "browse",
                reader,
                title=wording.message(reader.lang, "browse.of_class", name=label),
                rows=sorted(things, key=lambda t: self._sort_key(t, reader))[:_LISTED],
                total=len(things),
                formats=[
                    Format(n, f"/sparql?{urlencode({'query': address, 'format': token})}")
                    for token, n in FORMATS_OF_ROWS
                ],
            ),
            reader,
        )

    async def _search(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        text = " ".join(request.query_params.get("q", "").split())[:LONGEST]
        terms = await self._lookups.ontology()
        found = await self._lookups.search(text)
        if request.query_params.get("format") == "json":
            return JSONResponse([_hit_data(hit) for hit in found], headers=cache_headers())
        whole = [hit for hit in found if hit.rank == 0]
        if len(whole) == 1 and whole[0].named["id"]:
            place = self._pages.href(whole[0].named, reader)
            return see_other(place, {"Vary": PAGE_HEADERS["Vary"]})
        hits = [
            {"named": hit.named, "cls": _term_named(terms, hit.cls), "text": hit.name, "lang": hit.lang}
            for hit in found
        ]
        formats = [Format("JSON", f"/search?{urlencode({'q': text, 'format': 'json'})}")] if hits else []
        return _html(self._pages.render("search", reader, searched=text, hits=hits, formats=formats), reader)

    async def _api(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        formats = [Format("OpenAPI (JSON)", "/openapi.json")]
        return _html(self._pages.render("api", reader, formats=formats), reader)

    def _editor(
        self, reader: Reader, text: str, *, result: ResultView | None = None, problem: Mapping[str, Any] | None = None
    ) -> str:
        return self._pages.render(
            "sparql",
            reader,
            text=text,
            result=result,
            problem=problem,
            seconds=f"{self._seconds:g}",
            questions=self._questions(reader)[:_EXAMPLES],
        )

    def _prefilled(self, values: Mapping[str, str]) -> str:
        name = values.get("example", "")
        if name in self._queries:
            query = self._queries[name]
            known = {k: v for k, v in values.items() if k in query.parameters}
            try:
                return query.expanded(known, self._imprint.base)
            except ParameterError:
                return query.text
        prefixes = "".join(f"PREFIX {p}: <{iri.PREFIXES[p]}>\n" for p in _EDITOR_PREFIXES)
        if re.fullmatch(r"[a-z-]+/[^\s<>\"{}|\\^`]+", values.get("thing", "")):
            address = iri.thing_iri(values["thing"], self._imprint.base)
            pattern = f"<{address}> ?property ?value"
            return f"{prefixes}\nSELECT ?property ?value WHERE {{\n  {pattern}\n}}\nORDER BY ?property ?value\n"
        return (
            f"{prefixes}\nSELECT ?law ?lawLabel ?administration ?administrationLabel WHERE {{\n"
            "  ?law egov:enactedUnder ?administration ; skos:prefLabel ?lawLabel .\n"
            "  ?administration skos:prefLabel ?administrationLabel .\n"
            f'  FILTER(LANG(?lawLabel) = "en" && LANG(?administrationLabel) = "en")\n}}\nORDER BY ?lawLabel\n'
        )

    def _questions(self, reader: Reader, *, by_group: bool = False) -> list[dict[str, Any]]:
        found = [q for q in self._queries.values() if by_group or not any(p.required for p in q.parameters.values())]
        first = sorted(found, key=lambda q: (q.order or 999, q.name)) if not by_group else found
        return [
            {
                "name": q.name,
                "question": q.question.get(reader.lang, q.question["en"]),
                "group": q.group or "other",
                "open": reader.link(f"/sparql?example={q.name}"),
            }
            for q in first
        ]

    def _group_title(self, name: str, reader: Reader) -> str:
        known = wording.messages(reader.lang)
        return known.get(f"group.{name}", name.replace("-", " ").capitalize())

    async def _question(
        self,
        reader: Reader,
        query: NamedQuery,
        values: Mapping[str, str],
        answer: Mapping[str, Any] | None,
        *,
        problem: Mapping[str, Any] | None = None,
    ) -> str:
        given = {name: value for name, value in values.items() if name in query.parameters and value != ""}
        wrong = str(problem["parameter"]) if problem is not None else ""
        parameters = [
            await self._parameter(
                p, given.get(name), reader, error=str(problem["detail"]) if problem and name == wrong else ""
            )
            for name, p in query.parameters.items()
        ]
        address = f"{self._imprint.public_url}queries/{query.name}"
        said = {name: value for name, value in given.items() if value != query.parameters[name].default}
        tail = f"?{urlencode(said)}" if said else ""
        shown = {
            "name": query.name,
            "question": query.question.get(reader.lang, query.question["en"]),
            "description": query.description.get(reader.lang, query.description.get("en", "")),
            "parameters": [p for p in parameters if p["shown"]],
            "text": query.text,
            "open": reader.link(f"/sparql?{urlencode({'example': query.name, **said})}"),
            "snippets": _snippets(address, tail),
        }
        result = None
        if answer is not None:
            hidden = [name for name, column in query.columns.items() if column.hidden]
            columns = {n: c.label.get(reader.lang, c.label.get("en", n)) for n, c in query.columns.items()}
            result = self._result(
                answer,
                reader,
                columns=columns,
                hidden=hidden,
                words=True,
                rows=_ROWS,
                address=(f"/queries/{query.name}", tail),
            )
        return self._pages.render(
            "question", reader, q=shown, result=result, problem=problem, formats=result.formats if result else []
        )

    async def _parameter(
        self, parameter: Parameter, value: str | None, reader: Reader, *, error: str
    ) -> dict[str, Any]:
        options: list[dict[str, str]] = []
        if parameter.type == "enum":
            options = [{"value": v, "label": v} for v in parameter.values]
        elif parameter.type == "boolean":
            options = [{"value": v, "label": v} for v in ("true", "false")]
        elif parameter.cls:
            members = await self._lookups.members(parameter.cls)
            things = sorted(members, key=lambda t: self._sort_key(t, reader))
            if len(things) <= _OPTIONS:
                options = [
                    {
                        "value": t["id"] or t["iri"],
                        "label": wording.best_label(t["labels"], reader.lang, t["curie"]).text,
                    }
                    for t in things
                ]
        default = parameter.default or ""
        chosen = value if value is not None else default
        local = iri.id_of(chosen, self._imprint.base)
        return {
            "name": parameter.name,
            "label": parameter.label.get(reader.lang, parameter.label.get("en", parameter.name)),
            "required": parameter.required,
            "options": options,
            "value": local or chosen,
            "error": error,
            "example": parameter.example,
            "shown": parameter.type != "language",
        }

    def _result(
        self,
        answer: Mapping[str, Any],
        reader: Reader,
        *,
        posted: bool = False,
        columns: Mapping[str, str] | None = None,
        hidden: Sequence[str] = (),
        words: bool = False,
        rows: int = 1000,
        address: tuple[str, str] = ("", ""),
    ) -> ResultView:
        tokens = FORMATS_OF_THINGS if "turtle" in answer else FORMATS_OF_ROWS
        path, tail = address
        formats = [
            Format(name, "" if posted else _format_href(path, tail, token), token)
            for token, name in tokens
            if not ("boolean" in answer and token == EXCEL)
        ]
        if "turtle" in answer:
            total = int(answer.get("total", 0))
            return ResultView(turtle=str(answer["turtle"]), count=total, formats=tuple(formats))
        known = wording.messages(reader.lang)
        view = result_view(
            answer,
            base=self._imprint.base,
            lang=reader.lang,
            columns=columns,
            hidden=hidden,
            words={k.removeprefix("word."): v for k, v in known.items() if k.startswith("word.")} if words else None,
            rows=rows,
            formats=formats,
        )
        if view.boolean is not None:
            return view
        return ResultView(view.columns, view.rows, int(answer.get("total", view.count)), formats=view.formats)

    def _group(self, group: Any, address: str, reader: Reader, *, turned: bool = False) -> dict[str, Any]:
        property_ = group["property"]["iri"]
        pattern = f"?value <{property_}> <{address}>" if turned else f"<{address}> <{property_}> ?value"
        values = [
            {
                **fact,
                "evidence": gathered(fact["evidence"]),
                "proof": reader.link(f"/explain?{urlencode(_triple_of(address, property_, fact, turned=turned))}"),
            }
            for fact in group["values"]
        ]
        query = f"SELECT ?value WHERE {{ {pattern} }} ORDER BY ?value"
        return {**group, "values": values, "query": reader.link(f"/sparql?{urlencode({'query': query})}")}

    def _sort_key(self, named: Mapping[str, Any], reader: Reader) -> tuple[str, str]:
        return (wording.best_label(named["labels"], reader.lang, named["curie"]).text.casefold(), named["iri"])

    def _bibtex(self) -> str:
        site = self._imprint
        year = site.issued[:4]
        return (
            f"@misc{{egov-kg-{year},\n  title = {{{site.title}: {wording.message('en', 'site.tagline')}}},\n"
            f"  year = {{{year}}},\n  version = {{{site.version}}},\n  note = {{Release {site.release[:12]}}},\n"
            f"  url = {{{site.base}}}\n}}"
        )

    def _schema_org(self) -> dict[str, Any]:
        site = self._imprint
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "@id": site.base,
            "name": site.title,
            "description": wording.message("en", "home.what"),
            "version": site.version,
            "datePublished": site.issued,
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": "text/turtle",
                    "contentUrl": f"{site.public_url}dumps/{site.release}/egov-kg-all.ttl",
                }
            ],
        }


def parted(groups: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Part what a page shows at once from what merely restates it more generally, kept for readers who ask for it.

    A fact that is another one read the other way round stands on the page under the name of that other one, so it is
    left out here.

    Args:
        groups: Facts by property, as in a description.

    Returns:
        The groups to show, and the groups of more general facts; each with the first values and their true ``count``.
    """

    def of(manner: str) -> list[dict[str, Any]]:
        return [
            {**group, "values": values[:_VALUES], "count": group["counts"][manner]}
            for group in groups
            if (values := [fact for fact in group["values"] if fact["manner"] == manner]) or group["counts"][manner]
        ]

    return of("own"), of("general")


def gathered(evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return evidence as people read it: the same words of the same document once, with all their places.

    Args:
        evidence: Of one fact, as in a description.

    Returns:
        Quoted passages before background sources, in the order of the document; each with ``quotes``, the words, and
        ``places``: the statement and its character ranges.
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in sorted(evidence, key=lambda e: (not e["quotes"], [(q["start"], q["end"]) for q in e["quotes"]])):
        words = [quote["exact"] for quote in one["quotes"] if quote["exact"]]
        by = [named["iri"] if named else "" for named in (one["document"], one["source"])]
        place = {"statement": one["statement"], "quotes": [q for q in one["quotes"] if q["exact"]]}
        group = found.setdefault((*by, one["rule"], *words), {**one, "quotes": words, "places": []})
        group["places"].append(place)
    return list(found.values())


def _with_passages(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**claim, "evidence": gathered(claim["evidence"])} for claim in claims]


def _with_gathered_evidence(proof: Mapping[str, Any]) -> dict[str, Any]:
    premises = [_with_gathered_evidence(premise) for premise in proof["premises"]]
    return {**proof, "evidence": gathered(proof["evidence"]), "premises": premises}


def _term_named(terms: TermPage, curie: str) -> dict[str, Any]:
    """Return a term of the ontology with its labels."""
    return {"iri": iri.expand(curie), "curie": curie, "id": "", "labels": terms.labels(curie)}


def _class(terms: TermPage, curie: str, reader: Reader) -> dict[str, Any]:
    label = wording.best_label(terms.labels(curie), reader.lang, curie)
    return {"local": curie.removeprefix("egov:"), "label": label, "curie": curie}


def _reader(visit: Visit) -> Reader:
    return Reader.of(visit.path, visit.query_string, visit.accept_language)


def _reader_of(request: HttpRequest) -> Reader:
    return Reader.of(request.url.path, request.url.query, request.headers.get("accept-language"))


def _hit_data(hit: Hit) -> dict[str, Any]:
    named = hit.named
    return {"iri": named["iri"], "labels": named["labels"], "class": hit.cls, "matched": hit.name, "lang": hit.lang}


def _html(text: str, reader: Reader) -> Response:
    return HTMLResponse(text, headers={**PAGE_HEADERS, "Content-Language": reader.lang})


def _triple_of(address: str, property_: str, fact: Mapping[str, Any], *, turned: bool) -> dict[str, str]:
    term = fact["term"]
    if term["type"] == "iri":
        other = term["value"]
    elif term["lang"]:
        other = f"{ntriples_string(term['value'])}@{term['lang']}"
    else:
        other = f"{ntriples_string(term['value'])}^^<{_datatype(term['datatype'])}>"
    return {"s": other, "p": property_, "o": address} if turned else {"s": address, "p": property_, "o": other}


def _datatype(name: str) -> str:
    prefix = name.partition(":")[0]
    return iri.expand(name) if prefix in iri.PREFIXES else name or iri.expand("xsd:string")


def _format_href(path: str, tail: str, token: str) -> str:
    if token == EXCEL:
        return f"{path}.csv{tail}{'&' if tail else '?'}format=csv-excel"
    return f"{path}.{token}{tail}"


def _snippets(address: str, tail: str) -> list[dict[str, str]]:
    csv = f"{address}.csv{tail}"
    return [
        {"name": "curl", "code": f"curl -sS '{csv}'"},
        {"name": "pandas", "code": f"import pandas\n\nanswer = pandas.read_csv({csv!r})"},
        {"name": "R", "code": f'answer <- read.csv("{csv}", encoding = "UTF-8")'},
        {"name": "Python, standard library", "code": _plain_python(f"{address}.json{tail}")},
    ]


def _plain_python(address: str) -> str:
    return (
        "import json\nfrom urllib.request import urlopen\n\n"
        f"with urlopen({address!r}) as answer:\n    rows = json.load(answer)['results']['bindings']"
    )
