"""Queries from a grammar, whole and broken: an answer that parses to its end, or a problem that is documented."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from tests.chaos.attacking import LONG, client_of
from tests.fuzz.forging import forge, texts
from tests.fuzz.smith import Smith
from tests.server.conftest import Server

COUNT: Final = 20_000 if LONG else 150


@pytest.mark.parametrize("seed", [1, 2])
def test_every_answer_is_whole_or_a_problem(server: Server, seed: int) -> None:
    """Limits of time and size are hit at random; the server goes on, and no engine ends by itself."""
    findings = forge(server, texts(Smith(seed), COUNT), seed=seed)

    assert findings.wrong == []
    assert findings.outcomes["200"] + findings.outcomes["503 time-limit"] > COUNT // 10  # as the machine is loaded
    assert findings.outcomes["400 syntax"] > COUNT // 10


def test_answers_stay_whole_while_processes_are_killed(server: Server) -> None:
    """Whichever process is killed, the server answers; what was lost says so."""
    with ThreadPoolExecutor(2) as executor:
        parts = list(
            executor.map(
                lambda n: forge(
                    server, texts(Smith(10 + n), COUNT // 3), seed=n, kills=0.1, address=f"127.0.0.{9 + n}"
                ),
                range(2),
            )
        )

    assert [part.wrong for part in parts] == [[], []]
    with client_of(server) as client:
        until = time.monotonic() + 60
        while client.post("sparql", data={"query": "ASK {}"}).status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.05)
