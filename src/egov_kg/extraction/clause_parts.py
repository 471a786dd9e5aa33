"""The noun phrases, times and joints of a clause, as they are handed to its verbs."""

from __future__ import annotations

from collections.abc import Sequence

from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.closed_classes import BINDS_TIME, CLAUSE_PREPOSITIONS, ENTRUSTING, MOMENTS
from egov_kg.extraction.lookahead import end_of_purpose, finite_later, is_list, opens_clause
from egov_kg.extraction.nominalisations import Predication

__all__ = ["ClauseParts"]


class ClauseParts:
    """What has been read of a clause so far, and where a further phrase or time of it belongs."""

    def __init__(self, items: Sequence[Item], chunks: list[Chunk], nouns: frozenset[str]) -> None:
        self.items, self.chunks, self.nouns = items, chunks, nouns
        self.found: list[Predication] = []
        self.subjects: list[Chunk] = []
        self.waiting: list[Chunk] = []
        self.current: Predication | None = None
        self.finite: Predication | None = None
        self.last: Chunk | None = None
        self.owner: dict[int, Chunk] = {}
        self.preposition = ""
        self.joint = ""
        self.fronted_times: list[tuple[str, int]] = []
        self.inner_times: list[tuple[str, int]] = []
        self.fronted: list[tuple[str, Chunk]] = []
        self.aside: list[tuple[str, Chunk]] = []
        self.outer: list[tuple[list[Chunk], Predication | None, bool]] = []
        self.of: dict[int, Chunk] = {}
        self.apposed: dict[int, Chunk] = {}
        self.described: dict[int, Chunk] = {}
        self.direct = False
        self.joined = ""
        self.opening: Predication | None = None
        self.conditional = False
        self.relative: tuple[str, Chunk] | None = None
        self.lent: Chunk | None = None

    def _at_p(self, n: int, chunk: Chunk) -> None:
        del n
        self.preposition, self.direct = chunk.text, False

    def _at_k(self, n: int, chunk: Chunk) -> None:
        del n, chunk
        self.joint, self.preposition, self.direct = ",", "", False

    def _at_c(self, n: int, chunk: Chunk) -> None:
        del n
        self.joint = "C" if chunk.text != "but" else "but"
        self.direct = False

    def _at_x(self, n: int, chunk: Chunk) -> None:
        del n, chunk
        self.joint = ","

    def _at_t(self, n: int, chunk: Chunk) -> None:
        before = self.chunks[n - 1] if n else None
        prep, self.preposition = self.preposition, ""
        if prep not in BINDS_TIME or (prep == "of" and before is not None):
            return
        time = (prep, chunk.first)
        self.direct = False
        if self.joint == "C" and prep and self.current is not None and finite_later(self.chunks, n):
            # "adopted the plan, and from 2011 the board ran it": the year is that of the verb to come
            self.fronted_times = [time]
            return
        if self.current is not None:
            if self.current.fronted:
                self.current.times, self.current.fronted = [], False
            if self.current.times and self._again(n, time):
                return
            self.current.times.append(time)
        elif not self.subjects:
            self.fronted_times.append(time)
        elif self.outer:
            # "X, which until 2017 was called Y"
            self.inner_times = [time]

    def _again(self, n: int, time: tuple[str, int]) -> bool:
        """Bind the time of a further object to that object: "opened X in 2001 and Y in 2004"."""
        here = self.current
        assert here is not None
        del n
        if self.last is None or self.joined not in ("C", ",") or len(here.objects) < 2 or self.last not in here.objects:
            return False
        here.objects.remove(self.last)
        twin = Predication(
            here.verb, here.form, here.passive, here.status, here.verb_at, list(here.subjects), [self.last]
        )
        twin.times.append(time)
        twin.adjuncts = [a for a in here.adjuncts if a[0] == "by"]
        self.found.append(twin)
        return True

    def _at_n(self, n: int, chunk: Chunk) -> None:
        if self.preposition:
            self._prepositional(n, chunk)
            return
        opened = self.opening is not None and self.current is not None and not self.current.subjects
        if opened and self.joint == "," and self.finite is None:
            self.current = None
        self.joined = self.joint
        if self.current is None:
            if not self.subjects and self.items[chunk.main].text in MOMENTS:
                return
            if not self.subjects:
                self.subjects = [chunk]
                self._resolve_opening()
            elif self.joint == "C":
                self.subjects.append(chunk)
            elif self.joint == ",":
                self._apposition(chunk)
        else:
            self._after_verb(n, chunk)
        self.last = chunk
        self.joint = ""

    def _prepositional(self, n: int, chunk: Chunk) -> None:
        pair = (self.preposition, chunk)
        self.preposition = ""
        following = self.chunks[n + 1] if n + 1 < len(self.chunks) else None
        opens_clause = (
            pair[0] in CLAUSE_PREPOSITIONS
            and following is not None
            and following.kind == "V"
            and following.form == "finite"
        )
        if opens_clause:
            self.waiting = [chunk]
        elif pair[0] == "of" and self.last is not None and self.chunks[n - 2] is self.last:
            self.of[self.last.first] = chunk
            self._describe(chunk)
        elif pair[0] == "by" and (self._belongs_to_noun(n) or self._goes_on_outside(n)):
            pass
        elif self.current is not None:
            if self.last is not None and self.chunks[n - 2] is self.last and pair[0] in ("under", "within"):
                self._describe(chunk)
            self.current.adjuncts.append(pair)
        elif not self.subjects:
            self.fronted.append(pair)
        else:
            self.aside.append(pair)
        self.last = chunk
        self.joint = ""

    def _goes_on_outside(self, n: int) -> bool:
        """Whether ", and by" may go on with the clause outside: "laid by X, which was repealed by Y, and by Z"."""
        if not self.outer or self.current is None or n < 3:
            return False
        joined = self.chunks[n - 2].kind == "C" and self.chunks[n - 3].kind == "K"
        return joined and any(preposition == "by" for preposition, _ in self.current.adjuncts)

    def _turn_round(self, here: Predication) -> None:
        """Give what stands in front of "is" the subject that stands behind: "responsible for X is Y"."""
        opening = self.opening
        if opening is not None and not opening.subjects and opening.verb.startswith("be "):
            opening.subjects = here.objects
            return
        front = here.subjects[:1] or [c for p, c in self.fronted if p == "among"]
        if not front or self.items[front[0].main].kind != "word" or self.items[here.objects[0].main].kind != "thing":
            return
        for made in self.found:
            # "the body responsible for X is Y", "among the systems run by X are A and B"
            if made is not here and made.form == "participle" and front[0] in made.subjects:
                made.subjects = here.objects

    def _or_else(self, made: Predication) -> bool:
        """Whether the subject has two names: "the Harbour Agency or HA is"."""
        two = made.subjects
        return len(two) == 2 and any(x.text == "or" for x in self.items[two[0].last : two[1].first])

    def _describe(self, chunk: Chunk) -> None:
        """Keep that a phrase completes a description: "X is an agency of the Y" speaks of X from then on."""
        assert self.last is not None
        if self.last.first in self.owner and self._indefinite(self.last):
            self.described[chunk.first] = self._owner(self.last)

    def _indefinite(self, chunk: Chunk) -> bool:
        return self.items[chunk.first].text in ("a", "an") or self.items[chunk.main].det in ("a", "an")

    def _belongs_to_noun(self, n: int) -> bool:
        """Whether "by X" says who made what the phrase before it names: "in response to a review by X"."""
        before = self.chunks[n - 2] if n > 1 else None
        if before is None or before.kind != "N" or n < 4 or self.chunks[n - 3].kind != "P":
            return False
        return self.items[before.first].text in ("a", "an") and self.items[before.main].kind == "word"

    def _apposition(self, chunk: Chunk) -> None:
        if self.last is not None:
            owner = self._owner(self.last)
            self.owner[chunk.first] = owner
            self.apposed.setdefault(owner.first, chunk)

    def _owner(self, chunk: Chunk) -> Chunk:
        return self.owner.get(chunk.first, chunk)

    def _after_verb(self, n: int, chunk: Chunk) -> None:
        here = self.current
        assert here is not None
        if self.joint == "" and self.direct and here.objects == [self.lent] and here.verb != "be":
            # "told parliament that the ministry opened the portal": the verb brings an object of its own
            here.objects = []
        if self.joint == "" and self.direct and not here.objects:
            here.objects.append(chunk)
            if self.items[chunk.first].text == "no":
                # "received no funding"
                here.status = here.status or "negated"
            if here.verb == "be" and (len(here.subjects) == 1 or self._or_else(here)):
                # "X is a portal developed by Y": it is X that was developed
                self.owner[chunk.first] = here.subjects[0]
            if here.verb == "be":
                self._turn_round(here)
            if here.verb == "be" and self.items[chunk.main].text == "responsible":
                # "the portal for which X is responsible"
                asked = [c for p, c in here.adjuncts if p == "for"]
                here.verb, here.objects = ("be responsible for", asked) if asked else (here.verb, here.objects)
            if here.verb.endswith((" with", " at")) and here.purpose is None and here.verb.split()[-2] in ENTRUSTING:
                here.purpose = (chunk.first - 1, end_of_purpose(self.chunks, n, len(self.items)))
        elif self.joint == "" and self.direct and here.further is None:
            here.further = chunk
        elif self.joint and opens_clause(self.chunks, n):
            self.waiting = [chunk]
        elif self.joint == "C" and here.adjuncts and self._adjacent(n):
            here.adjuncts.append((here.adjuncts[-1][0], chunk))
        elif self.joint == "C" and here.objects:
            here.objects.append(chunk)
        elif self.joint == "," and self.last is not None:
            if here.objects and self.last in here.objects and is_list(self.chunks, n):
                here.objects.append(chunk)
            else:
                self._apposition(chunk)

    def _adjacent(self, n: int) -> bool:
        """Whether the phrase before "and" is the one of the last preposition."""
        return n >= 2 and self.chunks[n - 2].kind == "N" and self.last is self.chunks[n - 2]

    def _named(self, chunk: Chunk | None) -> bool:
        return chunk is not None and self.items[chunk.main].kind == "thing"

    def _resolve_opening(self) -> None:
        if self.opening is not None and not self.opening.subjects:
            for made in self.found:
                # "developed by X and financed by Y, the portal ...": both are about the portal
                if made.form == "participle" and not made.subjects:
                    made.subjects = list(self.subjects)
            self.opening = None
            self.current = None
