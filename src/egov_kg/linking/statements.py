"""A table as RDF, by the columns that a link specification names: so much as the table says, and no more.

Each row has the IRI that the template of a block gives. What the specification explains stands under plain
vocabulary: names as ``skos:prefLabel`` and ``skos:altLabel``, codes and official numbers as ``dcterms:identifier``, the
kind as ``dc:type``, the date as ``dcterms:date``. Every cell stands besides as a text under a property of its column,
``https://w3id.org/egov-kg/beside/{dataset}#{column}``, whatever the base of a deployment. No class is claimed, and no
property of our ontology.
"""

from __future__ import annotations

import hashlib
import tempfile
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import UnreadableTarget
from egov_kg.linking.matching import open_target
from egov_kg.linking.periods import read_period
from egov_kg.linking.rows import RowReader
from egov_kg.linking.specification import Feature, Match, Specification
from egov_kg.linking.tables import WANTED, Batch, whole_batches

__all__ = ["Statements", "column_namespace"]

_PREFERRED: Final = ox.NamedNode(iri.expand("skos:prefLabel"))
_OTHER: Final = ox.NamedNode(iri.expand("skos:altLabel"))
_IDENTIFIER: Final = ox.NamedNode(iri.expand("dcterms:identifier"))
_DATE: Final = ox.NamedNode(iri.expand("dcterms:date"))
_TYPE: Final = ox.NamedNode("http://purl.org/dc/elements/1.1/type")
_XSD: Final = {precision: ox.NamedNode(iri.expand(f"xsd:{name}")) for precision, name in (
    ("day", "date"), ("month", "gYearMonth"), ("year", "gYear"),
)}  # fmt: skip
_TABLES: Final = ("csv", "tsv", "parquet", "xlsx", "sparql")
_LONGEST: Final = 10_000
"""Characters of a cell that count."""


def column_namespace(specification: Specification) -> str:
    """Return what the IRIs of the properties of columns begin with."""
    return f"{iri.BASE}beside/{specification.dataset.id}#"


@dataclass(frozen=True, slots=True)
class _Owner:
    """Which row an id names: the digest of the row; that is of no use if several rows differ."""

    digest: bytes
    is_wanted: bool
    is_shared: bool = False


class Statements:
    """The triples of the tables that a specification names.

    A block may be about some rows of a table only (``where``). The others become RDF as well, if their IRI names one
    row; where several rows that differ would have one IRI, those that the block is about have it, or none has.

    Args:
        specification: Of tables.
        target: The file, or a folder with the files that the specification names.

    Attributes:
        rows: How many rows were read, each block counted by itself; known when all has been yielded.
        nameless: How many of them have no IRI of their own and are left out.

    Raises:
        UnreadableTarget: If the specification is not about tables, or a file is missing.
    """

    def __init__(self, specification: Specification, target: Path) -> None:
        if specification.dataset.format not in _TABLES:
            problem = f"is of format {specification.dataset.format!r}, which is no table"
            raise UnreadableTarget(target, problem, "Name the file itself: RDF needs no specification.")
        self._specification = specification
        self._files = [(match, open_target(target, match)) for match in specification.matches]
        self._columns = column_namespace(specification)
        self.rows = self.nameless = 0

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read, each once."""
        return tuple(dict.fromkeys(path for _, path in self._files))

    def __iter__(self) -> Iterator[ox.Triple]:
        """Yield the triples of one block after the other; a triple may come twice.

        Raises:
            UnreadableTarget: If a file is not as the specification says.
            DataFileError: If a condition is wrong.
        """
        self.rows = self.nameless = 0
        for match, path in self._files:
            with tempfile.TemporaryDirectory(prefix="egov-kg-rows-") as folder:
                yield from self._block(match, path, Path(folder))

    def _block(self, match: Match, path: Path, folder: Path) -> Iterator[ox.Triple]:
        reader = RowReader(match, self._specification.prefixes)
        owners: dict[str, _Owner] = {}
        if not match.repeats:
            for batch in whole_batches(self._specification, match, path, folder):
                _note_owners(owners, reader, batch)
        named: dict[tuple[str, str], str] = {}
        for batch in whole_batches(self._specification, match, path, folder):
            for place in range(len(batch[WANTED])):
                self.rows += 1
                name = reader.id(batch, place)
                owner = owners.get(name)
                if not name or (owner and (owner.is_shared or owner.digest != _digest(batch, place))):
                    self.nameless += 1
                    continue
                node = ox.NamedNode(name)
                yield from _names(node, reader, batch, place, named)
                if not match.repeats:  # else a cell is of the row, and the row is only a part of the thing
                    yield from _features(node, match, batch, place)
                    yield from self._cells(node, batch, place)

    def _cells(self, node: ox.NamedNode, batch: Batch, place: int) -> Iterator[ox.Triple]:
        for column, cells in batch.items():
            if column != WANTED and (text := cells[place].strip()):
                prop = ox.NamedNode(self._columns + urllib.parse.quote(column, safe="-._~"))
                yield ox.Triple(node, prop, ox.Literal(text[:_LONGEST]))


def _note_owners(owners: dict[str, _Owner], reader: RowReader, batch: Batch) -> None:
    for place, wanted in enumerate(batch[WANTED]):
        name, digest = reader.id(batch, place), _digest(batch, place)
        known = owners.get(name)
        if not name or (known and known.is_wanted and not wanted):
            continue
        if known is None or (wanted and not known.is_wanted):
            owners[name] = _Owner(digest, bool(wanted))
        elif known.digest != digest:
            owners[name] = _Owner(known.digest, known.is_wanted, is_shared=True)


def _digest(batch: Batch, place: int) -> bytes:
    cells = "\x1f".join(cells[place] for column, cells in batch.items() if column != WANTED)
    return hashlib.blake2b(cells.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _names(
    node: ox.NamedNode, reader: RowReader, batch: Batch, place: int, named: dict[tuple[str, str], str]
) -> Iterator[ox.Triple]:
    """Yield the names of a row; the first one in each language is the preferred one, and stays so."""
    for label in reader.row(batch, place).labels:
        literal = ox.Literal(label.text, language=label.lang) if label.lang else ox.Literal(label.text)
        first = named.setdefault((node.value, label.lang), label.text)
        yield ox.Triple(node, _PREFERRED if first == label.text else _OTHER, literal)


def _features(node: ox.NamedNode, match: Match, batch: Batch, place: int) -> Iterator[ox.Triple]:
    """Yield what a specification explains of a row, as it is written there: no map, no zeros cut off."""
    for feature in (match.code, match.number_):
        for text in _texts(feature, batch, place):
            yield ox.Triple(node, _IDENTIFIER, ox.Literal(text))
    for text in _texts(match.kind, batch, place):
        yield ox.Triple(node, _TYPE, ox.Literal(text))
    for text in _texts(match.date, batch, place):
        period = read_period(text)
        if period is not None and period.precision in _XSD:
            yield ox.Triple(node, _DATE, ox.Literal(str(period), datatype=_XSD[period.precision]))


def _texts(feature: Feature | None, batch: Batch, place: int) -> list[str]:
    if feature is None or not feature.column:
        return []
    cell = batch[feature.column][place]
    parts = cell.split(feature.split) if feature.split else [cell]
    return [text for part in parts if (text := part[:_LONGEST].strip())]
