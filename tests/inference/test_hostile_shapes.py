"""Large shapes and axioms that speak of themselves: each ends soon, with what follows or a sentence that names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from egov_kg.errors import InferenceTooLarge, InferenceTooSlow, RefusedAxiom, SchemaTooLarge
from egov_kg.inference import owl
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.entailment import Closure, entail
from egov_kg.inference.plan import SchemaTriple

MANY = 100_000
GIB = 1 << 30
LISTS = [
    *("owl:intersectionOf", "owl:unionOf", "owl:oneOf", "owl:propertyChainAxiom", "owl:hasKey"),
    *("a owl:AllDifferent ; owl:members", "a owl:AllDifferent ; owl:distinctMembers"),
    *("a owl:AllDisjointClasses ; owl:members", "a owl:AllDisjointProperties ; owl:members"),
]


def name(number: object) -> str:
    """A name."""
    return f"<e:{number}>"


def fact(subject: object, prop: str, value: object) -> Triple:
    """A fact; of ``a`` the value is a class."""
    predicate = NamedNode(owl.TYPE[1:-1] if prop == "a" else f"e:{prop}")
    return Triple(NamedNode(f"e:{subject}"), predicate, NamedNode(f"e:{value}"))


def listed(members: Sequence[str], label: str = "l") -> list[SchemaTriple]:
    """The cells of a list; the first is ``_:l0``."""
    rests = [*(f"_:{label}{number}" for number in range(1, len(members))), owl.NIL]
    cells = [(f"_:{label}{n}", one, rest) for n, (one, rest) in enumerate(zip(members, rests, strict=True))]
    return [row for cell, one, rest in cells for row in ((cell, owl.FIRST, one), (cell, owl.REST, rest))]


def closed(schema: Iterable[SchemaTriple], facts: Iterable[Triple], **options: Any) -> Closure:
    """The closure of facts under a schema."""
    return entail(facts, compile_schema(schema), **options)


def count(closure: Closure) -> int:
    """How many facts follow."""
    return len(closure.table(schema=False))


class TestHierarchies:
    @pytest.mark.parametrize("predicate", [owl.SUB_CLASS, owl.SUB_PROPERTY])
    def test_a_ring_of_a_hundred_thousand_classes_or_of_twenty_thousand_properties(self, predicate: str) -> None:
        """One fact is in all of them; the square of schema triples is not listed."""
        many = MANY if predicate == owl.SUB_CLASS else 20_000
        ring = [(name(n), predicate, name((n + 1) % many)) for n in range(many)]
        given = fact("x", "a", 0) if predicate == owl.SUB_CLASS else fact("x", "0", "y")

        closure = closed(ring, [given])

        assert count(closure) == many - 1
        with pytest.raises(SchemaTooLarge, match="more than 10000000 schema triples"):
            closure.table()

    @pytest.mark.parametrize("predicate", [owl.EQUIVALENT_CLASS, owl.EQUIVALENT_PROPERTY, owl.INVERSE])
    def test_ten_thousand_names_of_one(self, predicate: str) -> None:
        """A fact of one is a fact of each."""
        names = [(name(n), predicate, name(0)) for n in range(1, 10_000)]
        given = fact("x", "a", 5) if predicate == owl.EQUIVALENT_CLASS else fact("x", "5", "y")

        assert count(closed(names, [given])) == (9_999 if predicate != owl.INVERSE else 10_000 - 1)

    def test_restrictions_inside_restrictions(self) -> None:
        """Two thousand deep: a path of as many steps is climbed from its end."""
        depth = 2_000
        nodes = [f"_:n{n}" for n in range(depth)]
        schema = [(node, owl.ON_PROPERTY, name("p")) for node in nodes]
        schema += [(node, owl.SOME, inner) for node, inner in zip(nodes, [*nodes[1:], name("Z")], strict=True)]
        facts = [fact(f"u{n}", "p", f"u{n + 1}") for n in range(depth)]

        closure = closed([*schema, (nodes[0], owl.SUB_CLASS, name("A"))], [*facts, fact(f"u{depth}", "a", "Z")])

        assert [str(t.subject) for t in closure.entailed(schema=False)] == ["<e:u0>"]


class TestChains:
    def test_a_chain_of_ten_thousand_properties(self) -> None:
        """Needs a round for each, and asks one rule in each."""
        props = [name(f"p{n}") for n in range(10_000)]
        schema = [(name("q"), owl.CHAIN, "_:l0"), *listed(props)]

        closure = closed(schema, [fact(f"u{n}", f"p{n}", f"u{n + 1}") for n in range(10_000)])

        assert [str(t) for t in closure.entailed()] == ["<e:u0> <e:q> <e:u10000>"]

    def test_ten_thousand_chains_of_one_property(self) -> None:
        """One of them is met."""
        cells = [row for n in range(10_000) for row in listed([name(f"p{n}"), name("r")], f"l{n}_")]
        schema = [*((name("q"), owl.CHAIN, f"_:l{n}_0") for n in range(10_000)), *cells]

        closure = closed(schema, [fact("a", "p77", "b"), fact("b", "r", "c"), fact("b", "s", "d")])

        assert [str(t) for t in closure.entailed()] == ["<e:a> <e:q> <e:c>"]

    def test_two_chains_that_need_each_other(self) -> None:
        """One is the other and one step more: each is met at every second step."""
        schema = [(name("q"), owl.CHAIN, "_:a0"), (name("r"), owl.CHAIN, "_:b0")]
        schema += [*listed([name("r"), name("p")], "a"), *listed([name("q"), name("p")], "b")]

        closure = closed(schema, [fact("s", "q", 0), *(fact(n, "p", n + 1) for n in range(500))])

        assert sorted(str(t.predicate) for t in closure.entailed()) == ["<e:q>"] * 250 + ["<e:r>"] * 250

    def test_a_property_that_is_three_steps_of_itself(self) -> None:
        """Paths of every odd length."""
        schema = [(name("q"), owl.CHAIN, "_:l0"), *listed([name("q")] * 3)]

        closure = closed(schema, [fact(n, "q", n + 1) for n in range(100)])

        assert count(closure) == sum(1 for a in range(101) for b in range(a + 3, 101) if (b - a) % 2)


class TestSelfReference:
    @pytest.mark.parametrize(
        ("text", "facts", "clashes"),
        [
            (":R owl:onProperty :p ; owl:someValuesFrom :R . :x :p :y . :y a :R .", {"x rdf:type R"}, []),
            (":R owl:onProperty :p ; owl:allValuesFrom :R . :x a :R ; :p :y . :y :p :z .", 2, []),
            (":R owl:onProperty :p ; owl:hasValue :R . :x a :R .", {"x p R"}, []),
            (":R owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :R . :x a :R ; :p :x, :y . :y a :R .",
             {"y owl:sameAs x"}, []),
            (":R owl:onProperty :R ; owl:someValuesFrom owl:Thing . :x :R :y .", {"x rdf:type R"}, []),
            (":I owl:intersectionOf ( :I :A ) . :x a :A .", set(), []),
            (":I owl:intersectionOf ( :I :A ) . :x a :I .", {"x rdf:type A"}, []),
            (":U owl:unionOf ( :U :A ) . :x a :A .", {"x rdf:type U"}, []),
            (":O owl:oneOf ( :O ) .", {"O rdf:type O"}, []),
            (":C owl:complementOf :C . :x a :C .", set(), ["cls-com"]),
            (":C owl:disjointWith :C . :x a :C .", set(), ["cax-dw"]),
            (":p owl:propertyDisjointWith :p . :x :p :y .", set(), ["prp-pdw"]),
            (":p owl:inverseOf :p . :x :p :y .", {"y p x"}, []),
            (":C owl:hasKey ( :C ) . :x a :C ; :C 1 . :y a :C ; :C 1 .", {"y owl:sameAs x"}, []),
            ("_:l rdf:first _:l ; rdf:rest rdf:nil . :U owl:unionOf _:l . :x a :A .", set(), []),
        ],
    )  # fmt: skip
    def test_an_axiom_that_speaks_of_itself_is_read_as_it_stands(
        self, reasoning: Any, text: str, facts: set[str] | int, clashes: list[str]
    ) -> None:
        """No expression is unfolded, and so none has no end."""
        found = reasoning.facts(text)

        assert (len(found) if isinstance(facts, int) else found) == facts
        assert reasoning.clashes(text) == clashes

    def test_a_node_with_a_thousand_properties_and_values_each_is_refused(self) -> None:
        """It would be a million and more restrictions; the error names it."""
        schema = [("_:r", owl.ON_PROPERTY, name(f"p{n}")) for n in range(1_001)]
        schema += [("_:r", owl.HAS_VALUE, name(f"v{n}")) for n in range(1_000)]

        with pytest.raises(RefusedAxiom, match=r"_:r .*onProperty> <e:p0> is refused: .* 1001000 restrictions"):
            compile_schema(schema)


class TestLists:
    @pytest.mark.parametrize("axiom", LISTS)
    def test_an_empty_list_is_reported_with_its_axiom(self, reasoning: Any, axiom: str) -> None:
        """Whatever takes it."""
        closure = reasoning.close(f":C {axiom} () . :x a :C .")

        told = [one for one in closure.report["ignored"] if "its list is empty" in one]

        assert len(told) == 1
        assert told[0].startswith("<e:C> ")
        assert told[0].endswith("rdf-syntax-ns#nil> .: its list is empty, and no rule reads that")
        assert list(closure.entailed()) == []

    @pytest.mark.parametrize("predicate", [owl.UNION, owl.INTERSECTION])
    def test_a_list_of_twenty_thousand_classes(self, predicate: str) -> None:
        """Any member is enough for a union; an intersection has all for each of its members."""
        classes = [name(f"c{n}") for n in range(20_000)]
        closure = closed(
            [(name("C"), predicate, "_:l0"), *listed(classes)],
            [fact("x", "a", "c19999" if predicate == owl.UNION else "C")],
        )

        proof = closure.explain((name("x"), owl.TYPE, name("C" if predicate == owl.UNION else "c0")))

        assert count(closure) == (1 if predicate == owl.UNION else 20_000)
        assert proof.nodes[proof.root].rule == ("cls-uni" if predicate == owl.UNION else "cls-int2")

    def test_a_hundred_thousand_different_things_of_which_two_are_the_same(self) -> None:
        """One contradiction, found without looking at 5 G pairs; its proof looks at two members."""
        things = [name(f"c{n}") for n in range(MANY)]
        same = Triple(NamedNode("e:c7"), NamedNode(owl.SAME[1:-1]), NamedNode("e:c99999"))
        declared = [("_:a", owl.TYPE, owl.word("AllDifferent")), ("_:a", owl.MEMBERS, "_:l0")]
        closure = closed([*declared, *listed(things)], [same])

        (finding,) = closure.check()

        assert finding.triples == ((name("c7"), owl.SAME, name("c99999")),)
        assert closure.prover.contradiction(finding).nodes["n0"].rule == "eq-diff2"

    @pytest.mark.parametrize("kind", ["different", "disjoint", "literals"])
    def test_a_thousand_that_exclude_one_another_are_each_told_beside_the_first_and_the_next(self, kind: str) -> None:
        """Half a million pairs would say no more."""
        names = [name(f"c{n:04}") for n in range(1_000)]
        node = "AllDifferent" if kind == "different" else "AllDisjointClasses"
        schema = [("_:a", owl.TYPE, owl.word(node)), ("_:a", owl.MEMBERS, "_:l0"), *listed(names)]
        facts = [Triple(NamedNode("e:c0000"), NamedNode(owl.SAME[1:-1]), NamedNode(one[1:-1])) for one in names]
        if kind == "disjoint":
            facts = [fact("x", "a", one[3:-1]) for one in names]
        elif kind == "literals":
            schema = [(name("p"), owl.TYPE, owl.word("FunctionalProperty"))]
            facts = [Triple(NamedNode("e:x"), NamedNode("e:p"), Literal(one)) for one in names]

        found = closed(schema, facts).check()

        assert len(found) == 999 + 998
        assert all(any(one.strip("<>") in str(finding.triples) for finding in found) for one in names)


class TestCounts:
    @pytest.mark.parametrize("odd", ['"-1"^^xsd:integer', "1.5", '"1"', '"one"^^xsd:integer', ":one", f"1{'0' * 200}"])
    def test_a_count_that_is_none_is_reported_and_makes_no_rule(self, reasoning: Any, odd: str) -> None:
        """Minus one, a half, a text, a name, a number of two hundred digits."""
        closure = reasoning.close(f":R owl:onProperty :p ; owl:maxCardinality {odd} . :x a :R ; :p :y, :z .")

        assert any(
            "a count is expected, such as 1 as xsd:nonNegativeInteger" in one for one in closure.report["ignored"]
        )
        assert list(closure.entailed()) == []

    @pytest.mark.parametrize("one", ['"01"^^xsd:byte', '"+1"^^xsd:integer', "1.00"])
    def test_one_is_one_however_it_is_written(self, reasoning: Any, one: str) -> None:
        """By its value."""
        assert reasoning.facts(f":R owl:onProperty :p ; owl:maxCardinality {one} . :x a :R ; :p :y, :z .") == {
            "z owl:sameAs y"
        }


class TestEquality:
    def test_two_hubs_of_a_hundred_thousand_aliases(self) -> None:
        """What is linked from alias to alias is one fact; all names of all would be 10**10."""
        schema = [(name("p"), owl.TYPE, owl.word("FunctionalProperty"))]
        facts = [fact(hub, "p", f"{hub}{n}") for hub in "ab" for n in range(MANY)]
        facts += [fact(f"a{n}", "q", f"b{n}") for n in range(MANY)]
        closure = closed(schema, facts, same_as="expand", memory=4 * GIB)

        with pytest.raises(InferenceTooLarge, match="every name of everything"):
            closure.table()

        assert closure.report["kept"] < 10
        assert closure.report["same_as"]["members"] == 2 * MANY

    def test_a_key_over_a_hundred_thousand_equal_things(self) -> None:
        """They are one."""
        schema = [(name("C"), owl.KEY, "_:l0"), *listed([name("k")])]
        facts = [row for n in range(MANY) for row in (fact(n, "a", "C"), fact(n, "k", "v"))]

        assert count(closed(schema, facts)) == MANY - 1

    def test_a_key_of_three_hundred_properties(self) -> None:
        """Things that share all of them are one, and one that lacks the last is another."""
        schema = [(name("C"), owl.KEY, "_:l0"), *listed([name(f"k{n}") for n in range(300)])]
        facts = [fact(thing, f"k{n}", n) for thing in "abc" for n in range(300 if thing != "c" else 299)]

        found = closed(schema, [*facts, *(fact(thing, "a", "C") for thing in "abc")]).entailed()

        assert [(str(t.subject), str(t.object)) for t in found] == [("<e:b>", "<e:a>")]

    def test_a_key_of_twelve_properties_with_ten_values_each(self) -> None:
        """Two things share 10**12 tuples of values, and one of them is enough."""
        schema = [(name("C"), owl.KEY, "_:l0"), *listed([name(f"k{n}") for n in range(12)])]
        facts = [fact(thing, f"k{n}", value) for thing in "abc" for n in range(12) for value in range(10)]
        closure = closed(schema, [*facts, *(fact(thing, "a", "C") for thing in "abc")])

        proof = closure.explain((name("b"), owl.SAME, name("a")))

        assert count(closure) == 2
        assert {node.rule for node in proof.nodes.values() if node.rule} <= {"eq-sym", "prp-key"}
        assert len(proof.leaves) == 2 + 2 * 12


class TestBounds:
    @pytest.mark.parametrize("shape", ["ring", "chain", "cross"])
    def test_a_transitive_property_of_a_thousand_million_pairs_is_refused_by_its_name(self, shape: str) -> None:
        """Before they are made."""
        many = 32_000
        schema = [(name("part"), owl.TYPE, owl.word("TransitiveProperty"))]
        facts = [fact(n, "part", n + 1) for n in range(many)]
        if shape == "ring":
            facts.append(fact(many, "part", 0))
        elif shape == "cross":
            facts = [one for n in range(many) for one in (fact(n, "part", "m"), fact("m", "part", f"w{n}"))]

        with pytest.raises(InferenceTooLarge, match=r"for <e:part> and may take 256 MiB; .* --engine duckdb"):
            closed(schema, facts, memory=GIB >> 2)

    def test_a_chain_of_a_thousand_million_pairs_is_refused_by_its_name(self) -> None:
        """Through one thing in the middle."""
        schema = [(name("q"), owl.CHAIN, "_:l0"), *listed([name("p"), name("r")])]
        facts = [one for n in range(32_000) for one in (fact(n, "p", "m"), fact("m", "r", f"w{n}"))]

        with pytest.raises(InferenceTooLarge, match=r"for <e:q> and may take 512 MiB"):
            closed(schema, facts, memory=GIB >> 1)

    def test_what_takes_too_long_is_stopped_where_it_is(self) -> None:
        """Between two pieces of work."""
        schema = [(name("q"), owl.CHAIN, "_:l0"), *listed([name("q"), name("p")])]

        with pytest.raises(InferenceTooSlow, match="did not end within 0 seconds; it was at"):
            closed(schema, [fact("s", "q", 0), *(fact(n, "p", n + 1) for n in range(100))], seconds=0)
