"""Servers on 127.0.0.1 that behave as other people's do: well, or as badly as we could think of."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pyoxigraph as ox

JSON: Final = "application/sparql-results+json"
ONE_ROW: Final = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"remote"}}]}}'


def _answered(store: ox.Store, query: str) -> tuple[bytes, int]:
    """Return the body and the status of an answer.

    The engine's solutions must end in the thread that made them; the traceback of a caller who left would keep them.
    """
    try:
        found = store.query(query)
        assert not isinstance(found, ox.QueryTriples)
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b"", 200
    except (SyntaxError, RuntimeError, OSError) as error:
        return str(error).encode(), 400


class Remote:
    """A server that answers each path in its own way, and writes down what it was asked.

    Attributes:
        url: Its address, with the closing slash.
        seen: For each request its path, headers and body.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], str]] = []
        self._answers: dict[str, Callable[[BaseHTTPRequestHandler, str], None]] = {}
        self.ended = threading.Event()
        remote = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                names = {name.lower() for name in self.headers}
                headers = {name: " AND ".join(self.headers.get_all(name, [])) for name in names}
                remote.seen.append((self.path, headers, body))
                with contextlib.suppress(OSError):
                    remote._answers[self.path](self, body)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def on(self, path: str, answer: Callable[[BaseHTTPRequestHandler, str], None]) -> str:
        """Answer a path with a function; return its address."""
        self._answers[f"/{path}"] = answer
        return self.url + path

    def act(self, path: str, handler: BaseHTTPRequestHandler, body: str) -> None:
        """Answer a request as one to another path."""
        self._answers[f"/{path}"](handler, body)

    def says(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> str:
        """Answer a path with bytes; return its address."""
        return self.on(path, lambda handler, _: send(handler, body, status=status, **headers))

    def store(self, path: str, store: ox.Store) -> str:
        """Answer queries to a path from a store, as its engine does; return its address."""

        def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
            query = urllib.parse.parse_qs(body).get("query", [body])[0]
            data, status = _answered(store, query)
            send(handler, data, status=status)

        return self.on(path, answer)

    def queries(self, path: str) -> list[str]:
        """Return the queries that were sent to a path."""
        return [urllib.parse.parse_qs(body)["query"][0] for at, _, body in self.seen if at == f"/{path}"]


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    """Send an answer; an underscore in the name of a header stands for a hyphen."""
    handler.send_response(status)
    for name, value in {"Content_Type": JSON, "Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def hostile(remote: Remote) -> dict[str, str]:
    """Teach a server everything bad; return the address of each kind of badness."""

    def slow(handler: BaseHTTPRequestHandler, _: str) -> None:
        remote.ended.wait(20)
        send(handler, ONE_ROW)

    def endless(handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while not remote.ended.is_set():
            handler.wfile.write(b" ")
            time.sleep(0.01)

    def huge(handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while not remote.ended.is_set():
            handler.wfile.write(b" " * 65536)

    def short(handler: BaseHTTPRequestHandler, _: str) -> None:
        send(handler, ONE_ROW[:20], Content_Length=str(len(ONE_ROW)), Connection="close")
        handler.close_connection = True

    bomb = gzip.compress(b'{"head":{"vars":[]},"results":{"bindings":[' + b" " * (64 << 20) + b"]}}")
    packed = gzip.compress(ONE_ROW)
    return {
        "slow": remote.on("slow", slow),
        "endless": remote.on("endless", endless),
        "huge": remote.on("huge", huge),
        "short": remote.on("short", short),
        "redirecting": remote.says("redirecting", b"", status=302, Location=f"{remote.url}target"),
        "redirecting-with-post": remote.says("redirecting-with-post", b"", status=307, Location=f"{remote.url}target"),
        "broken": remote.says("broken", b"secret words of the remote", status=500),
        "empty": remote.says("empty", b"", status=204),
        "html": remote.says("html", b"<html>secret words</html>", Content_Type="text/html"),
        "lying": remote.says("lying", b"<html>secret words</html>"),
        "truncated": remote.says("truncated", ONE_ROW[:-3]),
        "twice": remote.says("twice", ONE_ROW + ONE_ROW),
        "boolean": remote.says("boolean", b'{"head":{},"boolean":true}'),
        "bomb": remote.says("bomb", bomb, Content_Encoding="gzip"),
        "half-packed": remote.says("half-packed", packed[:-9], Content_Encoding="gzip"),
        "not-packed": remote.says("not-packed", ONE_ROW, Content_Encoding="gzip"),
        "oddly-packed": remote.says("oddly-packed", ONE_ROW, Content_Encoding="br"),
        "no-iri": remote.says("no-iri", ONE_ROW.replace(b'literal","value":"remote', b'uri","value":"http://a b> }')),
        "undeclared": remote.says("undeclared", ONE_ROW.replace(b'["x"]', b'["y"]')),
    }


@contextlib.contextmanager
def running() -> Iterator[Remote]:
    """Give a server for as long as the context lasts."""
    remote = Remote()
    try:
        yield remote
    finally:
        remote.close()


def closed_port() -> int:
    """Return a port of 127.0.0.1 at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
