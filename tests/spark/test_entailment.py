"""Inference over Spark gives the same bytes as in memory, on this machine and on a cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.spark.cluster import Cluster, cluster

__all__ = ["cluster"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
]

ONTOLOGY: Final = """
@prefix : <http://a.example/#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Act rdfs:subClassOf :Law . :amends a owl:TransitiveProperty ; owl:inverseOf :amendedBy ; rdfs:range :Law .
:code a owl:InverseFunctionalProperty . :Amending owl:equivalentClass
    [ a owl:Restriction ; owl:onProperty :amends ; owl:someValuesFrom :Law ] .
:enactedUnder owl:propertyChainAxiom ( :enactedIn :insideTerm :termOf ) . :Person owl:hasKey ( :name :born ) .
"""

FACTS: Final = """
@prefix : <http://a.example/#> .
:a a :Act ; :amends :b ; :code 7 . :b :amends :c . :b2 :code 07 ; :enactedIn :y . :d :amends :b2 . :d :code "7" .
:b :code 7.0 . :y :insideTerm :t . :t :termOf :kim . :p a :Person ; :name "Kim" ; :born 1924 .
:q a :Person ; :name "Kim" ; :born 1924 ; :knows :a .
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Facts and axioms in a folder."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    (tmp_path / "facts.ttl").write_text(FACTS, encoding="utf-8")
    (tmp_path / "ontology.ttl").write_text(ONTOLOGY, encoding="utf-8")
    return tmp_path


def inferred(files: Path, *words: str) -> bytes:
    """Run the command in a process of its own, because Spark's JVM lives as long as its process."""
    output = files / "entailed.nt"
    command = [sys.executable, "-m", "egov_kg", "infer", str(files / "facts.ttl"), "--entailed", "-o", str(output)]
    done = subprocess.run(
        [*command, "--ontology", str(files / "ontology.ttl"), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return output.read_bytes()


class TestSameBytes:
    def test_on_this_machine(self, files: Path) -> None:
        """Keys, chains, transitive properties, values and merged names lead to the same lines on two threads."""
        expected = inferred(files)

        assert b"enactedUnder" in expected
        assert b"sameAs" in expected
        assert inferred(files, "--engine", "spark", "--master", "local[2]") == expected

    @pytest.mark.skipif(not os.environ.get("LONG_TESTS"), reason="it takes minutes; EGOVKG_LONG=1 runs it")
    def test_on_a_cluster(self, files: Path, cluster: Cluster) -> None:
        """Both workers derive, and what they have made is kept in checkpoints that outlive a worker."""
        before = cluster.ran()

        found = inferred(files, "--engine", "spark", "--master", cluster.master)

        assert [now - then for now, then in zip(cluster.ran(), before, strict=True)] == [1, 1]
        assert found == inferred(files)
