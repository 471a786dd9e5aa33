"""RDF files into tables: the same triples however they are written, and the place of an error."""

import gzip
import io
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.errors import RdfSyntaxError, UnreadableDocument, UsageError
from egov_kg.inference import reading
from egov_kg.inference.reading import Reader, read_table
from egov_kg.inference.terms import Table

A = "<http://a.b/a> <http://a.b/p> "


def lines(table: Table) -> list[str]:
    """The triples of a table, in its order."""
    columns = [table.dictionary.texts(column) for column in (table.subjects, table.predicates, table.objects)]
    return [f"{s} {p} {o} ." for s, p, o in zip(*columns, strict=True)]


def read(data: bytes, name: str = "given.nt") -> list[str]:
    """The triples of N-Triples."""
    reader = Reader()
    reader.read_lines(io.BytesIO(data), name)
    return lines(reader.table())


def parsed(data: bytes) -> list[str]:
    """The same by pyoxigraph alone."""
    return [f"{quad.triple} ." for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)]


class TestCanonicalLines:
    @pytest.mark.parametrize(
        "term",
        [
            "<http://a.b/c?d=e&f=%20#g>",
            "<urn:x-a:b>",
            "<http://a.b:80/>",
            "<http://user@a.b/>",
            "<http://[::1]/>",
            "<https://w3id.org/egov-kg/id/law/kr/전자정부법>",
            "_:b-0.1",
            "_:ㄱ",
            '""',
            '"a b . c"',
            '"말 \\"말\\" \\n \\\\"@ko',
            '"a"@en-gb',
            '"a"@zh-hant-tw',
            '"a"@ar--rtl',
            '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
            '"\\u0001\\u007F\\b\\f"',
            '"\U0001f600"^^<urn:a>',
            '<<( <a:a> <a:b> "a b" )>>',
        ],
    )
    def test_keep_their_terms(self, term: str) -> None:
        """What is canonical is its own spelling."""
        line = f"{A}{term} ."

        assert read(f"{line}\n{line}\n".encode()) == [line, line]

    def test_of_several_pieces_are_one_table(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A line may lie across the border of two; a term has one number on both sides."""
        monkeypatch.setattr(reading, "_PIECE", 100)
        data = "".join(f'<http://a.b/{n % 7}> <http://a.b/p> "{"x" * (n % 150)}" .\n' for n in range(500)).encode()
        reader = Reader()

        reader.read_lines(io.BytesIO(data), "given.nt")

        assert lines(reader.table()) == data.decode().splitlines()
        assert len(reader.dictionary) == 7 + 1 + 150

    def test_have_numbers_in_the_order_in_which_terms_appear(self) -> None:
        """Subjects of a piece, then predicates, then objects, whatever the hashes are."""
        data = "".join(f"<http://a.b/{n}> <http://a.b/p> <http://a.b/{n + 100}> .\n" for n in range(100))
        reader = Reader()

        reader.read_lines(io.BytesIO(data.encode()), "given.nt")

        assert reader.table().subjects.tolist() == list(range(100))
        assert reader.table().objects.tolist() == list(range(101, 201))

    def test_may_hold_long_terms(self) -> None:
        """Two that differ in the last of many thousand signs are two."""
        texts = ["x" * 2039, "x" * 2040, "x" * 5000 + "y", "x" * 5000 + "z", "x" * 2041]
        data = "".join(f'{A}"{text}" .\n' for text in texts * 2)

        assert read(data.encode()) == data.splitlines()


class TestOtherLines:
    @pytest.mark.parametrize(
        ("written", "term"),
        [
            ('"x"@EN-GB', '"x"@en-gb'),
            ('"x"^^<http://www.w3.org/2001/XMLSchema#string>', '"x"'),
            ('"\\u0041\\U00000042\\t"', '"AB\\t"'),
            ('"a\tb"', '"a\\tb"'),
            ('"a\x7fb"', '"a\\u007Fb"'),
            ("<http://a.b/\\u00e9>", "<http://a.b/é>"),
        ],
    )
    def test_get_the_number_of_the_canonical_term(self, written: str, term: str) -> None:
        """So a join finds it."""
        assert read(f"{A}{term} .\n{A}{written} .\n".encode()) == [f"{A}{term} ."] * 2

    @pytest.mark.parametrize(
        "data",
        [
            "{0}.",
            "{0}. # said",
            "# said\n\n{0} .\n",
            "{0} .\r\n{0} .\r\n",
            "\t{0}\t.\n",
            '<http://a.b/a><http://a.b/p>"a".\n',
            "\ufeff{0} .\n",
            "{0} .",
            "",
            "\n",
            "# nothing",
        ],
    )
    def test_are_read_as_well(self, data: str) -> None:
        """White space, comments, line ends, a mark at the beginning."""
        written = data.format(f'{A}"a"').encode()

        assert read(written) == parsed(written.removeprefix(b"\xef\xbb\xbf"))

    @pytest.mark.parametrize(
        "line",
        [
            f"{A} .",
            f'{A}"a" ..',
            f'{A}"a" . {A}"a" .',
            f"{A}<http://a.b/c> <http://a.b/g> .",
            f"{A}<a> .",
            f"{A}<http://a.b/%zz> .",
            f"{A}<http://a.b:x/> .",
            f"{A}<http://a.b/a#b#c> .",
            f"{A}<http://a.b/[> .",
            f"{A}<http://a.b/ c> .",
            f'{A}"a"b" .',
            f'{A}"a"@e1 .',
            f'{A}"a"@toolonglang .',
            f'{A}"a"^^<b> .',
            f'{A}"\\x" .',
            f'{A}"\\ud800" .',
            f"{A}_: .",
            f"{A}_:a. .",
            '"a" <http://a.b/p> "b" .',
            '<http://a.b/a> _:p "b" .',
            '<http://a.b/a> "p" "b" .',
            f"{A}<<( <a:a> <a:b> )>> .",
            '<http://a.b/a> <http://a.b/p> "\udcff" .',
        ],
    )
    def test_with_an_error_tell_file_and_line(self, line: str) -> None:
        """Also far down in a file, and after good lines."""
        good = f'{A}"good" .\n'
        data = f"{good * 3}{line}\n{good}".encode(errors="surrogateescape")

        with pytest.raises(RdfSyntaxError) as caught:
            read(data, "bad.nt")

        assert (caught.value.source, caught.value.line) == ("bad.nt", 4)

    def test_with_an_error_tell_the_line_also_behind_other_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lines of canonical pieces and of others are counted."""
        monkeypatch.setattr(reading, "_PIECE", 64)
        data = f'{A}"a" .\n# said\n'.encode() * 50 + b"nonsense\n"

        with pytest.raises(RdfSyntaxError) as caught:
            read(data)

        assert caught.value.line == 101

    def test_with_line_breaks_of_two_signs_need_no_other_parser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Files of some systems end each line so; they are read as fast as others."""
        monkeypatch.delattr(Reader, "_canonical")

        assert read(f'{A}"a" .\r\n{A}"b" .\r\n'.encode()) == [f'{A}"a" .', f'{A}"b" .']

    def test_with_a_line_break_in_a_literal_are_refused(self) -> None:
        """One of two signs, too."""
        with pytest.raises(RdfSyntaxError):
            read(f'{A}"a\r\nb" .\n'.encode())

    def test_with_triples_deep_in_triples_are_refused(self) -> None:
        """Whoever prints or drops such a term needs a deep stack."""
        data = f"{A}{'<<( <a:a> <a:b> ' * 100_000}<a:c>{' )>>' * 100_000} .\n"

        with pytest.raises(RdfSyntaxError, match="more than 16 deep"):
            read(data.encode())


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
IRIS = st.sampled_from(["urn:a", "http://a.b/c%20d", "http://a.b/é", "https://w3id.org/전자", "http://a.b:8080/?x#y"])
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="en-GB"), TEXTS),
    st.builds(lambda text, iri: ox.Literal(text, datatype=ox.NamedNode(iri)), TEXTS, IRIS),
)
NODES = st.one_of(st.builds(ox.NamedNode, IRIS), st.sampled_from([ox.BlankNode("a"), ox.BlankNode("b-1.c")]))
GRAPHS = st.sampled_from([ox.DefaultGraph(), ox.NamedNode("a:g"), ox.NamedNode("http://a.b/é"), ox.BlankNode("g")])
TRIPLES = st.builds(ox.Triple, NODES, st.builds(ox.NamedNode, IRIS), st.one_of(NODES, LITERALS))


@st.composite
def written(draw: st.DrawFn, triples: list[ox.Triple]) -> bytes:
    """N-Triples with odd white space, escapes, comments and line ends."""
    gaps = st.sampled_from([" ", " ", " ", "\t", "  ", ""])
    ends = st.sampled_from(["\n", "\n", "\r\n", " # said\n", "\n\n", '\n# said " <\n'])
    data = []
    for triple in triples:
        terms = [str(triple.subject), str(triple.predicate), str(triple.object)]
        if draw(st.booleans()):
            terms = ["".join(sign if sign.isascii() else f"\\U{ord(sign):08X}" for sign in term) for term in terms]
            terms = [term if term.startswith("_") else term.replace("a", "\\u0061", 1) for term in terms]
        if "_" in {term[0] for term in terms}:  # a label ends where white space begins
            data.append(" ".join(terms) + " ." + draw(ends))
        else:
            data.append(terms[0] + draw(gaps) + terms[1] + draw(gaps) + terms[2] + draw(gaps) + "." + draw(ends))
    return "".join(data).encode()


class TestAnyGraph:
    @given(st.lists(TRIPLES, max_size=8).flatmap(written))
    @settings(deadline=None)
    def test_is_read_as_pyoxigraph_reads_it(self, data: bytes) -> None:
        """However N-Triples is written."""
        assert read(data) == parsed(data)

    @given(st.lists(TRIPLES, max_size=8))
    @settings(deadline=None)
    def test_that_is_canonical_needs_no_other_parser(self, triples: list[ox.Triple]) -> None:
        """What pyoxigraph writes is what it would read."""
        data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""

        assert read(data) == [f"{triple} ." for triple in triples]

    @given(st.binary(max_size=60), st.integers(0, 60))
    @settings(deadline=None)
    def test_that_is_broken_is_refused_where_pyoxigraph_refuses_it(self, noise: bytes, place: int) -> None:
        """Bytes are put into a good line: both read the same, or none reads it."""
        line = f'{A}"text"@en .\n'.encode()
        data = line[:place] + noise + line[place:]
        try:
            expected = parsed(data)
        except SyntaxError:
            with pytest.raises(RdfSyntaxError):
                read(data)
        else:
            assert read(data) == expected


class TestQuads:
    @given(
        st.lists(
            st.builds(ox.Quad, NODES, st.builds(ox.NamedNode, IRIS), st.one_of(NODES, LITERALS), GRAPHS), max_size=8
        )
    )
    @settings(deadline=None)
    def test_are_read_as_triples_and_their_graphs_remembered(self, quads: list[ox.Quad]) -> None:
        """With a name of a graph or without one, in one file."""
        reader = Reader()

        reader.read_lines(io.BytesIO(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""), "given.nq", quads=True)

        assert lines(reader.table()) == [f"{quad.triple} ." for quad in quads]
        assert reader.graphs == {str(quad.graph_name) for quad in quads} - {"DEFAULT"}

    @pytest.mark.parametrize(
        "term", ['"a <a:b>"', '"a <b"^^<a:c>', '"a <a:b>"@en', '"a"', "_:a", '"<a:b> <a:c>"', '"a \\" <a:b>"']
    )
    def test_are_told_apart_from_literals_that_look_like_them(self, term: str) -> None:
        """What stands behind the last space may be a part of a text."""
        for line in (f"{A}{term} .", f"{A}{term} <a:g> ."):
            reader = Reader()

            reader.read_lines(io.BytesIO(f"{line}\n".encode()), "given.nq", quads=True)

            assert lines(reader.table()) == [f"{A}{term} ."]

    def test_with_an_error_tell_the_line(self) -> None:
        """Also where only the name of the graph is wrong."""
        for name in ("<g>", '"g"', "<a:g> <a:h>"):
            with pytest.raises(RdfSyntaxError, match=r"bad\.nq:2"):
                Reader().read_lines(io.BytesIO(f"{A}<a:b> .\n{A}<a:b> {name} .\n".encode()), "bad.nq", quads=True)


class TestFiles:
    def test_may_be_packed(self, tmp_path: Path) -> None:
        """As gzip or as Zstandard, in several parts; what they hold tells, not the ending."""
        line = f'{A}"a" .\n'.encode()
        (tmp_path / "a.nt").write_bytes(line)
        (tmp_path / "b.nt.gz").write_bytes(gzip.compress(line) + gzip.compress(line))
        (tmp_path / "c.nt.zst").write_bytes(zstandard.compress(line) + zstandard.compress(line))

        table = read_table(sorted(tmp_path.iterdir()))

        assert (len(table), len(table.dictionary)) == (5, 3)

    @pytest.mark.parametrize(
        "packed",
        [
            gzip.compress(b"<a:a> <a:a> <a:a> .\n" * 9)[:-9],
            zstandard.compress(b"<a:a> <a:a> <a:a> .\n" * 9)[:-9],
            b"\x28\xb5\x2f\xfd123",
        ],
        ids=["gzip", "zstandard", "no frame"],
    )
    def test_that_are_cut_off_are_an_error(self, tmp_path: Path, packed: bytes) -> None:
        """Not half a graph."""
        (tmp_path / "a.nt.gz").write_bytes(packed)

        with pytest.raises(UnreadableDocument, match="cannot be read"):
            read_table([tmp_path / "a.nt.gz"])

    def test_of_every_format_are_the_same_table(self, tmp_path: Path) -> None:
        """Named graphs are put together, and counted."""
        quads = [
            ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("http://a.b/p"), ox.Literal("a"), ox.NamedNode("a:g")),
            ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("http://a.b/p"), ox.BlankNode("x"), ox.NamedNode("a:h")),
        ]
        expected = ['<a:a> <http://a.b/p> "a" .', "<a:a> <http://a.b/p> _:0 ."]
        for ending in ("nt", "nq", "ttl", "trig", "rdf", "jsonld"):
            form = ox.RdfFormat.from_extension(ending)
            assert form is not None
            given = quads if form.supports_datasets else [quad.triple for quad in quads]
            path = tmp_path / f"a.{ending}"
            path.write_bytes(ox.serialize(given, format=form) or b"")

            found = lines(read_table([path]))

            assert sorted(line.replace("_:x", "_:0").replace("_:b0", "_:0") for line in found) == expected

    def test_keep_their_blank_nodes_apart(self, tmp_path: Path) -> None:
        """A label is known in one file alone; those of the first N-Triples file stay as they are."""
        for name in ("a.nt", "b.nt", "c.nt"):
            (tmp_path / name).write_text('_:x <a:p> "_:x" .\n_:f2-x <a:p> _:x .\n')

        found = lines(read_table([tmp_path / "a.nt", tmp_path / "b.nt", tmp_path / "c.nt"]))

        assert found == [
            '_:x <a:p> "_:x" .',
            "_:f2-x <a:p> _:x .",
            '_:ff2-x <a:p> "_:x" .',
            "_:ff2-f2-x <a:p> _:ff2-x .",
            '_:f3-x <a:p> "_:x" .',
            "_:f3-f2-x <a:p> _:f3-x .",
        ]

    def test_without_labels_get_the_same_ones_each_time(self, tmp_path: Path) -> None:
        """A parser draws them; ours go by the order of appearance."""
        (tmp_path / "a.ttl").write_text("<a:a> <a:p> [ <a:p> _:b0 ], [ ] .")

        found = [sorted(lines(read_table([tmp_path / "a.ttl"]))) for _ in range(2)]

        assert found[0] == found[1]
        assert len({term for line in found[0] for term in line.split() if term.startswith("_:")}) == 3

    def test_tell_how_far_they_are_read(self, tmp_path: Path) -> None:
        """In bytes of the file."""
        (tmp_path / "a.nt").write_bytes(f'{A}"a" .\n'.encode())
        heard: list[tuple[str, int, int | None]] = []

        read_table([tmp_path / "a.nt"], lambda *told: heard.append(told))

        assert heard[-1] == (str(tmp_path / "a.nt"), 36, 36)

    def test_that_are_not_there_or_of_no_format_are_an_error(self, tmp_path: Path) -> None:
        """Each says what to do."""
        with pytest.raises(UnreadableDocument, match=r"a\.nt cannot be read"):
            read_table([tmp_path / "a.nt"])
        with pytest.raises(UsageError, match="names no RDF format"):
            read_table([tmp_path / "a.doc"])
