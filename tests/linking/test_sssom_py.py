"""The toolkit of SSSOM itself takes our mapping files, where an interpreter has it (``SSSOM_PYTHON``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from egov_kg import assets
from egov_kg.linking.sssom import MANUAL, MappingRow, MappingSet, read_mappings, sssom_text
from egov_kg.linking.their_cells import OTHER, cells_of, read_cells, written_cells

INTERPRETER: Final = os.environ.get("SSSOM_PYTHON", sys.executable)
READ: Final = """
import json, sys
from sssom.parsers import parse_sssom_table
told = parse_sssom_table(sys.argv[1]).df.fillna("").to_dict("records")
print(json.dumps(told, default=str))
"""
SHIPPED: Final = ("kr-iso", "kr-law-history", "kr-offices")
ROW: Final = MappingRow(
    subject="https://w3id.org/egov-kg/id/law/kr/e-government-act",
    predicate="skos:exactMatch",
    object="https://register.example/id/7",
    justification=MANUAL,
    reviewer="orcid:0000-0002-1825-0097",
    extra=((OTHER, written_cells(cells_of([("a|b", "name"), ("c=d", "kind")], ['"x" | y\\z', "=1+1"]))),),
)


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if subprocess.run([INTERPRETER, "-c", "import sssom"], capture_output=True, check=False).returncode:
        pytest.skip("the package sssom is not installed (SSSOM_PYTHON names an interpreter that has it)")


def run(*words: str) -> str:
    """Run the toolkit's interpreter; return what it prints."""
    done = subprocess.run([INTERPRETER, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("name", SHIPPED)
def test_the_files_that_ship_are_valid(name: str) -> None:
    """And each row is read with all that it carries."""
    path = assets.data("mappings") / f"{name}.sssom.tsv"

    run("-c", "import sys; from sssom.cli import main; sys.argv[0] = 'sssom'; main()", "validate", str(path))
    rows = json.loads(run("-c", READ, str(path)))

    own = read_mappings(path).mappings
    assert len(rows) == len(own)
    assert {row[OTHER] for row in rows} == {dict(one.extra).get(OTHER, "") for one in own}
    assert sum(row["predicate_modifier"] == "Not" for row in rows) == sum(one.negated for one in own)


def test_cells_with_bars_and_quotes_come_back(tmp_path: Path) -> None:
    """What a row of theirs holds is one cell of the file, whatever stands in it."""
    path = tmp_path / "a.sssom.tsv"
    metadata = {"mapping_set_id": "https://w3id.org/egov-kg/mappings/a", "license": "https://spdx.org/licenses/CC0-1.0"}
    path.write_text(
        sssom_text(MappingSet(metadata, {}, (ROW, replace(ROW, object=f"{ROW.object}1")))), encoding="utf-8"
    )

    told = json.loads(run("-c", READ, str(path)))

    assert [read_cells(row[OTHER]) for row in told] == [read_cells(dict(ROW.extra)[OTHER])] * 2
