"""The specifications that ship for living services: asked of samples of our own in their shape, and judged."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import api, assets, targets
from egov_kg.linking import read_specification
from egov_kg.store import Release
from tests.sparql.remotes import Remote, running, send

SAMPLES = Path(__file__).parent / "linking" / "samples"
Told = set[tuple[str, str, str, str]]


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """A server on this machine."""
    with running() as remote:
        yield remote


@pytest.fixture(scope="module")
def wikidata() -> ox.Store:
    """The sample in the shape of Wikidata, with a crowd beside it: what is rare tells only among many."""
    store = ox.Store()
    store.load((SAMPLES / "wikidata.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    store.load("".join(map(_crowd, range(60))).encode(), format=ox.RdfFormat.TURTLE)
    return store


def _crowd(number: int) -> str:
    """Return an invented holder of an office and an invented statute."""
    office = "Q6296418" if number < 9 else "Q15407843"
    word = "".join(chr(ord("가") + (number * 7919 + place * 523) % 11172) for place in range(3))
    day = f"19{10 + number}-0{1 + number % 9}-1{number % 9}T00:00:00Z"
    wd, ns = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    value = (
        f'<http://wikiba.se/ontology#timeValue> "{day}"^^<http://www.w3.org/2001/XMLSchema#dateTime> ; '
        "<http://wikiba.se/ontology#timePrecision> 11"
    )
    return (
        f'<{wd}Q20000000000000{number:02}> {label} "{word}"@ko ; <{ns}P39> [ <{ns}statement/P39> <{wd}{office}> ; '
        f"<{ns}qualifier/value/P580> [ {value} ] ] .\n"
        f'<{wd}Q30000000000000{number:02}> {label} "{word} 사항법"@ko ; <{ns}direct/P31> <{wd}Q820655> ; '
        f"<{ns}direct/P17> <{wd}Q884> ; <{ns}P577> [ <{ns}statement/value/P577> [ {value} ] ] .\n"
    )


def copied(name: str, folder: Path, source: str = "") -> Path:
    """Copy a specification that ships, with another address or file as its source."""
    shipped = assets.data(f"mappings/{name}.toml")
    text = shipped.read_text(encoding="utf-8")
    if source:
        text = text.replace(f'source = "{read_specification(shipped).dataset.source}"', f'source = "{source}"')
        assert source in text
    path = folder / f"{name}.toml"
    path.write_text(text.replace("pause = 1.0", "pause = 0.0"), encoding="utf-8")
    return path


def told(found: targets.Linked) -> Told:
    """Return links as a test writes them: our id, theirs, predicate, band."""
    return {
        (
            one.pair.entity.iri.partition("/id/")[2],
            one.pair.row.id.rpartition("/")[2],
            one.predicate.partition(":")[2],
            one.band,
        )
        for one in found.run.links
    }


class TestWikidata:
    def asked(self, name: str, release: Release, remote: Remote, wikidata: ox.Store, folder: Path) -> targets.Linked:
        """Ask the sample the query that ships, over HTTP, then link with the answer that was kept."""

        def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
            found = wikidata.query(urllib.parse.parse_qs(body)["query"][0])
            assert isinstance(found, ox.QuerySolutions)
            data = found.serialize(format=ox.QueryResultsFormat.CSV)
            assert data is not None
            send(handler, data, Content_Type="text/csv")

        address = remote.on(name, answer)
        specification = copied(name, folder, address)
        targets.fetch_endpoint(read_specification(specification), address, private=True)
        return targets.link(release, folder, specification)

    def test_gives_holders_of_offices_by_office_and_day(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """Also where only the year is known there; who has no day, and a namesake, is not accepted."""
        found = told(self.asked("wikidata-heads", release, remote, wikidata, tmp_path))

        accepted = {one[:3] for one in found if one[3] == "accept"}
        for slug, wd, day in (
            ("kim-dae-jung", "Q45785", "1998-02-25"),
            ("roh-moo-hyun", "Q14345", "2003-02-25"),
            ("lee-myung-bak", "Q14342", "2008-02-25"),
        ):
            assert (f"person/kr/{slug}", wd, "exactMatch") in accepted
            assert (f"administration/kr/{slug}", f"{wd}-{day}", "closeMatch") in accepted
        assert ("person/kr/park-geun-hye", "Q138048", "exactMatch") in accepted
        assert not {one for one in accepted if one[1].startswith(("Q10000", "Q20000", "Q21001"))}

    def test_tells_a_date_no_finer_than_it_is_known(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """A year is no first of January, and a century no date."""
        self.asked("wikidata-heads", release, remote, wikidata, tmp_path)

        (kept,) = tmp_path.glob("wikidata-heads-*.csv")
        rows = {line.split(",")[0]: line.split(",")[-1] for line in kept.read_text(encoding="utf-8").splitlines()}
        assert (rows["Q138048"], rows["Q21001"], rows["Q1000000000000001"]) == ("2013", "", "")

    def test_gives_laws_by_name_and_day(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """An amendment's day contradicts, and the act of another country is no row."""
        found = told(self.asked("wikidata-laws", release, remote, wikidata, tmp_path))

        assert {one for one in found if one[3] == "accept"} <= {
            ("law/kr/digital-signature-act", "Q1000000000000012", "exactMatch", "accept"),
            ("law/kr/public-data-act", "Q1000000000000011", "exactMatch", "accept"),
        }
        assert ("law/kr/digital-signature-act", "Q1000000000000012") in {one[:2] for one in found}
        assert ("law/kr/e-government-act", "Q1000000000000014", "exactMatch", "veto") in found

    def test_accepts_no_agency_by_its_name(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """Nothing but a name is known: each link waits for a person."""
        found = told(self.asked("wikidata-agencies", release, remote, wikidata, tmp_path))

        assert not [one for one in found if one[3] == "accept"]

    def test_gives_countries_by_their_code(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """The one country of ours that is in the sample."""
        found = self.asked("wikidata-countries", release, remote, wikidata, tmp_path)

        assert {one[:2] for one in told(found) if one[3] != "veto"} == {("jurisdiction/kr/republic-korea", "Q884")}

    def test_dates_the_mapping_set_by_the_day_of_the_answer(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """A living service has no version of its own."""
        found = self.asked("wikidata-countries", release, remote, wikidata, tmp_path)

        (kept,) = tmp_path.glob("wikidata-countries-*.csv")
        assert found.mappings.metadata["object_source_version"] == kept.stem.removeprefix("wikidata-countries-")


class TestReconciliation:
    def test_gives_candidates_for_our_things(
        self, release: Release, remote: Remote, wikidata: ox.Store, tmp_path: Path
    ) -> None:
        """The service that ships as a target, played by a small one over the sample."""
        address = remote.on("api", _service(wikidata))
        specification = copied("wikidata-reconciliation", tmp_path, address)
        read = read_specification(specification)

        kept = targets.fetch_candidates(read, address, release, private=True)
        found = told(targets.link(release, tmp_path, specification))

        assert kept.name.startswith("wikidata-reconciliation-2")
        assert ("jurisdiction/kr/republic-korea", "Q884") in {one[:2] for one in found if one[3] != "veto"}
        assert ("law/kr/digital-signature-act", "Q1000000000000012") in {one[:2] for one in found}
        assert not [one for one in found if one[1] == "Q1000000000000013" and one[3] == "accept"]


def _service(store: ox.Store) -> Callable[[BaseHTTPRequestHandler, str], None]:
    """Return what answers as a reconciliation service does: by equal labels, and with properties by their ids."""
    items: dict[str, list[str]] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), None):
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.Literal)
        items.setdefault(quad.object.value.casefold(), []).append(quad.subject.value)
    items["republic of korea"] = items["south korea"]

    def values(iri: str, prop: str) -> list[dict[str, str]]:
        found = store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(f"http://www.wikidata.org/prop/direct/{prop}"), None
        )
        objects = [quad.object for quad in found]
        return [
            {"id": one.value.rpartition("/")[2], "name": one.value.rpartition("/")[2]}
            if isinstance(one, ox.NamedNode)
            else {"str": str(getattr(one, "value", ""))}
            for one in objects
        ]

    def kinds(iri: str) -> set[str]:
        own = {one["id"] for one in values(iri, "P31") if "id" in one}
        above = {one["id"] for kind in own for one in values(f"http://www.wikidata.org/entity/{kind}", "P279")}
        return own | above

    def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
        form = {key: json.loads(value[0]) for key, value in urllib.parse.parse_qs(body).items()}
        if "queries" in form:
            reply: object = {
                key: {
                    "result": [
                        {
                            "id": iri.rpartition("/")[2],
                            "name": query["query"],
                            "type": [{"id": query["type"], "name": query["type"]}],
                            "score": 100,
                            "match": True,
                        }
                        for iri in items.get(query["query"].casefold(), [])
                        if query["type"] in kinds(iri)
                    ]
                }
                for key, query in form["queries"].items()
            }
        else:
            props = [one["id"] for one in form["extend"]["properties"]]
            reply = {
                "meta": [{"id": one, "name": one} for one in props],
                "rows": {
                    thing: {one: values(f"http://www.wikidata.org/entity/{thing}", one) for one in props}
                    for thing in form["extend"]["ids"]
                },
            }
        send(handler, json.dumps(reply).encode(), Content_Type="application/json; charset=utf-8")

    return answer


