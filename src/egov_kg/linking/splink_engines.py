"""The engines by Splink, for two big or dirty tables: it finds and weighs the pairs, and we decide.

Splink runs on DuckDB in this process, or on Spark. What it gives are bits by feature; vetoes, margins and bands are
those of the own engine, over the rows that it leaves for each thing.
"""

from __future__ import annotations

import contextlib
import logging
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, Protocol

from egov_kg.errors import MissingExtra
from egov_kg.linking.blocking import TooManyPairs
from egov_kg.linking.comparing import Comparison, best_pairing, compared, names_people
from egov_kg.linking.deciding import Scored
from egov_kg.linking.ours import Entity
from egov_kg.linking.parts import Found, Setting, check_ids
from egov_kg.linking.periods import Agreement
from egov_kg.linking.rows import Row, RowReader
from egov_kg.linking.scoring import Score
from egov_kg.linking.specification import Match
from egov_kg.linking.splink_model import FEATURES, settings
from egov_kg.linking.splink_records import Records, record_blocks
from egov_kg.linking.tables import Batch, duckdb_module
from egov_kg.linking.trigrams import Trigrams
from egov_kg.spark.sessions import spark_session

__all__ = ["best_pairs", "compare_by_splink"]

_MOST_ROWS: Final = 8
"""How many rows of a thing come back from Splink."""

_LEAST_BITS: Final = -16.0
"""Below it no pair is shown, whatever veto is left out."""

_MEMORY: Final = "4GB"
_AT_ONCE: Final = 1 << 14
_LEAST_ALIKE: Final = 0.55
_MOST_ALIKE: Final = 5


def compare_by_splink(master: str, setting: Setting, batches: Iterable[Batch]) -> Found:
    """Return the pairs of a block as Splink finds and weighs them.

    Args:
        master: Where Spark runs; empty for DuckDB.
        setting: Our side, and what is compared.
        batches: The rows.

    Raises:
        MissingExtra: If Splink or Spark is not installed.
        TooManyPairs: If there are more pairs than may be compared.
        UnreadableTarget: If the target is not as its specification says.
    """
    match, reader = setting.match, RowReader(setting.match, setting.prefixes)
    _check_installed()
    with tempfile.TemporaryDirectory(prefix="egov-kg-splink-") as name:
        records = Records.write(Path(name), setting.ours, batches, reader, match)
        blocks = record_blocks(records)
        if sum(blocks.values()) > match.max_pairs:
            raise TooManyPairs(setting.place, blocks, match.max_pairs, [])
        pairs = best_pairs(records, match, setting.weights, tuple(blocks), master) if blocks else None
        rows = _rows(records, reader, match, set(pairs["place_r"].to_pylist()) if pairs is not None else ())
    if not match.repeats:
        check_ids([row for row in rows.values() if row.id], setting.target)
    return Found(
        rows=records.rows,
        nameless=sum(not row.id for row in rows.values()),
        pairs=blocks,
        scored=tuple(_scored(setting, pairs, rows, records.rows)) if pairs is not None else (),
    )


def _check_installed() -> None:
    try:
        import splink  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtra("splink", "linking with Splink") from error


def best_pairs(
    records: Records, match: Match, weights: Mapping[str, float], blocks: Sequence[str], master: str = ""
) -> Any:
    """Return the best rows of each thing as a table of Arrow, best first: places of both, bits, bits of each feature.

    Args:
        records: Both sides.
        match: The block of the specification.
        weights: m by feature.
        blocks: The names of the blocks that give pairs.
        master: Where Spark runs; empty for DuckDB.
    """
    with _on_spark(master, records) if master else _on_duckdb(records) as tables:
        from splink import Linker  # noqa: PLC0415 - an extra

        told = settings(records, match, weights, "spark" if master else "duckdb", blocks)
        linker = Linker([tables.table("ours", "a_ours"), tables.table("theirs", "b_theirs")], told, log_level=None)
        for column in records.counted:
            linker.table_management.register_term_frequency_lookup(tables.table(f"tf-{column}", f"f_{column}"), column)
        predicted = linker.inference.predict(threshold_match_weight=_LEAST_BITS, warning_mode="never")
        return predicted.query_sql(_best_sql(predicted)).as_pyarrow_table()


def _best_sql(predicted: Any) -> str:
    """Return what keeps the best record of each pair, and the best rows of each thing."""
    names = {column.unquote().name for column in predicted.columns}
    parts = []
    for name in FEATURES:
        columns = [one for one in (f"mw_{name}", f"mw_tf_adj_{name}") if one in names]
        if columns:
            parts.append(f"{' + '.join(f'coalesce({one}, 0)' for one in columns)} AS bits_{name}")
    order = "ORDER BY match_weight DESC, unique_id_l, unique_id_r"
    best = f"SELECT *, row_number() OVER (PARTITION BY place_l, place_r {order}) AS of_pair FROM {{this}}"  # noqa: S608
    ranked = (
        f"SELECT place_l, place_r, match_weight AS bits, {', '.join(parts)}, row_number() OVER "  # noqa: S608
        f"(PARTITION BY place_l ORDER BY match_weight DESC, place_r) AS of_thing FROM ({best}) AS a WHERE of_pair = 1"
    )
    return f"SELECT * FROM ({ranked}) AS b WHERE of_thing <= {_MOST_ROWS} ORDER BY place_l, of_thing"  # noqa: S608


