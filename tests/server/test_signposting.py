"""Machines find their way by links alone: from a page to its name and data, from data to page and terms."""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import urljoin

import httpx
import pytest

from egov_kg import iri
from tests.server.conftest import Server

BROWSER: Final = {"Accept": "text/html"}
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
LINK: Final = re.compile(r'<([^>]*)>((?:; [a-z]+="[^"]*")+)(?:,\s*|\s*\Z)')
PARAMETER: Final = re.compile(r'; ([a-z]+)="([^"]*)"')
ACT: Final = "law/kr/act"
SMALL: Final = 4096
"""What proxies take of the head of an answer without being told to take more."""


def links(text: str) -> list[dict[str, str]]:
    """Return the links of a header, each with its ``href``; the whole header is read."""
    found = [{"href": match[1], **dict(PARAMETER.findall(match[2]))} for match in LINK.finditer(text)]
    assert "".join(match[0] for match in LINK.finditer(text)) == text
    return found


def led(response: httpx.Response) -> dict[str, list[tuple[str, str]]]:
    """Return where an answer leads: by relation the address and the media type of each link."""
    assert response.status_code == 200, response.text[:200]
    assert sum(len(name) + len(value) + 4 for name, value in response.headers.raw) < SMALL
    relations: dict[str, list[tuple[str, str]]] = {}
    for link in links(response.headers["link"]):
        relations.setdefault(link["rel"], []).append((link["href"], link.get("type", "")))
    return relations


def assert_answers(client: httpx.Client, targets: list[tuple[str, str]]) -> None:
    """Assert that each target on this server answers with the media type that its link promises."""
    for href, media_type in targets:
        if href.startswith("/"):
            answer = client.get(href.lstrip("/"), headers={"Accept": media_type or "*/*"}, follow_redirects=True)
            assert answer.status_code == 200, href
            assert answer.headers["content-type"].partition(";")[0] == media_type, href


class TestFirstPage:
    def test_what_to_cite_and_under_which_terms(self, client: httpx.Client) -> None:
        """The name of the data set, not the address of this copy."""
        found = led(client.get("", headers=BROWSER))

        assert found["cite-as"] == [(iri.BASE, "")]
        assert found["license"] == [(LICENCE, "")]
        assert found["type"] == [("https://schema.org/AboutPage", ""), ("https://schema.org/Dataset", "")]

    def test_what_it_is_made_of(self, client: httpx.Client, server: Server) -> None:
        """The dumps of everything, each with its type, under the id of the release."""
        found = led(client.get("", headers=BROWSER))

        assert (f"/dumps/{server.release}/egov-kg-all.ttl", "text/turtle") in found["item"]
        assert len(found["item"]) == 6
        assert_answers(client, found["item"])

    def test_where_it_is_described(self, client: httpx.Client) -> None:
        """The catalogue in three forms, VoID, and all links in two."""
        found = led(client.get("", headers=BROWSER))

        assert ("/catalog.jsonld", "application/ld+json") in found["describedby"]
        assert_answers(client, [*found["describedby"], *found["linkset"]])
        assert len(found["linkset"]) == 2


class TestThings:
    def test_a_page_leads_to_its_name_and_data(self, client: httpx.Client) -> None:
        """And to the data set that it is a part of."""
        found = led(client.get(f"page/{ACT}", headers=BROWSER))

        assert found["cite-as"] == [(iri.thing_iri(ACT), "")]
        assert (f"/data/{ACT}.ttl", "text/turtle") in found["describedby"]
        assert set(found["alternate"]) < set(found["describedby"])
        assert (found["collection"], found["license"]) == ([("/", "text/html")], [(LICENCE, "")])
        assert_answers(client, [*found["describedby"], *found["alternate"]])

    def test_data_lead_to_what_they_describe_and_to_their_other_forms(self, client: httpx.Client) -> None:
        """But not to themselves."""
        found = led(client.get(f"data/{ACT}.jsonld"))

        assert found["describes"] == [(iri.thing_iri(ACT), "")]
        assert f"/data/{ACT}.jsonld" not in [href for href, _ in found["alternate"]]
        assert (f"/page/{ACT}", "text/html") in found["alternate"]
        assert_answers(client, found["alternate"])

    def test_the_name_leads_back_to_the_page(self, client: httpx.Client) -> None:
        """As soon as it is asked for at this server."""
        (name,) = led(client.get(f"page/{ACT}", headers=BROWSER))["cite-as"]

        answer = client.get(name[0].removeprefix(iri.BASE), headers=BROWSER)

        assert (answer.status_code, answer.headers["location"]) == (303, f"/page/{ACT}")

    def test_dots_of_a_name_are_no_extension(self, client: httpx.Client) -> None:
        """A position in time has some."""
        found = led(client.get("data/time/kr/2003..2007.ttl"))

        assert found["describes"] == [(iri.thing_iri("time/kr/2003..2007"), "")]
        assert_answers(client, found["alternate"])


