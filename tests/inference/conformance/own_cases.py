"""Our own cases: each rule of the W3C's tables 4 to 9 by its name, with what it gives and a near miss.

Where a rule reads a list, there is a case for its last member: implementations have been known to skip it.
"""

from __future__ import annotations

from typing import Final

from tests.inference.conformance.cases import Case, turtle

__all__ = ["OWN"]


def _follows(name: str, premise: str, conclusion: str, never: str = "") -> Case:
    return Case(name, "entailment", turtle(premise), turtle(conclusion), turtle(never))


def _clashes(name: str, premise: str) -> Case:
    return Case(name, "inconsistency", turtle(premise))


def _stands(name: str, premise: str) -> Case:
    return Case(name, "consistency", turtle(premise))


_ONE: Final = 'owl:maxCardinality "1"^^xsd:nonNegativeInteger'
_NONE: Final = 'owl:maxCardinality "0"^^xsd:nonNegativeInteger'
_ONE_OF: Final = 'owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger'
_NONE_OF: Final = 'owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger'

_EQUALITY: Final = (
    _follows("eq-ref", ":x :p :y .", ":x owl:sameAs :x . :p owl:sameAs :p . :y owl:sameAs :y .", ":x owl:sameAs :y ."),
    _follows("eq-sym", ":x owl:sameAs :y .", ":y owl:sameAs :x ."),
    _follows("eq-trans", ":x owl:sameAs :y . :y owl:sameAs :z .", ":x owl:sameAs :z ."),
    _follows("eq-rep-s", ":x owl:sameAs :y . :x :p :z .", ":y :p :z .", ":z :p :x ."),
    _follows("eq-rep-p", ":p owl:sameAs :q . :x :p :z .", ":x :q :z .", ":z :q :x ."),
    _follows("eq-rep-o", ":x owl:sameAs :y . :z :p :x .", ":z :p :y .", ":y :p :z ."),
    _clashes("eq-diff1", ":x owl:sameAs :y ; owl:differentFrom :y ."),
    _clashes("eq-diff1 the other way", ":x owl:sameAs :y . :y owl:differentFrom :x ."),
    _stands("eq-diff1 of two others", ":x owl:sameAs :y ; owl:differentFrom :z ."),
    _clashes("eq-diff2 first", "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :a owl:sameAs :b ."),
    _clashes("eq-diff2 last", "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :b owl:sameAs :c ."),
    _clashes("eq-diff3 ends", "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) . :c owl:sameAs :a ."),
    _stands("eq-diff3 of another", "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :b owl:sameAs :c ."),
)

