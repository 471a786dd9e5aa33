"""A small gold with what belongs to it, and the text that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.evaluation import Relations, read_relations

HEAD = "seed\tsubject\tsubject_class\trelation\tobject\tobject_class_or_datatype\tevidence_lines\tcertainty"
TEXT = """# Digital administration in Nordland

The Kim Dae-jung administration launched the Bright Window project in 2001.

The Harbour Agency was renamed the Coastal Agency. It was not merged into the River Board.
"""
FACTS = (
    "page\tKim Dae-jung administration\tAdministration\tlaunched\tBright Window project\tProject\t3\texplicit",
    "page\tBright Window project\tProject\tdates from\t2001\txsd:gYear\t3\texplicit",
    "page\tHarbour Agency\tAgency\twas renamed to\tCoastal Agency\tAgency\t5\texplicit",
    "page\tCoastal Agency\tAgency\thas website\thttps://coast.example\txsd:anyURI\t5\texplicit",
    "page\tCoastal Agency\tegov:Agency\tegov:renamedFrom\tHarbour Agency\tAgency\t5\tinferable",
)
NEGATIVES = (
    "page\tHarbour Agency\twas merged into\tRiver Board\tpair\tdenied",
    "page\tCoastal Agency\twas renamed to\tHarbour Agency\ttriple\tthe other way round",
)


@pytest.fixture(scope="session")
def relations() -> Relations:
    """The relations that come with egov-kg."""
    return read_relations(assets.data("evaluation/relations.tsv"))


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A folder's table of facts, with the wrong facts beside it and the page that both are about."""
    (tmp_path / "page.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "negative.tsv").write_text(
        "\n".join(("seed\tsubject\trelation\tobject\tlevel\twhy_wrong", *NEGATIVES, "")), encoding="utf-8"
    )
    table = tmp_path / "facts.tsv"
    table.write_text("\n".join((HEAD, *FACTS, "")), encoding="utf-8")
    return table
