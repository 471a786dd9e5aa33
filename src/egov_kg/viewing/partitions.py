"""The VoID description of a release, short enough for clients that read it before every first query.

Editors and language models learn from it which class has which properties with which values, and nothing else: counts
of single properties and the list of dumps stay in ``/void.ttl``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from egov_kg import iri

__all__ = ["shortened"]

_PROPERTY_PARTITION: Final = ox.NamedNode(iri.expand("void:propertyPartition"))
_CLASS_PARTITION: Final = ox.NamedNode(iri.expand("void:classPartition"))
_PROPERTY: Final = ox.NamedNode(iri.expand("void:property"))
_CLASS: Final = ox.NamedNode(iri.expand("void:class"))
_DISTRIBUTION: Final = ox.NamedNode(iri.expand("dcat:distribution"))
_DATATYPE_PARTITION: Final = ox.NamedNode("http://ldf.fi/void-ext#datatypePartition")
_DATATYPE: Final = ox.NamedNode("http://ldf.fi/void-ext#datatype")


def shortened(triples: Iterable[ox.Triple], base: str) -> Iterator[ox.Triple]:
    """Yield the description without what can be had from ``/void.ttl``.

    Args:
        triples: The content of ``void.ttl``.
        base: The base of the release.

    Yields:
        Classes with their counts and properties; for each property of a class the classes and datatypes of its values.
        Partitions of classes by a property are numbered, and those by the kind of the values stand once for all
        properties, for nothing is said of them but the kind: their long names were half of the description.
    """
    triples = sorted(triples, key=str)
    class_of = {t.subject: t.object for t in triples if t.predicate == _CLASS}
    uses = [t for t in triples if t.predicate == _PROPERTY_PARTITION and t.subject in class_of]
    numbered = {t.object: ox.NamedNode(f"{base}catalog#use-{number}") for number, t in enumerate(uses, 1)}
    kinds = _kinds(triples, numbered, base)
    dropped = {t.object for t in triples if t.predicate == _DISTRIBUTION}
    dropped |= {t.object for t in triples if t.predicate == _PROPERTY_PARTITION and t.subject not in class_of}
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if subject in dropped or value in dropped:
            continue
        if subject in numbered:
            if predicate in {_PROPERTY, _CLASS_PARTITION, _DATATYPE_PARTITION}:
                yield ox.Triple(numbered[subject], predicate, kinds.get(value, value))
        elif subject in kinds:
            if predicate in {_CLASS, _DATATYPE}:
                yield ox.Triple(kinds[subject], predicate, value)
        else:
            yield ox.Triple(subject, predicate, numbered.get(value, value))


def _kinds(triples: Iterable[ox.Triple], uses: Iterable[object], base: str) -> dict[object, ox.NamedNode]:
    """Return by their partition the nodes for the classes and datatypes of values."""
    known = frozenset(uses)
    partitions = {
        t.object for t in triples if t.subject in known and t.predicate in {_CLASS_PARTITION, _DATATYPE_PARTITION}
    }
    found: dict[object, ox.NamedNode] = {}
    for triple in triples:
        if triple.subject in partitions and triple.predicate in {_CLASS, _DATATYPE}:
            assert isinstance(triple.object, ox.NamedNode)
            short = "".join(
                c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in iri.curie(triple.object.value)
            )
            found[triple.subject] = ox.NamedNode(f"{base}catalog#values-{short}")
    return found
