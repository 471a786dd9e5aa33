"""An update changes a store as the engine alone would, and says which quads it has removed and added."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from egov_kg.errors import QueryRefused, QuerySyntaxError, RdfSyntaxError, UnknownFunction, UpdateFailed
from egov_kg.sparql import updating
from egov_kg.sparql.patches import DEFAULT, Patch, graph_of
from egov_kg.sparql.updating import Part, update, write_graph
from tests.sparql.update_texts import datasets, requests

BASE = "http://example.org/"
SUBJECT, PROPERTY, OBJECT = (ox.NamedNode(f"{BASE}{name}") for name in "spo")
GRAPH = ox.NamedNode(f"{BASE}g")


def filled(text: str) -> ox.Store:
    """Return a store with what an update puts into it."""
    store = ox.Store()
    store.update(text, base_iri=BASE)
    return store


def same(left: ox.Store, right: ox.Store) -> bool:
    """Whether two stores hold the same up to blank nodes."""
    datasets = [ox.Dataset(left), ox.Dataset(right)]
    for dataset in datasets:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return datasets[0] == datasets[1]


def changed(store: ox.Store, text: str) -> Patch:
    """Return what an update has changed."""
    patch = Patch(store)
    update(patch, text, base=BASE)
    return patch


class TestUpdate:
    def test_a_space_before_a_parenthesis_is_none(self) -> None:
        """As in queries; a string that looks so is kept."""
        store = filled("")

        patch = changed(store, "INSERT { <a:s> <a:p> ?x } WHERE { BIND(CONCAT ('CONCAT (', 'b') AS ?x) }")

        assert list(patch.lines()) == ['+ <a:s> <a:p> "CONCAT (b" .']

    def test_an_empty_graph_pattern_needs_a_graph(self) -> None:
        """Also in the short form, where the engine overlooks it."""
        text = "DELETE WHERE { <a:s> <a:p> <a:o> . GRAPH ?g { } }"
        without = filled("INSERT DATA { <a:s> <a:p> <a:o> }")
        with_one = filled("INSERT DATA { <a:s> <a:p> <a:o> GRAPH <a:g> { <a:s> <a:p> <a:o> } }")

        kept, deleted = (list(changed(store, text).lines()) for store in (without, with_one))

        assert (kept, deleted) == ([], ["- <a:s> <a:p> <a:o> ."])

    @given(datasets, requests)
    @settings(max_examples=150, deadline=None)
    def test_the_result_is_that_of_the_engine(self, data: str, text: str) -> None:
        """For any update: the same quads as the engine makes of the whole text, up to the names of new nodes."""
        ours, theirs = filled(data), filled(data)

        changed(ours, text)
        theirs.update(text, base_iri=BASE)

        assert same(ours, theirs)

    @given(datasets, requests)
    @settings(max_examples=100, deadline=None)
    def test_the_patch_leads_from_the_old_state_to_the_new_one(self, data: str, text: str) -> None:
        """What is removed was there, what is added was not, and nothing else differs."""
        store = filled(data)
        before, graphs = set(store), {g.value for g in store.named_graphs()}

        patch = changed(store, text)

        assert patch.removed <= before
        assert not patch.added & before
        assert (before - patch.removed) | patch.added == set(store)
        assert (graphs - patch.dropped) | patch.created == {g.value for g in store.named_graphs()}

    @given(requests)
    @settings(max_examples=100, deadline=None)
    def test_no_store_is_compared_for_what_the_grammar_has(self, text: str) -> None:
        """The cost of an ordinary update is that of its change: every form of the grammar is understood."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(updating, "_compare", lambda *_: pytest.fail("the store is compared"))

            changed(ox.Store(), text)

    @pytest.mark.parametrize("text", ["INSERTDATA{<s><p><o>}", "DELETE{<s><p><q>}INSERT{<s><p><o>}WHERE{}"])
    def test_what_the_words_do_not_explain_is_done_all_the_same(self, text: str) -> None:
        """The engine takes words that are not apart; then the store before is compared with the one after."""
        patch = changed(filled("INSERT DATA { <s> <p> <q> }"), text)

        assert ox.Quad(SUBJECT, PROPERTY, OBJECT) in patch.added

    @pytest.mark.parametrize(
        "text",
        [
            "CLEAR SILENTALL",
            "CLEARDEFAULT",
            "PREFIX ex: <http://example.org/> DROP SILENTGRAPHex:g",
            "PREFIX ex: <http://example.org/> COPY DEFAULT TOex:g",
            "PREFIX ex: <http://example.org/> MOVEex:g TO DEFAULT",
            "DELETE { ?s ?p ?o ?o ?p ?s } WHERE { ?s ?p ?o }",
        ],
    )
    def test_the_patch_holds_what_words_that_are_not_apart_change(self, text: str) -> None:
        """A patch without it would lose the change when the log is replayed."""
        data = "INSERT DATA { <s> <p> <q> . GRAPH <g> { <a> <b> <c> } }"
        store, theirs = filled(data), filled(data)
        before = set(store)

        patch = changed(store, text)
        theirs.update(text, base_iri=BASE)

        assert (before - patch.removed) | patch.added == set(store) == set(theirs) != before

    @pytest.mark.parametrize("text", ["PREFIX ex: <", "BASE", "PREFIX ex: <http://example.org/> nonsense"])
    def test_a_request_without_an_operation_is_parsed_too(self, text: str) -> None:
        """Declarations that break off are no empty update."""
        with pytest.raises(QuerySyntaxError):
            changed(ox.Store(), text)

    def test_a_prologue_may_stand_before_each_operation(self) -> None:
        """SPARQL 1.1 Update, grammar rule 29; the engine alone refuses it after a semicolon."""
        store = ox.Store()

        changed(store, "INSERT DATA { <s> <p> 1 } ; PREFIX ex: <http://example.org/> INSERT DATA { ex:s ex:p ex:o }")

        assert ox.Quad(SUBJECT, PROPERTY, OBJECT) in store

    def test_load_is_refused_and_its_silent_form_does_nothing(self) -> None:
        """Nothing is fetched, whatever the address."""
        store = ox.Store()

        changed(store, "LOAD SILENT <http://127.0.0.1:9/x> INTO GRAPH <g>")
        with pytest.raises(QueryRefused) as caught:
            changed(store, "LOAD <http://127.0.0.1:9/x>")

        assert caught.value.slug == "load-refused"
        assert len(store) == 0

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("DROP GRAPH <none>", UpdateFailed),
            ("INSERT { ?s <p> ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryRefused),
            ("INSERT DATA { <s> <p> <o> } ; INSERT { <s> <p> ?o } WHERE { BIND(<x:f>(1) AS ?o) }", UnknownFunction),
            ("INSERT DATA { <s> <p> <o> } ; CLEAR", QuerySyntaxError),
            ("SELECT * { ?s ?p ?o }", QuerySyntaxError),
        ],
    )
    def test_what_cannot_be_done_is_an_error(self, text: str, error: type[Exception]) -> None:
        """Each with a class of its own; the caller gives the store up."""
        with pytest.raises(error):
            changed(ox.Store(), text)

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            ("INSERT DATA { <s> <p> }", 1, 23),
            ("CLEAR ALL ;\n  INSERT DATA { <s> <p> }", 2, 25),
            ("CLEAR ALL ;\nPREFIX ex: <a:>\nINSERT DATA { ex:s foo:p 1 }", 3, 20),
            ("INSRT DATA { }", 1, 1),
        ],
    )
    def test_a_syntax_error_has_its_place_in_the_whole_text(self, text: str, line: int, column: int) -> None:
        """Lines and columns count from the beginning of the request, also in a later operation."""
        with pytest.raises(QuerySyntaxError) as caught:
            changed(ox.Store(), text)

        assert (caught.value.line, caught.value.column) == (line, column)

    def test_new_blank_nodes_may_get_names(self) -> None:
        """Where blank nodes may not stay each new one becomes an IRI, the same wherever it stands."""
        patch = Patch(ox.Store(), renamed=lambda node: ox.NamedNode(f"urn:genid:{node.value}"))

        update(patch, "INSERT DATA { _:a <p> _:b . _:b <p> _:a }", base=BASE)

        first, second = patch.added
        assert (first.subject, first.object) == (second.object, second.subject)
        assert all(isinstance(quad.subject, ox.NamedNode) for quad in patch.store)

    def test_a_patch_is_written_sorted_with_what_is_removed_first(self) -> None:
        """Canonical N-Quads with a sign before each."""
        patch = changed(
            filled("INSERT DATA { <s> <p> 2 , 1 }"), "DELETE WHERE { ?s ?p ?o } ; INSERT DATA { <s> <p> 3 , 2 }"
        )

        integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
        assert list(patch.lines()) == [
            f'- <{BASE}s> <{BASE}p> "1"{integer} .',
            f'+ <{BASE}s> <{BASE}p> "3"{integer} .',
        ]


