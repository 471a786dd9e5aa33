"""What is wrong or doubtful in the graph: conflicts of the sources, shapes, evidence."""

from __future__ import annotations

from egov_kg.validation.conflicts import CONFLICTS, find_conflicts
from egov_kg.validation.finding import Finding, Severity, sorted_findings
from egov_kg.validation.integrity import check_integrity
from egov_kg.validation.notes import quality_notes
from egov_kg.validation.report import ValidationReport, validate
from egov_kg.validation.shapes import check_dataset, check_shapes

__all__ = [
    "CONFLICTS",
    "Finding",
    "Severity",
    "ValidationReport",
    "check_dataset",
    "check_integrity",
    "check_shapes",
    "find_conflicts",
    "quality_notes",
    "sorted_findings",
    "validate",
]
