"""RDF as rows: one for each subject, one column for each property that a specification names.

The quads stream into a text, which DuckDB groups; so a target may be larger than memory, and its quads may come in any
order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.linking.specification import Match, Specification
from egov_kg.linking.tables import Batch, duckdb_module, table_of

__all__ = ["rdf_batches"]

_SUBJECT: Final = "subject"
_TYPE: Final = iri.expand("rdf:type")
_UNFIT: Final = re.compile(r"[\t\r\n\x1f]+")
_LONGEST: Final = 10_000
_FLUSH: Final = 1 << 14


def rdf_batches(
    quads: Iterable[ox.Quad], specification: Specification, match: Match, path: Path, folder: Path
) -> Iterator[Batch]:
    """Yield the subjects that a block of a specification is about, sorted by IRI; graph names do not count.

    Blank nodes are no rows: nothing outside can be linked with them.

    Args:
        quads: Of the target, in any order.
        specification: Prefixes.
        match: The block: properties, class.
        path: The target, for errors.
        folder: For files that are needed while it is read.

    Raises:
        MissingExtra: If DuckDB is not installed.
        DataFileError: If the condition of the block is wrong.
    """
    engine = duckdb_module()
    file = folder / "statements.txt"
    columns = [name for name in match.columns if name != _SUBJECT]
    _write(quads, specification, match, columns, file)
    picked = "".join(
        f", string_agg(DISTINCT o, chr(31) ORDER BY o) FILTER (WHERE c = {number}) AS {_quoted(name)}"
        for number, name in enumerate(columns)
    )
    having = " HAVING bool_or(c = -1)" if match.cls else " HAVING bool_or(c >= 0)"
    reading = (
        f"read_csv('{str(file).replace(chr(39), chr(39) * 2)}', delim = '\t', quote = '', escape = '', header = false, "
        "auto_detect = false, max_line_size = 4194304, columns = {'s': 'VARCHAR', 'c': 'INTEGER', 'o': 'VARCHAR'})"
    )
    source = f"(SELECT s AS {_SUBJECT}{picked} FROM {reading} GROUP BY s{having} ORDER BY s)"  # noqa: S608 - our names
    has = (_SUBJECT, *columns)
    yield from table_of(engine, source, has, match, specification, file=file, shown=path, folder=folder)


def _write(
    quads: Iterable[ox.Quad], specification: Specification, match: Match, columns: list[str], file: Path
) -> None:
    """Write what the block needs as subject, number of the column, value."""
    wanted: dict[str, list[tuple[int, str]]] = {}
    for number, name in enumerate(columns):
        wanted.setdefault(specification.expand(name), []).append((number, name.partition("@")[2]))
    with file.open("w", encoding="utf-8", errors="surrogatepass") as sink:
        lines: list[str] = []
        for quad in quads:
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            prop = quad.predicate.value
            if match.cls and prop == _TYPE and isinstance(quad.object, ox.NamedNode) and quad.object.value == match.cls:
                lines.append(f"{_subject(quad)}\t-1\t\n")
            for number, lang in wanted.get(prop, ()):
                value = _value(quad.object, lang)
                if value:
                    lines.append(f"{_subject(quad)}\t{number}\t{value}\n")
            if len(lines) >= _FLUSH:
                sink.writelines(lines)
                lines.clear()
        sink.writelines(lines)


def _subject(quad: ox.Quad) -> str:
    assert isinstance(quad.subject, ox.NamedNode)
    return _UNFIT.sub("", quad.subject.value)


def _value(term: object, lang: str) -> str:
    """Return the text of an object, or nothing if it is in another language than the one asked for."""
    if isinstance(term, ox.NamedNode):
        return "" if lang else term.value
    if not isinstance(term, ox.Literal):
        return ""
    tag = (term.language or "").lower()
    if lang and tag != lang and not tag.startswith(f"{lang}-"):
        return ""
    return _UNFIT.sub(" ", term.value[:_LONGEST]).strip()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
