"""Whether the body of an answer parses to its end, as what its head says that it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from xml.parsers import expat

import pyoxigraph as ox

__all__ = ["is_whole"]

_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


def is_whole(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a body is what its head says.

    Args:
        headers: By lower-case name.
        body: The bytes, unpacked.

    Raises:
        ValueError, SyntaxError, expat.ExpatError: If it does not parse.
    """
    media_type = headers["content-type"].partition(";")[0]
    text = body.decode("utf-8")
    match media_type:
        case "application/sparql-results+json":
            found = json.loads(text)
            return isinstance(found.get("boolean"), bool) or isinstance(found["results"]["bindings"], list)
        case "application/sparql-results+xml":
            expat.ParserCreate(namespace_separator=" ").Parse(body, True)
            return text.endswith("</sparql>")
        case "text/csv":
            rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
            return text in {"true", "false"} or (len({len(row) for row in rows}) <= 2 and text.endswith(("\r\n", "\n")))
        case "text/tab-separated-values":
            lines = text.split("\n")
            return text in {"true", "false"} or (
                len({line.count("\t") for line in lines[:-1]}) == 1 and lines[-1] == ""
            )
        case "text/html":
            return text.rstrip().endswith("</html>")
    if media_type in _GRAPHS:
        if media_type == "application/rdf+xml":
            expat.ParserCreate(namespace_separator=" ").Parse(body, True)
        list(ox.parse(body, format=_GRAPHS[media_type], base_iri="x:"))
        return True
    return False
