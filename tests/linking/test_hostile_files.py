"""Workbooks, Parquet, RDF, and things that are no files: docs/reference/hostile-targets.md says what comes of each."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import openpyxl
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

from egov_kg import api
from egov_kg.errors import UnreadableTarget
from egov_kg.link_review.theirs import read_theirs
from egov_kg.linking import read_specification, tables
from egov_kg.linking.rows import RowReader
from egov_kg.linking.statements import Statements
from egov_kg.linking.tables import duckdb_module
from egov_kg.store import Release
from tests.chaos.canaries import SECRET, canaries_in
from tests.linking.conftest import LAWS
from tests.linking.hostility import CROWD, HEAD, ROW, TOLD, Bench, bench_in, tables_of, without_dialect


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


@pytest.fixture
def bench(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench."""
    return bench_in(tmp_path, release, monkeypatch)


def workbook(change: Callable[[Any], None] = lambda _: None) -> bytes:
    """Return a workbook with the good table in its first sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEAD + ROW + CROWD).splitlines():
        sheet.append(line.split(","))
    change(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a package with one more part, or with another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


LAUGHS: Final = (
    b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)
SHEET: Final = "xl/worksheets/sheet1.xml"
LINK: Final = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"'
    b' Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
)


def _last_cells_empty(book: Any) -> None:
    book.active.append(["7", "다른 법", "법률"])


def _row_too_long(book: Any) -> None:
    book.active.append(["7", "다른 법", "법률", "1", "1950", "more"])


def _formula(book: Any) -> None:
    book.active.append(["7", '=WEBSERVICE("http://127.0.0.1/")', "법률", "1", "1950"])


def _many_rows(book: Any) -> None:
    for number in range(200_000):
        book.active.append([number])


BOOKS: dict[str, Callable[[], bytes]] = {
    "a workbook": workbook,
    "text that calls itself a workbook": (HEAD + ROW).encode,
    "a workbook that is cut off": lambda: workbook()[:-200],
    "a bomb of one part": lambda: with_part(workbook(), "xl/media/image1.bin", b"\0" * (300 << 20)),
    "a bomb of rows": lambda: with_part(
        workbook(), SHEET, b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 2_000_000
    ),
    "entities in a sheet": lambda: with_part(workbook(), SHEET, LAUGHS),
    "a macro": lambda: with_part(workbook(), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0Auto_Open"),
    "a link to a file of this machine": lambda: with_part(
        workbook(), "xl/externalLinks/_rels/externalLink1.xml.rels", LINK
    ),
    "a formula that calls": lambda: workbook(_formula),
    "rows that end early": lambda: workbook(_last_cells_empty),
    "a row that is longer than the header": lambda: workbook(_row_too_long),
    "200,000 rows": lambda: workbook(_many_rows),
    "an empty workbook": lambda: workbook(lambda book: book.active.delete_rows(1, 1000)),
}
BOOK_ROWS = tables_of("Workbooks")


class TestWorkbooks:
    @pytest.mark.parametrize("name", sorted(BOOK_ROWS))
    def test_end_as_the_page_says(self, bench: Bench, name: str) -> None:
        """They are read in a process of its own, as documents are."""
        bench.check(BOOK_ROWS[name], bench.write(BOOKS[name](), "register.xlsx"), without_dialect(LAWS, "xlsx"))

    def test_are_all_on_the_page(self) -> None:
        """Each has its row."""
        assert set(BOOKS) == set(BOOK_ROWS)


def parquet(select: str, folder: Path) -> bytes:
    """Return a Parquet file of a query."""
    path = folder / "made.parquet"
    with duckdb_module().connect(":memory:") as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    data = path.read_bytes()
    path.unlink()
    return data


def repeated(data: bytes, times: int) -> bytes:
    """Return a Parquet file whose footer names each group of rows many times: all of them are the same bytes."""
    once, whole = (pq.read_metadata(io.BytesIO(data)) for _ in range(2))
    for _ in range(times - 1):
        whole.append_row_groups(once)
    footer = io.BytesIO()
    whole.write_metadata_file(footer)
    length = int.from_bytes(data[-8:-4], "little")
    return data[: -8 - length] + footer.getvalue()[4:]


LAW_ROW: Final = "SELECT '5' AS id, '전자서명법' AS title, '법률' AS kind, '05792' AS number, '1999-02-05' AS day"
MANY: Final = (
    "SELECT 'f' || range AS id, 'x' || range AS title, '법률' AS kind, range::VARCHAR AS number, '1950' AS day "
    "FROM range(400)"
)
PARQUETS: dict[str, Callable[[Path], bytes]] = {
    "a table": lambda folder: parquet(f"{LAW_ROW} UNION ALL {MANY}", folder),
    "four bytes": lambda _: b"PAR1",
    "text that calls itself Parquet": lambda _: (HEAD + ROW).encode(),
    "a footer that is cut off": lambda folder: parquet(LAW_ROW, folder)[:-20],
    "a footer of noise": lambda folder: _noisy(parquet(LAW_ROW, folder), -120, -12),
    "pages of noise": lambda folder: _noisy(parquet(f"{LAW_ROW} UNION ALL {MANY}", folder), 10, 400),
    "a footer longer than the file": lambda folder: parquet(LAW_ROW, folder)[:-8] + b"\xff\xff\xff\x7fPAR1",
    "20,000 columns": lambda folder: parquet("SELECT " + ", ".join(f"1 AS c{n}" for n in range(20_000)), folder),
    "a column is missing": lambda folder: parquet("SELECT 1 AS id", folder),
    "a label that is a structure": lambda folder: parquet(
        LAW_ROW.replace("'전자서명법'", "{'name': '전자서명법', 'more': [1, 2, 3]}"), folder
    ),
    "a label that is bytes": lambda folder: parquet(LAW_ROW.replace("'전자서명법'", "'\\xFF\\x00'::BLOB"), folder),
    "cells without a value": lambda folder: parquet(LAW_ROW.replace("'05792'", "NULL"), folder),
    "300 million rows of one page": lambda folder: repeated(
        parquet(
            "SELECT '5' AS id, 'x' AS title, '법률' AS kind, '1' AS number, '1950' AS day FROM range(1000000)", folder
        ),
        300,
    ),
}
PARQUET_ROWS = tables_of("Parquet")


def _noisy(data: bytes, start: int, end: int) -> bytes:
    noise = bytes((n * 7919) % 251 for n in range(len(data)))
    place = slice(start % len(data), end % len(data))
    return data[: place.start] + noise[place] + data[place.stop :]


class TestParquet:
    @pytest.mark.parametrize("name", sorted(PARQUET_ROWS))
    def test_ends_as_the_page_says(self, bench: Bench, name: str) -> None:
        """It is read in a process of its own."""
        target = bench.write(PARQUETS[name](bench.folder), "register.parquet")

        bench.check(PARQUET_ROWS[name], target, without_dialect(LAWS, "parquet"))

    def test_is_all_on_the_page(self) -> None:
        """Each has its row."""
        assert set(PARQUETS) == set(PARQUET_ROWS)

    def test_is_read_in_no_other_process_for_a_data_set_beside_or_a_review(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The engine of this process opens the rows that the other one wrote, and they are those of the table."""
        opened: list[str] = []
        connected = tables._connected

        def connect(engine: ModuleType, file: Path, folder: Path) -> object:
            opened.append(file.suffix)
            return connected(engine, file, folder)

        monkeypatch.setattr(tables, "_connected", connect)
        target = bench.write(PARQUETS["a table"](bench.folder), "register.parquet")
        (bench.folder / "register.toml").write_text(without_dialect(LAWS, "parquet"), encoding="utf-8")
        specification = read_specification(bench.folder / "register.toml")
        name = RowReader(specification.matches[0], specification.prefixes).id({"id": ["5"]}, 0)

        triples = list(Statements(specification, target))
        (row,) = read_theirs(specification, target, {name}).rows[name]

        assert '"전자서명법"' in {str(t.object).partition("@")[0] for t in triples if t.subject == ox.NamedNode(name)}
        assert len({t.subject for t in triples}) == 401
        assert {"5", "전자서명법", "법률", "05792", "1999-02-05"} == {cell.text for cell in row}
        assert opened
        assert set(opened) == {".csv"}

    @pytest.mark.parametrize("name", ["300 million rows of one page", "a footer of noise", "pages of noise"])
    def test_ends_so_for_a_data_set_beside_and_a_review_too(self, bench: Bench, name: str) -> None:
        """With the same words."""
        target = bench.write(PARQUETS[name](bench.folder), "register.parquet")
        (bench.folder / "register.toml").write_text(without_dialect(LAWS, "parquet"), encoding="utf-8")
        specification = read_specification(bench.folder / "register.toml")
        row = RowReader(specification.matches[0], specification.prefixes).id({"id": ["5"]}, 0)

        with pytest.raises(UnreadableTarget) as told:
            list(Statements(specification, target))

        assert PARQUET_ROWS[name][1] in str(told.value)
        assert PARQUET_ROWS[name][1] in read_theirs(specification, target, {row}).problem


