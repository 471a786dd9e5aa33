"""What a query may not do, however it is written."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Store

from egov_kg import iri
from egov_kg.errors import QueryRefused, QuerySyntaxError
from egov_kg.sparql import guard
from egov_kg.sparql.guard import check

GRAPHS = (iri.graph_iri("entailed"),)


def refusal(text: str) -> str:
    """Return the slug with which a query is refused, or an empty string."""
    try:
        check(text, base=iri.BASE, graphs=GRAPHS)
    except QueryRefused as error:
        return error.slug
    return ""


class TestServices:
    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }",
            "SELECT * { sErViCe SILENT <http://x.example/> { ?s ?p ?o } }",
            "PREFIX x: <http://x.example/> SELECT * { SERVICE x:y { ?s ?p ?o } }",
            "PREFIX : <http://x.example/> SELECT * { SERVICE:y { ?s ?p ?o } }",
            "PREFIX ex: <http://x.example/> SELECT * { SERVICEex:y { ?s ?p ?o } }",
            "PREFIX ex: <http://x.example/> SELECT * { SERVICESILENTex:y { ?s ?p ?o } }",
            "SELECT * { SERVICE#\n<http://x.example/>{ ?s ?p ?o } }",
            "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE <http://x.example/> { ?s ?p ?o } } }",
            "SELECT * { { SELECT * { SERVICE ?x { ?s ?p ?o } } } }",
            "SELECT * { ?s ?p trueSERVICE<http://x.example/>{ ?s ?p ?o } }",
            "SELECT * { FILTER(?a<'>')SERVICE<http://x.example/>{ ?s ?p ?o }FILTER(''='') }",
            "SELECT * { FILTER(1<2)SERVICE<http://x.example/>{ ?s ?p ?o } }",
            "CONSTRUCT { ?s ?p ?o } { SERVICE <http://x.example/> { ?s ?p ?o } }",
        ],
    )
    def test_a_service_is_refused_in_any_spelling(self, text: str) -> None:
        """Case, prefixes, missing white space and operators that look like IRIs do not hide it."""
        assert refusal(text) == "service-refused"

    @pytest.mark.parametrize(
        "text",
        [
            "ASK { ?s ?p 'SERVICE <http://x.example/> {}' } # SERVICE",
            "PREFIX service: <http://x.example/> SELECT * { ?s service:kind ?o . GRAPH service:g { ?s ?p ?o } }",
            "SELECT ?service { ?service a <http://x.example/SERVICE> }",
        ],
    )
    def test_the_word_elsewhere_is_no_service(self, text: str) -> None:
        """Strings, comments, names, variables and IRIs may say it."""
        assert refusal(text) == ""


class TestUpdates:
    @pytest.mark.parametrize(
        "text",
        [
            "INSERT DATA {}",
            "\ufeffDROP ALL",
            "PREFIX a: <http://a.example/>\nDELETE WHERE { ?s ?p ?o }",
            "LOAD <file:///etc/passwd>",
        ],
    )
    def test_an_update_is_no_query(self, text: str) -> None:
        """It is an error of syntax that says what it is, on a server that takes changes as on one that takes none."""
        with pytest.raises(QuerySyntaxError, match="begins an update, not a query") as error:
            check(text, base=iri.BASE)

        assert error.value.hint.startswith("this is an update")


class TestDatasets:
    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }",
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
            "SELECT * FROM NAMED <http://127.0.0.1/x> { ?s ?p ?o }",
            "PREFIX x: <http://127.0.0.1/> SELECT * FROM x:y { ?s ?p ?o }",
            "BASE <file:///> SELECT * FROM <etc/passwd> { ?s ?p ?o }",
            "SELECT * FROM <../../../etc/passwd> FROM <urn:x> { ?s ?p ?o }",
            "SELECT * FROM <http://127.0.0.1/\\u0078> { ?s ?p ?o }",
        ],
    )
    def test_another_address_is_refused_for_an_engine_that_might_fetch_it(self, text: str) -> None:
        """Ours fetches nothing: to it such a graph is empty."""
        assert refusal(text) == "dataset-refused"
        assert check(text, base=iri.BASE).form == "SELECT"

    @pytest.mark.parametrize(
        "text",
        [
            f"SELECT * FROM <{iri.graph_iri('entailed')}> {{ ?s ?p ?o }}",
            f"SELECT * FROM NAMED <{iri.graph_iri('document/int/unknown')}> {{ ?s ?p ?o }}",
            "SELECT * FROM <graph/entailed> { ?s ?p ?o }",
            f"PREFIX g: <{iri.graph_iri('')}> SELECT * FROM NAMED g:entailed {{ ?s ?p ?o }}",
        ],
    )
    def test_graphs_below_the_base_may_be_named(self, text: str) -> None:
        """One that the release does not hold is empty."""
        assert refusal(text) == ""


class TestAgainstTheEngine:
    @pytest.mark.parametrize(
        "before", ["", "?s ?p 1", "?s ?p true", "?s ?p 'x'", "FILTER(1<2)", "{}", "?s ?p ?o.", "#x\n"]
    )
    @pytest.mark.parametrize("word", ["SERVICE", "service", "SERVICE SILENT", "SERVICESILENT"])
    @pytest.mark.parametrize(
        "name", ["<http://x.example/>", " <http://x.example/>", ":x", "ex:x", " ex:x", "?v", " $v"]
    )
    def test_whatever_the_engine_takes_for_a_service_is_refused(self, before: str, word: str, name: str) -> None:
        """The engine needs no white space between words; the guard must not rely on it."""
        prologue = "PREFIX : <http://x.example/> PREFIX ex: <http://x.example/>"
        text = f"{prologue} SELECT * {{ {before}{word}{name}{{ ?a ?b ?c }} }}"
        try:
            Store().query(text.replace("http://x.example/", "unknown:x"))
        except SyntaxError:
            return  # the engine does not take it either
        except (OSError, RuntimeError, ValueError):
            pass  # it would have asked

        assert refusal(text) == "service-refused"


def test_what_changes_with_every_run_is_not_cacheable() -> None:
    """NOW, RAND, UUID, STRUUID and BNODE give another answer each time; their names in strings do not."""
    changing = ["NOW()", "RAND()", "uuid()", "STRUUID()", "BNODE()"]

    found = [check(f"SELECT ({call} AS ?x) {{}}", base=iri.BASE, graphs=()).cacheable for call in changing]

    assert found == [False] * 5
    assert not check("SELECT * { ?s ?p ?o FILTERRAND() }", base=iri.BASE, graphs=()).cacheable
    assert check("SELECT ('NOW()' AS ?x) {}", base=iri.BASE, graphs=()).cacheable


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o } # plain",
        "PREFIX ex: <http://x.example/> BASE <http://y.example/> CONSTRUCT WHERE { ex:a <b> 'c' }",
        "prefix : <http://x.example/> describe :a",
        "BASE",
        "ASK { ?s ?p '\u017fervice' }",
        "SELECT * { ?s ?p 'unterminated }",
        "",
    ],
)
def test_a_text_without_a_word_of_any_rule_need_not_be_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """What is known of it is the same as if it had been."""
    known = check(text, base=iri.BASE, graphs=GRAPHS)

    monkeypatch.setattr(guard, "_TELLING", re.compile(""))
    assert check(text, base=iri.BASE, graphs=GRAPHS) == known
