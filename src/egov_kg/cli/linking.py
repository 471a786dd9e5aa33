"""The verb about data sets outside: link."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, Json, opened


def link(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A file, a folder of files, or an endpoint.")],
    *,
    spec: Annotated[Path, typer.Option("--spec", metavar="FILE.toml", help="The link specification.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The mapping file; - is stdout. [default: beside FILE.toml]"
        ),
    ] = None,
    place: From = None,
    json: Json = False,
) -> None:
    """Compare the graph with a data set outside, and write candidate links for a person to review."""
    from egov_kg import targets
    from egov_kg.linking import sssom_text

    release = opened(place)
    piped = output is not None and str(output) == "-"
    with console.progress() as progress:
        found = targets.link(
            release,
            target,
            spec,
            decided=output if output is not None and not piped and output.exists() else None,
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