RDF_LAWS: Final = """
[dataset]
id = "register"
title = { en = "A register" }
licence = "CC0"
source = "register.ttl"
format = "rdf"
prefix = { ex = "https://register.example/" }

[[match]]
ours = "egov:Law"
level = "work"
class = "dcat:Dataset"
label = [{ column = "dcterms:title", lang = "ko" }]
number = { column = "ex:number" }
"""
PREFIXES: Final = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> . "
    "@prefix ex: <https://register.example/> .\n"
)
ONE: Final = 'ex:a a dcat:Dataset ; dcterms:title "전자서명법"@ko ; ex:number "5792" .\n'
OTHERS: Final = "".join(f'ex:f{n} a dcat:Dataset ; dcterms:title "다른 {n} 법"@ko .\n' for n in range(200))
NT: Final = (
    "<https://register.example/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://www.w3.org/ns/dcat#Dataset> .\n"
    '<https://register.example/a> <http://purl.org/dc/terms/title> "전자서명법"@ko .\n'
)
XML: Final = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:t="http://purl.org/dc/terms/" '
    'xmlns:d="http://www.w3.org/ns/dcat#"><d:Dataset rdf:about="https://register.example/a"><t:title xml:lang="ko">'
    "{0}</t:title></d:Dataset></rdf:RDF>"
)
RDFS: dict[str, tuple[str, Callable[[], str | bytes]]] = {
    "a catalogue that holds itself": (
        "a.ttl",
        lambda: PREFIXES + ONE + OTHERS + "ex:a dcat:dataset ex:a ; dcat:catalog ex:a . ex:a dcterms:hasPart ex:a .",
    ),
    "catalogues of catalogues in a circle of 10,000": (
        "a.ttl",
        lambda: (
            PREFIXES
            + ONE
            + "".join(f"ex:c{n} a dcat:Catalog ; dcat:catalog ex:c{(n + 1) % 10_000} .\n" for n in range(10_000))
        ),
    ),
    "nothing": ("a.ttl", lambda: ""),
    "blank nodes alone": ("a.ttl", lambda: PREFIXES + '[] a dcat:Dataset ; dcterms:title "전자서명법"@ko .'),
    "names of this machine": ("a.ttl", lambda: PREFIXES + ONE.replace("ex:a", "<b>")),
    "100,000 titles of one thing": (
        "a.nt",
        lambda: (
            NT
            + "".join(
                f'<https://register.example/a> <http://purl.org/dc/terms/title> "{n}"@ko .\n' for n in range(100_000)
            )
        ),
    ),
    "a bad line late": ("a.nt", lambda: NT + "<x:s> <x:p> <x:o> .\n" * 100_000 + "<x:s> <x:p> .\n"),
    "a line that is cut off": ("a.nt", lambda: NT + '<x:s> <x:p> "a'),
    "a word of 20 MB": ("a.nt", lambda: NT + '<x:s> <x:p> "' + "a" * 20_000_000),
    "noise": ("a.nt", lambda: bytes(range(256))),
    "UTF-16": ("a.ttl", lambda: (PREFIXES + ONE).encode("utf-16")),
    "a web page": ("a.ttl", lambda: "<!DOCTYPE html><html></html>"),
    "an ending that is none": ("a.docx", lambda: PREFIXES + ONE),
    "gzip that is cut off": ("a.nt.gz", lambda: gzip.compress(NT.encode() * 99)[:-9]),
    "gzip of 1 GB": ("a.nt.gz", lambda: gzip.compress(b"\n" * (64 << 20)) * 16),
    "gzip in gzip": ("a.nt.gz", lambda: gzip.compress(gzip.compress(NT.encode()))),
    "JSON-LD that is nested 100,000 times": ("a.jsonld", lambda: '{"x:p":' * 100_000 + "1" + "}" * 100_000),
    "contexts in contexts": ("a.jsonld", lambda: '{"@context":' * 20_000 + "{}" + "}" * 20_000),
    "triple terms in triple terms": (
        "a.ttl",
        lambda: "<x:s> <x:p> " + "<<(<x:s> <x:p> " * 100_000 + "1" + ")>>" * 100_000,
    ),
    "entities that grow": (
        "a.rdf",
        lambda: '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + XML.format("&b;"),
    ),
    "XML that is cut off": ("a.rdf", lambda: XML.format("전자서명법")[:-30]),
    "another XML": ("a.rdf", lambda: "<html><body/></html>"),
    "SQL in a title": ("a.ttl", lambda: PREFIXES + ONE.replace('법"', "법'; --\"") + OTHERS),
    "tabs and line feeds in a title": ("a.ttl", lambda: PREFIXES + ONE.replace("전자", "전자\\t\\n\\u001f") + OTHERS),
}
RDF_ROWS = tables_of("RDF")


