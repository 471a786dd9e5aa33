"""What literals mean: which are the same, which are ill-typed, which datatypes have a value."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.inference.literals import (
    are_different,
    canonical,
    datatypes,
    is_plainly_well_formed,
    is_well_formed,
    stands_for_itself,
)

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def literal(text: str, name: str) -> str:
    """A literal of a datatype by its short name."""
    space, _, local = name.partition(":")
    return f'"{text}"^^<{(XSD if space == "xsd" else RDF) + local}>'


def of(described: str) -> str:
    """A literal as tests write it: ``1 xsd:integer``, ``a@en``, or a text alone."""
    text, _, name = described.rpartition(" ")
    if name.startswith(("xsd:", "rdf:")):
        return literal(text, name)
    text, at, tag = described.partition("@")
    return f'"{text}"{at}{tag}'


class TestTheSameValue:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("1 xsd:integer", "01 xsd:integer"),
            ("1 xsd:integer", "1.0 xsd:decimal"),
            ("-0 xsd:integer", "0. xsd:decimal"),
            ("+5 xsd:unsignedByte", "005.00 xsd:decimal"),
            (f"{'0' * 50}7 xsd:long", "7 xsd:byte"),
            ("1e0 xsd:double", "1.0 xsd:double"),
            (".5 xsd:float", "5E-1 xsd:float"),
            ("16777216 xsd:float", "16777217 xsd:float"),
            ("+INF xsd:double", "INF xsd:double"),
            ("NaN xsd:float", "NaN xsd:float"),
            ("true xsd:boolean", "1 xsd:boolean"),
            ("a b xsd:token", "a b"),
            ("en xsd:language", "en xsd:NCName"),
            ("a@EN-gb", "a@en-GB"),
            ("abc@DE rdf:PlainLiteral", "abc@de"),
            ("a@b@ rdf:PlainLiteral", "a@b xsd:string"),
            ("af xsd:hexBinary", "AF xsd:hexBinary"),
            ("T1 dM xsd:base64Binary", "T1dM xsd:base64Binary"),
            ("2012-12-31T24:00:00Z xsd:dateTime", "2013-01-01T00:00:00.000+00:00 xsd:dateTime"),
            ("2012-02-28T24:00:00 xsd:dateTime", "2012-02-29T00:00:00 xsd:dateTime"),
            ("-0001-12-31T24:00:00 xsd:dateTime", "0000-01-01T00:00:00 xsd:dateTime"),
            ("2013-01-01T00:00:00-00:00 xsd:dateTimeStamp", "2013-01-01T00:00:00Z xsd:dateTime"),
            ("24:00:00 xsd:time", "00:00:00 xsd:time"),
            ("-0000 xsd:gYear", "0000 xsd:gYear"),
            ("2001+00:00 xsd:gYear", "2001Z xsd:gYear"),
            ("P1Y xsd:duration", "P12M xsd:yearMonthDuration"),
            ("-PT36H xsd:dayTimeDuration", "-P1DT12H0.0S xsd:duration"),
            ("-PT0S xsd:duration", "P0Y xsd:duration"),
        ],
    )
    def test_is_one_literal(self, one: str, other: str) -> None:
        """However it is written, and in whatever datatype of the space."""
        assert canonical(of(one)) == canonical(of(other))
        assert not are_different(of(one), of(other))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("1 xsd:integer", "1 xsd:double"),
            ("1 xsd:double", "1 xsd:float"),
            ("0.1 xsd:double", "0.10000000000000001 xsd:decimal"),
            ("0 xsd:float", "-0 xsd:float"),
            ("1 xsd:integer", "1"),
            ("1 xsd:boolean", "1 xsd:integer"),
            ("a", "a@en"),
            ("a@en", "a@en-gb"),
            ("a@en", "A@en"),
            ("a b", " a b"),
            ("http://a.b/ xsd:anyURI", "http://a.b/"),
            ("00 xsd:hexBinary", "AA== xsd:base64Binary"),
            ("2013-01-01T00:00:00Z xsd:dateTime", "2013-01-01T01:00:00+01:00 xsd:dateTime"),
            ("2013-01-01T00:00:00Z xsd:dateTime", "2013-01-01T00:00:00 xsd:dateTime"),
            ("2013-01-01 xsd:date", "2013-01-01T00:00:00 xsd:dateTime"),
            ("2001 xsd:gYear", "2001 xsd:integer"),
            ("P1M xsd:duration", "P30D xsd:duration"),
            ("1.00000005960464477 xsd:float", "1.00000005960464478 xsd:float"),
        ],
    )
    def test_is_not_what_only_looks_alike(self, one: str, other: str) -> None:
        """Value spaces are apart; a moment is told apart by its offset; zeros by their sign."""
        assert canonical(of(one)) != canonical(of(other))
        assert are_different(of(one), of(other))

    def test_is_not_known_of_what_is_ill_typed_or_foreign(self) -> None:
        """They are neither the same as another nor known to differ."""
        foreign, ill = '"01"^^<http://a.b/roman>', literal("one", "xsd:integer")

        assert (canonical(foreign), canonical(ill)) == (foreign, ill)
        assert not are_different(foreign, '"1"^^<http://a.b/roman>')
        assert not are_different(ill, '"1"')

    def test_keeps_the_signs_of_a_text(self) -> None:
        """A string of another datatype is the string as N-Triples writes it."""
        assert canonical('"a\\n\\"b\\""^^<' + XSD + "string>") == '"a\\n\\"b\\""'
        assert canonical('"1\\u0020"^^<' + XSD + "integer>") == '"1\\u0020"^^<' + XSD + "integer>"

    @given(st.integers(), st.integers(0, 5), st.integers(0, 5))
    def test_of_a_whole_number_does_not_depend_on_zeros(self, number: int, before: int, behind: int) -> None:
        """Nor on the datatype."""
        written = f"{'-' if number < 0 else ''}{'0' * before}{abs(number)}"

        assert canonical(literal(written, "xsd:integer")) == canonical(
            literal(f"{number}.{'0' * behind}", "xsd:decimal")
        )

    @given(st.floats(allow_nan=False), st.floats(allow_nan=False))
    def test_of_doubles_is_that_of_their_bits(self, one: float, other: float) -> None:
        """Python's floats are doubles; their repr says which."""
        same = canonical(literal(repr(one).upper(), "xsd:double")) == canonical(
            literal(repr(other).upper(), "xsd:double")
        )

        assert same == (repr(one) == repr(other))


