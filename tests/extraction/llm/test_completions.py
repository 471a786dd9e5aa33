"""What a service may do to us: be slow, broken, busy, elsewhere, or refuse; each ends in a word of ours."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from egov_kg.documents import document_from_text
from egov_kg.errors import ConfigurationError
from egov_kg.extraction.llm import LanguageModel, Settings
from egov_kg.extraction.llm.completions import ServiceRefused
from egov_kg.extraction.ontology import load_ontology
from egov_kg.extraction.plugins import Dropped
from egov_kg.model import Fact

if TYPE_CHECKING:
    from tests.extraction.llm.conftest import Handler, Service

Make = Callable[..., Settings]
SENTENCE = "The Harbour Authority runs the Fishing Permit Portal."
TEXT = f"# Portals of the coast\n\n{SENTENCE}\n"
TWO = f"{TEXT}\nThe Portal of Nets was opened by the same people in 2003.\n"
KEY = "sk-secret-0123456789"
CLAIM = {
    "subject": "Fishing Permit Portal",
    "subject_class": "egov:InformationSystem",
    "relation": "egov:managedBy",
    "object": "Harbour Authority",
    "object_class": "egov:Agency",
    "quote": SENTENCE,
}
GOOD = {"claims": [CLAIM]}


def read(settings: Settings, text: str = TEXT) -> tuple[list[str], dict[str, int]]:
    """Return the facts that a model gives of a text, in words, and how much was dropped for which reason."""
    return read_with(LanguageModel(settings), text)


def read_with(model: LanguageModel, text: str) -> tuple[list[str], dict[str, int]]:
    """Return what one model gives of a text."""
    found = list(model.extract(document_from_text(text, "page.md"), load_ontology()))
    facts = [
        f"{f.subject.label} | {f.property} | {getattr(f.object, 'label', f.object)}"
        for f in found
        if isinstance(f, Fact)
    ]
    return facts, dict(Counter(one.reason for one in found if isinstance(one, Dropped)))


FACT = "Fishing Permit Portal | egov:managedBy | Harbour Authority"


class TestRequest:
    def test_is_that_of_the_protocol(self, service: Service, settings: Make) -> None:
        """Temperature 0, no stream, the schema of the ontology, the key in its header, the passage fenced."""
        read(settings(key=KEY))

        (request,) = service.requests
        body = request["body"]
        assert request["path"] == "/v1/chat/completions"
        assert request["headers"]["Authorization"] == f"Bearer {KEY}"
        assert (body["model"], body["temperature"], body["stream"], body["max_tokens"]) == (
            "test-model",
            0,
            False,
            4096,
        )
        assert body["response_format"]["type"] == "json_schema"
        variants = body["response_format"]["json_schema"]["schema"]["properties"]["claims"]["items"]["anyOf"]
        (variant,) = [one for one in variants if "egov:managedBy" in one["properties"]["relation"]["enum"]]
        definitions = body["response_format"]["json_schema"]["schema"]["$defs"]
        assert variant["properties"]["object_class"] == {"$ref": "#/$defs/Actor"}
        assert "egov:Agency" in definitions["Actor"]["enum"]
        assert "egov:Law" not in definitions["Actor"]["enum"]
        (question,) = service.questions()
        first, *middle, last = question.split("\n")
        assert middle == ["Headings: Portals of the coast", "", SENTENCE]
        assert first.removeprefix("<<<PASSAGE ") == last.removeprefix("<<<END ")

    def test_without_a_key_sends_none(self, service: Service, settings: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither from a password file nor from the environment."""
        monkeypatch.setenv("OPENAI_API_KEY", KEY)

        read(settings())

        assert "Authorization" not in service.requests[0]["headers"]

    def test_is_one_for_each_block_with_its_headings(self, service: Service, settings: Make) -> None:
        """The unit is the block; the same words are asked about once."""
        text = "# A\n\n## B\n\nSome words stand here.\n\n## C\n\n### D\n\n" + "Other words stand here.\n\n" * 2

        read(settings(), text)

        asked = sorted(question.split("\n")[1:4:2] for question in service.questions())
        assert asked == [
            ["Headings: A > B", "Some words stand here."],
            ["Headings: A > C > D", "Other words stand here."],
        ]

    def test_is_at_most_so_many_at_once(self, service: Service, settings: Make) -> None:
        """The bound holds for any number of blocks."""
        now, most, together = [0], [0], threading.Barrier(3)

        def reply(handler: Handler, _: dict[str, Any]) -> None:
            with service.lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            together.wait(20)  # until as many are here as may be
            with service.lock:
                now[0] -= 1
            handler.send(b'{"choices": [{"message": {"content": "{\\"claims\\": []}"}}]}')

        service.does(reply)
        text = "# A\n\n" + "\n\n".join(f"Words of paragraph number {n} stand here." for n in range(12)) + "\n"

        read(settings(concurrency=3), text)

        assert len(service.requests) == 12
        assert most[0] == 3


