"""The graph as files: dumps in six formats with checksums, and the metadata that finds them."""

from __future__ import annotations

from egov_kg.dumps.catalogue import Description, catalogue_triples, described, dump_triples, graph_counts
from egov_kg.dumps.expanded import expanded_dump
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
from egov_kg.dumps.metadata import MAPPINGS, MappingFile, Metadata, mapping_files
from egov_kg.dumps.nested import nested_jsonld
from egov_kg.dumps.partitions import partition_triples
from egov_kg.dumps.writing import turtle

__all__ = [
    "FORMATS",
    "MAPPINGS",
    "SUMS",
    "Description",
    "Dump",
    "Format",
    "MappingFile",
    "Metadata",
    "Subset",
    "asserted_quads",
    "catalogue_triples",
    "described",
    "dump_name",
    "dump_triples",
    "expanded_dump",
    "graph_counts",
    "known_dumps",
    "mapping_files",
    "nested_jsonld",
    "partition_triples",
    "serialise",
    "turtle",
    "write_dumps",
]
