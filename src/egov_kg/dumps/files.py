"""The dumps of a release: six formats, everything and the asserted part alone, gzip beside each, checksums."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.jsonld import jsonld
from egov_kg.dumps.terms import Names, types_first
from egov_kg.dumps.twins import PART, Twins, Written, batched, parts_of
from egov_kg.dumps.writing import nodes_in_turtle, rdfxml, trig, trig_body, turtle, turtle_head, used_prefixes
from egov_kg.rdf.canonical import canonical_quads, to_nquads
from egov_kg.rdf.dataset import Dataset
from egov_kg.rdf.evidence import GRAPH as EVIDENCE
from egov_kg.rdf.evidence import Node

__all__ = [
    "FORMATS",
    "SUBSETS",
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


def write_dumps(
    quads: Sequence[ox.Quad] | Dataset,
    folder: Path,
    base: str,
    *,
    comment: str = "",
    threads: int = 1,
    parts: Path | None = None,
) -> tuple[Dump, ...]:
    """Write all dumps and their checksums into a folder.

    Formats of triples hold the default graph: every fact once, no evidence. Formats of quads hold the whole dataset, so
    that any store which loads one answers as ours does. Everything is written from the quads given, never from a store,
    which would fold literals; the same quads give the same bytes.

    Args:
        quads: The whole dataset, without blank nodes, each quad once.
        folder: Made if it is missing.
        base: The base of our IRIs.
        comment: What the head of Turtle, TriG and RDF/XML says: name, version, licence.
        threads: How many compress beside this one; the bytes are the same for any number.
        parts: A folder with the canonical N-Quads of the dataset, if there is one already: ``evidence.nq``, where
            the dataset has its evidence as values, and ``quads.nq`` for everything else.

    Returns:
        The dumps, as `known_dumps` orders them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dataset = quads if isinstance(quads, Dataset) else Dataset(canonical_quads(quads), None, base)
    made = _Parts.of(dataset, parts)
    files: list[Written] = []
    for form in FORMATS.values():
        everything, asserted = (folder / dump_name(form.extension, subset) for subset in SUBSETS)
        with Twins(everything, asserted, threads=threads) as twins:
            made.put(form, twins, comment)
            files += twins.finish()
    listed = [(file.path.name, file.bytes, file.sha256) for file in files]
    lines = "".join(f"{sha256}  {name}\n" for name, _, sha256 in sorted(listed))
    (folder / SUMS).write_text(lines, encoding="ascii")
    return known_dumps(listed)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A dataset as the formats need it.

    Attributes:
        dataset: All of it.
        lines: Its quads without the evidence, as canonical N-Quads.
        derived: Which of them the rules derived.
        facts: The default graph, types first, for each subset.
        evidence: A file with the lines of the evidence, if there is one.
    """

    dataset: Dataset
    lines: list[bytes]
    derived: bytearray
    facts: Mapping[Subset, list[ox.Quad]]
    evidence: Path | None

    @classmethod
    def of(cls, dataset: Dataset, folder: Path | None) -> _Parts:
        entailed = ox.NamedNode(iri.graph_iri("entailed", dataset.base))
        triples = {quad.triple for quad in dataset.quads if quad.graph_name == entailed}
        derived = bytearray(
            quad.graph_name == entailed or (isinstance(quad.graph_name, ox.DefaultGraph) and quad.triple in triples)
            for quad in dataset.quads
        )
        facts = types_first(quad for quad in dataset.quads if isinstance(quad.graph_name, ox.DefaultGraph))
        asserted = [quad for quad in facts if quad.triple not in triples]
        if folder is None:
            lines = [f"{quad} .\n".encode() for quad in dataset.quads]
        else:
            lines = (folder / "quads.nq").read_bytes().splitlines(keepends=True)
        evidence = folder / "evidence.nq" if folder is not None and dataset.evidence is not None else None
        return cls(dataset, lines, derived, MappingProxyType({"all": facts, "asserted": asserted}), evidence)

    def put(self, form: Format, twins: Twins, comment: str) -> None:
        """Write the dataset in one format, both subsets."""
        if form.extension == "trig":
            self._put_trig(twins, comment)
        elif form.extension == "nq":
            self._put_lines(twins)
        elif form.extension == "nt":
            self._put_triples(twins)
        else:
            for subset, facts in self.facts.items():
                data = serialise(facts, form, self.dataset.base, comment=comment, ordered=True)
                for part in parts_of(data):
                    twins.put(part, only=subset)

    def _put_lines(self, twins: Twins) -> None:
        """Write canonical N-Quads: the lines of the quads and those of the evidence, merged."""
        lines, place = self.lines, 0
        for chunk in self._chunks():
            last = chunk[chunk.rfind(b"\n", 0, -1) + 1 :]
            after = bisect_left(lines, last, place)
            before = bisect_left(lines, chunk[: chunk.index(b"\n") + 1], place, after)
            self._put_range(twins, lines, place, before)
            self._put_merged(twins, chunk, lines, before, after)
            place = after
        self._put_range(twins, lines, place, len(lines))

    def _put_triples(self, twins: Twins) -> None:
        """Write canonical N-Triples: the lines of the default graph, which name no graph."""
        default = bytearray(isinstance(quad.graph_name, ox.DefaultGraph) for quad in self.dataset.quads)
        asserted = bytearray(here and not derived for here, derived in zip(default, self.derived, strict=True))
        chosen: tuple[tuple[Subset, bytearray], ...] = (("all", default), ("asserted", asserted))
        for subset, wanted in chosen:
            for part in parts_of(b"".join(compress(self.lines, wanted))):
                twins.put(part, only=subset)

    def _chunks(self) -> Iterator[bytes]:
        """Yield the lines of the evidence in parts that end with a line."""
        if self.evidence is not None:
            with self.evidence.open("rb") as file:
                while chunk := file.read(PART):
                    yield chunk + file.readline()
        elif self.dataset.evidence is not None:
            yield from self.dataset.evidence.chunks()

    def _put_range(self, twins: Twins, lines: list[bytes], start: int, end: int) -> None:
        for here in range(start, end, _LINES):
            there = min(end, here + _LINES)
            if any(self.derived[here:there]):
                twins.put(b"".join(lines[here:there]), only="all")
                twins.put(b"".join(compress(lines[here:there], map(_not, self.derived[here:there]))), only="asserted")
            else:
                twins.put(b"".join(lines[here:there]))

    def _put_merged(self, twins: Twins, chunk: bytes, lines: list[bytes], start: int, end: int) -> None:
        if start == end:
            twins.put(chunk)
            return
        own = chunk.splitlines(keepends=True)
        kept = compress(lines[start:end], map(_not, self.derived[start:end]))
        twins.put(b"".join(sorted([*own, *lines[start:end]])), only="all")
        twins.put(b"".join(sorted([*own, *kept])), only="asserted")

    def _put_trig(self, twins: Twins, comment: str) -> None:
        """Write TriG: the default graph, then the named graphs by name; only two of them differ between the subsets."""
        base, evidence = self.dataset.base, self.dataset.evidence
        graphs: dict[str, list[ox.Quad]] = {}
        for quad in self.dataset.quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                graphs.setdefault(str(quad.graph_name), []).append(quad)
        if evidence is not None:
            graphs.setdefault(f"<{iri.graph_iri(EVIDENCE, base)}>", [])
        prefixes = used_prefixes(self.dataset.quads, base)
        names = Names(base)
        if evidence is not None:
            prefixes |= {prefix: iri.PREFIXES[prefix] for prefix in ("dcterms", "egov", "oa", "prov", "rdf")}
        twins.put(turtle_head(prefixes, base, comment))
        for subset, facts in self.facts.items():
            for part in parts_of(trig_body(facts, base, prefixes)):
                twins.put(part, only=subset)
        for name, quads in sorted(graphs.items()):
            if evidence is not None and name == f"<{iri.graph_iri(EVIDENCE, base)}>":
                nodes = _merged(evidence.nodes(), _nodes(quads))
                twins.put(f"<{names.relative(name[1:-1])}> {{\n".encode())
                batched(nodes_in_turtle(nodes, names), twins.put)
                twins.put(b"}\n")
            else:
                only: Subset | None = "all" if name == f"<{iri.graph_iri('entailed', base)}>" else None
                for part in parts_of(trig_body(types_first(quads), base, prefixes)):
                    twins.put(part, only=only)


_LINES: Final = 5_000
"""How many lines of N-Quads are compressed in one go: about a megabyte."""


def _not(flag: int) -> bool:
    return not flag


def _nodes(quads: Iterable[ox.Quad]) -> Iterator[Node]:
    """Yield quads, in canonical order, by subject, in N-Triples form."""
    for subject, found in groupby(quads, key=lambda quad: quad.subject):
        yield str(subject), [(str(quad.predicate), str(quad.object)) for quad in found]


def _merged(nodes: Iterable[Node], others: Iterable[Node]) -> Iterator[Node]:
    """Yield many nodes and few others in the order of their subjects."""
    waiting = deque(others)
    following = waiting[0][0] if waiting else None
    for node in nodes:
        while following is not None and following < node[0]:
            yield waiting.popleft()
            following = waiting[0][0] if waiting else None
        yield node
    yield from waiting


def serialise(quads: Iterable[ox.Quad], form: Format, base: str, *, comment: str = "", ordered: bool = False) -> bytes:
    """Return quads in one format, sorted and with our prefixes; a format of triples takes them without graph names.

    Args:
        quads: Without blank nodes, each once.
        form: One of `FORMATS`.
        base: The base of our IRIs.
        comment: For the head, in the formats that have comments.
        ordered: Whether they are facts of one graph in the order of `egov_kg.dumps.terms.in_order`.
    """
    match form.extension:
        case "ttl":
            return turtle(quads, base, comment=comment, ordered=ordered)
        case "trig":
            return trig(quads, base, comment=comment)
        case "rdf":
            return rdfxml(quads, base, comment=comment, ordered=ordered)
        case "jsonld":
            return jsonld(quads, base, ordered=ordered)
        case "nt":
            return to_nquads(ox.Quad(*quad.triple) for quad in quads)
        case _:
            return to_nquads(quads)
