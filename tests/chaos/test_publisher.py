"""A publisher that is killed, or whose disk fails, at any call of the system: the old release or the new one.

The calls are those that change the disk. `EGOVKG_LONG=1` tries each of them; otherwise as many as `CHAOS_CYCLES` says,
which lie evenly from the first to the last, beginning anywhere.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from egov_kg import iri, pipeline, republishing, store
from egov_kg.config import Config
from egov_kg.store.changes import CHANGES, ChangeLog

LONG: Final = os.environ.get("LONG_TESTS") == "1"
FEW: Final = int(os.environ.get("CHAOS_CYCLES", "1"))

TEXT = """# Digital administration in Korea

President Kim Dae-jung headed the Kim Dae-jung administration.
"""
NAMES: Final = (
    "fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,symlink,symlinkat,unlink,unlinkat,rmdir"
)
WRITES: Final = "write,pwrite64,writev,ftruncate,fallocate"


def _traces() -> bool:
    """Whether calls of the system can be made to fail here."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(
        ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync", "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(not _traces(), reason="needs strace, and leave to trace processes")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a release, and two changes that wait."""
    folder = tmp_path_factory.mktemp("publisher")
    (folder / "korea.md").write_text(TEXT, encoding="utf-8")
    pipeline.build([folder / "korea.md"], out=folder / "out", cached=False)
    log = ChangeLog(folder / "out" / CHANGES)
    for number in (1, 2):
        law, graph = f"<{iri.thing_iri(f'law/kr/act-{number}')}>", f"<{iri.graph_iri('background/curated')}>"
        label = f'{law} <{iri.expand("skos:prefLabel")}> "Act {number}"@en {graph} .'
        kind = f"{law} <{iri.expand('rdf:type')}> <{iri.expand('egov:Law')}> {graph} ."
        log.append(
            token="t",
            media_type="",
            request=b"",
            base=store.current_id(folder / "out"),
            removed=(),
            added=(label, kind),
        )
    return folder / "out"


@pytest.fixture
def worlds(plain: Path, tmp_path: Path) -> Iterator[Path]:
    """Return copies of the folder, each for one crash."""

    def copies() -> Iterator[Path]:
        for number in itertools.count():
            yield Path(shutil.copytree(plain, tmp_path / f"world-{number}", symlinks=True, copy_function=os.link))

    return copies()


def publish(out: Path, *strace: str) -> subprocess.CompletedProcess[str]:
    """Run a publisher, under strace if there is something for it to do."""
    command = [sys.executable, "-m", "egov_kg", "publish", "--workers", "1", "--json", "--from", str(out)]
    tracing = ["strace", "-f", "--seccomp-bpf", "-qq", *strace, "--"] if strace else []
    environment = {key: value for key, value in os.environ.items() if not key.startswith("EGOVKG_")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.run(
        [*tracing, *command], capture_output=True, text=True, cwd=out.parent, env=environment, check=False
    )


Call = tuple[str, int]
"""A call of the system: its name, and how many of that name the publisher has made with it."""


@pytest.fixture(scope="module")
def calls(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Call]]:
    """Return the calls of each kind that a publisher makes; what it published is right."""
    found = {}
    for kind in (NAMES, WRITES):
        folder = tmp_path_factory.mktemp("counting")
        out = Path(shutil.copytree(plain, folder / "out", symlinks=True, copy_function=os.link))
        done = publish(out, "-o", str(folder / "calls"), "-e", f"trace={kind}")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["taken"] == [1, 2]
        rows = re.findall(r"^(\d+) +(\w+)\(", (folder / "calls").read_text(errors="replace"), re.MULTILINE)
        most: dict[str, int] = {}
        for (_, name), number in Counter(rows).items():  # strace counts the calls of a name, in each thread
            most[name] = max(most.get(name, 0), number)
        found[kind] = [(name, number) for name, last in sorted(most.items()) for number in range(1, last + 1)]
    return found


def drawn(calls: list[Call]) -> list[Call]:
    """Return at which calls something happens."""
    if LONG or len(calls) <= FEW:
        return calls
    step = len(calls) / FEW
    begin = random.Random().uniform(0, step)
    found = [calls[min(len(calls) - 1, int(begin + number * step))] for number in range(FEW)]
    print(f"{len(found)} of {len(calls)} calls, from {found[0]} on")  # noqa: T201 - what the long run reports
    return found


def must_be_whole(out: Path, before: str) -> None:
    """Check that readers see the old release or the new one, and that the next publisher ends the work."""
    seen = store.open_release(out, deep=True)
    assert seen.id == before or seen.manifest.mark == 2
    republishing.publish(out, Config())
    after = store.open_release(out, deep=True)
    assert after.manifest.mark == 2
    assert after.ask("ASK { ?a skos:prefLabel 'Act 1'@en . ?b skos:prefLabel 'Act 2'@en }")
    for name in store.list_releases(out):
        store.open_release(out / "releases" / name)
    assert [p.name for p in (out / "releases").iterdir() if p.name.startswith(".staging")] == []


class TestPublisher:
    def test_killed_at_any_call_leaves_old_or_new(
        self, plain: Path, worlds: Iterator[Path], calls: Mapping[str, list[Call]]
    ) -> None:
        """Kill -9 before a call that changes the disk: nothing half is seen, nothing is lost, nobody has to mend."""
        before = store.current_id(plain)
        for name, number in drawn(calls[NAMES]):
            out = next(worlds)

            died = publish(
                out, "-o", os.devnull, "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={number}"
            )

            # 0: it made one call less this time; the store decides by the clock how many files it has.
            assert died.returncode in {-9, 137, 0}, f"{name} {number}: {died.returncode} {died.stderr}"
            must_be_whole(out, before)
            shutil.rmtree(out)

    @pytest.mark.parametrize(
        ("kind", "code"),
        [(NAMES, "ENOSPC"), (WRITES, "EIO"), *([(NAMES, "EIO"), (WRITES, "ENOSPC")] if LONG or FEW > 1 else [])],
    )
    def test_a_failing_call_is_told_and_leaves_the_old_release(
        self, plain: Path, worlds: Iterator[Path], calls: Mapping[str, list[Call]], kind: str, code: str
    ) -> None:
        """A full disk, or one that fails, at any call: a clean error or a whole release; later there is room again."""
        before = store.current_id(plain)
        for name, number in drawn(calls[kind]):
            out = next(worlds)

            failed = publish(
                out, "-o", os.devnull, "-e", f"trace={name}", "-e", f"inject={name}:error={code}:when={number}"
            )

            assert failed.returncode in {0, 2, 3, 4}, f"{name} {number}: {failed.returncode} {failed.stderr}"
            must_be_whole(out, before)
            shutil.rmtree(out)

    def test_what_is_renamed_was_synced_before(self, worlds: Iterator[Path], tmp_path: Path) -> None:
        """A loss of power shows no release whose files are empty: files, folders, the name, then the pointer."""
        out = next(worlds)
        trace = ["-y", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2"]
        assert publish(out, "-o", str(tmp_path / "calls"), *trace).returncode == 0
        done = [line for line in (tmp_path / "calls").read_text(errors="replace").splitlines() if line.endswith(" = 0")]
        new = store.open_release(out).path
        (named,) = (at for at, line in enumerate(done) if "rename" in line and f'"{new}"' in line)
        staging = re.findall(r'"([^"]+)"', done[named])[0]
        (pointed,) = (at for at, line in enumerate(done) if "rename" in line and line.endswith('/current") = 0'))

        synced = {path for line in done[:named] for path in re.findall(r"sync\(\d+<([^>]+)>", line)}

        places = [new, *new.rglob("*")]
        missing = [one for one in places if str(one).replace(str(new), staging) not in synced]
        assert missing == []
        assert any(f"<{out / 'releases'}>" in line for line in done[named:pointed])
        assert any(f"<{out}>" in line for line in done[pointed:])

    def test_two_at_once_do_the_work_once(self, worlds: Iterator[Path]) -> None:
        """The second waits for the first, and finds nothing left to do."""
        out = next(worlds)
        command = [sys.executable, "-m", "egov_kg", "publish", "--workers", "1", "--json", "--from", str(out)]
        both = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True, cwd=out.parent) for _ in range(2)]

        told = [json.loads(process.communicate(timeout=120)[0]) for process in both]

        assert sorted(one["taken"] for one in told) == [[], [1, 2]]
        assert len({one["release"] for one in told}) == 1
        assert len(store.list_releases(out)) == 2
