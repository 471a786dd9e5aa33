"""What the closure joins over the shipped data: barriers with technologies and with remedies against them."""

from __future__ import annotations

from tests.competency.conftest import Ask


class TestTechnologies:
    def test_meet_barriers_and_what_is_recommended_against_them(self, ask: Ask) -> None:
        """A barrier hampers a goal, the goal applies a kind of technology, and the kind has narrower ones."""
        rows = ask("technology-obstacles", technology="technology/int/big-data")

        assert {row["widerLabel"] for row in rows} == {"intelligent information technologies"}
        assert {
            (row["barrierLabel"], row.get("recommendationLabel"))
            for row in rows
            if "training" in row["barrierLabel"] or "manpower" in row["barrierLabel"]
        } == {
            ("lack of regular training and education", "educational programs"),
            ("lack of regular training and education", "provision of technological support and re-education programs"),
            (
                "lack of relevant specialized manpower (computing personnel)",
                "technological and personnel support from the central level",
            ),
        }
