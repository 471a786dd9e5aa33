"""The walk: a card, an answer, the next card; the same by hand and from a file of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from egov_kg.link_review import Cards, Desk, Talk
from egov_kg.link_review.talk import read_answer
from egov_kg.linking.verdicts import open_rows
from tests.link_review.conftest import DAY, REVIEWER, row_of


def walk(desk: Desk, cards: Cards, *answers: str, decided: bool = False) -> tuple[list[str], Talk, bool]:
    """Walk through the rows with some answers; return what was shown, the walk, and whether its end was reached."""
    shown: list[str] = []
    talk = Talk(desk, cards, REVIEWER, iter(answers), shown.extend, DAY)
    ended = talk.walk(open_rows(desk.read(), decided=decided))
    return shown, talk, ended


def decisions(desk: Desk) -> dict[str, str]:
    """Return what was decided, by the number of the act."""
    return {
        one.object.rpartition("/")[2]: "no" if one.negated else one.predicate.removeprefix("skos:")
        for one in desk.read().mappings
        if one.is_decided
    }


def heads(shown: Sequence[str]) -> list[str]:
    """Return the first lines of the cards."""
    return [line for line in shown if " of 6 · " in line]


class TestAnswers:
    def test_decide_row_by_row(self, desk: Desk, cards: Cards) -> None:
        """What waits comes first, then what contradicts, then what a run accepted."""
        shown, talk, ended = walk(desk, cards, "y same printing", "n", "c", "s", "s", "q")

        assert heads(shown) == [
            "1 of 6 · review · skos:exactMatch · p 0.8483",
            "2 of 6 · review · skos:exactMatch · p 0.8483",
            "3 of 6 · review · skos:exactMatch · p 0.6551",
            "4 of 6 · veto · skos:exactMatch · p 0.0000",
            "5 of 6 · accept · skos:exactMatch · p 0.9948",
            "6 of 6 · accept · skos:exactMatch · p 0.9948",
        ]
        assert decisions(desk) == {"10": "exactMatch", "11": "no", "12": "closeMatch"}
        assert row_of(desk, 10).comment.endswith("note: same printing")
        assert (dict(talk.counts), ended) == ({"exactMatch": 1, "no": 1, "closeMatch": 1}, False)

    def test_can_be_taken_back(self, desk: Desk, cards: Cards) -> None:
        """One after the other, skipped rows as well; then the row is asked again."""
        before = desk.path.read_bytes()

        shown, _, _ = walk(desk, cards, "y", "s", "n", "u", "u", "u", "u")

        assert desk.path.read_bytes() == before
        assert [head[0] for head in heads(shown)] == ["1", "2", "3", "4", "3", "2", "1"]
        assert shown[-1].startswith("there is nothing to undo")

    def test_that_contradict_must_insist(self, desk: Desk, cards: Cards) -> None:
        """A vetoed pair takes y!; the warning stands before it."""
        shown, _, _ = walk(desk, cards, "s", "s", "s", "y", "y!", "q")

        assert any(line.startswith("beware: a contradiction stands against it: date (2001-03-28") for line in shown)
        assert "nothing was decided; c says closeMatch, y! insists" in shown
        assert decisions(desk) == {"5": "exactMatch"}

    def test_of_exact_for_a_second_row_warn(self, desk: Desk, cards: Cards) -> None:
        """The thing is exactMatch of another row already."""
        shown, _, _ = walk(desk, cards, "y", "y", "c", "q")

        assert any("is exactMatch of 국가정보화 기본법 by a decision" in line for line in shown)
        assert decisions(desk) == {"10": "exactMatch", "11": "closeMatch"}

    def test_that_are_none_are_asked_again(self, desk: Desk, cards: Cards) -> None:
        """With what there is."""
        shown, _, ended = walk(desk, cards, "maybe", "", "?", "o", "s now")

        assert len(heads(shown)) == 1
        assert "'maybe' is no answer; ? tells which there are" in shown
        assert "'s now' is no answer; ? tells which there are" in shown
        assert "nobody has decided it; s skips it" in shown
        assert any(line.startswith("  y  yes, as proposed") for line in shown)
        assert not ended
        assert decisions(desk) == {}

    def test_to_the_end_end_the_walk(self, desk: Desk, cards: Cards) -> None:
        """Every row was seen."""
        _, _, ended = walk(desk, cards, *["s"] * 6)

        assert ended

    @pytest.mark.parametrize(
        ("typed", "verdict"), [("ㅛ", "yes"), ("ㅜ 시행령이다", "no"), ("ㅊ", "close"), ("YES", "yes")]
    )
    def test_may_come_from_a_korean_keyboard(self, typed: str, verdict: str) -> None:
        """The letter is that of the key."""
        assert read_answer(typed).verdict == verdict


class TestDecided:
    def test_rows_can_be_corrected_and_opened_again(self, desk: Desk, cards: Cards) -> None:
        """Who corrects is who decided last."""
        desk.decide(row_of(desk, 10), "no", reviewer="github:other", day="2026-01-01", note="hasty")
        desk.decide(row_of(desk, 12), "yes", reviewer="github:other", day="2026-01-01")

        shown, _, _ = walk(desk, cards, "y", "o", decided=True)

        assert "  no by github:other on 2026-01-01: hasty" in shown
        assert decisions(desk) == {"10": "exactMatch"}
        assert (row_of(desk, 10).reviewer, row_of(desk, 10).date) == (REVIEWER, DAY)
        assert row_of(desk, 12).reviewer == ""


class TestOthers:
    def test_who_decide_meanwhile_are_told(self, desk: Desk, cards: Cards) -> None:
        """Their row is passed over, and their decision stays."""

        def answers() -> Iterator[str]:
            desk.decide(row_of(desk, 11), "no", reviewer="github:other", day=DAY)
            yield "s"
            yield "y"
            yield "q"

        shown: list[str] = []
        Talk(desk, cards, REVIEWER, answers(), shown.extend, DAY).walk(open_rows(desk.read()))

        assert any(line.endswith("decided by github:other") for line in shown)
        assert decisions(desk) == {"11": "no", "12": "exactMatch"}

    def test_who_decided_again_are_not_undone(self, desk: Desk, cards: Cards) -> None:
        """Undo takes back one's own."""

        def answers() -> Iterator[str]:
            yield "y"
            desk.decide(row_of(desk, 10), "close", reviewer="github:other", day=DAY)
            yield "u"
            yield "q"

        shown: list[str] = []
        Talk(desk, cards, REVIEWER, answers(), shown.extend, DAY).walk(open_rows(desk.read()))

        assert any("was decided again since, by github:other" in line for line in shown)
        assert decisions(desk) == {"10": "closeMatch"}


