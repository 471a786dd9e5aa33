"""Workbooks as targets: a sheet, read in a process of its own as documents are, becomes a table of text."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from egov_kg.errors import UnreadableDocument, UnreadableTarget

__all__ = ["sheet_file"]

_ROWS: Final = "sheet.csv"


def sheet_file(path: Path, sheet: str, folder: Path) -> Path:
    """Return a sheet of a workbook as a CSV file; rows that end early are filled up.

    Args:
        path: The workbook.
        sheet: The name of the sheet; empty for the first one.
        folder: Where the file is written.

    Raises:
        UnreadableTarget: If it is no workbook, damaged, hostile, too large, or a row is longer than the header.
    """
    from egov_kg.documents.isolation import IsolatedReader  # noqa: PLC0415 - only for workbooks
    from egov_kg.documents.limits import Limits  # noqa: PLC0415 - the same
    from egov_kg.documents.sheets import MOST_COLUMNS, MOST_ROWS, cells_of  # noqa: PLC0415 - the same

    limits = Limits()
    if path.stat().st_size > limits.bytes:
        problem = f"has {path.stat().st_size:,} bytes, more than the {limits.bytes:,} that a workbook may have"
        raise UnreadableTarget(path, problem, "Save it as CSV.")
    try:
        with IsolatedReader(limits) as reader:
            text = reader.outline("xlsx", path.read_bytes(), path, option=sheet).text
    except UnreadableDocument as error:
        raise UnreadableTarget(path, error.reason, error.remedy) from error
    copy, width = folder / _ROWS, 0
    with copy.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(cells_of(text, "\t"), 1):
            values = [cell.value.replace("\0", "") for cell in row]
            width = width or len(values)
            if number > MOST_ROWS or len(values) > MOST_COLUMNS:
                problem = f"has more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns"
                raise UnreadableTarget(path, problem, "Save it as CSV, which may be of any length.")
            if len(values) > width:
                problem = f"has {len(values)} cells in this row, and {width} in its header"
                raise UnreadableTarget(path, problem, "Look at that row.", line=number)
            if any(values):
                writer.writerow(values + [""] * (width - len(values)))
    return copy
