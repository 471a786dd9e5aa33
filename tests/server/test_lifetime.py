"""How a server begins and ends: it says when it answers, lets queries end, leaves nothing behind, and exits with 0."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import shutil
import signal
import socket
import sys
import termios
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Triple

from egov_kg.config import Config
from egov_kg.errors import ReleaseDamaged
from egov_kg.server.health import must_be_fit
from egov_kg.server.site import Site
from tests.server.conftest import Server, node, publish, slug, start
from tests.server.test_limits import ENDLESS, busy, children

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


def descendants(pid: int) -> set[int]:
    """Return all processes below one."""
    found: set[int] = set()
    level = {pid}
    while level:
        try:
            level = {child for parent in level for child in children(parent)}
        except FileNotFoundError:
            break
        found |= level
    return found


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something; it is an error if it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(server: Server, processes: set[int]) -> int:
    """Return the exit status of a server, after seeing that nothing of it is left."""
    status = server.process.wait(30)
    assert server.process.stdout is not None
    server.process.stdout.close()
    until(lambda: not any(Path(f"/proc/{process}").exists() for process in processes))
    return status


def refuses(port: int) -> bool:
    """Whether no connection can be made."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return True
    return False


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release."""
    out = tmp_path_factory.mktemp("out")
    publish(out)
    return out


@pytest.fixture
def patient(out: Path) -> Server:
    """A server with a deadline of 60 s, which the test ends."""
    return start(out, "", seconds=60)


class TestHangUp:
    @pytest.mark.parametrize("fronts", [1, 2])
    def test_of_a_service_is_a_look_at_current(self, tmp_path: Path, fronts: int) -> None:
        """Without a terminal SIGHUP ends nothing: the server changes to the release that is the current one."""
        server = start(tmp_path, publish(tmp_path, "2026.1.0").id, before=lambda: None, fronts=fronts)
        second = publish(tmp_path, "2026.2.0").id
        server.process.send_signal(signal.SIGHUP)
        until(lambda: httpx.get(f"{server.url}healthz", trust_env=False).headers["egov-release"] == second)
        processes = descendants(server.process.pid)
        server.process.send_signal(signal.SIGHUP)
        answer = httpx.get(f"{server.url}readyz", trust_env=False)
        server.process.terminate()

        assert answer.status_code == 200
        assert ended(server, processes) == 0

    @pytest.mark.parametrize("fronts", [1, 2])
    def test_of_a_terminal_is_the_end(self, out: Path, fronts: int) -> None:
        """Whoever closes the window in which a server runs has ended it, as by SIGTERM."""
        ours, its = pty.openpty()
        server = start(out, "", before=lambda: fcntl.ioctl(its, termios.TIOCSCTTY, 0), fronts=fronts)
        processes = descendants(server.process.pid)
        os.close(its)
        os.close(ours)

        assert ended(server, processes) == 0


def test_a_copy_that_followed_the_link_is_one_release(tmp_path: Path) -> None:
    """A folder in place of `current`, as some programs for copying make it, is served, and not opened anew for ever."""
    release = publish(tmp_path)
    (tmp_path / "current").unlink()
    shutil.copytree(release.path, tmp_path / "current")
    server = start(tmp_path, release.id, before=lambda: None, metrics="local")
    answers = []
    for _ in range(3):  # each does what the server does every two seconds
        server.process.send_signal(signal.SIGHUP)
        answers.append(httpx.get(f"{server.url}readyz", trust_env=False).json())
    counted = httpx.get(f"{server.url}metrics", trust_env=False).text
    server.process.terminate()

    assert ended(server, set()) == 0
    assert answers == [{"status": "ready", "release": release.id}] * 3
    assert 'egov_reloads_total{outcome="served"}' not in counted


class TestEnd:
    def test_is_success_and_leaves_nothing(self, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One SIGTERM, status 0, no orphan; the service manager hears of beginning and end."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(tmp_path / "notify"))
            manager.settimeout(30)
            monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
            server = start(out, "")
            ready = manager.recv(100)
            processes = descendants(server.process.pid)
            server.process.terminate()
            stopping = manager.recv(100)
            status = ended(server, processes)

        assert (ready, stopping, status) == (b"READY=1", b"STOPPING=1", 0)
        assert len(processes) >= 3

    def test_waits_for_queries_that_run(self, patient: Server) -> None:
        """They are answered to the end of their time; meanwhile nobody else is let in."""
        with ThreadPoolExecutor(1) as executor, httpx.Client(base_url=patient.url, trust_env=False, timeout=40) as one:
            pending = executor.submit(one.post, "sparql", data={"query": ENDLESS, "timeout": "1.5"})
            until(lambda: any(busy(child) for child in descendants(patient.process.pid)))
            processes = descendants(patient.process.pid)
            patient.process.terminate()
            until(lambda: refuses(patient.port))
            answer = pending.result()

        assert (answer.status_code, slug(answer)) == (503, "time-limit")
        assert ended(patient, processes) == 0

    @pytest.mark.parametrize("fronts", [1, 2])
    def test_comes_at_once_with_a_second_signal(self, out: Path, fronts: int) -> None:
        """Whatever runs, and no query goes on; also where several processes share the port."""
        patient = start(out, "", seconds=60, fronts=fronts)
        with socket.create_connection(("127.0.0.1", patient.port)) as connection:
            body = f"query={ENDLESS}".encode()
            head = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
            connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + head + body)
            until(lambda: any(busy(child) for child in descendants(patient.process.pid)))
            processes = descendants(patient.process.pid)
            patient.process.terminate()
            until(lambda: refuses(patient.port))
            patient.process.send_signal(signal.SIGTERM)

            assert ended(patient, processes) == 0

    def test_can_be_announced(self, out: Path) -> None:
        """With `drain_seconds` connections are still accepted, and /readyz says that the server stops."""
        server = start(out, "", drain_seconds=60)
        processes = descendants(server.process.pid)
        before = httpx.get(f"{server.url}readyz", trust_env=False)
        server.process.terminate()
        until(lambda: httpx.get(f"{server.url}readyz", trust_env=False).status_code == 503)
        ready = httpx.get(f"{server.url}readyz", trust_env=False)
        alive = httpx.get(f"{server.url}healthz", trust_env=False)
        answer = httpx.get(f"{server.url}sparql", params={"query": "ASK {}"}, trust_env=False)
        server.process.terminate()

        assert ended(server, processes) == 0
        assert [before.status_code, alive.status_code, answer.status_code] == [200, 200, 200]
        assert (slug(ready), ready.json()["detail"]) == ("not-ready", "the server has been told to stop")


def explained(server: Server, amended: str) -> int:
    """Return with which status a law of the small graph is explained to be amended by the act."""
    asked = {"s": f"law/kr/{amended}", "p": "egov:amendedBy", "o": "law/kr/act"}
    return httpx.get(f"{server.url}explain", params=asked, trust_env=False, timeout=60).status_code


class TestRelease:
    def test_that_is_new_is_explained_by_its_own_facts(self, tmp_path: Path) -> None:
        """What the graph of before did not say follows now, on pages and where proofs are asked for."""
        server = start(tmp_path, publish(tmp_path, "2026.1.0").id)
        try:
            before = explained(server, "law-0"), explained(server, "law-1")
            more = Triple(node("law/kr/act"), node("egov:amends"), node("law/kr/law-1"))
            second = publish(tmp_path, "2026.2.0", [more]).id
            server.process.send_signal(signal.SIGHUP)
            until(lambda: httpx.get(f"{server.url}healthz", trust_env=False).headers["egov-release"] == second)
            after = explained(server, "law-0"), explained(server, "law-1")
            page = httpx.get(f"{server.url}page/law/kr/law-1", trust_env=False, timeout=60).text
        finally:
            server.process.terminate()

        assert ended(server, set()) == 0
        assert (before, after) == ((200, 404), (200, 200))
        assert "amendedBy&amp;o=https%3A%2F%2Fw3id.org%2Fegov-kg%2Fid%2Flaw%2Fkr%2Fact" in page

    def test_that_has_a_file_of_proofs_is_served_as_before(self, tmp_path: Path) -> None:
        """Releases were built so once: the file can be had, and explanations are found as for every other one."""
        proofs = b"triple\trule\taxiom\tpremises\n"
        old = publish(tmp_path, beside={"proofs.tsv": proofs}).id
        server = start(tmp_path, old)
        try:
            status = explained(server, "law-0")
            file = httpx.get(f"{server.url}dumps/latest/proofs.tsv", follow_redirects=True, trust_env=False)
        finally:
            server.process.terminate()

        assert ended(server, set()) == 0
        assert status == 200
        assert file.content == proofs

    def test_that_is_not_fit_is_not_served(self, tmp_path: Path) -> None:
        """The old one goes on, and /readyz says which was refused."""
        first = publish(tmp_path, "2026.1.0").id
        server = start(tmp_path, first)
        try:
            other = publish(tmp_path / "aside", "2026.2.0")
            shutil.rmtree(other.path / "store")
            shutil.copytree(tmp_path / "releases" / first / "store", other.path / "store")
            (other.path / "store" / "CURRENT").unlink()
            shutil.move(other.path, tmp_path / "releases" / other.id)
            (tmp_path / "new").symlink_to(f"releases/{other.id}")
            (tmp_path / "new").replace(tmp_path / "current")
            until(lambda: "refused" in httpx.get(f"{server.url}readyz", trust_env=False).json())
            ready = httpx.get(f"{server.url}readyz", trust_env=False)
        finally:
            server.process.terminate()

        assert ended(server, set()) == 0
        assert (ready.status_code, ready.json()["release"], ready.json()["refused"]) == (200, first, other.id)

    def test_that_holds_something_else_is_not_fit(self, tmp_path: Path) -> None:
        """The golden queries compare the graphs with the manifest."""
        release = publish(tmp_path)
        manifest = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))
        site = Site.open(Config(), tmp_path)

        async def examine() -> None:
            await site.start()
            try:
                await must_be_fit(site)
                counts = dict(manifest["counts"]["graphs"])
                counts["default"] += 1
                site.release.manifest.counts["graphs"].update(counts)  # type: ignore[attr-defined]
                with pytest.raises(ReleaseDamaged, match=r"the graph default holds \d+ triples, not \d+"):
                    await must_be_fit(site)
            finally:
                await site.close()

        asyncio.run(examine())
