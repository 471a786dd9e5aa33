"""XLSX files: the sheet that a mapping names, as the text that `egov_kg.documents.sheets` makes of it."""

from __future__ import annotations

from pathlib import Path

from egov_kg.documents.formats import Refusal
from egov_kg.documents.outline import Outline
from egov_kg.documents.packages import check_package
from egov_kg.documents.sheets import text_of_workbook
from egov_kg.errors import UnreadableDocument

__all__ = ["outline"]


def outline(data: bytes, sheet: str) -> Outline:
    """Return the text of a sheet, without blocks.

    Args:
        data: The bytes of the file.
        sheet: Its name; empty for the first one.

    Raises:
        Refusal: If it is no XLSX file, damaged, encrypted or hostile, or has no such sheet.
    """
    check_package(data)
    try:
        return Outline(text_of_workbook(data, sheet, Path("workbook.xlsx")))
    except UnreadableDocument as error:
        raise Refusal(error.reason, error.remedy) from error
