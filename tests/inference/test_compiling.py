"""Axioms become rules over columns: each rule of tables 4 to 7, with the axiom that it rests on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from egov_kg.errors import RefusedAxiom
from egov_kg.inference import owl
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.plan import Column, Kind, Op, Plan

Compile = Callable[[str], Plan]


def edges(plan: Plan) -> list[str]:
    """Edges, in short: ``:p flip :q prp-inv1``."""
    return sorted(f"{name(e.source.name)} {e.op} {name(e.target.name)} {e.rule}" for e in plan.edges)


def name(term: str) -> str:
    """A term, in short."""
    return term.replace("<e:", ":").removesuffix(">").replace("<http://www.w3.org/2002/07/owl#", "owl:")


class TestEdges:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (":A rdfs:subClassOf :B .", [":A same :B cax-sco"]),
            (":A owl:equivalentClass :B .", [":A same :B cax-eqc1", ":B same :A cax-eqc2"]),
            (":p rdfs:subPropertyOf :q .", [":p same :q prp-spo1"]),
            (":p owl:equivalentProperty :q .", [":p same :q prp-eqp1", ":q same :p prp-eqp2"]),
            (":p owl:inverseOf :q .", [":p flip :q prp-inv1", ":q flip :p prp-inv2"]),
            (":p owl:inverseOf :p .", [":p flip :p prp-inv1", ":p flip :p prp-inv2"]),
            (":p a owl:SymmetricProperty .", [":p flip :p prp-symp"]),
            (":p rdfs:domain :A ; rdfs:range :B .", [":p object :B prp-rng", ":p subject :A prp-dom"]),
            (":R owl:onProperty :p ; owl:someValuesFrom owl:Thing .", [":p subject :R cls-svf2"]),
            (":C owl:unionOf ( :A :B ) .", [":A same :C cls-uni", ":B same :C cls-uni"]),
            (":C owl:intersectionOf ( :A :B ) .", [":C same :A cls-int2", ":C same :B cls-int2"]),
            (":C owl:intersectionOf ( :A ) .", [":A same :C cls-int1", ":C same :A cls-int2"]),
            (":q owl:propertyChainAxiom ( :p ) .", [":p same :q prp-spo2"]),
        ],
    )
    def test_each_rule_of_one_premise_is_an_edge(self, plan_of: Compile, text: str, expected: list[str]) -> None:
        """Also the shapes with one member of rules that have more."""
        assert edges(plan_of(text)) == expected

    def test_an_edge_of_a_restriction_rests_on_its_two_triples(self, plan_of: Compile) -> None:
        """In the order of the table."""
        (edge,) = plan_of(":R owl:onProperty :p ; owl:someValuesFrom owl:Thing .").edges

        assert edge.axiom == (("<e:R>", owl.SOME, owl.THING), ("<e:R>", owl.ON_PROPERTY, "<e:p>"))

    def test_restrictions_below_each_other_are_edges_by_the_triple_that_follows(self, plan_of: Compile) -> None:
        """The step that only table 9 finds: assistants of a group are employees of an organization."""
        plan = plan_of(
            ":Group rdfs:subClassOf :Organization . :Assistant rdfs:subClassOf :R . :S rdfs:subClassOf :Employee ."
            ":R owl:onProperty :worksFor ; owl:someValuesFrom :Group ."
            ":S owl:onProperty :worksFor ; owl:someValuesFrom :Organization ."
        )

        assert ":R same :S cax-sco" in edges(plan)
        assert plan.entailed["<e:R>", owl.SUB_CLASS, "<e:S>"].rule == "scm-svf1"
        assert (Column(Kind.CLASS, "<e:Employee>"), Op.SAME) in plan.composed[Column(Kind.CLASS, "<e:Assistant>")]

    def test_values_of_restrictions_are_compared_by_value(self, plan_of: Compile) -> None:
        """A truth value written in two ways; another value is another class."""
        plan = plan_of(
            """:p a owl:DatatypeProperty . :R owl:onProperty :p ; owl:hasValue true .
            :S owl:onProperty :p ; owl:hasValue "1"^^xsd:boolean . :T owl:onProperty :p ; owl:hasValue false ."""
        )

        step = plan.entailed["<e:R>", owl.SUB_CLASS, "<e:S>"]

        assert step.rule == "scm-hv"
        assert all(premise in plan.schema or premise in plan.entailed for premise in step.premises)
        assert ("<e:R>", owl.SUB_CLASS, "<e:T>") not in plan.entailed


class TestThing:
    def test_it_has_members_where_an_intersection_reads_it(self, plan_of: Compile) -> None:
        """Those of declared classes, as the rules have it: each member of the intersection has a proof."""
        plan = plan_of(":A a owl:Class . :C owl:intersectionOf ( owl:Thing :A ) .")

        assert [{name(both.first), name(both.second)} for both in plan.intersections] == [{"owl:Thing", ":A"}]
        assert (Column(Kind.CLASS, owl.THING), Op.SAME) in plan.composed[Column(Kind.CLASS, "<e:A>")]
        assert "owl:Thing same :C cls-int1" in edges(plan_of(":C owl:intersectionOf ( owl:Thing ) ."))

    def test_it_is_no_target_where_nothing_reads_it(self, plan_of: Compile) -> None:
        """All members of all classes would be written for nothing."""
        plan = plan_of(":A a owl:Class ; rdfs:subClassOf owl:Thing .")

        assert plan.composed[Column(Kind.CLASS, "<e:A>")] == ()

    def test_declared_classes_reach_what_lies_above_it(self, plan_of: Compile) -> None:
        """By scm-cls and cax-sco."""
        plan = plan_of(":A a owl:Class . :B rdfs:subClassOf :C . owl:Thing rdfs:subClassOf :All .")
        every = (Column(Kind.CLASS, "<e:All>"), Op.SAME)

        assert every in plan.composed[Column(Kind.CLASS, "<e:A>")]
        assert every not in plan.composed[Column(Kind.CLASS, "<e:B>")]

    def test_it_has_members_where_a_key_reads_it(self, plan_of: Compile) -> None:
        """The key of all things."""
        plan = plan_of(":A a owl:Class . owl:Thing owl:hasKey ( :p ) .")

        assert plan.composed[Column(Kind.CLASS, "<e:A>")] == ((Column(Kind.CLASS, owl.THING), Op.SAME),)

    def test_it_has_members_where_a_class_is_its_complement(self, plan_of: Compile) -> None:
        """Then that class is empty."""
        plan = plan_of(":A a owl:Class . :None owl:complementOf owl:Thing .")

        assert (Column(Kind.CLASS, owl.THING), Op.SAME) in plan.composed[Column(Kind.CLASS, "<e:A>")]


class TestLists:
    def test_a_long_chain_is_cut_into_steps_of_two(self, plan_of: Compile) -> None:
        """The last one knows the whole chain."""
        plan = plan_of(":q owl:propertyChainAxiom ( :a :b :c :d ) .")

        assert [(name(c.first), name(c.second), name(c.target), len(c.members)) for c in plan.chains] == [
            (":a", ":b", "aux:0", 0),
            ("aux:0", ":c", "aux:1", 0),
            ("aux:1", ":d", ":q", 4),
        ]

    def test_chains_with_one_beginning_share_it(self, plan_of: Compile) -> None:
        """Three chains, one auxiliary property."""
        plan = plan_of(
            ":q owl:propertyChainAxiom ( :a :b :c ), ( :a :b :d ) . :r owl:propertyChainAxiom ( :a :b :c ) ."
        )

        assert sum(chain.target.startswith("aux:") for chain in plan.chains) == 1
        assert len(plan.chains) == 4

    def test_a_long_intersection_is_cut_into_pairs(self, plan_of: Compile) -> None:
        """In term order; the last one knows the list as it is."""
        plan = plan_of(":C owl:intersectionOf ( :B :D :A ) .")

        assert [(name(b.first), name(b.second), name(b.target), b.members) for b in plan.intersections] == [
            (":A", ":B", "aux:0", ()),
            ("aux:0", ":D", ":C", ("<e:B>", "<e:D>", "<e:A>")),
        ]

    def test_an_intersection_of_itself_with_another_class_gives_no_members(self, plan_of: Compile) -> None:
        """To be in C and in D does not follow from being in D."""
        plan = plan_of(":C owl:intersectionOf ( :C :D ) .")

        assert plan.intersections == ()
        assert ":D same :C cls-int1" not in edges(plan)

    def test_a_class_that_stands_twice_counts_once(self, plan_of: Compile) -> None:
        """In an intersection."""
        assert edges(plan_of(":C owl:intersectionOf ( :A :A ) ."))[0] == ":A same :C cls-int1"

    def test_a_class_that_is_disjoint_with_itself_has_no_members(self, plan_of: Compile) -> None:
        """Alone, in a pair and in a list."""
        found = {
            rule.classes
            for text in (
                ":A owl:disjointWith :A .",
                "[] a owl:AllDisjointClasses ; owl:members ( :A :B :A ) .",
                "[] a owl:AllDisjointClasses ; owl:members ( :C :C ) .",
            )
            for rule in plan_of(text).disjoint
            if rule.axiom
        }

        assert found == {("<e:A>",), ("<e:A>", "<e:B>"), ("<e:C>",)}


class TestCardinalities:
    @pytest.mark.parametrize(
        ("text", "rule", "filler"),
        [
            ("owl:maxCardinality 1", "cls-maxc2", None),
            ("owl:maxQualifiedCardinality 1 ; owl:onClass :A", "cls-maxqc3", "<e:A>"),
            ("owl:maxQualifiedCardinality 1 ; owl:onClass owl:Thing", "cls-maxqc4", None),
        ],
    )
    def test_at_most_one(self, plan_of: Compile, text: str, rule: str, filler: str | None) -> None:
        """Values of a member are the same."""
        (found,) = plan_of(f":R owl:onProperty :p ; {text} .").functional

        assert (found.prop, found.cls, found.filler, found.rule) == ("<e:p>", "<e:R>", filler, rule)

    @pytest.mark.parametrize(
        ("text", "rule", "filler"),
        [
            ("owl:maxCardinality 0", "cls-maxc1", None),
            ("owl:maxQualifiedCardinality 0 ; owl:onClass :A", "cls-maxqc1", "<e:A>"),
            ("owl:maxQualifiedCardinality 0 ; owl:onClass owl:Thing", "cls-maxqc2", None),
        ],
    )
    def test_none(self, plan_of: Compile, text: str, rule: str, filler: str | None) -> None:
        """Members have no value."""
        (found,) = plan_of(f":R owl:onProperty :p ; {text} .").at_most_none

        assert (found.prop, found.cls, found.filler, found.rule) == ("<e:p>", "<e:R>", filler, rule)


class TestAliases:
    def test_classes_that_are_the_same_are_one_column_under_the_first_name(self, plan_of: Compile) -> None:
        """Whichever way the triple goes."""
        plan = plan_of(":Z owl:sameAs :A . :Z rdfs:subClassOf :B . :C rdfs:subClassOf :A .")

        assert plan.aliases == {"<e:A>": "<e:A>", "<e:Z>": "<e:A>"}
        assert edges(plan) == [":A same :B cax-sco", ":C same :A cax-sco"]

    def test_each_name_has_the_schema_triples_of_the_other(self, plan_of: Compile) -> None:
        """By eq-rep-s and eq-rep-o, what was given and what follows."""
        plan = plan_of(":Z owl:sameAs :A . :Z rdfs:subClassOf :B . :B rdfs:subClassOf :C . :D rdfs:subClassOf :Z .")

        found = {(name(s), name(o), step.rule) for (s, p, o), step in plan.entailed.items() if p == owl.SUB_CLASS}

        assert found == {
            (":A", ":B", "eq-rep-s"),
            (":A", ":C", "scm-sco"),
            (":Z", ":C", "eq-rep-s"),
            (":D", ":A", "eq-rep-o"),
            (":D", ":B", "scm-sco"),
            (":D", ":C", "scm-sco"),
        }

    def test_every_step_of_an_alias_leads_to_given_triples(self, plan_of: Compile) -> None:
        """Both ends of a triple have other names."""
        plan = plan_of(
            ":Y owl:sameAs :A . :Z owl:sameAs :B . :Y rdfs:subClassOf :Z . :q owl:sameAs :p . :q a owl:Class ."
        )
        waiting = list(plan.entailed)
        steps = 0

        while waiting:
            triple = waiting.pop()
            if triple not in plan.schema and triple[1] != owl.SAME:
                waiting.extend(plan.entailed[triple].premises)
                steps += 1
            assert steps < 100

        assert len(plan.entailed) == 4

    def test_an_engine_hands_over_what_data_has_made_the_same(self) -> None:
        """As pairs; a class that only a fact names may be among them."""
        plan = compile_schema([("<p>", owl.DOMAIN, "<A>")], [("<q>", "<p>"), ("<x>", "<y>")])

        assert plan.aliases == {"<p>": "<p>", "<q>": "<p>", "<x>": "<x>", "<y>": "<x>"}

    def test_values_of_restrictions_are_compared_as_values(self, plan_of: Compile) -> None:
        """scm-hv: true and 1 are one xsd:boolean."""
        plan = plan_of(
            ":p a owl:DatatypeProperty . :A owl:onProperty :p ; owl:hasValue true . "
            ':B owl:onProperty :p ; owl:hasValue "1"^^xsd:boolean .'
        )

        assert ("<e:A>", owl.SUB_CLASS, "<e:B>") in plan.entailed

    def test_individuals_that_are_the_same_are_no_aliases(self, plan_of: Compile) -> None:
        """The engine merges them."""
        assert plan_of(":a owl:sameAs :b . :C owl:oneOf ( :a ) .").aliases == {}

    def test_a_class_may_be_the_same_as_a_word_of_owl(self, plan_of: Compile) -> None:
        """Then the word stands for both."""
        plan = plan_of(":Everything owl:sameAs owl:Thing . :A rdfs:subClassOf :Everything .")

        assert plan.aliases["<e:Everything>"] == owl.THING


class TestBridges:
    @pytest.mark.parametrize(
        ("text", "bridges"),
        [
            (":p rdfs:subPropertyOf rdfs:subClassOf .", {"property rdfs:subClassOf"}),
            (":p owl:inverseOf rdf:type .", {"property rdf:type"}),
            ("rdfs:domain rdfs:domain :A .", {"property rdfs:domain"}),
            (":q owl:propertyChainAxiom ( :p rdf:type ) .", {"property rdf:type"}),
            (":Meta rdfs:subClassOf owl:Class .", {"class owl:Class"}),
            (":R owl:onProperty rdf:type ; owl:hasValue :A .", {"property rdf:type"}),
            (":p rdfs:subPropertyOf rdfs:label ; rdfs:range rdfs:Literal ; rdfs:domain owl:Thing .", set()),
            (":A rdfs:subClassOf :B .", set()),
        ],
    )
    def test_words_of_the_language_that_rules_read_or_write_are_bridges(
        self, plan_of: Compile, text: str, bridges: set[str]
    ) -> None:
        """Words without a meaning for rules, such as labels, are none."""
        prefixes = {owl.NAMESPACES[0]: "rdf:", owl.NAMESPACES[1]: "rdfs:", owl.NAMESPACES[2]: "owl:"}
        found = set()
        for column in plan_of(text).bridges:
            namespace, local = column.name.removesuffix(">").split("#")
            found.add(f"{column.kind} {prefixes[f'{namespace}#']}{local}")

        assert found == bridges

    @pytest.mark.parametrize(
        ("text", "axiom"),
        [
            ("rdf:type a owl:FunctionalProperty .", (owl.TYPE, owl.TYPE, owl.word("FunctionalProperty"))),
            ("rdf:type a owl:InverseFunctionalProperty .", (owl.TYPE, owl.TYPE, owl.word("InverseFunctionalProperty"))),
            ("rdf:type a owl:TransitiveProperty .", (owl.TYPE, owl.TYPE, owl.word("TransitiveProperty"))),
            ("rdf:type a owl:SymmetricProperty .", (owl.TYPE, owl.TYPE, owl.word("SymmetricProperty"))),
            ("rdfs:subClassOf a owl:FunctionalProperty .", (owl.SUB_CLASS, owl.TYPE, owl.word("FunctionalProperty"))),
            (
                "rdf:type rdfs:subPropertyOf :p . :p a owl:FunctionalProperty .",
                ("<e:p>", owl.TYPE, owl.word("FunctionalProperty")),
            ),
            (
                ":p owl:inverseOf rdf:type ; a owl:FunctionalProperty .",
                ("<e:p>", owl.TYPE, owl.word("FunctionalProperty")),
            ),
            ("rdf:type rdfs:subPropertyOf owl:sameAs .", (owl.TYPE, owl.SUB_PROPERTY, owl.SAME)),
            ("rdfs:Class owl:sameAs owl:Class .", (owl.rdfs("Class"), owl.SAME, owl.CLASS)),
        ],
    )
    def test_what_would_collapse_everything_is_refused(
        self, plan_of: Compile, text: str, axiom: tuple[str, str, str]
    ) -> None:
        """The error names the axiom."""
        with pytest.raises(RefusedAxiom) as refused:
            plan_of(text)

        assert refused.value.triple == axiom

    @pytest.mark.parametrize(
        "text",
        [
            "rdfs:subClassOf a owl:TransitiveProperty .",
            "owl:sameAs a owl:SymmetricProperty, owl:TransitiveProperty .",
            "rdf:first a owl:FunctionalProperty .",
            "owl:equivalentClass a owl:SymmetricProperty .",
            "rdf:type rdfs:range rdfs:Class .",
        ],
    )
    def test_what_the_language_says_of_itself_is_not_refused(self, plan_of: Compile, text: str) -> None:
        """It is true."""
        assert plan_of(text).schema


SCRIPT = """
from pyoxigraph import parse
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.plan import Plan
plan = compile_ontology(quad.triple for quad in parse(path={path!r}))
print([repr(dict(v) if hasattr(v, "items") else sorted(v) if isinstance(v, frozenset) else v)
       for v in (getattr(plan, name) for name in Plan.__slots__)])
"""


class TestDeterminism:
    def test_the_hash_seed_does_not_matter(self, tmp_path: Path) -> None:
        """The same plan in two processes."""
        path = tmp_path / "ontology.nt"
        triples = [("a", "subClassOf", "b"), ("b", "subClassOf", "c"), ("c", "subClassOf", "a"), ("p", "domain", "a")]
        path.write_text(
            "".join(f"<e:{s}> <http://www.w3.org/2000/01/rdf-schema#{p}> <e:{o}> .\n" for s, p, o in triples)
            + "<e:z> <http://www.w3.org/2002/07/owl#sameAs> <e:a> .\n"
        )

        one, other = (
            subprocess.run(
                [sys.executable, "-c", SCRIPT.format(path=str(path))],
                check=True,
                capture_output=True,
                env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            ).stdout
            for seed in ("1", "2")
        )

        assert one == other
        assert b"scm-sco" in one
