"""What view processes make for pages and for data of things, beside the process that faces the network.

That one knows no RDF: whatever must be parsed or written as RDF is made here, in a process that may be ended.
"""

from __future__ import annotations

from egov_kg.viewing.work import view_work

__all__ = ["view_work"]
