"""A small graph of laws, people and a country, and a folder in which to write what is linked with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg.linking.deciding import CandidateLink
from egov_kg.linking.matching import Linking, link
from egov_kg.linking.specification import Specification
from egov_kg.linking.specification_files import read_specification
from egov_kg.linking.sssom import MappingRow

PREFIXES = """
@prefix egov: <https://w3id.org/egov-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix law: <https://w3id.org/egov-kg/id/law/kr/> .
@prefix person: <https://w3id.org/egov-kg/id/person/kr/> .
@prefix administration: <https://w3id.org/egov-kg/id/administration/kr/> .
@prefix agency: <https://w3id.org/egov-kg/id/agency/kr/> .
@prefix place: <https://w3id.org/egov-kg/id/jurisdiction/kr/> .
@prefix office: <https://w3id.org/egov-kg/id/office/kr/> .
@prefix term: <https://w3id.org/egov-kg/id/term/kr/> .
@prefix time: <https://w3id.org/egov-kg/id/time/kr/> .
"""

GRAPH = (
    PREFIXES
    + """
place:republic-korea a egov:Country, egov:Jurisdiction ; dcterms:identifier "KR" ;
    skos:prefLabel "Republic of Korea"@en, "대한민국"@ko .
law:public-data-act a egov:Law ; egov:inJurisdiction place:republic-korea ; egov:actNumber "11956" ;
    skos:prefLabel "Act on Promotion of the Provision and Use of Public Data"@en,
        "공공데이터의 제공 및 이용 활성화에 관한 법률"@ko ;
    egov:promulgatedOn <https://w3id.org/egov-kg/id/time/kr/2013> .
<https://w3id.org/egov-kg/id/time/kr/2013> egov:firstDay "2013-01-01"^^xsd:date ; egov:lastDay "2013-12-31"^^xsd:date .
law:e-government-act a egov:Law ; egov:inJurisdiction place:republic-korea ; egov:actNumber "6439" ;
    skos:prefLabel "E-Government Act"@en, "전자정부법"@ko ;
    egov:promulgatedOn <https://w3id.org/egov-kg/id/time/kr/2001-03-28> .
<https://w3id.org/egov-kg/id/time/kr/2001-03-28> egov:firstDay "2001-03-28"^^xsd:date ;
    egov:lastDay "2001-03-28"^^xsd:date .
law:digital-signature-act a egov:Law ; egov:inJurisdiction place:republic-korea ; egov:actNumber "5792" ;
    skos:prefLabel "Digital Signature Act"@en, "전자서명법"@ko ;
    egov:promulgatedOn <https://w3id.org/egov-kg/id/time/kr/1999-02-05> .
<https://w3id.org/egov-kg/id/time/kr/1999-02-05> egov:firstDay "1999-02-05"^^xsd:date ;
    egov:lastDay "1999-02-05"^^xsd:date .
office:president a egov:Office ; skos:prefLabel "President of South Korea"@en .
person:roh-moo-hyun a egov:Person ; skos:prefLabel "Roh Moo-hyun"@en, "노무현"@ko ;
    egov:holdsOffice office:president ; egov:headOf administration:roh-moo-hyun .
person:roh-tae-woo a egov:Person ; skos:prefLabel "Roh Tae-woo"@en, "노태우"@ko ;
    egov:holdsOffice office:president ; egov:headOf administration:roh-tae-woo .
person:jung-sook-kim a egov:Person ; skos:prefLabel "Jung-sook Kim"@en, "김정숙"@ko .
administration:roh-moo-hyun a egov:Administration, egov:Body ; skos:prefLabel "Roh Moo-hyun administration"@en ;
    egov:headedBy person:roh-moo-hyun ; egov:hasTerm term:roh-moo-hyun .
administration:roh-tae-woo a egov:Administration, egov:Body ; skos:prefLabel "Roh Tae-woo administration"@en ;
    egov:headedBy person:roh-tae-woo ; egov:hasTerm term:roh-tae-woo .
