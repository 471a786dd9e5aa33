"""What a model is told: instructions, the terms of the ontology, and one passage, fenced."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg.errors import DataFileError
from egov_kg.extraction.llm.schema import offered_classes, offered_relations
from egov_kg.extraction.ontology import Ontology, PropertyTerm
from egov_kg.model import Block, Document

__all__ = ["Passage", "fenced", "instructions", "passages"]

_OURS: Final = Path(__file__).parent / "prompt.md"
_KINDS: Final = frozenset({"paragraph", "item", "note", "row", "stage", "caption"})
_SHORTEST: Final = 12
_LARGEST_PROMPT: Final = 256 * 1024


class Passage(NamedTuple):
    """A block with what it stands under.

    Attributes:
        block: The block.
        above: The headings over it, the nearest last, and the head of its group of rows.
    """

    block: Block
    above: tuple[Block, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The words of what it stands under."""
        return tuple(" ".join(one.view.text.split()) for one in self.above)


def passages(document: Document) -> list[Passage]:
    """Return the blocks of a document that are worth asking about, each with its headings.

    The unit is the block, whatever its length: what stands in one is meant together.
    """
    found: list[Passage] = []
    open_headings: list[Block] = []
    for block in document.blocks:
        if block.kind == "heading":
            level = _level(block)
            open_headings = [one for one in open_headings if _level(one) < level] + [block]
        elif block.kind in _KINDS and len(block.view.text.strip()) >= _SHORTEST:
            parent = document.blocks[block.parent] if block.parent is not None else None
            group = (parent,) if parent is not None and parent.kind == "stage" else ()
            found.append(Passage(block, (*open_headings, *group)))
    return found


def _level(heading: Block) -> int:
    level = heading.attributes.get("level", "")
    return int(level) if level.isdigit() else 1


def instructions(ontology: Ontology, path: Path | None = None) -> str:
    """Return the instructions of a file, ours by default, with the terms that may be used.

    Raises:
        DataFileError: If the file cannot be read.
    """
    try:
        data = (path or _OURS).read_bytes()
        text = data[:_LARGEST_PROMPT].decode("utf-8-sig").replace("\r\n", "\n").strip()
    except OSError as error:
        raise DataFileError(path or _OURS, 0, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path or _OURS, 0, "is no text in UTF-8") from error
    if not text or len(data) > _LARGEST_PROMPT:
        raise DataFileError(path or _OURS, 0, f"must hold instructions, at most {_LARGEST_PROMPT >> 10} KB of them")
    classes = [f"- {name}: {ontology.classes[name].definition}" for name in offered_classes(ontology)]
    relations = [_relation(term) for term in offered_relations(ontology).values()]
    return "\n".join([text, "", "Classes:", *classes, "", "Relations:", *relations])


def _relation(term: PropertyTerm) -> str:
    target = {"time": "time", "value": "text", "thing": term.range or "anything"}[term.kind]
    return f"- {term.curie} ({term.domain or 'anything'} to {target}): {term.definition}"


def fenced(text: str, headings: Sequence[str]) -> str:
    """Return a passage with its headings between markers that it cannot hold: they are made of its own hash.

    Example:
        >>> print(fenced("It began in 2001.", ["History"]))
        <<<PASSAGE ffba44818d9a54c8>>>
        Headings: History
        <BLANKLINE>
        It began in 2001.
        <<<END ffba44818d9a54c8>>>
    """
    body = f"Headings: {' > '.join(headings)}\n\n{text}" if headings else text
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f"<<<PASSAGE {mark}>>>\n{body}\n<<<END {mark}>>>"
