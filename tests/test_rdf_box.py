"""Foreign RDF is read in a process of its own: bombs are refused, nothing is fetched, and only the file is lost."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from egov_kg.errors import InputError, RdfSyntaxError, UsageError
from egov_kg.rdf_files import read_rdf
from egov_kg.sparql.foreign import parse_foreign
from tests.chaos.canaries import SECRET, Canaries, canaries_in

HEAD: Final = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">'
BODY: Final = '<rdf:Description rdf:about="x:s"><x:p>&l9;</x:p></rdf:Description></rdf:RDF>'
LAUGHS: Final = (
    '<!DOCTYPE rdf:RDF [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9)) + "]>"
)
Read = Callable[[str, bytes | str], tuple[ox.Quad, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file and read it."""

    def write(name: str, data: bytes | str) -> tuple[ox.Quad, ...]:
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_rdf([tmp_path / name])

    return write


class TestXml:
    @pytest.mark.parametrize(
        ("document", "line"),
        [
            (LAUGHS + HEAD + BODY, 1),
            (f"<!--{'x' * 70_000}-->\n\n{LAUGHS}{HEAD}{BODY}", 3),
            (f"{HEAD}\n{LAUGHS}{BODY}", 2),
            (f"{HEAD}{' ' * 200_000}{LAUGHS.replace('DOCTYPE', 'docType')}{BODY}", 1),
            (f'<!DOCTYPE x [<!ENTITY l9 "{"a" * 100_000}">]>{HEAD}{BODY.replace("&l9;", "&l9;" * 100_000)}', 1),
        ],
        ids=["billion laughs", "behind a long comment", "inside of an element", "far behind", "quadratic"],
    )
    def test_entities_are_refused_wherever_they_stand(self, read: Read, document: str, line: int) -> None:
        """The engine would expand them until memory ends."""
        with pytest.raises(RdfSyntaxError, match="DOCTYPE") as caught:
            read("bomb.rdf", document)

        assert caught.value.line == line

    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system counts memory in another unit")
    def test_a_refusal_costs_little(self, tmp_path: Path) -> None:
        """Less than a second of processor time, and 200 MB, the start of the process that reads included."""
        quadratic = f'<!DOCTYPE x [<!ENTITY l9 "{"a" * 100_000}">]>{HEAD}{BODY.replace("&l9;", "&l9;" * 100_000)}'
        for number, bomb in enumerate((LAUGHS + HEAD + BODY, quadratic)):
            (tmp_path / f"bomb-{number}.rdf").write_text(bomb, encoding="utf-8")
            code = (
                "import resource, sys\nfrom pathlib import Path\nfrom egov_kg.errors import RdfSyntaxError\n"
                "from egov_kg.rdf_box import boxed_quads\n"
                "try:\n    list(boxed_quads(Path(sys.argv[1]), 'rdf', base='x:'))\n"
                "except RdfSyntaxError:\n    used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
                "    print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
            )
            command = [sys.executable, "-c", code, str(tmp_path / f"bomb-{number}.rdf")]

            seconds, kilobytes = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.split()

            assert float(seconds) < 1
            assert int(kilobytes) < 200_000

    @pytest.mark.parametrize("name", ["bomb.trix", "bomb.srx", "bomb.xml"])
    def test_no_other_xml_is_read(self, read: Read, name: str) -> None:
        """TriX, results of queries: by no ending and by no media type is there another reader of XML."""
        with pytest.raises((InputError, UsageError)):
            read(name, LAUGHS + HEAD + BODY)

    @pytest.mark.parametrize("what", ["file", "address"])
    def test_nothing_outside_is_read(self, read: Read, tmp_path: Path, what: str) -> None:
        """Entities, DTDs, contexts of JSON-LD, relative names: neither a file nor an address."""
        (tmp_path / "there").mkdir()
        with canaries_in(tmp_path / "there") as canaries:
            place = canaries.file_url if what == "file" else canaries.url
            for name, text in (
                ("a.rdf", f'<!DOCTYPE r [<!ENTITY l9 SYSTEM "{place}">]>{HEAD}{BODY}'),
                ("b.rdf", f'<!DOCTYPE r SYSTEM "{place}">{HEAD}{BODY}'),
                ("c.rdf", f'<?xml-stylesheet href="{place}"?>{HEAD}{BODY.replace("&l9;", "a")}'),
                ("d.jsonld", f'{{"@context": "{place}", "p": 1}}'),
                ("e.jsonld", f'{{"@context": {{"@import": "{place}"}}, "p": 1}}'),
                ("f.jsonld", f'{{"@context": ["{place}", {{"p": {{"@id": "x:p", "@context": "{place}"}}}}], "p": 1}}'),
                ("g.ttl", f"@base <{place}> . <> <x:p> <{place}> ."),
            ):
                assert SECRET not in str(_tried(read, name, text))
            assert _silent(canaries)


def _tried(read: Read, name: str, text: str) -> object:
    try:
        return read(name, text)
    except InputError as error:
        return error


