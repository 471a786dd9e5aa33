"""The engines beside our own: Splink finds and weighs, Spark compares elsewhere, and deciding stays ours."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg import targets
from egov_kg.errors import MissingExtra, UnreadableTarget, UsageError
from egov_kg.linking import read_mappings
from egov_kg.linking.blocking import TooManyPairs
from egov_kg.linking.matching import Linking, link
from egov_kg.linking.splink_engines import compare_by_splink
from tests.linking.conftest import LAWS, PEOPLE, Desk, filler, told

pytest.importorskip("splink", reason="the extra splink is not installed")

BY_SPLINK = functools.partial(compare_by_splink, "")
HEAD = "id,title,kind,number,day"
OTHERS = [*filler(400), *filler(200, kind="대통령령")]


def by_splink(desk: Desk, rows: list[str], specification: str = LAWS, head: str = HEAD) -> Linking:
    """Link the graph with a register of these rows by Splink on DuckDB."""
    target = desk.target("\n".join([head, *rows]) + "\n")
    return link(desk.store, desk.specification(specification), target, engine=BY_SPLINK)


class TestSplinkOnDuckdb:
    def test_accepts_what_the_own_engine_accepts(self, desk: Desk) -> None:
        """Name, number, day and kind agree."""
        links = by_splink(desk, ["5,전자서명법,법률,05792,1999-02-05", *OTHERS]).links

        assert told(links) == [("digital-signature-act", "5", "accept", "exact")]
        assert links[0].pair.score.agreeing == ("date", "kind", "name", "number")

    def test_tells_every_part_of_the_score(self, desk: Desk) -> None:
        """Splink's bits by feature, which add up with the prior to the probability."""
        (one,) = by_splink(desk, ["5,전자서명법,법률,05792,1999-02-05", *OTHERS]).links

        parts, score = dict(one.pair.score.parts), one.pair.score
        assert set(parts) == {"name", "number", "date", "kind"}
        assert list(parts.values()) == sorted(parts.values(), reverse=True)
        assert score.bits == pytest.approx(sum(parts.values()) + score.prior, abs=0.001)

    def test_counts_an_equal_value_as_our_own_engine_does(self, desk: Desk) -> None:
        """By how often it stands in the target, half of the one row taken off."""
        rows = ["5,전자서명법,법률,05792,1999-02-05", *OTHERS]
        target = desk.target("\n".join([HEAD, *rows]) + "\n")

        (own,) = link(desk.store, desk.specification(LAWS), target).links
        (other,) = by_splink(desk, rows).links

        for feature in ("name", "number", "kind"):
            assert dict(other.pair.score.parts)[feature] == pytest.approx(
                dict(own.pair.score.parts)[feature], abs=0.002
            )
        assert other.pair.score.prior == own.pair.score.prior

    @pytest.mark.parametrize(
        ("row", "veto"),
        [
            ("5,전자서명법,대통령령,05792,1999-02-05", "kind (act against decree)"),
            ("7,전자정부법,법률,08171,2007-01-03", "number (6439 against 8171)"),
        ],
    )
    def test_is_under_our_vetoes(self, desk: Desk, row: str, veto: str) -> None:
        """A decree of the act's title, and a retitling, whatever their bits."""
        (one,) = by_splink(desk, [row, *OTHERS]).links

        assert (one.band, one.confidence) == ("veto", 0.0)
        assert veto in one.reasons

    def test_keeps_our_margin(self, desk: Desk) -> None:
        """Two rows that are alike are for a person."""
        rows = ["5,전자서명법,법률,05792,1999-02-05", "6,전자서명법,법률,05792,1999-02-05", *OTHERS]

        assert {one.band for one in by_splink(desk, rows).links} == {"review"}

    def test_meets_persons_in_either_order_and_romanisation(self, desk: Desk) -> None:
        """By the keys of the own engine."""
        rows = ["1,No Mu-hyeon,President,2003-02-25", *(f"x{n},Person {n},Mayor,1990-01-01" for n in range(300))]

        links = by_splink(desk, rows, PEOPLE, "id,person,position,start").links

        assert told(links)[0][:3] == ("roh-moo-hyun", "1", "accept")

    def test_finds_nothing_where_nothing_meets(self, desk: Desk) -> None:
        """An answer, too."""
        run = by_splink(desk, ["x1,Zzz,법률,999999,1800-01-01"])

        assert (run.links, run.blocks[0].rows, run.blocks[0].pairs) == ((), 1, {})

    def test_stops_before_comparing_too_many_pairs(self, desk: Desk) -> None:
        """They are counted by block, before Splink sees any."""
        rows = [f"{n},전자서명법,법률,," for n in range(2000)]

        with pytest.raises(TooManyPairs) as caught:
            by_splink(desk, rows, LAWS + "max_pairs = 1000\n")

        assert caught.value.counts["name"] == 2000

    def test_refuses_an_id_that_stands_for_rows_that_differ(self, desk: Desk) -> None:
        """As the own engine does."""
        rows = ["5,전자서명법,법률,05792,1999-02-05", "5,전자서명법,대통령령,1,1950-01-01", *OTHERS]

        with pytest.raises(UnreadableTarget, match="to rows that differ"):
            by_splink(desk, rows)


