"""Queries without end, made from a grammar and then broken: the same ones for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["GRAPHS", "Smith"]

GRAPHS: Final = ("https://w3id.org/egov-kg/graph/entailed", "https://w3id.org/egov-kg/graph/document/int/laws")
_PROLOGUE: Final = (
    "PREFIX egov: <https://w3id.org/egov-kg/ontology#>\n"
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    "PREFIX law: <https://w3id.org/egov-kg/id/law/kr/>\n"
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
)
_VARIABLES: Final = ("?a", "?b", "?c", "?d", "$a", "?전자", "?_1")
_PREDICATES: Final = (
    "egov:amends",
    "skos:prefLabel",
    "a",
    "egov:amendedBy",
    "<x:none>",
    "law:law%2D1",
    "<http://x.example/\\u0041>",
)
_NODES: Final = ("law:act", "law:law-1", "law:law-299", "egov:Law", "<x:y>", "[]", "_:b", "()", "[ egov:amends ?d ]")
_LITERALS: Final = (
    '"Law 1"@en', "'x'", '"""a "quoted" text"""', "1", "-1", "1.50", "1e3", "true", "'2001-01-01'^^xsd:date",
    '"전자정부법"@ko',
    "'a\\nb\\t\\\\'", "'''it's'''", '"\\u00e9\\U0001F1F0"', "''", '"SERVICE"', "'# no comment'", '"x"@en-GB',
    "999999999999999999999",
)  # fmt: skip
_CALLS: Final[Sequence[tuple[str, int]]] = (
    ("STR", 1), ("LANG", 1), ("DATATYPE", 1), ("IRI", 1), ("BNODE", 1), ("ABS", 1), ("CEIL", 1), ("STRLEN", 1),
    ("UCASE", 1),
    ("ENCODE_FOR_URI", 1), ("YEAR", 1), ("isIRI", 1), ("isBlank", 1), ("isLiteral", 1), ("isNumeric", 1),
    ("MD5", 1), ("SHA512", 1),
    ("CONTAINS", 2), ("STRSTARTS", 2), ("STRBEFORE", 2), ("STRAFTER", 2), ("LANGMATCHES", 2), ("STRDT", 2),
    ("STRLANG", 2),
    ("sameTerm", 2), ("REGEX", 2), ("SUBSTR", 2), ("SUBSTR", 3), ("REPLACE", 3), ("IF", 3), ("CONCAT", 2),
    ("COALESCE", 3),
    ("RAND", 0), ("NOW", 0), ("UUID", 0), ("STRUUID", 0), ("xsd:integer", 1), ("xsd:double", 1), ("TRIPLE", 3),
    ("SUBJECT", 1),
    ("isTRIPLE", 1), ("<x:unknown>", 1), ("HASLANG", 1), ("TZ", 1),
)  # fmt: skip
_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_BLANKS: Final = (" ", "\n", "\t", "  ", " # SERVICE <x:y> { } \n", "\r\n", " #'\"<\n")
_BITS: Final = (
    "{", "}", "(", ")", "[", "]", "<", ">", "'", '"', "'''", '"""', "\\", "\\u0041", "\\uD800", "#", "\n", ".", ";",
    ",", "|", "||", "^",
    "^^", "*", "+", "-", "?", "!", "&&", "=", "<<", ">>", "<<(", ")>>", "{|", "|}", "@", "@en", "::", ":", "_:",
    "a", "0", "1e9999", "%",
    "\ufeff", "\u00a0", "\u200b", "\u2028", "é", "🙂", "\U0010ffff", "SERVICE", "SELECT", "WHERE", "FROM",
    "BASE <x:>", "LIMIT 0", "DROP ALL",
    "VALUES ?a { }", "FILTER(", "OPTIONAL {", "UNION", "MINUS {", "GRAPH", "EXISTS {", "\x00", "\x7f", "\u202e",
    "SILENT", "DISTINCT", "ORDER BY",
)  # fmt: skip


