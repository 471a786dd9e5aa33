"""Extractors of others: found by entry point, run over every document, and believed in nothing that can be checked.

An extractor is a function ``extract(document, ontology)`` that yields facts, or an object with such a method. What it
gives stays in a graph of its own until a person accepts it; so it can neither spoil the facts of the rules nor stop a
build.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Protocol, runtime_checkable

from egov_kg import vocab
from egov_kg.errors import ConfigurationError, UsageError
from egov_kg.extraction.checking import Checker
from egov_kg.extraction.ontology import Ontology, is_worldwide
from egov_kg.extraction.resolution import family
from egov_kg.extraction.tokens import fold
from egov_kg.model import Document, Extraction, Fact, Thing, Value

__all__ = ["GROUP", "MOST", "Dropped", "FactExtractor", "Plugin", "Proposals", "available", "load_plugins", "propose"]

GROUP: Final = "egov_kg.extractors"
"""The group of entry points that packages offer extractors under."""

MOST: Final = 50_000
"""The most facts that are taken from one extractor for one document."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_SENTENCE: Final = 300
_WORD: Final = 60


@dataclass(frozen=True, slots=True)
class Dropped:
    """A claim that an extractor does not stand by itself; it is counted in the report.

    Attributes:
        reason: One word with hyphens: ``quotation-not-found``.
        words: What it was about; for whoever reads the extractor's own output, it enters no report.
    """

    reason: str
    words: str = ""


