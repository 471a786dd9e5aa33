"""Verbs about tokens: who may change facts through a server."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from egov_kg import console
from egov_kg.cli.options import Json, configured
from egov_kg.errors import UsageError

if TYPE_CHECKING:
    from egov_kg.store.tokens import Token

_DAYS: Final = 365


class ScopeName(StrEnum):
    """What a token may allow."""

    read = "read"
    update = "update"
    admin = "admin"


TokenPlace = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="Where hashes of tokens are kept. [default: token_file]"),
]


def _file(path: Path | None) -> Path:
    if path is None and not configured().token_file:
        raise UsageError("give the file with --token-file FILE, or as token_file in egov-kg.toml")
    return path or Path(configured().token_file)


def new(
    *,
    file: TokenPlace = None,
    scopes: Annotated[
        list[ScopeName] | None,
        typer.Option("--scope", help="What it allows; repeatable. [default: read and update]", show_default=False),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=0, max=36_500, metavar="N", help="How long; 0 is for ever.")
    ] = _DAYS,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Whose it is.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Make a token and print it: this once, since only its hash is kept."""
    from egov_kg.store import tokens

    chosen = [one.value for one in scopes or (ScopeName.read, ScopeName.update)]
    secret, token = tokens.new_token(_file(file), chosen, days=days or None, note=note)
    if json:
        console.print_json({"token": secret, **_shown(token)})
        return
    console.print_text(secret)
    until = f"until {token.expires[:10]}" if token.expires else "for ever"
    console.say(f"{token.id} allows {', '.join(token.scopes)} {until}; the token is shown this once")


def listed(*, file: TokenPlace = None, json: Json = False) -> None:
    """List the tokens that are kept: id, scopes, days, note."""
    from egov_kg.store import tokens

    rows = [_shown(token) for token in tokens.read_tokens(_file(file))]
    if json:
        console.print_json(rows)
    elif rows:
        table = [
            [row["id"], ",".join(row["scopes"]), row["created"][:10], row["expires"][:10], row["note"]] for row in rows
        ]
        console.print_text(console.columns(table, head=["id", "scopes", "made", "until", "note"]))


def revoke(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of the token, as `token list` shows it.")],
    *,
    file: TokenPlace = None,
) -> None:
    """Make a token worthless at once, on running servers too."""
    from egov_kg.store import tokens

    token = tokens.revoke_token(_file(file), name)
    console.say(f"{token.id} is worth nothing any more")


def _shown(token: Token) -> dict[str, Any]:
    """Return what is told of a token: everything but its hash."""
    return {
        "id": token.id,
        "scopes": list(token.scopes),
        "created": token.created,
        "expires": token.expires,
        "note": token.note,
    }
