"""Korean relation rules as data: a group of verbs, what stands in which role, and the facts that this gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.declared import DeclaredRule, Give, declared, failing
from egov_kg.extraction.lexicon import read_toml

__all__ = ["ROLES", "Frame", "Frames", "read_frames"]

ROLES: Final = (
    "agent", "patient", "result", "basis", "with", "whole", "under", "at", "through", "response", "successor",
    "predecessor", "from", "about", "used", "head", "of",
)  # fmt: skip
"""The roles that a rule may ask for. ``agent`` acts and ``patient`` undergoes, whatever the voice of the verb."""

_STEPS: Final[Mapping[str, str]] = {"administration": "egov:Administration", "government": "egov:Agency"}
_FORMS: Final = ("active", "passive", "nominal")
_KEYS: Final = frozenset(
    {"verbs", "until", "unknown", "voice", "present", "not", "not_after", "without", "never", *ROLES}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(DeclaredRule):
    """A rule.

    Attributes:
        verbs: The groups of verbs that trigger it.
        roles: For each role that it needs the classes that fit.
        until: The property of a time with "까지"; empty if such a time says nothing here.
        unknown: The class that a name without a telling noun has in the role of the patient; empty if none fits.
        voice: The voices in which it runs.
        present: Whether the present tense is a claim too ("운영한다"), and not an event to come.
        barred: Groups of verbs with which it does not run.
        not_after: Groups of verbs behind which, in the clause before, it does not run.
        never: Classes of which nothing is the patient, although they are of a class that fits.
        without: Particles whose names of the patient's class say that something else is meant.
    """

    verbs: frozenset[str]
    roles: Mapping[str, tuple[str, ...]]
    until: str
    unknown: str
    voice: frozenset[str]
    present: bool
    barred: frozenset[str]
    not_after: frozenset[str]
    without: frozenset[str]
    never: frozenset[str]

    def fits(self, role: str, cls: str) -> bool:
        """Return whether a thing of a class may stand in a role."""
        return any(vocab.is_subclass(cls, wanted) for wanted in self.roles[role])


@dataclass(frozen=True)
class Frames:
    """All rules, by id; `of` finds those for a verb."""

    frames: tuple[Frame, ...]

    def of(self, groups: frozenset[str]) -> Iterator[Frame]:
        """Yield the rules that a verb of the given groups triggers, in the order of their ids."""
        for frame in self.frames:
            if frame.verbs & groups and not frame.barred & groups:
                yield frame


def read_frames(folder: Path) -> Frames:
    """Return the Korean rules in ``ko/*.toml`` below a rules folder; files without ``[[frame]]`` are no rules.

    Raises:
        DataFileError: If a rule names an unknown role, class or property, breaks domain or range, or has fewer than two
            examples or no counter-example; with the file.
    """
    frames: dict[str, Frame] = {}
    for path in sorted((folder / "ko").glob("*.toml")):
        for raw in read_toml(path).get("frame", ()):
            frame = _frame(raw, path)
            if frame.id in frames:
                raise DataFileError(path, 0, f"rule {frame.id} stands already in {frames[frame.id].file}")
            frames[frame.id] = frame
    return Frames(tuple(frames[name] for name in sorted(frames)))


def _frame(raw: Mapping[str, Any], path: Path) -> Frame:
    fail = failing(raw, path)
    shared = declared(raw, path, keys=_KEYS, needed=("verbs",))
    roles = {r: tuple(f"egov:{c}" for c in raw[r].split("|")) for r in ROLES if r in raw}
    for classes in roles.values():
        for cls in classes:
            if cls not in vocab.CLASSES:
                fail(f"unknown class {cls!r}")
    for giving in shared["gives"]:
        _check(giving, roles, fail)
    instant = raw.get("instant")
    if instant and instant["of"] not in roles:
        fail(f"instant of an unknown role {instant['of']!r}")
    if set(voice := raw.get("voice", _FORMS)) - set(_FORMS):
        fail(f"unknown voice in {voice!r}")
    return Frame(
        **shared, verbs=frozenset(raw["verbs"]), roles=roles, until=raw.get("until", ""),
        unknown=f"egov:{raw['unknown']}" if raw.get("unknown") else "", voice=frozenset(voice),
        present=bool(raw.get("present")), barred=frozenset(raw.get("not", ())),
        not_after=frozenset(raw.get("not_after", ())), without=frozenset(raw.get("without", ())),
        never=frozenset(f"egov:{c}" for c in raw.get("never", ())),
    )  # fmt: skip


def _check(giving: Give, roles: Mapping[str, tuple[str, ...]], fail: Any) -> None:
    """Refuse a fact that the ontology does not declare, or whose roles cannot fit its domain and range."""
    if giving.property not in vocab.OBJECT_PROPERTIES and giving.property not in vocab.DATA_PROPERTIES:
        fail(f"undeclared property {giving.property!r}")
    for end, needed in (
        (giving.subject, vocab.domain(giving.property)),
        (giving.object, vocab.range_of(giving.property)),
    ):
        base, _, step = end.partition(".")
        if base not in roles:
            fail(f"unknown role {end!r}")
            continue
        if step and step not in _STEPS:
            fail(f"unknown step {step!r}")
        if not needed.startswith("egov:"):
            continue
        for cls in (_STEPS[step],) if step else roles[base]:
            if not (vocab.is_subclass(cls, needed) or vocab.is_subclass(needed, cls)):
                fail(f"{giving.property} wants a {needed}, and {end!r} is a {cls}")
