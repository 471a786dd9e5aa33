"""Accepted links in the dataset, and what they bring back: attributed, beside what was decided before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from egov_kg import iri
from egov_kg.deriving import derive
from egov_kg.model import TimeValue, Value
from egov_kg.rdf import Background, assemble, asserted_facts, default_graph, ontology_quads, read_background
from egov_kg.rdf.calendar import Days
from egov_kg.rdf.links import Link, LinkSet, Paid, statement_id
from egov_kg.validation import find_conflicts, validate

ADDRESS = f"{iri.BASE}mappings/register"
ROW = "https://register.example/id/8"
LAW = "law/kr/public-data-act"
DAY = TimeValue("2013-07-30", "2013-07-30")

Triples = Callable[..., set[tuple[str, str, str]]]
Write = Callable[..., Path]


def link(subject: str = LAW, thing: str = ROW, predicate: str = "skos:closeMatch") -> Link:
    """Return an accepted link."""
    return Link(
        subject,
        predicate,
        thing,
        statement_id(ADDRESS, subject, predicate, thing, iri.BASE),
        "semapv:ManualMappingCuration",
        label="공공데이터법",
        note="confidence=0.9900; name=+9.0",
        reviewer=f"{iri.BASE}id/reviewer/maintainers",
    )


def paid(value: Value | TimeValue | Days, prop: str, of: Link | None = None, cls: str = "egov:Law") -> Paid:
    """Return what the row of a link says."""
    return Paid(of or link(), cls, prop, value, "register.enactment")


def linked(*links: Link, paid: tuple[Paid, ...] = ()) -> LinkSet:
    """Return a set of links with a register."""
    return LinkSet(
        "land-register",
        {"en": "A register", "ko": "등록부"},
        licence="CC0",
        version="2026-01-01",
        title="egov-kg and a register",
        set_licence="https://licence.example/",
        set_version="3",
        digest="d" * 64,
        rows=len(links),
        links=links,
        paid=paid,
    )


@pytest.fixture
def laws(write_background: Write) -> Callable[..., Background]:
    """Return a function that gives the terms of two administrations, and rows about laws."""

    def background(rows: str = "") -> Background:
        terms = (
            "administration/kr/lee-myung-bak\tperson/kr/lee-myung-bak\t2008-02-25\t2013-02-24\tregister\tverified\t\n"
            "administration/kr/park-geun-hye\tperson/kr/park-geun-hye\t2013-02-25\t2017-03-10\tregister\tverified\t\n"
        )
        named = f"{LAW}\tegov:Law\tskos:prefLabel\tPublic Data Act\ten\tregister\tverified\t\n"
        return read_background(write_background(terms=terms, laws=named + rows))

    return background


def day(text: str) -> str:
    """Return a row that gives the law a date of promulgation."""
    return f"{LAW}\tegov:Law\tegov:promulgatedOn\t{text}\tedtf\tregister\tverified\t\n"


class TestLinks:
    def test_stand_in_their_graph_and_in_the_default_graph_once(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """As they were accepted, and never as owl:sameAs."""
        exact = link(predicate="skos:exactMatch", thing="https://register.example/law/1")
        quads = assemble([], laws(), links=[linked(link(), exact)])

        expected = {(LAW, "skos:closeMatch", ROW), (LAW, "skos:exactMatch", "https://register.example/law/1")}
        assert triples_of(quads, "links/land-register") == expected
        default = [quad for quad in default_graph(quads, ()) if "Match" in quad.predicate.value]
        assert len(default) == 2
        assert not [quad for quad in quads if quad.predicate.value == iri.expand("owl:sameAs")]

    def test_have_a_statement_that_quotes_the_mapping_set(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """Certainty, justification, parts of the score, reviewer, and what they call the thing."""
        quads = assemble([], laws(), links=[linked(link())])
        evidence = triples_of(quads, "evidence")

        assert {(p, o) for s, p, o in evidence if s == link().statement and p != "prov:wasGeneratedBy"} == {
            ("rdf:type", "egov:Statement"),
            ("rdf:subject", LAW),
            ("rdf:predicate", "skos:closeMatch"),
            ("rdf:object", ROW),
            ("egov:certainty", "background"),
            ("egov:ruleId", "semapv:ManualMappingCuration"),
            ("prov:wasQuotedFrom", f"{iri.BASE}mappings/land-register"),
            ("prov:wasAttributedTo", "reviewer/maintainers"),
            ("skos:note", "confidence=0.9900; name=+9.0"),
        }
        assert (ROW, "rdfs:label", "공공데이터법") in evidence

    def test_the_mapping_set_tells_version_licence_and_checksum(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """And the data set that it leads to, with its own."""
        evidence = triples_of(assemble([], laws(), links=[linked(link())]), "evidence")
        mappings, dataset = f"{iri.BASE}mappings/land-register", f"{iri.BASE}dataset/land-register"

        assert {(p, o) for s, p, o in evidence if s == mappings} == {
            ("rdf:type", "prov:Entity"),
            ("rdfs:label", "egov-kg and a register"),
            ("dcterms:identifier", f"sha256:{'d' * 64}"),
            ("dcterms:license", "https://licence.example/"),
            ("dcat:version", "3"),
            ("prov:wasDerivedFrom", dataset),
        }
        assert {("rdfs:label", "등록부"), ("dcterms:rights", "CC0"), ("dcat:version", "2026-01-01")} <= {
            (p, o) for s, p, o in evidence if s == dataset
        }

    def test_of_a_thing_that_the_graph_lacks_are_left_out(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """With their evidence; nothing is made of a name alone."""
        quads = assemble([], laws(), links=[linked(link("law/kr/unknown-act"))])

        assert triples_of(quads, "links/") == set()
        assert not [quad for quad in quads if "mappings/" in str(quad) or "unknown-act" in str(quad)]

    def test_with_another_thing_of_the_graph_are_left_out(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """It is nothing outside: a mapping file gives it no name, and says nothing of it."""
        rows = "law/kr/other-act\tegov:Law\tskos:prefLabel\tOther Act\ten\tregister\tverified\t\n"
        other, unknown = (f"{iri.BASE}id/{name}" for name in ("law/kr/other-act", "law/law-go-kr/000028"))
        quads = assemble([], laws(rows), links=[linked(link(thing=other), link(thing=unknown))])

        assert triples_of(quads, "links/land-register") == {(LAW, "skos:closeMatch", iri.id_of(unknown))}
        assert not [
            quad for quad in quads if str(quad.subject) == f"<{other}>" and quad.object == Literal("공공데이터법")
        ]

    def test_are_no_input_of_the_reasoner(self, laws: Callable[..., Background]) -> None:
        """Two laws on one entry of a register stay two, and what follows is the same with links and without."""
        rows = "law/kr/other-act\tegov:Law\tskos:prefLabel\tOther Act\ten\tregister\tverified\t\n"
        both = [link(predicate="skos:exactMatch"), link("law/kr/other-act", predicate="skos:exactMatch")]
        without, quads = assemble([], laws(rows)), assemble([], laws(rows), links=[linked(*both)])
        axioms = [quad.triple for quad in ontology_quads()]

        closures = [derive(asserted_facts(one, links=False), axioms, iri.BASE) for one in (without, quads)]

        assert {*closures[0].entailed} == {*closures[1].entailed}
        assert not [triple for triple in closures[1].entailed if "Match" in triple.predicate.value]

    def test_pass_the_shapes(self, laws: Callable[..., Background]) -> None:
        """Also those that only a person may say: part, whole, topic; and a reference that claims no identity."""
        kinds = ("exactMatch", "closeMatch", "narrowMatch", "broadMatch", "relatedMatch")
        links = [link(thing=f"{ROW}{kind}", predicate=f"skos:{kind}") for kind in kinds]
        links.append(link(predicate="rdfs:seeAlso"))
        background = laws()
        sets = [linked(*links, paid=(paid(DAY, "egov:promulgatedOn", links[0]),))]

        def violations(quads: tuple[Quad, ...]) -> set[str]:
            found = validate((*quads, *default_graph(quads, ())), (), iri.BASE).findings
            return {one.check for one in found if one.severity == "violation"}

        assert violations(assemble([], background, links=sets)) == violations(assemble([], background))

    def test_come_in_the_same_bytes_in_whatever_order(self, laws: Callable[..., Background]) -> None:
        """Nothing but the links decides."""
        one, other = link(), link(thing="https://register.example/id/9")

        made = [assemble([], laws(), links=[linked(*links)]) for links in ((one, other), (other, one))]

        def without_build(quads: tuple[Quad, ...]) -> set[str]:
            return {str(quad) for quad in quads if "/id/build/" not in str(quad)}

        assert without_build(made[0]) == without_build(made[1])


class TestDates:
    def test_come_back_with_register_rule_and_link(self, laws: Callable[..., Background], triples_of: Triples) -> None:
        """In the graph of the data set; the Statement names the link that it rests on."""
        quads = assemble([], laws(), links=[linked(link(), paid=(paid(DAY, "egov:promulgatedOn"),))])

        assert triples_of(quads, "background/land-register") == {(LAW, "egov:promulgatedOn", "time/kr/2013-07-30")}
        evidence = triples_of(quads, "evidence")
        (statement,) = {s for s, p, o in evidence if (p, o) == ("rdf:object", "time/kr/2013-07-30")}
        assert {
            (statement, "egov:ruleId", "register.enactment"),
            (statement, "egov:certainty", "background"),
            (statement, "dcterms:source", "document/int/land-register"),
            (statement, "prov:wasDerivedFrom", link().statement),
        } <= evidence
        assert ("document/int/land-register", "skos:prefLabel", "등록부") in triples_of(quads, "background/sources")

    def test_join_the_calendar(self, laws: Callable[..., Background], triples_of: Triples) -> None:
        """The day has a position, which lies in a term; so the administration follows."""
        quads = assemble([], laws(), links=[linked(link(), paid=(paid(DAY, "egov:promulgatedOn"),))])
        axioms = [quad.triple for quad in ontology_quads()]

        closure = derive(asserted_facts(quads, links=False), axioms, iri.BASE)

        assert ("time/kr/2013-07-30", "egov:insideTerm", "term/kr/park-geun-hye") in triples_of(quads, "background/")
        assert f"<{iri.BASE}id/{LAW}> <{iri.ONTOLOGY}enactedUnder> <{iri.BASE}id/administration/kr/park-geun-hye>" in {
            str(triple) for triple in closure.entailed
        }

    @pytest.mark.parametrize("decided", ["2013", "2013-07", "2013-07-30"])
    def test_make_a_coarser_one_of_a_table_more_precise(
        self, laws: Callable[..., Background], triples_of: Triples, decided: str
    ) -> None:
        """What agrees with it is no contradiction."""
        quads = assemble([], laws(day(decided)), links=[linked(link(), paid=(paid(DAY, "egov:promulgatedOn"),))])

        found = triples_of(quads, "background/", "egov:promulgatedOn")
        assert {o for _, _, o in found} == {"time/kr/2013-07-30"}

    def test_give_way_to_one_that_was_decided_before(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """The day of the table stays; that of the register is kept as what it states, and both are told."""
        row = paid(TimeValue("2007-01-03", "2007-01-03"), "egov:promulgatedOn")
        quads = assemble([], laws(day("2013-07-30")), links=[linked(link(), paid=(row,))])

        assert triples_of(quads, "background/", "egov:promulgatedOn") == {
            (LAW, "egov:promulgatedOn", "time/kr/2013-07-30")
        }
        assert triples_of(quads, "background/land-register") == {(LAW, "egov:statedDate", "2007-01-03")}
        (note,) = [one for one in find_conflicts(quads, ontology_quads()) if one.check == "stated-date"]
        assert note.severity == "warning"
        assert note.message == "Public Data Act is stated with the date 2007-01-03, but was promulgated on 2013-07-30"
        assert len(note.statements) == 2

    def test_of_two_rows_that_contradict_decide_nothing(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """Both are kept as what the register states."""
        other = link(thing="https://register.example/id/9")
        rows = (
            paid(DAY, "egov:promulgatedOn"),
            paid(TimeValue("2014-01-01", "2014-01-01"), "egov:promulgatedOn", other),
        )
        quads = assemble([], laws(), links=[linked(link(), other, paid=rows)])

        assert triples_of(quads, "background/", "egov:promulgatedOn") == set()
        assert {o for _, _, o in triples_of(quads, "background/", "egov:statedDate")} == {"2013-07-30", "2014-01-01"}

    @pytest.mark.parametrize("prop", ["egov:inForceFrom", "egov:adoptedOn"])
    def test_of_any_property_that_contradict_decide_nothing(
        self, laws: Callable[..., Background], triples_of: Triples, prop: str
    ) -> None:
        """Not the one property, and nothing else of the law: the day that it came into force does not enact it."""
        other = link(thing="https://register.example/id/9")
        rows = (paid(DAY, prop), paid(TimeValue("2009-01-01", "2009-01-01"), prop, other))
        quads = assemble([], laws(), links=[linked(link(), other, paid=rows)])
        table = f"{LAW}\tegov:Law\t{prop}\t2013-07-30\tedtf\tregister\tverified\t\n"
        decided = assemble([], laws(table), links=[linked(other, paid=rows[1:])])

        assert triples_of(quads, "background/", prop) == set()
        assert triples_of(decided, "background/", prop) == {(LAW, prop, "time/kr/2013-07-30")}
        assert {o for _, _, o in triples_of(quads, "background/", "egov:statedDate")} == {"2013-07-30", "2009-01-01"}
        assert triples_of(quads, "background/resolved", "egov:enactedIn") == set()
        enacted = triples_of(decided, "background/resolved", "egov:enactedIn")
        assert "time/kr/2009-01-01" not in {o for _, _, o in enacted}

    def test_are_not_said_of_a_thing_of_another_class(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """A person who is linked with a statute by mistake is not promulgated."""
        rows = "person/kr/kim\tegov:Person\tskos:prefLabel\tKim\ten\tregister\tverified\t\n"
        wrong = link("person/kr/kim")
        quads = assemble([], laws(rows), links=[linked(wrong, paid=(paid(DAY, "egov:promulgatedOn", wrong),))])

        assert triples_of(quads, "background/land-register") == set()

    def test_two_numbers_are_both_kept_and_told(self, laws: Callable[..., Background]) -> None:
        """The doubt is a quality note, as for every literal of which there is one."""
        rows = f"{LAW}\tegov:Law\tegov:actNumber\t1\txsd:string\tregister\tverified\t\n"
        quads = assemble([], laws(rows), links=[linked(link(), paid=(paid(Value("2"), "egov:actNumber"),))])

        numbers = {quad.object for quad in quads if quad.predicate.value == iri.expand("egov:actNumber")}
        assert numbers == {Literal("1"), Literal("2")}
        assert "several-values" in {one.check for one in find_conflicts(quads, ontology_quads())}


ENACTED = ("egov:promulgatedOn", "egov:enactedIn", "egov:adoptedOn")


class TestDatesOfDocuments:
    def stated(self, page: Any, year: str = "2001", prop: str = "egov:statedYear") -> Any:
        """Return a page that gives the law a date; 2001 lies within one term of office."""
        made = page("document/kr/history", f"The Public Data Act ({year}) was passed.\n")
        law = made.thing(LAW, "egov:Law", "Public Data Act")
        value = Value(year, "xsd:gYear") if prop == "egov:statedYear" else TimeValue(year, year)
        made.say(law, prop, value, f"Public Data Act ({year})")
        return made

    def test_that_the_day_of_a_register_lies_in_make_it_certain(
        self, korean_terms: Background, page: Any, triples_of: Triples
    ) -> None:
        """The year is the same date, less precisely."""
        row = paid(DAY, "egov:promulgatedOn")
        quads = assemble([self.stated(page, "2013").extraction], korean_terms, links=[linked(link(), paid=(row,))])

        assert triples_of(quads, "background/", "egov:promulgatedOn") == {
            (LAW, "egov:promulgatedOn", "time/kr/2013-07-30")
        }
        assert enacting(quads) == {"administration/kr/park-geun-hye"}

    @pytest.mark.parametrize("prop", ["egov:statedYear", "egov:promulgatedOn", "egov:enactedIn", "egov:adoptedOn"])
    @pytest.mark.parametrize("paid_as", ["egov:promulgatedOn", "egov:enactedIn", "egov:adoptedOn", "egov:statedYear"])
    def test_that_contradict_those_of_a_register_leave_the_law_open(
        self, korean_terms: Background, page: Any, triples_of: Triples, prop: str, paid_as: str
    ) -> None:
        """Whatever either calls its date: each keeps what it states, and no administration follows from any."""
        year = Value("1999", "xsd:gYear")
        row = paid(year if paid_as == "egov:statedYear" else TimeValue("1999-02-05", "1999-02-05"), paid_as)
        made = self.stated(page, prop=prop)
        quads = assemble([made.extraction], korean_terms, links=[linked(link(), paid=(row,))])

        for found in ENACTED:
            assert triples_of(quads, "", found) == set()
        assert triples_of(quads, "document/") & {(LAW, p, "2001") for p in ("egov:statedYear", "egov:statedPeriod")}
        (came,) = triples_of(quads, "background/land-register")
        assert came == (
            (LAW, "egov:statedYear", "1999") if paid_as == "egov:statedYear" else (LAW, "egov:statedDate", "1999-02-05")
        )
        assert enacting(quads) == set()

    def test_that_contradict_are_told_with_the_statements_of_both(self, korean_terms: Background, page: Any) -> None:
        """A quality note of the law; its Statements lead to the words of the document and to the link."""
        row = paid(TimeValue("1999-02-05", "1999-02-05"), "egov:promulgatedOn")
        quads = assemble([self.stated(page).extraction], korean_terms, links=[linked(link(), paid=(row,))])

        (note,) = [one for one in find_conflicts(quads, ontology_quads()) if one.check == "stated-date"]
        assert (note.severity, note.focus) == ("warning", f"{iri.BASE}id/{LAW}")
        assert note.message == "Public Data Act is stated with the date 1999-02-05 and with the year 2001"
        assert len(note.statements) == 2

    def test_give_way_to_a_table_that_agrees_with_the_register(
        self, korean_terms: Background, laws: Callable[..., Background], page: Any, triples_of: Triples
    ) -> None:
        """What somebody looked up and wrote into the tables is decided; the link then says it, too."""
        background = replace(korean_terms, rows=laws(day("2013-07")).rows)
        made = self.stated(page, "2014")
        quads = assemble([made.extraction], background, links=[linked(link(), paid=(paid(DAY, "egov:promulgatedOn"),))])

        assert {o for _, _, o in triples_of(quads, "background/", "egov:promulgatedOn")} == {"time/kr/2013-07-30"}
        assert "stated-year" in {one.check for one in find_conflicts(quads, ontology_quads())}

    def test_of_one_link_in_doubt_take_those_of_another_one_with_them(
        self, korean_terms: Background, page: Any, triples_of: Triples
    ) -> None:
        """A register that agrees with the document is contradicted by the other one all the same."""
        other = link(thing="https://register.example/id/9")
        rows = (paid(DAY, "egov:promulgatedOn"), paid(TimeValue("1999", "1999"), "egov:enactedIn", other))
        quads = assemble([self.stated(page, "2013").extraction], korean_terms, links=[linked(link(), other, paid=rows)])

        assert enacting(quads) == set()
        assert triples_of(quads, "", "egov:promulgatedOn") == triples_of(quads, "", "egov:enactedIn") == set()

    @pytest.mark.parametrize(("day_of_register", "certain"), [("2001-01-16", True), ("2004-01-16", False)])
    def test_of_adoption_agree_with_a_promulgation_soon_after(
        self, korean_terms: Background, page: Any, day_of_register: str, certain: bool
    ) -> None:
        """An act of December is promulgated in January, and not three years later."""
        made = self.stated(page, "2000-12", "egov:adoptedOn")
        row = paid(TimeValue(day_of_register, day_of_register), "egov:promulgatedOn")
        quads = assemble([made.extraction], korean_terms, links=[linked(link(), paid=(row,))])

        assert enacting(quads) == ({"administration/kr/kim-dae-jung"} if certain else set())

    @pytest.mark.parametrize(("year", "certain"), [("2001", True), ("2013", False)])
    def test_may_be_those_of_a_stage(self, korean_terms: Background, page: Any, year: str, certain: bool) -> None:
        """A law that a document puts into the years 1996 to 2002 is not made one of 2013 by a link."""
        made = page("document/kr/history", "First stage (1996-2002): Public Data Act.\n")
        law = made.thing(LAW, "egov:Law", "Public Data Act")
        stage = made.thing("stage/kr/first", "egov:Stage", "First stage")
        made.say(law, "egov:enactedInStage", stage, "Public Data Act")
        made.say(stage, "egov:startYear", Value("1996", "xsd:gYear"), "1996-2002")
        made.say(stage, "egov:endYear", Value("2002", "xsd:gYear"), "1996-2002")
        row = paid(TimeValue(f"{year}-07-30", f"{year}-07-30"), "egov:promulgatedOn")
        quads = assemble([made.extraction], korean_terms, links=[linked(link(), paid=(row,))])

        assert enacting(quads) == ({"administration/kr/kim-dae-jung"} if certain else set())
        told = [one.message for one in find_conflicts(quads, ontology_quads()) if one.check == "stated-date"]
        outside = "Public Data Act is stated with the date 2013-07-30 and with the stage First stage, 1996 to 2002"
        assert told == ([] if certain else [outside])

    def test_of_what_is_no_law_decide_nothing_either(
        self, korean_terms: Background, page: Any, triples_of: Triples
    ) -> None:
        """A programme that began in 2001 by its document and in 1999 by a register began under nobody for certain."""
        made = page("document/kr/history", "The Portal programme began in 2001.\n")
        programme = made.thing("programme/kr/portal", "egov:Programme", "Portal programme")
        made.say(programme, "egov:startYear", Value("2001", "xsd:gYear"), "began in 2001")
        of = link("programme/kr/portal")
        row = paid(TimeValue("1999-02-05", "1999-02-05"), "egov:beganIn", of, "egov:Programme")
        quads = assemble([made.extraction], korean_terms, links=[linked(of, paid=(row,))])

        assert triples_of(quads, "", "egov:beganIn") == set()
        told = {one.check for one in find_conflicts(quads, ontology_quads())}
        assert "stated-date" in told


def enacting(quads: tuple[Quad, ...]) -> set[str]:
    """Return the administrations under which the law was, or may have been, enacted."""
    closure = derive(asserted_facts(quads, links=False), [quad.triple for quad in ontology_quads()], iri.BASE)
    wanted = {iri.expand("egov:enactedUnder"), iri.expand("egov:possiblyEnactedUnder")}
    facts = [*asserted_facts(quads, links=False), *closure.entailed]
    return {
        iri.id_of(fact.object.value) or ""
        for fact in facts
        if fact.predicate.value in wanted and isinstance(fact.object, NamedNode)
    }


PARK = "administration/kr/park-geun-hye"


class TestTerms:
    def test_that_agree_are_said_by_the_register_too(
        self, laws: Callable[..., Background], triples_of: Triples
    ) -> None:
        """The same term has one more source."""
        of = link(PARK)
        days = Days(dt.date(2013, 2, 25), dt.date(2017, 3, 10))
        row = paid(days, "egov:hasTerm", of, "egov:Administration")
        quads = assemble([], laws(), links=[linked(of, paid=(row,))])

        assert triples_of(quads, "background/land-register") == {
            (PARK, "egov:hasTerm", "term/kr/park-geun-hye"),
            ("term/kr/park-geun-hye", "egov:firstDay", "2013-02-25"),
            ("term/kr/park-geun-hye", "egov:lastDay", "2017-03-10"),
        }

    def test_that_contradict_are_kept_as_stated(self, laws: Callable[..., Background], triples_of: Triples) -> None:
        """A term has one first and one last day."""
        of = link(PARK)
        row = paid(Days(dt.date(2013, 2, 25), dt.date(2018, 2, 24)), "egov:hasTerm", of, "egov:Administration")
        quads = assemble([], laws(), links=[linked(of, paid=(row,))])

        assert triples_of(quads, "background/land-register") == {(PARK, "egov:statedPeriod", "2013-02-25/2018-02-24")}
        last = {
            o for s, p, o in triples_of(quads, "background/") if (s, p) == ("term/kr/park-geun-hye", "egov:lastDay")
        }
        assert last == {"2017-03-10"}

    def test_that_nobody_gave_join_the_calendar(self, laws: Callable[..., Background], triples_of: Triples) -> None:
        """Of an administration whose head is known; the order of administrations knows it as well."""
        moon = "administration/kr/moon-jae-in"
        rows = f"{moon}\tegov:Administration\tegov:headedBy\tperson/kr/moon-jae-in\tegov:Person\tregister\tverified\t\n"
        of = link(moon)
        row = paid(Days(dt.date(2017, 5, 10), dt.date(2022, 5, 9)), "egov:hasTerm", of, "egov:Administration")
        quads = assemble([], laws(rows + day("2018-01-02")), links=[linked(of, paid=(row,))])

        found = triples_of(quads, "background/")
        assert ("time/kr/2018-01-02", "egov:insideTerm", "term/kr/moon-jae-in") in found
        assert (PARK, "egov:precedes", moon) in found
        assert ("term/kr/moon-jae-in", "rdf:type", "egov:TermOfOffice") in found

    def test_within_another_term_are_none(self, laws: Callable[..., Background], triples_of: Triples) -> None:
        """An acting head has no term of office of his own."""
        acting = "administration/kr/hwang"
        rows = f"{acting}\tegov:Administration\tegov:headedBy\tperson/kr/hwang\tegov:Person\tregister\tverified\t\n"
        of = link(acting)
        row = paid(Days(dt.date(2016, 12, 9), dt.date(2017, 5, 10)), "egov:hasTerm", of, "egov:Administration")
        quads = assemble([], laws(rows), links=[linked(of, paid=(row,))])

        assert triples_of(quads, "background/land-register") == {(acting, "egov:statedPeriod", "2016-12-09/2017-05-10")}


def test_what_links_say_names_the_build(laws: Callable[..., Background]) -> None:
    """Another score or another row is another build; no links leave its name as it was."""
    sets = [linked(link()), linked(replace(link(), note="confidence=0.5000"))]

    def build(*links: LinkSet) -> set[str]:
        quads = assemble([], laws(), links=links)
        return {str(quad.object) for quad in quads if quad.predicate.value == iri.expand("prov:wasGeneratedBy")}

    assert len({frozenset(build(one)) for one in sets}) == 2
    assert build() == build(*())
