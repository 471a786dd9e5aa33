"""The terms of the ontology, for code: which classes and properties there are and how they hang together.

``ontology/egov.ttl`` is the source; a test keeps this module equal to it. Every term is a CURIE (``egov:Law``), as in
facts and in the files under ``data/``; `egov_kg.iri.expand` makes an IRI of it. Chains are not here: they are the
reasoner's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from egov_kg.errors import UnknownTerm

__all__ = [
    "CLASSES",
    "CLASS_OF_SEGMENT",
    "DATA_PROPERTIES",
    "DISJOINT",
    "INVERSES",
    "OBJECT_PROPERTIES",
    "OUTSIDE_PROPERTIES",
    "SCHEMES",
    "Class",
    "DataProperty",
    "ObjectProperty",
    "disjoint",
    "domain",
    "forward",
    "inverse",
    "is_subclass",
    "most_specific",
    "range_of",
    "segment",
    "subclasses",
    "superclasses",
    "superproperties",
    "term",
]


@dataclass(frozen=True, slots=True)
class Class:
    """A class.

    Attributes:
        curie: Its name.
        parents: The classes it is directly below.
        segment: The first segment of the ids of its things; empty where it shares that of its parent or, being
            abstract, has none.
    """

    curie: str
    parents: tuple[str, ...] = ()
    segment: str = ""


@dataclass(frozen=True, slots=True)
class ObjectProperty:
    """A property between things, under its forward name, the one that is asserted.

    Attributes:
        curie: Its name.
        inverse: The name of its inverse, or empty.
        domain, range: The class that it gives to its subject and its object, or empty for any thing.
        parents: The properties it is directly below; some are the inverse names of others.
        symmetric, transitive: Its characteristics.
    """

    curie: str
    inverse: str = ""
    domain: str = ""
    range: str = ""
    parents: tuple[str, ...] = ()
    symmetric: bool = False
    transitive: bool = False


@dataclass(frozen=True, slots=True)
class DataProperty:
    """A property from a thing to a literal.

    Attributes:
        curie: Its name.
        datatype: The CURIE of its datatype; SHACL checks it, the ontology does not say it.
        domain: The class that it gives to its subject, or empty for any thing.
    """

    curie: str
    datatype: str
    domain: str = ""


def _curie(name: str) -> str:
    return f"egov:{name}" if name else ""


def _class(name: str, *parents: str, segment: str = "") -> Class:
    return Class(_curie(name), tuple(map(_curie, parents)), segment)


def _property(
    name: str,
    *parents: str,
    inverse: str = "",
    domain: str = "",
    range_: str = "",
    symmetric: bool = False,
    transitive: bool = False,
) -> ObjectProperty:
    return ObjectProperty(
        curie=_curie(name),
        inverse=_curie(inverse),
        domain=_curie(domain),
        range=_curie(range_),
        parents=tuple(map(_curie, parents)),
        symmetric=symmetric,
        transitive=transitive,
    )


def _data(name: str, datatype: str, *, domain: str = "") -> DataProperty:
    return DataProperty(_curie(name), datatype, _curie(domain))


_CLASSES: Final = (
    _class("Actor"),
    _class("Body", "Actor", segment="agency"),
    _class("Administration", "Body", segment="administration"),
    _class("Agency", "Body", segment="agency"),
    _class("Ministry", "Agency"),
    _class("StatutoryAgency", "Agency"),
    _class("LocalGovernment", "Agency"),
    _class("Committee", "Body", segment="committee"),
    _class("Person", "Actor", segment="person"),
    _class("ActorGroup", "Actor", segment="group"),
    _class("GovernmentLevel", "ActorGroup"),
    _class("Office", segment="office"),
    _class("Tenure", segment="tenure"),
    _class("Jurisdiction", segment="jurisdiction"),
    _class("Country", "Jurisdiction"),
    _class("Enactable"),
    _class("Law", "Enactable", segment="law"),
    _class("ExecutiveOrder", "Enactable", segment="order"),
    _class("LawGroup", segment="law-group"),
    _class("LegalText", "Enactable", segment="text"),
    _class("Undertaking"),
    _class("Project", "Undertaking", segment="project"),
    _class("Programme", "Project"),
    _class("Initiative", "Project"),
    _class("Plan", "Undertaking", "Enactable", segment="plan"),
    _class("InformationSystem", "Undertaking", segment="system"),
    _class("PublicService", "Undertaking", segment="service"),
    _class("Stage", segment="stage"),
    _class("Event", segment="event"),
    _class("Concept", segment="concept"),
    _class("Technology", "Concept", segment="technology"),
    _class("Barrier", "Concept", segment="barrier"),
    _class("Enabler", "Concept", segment="enabler"),
    _class("Recommendation", "Concept", segment="recommendation"),
    _class("Context", "Concept", segment="context"),
    _class("ServiceDomain", "Concept", segment="domain"),
    _class("PolicyGoal", "Concept", segment="goal"),
    _class("Mission", "Concept", segment="mission"),
    _class("Finding", "Concept", segment="finding"),
    _class("Document", segment="document"),
    _class("DocumentPart", segment="part"),
    _class("Table", "DocumentPart"),
    _class("Figure", "DocumentPart"),
    _class("Citation", segment="citation"),
    _class("Measurement", segment="measurement"),
    _class("QualityNote", segment="note"),
    _class("Statement", segment="statement"),
    _class("Build", segment="build"),
    _class("TimePosition", segment="time"),
    _class("Day", "TimePosition"),
    _class("Month", "TimePosition"),
    _class("Year", "TimePosition"),
    _class("Span", "TimePosition"),
    _class("TermOfOffice", "Span", segment="term"),
)

# fmt: off
_OBJECT_PROPERTIES: Final = (
    _property("enactedIn", "dated", domain="Enactable", range_="TimePosition"),
    _property("promulgatedOn", "enactedIn", domain="Enactable", range_="TimePosition"),
    _property("adoptedOn", domain="Enactable", range_="TimePosition"),
    _property("inForceFrom", domain="Enactable", range_="TimePosition"),
    _property("enactedUnder", "possiblyEnactedUnder", inverse="enacted", domain="Enactable", range_="Administration"),
    _property("possiblyEnactedUnder", inverse="possiblyEnacted", domain="Enactable", range_="Administration"),
    _property("enactedUnderHead", inverse="headEnacted", domain="Enactable", range_="Person"),
    _property("enactedInStage", "inStage", inverse="hasEnactment", domain="Enactable", range_="Stage"),
    _property("textOf", inverse="hasText", domain="LegalText", range_="Enactable"),
    _property("amends", inverse="amendedBy", domain="Enactable", range_="Enactable"),
    _property("repeals", inverse="repealedBy", domain="Enactable", range_="Enactable"),
    _property("replaces", "predecessorLaw", inverse="replacedBy", domain="Enactable", range_="Enactable"),
    _property("successorLaw", inverse="predecessorLaw", domain="Enactable", range_="Enactable", transitive=True),
    _property("foundedUnder", inverse="mandates", range_="Enactable"),
    _property("regulates", inverse="regulatedBy"),
    _property("possiblySameAs", symmetric=True),
    _property("headedBy", inverse="headOf", domain="Body", range_="Person"),
    _property("hasTerm", inverse="termOf", domain="Administration", range_="TermOfOffice"),
    _property("meetsTerm", domain="TimePosition", range_="TermOfOffice"),
    _property("insideTerm", "meetsTerm", domain="TimePosition", range_="TermOfOffice"),
    _property("mainlyInTerm", "meetsTerm", domain="TimePosition", range_="TermOfOffice"),
    _property("dated", range_="TimePosition"),
    _property("endedIn", range_="TimePosition"),
    _property("ranDuring", range_="TimePosition"),
    _property("beganIn", "dated", range_="TimePosition"),
    _property("datedUnder", "possiblyDatedUnder", range_="Administration"),
    _property("possiblyDatedUnder", range_="Administration"),
    _property("begunUnder", "possiblyBegunUnder", "datedUnder", "underAdministration", range_="Administration"),
    _property("possiblyBegunUnder", "possiblyDatedUnder", range_="Administration"),
    _property("endedUnder", "possiblyEndedUnder", range_="Administration"),
    _property("possiblyEndedUnder", range_="Administration"),
    _property("activeUnder", range_="Administration"),
    _property("mainlyUnder", "activeUnder", range_="Administration"),
    _property("precedes", inverse="precededBy", transitive=True),
    _property("followedBy", "precedes", inverse="follows"),
    _property("involves", inverse="involvedIn", range_="Actor"),
    _property("underAdministration", "involves", inverse="hasUndertaking", range_="Administration"),
    _property("initiatedBy", "underAdministration", inverse="initiated", domain="Undertaking", range_="Administration"),
    _property("continuedBy", "underAdministration", inverse="continued", domain="Undertaking", range_="Administration"),
    _property("plannedBy", "underAdministration", inverse="planned", domain="Undertaking", range_="Administration"),
    _property("advancedBy", "underAdministration", inverse="advanced", domain="Undertaking", range_="Administration"),
    _property("introducedBy", "involves", inverse="introduced", range_="Actor"),
    _property("proposedBy", "involves", inverse="proposed", range_="Actor"),
    _property("conceivedBy", "involves", inverse="conceived", range_="Actor"),
    _property("developedBy", "involves", inverse="developed", range_="Actor"),
    _property("implementedBy", "involves", inverse="implemented", range_="Actor"),
    _property("managedBy", "involves", inverse="managed", range_="Actor"),
    _property("monitoredBy", "involves", inverse="monitored", range_="Actor"),
    _property("coordinatedBy", "involves", inverse="coordinated", range_="Actor"),
    _property("promotedBy", "involves", inverse="promoted", range_="Actor"),
    _property("supportedBy", "involves", inverse="supported", range_="Actor"),
    _property("approvedBy", "involves", inverse="approved", range_="Actor"),
    _property("issuedBy", "involves", inverse="issued", range_="Actor"),
    _property("ledBy", "involves", inverse="led", domain="Body", range_="Actor"),
    _property("collaboratedWith", domain="Actor", range_="Actor", symmetric=True),
    _property("servedUnder", inverse="servedBy", domain="Body", range_="Administration"),
    _property("partOf", inverse="hasPart", transitive=True),
    _property("begunWith", "partOf", inverse="beganPart", domain="Undertaking", range_="Undertaking"),
    _property("inStage", inverse="stageIncludes", range_="Stage"),
    _property("accomplishedIn", "inStage", inverse="hasAccomplishment", range_="Stage"),
    _property("createdBy", inverse="created"),
    _property("responsibleFor", inverse="responsibleAgency"),
    _property("tookPlaceAt", inverse="hosted"),
    _property("respondsTo", inverse="promptedResponse"),
    _property("hasGoal", inverse="goalOf"),
    _property("focusesOn", inverse="focusOf"),
    _property("cornerstoneOf", inverse="hasCornerstone"),
    _property("adoptedAs", domain="PolicyGoal"),
    _property("delivers", inverse="deliveredBy", domain="Undertaking"),
    _property("digitises", inverse="digitisedBy", domain="Undertaking"),
    _property("supersedes", inverse="supersededBy", domain="Undertaking", range_="Undertaking"),
    _property("realises", inverse="realisedBy", domain="InformationSystem", range_="PublicService"),
    _property("directSuccessor", "successor", inverse="directPredecessor", domain="Body", range_="Body"),
    _property("renamedTo", "directSuccessor", "sameBodyAs", inverse="renamedFrom", domain="Body", range_="Body"),
    _property("mergedInto", "directSuccessor", inverse="mergedFrom", domain="Body", range_="Body"),
    _property("splitInto", "directSuccessor", inverse="splitFrom", domain="Body", range_="Body"),
    _property("functionsPassedTo", "directSuccessor", inverse="tookOverFunctionsOf", domain="Body", range_="Body"),
    _property("successor", inverse="predecessor", domain="Body", range_="Body", transitive=True),
    _property("inUse", domain="Body", range_="Body"),
    _property("currentForm", inverse="formerForm", domain="Body", range_="Body"),
    _property("sameBodyAs", domain="Body", range_="Body", symmetric=True, transitive=True),
    _property("subOrganizationOf", "partOf", inverse="hasSubOrganization", domain="Body", range_="Body"),
    _property("hasMission", inverse="missionOf", domain="Body", range_="Mission"),
    _property("affiliatedWith", inverse="hasAffiliate", domain="Person", range_="Body"),
    _property("hasTenure", inverse="tenureOf", domain="Person", range_="Tenure"),
    _property("tenureOffice", domain="Tenure", range_="Office"),
    _property("holdsOffice", inverse="heldBy", domain="Person", range_="Office"),
    _property("inJurisdiction", inverse="jurisdictionOf", range_="Jurisdiction"),
    _property("uses", inverse="usedBy"),
    _property("investsIn", inverse="receivesInvestmentFrom"),
    _property("inducesChangeIn", inverse="changeInducedBy"),
    _property("enables", inverse="enabledBy"),
    _property("drives", "enables", inverse="drivenBy"),
    _property("appliesTechnology", "uses", inverse="appliedIn", range_="Technology"),
    _property("appliesMost", "appliesTechnology", range_="Technology"),
    _property("appliedInDomain", inverse="domainHasTechnology", domain="Technology", range_="ServiceDomain"),
    _property("activeInDomain", inverse="domainHasActivity", range_="ServiceDomain"),
    _property("hampers", inverse="hamperedBy", domain="Barrier"),
    _property("hampersUseOf", inverse="useHamperedBy", domain="Barrier", range_="Technology"),
    _property("mitigates", inverse="mitigatedBy", range_="Barrier"),
    _property("addresses", "mitigates", inverse="addressedBy", domain="Recommendation", range_="Barrier"),
    _property("recommendedFor", inverse="hasRecommendation", domain="Recommendation"),
    _property("recommends", inverse="recommendedBy", range_="Recommendation"),
    _property("stemsFrom", inverse="givesRiseTo"),
    _property("concerns", inverse="concernOf"),
    _property("comparedWith"),
    _property("targets", inverse="targetedBy"),
    _property("inContext", inverse="contextOf", range_="Context"),
    _property("toBeProvidedBy", inverse="toProvide", domain="Recommendation", range_="Actor"),
    _property("narrowerThan", inverse="broaderThan", domain="Concept", range_="Concept"),
    _property("describedIn", inverse="describes"),
    _property("studies", inverse="studiedIn"),
    _property("reports", inverse="reportedIn"),
    _property("defines", inverse="definedIn"),
    _property("usesMethod", inverse="methodOf", domain="Document", range_="Concept"),
    _property("cites", inverse="citedBy"),
    _property("adaptedFrom", "cites"),
    _property("reprintedFrom", "cites"),
    _property("citedThrough", "cites"),
    _property("hasCitation", inverse="citationOf", range_="Citation"),
    _property("citedWork", domain="Citation", range_="Document"),
    _property("hasMeasurement", inverse="measurementOf", range_="Measurement"),
    _property("measure", domain="Measurement", range_="Concept"),
    _property("hasQualityNote", inverse="qualityNoteOf", range_="QualityNote"),
    _property("inConflict", domain="QualityNote", range_="Statement"),
)
# fmt: on

_DATA_PROPERTIES: Final = (
    _data("acronym", "rdf:langString"),
    _data("actNumber", "xsd:string", domain="Enactable"),
    _data("memberCount", "xsd:integer"),
    _data("ordinal", "xsd:integer"),
    _data("statedYear", "xsd:gYear"),
    _data("statedDate", "xsd:date"),
    _data("statedPeriod", "xsd:string"),
    _data("startYear", "xsd:gYear"),
    _data("endYear", "xsd:gYear"),
    _data("firstDay", "xsd:date", domain="TimePosition"),
    _data("lastDay", "xsd:date", domain="TimePosition"),
    _data("approximate", "xsd:boolean", domain="TimePosition"),
    _data("observedOn", "xsd:date", domain="Measurement"),
    _data("meetingFrequency", "xsd:string", domain="Body"),
    _data("statedLanguage", "xsd:string"),
    _data("seriesTitle", "xsd:string"),
    _data("numberInSeries", "xsd:string"),
    _data("citedPage", "xsd:string", domain="Citation"),
    _data("value", "xsd:decimal", domain="Measurement"),
    _data("noteText", "rdf:langString", domain="QualityNote"),
    _data("certainty", "xsd:string", domain="Statement"),
    _data("ruleId", "xsd:string", domain="Statement"),
    _data("textDigest", "xsd:string"),
)

CLASSES: Final[Mapping[str, Class]] = {c.curie: c for c in _CLASSES}
"""Every class by its CURIE, parents before children."""

OBJECT_PROPERTIES: Final[Mapping[str, ObjectProperty]] = {p.curie: p for p in _OBJECT_PROPERTIES}
"""Every object property by its forward name."""

DATA_PROPERTIES: Final[Mapping[str, DataProperty]] = {p.curie: p for p in _DATA_PROPERTIES}
"""Every data property."""

INVERSES: Final[Mapping[str, str]] = {p.inverse: p.curie for p in _OBJECT_PROPERTIES if p.inverse}
"""Inverse name to forward name. Loaders assert the forward name; the inverse is entailed."""

_MAIN: Final = (
    "Actor", "Office", "Tenure", "Jurisdiction", "Law", "ExecutiveOrder", "LawGroup", "LegalText", "Undertaking",
    "Stage", "Event", "Technology", "Barrier", "Enabler", "Recommendation", "Context", "ServiceDomain", "PolicyGoal",
    "Mission", "Finding", "Document", "DocumentPart", "Citation", "Measurement", "QualityNote", "Statement", "Build",
    "TimePosition",
)  # fmt: skip
_ACTORS: Final = ("Administration", "Agency", "Committee", "Person", "ActorGroup")
_UNDERTAKINGS: Final = ("Project", "Plan", "InformationSystem", "PublicService")

DISJOINT: Final = tuple(tuple(map(_curie, names)) for names in (_MAIN, _ACTORS, _UNDERTAKINGS))
"""The groups of classes no two of which share a thing."""

OUTSIDE_PROPERTIES: Final[Mapping[str, str]] = {
    "dcterms:title": "rdf:langString",
    "dcterms:creator": "",
    "dcterms:publisher": "",
    "dcterms:issued": "date",
    "dcterms:language": "xsd:string",
    "dcterms:type": "xsd:string",
    "dcterms:format": "xsd:string",
    "dcterms:subject": "",
    "dcterms:source": "",
    "dcterms:identifier": "xsd:string",
    "foaf:homepage": "",
    "foaf:page": "",
    "skos:prefLabel": "rdf:langString",
    "skos:altLabel": "rdf:langString",
    "skos:definition": "rdf:langString",
    "skos:exactMatch": "",
    "skos:closeMatch": "",
    "skos:narrowMatch": "",
    "skos:broadMatch": "",
    "skos:relatedMatch": "",
    "rdfs:seeAlso": "",
}
"""Outside properties that facts may use as they are, with the datatype of the value; empty where it is an IRI or may
be one, ``date`` where day, month and year are all fine."""

SCHEMES: Final[Mapping[str, str]] = {
    "egov:Technology": "scheme/technologies",
    "egov:Barrier": "scheme/barriers",
}
"""The concept scheme that every thing of a class is in, as an id."""

CLASS_OF_SEGMENT: Final[Mapping[str, str]] = {c.segment: c.curie for c in reversed(_CLASSES) if c.segment}
"""First segment of an id to the most general class that has it: ``agency`` to ``egov:Body``."""


def term(name: str) -> str:
    """Return the CURIE of a class or property of the ontology, inverse names included.

    Args:
        name: The local name.

    Raises:
        UnknownTerm: If the ontology has no such term.

    Example:
        >>> term("enactedUnder")
        'egov:enactedUnder'
    """
    curie = _curie(name)
    if not any(curie in terms for terms in (CLASSES, OBJECT_PROPERTIES, INVERSES, DATA_PROPERTIES)):
        raise UnknownTerm(curie)
    return curie


@cache
def superclasses(cls: str) -> tuple[str, ...]:
    """Return a class and all classes above it, nearest first.

    Raises:
        UnknownTerm: If the ontology has no such class.

    Example:
        >>> superclasses("egov:Ministry")
        ('egov:Ministry', 'egov:Agency', 'egov:Body', 'egov:Actor')
    """
    found = [cls]
    for name in found:
        if name not in CLASSES:
            raise UnknownTerm(name)
        found.extend(parent for parent in CLASSES[name].parents if parent not in found)
    return tuple(found)


@cache
def subclasses(cls: str) -> tuple[str, ...]:
    """Return a class and all classes below it, in the order of `CLASSES`.

    Example:
        >>> subclasses("egov:Project")
        ('egov:Project', 'egov:Programme', 'egov:Initiative')
    """
    return tuple(name for name in CLASSES if cls in superclasses(name))


def is_subclass(cls: str, of: str) -> bool:
    """Return whether each thing of `cls` is one of `of` too.

    Example:
        >>> is_subclass("egov:Plan", "egov:Enactable"), is_subclass("egov:Plan", "egov:Project")
        (True, False)
    """
    return of in superclasses(cls)


@cache
def disjoint(one: str, other: str) -> bool:
    """Return whether no thing can be of both classes.

    Example:
        >>> disjoint("egov:Ministry", "egov:Person"), disjoint("egov:Ministry", "egov:Body")
        (True, False)
    """
    ones, others = superclasses(one), superclasses(other)
    return any(a != b and a in group and b in group for group in DISJOINT for a in ones for b in others)


@cache
def most_specific(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Return those classes that are above no other of them, in the order given.

    Example:
        >>> most_specific(("egov:Actor", "egov:Agency", "egov:Body"))
        ('egov:Agency',)
    """
    return tuple(c for c in classes if not any(o != c and is_subclass(o, c) for o in classes))


