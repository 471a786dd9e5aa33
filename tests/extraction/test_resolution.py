"""Which thing a name means: told apart by number, year and country, known again by its short form."""

from __future__ import annotations

from pathlib import Path

from egov_kg.assets import data
from egov_kg.documents import read_document
from egov_kg.extraction import load_extractor
from egov_kg.model import Extraction
from tests.extraction.test_own_names import table
from tests.extraction.test_rules import document_of

EXTRACTOR = load_extractor(data())


def read(text: str, jurisdiction: str = "int") -> Extraction:
    """Return what a text says."""
    return EXTRACTOR.extract(document_of(text, jurisdiction=jurisdiction))


def numbers(extraction: Extraction) -> dict[str, str]:
    """Return the numbers of the laws, by the id of the law."""
    return {f.subject.id: f.object.lexical for f in extraction.facts if f.property == "egov:actNumber"}  # type: ignore[union-attr]


class TestLaws:
    def test_of_one_title_are_told_apart_by_their_numbers(self) -> None:
        """A country passes a law of the same title again; it is another law."""
        found = read(
            'The Law "On Harbours", No. 217 of 11 January 2007, was short. '
            'The Law "On Harbours", No. 418 of 24 May 2015, is long.'
        )

        assert sorted(numbers(found).values()) == ["217", "418"]
        assert len(numbers(found)) == 2

    def test_are_one_where_nothing_tells_them_apart(self) -> None:
        """A number that stands once is that of the law of this title."""
        found = read("The Harbour Data Law, No. 217, is short. The Harbour Data Law was adopted on 3 May 2007.")

        assert len({f.subject.id for f in found.facts if f.subject.cls == "egov:Law"}) == 1


class TestJurisdictions:
    def test_of_a_sentence_that_opens_with_a_country_is_that_country(self) -> None:
        """In a text on one country a sentence may speak of another, and says so."""
        text = (
            "Estonia is small and Estonia is digital. "
            "The Ministry of Ports of Estonia developed the Estonian ship portal. "
            "In Denmark, the Harbour Agency developed the quay portal."
        )

        found = {t.label: t.jurisdiction for t in read(text, "ee").things.values()}

        assert found["Harbour Agency"] == "dk"
        assert found["Ministry of Ports of Estonia"] == "ee"


class TestShortForms:
    def test_stand_for_the_name_with_its_class_word(self) -> None:
        """What stands before the class word is the name; from then on it stands alone."""
        found = read("The Quayline platform was launched in 2003. The Ministry of Ports manages Quayline.")

        managed = [f.subject for f in found.facts if f.property == "egov:managedBy"]
        began = [f.subject for f in found.facts if f.property == "egov:beganIn"]

        assert [t.id for t in managed] == [t.id for t in began]
        assert len(managed) == 1


class TestClassWords:
    def test_add_nothing_where_the_name_stands_alone_too(self) -> None:
        """In a text that says "Portnet", "the Portnet platform" is no second thing."""
        found = read("The Portnet platform was launched in 2003. Portnet, a portal for quays, was upgraded in 2009.")

        assert {t.label for t in found.things.values() if t.cls == "egov:InformationSystem"} == {"Portnet"}


class TestNeeds:
    def test_near_keep_a_word_from_being_a_name_elsewhere(self, tmp_path: Path) -> None:
        """A name that is also a word counts only with a mention of the class that it needs."""
        folder = table(tmp_path, "system/int/known|Gate|en|alt|case|near:Ministry|me")
        extractor = load_extractor(data(), [folder])

        near = extractor.extract(document_of("The Ministry of Ports developed Gate in 2003."))
        far = extractor.extract(document_of("A firm of the north developed Gate in 2003."))

        assert "system/int/known" in near.things
        assert "system/int/known" not in far.things


