"""The promises of the canonical bytes: sorted, unique, named, and back again."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from egov_kg.errors import RdfSyntaxError
from egov_kg.rdf import canonical_quads, from_nquads, to_nquads

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")

nodes = st.sampled_from([A, B, NamedNode("https://example.org/전자정부")])
text = st.text(st.characters(codec="utf-8"), max_size=20)
literals = st.one_of(
    st.builds(Literal, text),
    st.builds(lambda value, lang: Literal(value, language=lang), text, st.sampled_from(["en", "ko", "ko-Latn"])),
    st.builds(lambda n: Literal(str(n), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")), st.integers()),
)
quads = st.builds(Quad, nodes, nodes, st.one_of(nodes, literals), st.one_of(nodes, st.just(DefaultGraph())))


class TestCanonicalBytes:
    @settings(deadline=None)
    @given(st.lists(quads, max_size=8), st.randoms(use_true_random=False))
    def test_the_order_of_the_input_does_not_matter(self, dataset: list[Quad], random: object) -> None:
        """The same quads, shuffled and repeated, give the same bytes."""
        shuffled = [*dataset, *dataset]
        random.shuffle(shuffled)  # type: ignore[attr-defined]

        assert to_nquads(shuffled) == to_nquads(dataset)

    @settings(deadline=None)
    @given(st.lists(quads, max_size=8))
    def test_what_is_written_is_read_back(self, dataset: list[Quad]) -> None:
        """Reading the bytes gives the same set of quads, and writing those the same bytes."""
        data = to_nquads(dataset)

        assert set(from_nquads(data)) == set(dataset)
        assert to_nquads(from_nquads(data)) == data

    @settings(deadline=None)
    @given(st.lists(quads, max_size=8))
    def test_lines_are_sorted_and_unique(self, dataset: list[Quad]) -> None:
        """Each line stands once, in the order of its bytes, and ends with a line feed."""
        lines = to_nquads(dataset).splitlines(keepends=True)

        assert lines == sorted(set(lines))
        assert all(line.endswith(b" .\n") for line in lines)

    @settings(deadline=None)
    @given(st.lists(quads, max_size=8))
    def test_quads_in_canonical_order_are_the_lines(self, dataset: list[Quad]) -> None:
        """`canonical_quads` orders values as the bytes do."""
        assert b"".join(f"{quad} .\n".encode() for quad in canonical_quads(dataset)) == to_nquads(dataset)

    def test_no_unicode_normalisation_takes_place(self) -> None:
        """A decomposed syllable stays decomposed: normalising is the reader's business."""
        decomposed = unicodedata.normalize("NFD", "법")

        assert to_nquads([Quad(A, B, Literal(decomposed))]) != to_nquads([Quad(A, B, Literal("법"))])

    def test_a_blank_node_is_refused(self) -> None:
        """A blank node has no name that lasts from one release to the next."""
        with pytest.raises(RdfSyntaxError, match="blank node"):
            to_nquads([Quad(A, B, BlankNode("x"))])

    def test_a_blank_node_in_a_file_is_refused(self) -> None:
        """The same when reading."""
        with pytest.raises(RdfSyntaxError, match="blank node"):
            from_nquads(b"_:x <https://example.org/b> <https://example.org/a> .\n")

    def test_a_syntax_error_names_its_line(self) -> None:
        """The error says where the document is broken."""
        with pytest.raises(RdfSyntaxError, match=r"release\.nq:2") as caught:
            from_nquads(b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", source="release.nq")

        assert caught.value.line == 2
