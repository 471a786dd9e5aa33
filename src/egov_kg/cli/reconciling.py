"""The verb that matches a table with a release, without a server: reconcile."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, Lang, Output, opened
from egov_kg.errors import NotFound, UsageError


def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table: CSV or TSV, also as .gz or .zst.")],
    *,
    column: Annotated[str, typer.Option("--column", metavar="NAME", help="The column with the names.")],
    kind: Annotated[str, typer.Option("--type", metavar="TYPE", help="What they name: Law, Agency, Person ...")] = "",
    properties: Annotated[
        list[str] | None,
        typer.Option(
            "--property", metavar="COLUMN=PROPERTY", help="A column that helps to decide: year=statedYear; repeatable."
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=25, help="How many candidates of a row.")] = 1,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of names in the answer.")] = Lang.en,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="C", help="What stands between cells. [default: by the ending]")
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", metavar="NAME", help="The encoding of the table.")] = "utf-8",
    output: Output = None,
    place: From = None,
) -> None:
    """Find the things that the rows of a table mean; write the table with their ids, scores, and why."""
    import csv
    import io

    from egov_kg.reconciliation.csv_tables import CsvTable, matched, wish_of
    from egov_kg.reconciliation.gathered import SEARCH
    from egov_kg.reconciliation.reconciler import Reconciler

    release = opened(place)
    folder = release.path / SEARCH
    if not folder.is_dir():
        raise NotFound(f"{release.path} was built without an index of names; build the release again: egov-kg build")
    if delimiter is None:
        delimiter = "\t" if ".tsv" in file.suffixes else ","
    if len(delimiter) != 1:
        raise UsageError(f"--delimiter {delimiter!r} is not one character")
    reconciler = Reconciler.open(folder)
    known = reconciler.table.properties
    wish = wish_of(
        column, kind, properties or (), (lang.value,), limit, classes=reconciler.table.counts, known=tuple(known)
    )
    found = sure = 0
    with (
        CsvTable(file, delimiter=delimiter, encoding=encoding) as table,
        console.progress() as progress,
        console.output(output) as sink,
    ):
        text = io.TextIOWrapper(sink, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        for number, row in enumerate(matched(table, wish, reconciler, lambda *done: progress.ticks("rows", *done))):
            writer.writerow(row)
            found, sure = found + bool(number and row[-5]), sure + bool(number and row[-2] == "true")
        text.detach()
    console.say(f"{table.rows} rows: {found} candidates, {sure} of them certain")
