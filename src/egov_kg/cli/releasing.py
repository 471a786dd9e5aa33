"""Verbs about the releases of a folder: list, check, go back, compare."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, Json, Output, configured
from egov_kg.errors import FindingsError

if TYPE_CHECKING:
    from egov_kg.store import Release


def releases(
    *,
    place: From = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read every byte of each.")] = False,
    use: Annotated[str | None, typer.Option("--use", metavar="ID", help="Make it the current one again.")] = None,
    json: Json = False,
) -> None:
    """List the releases of a folder; check them; go back to one."""
    from egov_kg import store
    from egov_kg.errors import ReleaseDamaged, ReleaseNotFound

    out = place or configured().out
    if use is not None:
        chosen = store.use_release(out, use)
        console.say(f"the current release is {chosen.id[:12]}")
    names = store.list_releases(out)
    if not names:
        raise ReleaseNotFound(out)
    current = store.current_id(out)
    found: list[Release] = []
    damage: list[ReleaseDamaged] = []
    for name in names:
        try:
            found.append(store.open_release(out / store.RELEASES / name, deep=verify))
        except ReleaseDamaged as error:
            damage.append(error)
    if json:
        console.print_json(
            [
                {
                    "release": one.id,
                    "path": str(one.path),
                    "version": one.manifest.version,
                    "issued": one.manifest.issued,
                    "facts": one.counts["totals"]["facts"],
                    "current": one.id == current,
                }
                for one in found
            ]
        )
    elif found:
        head = ["release", "version", "issued", "facts", ""]
        rows = [
            [
                one.id[:12],
                one.manifest.version,
                one.manifest.issued,
                one.counts["totals"]["facts"],
                "current" if one.id == current else "",
            ]
            for one in found
        ]
        console.print_text(console.columns(rows, head=head))
    if current not in names:
        console.say("none of them is the current one; egov-kg releases --use ID makes one so", always=True)
    for one_damaged in damage:
        console.say(f"egov-kg: {one_damaged}", always=True)
    if damage and use is None:
        raise typer.Exit(ReleaseDamaged.exit_code)


def rollback(
    *,
    place: From = None,
    keep_changes: Annotated[
        bool, typer.Option("--keep-changes", help="Let changes that come undone wait for the next publish.")
    ] = False,
) -> None:
    """Go back to the release before the current one; running servers follow. Prints its folder.

    Changes that only the current one holds are set aside: else the next publish, or a server, brings them again.
    """
    from egov_kg import republishing

    chosen, undone = republishing.go_back(place or configured().out, keep_changes=keep_changes)
    console.say(f"the current release is {chosen.id[:12]}")
    if undone:
        what = "wait for the next publish" if keep_changes else "are set aside"
        console.say(f"changes {', '.join(map(str, undone))} {what}", always=True)
    console.print_text(str(chosen.path))


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A release: its folder, or the beginning of its id.")],
    new: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    *,
    place: From = None,
    json: Json = False,
    output: Output = None,
) -> None:
    """Print what changed between two releases as lines of N-Quads; exit 1 if anything did."""
    import json as notation

    from egov_kg import store, views

    out = place or configured().out
    before, after = store.find_release(out, old), store.find_release(out, new)
    removed, added = views.difference(before.quads(), after.quads())
    with console.output(output) as sink:
        if json:
            table = {"from": before.id, "to": after.id, "removed": removed, "added": added}
            sink.write(notation.dumps(table, ensure_ascii=False, indent=1).encode() + b"\n")
        else:
            sink.writelines(f"- {line}\n".encode() for line in removed)
            sink.writelines(f"+ {line}\n".encode() for line in added)
    console.say(f"{len(removed)} quads removed, {len(added)} added")
    if removed or added:
        raise typer.Exit(FindingsError.exit_code)
