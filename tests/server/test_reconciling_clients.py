"""Clients that others wrote, on a server of the shipped data: their requests in their own form, answers read their way.

OpenRefine's code was read for the form of its requests and for what it takes from an answer; it is replayed here. The
package ``reconciler`` runs as it is, where an interpreter has it (``RECONCILER_PYTHON``, else the one that runs this).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.conftest import Served

ORIGIN = {"Origin": "http://127.0.0.1:3333"}
SCRIPTS = {**ORIGIN, "Accept": "application/json, text/javascript, */*; q=0.01"}
ACTS = {
    "전산망 보급확장과 이용촉진에 관한 법률": "law/kr/computing-network-act",
    "전자서명법": "law/kr/digital-signature-act",
    "전자정부법": "law/kr/e-government-act",
    "국가정보화 기본법": "law/kr/framework-act-national-informatization",
    "정보화촉진 기본법": "law/kr/informatization-promotion-act",
    "공공데이터의 제공 및 이용 활성화에 관한 법률": "law/kr/public-data-act",
}
YEARS = {"전자서명법": "1999", "전자정부법": 2001.0, "국가정보화 기본법": "2009"}


@pytest.fixture(scope="module")
def web(served: Served) -> Iterator[httpx.Client]:
    """A client that follows no redirect."""
    with httpx.Client(base_url=f"{served.url}/", trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def service(web: httpx.Client) -> dict[str, Any]:
    """The manifest, as OpenRefine's page fetches and keeps it when the address is pasted."""
    answer = web.get("reconcile", headers=SCRIPTS)
    assert answer.headers["access-control-allow-origin"] == "*"
    manifest: dict[str, Any] = answer.json()
    return manifest


def send(web: httpx.Client, field: str, value: Any) -> dict[str, Any]:
    """Send a form with one field, as OpenRefine's HTTP client does; an answer that is no object is an error there."""
    answer = web.post("reconcile", data={field: json.dumps(value, ensure_ascii=False)})
    assert answer.status_code == 200
    read = answer.json()
    assert isinstance(read, dict)
    return read


def expanded(template: str, name: str) -> str:
    """Return a template with an id as OpenRefine puts it in: as it is, and then the whole as ``encodeURI`` does."""
    return quote(template.replace("{{id}}", name), safe=";,/?:@&=+$-_.!~*'()#")


def judged(results: list[dict[str, Any]]) -> str | None:
    """Return the id that OpenRefine takes by itself: that of the best candidate, if the service is sure of it."""
    best = sorted(results, key=lambda one: -float(one["score"]))
    for one in best:
        assert isinstance(one["name"], str)
        assert all(isinstance(kind["id"], str) and isinstance(kind["name"], str) for kind in one["type"])
    return best[0]["id"] if best and best[0]["match"] else None


