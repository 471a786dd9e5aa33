"""What a person decides: which rows wait and in which order, what a verdict makes, what it pushes aside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from egov_kg.errors import UsageError
from egov_kg.linking.sssom import MANUAL, MappingRow, MappingSet
from egov_kg.linking.telling import told
from egov_kg.linking.verdicts import (
    Verdict,
    checked_reviewer,
    decided_row,
    displaced,
    doubts,
    neighbours,
    open_rows,
    undecided_row,
    with_decisions,
    with_rows,
)

OURS = "https://w3id.org/egov-kg/id/law/kr/"
PREFIXES = {"text": "https://register.example/text/", "work": "https://register.example/act/"}


def row(ours: str, theirs: str, band: str = "review", bits: float = 3.0, predicate: str = "exact") -> MappingRow:
    """Return a candidate."""
    prefix, _, local = theirs.partition(":")
    return MappingRow(
        subject=OURS + ours,
        predicate=f"skos:{predicate}Match",
        object=PREFIXES[prefix] + local,
        subject_label=ours.upper(),
        object_label=theirs,
        confidence=0.5,
        comment=f"name={bits:+.1f}; prior=-1.0; veto={'kind (act against decree)' if band == 'veto' else 'none'}; "
        f"band={band}",
    )


def decided(one: MappingRow, verdict: Verdict, note: str = "") -> MappingRow:
    """Return a row that somebody decided."""
    return decided_row(one, verdict, reviewer="github:me", day="2026-11-22", note=note)


def mappings(*rows: MappingRow) -> MappingSet:
    """Return a mapping file."""
    return MappingSet({}, PREFIXES, rows)


def told_rows(rows: tuple[MappingRow, ...]) -> list[str]:
    """Return rows as a test writes them."""
    return [f"{one.subject_label.lower()} {one.object_label}" for one in rows]


class TestOpenRows:
    FILE = mappings(
        row("b", "work:1", bits=2.0),
        row("a", "work:2", "accept", bits=9.0),
        row("a", "work:3", "veto", bits=8.0),
        row("c", "work:4", bits=7.0),
        replace(row("d", "work:5"), comment="found by hand"),
        decided(row("e", "work:6"), "no"),
    )

    def test_are_those_that_wait_then_the_contradicted_then_the_accepted(self) -> None:
        """Within each the most bits first; what no run proposed waits, too."""
        found = told_rows(open_rows(self.FILE))

        assert found == ["c work:4", "b work:1", "d work:5", "a work:3", "a work:2"]

    def test_may_come_thing_by_thing(self) -> None:
        """So that all candidates of a thing stand together."""
        found = told_rows(open_rows(self.FILE, order="subject"))

        assert found == ["a work:3", "a work:2", "b work:1", "c work:4", "d work:5"]

    def test_may_be_of_some_bands_or_of_one_thing(self) -> None:
        """Or those that were decided."""
        assert told_rows(open_rows(self.FILE, bands={"veto"})) == ["a work:3"]
        assert told_rows(open_rows(self.FILE, subject=f"{OURS}a")) == ["a work:3", "a work:2"]
        assert told_rows(open_rows(self.FILE, decided=True)) == ["e work:6"]


class TestVerdicts:
    @pytest.mark.parametrize(
        ("verdict", "predicate", "negated"),
        [
            ("yes", "skos:closeMatch", False),
            ("exact", "skos:exactMatch", False),
            ("close", "skos:closeMatch", False),
            ("narrow", "skos:narrowMatch", False),
            ("broad", "skos:broadMatch", False),
            ("related", "skos:relatedMatch", False),
            ("no", "skos:closeMatch", True),
        ],
    )
    def test_say_the_predicate_or_reject(self, verdict: Verdict, predicate: str, negated: bool) -> None:
        """`yes` takes what is proposed: where only closeMatch holds, yes says closeMatch."""
        made = decided(row("a", "text:1", predicate="close"), verdict, "as printed; volume 3")

        assert (made.predicate, made.negated, made.justification) == (predicate, negated, MANUAL)
        assert (made.reviewer, made.date) == ("github:me", "2026-11-22")
        assert made.is_accepted is not negated
        assert made.comment.endswith("band=review; note: as printed, volume 3")
        assert told(made).parts == (("name", 3.0),)

    @pytest.mark.parametrize("name", ["", "me", "Jane Doe", "=1:x", "a:b c", "x:"])
    def test_need_somebody_who_decides(self, name: str) -> None:
        """As SSSOM names people; nobody is guessed."""
        with pytest.raises(UsageError, match=r"nobody is named who decides|expected a CURIE or an IRI"):
            checked_reviewer(name)

    def test_can_be_withdrawn(self) -> None:
        """Then the row waits, even if a run had accepted it, until the next run weighs it."""
        back = undecided_row(decided(row("a", "work:1", "accept"), "no", "hasty"))

        assert (back.is_decided, back.negated, back.reviewer, back.date, back.band) == (False, False, "", "", "review")
        assert told(back).reasons == "a decision was withdrawn"
        assert told(back).note == ""


class TestNeighbours:
    def test_are_of_the_same_part_of_the_data_set(self) -> None:
        """A law's text and the law in force are two parts: they do not compete."""
        one = row("a", "work:1")
        found = neighbours(mappings(one, row("a", "work:2"), row("a", "text:1"), row("b", "work:1")), one)

        assert told_rows(found.of_thing) == ["a work:2"]
        assert told_rows(found.of_row) == ["b work:1"]


