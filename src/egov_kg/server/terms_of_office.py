"""Why a law is of an administration, in one line: what is known of its day, and the term of office around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

__all__ = ["with_terms"]

_FOLLOWS: Final = "egov:enactedUnder"
_INSIDE: Final = "egov:insideTerm"
_MOST: Final = 3


async def with_terms(
    groups: Sequence[dict[str, Any]], describe: Callable[[str], Awaitable[Mapping[str, Any] | None]]
) -> list[dict[str, Any]]:
    """Return the facts of a thing, those about its administration with the days of the term that they follow from.

    Such a fact has besides, as ``within``, the time that is known of the law (``when``) and the ``first`` and ``last``
    day of the term, each as a term of RDF; the last one is None while the term lasts.

    Args:
        groups: The facts by property, as a page takes them.
        describe: Gives the description of a thing by its IRI.
    """
    return [await _with_terms(one, describe) if one["property"]["curie"] == _FOLLOWS else one for one in groups]


async def _with_terms(
    group: dict[str, Any], describe: Callable[[str], Awaitable[Mapping[str, Any] | None]]
) -> dict[str, Any]:
    values = []
    for place, fact in enumerate(group["values"]):
        premises = fact["step"]["premises"] if fact.get("step") else ()
        inside = next((one for one in premises if one["property"]["curie"] == _INSIDE), None)
        term = await describe(inside["object"]["value"]) if inside is not None and place < _MOST else None
        if inside is None or term is None:
            values.append(fact)
            continue
        days = {one["property"]["curie"]: one["values"][0]["term"] for one in term["facts"] if one["values"]}
        first, last = days.get("egov:firstDay"), days.get("egov:lastDay")
        within = {"when": inside["subject"], "first": first, "last": last}
        values.append({**fact, "within": within} if first is not None else fact)
    return {**group, "values": values}
