"""The page on limits says what the program does: every setting with its default, and every fixed limit."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from egov_kg.config import _LIMITS, Config
from egov_kg.doctor import machine
from egov_kg.reconciliation import inquiries, json_text
from egov_kg.server import connection, envelope, limits, problems, reconciling, requests, searches
from egov_kg.sparql import results, worker

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| limit |")
]
FIXED = {
    "stack of a query process": worker._STACK,
    "rows that a page shows": results.PAGE_ROWS,
    "clients whose budgets are kept": limits._MOST_CLIENTS,
    "address": envelope._LONGEST_ADDRESS,
    "headers together": envelope._LONGEST_HEADERS,
    "head of a request to be whole": connection.SECONDS,
    "body to arrive": requests._BODY_SECONDS,
    "client that takes nothing of its answer": connection.SECONDS,
    "body of a batch": reconciling.BODY,
    "queries of a batch": inquiries.BATCH,
    "names and ids that a query of version 1.0 asks for": inquiries.NAMES,
    "candidates of a query": inquiries.MOST,
    "things of an extension": inquiries.IDS,
    "properties of an extension": inquiries.PROPERTIES,
    "arrays and objects inside each other": json_text.DEPTH,
    "values of a request": json_text.PIECES,
    "characters of a prefix": reconciling.PREFIX,
    "suggestions that can be skipped": reconciling.FURTHEST,
    "replies that are kept for equal queries": searches._KEPT,
}
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "s": 1, "": 1}


def number(cell: str) -> float:
    """Return the number that a default is, in bytes, seconds or pieces."""
    digits, _, unit = cell.partition(" ")
    return float(digits) * UNITS[unit]


@pytest.mark.parametrize(("name", "setting", "default", "_beyond"), ROWS, ids=[row[0] for row in ROWS])
def test_a_limit_is_what_the_page_says(name: str, setting: str, default: str, _beyond: str) -> None:
    """Its default, be it a setting or fixed."""
    value = getattr(Config(), setting.strip("`")) if setting else FIXED[name]

    assert number(default) == value


def test_every_setting_with_limits_is_listed() -> None:
    """But for the port, and those of language models, which have a page of their own."""
    listed = {row[1].strip("`") for row in ROWS if row[1]}

    assert {key for key in _LIMITS if key != "port" and not key.startswith("llm_")} == listed


def test_every_fixed_limit_is_listed() -> None:
    """Each once."""
    assert sorted(row[0] for row in ROWS if not row[1]) == sorted(FIXED)


def test_every_problem_that_is_named_exists() -> None:
    """With the status that stands before it."""
    named = set(re.findall(r"(\d{3}) `([a-z-]+)`", PAGE))

    assert {(str(problems.TYPES[slug].status), slug) for _, slug in named} == named


def test_the_formula_for_memory_is_the_doctors() -> None:
    """The example too."""
    found = re.findall(r"^> (\d+) MB .* \+ 1 kB a quad .* \+ `query_memory` × \(`workers` \+ 1\)$", PAGE, re.MULTILINE)
    config = Config(workers=2)

    assert machine.most_memory(dataclasses.replace(config, fronts=3), 7) == 3 * machine.most_memory(config, 7)
    assert (int(found[0]) << 20) + 3 * config.query_memory + 1024 * 100_000 == machine.most_memory(config, 100_000)
    assert "so 1.5 GB with 2 workers and 100,000 quads" in PAGE
    assert round(machine.most_memory(config, 100_000) / 1e9, 1) == 1.5
