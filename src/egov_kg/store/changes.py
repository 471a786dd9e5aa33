"""The change log: one file for each accepted change, on the disk before anybody is told that it was accepted.

A record is never written again. The first line of its file is JSON, the others are the lines of canonical N-Quads that
the change takes away (``-``) and adds (``+``): the quads, not the words of the update, so that replaying them is exact.
Each record carries the SHA-256 of the one before and of itself: a gap, an edit and a damaged disk are noticed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ChangeLogDamaged, ChangeTaken, StorageFull
from egov_kg.store.durable import create_file, sync_folder, write_aside

__all__ = ["CHANGES", "Change", "ChangeLog", "Rejection", "replayed"]

CHANGES: Final = "changes"
"""The name of the folder with the log, beside that of the releases."""

_FORMAT: Final = 1
_GRAPHS: Final = ("created", "dropped")
_ARCHIVE: Final = "archive"
_RECORD: Final = re.compile(r"(\d{12})\.nqp")
_REJECTED: Final = re.compile(r"(\d{12})\.rejected\.json")
_LEFT_OVER: Final = ".*.nqp-*"
_ANY_LINE: Final = re.compile(r"(?:<|_:)[^\r\n]+ \.")
_LINE: Final = re.compile(r"<[^<>\s]+> <[^<>\s]+> (?!_:)[^\r\n]+ \.")
_BLANK_GRAPH: Final = re.compile(r" _:[^\s\"<>]+ \.\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """A record of the log.

    Attributes:
        number: 1 for the first; there are no gaps.
        time: When it was accepted, UTC, ISO 8601.
        token: The id of the token that asked for it.
        media_type: Of the request: ``application/sparql-update``, or that of a graph that was written.
        request: The SHA-256 of the body of the request, hexadecimal; its text is not kept.
        previous: The SHA-256 of the file of the record before, or an empty string for the first.
        base: The id of the release that it was made on; empty in scratch mode.
        removed, added: Lines of canonical N-Quads with their full stop and without a line feed, sorted, each once.
        created, dropped: The IRIs of the named graphs that begin and cease to exist, sorted: in scratch mode, where a
            graph may be empty.
    """

    number: int
    time: str
    token: str
    media_type: str
    request: str
    previous: str
    base: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    created: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        r"""Return the one spelling of the record.

        Example:
            >>> print(Change(1, "2026-11-22T12:00:00+00:00", "t-1", "", "", "", "", (), ("<a:s> <a:p> <a:o> .",))
            ...     .to_bytes().decode().partition("\n")[2], end="")
            + <a:s> <a:p> <a:o> .
        """
        lines = [f"- {line}\n" for line in self.removed] + [f"+ {line}\n" for line in self.added]
        body = "".join(lines).encode()
        head: dict[str, object] = {
            "format": _FORMAT,
            "number": self.number,
            "time": self.time,
            "token": self.token,
            "media_type": self.media_type,
            "request": self.request,
            "prev": self.previous,
            "base": self.base,
        }
        head.update({key: list(names) for key in _GRAPHS if (names := getattr(self, key))})
        head["sha256"] = hashlib.sha256(_json(head) + body).hexdigest()
        return _json(head) + body

    @classmethod
    def from_bytes(cls, data: bytes, path: Path) -> Change:
        """Return the record that a file holds.

        Args:
            data: Its content.
            path: Where it comes from, for the message.

        Raises:
            ChangeLogDamaged: If the bytes are not those that `to_bytes` gives for a record.
        """
        first, _, body = data.partition(b"\n")
        try:
            head: dict[str, Any] = json.loads(first)
            lines = body.decode().split("\n")[:-1]
            change = cls(
                number=head["number"],
                time=head["time"],
                token=head["token"],
                media_type=head["media_type"],
                request=head["request"],
                previous=head["prev"],
                base=head["base"],
                removed=tuple(line[2:] for line in lines if line.startswith("- ")),
                added=tuple(line[2:] for line in lines if line.startswith("+ ")),
                **{key: tuple(head[key]) for key in _GRAPHS if key in head},
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ChangeLogDamaged(path, "it is no record of a change") from error
        if change.to_bytes() != data:
            raise ChangeLogDamaged(path, "its SHA-256 is not the one that it names")
        return change


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a change is in no release, although it was accepted.

    Attributes:
        number: Of the change.
        release: The id of the release that was current.
        reasons: What validation found: each with at least ``check`` and ``message``.
    """

    number: int
    release: str
    reasons: Sequence[Mapping[str, Any]]


