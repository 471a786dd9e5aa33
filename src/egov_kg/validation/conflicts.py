"""What the sources contradict: each other, the registers, themselves. Both claims stay; the doubt is written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Quad, Triple

from egov_kg import iri
from egov_kg.rdf.evidence import Evidence
from egov_kg.validation import dates, naming, rivals
from egov_kg.validation.asserted import Asserted
from egov_kg.validation.finding import Finding, sorted_findings

__all__ = ["CONFLICTS", "find_conflicts"]

_CHECKS = (
    dates.attributions_against_dates,
    dates.bodies_older_than_their_law,
    dates.documents_before_what_they_cite,
    dates.ends_before_beginnings,
    dates.laws_without_date,
    dates.overlapping_terms,
    dates.several_values,
    dates.stated_days,
    dates.stated_years,
    naming.circles,
    naming.shared_names,
    naming.two_preferred_labels,
    naming.undecided_identities,
    rivals.dates_apart,
    rivals.several_dates,
    rivals.several_heads,
    rivals.several_parents,
)

CONFLICTS = {
    "attribution": ("Attribution against the date", "시점과 다른 귀속"),
    "circle": ("A circle", "순환"),
    "cited-later": ("Dated before what it cites", "인용 문헌보다 이른 발행일"),
    "end-before-beginning": ("Ends before it begins", "시작보다 이른 종료"),
    "law-date": ("No date", "일자 없음"),
    "legal-basis": ("Older than its legal basis", "설립 근거보다 앞선 활동"),
    "possibly-same": ("Possibly one thing", "동일 여부 미정"),
    "several-dates": ("More than one date", "둘 이상의 시점"),
    "several-heads": ("More than one head", "둘 이상의 수반·기관장"),
    "several-parents": ("More than one parent body", "둘 이상의 상위 조직"),
    "several-values": ("More than one value", "둘 이상의 값"),
    "shared-name": ("Shared name", "같은 이름"),
    "stated-date": ("Stated date", "기재 일자"),
    "stated-language": ("Stated language", "기재 언어"),
    "stated-year": ("Stated year", "기재 연도"),
    "term-overlap": ("Overlapping terms of office", "겹치는 임기"),
    "two-labels": ("Two preferred labels", "둘 이상의 대표 이름"),
}
"""Each check with its name in English and Korean."""


def find_conflicts(
    asserted: Sequence[Quad],
    ontology: Iterable[Quad | Triple] = (),
    base: str = iri.BASE,
    *,
    evidence: Evidence | None = None,
) -> tuple[Finding, ...]:
    """Return the conflicts of an asserted dataset, each with the Statements concerned.

    Needs no reasoner, so its quality notes can enter the graph before inference.

    Args:
        asserted: Document graphs, background graphs, evidence.
        ontology: Which properties are kinds of which.
        base: The base of the dataset's IRIs.
        evidence: The evidence, where it is not among the quads.

    Returns:
        Violations first; the same for the same quads in whatever order.
    """
    index = Asserted(asserted, ontology, base, evidence=evidence)
    quotations = None if evidence is None else evidence.quotations()
    found = [finding for check in _CHECKS for finding in check(index)]
    return sorted_findings([*found, *naming.stated_languages(index, asserted, quotations)])
