"""The extractor: asks about each block, keeps every answer, believes what the passage bears out."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from egov_kg.extraction.llm.answers import MOST_CLAIMS, Answer, Answers, MalformedAnswer, claims_of, question_key
from egov_kg.extraction.llm.completions import Completions, ServiceRefused, Unanswered
from egov_kg.extraction.llm.grounding import grounded
from egov_kg.extraction.llm.prompt import Passage, fenced, instructions, passages
from egov_kg.extraction.llm.schema import answer_schema
from egov_kg.extraction.llm.settings import Settings
from egov_kg.extraction.ontology import Ontology, load_ontology
from egov_kg.extraction.plugins import Dropped
from egov_kg.model import Document, Fact

if TYPE_CHECKING:
    import httpx

__all__ = ["LanguageModel"]

_SAME_AGAIN: Final = 2
"""How often a malformed answer is asked for."""


class LanguageModel:
    """Proposes what a language model reads in each block of a document.

    Args:
        model_settings: How it is asked.
    """

    version = "1"

    def __init__(self, model_settings: Settings) -> None:
        ontology = load_ontology()
        self._settings = model_settings
        self._instructions = instructions(ontology, model_settings.prompt)
        self._schema = answer_schema(ontology)
        self._answers = Answers(model_settings.cache)
        self._service = Completions(model_settings, self._schema)
        self._refusal: ServiceRefused | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """What decides the facts, for the manifest: neither address nor key is among it."""
        schema = json.dumps(self._schema, sort_keys=True)
        return {
            "model": self._settings.model,
            "prompt_sha256": hashlib.sha256(self._instructions.encode()).hexdigest(),
            "schema_sha256": hashlib.sha256(schema.encode()).hexdigest(),
            "max_tokens": str(self._settings.max_tokens),
        }

    def extract(self, document: Document, ontology: Ontology) -> Iterator[Fact | Dropped]:
        """Yield what the model claims of a document, as far as its passages bear it out, block by block.

        Raises:
            ServiceRefused: If the service answers no question. What was answered before is kept.
            ConfigurationError: If answers cannot be kept, or httpx is missing.
        """
        asked = passages(document)
        for passage, outcome in zip(asked, self._outcomes(asked), strict=True):
            if isinstance(outcome, str):
                yield Dropped(outcome)
                continue
            try:
                claims = claims_of(outcome)
            except MalformedAnswer:
                yield Dropped("malformed-answer" if outcome.is_whole else "truncated-answer")
                continue
            if len(claims) > MOST_CLAIMS:
                yield Dropped("too-many-claims")
            yield from grounded(claims[:MOST_CLAIMS], document, passage, ontology)

    def _outcomes(self, asked: Sequence[Passage]) -> list[Answer | str]:
        """Return for each passage the answer, or in a word why there is none."""
        keys = [self._key(passage) for passage in asked]
        outcomes: list[Answer | str] = [self._answers.get(key) or "not-kept" for key in keys]
        missing = [place for place, outcome in enumerate(outcomes) if isinstance(outcome, str)]
        if missing and self._settings.url:
            if self._refusal is not None:
                raise self._refusal
            first: dict[str, int] = {}
            for place in missing:
                first.setdefault(keys[place], place)  # the same words are asked about once
            found: dict[str, Answer | str] = {}
            _run(self._ask_all([(asked[place], key) for key, place in first.items()], found))
            for place in missing:
                outcomes[place] = found[keys[place]]
        return outcomes

    def _key(self, passage: Passage) -> str:
        return question_key(
            text=passage.block.view.text,
            headings=passage.headings,
            prompt=self._instructions,
            schema=self._schema,
            model=self._settings.model,
            max_tokens=self._settings.max_tokens,
        )

    async def _ask_all(self, questions: Sequence[tuple[Passage, str]], found: dict[str, Answer | str]) -> None:
        gate = asyncio.Semaphore(self._settings.concurrency)
        async with self._service.client() as client:

            async def one(passage: Passage, key: str) -> None:
                async with gate:
                    if self._refusal is None:
                        found[key] = await self._ask(client, passage, key)

            await asyncio.gather(*(one(passage, key) for passage, key in questions))
        if self._refusal is not None:
            raise self._refusal

    async def _ask(self, client: httpx.AsyncClient, passage: Passage, key: str) -> Answer | str:
        question = fenced(passage.block.view.text, passage.headings)
        answer: Answer | None = None
        try:
            for _ in range(_SAME_AGAIN):
                answer = await self._service.ask(client, self._instructions, question)
                if not answer.is_whole or _is_well_formed(answer):
                    break
        except Unanswered as error:
            if answer is None:
                return error.reason
        except ServiceRefused as error:
            self._refusal = error
            return "refused"
        assert answer is not None
        self._answers.put(key, answer, self._settings.model)
        return answer


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run work to its end, also inside a notebook, which has an event loop of its own already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def _is_well_formed(answer: Answer) -> bool:
    try:
        claims_of(answer)
    except MalformedAnswer:
        return False
    return True
