"""`egov-kg infer` gives the same bytes with each engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ONTOLOGY = """
@prefix : <http://a.example/#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Act rdfs:subClassOf :Law . :amends a owl:TransitiveProperty ; owl:inverseOf :amendedBy ; rdfs:range :Law .
:code a owl:InverseFunctionalProperty . :Amending owl:equivalentClass
    [ a owl:Restriction ; owl:onProperty :amends ; owl:someValuesFrom :Law ] .
:enactedUnder owl:propertyChainAxiom ( :enactedIn :insideTerm :termOf ) . :Person owl:hasKey ( :name :born ) .
"""

FACTS = """
@prefix : <http://a.example/#> .
:a a :Act ; :amends :b ; :code 7 . :b :amends :c . :b2 :code 07 ; :enactedIn :y . :d :amends :b2 . :d :code "7" .
:b :code 7.0 . :y :insideTerm :t . :t :termOf :kim . :p a :Person ; :name "Kim" ; :born 1924 .
:q a :Person ; :name "Kim" ; :born 1924 ; :knows :a .
:one <http://www.w3.org/2002/07/owl#sameAs> 1 ; :knows :two . :uno <http://www.w3.org/2002/07/owl#sameAs> 1.0 .
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Facts and axioms in a folder."""
    (tmp_path / "facts.ttl").write_text(FACTS, encoding="utf-8")
    (tmp_path / "ontology.ttl").write_text(ONTOLOGY, encoding="utf-8")
    return tmp_path


def inferred(files: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, because Spark's JVM lives as long as its process."""
    command = [sys.executable, "-m", "egov_kg", "infer", str(files / "facts.ttl"), "--entailed"]
    command += ["--ontology", str(files / "ontology.ttl"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def output(files: Path, *words: str) -> bytes:
    """Return what the command writes."""
    path = files / "entailed.nt"
    done = inferred(files, *words, "-o", str(path))
    assert done.returncode == 0, done.stderr[-3000:]
    return path.read_bytes()


class TestSameBytes:
    @pytest.mark.parametrize("more", [[], ["--expand-same-as"]], ids=["representative", "expanded"])
    def test_on_disk(self, files: Path, more: list[str]) -> None:
        """With DuckDB, keys, chains, values and merged names lead to the same lines as in memory."""
        pytest.importorskip("duckdb", reason="needs the extra duckdb")

        expected = output(files, *more)

        assert b"enactedUnder" in expected
        assert b"sameAs" in expected
        assert output(files, "--engine", "duckdb", *more) == expected


class TestContradictions:
    @pytest.mark.parametrize("engine", ["numpy", "duckdb"])
    def test_are_told_and_end_a_strict_run(self, files: Path, engine: str) -> None:
        """The same sentences, the same report, exit 1 under --strict; what follows is written all the same."""
        pytest.importorskip("duckdb", reason="needs the extra duckdb")
        with (files / "ontology.ttl").open("a", encoding="utf-8") as more:
            more.write(":Person owl:disjointWith :Law . :knows rdfs:domain :Law .")
        report = files / "report.json"

        done = inferred(files, "--engine", engine, "--strict", "--report", str(report), "-o", str(files / "out.nt"))

        assert done.returncode == 1, done.stderr[-3000:]
        assert "cannot be true" in done.stderr
        assert b"#enactedUnder" in (files / "out.nt").read_bytes()
        told = json.loads(report.read_text(encoding="utf-8"))["contradictions"]
        assert [one["rule"] for one in told] == ["cax-dw"]
        assert [triple[0] for triple in told[0]["triples"]] == ["<http://a.example/#p>"] * 2


class TestWhatTheyCannot:
    def test_the_full_closure_is_for_memory(self, files: Path) -> None:
        """--closure full with another engine than numpy is refused."""
        done = inferred(files, "--engine", "spark", "--closure", "full")

        assert done.returncode == 2
        assert "take --engine numpy" in done.stderr
