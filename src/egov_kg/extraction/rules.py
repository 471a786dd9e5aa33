"""The rule language: patterns over clauses as data, compiled to plain regular expressions that run in linear time.

A clause is encoded as words with one space after each; a named thing is one private-use character out of the block of
its class, so that a slot for a class is a range of characters. No pattern has a repetition without a small bound.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from egov_kg import vocab
from egov_kg.errors import DataFileError, UnknownTerm
from egov_kg.extraction.clauses import Item
from egov_kg.extraction.declared import DeclaredRule, Give, declared, failing
from egov_kg.extraction.lexicon import Lexicon, read_toml
from egov_kg.values import value

__all__ = ["Encoded", "Give", "Match", "Rule", "RuleSet", "encode", "read_rules"]

_CLASSES: Final = tuple(vocab.CLASSES)
_WIDTH: Final = 512
_BASE: Final = 0xF0000
_FIRST: Final = {cls: _BASE + _WIDTH * number for number, cls in enumerate(_CLASSES)}
_TIME: Final = _BASE + _WIDTH * (len(_CLASSES) + 1)
LONGEST_CLAUSE: Final = 2_000
"""A clause of more characters is not read: no writer of prose makes one."""

REFUSALS: Final[Mapping[str, frozenset[str]]] = {
    "negated": frozenset({"not", "never", "no", "nor", "neither", "cannot", "without", "hardly", "n't"}),
    "modal": frozenset({"will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought"}),
    "question": frozenset({"?"}),
    "conditional": frozenset({"if", "unless", "whether"}),
    "intention": frozenset(
        {
            "plans",
            "intends",
            "intended",
            "hopes",
            "hoped",
            "expects",
            "expected",
            "wants",
            "wanted",
            "aims",
            "proposes",
            "considers",
            "considered",
            "seeks",
            "refused",
            "failed",
            "abandoned",
            "cancelled",
            "delayed",
            "postponed",
            "yet",
        }
    ),
}
"""The words that make a clause something else than a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(DeclaredRule):
    """A rule, compiled.

    Attributes:
        runs_in: The block kinds that it reads.
        pattern: The regular expression over an encoded clause.
        triggers: Words one of which must occur; empty if any clause is tried.
        refuse: The names of what refuses a match.
        slots: For each slot its classes; ``phrase`` and ``list`` slots have one class, that of new things.
        kinds: For each slot ``thing``, ``genus``, ``phrase``, ``list`` or ``time``.
        scope: ``clause`` (a cut clause) or ``sentence`` (the whole, for frames and enumerations).
        once: Whether a match keeps its words from the rules after it (frames).
    """

    runs_in: frozenset[str]
    pattern: re.Pattern[str]
    triggers: frozenset[str]
    refuse: tuple[str, ...]
    slots: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    source: str
    lang: str = "en"
    scope: str = "clause"
    member_time: str = ""


@value
class Encoded:
    """A clause as the rules read it.

    Attributes:
        text: Words and private-use characters, a space before each and at the end.
        items: The items, and for each character position the item it belongs to.
        place: For each character of `text` the index of its item.
    """

    text: str
    items: tuple[Item, ...]
    place: tuple[int, ...]
    words: frozenset[str]


@value
class Match:
    """A rule that fired.

    Attributes:
        rule: Which.
        encoded: In which clause.
        slots: The items of each slot, first and last index, half-open.
        start, end: The items that the match covers.
    """

    rule: Rule
    encoded: Encoded
    slots: Mapping[str, tuple[int, int]]
    start: int
    end: int


_ARTICLES: Final = frozenset({"the", "a", "an"})


