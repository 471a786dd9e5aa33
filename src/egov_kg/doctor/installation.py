"""Whether everything that egov-kg is made of is there: Python, packages, our own files."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from egov_kg import assets
from egov_kg.config import Config
from egov_kg.doctor.outcome import Check
from egov_kg.errors import EgovKGError

__all__ = ["examine"]

_SMALLEST_PYTHON: Final = (3, 11)
_FOLDERS: Final = ("ontology/egov.ttl", "ontology/shapes.ttl", "data/documents", "data/background", "data/gazetteer")


def examine(config: Config, origin: Mapping[str, str]) -> Iterator[Check]:
    """Yield the outcome of every check.

    Args:
        config: What is in force.
        origin: Where each value of it comes from, as `egov_kg.config.load` returns it.
    """
    yield _python()
    yield from _packages()
    yield _settings(config, origin)
    yield from _files()


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _SMALLEST_PYTHON:
        return Check("python", "fail", f"{found}, needed is 3.11 or newer", "install Python 3.11 or newer")
    return Check("python", "ok", found)


def _packages() -> Iterator[Check]:
    remedy = "pip install --upgrade egov-kg"
    try:
        wanted = importlib.metadata.requires("egov-kg") or []
    except importlib.metadata.PackageNotFoundError:
        yield Check("packages", "warn", "egov-kg runs from its source and is not installed", "pip install -e .")
        return
    found = []
    for line in wanted:
        need = re.match(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)(?!.*extra)", line)
        if need is None:
            continue
        try:
            version = importlib.metadata.version(need[1])
        except importlib.metadata.PackageNotFoundError:
            yield Check(need[1], "fail", "is not installed", remedy)
            continue
        if _numbers(version) < _numbers(need[2]):
            yield Check(need[1], "fail", f"{version}, needed is {need[2]} or newer", remedy)
        found.append(f"{need[1]} {version}")
    yield Check("packages", "ok", ", ".join(found))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _settings(config: Config, origin: Mapping[str, str]) -> Check:
    changed = [f"{key} = {getattr(config, key)} ({place})" for key, place in origin.items() if place != "default"]
    return Check("configuration", "ok", "; ".join(changed) or "all defaults")


def _files() -> Iterator[Check]:
    for name in _FOLDERS:
        try:
            assets.find(name)
        except EgovKGError as error:
            yield Check(name, "fail", str(error), "pip install --force-reinstall egov-kg")
    yield _loads("queries", _count_queries)
    yield _loads("extraction data", _load_extractor)
    yield _loads("background", _count_background)


def _loads(name: str, load: Callable[[], str]) -> Check:
    try:
        return Check(name, "ok", load())
    except EgovKGError as error:
        return Check(name, "fail", str(error), "mend the file at this place, or restore it")


def _count_queries() -> str:
    from egov_kg.sparql import named_queries  # noqa: PLC0415 - the doctor must speak where it cannot be imported

    return f"{len(named_queries(assets.queries()))} named queries"


def _load_extractor() -> str:
    from egov_kg.extraction import load_extractor  # noqa: PLC0415

    load_extractor(assets.data())
    return "gazetteer and rules are readable"


def _count_background() -> str:
    from egov_kg.rdf import read_background  # noqa: PLC0415

    tables = read_background(assets.data("background"))
    return f"{sum(tables.verified.values())} verified rows, {sum(tables.unverified.values())} not verified"
