"""The server as a process: a socket, uvicorn, and the address for people."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError
from egov_kg.server import logs
from egov_kg.server.app import create_app
from egov_kg.server.connection import HEAD_BYTES, connection_class
from egov_kg.server.lifetime import Lifetime, seconds_to_end
from egov_kg.server.serving import Serving

__all__ = ["run"]


def run(config: Config, path: Path, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve a release until the process is told to stop.

    Args:
        config: Of the deployment; port 0 takes any free port.
        path: A release folder, or the folder that holds ``current``.
        on_ready: Gets the address once the server answers.

    Raises:
        ReleaseNotFound, ReleaseDamaged: As in `egov_kg.store.open_release`.
        ConfigurationError: If the address cannot be listened at.
    """
    logs.start(form=config.log_format, access=config.log_access)
    listening = _listen(config.host, config.port)
    with listening:
        config = dataclasses.replace(config, port=listening.getsockname()[1])
        app = create_app(config, path)
        serving: Serving = app.state.serving

        def tell() -> None:
            if on_ready is not None:
                on_ready(serving.now.site.public_url)

        lifetime = Lifetime(
            _uvicorn_config(app, seconds_to_end(config.query_seconds)),
            on_ready=tell,
            on_stop=serving.stop,
            drain=config.drain_seconds,
        )
        lifetime.run(sockets=[listening])


def _uvicorn_config(app: object, patience: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=connection_class(),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=patience,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio sets TCP_NODELAY; without it every small answer takes 44 ms (measured).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen at {host}:{port}: {error.strerror}. Choose another port with --port"
        ) from error
    return listening
