"""Clauses: a sentence as items (words, named things, times), cut where another predication begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.resolution import family
from egov_kg.extraction.times import TimeMention
from egov_kg.model import Thing

__all__ = ["Item", "clauses", "finite_at", "group_items", "segments"]


class Item(NamedTuple):
    """One element of a clause.

    Attributes:
        kind: ``word``, ``sign``, ``thing`` or ``time``.
        text: The word or sign, lower case; the words of a thing as written.
        start, end: The half-open range in the view.
        things: What it names: several, where a coordination is one element of the clause.
        places: For each thing, where its own name stands.
        genus: The thing of which the others are examples ("technologies such as A and B"), or None.
        time: The time it names, or None.
        bound: For each thing, the times bracketed behind it.
        det: The determiner of a thing, or empty.
    """

    kind: str
    text: str
    start: int
    end: int
    things: tuple[Thing, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    genus: Thing | None = None
    time: TimeMention | None = None
    bound: tuple[tuple[TimeMention, ...], ...] = ()
    det: str = ""

    @property
    def cls(self) -> str:
        """The class by which rules find it: that of its first thing."""
        return self.things[0].cls if self.things else ""


_AND: Final = frozenset({"and", "or", "&"})
_SUBORDINATORS: Final = frozenset(
    {"while", "although", "though", "whereas", "because", "when", "where", "if", "unless"}
)
_BODY_KINDS: Final = frozenset(
    ["agency", "arm", "authority", "body", "department", "entity", "institution", "office", "organ", "organisation",
     "organization", "regulator", "unit"]
)  # fmt: skip
_RELATIVE: Final = frozenset({"which", "that", "who"})
_FINITE_AUXILIARIES: Final = frozenset({"is", "are", "was", "were", "has", "have", "had"})


def group_items(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the items with coordinations of things of one family made one item, and examples put under their genus.

    "the A and the B administrations" is one subject; "technologies such as C and D" is one object with two members.
    """
    result: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        if item.kind != "thing":
            result.append(item)
            i += 1
            continue
        stop = _coordination(items, i)
        merged = _merge(items[i:stop]) if stop > i + 1 else item
        opener = _opener(items, stop)
        if opener and merged.things:
            further = _coordination(items, opener)
            # the members of an undertaking are read by list rules, which also see members without a telling head
            listed = vocab.is_subclass(merged.cls, "egov:Undertaking")
            if further > opener and not listed and family(items[opener].cls) == family(merged.cls):
                examples = _merge(items[opener:further])
                merged = examples._replace(genus=merged.things[0], start=merged.start, text=merged.text)
                stop = further
                while (
                    stop < len(items)
                    and items[stop].text in (",", "etc", "etc.", ".")
                    and "etc" in "".join(x.text for x in items[stop : stop + 2])
                ):
                    stop += 1
                    if items[stop - 1].text.startswith("etc"):
                        if stop < len(items) and items[stop].text == "." and stop + 1 < len(items):
                            stop += 1
                        break
        result.append(merged)
        i = stop
    return tuple(result)


def _coordination(items: Sequence[Item], i: int) -> int:
    """Return the end of the coordination of things that begins at `i`.

    "A and B", "A, B and C" and "A, B, etc." are lists; so is "A, B, C" from three on. "A, B" may be an apposition or
    the comma of a clause, and is none.
    """
    if i >= len(items) or items[i].kind != "thing":
        return i
    group = family(items[i].cls)
    stop = i + 1
    several = 1
    while True:
        k = stop
        joints = []
        while k < len(items) and items[k].kind != "thing" and (items[k].text in _AND or items[k].text in (",", "the")):
            joints.append(items[k].text)
            k += 1
        if not joints or k >= len(items) or items[k].kind != "thing" or not _together(group, family(items[k].cls)):
            break
        if several == 1 and "," in joints and k + 1 < len(items) and items[k + 1].text in _FINITE_AUXILIARIES:
            # "launched X in 2001, and Y was opened": another clause begins
            break
        stop = k + 1
        several += 1
        if any(j in _AND for j in joints):
            return stop
    ended = "".join(x.text for x in items[stop : stop + 2]).strip(",").startswith("etc")
    return stop if several >= 3 or ended else i + 1


