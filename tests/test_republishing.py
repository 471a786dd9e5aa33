"""Accepted changes become a release: the one that a build gives, with what breaks the graph set aside and told."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from egov_kg import api, iri, pipeline, republishing, store
from egov_kg.config import Config
from egov_kg.errors import ChangeLogDamaged, ConfigurationError
from egov_kg.gates import check_gates
from egov_kg.store.changes import CHANGES, Change, ChangeLog

TEXT = """# Digital administration in Korea

President Kim Dae-jung headed the Kim Dae-jung administration.

The Kim Dae-jung administration launched the Bright Window project in 2001.
"""
CURATED = f"<{iri.graph_iri('background/curated')}>"
LAW = f"<{iri.thing_iri('law/kr/lantern-act')}>"
KIM = f"<{iri.thing_iri('administration/kr/kim-dae-jung')}>"


def line(subject: str, prop: str, value: str, graph: str = CURATED) -> str:
    """Return a quad as the log keeps it."""
    return f"{subject} <{iri.expand(prop)}> {value} {graph} ."


GOOD = (
    line(LAW, "rdf:type", f"<{iri.expand('egov:Law')}>"),
    line(LAW, "skos:prefLabel", '"Lantern Act"@en'),
    line(LAW, "skos:prefLabel", '"등불법"@ko'),
    line(LAW, "egov:enactedUnder", KIM),
)
BAD = (line(LAW, "egov:enactedUnder", '"a text"'),)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds a folder with one document."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "documents").mkdir()
    (folder / "documents" / "korea.md").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(documents: Path) -> Path:
    """Return a folder of releases in which nothing was changed yet."""
    pipeline.build([documents / "documents"], out=documents / "out", cached=True)
    return documents / "out"


@pytest.fixture
def out(plain: Path, tmp_path: Path) -> Path:
    """Return a folder of releases that a test may change; the files of the releases are shared."""
    return Path(shutil.copytree(plain, tmp_path / "out", symlinks=True, copy_function=os.link))


def accept(out: Path, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> Change:
    """Let the log keep a change."""
    return ChangeLog(out / CHANGES).append(
        token="t-0badcafe",
        media_type="application/sparql-update",
        request=b"",
        base=store.current_id(out),
        removed=removed,
        added=added,
    )


def quads_of(release: store.Release, name: str) -> Iterator[ox.Quad]:
    """Return the quads of the documents' graphs with a property."""
    return (
        q for q in release.quads() if "/graph/document/" in str(q.graph_name) and q.predicate.value == iri.expand(name)
    )


