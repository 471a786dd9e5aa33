"""A server of a scratch store in a process of its own."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from egov_kg.store.tokens import new_token

__all__ = ["scratch_server", "start_scratch"]


def start_scratch(token_file: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    """Start ``egov-kg serve --scratch`` on a free port.

    Returns:
        The process and the address that it answers at.
    """
    command = ["serve", "--scratch", "--port", "0", "--token-file", str(token_file), *options]
    process = subprocess.Popen(
        [sys.executable, "-m", "egov_kg", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert url, f"the server did not start: {process.wait()}"
    return process, url


@contextlib.contextmanager
def scratch_server(*options: str) -> Iterator[tuple[str, str]]:
    """Serve for as long as the context lasts; gives the address and a token that may write."""
    with tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder) / "tokens.json"
        secret, _ = new_token(tokens, ("read", "update"), days=None)
        process, url = start_scratch(tokens, *options)
        try:
            yield url, secret
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
