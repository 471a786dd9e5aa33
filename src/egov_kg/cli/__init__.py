"""Words for the command line: options become arguments of functions, and results become text. No logic is here.

Heavy imports stand inside the commands, so that ``egov-kg --help`` answers at once.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import egov_kg
from egov_kg import console
from egov_kg.cli import (
    building,
    changing,
    checking,
    examining,
    extracting,
    linking,
    querying,
    reconciling,
    releasing,
    serving,
    tokens,
)
from egov_kg.errors import UsageError

__all__ = ["app"]


class _Verbs(TyperGroup):
    """Verbs of one word, and verbs of two where the first one is a verb by itself: ``link``, ``link review``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the verb that the first words name, and the words behind it."""
        name = " ".join(args[:2])
        if len(args) > 1 and " " in name and name in self.commands:
            if "--spec" in args:
                raise UsageError(f"{name} takes no --spec; a target named {args[1]!r} is written ./{args[1]}")
            return name, self.commands[name], args[2:]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="egov-kg",
    cls=_Verbs,
    help="Documents about e-government as a knowledge graph with evidence: build it, ask it, serve it.",
    epilog="Every command takes -q (say nothing but errors), -v (say more) and --no-color. "
    "Data goes to stdout, everything else to stderr.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_app = typer.Typer(help="The configuration.", no_args_is_help=True)
token_app = typer.Typer(help="Tokens: who may change facts through a server.", no_args_is_help=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        console.print_text(f"egov-kg {egov_kg.__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _start(*, version: Version = False) -> None:
    del version


_VERBS: Final = (
    building.build,
    extracting.extract,
    extracting.evaluate,
    extracting.review,
    querying.query,
    querying.explain,
    querying.stats,
    checking.validate,
    querying.conflicts,
    querying.dump,
    linking.link,
    reconciling.reconcile,
    serving.serve,
    examining.doctor,
    changing.publish,
    changing.changes,
    changing.load,
    releasing.releases,
    releasing.rollback,
    releasing.diff,
    checking.infer,
    checking.convert,
    building.init,
)
"""In the order of the help."""

for _verb in _VERBS:
    app.command()(_verb)
app.command("link review")(linking.review)
config_app.command("show")(examining.show_config)
app.add_typer(config_app, name="config")
token_app.command("new")(tokens.new)
token_app.command("list")(tokens.listed)
token_app.command("revoke")(tokens.revoke)
app.add_typer(token_app, name="token")
