"""A query that names other endpoints has the answer that it would have if their data stood here, in other graphs."""

from __future__ import annotations

import collections
import itertools
import os
from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egov_kg.errors import QueryRefused, QuerySyntaxError, ServiceFailed
from egov_kg.sparql import guard
from egov_kg.sparql.service_groups import BLOCK, Need, Reply, Services

BASE: Final = "https://w3id.org/egov-kg/"
ONE, TWO = "http://one.example/sparql", "http://two.example/sparql"

Rows = collections.Counter[tuple[str, ...]]


def store_of(turtle: str) -> ox.Store:
    """Return a store with some triples."""
    store = ox.Store()
    store.load(f"@prefix : <x:> . {turtle}", format=ox.RdfFormat.TURTLE)
    return store


def table(store: ox.Store, text: str, **more: object) -> Rows:
    """Return how often each solution of a query comes; blank nodes are all alike."""
    found = store.query(text, **more)  # type: ignore[arg-type]
    assert isinstance(found, ox.QuerySolutions)
    names = sorted(v.value for v in found.variables)
    return collections.Counter(
        tuple(f"{name}={'_:' if isinstance(row[name], ox.BlankNode) else row[name]}" for name in names) for row in found
    )


class Endpoints:
    """Stores that answer for endpoints, and what they were asked."""

    def __init__(self, **stores: ox.Store) -> None:
        self._stores = {"one": ONE, "two": TWO}
        self.stores = {self._stores[name]: store for name, store in stores.items()}
        self.asked: list[tuple[str, str]] = []

    def ask(self, need: Need) -> Reply:
        """Answer what is needed."""
        parts = []
        for query in need.queries:
            self.asked.append((need.endpoint, query))
            found = self.stores[need.endpoint].query(query)
            assert isinstance(found, ox.QuerySolutions)
            parts.append(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")
        return Reply(parts, need.is_whole)


def federated(
    local: ox.Store, text: str, ask: Callable[[Need], Reply], *, rows: int = 1000, needs: list[Need] | None = None
) -> Rows:
    """Return the solutions of a query over our store and other endpoints."""
    checked = guard.check(text, base=BASE, graphs=(), services=[ONE, TWO])
    services = Services(checked, base=BASE, rows=rows)
    services.check_syntax()
    replies: list[Reply] = []
    for _ in range(50):
        found = services.next(local, (None, None), replies)
        if not isinstance(found, Need):
            complete, functions = found
            return table(local, complete, base_iri=BASE, custom_functions=functions)
        if needs is not None:
            needs.append(found)
        replies[found.number :] = [ask(found)]
    raise AssertionError(replies)


def merged(local: ox.Store, remotes: Mapping[str, ox.Store], text: str) -> Rows:
    """Return the solutions where the data of each endpoint is a graph of our store."""
    store = ox.Store()
    store.extend(local)
    for url, remote in remotes.items():
        store.add_graph(ox.NamedNode(url))
        store.extend(ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(url)) for q in remote)
    return table(store, text.replace("SERVICE SILENT", "GRAPH").replace("SERVICE", "GRAPH"), base_iri=BASE)


LOCAL = store_of(':a :knows :b . :b :knows :c . :c :knows :a . :a :name "a" . :b :name "b" ; :age 1 . :d :name "d" .')
REMOTE = store_of(
    ':a :likes :b , :c . :b :likes :a ; :name "b" ; :age 01 . :d :likes :d ; :seen "x"@en . :e :likes :a ; :name "e" .'
)
OTHER = store_of(':b :likes :c ; :name "b" , "other" . :a :seen :b .')


def same(text: str, *, one: ox.Store = REMOTE, two: ox.Store = OTHER, local: ox.Store = LOCAL) -> list[tuple[str, str]]:
    """Check that a query has the same solutions both ways; return what was asked."""
    endpoints = Endpoints(one=one, two=two)
    text = text.replace("<one>", f"<{ONE}>").replace("<two>", f"<{TWO}>")
    text = f"PREFIX : <x:>\n{text}"

    assert federated(local, text, endpoints.ask) == merged(local, endpoints.stores, text)
    return endpoints.asked


