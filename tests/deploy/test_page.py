"""Promise of deploy/ and of the page on it: a stranger who types what stands there has a server that runs.

Every command of the page is run, in order, below a folder that stands for the root of a machine, as a user without
rights and without systemd: `stand_ins` does what those commands do that need one or the other. The unit for systemd is
read by systemd itself where it is installed.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.deploy.stand_ins import NGINX, PLACES
from tests.project.test_documented_examples import FENCE, commands

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")
UNIT: Final = ROOT / "deploy" / "systemd" / "egov-kg.service"
CONTAINER: Final = ROOT / "deploy" / "container" / "Containerfile"
FIRST: Final = min(path.name for path in (ROOT / "data" / "documents").glob("*.md"))
NEEDED: Final = ("curl", "openssl", NGINX)
SOURCE: Final = ("src", "data", "ontology", "queries", "deploy", "run.py", "pyproject.toml")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """The home of an operator with the source of two versions, and an environment with a folder for a machine."""
    tools, home, root = tmp_path / "tools", tmp_path / "home", tmp_path / "root"
    there = ("usr/local/bin", "etc/systemd/system", "etc/nginx/conf.d", "etc/ssl", "var/backups", "var/cache")
    for name in (*there, "var/log/nginx"):
        (root / name).mkdir(parents=True)
    tools.mkdir()
    home.mkdir()
    for version in ("2026.11", "2026.12"):
        with tarfile.open(home / f"egov-kg-{version}.tar.gz", "w:gz", compresslevel=1) as archive:
            for name in SOURCE:
                archive.add(ROOT / name, f"egov-kg-{version}/{name}", filter=_clean)
    stand_ins = Path(__file__).with_name("stand_ins.py")
    environment = {
        "PATH": f"{tools}:{root}/usr/local/bin:/usr/sbin:{os.environ['PATH']}",
        "ROOT": str(root),
        "REAL_NGINX": NGINX,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "EGOVKG_PORT": str(_free_port()),
        "HTTP_PORT": str(_free_port()),
        "HTTPS_PORT": str(_free_port()),
    }
    subprocess.run(
        [sys.executable, stand_ins, "--make", tools], check=True, env={**environment, "PYTHONPATH": str(ROOT)}
    )
    yield home, environment
    for pid in root.glob("*.pid"):
        os.kill(int(pid.read_text()), signal.SIGTERM)


def _clean(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what is no source, and of the documents all but the first: a build of them is tested elsewhere."""
    is_other_document = "/data/documents/" in entry.name and not entry.name.endswith(FIRST)
    return None if "__pycache__" in entry.name or is_other_document else entry


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.mark.skipif(sys.platform != "linux", reason="the page is about Linux")
@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"the page uses {', '.join(NEEDED)}")
def test_every_command_of_the_page_does_what_it_says(machine: tuple[Path, dict[str, str]]) -> None:
    """From the empty machine to backup, restore, upgrade and the way back."""
    home, environment = machine
    checker = doctest.OutputChecker()
    blocks = [block for block in FENCE.finditer(PAGE) if block["info"] == "console deploy"]
    steps = [step for block in blocks for step in commands(block["body"], PAGE.count("\n", 0, block.start()) + 2)]
    for step in steps:
        source = _moved(step.source, environment)
        variable = re.match(r"([A-Z]+)=", source)
        if variable:
            source += f'; printf %s "${variable[1]}"'
        words = ["bash", "-e", "-o", "pipefail", "-c", source]
        done = subprocess.run(
            words, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=180
        )
        log = Path(environment["ROOT"]) / "egov-kg.log"
        said = f"line {step.line}: {step.source}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
        said += log.read_text(encoding="utf-8")[-2000:] if log.exists() else ""
        assert done.returncode == 0, said
        if variable:
            environment[variable[1]] = done.stdout
            continue
        got = _moved_back(done.stdout, environment).rstrip("\n") + "\n"
        want = (step.output or "").rstrip("\n") + "\n"
        assert checker.check_output(want, got, doctest.ELLIPSIS), said
    assert len(steps) > 30


def _moved(text: str, environment: dict[str, str]) -> str:
    """Return a command with the folders and the port of the test."""
    for place in PLACES:
        text = re.sub(rf"(?<![\w./-]){re.escape(place)}", f"{environment['ROOT']}{place}", text)
    return (
        text.replace(":8000", f":{environment['EGOVKG_PORT']}")
        .replace(":443:", f":{environment['HTTPS_PORT']}:")
        .replace("https://graph.example.org/readyz", f"https://graph.example.org:{environment['HTTPS_PORT']}/readyz")
    )


