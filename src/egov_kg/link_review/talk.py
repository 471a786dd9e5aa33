"""The walk through the rows that wait: a card, an answer, and so on; every decision is written before the next card.

An answer is a letter or a word, then a note if one is wanted, then Enter. So the same walk is made by hand, with a
reader of screens, and from a file of answers; an answer that was typed with a Korean keyboard layout counts too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.link_review.cards import Cards, card_data
from egov_kg.link_review.cards_text import card_lines
from egov_kg.link_review.desk import Desk
from egov_kg.linking import MappingRow, MappingSet
from egov_kg.linking.verdicts import VERDICTS, Change, Verdict, doubts

__all__ = ["HELP", "Talk", "read_answer"]

HELP: Final = """An answer is a letter, then a note if you like, then Enter:
  y  yes, as proposed: the predicate at the head of the card
  n  no: the pair is kept as rejected and never proposed again
  e  exactMatch: the two are one and the same
  c  closeMatch: near enough to stand for each other (a law and its text, an office before and after)
  b  broadMatch: theirs is wider than ours        w  narrowMatch: theirs is narrower than ours
  r  relatedMatch: they belong together, and neither is the other
  o  open again: withdraw a decision that was made
  s  skip, the row waits        u  undo the last decision, or go back to what was skipped
  q  quit        ?  this help
A ! behind the letter insists where something speaks against it: y! register checked by hand
"""

_ACTIONS: Final = {
    "s": "skip", "skip": "skip", "u": "undo", "undo": "undo", "q": "quit", "quit": "quit", "?": "help", "help": "help",
    "h": "help", "o": "open", "open": "open",
}  # fmt: skip
_KEYBOARD: Final = str.maketrans("ㅛㅜㄷㅊㅠㅈㄱㅐㄴㅕㅂㅗ", "ynecbwrosuqh")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person typed.

    Attributes:
        action: ``decide``, ``skip``, ``undo``, ``quit``, ``help``, ``open``; empty if it is none.
        verdict: What is decided.
        insists: Whether doubts are set aside.
        note: What stands behind.
    """

    action: str
    verdict: Verdict = "yes"
    insists: bool = False
    note: str = ""


def read_answer(line: str) -> Answer:
    """Return what an answer means.

    Example:
        >>> read_answer("n the decree, not the act")
        Answer(action='decide', verdict='no', insists=False, note='the decree, not the act')
        >>> read_answer("ㅛ!").insists, read_answer("CLOSE").verdict, read_answer("maybe").action
        (True, 'close', '')
    """
    word, _, note = line.strip().partition(" ")
    bare = word.removesuffix("!").casefold().translate(_KEYBOARD)
    if bare in VERDICTS:
        return Answer("decide", VERDICTS[bare], word.endswith("!"), note.strip())
    return Answer(_ACTIONS.get(bare, "") if not note.strip() else "")


@dataclass(slots=True)
class Talk:
    """A walk through rows.

    Attributes:
        desk: Where decisions are written.
        cards: Makes the cards.
        reviewer: Who decides.
        answers: The lines that are typed; asked for one at a time.
        say: Shows lines.
        day: The day of the decisions; None is today.
        counts: What was decided in this walk, by verdict.
    """

    desk: Desk
    cards: Cards
    reviewer: str
    answers: Iterator[str]
    say: Callable[[Sequence[str]], object]
    day: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _back: list[tuple[int, Change | None, str]] = field(default_factory=list)

    def walk(self, rows: Sequence[MappingRow]) -> bool:
        """Show the rows one by one and write what is decided.

        Args:
            rows: The rows that were chosen; one that somebody else decides in the meantime is passed over.

        Returns:
            Whether the end was reached; False if the answers ended before, or the person wanted to stop.
        """
        place = 0
        while place < len(rows):
            mappings = self.desk.read()
            now = next((one for one in mappings.mappings if one.pair == rows[place].pair), None)
            if now is None or (now.is_decided and not rows[place].is_decided and not self._returned(place)):
                self.say(
                    [f"{_name(rows[place])}: decided by {now.reviewer}" if now else f"{_name(rows[place])}: gone", ""]
                )
                place += 1
                continue
            card = card_data(self.cards.card(now, mappings), self.desk.base)
            self.say([*card_lines(card, f"{place + 1} of {len(rows)}"), _keys(now)])
            step = self._asked(place, now)
            if step is None:
                return False
            place += step
        return True

    def _returned(self, place: int) -> bool:
        return any(place == other for other, _, _ in self._back)

    def _asked(self, place: int, row: MappingRow) -> int | None:
        """Ask until there is an answer that leads on; return how far, None to stop."""
        for line in self.answers:
            answer = read_answer(line)
            match answer.action:
                case "decide":
                    if self._decided(place, row, answer):
                        return 1
                case "open":
                    if row.is_decided:
                        self._back.append((place, self.desk.reopen(row), "open"))
                        self.counts["open"] += 1
                        self.say(["open again", ""])
                        return 1
                    self.say(["nobody has decided it; s skips it"])
                case "skip":
                    self._back.append((place, None, "skip"))
                    self.say(["skipped", ""])
                    return 1
                case "undo":
                    step = self._undone(place)
                    if step is not None:
                        return step
                case "quit":
                    return None
                case "help":
                    self.say(HELP.splitlines())
                case _:
                    self.say(
                        [f"{line.strip()[:40]!r} is no answer; ? tells which there are" if line.strip() else _keys(row)]
                    )
        return None

    def _decided(self, place: int, row: MappingRow, answer: Answer) -> bool:
        mappings: MappingSet = self.desk.read()
        against = doubts(mappings, row, answer.verdict)
        blocking = answer.verdict in {"yes", "exact"} or row.band == "veto"
        self.say([f"beware: {one}" for one in against])
        if against and blocking and not answer.insists:
            self.say([f"nothing was decided; c says closeMatch, {answer.verdict[0]}! insists"])
            return False
        change = self.desk.decide(row, answer.verdict, reviewer=self.reviewer, day=self.day, note=answer.note)
        made = change.after[0]
        word = "no" if made.negated else made.predicate.removeprefix("skos:")
        self._back.append((place, change, word))
        self.counts[word] += 1
        waiting = [f"{_name(one)}: waits now, as a run had accepted it" for one in change.after[1:]]
        self.say([f"written: {word}", *waiting, ""])
        return True

    def _undone(self, place: int) -> int | None:
        if not self._back:
            self.say(["there is nothing to undo in this walk; --decided shows earlier decisions"])
            return None
        before, change, word = self._back.pop()
        if change is not None:
            try:
                self.desk.undo(change)
            except UsageError as error:
                self.say([str(error)])
                return None
            self.counts[word] -= 1
            self.say([f"taken back: {word}", ""])
        return before - place


def _name(row: MappingRow) -> str:
    return f"{row.subject_label or row.subject} and {row.object_label or row.object}"


def _keys(row: MappingRow) -> str:
    proposed = row.predicate.removeprefix("skos:")
    again = "  o open again" if row.is_decided else ""
    return f"y {proposed}  n no  e exact  c close  b broad  w narrow  r related{again}  s skip  u undo  q quit  ? help"
