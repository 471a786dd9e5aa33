"""A table as a spreadsheet (Office Open XML, ECMA-376): one sheet, written row by row.

Libraries for spreadsheets write through temporary files, which a query process cannot open; what a sheet without styles
needs is little. Text stands in cells as text, so that nothing in it is ever run as a formula.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import IO, Any, Final, Protocol, cast
from xml.sax.saxutils import escape

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import FormatNotAvailable
from egov_kg.sparql.formats import available

__all__ = ["write_sheet"]

_MOST_ROWS: Final = 1_048_576
_LONGEST: Final = 32_767
"""What a sheet can hold, and a cell: in UTF-16 units, as ECMA-376 counts."""

_EXACT: Final = Decimal(10) ** 15
_NUMBERS: Final = frozenset(iri.expand(f"xsd:{name}") for name in ("integer", "decimal", "double", "float"))
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_(?=x[0-9A-Fa-f]{4}_)|\r")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="answer" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Append."""

    def flush(self) -> None:
        """Pass on what is kept back."""


def write_sheet(names: Sequence[str], rows: Iterable[Iterable[object]], sink: Sink, form: str) -> None:
    """Write a table.

    Args:
        names: Of the columns.
        rows: Terms, or None where a variable is not bound.
        sink: Gets the file.
        form: The form of the query, for the message.

    Raises:
        FormatNotAvailable: If a sheet cannot hold the table: too many rows, or a text that no cell takes whole.
    """
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in _PARTS.items():
            file.writestr(_entry(name), _HEAD + text, zipfile.ZIP_DEFLATED)
        with file.open(_entry("xl/worksheets/sheet1.xml"), "w") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_row([_text(name, form) for name in names]))
            for number, row in enumerate(rows, start=2):
                if number > _MOST_ROWS:
                    raise _too_much(form)
                sheet.write(_row([_cell(term, form) for term in row]))
            sheet.write(b"</sheetData></worksheet>")


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry with a constant date: the same table is the same file."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _row(cells: Sequence[str]) -> bytes:
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(term: Any, form: str) -> str:
    match term:
        case None:
            return "<c/>"
        case ox.Literal() if term.datatype.value in _NUMBERS and (number := _number(term.value)) is not None:
            return f"<c><v>{number}</v></c>"
        case ox.Literal() if term.datatype.value == iri.expand("xsd:boolean") and term.value in {"true", "false"}:
            return f'<c t="b"><v>{int(term.value == "true")}</v></c>'
        case ox.Literal() | ox.NamedNode() | ox.BlankNode():
            return _text(term.value, form)
    return _text(str(term), form)


def _number(text: str) -> str | None:
    """Return a number as a sheet writes it, or None if a sheet would show another one (it keeps 15 digits)."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or len(value.as_tuple().digits) > 15 or abs(value) >= _EXACT:
        return None
    return str(value)


def _text(text: str, form: str) -> str:
    if len(text) > _LONGEST or len(text) + sum(character > "\uffff" for character in text) > _LONGEST:
        raise _too_much(form)
    safe = escape(_NO_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _too_much(form: str) -> FormatNotAvailable:
    return FormatNotAvailable(form, available(form))
