"""Verbs about RDF files, or about a release as one: validate, infer, convert."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import (
    ClosureKind,
    DumpFormat,
    From,
    InferEngine,
    Json,
    Output,
    Reasoner,
    ReportFormat,
    configured,
    opened,
)
from egov_kg.errors import FindingsError

if TYPE_CHECKING:
    from egov_kg.inferring import Wish


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
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="RDF files, as they are, .gz or .zst; - is N-Triples on stdin; for Spark also folders of parts.",
        ),
    ],
    *,
    output: Output = None,
    form: Annotated[
        DumpFormat | None, typer.Option("--format", help="Of the output; that of its name, or Turtle.")
    ] = None,
    entailed: Annotated[bool, typer.Option("--entailed", help="Only what is new.")] = False,
    ontology: Annotated[
        list[Path] | None,
        typer.Option("--ontology", metavar="FILE", help="Axioms, instead of our ontology; repeatable."),
    ] = None,
    engine: Annotated[
        InferEngine, typer.Option("--engine", help="Facts in memory; on disk; on Spark.")
    ] = InferEngine.numpy,
    master: Annotated[
        str, typer.Option("--master", metavar="URL", help="Where Spark runs: local[*], spark://HOST:PORT, yarn.")
    ] = "local[*]",
    reasoner: Annotated[Reasoner, typer.Option("--reasoner", help="Ours with proofs, or owlrl alone.")] = Reasoner.own,
    closure: Annotated[
        ClosureKind, typer.Option("--closure", help="Without what is true of everything, or with it.")
    ] = ClosureKind.lean,
    expand_same_as: Annotated[
        bool, typer.Option("--expand-same-as", help="Write facts for every name of a thing.")
    ] = False,
    merge_same_as: Annotated[
        list[str] | None,
        typer.Option(
            "--merge-same-as", metavar="NAMESPACE", help="Merge only names that begin so by owl:sameAs; repeatable."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if there are contradictions.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write rounds, counts, contradictions as JSON.")
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="SIZE", help="What a run may take (600M, 4G). [default: what is free]"),
    ] = None,
    work_folder: Annotated[
        Path | None,
        typer.Option(
            "--work-folder",
            metavar="DIR",
            help="Where --engine duckdb or spark keeps facts. [default: beside the output]",
        ),
    ] = None,
) -> None:
    """Add to RDF files what follows from them under the ontology (OWL 2 RL)."""
    import contextlib
    import json
    from dataclasses import asdict
    from time import perf_counter

    from egov_kg import inferring
    from egov_kg.inference.allocation import keep_freed_memory
    from egov_kg.timing import Stage

    keep_freed_memory()

    wish = inferring.Wish(
        closure=closure.value,
        engine=engine.value,
        master=master,
        expands=expand_same_as,
        merges=tuple(merge_same_as or ()),
        base=configured().base,
        memory=None if memory is None else inferring.size_of(memory),
        reasoner=reasoner.value,
        folder=work_folder or (output.parent if output is not None and str(output) != "-" else None),
    )
    if engine is InferEngine.spark and reasoner is Reasoner.own:
        if _infer_on_spark(files, wish, output, form, ontology or [], entailed=entailed, report=report) and strict:
            raise typer.Exit(FindingsError.exit_code)
        return
    extension = form.value if form is not None else inferring.output_extension(output)
    start = perf_counter()
    with contextlib.ExitStack() as ends, console.progress() as shown:
        inferred = inferring.infer_files(
            files,
            wish,
            ontology=ontology or (),
            hear=lambda name, done, total: shown.ticks(name, done, total or 0),
            say=lambda sentence: shown.stage(Stage("", sentence, 0.0)),
        )
        ends.callback(inferred.close)
        shown.stage(Stage("inferred", f"{inferred.entailed_count} triples", perf_counter() - start))
        start = perf_counter()
        with console.output(output) as sink:
            inferring.write_inferred(
                inferred, sink, extension, name=output.name if output else "", entailed_only=entailed
            )
        shown.stage(Stage("written", str(output or "-"), perf_counter() - start))
    found = () if reasoner is Reasoner.owlrl else inferring.contradictions(inferred)
    sentences = [inferring.sentence(one) for one in found]
    if reasoner is Reasoner.owlrl:
        sentences = inferred.report["errors"]
    if report is not None:
        told = inferring.report_of(inferred) | {"contradictions": [asdict(one) for one in found]}
        with console.output(report) as sink:
            sink.write((json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
    for sentence in inferring.identities(inferred):
        console.say(sentence)
    for sentence in sentences:
        console.say(f"contradiction: {sentence}", always=True)
    if sentences and strict:
        raise typer.Exit(FindingsError.exit_code)


def _infer_on_spark(
    files: list[Path],
    wish: Wish,
    output: Path | None,
    form: DumpFormat | None,
    ontology: list[Path],
    *,
    entailed: bool,
    report: Path | None,
) -> int:
    """Derive over Spark; return how many contradictions there are."""
    import json
    from dataclasses import asdict
    from time import perf_counter

    from egov_kg import inferring
    from egov_kg.inferring_on_spark import infer_on_spark, is_folder
    from egov_kg.timing import Stage

    start = perf_counter()
    extension = "nt" if form is None and is_folder(output) else form and form.value
    with console.progress() as shown:
        told, namespaces, found = infer_on_spark(
            files,
            wish,
            output,
            ontology=ontology,
            extension=extension or inferring.output_extension(output),
            entailed_only=entailed,
            say=lambda sentence: shown.stage(Stage("", sentence, 0.0)),
        )
        shown.stage(Stage("inferred", f"{told['entailed']} triples", perf_counter() - start))
    for sentence in inferring.identities_in(told, namespaces):
        console.say(sentence)
    if report is not None:
        with console.output(report) as sink:
            told = told | {"contradictions": [asdict(one) for one in found]}
            sink.write((json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
    for one in found:
        console.say(f"contradiction: {inferring.sentence(one)}", always=True)
    return len(found)


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
