"""JSON from strangers: small, whole and unambiguous, or refused with the place."""

from __future__ import annotations

import json

import pytest

from egov_kg.errors import UnreadableJson
from egov_kg.reconciliation.json_text import DEPTH, PIECES, read_json


def pointer(text: str) -> str:
    """Return where a text is wrong."""
    with pytest.raises(UnreadableJson) as caught:
        read_json(text)
    return caught.value.pointer


class TestWhatIsRead:
    def test_values_are_those_of_json(self) -> None:
        """With the places where they stand; a name with a slash is escaped as RFC 6901 says."""
        part = read_json('{"a/b": [1, {"~": null}]}')

        inner = part.members()["a/b"].items(5)[1].members()["~"]

        assert (inner.pointer, inner.value) == ("/a~1b/1/~0", None)

    def test_a_byte_order_mark_does_not_count(self) -> None:
        """Windows writes one."""
        assert read_json("\ufeff{}").value == {}

    def test_brackets_in_strings_are_no_depth(self) -> None:
        """Nor are commas there pieces, nor do escaped quotation marks end a string."""
        text = json.dumps(["[{" * 100 + '"\\"' + "," * PIECES])

        assert json.dumps(read_json(text).value) == text

    def test_long_whole_numbers_are_no_trouble(self) -> None:
        """Python refuses to read 5,000 digits; here they are a number without end, and 20 digits floating point."""
        assert read_json(f"[{10**20}]").value == [1e20]
        assert pointer("[1" + "0" * 5000 + "]") == "/0"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("", ""),
            ("{", ""),
            ('{"a": 1} x', ""),
            ("{'a': 1}", ""),
            ('{"q0": {"query": "a", "query": "b"}}', "/q0"),
            ('{"q0": 1, "q0": 2}', ""),
            ('{"a": [1, NaN]}', "/a/1"),
            ('{"a": -Infinity}', "/a"),
            ('{"a": 1e999}', "/a"),
            (r'{"a": "\ud800"}', "/a"),
            (r'{"a": "\u0000"}', "/a"),
            (r'{"\udfff": 1}', ""),
            (r'{"\udfff": [1, 1e999]}', ""),
        ],
    )
    def test_with_its_place(self, text: str, place: str) -> None:
        """As a JSON pointer."""
        assert pointer(text) == place

    def test_a_pair_of_surrogates_is_a_character(self) -> None:
        """Escaped as JSON escapes it."""
        assert read_json(r'["\ud83c\udf00"]').value == ["🌀"]

    def test_what_nests_deep_is_not_parsed(self) -> None:
        """However deep: 100,000 arrays would end many parsers."""
        assert read_json("[" * DEPTH + "]" * DEPTH).value
        for text in ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), "[" * 100_000, '{"a":' * 100_000, "[" * 10**6):
            assert pointer(text) == ""

    def test_what_has_many_values_is_not_parsed(self) -> None:
        """Each costs far more memory than text."""
        assert pointer("[" + "0," * PIECES + "0]") == ""
        assert pointer("[" + "[]," * PIECES + "0]") == ""

    def test_a_string_without_end_ends_nothing_else(self) -> None:
        """It is found by the parser."""
        assert pointer('["' + "[" * 200_000) == ""

    def test_the_error_says_what_is_expected_and_found(self) -> None:
        """In one line, cut."""
        part = read_json(json.dumps({"limit": "x" * 500}))

        with pytest.raises(UnreadableJson, match=r"^at /limit: expected a whole number from 1, found 'x{60}'$"):
            part.members()["limit"].count(5)
