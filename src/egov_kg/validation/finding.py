"""What a check finds, in one form for all checks: SHACL's, those of conflicts, those of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["SEVERITIES", "Finding", "Severity", "sorted_findings"]

Severity = Literal["violation", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "info")
"""From grave to slight: a violation is a flaw of the graph, a warning a doubt about its sources, info explains one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or doubtful.

    Attributes:
        severity: How bad.
        check: Its name: that of a shape without ``Shape`` (``korean-label``), or of a check of ours (``legal-basis``).
        focus: The IRI of what it is about; a literal in N-Triples form where a literal stands in the wrong place.
        message: One English sentence with names, not IRIs.
        path: The IRI of the property concerned, or empty.
        value: The value concerned, an IRI or a literal's text, or empty.
        statements: The IRIs of the Statements concerned, sorted.
    """

    severity: Severity
    check: str
    focus: str
    message: str
    path: str = ""
    value: str = ""
    statements: tuple[str, ...] = ()


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings each once: violations, warnings, info, and within these by check and focus.

    Example:
        >>> [f.focus for f in sorted_findings([Finding("info", "a", "x", ""), Finding("violation", "b", "y", "")])]
        ['y', 'x']
    """
    return tuple(
        sorted(
            set(findings), key=lambda f: (SEVERITIES.index(f.severity), f.check, f.focus, f.path, f.value, f.message)
        )
    )
