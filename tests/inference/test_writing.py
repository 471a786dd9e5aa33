"""Tables as files: sorted, each triple once, whole or not at all, the same bytes each time."""

import gzip
import io
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.errors import ConfigurationError
from egov_kg.inference import writing
from egov_kg.inference.terms import Table, encode
from egov_kg.inference.writing import joined, packed, sorted_lines, sorted_triples, write_lines, written_file

NODES = st.builds(ox.NamedNode, st.sampled_from(["a:a", "a:a/b", "a:ab", "a:é", "a:\U0001f600", "a:\uffee"]))
LITERALS = st.builds(ox.Literal, st.text(st.sampled_from('a \n"é\U0001f600\uffee'), max_size=3))
TAGGED = st.builds(
    lambda text, tag: ox.Literal(text, language=tag), st.sampled_from(["a", ""]), st.sampled_from(["en", "en-gb"])
)
BLANKS = st.builds(ox.BlankNode, st.sampled_from(["a", "a1", "a-"]))
TRIPLES = st.builds(ox.Triple, st.one_of(NODES, BLANKS), NODES, st.one_of(NODES, BLANKS, LITERALS, TAGGED))


@pytest.fixture
def three() -> Table:
    """Three triples, of which one stands there twice."""
    nodes = [ox.NamedNode(f"a:{letter}") for letter in "bca"]
    triples = [ox.Triple(node, nodes[0], ox.Literal("x")) for node in nodes]
    return encode([*triples, triples[1]])


class TestLines:
    @given(st.lists(TRIPLES, max_size=12))
    @settings(deadline=None)
    def test_stand_in_the_order_of_their_bytes_each_once(self, triples: list[ox.Triple]) -> None:
        """As pyoxigraph writes them one by one."""
        expected = sorted({ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b"" for triple in triples})

        assert b"".join(sorted_lines(encode(triples))) == b"".join(expected)

    @given(st.lists(TRIPLES, max_size=12))
    @settings(deadline=None)
    def test_are_the_same_when_rows_do_not_fit_a_number(self, triples: list[ox.Triple]) -> None:
        """With so many terms that three places need more than 64 bits."""
        table = encode(triples)
        expected = b"".join(sorted_lines(table))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(writing, "_WIDEST", -1)

            assert b"".join(sorted_lines(table)) == expected

    def test_come_in_blocks(self, three: Table, monkeypatch: pytest.MonkeyPatch) -> None:
        """So that a large table is never one string."""
        monkeypatch.setattr(writing, "_BLOCK", 2)

        assert [block.count(b"\n") for block in sorted_lines(three)] == [2, 1]

    def test_are_triples_too(self, three: Table) -> None:
        """In the same order."""
        assert [str(triple.subject) for triple in sorted_triples(three)] == ["<a:a>", "<a:b>", "<a:c>"]

    def test_of_two_tables_are_put_together(self, three: Table) -> None:
        """What is in both is there once."""
        part = Table(three.dictionary, three.subjects[:1], three.predicates[:1], three.objects[:1])
        new = Table(
            three.dictionary, three.subjects[:1], three.predicates[:1], np.array([three.subjects[2]], np.uint32)
        )

        assert b"".join(sorted_lines(joined(part, new))) == b'<a:b> <a:b> "x" .\n<a:b> <a:b> <a:a> .\n'


class TestFiles:
    def test_are_packed_as_their_ending_says(self, three: Table, tmp_path: Path) -> None:
        """The same data give the same bytes."""
        lines = b"".join(sorted_lines(three))
        for name in ("a.nt", "a.nt.gz", "a.nt.zst", "b.nt.gz"):
            with written_file(tmp_path / name) as sink:
                write_lines(sink, three)

        assert (tmp_path / "a.nt").read_bytes() == lines
        assert gzip.decompress((tmp_path / "a.nt.gz").read_bytes()) == lines
        assert zstandard.ZstdDecompressor().decompressobj().decompress((tmp_path / "a.nt.zst").read_bytes()) == lines
        assert (tmp_path / "a.nt.gz").read_bytes() == (tmp_path / "b.nt.gz").read_bytes()

    def test_are_there_whole_or_not_at_all(self, tmp_path: Path) -> None:
        """An error leaves the old one, and nothing beside it."""
        (tmp_path / "a.nt").write_text("old")

        with pytest.raises(ZeroDivisionError), written_file(tmp_path / "a.nt") as sink:  # noqa: PT012
            sink.write(b"new")
            raise ZeroDivisionError

        assert [path.name for path in tmp_path.iterdir()] == ["a.nt"]
        assert (tmp_path / "a.nt").read_text() == "old"

    def test_that_cannot_be_written_are_named(self, tmp_path: Path) -> None:
        """A folder that is not there."""
        with (
            pytest.raises(ConfigurationError, match=r"none/a\.nt cannot be written"),
            written_file(tmp_path / "none" / "a.nt"),
        ):
            pass

    def test_may_be_streams(self) -> None:
        """Standard output is no file with an ending; its name says how to pack."""
        stream = io.BytesIO()

        with packed(stream, "-.gz") as sink:
            sink.write(b"a")

        assert gzip.decompress(stream.getvalue()) == b"a"
