"""A run and the decisions of people, put together into a mapping file: who decided wins, whatever a later run finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import egov_kg
from egov_kg import iri
from egov_kg.linking.deciding import CandidateLink
from egov_kg.linking.matching import Linking
from egov_kg.linking.specification import Specification
from egov_kg.linking.sssom import MappingRow, MappingSet, read_mappings
from egov_kg.linking.their_cells import OTHER, written_cells
from egov_kg.linking.verdicts import displaced

__all__ = ["SLOTS", "Summary", "decisions_in", "mapping_row", "merged", "summary"]

SLOTS = (
    "mapping_set_id", "mapping_set_version", "mapping_set_title", "license", "subject_source", "object_source",
    "object_source_version", "other",
)  # fmt: skip
"""The slots of metadata that a run sets; others are of those who keep the file."""

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MEASURE = "cosine of trigrams by TF-IDF, 1 for equal folded names"


@dataclass(frozen=True, slots=True)
class Summary:
    """What one block of a run gave, in numbers.

    Attributes:
        block: ``egov:Law, text``.
        things, rows, pairs: Ours, theirs, compared.
        accept, review, veto: Candidate links by band.
        unlinked: Things of ours without a candidate, a vetoed one aside, and without a decision.
        nameless: Rows that met one of ours and give no IRI.
    """

    block: str
    things: int
    rows: int
    pairs: int
    accept: int
    review: int
    veto: int
    unlinked: int
    nameless: int


def decisions_in(path: Path, base: str = iri.BASE) -> tuple[MappingRow, ...]:
    """Return the rows of a mapping file that people decided; none if there is no file yet.

    Raises:
        DataFileError: If the file is wrong.
    """
    if not path.exists():
        return ()
    return tuple(one for one in read_mappings(path, base).mappings if one.is_decided)


def merged(run: Linking, decisions: Iterable[MappingRow], base: str = iri.BASE) -> MappingSet:
    """Return the mapping set of a run: its candidates beside what people decided.

    Args:
        run: What was found.
        decisions: What people decided; these rows stay as they are.
        base: The base of our IRIs.
    """
    specification = run.specification
    kept = list(decisions)
    known = {(one.subject, one.object) for one in kept}
    rows = [mapping_row(one) for one in run.links]
    best: dict[tuple[str, str], MappingRow] = {}
    for row in rows:
        best.setdefault((row.subject, row.object), row)
    fresh = displaced((row for key, row in best.items() if key not in known), kept, specification.dataset.prefixes)
    return MappingSet(_metadata(specification, base), specification.dataset.prefixes, (*kept, *fresh))


def _metadata(specification: Specification, base: str) -> dict[str, str]:
    dataset = specification.dataset
    title = dataset.title.get("en") or next(iter(dataset.title.values()))
    found = {
        "mapping_set_id": f"{base}mappings/{dataset.id}",
        "mapping_set_version": dataset.version or "undated",
        "mapping_set_title": f"egov-kg and {title}",
        "license": _LICENCE,
        "subject_source": base,
        "object_source": f"{base}dataset/{dataset.id}",
        "object_source_version": dataset.version,
        "other": f"licence of the data set: {dataset.licence}",
    }
    return {name: value for name, value in found.items() if value}


def mapping_row(link: CandidateLink) -> MappingRow:
    """Return the row of a candidate link."""
    pair = link.pair
    name = pair.comparison.name
    parts = [f"{feature}={bits:+.1f}" for feature, bits in pair.score.parts]
    veto = _plain(", ".join(pair.comparison.vetoes)) or "none"
    told = [*parts, f"prior={pair.score.prior:+.1f}", f"veto={veto}", f"band={link.band}"]
    if pair.row.key:
        told.append(f"key is {_plain(pair.row.key)}")
    if link.band == "review":
        told.append(f"why={_plain(', '.join(link.reasons))}")
    return MappingRow(
        subject=pair.entity.iri,
        subject_label=pair.entity.label,
        predicate=link.predicate,
        object=pair.row.id,
        object_label=pair.row.label,
        confidence=link.confidence,
        similarity_score=name.similarity,
        similarity_measure=_MEASURE,
        match_string=name.alias.text if name.alias is not None else "",
        tool="egov-kg",
        tool_version=egov_kg.__version__,
        comment="; ".join(told),
        extra=((OTHER, theirs),) if (theirs := written_cells(pair.row.cells)) else (),
    )


def _plain(text: str) -> str:
    """Return words that may hold values of theirs, so that none of them ends its part of a comment."""
    return text.replace(";", ",")


def summary(run: Linking, decisions: Iterable[MappingRow] = ()) -> tuple[Summary, ...]:
    """Return what each block gave, in numbers."""
    decided = {one.subject: one.object for one in decisions if not one.negated}
    found = []
    for block in run.blocks:
        reached = {one.pair.entity.iri for one in block.links if one.band != "veto"}
        reached |= {subject for subject, target in decided.items() if target.startswith(block.namespace)}
        found.append(
            Summary(
                block=f"{block.match.ours}, {block.match.level}",
                things=len(block.things),
                rows=block.rows,
                pairs=sum(block.pairs.values()),
                accept=block.count("accept"),
                review=block.count("review"),
                veto=block.count("veto"),
                unlinked=len(set(block.things) - reached),
                nameless=block.nameless,
            )
        )
    return tuple(found)
