"""What the release says of itself: VoID and DCAT 3, counted and never typed, without a clock and without blank nodes.

The description stands in ``graph/catalogue`` and in ``void.ttl``. ``catalog.ttl`` adds size and SHA-256 of each dump;
these cannot stand in the graph, because the dumps of quads hold the graph.

All nodes are fragments of ``{base}catalog``, so that one address answers for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from egov_kg import iri, vocab
from egov_kg.dumps.files import FORMATS, Dump, dump_name
from egov_kg.rdf.dataset import Dataset
from egov_kg.rdf.evidence import GRAPH as EVIDENCE

__all__ = ["Metadata", "catalogue_triples", "dump_triples", "graph_counts", "partition_triples"]

_SPDX: Final = "http://spdx.org/rdf/terms#"
_VOID_EXT: Final = "http://ldf.fi/void-ext#"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_GZIP: Final = ox.NamedNode(f"{_IANA}application/gzip")
_LANGUAGE: Final = "http://id.loc.gov/vocabulary/iso639-1/"
_GOVERNMENT: Final = ox.NamedNode("http://publications.europa.eu/resource/authority/data-theme/GOVE")
_PROTOCOL: Final = ox.NamedNode("http://www.w3.org/TR/sparql11-protocol/")

_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))
_EXAMPLES: Final = ("egov:Administration", "egov:Law", "egov:Project", "egov:Agency", "egov:Technology", "egov:Barrier")
_ABOUT: Final = {
    "en": "Administrations, laws, agencies, projects, technologies and barriers of e-government, each statement with "
    "the passage that makes it and each derived one with its rule.",
    "ko": "전자정부의 정부, 법령, 기관, 사업, 기술, 장애요인. 각 진술에는 근거 문구가, 도출된 진술에는 규칙이 있다.",
}

Term = ox.NamedNode | ox.Literal


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


class _Writer:
    """Collects triples about the fragments of the catalogue."""

    def __init__(self, metadata: Metadata) -> None:
        self.metadata = metadata
        self.triples: list[ox.Triple] = []
        self.dataset = self.node(metadata.version)

    def node(self, fragment: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.metadata.base}catalog#{fragment}")

    def at(self, path: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.metadata.base}{path}")

    def add(self, subject: ox.NamedNode, **values: Term | int | str | Sequence[Term]) -> None:
        """Add values of one subject; ``void_triples=3`` is a triple with ``void:triples``."""
        for name, value in values.items():
            predicate = ox.NamedNode(iri.expand(name.rstrip("_").replace("_", ":", 1)))
            for term in [value] if isinstance(value, Term | int | str) else value:
                self.triples.append(ox.Triple(subject, predicate, term if isinstance(term, Term) else ox.Literal(term)))


def graph_counts(quads: Iterable[ox.Quad] | Dataset, base: str) -> dict[str, int]:
    """Return how many triples each graph holds, by name: ``default``, ``document/…``, ``entailed`` ..."""
    start = iri.graph_iri("", base)
    rows = quads.quads if isinstance(quads, Dataset) else quads
    nodes = Counter(quad.graph_name for quad in rows)
    counts = {node.value if isinstance(node, ox.NamedNode) else "default": count for node, count in nodes.items()}
    if isinstance(quads, Dataset) and quads.evidence is not None and len(quads.evidence):
        name = iri.graph_iri(EVIDENCE, base)
        counts[name] = counts.get(name, 0) + len(quads.evidence)
    return {name.removeprefix(start): count for name, count in sorted(counts.items())}


def catalogue_triples(quads: Sequence[ox.Quad] | Dataset, metadata: Metadata) -> tuple[ox.Triple, ...]:
    """Return the description of a dataset, sorted.

    Args:
        quads: The whole dataset but the catalogue itself.
        metadata: What cannot be counted.
    """
    write = _Writer(metadata)
    rows = quads.quads if isinstance(quads, Dataset) else quads
    facts = [quad.triple for quad in rows if isinstance(quad.graph_name, ox.DefaultGraph)]
    counts = graph_counts(quads, metadata.base)
    _describe_dataset(write, facts, counts)
    _describe_graphs(write, counts)
    for dump in _expected_dumps():
        _describe_distribution(write, dump)
    write.triples += partition_triples(facts, metadata)
    return tuple(sorted(set(write.triples), key=str))


def dump_triples(dumps: Iterable[Dump], metadata: Metadata) -> tuple[ox.Triple, ...]:
    """Return size and checksum of the dumps, sorted, for ``catalog.ttl``."""
    write = _Writer(metadata)
    for dump in dumps:
        node, checksum = write.node(f"dump-{dump.name}"), write.node(f"sha256-{dump.name}")
        write.add(node, dcat_byteSize=dump.bytes)
        write.triples += [
            ox.Triple(node, ox.NamedNode(f"{_SPDX}checksum"), checksum),
            ox.Triple(checksum, _TYPE, ox.NamedNode(f"{_SPDX}Checksum")),
            ox.Triple(checksum, ox.NamedNode(f"{_SPDX}algorithm"), ox.NamedNode(f"{_SPDX}checksumAlgorithm_sha256")),
            ox.Triple(checksum, ox.NamedNode(f"{_SPDX}checksumValue"), ox.Literal(dump.sha256)),
        ]
    return tuple(sorted(write.triples, key=str))


def partition_triples(facts: Iterable[ox.Triple], metadata: Metadata) -> tuple[ox.Triple, ...]:
    """Return VoID's partitions: how many things each class has, and how each property is used, overall and by class.

    Below a class stand the properties of the things for which it is a most specific class, with the classes and
    datatypes of their values; that is what schema-reading clients ask for.

    Args:
        facts: The default graph.
        metadata: Names the dataset.
    """
    write = _Writer(metadata)
    facts = list(facts)
    classes = _classes(facts)
    entities = Counter(cls for found in classes.values() for cls in found)
    for cls, count in sorted(entities.items()):
        node = write.node(f"class-{_fragment(cls)}")
        write.add(write.dataset, void_classPartition=node)
        write.add(node, void_class=ox.NamedNode(cls), void_entities=count)
    lowest = {thing: _most_specific(found) for thing, found in classes.items()}
    uses: dict[str, list[ox.Triple]] = {}
    for fact in facts:
        uses.setdefault(fact.predicate.value, []).append(fact)
    for predicate, triples in sorted(uses.items()):
        node = write.node(f"property-{_fragment(predicate)}")
        write.add(write.dataset, void_propertyPartition=node)
        write.add(
            node,
            void_property=ox.NamedNode(predicate),
            void_triples=len(triples),
            void_distinctSubjects=len({t.subject for t in triples}),
            void_distinctObjects=len({t.object for t in triples}),
        )
        if predicate != _TYPE.value:
            _describe_use(write, predicate, triples, lowest)
    return tuple(sorted(write.triples, key=str))


def _describe_use(
    write: _Writer, predicate: str, triples: Iterable[ox.Triple], classes: Mapping[str, tuple[str, ...]]
) -> None:
    counts: Counter[str] = Counter()
    targets: Counter[tuple[str, bool, str]] = Counter()
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode)
        for cls in classes.get(triple.subject.value, ()):
            counts[cls] += 1
            if isinstance(triple.object, ox.Literal):
                targets[cls, True, triple.object.datatype.value] += 1
            elif isinstance(triple.object, ox.NamedNode):
                for target in classes.get(triple.object.value, ()):
                    targets[cls, False, target] += 1
    for cls, count in sorted(counts.items()):
        name = f"class-{_fragment(cls)}-{_fragment(predicate)}"
        write.add(write.node(f"class-{_fragment(cls)}"), void_propertyPartition=write.node(name))
        write.add(write.node(name), void_property=ox.NamedNode(predicate), void_triples=count)
    for (cls, literal, target), count in sorted(targets.items()):
        name = f"class-{_fragment(cls)}-{_fragment(predicate)}"
        node = write.node(f"{name}-{_fragment(target)}")
        write.add(node, void_triples=count)
        if literal:
            extension = {link: ox.NamedNode(f"{_VOID_EXT}{link}") for link in ("datatypePartition", "datatype")}
            write.triples.append(ox.Triple(write.node(name), extension["datatypePartition"], node))
            write.triples.append(ox.Triple(node, extension["datatype"], ox.NamedNode(target)))
        else:
            write.add(write.node(name), void_classPartition=node)
            write.add(node, void_class=ox.NamedNode(target))


def _classes(facts: Iterable[ox.Triple]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for fact in facts:
        if fact.predicate == _TYPE and isinstance(fact.object, ox.NamedNode):
            assert isinstance(fact.subject, ox.NamedNode)
            found.setdefault(fact.subject.value, set()).add(fact.object.value)
    return {thing: tuple(sorted(classes)) for thing, classes in sorted(found.items())}


def _most_specific(classes: tuple[str, ...]) -> tuple[str, ...]:
    ours = {iri.curie(cls): cls for cls in classes if cls.startswith(iri.ONTOLOGY)}
    known = tuple(name for name in ours if name in vocab.CLASSES)
    return tuple(ours[name] for name in vocab.most_specific(known)) or classes


def _fragment(name: str) -> str:
    """Return an IRI as a part of a fragment: ``egov-Law``; the characters of a foreign one that fit."""
    short = iri.curie(name)
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in short)


def _describe_dataset(write: _Writer, facts: Sequence[ox.Triple], counts: Mapping[str, int]) -> None:
    metadata = write.metadata
    catalog, series, dataset = write.at("catalog"), write.node("series"), write.dataset
    service, publisher = write.node("sparql"), write.node("publisher")
    licence = ox.NamedNode(metadata.licence)
    titles = [ox.Literal(metadata.title, language="en"), ox.Literal(metadata.title, language="ko")]
    about = [ox.Literal(text, language=lang) for lang, text in _ABOUT.items()]
    issued = ox.Literal(metadata.issued, datatype=ox.NamedNode(iri.expand("xsd:date")))
    write.add(catalog, rdf_type=_named("dcat:Catalog"), dcat_dataset=[series, dataset], dcat_service=service)
    write.add(series, rdf_type=_named("dcat:DatasetSeries"))
    write.add(publisher, rdf_type=_named("foaf:Agent"), foaf_name=metadata.publisher)
    for node in (catalog, series, dataset, service):
        write.add(node, dcterms_title=titles, dcterms_description=about, dcterms_publisher=publisher)
        write.add(node, dcterms_license=licence)
    write.add(
        dataset,
        rdf_type=[_named("dcat:Dataset"), _named("void:Dataset")],
        dcat_inSeries=series,
        dcat_version=metadata.version,
        dcat_theme=_GOVERNMENT,
        dcat_keyword=[ox.Literal("e-government", language="en"), ox.Literal("전자정부", language="ko")],
        dcterms_issued=issued,
        dcterms_language=[ox.NamedNode(_LANGUAGE + tag) for tag in _languages(facts)],
        dcterms_source=[ox.NamedNode(iri.thing_iri(source, metadata.base)) for source in metadata.sources],
        foaf_homepage=write.at(""),
        void_uriSpace=iri.thing_iri("", metadata.base),
        void_sparqlEndpoint=write.at("sparql"),
        void_vocabulary=[ox.NamedNode(namespace) for namespace in _vocabularies(facts)],
        void_exampleResource=_examples(facts),
        void_feature=[ox.NamedNode(form.iri) for form in FORMATS.values()],
        **_totals(facts, metadata.base),
    )
    if metadata.build:
        build = ox.NamedNode(iri.thing_iri(metadata.build, metadata.base))
        write.add(dataset, prov_wasGeneratedBy=build)
        write.add(build, rdfs_label=f"egov-kg {metadata.software}")
    write.add(
        service,
        rdf_type=_named("dcat:DataService"),
        dcat_endpointURL=write.at("sparql"),
        dcat_servesDataset=dataset,
        dcterms_conformsTo=_PROTOCOL,
    )
    derived = counts.get("entailed", 0)
    for name, count in (("asserted", counts.get("default", 0) - derived), ("entailed", derived)):
        subset = write.node(f"{metadata.version}-{name}")
        write.add(dataset, void_subset=subset)
        write.add(subset, rdf_type=_named("void:Dataset"), void_triples=count, dcterms_license=licence)
        write.add(subset, dcterms_title=ox.Literal(f"{metadata.title}: {name} facts", language="en"))


def _describe_graphs(write: _Writer, counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if name != "default":
            graph = ox.NamedNode(iri.graph_iri(name, write.metadata.base))
            write.add(graph, rdf_type=_named("void:Dataset"), void_triples=count)
            write.add(write.dataset, void_subset=graph)


def _expected_dumps() -> Iterator[Dump]:
    for form in FORMATS.values():
        for compressed in (False, True):
            for subset in ("all", "asserted"):
                yield Dump(dump_name(form.extension, subset, compressed=compressed), form, subset, compressed, 0, "")


def _describe_distribution(write: _Writer, dump: Dump) -> None:
    metadata = write.metadata
    node, address = write.node(f"dump-{dump.name}"), write.at(f"dumps/latest/{dump.name}")
    what = "everything" if dump.subset == "all" else "asserted facts only"
    form = f"{dump.format.title}, gzip" if dump.compressed else dump.format.title
    write.add(
        node,
        rdf_type=_named("dcat:Distribution"),
        dcterms_title=ox.Literal(f"{form}, {what}", language="en"),
        dcterms_license=ox.NamedNode(metadata.licence),
        dcterms_format=ox.NamedNode(dump.format.iri),
        dcat_downloadURL=address,
        dcat_accessURL=write.at("dumps/"),
        dcat_mediaType=ox.NamedNode(_IANA + dump.format.media_type),
        **({"dcat_compressFormat": _GZIP} if dump.compressed else {}),
    )
    write.add(write.dataset, dcat_distribution=node)
    part = write.dataset if dump.subset == "all" else write.node(f"{metadata.version}-asserted")
    write.add(part, void_dataDump=address)


def _named(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


def _totals(facts: Sequence[ox.Triple], base: str) -> dict[str, int]:
    subjects = {fact.subject for fact in facts}
    start = iri.thing_iri("", base)
    return {
        "void_triples": len(facts),
        "void_distinctSubjects": len(subjects),
        "void_distinctObjects": len({fact.object for fact in facts}),
        "void_entities": sum(isinstance(s, ox.NamedNode) and s.value.startswith(start) for s in subjects),
        "void_properties": len({fact.predicate for fact in facts}),
        "void_classes": len({fact.object for fact in facts if fact.predicate == _TYPE}),
    }


def _languages(facts: Iterable[ox.Triple]) -> list[str]:
    tags = {fact.object.language.partition("-")[0] for fact in facts if _has_language(fact)}  # type: ignore[union-attr]
    return sorted(tags)


def _has_language(fact: ox.Triple) -> bool:
    return isinstance(fact.object, ox.Literal) and bool(fact.object.language)


def _vocabularies(facts: Iterable[ox.Triple]) -> list[str]:
    names = {fact.predicate.value for fact in facts}
    names |= {fact.object.value for fact in facts if fact.predicate == _TYPE and isinstance(fact.object, ox.NamedNode)}
    return [space for space in iri.PREFIXES.values() if any(name.startswith(space) for name in names)]


def _examples(facts: Iterable[ox.Triple]) -> list[Term]:
    """Return the first thing of each of the classes that people come for."""
    first: dict[str, str] = {}
    for fact in facts:
        if fact.predicate == _TYPE and isinstance(fact.subject, ox.NamedNode) and isinstance(fact.object, ox.NamedNode):
            cls, thing = fact.object.value, fact.subject.value
            first[cls] = min(first.get(cls, thing), thing)
    return [ox.NamedNode(first[cls]) for cls in map(iri.expand, _EXAMPLES) if cls in first]
