"""What pages take from the mapping files of a release: their columns, and the rows that are no links."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg import iri
from egov_kg.linking.sssom import MANUAL, MappingRow, MappingSet, sssom_text
from egov_kg.linking.their_cells import OTHER
from egov_kg.server import link_files
from egov_kg.server.link_files import LinkFiles

ACT = "https://w3id.org/egov-kg/id/law/kr/e-government-act"
REGISTER = "https://register.example/id/"
ROW = MappingRow(
    subject=ACT,
    predicate="skos:exactMatch",
    object=f"{REGISTER}7",
    confidence=0.98,
    match_string="전자정부법",
    comment="name=+9.0; number=+4.0; prior=-7.0; veto=none; band=accept",
    extra=((OTHER, "name:title=전자정부법|number:no=06439"),),
)
WAITS = replace(
    ROW,
    object=f"{REGISTER}8",
    confidence=0.6,
    comment="name=+7.6; prior=-7.0; veto=none; band=review; why=a name alone",
)
VETOED = replace(
    ROW,
    object=f"{REGISTER}9",
    confidence=0.0,
    comment="name=+9.0; prior=-7.0; veto=kind (act against decree); band=veto",
)
REJECTED = replace(
    WAITS,
    object=f"{REGISTER}10",
    confidence=0.5,
    negated=True,
    justification=MANUAL,
    reviewer="github:me",
    date="2026-11-22",
    comment="note: of another land",
    extra=(),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the mapping file of a register."""
    text = sssom_text(MappingSet({}, {"reg": REGISTER}, (ROW, WAITS, VETOED, REJECTED)))
    (tmp_path / "register.sssom.tsv").write_text(text, encoding="utf-8")
    return tmp_path


class TestMappingFile:
    def test_parts_what_is_no_link_by_how_it_stands(self, folder: Path) -> None:
        """What was accepted is in the graph, and not among them."""
        file = LinkFiles(folder, iri.BASE).read("register")

        assert file is not None
        found = {band: [row.object.removeprefix(REGISTER) for row in rows] for band, rows in file.parted.items()}
        assert found == {"rejected": ["10"], "contradicted": ["9"], "waiting": ["8"]}

    def test_tells_of_a_link_what_the_graph_does_not(self, folder: Path) -> None:
        """Their columns, the name that met, and the other rows about the same thing, the most probable first."""
        file = LinkFiles(folder, iri.BASE).read("register")

        assert file is not None
        told = file.besides(ACT, f"{REGISTER}7")
        assert told["theirs"] == [
            [
                {"column": "title", "role": "name", "text": "전자정부법"},
                {"column": "no", "role": "number", "text": "06439"},
            ]
        ]
        assert (told["object_short"], told["met"]) == ("reg:7", "전자정부법")
        assert [(one["object_short"], one["state"]) for one in told["same_thing"]] == [
            ("reg:8", "review"),
            ("reg:10", "rejected"),
            ("reg:9", "veto"),
        ]
        assert file.besides(ACT, f"{REGISTER}no-row") == {}

    def test_gives_cards_of_rows_that_are_no_links(self, folder: Path) -> None:
        """With score, contradiction, why a row waits, and who decided; also where the file has no columns of theirs."""
        file = LinkFiles(folder, iri.BASE).read("register")

        assert file is not None
        (waits,), (vetoed,), (rejected,) = (file.parted[one] for one in ("waiting", "contradicted", "rejected"))
        assert (file.card(waits, None)["sum"], file.card(waits, None)["reasons"]) == ("+0.6", "a name alone")
        assert file.card(vetoed, None)["veto"] == "kind (act against decree)"
        card = file.card(rejected, None)
        assert card["decision"] == {
            "verdict": "skos:exactMatch",
            "reviewer": "github:me",
            "date": "2026-11-22",
            "note": "of another land",
        }
        assert (card["state"], card["theirs"], card["problem"]) == ("rejected", [], "it carries no columns of theirs")


class TestNoMappingFile:
    def test_is_none_of_these(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that is missing, damaged or too long: the page then shows what the graph has."""
        (folder / "damaged.sssom.tsv").write_text("#curie_map:\nsubject_id\tx\n1\t2\n", encoding="utf-8")

        assert LinkFiles(None, iri.BASE).read("register") is None
        assert LinkFiles(folder, iri.BASE).read("missing") is None
        assert LinkFiles(folder, iri.BASE).read("damaged") is None
        monkeypatch.setattr(link_files, "_MOST_BYTES", 100)
        assert LinkFiles(folder, iri.BASE).read("register") is None