@cache
def segment(cls: str) -> str:
    """Return the first segment of the ids of a class's things.

    Raises:
        UnknownTerm: If the class is abstract, so that its things need a more specific one.

    Example:
        >>> segment("egov:Programme"), segment("egov:Law"), segment("egov:Year")
        ('project', 'law', 'time')
    """
    for name in superclasses(cls):
        if CLASSES[name].segment:
            return CLASSES[name].segment
    raise UnknownTerm(cls, "is abstract: its things need a more specific class")


def inverse(prop: str) -> str:
    """Return the other name of a property: inverse of a forward name and the reverse; empty if there is none.

    Example:
        >>> inverse("egov:enactedUnder"), inverse("egov:enacted"), inverse("egov:dated")
        ('egov:enacted', 'egov:enactedUnder', '')
    """
    if prop in INVERSES:
        return INVERSES[prop]
    if prop in OBJECT_PROPERTIES:
        known = OBJECT_PROPERTIES[prop]
        return prop if known.symmetric else known.inverse
    raise UnknownTerm(prop)


def forward(prop: str) -> tuple[str, bool]:
    """Return the forward name of an object property, and whether subject and object change places.

    Example:
        >>> forward("egov:hasPart")
        ('egov:partOf', True)
    """
    if prop in INVERSES:
        return INVERSES[prop], True
    if prop in OBJECT_PROPERTIES:
        return prop, False
    raise UnknownTerm(prop)


