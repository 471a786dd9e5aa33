"""Links with data sets of others can be read: both sides, the bits, who decided, the passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.pages.conftest import Element, Page, Site


def cards(page: Page) -> list[Element]:
    """Return the links that a page shows."""
    return [element for element in page.all("article") if element["class"] == "link-card"]


def words(element: Element) -> str:
    """Return the text of an element, its white space folded."""
    return " ".join(element.text.split())


class TestList:
    def test_has_every_data_set_with_the_number_of_its_links(self, site: Site) -> None:
        """And the way to its links and its mapping file."""
        page = site.page("/links")

        rows = {row[0]: row[1:] for row in page.rows()}
        assert rows["ISO 3166 countries"] == ["26.2.16", "skos:exactMatch 1", "mapping file"]
        assert {"/links/kr-iso", "/mappings/kr-iso", "/links/kr-law-history", "/links/kr-offices"} <= set(page.links())

    def test_of_nothing_says_so(self, small: Site) -> None:
        """A release without links has the page, too."""
        assert "There are no links." in [words(e) for e in small.page("/links").all("p")]

    def test_is_where_the_name_of_a_data_set_leads(self, site: Site) -> None:
        """From the first page, and from the evidence of a linked fact."""
        assert "/links/kr-iso" in site.page("/").links()
        assert "/links/kr-law-history" in site.page("/page/law/kr/public-data-act").links()


class TestLinks:
    def test_show_both_sides_and_who_decided(self, site: Site) -> None:
        """Names in both languages, their name and IRI, the decision with its day and note, the Statement."""
        page = site.page("/links/kr-iso")

        (card,) = cards(page)
        text = words(card)
        assert "Republic of Korea exactMatch Korea, Republic of" in text
        assert "대한민국" in text
        assert (
            "accepted by a person Decided by egovid:reviewer/maintainers 22 November 2026: code and name agree" in text
        )
        links = {a["href"] for a in page.inside(card, "a")}
        assert "/page/jurisdiction/kr/republic-korea" in links
        assert "/page/jurisdiction/iso-3166-1/KR" in links
        assert any(link.startswith("/page/statement/") for link in links)

    def test_show_every_column_of_theirs_that_was_compared(self, site: Site) -> None:
        """As the mapping file carries it: name, kind, number, day and id, each with what it was compared as."""
        page = site.page("/links/kr-law-history")

        (card,) = [one for one in cards(page) if "mst identifier142444" in words(one)]
        told = [words(e) for e in page.inside(card, "dt")]
        shown = dict(zip(told, [words(e) for e in page.inside(card, "dd")], strict=True))
        assert (shown["kind kind"], shown["number number"]) == ("법률", "11956")
        assert (shown["promulgated date"], shown["mst identifier"]) == ("2013-07-30", "142444")
        assert shown["title_ko name"] == "공공데이터의 제공 및 이용 활성화에 관한 법률"
        assert "The name that met: 공공데이터의 제공 및 이용 활성화에 관한 법률" in words(card)
        assert "Nothing contradicts" in words(card)

    def test_that_were_rejected_stand_beside_with_both_sides(self, site: Site) -> None:
        """Behind a link of their own: who rejected them, when and why; they are no links of the graph."""
        page = site.page("/links/kr-law-history")
        assert "/links/kr-law-history?rows=rejected" in page.links()

        found = cards(site.page("/links/kr-law-history?rows=rejected"))
        found += cards(site.page("/links/kr-law-history?rows=rejected&page=2"))

        assert len(found) == len({card["id"] for card in found}) == 13
        (decree,) = [words(one) for one in found if "mst identifier104833" in words(one)]
        assert "E-Government Act not closeMatch 전자정부법 시행령" in decree
        assert "rejected by a person Decided by egovid:reviewer/maintainers 22 November 2026: of another kind" in decree
        assert "promulgated date2010-05-04" in decree
        assert "For the same thing, also: 전자정부법 mst:102476, rejected by a person" in decree

    @pytest.mark.parametrize("rows", ["waiting", "contradicted", "nothing", "%3Cscript%3E"])
    def test_of_a_kind_that_there_is_none_of_are_the_links(self, site: Site, rows: str) -> None:
        """Whatever is asked for."""
        links = [card["id"] for card in cards(site.page("/links/kr-iso"))]

        assert [card["id"] for card in cards(site.page(f"/links/kr-iso?rows={rows}"))] == links

    def test_show_the_bits_as_bars(self, site: Site) -> None:
        """One for each feature and the prior, to the right if it speaks for the link, with words for who cannot see."""
        page = site.page("/links/kr-iso")

        rows = {row[0]: (row[1], row[3]) for row in page.rows() if len(row) == 4}
        assert rows["code"] == ("+8.9", "×478")
        assert rows["before anything is compared"] == ("−8.0", "÷256")
        labels = [svg["aria-label"] for svg in page.all("svg")]
        assert labels == [
            "code: +8.9 bits", "name: +8.8 bits", "language of the name: +0.1 bits",
            "before anything is compared: −8.0 bits",
        ]  # fmt: skip
        assert [rect["class"] for rect in page.all("rect")] == ["for", "for", "for", "against"]

    def test_show_the_passages_behind_the_facts(self, site: Site) -> None:
        """What a document says of the act that is linked."""
        page = site.page("/links/kr-law-history")

        quotes = [words(e) for e in page.all("blockquote")]
        assert "Digital signature act (1999)" in quotes

    def test_come_in_pages(self, site: Site) -> None:
        """Eight a page, none twice and none lost; a page that is none is the first or the last one."""
        counts = site.release.manifest.counts["graphs"]
        first, second = site.page("/links/kr-offices"), site.page("/links/kr-offices?page=2")

        found = [card["id"] for page in (first, second) for card in cards(page)]
        assert len(cards(first)) == 8
        assert len(set(found)) == len(found) == counts["links/kr-offices"]
        assert [a["href"] for a in first.all("a") if a["rel"] == "next"] == ["/links/kr-offices?page=2"]
        assert [a["href"] for a in second.all("a") if a["rel"] == "prev"] == ["/links/kr-offices?page=1"]
        assert [c["id"] for c in cards(site.page("/links/kr-offices?page=99"))] == [c["id"] for c in cards(second)]
        for number in ("0", "-1", "x", "%EF%BC%92", "9" * 40):
            page = site.page(f"/links/kr-offices?page={number}")
            assert [c["id"] for c in cards(page)] == [c["id"] for c in cards(first)], number

    def test_come_in_korean(self, site: Site) -> None:
        """With names in Korean where there are any."""
        page = site.page("/links/kr-iso", "ko")

        assert words(page.one("h1")) == "ISO 3166 국가: 연결"
        assert "대한민국 exactMatch Korea, Republic of" in words(cards(page)[0])

    @pytest.mark.parametrize("name", ["nobody", "%3Cscript%3E", "..%2Fmanifest", "kr-iso%22%3E"])
    def test_with_a_data_set_that_is_none_are_not_found(self, site: Site, name: str) -> None:
        """Whatever the name holds."""
        assert site.get(f"/links/{name}").status_code == 404
