"""The digests in data/documents: the same structure and facts as the works, in our own words."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest

from egov_kg.documents import read_document, read_documents
from egov_kg.model import Document

PROJECT = Path(__file__).parents[2]
DIGESTS = PROJECT / "data" / "documents"
SEEDS = PROJECT.parent / "shared" / "seeds"

SERVICES = "document/int/civil-public-services-and-welfare-services-innovation-using-information-and"
LEADERSHIP = "document/int/visionary-and-sustainable-leadership-for-e-government"
WORKS = {SERVICES: "000_7f3db59c61ea85ca.txt", LEADERSHIP: "003_7f9da50741b1fc5e.txt"}
TITLES = (
    "Services and Welfare Services Innovation Using Information and Communications Technology in Local Government",
    "Visionary and Sustainable Leadership for E-Government",
    "Institutional Structure of Promotion and Implementation Organizations for Korean E-Government",
    "Act on promotion of the provision and use of public data",
)
"""Titles of works, figures and acts: they are what they are."""

LONGEST_SHARED_RUN = 8
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def digests() -> dict[str, Document]:
    """Return the digests by the id of their work."""
    return {document.metadata["work"]: document for document in read_documents([DIGESTS])}


def words(text: str) -> list[str]:
    """Return the words of a text, folded; numbers are none."""
    return [word.casefold() for word in _WORD.findall(text)]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every run of so many words."""
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def figures(document: Document) -> set[str]:
    """Return the numbers and the words in capitals of a document, without those of its metadata about itself."""
    kept = [
        block.view.text.replace(",", "")
        for block in document.blocks
        if not re.match(r"digest\.|work\.(?:iri|licence|text_digest)", block.attributes.get("key", ""))
    ]
    return set(re.findall(r"\b(?:\d+[a-z]?|[A-Z][A-Z0-9]+)\b", " ".join(kept)))


def original(work: str) -> Document:
    """Return a work itself, or skip the test where it is not there."""
    path = SEEDS / WORKS[work]
    if not path.exists():
        pytest.skip(f"needs the original {path.name}, which is not part of the project")
    return read_document(path)


class TestDigests:
    def test_each_work_has_one_digest(self) -> None:
        """The digests name the works that they are of, and are documents of their own."""
        found = digests()

        assert sorted(found) == sorted(WORKS)
        assert [document.id for document in found.values()] == [f"{work}-digest" for work in found]
        assert {document.metadata["kind"] for document in found.values()} == {"digest"}

    def test_a_digest_may_be_passed_on_and_its_work_is_not_claimed(self) -> None:
        """Our words are CC BY 4.0; the licence of both works is unknown and said to be so."""
        for document in digests().values():
            assert document.metadata["licence"] == "CC-BY-4.0"
            assert document.metadata["work_licence"] == "unknown"

    def test_the_table_of_stages_is_whole(self) -> None:
        """Six stages with 29 accomplishments and laws, as on the page."""
        document = digests()[LEADERSHIP]

        rows = [block.parent for block in document.blocks if block.kind == "row"]
        stages = [document.blocks[parent].attributes["title"] for parent, _ in groupby(rows) if parent is not None]

        assert stages == [
            "Initiating ICT Projects",
            "Developing Basic ICT Infrastructure",
            "Upgrading ICT Infrastructure and Formulating E-Government",
            "Implementing E-Government",
            "Integrating E-Government Systems",
            "Upgrading E-Government Systems",
        ]
        assert [len(list(group)) for _, group in groupby(rows)] == [2, 6, 6, 3, 7, 5]

    def test_notes_hang_on_the_words_that_they_explain(self) -> None:
        """Notes 18 to 22 are below their paragraphs, and the missions below note 22."""
        document = digests()[LEADERSHIP]

        anchors = {}
        for block in document.blocks:
            if block.kind == "note":
                assert block.parent is not None
                view = document.blocks[block.parent].view
                start, end = int(block.attributes["anchor_start"]), int(block.attributes["anchor_end"])
                anchors[block.attributes["marker"]] = view.text[start:end]
        missions = [block for block in document.blocks if block.kind == "item"]

        assert anchors == {
            "18": "11 E-Government projects",
            "19": "presidential committee for government innovations and decentralization",
            "20": "National Computerization Agency (NCA)",
            "21": "National Information Society Agency",
            "22": "etc.",
        }
        assert len(missions) == 7
        assert {document.blocks[block.parent or 0].attributes["marker"] for block in missions} == {"22"}

    def test_counters_of_the_work_are_fields(self) -> None:
        """Views and downloads can be quoted, each with its number."""
        document = digests()[SERVICES]

        fields = {block.attributes["key"]: block.view.text for block in document.blocks if block.kind == "field"}

        assert fields["work.measurement.views"] == "41085"
        assert fields["work.measurement.downloads"] == "2767"


@pytest.mark.shared
class TestAgainstTheOriginals:
    @pytest.mark.parametrize("work", sorted(WORKS))
    def test_the_work_is_the_one_that_was_read(self, work: str) -> None:
        """The digest carries the SHA-256 of the original's text, and the id that the original would get."""
        document = original(work)

        assert document.id == work
        assert document.text_digest == digests()[work].metadata["work_text_digest"]

    @pytest.mark.parametrize("work", sorted(WORKS))
    def test_the_words_are_our_own(self, work: str) -> None:
        """No run of nine words or more stands in both, but for titles and addresses; numbers are no words."""
        theirs = runs(original(work).text, LONGEST_SHARED_RUN + 1)
        shared: list[str] = []

        for block in digests()[work].blocks:
            text = re.sub(r"https?://\S+", " 0 ", block.view.text)
            for title in TITLES:
                text = text.replace(title, " 0 ")
            for stretch in text.split(" 0 "):
                shared += [" ".join(run) for run in sorted(runs(stretch, LONGEST_SHARED_RUN + 1) & theirs)]

        assert shared == []

    @pytest.mark.parametrize("work", sorted(WORKS))
    def test_numbers_and_names_are_those_of_the_original(self, work: str) -> None:
        """A digest adds no year, count or acronym, and leaves none out."""
        page, digest = figures(original(work)), figures(digests()[work])

        assert page - digest == set()
        assert digest - page == set()
