"""The promises of the assembled dataset: complete evidence, one name per language, no blank node, the same bytes."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from egov_kg import iri
from egov_kg.errors import SpanOutOfRange, UnknownTerm
from egov_kg.model import Document, Extraction, Fact, Label, Span, Thing, TimeValue, Value
from egov_kg.rdf import Background, assemble, default_graph, read_background, to_nquads
from egov_kg.rdf.assertion import named

EVIDENCE = NamedNode(iri.graph_iri("evidence"))


@pytest.fixture
def history(page: Any) -> Any:
    """A page with every kind of fact: things, literals, dates, extents, counters, citations, names in two languages."""
    made = page(
        "document/int/history",
        "History of the Portal\n전자 포털 (Portal, EP), begun 2001-2003 by the Kim administration, "
        "read 41,085 times.\n"
        "Adapted from Song 2004, p. 16. See http://portal.example/ for more.\n",
    )
    portal = made.thing("system/kr/portal", "egov:InformationSystem", "Portal")
    kim = made.thing("administration/kr/kim-dae-jung", "egov:Administration", "Kim administration")
    report = made.thing("document/int/history", "egov:Document", "History of the Portal")
    song = made.thing("document/int/song-2004", "egov:Document", "Song 2004")
    made.name(portal, Label("Portal", "en", "pref", (made.span("Portal"),)))
    made.name(portal, Label("전자 포털", "ko", "pref", (made.span("전자 포털"),)))
    made.name(portal, Label("EP", "en", "acronym", (made.span("EP"),)))
    made.name(portal, Label("National Portal", "en", "alt"))
    made.say(portal, "egov:initiatedBy", kim, "begun 2001-2003 by the Kim administration")
    made.say(portal, "egov:startYear", Value("2001", "xsd:gYear"), "2001-2003")
    made.say(portal, "egov:endYear", Value("2003", "xsd:gYear"), "2001-2003")
    made.say(report, "egov:hasMeasurement#views", Value("41085", "xsd:integer"), "41,085")
    made.say(
        report,
        "egov:citedPage",
        Value("16"),
        "p. 16",
        qualifiers=(("egov:citedWork", song),),
    )
    made.say(portal, "foaf:homepage", Value("http://portal.example/", "xsd:anyURI"), "http://portal.example/")
    made.say(report, "dcterms:issued", Value("2015", "xsd:gYear"), "2004", certainty="inferable")
    return made


class TestNodesOfFacts:
    def test_a_counter_becomes_a_measurement_with_its_measure(self, history: Any, triples_of: Any) -> None:
        """A counter is read at a time; it is never an attribute of the thing."""
        quads = assemble([history.extraction])
        node = "measurement/int/history-views-41085"

        assert {
            ("document/int/history", "egov:hasMeasurement", node),
            (node, "rdf:type", "egov:Measurement"),
            (node, "egov:measure", "concept/int/views"),
            (node, "egov:value", "41085"),
        } <= triples_of(quads, "document/history")
        assert ("concept/int/views", "skos:inScheme", "scheme/measures") in triples_of(quads, "background/schemes")

    def test_a_page_becomes_a_citation_of_its_work(self, history: Any, triples_of: Any) -> None:
        """Page and work stand together on a node of their own."""
        node = "citation/int/history-song-2004-p-16"

        assert {
            ("document/int/history", "egov:hasCitation", node),
            (node, "rdf:type", "egov:Citation"),
            (node, "egov:citedPage", "16"),
            (node, "egov:citedWork", "document/int/song-2004"),
        } <= triples_of(assemble([history.extraction]), "document/history")

    def test_first_and_last_year_give_positions_and_an_extent(self, history: Any, triples_of: Any) -> None:
        """The years stay as literals; the positions are what the reasoner joins."""
        found = triples_of(assemble([history.extraction]), "document/history")

        assert {
            ("system/kr/portal", "egov:startYear", "2001"),
            ("system/kr/portal", "egov:endYear", "2003"),
            ("system/kr/portal", "egov:beganIn", "time/kr/2001"),
            ("system/kr/portal", "egov:endedIn", "time/kr/2003"),
            ("system/kr/portal", "egov:ranDuring", "time/kr/2001..2003"),
        } <= found

    def test_a_web_address_is_a_node(self, history: Any) -> None:
        """People can follow it."""
        quads = assemble([history.extraction])

        assert [q.object for q in quads if q.predicate == named("foaf:homepage")] == [
            NamedNode("http://portal.example/")
        ]

    @pytest.mark.parametrize(
        ("words", "node"),
        [("portal.example", "http://portal.example"), ("www.portal.example/en", "http://www.portal.example/en")],
    )
    def test_a_host_alone_is_an_address(self, page: Any, words: str, node: str) -> None:
        """A text that names the host of a site means the site."""
        made = page("document/int/example", f"The portal is at {words} today.\n")
        portal = Thing("system/int/portal", "egov:InformationSystem", "portal")
        made.say(portal, "foaf:homepage", Value(words, "xsd:anyURI"), words)

        quads = assemble([made.extraction])

        assert [q.object for q in quads if q.predicate == named("foaf:homepage")] == [NamedNode(node)]

    def test_an_inverse_name_is_turned_round(self, page: Any, triples_of: Any) -> None:
        """Only forward names are asserted."""
        made = page("document/int/example", "The Programme has a Project.\n")
        programme = made.thing("project/kr/programme", "egov:Programme", "Programme")
        project = made.thing("project/kr/project", "egov:Project", "Project")
        made.say(programme, "egov:hasPart", project, "has a Project")

        found = triples_of(assemble([made.extraction]), "document/example")

        assert (project.id, "egov:partOf", programme.id) in found
        assert not [t for t in found if t[1] == "egov:hasPart"]

    def test_a_property_that_the_ontology_lacks_stops_the_build(self, page: Any) -> None:
        """A slip in a rule file is an error, not a triple."""
        made = page("document/int/example", "A Law\n")
        made.say(made.thing("law/kr/a-law", "egov:Law", "A Law"), "egov:enactedUndr", Value("x"), "A Law")

        with pytest.raises(UnknownTerm, match="egov:enactedUndr"):
            assemble([made.extraction])

    def test_years_in_the_wrong_order_make_no_extent(self, page: Any, triples_of: Any) -> None:
        """The contradiction stays visible in the years; no stretch of negative length is made of it."""
        made = page("document/int/example", "Plan (2007-2003)\n")
        plan = made.thing("plan/kr/plan", "egov:Plan", "Plan")
        made.say(plan, "egov:startYear", Value("2007", "xsd:gYear"), "2007-2003")
        made.say(plan, "egov:endYear", Value("2003", "xsd:gYear"), "2007-2003")

        assert triples_of(assemble([made.extraction]), "document/", "egov:ranDuring") == set()


class TestEvidence:
    def test_every_triple_of_a_document_graph_has_a_statement(self, history: Any) -> None:
        """Names and types too: nothing that a document asserts is without its words."""
        quads = assemble([history.extraction])

        asserted = {q.triple for q in quads if q.graph_name.value.startswith(iri.graph_iri("document/"))}  # type: ignore[union-attr]

        assert asserted
        assert asserted <= {t for t, spans in stated(quads).items() if spans}

    def test_every_quotation_is_what_the_text_has_at_its_offsets(self, history: Any) -> None:
        """Quote, prefix and suffix are verbatim."""
        quads = assemble([history.extraction])
        text = history.document.text
        values: defaultdict[Any, dict[str, str]] = defaultdict(dict)
        for q in quads:
            if q.predicate.value.startswith(iri.PREFIXES["oa"]) and isinstance(q.object, Literal):
                node = q.subject.value.rpartition("/")[0]  # type: ignore[union-attr]
                values[node][q.predicate.value.rpartition("#")[2]] = q.object.value

        assert values
        for found in values.values():
            start, end = int(found["start"]), int(found["end"])
            assert found["exact"] == text[start:end]
            assert found["prefix"] == text[max(0, start - 32) : start]
            assert found["suffix"] == text[end : end + 32]

    def test_triples_from_the_same_words_share_their_span(self, history: Any) -> None:
        """Two years, two positions and an extent rest on one span node."""
        quads = assemble([history.extraction])
        targets = Counter(q.object for q in quads if q.predicate == named("oa:hasTarget"))

        assert max(targets.values()) >= 5

    def test_a_statement_has_the_form_of_the_contract(self, history: Any) -> None:
        """Nine triples for a fact that rests on one span."""
        quads = assemble([history.extraction])
        node = next(
            q.subject for q in quads if q.predicate == named("rdf:predicate") and q.object == named("egov:initiatedBy")
        )
        found = {iri.curie(q.predicate.value): iri.curie(q.object.value) for q in quads if q.subject == node}  # type: ignore[union-attr]

        assert found.pop("oa:hasTarget").startswith("span/")
        assert found.pop("prov:wasGeneratedBy").startswith("build/")
        assert found == {
            "rdf:type": "egov:Statement",
            "rdf:subject": "system/kr/portal",
            "rdf:predicate": "egov:initiatedBy",
            "rdf:object": "administration/kr/kim-dae-jung",
            "egov:certainty": "stated",
            "egov:ruleId": "test.rule.1",
            "prov:wasQuotedFrom": "document/int/history",
        }

    def test_said_twice_is_two_statements_and_one_triple(self, page: Any) -> None:
        """Each place in a document is evidence of its own."""
        made = page("document/int/example", "Kim began it. Again: Kim did begin it.\n")
        it = made.thing("project/kr/it", "egov:Project", "it")
        kim = made.thing("administration/kr/kim", "egov:Administration", "Kim")
        for words in ("Kim began it", "Kim did begin it"):
            made.say(it, "egov:initiatedBy", kim, words)

        quads = assemble([made.extraction])

        assert sum(q.predicate == named("egov:initiatedBy") for q in quads) == 1
        assert sum(q.object == named("egov:initiatedBy") for q in quads) == 2

    def test_words_that_carry_a_fact_together_are_targets_of_one_statement(self, page: Any) -> None:
        """A table row and the header of its stage."""
        made = page("document/int/example", "Stage One\n- Example Act\n")
        law = made.thing("law/kr/example-act", "egov:Law", "Example Act")
        stage = made.thing("stage/kr/stage-one", "egov:Stage", "Stage One")
        made.say(law, "egov:enactedInStage", stage, "Stage One", "Example Act")

        quads = assemble([made.extraction])
        (node,) = {q.subject for q in quads if q.object == named("egov:enactedInStage")}

        assert sum(q.subject == node and q.predicate == named("oa:hasTarget") for q in quads) == 2

    def test_two_rules_of_one_place_are_one_statement_with_the_surer_certainty(self, page: Any) -> None:
        """The same triple from the same words is said once."""
        made = page("document/int/example", "Kim began it.\n")
        it = made.thing("project/kr/it", "egov:Project", "it")
        kim = made.thing("administration/kr/kim", "egov:Administration", "Kim")
        made.say(it, "egov:initiatedBy", kim, "Kim began it", rule="a.1", certainty="inferable")
        made.say(it, "egov:initiatedBy", kim, "Kim began it", rule="b.1")

        quads = assemble([made.extraction])
        (node,) = {q.subject for q in quads if q.object == named("egov:initiatedBy")}

        assert {q.object.value for q in quads if q.subject == node and isinstance(q.object, Literal)} == {
            "stated",
            "b.1",
        }

    def test_a_decision_on_the_words_of_two_documents_has_a_statement_in_each(self, page: Any) -> None:
        """Membership in one document, the dates in another."""
        one, other = (
            page("document/int/one", "The Portal is in A and B.\n"),
            page("document/int/other", "A 2001, B 2003\n"),
        )
        portal = one.thing("system/kr/portal", "egov:InformationSystem", "Portal")
        for name, year in (("A", "2001"), ("B", "2003")):
            whole = one.thing(f"project/kr/{name.lower()}", "egov:Project", name)
            other.thing(whole.id, "egov:Project", name)
            one.say(portal, "egov:partOf", whole, "The Portal is in A and B")
            other.say(whole, "egov:beganIn", TimeValue(year, year), f"{name} {year}")

        quads = assemble([one.extraction, other.extraction])
        nodes = {q.subject for q in quads if q.object == named("egov:begunWith")}
        quoted = [q.object for q in quads if q.subject in nodes and q.predicate == named("prov:wasQuotedFrom")]

        assert len(nodes) == 2
        assert sorted(iri.curie(q.value) for q in quoted if isinstance(q, NamedNode)) == [
            "document/int/one",
            "document/int/other",
        ]

    def test_the_build_names_its_inputs_and_no_clock(self, history: Any) -> None:
        """Version, documents and rules make the build; the same inputs are the same build."""
        quads = assemble([history.extraction], version="2026.11.0", rules_digest="ab" * 32)
        (node,) = {q.subject for q in quads if q.object == named("egov:Build")}
        found = {(iri.curie(q.predicate.value), iri.curie(q.object.value)) for q in quads if q.subject == node}  # type: ignore[union-attr]

        assert found == {
            ("rdf:type", "egov:Build"),
            ("dcterms:hasVersion", "2026.11.0"),
            ("dcterms:identifier", f"rules sha256:{'ab' * 32}"),
            ("prov:used", "document/int/history"),
        }

    def test_a_span_outside_its_document_is_an_error(self, history: Any) -> None:
        """Evidence that cannot be shown is refused."""
        portal = history.things["system/kr/portal"]
        history.facts.append(
            Fact(portal, "dcterms:type", Value("x"), (Span("document/int/history", 0, 9999),), "test.rule.1")
        )

        with pytest.raises(SpanOutOfRange, match="9999"):
            assemble([history.extraction])


class TestNames:
    def test_a_thing_has_one_preferred_label_per_language(self, history: Any) -> None:
        """The preferred ones of the document and its acronym; further names of the gazetteer only serve recognition."""
        quads = assemble([history.extraction])

        assert labels(quads, "system/kr/portal") == {
            ("skos:prefLabel", "Portal", "en"),
            ("skos:prefLabel", "전자 포털", "ko"),
            ("egov:acronym", "EP", "en"),
        }

    def test_the_gazetteer_claims_no_name_in_another_language(self, page: Any) -> None:
        """What a law is called in Korean is for a document or a register to say; what a technology is called is not."""
        made = page("document/int/example", "The Act needs sensors.\n")
        for thing, cls, english, korean in (
            ("law/kr/act", "egov:Law", "Act", "전자정부법"),
            ("technology/int/sensor", "egov:Technology", "sensors", "센서"),
        ):
            found = made.thing(thing, cls, english)
            made.name(found, Label(english, "en", "pref", (made.span(english),)))
            made.name(found, Label(korean, "ko", "pref"))

        quads = assemble([made.extraction])

        assert labels(quads, "law/kr/act") == {("skos:prefLabel", "Act", "en")}
        assert labels(quads, "technology/int/sensor") == {
            ("skos:prefLabel", "sensors", "en"),
            ("skos:prefLabel", "센서", "ko"),
        }

    def test_the_label_of_a_register_wins_then_the_gazetteer_then_the_first_document(
        self, page: Any, write_background: Callable[..., Path]
    ) -> None:
        """Whoever loses stays as an alternative label, with its evidence."""
        pages = []
        for name, label in (("b", "The Act"), ("a", "the act (2001)")):
            made = page(f"document/int/{name}", f"{label}\n")
            law = made.thing("law/kr/act", "egov:Law", label)
            made.name(law, Label(label, "en", "pref", (made.span(label),)))
            made.name(law, Label("Gazetteer Act", "en", "pref"))
            pages.append(made)
        row = "law/kr/act\tegov:Law\tskos:prefLabel\tRegister Act\ten\tregister\tverified\t\n"
        background = read_background(write_background(laws=row))
        without = [Extraction(p.document, p.things, {}, p.mentions, (), ()) for p in pages]

        assert preferred(assemble([p.extraction for p in pages], background), "law/kr/act") == {"Register Act"}
        assert preferred(assemble([p.extraction for p in pages]), "law/kr/act") == {"Gazetteer Act"}
        assert preferred(assemble(without), "law/kr/act") == {"the act (2001)"}
        assert labels(assemble([p.extraction for p in pages], background), "law/kr/act") == {
            ("skos:prefLabel", "Register Act", "en"),
            ("skos:altLabel", "Gazetteer Act", "en"),
            ("skos:altLabel", "The Act", "en"),
            ("skos:altLabel", "the act (2001)", "en"),
        }

    def test_a_name_that_is_a_fact_competes_like_any_other(self, page: Any) -> None:
        """A second Korean title is an alternative, not a second preferred label."""
        made = page("document/int/example", "Act 전자정부법 전자정부구현법\n")
        law = made.thing("law/kr/act", "egov:Law", "Act")
        for title in ("전자정부법", "전자정부구현법"):
            made.say(law, "skos:prefLabel", Value(title, "rdf:langString", "ko"), title)

        found = labels(assemble([made.extraction]), "law/kr/act")

        assert sorted(p for p, _, lang in found if lang == "ko") == ["skos:altLabel", "skos:prefLabel"]

    def test_a_read_document_has_a_name_and_the_hash_of_its_text(self, page: Any) -> None:
        """A digest is named after its work, and derived from it."""
        metadata = {"work": "document/int/work", "title": "Work", "work_text_digest": "ab" * 32, "kind": "digest"}
        digest = page("document/int/work-digest", "Words of our own.\n", metadata)

        quads = assemble([digest.extraction])

        assert labels(quads, "document/int/work-digest") == {
            ("skos:prefLabel", "Digest of Work", "en"),
            ("skos:prefLabel", "요약: Work", "ko"),
        }
        about = {
            (iri.curie(q.subject.value), iri.curie(q.predicate.value), iri.curie(q.object.value))  # type: ignore[union-attr]
            for q in quads
            if q.graph_name == NamedNode(iri.graph_iri("background/documents"))
        }
        assert {
            ("document/int/work-digest", "prov:wasDerivedFrom", "document/int/work"),
            ("document/int/work-digest", "egov:textDigest", digest.document.text_digest),
            ("document/int/work", "egov:textDigest", "ab" * 32),
        } <= about


class TestTheDataset:
    def test_there_is_no_blank_node(self, history: Any, korean_terms: Background) -> None:
        """Every node has a name, in every graph."""
        quads = assemble([history.extraction], korean_terms)

        assert not [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]

    def test_the_base_moves_everything_of_ours_and_no_term(self, history: Any, korean_terms: Background) -> None:
        """A deployment with another base has no IRI of the default one but the ontology's."""
        data = to_nquads(assemble([history.extraction], korean_terms, base="https://example.org/kg/")).decode()

        assert iri.BASE + "id/" not in data
        assert iri.BASE + "graph/" not in data
        assert iri.ONTOLOGY in data

    def test_documents_of_one_slug_keep_their_graphs_apart(self, page: Any) -> None:
        """The jurisdiction comes between where the slug alone would mix two documents."""
        pages = [page(f"document/{code}/report", f"Law of {code}\n") for code in ("kr", "ee")]
        for made in pages:
            made.thing(f"law/{made.document.id.split('/')[1]}/law", "egov:Law", "Law")

        graphs = {q.graph_name.value for q in assemble([p.extraction for p in pages])}  # type: ignore[union-attr]

        assert {iri.graph_iri("document/kr/report"), iri.graph_iri("document/ee/report")} <= graphs

    def test_the_default_graph_holds_content_once_and_what_follows(
        self, history: Any, korean_terms: Background
    ) -> None:
        """Documents, background, links and entailed triples; not ontology, evidence, catalogue."""
        quads = assemble([history.extraction], korean_terms)
        follows = Triple(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c"))
        aside = [
            Quad(follows.subject, follows.predicate, Literal(name), NamedNode(iri.graph_iri(name)))
            for name in ("ontology", "evidence", "catalogue", "entailed")
        ]
        link = Quad(follows.subject, follows.predicate, Literal("link"), NamedNode(iri.graph_iri("links/register")))

        default = default_graph([*quads, *aside, link, link], [follows])

        assert all(q.graph_name == DefaultGraph() for q in default)
        assert len(default) == len({q.triple for q in default})
        content = {q.triple for q in quads if q.graph_name != EVIDENCE}
        assert {q.triple for q in default} == content | {follows, link.triple}

    def test_nothing_in_gives_nothing_but_the_build(self) -> None:
        """An empty dataset is legal."""
        assert {q.graph_name for q in assemble([])} == {EVIDENCE}

    @settings(deadline=None)
    @given(st.permutations(range(3)), st.integers(0, 2**16))
    def test_the_order_of_documents_facts_and_things_does_not_matter(self, order: list[int], seed: int) -> None:
        """The same documents in any order, with their facts and things in any order, give the same bytes."""
        pages = THREE_PAGES
        shuffle = random.Random(seed)
        mixed = []
        for number in order:
            made = pages[number]
            things, facts = list(made.things.items()), list(made.facts)
            shuffle.shuffle(things)
            shuffle.shuffle(facts)
            labels_ = {
                thing: tuple(shuffle.sample(found, len(found)))
                for thing, found in sorted(made.labels.items(), reverse=True)
            }
            mixed.append(Extraction(made.document, dict(things), labels_, made.mentions, tuple(facts), ()))

        assert to_nquads(assemble(mixed)) == to_nquads(assemble(pages))


def stated(quads: tuple[Quad, ...]) -> dict[Triple, set[Any]]:
    """Return the triples that have a Statement, with the spans of their Statements."""
    parts: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
    spans: defaultdict[Any, set[Any]] = defaultdict(set)
    for q in quads:
        if q.graph_name != EVIDENCE:
            continue
        if q.predicate == named("oa:hasTarget"):
            spans[q.subject].add(q.object)
        elif q.predicate in {named("rdf:subject"), named("rdf:predicate"), named("rdf:object")}:
            parts[q.subject][iri.curie(q.predicate.value)] = q.object
    found: defaultdict[Triple, set[Any]] = defaultdict(set)
    for node, part in parts.items():
        found[Triple(part["rdf:subject"], part["rdf:predicate"], part["rdf:object"])] |= spans[node]
    return found


def labels(quads: tuple[Quad, ...], thing: str) -> set[tuple[str, str, str]]:
    """Return the names of a thing: property, words, language."""
    props = [named(prop) for prop in ("skos:prefLabel", "skos:altLabel", "egov:acronym")]
    node = NamedNode(iri.thing_iri(thing))
    return {
        (iri.curie(q.predicate.value), q.object.value, q.object.language or "")
        for q in quads
        if q.subject == node and q.predicate in props and isinstance(q.object, Literal)
    }


def preferred(quads: tuple[Quad, ...], thing: str) -> set[str]:
    """Return the preferred labels of a thing."""
    return {text for prop, text, _ in labels(quads, thing) if prop == "skos:prefLabel"}


def _pages() -> list[Extraction]:
    """Return three documents that speak of the same things in different words."""
    made = []
    for name, text in (
        ("a", "The Portal (2001) by Kim"),
        ("b", "the portal, 2001-03, part of Package, by Kim"),
        ("c", "Portal 2002; Package 2001; Act 2001"),
    ):
        document = _document(f"document/int/{name}", text)
        whole = (Span(document.id, 0, len(text)),)
        portal = Thing("system/kr/portal", "egov:InformationSystem", text[:10])
        package = Thing("project/kr/package", "egov:Project", "Package")
        law = Thing("law/kr/act", "egov:Law", f"Act {name}")
        facts = (
            Fact(portal, "egov:beganIn", TimeValue("2001" if name == "a" else "2002", ""), whole, f"r.{name}"),
            Fact(portal, "egov:partOf", package, whole, f"r.{name}"),
            Fact(law, "egov:statedYear", Value("2001", "xsd:gYear"), whole, "r.law"),
            Fact(law, "egov:enactedIn", TimeValue("2001-03", ""), whole, "r.law"),
            Fact(portal, "egov:startYear", Value("2001", "xsd:gYear"), whole, "r.x"),
            Fact(portal, "egov:endYear", Value("2003", "xsd:gYear"), whole, "r.x"),
            Fact(portal, "egov:endYear", Value("2004", "xsd:gYear"), whole, "r.x"),
        )
        things = {t.id: t for t in (portal, package, law)}
        labels_ = {portal.id: (Label("Portal", "en", "pref"), Label(text[:5], "en", "alt", whole))}
        made.append(Extraction(document, things, labels_, dict.fromkeys(things, whole), facts, ()))
    return made


def _document(name: str, text: str) -> Document:
    """Return a document without blocks."""
    return Document(name, text, (), {}, name, hashlib.sha256(text.encode()).hexdigest())


THREE_PAGES = _pages()
