"""From the quads of a release to what its search folder holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from egov_kg import iri, vocab
from egov_kg.linking.forms import folded
from egov_kg.linking.kinds import cut, kind_of_class
from egov_kg.linking.people import person_keys
from egov_kg.linking.periods import Period, read_period
from egov_kg.reconciliation.gathered import JURISDICTION, KIND, PERSON, Gathered, Named, Stored, Term, Thing
from egov_kg.reconciliation.keys import number_key, text_key

__all__ = ["gathered"]

_NAMES: Final = {iri.expand("skos:prefLabel"): True, iri.expand("skos:altLabel"): False}
_TYPE: Final = iri.expand("rdf:type")
_LABEL: Final = iri.expand("rdfs:label")
_DEFINITION: Final = iri.expand("skos:definition")
_FIRST: Final = iri.expand("egov:firstDay")
_LAST: Final = iri.expand("egov:lastDay")

_NO_ENTITIES: Final = frozenset(
    {"egov:QualityNote", "egov:Statement", "egov:Build", "egov:Citation", "egov:Measurement", "egov:TimePosition"}
)
"""What nobody has a column of; terms of office are time positions, and are entities."""

_LEFT_OUT: Final = frozenset(
    {
        "skos:prefLabel",
        "skos:altLabel",
        "egov:textDigest",
        "egov:inConflict",
        "egov:hasQualityNote",
        "egov:qualityNoteOf",
        "egov:certainty",
        "egov:ruleId",
    }
)
"""Names stand apart; the others are about the graph, not about the world."""

_PROPERTIES: Final = (
    frozenset({*vocab.OBJECT_PROPERTIES, *vocab.INVERSES, *vocab.DATA_PROPERTIES, *vocab.OUTSIDE_PROPERTIES})
    - _LEFT_OUT
)

_YEARS: Final = (
    "egov:promulgatedOn",
    "egov:enactedIn",
    "egov:beganIn",
    "egov:dated",
    "egov:statedYear",
    "egov:startYear",
    "dcterms:issued",
    "egov:hasTerm",
)
"""What tells the year of a thing, the best first."""

_DATE_TYPES: Final = frozenset(iri.expand(f"xsd:{name}") for name in ("date", "dateTime", "gYear", "gYearMonth"))
_NUMBER_TYPES: Final = frozenset(iri.expand(f"xsd:{name}") for name in ("integer", "decimal", "double", "float"))
_TRUTH: Final = iri.expand("xsd:boolean")


def gathered(quads: Iterable[ox.Quad], base: str = iri.BASE) -> Gathered:
    """Return what the search folder of a release holds.

    Args:
        quads: Of the release; the default graph holds all facts, and the graph of the ontology its terms in words.
        base: The base of our IRIs.
    """
    seen = _Seen(iri.graph_iri("ontology", base))
    for quad in quads:
        seen.add(quad)
    things = tuple(seen.things(base))
    return Gathered(base, things, seen.terms)


class _Seen:
    """What was seen of the quads."""

    def __init__(self, ontology: str) -> None:
        self._ontology = ox.NamedNode(ontology)
        self._classes: defaultdict[str, set[str]] = defaultdict(set)
        self._names: defaultdict[str, set[Named]] = defaultdict(set)
        self._values: defaultdict[str, list[tuple[str, ox.NamedNode | ox.Literal]]] = defaultdict(list)
        self._days: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._curies: dict[str, str] = {}
        self.terms: dict[str, Term] = {}

    def add(self, quad: ox.Quad) -> None:
        """Take notice of a quad of the default graph or of the ontology."""
        graph = quad.graph_name
        if isinstance(graph, ox.DefaultGraph):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                self._fact(subject.value, quad.predicate.value, value)
        elif graph == self._ontology:
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.Literal):
                self._word(subject.value, quad.predicate.value, value)

    def _fact(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        if predicate in _NAMES:
            if isinstance(value, ox.Literal) and folded(value.value):
                self._names[subject].add(Named(value.value, (value.language or "").lower(), _NAMES[predicate]))
            return
        if predicate == _TYPE:
            if (name := self._curie(value.value)) in vocab.CLASSES:
                self._classes[subject].add(name)
            return
        if predicate in {_FIRST, _LAST}:
            self._days[subject][predicate] = value.value
        if (name := self._curie(predicate)) in _PROPERTIES:
            self._values[subject].append((name, value))

    def _word(self, subject: str, predicate: str, value: ox.Literal) -> None:
        if predicate not in {_LABEL, _DEFINITION}:
            return
        term = self.terms.setdefault(self._curie(subject), Term({}, {}))
        words = term.labels if predicate == _LABEL else term.definitions
        assert isinstance(words, dict)
        words[(value.language or "").lower()] = value.value

    def _curie(self, name: str) -> str:
        if name not in self._curies:
            self._curies[name] = iri.curie(name)
        return self._curies[name]

    def things(self, base: str) -> Iterator[Thing]:
        """Yield the things that may be meant, sorted by IRI."""
        codes = {
            subject: value.value.lower()
            for subject, values in self._values.items()
            for name, value in values
            if name == "dcterms:identifier" and "egov:Jurisdiction" in self._classes[subject]
        }
        for subject in sorted(self._names):
            classes = self._classes.get(subject, set())
            if not classes or (classes & _NO_ENTITIES and "egov:TermOfOffice" not in classes):
                continue
            names = tuple(sorted(self._names[subject], key=lambda one: (not one.preferred, one.lang, one.text)))
            values = [found for name, value in self._values[subject] if (found := self._stored(name, value))]
            places = sorted(value.value for name, value in self._values[subject] if name == "egov:inJurisdiction")
            parts = (iri.id_of(subject, base) or "").split("/")
            code = next((codes[place] for place in places if place in codes), "")
            code = code or (parts[1] if len(parts) > 2 and parts[1] != "int" else "")
            values += _added(names, classes, code)
            year = _year(values, self._term_days(subject))
            yield Thing(
                subject,
                tuple(sorted(classes)),
                names,
                tuple(sorted(set(values))),
                year,
                places[0] if places else "",
            )

    def _term_days(self, subject: str) -> str:
        """Return the first day of the term of office of a thing, or nothing."""
        terms = [value.value for name, value in self._values[subject] if name == "egov:hasTerm"]
        days = sorted(day for one in (subject, *terms) if (day := self._days.get(one, {}).get(_FIRST)))
        return days[0] if days else ""

    def _stored(self, name: str, value: ox.NamedNode | ox.Literal) -> Stored | None:
        if isinstance(value, ox.NamedNode):
            period = self._period(value.value)
            if period is not None:
                return Stored(name, str(period), "date", str(period))
            return Stored(name, value.value, "thing")
        datatype = value.datatype.value
        if datatype in _DATE_TYPES:
            told = read_period(value.value)
            return Stored(name, str(told), "date", str(told)) if told else Stored(name, value.value, text=value.value)
        if datatype in _NUMBER_TYPES:
            return Stored(name, number_key(value.value), "number", value.value)
        if datatype == _TRUTH:
            return Stored(name, str(value.value in {"true", "1"}).lower(), "truth", value.value)
        key = text_key(name, value.value)
        return Stored(name, key, "text", value.value, (value.language or "").lower()) if key else None

    def _period(self, node: str) -> Period | None:
        """Return the date that a time position stands for; None for other things, and for terms of office."""
        days, classes = self._days.get(node, {}), self._classes.get(node, set())
        if len(days) < 2 or "egov:TimePosition" not in classes or "egov:TermOfOffice" in classes:
            return None
        first, last = days[_FIRST], days[_LAST]
        told = read_period(node.rpartition("/")[2])
        if told is not None and (told.first, told.last) == (first, last):
            return told
        return Period(first, last, "day" if first == last else "span")


def _added(names: Iterable[Named], classes: set[str], code: str) -> Iterator[Stored]:
    """Yield what names and classes say besides: the kind, the jurisdiction, keys of persons."""
    kinds = sorted({kind for name in names if (kind := cut(name.text).kind)})
    lowest = vocab.most_specific(tuple(sorted(classes)))
    kind = kinds[0] if len(kinds) == 1 else next((found for cls in lowest if (found := kind_of_class(cls))), "")
    if kind:
        yield Stored(KIND, kind, text=kind)
    if code:
        yield Stored(JURISDICTION, code, text=code)
    if "egov:Person" in classes:
        for key in sorted({key for name in names for key in person_keys(name.text)}):
            yield Stored(PERSON, key)


def _year(values: Iterable[Stored], term: str) -> int:
    dates: Mapping[str, list[str]] = defaultdict(list)
    for one in values:
        if one.kind == "date":
            dates[one.property].append(one.key)
    found = next((min(dates[name]) for name in _YEARS if name in dates), term)
    return int(found[:4]) if found[:4].isdecimal() else 0
