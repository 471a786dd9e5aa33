"""What verbs say, declared once for every syntax: a frame names its verbs, what part each thing plays and the facts.

``data/rules/{lang}/frames.toml`` holds them. A frame fires on a predication whose verb it lists; its facts name roles:
``agent`` (who does it), ``theme`` (what it is done to, or what happens), ``other`` (what it becomes, where it goes),
``purpose`` (the words after "to"), ``~assent`` (the subject of a verb with that object), ``+support`` (whom "with the
support of X" names), ``possessor`` (whose tasks are the theme), ``words`` (a theme without a name, in its own words),
and ``@under`` and the like for what stands behind a preposition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.lexicon import Lexicon, read_toml

__all__ = ["Frame", "FrameFact", "Frames", "Role", "When", "read_frames"]


class Role(NamedTuple):
    """A part in a frame, with the classes that may play it; none of them is any class."""

    name: str
    classes: tuple[str, ...]

    def fits(self, cls: str) -> bool:
        """Return whether a thing of a class may play the part."""
        return not self.classes or _is_any(cls, self.classes)


@cache
def _is_any(cls: str, classes: tuple[str, ...]) -> bool:
    return any(vocab.is_subclass(cls, c) for c in classes)


class FrameFact(NamedTuple):
    """A fact that a frame gives: its rule's id, the two roles and the property between them."""

    rule: str
    subject: Role
    property: str
    object: Role
    certainty: str


