"""The pages of the shipped data and of a small release with hostile words, each read as a browser would."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import httpx
import pyoxigraph as ox
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from egov_kg import iri, store
from egov_kg.config import Config
from egov_kg.deriving import derive
from egov_kg.dumps import graph_counts
from egov_kg.rdf.canonical import to_nquads
from egov_kg.rdf.ontology import ontology_quads, ontology_triples
from egov_kg.server import create_app

SMALL: Final = Path(__file__).parents[2] / "sparql" / "data" / "things.trig"
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VOID: Final = {"meta", "link", "input", "br", "hr", "img", "base", "area", "col", "embed", "source", "track", "wbr"}


@dataclass(slots=True)
class Element:
    """An element of a page: its name, attributes, the elements around it, and all the text inside it."""

    name: str
    attributes: dict[str, str]
    around: tuple[Element, ...]
    text: str = ""

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")


@dataclass(slots=True)
class Page(HTMLParser):
    """An answer, parsed.

    Attributes:
        answer: As it came.
        elements: All elements in order.
    """

    answer: httpx.Response
    elements: list[Element] = field(default_factory=list, repr=False)  # each holds those around it: gigabytes of text
    _open: list[Element] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.answer.text)
        self.close()
        assert self._open == [], f"not closed: {[e.name for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        assert len(element.attributes) == len(attrs), f"an attribute twice in {self.get_starttag_text()}"
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that must be open."""
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Give text to all elements around it."""
        for element in self._open:
            element.text += data

    def all(self, *names: str) -> list[Element]:
        """Return the elements of some names."""
        return [element for element in self.elements if element.name in names]

    def one(self, name: str) -> Element:
        """Return the only element of a name."""
        (element,) = self.all(name)
        return element

    def inside(self, outer: Element, *names: str) -> list[Element]:
        """Return the elements of some names inside another one."""
        return [element for element in self.all(*names) if any(around is outer for around in element.around)]

    def rows(self) -> list[list[str]]:
        """Return the texts of the cells of all rows of the bodies of tables."""
        rows = [e for e in self.all("tr") if any(around.name == "tbody" for around in e.around)]
        return [[" ".join(cell.text.split()) for cell in self.inside(row, "td", "th")] for row in rows]

    def links(self) -> list[str]:
        """Return the addresses of the links in the main part."""
        return [a["href"] for a in self.all("a") if any(around.name == "main" for around in a.around)]

    def levels(self) -> list[int]:
        """Return the levels of the headings in order."""
        return [int(e.name[1]) for e in self.all("h1", "h2", "h3", "h4", "h5", "h6")]

    def skipped_levels(self) -> list[tuple[int, int]]:
        """Return the pairs of headings that jump down by more than one level."""
        return [pair for pair in itertools.pairwise(self.levels()) if pair[1] > pair[0] + 1]


class Site:
    """A release and a reader of its pages.

    Attributes:
        release: What is served.
    """

    def __init__(self, client: httpx.AsyncClient, portal: BlockingPortal, release: store.Release) -> None:
        self._client, self._portal, self.release = client, portal, release
        self._pages: dict[tuple[str, str], Page] = {}

    def get(self, address: str, lang: str = "en", *, accept: str = BROWSER) -> httpx.Response:
        """Return what a browser of a language gets; a redirect is an answer."""
        headers = {"Accept": accept, "Accept-Language": lang}
        return self._portal.call(functools.partial(self._client.get, address, headers=headers))

    def post(self, address: str, **fields: str) -> Page:
        """Return the page that follows a form."""
        headers = {"Accept": BROWSER}
        return Page(self._portal.call(functools.partial(self._client.post, address, data=fields, headers=headers)))

    def page(self, address: str, lang: str = "en", *, status: int = 200) -> Page:
        """Return a page, parsed; its markup is well-formed. Pages are read once."""
        if (address, lang) not in self._pages:
            answer = self.get(address, lang)
            assert answer.headers["content-type"] == "text/html; charset=utf-8", (address, answer.status_code)
            self._pages[address, lang] = Page(answer)
        page = self._pages[address, lang]
        assert page.answer.status_code == status, address
        return page


def served(path: Path) -> Iterator[Site]:
    """Serve a release in this process, with its query processes."""
    app = create_app(Config(workers=1), path)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", timeout=60)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        portal.wrap_async_context_manager(client),
    ):
        yield Site(client, portal, store.open_release(path))


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Site]:
    """The shipped data."""
    yield from served(built)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A law whose day is known, a law of which only the year is, and a law whose words are meant to do harm."""
    out = tmp_path_factory.mktemp("small")
    publish(out)
    yield from served(out)


def publish(out: Path) -> store.Release:
    """Make a release of the small data."""
    quads = list(ox.parse(path=SMALL, format=ox.RdfFormat.TRIG))
    facts = (iri.graph_iri("document"), iri.graph_iri("background"))
    asserted = [
        q.triple for q in quads if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value.startswith(facts)
    ]
    closure = derive(asserted, ontology_triples(), iri.BASE)
    entailed = ox.NamedNode(iri.graph_iri("entailed"))
    quads += [ox.Quad(t.subject, t.predicate, t.object, entailed) for t in closure.entailed]
    quads += [ox.Quad(t.subject, t.predicate, t.object) for t in {*asserted, *closure.entailed}]
    quads += ontology_quads()
    with store.Staging(out) as staging:
        folder = staging.path
        (folder / store.QUADS).write_bytes(to_nquads(quads))
        (folder / "report.json").write_text("{}\n", encoding="utf-8")
        for name in ("void.ttl", "catalog.ttl"):
            (folder / name).write_bytes(b"")
        store.write_store(quads, folder / store.STORE)
        counts = {"graphs": graph_counts(quads, iri.BASE), "totals": {}, "classes": {}, "rules": {}}
        return store.publish(staging, store.Manifest("small", iri.BASE, "2026.1.0", "2026-01-31", counts=counts))
