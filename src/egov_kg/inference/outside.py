"""Names of others: when none of them is merged with one of ours, and what is told of pairs that were kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypedDict

import numpy as np

from egov_kg.inference.equality import SAME_AS
from egov_kg.inference.plan import Plan, Term
from egov_kg.inference.terms import Dictionary

__all__ = ["KeptApart", "guarded_namespace", "kept_apart"]

_AT_ONCE: Final = 1 << 16
_UP_TO_NAME: Final = re.compile(r"[^/#]*\Z")


class KeptApart(TypedDict):
    """Two names that would be one thing, and were not merged.

    Attributes:
        names: In term order, in N-Triples form.
        rule: What makes them the same, ``asserted`` if it was said; empty where the engine does not tell.
        reason: Why they were not merged, in words.
        next: What to do if they should be.
    """

    names: list[Term]
    rule: str
    reason: str
    next: str


def guarded_namespace(dictionary: Dictionary, plan: Plan, base: str) -> str | None:
    """Return the namespace that names of others are not merged with: our base, where data name things of ours.

    Args:
        dictionary: The terms of the data.
        plan: The compiled ontology.
        base: The base of our IRIs.

    Returns:
        None if nothing can be the same as anything else, or if no term is a thing of ours: all names are the user's
        then.
    """
    can_be_same = plan.functional or plan.inverse_functional or plan.keys or dictionary.find(SAME_AS) is not None
    if not can_be_same:
        return None
    start = f"<{base}id/".encode()
    for first in range(0, len(dictionary), _AT_ONCE):
        numbers = np.arange(first, min(first + _AT_ONCE, len(dictionary)), dtype=np.uint32)
        if any(line.startswith(start) for line in dictionary.lines(numbers)):
            return base
    return None


def kept_apart(foreign: Iterable[Sequence[str]], namespaces: Sequence[str], *, advice: str) -> list[KeptApart]:
    """Return what is told of pairs that were not merged.

    Args:
        foreign: Two terms each, and the rule where it is known.
        namespaces: Those whose names may be merged, our own first.
        advice: What to do if they should be; ``{}`` stands for options that name all the namespaces.

    Example:
        >>> pair = ["<http://b.example/x>", "<http://a.example/x>", "asserted"]
        >>> told = kept_apart([pair], ["http://a.example/"], advice="give {}")[0]
        >>> told["reason"]
        '<http://b.example/x> is outside http://a.example/'
        >>> told["next"]
        'give --merge-same-as http://a.example/ --merge-same-as http://b.example/'
    """
    ours = ("_:", *(f"<{namespace}" for namespace in namespaces))
    told: list[KeptApart] = []
    for left, right, *rule in foreign:
        others = [term for term in sorted((left, right)) if not term.startswith(ours)]
        verb, where = "is" if len(others) == 1 else "are", " and ".join(namespaces)
        names = dict.fromkeys([*namespaces, *map(_namespace_of, others)])
        told.append(
            KeptApart(
                names=sorted((left, right)),
                rule=rule[0] if rule else "",
                reason=f"{' and '.join(others)} {verb} outside {where}",
                next=advice.format(" ".join(f"--merge-same-as {name}" for name in names)),
            )
        )
    return told


def _namespace_of(term: Term) -> str:
    """Return what comes before the last part of an IRI; an IRI without parts stands for itself."""
    name = term[1:-1]
    return _UP_TO_NAME.sub("", name) or name
