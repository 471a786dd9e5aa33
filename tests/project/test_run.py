"""Promises of run.py: it speaks on an old Python, makes one environment, and ends every failure with one command."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = (ROOT / "run.py").read_text(encoding="utf-8")
INSTALLER: Final = """#!/bin/sh
# Stands for the environment's Python: notes what it is told to do, and fails where the test wants a failure.
echo "$*" >> "$LOG"
case "$*" in *"$FAIL"*) [ -n "$FAIL" ] && exit 1 ;; esac
exit 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what run.py reads, with a Python that makes environments without fetching anything."""
    top = tmp_path / "a checkout"
    top.mkdir()
    for name in ("run.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-build.lock"):
        shutil.copy(ROOT / name, top / name)
    (tmp_path / "tools").mkdir()
    installer = tmp_path / "tools" / "installer"
    installer.write_text(INSTALLER)
    installer.chmod(0o755)
    return top


def start(checkout: Path, *words: str, fail: str = "", venv: bool = True) -> tuple[int, str, list[str]]:
    """Run run.py's main() with a stand-in for `python -m venv`; return exit status, standard error, what was done."""
    log = checkout / "log"
    log.unlink(missing_ok=True)
    maker = checkout.parent / "tools" / "python3"
    maker.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *ensurepip*) exit {0 if venv else 1} ;; esac\n'
        'echo "made" >> "$LOG"\n'
        f'mkdir -p "$3/bin" && cp "{checkout.parent}/tools/installer" "$3/bin/python"\n'
    )
    maker.chmod(0o755)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.executable = {str(maker)!r}; import run; run.main(sys.argv[1:])",
            *words,
        ],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "LOG": str(log), "FAIL": fail, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr, log.read_text().splitlines() if log.exists() else []


INSTALLED: Final = [
    "-m pip install -q --require-hashes -r requirements.lock -r requirements-build.lock",
    "-m pip install -q --no-build-isolation --no-deps -e .",
]


class TestSource:
    def test_parses_on_python_3_6(self) -> None:
        """The version check can only speak if the whole file parses."""
        ast.parse(SOURCE, feature_version=(3, 6))

    def test_has_fewer_than_a_hundred_lines(self) -> None:
        """People read it before they run it."""
        assert SOURCE.count("\n") < 100

    def test_uses_the_standard_library_of_python_3_6_alone(self) -> None:
        """Nothing is installed when it starts."""
        imported = {
            name
            for node in ast.walk(ast.parse(SOURCE))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        }

        assert imported == {"hashlib", "os", "pathlib", "shutil", "subprocess", "sys"}