class TestAnswer:
    @pytest.mark.parametrize("before", ["", "```json\n", "```\n", "  \n```json\n"])
    def test_well_formed_gives_a_fact(self, service: Service, settings: Make, before: str) -> None:
        """Whether or not it stands in a fence."""
        service.says(f"{before}{json.dumps(GOOD)}{chr(10) + '```' if before.strip() else ''}")

        assert read(settings()) == ([FACT], {})

    @pytest.mark.parametrize(
        "content",
        ["I cannot do that.", '{"claims": [', '{"facts": []}', '"claims"', "[" * 100_000, "", "{'claims': []}", "null"],
        ids=lambda text: text[:20],
    )
    def test_malformed_is_asked_for_once_more_and_counted(self, service: Service, settings: Make, content: str) -> None:
        """Nothing is guessed from broken JSON."""
        service.says(content)

        assert read(settings()) == ([], {"malformed-answer": 1})
        assert len(service.requests) == 2

    def test_malformed_once_does_no_harm(self, service: Service, settings: Make) -> None:
        """The second answer counts."""
        service.says("Sure! Here it is:", GOOD)

        assert read(settings()) == ([FACT], {})

    def test_cut_off_at_its_longest_is_told_apart(self, service: Service, settings: Make) -> None:
        """A larger llm_max_tokens is the remedy, so the word is another one."""
        service.does(lambda handler, _: handler.answer('{"claims": [{"subj', "length"))

        assert read(settings()) == ([], {"truncated-answer": 1})
        assert len(service.requests) == 1

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"[]",
            b'{"choices": []}',
            b'{"error": {"message": "x"}}',
            b'{"choices": [{"message": {"content": 1}}]}',
        ],
    )
    def test_that_is_not_the_protocol_is_unreadable(self, service: Service, settings: Make, body: bytes) -> None:
        """It is asked for as often as attempts allow, and then counted."""
        service.does(lambda handler, _: handler.send(body))

        assert read(settings()) == ([], {"unreadable": 1})
        assert len(service.requests) == 3

    def test_too_large_is_not_read_to_its_end(self, service: Service, settings: Make) -> None:
        """The bound is on bytes; nobody waits for the rest."""

        def endless(handler: Handler, _: dict[str, Any]) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.end_headers()
            while not service.released.is_set():
                handler.wfile.write(b" " * 65_536)

        service.does(endless)

        assert read(settings(answer_bytes=200_000)) == ([], {"too-large": 1})

    def test_with_too_many_claims_is_read_in_part(self, service: Service, settings: Make) -> None:
        """A model that repeats itself fills no graph."""
        service.says({"claims": [CLAIM] * 500})

        facts, dropped = read(settings())

        assert len(facts) == 200
        assert dropped == {"too-many-claims": 1}


