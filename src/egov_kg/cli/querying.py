"""Verbs that ask a release: query, explain, stats, conflicts, dump."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import DumpFormat, ExpandSameAs, From, Json, Lang, Output, configured, opened
from egov_kg.errors import UsageError

if TYPE_CHECKING:
    from egov_kg.sparql import NamedQuery
    from egov_kg.store import Release


def query(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|-]", help="A file, - for stdin, or the SPARQL itself.")
    ] = None,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="ID", help="A named query; --list shows them.")] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="K=V", help="A value for a variable; repeatable.")
    ] = None,
    place: From = None,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help="table csv tsv json xml csv-excel, or ttl nt rdf jsonld trig nq."),
    ] = None,
    output: Output = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, metavar="SECONDS", help="When to give up; 0 is never.")
    ] = 60.0,
    expand_same_as: ExpandSameAs = False,
    listed: Annotated[bool, typer.Option("--list", help="List the named queries.")] = False,
) -> None:
    """Ask SPARQL: a table on a terminal, CSV in a pipe."""
    import tempfile

    from egov_kg import asking, assets, sparql

    queries = sparql.named_queries(assets.queries())
    if listed:
        console.print_text(console.columns([[one.name, one.question["en"]] for one in queries.values()]))
        return
    if (name is None) == (file is None):
        raise UsageError("give a file, - for stdin, or --name ID; --list shows the named queries")
    table, graph = asking.formats(form, to_terminal=output is None and sys.stdout.isatty())
    values = asking.parameters(param or [])
    text = asking.read_text(file) if file is not None else ""
    release = opened(place)
    text, terms = asking.question(release, queries, name=name, text=text, values=values)
    with tempfile.TemporaryFile() as spool:
        outcome = asking.limited(
            timeout,
            lambda: sparql.evaluate(
                release.expanded_store() if expand_same_as else release.store(),
                text,
                spool,
                table="json" if table == "table" else table,
                graph=graph,
                substitutions=terms,
                base=release.base,
            ),
        )
        spool.seek(0)
        if table == "table" and outcome.form in {"SELECT", "ASK"}:
            _print_result(spool, release.base, queries[name] if name else None)
            return
        with console.output(output) as sink:
            while chunk := spool.read(1 << 20):
                sink.write(chunk)


def _print_result(spool: IO[bytes], base: str, named: NamedQuery | None) -> None:
    """Print the JSON of a result as a table for people: IRIs in their short form, of a named query what pages show."""
    import json

    from egov_kg import asking

    table = json.load(spool)
    if "boolean" in table:
        console.print_text("yes" if table["boolean"] else "no")
        return
    heads, rows = asking.shown(table, base, named)
    console.print_table(heads, rows)
    console.say(f"{len(rows)} rows")


def explain(
    subject: Annotated[str, typer.Argument(metavar="S", help="A thing: id, CURIE, IRI or label.")],
    prop: Annotated[str, typer.Argument(metavar="P", help="A property: egov:enactedUnder, enactedUnder, or an IRI.")],
    value: Annotated[str, typer.Argument(metavar="O", help="A thing, or a value: 2001, '\"전자정부법\"@ko'.")],
    *,
    place: From = None,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of labels and rules.")] = Lang.en,
    proof: Annotated[
        bool, typer.Option("--proof", help="The proof as a graph of steps, JSON, as the checker reads it.")
    ] = False,
    all_steps: Annotated[bool, typer.Option("--all", help="All other last steps of the triple as well.")] = False,
    json: Json = False,
) -> None:
    """Say why the graph holds a triple: rules and premises, down to documents and their words."""
    from egov_kg import api

    found = api.explain(opened(place), subject, prop, value, all_steps=all_steps)
    if proof:
        console.print_json(found.graph.as_json())
    elif json:
        console.print_json(found.proof)
    else:
        console.print_text(found.in_words(lang.value))


def stats(*, place: From = None, json: Json = False) -> None:
    """Print what a release holds, in numbers: graphs, classes, rules."""
    release = opened(place)
    manifest = release.manifest
    head = {"release": release.id, "path": str(release.path), "version": manifest.version, "issued": manifest.issued}
    if json:
        console.print_json({**head, "versions": manifest.versions, "counts": manifest.counts})
        return
    parts = [console.columns(list(head.items()))]
    for name in ("totals", "graphs", "classes", "rules"):
        rows = [[f"  {key}", count] for key, count in manifest.counts.get(name, {}).items()]
        if rows:
            parts.append(f"{name}\n{console.columns(rows)}")
    console.print_text("\n\n".join(parts))


def conflicts(
    thing: Annotated[
        str | None, typer.Argument(metavar="[THING]", help="Only about this: id, CURIE, IRI or label.")
    ] = None,
    *,
    place: From = None,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of names.")] = Lang.en,
    json: Json = False,
) -> None:
    """Print what the sources of a release say against each other, each statement with its passages."""
    from egov_kg import disagreeing, naming

    release = opened(place)
    about = naming.read_thing(release, thing).value if thing else ""
    found = disagreeing.conflicts_in(release, about, lang.value)
    if json:
        console.print_json(found)
    else:
        console.print_text("\n".join(disagreeing.conflict_lines(found)))
        console.say(f"{len(found)} conflicts")


def dump(
    *,
    form: Annotated[
        DumpFormat | None, typer.Option("--format", help="Triples: ttl nt rdf jsonld. With graphs: nq trig.")
    ] = None,
    place: From = None,
    asserted: Annotated[bool, typer.Option("--asserted", help="Without what the rules derived.")] = False,
    expand_same_as: ExpandSameAs = False,
    to_engine: Annotated[
        bool, typer.Option("--to-engine", help="Into the store that [engine] of the configuration names.")
    ] = False,
    output: Output = None,
) -> None:
    """Write a release in one format, byte for byte as its dump; or all of it into a SPARQL store."""
    import shutil

    from egov_kg import dumps

    if to_engine:
        if form is not None or asserted or expand_same_as or output is not None:
            raise UsageError("--to-engine writes all graphs into a store as they are; leave out all but --from")
        _put_into_store(opened(place))
        return
    if form is None:
        raise UsageError("give --format, one of ttl nt nq trig rdf jsonld, or --to-engine")
    if expand_same_as:
        if asserted:
            raise UsageError("facts under every name are derived; leave out --asserted or --expand-same-as")
        expanded = dumps.expanded_dump(opened(place), dumps.FORMATS[form.value])
        if expanded is not None:
            with console.output(output) as sink:
                sink.write(expanded)
            return
    name = dumps.dump_name(form.value, "asserted" if asserted else "all")
    with opened(place).file(f"dumps/{name}").open("rb") as source, console.output(output) as sink:
        shutil.copyfileobj(source, sink)


def _put_into_store(release: Release) -> None:
    """Make the store of the configuration hold a release, and print how many triples each graph has there."""
    from egov_kg.sparql.remote_publishing import publish_into_store

    published = publish_into_store(release, configured(), console.say)
    console.print_text(console.columns([[graph, count] for graph, count in published.graphs.items()]))
    what = "holds" if published.is_new else "held already"
    console.say(f"{published.store} {what} release {published.release[:12]}")
