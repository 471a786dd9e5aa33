"""Concept schemes: all technologies, all barriers, and the counters that measurements read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from egov_kg import vocab
from egov_kg.model import Value
from egov_kg.rdf.assertion import Assertion, Outside, class_of, classes_of

__all__ = ["GRAPH", "MEASURES", "scheme_assertions"]

GRAPH: Final = "background/schemes"
MEASURES: Final = "scheme/measures"

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "scheme/technologies": ("Technologies", "기술"),
    "scheme/barriers": ("Barriers", "장애요인"),
    MEASURES: ("Measures", "측정 항목"),
}

_MEASURES: Final[Mapping[str, tuple[str, str]]] = {
    "downloads": ("downloads", "다운로드 수"),
    "users": ("users", "이용자 수"),
    "views": ("views", "조회 수"),
}


def scheme_assertions(assertions: Sequence[Assertion]) -> Iterator[Assertion]:
    """Yield the schemes that the things of a dataset are in, and who is in them.

    Args:
        assertions: With the types of things and the counters of measurements.
    """
    members: defaultdict[str, set[str]] = defaultdict(set)
    for thing, classes in classes_of(assertions).items():
        for cls, scheme in vocab.SCHEMES.items():
            if any(vocab.is_subclass(c, cls) for c in classes if c in vocab.CLASSES):
                members[scheme].add(thing)
    members[MEASURES] = {str(a.object) for a in assertions if a.property == "egov:measure"}
    for scheme, things in sorted(members.items()):
        if things:
            yield _assertion(scheme, "rdf:type", class_of("skos:ConceptScheme"))
            yield from _labels(scheme, _NAMES[scheme])
        for thing in sorted(things):
            yield _assertion(thing, "skos:inScheme", scheme)
            if scheme == MEASURES:
                name = thing.rpartition("/")[2]
                yield _assertion(thing, "rdf:type", class_of("egov:Concept"))
                yield from _labels(thing, _MEASURES.get(name, (name.replace("-", " "), "")))


def _labels(thing: str, names: tuple[str, str]) -> Iterator[Assertion]:
    for lang, text in zip(("en", "ko"), names, strict=True):
        if text:
            yield _assertion(thing, "skos:prefLabel", Value(text, "rdf:langString", lang))


def _assertion(subject: str, prop: str, value: str | Value | Outside) -> Assertion:
    return Assertion(subject, prop, value, GRAPH, "scheme.member", "background")
