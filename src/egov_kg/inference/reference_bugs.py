"""Where owlrl differs from the tables of the W3C, bug by bug, each with the smallest data that shows it.

Seen in owlrl 7.6.2. A differential test that meets one of these has found nothing; a reasoner of ours must do right in
every one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["KNOWN_BUGS", "KnownBug", "Shows"]

Shows: TypeAlias = Literal["silence", "alarm", "crash", "excess", "lack"]
"""How a bug shows itself: an inconsistency is not noticed; one is reported that is none; the run ends in an exception;
a triple follows that should not; a triple does not follow that should."""


@dataclass(frozen=True, slots=True)
class KnownBug:
    """One way in which owlrl is wrong.

    Attributes:
        name: A few words with hyphens.
        rule: The rule that is broken.
        shows: How.
        what: What happens, in a sentence.
        data: Turtle that shows it, with the prefixes ``rdf``, ``rdfs``, ``owl``, ``xsd``, and ``:`` for its own names.
        triple: Turtle of the triple that is too much or missing, for an excess and a lack.
    """

    name: str
    rule: str
    shows: Shows
    what: str
    data: str
    triple: str = ""


KNOWN_BUGS: Final = (
    KnownBug(
        "last-of-all-different",
        "eq-diff2",
        "silence",
        "The last member of an owl:AllDifferent is compared with no other.",
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :a owl:sameAs :c .",
    ),
    KnownBug(
        "last-of-distinct-members",
        "eq-diff3",
        "silence",
        "The same with owl:distinctMembers.",
        "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :a owl:sameAs :b .",
    ),
    KnownBug(
        "all-disjoint-properties",
        "prp-adp",
        "silence",
        "The last member of an owl:AllDisjointProperties is compared with no other, so that two never clash.",
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :x :p :y ; :q :y .",
    ),
    KnownBug(
        "two-values-of-a-functional-property",
        "dt-diff",
        "silence",
        "Two unequal values of a functional data property are no inconsistency.",
        ":p a owl:FunctionalProperty . :x :p 1 , 2 .",
    ),
    KnownBug(
        "unequal-literals-become-the-same",
        "dt-diff",
        "excess",
        "They become the same instead, and every thing that has one has the other.",
        ":p a owl:FunctionalProperty . :x :p 1 , 2 . :y :q 1 .",
        ":y :q 2 .",
    ),
    KnownBug(
        "literal-outside-a-range",
        "dt-not-type",
        "silence",
        "A literal that is no value of the datatype of a range is accepted.",
        ":p rdfs:range xsd:integer . :x :p 1.5 .",
    ),
    KnownBug(
        "equal-values-in-two-forms",
        "dt-eq",
        "lack",
        "Two ways of writing one value are two things.",
        ':p a owl:InverseFunctionalProperty . :x :p 1 . :y :p "01"^^xsd:integer .',
        ":x owl:sameAs :y .",
    ),
    KnownBug(
        "equal-values-of-two-datatypes",
        "dt-eq",
        "lack",
        "The same for two datatypes that share the value.",
        ":K owl:hasKey ( :k :l ) . :x a :K ; :k 1 ; :l 2 . :y a :K ; :k 1.0 ; :l 2 .",
        ":x owl:sameAs :y .",
    ),
    KnownBug(
        "negative-assertion-of-an-equal-value",
        "prp-npa2",
        "silence",
        "A value that must not be there is not known again when it is written otherwise.",
        '[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 . :x :p "01"^^xsd:integer .',
    ),
    KnownBug(
        "last-property-of-a-key",
        "prp-key",
        "excess",
        "The last property of a key is not compared: it is enough that one of the two has some value of it.",
        ":K owl:hasKey ( :k :l ) . :x a :K ; :k :one ; :l :two . :y a :K ; :k :one ; :l :three .",
        ":x owl:sameAs :y .",
    ),
    KnownBug(
        "key-of-one-property",
        "prp-key",
        "excess",
        "So a key of one property makes all members of a class the same, those without a value too.",
        ":K owl:hasKey ( :k ) . :x a :K ; :k :one . :y a :K .",
        ":x owl:sameAs :y .",
    ),
    KnownBug(
        "ill-typed-decimal",
        "dt-not-type",
        "crash",
        "An xsd:decimal that is none ends the run.",
        ':x :p "many"^^xsd:decimal .',
    ),
    KnownBug(
        "recursive-list",
        "cls-int1",
        "crash",
        "A list that leads back to itself ends the run.",
        ":I owl:intersectionOf _:l . _:l rdf:first :A ; rdf:rest _:l .",
    ),
    KnownBug(
        "cardinality-that-is-no-literal",
        "cls-maxc2",
        "crash",
        "An IRI as a cardinality ends the run.",
        "[] owl:onProperty :p ; owl:maxCardinality :one .",
    ),
    KnownBug(
        "zero-as-double",
        "dt-not-type",
        "alarm",
        "Zero as xsd:double or xsd:float is reported as ill-typed.",
        ':x :p "0"^^xsd:double .',
    ),
    KnownBug(
        "infinite-double",
        "dt-not-type",
        "alarm",
        "So is infinity.",
        ':x :p "INF"^^xsd:double .',
    ),
    KnownBug(
        "empty-octets",
        "dt-not-type",
        "alarm",
        "So is an xsd:hexBinary or xsd:base64Binary of no octets.",
        ':x :p ""^^xsd:hexBinary .',
    ),
    KnownBug(
        "odd-octets",
        "dt-not-type",
        "silence",
        "An odd number of digits makes an xsd:hexBinary.",
        ':x :p "abc"^^xsd:hexBinary .',
    ),
    KnownBug(
        "midnight-at-the-end",
        "dt-not-type",
        "alarm",
        "The end of a day as 24:00:00 is reported as ill-typed.",
        ':x :p "2001-03-28T24:00:00"^^xsd:dateTime .',
    ),
    KnownBug(
        "shouted-boolean",
        "dt-not-type",
        "silence",
        "An xsd:boolean may be written in capitals.",
        ':x :p "TRUE"^^xsd:boolean .',
    ),
    KnownBug(
        "digits-with-underscores",
        "dt-not-type",
        "silence",
        "An xsd:integer may be written as Python writes one.",
        ':x :p "1_0"^^xsd:integer .',
    ),
)
"""The written list; the tests of the reference show each of them, and that our reasoner does right."""