class TestLawMinistry:
    def test_is_pointed_to_by_what_lasts(self, release: Release, tmp_path: Path) -> None:
        """See also, no identity; the enactment by kind, number and day, which are told beside the link."""
        specification = copied("law-go-kr-lod", tmp_path)

        found = targets.link(release, assets.data("external/kr-law-history"), specification)

        accepted = {one for one in told(found) if one[3] == "accept"}
        assert accepted == {
            ("law/kr/digital-signature-act", "LSI54720", "seeAlso", "accept"),
            ("law/kr/public-data-act", "LSI142444", "seeAlso", "accept"),
        }
        comments = {one.object.rpartition("/")[2]: one.comment for one in found.mappings.mappings}
        assert "key is 법률 11956 2013-07-30" in comments["LSI142444"]

    def test_as_a_file_accepts_nothing_by_a_name(self, release: Release, tmp_path: Path) -> None:
        """The day of the text in force is not that of the law; a decree and a treaty are no match."""
        specification = copied("law-go-kr-lod-file", tmp_path)

        found = told(targets.link(release, SAMPLES, specification))

        assert not [one for one in found if one[3] == "accept"]
        assert {one[1] for one in found if one[3] == "review"} <= {"LSI142444", "LSI54720"}
        assert {one[2] for one in found} <= {"seeAlso"}


