"""The verb that serves a release over HTTP."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, configured
from egov_kg.errors import UsageError


class Entailment(StrEnum):
    """Under which regime."""

    rdfs = "rdfs"


class LogFormat(StrEnum):
    """How events are written down."""

    text = "text"
    json = "json"


def serve(
    *,
    place: From = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="H", help="Where to listen. [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, metavar="N", help="0 takes a free one. [default: 8000]")
    ] = None,
    fronts: Annotated[
        int | None,
        typer.Option("--fronts", min=1, max=64, metavar="N", help="Processes that read requests. [default: 1]"),
    ] = None,
    log_format: Annotated[
        LogFormat | None, typer.Option("--log-format", help="One event a line, on stderr. [default: text]")
    ] = None,
    access_log: Annotated[
        bool, typer.Option("--access-log", help="Write down each answer, without its query.")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
    updates: Annotated[
        bool, typer.Option("--updates", help="Take changes; each is kept at once and appears with the next release.")
    ] = False,
    scratch: Annotated[
        bool, typer.Option("--scratch", help="Serve no release but a store that takes updates, seen at once.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="With --scratch: keep the store here. [default: nothing is kept]"),
    ] = None,
    entailment: Annotated[
        Entailment | None,
        typer.Option("--entailment", help="With --scratch: queries see what follows. [default: none]"),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            "--beside",
            metavar="NAME[=PATH]",
            help="Serve a data set of others beside it, at /beside/NAME/sparql: one that comes along, or a file.",
        ),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="Who may what; egov-kg token new makes it.")
    ] = None,
) -> None:
    """Serve a release: pages, SPARQL, downloads. Read-only by default; prints its address when it answers."""
    import dataclasses
    import tempfile
    from contextlib import nullcontext

    from egov_kg import server
    from egov_kg.config_lists import beside_from
    from egov_kg.store.tokens import new_token

    settings = configured()
    settings = dataclasses.replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
        fronts=fronts or settings.fronts,
        log_format=settings.log_format if log_format is None else log_format.value,
        log_access=settings.log_access or access_log,
        token_file=settings.token_file if token_file is None else str(token_file),
        beside=settings.beside if not beside else beside_from(beside, "--beside"),
        mode="updates" if updates else "scratch" if scratch else settings.mode,
    )
    if updates and scratch:
        raise UsageError("--updates is for releases, --scratch for a store without any; give one of them")
    if out is not None and settings.mode != "scratch":
        raise UsageError("--out is for --scratch; a release is named by --from")
    if entailment is not None and not scratch:
        raise UsageError("--entailment is for --scratch; a release holds what follows from it")

    def tell(address: str) -> None:
        console.print_text(address)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    if settings.mode != "scratch":
        server.run(settings, place or settings.out, on_ready=tell)
        return
    is_kept = out is not None and settings.token_file  # then nothing is left behind by a server that is killed
    with nullcontext("") if is_kept else tempfile.TemporaryDirectory(prefix="egov-kg-") as temporary:
        folder = Path(temporary) / "store" if out is None else out
        if out is None:
            console.say("nothing is kept: the store ends with the server; --out DIR keeps it", always=True)
        if not settings.token_file:
            settings = dataclasses.replace(settings, token_file=str(Path(temporary) / "tokens.json"))
            secret, _ = new_token(Path(settings.token_file), ("read", "update"), days=None, note="of this server")
            console.say(f"token of this server: {secret}", always=True)
        server.run_scratch(settings, folder, entails=entailment is not None, on_ready=tell)
