"""What every page of the site promises, in English and in Korean, to people and to what reads to them."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.server.pages.conftest import Page, Site

ACT: Final = "/page/law/kr/e-government-act"
WORK: Final = "visionary-and-sustainable-leadership-for-e-government"
PROOF: Final = "/explain?s=law/kr/e-government-act&p=egov:enactedUnder&o=administration/kr/kim-dae-jung"
PAGES: Final = {
    "/": 200,
    ACT: 200,
    f"{ACT}?view=print": 200,
    "/page/administration/kr/kim-dae-jung": 200,
    f"/page/document/int/{WORK}": 200,
    f"/page/document/int/{WORK}-digest": 200,
    f"/graph/document/{WORK}-digest": 200,
    "/graph/entailed": 200,
    "/links": 200,
    "/links/kr-law-history": 200,
    "/links/nobody": 404,
    "/browse": 200,
    "/browse/Law": 200,
    "/queries": 200,
    "/queries/laws-by-administration": 200,
    "/queries/laws-in-force-on?day=yesterday": 400,
    "/sparql": 200,
    "/sparql?query=SELECT%20%3Fs%20WHERE%20%7B%20%3Fs%20a%20%3Fc%20%7D%20LIMIT%203": 200,
    "/sparql?query=SELECT%20%3Fs%20WHERE%20%7B%20%3Fs": 400,
    "/search?q=act": 200,
    "/search?q=": 200,
    "/dumps/": 200,
    "/ontology": 200,
    "/api": 200,
    "/reconcile": 200,
    PROOF: 200,
    "/problem/bad-parameter": 200,
    "/nowhere": 404,
    "/page/law/kr/nowhere": 404,
}
HANGUL: Final = re.compile(r"[가-힣]")
BUDGETS: Final = {
    "/": (40_000, 10_000),
    ACT: (30_000, 6_000),
    "/browse/Law": (40_000, 10_000),
    "/queries/laws-by-administration": (40_000, 10_000),
    "/sparql": (40_000, 10_000),
}
"""Bytes of HTML, plain and compressed."""


@pytest.fixture(params=["en", "ko"])
def lang(request: pytest.FixtureRequest) -> str:
    """The language that the browser prefers."""
    return str(request.param)


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, site: Site, lang: str) -> Page:
    """Each kind of page in each language."""
    return site.page(request.param, lang, status=PAGES[request.param])


class TestEveryPage:
    def test_speaks_the_language_of_the_reader(self, page: Page, lang: str) -> None:
        """The element, the header and the words agree; caches are told that the language was negotiated."""
        assert page.one("html")["lang"] == lang
        assert page.answer.headers["content-language"] == lang
        assert "Accept-Language" in page.answer.headers["vary"]
        menu = page.inside(page.one("header"), "a")
        assert [bool(HANGUL.search(a.text)) for a in menu if a["href"] == "/browse"] == [lang == "ko"]

    def test_has_one_heading_of_the_first_level_and_skips_none(self, page: Page) -> None:
        """Who moves by headings finds the subject first and no gap below it."""
        assert page.levels().count(1) == 1
        assert page.levels()[0] == 1
        assert page.skipped_levels() == []
        assert page.one("h1").text.strip() != ""

    def test_has_a_title_that_begins_with_its_subject(self, page: Page) -> None:
        """Tabs and lists of results show what the page is about, then the site."""
        subject, dot, site = page.one("title").text.rpartition(" · ")

        assert (bool(subject.strip()), dot, site) == (True, " · ", "egov-kg")

    def test_begins_with_a_way_past_the_menu(self, page: Page) -> None:
        """The first link leads to the main part, and every landmark is there once."""
        assert page.all("a")[0]["href"] == "#main"
        assert page.one("main")["id"] == "main"
        assert len(page.all("header")) == len(page.all("footer")) == 1

    def test_names_every_control_and_every_region(self, page: Page) -> None:
        """Fields have a label, buttons and links words, scrolling tables a name and a way in by keyboard."""
        labelled = {label["for"] for label in page.all("label")}
        nameless = [
            field.attributes
            for field in page.all("input", "select", "textarea")
            if field["type"] != "hidden" and not field["aria-label"] and field["id"] not in labelled
        ]
        wordless = [e.attributes for e in page.all("a", "button", "summary") if not e.text.strip()]
        regions = [e.attributes for e in page.all("div") if "scroll" in e["class"].split()]

        assert nameless == []
        assert wordless == []
        assert [
            r for r in regions if (r.get("tabindex"), r.get("role")) != ("0", "region") or not r["aria-label"]
        ] == []

    def test_says_what_the_headers_of_its_tables_head(self, page: Page) -> None:
        """Each header cell has a scope."""
        assert {th["scope"] for th in page.all("th")} <= {"col", "row"}
        assert all(page.inside(table, "th") for table in page.all("table"))

    def test_has_ids_once_and_references_that_hit(self, page: Page) -> None:
        """What is described by something, labelled by something or jumps somewhere finds it."""
        ids = [e["id"] for e in page.elements if e["id"]]
        wanted = [e[key] for e in page.elements for key in ("for", "aria-describedby", "aria-labelledby") if e[key]]
        jumps = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]

        assert len(ids) == len(set(ids))
        assert {*wanted, *jumps} - set(ids) == set()

    def test_needs_no_script_no_style_and_nothing_from_elsewhere(self, page: Page) -> None:
        """All that is loaded is our own, and nothing in the page runs or styles itself."""
        loaded = [e["href"] for e in page.all("link")] + [e["src"] for e in page.elements if e["src"]]
        scripts = [e["type"] for e in page.all("script")]
        inline = [name for e in page.elements for name in e.attributes if name == "style" or name.startswith("on")]

        assert [address for address in loaded if not re.match(r"/(?!/)", address)] == []
        assert set(scripts) <= {"application/ld+json"}
        assert page.all("style", "iframe", "object", "embed", "base") == []
        assert inline == []

    def test_links_to_this_server_but_for_what_lies_outside(self, page: Page) -> None:
        """No link of ours leaves the server for the address that its IRIs are made of."""
        outside = {a["href"] for a in page.all("a") if not a["href"].startswith(("/", "#"))}

        assert [href for href in outside if not href.startswith(("https://", "http://", "mailto:"))] == []
        assert [href for href in outside if href.startswith("https://w3id.org/egov-kg")] == []

    def test_offers_itself_in_the_other_language(self, page: Page, site: Site, lang: str) -> None:
        """One link in the menu and one in the head per language lead to the same page."""
        other = "ko" if lang == "en" else "en"
        (switch,) = [a for a in page.inside(page.one("header"), "a") if a["hreflang"]]
        heads = {link["hreflang"]: link["href"] for link in page.all("link") if link["hreflang"]}

        turned = site.page(switch["href"], lang, status=page.answer.status_code)

        assert (switch["hreflang"], switch["lang"]) == (other, other)
        assert set(heads) == {"en", "ko"}
        assert heads[other] == switch["href"]
        assert turned.one("html")["lang"] == other

    def test_keeps_a_chosen_language_in_its_links(self, page: Page, site: Site, lang: str) -> None:
        """Whoever chose a language stays in it: in links, and in what forms send."""
        other = "ko" if lang == "en" else "en"
        (switch,) = [a for a in page.inside(page.one("header"), "a") if a["hreflang"]]

        turned = site.page(switch["href"], lang, status=page.answer.status_code)

        pages = re.compile(r"/($|\?|page/|browse|queries/?[a-z-]*($|\?)|sparql|dumps/($|\?)|ontology($|[?#])|search)")
        lost = [
            a["href"]
            for a in turned.all("a")
            if pages.match(a["href"])
            and f"lang={other}" not in a["href"]
            and not a["hreflang"]
            and "format=" not in a["href"]
        ]
        forms = [form for form in turned.all("form") if form["action"] != ""]
        assert lost == []
        assert [f["action"] for f in forms if not any(i["name"] == "lang" for i in turned.inside(f, "input"))] == []

    def test_marks_sentences_of_errors_as_english(self, page: Page) -> None:
        """The protocol speaks English; on a Korean page its sentences say so."""
        alerts = [e for e in page.all("div") if e["role"] == "alert"]
        marked = [e for a in alerts for e in (a, *page.inside(a, "p", "span")) if e["lang"] == "en"]

        assert bool(marked) == (bool(alerts) and page.one("html")["lang"] == "ko")

    def test_says_which_release_it_shows_and_under_which_licence(self, page: Page, site: Site) -> None:
        """The foot of every page names the release, its day and the licence."""
        foot = page.one("footer").text

        assert site.release.id[:12] in foot
        assert "CC BY 4.0" in foot
        assert [t["datetime"] for t in page.inside(page.one("footer"), "time")] == [site.release.manifest.issued]


class TestWeight:
    @pytest.mark.parametrize("address", BUDGETS)
    def test_of_a_page_stays_within_its_budget(self, site: Site, address: str) -> None:
        """Pages load on a slow line: few bytes, fewer still when compressed."""
        content = site.page(address).answer.content
        plain, compressed = BUDGETS[address]

        assert len(content) <= plain
        assert len(gzip.compress(content, mtime=0)) <= compressed

    def test_of_the_style_sheet_stays_within_its_budget(self, site: Site) -> None:
        """One sheet for all pages, at most 6 KB compressed."""
        assert len(gzip.compress(site.get("/static/site.css").content, mtime=0)) <= 6_000
