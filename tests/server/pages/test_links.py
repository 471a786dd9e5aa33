"""Every link leads somewhere, and every thing of the release answers at its own address in each form."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urljoin

import pyoxigraph as ox
import pytest

from egov_kg import iri

if TYPE_CHECKING:
    from tests.server.pages.conftest import Site

FOLLOWED: Final = 4
"""How many links to each kind of page are followed."""
OPENED: Final = 2
"""How many pages of each kind are searched for links."""
FORMS: Final = {"text/html": "/page/", "text/turtle": "/data/", "application/ld+json": "/data/"}


def kind(address: str) -> str:
    """Return what kind of page an address is, so that a walk sees each kind early."""
    path = address.partition("?")[0].strip("/").split("/")
    return "/".join(path[:2]) if path[0] in {"page", "graph"} else path[0]


class TestWalk:
    def test_from_the_first_page_finds_no_broken_link(self, site: Site) -> None:
        """Whoever follows links, a few of each kind of page, never meets an error."""
        todo, known = deque([("/", "")]), {"/"}
        followed: dict[str, int] = {}
        broken = []
        while todo:
            address, origin = todo.popleft()
            followed[kind(address)] = followed.get(kind(address), 0) + 1
            if followed[kind(address)] > FOLLOWED:
                continue
            answer = site.get(address)
            if answer.status_code >= 400:
                broken.append((address, origin, answer.status_code))
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            if not is_page or followed[kind(address)] > OPENED:
                continue
            for link in site.page(address, status=answer.status_code).all("a", "link"):
                href = urljoin(address, link["href"]).partition("#")[0]
                if href.startswith("/") and href not in known:
                    known.add(href)
                    todo.append((href, address))

        assert broken == []
        assert {"page/law", "page/agency", "page/statement", "page/document", "explain", "ontology"} <= set(followed)


@pytest.fixture(scope="module")
def things(site: Site) -> list[str]:
    """Some things of each class, as paths: evidence and calendar too."""
    classes: dict[str, set[str]] = {}
    for quad in site.release.quads():
        if (
            isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
            and quad.predicate.value == iri.expand("rdf:type")
            and (thing := iri.id_of(quad.subject.value)) is not None
        ):
            classes.setdefault(quad.object.value, set()).add(thing)
    sampled = {thing for found in classes.values() for thing in sorted(found)[:: max(1, len(found) // 3)]}
    assert len(classes) > 20
    return sorted(sampled)


class TestThings:
    @pytest.mark.parametrize("media_type", FORMS)
    def test_answer_in_each_form_by_303(self, site: Site, things: list[str], media_type: str) -> None:
        """The address of a thing sends people to its page and programs to its data, and both are there."""
        wrong = []
        for thing in things:
            moved = site.get(f"/id/{quote(thing)}", accept=media_type)
            place = moved.headers.get("location", "")
            answer = site.get(place, accept=media_type) if place else moved
            found = answer.headers.get("content-type", "").partition(";")[0]
            if (moved.status_code, answer.status_code, found) != (303, 200, media_type):
                wrong.append((thing, moved.status_code, answer.status_code, found))
            assert place.startswith(FORMS[media_type])

        assert wrong == []
        assert len(things) > 50

    def test_have_pages_that_link_to_their_data(self, site: Site) -> None:
        """The page of a thing offers each format, in its foot and to programs in its head."""
        page = site.page("/page/law/kr/e-government-act")
        head = {link["type"]: link["href"] for link in page.all("link") if link["type"] and link["rel"] == "alternate"}

        assert head == {
            "text/turtle": "/data/law/kr/e-government-act.ttl",
            "application/n-triples": "/data/law/kr/e-government-act.nt",
            "application/ld+json": "/data/law/kr/e-government-act.jsonld",
            "application/rdf+xml": "/data/law/kr/e-government-act.rdf",
        }
        assert set(head.values()) <= {a["href"] for a in page.inside(page.one("footer"), "a")}


class TestTerms:
    def test_stand_on_the_page_of_the_ontology_under_their_fragment(self, site: Site) -> None:
        """Each class and property of ours is an element whose id is the fragment of its IRI."""
        page = site.page("/ontology")
        kinds = {iri.expand(f"owl:{name}") for name in ("Class", "ObjectProperty", "DatatypeProperty")}
        terms = {
            quad.subject.value.removeprefix(iri.ONTOLOGY)
            for quad in site.release.quads(iri.graph_iri("ontology"))
            if isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith(iri.ONTOLOGY)
            and isinstance(quad.object, ox.NamedNode)
            and quad.object.value in kinds
        }

        assert len(terms) > 250
        assert terms - {e["id"] for e in page.elements} == set()

    def test_have_both_labels_side_by_side(self, site: Site) -> None:
        """Whichever language is read, each term shows its English and its Korean label."""
        page = site.page("/ontology", "ko")
        (law,) = [e for e in page.all("section") if e["id"] == "Law"]

        assert {(s["lang"], s.text) for s in page.inside(law, "span")} >= {("en", "law"), ("ko", "법률")}
        assert "/browse/Law" in [a["href"] for a in page.inside(law, "a")]