class TestCountriesOfSections:
    TEXT = (
        "# Portals of the north\n\n## Estonia\n\nThe Harbour Agency launched the quay portal in 2003.\n\n"
        "## Denmark\n\nThe Harbour Agency launched the ferry portal in 2005.\n\n"
        "## Outlook\n\nNorway came late. The Fjord Agency launched the pier portal in 2009.\n"
    )

    def test_are_those_of_their_headings(self, tmp_path: Path) -> None:
        """In a text on several countries a body is that of the country over its section, or of its paragraph."""
        (tmp_path / "north.md").write_text(self.TEXT, encoding="utf-8")

        found = EXTRACTOR.extract(read_document(tmp_path / "north.md"))

        bodies = sorted((t.label, t.jurisdiction) for t in found.things.values() if t.cls == "egov:Agency")
        assert bodies == [("Fjord Agency", "no"), ("Harbour Agency", "dk"), ("Harbour Agency", "ee")]

    def test_are_those_of_their_paragraphs(self) -> None:
        """Three countries with a paragraph each leave the document to none of them."""
        found = read(
            "In Latvia the Quay Agency launched the quay portal. Lithuania came later. "
            "Estonia was first, and Estonian ports are small."
        )

        assert {t.label: t.jurisdiction for t in found.things.values()}["Quay Agency"] == "lv"


class TestOneLaw:
    def test_is_known_with_and_without_its_country(self) -> None:
        """What the country is called adds nothing in a text on that country; nor does a hyphen."""
        found = read(
            "Austria is small. The Austrian E-Government Act was adopted on 3 May 2004. "
            "The E-Government Act of Austria was amended in 2008. The eGovernment Act was adopted in 2004.",
            "at",
        )

        assert len({f.subject.id for f in found.facts if f.subject.cls == "egov:Law"}) == 1

    def test_is_known_by_what_the_text_calls_it(self) -> None:
        """A bracket gives the short name: "hereinafter the Law"."""
        found = read(
            'Law No. 21.464, on Harbours (hereinafter the "Ports Law"), was adopted on 9 June 2022. '
            "The Quay Law is old. The Ports Law was published in 2023."
        )

        dated = {f.subject.label for f in found.facts if f.property in ("egov:adoptedOn", "dcterms:issued")}
        assert dated == {"Law No. 21.464"}

    def test_is_the_only_edition_of_its_title(self) -> None:
        """A title without a year is the act of that title, unless there are two."""
        one = read("The Harbour Data Act was amended in 2020. The Harbour Data Act 2018 was adopted on 3 May 2018.")
        two = read(
            "The Harbour Data Act was long. The Harbour Data Act 1998 was adopted on 3 May 1998. "
            "The Harbour Data Act 2018 was adopted on 3 May 2018."
        )

        assert {t.label for t in one.things.values() if t.cls == "egov:Law"} == {"Harbour Data Act 2018"}
        assert {t.label for t in two.things.values() if t.cls == "egov:Law"} == {
            "Harbour Data Act 1998",
            "Harbour Data Act 2018",
        }


class TestInitials:
    def test_are_the_name_that_alone_has_them(self) -> None:
        """An acronym that nothing defines stands for the one name with these initials."""
        text = "The National Harbour Network opened in 2001. The NHN was launched in 2003."
        also = text + " The New Harbour Network was launched in 2004."

        assert not any(t.label == "NHN" for t in read(text).things.values())
        assert len([f for f in read(text).facts if f.subject.label == "National Harbour Network"]) > len(
            [f for f in read(also).facts if f.subject.label == "National Harbour Network"]
        )

    def test_belong_to_the_whole_name(self) -> None:
        """The bracket behind a name explains no part of it."""
        found = read("The Directorate of the Quay Information System (DQIS) was founded in 2001.")

        assert {f.subject.label for f in found.facts if f.property == "egov:acronym"} == {
            "Directorate of the Quay Information System"
        }

    def test_may_lack_one_letter_of_the_acronym(self) -> None:
        """A name of four words or more may have an acronym with one letter more, in their order."""
        found = read("The Port Notification Agency of Malta is new. PNOAM was founded in 2001.")

        assert {f.subject.label for f in found.facts if f.property == "egov:beganIn"} == {
            "Port Notification Agency of Malta"
        }
