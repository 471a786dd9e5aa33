"""egov-kg: documents about e-government as a knowledge graph with evidence."""

__version__ = "0.1.0"
