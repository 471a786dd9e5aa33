"""Facts as bytes: what is written comes back, and nothing else is taken for facts."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import assets
from egov_kg.documents import document_from_text, read_documents
from egov_kg.extraction import Extractor, load_extractor
from egov_kg.gathering.format import MalformedFacts, decode, encode
from egov_kg.model import Document

EXTRACTOR = load_extractor(assets.data())
TEXT = """# Digital offices in Norway

The Ministry of Works launched the Harbour Portal in 2001. The Harbour Records Act (1996) was enacted in 1996.

전자정부법은 2001년 3월 28일에 제정되었다.
"""


def _table(extractor: Extractor) -> Any:
    return json.loads(encode(extractor.extract(document_from_text(TEXT, "norway.md"))))


def _bytes(table: object) -> bytes:
    return json.dumps(table, ensure_ascii=False).encode()


class TestRoundTrip:
    """What a document said is the same after it was written and read."""

    def test_the_shipped_documents_come_back_whole(self) -> None:
        """Things, labels, mentions, facts and passages without; the document keeps its text and leaves its blocks."""
        for document in read_documents([assets.data("documents")]):
            extraction = EXTRACTOR.extract(document)

            found, blocks = decode(encode(extraction))

            assert len(extraction.facts) > 100
            assert found.document == dataclasses.replace(document, blocks=())
            assert blocks == len(document.blocks)
            assert found == dataclasses.replace(extraction, document=found.document)

    def test_korean_and_signs_beyond_the_first_plane_come_back(self) -> None:
        """Offsets count code points, however many bytes they take."""
        document = document_from_text("# 𐎀 전자정부\n\n행정안전부는 2001년 전자조달 시스템을 구축하였다.\n", "ko.md")

        found, _ = decode(encode(EXTRACTOR.extract(document)))

        assert found.document.text == document.text

    def test_the_same_facts_are_the_same_bytes(self) -> None:
        """So that two builds keep the same entry."""
        document = document_from_text(TEXT, "norway.md")

        assert encode(EXTRACTOR.extract(document)) == encode(EXTRACTOR.extract(document))


class TestMalformed:
    """A file that claims to hold facts and does not is told apart, whatever it holds."""

    @given(data=st.binary(max_size=200))
    def test_any_bytes(self, data: bytes) -> None:
        """Nothing but the one error."""
        with pytest.raises(MalformedFacts):
            decode(data)

    @given(data=st.data())
    def test_a_value_of_another_type_anywhere(self, data: st.DataObject) -> None:
        """Each value is checked against the type of its field; what still reads is well formed."""
        table = _table(EXTRACTOR)
        where = data.draw(st.sampled_from(sorted(_places(table), key=str)))
        _put(table, where, data.draw(st.sampled_from([None, 3.5, "x", [], {}, -1, 10**9, True])))

        try:
            found, blocks = decode(_bytes(table))
        except MalformedFacts:
            return

        assert isinstance(found.document, Document)
        assert type(blocks) is int
        assert decode(encode(found))[0] == found

    def test_another_text(self) -> None:
        """The text must have the hash that evidence refers to."""
        table = _table(EXTRACTOR)
        table["document"]["text"] = table["document"]["text"].replace("2001", "1066")

        with pytest.raises(MalformedFacts, match="text"):
            decode(_bytes(table))

    def test_a_span_outside_the_text(self) -> None:
        """Evidence can always be quoted."""
        table = _table(EXTRACTOR)
        table["facts"][0][3][0] = [0, 10**6]

        with pytest.raises(MalformedFacts, match="outside"):
            decode(_bytes(table))

    def test_a_value_without_its_kind(self) -> None:
        """What may be of several types says which it is."""
        table = _table(EXTRACTOR)
        table["facts"][0][2] = []

        with pytest.raises(MalformedFacts, match="a number and a value"):
            decode(_bytes(table))

    def test_a_certainty_that_there_is_not(self) -> None:
        """Words of a closed list are checked against the list."""
        table = _table(EXTRACTOR)
        table["facts"][0][5] = "certain"

        with pytest.raises(MalformedFacts, match="stated"):
            decode(_bytes(table))


def _places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += _places(item, (*here, key))
    return found


def _put(table: Any, where: tuple[Any, ...], value: object) -> None:
    for key in where[:-1]:
        table = table[key]
    table[where[-1]] = value
