"""A link that a person accepted by mistake, against the words of a document: both are told, nothing is concluded."""

from __future__ import annotations

import shutil
from dataclasses import replace

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

import egov_kg as kg
from egov_kg import assets, pipeline, views
from egov_kg.config import Config
from egov_kg.disagreeing import conflicts_in
from egov_kg.linking import MappingSet, read_mappings, sssom_text
from egov_kg.server import create_app
from egov_kg.store import Release

ACT = "law/kr/public-data-act"
ROW = "text/law-go-kr/54720"
"""The row of the Digital Signature Act, promulgated on 5 February 1999."""

NOTE = (
    "Act on Promotion of the Provision and Use of Public Data is stated with the date 1999-02-05 and with the year 2013"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> pipeline.BuildResult:
    """The shipped data, but for the act on public data, of 2013, linked with the row of another act, of 1999."""
    folder = tmp_path_factory.mktemp("mistaken")
    for name in ("mappings", "external"):
        shutil.copytree(assets.data(name), folder / name)
    path = folder / "mappings" / "kr-law-history.sssom.tsv"
    shipped = read_mappings(path)
    rows = [
        replace(one, object=one.object.replace("142444", "54720")) if one.object.endswith("/142444") else one
        for one in shipped.mappings
    ]
    path.write_text(sssom_text(MappingSet(shipped.metadata, shipped.prefixes, tuple(rows))), encoding="utf-8")
    return pipeline.build(out=folder / "out", mappings=[folder / "mappings"], cached=False)


@pytest.fixture(scope="module")
def release(built: pipeline.BuildResult) -> Release:
    """The release of it."""
    return kg.open_release(built.release.path)


def values(release: Release, *properties: str) -> set[tuple[str, str, str]]:
    """Return what graphs say of the act by some properties: the graph, the property, the value."""
    wanted = " ".join(f"egov:{prop}" for prop in properties)
    rows = release.select(
        f"SELECT ?g ?p ?v WHERE {{ GRAPH ?g {{ <{release.base}id/{ACT}> ?p ?v }} VALUES ?p {{ {wanted} }} }}"
    )
    return {(str(r["g"]).rpartition("/graph/")[2], str(r["p"]).rpartition("#")[2], str(r["v"])) for r in rows}


class TestAWrongLink:
    def test_leaves_each_date_with_its_source(self, release: Release) -> None:
        """The document says 2013, the register 1999; the link itself stands, for it was accepted."""
        digest = "document/visionary-and-sustainable-leadership-for-e-government-digest"

        found = values(release, "promulgatedOn", "adoptedOn", "enactedIn", "statedDate", "statedYear", "statedPeriod")

        assert found == {
            ("background/kr-law-history", "statedDate", "1999-02-05"),
            (digest, "statedYear", "2013"),
        }
        assert release.ask(f"ASK {{ <{release.base}id/{ACT}> skos:closeMatch <{release.base}id/{ROW}> }}")

    def test_gives_no_law_the_number_of_another_one(self, release: Release) -> None:
        """What else the row says is of the act that it is about, whichever that is."""
        assert values(release, "actNumber") == set()

    def test_puts_no_law_under_an_administration(self, release: Release) -> None:
        """Neither under that of 1999, nor, now that it is in doubt, under one of 2013; for certain or not."""
        assert values(release, "enactedUnder", "possiblyEnactedUnder", "underAdministration") == set()

    def test_is_told_in_the_report(self, built: pipeline.BuildResult) -> None:
        """Which value, against which; and the doubt stands among the findings."""
        (told,) = [one for one in built.report["links"] if one["dataset"] == "kr-law-history"]

        assert told["vetoed"] == [
            {
                "subject": ACT,
                "object": f"https://w3id.org/egov-kg/id/{ROW}",
                "property": "egov:promulgatedOn",
                "value": "1999-02-05",
                "against": ["2013"],
            },
            {
                "subject": ACT,
                "object": f"https://w3id.org/egov-kg/id/{ROW}",
                "property": "egov:actNumber",
                "value": "5792",
                "beside": ["2013"],
            },
        ]
        assert (
            "links with kr-law-history: egov:promulgatedOn of law/kr/public-data-act, 1999-02-05, contradicts what "
            "documents state: 2013; all are kept as stated"
        ) in views.links_lines(built.report)
        assert (
            "links with kr-law-history: egov:actNumber of law/kr/public-data-act, 5792, is held back: the date of its "
            "row contradicts what documents state: 2013"
        ) in views.links_lines(built.report)
        (finding,) = [one for one in built.report["findings"] if one["check"] == "stated-date"]
        assert (finding["severity"], finding["message"]) == ("warning", NOTE)

    def test_is_told_as_a_conflict_with_both_places(self, release: Release) -> None:
        """As `egov-kg conflicts` prints it: the words of the document, and the register."""
        (conflict,) = [one for one in conflicts_in(release) if one["text"] == NOTE]

        assert conflict["thing"] == ACT
        told = {(c["property"], c["object"]): [p["words"] for p in c["places"]] for c in conflict["claims"]}
        assert told.keys() == {("stated date", "1999-02-05"), ("stated year", "2013")}
        assert told["stated date", "1999-02-05"] == [None]
        assert any("2013" in str(words) for words in told["stated year", "2013"])

    def test_is_told_on_the_page_of_the_law(self, release: Release) -> None:
        """The doubt in words, and no administration."""

        async def page() -> str:
            app = create_app(Config(workers=1), release.path)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client,
            ):
                return (await client.get(f"/page/{ACT}", headers={"Accept": "text/html"})).text

        with start_blocking_portal() as portal:
            text = portal.call(page)

        notes = [part.split("</div>")[0] for part in text.split('<div class="note">')[1:]]
        assert any(NOTE in note and "1999-02-05" in note and "2013" in note for note in notes)
        assert "enacted under" not in text
