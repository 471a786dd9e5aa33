"""A writable store that is changed and asked without end, while its processes are killed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final

from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.tokens import new_token
from tests.chaos.promises import PYTHON, Caller, Reply, World, living

__all__ = ["ScratchWorld"]

WRITERS: Final = 2
STANDING: Final = 30
"""So many numbers of each writer stand in the store: each change takes away the one of so many changes ago."""
QUERY: Final = """SELECT ?k ?n {
  { ?s <x:one> ?n BIND("one" AS ?k) }
  UNION { GRAPH <x:g> { ?s <x:two> ?n } BIND("two" AS ?k) }
  UNION { ?s <x:at> ?n BIND("at" AS ?k) }
}"""
REMEMBERED: Final = 2_000
_ADDED: Final = re.compile(r'<x:(one|two|at)> "(\d+)"')

Rows = tuple[str, ...]


class ScratchWorld(World):
    """A server with ``--scratch``; each writer counts, and says in two graphs and in a register where it is.

    Every change sets the register of its writer, adds a number to two graphs, and takes an old one from both. So the
    store after record n is known from the numbers of the records alone, and an answer names the state that it is of.
    """

    kinds: ClassVar = ("front", "holder", "copy")
    longest: ClassVar = {"front": 1.0, "holder": 0.6, "copy": 0.4}

    def __init__(self, folder: Path, seed: int = 0) -> None:
        super().__init__(folder, seed)
        self.out, self.tokens = folder / "store", folder / "tokens.json"
        self.secret, _ = new_token(self.tokens, ["read", "update"], days=None)
        self.promises: dict[int, int] = {}
        self.sent: set[int] = set()
        self.refusals: set[int] = set()
        self.seen: set[tuple[int, Rows]] = set()
        self.kept: list[int] = []
        self.known: set[int] = set()
        self.states: dict[int, Rows] = {0: ()}
        self.standing: set[str] = set()

    def command(self) -> list[str]:
        """Return the command of a writable store."""
        given = ["--out", str(self.out), "--port", "0", "--token-file", str(self.tokens)]
        return [*PYTHON, "serve", "--scratch", *given]

    def clients(self) -> list[Iterator[None]]:
        """Some write and look, one reads."""
        return [*(self.write(place) for place in range(WRITERS)), self.read()]

    def write(self, place: int) -> Iterator[None]:
        """Count; now and then ask at once what was written."""
        caller, number = Caller(self, self.secret), place
        while True:
            number += WRITERS
            with self.lock:
                self.sent.add(number)
            began = time.monotonic()
            answer = caller.update(text_of(number))
            if answer is None or answer[0] != 204:
                self._miss(number, answer)
                time.sleep(0.05)
            else:
                state = _number_of(answer[1]["Egov-Release"])
                with self.lock:
                    known = self.promises.setdefault(state, number)
                    self.tally.acknowledged += 1
                    self.promised = max(self.promised, began)
                if known != number:
                    self.fault("lost", f"{known} and {number} were both said to have made state {state}")
                if self.chance.random() < 0.3:
                    self.look(caller, at_least=state)
            time.sleep(0.03)
            yield

    def _miss(self, number: int, answer: Reply | None) -> None:
        with self.lock:
            self.tally.unknown += answer is None
            if answer is not None:
                self.tally.refused += 1
                self.refusals.add(number)
        if answer is not None and answer[0] not in {503, 429}:
            self.fault("lost", f"{number} was answered {answer[0]}: {answer[2][:300]!r}")

    def read(self) -> Iterator[None]:
        """Ask for all that is there."""
        caller = Caller(self, self.secret)
        while True:
            self.look(caller)
            time.sleep(0.05)
            yield

    def look(self, caller: Caller, *, at_least: int = 0) -> None:
        """Ask, and remember what was seen of which state."""
        began = time.monotonic()
        answer = caller.ask(QUERY)
        if answer is None or answer[0] != 200:
            with self.lock:
                self.tally.failed += 1
            return
        state = _number_of(answer[1]["Egov-Release"])
        if state < at_least:
            self.fault("lost", f"state {at_least} was acknowledged, and the next query sees {state}")
        with self.lock:
            self.tally.answers += 1
            self.answered = max(self.answered, began)
            self.seen.add((state, tuple(sorted(answer[2].decode().split("\r\n")[1:-1]))))

    def victims(self, kind: str) -> list[int]:
        """Return the front, all processes of states, or one of those and of their copies."""
        if kind == "front":
            return [self.front]
        found = [one.pid for one in living(self.out, "egov_kg.sparql.holder")]
        return found if kind == "holder" else self.chance.sample(found, min(1, len(found)))

    def has_recovered(self, kind: str, began: float) -> bool:  # noqa: ARG002 - all of them mean the same
        """A query and a change that came later are answered."""
        return self.answered > began and self.promised > began

    def check(self) -> None:
        """Each promise is kept, nothing is there twice or was refused, each answer is that of its state."""
        with self.lock:
            promises, seen = dict(self.promises), set(self.seen)
        for change in ChangeLog(self.out / CHANGES, with_nodes=True).read(after=len(self.kept)):
            number = number_of(change)
            if number in self.known:
                self.fault("made up", f"{number} is in the log twice, again as {change.number}")
            self.kept.append(number)
            self.known.add(number)
            self._follow(number)
        with self.lock:
            strange = self.known - self.sent, self.known & self.refusals
            self.refusals -= strange[1]
        for numbers, words in zip(strange, ("was never sent", "was refused"), strict=True):
            for number in numbers:
                self.fault("made up", f"{number} is in the log, and {words}")
        for record, number in promises.items():
            if self.kept[record - 1 : record] != [number]:
                self.fault("lost", f"{number} was acknowledged as {record}, and is not in the log")
                with self.lock:
                    del self.promises[record]
        self._judge(seen)

    def _follow(self, number: int) -> None:
        """Do what a change does, in the model."""
        self.standing -= {row for row in self.standing if row.startswith("at,") and _is_of(row, number)}
        self.standing |= {f"at,{number}", f"one,{number}", f"two,{number}"}
        self.standing -= {f"{kind},{number - WRITERS * STANDING}" for kind in ("one", "two")}
        self.states[len(self.kept)] = tuple(sorted(self.standing))
        self.states.pop(len(self.kept) - REMEMBERED, None)

    def _judge(self, seen: set[tuple[int, Rows]]) -> None:
        for state, rows in seen:
            if rows != (expected := self.states.get(state)):
                wrong = sorted(set(rows) ^ set(expected or ()))[:20] or "a row twice"
                self.fault("mixed", f"state {state} (of {len(self.kept)}) answered otherwise: {wrong}")
        with self.lock:
            self.seen -= seen

    def told(self) -> str:
        """Return how long the log became."""
        return f"{len(self.kept)} changes are in the log, {len(self.promises)} of them were acknowledged"

    def finish(self) -> None:
        """After one more start all is there."""
        self.quiet()
        self.check()
        ChangeLog(self.out / CHANGES, with_nodes=True).verify()
        self.look(Caller(self, self.secret), at_least=len(self.kept))
        if not self.seen:
            self.fault("repair", "the last query was not answered")
        self.check()


def text_of(number: int) -> str:
    """Return the update of a change."""
    writer, old = f"<x:w{number % WRITERS}>", number - WRITERS * STANDING
    gone = f"<x:c{old}> <x:one> {old} . GRAPH <x:g> {{ <x:c{old}> <x:two> {old} }}"
    come = f"<x:c{number}> <x:one> {number} . GRAPH <x:g> {{ <x:c{number}> <x:two> {number} }}"
    return (
        f"DELETE {{ {writer} <x:at> ?o }} INSERT {{ {writer} <x:at> {number} . {come} }} "
        f"WHERE {{ OPTIONAL {{ {writer} <x:at> ?o }} }} ; DELETE DATA {{ {gone} }}"
    )


def number_of(change: Change) -> int:
    """Return the number that a record adds; 0 if it was kept by half."""
    found = [match for line in change.added if (match := _ADDED.search(line))]
    numbers = {match[2] for match in found}
    if sorted(match[1] for match in found) != ["at", "one", "two"] or len(numbers) != 1:
        return 0
    return int(numbers.pop())


def _number_of(state: str) -> int:
    return int(state.partition("-")[0])


def _is_of(row: str, number: int) -> bool:
    return int(row.partition(",")[2]) % WRITERS == number % WRITERS
