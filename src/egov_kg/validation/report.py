"""The outcome of a validation, for people (text), programs (JSON) and SHACL tools (Turtle)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from egov_kg import iri
from egov_kg.model import Document
from egov_kg.validation.asserted import node
from egov_kg.validation.conflicts import find_conflicts
from egov_kg.validation.finding import SEVERITIES, Finding, sorted_findings
from egov_kg.validation.shapes import HOME, check_shapes

__all__ = ["ValidationReport", "validate"]


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What a validation found.

    Attributes:
        findings: Violations first.
    """

    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        """Whether there is no violation. Doubts about the sources do not count: the graph is right to keep them."""
        return not any(finding.severity == "violation" for finding in self.findings)

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in SEVERITIES}

    def to_text(self) -> str:
        r"""Return a line a finding and a last line with the counts.

        Example:
            >>> print(ValidationReport((Finding("warning", "law-date", "urn:a", "A has no date"),)).to_text(), end="")
            warning    law-date: A has no date
            0 violations, 1 warning, 0 remarks
        """
        lines = [f"{finding.severity:<10} {finding.check}: {finding.message}" for finding in self.findings]
        words = {"violation": "violation", "warning": "warning", "info": "remark"}
        counts = (f"{number} {words[name]}{'' if number == 1 else 's'}" for name, number in self.counts().items())
        return "\n".join([*lines, ", ".join(counts)]) + "\n"

    def to_json(self) -> str:
        """Return ``conforms``, ``counts`` and ``findings`` as JSON, indented by one."""
        content = {
            "conforms": self.conforms,
            "counts": self.counts(),
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def to_turtle(self) -> bytes:
        """Return a ``sh:ValidationReport`` in Turtle, UTF-8; the same bytes for the same findings."""
        prefixes = {prefix: iri.PREFIXES[prefix] for prefix in ("rdf", "xsd", "sh", "egov", "oa")}
        content = serialize(_report_triples(self), format=RdfFormat.TURTLE, prefixes=prefixes)
        assert content is not None, "without an output file the bytes are returned"
        return content


def _report_triples(report: ValidationReport) -> Iterator[Triple]:
    top = BlankNode("report")
    boolean = node("xsd:boolean")
    yield Triple(top, node("rdf:type"), node("sh:ValidationReport"))
    yield Triple(top, node("sh:conforms"), Literal(str(report.conforms).lower(), datatype=boolean))
    for number, finding in enumerate(report.findings, start=1):
        result = BlankNode(f"result{number}")
        severity = finding.severity.capitalize()
        yield Triple(top, node("sh:result"), result)
        yield Triple(result, node("rdf:type"), node("sh:ValidationResult"))
        yield Triple(result, node("sh:focusNode"), _term(finding.focus))
        if finding.path:
            yield Triple(result, node("sh:resultPath"), NamedNode(finding.path))
        if finding.value:
            yield Triple(result, node("sh:value"), _term(finding.value))
        yield Triple(result, node("sh:resultMessage"), Literal(finding.message, language="en"))
        yield Triple(result, node("sh:resultSeverity"), node(f"sh:{severity}"))
        # SHACL wants the component that failed; ours are named by the check, whoever made it.
        yield Triple(result, node("sh:sourceConstraintComponent"), NamedNode(f"{HOME}/checks#{finding.check}"))
        for statement in finding.statements:
            yield Triple(result, node("egov:inConflict"), NamedNode(statement))


def _term(text: str) -> NamedNode | Literal:
    try:
        return NamedNode(text) if ":" in text else Literal(text)
    except ValueError:
        return Literal(text)


def validate(
    quads: Sequence[Quad], entailed: Iterable[Triple], base: str = iri.BASE, *, documents: Iterable[Document] = ()
) -> ValidationReport:
    """Return everything that the checks find in a dataset: conflicts, shapes, integrity.

    Args:
        quads: All graphs; the quality notes of an earlier run may be among them.
        entailed: What the reasoner added.
        base: The base of the dataset.
        documents: The texts that quotations are compared with.
    """
    ontology = [quad for quad in quads if quad.graph_name == NamedNode(iri.graph_iri("ontology", base))]
    conflicts = find_conflicts(quads, ontology, base)
    return ValidationReport(sorted_findings([*conflicts, *check_shapes(quads, entailed, base, documents=documents)]))
