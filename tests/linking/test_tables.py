"""What a target may be, and how one that is not as its specification says ends: in a sentence, and nothing written."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import zstandard

from egov_kg.errors import DataFileError, EgovKGError, UnreadableTarget
from egov_kg.linking.matching import link
from egov_kg.linking.tables import duckdb_module, table_batches
from tests.linking.conftest import LAWS, Desk

HEAD = "id,title,kind,number,day\n"
ROW = "5,전자서명법,법률,05792,1999-02-05\n"
COLUMNS = ("id", "title", "kind", "number", "day")


def rows_of(
    desk: Desk, data: str | bytes, specification: str = LAWS, name: str = "register.csv"
) -> list[tuple[str, ...]]:
    """Return the rows that are read, as tuples."""
    read = desk.specification(specification)
    batches = table_batches(read, read.matches[0], desk.target(data, name), desk.folder)
    return [row for batch in batches for row in zip(*(batch[column] for column in COLUMNS), strict=True)]


def zstd(data: bytes) -> bytes:
    """Return data as a frame of Zstandard."""
    return zstandard.ZstdCompressor().compress(data)


class TestTables:
    @pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
    def test_are_read_packed_or_not_whatever_their_name(self, desk: Desk, pack: Callable[[bytes], bytes]) -> None:
        """The first bytes tell, not the ending."""
        assert rows_of(desk, pack((HEAD + ROW).encode())) == [("5", "전자서명법", "법률", "05792", "1999-02-05")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    def test_are_read_in_the_encoding_that_is_stated(self, desk: Desk, encoding: str) -> None:
        """A byte order mark is no part of the first name."""
        stated = LAWS.replace('encoding = "utf-8"', f'encoding = "{encoding.removesuffix("-sig")}"')

        assert rows_of(desk, (HEAD + ROW).encode(encoding), stated)[0][1] == "전자서명법"

    def test_are_read_with_semicolons_and_a_byte_order_mark(self, desk: Desk) -> None:
        """As spreadsheets of some countries write them."""
        data = ("\ufeff" + HEAD + ROW).replace(",", ";")

        assert rows_of(desk, data, LAWS.replace('delimiter = ","', 'delimiter = ";"'))[0][0] == "5"

    def test_keep_quotes_that_come_late(self, desk: Desk) -> None:
        """The first quoted field of the register stands on line 31,441; a first look would have missed it."""
        lines = [f"{n},다른 법,법률,{n},1950-01-01\n" for n in range(31_439)]

        rows = rows_of(desk, HEAD + "".join(lines) + '5,"가, 나 및 ""다""에 관한 법률",법률,1,1999-02-05\n')

        assert rows[-1][1] == '가, 나 및 "다"에 관한 법률'
        assert len(rows) == 31_440

    def test_keep_leading_zeros_and_days_as_they_are_written(self, desk: Desk) -> None:
        """Every column is text: nothing is taken for a number or a date."""
        assert rows_of(desk, HEAD + ROW)[0][3:] == ("05792", "1999-02-05")

    def test_come_in_the_order_of_the_file(self, desk: Desk) -> None:
        """Two threads read; the rows stay in their order."""
        data = HEAD + "".join(f"{n},법{n},법률,{n},1950\n" for n in range(40_000))

        assert [row[0] for row in rows_of(desk, data)] == [str(n) for n in range(40_000)]

    def test_may_be_narrowed_by_a_condition(self, desk: Desk) -> None:
        """The condition is SQL over the columns, also over those that are not compared."""
        specification = LAWS.replace("level =", "where = \"extra = 'b'\"\nlevel =")

        rows = rows_of(desk, "id,title,kind,number,day,extra\n1,가,법률,1,1950,a\n2,나,법률,2,1950,b\n", specification)

        assert [row[0] for row in rows] == ["2"]

    def test_of_workbooks_are_read(self, desk: Desk) -> None:
        """The first sheet, if none is named."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for line in (HEAD, ROW):
            sheet.append(line.strip().split(","))
        data = io.BytesIO()
        book.save(data)
        specification = LAWS.replace('"csv"', '"xlsx"')
        specification = "\n".join(line for line in specification.splitlines() if not line.startswith("dialect"))

        assert rows_of(desk, data.getvalue(), specification)[0][1] == "전자서명법"

    def test_of_parquet_are_read(self, desk: Desk) -> None:
        """Numbers become text."""
        path = desk.folder / "register.parquet"
        duckdb_module().execute(
            "COPY (SELECT 5 AS id, '전자서명법' AS title, '법률' AS kind, 5792 AS number, DATE '1999-02-05' AS day) "
            f"TO '{path}' (FORMAT parquet)"
        )
        specification = LAWS.replace('"csv"', '"parquet"')
        specification = "\n".join(line for line in specification.splitlines() if not line.startswith("dialect"))

        assert rows_of(desk, path.read_bytes(), specification) == [("5", "전자서명법", "법률", "5792", "1999-02-05")]


