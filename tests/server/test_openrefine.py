"""OpenRefine itself, where one runs: it matches a column by this service, takes what is sure, and fetches new columns.

Start one (``openrefine``, or ``refine -H 127.0.0.1``) and give its address in ``OPENREFINE_URL``; it asks the server of
the shipped data, which listens on this machine. Nothing of it is kept: the project is deleted again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from tests.conftest import Served

TABLE: Final = """no;title;enacted
1;전자서명법;1999-02-05
2;공공데이터의 제공 및 이용 활성화에 관한 법률;2013-07-30
3;전자정부법;2007-01-03
4;개인정보 보호법;2011-03-29
"""
READ: Final = {"separator": ";", "headerLines": 1, "guessCellValueTypes": False, "encoding": "UTF-8", "limit": -1}
ROWS: Final = json.dumps({"facets": [], "mode": "row-based"})


@dataclass(slots=True)
class Project:
    """A project of OpenRefine.

    Attributes:
        web: The client of its commands.
        id: Its number.
        service: The address that is pasted into "Add standard service".
        manifest: What the page of OpenRefine reads there.
    """

    web: httpx.Client
    id: str
    service: str
    manifest: dict[str, Any]

    def command(self, name: str, **fields: str) -> Any:
        """Send a command with a token, and wait until nothing runs any more."""
        token = self.web.get("get-csrf-token").json()["token"]
        answer = self.web.post(name, data={"project": self.id, "csrf_token": token, **fields})
        assert answer.status_code == 200, answer.text
        for _ in range(600):
            if not self.web.get("get-processes", params={"project": self.id}).json()["processes"]:
                return answer.json()
            time.sleep(0.1)
        raise AssertionError(f"{name} does not end")

    def reconcile(self) -> None:
        """Match the column of titles with laws, and send the day along."""
        details = {"column": "enacted", "property": {"id": "promulgatedOn", "name": "promulgated on"}}
        config = {
            "mode": "standard-service",
            "service": self.service,
            "identifierSpace": self.manifest["identifierSpace"],
            "schemaSpace": self.manifest["schemaSpace"],
            "type": {"id": "Law", "name": "law"},
            "autoMatch": True,
            "columnDetails": [details],
        }
        self.command("reconcile", columnName="title", config=json.dumps(config), engine=ROWS)

    def judgments(self) -> list[tuple[str, str, list[str]]]:
        """Return of each row its judgment, the id of the match, and those of the candidates."""
        told = self.command("get-rows", start="0", limit="10", engine=ROWS)
        found = [told["pool"]["recons"][row["cells"][1]["r"]] for row in told["rows"]]
        return [(one["j"], one.get("m", {}).get("id", ""), [c["id"] for c in one.get("c", ())]) for one in found]


@pytest.fixture(scope="module")
def address() -> str:
    """Where OpenRefine is."""
    found = os.environ.get("OPENREFINE_URL")
    if not found:
        pytest.skip("no OpenRefine: start one, and give its address in OPENREFINE_URL")
    return found


@pytest.fixture
def project(address: str, served: Served) -> Iterator[Project]:
    """A project with the table of the how-to."""
    service = f"{served.url}/reconcile"
    manifest = httpx.get(service, trust_env=False).json()
    with httpx.Client(base_url=f"{address.rstrip('/')}/command/core/", trust_env=False, timeout=60) as web:
        words = {"csrf_token": web.get("get-csrf-token").json()["token"], "options": json.dumps(READ)}
        made = web.post(
            "create-project-from-upload",
            params={**words, "format": "text/line-based/*sv"},
            data={"project-name": "acts"},
            files={"project-file": ("acts.csv", TABLE.encode(), "text/csv")},
        )
        found = Project(web, made.headers["location"].rpartition("=")[2], service, manifest)
        yield found
        token = web.get("get-csrf-token").json()["token"]
        assert web.post("delete-project", data={"project": found.id, "csrf_token": token}).json()["code"] == "ok"


class TestOpenRefine:
    def test_offers_our_types(self, project: Project) -> None:
        """By the candidates for the first ten cells: laws before all others."""
        told = project.command("guess-types-of-column", columnName="title", service=project.service)

        assert told["code"] == "ok"
        assert (told["types"][0]["id"], told["types"][0]["count"]) == ("Law", 3)

    def test_takes_what_name_and_day_agree_on_and_leaves_the_rest_to_people(self, project: Project) -> None:
        """A contradicting day is no match but a candidate; what the graph lacks has none."""
        project.reconcile()

        signature, data, government, privacy = project.judgments()
        assert signature[:2] == ("matched", "law/kr/digital-signature-act")
        assert data[:2] == ("matched", "law/kr/public-data-act")
        assert (government[0], government[2][0]) == ("none", "law/kr/e-government-act")
        assert privacy == ("none", "", [])

    def test_fetches_columns(self, project: Project) -> None:
        """The administration as a thing that is matched, the day as a date."""
        project.reconcile()
        wanted = {"properties": [{"id": name, "name": name} for name in ("enactedUnder", "promulgatedOn")]}

        project.command(
            "extend-data",
            baseColumnName="title",
            endpoint=project.service,
            identifierSpace=project.manifest["identifierSpace"],
            schemaSpace=project.manifest["schemaSpace"],
            extension=json.dumps(wanted),
            columnInsertIndex="2",
            engine=ROWS,
        )

        told = project.command("get-rows", start="0", limit="10", engine=ROWS)
        cells = [[cell and cell["v"] for cell in row["cells"]] for row in told["rows"]]
        assert [row[3:] for row in cells[:2]] == [
            ["Kim Dae-jung administration", "1999-02-05T00:00:00Z"],
            ["Park Geun-hye administration", "2013-07-30T00:00:00Z"],
        ]
        matched = told["pool"]["recons"][told["rows"][1]["cells"][3]["r"]]
        assert matched["m"]["id"] == "administration/kr/park-geun-hye"
