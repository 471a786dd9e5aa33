"""Releases change under load: no request fails, and no answer mixes two of them.

`CHAOS_SWAPS=100 CHAOS_RATE=200` is the goal; a few swaps at a quarter of the rate run with every change.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Final

from egov_kg import store
from egov_kg.store.tokens import new_token
from tests.chaos.query_world import QUERY, two_releases
from tests.server.conftest import start, stop

SWAPS: Final = int(os.environ.get("CHAOS_SWAPS", "2"))
RATE: Final = float(os.environ.get("CHAOS_RATE", "50"))
CLIENTS: Final = 4


class Asking(threading.Thread):
    """A client that asks at its rate until it is told to stop, and remembers what was wrong.

    Args:
        port: Of the server.
        number: Which client it is.
        expected: What each release answers.
        until: Set when it is to stop.
    """

    def __init__(self, port: int, number: int, expected: dict[str, tuple[str, ...]], until: threading.Event) -> None:
        super().__init__(daemon=True)
        self._port, self._number, self._expected, self._until = port, number, expected, until
        self.wrong: list[str] = []
        self.seen: dict[str, int] = {}

    def run(self) -> None:
        """Ask."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        asked, began = 0, time.monotonic()
        while not self._until.is_set():
            asked += 1
            # Every other query has been asked before, by this client or another one.
            text = f"{QUERY} # " + (f"{self._number}-{asked}" if asked % 2 else f"{asked // 10}")
            self._ask(connection, text)
            self._until.wait(max(0.0, began + asked * CLIENTS / RATE - time.monotonic()))
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, text: str) -> None:
        try:
            connection.request("GET", "/sparql?" + urllib.parse.urlencode({"query": text, "format": "json"}))
            answer = connection.getresponse()
            body = answer.read()
        except OSError as error:
            self.wrong.append(f"no answer: {error!r}")
            connection.close()
            return
        release = answer.headers.get("Egov-Release", "")
        self.seen[release] = self.seen.get(release, 0) + 1
        if answer.status != 200:
            self.wrong.append(f"{answer.status}: {body[:200]!r}")
            return
        row = json.loads(body)["results"]["bindings"][0]
        found = tuple(row[name]["value"] for name in ("name", "laws", "triples"))
        if found != self._expected.get(release):
            self.wrong.append(f"{release[:12]} answered {found}")


class TestSwaps:
    def test_under_load_no_request_fails_and_no_answer_mixes(self, tmp_path: Path) -> None:
        """Each answer is one of the release that it names, from the first swap to the last, cached or not."""
        out = tmp_path / "out"
        expected = two_releases(out)
        first, second = expected
        secret, _ = new_token(tmp_path / "tokens.json", ["admin"], days=1)
        server = start(
            out,
            second,
            seconds=20.0,
            token_file=str(tmp_path / "tokens.json"),
            client_seconds=1000.0,
            client_burst_seconds=10000.0,
        )
        done = threading.Event()
        clients = [Asking(server.port, number, expected, done) for number in range(CLIENTS)]
        try:
            for client in clients:
                client.start()
            for swap in range(SWAPS):
                store.use_release(out, (first, second)[swap % 2])
                self.reload(server.port, secret)
                done.wait(0.2)
        finally:
            done.set()
            for client in clients:
                client.join(90)
            stop(server)

        assert [wrong for client in clients for wrong in client.wrong] == []
        totals = {release: sum(client.seen.get(release, 0) for client in clients) for release in expected}
        assert all(totals.values()), totals
        print(f"{SWAPS} swaps, {sum(totals.values())} answers")  # noqa: T201 - what the long run reports

    def reload(self, port: int, secret: str) -> None:
        """Let the server follow at once."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(
            "POST", "/admin/reload", headers={"Authorization": f"Bearer {secret}", "Content-Length": "0"}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 200, body