class TestEngines:
    def test_that_are_not_installed_are_told_with_their_extra(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One sentence, with what to type."""
        monkeypatch.setitem(sys.modules, "splink", None)

        with pytest.raises(MissingExtra, match=r"pip install 'egov-kg\[splink\]'"):
            by_splink(desk, OTHERS)

    def test_of_an_unknown_name_are_refused(self) -> None:
        """With those that there are."""
        with pytest.raises(UsageError, match="there are own, spark, splink-duckdb and splink-spark"):
            targets.engine_of("dedupe")


ACTS = """no;title;type;enacted;act_no
1;전자서명법;Act;1999-02-05;05792
2;전자서명법 시행령;Decree;1999-06-30;16430
3;공공데이터의 제공 및 이용 활성화에 관한 법률;Act;2013-07-30;11956
4;공공데이터의 제공 및 이용 활성화에 관한 법률 시행령;Decree;2013-10-30;24812
5;전자정부법;Act;2007-01-03;08171
6;개인정보 보호법;Act;2011-03-29;10465
7;행정절차법;Act;1996-12-31;05241
8;지방자치법;Act;1949-07-04;00032
9;통계법;Act;1962-01-15;00980
"""

ACTS_TOML = """
[dataset]
id = "my-acts"
title = { en = "My acts" }
licence = "CC0"
source = "acts.csv"
format = "csv"
dialect = { delimiter = ";", quote = '"', encoding = "utf-8", header = true }
prefix = { act = "https://acts.example/id/" }

[[match]]
ours = "egov:Law"
level = "work"
id = "act:{no}"
label = [{ column = "title", lang = "ko" }]
kind = { column = "type", map = { "Act" = "act", "Decree" = "decree" } }
number = { column = "act_no", strip = "0" }
date = { column = "enacted" }
"""


@pytest.fixture
def acts(tmp_path: Path) -> Path:
    """The data set of the how-to."""
    (tmp_path / "acts.csv").write_text(ACTS, encoding="utf-8")
    (tmp_path / "acts.toml").write_text(ACTS_TOML, encoding="utf-8")
    return tmp_path


def linked(acts: Path, built: Path, engine: str) -> Path:
    """Run the command in a process of its own, because Spark's JVM lives as long as its process."""
    output = acts / f"{engine}.sssom.tsv"
    words = ["link", str(acts), "--spec", str(acts / "acts.toml"), "--from", str(built), "-o", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "egov_kg", *words, "--engine", engine, "--master", "local[2]"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return output


@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")
class TestOverSpark:
    def test_our_own_matcher_gives_the_same_bytes(self, acts: Path, built: Path) -> None:
        """Our side is sent to the nodes, the best rows of each thing come back."""
        pytest.importorskip("pyspark", reason="the extra spark is not installed")

        assert linked(acts, built, "spark").read_bytes() == linked(acts, built, "own").read_bytes()

    def test_splink_accepts_what_it_accepts_on_duckdb(self, acts: Path, built: Path) -> None:
        """The same records, blocks and weights; each engine has its own likeness of names."""
        pytest.importorskip("pyspark", reason="the extra spark is not installed")

        by_engine = [
            {
                (one.subject, one.object)
                for one in read_mappings(linked(acts, built, engine)).mappings
                if one.is_accepted
            }
            for engine in ("splink-spark", "splink-duckdb")
        ]

        assert by_engine[0] == by_engine[1]
        assert {theirs.rpartition("/")[2] for _, theirs in by_engine[0]} == {"1", "3"}