class TestOpenRefine:
    def test_it_guesses_the_type_of_a_column(self, web: httpx.Client) -> None:
        """From three candidates each of the first ten names, by rank; laws here."""
        asked = {f"q{number}": {"query": name, "limit": 3} for number, name in enumerate(ACTS)}

        found = send(web, "queries", asked)

        counts: Counter[str] = Counter()
        scores: Counter[str] = Counter()
        for one in found.values():
            for rank, result in enumerate(one["result"]):
                kinds = result["type"]
                for place, kind in enumerate(kinds):
                    counts[kind["id"]] += 1
                    scores[kind["id"]] += (len(kinds) - place) / len(kinds) / (1 + rank)  # type: ignore[assignment]
        guessed = min(counts, key=lambda kind: (-min(10, counts[kind]), -scores[kind] / counts[kind]))
        assert guessed == "Law"

    def test_it_matches_a_column(self, web: httpx.Client) -> None:
        """Names of a type, with a column of years and one that was matched before; a name alone is left to people."""
        asked = {}
        for number, name in enumerate(ACTS):
            properties: list[dict[str, Any]] = [
                {"pid": "inJurisdiction", "v": {"id": "jurisdiction/kr", "name": "Republic of Korea"}}
            ]
            if name in YEARS:
                properties.append({"pid": "statedYear", "v": YEARS[name]})
            asked[f"q{number}"] = {"query": name, "type": "Law", "type_strict": "should", "properties": properties}

        found = send(web, "queries", asked)

        assert list(found) == list(asked)
        best = [max(one["result"], key=lambda result: float(result["score"]))["id"] for one in found.values()]
        assert best == list(ACTS.values())
        taken = {name: judged(one["result"]) for name, one in zip(ACTS, found.values(), strict=True)}
        assert {name: taken[name] for name in YEARS} == {name: ACTS[name] for name in YEARS}

    def test_a_name_alone_is_not_taken(self, web: httpx.Client) -> None:
        """People choose it from the candidates."""
        found = send(web, "queries", {"q0": {"query": "전자정부법"}})["q0"]["result"]

        assert found[0]["id"] == "law/kr/e-government-act"
        assert judged(found) is None

    def test_it_suggests_what_is_typed(self, web: httpx.Client, service: dict[str, Any]) -> None:
        """Things for a cell, types for a column, properties for another column."""
        found = {}
        for kind, typed in (("entity", "전자정부"), ("type", "la"), ("property", "promul")):
            place = service["suggest"][kind]
            address = place["service_url"] + place["service_path"]
            answer = web.get(address, params={"prefix": typed}, headers=SCRIPTS)
            assert answer.headers["access-control-allow-origin"] == "*"
            found[kind] = [one["id"] for one in answer.json()["result"]]

        assert "law/kr/e-government-act" in found["entity"]
        assert "Law" in found["type"]
        assert found["property"][0] == "promulgatedOn"

    def test_it_shows_things(self, web: httpx.Client, service: dict[str, Any]) -> None:
        """In a frame of the given size, and as a link."""
        preview = service["preview"]
        page = web.get(expanded(preview["url"], "law/kr/e-government-act"))
        view = web.get(expanded(service["view"]["url"], "law/kr/e-government-act"))

        assert (preview["width"], preview["height"], page.status_code) == (420, 160, 200)
        assert "frame-ancestors *" in page.headers["content-security-policy"]
        assert "전자정부법" in page.text
        assert (view.status_code, view.headers["location"]) == (303, "/id/law/kr/e-government-act")

    def test_it_fetches_columns(self, web: httpx.Client, service: dict[str, Any]) -> None:
        """Those proposed for the type; it reads them one after the other, and would mix them up if one lacked."""
        place = service["extend"]["propose_properties"]
        address = place["service_url"] + place["service_path"] + "?type=Law"
        proposed = [one["id"] for one in web.get(address, headers=SCRIPTS).json()["properties"]]
        assert {"enactedUnder", "promulgatedOn"} <= set(proposed)
        setting = service["extend"]["property_settings"][0]
        wanted = [
            {"id": "promulgatedOn", "settings": {setting["name"]: "1"}},
            {"id": "requires"},
            {"id": "enactedUnder", "settings": {setting["name"]: 0}},
        ]
        ids = ["law/kr/e-government-act", "law/kr/digital-signature-act", "gone"]

        answer = send(web, "extend", {"ids": ids, "properties": wanted})

        columns = [(column["name"], column["id"]) for column in answer["meta"]]
        assert [name for _, name in columns] == ["promulgatedOn", "requires", "enactedUnder"]
        cells = {}
        for name in ids:
            record = answer["rows"][name]
            cells[name] = [
                [
                    next(value[kind] for kind in ("id", "str", "float", "int", "date") if kind in value)
                    for value in record[column]
                ]
                for _, column in columns
            ]
        assert cells["law/kr/e-government-act"] == [
            ["2001-03-28T00:00:00Z"],
            cells["law/kr/e-government-act"][1],
            ["administration/kr/kim-dae-jung"],
        ]
        assert cells["gone"] == [[], [], []]


RUN = """
import json, sys
import pandas
from reconciler import reconcile

names, years = json.loads(sys.argv[2])
frame = pandas.DataFrame({"name": names, "year": years})
found = reconcile(
    frame["name"],
    type_id="Law",
    top_res=1,
    property_mapping={"statedYear": frame["year"]},
    reconciliation_endpoint=sys.argv[1],
)
rows = found[["input_value", "id", "match", "type_id"]].values.tolist()
print(json.dumps(rows))
"""
INTERPRETER = os.environ.get("RECONCILER_PYTHON", sys.executable)


class TestReconciler:
    def test_the_package_matches_a_column(self, served: Served) -> None:
        """With pandas, in batches of ten."""
        has_it = subprocess.run([INTERPRETER, "-c", "import reconciler"], capture_output=True, check=False)
        if has_it.returncode:
            pytest.skip("the package reconciler is not installed (RECONCILER_PYTHON names an interpreter that has it)")
        columns = json.dumps([list(YEARS), ["1999", "2001", "2009"]])
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

        done = subprocess.run(
            [INTERPRETER, "-c", RUN, f"{served.url}/reconcile", columns],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )

        assert json.loads(done.stdout) == [[name, ACTS[name], True, "Law"] for name in YEARS]
