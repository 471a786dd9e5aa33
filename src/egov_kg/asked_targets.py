"""Targets that stand at an address: asked once, by the process that opens connections, and kept as dated files."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import Final

import egov_kg
from egov_kg import assets
from egov_kg.candidate_files import candidate_data
from egov_kg.errors import ConfigurationError, FetchFailed, UnreadableTarget, UsageError
from egov_kg.linking.candidates import questions
from egov_kg.linking.matching import Tick
from egov_kg.linking.specification import Specification
from egov_kg.sparql.fetching import Endpoint, Fetcher
from egov_kg.store import Release

__all__ = ["asked_target", "fetch_candidates", "fetch_endpoint", "with_version"]

_SECONDS: Final = 300.0
_LARGEST: Final = 1 << 30
_MEDIA: Final = ("text/csv",)
_DATED: Final = re.compile(r"-(\d{4}-\d{2}-\d{2})\.csv\Z")


def asked_target(release: Release, specification: Specification, target: str, tick: Tick | None) -> Path:
    """Return the file of what is asked: what TARGET names, the newest one in a folder, or a new one for an address.

    Args:
        release: Whose things a reconciliation service is asked about.
        specification: Its data set stands at an address.
        target: The address, a file, or a folder.
        tick: As `egov_kg.linking.matching.link` takes it.

    Raises:
        UsageError: If the address is not that of the specification.
        UnreadableTarget: If there is no complete answer, or none was kept.
    """
    dataset = specification.dataset
    if "://" in target:
        is_shipped = specification.path.parent == assets.data("mappings")
        kept_in = Path.cwd() if is_shipped else specification.path.parent  # what ships is not written to
        if dataset.format == "sparql":
            return fetch_endpoint(specification, target, kept_in)
        return fetch_candidates(specification, target, release, kept_in, tick=tick)
    folder = Path(target)
    if not folder.is_dir():
        return folder
    found = sorted(
        one for one in folder.glob(f"{dataset.id}-*.csv") if _DATED.fullmatch(one.name.removeprefix(dataset.id))
    )
    if not found:
        remedy = f"Ask first, with the address as TARGET: {dataset.source}"
        raise UnreadableTarget(folder, f"holds no file '{dataset.id}-DATE.csv', an answer that was kept", remedy)
    return found[-1]


def with_version(specification: Specification, path: Path) -> Specification:
    """Return a specification whose data set has a version: of an answer that was kept, its day."""
    dataset = specification.dataset
    dated = _DATED.search(path.name)
    if dataset.version or not dataset.is_asked or dated is None:
        return specification
    return dataclasses.replace(specification, dataset=dataclasses.replace(dataset, version=dated[1]))


def fetch_endpoint(
    specification: Specification, address: str, folder: Path | None = None, *, private: bool = False
) -> Path:
    """Ask an endpoint the query of a specification, once, and keep the answer as a dated file, which is the target.

    Args:
        specification: Its format is ``sparql``.
        address: Of the endpoint; the one that the specification names.
        folder: Where the file is kept; beside the specification if None.
        private: Whether it may stand in a private network or on this machine.

    Raises:
        UsageError: If the address is not that of the specification, or its format is another.
        UnreadableTarget: If there is no complete answer.
    """
    dataset = specification.dataset
    _check_address(specification, address, "sparql")
    try:
        data = asyncio.run(_asked(address, dataset.query, private=private))
    except FetchFailed as error:
        raise UnreadableTarget(
            Path(dataset.id), f"gave no answer: {error}", "Ask again later, or narrow it."
        ) from error
    return _kept(specification, data, folder)


def fetch_candidates(
    specification: Specification,
    address: str,
    release: Release,
    folder: Path | None = None,
    *,
    private: bool = False,
    tick: Tick | None = None,
) -> Path:
    """Ask a reconciliation service for candidates for our things, once; the dated file that is kept is the target.

    Args:
        specification: Its format is ``reconciliation``.
        address: Of the service; the one that the specification names.
        release: Whose things are asked about.
        folder: Where the file is kept; beside the specification if None.
        private: Whether it may stand in a private network or on this machine.
        tick: Called with the number of names that are answered, and that of all.

    Raises:
        UsageError: If the address is not that of the specification, or its format is another.
        UnreadableTarget: If there is no complete answer.
    """
    _check_address(specification, address, "reconciliation")
    asked = questions(release.store(), specification, release.base)
    data = candidate_data(specification, asked, agent=_agent(), private=private, tick=tick)
    return _kept(specification, data, folder)


def _check_address(specification: Specification, address: str, form: str) -> None:
    dataset = specification.dataset
    if dataset.format != form or address != dataset.source:
        raise UsageError(
            f"{address} is not asked: {specification.path.name} has format {dataset.format!r} and source "
            f"{dataset.source!r}; expected format {form!r} with this address as its source"
        )


def _kept(specification: Specification, data: bytes, folder: Path | None) -> Path:
    """Write an answer as a dated file; it appears complete or not at all."""
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    path = (folder or specification.path.parent) / f"{specification.dataset.id}-{today}.csv"
    aside = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as aside:
            aside.write(data)
        Path(aside.name).replace(path)
    except OSError as error:
        if aside is not None:
            Path(aside.name).unlink(missing_ok=True)
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _agent() -> str:
    return f"egov-kg/{egov_kg.__version__} (linking; https://w3id.org/egov-kg/)"


async def _asked(address: str, query: str, *, private: bool) -> bytes:
    async with Fetcher([Endpoint(address, private=private)], agent=_agent()) as fetcher:
        body = await fetcher.fetch(address, {"query": query}, media=list(_MEDIA), seconds=_SECONDS, limit=_LARGEST)
        with body:
            return body.read()
