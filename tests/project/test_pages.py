"""Promises of the prose: the two commands come first, numbers are those of the release, every command is explained."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import egov_kg
from egov_kg.config import Config

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE: Final = "\n".join(
    page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
)


class TestReadme:
    def test_gives_the_two_commands_on_its_first_screen(self) -> None:
        """Whoever opens the page sees in its first lines what to type, to serve and to test."""
        first_screen = "\n".join(README.splitlines()[:25])
        commands = [line.split("#")[0].strip() for line in first_screen.splitlines() if line.startswith("python3 ")]

        assert commands == ["python3 run.py", "python3 run.py test"]

    def test_says_what_it_is_in_its_first_sentence(self) -> None:
        """The first paragraph is one sentence that names documents, graph and evidence."""
        first = README.split("\n\n")[1].replace("\n", " ")

        assert first.count(". ") == 0
        assert re.search(r"documents .* knowledge graph .* passage", first)

    def test_shows_the_answer_and_the_numbers_of_the_shipped_release(self, built: Path) -> None:
        """No number is typed by hand: the script that writes them finds nothing to change."""
        done = subprocess.run(
            [sys.executable, ROOT / "scripts" / "readme_numbers", "--check", "--from", built],
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stderr


class TestCommands:
    def test_are_explained_as_they_are(self) -> None:
        """The page of the command line is written by a script from the commands, and up to date."""
        done = subprocess.run(
            [sys.executable, ROOT / "scripts" / "command_line_page", "--check"],
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stderr

    def test_in_the_pages_exist(self) -> None:
        """No page sends a reader to a verb that is not there."""
        reference = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
        verbs = {name.split()[0] for name in re.findall(r"^## (.+)$", reference, re.MULTILINE)}

        assert set(re.findall(r"(?:^\$ |`|&& )egov-kg ([a-z][a-z-]+)", PROSE, re.MULTILINE)) - verbs == set()


class TestRules:
    def test_are_described_as_they_are(self) -> None:
        """The page of the rules is written by a script from the rules, and up to date."""
        done = subprocess.run(
            [sys.executable, ROOT / "scripts" / "rules_page", "--check"],
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stderr


class TestVersions:
    def test_of_the_citation_are_those_of_software_and_data(self) -> None:
        """Who cites us names the version that is here."""
        versions = re.findall(r"^ *version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)

        assert versions == [egov_kg.__version__, Config().version]

    def test_of_python_agree(self) -> None:
        """pyproject.toml, the linter and run.py ask for the same Python."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

        assert project["project"]["requires-python"] == ">=3.11"
        assert project["tool"]["ruff"]["target-version"] == "py311"
        assert "sys.version_info < (3, 11)" in (ROOT / "run.py").read_text(encoding="utf-8")


class TestLinter:
    def test_exceptions_have_a_reason(self) -> None:
        """Each rule that is switched off says on its line why."""
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        lists = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
        bare = [line for line in lists.splitlines() if re.match(r'\s+"[A-Z]+\d*",?\s*$', line)]

        assert bare == []

    def test_exceptions_in_code_name_their_rule(self) -> None:
        """`noqa` and `type: ignore` without a rule hide what they were not meant for."""
        bare = [
            f"{path.relative_to(ROOT)}:{number}"
            for top in ("src", "tests", "benchmarks")
            for path in sorted((ROOT / top).rglob("*.py"))
            if path != Path(__file__)
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if re.search(r"# noqa(?!:)|# type: ignore(?!\[)", line)
        ]

        assert bare == []


class TestDecisions:
    def test_are_all_in_the_index(self) -> None:
        """The index names each decision by its number and its file."""
        folder = ROOT / "docs" / "decisions"
        index = (folder / "README.md").read_text(encoding="utf-8")

        listed = re.findall(r"\| \[(\d+)\]\((\d{4}-[a-z0-9-]+\.md)\)", index)
        assert sorted(name for _, name in listed) == sorted(path.name for path in folder.glob("0*.md"))
        assert all(int(number) == int(name[:4]) for number, name in listed)
