"""Every rule of OWL 2 RL as data: tables 4 to 9 of the W3C's OWL 2 Profiles (section 4.3).

A rule is written as in the tables, in three parts: the axioms that it reads, the facts that it reads, and what it
concludes, which is ``false`` where the tables end in a contradiction. Its premises stand in the order of the table,
axioms first. Three things are said in words of our own:

- ``list ?l ?p``: ``?l`` is a list; its members are ``?p_1`` to ``?p_n``.
- ``all ?u_i ?p_i ?u_i+1``: one premise for each member of that list, in its order.
- ``?c_i`` and ``?c_j`` anywhere else: some member, and another one of another place.

Both the proofs and their checker read the rules from here; neither has one in its code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from egov_kg import iri

__all__ = ["RULES", "TABLES", "Atom", "Kind", "ListOf", "Pattern", "Rule"]


class Kind(StrEnum):
    """What a rule is for.

    Axiomatic rules hold whatever the data is, or say that a thing is itself; no lean closure writes what they conclude.
    """

    DERIVED = "derived"
    FINDING = "finding"
    SCHEMA = "schema"
    AXIOMATIC = "axiomatic"


class Pattern(NamedTuple):
    """A triple whose terms may be variables (``?x``); with `every` one for each member of the rule's list."""

    subject: str
    predicate: str
    object: str
    every: bool = False


class ListOf(NamedTuple):
    """The members of the list at `head` are `member` with 1, 2, ... behind it: ``?c_1``."""

    head: str
    member: str


Atom: TypeAlias = Pattern | ListOf


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        name: As in the tables: ``prp-spo2``.
        table: Its number, 4 to 9.
        kind: What it is for.
        axioms, facts: Its premises.
        conclusions: What follows; nothing where a contradiction does. Most rules have one.
        lean: Whether the lean closure writes, or reports, what it concludes.
        text: The rule for people, as below.
        condition: What the patterns cannot say, in words; empty for most.
    """

    name: str
    table: int
    kind: Kind
    axioms: tuple[Atom, ...]
    facts: tuple[Atom, ...]
    conclusions: tuple[Pattern, ...]
    lean: bool
    text: str
    condition: str = ""


TABLES: Final[Mapping[int, str]] = {
    4: "equality",
    5: "properties",
    6: "classes",
    7: "class axioms",
    8: "datatypes",
    9: "schema",
}
"""What the rules of each table are about."""

# name | kind: d(erived), f(inding), s(chema), a(xiomatic) | axioms | facts | conclusion; a * after the kind: not lean.
_SOURCE: Final = """\
4
eq-ref   | a* | | ?s ?p ?o | ?s owl:sameAs ?s . ?p owl:sameAs ?p . ?o owl:sameAs ?o
eq-sym   | d | | ?x owl:sameAs ?y | ?y owl:sameAs ?x
eq-trans | d | | ?x owl:sameAs ?y . ?y owl:sameAs ?z | ?x owl:sameAs ?z
eq-rep-s | d | | ?s owl:sameAs ?t . ?s ?p ?o | ?t ?p ?o
eq-rep-p | d | | ?p owl:sameAs ?q . ?s ?p ?o | ?s ?q ?o
eq-rep-o | d | | ?o owl:sameAs ?n . ?s ?p ?o | ?s ?p ?n
eq-diff1 | f | ?x owl:differentFrom ?y | ?x owl:sameAs ?y | false
eq-diff2 | f | ?a a owl:AllDifferent . ?a owl:members ?l . list ?l ?z | ?z_i owl:sameAs ?z_j | false
eq-diff3 | f | ?a a owl:AllDifferent . ?a owl:distinctMembers ?l . list ?l ?z | ?z_i owl:sameAs ?z_j | false
5
prp-ap   | a* | | | ?p a owl:AnnotationProperty | an annotation property of RDFS or OWL
prp-dom  | d | ?p rdfs:domain ?c | ?x ?p ?y | ?x a ?c
prp-rng  | d | ?p rdfs:range ?c | ?x ?p ?y | ?y a ?c
prp-fp   | d | ?p a owl:FunctionalProperty | ?x ?p ?y . ?x ?p ?z | ?y owl:sameAs ?z
prp-ifp  | d | ?p a owl:InverseFunctionalProperty | ?x ?p ?z . ?y ?p ?z | ?x owl:sameAs ?y
prp-irp  | f | ?p a owl:IrreflexiveProperty | ?x ?p ?x | false
prp-symp | d | ?p a owl:SymmetricProperty | ?x ?p ?y | ?y ?p ?x
prp-asyp | f | ?p a owl:AsymmetricProperty | ?x ?p ?y . ?y ?p ?x | false
prp-trp  | d | ?p a owl:TransitiveProperty | ?x ?p ?y . ?y ?p ?z | ?x ?p ?z
prp-spo1 | d | ?p rdfs:subPropertyOf ?q | ?x ?p ?y | ?x ?q ?y
prp-spo2 | d | ?p owl:propertyChainAxiom ?l . list ?l ?p | all ?u_i ?p_i ?u_i+1 | ?u_1 ?p ?u_n+1
prp-eqp1 | d | ?p owl:equivalentProperty ?q | ?x ?p ?y | ?x ?q ?y
prp-eqp2 | d | ?p owl:equivalentProperty ?q | ?x ?q ?y | ?x ?p ?y
prp-pdw  | f | ?p owl:propertyDisjointWith ?q | ?x ?p ?y . ?x ?q ?y | false
prp-adp  | f | ?a a owl:AllDisjointProperties . ?a owl:members ?l . list ?l ?p | ?x ?p_i ?y . ?x ?p_j ?y | false
prp-inv1 | d | ?p owl:inverseOf ?q | ?x ?p ?y | ?y ?q ?x
prp-inv2 | d | ?p owl:inverseOf ?q | ?x ?q ?y | ?y ?p ?x
prp-key  | d | ?c owl:hasKey ?l . list ?l ?p | ?x a ?c . all ?x ?p_i ?z_i . ?y a ?c . all ?y ?p_i ?z_i\
 | ?x owl:sameAs ?y
