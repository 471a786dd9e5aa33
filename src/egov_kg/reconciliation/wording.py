"""How things, classes and properties are called in the language that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from egov_kg import iri, vocab
from egov_kg.reconciliation.model import Day, Number, PartialDate, PropertyInfo, Reference, Text, Truth, Typed, TypeInfo
from egov_kg.reconciliation.table import NameRow, Pair, Property, Table

__all__ = ["Shown", "Wording"]

_HUMPS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST: Final = 4096
_DATE_QUALIFIERS: Final = ("ExactMatch", "EDTF:Level-0")
_TEXT_QUALIFIERS: Final = ("ExactMatch",)


class Shown(NamedTuple):
    """How a thing is shown: its path, name and the language of that, a line about it, its types."""

    id: str
    name: str
    lang: str
    description: str
    types: tuple[tuple[str, str], ...]


class Wording:
    """The words of one search folder.

    Args:
        table: The folder.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._types: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[tuple[str, str], ...]] = {}
        self._labels: dict[tuple[str, tuple[str, ...]], str] = {}

    def label(self, term: str, langs: tuple[str, ...]) -> str:
        """Return the label of a class or property; its name in words where it has none."""
        key = (term, langs)
        if key not in self._labels:
            if len(self._labels) > _MOST:
                self._labels.clear()
            found = self._table.labels.get(term, {})
            known = term.partition(":")[0] in iri.PREFIXES or ":" not in term
            local = _HUMPS.sub(" ", term.rpartition(":")[2]).lower() if known else term
            self._labels[key] = next((found[lang] for lang in (*langs, "en") if lang in found), local)
        return self._labels[key]

    def definition(self, term: str, langs: tuple[str, ...]) -> str:
        """Return the definition of a class or property, or nothing."""
        found = self._table.definitions.get(term, {})
        return next((found[lang] for lang in (*langs, "en") if lang in found), "")

    def types(self, classes: tuple[str, ...], langs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return CURIE and label of classes, the nearest first."""
        key = (classes, langs)
        if key not in self._types:
            if len(self._types) > _MOST:
                self._types.clear()
            lowest = vocab.most_specific(classes)
            ordered = dict.fromkeys(name for one in lowest for name in vocab.superclasses(one) if name in classes)
            self._types[key] = tuple((name, self.label(name, langs)) for name in ordered)
        return self._types[key]

    def path(self, thing: str) -> str:
        """Return the path of an IRI below the base of ids, or the IRI."""
        return iri.id_of(thing, self._table.base) or thing

    def name(self, thing: int, langs: Sequence[str]) -> tuple[str, str]:
        """Return the name of a thing in the first of the languages that has one, and its language."""
        return chosen(self._table.names_of(thing), langs) or (self._table.things[thing], "")

    def shown(self, thing: int, langs: tuple[str, ...]) -> Shown:
        """Return how a thing is shown."""
        table = self._table
        names = table.names_of(thing)
        address = table.things[thing]
        name, lang = chosen(names, langs) or (address, "")
        types = self.types(table.classes(thing), langs)
        other = chosen([one for one in names if _primary(one.lang) != _primary(lang)], ("ko",) if lang != "ko" else ())
        place = table.jurisdiction(thing)
        parts = [types[0][1] if types else ""]
        parts += [self.name(place, langs)[0]] if place >= 0 and place != thing else []
        parts += [str(year)] if (year := table.year(thing)) else []
        parts += [other[0]] if other is not None and other[0] != name else []
        return Shown(self.path(address), name, lang, ", ".join(part for part in parts if part), types)

    def typed(self, pair: Pair, langs: tuple[str, ...]) -> Typed:
        """Return a value as it is handed out."""
        match pair.kind:
            case "thing":
                if pair.thing < 0:
                    return Reference(pair.key, self.path(pair.key), self.path(pair.key))
                name, lang = self.name(pair.thing, langs)
                types = self.types(self._table.classes(pair.thing), langs)
                return Reference(pair.key, self.path(pair.key), name, lang, types)
            case "date":
                return Day(pair.key) if len(pair.key) == 10 else PartialDate(pair.key)
            case "number":
                number = float(pair.key)
                return Number(int(number) if number.is_integer() else number)
            case "truth":
                return Truth(pair.key == "true")
            case _:
                return Text(pair.text, pair.lang)

    def property(self, name: str, langs: tuple[str, ...]) -> PropertyInfo:
        """Return what is known of a property; its name alone if it is unknown."""
        known = self._table.properties.get(name)
        kinds = known.kinds if known is not None else ()
        cls = _range(name) if "thing" in kinds else ""
        return PropertyInfo(
            name,
            self.label(name, langs),
            self.definition(name, langs),
            (cls, self.label(cls, langs)) if cls else None,
            _DATE_QUALIFIERS if "date" in kinds else _TEXT_QUALIFIERS if {"text", "number"} & {*kinds} else (),
        )

    def type(self, name: str, langs: tuple[str, ...]) -> TypeInfo:
        """Return what is known of a class."""
        above = tuple((one, self.label(one, langs)) for one in vocab.superclasses(name)[1:])
        count = self._table.counts.get(name, 0)
        return TypeInfo(name, self.label(name, langs), self.definition(name, langs), above, count)

    def properties(self, cls: str = "") -> list[Property]:
        """Return the properties that things of a class have, those of most things first."""
        found = [one for name, one in self._table.properties.items() if not name.startswith("~")]
        counts = {one.curie: one.classes.get(cls, 0) if cls else one.count for one in found}
        return sorted((one for one in found if counts[one.curie]), key=lambda one: (-counts[one.curie], one.curie))


def chosen(names: Sequence[NameRow], langs: Sequence[str]) -> tuple[str, str] | None:
    """Return the first of some names in the first of the languages that has one, and its language.

    Args:
        names: Preferred ones first.
        langs: Tags; English stands in, then any other.
    """
    for lang in (*langs, "en"):
        wanted = _primary(lang)
        for one in names:
            if (tag := one.lang) == lang or (_primary(tag) == wanted and "latn" not in tag):
                return one.text, tag
    return (names[0].text, names[0].lang) if names else None


def _primary(lang: str) -> str:
    return lang.partition("-")[0]


def _range(name: str) -> str:
    if name in vocab.OBJECT_PROPERTIES or name in vocab.INVERSES:
        return vocab.range_of(name)
    return ""
