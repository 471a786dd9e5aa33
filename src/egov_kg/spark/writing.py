"""What follows, written by Spark: parts in the order of their lines, or one file that the parts make together."""
# ruff: noqa: S608 - the text holds names of tables of ours

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from egov_kg.errors import UsageError
from egov_kg.inference.plan import SchemaTriple
from egov_kg.spark.parts import COLUMNS
from egov_kg.spark.source import SparkSource

__all__ = ["check_target", "join_parts", "show_triples", "write_parts"]

_NUMBER: Final = re.compile(r"part-(\d+)")


def check_target(folder: Path) -> None:
    """Check that a folder of parts can be made.

    Raises:
        UsageError: If there is something of that name that is not an empty folder.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder} is there already; take it away, or name another folder for the parts")


def show_triples(source: SparkSource, known: Iterable[SchemaTriple], *, entailed_only: bool) -> int:
    """Make the view ``said(s, p, o)`` of the triples that go out; return how many of them follow.

    Args:
        source: The given triples; the database has ``entailed(s, p, o)``.
        known: Triples that are not told, although they follow.
        entailed_only: Whether to leave out what was given.
    """
    session = source.database.session
    rows = sorted(known)
    source.put("known", {name: [row[place] for row in rows] for place, name in enumerate("spo")})
    session.sql(
        "SELECT t.id AS id, t.t AS t FROM term t JOIN (SELECT DISTINCT p FROM entailed) f ON f.p = t.id"
    ).createOrReplaceTempView("said_property")
    follows = (
        "SELECT /*+ BROADCAST(b) */ a.t AS s, b.t AS p, c.t AS o FROM entailed e JOIN said_property b ON b.id = e.p"
        " JOIN term a ON a.id = e.s JOIN term c ON c.id = e.o"
    )
    less = f"SELECT f.s, f.p, f.o FROM ({follows}) f LEFT ANTI JOIN known k ON k.s = f.s AND k.p = f.p AND k.o = f.o"
    source.show("follows", session.sql(less))
    count = int(source.database.rows("SELECT COUNT(*) FROM follows")[0][0])
    given = "" if entailed_only else " UNION SELECT s, p, o FROM text WHERE given"
    session.sql(f"SELECT s, p, o FROM follows{given}").createOrReplaceTempView("said")
    return count


def write_parts(session: Any, folder: Path, staging: Path, *, parquet: bool = False) -> None:
    """Write the view ``said`` as parts in the order of their lines, which is that of all parts together.

    Spark writes beside, and marks what is complete; then the parts get names that do not change from run to run, and
    the folder its own name. So it is there with all its parts or not at all.

    Args:
        session: Of Spark.
        folder: The name of the folder.
        staging: A folder on the same disk, for what is not complete.
        parquet: Whether to write columns of Parquet in the place of lines.
    """
    written = staging / "parts"
    if parquet:
        columns = ", ".join(f"{one} AS {name}" for one, name in zip("spo", COLUMNS, strict=True))
        session.sql(f"SELECT {columns} FROM said ORDER BY {', '.join(COLUMNS)}").write.parquet(str(written))
    else:
        lines = session.sql("SELECT CONCAT(s, ' ', p, ' ', o, ' .') AS line FROM said ORDER BY line")
        lines.write.option("lineSep", "\n").text(str(written))
    for checksum in written.glob(".*.crc"):
        checksum.unlink()
    width = 5
    for number, path in enumerate(_parts(written)):
        path.rename(written / f"part-{number:0{width}}.{'parquet' if parquet else 'nt'}")
    if folder.exists():
        folder.rmdir()
    written.rename(folder)


def join_parts(folder: Path, sink: IO[bytes]) -> None:
    """Write the lines of a folder of parts into one file."""
    for path in _parts(folder):
        with path.open("rb") as part:
            shutil.copyfileobj(part, sink, 1 << 20)


def _parts(folder: Path) -> Iterator[Path]:
    found = ((int(number[1]), path) for path in folder.iterdir() if (number := _NUMBER.match(path.name)))
    yield from (path for _, path in sorted(found))