class TestMeaning:
    """Every place in which SERVICE may stand."""

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { SERVICE <one> { ?o :likes ?x } ?s :knows ?o }",
            "SELECT * { SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { ?s :knows ?o . SERVICE <one> { ?o :likes ?x } . ?x :name ?n }",
            "SELECT * { ?s :name ?n OPTIONAL { SERVICE <one> { ?s :likes ?x } } }",
            "SELECT * { ?s :name ?n OPTIONAL { SERVICE <one> { ?s :likes ?x } FILTER(?x != :b) } }",
            "SELECT * { ?s :name ?n OPTIONAL { ?s :knows ?k SERVICE <one> { ?k :likes ?x } } }",
            "SELECT * { SERVICE <one> { ?s :likes ?x } OPTIONAL { ?s :name ?n } }",
            "SELECT * { ?s :name ?n MINUS { SERVICE <one> { ?s :likes ?x } } }",
            "SELECT * { ?s :name ?n MINUS { SERVICE <one> { ?q :likes ?x } } }",
            "SELECT * { ?s :name ?n MINUS { SERVICE <one> { ?x :likes ?s OPTIONAL { ?s :name ?n } } } }",
            "SELECT * { ?s :name ?n { SERVICE <one> { ?s :likes ?x } } UNION { SERVICE <two> { ?s :likes ?x } } }",
            "SELECT * { { ?s :knows ?o } UNION { SERVICE <one> { ?s :likes ?o } } }",
            "SELECT * { ?s :knows ?o { SELECT ?o (COUNT(*) AS ?n) { SERVICE <one> { ?o :likes ?x } } GROUP BY ?o } }",
            "SELECT * { { SELECT ?o { ?s :knows ?o SERVICE <one> { ?o :likes ?x } } ORDER BY ?o LIMIT 2 } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { SELECT ?o (COUNT(*) AS ?n) { ?o :likes ?x } GROUP BY ?o } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o :likes ?x FILTER(?x != ?s) } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?x :likes ?y FILTER(?x = ?o) } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o :likes ?x OPTIONAL { ?s :name ?n } } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { { ?o :likes ?x } UNION { ?s :name ?x } } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o :likes ?x BIND(?x AS ?y) } FILTER(?y = :a) }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o :likes ?x } SERVICE <two> { ?x :likes ?y } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o :likes ?x } SERVICE <one> { ?x :likes ?y } }",
            "SELECT * { SERVICE <one> { ?o :likes ?x } SERVICE <two> { ?x :likes ?y } }",
            "SELECT * { SERVICE <one> { ?s :likes ?x } OPTIONAL { SERVICE <two> { ?s :likes ?y } } }",
            "SELECT * { ?s :knows ?o FILTER NOT EXISTS { SERVICE <one> { ?o :likes ?x } } }",
            "SELECT * { ?s :knows ?o FILTER EXISTS { ?o :name ?n SERVICE <one> { ?o :likes ?x } } }",
            "SELECT * { ?s :knows ?o BIND(EXISTS { SERVICE <one> { ?s :likes ?o } } AS ?x) }",
            "SELECT ?s (EXISTS { SERVICE <one> { ?s :likes ?o } } AS ?x) { ?s :knows ?o }",
            "SELECT * { ?s :name ?n SERVICE <one> { ?t :name ?n } }",
            "SELECT * { ?s :age ?n SERVICE <one> { ?t :age ?n } }",
            "SELECT * { ?s :name ?n BIND(STR(?s) AS ?t) SERVICE <one> { ?s :likes ?x } }",
            "SELECT * { BIND(1 AS ?z) SERVICE <one> { ?s :likes ?x } ?s :name ?n }",
            "SELECT * { VALUES ?s { :a :d UNDEF } SERVICE <one> { ?s :likes ?x } }",
            "SELECT * { OPTIONAL { :zz :knows ?s } SERVICE <one> { ?s :likes ?x } }",
            "SELECT * { ?s :name ?n OPTIONAL { ?s :knows ?o } SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { ?s :none ?o SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { ?s :knows ?o FILTER(?s = :a) SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { ?s :knows ?o FILTER(?x = :a) SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { ?s :knows ?o FILTER(!BOUND(?x)) SERVICE <one> { ?o :likes ?x } }",
            "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?s :knows ?o SERVICE <one> { ?o :likes ?x } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { ?o ?p ?x } } VALUES ?x { :a :b }",
            "SELECT * { ?s :knows ?o SERVICE <one> { } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { :a :likes :b } }",
            "SELECT * { ?s :knows ?o SERVICE <one> { :a :likes :a } }",
            "SELECT * { ?s :knows+ ?o SERVICE <one> { ?o (:likes|^:likes)/:name ?x } }",
            "SELECT * { ?s :knows [ :name ?n ] SERVICE <one> { [ :name ?n ; :likes ?x ] } }",
            "SELECT * { ?s :knows ?o SERVICE SILENT <one> { ?o :likes ?x } # }\n}",
            "SELECT * WHERE { { { ?s :knows ?o . { SERVICE <one> { ?o :likes ?x . } } . } } }",
            "SELECT * { ?s :knows ?o { FILTER(?x != :b) SERVICE <one> { ?o :likes ?x } FILTER(?o != :c) } }",
        ],
    )  # fmt: skip
    def test_a_query_means_what_it_says(self, text: str) -> None:
        """Where the pattern stands does not matter, and how it is asked for does not either."""
        same(text)

    def test_construct_and_ask_are_queries_too(self) -> None:
        """The template is no group."""
        text = f"PREFIX : <x:> CONSTRUCT {{ ?s :both ?x }} WHERE {{ ?s :knows ?o SERVICE <{ONE}> {{ ?o :likes ?x }} }}"
        services = Services(guard.check(text, base=BASE, graphs=(), services=[ONE]), base=BASE, rows=100)
        need = services.next(LOCAL, (None, None), [])
        assert isinstance(need, Need)

        found = services.next(LOCAL, (None, None), [Endpoints(one=REMOTE).ask(need)])

        assert isinstance(found, tuple)
        assert len(list(LOCAL.query(found[0]))) == 3  # type: ignore[arg-type]

    def test_a_failure_with_silent_is_one_solution_that_binds_nothing(self) -> None:
        """Its variables are columns all the same."""
        text = f"PREFIX : <x:> SELECT * {{ ?s :knows ?o SERVICE SILENT <{ONE}> {{ ?o :likes ?x }} }}"

        found = federated(LOCAL, text, lambda need: Reply(None, need.is_whole))

        assert found == table(LOCAL, "PREFIX : <x:> SELECT ?s ?o ?x { ?s :knows ?o }")


