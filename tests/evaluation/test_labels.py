"""Promises of the comparison of labels: what names one thing agrees, and what tells two things apart does not."""

from __future__ import annotations

import pytest

from egov_kg.evaluation.labels import agree, folded


class TestAgreement:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("The E-Government Act (2001)", "e-government act"),
            ("Act on the Promotion of the Use of Public Data", "Act on promotion of use of public data"),
            ("first basic plan for informatization", "1st basic plan for informatization"),
            ("한국전산원(NCA)", "한국전산원"),
            ("Ｇｏｖ２４", "gov24"),
        ],
    )
    def test_holds_over_case_articles_brackets_and_forms(self, one: str, other: str) -> None:
        """Such differences are of writing, not of things."""
        assert agree(folded(one), folded(other))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("First basic plan for informatization", "Second basic plan for informatization"),
            ("the eleven projects of the portal 11", "the eleven projects of the portal 31"),
            ("Digital Agenda 2020 for Estonia", "Digital Agenda 2030 for Estonia"),
            ("Ministry of Finance", "Ministry of Justice"),
            ("internal context", "external context"),
            ("", "plan"),
        ],
    )
    def test_fails_where_numbers_or_too_many_words_differ(self, one: str, other: str) -> None:
        """Eleven projects are not thirty-one, whatever else their labels share."""
        assert not agree(folded(one), folded(other))

    def test_keeps_the_bracket_where_hardly_a_name_would_remain(self) -> None:
        """An acronym in brackets is all there is to compare."""
        assert folded("(ICT)") == "ict"