def encode(items: Sequence[Item]) -> Encoded:
    """Return a clause in the form that rules read; articles are left out."""
    parts: list[str] = [" "]
    place: list[int] = [0]
    used: dict[str, int] = {}
    for i, item in enumerate(items):
        if item.kind == "word" and item.text in _ARTICLES:
            continue
        if item.text == "etc" or (item.text == "." and i and items[i - 1].text == "etc"):
            continue
        if item.text == "," and i + 1 < len(items) and items[i + 1].text == "etc":
            continue
        if item.kind == "thing":
            number = used.get(item.cls, 0)
            used[item.cls] = number + 1
            word = chr(_FIRST[item.cls] + min(number, _WIDTH - 1))
        elif item.kind == "time":
            number = used.get("time", 0)
            used["time"] = number + 1
            word = chr(_TIME + min(number, _WIDTH - 1))
        else:
            word = item.text
        parts.append(word + " ")
        place.extend([i] * (len(word) + 1))
    text = "".join(parts)
    return Encoded(text, tuple(items), tuple(place), frozenset(x.text for x in items if x.kind in ("word", "sign")))


def _class_range(classes: Iterable[str]) -> str:
    ranges = []
    for cls in sorted({s for c in classes for s in vocab.subclasses(c)}, key=_CLASSES.index):
        first = _BASE + _WIDTH * _CLASSES.index(cls)
        ranges.append(f"{chr(first)}-{chr(first + _WIDTH - 1)}")
    return "".join(ranges)


_TIME_RANGE: Final = f"{chr(_TIME)}-{chr(_TIME + _WIDTH - 1)}"
_ANY_THING: Final = f"{chr(_BASE)}-{chr(_TIME - 1)}"
# What "~" may not skip: forms of "to be" would turn an active pattern over a passive clause, "to" opens another verb.
_NOT_BETWEEN: Final = "to|is|are|was|were|be|been|being|by|that|which|who|than|because|from"
_PART = re.compile(
    r"\s*(?:(?P<slot>\{(?P<sname>[a-z]+)(?P<genus>\^?):(?P<scls>[A-Za-z|]+)\})"
    r"|(?P<phrase>\[(?P<pname>[a-z]+):(?P<pcls>[A-Za-z]+)(?P<list>\*?)(?P<over>!?)(?:/(?P<pend>[a-z|]+))?(?:>(?P<pstart>[a-z|]+))?\])"
    r"|(?P<words><(?P<wname>[a-z]+):(?P<wopts>[^<>]+)>)"
    r"|(?P<alt>\((?P<alts>[^()]*)\))"
    r"|(?P<wild>~|\.\.\.|\.\.)"
    r"|(?P<form>@[a-z]+\.[a-z_]+)"
    r"|(?P<edge>[\^$])"
    r"|(?P<word>[^\s(){}\[\]?]+))(?P<opt>\?)?"
)