class TestBlankNodes:
    """A blank node is one node within an answer, and nobody else's."""

    def test_a_node_is_blank_and_one(self) -> None:
        """It joins with itself within one answer, and counts once."""
        remote = store_of("_:x :likes :a ; :seen :b . _:y :likes :b .")

        same("SELECT ?x ?o (isBlank(?x) AS ?b) { SERVICE <one> { ?x :likes ?o } }", one=remote)
        same("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?o :knows ?z SERVICE <one> { ?x :likes|:seen ?o } }", one=remote)
        same("SELECT ?p ?x { SERVICE <one> { ?x ?p ?o } FILTER(?o = :a) }", one=remote)

    def test_columns_may_be_of_all_kinds(self) -> None:
        """Nodes, IRIs and literals in one column, and nothing at all."""
        remote = store_of('_:x :likes _:y , :a , "s" , 1.50 , "t"@en-GB . :z :name "z" .')

        same("SELECT ?s ?o { SERVICE <one> { ?s ?p ?z OPTIONAL { ?s :likes ?o } } }", one=remote)

    def test_nodes_of_several_answers_are_asked_for_again_in_one(self) -> None:
        """Nobody could say which of them are the same."""
        local = store_of(" ".join(f":n{n} :knows :k ." for n in range(2 * BLOCK)))
        remote = store_of(" ".join(f":n{n} :likes _:x ." for n in range(2 * BLOCK)))
        needs: list[Need] = []
        text = f"PREFIX : <x:> SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?s :knows ?o SERVICE <{ONE}> {{ ?s :likes ?x }} }}"

        found = federated(local, text, Endpoints(one=remote).ask, needs=needs)

        assert [(need.is_whole, len(need.queries)) for need in needs] == [(False, 2), (True, 1)]
        assert list(found) == [('n="1"^^<http://www.w3.org/2001/XMLSchema#integer>',)]

    def test_nodes_of_ours_ask_for_nothing(self) -> None:
        """No node elsewhere is one of them."""
        local = store_of("_:x :knows :a .")

        assert same("SELECT * { ?s :knows ?o SERVICE <one> { ?s :likes ?x } }", local=local) == []


