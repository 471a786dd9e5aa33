"""Verbs about what documents say, before any release: extract, evaluate, review."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import (
    BackgroundTables,
    Documents,
    Extractors,
    FactFormat,
    Gazetteers,
    Json,
    Output,
    Reviews,
    configured,
)
from egov_kg.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from egov_kg.documents import Limits
    from egov_kg.model import Document


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

    settings = configured()
    return Limits(settings.document_bytes, settings.document_seconds, settings.document_memory)


def _tsv(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    from egov_kg.extraction.export import COLUMNS

    yield "\t".join(COLUMNS)
    for row in rows:
        yield "\t".join(row[name] for name in COLUMNS)


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
            configured(),
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