class TestPublish:
    def test_without_changes_does_nothing(self, out: Path) -> None:
        """A publisher that is called for nothing leaves the release as it is."""
        before = store.current_id(out)

        published = republishing.publish(out, Config())

        assert (published.release.id, published.taken, published.rejected) == (before, (), {})

    def test_gives_the_release_that_a_build_gives(self, out: Path, documents: Path) -> None:
        """From the release before or from the documents: the same changes give the same bytes."""
        first = store.open_release(out)
        doomed = next(quads_of(first, "egov:statedYear"), None) or next(quads_of(first, "egov:begunUnder"), None)
        doomed = doomed or next(q for q in first.quads() if "/graph/document/" in str(q.graph_name))
        accept(out, GOOD)
        accept(out, BAD)
        republishing.publish(out, Config())
        accept(out, removed=(f"{doomed} .",))
        step_by_step = republishing.publish(out, Config()).release

        built = pipeline.build([documents / "documents"], out=out).release

        assert step_by_step.id == built.id
        assert step_by_step.manifest.mark == 3
        assert built.path == step_by_step.path

    def test_infers_from_what_was_added(self, out: Path) -> None:
        """What follows from a change is in the release, with a proof down to the change."""
        change = accept(out, GOOD)

        release = republishing.publish(out, Config()).release

        proof = api.explain(release, "law/kr/lantern-act", "enactedUnderHead", "person/kr/kim-dae-jung").proof
        told = json.dumps(proof, ensure_ascii=False)
        assert f"Change 1, {change.time[:19].replace('T', ' ')} UTC, token t-0badcafe" in told
        assert release.ask("ASK { ?law a egov:Law ; egov:enactedUnder ?a . FILTER(CONTAINS(STR(?law), 'lantern')) }")

    def test_a_statement_names_the_change(self, out: Path) -> None:
        """Every added triple has a Statement of the rule update, whose source tells number, time and token."""
        change = accept(out, GOOD)

        release = republishing.publish(out, Config()).release

        rows = release.select(
            """SELECT ?law ?p ?source ?words { GRAPH ?g {
                 ?s rdf:subject ?law ; rdf:predicate ?p ; egov:ruleId "update" ; dcterms:source ?source .
                 ?source dcterms:identifier ?words } }""",
            law=ox.NamedNode(LAW.strip("<>")),
        )
        assert {row["source"] for row in rows} == {iri.thing_iri("change/1")}
        assert {row["words"] for row in rows} == {
            change.time,
            "token t-0badcafe",
            f"request sha256:{change.request}",
        }
        assert {row["p"] for row in rows} == {
            iri.expand(p) for p in ("rdf:type", "skos:prefLabel", "egov:enactedUnder")
        }

    @pytest.mark.parametrize("name", ["http://example.org/notes", iri.graph_iri("notes")])
    def test_a_graph_of_another_name_is_kept_and_asserts_nothing(self, out: Path, name: str) -> None:
        """It is in the release, without a Statement and not in the default graph; it can be emptied again."""
        kept = line(LAW, "skos:prefLabel", '"Lantern Act"@en', f"<{name}>")
        accept(out, (kept,))

        filled = republishing.publish(out, Config())
        accept(out, removed=(kept,))
        emptied = republishing.publish(out, Config())

        assert (filled.taken, dict(filled.rejected)) == ((1,), {})
        assert [str(q.graph_name) for q in filled.release.quads() if str(q.subject) == LAW] == [f"<{name}>"]
        assert (emptied.taken, dict(emptied.rejected)) == ((2,), {})
        assert not [q for q in emptied.release.quads() if str(q.subject) == LAW]

    def test_what_is_removed_loses_its_evidence(self, out: Path) -> None:
        """A triple of a document that a change takes away is gone everywhere, and nothing is left that speaks of it."""
        before = store.open_release(out)
        named = Counter(quad.triple for quad in before.quads() if isinstance(quad.graph_name, ox.NamedNode))
        gone = next(q for q in before.quads() if "/graph/document/" in str(q.graph_name) and named[q.triple] == 1)

        def statements(release: store.Release) -> list[dict[str, object]]:
            text = "SELECT ?s ?a ?b ?c { GRAPH ?g { ?s rdf:subject ?a ; rdf:predicate ?b ; rdf:object ?c } }"
            return release.select(text, a=gone.subject, b=gone.predicate, c=gone.object)

        assert statements(before)
        accept(out, removed=(f"{gone} .",))

        after = republishing.publish(out, Config()).release

        assert gone not in set(after.quads())
        assert statements(after) == []
        assert json.loads(after.file("report.json").read_bytes())["severities"].get("violation", 0) == 0

    def test_a_folded_number_is_found(self, out: Path) -> None:
        """The engine knows 1.5 where the dumps say 1.50; what it wants to take away goes all the same."""
        height = "<https://example.org/tower> <https://example.org/height>"
        decimal = f"^^<{iri.expand('xsd:decimal')}>"
        accept(out, (f'{height} "1.50"{decimal} {CURATED} .', f'{height} "1.75"{decimal} {CURATED} .'))
        republishing.publish(out, Config())
        accept(out, removed=(f'{height} "1.5"{decimal} {CURATED} .',))

        release = republishing.publish(out, Config()).release

        left = {str(q.object) for q in release.quads() if q.predicate.value == "https://example.org/height"}
        assert left == {f'"1.75"{decimal}'}