def _silent(canaries: Canaries) -> bool:
    return canaries.heard() == ([], 0)


class TestNesting:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("blank.ttl", "<x:s> <x:p> " + "[ <x:p> " * 100_000 + "1" + "]" * 100_000 + " ."),
            ("lists.ttl", "<x:s> <x:p> " + "(" * 100_000 + "1" + ")" * 100_000 + " ."),
            ("terms.ttl", "<x:s> <x:p> " + "<<(<x:s> <x:p> " * 100_000 + "1" + ")>>" * 100_000 + " ."),
            ("terms.nt", "<x:s> <x:p> " + "<<(<x:s> <x:p> " * 100_000 + "<x:o>" + ")>>" * 100_000 + " ."),
            ("nodes.jsonld", '{"x:p":' * 20_000 + "1" + "}" * 20_000),
            ("contexts.jsonld", '{"@context":' * 20_000 + "{}" + "}" * 20_000),
            ("arrays.jsonld", "[" * 200_000 + "]" * 200_000),
        ],
    )
    def test_depth_ends_nobody(self, read: Read, name: str, text: str) -> None:
        """It is read, or refused with the name of the file; whoever asked goes on."""
        found = _tried(read, name, text)

        assert len(found) > 10_000 if isinstance(found, tuple) else name in str(found)

    def test_triple_terms_may_stand_in_each_other(self, read: Read) -> None:
        """As deep as anybody writes by hand."""
        quads = read("terms.ttl", "<x:s> <x:p> " + "<<(<x:s> <x:p> " * 30 + "1" + ")>>" * 30 + " .")

        assert len(quads) == 1


class TestSize:
    @pytest.mark.parametrize(
        ("name", "data", "said"),
        [
            ("zeros.nt.gz", lambda: gzip.compress(b"\n" * 100_000_000), "100 times its size"),
            ("huge.nt.gz", lambda: gzip.compress(b"\n" * (64 << 20)) * 160, "100 times its size"),
            ("nested.nt.gz", lambda: gzip.compress(gzip.compress(b"\n" * 100_000_000)), "nested.nt.gz"),
            ("cut.nt.gz", lambda: gzip.compress(b"<x:s> <x:p> <x:o> .\n" * 99)[:-9], "no end"),
            ("none.nt.gz", lambda: b"no gzip", "no gzip file"),
            ("open.nt", lambda: b'<x:s> <x:p> "' + b"a" * 20_000_000, "too much memory"),
        ],
        ids=["zeros", "10 GB", "nested", "cut off", "no gzip", "open"],
    )
    def test_what_unpacks_to_too_much_is_refused(
        self, read: Read, name: str, data: Callable[[], bytes], said: str
    ) -> None:
        """A hundred times its size is enough; the reason names it."""
        with pytest.raises(InputError, match=said):
            read(name, data())

    def test_several_parts_of_a_packed_file_are_one(self, read: Read) -> None:
        """As gzip has it."""
        parts = [gzip.compress(f"<x:s> <x:p{n}> <x:o> .\n".encode() * 50) for n in range(3)]

        assert len(read("parts.nt.gz", b"".join(parts))) == 3


class TestText:
    def test_a_byte_order_mark_is_no_part_of_it(self, read: Read) -> None:
        """Editors write it."""
        for name, text in (("a.ttl", "<x:s> <x:p> 1 ."), ("a.jsonld", '{"@id": "x:s", "x:p": 1}'), ("b.ttl", "")):
            assert len(read(name, "\ufeff" + text)) == (1 if text else 0)

    @pytest.mark.parametrize(
        "data",
        [
            b'<x:s> <x:p> "\xff" .',
            b'<x:s> <x:p> "\xed\xa0\x80" .',
            b"<x:s> <x:p> <http://x.example/a b> .",
            b'<x:s> <x:p> "a\nb" .',
            '<x:s> <x:p> "a" .'.encode("utf-16"),
            bytes(range(256)),
        ],
    )
    def test_what_is_none_is_refused(self, read: Read, data: bytes) -> None:
        """Strictly: invalid UTF-8, invalid IRIs, noise."""
        with pytest.raises(RdfSyntaxError):
            read("noise.nt", data)

    def test_blank_nodes_of_two_files_are_two(self, tmp_path: Path) -> None:
        """Also if they have one label."""
        for name in ("a.nt", "b.nt"):
            (tmp_path / name).write_text("_:b <x:p> <x:o> .\n", encoding="utf-8")

        quads = read_rdf([tmp_path / "a.nt", tmp_path / "b.nt", tmp_path / "a.nt"])

        assert len({quad.subject for quad in quads}) == 3


def test_the_graphs_of_a_body_are_those_of_the_request() -> None:
    """A format with graphs is an error where only one graph is written."""
    with pytest.raises(RdfSyntaxError):
        list(
            parse_foreign(
                b"<x:s> <x:p> 1 <x:g> .", ox.RdfFormat.N_QUADS, base="x:", name="a", without_named_graphs=True
            )
        )
