"""What is written down: one line an event whatever is in it, and nothing that tells who asked what."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.server import logs
from egov_kg.server.limits import Client
from egov_kg.server.logs import REQUEST, DailySalt, JsonLines, TextLines, event
from egov_kg.server.watching import Record, Watch
from tests.server.conftest import publish

FORGED = 'x\n{"level": "admin", "event": "granted"}\r\x85\u2028\x1b[2J\x00'
LOG = logging.getLogger("egov_kg.tests")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the server writes down, as JSON; afterwards logging is as it was."""
    root, ours, access = (logging.getLogger(name) for name in ("", "egov_kg", "egov_kg.access"))
    before = root.handlers[:], root.level, ours.level, access.level
    stream = io.StringIO()
    logs.start(form="json", access=True, stream=stream)
    yield stream
    root.handlers[:] = before[0]
    for logger, level in zip((root, ours, access), before[1:], strict=True):
        logger.setLevel(level)


class TestEvents:
    @given(st.text(), st.text())
    def test_are_one_line_each(self, name: str, value: str) -> None:
        """Whatever characters they hold: the line parses, and gives back what was written down."""
        record = logging.makeLogRecord({"msg": "%s", "args": (name,), "egov_kg_fields": {"value": value}})

        line = JsonLines().format(record)

        assert len(line.splitlines()) == 1
        assert line.isascii()
        assert (json.loads(line)["event"], json.loads(line)["value"]) == (name, value)

    @given(st.text(), st.text())
    def test_are_one_line_for_people_too(self, name: str, value: str) -> None:
        """Nothing in them reaches a terminal as a code."""
        record = logging.makeLogRecord({"msg": "%s", "args": (name,), "egov_kg_fields": {"value": value}})

        line = TextLines().format(record)

        assert len(line.splitlines()) == 1
        assert line.isprintable()

    def test_hold_the_id_of_the_request(self, lines: io.StringIO) -> None:
        """That the answer carries in X-Request-Id."""
        token = REQUEST.set("0123456789abcdef")
        event(LOG, logging.INFO, "something", n=1)
        REQUEST.reset(token)
        event(LOG, logging.INFO, "something else")

        one, other = (json.loads(line) for line in lines.getvalue().splitlines())
        assert (one["request"], one["n"], one["level"], one["logger"]) == (
            "0123456789abcdef",
            1,
            "info",
            "egov_kg.tests",
        )
        assert "request" not in other

    def test_of_a_failure_hold_the_traceback(self, lines: io.StringIO) -> None:
        """In the same line."""
        try:
            int(FORGED)
        except ValueError:
            LOG.exception("it failed")

        (line,) = lines.getvalue().splitlines()
        assert json.loads(line)["exception"].startswith("Traceback")

    def test_of_a_failure_begin_with_a_bar_for_people(self) -> None:
        """So that no line of a message looks like an event."""
        try:
            int(FORGED)
        except ValueError:
            record = logging.makeLogRecord({"msg": "it failed", "exc_info": sys.exc_info()})

        first, *more = TextLines().format(record).split("\n")
        assert "it failed" in first
        assert more
        assert all(line.startswith("  | ") and line.isprintable() for line in more)

    def test_have_no_endless_texts(self, lines: io.StringIO) -> None:
        """A query may have 128 KiB, its line has not."""
        event(LOG, logging.INFO, "something", query="x" * 100_000)

        assert len(lines.getvalue()) < 5000


class TestAddresses:
    def test_are_the_same_within_a_day_only(self) -> None:
        """The salt of yesterday is gone."""
        now = [86_400.0 * 20_000 + 5]
        salt = DailySalt(lambda: now[0])

        first = salt.digest("203.0.113.9")
        now[0] += 80_000
        assert salt.digest("203.0.113.9") == first != salt.digest("203.0.113.10")
        now[0] += 80_000
        assert salt.digest("203.0.113.9") != first
        now[0] -= 80_000
        assert salt.digest("203.0.113.9") != first

    def test_cannot_be_looked_up_elsewhere(self) -> None:
        """Two servers have two salts."""
        assert DailySalt().digest("203.0.113.9") != DailySalt().digest("203.0.113.9")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """The access log of three requests, the second of them malicious, as ``serve`` writes it."""
    out = tmp_path_factory.mktemp("out")
    publish(out)
    words = ["serve", "--from", str(out), "--port", "0", "--log-format", "json", "--access-log"]
    command = [sys.executable, "-m", "egov_kg", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().strip(), trust_env=False, timeout=30) as client:
            first = client.get("sparql", params={"query": "ASK { ?secret ?p ?o }"})
            agent = {"User-Agent": 'x {"level": "admin"}'}
            client.get("x%0a%7B%22level%22%3A%22admin%22%7D", params={"query": FORGED}, headers=agent)
            client.get("page/law/kr/act")
        process.terminate()
        _, errors = process.communicate(timeout=20)
    return [{"first": first.headers["x-request-id"], **json.loads(line)} for line in errors.splitlines()]


class TestServer:
    def test_writes_one_event_an_answer(self, written: list[dict[str, object]]) -> None:
        """Every line is JSON."""
        answers = [line for line in written if line["event"] == "answer"]

        assert [(line["path"], line["status"], line.get("form"), line.get("problem")) for line in answers] == [
            ("/sparql", 200, "ASK", None),
            ('/x\n{"level":"admin"}', 404, None, "not-found"),
            ("/page/law/kr/act", 200, None, None),
        ]
        assert {line["level"] for line in written} == {"info"}
        assert answers[0]["request"] == answers[0]["first"]

    def test_writes_no_query_and_no_address(self, written: list[dict[str, object]]) -> None:
        """Unless that is configured."""
        text = json.dumps(written)

        assert "secret" not in text
        assert "127.0.0.1" not in text
        assert len({line["client"] for line in written if line["event"] == "answer"}) == 1


def test_queries_are_written_down_if_that_is_configured(lines: io.StringIO) -> None:
    """For those who look for the query that hurts."""
    record = Record(Client("x", "x", is_exempt=True), "GET", "/sparql", query=FORGED, status=200)
    Watch(queries=True, salt=DailySalt()).done(record)
    Watch(queries=False, salt=DailySalt()).done(record)

    shown, hidden = (json.loads(line) for line in lines.getvalue().splitlines())
    assert shown["query"] == FORGED
    assert "query" not in hidden