BOMB = gzip.compress(b"\0" * (1 << 20))
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", r"register\.csv is empty"),
    "a column is missing": (
        b"id,name\n1,a\n",
        r"has no column 'title', which \[\[match\]\] 1 of register\.toml names; it has: id, name",
    ),
    "another delimiter": (HEAD.replace(",", ";").encode(), r"has no column 'id'"),
    "a column stands twice": (b"id,title,title,number,day\n", r":1 has two columns that are called 'title'"),
    "a column without a name": (b"id,title,kind,number,\n", r":1 has no name for column 5"),
    "a row is too long": ((HEAD + ROW + "1,a,b,2,1950,more\n").encode(), r":3 is not as its dialect says: expected"),
    "a row is too short": ((HEAD + ROW + "1,a\n").encode(), r":3 is not as its dialect says: expected"),
    "a quote that is never closed": (
        (HEAD + '1,"a,b,2,1950\n' + ROW).encode(),
        r":2 is not as its dialect says: value with",
    ),
    "mixed encodings": (HEAD.encode() + ROW.encode() + ROW.encode("cp949"), r":3 is not utf-8: byte 0xc0 in line 3"),
    "a character that is cut off": ((HEAD + ROW).encode() + "법".encode()[:2], r"ends in the middle of a character"),
    "utf-16 for utf-8": ((HEAD + ROW).encode("utf-16"), r":1 is not utf-8: byte 0xff in line 1"),
    "NUL characters": ((HEAD + "1,a\0b,c,2,1950\n").encode(), r"holds a NUL character, so it is not text"),
    "gzip that is cut off": (
        gzip.compress((HEAD + ROW * 99).encode())[:-12],
        r"is cut off: its gzip data end too early",
    ),
    "gzip with a wrong checksum": (gzip.compress((HEAD + ROW).encode())[:-8] + b"\0" * 8, r"is damaged"),
    "gzip with rubbish behind it": (
        gzip.compress((HEAD + ROW).encode()) + b"\x1f\x8brubbish",
        r"is damaged|is cut off",
    ),
    "Zstandard that is cut off": (zstd((HEAD + ROW * 99).encode())[:-5], r"is damaged: .*end too early"),
    "zeros packed as gzip": (BOMB, r"holds a NUL character"),
    "a web page": (b"<!DOCTYPE html><html><body>404</body></html>", r"has no column 'id'"),
    "a workbook by another name": (b"PK\x03\x04\x14\x00\x00\x00", r"holds a NUL character"),
    "one line of two hundred thousand columns": (
        b",".join(b"c%d" % n for n in range(20_000)) + b"\n",
        r"has no column 'id'",
    ),
}