class TestWriteGraph:
    def test_put_replaces_the_graph_and_no_other(self) -> None:
        """The patch names what differs only."""
        store = filled("INSERT DATA { <s> <p> 0 GRAPH <g> { <s> <p> 1 , 2 } }")
        patch = Patch(store)

        write_graph(patch, "PUT", GRAPH, [Part(b"<s> <p> 2, 3 .", "ttl")], base=BASE)

        assert [quad.object.value for quad in patch.removed] == ["1"]  # type: ignore[union-attr]
        assert [quad.object.value for quad in patch.added] == ["3"]  # type: ignore[union-attr]
        assert len(store) == 3

    def test_parts_keep_their_blank_nodes_apart(self) -> None:
        """``_:b`` of one document is not ``_:b`` of another, nor of the graph."""
        store = filled("INSERT DATA { GRAPH <g> { _:b <p> 0 } }")

        write_graph(Patch(store), "POST", GRAPH, [Part(b"_:b <p> 1 .", "ttl"), Part(b"_:b <p> 2 .", "ttl")], base=BASE)

        assert len({quad.subject for quad in store}) == 3

    def test_an_empty_graph_exists_once_it_is_put(self) -> None:
        """A graph is not the same as its triples."""
        patch = Patch(ox.Store())

        write_graph(patch, "PUT", GRAPH, [Part(b"", "ttl")], base=BASE)

        assert patch.created == {GRAPH.value}
        assert patch.store.contains_named_graph(GRAPH)

    def test_the_default_graph_is_emptied_when_it_is_deleted(self) -> None:
        """It always exists."""
        patch = Patch(filled("INSERT DATA { <s> <p> 0 GRAPH <g> { <s> <p> 1 } }"))

        write_graph(patch, "DELETE", DEFAULT, [], base=BASE)

        assert patch.graphs == {None}
        assert len(patch.store) == 1

    @pytest.mark.parametrize(
        ("data", "form", "line"),
        [
            (b"<s> <p> <o> .\n<s> <p> .", "ttl", 2),
            (b'<?xml version="1.0"?>\n<!DOCTYPE r [ <!ENTITY e "x"> ]><r/>', "rdf", 2),
            (b'{"@id": "http://example.org/g", "@graph": [{"http://example.org/p": 1}], "@type": "a:b" ', "jsonld", 1),
        ],
    )
    def test_a_body_that_cannot_be_read_says_where(self, data: bytes, form: str, line: int) -> None:
        """With the line of the defect; entities of XML are refused before they can grow."""
        with pytest.raises(RdfSyntaxError) as caught:
            write_graph(Patch(ox.Store()), "PUT", graph_of(None), [Part(data, form)], base=BASE)

        assert caught.value.line == line

    def test_a_byte_order_mark_is_no_part_of_a_body(self) -> None:
        """Editors of some systems write one."""
        patch = Patch(ox.Store())

        write_graph(patch, "PUT", DEFAULT, [Part(b"\xef\xbb\xbf<s> <p> <o> .", "ttl")], base=BASE)

        assert patch.added == {ox.Quad(SUBJECT, PROPERTY, OBJECT)}
