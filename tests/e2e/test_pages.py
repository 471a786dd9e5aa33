"""Promises of the pages, kept in a real browser: both languages, any width, no script, nothing from elsewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.e2e

ACT: Final = "/page/law/kr/e-government-act"
PAGES: Final = (
    "/",
    ACT,
    "/page/administration/kr/kim-dae-jung",
    "/links",
    "/links/kr-law-history",
    "/links/kr-law-history?rows=rejected",
    "/page/law/kr/public-data-act",
    "/browse",
    "/browse/Law",
    "/queries",
    "/queries/laws-by-administration",
    "/sparql",
    "/search?q=NIA",
    "/dumps/",
    "/ontology",
    "/api",
    "/reconcile",
)
LANGUAGES: Final = {"en": "en-GB", "ko": "ko-KR"}
HANGUL: Final = re.compile(r"[가-힣]")

OVERFLOW: Final = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > wide + 1)
    .slice(0, 5).map(e => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 60));
}"""
NAMELESS: Final = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
  .filter(e => !(e.labels && e.labels.length) && !e.getAttribute("aria-label") && !e.textContent.trim())
  .map(e => e.outerHTML.slice(0, 120))"""
SMALL: Final = """() => [...document.querySelectorAll("button, input:not([type=hidden]), select, summary")]
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([_, box]) => box.width > 0 && (box.height < 24 || box.width < 24)).map(([html, _]) => html)"""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page_serves_its_reader(window: Callable[..., Window], path: str, lang: str) -> None:
    """The reader's language; one main heading, none skipped; names, targets and headers; no scrolling sideways."""
    here = window(width=390, height=844, locale=LANGUAGES[lang])

    answer = here.open(path)

    page = here.page
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(e => +e.tagName[1])")
    assert answer.status == 200
    assert page.get_attribute("html", "lang") == lang
    assert bool(HANGUL.search(page.locator("header nav a:not([hreflang])").first.inner_text())) == (lang == "ko")
    assert levels.count(1) == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL) == []
    assert page.locator("table:not(:has(th[scope]))").count() == 0
    assert page.evaluate(OVERFLOW) == [], "at 390 px"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(OVERFLOW) == [], "at 320 px"


def test_links_of_all_pages_can_be_followed(window: Callable[..., Window]) -> None:
    """No link leads nowhere, and none to an IRI of ours leaves the server."""
    here = window()
    hrefs: dict[str, str] = {}
    for path in PAGES:
        here.open(path)
        for href in here.page.locator("a[href]").evaluate_all("all => all.map(e => e.href.split('#')[0])"):
            hrefs.setdefault(href, path)

    local = [href for href in hrefs if href.startswith(here.url)]
    broken = [(href, hrefs[href], status) for href in local for status in [status_of(here, href)] if status >= 400]

    assert [href for href in hrefs if "w3id.org/egov-kg" in href] == []
    assert broken == []