class TestCards:
    def test_show_both_sides_and_the_reasons(self, desk: Desk, cards: Cards) -> None:
        """Names in both languages, what documents state with their words, every column of theirs, the bits."""
        shown, _, _ = walk(desk, cards, "s", "s", "s", "q")
        card = shown[shown.index("4 of 6 · veto · skos:exactMatch · p 0.0000") :]

        assert any(line.startswith("  E-Government Act (en) | 전자정부법 (ko)") for line in card)
        assert "  law  law/kr/e-government-act" in card
        assert "  promulgated on: 28 March 2001 [register]" in card
        assert any('"E-Government act (2001)" - Digest of' in line for line in card)
        assert "  act_no (number)  08171" in card
        assert "  remark           retitled" in card
        assert any(line.startswith("  number     -4.3  ░░░░") for line in card)
        assert "  sum        -6.9" in card
        assert card[card.index("CONTRADICTION") + 1].startswith("  date (2001-03-28 against 2007-01-03), number")

    def test_tell_of_facts_that_a_link_brought(self, desk: Desk, cards: Cards) -> None:
        """They are no evidence of their own: the day of the act comes from a register by a link."""
        shown, _, _ = walk(desk, cards, *["s"] * 5, "q")
        card = shown[shown.index("6 of 6 · accept · skos:exactMatch · p 0.9948") :]

        day = card.index("  promulgated on: 30 July 2013 [register]")
        assert (
            card[day + 2] == "    brought by the link with 공공데이터의 제공 및 이용 활성화에 관한 법률 (close match)"
        )

    def test_show_what_competes(self, desk: Desk, cards: Cards) -> None:
        """The other row of the same thing, with its state."""
        shown, _, _ = walk(desk, cards, "q")

        assert "  same thing of ours: act:11 국가정보화 기본법 p 0.8483 review" in shown

    def test_show_what_the_file_holds_where_the_data_set_is_not_at_hand(self, desk: Desk, cards: Cards) -> None:
        """And tell why."""
        (desk.path.parent / "acts.csv").unlink()

        shown, _, _ = walk(desk, cards, "q")

        assert "  국가정보화 기본법" in shown
        assert any(
            line.startswith("  (as the mapping file holds it: ") and "no file 'acts.csv'" in line for line in shown
        )

    def test_steer_no_terminal(self, desk: Desk, cards: Cards) -> None:
        """A register is written by others."""
        acts = desk.path.parent / "acts.csv"
        text = acts.read_text(encoding="utf-8")
        acts.write_text(text.replace("of the portal", "\x1b]0,owned\x07\x1b[2J\u202eoops\x9b1m"), encoding="utf-8")

        shown, _, _ = walk(desk, cards, "q")

        assert any("]0,owned [2J oops 1m" in line for line in shown)
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set("".join(shown))
