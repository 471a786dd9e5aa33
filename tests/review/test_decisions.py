"""Decisions are kept and win: rejected facts never come back, accepted proposals enter, none is lost unseen."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import api, assets, iri, pipeline
from egov_kg.config import Config
from egov_kg.documents import document_from_text
from egov_kg.extraction import load_extractor
from egov_kg.extraction.ontology import load_ontology
from egov_kg.extraction.plugins import Plugin, propose
from egov_kg.model import Certainty, Document, Extraction, Fact, Label, Span, Thing
from egov_kg.review import Decision, Outcome, apply_decisions, fact_id, read_decisions, review_rows, table_text
from egov_kg.store import Release

TEXT = """# A short history

The Kim Dae-jung administration launched the Bright Window project in 2001.

The Harbour Authority looks after the Bright Window project to this day.
"""
WORDS = "The Harbour Authority looks after the Bright Window project to this day."


@pytest.fixture(scope="module")
def document() -> Document:
    """A page with one fact for the rules, and one that they have no verb for."""
    return document_from_text(TEXT, "history.md")


@pytest.fixture(scope="module")
def found(document: Document) -> Extraction:
    """What the rules find."""
    return load_extractor(assets.data()).extract(document)


def claim(document: Document, words: str = WORDS, certainty: Certainty = "proposed") -> Fact:
    """Return what an extractor of somebody else's claims."""
    ontology = load_ontology()
    start = document.text.index(words)
    return Fact(
        ontology.thing("egov:Project", "Bright Window project", jurisdiction="kr"),
        "egov:managedBy",
        ontology.thing("egov:Agency", "Harbour Authority", jurisdiction="kr"),
        (Span(document.id, start, start + len(words)),),
        "looks-after.1",
        certainty,
    )


@pytest.fixture(scope="module")
def proposals(found: Extraction) -> dict[str, tuple[Extraction, ...]]:
    """The claim, checked."""
    plugin = Plugin("reader", "1", lambda document, _ontology: [claim(document)])
    return {"reader": propose(plugin, [found], load_ontology()).extractions}


def launch(found: Extraction) -> Fact:
    """Return the fact that the first sentence states."""
    return next(fact for fact in found.facts if fact.property == "egov:initiatedBy")


def decide(name: str, verdict: str, **row: str) -> dict[str, Decision]:
    """Return one decision."""
    return {name: Decision(name, verdict, "Jane Doe", row=row)}  # type: ignore[arg-type]


def rows_of(found: Extraction, proposals: dict[str, tuple[Extraction, ...]]) -> dict[str, dict[str, str]]:
    """Return the rows of the table by relation."""
    return {row["relation"]: row for row in review_rows([found], proposals["reader"], {})}


class TestRejecting:
    def test_takes_the_fact_and_what_only_it_names(self, document: Document, found: Extraction) -> None:
        """Nothing of it is left: no thing, no name, no mention."""
        decisions = {key: one for fact in found.facts for key, one in decide(fact_id(document, fact), "reject").items()}

        outcome = apply_decisions([found], {}, decisions)

        (left,) = outcome.extractions
        assert found.facts
        assert (left.facts, left.things, left.labels, left.mentions) == ((), {}, {}, {})
        assert len(outcome.rejected) == len(decisions)

    def test_leaves_all_other_facts(self, document: Document, found: Extraction) -> None:
        """One decision is about one fact."""
        fact = launch(found)

        (left,) = apply_decisions([found], {}, decide(fact_id(document, fact), "reject")).extractions

        assert left.facts == tuple(one for one in found.facts if one != fact)

    def test_holds_when_offsets_and_ids_move(self, found: Extraction, document: Document) -> None:
        """New text above, another id for the thing: the fact is still the rejected one."""
        name = fact_id(document, launch(found))
        later = document_from_text("Some words were put in front.\n\n" + TEXT.split("\n", 1)[1], "history.md")
        later = replace(later, id=document.id)
        again = load_extractor(assets.data()).extract(later)
        fact = launch(again)
        other = Thing("project/int/a-new-id", fact.subject.cls, fact.subject.label)
        moved = replace(again, facts=(replace(fact, subject=other),), things={other.id: other})

        outcome = apply_decisions([moved], {}, decide(name, "reject"))

        assert fact.evidence != launch(found).evidence
        assert outcome.extractions[0].facts == ()

    def test_holds_when_another_name_of_the_thing_is_preferred(self, found: Extraction, document: Document) -> None:
        """Another document may bring a better name; the old one is still a name of the thing."""
        fact = launch(found)
        renamed = Thing(fact.subject.id, fact.subject.cls, "BWP")
        labels = {**found.labels, renamed.id: (Label(fact.subject.label, "en", "alt"),)}
        later = replace(
            found,
            facts=(replace(fact, subject=renamed),),
            things={**found.things, renamed.id: renamed},
            labels=labels,
        )

        outcome = apply_decisions([later], {}, decide(fact_id(document, fact), "reject"))

        assert outcome.extractions[0].facts == ()

    def test_takes_a_proposal_out_of_its_graph(
        self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]]
    ) -> None:
        """What was refused is not shown again."""
        row = rows_of(found, proposals)["egov:managedBy"]

        outcome = apply_decisions([found], proposals, decide(row["fact"], "reject", **row))

        assert outcome.proposals["reader"][0].facts == ()
        assert outcome.extractions == (found,)