def _together(one: str, other: str) -> bool:
    actors = ("egov:Administration", "egov:Body", "egov:Person", "egov:ActorGroup")
    undertakings = ("egov:Plan", "egov:Undertaking")
    return (
        one == other or (one in actors[1:] and other in actors[1:]) or (one in undertakings and other in undertakings)
    )


def _merge(items: Sequence[Item]) -> Item:
    things = [x for x in items if x.kind == "thing"]
    return things[0]._replace(
        end=things[-1].end,
        things=tuple(t for x in things for t in x.things),
        places=tuple(p for x in things for p in x.places),
        bound=tuple(b for x in things for b in x.bound),
    )


def _opener(items: Sequence[Item], i: int) -> int:
    """Return where the members begin after "such as", "including", "namely" at `i`, or 0."""
    k = i
    if k < len(items) and items[k].text == ",":
        k += 1
    if k + 1 < len(items) and items[k].text == "such" and items[k + 1].text == "as":
        k += 2
    elif k < len(items) and items[k].text in ("including", "namely", "like", "e.g"):
        k += 1
    else:
        return 0
    while k < len(items) and items[k].text in (",", "the", ".", ":"):
        k += 1
    return k


def clauses(items: Sequence[Item], lexicon: Lexicon) -> tuple[tuple[Item, ...], ...]:
    """Return the clauses of a sentence: each with a subject of its own or the one it shares.

    Cut at semicolons, at subordinate clauses, at relative clauses (their subject is the antecedent), and at coordinated
    verbs (what stood before the first of them goes before the second, too).
    """
    found: list[tuple[Item, ...]] = []
    for segment in segments(items, lexicon):
        for main in _relative(segment, lexicon):
            found.extend(_light_verb(c, lexicon) for c in _coordinated(main, lexicon, 0))
    return tuple(dict.fromkeys(c for c in found if c))


