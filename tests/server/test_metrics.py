"""What Prometheus reads: the series that are documented, counted right, and for those alone who may see them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from egov_kg.server import metrics
from egov_kg.store.tokens import new_token
from tests.server.conftest import Server, publish, slug, start, stop
from tests.server.test_limits import ENDLESS

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def series(text: str) -> Series:
    """Return the value of every series by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Series, name: str, **labels: str) -> float:
    """Return the value of a series, 0 if it was never counted."""
    return found.get((name, frozenset(labels.items())), 0.0)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose metrics programs on this machine may read."""
    out = tmp_path_factory.mktemp("out")
    running = start(out, publish(out).id, metrics="local")
    yield running
    stop(running)


class TestSeries:
    def test_count_answers_by_form_status_and_problem(self, measured: Server) -> None:
        """With their bytes and their times."""
        with httpx.Client(base_url=measured.url, trust_env=False, timeout=30) as client:
            before = series(client.get("metrics").text)
            answer = client.get("sparql", params={"query": "ASK { ?s ?p ?o } # counted"})
            client.get("sparql", params={"query": "x"})
            client.get("page/law/kr/act")
            client.get("nothing/here")
            client.get("sparql", params={"query": ENDLESS, "timeout": "0.2"})
            after = series(client.get("metrics").text)

        def grown(name: str, **labels: str) -> float:
            return value(after, name, **labels) - value(before, name, **labels)

        assert grown("egov_answers_total", form="ask", status="200", problem="") == 1
        assert grown("egov_answers_total", form="sparql", status="400", problem="syntax") == 1
        assert grown("egov_answers_total", form="sparql", status="503", problem="time-limit") == 1
        assert grown("egov_answers_total", form="page", status="200", problem="") == 1
        assert grown("egov_answers_total", form="other", status="404", problem="not-found") == 1
        assert grown("egov_answer_bytes_total", form="ask") == len(answer.content)
        assert grown("egov_answer_seconds_count", form="ask") == 1
        assert grown("egov_query_seconds_count", phase="run") >= 1
        assert grown("egov_kills_total", reason="deadline") == 1

    def test_say_which_release_is_served(self, measured: Server) -> None:
        """And since when."""
        found = series(httpx.get(f"{measured.url}metrics", trust_env=False).text)

        assert value(found, "egov_release_info", release=measured.release, version="2026.1.0") == 1
        assert value(found, "egov_release_issued_timestamp_seconds") > 1.7e9
        assert value(found, "egov_release_served_timestamp_seconds") > 1.7e9

    def test_of_what_runs_return_to_zero(self, measured: Server) -> None:
        """Whatever way a query ended."""
        with httpx.Client(base_url=measured.url, trust_env=False, timeout=30) as client:
            client.get("sparql", params={"query": ENDLESS, "timeout": "0.2"})
            client.get("sparql", params={"query": "x"})
            found = series(client.get("metrics").text)

        assert value(found, "egov_queries_running") == value(found, "egov_queries_waiting") == 0

    def test_are_documented_each(self) -> None:
        """On the page about operation, with its labels."""
        page = (Path(__file__).parents[2] / "docs" / "reference" / "operation.md").read_text(encoding="utf-8")
        listed = set(re.findall(r"^\| `(egov_\w+)` \|", page, re.MULTILINE))
        families = {
            family.name + ("_total" if family.type == "counter" else "")
            for family in text_string_to_metric_families(metrics.exposition().decode())
        }

        assert listed == {name for name in families if name.startswith("egov_")}


class TestAccess:
    def test_is_not_for_everybody(self, server: Server) -> None:
        """By default, and without tokens, there is no such address."""
        response = httpx.get(f"{server.url}metrics", trust_env=False)

        assert (response.status_code, slug(response)) == (404, "not-found")

    def test_is_for_holders_of_a_token_and_for_this_machine_if_that_is_configured(self, tmp_path: Path) -> None:
        """The scope is read. A proxy on the same machine asks for others, who need a token."""
        path = tmp_path / "tokens.json"
        reading, _ = new_token(path, ["read"], days=1)
        updating, _ = new_token(path, ["update"], days=1)
        server = start(
            tmp_path / "out",
            publish(tmp_path / "out").id,
            token_file=str(path),
            metrics="local",
            trusted_proxies="127.0.0.1",
        )
        proxied = {"X-Forwarded-For": "203.0.113.9"}
        try:
            with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
                direct = client.get("metrics")
                without = client.get("metrics", headers=proxied)
                wrong = client.get("metrics", headers={**proxied, "Authorization": f"Bearer {updating}"})
                right = client.get("metrics", headers={**proxied, "Authorization": f"Bearer {reading}"})
        finally:
            stop(server)

        assert [direct.status_code, without.status_code, wrong.status_code, right.status_code] == [200, 401, 403, 200]
        assert right.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert right.headers["cache-control"] == "no-store"


def test_several_fronts_are_counted_together(tmp_path: Path) -> None:
    """Whichever of them is asked: they count in files of one folder."""
    program = """
import os, sys
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
from egov_kg.server import metrics

if os.fork() == 0:
    metrics.observe("ask", 200, "", took=0.1, length=5, phases={"run": 0.1})
    os._exit(0)
os.wait()
metrics.observe("ask", 200, "", took=0.1, length=5, phases={"run": 0.1})
metrics.serve_release("abc", "2026.1.0", __import__("datetime").date(2026, 1, 1))
sys.stdout.buffer.write(metrics.exposition())
"""
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    found = series(done.stdout)

    assert value(found, "egov_answers_total", form="ask", status="200", problem="") == 2
    assert value(found, "egov_answer_bytes_total", form="ask") == 10
    assert value(found, "egov_release_info", release="abc", version="2026.1.0") == 1
