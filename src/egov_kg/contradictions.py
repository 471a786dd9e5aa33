"""What the reasoner has to complain about: contradictions with proofs down to quoted words, and axioms left aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.deriving import Derived
from egov_kg.inference.proof import axiom_text, triple_text
from egov_kg.validation import Finding

if TYPE_CHECKING:
    from egov_kg.inference.findings import Finding as Contradiction

__all__ = ["complaints", "told_contradictions"]

_TOLD: Final = 20
"""So many contradictions of a rule are told with their proofs; each of them is a finding all the same."""


def told_contradictions(derived: Derived, quads: Iterable[ox.Quad], base: str) -> tuple[Mapping[str, Any], ...]:
    """Return contradictions, the first twenty of each rule, with rule, axiom, triples, proofs and the statements below.

    What is told does not depend on how the facts were derived: proofs are found anew, from the quads.

    Args:
        derived: What follows.
        quads: Asserted graphs, evidence and ontology; read only if there is a contradiction.
        base: The base of the deployment.
    """
    if not derived.contradictions or derived.report["refused"]:
        return ()
    from egov_kg.sparql.proving import StoreProver  # noqa: PLC0415 - NumPy, which few builds need here

    store = ox.Store()
    store.extend(quads)
    return tuple(StoreProver(store, base).contradictions(_TOLD))


def complaints(derived: Derived, told: Sequence[Mapping[str, Any]], base: str) -> Iterator[Finding]:
    """Yield a violation for each contradiction, and what is to be said of axioms that were left aside.

    ``inconsistency.`` and the rule for a contradiction; ``axiom.refused`` for an axiom among the facts that would
    collapse the language; ``axiom.malformed``, a warning; ``axiom.ignored``, a remark on what OWL 2 RL does not read.

    Args:
        derived: What follows.
        told: As `told_contradictions` returns it.
        base: The base of the deployment.
    """
    rows = {(row["rule"], tuple(map(tuple, row["triples"]))): row for row in told}
    for one in derived.contradictions:
        subject, predicate, thing = one.triples[-1]
        row = rows.get((one.rule, one.triples), {"statements": ()})
        axiom = derived.closure.prover.axiom_text(one.axiom)
        yield Finding(
            severity="violation",
            check=f"inconsistency.{one.rule}",
            focus=_plain(subject),
            message=_sentence(one, axiom),
            path=_plain(predicate),
            value=_plain(thing),
            statements=tuple(sorted({iri.thing_iri(each["id"], base) for each in row["statements"]})),
        )
    for text in derived.report["refused"]:
        yield Finding(severity="violation", check="axiom.refused", focus="", message=text)
    for ignored in derived.closure.plan.ignored:
        yield Finding(
            severity="warning" if ignored.malformed else "info",
            check="axiom.malformed" if ignored.malformed else "axiom.ignored",
            focus=_plain(ignored.triple[0]),
            message=f"The axiom {axiom_text((ignored.triple,))} is not read: {ignored.reason}",
            path=_plain(ignored.triple[1]),
        )


def _sentence(one: Contradiction, axiom: str) -> str:
    facts = " and ".join(dict.fromkeys(map(triple_text, one.triples)))
    because = f", since {axiom.removesuffix(' .')}" if axiom else ""
    return f"{facts} cannot be true{because} ({one.rule})"


def _plain(term: str) -> str:
    """Return the IRI, or the text of a literal."""
    if term.startswith("<"):
        return term[1:-1]
    quad = next(iter(ox.parse(f"<urn:s> <urn:p> {term} .", format=ox.RdfFormat.N_TRIPLES)))
    return quad.object.value if isinstance(quad.object, ox.Literal) else term