@runtime_checkable
class FactExtractor(Protocol):
    """What an entry point leads to, unless it is a plain function.

    It may also have ``version`` (else that of its package counts) and ``settings``, a mapping of text to text with
    whatever decides its facts: both enter the manifest.
    """

    def extract(self, document: Document, ontology: Ontology) -> Iterator[Fact | Dropped]:
        """Yield the facts of a document, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Plugin:
    """An extractor that was chosen.

    Attributes:
        name: That of its entry point; it names its graphs.
        version: Its version.
        settings: What decides its facts besides the documents.
        extract: What gives the facts of a document.
    """

    name: str
    version: str
    extract: Callable[[Document, Ontology], Iterable[Fact | Dropped]]
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposals:
    """What one extractor gave for all documents.

    Attributes:
        plugin: The extractor.
        extractions: One for each document, sorted by document id; facts in reading order. The documents are without
            blocks, which are most of their memory.
        dropped: How many claims were dropped for each reason, by document id.
        failures: What it raised, as a sentence, by document id; such a document has no facts of it.
    """

    plugin: Plugin
    extractions: tuple[Extraction, ...]
    dropped: Mapping[str, Mapping[str, int]]
    failures: Mapping[str, str]


def available() -> dict[str, tuple[EntryPoint, ...]]:
    """Return the entry points of extractors that are installed, by name; several where packages share a name."""
    found: defaultdict[str, list[EntryPoint]] = defaultdict(list)
    for point in entry_points(group=GROUP):
        found[point.name].append(point)
    return {name: tuple(sorted(points, key=str)) for name, points in sorted(found.items())}


def load_plugins(
    names: Iterable[str], built_in: Mapping[str, Callable[[], FactExtractor]] | None = None
) -> tuple[Plugin, ...]:
    """Return the extractors of some names, sorted by name, each once.

    Args:
        names: Those that are wanted.
        built_in: How those that come with egov-kg are made.

    Raises:
        UsageError: If there is none of a name, or there are two, or one cannot be loaded.
    """
    built_in = built_in or {}
    wanted = sorted(set(names))
    points = available() if any(name not in built_in for name in wanted) else {}
    return tuple(_plugin(name, built_in, points) for name in wanted)


def _plugin(
    name: str, built_in: Mapping[str, Callable[[], FactExtractor]], points: Mapping[str, tuple[EntryPoint, ...]]
) -> Plugin:
    if name in built_in:
        return _described(name, built_in[name](), "")
    found = points.get(name, ())
    if not found:
        known = ", ".join(sorted({*built_in, *points})) or "none"
        raise UsageError(f"there is no extractor {name!r}; known are: {known}")
    packages = [point.dist.name if point.dist else point.value for point in found]
    if len(found) > 1:
        raise UsageError(f"the extractor {name!r} is offered by {' and '.join(packages)}; uninstall all but one")
    if not _NAME.fullmatch(name):
        raise UsageError(f"an extractor's name is lower-case letters, digits and hyphens, not {name!r}")
    try:
        target = found[0].load()
        target = target() if isinstance(target, type) else target
    except Exception as error:  # whatever foreign code raises while it is imported
        raise UsageError(f"the extractor {name!r} of {packages[0]} cannot be loaded: {_told(error)}") from error
    return _described(name, target, found[0].dist.version if found[0].dist else "")


def _described(name: str, target: Any, version: str) -> Plugin:
    extract = target.extract if isinstance(target, FactExtractor) else target
    if not callable(extract):
        raise UsageError(f"the extractor {name!r} is neither a function nor an object with a method extract")
    settings = {str(key): str(value) for key, value in sorted(dict(getattr(target, "settings", {}) or {}).items())}
    return Plugin(name, str(getattr(target, "version", "") or version), extract, settings)


def propose(
    plugin: Plugin,
    extractions: Iterable[Extraction],
    ontology: Ontology,
    tell: Callable[[Document, int], None] | None = None,
) -> Proposals:
    """Return what an extractor proposes about each document, checked and resolved to the things that are known.

    Nothing that it raises goes further than its own document, but for what is wrong with the configuration.

    Args:
        plugin: The extractor.
        extractions: What the rules gave, one for each document; the documents with their blocks.
        ontology: What facts may say.
        tell: Called after each document, with the number of facts.

    Raises:
        ConfigurationError: If the extractor raises one: a setting or a package is missing for all documents alike.
    """
    found: list[Extraction] = []
    dropped: dict[str, Mapping[str, int]] = {}
    failures: dict[str, str] = {}
    for extraction in extractions:
        document = extraction.document
        reasons: Counter[str] = Counter()
        facts: tuple[Fact, ...] = ()
        try:
            facts = _facts(plugin, extraction, ontology, reasons)
        except ConfigurationError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code: its document is listed, no other suffers
            failures[document.id] = _told(error)
        if reasons:
            dropped[document.id] = dict(sorted(reasons.items()))
        found.append(_extraction(replace(document, blocks=()), facts))
        if tell is not None:
            tell(document, len(facts))
    found.sort(key=lambda one: one.document.id)
    return Proposals(plugin, tuple(found), dict(sorted(dropped.items())), dict(sorted(failures.items())))


def _facts(plugin: Plugin, extraction: Extraction, ontology: Ontology, reasons: Counter[str]) -> tuple[Fact, ...]:
    checker, known, home = Checker(extraction.document), _known_things(extraction), _home(extraction)
    stated = {_said(fact) for fact in extraction.facts}
    found: dict[tuple[object, ...], Fact] = {}
    claims: Iterable[object] = plugin.extract(extraction.document, ontology)  # foreign code: anything may come
    for number, claim in enumerate(claims, start=1):
        if number > MOST:
            reasons["too-many"] += 1
            break
        if isinstance(claim, Dropped):
            reasons["-".join(str(claim.reason).split())[:_WORD] or "dropped"] += 1
            continue
        fact = _resolved(claim, known, home, ontology) if isinstance(claim, Fact) else claim
        reason = checker.refusal(fact)
        if reason:
            reasons[reason] += 1
            continue
        assert isinstance(fact, Fact)
        if _said(fact) in stated:
            reasons["already-stated"] += 1
            continue
        rule = fact.rule if fact.rule.startswith(f"{plugin.name}.") else f"{plugin.name}.{fact.rule}"
        fact = replace(fact, rule=rule, evidence=tuple(sorted(set(fact.evidence))), sources=())
        found.setdefault(_key(fact), fact)
    return tuple(fact for _, fact in sorted(found.items(), key=lambda item: str(item[0])))


def _key(fact: Fact) -> tuple[object, ...]:
    value = fact.object.id if isinstance(fact.object, Thing) else repr(fact.object)
    places = tuple((f"{span.start:09}", f"{span.end:09}") for span in fact.evidence)
    return (places, fact.subject.id, fact.property, value)


def _said(fact: Fact) -> tuple[str, str, str]:
    """Return what a fact says, wherever it stands; times and literals by their values."""
    value = fact.object
    text = value.id if isinstance(value, Thing) else value.lexical if isinstance(value, Value) else value.edtf
    return (fact.subject.id, fact.property, text)


def _known_things(extraction: Extraction) -> Mapping[tuple[str, str], Thing | None]:
    """Return the things that the rules found in the document, by kind and folded name; None where two share one."""
    known: dict[tuple[str, str], Thing | None] = {}
    for name, thing in sorted(extraction.things.items()):
        texts = {thing.label, *(label.text for label in extraction.labels.get(name, ()) if label.kind != "acronym")}
        for text in sorted(texts):
            key = (family(thing.cls), fold(text))
            known[key] = thing if known.get(key, thing) == thing else None
    return known


def _home(extraction: Extraction) -> str:
    """Return the jurisdiction of most things that the rules found in a document, or ``int``."""
    found = Counter(thing.jurisdiction for thing in extraction.things.values() if not is_worldwide(thing.cls))
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0] if ranked and ranked[0][1] * 2 > found.total() else "int"


def _resolved(fact: Fact, known: Mapping[tuple[str, str], Thing | None], home: str, ontology: Ontology) -> Fact:
    """Return a fact about the things that the rules know under the names it uses.

    A thing that they do not know, and that is of no jurisdiction yet, gets that of the document: an extractor need not
    know it, and one body must not be two things.
    """

    def one(thing: Any) -> Any:
        if not isinstance(thing, Thing) or thing.cls not in vocab.CLASSES:
            return thing
        match = known.get((family(thing.cls), fold(thing.label)))
        if match is not None and not vocab.disjoint(match.cls, thing.cls):
            return match
        if home != "int" and thing.cls in ontology.classes and not is_worldwide(thing.cls):
            minted = ontology.thing(thing.cls, thing.label, lang=thing.lang)
            if thing.id == minted.id:
                return ontology.thing(thing.cls, thing.label, jurisdiction=home, lang=thing.lang)
        return thing

    return replace(fact, subject=one(fact.subject), object=one(fact.object))


def _extraction(document: Document, facts: tuple[Fact, ...]) -> Extraction:
    things: dict[str, Thing] = {}
    for fact in facts:
        things.setdefault(fact.subject.id, fact.subject)
        if isinstance(fact.object, Thing):
            things.setdefault(fact.object.id, fact.object)
    return Extraction(document, dict(sorted(things.items())), {}, {}, facts, ())


def _told(error: BaseException) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= _SENTENCE else text[: _SENTENCE - 1] + "…"