class TestBindJoin:
    """What is sent: the values that can matter, where they are few and certain."""

    def test_values_go_in_blocks(self) -> None:
        """Sorted, each once, without those that a filter excludes."""
        local = store_of(" ".join(f":n{n:03} :knows :k{n % 2} , :k2 ." for n in range(120)))

        asked = same("SELECT * { ?s :knows ?o FILTER(?s != :n000) SERVICE <one> { ?s :likes ?x } }", local=local)

        assert [query.count("<x:n") for _, query in asked] == [50, 50, 19]
        assert asked[2][1] == (
            "PREFIX : <x:>\nSELECT * WHERE { { ?s :likes ?x } VALUES (?s) { "
            + " ".join(f"(<x:n{n:03}>)" for n in range(101, 120))
            + " } } LIMIT 1000"
        )

    def test_too_many_values_are_not_sent(self) -> None:
        """Then the pattern is."""
        local = store_of(" ".join(f":n{n} :knows :k ." for n in range(20 * BLOCK + 1)))

        asked = same("SELECT * { ?s :knows ?o SERVICE <one> { ?s :likes ?x } }", local=local)

        assert [query for _, query in asked] == ["PREFIX : <x:>\nSELECT * WHERE { ?s :likes ?x } LIMIT 1000"]

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * { ?s :age ?n SERVICE <one> { ?t :age ?n } }",
            "SELECT * { SERVICE <one> { ?s :likes ?x } OPTIONAL { ?s :name ?n } }",
            "SELECT * { ?s :name ?n FILTER EXISTS { SERVICE <one> { ?s :likes ?x } } }",
            "SELECT * { ?s :name ?n SERVICE <one> { OPTIONAL { ?s :likes ?x } } }",
            "SELECT * { ?s :name ?n SERVICE <one> { SELECT ?s { ?s :likes ?x } } }",
            "SELECT * { ?s :name ?n { SELECT (COUNT(*) AS ?s) { SERVICE <one> { ?s :likes ?x } } } }",
            "SELECT * { { SELECT ?s { ?s :name ?n } ORDER BY ?s LIMIT 9 } SERVICE <one> { ?s :likes ?x } }",
            "SELECT * { ?s :name ?n SERVICE <one> { ?s :likes ?x { SELECT ?x { ?x :likes ?y } LIMIT 90 } } }",
            "SELECT * { ?s :name ?n SERVICE <one> { ?y :likes ?x } }",
        ],
    )
    def test_what_is_not_certain_is_asked_for_whole(self, text: str) -> None:
        """Numbers have many forms; EXISTS, projections and the left side of OPTIONAL see more than the join."""
        asked = same(text)

        assert [query.count("VALUES") for _, query in asked] == [0]

    def test_one_endpoint_narrows_the_next(self) -> None:
        """What the first one answered counts among what the second one is joined with."""
        asked = same("SELECT * { ?s :name ?n SERVICE <one> { ?s :likes ?x } SERVICE <two> { ?x :likes ?y } }")

        values = "VALUES (?x) { (<x:a>) (<x:b>) (<x:c>) (<x:d>) }"
        assert asked[1] == (TWO, f"PREFIX : <x:>\nSELECT * WHERE {{ {{ ?x :likes ?y }} {values} }} LIMIT 1000")

    def test_only_what_the_pattern_needs_is_declared(self) -> None:
        """Nobody elsewhere learns our prefixes; BASE goes along where it matters."""
        text = "PREFIX a: <x:a#> PREFIX b: <rel#> BASE <http://base.example/> SELECT * {{ SERVICE <{}> {{ {} }} }}"
        endpoints = Endpoints(one=REMOTE)

        for pattern in ("?s a:p 'a:x b:y'", "?s b:p ?o", "?s <p> ?o"):
            federated(LOCAL, text.format(ONE, pattern), endpoints.ask)

        assert [query for _, query in endpoints.asked] == [
            "PREFIX a: <x:a#>\nSELECT * WHERE { ?s a:p 'a:x b:y' } LIMIT 1000",
            f"PREFIX b: <{BASE}rel#>\nSELECT * WHERE {{ ?s b:p ?o }} LIMIT 1000",
            "BASE <http://base.example/>\nSELECT * WHERE { ?s <p> ?o } LIMIT 1000",
        ]


