"""Targets by name: those that ship, and those of other packages, which are found by entry point."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg import api, assets, targets
from egov_kg.__main__ import main
from egov_kg.errors import UnreadableTarget, UsageError
from egov_kg.linking.offered import offer, offers
from egov_kg.linking.sssom import read_mappings
from egov_kg.store import Release

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "write-a-target.md"

TOML = """
[dataset]
id = "isles"
title = { en = "Isles" }
licence = "CC0"
source = "isles.csv"
format = "FORMAT"
prefix = { isle = "https://isles.example/id/" }

[[match]]
ours = "egov:Country"
level = "place"
id = "isle:{code}"
label = [{ column = "name", lang = "en" }]
code = { column = "code" }
"""

READER = """
from pathlib import Path

class Isles:
    specification = Path(__file__).with_name("isles.toml")

    def rows(self, match):
        yield {"code": "KR", "name": "Republic of Korea"}
        for number in range(200):
            yield {"code": f"X{number}", "name": f"Isle {number}"}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on Python's path, in which packages are installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    yield folder
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", "") or "").is_relative_to(folder):
            del sys.modules[name]


def install(
    site: Path, name: str, code: str, *, package: str = "", leads_to: str = "Isles", form: str = "rows"
) -> None:
    """Lay a package where Python looks, as an installer does."""
    package = package or f"egov-kg-{name}"
    module = package.replace("-", "_")
    (site / f"{module}.py").write_text(code, encoding="utf-8")
    (site / "isles.toml").write_text(TOML.replace("FORMAT", form), encoding="utf-8")
    info = site / f"{module}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[egov_kg.targets]\n{name} = {module}:{leads_to}\n", encoding="utf-8")
    importlib.invalidate_caches()


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


