"""What the page on the scratch store shows is what happens."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.test_documented_examples import FENCE, ROOT, commands

PAGE = (ROOT / "docs" / "how-to" / "scratch.md").read_text(encoding="utf-8")
ASSIGNMENT = re.compile(r"(?P<name>[A-Z]+)=")


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The token and the address that a server with a scratch store tells."""
    command = [sys.executable, "-m", "egov_kg", "serve", "--scratch", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    token = next(line.split()[-1] for line in lines if line.startswith("token of this server:"))
    yield token, process.stdout.readline().strip()
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=30)


def run(command: str, folder: Path, variables: dict[str, str]) -> str:
    """Run a command as the page has it, but so that a refusal of the server is a failure."""
    text = command.replace("curl ", "curl -s --fail-with-body ")
    words = ["bash", "-o", "pipefail", "-c", text]
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="the page uses curl and bash")
def test_the_page_happens(told: tuple[str, str], tmp_path: Path) -> None:
    """Its commands run in their order, in one shell."""
    token, address = told
    variables: dict[str, str] = {}
    checker, count = doctest.OutputChecker(), 0
    blocks = [block["body"] for block in FENCE.finditer(PAGE) if block["info"] == "console scratch"]
    examples = [example for body in blocks for example in commands(body, 0)]
    assert examples[0].source == "egov-kg serve --scratch"

    for example in examples[1:]:
        source = example.source.replace("egovkg_...", token).replace("http://127.0.0.1:8000/", address)
        if assigned := ASSIGNMENT.match(source):
            name = assigned["name"]
            variables[name] = run(f'{source}; printf %s "${name}"', tmp_path, variables)
            assert variables[name]
            continue
        count += 1
        got = run(source, tmp_path, variables)
        want = example.output or ""
        assert checker.check_output(want, got.replace("\r\n", "\n"), doctest.ELLIPSIS) or not want, got

    assert count >= 6