class TestRefusals:
    def test_exists_that_compares_a_value_from_outside(self) -> None:
        """The endpoint would have to know it: no answer is better than a wrong one."""
        text = f"SELECT * {{ ?s <x:p> ?o FILTER EXISTS {{ SERVICE <{ONE}> {{ ?s <x:q> ?x FILTER(?x > ?o) }} }} }}"

        with pytest.raises(QueryRefused, match=r"shares \?o with what is around it"):
            federated(LOCAL, text, Endpoints(one=REMOTE).ask)

    @pytest.mark.parametrize(
        ("text", "slug"),
        [
            ("SELECT * { SERVICE ?x { ?s ?p ?o } }", "service-not-constant"),
            ("SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }", "service-not-constant"),
            ("SELECT * { SERVICE <http://three.example/> { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { SERVICE SILENT <http://three.example/> { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { SERVICE <one> { SERVICE <http://three.example/> { ?s ?p ?o } } }", "service-refused"),
            ("SELECT * { SERVICE <one> { SERVICE ?x { ?s ?p ?o } } }", "service-not-constant"),
            ("SELECT * { SERVICE <onex> { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { SERVICEone:x { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { ?s ?p true SERVICE<one> { ?s ?p ?o } trueSERVICE<one>{ } }", "service-refused"),
            ("SELECT * { ?s ?p ?o FILTER(?o<?p&&?o>?s) SERVICE <one> { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { ?s ?p ?o FILTER(?o<'>'||?p) SERVICE <one> { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { SERVICE <one> { ?s ?p ?o } LATERAL { ?s ?p ?o } }", "service-refused"),
            ("SELECT * { SERVICE <one> " + "{" * 150 + "}" * 150 + " }", "service-refused"),
            ("SELECT * { " + "SERVICE <one> { ?s ?p ?o } " * 17 + "}", "service-refused"),
            ("SELECT * { SERVICE <one> { ?s ?p ?o }", "service-refused"),
        ],
    )
    def test_what_is_not_asked(self, text: str, slug: str) -> None:
        """Variables, endpoints that are not listed, and what cannot be cut into parts."""
        with pytest.raises(QueryRefused) as caught:
            federated(LOCAL, text.replace("<one>", f"<{ONE}>"), Endpoints(one=REMOTE).ask)

        assert caught.value.slug == slug

    def test_a_syntax_error_is_found_before_anybody_is_asked(self) -> None:
        """With its place in the query as it was written."""
        endpoints = Endpoints(one=REMOTE)

        with pytest.raises(QuerySyntaxError) as caught:
            federated(LOCAL, f"SELECT * {{ ?s ?p ?o\nSERVICE <{ONE}> {{ ?s ?p }} }}", endpoints.ask)

        assert (caught.value.line, endpoints.asked) == (2, [])


_NODE_INSIDE = (
    b'{"subject":{"type":"bnode","value":"b"},"predicate":{"type":"uri","value":"x:p"},'
    b'"object":{"type":"uri","value":"x:o"}}'
)


class TestReplies:
    """What comes back is read here, and believed only if it is complete."""

    @pytest.mark.parametrize(
        "reply",
        [
            b"", b"{", b"<html>", b'{"head":{},"boolean":true}',
            b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"x:a"}}',
            b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[]}} x',
            b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"x:a> } #"}}]}}',
            b'{"head":{"vars":["s","p","o","injected"]},"results":{"bindings":[]}}',
            b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[{"x":{"type":"uri","value":"x:a"}}]}}',
            b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"triple","value":%s}}]}}' % _NODE_INSIDE,
        ],
    )  # fmt: skip
    def test_what_is_no_answer_fails_or_is_silent(self, reply: bytes) -> None:
        """It is an error that names the endpoint; with SILENT it is as if nobody had answered."""
        text = f"SELECT * {{ SERVICE {{}} <{ONE}> {{{{ ?s ?p ?o }}}} }}".replace("{ SERVICE {} ", "{ SERVICE%s ")
        text = text.replace("{{", "{").replace("}}", "}")

        with pytest.raises(ServiceFailed) as caught:
            federated(LOCAL, text % "", lambda need: Reply([reply], need.is_whole))
        silent = federated(LOCAL, text % " SILENT", lambda need: Reply([reply], need.is_whole))

        assert caught.value.endpoint == ONE
        assert silent == collections.Counter({("o=None", "p=None", "s=None"): 1})

    def test_as_many_rows_as_the_limit_may_be_cut(self) -> None:
        """Endpoints cut at round numbers without saying so."""
        remote = store_of(" ".join(f":n{n} :likes :x ." for n in range(10)))
        text = f"SELECT * {{ SERVICE <{ONE}> {{ ?s <x:likes> ?o }} }}"

        assert federated(LOCAL, text, Endpoints(one=remote).ask, rows=11).total() == 10
        with pytest.raises(ServiceFailed, match="its answer has 10 rows or more"):
            federated(LOCAL, text, Endpoints(one=remote).ask, rows=10)

    def test_terms_come_as_they_are(self) -> None:
        """Quotes, line ends, braces, languages, directions, types and triples in an answer are data."""
        odd = store_of(
            r':a :is "}\" \\ \n # { SERVICE <x> {", "é\t\u0007"@en, "x"^^<x:type>, 1e0, true, "ab"@en--ltr .'
            r':b :is <<( :a :b "c\"" )>> .'
        )

        same("SELECT ?o { SERVICE <one> { ?s :is ?o } }", one=odd)


