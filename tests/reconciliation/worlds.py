"""Small graphs to ask."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.rdf.ontology import ontology_quads
from egov_kg.reconciliation.gathering import gathered
from egov_kg.reconciliation.reconciler import Reconciler
from egov_kg.reconciliation.table import write_search

LAWS = """
@base <https://w3id.org/egov-kg/id/> .
@prefix egov: <https://w3id.org/egov-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<jurisdiction/kr> a egov:Jurisdiction, egov:Country ; skos:prefLabel "Republic of Korea"@en, "대한민국"@ko ;
    dcterms:identifier "KR" .
<jurisdiction/ee> a egov:Jurisdiction, egov:Country ; skos:prefLabel "Estonia"@en ; dcterms:identifier "EE" .

<law/kr/e-government-act> a egov:Law, egov:Enactable ; skos:prefLabel "E-Government Act"@en, "전자정부법"@ko ;
    egov:actNumber "6439" ; egov:promulgatedOn <time/2001-03-28> ; egov:inJurisdiction <jurisdiction/kr> ;
    egov:partOf <law-group/kr/informatisation> .
<law/kr/public-data-act> a egov:Law, egov:Enactable ;
    skos:prefLabel "Act on Promotion of the Provision and Use of Public Data"@en, "공공데이터법"@ko ;
    skos:definition "An act that opens data."@en ; egov:memberCount 31 ; egov:approximate true ;
    egov:actNumber "11956" ; egov:promulgatedOn <time/2013-07-30> ; egov:inJurisdiction <jurisdiction/kr> ;
    egov:enactedUnder <administration/kr/park> .
<order/kr/e-government-decree> a egov:ExecutiveOrder, egov:Enactable ;
    skos:prefLabel "Enforcement Decree of the E-Government Act"@en, "전자정부법 시행령"@ko ;
    egov:promulgatedOn <time/2001> ; egov:inJurisdiction <jurisdiction/kr> .
<law/ee/public-information-act> a egov:Law, egov:Enactable ; skos:prefLabel "Public Information Act"@en ;
    egov:promulgatedOn <time/2000-11> ; egov:inJurisdiction <jurisdiction/ee> .
<law-group/kr/informatisation> a egov:LawGroup ; skos:prefLabel "Informatisation laws"@en .

<person/kr/roh> a egov:Person, egov:Actor ; skos:prefLabel "Roh Moo-hyun"@en, "노무현"@ko .
<administration/kr/roh> a egov:Administration, egov:Body, egov:Actor ; skos:prefLabel "Roh Moo-hyun administration"@en .
<administration/kr/park> a egov:Administration, egov:Body, egov:Actor ;
    skos:prefLabel "Park Geun-hye administration"@en, "박근혜 정부"@ko .
<person/kr/kim-1> a egov:Person, egov:Actor ; skos:prefLabel "Kim Min-su"@en ; egov:startYear "1970"^^xsd:gYear .
<person/kr/kim-2> a egov:Person, egov:Actor ; skos:prefLabel "Kim Min-su"@en ; egov:startYear "1980"^^xsd:gYear .

<time/2001-03-28> a egov:Day, egov:TimePosition ; skos:prefLabel "28 March 2001"@en ;
    egov:firstDay "2001-03-28"^^xsd:date ; egov:lastDay "2001-03-28"^^xsd:date .
<time/2013-07-30> a egov:Day, egov:TimePosition ; egov:firstDay "2013-07-30"^^xsd:date ;
    egov:lastDay "2013-07-30"^^xsd:date .
<time/2001> a egov:Year, egov:TimePosition ; egov:firstDay "2001-01-01"^^xsd:date ;
    egov:lastDay "2001-12-31"^^xsd:date .
<time/2000-11> a egov:Month, egov:TimePosition ; egov:firstDay "2000-11-01"^^xsd:date ;
    egov:lastDay "2000-11-30"^^xsd:date .
<document/int/roh> a egov:Document ; skos:prefLabel "Roh Moo-hyun"@en .
<law/kr/old> a egov:Law, egov:Enactable ; skos:prefLabel "Zoning Act"@en ; skos:altLabel "Harbour Act"@en .
<law/kr/zone> a egov:Law, egov:Enactable ; skos:prefLabel "Harbour Act"@en .
<measurement/int/x> a egov:Measurement ; skos:prefLabel "31 %"@en .
"""


def quads_of(turtle: str) -> list[ox.Quad]:
    """Return triples of the default graph, and the ontology."""
    return [*ox.parse(turtle, format=ox.RdfFormat.TURTLE), *ontology_quads(iri.BASE)]


def written(turtle: str, folder: Path) -> Path:
    """Return a search folder of a graph."""
    write_search(gathered(quads_of(turtle)), folder / "search")
    return folder / "search"


def reconciler_of(turtle: str, folder: Path) -> Reconciler:
    """Return what answers for a graph."""
    return Reconciler.open(written(turtle, folder))


def laws_and_many(folder: Path, names: Iterable[str]) -> Reconciler:
    """Return what answers for the laws above and for agencies of some names."""
    more = "".join(
        f'<agency/xx/n{number}> a egov:Agency, egov:Body, egov:Actor ; skos:prefLabel "{name}"@en ; '
        f'egov:beganIn <time/2001> ; egov:actNumber "{number}" .\n'
        for number, name in enumerate(names)
    )
    return reconciler_of(LAWS + more, folder)