class _Compiler:
    """Turns the text of a pattern into a regular expression."""

    def __init__(self, lists: Mapping[str, Sequence[str]], lexicon: Lexicon, fail: Any) -> None:
        self.lists, self.lexicon, self.fail = lists, lexicon, fail
        self.slots: dict[str, tuple[str, ...]] = {}
        self.kinds: dict[str, str] = {}
        self.triggers: frozenset[str] = frozenset()

    def compile(self, source: str) -> re.Pattern[str]:
        parts: list[str] = []
        place = 0
        matches = []
        while place < len(source.rstrip()):
            match = _PART.match(source, place)
            if match is None or match.end() == place:
                self.fail(f"cannot read the pattern from {source[place:]!r}")
                break
            matches.append(match)
            place = match.end()
        anchored = bool(matches) and matches[0]["edge"] == "^"
        for n, match in enumerate(matches):
            parts.append(self._part(match, last=n == len(matches) - 1))
        return re.compile(("^ " if anchored else "(?<= )") + "".join(parts))

    def _part(self, match: re.Match[str], *, last: bool) -> str:
        if match["slot"]:
            classes = tuple(f"egov:{c}" for c in match["scls"].split("|")) if match["scls"] != "Time" else ("time",)
            for cls in classes:
                if cls != "time" and cls not in vocab.CLASSES:
                    self.fail(f"unknown class {cls!r}")
            self._slot(
                match["sname"], classes, "time" if classes == ("time",) else "genus" if match["genus"] else "thing"
            )
            inner = _TIME_RANGE if classes == ("time",) else _class_range(classes)
            return self._optional(f"(?P<{match['sname']}>[{inner}]) ", match)
        if match["phrase"]:
            cls = f"egov:{match['pcls']}"
            if cls not in vocab.CLASSES:
                self.fail(f"unknown class {cls!r}")
            self._slot(match["pname"], (cls,), "list" if match["list"] else "phrase")
            if match["list"]:
                return f"(?P<{match['pname']}>(?:[^ ]+ ){{1,200}}{'' if last else '?'})"
            begins = f"(?:{match['pstart']}) " if match["pstart"] else ""
            if match["over"]:
                return f"(?P<{match['pname']}>{begins}(?:[^ ;:]+ ){{1,60}})"
            if match["pend"]:
                return f"(?P<{match['pname']}>{begins}(?:[^ ,;:]+ ){{0,40}}?(?:{match['pend']}) )"
            low = 0 if begins else 1
            return f"(?P<{match['pname']}>{begins}(?:[^ ,;:]+ ){{{low},40}}{'' if last else '?'})"
        if match["words"]:
            self._slot(match["wname"], ("words",), "words")
            options = [o.strip() for o in match["wopts"].split("|")]
            if not self.triggers and not match["opt"]:
                self.triggers = frozenset(o.split()[0] for o in options)
            return self._optional(f"(?P<{match['wname']}>{'|'.join(re.escape(o) + ' ' for o in options)})", match)
        if match["alt"]:
            options = [o.strip() for o in match["alts"].split("|")]
            compiled = "|".join(self._words(o) for o in options)
            if not match["opt"] and not self.triggers:
                self.triggers = frozenset(w for o in options for w in self._first_words(o))
            return f"(?:{compiled})" + ("?" if match["opt"] else "")
        if match["wild"]:
            if match["wild"] == "...":
                return "(?:[^ ;:]+ ){0,24}?"
            if match["wild"] == "~":
                return f"(?:(?!(?:{_NOT_BETWEEN}) )[^ ,;:{_ANY_THING}]+ ){{0,3}}?"
            return "(?:[^ ,;:()]+ ){0,8}?"
        if match["edge"]:
            return "" if match["edge"] == "^" else "(?:[.,] )?$"
        text = match["form"] or match["word"]
        if not match["opt"] and not self.triggers:
            self.triggers = frozenset(self._first_words(text))
        compiled = self._words(text)
        return f"(?:{compiled})?" if match["opt"] else compiled if "|" not in compiled else f"(?:{compiled})"

    def _slot(self, name: str, classes: tuple[str, ...], kind: str) -> None:
        if name in self.slots:
            self.fail(f"slot {name!r} stands twice")
        self.slots[name], self.kinds[name] = classes, kind

    def _optional(self, compiled: str, match: re.Match[str]) -> str:
        return f"(?:{compiled})?" if match["opt"] else compiled

    def _forms(self, reference: str) -> list[str]:
        name, _, form = reference[1:].partition(".")
        if name not in self.lists:
            self.fail(f"unknown list {name!r}")
            return []
        form = {"past_participle": "participle", "word": "word"}.get(form, form)
        if form == "word":
            return sorted(self.lists[name])
        found: list[str] = []
        for lemma in self.lists[name]:
            verb = self.lexicon.verbs.get(lemma)
            if verb is None:
                self.fail(f"{lemma!r} is not in the verb table")
                continue
            found.extend(verb.form(form) if form != "finite" else (*verb.past, *verb.third))
        return sorted(set(found))

    def _words(self, text: str) -> str:
        options = [""]
        for word in text.split():
            if word.startswith("@"):
                forms = "|".join(re.escape(f).replace(r"\ ", " ") + " " for f in self._forms(word))
                options = [o + f"(?:{forms})" for o in options]
            else:
                options = [o + re.escape(word) + " " for o in options]
        return "|".join(options)

    def _first_words(self, text: str) -> list[str]:
        first = text.split(maxsplit=1)[0]
        return [f.split()[0] for f in self._forms(first)] if first.startswith("@") else [first]


