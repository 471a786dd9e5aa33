"""With everything on disk the same lines come out as with everything in memory."""

from __future__ import annotations

import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import inferring
from egov_kg.errors import InputError, RdfSyntaxError
from tests.inference.features.making import make_problem

pytest.importorskip("duckdb", reason="needs the extra duckdb")
import duckdb

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [
    *(f'"{text}"^^<{XSD}integer>' for text in ("1", "01", "+1", "2", "one")),
    *(f'"{text}"^^<{XSD}decimal>' for text in ("1.0", "1", "2.50")),
    '"1"',
    '"a"@EN',
    '"a"@en',
    '"a b, \\"c\\" | \\u0001 \\n"',
    '"é\U0001f600"',
    '""',
]
AXIOMS = """
<urn:code> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#InverseFunctionalProperty> .
<urn:amends> <http://www.w3.org/2002/07/owl#inverseOf> <urn:amendedBy> .
<urn:is> <http://www.w3.org/2000/01/rdf-schema#range> <urn:Thing> .
"""


def written(paths: list[Path], engine: str, folder: Path, ontology: list[Path], **wishes: object) -> bytes:
    """Return the lines that an engine writes: those that follow, or all."""
    is_new = bool(wishes.pop("entailed_only", True))
    wish = inferring.Wish(engine=engine, folder=folder, **wishes)  # type: ignore[arg-type] # words of a test
    inferred = inferring.infer_files(paths, wish, ontology=ontology)
    try:
        sink = io.BytesIO()
        inferring.write_inferred(inferred, sink, "nt", entailed_only=is_new)
        data = sink.getvalue()
        assert not is_new or data.count(b"\n") == inferred.entailed_count
        return data
    finally:
        inferred.close()


@pytest.fixture
def facts(tmp_path: Path) -> list[Path]:
    """Two files of facts, with blank nodes of one label, values written in several ways, and a triple twice."""
    lines = [f"<urn:x{number}> <urn:code> {value} .\n" for number, value in enumerate(VALUES)]
    lines += ["_:b <urn:amends> <urn:x1> .\n", "<urn:x1> <urn:is> _:b .\n", lines[0]]
    first, second = tmp_path / "first.nt", tmp_path / "second.ttl"
    first.write_text("".join(lines), encoding="utf-8")
    second.write_text("_:b <urn:amends> <urn:x2>, <urn:é> . <urn:x0> <urn:code> 1, 7 .", encoding="utf-8")
    return [first, second]


@pytest.fixture
def axioms(tmp_path: Path) -> list[Path]:
    """A file of axioms."""
    path = tmp_path / "axioms.nt"
    path.write_text(AXIOMS.lstrip(), encoding="utf-8")
    return [path]


class TestSameLines:
    @pytest.mark.parametrize("seed", range(8))
    def test_for_problems_from_a_seed(self, seed: int, tmp_path: Path) -> None:
        """What follows from random facts and axioms in one file."""
        path = tmp_path / "problem.nt"
        ox.serialize(make_problem(seed).triples, str(path), ox.RdfFormat.N_TRIPLES)

        assert written([path], "duckdb", tmp_path, [path]) == written([path], "numpy", tmp_path, [path])

    @pytest.mark.parametrize("entailed_only", [True, False], ids=["new", "all"])
    @pytest.mark.parametrize("expands", [True, False], ids=["expanded", "representative"])
    def test_for_values_and_nodes_of_several_files(
        self, facts: list[Path], axioms: list[Path], tmp_path: Path, expands: bool, entailed_only: bool
    ) -> None:
        """Equal values, escapes, blank nodes kept apart, a triple given twice."""
        by_engine = [
            written(facts, engine, tmp_path, axioms, expands=expands, entailed_only=entailed_only)
            for engine in ("duckdb", "numpy")
        ]

        assert by_engine[0] == by_engine[1]
        assert b"sameAs" in by_engine[0]

    def test_with_our_own_ontology(self, tmp_path: Path) -> None:
        """Nothing is told that follows from our ontology alone."""
        path = tmp_path / "act.ttl"
        base = "https://egov-kg.example"
        path.write_text(f"<{base}/id/law/kr/x> a <{base}/ns#Act> .", encoding="utf-8")

        assert written([path], "duckdb", tmp_path, []) == written([path], "numpy", tmp_path, [])

    def test_from_nothing_follows_nothing(self, axioms: list[Path], tmp_path: Path) -> None:
        """An empty file."""
        path = tmp_path / "empty.nt"
        path.write_bytes(b"")

        assert written([path], "duckdb", tmp_path, axioms) == written([path], "numpy", tmp_path, axioms)


class TestParquet:
    def test_its_rows_are_triples(self, facts: list[Path], axioms: list[Path], tmp_path: Path) -> None:
        """The same lines as from N-Triples of the same triples."""
        rows = [line.removesuffix(" .").split(" ", 2) for line in facts[0].read_text(encoding="utf-8").splitlines()]
        path = tmp_path / "facts.parquet"
        with duckdb.connect() as database:
            database.execute("CREATE TABLE t (subject VARCHAR, predicate VARCHAR, object VARCHAR)")
            database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
            database.execute(f"COPY t TO '{path}' (FORMAT parquet)")

        assert written([path], "duckdb", tmp_path, axioms) == written([facts[0]], "numpy", tmp_path, axioms)

    @pytest.mark.parametrize(
        ("query", "problem"),
        [
            ("SELECT 'a' AS subject, 'b' AS predicate", "has no column 'object'"),
            ("SELECT '<a:a>' AS subject, '<a:b>' AS predicate, NULL AS object", ":1:1: a term is missing"),
            ("SELECT 'a' AS subject, '<a:b>' AS predicate, '<a:c>' AS object", ":1:1: "),
        ],
        ids=["column", "null", "syntax"],
    )
    def test_what_is_wrong_is_told(self, tmp_path: Path, query: str, problem: str) -> None:
        """A column, a term, the form of a term: with the file and the row."""
        path = tmp_path / "facts.parquet"
        with duckdb.connect() as database:
            database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")

        with pytest.raises(InputError, match=problem) as caught:
            written([path], "duckdb", tmp_path, [path])

        assert str(path) in str(caught.value)

    def test_a_file_that_is_none_is_told(self, tmp_path: Path) -> None:
        """Its name alone makes no Parquet."""
        path = tmp_path / "facts.parquet"
        path.write_text("no Parquet", encoding="utf-8")

        with pytest.raises(InputError, match="Is it Parquet"):
            written([path], "duckdb", tmp_path, [path])


class TestMemory:
    def test_what_does_not_fit_goes_to_disk(self, axioms: list[Path], tmp_path: Path) -> None:
        """In 128 MiB, of which DuckDB has 42, the lines are the same."""
        path = tmp_path / "many.nt"
        rows = (f"<urn:x{number % 50021}> <urn:amends> <urn:y{number}> .\n" for number in range(150_000))
        path.write_text("".join(rows), encoding="utf-8")

        small = written([path], "duckdb", tmp_path, axioms, memory=128 << 20)

        assert small == written([path], "numpy", tmp_path, axioms)


class TestFolder:
    def test_nothing_is_left_behind(self, facts: list[Path], axioms: list[Path], tmp_path: Path) -> None:
        """After the lines, and after an error in a file."""
        work = tmp_path / "work"
        work.mkdir()
        written(facts, "duckdb", work, axioms)
        facts[0].write_text("<urn:a> <urn:b> .\n", encoding="utf-8")

        with pytest.raises(RdfSyntaxError):
            written(facts, "duckdb", work, axioms)

        assert list(work.iterdir()) == []
