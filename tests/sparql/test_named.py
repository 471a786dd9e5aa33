"""Named queries: heads in TOML, typed parameters, values bound as terms and never as text."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import assets, iri
from egov_kg.errors import DataFileError, NotFound, ParameterError
from egov_kg.sparql import NamedQuery, Parameter, named_queries, preparer
from egov_kg.sparql.named import ParameterType, read_named_query

HEAD = '#: question.en = "Which?"\n#: question.ko = "무엇?"\n'
LAWS = """\
#: question.en = "Which laws have this name?"
#: group = "laws"
#: [parameters.name]
#: type = "string"
#: [parameters.law]
#: type = "iri"
#: class = "egov:Law"
#: required = true
#: [columns]
#: name = { en = "Name", ko = "이름", hidden = true }
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
# A comment of ours.
SELECT ?law (STR(?name) AS ?text) ?name WHERE { ?law skos:prefLabel ?name }
"""


def written(folder: Path, text: str, name: str = "which") -> Path:
    """Write a query file."""
    path = folder / f"{name}.rq"
    path.write_text(text, encoding="utf-8")
    return path


class TestFiles:
    def test_the_head_is_read_and_left_out_of_the_text(self, tmp_path: Path) -> None:
        """The text is plain SPARQL; comments of the author stay."""
        query = read_named_query(written(tmp_path, LAWS))

        assert (query.name, query.group, query.form) == ("which", "laws", "SELECT")
        assert query.question == {"en": "Which laws have this name?"}
        assert query.parameters["law"] == Parameter("law", "iri", cls="egov:Law", required=True)
        assert query.columns["name"].hidden
        assert query.text.startswith("PREFIX skos:")
        assert "# A comment of ours." in query.text

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("SELECT * {}", "no question.en"),
            (HEAD + "INSERT DATA {}", "no SELECT"),
            (HEAD, "no SELECT"),
            (HEAD + "#: oops\nASK {}", "not TOML"),
            (HEAD + '#: colour = "red"\nASK {}', "unknown key 'colour'"),
            (HEAD + '#: [parameters.x]\n#: type = "colour"\nASK {}', "types are"),
            (HEAD + '#: [parameters.x]\n#: type = "enum"\nASK {}', "enum without values"),
            (HEAD + '#: [parameters.x]\n#: type = "iri"\n#: klass = "a"\nASK {}', "unknown key 'klass'"),
            (HEAD + "#: [columns]\n#: x = { de = 'X' }\nASK {}", "unknown key 'de'"),
        ],
    )
    def test_a_defect_is_named_with_the_file(self, tmp_path: Path, text: str, problem: str) -> None:
        """A query file is ours; a mistake in it stops the start."""
        with pytest.raises(DataFileError, match=problem) as caught:
            read_named_query(written(tmp_path, text))

        assert caught.value.path == tmp_path / "which.rq"

    def test_a_defect_of_the_head_has_its_line(self, tmp_path: Path) -> None:
        """Lines are counted in the file."""
        with pytest.raises(DataFileError) as caught:
            read_named_query(written(tmp_path, HEAD + "#: oops\nASK {}"))

        assert caught.value.line == 3

    def test_a_file_that_is_not_utf_8_is_named(self, tmp_path: Path) -> None:
        """Not a traceback."""
        (tmp_path / "which.rq").write_bytes(b"\xff\xfe")

        with pytest.raises(DataFileError):
            named_queries(tmp_path)

    def test_they_are_sorted_by_group_order_and_name(self, tmp_path: Path) -> None:
        """The gallery does not depend on the file system."""
        for name, group, order in (("c", "x", 1), ("a", "x", 2), ("b", "a", 9)):
            written(tmp_path, f'{HEAD}#: group = "{group}"\n#: order = {order}\nASK {{}}', name)

        assert list(named_queries(tmp_path)) == ["b", "c", "a"]

    def test_the_shipped_queries_are_sound(self) -> None:
        """Each has a question in both languages."""
        queries = named_queries(assets.queries())

        assert [q.name for q in queries.values() if not {"en", "ko"} <= set(q.question)] == []


class TestValues:
    @pytest.mark.parametrize(
        ("kind", "value", "term"),
        [
            ("iri", "http://x.example/a b", None),
            ("iri", "javascript:alert(1)", "<javascript:alert(1)>"),
            ("iri", "<http://x.example/>", "<http://x.example/>"),
            ("iri", "http://x.example/> } DROP ALL #", None),
            ("iri", "egov:Law", "<https://w3id.org/egov-kg/ontology#Law>"),
            ("iri", "law/kr/a", "<https://w3id.org/egov-kg/id/law/kr/a>"),
            ("iri", "nonsense", None),
            ("iri", "", None),
            ("string", '" } ; DROP ALL #', '"\\" } ; DROP ALL #"'),
            ("string", "a\nb", '"a\\nb"'),
            ("string", "a\x00b", None),
            ("string", "x" * 5000, None),
            ("language", "ko", '"ko"'),
            ("language", "ko-Latn", '"ko-latn"'),
            ("language", "k", None),
            ("language", "en'", None),
            ("integer", "007", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
            ("integer", "7.0", None),
            ("integer", "٧", None),
            ("integer", "9" * 5000, None),
            ("decimal", "1.50", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
            ("decimal", "1e3", '"1000.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
            ("decimal", "NaN", None),
            ("decimal", "1e999999", None),
            ("date", "2001-03-28", '"2001-03-28"^^<http://www.w3.org/2001/XMLSchema#date>'),
            ("date", "2001-02-30", None),
            ("date", "20010328", None),
            ("year", "2001", '"2001"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
            ("year", "01", None),
            ("boolean", "TRUE", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
            ("boolean", "yes", None),
            ("enum", "a", '"a"'),
            ("enum", "c", None),
        ],
    )
    def test_a_value_is_a_term_of_its_type_or_an_error(self, kind: ParameterType, value: str, term: str | None) -> None:
        """The error names the parameter."""
        parameter = Parameter("x", kind, values=("a", "b"))
        if term is not None:
            assert parameter.term(value) == term
            return

        with pytest.raises(ParameterError) as caught:
            parameter.term(value)

        assert caught.value.parameter == "x"

    @given(st.text(max_size=60))
    def test_any_text_is_one_literal(self, text: str) -> None:
        """Whatever is written in a field cannot end the literal that it becomes."""
        try:
            term = Parameter("x", "string").term(text)
        except ParameterError:
            return

        triples = list(ox.parse(f"<x:s> <x:p> {term} .", format=ox.RdfFormat.N_TRIPLES))

        assert [t.object for t in triples] == [ox.Literal(text)]


@pytest.fixture
def query(tmp_path: Path) -> NamedQuery:
    """A query with an optional and a required parameter."""
    return read_named_query(written(tmp_path, LAWS))


class TestBinding:
    def test_what_is_required_must_be_there(self, query: NamedQuery) -> None:
        """An empty value is a missing one."""
        with pytest.raises(ParameterError, match="the IRI of a egov:Law"):
            query.bind({"law": "", "name": "x"})

    def test_an_unknown_parameter_is_an_error(self, query: NamedQuery) -> None:
        """A misspelt one would give all rows."""
        with pytest.raises(ParameterError, match="it has name, law"):
            query.bind({"lwa": "law/kr/a"})

    def test_what_is_optional_may_be_missing(self, query: NamedQuery) -> None:
        """Then its variable stays free."""
        assert query.bind({"law": "law/kr/a"}) == {"law": "<https://w3id.org/egov-kg/id/law/kr/a>"}

    def test_the_text_for_an_editor_gives_the_same_rows(self, query: NamedQuery, small_store: ox.Store) -> None:
        """A VALUES block at the beginning of WHERE stands for each value."""
        values = {"law": "law/kr/law-7"}
        prepared = preparer({"which": query})("which", values)

        expanded = small_store.query(query.expanded(values))
        substituted = small_store.query(prepared.text, substitutions=dict(prepared.substitutions))

        assert isinstance(expanded, ox.QuerySolutions)
        assert isinstance(substituted, ox.QuerySolutions)
        rows = [(row["law"], row["name"]) for row in expanded]
        assert rows == [(row["law"], row["name"]) for row in substituted]
        assert len(rows) == 1

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("CONSTRUCT { ?x ?p ?o } WHERE {", " ?x ?p ?o }"),
            ("ASK {", " ?x ?p ?o }"),
            ("SELECT ?x (EXISTS { ?x ?y ?z } AS ?e) {", " ?x ?p ?o { ?o ?q ?r } }"),
        ],
    )
    def test_values_stand_in_where(self, before: str, after: str) -> None:
        """Not in a template, nor in an expression of SELECT."""
        query = NamedQuery("q", before + after, {"en": "?"}, parameters={"x": Parameter("x", "iri")})

        assert query.expanded({"x": "x:1"}) == f"{before}\n  VALUES ?x {{ <x:1> }}{after}"


class TestByName:
    def test_a_name_stands_for_the_query(self, query: NamedQuery) -> None:
        """A release answers named queries by their names."""
        prepared = preparer({"which": query})("which", {"law": ox.NamedNode("x:1"), "name": "Act"})

        assert prepared.text == query.text
        assert dict(prepared.substitutions) == {
            ox.Variable("law"): ox.NamedNode("x:1"),
            ox.Variable("name"): ox.Literal("Act"),
        }

    def test_a_text_is_itself(self, query: NamedQuery) -> None:
        """Values of its variables are Python values or terms."""
        prepared = preparer({"which": query})("ASK { ?s ?p ?o }", {"o": 3})

        assert prepared.text == "ASK { ?s ?p ?o }"
        assert list(prepared.substitutions) == [ox.Variable("o")]

    def test_a_name_that_is_none_is_an_error(self, query: NamedQuery) -> None:
        """Not a syntax error of SPARQL."""
        with pytest.raises(NotFound, match="there are which"):
            preparer({"which": query}, iri.BASE)("whcih", {})
