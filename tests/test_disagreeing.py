"""Two documents disagree: both claims stay, and a person sees both with their passages, wherever they look."""

from __future__ import annotations

import json
import subprocess
import sys

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from egov_kg import api, pipeline
from egov_kg.config import Config
from egov_kg.disagreeing import conflict_lines, conflicts_in
from egov_kg.server import create_app
from egov_kg.sparql.description import describe
from egov_kg.store import Release

ONE = """# A history of digital Ruritania

The Open Records Act (2001) was passed by the parliament.

The Digital Agency of Ruritania was headed by Anna Kowalski.

The Digital Agency of Ruritania is part of the Ministry of the Interior.
"""
OTHER = """# Notes on Ruritania

The Open Records Act (2004) opened the files.

The Digital Agency of Ruritania was headed by Piotr Zielinski.

The Digital Agency of Ruritania is part of the Ministry of Finance.
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of two documents that disagree on a year, on a head and on a parent."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "one.md").write_text(ONE, encoding="utf-8")
    (folder / "other.md").write_text(OTHER, encoding="utf-8")
    out = tmp_path_factory.mktemp("out")
    return api.open_release(pipeline.build([folder], out=out).release.path)


PASSAGES = {
    "several-values": ["The Open Records Act (2001)", "The Open Records Act (2004)"],
    "several-heads": ["headed by Anna Kowalski", "headed by Piotr Zielinski"],
    "several-parents": ["is part of the Ministry of the Interior", "is part of the Ministry of Finance"],
}


class TestGraph:
    def test_keeps_both_claims_each_in_the_graph_of_its_document(self, release: Release) -> None:
        """Nothing is repaired, and nothing is merged."""
        heads = release.select(
            "SELECT ?graph ?name { GRAPH ?graph { ?body egov:headedBy ?head } ?head skos:prefLabel ?name "
            "FILTER (CONTAINS(STR(?graph), '/document/')) } ORDER BY ?name"
        )

        assert [(str(row["graph"]).rpartition("/")[2], row["name"]) for row in heads] == [
            ("a-history-of-digital-ruritania", "Anna Kowalski"),
            ("notes-on-ruritania", "Piotr Zielinski"),
        ]

    @pytest.mark.parametrize("check", sorted(PASSAGES))
    def test_has_a_note_on_each(self, release: Release, check: str) -> None:
        """The report lists the finding with the Statements of both."""
        report = json.loads((release.path / "report.json").read_text(encoding="utf-8"))

        (found,) = [one for one in report["findings"] if one["check"] == check]

        assert len(found["statements"]) == 2


class TestList:
    @pytest.mark.parametrize("check", sorted(PASSAGES))
    def test_shows_both_passages_under_one_sentence(self, release: Release, check: str) -> None:
        """The claim, the document, the place, the words."""
        conflicts = conflicts_in(release)

        shown = ["\n".join(conflict_lines([one])) for one in conflicts]

        (text,) = [one for one in shown if all(words in one for words in PASSAGES[check])]
        assert "A history of digital Ruritania, characters " in text
        assert "Notes on Ruritania, characters " in text

    def test_may_be_about_one_thing(self, release: Release) -> None:
        """Who looks at a thing sees its conflicts alone."""
        everything = conflicts_in(release)
        thing = f"{release.base}id/{everything[0]['thing']}"

        some = conflicts_in(release, thing)

        assert some == [one for one in everything if one["thing"] == everything[0]["thing"]]
        assert 0 < len(some) < len(everything)

    def test_is_what_the_command_prints(self, release: Release) -> None:
        """As text for people and as JSON for programs."""
        command = [sys.executable, "-m", "egov_kg", "conflicts", "--from", str(release.path)]

        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        table = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout

        assert text == "\n".join(conflict_lines(conflicts_in(release))) + "\n"
        assert json.loads(table) == conflicts_in(release)


class TestPage:
    def test_of_the_thing_opens_the_note_to_both_passages(self, release: Release) -> None:
        """One need not know what a Statement is."""

        async def asked() -> None:
            (conflict,) = [one for one in conflicts_in(release) if "headed by" in one["text"]]
            app = create_app(Config(workers=1), release.path)
            transport = httpx.ASGITransport(app)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
            ):
                page = await client.get(f"/page/{conflict['thing']}", headers={"Accept": "text/html"})

            note = page.text.split('<div class="note">')[1].split("</div>")[0]
            assert conflict["text"] in note
            assert "The statements, with their passages" in note
            for words in PASSAGES["several-heads"]:
                assert words in note

        with start_blocking_portal() as portal:  # a browser of another test may keep a loop in this thread
            portal.call(asked)

    def test_has_it_from_the_description(self, release: Release) -> None:
        """So programs get it, too."""
        (conflict,) = [one for one in conflicts_in(release) if "headed by" in one["text"]]

        found = describe(release.store(), f"{release.base}id/{conflict['thing']}", base=release.base)

        assert found is not None
        claims = [claim for note in found["notes"] if note["text"] == conflict["text"] for claim in note["claims"]]
        assert [claim["evidence"][0]["quotes"][0]["exact"].rpartition("by ")[2] for claim in claims] == [
            "Anna Kowalski",
            "Piotr Zielinski",
        ]
