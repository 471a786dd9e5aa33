"""The engines over Spark on a cluster: a master and two workers, each a process of its own, and a driver."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from egov_kg.linking import read_mappings
from tests.spark.cluster import Cluster, cluster

__all__ = ["cluster"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
    pytest.mark.skipif(not os.environ.get("LONG_TESTS"), reason="it takes minutes; EGOVKG_LONG=1 runs it"),
]

ACTS: Final = """id,title,act_no,enacted
1,전자서명법,제5792호,1999-02-05
2,전자서명법 시행령,제16425호,1999-06-30
3,공공데이터의 제공 및 이용 활성화에 관한 법률,제11956호,2013-07-30
4,개인정보 보호법,제10465호,2011-03-29
"""
SPECIFICATION: Final = """
[dataset]
id = "acts"
title = { en = "Acts" }
licence = "CC0"
source = "acts.csv"
format = "csv"
dialect = { delimiter = ",", quote = '"', encoding = "utf-8", header = true }
prefix = { act = "https://acts.example/id/" }

[[match]]
ours = "egov:Law"
level = "work"
id = "act:{id}"
label = [{ column = "title", lang = "ko" }]
date = { column = "enacted" }
"""


@pytest.fixture
def acts(tmp_path: Path) -> Path:
    """A data set with its specification."""
    (tmp_path / "acts.csv").write_text(ACTS, encoding="utf-8")
    (tmp_path / "acts.toml").write_text(SPECIFICATION, encoding="utf-8")
    return tmp_path


def linked(acts: Path, built: Path, engine: str, *words: str) -> Path:
    """Run the command in a process of its own, because Spark's JVM lives as long as its process."""
    output = acts / f"{engine}.sssom.tsv"
    named = [str(acts), "--spec", str(acts / "acts.toml"), "--from", str(built), "-o", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "egov_kg", "link", *named, "--engine", engine, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return output


class TestOnACluster:
    def test_our_own_matcher_gives_the_same_bytes(self, acts: Path, built: Path, cluster: Cluster) -> None:
        """Both workers compare, in processes that know nothing but what was sent to them."""
        before = cluster.ran()

        found = linked(acts, built, "spark", "--master", cluster.master)

        assert [now - then for now, then in zip(cluster.ran(), before, strict=True)] == [1, 1]
        assert found.read_bytes() == linked(acts, built, "own").read_bytes()
        assert len(read_mappings(found).mappings) == 2

    def test_splink_finds_what_it_finds_on_duckdb(self, acts: Path, built: Path, cluster: Cluster) -> None:
        """Its functions for names come to the workers as a jar, its checkpoints lie in a folder that all see."""
        pytest.importorskip("splink", reason="the extra splink is not installed")
        before = cluster.ran()

        found = linked(acts, built, "splink-spark", "--master", cluster.master)

        assert [now - then for now, then in zip(cluster.ran(), before, strict=True)] == [1, 1]
        other = linked(acts, built, "splink-duckdb")
        pairs = [{(one.pair, one.band) for one in read_mappings(path).mappings} for path in (found, other)]
        assert pairs[0] == pairs[1]
        assert {theirs.rpartition("/")[2] for (_, theirs), _ in pairs[0]} >= {"1", "3"}
