"""Whatever is sent is read, or refused with its place; whatever is asked is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from egov_kg.errors import BatchTooLarge, UnreadableJson
from egov_kg.reconciliation import v02, v10
from egov_kg.reconciliation.gathered import SEARCH
from egov_kg.reconciliation.inquiries import gathered, questions_of
from egov_kg.reconciliation.reconciler import Reconciler
from tests.reconciliation.shapes import EXTENSION_02, RESULTS_02, RESULTS_10, misfits

LEAVES: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["Law", "전자정부법", "law/kr/e-government-act", "any", "should", "name", "property", "\x00", "\ud800"]
    )
)
NAMES: Final = st.sampled_from(
    [
        *("query", "type", "limit", "properties", "type_strict", "pid", "v", "id", "name", "queries", "conditions"),
        *("matchType", "propertyId", "propertyValue", "required", "matchQuantifier", "lang", "ids", "settings", "q0"),
    ]
)
VALUES: Final = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=30
)
READERS: Final = [v02.read_queries, v02.read_extend, v10.read_match, v10.read_extend]
WORDS: Final = st.text(max_size=80) | st.sampled_from(
    [
        "전자정부법 시행령",
        "ㄱ",
        "\u202e",
        "\u200d" * 30,
        "🌀" * 20,
        "a" * 2000,
        "ﷺ" * 100,
        "(",
        "%",
        "'; DROP",
        "0" * 300,
    ]
)
PROPERTIES: Final = st.sampled_from(
    ["promulgatedOn", "statedYear", "inJurisdiction", "actNumber", "nothing", " ", "~x"]
)
DATA: Final = st.text(max_size=20) | st.sampled_from(
    ["2001-03-28", "2001", "2001-13", "0000", "-1", "9999-99-99", "2001-03/2002", "1e400", "jurisdiction/kr", "٢٠٠١"]
)


def refusal(read: Callable[[str], object], text: str) -> UnreadableJson | BatchTooLarge | None:
    """Return the error with which a request is refused, if it is."""
    try:
        read(text)
    except (UnreadableJson, BatchTooLarge) as error:
        return error
    return None


@pytest.fixture(scope="module")
def reconciler(built: Path) -> Reconciler:
    """The shipped data."""
    return Reconciler.open((built / "current").resolve() / SEARCH)


@settings(max_examples=150, derandomize=True)
@given(VALUES)
def test_any_json_is_read_or_refused(value: Any) -> None:
    """With a place that is in it."""
    for error in filter(None, (refusal(read, json.dumps(value)) for read in READERS)):
        assert len(str(error)) < 1000
        str(error).encode()
        if isinstance(error, UnreadableJson):
            assert error.pointer == "" or error.pointer.startswith("/")
        if isinstance(error, BatchTooLarge):
            assert error.count > error.limit


@settings(max_examples=150, derandomize=True)
@given(st.text(max_size=200))
@example("[" * 500)
@example('{"a":' * 500)
@example('"\\u')
@example("-")
@example("1" * 10_000)
@example("\ufeff\ufeff{}")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never anything else."""
    for read in READERS:
        assert refusal(read, text if text != "{}" else "[]")


@settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=WORDS,
    kind=st.sampled_from(["", "Law", "Agency", "Nothing", "http://x.example/y"]),
    conditions=st.lists(st.tuples(PROPERTIES, DATA), max_size=3),
    limit=st.integers(1, 30),
)
def test_any_name_is_answered(
    reconciler: Reconciler, name: str, kind: str, conditions: list[tuple[str, str]], limit: int
) -> None:
    """In both versions, by the form of the specification, with the best candidate first."""
    name = name.replace("\x00", "").encode("utf-8", "ignore").decode()
    properties = [{"pid": pid, "v": value.replace("\x00", "")} for pid, value in conditions]
    old = v02.read_queries(
        json.dumps(
            {"q": {"query": name, "type": kind, "limit": limit, "properties": properties, "type_strict": "should"}}
        )
    )
    new = v10.read_match(
        json.dumps(
            {
                "queries": [
                    {
                        "limit": limit,
                        "conditions": [
                            {"matchType": "name", "propertyValue": name},
                            *(
                                {"matchType": "property", "propertyId": one["pid"], "propertyValue": one["v"]}
                                for one in properties
                            ),
                        ],
                    }
                ]
            }
        )
    )

    results = gathered(list(old.values()), reconciler.match(questions_of(old.values()), ("en",)))
    others = gathered(new, reconciler.match(questions_of(new), ("ko",)))

    assert list(misfits(v02.results_json(list(old), results), RESULTS_02)) == []
    assert list(misfits(v10.results_json(others), RESULTS_10)) == []
    for one in (one for found in v02.results_json(list(old), results).values() for one in found["result"]):
        assert len({part["id"] for part in one["features"]}) == len(one["features"])
    for found in (*results, *others):
        assert len(found) <= min(limit, 25)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.parametrize("prefix", ["", " ", "id/", "egovid:", "egov:", "https://w3id.org/egov-kg/id/"])
def test_a_thing_is_known_by_any_of_its_ids(reconciler: Reconciler, prefix: str) -> None:
    """Where a name is asked for, and where values are."""
    name = f"{prefix}law/kr/e-government-act"
    batch = v02.read_queries(json.dumps({"q": {"query": name, "type": "Law"}}))

    found = reconciler.match(questions_of(batch.values()), ("en",))[0]
    _, rows = reconciler.extend([name], v02.read_extend('{"ids": [], "properties": [{"id": "promulgatedOn"}]}').wanted)

    assert [(one.id, one.score, one.match) for one in found] == [("law/kr/e-government-act", 100.0, True)]
    assert len(rows[name][0]) == 1


@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(things=st.lists(WORDS, max_size=3), properties=st.lists(PROPERTIES, max_size=3))
@example(things=["law/kr/e-government-act"], properties=["promulgatedOn", "enactedUnder", "promulgatedOn"])
def test_any_values_are_answered(reconciler: Reconciler, things: list[str], properties: list[str]) -> None:
    """For things that there are, and for those that there are not."""
    clean = [one.replace("\x00", "").encode("utf-8", "ignore").decode()[:500] for one in things]
    asked = v02.read_extend(json.dumps({"ids": clean, "properties": [{"id": one} for one in properties]}))

    infos, rows = reconciler.extend(asked.things, asked.wanted, langs=("en",))
    answer = v02.extension_json(asked, infos, rows)

    assert list(misfits(answer, EXTENSION_02)) == []
    assert list(answer["rows"]) == list(dict.fromkeys(clean))


@pytest.mark.parametrize("names", [["전자정부법", "E-Government Act"], ["E-Government Act", "전자정부법"]])
def test_two_names_of_one_thing_give_it_once(reconciler: Reconciler, names: list[str]) -> None:
    """In two languages, in either order, with the tag of the name that is shown."""
    languages = {"전자정부법": "ko", "E-Government Act": "en"}
    together = [{"matchType": "name", "propertyValue": name, "lang": languages[name]} for name in names]
    single = [{"matchType": "name", "propertyValue": name} for name in names]
    batch = v10.read_match(json.dumps({"queries": [{"conditions": together}, {"conditions": single, "lang": "ko"}]}))

    for found in gathered(batch, reconciler.match(questions_of(batch), ("en",))):
        assert found[0].id == "law/kr/e-government-act"
        assert len({one.id for one in found}) == len(found)
        assert languages[found[0].name] == found[0].lang
