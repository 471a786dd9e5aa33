"""Korean: words without an analyser, clauses by their verbs, rules as data."""

from egov_kg.extraction.korean.document import KoreanText
from egov_kg.extraction.korean.grammar import read_grammar
from egov_kg.extraction.korean.reader import Grammar, KoreanReader

__all__ = ["Grammar", "KoreanReader", "KoreanText", "read_grammar"]
