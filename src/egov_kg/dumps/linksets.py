"""Links with data sets of others, in VoID: one link set for each data set and predicate, with the file it comes from.

What is told of a mapping set and of its data set stands in the graph of the evidence, where the build put it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.metadata import MappingFile, Term, Writer, named
from egov_kg.dumps.partitions import fragment

__all__ = ["Linked", "describe_links", "describe_mapping_file", "linked_sets", "mapping_node", "titles_of"]

_LINKS: Final = "links/"
_SETS: Final = "mappings/"
_DATASETS: Final = "dataset/"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DIGEST: Final = "sha256:"
_LABEL, _VERSION, _IDENTIFIER = (iri.expand(name) for name in ("rdfs:label", "dcat:version", "dcterms:identifier"))
_LICENCE, _RIGHTS = iri.expand("dcterms:license"), iri.expand("dcterms:rights")


@dataclass(slots=True)
class Linked:
    """What a release holds of links with one data set of others.

    Attributes:
        predicates: How many triples with each predicate the graph of its links holds.
        titles: The name of the data set by language; empty if nobody gave one.
        version: Of the copy that was read.
        licence: The IRI of its terms.
        rights: Its terms in words, where they have no IRI.
        set_licence: The IRI of the terms of the mappings.
        sha256: The checksum of the mapping file.
    """

    predicates: Counter[str] = field(default_factory=Counter)
    titles: dict[str, str] = field(default_factory=dict)
    version: str = ""
    licence: str = ""
    rights: str = ""
    set_licence: str = ""
    sha256: str = ""


def linked_sets(rows: Sequence[ox.Quad], base: str) -> tuple[dict[str, Linked], int]:
    """Return what the graphs of links hold.

    Args:
        rows: The dataset.
        base: The base of our IRIs.

    Returns:
        The links by the id of the data set; and how many different triples there are in the graphs of links that no
        other graph asserts.
    """
    start = iri.graph_iri(_LINKS, base)
    elsewhere = {iri.graph_iri("entailed", base)}
    found: defaultdict[str, Linked] = defaultdict(Linked)
    linked: set[ox.Triple] = set()
    for quad in rows:
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(start):
            elsewhere.add(quad.graph_name.value)
            found[quad.graph_name.value.removeprefix(start)].predicates[quad.predicate.value] += 1
            linked.add(quad.triple)
    if linked:
        for quad in rows:
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value not in elsewhere:
                linked.discard(quad.triple)
        _read_told(rows, base, found)
    return dict(sorted(found.items())), len(linked)


def _read_told(rows: Iterable[ox.Quad], base: str, found: Mapping[str, Linked]) -> None:
    """Fill in what is told of mapping sets and data sets."""
    sets = {f"{base}{_SETS}{name}": one for name, one in found.items()}
    datasets = {f"{base}{_DATASETS}{name}": one for name, one in found.items()}
    for quad in rows:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        name, predicate, value = quad.subject.value, quad.predicate.value, quad.object
        assert isinstance(value, Term)
        if name in sets:
            if predicate == _IDENTIFIER and value.value.startswith(_DIGEST):
                sets[name].sha256 = value.value.removeprefix(_DIGEST)
            elif predicate == _LICENCE and isinstance(value, ox.NamedNode):
                sets[name].set_licence = value.value
        elif name in datasets:
            one = datasets[name]
            if predicate == _LABEL and isinstance(value, ox.Literal):
                one.titles[value.language or "en"] = value.value
            elif predicate == _VERSION:
                one.version = value.value
            elif predicate == _LICENCE and isinstance(value, ox.NamedNode):
                one.licence = value.value
            elif predicate == _RIGHTS:
                one.rights = value.value


def describe_links(write: Writer, links: Mapping[str, Linked]) -> None:
    """Describe the links with data sets of others.

    Args:
        write: Takes the triples.
        links: As `linked_sets` gives them.
    """
    metadata = write.metadata
    files = {file.dataset: file for file in metadata.mappings}
    for dataset, linked in links.items():
        target, file = _describe_target(write, dataset, linked), files.get(dataset)
        source = write.at(f"{_SETS}{dataset}") if file is None else mapping_node(write, file)
        for predicate, count in sorted(linked.predicates.items()):
            node = write.part(f"links-{_safe(dataset)}-{_safe(iri.curie(predicate))}")
            write.add(write.dataset, void_subset=node)
            write.add(
                node,
                rdf_type=[named("void:Linkset"), named("void:Dataset")],
                void_subjectsTarget=write.dataset,
                void_objectsTarget=target,
                void_linkPredicate=ox.NamedNode(predicate),
                void_triples=count,
                dcterms_license=ox.NamedNode(linked.set_licence or metadata.licence),
                dcterms_issued=write.day(),
                prov_wasDerivedFrom=source,
            )
            short = iri.curie(predicate).rpartition(":")[2]
            named_so = titles_of(dataset, linked)
            write.say(node, {lang: f"{metadata.title} / {title}: {short}" for lang, title in named_so.items()})
        if file is not None:
            write.add(source, prov_specializationOf=write.at(f"{_SETS}{dataset}"))
        if linked.sha256:
            write.add(write.at(f"{_SETS}{dataset}"), dcterms_identifier=f"{_DIGEST}{linked.sha256}")
    for file in metadata.mappings:
        describe_mapping_file(write, file)


def mapping_node(write: Writer, file: MappingFile) -> ox.NamedNode:
    """Return the node of a mapping file of this version."""
    return write.part(f"mapping-{fragment(file.dataset)}")


def titles_of(dataset: str, linked: Linked | None) -> Mapping[str, str]:
    """Return the name of a data set by language; its id if nobody gave one."""
    return linked.titles if linked is not None and linked.titles else {"en": dataset}


def describe_mapping_file(write: Writer, file: MappingFile) -> None:
    """Describe a mapping file by its checksum, which its address does not tell."""
    node, checksum = mapping_node(write, file), write.part(f"sha256-{file.name}")
    write.add(node, rdf_type=named("prov:Entity"), spdx_checksum=checksum)
    write.checksum(checksum, file.sha256)


def _safe(name: str) -> str:
    """Return a name as a part of a fragment, another one for each name; anybody may have named a graph of links.

    Example:
        >>> _safe("kr-offices"), _safe("skos:exactMatch"), _safe("a#b")
        ('kr-offices', 'skos-exactMatch', 'a-b-8187fc8f')
    """
    made = fragment(name)
    is_plain = made == name.replace(":", "-", 1)
    return made if is_plain else f"{made}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _describe_target(write: Writer, dataset: str, linked: Linked) -> ox.NamedNode:
    """Describe a data set of others, and return its node."""
    node = write.at(f"{_DATASETS}{dataset}")
    write.add(node, rdf_type=named("void:Dataset"))
    write.say(node, titles_of(dataset, linked))
    if linked.version:
        write.add(node, dcat_version=linked.version)
    if _DAY.match(linked.version):
        write.add(node, dcterms_date=ox.Literal(linked.version, datatype=named("xsd:date")))
    if linked.licence:
        write.add(node, dcterms_license=ox.NamedNode(linked.licence))
    if linked.rights:
        terms = write.node(f"terms-{_safe(dataset)}")
        write.add(node, dcterms_rights=terms)
        write.add(terms, rdf_type=named("dcterms:RightsStatement"), rdfs_label=linked.rights)
    return node
