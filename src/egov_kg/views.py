"""What commands print, as text and as plain data: facts, proofs, findings, differences, traces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from egov_kg.model import Document, Extraction, Fact, Thing, TimeValue, Value, line_number, line_starts
from egov_kg.sparql.telling import proof_lines

if TYPE_CHECKING:
    from egov_kg.inference import Proof
    from egov_kg.sparql.explaining import ExplanationView

__all__ = ["Explanation", "claims_lines", "difference", "fact_rows", "links_lines", "trace_lines"]

_LONGEST: Final = 100
_OF_ANOTHER: Final = "the date of its row contradicts what documents state"


def fact_rows(extractions: Iterable[Extraction], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield each fact as plain data, in reading order, with every place that it rests on.

    Args:
        extractions: What documents gave.
        names: What stands for a document, by id; its id if it is missing.
    """
    for extraction in extractions:
        document = extraction.document
        starts = line_starts(document.text)
        for fact in extraction.facts:
            yield {
                "doc": names.get(document.id, document.id),
                "subject": _thing(fact.subject),
                "relation": fact.property,
                "object": _object(fact.object),
                "certainty": fact.certainty,
                "rule": fact.rule,
                "qualifiers": {name: _object(value) for name, value in fact.qualifiers},
                "evidence": [
                    {
                        "start": span.start,
                        "end": span.end,
                        "line": line_number(starts, span.start),
                        "quote": document.quote(span),
                    }
                    for span in fact.evidence
                ],
            }


def claims_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a report tells of extractors and reviews, line by line; nothing where there are none.

    Args:
        report: That of a build, or `egov_kg.claims.Claims.report`.
    """
    for extractor in report.get("extractors", ()):
        documents = extractor["documents"]
        dropped: Counter[str] = Counter()
        for one in documents:
            dropped.update(one["dropped"])
        proposed, waiting = (sum(one[key] for one in documents) for key in ("proposed", "waiting"))
        yield f"extractor {extractor['name']}: {proposed} proposals, {waiting} not reviewed"
        if dropped:
            reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(dropped.items()))
            yield f"extractor {extractor['name']}: dropped {reasons}"
        for one in documents:
            if one["failed"]:
                yield f"extractor {extractor['name']} failed on {one['id']}: {one['failed']}"
    review = report.get("review")
    if review:
        counted = ", ".join(f"{review[what]} {what}" for what in ("accepted", "rejected", "stale", "resting"))
        yield f"decisions: {counted}"
        for stale in review["stale_decisions"]:
            yield f"stale decision, {stale['place']}, {stale['fact']}: {stale['reason']}"


def links_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a report tells of links with data sets outside, a line a data set; nothing where there are none.

    Args:
        report: That of a build.
    """
    for one in report.get("links", ()):
        told = f"links with {one['dataset']}: {one['linked']}"
        if one["paid"]:
            told += f", which bring back {one['paid']} values"
        if one["absent"]:
            told += f"; {len(one['absent'])} things that are linked are not in the graph"
        if one["own"]:
            told += f"; {len(one['own'])} of ours are no things outside, and are not linked with"
        yield told
        for doubled in one.get("doubled", ()):
            subjects, objects = ", ".join(doubled["subjects"]), ", ".join(doubled["objects"])
            yield f"links with {one['dataset']}: {subjects} exactMatch {objects}: at most one is; look at them again"
        for vetoed in one["vetoed"]:
            told = f"links with {one['dataset']}: {vetoed['property']} of {vetoed['subject']}"
            if "against" in vetoed:
                stated = ", ".join(vetoed["against"])
                yield f"{told}, {vetoed['value']}, contradicts what documents state: {stated}; all are kept as stated"
            elif "beside" in vetoed:
                yield f"{told}, {vetoed['value']}, is held back: {_OF_ANOTHER}: {', '.join(vetoed['beside'])}"
            else:
                yield f"{told} contradicts what was decided, and is kept as stated"


def _thing(thing: Thing) -> dict[str, str]:
    return {"id": thing.id, "class": thing.cls, "label": thing.label, "lang": thing.lang}


def _object(value: Thing | Value | TimeValue) -> dict[str, Any]:
    match value:
        case Thing():
            return _thing(value)
        case TimeValue():
            return {"time": value.edtf, "words": value.words, "approximate": value.approximate}
        case Value():
            literal = {"value": value.lexical, "datatype": value.datatype}
            return {**literal, "lang": value.lang} if value.lang else literal


def trace_lines(extraction: Extraction) -> Iterator[str]:
    """Yield a document block by block with what each gave: facts with their rules, or why there is none."""
    document = extraction.document
    starts = line_starts(document.text)
    facts: dict[int, list[Fact]] = {}
    for fact in extraction.facts:
        facts.setdefault(_block(document, fact.evidence[0].start), []).append(fact)
    silent: dict[int, list[str]] = {}
    for one in extraction.unexpressed:
        detail = f" ({one.detail})" if one.detail else ""
        words = _short(document.text[one.span.start : one.span.end])
        silent.setdefault(_block(document, one.span.start), []).append(f"{one.reason}{detail}: {words}")
    yield f"{document.id}  {document.source}  {document.metadata.get('profile', '')}"
    for number, block in enumerate(document.blocks):
        if block.kind == "chrome":
            continue
        place = f"{document.source}:{line_number(starts, block.start)}"
        yield f"{place}  {block.kind}  {_short(block.view.text)}"
        for fact in facts.get(number, []):
            qualifiers = "".join(f"  [{name} {_words(value)}]" for name, value in fact.qualifiers)
            certainty = "" if fact.certainty == "stated" else f"  {fact.certainty}"
            yield (
                f"    + {fact.subject.label} | {fact.property} | {_words(fact.object)}{qualifiers}"
                f"  <{fact.rule}>{certainty}"
            )
        for words in silent.get(number, []):
            yield f"    - {words}"


def _block(document: Document, place: int) -> int:
    """Return the index of the innermost block at a place, or -1."""
    best, size = -1, len(document.text) + 1
    for number, block in enumerate(document.blocks):
        if block.start <= place < block.end and block.end - block.start <= size:
            best, size = number, block.end - block.start
    return best


def _words(value: Thing | Value | TimeValue) -> str:
    match value:
        case Thing():
            return value.label
        case TimeValue():
            return value.edtf
        case Value():
            return value.lexical


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a release holds a triple; as text it is a tree to read.

    Attributes:
        proof: The tree as plain data: ``triple``, ``step`` (None for a given triple), ``graphs``, ``evidence``,
            ``premises``; of what was asked for also ``status`` and ``others``, its other last steps.
        graph: The same as a graph of steps; its `as_json` is what the checker reads.
    """

    proof: ExplanationView
    graph: Proof

    def __str__(self) -> str:
        return self.in_words()

    def in_words(self, lang: str = "en") -> str:
        """Return the tree as text, in ``en`` or ``ko``."""
        return "\n".join(proof_lines(self.proof, lang))


def difference(old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> tuple[list[str], list[str]]:
    """Return the lines of N-Quads that only the old dataset has, and those that only the new one has, sorted."""
    before, after = ({f"{quad} ." for quad in quads} for quads in (old, new))
    return sorted(before - after), sorted(after - before)
