"""Words on the terminal: data to stdout, everything else to stderr, files written aside and renamed."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from egov_kg.errors import ConfigurationError

if TYPE_CHECKING:
    from egov_kg.pipeline import Stage

__all__ = [
    "STATE",
    "Progress",
    "columns",
    "is_bright",
    "output",
    "print_json",
    "print_table",
    "print_text",
    "progress",
    "say",
]


@dataclass
class _State:
    """How much is said. Set once from the command line, before any command runs."""

    quiet: bool = False
    verbose: bool = False


STATE: Final = _State()


def say(text: str, *, always: bool = False) -> None:
    """Write a line to stderr, unless quiet is wanted and the line is not an error."""
    if always or not STATE.quiet:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def is_bright() -> bool:
    """Whether stdout is a terminal whose reader has not asked for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_text(text: str) -> None:
    """Write text to stdout in UTF-8, whatever the terminal's locale says, with a line feed at its end."""
    data = text if text.endswith("\n") or not text else text + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(data.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def print_json(value: object) -> None:
    """Write one JSON document to stdout."""
    print_text(json.dumps(value, ensure_ascii=False, indent=1))


def columns(rows: Sequence[Sequence[object]], *, head: Sequence[str] = ()) -> str:
    """Return rows as aligned text: numbers to the right, words to the left, two spaces between.

    Example:
        >>> print(columns([["laws", 8], ["agencies", 12]]))
        laws       8
        agencies  12
    """
    table = [[str(cell) for cell in row] for row in ([list(head)] if head else []) + [list(row) for row in rows]]
    if not table:
        return ""
    widths = [max(_width(row[place]) for row in table) for place in range(len(table[0]))]
    numeric = [all(isinstance(row[place], int) for row in rows) for place in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [
            " " * (width - _width(cell)) + cell if right else cell + " " * (width - _width(cell))
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    """Return how many columns a text takes: Hangul takes two each."""
    return sum(2 if "ᄀ" <= c <= "ᅟ" or "　" <= c <= "꓏" or "가" <= c <= "힣" else 1 for c in text)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table for people to stdout, as wide as the terminal."""
    from rich.console import Console  # noqa: PLC0415 - 50 ms that `--help` does not need
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(header_style="bold")
    for name in head:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout).print(table)


@contextlib.contextmanager
def output(path: Path | None) -> Iterator[IO[bytes]]:
    """Open where data goes: stdout for None and ``-``, else a file that appears complete or not at all.

    Raises:
        ConfigurationError: If the file cannot be written.
    """
    if path is None or str(path) == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)


class Progress:
    """Tells of a build on stderr: a line for each stage, and on a terminal a bar for what goes on."""

    def __init__(self, display: Display | None) -> None:
        self._display = display
        self._told = 0.0

    def stage(self, stage: Stage) -> None:
        """Tell of a stage that is done."""
        line = f"{stage.name:<11} {stage.seconds:5.1f} s  {stage.summary}" if stage.name else f"{'':<21}{stage.summary}"
        if self._display is None:
            say(line)
        else:
            self._display.done(line)

    def ticks(self, name: str, done: int, total: int) -> None:
        """Tell how far a stage is: on a terminal always, elsewhere a line every half minute.

        A total of 0 is one that nobody knows.
        """
        if self._display is not None:
            self._display.moved(name, done, total)
            return
        now = time.monotonic()
        self._told = self._told or now
        if now - self._told >= _BETWEEN:
            self._told = now
            say(f"{name:<11} {done} of {total}" if total else f"{name:<11} {done}")


_BETWEEN: Final = 30.0


class Display:
    """A bar on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - 50 ms that `--help` does not need
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns_ = (TextColumn("{task.description:<11}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns_, console=Console(stderr=True, highlight=False), transient=True)
        self._task = self._bar.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def done(self, line: str) -> None:
        """Write a line above the bar, which then waits for the next stage."""
        self._bar.console.print(line, markup=False, soft_wrap=True)
        self._bar.reset(self._task, description="working", total=None)

    def moved(self, name: str, done: int, total: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, description=name, completed=done, total=total or None)


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """Tell of the stages of a build on stderr, unless quiet is wanted."""
    if STATE.quiet or not sys.stderr.isatty():
        yield Progress(None)
        return
    with Display() as display:
        yield Progress(display)
