"""Version 0.2: what its batches ask, in words of ours, and what its answers look like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from egov_kg.errors import BatchTooLarge, UnreadableJson
from egov_kg.reconciliation import v02
from egov_kg.reconciliation.inquiries import BATCH, gathered, questions_of
from egov_kg.reconciliation.model import (
    Condition,
    Day,
    Number,
    PartialDate,
    PropertyInfo,
    Question,
    Reference,
    Text,
    Truth,
    TypeInfo,
    Value,
)
from tests.reconciliation.answering import ACT, candidate
from tests.reconciliation.schemas import has_schemas, schema_errors
from tests.reconciliation.shapes import (
    ENTITIES_02,
    EXTENSION_02,
    MANIFEST_02,
    PROPERTIES_02,
    PROPOSALS,
    RESULTS_02,
    TYPES,
    misfits,
)


def read(**query: Any) -> list[Question]:
    """Return the questions of one query."""
    batch = v02.read_queries(json.dumps({"q0": query}))
    return questions_of(batch.values())


def wrong(text: str) -> UnreadableJson:
    """Return the error of a batch."""
    with pytest.raises(UnreadableJson) as caught:
        v02.read_queries(text)
    return caught.value


def fits(value: Any, shape: Any, schema: str) -> bool:
    """Whether an answer is as the specification says: its prose and, where there is a copy, its schema."""
    found = list(misfits(value, shape))
    if has_schemas():
        found += schema_errors("0.2", schema, value)
    assert found == []
    return True


class TestQueries:
    def test_the_least(self) -> None:
        """A name; five candidates of any type."""
        assert read(query=" 전자정부법 ") == [Question("전자정부법")]

    def test_a_type_restricts(self) -> None:
        """Unless it is said that it only should; types are local names, CURIEs or IRIs."""
        assert read(query="a", type="Law") == [Question("a", type="egov:Law", strictness="must")]
        assert read(query="a", type="egov:Law", type_strict="should") == [Question("a", type="egov:Law")]
        whole = read(query="a", type=["https://w3id.org/egov-kg/ontology#Law"], type_strict="any")
        assert whole == [Question("a", type="egov:Law", strictness="must")]

    def test_several_types_are_several_questions(self) -> None:
        """A thing of either is found; each type once."""
        found = read(query="a", type=["Law", "Agency", "Law", ""])

        assert [question.type for question in found] == ["egov:Law", "egov:Agency"]

    def test_no_type_is_any(self) -> None:
        """OpenRefine sends none, other clients an empty one."""
        for nothing in ("", [], [""]):
            assert [one.type for one in read(query="a", type=nothing)] == [""]

    def test_properties_are_conditions(self) -> None:
        """With values of all kinds; tables give years as floating point numbers."""
        asked = [
            {"pid": "promulgatedOn", "v": "2013-07-30"},
            {"pid": "inJurisdiction", "v": {"id": "jurisdiction/kr", "name": "Republic of Korea"}},
            {"pid": "statedYear", "v": [2013.0, 2013, 0.5, True, {"id": "x"}]},
        ]

        assert read(query="a", properties=asked)[0].conditions == (
            Condition("egov:promulgatedOn", (Value("2013-07-30"),)),
            Condition("egov:inJurisdiction", (Value("Republic of Korea", id="jurisdiction/kr"),)),
            Condition(
                "egov:statedYear",
                (
                    Value("2013", number=2013.0),
                    Value("2013", number=2013.0),
                    Value("0.5", number=0.5),
                    Value("true"),
                    Value("", id="x"),
                ),
            ),
        )

    def test_properties_alone_are_a_query(self) -> None:
        """As the specification has it."""
        assert read(properties=[{"pid": "actNumber", "v": "11956"}])[0].text == ""

    @pytest.mark.parametrize(("limit", "taken"), [(1, 1), (3.0, 3), (25, 25), (26, 25), (10**9, 25), (1e15, 25)])
    def test_a_limit_is_cut_to_what_is_allowed(self, limit: float, taken: int) -> None:
        """Nobody needs more than 25."""
        assert read(query="a", limit=limit)[0].limit == taken

    def test_the_order_of_a_batch_is_kept(self) -> None:
        """And its keys, whatever they are."""
        keys = ["q1", "q0", "", "__proto__", "ㄱ/~"]

        assert list(v02.read_queries(json.dumps({key: {"query": "a"} for key in keys}))) == keys

    def test_an_empty_batch_is_one(self) -> None:
        """It has no answers."""
        assert v02.read_queries("{}") == {}


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "place", "expected"),
        [
            ('[{"query": "a"}]', "", "an object"),
            ('{"q0": "a"}', "/q0", "an object"),
            ('{"q0": {}}', "/q0", "query, properties or both"),
            ('{"q0": {"limit": 1}}', "/q0", "query, properties or both"),
            ('{"q0": {"properties": []}}', "/q0", "query, properties or both"),
            ('{"q0": {"query": 5}}', "/q0/query", "a string"),
            ('{"q0": {"query": null}}', "/q0/query", "a string"),
            ('{"q0": {"query": "a", "props": []}}', "/q0/props", "properties"),
            ('{"q0": {"query": "a", "limit": "5"}}', "/q0/limit", "a whole number from 1"),
            ('{"q0": {"query": "a", "limit": 0}}', "/q0/limit", "a whole number from 1"),
            ('{"q0": {"query": "a", "limit": -1}}', "/q0/limit", "a whole number from 1"),
            ('{"q0": {"query": "a", "limit": 1.5}}', "/q0/limit", "a whole number from 1"),
            ('{"q0": {"query": "a", "limit": true}}', "/q0/limit", "a whole number from 1"),
            ('{"q0": {"query": "a", "type": 1}}', "/q0/type", "a string"),
            ('{"q0": {"query": "a", "type": [["b"]]}}', "/q0/type/0", "a string"),
            ('{"q0": {"query": "a", "type_strict": "must"}}', "/q0/type_strict", "should, all, any"),
            ('{"q0": {"query": "a", "properties": {}}}', "/q0/properties", "an array"),
            ('{"q0": {"query": "a", "properties": [{"pid": "x"}]}}', "/q0/properties/0", "'v'"),
            ('{"q0": {"query": "a", "properties": [{"v": "x"}]}}', "/q0/properties/0", "'pid'"),
            ('{"q0": {"query": "a", "properties": [{"pid": "x", "v": null}]}}', "/q0/properties/0/v", "a string"),
            ('{"q0": {"query": "a", "properties": [{"pid": "x", "v": [[1]]}]}}', "/q0/properties/0/v/0", "a string"),
            ('{"q0": {"query": "a", "properties": [{"pid": "x", "v": {}}]}}', "/q0/properties/0/v", "'id'"),
        ],
    )
    def test_with_place_and_expectation(self, text: str, place: str, expected: str) -> None:
        """So that whoever wrote the client finds it."""
        error = wrong(text)

        assert error.pointer == place
        assert expected in error.expected

    def test_what_is_long(self) -> None:
        """A name, a value, a list of conditions, of values, of types."""
        many = [{"pid": "x", "v": "a"}] * 26
        texts = [
            {"query": "a" * 2001},
            {"properties": many},
            {"properties": [{"pid": "x", "v": ["a"] * 26}]},
            {"query": "a", "type": ["Law"] * 11},
        ]

        places = [wrong(json.dumps({"q": text})).pointer for text in texts]

        assert places == ["/q/query", "/q/properties", "/q/properties/0/v", "/q/type"]

    def test_more_queries_than_a_batch_may_have(self) -> None:
        """As the manifest says; a query of several types counts once."""
        assert len(v02.read_queries(json.dumps({str(n): {"query": "a"} for n in range(BATCH)}))) == BATCH
        with pytest.raises(BatchTooLarge, match="51 queries at once; at most 50"):
            v02.read_queries(json.dumps({str(n): {"query": "a"} for n in range(BATCH + 1)}))
        types = [f"Type{n}" for n in range(10)]
        batch = v02.read_queries(json.dumps({str(n): {"query": "a", "type": types} for n in range(BATCH)}))
        assert len(questions_of(batch.values())) == 10 * BATCH


class TestGathering:
    def test_a_thing_of_either_type_is_as_good_as_its_best_answer(self) -> None:
        """Each once, best first."""
        batch = v02.read_queries('{"q": {"query": "a", "type": ["Law", "Agency"], "limit": 2}}')
        answers = [[candidate("a", 10), candidate("b", 8)], [candidate("b", 9), candidate("c", 1)]]

        found = gathered(list(batch.values()), answers)

        assert [(one.id, one.score) for one in found[0]] == [("a", 10), ("b", 9)]

    def test_of_all_types(self) -> None:
        """Only who is of each."""
        batch = v02.read_queries('{"q": {"query": "a", "type": ["Law", "Plan"], "type_strict": "all"}}')
        answers = [[candidate("a", 10), candidate("b", 8)], [candidate("b", 9), candidate("c", 1)]]

        assert [one.id for one in gathered(list(batch.values()), answers)[0]] == ["b"]


class TestAnswers:
    def test_candidates(self) -> None:
        """With the parts of the score; the specification's form."""
        answer = v02.results_json(["q0", "q1"], [[ACT], []])

        assert fits(answer, RESULTS_02, "reconciliation-result-batch")
        assert answer == {
            "q0": {
                "result": [
                    {
                        "id": "law/kr/public-data-act",
                        "name": "Public Data Act",
                        "description": "law, Republic of Korea, 2013; 공공데이터법",
                        "type": [{"id": "Law", "name": "law"}, {"id": "eli:LegalResource", "name": "legal resource"}],
                        "score": 98.0,
                        "match": True,
                        "features": [
                            {"id": "name", "value": 12.35},
                            {"id": "date", "value": 4.6},
                            {"id": "unknown-property", "value": False},
                            {"id": "unknown-property-2", "value": False},
                        ],
                    }
                ]
            },
            "q1": {"result": []},
        }

    def test_suggestions(self) -> None:
        """Of things, classes and properties."""
        types = [TypeInfo("egov:Law", "law", "An act.", (("eli:LegalResource", "legal resource"),), 9)]
        properties = [PropertyInfo("egov:promulgatedOn", "promulgated on", "", None, ("ExactMatch",))]

        assert fits(v02.entities_json([ACT]), ENTITIES_02, "suggest-entities-response")
        assert fits(v02.types_found_json(types), TYPES, "suggest-types-response")
        assert fits(v02.properties_json(properties), PROPERTIES_02, "suggest-properties-response")
        assert fits(v02.proposals_json("Law", 5, properties), PROPOSALS, "data-extension-property-proposal")
        assert v02.properties_json(properties) == {"result": [{"id": "promulgatedOn", "name": "promulgated on"}]}

    def test_values_of_every_kind(self) -> None:
        """Only a day is a date; a thing of somebody else is its IRI; every thing has every property."""
        extension = v02.read_extend(
            json.dumps(
                {
                    "ids": ["law/kr/a", "https://w3id.org/egov-kg/id/law/kr/b", "nonsense", "law/kr/a"],
                    "properties": [{"id": "enactedUnder"}, {"id": "nonsense"}, {"id": "https://x.example/p"}],
                }
            )
        )
        properties = [PropertyInfo("egov:enactedUnder", "enacted under", "", ("egov:Administration", "administration"))]
        ours = Reference("https://w3id.org/egov-kg/id/administration/kr/x", "administration/kr/x", "X", "en")
        theirs = Reference("http://other.example/1", "http://other.example/1", "One")
        values = {
            "law/kr/a": [
                (ours, theirs, Text("텍스트", "ko"), Day("2013-07-30"), PartialDate("2013-07")),
                (Number(5), Number(0.5), Number(2**31), Truth(holds=False)),
                (),
            ]
        }

        answer = v02.extension_json(extension, properties, values)

        assert fits(answer, EXTENSION_02, "data-extension-response")
        assert answer["meta"] == [
            {"id": "enactedUnder", "name": "enacted under", "type": {"id": "Administration", "name": "administration"}},
            {"id": "nonsense", "name": "nonsense"},
            {"id": "https://x.example/p", "name": "https://x.example/p"},
        ]
        assert answer["rows"]["law/kr/a"] == {
            "enactedUnder": [
                {"id": "administration/kr/x", "name": "X"},
                {"str": "http://other.example/1"},
                {"str": "텍스트"},
                {"date": "2013-07-30T00:00:00Z"},
                {"str": "2013-07"},
            ],
            "nonsense": [{"int": 5}, {"float": 0.5}, {"float": 2147483648.0}, {"str": "false"}],
            "https://x.example/p": [],
        }
        empty: dict[str, list[object]] = {"enactedUnder": [], "nonsense": [], "https://x.example/p": []}
        assert answer["rows"]["nonsense"] == empty
        assert list(answer["rows"]) == ["law/kr/a", "https://w3id.org/egov-kg/id/law/kr/b", "nonsense"]

    @pytest.mark.parametrize("needs_token", [False, True])
    def test_the_manifest(self, needs_token: bool) -> None:
        """It names what clients need, and a scheme only where a token is needed."""
        manifest = v02.manifest(
            name="small",
            root="https://egov.example/kg",
            base="https://w3id.org/egov-kg/id/",
            schema="https://w3id.org/egov-kg/ontology#",
            software="1.0",
            types=[("egov:Law", "law")],
            lang="ko",
            needs_token=needs_token,
        )

        assert fits(manifest, MANIFEST_02, "manifest")
        assert manifest["view"]["url"] == "https://egov.example/kg/reconcile/view?id={{id}}&lang=ko"
        assert ("authentication" in manifest) == needs_token


