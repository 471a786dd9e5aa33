"""A language model in a build: kept answers, equal bytes, an own graph, and nothing of the key anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pyoxigraph as ox
import pytest
from anyio.from_thread import start_blocking_portal

from egov_kg import config as configuration
from egov_kg import iri, pipeline
from egov_kg.config import Config
from egov_kg.documents import document_from_text
from egov_kg.errors import ConfigurationError, DataFileError, MissingExtra
from egov_kg.extraction.llm import LanguageModel, Settings
from egov_kg.model import Document
from egov_kg.review import table_text
from egov_kg.reviewing import review
from egov_kg.server import create_app
from egov_kg.sparql.description import describe

if TYPE_CHECKING:
    from tests.extraction.llm.conftest import Handler, Service

KEY = "sk-secret-0123456789"
SENTENCE = "The Harbour Authority looks after the Fishing Permit Portal with some care."
TEXT = f"# Portals\n\n{SENTENCE}\n\nOther words are said here, and nothing more of it.\n"
CLAIM = {
    "subject": "Fishing Permit Portal",
    "subject_class": "egov:InformationSystem",
    "relation": "egov:managedBy",
    "object": "Harbour Authority",
    "object_class": "egov:Agency",
    "quote": SENTENCE,
}


@pytest.fixture
def document() -> Document:
    """A page with a sentence that a model may read."""
    return document_from_text(TEXT, "portals.md")


@pytest.fixture
def config(service: Service, tmp_path: Path) -> Config:
    """The configuration of somebody who uses a model."""

    def reply(handler: Handler, request: dict[str, Any]) -> None:
        claims = [CLAIM, {**CLAIM, "object": "Navy"}] if SENTENCE in request["messages"][1]["content"] else []
        handler.answer(json.dumps({"claims": claims}))

    service.does(reply)
    return Config(extractors="llm", llm_url=service.url, llm_model="test-model", llm_cache=str(tmp_path / "answers"))


class TestBuild:
    def test_keeps_proposals_apart_and_counts_what_was_dropped(
        self, document: Document, config: Config, tmp_path: Path
    ) -> None:
        """The default graph knows nothing of it; the report tells all."""
        result = pipeline.build([document], out=tmp_path / "out", config=config)

        release = result.release
        managed = ox.NamedNode(iri.expand("egov:managedBy"))
        graphs = {quad.graph_name for quad in release.quads() if quad.predicate == managed}
        assert graphs == {ox.NamedNode(iri.graph_iri("document/portals/llm"))}
        (told,) = result.report["extractors"]
        assert told["documents"] == [
            {
                "id": document.id,
                "proposed": 1,
                "waiting": 1,
                "dropped": {"object-not-quoted": 1},
                "failed": "",
            }
        ]
        assert told["settings"]["model"] == "test-model"
        assert set(release.manifest.extractors["llm"]) == {
            "max_tokens",
            "model",
            "prompt_sha256",
            "schema_sha256",
            "version",
        }

    def test_without_the_service_is_the_same_to_the_byte(
        self, document: Document, config: Config, tmp_path: Path, service: Service
    ) -> None:
        """Answers are kept: a second build asks nothing, a third one needs no address."""
        first = pipeline.build([document], out=tmp_path / "one", config=config).release
        asked = len(service.requests)

        second = pipeline.build([document], out=tmp_path / "two", config=config).release
        offline = Config(extractors="llm", llm_model="test-model", llm_cache=config.llm_cache)
        third = pipeline.build([document], out=tmp_path / "three", config=offline).release

        assert asked == 2
        assert len(service.requests) == asked
        assert first.id == second.id == third.id

    def test_asks_again_only_what_has_changed(
        self, document: Document, config: Config, tmp_path: Path, service: Service
    ) -> None:
        """Another paragraph is one question; another model, or another prompt, asks everything."""
        pipeline.build([document], out=tmp_path / "out", config=config)
        longer = document_from_text(f"{TEXT}\nA third paragraph stands here now.\n", "portals.md")

        pipeline.build([longer], out=tmp_path / "out", config=config)
        after_text = len(service.requests)
        pipeline.build([longer], out=tmp_path / "out", config=replace(config, llm_model="other"))
        after_model = len(service.requests)
        prompt = tmp_path / "prompt.md"
        prompt.write_text("Say nothing.\n", encoding="utf-8")
        pipeline.build([longer], out=tmp_path / "out", config=replace(config, llm_prompt=str(prompt)))

        assert (after_text, after_model, len(service.requests)) == (3, 6, 9)

    def test_that_was_interrupted_goes_on_where_it_stopped(
        self, document: Document, config: Config, tmp_path: Path, service: Service
    ) -> None:
        """What was answered stays answered, though the service broke in between."""

        def half(handler: Handler, request: dict[str, Any]) -> None:
            if SENTENCE in request["messages"][1]["content"]:
                handler.answer(json.dumps({"claims": [CLAIM]}))
            else:
                handler.send(b"{}", 403)

        service.does(half)
        broken = pipeline.build([document], out=tmp_path / "out", config=replace(config, llm_concurrency=1))
        (told,) = broken.report["extractors"]
        service.says({"claims": []})
        service.requests.clear()

        result = pipeline.build([document], out=tmp_path / "out", config=config)

        assert "EGOVKG_LLM_KEY (status 403)" in told["documents"][0]["failed"]
        assert len(service.requests) == 1
        assert result.report["extractors"][0]["documents"][0]["proposed"] == 1

    def test_with_a_damaged_answer_asks_again(
        self, document: Document, config: Config, tmp_path: Path, service: Service
    ) -> None:
        """A file that is no answer is none."""
        first = pipeline.build([document], out=tmp_path / "one", config=config).release
        kept = sorted(Path(config.llm_cache).rglob("*.json"))
        kept[0].write_bytes(b"\xff")
        kept[1].write_text('{"content": 1, "whole": "yes"}', encoding="utf-8")

        second = pipeline.build([document], out=tmp_path / "two", config=config).release

        assert len(service.requests) == 4
        assert first.id == second.id

    def test_with_another_number_of_requests_at_once_is_the_same(
        self, document: Document, config: Config, tmp_path: Path
    ) -> None:
        """The order in which answers come changes nothing."""
        releases = [
            pipeline.build(
                [document],
                out=tmp_path / str(number),
                config=replace(config, llm_concurrency=number, llm_cache=str(tmp_path / f"answers-{number}")),
            ).release
            for number in (1, 7)
        ]

        assert releases[0].id == releases[1].id

    def test_of_an_accepted_proposal_needs_no_model(self, document: Document, config: Config, tmp_path: Path) -> None:
        """Proposed, reviewed, accepted, built without: the whole way."""
        rows = [dict(row) for row in review([document], config=config).rows]
        assert [(row["doubt"], row["rule"]) for row in rows[:1]] == [("proposed", "llm.claim.1")]
        rows[0] |= {"decision": "accept", "by": "Jane Doe"}
        folder = tmp_path / "review"
        folder.mkdir()
        (folder / "mine.tsv").write_text(table_text(rows), encoding="utf-8")

        release = pipeline.build([document], out=tmp_path / "out", reviews=[folder]).release

        managed = ox.NamedNode(iri.expand("egov:managedBy"))
        assert len([quad for quad in release.quads("default") if quad.predicate == managed]) == 1
        assert not release.manifest.extractors


class TestPage:
    def test_lists_a_proposal_apart(self, document: Document, config: Config, tmp_path: Path) -> None:
        """A thing that is only proposed has a page with its name, no facts, and the claim with its words."""
        release = pipeline.build([document], out=tmp_path / "out", config=config).release
        name = "system/int/fishing-permit-portal"

        found = describe(release.store(), iri.thing_iri(name))

        assert found is not None
        assert (found["facts"], found["incoming"]) == ([], [])
        assert found["thing"]["labels"] == {"en": "Fishing Permit Portal"}
        (claim,) = found["proposed"]
        assert (claim["extractor"], claim["triple"]["property"]["curie"]) == ("llm", "egov:managedBy")
        (evidence,) = claim["evidence"]
        assert [quote["exact"] for quote in evidence["quotes"]] == [SENTENCE]
        statement = describe(release.store(), iri.thing_iri(evidence["statement"]))
        assert statement is not None
        assert "egov:certainty" in {group["property"]["curie"] for group in statement["facts"]}

    def test_keeps_the_name_that_the_graph_gives(self, config: Config, tmp_path: Path) -> None:
        """What a model calls a thing displaces nothing."""
        text = f"{TEXT}\nThe Kim Dae-jung administration launched the Fishing Permit Portal in 2001.\n"

        release = pipeline.build([document_from_text(text, "portals.md")], out=tmp_path / "out", config=config).release

        (thing,) = {
            quad.subject.value
            for quad in release.quads()
            if quad.predicate.value == iri.expand("egov:managedBy") and isinstance(quad.subject, ox.NamedNode)
        }
        found = describe(release.store(), thing)
        assert found is not None
        assert len(found["proposed"]) == 1
        assert found["facts"]
        assert {fact["origin"] for group in found["facts"] for fact in group["values"]} <= {
            "stated",
            "register",
            "derived",
            "possible",
        }

    def test_says_that_nobody_has_reviewed_it(self, document: Document, config: Config, tmp_path: Path) -> None:
        """In words, with the passage below, and with no badge of a fact."""

        async def asked() -> None:
            release = pipeline.build([document], out=tmp_path / "out", config=config).release
            app = create_app(Config(workers=1), release.path)
            transport = httpx.ASGITransport(app)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
            ):
                page = await client.get("/page/agency/int/harbour-authority", headers={"Accept": "text/html"})

            assert page.status_code == 200
            section = page.text.split("Proposed, not reviewed")[1]
            assert "Proposed by llm" in section
            assert SENTENCE in section

        with start_blocking_portal() as portal:  # a browser of another test may keep a loop in this thread
            portal.call(asked)


class TestKey:
    def test_stands_nowhere_that_a_build_writes_or_says(self, config: Config, service: Service, tmp_path: Path) -> None:
        """Neither in the release, nor in kept answers, nor on the terminal, nor in the configuration as shown."""
        (tmp_path / "portals.md").write_text(TEXT, encoding="utf-8")
        environment = {
            **os.environ,
            "EGOVKG_LLM_KEY": KEY,
            "EGOVKG_LLM_URL": config.llm_url,
            "EGOVKG_LLM_MODEL": config.llm_model,
            "EGOVKG_LLM_CACHE": config.llm_cache,
        }

        def run(*words: str) -> str:
            command = [sys.executable, "-m", "egov_kg", *words]
            done = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
            return done.stdout + done.stderr

        said = run("build", "--documents", "portals.md", "--out", "out", "--extractor", "llm", "-v")
        said += run("config", "show") + run("review", "--documents", "portals.md", "--extractor", "llm", "--check")

        assert service.requests[0]["headers"]["Authorization"] == f"Bearer {KEY}"
        assert "extractor llm: 1 proposals, 1 not reviewed" in said
        assert KEY not in said
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert [path for path in files if KEY.encode() in path.read_bytes()] == []

    def test_that_a_service_echoes_is_not_kept(self, config: Config, service: Service, tmp_path: Path) -> None:
        """Answers are kept for years; one that holds the key, in a claim or beside it, loses it before."""
        text, cache = tmp_path / "portals.md", tmp_path / "answers"
        text.write_text(TEXT, encoding="utf-8")
        service.does(lambda handler, _: handler.answer(json.dumps({"claims": [{**CLAIM, "subject": KEY}]})))
        environment = {
            **os.environ,
            "EGOVKG_LLM_KEY": KEY,
            "EGOVKG_LLM_URL": config.llm_url,
            "EGOVKG_LLM_MODEL": config.llm_model,
            "EGOVKG_LLM_CACHE": str(cache),
        }

        subprocess.run(
            [
                sys.executable,
                "-m",
                "egov_kg",
                "review",
                "--documents",
                "portals.md",
                "--extractor",
                "llm",
                "-o",
                "a.tsv",
            ],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
        )

        kept = [path for path in cache.rglob("*") if path.is_file()]
        assert kept
        assert [path for path in kept if KEY.encode() in path.read_bytes()] == []

    def test_in_a_file_of_settings_is_refused(self, tmp_path: Path) -> None:
        """A file is copied and committed; the message says where the key goes."""
        (tmp_path / "egov-kg.toml").write_text(f'llm_key = "{KEY}"\n', encoding="utf-8")

        with pytest.raises(ConfigurationError, match="EGOVKG_LLM_KEY") as caught:
            configuration.load(tmp_path, {})

        assert KEY not in str(caught.value)

    def test_is_no_setting(self, tmp_path: Path) -> None:
        """The variable is passed over where settings are read."""
        settings, _ = configuration.load(tmp_path, {"EGOVKG_LLM_KEY": KEY, "EGOVKG_LLM_MODEL": "m"})

        assert settings.llm_model == "m"
        assert KEY not in repr(settings)
        assert configuration.llm_key({"EGOVKG_LLM_KEY": f" {KEY}\n"}) == KEY


class TestExtra:
    def test_that_is_missing_is_named(
        self, document: Document, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who asks for a model without httpx hears what to install."""
        monkeypatch.setitem(sys.modules, "httpx", None)

        with pytest.raises(MissingExtra, match=r"asking a language model needs the extra 'llm'"):
            pipeline.build([document], out=tmp_path / "out", config=config)


class TestPrompt:
    @pytest.mark.parametrize(
        ("data", "told"), [(None, "cannot be read"), (b"\xff\xfe\xff", "no text in UTF-8"), (b" \n", "must hold")]
    )
    def test_that_cannot_be_used_is_refused(
        self, settings: Callable[..., Settings], tmp_path: Path, data: bytes | None, told: str
    ) -> None:
        """With the name of the file."""
        path = tmp_path / "prompt.md"
        if data is not None:
            path.write_bytes(data)

        with pytest.raises(DataFileError, match=told):
            LanguageModel(settings(prompt=path))