class TestTrouble:
    def test_slow_answers_end_at_the_deadline(self, service: Service, settings: Make) -> None:
        """One that never comes costs its own block; the other is answered."""

        def slow(handler: Handler, request: dict[str, Any]) -> None:
            if "Nets" in request["messages"][1]["content"]:
                service.released.wait(30)
            handler.send(b'{"choices": [{"message": {"content": "{\\"claims\\": []}"}}]}')

        service.does(slow)

        assert read(settings(seconds=2.0, attempts=1), TWO) == ([], {"deadline": 1})

    def test_dripping_answers_end_at_the_deadline_too(self, service: Service, settings: Make) -> None:
        """The deadline is for the whole request, not for each byte."""

        def drip(handler: Handler, _: dict[str, Any]) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            while not service.released.wait(0.02):
                handler.wfile.write(b" ")
                handler.wfile.flush()

        service.does(drip)

        assert read(settings(seconds=0.3, attempts=1)) == ([], {"deadline": 1})

    def test_cut_connections_are_tried_again(self, service: Service, settings: Make) -> None:
        """A reset and a body that ends early are trouble of the moment."""

        def reset(handler: Handler, _: dict[str, Any]) -> None:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()

        def cut(handler: Handler, _: dict[str, Any]) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b'{"choices"')
            handler.close_connection = True

        service.does(reset, cut, lambda handler, _: handler.answer(json.dumps(GOOD)))

        assert read(settings()) == ([FACT], {})
        assert len(service.requests) == 3

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
    def test_busy_services_are_asked_again(self, service: Service, settings: Make, status: int) -> None:
        """As long as attempts last, and no longer."""
        service.does(lambda handler, _: handler.send(b"{}", status))

        assert read(settings()) == ([], {"busy": 1})
        assert len(service.requests) == 3

    def test_the_wait_that_a_service_asks_for_is_kept(self, service: Service, settings: Make) -> None:
        """Retry-After goes before our own pause; beyond the budget nobody waits."""
        service.does(lambda handler, _: handler.send(b"{}", 429, Retry_After="50"))

        assert read(settings(budget_seconds=20)) == ([], {"budget": 1})
        assert len(service.requests) == 1

    def test_the_budget_bounds_the_whole_run(self, service: Service, settings: Make) -> None:
        """What is left over is asked by the next run."""

        def slow(handler: Handler, _: dict[str, Any]) -> None:
            service.released.wait(30)
            handler.close_connection = True

        service.does(slow)
        text = "# A\n\n" + "\n\n".join(f"Words of paragraph number {n} stand here." for n in range(20)) + "\n"

        assert read(settings(budget_seconds=0.4), text) == ([], {"budget": 20})
        assert len(service.requests) <= 2

    def test_a_service_that_is_out_of_reach_is_given_up(self, service: Service, settings: Make) -> None:
        """After five blocks nobody tries any more."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        text = "# A\n\n" + "\n\n".join(f"Words of paragraph number {n} stand here." for n in range(50)) + "\n"

        found = read(settings(url=f"http://127.0.0.1:{port}/v1"), text)

        assert found == ([], {"unreachable": 50})
        assert service.requests == []


class TestForms:
    def test_that_are_not_understood_are_left_out_one_by_one(self, service: Service, settings: Make) -> None:
        """First the schema, then any JSON, then words alone; what was learned holds for later questions."""

        def picky(handler: Handler, request: dict[str, Any]) -> None:
            if "response_format" in request:
                handler.send(b'{"error": {"message": "response_format is not supported"}}', 400)
            else:
                handler.answer(json.dumps(GOOD))

        service.does(picky)
        model = LanguageModel(settings(concurrency=1))

        assert read_with(model, TWO)[0] == [FACT]

        forms = [one["body"].get("response_format", {}).get("type", "") for one in service.requests]
        assert forms == ["json_schema", "json_object", "", ""]


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "told"),
        [
            (401, r"refuses the key in EGOVKG_LLM_KEY \(status 401\)"),
            (403, r"refuses the key in EGOVKG_LLM_KEY \(status 403\)"),
            (404, r"refuses the question \(status 404\)"),
            (301, r"is elsewhere \(status 301\)"),
            (307, r"is elsewhere \(status 307\)"),
        ],
    )
    def test_end_the_asking_and_never_tell_the_key(
        self, service: Service, settings: Make, status: int, told: str
    ) -> None:
        """One request is enough to know; a service that echoes the key finds no ear."""
        body = f'{{"error": "no such thing for {KEY}"}}'.encode()
        headers = {"Location": f"{service.url}/elsewhere"} if status < 400 else {}
        service.does(lambda handler, _: handler.send(body, status, **headers))
        model = LanguageModel(settings(key=KEY, concurrency=1))

        for _ in range(2):
            with pytest.raises(ServiceRefused, match=told) as caught:
                read_with(model, TWO)
            assert KEY not in str(caught.value)

        assert len(service.requests) == 1
        assert KEY not in repr(model.settings)
        assert KEY not in repr(settings(key=KEY))

    def test_of_a_question_in_every_form_say_what_the_service_says(self, service: Service, settings: Make) -> None:
        """Its own words are the best hint, cut short and without the key."""
        body = f"model not found; your key is {KEY} {'x' * 1000}".encode()
        service.does(lambda handler, _: handler.send(body, 400))

        with pytest.raises(ServiceRefused, match=r"status 400\): model not found; your key is \*\*\*") as caught:
            read(settings(key=KEY))

        assert len(str(caught.value)) < 400
        assert len(service.requests) == 3


class TestSettings:
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"model": ""}, "llm_model"),
            ({"url": "ftp://127.0.0.1/v1"}, "no address"),
            ({"url": "https://me:secret@example.org/v1"}, "neither a name, a password nor a query"),
            ({"url": "https://example.org/v1?key=secret"}, "neither a name, a password nor a query"),
            ({"url": "http://example.org/v1", "key": KEY}, "unencrypted"),
            ({"url": "http://[::1", "key": KEY}, "no address"),
            ({"key": "two words"}, "spaces"),
            ({"url": ""}, "llm_url"),
        ],
    )
    def test_that_cannot_work_or_would_tell_the_key_are_refused(
        self, settings: Make, changes: dict[str, str], told: str
    ) -> None:
        """Before anything is asked; the message names the setting and never a secret."""
        with pytest.raises(ConfigurationError, match=told) as caught:
            settings(**changes)

        assert "secret" not in str(caught.value)
