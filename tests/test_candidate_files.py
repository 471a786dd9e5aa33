"""A reconciliation service is asked one thing after the other, waited for, and believed in nothing."""

from __future__ import annotations

import csv
import json
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from egov_kg import api, targets
from egov_kg.candidate_files import candidate_data
from egov_kg.errors import UnreadableTarget
from egov_kg.linking.candidates import Question
from egov_kg.linking.specification import Specification
from egov_kg.linking.specification_files import read_specification
from tests.conftest import Served
from tests.linking.test_candidates import SERVICE
from tests.sparql.remotes import Remote, closed_port, hostile, running, send

NAMES = tuple(Question(1, name, "Act") for name in "abcdefg")
JSON = "application/json"


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """A server on this machine."""
    with running() as remote:
        yield remote


def specification(address: str, folder: Path, **settings: str) -> Specification:
    """Return a specification of a service at an address."""
    text = SERVICE.replace("https://service.example/api", address).replace("batch = 3", "batch = 3\npause = 0.0")
    for key, value in settings.items():
        text = text.replace("batch = 3", f"batch = 3\n{key} = {value}")
    (folder / "service.toml").write_text(text, encoding="utf-8")
    return read_specification(folder / "service.toml")


def echo(handler: BaseHTTPRequestHandler, body: str) -> None:
    """Answer each name with itself, and each property with the id."""
    form = {key: json.loads(value[0]) for key, value in urllib.parse.parse_qs(body).items()}
    if "queries" in form:
        asked = form["queries"].items()
        told: object = {key: {"result": [{"id": f"id-{one['query']}", "name": one["query"]}]} for key, one in asked}
    else:
        told = {"rows": {one: {"P1": [{"str": f"code of {one}"}], "P2": []} for one in form["extend"]["ids"]}}
    send(handler, json.dumps(told).encode(), Content_Type=JSON)


class TestServices:
    def test_are_asked_in_batches(self, remote: Remote, tmp_path: Path) -> None:
        """Seven names in batches of three, then what else is wanted of the candidates; progress is told."""
        address = remote.on("batches", echo)
        ticks: list[tuple[int, int]] = []

        data = candidate_data(
            specification(address, tmp_path), NAMES, agent="t", private=True, tick=lambda *done: ticks.append(done)
        )

        rows = data.decode().splitlines()
        assert len(rows) == 8
        assert rows[1] == "1,id-a,a,,,0,false,a,code of id-a,,,"
        sent = [urllib.parse.parse_qs(body) for at, _, body in remote.seen if at == "/batches"]
        assert [len(json.loads(one["queries"][0])) for one in sent if "queries" in one] == [3, 3, 1]
        assert [len(json.loads(one["extend"][0])["ids"]) for one in sent if "extend" in one] == [3, 3, 1]
        assert ticks == [(3, 7), (6, 7), (7, 7)]

    def test_that_ask_us_to_wait_are_asked_again(self, remote: Remote, tmp_path: Path) -> None:
        """As often as it says so, within a few times."""
        address = remote.on("busy", _failing(2, echo, status=429, Retry_After="0"))

        data = candidate_data(specification(address, tmp_path), NAMES[:2], agent="t", private=True)

        assert len(data.splitlines()) == 3

    def test_that_ask_us_to_wait_for_long_are_left_alone(self, remote: Remote, tmp_path: Path) -> None:
        """Nobody waits for an hour; how long it wants is told."""
        address = remote.on("later", _failing(9, echo, status=503, Retry_After="3600"))

        with pytest.raises(UnreadableTarget, match="it wants us to wait for 3600 seconds"):
            candidate_data(specification(address, tmp_path), NAMES[:2], agent="t", private=True)

    def test_that_fail_time_and_again_are_given_up(self, remote: Remote, tmp_path: Path) -> None:
        """After four times."""
        address = remote.on("down", _failing(99, echo, status=503))

        with pytest.raises(UnreadableTarget, match="gave no answer: it answered with status 503"):
            candidate_data(specification(address, tmp_path), NAMES[:2], agent="t", private=True)

        assert len([at for at, _, _ in remote.seen if at == "/down"]) == 4

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("redirecting", "it redirects"),
            ("redirecting-with-post", "it redirects"),
            ("broken", "status 500"),
            ("empty", "status 204"),
            ("html", "another format than application/json"),
            ("huge", "more than 4194304 bytes"),
            ("bomb", "more than 4194304 bytes|compressed more than 100 to 1"),
            ("not-packed", "cannot be decompressed"),
            ("oddly-packed", "compressed in another way"),
        ],
    )
    def test_that_are_as_bad_as_can_be_are_told(self, remote: Remote, tmp_path: Path, name: str, problem: str) -> None:
        """Nothing of what they say is repeated, nothing is kept."""
        address = _as_json(remote, hostile(remote)[name], name)

        with pytest.raises(UnreadableTarget, match=problem) as caught:
            candidate_data(specification(address, tmp_path), NAMES[:2], agent="t", private=True)

        assert "secret words" not in str(caught.value)

    @pytest.mark.parametrize(
        ("body", "problem"),
        [
            (b"<html>secret words</html>", "its answer is no JSON"),
            (b'{"q0": {"result": []}}', "its answer has no object 'q1'"),
            (b"[" * 300_000, "its answer is no JSON"),
            (b'{"versions": ["1.0-draft"], "name": "another API"}', "has no object 'q0'"),
        ],
    )
    def test_that_speak_otherwise_are_told(self, remote: Remote, tmp_path: Path, body: bytes, problem: str) -> None:
        """A manifest, a page, half an answer."""
        address = remote.says("otherwise", body, Content_Type=JSON)

        with pytest.raises(UnreadableTarget, match=problem):
            candidate_data(specification(address, tmp_path), NAMES[:2], agent="t", private=True)

    def test_on_this_machine_are_not_asked_unless_that_is_wanted(self, remote: Remote, tmp_path: Path) -> None:
        """A specification of somebody else's cannot make us call what stands behind our own wall."""
        address = remote.on("inside", echo)

        with pytest.raises(UnreadableTarget, match="private network"):
            candidate_data(specification(address, tmp_path), NAMES[:2], agent="t")

        assert not [at for at, _, _ in remote.seen if at == "/inside"]

    def test_that_are_not_there_are_told(self, tmp_path: Path) -> None:
        """Nobody listens."""
        address = f"http://127.0.0.1:{closed_port()}/api"

        with pytest.raises(UnreadableTarget, match="no connection to it could be opened"):
            candidate_data(specification(address, tmp_path), NAMES[:2], agent="t", private=True)

    def test_are_not_asked_for_more_than_was_said(self, tmp_path: Path) -> None:
        """A class with a million things is a mistake."""
        with pytest.raises(UnreadableTarget, match="would ask for 7 names, more than most = 2"):
            candidate_data(specification("http://127.0.0.1/api", tmp_path, most="2"), NAMES, agent="t", private=True)


