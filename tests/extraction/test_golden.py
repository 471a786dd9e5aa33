"""What the shipped digests yield, fact by fact; run this file as a program to write the tables anew.

A change of a rule or of a digest shows here as the facts that came or went.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.config import Config
from egov_kg.documents import read_documents
from egov_kg.extraction import facts_table, load_extractor

GOLDEN = Path(__file__).parents[1] / "golden"
COLUMNS = ("subject", "relation", "object", "subject_class", "object_class", "certainty", "rule")


def tables() -> dict[str, str]:
    """Return, for each digest, the table of its facts: sorted, each once."""
    found = {}
    for extraction in load_extractor(data()).extract_all(read_documents([data("documents")])):
        rows = {"\t".join(row[c] for c in COLUMNS) for row in facts_table([extraction])}
        name = extraction.document.id.rpartition("/")[2]
        found[f"{name}.tsv"] = "\n".join(["\t".join(COLUMNS), *sorted(rows)]) + "\n"
    return found


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_digest_yields_the_facts_of_its_table(name: str) -> None:
    """Nothing is lost and nothing is added unnoticed."""
    expected = (GOLDEN / name).read_text(encoding="utf-8").splitlines()

    assert tables()[name].splitlines() == expected


def registry() -> str:
    """Return the registry with every thing of the digests in it."""
    extractor = load_extractor(data())
    found = extractor.extract_all(read_documents([data("documents")]))
    things = [thing for extraction in found for thing in extraction.things.values()]
    return extractor.registry.extended(things, Config().version).to_tsv()


def test_every_thing_of_a_digest_is_in_the_registry() -> None:
    """An id is minted once; the table is the memory of it, so a build of what ships adds nothing to it."""
    assert registry() == data("registry.tsv").read_text(encoding="utf-8")


if __name__ == "__main__":
    (data() / "registry.tsv").write_text(registry(), encoding="utf-8")
    for table, text in tables().items():
        (GOLDEN / table).write_text(text, encoding="utf-8")
