"""Rules are found by the columns that they read."""

from __future__ import annotations

import numpy as np

from egov_kg.inference.plan import Kind
from egov_kg.inference.readers import Readers
from egov_kg.inference.tables import Delta

MEMBERS = np.array([(3 << 32) | 7, (3 << 32) | 8, (9 << 32) | 1], dtype=np.uint64)
PAIR = np.array([(1 << 32) | 2], dtype=np.uint64)


def readers(*notes: tuple[int, Kind, int]) -> Readers:
    """Rules with what they read."""
    found = Readers()
    for rule, kind, column in notes:
        found.note(rule, kind, column)
    return found


class TestReaders:
    def test_a_rule_is_concerned_by_new_facts_of_a_column_that_it_reads(self) -> None:
        """Once, in the order of rules, however many columns it reads."""
        found = readers((2, Kind.PROPERTY, 5), (1, Kind.CLASS, 3), (1, Kind.PROPERTY, 5), (0, Kind.PROPERTY, 6))

        assert found.of(Delta(MEMBERS, {5: PAIR})) == [1, 2]
        assert found.of(Delta(pairs={6: PAIR})) == [0]

    def test_a_class_is_no_property_of_the_same_number(self) -> None:
        """Numbers are counted apart."""
        found = readers((0, Kind.CLASS, 5), (1, Kind.PROPERTY, 3))

        assert found.of(Delta(MEMBERS, {5: PAIR})) == []

    def test_classes_are_found_whether_few_or_many_are_read(self) -> None:
        """By looking for each class that is read, or for each that has new members."""
        few = readers((0, Kind.CLASS, 3))
        many = readers(*((number, Kind.CLASS, number) for number in range(20)))

        assert few.of(Delta(MEMBERS)) == [0]
        assert many.of(Delta(MEMBERS)) == [3, 9]
