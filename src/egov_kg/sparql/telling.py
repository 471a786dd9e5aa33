"""A proof as text: what a terminal shows, and what a server sends to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egov_kg.sparql.description import EvidenceView, Named, StepView, TermView, TripleView
    from egov_kg.sparql.explaining import ExplanationView, ProofView

__all__ = ["proof_lines"]


def proof_lines(proof: ExplanationView, lang: str = "en") -> Iterator[str]:
    """Yield a proof as an indented tree: each triple, then its rule or the words that state it, then its premises.

    Args:
        proof: As `egov_kg.sparql.explaining.explain` gives it.
        lang: Of labels and rules: ``en`` or ``ko``.
    """
    waiting: list[tuple[int, ProofView]] = [(0, proof)]
    while waiting:
        depth, here = waiting.pop()
        indent = "    " * depth
        yield f"{indent}{_words(here['triple'], lang)}"
        yield from (f"{indent}  {line}" for line in _why(here, lang))
        waiting.extend((depth + 1, premise) for premise in reversed(here["premises"]))
    for step in proof["others"]:
        first, *rest = _step(step, lang)
        yield f"also {first}"
        yield from (f"  {line}" for line in rest)
        yield from (f"    {_words(premise, lang)}" for premise in step["premises"])


def _why(here: ProofView, lang: str) -> Iterator[str]:
    triple, step = here["triple"], here["step"]
    yield f"{triple['subject']['curie']} {triple['property']['curie']} {_plain(triple['object'])}"
    if step is not None:
        yield from _step(step, lang)
        if here.get("again"):
            yield "as above"
        if here.get("further"):
            yield "and so on; the proof as a graph of steps has the rest"
    for evidence in here["evidence"]:
        yield from _evidence(evidence, lang)
    if here["graphs"] and not here["evidence"]:
        yield f"asserted by the build itself, in {', '.join(here['graphs'])}: no document has to say it"


def _step(step: StepView, lang: str) -> Iterator[str]:
    yield f"derived: {step['words'].get(lang) or step['words']['en']}"
    yield f"rule: {step['rule']}" + (f"  {step['axiom']}" if step["axiom"] else "")


def _words(triple: TripleView, lang: str) -> str:
    return f"{_label(triple['subject'], lang)} | {_label(triple['property'], lang)} | {_term(triple['object'], lang)}"


def _evidence(evidence: EvidenceView, lang: str) -> Iterator[str]:
    where = evidence["document"] or evidence["source"]
    origin = _label(where, lang) if where is not None else "an unnamed source"
    work = f" (digest of: {_label(evidence['digest_of'], lang)})" if evidence["digest_of"] is not None else ""
    yield f"stated in: {origin}{work}, rule {evidence['rule']}, {evidence['certainty']}"
    if evidence["document"] is not None and evidence["source"] is not None:
        yield f"  with: {_label(evidence['source'], lang)}"
    for quote in evidence["quotes"]:
        yield f'  {quote["start"]}-{quote["end"]} "{" ".join(quote["exact"].split())}"'
    link = evidence.get("link", {})
    if "dataset" in link:
        dataset = link["dataset"]
        version = f", {dataset['version']}" if dataset["version"] else ""
        licence = f" ({dataset['licence']})" if dataset["licence"] else ""
        yield f"  data set: {_label(dataset['named'], lang)}{version}{licence}"
        yield f"  {link['note']}"
    for claim in link.get("rests_on", ()):
        triple = claim["triple"]
        words = f"{_label(triple['property'], lang)} | {_term(triple['object'], lang)}"
        yield f"  rests on the link: {_label(triple['subject'], lang)} | {words}"
        yield f"    {triple['subject']['curie']} {triple['property']['curie']} {_plain(triple['object'])}"
        for one in claim["evidence"]:
            yield from (f"    {line}" for line in _evidence(one, lang))


def _label(named: Named, lang: str) -> str:
    labels = named["labels"]
    return labels.get(lang) or labels.get("en") or next(iter(labels.values()), "") or named["curie"]


def _term(term: TermView, lang: str) -> str:
    return _label(term["named"], lang) if term["type"] == "iri" else term["value"]


def _plain(term: TermView) -> str:
    if term["type"] == "iri":
        return term["named"]["curie"]
    mark = f"@{term['lang']}" if term["lang"] else f"^^{term['datatype']}"
    return f'"{term["value"]}"{mark}'
