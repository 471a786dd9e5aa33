"""Verbs about RDF files, or about a release as one: validate, infer, convert."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import DumpFormat, From, Json, Output, Reasoner, ReportFormat, opened
from egov_kg.errors import FindingsError


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

    report = rdf_files.validate_rdf(rdf_files.read_rdf(files)) if files else api.validate(opened(place))
    with console.output(output) as sink:
        if json or form is ReportFormat.json:
            sink.write(report.to_json().encode())
        elif form is ReportFormat.ttl:
            sink.write(report.to_turtle())
        else:
            sink.write(report.to_text().encode())
    if not report.conforms:
        raise typer.Exit(FindingsError.exit_code)


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
