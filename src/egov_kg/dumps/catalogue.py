"""What the release says of itself: VoID and DCAT-AP 3, counted and never typed, without clock and without blank nodes.

The description stands in ``graph/catalogue``; ``void.ttl`` and ``catalog.ttl`` hold its two halves. ``catalog.ttl`` has
size and SHA-256 of each dump besides; these cannot stand in the graph, because the dumps of quads hold the graph.

All nodes are fragments of ``{base}catalog``, so that one address answers for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.dcat import describe_catalogue, describe_sizes
from egov_kg.dumps.files import Dump
from egov_kg.dumps.linksets import describe_links, linked_sets
from egov_kg.dumps.metadata import Metadata, Writer, in_order
from egov_kg.dumps.partitions import partition_triples
from egov_kg.dumps.void import describe_counts
from egov_kg.rdf.dataset import Dataset
from egov_kg.rdf.evidence import GRAPH as EVIDENCE

__all__ = ["Description", "catalogue_triples", "described", "dump_triples", "graph_counts"]


@dataclass(frozen=True, slots=True)
class Description:
    """What a release says of itself, each part sorted.

    Attributes:
        void: What ``void.ttl`` holds: counts, partitions, links.
        dcat: What ``catalog.ttl`` holds besides sizes: catalogue, dataset, distributions, services.
    """

    void: tuple[ox.Triple, ...]
    dcat: tuple[ox.Triple, ...]

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Both, sorted, each triple once."""
        return in_order([*self.void, *self.dcat])


def graph_counts(quads: Iterable[ox.Quad] | Dataset, base: str) -> dict[str, int]:
    """Return how many triples each graph holds, by name: ``default``, ``document/…``, ``entailed`` ..."""
    start = iri.graph_iri("", base)
    rows = quads.quads if isinstance(quads, Dataset) else quads
    nodes = Counter(quad.graph_name for quad in rows)
    counts = {node.value if isinstance(node, ox.NamedNode) else "default": count for node, count in nodes.items()}
    if isinstance(quads, Dataset) and quads.evidence is not None and len(quads.evidence):
        name = iri.graph_iri(EVIDENCE, base)
        counts[name] = counts.get(name, 0) + len(quads.evidence)
    return {name.removeprefix(start): count for name, count in sorted(counts.items())}


def described(quads: Sequence[ox.Quad] | Dataset, metadata: Metadata) -> Description:
    """Return the description of a dataset.

    Args:
        quads: The whole dataset but the catalogue itself.
        metadata: What cannot be counted.
    """
    rows = quads.quads if isinstance(quads, Dataset) else quads
    facts = [quad.triple for quad in rows if isinstance(quad.graph_name, ox.DefaultGraph)]
    dcat, void = Writer(metadata), Writer(metadata)
    links, linked = linked_sets(rows, metadata.base)
    describe_catalogue(dcat, facts, links)
    describe_counts(void, facts, graph_counts(quads, metadata.base), linked)
    describe_links(void, links)
    about = [triple for triple in dcat.triples if triple.subject == dcat.dataset and _is_shared(triple)]
    names = {dcat.node("publisher")}
    about += [triple for triple in dcat.triples if triple.subject in names]
    return Description(in_order([*about, *void.triples, *partition_triples(facts, metadata)]), in_order(dcat.triples))


def catalogue_triples(quads: Sequence[ox.Quad] | Dataset, metadata: Metadata) -> tuple[ox.Triple, ...]:
    """Return the whole description of a dataset, sorted; as `described`."""
    return described(quads, metadata).triples


def dump_triples(dumps: Iterable[Dump], metadata: Metadata) -> tuple[ox.Triple, ...]:
    """Return size and checksum of the files, sorted, for ``catalog.ttl``."""
    write = Writer(metadata)
    describe_sizes(write, dumps)
    return in_order(write.triples)


def _is_shared(triple: ox.Triple) -> bool:
    """Whether VoID says of the dataset what DCAT says: its name, terms and origin, not its files."""
    return triple.predicate.value not in {iri.expand("dcat:distribution"), iri.expand("dcterms:temporal")}
