"""RDF that was broken at random, behind the walls of the process that reads it: it is read or refused."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
from typing import Final

import pyoxigraph as ox
import pytest

from tests.chaos.attacking import LONG

COUNT: Final = 120_000 if LONG else 400
READER: Final = """
import base64, json, sys, threading
import pyoxigraph as ox
from egov_kg.errors import RdfSyntaxError
from egov_kg.sparql import walls
from egov_kg.sparql.foreign import parse_foreign

def read(lines):
    walls.build(walls.Walls(memory=512 << 20, descriptors=0))
    for line in lines:
        form, data = json.loads(line)
        kind = ox.RdfFormat.from_extension(form)
        try:
            quads = list(parse_foreign(base64.b64decode(data), kind, base="http://base.example/", name="a file"))
        except RdfSyntaxError as error:
            print(json.dumps({"error": str(error)}), flush=True)
        except MemoryError as error:
            print(json.dumps({"error": "memory"}), flush=True)
        else:
            written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
            print(json.dumps({"quads": len(quads), "written": base64.b64encode(written).decode()}), flush=True)

lines = sys.stdin.read().splitlines()
threading.stack_size(1 << 30)
thread = threading.Thread(target=read, args=(lines,))
thread.start()
thread.join()
"""
QUADS: Final = tuple(
    ox.parse(
        """@prefix x: <http://x.example/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        x:s a x:C ; x:p "a", "전자정부"@ko, "b"@en-GB, 1, 1.5, true, "2001-01-01"^^xsd:date,
            [ x:q (1 2 "c\\n\\t\\"") ] .
        x:t x:r x:s ; x:n _:b . _:b x:p "\\u00e9", <http://x.example/%20a?b#c> .""",
        format=ox.RdfFormat.TURTLE,
    )
)
FORMATS: Final = ("ttl", "nt", "nq", "trig", "rdf", "jsonld")
BITS: Final = (
    b"<", b">", b'"', b"'", b'"""', b"\\", b"\\u", b"\\uD800", b"\\U00110000", b"\x00", b"\xff",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"_:", b"@", b"@prefix", b"@base <>", b"<<(", b")>>", b"{|", b"[", b"]",
    b"(", b")", b"{", b"}", b",", b";", b".", b":", b"&a;", b"&#0;", b"<!DOCTYPE a>", b"<!ENTITY a 'b'>",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml?>", b'"@context":', b'"@id":', b'"@type":', b'"@graph":[',
    b'"@reverse":', b'"@list":', b'"@import":"x:"', b"null", b"1e99999", b"http://x.example/a b", b"rdf:li",
    b"rdf:ID='a'", b"xml:base='::'", b"rdf:parseType='Literal'", b"GRAPH", b"PREFIX", b"^^", b"\n", b"\t",
    b" " * 50, b"a" * 3000,
)  # fmt: skip


def broken(chance: random.Random, data: bytes) -> bytes:
    """Return a document with some changes at random."""
    made = bytearray(data)
    for _ in range(chance.randint(0, 5)):
        place = chance.randrange(len(made) + 1)
        match chance.randrange(5):
            case 0:
                made[place : place + chance.randint(1, 40)] = b""
            case 1 if place < len(made):
                made[place] = chance.randrange(256)
            case 2:
                made[place:place] = made[place : place + chance.randint(1, 60)] * chance.choice((1, 2, 30))
            case 3:
                del made[place:]
            case _:
                made[place:place] = chance.choice(BITS) * chance.choice((1, 1, 1, 200))
    return bytes(made)


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_broken_is_read_or_refused(form: str) -> None:
    """No document ends the process; what it reads parses again, as many quads; nothing that declares is read."""
    chance, kind = random.Random(form), ox.RdfFormat.from_extension(form)
    assert kind is not None
    statements = QUADS if kind.supports_datasets else [quad.triple for quad in QUADS]
    whole = ox.serialize(statements, format=kind)
    assert whole is not None
    documents = [whole, *(broken(chance, whole) for _ in range(COUNT // len(FORMATS)))]
    lines = "\n".join(json.dumps([form, base64.b64encode(one).decode()]) for one in documents)

    done = subprocess.run(
        [sys.executable, "-c", READER], input=lines, capture_output=True, text=True, timeout=900, check=False
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (done.returncode, documents[len(answers)][:2000])
    assert len(answers) == len(documents)
    assert answers[0]["quads"] == len(QUADS)
    for document, answer in zip(documents, answers, strict=True):
        if "quads" in answer:
            again = list(ox.parse(base64.b64decode(answer["written"]), format=ox.RdfFormat.N_QUADS))
            assert len(again) == answer["quads"], document
            assert form != "rdf" or b"<!doctype" not in document.lower()
    assert sum("quads" in answer for answer in answers) > len(answers) // 20