def _light_verb(clause: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """Return a clause with "played a key role in implementing" read as "implemented"."""
    for i, item in enumerate(clause):
        if item.text not in ("played", "plays", "took", "had") or item.kind != "word":
            continue
        k = i + 1
        while (
            k < len(clause) and clause[k].kind == "word" and clause[k].text not in ("role", "part", "in") and k - i < 5
        ):
            k += 1
        if k + 2 >= len(clause) or clause[k].text not in ("role", "part") or clause[k + 1].text not in ("in", "of"):
            continue
        g = k + 2
        while g < len(clause) and clause[g].kind == "word" and lexicon.is_adverb(clause[g].text):
            g += 1
        if g >= len(clause) or "gerund" not in lexicon.verb_forms(clause[g].text):
            continue
        verb = next(v for v in lexicon.verbs.values() if clause[g].text in v.gerund)
        place = verb.gerund.index(clause[g].text)
        past = verb.past[place] if place < len(verb.past) else verb.past[0]
        return (*clause[:i], Item("word", past, item.start, clause[g].end), *clause[g + 1 :])
    return clause


def segments(items: Sequence[Item], lexicon: Lexicon) -> list[tuple[Item, ...]]:
    """Return a sentence cut at semicolons and subordinators; what brackets hold comes last, behind its owner."""
    parts: list[list[Item]] = [[]]
    brackets: list[tuple[Item, ...]] = []
    depth_start = -1
    for i, item in enumerate(items):
        if item.text == "(" and item.kind == "sign":
            depth_start = i
            continue
        if depth_start >= 0:
            if item.text == ")":
                inside = tuple(items[depth_start + 1 : i])
                if inside:
                    owner = tuple(x for x in parts[-1] if x.kind == "thing")[-1:]
                    brackets.append((*owner, *inside))
                depth_start = -1
            continue
        if item.kind == "sign" and item.text in (";", ":", ".", "?", "!"):
            parts.append([])
            continue
        if item.text == "when" and i and items[i - 1].kind == "time" and parts[-1]:
            # "back to 1971 when the board was founded": the year is that of what follows, too
            parts.append([Item("word", "in", items[i - 1].start, items[i - 1].start), items[i - 1]])
            continue
        if item.kind == "word" and item.text in _SUBORDINATORS:
            if not parts[-1] or all(x.text in (",", "and", "but") for x in parts[-1]):
                parts[-1] = [item]
            else:
                parts.append([item])
            continue
        if (
            item.text == ","
            and parts[-1]
            and parts[-1][0].text in _SUBORDINATORS
            and finite_at(parts[-1], lexicon) is not None
        ):
            rest = items[i + 1 :]
            if finite_at(rest, lexicon) is not None:
                parts.append([])
                continue
        parts[-1].append(item)
    return [tuple(p) for p in parts if p] + brackets


def _forms(item: Item, lexicon: Lexicon) -> frozenset[str]:
    return lexicon.verb_forms(item.text) if item.kind == "word" else frozenset()


def finite_at(items: Sequence[Item], lexicon: Lexicon, start: int = 0) -> int | None:
    """Return the first finite verb from `start` on."""
    for i in range(start, len(items)):
        if _is_finite(items, i, lexicon):
            return i
    return None


def _is_finite(items: Sequence[Item], i: int, lexicon: Lexicon) -> bool:
    item = items[i]
    if item.kind != "word":
        return False
    if item.text in _FINITE_AUXILIARIES:
        return True
    forms = _forms(item, lexicon)
    if not forms & {"past", "third", "base"}:
        return False
    before = items[i - 1] if i else None
    after = items[i + 1] if i + 1 < len(items) else None
    if (
        before is not None
        and before.kind == "word"
        and before.text in ("to", "be", "been", "being", "by", "of", "the", "a", "an", "in")
    ):
        return False
    if "past" in forms:
        return not (after is not None and after.text in ("by", "upon"))
    if "third" in forms:
        return before is not None and (
            before.kind == "thing" or before.text in _RELATIVE or lexicon.is_adverb(before.text)
        )
    return before is not None and (
        before.text in _RELATIVE or before.text in ("they", "we") or lexicon.is_adverb(before.text)
    )


def _relative(segment: tuple[Item, ...], lexicon: Lexicon) -> list[tuple[Item, ...]]:
    """Return the segment without its relative clauses, and those with their antecedents."""
    for i, item in enumerate(segment):
        if item.kind != "word" or item.text not in _RELATIVE or i == 0:
            continue
        k = i + 1
        while k < len(segment) and segment[k].kind == "word" and lexicon.is_adverb(segment[k].text):
            k += 1
        if k >= len(segment) or not (_is_finite(segment, k, lexicon) or segment[k].text in lexicon.auxiliaries):
            continue
        head = i - 1
        comma = segment[head].text == ","
        if comma:
            head -= 1
        antecedent = _antecedent(segment, head, item.text)
        if antecedent is None:
            continue
        end = len(segment)
        if comma:
            for j in range(k + 1, len(segment)):
                if segment[j].text == "," and finite_at(segment, lexicon, j) is not None:
                    end = j
                    break
        inside = (antecedent, *segment[i + 1 : end])
        outside = segment[: head + 1] + segment[end:]
        return [*_relative(outside, lexicon), *_relative(inside, lexicon)]
    return [segment]


def _of_kind(segment: tuple[Item, ...], place: int) -> Item | None:
    """Return the X of "X is the body of the Kenyan government", the government being at a place."""
    at = place - 1 - (segment[place - 1].text == "the")
    if at < 3 or segment[at].text not in ("of", "in", "within", "under") or segment[at - 1].text not in _BODY_KINDS:
        return None
    kind = at
    while at > 0 and kind - at < 5 and segment[at].kind == "word" and segment[at].text not in ("is", "was"):
        at -= 1
    if at > 0 and kind - at > 1 and segment[at].text in ("is", "was") and segment[at - 1].kind == "thing":
        return segment[at - 1] if vocab.is_subclass(segment[at - 1].cls, "egov:Body") else None
    return None


def _antecedent(segment: tuple[Item, ...], head: int, word: str) -> Item | None:
    if head < 0:
        return None
    if word == "who":
        return next(
            (
                x
                for x in reversed(segment[: head + 1])
                if x.kind == "thing"
                and (vocab.is_subclass(x.cls, "egov:Person") or x.cls in ("egov:Office", "egov:ActorGroup"))
            ),
            None,
        )
    for i in range(head, max(-1, head - 4), -1):
        if segment[i].kind == "thing":
            # "X is a statutory agency, which was founded ...": what is said is said of X
            if (described := _of_kind(segment, i)) and head + 1 < len(segment) and segment[head + 1].text != ",":
                return described
            if i >= 2 and segment[i - 1].text in ("is", "was") and segment[i - 2].kind == "thing":
                return segment[i - 2]
            return segment[i]
    return None


def _coordinated(clause: tuple[Item, ...], lexicon: Lexicon, depth: int) -> list[tuple[Item, ...]]:
    """Return a clause cut at the coordinated verbs, with what they share in front of each."""
    if depth > 6:
        return [clause]
    for i in range(1, len(clause)):
        item = clause[i]
        if item.kind == "thing" or item.text not in ("and", "but", ","):
            continue
        k = i + 1
        if item.text == "," and k < len(clause) and clause[k].text in ("and", "but"):
            k += 1
        while k < len(clause) and clause[k].kind == "word" and lexicon.is_adverb(clause[k].text):
            k += 1
        if k >= len(clause) or clause[k].kind != "word":
            continue
        if clause[k].text == "to" and k + 1 < len(clause):
            k += 1
        form = _form_at(clause, k, lexicon)
        if not form:
            continue
        if item.text == "," and form != "finite":
            continue
        first = next((v for v in range(i) if _form_at(clause, v, lexicon) == form), None)
        if (
            item.text == "and"
            and k == i + 1
            and _forms(clause[i - 1], lexicon) & _forms(clause[k], lexicon) & {"participle"}
        ):
            first = i - 1
        if first is None:
            continue
        adjacent = first == i - 1
        if adjacent:
            # "designed and built by X": each verb with everything around
            one = clause[:i] + clause[k + 1 :]
            other = clause[:first] + clause[k:]
            return [*_coordinated(one, lexicon, depth + 1), *_coordinated(other, lexicon, depth + 1), clause]
        rest = clause[:first] + clause[k if form == "infinitive" or item.text == "," else i + 1 :]
        while first and len(rest) > first and rest[first].text in ("and", "but"):
            rest = rest[:first] + rest[first + 1 :]
        return [clause[:i], *_coordinated(rest, lexicon, depth + 1)]
    return [clause]


def _form_at(clause: Sequence[Item], i: int, lexicon: Lexicon) -> str:
    """Return the kind of verb at a place for coordination: finite, participle, gerund, infinitive, or empty."""
    item = clause[i]
    if item.kind != "word":
        return ""
    if item.text in _FINITE_AUXILIARIES:
        return "finite"
    forms = _forms(item, lexicon)
    if not forms:
        return ""
    before = next((x.text for x in reversed(clause[:i]) if not (x.kind == "word" and lexicon.is_adverb(x.text))), "")
    if "gerund" in forms:
        return "gerund"
    if before in ("was", "were", "is", "are", "been", "be", "being"):
        return "participle"
    after = clause[i + 1] if i + 1 < len(clause) else None
    if forms & {"past", "participle"}:
        if after is not None and after.text == "by":
            return "participle"
        return "finite"
    if "third" in forms:
        return "finite"
    if "base" in forms and (before == "to" or before in ("and", ",", "or")):
        return "infinitive"
    return ""
