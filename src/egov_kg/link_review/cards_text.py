"""A card as lines for a terminal: both sides, the bits as bars, what contradicts, what stands beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from egov_kg.link_review.cards import names_of
from egov_kg.linking.sssom import plain_text

__all__ = ["bar_lines", "card_lines", "table_rows"]

_BAR: Final = 24
_QUOTE: Final = 160
_MOST_NAMES: Final = 6


def card_lines(card: Mapping[str, Any], place: str = "") -> list[str]:
    """Return a card as lines; headings begin at the left, all else is indented.

    Args:
        card: As `egov_kg.link_review.cards.card_data` gives it.
        place: Which card it is: ``3 of 12``.
    """
    head = [place, card["band"], card["predicate"], _probability(card["confidence"])]
    lines = [" · ".join(one for one in head if one)]
    lines += ["OURS", *_ours(card), "THEIRS", *_theirs(card), "EVIDENCE", *_indented(bar_lines(card))]
    if card["veto"]:
        lines += ["CONTRADICTION", f"  {card['veto']}"]
    if card["reasons"]:
        lines += ["WHY IT WAITS", f"  {card['reasons']}"]
    beside = [*_beside(card)]
    if beside:
        lines += ["BESIDE IT", *beside]
    decision = card["decision"]
    if decision:
        note = f": {decision['note']}" if decision["note"] else ""
        lines += ["DECIDED", f"  {decision['verdict']} by {decision['reviewer']} on {decision['date']}{note}"]
    return [plain_text_kept(line) for line in lines]


def plain_text_kept(line: str) -> str:
    """Return a line without what steers a terminal, its indent kept."""
    indent = line[: len(line) - len(line.lstrip(" "))]
    return "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} else sign for sign in indent + line.lstrip(" ")
    )


def _probability(confidence: float | None) -> str:
    return "" if confidence is None else f"p {confidence:.4f}"


def _ours(card: Mapping[str, Any]) -> Iterator[str]:
    ours = card["ours"]
    if ours is None:
        yield f"  {card['subject_label'] or card['subject']}"
        yield "  the release does not mention it"
        return
    names = names_of(ours)
    yield "  " + " | ".join(f"{text} ({lang})" if lang else text for text, lang in names[:_MOST_NAMES])
    classes = ", ".join(_label(one) for one in ours["classes"])
    yield f"  {classes}  {ours['thing']['id'] or card['subject']}"
    for group in ours["facts"]:
        for fact in group["values"]:
            yield f"  {_label(group['property'])}: {_term(fact['term'])} [{fact['origin']}]"
            yield from _quotes(fact["evidence"][:1])
        rest = group["count"] - len(group["values"])
        if rest > 0:
            yield f"  {_label(group['property'])}: and {rest} more"


def _quotes(evidence: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in evidence:
        place = one["document"] or one["source"]
        words = plain_text(" ... ".join(one["quotes"]))
        cut = f"{words[:_QUOTE]}..." if len(words) > _QUOTE else words
        said = f'"{cut}"' if cut else ""
        if place is not None:
            yield "    " + " - ".join(part for part in (said, _label(place)) if part)
        for claim in (one.get("link") or {}).get("rests_on", ()):
            triple = claim["triple"]
            yield f"    brought by the link with {_term(triple['object'])} ({_label(triple['property'])})"


def _theirs(card: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {card['object_label'] or card['object']}"
    yield f"  {card['object_short']}"
    if card["object_short"] != card["object"]:
        yield f"  {card['object']}"
    for number, cells in enumerate(card["theirs"]):
        if number:
            yield "  --"
        named = [
            (f"{cell['column']} ({cell['role']})" if cell["role"] else cell["column"], cell["text"]) for cell in cells
        ]
        width = max((_width(name) for name, _ in named), default=0)
        for name, text in named:
            yield f"  {_padded(name, width)}  {text}"
    if card["problem"]:
        yield f"  (as the mapping file holds it: {card['problem']})"


def bar_lines(card: Mapping[str, Any]) -> list[str]:
    r"""Return the bits as a table of bars: full blocks speak for it, light ones against.

    Example:
        >>> lines = bar_lines({"parts": [{"feature": "name", "bits": 4.0}], "prior": -3.0, "bits": 1.0, "met": ""})
        >>> print("\n".join(lines))
        name    +4.0  ████████████████████████
        prior   -3.0  ░░░░░░░░░░░░░░░░░░
        sum     +1.0
    """
    if card["prior"] is None:
        return ["nobody compared the two"]
    parts = [(one["feature"], one["bits"]) for one in card["parts"]] + [("prior", card["prior"])]
    most = max(abs(bits) for _, bits in parts) or 1.0
    width = max(len(name) for name, _ in [*parts, ("sum", 0.0)])
    lines = []
    for name, bits in parts:
        bar = ("█" if bits > 0 else "░") * round(_BAR * abs(bits) / most)
        lines.append(f"{name:<{width}}  {bits:+5.1f}  {bar}".rstrip())
    lines.append(f"{'sum':<{width}}  {card['bits']:+5.1f}")
    if card["met"]:
        lines.append(f"the name that met: {card['met']}")
    return lines


def _beside(card: Mapping[str, Any]) -> Iterator[str]:
    for one in card["same_thing"]:
        yield (
            f"  same thing of ours: {one['object_short']} {one['object_label']} "
            f"{_probability(one['confidence'])} {one['state']}"
        )
    for one in card["same_row"]:
        yield (
            f"  same row of theirs: {one['subject_label'] or one['subject']} {one['predicate']} "
            f"{_probability(one['confidence'])} {one['state']}"
        )


def table_rows(cards: Sequence[Mapping[str, Any]]) -> list[list[object]]:
    """Return cards as rows of a table: ours, predicate, theirs, probability, band or decision, why."""
    rows: list[list[object]] = []
    for card in cards:
        decision = card["decision"]
        verdict = ("rejected" if decision["verdict"] == "no" else "accepted") if decision else card["band"]
        why = (f"{decision['reviewer']} {decision['note']}" if decision else card["veto"] or card["reasons"]).strip()
        shown = f"{card['confidence']:.4f}" if card["confidence"] is not None else ""
        cells = [
            card["subject_label"], card["predicate"].removeprefix("skos:"), card["object_short"], card["object_label"],
            shown, verdict, why,
        ]  # fmt: skip
        rows.append([_cut(plain_text(str(cell))) for cell in cells])
    return rows


def _cut(text: str, most: int = 60) -> str:
    return f"{text[: most - 3]}..." if len(text) > most else text


def _label(named: Mapping[str, Any]) -> str:
    labels = named["labels"]
    found = labels.get("en") or next((labels[lang] for lang in sorted(labels)), named["curie"])
    return plain_text(str(found))


def _term(term: Mapping[str, Any]) -> str:
    return _label(term["named"]) if "named" in term else plain_text(str(term["value"]))


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