class TestDoubts:
    def test_speak_against_a_vetoed_pair(self) -> None:
        """With the contradiction; rejecting it needs no doubt."""
        one = row("a", "work:1", "veto")

        assert doubts(mappings(one), one, "yes") == ("a contradiction stands against it: kind (act against decree)",)
        assert doubts(mappings(one), one, "no") == ()

    def test_speak_against_exact_where_close_is_proposed(self) -> None:
        """The level of their rows is another one, or two of ours share a row."""
        one = row("a", "text:1", predicate="close")

        assert "proposes closeMatch" in doubts(mappings(one), one, "exact")[0]
        assert doubts(mappings(one), one, "yes") == ()

    def test_speak_against_two_of_ours_on_one_of_theirs(self) -> None:
        """By a decision or by a run: both exact would make one of two."""
        one, other = row("a", "work:1"), row("b", "work:1")

        by_person = doubts(mappings(one, decided(other, "exact")), one, "yes")
        by_run = doubts(mappings(one, row("b", "work:1", "accept")), one, "yes")
        close = doubts(mappings(one, decided(other, "exact")), one, "close")

        assert "B is linked with the same row of theirs" in by_person[0]
        assert by_run == by_person
        assert "B stays exactMatch of the same row of theirs" in close[0]
        assert doubts(mappings(one, decided(other, "no")), one, "yes") == ()
        assert doubts(mappings(one, decided(other, "close")), one, "close") == ()

    def test_speak_against_two_of_theirs_for_one_of_ours(self) -> None:
        """Within one part of the data set."""
        one = row("a", "work:1")
        linked = decided(row("a", "work:2"), "exact")

        assert "A is exactMatch of work:2 by a decision" in doubts(mappings(one, linked), one, "yes")[0]


class TestDecisions:
    def test_stand_in_place_of_their_row(self) -> None:
        """And can be taken back."""
        before = mappings(row("a", "work:1"), row("b", "work:2"))

        after, change = with_decisions(before, [decided(before.mappings[0], "no")])

        assert sorted(told_rows(after.mappings)) == ["a work:1", "b work:2"]
        assert set(with_rows(after, change).mappings) == set(before.mappings)

    def test_leave_no_room_for_what_a_run_had_accepted(self) -> None:
        """The other row of the thing, and the other thing of the row, wait for a person; other parts are left alone."""
        wanted = row("a", "work:1")
        run = [row("a", "work:2", "accept"), row("b", "work:1", "accept"), row("a", "text:1", "accept")]

        after, change = with_decisions(mappings(wanted, *run), [decided(wanted, "yes")])

        bands = {f"{one.subject_label.lower()} {one.object_label}": one.band for one in after.mappings}
        assert bands == {"a work:1": "review", "a work:2": "review", "b work:1": "review", "a text:1": "accept"}
        assert {told(one).reasons for one in change.after[1:]} == {"linked already by a decision"}
        assert set(with_rows(after, change).mappings) == {wanted, *run}

    def test_that_reject_leave_everything_else_as_it_was(self) -> None:
        """What a run accepted stays accepted."""
        wanted, other = row("a", "work:1"), row("a", "work:2", "accept")

        after, _ = with_decisions(mappings(wanted, other), [decided(wanted, "no")])

        assert other in after.mappings

    def test_are_not_taken_back_if_somebody_decided_again(self) -> None:
        """The later one stays."""
        before = mappings(row("a", "work:1"))
        after, change = with_decisions(before, [decided(before.mappings[0], "no")])
        later, _ = with_decisions(after, [replace(decided(before.mappings[0], "yes"), reviewer="github:you")])

        with pytest.raises(UsageError, match="A was decided again since, by github:you; nothing was taken back"):
            with_rows(later, change)

    def test_displace_nothing_that_a_person_decided(self) -> None:
        """Two people may well disagree; then both rows stand, and `doubts` tells."""
        mine, yours = decided(row("a", "work:1"), "yes"), decided(row("a", "work:2"), "yes")

        assert displaced([mine], [mine, yours], PREFIXES) == [mine]