class TestTargetsThatAreNotAsTheSpecificationSays:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_are_refused_with_the_place(self, desk: Desk, name: str) -> None:
        """One sentence names the file, the line where there is one, what is wrong and what to do."""
        data, told = HOSTILE[name]

        with pytest.raises(UnreadableTarget, match=told) as caught:
            rows_of(desk, data)

        assert caught.value.remedy

    @pytest.mark.parametrize("data", [b"PAR1", b"not parquet at all"])
    def test_are_refused_as_parquet(self, desk: Desk, data: bytes) -> None:
        """Bytes that are no Parquet."""
        specification = LAWS.replace('"csv"', '"parquet"')
        specification = "\n".join(line for line in specification.splitlines() if not line.startswith("dialect"))

        with pytest.raises(UnreadableTarget, match="cannot be read"):
            rows_of(desk, data, specification)

    def test_are_refused_if_they_are_missing(self, desk: Desk) -> None:
        """The name is told."""
        read = desk.specification(LAWS)

        with pytest.raises(UnreadableTarget, match="No such file"):
            list(table_batches(read, read.matches[0], desk.folder / "nowhere.csv", desk.folder))


class TestConditions:
    @pytest.mark.parametrize(
        ("where", "told"),
        [
            ("nothing = 1", "'where' is 'nothing = 1'"),
            ("title = ", "'where' is"),
            ("1 = 1) ; DROP TABLE x ; SELECT (1", "it is more than one statement"),
            ("true -- )", None),
            ("id IN (SELECT content FROM read_text('/etc/passwd'))", "it asks a question of its own"),
            ("id = (SELECT count(*) FROM read_csv('/etc/passwd'))", "it asks a question of its own"),
        ],
    )
    def test_reach_nothing_but_the_target(self, desk: Desk, where: str, told: str | None) -> None:
        """A specification of somebody else's cannot read other files, write, or run a second statement."""
        specification = LAWS.replace("level =", f'where = "{where}"\nlevel =')

        if told is None:
            assert len(rows_of(desk, HEAD + ROW, specification)) == 1
            return
        with pytest.raises(EgovKGError, match=told) as caught:
            rows_of(desk, HEAD + ROW, specification)

        assert isinstance(caught.value, DataFileError | UnreadableTarget)
        assert sorted(path.name for path in Path(desk.folder).iterdir()) == ["register.csv", "register.toml"]


class TestProgress:
    @pytest.mark.parametrize(
        ("data", "where", "total"),
        [
            (HEAD + ROW * 3, "", 3),
            (HEAD + (ROW * 3).removesuffix("\n"), "", 3),
            (HEAD + ROW * 3 + ROW.replace("법률", "대통령령"), "kind = '법률'", 3),
            (HEAD, "", 0),
        ],
    )
    def test_tells_how_many_rows_there_are(self, desk: Desk, data: str, where: str, total: int) -> None:
        """Known with the first batch: from the lines of a text, and by counting where there is a condition."""
        read = desk.specification(LAWS + (f'where = "{where}"\n' if where else ""))
        batches = table_batches(read, read.matches[0], desk.target(data), desk.folder)

        assert sum(len(batch["id"]) for batch in batches) == total
        assert batches.total == total

    def test_of_parquet_is_known_from_its_metadata(self, desk: Desk) -> None:
        """Before anything is read."""
        path = desk.folder / "register.parquet"
        columns = ", ".join(f"'x' AS {name}" for name in COLUMNS)
        duckdb_module().sql(f"COPY (SELECT {columns} FROM range(20000)) TO '{path}' (FORMAT parquet)")
        form = LAWS.replace('format = "csv"', 'format = "parquet"').replace("dialect =", "#dialect =")
        read = desk.specification(form)
        batches = table_batches(read, read.matches[0], path, desk.folder)

        next(batches)

        assert batches.total == 20_000

    def test_is_told_while_a_target_is_read(self, desk: Desk) -> None:
        """How many rows are done, and of how many; at the end all are."""
        told: list[tuple[int, int]] = []
        data = HEAD + "".join(f"{n},다른{n}법,법률,{n},1950\n" for n in range(70_000))

        link(desk.store, desk.specification(LAWS), desk.target(data), tick=lambda *numbers: told.append(numbers))

        assert {total for _, total in told} == {70_000}
        assert told[-1] == (70_000, 70_000)
        assert len(told) > 2
