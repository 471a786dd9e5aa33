"""What `egov-kg doctor` looks at: each check has an outcome, and a remedy if it is not a good one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from egov_kg.config import Config
from egov_kg.doctor import exposure, holdings, installation, machine
from egov_kg.doctor.outcome import Check

__all__ = ["Check", "examine"]


def examine(config: Config, origin: Mapping[str, str] | None = None, *, deep: bool = True) -> Iterator[Check]:
    """Yield the outcome of every check, in an order in which a remedy may mend what comes after it.

    Args:
        config: Says where releases are and where the server listens.
        origin: Where each value of it comes from, as `egov_kg.config.load` returns it.
        deep: Read every byte of the release.
    """
    yield from installation.examine(config, origin or {})
    yield from holdings.examine(config, deep=deep)
    yield from machine.examine(config)
    yield from exposure.examine(config)
