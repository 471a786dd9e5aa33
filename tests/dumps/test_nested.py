"""JSON-LD as a tree is read back as the very triples that it was made from, whatever they are."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.dumps import nested_jsonld

ROOT = "https://example.org/root"


def node(name: str) -> ox.NamedNode:
    """Return a thing, or what a CURIE stands for."""
    return ox.NamedNode(iri.expand(name) if ":" in name else f"https://example.org/{name}")


def read(data: bytes) -> set[ox.Triple]:
    """Return the triples of a document."""
    return {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.JSON_LD)}


def made(*rows: tuple[str, str, ox.NamedNode | ox.Literal]) -> tuple[set[ox.Triple], Any]:
    """Return triples, and the document of them, after checking that it says the same."""
    triples = {ox.Triple(node(s), ox.NamedNode(p) if "//" in p else node(p), o) for s, p, o in rows}
    data = nested_jsonld(triples, ROOT)
    assert read(data) == triples
    return triples, json.loads(data)


LITERALS = [
    ox.Literal("plain"),
    ox.Literal("deutsch", language="de"),
    ox.Literal(7),
    ox.Literal("01", datatype=node("xsd:integer")),
    ox.Literal("2026-11-22", datatype=node("xsd:date")),
    ox.Literal("https://example.org/no-iri"),
    ox.Literal("_:b0"),
    ox.Literal("@id"),
    ox.Literal(""),
    ox.Literal('"\\\n가'),
]


@pytest.mark.parametrize("value", LITERALS, ids=range(len(LITERALS)))
@pytest.mark.parametrize("other", [*LITERALS, node("thing")], ids=range(len(LITERALS) + 1))
def test_values_of_every_kind_stand_beside_each_other(value: ox.Literal, other: ox.NamedNode | ox.Literal) -> None:
    """Where all are of one kind the context says it once; else each says it."""
    made(("root", "dcterms:title", value), ("root", "dcterms:title", other), ("thing", "dcterms:title", value))


def test_names_that_mean_two_properties_keep_their_prefixes() -> None:
    """So does one that JSON-LD needs for itself, and one that is a prefix."""
    _, document = made(
        ("root", "dcterms:title", ox.Literal("a")),
        ("root", "schema:title", ox.Literal("b")),
        ("root", "dcterms:type", node("thing")),
        ("root", "schema:time", ox.Literal("c")),
        ("root", "dcterms:issued", ox.Literal("d")),
    )

    assert {"dcterms:title", "schema:title", "dcterms:type", "schema:time", "issued"} <= set(document)


def test_a_property_without_a_prefix_is_written_whole() -> None:
    """Nobody has named it shorter."""
    _, document = made(("root", "https://elsewhere.example/p/q", ox.Literal("a")))

    assert document["https://elsewhere.example/p/q"] == "a"


def test_each_thing_stands_once_in_the_first_that_leads_to_it() -> None:
    """Also where things lead to each other in a circle."""
    _, document = made(
        ("root", "dcterms:hasPart", node("a")),
        ("root", "dcterms:relation", node("a")),
        ("a", "dcterms:isPartOf", node("root")),
        ("a", "dcterms:title", ox.Literal("A")),
    )

    assert document["hasPart"] == {"id": "https://example.org/a", "isPartOf": ROOT, "title": "A"}
    assert document["relation"] == "https://example.org/a"


def test_what_is_only_named_stands_elsewhere() -> None:
    """A list of versions holds all of them, although each names the one before."""
    triples = {
        ox.Triple(node("root"), node("dcat:dataset"), node("a")),
        ox.Triple(node("root"), node("dcat:dataset"), node("b")),
        ox.Triple(node("a"), node("dcat:previousVersion"), node("b")),
        ox.Triple(node("b"), node("dcat:version"), ox.Literal("1")),
    }

    data = nested_jsonld(triples, ROOT, links=["dcat:previousVersion"])

    assert read(data) == triples
    assert json.loads(data)["dataset"] == [
        {"id": "https://example.org/a", "previousVersion": "https://example.org/b"},
        {"id": "https://example.org/b", "version": "1"},
    ]


def test_what_nothing_leads_to_stands_beside() -> None:
    """In one graph."""
    _, document = made(("root", "dcterms:title", ox.Literal("r")), ("b", "dcterms:title", ox.Literal("b")))

    assert [one["title"] for one in document["@graph"]] == ["r", "b"]


def test_a_chain_of_any_length_is_written() -> None:
    """Thousands of versions, each with the one before."""
    rows = [(f"v{number}", "dcterms:replaces", node(f"v{number + 1}")) for number in range(3000)]

    triples, document = made(("root", "dcterms:hasVersion", node("v0")), *rows)

    assert len(triples) == 3001
    assert document["@graph"][0]["hasVersion"]["id"] == "https://example.org/v0"
