"""What changes are made on is what the release asserts, with all that was accepted since; and each leaves a line."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import store
from egov_kg.errors import ReleaseNotFound
from egov_kg.iri import BASE, graph_iri
from egov_kg.store.asserted import read_asserted
from egov_kg.store.audit import AUDIT, note_change
from egov_kg.store.changes import CHANGES, Change, ChangeLog, Rejection

P = ox.NamedNode("https://example.org/p")


def quad(name: str, graph: str | None) -> ox.Quad:
    """Return a quad in one of our graphs, or in the default graph."""
    place = ox.DefaultGraph() if graph is None else ox.NamedNode(graph_iri(graph))
    return ox.Quad(ox.NamedNode(f"https://example.org/{name}"), P, ox.Literal(name), place)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with a release that holds a quad in a graph of each kind."""
    graphs = (None, "entailed", "evidence", "catalogue", "ontology", "background/quality", "document/a-page")
    quads = [quad(f"of-{graph}", graph) for graph in graphs]
    with store.Staging(tmp_path) as staging:
        (staging.path / "egov.nq").write_text("".join(sorted(f"{q} .\n" for q in quads)))
        store.write_store(quads, staging.path / "store")
        store.publish(staging, store.Manifest("A graph", BASE, "2026.11.0", "2026-11-22"))
    return tmp_path


def accept(out: Path, added: tuple[ox.Quad, ...], removed: tuple[ox.Quad, ...] = ()) -> Change:
    """Let the log keep a change."""
    lines = [f"{q} ." for q in added], [f"{q} ." for q in removed]
    return ChangeLog(out / CHANGES).append(
        token="t", media_type="", request=b"", base="", added=lines[0], removed=lines[1]
    )


class TestReadAsserted:
    def test_holds_what_nobody_derives(self, out: Path) -> None:
        """Graphs that every release makes anew are no part of it, nor is the default graph."""
        assert set(read_asserted(out).store) == {quad("of-document/a-page", "document/a-page")}

    def test_holds_what_was_accepted_since(self, out: Path) -> None:
        """The next change is made on those before it, published or not; what was set aside does not count."""
        document = quad("of-document/a-page", "document/a-page")
        accept(out, (quad("one", "background/curated"),), (document,))
        accept(out, (quad("two", "background/curated"),))
        last = accept(out, (quad("three", "background/curated"),))
        ChangeLog(out / CHANGES).reject(Rejection(2, "", ({"check": "x", "message": "y"},)))

        state = read_asserted(out)

        assert set(state.store) == {quad("one", "background/curated"), quad("three", "background/curated")}
        assert (state.number, state.record) == (3, ChangeLog(out / CHANGES).digest(last.number))

    def test_needs_a_release(self, tmp_path: Path) -> None:
        """Without a release there is nothing that could be curated."""
        with pytest.raises(ReleaseNotFound):
            read_asserted(tmp_path)


class TestAudit:
    def test_has_a_line_for_each_change_and_no_words(self, out: Path) -> None:
        """Time, token, hash, counts and release; nobody's text."""
        change = accept(out, (quad("secret", "background/curated"),))

        note_change(out / CHANGES, change, before=7, after=8)
        note_change(out / CHANGES, change, before=8, after=9)

        text = (out / CHANGES / AUDIT).read_text()
        assert "secret" not in text
        assert [json.loads(line)["after"] for line in text.splitlines()] == [8, 9]
        assert json.loads(text.splitlines()[0]) == {
            "time": change.time,
            "number": 1,
            "token": "t",
            "request": change.request,
            "release": "",
            "removed": 0,
            "added": 1,
            "before": 7,
            "after": 8,
        }

    def test_a_cut_line_costs_itself_alone(self, out: Path) -> None:
        """After a crash in the middle of a line the next one begins on its own."""
        change = accept(out, (quad("one", "background/curated"),))
        (out / CHANGES / AUDIT).write_text('{"time": "2026')

        note_change(out / CHANGES, change, before=0, after=1)

        assert [line[:8] for line in (out / CHANGES / AUDIT).read_text().splitlines()] == ['{"time":', '{"time":']

    def test_that_cannot_be_written_refuses_nothing(self, out: Path, caplog: pytest.LogCaptureFixture) -> None:
        """The change is kept; what its audit lacks is told to the operator."""
        change = accept(out, (quad("one", "background/curated"),))
        (out / CHANGES / AUDIT).mkdir()

        note_change(out / CHANGES, change, before=0, after=1)

        assert "lacks change 1" in caplog.text
