"""Named queries: one file each, a question in two languages with typed parameters, and its SPARQL.

The file is plain SPARQL; its head stands in comment lines that begin with ``#:`` and are TOML together::

    #: question.en = "Which laws did an administration enact?"
    #: question.ko = "어느 정부가 어떤 법을 제정하였는가?"
    #: group = "laws"
    #: [parameters.administration]
    #: type = "iri"
    #: class = "egov:Administration"
    #: [columns]
    #: law = { en = "Law", ko = "법령" }

A value of a parameter becomes a term that the engine puts in place of the variable; no text is ever pasted into a
query.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Literal, get_args

from egov_kg import iri
from egov_kg.errors import DataFileError, ParameterError
from egov_kg.ntriples import iri_term, literal_term
from egov_kg.sparql import lexer

__all__ = [
    "Column",
    "NamedQuery",
    "Parameter",
    "ParameterType",
    "named_queries",
    "read_named_query",
    "with_values",
]

ParameterType = Literal["iri", "string", "language", "integer", "decimal", "date", "year", "boolean", "enum"]
_TYPES: Final[tuple[str, ...]] = get_args(ParameterType)
_HEAD_KEYS: Final = {"question", "description", "group", "view", "order", "parameters", "columns"}
_PARAMETER_KEYS: Final = {"type", "class", "required", "default", "values", "label", "example", "description"}
_COLUMN_KEYS: Final = {"en", "ko", "hidden"}
_LONGEST_VALUE: Final = 4096


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a named query that the caller may bind.

    Attributes:
        name: Of the variable, without its mark.
        type: What values it takes.
        cls: For ``iri`` the CURIE of the class that its values come from, or empty.
        required: Whether there is no answer without it.
        default: The value if none is given, or None: then the variable stays free.
        values: For ``enum`` the values it takes.
        label: Its name by language.
        example: A value that gives an answer, or empty.
    """

    name: str
    type: ParameterType
    cls: str = ""
    required: bool = False
    default: str | None = None
    values: tuple[str, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)
    example: str = ""

    def term(self, value: str, base: str = iri.BASE) -> str:
        """Return the term that a value stands for, in N-Triples form.

        Args:
            value: As people write it. An IRI may also be a CURIE with one of our prefixes, or the path of a thing
                below ``id/``.
            base: The base of our IRIs.

        Raises:
            ParameterError: If the value is not one of this type.

        Example:
            >>> Parameter("year", "year").term("2001")
            '"2001"^^<http://www.w3.org/2001/XMLSchema#gYear>'
            >>> Parameter("law", "iri").term("law/kr/e-government-act")
            '<https://w3id.org/egov-kg/id/law/kr/e-government-act>'
        """
        if len(value) > _LONGEST_VALUE:
            raise ParameterError(self.name, f"a value has at most {_LONGEST_VALUE} characters, this one {len(value)}")
        if any(c < " " and c not in "\t\n\r" for c in value) or any("\ud800" <= c <= "\udfff" for c in value):
            raise ParameterError(self.name, "a value holds no control characters")
        return _WRITERS[self.type](self, value, base)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer.

    Attributes:
        name: Of the variable.
        label: Its heading by language.
        hidden: Whether pages leave it out.
    """

    name: str
    label: Mapping[str, str]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question that the graph answers.

    Attributes:
        name: Of the file, without ``.rq``.
        text: The SPARQL without its head.
        question: By language.
        group: Which questions it stands with.
        view: How a page may show the answer besides a table (``timeline``), or empty.
        parameters: By name, in the order of the file.
        columns: By name, in the order of the file.
        description: By language, may be empty.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        order: Its place in the group.
    """

    name: str
    text: str
    question: Mapping[str, str]
    group: str = ""
    view: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    form: str = "SELECT"
    order: int = 0

    def bind(self, values: Mapping[str, object], base: str = iri.BASE) -> dict[str, str]:
        """Return the terms, in N-Triples form, that stand for variables.

        Args:
            values: By parameter. Text is read by the parameter's type; an empty text counts as missing.
            base: The base of our IRIs.

        Raises:
            ParameterError: If one is unknown, missing or of the wrong type.
        """
        for name in values:
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise ParameterError(name, f"the query {self.name!r} has no such parameter; it has {known}")
        terms: dict[str, str] = {}
        for name, parameter in self.parameters.items():
            value = values.get(name)
            value = parameter.default if value is None or value == "" else value
            if value is not None:
                terms[name] = parameter.term(_as_text(value), base)
            elif parameter.required:
                raise ParameterError(name, f"a value is needed ({_described(parameter)})")
        return terms

    def expanded(self, values: Mapping[str, object], base: str = iri.BASE) -> str:
        """Return the SPARQL with the values of the parameters written into it, for an editor.

        The values stand in a VALUES block at the beginning of WHERE, which gives the same rows as `bind` does.
        """
        return with_values(self.text, self.bind(values, base))


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = getattr(value, "value", None)  # of a term of RDF
    return text if isinstance(text, str) else str(value)


