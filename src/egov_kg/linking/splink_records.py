"""Both sides as Splink compares them: flat records of normal forms in Parquet, how frequent each value is, and blocks.

A thing or row with several names, numbers or days has a record for each combination. What is normal is decided here, so
that Splink sees the same forms as the own engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from egov_kg.errors import MissingExtra
from egov_kg.linking.comparing import names_people
from egov_kg.linking.kinds import cut
from egov_kg.linking.ours import Alias, Entity
from egov_kg.linking.people import person_keys
from egov_kg.linking.rows import Label, Row, RowReader
from egov_kg.linking.specification import Match
from egov_kg.linking.tables import Batch, duckdb_module

__all__ = [
    "BLOCKS",
    "COUNTED",
    "Block",
    "Records",
    "arrow_modules",
    "record_blocks",
    "records_of_row",
    "records_of_thing",
]

_MOST_RECORDS: Final = 64
_AT_ONCE: Final = 1 << 16
_TEXTS: Final = ("form", "core", "num", "cod", "knd", "jur", "par", "beg", "fin")
"""Folded name; name without class words, or a person's key; number; code; kind; place; whole; first and last day."""

COUNTED: Final = ("form", "core", "num", "cod", "knd", "jur", "par")
"""What is weighed by how often it stands in the target."""


class Block(NamedTuple):
    """Records that meet.

    Attributes:
        keys: What is equal on both sides; ``{0}`` stands for the side.
        ours, theirs: What holds of each side besides, with ``{0}`` likewise.
        besides: What holds of both, ``l`` and ``r``.
    """

    keys: tuple[str, ...]
    ours: str = ""
    theirs: str = ""
    besides: str = ""

    def rule(self) -> str:
        """Return the block as Splink takes it."""
        equal = [f"{key.format('l')} = {key.format('r')}" for key in self.keys]
        return " AND ".join([*equal, *filter(None, (self.ours.format("l"), self.theirs.format("r"), self.besides))])


_SAME_YEARS: Final = (
    "(l.beg IS NULL OR r.beg IS NULL OR (substr(l.beg, 1, 4) <= substr(r.fin, 1, 4) "
    "AND substr(r.beg, 1, 4) <= substr(l.fin, 1, 4)))"
)

BLOCKS: Final[Mapping[str, Block]] = {
    "name": Block(("{0}.form",)),
    "core": Block(("{0}.core",)),
    "number": Block(("{0}.num",), besides=_SAME_YEARS),
    "code": Block(("{0}.cod",)),
    "alike in year": Block(("substr({0}.beg, 1, 4)", "substr({0}.form, 1, 7)")),
    "alike on day": Block(("{0}.beg", "substr({0}.form, length({0}.form) - 5, 6)")),
    "alike, ours undated": Block(("substr({0}.form, 1, 10)",), ours="{0}.beg IS NULL"),
    "alike, theirs undated": Block(("substr({0}.form, 1, 10)",), ours="{0}.beg IS NOT NULL", theirs="{0}.beg IS NULL"),
}
"""By name, in SQL that both engines of Splink know."""


