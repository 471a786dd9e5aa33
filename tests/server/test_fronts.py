"""Several fronts that share a port: they answer alike, one that dies is replaced, none outlives who started it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError
from egov_kg.server import run
from egov_kg.server.fronts import config_from_json, config_to_json
from tests.server.conftest import Server, start, stop
from tests.server.test_limits import ENDLESS


@pytest.fixture(scope="module")
def both(server: Server) -> Iterator[Server]:
    """A server with two fronts."""
    running = start(server.out, server.release, fronts=2, metrics="local")
    yield running
    stop(running)


def children(pid: int) -> set[int]:
    """Return the processes that a process has started."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def test_all_fronts_answer(both: Server) -> None:
    """A connection belongs to one of them; what they count is counted together."""
    for number in range(40):
        with httpx.Client(base_url=both.url, trust_env=False) as client:
            response = client.get("sparql", params={"query": f"SELECT ({number} AS ?n) {{}}", "format": "csv"})
            assert response.text == f"n\r\n{number}\r\n"
            metrics = client.get("metrics").text

    assert len(children(both.process.pid)) == 2
    assert 'egov_answers_total{form="select",problem="",status="200"} 40.0' in metrics


def test_a_front_that_dies_is_replaced(both: Server) -> None:
    """The other one goes on meanwhile."""
    before = children(both.process.pid)
    os.kill(min(before), signal.SIGKILL)

    until = time.monotonic() + 30
    while len(children(both.process.pid) - before) < 1:
        assert time.monotonic() < until
        time.sleep(0.1)
    while True:
        try:
            answers = [httpx.get(f"{both.url}readyz", trust_env=False).status_code for _ in range(20)]
        except httpx.TransportError:  # of the connections that the dead one had accepted
            answers = []
        if answers == [200] * 20:
            return
        assert time.monotonic() < until
        time.sleep(0.1)


def test_what_one_has_counted_all_tell(both: Server) -> None:
    """Also what its query processes have counted."""
    httpx.get(f"{both.url}sparql", params={"query": ENDLESS, "timeout": "0.2"}, trust_env=False, timeout=30)

    told, until = 0, time.monotonic() + 30
    while told < 10:
        text = httpx.get(f"{both.url}metrics", trust_env=False).text
        told = told + 1 if 'egov_kills_total{reason="deadline"} 1.0' in text else 0
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_front_is_left(server: Server, how: signal.Signals) -> None:
    """However the first process ends."""
    running = start(server.out, server.release, fronts=2)
    fronts = children(running.process.pid)
    processes = fronts.union(*(children(front) for front in fronts))
    running.process.send_signal(how)
    running.process.wait(30)
    stop(running)

    assert len(fronts) == 2
    until = time.monotonic() + 30
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("mode", ["scratch", "updates"])
def test_changes_need_one_process(tmp_path: Path, mode: str) -> None:
    """They must come in one order."""
    with pytest.raises(ConfigurationError, match="set fronts to 1"):
        run(Config(mode=mode, fronts=2), tmp_path)


def test_a_configuration_survives_the_way_to_a_front() -> None:
    """Every setting of every type."""
    config = Config(
        out=Path("/x"), federation_allow=("http://a.example/",), query_seconds=1.5, title="전자정부", fronts=3
    )

    assert config_from_json(config_to_json(config)) == config
