"""The pages where people ask: the editor, and each named query with its form, its answer, its ways to programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from egov_kg import iri
from egov_kg.errors import ParameterError
from egov_kg.server import wording
from egov_kg.server.lookups import Lookups, sort_key
from egov_kg.server.pages import (
    EXCEL,
    FORMATS_OF_ROWS,
    FORMATS_OF_THINGS,
    Format,
    Imprint,
    Pages,
    Reader,
    ResultView,
    result_view,
)
from egov_kg.sparql import NamedQuery, Parameter

__all__ = ["QueryPages"]

_OPTIONS: Final = 50
_ROWS: Final = 200
"""How many rows of an answer the page of a question shows."""
_EXAMPLES: Final = 12
_EDITOR_PREFIXES: Final = ("egov", "skos", "rdf", "rdfs", "dcterms", "xsd", "prov", "oa")


class QueryPages:
    """Forms and answers of one release.

    Args:
        pages: Makes them.
        lookups: Asks what they show.
        queries: The named queries.
        imprint: What every page says.
        seconds: The deadline of queries, for the words beside the editor.
    """

    def __init__(
        self, pages: Pages, lookups: Lookups, queries: Mapping[str, NamedQuery], imprint: Imprint, *, seconds: float
    ) -> None:
        self._pages, self._lookups, self._queries = pages, lookups, queries
        self._imprint, self._seconds = imprint, seconds

    def editor(
        self, reader: Reader, text: str, *, result: ResultView | None = None, problem: Mapping[str, Any] | None = None
    ) -> str:
        """Return the editor with a query, and below it the answer or what was wrong."""
        return self._pages.render(
            "sparql",
            reader,
            text=text,
            result=result,
            problem=problem,
            seconds=f"{self._seconds:g}",
            questions=self.listed(reader)[:_EXAMPLES],
        )

    def prefilled(self, values: Mapping[str, str]) -> str:
        """Return the query that stands in the editor at first; ``example`` or ``thing`` of the address choose it."""
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

    def listed(self, reader: Reader, *, by_group: bool = False) -> list[dict[str, Any]]:
        """Return the named queries for a list: all of them by group, else those that need no parameter, in order."""
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

    def group_title(self, name: str, reader: Reader) -> str:
        """Return the title of a group of named queries."""
        known = wording.messages(reader.lang)
        return known.get(f"group.{name}", name.replace("-", " ").capitalize())

    async def question(
        self,
        reader: Reader,
        query: NamedQuery,
        values: Mapping[str, str],
        answer: Mapping[str, Any] | None,
        *,
        problem: Mapping[str, Any] | None = None,
    ) -> str:
        """Return a named query with its form and, where there is one, its answer or what was wrong with a value."""
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
            result = self.result(
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
            things = sorted(members, key=lambda t: sort_key(t, reader.lang))
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

    def result(
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
        """Return an answer as the templates take it.

        Args:
            answer: As in `egov_kg.server.html.HtmlPages.answer`.
            reader: Who reads it.
            posted: Whether other formats are asked for by a form, not by an address.
            columns: The titles of columns; their names if None.
            hidden: Columns that are not shown.
            words: Whether words that we have in several languages are translated.
            rows: The most rows that are shown.
            address: Path and query string under which the answer is to be had, the extension left out.
        """
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