def arrow_modules() -> tuple[ModuleType, ModuleType]:
    """Return pyarrow and its module for Parquet.

    Raises:
        MissingExtra: If they are not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise MissingExtra("splink", "linking with Splink") from error
    return pa, pq


@dataclass(frozen=True, slots=True)
class Records:
    """Both sides in a folder.

    Attributes:
        folder: Holds ``ours.parquet``, ``theirs.parquet``, ``rows.parquet`` and ``tf-*.parquet``.
        rows: How many rows the target has.
        counted: Which of `COUNTED` have a value in the target; kind and place only if they have two.
    """

    folder: Path
    rows: int
    counted: tuple[str, ...]

    def path(self, name: str) -> str:
        """Return the path of a file."""
        return str(self.folder / f"{name}.parquet")

    @classmethod
    def write(
        cls, folder: Path, ours: Iterable[Entity], batches: Iterable[Batch], reader: RowReader, match: Match
    ) -> Records:
        """Write both sides."""
        things = ((number, record) for number, entity in enumerate(ours) for record in records_of_thing(entity, match))
        _write(folder / "ours.parquet", things)
        rows = _write_rows(folder, batches, reader, match)
        return cls(folder, rows, _write_frequencies(folder, rows))


Record = tuple[str | None, ...]


def records_of_thing(entity: Entity, match: Match) -> Iterator[Record]:
    """Yield the records of a thing of ours."""
    return _records(
        entity.aliases,
        match,
        numbers=entity.numbers if match.number_ and match.is_of_our_level(match.number_) else (),
        codes=entity.codes,
        kind=entity.kind,
        place=entity.jurisdiction,
        parents=entity.parents,
        dates=entity.dates if match.date and match.is_of_our_level(match.date) else (),
    )


def records_of_row(row: Row, match: Match) -> Iterator[Record]:
    """Yield the records of a row; a kind that only its name says is no value."""
    return _records(
        row.labels,
        match,
        numbers=row.numbers if match.number_ and match.is_of_our_level(match.number_) else (),
        codes=row.codes,
        kind=row.kind if row.kind_of == "column" else "",
        place=row.jurisdiction,
        parents=row.parents,
        dates=row.dates if match.date and match.is_of_our_level(match.date) else (),
    )


def _records(
    labels: Sequence[Alias | Label],
    match: Match,
    *,
    numbers: Sequence[str],
    codes: Sequence[str],
    kind: str,
    place: str,
    parents: Sequence[str],
    dates: Sequence[Any],
) -> Iterator[Record]:
    people = names_people(match)
    names = dict.fromkeys(
        (label.form, core)
        for label in labels
        for core in (sorted(person_keys(label.text)) if people else (cut(label.text).core,)) or ("",)
    )
    days = [(one.first, one.last) for one in dates] or [(None, None)]
    combined = product(names, numbers or (None,), codes or (None,), parents or (None,), days)
    for (form, core), number, code, parent, (first, last) in islice(combined, _MOST_RECORDS):
        core_ = core if len(core) > 1 else None
        yield (form or None, core_, number, code, kind or None, place or None, parent, first, last)


def _write(path: Path, records: Iterable[tuple[int, Record]]) -> None:
    pa, pq = arrow_modules()
    schema = _schema(pa)
    number, source = 0, iter(records)
    with pq.ParquetWriter(path, schema) as sink:
        while chunk := list(islice(source, _AT_ONCE)):
            _put(pa, sink, schema, chunk, number)
            number += len(chunk)


def _schema(pa: ModuleType) -> Any:
    return pa.schema([("unique_id", pa.int64()), ("place", pa.int64()), *((name, pa.string()) for name in _TEXTS)])


def _put(pa: ModuleType, sink: Any, schema: Any, chunk: Sequence[tuple[int, Record]], first: int) -> None:
    columns = [
        range(first, first + len(chunk)),
        [place for place, _ in chunk],
        *zip(*(record for _, record in chunk), strict=True),
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    sink.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _write_rows(folder: Path, batches: Iterable[Batch], reader: RowReader, match: Match) -> int:
    """Write the rows as they are, known by their place, and their records; return how many there are."""
    pa, pq = arrow_modules()
    cells = pa.schema([("place", pa.int64()), *((f"c{n}", pa.string()) for n in range(len(match.columns)))])
    rows = number = 0
    schema = _schema(pa)
    with (
        pq.ParquetWriter(folder / "rows.parquet", cells) as raw,
        pq.ParquetWriter(folder / "theirs.parquet", schema) as sink,
    ):
        for batch in batches:
            size = len(next(iter(batch.values())))
            columns = [range(rows, rows + size), *(batch[name] for name in match.columns)]
            raw.write_table(
                pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, cells, strict=True)], schema=cells)
            )
            chunk = [
                (rows + place, record)
                for place in range(size)
                for record in records_of_row(reader.row(batch, place), match)
            ]
            if chunk:
                _put(pa, sink, schema, chunk, number)
            rows += size
            number += len(chunk)
    return rows


def _write_frequencies(folder: Path, rows: int) -> tuple[str, ...]:
    """Write how often each value stands in the target, half of the one row taken off, and tell which columns count."""
    counted = []
    with duckdb_module().connect(":memory:") as connection:
        source = f"read_parquet('{_escaped(folder / 'theirs.parquet')}')"
        for name in COUNTED:
            (different,) = connection.execute(f"SELECT count(DISTINCT {name}) FROM {source}").fetchall()[0]  # noqa: S608
            if different > (name in {"knd", "jur"}):
                counted.append(name)
                connection.execute(
                    f"COPY (SELECT {name}, greatest(count(DISTINCT place) - 0.5, 0.5)::DOUBLE / {max(rows, 1)} "  # noqa: S608
                    f"AS tf_{name} FROM {source} WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {name}) "
                    f"TO '{_escaped(folder / f'tf-{name}.parquet')}' (FORMAT parquet)"
                )
    return tuple(counted)


def record_blocks(records: Records) -> dict[str, int]:
    """Return how many pairs of records each block gives at most, before any is compared; those that give some."""
    found = {}
    with duckdb_module().connect(":memory:") as connection:
        for name, block in BLOCKS.items():
            sides = []
            for side, besides in (("ours", block.ours), ("theirs", block.theirs)):
                columns = ", ".join(f"{key.format('t')} AS k{n}" for n, key in enumerate(block.keys))
                there = " AND ".join(
                    [*(f"{key.format('t')} IS NOT NULL" for key in block.keys), *filter(None, [besides.format("t")])]
                )
                source = f"read_parquet('{_escaped(records.folder / f'{side}.parquet')}') t"
                sides.append(f"(SELECT {columns}, count(*) AS n FROM {source} WHERE {there} GROUP BY ALL)")  # noqa: S608
            using = ", ".join(f"k{n}" for n in range(len(block.keys)))
            (count,) = connection.execute(
                f"SELECT coalesce(sum(l.n * r.n), 0)::BIGINT FROM {sides[0]} l JOIN {sides[1]} r USING ({using})"  # noqa: S608
            ).fetchall()[0]
            if count:
                found[name] = count
    return found


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
