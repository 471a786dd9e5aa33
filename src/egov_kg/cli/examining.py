"""Verbs about the installation itself: doctor, config show."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egov_kg import config as configuration
from egov_kg import console
from egov_kg.cli.options import From, Json
from egov_kg.errors import FindingsError


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
