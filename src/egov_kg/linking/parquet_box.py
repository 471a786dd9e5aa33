"""Foreign Parquet files are read in another process: it may run out of memory or crash, and only its file is lost.

The process gets the specification on standard input and reads the one file. What is asked for, the rows that a block
is about or all rows with all columns, it writes as CSV into the folder that it is given; the names of the columns it
tells on standard output. Started as ``python -m egov_kg.linking.parquet_box``.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import itertools
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from egov_kg import seccomp
from egov_kg.errors import DataFileError, UnreadableTarget
from egov_kg.linking import tables
from egov_kg.linking.specification import Match, Specification

__all__ = ["boxed_columns", "boxed_parquet", "boxed_whole"]

_MEMORY: Final = 3 << 29
_SECONDS: Final = 600.0
_LARGEST: Final = 64 << 30
_MOST_ROWS: Final = 100_000_000
_NAME: Final = "rows.csv"
_AGAIN: Final = "It may be damaged, or made to harm."


def boxed_parquet(specification: Specification, match: Match, path: Path, folder: Path) -> Path:
    """Return the rows of a Parquet file that a block is about as a CSV file with the columns that it names.

    Args:
        specification: For errors.
        match: The block: columns and condition.
        path: The file.
        folder: Where the rows are written.

    Raises:
        UnreadableTarget: If it cannot be read, or reading it takes too much.
        DataFileError: If the condition is wrong.
    """
    _asked("rows", specification, match, path, folder)
    return folder / _NAME


def boxed_whole(specification: Specification, match: Match, path: Path, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return all rows of a Parquet file as a CSV file, and the names of its columns; arguments as of `boxed_parquet`.

    The columns of the CSV file are numbered; behind those of the table stands one more, with ``1`` in the rows that the
    block is about.
    """
    return folder / _NAME, tuple(_asked("whole", specification, match, path, folder)["columns"])


def boxed_columns(specification: Specification, path: Path, folder: Path) -> tuple[str, ...]:
    """Return the names of the columns of a Parquet file, in their order; arguments as of `boxed_parquet`."""
    return tuple(_asked("columns", specification, specification.matches[0], path, folder)["columns"])


def _asked(what: str, specification: Specification, match: Match, path: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "egov_kg.linking.parquet_box", str(path), str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            input=pickle.dumps((what, specification, match)),
            capture_output=True,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableTarget(path, f"was not read in {_SECONDS:.0f} seconds", "Split it.") from error
    if done.returncode:
        raise _failure(path, done.returncode, done.stdout)
    try:
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise UnreadableTarget(path, "ended the process that read it, which said nothing", _AGAIN) from error
    return told


def _failure(path: Path, status: int, said: bytes) -> Exception:
    try:
        told: dict[str, Any] = json.loads(said.splitlines()[-1])
        if told["kind"] == "specification":
            return DataFileError(told["path"], told["line"], told["problem"])
        return UnreadableTarget(path, told["problem"], told["remedy"])
    except (ValueError, IndexError, KeyError):
        if status in {-signal.SIGABRT, -signal.SIGKILL}:
            return UnreadableTarget(path, f"needs more than {_MEMORY >> 20} MiB of memory to be read", "Split it.")
        return UnreadableTarget(path, f"ended the process that read it ({status})", _AGAIN)


def _serve(path: Path, folder: Path) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    what, specification, match = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - what our own parent says
    tables.duckdb_module()
    _build_walls()
    try:
        columns = _ASKED[what](specification, match, path, folder / _NAME)
    except DataFileError as error:
        return _say(kind="specification", path=str(error.path), line=error.line, problem=error.problem)
    except UnreadableTarget as error:
        return _say(kind="target", problem=error.reason, remedy=error.remedy)
    except MemoryError:
        return _say(kind="target", problem="needs too much memory to be read", remedy="Split it.")
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        return _say(kind="target", problem=problem, remedy="Make room where temporary files stand, or set TMPDIR.")
    _say(columns=columns)
    return 0


def _build_walls() -> None:
    """Let the system refuse much memory, dumps of it, huge files, sockets and programs; Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    walls = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, _LARGEST), (resource.RLIMIT_DATA, _MEMORY))
    for wall, value in walls:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(wall, (value, value))
    seccomp.installed(seccomp.program_without_network)


def _rows(specification: Specification, match: Match, path: Path, file: Path) -> list[str]:
    count = functools.partial(_count, path)
    _write(match.columns, tables.parquet_batches(specification, match, path, file.parent, count), file)
    return [*match.columns]


def _whole(specification: Specification, match: Match, path: Path, file: Path) -> list[str]:
    columns: list[str] = []

    def batches() -> Iterator[tables.Batch]:
        count = functools.partial(_count, path)
        for batch in tables.whole_parquet(specification, match, path, file.parent, count):
            columns[:] = [name for name in batch if name != tables.WANTED]
            yield {str(number): cells for number, cells in enumerate(batch.values(), 1)}

    first = next(found := batches(), None)
    if first is None:
        columns[:] = tables.parquet_columns(path, file.parent)
        first = {str(number): [] for number in range(1, len(columns) + 2)}
    _write([*first], itertools.chain([first], found), file)
    return columns


def _columns(specification: Specification, match: Match, path: Path, file: Path) -> list[str]:
    del specification, match
    return [*tables.parquet_columns(path, file.parent)]


_ASKED: Final = {"rows": _rows, "whole": _whole, "columns": _columns}


def _write(names: Sequence[str], batches: Iterable[tables.Batch], file: Path) -> None:
    with file.open("w", encoding="utf-8", errors="replace", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(names)
        for batch in batches:
            columns = [[text.replace("\0", "") for text in batch[name]] for name in names]
            writer.writerows(zip(*columns, strict=True))


def _count(path: Path, rows: int) -> None:
    """Refuse a file of so many rows that a kilobyte of it would take hours."""
    if rows > _MOST_ROWS:
        problem = f"has {rows:,} rows, more than {_MOST_ROWS:,}"
        raise UnreadableTarget(path, problem, "Narrow it with 'where', or split it.")


def _say(**facts: object) -> int:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
    return 3


if __name__ == "__main__":
    sys.exit(_serve(Path(sys.argv[1]), Path(sys.argv[2])))
