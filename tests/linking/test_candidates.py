"""What a reconciliation service is asked, and what of its answer is believed."""

from __future__ import annotations

import json

import pytest

from egov_kg.linking.candidates import (
    Answer,
    Candidate,
    Question,
    answers,
    candidate_table,
    extended,
    queries_form,
    questions,
)
from egov_kg.linking.specification import Asking
from tests.linking.conftest import Desk

SERVICE = """
[dataset]
id = "service"
title = { en = "A service" }
licence = "CC0"
source = "https://service.example/api"
format = "reconciliation"
prefix = { s = "https://service.example/id/" }

[dataset.reconciliation]
batch = 3
extend = { code = "P1", country = "P2" }

[[match]]
ours = "egov:Law"
level = "work"
class = "Act"
id = "s:{id}"
label = [{ column = "name", lang = "ko" }]

[[match]]
ours = "egov:Country"
level = "place"
id = "s:{id}"
label = [{ column = "name", lang = "en" }]
code = { column = "code" }
"""
ASKING = Asking(extend={"code": "P1", "country": "P2"})
TWO = (Question(1, "A", "Act"), Question(2, "B"))


def answer(**results: object) -> bytes:
    """Return an answer as bytes."""
    return json.dumps({key: {"result": value} for key, value in results.items()}).encode()


class TestQuestions:
    def test_are_the_preferred_names_in_the_languages_of_the_block(self, desk: Desk) -> None:
        """Each once, with the type of the block."""
        found = questions(desk.store, desk.specification(SERVICE))

        assert {one.name for one in found if one.block == 2} == {"Republic of Korea"}
        assert "전자정부법" in {one.name for one in found if one.block == 1}
        assert "E-Government Act" not in {one.name for one in found}
        assert {one.type for one in found if one.block == 1} == {"Act"}
        assert list(found) == sorted(found, key=lambda one: (one.block, one.name))

    def test_are_asked_as_one_object(self) -> None:
        """A type is told only if there is one."""
        asked = json.loads(queries_form(TWO, ASKING)["queries"])

        assert asked == {"q0": {"query": "A", "limit": 5, "type": "Act"}, "q1": {"query": "B", "limit": 5}}


class TestAnswers:
    def test_are_candidates(self) -> None:
        """With the name that led to them."""
        data = answer(
            q0=[{"id": "7", "name": "A act", "type": [{"id": "Act", "name": "act"}], "score": 87.5, "match": True}],
            q1=[],
        )

        (one,) = answers(data, TWO)

        assert (one.block, one.id, one.name, one.types, one.score, one.is_match) == (1, "7", "A act", "Act", 87.5, True)
        assert one.asked == {"A"}

    def test_come_out_on_one_line_without_signs_that_turn_words_around(self) -> None:
        """A name of theirs may hold anything."""
        data = answer(q0=[{"id": "7", "name": "a\n\tb\u202e|\x1b[31m,\"'=1"}], q1=[])

        (one,) = answers(data, TWO)

        assert one.name == "a b / [31m,\"'=1"

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"<html>", "is no JSON"),
            (b"\xff\xfe", "is no JSON"),
            (b"[" * 200_000, "is no JSON"),
            (b"[]", "is no JSON object"),
            (b"{}", "has no object 'q0'"),
            (b'{"q0": {"result": {}}}', "has no list 'result' for query q0"),
            (b'{"q0": {"result": [1]}}', "has a candidate for query q0 that is no object"),
            (b'{"q0": {"result": [{"id": "7"}]}}', "has a candidate without 'id' or 'name'"),
            (b'{"q0": {"result": [{"id": {"a": 1}, "name": "b"}]}}', "has a candidate without 'id' or 'name'"),
            (b'{"q0": {"result": []}, "q1": null}', "has no object 'q1'"),
        ],
    )
    def test_that_are_none_are_told(self, data: bytes, problem: str) -> None:
        """Nothing of what they say is repeated."""
        with pytest.raises(Answer, match=problem.replace("[", r"\[")):
            list(answers(data, TWO))

    @pytest.mark.parametrize("score", ["NaN", "Infinity", "1e400", '"high"', "null", "true", "{}"])
    def test_with_odd_scores_count_as_nothing(self, score: str) -> None:
        """The score is theirs; nothing of ours rests on it."""
        data = f'{{"q0": {{"result": [{{"id": "7", "name": "a", "score": {score}}}]}}}}'

        (one,) = answers(data.encode(), TWO[:1])

        assert one.score == 0.0


class TestExtensions:
    def test_tell_values_by_name_with_their_ids(self) -> None:
        """Text, numbers, days and things; several are parted."""
        rows = {"7": {"P1": [{"str": "KR"}, {"int": 3}], "P2": [{"id": "Q884", "name": "South Korea"}, {"id": "Q1"}]}}

        found = extended(json.dumps({"rows": rows}).encode(), ["7", "8"], ASKING)

        assert found["7"] == {"code": ("KR|3", ""), "country": ("South Korea|Q1", "Q884|Q1")}
        assert found["8"] == {"code": ("", ""), "country": ("", "")}

    @pytest.mark.parametrize("rows", [None, [], {"7": 3}, {"7": {"P1": {}}}, {"7": {"P1": ["KR"]}}])
    def test_that_are_none_are_told(self, rows: object) -> None:
        """As answers are."""
        with pytest.raises(Answer):
            extended(json.dumps({"rows": rows}).encode(), ["7"], ASKING)


class TestTables:
    def test_hold_each_candidate_once(self) -> None:
        """Two names that led to it are told in one row, and the order of the answers does not matter."""
        one = Candidate(1, "7", "A act", score=3.0, asked={"A"})
        other = Candidate(1, "7", "A act", score=9.0, is_match=True, asked={"a"}, values={"code": ("KR", "")})
        third = Candidate(2, "5", "=cmd", asked={"B"})

        table = candidate_table([one, other, third], ASKING)

        assert table.decode() == (
            "block,id,name,description,types,score,match,asked,code,code_id,country,country_id\n"
            "1,7,A act,,,9,true,A|a,KR,,,\n"
            "2,5,=cmd,,,0,false,B,,,,\n"
        )