@dataclass(frozen=True)
class RuleSet:
    """All rules, in the order in which they are tried: by id."""

    rules: tuple[Rule, ...]
    _chosen: dict[tuple[str, str, str], tuple[Rule, ...]] = field(default_factory=dict, repr=False, compare=False)
    _triggers: dict[tuple[str, str, str], tuple[frozenset[str] | None]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def _of(self, kind: str, scope: str, lang: str) -> tuple[Rule, ...]:
        """Return the rules for a kind of block, a scope and a language."""
        known = self._chosen.get((kind, scope, lang))
        if known is None:
            known = tuple(r for r in self.rules if kind in r.runs_in and r.scope == scope and r.lang == lang)
            self._chosen[(kind, scope, lang)] = known
        return known

    def may_fire(self, words: AbstractSet[str], kind: str, scope: str, lang: str = "en") -> bool:
        """Return whether any rule could fire on a sentence with these words; most sentences need no encoding."""
        triggers = self._triggers.get((kind, scope, lang))
        if triggers is None:
            rules = self._of(kind, scope, lang)
            every = frozenset().union(*(rule.triggers for rule in rules)) if all(r.triggers for r in rules) else None
            triggers = self._triggers[(kind, scope, lang)] = (every,)
        return triggers[0] is None or not triggers[0].isdisjoint(words)

    def matches(self, encoded: Encoded, kind: str, scope: str, lang: str = "en") -> Iterator[Match]:
        """Yield every match of every rule for a clause of a block of the given kind."""
        if len(encoded.text) > LONGEST_CLAUSE:
            return
        words = encoded.words
        for rule in self._of(kind, scope, lang):
            if rule.triggers and rule.triggers.isdisjoint(words):
                continue
            for match in rule.pattern.finditer(encoded.text):
                if match.end() == match.start():
                    continue
                slots = {
                    name: (encoded.place[match.start(name)], encoded.place[match.end(name) - 1] + 1)
                    for name in rule.slots
                    if match[name] is not None
                }
                yield Match(rule, encoded, slots, encoded.place[match.start()], encoded.place[match.end() - 1] + 1)

    def refusal(self, match: Match) -> str:
        """Return why a match is no claim (``negated``, ``modal`` ...), or an empty string."""
        inside: set[str] = set()
        held = [range(a, b) for name, (a, b) in match.slots.items() if match.rule.kinds[name] in ("list", "phrase")]
        for i in range(max(0, match.start - 2), min(len(match.encoded.items), match.end)):
            if not any(i in r for r in held) and match.encoded.items[i].kind != "thing":
                inside.add(match.encoded.items[i].text)
        if "negated" in match.rule.refuse:
            for begin, stop in (
                (a, b) for n, (a, b) in match.slots.items() if match.rule.kinds[n] in ("list", "phrase")
            ):
                words = [x.text for x in match.encoded.items[begin:stop]]
                if words[:1] in (["not"], ["never"]) or any(
                    a in ("does", "do", "did", "is", "are", "was", "were", "has", "have") and b in ("not", "never")
                    for a, b in itertools.pairwise(words)
                ):
                    return "negated"
        first = match.encoded.items[0].text if match.encoded.items else ""
        for name in match.rule.refuse:
            if inside & REFUSALS[name] or (name == "conditional" and first in REFUSALS[name]):
                return name
            if name == "question" and "?" in match.encoded.words:
                return name
        return ""


_KEYS: Final = ("runs_in", "match", "refuse", "scope", "member_time")
_BLOCK_KINDS: Final = frozenset({"heading", "paragraph", "item", "stage", "row", "caption", "credit", "note", "field"})


def read_rules(folder: Path, lexicon: Lexicon) -> RuleSet:
    """Return the rules in ``{lang}/*.toml`` below a folder; word tables (``words``, ``nouns``) are no rules.

    Raises:
        DataFileError: If a rule breaks domain or range, names an undeclared property, has fewer than two examples or no
            counter-example, uses an unknown key, or its pattern cannot be read; with the file.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*/*.toml")):
        table = read_toml(path)
        if "rule" not in table:
            continue
        for raw in table["rule"]:
            rule = _rule(raw, table.get("lists", {}), lexicon, path)
            if rule.id in rules:
                raise DataFileError(path, 0, f"rule {rule.id} stands already in {rules[rule.id].file}")
            rules[rule.id] = rule
    return RuleSet(tuple(rules[name] for name in sorted(rules)))


def _rule(raw: Mapping[str, Any], lists: Mapping[str, Sequence[str]], lexicon: Lexicon, path: Path) -> Rule:
    fail = failing(raw, path)
    shared = declared(raw, path, keys=_KEYS, needed=("runs_in", "match"))
    if wrong := sorted(set(raw["runs_in"]) - _BLOCK_KINDS):
        fail(f"unknown block kind {wrong[0]!r}")
    if wrong := sorted(set(raw.get("refuse", ())) - set(REFUSALS)):
        fail(f"unknown refusal {wrong[0]!r}")
    compiler = _Compiler(lists, lexicon, fail)
    pattern = compiler.compile(raw["match"])
    for give in shared["gives"]:
        _check(give, compiler, fail)
    instant = raw.get("instant")
    if instant and instant["of"] not in compiler.slots:
        fail(f"instant of an unknown slot {instant['of']!r}")
    return Rule(
        **shared, runs_in=frozenset(raw["runs_in"]), pattern=pattern, triggers=compiler.triggers,
        refuse=tuple(raw.get("refuse", ())), slots=compiler.slots, kinds=compiler.kinds, source=raw["match"],
        lang=path.parent.name, scope=raw.get("scope", "clause"), member_time=raw.get("member_time", ""),
    )  # fmt: skip


STEPS: Final[Mapping[str, str]] = {
    "administration": "egov:Administration",
    "government": "egov:Agency",
    "words": "",
    "kind": "",
}
"""What may be asked of a slot: the administration under a person, an office, the words themselves."""
_FIXED: Final[Mapping[str, str]] = {
    "document": "egov:Document",
    "anchor": "",
    "context": "egov:Context",
    "topic": "",
    "actor": "egov:Actor",
    "row": "egov:Project",
    "stage": "egov:Stage",
}


def _check(give: Give, compiler: _Compiler, fail: Any) -> None:
    """Refuse a fact that the ontology does not declare, or whose slots cannot fit its domain and range."""
    known = (
        give.property in vocab.OBJECT_PROPERTIES
        or give.property in vocab.DATA_PROPERTIES
        or give.property in vocab.OUTSIDE_PROPERTIES
    )
    if not known:
        fail(f"undeclared property {give.property!r}")
    if give.property in vocab.OUTSIDE_PROPERTIES:
        return
    for end, needed in ((give.subject, vocab.domain(give.property)), (give.object, vocab.range_of(give.property))):
        base, _, step = end.partition(".")
        if base not in compiler.slots and base not in _FIXED and not end.startswith("="):
            fail(f"unknown slot {end!r}")
        if step and step not in STEPS:
            fail(f"unknown step {step!r}")
        if not needed.startswith("egov:") or base in ("anchor", "topic", "row"):
            continue
        classes = (STEPS[step],) if step else compiler.slots.get(base, (_FIXED.get(base, ""),))
        for cls in classes:
            try:
                fits = vocab.is_subclass(cls, needed) or vocab.is_subclass(needed, cls)
            except UnknownTerm:
                fits = False
            if not fits:
                fail(f"{give.property} wants a {needed}, and {end!r} is a {cls or 'literal'}")
