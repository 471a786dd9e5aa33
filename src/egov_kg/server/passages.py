"""Facts and the passages that they rest on, as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from egov_kg import iri
from egov_kg.server.lookups import ntriples_string

__all__ = ["gathered", "parted", "triple_of", "with_gathered_evidence", "with_passages"]

_VALUES: Final = 10
"""How many values of a property a page shows; behind them stands the way to all."""


def parted(groups: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Part what a page shows at once from what merely restates it more generally, kept for readers who ask for it.

    A fact that is another one read the other way round stands on the page under the name of that other one, so it is
    left out here.

    Args:
        groups: Facts by property, as in a description.

    Returns:
        The groups to show, and the groups of more general facts; each with the first values and their true ``count``.
    """

    def of(manner: str) -> list[dict[str, Any]]:
        return [
            {**group, "values": values[:_VALUES], "count": group["counts"][manner]}
            for group in groups
            if (values := [fact for fact in group["values"] if fact["manner"] == manner]) or group["counts"][manner]
        ]

    return of("own"), of("general")


def gathered(evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return evidence as people read it: the same words of the same document once, with all their places.

    Args:
        evidence: Of one fact, as in a description.

    Returns:
        Quoted passages before background sources, in the order of the document; each with ``quotes``, the words, and
        ``places``: the statement and its character ranges.
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in sorted(evidence, key=lambda e: (not e["quotes"], [(q["start"], q["end"]) for q in e["quotes"]])):
        words = [quote["exact"] for quote in one["quotes"] if quote["exact"]]
        by = [named["iri"] if named else "" for named in (one["document"], one["source"])]
        place = {"statement": one["statement"], "quotes": [q for q in one["quotes"] if q["exact"]]}
        group = found.setdefault((*by, one["rule"], *words), {**one, "quotes": words, "places": []})
        group["places"].append(place)
    return list(found.values())


def with_passages(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return claims with their evidence as `gathered` gives it."""
    return [{**claim, "evidence": gathered(claim["evidence"])} for claim in claims]


def with_gathered_evidence(proof: Mapping[str, Any]) -> dict[str, Any]:
    """Return a proof whose steps have their evidence as `gathered` gives it."""
    premises = [with_gathered_evidence(premise) for premise in proof["premises"]]
    return {**proof, "evidence": gathered(proof["evidence"]), "premises": premises}


def triple_of(address: str, property_: str, fact: Mapping[str, Any], *, turned: bool) -> dict[str, str]:
    """Return a fact of a thing as the parameters of ``/explain``, in N-Triples where it is a literal."""
    term = fact["term"]
    if term["type"] == "iri":
        other = term["value"]
    elif term["lang"]:
        other = f"{ntriples_string(term['value'])}@{term['lang']}"
    else:
        other = f"{ntriples_string(term['value'])}^^<{_datatype(term['datatype'])}>"
    return {"s": other, "p": property_, "o": address} if turned else {"s": address, "p": property_, "o": other}


def _datatype(name: str) -> str:
    prefix = name.partition(":")[0]
    return iri.expand(name) if prefix in iri.PREFIXES else name or iri.expand("xsd:string")
