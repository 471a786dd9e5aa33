"""Answers to try things with."""

from __future__ import annotations

from egov_kg import iri
from egov_kg.reconciliation.model import Candidate, Feature


def candidate(path: str, score: float, name: str = "A name") -> Candidate:
    """Return a candidate of which nothing else matters."""
    return Candidate(iri.thing_iri(path), path, name, "en", "", (), score, match=False, features=())


ACT = Candidate(
    thing=iri.thing_iri("law/kr/public-data-act"),
    id="law/kr/public-data-act",
    name="Public Data Act",
    lang="en",
    description="law, Republic of Korea, 2013; 공공데이터법",
    types=(("egov:Law", "law"), ("eli:LegalResource", "legal resource")),
    score=98.0001,
    match=True,
    features=(
        Feature("name", "bits from the name", 12.3456),
        Feature("date", "bits from the date", 4.6),
        Feature("unknown-property", "a property that nothing has", value=False),
        Feature("unknown-property", "another one", value=False),
    ),
)
