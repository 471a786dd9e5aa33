"""A process on one core, with the time it takes and the most memory that it and its children have at once."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_THREADS: Final = ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took.

    Attributes:
        output: What it printed.
        wall: Seconds by the clock, from its start to its end.
        cpu: Seconds of the processor.
        peak: Bytes: the most that it and its children had at once.
        failure: Why it is none; None if it ended well.
    """

    output: str
    wall: float
    cpu: float
    peak: int
    failure: str | None


def run_pinned(command: Sequence[str], *, core: int, limit: float, environment: dict[str, str]) -> Run:
    """Run a command on one core, cold, and return what it took.

    Args:
        command: The program and its arguments.
        core: The number of the core.
        limit: Seconds after which it is ended.
        environment: Variables beside those of this process.
    """
    variables = {**os.environ, **dict.fromkeys(_THREADS, "1"), **environment}
    begin = time.perf_counter()
    child = subprocess.Popen(
        ["taskset", "-c", str(core), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=variables,
    )
    watch = _Watch(child.pid, begin + limit)
    watch.start()
    assert child.stdout is not None
    assert child.stderr is not None
    output = child.stdout.readline()  # what comes after the result is not of the run
    wall = time.perf_counter() - begin
    peak = watch.peak
    watch.is_measuring = False
    output += child.stdout.read()
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    watch.ended.set()
    watch.join()
    failure = None
    if watch.is_late:
        failure = f"not done in {limit:.0f} s"
    elif child.returncode:
        failure = (errors.decode(errors="replace").strip().splitlines() or [f"exit {child.returncode}"])[-1]
    return Run(output.decode(), wall, usage.ru_utime + usage.ru_stime, peak, failure)


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children every twentieth of a second, and ends it when it is late."""

    def __init__(self, pid: int, deadline: float) -> None:
        super().__init__(daemon=True)
        self.pid, self.deadline = pid, deadline
        self.peak = 0
        self.is_measuring = True
        self.is_late = False
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.05):
            if self.is_measuring:
                self.peak = max(self.peak, tree_bytes(self.pid))
            if time.perf_counter() > self.deadline:
                self.is_late = True
                os.kill(self.pid, 9)
                return


def tree_bytes(pid: int) -> int:
    """Return the memory of a process, at its highest so far, and of its children."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
    return own * 1024 + sum(tree_bytes(int(child)) for child in children)


def quietest_core() -> int:
    """Return the core of this process that had least to do in the last half second."""
    before = _busy()
    time.sleep(0.5)
    after = _busy()
    return min(sorted(os.sched_getaffinity(0)), key=lambda core: after[core] - before[core])


def _busy() -> dict[int, int]:
    busy = {}
    for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines():
        if line.startswith("cpu") and line[3].isdigit():
            name, *ticks = line.split()
            numbers = list(map(int, ticks))
            busy[int(name[3:])] = sum(numbers) - numbers[3] - numbers[4]
    return busy
