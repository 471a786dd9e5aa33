"""Every rule that may stand behind a fact: its ids, what it reads, texts that it reads, texts that it leaves alone.

Rules are declared in ``data/rules``, each with examples. Those that are written in code, because they read structure (a
bracket, a row of a table, a field), are listed in ``structural.toml`` beside them, with examples of the same kind.
Documentation and tests read this catalogue; extraction does not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import DataFileError

__all__ = ["Entry", "Sample", "catalogue"]

STRUCTURAL: Final = "structural.toml"
_KINDS: Final = frozenset({"argument", "column", "fragment", "frame", "rule"})
"""The tables that declare rules; those of fields have their examples in `STRUCTURAL`."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that a rule reads, or must leave alone.

    Attributes:
        text: All of it.
        facts: What is taken from it: ``subject | property | object``; none in a counter-example.
        why: Why nothing is taken from a counter-example.
        name: The name of the file that it would be; its suffix says how it is read.
        block: The kind of block that it stands in, if the text is but a part of a document; else empty.
        beside: Files that lie beside it, as name and text: the mapping of a table.
    """

    text: str
    facts: tuple[str, ...] = ()
    why: str = ""
    name: str = "example.txt"
    block: str = ""
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule, or a family of rules that share their examples.

    Attributes:
        name: The id under which it is declared.
        ids: What facts call it; each fires in one of the examples at least, and none in a counter-example. Empty for
            what gives no fact by itself, as the column that says what the rows of a table are about.
        reads: What it is looking for, in a few words.
        file: Where it is declared, below ``data/rules``.
        examples: Texts that it reads.
        counters: Texts that it leaves alone.
    """

    name: str
    ids: tuple[str, ...]
    reads: str
    file: str
    examples: tuple[Sample, ...]
    counters: tuple[Sample, ...]


def catalogue(rules: Path) -> tuple[Entry, ...]:
    """Return all rules, by name.

    Args:
        rules: The folder ``data/rules``.

    Raises:
        DataFileError: If an entry of ``structural.toml`` lacks an id, a word on what it reads, an example with facts or
            a counter-example with a reason, or if two entries have one id.
    """
    entries: list[Entry] = []
    files: dict[str, str] = {}
    for path in sorted(rules.rglob("*.toml")):
        for entry in _entries(path, rules):
            for one in entry.ids:
                if one in files:
                    raise DataFileError(path, 0, f"rule {one!r} stands in {files[one]} already")
                files[one] = entry.file
            entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: (entry.name, entry.file)))


def _entries(path: Path, rules: Path) -> Iterator[Entry]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    file = path.relative_to(rules).as_posix()
    for kind in sorted(_KINDS & set(data)):
        for raw in data[kind]:
            if file == STRUCTURAL:
                _check(raw, path)
            ids, reads = _named(kind, raw, file)
            examples, counters = (_samples(raw, key, file, data.get("texts", {})) for key in ("example", "counter"))
            yield Entry(str(raw["id"]), ids, reads, file, examples, counters)


def _check(raw: Mapping[str, Any], path: Path) -> None:
    name = raw.get("id", "?")
    if not raw.get("id") or not raw.get("reads"):
        raise DataFileError(path, 0, f"rule {name!r} says not what it reads")
    if not raw.get("examples") or not all(one.get("facts") for one in raw["examples"]):
        raise DataFileError(path, 0, f"rule {name!r} has no example with facts")
    if not raw.get("counter") or not all(one.get("why") for one in raw["counter"]):
        raise DataFileError(path, 0, f"rule {name!r} has no counter-example with a reason")


def _named(kind: str, raw: Mapping[str, Any], file: str) -> tuple[tuple[str, ...], str]:
    """Return the ids under which facts name a rule, and what it reads."""
    name = str(raw["id"])
    if "reads" in raw:
        return (name,), str(raw["reads"])
    if kind == "frame" and not file.startswith("ko/"):
        derived = dict.fromkeys(f"{name}.{one[0]}" for key in ("facts", "when") for one in raw.get(key, ()))
        if raw.get("period"):
            derived[f"{name}.period"] = None
        return tuple(derived), f"what is said with *{_words(raw)}*"
    if kind == "frame":
        return (name,), f"what is said with verbs of *{_words(raw)}*"
    if kind == "argument":
        ids = (f"{name}.phrase",) if raw["kind"] != "announced" or raw["verbs"] else ()  # a colon has rules in code
        return ids, f"what is argued with *{_words(raw)}*"
    if kind == "column":
        return () if raw["role"] in {"name", "content", "period"} else (name,), f"cells below *{_words(raw)}*"
    if kind == "fragment":
        return (name,), "an entry of a list of laws"
    timed = (f"{name}.time",) if raw.get("member_time") else ()
    return (name, *timed), f"`{raw['match']}`" if "match" in raw else "a passage"


def _words(raw: Mapping[str, Any]) -> str:
    words: Sequence[str] = raw.get("verbs") or raw.get("words") or raw.get("nouns") or ()
    return ", ".join(words[:4]) + (", …" if len(words) > 4 else "")


def _samples(raw: Mapping[str, Any], key: str, file: str, texts: Mapping[str, str]) -> tuple[Sample, ...]:
    found = raw.get("examples") if key == "example" and "examples" in raw else raw.get(key, ())
    several: Iterable[Mapping[str, Any]] = [found] if isinstance(found, Mapping) else found or ()
    return tuple(_sample(one, raw, file, texts) for one in several)


def _sample(one: Mapping[str, Any], raw: Mapping[str, Any], file: str, texts: Mapping[str, str]) -> Sample:
    facts, why = tuple(one.get("facts", ())), str(one.get("why", ""))
    if "table" in one:
        return Sample(_table(one["table"]), facts, why, "example.md")
    if "entries" in one:
        return Sample(_legal_list(one["entries"]), facts, why)
    if file == STRUCTURAL or file.startswith("ko/"):
        text, beside = one["text"], tuple(sorted(one.get("beside", {}).items()))
        for name, words in texts.items():
            text = text.replace(f"{{{name}}}", words)
        return Sample(text, facts, why, one.get("name", "example.txt"), beside=beside)
    kinds = set(raw.get("runs_in", ("paragraph",)))
    block = next((kind for kind in ("row", "note") if kinds == {kind}), "paragraph")
    return Sample(one["text"], facts, why, block=block)


def _table(rows: Sequence[str]) -> str:
    """Return a table in Markdown below a title; its first row is the header."""
    head, *body = (f"| {row} |" for row in rows)
    ruler = "|".join("---" for _ in rows[0].split(" | "))
    return "\n".join(["# Example report", "", head, f"|{ruler}|", *body])


def _legal_list(entries: Sequence[str]) -> str:
    """Return a numbered list of laws; an entry that begins with a dash stands below the one before it."""
    numbers = iter(range(1, len(entries) + 1))
    lines = [f"   {entry}" if entry.startswith("-") else f"{next(numbers)}. {entry}" for entry in entries]
    return "\n".join(["Laws of Utopia", "", "These are the laws of the islands.", "", *lines, "9. Closing words.", ""])
