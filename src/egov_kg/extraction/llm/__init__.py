"""A language model as one more extractor: it proposes, with quotations that are found, and a person decides.

Off by default. Everything that it says is checked against the words of the page, kept on disk so that a rebuild asks
nobody, and written into a graph of its own.
"""

from egov_kg.extraction.llm.extractor import LanguageModel
from egov_kg.extraction.llm.settings import Settings

__all__ = ["LanguageModel", "Settings"]
