"""Version 1.0 (draft): what its batches ask, in words of ours, and what its answers look like."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from egov_kg.errors import BatchTooLarge, UnreadableJson
from egov_kg.reconciliation import v10
from egov_kg.reconciliation.inquiries import BATCH, gathered, questions_of
from egov_kg.reconciliation.model import Condition, Day, PropertyInfo, Question, Reference, Text, TypeInfo, Value
from tests.reconciliation.answering import ACT, candidate
from tests.reconciliation.schemas import has_schemas, schema_errors
from tests.reconciliation.shapes import (
    ENTITIES_10,
    EXTENSION_10,
    MANIFEST_10,
    PROPERTIES_10,
    PROPOSALS,
    RESULTS_10,
    TYPES,
    misfits,
)


def named(*values: Any, **more: Any) -> dict[str, Any]:
    """Return a condition on the name."""
    return {"matchType": "name", "propertyValue": values[0] if len(values) == 1 else list(values), **more}


def batch(*conditions: dict[str, Any], **query: Any) -> str:
    """Return a batch of one query."""
    return json.dumps({"queries": [{"conditions": conditions, **query}]})


def read(*conditions: dict[str, Any], **query: Any) -> list[Question]:
    """Return the questions of one query."""
    return questions_of(v10.read_match(batch(*conditions, **query)))


def found(text: str, *answers: list[Any]) -> list[str]:
    """Return the ids of the candidates that are left of the answers to the questions of one query."""
    inquiries = v10.read_match(text)
    assert len(questions_of(inquiries)) == len(answers)
    return [one.id for one in gathered(inquiries, answers)[0]]


def fits(value: Any, shape: Any, schema: str) -> bool:
    """Whether an answer is as the specification says: its prose and, where there is a copy, its schema."""
    wrong = list(misfits(value, shape))
    if has_schemas():
        wrong += schema_errors("1.0-draft", schema, value)
    assert wrong == []
    return True


LANGUAGES = (("ko", 8), ("en", 10), ("de", 10))
A, B, C = candidate("a", 10), candidate("b", 8), candidate("c", 5)


class TestQueries:
    def test_a_name_in_a_language(self) -> None:
        """That of the condition wins over that of the query."""
        assert read(named("전자정부법"), lang="ko") == [Question("전자정부법", lang="ko")]
        assert read(named("전자정부법", lang="ko"), lang="en", dir="ltr")[0].lang == "ko"

    def test_a_type_restricts(self) -> None:
        """There is no softer way in this version."""
        assert read(named("a"), type="Law", limit=3) == [Question("a", type="egov:Law", strictness="must", limit=3)]

    def test_conditions_on_properties(self) -> None:
        """With all that can be said of them."""
        condition = {
            "matchType": "property",
            "propertyId": "promulgatedOn",
            "propertyValue": ["2013", {"id": "x"}],
            "required": True,
            "matchQuantifier": "none",
            "matchQualifier": "EDTF:Level-0",
        }

        assert read(named("a"), condition)[0].conditions == (
            Condition(
                "egov:promulgatedOn",
                (Value("2013"), Value("", id="x")),
                required=True,
                quantifier="none",
                qualifier="EDTF:Level-0",
            ),
        )

    def test_properties_alone(self) -> None:
        """Then the name is empty."""
        condition = {"matchType": "property", "propertyId": "actNumber", "propertyValue": 11956}

        assert [one.text for one in read(condition)] == [""]

    def test_an_id_is_asked_for_like_a_name(self) -> None:
        """By any of its names."""
        assert [one.text for one in read({"matchType": "id", "propertyValue": " law/kr/act "})] == ["law/kr/act"]


class TestSeveralNames:
    def test_any_of_them(self) -> None:
        """A thing is as good as its best answer."""
        assert found(batch(named("x", "y")), [A, B], [C]) == ["a", "b", "c"]

    def test_all_of_them(self) -> None:
        """Only what all find."""
        assert found(batch(named("x", "y", matchQuantifier="all")), [A, B], [B, C]) == ["b"]

    def test_none_of_them(self) -> None:
        """What the rest of the query finds without what they find."""
        none = named("y", matchQuantifier="none")

        assert found(batch(named("x"), none), [A, B], [B, C]) == ["a"]
        assert found(batch(none), [A, B], [B, C]) == ["a"]

    def test_one_that_is_required(self) -> None:
        """Leaves out what it does not find."""
        assert found(batch(named("x"), named("y", required=True)), [A, B], [B, C]) == ["b", "c"]

    def test_a_thing_comes_once(self) -> None:
        """Whatever languages its names were found in: by that of its best answer; by the first among equals."""
        ko, en, de = (dataclasses.replace(candidate("a", score), lang=lang) for lang, score in LANGUAGES)
        inquiries = v10.read_match(batch(named("x", lang="ko"), named("y", lang="en"), named("z", lang="de")))

        [found] = gathered(inquiries, [[ko, B], [en], [de]])

        assert [(one.id, one.lang) for one in found] == [("a", "en"), ("b", B.lang)]

    def test_a_query_of_several_names_counts_once(self) -> None:
        """So that fifty of them are a batch, as the manifest says; how many names a query may have is bound."""
        text = json.dumps({"queries": [{"conditions": [named(*map(str, range(25)))]}] * BATCH})

        assert len(v10.read_match(text)) == BATCH
        with pytest.raises(UnreadableJson, match="at most 25 names") as caught:
            v10.read_match(batch(named(*map(str, range(25))), {"matchType": "id", "propertyValue": "z"}))
        assert caught.value.pointer == "/queries/0/conditions"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "place", "expected"),
        [
            ("[]", "", "an object"),
            ("{}", "", "'queries'"),
            ('{"queries": {}}', "/queries", "an array"),
            ('{"queries": [[]]}', "/queries/0", "an object"),
            ('{"queries": [{}]}', "/queries/0", "'conditions'"),
            ('{"queries": [{"conditions": []}]}', "/queries/0/conditions", "at least one"),
            ('{"queries": [{"conditions": [{}]}]}', "/queries/0/conditions/0", "'matchType'"),
            ('{"queries": [{"conditions": [{"matchType": "x"}]}]}', "/queries/0/conditions/0/matchType", "name, id"),
            ('{"queries": [{"conditions": [{"matchType": "name"}]}]}', "/queries/0/conditions/0", "'propertyValue'"),
            (batch(named("a"), type=["Law"]), "/queries/0/type", "a string"),
            (batch(named("a"), query="a"), "/queries/0/query", "conditions"),
            (batch(named("a"), lang="not a tag"), "/queries/0/lang", "a language tag"),
            (batch(named("a"), dir="up"), "/queries/0/dir", "ltr, rtl, auto"),
            (batch(named("a", matchQuantifier="some")), "/queries/0/conditions/0/matchQuantifier", "any, all, none"),
            (batch(named("a", required="yes")), "/queries/0/conditions/0/required", "true or false"),
            (batch(named()), "/queries/0/conditions/0/propertyValue", "at least one value"),
            (batch({"matchType": "property", "propertyValue": 1}), "/queries/0/conditions/0", "'propertyId'"),
        ],
    )
    def test_with_place_and_expectation(self, text: str, place: str, expected: str) -> None:
        """So that whoever wrote the client finds it."""
        with pytest.raises(UnreadableJson) as caught:
            v10.read_match(text)

        assert caught.value.pointer == place
        assert expected in caught.value.expected

    def test_more_queries_than_a_batch_may_have(self) -> None:
        """As the manifest says."""
        with pytest.raises(BatchTooLarge, match="51 queries"):
            v10.read_match(json.dumps({"queries": [{"conditions": [named("a")]}] * 51}))


class TestAnswers:
    def test_candidates(self) -> None:
        """With languages, and names of features."""
        answer = v10.results_json([[ACT], []])

        assert fits(answer, RESULTS_10, "reconciliation-result-batch")
        first = answer["results"][0]["candidates"][0]
        assert (first["lang"], first["features"][0]) == (
            "en",
            {"id": "name", "name": "bits from the name", "value": 12.35},
        )
        assert answer["results"][1] == {"candidates": []}

    def test_words_that_are_not_in_the_language_of_the_name_say_so(self) -> None:
        """What stands in a candidate has its language, unless it has another: reasons are in English."""
        answer = v10.results_json([[dataclasses.replace(ACT, name="공공데이터법", lang="ko")]])

        assert fits(answer, RESULTS_10, "reconciliation-result-batch")
        [found] = answer["results"][0]["candidates"]
        assert (found["lang"], {one["lang"] for one in found["features"]}) == ("ko", {"en"})

    def test_suggestions(self) -> None:
        """A property says how its values can be compared."""
        types = [TypeInfo("egov:Law", "law", "An act.", (), 9)]
        properties = [PropertyInfo("egov:promulgatedOn", "promulgated on", "", None, ("ExactMatch", "EDTF:Level-0"))]

        assert fits(v10.entities_json([ACT]), ENTITIES_10, "suggest-entities-response")
        assert fits(v10.types_found_json(types), TYPES, "suggest-types-response")
        assert fits(v10.properties_json(properties), PROPERTIES_10, "suggest-properties-response")
        assert fits(v10.proposals_json("Law", None, properties), PROPOSALS, "data-extension-property-proposal")
        ways = v10.properties_json(properties)["result"][0]["matchQualifiers"]
        assert [way["id"] for way in ways] == ["ExactMatch", "EDTF:Level-0"]

    def test_values(self) -> None:
        """In rows and columns in the order of the request."""
        extension = v10.read_extend('{"ids": ["law/kr/a", "b"], "properties": [{"id": "p"}, {"id": "q"}]}')
        ours = Reference("https://w3id.org/egov-kg/id/law/kr/c", "law/kr/c", "다", "ko")
        values = {"law/kr/a": [(ours, Text("x", "en")), (Day("2013-07-30"),)]}

        answer = v10.extension_json(extension, [], values)

        assert fits(answer, EXTENSION_10, "data-extension-response")
        assert answer["rows"] == [
            {
                "id": "law/kr/a",
                "properties": [
                    {"id": "p", "values": [{"id": "law/kr/c", "name": "다", "lang": "ko"}, {"str": "x", "lang": "en"}]},
                    {"id": "q", "values": [{"date": "2013-07-30T00:00:00Z"}]},
                ],
            },
            {"id": "b", "properties": [{"id": "p", "values": []}, {"id": "q", "values": []}]},
        ]

    @pytest.mark.parametrize("needs_token", [False, True])
    def test_the_manifest(self, needs_token: bool) -> None:
        """Its templates are those of RFC 6570."""
        manifest = v10.manifest(
            name="small",
            root="https://egov.example",
            software="1.0",
            types=[("egov:Law", "law")],
            needs_token=needs_token,
        )

        assert fits(manifest, MANIFEST_10, "manifest")
        assert manifest["view"]["url"] == "https://egov.example/reconcile/view?id={id}"
