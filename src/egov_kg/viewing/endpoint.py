"""The service description at ``/sparql``: what the endpoint can do, the release's own description, prefixes, examples.

The default graph holds facts only, so generic clients find here what they ask for: VoID partitions, ``sh:declare``,
and the named queries as SHACL executables. There are no blank nodes. Browsers fetch it, so it has at most 200 KB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps import FORMATS
from egov_kg.errors import ReleaseDamaged
from egov_kg.sparql import TABLE, NamedQuery
from egov_kg.store import Manifest
from egov_kg.viewing.partitions import shortened

__all__ = ["Told", "description_triples"]

_W3C: Final = "http://www.w3.org/ns/formats/"
_RESULTS: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
}
_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/OWL-RDF-Based"
_PROFILE: Final = "http://www.w3.org/ns/owl-profile/RL"


@dataclass(frozen=True, slots=True)
class Told:
    """What the description is made from.

    Attributes:
        manifest: Of the release.
        folder: Of the release.
        graphs: The IRIs of its named graphs, sorted.
        queries: The named queries by name.
        public_url: Where people see the server, with its closing slash.
        limits: What the endpoint promises, in a sentence.
        is_federated: Whether SERVICE may name other endpoints.
    """

    manifest: Manifest
    folder: Path
    graphs: Sequence[str]
    queries: Mapping[str, NamedQuery]
    public_url: str
    limits: str
    is_federated: bool = False

    @property
    def base(self) -> str:
        """The base of the IRIs of the release."""
        return self.manifest.base


def description_triples(told: Told) -> Iterator[ox.Triple]:
    """Yield the triples of the service description.

    Raises:
        ReleaseDamaged: If the release has no readable ``void.ttl``.
    """
    service = ox.NamedNode(f"{told.base}catalog#sparql")
    dataset = ox.NamedNode(f"{told.base}catalog#{told.manifest.version}")
    yield from _service(told, service, dataset)
    yield from _datasets(told, dataset)
    yield from _prefixes(told, service)
    yield from _examples(told, service)
    path = told.folder / "void.ttl"
    try:
        with path.open("rb") as file:
            described = [quad.triple for quad in ox.parse(file, format=ox.RdfFormat.TURTLE, base_iri=told.base)]
    except (OSError, SyntaxError) as error:
        raise ReleaseDamaged(path, "it cannot be read") from error
    yield from shortened(described, told.base)


def _service(told: Told, service: ox.NamedNode, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    yield _triple(service, "rdf:type", _node("sd:Service"))
    yield _triple(service, "sd:endpoint", ox.NamedNode(f"{told.public_url}sparql"))
    for language in ("sd:SPARQL10Query", "sd:SPARQL11Query"):
        yield _triple(service, "sd:supportedLanguage", _node(language))
    for name in ("json", "xml", "csv", "tsv"):
        yield _triple(service, "sd:resultFormat", ox.NamedNode(_W3C + _RESULTS[name]))
    for form in FORMATS.values():
        yield _triple(service, "sd:resultFormat", ox.NamedNode(form.iri))
    yield _triple(service, "sd:feature", _node("sd:EmptyGraphs"))
    if told.is_federated:
        yield _triple(service, "sd:feature", _node("sd:BasicFederatedQuery"))
    yield _triple(service, "sd:defaultEntailmentRegime", ox.NamedNode(_ENTAILMENT))
    yield _triple(service, "sd:defaultSupportedEntailmentProfile", ox.NamedNode(_PROFILE))
    yield _triple(service, "sd:defaultDataset", dataset)
    yield _triple(service, "rdfs:comment", ox.Literal(told.limits, language="en"))


def _datasets(told: Told, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    counts = told.manifest.counts.get("graphs", {})
    default = ox.NamedNode(f"{told.base}catalog#default-graph")
    yield _triple(dataset, "rdf:type", _node("sd:Dataset"))
    yield _triple(dataset, "sd:defaultGraph", default)
    yield _triple(default, "rdf:type", _node("sd:Graph"))
    if "default" in counts:
        yield _triple(default, "void:triples", _number(counts["default"]))
    for name in told.graphs:
        short = name.removeprefix(iri.graph_iri("", told.base))
        named = ox.NamedNode(f"{told.base}catalog#graph-{short.replace('/', '-')}")
        yield _triple(dataset, "sd:namedGraph", named)
        yield _triple(named, "rdf:type", _node("sd:NamedGraph"))
        yield _triple(named, "sd:name", ox.NamedNode(name))
        yield _triple(named, "sd:graph", ox.NamedNode(name))
        yield _triple(ox.NamedNode(name), "rdf:type", _node("sd:Graph"))
        if short in counts:
            yield _triple(ox.NamedNode(name), "void:triples", _number(counts[short]))


def _prefixes(told: Told, service: ox.NamedNode) -> Iterator[ox.Triple]:
    declarations = ox.NamedNode(f"{told.base}catalog#prefixes")
    yield _triple(service, "sh:prefixes", declarations)
    for prefix, namespace in iri.PREFIXES.items():
        node = ox.NamedNode(f"{told.base}catalog#prefix-{prefix}")
        yield _triple(declarations, "sh:declare", node)
        yield _triple(node, "sh:prefix", ox.Literal(prefix))
        yield _triple(node, "sh:namespace", ox.Literal(namespace, datatype=_node("xsd:anyURI")))


def _examples(told: Told, service: ox.NamedNode) -> Iterator[ox.Triple]:
    kinds = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct"}
    for query in told.queries.values():
        kind = kinds.get(query.form)
        if kind is None:
            continue
        node = ox.NamedNode(f"{told.base}queries/{query.name}")
        yield _triple(node, "rdf:type", _node("sh:SPARQLExecutable"))
        yield _triple(node, "rdf:type", _node(f"sh:SPARQL{kind}Executable"))
        yield _triple(node, "rdfs:comment", ox.Literal(query.question["en"], language="en"))
        if "ko" in query.question:
            yield _triple(node, "dcterms:title", ox.Literal(query.question["ko"], language="ko"))
        yield _triple(node, f"sh:{kind.lower()}", ox.Literal(query.text))
        yield _triple(node, "sh:prefixes", ox.NamedNode(f"{told.base}catalog#prefixes"))
        yield _triple(node, "schema:target", ox.NamedNode(f"{told.public_url}sparql"))
        yield _triple(service, "schema:hasPart", node)


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_node("xsd:integer"))


def _triple(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, _node(predicate), value)


assert set(_RESULTS) <= set(TABLE)
