"""Conditions of specifications by strangers: SQL over the columns of one row, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from egov_kg import api
from egov_kg.errors import UnreadableTarget
from egov_kg.linking import conditions, engine_clock
from egov_kg.store import Release
from tests.linking.conftest import LAWS
from tests.linking.hostility import CROWD, HEAD, ROW, Bench, bench_in, tables_of, without_dialect
from tests.linking.test_hostile_files import parquet


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


@pytest.fixture
def bench(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench."""
    return bench_in(tmp_path, release, monkeypatch)


def condition(text: str) -> str:
    """Return the specification with a condition."""
    assert "'''" not in text
    return LAWS.replace("level =", f"where = '''{text}'''\nlevel =")


CONDITIONS: dict[str, str] = {
    "a condition": "kind = '법률' AND day LIKE '1999%'",
    "a comment": "kind = '법률' -- )",
    "half a condition": "kind = ",
    "an unknown column": "type = 'law'",
    "an unknown function": "getenv('HOME') <> ''",
    "a second statement": "true); DROP TABLE laws; SELECT (1",
    "ATTACH": "true); ATTACH 'stolen.db'; SELECT (1",
    "COPY": "true); COPY (SELECT 1) TO 'stolen.csv'; SELECT (1",
    "INSTALL": "true); INSTALL httpfs; SELECT (1",
    "a setting": "true); SET enable_external_access = true; SELECT (1",
    "PRAGMA": "true); PRAGMA database_list; SELECT (1",
    "UNION": "true) UNION ALL (SELECT * FROM duckdb_settings()",
    "LIMIT": "true) LIMIT (1",
    "GROUP BY": "true) GROUP BY ALL HAVING (true",
    "a file of this machine": "id IN (SELECT content FROM read_text('/etc/passwd'))",
    "a table of this machine": "id IN (SELECT column0 FROM read_csv('/etc/passwd'))",
    "a file as a table": "id IN (SELECT * FROM '/etc/passwd')",
    "names of files": "id IN (SELECT file FROM glob('/*'))",
    "an address": "id IN (SELECT * FROM read_csv('http://127.0.0.1:1/'))",
    "settings": "id IN (SELECT value FROM duckdb_settings())",
    "EXISTS": "EXISTS (SELECT 1 FROM range(1000000000000))",
    "a question in a list": "list_contains(ARRAY(SELECT 'a'), id)",
    "a recursion without end": "id IN (WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t) SELECT n FROM t)",
    "a setting as a value": "current_setting('temp_directory') <> ''",
    "what waits": "sleep_ms(1000000000) IS NULL",
    "what differs from run to run": "random() > 0.5",
    "a word of 10 GB": "length(repeat('a', 10000000000)) > 0",
    "the distance of two long words": "levenshtein(title, rpad(title, 1000000, 'a')) < 3",
    "a list of 10 thousand million": "len(range(10000000000)) > 0",
    "4,000 brackets": "(" * 4_000 + "true" + ")" * 4_000,
    "2,000 denials": "NOT " * 2_000 + "false",
    "20,000 letters": "kind = '" + "a" * 20_000 + "'",
    "an expression that never matches fast": "regexp_matches(title, '^(a+)+$')",
    "a division by nothing": "1 / 0 IS NULL OR true",
    "no truth": "CAST(id AS INTEGER) > 0",
}
ROWS = tables_of("Conditions")


class TestConditions:
    @pytest.mark.parametrize("name", sorted(ROWS))
    def test_end_as_the_page_says(self, bench: Bench, name: str) -> None:
        """Refused with these words, or used; no file is read or written but the target."""
        bench.check(ROWS[name], bench.write(HEAD + ROW + CROWD), condition(CONDITIONS[name]))

        written = {path.name for path in bench.folder.iterdir()}
        assert written == {"register.csv", "register.toml", "register.sssom.tsv"}

    @pytest.mark.parametrize("name", ["a second statement", "a file of this machine", "what waits", "half a condition"])
    def test_are_judged_for_parquet_too(self, bench: Bench, name: str) -> None:
        """There they run in another process."""
        row = "SELECT '5' AS id, '전자서명법' AS title, '법률' AS kind, '1' AS number, '1999-02-05' AS day"
        target = bench.write(parquet(row, bench.folder), "register.parquet")

        bench.check(ROWS[name], target, without_dialect(condition(CONDITIONS[name]), "parquet"))

    def test_are_all_on_the_page(self) -> None:
        """Each has its row."""
        assert set(CONDITIONS) == set(ROWS)

    def test_that_take_too_long_are_ended(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """A clock ends what the grammar does not show."""
        monkeypatch.setattr(engine_clock, "SECONDS", 0.2)
        monkeypatch.setattr(conditions, "_FICKLE", frozenset())
        before = bench.state()
        slow = "sleep_ms(100000) IS NULL"

        with pytest.raises(UnreadableTarget, match="gave no row within"):
            bench.link(bench.write(HEAD + ROW + CROWD), condition(slow))

        assert bench.state() == before


SOURCES: dict[str, Callable[[str], str]] = {
    "another folder": lambda text: text.replace('"register.csv"', '"../../etc/passwd"'),
    "the root": lambda text: text.replace('"register.csv"', '"/etc/passwd"'),
    "a folder of another system": lambda text: text.replace('"register.csv"', '"..\\\\\\\\a.csv"'),
    "another folder in a block": lambda text: text.replace("level =", 'source = "../a.csv"\nlevel ='),
}


class TestSources:
    @pytest.mark.parametrize("name", sorted(SOURCES))
    def test_stand_in_the_folder_of_the_target(self, bench: Bench, name: str) -> None:
        """A specification of somebody else's names files, no folders."""
        bench.check(("refused", "expected the name of a file, without folders"), bench.folder, SOURCES[name](LAWS))
