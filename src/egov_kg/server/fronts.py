"""Several fronts that share a port: processes that each read requests, and have query processes of their own.

One front keeps one core busy. The system gives each connection to one of the fronts; they know nothing of each other:
each has its cache, its budgets of clients and its queue. Who starts them answers nothing, starts another one in place
of one that has died, and ends them when it is told to stop. They end with it in any case: their standard input closes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from prometheus_client.multiprocess import mark_process_dead

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError, EgovKGError
from egov_kg.server.companions import Companion
from egov_kg.server.lifetime import has_terminal, notify, seconds_to_end

__all__ = ["config_from_json", "config_to_json", "end_with", "must_be_possible", "supervise"]

_LOG: Final = logging.getLogger(__name__)
_AGAIN_SECONDS: Final = 1.0
_METRICS: Final = "PROMETHEUS_MULTIPROC_DIR"
_CODE: Final = "import sys; from egov_kg.server import running; sys.exit(running.front())"


def must_be_possible(config: Config) -> None:
    """Refuse several fronts where they cannot share a port or a state.

    Raises:
        ConfigurationError: Says why.
    """
    if not hasattr(socket, "SO_REUSEPORT"):
        raise ConfigurationError("fronts: this system cannot share a port; set fronts to 1")
    if config.mode != "read-only":
        raise ConfigurationError(
            f"fronts: {config.fronts} fronts cannot take changes in mode {config.mode!r}: one process must put them in "
            "order; set fronts to 1"
        )


def config_to_json(config: Config) -> str:
    """Return a configuration as text."""
    return json.dumps(dataclasses.asdict(config), default=str)


def config_from_json(text: str) -> Config:
    """Return the configuration that `config_to_json` wrote.

    Example:
        >>> config_from_json(config_to_json(Config(out=Path("x"), federation_allow=("http://a/",)))).out
        PosixPath('x')
    """
    values: dict[str, Any] = json.loads(text)
    for name, value in values.items():
        kind = type(getattr(Config(), name))
        if kind is tuple:
            values[name] = tuple(tuple(part) if isinstance(part, list) else part for part in value)
        elif issubclass(kind, Path):
            values[name] = Path(value)
    return Config(**values)


def supervise(config: Config, path: Path, beside: Sequence[Companion] = (), *, on_ready: Callable[[], None]) -> None:
    """Serve by several fronts until the process is told to stop.

    Args:
        config: Of the deployment, with the port that is taken already.
        path: A release folder, or the folder that holds ``current``.
        beside: The data sets that were read to stand beside it.
        on_ready: Is called once all of them answer.

    Raises:
        EgovKGError: If one of them does not start.
    """
    with _shared_metrics() as environment:
        fronts = _Fronts(config, path, beside, environment)
        try:
            fronts.start()
            notify("READY=1")
            on_ready()
            fronts.wait()
        finally:
            notify("STOPPING=1")
            fronts.stop()


@contextlib.contextmanager
def _shared_metrics() -> Iterator[dict[str, str]]:
    """Give the environment of fronts that count in one place."""
    given = os.environ.get(_METRICS)
    folder = given or tempfile.mkdtemp(prefix="egov-kg-metrics-")
    kept = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    try:
        yield {**kept, _METRICS: folder, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    finally:
        if not given:
            shutil.rmtree(folder, ignore_errors=True)


class _Fronts:
    def __init__(self, config: Config, path: Path, beside: Sequence[Companion], environment: Mapping[str, str]) -> None:
        self._environment = environment
        told = {"config": config_to_json(config), "path": str(path), "beside": [dataclasses.asdict(b) for b in beside]}
        self._config, self._orders = config, json.dumps(told) + "\n"
        self._running: list[subprocess.Popen[str]] = []
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start all fronts; return when all of them answer."""
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, self._told)
        signal.signal(signal.SIGHUP, self._told if has_terminal() else self._pass_on)
        self._running = [self._begin() for _ in range(self._config.fronts)]
        for front in self._running:
            _must_be_ready(front)

    def _told(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self._stopping.is_set():  # for the second time: end at once what runs
            for front in self._running:
                if front.poll() is None:
                    front.terminate()
        self._stopping.set()

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        del frame
        for front in self._running:
            if front.poll() is None:
                front.send_signal(number)

    def _begin(self) -> subprocess.Popen[str]:
        front = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(self._environment),
            start_new_session=True,  # Ctrl-C is for us; they hear of the end by their standard input
        )
        assert front.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            front.stdin.write(self._orders)
            front.stdin.flush()
        return front

    def wait(self) -> None:
        """Replace fronts that die, until it is time to stop."""
        while not self._stopping.wait(0.2):
            for place, front in enumerate(self._running):
                if (status := front.poll()) is None:
                    continue
                _LOG.error("front %d ended with %d; another one is started", front.pid, status)
                _close(front)
                # what it had running runs no more
                mark_process_dead(front.pid, self._environment[_METRICS])  # type: ignore[no-untyped-call]
                self._stopping.wait(_AGAIN_SECONDS)
                self._running[place] = self._begin()

    def stop(self) -> None:
        """End all fronts: each lets its queries end."""
        for front in self._running:
            _close(front)
        until = time.monotonic() + self._config.drain_seconds + seconds_to_end(self._config.query_seconds) + 5
        for front in self._running:
            try:
                front.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                front.kill()
                front.wait()
            if front.stdout is not None:
                front.stdout.close()


def _must_be_ready(front: subprocess.Popen[str]) -> None:
    assert front.stdout is not None
    if not front.stdout.readline():
        raise EgovKGError(f"a front did not start: it ended with {front.wait()}; what it says stands above")


def _close(front: subprocess.Popen[str]) -> None:
    if front.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            front.stdin.close()


def end_with(parent: IO[str]) -> None:
    """End this process as SIGTERM does, once nothing more can come from who started it."""

    def watch() -> None:
        while parent.readline():
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
