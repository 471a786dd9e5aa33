"""Spark reads folders of parts and writes them, with the same triples as the engine in memory gives."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from egov_kg.inference.reading import Reader
from egov_kg.inference.terms import encode
from egov_kg.inference.writing import write_lines
from egov_kg.inferring import Wish, infer_files, read_into, write_inferred
from tests.inference.features.making import make_problem
from tests.spark.test_entailment import FACTS, ONTOLOGY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
]

long = pytest.mark.skipif(not os.environ.get("LONG_TESTS"), reason="it takes minutes; EGOVKG_LONG=1 runs it")

DRIVE: Final = """
import json, sys
from pathlib import Path
from egov_kg.errors import EgovKGError
from egov_kg.inferring import Wish
from egov_kg.inferring_on_spark import infer_on_spark
for line in sys.stdin:
    paths, output, ontology, expands = json.loads(line)
    wish = Wish(engine="spark", master="local[2]", expands=expands)
    try:
        infer_on_spark([Path(one) for one in paths], wish, Path(output), ontology=[Path(one) for one in ontology])
        print(json.dumps(""), flush=True)
    except EgovKGError as error:
        print(json.dumps(str(error)), flush=True)
"""
"""Several runs in one process, for Java takes most of its time to begin."""


def told(runs: list[tuple[list[Path], Path, list[Path], bool]]) -> list[str]:
    """Run Spark for each; return what its error says, nothing where it has none."""
    asked = [
        json.dumps([list(map(str, paths)), str(output), list(map(str, axioms)), all_names])
        for paths, output, axioms, all_names in runs
    ]
    done = subprocess.run(
        [sys.executable, "-c", DRIVE],
        input="".join(f"{line}\n" for line in asked),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_memory(paths: list[Path], axioms: list[Path], *, all_names: bool = False) -> bytes:
    """Return what the engine in memory writes."""
    sink = io.BytesIO()
    write_inferred(infer_files(paths, Wish(expands=all_names), ontology=axioms), sink, "nt")
    return sink.getvalue()


def joined(folder: Path) -> bytes:
    """Return the parts of a folder, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("part-*.nt")))


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """The facts and axioms as N-Triples."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    for name, text in (("facts", FACTS), ("axioms", ONTOLOGY)):
        (tmp_path / f"{name}.ttl").write_text(text, encoding="utf-8")
        reader = Reader()
        read_into(reader, tmp_path / f"{name}.ttl")
        with (tmp_path / f"{name}.nt").open("wb") as sink:
            write_lines(sink, reader.table())
    return tmp_path / "facts.nt"


def parts_of(facts: Path) -> Path:
    """Return a folder of parts: N-Triples as they are, gzip and Zstandard."""
    zstandard = pytest.importorskip("zstandard")
    folder, lines = facts.parent / "parts", facts.read_bytes().splitlines(keepends=True)
    folder.mkdir()
    (folder / "part-0.nt").write_bytes(b"".join(lines[:5]))
    (folder / "part-1.nt.gz").write_bytes(gzip.compress(b"".join(lines[5:9])))
    (folder / "part-2.nt.zst").write_bytes(zstandard.compress(b"".join(lines[9:])))
    (folder / "_SUCCESS").touch()
    return folder


class TestFolders:
    def test_parts_in_and_out(self, facts: Path) -> None:
        """The parts in order are the file that the engine in memory writes.

        A malformed part is told with its line, and then nothing is written.
        """
        home, parts, axioms = facts.parent, parts_of(facts), [facts.with_name("axioms.nt")]
        broken = home / "broken"
        shutil.copytree(parts, broken)
        (broken / "part-3.nt").write_bytes(b"<a:s> <a:p> <a:o> .\n<a:b> <c\n")

        said = told([([parts], home / "closure", axioms, False), ([broken], home / "never", axioms, False)])

        assert said[0] == ""
        assert said[1].startswith(f"{broken / 'part-3.nt'}:2:")
        assert joined(home / "closure") == in_memory([facts], axioms)
        assert (home / "closure" / "_SUCCESS").exists()
        assert not (home / "never").exists()

    @long
    def test_parquet_in_and_out(self, facts: Path) -> None:
        """Terms in columns are the same triples, and from what was derived nothing more follows."""
        home, axioms = facts.parent, [facts.with_name("axioms.nt")]
        columns = home / "closure.parquet"

        said = told([([parts_of(facts)], columns, axioms, False), ([columns], home / "again.nt", axioms, False)])

        assert said == ["", ""]
        assert (columns / "part-00000.parquet").exists()
        assert (home / "again.nt").read_bytes() == in_memory([facts], axioms)


class TestProblems:
    @long
    def test_on_problems_from_a_seed(self, facts: Path) -> None:
        """Equal things, keys, cardinalities and values in random company lead to the same bytes as in memory."""
        runs = []
        for seed, all_names in ((3, False), (8, True)):
            problem = make_problem(seed)
            paths = [facts.with_name(f"{name}{seed}.nt") for name in ("facts", "axioms")]
            for path, triples in zip(paths, (problem.facts, problem.ontology), strict=True):
                with path.open("wb") as sink:
                    write_lines(sink, encode(triples))
            runs.append(([paths[0]], facts.with_name(f"out{seed}.nt"), [paths[1]], all_names))

        assert told(runs) == ["", ""]

        for paths, output, axioms, all_names in runs:
            assert output.read_bytes() == in_memory(paths, axioms, all_names=all_names)
