"""Text tables that are broken, or made to harm: docs/reference/hostile-targets.md says what comes of each."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from egov_kg import api
from egov_kg.linking.sssom import read_mappings
from egov_kg.store import Release
from tests.linking.conftest import LAWS
from tests.linking.hostility import CROWD, HEAD, LAW, ROW, Bench, bench_in, tables_of


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


@pytest.fixture
def bench(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench."""
    return bench_in(tmp_path, release, monkeypatch)


GOOD = HEAD + ROW + CROWD
INJECTED = "\"x': 'VARCHAR'}); ATTACH 'a.db'; --\""
LONG = "".join(f"{n},다른 법,법률,{n},1950-01-01\n" for n in range(31_439))


def zstd(data: bytes) -> bytes:
    """Return data as a frame of Zstandard."""
    return zstandard.ZstdCompressor().compress(data)


def labelled(label: str) -> str:
    """Return a table in which the act of ours has another name beside its number and day."""
    return HEAD + f'5,"{label}",법률,05792,1999-02-05\n' + CROWD


TABLES: dict[str, Callable[[], bytes | str]] = {
    "empty": lambda: b"",
    "nothing but a header": lambda: HEAD,
    "nothing but line feeds": lambda: "\n" * 1000,
    "another delimiter": lambda: GOOD.replace(",", ";"),
    "a column is missing": lambda: GOOD.replace("title", "name", 1),
    "other columns": lambda: "iso,country\nKR,Korea\n",
    "a column stands twice": lambda: GOOD.replace("kind", "title", 1),
    "a column stands twice but for its case": lambda: GOOD.replace("id,title,kind", "id,title,Title", 1),
    "a column without a name": lambda: GOOD.replace("number,day", "number,", 1),
    "20,000 columns": lambda: ",".join(f"c{n}" for n in range(20_000)) + "\n",
    "a row that is too long": lambda: HEAD + ROW + "1,a,b,2,1950,more\n",
    "a row that is too short": lambda: HEAD + ROW + "1,a\n",
    "a quote that is never closed": lambda: HEAD + '1,"a,b,2,1950\n' + CROWD,
    "the first quote stands late": lambda: HEAD + LONG + '5,"전자서명법",법률,"05792",1999-02-05\n',
    "a quote stands late and is not closed": lambda: HEAD + LONG + '5,"전자서명법,법률,05792,1999-02-05\n',
    "two encodings": lambda: GOOD.encode() + "6,가법,법률,1,1950\n".encode("cp949"),
    "a character that is cut off": lambda: GOOD.encode() + "법".encode()[:2],
    "UTF-16 with a mark": lambda: GOOD.encode("utf-16"),
    "UTF-16 without a mark": lambda: GOOD.encode("utf-16-le"),
    "NUL": lambda: GOOD + "1,a\0b,c,2,1950\n",
    "a web page": lambda: "<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "noise": lambda: bytes(range(256)) * 100,
    "a line of 5 MB": lambda: HEAD + "5," + "가" * (5 << 20) + ",법률,05792,1999-02-05\n",
    "a cell of 1 MB": lambda: HEAD + "6," + "가" * 350_000 + ",법률,1,1950\n" + ROW + CROWD,
    "a letter with a million marks": lambda: HEAD + "6,a" + "\u0301" * 1_000_000 + ",법률,1,1950\n" + ROW + CROWD,
    "a number of 100,000 digits": lambda: HEAD + "6,가,법률," + "9" * 100_000 + ",1950\n" + ROW + CROWD,
    "days that are none": lambda: (
        HEAD + "6,가,법률,1,9999-99-99\n7,나,법률,2,0000-00-00\n8,다,법률,3,٢٠١٣-٠٧-٣٠\n" + ROW + CROWD
    ),
    "line ends of several kinds": lambda: HEAD.replace("\n", "\r\n") + ROW + CROWD.replace("\n", "\r\n"),
    "line ends of old machines": lambda: GOOD.replace("\n", "\r"),
    "a byte order mark in the middle": lambda: HEAD + "\ufeff" + ROW + CROWD,
    "ids that repeat with other values": lambda: GOOD + "5,전자서명법,법률,05792,2001-01-01\n",
    "ids that repeat": lambda: GOOD + ROW + ROW,
    "gzip that is cut off": lambda: gzip.compress(GOOD.encode())[:-12],
    "gzip with a wrong checksum": lambda: gzip.compress(GOOD.encode())[:-8] + b"\0" * 8,
    "gzip with rubbish behind it": lambda: gzip.compress(GOOD.encode()) + b"\x1f\x8brubbish",
    "gzip in gzip": lambda: gzip.compress(gzip.compress(GOOD.encode())),
    "gzip of 2 GB": lambda: gzip.compress(b"a" * (64 << 20)) * 32,
    "Zstandard that is cut off": lambda: zstd(GOOD.encode())[:-5],
    "Zstandard of 2 GB": lambda: zstd(b"a" * (64 << 20)) * 32,
    "gzip of nothing": lambda: gzip.compress(b""),
    "SQL in a label": lambda: labelled("전자서명법'; --"),
    "quotes in a label": lambda: labelled('전자서명법""``'),
    "HTML in a label": lambda: labelled("<>전자서명법</>&#60;"),
    "a formula in a label": lambda: labelled("=전자서명법()"),
    "codes of a terminal in a label": lambda: labelled("\x1b[31m전자서명법\x07"),
    "words that turn around in a label": lambda: labelled("\u202e전자서명법\u2066"),
    "tabs and line feeds in a label": lambda: labelled("전자\t서명\r\n법"),
    "SQL in the name of a column": lambda: "".join(
        f"{line},{'x' if number else INJECTED}\n" for number, line in enumerate(GOOD.splitlines())
    ),
}
SECTION = tables_of("Text tables")


