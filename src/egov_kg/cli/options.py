"""Options that several verbs share, and what they choose from."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from egov_kg import config as configuration
from egov_kg.config import Config

if TYPE_CHECKING:
    from egov_kg.store import Release

_FROM_HELP: Final = "A release folder, or the folder that holds the releases. [default: build]"
From = Annotated[Path | None, typer.Option("--from", metavar="DIR", help=_FROM_HELP, show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write; - is stdout.")]
ExpandSameAs = Annotated[
    bool,
    typer.Option("--expand-same-as", help="Facts under every name of a thing, not on one; only names that are ours."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Documents = Annotated[
    list[Path] | None,
    typer.Option("--documents", metavar="DIR", help="Documents, instead of those that come along; repeatable."),
]
BackgroundTables = Annotated[
    Path | None,
    typer.Option("--background", metavar="DIR", help="Background tables, instead of those that come along."),
]
Extractors = Annotated[
    list[str] | None,
    typer.Option("--extractor", metavar="NAME", help="An extractor besides the rules; repeatable. None is on."),
]
Reviews = Annotated[
    list[Path] | None,
    typer.Option("--review", metavar="DIR", help="Decisions, besides those that come along; repeatable."),
]
Gazetteers = Annotated[
    list[Path] | None,
    typer.Option("--gazetteer", metavar="DIR", help="Tables of names, besides those that come along; repeatable."),
]
Mappings = Annotated[
    list[Path] | None,
    typer.Option(
        "--mappings",
        metavar="DIR",
        help="Mapping files of data sets outside, besides those that come along; repeatable.",
    ),
]


class FactFormat(StrEnum):
    """How facts are printed."""

    tsv = "tsv"
    jsonl = "jsonl"
    trace = "trace"


class DumpFormat(StrEnum):
    """The formats of dumps."""

    ttl = "ttl"
    nt = "nt"
    nq = "nq"
    trig = "trig"
    rdf = "rdf"
    jsonld = "jsonld"


class ReportFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    ttl = "ttl"


class Lang(StrEnum):
    """The languages of labels."""

    en = "en"
    ko = "ko"


class LinkEngine(StrEnum):
    """What finds and weighs the pairs of a link: our own matcher, here or over Spark, or Splink."""

    own = "own"
    spark = "spark"
    splink_duckdb = "splink-duckdb"
    splink_spark = "splink-spark"


class InferEngine(StrEnum):
    """Where facts are derived: in memory, on disk, or on a cluster."""

    numpy = "numpy"
    duckdb = "duckdb"
    spark = "spark"


class Reasoner(StrEnum):
    """What derives: our reasoner, which proves what owlrl finds, or owlrl alone."""

    own = "own"
    owlrl = "owlrl"


class ClosureKind(StrEnum):
    """How much of a closure is written."""

    lean = "lean"
    full = "full"


def configured() -> Config:
    """Return the configuration that holds where the command was started."""
    return configuration.load()[0]


def opened(place: Path | None) -> Release:
    """Return the release that `--from` names, or that of the configured folder, opened."""
    from egov_kg import api

    return api.open_release(place or configured().out)
