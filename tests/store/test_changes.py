"""The change log keeps what it said it keeps: through crashes, full disks and two writers; and it notices damage."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.errors import ChangeLogDamaged, ChangeTaken, StorageFull
from egov_kg.store.changes import Change, ChangeLog, Rejection, replayed

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
G = "<https://w3id.org/egov-kg/graph/background/curated>"


def line(number: int, text: str = "전자정부법") -> str:
    """Return a quad as a line of N-Quads."""
    return f'<https://example.org/s{number}> <https://example.org/p> "{text}"@ko {G} .'


def append(log: ChangeLog, number: int, *, removed: tuple[str, ...] = ()) -> Change:
    """Append a change that adds the quad of a number."""
    return log.append(
        token="t-12345678",
        media_type="application/sparql-update",
        request=b"INSERT DATA { ... }",
        base="0" * 64,
        removed=removed,
        added=(line(number),),
        now=NOON,
    )


@pytest.fixture
def log(tmp_path: Path) -> ChangeLog:
    """Return a log with three records."""
    found = ChangeLog(tmp_path / "changes")
    for number in (1, 2, 3):
        append(found, number)
    return found


class TestRecord:
    def test_is_a_line_of_json_and_sorted_lines_of_quads(self, tmp_path: Path) -> None:
        """A record can be read by people and by any tool: head, what goes, what comes."""
        log = ChangeLog(tmp_path / "changes")
        log.append(
            token="t-1",
            media_type="text/turtle",
            request=b"<a:s> <a:p> 1 .",
            base="",
            removed=[line(9), line(1)],
            added=[line(2), line(2)],
            now=NOON,
        )

        head, *lines = (tmp_path / "changes" / "000000000001.nqp").read_text(encoding="utf-8").split("\n")

        found = json.loads(head)
        assert found.pop("sha256")
        assert found == {
            "format": 1,
            "number": 1,
            "time": "2026-11-22T12:00:00.000+00:00",
            "token": "t-1",
            "media_type": "text/turtle",
            "request": hashlib.sha256(b"<a:s> <a:p> 1 .").hexdigest(),
            "prev": "",
            "base": "",
        }
        assert lines == [f"- {line(1)}", f"- {line(9)}", f"+ {line(2)}", ""]

    def test_names_the_one_before(self, log: ChangeLog) -> None:
        """Each record holds the SHA-256 of the file before it."""
        for number in (1, 2):
            data = (log.folder / f"{number:012}.nqp").read_bytes()
            after = log.find(number + 1)
            assert after is not None
            assert after.previous == hashlib.sha256(data).hexdigest()

    @pytest.mark.parametrize(
        "bad",
        [
            "_:b <https://example.org/p> <https://example.org/o> .",
            "<https://example.org/s> <https://example.org/p> _:b <https://example.org/g> .",
            "<https://example.org/s> <https://example.org/p> <https://example.org/o> _:b .",
            '<https://example.org/s> <https://example.org/p> "two\nlines" .',
            "<https://example.org/s> <https://example.org/p> <https://example.org/o>",
        ],
    )
    def test_holds_no_blank_node_and_no_broken_line(self, tmp_path: Path, bad: str) -> None:
        """What cannot be replayed exactly is a mistake of the caller, and nothing is written."""
        log = ChangeLog(tmp_path / "changes")

        with pytest.raises(ValueError, match="canonical N-Quads"):
            log.append(token="t", media_type="", request=b"", base="", removed=(), added=(bad,))

        assert log.head() == (0, "")

    def test_may_speak_of_blank_nodes_in_words(self, tmp_path: Path) -> None:
        """Text that looks like a blank node is text."""
        quad = '<https://example.org/s> <https://example.org/p> "see _:b and _:c ." .'
        log = ChangeLog(tmp_path / "changes")

        log.append(token="t", media_type="", request=b"", base="", removed=(), added=(quad,))

        assert [change.added for change in log.read()] == [(quad,)]


NUMBERS = st.integers(0, 5)
PATCHES = st.lists(
    st.tuples(st.sets(NUMBERS), st.sets(NUMBERS), st.text(max_size=8).map(lambda t: json.dumps(t)[1:-1])), max_size=8
)


class TestReplay:
    @settings(max_examples=60, deadline=None)
    @given(PATCHES)
    def test_gives_the_state(self, patches: list[tuple[set[int], set[int], str]]) -> None:
        """What is read back from the disk makes the state that the changes made."""
        with tempfile.TemporaryDirectory() as place:
            log = ChangeLog(Path(place) / "changes")
            state: set[str] = set()
            for removed, added, text in patches:
                gone, come = {line(n) for n in removed}, {line(n, text) for n in added}
                log.append(token="t", media_type="", request=b"", base="", removed=gone, added=come)
                state = (state - gone) | come

            again = ChangeLog(Path(place) / "changes")

            assert replayed((), again.read()) == state
            assert again.verify() == len(patches)
            assert again.head()[0] == len(patches)

    def test_begins_after_a_number(self, log: ChangeLog) -> None:
        """A release holds what came before its mark; the rest follows in order."""
        assert [change.number for change in log.read(after=1)] == [2, 3]
        assert list(log.read(after=3)) == []

    def test_archiving_that_was_ended_halfway_is_ended_by_the_next(self, log: ChangeLog) -> None:
        """A record is in one place or in both, and is read once."""
        before = list(log.read())
        archive = log.folder / "archive"
        archive.mkdir()
        (archive / "000000000001.nqp").hardlink_to(log.folder / "000000000001.nqp")
        found = list(log.read())

        moved = log.archive(1)

        assert moved == 1
        assert found == list(log.read()) == before
        assert not (log.folder / "000000000001.nqp").exists()

    def test_reads_archived_records_as_before(self, log: ChangeLog) -> None:
        """Records that no release needs may move away; nothing is lost, and the last one stays."""
        before = list(log.read())

        assert log.archive(through=3) == 2

        again = ChangeLog(log.folder)
        assert list(again.read()) == before
        assert sorted(path.name for path in again.folder.glob("*.nqp")) == ["000000000003.nqp"]
        assert append(again, 4).number == 4


class TestDamage:
    """Whatever happened to the files, what was not written is not read."""

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_any_flipped_byte_is_noticed(self, log: ChangeLog, number: int) -> None:
        """A changed bit in the head or in a quad names the file in which it is, also in the last record."""
        path = log.folder / f"{number:012}.nqp"
        data = path.read_bytes()
        for place in range(0, len(data), 7):
            path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])

            with pytest.raises(ChangeLogDamaged, match=path.name):
                ChangeLog(log.folder).verify()

    @pytest.mark.parametrize("length", [0, 1, 100, -1])
    def test_a_cut_record_is_noticed(self, log: ChangeLog, length: int) -> None:
        """A file that lost its end is no shorter change."""
        path = log.folder / "000000000003.nqp"
        path.write_bytes(path.read_bytes()[:length])

        with pytest.raises(ChangeLogDamaged, match="000000000003"):
            append(ChangeLog(log.folder), 4)

    @pytest.mark.parametrize("number", [1, 2])
    def test_a_missing_record_is_noticed(self, log: ChangeLog, number: int) -> None:
        """A gap names the record that is not there; nothing is appended after it."""
        (log.folder / f"{number:012}.nqp").unlink()

        with pytest.raises(ChangeLogDamaged, match=f"{number:012}.nqp is damaged: it is missing"):
            list(ChangeLog(log.folder).read())
        with pytest.raises(ChangeLogDamaged):
            append(ChangeLog(log.folder), 4)

    def test_an_edit_with_a_right_checksum_is_noticed(self, log: ChangeLog) -> None:
        """Who rewrites a record would have to rewrite all that follow it."""
        second = log.find(2)
        assert second is not None
        forged = Change(2, second.time, second.token, "", second.request, second.previous, second.base, (), (line(7),))
        (log.folder / "000000000002.nqp").write_bytes(forged.to_bytes())

        with pytest.raises(ChangeLogDamaged, match=r"000000000003\.nqp is damaged: the record before it"):
            list(ChangeLog(log.folder).read())
        with pytest.raises(ChangeLogDamaged):
            list(ChangeLog(log.folder).read(after=2))

    def test_a_record_under_another_number_is_noticed(self, log: ChangeLog) -> None:
        """A copied file is not a second change."""
        (log.folder / "000000000004.nqp").write_bytes((log.folder / "000000000003.nqp").read_bytes())

        with pytest.raises(ChangeLogDamaged, match="another number"):
            ChangeLog(log.folder).head()


class TestRejection:
    def test_keeps_record_and_reasons(self, log: ChangeLog) -> None:
        """A change that no release may hold is set aside with the reasons, and the record stays."""
        log.reject(Rejection(2, "a" * 64, ({"check": "shape", "message": "no label"},)))

        again = ChangeLog(log.folder)
        assert again.rejected() == {2}
        assert again.rejection(2) == Rejection(2, "a" * 64, ({"check": "shape", "message": "no label"},))
        assert again.rejection(3) is None
        assert [change.number for change in again.read()] == [1, 2, 3]

    def test_first_reasons_stay(self, log: ChangeLog) -> None:
        """What was told once is not told otherwise later."""
        log.reject(Rejection(2, "a", ({"check": "first"},)))
        log.reject(Rejection(2, "b", ({"check": "second"},)))

        found = log.rejection(2)
        assert found is not None
        assert found.reasons == ({"check": "first"},)


class TestTwoWriters:
    def test_the_second_is_told(self, log: ChangeLog) -> None:
        """A number is given once; who computed a change without the other's must compute it again."""
        other = ChangeLog(log.folder)
        assert other.head()[0] == 3
        append(log, 4)

        with pytest.raises(ChangeTaken, match="another process"):
            append(other, 5)

        assert append(other, 6).number == 5
        assert [change.added for change in log.read(after=3)] == [(line(4),), (line(6),)]