class TestAccepting:
    def test_lets_a_proposal_into_the_graph_of_its_document(
        self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]]
    ) -> None:
        """With the rule of reviews, as stated, and with the review as its source; no longer as a proposal."""
        row = rows_of(found, proposals)["egov:managedBy"]

        outcome = apply_decisions([found], proposals, decide(row["fact"], "accept", **row))

        entered = [fact for fact in outcome.extractions[0].facts if fact not in found.facts]
        assert [(f.property, f.rule, f.certainty, f.sources) for f in entered] == [
            ("egov:managedBy", "review", "stated", ("document/int/review-jane-doe",))
        ]
        assert outcome.proposals["reader"][0].facts == ()
        assert outcome.reviews == {"document/int/review-jane-doe": "Jane Doe"}

    def test_needs_no_extractor_any_more(self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]]) -> None:
        """The row has all of it: what was accepted once is built without a model."""
        row = rows_of(found, proposals)["egov:managedBy"]
        decisions = decide(row["fact"], "accept", **row)

        with_it, without = (apply_decisions([found], given, decisions) for given in (proposals, {}))

        assert without.extractions == with_it.extractions
        assert without.stale == ()

    def test_finds_the_passage_again_where_the_text_has_moved(
        self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]], document: Document
    ) -> None:
        """The words count, not their place."""
        row = rows_of(found, proposals)["egov:managedBy"]
        later = replace(document_from_text(f"# Longer\n\nNew words.\n\n{WORDS}\n", "history.md"), id=document.id)
        silent = Extraction(later, {}, {}, {}, (), ())

        (left,) = apply_decisions([silent], {}, decide(row["fact"], "accept", **row)).extractions

        assert [later.quote(span) for span in left.facts[0].evidence] == [WORDS]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"subject": "Dark Window project"}, "the words of its row were changed"),
            ({"object_class": "egov:Law"}, r"\(bad-id\)"),
            ({"object_id": ""}, "lacks the classes or ids"),
            ({"object_id": "agency/kr/../x"}, r"\(bad-id\)"),
        ],
    )
    def test_believes_no_row_that_was_tampered_with(
        self,
        found: Extraction,
        proposals: dict[str, tuple[Extraction, ...]],
        change: dict[str, str],
        reason: str,
    ) -> None:
        """A table is edited by hand: what it would bring in is checked like any other claim."""
        row = {**rows_of(found, proposals)["egov:managedBy"], **change}

        outcome = apply_decisions([found], {}, decide(row["fact"], "accept", **row))

        assert outcome.extractions == (found,)
        (stale,) = outcome.stale
        assert re.search(reason, stale.reason)

    def test_of_a_fact_of_the_rules_changes_nothing(self, found: Extraction, document: Document) -> None:
        """It is confirmed, and counted."""
        outcome = apply_decisions([found], {}, decide(fact_id(document, launch(found)), "accept"))

        assert outcome.extractions == (found,)
        assert len(outcome.accepted) == 1


class TestStale:
    def test_decisions_are_reported(self, found: Extraction, document: Document) -> None:
        """A decision that no fact answers to is never dropped in silence."""
        name = "f-00000000000000000000"

        outcome = apply_decisions([found], {}, decide(name, "reject", document=document.id))

        assert [one.decision.fact for one in outcome.stale] == [name]

    def test_is_no_decision_about_a_document_that_is_not_read_here(self, found: Extraction) -> None:
        """Decisions that come along are about the documents that come along."""
        decisions = decide("f-00000000000000000000", "accept", document="document/int/another")

        outcome = apply_decisions([found], {}, decisions)

        assert (len(outcome.stale), len(outcome.resting)) == (0, 1)

    def test_is_no_rejected_proposal_of_an_extractor_that_does_not_run(
        self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]]
    ) -> None:
        """It stays rejected, and waits."""
        row = rows_of(found, proposals)["egov:managedBy"]

        outcome = apply_decisions([found], {}, decide(row["fact"], "reject", **row))

        assert outcome.counts() == {"accepted": 0, "rejected": 0, "stale": 0, "resting": 1}

    @pytest.mark.parametrize("certainty", ["stated", "inferable", "proposed"])
    def test_what_an_extractor_says_of_its_claims_does_not_count(self, found: Extraction, certainty: Certainty) -> None:
        """A claim is a proposal, however sure of it its extractor is: it stands on top, and a rejected one waits."""
        plugin = Plugin("reader", "1", lambda document, _ontology: [claim(document, certainty=certainty)])
        claimed = {"reader": propose(plugin, [found], load_ontology()).extractions}
        row = rows_of(found, claimed)["egov:managedBy"]

        outcome = apply_decisions([found], {}, decide(row["fact"], "reject", **row))

        assert row["doubt"].split()[0] == "proposed"
        assert review_rows([found], claimed["reader"], {})[0] == row
        assert outcome.counts() == {"accepted": 0, "rejected": 0, "stale": 0, "resting": 1}


