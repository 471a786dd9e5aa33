"""Promises of the table of relations: every property of the ontology means something, and a wrong row is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.evaluation import Relations, read_relations


class TestRelations:
    def test_know_every_property_of_the_ontology(self, relations: Relations) -> None:
        """A gold may use any property, and the extractor may too."""
        properties = {*vocab.OBJECT_PROPERTIES, *vocab.INVERSES, *vocab.DATA_PROPERTIES, *vocab.OUTSIDE_PROPERTIES}

        assert [one for one in sorted(properties) if not relations.of(one)] == []

    def test_read_an_inverse_the_other_way_round(self, relations: Relations) -> None:
        """What was renamed from X is what X was renamed to."""
        (straight,), (turned,) = relations.of("egov:renamedTo"), relations.of("egov:renamedFrom")

        assert straight.group == turned.group
        assert straight.turned(turned)

    def test_read_a_phrase_and_its_property_as_one(self, relations: Relations) -> None:
        """Launching is one thing, whether the reader names the launcher first or the ontology the thing launched."""
        phrase, prop = relations.of("launched")[0], relations.of("egov:initiatedBy")[0]

        assert phrase.group == prop.group
        assert phrase.turned(prop)

    def test_pass_over_a_remark_behind_a_phrase(self, relations: Relations) -> None:
        """Readers add where the page is counted."""
        assert relations.of("is on page (of the second edition)") == relations.of("is on page")

    def test_suggest_the_nearest_for_a_word_that_is_none(self, relations: Relations) -> None:
        """A slip of the pen costs a look at a message, not at a table."""
        assert relations.of("was renamd to") == ()
        assert relations.nearest("was renamd to") == "was renamed to"


class TestWrongTables:
    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("launched\tbegins\tsideways", "column 'direction': 'sideways' is none of forward, backward, either"),
            ("egov:launchedBy\tbegins\tbackward", "'egov:launchedBy' is no property of the ontology"),
            ("\tbegins\tforward", "column 'relation': is empty"),
            ("launched\tbegins", "has 2 cells; expected 3"),
        ],
    )
    def test_are_refused_with_line_and_column(self, tmp_path: Path, row: str, problem: str) -> None:
        """Whoever extends the table is told where it is wrong."""
        table = tmp_path / "relations.tsv"
        table.write_text(f"relation\tgroup\tdirection\n{row}\n", encoding="utf-8")

        with pytest.raises(DataFileError) as error:
            read_relations(table)

        assert str(error.value).startswith(f"{table}:2: ")
        assert problem in str(error.value)

    def test_may_not_put_a_relation_into_a_group_twice(self, tmp_path: Path) -> None:
        """The two rows could disagree about the direction."""
        table = tmp_path / "relations.tsv"
        table.write_text("relation\tgroup\tdirection\nruns\tacts\tforward\nruns\tacts\tbackward\n", encoding="utf-8")

        with pytest.raises(DataFileError, match="stands in 'acts' already"):
            read_relations(table)