def domain(prop: str) -> str:
    """Return the class that a property gives to its subject; empty for any thing.

    Example:
        >>> domain("egov:initiatedBy"), domain("egov:initiated"), domain("egov:actNumber"), domain("egov:uses")
        ('egov:Undertaking', 'egov:Administration', 'egov:Enactable', '')
    """
    if prop in DATA_PROPERTIES:
        return DATA_PROPERTIES[prop].domain
    name, turned = forward(prop)
    return OBJECT_PROPERTIES[name].range if turned else OBJECT_PROPERTIES[name].domain


def range_of(prop: str) -> str:
    """Return the class that an object property gives to its object, empty for any thing; a datatype for the others.

    Example:
        >>> range_of("egov:initiatedBy"), range_of("egov:statedYear"), range_of("egov:partOf")
        ('egov:Administration', 'xsd:gYear', '')
    """
    if prop in DATA_PROPERTIES:
        return DATA_PROPERTIES[prop].datatype
    name, turned = forward(prop)
    return OBJECT_PROPERTIES[name].domain if turned else OBJECT_PROPERTIES[name].range


@cache
def superproperties(prop: str) -> tuple[str, ...]:
    """Return an object property and all properties above it, nearest first; forward names where there is one.

    An inverse name among them (`egov:replaces` stands below `egov:predecessorLaw`) is kept and not followed.

    Example:
        >>> superproperties("egov:begunUnder")[:3]
        ('egov:begunUnder', 'egov:possiblyBegunUnder', 'egov:datedUnder')
    """
    found = [prop]
    for name in found:
        if name in OBJECT_PROPERTIES:
            found.extend(parent for parent in OBJECT_PROPERTIES[name].parents if parent not in found)
        elif name not in INVERSES:
            raise UnknownTerm(name)
    return tuple(found)
