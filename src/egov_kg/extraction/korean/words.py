"""The Korean word tables: heads of names, verbs with their forms, closed classes, titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.lexicon import Country, read_toml

__all__ = ["Head", "Stem", "Words", "read_words"]

LONGEST_HEAD: Final = 9


class Head(NamedTuple):
    """A noun that ends names of a class.

    Attributes:
        word: The noun.
        cls: The class of what is named.
        weak: Whether the noun heads descriptions as often as names, so that a name needs more of its own.
    """

    word: str
    cls: str
    weak: bool


class Stem(NamedTuple):
    """A verb, by what it means for the rules.

    Attributes:
        lemma: Its dictionary form or, for a verbal noun, the noun.
        groups: What rules call it.
        intransitive: The groups in which it needs no object: what began is the subject.
    """

    lemma: str
    groups: frozenset[str]
    intransitive: frozenset[str]


@dataclass(frozen=True)
class Words:
    """All Korean word tables.

    Attributes:
        heads: By word.
        generic: Matches a string that consists of words which name nothing.
        topics: Finds a word that pushes of the genre are about.
        body_generic: Words that alone name no body.
        stop: Words before which a name begins.
        nouns: Nouns that look like a noun with a particle.
        not_heads: Words that look like a name with its head.
        keys: Words before a colon that say what stands behind it, and name nothing.
        levels: Levels of government.
        kinds: The class of what a common noun before or after a quoted title says.
        titles: Titles of persons with their office in English.
        title_ends: The titles, longest first.
        not_persons: Words before a title or "government" that name nobody.
        verbal_nouns: By noun.
        verb_forms: Surface beginnings of other verbs, with the kind of form: ``base``, ``inf``, ``past``, ``adn``,
            ``fut``, ``nom``.
        surnames: Syllables that Korean surnames are written with.
        topics_only: Topics of the genre in quotation marks or Latin letters, no names by themselves.
        occasions: Ends of titles in quotation marks of what is held and not run.
        lookalikes: Ends of two syllables that look like a short head.
        unlike: Ends of three syllables that are a head although they hold a lookalike.
        local_governments: Names of cities, provinces, counties and districts.
        networks: Nouns for networks that any modifier makes a name.
        alone: Bodies that their noun alone names.
        countries: Code by Korean name.
        country_of: The country by code.
    """

    heads: Mapping[str, Head]
    generic: re.Pattern[str]
    topics: re.Pattern[str]
    body_generic: frozenset[str]
    stop: frozenset[str]
    nouns: frozenset[str]
    not_heads: frozenset[str]
    keys: frozenset[str]
    levels: frozenset[str]
    kinds: Mapping[str, str]
    titles: Mapping[str, str]
    title_ends: tuple[str, ...]
    not_persons: frozenset[str]
    verbal_nouns: Mapping[str, Stem]
    verb_forms: Mapping[str, tuple[tuple[str, str, Stem], ...]]
    surnames: frozenset[str]
    topics_only: frozenset[str]
    occasions: frozenset[str]
    lookalikes: frozenset[str]
    unlike: frozenset[str]
    local_governments: frozenset[str]
    networks: frozenset[str]
    alone: frozenset[str]
    countries: Mapping[str, str]
    country_of: Mapping[str, Country]

    def head_of(self, word: str) -> Head | None:
        """Return the longest head that a word ends in, or None; words that merely look alike are none."""
        for length in range(min(LONGEST_HEAD, len(word)), 0, -1):
            head = self.heads.get(word[-length:])
            if head is not None:
                return head
        return None

    def is_generic(self, words: str) -> bool:
        """Return whether the words before a head name nothing: "행정 정보" in "행정 정보 시스템"."""
        return self.generic.fullmatch(re.sub(r"[\s\u00b7\u318d\u30fb]", "", words)) is not None


def read_words(rules: Path, countries: Iterable[Country]) -> Words:
    """Return the word tables under a rules folder.

    Args:
        rules: The folder that holds ``ko``.
        countries: The countries, with their Korean names, several of which are parted by ``|``.

    Raises:
        DataFileError: If a table is malformed or names an unknown class.
    """
    folder = rules / "ko"
    table = read_toml(folder / "words.toml")
    generic = sorted(set(table["generic"].split()), key=lambda w: (-len(w), w))
    kinds = {}
    for cls, nouns in table["kinds"].items():
        _check_class(folder / "words.toml", 0, cls)
        kinds.update(dict.fromkeys(nouns, cls))
    listed = tuple(countries)
    everyday = frozenset(table["not_countries"].split())
    verbal, forms = _verbs(folder / "verbs.tsv")
    return Words(
        heads=_heads(folder / "heads.tsv"),
        generic=re.compile("(?:" + "|".join(map(re.escape, generic)) + r"|[·ㆍ&]|\d차)*"),
        topics=re.compile("|".join(map(re.escape, sorted(set(table["topics"].split()))))),
        body_generic=frozenset(table["body_generic"].split()),
        stop=frozenset(table["stop"].split()),
        nouns=frozenset(table["nouns"].split()),
        not_heads=frozenset(table["not_heads"].split()),
        keys=frozenset(table["keys"]),
        levels=frozenset(table["levels"].split()),
        kinds=kinds,
        titles=dict(table["titles"]),
        title_ends=tuple(sorted(table["titles"], key=lambda t: (-len(t), t))),
        not_persons=frozenset(table["not_persons"]["words"].split()),
        verbal_nouns=verbal,
        verb_forms=forms,
        surnames=frozenset(table["surnames"]),
        topics_only=frozenset(table["topics_only"].split()),
        occasions=frozenset(table["occasions"].split()),
        lookalikes=frozenset(table["lookalikes"].split()),
        unlike=frozenset(table["unlike"].split()),
        local_governments=frozenset(table["local_governments"].split()),
        networks=frozenset(table["networks"].split()),
        alone=frozenset(table["alone"].split()),
        countries={name: c.code for c in listed for name in c.korean.split("|") if name and name not in everyday},
        country_of={c.code: c for c in listed},
    )


def _check_class(path: Path, number: int, cls: str) -> None:
    if cls not in vocab.CLASSES:
        raise DataFileError(path, number, f"unknown class {cls!r}")


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    if tuple(lines[0].split("\t")) != columns:
        raise DataFileError(path, 1, f"the header must be {' '.join(columns)}, tab-separated")
    rows = []
    previous = ""
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise DataFileError(path, number, f"{len(cells)} cells, expected {len(columns)}")
        if cells[0] <= previous:
            raise DataFileError(path, number, "rows must be sorted, and none may stand twice")
        previous = cells[0]
        rows.append((number, cells))
    return rows


def _heads(path: Path) -> dict[str, Head]:
    heads = {}
    for number, (word, cls, kind) in _rows(path, ("head", "class", "kind")):
        _check_class(path, number, cls)
        if kind not in ("name", "weak"):
            raise DataFileError(path, number, f"kind must be 'name' or 'weak', not {kind!r}")
        heads[word] = Head(word, cls, kind == "weak")
    return heads


_FORMS: Final = ("base", "inf", "past", "adn", "fut", "nom")


def _verbs(path: Path) -> tuple[dict[str, Stem], dict[str, tuple[tuple[str, str, Stem], ...]]]:
    verbal: dict[str, Stem] = {}
    forms: dict[str, list[tuple[str, str, Stem]]] = {}
    for number, (lemma, kind, groups, cells) in _rows(path, ("lemma", "kind", "groups", "forms")):
        names = groups.split()
        stem = Stem(
            lemma,
            frozenset(g.removesuffix(".i") for g in names),
            frozenset(g.removesuffix(".i") for g in names if g.endswith(".i")),
        )
        if kind == "noun":
            verbal[lemma] = stem
        elif kind == "stem" and len(cells.split("/")) == len(_FORMS):
            for name, spellings in zip(_FORMS, cells.split("/"), strict=True):
                for spelling in spellings.split("|"):
                    if len(spelling) > 1 or name in ("base", "past"):
                        forms.setdefault(spelling[0], []).append((spelling, name, stem))
        else:
            raise DataFileError(path, number, f"a verb is a 'noun', or a 'stem' with {len(_FORMS)} forms, not {kind!r}")
    return verbal, {
        first: tuple(sorted(several, key=lambda f: (-len(f[0]), _FORMS.index(f[1]), f[0], f[2].lemma)))
        for first, several in forms.items()
    }