class TestTextTables:
    @pytest.mark.parametrize("name", sorted(SECTION))
    def test_end_as_the_page_says(self, bench: Bench, name: str) -> None:
        """Refused with these words, or read; the release and the decisions stay."""
        bench.check(SECTION[name], bench.write(TABLES[name]()))

    def test_are_all_on_the_page(self) -> None:
        """Each has its row."""
        assert set(TABLES) == set(SECTION)


class TestLabels:
    @pytest.mark.parametrize("name", [one for one in sorted(SECTION) if one.endswith("in a label")])
    def test_reach_the_mapping_file_as_one_plain_cell(self, bench: Bench, name: str) -> None:
        """No line feed, tab, code of a terminal, mark of direction; no formula; and they can be read back."""
        bench.link(bench.write(TABLES[name]()))

        text = (bench.folder / "register.sssom.tsv").read_text(encoding="utf-8")
        assert not {"\x1b", "\x07", "\u202e", "\u2066", "\r"} & set(text)
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
        assert not [cell for line in lines for cell in line.split("\t") if cell.lstrip('"').startswith(("=", "@"))]
        (one,) = [row for row in read_mappings(bench.folder / "register.sssom.tsv").mappings if row.object[-2:] == "/5"]
        assert "전자" in one.object_label


TEMPLATES = {
    "a word as an IRI": ("{id}", "skos", ""),
    "a CURIE as an IRI": ("{id}", "skos:exactMatch", ""),
    "a script as an IRI": ("{id}", "javascript:alert(1)", ""),
    "a file of this machine": ("{id}", "file:///etc/passwd", ""),
    "an IRI of ours": ("{id}", f"https://w3id.org/egov-kg/id/{LAW}", ""),
    "a space in an IRI": ("{id}", "https://a.example/a b", ""),
    "a quote in an IRI": ("{id}", "https://a.example/a>b", ""),
    "dots": ("reg:{id}", "..", ""),
    "a way out of the folder": ("reg:{id}", "../../other", "https://register.example/id/..%2F..%2Fother"),
    "a question": ("reg:{id}", "5?x=1#y", "https://register.example/id/5%3Fx%3D1%23y"),
    "an encoded way out": ("reg:{id}", "%2e%2e", "https://register.example/id/%252e%252e"),
    "an IRI of theirs": ("{id}", "https://a.example/법?x=1", "https://a.example/법?x=1"),
    "an id of 5,000 letters": ("reg:{id}", "a" * 5000, ""),
}


class TestTemplates:
    @pytest.mark.parametrize("name", sorted(TEMPLATES))
    def test_make_no_other_iri_than_they_say(self, bench: Bench, name: str) -> None:
        """A value is escaped into the template; what is no IRI of the web, or one of ours, is counted as nameless."""
        template, value, expected = TEMPLATES[name]
        row = ROW.replace("5", f'"{value}"', 1)

        found = bench.link(bench.write(HEAD + row + CROWD), LAWS.replace('"reg:{id}"', f'"{template}"'))

        objects = {one.object for one in found.mappings.mappings if not one.is_decided}
        assert objects == ({expected} if expected else set())
        assert found.run.blocks[0].nameless == (0 if expected else 1)