def old_python(minor: int) -> str | None:
    """Return a Python 3.`minor` that runs, from PATH or among those that pyenv keeps."""
    places: list[str | Path | None] = [
        shutil.which(f"python3.{minor}"),
        *Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"),
    ]
    for place in places:
        if place and subprocess.run([place, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(place)
    return None


@pytest.mark.parametrize("minor", range(6, 11))
def test_an_old_python_is_told_what_to_install(minor: int, tmp_path: Path) -> None:
    """On Python 3.6 to 3.10 it says which version it needs, which one this is, and one command."""
    python = old_python(minor) or pytest.skip(f"no Python 3.{minor} on this machine")
    shutil.copy(ROOT / "run.py", tmp_path)

    done = subprocess.run(
        [python, tmp_path / "run.py"], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert f"egov-kg needs Python 3.11 or newer; this is 3.{minor}. Type:\n" in done.stderr
    assert done.stderr.rstrip().endswith("&& python3 run.py")


class TestEnvironment:
    def test_is_made_from_the_locks_with_hashes(self, checkout: Path) -> None:
        """First the locked packages, then egov-kg itself without isolation, which would fetch without hashes."""
        code, _, done = start(checkout, "--help")

        assert (code, done[0], done[1:3], done[3:]) == (0, "made", INSTALLED, ["-m egov_kg --help"])

    def test_is_used_as_it_is_the_second_time(self, checkout: Path) -> None:
        """A second start goes straight to the program."""
        start(checkout, "--help")

        assert start(checkout, "stats", "--json")[2] == ["-m egov_kg stats --json"]

    def test_for_tests_takes_the_packages_of_developers(self, checkout: Path) -> None:
        """`run.py test` adds what only developers need, and runs the checks with the words that follow."""
        start(checkout)

        done = start(checkout, "test", "tests/rdf")[2]

        assert "-m pip install -q --require-hashes -r requirements-dev.lock -r requirements-build.lock" in done
        assert done[-1] == f"{checkout}/scripts/check tests/rdf"

    def test_for_tests_serves_as_well(self, checkout: Path) -> None:
        """Packages of developers include those for running: nothing is installed again."""
        start(checkout, "test")

        assert start(checkout, "--help")[2] == ["-m egov_kg --help"]

    def test_is_brought_up_to_date_when_a_lock_changes(self, checkout: Path) -> None:
        """After a `git pull` that changes a lock, its packages are installed into the same environment."""
        start(checkout, "--help")
        (checkout / "requirements.lock").write_text("other==1.0\n")

        done = start(checkout, "--help")[2]

        assert "made" not in done
        assert done[-3:-1] == INSTALLED

    def test_is_made_again_when_its_python_is_gone(self, checkout: Path) -> None:
        """The system's Python was replaced, or somebody deleted half of .venv."""
        start(checkout, "--help")
        (checkout / ".venv" / "bin" / "python").unlink()

        assert start(checkout, "--help")[2] == ["made", *INSTALLED, "-m egov_kg --help"]

    def test_is_made_again_when_the_folder_was_moved(self, checkout: Path) -> None:
        """Commands inside an environment hold its old address."""
        start(checkout, "--help")
        moved = checkout.rename(checkout.with_name("moved"))

        assert start(moved, "--help")[2] == ["made", *INSTALLED, "-m egov_kg --help"]

    def test_that_was_not_finished_is_finished(self, checkout: Path) -> None:
        """The stamp is written last: a first run that broke off is taken up by the next."""
        start(checkout, "--help", fail="--no-deps")

        assert start(checkout, "--help")[2][-3:] == [*INSTALLED, "-m egov_kg --help"]


class TestFailure:
    def test_without_venv_names_the_package_of_debian(self, checkout: Path) -> None:
        """Debian splits venv off; one line to type mends it."""
        code, error, _ = start(checkout, venv=False)

        assert code == 1
        assert error.endswith(
            "This Python comes without venv. Type:\n\n    sudo apt install python3-venv && python3 run.py\n\n"
        )

    def test_of_an_installation_names_the_likely_reason(self, checkout: Path) -> None:
        """What pip said stands above; the sentence names the usual culprit."""
        code, error, _ = start(checkout, fail="--require-hashes")

        assert code == 1
        assert error.endswith("mostly the network or a proxy. Type:\n\n    python3 run.py\n\n")

    def test_of_the_build_sends_to_the_doctor(self, checkout: Path) -> None:
        """A graph that cannot be built is no reason for a traceback."""
        code, error, _ = start(checkout, fail="egov_kg build")

        assert code == 1
        assert error.endswith(
            "The graph could not be built; the reason stands above. Type:\n\n    python3 run.py doctor\n\n"
        )


class TestServing:
    @staticmethod
    def _built(checkout: Path) -> None:
        (checkout / "data").mkdir()
        (checkout / "data" / "one.md").write_text("one")
        (checkout / "build").mkdir()
        (checkout / "build" / "current").write_text("release")
        start(checkout)

    def test_builds_first_when_there_is_no_release(self, checkout: Path) -> None:
        """The first start builds the graph, then serves it."""
        (checkout / "build").mkdir()

        done = start(checkout)[2]

        assert done[-2:] == [f"-m egov_kg build --out {checkout}/build", f"-m egov_kg serve --from {checkout}/build"]

    def test_does_not_build_again_when_nothing_changed(self, checkout: Path) -> None:
        """A warm start serves at once."""
        self._built(checkout)

        assert start(checkout)[2] == [f"-m egov_kg serve --from {checkout}/build"]

    def test_builds_again_when_an_input_changed(self, checkout: Path) -> None:
        """A changed document gives a new release."""
        self._built(checkout)
        (checkout / "data" / "one.md").write_text("two")

        assert start(checkout)[2][0] == f"-m egov_kg build --out {checkout}/build"


@pytest.mark.skipif(
    not (ROOT / ".venv" / ".stamp").exists() or Path(sys.prefix) != ROOT / ".venv",
    reason="the environment was not made by run.py, which would make it anew",
)
def test_the_first_command_serves_a_graph_that_answers(tmp_path: Path) -> None:
    """`python3 run.py` builds, prints an address, and answers there; the second time it does not build again."""
    for building in (True, False):
        server = subprocess.Popen(
            [sys.executable, ROOT / "run.py"],
            cwd=tmp_path,
            env={**os.environ, "EGOVKG_OUT": str(tmp_path / "build"), "EGOVKG_PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert server.stdout is not None
        try:
            said: list[str] = []
            for line in server.stdout:
                said.append(line.strip())
                if line.startswith("http://127.0.0.1:"):
                    break
            with urllib.request.urlopen(f"{said[-1]}queries/laws-by-administration.csv", timeout=30) as answer:
                rows = answer.read().decode().splitlines()
        finally:
            server.terminate()
            server.communicate()

        assert ("Building the graph from data/" in said) == building
        assert any("e-government-act" in row and "kim-dae-jung" in row for row in rows)