_PROPERTIES: Final = (
    _follows("prp-ap", "", "rdfs:label a owl:AnnotationProperty . owl:versionInfo a owl:AnnotationProperty ."),
    _follows("prp-dom", ":p rdfs:domain :C . :x :p :y .", ":x a :C .", ":y a :C ."),
    _follows("prp-rng", ":p rdfs:range :C . :x :p :y .", ":y a :C .", ":x a :C ."),
    _follows(
        "prp-fp", ":p a owl:FunctionalProperty . :x :p :y , :z . :w :p :v .", ":y owl:sameAs :z .", ":y owl:sameAs :v ."
    ),
    _follows(
        "prp-ifp",
        ":p a owl:InverseFunctionalProperty . :x :p :y , :v . :z :p :y .",
        ":x owl:sameAs :z .",
        ":y owl:sameAs :v .",
    ),
    _clashes("prp-irp", ":p a owl:IrreflexiveProperty . :x :p :x ."),
    _clashes("prp-irp by another name", ":p a owl:IrreflexiveProperty . :x :p :y . :x owl:sameAs :y ."),
    _stands("prp-irp of two", ":p a owl:IrreflexiveProperty . :x :p :y . :y :p :x ."),
    _follows("prp-symp", ":p a owl:SymmetricProperty . :x :p :y .", ":y :p :x .", ":x :p :x ."),
    _clashes("prp-asyp", ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x ."),
    _stands("prp-asyp round", ":p a owl:AsymmetricProperty . :x :p :y . :y :p :z . :z :p :x ."),
    _follows(
        "prp-trp", ":p a owl:TransitiveProperty . :x :p :y . :y :p :z . :z :p :w .", ":x :p :z , :w .", ":z :p :x ."
    ),
    _follows("prp-spo1", ":p rdfs:subPropertyOf :q . :x :p :y . :z :q :w .", ":x :q :y .", ":z :p :w ."),
    _follows("prp-spo2 of one", ":p owl:propertyChainAxiom ( :q ) . :x :q :y .", ":x :p :y .", ":y :p :x ."),
    _follows(
        "prp-spo2 of two", ":p owl:propertyChainAxiom ( :q :r ) . :x :q :y . :y :r :z .", ":x :p :z .", ":z :p :x ."
    ),
    _follows(
        "prp-spo2 of four",
        ":p owl:propertyChainAxiom ( :q :r :q :s ) . :a :q :b . :b :r :c . :c :q :d . :d :s :e .",
        ":a :p :e .",
        ":a :p :d . :b :p :e .",
    ),
    _follows("prp-eqp1", ":p owl:equivalentProperty :q . :x :p :y .", ":x :q :y ."),
    _follows("prp-eqp2", ":p owl:equivalentProperty :q . :x :q :y .", ":x :p :y .", ":y :p :x ."),
    _clashes("prp-pdw", ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y ."),
    _stands("prp-pdw the other way", ":p owl:propertyDisjointWith :q . :x :p :y . :y :q :x ."),
    _clashes("prp-adp", "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :x :p :y ; :q :y ."),
    _clashes("prp-adp last", "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :x :q :y ; :r :y ."),
    _clashes("prp-adp of two", "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :x :q :y ; :p :y ."),
    _follows("prp-inv1", ":p owl:inverseOf :q . :x :p :y .", ":y :q :x .", ":x :q :y ."),
    _follows("prp-inv2", ":p owl:inverseOf :q . :x :q :y .", ":y :p :x .", ":x :p :y ."),
    _follows(
        "prp-key",
        ":K owl:hasKey ( :k :l ) . :x a :K ; :k 1 , 2 ; :l :a . :y a :K ; :k 2 ; :l :a . :z a :K ; :k 2 ; :l :b .",
        ":x owl:sameAs :y .",
        ":x owl:sameAs :z . :y owl:sameAs :z .",
    ),
    _follows(
        "prp-key of one",
        ":K owl:hasKey ( :k ) . :x a :K ; :k 1 . :y a :K ; :k 1 . :z a :K . :w :k 1 .",
        ":x owl:sameAs :y .",
        ":x owl:sameAs :z , :w .",
    ),
    _clashes(
        "prp-npa1", "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y . :x :p :y ."
    ),
    _stands(
        "prp-npa1 of another",
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y . :y :p :x .",
    ),
    _clashes("prp-npa2", "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 . :x :p 1 ."),
    _clashes(
        "prp-npa2 by value", "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 . :x :p 1.0 ."
    ),
)

_CLASSES: Final = (
    _follows("cls-thing", "", "owl:Thing a owl:Class ."),
    _follows("cls-nothing1", "", "owl:Nothing a owl:Class ."),
    _clashes("cls-nothing2", ":x a owl:Nothing ."),
    _follows(
        "cls-int1", ":C owl:intersectionOf ( :A :B :D ) . :x a :A , :B , :D . :y a :A , :B .", ":x a :C .", ":y a :C ."
    ),
    _follows("cls-int1 of one", ":C owl:intersectionOf ( :A ) . :x a :A .", ":x a :C ."),
    _follows("cls-int2", ":C owl:intersectionOf ( :A :B :D ) . :x a :C .", ":x a :A , :B , :D ."),
    _follows(
        "cls-uni",
        ":C owl:unionOf ( :A :B :D ) . :x a :A . :y a :B . :z a :D . :w a :C .",
        ":x a :C . :y a :C . :z a :C .",
        ":w a :A .",
    ),
    _clashes("cls-com", ":A owl:complementOf :B . :x a :A , :B ."),
    _follows(
        "cls-svf1",
        ":R owl:someValuesFrom :A ; owl:onProperty :p . :x :p :y . :y a :A . :z :p :x .",
        ":x a :R .",
        ":z a :R . :y a :R .",
    ),
    _follows("cls-svf2", ":R owl:someValuesFrom owl:Thing ; owl:onProperty :p . :x :p :y .", ":x a :R .", ":y a :R ."),
    _follows(
        "cls-avf",
        ":R owl:allValuesFrom :A ; owl:onProperty :p . :x a :R ; :p :y . :z :p :w .",
        ":y a :A .",
        ":w a :A .",
    ),
    _follows("cls-hv1", ":R owl:hasValue :v ; owl:onProperty :p . :x a :R .", ":x :p :v ."),
    _follows("cls-hv2", ":R owl:hasValue :v ; owl:onProperty :p . :x :p :v . :y :p :w .", ":x a :R .", ":y a :R ."),
    _follows(
        "cls-hv2 by value", ":R owl:hasValue 1 ; owl:onProperty :p . :x :p 1.0 . :y :p 2 .", ":x a :R .", ":y a :R ."
    ),
    _clashes("cls-maxc1", f":R {_NONE} ; owl:onProperty :p . :x a :R ; :p :y ."),
    _stands("cls-maxc1 of another", f":R {_NONE} ; owl:onProperty :p . :x a :R ; :q :y . :y :p :x ."),
    _follows(
        "cls-maxc2",
        f":R {_ONE} ; owl:onProperty :p . :x a :R ; :p :y , :z . :w :p :y , :v .",
        ":y owl:sameAs :z .",
        ":y owl:sameAs :v .",
    ),
    _clashes("cls-maxqc1", f":R {_NONE_OF} ; owl:onProperty :p ; owl:onClass :A . :x a :R ; :p :y . :y a :A ."),
    _stands(
        "cls-maxqc1 of another", f":R {_NONE_OF} ; owl:onProperty :p ; owl:onClass :A . :x a :R ; :p :y . :y a :B ."
    ),
    _clashes("cls-maxqc2", f":R {_NONE_OF} ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :R ; :p :y ."),
    _follows(
        "cls-maxqc3",
        f":R {_ONE_OF} ; owl:onProperty :p ; owl:onClass :A . "
        ":x a :R ; :p :y , :z , :w . :y a :A . :z a :A . :w a :B .",
        ":y owl:sameAs :z .",
        ":y owl:sameAs :w .",
    ),
    _follows(
        "cls-maxqc4",
        f":R {_ONE_OF} ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :R ; :p :y , :z .",
        ":y owl:sameAs :z .",
    ),
    _follows("cls-oo", ":C owl:oneOf ( :a :b :c ) . :d a :D .", ":a a :C . :b a :C . :c a :C .", ":d a :C ."),
)

_CLASS_AXIOMS: Final = (
    _follows("cax-sco", ":A rdfs:subClassOf :B . :x a :A . :y a :B .", ":x a :B .", ":y a :A ."),
    _follows("cax-eqc1", ":A owl:equivalentClass :B . :x a :A .", ":x a :B ."),
    _follows("cax-eqc2", ":A owl:equivalentClass :B . :x a :B .", ":x a :A ."),
    _clashes("cax-dw", ":A owl:disjointWith :B . :x a :A , :B ."),
    _stands("cax-dw of two", ":A owl:disjointWith :B . :x a :A . :y a :B ."),
    _clashes("cax-adc", "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . :x a :A , :B ."),
    _clashes("cax-adc last", "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . :x a :C , :B ."),
)

_DATATYPES: Final = (
    _follows("dt-type1", "", "xsd:integer a rdfs:Datatype . xsd:dateTimeStamp a rdfs:Datatype ."),
    _follows(
        "dt-type2", ':x owl:sameAs "1"^^xsd:byte .', ":x a xsd:byte , xsd:integer , xsd:decimal .", ":x a xsd:double ."
    ),
    _follows("dt-eq", ':x owl:sameAs 1 . :y owl:sameAs "01"^^xsd:byte .', ":x owl:sameAs :y ."),
    _follows("dt-diff", ":x owl:sameAs 1 . :y owl:sameAs 2 .", ":x owl:differentFrom :y .", ":x owl:sameAs :y ."),
    _clashes("dt-diff of one thing", ":x owl:sameAs 1 , 2 ."),
    _clashes("dt-not-type", ':x :p "a"^^xsd:integer .'),
    _clashes("dt-not-type of a range", ":p rdfs:range xsd:integer . :x :p 1.5 ."),
    _stands("dt-not-type of a range by value", ":p rdfs:range xsd:integer . :x :p 1.0 ."),
    _clashes("a functional data property", ":p a owl:FunctionalProperty . :x :p 1 , 2 ."),
    _stands("a functional data property, by value", ":p a owl:FunctionalProperty . :x :p 1 , 1.0 ."),
)

_SCHEMA: Final = (
    _follows(
        "scm-cls",
        ":A a owl:Class .",
        ":A rdfs:subClassOf :A , owl:Thing ; owl:equivalentClass :A . owl:Nothing rdfs:subClassOf :A .",
    ),
    _follows(
        "scm-sco",
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .",
        ":A rdfs:subClassOf :C .",
        ":C rdfs:subClassOf :A .",
    ),
    _follows("scm-eqc1", ":A owl:equivalentClass :B .", ":A rdfs:subClassOf :B . :B rdfs:subClassOf :A ."),
    _follows("scm-eqc2", ":A rdfs:subClassOf :B . :B rdfs:subClassOf :A .", ":A owl:equivalentClass :B ."),
    _follows("scm-op", ":p a owl:ObjectProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p ."),
    _follows("scm-dp", ":p a owl:DatatypeProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p ."),
    _follows("scm-spo", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r ."),
    _follows("scm-eqp1", ":p owl:equivalentProperty :q .", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p ."),
    _follows("scm-eqp2", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .", ":p owl:equivalentProperty :q ."),
    _follows("scm-dom1", ":p rdfs:domain :A . :A rdfs:subClassOf :B .", ":p rdfs:domain :B .", ":p rdfs:range :B ."),
    _follows("scm-dom2", ":q rdfs:domain :A . :p rdfs:subPropertyOf :q .", ":p rdfs:domain :A ."),
    _follows("scm-rng1", ":p rdfs:range :A . :A rdfs:subClassOf :B .", ":p rdfs:range :B ."),
    _follows("scm-rng2", ":q rdfs:range :A . :p rdfs:subPropertyOf :q .", ":p rdfs:range :A ."),
    _follows(
        "scm-hv",
        ":A owl:hasValue :v ; owl:onProperty :p . :B owl:hasValue :v ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":A rdfs:subClassOf :B .",
        ":B rdfs:subClassOf :A .",
    ),
    _follows(
        "scm-svf1",
        ":A owl:someValuesFrom :C ; owl:onProperty :p . "
        ":B owl:someValuesFrom :D ; owl:onProperty :p . :C rdfs:subClassOf :D .",
        ":A rdfs:subClassOf :B .",
        ":B rdfs:subClassOf :A .",
    ),
    _follows(
        "scm-svf2",
        ":A owl:someValuesFrom :C ; owl:onProperty :p . "
        ":B owl:someValuesFrom :C ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":A rdfs:subClassOf :B .",
        ":B rdfs:subClassOf :A .",
    ),
    _follows(
        "scm-avf1",
        ":A owl:allValuesFrom :C ; owl:onProperty :p . "
        ":B owl:allValuesFrom :D ; owl:onProperty :p . :C rdfs:subClassOf :D .",
        ":A rdfs:subClassOf :B .",
        ":B rdfs:subClassOf :A .",
    ),
    _follows(
        "scm-avf2",
        ":A owl:allValuesFrom :C ; owl:onProperty :p . "
        ":B owl:allValuesFrom :C ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":B rdfs:subClassOf :A .",
        ":A rdfs:subClassOf :B .",
    ),
    _follows(
        "scm-int",
        ":C owl:intersectionOf ( :A :B :D ) .",
        ":C rdfs:subClassOf :A , :B , :D .",
        ":A rdfs:subClassOf :C .",
    ),
    _follows(
        "scm-uni",
        ":C owl:unionOf ( :A :B :D ) .",
        ":A rdfs:subClassOf :C . :D rdfs:subClassOf :C .",
        ":C rdfs:subClassOf :A .",
    ),
)

OWN: Final = (*_EQUALITY, *_PROPERTIES, *_CLASSES, *_CLASS_AXIOMS, *_DATATYPES, *_SCHEMA)
