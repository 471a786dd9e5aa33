"""Files into documents: every character of the text can be pointed at, and every block has a role."""

from egov_kg.documents.isolation import IsolatedReader
from egov_kg.documents.limits import Limits
from egov_kg.documents.read import (
    document_from_text,
    document_paths,
    iter_documents,
    passed_over,
    read_document,
    read_documents,
)
from egov_kg.documents.sites import profile_files

__all__ = [
    "IsolatedReader",
    "Limits",
    "document_from_text",
    "document_paths",
    "iter_documents",
    "passed_over",
    "profile_files",
    "read_document",
    "read_documents",
]
