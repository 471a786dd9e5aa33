"""What can be said of a query without running it: its form, its words, its dataset, and why it is (not) cacheable.

The engine parses a query, plans it and tells nobody how. So this is read off the words, by the guard and the lexer:
facts about the text, and no plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from egov_kg.sparql import guard, lexer
from egov_kg.sparql.lexer import Token

__all__ = ["anatomy"]

_PARTS: Final = (
    *("OPTIONAL", "UNION", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", "EXISTS", "SELECT"),
    *("DISTINCT", "REDUCED", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FROM"),
    *("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "REGEX", "REPLACE"),
)
_KEEPS_ALL: Final = ("DISTINCT", "GROUP", "ORDER")


def anatomy(text: str, *, base: str, graphs: Collection[str], services: Collection[str] = ()) -> dict[str, Any]:
    """Return what the words of a query tell, as JSON has it.

    Args:
        text: A SPARQL query.
        base: The base of our IRIs.
        graphs: The IRIs of the named graphs of the release; others are noted, because they are empty.
        services: The endpoints that SERVICE may name.

    Raises:
        QueryRefused, QuerySyntaxError: As in `egov_kg.sparql.guard.check`.

    Example:
        >>> found = anatomy("SELECT DISTINCT ?s (NOW() AS ?n) { ?s ?p ?o OPTIONAL { ?o ?q ?r } }", base="", graphs=())
        >>> found["form"], found["parts"], found["not_cacheable_because"]
        ('SELECT', {'OPTIONAL': 1, 'SELECT': 1, 'DISTINCT': 1}, ['NOW'])
    """
    checked = guard.check(text, base=base, services=services)
    read = lexer.prologue(checked.text, base)
    words = list(lexer.tokens(checked.text))
    found = Counter(token.text.upper() for token in words if token.kind == "word")
    parts = {name: found[name] for name in _PARTS if found[name]}
    changing = ["SERVICE"] if checked.services else []
    datasets = _datasets(words, read)
    empty = [name for dataset in datasets for name in dataset.values() if name not in graphs]
    return {
        "form": checked.form,
        "characters": len(checked.text),
        "words": len(words),
        "variables": sorted({token.text[1:] for token in words if token.kind == "variable"}),
        "prefixes": dict(sorted(_used(words, read).items())),
        "from": datasets,
        "parts": parts,
        "services": list(checked.services),
        "not_cacheable_because": [*sorted(name for name in found if name.endswith(guard.NOT_CACHEABLE)), *changing],
        "notes": [
            *_notes(parts),
            *(f"<{name}> is no graph here: it is empty, and nothing is fetched" for name in empty),
        ],
    }


def _used(words: Sequence[Token], read: lexer.Prologue) -> dict[str, str]:
    names = {token.text.partition(":")[0] for token in words if token.kind == "pname" and token.start > read.start}
    return {name: iri for name, iri in read.prefixes.items() if name in names}


def _datasets(words: Sequence[Token], read: lexer.Prologue) -> list[dict[str, str]]:
    found = []
    for number, token in enumerate(words):
        if token.kind == "word" and token.text.upper() == "FROM":
            rest = [word for word in words[number + 1 : number + 3] if word.text.upper() != "NAMED"]
            is_named = words[number + 1 : number + 2] != rest[:1]
            if rest and rest[0].kind in {"iri", "pname"} and (iri := read.resolve(rest[0])) is not None:
                found.append({"named" if is_named else "default": iri})
    return found


def _notes(parts: Mapping[str, int]) -> list[str]:
    """Return what is known to cost, in words."""
    notes = []
    keeping = [name for name in _KEEPS_ALL if name in parts]
    if keeping:
        notes.append(f"{', '.join(keeping)}: all rows are kept in memory, also those that LIMIT leaves out")
    if "OFFSET" in parts and "ORDER" not in parts:
        notes.append("OFFSET without ORDER BY: nothing promises the same order twice")
    return notes
