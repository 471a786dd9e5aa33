"""What belongs to whom in a noun phrase: "its tasks", "the tasks of X", "platforms such as A and B"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.chunks import Chunk
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.named import Named

if TYPE_CHECKING:
    from egov_kg.extraction.narrative import Narrator

__all__ = ["SUPPORT", "examples_behind", "listed_behind", "owners_of"]

# "with the support of X", "under the supervision of X": what X does, by the noun.
SUPPORT: Final = {
    "support": frozenset(
        [
            "support",
            "help",
            "assistance",
            "aid",
            "funding",
            "backing",
            "sponsorship",
            "loan",
            "grant",
            "credit",
            "funds",
            "financing",
            "subsidy",
        ]
    ),
    "responsibility": frozenset(["responsibility", "competence", "remit", "purview", "authority"]),
    "supervision": frozenset(["supervision", "oversight", "control"]),
    "agreement": frozenset(["agreement", "memorandum", "mou", "contract", "partnership", "treaty"]),
    "chair": frozenset(["chairmanship", "chair", "headship"]),
    "coordination": frozenset(["coordination", "leadership", "direction", "guidance"]),
}
_TASKS: Final = frozenset(
    ["task", "tasks", "function", "functions", "responsibility", "responsibilities", "duty", "duties", "competence",
     "competences", "competencies", "powers", "mandate", "role", "roles", "activities", "operations", "work"]
)  # fmt: skip
_SETS: Final = frozenset(
    ["platforms", "systems", "services", "projects", "initiatives", "portals", "programmes", "programs", "applications",
     "apps", "tools", "solutions", "products", "websites", "schemes", "databases", "registers", "measures", "plans",
     "strategies", "policies", "agencies", "bodies", "institutions", "organisations", "organizations",
     "laws", "acts", "ministries", "departments"]
)  # fmt: skip
_JOINTS: Final = frozenset([",", "and", "or", "&", "the", "well", "as", "both"])


def owners_of(narrator: Narrator, items: Sequence[Item], of: Chunk | None, chunk: Chunk) -> list[Named]:
    """Return the body whose tasks a phrase speaks of: "its tasks", "the tasks of X", "X's functions"."""
    if items[chunk.main].text not in _TASKS:
        return []
    first = items[chunk.first]
    if of is not None:
        owner = items[of.main]
        return [Named(t, a, b) for t, (a, b) in zip(owner.things, owner.places, strict=True)]
    if first.kind == "thing" and chunk.last > chunk.first + 1 and items[chunk.first + 1].text == "'s":
        return [Named(t, a, b) for t, (a, b) in zip(first.things, first.places, strict=True)]
    if first.text in ("its", "their"):
        return [
            Named(t, first.start, first.end)
            for t in narrator.history.pronoun("it")
            if vocab.is_subclass(t.cls, "egov:Body")
        ]
    return []


def examples_behind(items: Sequence[Item], chunk: Chunk) -> list[Named]:
    """Return what "foundational platforms including A, B and C" names."""
    if items[chunk.main].kind != "word" or items[chunk.main].text not in _SETS or chunk.main != chunk.last - 1:
        return []
    k = chunk.last
    if k < len(items) and items[k].text == ",":
        k += 1
    if k + 1 < len(items) and items[k].text == "such" and items[k + 1].text == "as":
        k += 2
    elif k < len(items) and items[k].text in ("including", "namely"):
        k += 1
    else:
        return []
    return _listed(items[k:])


def listed_behind(head: Item, rest: Sequence[Item]) -> list[Named]:
    """Return what "three projects: A, B and C" names, given what stands behind the colon."""
    last = head.text.casefold().split()[-1:]
    return _listed(rest) if last and last[0] in _SETS else []


def _listed(items: Sequence[Item]) -> list[Named]:
    found: list[Named] = []
    for item in items:
        if item.kind == "thing":
            if item.det not in ("a", "an"):
                found.extend(Named(t, a, b) for t, (a, b) in zip(item.things, item.places, strict=True))
        elif item.text not in _JOINTS:
            break
    return found
