"""Which things are meant, and how sure that is: with the weights, vetoes and rules of the matcher.

A question is a row of a target, and our things are what its values are rare or frequent among.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from egov_kg import vocab
from egov_kg.linking.comparing import best_pairing, compared, names_people
from egov_kg.linking.deciding import Scored, decided
from egov_kg.linking.forms import folded
from egov_kg.linking.kinds import cut
from egov_kg.linking.rows import Label, Row
from egov_kg.linking.scoring import DEFAULTS, Score, evidence, scored
from egov_kg.linking.specification import Match, level_of
from egov_kg.linking.tally import Tally
from egov_kg.linking.things import Alias, Entity
from egov_kg.reconciliation.conditions import Asked, Outcome, prepared
from egov_kg.reconciliation.extending import Extender
from egov_kg.reconciliation.finding import Finder, Met
from egov_kg.reconciliation.gathered import PERSON
from egov_kg.reconciliation.model import (
    Candidate,
    Condition,
    Described,
    Feature,
    PropertyInfo,
    Question,
    Typed,
    TypeInfo,
    Wanted,
)
from egov_kg.reconciliation.nearest import LONGEST, Nearest
from egov_kg.reconciliation.suggesting import Suggester
from egov_kg.reconciliation.table import Table
from egov_kg.reconciliation.wording import Wording

__all__ = ["Reconciler"]

_ROW: Final = "urn:question"
_NEAR: Final = 1
"""How many more things with names that are alike are compared than are wanted."""

_NEAR_WITH_CONDITIONS: Final = 12
_MOST_CONDITIONS: Final = 32
_MOST_ENTITIES: Final = 20_000
_MOST_COUNTS: Final = 4096
_LIMIT: Final = 100
_ID_OF_ANOTHER_TYPE: Final = 50.0
"""The score of a thing whose id is asked for with a type that it does not have: one of the two is wrong."""

_SOURCES: Final = frozenset(name for cls in ("egov:Document", "egov:DocumentPart") for name in vocab.subclasses(cls))
"""What something is known from is seldom what a column is about."""

_WORDS: Final[Mapping[str, str]] = {
    "language": "bits from the language of the name",
    "prior": "bits before anything was compared",
    "type": "bits from the type",
}


@dataclass(slots=True)
class _Open:
    """A question, prepared.

    Attributes:
        question: As it was asked.
        cls: The class that counts, or empty.
        row: The question as a row of a target.
        asked: The conditions on properties that there are.
        unknown: The other ones.
        tally: How frequent names are.
    """

    question: Question
    cls: str
    row: Row
    asked: list[Asked]
    unknown: list[Condition]
    tally: Tally


class Reconciler:
    """One release, asked. One thread at a time may ask it.

    Args:
        table: The search folder.
        nearest: The index of its forms.

    Attributes:
        table: The search folder.
        finder: Finds things in it.
        wording: How they are called.
    """

    def __init__(self, table: Table, nearest: Nearest) -> None:
        self.table, self.finder, self.wording = table, Finder(table, nearest), Wording(table)
        self._suggester = Suggester(table, nearest, self.finder, self.wording)
        self._extender = Extender(table, self.finder, self.wording)
        self._entities: dict[int, Entity] = {}
        self._matches: dict[str, Match] = {}
        self._tallies: dict[str, Tally] = {}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return what answers for a search folder.

        Raises:
            ReleaseDamaged: If it cannot be read.
        """
        return cls(*Table.open(folder))

    def match(self, questions: Sequence[Question], langs: Sequence[str] = ()) -> list[list[Candidate]]:
        """Return for each question the candidates, best first; no question has to do with another one.

        Args:
            questions: What is asked.
            langs: The languages of the answer; that of a question goes before them.
        """
        found = []
        for one in questions:
            order = (one.lang.lower(), *langs) if one.lang else langs
            found.append(self._candidates(one, tuple(dict.fromkeys(order))))
        return found

    def suggest_entities(
        self, prefix: str, *, langs: Sequence[str] = (), cls: str = "", limit: int = 10, offset: int = 0
    ) -> list[Candidate]:
        """Return things; this and what follows as in `egov_kg.reconciliation.model.Reconciling`."""
        return self._suggester.entities(prefix, tuple(langs), cls, limit, offset)

    def suggest_types(
        self, prefix: str, *, langs: Sequence[str] = (), limit: int = 10, offset: int = 0
    ) -> list[TypeInfo]:
        """Return classes that things have."""
        return self._suggester.types(prefix, tuple(langs), limit, offset)

    def suggest_properties(
        self, prefix: str, *, langs: Sequence[str] = (), cls: str = "", limit: int = 10, offset: int = 0
    ) -> list[PropertyInfo]:
        """Return properties that things have."""
        return self._suggester.properties(prefix, tuple(langs), cls, limit, offset)

    def properties_of(self, cls: str, *, langs: Sequence[str] = (), limit: int = 0) -> list[PropertyInfo]:
        """Return the properties of a class."""
        found = self.wording.properties(cls)
        return [self.wording.property(one.curie, tuple(langs)) for one in (found[:limit] if limit > 0 else found)]

    def extend(
        self, things: Sequence[str], wanted: Sequence[Wanted], *, langs: Sequence[str] = ()
    ) -> tuple[list[PropertyInfo], dict[str, list[tuple[Typed, ...]]]]:
        """Return values of properties."""
        return self._extender.extend(things, wanted, tuple(langs))

    def describe(self, thing: str, *, langs: Sequence[str] = ()) -> Described | None:
        """Return what a preview shows."""
        return self._extender.describe(thing, tuple(langs))

    def _candidates(self, question: Question, langs: tuple[str, ...]) -> list[Candidate]:
        named = self.finder.thing(question.text)
        if question.type and question.type not in self.table.counts and question.strictness == "must":
            return []
        opened = self._opened(question)
        if named >= 0:
            return self._certain(named, opened, langs)
        limit = min(question.limit, _LIMIT)
        most = max(limit + _NEAR, _NEAR_WITH_CONDITIONS) if opened.asked else limit + _NEAR
        met = self.finder.candidates(
            question.text,
            folded(question.text[:LONGEST]),
            opened.cls,
            opened.asked,
            most,
            must=question.strictness == "must",
        )
        pairs, outcomes = self._compared(opened, met)
        accepted = self._accepted(pairs)
        ranked = sorted(pairs, key=_order)
        return [
            self._shown(one, opened, *outcomes[one.entity.iri], langs, match=one.entity.iri in accepted)
            for one in ranked[:limit]
        ]

    def _certain(self, thing: int, opened: _Open, langs: tuple[str, ...]) -> list[Candidate]:
        """Return the thing that an id names: what is demanded of it must hold, and another type is no match."""
        question = opened.question
        is_of_type = not question.type or question.type in self.table.classes(thing) or question.strictness == "any"
        if not is_of_type and question.strictness == "must":
            return []
        if self._lacks_what_is_required(opened, self._outcomes(opened, thing)):
            return []
        features = [Feature("id", "the text is its id", value=True)]
        if not is_of_type:
            features.append(Feature("type", "it is of the type that is asked for", value=False))
        shown = self.wording.shown(thing, langs)
        score = 100.0 if is_of_type else _ID_OF_ANOTHER_TYPE
        return [Candidate(self.table.things[thing], *shown, score, is_of_type, tuple(features))]

    def _accepted(self, pairs: Sequence[Scored]) -> set[str]:
        """Return the things that a run of linking would accept: one at most, and seldom any."""
        match = self._match_of("")
        if not any(one.score.probability >= match.accept for one in pairs):
            return set()
        return {link.pair.entity.iri for link in decided(pairs, match) if link.band == "accept"}

    @staticmethod
    def _lacks_what_is_required(opened: _Open, outcomes: Sequence[Outcome]) -> bool:
        return any(
            not out.fulfilled and one.condition.required for one, out in zip(opened.asked, outcomes, strict=True)
        )

    def _opened(self, question: Question) -> _Open:
        cls = question.type if question.type in self.table.counts and question.strictness != "any" else ""
        text = question.text[:2000]
        form = folded(text)
        labels = (Label(text, question.lang.lower(), form),) if form else ()
        kind = cut(text).kind if form else ""
        asked: list[Asked] = []
        unknown = []
        for one in question.conditions[:_MOST_CONDITIONS]:
            found = prepared(self.table, one, self.finder.places, [other.feature for other in asked])
            if found is None:
                unknown.append(one)
            else:
                asked.append(found)
        asked.sort(key=lambda one: one.feature != "number")  # who has the number has the day: it must be known first
        row = Row(_ROW, labels, kind, "name" if kind else "")
        return _Open(question, cls, row, asked, unknown, self._tally_of(cls))

    def _tally_of(self, cls: str) -> Tally:
        """Return how frequent names are among the things of a class, or of any."""
        tally = self._tallies.get(cls)
        if tally is None:
            tally = self._tallies[cls] = Tally((), self._match_of(""))
            tally.rows = max(self.table.counts.get(cls, 0), 1)
            tally.names = _Names(self, cls)
        return tally

    def _compared(self, opened: _Open, met: Sequence[Met]) -> tuple[list[Scored], dict[str, tuple[int, list[Outcome]]]]:
        named = []
        for one in met:
            entity = self._entity(one.thing)
            outcomes = self._outcomes(opened, one.thing)
            if outcomes and self._lacks_what_is_required(opened, outcomes):
                continue
            match = self._match_of(entity.cls)
            cosines = self._cosines(entity, one, opened.row)
            name = best_pairing(entity, opened.row, cosines, people=names_people(match))
            comparison = compared(entity, opened.row, match, name)
            if told := [out.veto for out in outcomes if out.veto]:
                comparison = comparison._replace(vetoes=tuple(sorted((*comparison.vetoes, *told))))
            named.append((one.thing, entity, comparison, outcomes))
        levels = Counter(comparison.name.level for _, _, comparison, _ in named)
        pairs, by_thing = [], {}
        members = self.finder.members(opened.cls) if opened.cls else None
        has_name = bool(opened.row.labels)
        for thing, entity, comparison, outcomes in named:
            alike = sum(many for level, many in levels.items() if level >= comparison.name.level)
            score = scored(comparison, opened.row, opened.tally, alike)
            if outcomes or not has_name or (members is not None and not members[thing]):
                score = self._with(score, outcomes, opened, thing)
            pairs.append(Scored(entity, opened.row, comparison, score))
            by_thing[entity.iri] = (thing, outcomes)
        return pairs, by_thing

    def _cosines(self, entity: Entity, met: Met, row: Row) -> dict[tuple[str, str], float]:
        """Return how like the forms of a thing are to that of a question, where that is known."""
        if not met.cosines or not row.labels:
            return {}
        names = zip(entity.aliases, self.table.names_of(met.thing), strict=True)
        form, known = row.labels[0].form, met.cosines
        return {(alias.form, form): round(known[one.form], 6) for alias, one in names if one.form in known}

    def _outcomes(self, opened: _Open, thing: int) -> list[Outcome]:
        if not opened.asked:
            return []
        numbers, cls, found = self.table.pairs_of(thing), opened.cls, []
        beside_number = False
        for one in opened.asked:
            out = one.holds_of(
                numbers,
                opened.tally.share,
                lambda name, low, high: self.finder.count(cls, name, low, high),
                beside_number=beside_number,
            )
            beside_number = beside_number or (out.feature == "number" and out.agrees is True)
            found.append(out)
        return found

    def _with(self, score: Score, outcomes: Sequence[Outcome], opened: _Open, thing: int) -> Score:
        """Return a score with what conditions and the type add."""
        parts = dict(score.parts) if opened.row.labels else {}
        agreeing = set(score.agreeing)
        for out in outcomes:
            if out.agrees is not None:
                parts[out.feature] = round(parts.get(out.feature, 0.0) + out.bits, 3)
                if out.agrees and out.bits > 0:
                    agreeing.add(out.feature)
        if opened.cls and not self.finder.members(opened.cls)[thing]:
            u = self.table.counts[opened.cls] / len(self.table)
            parts["type"] = round(evidence(DEFAULTS["kind"], min(u, 0.999), agrees=False), 3)
        ordered = sorted(parts.items(), key=lambda one: (-one[1], one[0]))
        return Score(tuple(ordered), score.prior, tuple(sorted(agreeing)))

    def _shown(
        self,
        one: Scored,
        opened: _Open,
        thing: int,
        outcomes: Sequence[Outcome],
        langs: tuple[str, ...],
        *,
        match: bool,
    ) -> Candidate:
        shown = self.wording.shown(thing, langs)
        vetoes = one.comparison.vetoes
        features = [Feature(name, self._words(name, opened), round(bits, 2)) for name, bits in one.score.parts]
        if vetoes:
            features += [Feature("veto", veto, value=True) for veto in vetoes]
        if outcomes:
            told = {name for name, _ in one.score.parts}
            features += [
                Feature(out.feature, f"{self._words(out.feature, opened)}: it has none", 0.0)
                for out in outcomes
                if out.agrees is None and out.feature not in told
            ]
        if opened.unknown:
            features += [
                Feature("unknown-property", f"no thing here has the property {asked.property[:200]!r}", value=False)
                for asked in opened.unknown
            ]
        features.append(Feature("prior", _WORDS["prior"], round(one.score.prior, 2)))
        score = 0.0 if vetoes else round(100 * one.score.probability, 1)
        return Candidate(one.entity.iri, *shown, score, match, tuple(features))

    def _words(self, feature: str, opened: _Open) -> str:
        if feature in _WORDS:
            return _WORDS[feature]
        for one in opened.asked:
            if one.feature == feature:
                return f"bits from “{self.wording.label(one.condition.property, ())}”"
        return f"bits from the {feature}"

    def _entity(self, thing: int) -> Entity:
        """Return a thing as it is compared."""
        found = self._entities.get(thing)
        if found is None:
            if len(self._entities) >= _MOST_ENTITIES:
                self._entities.clear()
            table = self.table
            forms = table.forms
            aliases = tuple(
                [Alias(name.text, name.lang, forms[name.form], name.preferred) for name in table.names_of(thing)]
            )
            lowest = vocab.most_specific(table.classes(thing))
            found = Entity(table.things[thing], lowest[0], "", aliases, table.kind(thing))
            self._entities[thing] = found
        return found

    def _match_of(self, cls: str) -> Match:
        if cls not in self._matches:
            self._matches[cls] = Match(1, cls, level_of(cls) if cls else "thing", "", "", ())
        return self._matches[cls]

    def count_named(self, name: str, cls: str) -> int:
        """Return how many things of a class, or of any, have a folded name or a key of a person's name."""
        at = self.table.forms.place(name)
        if at >= 0:
            return self.finder.count_named(cls, at)
        low, high = self.table.pairs_with(PERSON, name)
        return self.finder.count(cls, PERSON, low, high)


def _order(pair: Scored) -> tuple[bool, float, bool, bool, float, str]:
    """The best first; among equals what is no source, a preferred name, one that is more like, then by IRI."""
    name = pair.comparison.name
    is_preferred = name.alias is not None and name.alias.preferred
    is_source = pair.entity.cls in _SOURCES
    return (
        bool(pair.comparison.vetoes),
        -pair.score.bits,
        is_source,
        not is_preferred,
        -name.similarity,
        pair.entity.iri,
    )


class _Names(Counter[str]):
    """How many things have a folded name or a key of a person's name; looked up when it is asked for."""

    def __init__(self, reconciler: Reconciler, cls: str) -> None:
        super().__init__()
        self._reconciler, self._cls = reconciler, cls

    def __missing__(self, key: str) -> int:
        if len(self) > _MOST_COUNTS:
            self.clear()
        found = self[key] = self._reconciler.count_named(key, self._cls)
        return found
