"""A register of acts linked with the shipped release: rows that were accepted, that wait, and that contradict."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import api, targets
from egov_kg.link_review import Cards, Desk, find_desk
from egov_kg.linking import MappingRow
from egov_kg.store import Release

ACTS = """no;title;type;enacted;act_no;remark
1;전자서명법;Act;1999-02-05;05792;in force
2;전자서명법 시행령;Decree;1999-06-30;16430;
3;공공데이터의 제공 및 이용 활성화에 관한 법률;Act;2013-07-30;11956;"=HYPERLINK(""http://x.example"")"
5;전자정부법;Act;2007-01-03;08171;retitled
6;개인정보 보호법;Act;2011-03-29;10465;
7;행정절차법;Act;1996-12-31;05241;
8;지방자치법;Act;1949-07-04;00032;
9;통계법;Act;1962-01-15;00980;
10;국가정보화 기본법;Act;2009;;of the portal
11;국가정보화 기본법;Act;2009;;of the archive
12;정보화촉진기본법;;;;
"""

SPECIFICATION = """
[dataset]
id = "my-acts"
title = { en = "My acts", ko = "나의 법령" }
licence = "CC0"
source = "acts.csv"
version = "2026-11-22"
format = "csv"
dialect = { delimiter = ";", quote = '"', encoding = "utf-8", header = true }
prefix = { act = "https://acts.example/id/" }

[[match]]
ours = "egov:Law"
level = "work"
id = "act:{no}"
label = [{ column = "title", lang = "ko" }]
kind = { column = "type", map = { "Act" = "act", "Decree" = "decree" } }
number = { column = "act_no", strip = "0" }
date = { column = "enacted" }
"""

REVIEWER = "orcid:0000-0002-1825-0097"
DAY = "2026-11-22"


@pytest.fixture(scope="session")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


def link(release: Release, folder: Path, acts: str = ACTS) -> None:
    """Link the register in a folder with the release, as the command does."""
    (folder / "acts.csv").write_text(acts, encoding="utf-8")
    (folder / "acts.toml").write_text(SPECIFICATION, encoding="utf-8")
    found = targets.link(release, folder, folder / "acts.toml")
    targets.write_mappings(found, folder / "my-acts.sssom.tsv", release.base)


@pytest.fixture
def desk(release: Release, tmp_path: Path) -> Desk:
    """A desk with candidates that nobody has looked at."""
    link(release, tmp_path)
    return find_desk(str(tmp_path / "acts.toml"))


@pytest.fixture
def cards(release: Release, desk: Desk) -> Cards:
    """What makes cards of the desk."""
    return Cards(release, desk)


def row_of(desk: Desk, number: int) -> MappingRow:
    """Return the row about an act of the register."""
    return next(one for one in desk.read().mappings if one.object == f"https://acts.example/id/{number}")