class TestRows:
    def test_put_the_doubtful_first_and_the_decided_last(
        self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]], document: Document
    ) -> None:
        """A person reads from the top until time is up."""
        decisions = decide(fact_id(document, launch(found)), "accept", fact="x")

        rows = review_rows([found], proposals["reader"], decisions)

        assert rows[0]["doubt"] == "proposed"
        assert [row["decision"] for row in rows if row["decision"]] == ["accept"]
        assert rows[-1]["decision"] == "accept"
        order = ["proposed", "inferable", "single-use", "conflict", ""]
        ranks = [order.index(row["doubt"].split(" ")[0]) for row in rows if not row["decision"]]
        assert ranks == sorted(ranks)

    def test_keep_decisions_that_nothing_answers_to(self, found: Extraction, document: Document) -> None:
        """Whoever writes the new table over the old one loses nothing."""
        decisions = decide("f-00000000000000000000", "reject", fact="f-00000000000000000000", document=document.id)
        outcome = apply_decisions([found], {}, decisions)

        rows = review_rows([found], [], decisions, outcome.stale)

        assert (rows[-1]["fact"], rows[-1]["doubt"]) == ("f-00000000000000000000", "stale")

    def test_survive_being_edited(self, found: Extraction, tmp_path: Path, document: Document) -> None:
        """Write, decide, read: the same facts are meant."""
        rows = review_rows([found], [], {})
        edited = [{**row, "decision": "reject", "by": "Jane"} for row in rows]
        (tmp_path / "mine.tsv").write_text(table_text(edited), encoding="utf-8")

        outcome = apply_decisions([found], {}, read_decisions([tmp_path]))

        assert outcome.extractions[0].facts == ()
        assert outcome.stale == ()
        assert {row["document"] for row in rows} == {document.id}


class TestBuild:
    """The way of a decision through a build."""

    @pytest.fixture
    def review(self, found: Extraction, proposals: dict[str, tuple[Extraction, ...]], tmp_path: Path) -> Path:
        """A folder with the proposal accepted and the launch rejected."""
        rows = rows_of(found, proposals)
        rows["egov:managedBy"] |= {"decision": "accept", "by": "Jane Doe"}
        rows["egov:initiatedBy"] |= {"decision": "reject", "by": "Jane Doe", "note": "another project"}
        folder = tmp_path / "review"
        folder.mkdir()
        (folder / "mine.tsv").write_text(table_text(rows.values()), encoding="utf-8")
        return folder

    def test_decides_what_the_graph_holds(self, document: Document, review: Path, tmp_path: Path) -> None:
        """The rejected fact is nowhere; the accepted one is in the default graph, with its reviewer as source."""
        result = pipeline.build([document], out=tmp_path / "out", reviews=[review])

        release = api.open_release(result.release.path)
        assert objects(release, "egov:initiatedBy") == []
        assert objects(release, "egov:managedBy") == ["agency/kr/harbour-authority"]
        written = release.select("where-is-it-written", property="egov:managedBy")
        assert ("review", "stated") in {(row["rule"], row["certainty"]) for row in written}
        names = [q.object.value for q in release.quads() if q.subject.value.endswith("/review-jane-doe")]  # type: ignore[union-attr]
        assert "Review by Jane Doe" in names
        assert {key: result.report["review"][key] for key in ("accepted", "rejected", "stale")} == {
            "accepted": 1,
            "rejected": 1,
            "stale": 0,
        }
        assert [one for one in result.report["findings"] if one["severity"] == "violation"] == []

    def test_is_named_by_its_decisions(self, document: Document, review: Path, tmp_path: Path) -> None:
        """The tables are inputs of the release; the configuration may name the folder as well."""
        first = pipeline.build([document], out=tmp_path / "one", reviews=[review]).release
        second = pipeline.build([document], out=tmp_path / "two", config=Config(review=str(review))).release

        assert first.id == second.id
        assert [one.name for one in first.manifest.inputs if one.role == "review"] == ["mine.tsv"]

    def test_without_decisions_says_nothing_of_reviews(self, document: Document, tmp_path: Path) -> None:
        """No table, no change: neither in the report nor in the manifest."""
        result = pipeline.build([document], out=tmp_path / "out")

        assert not {"review", "extractors"} & set(result.report)
        assert b"extractors" not in (result.release.path / "manifest.json").read_bytes()


def objects(release: Release, prop: str) -> list[str]:
    """Return the ids that a property leads to in the default graph."""
    node = ox.NamedNode(iri.expand(prop))
    found = [quad.object for quad in release.quads("default") if quad.predicate == node]
    return sorted(iri.id_of(one.value) or "" for one in found if isinstance(one, ox.NamedNode))


def test_nothing_changes_without_decisions(found: Extraction) -> None:
    """The facts are handed on as they are."""
    assert apply_decisions([found], {}, {}) == Outcome((found,), {})
