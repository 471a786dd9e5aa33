"""serve --updates: what is accepted is on the disk, is published as a release, or is set aside with the reasons."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from egov_kg import iri, pipeline, store
from egov_kg.errors import ConfigurationError
from egov_kg.store.audit import AUDIT
from egov_kg.store.changes import CHANGES, ChangeLog
from egov_kg.store.tokens import new_token

TEXT = """# Digital administration in Korea

President Kim Dae-jung headed the Kim Dae-jung administration.
"""
PREFIXES = """PREFIX egov: <https://w3id.org/egov-kg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
CURATED = f"<{iri.graph_iri('background/curated')}>"
PATIENCE = 120.0


@dataclass
class Curated:
    """A server that takes changes.

    Attributes:
        out: The folder of its releases.
        tokens: The file of tokens.
        secret: A token with the scope update.
        process: The server.
        client: Asks it, with the token.
    """

    out: Path
    tokens: Path
    secret: str
    process: subprocess.Popen[str]
    client: httpx.Client

    def stop(self, *, kill: bool = False) -> None:
        """End the server."""
        self.client.close()
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def update(self, text: str, **headers: str) -> httpx.Response:
        """Send an update."""
        typed = {"Content-Type": "application/sparql-update", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.post("sparql", content=(PREFIXES + text).encode(), headers=typed)

    def ask(self, text: str) -> bool:
        """Ask the graph."""
        answer = self.client.get("sparql", params={"query": PREFIXES + text, "format": "json"})
        return bool(answer.json()["boolean"])

    def outcome(self, number: int) -> dict[str, object]:
        """Wait until it is known what came of a change."""
        until = time.monotonic() + PATIENCE
        while True:
            told: dict[str, object] = self.client.get(f"updates/{number}").json()
            if told["status"] != "pending" or time.monotonic() > until:
                return told
            time.sleep(0.1)


def law(name: str, label: str = "") -> str:
    """Return an update that adds a law."""
    thing = f"<{iri.thing_iri(f'law/kr/{name}')}>"
    return f'INSERT DATA {{ GRAPH {CURATED} {{ {thing} a egov:Law ; skos:prefLabel "{label or name}"@en }} }}'


def start(out: Path, tokens: Path, secret: str) -> Curated:
    """Start a server, and wait until it answers."""
    command = [sys.executable, "-m", "egov_kg", "serve", "--updates", "--from", str(out), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--token-file", str(tokens)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=out.parent,
        env={**os.environ, "EGOVKG_PUBLISH_SECONDS": "0.1"},
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert url, "the server did not start"
    client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, timeout=PATIENCE)
    return Curated(out, tokens, secret, process, client)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of releases that no test changes."""
    folder = tmp_path_factory.mktemp("curated")
    (folder / "korea.md").write_text(TEXT, encoding="utf-8")
    pipeline.build([folder / "korea.md"], out=folder / "out", cached=False)
    return folder / "out"


@pytest.fixture(scope="module")
def server(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curated]:
    """Return a server of one's own folder."""
    folder = tmp_path_factory.mktemp("server")
    out = Path(shutil.copytree(plain, folder / "out", symlinks=True, copy_function=os.link))
    secret, _ = new_token(folder / "tokens.json", ["update"], days=1)
    server = start(out, folder / "tokens.json", secret)
    yield server
    server.stop()


class TestUpdate:
    def test_is_accepted_kept_and_published(self, server: Curated) -> None:
        """202 and a place to look; the record is on the disk by then; later a release holds it, and all see it."""
        accepted = server.update(law("lantern-act"))

        assert accepted.status_code == 202, accepted.text
        told = accepted.json()
        assert (told["status"], told["removed"], told["added"]) == ("pending", 0, 2)
        assert accepted.headers["location"].endswith(f"/updates/{told['number']}")
        record = ChangeLog(server.out / CHANGES).find(told["number"])
        assert record is not None
        assert len(record.added) == 2
        outcome = server.outcome(told["number"])
        assert outcome["status"] == "published"
        answer = server.client.get(
            "sparql", params={"query": f"{PREFIXES}ASK {{ ?law skos:prefLabel 'lantern-act'@en }}"}
        )
        assert answer.json()["boolean"]
        assert store.open_release(server.out).manifest.mark >= told["number"]

    def test_can_be_waited_for(self, server: Curated) -> None:
        """Prefer: wait gives 200 with the release once the change can be asked for (RFC 7240)."""
        published = server.update(law("waited-act"), Prefer="respond-async, wait=60")

        assert published.status_code == 200, published.text
        assert published.headers["preference-applied"] == "wait=60"
        assert published.json()["status"] == "published"
        assert server.ask("ASK { ?law skos:prefLabel 'waited-act'@en }")
        assert published.json()["release"] in store.list_releases(server.out)

    def test_that_breaks_the_graph_is_told(self, server: Curated) -> None:
        """Who waits gets 422; who looks later sees the reasons; the next change goes on without it."""
        bad = f"INSERT DATA {{ GRAPH {CURATED} {{ <{iri.thing_iri('law/kr/bad')}> egov:nonsense 1 }} }}"

        rejected = server.update(bad, Prefer="wait=60")

        assert rejected.status_code == 422, rejected.text
        assert rejected.json()["type"].endswith("/change-rejected")
        assert "undeclared-property" in {reason["check"] for reason in rejected.json()["reasons"]}
        told = server.client.get(rejected.headers["location"]).json()
        assert told["status"] == "rejected"
        assert told["reasons"] == rejected.json()["reasons"]
        assert server.update(law("next-act"), Prefer="wait=60").status_code == 200

    @pytest.mark.parametrize("graph", ["", "entailed", "evidence", "catalogue", "background/quality"])
    def test_of_a_derived_graph_is_refused(self, server: Curated, graph: str) -> None:
        """What every release makes anew is not written: 403, and no record."""
        triple = "<https://example.org/s> <https://example.org/p> 1"
        text = (
            f"INSERT DATA {{ GRAPH <{iri.graph_iri(graph)}> {{ {triple} }} }}"
            if graph
            else f"INSERT DATA {{ {triple} }}"
        )
        before = ChangeLog(server.out / CHANGES).head()

        refused = server.update(text)

        assert refused.status_code == 403, refused.text
        assert refused.json()["type"].endswith("/derived-graph")
        assert ChangeLog(server.out / CHANGES).head() == before

    @pytest.mark.parametrize(
        ("text", "status", "slug"),
        [
            ("INSERT DATA { GRAPH", 400, "syntax"),
            ("LOAD <http://127.0.0.1:9/x>", 403, "load-refused"),
            ("DROP GRAPH <https://example.org/none>", 422, "update-failed"),
        ],
    )
    def test_that_cannot_be_made_leaves_no_record(self, server: Curated, text: str, status: int, slug: str) -> None:
        """An error is an answer, not a change."""
        before = ChangeLog(server.out / CHANGES).head()

        refused = server.update(text)

        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (status, slug)
        assert ChangeLog(server.out / CHANGES).head() == before

    def test_that_changes_nothing_is_no_change(self, server: Curated) -> None:
        """What is there already is not accepted a second time."""
        server.update(law("same-act"))
        before = ChangeLog(server.out / CHANGES).head()

        again = server.update(law("same-act"))

        assert (again.status_code, again.json()["status"]) == (200, "unchanged")
        assert ChangeLog(server.out / CHANGES).head() == before

    def test_gives_new_nodes_iris(self, server: Curated) -> None:
        """A blank node gets an IRI below /.well-known/genid/ that nobody else has."""
        text = "<https://example.org/s> <https://example.org/p> [ <https://example.org/q> 1 ]"

        accepted = server.update(f"INSERT DATA {{ GRAPH <https://example.org/g> {{ {text} }} }}")

        record = ChangeLog(server.out / CHANGES).find(accepted.json()["number"])
        assert record is not None
        assert len(record.added) == 2
        assert all(f"<{iri.BASE}.well-known/genid/" in line and "_:" not in line for line in record.added)


class TestConditions:
    @pytest.mark.parametrize("form", ['W/"%s"', '""', "", '"', '"%s', '"x%s"'])
    def test_if_match_that_names_nothing_holds_for_nothing(self, server: Curated, form: str) -> None:
        """Also while changes wait, when no release is all there is."""
        release = server.client.get("healthz").headers["egov-release"]
        tag = form % release[:-1] if "%" in form else form

        found = [server.update(law("unseen-act"), If_Match=tag).status_code]
        assert server.update(law(f"waiting-act-{len(form)}{'W' in form}")).status_code == 202
        found.append(server.update(law("unseen-act"), If_Match=tag).status_code)

        assert found == [412, 412]

    def test_if_match_takes_the_release_that_was_seen(self, server: Curated) -> None:
        """A change that was thought out on one release is not made on another: 412, and no record."""
        server.update(law("first-act"), Prefer="wait=60")
        release = store.current_id(server.out)

        assert server.update(law("second-act"), If_Match='"' + "0" * 64 + '"').status_code == 412
        assert server.update(law("second-act"), If_Match=f'"{release}"').status_code == 202
        late = server.update(law("third-act"), If_Match=f'"{release}"')

        assert late.status_code == 412
        assert late.json()["type"].endswith("/precondition-failed")


class TestGraphStore:
    def test_writes_become_changes(self, server: Curated) -> None:
        """PUT, POST and DELETE of an asserted graph are accepted as updates are."""
        body = b'<https://example.org/s> <https://example.org/p> "x" .'
        headers = {"Content-Type": "text/turtle"}
        put = server.client.put("graph/background/put", content=body, headers=headers)
        assert put.status_code == 202, put.text
        assert put.json()["added"] == 1

        gone = server.client.delete("graph/background/put")

        assert (gone.status_code, gone.json()["removed"]) == (202, 1)
        assert server.client.delete("graph/background/never-there").status_code == 404

    @pytest.mark.parametrize("path", ["graph?default", "graph/entailed", "graph/evidence"])
    @pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
    def test_refuses_derived_graphs(self, server: Curated, method: str, path: str) -> None:
        """The same as for updates, whatever is in the body."""
        refused = server.client.request(method, path, content=b"", headers={"Content-Type": "text/turtle"})

        assert refused.status_code == 403, refused.text
        assert refused.json()["type"].endswith("/derived-graph")


class TestTokens:
    def test_are_needed_for_changes_and_for_what_came_of_them(self, server: Curated) -> None:
        """Nobody writes or reads reasons without the scope update; asking needs none."""
        read, _ = new_token(server.tokens, ["read"], days=1)
        for secret, status in ((None, 401), ("egovkg_wrong", 401), (read, 403)):
            headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
            with httpx.Client(base_url=server.client.base_url, headers=headers, timeout=PATIENCE) as other:
                assert other.post("sparql", data={"update": PREFIXES + law("no-act")}).status_code == status
                assert other.put("graph/background/x", headers={"Content-Type": "text/turtle"}).status_code == status
                assert other.get("updates/1").status_code == status
                assert other.get("sparql", params={"query": "ASK {}"}).status_code == 200

    @pytest.mark.parametrize("number", ["99999", "0", "-1", "1.0", "%31%2e%2e", "9" * 5000, "x", "1%00"])
    def test_unknown_changes_are_not_found(self, server: Curated, number: str) -> None:
        """A number that was not given yet, and what is none."""
        assert server.client.get(f"updates/{number}").status_code == 404


class TestAudit:
    def test_tells_who_changed_how_much(self, server: Curated) -> None:
        """One line a change: the token's id, hashes and counts, no text."""
        number = server.update(law("audited-act")).json()["number"]

        rows = [json.loads(line) for line in (server.out / CHANGES / AUDIT).read_text().splitlines()]

        row = next(row for row in rows if row["number"] == number)
        assert (row["added"], row["after"] - row["before"]) == (2, 2)
        assert row["token"].startswith("t-")
        assert "audited" not in (server.out / CHANGES / AUDIT).read_text()


class TestCrash:
    def test_what_was_accepted_is_published_by_the_next_server(self, plain: Path, tmp_path: Path) -> None:
        """Kill -9 after 202: the next start finds the record, and publishes it."""
        out = Path(shutil.copytree(plain, tmp_path / "out", symlinks=True, copy_function=os.link))
        secret, _ = new_token(tmp_path / "tokens.json", ["update"], days=1)
        first = start(out, tmp_path / "tokens.json", secret)
        number = first.update(law("survivor-act")).json()["number"]
        first.stop(kill=True)

        second = start(out, tmp_path / "tokens.json", secret)

        try:
            assert second.outcome(number)["status"] == "published"
            assert second.ask("ASK { ?law skos:prefLabel 'survivor-act'@en }")
        finally:
            second.stop()

    def test_two_servers_do_not_take_changes_of_one_folder(self, server: Curated) -> None:
        """The second says who has the folder, in one sentence, and ends as for any wrong setting."""
        command = [sys.executable, "-m", "egov_kg", "serve", "--updates", "--from", str(server.out), "--port", "0"]
        second = subprocess.run(
            [*command, "--token-file", str(server.tokens)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

        assert second.returncode == ConfigurationError.exit_code
        assert f"egov-kg: {server.out} is served by another process already (process {server.process.pid}); " in (
            second.stderr
        )
        assert "Traceback" not in second.stderr
