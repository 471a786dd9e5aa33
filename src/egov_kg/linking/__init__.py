"""Candidate links between our graph and data sets outside, each with the reasons for its score.

Names are imported when they are first used: processes that answer by name use what is here without RDF.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from egov_kg.linking.accepting import AcceptedLinks, accepted_links
    from egov_kg.linking.deciding import CandidateLink
    from egov_kg.linking.mapping_sets import Summary, decisions_in, mapping_row, merged, summary
    from egov_kg.linking.matching import BlockResult, Linking, link
    from egov_kg.linking.specification import Specification
    from egov_kg.linking.specification_files import read_specification
    from egov_kg.linking.sssom import MappingRow, MappingSet, read_mappings, sssom_text

__all__ = [
    "AcceptedLinks",
    "BlockResult",
    "CandidateLink",
    "Linking",
    "MappingRow",
    "MappingSet",
    "Specification",
    "Summary",
    "accepted_links",
    "decisions_in",
    "link",
    "mapping_row",
    "merged",
    "read_mappings",
    "read_specification",
    "sssom_text",
    "summary",
]

_HOMES: Final = {
    "AcceptedLinks": "accepting",
    "BlockResult": "matching",
    "CandidateLink": "deciding",
    "Linking": "matching",
    "MappingRow": "sssom",
    "MappingSet": "sssom",
    "Specification": "specification",
    "Summary": "mapping_sets",
    "accepted_links": "accepting",
    "decisions_in": "mapping_sets",
    "link": "matching",
    "mapping_row": "mapping_sets",
    "merged": "mapping_sets",
    "read_mappings": "sssom",
    "read_specification": "specification_files",
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
