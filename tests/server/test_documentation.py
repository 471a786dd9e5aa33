"""The pages on HTTP and SPARQL say what is there: problems, addresses, formats, types of parameters."""

from __future__ import annotations

import re
from pathlib import Path

from egov_kg.config import Config
from egov_kg.server.app import _routes
from egov_kg.server.problems import TYPES
from egov_kg.sparql import GRAPH, TABLE
from egov_kg.sparql.named import _TYPES

DOCS = Path(__file__).parents[2] / "docs" / "reference"
HTTP = (DOCS / "http.md").read_text(encoding="utf-8")
SPARQL = (DOCS / "sparql.md").read_text(encoding="utf-8")


def test_every_problem_is_listed_with_its_status() -> None:
    """And none that cannot happen."""
    listed = {slug: int(status) for slug, status in re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", HTTP, re.MULTILINE)}

    assert listed == {slug: kind.status for slug, kind in TYPES.items()}


def test_every_address_is_listed() -> None:
    """By its fixed beginning."""
    begins = {re.split(r"[{.]", route.path.lstrip("/"))[0].rstrip("/") for route in _routes()}

    assert [path for path in sorted(begins) if f"`/{path}" not in HTTP] == []


def test_every_format_is_listed() -> None:
    """With its name."""
    names = {*TABLE, *GRAPH}

    assert [name for name in sorted(names) if f"`{name}`" not in HTTP] == []


def test_every_type_of_parameter_is_listed() -> None:
    """With what it takes."""
    assert [name for name in _TYPES if f"`{name}`" not in SPARQL] == []


def test_the_limits_are_the_defaults() -> None:
    """Of the configuration."""
    config = Config()

    assert f"| {config.query_seconds:g} s |" in SPARQL
    assert f"| {config.query_bytes >> 10} KiB |" in SPARQL
    assert f"| {config.result_bytes >> 20} MiB |" in SPARQL
    assert f"| {config.workers} and 16 |" in SPARQL
