"""The views: graphs and files of a release in any format, the service description, descriptions of things, proofs."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import assets, iri
from egov_kg.dumps import FORMATS, nested_jsonld, serialise
from egov_kg.errors import NotFound, ParameterError
from egov_kg.sparql import named_queries, viewer
from egov_kg.sparql.evaluation import evaluate
from egov_kg.sparql.expanding import expanded
from egov_kg.sparql.spool import Spool
from egov_kg.sparql.worker import Work
from egov_kg.store import MANIFEST, Manifest
from egov_kg.viewing.catalogue import served_catalogue
from egov_kg.viewing.endpoint import Told, description_triples

__all__ = ["view_work"]

_FILES: Final = {"void": "void.ttl"}
_LINKS: Final = ("dcat:inSeries", "dcat:previousVersion", "dcat:servesDataset", "prov:wasDerivedFrom")
_ASSETS: Final = {"ontology": "egov.ttl", "alignments": "alignments.ttl"}


def view_work(store: ox.Store, folder: Path, graphs: frozenset[str]) -> Work:
    """Return what answers views and our own queries over a store.

    Besides the views of `egov_kg.sparql.viewer` there are, each with a ``format`` (the extension of a format of dumps):

    - ``graph``: the answer to the CONSTRUCT query of the request, sorted and with our prefixes;
    - ``file``: ``void`` of the release, ``ontology`` or ``alignments``, by ``name``;
    - ``catalogue``: ``catalog.ttl`` as `egov_kg.viewing.catalogue` gives it, with ``release``, ``public_url``, the
      ids of ``earlier`` releases with spaces between, and ``open`` (empty if asking needs a token);
    - ``service``: the service description, with ``public_url``, ``limits`` and ``federated`` (empty if it is not).

    An ``explanation`` and a ``proof`` may give its ``object`` as Turtle spells a literal.
    """
    answer = viewer.view_work(store, folder, graphs)

    @functools.cache
    def manifest() -> Manifest:
        return Manifest.from_bytes((folder / MANIFEST).read_bytes(), folder / MANIFEST)

    def work(head: Mapping[str, Any], text: str, spool: Spool) -> Mapping[str, Any]:
        view = head["view"] or {}
        match view.get("kind"):
            case "graph":
                with expanded(store, head["expands"]) if head.get("expands") else nullcontext(store) as seen:
                    _write_graph(seen, head, text, spool)
            case "file":
                _write_file(folder, view["name"], view["format"], head["base"], spool)
            case "catalogue":
                _write_catalogue(folder, view, head["base"], spool)
            case "service":
                told = Told(
                    manifest=manifest(),
                    folder=folder,
                    graphs=sorted(graphs),
                    queries=named_queries(assets.queries()),
                    public_url=view["public_url"],
                    limits=view["limits"],
                    is_federated=bool(view["federated"]),
                )
                triples = sorted(set(description_triples(told)), key=str)
                spool.write(serialise([ox.Quad(*triple) for triple in triples], FORMATS[view["format"]], told.base))
            case "explanation" | "proof" if view["object"].startswith('"'):
                return answer({**head, "view": {**view, "object": _literal(view["object"])}}, text, spool)
            case _:
                return answer(head, text, spool)
        return {"form": "VIEW", "format": view["format"], "cacheable": True, "seconds": {}}

    return work


def _write_graph(store: ox.Store, head: Mapping[str, Any], text: str, spool: Spool) -> None:
    found = Spool(sys.maxsize)
    evaluate(
        store,
        text,
        found,
        table=None,
        graph="nt",
        default_graphs=head["default_graphs"],
        named_graphs=head["named_graphs"],
        substitutions=head["substitutions"],
        base=head["base"],
    )
    lines = sorted(set(bytes(found.finish()[0]).splitlines(keepends=True)))
    quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)
    spool.write(serialise(list(quads), FORMATS[head["view"]["format"]], head["base"]))


def _write_file(folder: Path, name: str, extension: str, base: str, spool: Spool) -> None:
    """Write a Turtle file of ours in another format."""
    if name not in _FILES and name not in _ASSETS:
        raise NotFound(f"there is no file {name!r}")
    path = folder / _FILES[name] if name in _FILES else assets.ontology(_ASSETS[name])
    quads = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=base)
    converted = ox.serialize(quads, format=ox.RdfFormat.from_extension(extension), prefixes=dict(iri.PREFIXES))
    assert converted is not None
    spool.write(converted)


def _write_catalogue(folder: Path, view: Mapping[str, str], base: str, spool: Spool) -> None:
    found = served_catalogue(
        folder,
        base,
        release=view["release"],
        public_url=view["public_url"],
        earlier=view["earlier"].split(),
        is_open=bool(view["open"]),
    )
    triples = sorted(set(found), key=str)
    if view["format"] == "jsonld":
        spool.write(nested_jsonld(triples, f"{base}catalog", links=_LINKS))
    else:
        spool.write(serialise([ox.Quad(*triple) for triple in triples], FORMATS[view["format"]], base))


def _literal(text: str) -> str:
    """Return in N-Triples form the literal that a text spells in Turtle.

    Raises:
        ParameterError: If it is not one literal.

    Example:
        >>> print(_literal('"2001"^^xsd:gYear'))
        "2001"^^<http://www.w3.org/2001/XMLSchema#gYear>
    """
    declared = "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in iri.PREFIXES.items())
    try:
        triples = list(ox.parse(f"{declared}<x:s> <x:p> {text} .", format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise ParameterError("o", f"{text[:80]!r} is no literal") from error
    if len(triples) != 1 or not isinstance(triples[0].object, ox.Literal):
        raise ParameterError("o", f"{text[:80]!r} is not one literal")
    return str(triples[0].object)