class TestSettingAside:
    def test_a_change_that_breaks_the_graph_is_told_and_the_others_go_on(self, out: Path) -> None:
        """The record stays in the log, the reasons stand beside it, and what came before and after is published."""
        accept(out, GOOD[:3])
        accept(out, BAD)
        accept(out, GOOD[3:])

        published = republishing.publish(out, Config())

        assert published.taken == (1, 3)
        rejection = ChangeLog(out / CHANGES).rejection(2)
        assert rejection is not None
        assert {reason["check"] for reason in rejection.reasons} >= {"kind-of-value"}
        report = json.loads(published.release.file("report.json").read_bytes())
        assert [one["number"] for one in report["changes"]["rejected"]] == [2]
        assert republishing.publish(out, Config()).taken == ()

    @pytest.mark.parametrize(
        "added",
        [
            line(LAW, "skos:prefLabel", '"x"@en', ""),
            line(LAW, "skos:prefLabel", '"x"@en', f"<{iri.graph_iri('entailed')}>"),
            line(LAW, "skos:prefLabel", '"x"@en', f"<{iri.graph_iri('evidence')}>"),
        ],
    )
    def test_a_change_of_a_derived_graph_is_set_aside(self, out: Path, added: str) -> None:
        """The server refuses it before; a log that holds it all the same does no harm."""
        accept(out, (added.replace("  .", " ."),))
        accept(out, GOOD)

        published = republishing.publish(out, Config())

        assert published.taken == (2,)
        assert [reason["check"] for reason in published.rejected[1]] == ["derived-graph"]

    @pytest.mark.parametrize("name", ["<http://out.example/lantern>", LAW.replace("lantern-act", "other-act")])
    def test_an_identity_is_set_aside_whoever_has_the_other_name(self, out: Path, name: str) -> None:
        """A change asserts no owl:sameAs, outside or among ours: it is told what to say instead, and moves no fact."""
        accept(out, (*GOOD, line(LAW, "owl:sameAs", name)))

        published = republishing.publish(out, Config())

        assert [reason["check"] for reason in published.rejected[1] if "same" in reason["check"]] == ["same-as"]
        assert any("skos:exactMatch" in str(reason["message"]) for reason in published.rejected[1])
        assert not published.release.ask(f"ASK {{ {name} ?p ?o }}")

    def test_a_change_that_makes_everything_one_closes_a_gate(self, out: Path) -> None:
        """Thirty things that are said to be the same thing are no curation."""
        same = "http://www.w3.org/2004/02/skos/core#exactMatch"
        things = [f"<{iri.thing_iri(f'law/kr/act-{n}')}>" for n in range(30)]
        accept(out, tuple(f"{one} <{same}> {other} {CURATED} ." for one, other in itertools.pairwise(things)))

        published = republishing.publish(out, replace(Config(), gate_cluster=20))

        assert "gate.cluster" in {reason["check"] for reason in published.rejected[1]}

    def test_a_gate_lets_so_much_into_one_release(self, out: Path) -> None:
        """What changes do together is no fault of the last one: it waits for a release of its own."""
        same = "http://www.w3.org/2004/02/skos/core#exactMatch"
        things = [f"<{iri.thing_iri(f'law/kr/act-{n}')}>" for n in range(30)]
        links = [f"{one} <{same}> {other} {CURATED} ." for one, other in itertools.pairwise(things)]
        accept(out, tuple(links[:15]))
        accept(out, tuple(links[15:]))
        config = replace(Config(), gate_cluster=20)

        first, second = republishing.publish(out, config), republishing.publish(out, config)

        assert (first.taken, dict(first.rejected)) == ((1,), {})
        assert second.taken == ()
        assert [reason["check"] for reason in second.rejected[2]] == ["gate.cluster"]

    def test_emptying_the_graph_closes_a_gate(self, out: Path) -> None:
        """A change that takes nearly everything away is set aside like one that adds too much."""
        release = store.open_release(out)
        gone = tuple(
            f"{quad} ."
            for quad in release.quads()
            if isinstance(quad.graph_name, ox.NamedNode) and not iri.is_derived_graph(quad.graph_name.value)
        )
        accept(out, removed=gone)

        published = republishing.publish(out, Config())

        assert published.taken == ()
        assert "gate.loss" in {reason["check"] for reason in published.rejected[1]}


class TestLog:
    def test_of_another_release_is_refused(self, out: Path) -> None:
        """A log that lost its end, or was exchanged, must not be folded into a release that was made from it."""
        accept(out, GOOD)
        republishing.publish(out, Config())
        shutil.rmtree(out / CHANGES)
        accept(out, BAD)

        with pytest.raises(ChangeLogDamaged, match="not the record that the release has taken"):
            republishing.publish(out, Config())

    def test_that_is_shorter_than_the_release_says_is_refused(self, out: Path) -> None:
        """A restored copy that is too old is noticed."""
        accept(out, GOOD)
        republishing.publish(out, Config())
        shutil.rmtree(out / CHANGES)

        with pytest.raises(ChangeLogDamaged, match="the log ends with 0"):
            republishing.publish(out, Config())

    def test_base_must_be_that_of_the_release(self, out: Path) -> None:
        """Changes speak of IRIs below the base of the release."""
        accept(out, GOOD)

        with pytest.raises(ConfigurationError, match="has the base"):
            republishing.publish(out, Config(base="https://example.org/"))


TOTALS: Final = {"facts": 3000, "asserted": 1000, "entailed": 2000, "documents": 1}


class TestGates:
    def closed(self, config: Config | None = None, **totals: int) -> list[str]:
        """Return the gates that some totals do not pass."""
        found = check_gates({**TOTALS, **totals}, (), config or Config(), before=TOTALS)
        return [one.check for one in found]

    def test_let_the_usual_pass(self) -> None:
        """A graph of the same kind passes."""
        assert self.closed() == []
        assert self.closed(facts=6000, asserted=2000, entailed=4000) == []

    def test_close_when_inference_runs_away(self) -> None:
        """A class in every class shows in what follows from one asserted triple."""
        assert self.closed(entailed=30_000) == ["gate.ratio"]

    def test_close_when_there_is_much_more(self) -> None:
        """Growth is that for each document: more documents may say more."""
        assert self.closed(facts=20_000) == ["gate.growth"]
        assert self.closed(facts=20_000, documents=7) == []

    def test_close_when_there_is_much_less(self) -> None:
        """The same holds for loss."""
        assert self.closed(facts=100) == ["gate.loss"]

    def test_have_limits_that_can_be_set(self) -> None:
        """Who knows why opens a gate by the configuration."""
        assert self.closed(Config(gate_growth=100), facts=20_000) == []
