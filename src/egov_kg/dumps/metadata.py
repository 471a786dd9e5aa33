"""What a release cannot count about itself, and how triples about it are collected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri

__all__ = ["MAPPINGS", "MappingFile", "Metadata", "Term", "Writer", "in_order", "mapping_files", "named"]

MAPPINGS: Final = "mappings"
"""The folder of a release that holds its mapping files."""

_ENDING: Final = ".sssom.tsv"

Term = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A file of mappings to a data set of others (SSSOM), as a release holds it.

    Attributes:
        dataset: The id of the data set: its accepted links stand in ``graph/links/{dataset}``.
        content: The file, byte for byte.
    """

    dataset: str
    content: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{self.dataset}{_ENDING}"

    @property
    def sha256(self) -> str:
        """The checksum of the file, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def mapping_files(paths: Iterable[Path]) -> tuple[MappingFile, ...]:
    """Return the mapping files among files, by the id of the data set; of two with one name the later one counts.

    Args:
        paths: ``{dataset}.sssom.tsv``; what is called otherwise is passed over.
    """
    found = {path.name.removesuffix(_ENDING): path for path in paths if path.name.endswith(_ENDING)}
    return tuple(MappingFile(dataset, path.read_bytes()) for dataset, path in sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a release cannot count, from the configuration and the documents.

    Attributes:
        title: The name of the graph.
        base: The base of its IRIs, with the closing slash.
        version: ``2026.11.0``.
        issued: The day of the release, ``YYYY-MM-DD``.
        licence: The IRI of the licence of the facts.
        publisher: The name of who answers for the graph.
        software: The version of egov-kg.
        sources: The ids of the documents and background sources that it was made from.
        build: The id of the build's node, or empty.
        contact: How people reach the publisher: ``mailto:`` or the address of a page; empty if nobody said.
        mappings: The files of links to data sets of others.
    """

    title: str
    base: str
    version: str
    issued: str
    licence: str
    publisher: str
    software: str
    sources: tuple[str, ...] = ()
    build: str = ""
    contact: str = ""
    mappings: tuple[MappingFile, ...] = ()


class Writer:
    """Collects triples about the fragments of the catalogue.

    Attributes:
        metadata: What is described.
        triples: What was collected.
        dataset: The node of the release; the nodes of what belongs to this version begin with it.
    """

    def __init__(self, metadata: Metadata) -> None:
        self.metadata = metadata
        self.triples: list[ox.Triple] = []
        self.dataset = self.node(metadata.version)

    def node(self, fragment: str) -> ox.NamedNode:
        """Return a node of the catalogue that lasts beyond this version."""
        return ox.NamedNode(f"{self.metadata.base}catalog#{fragment}")

    def part(self, name: str) -> ox.NamedNode:
        """Return a node of this version."""
        return ox.NamedNode(f"{self.dataset.value}-{name}")

    def at(self, path: str) -> ox.NamedNode:
        """Return what stands at a path below the base."""
        return ox.NamedNode(f"{self.metadata.base}{path}")

    def add(self, subject: ox.NamedNode, **values: Term | int | str | Sequence[Term]) -> None:
        """Add values of one subject; ``void_triples=3`` is a triple with ``void:triples``."""
        for name, value in values.items():
            predicate = ox.NamedNode(iri.expand(name.rstrip("_").replace("_", ":", 1)))
            for term in [value] if isinstance(value, Term | int | str) else value:
                self.triples.append(ox.Triple(subject, predicate, term if isinstance(term, Term) else ox.Literal(term)))

    def say(
        self, subject: ox.NamedNode, title: Mapping[str, str], description: Mapping[str, str] | None = None
    ) -> None:
        """Add title and description, by language."""
        self.add(subject, dcterms_title=_tagged(title))
        if description:
            self.add(subject, dcterms_description=_tagged(description))

    def checksum(self, node: ox.NamedNode, sha256: str) -> None:
        """Describe a node as a checksum."""
        algorithm = named("spdx:checksumAlgorithm_sha256")
        self.add(algorithm, rdf_type=named("spdx:ChecksumAlgorithm"))
        self.add(
            node,
            rdf_type=named("spdx:Checksum"),
            spdx_algorithm=algorithm,
            spdx_checksumValue=ox.Literal(sha256, datatype=named("xsd:hexBinary")),
        )

    def day(self) -> ox.Literal:
        """Return the day of the release."""
        return ox.Literal(self.metadata.issued, datatype=named("xsd:date"))


def in_order(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    """Return triples each once, sorted."""
    return tuple(sorted(set(triples), key=str))


def named(curie: str) -> ox.NamedNode:
    """Return the node that a CURIE stands for."""
    return ox.NamedNode(iri.expand(curie))


def _tagged(texts: Mapping[str, str]) -> list[Term]:
    return [ox.Literal(text, language=lang) for lang, text in texts.items() if text]
