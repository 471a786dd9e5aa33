"""The words of a language that the patterns need: closed classes, heads of names, verb forms, countries."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.tokens import root_of, singular

__all__ = ["Country", "Head", "Lexicon", "Verb", "read_lexicon"]


class Head(NamedTuple):
    """What a head noun says about the name it ends or begins.

    Attributes:
        cls: The class of what is named.
        complements: The words after which the name goes on.
        plural_only: Whether only the plural names something (a group, a set).
        title_case: Whether the name must be capitalised or have an acronym.
        lower_case: Whether the head itself must not be capitalised.
    """

    cls: str
    complements: frozenset[str]
    plural_only: bool
    title_case: bool
    lower_case: bool = False


class Verb(NamedTuple):
    """The forms of a verb; each may have spelling variants."""

    lemma: str
    third: tuple[str, ...]
    past: tuple[str, ...]
    participle: tuple[str, ...]
    gerund: tuple[str, ...]

    def form(self, name: str) -> tuple[str, ...]:
        """Return the spellings of a form: base, third, past, participle, gerund."""
        if name == "base":
            return (self.lemma,)
        forms: tuple[str, ...] = getattr(self, name)
        return forms


_NO_FORMS: Final[frozenset[str]] = frozenset()


class Country(NamedTuple):
    """A country, by the names that texts use."""

    code: str
    name: str
    others: tuple[str, ...]
    adjectives: tuple[str, ...]
    korean: str


@dataclass(frozen=True)
class Lexicon:
    """The word tables of English, with the countries."""

    heads: Mapping[tuple[str, ...], tuple[Head, ...]]
    stop: frozenset[str]
    determiners: frozenset[str]
    quantifiers: frozenset[str]
    auxiliaries: frozenset[str]
    adverbs: frozenset[str]
    not_adverbs: frozenset[str]
    nominal_gerunds: frozenset[str]
    nominal_participles: frozenset[str]
    empty_modifiers: frozenset[str]
    phrase_ends: frozenset[str]
    foreign_bodies: Mapping[str, str]
    foreign_particles: frozenset[str]
    foreign_endings: tuple[str, ...]
    not_named_for: frozenset[str]
    imperatives: frozenset[str]
    portfolios: frozenset[str]
    number_words: Mapping[str, int]
    titles: Mapping[str, tuple[tuple[str, ...], ...]]
    weak_titles: frozenset[str]
    honorifics: frozenset[str]
    heads_of_government: frozenset[str]
    not_persons: frozenset[str]
    not_joined: frozenset[str]
    field_acronyms: frozenset[str]
    generic_acronyms: frozenset[str]
    acting_words: frozenset[str]
    formats: frozenset[str]
    body_words: frozenset[str]
    not_titled: frozenset[str]
    launch_words: frozenset[str]
    passing_words: frozenset[str]
    running_words: frozenset[str]
    anaphoric: frozenset[str]
    country_bodies: frozenset[str]
    name_particles: frozenset[str]
    verbs: Mapping[str, Verb]
    forms: Mapping[str, frozenset[str]]
    lemmas: Mapping[str, str]
    compounds: Mapping[str, tuple[tuple[str, ...], ...]]
    particles: Mapping[str, tuple[tuple[str, ...], ...]]
    copular: tuple[tuple[str, ...], ...]
    countries: tuple[Country, ...]
    country_words: Mapping[str, str]
    country_names: Mapping[tuple[str, ...], tuple[str, str]]
    places: Mapping[str, str]
    head_words: frozenset[str]
    kinds: Mapping[str, str]
    given_names: frozenset[str]
    country_first_words: Mapping[str, int]
    country_word_widths: Mapping[str, int]

    def is_adverb(self, low: str) -> bool:
        """Return whether a word is an adverb, by list or by its ending."""
        return low in self.adverbs or (len(low) > 4 and low.endswith("ly") and low not in self.not_adverbs)

    def verb_forms(self, low: str) -> frozenset[str]:
        """Return which forms of known verbs a word may be: base, third, past, participle, gerund."""
        return self.forms.get(low, _NO_FORMS)

    def lemma(self, low: str) -> str:
        """Return the verb whose form a word is, or an empty string; a finite reading goes before a nominal one."""
        return self.lemmas.get(low, "")

    def number(self, low: str) -> int | None:
        """Return the number that a numeral names, up to 9,999; None for a year, for "09" or for another word."""
        if low.isdigit() and len(low) < 4 and low[0] != "0":
            return int(low)
        return self.number_words.get(low)

    def head_at(self, lows: tuple[str, ...]) -> tuple[Head, ...]:
        """Return what a noun (one or two words, any number) heads."""
        return self.heads.get((*lows[:-1], singular(lows[-1])), ())


def read_lexicon(rules: Path) -> Lexicon:
    """Return the word tables under a rules folder.

    Raises:
        DataFileError: If a table is missing or malformed, or names an unknown class.
    """
    words = read_toml(rules / "en" / "words.toml")
    syntax = read_toml(rules / "en" / "syntax.toml")
    heads: dict[tuple[str, ...], list[Head]] = {}
    for noun in read_toml(rules / "en" / "nouns.toml")["noun"]:
        if noun["class"] not in vocab.CLASSES:
            raise DataFileError(rules / "en" / "nouns.toml", 0, f"unknown class {noun['class']!r}")
        head = Head(
            noun["class"],
            frozenset(noun["complements"]),
            bool(noun.get("plural_only", False)),
            bool(noun.get("title_case", False)),
            bool(noun.get("lower_case", False)),
        )
        for name in noun["heads"]:
            heads.setdefault(tuple(name.split()), []).append(head)
    verbs = _verbs(rules / "en" / "verbs.tsv")
    forms: dict[str, set[str]] = {}
    lemmas: dict[str, str] = {}
    for verb in verbs.values():
        for name in ("base", "third", "past", "participle", "gerund"):
            for word in verb.form(name):
                forms.setdefault(word, set()).add(name)
                lemmas.setdefault(word, verb.lemma)
    countries = _countries(rules / "countries.tsv")
    country_names = {
        tuple(name.casefold().split()): (country.code, country.name)
        for country in countries
        for name in (country.name, *country.others)
    }
    places = {place.casefold(): code for place, code in _table(rules / "places.tsv", 2)}
    country_words = {
        word.casefold(): country.code
        for country in countries
        for word in (country.name, *country.others, *country.adjectives)
    }
    return Lexicon(
        heads={k: tuple(v) for k, v in heads.items()},
        stop=frozenset(
            word
            for kind in (
                "determiners",
                "quantifiers",
                "prepositions",
                "conjunctions",
                "auxiliaries",
                "pronouns",
                "adverbs",
            )
            for word in words[kind]
        ),
        determiners=frozenset(words["determiners"]),
        quantifiers=frozenset(words["quantifiers"]),
        auxiliaries=frozenset(words["auxiliaries"]),
        adverbs=frozenset(words["adverbs"]),
        not_adverbs=frozenset(words["not_adverbs"]),
        nominal_gerunds=frozenset(words["nominal_gerunds"]),
        nominal_participles=frozenset(words["nominal_participles"]),
        empty_modifiers=frozenset(words["empty_modifiers"]),
        phrase_ends=frozenset(words["phrase_ends"]),
        foreign_bodies={
            noun: f"egov:{cls}" for cls in ("Ministry", "Agency") for noun in words[f"foreign_{cls.casefold()}"]
        },
        foreign_particles=frozenset(words["foreign_particles"]),
        foreign_endings=tuple(words["foreign_endings"]),
        not_named_for=frozenset(words["not_named_for"]),
        imperatives=frozenset(words["imperatives"]),
        portfolios=frozenset(words["portfolios"]),
        number_words=words["number_words"],
        titles=_titles(words["titles"]),
        weak_titles=frozenset(words["weak_titles"]),
        honorifics=frozenset(words["honorifics"]),
        heads_of_government=frozenset(words["heads_of_government"]),
        not_persons=frozenset(words["not_persons"]),
        not_joined=frozenset(words["not_joined"]),
        field_acronyms=frozenset(words["field_acronyms"]),
        generic_acronyms=frozenset((*words["field_acronyms"], *words["generic_acronyms"])),
        acting_words=frozenset(words["acting_words"]),
        formats=frozenset(words["formats"]),
        body_words=frozenset(words["body_words"]),
        not_titled=frozenset(words["not_titled"]),
        launch_words=frozenset(words["launch_words"]),
        passing_words=frozenset(words["passing_words"]),
        running_words=frozenset(words["running_words"]),
        anaphoric=frozenset(words["anaphoric"]),
        country_bodies=frozenset(words["country_bodies"]),
        name_particles=frozenset(words["name_particles"]),
        verbs=verbs,
        forms={k: frozenset(v) for k, v in forms.items()},
        lemmas=lemmas,
        compounds=_by_first_word(syntax["compounds"]),
        particles={verb: tuple(tuple(p.split()) for p in found) for verb, found in syntax["particles"].items()},
        copular=tuple(tuple(c.split()) for c in syntax["copula"]["complements"]),
        countries=countries,
        country_words=country_words,
        country_names=country_names,
        places=places,
        kinds=_kinds(rules / "en" / "nouns.toml", heads),
        given_names=frozenset(row[0].casefold() for row in _table(rules / "given_names.tsv", 1)),
        head_words=frozenset(root_of(name[-1]) for name in heads),
        country_first_words=_widths(country_names),
        country_word_widths=_widths(tuple(word.split()) for word in (*country_words, *places)),
    )


def _kinds(path: Path, heads: Mapping[tuple[str, ...], Sequence[Head]]) -> dict[str, str]:
    """Return the class of what a single noun calls a thing, by the noun."""
    kinds = {name[0]: found[0].cls for name, found in heads.items() if len(name) == 1 and not found[0].plural_only}
    for kind in read_toml(path)["kind"]:
        if kind["class"] not in vocab.CLASSES:
            raise DataFileError(path, 0, f"unknown class {kind['class']!r}")
        for noun in kind["nouns"]:
            kinds.setdefault(noun, kind["class"])
    return kinds


def _widths(names: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """Return how many words the longest name has that begins with a word, by that word."""
    widths: dict[str, int] = {}
    for name in names:
        widths[name[0]] = max(len(name), widths.get(name[0], 0))
    return widths


def _by_first_word(phrases: list[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return phrases of several words by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=lambda p: (-len(p.split()), p)):
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return {word: tuple(v) for word, v in found.items()}


def _titles(names: list[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return titles by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted(names, key=lambda t: (-len(t), t)):
        parts = tuple(name.split())
        found.setdefault(parts[0], []).append(parts)
    return {word: tuple(v) for word, v in found.items()}


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as a table.

    Raises:
        DataFileError: If it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(path, 0, f"not readable as TOML: {error}") from error


def _table(path: Path, columns: int) -> list[list[str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise DataFileError(path, 0, f"not readable: {error}") from error
    rows = [line.split("\t") for line in lines[1:] if line]
    for number, row in enumerate(rows, start=2):
        if len(row) != columns:
            raise DataFileError(path, number, f"{len(row)} cells, expected {columns}")
    return rows


def _verbs(path: Path) -> dict[str, Verb]:
    verbs = {}
    for lemma, third, past, participle, gerund in _table(path, 5):
        verbs[lemma] = Verb(
            lemma, tuple(third.split()), tuple(past.split()), tuple(participle.split()), tuple(gerund.split())
        )
    return verbs


def _countries(path: Path) -> tuple[Country, ...]:
    return tuple(
        Country(
            code,
            name,
            tuple(filter(None, others.split("|"))),
            tuple(filter(None, adjectives.split("|"))),
            korean,
        )
        for code, name, others, adjectives, korean in _table(path, 5)
    )
