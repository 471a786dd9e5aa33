"""A server that is asked without end, and changes its release, while the processes that answer are killed."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final

from pyoxigraph import Triple

from egov_kg import store
from egov_kg.store.tokens import new_token
from tests.chaos.promises import PATIENCE, PYTHON, Caller, Found, World, living
from tests.server.conftest import LAWS, facts, node, publish

__all__ = ["QUERY", "QueryWorld", "two_releases"]

QUERY: Final = """PREFIX egov: <https://w3id.org/egov-kg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name ?laws ?triples {
  <https://w3id.org/egov-kg/id/law/kr/act> skos:prefLabel ?name FILTER(LANG(?name) = "en")
  { SELECT (COUNT(*) AS ?laws) { ?law a egov:Law } }
  { SELECT (COUNT(*) AS ?triples) { GRAPH <https://w3id.org/egov-kg/graph/document/int/laws> { ?a ?b ?c } } }
}"""
"""Facts that are far from one another in the graph."""
MORE: Final = 7
_ZYGOTE: Final = "egov_kg.sparql.zygote"


def two_releases(out: Path) -> dict[str, tuple[str, ...]]:
    """Publish two releases of which no answer to the query has a value in common; return what each answers."""
    more = [Triple(node(f"law/kr/more-{number}"), node("rdf:type"), node("egov:Law")) for number in range(MORE)]
    first, second = publish(out, "2026.1.0"), publish(out, "2026.2.0", more)
    triples = len(facts(""))
    return {
        first.id: ("Act 2026.1.0", str(LAWS + 1), str(triples)),
        second.id: ("Act 2026.2.0", str(LAWS + 1 + MORE), str(triples + MORE)),
    }


class QueryWorld(World):
    """A server without changes, whose release changes while something is killed, or just before.

    An answer is right if all that it says is of the release that it names. What cannot be answered says so with 503.
    """

    kinds: ClassVar = ("worker", "zygote")
    longest: ClassVar = {"worker": 0.3, "zygote": 0.5}

    def __init__(self, folder: Path, seed: int = 0) -> None:
        super().__init__(folder, seed)
        self.out, self.tokens = folder / "out", folder / "tokens.json"
        self.expected = two_releases(self.out)
        self.secret, _ = new_token(self.tokens, ["read", "admin"], days=None)
        self.swaps = self.finished_swaps = 0
        self.usual = 1.0
        self.named: set[str] = set()
        self.is_moving = False
        self._admin, self._own = Caller(self, self.secret), Caller(self)
        self._asked = 0

    def command(self) -> list[str]:
        """Return the command of a server that takes no changes."""
        return [*PYTHON, "serve", "--from", str(self.out), "--port", "0", "--token-file", str(self.tokens)]

    def clients(self) -> list[Iterator[None]]:
        """Three that ask."""
        return [self.ask(place) for place in range(3)]

    def ask(self, place: int) -> Iterator[None]:
        """Ask what no cache knows, and what it may know, in turn."""
        caller, asked = Caller(self), 0
        while True:
            asked += 1
            self.one(caller, f"{QUERY} # {place}-{asked if asked % 2 else asked // 10}")
            time.sleep(0.02)
            yield

    def one(self, caller: Caller, text: str) -> bool:
        """Ask, and judge the answer; return whether there was one."""
        began = time.monotonic()
        answer = caller.ask(text)
        if answer is None or answer[0] != 200:
            with self.lock:
                self.tally.failed += 1
            if answer is None or answer[0] != 503:
                told = "nothing" if answer is None else f"{answer[0]}: {answer[2][:300]!r}"
                self.fault("repair", f"a query was answered {told}, after {time.monotonic() - began:.1f} s")
            return False
        release = answer[1]["Egov-Release"]
        (row,) = list(csv.reader(io.StringIO(answer[2].decode(), newline="")))[1:]
        with self.lock:
            self.tally.answers += 1
            self.answered = max(self.answered, began)
            self.named.add(release)
        if tuple(row) != self.expected.get(release):
            self.fault("mixed", f"release {release} answered {row}")
        return True

    def victims(self, kind: str) -> list[int]:
        """Return one process; every second time, while the release changes."""
        if not self.is_moving and self.swaps <= sum(tally.cycles for tally in self.tallies.values()) // 2:
            self.swaps += 1
            self.is_moving = True
            threading.Thread(target=self.swap, daemon=True).start()
            if self.swaps % 2:
                time.sleep(self.chance.uniform(0.0, self.usual))
            else:
                self.still()
        found = self.zygotes() if kind == "zygote" else self.workers()
        return [one.pid for one in self.chance.sample(found, min(1, len(found)))]

    def swap(self) -> None:
        """Let ``current`` name the other release, and the server follow; it may refuse what is killed meanwhile."""
        names = sorted(self.expected)
        store.use_release(self.out, names[self.swaps % 2])
        began = time.monotonic()
        answer = self._admin.send("POST", "/admin/reload", "")
        if answer is None or answer[0] not in {200, 503}:
            self.fault("repair", f"reload was answered {answer}, after {time.monotonic() - began:.1f} s")
        elif answer[0] == 200:
            self.finished_swaps += 1
            self.usual = 0.7 * self.usual + 0.3 * (time.monotonic() - began)
        self.is_moving = False

    def still(self) -> None:
        """Wait until the release does not change."""
        until = time.monotonic() + PATIENCE
        while self.is_moving and time.monotonic() < until:
            time.sleep(0.02)

    def told(self) -> str:
        """Return how often the release changed."""
        return f"{self.finished_swaps} of {self.swaps} changes of the release were finished"

    def zygotes(self) -> list[Found]:
        """Return the processes that make others."""
        return [one for one in living(self.out, _ZYGOTE) if one.parent == self.front]

    def workers(self) -> list[Found]:
        """Return the processes that answer."""
        return [one for one in living(self.out, _ZYGOTE) if one.parent != self.front]

    def has_recovered(self, kind: str, began: float) -> bool:  # noqa: ARG002 - what comes now came later
        """A query that nobody has asked before is answered; a zygote is there."""
        self._asked += 1
        return self.one(self._own, f"{QUERY} # own-{self._asked}") and (kind == "worker" or bool(self.zygotes()))

    def check(self) -> None:
        """Do nothing: each answer was judged when it came."""

    def finish(self) -> None:
        """The server serves what ``current`` names, with as many processes as at first; it served both releases."""
        self.quiet()
        self.still()
        for name in set(self.expected) - self.named:  # one at most, after few changes of the release
            store.use_release(self.out, name)
        until = time.monotonic() + PATIENCE
        answer = self._admin.send("POST", "/admin/reload", "")
        wanted = store.current_id(self.out)
        seen = self._own.ask("ASK {}")
        if answer is None or answer[0] != 200 or seen is None or seen[1]["Egov-Release"] != wanted:
            self.fault("repair", f"the server does not serve what current names: {answer}")
        if not self.one(self._own, f"{QUERY} # last") or self.named != set(self.expected):
            self.fault("repair", f"only {self.named} answered in {self.swaps} swaps")
        while time.monotonic() < until and (len(self.zygotes()) != 1 or len(self.workers()) > 6):
            time.sleep(0.1)
        if len(self.zygotes()) != 1 or len(self.workers()) > 6:
            self.fault("repair", f"{len(self.zygotes())} zygotes and {len(self.workers())} others are left")