def _described(parameter: Parameter) -> str:
    if parameter.type == "enum":
        return f"one of {', '.join(parameter.values)}"
    if parameter.type == "iri":
        return f"the IRI of a {parameter.cls}" if parameter.cls else "an IRI"
    return {"year": "a year, as 2001", "date": "a day, as 2001-03-28"}.get(parameter.type, parameter.type)


def _refused(parameter: Parameter, value: str) -> ParameterError:
    return ParameterError(parameter.name, f"expected {_described(parameter)}, not {value[:80]!r}")


def _iri(parameter: Parameter, value: str, base: str) -> str:
    value = value.strip().removeprefix("<").removesuffix(">")
    prefix, colon, _ = value.partition(":")
    if colon and prefix in iri.PREFIXES:
        value = iri.expand(value)
    elif re.fullmatch(r"[a-z][a-z-]*/[^\s:]+", value):
        value = iri.thing_iri(value, base)
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value):
        raise _refused(parameter, value)
    try:
        return iri_term(value)
    except ValueError as error:
        raise _refused(parameter, value) from error


def _literal(value: str, datatype: str = "") -> str:
    return literal_term(value, iri.expand(datatype) if datatype else "")


def _string(_parameter: Parameter, value: str, _base: str) -> str:
    return _literal(value)


def _language(parameter: Parameter, value: str, _base: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
        raise _refused(parameter, value)
    return _literal(value.lower())


def _integer(parameter: Parameter, value: str, _base: str) -> str:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value.strip(), re.ASCII):
        raise _refused(parameter, value)
    return _literal(str(int(value)), "xsd:integer")


def _decimal(parameter: Parameter, value: str, _base: str) -> str:
    try:
        number = Decimal(value.strip())
    except InvalidOperation as error:
        raise _refused(parameter, value) from error
    if not number.is_finite() or len(value) > 40 or abs(number.adjusted()) > 18:
        raise _refused(parameter, value)
    text = f"{number:f}"
    return _literal(text if "." in text else f"{text}.0", "xsd:decimal")


def _date(parameter: Parameter, value: str, _base: str) -> str:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
            raise _refused(parameter, value)
        return _literal(dt.date.fromisoformat(value.strip()).isoformat(), "xsd:date")
    except ValueError as error:
        raise _refused(parameter, value) from error


def _year(parameter: Parameter, value: str, _base: str) -> str:
    if not re.fullmatch(r"-?\d{4}", value.strip(), re.ASCII):
        raise _refused(parameter, value)
    return _literal(value.strip(), "xsd:gYear")


def _boolean(parameter: Parameter, value: str, _base: str) -> str:
    word = value.strip().lower()
    if word not in {"true", "false", "1", "0"}:
        raise _refused(parameter, value)
    return _literal("true" if word in {"true", "1"} else "false", "xsd:boolean")


def _enum(parameter: Parameter, value: str, _base: str) -> str:
    if value not in parameter.values:
        raise _refused(parameter, value)
    return _literal(value)


_WRITERS: Final[Mapping[str, Callable[[Parameter, str, str], str]]] = {
    "iri": _iri,
    "string": _string,
    "language": _language,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "year": _year,
    "boolean": _boolean,
    "enum": _enum,
}