prp-npa1 | f | ?a owl:sourceIndividual ?x . ?a owl:assertionProperty ?p . ?a owl:targetIndividual ?y | ?x ?p ?y | false
prp-npa2 | f | ?a owl:sourceIndividual ?x . ?a owl:assertionProperty ?p . ?a owl:targetValue ?y | ?x ?p ?y | false
6
cls-thing | a* | | | owl:Thing a owl:Class
cls-nothing1 | a* | | | owl:Nothing a owl:Class
cls-nothing2 | f | | ?x a owl:Nothing | false
cls-int1 | d | ?c owl:intersectionOf ?l . list ?l ?c | all ?x a ?c_i | ?x a ?c
cls-int2 | d | ?c owl:intersectionOf ?l . list ?l ?c | ?x a ?c | ?x a ?c_i
cls-uni  | d | ?c owl:unionOf ?l . list ?l ?c | ?x a ?c_i | ?x a ?c
cls-com  | f | ?c owl:complementOf ?d | ?x a ?c . ?x a ?d | false
cls-svf1 | d | ?c owl:someValuesFrom ?d . ?c owl:onProperty ?p | ?x ?p ?y . ?y a ?d | ?x a ?c
cls-svf2 | d | ?c owl:someValuesFrom owl:Thing . ?c owl:onProperty ?p | ?x ?p ?y | ?x a ?c
cls-avf  | d | ?c owl:allValuesFrom ?d . ?c owl:onProperty ?p | ?x a ?c . ?x ?p ?y | ?y a ?d
cls-hv1  | d | ?c owl:hasValue ?y . ?c owl:onProperty ?p | ?x a ?c | ?x ?p ?y
cls-hv2  | d | ?c owl:hasValue ?y . ?c owl:onProperty ?p | ?x ?p ?y | ?x a ?c
cls-maxc1 | f | ?c owl:maxCardinality 0 . ?c owl:onProperty ?p | ?x a ?c . ?x ?p ?y | false
cls-maxc2 | d | ?c owl:maxCardinality 1 . ?c owl:onProperty ?p | ?x a ?c . ?x ?p ?y . ?x ?p ?z | ?y owl:sameAs ?z
cls-maxqc1 | f | ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass ?d\
 | ?x a ?c . ?x ?p ?y . ?y a ?d | false
cls-maxqc2 | f | ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing\
 | ?x a ?c . ?x ?p ?y | false
cls-maxqc3 | d | ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass ?d\
 | ?x a ?c . ?x ?p ?y . ?y a ?d . ?x ?p ?z . ?z a ?d | ?y owl:sameAs ?z
cls-maxqc4 | d | ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing\
 | ?x a ?c . ?x ?p ?y . ?x ?p ?z | ?y owl:sameAs ?z
cls-oo   | d | ?c owl:oneOf ?l . list ?l ?x | | ?x_i a ?c
7
cax-sco  | d | ?c rdfs:subClassOf ?d | ?x a ?c | ?x a ?d
cax-eqc1 | d | ?c owl:equivalentClass ?d | ?x a ?c | ?x a ?d
cax-eqc2 | d | ?c owl:equivalentClass ?d | ?x a ?d | ?x a ?c
cax-dw   | f | ?c owl:disjointWith ?d | ?x a ?c . ?x a ?d | false
cax-adc  | f | ?a a owl:AllDisjointClasses . ?a owl:members ?l . list ?l ?c | ?x a ?c_i . ?x a ?c_j | false
8
dt-type1 | a* | | | ?d a rdfs:Datatype | a datatype of OWL 2 RL
dt-type2 | a* | | | ?v a ?d | the value of the literal lies in the datatype
dt-eq    | d | | | ?v owl:sameAs ?w | two literals of one value
dt-diff  | f | | | ?v owl:differentFrom ?w | two literals of different values
dt-not-type | f | | ?v a ?d | false | the value of the literal lies outside the datatype
9
scm-cls  | s* | | ?c a owl:Class | ?c rdfs:subClassOf ?c . ?c owl:equivalentClass ?c\
 . ?c rdfs:subClassOf owl:Thing . owl:Nothing rdfs:subClassOf ?c
