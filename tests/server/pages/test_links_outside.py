"""What the release tells of data sets of others can be found from the first page and by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.pages.conftest import Site


class TestFirstPage:
    @pytest.mark.parametrize(("lang", "name"), [("en", "ISO 3166 countries"), ("ko", "ISO 3166 국가")])
    def test_it_lists_the_data_sets_that_things_are_linked_with(self, site: Site, lang: str, name: str) -> None:
        """With version, kind and number of the links, in the language of the page."""
        items = [" ".join(element.text.split()) for element in site.page("/", lang).all("li")]

        assert f"{name} (26.2.16): skos:exactMatch 1" in items

    def test_links_are_counted_apart(self, site: Site) -> None:
        """As many as the graphs of links hold."""
        counts = site.release.manifest.counts["graphs"]
        expected = sum(count for name, count in counts.items() if name.startswith("links/"))
        figures = {e.text.strip() for e in site.page("/").all("dd")}

        assert expected > 0
        assert str(expected) in figures

    def test_a_release_without_links_lists_none(self, small: Site) -> None:
        """No empty heading stands there."""
        assert "Linked with" not in [e.text for e in small.page("/").all("h3")]


class TestNames:
    def test_a_data_set_leads_to_what_is_told_of_it(self, site: Site) -> None:
        """People come to the first page, programs to VoID."""
        assert site.get("/dataset/kr-iso").headers["location"] == "/links/kr-iso"
        answer = site.get("/dataset/kr-iso", accept="application/ld+json")
        assert (answer.status_code, answer.headers["location"]) == (303, "/void.jsonld")

    def test_mappings_lead_to_the_file_of_the_release(self, site: Site) -> None:
        """With the media type of such files."""
        answer = site.get("/mappings/kr-iso")

        assert answer.headers["location"] == f"/dumps/{site.release.id}/kr-iso.sssom.tsv"
        file = site.get(answer.headers["location"])
        assert file.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
        assert file.content == site.release.file("mappings/kr-iso.sssom.tsv").read_bytes()

    @pytest.mark.parametrize(
        "path", ["/dataset/nobody", "/mappings/nobody", "/mappings/..%2Fmanifest", "/dataset/%3Cx%3E"]
    )
    def test_of_others_nothing_is_told(self, site: Site, path: str) -> None:
        """A name that the release does not speak of is not found."""
        assert site.get(path).status_code == 404
