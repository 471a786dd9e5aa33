"""What there is to review in documents: every fact and every proposal, without building a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_kg import assets
from egov_kg.claims import Claims, contradicted
from egov_kg.config import Config
from egov_kg.model import Document
from egov_kg.pipeline import Clock, Progress, Ticks, claims_of, found_in
from egov_kg.rdf import assemble, ontology_quads, read_background
from egov_kg.review import review_rows
from egov_kg.validation import find_conflicts

__all__ = ["Review", "review"]


@dataclass(frozen=True, slots=True)
class Review:
    """What there is to review.

    Attributes:
        rows: A row for each fact, as `egov_kg.review.COLUMNS` names its cells; what is doubtful first.
        claims: What the rows were made from, and what decisions did so far.
    """

    rows: tuple[Mapping[str, str], ...]
    claims: Claims


def review(
    documents: Sequence[Path | Document] | None = None,
    background: Path | None = None,
    config: Config | None = None,
    progress: Progress | None = None,
    *,
    ticks: Ticks | None = None,
    extractors: Sequence[str] = (),
    reviews: Sequence[Path] = (),
    gazetteers: Sequence[Path] = (),
) -> Review:
    """Return what there is to review; arguments as of `egov_kg.pipeline.build`.

    The background tables count, since a document may contradict them.

    Raises:
        UnreadableDocument: If no document can be read.
        DataFileError: If a table, a rule or a decision is wrong; with file and line.
        UsageError: If an extractor or a folder does not exist.
    """
    config = config or Config()
    clock = Clock(progress, ticks)
    gathered, registry, reread = found_in(documents, config, clock, gazetteers=gazetteers)
    found = gathered.extractions
    claims = claims_of(found, registry, config, clock, reread=reread, extractors=extractors, reviews=reviews)
    with clock.stage("conflicts") as words:
        tables = read_background(background or assets.data("background"))
        quads = assemble(found, tables, base=config.base)
        conflicts = find_conflicts(quads, ontology_quads(config.base), config.base)
        words.append(f"{len(conflicts)} conflicts")
    rows = review_rows(
        found,
        [one for proposals in claims.proposals for one in proposals.extractions],
        claims.decisions,
        claims.outcome.stale,
        resting=claims.outcome.resting,
        in_conflict=contradicted(quads, conflicts, config.base),
    )
    return Review(tuple(rows), claims)