@pytest.mark.parametrize(
    ("path", "name"), [("graph/entailed", f"{iri.BASE}graph/entailed"), ("ontology", f"{iri.BASE}ontology")]
)
def test_graphs_and_the_ontology_are_named(client: httpx.Client, path: str, name: str) -> None:
    """As page and as data."""
    page, data = led(client.get(path, headers=BROWSER)), led(client.get(f"{path}.ttl"))

    assert page["cite-as"] == data["cite-as"] == [(name, "")]
    assert_answers(client, [*page["alternate"], *page["describedby"], *data["alternate"]])
    assert (f"/{path}.ttl", "text/turtle") not in data["alternate"]


@pytest.mark.parametrize("path", ["catalog.ttl", "catalog.jsonld", "void.ttl"])
def test_descriptions_lead_to_the_first_page(client: httpx.Client, path: str) -> None:
    """And to their other forms."""
    found = led(client.get(path))

    assert found["describes"] == [("/", "text/html")]
    assert f"/{path}" not in [href for href, _ in found["alternate"]]
    assert_answers(client, [*found["describes"], *found["alternate"]])


class TestFiles:
    def test_a_file_leads_to_the_data_set(self, client: httpx.Client, server: Server) -> None:
        """Whoever was sent the address of a file alone learns what it is."""
        found = led(client.get(f"dumps/{server.release}/egov-kg-asserted.nt"))

        assert (found["collection"], found["cite-as"]) == ([("/", "text/html")], [(iri.BASE, "")])
        assert found["license"] == [(LICENCE, "")]
        assert_answers(client, found["describedby"])

    def test_the_list_leads_to_the_files(self, client: httpx.Client) -> None:
        """To those without gzip, which answer with it to whoever wants that."""
        found = led(client.get("dumps/", headers=BROWSER))

        assert len(found["item"]) == 12
        assert_answers(client, found["item"])


class TestLinkset:
    def test_it_holds_the_links_of_the_first_page_and_of_the_files(self, client: httpx.Client, server: Server) -> None:
        """With whole addresses, for it is read anywhere."""
        answer = client.get("linkset")
        found = {one["anchor"]: one for one in answer.json()["linkset"]}
        page = led(client.get("", headers=BROWSER))

        assert answer.headers["content-type"] == "application/linkset+json"
        home = found[server.url]
        assert {rel for rel in page if rel != "service-desc"} == set(home) - {"anchor"}
        items = {(urljoin(server.url, href), media_type) for href, media_type in page["item"]}
        assert items < {(one["href"], one["type"]) for one in home["item"]}
        for one in home["item"]:
            assert found[one["href"]]["collection"] == [{"href": server.url, "type": "text/html"}]

    def test_both_forms_say_the_same(self, client: httpx.Client) -> None:
        """RFC 9264, sections 4.1 and 4.2."""
        as_json = {
            (one["anchor"], rel, target["href"], target.get("type", ""))
            for one in json.loads(client.get("linkset.json").content)["linkset"]
            for rel, targets in one.items()
            if rel != "anchor"
            for target in targets
        }
        text = client.get("linkset.txt")

        assert text.headers["content-type"] == "application/linkset"
        as_text = {(one["anchor"], one["rel"], one["href"], one.get("type", "")) for one in links(text.text)}
        assert as_text == as_json

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [("application/linkset", "application/linkset"), ("application/linkset+json", "application/linkset+json")],
    )
    def test_its_form_is_negotiated(self, client: httpx.Client, accept: str, media_type: str) -> None:
        """By their registered media types."""
        assert client.get("linkset", headers={"Accept": accept}).headers["content-type"] == media_type

    @pytest.mark.parametrize("path", ["linkset", "catalog"])
    @pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
    def test_a_browser_is_sent_to_the_files(self, client: httpx.Client, path: str, accept: str) -> None:
        """There a person finds the catalogue, too; a format or an ending in the address still gives the data."""
        answer = client.get(path, headers={"Accept": accept})

        assert (answer.status_code, answer.headers["location"]) == (303, "/dumps/")
        assert "Accept" in answer.headers["vary"]
        page = client.get(answer.headers["location"], headers={"Accept": accept})
        assert page.headers["content-type"].startswith("text/html")
        form = {"linkset": "json", "catalog": "ttl"}[path]
        for address in (f"{path}.{form}", f"{path}?format={form}"):
            assert client.get(address, headers={"Accept": accept}).status_code == 200, address

    def test_there_are_no_other_forms(self, client: httpx.Client) -> None:
        """An ending that is none is nothing."""
        assert client.get("linkset.ttl").status_code == 404
        assert client.get("linkset", headers={"Accept": "text/turtle"}).status_code == 406
