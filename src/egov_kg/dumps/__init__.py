"""The graph as files: dumps in six formats with checksums, and the metadata that finds them."""

from __future__ import annotations

from egov_kg.dumps.catalogue import Metadata, catalogue_triples, dump_triples, graph_counts, partition_triples
from egov_kg.dumps.files import (
    FORMATS,
    SUMS,
    Dump,
    Format,
    Subset,
    asserted_quads,
    dump_name,
    known_dumps,
    serialise,
    write_dumps,
)
from egov_kg.dumps.writing import turtle

__all__ = [
    "FORMATS",
    "SUMS",
    "Dump",
    "Format",
    "Metadata",
    "Subset",
    "asserted_quads",
    "catalogue_triples",
    "dump_name",
    "dump_triples",
    "graph_counts",
    "known_dumps",
    "partition_triples",
    "serialise",
    "turtle",
    "write_dumps",
]
