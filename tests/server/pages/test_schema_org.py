"""Search engines for data read schema.org in JSON-LD: of the data set on the first page, of each thing on its page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from egov_kg import assets, iri
from egov_kg.server.schema_org import KINDS

if TYPE_CHECKING:
    from tests.server.pages.conftest import Site

DATASET_FIELDS: Final = {
    *("name", "description", "url", "sameAs", "identifier", "keywords", "license", "creator", "version"),
    *("isAccessibleForFree", "includedInDataCatalog", "distribution", "temporalCoverage", "spatialCoverage"),
}
"""What Google's Dataset Search asks for or takes, where a graph has it."""


def told(site: Site, path: str, lang: str = "en") -> dict[str, Any]:
    """Return the only block of JSON-LD on a page."""
    (script,) = (e for e in site.page(path, lang).all("script") if e["type"] == "application/ld+json")
    found: dict[str, Any] = json.loads(script.text)
    assert found["@context"] == "https://schema.org"
    return found


class TestDataset:
    def test_it_has_what_dataset_search_asks_for(self, site: Site) -> None:
        """A name, a description of 50 to 5,000 characters, and all else that is known."""
        found = told(site, "/")

        assert found["@type"] == "Dataset"
        assert set(found) >= DATASET_FIELDS
        assert 50 <= len(found["description"]) <= 5000
        assert found["@id"] == found["sameAs"] == iri.BASE
        assert found["creator"]["@type"] == "Organization"

    def test_files_are_those_of_the_release(self, site: Site) -> None:
        """Each with type, size and checksum, at an address that answers."""
        files = {file.path.removeprefix("dumps/"): file for file in site.release.manifest.files}

        found = told(site, "/")["distribution"]

        assert len(found) == 6
        for one in found:
            file = files[one["name"]]
            assert (one["sha256"], one["contentSize"]) == (file.sha256, f"{file.bytes} B")
            assert one["contentUrl"].endswith(f"/dumps/{site.release.id}/{one['name']}")

    def test_time_and_places_are_those_of_the_catalogue(self, site: Site) -> None:
        """Counted, as the catalogue has them."""
        found = told(site, "/")

        assert re.fullmatch(r"\d{4}/\d{4}", found["temporalCoverage"])
        assert found["temporalCoverage"].split("/") == sorted(found["temporalCoverage"].split("/"))
        assert {
            "@type": "Place",
            "@id": iri.thing_iri("jurisdiction/kr/republic-korea"),
            "name": "Republic of Korea",
        } in (found["spatialCoverage"])
        assert {"en", "ko"} <= set(found["inLanguage"])

    def test_words_are_in_the_language_of_the_page(self, site: Site) -> None:
        """Names of files are not."""
        assert "어느 정부" in told(site, "/", "ko")["description"]

    def test_a_release_without_a_catalogue_is_told_as_far_as_it_is_known(self, small: Site) -> None:
        """Nothing is made up, and nothing is empty."""
        found = told(small, "/")

        assert "temporalCoverage" not in found
        assert all(found.values())


class TestThings:
    def test_a_page_is_about_the_thing(self, site: Site) -> None:
        """Called by its IRI, with its names, as a part of the data set."""
        found = told(site, "/page/law/kr/e-government-act")

        assert (found["@type"], found["inLanguage"]) == ("WebPage", "en")
        assert found["isPartOf"]["@id"] == iri.BASE
        about = found["about"]
        assert (about["@type"], about["@id"]) == ("Legislation", iri.thing_iri("law/kr/e-government-act"))
        assert "전자정부법" in about["alternateName"]

    def test_what_has_no_class_there_is_a_thing(self, site: Site) -> None:
        """No near class is taken for it."""
        thing = site.page("/browse/Barrier").links()
        page = next(href for href in thing if href.startswith("/page/barrier/"))

        assert told(site, page)["about"]["@type"] == "Thing"

    def test_what_it_is_linked_with_is_the_same(self, site: Site) -> None:
        """An exact match alone; what is only close is another thing."""
        about = told(site, "/page/jurisdiction/kr/republic-korea")["about"]

        assert about["@type"] == "AdministrativeArea"
        assert about["sameAs"] == ["https://w3id.org/egov-kg/id/jurisdiction/iso-3166-1/KR"]

    def test_words_that_would_end_the_script_do_not(self, small: Site) -> None:
        """A name may hold anything."""
        found = told(small, "/page/law/kr/hostile")

        assert any("<script" in name for name in (found["name"], *found["about"].get("alternateName", ())))


@pytest.mark.parametrize(("ours", "theirs"), sorted(KINDS.items()))
def test_classes_are_those_of_the_alignments(ours: str, theirs: str) -> None:
    """What is not aligned is not claimed on pages either."""
    text = assets.ontology("alignments.ttl").read_text(encoding="utf-8")
    statement = re.search(rf"^{ours} [^.]*?schema:{theirs}\b[^.]*\.$", text, re.MULTILINE | re.DOTALL)

    assert statement is not None
