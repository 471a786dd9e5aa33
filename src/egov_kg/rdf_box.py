"""Foreign RDF is read in another process: it may run out of time, stack or memory, and only its file is lost.

The process gets the open file as standard input and answers with N-Quads on standard output; it can open nothing else.
Started as ``python -m egov_kg.rdf_box``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from egov_kg.errors import RdfSyntaxError, UnreadableDocument
from egov_kg.sparql import walls
from egov_kg.sparql.foreign import Packed, parse_foreign

__all__ = ["boxed_quads"]

_STACK: Final = 1 << 30
_MEMORY: Final = 1 << 30
_SECONDS: Final = 60.0
_BYTES_A_SECOND: Final = 1 << 20
_BATCH: Final = 1000


def boxed_quads(path: Path, extension: str, *, base: str) -> Iterator[ox.Quad]:
    """Yield the quads of a file, read in a process of its own.

    Args:
        path: The file; with the ending ``.gz`` it is unpacked.
        extension: Of its format: ``ttl``, ``nt``, ``nq``, ``trig``, ``rdf``, ``jsonld``.
        base: The base of relative IRIs.

    Raises:
        RdfSyntaxError: If it does not parse; names line and column.
        UnreadableDocument: If it cannot be read, or reading it takes too much.
    """
    try:
        with path.open("rb") as file:
            seconds = _SECONDS + os.fstat(file.fileno()).st_size / _BYTES_A_SECOND
            command = [sys.executable, "-m", "egov_kg.rdf_box", extension, base, str(path)]
            process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
    except OSError as error:
        raise UnreadableDocument(path, f"cannot be read: {error.strerror}", "Check its name and its rights.") from error
    late, is_cut = threading.Event(), False
    clock = threading.Timer(seconds, _end, (process, late))
    clock.start()
    try:
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                yield from ox.parse(process.stdout, format=ox.RdfFormat.N_QUADS)
            except SyntaxError:
                is_cut = True  # the status says why
            said = process.stderr.read(1 << 16)
            status = process.wait()
    finally:
        process.kill()
        clock.cancel()
    if status or is_cut:
        raise _failure(path, status, said, late=late.is_set(), seconds=seconds)


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _failure(path: Path, status: int, said: bytes, *, late: bool, seconds: float) -> Exception:
    if late:
        return UnreadableDocument(path, f"could not be read in {seconds:.0f} seconds", "Split it.")
    try:
        told: dict[str, Any] = json.loads(said.splitlines()[-1])
        if told["error"] == "syntax":
            return RdfSyntaxError(str(path), told["message"], line=told["line"], column=told["column"])
        return UnreadableDocument(path, told["message"], told["remedy"])
    except (ValueError, IndexError, KeyError):
        if status == -signal.SIGABRT:
            return UnreadableDocument(path, f"needs more than {_MEMORY >> 20} MiB of memory to be read", "Split it.")
        return UnreadableDocument(path, f"ended the process that read it ({status})", "It may be made to harm.")


def _serve(arguments: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    statuses: list[int] = []
    with contextlib.suppress(ValueError):  # a system may have no room for it; then nesting ends sooner
        threading.stack_size(_STACK)
    thread = threading.Thread(target=lambda: statuses.append(_read(*arguments)), name="reader")
    thread.start()
    thread.join()
    return statuses[0] if statuses else 70


def _read(extension: str, base: str, name: str) -> int:
    form = ox.RdfFormat.from_extension(extension)
    assert form is not None
    walls.build(walls.Walls(memory=_MEMORY, descriptors=0))
    source: IO[bytes] = sys.stdin.buffer
    try:
        _write(parse_foreign(Packed(source) if name.endswith(".gz") else source, form, base=base, name=name))  # type: ignore[arg-type]
    except RdfSyntaxError as error:
        return _say(error="syntax", message=error.problem, line=error.line, column=error.column)
    except MemoryError as error:  # also what the engine says of one word that is longer than its buffer
        reason = f": {error}" if str(error) else ""
        return _say(error="memory", message=f"needs too much memory to be read{reason}", remedy="Split it.")
    except BrokenPipeError:
        return 0
    except OSError as error:
        return _say(error="input", message=f"cannot be read: {error.strerror or error}", remedy="Look at the file.")
    return 0


def _write(quads: Iterator[ox.Quad]) -> None:
    batch: list[ox.Quad] = []
    for quad in quads:
        batch.append(quad)
        if len(batch) == _BATCH:
            ox.serialize(batch, sys.stdout.buffer, ox.RdfFormat.N_QUADS)
            batch.clear()
    ox.serialize(batch, sys.stdout.buffer, ox.RdfFormat.N_QUADS)
    sys.stdout.buffer.flush()


def _say(**facts: object) -> int:
    sys.stderr.write(json.dumps(facts) + "\n")
    sys.stderr.flush()
    return 3


if __name__ == "__main__":
    sys.exit(_serve(sys.argv[1:]))
