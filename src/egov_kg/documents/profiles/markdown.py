"""Markdown files: our digests, which open with a block of metadata about the work, and any other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from egov_kg.documents.frontmatter import FrontMatter, read_front_matter
from egov_kg.documents.markdown import add_markdown
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import lift
from egov_kg.errors import UnreadableDocument
from egov_kg.iri import is_id, slug

__all__ = ["NAME", "outline", "sniff"]

NAME = "markdown"
_ID = re.compile(r"document/[a-z]{2,3}(?:-[a-z0-9]+)*/[a-z0-9]+(?:[.-][a-z0-9]+)*")
_SIGNS = (
    (r"^(?:#{1,6} \S|#{2,6}[A-Z\d])", 0.3),
    (r"^\|? *:?-{3,}:? *\| *:?-{3,}[ :|-]*$", 0.3),
    (r"^\[\^[^\]\n]+\]: ", 0.3),
    (r"\]\((?:https?://|[\w./#-]+)[^()\n]*\)", 0.2),
    (r"\*\*\S[^*\n]*\*\*", 0.2),
    (r"^```", 0.3),
)


def sniff(text: str) -> float:
    """Return how surely a text is Markdown: by its metadata block, headings, tables, footnotes, links and emphasis."""
    score = 0.9 if re.match(r"(?:\+\+\+|---)[ \t]*\n", text) else 0.0
    for sign, weight in _SIGNS:
        if re.search(sign, text, re.MULTILINE):
            score += weight
    return min(1.0, score)


def outline(text: str, source: str = "the text") -> Outline:
    """Return the outline of a Markdown file.

    Raises:
        UnreadableDocument: If its metadata block is wrong.
    """
    result = Outline(text)
    block = read_front_matter(text, source)
    if block:
        for value in block.values:
            view = lift(text, value.start, value.end)
            if view.text:
                result.add("field", value.line, value.stop, view=view, key=value.key)
        _describe(result, block, source)
    add_markdown(result, block.end if block else 0)
    if not result.title:
        heading = result.first_heading()
        result.title = heading.text if heading else ""
    return result


def _describe(result: Outline, block: FrontMatter, source: str) -> None:
    """Take title, kind, work and licence from the metadata block."""
    table = block.table
    title = table.get("title")
    result.title = " ".join(title.split()) if isinstance(title, str) else ""
    kind = table.get("kind")
    if kind not in {"digest", "original"}:
        return
    work, digest = _table(table, "work", source), _table(table, "digest", source, needed=kind == "digest")
    title = work.get("title")
    if not isinstance(title, str) or not title.strip():
        raise _wrong(source, "names no work.title")
    result.title = " ".join(title.split())
    work_id = work.get("iri", f"document/int/{slug(result.title)}")
    if not isinstance(work_id, str) or not _ID.fullmatch(work_id):
        raise _wrong(source, f"has the work.iri {work_id!r}, not one like document/int/words-of-the-title")
    jurisdiction = work.get("jurisdiction", "int")
    if not isinstance(jurisdiction, str) or not is_id(f"law/{jurisdiction}/act"):
        raise _wrong(source, f"has the work.jurisdiction {jurisdiction!r}, not the code of a country, such as kr")
    result.metadata["kind"] = kind
    if kind == "original":
        result.metadata["id"] = work_id
        known = {"jurisdiction": work.get("jurisdiction"), "licence": work.get("licence")}
    else:
        result.metadata |= {"id": f"{work_id}-digest", "work": work_id}
        known = {
            "jurisdiction": work.get("jurisdiction"),
            "licence": digest.get("licence"),
            "work_licence": work.get("licence"),
            "work_text_digest": work.get("text_digest"),
        }
    result.metadata |= {key: value for key, value in known.items() if isinstance(value, str) and value}


def _table(table: Mapping[str, Any], name: str, source: str, *, needed: bool = True) -> Mapping[str, Any]:
    found = table.get(name, {})
    if isinstance(found, Mapping) and (found or not needed):
        return found
    raise _wrong(source, f"has no table [{name}]")


def _wrong(source: str, problem: str) -> UnreadableDocument:
    remedy = "Correct the lines between +++; docs/reference/documents.md shows a digest."
    return UnreadableDocument(source, f"has a metadata block that {problem}", remedy)
