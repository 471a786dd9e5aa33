"""Links as the templates take them: bars for bits, anchors, states. Plain data in, plain data out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from egov_kg import iri
from egov_kg.linking.comments import read_comment
from egov_kg.linking.sssom import MANUAL, MappingRow
from egov_kg.server.passages import gathered

__all__ = ["SECTIONS", "accepted_link", "anchor", "bars", "link_card", "our_side", "sections", "state_of"]

SECTIONS: Final = ("review", "veto", "accept", "accepted", "rejected")
"""How a row may stand, in the order of a page of review."""

_SHOWN_IF_DERIVED: Final = frozenset(
    {"egov:enactedUnder", "egov:possiblyEnactedUnder", "egov:inJurisdiction", "egov:promulgatedOn", "egov:hasTerm"}
)
_MOST_VALUES: Final = 5
_HALF: Final = 118
_MIDDLE: Final = 120
_KNOWN: Final = frozenset(
    {"name", "language", "number", "code", "date", "kind", "jurisdiction", "parent", "prior", "id"}
)


def anchor(subject: str, target: str) -> str:
    """Return the address of a row within a page."""
    return "r-" + hashlib.sha256(f"{subject} {target}".encode()).hexdigest()[:12]


def bars(parts: Sequence[Mapping[str, Any]], prior: float | None) -> list[dict[str, Any]]:
    """Return bits as bars to both sides of a line, the longest one as long as there is room.

    Args:
        parts: Each with its ``feature`` and ``bits``.
        prior: The bits before anything was compared, or None.

    Example:
        >>> [(one["x"], one["width"], one["times"]) for one in bars([{"feature": "name", "bits": 4.0}], -2.0)]
        [(120, 118.0, '×16'), (61.0, 59.0, '÷4')]
    """
    found = [(one["feature"], one["bits"]) for one in parts]
    if prior is not None:
        found.append(("prior", prior))
    most = max((abs(bits) for _, bits in found), default=0) or 1.0
    return [
        {
            "feature": name,
            "known": name in _KNOWN,
            "bits": bits,
            "shown": f"{bits:+.1f}".replace("-", "−"),
            "times": _times(bits),
            "x": _MIDDLE if bits > 0 else round(_MIDDLE - _HALF * abs(bits) / most, 1),
            "width": round(_HALF * abs(bits) / most, 1),
        }
        for name, bits in found
    ]


def _times(bits: float) -> str:
    """Return bits as a factor.

    Example:
        >>> [_times(bits) for bits in (12.3, 0.4, -6.1)]
        ['×5,043', '×1.3', '÷68.6']
    """
    factor = 2.0 ** min(abs(bits), 60)
    sign = "×" if bits >= 0 else "÷"
    return f"{sign}{factor:,.0f}" if factor >= 100 or factor == round(factor) else f"{sign}{factor:.1f}"


def our_side(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a description what tells a thing from others: names, classes, what was stated with the words.

    What only follows by rule is left out but for a few properties, and so are links and what restates another fact.
    """
    facts = []
    for group in description["facts"]:
        values = [
            {**fact, "evidence": gathered(fact["evidence"])}
            for fact in group["values"]
            if fact["manner"] == "own"
            and fact["origin"] != "linked"
            and (fact["origin"] != "derived" or group["property"]["curie"] in _SHOWN_IF_DERIVED)
        ]
        if values:
            facts.append({**group, "values": values[:_MOST_VALUES], "count": len(values)})
    return {
        "thing": description["thing"],
        "alternatives": description["alternatives"],
        "classes": description["classes"],
        "facts": facts,
    }


def state_of(row: MappingRow) -> str:
    """Return how a row stands: ``accepted`` or ``rejected`` by a person, else its band."""
    if row.is_decided:
        return "rejected" if row.negated else "accepted"
    return row.band or "review"


def accepted_link(
    row: Mapping[str, str],
    description: Mapping[str, Any] | None,
    base: str,
    besides: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an accepted link of a release as the templates take it.

    Args:
        row: Its ``subject``, ``predicate``, ``object``, ``statement``, and, where the release tells them, ``label``,
            ``note`` and ``rule``.
        description: Of our thing, or None.
        base: The base of our IRIs.
        besides: What the mapping file of the release tells and the graph does not.
    """
    note = row.get("note", "")
    told = read_comment(note)
    named = dict(part.partition("=")[::2] for part in note.split("; ") if "=" in part)
    confidence = named.get("confidence", "")
    decision = None
    if row.get("rule") == MANUAL:
        verdict = iri.curie(row["predicate"], base)
        who, day = named.get("reviewer", ""), named.get("decided", "")
        decision = {"verdict": verdict, "reviewer": who, "date": day, "note": told.note}
    return link_card(
        {
            "subject": row["subject"],
            "subject_label": "",
            "object": row["object"],
            "object_short": iri.curie(row["object"], base),
            "object_label": row.get("label", ""),
            "predicate": iri.curie(row["predicate"], base),
            "negated": False,
            "band": "accept",
            "confidence": float(confidence) if confidence else None,
            "parts": [{"feature": name, "bits": bits} for name, bits in told.parts],
            "prior": told.prior,
            "bits": told.bits,
            "veto": told.veto,
            "reasons": told.reasons,
            "met": "",
            "decision": decision,
            "ours": our_side(description) if description is not None else None,
            "theirs": [],
            "problem": "",
            "same_thing": [],
            "same_row": [],
            "statement": iri.id_of(row["statement"], base) or "",
            **(besides or {}),
        }
    )


def link_card(data: Mapping[str, Any], shown: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the data of a link with what the templates need besides.

    Args:
        data: As `egov_kg.link_review.card_data` or a view of a release gives it.
        shown: The anchors of the rows on the page; only these are led to.
    """
    decision = data["decision"]
    state = ("rejected" if data["negated"] else "accepted") if decision else data["band"] or "review"

    def beside(one: Mapping[str, Any]) -> dict[str, Any]:
        name = anchor(one["subject"], one["object"])
        return {**one, "anchor": name if name in shown else ""}

    return {
        "statement": "",
        "is_mentioned": True,
        **data,
        "anchor": anchor(data["subject"], data["object"]),
        "state": state,
        "bars": bars(data["parts"], data["prior"]),
        "sum": "" if data["bits"] is None else f"{data['bits']:+.1f}".replace("-", "−"),
        "same_thing": [beside(one) for one in data["same_thing"]],
        "same_row": [beside(one) for one in data["same_row"]],
    }


def sections(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return links by how they stand, in a fixed order, without empty sections."""
    shown = frozenset(anchor(one["subject"], one["object"]) for one in found)
    cards = [link_card(one, shown) for one in found]
    parted = [{"id": name, "cards": [one for one in cards if one["state"] == name]} for name in SECTIONS]
    return [one for one in parted if one["cards"]]
