"""What was found once stays mended."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import httpx
import pytest

from egov_kg.errors import EgovKGError, InputError
from egov_kg.rdf_files import read_rdf
from tests.chaos.attacking import client_of
from tests.fuzz.forging import Findings
from tests.fuzz.test_updates import engine, ours
from tests.server.conftest import Server

CORPUS: Final = Path(__file__).parents[1] / "corpus"
FORMATS: Final = "json xml csv tsv html csv-excel ttl nt rdf jsonld trig nq".split()  # noqa: SIM905 - reads better


def files(folder: str) -> list[Path]:
    """Return the files of a folder of the corpus."""
    return sorted((CORPUS / folder).iterdir())


@pytest.mark.parametrize("path", files("queries"), ids=lambda path: path.stem)
def test_a_query_has_a_whole_answer_or_a_problem(server: Server, path: Path) -> None:
    """In each format."""
    findings, query = Findings(), path.read_text(encoding="utf-8")
    with client_of(server) as client:
        for form in FORMATS:
            response: httpx.Response = client.post("sparql", data={"query": query, "format": form})
            findings.note(response, f"{path.name} as {form}", may_crash=False)

    assert findings.wrong == []


@pytest.mark.parametrize("path", files("updates"), ids=lambda path: path.stem)
def test_an_update_has_the_patch_of_the_engine(path: Path) -> None:
    """Or both refuse it."""
    text = path.read_text(encoding="utf-8")
    expected, found = engine(text), ours(text)

    assert found == expected or (isinstance(found, EgovKGError) and isinstance(expected, Exception))


@pytest.mark.parametrize("path", files("rdf"), ids=lambda path: path.stem)
def test_rdf_is_read_or_refused(path: Path) -> None:
    """With the name of the file."""
    try:
        quads = read_rdf([path])
    except InputError as error:
        assert path.name in str(error)  # noqa: PT017 - either is right
    else:
        assert quads