term:roh-moo-hyun egov:firstDay "2003-02-25"^^xsd:date ; egov:lastDay "2008-02-24"^^xsd:date .
term:roh-tae-woo egov:firstDay "1988-02-25"^^xsd:date ; egov:lastDay "1993-02-24"^^xsd:date .
agency:nia a egov:Agency, egov:Body ; skos:prefLabel "National Information Society Agency"@en ;
    skos:altLabel "NIA"@en ; egov:inJurisdiction place:republic-korea .
"""
)

DATASET = """
[dataset]
id = "register"
title = { en = "A register" }
licence = "CC0"
source = "register.csv"
version = "2026-01-01"
format = "csv"
dialect = { delimiter = ",", quote = '"', encoding = "utf-8", header = true }
prefix = { reg = "https://register.example/id/" }
"""

LAWS = (
    DATASET
    + """
[[match]]
ours = "egov:Law"
level = "work"
id = "reg:{id}"
label = [{ column = "title", lang = "ko" }]
kind = { column = "kind", map = { "법률" = "act", "대통령령" = "decree" } }
number = { column = "number", strip = "0" }
date = { column = "day" }
jurisdiction = { value = "kr" }
"""
)

PEOPLE = (
    DATASET
    + """
[[match]]
ours = "egov:Person"
level = "person"
id = "reg:{id}"
repeats = true
label = [{ column = "person" }]
parent = { column = "position", ours = "egov:holdsOffice", map = { "President" = "President of South Korea" } }
date = { column = "start", ours = "egov:headOf/egov:hasTerm/egov:firstDay" }
review = 0.7
"""
)


def filler(count: int, *, kind: str = "법률") -> list[str]:
    """Return rows of a register of laws that are none of ours: the frequencies need a crowd."""
    return [
        f"f{n},{_word(n)}에 관한 사항법,{kind},{20000 + n},{1950 + n % 70}-0{1 + n % 9}-1{n % 9}" for n in range(count)
    ]


def _word(number: int) -> str:
    return "".join(chr(ord("가") + (number * 7919 + place * 523) % 11172) for place in range(4))


def store_of(text: str) -> ox.Store:
    """Return a store with Turtle in its default graph."""
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    return store


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a specification and a target, linked with a graph."""

    folder: Path
    store: ox.Store

    def specification(self, text: str) -> Specification:
        """Write a specification and read it."""
        path = self.folder / "register.toml"
        path.write_text(text, encoding="utf-8")
        return read_specification(path)

    def target(self, data: str | bytes, name: str = "register.csv") -> Path:
        """Write a target."""
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def run(self, specification: str, data: str | bytes, decisions: tuple[MappingRow, ...] = ()) -> Linking:
        """Link the graph with a target."""
        return link(self.store, self.specification(specification), self.target(data), decisions=decisions)

    def laws(
        self, rows: list[str], decisions: tuple[MappingRow, ...] = (), *, crowd: int = 400
    ) -> tuple[CandidateLink, ...]:
        """Link the laws with a register of these rows and a crowd of others, some of them decrees."""
        others = [*filler(crowd), *filler(crowd // 2, kind="대통령령")]
        return self.run(LAWS, "\n".join(["id,title,kind,number,day", *rows, *others]) + "\n", decisions).links


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with the small graph."""
    return Desk(tmp_path, store_of(GRAPH))


@pytest.fixture
def desk_of(tmp_path: Path) -> Callable[[str], Desk]:
    """What makes a desk with a graph of one's own, in Turtle."""
    return lambda text: Desk(tmp_path, store_of(PREFIXES + text))


def told(links: tuple[CandidateLink, ...]) -> list[tuple[str, str, str, str]]:
    """Return links as a test writes them: our slug, their local id, band, predicate."""
    return [
        (one.pair.entity.iri.rpartition("/")[2], one.pair.row.id.rpartition("/")[2], one.band, one.predicate[5:-5])
        for one in links
    ]
