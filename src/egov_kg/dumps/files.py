"""The dumps of a release: six formats, everything and the asserted part alone, gzip beside each, checksums."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.jsonld import jsonld
from egov_kg.dumps.writing import rdfxml, trig, turtle
from egov_kg.rdf.canonical import to_nquads

__all__ = [
    "FORMATS",
    "SUMS",
    "Dump",
    "Format",
    "Subset",
    "asserted_quads",
    "dump_name",
    "known_dumps",
    "serialise",
    "write_dumps",
]

Subset = Literal["all", "asserted"]
SUBSETS: Final[tuple[Subset, ...]] = ("all", "asserted")

SUMS: Final = "SHA256SUMS"
"""The file of checksums beside the dumps; ``sha256sum -c SHA256SUMS`` reads it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A serialisation.

    Attributes:
        extension: Of the file; also its name on the command line and in ``format=``.
        title: For people.
        media_type: For ``Content-Type`` and ``dcat:mediaType``.
        quads: Whether it holds all named graphs; otherwise it holds the default graph.
        iri: Its IRI in the list of W3C, for ``void:feature`` and ``dcterms:format``.
    """

    extension: str
    title: str
    media_type: str
    quads: bool
    iri: str


_W3C: Final = "http://www.w3.org/ns/formats/"

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        form.extension: form
        for form in (
            Format("ttl", "Turtle", "text/turtle", quads=False, iri=f"{_W3C}Turtle"),
            Format("nt", "N-Triples", "application/n-triples", quads=False, iri=f"{_W3C}N-Triples"),
            Format("nq", "N-Quads", "application/n-quads", quads=True, iri=f"{_W3C}N-Quads"),
            Format("trig", "TriG", "application/trig", quads=True, iri=f"{_W3C}TriG"),
            Format("rdf", "RDF/XML", "application/rdf+xml", quads=False, iri=f"{_W3C}RDF_XML"),
            Format("jsonld", "JSON-LD", "application/ld+json", quads=False, iri=f"{_W3C}JSON-LD"),
        )
    }
)
"""The formats by extension, in the order in which people are offered them."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One file that people download.

    Attributes:
        name: ``egov-kg-all.ttl``, ``egov-kg-asserted.nq.gz`` ...
        format: What it is written in.
        subset: ``all``, or ``asserted``: without what the rules derived.
        compressed: Whether it is gzip.
        bytes: Its size.
        sha256: Hexadecimal.
    """

    name: str
    format: Format
    subset: Subset
    compressed: bool
    bytes: int
    sha256: str


def dump_name(extension: str, subset: Subset, *, compressed: bool = False) -> str:
    """Return the name of a dump.

    Example:
        >>> dump_name("ttl", "all", compressed=True)
        'egov-kg-all.ttl.gz'
    """
    return f"egov-kg-{subset}.{extension}" + (".gz" if compressed else "")


def known_dumps(files: Iterable[tuple[str, int, str]]) -> tuple[Dump, ...]:
    """Return the dumps among files, in the order of `FORMATS`, whole ones before compressed ones.

    Args:
        files: Name, bytes and SHA-256 of each file; names that are no dump are passed over.
    """
    found = {name: (size, sha256) for name, size, sha256 in files}
    return tuple(
        Dump(name, form, subset, compressed, *found[name])
        for subset in SUBSETS
        for form in FORMATS.values()
        for compressed in (False, True)
        if (name := dump_name(form.extension, subset, compressed=compressed)) in found
    )


def asserted_quads(quads: Iterable[ox.Quad], base: str) -> tuple[ox.Quad, ...]:
    """Return the quads without those that the rules derived, in ``graph/entailed`` and in the default graph."""
    quads = tuple(quads)
    entailed = ox.NamedNode(iri.graph_iri("entailed", base))
    derived = {quad.triple for quad in quads if quad.graph_name == entailed}
    return tuple(
        quad
        for quad in quads
        if quad.graph_name != entailed and not (isinstance(quad.graph_name, ox.DefaultGraph) and quad.triple in derived)
    )


def write_dumps(quads: Sequence[ox.Quad], folder: Path, base: str, *, comment: str = "") -> tuple[Dump, ...]:
    """Write all dumps and their checksums into a folder.

    Formats of triples hold the default graph: every fact once, no evidence. Formats of quads hold the whole dataset, so
    that any store which loads one answers as ours does. Everything is written from the quads given, never from a store,
    which would fold literals; the same quads give the same bytes.

    Args:
        quads: The whole dataset, without blank nodes, each quad once.
        folder: Made if it is missing.
        base: The base of our IRIs.
        comment: What the head of Turtle, TriG and RDF/XML says: name, version, licence.

    Returns:
        The dumps, as `known_dumps` orders them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[tuple[str, int, str]] = []
    for subset in SUBSETS:
        part = quads if subset == "all" else asserted_quads(quads, base)
        facts = [quad for quad in part if isinstance(quad.graph_name, ox.DefaultGraph)]
        for form in FORMATS.values():
            data = serialise(part if form.quads else facts, form, base, comment=comment)
            for compressed in (False, True):
                name = dump_name(form.extension, subset, compressed=compressed)
                content = _gzip(data) if compressed else data
                (folder / name).write_bytes(content)
                files.append((name, len(content), hashlib.sha256(content).hexdigest()))
    lines = "".join(f"{sha256}  {name}\n" for name, _, sha256 in sorted(files))
    (folder / SUMS).write_text(lines, encoding="ascii")
    return known_dumps(files)


def serialise(quads: Iterable[ox.Quad], form: Format, base: str, *, comment: str = "") -> bytes:
    """Return quads in one format, sorted and with our prefixes; a format of triples takes them without graph names.

    Args:
        quads: Without blank nodes, each once.
        form: One of `FORMATS`.
        base: The base of our IRIs.
        comment: For the head, in the formats that have comments.
    """
    match form.extension:
        case "ttl":
            return turtle(quads, base, comment=comment)
        case "trig":
            return trig(quads, base, comment=comment)
        case "rdf":
            return rdfxml(quads, base, comment=comment)
        case "jsonld":
            return jsonld(quads, base)
        case "nt":
            return to_nquads(ox.Quad(*quad.triple) for quad in quads)
        case _:
            return to_nquads(quads)


def _gzip(data: bytes) -> bytes:
    """Return a gzip file without a name and a time, so that the same data gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()