def with_values(text: str, terms: Mapping[str, str]) -> str:
    r"""Return a query with the values of variables written into it, as VALUES at the beginning of WHERE.

    Args:
        text: SPARQL.
        terms: Terms in N-Triples form by variable name without its mark.

    Example:
        >>> with_values("ASK { ?s ?p ?o }", {"s": "<x:a>"})
        'ASK {\n  VALUES ?s { <x:a> } ?s ?p ?o }'
    """
    if not terms:
        return text
    place = _begin_of_where(text)
    block = "".join(f"\n  VALUES ?{name} {{ {value} }}" for name, value in terms.items())
    return text[:place] + block + text[place:]


def _begin_of_where(text: str) -> int:
    """Return the place after the first brace of WHERE; of CONSTRUCT it is the one after the template."""
    words = list(lexer.tokens(text))
    start = lexer.prologue(text).start
    after_template = text[start : start + 9].upper() != "CONSTRUCT"
    depth = 0
    for token in words:
        if token.start < start:
            continue
        if token.kind == "word" and token.text.upper() == "WHERE" and depth == 0:
            after_template = True
        elif token.text in {"(", "{"}:
            if token.text == "{" and depth == 0 and after_template:
                return token.start + 1
            depth += 1
        elif token.text in {")", "}"}:
            depth -= 1
    return len(text)


def read_named_query(path: Path) -> NamedQuery:
    """Read one file.

    Raises:
        DataFileError: If its head is not TOML, lacks the question, or holds something unknown.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(path, 0, f"not readable: {error}") from error
    lines = source.splitlines(keepends=True)
    head = "".join(line.removeprefix("#:").removeprefix(" ") if line.startswith("#:") else "\n" for line in lines)
    try:
        table = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise DataFileError(path, int(line[1]) if line else 0, f"the head is not TOML: {error}") from error
    text = "".join(line for line in lines if not line.startswith("#:")).strip() + "\n"
    form = lexer.prologue(text).form
    if not form:
        raise DataFileError(path, 0, "there is no SELECT, ASK, CONSTRUCT or DESCRIBE")
    _known(path, "the head", table, _HEAD_KEYS)
    if not isinstance(table.get("question"), dict) or "en" not in table["question"]:
        raise DataFileError(path, 0, "the head has no question.en")
    return NamedQuery(
        name=path.stem,
        text=text,
        question=table["question"],
        group=table.get("group", ""),
        view=table.get("view", ""),
        parameters={name: _parameter(path, name, row) for name, row in table.get("parameters", {}).items()},
        columns={name: _column(path, name, row) for name, row in table.get("columns", {}).items()},
        description=table.get("description", {}),
        form=form,
        order=table.get("order", 0),
    )


def _known(path: Path, what: str, table: Mapping[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise DataFileError(path, 0, f"{what} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}")


def _parameter(path: Path, name: str, row: Mapping[str, Any]) -> Parameter:
    _known(path, f"parameter {name!r}", row, _PARAMETER_KEYS)
    if row.get("type") not in _TYPES:
        raise DataFileError(
            path, 0, f"parameter {name!r} has the type {row.get('type')!r}; types are {', '.join(_TYPES)}"
        )
    default = row.get("default")
    parameter = Parameter(
        name=name,
        type=row["type"],
        cls=row.get("class", ""),
        required=bool(row.get("required", False)),
        default=None if default is None else _as_text(default),
        values=tuple(_as_text(value) for value in row.get("values", ())),
        label=row.get("label", {}),
        example=_as_text(row.get("example", "")),
    )
    if parameter.type == "enum" and not parameter.values:
        raise DataFileError(path, 0, f"parameter {name!r} is an enum without values")
    return parameter


def _column(path: Path, name: str, row: Mapping[str, Any]) -> Column:
    _known(path, f"column {name!r}", row, _COLUMN_KEYS)
    return Column(name, {lang: row[lang] for lang in ("en", "ko") if lang in row}, bool(row.get("hidden", False)))


def named_queries(folder: Path) -> Mapping[str, NamedQuery]:
    """Return the named queries of a folder by name, sorted by group, order and name.

    Raises:
        DataFileError: If one of the files is wrong.
    """
    queries = [read_named_query(path) for path in sorted(folder.glob("*.rq"))]
    return {query.name: query for query in sorted(queries, key=lambda q: (q.group, q.order, q.name))}
