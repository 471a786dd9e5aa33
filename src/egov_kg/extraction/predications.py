"""Who did what to what, when and by whom: a clause as predications, whatever its syntax.

Active and passive, relative clauses, reduced participles, appositions, nominalisations ("the launch of X in 2001") and
coordinated verbs come out in one form, so that a rule is written once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from egov_kg.extraction.chunks import Chunk, chunks_of
from egov_kg.extraction.clause_parts import ClauseParts
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.closed_classes import (
    AIMS,
    DEMANDING,
    ENTRUSTING,
    INTRANSITIVE,
    NAMING,
    SAYING,
    SETTING,
)
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.lookahead import (
    end_of_purpose,
    finite_later,
    has_own_subject,
    takes_object,
)
from egov_kg.extraction.nominalisations import Predication, nominal_events, possessive_events

__all__ = ["Predication", "predications_of"]


class _Assembler(ClauseParts):
    """Puts the chunks of one clause together."""

    def read(self) -> list[Predication]:
        for n, chunk in enumerate(self.chunks):
            getattr(self, f"_at_{chunk.kind.lower()}")(n, chunk)
        for made in self.found:
            one = made.objects and made.further is None and not any(p in ("to", "as") for p, _ in made.adjuncts)
            if made.verb in NAMING and not made.passive and one:
                made.passive = True
        held = next((p.status for p in self.found if p.status in ("negated", "modal", "intention", "conditional")), "")
        for event in nominal_events(self.items, self.chunks, self.nouns, held):
            saw = self.finite is not None and self.finite.verb in ("see", "witness", "bring")
            if not event.times and len(self.fronted_times) == 1 and (not self.finite or saw):
                event.times.extend(self.fronted_times)
            self.found.append(event)
        self.found.extend(possessive_events(self.items, self.chunks, self.nouns, self.found) if not held else ())
        return self.found

    # --- chunks by kind -----------------------------------------------------------------------------------------

    def _at_s(self, n: int, chunk: Chunk) -> None:
        if chunk.text == "that":
            # what is said, found or demanded is a clause of its own
            before = self.chunks[n - 1] if n else None
            said = before.text if before is not None else ""
            rumour = before is not None and before.passive and said in SAYING and self._says_it()
            self.conditional = self.conditional or said in DEMANDING or rumour
            self.subjects, self.current, self.finite, self.waiting = [], None, None, []
        self.conditional = self.conditional or chunk.text in ("if", "unless", "whether")
        self.joint = ""

    def _says_it(self) -> bool:
        """Whether nobody is named who says so: "it is said that"."""
        return bool(self.subjects) and self.items[self.subjects[0].main].text == "it"

    def _at_r(self, n: int, chunk: Chunk) -> None:
        if chunk.text == "whose" and self.last is not None and not self.outer:
            # "X, whose aim was to ..., was adopted": a clause of its own, and back again
            self.outer.append((self.subjects, self.finite, n > 0 and self.chunks[n - 1].kind == "K"))
            self.subjects, self.current, self.finite, self.preposition = [], None, None, ""
        if chunk.text == "whose" or self.last is None:
            self.joint = ""
            return
        self.outer.append((self.subjects, self.finite, n > 0 and self.chunks[n - 1].kind == "K"))
        antecedent = self.described.get(self.last.first) or self._owner(self.last)
        here = self.current
        if n > 1 and self.chunks[n - 1].text == "of":
            # "the latter of which": who that is stays open
            antecedent = self.chunks[n - 2]
        elif (
            here is not None
            and here.form == "participle"
            and here.subjects
            and here.adjuncts[-1:]
            and (here.adjuncts[-1][0] != "by" and self.chunks[n - 1].kind == "K")
        ):
            # "the agency, created under the ministry, which took over": it is the agency that took over
            antecedent = here.subjects[0]
        before = self.chunks[n - 1] if n else None
        if before is not None and before.kind == "K" and self.current is None and self.subjects:
            antecedent = self.subjects[0] if chunk.text != "who" else antecedent
        self.relative = None
        if chunk.text in ("which", "that", "whom") and has_own_subject(self.chunks, n):
            # "the act by which X was founded", "the portal that X opened": the antecedent is no subject
            preposition = self.chunks[n - 1].text if n and self.chunks[n - 1].kind == "P" else ""
            self.relative = (preposition, antecedent)
        self.subjects = [] if self.relative is not None else [antecedent]
        self.current, self.finite, self.preposition = None, None, ""
        self.joint = "R"

    # --- verbs --------------------------------------------------------------------------------------------------

    def _at_v(self, n: int, chunk: Chunk) -> None:
        handler = {
            "finite": self._finite_verb,
            "participle": self._participle,
            "gerund": self._gerund,
            "infinitive": self._infinitive,
        }[chunk.form]
        handler(n, chunk)
        self.preposition, self.joint, self.direct = "", "", True

    def _make(self, chunk: Chunk, subjects: Sequence[Chunk], *, status: str = "") -> Predication:
        made = Predication(
            chunk.text, chunk.form, chunk.passive, chunk.status or status, (chunk.first, chunk.last),
            [self._owner(s) for s in subjects],
        )  # fmt: skip
        made.of, made.apposed = self.of, self.apposed
        before = self.items[chunk.first - 1].text if chunk.first else ""
        # ", the latter having been set up": which of two that is stays open
        if (self.conditional or before in ("former", "latter")) and not made.status:
            made.status = "conditional"
        self.found.append(made)
        self.current = made
        if self.relative is not None and chunk.form == "finite":
            self._complete(made, *self.relative)
            self.relative = None
        return made

    def _complete(self, made: Predication, preposition: str, antecedent: Chunk) -> None:
        """Give the verb of a relative clause the antecedent: as its object, or behind its preposition."""
        if len(self.items[antecedent.main].things) > 1:
            # "passed the A Act and the B Act, by which the board was founded": by which of them?
            return
        if preposition:
            made.adjuncts.append((preposition, antecedent))
        elif not made.passive:
            made.objects.append(antecedent)
            self.lent = antecedent

    def _finite_verb(self, n: int, chunk: Chunk) -> None:
        if self.waiting:
            subjects, self.waiting = self.waiting, []
            self._inherit(self._make(chunk, subjects))
            self.subjects = subjects
        elif self.outer and self.finite is not None and self.joint != "C" and self.outer[-1][1] is None:
            self.subjects, _, _ = self.outer.pop()
            self.finite = None
            self._inherit(self._make(chunk, self.subjects))
        elif self.finite is None:
            subjects = self.subjects or ([self.last] if self.last is not None else [])
            neither = any(x.text == "neither" for x in self.items[: chunk.first])
            self._inherit(self._make(chunk, subjects, status="negated" if neither else ""))
        elif self.joint in ("C", ",", "but"):
            if self.joint == "," and self.outer and self.outer[-1][1] is None:
                self.subjects, _, _ = self.outer.pop()
            before = self.current
            made = self._make(chunk, self.subjects)
            self._inherit(made)
            if before is not None and self.chunks[n - 2].kind == "V" and not before.passive and not before.objects:
                before.objects, before.times = made.objects, made.times
        else:
            self._make(chunk, [self.last] if self.last is not None else self.subjects)
        self.finite = self.current

    def _inherit(self, made: Predication) -> None:
        """Give a verb what stands in front of the clause: its date and its circumstances."""
        if not self.outer and len(self.fronted_times) == 1:
            made.times.extend(self.fronted_times)
            made.fronted = True
        elif self.outer and self.inner_times:
            made.times.extend(self.inner_times)
            self.inner_times = []
        made.before = [*self.fronted, *self.aside]
        self.aside = []

    def _participle(self, n: int, chunk: Chunk) -> None:
        if self.current is None and not self.subjects:
            before = self.last if self.fronted else None
            made = self._make(chunk, [before] if before is not None else [])
            # "Based on the act, the ministry issued ...": it is not the ministry that rests on it
            self.opening = None if chunk.text.startswith("base ") else made
            return
        last = self.current
        if self.joint == "C" and last is not None and (last.passive or last.form == "participle"):
            made = self._make(chunk, last.subjects)
            made.form = last.form
            self._share(last, made)
            return
        if (
            self.joint == "C"
            and last is not None
            and last.form == "finite"
            and not last.passive
            and takes_object(self.chunks, n)
        ):
            self._inherit(self._make(chunk._replace(form="finite", passive=False), last.subjects))
            return
        following = self.chunks[n + 1] if n + 1 < len(self.chunks) else None
        by = following is not None and following.text in ("by", "jointly by")
        if self.relative is not None and self.subjects and not by:
            self._inherit(self._make(chunk._replace(form="finite", passive=False), self.subjects))
            self.finite = self.current
            return
        if (
            chunk.text.split()[0] in INTRANSITIVE
            and not by
            and self.finite is None
            and not finite_later(self.chunks, n)
        ):
            self._inherit(self._make(chunk._replace(form="finite", passive=False), self.subjects))
            self.finite = self.current
            return
        subject = self._described(n)
        keep = self.current
        made = self._make(chunk, [subject] if subject is not None else [])
        if keep is not None and keep.status and keep.form != "infinitive" and not self._named(subject):
            made.status = keep.status
        if self.finite is None and keep is None:
            self.current = made

    def _described(self, n: int) -> Chunk | None:
        """Return what a reduced participle is about: the head of "a portal for citizens developed by X"."""
        if self.last is None:
            return None
        if self.last.first in self.described:
            return self.described[self.last.first]
        here = self.finite or self.current
        behind = self.chunks[n - 1].kind == "K" and n > 2 and self.chunks[n - 2] is self.last
        if behind and self.chunks[n - 3].text == "by" and here is not None:
            # "a report by X, published in 2015": it is not X that was published
            return here.subjects[0] if here.passive and here.subjects else None
        if not self._named(self.last):
            for chunk in reversed(self.chunks[max(0, n - 6) : n]):
                if chunk.kind in ("K", "X", "V", "R", "S"):
                    break
                if chunk.kind == "N" and self.items[chunk.first].text in ("a", "an"):
                    return self._owner(chunk)
        return self._owner(self.last)

    def _share(self, first: Predication, second: Predication) -> None:
        """Let what stands behind the second verb belong to both: "designed and built by X"."""
        if not first.adjuncts and not first.times and not first.objects:
            second.times = first.times
            second.adjuncts = first.adjuncts
            second.objects = first.objects
            second.status = second.status or first.status

    def _gerund(self, n: int, chunk: Chunk) -> None:
        before = self.chunks[n - 1] if n else None
        main = self.finite or self.current
        entrusts = main is not None and main.verb.endswith((" with", " at")) and main.verb.split()[-2] in ENTRUSTING
        if main is not None and entrusts and before is not None and before.kind == "V" and main.purpose is None:
            main.purpose = (chunk.first - 1, end_of_purpose(self.chunks, n, len(self.items)))
        if before is not None and before.kind == "P":
            joins = chunk.text.split()[0] in ("merge", "combine", "consolidate", "amalgamate", "unite", "join")
            if before.text == "of" and main is not None and main.purpose is None and self._names_aim(n):
                main.purpose = (self.chunks[n - 1].first, end_of_purpose(self.chunks, n, len(self.items)))
            if before.text in ("by", "through") and main is not None and main.passive and joins and main.subjects:
                # "was created by merging A and B": they go into what was created
                self._make(chunk, [], status=main.status).further = main.subjects[0]
            elif before.text in ("by", "through") and main is not None and not main.passive:
                self._make(chunk, main.subjects, status=main.status)
            else:
                self._make(chunk, main.subjects if main else [], status="purpose")
        elif self.joint == "C" and self.current is not None and self.current.form == "gerund":
            self._make(chunk, self.current.subjects, status=self.current.status)
        elif before is not None and before.kind == "N":
            self._make(chunk, [self._owner(before)], status=main.status if main else "")
        elif main is not None:
            self._make(chunk, main.subjects, status=main.status)
        else:
            self._make(chunk, self.subjects)

    def _infinitive(self, n: int, chunk: Chunk) -> None:
        main = self.current
        if self.joint == "," and main is not None and main.form == "participle" and self.finite is not None:
            # "set up a unit, modelled on others, to help ...": it is the unit that helps
            main = self.finite
        if main is not None and main.form != "infinitive" and main.purpose is None:
            stop = end_of_purpose(self.chunks, n, len(self.items))
            if main is self.opening and not main.subjects:
                # "Created to cut queues, the portal ...": the subject is no part of it
                stop = next((c.first for c in self.chunks[n + 1 :] if c.kind == "K"), stop)
            main.purpose = (chunk.first, stop)
        made = self._make(chunk, main.subjects if main else self.subjects, status="purpose")
        made.status = "purpose"

    def _names_aim(self, n: int) -> bool:
        """Whether "with the aim of" stands before a gerund."""
        if n < 3 or self.chunks[n - 2].kind != "N" or self.items[self.chunks[n - 2].main].text not in AIMS:
            return False
        before = self.chunks[n - 3]
        return before.text in (("with", "for") if before.kind == "P" else SETTING)


def predications_of(
    items: Sequence[Item], lexicon: Lexicon, nouns: frozenset[str]
) -> tuple[list[Chunk], list[Predication]]:
    """Return the chunks and the predications of a clause, in order.

    Args:
        items: A stretch of a sentence without a full stop or a semicolon in it.
        lexicon: The word tables.
        nouns: The nouns that name what a verb says ("launch", "introduction").
    """
    chunks = chunks_of(items, lexicon)
    return chunks, _Assembler(items, chunks, nouns).read()
