"""From what people type to the terms of a release: CURIEs, IRIs, ids, labels, literals; the nearest name if wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from egov_kg import iri, vocab
from egov_kg.errors import NotFound, UsageError
from egov_kg.store import Release

__all__ = ["read_literal", "read_object", "read_property", "read_thing", "suggestion"]

_ABSOLUTE: Final = re.compile(r"<?(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:)[^\s<>]*>?\Z")
_CURIE: Final = re.compile(r"([a-z]+):([A-Za-z0-9_][A-Za-z0-9_.-]*)\Z")
_ID: Final = re.compile(r"(?:id/|egovid:)?([a-z][a-z-]*/[a-z0-9-]+/[^\s]+)\Z")
_LITERAL: Final = re.compile(r'"(?P<text>.*)"(?:@(?P<lang>[A-Za-z0-9-]+)|\^\^(?P<type>\S+))?\Z', re.DOTALL)
_LABELS: Final = tuple(ox.NamedNode(iri.expand(name)) for name in ("skos:prefLabel", "skos:altLabel"))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the known word that is nearest to a wrong one, as the end of a sentence, or nothing.

    Example:
        >>> suggestion("egov:enactedUndr", ["egov:enactedUnder", "egov:enacts"])
        '; did you mean egov:enactedUnder?'
        >>> suggestion("xyz", ["egov:enactedUnder"])
        ''
    """
    near = difflib.get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def read_literal(text: str) -> ox.Literal | None:
    """Return the literal that a text in quotes spells, or None if it is not in quotes.

    Raises:
        UsageError: If its datatype or language tag is none.

    Example:
        >>> str(read_literal('"2001"^^xsd:gYear'))
        '"2001"^^<http://www.w3.org/2001/XMLSchema#gYear>'
        >>> read_literal("2001") is None
        True
    """
    found = _LITERAL.match(text)
    if found is None:
        return None
    try:
        if found["lang"]:
            return ox.Literal(found["text"], language=found["lang"])
        kind = _read_iri(found["type"]) if found["type"] else None
    except ValueError as error:
        raise UsageError(f"{text} is not a literal: {error}") from error
    if found["type"] and kind is None:
        raise UsageError(f'{text} has no datatype that is known; write it as "2001"^^xsd:gYear')
    return ox.Literal(found["text"], datatype=kind)


def read_thing(release: Release, text: str) -> ox.NamedNode:
    """Return the thing of a release that a text names.

    Args:
        release: The release.
        text: An IRI, a CURIE, an id (``law/kr/e-government-act``; before it ``egovid:``, as mapping files write it, or
            ``id/``), or a label in any language.

    Raises:
        NotFound: If the release holds nothing of that name, with the nearest name that it holds.
        UsageError: If a label names several things.
    """
    node = _read_iri(text, release.base)
    if node is not None and _is_used(release, node):
        return node
    labels = _labels(release)
    things = labels.get(text.casefold(), set())
    if len(things) == 1:
        return ox.NamedNode(next(iter(things)))
    if things:
        names = ", ".join(sorted(iri.curie(thing, release.base) for thing in things))
        raise UsageError(f"{text!r} names {len(things)} things: {names}; give one of these")
    ids = {iri.curie(thing, release.base) for found in labels.values() for thing in found}
    shown = iri.curie(node.value, release.base) if node is not None else text
    raise NotFound(f"the release holds nothing that is called {text!r}{suggestion(shown, {*ids, *labels})}")


def read_property(release: Release, text: str) -> ox.NamedNode:
    """Return the property that a text names: an IRI, a CURIE, a name of the ontology without its prefix, or ``a``.

    Raises:
        NotFound: If neither the ontology nor the release has it, with the nearest name.
    """
    if text == "a":
        return ox.NamedNode(iri.expand("rdf:type"))
    ours = {*vocab.OBJECT_PROPERTIES, *vocab.DATA_PROPERTIES, *vocab.INVERSES, *vocab.INVERSES.values()}
    if f"egov:{text}" in ours:
        return ox.NamedNode(iri.expand(f"egov:{text}"))
    node = _read_iri(text, release.base)
    if node is not None:
        known = iri.curie(node.value) in ours
        if known or next(release.store().quads_for_pattern(None, node, None, None), None) is not None:
            return node
    near = suggestion(text, ours) or suggestion(f"egov:{text}", ours)
    raise NotFound(f"there is no property {text!r}{near}")


def read_object(release: Release, text: str, subject: ox.NamedNode, prop: ox.NamedNode) -> ox.NamedNode | ox.Literal:
    """Return the value that a text names: a literal in quotes, the words of a value that is there, or a thing.

    Args:
        release: The release.
        text: As in `read_thing`, or a literal in quotes (``"2001"^^xsd:gYear``, ``"전자정부법"@ko``), or without quotes
            if the subject has a value of these characters.
        subject: Whose value it is.
        prop: Of which property.

    Raises:
        NotFound: If the release holds nothing of that name.
    """
    literal = read_literal(text)
    if literal is not None:
        return literal
    for quad in release.store().quads_for_pattern(subject, prop, None, ox.DefaultGraph()):
        if isinstance(quad.object, ox.Literal) and quad.object.value == text:
            return quad.object
    return read_thing(release, text)


def _read_iri(text: str, base: str = iri.BASE) -> ox.NamedNode | None:
    if _ABSOLUTE.match(text):
        return _node(text.removeprefix("<").removesuffix(">"))
    curie = _CURIE.match(text)
    if curie is not None and curie[1] in iri.PREFIXES:
        return _node(iri.expand(text))
    thing = _ID.match(text)
    return _node(iri.thing_iri(thing[1], base)) if thing is not None else None


def _node(name: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(name)
    except ValueError:
        return None


def _is_used(release: Release, node: ox.NamedNode) -> bool:
    store = release.store()
    patterns = (store.quads_for_pattern(node, None, None, None), store.quads_for_pattern(None, None, node, None))
    return any(next(found, None) is not None for found in patterns)


def _labels(release: Release) -> dict[str, set[str]]:
    """Return the things that each label names, by the label without regard to case."""
    found: dict[str, set[str]] = {}
    for prop in _LABELS:
        for quad in release.store().quads_for_pattern(None, prop, None, ox.DefaultGraph()):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                found.setdefault(quad.object.value.casefold(), set()).add(quad.subject.value)
    return found
