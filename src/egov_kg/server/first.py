"""The first process of a container: it hands signals on, and takes notice of processes whose parent is gone.

The system gives such processes to the first one, and keeps those that have ended until it has asked how. A server that
is the first process itself would never ask: each zygote that dies leaves its query processes behind, until no further
process may be made.
"""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Final

__all__ = ["stand_back"]

_HANDED_ON: Final = ("SIGTERM", "SIGINT", "SIGHUP")


def stand_back() -> None:
    """If this is the first process, go on in a second one; the first only waits, and ends as the second one does.

    Call it before there are threads.
    """
    if os.getpid() != 1 or not hasattr(os, "fork"):
        return
    numbers = [getattr(signal, name) for name in _HANDED_ON]
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)  # what comes before we know whom to tell waits
    child = os.fork()
    if child == 0:
        os.setsid()  # Ctrl-C in a terminal is told to us once, by the first process
        signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
        return

    def hand_on(number: int, frame: FrameType | None) -> None:
        del frame
        os.kill(child, number)

    for number in numbers:
        signal.signal(number, hand_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)