class TestExtensions:
    def test_settings(self) -> None:
        """The limit, as a number or as the text that forms give; others are left alone."""
        asked = [
            {"id": "a", "settings": {"limit": 2}},
            {"id": "b", "settings": {"limit": "5", "content": "id"}},
            {"id": "c", "settings": {"limit": ""}},
            {"id": "d", "settings": {}},
            {"id": "e", "settings": {"limit": 0}},
        ]

        read = v02.read_extend(json.dumps({"ids": [], "properties": asked}))

        assert [one.limit for one in read.wanted] == [2, 5, 0, 0, 0]

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("[]", ""),
            ('{"ids": ["a"]}', ""),
            ('{"properties": []}', ""),
            ('{"ids": "a", "properties": []}', "/ids"),
            ('{"ids": [1], "properties": []}', "/ids/0"),
            ('{"ids": [], "properties": ["a"]}', "/properties/0"),
            ('{"ids": [], "properties": [{"id": ""}]}', "/properties/0/id"),
            ('{"ids": [], "properties": [{"id": "a", "settings": []}]}', "/properties/0/settings"),
            ('{"ids": [], "properties": [{"id": "a", "settings": {"limit": "x"}}]}', "/properties/0/settings/limit"),
            ('{"ids": [], "properties": [{"id": "a", "settings": {"limit": -1}}]}', "/properties/0/settings/limit"),
        ],
    )
    def test_what_is_refused(self, text: str, place: str) -> None:
        """With its place."""
        with pytest.raises(UnreadableJson) as caught:
            v02.read_extend(text)

        assert caught.value.pointer == place

    def test_more_things_than_are_answered(self) -> None:
        """Or more properties."""
        with pytest.raises(BatchTooLarge, match="501 things"):
            v02.read_extend(json.dumps({"ids": ["a"] * 501, "properties": []}))
        with pytest.raises(BatchTooLarge, match="51 properties"):
            v02.read_extend(json.dumps({"ids": [], "properties": [{"id": "a"}] * 51}))