class TestCatalogues:
    @pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld"])
    def test_give_the_same_links_in_any_serialisation(self, release: Release, tmp_path: Path, form: str) -> None:
        """The catalogue holds itself and one that holds it; a publisher without a name of its own is no row."""
        name = f"catalogue.{form}"
        graph = ox.parse((SAMPLES / "catalogue.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
        ending = ox.RdfFormat.from_extension(form)
        assert ending is not None
        ox.serialize((quad.triple for quad in graph), str(tmp_path / name), ending)
        specification = copied("dcat-catalogue", tmp_path, name)

        found = targets.link(release, tmp_path, specification)

        links = told(found)
        assert {(one[0], one[1], one[3]) for one in links if one[2] == "exactMatch" and one[3] == "accept"} <= {
            ("law/kr/digital-signature-act", "law", "accept")
        }
        assert ("law/kr/digital-signature-act", "law") in {one[:2] for one in links}
        assert not [one for one in links if one[1] == "act" and one[2] != "seeAlso"]
        assert [summary.rows for summary in found.summary] == [2, 3, 2, 3]


def test_the_endpoint_of_the_european_portal_is_one_address() -> None:
    """The note on its catalogue names the one that the shipped question asks, and says that it was not verified."""
    question = (assets.queries() / "federated/european-datasets-on-a-topic.rq").read_text(encoding="utf-8")
    (asked,) = re.findall(r"SERVICE <([^>]*)>", question)
    note = assets.data("mappings/dcat-catalogue.md").read_text(encoding="utf-8")

    assert re.findall(r"https://data\.europa\.eu/[a-z/]*sparql", note) == [asked]
    assert "neither is verified" in note
