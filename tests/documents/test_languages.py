"""The language of each block: by its script, by its small words, and where it has none by those around it."""

from __future__ import annotations

import pytest

from egov_kg import assets
from egov_kg.documents import document_from_text
from egov_kg.documents.script import language
from egov_kg.extraction import load_extractor


class TestLanguages:
    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("The act was passed by the parliament of Estonia in 2000.", "en"),
            ("La loi relative à la confiance dans l'économie numérique a été adoptée en 2004.", "fr"),
            ("Das Gesetz wurde im Jahr 2000 vom Parlament beschlossen und ist nicht mehr in Kraft.", "de"),
            ("La ley fue aprobada por el parlamento para los servicios del Estado.", "es"),
            ("A lei foi aprovada pelo parlamento e não entrou em vigor.", "pt"),
            ("De wet werd in 2000 aangenomen door het parlement van Nederland.", "nl"),
            ("전자정부법은 2001년에 제정되었다.", "ko"),
            ("Government 24(정부24) 서비스의 개통", "ko"),
            ("行政手続のオンライン化が進められた。", "ja"),
            ("中华人民共和国电子签名法", "zh"),
            ("Федеральная целевая программа", "und"),
            ("2001. 3. 28.", "und"),
            ("E-Government Act (2001)", "en"),
        ],
    )
    def test_one_text(self, text: str, lang: str) -> None:
        """Small words decide among languages in Latin letters; without them a text is taken for English."""
        assert language(text) == lang

    def test_an_unknown_language_is_no_english(self) -> None:
        """Thirty words in small letters without one small word of English are not in English."""
        assert language("lorem ipsum dolor amet consectetur adipiscing elit tempor incididunt labore " * 3) == "mis"

    def test_blocks_follow_their_neighbours(self) -> None:
        """The heading of a French text is French, and Chinese characters among Hangul are Korean."""
        french = document_from_text("Administration électronique\n\nLa loi a été adoptée par le parlement.\n", "a.txt")
        korean = document_from_text("電子政府法 制定\n\n전자정부법은 2001년에 제정되었다.\n", "b.txt")

        assert [block.lang for block in french.blocks] == ["fr", "fr"]
        assert [block.lang for block in korean.blocks] == ["ko", "ko"]
        assert (french.metadata["lang"], korean.metadata["lang"]) == ("fr", "ko")

    def test_no_rules_of_english_on_french(self) -> None:
        """A paragraph in a language that no rule knows gives no fact, and is listed as such."""
        document = document_from_text(
            "Portals\n\nThe E-Government Act was enacted in 2001 by the parliament, and the state portal was\n"
            "opened to all of the citizens in the year that followed, after the council had agreed to it.\n\n"
            "Le gouvernement de la France et le ministère de la transition: E-Government Act (1999), une loi pour les\n"
            "services qui sont dans la loi de 1999.\n",
            "a.txt",
        )

        extraction = load_extractor(assets.data()).extract(document)

        french = next(block for block in document.blocks if block.lang == "fr")
        spans = [span for fact in extraction.facts for span in fact.evidence]
        assert spans
        assert not [span for span in spans if french.start <= span.start < french.end]
        assert [one.detail for one in extraction.unexpressed if one.reason == "foreign-language"] == ["fr"]
