"""Words of documents and of addresses are shown as words: nothing that they hold runs, opens or breaks a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.server.pages.conftest import Site

SCRIPT: Final = "<script>alert(1)</script>"
VIEWS: Final = (
    "/",
    "/page/law/kr/hostile",
    "/page/statement/3",
    "/browse/Law",
    "/search?q=alert",
    "/graph/document/report-digest",
    "/explain?s=law/kr/hostile&p=egov:amends&o=law/kr/known",
    "/queries/names-and-acronyms",
    "/sparql?query=SELECT%20*%20WHERE%20%7B%20%3Claw%3E%20%3Fp%20%3Fo%20%7D",
    "/sparql?query=SELECT%20%3Fs%20%3Fp%20%3Fo%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
    "/sparql?query=CONSTRUCT%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
)
ADDRESSES: Final = (
    "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/search?q=%3Cimg%20src=x%20onerror=alert(1)%3E&lang=%22%3E%3Cscript%3E",
    "/sparql?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/sparql?example=%22%3E%3Cscript%3E&thing=law/%22%3E%3Cscript%3E",
    "/queries/laws-in-force-on?day=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/page/law/kr/%3Cscript%3Ealert(1)%3C/script%3E",
    "/page/law/kr/a%20b%22%3E",
    "/browse/%3Cscript%3E",
    "/graph/document/%3Cscript%3E",
    "/explain?s=%3Cscript%3E&p=x&o=y",
    "/problem/%3Cscript%3E",
    "/%3Cscript%3Ealert(1)%3C/script%3E",
    "/dumps/%22%3E%3Cscript%3E/",
)


class TestWordsOfTheGraph:
    @pytest.mark.parametrize("lang", ["en", "ko"])
    @pytest.mark.parametrize("address", VIEWS)
    def test_are_text_in_every_view(self, small: Site, address: str, lang: str) -> None:
        """Markup in labels and quotations stays text, and IRIs that could run are no links."""
        page = small.page(address, lang)

        assert {s["type"] for s in page.all("script")} <= {"application/ld+json"}
        assert page.all("img", "iframe") == []
        assert [e.attributes for e in page.elements if any(name.startswith("on") for name in e.attributes)] == []
        assert {a["href"].partition(":")[0] for a in page.all("a") if not a["href"].startswith(("/", "#"))} <= {
            "http",
            "https",
        }

    def test_are_shown_whole(self, small: Site) -> None:
        """Nothing is cut out of a name: brackets, quotation marks and ampersands are there to be read."""
        assert small.page("/page/law/kr/hostile").one("h1").text == f"{SCRIPT} \"quoted\" & 'single'"
        assert "{{ 7 * 7 }}" in small.page("/page/law/kr/hostile").one("main").text

    def test_from_right_to_left_keep_to_themselves(self, small: Site) -> None:
        """Arabic inside an English page is marked and isolated, so that it does not turn what stands beside it."""
        page = small.page("/page/law/kr/hostile")
        (arabic,) = [e for e in page.all("li") if e["lang"] == "ar"]

        assert (arabic["dir"], arabic.text) == ("auto", "قانون الحكومة (2001)")

    def test_that_are_addresses_of_the_web_are_links(self, small: Site) -> None:
        """An IRI of the web that holds quotes and ampersands stays one link, whole."""
        assert "https://example.org/a&b?c='d'" in small.page("/page/law/kr/hostile").links()


class TestWordsOfAddresses:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_are_text_in_every_answer(self, small: Site, address: str) -> None:
        """What somebody puts into a link comes back as text, or as an error that shows it as text, never as 500."""
        answer = small.get(address)

        assert answer.status_code < 500
        page = small.page(address, status=answer.status_code)
        assert page.all("script", "img") == []

    def test_of_a_search_stand_in_the_box(self, small: Site) -> None:
        """What was searched stays in the field, quotes and all."""
        page = small.page("/search?q=%22%3E%3Cscript%3E")

        assert [i["value"] for i in page.all("input") if i["type"] == "search"] == ['"><script>']