STEPS = ("write", "fsync", "link", "open", "unlink", "mkdir")


@contextlib.contextmanager
def at_step(number: int, act: Callable[[str], None]) -> Iterator[list[int]]:
    """Let something happen before or after a call of the system that the log makes: at the n-th of these moments."""
    seen = [0]

    def wrapped(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def inner(*arguments: Any, **options: Any) -> Any:
            seen[0] += 1
            if seen[0] == number:
                act(name)
            result = call(*arguments, **options)
            seen[0] += 1
            if seen[0] == number:
                act(name)
            return result

        return inner

    kept = {name: getattr(os, name) for name in STEPS}
    try:
        for name, call in kept.items():
            setattr(os, name, wrapped(name, call))
        yield seen
    finally:
        for name, call in kept.items():
            setattr(os, name, call)


def moments(tmp_path: Path) -> int:
    """Return how many moments there are in one append to a log that has no folder yet."""
    log = ChangeLog(tmp_path / "counted" / "changes")
    log.folder.parent.mkdir()
    with at_step(0, lambda _: None) as seen:
        append(log, 1)
    return seen[0]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
class TestCrash:
    def test_at_any_moment_loses_nothing_that_was_acknowledged(self, tmp_path: Path) -> None:
        """Killed around any call of the system, the log holds every change that was told, and at most one more."""
        total = moments(tmp_path)
        assert total >= 10
        for moment in range(1, total + 1):
            folder = tmp_path / f"at-{moment}" / "changes"
            folder.parent.mkdir()
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                _acknowledge_until_killed(folder, moment, writing)
            os.close(writing)
            with os.fdopen(reading, "rb") as pipe:
                told = len(pipe.read())
            assert os.WIFSIGNALED(os.waitpid(child, 0)[1])

            log = ChangeLog(folder)
            found = [change.added for change in log.read()]

            assert len(found) - told in {0, 1}, f"moment {moment}: {told} told, {len(found)} kept"
            assert found == [(line(n),) for n in range(1, len(found) + 1)]
            log.tidy()
            assert append(log, 99).number == len(found) + 1
            assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []

    def test_is_on_the_disk_before_it_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A loss of power keeps it too: the file is synced before it has its name, its folder before it is told."""
        folder = tmp_path / "changes"
        done: list[tuple[str, int]] = []
        sync, link = os.fsync, os.link

        def synced(handle: int) -> None:
            sync(handle)
            done.append(("synced", os.fstat(handle).st_ino))

        def linked(*names: Any, **options: Any) -> None:
            link(*names, **options)
            done.append(("named", Path(names[1]).stat().st_ino))

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "link", linked)
        log = ChangeLog(folder)
        for number in (1, 2):
            append(log, number)
            file = (folder / f"{number:012}.nqp").stat().st_ino
            kept = [("synced", file), ("named", file), ("synced", folder.stat().st_ino)]
            assert done == [("synced", tmp_path.stat().st_ino)] * (number == 1) + kept
            done.clear()


def _acknowledge_until_killed(folder: Path, moment: int, pipe: int) -> None:
    """Append changes and tell of each, until the moment comes."""
    try:
        told, log = 0, ChangeLog(folder)
        write = os.write
        with at_step(moment, lambda _: os.kill(os.getpid(), signal.SIGKILL)):
            while told < 100:
                append(log, told + 1)
                told += 1
                write(pipe, b".")
    finally:
        os._exit(1)


class TestFullDisk:
    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
    def test_at_any_moment_changes_nothing_and_is_told(self, tmp_path: Path, code: int) -> None:
        """A failing call gives an error, no record that later appears, and a log that goes on when there is room."""

        def fail(name: str) -> None:
            if name != "unlink":
                raise OSError(code, os.strerror(code))

        for moment in range(1, moments(tmp_path) + 1):
            folder = tmp_path / f"at-{code}-{moment}" / "changes"
            folder.parent.mkdir()
            log = ChangeLog(folder)
            told = 0
            with at_step(moment, fail), contextlib.suppress(StorageFull):
                append(log, 1)
                told = 1

            assert [change.number for change in ChangeLog(folder).read()] == [1][:told]
            assert append(log, 2).number == told + 1

    def test_a_record_that_cannot_be_taken_back_stops_the_log(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """If neither keeping nor removing works, nothing more is accepted until a new start reads what is there."""
        log = ChangeLog(tmp_path / "changes")
        append(log, 1)

        def fail(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        def link(*arguments: Any, **options: Any) -> None:
            linking(*arguments, **options)
            monkeypatch.setattr(os, "fsync", fail)
            monkeypatch.setattr(os, "unlink", fail)

        linking = os.link
        monkeypatch.setattr(os, "link", link)
        with pytest.raises(StorageFull):
            append(log, 2)
        monkeypatch.undo()

        with pytest.raises(StorageFull, match="neither be kept nor taken back"):
            append(log, 3)
        assert append(ChangeLog(log.folder), 4).number == 3
