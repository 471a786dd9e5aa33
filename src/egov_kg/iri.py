"""IRIs of the graph: one base, paths below it, the names of the graphs, CURIEs for people.

Inside the pipeline a thing is known by its *id*, the path below ``{base}id/``: ``law/kr/e-government-act``. The RDF
stage turns ids into IRIs once, with the base of the deployment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

__all__ = [
    "BASE",
    "DERIVED_GRAPHS",
    "GENID",
    "GRAPHS",
    "ONTOLOGY",
    "PREFIXES",
    "curie",
    "expand",
    "graph_iri",
    "id_of",
    "is_derived_graph",
    "is_proposal",
    "proposal_graph",
    "slug",
    "thing_iri",
]

BASE: Final = "https://w3id.org/egov-kg/"
"""The base of all IRIs, unless the configuration says otherwise."""

ONTOLOGY: Final = "https://w3id.org/egov-kg/ontology#"
"""The namespace of the ontology; it does not move with the base."""

PREFIXES: Final[Mapping[str, str]] = {
    "egov": ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "sh": "http://www.w3.org/ns/shacl#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "org": "http://www.w3.org/ns/org#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "time": "http://www.w3.org/2006/time#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "schema": "https://schema.org/",
}
"""Prefix to namespace; the order is that of the documents we write."""

GRAPHS: Final = ("ontology", "entailed", "evidence", "catalogue")
"""The single named graphs; ``document/…``, ``background/…`` and ``links/…`` are families."""

GENID: Final = ".well-known/genid/"
"""Below the base: IRIs of new nodes that were blank in a request (RDF 1.1 Concepts, 3.5)."""

DERIVED_GRAPHS: Final = (*GRAPHS, "background/changes", "background/quality")
"""Those that every release makes anew, so that nobody may write into them."""


def thing_iri(thing: str, base: str = BASE) -> str:
    """Return the IRI of a thing.

    Args:
        thing: The id: class segment, jurisdiction, slug.
        base: The base of the deployment, with its closing slash.

    Example:
        >>> thing_iri("law/kr/e-government-act")
        'https://w3id.org/egov-kg/id/law/kr/e-government-act'
    """
    return f"{base}id/{thing}"


def id_of(iri: str, base: str = BASE) -> str | None:
    """Return the id of a thing of ours, or None for any other IRI.

    Example:
        >>> id_of("https://w3id.org/egov-kg/id/law/kr/e-government-act")
        'law/kr/e-government-act'
    """
    start = f"{base}id/"
    return iri[len(start) :] if iri.startswith(start) and len(iri) > len(start) else None


_ID: Final = re.compile(r"[a-z-]+/[a-z]{2,3}(?:-[a-z0-9]{1,3})?/[a-z0-9]+(?:[.-][a-z0-9]+)*")


def is_id(text: str) -> bool:
    """Return whether words are an id as people write them in tables: class, jurisdiction, slug.

    Example:
        >>> [is_id(text) for text in ("law/kr/e-government-act", "law/kr/E-Government Act", "law/korea/act", "kr/act")]
        [True, False, False, False]
    """
    return bool(_ID.fullmatch(text))


def graph_iri(name: str, base: str = BASE) -> str:
    """Return the IRI of a named graph.

    Example:
        >>> graph_iri("background/terms")
        'https://w3id.org/egov-kg/graph/background/terms'
    """
    return f"{base}graph/{name}"


_JURISDICTION: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]+)*\Z")


def proposal_graph(graph: str, document: str, extractor: str) -> str:
    """Return the name of the graph with what an extractor of somebody else's proposes about a document.

    Args:
        graph: The name of the document's own graph.
        document: The id of the document.
        extractor: The name of the extractor, lower case.

    Example:
        >>> proposal_graph("document/history", "document/int/history", "llm")
        'document/history/llm'
        >>> proposal_graph("document/map", "document/int/map", "llm")  # "map/llm" would be the report "llm" of "map"
        'document/int/map/llm'
    """
    slug = graph.removeprefix("document/")
    return f"{document if _JURISDICTION.match(slug) else graph}/{extractor}"


def is_proposal(graph: str, base: str = BASE) -> bool:
    """Return whether a graph holds what an extractor of somebody else's proposes: no part of the default graph.

    Args:
        graph: The IRI of a named graph.
        base: The base of the deployment.

    Example:
        >>> [is_proposal(graph_iri(f"document/{name}")) for name in ("history", "kr/history", "history/llm")]
        [False, False, True]
    """
    start = graph_iri("document/", base)
    parts = graph[len(start) :].split("/") if graph.startswith(start) else ()
    return len(parts) > 2 or (len(parts) == 2 and not _JURISDICTION.match(parts[0]))


def is_derived_graph(graph: str, base: str = BASE) -> bool:
    """Return whether a named graph is made anew by every release, so that nobody may write into it.

    Args:
        graph: The IRI of a named graph.
        base: The base of the deployment.

    Example:
        >>> [is_derived_graph(graph_iri(name)) for name in ("entailed", "background/quality", "background/curated")]
        [True, True, False]
    """
    return is_proposal(graph, base) or graph in {graph_iri(name, base) for name in DERIVED_GRAPHS}


def expand(name: str) -> str:
    """Return the IRI that a CURIE stands for.

    Raises:
        KeyError: If the prefix is not one of `PREFIXES`.

    Example:
        >>> expand("egov:enactedUnder")
        'https://w3id.org/egov-kg/ontology#enactedUnder'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")


def curie(iri: str, base: str = BASE) -> str:
    """Return the short form of an IRI for people: a CURIE, a path for our own things, else the IRI itself.

    Example:
        >>> curie("http://purl.org/dc/terms/title")
        'dcterms:title'
        >>> curie("https://w3id.org/egov-kg/id/law/kr/e-government-act")
        'law/kr/e-government-act'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return id_of(iri, base) or iri


def slug(label: str, *, longest: int = 80) -> str:
    """Return the ASCII slug of a label: lower case, words joined by hyphens, cut at a word.

    Args:
        label: A label in any script; what has no ASCII form is left out, so a Hangul label gives an empty string.
        longest: The most characters that the slug may have.

    Example:
        >>> slug("Home Tax Service (HTS)")
        'home-tax-service-hts'
    """
    folded = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+(?:\.[0-9]+)?", folded.replace("'", ""))
    result = "-".join(words)
    return result if len(result) <= longest else result[: longest + 1].rpartition("-")[0]
