"""The outer shell of the command line: here, and only here, errors become a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

from egov_kg.console import STATE, say
from egov_kg.errors import ConfigurationError, EgovKGError

__all__ = ["BUG", "INTERRUPTED", "main"]

BUG: Final = 70
INTERRUPTED: Final = 130
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_GLOBAL: Final = {"-q": "quiet", "--quiet": "quiet", "-v": "verbose", "--verbose": "verbose", "--no-color": "no_color"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after ``egov-kg``; those of the process if None.

    Returns:
        The exit code: 0 done, 1 findings, 2 usage or configuration, 3 unreadable input, 4 a limit, 70 a defect of
        egov-kg, 130 stopped by Ctrl-C.
    """
    _open_what_is_closed()
    _speak_utf_8()
    words = _without_global(_decoded(sys.argv[1:]) if arguments is None else arguments)
    stdout, unread = sys.stdout, _goes_nowhere()
    try:
        from egov_kg.cli import app  # noqa: PLC0415 - inside, so that a broken installation is told as an error

        app(words, prog_name="egov-kg")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        # When the reader of a pipe has gone, Typer wraps stdout, Rich points it at nothing, and both end with 1.
        gone = code == 1 and (sys.stdout is not stdout or _goes_nowhere() != unread)
        if code == INTERRUPTED:
            say("egov-kg: stopped", always=True)
        return 0 if gone else _flushed(code)
    except EgovKGError as error:
        say(f"egov-kg: {error}", always=True)
        return _flushed(error.exit_code)
    except BrokenPipeError:
        return _muffled()
    except KeyboardInterrupt:
        say("egov-kg: stopped", always=True)
        return INTERRUPTED
    except OSError as error:
        if error.errno not in _FULL:
            return _bug(error)
        say(f"egov-kg: the output cannot be written: {error.strerror}", always=True)
        _muffled()
        return ConfigurationError.exit_code
    except MemoryError:
        say("egov-kg: there is not enough memory for this", always=True)
        return 4
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        return _bug(error)
    return _flushed(0)


def _open_what_is_closed() -> None:
    """Let a stream that the starter closed lead nowhere, instead of being None."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end


def _speak_utf_8() -> None:
    """Write UTF-8 whatever the locale is: a graph with Hangul must not depend on how a server was set up."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _decoded(words: Sequence[str]) -> list[str]:
    """Return the words of the command line read as UTF-8, also where the locale is ASCII."""
    return [os.fsencode(word).decode("utf-8", "surrogateescape") for word in words]


def _without_global(words: Sequence[str]) -> list[str]:
    """Take out the options that hold for every command, wherever they stand before ``--``."""
    rest: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return [*rest, *words[place:]]
        switch = _GLOBAL.get(word)
        if switch == "no_color":
            os.environ["NO_COLOR"] = "1"
        elif switch is not None:
            setattr(STATE, switch, True)
        else:
            rest.append(word)
    return rest


def _goes_nowhere() -> bool:
    """Whether stdout is the null device."""
    try:
        return os.path.samestat(os.fstat(1), os.stat(os.devnull))  # noqa: PTH116 - descriptor 1, whatever stdout is
    except OSError:
        return False


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _muffled()
    return code


def _muffled() -> int:
    """Let nothing more be written to a pipe that nobody reads: the interpreter would complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _bug(error: Exception) -> int:
    place = traceback.extract_tb(error.__traceback__)[-1]
    if STATE.verbose:
        traceback.print_exception(error)
    say(
        f"egov-kg: this is a defect of egov-kg, not of your input: {type(error).__name__}: {error} "
        f"({os.path.basename(place.filename)}:{place.lineno}). Please report it, "  # noqa: PTH119
        "with what `-v` prints in addition.",
        always=True,
    )
    return BUG


if __name__ == "__main__":
    sys.exit(main())
