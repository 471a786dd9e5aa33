"""Candidate links between our graph and data sets outside, each with the reasons for its score; the index of names.

Names are imported when they are first used: the process that faces the network asks the index and has no RDF in it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from egov_kg.linking.accepting import AcceptedLinks, accepted_links
    from egov_kg.linking.deciding import CandidateLink
    from egov_kg.linking.index import Found, Name, NameIndex
    from egov_kg.linking.mapping_sets import Summary, decisions_in, mapping_row, merged, summary
    from egov_kg.linking.matching import BlockResult, Linking, link
    from egov_kg.linking.ours import release_names
    from egov_kg.linking.specification import Specification
    from egov_kg.linking.specification_files import read_specification
    from egov_kg.linking.sssom import MappingRow, MappingSet, read_mappings, sssom_text

__all__ = [
    "AcceptedLinks",
    "BlockResult",
    "CandidateLink",
    "Found",
    "Linking",
    "MappingRow",
    "MappingSet",
    "Name",
    "NameIndex",
    "Specification",
    "Summary",
    "accepted_links",
    "decisions_in",
    "link",
    "mapping_row",
    "merged",
    "read_mappings",
    "read_specification",
    "release_names",
    "sssom_text",
    "summary",
]

_HOMES: Final = {
    "AcceptedLinks": "accepting",
    "BlockResult": "matching",
    "CandidateLink": "deciding",
    "Found": "index",
    "Linking": "matching",
    "MappingRow": "sssom",
    "MappingSet": "sssom",
    "Name": "index",
    "NameIndex": "index",
    "Specification": "specification",
    "Summary": "mapping_sets",
    "accepted_links": "accepting",
    "decisions_in": "mapping_sets",
    "link": "matching",
    "mapping_row": "mapping_sets",
    "merged": "mapping_sets",
    "read_mappings": "sssom",
    "read_specification": "specification_files",
    "release_names": "ours",
    "sssom_text": "sssom",
    "summary": "mapping_sets",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
