"""The graph as files: dumps in six formats with checksums, and the metadata that finds them."""

from __future__ import annotations

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

__all__ = [
    "FORMATS",
    "SUMS",
    "Dump",
    "Format",
    "Subset",
    "asserted_quads",
    "dump_name",
    "known_dumps",
    "serialise",
    "write_dumps",
]
