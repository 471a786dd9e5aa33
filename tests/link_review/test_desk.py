"""Decisions are in the file at once, whoever else works at it, and survive every later run."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg.errors import ConfigurationError, DataFileError, UsageError
from egov_kg.link_review import Desk, find_desk
from egov_kg.linking.verdicts import open_rows
from egov_kg.store import Release
from tests.link_review.conftest import ACTS, DAY, REVIEWER, link, row_of

DECIDER = """
import sys
from pathlib import Path
from egov_kg.link_review import find_desk

desk = find_desk(sys.argv[1])
for number in sys.argv[3:]:
    row = next(one for one in desk.read().mappings if one.object.endswith("/" + number))
    desk.decide(row, "no", reviewer=sys.argv[2], day="2026-11-22")
    print(number, flush=True)
"""


def decided_lines(desk: Desk) -> list[str]:
    """Return the lines of the rows that were decided, as they stand in the file."""
    return [line for line in desk.path.read_text(encoding="utf-8").splitlines() if "ManualMappingCuration" in line]


class TestDecisions:
    def test_are_in_the_file_at_once_and_nothing_else_changes(self, desk: Desk) -> None:
        """One row of the file, with who and when."""
        before = desk.path.read_text(encoding="utf-8").splitlines()

        desk.decide(row_of(desk, 12), "yes", reviewer="github:me", day=DAY, note="seen in the gazette")

        after = desk.path.read_text(encoding="utf-8").splitlines()
        assert sorted({*after} - {*before}) == [
            '#  github: "https://github.com/"',
            next(line for line in after if "\tact:12\t" in line),
        ]
        cells = next(line.split("\t") for line in after if "\tact:12\t" in line)
        assert cells[2:5] == ["skos:exactMatch", "", "act:12"]
        assert cells[6] == "semapv:ManualMappingCuration"
        assert cells[13:15] == ["github:me", DAY]
        assert cells[15].endswith("; note: seen in the gazette")

    def test_can_be_undone_to_the_byte(self, desk: Desk) -> None:
        """Also what they had pushed aside."""
        before = desk.path.read_bytes()

        desk.undo(desk.decide(row_of(desk, 10), "yes", reviewer=REVIEWER, day=DAY))

        assert desk.path.read_bytes() == before

    def test_of_two_people_at_once_are_all_kept(self, desk: Desk) -> None:
        """Each reads the file again before it is changed, under a lock that leaves no file behind."""
        words = [sys.executable, "-c", DECIDER, str(desk.path)]
        people = [
            subprocess.Popen([*words, "github:one", "1", "3", "5"]),
            subprocess.Popen([*words, "github:two", "10", "11", "12"]),
        ]

        codes = [one.wait(timeout=120) for one in people]

        assert codes == [0, 0]
        assert len(decided_lines(desk)) == 6
        assert sorted(one.name for one in desk.path.parent.iterdir()) == ["acts.csv", "acts.toml", "my-acts.sssom.tsv"]

    def test_that_were_told_survive_a_kill(self, desk: Desk) -> None:
        """Whatever the moment, the file is whole and holds what was told to be written."""
        numbers = ["1", "3", "5", "10", "11", "12"] * 20
        words = [sys.executable, "-c", DECIDER, str(desk.path), "github:one", *numbers]
        told = set()
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as person:
            assert person.stdout is not None
            for line in person.stdout:
                told.add(line.strip())
                if len(told) == 4:
                    person.send_signal(signal.SIGKILL)
                    break

        found = {one.object.rpartition("/")[2] for one in desk.read().mappings if one.is_decided}

        assert told <= found

    @pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of files there")
    def test_that_cannot_be_written_leave_the_file_as_it_was(self, desk: Desk) -> None:
        """No room: one sentence, and nothing is lost or left behind."""
        before = desk.path.read_bytes()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
        try:
            with pytest.raises(ConfigurationError, match="cannot be written"):
                desk.decide(row_of(desk, 12), "yes", reviewer=REVIEWER, day=DAY)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)

        assert desk.path.read_bytes() == before
        assert sorted(one.name for one in desk.path.parent.iterdir()) == ["acts.csv", "acts.toml", "my-acts.sssom.tsv"]

    def test_about_what_is_not_in_the_file_any_more_are_refused(self, desk: Desk) -> None:
        """A run has written another file in the meantime."""
        row = row_of(desk, 12)
        desk.path.write_text(
            "".join(f"{line}\n" for line in desk.path.read_text(encoding="utf-8").splitlines() if "act:12" not in line),
            encoding="utf-8",
        )

        with pytest.raises(UsageError, match=r"holds no row of Informatization Promotion Act .* any more"):
            desk.decide(row, "yes", reviewer=REVIEWER, day=DAY)

    def test_of_nobody_are_refused(self, desk: Desk) -> None:
        """The file stays as it was."""
        before = desk.path.read_bytes()

        with pytest.raises(UsageError, match="nobody is named who decides"):
            desk.decide(row_of(desk, 12), "yes", reviewer="", day=DAY)

        assert desk.path.read_bytes() == before


class TestLaterRuns:
    def test_keep_every_decision_byte_for_byte(self, desk: Desk, release: Release) -> None:
        """Accepted, rejected, close; with the same register, a changed one, and one that lacks the rows."""
        desk.decide(row_of(desk, 12), "yes", reviewer=REVIEWER, day=DAY)
        desk.decide(row_of(desk, 5), "no", reviewer=REVIEWER, day=DAY, note="the retitling")
        desk.decide(row_of(desk, 10), "close", reviewer=REVIEWER, day=DAY)
        decided = decided_lines(desk)
        changed = ACTS.replace("통계법", "통계법 시행령").replace("2009;;of the portal", "2010;;moved")
        without = "\n".join(line for line in ACTS.splitlines() if not line.startswith(("5;", "10;", "12;"))) + "\n"

        found = []
        for acts in (ACTS, changed, without):
            link(release, desk.path.parent, acts)
            found.append(decided_lines(desk))

        assert len(decided) == 3
        assert found == [decided] * 3

    def test_do_not_bring_back_what_was_rejected(self, desk: Desk, release: Release) -> None:
        """However well the row then fits; and what was skipped still waits."""
        desk.decide(row_of(desk, 5), "no", reviewer=REVIEWER, day=DAY)

        link(
            release,
            desk.path.parent,
            ACTS.replace("5;전자정부법;Act;2007-01-03;08171", "5;전자정부법;Act;2001-03-28;06439"),
        )

        rows = [one for one in desk.read().mappings if one.object.endswith("/5")]
        assert [(one.negated, one.is_decided, one.is_accepted) for one in rows] == [(True, True, False)]
        assert [one.object.rpartition("/")[2] for one in open_rows(desk.read(), bands={"review"})] == ["10", "11", "12"]

    def test_accept_nothing_beside_a_decision(self, desk: Desk, release: Release) -> None:
        """Another row of the thing that was linked by a person waits, however well it fits."""
        desk.decide(row_of(desk, 5), "exact", reviewer=REVIEWER, day=DAY)

        link(release, desk.path.parent, f"{ACTS}13;전자정부법;Act;2001-03-28;06439;\n")

        (other,) = [one for one in desk.read().mappings if one.object.endswith("/13")]
        assert (other.band, other.is_accepted) == ("review", False)
        assert "linked already by a decision" in other.comment

    def test_lose_nothing_that_was_decided_while_they_went_on(self, desk: Desk, release: Release) -> None:
        """The file is read again before it is written."""
        from egov_kg import targets  # noqa: PLC0415 - the run that goes on

        run = targets.link(release, desk.path.parent, desk.path.parent / "acts.toml")
        desk.decide(row_of(desk, 10), "yes", reviewer=REVIEWER, day=DAY)
        decided = decided_lines(desk)

        written = targets.write_mappings(run, desk.path, release.base)

        assert decided_lines(desk) == decided
        assert [one.pair for one in written.mappings].count(row_of(desk, 10).pair) == 1

    def test_keep_slots_of_metadata_that_are_not_theirs(self, desk: Desk, release: Release) -> None:
        """A list of those who made the file."""
        text = desk.path.read_text(encoding="utf-8")
        desk.path.write_text(f"#creator_id:\n#  - {REVIEWER}\n{text}", encoding="utf-8")

        link(release, desk.path.parent)

        assert f'#creator_id: ["{REVIEWER}"]' in desk.path.read_text(encoding="utf-8").splitlines()


class TestDesks:
    @pytest.mark.parametrize("name", ["acts.toml", "my-acts.sssom.tsv"])
    def test_are_found_by_any_file(self, desk: Desk, name: str) -> None:
        """Both know the other and the data set beside them."""
        found = find_desk(str(desk.path.parent / name))

        assert (found.path, found.dataset, found.target) == (desk.path, "my-acts", desk.path.parent)

    def test_are_found_by_the_id(self, desk: Desk, tmp_path: Path) -> None:
        """Where mapping files usually stand."""
        found = find_desk("my-acts", folders=[tmp_path / "nowhere", tmp_path])

        assert (found.path, found.dataset) == (desk.path, "my-acts")

    @pytest.mark.usefixtures("desk")
    def test_of_other_names_are_told_with_those_there_are(self, tmp_path: Path) -> None:
        """So that a slip is found."""
        with pytest.raises(UsageError, match=r"there is no data set 'my-axts'.* Here are: acts, my-acts"):
            find_desk("my-axts", folders=[tmp_path])

    def test_without_a_mapping_file_tell_how_it_is_made(self, desk: Desk) -> None:
        """By the command that links."""
        desk.path.unlink()

        with pytest.raises(DataFileError, match=r"`egov-kg link TARGET --spec FILE\.toml` writes it"):
            desk.read()