# What hypothesis writes: queries with SERVICE in every place, over small data in which everything meets everything.

_TERMS = st.sampled_from(["?a", "?b", "?c", "?d", ":a", ":b", '"s"', "1"])
_SUBJECTS = st.sampled_from(["?a", "?b", "?c", "?d", ":a", ":b"])
_TRIPLES = st.builds("{} {} {} .".format, _SUBJECTS, st.sampled_from([":p", ":q", ":p/:q", "?d"]), _TERMS)
_FILTERS = st.sampled_from(
    ["FILTER(?a = ?b)", "FILTER(?a != :a)", "FILTER(BOUND(?c))", "FILTER(!BOUND(?b))", "FILTER(isIRI(?d) || ?c = 1)"]
)
_NUMBERS = itertools.count()


def _bind(term: str) -> str:
    return f"BIND({term} AS ?fresh{next(_NUMBERS)})"


def _groups(inner: st.SearchStrategy[str], others: list[st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    element = st.one_of(
        _TRIPLES,
        _TRIPLES,
        _FILTERS,
        st.builds(_bind, st.sampled_from(["?a", "?b", "1", "STR(?c)"])),
        st.sampled_from(["VALUES ?a { :a :b }", "VALUES (?b ?c) { (:a UNDEF) (UNDEF :b) }"]),
        st.builds("OPTIONAL {{ {} }}".format, inner),
        st.builds("MINUS {{ {} }}".format, inner),
        st.builds("{{ {} }}".format, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{{ SELECT ?a ?b {{ {} }} }}".format, inner),
        st.builds("{{ SELECT ?a (COUNT(*) AS ?c) {{ {} }} GROUP BY ?a }}".format, inner),
        *others,
    )
    return st.lists(element, min_size=1, max_size=3).map(" ".join)


_REMOTE_GROUPS = st.recursive(
    st.lists(_TRIPLES, min_size=1, max_size=2).map(" ".join), lambda g: _groups(g, []), max_leaves=3
)
_SERVICES = st.builds("SERVICE <{}> {{ {} }}".format, st.sampled_from([ONE, TWO]), _REMOTE_GROUPS)
_QUERIES = st.recursive(
    _SERVICES,
    lambda g: _groups(g, [_SERVICES, _SERVICES, st.builds("FILTER NOT EXISTS {{ {} }}".format, g)]),
    max_leaves=4,
)
_TRIPLE = st.builds(
    "{} {} {} .".format,
    st.sampled_from([":a", ":b", ":c"]),
    st.sampled_from([":p", ":q"]),
    st.sampled_from([":a", ":b", ":c", '"s"', "1", '"x"@en']),
)
_DATA = st.lists(_TRIPLE, max_size=6).map(" ".join)


@settings(
    max_examples=int(os.environ.get("EGOVKG_EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(_QUERIES, _DATA, _DATA, _DATA)
def test_any_query_has_the_answer_that_merged_data_has(group: str, local: str, one: str, two: str) -> None:
    """However the pattern is asked for, in blocks or whole."""
    text = f"PREFIX : <x:> SELECT * {{ {group} }}"
    here, endpoints = store_of(local), Endpoints(one=store_of(one), two=store_of(two))
    try:
        expected = merged(here, endpoints.stores, text)
        found = federated(here, text, endpoints.ask)
    except (QueryRefused, SyntaxError, QuerySyntaxError):
        return

    assert found == expected
