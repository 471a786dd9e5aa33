"""Verbs about changes: publish what was accepted, list it, set it aside, load RDF as a change."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from egov_kg import config as configuration
from egov_kg import console
from egov_kg.cli.options import From, Json, configured
from egov_kg.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from egov_kg.republishing import Published
    from egov_kg.store.changes import ChangeLog

_AUTHOR: Final = "command-line"
"""What stands for the token of a change that the command line made."""


def publish(
    *,
    place: From = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=64, metavar="N", help="Processes that work at once.")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--most", min=1, metavar="N", help="Only so many, the oldest first. [default: all]")
    ] = None,
    json: Json = False,
) -> None:
    """Make a release of the changes that were accepted since the current one; exit 1 if one had to be set aside."""
    from egov_kg import republishing

    settings = configured()
    with console.progress() as progress:
        published = republishing.publish(
            place or settings.out, settings, progress.stage, workers=workers or configuration.cores(), most=most
        )
    _tell(published, json=json)


def _tell(published: Published, *, json: bool) -> None:
    rejected = {str(number): list(reasons) for number, reasons in sorted(published.rejected.items())}
    if json:
        told: dict[str, Any] = {"release": published.release.id, "path": str(published.release.path)}
        console.print_json({**told, "taken": list(published.taken), "rejected": rejected})
    else:
        if not published.taken and not rejected:
            console.say("no change waits; the release stays as it is")
        for number, reasons in rejected.items():
            words = "; ".join(str(reason["message"]) for reason in reasons[:3])
            console.say(f"change {number} was set aside: {words}", always=True)
        console.print_text(str(published.release.path))
    if rejected:
        raise typer.Exit(FindingsError.exit_code)


def changes(
    *,
    place: From = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read every record; a damaged one is named.")] = False,
    reject: Annotated[
        int | None, typer.Option("--reject", min=1, metavar="N", help="Set a change aside that waits or was published.")
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for --reject.", show_default=False)
    ] = "",
    archive: Annotated[
        bool, typer.Option("--archive", help="Move records that all kept releases hold into changes/archive.")
    ] = False,
    json: Json = False,
) -> None:
    """List the changes that were accepted, and what came of each; set one aside, or archive old ones."""
    from egov_kg import republishing, store
    from egov_kg.errors import NotFound
    from egov_kg.store.changes import CHANGES, ChangeLog, Rejection

    out = place or configured().out
    log = ChangeLog(out / CHANGES)
    if reject is not None:
        if not reason:
            raise UsageError("say why with --reason: it is what /updates/N tells whoever asked for the change")
        if log.find(reject) is None:
            raise NotFound(f"there is no change {reject} in {log.folder}")
        log.reject(Rejection(reject, store.current_id(out), [{"check": "operator", "message": reason}]))
        console.say(f"change {reject} is set aside; the next build leaves it out")
        return
    if archive:
        moved, through = republishing.archive(out)
        console.say(
            f"{moved} records moved to {log.folder / 'archive'}; all kept releases hold changes up to {through}"
        )
        return
    mark = store.open_release(out).manifest.mark if store.current_id(out) else 0
    rows = _rows(log, mark)
    if verify:
        console.say(f"{log.verify()} records are whole")
    if json:
        console.print_json(rows)
    elif rows:
        keys = ("number", "time", "token", "removed", "added", "status")
        console.print_text(console.columns([[row[key] for key in keys] for row in rows], head=keys))
    else:
        console.say(f"no change was accepted in {out}")


def _rows(log: ChangeLog, mark: int) -> list[dict[str, Any]]:
    rejected = log.rejected()
    return [
        {
            "number": change.number,
            "time": change.time[:19],
            "token": change.token,
            "removed": len(change.removed),
            "added": len(change.added),
            "status": "rejected" if change.number in rejected else "published" if change.number <= mark else "pending",
        }
        for change in log.read()
    ]


def load(
    files: Annotated[list[str], typer.Argument(metavar="FILE…|-", help="RDF files; - is stdin, then say --format.")],
    *,
    place: From = None,
    graph: Annotated[
        str, typer.Option("--graph", metavar="G", help="Where triples go: a name below graph/, or an IRI.")
    ] = "background/curated",
    form: Annotated[str | None, typer.Option("--format", metavar="F", help="ttl nt rdf jsonld nq trig.")] = None,
    wait: Annotated[
        bool, typer.Option("--publish/--no-publish", help="Publish at once, or with the next publish.")
    ] = True,
    json: Json = False,
) -> None:
    """Add RDF to the graph as a change, and publish it; exit 1 if it had to be set aside."""
    from egov_kg import loading, republishing

    settings = configured()
    out = place or settings.out
    change = loading.load(files, out, graph=graph, form=form, token=_AUTHOR)
    if change is None:
        console.say("the graph holds all of it already")
    else:
        console.say(f"change {change.number}: {len(change.added)} quads added")
    if wait:
        with console.progress() as progress:
            published = republishing.publish(out, settings, progress.stage, workers=configuration.cores())
        _tell(published, json=json)
