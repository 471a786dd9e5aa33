"""The catalogue as a server gives it: that of the release, with this server's addresses and the releases before it.

None of that can stand in a release: its own id is the hash of what it holds, it does not know what else stands beside
it, and any number of servers may have copies of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import ReleaseDamaged
from egov_kg.store import MANIFEST, Manifest

__all__ = ["served_catalogue"]

_FILE: Final = "catalog.ttl"
_PLACES: Final = frozenset(
    iri.expand(name)
    for name in (
        *("dcat:accessURL", "dcat:downloadURL", "dcat:endpointDescription", "dcat:endpointURL", "dcat:landingPage"),
        "foaf:homepage",
    )
)
"""Properties whose values are addresses that people and programs go to, and not names."""

_LATEST: Final = "dumps/latest/"


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


_ACCESS: Final = _node("dcterms:accessRights")
_DATASET, _PREVIOUS, _IDENTIFIER = _node("dcat:dataset"), _node("dcat:previousVersion"), _node("dcterms:identifier")


def served_catalogue(
    folder: Path, base: str, *, release: str, public_url: str, earlier: Sequence[str], is_open: bool = True
) -> Iterator[ox.Triple]:
    """Yield the triples of the catalogue.

    Args:
        folder: Of the release that is served.
        base: The base of the release.
        release: Its id.
        public_url: The address of the server, with its closing slash: where files and services are to be had.
        earlier: The ids of the releases that led to it, the newest first, in folders beside it; one that cannot be read
            is passed over.
        is_open: Whether everybody may ask the server; else nothing is said of who may have the data.

    Raises:
        ReleaseDamaged: If the release has no readable ``catalog.ttl``.
    """
    for triple in _served(folder, base, release=release, public_url=public_url, earlier=earlier):
        if is_open or triple.predicate != _ACCESS:
            yield triple


def _served(folder: Path, base: str, *, release: str, public_url: str, earlier: Sequence[str]) -> Iterator[ox.Triple]:
    manifest = Manifest.from_bytes((folder / MANIFEST).read_bytes(), folder / MANIFEST)
    dataset = ox.NamedNode(f"{base}catalog#{manifest.version}")
    yield from _placed(_read(folder, base), base, public_url, release)
    yield ox.Triple(dataset, _IDENTIFIER, ox.Literal(release))
    known, later = {dataset}, dataset
    for name in earlier:
        found = _earlier(folder.parent / name, base, public_url, known)
        if found is None:
            continue
        node, triples = found
        yield from triples
        yield ox.Triple(ox.NamedNode(f"{base}catalog"), _DATASET, node)
        yield ox.Triple(node, _IDENTIFIER, ox.Literal(name))
        yield ox.Triple(later, _PREVIOUS, node)
        known.add(node)
        later = node


def _earlier(
    folder: Path, base: str, public_url: str, known: set[ox.NamedNode]
) -> tuple[ox.NamedNode, list[ox.Triple]] | None:
    """Return a release that was current before: its node and what it says of itself and its files.

    The newest release of a version has the name of the version; another one of that version has its id behind it.
    """
    try:
        manifest = Manifest.from_bytes((folder / MANIFEST).read_bytes(), folder / MANIFEST)
        triples = list(_placed(_read(folder, base), base, public_url, folder.name))
    except (OSError, ReleaseDamaged):
        return None
    if manifest.base != base:
        return None
    old = f"{base}catalog#{manifest.version}"
    node = ox.NamedNode(old)
    if node in known:
        node = ox.NamedNode(f"{old}-{folder.name[:12]}")
    renamed: dict[object, ox.NamedNode] = {
        name: ox.NamedNode(node.value + name.value.removeprefix(old))
        for triple in triples
        for name in (triple.subject, triple.object)
        if isinstance(name, ox.NamedNode) and (name.value == old or name.value.startswith(f"{old}-"))
    }
    return node, [_renamed(triple, renamed) for triple in triples if triple.subject in renamed]


def _read(folder: Path, base: str) -> list[ox.Triple]:
    path = folder / _FILE
    try:
        with path.open("rb") as file:
            return [quad.triple for quad in ox.parse(file, format=ox.RdfFormat.TURTLE, base_iri=base)]
    except (OSError, SyntaxError) as error:
        raise ReleaseDamaged(path, "it cannot be read") from error


def _placed(triples: Iterable[ox.Triple], base: str, public_url: str, release: str) -> Iterator[ox.Triple]:
    """Yield triples with the addresses of this server; a file stands where it will not be replaced by a later one."""
    triples = list(triples)
    places: dict[object, ox.NamedNode] = {
        triple.object: ox.NamedNode(_place(triple.object.value.removeprefix(base), public_url, release))
        for triple in triples
        if triple.predicate.value in _PLACES
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(base)
    }
    for triple in triples:
        yield _renamed(triple, places, with_object=triple.predicate.value in _PLACES)


def _renamed(triple: ox.Triple, names: Mapping[object, ox.NamedNode], *, with_object: bool = True) -> ox.Triple:
    subject = names.get(triple.subject, triple.subject)
    value = names.get(triple.object, triple.object) if with_object else triple.object
    return ox.Triple(subject, triple.predicate, value)


def _place(path: str, public_url: str, release: str) -> str:
    """Return where something is to be had.

    Example:
        >>> _place("dumps/latest/egov-kg-all.ttl", "http://127.0.0.1:8000/", "3f0c")
        'http://127.0.0.1:8000/dumps/3f0c/egov-kg-all.ttl'
    """
    if path.startswith(_LATEST):
        return f"{public_url}dumps/{release}/{path.removeprefix(_LATEST)}"
    if path == "dumps/":
        return f"{public_url}dumps/{release}/"
    return public_url + path
