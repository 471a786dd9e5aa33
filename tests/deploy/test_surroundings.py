"""What the unit and the container take away is not needed: a server answers without rights, on a read-only disk.

As the unit for systemd has it: no capability, no way to get one, no executable memory, nothing to write but the folder
for temporary files. The system calls of the unit are compared with those that a server makes, if strace is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import publish

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "egov-kg.service"
ALL = "SELECT * { ?s ?p ?o }"

_BARE = """
set -e
mount --make-rprivate /
mount -o remount,ro,bind /
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$TMPDIR"
echo bare
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --securebits=+noroot,+noroot_locked "$@"
"""
_SERVE = """
import ctypes, sys
from pathlib import Path

if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:  # PR_SET_MDWE, Linux 6.3: memory is writable or executable, never both
    print("executable memory is not refused here", file=sys.stderr)
from egov_kg.config import Config
from egov_kg.server import run

run(Config(port=0), Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The address and the number of a server from which everything was taken that it does not need."""
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    publish(out)
    if not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("unshare and setpriv are not installed")
    words = ["unshare", "-m", "sh", "-c", _BARE, "sh", sys.executable, "-c", _SERVE, str(out)]
    environment = {"TMPDIR": str(temporary), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "bare\n":
            pytest.skip(f"this system lets us take nothing away: {process.communicate()[1][-200:]}")
        url = process.stdout.readline().strip()
        assert url, process.communicate()[1]
        yield url, process.pid
        process.terminate()
        process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces of Linux")
def test_a_server_needs_no_rights(bare: tuple[str, int]) -> None:
    """It answers, large answers through the folder for temporary files too."""
    url, pid = bare
    ready = httpx.get(f"{url}readyz", trust_env=False, timeout=30)
    large = httpx.get(f"{url}sparql", params={"query": ALL, "format": "json"}, trust_env=False, timeout=30)
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")

    assert (ready.status_code, large.status_code) == (200, 200)
    assert len(large.content) > 128 << 10
    assert set(re.findall(r"^Cap\w+:\s+(\w+)$", status, re.MULTILINE)) == {"0" * 16}


def calls_of(name: str) -> set[str]:
    """Return the system calls of a set of systemd."""
    text = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True
    ).stdout
    found = set()
    for line in text.splitlines()[1:]:
        word = line.strip()
        found |= calls_of(word) if word.startswith("@") else {word} - {""}
    return {word for word in found if not word.startswith("#")}


@pytest.mark.skipif(
    not shutil.which("strace") or not shutil.which("systemd-analyze"), reason="strace or systemd missing"
)
def test_a_server_makes_no_call_that_the_unit_refuses(tmp_path: Path) -> None:
    """From its start to its end, its query processes included."""
    rules = re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    allowed: set[str] = set()
    for rule in rules:
        words = rule.removeprefix("~").split()
        named = set().union(*(calls_of(word) if word.startswith("@") else {word} for word in words))
        allowed = allowed - named if rule.startswith("~") else allowed | named
    publish(tmp_path / "out")
    table = tmp_path / "calls"
    words = ["strace", "-f", "-qq", "-c", "-o", str(table), sys.executable, "-c", _SERVE, str(tmp_path / "out")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tracer:
        assert tracer.stdout is not None
        url = tracer.stdout.readline().strip()
        if not url:
            pytest.skip("this system lets us trace nothing")
        for path in ("readyz", "page/law/kr/act", "dumps/latest/egov-kg-all.ttl", "sparql?query=x"):
            httpx.get(f"{url}{path}", trust_env=False, timeout=60, follow_redirects=True)
        answer = httpx.get(f"{url}sparql", params={"query": ALL}, trust_env=False, timeout=60)
        server = int(Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split()[0])
        subprocess.run(["kill", "-TERM", str(server)], check=True)
        tracer.wait(60)
    lines = table.read_text(encoding="utf-8").splitlines()
    made = {line.split()[-1] for line in lines if re.match(r"^\s*\d+\.\d+\s", line)} - {"total"}

    assert answer.status_code == 200
    assert {"seccomp", "socket", "clone3", "clone"} & made
    assert made - allowed == set()
