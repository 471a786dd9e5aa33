"""The verb that serves a release over HTTP."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, configured


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
) -> None:
    """Serve a release: pages, SPARQL, downloads. Read-only; prints its address when it answers."""
    import dataclasses

    from egov_kg import server

    settings = configured()
    settings = dataclasses.replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
        fronts=fronts or settings.fronts,
        log_format=settings.log_format if log_format is None else log_format.value,
        log_access=settings.log_access or access_log,
    )

    def tell(address: str) -> None:
        console.print_text(address)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    server.run(settings, place or settings.out, on_ready=tell)
