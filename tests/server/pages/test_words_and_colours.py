"""The catalogues of messages say the same in both languages, and the style sheet can be read in both lights."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from egov_kg import server
from egov_kg.server import wording

if TYPE_CHECKING:
    from tests.server.pages.conftest import Site

FOLDER: Final = Path(server.__file__).parent
SHEET: Final = (FOLDER / "static" / "site.css").read_text(encoding="utf-8")
TEXT: Final = ("ink", "soft", "link", "visited", "stated", "register", "derived", "linked", "possible", "wrong")
GROUNDS: Final = ("ground", "raised", "note")


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class TestMessages:
    def test_have_the_same_keys(self) -> None:
        """No sentence exists in one language alone."""
        assert set(wording.messages("en")) == set(wording.messages("ko"))

    def test_have_the_same_placeholders(self) -> None:
        """Numbers and names that one language shows, the other shows too."""
        korean = wording.messages("ko")

        assert {
            k for k, text in wording.messages("en").items() if placeholders(text) != placeholders(korean[k])
        } == set()

    def test_are_written_in_their_language(self) -> None:
        """What is Korean in the Korean catalogue has Hangul, but for names and abbreviations."""
        same = {k for k, text in wording.messages("ko").items() if text == wording.messages("en")[k]}

        assert same <= {"site.name", "site.api", "downloads.gzip", "downloads.sha"}

    def test_are_all_used(self) -> None:
        """A sentence that no page says is taken out of the catalogues."""
        used = "".join(p.read_text(encoding="utf-8") for p in [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.html")])
        links = (f"links.{part}_" for part in ("state", "section", "about", "feature", "band"))
        computed = ("group.", "origin.", "word.", "downloads.", "ontology.", *links)
        unused = {
            key
            for key in wording.messages("en")
            if not key.startswith(computed) and re.sub("_(one|other)$", "", key) not in used
        }

        assert unused == set()


def colours() -> dict[str, dict[str, str]]:
    """Return the custom properties of the sheet for light and for dark."""
    first, second = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", first))
    return {"light": light, "dark": {**light, **dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", second))}}


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class TestColours:
    @pytest.mark.parametrize("light", ["light", "dark"])
    def test_of_text_can_be_told_from_every_ground(self, light: str) -> None:
        """Every colour of text has at least 4.5 to 1 against every ground that it may stand on."""
        values = colours()[light]
        ratios = {(t, g): round(contrast(values[t], values[g]), 2) for t in TEXT for g in GROUNDS}
        ratios["on-accent", "accent"] = contrast(values["on-accent"], values["accent"])

        assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}

    @pytest.mark.parametrize("light", ["light", "dark"])
    def test_of_marks_can_be_told_from_every_ground(self, light: str) -> None:
        """The ring around what has the focus, and the border of fields, have at least 3 to 1."""
        values = colours()[light]

        assert min(contrast(values[mark], values[g]) for mark in ("focus", "soft") for g in GROUNDS) >= 3


class TestSheet:
    def test_names_no_address_and_no_foreign_font(self) -> None:
        """The fonts are those of the reader's system; nothing is loaded."""
        assert re.findall(r"@import|url\(|@font-face|https?:", SHEET.replace('href^="http"', "")) == []

    def test_shows_the_focus_wherever_it_is(self) -> None:
        """There is an outline on what has the focus, and no rule that takes one away."""
        assert ":focus-visible { outline: 3px solid var(--focus)" in SHEET
        assert re.findall(r"outline: *(none|0)", SHEET) == []

    def test_keeps_korean_words_whole_and_upright(self) -> None:
        """Hangul breaks between words and has no italics."""
        (korean,) = re.findall(r":where\(:lang\(ko\)\) \{(.*?)\}", SHEET)

        assert {"word-break: keep-all", "font-style: normal"} <= {rule.strip() for rule in korean.split(";")}

    def test_hides_the_menu_on_paper_and_keeps_release_and_licence(self) -> None:
        """Print shows the content and the foot with its origin."""
        paper = SHEET.partition("@media print")[2]

        assert "header.site, footer.site nav, form, .formats, .skip { display: none; }" in paper
        assert "footer.site {" not in paper

    def test_is_the_same_for_all_and_may_be_kept(self, site: Site) -> None:
        """The sheet comes as CSS under the policy of the site."""
        answer = site.get("/static/site.css")

        assert answer.headers["content-type"].startswith("text/css")
        assert "style-src 'self'" in answer.headers["content-security-policy"]