class TestRdf:
    @pytest.mark.parametrize("name", sorted(RDF_ROWS))
    def test_ends_as_the_page_says(self, bench: Bench, name: str) -> None:
        """It is read in a process of its own."""
        file, make = RDFS[name]

        bench.check(RDF_ROWS[name], bench.write(make(), file), RDF_LAWS)

    @pytest.mark.parametrize(
        ("name", "place"),
        [
            ("a bad line late", ":100003 is not N-Triples, as its ending says, in column "),
            ("a line that is cut off", "is not N-Triples, as its ending says"),
            ("noise", "is not N-Triples, as its ending says"),
            ("a web page", "is not Turtle, as its ending says"),
            ("XML that is cut off", "is not RDF/XML, as its ending says"),
        ],
    )
    def test_that_does_not_parse_is_told_with_the_place_and_what_to_do(
        self, bench: Bench, name: str, place: str
    ) -> None:
        """As for every other format: the file, the line, what is wrong, the next step."""
        file, make = RDFS[name]

        with pytest.raises(UnreadableTarget) as told:
            bench.link(bench.write(make(), file), RDF_LAWS)

        assert place in str(told.value)
        assert str(told.value).endswith("Fetch it again, give it the ending of its format, or mend it.")

    def test_is_all_on_the_page(self) -> None:
        """Each has its row."""
        assert set(RDFS) == set(RDF_ROWS)

    @pytest.mark.parametrize("what", ["file", "address"])
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.rdf", '<!DOCTYPE r [<!ENTITY a SYSTEM "PLACE">]>' + XML.format("&a;")),
            ("b.rdf", '<!DOCTYPE r SYSTEM "PLACE">' + XML.format("a")),
            ("c.jsonld", '{"@context": "PLACE", "http://purl.org/dc/terms/title": 1}'),
            ("d.jsonld", '{"@context": {"@import": "PLACE"}, "http://purl.org/dc/terms/title": 1}'),
        ],
        ids=["entity", "document type", "context", "import"],
    )
    def test_reaches_neither_files_nor_addresses(self, bench: Bench, name: str, text: str, what: str) -> None:
        """External entities, document types, contexts that stand elsewhere: refused, and nobody is called."""
        (bench.folder / "there").mkdir()
        with canaries_in(bench.folder / "there") as canaries:
            place = canaries.file_url if what == "file" else canaries.url
            before = bench.state()

            with pytest.raises(TOLD) as caught:
                bench.link(bench.write(text.replace("PLACE", place), name), RDF_LAWS)

            assert SECRET not in str(caught.value)
            assert canaries.heard() == ([], 0)
            assert bench.state() == before


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


