"""The search folder of a release: names, things and values as columns, made once, mapped by every process that asks."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, cast

import numpy as np
from numpy.typing import NDArray

from egov_kg.errors import ReleaseDamaged
from egov_kg.linking.forms import folded_all
from egov_kg.reconciliation.columns import Columns, Texts, once
from egov_kg.reconciliation.gathered import ABOUT, KIND, Gathered, Stored, Thing
from egov_kg.reconciliation.nearest import Nearest

__all__ = ["NameRow", "Pair", "Property", "Table", "write_search"]

_DATA: Final = "columns.bin"
_FORMAT: Final = 1
_MOST_NAMED: Final = 20_000
_KINDS: Final = ("thing", "text", "date", "number", "truth")


class NameRow(NamedTuple):
    """A name: its text, language, whether it is preferred, the place of its form."""

    text: str
    lang: str
    preferred: bool
    form: int


class Pair(NamedTuple):
    """A property and a value that some thing has.

    Attributes:
        number: Its place in the table.
        property: The CURIE.
        kind, key, text, lang: As in `egov_kg.reconciliation.gathered.Stored`.
        thing: The place of the thing that the value is, or -1 if it is none of ours.
        things: How many have it.
    """

    number: int
    property: str
    kind: str
    key: str
    text: str
    lang: str
    thing: int
    things: int


@dataclass(frozen=True, slots=True)
class Property:
    """A property.

    Attributes:
        curie: Its name.
        begin, end: The places of its pairs.
        kinds: What its values are, the most frequent first.
        count: How many things have it.
        classes: How many things of each class have it.
    """

    curie: str
    begin: int
    end: int
    kinds: tuple[str, ...]
    count: int
    classes: Mapping[str, int]


class Table:
    """A search folder, opened; every process that asks maps the same pages.

    Attributes:
        base: The base of our IRIs.
        labels, definitions: Of classes and properties by CURIE and language.
        counts: How many things each class has; all together under the empty name.
        properties: By CURIE, and by the names of `egov_kg.reconciliation.gathered`.
        things: The IRIs, sorted.
        forms: The folded names, sorted.
        nearest: Finds forms that are like another one.
    """

    def __init__(self, about: Mapping[str, Any], columns: Columns) -> None:
        self.base: str = about["base"]
        self.labels: Mapping[str, Mapping[str, str]] = about["labels"]
        self.definitions: Mapping[str, Mapping[str, str]] = about["definitions"]
        self.counts: Mapping[str, int] = about["counts"]
        self.properties = {
            one["curie"]: Property(**{**one, "kinds": tuple(one["kinds"])}) for one in about["properties"]
        }
        self._langs, self._classes = about["langs"], [tuple(one.split(" ")) for one in about["classes"]]
        self._columns = columns
        self.things, self.forms = columns.texts("things"), columns.texts("forms")
        self._names, self._keys, self._values = (columns.texts(name) for name in ("names", "keys", "values"))
        self._owners = list(self.properties.values())
        self._begins = [one.begin for one in self._owners]
        views = (memoryview(cast("Any", columns[f"name-{name}"])) for name in ("langs", "preferred", "forms"))
        self._name_langs, self._name_preferred, self._name_forms = views
        of_things = ("kinds", "name-ends", "names", "pair-ends", "pairs", "classes", "years", "places")
        views = (memoryview(cast("Any", columns[f"thing-{name}"])) for name in of_things)
        self._kinds, self._name_ends, self._thing_names, self._pair_ends, self._thing_pairs, *views_of_all = views
        self._class_sets, self._years, self._places = views_of_all
        self._named: dict[int, list[NameRow]] = {}

    @classmethod
    def open(cls, folder: Path) -> tuple[Self, Nearest]:
        """Return a search folder, mapped into memory, and the index of its forms.

        Raises:
            ReleaseDamaged: If it cannot be read.
        """
        place = folder / ABOUT
        try:
            about = json.loads(place.read_bytes())
            if about["format"] != _FORMAT:
                raise ReleaseDamaged(place, f"it has format {about['format']!r}, and this version reads {_FORMAT}")
            columns = Columns.open(folder / _DATA, about["columns"])
            table = cls(about, columns)
            return table, Nearest.of(columns, table.forms)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReleaseDamaged(place, f"the search folder cannot be read ({error})") from error

    def __len__(self) -> int:
        return len(self.things)

    # Things

    def classes(self, thing: int) -> tuple[str, ...]:
        """Return the classes of a thing, sorted."""
        return self._classes[self._class_sets[thing]]

    def kind(self, thing: int) -> str:
        """Return what the names of a thing say that it is, or nothing."""
        number = self._kinds[thing]
        return self._keys[number] if number >= 0 else ""

    def year(self, thing: int) -> int:
        """Return the year of a thing, or 0."""
        return self._years[thing]

    def jurisdiction(self, thing: int) -> int:
        """Return the place of the jurisdiction of a thing, or -1."""
        return self._places[thing]

    def names_of(self, thing: int) -> list[NameRow]:
        """Return the names of a thing, preferred ones first."""
        if thing not in self._named:
            if len(self._named) >= _MOST_NAMED:
                self._named.clear()
            names, langs, forms = self._names, self._langs, self._name_forms
            self._named[thing] = [
                NameRow(names[at], langs[self._name_langs[at]], bool(self._name_preferred[at]), forms[at])
                for at in self._thing_names[self._name_ends[thing] : self._name_ends[thing + 1]]
            ]
        return self._named[thing]

    def pairs_of(self, thing: int) -> list[int]:
        """Return the pairs of a thing, sorted."""
        return self._thing_pairs[self._pair_ends[thing] : self._pair_ends[thing + 1]].tolist()

    def members(self, cls: str) -> NDArray[np.bool_]:
        """Return which things are of a class."""
        wanted = np.array([cls in one for one in self._classes], dtype=bool)
        return np.asarray(wanted[self._columns["thing-classes"]])

    # Names

    def name(self, number: int) -> NameRow:
        """Return a name by its number."""
        lang, preferred, form = self._name_langs[number], self._name_preferred[number], self._name_forms[number]
        return NameRow(self._names[number], self._langs[lang], bool(preferred), form)

    def names_with(self, form: int) -> tuple[int, int]:
        """Return the first and the last number, this one without, of the names that have a form."""
        begin, end = self._columns["form-names"][form : form + 2].tolist()
        return begin, end

    def things_named(self, begin: int, end: int) -> NDArray[np.int32]:
        """Return the things that names are of."""
        return np.asarray(self._columns["name-things"][begin:end])

    def form_lengths(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many bytes the forms of some names have."""
        at = self._columns["name-forms"][numbers]
        return np.asarray(self.forms.ends[at + 1] - self.forms.ends[at])

    def forms_of(self, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which forms are names of some things."""
        if not len(self.forms):
            return np.zeros(0, dtype=bool)
        named = members[self._columns["name-things"]]
        return np.asarray(np.logical_or.reduceat(named, self._columns["form-names"][:-1]))

    # Values

    def pair(self, number: int) -> Pair:
        """Return a pair by its number."""
        columns = self._columns
        owner = self._owners[bisect_right(self._begins, number) - 1]
        begin, end = columns["pair-ends"][number : number + 2].tolist()
        return Pair(
            number,
            owner.curie,
            _KINDS[int(columns["pair-kinds"][number])],
            self._keys[number],
            self._values[number],
            self._langs[int(columns["pair-langs"][number])],
            int(columns["pair-objects"][number]),
            end - begin,
        )

    def pairs_with(self, name: str, key: str, *, beginning: bool = False) -> tuple[int, int]:
        """Return between which places the pairs of a property have a key, or one that begins so."""
        prop = self.properties.get(name)
        if prop is None:
            return 0, 0
        if beginning:
            return self._keys.beginning(key, prop.begin, prop.end)
        first = self._keys.place(key, prop.begin, prop.end)
        if first < 0:
            return 0, 0
        last = first + 1
        while last < prop.end and self._keys[last] == key:  # a text in several languages
            last += 1
        return first, last

    def things_with(self, begin: int, end: int) -> NDArray[np.int32]:
        """Return the things that have some pairs; those of one pair are sorted."""
        ends = self._columns["pair-ends"]
        return np.asarray(self._columns["pair-things"][int(ends[begin]) : int(ends[end])])


def write_search(gathered: Gathered, folder: Path) -> None:
    """Write a search folder; the same things give the same bytes, in whatever order they come.

    Args:
        gathered: What stands in it.
        folder: It is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    things = sorted(gathered.things, key=lambda one: one.iri)
    number = {one.iri: place for place, one in enumerate(things)}
    tags = {"", *(name.lang for one in things for name in one.names)}
    langs = sorted(tags | {value.lang for one in things for value in one.values})
    sets = sorted({" ".join(one.classes) for one in things})
    lang_of, set_of = ({text: place for place, text in enumerate(found)} for found in (langs, sets))
    columns = Columns()
    columns["thing-classes"] = np.array([set_of[" ".join(one.classes)] for one in things], dtype=np.int32)
    columns["thing-years"] = np.array([one.year for one in things], dtype=np.int32)
    columns["thing-places"] = np.array([number.get(one.place, -1) for one in things], dtype=np.int32)
    columns.add_texts("things", Texts.of([one.iri for one in things]))
    forms = _add_names(things, lang_of, columns)
    Nearest.build(forms, columns.texts("forms")).add_to(columns)
    properties = _add_values(things, number, lang_of, columns)
    counts = Counter(cls for one in things for cls in one.classes)
    terms = sorted(gathered.terms.items())
    about = {
        "format": _FORMAT,
        "base": gathered.base,
        "columns": columns.write(folder / _DATA),
        "langs": langs,
        "classes": sets,
        "counts": {"": len(things), **dict(sorted(counts.items()))},
        "properties": properties,
        "labels": {name: dict(sorted(term.labels.items())) for name, term in terms if term.labels},
        "definitions": {name: dict(sorted(term.definitions.items())) for name, term in terms if term.definitions},
    }
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _add_names(
    things: Sequence[Thing],
    lang_of: Mapping[str, int],
    columns: Columns,
) -> list[str]:
    """Add the columns of names, which are sorted by their forms; return the forms, each once."""
    rows = [(place, name) for place, one in enumerate(things) for name in one.names]
    written = folded_all([name.text for _, name in rows])

    def order_of(at: int) -> tuple[str, int, bool, str, str]:
        place, name = rows[at]
        return written[at], place, not name.preferred, name.text, name.lang

    order = sorted(range(len(rows)), key=order_of)
    forms: list[str] = []
    firsts = []
    for at, row in enumerate(order):
        if not forms or written[row] != forms[-1]:
            forms.append(written[row])
            firsts.append(at)
    columns["form-names"] = np.array([*firsts, len(order)], dtype=np.int64)
    columns["name-things"] = np.array([rows[row][0] for row in order], dtype=np.int32)
    columns["name-forms"] = np.repeat(np.arange(len(forms), dtype=np.int32), np.diff(columns["form-names"]))
    columns["name-langs"] = np.array([lang_of[rows[row][1].lang] for row in order], dtype=np.int16)
    columns["name-preferred"] = np.array([rows[row][1].preferred for row in order], dtype=np.bool_)
    numbers = np.empty(len(order), dtype=np.int32)
    numbers[np.array(order, dtype=np.int64)] = np.arange(len(order), dtype=np.int32)
    columns["thing-names"] = numbers  # the rows stand by thing already, preferred names first
    columns["thing-name-ends"] = np.cumsum([0, *(len(one.names) for one in things)], dtype=np.int64)
    columns.add_texts("forms", Texts.of(forms))
    columns.add_texts("names", Texts.of([rows[row][1].text for row in order]))
    return forms


def _add_values(
    things: Sequence[Thing],
    number: Mapping[str, int],
    lang_of: Mapping[str, int],
    columns: Columns,
) -> list[dict[str, Any]]:
    """Add the columns of values; return what is known of each property."""
    by_pair: dict[Stored, list[int]] = {}
    for place, one in enumerate(things):
        for value in one.values:
            by_pair.setdefault(value, []).append(place)
    pairs = sorted(by_pair)
    counts = np.array([len(by_pair[one]) for one in pairs], dtype=np.int64)
    flat = np.array([place for one in pairs for place in by_pair[one]], dtype=np.int32)
    which = np.repeat(np.arange(len(pairs), dtype=np.int32), counts)
    order = np.lexsort((which, flat))
    columns["pair-things"] = flat
    columns["pair-ends"] = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    columns["thing-pairs"] = which[order]
    columns["thing-pair-ends"] = np.searchsorted(flat[order], np.arange(len(things) + 1)).astype(np.int64)
    columns["pair-kinds"] = np.array([_KINDS.index(one.kind) for one in pairs], dtype=np.int8)
    columns["pair-langs"] = np.array([lang_of[one.lang] for one in pairs], dtype=np.int16)
    columns["pair-objects"] = np.array(
        [number.get(one.key, -1) if one.kind == "thing" else -1 for one in pairs], dtype=np.int32
    )
    told = np.full(len(things), -1, dtype=np.int32)
    for at, pair in enumerate(pairs):
        if pair.property == KIND:
            told[by_pair[pair]] = at
    columns["thing-kinds"] = told
    columns.add_texts("keys", Texts.of([one.key for one in pairs]))
    columns.add_texts("values", Texts.of([one.text for one in pairs]))
    found = []
    begin = 0
    while begin < len(pairs):
        name, end, kinds = pairs[begin].property, begin, Counter[str]()
        while end < len(pairs) and pairs[end].property == name:
            kinds[pairs[end].kind] += int(counts[end])
            end += 1
        have = once(np.sort(flat[int(columns["pair-ends"][begin]) : int(columns["pair-ends"][end])])).tolist()
        classes = Counter(cls for place in have for cls in things[place].classes)
        found.append(
            {
                "curie": name,
                "begin": begin,
                "end": end,
                "kinds": [kind for kind, _ in sorted(kinds.items(), key=lambda one: (-one[1], one[0]))],
                "count": len(have),
                "classes": dict(sorted(classes.items())),
            }
        )
        begin = end
    return found
