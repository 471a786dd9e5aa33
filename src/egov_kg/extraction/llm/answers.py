"""Answers as they are kept: one file for each question, named by the hash of everything that was asked."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ConfigurationError

__all__ = ["Answer", "Answers", "MalformedAnswer", "claims_of", "question_key"]

MOST_CLAIMS: Final = 200
"""The most claims that are read from one answer."""


class MalformedAnswer(ValueError):
    """An answer is not the JSON that was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said.

    Attributes:
        content: Its words.
        is_whole: Whether it came to its end by itself.
    """

    content: str
    is_whole: bool = True


def question_key(**parts: Any) -> str:
    """Return the SHA-256 of what was asked, hexadecimal: text, headings, prompt, schema, model, longest answer."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


class Answers:
    """A folder of answers.

    Args:
        folder: Made when the first answer is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Answer | None:
        """Return a kept answer; None if there is none, or its file is damaged."""
        try:
            table = json.loads(self._path(key).read_bytes())
            content, whole = table["content"], table["whole"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return Answer(content, whole) if isinstance(content, str) and isinstance(whole, bool) else None

    def put(self, key: str, answer: Answer, model: str) -> None:
        """Keep an answer; its file appears whole or not at all.

        Raises:
            ConfigurationError: If it cannot be written.
        """
        path = self._path(key)
        table = {"model": model, "whole": answer.is_whole, "content": answer.content}
        name = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".answer-", dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(table, file, ensure_ascii=True, indent=1)
                file.write("\n")
            Path(name).replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)
            raise ConfigurationError(f"{self._folder} cannot be written: {error.strerror}; see llm_cache") from error

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def claims_of(answer: Answer) -> list[Any]:
    r"""Return the claims in an answer, unchecked. It is read as JSON and as nothing else.

    Raises:
        MalformedAnswer: If it is no JSON, or JSON of another form.

    Example:
        >>> claims_of(Answer('```json\n{"claims": [1]}\n```'))
        [1]
    """
    try:
        table = json.loads(_unfenced(answer.content))
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer("no JSON") from error
    claims = table.get("claims") if isinstance(table, dict) else table
    if not isinstance(claims, list):
        raise MalformedAnswer("no list of claims")
    return claims


def _unfenced(content: str) -> str:
    """Return what stands in a fence of Markdown; all of it where there is none."""
    content = content.strip()
    head, line_feed, rest = content.partition("\n")
    if head.startswith("```") and line_feed and rest.endswith("```"):
        return rest.removesuffix("```")
    return content