class _Tables(Protocol):
    def table(self, file: str, name: str) -> Any: ...


class _Registered:
    """Files that a back end of Splink knows as tables."""

    def __init__(self, api: Any, read: Any, records: Records) -> None:
        self._api, self._read, self._records = api, read, records

    def table(self, file: str, name: str) -> Any:
        """Return a file as Splink's table."""
        return self._api.register(self._read(self._records.path(file)), dataset_display_name=name)


@contextlib.contextmanager
def _on_duckdb(records: Records) -> Iterator[_Tables]:
    from splink import DuckDBAPI  # noqa: PLC0415 - an extra

    folder = str(records.folder)
    config = {"memory_limit": _MEMORY, "temp_directory": f"{folder}/spill"}
    with _quiet(), duckdb_module().connect(f"{folder}/splink.duckdb", config=config) as connection:
        yield _Registered(DuckDBAPI(connection=connection), connection.read_parquet, records)


@contextlib.contextmanager
def _on_spark(master: str, records: Records) -> Iterator[_Tables]:
    with _quiet(), spark_session(master, records.folder, with_splink=True) as spark:
        from splink.backends.spark import SparkAPI  # noqa: PLC0415 - an extra

        api = SparkAPI(spark_session=spark, break_lineage_method="persist")
        yield _Registered(api, spark.read.parquet, records)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Splink from writing to the terminal."""
    log = logging.getLogger("splink")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _rows(records: Records, reader: RowReader, match: Match, places: Iterable[int]) -> dict[int, Row]:
    """Return rows by their places."""
    wanted = sorted(places)
    columns = ", ".join(f"c{number}" for number in range(len(match.columns)))
    found: dict[int, Row] = {}
    with duckdb_module().connect(":memory:") as connection:
        for begin in range(0, len(wanted), _AT_ONCE):
            some = ", ".join(map(str, wanted[begin : begin + _AT_ONCE]))
            asked = connection.execute(
                f"SELECT place, {columns} FROM read_parquet(?) WHERE place IN ({some})",  # noqa: S608 - numbers
                [records.path("rows")],
            ).fetchall()
            batch = {name: [row[1 + number] for row in asked] for number, name in enumerate(match.columns)}
            found.update({row[0]: reader.row(batch, place) for place, row in enumerate(asked)})
    return found


def _scored(setting: Setting, pairs: Any, rows: Mapping[int, Row], size: int) -> Iterator[Scored]:
    people, prior = names_people(setting.match), -math.log2(max(size, 1))
    cosines = _cosines(setting.ours, rows)
    for pair in chain.from_iterable(some.to_pylist() for some in pairs.to_batches(max_chunksize=_AT_ONCE)):
        row = rows[pair["place_r"]]
        if not row.id:
            continue
        entity = setting.ours[pair["place_l"]]
        name = best_pairing(entity, row, cosines, people=people)
        comparison = compared(entity, row, setting.match, name)
        parts = {
            feature: round(bits, 3)
            for feature in FEATURES
            if (bits := pair.get(f"bits_{feature}")) is not None and bits
        }
        ordered = sorted(parts.items(), key=lambda one: (-one[1], one[0]))
        agreeing = tuple(sorted(name for name, bits in parts.items() if bits > 0 and _agrees(name, comparison)))
        yield Scored(entity, row, comparison, Score(tuple(ordered), prior, agreeing))


def _agrees(feature: str, comparison: Comparison) -> bool:
    """Return whether a feature agrees by our own comparison, too: Splink compares one value of several."""
    if feature == "name":
        return True
    if feature == "date":
        return comparison.date > Agreement.unknown
    return getattr(comparison, feature) is True


def _cosines(ours: Sequence[Entity], rows: Mapping[int, Row]) -> dict[tuple[str, str], float]:
    """Return how like names are, as the own engine tells it: by the forms of both."""
    forms = sorted({alias.form for entity in ours for alias in entity.aliases})
    index = Trigrams.build(forms)
    asked = sorted({label.form for row in rows.values() for label in row.labels})
    found: dict[tuple[str, str], float] = {}
    for begin in range(0, len(asked), _AT_ONCE):
        some = asked[begin : begin + _AT_ONCE]
        hits = index.candidates(some, _MOST_ALIKE, least=_LEAST_ALIKE)
        for place, name, cosine in zip(hits.rows.tolist(), hits.names.tolist(), hits.cosines.tolist(), strict=True):
            found[forms[name], some[place]] = round(cosine, 6)
    return found