class Smith:
    """Makes queries.

    Args:
        seed: The same seed makes the same queries.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def query(self) -> str:
        """Return a query that is SPARQL, mostly."""
        chance = self.random
        text = chance.choice((self._select, self._select, self._select, self._ask, self._construct, self._describe))()
        blank = chance.choice(_BLANKS)
        return _PROLOGUE + (text.replace(" ", blank) if chance.random() < 0.2 else text)

    def broken(self) -> str:
        """Return a query with some changes at random."""
        text = self.query()
        for _ in range(self.random.randint(1, 6)):
            text = self.random.choice(self._changes())(text)
        return text[:20_000]

    def update(self) -> str:
        """Return an update of one to three operations that gives the same each time it runs."""
        chance = self.random
        operations = " ; ".join(self._operation() for _ in range(chance.randint(1, 3)))
        return _PROLOGUE + operations + chance.choice(("", ";", " ;\n"))

    def broken_update(self) -> str:
        """Return an update with some changes at random."""
        text = self.update()
        for _ in range(self.random.randint(1, 3)):
            text = self.random.choice(self._changes())(text)
        return text[:20_000]

    def large(self, size: int) -> str:
        """Return a query of about a size, in bytes: parts of one, many times."""
        chance = self.random
        parts = [self._pattern(2) for _ in range(4)]
        opening, closing = chance.choice(
            (("{", "}"), ("OPTIONAL {", "}"), ("{", "} UNION {}"), ("MINUS {", "}"), ("FILTER EXISTS {", "}"), ("", ""))
        )
        text = middle = "?a ?b ?c . "
        while len(text.encode()) < size - 400:
            text += f"{opening} {chance.choice(parts)} "
            middle += f" {closing}"
            if closing and len(text.encode()) + len(middle) > size - 400:
                break
        return f"{_PROLOGUE}SELECT * {{ {text}{middle} }}"

    def _changes(self) -> Sequence[Callable[[str], str]]:
        chance = self.random

        def place(text: str) -> int:
            return chance.randint(0, len(text))

        def cut(text: str) -> str:
            start = place(text)
            return text[:start] + text[start + chance.randint(1, 30) :]

        def insert(text: str) -> str:
            start = place(text)
            return text[:start] + chance.choice(_BITS) + text[start:]

        def repeat(text: str) -> str:
            start = place(text)
            return text[:start] + text[start : start + 40] * chance.choice((2, 3, 20)) + text[start + 40 :]

        def swap(text: str) -> str:
            one, two = sorted((place(text), place(text)))
            return text[two:] + text[one:two] + text[:one]

        def stop(text: str) -> str:
            return text[: place(text)]

        def change_case(text: str) -> str:
            start = place(text)
            return text[:start] + text[start : start + 20].swapcase() + text[start + 20 :]

        def graft(text: str) -> str:
            other = self.query()
            return text[: place(text)] + other[place(other) :]

        def one_letter(text: str) -> str:
            start = place(text)
            return (
                text[:start]
                + chr(chance.choice((chance.randint(32, 126), chance.randint(0xA0, 0x2FFF))))
                + text[start + 1 :]
            )

        def no_space(text: str) -> str:
            start = text.find(" ", place(text))
            return text if start < 0 else text[:start] + text[start + 1 :]

        return (cut, insert, insert, insert, repeat, swap, stop, change_case, graft, one_letter, one_letter, no_space)

    def _operation(self) -> str:
        chance = self.random
        where, plain = self._simple(variables=True), self._simple(variables=False)
        ground = self._simple(variables=False, blanks=False)
        open_ones = self._simple(variables=True, blanks=False)
        graph, silent = f"<{chance.choice(GRAPHS)}>", chance.choice(("", "SILENT "))
        head = f"WITH {graph} " if chance.random() < 0.2 else ""
        using = chance.choice(
            ("", "", "", f"USING {graph} ", f"USING NAMED {graph} ", f"USING {graph} USING <{GRAPHS[0]}> ")
        )
        target = chance.choice(("DEFAULT", "NAMED", "ALL", f"GRAPH {graph}", "GRAPH <x:none>"))
        one, two = (chance.choice(("DEFAULT", f"GRAPH {graph}", f"<{chance.choice(GRAPHS)}>")) for _ in range(2))
        return chance.choice(
            (
                f"INSERT DATA {{ {plain} }}",
                f"INSERT DATA {{ GRAPH {graph} {{ {plain} }} <x:a> <x:b> <x:c> }}",
                f"DELETE DATA {{ {ground} }}",
                f"DELETE WHERE {{ {open_ones} }}",
                f"DELETE WHERE {{ GRAPH ?g {{ {open_ones} }} }}",
                f"{head}DELETE {{ ?a ?p ?b }} INSERT {{ ?b ?p ?a . {open_ones} }} {using}WHERE {{ {where} ?a ?p ?b }}",
                f"{head}INSERT {{ GRAPH ?g {{ ?a <x:q> ?b }} }} {using}WHERE {{ GRAPH ?g {{ ?a ?p ?b }} {where} }}",
                f"{head}DELETE {{ GRAPH {graph} {{ ?a ?p ?b }} }} {using}WHERE {{ {where} OPTIONAL {{ ?a ?p ?b }} }}",
                f"{head}INSERT {{ [] <x:q> [ <x:r> ?a ] ; <x:l> (?a 1) }} {using}WHERE {{ {where} }}",
                f"{chance.choice(('CLEAR', 'DROP'))} {silent}{target}",
                f"CREATE {silent}GRAPH {chance.choice((graph, '<x:new>'))}",
                f"{chance.choice(('ADD', 'MOVE', 'COPY'))} {silent}{one} TO {two}",
                f"LOAD {silent}<x:y>{chance.choice(('', f' INTO GRAPH {graph}'))}",
            )
        )

    def _simple(self, *, variables: bool, blanks: bool = True) -> str:
        """Return a few triples that say the same each time."""
        chance = self.random
        nodes = ["law:act", "law:law-1", "<x:y>"]
        nodes += ["[]", "_:b", "[ <x:p> 1 ]"] if blanks else []
        nodes += ["?a", "?b"] if variables else []
        ends = [*nodes, "1", '"a } b"', "'# x'@en", "'''; DROP ALL'''"]
        verbs = ("egov:amends", "<x:p>", "a")
        return " ".join(
            f"{chance.choice(nodes)} {chance.choice(verbs)} {chance.choice(ends)} ."
            for _ in range(chance.randint(1, 3))
        )

    def _select(self) -> str:
        chance = self.random
        how = chance.choice(("", "DISTINCT ", "REDUCED "))
        what, tail = chance.choice(("*", "?a ?b", "?a", "*")), ""
        if chance.random() < 0.25:
            what = f"?a ({self._aggregate()} AS ?n)"
            tail = " GROUP BY ?a" + (
                f" HAVING ({self._aggregate()} > {chance.choice(_LITERALS)})" if chance.random() < 0.3 else ""
            )
        elif chance.random() < 0.3:
            what = f"?a ({self._expression(2)} AS ?n)"
        return f"SELECT {how}{what} {self._dataset()}WHERE {{ {self._pattern(3)} }}{tail}{self._modifiers()}"

    def _ask(self) -> str:
        return f"ASK {self._dataset()}{{ {self._pattern(3)} }}"

    def _construct(self) -> str:
        template = " ".join(
            f"{self._term()} {self.random.choice(_PREDICATES)} {self._object()} ."
            for _ in range(self.random.randint(0, 3))
        )
        return f"CONSTRUCT {{ {template} }} {self._dataset()}WHERE {{ {self._pattern(2)} }}{self._modifiers()}"

    def _describe(self) -> str:
        return self.random.choice(("DESCRIBE law:act", "DESCRIBE ?a { ?a egov:amends law:act }", "DESCRIBE <x:none>"))

    def _dataset(self) -> str:
        chance = self.random
        if chance.random() > 0.15:
            return ""
        return "".join(
            f"FROM {chance.choice(('', 'NAMED '))}<{chance.choice(GRAPHS)}> " for _ in range(chance.randint(1, 2))
        )

    def _modifiers(self) -> str:
        chance = self.random
        text = (
            f" ORDER BY {chance.choice(('?a', 'DESC(?b)', '?a ASC(?c)', 'STRLEN(STR(?a))'))}"
            if chance.random() < 0.2
            else ""
        )
        text += f" LIMIT {chance.choice((0, 1, 10, 1000, 18446744073709551615))}" if chance.random() < 0.5 else ""
        text += f" OFFSET {chance.choice((0, 1, 500, 18446744073709551615))}" if chance.random() < 0.15 else ""
        return text + (" VALUES ?a { law:act UNDEF 1 }" if chance.random() < 0.08 else "")

    def _pattern(self, depth: int) -> str:
        return " ".join(self._part(depth) for _ in range(self.random.randint(1, 3)))

    def _part(self, depth: int) -> str:
        chance = self.random
        if depth <= 0 or chance.random() < 0.5:
            return f"{self._term()} {self._path(2)} {self._object()} ."
        inner = self._pattern(depth - 1)
        return chance.choice(
            (
                f"{{ {inner} }}",
                f"OPTIONAL {{ {inner} }}",
                f"{{ {inner} }} UNION {{ {self._pattern(depth - 1)} }}",
                f"MINUS {{ {inner} }}",
                f"GRAPH {chance.choice(('?g', f'<{GRAPHS[0]}>', '?a'))} {{ {inner} }}",
                f"FILTER({self._expression(depth)})",
                f"FILTER {chance.choice(('', 'NOT '))}EXISTS {{ {inner} }}",
                f"BIND({self._expression(depth)} AS ?v{chance.randint(0, 999)})",
                f"VALUES ({chance.choice(_VARIABLES)} ?w) {{ ({chance.choice(_LITERALS)} UNDEF) (law:act 1) }}",
                f"{{ SELECT ?a (COUNT(*) AS ?k{chance.randint(0, 999)}) {{ {inner} }} GROUP BY ?a }}",
                f"LATERAL {{ {inner} }}",
                f"{self._term()} egov:amends {self._object()} ; skos:prefLabel {self._object()} , {self._object()} .",
                f"<< {chance.choice(_VARIABLES)} egov:amends ?x >> ?y ?z .",
                f"?t ?u <<( ?x egov:amends {chance.choice(_VARIABLES)} )>> .",
            )
        )

    def _term(self) -> str:
        return self.random.choice(_VARIABLES if self.random.random() < 0.7 else _NODES)

    def _object(self) -> str:
        chance = self.random.random()
        return self.random.choice(_LITERALS) if chance < 0.15 else self._term()

    def _path(self, depth: int) -> str:
        chance = self.random
        if chance.random() < 0.15:
            return chance.choice(_VARIABLES)
        if depth <= 0 or chance.random() < 0.75:
            return chance.choice(_PREDICATES[:2] if chance.random() < 0.7 else _PREDICATES)
        one, two = self._path(depth - 1), self._path(depth - 1)
        one, two = (p if not p.startswith(("?", "$")) else "egov:amends" for p in (one, two))
        return chance.choice(
            (
                f"^{one}",
                f"({one})*",
                f"({one})+",
                f"({one})?",
                f"{one}/{two}",
                f"({one}|{two})",
                "!egov:amends",
                "!(a|^a)",
            )
        )

    def _expression(self, depth: int) -> str:
        chance = self.random
        if depth <= 0 or chance.random() < 0.3:
            return chance.choice(_VARIABLES if chance.random() < 0.5 else _LITERALS)
        one, two = self._expression(depth - 1), self._expression(depth - 1)
        if chance.random() < 0.45:
            name, count = chance.choice(_CALLS)
            return f"{name}({', '.join([one, two, self._expression(0)][:count])})"
        if chance.random() < 0.15:
            return chance.choice(
                (
                    f"(!{one})",
                    f"(-{one})",
                    f"({one} IN ({two}, 1))",
                    f"({one} NOT IN ({two}))",
                    f"EXISTS {{ {self._part(0)} }}",
                )
            )
        return f"({one} {chance.choice(('+', '-', '*', '/', '=', '!=', '<', '>', '<=', '>=', '&&', '||'))} {two})"

    def _aggregate(self) -> str:
        chance = self.random
        name = chance.choice(_AGGREGATES)
        separator = (
            f" ; SEPARATOR = {json.dumps(chance.choice((', ', '', 'x')))}"
            if name == "GROUP_CONCAT" and chance.random() < 0.5
            else ""
        )
        what = chance.choice(("*", "?b")) if name == "COUNT" else "?b"
        return f"{name}({chance.choice(('', 'DISTINCT '))}{what}{separator})"
