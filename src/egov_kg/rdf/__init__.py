"""From facts to RDF: named graphs, evidence, the calendar, canonical bytes.

The border to rdflib is `egov_kg.rdf.convert`; it is not imported here, because rdflib takes a third of a second.
"""

from __future__ import annotations

from egov_kg.rdf.assemble import assemble, assemble_dataset, asserted_facts, default_graph
from egov_kg.rdf.background import Background, read_background
from egov_kg.rdf.canonical import canonical_lines, canonical_quads, from_nquads, to_nquads
from egov_kg.rdf.dataset import Dataset
from egov_kg.rdf.ontology import ontology_quads

__all__ = [
    "Background",
    "Dataset",
    "assemble",
    "assemble_dataset",
    "asserted_facts",
    "canonical_lines",
    "canonical_quads",
    "default_graph",
    "from_nquads",
    "ontology_quads",
    "read_background",
    "to_nquads",
]