def _failing(
    times: int, then: Callable[[BaseHTTPRequestHandler, str], None], *, status: int, **headers: str
) -> Callable[[BaseHTTPRequestHandler, str], None]:
    left = [times]

    def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
        if left[0]:
            left[0] -= 1
            send(handler, b"", status=status, **headers)
            return
        then(handler, body)

    return answer


def _as_json(remote: Remote, address: str, name: str) -> str:
    """Return the address of the same badness under the media type of JSON, where it has one at all."""
    if name in {"html", "empty", "broken", "redirecting", "redirecting-with-post"}:
        return address

    class Renamed:
        def __init__(self, handler: BaseHTTPRequestHandler) -> None:
            self._handler = handler

        def __getattr__(self, key: str) -> object:
            return getattr(self._handler, key)

        def send_header(self, key: str, value: str) -> None:
            self._handler.send_header(key, JSON if key == "Content-Type" else value)

    return remote.on(f"json-{name}", lambda handler, body: remote.act(name, Renamed(handler), body))  # type: ignore[arg-type]


OWN = """
[dataset]
id = "other-graph"
title = { en = "Another graph of this kind" }
licence = "CC BY 4.0"
source = "ADDRESS"
format = "reconciliation"
prefix = { other = "https://other.example/" }

[dataset.reconciliation]
pause = 0.0
extend = { day = "promulgatedOn", jurisdiction = "inJurisdiction" }

[[match]]
ours = "egov:Law"
level = "work"
class = "Law"
id = "other:{id}"
label = [{ column = "name", lang = "en" }]
date = { column = "day", split = "|" }
"""


class TestOurOwnService:
    def test_is_a_service_like_others(self, served: Served, built: Path, tmp_path: Path) -> None:
        """A release asks a server of this kind for candidates; each of its laws is found there by its name."""
        address = f"{served.url}/reconcile"
        (tmp_path / "other-graph.toml").write_text(OWN.replace("ADDRESS", address), encoding="utf-8")
        read = read_specification(tmp_path / "other-graph.toml")
        release = api.open_release(built)

        kept = targets.fetch_candidates(read, address, release, private=True)

        with kept.open(encoding="utf-8", newline="") as file:
            rows = {row["id"]: row for row in csv.DictReader(file)}
        act = rows["law/kr/digital-signature-act"]
        assert (act["types"].split("|")[0], act["day"]) == ("Law", "1999-02-05T00:00:00Z")
        assert "Digital Signature Act" in act["asked"]
        found = targets.link(release, tmp_path, tmp_path / "other-graph.toml")
        best = {one.subject.rpartition("/")[2]: one.object for one in found.mappings.mappings}
        assert best["digital-signature-act"] == "https://other.example/law/kr/digital-signature-act"
