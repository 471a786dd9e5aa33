"""Profiles of sites: a new site needs a file, no code; a wrong file is named with what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.documents import document_from_text, read_document
from egov_kg.documents.sites import Sites, read_sites, shipped_sites, web_sites_from
from egov_kg.errors import DataFileError

PROFILE = """\
name = "utopia-gazette"
about = "The gazette of Utopia."

[[sign]]
selector = 'meta[name="site"][content="gazette"]'
weight = 0.6

[[sign]]
pattern = '^GAZETTE OF UTOPIA$'
weight = 0.6

[metadata]
jurisdiction = "ut"

[html]
content = ["#act"]
title = ".act-name"
chrome = [".stamp"]
drop = [".page-number"]
keys = ["Gazette number"]

[html.fields]
Published = ".day"

[text]
chrome = ['Seal of the printer', 'Copy \\d+']
"""

PAGE = """\
<html><head><meta name="site" content="gazette"></head><body><p>Subscribe now</p><div id="act">
<p class="act-name">The Portal Act</p><p class="day">Published: 3 May 2001</p><p class="stamp">Stamped</p>
<table><tr><th>Gazette number</th><td>12</td></tr></table>
<p>The parliament <span class="page-number">7</span>enacted it in 2001.</p></div></body></html>
"""

TEXT = """\
GAZETTE OF UTOPIA

The Portal Act

Seal of the printer

The parliament enacted it in 2001.

Copy 12
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of documents with a profile beside them."""
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "gazette.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "act.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "act.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


class TestAProfileOfOnesOwn:
    def test_a_web_page(self, folder: Path) -> None:
        """Content, title, chrome, fields and keys are where the profile says; what is dropped is not in the text."""
        document = read_document(folder / "act.html")

        read = [(b.kind, b.attributes.get("key", ""), b.view.text) for b in document.blocks if b.kind != "chrome"]
        assert read == [
            ("field", "Published", "3 May 2001"),
            ("heading", "", "The Portal Act"),
            ("field", "Gazette number", "12"),
            ("paragraph", "", "The parliament enacted it in 2001."),
        ]
        assert (document.metadata["profile"], document.metadata["jurisdiction"]) == ("utopia-gazette", "ut")
        assert document.metadata["title"] == "The Portal Act"

    def test_a_text_copy(self, folder: Path) -> None:
        """Lines that the profile knows are chrome."""
        document = read_document(folder / "act.txt")

        chrome = [document.text[b.start : b.end].strip() for b in document.blocks if b.kind == "chrome"]
        assert chrome == ["Seal of the printer", "Copy 12"]
        assert document.metadata["profile"] == "utopia-gazette"

    def test_a_page_of_another_site(self, folder: Path) -> None:
        """A page without the signs is read as any other."""
        path = folder / "other.html"
        path.write_text(PAGE.replace("gazette", "news"), encoding="utf-8")

        assert read_document(path).metadata["profile"] == "html"

    def test_a_profile_of_ones_own_comes_first(self, folder: Path) -> None:
        """Of two profiles that are as sure, the one beside the document is taken."""
        (folder / "profiles" / "wiki.toml").write_text(
            'name = "our-wiki"\n[[sign]]\nselector = "body.mediawiki"\nweight = 0.5\n[html]\n', encoding="utf-8"
        )
        path = folder / "wiki.html"
        path.write_text('<html><body class="mediawiki"><h1>Act</h1><p>An act of 2001.', encoding="utf-8")

        assert read_document(path).metadata["profile"] == "our-wiki"


class TestWrongProfiles:
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (("name =", "nme ="), "unknown key nme; known are about, html, metadata, name, sign, text"),
            (('"utopia-gazette"', '"Utopia Gazette"'), "name must be words in lower case with hyphens"),
            (('[html]\ncontent = ["#act"]', '[html]\ncontent = ["#act["]'), "'#act[' is no CSS selector"),
            (('[html]\ncontent = ["#act"]', '[html]\ncontent = "#a"\nfoo = 1'), "unknown key html.foo"),
            (("'Copy \\d+'", "'Copy ('"), "'Copy (' is no regular expression"),
            (("'Copy \\d+'", "'(a+)+'"), "repeats a repetition"),
            (("weight = 0.6\n\n[metadata]", "weight = 6\n\n[metadata]"), "sign.weight must be a number above 0"),
            (('jurisdiction = "ut"', 'country = "ut"'), "unknown key metadata.country; known are jurisdiction"),
            (('"ut"', '"Utopia"'), "metadata.jurisdiction must be the code of a country, such as ee, not 'Utopia'"),
            (("[text]\n", '[text]\nlayout = "odd"\n'), "text.layout must be one of keyed-lines, plain, stacked-keys"),
            (("[[sign]]\npattern", "[[sign]]\nselector = 'p'\npattern"), "either a selector or a pattern"),
            (("about =", "about"), "is no TOML"),
        ],
    )
    def test_what_is_wrong_is_said(self, folder: Path, change: tuple[str, str], problem: str) -> None:
        """The error names the file, what was found and what is known."""
        path = folder / "profiles" / "gazette.toml"
        path.write_text(PROFILE.replace(*change, 1), encoding="utf-8")

        with pytest.raises(DataFileError) as caught:
            read_document(folder / "act.txt")

        assert caught.value.path == path
        assert problem in caught.value.problem

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ('name = "a"\n[html]\n', "has no [[sign]] that tells pages of the site"),
            ('name = "a"\n[[sign]]\npattern = "x"\nweight = 1\n', "has neither a table [html] nor a table [text]"),
            ('name = "a"\nsign = 1\n[html]\n', "[[sign]] must be tables"),
            ('name = "a"\nhtml = 1\n[[sign]]\npattern = "x"\nweight = 1\n', "[html] must be a table"),
            ('name = "a"\n[[sign]]\npattern = "x"\nweight = 1\n[text]\nkeys = [1]\n', "keys must be a list of texts"),
        ],
    )
    def test_what_is_missing_is_said(self, tmp_path: Path, text: str, problem: str) -> None:
        """A profile needs a name, signs, and something that it says."""
        (tmp_path / "a.toml").write_text(text, encoding="utf-8")

        with pytest.raises(DataFileError) as caught:
            read_sites(tmp_path)

        assert caught.value.problem == problem


class TestShippedProfiles:
    def test_one_weak_sign_is_not_enough(self) -> None:
        """A Korean text that begins with the name of a body is no report page for that."""
        document = document_from_text("행정안전부\n\n전자정부법은 2001년에 제정되었다.\n", "a.txt")

        assert document.metadata["profile"] == "plain"

    def test_they_load(self) -> None:
        """Each file in data/profiles is one profile, named like its file."""
        names = {path.stem for path in assets.data("profiles").glob("*.toml")}

        sites = shipped_sites()
        assert {site.name for site in sites.web} | {site.name for site in sites.text} == names

    def test_there_and_back(self) -> None:
        """What is known of web pages goes to the process that reads them as JSON, and comes out the same."""
        assert web_sites_from(shipped_sites().as_json()) == shipped_sites().web
        assert web_sites_from(Sites().as_json()) == web_sites_from("") == ()