scm-sco  | s | | ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e | ?c rdfs:subClassOf ?e
scm-eqc1 | s | | ?c owl:equivalentClass ?d | ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c
scm-eqc2 | s | | ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c | ?c owl:equivalentClass ?d
scm-op   | s* | | ?p a owl:ObjectProperty | ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-dp   | s* | | ?p a owl:DatatypeProperty | ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-spo  | s | | ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r | ?p rdfs:subPropertyOf ?r
scm-eqp1 | s | | ?p owl:equivalentProperty ?q | ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p
scm-eqp2 | s | | ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p | ?p owl:equivalentProperty ?q
scm-dom1 | s | | ?p rdfs:domain ?c . ?c rdfs:subClassOf ?d | ?p rdfs:domain ?d
scm-dom2 | s | | ?q rdfs:domain ?c . ?p rdfs:subPropertyOf ?q | ?p rdfs:domain ?c
scm-rng1 | s | | ?p rdfs:range ?c . ?c rdfs:subClassOf ?d | ?p rdfs:range ?d
scm-rng2 | s | | ?q rdfs:range ?c . ?p rdfs:subPropertyOf ?q | ?p rdfs:range ?c
scm-hv   | s | | ?c owl:hasValue ?v . ?c owl:onProperty ?p . ?d owl:hasValue ?v . ?d owl:onProperty ?q\
 . ?p rdfs:subPropertyOf ?q | ?c rdfs:subClassOf ?d
scm-svf1 | s | | ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?z . ?d owl:onProperty ?p\
 . ?y rdfs:subClassOf ?z | ?c rdfs:subClassOf ?d
scm-svf2 | s | | ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?y . ?d owl:onProperty ?q\
 . ?p rdfs:subPropertyOf ?q | ?c rdfs:subClassOf ?d
scm-avf1 | s | | ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?z . ?d owl:onProperty ?p\
 . ?y rdfs:subClassOf ?z | ?c rdfs:subClassOf ?d
scm-avf2 | s | | ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?y . ?d owl:onProperty ?q\
 . ?p rdfs:subPropertyOf ?q | ?d rdfs:subClassOf ?c
scm-int  | s | | ?c owl:intersectionOf ?l . list ?l ?c | ?c rdfs:subClassOf ?c_i
scm-uni  | s | | ?c owl:unionOf ?l . list ?l ?c | ?c_i rdfs:subClassOf ?c
"""

_KINDS: Final = {"d": Kind.DERIVED, "f": Kind.FINDING, "s": Kind.SCHEMA, "a": Kind.AXIOMATIC}
_INTEGER: Final = f"^^<{iri.PREFIXES['xsd']}nonNegativeInteger>"


def _term(word: str) -> str:
    if word.startswith("?"):
        return word
    if word.isdigit():
        return f'"{word}"{_INTEGER}'
    return f"<{iri.expand('rdf:type' if word == 'a' else word)}>"


def _atom(text: str) -> Atom:
    words = text.split()
    if words[0] == "list":
        return ListOf(words[1], words[2])
    every = words[0] == "all"
    subject, predicate, object_ = map(_term, words[1:] if every else words)
    return Pattern(subject, predicate, object_, every)


def _atoms(text: str) -> tuple[Atom, ...]:
    return tuple(map(_atom, text.split(" . "))) if text else ()


def _rule(line: str, table: int) -> Rule:
    name, kind, axioms, facts, conclusion, *condition = (part.strip() for part in line.split("|"))
    premises = " . ".join(filter(None, (axioms, facts)))
    return Rule(
        name,
        table,
        _KINDS[kind[0]],
        _atoms(axioms),
        _atoms(facts),
        tuple(atom for atom in _atoms("" if conclusion == "false" else conclusion) if isinstance(atom, Pattern)),
        not kind.endswith("*"),
        f"{premises} → {conclusion}".strip(),
        condition[0] if condition else "",
    )


def _read(source: str) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    table = 0
    for line in source.splitlines():
        if re.fullmatch(r"\d", line):
            table = int(line)
        else:
            rule = _rule(line, table)
            rules[rule.name] = rule
    return rules


RULES: Final[Mapping[str, Rule]] = _read(_SOURCE)
"""All rules by name, in the order of the tables."""
