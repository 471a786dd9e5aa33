"""Promises of the tree: it fits any machine, every module says its reason, every link leads somewhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "egov_kg"
SHARED: Final = ROOT.parent / "shared"
MODULES: Final = sorted(PACKAGE.rglob("*.py"))
NAMELESS: Final = {"utils", "util", "helpers", "helper", "common", "core", "manager", "service", "services", "misc"}

NAMES: Final = (  # of works, laws and plans, which cannot be said in other words
    "act on promotion of the provision and use of public data",
    "first five year basic plan for administrative computerization",
    "civil public services and welfare services innovation using information and",
    "institutional structure of promotion and implementation organizations",
)
LAID_OUT_LIKE_PAGES: Final = ("data/documents", "data/registry.tsv", "tests/documents", "tests/golden")


def tracked() -> list[Path]:
    """Return the files of the project that are text, without what .gitignore leaves out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = sorted({ROOT / name for name in listed.stdout.split("\0") if name})
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


class TestFiles:
    def test_name_no_folder_of_one_machine(self) -> None:
        """A path from somebody's home is right on one machine and wrong on all others."""
        place = re.compile(r"(?<![\w.:/*~-])/(?:work|root|opt/(?!egov-kg)|home/\w+|Users/\w+)/[\w.]")
        found = [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
            for path in tracked()
            if path != Path(__file__)
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if place.search(line)
        ]

        assert found == []

    def test_name_no_package_registry(self) -> None:
        """Where packages come from is the business of whoever installs, who may have a mirror."""
        hosts = re.compile(
            r"pypi\.(?:org|python)|pythonhosted|registry\.npmjs|deb\.debian\.org|crates\.io|\"resolved\":"
        )
        found = [
            f"{path.relative_to(ROOT)}: {match[0]}"
            for path in tracked()
            if path != Path(__file__)
            for match in hosts.finditer(path.read_text(encoding="utf-8"))
        ]

        assert found == []

    def test_end_with_one_line_feed_and_hold_no_carriage_return(self) -> None:
        """A diff shows the change alone."""
        found = [
            str(path.relative_to(ROOT))
            for path in tracked()
            if path.suffix in {".py", ".md", ".toml", ".ttl", ".rq", ".tsv", ".lock", ".cff", ".html", ".css"}
            for text in [path.read_bytes()]
            if text and (not text.endswith(b"\n") or text.endswith(b"\n\n") or b"\r" in text)
        ]

        assert found == []

    def test_are_small_enough_to_be_reviewed(self) -> None:
        """What is made by a build is made again, not kept: no file has more than half a megabyte."""
        assert [str(path) for path in tracked() if path.stat().st_size > 500_000] == []

    @pytest.mark.parametrize(
        "name", sorted(["run.py", ".ci/run", *(f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir())])
    )
    def test_that_are_commands_can_be_run(self, name: str) -> None:
        """They have their bit and say what runs them."""
        path = ROOT / name

        assert path.stat().st_mode & 0o111
        assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env ")

    @pytest.mark.shared
    def test_hold_no_run_of_nine_words_of_a_source_page(self) -> None:
        """Sources keep their terms: we write in our own words, and quote no more than a phrase.

        Digests, and the pages that tests read, keep titles, tables and fields; a test beside them has their words.
        The registry and the golden facts are made from them.
        """
        pages = sorted((SHARED / "seeds").glob("*.txt"))
        if not pages:
            pytest.skip("the source pages are not here")
        word = re.compile(r"\w+")  # a number is a word here
        quoted: set[tuple[str, ...]] = set()
        for page in pages:
            words = word.findall(page.read_text(encoding="utf-8").casefold())
            quoted |= {tuple(words[n : n + 9]) for n in range(len(words) - 8)}
        found = []
        for path in [
            path for path in tracked() if not any(path.is_relative_to(ROOT / top) for top in LAID_OUT_LIKE_PAGES)
        ]:
            text = " ".join(word.findall(path.read_text(encoding="utf-8").casefold()))
            for name in NAMES:
                text = text.replace(name, "\N{BULLET}")
            words = text.split()
            hits = [" ".join(words[n : n + 9]) for n in range(len(words) - 8) if tuple(words[n : n + 9]) in quoted]
            found += [f"{path.relative_to(ROOT)}: {hit}" for hit in hits]

        assert found == []


class TestModules:
    @pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_opens_with_its_reason(self, path: Path) -> None:
        """The first line of a module is one sentence that says what it is for."""
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

        assert docstring, "no docstring"
        assert re.search(r"[.:!?]$", docstring.splitlines()[0]), docstring.splitlines()[0]

    def test_have_names_that_a_newcomer_would_search_for(self) -> None:
        """A function without a better home is a concept that has not been named yet."""
        assert [path for path in MODULES if path.stem in NAMELESS or path.parent.name in NAMELESS] == []

    def test_of_tests_exist_for_each_stage(self) -> None:
        """`tests/` mirrors the package."""
        stages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
        tested = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("test_*.py"))}

        assert stages - tested == set()


class TestImport:
    @pytest.mark.parametrize(
        ("module", "heavy"),
        [
            ("egov_kg", {"fastapi", "starlette", "uvicorn", "rdflib", "owlrl", "pyshacl", "typer", "jinja2"}),
            ("egov_kg.cli", {"fastapi", "starlette", "uvicorn", "rdflib", "owlrl", "pyshacl"}),
        ],
    )
    def test_is_light(self, module: str, heavy: set[str]) -> None:
        """`import egov_kg` and `egov-kg --help` load no web framework and no reasoner."""
        done = subprocess.run(
            [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
            capture_output=True,
            text=True,
            check=True,
        )

        assert heavy & set(done.stdout.split()) == set()


def markdown() -> list[Path]:
    """Return our pages of prose; documents of the graph are data, not prose."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", markdown(), ids=lambda path: str(path.relative_to(ROOT)))
class TestPage:
    def test_links_lead_somewhere(self, page: Path) -> None:
        """A link to a file or to a heading of ours has a target."""
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        lost = []
        for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
            name, _, anchor = target.partition("#")
            path = (page.parent / unquote(name)).resolve() if name else page
            if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
                lost.append(target)

        assert lost == []

    def test_has_one_title(self, page: Path) -> None:
        """A page opens with its only first-level heading."""
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)

        assert len(re.findall(r"^# ", text, flags=re.MULTILINE)) == 1


def test_the_index_of_the_pages_is_complete() -> None:
    """From docs/index.md one reaches every page of docs/; decisions have an index of their own."""
    docs = ROOT / "docs"
    index = (docs / "index.md").read_text(encoding="utf-8")
    linked = {(docs / target.split("#")[0]).resolve() for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", index)}
    pages = {path for path in docs.rglob("*.md") if path.parent.name != "decisions" and path.name != "index.md"}

    assert {str(path.relative_to(docs)) for path in pages - linked} == set()


def anchors(page: Path) -> set[str]:
    """Return the addresses of the headings of a page, as the usual viewers make them.

    Args:
        page: A Markdown file.
    """
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}