def _linked_to(target: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.symlink_to(target)
        return path

    return make


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


PLACES: dict[str, Callable[[Path], Path]] = {
    "a folder without the file": lambda path: _folder(path.with_name("empty")),
    "a folder by the name of the file": _folder,
    "a pipe": _fifo,
    "a device that never ends": _linked_to("/dev/zero"),
    "a device that is empty": _linked_to("/dev/null"),
    "a link to itself": _loop,
    "a link to nothing": _linked_to("nowhere"),
    "nothing": lambda path: path,
    "a name of 5,000 letters": lambda path: path.with_name("a" * 5000),
    "a name with a NUL": lambda path: path.with_name("a\0b"),
}
PLACE_ROWS = tables_of("Places")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
class TestPlaces:
    @pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "rdf"])
    @pytest.mark.parametrize("name", sorted(PLACE_ROWS))
    def test_end_as_the_page_says(self, bench: Bench, name: str, form: str) -> None:
        """Whatever the format: nothing waits for ever."""
        specification = RDF_LAWS if form == "rdf" else LAWS if form == "csv" else without_dialect(LAWS, form)

        bench.check(PLACE_ROWS[name], PLACES[name](bench.folder / f"register.{form}"), specification)

    @pytest.mark.parametrize("name", ["a pipe", "a device that never ends", "a link to nothing"])
    def test_in_a_folder_are_told_as_what_they_are(self, bench: Bench, name: str) -> None:
        """Not as missing from a folder whose list names them."""
        PLACES[name](bench.folder / "register.csv")

        with pytest.raises(TOLD, match=r"register\.csv is no file"):
            bench.link(bench.folder, LAWS)

    def test_are_all_on_the_page(self) -> None:
        """Each has its row."""
        assert set(PLACES) == set(PLACE_ROWS)


