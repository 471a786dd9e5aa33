"""The rows that accepted links lead to, read for what they say of our things. Files alone are read, none is fetched."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.linking.files import header_of, text_file
from egov_kg.linking.rows import RowReader
from egov_kg.linking.specification import Dialect, Payback, Specification
from egov_kg.model import TimeValue, Value
from egov_kg.rdf.calendar import Days, days_of
from egov_kg.rdf.links import Link, Paid

__all__ = ["PaidRows", "paid_rows", "table_file"]

_LEXICAL: Final = {"xsd:integer": re.compile(r"0|-?[1-9][0-9]*"), "xsd:gYear": re.compile(r"[0-9]{4}")}
_IDENTITY: Final = frozenset({"skos:exactMatch", "skos:closeMatch"})
_NO_IDENTITY: Final = "{} says that the row is about something else, or does not say what it is"
"""Why a part, a whole, a topic or a page to read beside brings no fact of our thing."""

_COUNTRY: Final = re.compile(r"[a-z]{2}(?:-[a-z0-9]+)?")

Cells = Mapping[str, str]


class PaidRows:
    """What the rows of links say.

    Attributes:
        paid: The values, by block and link.
        passed: Why a row said nothing, by the Statement of its link.
        files: The files that were read.
    """

    def __init__(self) -> None:
        self.paid: list[Paid] = []
        self.passed: dict[str, str] = {}
        self.files: dict[Path, None] = {}


def paid_rows(specification: Specification, links: Sequence[Link], mappings: Path) -> PaidRows:
    """Return what the rows of accepted links say, as the specification declares it.

    Args:
        specification: Its blocks ``[[payback]]``.
        links: The accepted links with the data set.
        mappings: The file that they stand in, for errors.

    Raises:
        DataFileError: If a file lacks a column, a row that a link leads to, or the value that a row must have.
        UnreadableTarget: If a file is missing, damaged, or not as its dialect says.
    """
    found = PaidRows()
    for block in specification.paybacks:
        reader = RowReader(block.match, specification.prefixes)
        wanted = {one.object: one for one in links if one.object.startswith(reader.namespace)}
        if not wanted:
            continue
        path = table_file(specification, block.match.source)
        found.files[path] = None
        rows = _rows(specification, block, path, wanted)
        for link in (one for one in links if one.object in wanted):
            if link.object not in rows:
                if reader.namespace:
                    raise DataFileError(
                        mappings, 0, f"{link.subject} is linked with {link.object}, which {path.name} does not have; "
                        "take the mapping out, or give the file that has the row"
                    )  # fmt: skip
                continue
            line, cells = rows[link.object]
            reason = _NO_IDENTITY.format(link.predicate)
            if link.predicate in _IDENTITY:
                reason = _reason(block, cells) or _of_elsewhere(block, cells, link.subject)
            if reason:
                found.passed.setdefault(link.statement, reason)
            else:
                value = _term(block, cells, path, line) if block.is_term else _value(block, cells, path, line)
                found.paid.append(Paid(link, block.match.ours, block.prop, value, block.rule))
    for paid in found.paid:
        found.passed.pop(paid.link.statement, None)
    return found


def table_file(specification: Specification, name: str) -> Path:
    """Return a file of a data set: beside the specification, or in a folder with the id of the data set.

    That folder stands beside the specification, or in ``external`` beside the folder of the specification.

    Raises:
        DataFileError: If it stands in none of these places.
    """
    here, dataset = specification.path.parent, specification.dataset.id
    places = (here / name, here / dataset / name, here.parent / "external" / dataset / name)
    for path in places:
        if path.is_file():
            return path
    shown = ", ".join(f"{path.parent.name}/{path.name}" for path in places)
    raise DataFileError(
        specification.path, 0, f"brings values back from {name!r}, which is not there; it may stand at: {shown}"
    )


def _rows(
    specification: Specification, block: Payback, path: Path, wanted: Collection[str]
) -> dict[str, tuple[int, Cells]]:
    """Return the rows of some IRIs, each with its line."""
    reader = RowReader(block.match, specification.prefixes)
    dialect = specification.dataset.dialect
    assert dialect is not None
    found: dict[str, tuple[int, Cells]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for line, cells in _table(path, dialect, Path(folder), block):
            name = reader.id({key: [cells[key]] for key in block.match.id_columns}, 0)
            if name not in wanted:
                continue
            picked = {key: cells[key] for key in block.named_columns}
            if name in found and found[name][1] != picked:
                raise DataFileError(path, line, f"{name} stands on line {found[name][0]} with other values")
            found.setdefault(name, (line, picked))
    return found


def _table(path: Path, dialect: Dialect, folder: Path, block: Payback) -> Iterator[tuple[int, Cells]]:
    file = text_file(path, dialect, folder)
    columns = header_of(file, dialect, path)
    for name in block.named_columns:
        if name not in columns:
            has = ", ".join(columns[:20])
            raise DataFileError(
                path, 1, f"has no column {name!r}, which [[payback]] {block.number} names; it has: {has}"
            )
    quoting: dict[str, Any] = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, delimiter=dialect.delimiter, strict=True, **quoting)
        try:
            for cells in rows:
                if not cells or (rows.line_num == 1 and dialect.header):
                    continue
                if len(cells) != len(columns):
                    raise DataFileError(path, rows.line_num, f"has {len(cells)} columns, expected {len(columns)}")
                yield rows.line_num, dict(zip(columns, cells, strict=True))
        except csv.Error as error:
            raise DataFileError(path, rows.line_num, f"is not as its dialect says: {error}") from error


def _reason(block: Payback, cells: Cells) -> str:
    """Return why a row says nothing of our thing, or an empty text."""
    for name, values in block.when.items():
        if cells[name].strip() not in values:
            return f"{name} is {cells[name].strip()!r}, not {' or '.join(map(repr, values))}"
    empty = next((name for name in block.columns if not cells[name].strip()), "")
    return f"{empty} is empty" if empty else ""


def _of_elsewhere(block: Payback, cells: Cells, subject: str) -> str:
    """Return that a row is of another country than our thing, whose id names its own; mostly an empty text."""
    place = block.match.jurisdiction
    if place is None:
        return ""
    told = cells[place.column].strip() if place.column else place.value
    code, own = place.map.get(told, told).lower(), subject.partition("/")[2].partition("/")[0]
    if not (_COUNTRY.fullmatch(code) and _COUNTRY.fullmatch(own)) or code[:2] == own[:2]:
        return ""
    return f"its jurisdiction is {told!r}, not {own!r}"


def _value(block: Payback, cells: Cells, path: Path, line: int) -> Value | TimeValue:
    text = " ".join(cells[block.columns[0]].split())
    if block.strip:
        text = text.lstrip(block.strip) or text
    name = block.prop
    try:
        if name in vocab.OBJECT_PROPERTIES:
            days_of(text)
            return TimeValue(text, text)
        datatype = vocab.DATA_PROPERTIES[name].datatype if name in vocab.DATA_PROPERTIES else ""
        datatype = datatype or vocab.OUTSIDE_PROPERTIES[name]
        if datatype == "date":
            datatype = "xsd:gYear" if len(text) == 4 else "xsd:date"
        if datatype == "xsd:date":
            return Value(_day(text).isoformat(), datatype)
        if datatype in _LEXICAL and not _LEXICAL[datatype].fullmatch(text):
            _refuse(block, block.columns[0], f"{text!r} is no {datatype}", path, line)
    except ValueError as error:
        _refuse(block, block.columns[0], f"{error}", path, line)
    return Value(text, datatype)


def _term(block: Payback, cells: Cells, path: Path, line: int) -> Days:
    days = []
    for name in block.columns:
        try:
            days.append(_day(cells[name].strip()))
        except ValueError as error:
            _refuse(block, name, f"{error}", path, line)
    if days[1] < days[0]:
        raise DataFileError(path, line, f"the term ends on {days[1]}, before it begins on {days[0]}")
    return Days(*days)


def _day(text: str) -> dt.date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"{text!r} is no day, expected YYYY-MM-DD")
    return dt.date.fromisoformat(text)


def _refuse(block: Payback, column: str, problem: str, path: Path, line: int) -> NoReturn:
    raise DataFileError(path, line, f"{column}, which [[payback]] {block.number} reads: {problem}")
