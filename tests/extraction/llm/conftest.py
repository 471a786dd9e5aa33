"""A service that speaks the protocol of chat completions on the loopback, and does what a test tells it."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from egov_kg.extraction.llm import Settings

Reply = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the test."""

    protocol_version = "HTTP/1.1"
    server: Service

    def do_POST(self) -> None:
        """Note the request and reply as the test says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = json.loads(body)
        with self.server.lock:
            self.server.requests.append({"path": self.path, "headers": dict(self.headers), "body": request})
            replies = self.server.replies
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        try:
            reply(self, request)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, data: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole reply."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def answer(self, content: str, finish: str = "stop") -> None:
        """Send an answer of the protocol."""
        choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}
        self.send(json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _say(text: str, handler: Handler, _: dict[str, Any]) -> None:
    handler.answer(text)


class Service(ThreadingHTTPServer):
    """The service: what it was asked, and what it replies, in order; the last reply is repeated."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.replies: list[Reply] = [functools.partial(_say, '{"claims": []}')]

    @property
    def url(self) -> str:
        """Its address, up to ``/v1``."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def says(self, *contents: Any) -> None:
        """Reply with these contents, one a request: text as it is, anything else as JSON."""
        texts = [one if isinstance(one, str) else json.dumps(one) for one in contents]
        self.replies = [functools.partial(_say, text) for text in texts]

    def does(self, *replies: Reply) -> None:
        """Reply so."""
        self.replies = list(replies)

    def questions(self) -> list[str]:
        """Return what it was asked about."""
        return [one["body"]["messages"][1]["content"] for one in self.requests]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are part of the tests."""


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that claims nothing until it is told otherwise."""
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def settings(service: Service, tmp_path: Path) -> Callable[..., Settings]:
    """Return a function that gives settings for the service: quick, and with a folder of its own."""

    def make(**changes: Any) -> Settings:
        values: dict[str, Any] = {
            "model": "test-model",
            "cache": tmp_path / "answers",
            "url": service.url,
            "seconds": 20.0,
            "pause": 0.01,
            "attempts": 3,
        }
        return Settings(**{**values, **changes})

    return make
