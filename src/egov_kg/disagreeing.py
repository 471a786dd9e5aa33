"""What sources say against each other, as people read it: the doubt, and each statement with its passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from egov_kg import iri
from egov_kg.store import Release

__all__ = ["conflict_lines", "conflicts_in"]

_LONGEST: Final = 300


def conflicts_in(release: Release, thing: str = "", lang: str = "en") -> list[dict[str, Any]]:
    """Return the quality notes of a release as plain data, each with the statements that it sets against each other.

    Args:
        release: Opened so that it answers the named queries.
        thing: The IRI of the only thing whose notes are wanted; all if empty.
        lang: ``en`` or ``ko``, for names.

    Returns:
        ``note``, ``thing``, ``label``, ``text`` and ``claims``; a claim has ``subject``, ``property``, ``object`` in
        words and ``places``: ``source`` in words, and of documents ``words``, ``start`` and ``end``.
    """
    about: dict[str, Any] = {"lang": lang, **({"thing": thing} if thing else {})}
    found: dict[str, dict[str, Any]] = {}
    for row in release.select("contradictions", **about):
        note = {"note": _id(row["note"], release), "thing": _id(row["thing"], release), "label": row["thingLabel"]}
        found[str(row["note"])] = {**note, "text": row["text"], "claims": []}
    claims: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in release.select("conflicting-statements", **about):
        key = tuple(str(row[name]) for name in ("note", "subject", "property", "object"))
        if key not in claims:
            claims[key] = {
                "subject": row["subjectLabel"],
                "property": row["propertyLabel"],
                "object": str(row["objectLabel"]),
                "places": [],
            }
            if key[0] in found:
                found[key[0]]["claims"].append(claims[key])
        place = {"source": row["sourceLabel"], "words": row["words"], "start": row["start"], "end": row["end"]}
        claims[key]["places"].append(place)
    return list(found.values())


def _id(address: object, release: Release) -> str:
    return iri.id_of(str(address), release.base) or str(address)


def conflict_lines(conflicts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield conflicts for people: a sentence, then each statement, and below it where it is written."""
    for number, conflict in enumerate(conflicts):
        if number:
            yield ""
        yield f"{conflict['text']}  ({conflict['thing']})"
        for claim in conflict["claims"]:
            yield f"  {claim['subject']} | {claim['property']} | {claim['object']}"
            for place in claim["places"]:
                yield f"    {_place(place)}"


def _place(place: Mapping[str, Any]) -> str:
    if place["words"] is None:
        return f"{place['source']} (register)"
    words = " ".join(str(place["words"]).split())
    words = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    return f"{place['source']}, characters {place['start']} to {place['end']}: “{words}”"
