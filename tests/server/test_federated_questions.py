"""Questions over two data sets, end to end over HTTP: a small graph of our own, and the shipped registers beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from egov_kg import iri
from egov_kg.store import current_id
from tests.server.conftest import Server, node, publish, slug, start, stop

DAY = NamedNode("http://www.w3.org/2001/XMLSchema#date")
LAW = "law/kr/digital-signature-act"
KIM, ROH = "administration/kr/kim-dae-jung", "administration/kr/roh-moo-hyun"


def theirs(path: str) -> NamedNode:
    """Return the node of a row of the registers, by its path below our ids."""
    return NamedNode(iri.thing_iri(path))


def linked() -> list[Triple]:
    """Return two laws, two administrations, a head and a country, and what they are linked with in the registers."""
    exact, close, label = node("skos:exactMatch"), node("skos:closeMatch"), node("skos:prefLabel")
    person, item = node("person/kr/kim-dae-jung"), NamedNode("http://www.wikidata.org/entity/Q45785")
    country = node("jurisdiction/kr/republic-korea")
    made = [
        Triple(node(LAW), node("rdf:type"), node("egov:Law")),
        Triple(node(LAW), label, Literal("Digital Signature Act", language="en")),
        Triple(node(LAW), node("egov:enactedUnder"), node(KIM)),
        Triple(node(LAW), close, theirs("text/law-go-kr/54720")),
        Triple(node(LAW), exact, theirs("law/law-go-kr/009413")),
        Triple(node("law/kr/public-data-act"), node("rdf:type"), node("egov:Law")),
        Triple(node("law/kr/public-data-act"), close, theirs("text/law-go-kr/142444")),
        Triple(node(KIM), node("egov:headedBy"), person),
        Triple(person, exact, item),
        Triple(country, node("rdf:type"), node("egov:Country")),
        Triple(country, label, Literal("Republic of Korea", language="en")),
        Triple(country, exact, theirs("jurisdiction/iso-3166-1/KR")),
    ]
    for name, row, first, last in (
        (KIM, "Q45785-1998-02-25", "1998-02-25", "2003-02-24"),
        (ROH, "Q14345-2003-02-25", "2003-02-25", "2008-02-25"),
    ):
        term = node(name.replace("administration", "term"))
        made += [
            Triple(node(name), node("rdf:type"), node("egov:Administration")),
            Triple(node(name), node("egov:hasTerm"), term),
            Triple(term, node("egov:firstDay"), Literal(first, datatype=DAY)),
            Triple(term, node("egov:lastDay"), Literal(last, datatype=DAY)),
            Triple(node(name), close, theirs(f"tenure/wikidata/{row}")),
        ]
    return made


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of it with all shipped registers beside it."""
    out = tmp_path_factory.mktemp("out")
    settings: dict[str, Any] = {"beside": ["kr-iso", "kr-law-history", "kr-offices"]}
    running = start(out, publish(out, more=linked()).id, seconds=20, **settings)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def asking(registers: Server) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=registers.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def shipped(built: Path) -> Iterator[httpx.Client]:
    """A client of a server of it with the registers beside it."""
    settings: dict[str, Any] = {"beside": ["kr-iso", "kr-law-history", "kr-offices"]}
    running = start(built, current_id(built), seconds=20, **settings)
    with httpx.Client(base_url=running.url, trust_env=False, timeout=60) as client:
        yield client
    stop(running)


