"""Table 9 of OWL 2 Profiles: the schema triples that follow from schema triples, each with a step."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.errors import SchemaTooLarge
from egov_kg.inference import owl
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.entailed import Entailed
from egov_kg.inference.plan import Column, Kind, SchemaTriple, Term

CLASSES = ["<A>", "<B>", "<C>", "<R>", "<S>", "<T>", owl.THING, owl.NOTHING]
PROPS = ["<p>", "<q>", "<r>"]
LISTS: dict[Term, tuple[Term, ...]] = {"_:l1": ("<A>",), "_:l2": ("<B>", "<C>"), "_:l3": ("<R>", "<A>", "<B>")}


def cells() -> Iterator[SchemaTriple]:
    """The cells of `LISTS`."""
    for head, members in LISTS.items():
        names = [head, *(f"{head}{n}" for n in range(1, len(members))), owl.NIL]
        for cell, after, member in zip(names, names[1:], members, strict=False):
            yield cell, owl.FIRST, member
            yield cell, owl.REST, after


def naive(given_: frozenset[SchemaTriple]) -> set[SchemaTriple]:
    """All rules of table 9, cls-thing and cls-nothing1, as they stand in the tables, until nothing is new."""
    known = {*given_, (owl.THING, owl.TYPE, owl.CLASS), (owl.NOTHING, owl.TYPE, owl.CLASS)}
    while True:
        new = set(once(known)) - known
        if not new:
            return known
        known |= new


def once(t: set[SchemaTriple]) -> Iterator[SchemaTriple]:
    """One application of every rule."""
    pairs = {p: [(s, o) for s, q, o in t if q == p] for p in {p for _, p, _ in t}}
    sub, below = pairs.get(owl.SUB_CLASS, []), pairs.get(owl.SUB_PROPERTY, [])
    for c, kind in pairs.get(owl.TYPE, []):
        if kind == owl.CLASS:  # scm-cls
            yield from ((c, owl.SUB_CLASS, c), (c, owl.EQUIVALENT_CLASS, c))
            yield from ((c, owl.SUB_CLASS, owl.THING), (owl.NOTHING, owl.SUB_CLASS, c))
        if kind in {owl.OBJECT_PROPERTY, owl.DATATYPE_PROPERTY}:  # scm-op, scm-dp
            yield from ((c, owl.SUB_PROPERTY, c), (c, owl.EQUIVALENT_PROPERTY, c))
    for rel, equivalent in ((owl.SUB_CLASS, owl.EQUIVALENT_CLASS), (owl.SUB_PROPERTY, owl.EQUIVALENT_PROPERTY)):
        direct = pairs.get(rel, [])
        yield from ((a, rel, d) for a, b in direct for c, d in direct if b == c)  # scm-sco, scm-spo
        yield from ((a, equivalent, b) for a, b in direct if (b, a) in direct)  # scm-eqc2, scm-eqp2
        for a, b in pairs.get(equivalent, []):  # scm-eqc1, scm-eqp1
            yield from ((a, rel, b), (b, rel, a))
    for bound in (owl.DOMAIN, owl.RANGE):  # scm-dom1/2, scm-rng1/2
        yield from ((p, bound, d) for p, c in pairs.get(bound, []) for e, d in sub if c == e)
        yield from ((p, bound, c) for q, c in pairs.get(bound, []) for p, r in below if q == r)
    yield from ((c, owl.SUB_CLASS, m) for c, head in pairs.get(owl.INTERSECTION, []) for m in LISTS[head])
    yield from ((m, owl.SUB_CLASS, c) for c, head in pairs.get(owl.UNION, []) for m in LISTS[head])
    on = pairs.get(owl.ON_PROPERTY, [])
    for word in (owl.HAS_VALUE, owl.SOME, owl.ALL):
        each = [(c, p, v) for c, v in pairs.get(word, []) for d, p in on if c == d]
        for c, p, v in each:
            for d, q, w in each:
                if v == w and (p, q) in below:  # scm-hv, scm-svf2, scm-avf2
                    yield (d, owl.SUB_CLASS, c) if word == owl.ALL else (c, owl.SUB_CLASS, d)
                if p == q and (v, w) in sub and word != owl.HAS_VALUE:  # scm-svf1, scm-avf1
                    yield c, owl.SUB_CLASS, d


CLASS, PROP = st.sampled_from(CLASSES), st.sampled_from(PROPS)
TRIPLE = st.one_of(
    st.tuples(CLASS, st.sampled_from([owl.SUB_CLASS, owl.EQUIVALENT_CLASS]), CLASS),
    st.tuples(PROP, st.sampled_from([owl.SUB_PROPERTY, owl.EQUIVALENT_PROPERTY]), PROP),
    st.tuples(PROP, st.sampled_from([owl.DOMAIN, owl.RANGE]), CLASS),
    st.tuples(CLASS, st.sampled_from([owl.INTERSECTION, owl.UNION]), st.sampled_from(sorted(LISTS))),
    st.tuples(CLASS, st.just(owl.TYPE), st.just(owl.CLASS)),
    st.tuples(PROP, st.just(owl.TYPE), st.sampled_from([owl.OBJECT_PROPERTY, owl.DATATYPE_PROPERTY])),
)
RESTRICTION = st.tuples(
    st.sampled_from(["<R>", "<S>", "<T>", "_:u", "_:v"]),
    PROP,
    st.sampled_from([owl.SOME, owl.ALL]) | st.just(owl.HAS_VALUE),
    CLASS,
)


@st.composite
def schemas(draw: st.DrawFn) -> frozenset[SchemaTriple]:
    """Small schemas in which each restriction has one property."""
    triples = set(draw(st.lists(TRIPLE, max_size=9)))
    props: dict[Term, Term] = {}
    for node, prop, word, value in draw(st.lists(RESTRICTION, max_size=5)):
        triples |= {(node, owl.ON_PROPERTY, props.setdefault(node, prop)), (node, word, value)}
    return frozenset({*triples, *cells()})


def entailed(schema: frozenset[SchemaTriple]) -> Entailed:
    """The entailed triples of a compiled schema."""
    found = compile_schema(schema).entailed
    assert isinstance(found, Entailed)
    return found


class TestTableNine:
    @settings(max_examples=400, deadline=None)
    @given(schemas())
    def test_it_is_the_fixpoint_of_the_tables(self, schema: frozenset[SchemaTriple]) -> None:
        """What is listed and what declarations imply are together what the rules give, and nothing is in both."""
        found = entailed(schema)

        listed, implied = list(found), [triple for triple, _ in found.implied()]

        assert listed == sorted(set(listed))
        assert not set(listed) & set(implied)
        assert {*listed, *implied} == naive(schema) - schema

    @settings(max_examples=200, deadline=None)
    @given(schemas())
    def test_every_step_is_an_instance_of_its_rule_and_rests_on_given_triples(
        self, schema: frozenset[SchemaTriple]
    ) -> None:
        """Steps lead down to given triples without a circle, and each conclusion follows from its premises."""
        found = entailed(schema)
        proved: set[SchemaTriple] = set(schema)

        def prove(triple: SchemaTriple, pending: frozenset[SchemaTriple]) -> None:
            assert triple not in pending, "a circle"
            if triple in proved:
                return
            premises = found[triple].premises
            for premise in premises:
                prove(premise, pending | {triple})
            lists = {premise[2] for premise in premises if premise[2] in LISTS}
            assert not lists or lists <= LISTS.keys()
            if premises:
                assert triple in set(once(set(premises)))
            proved.add(triple)

        for triple in [*found, *(triple for triple, _ in found.implied())]:
            prove(triple, frozenset())

    @settings(max_examples=100, deadline=None)
    @given(schemas(), st.randoms(use_true_random=False))
    def test_the_order_of_the_triples_does_not_matter(
        self, schema: frozenset[SchemaTriple], shuffler: random.Random
    ) -> None:
        """The plan is the same, steps included."""
        triples = sorted(schema)
        one = compile_schema(triples)
        shuffler.shuffle(triples)

        other = compile_schema(triples)

        assert list(one.entailed.items()) == list(other.entailed.items())
        assert list(one.composed.items()) == list(other.composed.items())
        assert all(
            getattr(one, name) == getattr(other, name) for name in one.__slots__ if name not in {"entailed", "composed"}
        )


class TestSize:
    def test_a_chain_of_a_hundred_thousand_classes_is_not_closed(self) -> None:
        """Its 5 G pairs can be looked up, one by one; listing them is refused."""
        names = [f"<{number:06}>" for number in range(100_000)]
        found = entailed(frozenset(zip(names, [owl.SUB_CLASS] * 99_999, names[1:], strict=False)))

        step = found[names[0], owl.SUB_CLASS, names[-1]]

        assert step.premises == ((names[0], owl.SUB_CLASS, names[-2]), (names[-2], owl.SUB_CLASS, names[-1]))
        with pytest.raises(SchemaTooLarge, match="10000000"):
            next(iter(found))

    def test_a_tree_of_a_hundred_thousand_classes_is_compiled(self) -> None:
        """Each class reaches what lies above it in a random tree: about a dozen."""
        shuffler = random.Random(7)
        parent = {n: shuffler.randrange(n) for n in range(1, 100_000)}
        plan = compile_schema((f"<{n}>", owl.SUB_CLASS, f"<{above}>") for n, above in parent.items())

        for leaf in range(99_000, 100_000):
            above, expected = leaf, set()
            while above:
                above = parent[above]
                expected.add(f"<{above}>")
            reached = {target.name for target, _ in plan.composed[Column(Kind.CLASS, f"<{leaf}>")]}
            assert reached == expected
            assert (f"<{leaf}>", owl.SUB_CLASS, "<0>") in plan.entailed or parent[leaf] == 0
