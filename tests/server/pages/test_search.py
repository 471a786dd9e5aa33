"""The search of the site: what fits, and where nothing does what is like it."""

from __future__ import annotations

import pytest

from egov_kg.server import lookups
from tests.server.pages.conftest import Site

ACT = "https://w3id.org/egov-kg/id/law/kr/e-government-act"


def found(site: Site, text: str) -> list[str]:
    """Return the IRIs of what a search finds."""
    return [hit["iri"] for hit in site.get(f"/search?q={text}&format=json", accept="*/*").json()]


class TestAFewThings:
    @pytest.mark.parametrize("text", ["전자정뷰법", "E-Goverment+Act", "전자정부볍"])
    def test_a_wrong_letter_finds_what_is_alike(self, site: Site, text: str) -> None:
        """Where no name fits, the index of names is asked, and the page says so."""
        page = site.get(f"/search?q={text}")

        assert found(site, text)[0] == ACT
        assert page.status_code == 200
        assert "These names are like it" in page.text
        assert "비슷한 이름" in site.get(f"/search?q={text}", lang="ko").text

    def test_what_fits_comes_as_before(self, site: Site) -> None:
        """Hangul anywhere in a name, and no names beside them that are only alike."""
        page = site.get("/search?q=정부법")

        assert ACT in found(site, "정부법")
        assert "These names are like it" not in page.text

    def test_a_whole_name_leads_to_its_thing(self, site: Site) -> None:
        """One that is only like it never does."""
        assert site.get("/search?q=전자정부법").status_code == 303
        assert site.get("/search?q=전자정뷰법").status_code == 200

    @pytest.mark.parametrize("text", ["zzzzqqq", "+", "%25"])
    def test_nothing_is_found_where_nothing_is_alike(self, site: Site, text: str) -> None:
        """No letters, or none that a name has."""
        assert found(site, text) == []


class TestManyThings:
    @pytest.fixture(autouse=True)
    def _many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lookups, "MOST_SCANNED", 0)

    @pytest.mark.parametrize("text", ["전자정부", "정부법", "E-Government", "전자정뷰법"])
    def test_the_index_finds_it_alone(self, site: Site, text: str) -> None:
        """How a name begins, what it holds, what is like it."""
        assert ACT in found(site, text)

    @pytest.mark.parametrize("text", ["E-Government+Act", "전자정부법"])
    def test_a_whole_name_leads_to_its_thing(self, site: Site, text: str) -> None:
        """In either language."""
        assert site.get(f"/search?q={text}").headers["location"].startswith("/page/law/kr/e-government-act")
