"""Documents into facts, each with the words it rests on and the rule that read them."""

from egov_kg.extraction.export import facts_table
from egov_kg.extraction.extractor import Extractor, load_extractor
from egov_kg.extraction.registry import Registry
from egov_kg.extraction.unification import unified

__all__ = ["Extractor", "Registry", "facts_table", "load_extractor", "unified"]
