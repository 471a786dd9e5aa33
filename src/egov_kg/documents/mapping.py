"""The mapping of a table: what each row of a spreadsheet is about, and what each of its columns says of it.

The format is described in ``docs/reference/tables.md``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from egov_kg import iri, vocab
from egov_kg.errors import DataFileError, UnknownTerm

__all__ = ["Column", "TableMapping", "mapping_beside", "read_mapping"]

LARGEST: Final = 1 << 20
"""The most bytes that a mapping may have."""

VALUES: Final = ("date", "integer", "iri", "name", "text")
"""What a cell can hold besides the name of a thing, which the CURIE of its class stands for."""

DateOrder = Literal["", "dmy", "mdy"]
_TABLE: Final = frozenset(
    {"title", "publisher", "issued", "jurisdiction", "language", "licence", "sheet", "header", "delimiter", "encoding"}
)
_ROW: Final = frozenset({"class", "label"})
_COLUMN: Final = frozenset({"name", "property", "value", "inverse", "separator", "language", "empty", "order"})
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of one column say.

    Attributes:
        name: The words of the header.
        property: The CURIE of an ontology property, or of an outside one that facts may use.
        value: ``date``, ``integer``, ``iri``, ``name``, ``text``, or the CURIE of the class of the thing that is named.
        inverse: Whether the cell names the subject and the row is the object.
        separator: What parts several values of one cell; empty if there is one.
        language: The BCP 47 tag of a name or a text; empty for what the script tells.
        empty: Cells that say nothing, besides the empty ones.
        order: How a date of three numbers is written, where the year stands last.
    """

    name: str
    property: str
    value: str
    inverse: bool = False
    separator: str = ""
    language: str = ""
    empty: tuple[str, ...] = ()
    order: DateOrder = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What a table says.

    Attributes:
        cls: The CURIE of the class of what a row is about.
        label: The name of it, with the names of columns in braces: ``{Act}``.
        columns: What the columns say.
        table: What is known of the table as a document: ``title``, ``publisher``, ``issued``, ``jurisdiction``,
            ``language``, ``licence``; and how to read it: ``sheet``, ``header``, ``delimiter``, ``encoding``.
    """

    cls: str
    label: str
    columns: tuple[Column, ...]
    table: Mapping[str, str]

    def wanted(self) -> tuple[str, ...]:
        """Return the columns that the table must have, each once."""
        return tuple(dict.fromkeys([*_PLACE.findall(self.label), *(c.name for c in self.columns)]))

    def label_parts(self) -> Iterator[tuple[str, bool]]:
        """Yield the pieces of the label in order, each with whether it is the name of a column."""
        for i, piece in enumerate(_PLACE.split(self.label)):
            if piece:
                yield piece, i % 2 == 1

    def to_json(self) -> str:
        """Return the mapping as canonical JSON, as it travels in the metadata of a document."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> TableMapping:
        """Return the mapping that `to_json` wrote."""
        raw = json.loads(text)
        columns = tuple(Column(**{**c, "empty": tuple(c["empty"])}) for c in raw["columns"])
        return cls(raw["cls"], raw["label"], columns, raw["table"])


def mapping_beside(path: Path) -> Path:
    """Return where the mapping of a table stands: ``terms.csv`` has ``terms.csv.toml`` beside it."""
    return path.with_name(f"{path.name}.toml")


def read_mapping(path: Path) -> TableMapping:
    """Return the mapping that a TOML file holds.

    Raises:
        DataFileError: If the file is missing, is no TOML, or has a key, class, property or value that is not known.
    """
    raw = _toml(path)
    _only(path, "the file", raw, {"table", "row", "column"})
    table, row, columns = raw.get("table", {}), raw.get("row"), raw.get("column", [])
    if not isinstance(table, dict) or not isinstance(row, dict) or not isinstance(columns, list):
        raise DataFileError(path, 0, "expected a table [row] with class and label, and one [[column]] for each column")
    _only(path, "[table]", table, _TABLE)
    _only(path, "[row]", row, _ROW)
    label = _text(path, "[row]", row, "label")
    if not _PLACE.search(label):
        raise DataFileError(path, 0, f"[row] label {label!r} names no column; write it in braces: {{Name}}")
    if not columns:
        raise DataFileError(path, 0, "has no [[column]]: nothing would be said of any row")
    _check_table(path, table)
    cls = _class(path, "[row]", _text(path, "[row]", row, "class"))
    found = tuple(_column(path, number, column) for number, column in enumerate(columns, 1))
    for number, column in enumerate(found, 1):
        _check_classes(path, f"[[column]] {number} ({column.name})", cls, column)
    return TableMapping(cls, label, found, {key: _plain(path, key, value) for key, value in sorted(table.items())})