def rows(client: httpx.Client, name: str) -> list[list[str]]:
    """Return the rows of a question as they stand in CSV, with IRIs cut to what stands below our ids."""
    answer = client.get(f"queries/{name}.csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    base = iri.thing_iri("")
    return [[cell.removeprefix(base) for cell in line.split(",")] for line in answer.text.split("\r\n")[1:-1]]


class TestAnswers:
    """Each question has the rows that a reader finds in the two tables."""

    def test_whole_revisions(self, asking: httpx.Client) -> None:
        """The Digital Signature Act was wholly revised in 2020; the other law has no administration here."""
        assert rows(asking, "revisions-of-laws") == [
            [LAW, "Digital Signature Act", KIM, "전자서명법", "2020-06-09", "17354", "text/law-go-kr/218885"]
        ]

    def test_decrees_and_rules(self, asking: httpx.Client) -> None:
        """Of the public data act both; of the other one the first promulgation is not in the copy under this title."""
        title = "공공데이터의 제공 및 이용 활성화에 관한 법률"

        found = rows(asking, "decrees-of-laws")

        assert ["law/kr/public-data-act", "", f"{title} 시행령", "대통령령", "2013-10-30", "24812"] in found
        assert ["law/kr/public-data-act", "", f"{title} 시행규칙", "안전행정부령", "2013-10-31", "00023"] in found
        assert {row[0] for row in found} <= {LAW, "law/kr/public-data-act"}

    def test_laws_in_force(self, asking: httpx.Client) -> None:
        """Title and status of the copy; the number is that of the latest text."""
        found = rows(asking, "laws-in-force-today")

        assert [row[:4] for row in found] == [[LAW, "Digital Signature Act", "전자서명법", "시행"]]

    def test_terms_and_tenures(self, asking: httpx.Client) -> None:
        """One agrees; of the other the last days differ by one, and the row says so."""
        assert rows(asking, "terms-and-tenures") == [
            [KIM, "", "1998-02-25", "1998-02-25", "2003-02-24", "2003-02-24", "true"],
            [ROH, "", "2003-02-25", "2003-02-25", "2008-02-25", "2008-02-24", "false"],
        ]

    def test_other_offices(self, asking: httpx.Client) -> None:
        """The one that made him head is among them."""
        assert rows(asking, "other-offices-of-heads") == [
            ["person/kr/kim-dae-jung", "", "President", "1998-02-25", "2003-02-24"]
        ]

    def test_codes(self, asking: httpx.Client) -> None:
        """Of the Republic, not of the other Korea."""
        assert asking.get("queries/codes-of-jurisdictions.csv").text.split("\r\n")[1] == (
            f'{iri.thing_iri("jurisdiction/kr/republic-korea")},Republic of Korea,KR,KOR,410,"Korea, Republic of",'
        )


class TestShipped:
    """The graph from the shipped data, by the links that people accepted."""

    def test_whole_revisions_of_the_laws_of_an_administration(self, shipped: httpx.Client) -> None:
        """Of the E-Government Act that of 2010, whichever title it was enacted under."""
        found = rows(shipped, "revisions-of-laws")

        assert ["law/kr/e-government-act", "E-Government Act", KIM, "전자정부법", "2010-02-04", "10012"] in [
            row[:6] for row in found
        ]
        assert ["law/kr/digital-signature-act", "2020-06-09"] in [[row[0], row[4]] for row in found]

    def test_terms_agree_with_tenures(self, shipped: httpx.Client) -> None:
        """All five that are in both."""
        found = rows(shipped, "terms-and-tenures")

        assert [row[0].rpartition("/")[2] for row in found] == [
            "kim-dae-jung",
            "roh-moo-hyun",
            "lee-myung-bak",
            "park-geun-hye",
            "moon-jae-in",
        ]
        assert {row[6] for row in found} == {"true"}

    def test_an_office_before_the_presidency(self, shipped: httpx.Client) -> None:
        """It is a tenure of the person, and of no administration."""
        found = [row[2:4] for row in rows(shipped, "other-offices-of-heads") if row[0] == "person/kr/lee-myung-bak"]

        assert found == [["Mayor of Seoul", "2002-07-01"], ["President", "2008-02-25"]]

    @pytest.mark.parametrize("name", ["decrees-of-laws", "laws-in-force-today", "codes-of-jurisdictions"])
    def test_the_others_have_answers(self, shipped: httpx.Client, name: str) -> None:
        """None of them is empty."""
        assert rows(shipped, name)


class TestOffered:
    """A question is offered where all that it asks may be asked."""

    def test_in_the_list_and_as_pages(self, asking: httpx.Client) -> None:
        """In both languages, with the query to read; what asks elsewhere is not there."""
        names = {one["name"] for one in asking.get("queries", params={"format": "json"}).json()}
        page = asking.get("queries/terms-and-tenures", headers={"Accept": "text/html"})
        korean = asking.get("queries?lang=ko", headers={"Accept": "text/html"})

        assert {"revisions-of-laws", "codes-of-jurisdictions"} <= names
        assert not {name for name in names if "wikidata" in name or "ministry" in name or "european" in name}
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert "etag" not in page.headers
        assert "2008-02-24" in page.text
        assert "함께 제공되는 데이터와 함께" in korean.text
        assert "SERVICE <beside/kr-offices/sparql>" in asking.get("queries/terms-and-tenures.rq").text

    def test_not_without_its_data_set(self, client: httpx.Client) -> None:
        """A server of the release alone has none of them."""
        assert slug(client.get("queries/revisions-of-laws.csv")) == "not-found"

    def test_elsewhere_if_the_operator_lists_it(self, server: Server) -> None:
        """The question is in the list; nobody is asked before somebody runs it."""
        settings: dict[str, Any] = {"federation_allow": ["https://query.wikidata.org/sparql"]}
        running = start(server.out, server.release, **settings)
        try:
            listed = httpx.get(f"{running.url}queries", params={"format": "json"}, trust_env=False).json()
        finally:
            stop(running)

        assert [one["name"] for one in listed if one["group"] in {"beside", "elsewhere"}] == ["wikidata-names-of-heads"]