def status_of(window: Window, address: str) -> int:
    """Return the status of an answer that is fetched with the browser's headers, without being shown."""
    return window.page.request.get(address, headers={"Accept": "text/html"}).status


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
class TestTasks:
    def test_an_example_question_runs_on_click(self, window: Callable[..., Window], script: bool) -> None:
        """From the home page one click gives a question and its answer as a table."""
        here = window(script=script)
        here.open("/")

        here.follow(here.page.locator("a[href*='/queries/laws-by-administration']").first)

        assert here.page.locator("main tbody tr").count() > 5
        assert here.page.get_by_text("Kim Dae-jung").count() > 0

    def test_a_derived_fact_leads_to_the_words_behind_it(self, window: Callable[..., Window], script: bool) -> None:
        """On the page of a law, "why" at its administration leads to a proof with quotations or sources."""
        here = window(script=script)
        here.open(ACT)
        fact = here.page.locator(
            "dl.facts li", has=here.page.locator("a[href*='administration/kr/kim-dae-jung']")
        ).first

        fact.locator("summary").click()
        assert fact.locator(".premises li").count() > 0 or fact.locator("a[href*='/explain']").count() > 0
        here.follow(fact.locator("a[href*='/explain']").first)

        assert here.page.locator(".proof figure").count() > 0

    def test_a_stated_fact_shows_its_quotation(self, window: Callable[..., Window], script: bool) -> None:
        """Under "why" of a stated fact stand the words of the document."""
        here = window(script=script)
        here.open(ACT)
        fact = here.page.locator("dl.facts li", has=here.page.locator(".badge.stated")).first

        fact.locator("summary").click()

        assert fact.locator("blockquote").first.is_visible()

    def test_a_thing_is_found_by_its_korean_name(self, window: Callable[..., Window], script: bool) -> None:
        """The search box of any page finds a law by a part of its Korean name."""
        here = window(script=script, locale="ko-KR")
        here.open("/")

        here.page.fill("input[name=q]", "전자정부법")
        here.enter()

        assert "e-government-act" in here.page.url or here.page.locator("a[href*='e-government-act']").count() > 0

    def test_a_query_gives_a_table_and_its_downloads(self, window: Callable[..., Window], script: bool) -> None:
        """A query that is typed and sent gives rows, and a button that saves them all as CSV."""
        here = window(script=script)
        here.open("/sparql")
        here.page.fill(
            "textarea",
            "PREFIX egov: <https://w3id.org/egov-kg/ontology#>\nSELECT ?law ?by WHERE { ?law egov:enactedUnder ?by }",
        )

        here.follow(here.page.locator("main form button:not([name])").first)
        assert here.page.locator("#result tbody tr").count() > 5
        with here.page.expect_download() as saved:
            here.page.locator("#result button[value=csv]").click()

        assert Path(saved.value.path()).read_text(encoding="utf-8").startswith("law,by")

    def test_a_mistake_in_a_query_is_shown_where_it_is(self, window: Callable[..., Window], script: bool) -> None:
        """A syntax error gives the page again with the query, the line, and a hint; nothing that was typed is lost."""
        here = window(script=script)
        here.open("/sparql")
        here.page.fill("textarea", "SELECT ?law\nWHERE { ?law a egov:Law")

        here.follow(here.page.locator("main form button:not([name])").first)

        assert here.page.get_by_role("alert").is_visible()
        assert here.page.locator("textarea").input_value() == "SELECT ?law\nWHERE { ?law a egov:Law"
        here.complaints[:] = [one for one in here.complaints if "400 (Bad Request)" not in one]

    def test_a_parameter_of_a_question_can_be_changed(self, window: Callable[..., Window], script: bool) -> None:
        """A question with a parameter has a form; another value gives another answer."""
        here = window(script=script)
        here.open("/queries/laws-by-administration")
        all_rows = here.page.locator("main tbody tr").count()

        here.page.locator("main select").first.select_option(index=1)
        here.follow(here.page.locator("main form button").first)

        assert 0 <= here.page.locator("main tbody tr").count() < all_rows

    def test_a_file_of_the_release_is_downloaded(self, window: Callable[..., Window], script: bool) -> None:
        """The downloads page leads to the dumps and their checksums."""
        here = window(script=script)
        here.open("/dumps/")

        with here.page.expect_download() as saved:
            here.page.locator("a[href$='egov-kg-all.ttl.gz']").first.click()

        assert Path(saved.value.path()).read_bytes()[:2] == b"\x1f\x8b"

    def test_the_other_language_is_one_click_away(self, window: Callable[..., Window], script: bool) -> None:
        """The header offers the same page in the other language, and stays there on the next page."""
        here = window(script=script)
        here.open(ACT)

        here.follow(here.page.locator("header a[hreflang=ko]"))
        assert here.page.get_attribute("html", "lang") == "ko"
        assert here.page.locator("h1").inner_text() == "전자정부법"
        here.follow(here.page.locator("header nav a").first)

        assert here.page.get_attribute("html", "lang") == "ko"


class TestKeyboard:
    def test_first_stop_skips_to_the_content(self, window: Callable[..., Window]) -> None:
        """The first press of Tab shows a link over the header into the page."""
        here = window()
        here.open(ACT)

        here.page.keyboard.press("Tab")
        here.page.keyboard.press("Enter")

        here.page.wait_for_url("**#main")

    def test_asks_a_query_without_a_mouse(self, window: Callable[..., Window]) -> None:
        """From the text of a query one Tab leads to the button that runs it."""
        here = window()
        here.open("/sparql")
        here.page.focus("textarea")
        here.page.keyboard.press("Control+A")
        here.page.keyboard.insert_text("ASK { ?s ?p ?o }")

        here.page.keyboard.press("Tab")
        here.enter()

        assert here.page.locator("#result").is_visible()


class TestHostileText:
    @pytest.mark.parametrize(
        "path",
        ["/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/browse/Law?lang=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"],
    )
    def test_is_shown_and_not_run(self, window: Callable[..., Window], path: str) -> None:
        """Markup in an address is text."""
        here = window()

        here.open(path)

        assert here.page.locator("script:not([type='application/ld+json'])").count() == 0