def _check_table(path: Path, table: Mapping[str, object]) -> None:
    """Refuse settings of a table that would be read as something else, or name things that no address can hold."""
    header = table.get("header", 1)
    if not isinstance(header, int) or isinstance(header, bool) or header < 1:
        raise DataFileError(path, 0, f"[table] header is the number of a row, from 1 on, not {header!r}")
    jurisdiction = table.get("jurisdiction", "int")
    if not isinstance(jurisdiction, str) or not iri.is_id(f"law/{jurisdiction}/act"):
        reason = f"[table] jurisdiction is the code of a country in small letters, such as ee, not {jurisdiction!r}"
        raise DataFileError(path, 0, reason)
    delimiter = table.get("delimiter", ",")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise DataFileError(path, 0, f"[table] delimiter is one character, not {delimiter!r}")


def _check_classes(path: Path, where: str, row: str, column: Column) -> None:
    """Refuse a column that would say nothing of any row: its property is not for things of these classes."""
    if column.property in vocab.OUTSIDE_PROPERTIES:
        return
    cell = column.value if ":" in column.value else ""
    subject, obj = (cell, row) if column.inverse else (row, cell)
    ends = [("said of", vocab.domain(column.property), subject)]
    if column.property in vocab.OBJECT_PROPERTIES:
        ends.append(("for", vocab.range_of(column.property), obj))
    for words, wanted, cls in ends:
        if wanted and cls and not vocab.is_subclass(cls, wanted) and not vocab.is_subclass(wanted, cls):
            raise DataFileError(path, 0, f"{where}: {column.property} is {words} {wanted}, not {cls}")


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise DataFileError(path, 0, f"has more than the {LARGEST:,} bytes that a mapping may have")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise DataFileError(path, int(found[1]) if found else 0, f"is not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, 0, f"is not UTF-8: byte at offset {error.start}") from error
    except OSError as error:
        raise DataFileError(path, 0, f"cannot be read: {error.strerror or error}") from error


def _column(path: Path, number: int, raw: object) -> Column:
    where = f"[[column]] {number}"
    if not isinstance(raw, dict):
        raise DataFileError(path, 0, f"{where} is no table")
    _only(path, where, raw, _COLUMN)
    name, prop, value = (_text(path, where, raw, key) for key in ("name", "property", "value"))
    where = f"{where} ({name})"
    known = prop in vocab.OBJECT_PROPERTIES or prop in vocab.DATA_PROPERTIES or prop in vocab.OUTSIDE_PROPERTIES
    if not known:
        near = "" if prop not in vocab.INVERSES else f"; it is the inverse of {vocab.INVERSES[prop]}: set inverse"
        raise DataFileError(path, 0, f"{where}: unknown property {prop!r}{near}. See docs/reference/ontology.md")
    if value not in VALUES:
        _class(path, where, value)
    takes = _takes(prop)
    if value not in takes and not (":" in value and "a class" in takes):
        raise DataFileError(path, 0, f"{where}: {prop} takes {' or '.join(takes)}, not {value}")
    inverse = raw.get("inverse", False)
    if not isinstance(inverse, bool) or (inverse and ":" not in value):
        raise DataFileError(path, 0, f"{where}: inverse is true or false, and true only where a cell names a thing")
    order = raw.get("order", "")
    if order not in ("", "dmy", "mdy"):
        raise DataFileError(path, 0, f"{where}: order {order!r} is neither 'dmy' nor 'mdy'")
    empty = raw.get("empty", [])
    if not isinstance(empty, list) or not all(isinstance(e, str) for e in empty):
        raise DataFileError(path, 0, f"{where}: empty is a list of strings")
    separator, language = (_plain(path, key, raw.get(key, "")) for key in ("separator", "language"))
    return Column(name, prop, value, inverse, separator, language, tuple(empty), order)


def _takes(prop: str) -> tuple[str, ...]:
    """Return what the cells of a column with this property can be."""
    if prop in vocab.OBJECT_PROPERTIES:
        return ("date",) if vocab.range_of(prop) == "egov:TimePosition" else ("a class",)
    datatype = vocab.DATA_PROPERTIES[prop].datatype if prop in vocab.DATA_PROPERTIES else vocab.OUTSIDE_PROPERTIES[prop]
    by_datatype = {
        "rdf:langString": ("name", "text"),
        "xsd:integer": ("integer",),
        "xsd:string": ("text",),
        "": ("a class", "iri", "text"),
    }
    return by_datatype.get(datatype, ("date",))


def _only(path: Path, where: str, raw: Mapping[str, object], known: frozenset[str] | set[str]) -> None:
    for key in sorted(raw):
        if key not in known:
            raise DataFileError(path, 0, f"{where} has the unknown key {key!r}; known are {', '.join(sorted(known))}")


def _text(path: Path, where: str, raw: Mapping[str, object], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DataFileError(path, 0, f"{where} needs {key}, a string")
    return value


def _plain(path: Path, key: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise DataFileError(path, 0, f"{key} is a string or a whole number, not {value!r}")
    return str(value)


def _class(path: Path, where: str, curie: str) -> str:
    try:
        vocab.superclasses(curie)
    except (UnknownTerm, KeyError) as error:
        raise DataFileError(
            path, 0, f"{where}: {curie!r} is neither a class of the ontology nor one of {', '.join(VALUES)}"
        ) from error
    return curie
