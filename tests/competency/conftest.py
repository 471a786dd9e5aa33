"""The releases that the questions are put to: the one of the shipped data, and one of the pages it was made from."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import egov_kg as kg
from egov_kg import assets, naming
from egov_kg.sparql import named_queries
from egov_kg.store import Release

PAGES = Path(__file__).parents[3] / "shared" / "seeds"

Row = dict[str, Any]
Ask = Callable[..., list[Row]]
Building = Callable[..., Path]


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> Building:
    """A function that runs ``egov-kg build`` with more words, once for all processes of a run, and gives its folder."""
    top = tmp_path_factory.getbasetemp()
    top = top.parent if "PYTEST_XDIST_WORKER" in os.environ else top

    def build(name: str, *words: str | Path, **environment: str) -> Path:
        out = top / name / "out"
        out.parent.mkdir(exist_ok=True)
        with (top / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (out / "current").exists():
                done = subprocess.run(
                    [sys.executable, "-m", "egov_kg", "build", "-q", "--out", "out", *words],
                    cwd=out.parent,
                    env={**os.environ, **environment},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, done.stderr
        return out

    return build


@pytest.fixture(scope="session")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return kg.open_release(built)


@pytest.fixture(scope="session")
def pages_release(building: Building) -> Release:
    """The release of the original pages, with the shipped background."""
    if not PAGES.is_dir():
        pytest.skip("the original pages are not part of the project")
    return kg.open_release(building("pages", "--documents", PAGES))


def asking(release: Release) -> Ask:
    """Return what answers named queries over a release; things may be named by their labels."""
    queries = named_queries(assets.queries())

    def ask(query: str, /, **values: str) -> list[Row]:
        types = {name: parameter.type for name, parameter in queries[query].parameters.items()}
        given: dict[str, Any] = {
            name: naming.read_thing(release, value).value if types.get(name) == "iri" else value
            for name, value in values.items()
        }
        return release.select(query, **given)

    return ask


@pytest.fixture(scope="session")
def ask(release: Release) -> Ask:
    """Answer a named query over the release of the shipped data, in names: ``ask("laws-by-administration", ...)``."""
    return asking(release)


def cells(rows: list[Row], *columns: str) -> list[tuple[str, ...]]:
    """Return some columns of an answer as text, each row once, sorted; unbound cells are empty."""
    return sorted({tuple("" if row[c] is None else str(row[c]) for c in columns) for row in rows})


def names(rows: list[Row], column: str) -> list[str]:
    """Return one column of an answer as text, each value once, sorted."""
    return [name for (name,) in cells(rows, column)]
