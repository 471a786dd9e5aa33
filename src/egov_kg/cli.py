"""Words for the command line: options become arguments of functions, and results become text. No logic is here.

Heavy imports stand inside the commands, so that ``egov-kg --help`` answers at once.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Final

import typer

import egov_kg
from egov_kg import config as configuration
from egov_kg import console
from egov_kg.config import Config
from egov_kg.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from egov_kg.documents import Limits
    from egov_kg.model import Document
    from egov_kg.sparql import NamedQuery
    from egov_kg.store import Release

__all__ = ["app"]

app = typer.Typer(
    name="egov-kg",
    help="Documents about e-government as a knowledge graph with evidence: build it, ask it, serve it.",
    epilog="Every command takes -q (say nothing but errors), -v (say more) and --no-color. "
    "Data goes to stdout, everything else to stderr.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_app = typer.Typer(help="The configuration.", no_args_is_help=True)
app.add_typer(config_app, name="config")

_FROM_HELP: Final = "A release folder, or the folder that holds the releases. [default: build]"
From = Annotated[Path | None, typer.Option("--from", metavar="DIR", help=_FROM_HELP, show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write; - is stdout.")]
_FEW: Final = 20
"""Up to so many documents are told one by one after a build; `-v` tells all."""

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Documents = Annotated[
    list[Path] | None,
    typer.Option("--documents", metavar="DIR", help="Documents, instead of those that come along; repeatable."),
]
BackgroundTables = Annotated[
    Path | None,
    typer.Option("--background", metavar="DIR", help="Background tables, instead of those that come along."),
]
Extractors = Annotated[
    list[str] | None,
    typer.Option("--extractor", metavar="NAME", help="An extractor besides the rules; repeatable. None is on."),
]
Reviews = Annotated[
    list[Path] | None,
    typer.Option("--review", metavar="DIR", help="Decisions, besides those that come along; repeatable."),
]
Gazetteers = Annotated[
    list[Path] | None,
    typer.Option("--gazetteer", metavar="DIR", help="Tables of names, besides those that come along; repeatable."),
]


class FactFormat(StrEnum):
    """How facts are printed."""

    tsv = "tsv"
    jsonl = "jsonl"
    trace = "trace"


class DumpFormat(StrEnum):
    """The formats of dumps."""

    ttl = "ttl"
    nt = "nt"
    nq = "nq"
    trig = "trig"
    rdf = "rdf"
    jsonld = "jsonld"


class ReportFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    ttl = "ttl"


class Lang(StrEnum):
    """The languages of labels."""

    en = "en"
    ko = "ko"


class Reasoner(StrEnum):
    """What derives: our reasoner, which proves what owlrl finds, or owlrl alone."""

    own = "own"
    owlrl = "owlrl"


def _print_version(wanted: bool) -> None:
    if wanted:
        console.print_text(f"egov-kg {egov_kg.__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _start(*, version: Version = False) -> None:
    del version


def _config() -> Config:
    return configuration.load()[0]


def _opened(place: Path | None) -> Release:
    from egov_kg import api

    return api.open_release(place or _config().out)


@app.command()
def build(
    *,
    documents: Documents = None,
    background: BackgroundTables = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where releases are written. [default: build]", show_default=False),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=64, metavar="N", help="Processes that work at once. [default: one a core]"
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Publish nothing if there is a violation, or a document that cannot be read."),
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Keep what each document says, below --out, for the next build.")
    ] = True,
    reasoner: Annotated[
        Reasoner, typer.Option("--reasoner", help="Ours, or owlrl beside it, which large graphs cannot wait for.")
    ] = Reasoner.own,
    extractors: Extractors = None,
    reviews: Reviews = None,
    gazetteers: Gazetteers = None,
    json: Json = False,
) -> None:
    """Build a release from documents and publish it; prints its folder."""
    from egov_kg import pipeline, views

    settings = _config()
    with console.progress() as progress:
        result = pipeline.build(
            documents,
            background,
            out or settings.out,
            settings,
            progress.stage,
            strict=strict,
            workers=workers or configuration.cores(),
            cached=cache,
            ticks=progress.ticks,
            extractors=extractors or (),
            reviews=reviews or (),
            gazetteers=gazetteers or (),
            reasoner=reasoner.value,
        )
    if json:
        console.print_json(result.summary())
        return
    read = result.report["documents"]
    for one in read if len(read) <= _FEW or console.STATE.verbose else ():
        console.say(f"{one['source']}: {one['facts']} facts, {len(one['unexpressed'])} passages without")
    for one in result.report["failed"]:
        console.say(f"NOT READ: {one['reason']}", always=True)
    violations = result.report["severities"].get("violation", 0)
    if violations:
        console.say(f"violations: {violations}; `egov-kg validate` lists them")
    if result.report["failed"]:
        failed = len(result.report["failed"])
        console.say(
            f"{failed} of {len(read) + failed} documents could not be read; report.json lists them", always=True
        )
    for line in views.claims_lines(result.report):
        console.say(line)
    console.print_text(str(result.release.path))


@app.command()
def extract(
    files: Annotated[
        list[str],
        typer.Argument(metavar="[NAME=]FILE…", help="Documents or folders; NAME stands for a document in the output."),
    ],
    *,
    form: Annotated[
        FactFormat, typer.Option("--format", help="A table, one JSON object a line, or block by block.")
    ] = FactFormat.tsv,
    gazetteers: Gazetteers = None,
    output: Output = None,
) -> None:
    """Print the facts of documents, without building a release."""
    import json

    from egov_kg import api, extraction, views

    read = [named for word in files for named in _named_documents(word)]
    extractions = api.extract((document for _, document in read), gazetteers=gazetteers or ())
    names = {document.id: name for name, document in read if name}
    lines: Iterable[str]
    match form:
        case FactFormat.tsv:
            lines = _tsv(extraction.facts_table(extractions, names))
        case FactFormat.jsonl:
            lines = (json.dumps(row, ensure_ascii=False) for row in views.fact_rows(extractions, names))
        case FactFormat.trace:
            lines = (line for one in extractions for line in views.trace_lines(one))
    with console.output(output) as sink:
        sink.writelines(f"{line}\n".encode() for line in lines)
    console.say(f"{sum(len(one.facts) for one in extractions)} facts")


def _named_documents(word: str) -> list[tuple[str, Document]]:
    """Return the documents that a word of the command line means, each with the name it is to have, or none."""
    from egov_kg import api

    limits = _limits()
    name, sign, path = word.partition("=")
    if not (sign and name) or Path(word).exists():
        name, path = "", word
    if not Path(path).is_dir():
        return [(name, api.read_document(Path(path), limits=limits))]
    if name:
        raise UsageError(f"{path} is a folder, and a name stands for one document; leave out {name}=")
    return [("", document) for document in api.read_documents(Path(path), limits=limits)]


def _limits() -> Limits:
    """Return what reading a document may cost, by the configuration."""
    from egov_kg.documents import Limits

    settings = _config()
    return Limits(settings.document_bytes, settings.document_seconds, settings.document_memory)


def _tsv(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    from egov_kg.extraction.export import COLUMNS

    yield "\t".join(COLUMNS)
    for row in rows:
        yield "\t".join(row[name] for name in COLUMNS)


@app.command()
def evaluate(
    table: Annotated[Path, typer.Argument(metavar="GOLD.tsv", help="What a careful reader takes from the documents.")],
    *,
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="[NAME=]PATH",
            help="Documents, or a release, or a table of facts; repeatable. [default: the folder of GOLD.tsv]",
        ),
    ] = None,
    only: Annotated[list[str] | None, typer.Option("--doc", metavar="NAME", help="Only this one; repeatable.")] = None,
    certainty: Annotated[
        str,
        typer.Option("--certainty", metavar="LIST", help="Recall is over these: explicit,inferable,world-knowledge."),
    ] = "explicit",
    negative: Annotated[Path | None, typer.Option("--negative", metavar="FILE", help="Facts that are wrong.")] = None,
    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help="Wordings that are right too.")
    ] = None,
    relations: Annotated[
        Path | None, typer.Option("--relations", metavar="FILE", help="Which relations say the same.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Accept no wordings but those of the gold.")] = False,
    floors: Annotated[
        list[str] | None, typer.Option("--min", metavar="LEVEL=F1", help="Fail below it: triple=0.6; repeatable.")
    ] = None,
    scores_only: Annotated[bool, typer.Option("--scores-only", help="Leave out the lists of facts.")] = False,
    misses_only: Annotated[bool, typer.Option("--misses-only", help="Print the lists of facts alone.")] = False,
    gazetteers: Gazetteers = None,
    json: Json = False,
) -> None:
    """Compare what is found in documents with what a reader takes from them: precision, recall, F1, every miss."""
    from egov_kg import evaluation

    wanted = evaluation.floors(floors or [])
    run = evaluation.evaluate(
        table,
        [_named_place(word) for word in places or []],
        only=only or (),
        wanted=certainty,
        negative=negative,
        aliases=aliases,
        relations=relations,
        strict=strict,
        gazetteers=gazetteers or (),
        limits=_limits(),
    )
    if json:
        console.print_json(evaluation.as_data(run))
    else:
        if not misses_only:
            for one in evaluation.tables(run):
                console.print_text(console.columns(one.rows, head=one.head) + "\n\n")
        if not scores_only:
            console.print_text("\n".join(evaluation.wrong_lines(run)))
    console.say(f"compared: {run.source}")
    below = evaluation.below(run.evaluation, wanted)
    if below or run.evaluation.hits:
        raise FindingsError(*evaluation.verdict(below, len(run.evaluation.hits)))


def _named_place(word: str) -> tuple[str, Path]:
    name, sign, path = word.partition("=")
    return (name, Path(path)) if sign and name and not Path(word).exists() else ("", Path(word))


@app.command()
def review(
    *,
    documents: Documents = None,
    background: BackgroundTables = None,
    extractors: Extractors = None,
    reviews: Reviews = None,
    gazetteers: Gazetteers = None,
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Only count decisions; exit 1 if one is stale.")] = False,
    json: Json = False,
) -> None:
    """Write a table of all facts for a person to accept or reject, what is doubtful first."""
    from egov_kg import reviewing, views
    from egov_kg.review import table_text

    with console.progress() as progress:
        found = reviewing.review(
            documents,
            background,
            _config(),
            progress.stage,
            ticks=progress.ticks,
            extractors=extractors or (),
            reviews=reviews or (),
            gazetteers=gazetteers or (),
        )
    report = found.claims.report()
    counts = found.claims.outcome.counts()
    if not check and not json:
        with console.output(output) as sink:
            sink.write(table_text(found.rows).encode())
        console.say(f"{len(found.rows)} rows; write accept or reject and your name, keep it as DIR/*.tsv, --review DIR")
    elif json:
        console.print_json({**report, "review": report.get("review", counts)})
    else:
        console.print_text(console.columns([[what, number] for what, number in counts.items()]))
    for line in views.claims_lines(report):
        console.say(line, always=line.startswith("stale"))
    if check and counts["stale"]:
        raise typer.Exit(FindingsError.exit_code)


@app.command()
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
    release = _opened(place)
    text, terms = asking.question(release, queries, name=name, text=text, values=values)
    with tempfile.TemporaryFile() as spool:
        outcome = asking.limited(
            timeout,
            lambda: sparql.evaluate(
                release.store(),
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


@app.command()
def explain(
    subject: Annotated[str, typer.Argument(metavar="S", help="A thing: id, CURIE, IRI or label.")],
    prop: Annotated[str, typer.Argument(metavar="P", help="A property: egov:enactedUnder, enactedUnder, or an IRI.")],
    value: Annotated[str, typer.Argument(metavar="O", help="A thing, or a value: 2001, '\"전자정부법\"@ko'.")],
    *,
    place: From = None,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of labels and rules.")] = Lang.en,
    json: Json = False,
) -> None:
    """Say why the graph holds a triple: rules and premises, down to documents and their words."""
    from egov_kg import api, views

    proof = api.explain(_opened(place), subject, prop, value).proof
    if json:
        console.print_json(proof)
    else:
        console.print_text("\n".join(views.proof_lines(proof, lang.value)))


@app.command()
def stats(*, place: From = None, json: Json = False) -> None:
    """Print what a release holds, in numbers: graphs, classes, rules."""
    release = _opened(place)
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


@app.command()
def validate(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="RDF files, instead of a release.")
    ] = None,
    *,
    place: From = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="Text, JSON, or a SHACL report.")] = ReportFormat.text,
    json: Json = False,
    output: Output = None,
) -> None:
    """Check a release, or RDF files, for conflicts and against the shapes; exit 1 if there are violations."""
    from egov_kg import api, rdf_files

    report = rdf_files.validate_rdf(rdf_files.read_rdf(files)) if files else api.validate(_opened(place))
    with console.output(output) as sink:
        if json or form is ReportFormat.json:
            sink.write(report.to_json().encode())
        elif form is ReportFormat.ttl:
            sink.write(report.to_turtle())
        else:
            sink.write(report.to_text().encode())
    if not report.conforms:
        raise typer.Exit(FindingsError.exit_code)


@app.command()
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

    release = _opened(place)
    about = naming.read_thing(release, thing).value if thing else ""
    found = disagreeing.conflicts_in(release, about, lang.value)
    if json:
        console.print_json(found)
    else:
        console.print_text("\n".join(disagreeing.conflict_lines(found)))
        console.say(f"{len(found)} conflicts")


@app.command()
def dump(
    *,
    form: Annotated[DumpFormat, typer.Option("--format", help="Triples: ttl nt rdf jsonld. With graphs: nq trig.")],
    place: From = None,
    asserted: Annotated[bool, typer.Option("--asserted", help="Without what the rules derived.")] = False,
    output: Output = None,
) -> None:
    """Write a release in one format, byte for byte as its dump."""
    import shutil

    from egov_kg import dumps

    name = dumps.dump_name(form.value, "asserted" if asserted else "all")
    with _opened(place).file(f"dumps/{name}").open("rb") as source, console.output(output) as sink:
        shutil.copyfileobj(source, sink)


@app.command()
def serve(
    *,
    place: From = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="H", help="Where to listen. [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, metavar="N", help="0 takes a free one. [default: 8000]")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
) -> None:
    """Serve a release: pages, SPARQL, downloads. Read-only; prints its address when it answers."""
    import dataclasses

    from egov_kg import server

    settings = _config()
    settings = dataclasses.replace(settings, host=host or settings.host, port=settings.port if port is None else port)

    def tell(address: str) -> None:
        console.print_text(address)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    server.run(settings, place or settings.out, on_ready=tell)


@app.command()
def doctor(
    *,
    place: From = None,
    deep: Annotated[bool, typer.Option("--deep/--quick", help="Read every byte of the release, or sizes only.")] = True,
    json: Json = False,
) -> None:
    """Look for what could keep egov-kg from working, and say how to mend it; exit 1 if something would."""
    import dataclasses

    from egov_kg.doctor import examine

    settings, origin = configuration.load()
    if place is not None:
        settings = dataclasses.replace(settings, out=place)
    checks = list(examine(settings, origin, deep=deep))
    if json:
        console.print_json([dataclasses.asdict(check) for check in checks])
    else:
        rows = [[check.status, check.name, check.found] for check in checks]
        lines = console.columns(rows).split("\n")
        for check, line in zip(checks, lines, strict=True):
            console.print_text(line + (f"\n      -> {check.remedy}" if check.remedy else ""))
    if any(check.status == "fail" for check in checks):
        raise typer.Exit(FindingsError.exit_code)


@app.command()
def releases(
    *,
    place: From = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read every byte of each.")] = False,
    use: Annotated[str | None, typer.Option("--use", metavar="ID", help="Make it the current one again.")] = None,
    json: Json = False,
) -> None:
    """List the releases of a folder; check them; go back to one."""
    from egov_kg import store
    from egov_kg.errors import ReleaseDamaged, ReleaseNotFound

    out = place or _config().out
    if use is not None:
        chosen = store.use_release(out, use)
        console.say(f"the current release is {chosen.id[:12]}")
    names = store.list_releases(out)
    if not names:
        raise ReleaseNotFound(out)
    current = store.current_id(out)
    found: list[Release] = []
    damage: list[ReleaseDamaged] = []
    for name in names:
        try:
            found.append(store.open_release(out / store.RELEASES / name, deep=verify))
        except ReleaseDamaged as error:
            damage.append(error)
    if json:
        console.print_json(
            [
                {
                    "release": one.id,
                    "path": str(one.path),
                    "version": one.manifest.version,
                    "issued": one.manifest.issued,
                    "facts": one.counts["totals"]["facts"],
                    "current": one.id == current,
                }
                for one in found
            ]
        )
    elif found:
        head = ["release", "version", "issued", "facts", ""]
        rows = [
            [
                one.id[:12],
                one.manifest.version,
                one.manifest.issued,
                one.counts["totals"]["facts"],
                "current" if one.id == current else "",
            ]
            for one in found
        ]
        console.print_text(console.columns(rows, head=head))
    if current not in names:
        console.say("none of them is the current one; egov-kg releases --use ID makes one so", always=True)
    for one_damaged in damage:
        console.say(f"egov-kg: {one_damaged}", always=True)
    if damage and use is None:
        raise typer.Exit(ReleaseDamaged.exit_code)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A release: its folder, or the beginning of its id.")],
    new: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    *,
    place: From = None,
    json: Json = False,
    output: Output = None,
) -> None:
    """Print what changed between two releases as lines of N-Quads; exit 1 if anything did."""
    import json as notation

    from egov_kg import store, views

    out = place or _config().out
    before, after = store.find_release(out, old), store.find_release(out, new)
    removed, added = views.difference(before.quads(), after.quads())
    with console.output(output) as sink:
        if json:
            table = {"from": before.id, "to": after.id, "removed": removed, "added": added}
            sink.write(notation.dumps(table, ensure_ascii=False, indent=1).encode() + b"\n")
        else:
            sink.writelines(f"- {line}\n".encode() for line in removed)
            sink.writelines(f"+ {line}\n".encode() for line in added)
    console.say(f"{len(removed)} quads removed, {len(added)} added")
    if removed or added:
        raise typer.Exit(FindingsError.exit_code)


@app.command()
def infer(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="RDF files.")],
    *,
    output: Output = None,
    form: Annotated[
        DumpFormat | None, typer.Option("--format", help="Of the output; that of its name, or Turtle.")
    ] = None,
    entailed: Annotated[bool, typer.Option("--entailed", help="Only what is new.")] = False,
    reasoner: Annotated[Reasoner, typer.Option("--reasoner", help="Ours with proofs, or owlrl alone.")] = Reasoner.own,
) -> None:
    """Add to RDF files what follows from them under the ontology (OWL 2 RL)."""
    from egov_kg import rdf_files

    quads, contradictions = rdf_files.infer(
        rdf_files.read_rdf(files), entailed_only=entailed, owlrl_only=reasoner is Reasoner.owlrl
    )
    with console.output(output) as sink:
        sink.write(rdf_files.write_rdf(quads, rdf_files.output_format(output, form)))
    for sentence in contradictions:
        console.say(f"contradiction: {sentence}", always=True)
    if contradictions:
        raise typer.Exit(FindingsError.exit_code)


@app.command()
def convert(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="RDF files; their triples are put together.")],
    *,
    output: Output = None,
    form: Annotated[
        DumpFormat | None, typer.Option("--format", help="Of the output; that of its name, or Turtle.")
    ] = None,
) -> None:
    """Write RDF files in another format, sorted, with our prefixes."""
    from egov_kg import rdf_files

    data = rdf_files.write_rdf(rdf_files.read_rdf(files), rdf_files.output_format(output, form))
    with console.output(output) as sink:
        sink.write(data)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; made if it is missing.")] = Path(),
) -> None:
    """Make a folder for a graph of your own: egov-kg.toml, documents, background."""
    from egov_kg import starting

    for path in starting.start(folder):
        console.print_text(str(path))
    console.say(f"put documents into {folder / 'documents'}, then: egov-kg build --documents documents")


@config_app.command("show")
def show_config(*, json: Json = False) -> None:
    """Print every setting, its value, and where it comes from."""
    import dataclasses

    settings, origin = configuration.load()
    table = {
        key: str(value) if isinstance(value, Path) else value for key, value in dataclasses.asdict(settings).items()
    }
    if json:
        console.print_json({key: {"value": value, "origin": origin[key]} for key, value in table.items()})
    else:
        console.print_text(console.columns([[key, str(value), origin[key]] for key, value in table.items()]))
