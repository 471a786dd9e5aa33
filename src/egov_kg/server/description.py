"""The service description at ``/sparql``: what the endpoint can do, the release's own description, prefixes, examples.

The default graph holds facts only, so generic clients find here what they ask for: VoID partitions, ``sh:declare``,
and the named queries as SHACL executables. There are no blank nodes. Browsers fetch it, so it has at most 200 KB.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox
from starlette.responses import Response

from egov_kg import iri
from egov_kg.dumps import FORMATS, serialise
from egov_kg.errors import ReleaseDamaged
from egov_kg.server.exchange import Exchange
from egov_kg.server.partitions import shortened
from egov_kg.server.responses import cache_headers, etag_of, is_known, not_modified
from egov_kg.server.site import Site
from egov_kg.sparql import GRAPH, TABLE, Format

__all__ = ["description_triples", "service_description"]

_W3C: Final = "http://www.w3.org/ns/formats/"
_RESULTS: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
}
_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/OWL-RDF-Based"
_PROFILE: Final = "http://www.w3.org/ns/owl-profile/RL"


async def service_description(exchange: Exchange, form: Format) -> Response:
    """Answer with the description in one of the formats of graphs.

    Raises:
        ReleaseDamaged: If the release has no readable ``void.ttl``.
    """
    site = exchange.site
    etag = etag_of(site.release.id, "description", form.name, site.public_url)
    headers = {**cache_headers(), "ETag": etag}
    if is_known(exchange.request, etag):
        return not_modified(etag, headers)
    key = (site.release.id, form.name, site.public_url)
    if key not in _MADE:
        if len(_MADE) >= _KEPT:
            _MADE.clear()
        _MADE[key] = await asyncio.to_thread(_serialised, site, form.name)
    return Response(_MADE[key], headers={**headers, "Content-Type": form.content_type})


_MADE: Final[dict[tuple[str, str, str], bytes]] = {}
_KEPT: Final = 16


def _serialised(site: Site, extension: str) -> bytes:
    quads = [ox.Quad(*triple) for triple in sorted(set(description_triples(site)), key=str)]
    return serialise(quads, FORMATS[extension], site.base)


def description_triples(site: Site) -> Iterator[ox.Triple]:
    """Yield the triples of the service description."""
    service = ox.NamedNode(f"{site.base}catalog#sparql")
    dataset = ox.NamedNode(f"{site.base}catalog#{site.release.manifest.version}")
    yield from _service(site, service, dataset)
    yield from _datasets(site, dataset)
    yield from _prefixes(site, service)
    yield from _examples(site, service)
    path = site.release.path / "void.ttl"
    try:
        with path.open("rb") as file:
            described = [quad.triple for quad in ox.parse(file, format=ox.RdfFormat.TURTLE, base_iri=site.base)]
    except (OSError, SyntaxError) as error:
        raise ReleaseDamaged(path, "it cannot be read") from error
    yield from shortened(described, site.base)


def _service(site: Site, service: ox.NamedNode, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    yield _triple(service, "rdf:type", _node("sd:Service"))
    yield _triple(service, "sd:endpoint", ox.NamedNode(f"{site.public_url}sparql"))
    for language in ("sd:SPARQL10Query", "sd:SPARQL11Query"):
        yield _triple(service, "sd:supportedLanguage", _node(language))
    for name in ("json", "xml", "csv", "tsv"):
        yield _triple(service, "sd:resultFormat", ox.NamedNode(_W3C + _RESULTS[name]))
    for form in FORMATS.values():
        yield _triple(service, "sd:resultFormat", ox.NamedNode(form.iri))
    yield _triple(service, "sd:feature", _node("sd:EmptyGraphs"))
    if site.config.federation_allow:
        yield _triple(service, "sd:feature", _node("sd:BasicFederatedQuery"))
    yield _triple(service, "sd:defaultEntailmentRegime", ox.NamedNode(_ENTAILMENT))
    yield _triple(service, "sd:defaultSupportedEntailmentProfile", ox.NamedNode(_PROFILE))
    yield _triple(service, "sd:defaultDataset", dataset)
    limits = (
        f"A query ends within {site.config.query_seconds:g} seconds, its text has at most {site.config.query_bytes} "
        f"bytes and its answer at most {site.config.result_bytes}; beyond that it is an error, never a part of one."
    )
    yield _triple(service, "rdfs:comment", ox.Literal(limits, language="en"))


def _datasets(site: Site, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    counts = site.release.counts.get("graphs", {})
    default = ox.NamedNode(f"{site.base}catalog#default-graph")
    yield _triple(dataset, "rdf:type", _node("sd:Dataset"))
    yield _triple(dataset, "sd:defaultGraph", default)
    yield _triple(default, "rdf:type", _node("sd:Graph"))
    if "default" in counts:
        yield _triple(default, "void:triples", _number(counts["default"]))
    for name in site.graphs:
        short = name.removeprefix(iri.graph_iri("", site.base))
        named = ox.NamedNode(f"{site.base}catalog#graph-{short.replace('/', '-')}")
        yield _triple(dataset, "sd:namedGraph", named)
        yield _triple(named, "rdf:type", _node("sd:NamedGraph"))
        yield _triple(named, "sd:name", ox.NamedNode(name))
        yield _triple(named, "sd:graph", ox.NamedNode(name))
        yield _triple(ox.NamedNode(name), "rdf:type", _node("sd:Graph"))
        if short in counts:
            yield _triple(ox.NamedNode(name), "void:triples", _number(counts[short]))


def _prefixes(site: Site, service: ox.NamedNode) -> Iterator[ox.Triple]:
    declarations = ox.NamedNode(f"{site.base}catalog#prefixes")
    yield _triple(service, "sh:prefixes", declarations)
    for prefix, namespace in iri.PREFIXES.items():
        node = ox.NamedNode(f"{site.base}catalog#prefix-{prefix}")
        yield _triple(declarations, "sh:declare", node)
        yield _triple(node, "sh:prefix", ox.Literal(prefix))
        yield _triple(node, "sh:namespace", ox.Literal(namespace, datatype=_node("xsd:anyURI")))


def _examples(site: Site, service: ox.NamedNode) -> Iterator[ox.Triple]:
    kinds = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct"}
    for query in site.queries.values():
        kind = kinds.get(query.form)
        if kind is None:
            continue
        node = ox.NamedNode(f"{site.base}queries/{query.name}")
        yield _triple(node, "rdf:type", _node("sh:SPARQLExecutable"))
        yield _triple(node, "rdf:type", _node(f"sh:SPARQL{kind}Executable"))
        yield _triple(node, "rdfs:comment", ox.Literal(query.question["en"], language="en"))
        if "ko" in query.question:
            yield _triple(node, "dcterms:title", ox.Literal(query.question["ko"], language="ko"))
        yield _triple(node, f"sh:{kind.lower()}", ox.Literal(query.text))
        yield _triple(node, "sh:prefixes", ox.NamedNode(f"{site.base}catalog#prefixes"))
        yield _triple(node, "schema:target", ox.NamedNode(f"{site.public_url}sparql"))
        yield _triple(service, "schema:hasPart", node)


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_node("xsd:integer"))


def _triple(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, _node(predicate), value)


assert set(FORMATS) == {name for name in GRAPH if name != "html"}
assert set(_RESULTS) <= set(TABLE)
