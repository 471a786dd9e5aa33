"""Files into documents: every character of the text can be pointed at, and every block has a role."""

from egov_kg.documents.read import document_from_text, passed_over, read_document, read_documents

__all__ = ["document_from_text", "passed_over", "read_document", "read_documents"]