class TestStandsForItself:
    @given(
        st.from_regex(
            r"[+-]?0?[0-9]{1,3}(\.[0-9]{0,2})?|true|1|(0000|2001)(-0[12]-(28|29|30))?(T(24|12):00:00(\.50?)?)?"
            r"(Z|[+-]0[01]:00)?|a@(de|DE)?",
            fullmatch=True,
        ),
        st.sampled_from(
            ["integer", "decimal", "boolean", "date", "dateTime", "gYear", "double", "byte", "string", "x"]
        ),
    )
    def test_holds_only_of_literals_that_do(self, text: str, name: str) -> None:
        """What is said quickly is what would be found slowly."""
        for term in (literal(text, f"xsd:{name}"), literal(text, "rdf:PlainLiteral"), f'"{text}"@en', f'"{text}"@EN'):
            assert not stands_for_itself(term.encode()) or canonical(term) == term

    @given(st.from_regex(r"-?(0|[1-9][0-9]{0,9})\.[0-9]{1,8}", fullmatch=True))
    def test_holds_only_of_doubles_that_do(self, text: str) -> None:
        """Those that are written as they are found, with few digits."""
        term = literal(text, "xsd:double")

        assert not stands_for_itself(term.encode()) or canonical(term) == term

    def test_is_not_misled_by_what_a_text_says(self) -> None:
        """A text may look like the end of a literal."""
        assert not stands_for_itself(f'"a\\"^^<b>c"^^<{XSD}token>'.encode())

    @pytest.mark.parametrize(
        "described",
        [
            "42 xsd:integer",
            "-4.25 xsd:decimal",
            "2001-02-03 xsd:date",
            "2001-02-03T04:05:06.7+09:00 xsd:dateTime",
            "a@en",
        ],
    )
    def test_holds_of_the_usual_forms(self, described: str) -> None:
        """Most literals of most data."""
        assert stands_for_itself(of(described).encode())


class TestIllTyped:
    @pytest.mark.parametrize(
        "described",
        [
            "1.0 xsd:integer",
            " 1 xsd:integer",
            "1e0 xsd:decimal",
            "128 xsd:byte",
            "-129 xsd:byte",
            "1 xsd:nonPositiveInteger",
            "0 xsd:positiveInteger",
            f"1{'0' * 30} xsd:unsignedLong",
            f"-1{'0' * 30} xsd:nonNegativeInteger",
            "٣ xsd:integer",
            "1e400 xsd:double",
            "1e-50 xsd:float",
            "1e39 xsd:float",
            "inf xsd:float",
            "TRUE xsd:boolean",
            " a xsd:token",
            "a  b xsd:token",
            "en- xsd:language",
            ".a xsd:Name",
            "a:b xsd:NCName",
            " a b  xsd:NMTOKEN",
            ":a xsd:anyURI",
            "a b xsd:anyURI",
            "0 xsd:hexBinary",
            "T1dM= xsd:base64Binary",
            "AB== xsd:base64Binary",
            "2009-04-21 xsd:dateTime",
            "2009-02-29T00:00:00 xsd:dateTime",
            "2009-04-21T24:00:01 xsd:dateTime",
            "2009-04-21T12:30:60 xsd:dateTime",
            "2009-04-21T12:30:15 xsd:dateTimeStamp",
            "2009-04-21T12:30:15+14:01 xsd:dateTime",
            "02009-04-21 xsd:date",
            "2013-04-31 xsd:date",
            "--02-30 xsd:gMonthDay",
            "98 xsd:gYear",
            "P xsd:duration",
            "P1YT xsd:duration",
            "P1D xsd:yearMonthDuration",
            "abc rdf:PlainLiteral",
            "abc@12 rdf:PlainLiteral",
            "abc rdf:langString",
            "<a rdf:XMLLiteral",
            "</x><x> rdf:XMLLiteral",
        ],
    )
    def test_is_a_text_that_the_datatype_does_not_have(self, described: str) -> None:
        """Such a literal has no value, and no datatype has it."""
        term = of(described)

        assert not is_well_formed(term)
        assert datatypes(term) == ()

    @pytest.mark.parametrize(
        "described",
        [
            "--02-29 xsd:gMonthDay",
            "2012-02-29Z xsd:date",
            "12345-01-01 xsd:date",
            "12token xsd:NMTOKEN",
            "/a#b xsd:anyURI",
        ],
    )
    def test_is_not_a_text_that_is_only_odd(self, described: str) -> None:
        """What the datatype has is well-formed."""
        assert is_well_formed(of(described))

    def test_is_nothing_of_an_unknown_datatype(self) -> None:
        """We cannot say."""
        assert is_well_formed('"one"^^<http://a.b/roman>')
        assert datatypes('"one"^^<http://a.b/roman>') == ()


