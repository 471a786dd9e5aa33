"""What the description of a thing promises to a page: each fact once, with its origin, its evidence, its derivation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.deriving import derive
from egov_kg.errors import NotEntailed
from egov_kg.rdf.ontology import ontology_quads, ontology_triples
from egov_kg.sparql.description import VALUES, describe
from egov_kg.sparql.explaining import explain
from egov_kg.sparql.proving import StoreProver

DATA: Final = Path(__file__).parent / "data" / "things.trig"
FACTS: Final = (iri.graph_iri("document"), iri.graph_iri("background"))


def thing(path: str) -> str:
    """Return the IRI of a thing by its path."""
    return iri.thing_iri(path)


@pytest.fixture(scope="module")
def release() -> tuple[ox.Store, StoreProver]:
    """A store with the facts of the file and what they entail, and what knows why."""
    quads = list(ox.parse(path=DATA, format=ox.RdfFormat.TRIG))
    asserted = [q.triple for q in quads if str(q.graph_name).removeprefix("<").startswith(FACTS)]
    closure = derive(asserted, ontology_triples(), iri.BASE)
    store = ox.Store()
    entailed = ox.NamedNode(iri.graph_iri("entailed"))
    store.extend(
        [
            *quads,
            *ontology_quads(),
            *(ox.Quad(triple.subject, triple.predicate, triple.object, entailed) for triple in closure.entailed),
        ]
    )
    return store, StoreProver(store)


def facts_of(release: tuple[ox.Store, StoreProver], path: str, *, side: str = "facts") -> dict[str, list[Any]]:
    """Return the values of each property, by CURIE."""
    store, prover = release
    found: Any = describe(store, thing(path), prover=prover)
    return {group["property"]["curie"]: group["values"] for group in found[side]}


def shown(values: list[Any], manner: str = "own") -> list[str]:
    """Return the values of one manner, as ids of things or as text."""
    terms = [value["term"] for value in values if value["manner"] == manner]
    return [term["named"]["id"] if "named" in term else term["value"] for term in terms]


class TestNames:
    def test_are_given_by_language_and_aliases_apart(self, release: tuple[ox.Store, StoreProver]) -> None:
        """The preferred label of each language names the thing; other names stand beside it, each once."""
        found = describe(release[0], thing("law/kr/known"))

        assert found is not None
        assert found["thing"]["labels"] == {"en": "Act of a known day", "ko": "날이 알려진 법"}
        assert found["alternatives"] == [{"text": "Known act", "lang": "en"}]

    def test_of_classes_are_the_most_specific_ones(self, release: tuple[ox.Store, StoreProver]) -> None:
        """A law is also all that a law is; the page says "law"."""
        found = describe(release[0], thing("law/kr/known"))

        assert found is not None
        assert [c["curie"] for c in found["classes"]] == ["egov:Law"]

    def test_of_what_the_release_does_not_mention_are_missing(self, release: tuple[ox.Store, StoreProver]) -> None:
        """There is no description of a thing of which nothing is said."""
        assert describe(release[0], thing("law/kr/nowhere")) is None


class TestOrigin:
    @pytest.mark.parametrize(
        ("curie", "origin"),
        [
            ("egov:statedYear", "stated"),
            ("egov:promulgatedOn", "register"),
            ("egov:enactedUnder", "derived"),
        ],
    )
    def test_tells_documents_registers_and_rules_apart(
        self, release: tuple[ox.Store, StoreProver], curie: str, origin: str
    ) -> None:
        """A fact of a document graph is stated, one of a background graph registered, one of neither derived."""
        facts = facts_of(release, "law/kr/known")

        assert [fact["origin"] for fact in facts[curie]] == [origin]

    def test_of_a_choice_that_a_date_leaves_is_possible(self, release: tuple[ox.Store, StoreProver]) -> None:
        """A year that two terms share makes both administrations possible, and neither certain."""
        facts = facts_of(release, "law/kr/undecided")

        assert {(f["term"]["named"]["id"], f["origin"]) for f in facts["egov:possiblyEnactedUnder"]} == {
            ("administration/kr/first", "possible"),
            ("administration/kr/second", "possible"),
        }
        assert "egov:enactedUnder" not in facts


class TestEvidence:
    def test_of_a_stated_fact_is_its_words_place_document_and_rule(self, release: tuple[ox.Store, StoreProver]) -> None:
        """Each Statement gives the exact words, their half-open range, where they stand and which rule found them."""
        (year,) = facts_of(release, "law/kr/known")["egov:statedYear"]

        assert [e["quotes"] for e in year["evidence"]] == [
            [{"exact": "the act (2001)", "start": 40, "end": 54}],
            [{"exact": "the act (2001)", "start": 7, "end": 21}],
        ]
        assert {e["document"]["id"] for e in year["evidence"]} == {"document/int/report-digest"}
        assert {e["digest_of"]["id"] for e in year["evidence"]} == {"document/int/report"}
        assert {e["rule"] for e in year["evidence"]} == {"law.title-year.1"}

    def test_of_a_registered_fact_is_its_source(self, release: tuple[ox.Store, StoreProver]) -> None:
        """What a register gives has no words of a document, but the register."""
        (day,) = facts_of(release, "law/kr/known")["egov:promulgatedOn"]

        assert [(e["source"]["id"], e["document"], e["quotes"]) for e in day["evidence"]] == [
            ("document/int/register", None, [])
        ]

    def test_says_which_facts_are_in_conflict(self, release: tuple[ox.Store, StoreProver]) -> None:
        """A fact whose Statement a quality note names is marked, the others are not."""
        facts = facts_of(release, "law/kr/hostile")

        assert [fact["conflict"] for fact in facts["egov:amends"]] == [True]
        assert {f["conflict"] for f in facts_of(release, "law/kr/known")["egov:amends"]} == {False}

    def test_of_a_document_includes_the_notes_on_its_quality(self, release: tuple[ox.Store, StoreProver]) -> None:
        """The notes that validation made of a document stand on its description, with a way to each."""
        found = describe(release[0], thing("document/int/report"))

        assert found is not None
        (note,) = found["notes"]
        assert (note["id"], note["lang"]) == ("note/1", "en")
        assert note["text"] == "The report gives two years for one law."
        assert [claim["triple"]["property"]["curie"] for claim in note["claims"]] == ["egov:amends"]


class TestManner:
    def test_parts_what_is_said_from_what_merely_follows_more_generally(
        self, release: tuple[ox.Store, StoreProver]
    ) -> None:
        """The administration of a law is said once: that it was possible, or dated there, says less."""
        facts = facts_of(release, "law/kr/known")

        assert shown(facts["egov:enactedUnder"]) == ["administration/kr/first"]
        assert shown(facts["egov:possiblyEnactedUnder"]) == []
        assert shown(facts["egov:possiblyEnactedUnder"], "general") == ["administration/kr/first"]
        assert shown(facts["egov:datedUnder"], "general") == ["administration/kr/first"]

    def test_leaves_to_the_other_side_what_is_read_the_other_way_round(
        self, release: tuple[ox.Store, StoreProver]
    ) -> None:
        """A law that another one amends is amended by it: the page of each tells it once."""
        store, prover = release
        known: Any = describe(store, thing("law/kr/known"), prover=prover)
        facts = {group["property"]["curie"]: group for group in known["facts"]}
        incoming = {group["property"]["curie"]: group for group in known["incoming"]}

        assert facts["egov:amendedBy"]["counts"] == {"own": 0, "general": 0, "turned": 1}
        assert shown(incoming["egov:amends"]["values"]) == ["law/kr/hostile"]
        assert incoming["egov:amends"]["inverse"]["curie"] == "egov:amendedBy"

    def test_counts_all_values_and_lists_some(self) -> None:
        """Of very many values a description lists the first, and says how many there are."""
        store = ox.Store()
        graph = ox.NamedNode(iri.graph_iri("document/many"))
        cites = ox.NamedNode(iri.expand("egov:cites"))
        for number in range(VALUES + 7):
            other = ox.NamedNode(thing(f"document/int/d{number:03}"))
            store.add(ox.Quad(ox.NamedNode(thing("document/int/all")), cites, other, graph))

        found = describe(store, thing("document/int/all"))

        assert found is not None
        assert found["facts"][0]["counts"]["own"] == VALUES + 7
        assert [v["term"]["value"] for v in found["facts"][0]["values"]] == [
            thing(f"document/int/d{number:03}") for number in range(VALUES)
        ]


class TestDerivation:
    def test_of_a_derived_fact_is_the_rule_in_words_with_its_premises(
        self, release: tuple[ox.Store, StoreProver]
    ) -> None:
        """The step behind a fact names the rule of OWL 2 RL, says it in both languages, and lists what it rests on."""
        (enacted,) = facts_of(release, "law/kr/known")["egov:enactedUnder"]

        step = enacted["step"]
        assert step["rule"] == "prp-spo2"
        assert step["words"]["en"] != step["words"]["ko"]
        assert [p["property"]["curie"] for p in step["premises"]] == [
            "egov:enactedIn",
            "egov:insideTerm",
            "egov:termOf",
        ]

    def test_reaches_down_to_asserted_triples_and_their_evidence(self, release: tuple[ox.Store, StoreProver]) -> None:
        """The leaves of a proof are asserted, and those with a Statement carry it."""
        store, prover = release
        triple = ox.Triple(
            ox.NamedNode(thing("law/kr/known")),
            ox.NamedNode(iri.expand("egov:enactedUnder")),
            ox.NamedNode(thing("administration/kr/first")),
        )

        proof = explain(store, triple, prover=prover)

        leaves = list(leaves_of(proof))
        assert {leaf["triple"]["property"]["curie"] for leaf in leaves} == {
            "egov:promulgatedOn",
            "egov:insideTerm",
            "egov:hasTerm",
        }
        assert [e["source"]["id"] for leaf in leaves for e in leaf["evidence"]] == ["document/int/register"]

    def test_of_what_does_not_follow_is_refused(self, release: tuple[ox.Store, StoreProver]) -> None:
        """A triple that the release does not hold has no proof."""
        store, prover = release
        law, by = ox.NamedNode(thing("law/kr/undecided")), ox.NamedNode(iri.expand("egov:enactedUnder"))

        with pytest.raises(NotEntailed):
            explain(store, ox.Triple(law, by, ox.NamedNode(thing("administration/kr/first"))), prover=prover)


def leaves_of(proof: Any) -> Any:
    """Yield the asserted triples of a proof."""
    if not proof["premises"]:
        yield proof
    for premise in proof["premises"]:
        yield from leaves_of(premise)
