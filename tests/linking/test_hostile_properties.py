"""Whatever a table or a specification holds: links or a sentence, and the same bytes however the rows are shuffled."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egov_kg.errors import EgovKGError
from egov_kg.linking.mapping_sets import merged
from egov_kg.linking.matching import link
from egov_kg.linking.specification_files import read_specification
from egov_kg.linking.sssom import read_mappings, sssom_text
from tests.linking.conftest import GRAPH, LAWS, store_of

STORE = store_of(GRAPH)
COLUMNS = ("id", "title", "kind", "number", "day")
OURS = st.sampled_from(
    ["전자서명법", "전자정부법", "Digital Signature Act", "법률", "05792", "1999-02-05", "6439", "kr", ""]
)
ONE = ("5", "전자서명법", "법률", "05792", "1999-02-05")
CELL = st.one_of(OURS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
TABLE = st.lists(st.tuples(*[CELL] * len(COLUMNS)), max_size=12)
SETTING = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
SOME_TEXT = st.text(max_size=20)
PARTS = st.sampled_from(
    ["kind", "number", "date", "title", "id", "{id}", "{", "}", "reg:", "=", "'", '"', "[", "]", "\n", ",", "egov:Law",
     "where = ", "true", "[[match]]", "label", "1e999", "-1", "(", ")", "--", "/*", "\\", "\u202e", "ours", "level = "]
)  # fmt: skip


def written(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def mapping_of(data: bytes, specification: str = LAWS) -> str:
    """Return the mapping file of a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "register.csv").write_bytes(data)
        (folder / "register.toml").write_text(specification, encoding="utf-8")
        read = read_specification(folder / "register.toml")
        text = sssom_text(merged(link(STORE, read, folder), ()))
        (folder / "again.sssom.tsv").write_text(text, encoding="utf-8")
        read_mappings(folder / "again.sssom.tsv")
        return text


class TestTables:
    @SETTING
    @given(TABLE, st.randoms(use_true_random=False))
    def test_of_any_cells_give_the_same_bytes_in_any_order(
        self, rows: Sequence[tuple[str, ...]], by: random.Random
    ) -> None:
        """Or the same sentence; the mapping file can be read back."""
        shuffled = list(rows)
        by.shuffle(shuffled)

        assert _outcome(rows) == _outcome(shuffled)

    @SETTING
    @given(st.binary(max_size=400))
    def test_of_any_bytes_end_in_links_or_a_sentence(self, data: bytes) -> None:
        """Nothing else is raised."""
        _told(data)
        _told(b"id,title,kind,number,day\n" + data)


class TestSpecifications:
    @SETTING
    @given(st.integers(0, len(LAWS)), st.integers(0, 30), st.lists(st.one_of(PARTS, SOME_TEXT), max_size=4))
    def test_that_are_cut_and_mixed_end_in_links_or_a_sentence(self, start: int, length: int, parts: list[str]) -> None:
        """A part of the text is replaced by anything."""
        _told(written([ONE]), _without_halves(start, length, parts))

    @SETTING
    @given(
        st.lists(
            st.one_of(PARTS, st.sampled_from(["title", "LIKE", "AND", "NOT", "1", "NULL", "||", "::INTEGER"])),
            max_size=8,
        )
    )
    def test_with_any_condition_end_in_links_or_a_sentence(self, parts: list[str]) -> None:
        """The condition is put together from what conditions hold."""
        text = " ".join(parts).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\u202e", "")

        _told(
            written([("5", "전자서명법", "법률", "05792", "1999-02-05")]),
            LAWS.replace("level =", f'where = "{text}"\nlevel ='),
        )


def _without_halves(start: int, length: int, parts: list[str]) -> str:
    text = LAWS[:start] + "".join(parts) + LAWS[start + length :]
    return text.encode("utf-8", errors="ignore").decode()


def _outcome(rows: Sequence[tuple[str, ...]]) -> str:
    try:
        return mapping_of(written(rows))
    except EgovKGError as error:
        return type(error).__name__  # which of several rows that differ is named may depend on their order


def _told(data: bytes, specification: str = LAWS) -> None:
    with contextlib.suppress(EgovKGError):
        mapping_of(data, specification)


@pytest.mark.parametrize("number", range(3))
def test_a_crowd_gives_the_same_bytes_in_any_order(number: int) -> None:
    """Also where frequencies and ties decide."""
    rows = [
        (str(n % 40), "전자서명법" if n % 7 else "전자정부법", "법률", str(5000 + n % 40), f"{1990 + n % 40}")
        for n in range(400)
    ]
    specification = LAWS.replace("level =", "repeats = true\nlevel =")
    shuffled = list(rows)
    random.Random(number).shuffle(shuffled)

    assert mapping_of(written(rows), specification) == mapping_of(written(shuffled), specification)
