"""A curated graph that is changed, published and built again and again, while its processes are killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

from egov_kg import iri, pipeline, store
from egov_kg.store.audit import AUDIT
from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.manifest import MANIFEST, Manifest
from egov_kg.store.tokens import new_token
from tests.chaos.promises import PATIENCE, PYTHON, Caller, World, living

__all__ = ["CuratedWorld"]

GRAPH: Final = iri.graph_iri("background/curated")
PRESIDENTS: Final = ("Kim Dae-jung", "Roh Moo-hyun")
TEXT: Final = "# Digital administration in Korea\n\nPresident {0} headed the {0} administration.\n"
PREFIXES: Final = (
    "PREFIX egov: <https://w3id.org/egov-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
QUERY: Final = f"""{PREFIXES}
SELECT ?name {{
  {{ ?law a egov:Law ; skos:prefLabel ?name FILTER(STRSTARTS(?name, "act-")) }}
  UNION
  {{ GRAPH ?g {{ ?one a egov:Administration ; skos:altLabel ?name }}
     FILTER(STRSTARTS(STR(?g), "{iri.graph_iri("document/")}")) }}
}}"""
STANDING: Final = 8
"""About so many acts stand in the end: from there on as many are taken away as added."""

Op = tuple[str, str]
"""A change: ``+`` or ``-``, and the name of an act."""


class CuratedWorld(World):
    """A server with ``--updates``, its publisher, its holder of what is asserted, and builds of other documents.

    An act is added, or one that was acknowledged is taken away. Each record of the log is one change that was sent; a
    release holds exactly what the records up to its mark make, and what its documents say; and an answer that names a
    release is that of the release.
    """

    kinds: ClassVar = ("front", "publisher", "updater", "builder")
    longest: ClassVar = {"front": 1.5, "publisher": 0.0, "updater": 0.5, "builder": 0.0}

    def __init__(self, folder: Path, seed: int = 0) -> None:
        super().__init__(folder, seed)
        self.documents: dict[str, str] = {}
        for number, name in enumerate(PRESIDENTS):
            (folder / f"documents-{number}").mkdir()
            text = TEXT.format(name)
            (folder / f"documents-{number}" / "korea.md").write_text(text, encoding="utf-8")
            self.documents[hashlib.sha256(text.encode()).hexdigest()] = name
        self.out, self.tokens = folder / "out", folder / "tokens.json"
        pipeline.build([folder / "documents-0" / "korea.md"], out=self.out)
        self.secret, _ = new_token(self.tokens, ["update", "admin"], days=None)
        self.sent: set[Op] = set()
        self.standing: list[str] = []
        self.promises: dict[int, Op] = {}
        self.refusals: set[Op] = set()
        self.kept: list[Op] = []
        self.known: set[Op] = set()
        self.seen: set[tuple[str, tuple[str, ...]]] = set()
        self.releases: dict[str, tuple[int, str]] = {}
        self.waited_for = 0
        self.moment: tuple[int, float] | None = None
        self.builds = self.finished_builds = 0

    def settings(self) -> Mapping[str, str]:
        """Publish soon; not without a pause, for that would take the processor from all others."""
        return {"EGOVKG_PUBLISH_SECONDS": "1"}

    def command(self) -> list[str]:
        """Return the command with changes."""
        given = ["--from", str(self.out), "--port", "0", "--token-file", str(self.tokens)]
        return [*PYTHON, "serve", "--updates", *given]

    def clients(self) -> list[Iterator[None]]:
        """Two write, two read."""
        return [self.write(0), self.write(1), self.read(0), self.read(1)]

    def next_op(self, number: int) -> Op:
        """Return what to send: mostly new acts at first, later as many go as come."""
        with self.lock:
            if len(self.standing) > STANDING and number % 2:
                op = "-", self.standing.pop(number % len(self.standing))
            else:
                op = "+", f"act-{len(self.sent)}"
            self.sent.add(op)
        return op

    def write(self, place: int) -> Iterator[None]:
        """Send one change after the other, and remember what is promised."""
        caller, number = Caller(self, self.secret), place
        while True:
            number += 1
            op = self.next_op(number // 2)
            began = time.monotonic()
            answer = caller.update(text_of(op))
            with self.lock:
                self.tally.unknown += answer is None
            if answer is not None:
                self._note(op, answer[0], answer[2], began)
            time.sleep(0.05 if answer is None else 0.1)
            yield

    def _note(self, op: Op, status: int, body: bytes, began: float) -> None:
        if status not in {200, 202}:
            with self.lock:
                self.tally.refused += 1
                self.refusals.add(op)
            if status not in {503, 429}:
                self.fault("lost", f"{op} was answered {status}: {body[:300]!r}")
            return
        told = json.loads(body)
        if "number" not in told:
            self.fault("lost", f"{op} would change nothing: {told}")
            return
        with self.lock:
            known = self.promises.setdefault(told["number"], op)
            self.tally.acknowledged += 1
            self.promised = max(self.promised, began)
            if op[0] == "+":
                self.standing.append(op[1])
        if known != op:
            self.fault("lost", f"{known} and {op} were both given the number {told['number']}")

    def read(self, place: int) -> Iterator[None]:
        """Ask what stands there: every other time the cache may know."""
        caller, asked = Caller(self), 0
        while True:
            asked += 1
            began = time.monotonic()
            answer = caller.ask(QUERY if asked % 2 else f"{QUERY} # {place}-{asked}")
            if answer is None or answer[0] != 200:
                with self.lock:
                    self.tally.failed += 1
                time.sleep(0.1)
            else:
                release = answer[1]["Egov-Release"]
                self.recognise(release)
                with self.lock:
                    self.tally.answers += 1
                    self.answered = max(self.answered, began)
                    self.seen.add((release, tuple(sorted(answer[2].decode().split("\r\n")[1:-1]))))
            time.sleep(0.1)
            yield

    def recognise(self, release: str) -> None:
        """Note which changes and documents a release was made from, while it is there."""
        if release not in self.releases:
            place = self.out / store.RELEASES / release / MANIFEST
            try:
                manifest = Manifest.from_bytes(place.read_bytes(), place)
            except OSError:
                self.fault("mixed", f"an answer is of {release}, which is not there")
                return
            (name,) = (self.documents[row.sha256] for row in manifest.inputs if row.role == "document")
            self.releases[release] = manifest.mark, name

    def victims(self, kind: str) -> list[int]:
        """Return the processes; a publisher, and a build, at a random moment of their lives."""
        match kind:
            case "front":
                return [self.front]
            case "updater":
                found = [one.pid for one in living(self.out, "egov_kg.sparql.holder")]
                return found if self.chance.random() < 0.5 else self.chance.sample(found, min(1, len(found)))
            case "publisher":
                self.waited_for = ChangeLog(self.out / CHANGES).head()[0]
                found = [one.pid for one in living(self.out, "egov_kg publish")]
                if not found:
                    self.moment = None
                elif self.moment is None or self.moment[0] not in found:
                    self.moment = found[0], time.monotonic() + self.chance.uniform(0.0, 4.0)
                if self.moment is None or time.monotonic() < self.moment[1]:
                    return []
                self.moment = None
                return found
        return self._build()

    def _build(self) -> list[int]:
        """Start a build of the other documents, and kill it at a random moment; one in six may come to its end."""
        self.builds += 1
        given = ["--documents", str(self.folder / f"documents-{self.builds % 2}"), "--out", str(self.out)]
        began = time.monotonic()
        build = subprocess.Popen(
            [*PYTHON, "build", "--json", "--workers", "1", *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
        )
        try:
            build.wait(self.chance.uniform(0.3, 1.2 * self.usual) if self.builds % 6 else PATIENCE)
            self.usual = 0.7 * self.usual + 0.3 * (time.monotonic() - began)
            self.finished_builds += 1
            if build.returncode:
                self.fault("repair", f"a build ended with {build.returncode}")
        except subprocess.TimeoutExpired:
            os.killpg(build.pid, signal.SIGKILL)
            build.wait()
            return [build.pid]
        return []

    usual: float = 3.0
    """How many seconds a build takes, more or less."""

    def has_recovered(self, kind: str, began: float) -> bool:
        """A query and a change that came later are answered; what a publisher did not publish is published."""
        if kind == "publisher" and self.mark() < self.waited_for:
            return False
        return self.answered > began and self.promised > began

    def mark(self) -> int:
        """Return the last change that the current release holds."""
        place = self.out / store.CURRENT / MANIFEST
        return Manifest.from_bytes(place.read_bytes(), place).mark

    def check(self) -> None:
        """Each promise is kept, nothing is there twice or was refused, each answer is that of its release."""
        with self.lock:
            promises, seen = dict(self.promises), set(self.seen)
        for change in ChangeLog(self.out / CHANGES).read(after=len(self.kept)):
            op = op_of(change)
            if op in self.known:
                self.fault("made up", f"{op} is in the log twice, again as {change.number}")
            self.kept.append(op)
            self.known.add(op)
        with self.lock:
            strange = self.known - self.sent, self.known & self.refusals
            self.refusals -= strange[1]
        for ops, words in zip(strange, ("was never sent", "was refused"), strict=True):
            for op in ops:
                self.fault("made up", f"{op} is in the log, and {words}")
        for number, op in promises.items():
            if self.kept[number - 1 : number] != [op]:
                self.fault("lost", f"{op} was acknowledged as {number}, and is not in the log")
                with self.lock:
                    del self.promises[number]
        self._judge(seen)

    def _judge(self, seen: set[tuple[str, tuple[str, ...]]]) -> None:
        for release, names in seen:
            mark, president = self.releases.get(release, (0, ""))
            if mark > len(self.kept):
                self.fault("mixed", f"release {release} holds change {mark}, and the log ends with {len(self.kept)}")
            elif names != (expected := self.names(mark, president)):
                wrong = sorted(set(names) ^ set(expected)) or "a name twice"
                self.fault("mixed", f"{release} with mark {mark} answered otherwise: {wrong}")
        with self.lock:
            self.seen -= seen

    def names(self, mark: int, president: str) -> tuple[str, ...]:
        """Return what a release answers that was made of the records up to a mark."""
        there = {president}
        for sign, name in self.kept[:mark]:
            (there.add if sign == "+" else there.discard)(name)
        return tuple(sorted(there))

    def told(self) -> str:
        """Return how long the log became, and what was made of it."""
        made = f"{len(self.releases)} releases were asked, {self.finished_builds} of {self.builds} builds finished"
        return f"{len(self.kept)} changes are in the log, {len(self.promises)} of them were acknowledged; {made}"

    def finish(self) -> None:
        """Everything is published, every release is whole, nothing is left over, each promise stands in the audit."""
        self.quiet()
        self.check()
        log = ChangeLog(self.out / CHANGES)
        until = time.monotonic() + PATIENCE
        while self.mark() < len(self.kept):
            if time.monotonic() > until:
                self.fault("repair", f"of {len(self.kept)} changes {self.mark()} are published, and no more will be")
                break
            time.sleep(0.1)
        if log.verify() != len(self.kept) or log.rejected():
            self.fault("lost", f"{log.verify()} records; set aside: {sorted(log.rejected())}")
        for name in store.list_releases(self.out):
            release = store.open_release(self.out / store.RELEASES / name, deep=True)
            self.recognise(name)
            rows = tuple(sorted(row["name"] for row in release.select(QUERY)))
            self._judge({(name, rows)})
        while living(self.out, "egov_kg publish"):
            time.sleep(0.1)
        left = [path.name for path in (self.out / store.RELEASES).iterdir() if path.name.startswith(".staging-")]
        if left:
            self.fault("repair", f"left over: {left}")
        lines = (self.out / CHANGES / AUDIT).read_text(encoding="utf-8").splitlines()
        told = sorted(json.loads(line)["number"] for line in lines if line.endswith("}"))
        if len(told) != len(set(told)) or not set(told) >= set(self.promises):
            self.fault("lost", f"the audit lacks {sorted(set(self.promises) - set(told))}, or has some twice")


def text_of(op: Op) -> str:
    """Return the update of a change."""
    sign, name = op
    thing = f"<{iri.thing_iri(f'law/kr/{name}')}>"
    if sign == "-":
        return f"DELETE WHERE {{ GRAPH <{GRAPH}> {{ {thing} ?p ?o }} }}"
    return f'{PREFIXES} INSERT DATA {{ GRAPH <{GRAPH}> {{ {thing} a egov:Law ; skos:prefLabel "{name}"@en }} }}'


def op_of(change: Change) -> Op:
    """Return what a record says; a change that was kept by half is no change."""
    sign, lines = ("+", change.added) if change.added else ("-", change.removed)
    names = [line.split('"')[1] for line in lines if "prefLabel" in line]
    whole = len(names) == 1 and len(change.added) + len(change.removed) == 2
    return (sign, names[0]) if whole else ("?", repr((change.removed, change.added)))