class TestExample:
    """The page that says how to write a target is true."""

    @pytest.fixture
    def installed(self, site: Path) -> None:
        """The package of the page, installed."""
        page = PAGE.read_text(encoding="utf-8")
        folder = site / "egov_kg_harbours"
        folder.mkdir()
        for name, body in re.findall(r"`egov_kg_harbours/([\w.]+)`:\n\n```[\w ]*\n(.*?)```", page, re.DOTALL):
            (folder / name).write_text(body, encoding="utf-8")
        (project,) = re.findall(r"`pyproject\.toml`:\n\n```toml\n(.*?)```", page, re.DOTALL)
        described = tomllib.loads(project)["project"]
        ((name, leads_to),) = described["entry-points"]["egov_kg.targets"].items()
        info = site / "egov_kg_harbours-1.0.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {described['name']}\nVersion: {described['version']}\n"
        (info / "METADATA").write_text(head, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[egov_kg.targets]\n{name} = {leads_to}\n", encoding="utf-8")
        importlib.invalidate_caches()

    @pytest.mark.usefixtures("installed")
    def test_is_listed_with_its_licence(self, capfd: pytest.CaptureFixture[str]) -> None:
        """Beside those that ship."""
        assert main(["link", "--list"]) == 0

        lines = [re.split(r"  +", line) for line in capfd.readouterr().out.splitlines()]
        assert ["name", "from", "rows", "licence"] in lines
        assert ["kr-iso", "egov-kg", "shipped", "LGPL-2.1-or-later"] in lines
        assert ["harbours", "egov-kg-harbours 1.0", "package", "CC0"] in lines

    @pytest.mark.usefixtures("installed")
    def test_runs_by_its_name_and_writes_where_one_works(
        self, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not into the package."""
        monkeypatch.chdir(tmp_path)

        assert main(["link", "harbours", "--from", str(built)]) == 0

        (one,) = read_mappings(tmp_path / "harbours.sssom.tsv").mappings
        assert (one.subject.rpartition("/")[2], one.object) == ("republic-korea", "https://harbours.example/id/KR")


class TestShipped:
    def test_run_by_their_names(self, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also a second time, then beside what was decided in the folder where one works."""
        monkeypatch.chdir(tmp_path)

        assert main(["link", "kr-iso", "--from", str(built)]) == 0
        written = (tmp_path / "kr-iso.sssom.tsv").read_bytes()
        assert main(["link", "kr-iso", "--from", str(built)]) == 0

        assert (tmp_path / "kr-iso.sssom.tsv").read_bytes() == written

    def test_take_other_files_of_the_same_form(self, built: Path, tmp_path: Path) -> None:
        """A newer copy, with the specification that ships."""
        (tmp_path / "iso3166-1.csv").write_bytes((assets.data("external/kr-iso") / "iso3166-1.csv").read_bytes())
        output = tmp_path / "new.sssom.tsv"

        words = ["link", str(tmp_path), "--spec", "kr-iso", "--from", str(built), "-o", str(output)]

        assert main(words) == 0
        assert output.exists()

    def test_are_all_listed(self) -> None:
        """Each specification by its name."""
        names = {path.stem for path in assets.data("mappings").glob("*.toml")}

        assert {one.name for one in offers()[0] if one.package == "egov-kg"} == names

    def test_need_their_files(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Where these do not ship one sentence says how to go on."""
        monkeypatch.setattr("egov_kg.linking.offered.assets.data", lambda name: tmp_path / name)
        (tmp_path / "mappings").mkdir()
        (tmp_path / "external").mkdir()
        (tmp_path / "mappings" / "isles.toml").write_text(TOML.replace("FORMAT", "parquet"), encoding="utf-8")

        with pytest.raises(
            UsageError, match="do not come along: fetch them, and give them as TARGET with --spec isles"
        ):
            targets.named_target("isles")


class TestPackages:
    def test_read_with_a_reader_of_their_own(self, site: Path, release: Release) -> None:
        """Whatever their data are; what it yields is compared as any table."""
        install(site, "isles", READER)

        (link,) = targets.link(release, "isles").run.links

        assert (link.band, link.pair.row.id) == ("accept", "https://isles.example/id/KR")

    def test_have_a_reader_whose_condition_holds(self, site: Path, release: Release) -> None:
        """The condition of the specification is over the columns that it yields, named or not."""
        install(site, "isles", READER.replace('"name": f"Isle', '"size": "1", "name": f"Isle').replace(
            '{"code": "KR"', '{"size": "2", "code": "KR"'
        ))  # fmt: skip
        (site / "isles.toml").write_text(TOML.replace("FORMAT", "rows") + "where = \"size = '1'\"\n")

        assert targets.link(release, "isles").run.blocks[0].rows == 200

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ('{"code": 5, "name": "x"}', "gave no row 1: TypeError: column 'code' holds int, expected text"),
            ("[]", "gave no row 1: AttributeError"),
            ("1 / 0", "gave no row 1: ZeroDivisionError"),
        ],
    )
    def test_end_with_a_sentence_if_their_reader_fails(
        self, site: Path, release: Release, row: str, problem: str
    ) -> None:
        """Foreign code may raise anything."""
        install(site, "isles", READER.replace('{"code": "KR", "name": "Republic of Korea"}', row))

        with pytest.raises(UnreadableTarget, match=re.escape(problem)):
            targets.link(release, "isles")

    @pytest.mark.parametrize(
        ("code", "leads_to", "form", "problem"),
        [
            ("1 / 0", "Isles", "rows", "cannot be loaded: ZeroDivisionError"),
            ("Isles = 5", "Isles", "rows", "has no attribute 'specification'"),
            (READER, "Isle", "rows", "cannot be loaded: AttributeError"),
            (READER, "Isles", "parquet", "format 'rows' goes with a method rows"),
        ],
    )
    def test_that_cannot_be_used_are_told(  # noqa: PLR0917 - each is a different thing
        self, site: Path, code: str, leads_to: str, form: str, problem: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """When they are named; the list goes on with the others."""
        install(site, "isles", code, leads_to=leads_to, form=form)

        with pytest.raises(UsageError, match=problem):
            offer("isles")
        assert main(["link", "--list", "--json"]) == 0
        out, err = capfd.readouterr()
        assert problem in err
        assert '"kr-iso"' in out

    def test_of_one_name_are_refused(self, site: Path) -> None:
        """Nobody should have to guess whose data were read."""
        install(site, "isles", READER)
        install(site, "isles", READER, package="other-isles")

        with pytest.raises(UsageError, match="is offered by egov-kg-isles and other-isles; uninstall all but one"):
            offer("isles")

    def test_that_are_not_there_are_told_with_those_that_are(self) -> None:
        """One may have mistyped it."""
        with pytest.raises(UsageError, match=r"there is no target 'kr-isl', nor a file of that name; .*kr-iso"):
            offer("kr-isl")


class TestWords:
    def test_without_a_specification_a_file_is_no_target(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The sentence says what is missing."""
        (tmp_path / "a.csv").write_text("a\n")

        assert main(["link", str(tmp_path / "a.csv")]) == 2
        assert "needs its link specification: --spec FILE.toml, or --spec NAME" in capfd.readouterr().err

    def test_that_are_missing_are_asked_for(self, capfd: pytest.CaptureFixture[str]) -> None:
        """No TARGET at all."""
        assert main(["link"]) == 2
        assert "egov-kg link --list" in capfd.readouterr().err

    def test_that_name_a_missing_specification_are_refused(self, tmp_path: Path) -> None:
        """A misspelt file is no name."""
        assert main(["link", str(tmp_path), "--spec", str(tmp_path / "none.toml")]) == 2