class ChangeLog:
    """The records of a folder. One process appends at a time; any number may read.

    Args:
        folder: Made with the first record.
        with_nodes: Whether the quads may hold blank nodes, whose labels then last as long as the log.

    Attributes:
        folder: Where the records are.
    """

    def __init__(self, folder: Path, *, with_nodes: bool = False) -> None:
        self.folder, self._with_nodes = folder, with_nodes
        self._head: tuple[int, str] | None = None
        self._is_stuck = False

    def append(
        self,
        *,
        token: str,
        media_type: str,
        request: bytes,
        base: str,
        removed: Iterable[str],
        added: Iterable[str],
        created: Iterable[str] = (),
        dropped: Iterable[str] = (),
        now: dt.datetime | None = None,
    ) -> Change:
        """Add a record; when this returns the record is on the disk.

        Args:
            token: The id of the token that asks.
            media_type: Of the request.
            request: Its body, of which the hash is kept.
            base: The id of the release that the patch was computed on.
            removed: Lines of canonical N-Quads that go, without blank nodes unless the log is one of such.
            added: Those that come.
            created: Named graphs that begin to exist, as in `Change`.
            dropped: Those that cease to.
            now: The time, for tests.

        Raises:
            StorageFull: If the disk does not keep it; then there is no record.
            ChangeTaken: If another process has written a record of that number, so that the patch may not fit.
            ChangeLogDamaged: If the last record is damaged.
        """
        if self._is_stuck:
            raise StorageFull(self.folder, "a record could neither be kept nor taken back")
        number, previous = self.head()
        change = Change(
            number=number + 1,
            time=(now or dt.datetime.now(dt.UTC)).isoformat(timespec="milliseconds"),
            token=token,
            media_type=media_type,
            request=hashlib.sha256(request).hexdigest(),
            previous=previous,
            base=base,
            removed=_canonical(removed, with_nodes=self._with_nodes),
            added=_canonical(added, with_nodes=self._with_nodes),
            created=tuple(sorted(created)),
            dropped=tuple(sorted(dropped)),
        )
        data = change.to_bytes()
        self._head = None
        self._keep(self._path(change.number), data)
        self._head = change.number, hashlib.sha256(data).hexdigest()
        return change

    def _keep(self, path: Path, data: bytes) -> None:
        aside = None
        try:
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True, exist_ok=True)
                sync_folder(self.folder.parent)
            aside = write_aside(path, data)
            path.hardlink_to(aside)
            sync_folder(self.folder)
        except FileExistsError as error:
            raise ChangeTaken(path) from error
        except OSError as error:
            if aside is not None and path.exists() and path.samefile(aside):
                self._take_back(path)
            raise StorageFull(self.folder, error.strerror or str(error)) from error
        finally:
            if aside is not None:
                with contextlib.suppress(OSError):  # nobody reads it, and `tidy` removes it
                    aside.unlink()

    def _take_back(self, path: Path) -> None:
        """Remove a record that has its name and perhaps no more: nobody was told of it."""
        try:
            path.unlink()
        except OSError:
            self._is_stuck = True

    def head(self) -> tuple[int, str]:
        """Return the number and the SHA-256 of the last record; 0 and an empty string if there is none.

        Raises:
            ChangeLogDamaged: If it is damaged, or records are missing before it.
        """
        if self._head is None:
            numbers = self._numbers()
            if not numbers:
                return 0, ""
            data = self._read(numbers[-1])
            self._head = numbers[-1], hashlib.sha256(data).hexdigest()
        return self._head

    def refresh(self) -> None:
        """Forget what was read, because another process may have written."""
        self._head = None

    def read(self, after: int = 0) -> Iterator[Change]:
        """Yield the records after a number, in order, archived ones included; each is checked against the one before.

        Raises:
            ChangeLogDamaged: If one is damaged, was edited, or is missing; names it.
        """
        numbers = self._numbers()
        previous = None
        if 0 < after < (numbers[-1] if numbers else 0):
            previous = hashlib.sha256(self._read(after)).hexdigest()
        elif after == 0:
            previous = ""
        for number in numbers:
            if number <= after:
                continue
            data = self._read(number)
            change = Change.from_bytes(data, self._place(number))
            if previous is not None and change.previous != previous:
                raise ChangeLogDamaged(
                    self._place(number), "the record before it is not the one that it was written after"
                )
            previous = hashlib.sha256(data).hexdigest()
            yield change

    def digest(self, number: int) -> str:
        """Return the SHA-256 of a record, or an empty string if there is none of that number.

        Raises:
            ChangeLogDamaged: If it is damaged.
        """
        return hashlib.sha256(self._read(number)).hexdigest() if self._place(number).is_file() else ""

    def verify(self) -> int:
        """Read everything and return how many records there are.

        Raises:
            ChangeLogDamaged: As in `read`.
        """
        return sum(1 for _ in self.read())

    def find(self, number: int) -> Change | None:
        """Return a record, or None if there is none of that number.

        Raises:
            ChangeLogDamaged: If it is damaged.
        """
        return Change.from_bytes(self._read(number), self._place(number)) if self._place(number).is_file() else None

    def reject(self, rejection: Rejection) -> None:
        """Set a record aside, with the reasons, on the disk when this returns; the record itself stays.

        Raises:
            StorageFull: If the disk does not keep it.
        """
        table = {"number": rejection.number, "release": rejection.release, "reasons": list(rejection.reasons)}
        data = (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()
        try:
            with contextlib.suppress(FileExistsError):
                create_file(self._rejected(rejection.number), data)
        except OSError as error:
            raise StorageFull(self.folder, error.strerror or str(error)) from error

    def rejection(self, number: int) -> Rejection | None:
        """Return why a record was set aside, or None if it was not.

        Raises:
            ChangeLogDamaged: If the file that says it cannot be read.
        """
        path = self._rejected(number)
        try:
            table = json.loads(path.read_bytes())
            return Rejection(table["number"], table["release"], tuple(table["reasons"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ChangeLogDamaged(path, "it does not say why a change was rejected") from error

    def rejected(self) -> frozenset[int]:
        """Return the numbers of the records that were set aside."""
        if not self.folder.is_dir():
            return frozenset()
        found = (_REJECTED.fullmatch(path.name) for path in self.folder.iterdir())
        return frozenset(int(match[1]) for match in found if match)

    def archive(self, through: int) -> int:
        """Move records into the folder ``archive``, where they are read as before; nothing is deleted.

        Args:
            through: The number of the last one to move; the last of all stays.

        Returns:
            How many were moved.

        Raises:
            StorageFull: If the disk does not keep it; each record is still in one place or in both.
        """
        moved = [number for number in self._numbers()[:-1] if number <= through and self._path(number).exists()]
        archive = self.folder / _ARCHIVE
        try:
            if moved:
                archive.mkdir(exist_ok=True)
            for number in moved:
                with contextlib.suppress(FileExistsError):  # from a run that was ended
                    (archive / self._path(number).name).hardlink_to(self._path(number))
            if moved:
                sync_folder(archive)
                sync_folder(self.folder)
            for number in moved:  # there is one in either place at any moment
                self._path(number).unlink()
        except OSError as error:
            raise StorageFull(archive, error.strerror or str(error)) from error
        return len(moved)

    def size(self, number: int | None = None) -> int:
        """Return how many bytes a record takes, or all that are not archived."""
        if number is not None:
            return self._place(number).stat().st_size
        if not self.folder.is_dir():
            return 0
        with os.scandir(self.folder) as found:
            return sum(entry.stat().st_size for entry in found if _RECORD.fullmatch(entry.name))

    def tidy(self) -> None:
        """Remove what processes that died have left; nobody reads it. For the one process that appends."""
        for path in self.folder.glob(_LEFT_OVER):
            path.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:012}.nqp"

    def _rejected(self, number: int) -> Path:
        return self.folder / f"{number:012}.rejected.json"

    def _place(self, number: int) -> Path:
        path = self._path(number)
        archived = self.folder / _ARCHIVE / path.name
        return archived if archived.exists() and not path.exists() else path

    def _read(self, number: int) -> bytes:
        place = self._place(number)
        try:
            try:
                data = place.read_bytes()
            except FileNotFoundError:  # it was archived just now
                data = (place := self._place(number)).read_bytes()
        except OSError as error:
            raise ChangeLogDamaged(place, f"it cannot be read ({error.strerror})") from error
        if Change.from_bytes(data, place).number != number:
            raise ChangeLogDamaged(place, "it is the record of another number")
        return data

    def _numbers(self) -> list[int]:
        """Return the numbers of all records, sorted."""
        found: set[int] = set()
        for folder in (self.folder, self.folder / _ARCHIVE):
            if folder.is_dir():
                found.update(int(m[1]) for path in folder.iterdir() if (m := _RECORD.fullmatch(path.name)))
        numbers = sorted(found)
        for expected, number in enumerate(numbers, 1):
            if number != expected:
                raise ChangeLogDamaged(self._path(expected), "it is missing, and there are records after it")
        return numbers


def replayed(state: Iterable[str], changes: Iterable[Change]) -> set[str]:
    """Return what a state becomes by changes: lines of N-Quads, as in `Change`.

    Example:
        >>> change = Change(1, "", "", "", "", "", "", ("<a:s> <a:p> <a:o> .",), ("<a:s> <a:p> <a:q> .",))
        >>> replayed(["<a:s> <a:p> <a:o> ."], [change])
        {'<a:s> <a:p> <a:q> .'}
    """
    quads = set(state)
    for change in changes:
        quads.difference_update(change.removed)
        quads.update(change.added)
    return quads


def _canonical(lines: Iterable[str], *, with_nodes: bool) -> tuple[str, ...]:
    found = sorted(set(lines), key=str.encode)
    for line in found:
        if with_nodes and _ANY_LINE.fullmatch(line):
            continue
        if not _LINE.fullmatch(line) or _BLANK_GRAPH.search(line):
            raise ValueError(f"not a line of canonical N-Quads about a thing with a name: {line[:80]!r}")
    return tuple(found)


def _json(head: Mapping[str, object]) -> bytes:
    return (json.dumps(head, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