class TestPlainlyWellFormed:
    @given(
        st.from_regex(
            r"[+-]?0?[0-9]{1,3}(\.[0-9]{0,2})?|true|1|(0000|2001)(-[01][0-9]-[0123][0-9])?"
            r"(T(24|12):[06][0-9]:00(\.50?)?)?(Z|[+-][01]4:00)?",
            fullmatch=True,
        ),
        st.sampled_from(["integer", "decimal", "boolean", "date", "dateTime", "gYear", "double", "float", "byte"]),
    )
    def test_holds_only_of_what_is_well_formed(self, text: str, name: str) -> None:
        """What is said quickly is what would be found slowly."""
        term = literal(text, f"xsd:{name}")

        assert not is_plainly_well_formed(term.encode()) or is_well_formed(term)

    @pytest.mark.parametrize(
        "described", ["042 xsd:integer", "4.0 xsd:double", "2001-02-03 xsd:date", "2001-02-03T04:05:06Z xsd:dateTime"]
    )
    def test_holds_of_the_usual_forms(self, described: str) -> None:
        """Most literals of most data."""
        assert is_plainly_well_formed(of(described).encode())


class TestDatatypes:
    @pytest.mark.parametrize(
        ("described", "names"),
        [
            (
                "42.0 xsd:decimal",
                (
                    "byte decimal int integer long nonNegativeInteger positiveInteger short unsignedByte "
                    "unsignedInt unsignedLong unsignedShort"
                ),
            ),
            ("-300 xsd:short", "decimal int integer long negativeInteger nonPositiveInteger short"),
            (
                "0 xsd:integer",
                (
                    "byte decimal int integer long nonNegativeInteger nonPositiveInteger short unsignedByte "
                    "unsignedInt unsignedLong unsignedShort"
                ),
            ),
            (f"{1 << 64} xsd:integer", "decimal integer nonNegativeInteger positiveInteger"),
            ("0.5 xsd:decimal", "decimal"),
            ("1 xsd:float", "float"),
            ("en", "NCName NMTOKEN Name PlainLiteral language normalizedString string token"),
            ("a@en", "PlainLiteral"),
            ("2009-04-21T12:30:15 xsd:dateTime", "dateTime"),
            ("2009-04-21T12:30:15Z xsd:dateTime", "dateTime dateTimeStamp"),
            ("2009-04-21 xsd:date", ""),
        ],
    )
    def test_of_a_value_are_all_that_have_it(self, described: str, names: str) -> None:
        """Of those of OWL 2 RL; every value is one of rdfs:Literal too."""
        found = [re.split("[#>]", name)[1] for name in datatypes(of(described))]

        assert sorted(found) == sorted(["Literal", *names.split()])


CASES = Path(__file__).parents[3] / "shared" / "tests-data" / "owl2-rl" / "rdfbased-owl2rl.jsonl"


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_file(), reason=f"the conformance cases {CASES.name} are not on this machine")
class TestConformance:
    def test_the_datatype_cases_of_the_rdf_based_collection_hold(self) -> None:
        """Literals that are valid, equal, different or ill-typed by them are so here."""
        judged = {"valid": 0, "eq": 0, "diff": 0, "illtyped": 0}

        for case in map(json.loads, CASES.read_text(encoding="utf-8").splitlines()):
            terms = [str(triple.object) for triple in ox.parse(case["premise"], format=ox.RdfFormat.N_TRIPLES)]
            terms = [term for term in terms if term.startswith('"')]
            kind = re.search(r"-dat-.*-(valid|eq|diff|illtyped)(?:-|$)", case["id"])
            if kind is None:
                continue
            judged[kind[1]] += 1
            if kind[1] == "eq":
                assert canonical(terms[0]) == canonical(terms[1]), case["id"]
            elif kind[1] == "diff":
                assert are_different(*terms), case["id"]
            else:
                assert [is_well_formed(term) for term in terms] == [kind[1] == "valid"] * len(terms), case["id"]

        assert judged == {"valid": 31, "eq": 20, "diff": 32, "illtyped": 40}