def _moved_back(text: str, environment: dict[str, str]) -> str:
    return text.replace(environment["ROOT"], "").replace(f":{environment['EGOVKG_PORT']}", ":8000")


def test_every_block_of_commands_is_run() -> None:
    """Or says that it is not, and why."""
    idle = {block["info"] for block in FENCE.finditer(PAGE)} - {"console deploy", "console run", "toml", "yaml"}

    assert idle <= {"sh untested"}


def test_what_the_service_owns_is_touched_by_root_alone() -> None:
    """Whoever types the commands may not read below its folders; on the machine of the test he could."""
    blocks = [block for block in FENCE.finditer(PAGE) if block["info"] == "console deploy"]
    steps = [step.source for block in blocks for step in commands(block["body"], 1)]
    parts = [part.strip() for step in steps for part in re.split(r"&&|\||;|\$\(|\n> ?", step)]
    private = [part for part in parts if re.search(r"(?<!\S)/var/(lib|backups|cache)/|operator\.token", part)]

    assert len(private) > 8
    assert [part for part in private if not part.startswith(("sudo ", "out = ", "token_file = "))] == []


class TestUnit:
    def test_is_understood_by_systemd(self, tmp_path: Path) -> None:
        """No unknown word, no wrong value; its program is not installed here, so that another one stands in."""
        if not shutil.which("systemd-analyze"):
            pytest.skip("systemd-analyze is not installed")
        unit = tmp_path / "egov-kg.service"
        text = UNIT.read_text(encoding="utf-8")
        unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE), encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
        )

        assert (done.returncode, done.stderr) == (0, "")

    def test_is_exposed_little(self) -> None:
        """By systemd's own measure, from 0 to 10; a unit without any of this has 9.6."""
        if not shutil.which("systemd-analyze"):
            pytest.skip("systemd-analyze is not installed")
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", UNIT],
            capture_output=True,
            text=True,
            check=False,
        )
        if "--offline" in done.stderr or "unrecognized" in done.stderr:
            pytest.skip("this systemd does not look at files")

        assert done.returncode == 0, done.stdout[-300:]

    def test_lets_a_query_be_ended_without_the_server(self) -> None:
        """And waits for what runs before it kills."""
        text = UNIT.read_text(encoding="utf-8")

        assert "\nOOMPolicy=continue\n" in text
        assert "\nKillMode=mixed\n" in text
        assert int(re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[0]) > 15
        assert "\nSystemCallFilter=@system-service seccomp\n" in text  # query processes build walls of their own


class TestContainer:
    """Podman and docker are not there where the tests run: what can be read of the file is."""

    def instructions(self) -> list[tuple[str, str]]:
        """Return the instructions with their words, continued lines joined."""
        text = re.sub(r"\\\n", " ", CONTAINER.read_text(encoding="utf-8"))
        lines = [line.strip() for line in text.splitlines()]
        return [
            (name.upper(), words.strip())
            for name, _, words in (line.partition(" ") for line in lines if line and not line.startswith("#"))
        ]

    def test_has_instructions_alone(self) -> None:
        """And none that fetches from an address."""
        names = {name for name, _ in self.instructions()}

        assert names <= {
            *("FROM", "RUN", "COPY", "ENV", "WORKDIR", "VOLUME", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"),
            *("ENTRYPOINT", "CMD"),
        }

    def test_copies_what_is_there(self) -> None:
        """Every file and folder that it names is part of the source, every stage was begun before."""
        stages: set[str] = set()
        for name, words in self.instructions():
            if name == "FROM":
                image, *rest = words.split()
                assert ":" in image
                assert not image.endswith(":latest")
                stages |= {rest[1]} if rest[:1] == ["AS"] else set()
            if name == "COPY":
                sources = [word for word in words.split()[:-1] if not word.startswith("--")]
                if "--from=" in words:
                    assert re.findall(r"--from=(\S+)", words)[0] in stages
                else:
                    assert [source for source in sources if not (ROOT / source).exists()] == []

    def test_runs_as_nobody_in_particular(self) -> None:
        """The last user is not root, and packages come with hashes."""
        users = [words for name, words in self.instructions() if name == "USER"]
        runs = [words for name, words in self.instructions() if name == "RUN"]

        assert users == ["egov-kg"]
        assert all("--require-hashes" in words or "--no-deps" in words for words in runs if "pip install" in words)

    def test_takes_all_that_a_package_is_made_of(self) -> None:
        """What `pyproject.toml` puts into a wheel is copied before it is built."""
        copied = {word for name, words in self.instructions() if name == "COPY" for word in words.split()}
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        wanted = re.findall(r'"([^"]+)"', re.findall(r"only-include = \[(.*)\]", text)[0])

        assert {name.partition("/")[0] for name in wanted} <= copied
