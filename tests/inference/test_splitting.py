"""A table in two: axioms and facts."""

import pyoxigraph as ox

from egov_kg.inference import owl
from egov_kg.inference.splitting import split
from egov_kg.inference.terms import encode
from egov_kg.inference.writing import sorted_lines

DATA = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<a:C> a owl:Class ; rdfs:subClassOf <a:D> ; owl:sameAs <a:E> ; rdfs:label "C" .
<a:D> owl:unionOf ( <a:F> ) .
<a:x> a <a:C> ; <a:p> <a:y> ; owl:sameAs <a:y> ; owl:differentFrom <a:z> .
"""


def test_axioms_and_facts_are_told_apart() -> None:
    """As the compiler tells them; what it wants to know besides is in both parts."""
    triples = [quad.triple for quad in ox.parse(DATA, format=ox.RdfFormat.TURTLE)]

    schema, facts = split(encode(triples))

    given = {(str(triple.subject), str(triple.predicate), str(triple.object)) for triple in triples}
    axioms = {triple for triple in given if owl.is_schema(*triple)}
    assert set(schema) - axioms == {
        ("<a:C>", owl.SAME, "<a:E>"),
        ("<a:x>", owl.DIFFERENT, "<a:z>"),
    }
    assert axioms <= set(schema)
    written = b"".join(sorted_lines(facts)).decode().splitlines()
    assert set(written) == {" ".join(triple) + " ." for triple in given - axioms}


def test_a_table_of_facts_stays_as_it_is() -> None:
    """Also an empty one."""
    triples = [quad.triple for quad in ox.parse("<a:x> <a:p> <a:y> .", format=ox.RdfFormat.TURTLE)]

    assert [(split(table).schema, len(split(table).facts)) for table in (encode(triples), encode([]))] == [
        ((), 1),
        ((), 0),
    ]
