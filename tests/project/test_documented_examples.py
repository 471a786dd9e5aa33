"""Promise of the pages in docs/: what they show is what happens. Blocks marked ``run`` are run, in order, page by page.

A block opens with ``python run`` or ``console run`` behind its three backticks. In a console block ``$ `` begins a
command and ``> `` goes on with it; other lines are its output. The output of a Python block stands in a block ``text
output`` right after it. In both, ``...`` stands for any text, as in doctests.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.conftest import Served

ROOT: Final = Path(__file__).parents[2]
ADDRESS: Final = "http://127.0.0.1:8000"
FENCE: Final = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES: Final = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if re.search(r"^```\w+ run$", page.read_text(encoding="utf-8"), re.MULTILINE)
]


@dataclass(frozen=True, slots=True)
class Example:
    """A command or a piece of Python, and what it prints.

    Attributes:
        line: Where it stands in its page.
        language: ``python`` or ``console``.
        source: What is run.
        output: What it prints; None if the page does not say.
    """

    line: int
    language: str
    source: str
    output: str | None


def examples(text: str) -> Iterator[Example]:
    r"""Return the runnable examples of a page, in order.

    Example:
        >>> page = "```console run\n$ echo a\na\n$ echo b |\n> cat\nb\n```\n"
        >>> [(example.line, example.source, example.output) for example in examples(page)]
        [(2, 'echo a', 'a\n'), (4, 'echo b |\ncat', 'b\n')]
    """
    blocks = list(FENCE.finditer(text))
    for number, block in enumerate(blocks):
        line = text.count("\n", 0, block.start()) + 1
        language, _, mark = block["info"].partition(" ")
        if mark != "run":
            continue
        if language == "python":
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            is_output = (
                following and following["info"] == "text output" and not text[block.end() : following.start()].strip()
            )
            yield Example(line, language, block["body"], following["body"] if following and is_output else None)
        else:
            yield from commands(block["body"], line + 1)


def commands(session: str, line: int) -> Iterator[Example]:
    """Return the commands of a session, the first line of which is a line of a page."""
    for part in re.finditer(
        r"^\$ (?P<first>.*\n)(?P<more>(?:> ?.*\n)*)(?P<output>(?:(?!\$ ).*\n)*)", session, re.MULTILINE
    ):
        more = re.sub(r"^> ?", "", part["more"], flags=re.MULTILINE)
        yield Example(
            line + session.count("\n", 0, part.start()), "console", (part["first"] + more).rstrip("\n"), part["output"]
        )


@pytest.fixture
def desk(tmp_path: Path, served: Served) -> Path:
    """A folder to work in: the release as ``build``, and ``egov-kg`` on PATH."""
    desk = tmp_path / "desk"
    tools = tmp_path / "tools"
    desk.mkdir()
    tools.mkdir()
    (desk / "build").symlink_to(served.out)
    command = tools / "egov-kg"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m egov_kg "$@"\n')
    command.chmod(0o755)
    return desk


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="the pages use curl and bash")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_print_what_the_page_says(page: Path, desk: Path, served: Served) -> None:
    """Every example of a page runs, and prints what stands below it."""
    checker = doctest.OutputChecker()
    environment = {**os.environ, "PATH": f"{desk.parent}/tools:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    wrong = []
    for example in examples(page.read_text(encoding="utf-8")):
        source = example.source.replace(ADDRESS, served.url)
        words = (
            [sys.executable, "-c", source] if example.language == "python" else ["bash", "-o", "pipefail", "-c", source]
        )
        done = subprocess.run(words, cwd=desk, env=environment, capture_output=True, text=True, check=False)
        got = done.stdout.replace(served.url, ADDRESS)
        want = None if example.output is None else example.output.rstrip("\n") + "\n"
        fits = want is None or checker.check_output(want, got.rstrip("\n") + "\n", doctest.ELLIPSIS)
        if done.returncode not in {0, 141} or not fits:  # 141: `head` closed the pipe
            wrong.append(f"line {example.line}: {example.source}\nexit {done.returncode}\n{got}{done.stderr[-2000:]}")

    assert wrong == [], "\n\n".join(wrong)


class TestExamples:
    def test_of_the_how_to_pages_run(self) -> None:
        """Each page that shows how to ask has examples that run."""
        names = {page.stem for page in PAGES}

        assert names >= {
            "tutorial",
            "query-from-curl",
            "query-from-python",
            "csv-in-excel-and-openrefine",
            "add-a-document",
            "reconcile-with-openrefine",
        }

    def test_marked_otherwise_are_no_python_and_no_console(self) -> None:
        """In the tutorial and the how-to pages a block of Python or a session that does not run is a mistake."""
        idle = [
            f"{page.relative_to(ROOT)}:{page.read_text(encoding='utf-8').count(chr(10), 0, block.start()) + 1}"
            for page in [ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
            for block in FENCE.finditer(page.read_text(encoding="utf-8"))
            if block["info"] in {"python", "console", "py"}
        ]

        assert idle == []