class When(NamedTuple):
    """What a date says of a role: a property for a day, and one for a coarser date."""

    rule: str
    role: Role
    day: str
    coarse: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A family of verbs.

    Attributes:
        id: Its name, which begins the ids of its rules.
        verbs: Lemmas, with particles ("carry out").
        nouns: Nouns that name the same event.
        intransitive: Whether an active subject is what it happens to.
        reversed: Whether the active subject is the theme even with an object ("X replaced Y" has theme X, other Y).
        tenses: Forms that claim nothing by themselves are never read; this one adds none.
        facts: What a match gives.
        when: What its date gives.
        mints: For a role, the class of a thing that only its capitals show to be named.
        period: Whose first and last year a range of years is.
        needs: A role that must be played for anything to be said, or empty.
        bars: Roles none of which may be played, if anything is to be said.
        examples, counter: As in the rules; they are tests.
    """

    id: str
    verbs: frozenset[str]
    nouns: frozenset[str]
    intransitive: bool
    facts: tuple[FrameFact, ...]
    when: tuple[When, ...]
    mints: Mapping[str, str]
    period: tuple[Role, ...]
    needs: str
    bars: tuple[Role, ...]
    examples: tuple[Mapping[str, Any], ...]
    counter: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Frames:
    """All frames of a language, found by verb and by noun."""

    frames: tuple[Frame, ...]
    by_verb: Mapping[str, tuple[Frame, ...]]
    by_noun: Mapping[str, tuple[Frame, ...]]
    nouns: frozenset[str]

    def of(self, verb: str, form: str) -> tuple[Frame, ...]:
        """Return the frames of a predication."""
        return (self.by_noun if form == "noun" else self.by_verb).get(verb, ())


_KEYS: Final = {
    "id",
    "verbs",
    "nouns",
    "intransitive",
    "facts",
    "when",
    "mints",
    "period",
    "needs",
    "bars",
    "examples",
    "counter",
}
_ROLES: Final = frozenset({"agent", "doer", "theme", "other", "purpose", "possessor", "words"})


def read_frames(path: Path, lexicon: Lexicon) -> Frames:
    """Return the frames of a file.

    Raises:
        DataFileError: If a frame names an undeclared property, breaks domain or range, uses a verb that the verb table
            lacks, an unknown class or key, or comes without two examples and a counter-example.
    """
    frames = [_frame(raw, lexicon, path) for raw in read_toml(path).get("frame", [])]
    if len({f.id for f in frames}) != len(frames):
        raise DataFileError(path, 0, "two frames have one id")
    by_verb: dict[str, list[Frame]] = {}
    by_noun: dict[str, list[Frame]] = {}
    for frame in frames:
        for verb in sorted(frame.verbs):
            by_verb.setdefault(verb, []).append(frame)
        for noun in sorted(frame.nouns):
            by_noun.setdefault(noun, []).append(frame)
    return Frames(
        tuple(frames), {k: tuple(v) for k, v in by_verb.items()}, {k: tuple(v) for k, v in by_noun.items()},
        frozenset(by_noun),
    )  # fmt: skip


def _frame(raw: Mapping[str, Any], lexicon: Lexicon, path: Path) -> Frame:
    name = str(raw.get("id", "?"))

    def fail(problem: str) -> None:
        raise DataFileError(path, 0, f"frame {name}: {problem}")

    if unknown := sorted(set(raw) - _KEYS):
        fail(f"unknown key {unknown[0]!r}")
    if "id" not in raw or not (raw.get("facts") or raw.get("when") or raw.get("period")):
        fail("lacks an id or facts")
    if len(raw.get("examples", ())) < 2 or not raw.get("counter"):
        fail("needs two examples and a counter-example")
    for verb in raw.get("verbs", ()):
        lemma = verb.split()[0]
        if lemma not in lexicon.verbs and lemma not in ("be", "have"):
            fail(f"{lemma!r} is not in the verb table")
    facts = []
    for row in raw.get("facts", ()):
        if len(row) not in (4, 5):
            fail(f"{row!r} is no fact: id, role, property, role")
        rule, subject, prop, obj, *certainty = row
        fact = FrameFact(f"{name}.{rule}", _role(subject, fail), prop, _role(obj, fail), (*certainty, "stated")[0])
        _check(fact, fail)
        facts.append(fact)
    when = []
    for rule, role, *properties in raw.get("when", ()):
        for prop in properties:
            if prop not in vocab.OBJECT_PROPERTIES and prop not in vocab.DATA_PROPERTIES:
                fail(f"undeclared property {prop!r}")
        when.append(When(f"{name}.{rule}", _role(role, fail), properties[0], properties[-1]))
    return Frame(
        id=name, verbs=frozenset(raw.get("verbs", ())), nouns=frozenset(raw.get("nouns", ())),
        intransitive=bool(raw.get("intransitive", False)), facts=tuple(facts), when=tuple(when),
        mints={k: f"egov:{v}" for k, v in raw.get("mints", {}).items()},
        period=tuple(_role(r, fail) for r in raw.get("period", ())), needs=raw.get("needs", ""),
        bars=tuple(_role(r, fail) for r in raw.get("bars", ())),
        examples=tuple(raw["examples"]), counter=tuple(raw["counter"]),
    )  # fmt: skip


def _role(text: str, fail: Any) -> Role:
    name, _, classes = text.partition(":")
    if name.removesuffix(".administration").lstrip("^@") not in _ROLES and not name.startswith(("@", "^", "~", "+")):
        fail(f"unknown role {name!r}")
    found = tuple(f"egov:{c}" for c in classes.split("|") if c)
    for cls in found:
        if cls not in vocab.CLASSES:
            fail(f"unknown class {cls!r}")
    return Role(name, found)


def _check(fact: FrameFact, fail: Any) -> None:
    known = fact.property in vocab.OBJECT_PROPERTIES or fact.property in vocab.OUTSIDE_PROPERTIES
    if not known and fact.property not in vocab.DATA_PROPERTIES:
        fail(f"undeclared property {fact.property!r}")
    if fact.property in vocab.OUTSIDE_PROPERTIES:
        return
    for role, needed in ((fact.subject, vocab.domain(fact.property)), (fact.object, vocab.range_of(fact.property))):
        if not needed.startswith("egov:"):
            continue
        for cls in role.classes:
            if not (vocab.is_subclass(cls, needed) or vocab.is_subclass(needed, cls)):
                fail(f"{fact.property} wants a {needed}, and {role.name!r} is a {cls}")
