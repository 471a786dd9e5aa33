"""VoID's partitions: how many things each class has, and how each property is used, overall and by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from egov_kg import iri, vocab
from egov_kg.dumps.metadata import Metadata, Writer, in_order

__all__ = ["fragment", "partition_triples"]

_VOID_EXT: Final = "http://ldf.fi/void-ext#"
_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))


def partition_triples(facts: Iterable[ox.Triple], metadata: Metadata) -> tuple[ox.Triple, ...]:
    """Return the partitions, sorted.

    Below a class stand the properties of the things for which it is a most specific class, with the classes and
    datatypes of their values; that is what schema-reading clients ask for.

    Args:
        facts: The default graph.
        metadata: Names the dataset.
    """
    write = Writer(metadata)
    facts = list(facts)
    classes = _classes(facts)
    entities = Counter(cls for found in classes.values() for cls in found)
    for cls, count in sorted(entities.items()):
        node = write.node(f"class-{fragment(cls)}")
        write.add(write.dataset, void_classPartition=node)
        write.add(node, void_class=ox.NamedNode(cls), void_entities=count)
    lowest = {thing: _most_specific(found) for thing, found in classes.items()}
    uses: dict[str, list[ox.Triple]] = {}
    for fact in facts:
        uses.setdefault(fact.predicate.value, []).append(fact)
    for predicate, triples in sorted(uses.items()):
        node = write.node(f"property-{fragment(predicate)}")
        write.add(write.dataset, void_propertyPartition=node)
        write.add(
            node,
            void_property=ox.NamedNode(predicate),
            void_triples=len(triples),
            void_distinctSubjects=len({t.subject for t in triples}),
            void_distinctObjects=len({t.object for t in triples}),
        )
        if predicate != _TYPE.value:
            _describe_use(write, predicate, triples, lowest)
    return in_order(write.triples)


def _describe_use(
    write: Writer, predicate: str, triples: Iterable[ox.Triple], classes: Mapping[str, tuple[str, ...]]
) -> None:
    counts: Counter[str] = Counter()
    targets: Counter[tuple[str, bool, str]] = Counter()
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode)
        for cls in classes.get(triple.subject.value, ()):
            counts[cls] += 1
            if isinstance(triple.object, ox.Literal):
                targets[cls, True, triple.object.datatype.value] += 1
            elif isinstance(triple.object, ox.NamedNode):
                for target in classes.get(triple.object.value, ()):
                    targets[cls, False, target] += 1
    for cls, count in sorted(counts.items()):
        name = f"class-{fragment(cls)}-{fragment(predicate)}"
        write.add(write.node(f"class-{fragment(cls)}"), void_propertyPartition=write.node(name))
        write.add(write.node(name), void_property=ox.NamedNode(predicate), void_triples=count)
    for (cls, literal, target), count in sorted(targets.items()):
        name = f"class-{fragment(cls)}-{fragment(predicate)}"
        node = write.node(f"{name}-{fragment(target)}")
        write.add(node, void_triples=count)
        if literal:
            extension = {link: ox.NamedNode(f"{_VOID_EXT}{link}") for link in ("datatypePartition", "datatype")}
            write.triples.append(ox.Triple(write.node(name), extension["datatypePartition"], node))
            write.triples.append(ox.Triple(node, extension["datatype"], ox.NamedNode(target)))
        else:
            write.add(write.node(name), void_classPartition=node)
            write.add(node, void_class=ox.NamedNode(target))


def _classes(facts: Iterable[ox.Triple]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for fact in facts:
        if fact.predicate == _TYPE and isinstance(fact.object, ox.NamedNode):
            assert isinstance(fact.subject, ox.NamedNode)
            found.setdefault(fact.subject.value, set()).add(fact.object.value)
    return {thing: tuple(sorted(classes)) for thing, classes in sorted(found.items())}


def _most_specific(classes: tuple[str, ...]) -> tuple[str, ...]:
    ours = {iri.curie(cls): cls for cls in classes if cls.startswith(iri.ONTOLOGY)}
    known = tuple(name for name in ours if name in vocab.CLASSES)
    return tuple(ours[name] for name in vocab.most_specific(known)) or classes


def fragment(name: str) -> str:
    """Return an IRI as a part of a fragment: ``egov-Law``; the characters of a foreign one that fit."""
    short = iri.curie(name)
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in short)
