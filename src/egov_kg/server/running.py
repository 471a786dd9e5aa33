"""The server as a process: a socket, uvicorn, and the address for people."""

from __future__ import annotations

import dataclasses
import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError, EgovKGError
from egov_kg.server import first, fronts, logs
from egov_kg.server.app import create_app, create_scratch_app
from egov_kg.server.companions import Companion, prepared
from egov_kg.server.connection import HEAD_BYTES, connection_class
from egov_kg.server.lifetime import Lifetime, seconds_to_end
from egov_kg.server.serving import Serving
from egov_kg.server.site import Site

__all__ = ["front", "run", "run_scratch"]


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
    first.stand_back()
    logs.start(form=config.log_format, access=config.log_access)
    if config.fronts > 1:
        fronts.must_be_possible(config)
    with _listen(config.host, config.port, shared=config.fronts > 1) as listening:
        config = dataclasses.replace(config, port=listening.getsockname()[1])
        with prepared(config) as beside:
            if config.fronts == 1:
                _serve(config, lambda bound: create_app(bound, path, beside), listening, on_ready)
                return
            site = Site.open(config, path)  # which says what is wrong with the release before anything starts
            fronts.supervise(
                config,
                path,
                beside,
                on_ready=lambda: on_ready(site.public_url) if on_ready is not None else None,
            )


def run_scratch(
    config: Config, folder: Path, *, entails: bool = False, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve a writable store until the process is told to stop.

    Args:
        config: Of the deployment; port 0 takes any free port.
        folder: Where the changes are kept; made if it is not there.
        entails: Whether queries see what follows under RDFS.
        on_ready: Gets the address once the server answers.

    Raises:
        ConfigurationError: If the address cannot be listened at, or the folder cannot be used.
        ChangeLogDamaged: If what the folder keeps is damaged.
    """
    first.stand_back()
    logs.start(form=config.log_format, access=config.log_access)
    with _listen(config.host, config.port) as listening:
        config = dataclasses.replace(config, port=listening.getsockname()[1])
        with prepared(config) as beside:
            _serve(
                config, lambda bound: create_scratch_app(bound, folder, beside, entails=entails), listening, on_ready
            )


def front() -> int:
    """Be one of several fronts: standard input says which server, and ends when this process should.

    Returns:
        The exit status, once it has ended.
    """
    told = json.loads(sys.stdin.readline())
    config = fronts.config_from_json(told["config"])
    beside = [Companion(**one) for one in told["beside"]]
    logs.start(form=config.log_format, access=config.log_access)
    try:
        with _listen(config.host, config.port, shared=True) as listening:
            fronts.end_with(sys.stdin)
            _serve(config, lambda bound: create_app(bound, Path(told["path"]), beside), listening, _tell_parent)
    except EgovKGError as error:
        sys.stderr.write(f"egov-kg: {error}\n")
        return error.exit_code
    return 0


def _tell_parent(_address: str) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _serve(
    config: Config,
    create: Callable[[Config], FastAPI],
    listening: socket.socket,
    on_ready: Callable[[str], None] | None,
) -> None:
    with listening:
        app = create(config)
        serving: Serving = app.state.serving

        def tell() -> None:
            if on_ready is not None:
                on_ready(serving.now.site.public_url)

        lifetime = Lifetime(
            _uvicorn_config(app, seconds_to_end(config.query_seconds)),
            on_ready=tell,
            on_stop=serving.stop,
            on_reload=serving.reload_soon,
            drain=config.drain_seconds,
        )
        try:
            lifetime.run(sockets=[listening])
        except SystemExit:  # which is how uvicorn says that it could not start
            failure: EgovKGError | None = app.state.failure
            if failure is None:
                raise
            raise failure from None


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


def _listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio sets TCP_NODELAY; without it every small answer takes 44 ms (measured).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen at {host}:{port}: {error.strerror}. Choose another port with --port"
        ) from error
    return listening
