"""The state of a writable store on the disk: the change log, and every now and then the whole as N-Quads.

A snapshot only makes starting faster: it says after which record of the log it was taken, and one that is damaged, or
does not belong to the log, is passed over for an older one, in the end for the log from its beginning.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import ChangeLogDamaged
from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.durable import replace_file

__all__ = ["SNAPSHOTS", "State", "read_state", "replay", "write_snapshot"]

_LOG: Final = logging.getLogger(__name__)

SNAPSHOTS: Final = "snapshots"
"""The name of the folder with the snapshots, beside the log."""

_KEPT: Final = 2
_NAME: Final = re.compile(r"(\d{12})\.nq")


@dataclass(frozen=True, slots=True)
class State:
    """A store in memory and the place in the log that it stands for.

    Attributes:
        store: What is in it.
        number: Of the last record that it holds; 0 if there is none.
        record: The SHA-256 of that record, or an empty string.
    """

    store: ox.Store
    number: int = 0
    record: str = ""

    @property
    def graphs(self) -> list[str]:
        """The IRIs of its named graphs, sorted."""
        return sorted(graph.value for graph in self.store.named_graphs())


def read_state(folder: Path) -> State:
    """Return what a folder holds: the newest snapshot that is whole, and the changes after it.

    Raises:
        ChangeLogDamaged: If the log is damaged, or older than a snapshot.
    """
    log = ChangeLog(folder / CHANGES, with_nodes=True)
    last, record = log.head()
    state = _from_snapshot(folder, log, last)
    for change in log.read(after=state.number):
        replay(state.store, change)
    return State(state.store, last, record)


def _from_snapshot(folder: Path, log: ChangeLog, last: int) -> State:
    found = sorted((path for path in (folder / SNAPSHOTS).glob("*.nq") if _NAME.fullmatch(path.name)), reverse=True)
    if found and int(found[0].stem) > last:
        raise ChangeLogDamaged(
            folder / CHANGES, f"its last record is {last}, and a snapshot was taken after {found[0].stem}"
        )
    for path in found:
        try:
            state = _read(path)
        except (OSError, ValueError, KeyError) as error:
            _LOG.warning("%s is damaged and not used: %s", path, error)
            continue
        if log.digest(state.number) == state.record:
            return state
        _LOG.warning("%s does not belong to the log and is not used", path)
    return State(ox.Store())


def _read(path: Path) -> State:
    first, _, body = path.read_bytes().partition(b"\n")
    head = json.loads(first.removeprefix(b"# "))
    if hashlib.sha256(body).hexdigest() != head["sha256"]:
        raise ValueError("its SHA-256 is not the one that it names")
    store = ox.Store()
    store.bulk_load(body, format=ox.RdfFormat.N_QUADS)
    for name in head["empty"]:
        store.add_graph(ox.NamedNode(name))
    return State(store, head["number"], head["record"])


def replay(store: ox.Store, change: Change) -> None:
    """Apply a change to a store."""
    for name in change.created:
        store.add_graph(ox.NamedNode(name))
    for quad in _quads(change.removed):
        store.remove(quad)
    store.extend(_quads(change.added))
    for name in change.dropped:
        store.remove_graph(ox.NamedNode(name))


def _quads(lines: Iterable[str]) -> list[ox.Quad]:
    return list(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))


def write_snapshot(folder: Path, number: int, record: str, store: ox.Store) -> None:
    """Write the whole of a state, on the disk when this returns, and remove snapshots that are no longer needed.

    Args:
        folder: Beside the log.
        number: Of the last change that the state holds.
        record: The SHA-256 of that record.
        store: The state.

    Raises:
        OSError: If the disk does not keep it; then everything is as before.
    """
    filled: set[object] = set()
    lines = []
    for quad in store:
        filled.add(quad.graph_name)
        lines.append(f"{quad} .\n".encode())
    lines.sort()
    body = b"".join(lines)
    empty = sorted(graph.value for graph in store.named_graphs() if graph not in filled)
    head = {"number": number, "record": record, "empty": empty, "sha256": hashlib.sha256(body).hexdigest()}
    place = folder / SNAPSHOTS
    place.mkdir(parents=True, exist_ok=True)
    replace_file(place / f"{number:012}.nq", b"# " + json.dumps(head, ensure_ascii=False).encode() + b"\n" + body)
    for path in sorted(place.glob("*.nq"))[:-_KEPT]:
        path.unlink(missing_ok=True)
