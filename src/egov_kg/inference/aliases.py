"""Classes and properties that are the same: which name stands for which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from egov_kg.errors import RefusedAxiom
from egov_kg.inference import owl
from egov_kg.inference.plan import SchemaTriple, Term

__all__ = ["column_names", "groups_of", "representatives"]


def groups_of(pairs: Iterable[tuple[Term, Term]]) -> dict[Term, tuple[Term, ...]]:
    """Return the group of each term that is the same as another one, in term order.

    >>> groups_of([("<b>", "<a>"), ("<b>", "<c>"), ("<d>", "<d>")])["<c>"]
    ('<a>', '<b>', '<c>')
    """
    near: dict[Term, set[Term]] = {}
    for left, right in pairs:
        if left != right:
            near.setdefault(left, set()).add(right)
            near.setdefault(right, set()).add(left)
    found: dict[Term, tuple[Term, ...]] = {}
    for start in sorted(near):
        if start in found:
            continue
        seen, waiting = {start}, [start]
        while waiting:
            new = near[waiting.pop()] - seen
            seen.update(new)
            waiting.extend(new)
        found.update(dict.fromkeys(seen, tuple(sorted(seen))))
    return found


def representatives(
    groups: Mapping[Term, tuple[Term, ...]], schema: frozenset[SchemaTriple], named: Collection[Term] = ()
) -> dict[Term, Term]:
    """Return the name that stands for each class or property that has others: a word of OWL, else the first one.

    Groups of individuals alone are left to the engine.

    Args:
        groups: The group of each term that is the same as another one.
        schema: What tells which terms are classes and properties.
        named: Terms that are, although no schema triple says so: a fact types something by them.

    Raises:
        RefusedAxiom: If two words of the language are the same, which would make one rule of another.
    """
    if not groups:
        return {}
    columns = column_names(schema) | set(named)
    found: dict[Term, Term] = {}
    # By identity: a tuple is hashed anew each time, and a group of n names comes n times.
    for group in {id(group): group for group in groups.values()}.values():
        words = [term for term in group if owl.is_word(term)]
        if len(words) > 1:
            raise RefusedAxiom((words[0], owl.SAME, words[1]), "two words of the language cannot be the same")
        names = [term for term in group if not term.startswith('"')]
        if names and (words or not columns.isdisjoint(group)):
            found.update(dict.fromkeys(group, words[0] if words else names[0]))
    return found


def column_names(schema: Iterable[SchemaTriple]) -> set[Term]:
    """Return the terms that schema triples use as classes and properties."""
    return {term for triple in schema for term in _columns(triple)}


_OF_INDIVIDUALS = {owl.HAS_VALUE, owl.FIRST, owl.word("sourceIndividual"), owl.word("targetIndividual")}


def _columns(triple: SchemaTriple) -> tuple[Term, ...]:
    """Return the terms of a schema triple that may name a column."""
    subject, predicate, value = triple
    if predicate in {owl.FIRST, owl.REST}:
        return ()
    if predicate in _OF_INDIVIDUALS or value.startswith('"'):
        return (subject,)
    return (subject, value)