class TestFilesThatChange:
    @pytest.mark.parametrize("what", ["grows", "shrinks", "is deleted", "is replaced"])
    @pytest.mark.parametrize("form", ["csv", "rdf"])
    def test_while_they_are_read_are_refused(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, form: str, what: str
    ) -> None:
        """Half of one file and half of another is neither."""
        good = HEAD + ROW + CROWD if form == "csv" else PREFIXES + ONE + OTHERS
        target = bench.write(good, f"register.{'ttl' if form == 'rdf' else 'csv'}")
        changes: dict[str, Callable[[], object]] = {
            "grows": lambda: target.write_text(f"{target.read_text(encoding='utf-8')}# more", encoding="utf-8"),
            "shrinks": lambda: os.truncate(target, 10),
            "is deleted": target.unlink,
            "is replaced": lambda: bench.write(good, "b").replace(target),
        }
        _after_the_first_batch(monkeypatch, changes[what])
        before = bench.state()

        with pytest.raises(UnreadableTarget, match="changed while it was read"):
            bench.link(target, LAWS if form == "csv" else RDF_LAWS)

        assert bench.state() == before


def _after_the_first_batch(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Let somebody else change the file while rows are compared."""
    from egov_kg.linking.parts import Comparer  # noqa: PLC0415 - what is watched

    take = Comparer.take

    def watched(self: Comparer, batch: dict[str, list[str]]) -> None:
        take(self, batch)
        change()

    monkeypatch.setattr(Comparer, "take", watched)
