"""An update is cut into its operations by its words, and the dataset of its parameters is written into it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.errors import QueryRefused, QuerySyntaxError
from egov_kg.sparql.dataset import with_dataset
from egov_kg.sparql.operations import operations
from tests.sparql.update_texts import modifications, requests

PROLOGUE = "BASE <http://example.org/> PREFIX ex: <http://example.org/> "


def cut(text: str) -> list[tuple[str, str]]:
    """Return the operations of an update with their kinds."""
    return [(one.kind, text[one.start : one.end]) for one in operations(text)]


class TestOperations:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("INSERT DATA { <a:b> <a:c> 1 }", "INSERT DATA"),
            ("delete\n# DATA\nwhere{?s ?p ?o}", "DELETE WHERE"),
            ("DELETE DATA{<a:b><a:c>'}'}", "DELETE DATA"),
            ("WITH<a:g>DELETE{?s ?p ?o}USING<a:h>WHERE{?s ?p ?o}", "MODIFY"),
            ("INSERT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }", "MODIFY"),
            ("LOAD SILENT <a:b> INTO GRAPH <a:c>", "LOAD"),
            ("LOADSILENT<a:b>", "LOAD"),
            ("COPY DEFAULT TO <a:b>", "COPY"),
            ("INSERTDATA{<a:b><a:c>1}", ""),
            ("SELECT * { ?s ?p ?o }", ""),
        ],
    )
    def test_each_is_known_by_its_first_words(self, text: str, kind: str) -> None:
        """What is no operation to the grammar, or has its words glued together, is left to the engine."""
        assert cut(text) == [(kind, text)]

    def test_semicolons_inside_of_braces_and_strings_separate_nothing(self) -> None:
        """Only a semicolon between operations ends one; the last may be followed by another."""
        text = "INSERT DATA { <a:b> <a:c> ';' ; <a:d> 1 } ; # ;\nCLEAR ALL ;"

        assert cut(text) == [("INSERT DATA", "INSERT DATA { <a:b> <a:c> ';' ; <a:d> 1 }"), ("CLEAR", "CLEAR ALL")]

    def test_declarations_hold_for_what_follows_them(self) -> None:
        """Each operation may have a prologue, and keeps those before it."""
        text = "PREFIX p: <a:> CLEAR ALL ; PREFIX q: <b:> CLEAR GRAPH q:x"

        assert [one.prologue for one in operations(text)] == ["PREFIX p: <a:>\n", "PREFIX p: <a:>\nPREFIX q: <b:>\n"]

    @pytest.mark.parametrize("text", ["", "# nothing", "PREFIX p: <a:>", "BASE <a:>\n# nothing"])
    def test_an_update_may_have_none(self, text: str) -> None:
        """The grammar allows an empty update, and one of declarations alone."""
        assert operations(text) == ()

    @pytest.mark.parametrize("text", ["CLEAR ALL ;; CLEAR ALL", "; CLEAR ALL", "CLEAR ALL ;;"])
    def test_a_separator_without_an_operation_before_it_is_refused(self, text: str) -> None:
        """The grammar has no empty operation."""
        with pytest.raises(QuerySyntaxError, match="an operation must stand before"):
            operations(text)

    def test_a_blank_node_belongs_to_one_insertion(self) -> None:
        """The scope of a label in data is one operation, which the engine cannot check if it sees them one by one."""
        with pytest.raises(QuerySyntaxError) as caught:
            operations("INSERT DATA { _:b <a:p> 1 } ;\nINSERT DATA { _:b <a:p> 2 }")

        assert (caught.value.line, caught.value.column) == (2, 15)

    @given(requests)
    @settings(max_examples=60, deadline=None)
    def test_the_engine_takes_the_operations_as_it_takes_the_whole(self, text: str) -> None:
        """Cut and put together again an update means the same: all that is not in an operation is no matter."""
        again = PROLOGUE + " ; ".join(own for _, own in cut(text))

        whole, parts = ox.Store(), ox.Store()
        whole.update(text)
        parts.update(again)

        assert len(whole) == len(parts)

    @given(st.text(alphabet="{}();.<>'\"# \nINSERTDELTWHADAUG_:?x", max_size=60))
    def test_any_text_is_cut_or_refused(self, text: str) -> None:
        """Whatever comes in, the answer is a list of operations or a syntax error."""
        try:
            found = operations(text)
        except QuerySyntaxError:
            return
        assert all(one.start < one.end <= len(text) for one in found)


class TestWithDataset:
    def test_the_graphs_stand_before_each_where(self) -> None:
        """Data are not touched; DELETE WHERE gets a template of its own, because USING cannot stand in it."""
        text = "INSERT DATA { <a:b> <a:c> 'WHERE' } ; DELETE WHERE { ?s ?p ?o } ; INSERT { ?s ?p 1 } WHERE { ?s ?p 2 }"

        written = with_dataset(text, ["a:g"], ["a:n"])

        assert written == (
            "INSERT DATA { <a:b> <a:c> 'WHERE' } ; "
            "DELETE { ?s ?p ?o } USING <a:g> USING NAMED <a:n> WHERE { ?s ?p ?o } ; "
            "INSERT { ?s ?p 1 } USING <a:g> USING NAMED <a:n> WHERE { ?s ?p 2 }"
        )

    def test_without_parameters_nothing_is_written(self) -> None:
        """The text is the same, and a dataset of its own is no conflict."""
        text = "WITH <a:g> DELETE WHERE_ { } USING"

        assert with_dataset(text, [], []) is text

    @pytest.mark.parametrize(
        "text",
        [
            "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "CLEAR ALL ; INSERT { ?s ?p ?o } USING NAMED <a:g> WHERE { ?s ?p ?o }",
        ],
    )
    def test_a_dataset_in_parameters_and_in_the_text_is_a_conflict(self, text: str) -> None:
        """SPARQL 1.1 Protocol, section 2.2.3: such a request is an error."""
        with pytest.raises(QueryRefused) as caught:
            with_dataset(text, ["a:g"], [])

        assert caught.value.slug == "dataset-conflict"

    def test_an_operation_that_hides_its_where_is_refused(self) -> None:
        """The engine takes DELETEWHERE, which would then run over the default graph."""
        with pytest.raises(QuerySyntaxError):
            with_dataset("DELETEWHERE{?s ?p ?o}", ["a:g"], [])

    @given(st.lists(modifications, min_size=1, max_size=3))
    @settings(max_examples=60, deadline=None)
    def test_the_engine_parses_what_comes_out(self, found: list[str]) -> None:
        """For every update that the engine takes, the text with the dataset is one that it takes."""
        text = PROLOGUE + " ; ".join(found)

        ox.Store().update(with_dataset(text, ["http://example.org/g"], ["http://example.org/h"]))

    def test_the_default_graph_is_the_one_that_is_named(self) -> None:
        """Over a graph that does not exist nothing is found, and over one that does its triples are."""
        store = ox.Store()
        here = ox.Quad(*(ox.NamedNode(f"a:{name}") for name in "spo"))
        store.add(here)
        store.add(ox.Quad(ox.NamedNode("a:t"), here.predicate, here.object, ox.NamedNode("a:g")))

        store.update(with_dataset("DELETE WHERE { ?s ?p ?o }", ["a:none"], []))
        store.update(with_dataset("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", ["a:g"], []))

        one = ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
        assert set(store.quads_for_pattern(None, None, None, ox.DefaultGraph())) == {
            here,
            ox.Quad(ox.NamedNode("a:t"), here.predicate, one),
        }
