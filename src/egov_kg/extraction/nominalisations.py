"""One verb with what belongs to it, and the nouns that say the same: "the launch of X in 2001"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item

__all__ = ["Predication", "nominal_events", "possessive_events"]


@dataclass(slots=True)
class Predication:
    """One verb with what belongs to it.

    Attributes:
        verb: Its lemma, with its particle.
        form: ``finite``, ``participle``, ``gerund``, ``infinitive`` or ``noun``.
        passive: Whether the subject is what is acted on.
        status: Why nothing is claimed, or empty.
        verb_at: The items of the verb group.
        subjects, objects: Noun phrases; a subject may be an apposition's owner.
        further: The second object ("renamed the centre the X Authority").
        adjuncts: Prepositions with noun phrases, in order.
        times: Prepositions with the items of times.
        purpose: The items of an infinitive of purpose, or None.
        before: The prepositions and phrases that open the clause ("Under Prime Minister X, ...").
        fronted: Whether its time is that at the head of the clause.
        of: For each noun phrase, by its first item, the one that "of" adds to it.
        apposed: For each noun phrase, by its first item, the one that says in other words what it is.
    """

    verb: str
    form: str
    passive: bool
    status: str
    verb_at: tuple[int, int]
    subjects: list[Chunk] = field(default_factory=list)
    objects: list[Chunk] = field(default_factory=list)
    further: Chunk | None = None
    adjuncts: list[tuple[str, Chunk]] = field(default_factory=list)
    times: list[tuple[str, int]] = field(default_factory=list)
    purpose: tuple[int, int] | None = None
    before: list[tuple[str, Chunk]] = field(default_factory=list)
    fronted: bool = False
    of: dict[int, Chunk] = field(default_factory=dict)
    apposed: dict[int, Chunk] = field(default_factory=dict)


def nominal_events(
    items: Sequence[Item], chunks: Sequence[Chunk], nouns: frozenset[str], status: str
) -> Iterator[Predication]:
    """Yield "the launch of X in 2001", "the introduction of X by Y": events that noun phrases name."""
    for n, chunk in enumerate(chunks):
        if chunk.kind != "N" or items[chunk.main].kind != "word" or items[chunk.main].text not in nouns:
            continue
        if n + 2 >= len(chunks) or chunks[n + 1].text != "of" or chunks[n + 2].kind != "N":
            continue
        if chunk.main != chunk.last - 1:
            continue
        made = Predication(items[chunk.main].text, "noun", True, status, (chunk.first, chunk.last))
        made.subjects.append(chunks[n + 2])
        _take_circumstances(made, chunks, n + 3)
        yield made


def possessive_events(
    items: Sequence[Item], chunks: Sequence[Chunk], nouns: frozenset[str], found: Sequence[Predication]
) -> Iterator[Predication]:
    """Yield "since its launch in 2001, X has ...": what happened to the subject of the clause."""
    finite = [p for p in found if p.form == "finite" and p.subjects]
    for n, chunk in enumerate(chunks):
        if chunk.kind != "N" or items[chunk.first].text != "its" or items[chunk.main].text not in nouns:
            continue
        if chunk.main != chunk.last - 1 or items[chunk.main].kind != "word":
            continue
        owner = next((p for p in reversed(finite) if p.verb_at[0] < chunk.first), next(iter(finite), None))
        if owner is None or owner.subjects[0] is chunk:
            continue
        made = Predication(items[chunk.main].text, "noun", True, "", (chunk.first, chunk.last))
        made.subjects.append(owner.subjects[0])
        _take_circumstances(made, chunks, n + 1)
        yield made


def _take_circumstances(made: Predication, chunks: Sequence[Chunk], k: int) -> None:
    """Take the date, the doer and the law behind the noun of an event."""
    while k + 1 < len(chunks) and chunks[k].kind == "P":
        prep, what = chunks[k].text, chunks[k + 1]
        if what.kind == "T" and prep in ("in", "on"):
            made.times.append((prep, what.first))
        elif what.kind == "N" and prep in ("by", "under"):
            made.adjuncts.append((prep, what))
        else:
            break
        k += 2
