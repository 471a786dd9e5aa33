"""Verbs that make a release, or the folder for one: build, init."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from egov_kg import config as configuration
from egov_kg import console
from egov_kg.cli.options import (
    BackgroundTables,
    Documents,
    Extractors,
    Gazetteers,
    Json,
    Mappings,
    Reasoner,
    Reviews,
    configured,
)

_FEW: Final = 20
"""Up to so many documents are told one by one after a build; `-v` tells all."""


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
    mappings: Mappings = None,
    json: Json = False,
) -> None:
    """Build a release from documents and publish it; prints its folder."""
    from egov_kg import pipeline, views

    settings = configured()
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
            mappings=mappings or (),
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
    for line in (*views.claims_lines(result.report), *views.links_lines(result.report)):
        console.say(line)
    console.print_text(str(result.release.path))


def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; made if it is missing.")] = Path(),
) -> None:
    """Make a folder for a graph of your own: egov-kg.toml, documents, background."""
    from egov_kg import starting

    for path in starting.start(folder):
        console.print_text(str(path))
    console.say(f"put documents into {folder / 'documents'}, then: egov-kg build --documents documents")
