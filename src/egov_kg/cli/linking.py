"""The verb about data sets outside: link."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, Json, opened
from egov_kg.errors import UsageError


def link(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A file, a folder, an address, or a name that --list shows.")
    ] = "",
    *,
    spec: Annotated[
        str, typer.Option("--spec", metavar="FILE.toml", help="The link specification, or the name of one.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the targets that are known by name.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The mapping file; - is stdout. [default: beside FILE.toml]"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=64, metavar="N", help="How many processes compare. [default: one a processor]"
        ),
    ] = None,
    place: From = None,
    json: Json = False,
) -> None:
    """Compare the graph with a data set outside, and write candidate links for a person to review."""
    from egov_kg import targets
    from egov_kg.linking import sssom_text

    if listed:
        _list(json=json)
        return
    if not target:
        raise UsageError("there is no TARGET: a file with --spec, or one of the names that 'egov-kg link --list' shows")
    by_path = Path(spec).is_file() or spec.endswith(".toml")
    if not spec and Path(target).exists():
        raise UsageError(f"{target} needs its link specification: --spec FILE.toml, or --spec NAME")
    named = None if by_path else targets.named_target(spec or target, target if spec else "")
    release = opened(place)
    piped = output is not None and str(output) == "-"
    if named is not None and output is None:
        output = Path(named.specification.with_suffix(".sssom.tsv").name)  # what ships is not written to
    with console.progress() as progress:
        found = targets.link(
            release,
            named.target if named else target,
            named.specification if named else Path(spec),
            decided=output if output is not None and not piped and output.exists() else None,
            rows=named.rows if named else None,
            engine=targets.engine_of("own", workers=workers),
            tick=lambda done, total: progress.ticks("rows", done, total),
        )
    rows = [asdict(one) for one in found.summary]
    if piped:
        with console.output(output) as sink:
            sink.write(sssom_text(found.mappings, release.base).encode())
    else:
        written = output or found.specification.mapping_path
        targets.write_mappings(found, written, release.base)
        console.say(f"{written}: {len(found.mappings.mappings)} mappings, {found.decisions} of them decided by people")
        if json:
            console.print_json({"file": str(written), "decided": found.decisions, "blocks": rows})
        else:
            console.print_text(console.columns([list(one.values()) for one in rows], head=list(rows[0])))


def _list(*, json: bool) -> None:
    from egov_kg.linking.offered import offers

    found, failed = offers()
    rows = [
        {"name": one.name, "from": one.package, "rows": one.files, "licence": one.specification.dataset.licence}
        for one in found
    ]
    for problem in failed.values():
        console.say(problem, always=True)
    if json:
        console.print_json({"targets": rows, "unusable": failed})
    else:
        shown = [list(one.values()) for one in rows]
        console.print_text(console.columns(shown, head=["name", "from", "rows", "licence"]))
