"""What people decide about the rows of a mapping file: which wait, what stands beside them, what a decision makes.

Everything here is about values; `egov_kg.mapping_files` keeps them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from egov_kg import iri
from egov_kg.errors import UsageError
from egov_kg.linking.sssom import COMPOSITE, MANUAL, MappingRow, MappingSet
from egov_kg.linking.telling import noted, reopened, told

__all__ = [
    "BANDS",
    "VERDICTS",
    "Change",
    "Neighbours",
    "Order",
    "Verdict",
    "checked_reviewer",
    "decided_row",
    "displaced",
    "doubts",
    "doubts_of",
    "neighbours",
    "open_rows",
    "predicate_of",
    "undecided_row",
    "with_decisions",
    "with_rows",
]

Verdict = Literal["yes", "exact", "close", "narrow", "broad", "related", "no"]
"""What a person may say: ``yes`` takes the predicate that is proposed, the others name one; ``no`` rejects the pair."""

Order = Literal["evidence", "subject"]

BANDS: Final = ("review", "veto", "accept")
"""In the order in which people look at them: what waits, what contradicts, what a run accepted by itself."""

VERDICTS: Final[Mapping[str, Verdict]] = {
    "yes": "yes",
    "y": "yes",
    "exact": "exact",
    "e": "exact",
    "close": "close",
    "c": "close",
    "narrow": "narrow",
    "w": "narrow",
    "broad": "broad",
    "b": "broad",
    "related": "related",
    "r": "related",
    "no": "no",
    "n": "no",
}
"""Words and letters for verdicts."""

_VERDICT_OF: Final[Mapping[str, Verdict]] = {
    f"skos:{verdict}Match": verdict for verdict in VERDICTS.values() if verdict not in {"yes", "no"}
}
_REVIEWER: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"\\|;]+\Z")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a row in its file.

    Attributes:
        of_thing: Other rows of theirs for the same thing of ours, in the same part of their data set.
        of_row: Other things of ours for the same row of theirs.
    """

    of_thing: tuple[MappingRow, ...]
    of_row: tuple[MappingRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision changed, so that it may be taken back.

    Attributes:
        before: The rows that went, or were otherwise.
        after: The rows that stand in their place.
    """

    before: tuple[MappingRow, ...]
    after: tuple[MappingRow, ...]


def checked_reviewer(name: str) -> str:
    """Return who decides, as SSSOM wants it: a CURIE or an IRI.

    Raises:
        UsageError: If it is empty or another thing; nobody is guessed.

    Example:
        >>> checked_reviewer("orcid:0000-0002-1825-0097")
        'orcid:0000-0002-1825-0097'
    """
    name = name.strip()
    if not name:
        raise UsageError(
            "nobody is named who decides; give --reviewer, or set reviewer in egov-kg.toml: "
            "orcid:0000-0002-1825-0097, github:name or an IRI"
        )
    if not _REVIEWER.match(name):
        raise UsageError(
            f"the reviewer is {name[:60]!r}, expected a CURIE or an IRI: orcid:0000-0002-1825-0097, github:name"
        )
    return name


def open_rows(
    mappings: MappingSet,
    *,
    bands: Collection[str] = BANDS,
    subject: str = "",
    decided: bool = False,
    order: Order = "evidence",
) -> tuple[MappingRow, ...]:
    """Return the rows that nobody has decided yet, or those that somebody has.

    Args:
        mappings: A mapping file.
        bands: Which of `BANDS`; a row that no run proposed waits for a person.
        subject: The IRI of the one thing of ours that is meant, or empty for all.
        decided: Whether the decided rows are wanted instead.
        order: ``evidence``: by band, then the most bits first; ``subject``: by the IRI of ours, then likewise.
    """
    found = [
        one
        for one in mappings.mappings
        if one.is_decided == decided and (one.band or "review") in bands and subject in {"", one.subject}
    ]
    return tuple(sorted(found, key=_by_subject if order == "subject" else _by_evidence))


def _by_evidence(row: MappingRow) -> tuple[int, float, str, str]:
    return (BANDS.index(row.band or "review"), -_bits(row), row.subject, row.object)


def _by_subject(row: MappingRow) -> tuple[str, int, float, str]:
    return (row.subject, BANDS.index(row.band or "review"), -_bits(row), row.object)


def _bits(row: MappingRow) -> float:
    bits = told(row).bits
    return -1000.0 if bits is None else bits


def neighbours(mappings: MappingSet, row: MappingRow) -> Neighbours:
    """Return what stands beside a row, the most probable first."""
    space = _space(row.object, mappings.prefixes)
    things = [
        one
        for one in mappings.mappings
        if one.subject == row.subject and one.object != row.object and _space(one.object, mappings.prefixes) == space
    ]
    rows = [one for one in mappings.mappings if one.object == row.object and one.subject != row.subject]
    return Neighbours(tuple(sorted(things, key=_by_confidence)), tuple(sorted(rows, key=_by_confidence)))


def _by_confidence(row: MappingRow) -> tuple[float, str, str]:
    return (-(row.confidence or 0.0), row.subject, row.object)


def _space(name: str, prefixes: Mapping[str, str]) -> str:
    """Return the namespace that an IRI of theirs is of, which parts texts from works in one data set."""
    fitting = [space for space in (*prefixes.values(), *iri.PREFIXES.values()) if name.startswith(space)]
    return max(fitting, key=len, default="")


def predicate_of(row: MappingRow, verdict: Verdict) -> str:
    """Return the predicate that a verdict gives to a row."""
    return row.predicate if verdict in {"yes", "no"} else f"skos:{verdict}Match"


def doubts(mappings: MappingSet, row: MappingRow, verdict: Verdict) -> tuple[str, ...]:
    """Return what speaks against a verdict, as sentences for the person who gives it; mostly nothing.

    Args:
        mappings: The file, as it is now.
        row: The row.
        verdict: What is about to be decided.
    """
    if verdict == "no":
        return ()
    found = []
    wanted = predicate_of(row, verdict)
    beside = neighbours(mappings, row)
    if row.band == "veto" and not row.is_decided:
        found.append(f"a contradiction stands against it: {told(row).veto}")
    if wanted == "skos:exactMatch":
        if row.predicate == "skos:closeMatch" and not row.is_decided:
            found.append("the specification proposes closeMatch: theirs is of another level, or two of ours share it")
        found += [
            f"{one.subject_label or one.subject} is linked with the same row of theirs; if both are exact, the two of "
            "ours are one: closeMatch is for that"
            for one in beside.of_row
            if one.is_accepted and one.predicate == wanted
        ]
        found += [
            f"{row.subject_label or row.subject} is exactMatch of {one.object_label or one.object} by a decision"
            for one in beside.of_thing
            if one.is_decided and one.is_accepted and one.predicate == wanted
        ]
    elif wanted == "skos:closeMatch":
        found += [
            f"{one.subject_label or one.subject} stays exactMatch of the same row of theirs by a decision; "
            "look at it with --decided"
            for one in beside.of_row
            if one.is_decided and one.is_accepted and one.predicate == "skos:exactMatch"
        ]
    return tuple(found)


def doubts_of(
    before: MappingSet, after: MappingSet, decided: Iterable[MappingRow]
) -> tuple[tuple[MappingRow, str], ...]:
    """Return what speaks against decisions that were taken at once, each with its row.

    Args:
        before: The file as it was, which has what a run made of a pair.
        after: The file with all of them in it, since they may speak against each other.
        decided: The decisions.
    """
    was = {one.pair: one for one in before.mappings}
    return tuple(
        (one, said)
        for one in decided
        if one.is_accepted
        for said in doubts(after, was.get(one.pair, one), _VERDICT_OF.get(one.predicate, "yes"))
    )


def decided_row(row: MappingRow, verdict: Verdict, *, reviewer: str, day: str, note: str = "") -> MappingRow:
    """Return a row as a person decided it; bits, band and confidence of the run stay.

    Args:
        row: As it was.
        verdict: What was decided.
        reviewer: Who, as a CURIE or an IRI.
        day: When, as an ISO day.
        note: Why, in the person's words; in place of an earlier one.

    Raises:
        UsageError: If the reviewer or the day is none.
    """
    try:
        day = dt.date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise UsageError(f"the day of a decision is {day!r}, expected one like 2026-11-22") from error
    return replace(
        row,
        predicate=predicate_of(row, verdict),
        negated=verdict == "no",
        justification=MANUAL,
        reviewer=checked_reviewer(reviewer),
        date=day,
        comment=noted(row.comment, note),
    )


def undecided_row(row: MappingRow) -> MappingRow:
    """Return a row as if nobody had decided it; the next run weighs it anew."""
    reason = ["a decision was withdrawn"]
    comment = noted(row.comment, "")
    back = replace(row, negated=False, justification=COMPOSITE, reviewer="", date="", comment=comment)
    return reopened(back, reason) if back.band in {"accept", ""} else back


def with_decisions(mappings: MappingSet, decided: Iterable[MappingRow]) -> tuple[MappingSet, Change]:
    """Return a mapping file with decisions in it, and what they changed.

    A decision stands in place of every row of its pair. What a run had accepted and a decision leaves no room for
    waits for a person from then on.

    Args:
        mappings: The file, as it is now.
        decided: The rows, as `decided_row` or `undecided_row` gives them.
    """
    fresh = {one.pair: one for one in decided}
    others = [one for one in mappings.mappings if one.pair not in fresh]
    kept = displaced(others, [*others, *fresh.values()], mappings.prefixes)
    changed = [(old, new) for old, new in zip(others, kept, strict=True) if old is not new]
    change = Change(
        before=(*(one for one in mappings.mappings if one.pair in fresh), *(old for old, _ in changed)),
        after=(*fresh.values(), *(new for _, new in changed)),
    )
    return replace(mappings, mappings=(*kept, *fresh.values())), change


def displaced(
    rows: Iterable[MappingRow], decisions: Iterable[MappingRow], prefixes: Mapping[str, str]
) -> list[MappingRow]:
    """Return rows, of which those that a run accepted wait if people have linked either side with something else."""
    links = [one for one in decisions if one.is_decided and not one.negated]
    things = {(one.subject, _space(one.object, prefixes)): one for one in links}
    theirs = {one.object: one for one in links}
    found = []
    for one in rows:
        if not one.is_decided and one.band == "accept":
            other = things.get((one.subject, _space(one.object, prefixes))) or theirs.get(one.object)
            if other is not None and other.pair != one.pair:
                found.append(reopened(one, ["linked already by a decision"]))
                continue
        found.append(one)
    return found


def with_rows(mappings: MappingSet, change: Change) -> MappingSet:
    """Return a mapping file in which a change is taken back.

    Raises:
        UsageError: If the rows are not as the change left them: somebody else has decided since.
    """
    now = {one.pair: one for one in mappings.mappings}
    for one in change.after:
        if now.get(one.pair) != one:
            raise UsageError(
                f"{one.subject_label or one.subject} was decided again since, by {now[one.pair].reviewer or 'a run'}; "
                "nothing was taken back"
                if one.pair in now
                else f"{one.subject_label or one.subject} is not in the file any more; nothing was taken back"
            )
    gone = {one.pair for one in change.after}
    return replace(mappings, mappings=(*(one for one in mappings.mappings if one.pair not in gone), *change.before))
