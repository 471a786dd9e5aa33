"""What kind of thing a name stands for, by its class words: an act is not its decree, a database not its act."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.linking.forms import folded, folded_words
from egov_kg.linking.word_tables import rows

__all__ = ["Cut", "cut", "kind_of_class"]

_COLUMNS: Final = ("place", "lang", "word", "kind")


class Cut(NamedTuple):
    """A name without its class words.

    Attributes:
        core: What is left, folded; the whole name where nothing else would be left.
        kind: The kind that the words say, or empty.
    """

    core: str
    kind: str


@lru_cache(maxsize=1 << 15)
def cut(text: str) -> Cut:
    """Return a name without its class words, and the kind that they say.

    Example:
        >>> cut("전자서명법 시행령"), cut("전자서명법")
        (Cut(core='전자서명', kind='decree'), Cut(core='전자서명', kind='act'))
        >>> cut("Enforcement Decree of the Digital Signature Act").kind, cut("Act on Public Data")
        ('decree', Cut(core='publicdata', kind='act'))
        >>> cut("Roh Moo-hyun")
        Cut(core='rohmoohyun', kind='')
    """
    form, kind = folded(text), ""
    if form.endswith(_korean_words()):
        for word, said in _korean():
            if form.endswith(word) and len(form) > len(word):
                return Cut(_core_of_korean(form[: -len(word)]), said)
    words = folded_words(text)
    for class_words, said in _starting():
        if words[: len(class_words)] == class_words and len(words) > len(class_words):
            words, kind = words[len(class_words) :], said
            break
    for class_words, said in _ending():
        if words[-len(class_words) :] == class_words and len(words) > len(class_words):
            words, kind = words[: -len(class_words)], kind or said
            break
    return Cut("".join(words) or form, kind)


def _core_of_korean(rest: str) -> str:
    """Return what stands before a class word without a further one: a decree carries the name of its act."""
    for word, said in _korean() if rest.endswith(_korean_words()) else ():
        if said == "act" and rest.endswith(word) and len(rest) > len(word):
            return rest[: -len(word)]
    return rest


@cache
def kind_of_class(cls: str) -> str:
    """Return the kind of the things of a class of ours where their names do not say it, or an empty text."""
    found = [kind for place, _, name, kind in _rows() if place == "class" and vocab.is_subclass(cls, name)]
    return found[0] if found else ""


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    return tuple(rows("kinds.tsv", _COLUMNS))


@cache
def _korean() -> tuple[tuple[str, str], ...]:
    found = {(folded(word), kind) for place, lang, word, kind in _rows() if place == "end" and lang == "ko"}
    return tuple(sorted(found, key=lambda one: (-len(one[0]), one)))


@cache
def _korean_words() -> tuple[str, ...]:
    return tuple(word for word, _ in _korean())


@cache
def _starting() -> tuple[tuple[tuple[str, ...], str], ...]:
    return _english("start")


@cache
def _ending() -> tuple[tuple[tuple[str, ...], str], ...]:
    return _english("end")


def _english(wanted: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    found = {(folded_words(word), kind) for place, lang, word, kind in _rows() if place == wanted and lang == "en"}
    return tuple(sorted(found, key=lambda one: (-len(one[0]), one)))
