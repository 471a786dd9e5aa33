"""The life of the server's process: it says when it answers, lets queries end when it is told to stop, and ends with 0.

The first signal stops new connections; what runs may go on to its deadline. The second one ends everything at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import logging
import math
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

__all__ = ["Lifetime", "has_terminal", "notify", "seconds_to_end"]

_LOG: Final = logging.getLogger(__name__)
_SENDING: Final = 5.0
"""How long the last answers may take on their way, beyond the deadline of their queries."""
_STEP: Final = 0.05


def seconds_to_end(query_seconds: float) -> int:
    """Return how long a server that was told to stop waits for what it has begun.

    Example:
        >>> seconds_to_end(10.0)
        15
    """
    return math.ceil(query_seconds + _SENDING)


def notify(state: str) -> None:
    """Tell the service manager how we are, if there is one (sd_notify).

    Args:
        state: ``READY=1``, ``STOPPING=1``, ``RELOADING=1`` ...
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in {"/", "@"} or not hasattr(socket, "AF_UNIX"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.sendto(state.encode(), address.replace("@", "\0", 1))


def has_terminal() -> bool:
    """Whether somebody sees this process in a terminal: then SIGHUP means that the terminal is gone."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


class Lifetime(uvicorn.Server):
    """Uvicorn that says when it answers, and stops as a service should.

    Args:
        config: Of uvicorn.
        on_ready: Is called once the server answers.
        on_stop: Is called when it has been told to stop.
        on_reload: Is called in the event loop at SIGHUP; in a terminal SIGHUP stops the server as SIGTERM does.
        drain: How many seconds it goes on accepting connections then, so that whoever sends clients to it can hear from
            ``/readyz`` that it should not any more.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
        on_reload: Callable[[], None],
        drain: float = 0.0,
    ) -> None:
        super().__init__(config)
        self._on_ready, self._on_stop, self._drain = on_ready, on_stop, drain
        self._on_reload = on_reload

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        if hasattr(signal, "SIGHUP"):
            what = functools.partial(self.handle_exit, signal.SIGTERM, None) if has_terminal() else self._on_reload
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, what)
        await super().startup(sockets)
        if self.started:
            gc.collect()
            gc.freeze()  # what was loaded stays; to go through it again and again would keep answers waiting
            notify("READY=1")
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop gracefully at the first signal and at once at the second.

        A server that was asked to end by SIGTERM has done what it should, so that its status is 0. An interrupt from
        the keyboard goes on to who started it.
        """
        del frame
        if sig == signal.SIGINT and signal.SIGINT not in self._captured_signals:
            self._captured_signals.append(sig)
        if self.should_exit:
            self.force_exit = True
            return
        self.should_exit = True
        self._on_stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let what was begun end, and end what belongs to us."""
        notify("STOPPING=1")
        _LOG.info("stopping: what was begun may end")
        until = asyncio.get_running_loop().time() + self._drain
        while not self.force_exit and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110 - a signal sets it
            await asyncio.sleep(_STEP)
        await super().shutdown(sockets)
        if self.force_exit:
            _LOG.warning("stopped at once: what was begun has been ended")
            await self.lifespan.shutdown()
