"""What every file in ``queries/`` promises: a complete head, plain SPARQL, parameters that bind, and a fixed order."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store
from rdflib.plugins.sparql import prepareQuery

from egov_kg import assets, vocab
from egov_kg.sparql.named import NamedQuery

NAMES = sorted(path.stem for path in assets.queries().glob("*.rq"))
GROUPS = ("laws", "administrations", "projects", "agencies", "technologies", "documents", "other")

Row = dict[str, str]


@pytest.fixture(params=NAMES)
def query(request: pytest.FixtureRequest, queries: Mapping[str, NamedQuery]) -> NamedQuery:
    """Each of the named queries."""
    return queries[request.param]


def projections(text: str) -> list[set[str]]:
    """Return the variables that each SELECT projects, the outer one first."""
    heads = re.findall(r"SELECT\s+(?:DISTINCT\s+)?(.*?)\s*WHERE", text, re.DOTALL)
    return [set(re.findall(r"\?(\w+)", head)) for head in heads]


def test_there_are_at_least_the_25_of_the_contract() -> None:
    """The contract names 25 questions; there may be more."""
    assert len(NAMES) >= 25


class TestPage:
    def test_the_reference_says_what_the_heads_say(self) -> None:
        """The page of the named queries is written by a script from the heads, and up to date."""
        script = Path(__file__).parents[2] / "scripts" / "queries_page"

        done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr


class TestHead:
    def test_it_asks_in_both_languages(self, query: NamedQuery) -> None:
        """The question is one sentence in English and one in Korean; so is the description, if there is one."""
        assert set(query.question) == {"en", "ko"}
        assert query.question["en"].endswith(("?", "."))
        assert re.search("[가-힣]", query.question["ko"])
        assert set(query.description) in (set(), {"en", "ko"})

    def test_it_stands_in_a_group_with_a_place(self, query: NamedQuery) -> None:
        """Groups are those that the pages have headings for."""
        assert query.group in GROUPS
        assert query.order > 0

    def test_it_describes_each_column(self, small_store: Store, query: NamedQuery) -> None:
        """The columns are those of the answer, in its order, each with a heading in both languages."""
        answer = small_store.query(query.text)

        assert isinstance(answer, QuerySolutions)
        assert [variable.value for variable in answer.variables] == list(query.columns)
        for column in query.columns.values():
            assert set(column.label) == {"en", "ko"}, column.name

    def test_a_name_stands_beside_its_thing(self, query: NamedQuery) -> None:
        """A column xLabel has a column x, so that pages can make a link of the two."""
        for name in query.columns:
            if name.endswith("Label"):
                assert name.removesuffix("Label") in query.columns

    def test_its_parameters_are_labelled_and_typed(self, query: NamedQuery) -> None:
        """Each has a label in both languages; the class of an IRI is one of the ontology."""
        for parameter in query.parameters.values():
            assert set(parameter.label) == {"en", "ko"}, parameter.name
            assert not parameter.cls or parameter.cls in vocab.CLASSES

    def test_its_parameters_come_with_an_example(self, query: NamedQuery) -> None:
        """Whoever sees the question for the first time has a value to try; a language needs none."""
        for parameter in query.parameters.values():
            assert parameter.example or parameter.type == "language", parameter.name

    def test_names_come_in_the_language_asked_for(self, query: NamedQuery) -> None:
        """A query with names has the parameter lang, English by default, in a hidden column."""
        if any(name.endswith("Label") for name in query.columns):
            assert query.parameters["lang"].type == "language"
            assert query.parameters["lang"].default == "en"
            assert query.columns["lang"].hidden


class TestText:
    def test_it_is_plain_sparql(self, query: NamedQuery) -> None:
        """A second parser, that of rdflib, reads it too."""
        assert prepareQuery(query.text).algebra is not None

    def test_each_parameter_is_projected(self, query: NamedQuery) -> None:
        """The engine binds only variables of the outer projection; a sub-select that hides one sees another."""
        outer, *inner = projections(query.text)

        assert set(query.parameters) <= outer
        for block, projected in zip(query.text.split("SELECT")[2:], inner, strict=True):
            used = set(re.findall(r"\?(\w+)", block[: block.index("GROUP BY")]))
            assert used & set(query.parameters) <= projected

    def test_it_has_a_fixed_order(self, query: NamedQuery) -> None:
        """The last line sorts, and every thing of a row takes part."""
        last = query.text.strip().rpartition("ORDER BY")[2]
        shown = {n for n in query.columns if n not in query.parameters or not query.columns[n].hidden}
        things = {n for n in shown if f"{n}Label" in query.columns}

        assert things <= set(re.findall(r"\?(\w+)", last))

    def test_it_uses_terms_that_exist(self, query: NamedQuery) -> None:
        """A misspelt property finds nothing and nobody notices."""
        for name in re.findall(r"egov:(\w+)", query.text):
            assert vocab.term(name)

    def test_named_graphs_are_the_exception(self, query: NamedQuery) -> None:
        """Only questions about evidence, derivation or the ontology itself look into a named graph."""
        graphs = set(re.findall(r"GRAPH <graph/(\w+)>", query.text))
        expected = {
            "conflicting-statements": {"evidence", "ontology"},
            "created-by-orders": {"evidence"},
            "derived-only": {"entailed"},
            "figures-of-a-thing": {"ontology"},
            "roles-in-a-project": {"ontology"},
            "search": {"ontology"},
            "where-is-it-written": {"evidence"},
        }

        assert graphs == expected.get(query.name, set())


class TestParameters:
    def test_a_value_selects_its_rows(self, ask: Callable[..., list[Row]], query: NamedQuery) -> None:
        """Asking for one thing gives exactly the rows that the whole answer has for it, for each thing in turn."""
        names = [n for n, p in query.parameters.items() if p.type == "iri" and not query.columns[n].hidden]
        free = [n for n in names if query.parameters[n].default is None]
        whole = ask(query.name)

        for name in free:
            values = sorted({row[name] for row in whole if row[name].startswith(("id/", "ontology#"))})
            for value in values:
                rows = ask(query.name, **{name: value.removeprefix("id/").replace("ontology#", "egov:")})
                assert rows == [row for row in whole if row[name] == value], (name, value)
            assert values

    def test_a_thing_that_does_not_fit_has_no_rows(self, ask: Callable[..., list[Row]], query: NamedQuery) -> None:
        """A value that no row has gives an empty answer, not another one."""
        for name, parameter in query.parameters.items():
            if parameter.type == "iri":
                assert ask(query.name, **{name: "law/kr/no-such-law"}) == [], name

    def test_the_text_for_the_editor_gives_the_same_rows(
        self, ask: Callable[..., list[Row]], query: NamedQuery
    ) -> None:
        """With the values written into it, the query answers as it does with the values bound."""
        assert ask(query.name, as_text=True) == ask(query.name)
        for name, parameter in query.parameters.items():
            if parameter.type == "iri":
                value = next((row[name] for row in ask(query.name) if row[name].startswith("id/")), "")
                thing = {name: value.removeprefix("id/")} if value else {}
                assert ask(query.name, as_text=True, **thing) == ask(query.name, **thing)

    def test_names_change_with_the_language(self, ask: Callable[..., list[Row]], query: NamedQuery) -> None:
        """In Korean some names are Korean, the things are the same, and a missing name falls back to English."""
        if "lang" not in query.parameters:
            return
        english, korean = ask(query.name), ask(query.name, lang="ko")
        labels = [n for n in query.columns if n.endswith("Label")]

        def things(rows: list[Row]) -> list[tuple[str, ...]]:
            return sorted(tuple(row[n] for n in query.columns if f"{n}Label" in query.columns) for row in rows)

        assert things(english) == things(korean)
        assert any(re.search("[가-힣]", row[n]) for row in korean for n in labels)
        assert not any(re.search("[가-힣]", row[n]) for row in english for n in labels)
        assert all(row[n] or not row[n.removesuffix("Label")] for row in korean for n in labels)
