"""What changes of a curated graph are made on: what the current release asserts, and what was accepted since."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import ReleaseDamaged, ReleaseNotFound
from egov_kg.store.changes import CHANGES, ChangeLog
from egov_kg.store.release import Release, open_release
from egov_kg.store.snapshots import State, replay

__all__ = ["read_asserted"]

_TRIES: Final = 3


def read_asserted(out: Path) -> State:
    """Return the writable graphs of the current release, with the changes that were accepted and not set aside since.

    Args:
        out: The folder that holds the releases and the change log.

    Raises:
        ReleaseNotFound, ReleaseDamaged: If there is no release to change.
        ChangeLogDamaged: If the log is damaged.
    """
    for again in range(_TRIES):
        try:
            release = open_release(out)
            store = _writable(release)
            break
        except (ReleaseNotFound, ReleaseDamaged):  # it may just have been replaced and removed
            if again == _TRIES - 1:
                raise
    log = ChangeLog(out / CHANGES)
    number, record = log.head()
    rejected = log.rejected()
    for change in log.read(after=release.manifest.mark):
        if change.number not in rejected:
            replay(store, change)
    return State(store, number, record)


def _writable(release: Release) -> ox.Store:
    store = ox.Store()
    store.extend(
        quad
        for quad in release.quads()
        if isinstance(quad.graph_name, ox.NamedNode) and not iri.is_derived_graph(quad.graph_name.value, release.base)
    )
    return store
